"""The warnings of an edition: loaded, found by `talks.warnings`, and told with the way to mend each.

They are kept until anything on the site changes: who asks again pays one query.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse

from editions.clock import clock_oddity
from editions.models import CommitteeMember, Edition, Sponsor
from history.models import Version
from talks.models import Appearance, Paper, Talk, TalkType
from talks.warnings import RANKS, File, Finding, Level, Listed, Person, Programme, find_warnings
from workbench.checks.dead_links import dead_links
from workbench.checks.warning_words import hint, label, sentence

Found = list[Finding]
KEPT = "lectern-warnings-1"
"""Raise the number when warnings take another form."""

KEPT_FOR = 24 * 60 * 60
ELSEWHERE = ("http://", "https://", "/")
WITHOUT_PHOTO = Q(photo="", speaker__photo="") & ~Q(talk__state="cancelled")
"""Appearances of people with no photo at all, neither of then nor of today."""

DOCUMENTS = ("paper", "slides", "poster")


@dataclass(frozen=True, slots=True)
class Told:
    """A warning in words: what is the matter, what to do, and the address of the form where it is done."""

    level: Level
    code: str
    label: str
    sentence: str
    hint: str
    talk_pk: int | None
    other_pk: int | None
    url: str


def warnings_of(edition: Edition) -> list[Told]:
    """Everything to look at in an edition, errors first; a fixed number of queries."""
    return [told(one) for one in find_in([edition])[edition.pk]]


def warned_talks(edition: Edition) -> set[int]:
    """The primary keys of an edition's talks with an error or a warning; notes do not count."""
    return set(marks_of([edition]))


def marks_of(editions: Collection[Edition]) -> dict[int, Found]:
    """The errors and warnings of each talk, by its primary key; of a clash both talks have it."""
    marks: dict[int, Found] = defaultdict(list)
    for warning in (one for found in find_in(editions).values() for one in found):
        if warning.level is not Level.INFO:
            both = warning.code.endswith("-clash")
            for talk in (warning.talk, warning.other if both else None):
                if talk is not None:
                    marks[talk].append(warning)
    return dict(marks)


def counts_of(edition: Edition) -> dict[Level, int]:
    """How many warnings of each level an edition has."""
    found = [one.level for one in find_in([edition])[edition.pk]]
    return {level: found.count(level) for level in Level}


def find_in(editions: Collection[Edition]) -> dict[int, Found]:
    """The warnings of several editions, by their primary keys; the number of queries is the same for one and many."""
    version = _site_version()
    names = {edition.pk: f"{KEPT}:{edition.pk}:{version}" for edition in editions}
    kept = cache.get_many(names.values())
    missing = [edition for edition in editions if names[edition.pk] not in kept]
    if missing:
        fresh = {names[pk]: found for pk, found in _find(missing).items()}
        cache.set_many(fresh, KEPT_FOR)
        kept |= fresh
    return {pk: kept[name] for pk, name in names.items()}


def told(warning: Finding) -> Told:
    """A warning in words."""
    return Told(
        level=warning.level,
        code=warning.code,
        label=label(warning.code),
        sentence=sentence(warning),
        hint=hint(warning),
        talk_pk=warning.talk,
        other_pk=warning.other,
        url=_form_of(warning),
    )


def _form_of(warning: Finding) -> str:
    """The address of the form where it is mended."""
    if warning.talk is not None:
        return reverse("admin:talks_talk_change", args=[warning.talk])
    name = str(warning.values["kind"]).replace(".", "_")
    return reverse(f"admin:{name}_change", args=[warning.values["pk"]])


def _site_version() -> str:
    """What changes with every write on the site: links lead from one edition to another."""
    found = Version.objects.filter(kind=Version.SERIES, key="").values_list("number", "raised_at").first()
    return f"{found[0]}-{found[1].timestamp()}" if found else ""


def _find(editions: Collection[Edition]) -> dict[int, Found]:
    programmes = _programmes(editions)
    found = {pk: find_warnings(programme) for pk, programme in programmes.items()}
    for pk, warning in (*dead_links(editions), *_missing_pictures(editions)):
        found[pk].append(warning)
    for warnings in found.values():
        warnings.sort(key=lambda one: RANKS[one.level])
    return found


