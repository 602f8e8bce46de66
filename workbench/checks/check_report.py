"""A check of the programme told to people and programs: as text, as JSON, as annotations of a build."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from editions.models import Edition
from exchange.dialects import choose
from exchange.models import SourceRecord
from exchange.problems import Place, Problems
from exchange.reports import printable
from talks.warnings import RANKS, Level
from workbench.checks.checking import Told, find_in, told

JSON_VERSION = 1
ANNOTATIONS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}
# The field of a file at which a warning points; others point at the beginning of the front matter.
FIELDS = {
    "room-clash": "starts_at",
    "speaker-clash": "starts_at",
    "end-before-start": "ends_at",
    "zero-length": "ends_at",
    "no-end": "starts_at",
    "outside-edition": "starts_at",
    "skipped-time": "starts_at",
    "no-room": "starts_at",
    "gap": "starts_at",
    "missing-file": "slides",
    "dead-link": "abstract",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A warning with its edition's key and, where its talk came from a file, that file and the place in it."""

    edition: str
    told: Told
    path: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A check: the editions' keys, the warnings, how many of each level, and how it ends (0 or 1)."""

    editions: tuple[str, ...]
    warnings: tuple[Checked, ...]
    counts: dict[Level, int]
    exit_code: int


def check(editions: list[Edition], fail_on: Level) -> Report:
    """Check editions; a fixed number of queries. It fails on warnings of the level ``fail_on`` or worse."""
    found = find_in(editions)
    files = _files(one.talk for warnings in found.values() for one in warnings)
    checked = tuple(
        _checked(edition, told(one), files.get(one.talk or 0))
        for edition in editions
        for one in found[edition.pk]
    )
    counts = {level: sum(one.told.level is level for one in checked) for level in Level}
    fails = any(count for level, count in counts.items() if RANKS[level] <= RANKS[fail_on])
    return Report(tuple(one.key for one in editions), checked, counts, int(fails))


def text_lines(warnings: Iterable[Checked]) -> Iterator[str]:
    """``path:line:column: error: what is the matter (what to do)``; the edition's key where there is no file."""
    for one in warnings:
        place = f":{one.place.line}:{one.place.column}" if one.place else ""
        where = f"{one.path}{place}" if one.path else one.edition
        yield printable(f"{where}: {one.told.level}: {one.told.sentence} ({one.told.hint})")


def github_lines(warnings: Iterable[Checked]) -> Iterator[str]:
    """The warnings as annotations of a GitHub Actions log."""
    for one in warnings:
        line = one.place.line if one.place else 1
        where = f" file={_escape(printable(one.path), ':,')},line={line}" if one.path else ""
        title = f"{',' if where else ' '}title={_escape(printable(one.told.label), ':,')}"
        message = printable(f"{one.edition}: {one.told.sentence} ({one.told.hint})")
        yield f"::{ANNOTATIONS[one.told.level]}{where}{title}::{_escape(message)}"


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object, as docs/checking.md describes it."""
    return {
        "version": JSON_VERSION,
        "ok": report.exit_code == 0,
        "exit_code": report.exit_code,
        "editions": list(report.editions),
        "counts": {str(level): count for level, count in report.counts.items()},
        "warnings": [_warning_json(one) for one in report.warnings],
    }


def _warning_json(one: Checked) -> dict[str, Any]:
    return {
        "edition": one.edition,
        "path": one.path or None,
        "line": one.place.line if one.place else None,
        "column": one.place.column if one.place else None,
        "level": str(one.told.level),
        "code": one.told.code,
        "message": one.told.sentence,
        "hint": one.told.hint,
        "talk": one.told.talk_pk,
        "url": f"{settings.SITE_URL}{one.told.url}",
    }


# Where it stands in a file


def _files(talks: Iterable[int | None]) -> dict[int, SourceRecord]:
    """The records of files that feed these talks, with their files, by the talk's primary key; one query."""
    wanted = SourceRecord.objects.filter(talk__in={talk for talk in talks if talk is not None})
    return {one.talk_id: one for one in wanted.select_related("file") if one.talk_id is not None}


def _checked(edition: Edition, one: Told, source: SourceRecord | None) -> Checked:
    if source is None:
        return Checked(edition.key, one)
    return Checked(edition.key, one, source.file.path, _place(source, edition.key, one.code))


def _place(source: SourceRecord, edition: str, code: str) -> Place | None:
    """Where a file with Lectern's own keys has the field; None for another site's, whose files hang together."""
    native = choose("", Problems())
    if native is None or source.file.mapping_id is not None:
        return None
    for file in native.read_files([(source.file.path, bytes(source.file.data))], edition):
        for record in file.reading.records if file.reading else ():
            if FIELDS.get(code) in record.places:
                return record.places[FIELDS[code]]
    return None


def _escape(text: str, more: str = "") -> str:
    """A text as a part of an annotation may have it."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
