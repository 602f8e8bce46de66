"""Several sites in one database, each with its mapping; and what a mapping says that no file of its site has."""

import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from exchange.dialects import choose
from exchange.dialects.mapping.language import Globs
from exchange.dialects.mapping.values import is_slow
from exchange.importing import Report
from exchange.models import SourceFile, SourceRecord
from exchange.problems import Level, Problem, Problems
from exchange.reports import problem_line
from talks.models import Talk
from tests.exchange.series import Bring, errors, tables, write
from tests.exchange.test_mapping_reading import dialect

TEXT = """
source: {name}
timezone: {zone}
edition: {{const: {name}-27}}
speakers: {{files: {folder}people/*.md, set: {{name: name, bio: $body}}}}
talks:
  files: {folder}talks/*.md
  speakers: {{from: by, ref: key}}
  set: {{title: title, start: at}}
"""
PERSON = "---\nname: 波田 凪\n---\nReads waves.\n"
TALK = "---\ntitle: Waves\nby: nami\nat: 2027-05-01 10:00\n---\n"
NATIVE = """---
edition: stone-27
title: Stones
---
"""


def site(root: Path, folder: str = "", **talks: str) -> Path:
    """A site with one person, and the talks of these names."""
    files = {f"{folder}talks/{name}.md": text for name, text in talks.items()}
    return write(root, {f"{folder}people/nami.md": PERSON, **files})


def text_of(name: str, folder: str = "", zone: str = "Pacific/Apia") -> str:
    return TEXT.format(name=name, folder=folder, zone=zone)


def came(report: Report) -> tuple[int, int, int]:
    """How many talks were created, changed, left."""
    return report.counts["created"], report.counts["updated"], report.counts["unchanged"]


def titles() -> set[tuple[str, str, str]]:
    return set(Talk.objects.values_list("edition__key", "key", "title"))


# Several sites


def test_a_second_site_does_not_take_over_the_files_of_the_first(bring: Bring, tmp_path: Path) -> None:
    first, second = dialect(text_of("reef")), dialect(text_of("fjord", zone="Europe/Oslo"))
    reef = site(tmp_path / "reef", a=TALK)
    fjord = site(tmp_path / "fjord", a=TALK.replace("Waves", "Ice"), b=TALK)
    assert came(bring(reef, dialect=first)) == (1, 0, 0)
    before = tables()
    report = bring(fjord, dialect=second)
    assert [
        (one.path, one.code, dict(one.values)) for one in report.problems if one.level is Level.ERROR
    ] == [("people/nami.md", "file-of-mapping", {"name": "our.yml", "key": "reef", "count": 2})]
    assert (tables(), report.exit_code) == (before, 1)
    kept = bring(fjord, dialect=second, keep_going=True, new_editions=True)
    assert (titles(), kept.exit_code) == ({("reef-27", "a", "Waves")}, 1)
    assert came(bring(reef, dialect=first)) == (0, 0, 1)


def test_sites_with_equal_files_at_other_paths_live_side_by_side(bring: Bring, tmp_path: Path) -> None:
    first, second = dialect(text_of("reef", "r/")), dialect(text_of("fjord", "f/", "Europe/Oslo"))
    reef, fjord = site(tmp_path / "reef", "r/", a=TALK), site(tmp_path / "fjord", "f/", a=TALK)
    assert came(bring(reef, dialect=first)) == (1, 0, 0)
    assert came(bring(fjord, dialect=second)) == (1, 0, 0)
    assert titles() == {("reef-27", "a", "Waves"), ("fjord-27", "a", "Waves")}
    assert {one.path: one.mapping and one.mapping.key for one in SourceFile.objects.all()} == {
        "r/talks/a.md": "reef",
        "r/people/nami.md": "reef",
        "f/talks/a.md": "fjord",
        "f/people/nami.md": "fjord",
    }
    before = tables()
    for folder, one in ((reef, first), (fjord, second)):
        report = bring(folder, dialect=one)
        assert (came(report), report.changes, report.exit_code) == ((0, 0, 1), False, 0)
    assert tables() == before


