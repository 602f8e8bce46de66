"""Small invented sites, each with its own words for talks, read by a mapping: their records, and then the site."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from editions.models import Edition, Series
from exchange.dialects import MappedDialect
from exchange.importing import Report
from exchange.models import SourceFile
from exchange.problems import Level, Problem
from exchange.records import Record
from speakers.models import Speaker
from talks.models import Talk
from tests.exchange.series import Bring, tables, write
from tests.exchange.test_mapping_language import read

JEKYLL = """
source: tidal
timezone: America/St_Johns
offsets: ignore
edition: {const: tidal-27}
translations: [fr]
ignore: [_talks/template.md]
overrides:
    _talks/late.md: {title: A late one, start: 2027-03-14 16:00, room: Loft}
talks:
    files: _talks/*.md
    key: [code, $stem]
    skip_if: {draft: true}
    service_if_empty: people
    speakers:
        - {from: people, inline: {name: name, affiliation: from, bio: [about, text], photo: photo}, key: name}
        - {from: host, inline: {name: name}, role: moderator}
    set: {title: title, type: kind, room: room, start: slot.start, end: slot.end, abstract: $body, tags: tags}
"""
JEKYLL_SITE = {
    "_talks/fog.md": """---
code: FOG1
title: " Fog, and what it hides "
kind: Talk
room: Hall
tags: [fog, sea]
slot:
    start: 2027-03-14 09:00:00 -0500
    end: 2027-03-14T09:45:00-05:00
people:
    - {name: Asta Brun, from: Harbour Lab, about: Reads *fog*., photo: asta.jpg}
    - name: 霧島 凪
      text: 霧を読む。
---
Fog is *water*.
""",
    "_talks/fog.fr.md": "---\ntitle: Le brouillard\n---\n",
    "_talks/lunch.md": "---\ntitle: Lunch\nslot: {start: 2027-03-14 12:00 -0500, end: 2027-03-14 13:00 -0500}\n---\n",
    "_talks/late.md": "---\ntitle: TBD\npeople: Asta Brun\nhost: {name: Per Lund}\nslot: {start: soon}\n---\nLate.\n",
    "_talks/template.md": "---\ntitle: [broken\n---\n",
    "_talks/hidden.md": "---\ntitle: Hidden\ndraft: true\n---\n",
    "_posts/news.md": "no front matter\n",
    "_talks/asta.jpg": "",
}
HUGO = """
source: lanterns
timezone: {from: $dir1, map: {"2027": Asia/Tokyo}, default: Europe/Lisbon}
edition: {from: $dir1, template: "lanterns-{0}"}
speakers:
    files: "*/content/people/*.md"
    key: [id, $stem]
    set: {name: title, affiliation: firm, bio: $body, website: [links.0, web]}
talks:
    files: "*/content/talks/*.md"
    skip_if: {draft: true}
    speakers: {from: [speakers, [speaker, speaker2]], ref: [key, name]}
    set:
        title: title
        type: {from: short, map: {true: lightning, false: talk}}
        date: {const: 2027-10-02}
        time: at
        minutes: length
        room: [room, Room]
        draft: held
"""
HUGO_SITE = {
    "2027/content/people/maren.md": '+++\ntitle = "Maren Østby"\nfirm = "Bergen"\nlinks = ["https://a.example/"]\n+++\nOf lamps.\n',
    "2027/content/people/k.md": '+++\nid = "kage"\ntitle = "影山 灯"\nweb = "https://k.example/"\n+++\n',
    "2028/content/people/maren.md": '+++\ntitle = "Maren Østby-Ito"\nfirm = "Nagoya"\n+++\n',
    "2027/content/talks/oil.md": '+++\ntitle = "Oil"\nshort = true\nat = "9:30 pm"\nlength = 20\nRoom = "A"\nspeaker = "maren"\nspeaker2 = "kage"\n+++\n油。\n',
    "2027/content/talks/wick.md": '+++\ntitle = "Wick"\nshort = false\nspeakers = ["maren", "nobody", "影山 灯"]\nheld = true\n+++\n',
    "2028/content/talks/oil.md": '+++\ntitle = "Oil again"\nshort = false\nat = "10h"\nroom = "B"\nspeakers = ["maren"]\n+++\n',
}
GRID = """
source: looms
timezone: Europe/Athens
edition: {const: looms-27}
speakers:
    items: {file: data/people.yml, at: crew}
    key: nick
    set: {name: name, affiliation: firm}
talks:
    files: talks/*.md
    key: id
    service_if: {kind: pause}
    speakers: {from: by, ref: key}
    set: {title: title, type: kind}
schedule:
    file: data/plan.yml
    rows: "*.slots.*"
    lookup: {file: data/times.yml, by: slot, key: id}
    talk: cells
    end: next
    set: {date: ^day, time: at, end_time: until, room: {nth: ^rooms.*.name}}
"""
GRID_SITE = {
    "data/people.yml": "crew:\n    - {nick: ada, name: Ada Quill, firm: Looms}\n    - {nick: 7, name: Ωmega Πi}\n",
    "data/times.yml": "- {id: 1, at: '9:00'}\n- {id: 2, at: '23:00', until: '1:00'}\n- {id: 3, at: '23:30'}\n- {id: x, at: '8:00'}\n",
    "data/plan.yml": """- day: 2027-05-01
  rooms: [{name: Warp}, {name: Weft}, {name: Heddle}]
  slots:
      - {slot: 1, cells: [101, ~, 102]}
      - {slot: 2, cells: [900]}
      - {slot: 3, cells: [404, ~, ~]}
- day: 2027-05-02
  rooms: [{name: Warp}, {name: Weft}, {name: Heddle}]
  slots:
      - {slot: x, cells: [~, 900, 404]}
""",
    "talks/a.md": "---\nid: 101\ntitle: Warp speed\nby: [ada, 7]\n---\n",
    "talks/b.md": "---\nid: '102'\ntitle: Heddles\nby: ada\n---\n",
    "talks/c.md": "---\nid: 900\ntitle: Night shift\nkind: pause\n---\n",
    "talks/d.md": "---\nid: 7\ntitle: Nowhere\n---\n",
}
BUNDLES = """
source: kites
timezone: Asia/Kolkata
edition: {const: kites-27}
speakers:
    files: [people/*/_index.md, people/*/index.md]
    key: $dir2
    set: {name: [person, title], affiliation: firm, bio: about}
talks:
    files: [people/*/*/index.md, people/*/index.md]
    key: {join: [$dir2, $dir3], with: "-"}
    speakers: {from: $dir2, ref: key}
    set: {title: title, track: $up(kind=person).theme, location: $up(kind=event).place, start: at}
"""
BUNDLES_SITE = {
    "people/_index.md": "---\nkind: event\nplace: Ahmedabad\n---\n",
    "people/rai/_index.md": "---\nkind: person\ntitle: Rai Sen\nfirm: Kites & Co\ntheme: Wind\n---\n",
    "people/rai/tail/index.md": "---\ntitle: Tails\nat: 2027-01-14 10:00\n---\n",
    "people/rai/string/index.md": "---\ntitle: Strings\n---\n",
    "people/dev/index.md": "---\ntitle: Both in one\nperson: Dev Rao\nabout: Flies.\n---\n",
    "people/dev/_index.md": "---\nkind: person\ntitle: Dev R.\nfirm: Roof\n---\n",
    "elsewhere/_index.md": "---\nbroken: [\n---\n",
}


def dialect(text: str) -> MappedDialect:
    """A mapping that is right."""
    found, problems = read(text)
    assert found is not None, problems
    return found


def records(text: str, site: Mapping[str, str], default: str = "") -> tuple[dict[str, Record], list[Problem]]:
    """The records of a site by path, and all that is said of its files; what is said of the mapping is left out."""
    found = dialect(text)
    files = [(path, data.encode()) for path, data in site.items() if found.takes(path)]
    told = list(found.read_files(files, default))
    # What is said of the mapping has tests of its own.
    problems = sorted(one for each in told for one in each.problems if one.path != found.file)
    return {one.path: one for each in told if each.reading for one in each.reading.records}, problems


def people(record: Record) -> list[dict[str, Any]]:
    """Who is in a talk."""
    return [{"place": one.place, **one.fields} for one in record.lists["appearances"]]


def codes(problems: list[Problem] | Report) -> list[tuple[str, str]]:
    """Paths and codes of what is said, but for news."""
    found = problems.problems if isinstance(problems, Report) else problems
    return [(one.path, one.code) for one in found if one.level is not Level.INFO]


# Records


def test_people_inside_and_offsets_that_are_wrong() -> None:
    found, problems = records(JEKYLL, JEKYLL_SITE)
    assert codes(problems) == []
    assert sorted(found) == ["_talks/fog.md", "_talks/late.md", "_talks/lunch.md"]
    fog = found["_talks/fog.md"]
    assert (fog.key, fog.edition, fog.zone, dict(fog.offsets)) == ("FOG1", "tidal-27", "America/St_Johns", {})
    assert fog.fields == {
        "title": "Fog, and what it hides",
        "type": "Talk",
        "room": "Hall",
        "abstract": "Fog is *water*.",
        "tags": ("fog", "sea"),
        "starts_at": "2027-03-14T09:00:00",
        "ends_at": "2027-03-14T09:45:00",
        "edition": "tidal-27",
    }
    assert people(fog) == [
        {
            "place": "people.0",
            "name": "Asta Brun",
            "affiliation": "Harbour Lab",
            "bio": "Reads *fog*.",
            "avatar": "asta.jpg",
            "role": "speaker",
        },
        {
            "place": "people.1",
            "name": "霧島 凪",
            "affiliation": None,
            "bio": "霧を読む。",
            "avatar": None,
            "role": "speaker",
        },
    ]
    assert [(one.field, one.item, one.candidates[0]) for one in fog.assets] == [
        ("photo", "people.0", "_talks/asta.jpg")
    ]
    assert fog.defaults == {"state": "published"}


def test_service_entries_and_overrides() -> None:
    found, _problems = records(JEKYLL, JEKYLL_SITE)
    lunch, late = found["_talks/lunch.md"], found["_talks/late.md"]
    assert (lunch.fields["type"], lunch.fields["starts_at"]) == ("break", "2027-03-14T12:00:00")
    assert (late.fields["title"], late.fields["starts_at"], late.fields["room"]) == (
        "A late one",
        "2027-03-14T16:00:00",
        "Loft",
    )
    assert late.fields["type"] == "talk"
    assert [(one["name"], one["role"]) for one in people(late)] == [
        ("Asta Brun", "speaker"),
        ("Per Lund", "moderator"),
    ]


def test_editions_from_folders() -> None:
    found, problems = records(HUGO, HUGO_SITE)
    oil, wick, again = (
        found[f"{path}.md"]
        for path in ("2027/content/talks/oil", "2027/content/talks/wick", "2028/content/talks/oil")
    )
    assert [(one.key, one.edition, one.zone) for one in (oil, wick, again)] == [
        ("oil", "lanterns-2027", "Asia/Tokyo"),
        ("wick", "lanterns-2027", "Asia/Tokyo"),
        ("oil", "lanterns-2028", "Europe/Lisbon"),
    ]
    assert oil.fields == {
        "title": "Oil",
        "type": "lightning",
        "room": "A",
        "state": "published",
        "starts_at": "2027-10-02T21:30:00",
        "ends_at": "2027-10-02T21:50:00",
        "edition": "lanterns-2027",
    }
    assert (wick.fields["state"], wick.fields["starts_at"]) == ("draft", None)
    assert (again.fields["starts_at"], again.fields["ends_at"]) == ("2027-10-02T10:00:00", None)
    assert [(one["place"], one["name"], one["affiliation"], one["url"]) for one in people(oil)] == [
        ("speaker", "Maren Østby", "Bergen", "https://a.example/"),
        ("speaker2", "影山 灯", None, "https://k.example/"),
    ]
    assert [(one["place"], one["name"]) for one in people(wick)] == [
        ("speakers.0", "Maren Østby"),
        ("speakers.1", "nobody"),
        ("speakers.2", "影山 灯"),
    ]
    assert [(one["name"], one["affiliation"]) for one in people(again)] == [("Maren Østby-Ito", "Nagoya")]
    assert [(one.path, one.code, one.place.line, one.values) for one in problems if one.place] == [
        ("2027/content/talks/wick.md", "person-unknown", 4, {"key": "nobody"})
    ]


def test_a_schedule_of_rows_and_cells() -> None:
    found, problems = records(GRID, GRID_SITE)
    when = {
        path: (one.fields["starts_at"], one.fields["ends_at"], one.fields.get("room"))
        for path, one in found.items()
    }
    assert when == {
        "talks/a.md": ("2027-05-01T09:00:00", "2027-05-01T23:00:00", "Warp"),
        "talks/b.md": ("2027-05-01T09:00:00", "2027-05-01T23:00:00", "Heddle"),
        # The earliest of two slots, for everyone, and into the next day.
        "talks/c.md": ("2027-05-01T23:00:00", "2027-05-02T01:00:00", None),
        "talks/d.md": (None, None, None),
    }
    assert [found[f"talks/{name}.md"].fields["type"] for name in "abc"] == ["talk", "talk", "break"]
    assert [one["name"] for one in people(found["talks/a.md"])] == ["Ada Quill", "Ωmega Πi"]
    assert [(one.path, one.code, one.values) for one in problems] == [
        ("data/plan.yml", "schedule-talk-unknown", {"key": "404", "count": 2})
    ]


def test_a_schedule_that_names_titles() -> None:
    text = GRID.replace("talk: cells", "talk: cells\n    match: title").replace(
        "key: id\n    service", "service"
    )
    site = {
        **GRID_SITE,
        "data/plan.yml": "- {day: 2027-05-01, rooms: [{name: W}], slots: [{slot: 1, cells: ['  WARP  Speed ']}]}\n",
        "talks/none.md": "---\nid: 3\n---\n",
    }
    found, problems = records(text, site)
    assert found["talks/a.md"].fields["starts_at"] == "2027-05-01T09:00:00"
    assert found["talks/a.md"].fields["room"] == "W"
    assert found["talks/none.md"].fields["starts_at"] is None
    assert codes(problems) == [("talks/none.md", "title-missing")]


def test_an_override_goes_before_the_schedule() -> None:
    text = GRID + "overrides: {talks/a.md: {start: 2027-05-03 10:00, room: Attic, type: panel}}\n"
    found, _problems = records(text, GRID_SITE)
    fields = found["talks/a.md"].fields
    assert (fields["starts_at"], fields["room"], fields["type"]) == ("2027-05-03T10:00:00", "Attic", "panel")


def test_page_bundles_and_what_stands_above() -> None:
    found, problems = records(BUNDLES, BUNDLES_SITE)
    facts = {
        path: (one.key, one.fields["track"], one.fields["location"], [each["name"] for each in people(one)])
        for path, one in found.items()
    }
    assert facts == {
        "people/rai/tail/index.md": ("rai-tail", "Wind", "Ahmedabad", ["Rai Sen"]),
        "people/rai/string/index.md": ("rai-string", "Wind", "Ahmedabad", ["Rai Sen"]),
        "people/dev/index.md": ("dev", None, "Ahmedabad", ["Dev R."]),
    }
    assert people(found["people/dev/index.md"])[0]["bio"] == "Flies."
    assert [(one.path, one.code, one.values) for one in problems] == [
        ("people/dev/index.md", "person-twice", {"key": "dev", "other": "people/dev/_index.md"})
    ]


TIMED = """
timezone: %s
offsets: keep
edition: {const: east-27}
talks: {files: "*.md", set: {title: title, start: start, end: end}}
"""


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("America/New_York", "2027-03-14 06:30:00 +0000", "2027-03-14T01:30:00"),
        ("America/New_York", "2027-03-14 07:30:00 +0000", "2027-03-14T03:30:00"),
        ("America/New_York", "2027-11-07T01:30:00-04:00", "2027-11-07T01:30:00"),
        ("America/New_York", "2027-11-07T01:30:00-05:00", "2027-11-07T01:30:00"),
        ("America/New_York", "2027-11-07T02:30:00-04:00", "2027-11-07T01:30:00"),
        ("Asia/Kathmandu", "2027-06-01T23:30:00Z", "2027-06-02T05:15:00"),
        ("Pacific/Kiritimati", "2027-06-01T12:00:00Z", "2027-06-02T02:00:00"),
        ("Pacific/Honolulu", "2027-06-01T02:00:00+09:00", "2027-05-31T07:00:00"),
        ("Asia/Tokyo", "2027-06-01 09:00", "2027-06-01T09:00:00"),
    ],
)
def test_offsets_that_are_believed(zone: str, start: str, expected: str) -> None:
    found, problems = records(TIMED % zone, {"a.md": f"---\ntitle: A\nstart: {start}\n---\n"})
    assert (found["a.md"].fields["starts_at"], problems) == (expected, [])


def test_an_offset_counts_for_nothing_where_the_zone_is_unknown() -> None:
    text = TIMED.replace("timezone: %s\n", "")
    found, _problems = records(text, {"a.md": "---\ntitle: A\nstart: 2027-06-01T09:00:00-02:30\n---\n"})
    assert found["a.md"].fields["starts_at"] == "2027-06-01T09:00:00"
    assert dict(found["a.md"].offsets) == {"starts_at": -150}


@pytest.mark.parametrize(
    ("keys", "code", "times"),
    [
        ("start: soon", "clock-unreadable", (None, None)),
        ("start: '9:00 am'", "clock-am-pm", (None, None)),
        (
            "start: 2027-06-01 10:00\nend: 2027-06-01 09:00",
            "end-before-start",
            ("2027-06-01T10:00:00", None),
        ),
        ("start: 2027-06-01 10:00\nend: late", "clock-unreadable", ("2027-06-01T10:00:00", None)),
        ("end: 2027-06-01 10:00", "end-without-start", (None, None)),
        ("start: [2027-06-01 10:00]", "", ("2027-06-01T10:00:00", None)),
        ("start: {at: 2027-06-01 10:00}", "expected-text", (None, None)),
        ("start: 0001-01-01 00:00:00 +1400", "year-unlikely", (None, None)),
        ("start: 9999-12-31 23:59:59 -1200", "year-unlikely", (None, None)),
    ],
)
def test_what_is_no_time_is_told_and_stays_open(
    keys: str, code: str, times: tuple[str | None, str | None]
) -> None:
    found, problems = records(TIMED % "Asia/Tokyo", {"a.md": f"---\ntitle: A\n{keys}\n---\n"})
    fields = found["a.md"].fields
    assert (fields["starts_at"], fields["ends_at"]) == times
    assert [one.code for one in problems] == ([code] if code else [])


def test_a_reference_that_is_a_map_is_told() -> None:
    found, problems = records(
        HUGO, {"2027/content/talks/a.md": "---\ntitle: A\nspeakers: [{name: Ada}]\n---\n"}
    )
    assert people(found["2027/content/talks/a.md"]) == []
    assert [one.code for one in problems] == ["expected-text"]


def test_talks_of_one_key_are_told_apart_by_their_folders() -> None:
    text = TIMED.replace('"*.md"', '"**/*.md", key: id') % "Asia/Tokyo"
    paths = ("a/x.md", "b/x.md", "b/y.md", "b/z.md")
    found, problems = records(text, {path: f"---\ntitle: {path}\nid: 7\n---\n" for path in paths})
    assert {path: one.key for path, one in found.items()} == {
        "a/x.md": "7",
        "b/x.md": "b/7",
        "b/y.md": "b/y",
        "b/z.md": "b/z",
    }
    assert codes(problems) == []


