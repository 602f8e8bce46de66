"""What each form of a value gives, and times in the shapes that sites have."""

from datetime import time

import pytest

from exchange.dialects.mapping.scopes import Scope
from exchange.dialects.mapping.times import is_zone, read_time
from exchange.dialects.mapping.values import text_of
from exchange.documents import Document, read_data, read_document
from exchange.problems import Place, Problems
from tests.exchange.test_mapping_language import read

TALK = """---
title: '  Salt on glass '
empty: ''
blank: '   '
none: ~
people: [Maren Østby, ~, 灯台 守, null]
speaker: Ines Quadros
slot: {day: 14, at: ['09:15', '10:00']}
papers:
    - {name: One, tags: [a, b]}
    - {name: Two, tags: c}
    - no map
html: Caf&eacute; &lt;b&gt; &amp;amp;
flag: yes
number: 007
---
The body.
"""
ROWS = """
- date: 2027-06-14
  rooms: [Lamp Room, Gallery, Quay]
  blocks:
      - block: morning
        slots:
            - {at: '9:00', talks: [a, b, c]}
            - {at: '10:00', talks: [d]}
"""


def value(text: str) -> object:
    """A value of the language, read from a mapping."""
    dialect, problems = read(f"talks: {{files: a/*.md, set: {{title: {text}}}}}\n")
    assert (dialect is not None, problems) == (True, [])
    return dialect and dialect.mapping.talks.set["title"]


def document(text: str, path: str = "talks/faro/salt.fr.md") -> Document:
    """A file that is well written."""
    problems = Problems()
    found = (read_document if text.startswith(("---", "+++")) else read_data)(path, text.encode(), problems)
    assert found is not None
    return found


def given(text: str, scope: Scope) -> list[str]:
    """The texts that a value gives."""
    found = value(text)
    return [hit.text for hit in found.hits(scope)]  # type: ignore[attr-defined]


def talk() -> Scope:
    """A talk's header."""
    found = document(TALK)
    return Scope(found, found.top)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title", ["  Salt on glass "]),
        ("absent", []),
        ("none", []),
        ("empty", []),
        ("flag", ["yes"]),
        ("number", ["007"]),
        ("people", ["Maren Østby", "灯台 守"]),
        ("people.*", ["Maren Østby", "灯台 守"]),
        ("people.0", ["Maren Østby"]),
        ("people.2", ["灯台 守"]),
        ("people.9", []),
        ("speaker", ["Ines Quadros"]),
        ("speaker.0", ["Ines Quadros"]),
        ("speaker.*", ["Ines Quadros"]),
        ("speaker.1", []),
        ("slot.at", ["09:15", "10:00"]),
        ("slot.at.1", ["10:00"]),
        ("slot.*", ["14", "09:15", "10:00"]),
        ("papers.*.name", ["One", "Two"]),
        ("papers.*.tags", ["a", "b", "c"]),
        ("papers.1.tags.0", ["c"]),
        ("$body", ["The body.\n"]),
        ("$stem", ["salt.fr"]),
        ("$file", ["salt.fr.md"]),
        ("$dir1", ["talks"]),
        ("$dir2", ["faro"]),
        ("$dir3", []),
        ("[absent, none, title]", ["  Salt on glass "]),
        ("[blank, speaker]", ["Ines Quadros"]),
        ("[{const: ''}, speaker]", ["Ines Quadros"]),
        ("[people, speaker]", ["Maren Østby", "灯台 守"]),
        ("[[speaker, people]]", ["Ines Quadros", "Maren Østby", "灯台 守"]),
        ("[absent, [speaker, slot.day]]", ["Ines Quadros", "14"]),
        ("[]", []),
        ("{const: 'as it: stands'}", ["as it: stands"]),
        ("{join: [{const: 2027-06}, slot.day], with: '-'}", ["2027-06-14"]),
        ("{join: [absent, slot.day], with: '-'}", ["14"]),
        ("{join: [absent, none]}", []),
        ("{join: people}", ["Maren Østby"]),
        ("{from: title, split: ' '}", ["Salt", "on", "glass"]),
        ("{from: title, split: ' on ', pick: 1}", ["glass"]),
        ("{from: people, pick: -1}", ["灯台 守"]),
        ("{from: people, pick: -9}", []),
        ("{from: people, pick: 7}", []),
        ("{from: number, match: '[1-9]'}", ["7"]),
        ("{from: number, match: '^(0+)(.)'}", ["00"]),
        ("{from: number, match: '^(0+)(.)', template: '{2}/{1}/{0}/{9}/{x}'}", ["7/00/007//{x}"]),
        ("{from: number, match: x}", []),
        ("{from: number, match: x, default: none}", ["none"]),
        ("{from: speaker, template: 'with {0}'}", ["with Ines Quadros"]),
        ("{from: flag, map: {yes: talk, no: panel}}", ["talk"]),
        ("{from: speaker, map: {yes: talk}}", ["Ines Quadros"]),
        ("{from: speaker, map: {yes: talk}, default: other}", ["other"]),
        ("{from: absent, default: other}", ["other"]),
        ("{from: html, unescape: html}", ["Café <b> &amp;"]),
        ("{from: {from: title, split: ' ', pick: 0}, map: {Salt: Sel}}", ["Sel"]),
        ("{from: [absent, [speaker, flag]], template: '<{0}>'}", ["<Ines Quadros>", "<yes>"]),
    ],
)
def test_a_value_gives(text: str, expected: list[str]) -> None:
    assert given(text, talk()) == expected


