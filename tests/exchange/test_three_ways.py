"""What file and site last agreed on, what each says now, and what comes of it: every case, and the long stories."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from editions.models import Edition
from exchange.models import Conflict, SourceRecord
from talks.models import Appearance, Talk
from tests.exchange.series import SERIES, Bring, change, tables, told, write

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
PANEL = "_programs/3-faro-27/04-panel.md"
PANELISTS = ["Maren Østby", "灯台 守", "TBD"]


def set_fields(**fields: Any) -> Callable[[], object]:
    return lambda: Talk.objects.filter(key="01-keynote").update(**fields)


def field(name: str) -> Callable[[], Any]:
    return lambda: Talk.objects.values_list(name, flat=True).get(key="01-keynote")


def affiliation() -> str:
    return Appearance.objects.get(talk__key="01-keynote").affiliation


def set_affiliation(value: str) -> Callable[[], object]:
    return lambda: Appearance.objects.filter(talk__key="01-keynote").update(affiliation=value)


def panelists() -> list[str]:
    return list(
        Appearance.objects.filter(talk__key="04-panel", role="panelist")
        .order_by("position")
        .values_list("name", flat=True)
    )


def add_panelist(name: str) -> Callable[[], object]:
    def add() -> None:
        panel = Talk.objects.get(key="04-panel")
        Appearance.objects.create(talk=panel, role="panelist", name=name, position=9)

    return add


@dataclass(frozen=True)
class Sort:
    """One sort of field: its file, the words of it and those put in their place, and both ways to the site."""

    path: str
    old: str
    new: str
    read: Callable[[], Any]
    before: Any
    after: Any
    site_same: Callable[[], object]
    site_other: Callable[[], object]
    other: Any
    clash: str

    @property
    def key(self) -> str:
        return Path(self.path).stem


SORTS = {
    "scalar": Sort(
        KEYNOTE, "a second look", "a third look", field("title"),
        "Fresnel's rings: a second look", "Fresnel's rings: a third look",
        set_fields(title="Fresnel's rings: a third look"), set_fields(title="輪"), "輪", "title",
    ),
    "list": Sort(
        PANEL, "    - name: TBD\n", "    - name: TBD\n    - name: Анна Дым\n", panelists,
        PANELISTS, [*PANELISTS, "Анна Дым"],
        add_panelist("Анна Дым"), add_panelist("José Rebelo"), [*PANELISTS, "José Rebelo"], "appearances",
    ),
    "nested": Sort(
        KEYNOTE, "Bergen Lamp Works", "Oslo Lamp Works", affiliation,
        "Bergen Lamp Works", "Oslo Lamp Works",
        set_affiliation("Oslo Lamp Works"), set_affiliation("ベルゲン"), "ベルゲン", "speaker.affiliation",
    ),
    "body": Sort(
        KEYNOTE, "Rings *again*.", "Rings, *twice*.", field("abstract"),
        "Rings *again*.", "Rings, *twice*.",
        set_fields(abstract="Rings, *twice*."), set_fields(abstract="Кольца."), "Кольца.", "abstract",
    ),
}  # fmt: skip
each_sort = pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)


def outcome(report: Any) -> dict[str, int]:
    """The counts that are not nought, without what is unchanged."""
    return {name: count for name, count in report.counts.items() if count and name != "unchanged"}


def nothing_to_do(bring: Bring, series: Path) -> bool:
    before = tables()
    bring(series)
    return tables() == before


# The table


@each_sort
def test_only_the_file_changed(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    assert sort.read() == sort.before
    change(series / sort.path, sort.old, sort.new)
    report = bring(series)
    assert (report.exit_code, outcome(report), sort.read()) == (0, {"updated": 1}, sort.after)
    assert nothing_to_do(bring, series)


@each_sort
def test_only_the_site_changed(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    sort.site_other()
    write(series, {sort.path: (series / sort.path).read_bytes() + b"\n"})
    report = bring(series)
    assert (report.exit_code, outcome(report), sort.read()) == (0, {}, sort.other)
    assert nothing_to_do(bring, series)


@each_sort
def test_both_changed_to_the_same(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    sort.site_same()
    change(series / sort.path, sort.old, sort.new)
    report = bring(series)
    assert (report.exit_code, outcome(report), sort.read()) == (0, {}, sort.after)
    change(series / sort.path, sort.new, sort.old)
    assert (outcome(bring(series)), sort.read()) == ({"updated": 1}, sort.before)


@each_sort
def test_both_changed_apart(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    sort.site_other()
    change(series / sort.path, sort.old, sort.new)
    for _time in range(2):
        report = bring(series)
        assert (report.exit_code, outcome(report), sort.read()) == (1, {"conflicts": 1}, sort.other)
        assert [clash.field for _path, clash in report.conflicts] == [sort.clash]
        assert Conflict.objects.get().field == sort.clash
    assert nothing_to_do(bring, series)


@each_sort
@pytest.mark.parametrize("side", ["file", "site"])
def test_a_conflict_is_settled_by_preferring(bring: Bring, series: Path, sort: Sort, side: str) -> None:
    bring(series)
    sort.site_other()
    change(series / sort.path, sort.old, sort.new)
    bring(series)
    report = bring(series, prefer=side)
    expected = (0, sort.after if side == "file" else sort.other, 0)
    assert (report.exit_code, sort.read(), Conflict.objects.count()) == expected
    assert nothing_to_do(bring, series)


@each_sort
def test_the_file_is_gone(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    sort.site_other()
    (series / sort.path).unlink()
    report = bring(series)
    assert (report.exit_code, outcome(report), sort.read()) == (0, {}, sort.other)
    assert told(report) == [(sort.path, None, "file-gone")]


@each_sort
def test_the_site_deleted_the_record(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    Talk.objects.get(key=sort.key).delete()
    write(series, {sort.path: (series / sort.path).read_bytes() + b"\n"})
    assert (outcome(bring(series)), Talk.objects.filter(key=sort.key).exists()) == ({}, False)
    change(series / sort.path, sort.old, sort.new)
    report = bring(series)
    assert (report.exit_code, outcome(report)) == (1, {"conflicts": 1})
    assert [clash.field for _path, clash in report.conflicts] == ["talk"]
    assert not Talk.objects.filter(key=sort.key).exists()


@each_sort
def test_a_frozen_edition(bring: Bring, series: Path, sort: Sort) -> None:
    bring(series)
    Edition.objects.filter(key="faro-27").update(state="frozen")
    change(series / sort.path, sort.old, sort.new)
    before = tables()
    report = bring(series)
    assert (report.exit_code, outcome(report), sort.read()) == (0, {"skipped": 1}, sort.before)
    assert tables() == before


# The stories


def test_a_conflict_stays_as_it_was_found_while_nothing_moves(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(series / KEYNOTE, "a second look", "yours")
    first = bring(series)
    before = tables()
    second = bring(series)
    assert (second.clashes(), second.exit_code, tables() == before) == (first.clashes(), 1, True)
    agreed = SourceRecord.objects.get(key="01-keynote").agreed["title"]
    assert agreed == "Fresnel's rings: a second look"


def test_while_one_field_is_in_conflict_another_goes_on_both_ways(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(series / KEYNOTE, "a second look", "yours")
    bring(series)
    change(series / KEYNOTE, "Rings *again*.", "Rings once more.")
    assert outcome(bring(series)) == {"updated": 1, "conflicts": 1}
    Talk.objects.filter(key="01-keynote").update(abstract="From the site.")
    assert outcome(bring(series)) == {"conflicts": 1}
    change(series / KEYNOTE, "yours", "yours indeed")
    report = bring(series)
    assert report.clashes()[0]["file"] == "Fresnel's rings: yours indeed"
    change(series / KEYNOTE, "yours indeed", "a second look")
    assert (bring(series).exit_code, Conflict.objects.count()) == (0, 0)
    assert list(Talk.objects.filter(key="01-keynote").values_list("title", "abstract")) == [
        ("Mine", "From the site.")
    ]


def test_two_conflicts_in_one_file_are_two(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    set_affiliation("Mine too")()
    change(series / KEYNOTE, "a second look", "yours")
    change(series / KEYNOTE, "Bergen Lamp Works", "Yours too")
    assert [one["field"] for one in bring(series).clashes()] == ["title", "speaker.affiliation"]
    Talk.objects.filter(key="01-keynote").update(title="Fresnel's rings: yours")
    assert [one["field"] for one in bring(series).clashes()] == ["speaker.affiliation"]


def test_an_export_that_nobody_commits_does_not_undo_the_sites_edit(bring: Bring, series: Path) -> None:
    """The site's edit was written into some folder; the old file comes again, touched."""
    bring(series)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    for words in ("one", "two"):
        write(series, {KEYNOTE: SERIES[KEYNOTE]})
        (series / KEYNOTE).touch()
        change(
            series / "_programs/3-faro-27/05-lamp.md", "harbour", f"harbour {words}"
        ) if words == "one" else None
        bring(series)
        assert Talk.objects.get(key="01-keynote").title == "Mine"


