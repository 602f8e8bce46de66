"""Two records of one person made one, and taken apart again; history knows what a merge was made of."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from history.frozen import FrozenEditionError
from history.models import Change, Deletion
from history.prune import KEPT
from history.telling import teller
from history.undo import UndoRefused, undelete, value_of
from history.versioned import plain
from speakers.addresses import free_address
from speakers.models import Speaker, SpeakerAlias
from texts.folding import name_key

FIELDS = ("name", "affiliation", "url", "bio", "photo", "links", "orcid", "pronouns", "pronunciation")
"""What either record may give to the one that is kept; the address is always that of the kept one."""
TOGETHER = timedelta(minutes=1)
"""A merge tells all that it writes at once: what is told later is none of it."""
PERSON, ALIAS = Speaker._meta.label_lower, SpeakerAlias._meta.label_lower


class MergeRefused(Exception):
    """Two people can't be made one, or can't be taken apart; nothing was written. The message says why."""


@dataclass(frozen=True)
class Merged:
    """A merge that can be undone: the deletion that ended it, and the key of the change that began it."""

    deletion: Deletion
    first: int

    def changes(self, action: Change.Action, kind: str) -> QuerySet[Change]:
        """Those of its changes that did this to records of this kind."""
        last = self.deletion.change
        return Change.objects.filter(
            pk__range=(self.first, last.pk), actor=last.actor, action=action, kind=kind
        )


def merge(kept: Speaker, other: Speaker, take: Collection[str] = ()) -> None:
    """Make `kept` the one record of both: all that leads to `other` leads to `kept` then, and `other` is deleted.

    The name and address of `other` become other names of `kept`, so that imports and old links find it. Empty fields
    take the value of `other`, and so do those of `FIELDS` that are named in `take`. Raises MergeRefused.
    """
    if kept.pk == other.pk:
        raise MergeRefused(_("This is one record already."))
    try:
        with teller():
            _lock(kept, other)
            values = {name: plain(getattr(other, name)) for name in given(kept, other, take)}
            _leave_names(kept, other, values.get("name", kept.name))
            _fill(kept, values)
            for model, link in _links():
                model._base_manager.filter(**{link: other.pk}).update(**{link: kept.pk})
            other.delete()
    except FrozenEditionError as error:
        raise MergeRefused(str(error)) from error
    except (IntegrityError, ProtectedError) as error:
        raise MergeRefused(_("Something that leads to both cannot lead twice to one.")) from error


def given(kept: Speaker, other: Speaker, take: Collection[str] = ()) -> list[str]:
    """The fields whose value comes from `other`: those that are empty in `kept`, and those named in `take`."""
    values = [(name, getattr(kept, name), getattr(other, name)) for name in FIELDS]
    return [name for name, own, its in values if its and its != own and (name in take or not own)]


def last_merge(kept: Speaker) -> Merged | None:
    """The last merge into `kept` that can be undone; None if there is none."""
    told = Change.objects.filter(
        action=Change.Action.UPDATED,
        kind=ALIAS,
        fields__speaker_id__1=kept.pk,
        at__gte=timezone.now() - KEPT,
    )
    return next((found for moved in told.order_by("-pk") if (found := _merge_of(moved))), None)


def undo_merge(kept: Speaker) -> Speaker:
    """Take the last merge into `kept` back; return the person who is there again. Raises MergeRefused.

    What the merge moved goes back where it still leads to `kept`, and so do fields that still have its values.
    """
    merged = last_merge(kept)
    if merged is None:
        words = _("No merge of the last %(days)d days into “%(name)s” is left to be undone.")
        raise MergeRefused(words % {"days": KEPT.days, "name": kept.name})
    try:
        with teller():
            _lock(kept)
            renamed = _take_back(kept, merged)
            back = next(one for one in undelete(merged.deletion.batch) if isinstance(one, Speaker))
            _move_back(merged, kept, back)
            made = merged.changes(Change.Action.CREATED, ALIAS).values_list("key", flat=True)
            whose = [back, kept] if renamed else [back]
            SpeakerAlias.objects.filter(pk__in=list(made), speaker__in=whose).delete()
    except (FrozenEditionError, UndoRefused) as error:
        raise MergeRefused(str(error)) from error
    return back


def _lock(*people: Speaker) -> None:
    """Read the people as they stand now, and hold them; always in one order, so that two merges don't wait for ever."""
    for person in sorted(people, key=lambda one: one.pk):
        try:
            person.refresh_from_db(from_queryset=Speaker.objects.select_for_update())
        except Speaker.DoesNotExist:
            raise MergeRefused(_("One of the two records has been deleted meanwhile.")) from None


def _leave_names(kept: Speaker, other: Speaker, name: str) -> None:
    """Make other names of what won't be the name and address any more; `name` is what the person is called then.

    The first is made for `other`, and moves with all the rest: by that history knows a merge.
    """
    both = SpeakerAlias.objects.filter(speaker__in=(kept, other)).values_list("name", flat=True)
    known = {name_key(one) for one in (name, *both)}
    free_address(other.slug, SpeakerAlias.objects.all())
    spelling = "" if name_key(other.name) in known else other.name
    SpeakerAlias.objects.create(speaker=other, name=spelling, slug=other.slug)
    if name_key(kept.name) not in known:
        SpeakerAlias.objects.create(speaker=kept, name=kept.name)


def _fill(person: Speaker, values: dict[str, Any]) -> None:
    """Give a person these values, in the plain form of history."""
    for name, value in values.items():
        setattr(person, name, value_of(Speaker._meta.get_field(name), value))
    if values:
        person.save(update_fields=values)


def _links() -> Iterator[tuple[type[Any], str]]:
    """Everything that leads to people, whoever declares it: the models and their columns."""
    links: list[Any] = Speaker._meta.get_fields(include_hidden=True)
    for one in links:
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one):
            yield one.related_model, one.field.attname


def _merge_of(moved: Change) -> Merged | None:
    """The merge that moved another name, if it was one and is not undone yet."""
    other = moved.fields["speaker_id"][0]
    if Speaker.objects.filter(pk=other).exists():
        return None
    near = Q(actor=moved.actor, at__range=(moved.at - TOGETHER, moved.at + TOGETHER))
    told = Change.objects.filter(near)
    made = told.filter(action=Change.Action.CREATED, kind=ALIAS, key=moved.key, pk__lt=moved.pk).first()
    gone = told.filter(action=Change.Action.DELETED, kind=PERSON, key=str(other), pk__gt=moved.pk)
    deletion = Deletion.objects.filter(change__in=gone).select_related("change").first()
    return Merged(deletion, made.pk) if made and deletion else None


def _take_back(kept: Speaker, merged: Merged) -> bool:
    """Give the fields that the merge filled their old values, where they still have its; say if the name was one."""
    told = merged.changes(Change.Action.UPDATED, PERSON).filter(key=str(kept.pk))
    values = {
        name: old
        for change in told
        for name, (old, new) in change.fields.items()
        if plain(getattr(kept, name)) == new
    }
    _fill(kept, values)
    return "name" in values


def _move_back(merged: Merged, kept: Speaker, back: Speaker) -> None:
    """Lead what the merge moved to the person who is back, where it still leads to `kept`."""
    for model, link in _links():
        told = merged.changes(Change.Action.UPDATED, model._meta.label_lower)
        keys = [one.key for one in told if one.fields.get(link) == [back.pk, kept.pk]]
        model._base_manager.filter(pk__in=keys, **{link: kept.pk}).update(**{link: back.pk})
