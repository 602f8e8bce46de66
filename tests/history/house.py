"""A small programme with a row of every model, and how a test listens to what is told of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models, transaction

from editions.models import (
    CommitteeMember,
    Edition,
    EditionEditor,
    ImportantDate,
    Page,
    Redirect,
    Room,
    Series,
    Sponsor,
    Track,
)
from history.models import Change, Version
from history.telling import acting
from history.versioned import Versioned
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Notice, Paper, Talk, TalkType
from tests import factories

MODELS: list[type[Versioned]] = [one for one in apps.get_models() if issubclass(one, Versioned)]


@dataclass
class House:
    """An edition whose one talk has two people; another edition with a person of its own."""

    series: Series
    edition: Edition
    other: Edition
    room: Room
    track: Track
    kind: TalkType
    talk: Talk
    speaker: Speaker
    partner: Speaker
    stranger: Speaker
    appearance: Appearance
    user: User
    rows: dict[str, Any] = field(default_factory=dict)

    def things(self, names: str) -> set[tuple[str, str]]:
        """What is shown under these words: "edition people", and the series, which every write raises."""
        known = {
            "edition": {("edition", str(self.edition.pk))},
            "other": {("edition", str(self.other.pk)), ("speaker", str(self.stranger.pk))},
            "speaker": {("speaker", str(self.speaker.pk))},
            "people": {("speaker", str(one.pk)) for one in (self.speaker, self.partner)},
        }
        return {("series", "")}.union(*(known[name] for name in names.split()))

    def row(self, label: str) -> Any:
        """The row of a model, as it stands."""
        return self.rows[label]._meta.model._default_manager.get(pk=self.rows[label].pk)


@dataclass(frozen=True)
class Case:
    """How a model is tested: a new row, a field and its other value, and who shows a new and a changed row."""

    new: Callable[[House, str], Any]
    field: str
    value: str | Callable[[House], Any]
    made: str
    changed: str


CASES: dict[str, Case] = {
    "editions.series": Case(
        lambda _, n: Series(key=n, name=n), "name", "Ebb", "edition people other", "edition people other"
    ),
    "editions.edition": Case(lambda _, n: Edition(key=n), "title", "Ebb", "", "edition people"),
    "editions.room": Case(
        lambda h, n: Room(edition=h.edition, key=n, name=n, slug=n),
        "name",
        "Зал",
        "edition",
        "edition people",
    ),
    "editions.track": Case(
        lambda h, n: Track(edition=h.edition, key=n, name=n, slug=n),
        "name",
        "潮",
        "edition",
        "edition people",
    ),
    "editions.importantdate": Case(
        lambda h, n: ImportantDate(edition=h.edition, key=n, label=n), "label", "Ebb", "edition", "edition"
    ),
    "editions.sponsor": Case(
        lambda h, n: Sponsor(edition=h.edition, name=n), "name", "Ebb", "edition", "edition"
    ),
    "editions.committeemember": Case(
        lambda h, n: CommitteeMember(edition=h.edition, name=n), "name", "Ebb", "edition", "edition"
    ),
    "editions.page": Case(
        lambda h, n: Page(edition=h.edition, slug=n, title=n), "body", "*Ebb*", "edition", "edition"
    ),
    "editions.redirect": Case(
        lambda _, n: Redirect(old_path=f"/{n}", new_path="/"), "new_path", "/ebb", "", ""
    ),
    "editions.editioneditor": Case(
        lambda h, n: EditionEditor(edition=h.edition, user=User.objects.create_user(n)),
        "user",
        lambda h: h.user,
        "",
        "",
    ),
    "speakers.speaker": Case(lambda _, n: Speaker(slug=n, name=n), "name", "Ægir Ø", "", "edition people"),
    "speakers.speakeralias": Case(
        lambda h, n: SpeakerAlias(speaker=h.speaker, name=n), "name", "Ægir", "speaker", "speaker"
    ),
    "talks.talktype": Case(lambda _, n: TalkType(key=n, label=n), "label", "Ebb", "", "edition people"),
    "talks.talk": Case(
        lambda h, n: Talk(edition=h.edition, key=n, slug=n, title=n, type=h.kind),
        "title",
        "Ebb",
        "edition",
        "edition people",
    ),
    "talks.appearance": Case(
        lambda h, n: Appearance(talk=h.talk, name=n), "affiliation", "Ebb", "edition people", "edition people"
    ),
    "talks.paper": Case(
        lambda h, n: Paper(talk=h.talk, title=n), "title", "Ebb", "edition people", "edition people"
    ),
    "talks.notice": Case(
        lambda h, n: Notice(edition=h.edition, talk=h.talk, text=n),
        "text",
        "Ebb",
        "edition people",
        "edition people",
    ),
}


def build() -> House:
    """Build the house, and a row of every model that has none yet."""
    edition, other = factories.make_edition(key="tide-31"), factories.make_edition(key="tide-30")
    kind, room, track = (
        factories.make_type(key="talk"),
        factories.make_room(edition=edition),
        factories.make_track(edition=edition),
    )
    talk = factories.make_talk(edition=edition, type=kind, room=room, track=track, title="Neap")
    speaker, partner, stranger = (factories.make_speaker() for _ in range(3))
    appearance = factories.make_appearance(talk=talk, speaker=speaker)
    factories.make_appearance(talk=talk, speaker=partner, position=1)
    elsewhere = factories.make_talk(edition=other, type=factories.make_type(key="walk"))
    factories.make_appearance(talk=elsewhere, speaker=stranger)
    house = House(
        factories.make_series(),
        edition,
        other,
        room,
        track,
        kind,
        talk,
        speaker,
        partner,
        stranger,
        appearance,
        User.objects.create_user("new-editor"),
    )
    named = (house.series, edition, room, track, kind, talk, speaker, appearance)
    house.rows = {one._meta.label_lower: one for one in named}
    for label, case in CASES.items():
        if label not in house.rows:
            house.rows[label] = case.new(house, "first")
            house.rows[label].save()
    return house


def edition_of(house: House, label: str) -> int | None:
    """The edition that a Change of this model names."""
    return house.edition.pk if apps.get_model(label).edition_path else None


@dataclass
class Told:
    """What was told while a test listened."""

    changes: list[Change] = field(default_factory=list)
    raised: set[tuple[str, str]] = field(default_factory=set)

    @property
    def lines(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        """(action, kind, key, fields) of each change, in order."""
        return [(one.action, one.kind, one.key, one.fields) for one in self.changes]


def versions() -> dict[tuple[str, str], int]:
    """All versions as they stand."""
    return {(one.kind, one.key): one.number for one in Version.objects.all()}


@contextmanager
def listening(actor: str = "mira") -> Iterator[Told]:
    """Listen to what is told within the block, in which ``actor`` acts."""
    told, before = Told(), versions()
    known = set(Change.objects.values_list("pk", flat=True))
    with acting(actor):
        yield told
    told.changes = list(Change.objects.exclude(pk__in=known).order_by("pk"))
    told.raised = {thing for thing, number in versions().items() if before.get(thing) != number}
    assert {one.actor for one in told.changes} <= {actor}


def contents() -> dict[str, list[dict[str, Any]]]:
    """All rows of the programme and of its history, by model."""
    told: list[type[models.Model]] = [*MODELS, Change, Version]
    return {one._meta.label_lower: list(one._base_manager.order_by("pk").values()) for one in told}


@contextmanager
def undone() -> Iterator[None]:
    """A block whose writes are undone at its end, so that the next finds the house as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def freeze(edition: Edition) -> None:
    """Freeze the edition."""
    edition.state = Edition.State.FROZEN
    edition.save()