def test_a_value_knows_where_it_stands() -> None:
    found = value("[absent, papers.*.name]")
    assert [hit.place for hit in found.hits(talk())] == [Place(10, 14), Place(11, 14)]  # type: ignore[attr-defined]


def test_a_folder_goes_with_the_name_of_a_file() -> None:
    found = value("{from: speaker, under: /media/}")
    assert [hit.under for hit in found.hits(talk())] == ["media"]  # type: ignore[attr-defined]


def test_values_of_a_toml_header() -> None:
    found = document(
        '+++\ntitle = "Über Salz"\ntags = ["a", "b"]\nat = 2027-06-14T09:00:00\n[slot]\nday = 14\n+++\n'
    )
    scope = Scope(found, found.top)
    assert [given(text, scope) for text in ("title", "tags.1", "slot.day", "at")] == [
        ["Über Salz"],
        ["b"],
        ["14"],
        ["2027-06-14T09:00:00"],
    ]


def test_rows_look_up_to_the_maps_around_them() -> None:
    data = document(ROWS, "plan.yml")
    rows = list(Scope(data, data.top).below(("*", "blocks", "*", "slots", "*")))
    assert [given("at", row) for row in rows] == [["9:00"], ["10:00"]]
    assert [given(text, rows[0]) for text in ("^block", "^^date", "^^^date", "^^rooms.1", "block")] == [
        ["morning"],
        ["2027-06-14"],
        [],
        ["Gallery"],
        [],
    ]


def test_the_nth_of_a_list_belongs_to_the_cell() -> None:
    data = document(ROWS, "plan.yml")
    row = next(iter(Scope(data, data.top).below(("*", "blocks", "*", "slots", "*"))))
    cells = [Scope(data, row.way, row.above, cell=cell) for cell in [(0, 3), (2, 3), (3, 4), (0, 1)]]
    assert [given("{nth: ^^rooms}", cell) for cell in cells] == [["Lamp Room"], ["Quay"], [], []]


def test_a_long_text_is_searched_at_its_beginning_only() -> None:
    found = document("---\ntitle: x\n---\n" + "a" * 200_000 + "!\n")
    scope = Scope(found, found.top)
    assert text_of(value("{from: $body, match: '!', default: none}"), scope) == "none"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:15", time(9, 15)),
        ("09:15", time(9, 15)),
        (" 09:15:30 ", time(9, 15)),
        ("9.15", time(9, 15)),
        ("9h15", time(9, 15)),
        ("18H30", time(18, 30)),
        ("9h", time(9)),
        ("9:15 am", time(9, 15)),
        ("9:15 PM", time(21, 15)),
        ("9 p.m.", time(21)),
        ("12am", time(0)),
        ("12:30 am", time(0, 30)),
        ("12 pm", time(12)),
        ("0:00", time(0)),
        ("13pm", None),
        ("0am", None),
        ("24:00", None),
        ("9:60", None),
        ("9", None),
        ("", None),
        ("noon", None),
        ("9:15-10:00", None),
        ("٩:١٥", None),
    ],
)
def test_a_time_of_day(text: str, expected: time | None) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("Asia/Tokyo", True),
        ("America/St_Johns", True),
        ("UTC", True),
        ("Mars/Base", False),
        ("", False),
        ("../etc/passwd", False),
        ("/etc/localtime", False),
        ("Asia", False),
        ("x\0", False),
        ("é" * 300, False),
    ],
)
def test_a_zone_has_a_name_that_is_known(name: str, there: bool) -> None:
    assert is_zone(name) is there
