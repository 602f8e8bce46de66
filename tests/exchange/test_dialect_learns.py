"""A dialect that learns a new key: what stood unread in the files meets what the site was told meanwhile."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from exchange.dialects import NATIVE, TableDialect
from exchange.dialects.rules import Elements, Rule
from exchange.exporting import export_files
from exchange.models import Conflict, SourceRecord
from talks.models import Appearance, Paper, Talk
from tests.exchange.exports import goes_out
from tests.exchange.series import Bring, change, files_of, tables, write
from tests.exchange.series import told as warned

# What the site and the file of each talk say of the new key.
TALKS = ("same", "apart", "ours", "theirs", "neither")
FILE = """---
edition: lodz-30
type: talk
title: {key}
time_start: 2030-05-0{day} 09:00
time_end: 2030-05-0{day} 09:40
{top}speaker:
    name: Zofia Bąk
{inner}---
Words.
"""


def path_of(key: str) -> str:
    return f"_programs/lodz-30/{key}.md"


def row(key: str) -> Talk:
    found: Talk = Talk.objects.get(key=key)
    return found


def person(key: str) -> Appearance:
    return Appearance.objects.get(talk__key=key)


def papers(key: str) -> list[tuple[str, str]]:
    return list(Paper.objects.filter(talk__key=key).order_by("position").values_list("title", "authors"))


def set_papers(key: str, wanted: list[tuple[str, str]]) -> None:
    for position, (title, authors) in enumerate(wanted):
        Paper.objects.create(talk=row(key), title=title, authors=authors, position=position)


def scalar(name: str) -> tuple[Callable[[str], Any], Callable[[str, Any], object]]:
    return lambda key: getattr(row(key), name), lambda key, value: Talk.objects.filter(key=key).update(
        **{name: value}
    )


def nested(name: str) -> tuple[Callable[[str], Any], Callable[[str, Any], object]]:
    return lambda key: getattr(person(key), name), lambda key, value: Appearance.objects.filter(
        talk__key=key
    ).update(**{name: value})


@dataclass(frozen=True)
class Learnt:
    """A key that is learnt: its line in a file and what that says, what the site says otherwise, and its line."""

    name: str
    line: str
    said: Any
    site: Any
    site_lines: list[str]
    empty: Any
    ways: tuple[Callable[[str], Any], Callable[[str, Any], object]]
    clash: str
    inner: bool = False

    def read(self, key: str) -> Any:
        """What the site says of a talk."""
        return self.ways[0](key)

    def set(self, key: str, value: Any) -> None:
        """Have the site say it of a talk."""
        self.ways[1](key, value)


LEARNT = {
    "scalar": Learnt(
        "level", "level: introductory\n", "introductory", "для всех",
        ["+level: для всех"], "", scalar("level"), "level",
    ),
    "words": Learnt(
        "tags", "tags: [lamps, 灯]\n", ["lamps", "灯"], ["salt"],
        ["+tags:", "+    - salt"], [], scalar("tags"), "tags",
    ),
    "list": Learnt(
        "papers", "papers:\n    - title: Salt\n      authors: Anna Dym\n", [("Salt", "Anna Dym")],
        [("Пыль", "José Rebelo"), ("Mgła", "")],
        ["+papers:", "+    - title: Пыль", "+      authors: José Rebelo", "+    - title: Mgła"],
        [], (papers, set_papers), "papers",
    ),
    "nested": Learnt(
        "affiliation", "    affiliation: Port Łódź\n", "Port Łódź", "名古屋港",
        ["+    affiliation: 名古屋港"], "", nested("affiliation"), "speaker.affiliation", inner=True,
    ),
    "nested prose": Learnt(
        "bio", "    bio: Keeps the *keys*.\n", "Keeps the *keys*.", "Paints.",
        ["+    bio: Paints."], "", nested("bio"), "speaker.bio", inner=True,
    ),
}  # fmt: skip
each_key = pytest.mark.parametrize("learnt", LEARNT.values(), ids=LEARNT)


def without(rules: tuple[Rule, ...], name: str) -> tuple[Rule, ...]:
    """The rules, without those of one field or list; its key is kept where it stands."""
    return tuple(
        replace(rule, rules=without(rule.rules, name), also=rule.also | {name})
        if isinstance(rule, Elements)
        else rule
        for rule in rules
        if name not in (getattr(rule, "field", ""), getattr(rule, "name", ""))
    )


def younger(name: str) -> TableDialect:
    """The native dialect before it knew a key of talks."""
    talk = NATIVE.kinds["talk"]
    rules = replace(talk, rules=without(talk.rules, name), kept=re.compile(name))
    return replace(NATIVE, digest="younger", kinds={**NATIVE.kinds, "talk": rules})


@pytest.fixture
def met(bring: Bring, tmp_path: Path, learnt: Learnt) -> Path:
    """The series, imported by the younger dialect and edited on the site since."""
    site = tmp_path / "site"
    for day, key in enumerate(TALKS, 1):
        line = learnt.line if key in ("same", "apart", "theirs") else ""
        top, inner = ("", line) if learnt.inner else (line, "")
        write(site, {path_of(key): FILE.format(key=key, day=day, top=top, inner=inner)})
    report = bring(site, dialect=younger(learnt.name), timezone="Europe/Warsaw")
    assert (report.counts["created"], warned(report), report.exit_code) == (5, [], 0)
    assert [learnt.read(key) for key in TALKS] == [learnt.empty] * 5
    learnt.set("same", learnt.said)
    learnt.set("apart", learnt.site)
    learnt.set("ours", learnt.site)
    return site


def outcome(learnt: Learnt) -> list[Any]:
    return [learnt.read(key) for key in TALKS]


@each_key
def test_what_nobody_had_agreed_on_is_compared(bring: Bring, met: Path, learnt: Learnt) -> None:
    report = bring(met)
    assert outcome(learnt) == [learnt.said, learnt.site, learnt.site, learnt.said, learnt.empty]
    assert [(one["path"], one["field"], one["base"]) for one in report.clashes()] == [
        (path_of("apart"), learnt.clash, None)
    ]
    counts = {name: count for name, count in report.counts.items() if count}
    assert counts == {"updated": 1, "unchanged": 4, "conflicts": 1}
    assert [one["path"] for one in report.items()] == [path_of("theirs")]
    before = tables()
    third = bring(met)
    assert (third.clashes(), third.items(), tables() == before) == (report.clashes(), [], True)


@each_key
def test_what_was_learnt_goes_out(bring: Bring, met: Path, learnt: Learnt) -> None:
    bring(met)
    bring(met, prefer="site")
    assert Conflict.objects.count() == 0
    before = tables()
    assert (bring(met).exit_code, tables() == before) == (0, True)
    said = ["-" + line for line in learnt.line.splitlines()]
    found = goes_out(bring, met)
    assert sorted(found) == [path_of("apart"), path_of("ours")]
    assert found[path_of("ours")] == learnt.site_lines
    gone = [line for line in found[path_of("apart")] if line.startswith("-")]
    assert gone and set(gone) <= set(said)
    assert outcome(learnt) == [learnt.said, learnt.site, learnt.site, learnt.said, learnt.empty]


@each_key
def test_a_learnt_key_that_the_file_wins_is_no_edit(bring: Bring, met: Path, learnt: Learnt) -> None:
    report = bring(met, prefer="file")
    assert (report.exit_code, report.counts["updated"]) == (0, 2)
    assert outcome(learnt) == [learnt.said, learnt.said, learnt.site, learnt.said, learnt.empty]
    assert sorted(goes_out(bring, met)) == [path_of("ours")]


@each_key
def test_before_it_is_imported_an_export_takes_nothing_unread(met: Path, learnt: Learnt) -> None:
    """The dialect knows the key already, the site has never heard it: what stands in a file stays."""
    before = files_of(met)
    found = export_files()
    assert found.into_folder(met).actions == {
        path_of(key): "written" if key == "ours" else "unchanged" for key in TALKS
    }
    assert found.said() == []
    after = files_of(met)
    assert {path for path in before if before[path] != after[path]} == {path_of("ours")}


@each_key
def test_an_unread_key_outlives_an_edit_of_another(bring: Bring, met: Path, learnt: Learnt) -> None:
    younger_one = younger(learnt.name)
    Talk.objects.filter(key="theirs").update(title="Τίτλος")
    found = export_files(dialect=younger_one)
    assert [path for path, done in found.into_folder(met).actions.items() if done == "written"] == [
        path_of("theirs")
    ]
    text = (met / path_of("theirs")).read_bytes().decode()
    assert learnt.line in text
    assert "title: Τίτλος\n" in text
    assert bring(met, dialect=younger_one).items() == []
    assert learnt.read("theirs") == learnt.empty


@each_key
def test_a_key_that_changes_as_it_is_learnt_is_the_files(bring: Bring, met: Path, learnt: Learnt) -> None:
    """Nothing stood on the site: whatever the file says by then is taken."""
    change(met / path_of("theirs"), learnt.line, LEARNT_LATER[learnt.name])
    bring(met)
    later = learnt.read("theirs")
    assert later not in (learnt.said, learnt.empty)
    agreed = SourceRecord.objects.get(key="theirs").agreed
    assert learnt.name in (agreed["appearances"][0] if learnt.inner else agreed)


LEARNT_LATER = {
    "level": "level: advanced\n",
    "tags": "tags: fog\n",
    "papers": "papers:\n    - title: Fog\n    - Mist\n",
    "affiliation": "    affiliation: Port Hel\n",
    "bio": "    bio: Rests.\n",
}


def several(site: Path) -> Path:
    """A talk with two speakers, imported without their affiliations' key; one affiliation is set on the site."""
    text = FILE.format(key="many", day=1, top="", inner="")
    two = "speakers:\n    - name: Zofia Bąk\n    - name: 灯台 守\n"
    return write(site, {path_of("many"): text.replace("speaker:\n    name: Zofia Bąk\n", two)})