def test_two_mapped_sites_of_one_edition_and_key_clash_aloud(bring: Bring, tmp_path: Path) -> None:
    first = dialect(text_of("reef", "r/"))
    second = dialect(text_of("fjord", "f/").replace("fjord-27", "reef-27"))
    bring(site(tmp_path / "reef", "r/", a=TALK), dialect=first)
    report = bring(site(tmp_path / "fjord", "f/", a=TALK), dialect=second)
    assert {code for _path, _line, code in errors(report)} == {"key-taken"}
    assert SourceRecord.objects.get().file.path == "r/talks/a.md"


def test_a_mapped_site_does_not_take_the_files_of_a_native_one(bring: Bring, tmp_path: Path) -> None:
    native = write(tmp_path / "native", {"_programs/1-stone-27/a.md": NATIVE})
    assert came(bring(native, timezone="Asia/Kolkata")) == (1, 0, 0)
    text = "edition: edition\ntalks: {files: '**/*.md', set: {title: title}}\n"
    report = bring(native, dialect=dialect(text))
    assert errors(report) == [("_programs/1-stone-27/a.md", None, "file-native")]
    copy = write(tmp_path / "copy", {"talks/b.md": NATIVE})
    assert came(bring(copy, dialect=dialect(text), timezone="Asia/Kolkata")) == (1, 0, 0)
    assert titles() == {("stone-27", "a", "Stones"), ("stone-27", "b", "Stones")}
    assert came(bring(native)) == (0, 0, 1)


def test_an_import_that_forgets_the_dialect_is_told(bring: Bring, tmp_path: Path) -> None:
    reef = site(tmp_path / "reef", a=TALK)
    bring(reef, dialect=dialect(text_of("reef")))
    report = bring(reef)
    assert errors(report) == [("people/nami.md", None, "dialect-forgotten")]
    assert "came by our.yml last time" in problem_line(report.problems[0], {})


def test_a_new_mapping_goes_on_under_the_old_key(bring: Bring, tmp_path: Path) -> None:
    reef = site(tmp_path / "reef", a=TALK)
    bring(reef, dialect=dialect(text_of("reef").replace("source: reef", "source: old")))
    report = bring(
        reef, dialect=dialect(text_of("reef").replace("source: reef", "source: old") + "translations: [fr]\n")
    )
    assert (came(report), report.exit_code) == ((0, 0, 1), 0)


# Keys and twins


def test_equal_files_are_two_talks(bring: Bring, tmp_path: Path) -> None:
    reef = site(tmp_path / "reef", a=TALK, b=TALK)
    report = bring(reef, dialect=dialect(text_of("reef")))
    assert (came(report), report.exit_code) == ((2, 0, 0), 0)
    assert [(one.path, one.code) for one in report.problems if one.code == "file-alike"] == [
        ("talks/b.md", "file-alike")
    ]


def test_keys_that_collide_in_every_way_are_told_apart_and_stay(bring: Bring, tmp_path: Path) -> None:
    text = text_of("reef").replace("  set: {title", "  key: slug\n  set: {title")
    slugs = {"a": "k", "b": "talks/k", "c": "talks/z", "z": "k"}
    reef = site(
        tmp_path / "reef",
        **{name: f"---\ntitle: {name}\nslug: {slug}\n---\n" for name, slug in slugs.items()},
    )
    assert came(bring(reef, dialect=dialect(text))) == (4, 0, 0)
    expected = {("reef-27", key, name) for name, key in {**slugs, "z": "talks/z.md-1"}.items()}
    assert titles() == expected
    (reef / "talks" / "a.md").unlink()
    report = bring(reef, dialect=dialect(text))
    assert (errors(report), came(report), titles()) == ([], (0, 0, 3), expected)
    assert bring(reef, dialect=dialect(text)).changes is False
    write(reef, {"talks/a.md": "---\ntitle: a\nslug: k\n---\n"})
    assert (errors(bring(reef, dialect=dialect(text))), titles()) == ([], expected)


# What no file has


def said(
    text: str, files: Mapping[str, str], default: str = ""
) -> list[tuple[int, str, Mapping[str, str | int]]]:
    """What is said of a mapping once its files are read: line, code, values."""
    found = dialect(text)
    told = found.read_files(
        [(path, data.encode()) for path, data in files.items() if found.takes(path)], default
    )
    problems = [one for each in told for one in each.problems if one.path == found.file]
    return [(one.place.line if one.place else 0, one.code, dict(one.values)) for one in sorted(problems)]