def test_conditions_and_required_keys() -> None:
    text = """
edition: {const: ours-27}
talks:
    files: "*.md"
    skip_if: {state: Draft, hidden: yes}
    only_if: {kind: talk, gone: ~}
    require: [title, slot]
    set: {title: title}
"""
    heads = {
        "in": "kind: Talk\ntitle: A\nslot: 1",
        "draft": "kind: talk\ntitle: A\nslot: 1\nstate: draft",
        "hidden": "kind: talk\ntitle: A\nslot: 1\nhidden: yes",
        "other": "kind: page\ntitle: A\nslot: 1",
        "untitled": "kind: talk\ntitle: ''\nslot: 1",
        "unslotted": "kind: talk\ntitle: A",
        "gone": "kind: talk\ntitle: A\nslot: 1\ngone: 2027",
    }
    found, _problems = records(text, {f"{name}.md": f"---\n{head}\n---\n" for name, head in heads.items()})
    assert list(found) == ["in.md"]


def test_a_key_given_twice_reads_its_last_value_where_the_mapping_says_so() -> None:
    site = {"a.md": "---\ntitle: First\nstart: 2027-06-01 09:00\ntitle: Second\n---\n"}
    found, problems = records(TIMED % "Asia/Tokyo" + "key_twice: last\n", site)
    assert found["a.md"].fields["title"] == "Second"
    assert [(one.code, one.place.line, one.values) for one in problems if one.place] == [
        ("key-twice-last-read", 4, {"key": "title", "first_line": 2})
    ]
    found, problems = records(TIMED % "Asia/Tokyo", site)
    assert (found, [one.code for one in problems]) == ({}, ["key-twice"])