def third_speaker(site: Path) -> None:
    old = "    - name: 灯台 守\n"
    change(site / path_of("many"), old, old + "    - name: Анна Дым\n      affiliation: Порт\n")


def people() -> list[tuple[str, str]]:
    return list(Appearance.objects.order_by("position").values_list("name", "affiliation"))


def test_a_field_without_a_key_is_no_change_of_its_list(bring: Bring, tmp_path: Path) -> None:
    """The dialect knows no affiliation: the site's own stays, and the list that grew in the file is taken."""
    site, dialect = several(tmp_path / "site"), younger("affiliation")
    bring(site, dialect=dialect, timezone="Asia/Tokyo")
    Appearance.objects.filter(name="灯台 守").update(affiliation="名古屋港")
    third_speaker(site)
    assert bring(site, dialect=dialect).clashes() == []
    assert people() == [("Zofia Bąk", ""), ("灯台 守", "名古屋港"), ("Анна Дым", "")]


def test_a_list_that_grows_as_its_key_is_learnt_is_one_value(bring: Bring, tmp_path: Path) -> None:
    site = several(tmp_path / "site")
    bring(site, dialect=younger("affiliation"), timezone="Asia/Tokyo")
    Appearance.objects.filter(name="灯台 守").update(affiliation="名古屋港")
    third_speaker(site)
    for _time in range(2):
        assert [one["field"] for one in bring(site).clashes()] == ["appearances"]
        assert people() == [("Zofia Bąk", ""), ("灯台 守", "名古屋港")]
    assert bring(site, prefer="file").exit_code == 0
    assert people() == [("Zofia Bąk", ""), ("灯台 守", ""), ("Анна Дым", "Порт")]
