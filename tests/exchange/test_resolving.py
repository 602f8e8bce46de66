"""Conflicts settled one by one: for the file or for the site, in one transaction, told in history."""

from pathlib import Path

import pytest

from editions.models import Edition
from exchange.models import Conflict, SourceRecord
from exchange.resolving import ChoiceRefused, Side, resolve
from history.frozen import FrozenEditionError
from history.models import Change
from talks.models import Appearance, Talk
from tests.exchange.series import Bring, change, tables
from tests.exchange.test_three_ways import KEYNOTE, PANEL, SORTS, Sort, each_sort, nothing_to_do, panelists

SIDES: tuple[Side, ...] = ("file", "site")
each_side = pytest.mark.parametrize("side", SIDES)


def conflict(bring: Bring, series: Path, sort: Sort) -> Conflict:
    """The one conflict of a field that both changed apart."""
    bring(series)
    sort.site_other()
    change(series / sort.path, sort.old, sort.new)
    bring(series)
    return Conflict.objects.get()


@each_sort
@each_side
def test_a_choice_is_carried_out_and_told(bring: Bring, series: Path, sort: Sort, side: Side) -> None:
    found = conflict(bring, series, sort)
    last = Change.objects.order_by("pk").last()
    resolve(found, side, "ines")
    told = Change.objects.filter(pk__gt=last.pk if last else 0)
    assert sort.read() == (sort.after if side == "file" else sort.other)
    assert set(told.values_list("actor", "run")) == ({("ines", None)} if side == "file" else set())
    assert (Conflict.objects.count(), SourceRecord.objects.get(key=sort.key).said) == (0, None)
    report = bring(series)
    assert (report.exit_code, report.conflicts, nothing_to_do(bring, series)) == (0, [], True)
    # Both have agreed on the file's value: when the file takes another, that is a change of its own.
    change(series / sort.path, sort.new, sort.old)
    report = bring(series)
    assert (report.exit_code, sort.read()) == ((0, sort.before) if side == "file" else (1, sort.other))


@each_side
def test_of_several_conflicts_only_the_one_is_settled(bring: Bring, series: Path, side: Side) -> None:
    bring(series)
    SORTS["scalar"].site_other()
    SORTS["nested"].site_other()
    for name in ("scalar", "nested"):
        change(series / KEYNOTE, SORTS[name].old, SORTS[name].new)
    bring(series)
    resolve(Conflict.objects.get(field="title"), side, "ines")
    left = Conflict.objects.get()
    assert (left.field, SORTS["nested"].read()) == ("speaker.affiliation", "ベルゲン")
    resolve(left, "file", "ines")
    assert (Conflict.objects.count(), SORTS["nested"].read()) == (0, "Oslo Lamp Works")
    assert bring(series).exit_code == 0


@each_side
def test_a_record_deleted_on_the_site(bring: Bring, series: Path, side: Side) -> None:
    bring(series)
    Talk.objects.get(key="01-keynote").delete()
    change(series / KEYNOTE, "a second look", "a third look")
    bring(series)
    resolve(Conflict.objects.get(field="talk"), side, "ines")
    expected = ["Fresnel's rings: a third look"] if side == "file" else []
    assert list(Talk.objects.filter(key="01-keynote").values_list("title", flat=True)) == expected
    assert (Conflict.objects.count(), bring(series).exit_code) == (0, 0)
    if side == "file":
        back = Appearance.objects.get(talk__key="01-keynote")
        assert (back.name, back.place, bool(back.photo)) == ("Maren Østby", "speaker", True)


@each_side
def test_an_element_that_the_site_took_out(bring: Bring, series: Path, side: Side) -> None:
    bring(series)
    Appearance.objects.get(talk__key="04-panel", name="灯台 守").delete()
    change(series / PANEL, "名古屋港", "東京港")
    bring(series)
    resolve(Conflict.objects.get(field="panelists.1"), side, "ines")
    assert panelists() == (["Maren Østby", "灯台 守", "TBD"] if side == "file" else ["Maren Østby", "TBD"])
    assert (Conflict.objects.count(), nothing_to_do(bring, series)) == (0, True)


def test_what_changed_meanwhile_is_shown_before_it_is_overwritten(bring: Bring, series: Path) -> None:
    found = conflict(bring, series, SORTS["scalar"])
    Talk.objects.filter(key="01-keynote").update(title="Newer")
    with pytest.raises(ChoiceRefused, match="changed meanwhile"):
        resolve(found, "file", "ines")
    assert Talk.objects.get(key="01-keynote").title == "Newer"
    found.refresh_from_db()
    assert found.site == "Newer"
    resolve(found, "file", "ines")
    assert Talk.objects.get(key="01-keynote").title == "Fresnel's rings: a third look"


def test_a_conflict_that_is_settled_already(bring: Bring, series: Path) -> None:
    found = conflict(bring, series, SORTS["scalar"])
    resolve(Conflict.objects.get(), "site", "ana")
    with pytest.raises(ChoiceRefused, match="Somebody else"):
        resolve(found, "file", "ines")
    assert Talk.objects.get(key="01-keynote").title == "輪"


@each_side
def test_a_frozen_edition_refuses(bring: Bring, series: Path, side: Side) -> None:
    found = conflict(bring, series, SORTS["scalar"])
    Edition.objects.filter(key="faro-27").update(state="frozen")
    before = tables()
    with pytest.raises(FrozenEditionError, match="its edition is frozen"):
        resolve(found, side, "ines")
    assert tables() == before


def test_an_outcome_that_breaks_a_rule_is_refused(bring: Bring, series: Path) -> None:
    bring(series)
    keynote = Talk.objects.get(key="01-keynote")
    keynote.starts_at, keynote.ends_at = keynote.starts_at.replace(hour=20), keynote.ends_at.replace(hour=21)
    keynote.save()
    change(series / KEYNOTE, "time_end: 2027-06-14 09:45:00", "time_end: 2027-06-14 09:50:00")
    bring(series)
    before = tables()
    with pytest.raises(ChoiceRefused, match=r"the end .* is before the start"):
        resolve(Conflict.objects.get(field="ends_at"), "file", "ines")
    assert tables() == before
