"""Schedules as a dialect: which files are some, and each of them read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from exchange.dialects.schedule.reading_json import read_schedule_json
from exchange.dialects.schedule.reading_xml import read_schedule_xml
from exchange.dialects.schedule.telling import records_of
from exchange.dialects.seam import Reading, Told, code_digest
from exchange.documents.reading import decoded, without_control
from exchange.documents.spans import Lines, Span
from exchange.problems import Place, Problems
from exchange.records import Kind
from exchange.tree import BadFile, Entry, Tree

# What marks the files of this dialect among those that are remembered; no mapping can be called so.
KEY = "schedule.xml"
ENDINGS = (".xml", ".json")
# The largest public schedules (a thousand events with long abstracts) have 5 MB.
LIMIT = 16 * 1024 * 1024
# How far into a file its first two names stand.
HEAD = 4096
SIGNS = {".xml": (b"<schedule",), ".json": (b'"schedule"', b'"conference"')}


@dataclass(frozen=True)
class ScheduleDialect:
    """schedule.xml and schedule.json: one file a conference, exported elsewhere, never written back."""

    name: str = "schedule"
    key: str = KEY
    text: str = ""
    source: str = ""
    markers: tuple[str, ...] = ()
    joins: bool = False
    foreign: bool = True

    @property
    def digest(self) -> str:
        """Changes with the code that reads."""
        return code_digest()

    def claimed(self, tree: Tree, _problems: Problems) -> dict[str, Entry]:
        """Files that were named themselves, and those that begin as schedules do."""
        return {
            entry.path: entry
            for entry in tree.files()
            if _ending(entry.path) in ENDINGS and (tree.is_named(entry.path) or _is_schedule(tree, entry))
        }

    def read_files(self, files: Iterable[tuple[str, bytes]], default_edition: str = "") -> Iterator[Told]:
        """Each file with its records; a second file of one edition is refused."""
        first: dict[str, str] = {}
        for path, data in files:
            problems = Problems()
            reading = read_schedule(path, data, problems, default_edition)
            for edition in {one.edition for one in reading.records} if reading else ():
                if first.setdefault(edition, path) != path:
                    problems.error(path, None, "schedule-twice", other=first[edition], edition=edition)
            yield Told(path, reading, problems)

    def kind_at(self, _path: str) -> Kind | None:
        """Nothing in particular: a schedule holds an edition and its talks."""
        return None


def read_schedule(path: str, data: bytes, problems: Problems, default_edition: str = "") -> Reading | None:
    """The records of a schedule; None, with the reason in ``problems``, for a file that is none or has errors."""
    found = Problems()
    if len(data) > LIMIT:
        found.error(path, Place(1, 1), "data-too-long", limit=LIMIT // 1024)
    text = decoded(path, data, found) if not found.has_errors else None
    reading = None
    if text is not None and without_control(path, lines := Lines(text), Span(0, len(text)), found):
        read = read_schedule_json if _ending(path) == ".json" else read_schedule_xml
        schedule = read(path, lines, found)
        if schedule is not None:
            records = records_of(schedule, path, default_edition, found)
            reading = Reading(records, schedule.unknown)
    problems.extend(found)
    return reading


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _is_schedule(tree: Tree, entry: Entry) -> bool:
    if entry.size > LIMIT:
        return False
    try:
        head = tree.read(entry.path)[:HEAD]
    except BadFile:
        return False
    return all(sign in head for sign in SIGNS[_ending(entry.path)])


SCHEDULE = ScheduleDialect()