def test_the_presets_read_the_usual_sites() -> None:
    from exchange.dialects import choose
    from exchange.problems import Problems

    preset = choose("jekyll", Problems())
    assert isinstance(preset, MappedDialect)
    site = {
        "_talks/2027/a.md": "---\ntitle: A\nspeaker: ada\ntime_start: 2027-06-01 09:00\n---\nText.\n",
        "_people/ada.md": "---\nname: Ada Quill\ncompany: Looms\n---\nBio.\n",
    }
    told = list(preset.read_files([(path, text.encode()) for path, text in site.items()], "ours-27"))
    record = told[0].reading.records[0] if told[0].reading else None
    assert record is not None
    assert (record.edition, record.fields["title"], record.fields["starts_at"]) == (
        "ours-27",
        "A",
        "2027-06-01T09:00:00",
    )
    assert [(one["name"], one["affiliation"], one["bio"]) for one in people(record)] == [
        ("Ada Quill", "Looms", "Bio.")
    ]


# Through the import


@pytest.fixture
def looms(tmp_path: Path) -> Path:
    """The site with a schedule, on disk."""
    return write(tmp_path / "looms", GRID_SITE)


def test_an_import_makes_series_edition_and_talks(bring: Bring, looms: Path) -> None:
    report = bring(looms, dialect=dialect(GRID), timezone="Asia/Tokyo")
    assert codes(report) == [("data/plan.yml", "schedule-talk-unknown")]
    assert (report.exit_code, report.counts["created"]) == (0, 4)
    assert [one.key for one in Series.objects.all()] == ["looms"]
    assert [(one.key, one.timezone) for one in Edition.objects.all()] == [("looms-27", "Europe/Athens")]
    talk = Talk.objects.get(title="Warp speed")
    assert (talk.starts_at and talk.starts_at.isoformat(), talk.room and talk.room.name, talk.type.key) == (
        "2027-05-01T09:00:00",
        "Warp",
        "talk",
    )
    assert Talk.objects.get(title="Night shift").type.kind == "break"
    assert sorted(Speaker.objects.values_list("name", flat=True)) == ["Ada Quill", "Ωmega Πi"]
    assert SourceFile.objects.count() == 7