NAMES = """edition: {const: reef-27}
speakers:
  files: people/*.md
  set: {name: nom, bio: $body}
talks:
  files: talks/*.md
  speakers: {from: presenter, inline: {name: name}}
  set:
    title: [title, headline]
    room: [hall, where.room]
    tags: topics
    start: slot.begin
schedule:
  file: data/plan.yml
  rows: "*.slots.*"
  talk: who
  set: {date: ^day, time: at}
"""
FILES = {
    "people/a.md": "---\nname: Ана\n---\n",
    "talks/a.md": "---\ntitle: A\npresenters: [{name: Ада}]\nslot: {}\n---\n",
    "talks/b.md": "---\nheadline: B\n---\n",
    "data/plan.yml": "- {day: 2027-05-01, slots: [{talk: a, at: '9:00'}, {talk: b, at: '9:30'}]}\n",
}


def test_a_key_that_no_file_has_is_told_once_at_the_mapping() -> None:
    keys = "title, presenters, slot, headline"
    assert said(NAMES, FILES) == [
        (4, "mapping-key-nowhere", {"way": "nom", "keys": "name"}),
        (7, "mapping-key-nowhere", {"way": "presenter", "keys": keys}),
        (10, "mapping-key-nowhere", {"way": "hall, where.room", "keys": keys}),
        (16, "mapping-key-nowhere", {"way": "who", "keys": "talk, at"}),
    ]
    assert said(NAMES, {}) == []


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("days: []\n", ""),
        ("[]\n", ""),
        ("{}\n", ""),
        ("title: Plan\ndays: []\n", ""),
        ("dayz: [{slots: [1]}]\ntitle: Plan\n", "dayz, title"),
        ("days: [{slotz: [1]}]\n", "days"),
        ("- slots\n", "–"),
    ],
)
def test_a_schedule_without_rows(plan: str, expected: str) -> None:
    text = NAMES.replace('"*.slots.*"', "days.*.slots")
    told = [
        (line, values)
        for line, code, values in said(text, {**FILES, "data/plan.yml": plan})
        if code == "schedule-no-rows"
    ]
    values = {"name": "data/plan.yml", "way": "days.*.slots", "keys": expected}
    assert told == ([(15, values)] if expected else [])


def test_an_edition_that_no_file_has_is_told_once() -> None:
    files = {"talks/a.md": TALK, "talks/b.md": TALK}
    plain = "talks: {files: talks/*.md, set: {title: title}}\n"
    assert said("edition: reef-27\n" + plain, files) == [(1, "mapping-edition-nowhere", {"way": "reef-27"})]
    assert said(plain, files) == [(1, "mapping-no-edition", {})]
    assert said(plain, files, "reef-27") == []
    found = dialect("edition: year\n" + plain)
    told = found.read_files(
        [("talks/a.md", TALK.encode()), ("talks/b.md", b"---\ntitle: B\nyear: reef-27\n---\n")]
    )
    assert [(each.path, one.code) for each in told for one in each.problems] == [
        ("talks/a.md", "edition-missing")
    ]


def test_the_zone_that_a_made_edition_gets_is_told(bring: Bring, tmp_path: Path) -> None:
    reef = site(tmp_path / "reef", a=TALK)
    without = dialect(text_of("reef").replace("timezone: Pacific/Apia\n", ""))
    told = [
        one for one in bring(reef, dialect=without, dry_run=True).problems if one.code == "zone-taken-new"
    ]
    assert [(one.level, one.values["editions"]) for one in told] == [(Level.INFO, "reef-27")]
    for named in ({"dialect": without, "timezone": "Asia/Tokyo"}, {"dialect": dialect(text_of("reef"))}):
        report = bring(reef, dry_run=True, **named)
        assert [one for one in report.problems if one.code == "zone-taken-new"] == []


