"""Real sites, where they are at hand, each read by its mapping: what comes in agrees with what others counted.

The files are private test data and no part of this project: they are looked for beside it, or where the
environment variable LECTERN_CORPORA says.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from editions.models import Track
from exchange.dialects import MappedDialect, choose
from exchange.exporting import export_files
from exchange.problems import Level, Problem, Problems
from exchange.records import Record
from talks.models import Talk
from tests.exchange.exports import export
from tests.exchange.series import Bring, errors, files_of, tables
from tests.exchange.test_emc2 import CORPORA
from tests.exchange.test_mapping_reading import dialect

MAPPINGS = CORPORA / "mappings"
NAMES = (
    "bsides-munich-2023 deliveryconf-2020 devfest-toulouse-2019 djangocon-us-2019 djangocon-us-2024 emc2 "
    "heapcon-2019 nidevconf pyconau-2019"
).split()
# The native series is counted by other means: its titles and breaks are not told by the mapping.
OTHERS = [name for name in NAMES if name != "emc2"]


class Corpus(NamedTuple):
    """A site that was read: its records, what was said of it, the files that are none, and what was counted."""

    records: list[Record]
    problems: list[Problem]
    unparsable: list[str]
    counted: dict[str, Any]


def needed(*paths: Path) -> None:
    """Skip where a file is missing, and say which."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        pytest.skip(f"the real sites are not at hand: {', '.join(missing)} (set LECTERN_CORPORA)")


def mapping(name: str) -> MappedDialect:
    """The mapping of a site, in which nothing is wrong."""
    needed(MAPPINGS / f"{name}.yml", CORPORA / name, CORPORA / f"{name}.expect.json")
    problems = Problems()
    found = choose(str(MAPPINGS / f"{name}.yml"), problems)
    assert isinstance(found, MappedDialect)
    assert list(problems) == []
    return found


@cache
def corpus(name: str) -> Corpus:
    """A site, read once."""
    ours, root = mapping(name), CORPORA / name
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    told = list(ours.read_files((path, (root / path).read_bytes()) for path in paths if ours.takes(path)))
    counted: dict[str, Any] = json.loads((CORPORA / f"{name}.expect.json").read_text(encoding="utf-8"))
    return Corpus(
        [record for one in told if one.reading for record in one.reading.records],
        [problem for one in told for problem in one.problems],
        [one.path for one in told if one.reading is None],
        counted,
    )


def starts(records: list[Record]) -> Iterator[datetime]:
    """The moments at which talks begin."""
    for one in records:
        if one.fields.get("starts_at"):
            clock = datetime.fromisoformat(str(one.fields["starts_at"]))
            yield clock.replace(tzinfo=ZoneInfo(one.zone))


def is_break(record: Record) -> bool:
    """Whether a record is a service entry."""
    return record.fields.get("type", record.defaults.get("type")) == "break"


@pytest.mark.parametrize("name", NAMES)
def test_every_talk_is_read(name: str) -> None:
    read = corpus(name)
    assert len(read.records) == read.counted["talks"]
    assert read.unparsable == read.counted["unparsable_files"]
    assert [one for one in read.problems if one.level is Level.ERROR] == []
    assert len({(one.edition, one.key) for one in read.records}) == len(read.records)


@pytest.mark.parametrize("name", OTHERS)
def test_titles_and_service_entries_are_as_counted(name: str) -> None:
    read = corpus(name)
    talks = [one for one in read.records if not is_break(one)]
    assert len(talks) == read.counted["talks_without_service_entries"]
    for records, key in ((read.records, ""), (talks, "_without_service_entries")):
        titles = {(one.edition, one.fields["title"]) for one in records if one.fields["title"]}
        assert len(titles) == read.counted[f"distinct_titles{key}"]
    assert [one.path for one in read.records if not one.fields["title"]] == read.counted["empty_titles"]


@pytest.mark.parametrize("name", NAMES)
def test_talks_begin_when_they_were_counted_to_begin(name: str) -> None:
    read = corpus(name)
    found, counted = sorted(starts(read.records)), read.counted["starts"]
    assert len(found) == counted["known"]
    ends = (found[0].isoformat(), found[-1].isoformat()) if found else (None, None)
    assert ends == (counted["earliest"], counted["latest"])


@pytest.mark.parametrize("name", NAMES)
def test_people_are_as_counted(name: str) -> None:
    read = corpus(name)
    dangling = [[one.path, one.values["key"]] for one in read.problems if one.code == "person-unknown"]
    assert dangling == read.counted["dangling_speaker_references"]
    names = {item.fields["name"] for one in read.records for item in one.lists["appearances"]}
    counted = read.counted["speakers"]
    assert len(names - {key for _path, key in dangling}) == (
        counted["distinct_names"] or counted["inline_distinct_names"]
    )