# Models to plain records


def _programmes(editions: Collection[Edition]) -> dict[int, Programme]:
    """What the pure module looks at, by edition; three queries."""
    people, missing = _people(editions)
    entries: dict[int, list[Listed]] = defaultdict(list)
    talks = Talk.objects.filter(edition__in=editions).select_related("type", "room")
    for talk in talks.defer("words_folded", "title_folded", "extra", "tags"):
        files = [*missing[talk.pk], *_unfound(talk, ["slides"])]
        entries[talk.edition_id].append(_listed(talk, people[talk.pk], files))
    return {edition.pk: _programme(edition, entries[edition.pk]) for edition in editions}


def _programme(edition: Edition, entries: list[Listed]) -> Programme:
    clocks = {clock for one in entries for clock in (one.starts_at, one.ends_at) if clock}
    skipped = frozenset(clock for clock in clocks if _is_skipped(clock, edition.timezone))
    return Programme(tuple(entries), edition.starts_on, edition.ends_on, skipped)


def _is_skipped(clock: datetime, zone: str) -> bool:
    return clock_oddity(clock, zone) == "gap"


def _listed(talk: Talk, people: list[Person], missing: list[File]) -> Listed:
    return Listed(
        id=talk.pk,
        title=talk.name,
        kind=TalkType.Kind(talk.type.kind).value,
        starts_at=talk.starts_at,
        ends_at=talk.ends_at,
        room=talk.room_id,
        room_name=talk.room.name if talk.room else "",
        location=talk.location,
        cancelled=talk.state == Talk.State.CANCELLED,
        has_abstract=bool(talk.abstract),
        people=tuple(people),
        missing=tuple(missing),
        part_of=talk.session_id,
    )


def _people(editions: Collection[Edition]) -> tuple[Mapping[int, list[Person]], Mapping[int, list[File]]]:
    """Who is in each talk, and which files of its people and papers are missing, by the talk's primary key."""
    people: dict[int, list[Person]] = defaultdict(list)
    missing: dict[int, list[File]] = defaultdict(list)
    appearances = Appearance.objects.filter(talk__edition__in=editions).order_by("position", "pk")
    for talk, speaker, name, avatar, photo in appearances.values_list(
        "talk_id", "speaker_id", "name", "avatar", "photo"
    ):
        people[talk].append(Person(speaker, name))
        if _names_file(avatar) and not photo:
            missing[talk].append(File(avatar, photo=True))
    columns = (*DOCUMENTS, *(f"{name}_file" for name in DOCUMENTS))
    for paper in Paper.objects.filter(talk__edition__in=editions).only("talk_id", *columns):
        missing[paper.talk_id] += _unfound(paper, DOCUMENTS)
    return people, missing


def _unfound(record: Any, fields: Iterable[str]) -> Iterator[File]:
    """The files that a talk or a paper names and has not."""
    for name in fields:
        if _names_file(getattr(record, name)) and not getattr(record, f"{name}_file"):
            yield File(getattr(record, name))


def _names_file(text: str) -> bool:
    """Whether a value names a file, as dialects read it, and not an address."""
    return bool(text) and not text.startswith(ELSEWHERE)


def _missing_pictures(editions: Collection[Edition]) -> Iterator[tuple[int, Finding]]:
    """Logos of sponsors and photos of committee members that are named and aren't there; two queries."""
    sponsors = Sponsor.objects.filter(edition__in=editions, logo="").exclude(logo_text="")
    members = CommitteeMember.objects.filter(edition__in=editions, photo="").exclude(avatar="")
    for records, column, code in (
        (sponsors, "logo_text", "missing-file"),
        (members, "avatar", "missing-photo"),
    ):
        for record in records:
            file = getattr(record, column)
            if _names_file(file):
                values = {
                    "title": record.name,
                    "file": file,
                    "kind": record._meta.label_lower,
                    "pk": record.pk,
                }
                yield record.edition_id or 0, Finding(Level.WARNING, code, values=values)