def test_presets_are_silent_of_what_a_site_has_not(bring: Bring, tmp_path: Path) -> None:
    files = {"_talks/a.md": "---\ntitle: A\n---\nText.\n", "_talks/_index.md": "---\ntitle: All talks\n---\n"}
    jekyll = choose("jekyll", Problems())
    report = bring(write(tmp_path, files), dialect=jekyll, default_edition="reef-27")
    assert [one for one in report.problems if one.code == "mapping-key-nowhere"] == []
    assert titles() == {("reef-27", "a", "A")}


def test_what_is_said_of_the_mapping_is_printed_where_it_lies(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "our.yml": NAMES})
    ours = choose(str(tmp_path / "our.yml"), Problems())
    first, second = (bring(tmp_path, dialect=ours) for _run in range(2))
    told = [one for one in first.problems if one.level is Level.WARNING]
    assert (first.exit_code, len(told), second.changes) == (0, 4, False)
    assert [one for one in second.problems if one.level is Level.WARNING] == told
    out, err = StringIO(), StringIO()
    call_command(
        "import_talks", str(tmp_path), dialect=str(tmp_path / "our.yml"), dry_run=True, stdout=out, stderr=err
    )
    assert "our.yml:7:20: warning: no file has presenter (the keys are:" in err.getvalue()


# Data files and patterns


def test_json_as_programs_write_it() -> None:
    people = json.dumps({"crew": [{"id": "a", "name": "Ада 😀 Q", "bio": "\\😀\n🌊"}]})
    text = """edition: {const: reef-27}
speakers: {items: {file: crew.json, at: crew}, key: id, set: {name: name, bio: bio}}
talks: {files: "*.md", speakers: {from: by, ref: key}, set: {title: title}}
"""
    files = [("crew.json", people.encode()), ("a.md", b"---\ntitle: A\nby: a\n---\n")]
    told = {one.path: one for one in dialect(text).read_files(files)}
    assert [list(one.problems) for one in told.values()] == [[], []]
    reading = told["a.md"].reading
    assert reading is not None
    (item,) = reading.records[0].lists["appearances"]
    assert (item.fields["name"], item.fields["bio"]) == ("Ада 😀 Q", "\\😀\n🌊")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('{"a": "\\ud83d"}', "json-escape"),
        ("", "data-empty"),
        ("# nothing\n", "data-empty"),
        ("a: 1\n---\nb: 2\n", "data-second-document"),
    ],
)
def test_data_files_are_not_spoken_of_as_front_matter(data: str, code: str) -> None:
    text = "edition: {const: reef-27}\nspeakers: {items: {file: crew.json}, set: {name: name}}\n"
    found = dialect(text + "talks: {files: '*.md', set: {title: title}}\n")
    (told,) = found.read_files([("crew.json", data.encode())])
    first = next(one for one in told.problems if one.level is Level.ERROR)
    assert (
        first.code,
        "front matter" in problem_line(Problem("x", None, Level.ERROR, code, first.values), {}),
    ) == (code, False)


@pytest.mark.parametrize(
    ("pattern", "path", "taken"),
    [
        ("t/*a*b.md", "t/xaxxb b.md", True),
        ("t/*a*b.md", "t/b-a.md", False),
        ("*ab*ab", "ab", False),
        ("*ab*ab", "abxab", True),
        ("**/t/*.md", "a/b/t/x.md", True),
        ("t/**", "t/a/b", True),
        ("t/?*.md", "t/.md", False),
        ("*/*.md", "a/b/c.md", False),
        ("t/" + "*a" * 40 + "b.md", "t/" + "a" * 250 + ".md", False),
        ("t/*.md", "t/_index.md", False),
        ("**/_index.md", "t/_index.md", True),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, *, taken: bool) -> None:
    assert Globs((pattern,)).take(path) is taken


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        ("(a+)+$", True),
        ("(a|b)*x", True),
        ("((?:a?)b){30}", True),
        ("(?P<x>[ab]*)+", True),
        (r"(\d+) min(?:utes)?", False),
        (r"([+*|]x)+", False),
        (r"(?:\d{2}:){2}", False),
        (r"(\(+)?", False),
    ],
)
def test_patterns_that_may_take_for_ever(pattern: str, *, slow: bool) -> None:
    assert is_slow(pattern) is slow