def test_a_second_run_has_nothing_to_do_and_says_the_same(bring: Bring, looms: Path) -> None:
    ours = dialect(GRID + "ignore: [talks/none.md]\n")
    first = bring(looms, dialect=ours)
    before = tables()
    again = bring(looms, dialect=ours)
    assert (again.run, again.changes, again.counts["unchanged"]) == (None, False, 4)
    assert codes(again) == codes(first)
    assert tables() == before


def test_a_person_that_changed_changes_all_their_talks(bring: Bring, looms: Path) -> None:
    bring(looms, dialect=dialect(GRID))
    data = looms / "data/people.yml"
    data.write_text(data.read_text(encoding="utf-8").replace("firm: Looms", "firm: 機織り"), encoding="utf-8")
    report = bring(looms, dialect=dialect(GRID))
    assert (report.exit_code, report.counts["updated"], report.counts["unchanged"]) == (0, 2, 2)
    talks = Talk.objects.filter(appearances__speaker__name="Ada Quill")
    assert {one.appearances.first().affiliation for one in talks} == {"機織り"}


def test_a_talk_whose_file_went_is_told_and_pruned_on_demand(bring: Bring, looms: Path) -> None:
    bring(looms, dialect=dialect(GRID))
    (looms / "talks/d.md").unlink()
    report = bring(looms, dialect=dialect(GRID))
    assert ("talks/d.md", "file-gone") in codes(report)
    assert Talk.objects.count() == 4
    pruned = bring(looms, dialect=dialect(GRID), prune=True)
    assert (pruned.counts["removed"], Talk.objects.count()) == (1, 3)