def test_checkouts_of_different_age_come_in_turn(bring: Bring, series: Path, tmp_path: Path) -> None:
    """Only the file changed, so it is taken; that an older one takes something back is said each time."""
    newer = write(tmp_path / "newer", SERIES)
    change(newer / KEYNOTE, "a second look", "a third look")
    bring(series)
    assert (told(bring(newer)), field("title")()) == ([], "Fresnel's rings: a third look")
    older = bring(series)
    assert (told(older), outcome(older)) == ([(KEYNOTE, None, "file-older")], {"updated": 1})
    assert older.plan.told[0].changes["title"] == (
        "Fresnel's rings: a third look",
        "Fresnel's rings: a second look",
    )
    assert nothing_to_do(bring, series)
    again = bring(newer)
    assert (told(again), field("title")()) == (
        [(KEYNOTE, None, "file-older")],
        "Fresnel's rings: a third look",
    )


def test_checkouts_in_turn_never_lose_what_the_site_edited(
    bring: Bring, series: Path, tmp_path: Path
) -> None:
    newer = write(tmp_path / "newer", SERIES)
    change(newer / KEYNOTE, "a second look", "a third look")
    bring(series)
    bring(newer)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    assert (bring(series).exit_code, field("title")()) == (1, "Mine")
    assert (bring(newer).exit_code, field("title")(), Conflict.objects.count()) == (0, "Mine", 0)
    assert (bring(series).exit_code, field("title")()) == (1, "Mine")


def test_checkouts_that_each_lack_a_file_delete_nothing(bring: Bring, series: Path, tmp_path: Path) -> None:
    more = "_programs/3-faro-27/06-more.md"
    newer = write(tmp_path / "newer", {**SERIES, more: str(SERIES[KEYNOTE]).replace("a second look", "more")})
    bring(series)
    bring(newer)
    talk = Talk.objects.get(key="06-more")
    assert told(bring(series)) == [(more, None, "file-gone")]
    assert (told(bring(newer)), Talk.objects.get(key="06-more").pk) == ([], talk.pk)
