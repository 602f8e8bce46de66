"""Old addresses of people: what a slug was goes on leading to its person."""

from history.telling import teller
from history.versioned import VersionedQuerySet
from speakers.models import Speaker, SpeakerAlias


def leave_address(person: Speaker, slug: str) -> bool:
    """Let the person's old slug lead to them from now on; return whether there was something to do.

    The slug that they have now needs no other name of its own.
    """
    with teller():
        free_address(person.slug, SpeakerAlias.objects.filter(speaker=person))
        if not slug or slug == person.slug or person.aliases.filter(slug=slug).exists():
            return False
        free_address(slug, SpeakerAlias.objects.all())
        SpeakerAlias.objects.create(speaker=person, slug=slug)
    return True


def free_address(slug: str, aliases: VersionedQuerySet[SpeakerAlias]) -> None:
    """Take the slug from those of the other names that have it; they keep their name, if they have one."""
    having = aliases.filter(slug=slug)
    having.exclude(name="").update(slug="")
    having.filter(name="").delete()