def test_one_edition_alone(bring: Bring, tmp_path: Path) -> None:
    site = write(tmp_path / "lanterns", HUGO_SITE)
    report = bring(site, dialect=dialect(HUGO), edition="lanterns-2028")
    assert (report.exit_code, report.counts["created"]) == (0, 1)
    assert [one.title for one in Talk.objects.all()] == ["Oil again"]
    whole = bring(site, dialect=dialect(HUGO))
    assert (whole.exit_code, whole.counts["created"], whole.counts["unchanged"]) == (0, 2, 1)
    assert {one.key: one.timezone for one in Edition.objects.all()} == {
        "lanterns-2027": "Asia/Tokyo",
        "lanterns-2028": "Europe/Lisbon",
    }
    assert Speaker.objects.filter(name="Maren Østby").count() == 1


def test_any_path_of_the_site_means_the_whole(bring: Bring, looms: Path) -> None:
    report = bring(looms / "talks/a.md", dialect=dialect(GRID))
    assert (report.exit_code, report.counts["created"]) == (0, 4)


def test_a_zip_is_a_site_too(bring: Bring, looms: Path) -> None:
    archive = Path(shutil.make_archive(str(looms), "zip", looms))
    report = bring(archive, dialect=dialect(GRID))
    assert (report.exit_code, report.counts["created"]) == (0, 4)


