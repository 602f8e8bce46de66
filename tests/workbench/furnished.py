"""Editions filled with a row of each sort, for tests that look who sees what; drafts have a word of their own."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from editions.models import Edition, EditionEditor, Redirect
from exchange.models import Conflict, Run, SourceDialect, SourceFile, SourceRecord
from history.models import Change, Deletion, Version
from speakers.models import Speaker, SpeakerAlias
from talks.models import Talk
from tests import factories
from workbench.rights import ORGANIZERS

HIDDEN = "zanzibarwaters"
"""Stands in every text of what an editor of another edition may not see; looked for by its beginning."""
TERM = HIDDEN[:8]
MUTE = "tide-mute"
"""The key of a draft edition."""


@dataclass
class Place:
    """An edition with a row of each sort, and what the exchange and history keep of them."""

    edition: Edition
    rows: dict[type[models.Model], Any]
    record: SourceRecord
    batch: UUID
    change: Change
    other_person: Speaker
    desk: Client
    """An organizer's browser, in which the forms are opened whose data somebody else then sends."""
    request: HttpRequest
    """One of the organizer's, to ask for rights."""
    also: list[Any] = field(default_factory=list)
    """More rows, to be looked at: published ones that lead to drafts."""
    elsewhere: dict[type[models.Model], Any] = field(default_factory=dict)
    """Rows of an edition to which somebody may try to move those of this one."""


def furnish(edition: Edition, word: str, organizer: User) -> Place:
    """Fill an edition with drafts; ``word`` is in every text."""
    person, other = (
        factories.make_speaker(name=f"{word} Łomża {n}", slug=f"{word}-{n}-{edition.pk}") for n in (1, 2)
    )
    room = factories.make_room(edition=edition, name=f"{word} Pier", key=f"{word} Pier")
    talk = factories.make_talk(edition=edition, title=f"{word} 潮", state="draft", room=room)
    gone = factories.make_talk(edition=edition, title=f"{word} Ebb", state="draft")
    page = factories.make_page(edition=edition, title=f"{word} Venue", body=word, state="draft")
    rows: list[Any] = [
        edition,
        room,
        talk,
        page,
        person,
        factories.make_track(edition=edition, name=f"{word} Currents"),
        factories.make_date(edition=edition, label=f"{word} Deadline"),
        factories.make_sponsor(edition=edition, name=f"{word} Works"),
        factories.make_member(edition=edition, name=f"{word} Marsh"),
        factories.make_paper(talk=talk, title=f"{word} Eddies"),
        factories.make_notice(edition=edition, talk=talk, text=f"{word} is late"),
        factories.make_appearance(talk=talk, speaker=person),
        SpeakerAlias.objects.create(speaker=person, name=f"{word} Lomza"),
        Redirect.objects.create(edition=edition, old_path=f"/{word}-{edition.pk}", new_path=f"/{word}/new"),
        EditionEditor.objects.create(edition=edition, user=User.objects.create_user(f"{word}-{edition.pk}")),
    ]
    factories.make_appearance(talk=talk, speaker=other)
    record, kept = _exchanged(talk, word)
    gone.delete()
    change = Change.objects.filter(kind="talks.talk", key=str(talk.pk)).latest("pk")
    deletion = Deletion.objects.latest("pk")
    rows += [*kept, change, deletion, Version.objects.get(kind="edition", key=str(edition.pk))]
    desk, request = Client(), RequestFactory().get("/")
    desk.force_login(organizer)
    request.user = organizer
    by_model = {type(one): one for one in rows}
    return Place(edition, by_model, record, deletion.batch, change, other, desk, request)


def _exchanged(talk: Talk, word: str) -> tuple[SourceRecord, list[Any]]:
    """The file that a talk came from, and a conflict over it."""
    dialect = SourceDialect.objects.create(key=f"{talk.pk}", name="shared", text="shared")
    file = SourceFile.objects.create(
        path=f"_talks/{word}-{talk.pk}.md",
        data=f"---\ntitle: {word}\n---\n".encode(),
        digest="0",
        size=9,
        read_at=timezone.now(),
        dialect="0",
        mapping=dialect,
        reader=1,
    )
    record = SourceRecord.objects.create(
        file=file,
        kind="talk",
        edition_key=talk.edition.key,
        key=talk.key,
        agreed={"title": f"{word} then"},
        said={"title": f"{word} now"},
        talk=talk,
    )
    conflict = Conflict.objects.create(
        record=record, field="title", base=f"{word} then", site=talk.title, file=f"{word} now"
    )
    run = Run.objects.create(actor="ines", source=f"{word} folder", report={"problems": [], "conflicts": []})
    return record, [file, record, conflict, run, dialect]


@dataclass
class House:
    """The editor's own edition, a draft of somebody else's, and drafts in a published one of somebody else's."""

    own: Place
    draft: Place
    among: Place


def make_house() -> House:
    """Furnish all three."""
    factories.make_series()
    start = factories.FIRST_DAY
    own = factories.make_edition(key="tide-own", state="draft", title="Own waters")
    draft = factories.make_edition(key=MUTE, state="draft", title=f"{HIDDEN} 2033")
    among = factories.make_edition(key="tide-open", title="Open waters", starts_on=start - timedelta(days=2))
    organizer = member(ORGANIZERS)
    words = ((own, "harbour"), (draft, HIDDEN), (among, HIDDEN))
    places = [furnish(edition, word, organizer) for edition, word in words]
    # Its parts are published with the edition; only the words of drafts are hidden there.
    for model, names in (("room", "name key"), ("track", "name key"), ("importantdate", "label key")):
        _rename(apps.get_model("editions", model), among, names)
    for model in ("sponsor", "committeemember"):
        _rename(apps.get_model("editions", model), among, "name")
    _rename(Redirect, among, "old_path new_path", "/lagoon")
    shown = factories.make_talk(edition=among, title="Lagoon", session=places[2].rows[Talk])
    places[2].also.append(shown)
    # Somebody of the editor's own who speaks in another's draft, too.
    factories.make_appearance(talk=places[1].rows[Talk], speaker=places[0].rows[Speaker])
    for place, other in zip(places, (places[1], places[0], places[0]), strict=True):
        place.elsewhere.update(other.rows)
    return House(*places)


def _rename(model: Any, edition: Edition, names: str, to: str = "lagoon") -> None:
    values = {name: f"{to}{number}" for number, name in enumerate(names.split())}
    for row in model.objects.filter(edition=edition):
        model.objects.filter(pk=row.pk).update(**values)
        # What it was called before, it never was.
        Change.objects.filter(kind=row._meta.label_lower, key=str(row.pk)).delete()


def member(group: str, **given: Any) -> User:
    """A member of staff in a group."""
    user = User.objects.create_user(**{"username": f"{group}-ada", "is_staff": True, **given})
    user.groups.add(Group.objects.get(name=group))
    return user