@pytest.mark.parametrize("name", ["emc2", "nidevconf"])
def test_each_edition_has_its_talks(name: str) -> None:
    read = corpus(name)
    counted = {key: one["talks"] for key, one in read.counted["editions"].items()}
    assert Counter(one.edition for one in read.records) == counted


@pytest.mark.parametrize("name", ["devfest-toulouse-2019", "nidevconf"])
def test_a_site_comes_in_whole_and_a_second_run_has_nothing_to_do(bring: Bring, name: str) -> None:
    ours = mapping(name)
    report = bring(CORPORA / name, dialect=ours)
    counted = corpus(name).counted
    assert (report.exit_code, errors(report), report.counts["created"]) == (0, [], counted["talks"])
    assert Talk.objects.count() == counted["talks"]
    assert {one.edition.timezone for one in Talk.objects.select_related("edition")} == {counted["timezone"]}
    before = tables()
    again = bring(CORPORA / name, dialect=ours)
    assert (again.exit_code, again.run, again.changes) == (0, None, False)
    assert (again.counts["unchanged"], tables()) == (counted["talks"], before)


# Files in which a key is given twice

WILD = """
source: wild
timezone: America/Los_Angeles
offsets: ignore
key_twice: last
edition: {const: wild-19}
talks:
    files: "*.md"
    speakers: {from: presenters, inline: {name: name, affiliation: company}}
    set:
        title: title
        type: category
        track: track
        level: twitter.card
        room: room
        start: date
        end: end_date
        abstract: $body
"""


@pytest.fixture
def wild(tmp_path: Path) -> Path:
    """The files in which a key is given twice, alone in a folder."""
    needed(CORPORA / "wild-breakage", CORPORA / "wild-breakage.expect.json")
    entries = json.loads((CORPORA / "wild-breakage.expect.json").read_text(encoding="utf-8"))["entries"]
    folder = tmp_path / "wild"
    folder.mkdir()
    for one in entries:
        if one["expected"] == "ambiguous":
            shutil.copy(CORPORA / "wild-breakage" / one["file"], folder)
    assert len(list(folder.iterdir())) == 4
    return folder


def test_keys_given_twice_come_in_with_a_warning_that_names_both_places(bring: Bring, wild: Path) -> None:
    report = bring(wild, dialect=dialect(WILD))
    assert (report.exit_code, report.counts["created"]) == (0, 4)
    twice = [one for one in report.problems if one.code == "key-twice-last-read"]
    assert {one.path for one in twice} == set(files_of(wild))
    assert all(one.place and 1 < int(one.values["first_line"]) < one.place.line for one in twice)
    again = bring(wild, dialect=dialect(WILD))
    assert (again.changes, [one for one in again.problems if one.code == "key-twice-last-read"]) == (
        False,
        twice,
    )


def test_they_go_out_byte_for_byte(bring: Bring, wild: Path, tmp_path: Path) -> None:
    bring(wild, dialect=dialect(WILD))
    export(tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(wild)


def _set_track(talk: Talk) -> None:
    talk.track = Track.objects.create(edition=talk.edition, key="another", name="Another")
    talk.save()


def _set_level(talk: Talk) -> None:
    talk.level = "another level"
    talk.save()


def _set_affiliation(talk: Talk) -> None:
    one = talk.appearances.order_by("position").last()
    assert one
    one.affiliation = "Another place"
    one.save()


@pytest.mark.parametrize(
    ("file", "change", "name"),
    [
        ("duplicate-key-track.md", _set_track, "track"),
        ("duplicate-key-twitter.md", _set_level, "level"),
        ("duplicate-key-presenters.md", _set_affiliation, "affiliation"),
        ("duplicate-key-nested.md", _set_affiliation, "affiliation"),
    ],
)
def test_a_key_given_twice_is_not_written_and_others_are(
    bring: Bring, wild: Path, file: str, change: Callable[[Talk], None], name: str
) -> None:
    bring(wild, dialect=dialect(WILD))
    talk = Talk.objects.get(source__file__path=file)
    talk.title = "Another title"
    talk.save()
    change(Talk.objects.get(pk=talk.pk))
    before = files_of(wild)
    out = export_files()
    out.into_folder(wild)
    (told,) = out.said()
    assert (told.path, told.code, str(told.values["key"]).split(".")[-1]) == (
        file,
        "out-derived",
        name,
    )
    after = files_of(wild)
    assert {path for path in before if before[path] != after[path]} == {file}
    old, new = before[file].decode().splitlines(), after[file].decode().splitlines()
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert [(one.split(":")[0], "Another title" in other) for one, other in changed] == [("title", True)]