def test_a_dry_run_writes_nothing(bring: Bring, looms: Path) -> None:
    before = tables()
    report = bring(looms, dialect=dialect(GRID), dry_run=True)
    assert (report.counts["created"], report.run, tables()) == (4, None, before)


# What is wrong or missing


def test_a_broken_talk_is_left_out_and_the_others_stay(bring: Bring, looms: Path) -> None:
    (looms / "talks/a.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    refused = bring(looms, dialect=dialect(GRID))
    assert (refused.exit_code, Talk.objects.count()) == (1, 0)
    report = bring(looms, dialect=dialect(GRID), keep_going=True)
    assert (report.exit_code, report.counts["created"], report.counts["refused"]) == (1, 3, 1)


def test_talks_stay_as_they_were_while_their_schedule_is_broken(bring: Bring, looms: Path) -> None:
    bring(looms, dialect=dialect(GRID))
    before = [(one.title, one.starts_at, one.room_id) for one in Talk.objects.all()]
    (looms / "data/plan.yml").write_text("- day: [\n", encoding="utf-8")
    report = bring(looms, dialect=dialect(GRID), keep_going=True)
    assert report.exit_code == 1
    assert [one.code for one in report.problems if one.path == "data/plan.yml"] == [
        "data-unreadable",
        "indent-unmatched",
    ]
    assert [(one.title, one.starts_at, one.room_id) for one in Talk.objects.all()] == before


def test_talks_of_a_person_whose_file_is_broken_are_left_out(bring: Bring, tmp_path: Path) -> None:
    site = write(tmp_path / "lanterns", HUGO_SITE)
    bring(site, dialect=dialect(HUGO))
    (site / "2027/content/people/k.md").write_text("+++\ntitle =\n+++\n", encoding="utf-8")
    report = bring(site, dialect=dialect(HUGO), keep_going=True)
    assert ("2027/content/talks/oil.md", "person-unreadable") in codes(report)
    assert not Speaker.objects.filter(name="kage").exists()
    assert Talk.objects.get(title="Oil").appearances.count() == 2


@pytest.mark.parametrize(
    ("path", "name"), [("data/plan.yml", "plan"), ("data/times.yml", "times"), ("data/people.yml", "people")]
)
def test_a_data_file_that_is_not_there_is_an_error(bring: Bring, looms: Path, path: str, name: str) -> None:
    bring(looms, dialect=dialect(GRID))
    before = [(one.title, one.starts_at) for one in Talk.objects.all()]
    (looms / path).rename(looms / f"data/{name}.away")
    for keep_going in (False, True):
        report = bring(looms, dialect=dialect(GRID), keep_going=keep_going)
        assert report.exit_code == 1
        wrong = [one for one in report.problems if one.level is Level.ERROR]
        assert [(Path(one.path).name, one.code, one.values) for one in wrong] == [
            ("our.yml", "mapping-file-missing", {"name": path})
        ]
        assert [(one.title, one.starts_at) for one in Talk.objects.all()] == before


def test_what_a_mapping_names_in_vain_is_told_in_each_run(bring: Bring, looms: Path) -> None:
    ours = dialect(
        GRID + "ignore: [talks/gone.md]\noverrides:\n"
        "    talks/late.md: {title: Late}\n    data/plan.yml: {title: Plan}\n    talks/b.md: {title: Heddles!}\n"
    )
    for _run in range(2):
        report = bring(looms, dialect=ours)
        told = [one for one in report.problems if one.path.endswith("our.yml")]
        assert [(one.place.line, one.code, one.values["name"]) for one in told if one.place] == [
            (22, "mapping-file-missing", "talks/gone.md"),
            (24, "mapping-file-missing", "talks/late.md"),
            (25, "mapping-no-talk", "data/plan.yml"),
        ]
        assert (report.exit_code, report.shown[told[0].path]) == (0, "our.yml")
    assert Talk.objects.filter(title="Heddles!").exists()


def test_a_mapping_that_takes_no_file_says_so(bring: Bring, looms: Path) -> None:
    report = bring(looms, dialect=dialect("talks: {files: talk/*.md, set: {title: title}}\n"))
    assert [(one.place and one.place.line, one.code) for one in report.problems] == [
        (1, "mapping-takes-nothing")
    ]


def test_files_outside_the_site_are_not_reached(bring: Bring, looms: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yml").write_text("[]\n", encoding="utf-8")
    (looms / "data/plan.yml").unlink()
    (looms / "data/plan.yml").symlink_to(tmp_path / "secret.yml")
    report = bring(looms, dialect=dialect(GRID))
    assert report.exit_code == 1
    assert "mapping-file-missing" in {one.code for one in report.problems}


def test_a_talk_without_an_edition_is_an_error_unless_one_is_given(bring: Bring, looms: Path) -> None:
    ours = dialect(GRID.replace("edition: {const: looms-27}\n", ""))
    report = bring(looms, dialect=ours)
    assert {one.code for one in report.problems if one.level is Level.ERROR} == {"mapping-no-edition"}
    report = bring(looms, dialect=ours, default_edition="looms-28")
    assert (report.exit_code, [one.key for one in Edition.objects.all()]) == (0, ["looms-28"])


def test_somebody_named_twice_in_a_talk_comes_in(bring: Bring, tmp_path: Path) -> None:
    site = write(
        tmp_path / "site", {**GRID_SITE, "talks/a.md": "---\nid: 101\ntitle: A\nby: [ada, ada]\n---\n"}
    )
    report = bring(site, dialect=dialect(GRID))
    assert all(one.level is not Level.ERROR or one.place for one in report.problems)
