"""The three-way merge: what was agreed on, what the site says, what the file says, and what comes of it."""

from collections.abc import Sequence

import pytest

from exchange.merge import Clash, Fields, MergedItem, Prefer, SiteItem, merge_fields, merge_list, pair
from exchange.records import Item, Value

Held = dict[str, Value]
SIDES: tuple[Prefer, Prefer] = ("file", "site")

ADA: Held = {"name": "Adaeze Obi", "affiliation": "Polder Institute"}
BO: Held = {"name": "Bo Lindqvist", "affiliation": None}
CHIYO: Held = {"name": "千代 Mori", "affiliation": "Nagoya"}
DENIZ: Held = {"name": "Deniz Şahin", "affiliation": None}

# What a report says of her: fields without a value are left out.
ADA_TOLD = dict(ADA)


def items(*given: Held) -> tuple[Item, ...]:
    return tuple(Item(f"panelists.{index}", one) for index, one in enumerate(given))


def rows(*given: Held | tuple[str, Held]) -> tuple[SiteItem, ...]:
    """Rows of the site, in the file's places unless another is named."""
    placed = [one if isinstance(one, tuple) else (f"panelists.{at}", one) for at, one in enumerate(given)]
    return tuple(SiteItem(100 + index, place, fields) for index, (place, fields) in enumerate(placed))


def kept(merged: Sequence[MergedItem]) -> list[tuple[int | None, Value]]:
    return [(one.pk, one.fields["name"]) for one in merged]


NONE: Held = {}

# base, site, file: what the site shall hold, what both agree on, whether it clashed.
TABLE = [
    pytest.param({"f": "a"}, {"f": "a"}, {"f": "a"}, "a", {"f": "a"}, False, id="nobody changed"),
    pytest.param({"f": "a"}, {"f": "a"}, {"f": "b"}, "b", {"f": "b"}, False, id="the file changed"),
    pytest.param({"f": "a"}, {"f": "b"}, {"f": "a"}, "b", {"f": "a"}, False, id="the site changed"),
    pytest.param({"f": "a"}, {"f": "b"}, {"f": "b"}, "b", {"f": "b"}, False, id="both changed alike"),
    pytest.param({"f": "a"}, {"f": "b"}, {"f": "c"}, "b", {"f": "a"}, True, id="both changed apart"),
    pytest.param({"f": "a"}, {"f": "a"}, {"f": None}, None, {"f": None}, False, id="the file took it out"),
    pytest.param({"f": "a"}, {"f": None}, {"f": "a"}, None, {"f": "a"}, False, id="the site took it out"),
    pytest.param({"f": "a"}, {"f": None}, {"f": "c"}, None, {"f": "a"}, True, id="one took out, one changed"),
    pytest.param({"f": None}, {"f": None}, {"f": "b"}, "b", {"f": "b"}, False, id="the file filled it"),
    pytest.param({"f": None}, {"f": "b"}, {"f": None}, "b", {"f": None}, False, id="the site filled it"),
    pytest.param(NONE, {"f": "a"}, {"f": "a"}, "a", {"f": "a"}, False, id="no base, both alike"),
    pytest.param(NONE, {"f": None}, {"f": "b"}, "b", {"f": "b"}, False, id="no base, the site is empty"),
    pytest.param(NONE, {"f": "b"}, {"f": None}, "b", {"f": None}, False, id="no base, the file is empty"),
    pytest.param(NONE, {"f": "b"}, {"f": "c"}, "b", NONE, True, id="no base, both set apart"),
    pytest.param({"f": 0}, {"f": 0}, {"f": 7}, 7, {"f": 7}, False, id="a number"),
    pytest.param(
        {"f": ("x",)}, {"f": ("x",)}, {"f": ("x", "y")}, ("x", "y"), {"f": ("x", "y")}, False, id="words"
    ),
]


@pytest.mark.parametrize("base, site, file, value, agreed, clashed", TABLE)
def test_a_field_is_compared_three_ways(
    base: Held,
    site: Held,
    file: Held,
    value: Value,
    agreed: Held,
    clashed: bool,
) -> None:
    clashes = (Clash("f", base.get("f"), site["f"], file["f"]),) if clashed else ()
    assert merge_fields(base, site, file) == Fields({"f": value}, agreed, clashes)


@pytest.mark.parametrize("prefer, value", [("file", "c"), ("site", "b")])
def test_a_preferred_side_settles_a_conflict_and_both_agree_on_the_file(prefer: Prefer, value: str) -> None:
    merged = merge_fields({"f": "a"}, {"f": "b"}, {"f": "c"}, prefer)
    assert merged == Fields({"f": value}, {"f": "c"})


def test_a_preferred_side_changes_nothing_that_is_not_in_conflict() -> None:
    base: Held = {"mine": "a", "theirs": "a"}
    site: Held = {"mine": "b", "theirs": "a"}
    file: Held = {"mine": "a", "theirs": "c"}
    for prefer in SIDES:
        assert merge_fields(base, site, file, prefer).values == {"mine": "b", "theirs": "c"}


def test_while_one_field_is_in_conflict_another_goes_on_changing() -> None:
    base: Held = {"title": "a", "room": "1"}
    first = merge_fields(base, {"title": "b", "room": "1"}, {"title": "c", "room": "2"})
    assert first == Fields(
        {"title": "b", "room": "2"}, {"title": "a", "room": "2"}, (Clash("title", "a", "b", "c"),)
    )
    second = merge_fields(first.agreed, first.values, {"title": "c", "room": "3"})
    assert second == Fields(
        {"title": "b", "room": "3"}, {"title": "a", "room": "3"}, (Clash("title", "a", "b", "c"),)
    )


def test_a_field_that_the_file_has_no_key_for_stays_as_agreed() -> None:
    assert merge_fields({"photo": "x"}, {"photo": "x"}, {}) == Fields({}, {"photo": "x"})


@pytest.mark.parametrize(
    "base, file, pairs",
    [
        ([ADA, BO], [ADA, BO], {0: 0, 1: 1}),
        ([ADA, BO], [BO, ADA], {0: 1, 1: 0}),
        ([ADA, BO], [ADA, CHIYO], {0: 0, 1: 1}),
        ([ADA, BO, CHIYO], [DENIZ, CHIYO, ADA], {0: 2, 1: 0, 2: 1}),
        ([ADA, ADA], [ADA, ADA], {0: 0, 1: 1}),
        ([ADA, BO, ADA], [CHIYO, BO, ADA], {0: 0, 1: 1, 2: 2}),
        ([{"name": "ADAEZE  obi"}], [ADA], {0: 0}),
        ([{"name": "José"}], [{"name": "Jose\u0301"}], {0: 0}),
        ([{"name": "José"}], [{"name": "Jose"}], {0: 0}),
        (
            [{"title": "On Silt"}, {"title": "On Sand"}],
            [{"title": "On Sand"}, {"title": "On Silt"}],
            {0: 1, 1: 0},
        ),
        ([ADA], [ADA, BO], None),
        ([ADA, BO], [BO], None),
        ([], [], {}),
    ],
)
def test_elements_pair_by_name_and_what_is_left_by_order(
    base: list[Held], file: list[Held], pairs: dict[int, int] | None
) -> None:
    assert pair(items(*base), items(*file)) == pairs


def test_a_corrected_name_is_a_change_and_not_a_removal() -> None:
    right: Held = {**BO, "name": "Bo Lindkvist"}
    merged = merge_list("panelists", items(ADA, BO), rows(ADA, BO), items(ADA, right))
    assert kept(merged.items) == [(100, "Adaeze Obi"), (101, "Bo Lindkvist")]
    assert (merged.agreed, merged.clashes) == (items(ADA, right), ())


def test_file_and_site_change_different_fields_of_one_element() -> None:
    site: Held = {**ADA, "affiliation": "Fen Academy"}
    file: Held = {**ADA, "name": "Adaeze N. Obi"}
    merged = merge_list("panelists", items(ADA), rows(site), items(file))
    assert merged.items == (
        MergedItem(100, "panelists.0", {"name": "Adaeze N. Obi", "affiliation": "Fen Academy"}),
    )
    assert (merged.agreed, merged.clashes) == (items(file), ())


def test_an_element_in_conflict_is_told_by_its_place_and_keeps_site_and_base() -> None:
    site: Held = {**ADA, "affiliation": "Fen Academy"}
    file: Held = {**ADA, "affiliation": "Heath College"}
    merged = merge_list("panelists", items(ADA), rows(site), items(file))
    assert merged.clashes == (
        Clash("panelists.0.affiliation", "Polder Institute", "Fen Academy", "Heath College"),
    )
    assert (merged.items[0].fields, merged.agreed) == (site, items(ADA))


@pytest.mark.parametrize("prefer, affiliation", [("file", "Heath College"), ("site", "Fen Academy")])
def test_a_preferred_side_settles_an_element(prefer: Prefer, affiliation: str) -> None:
    site: Held = {**ADA, "affiliation": "Fen Academy"}
    file: Held = {**ADA, "affiliation": "Heath College"}
    merged = merge_list("panelists", items(ADA), rows(site), items(file), prefer)
    assert (merged.items[0].fields["affiliation"], merged.agreed, merged.clashes) == (
        affiliation,
        items(file),
        (),
    )


def test_a_choice_settles_the_fields_that_it_names_and_no_other() -> None:
    site: Held = {**ADA, "affiliation": "Fen Academy", "url": "https://fen.example/"}
    file: Held = {**ADA, "affiliation": "Heath College", "url": "https://heath.example/"}
    merged = merge_list(
        "panelists", items(ADA), rows(site), items(file), {"panelists.0.url": "file", "title": "file"}
    )
    assert [one.field for one in merged.clashes] == ["panelists.0.affiliation"]
    assert merged.items[0].fields == {**site, "url": "https://heath.example/"}


def test_the_file_adds_and_removes_while_the_site_is_as_it_was() -> None:
    added = merge_list("panelists", items(ADA), rows(ADA), items(CHIYO, ADA))
    assert (kept(added.items), added.agreed) == (
        [(None, "千代 Mori"), (100, "Adaeze Obi")],
        items(CHIYO, ADA),
    )
    removed = merge_list("panelists", items(ADA, BO), rows(ADA, BO), items(BO))
    assert (kept(removed.items), removed.agreed) == ([(101, "Bo Lindqvist")], items(BO))
    emptied = merge_list("panelists", items(ADA), rows(ADA), ())
    assert (emptied.items, emptied.agreed, emptied.clashes) == ((), (), ())


def test_what_the_site_added_stays_where_the_site_put_it() -> None:
    site = rows(("panelists.0", ADA), ("", DENIZ), ("panelists.1", BO))
    right: Held = {**BO, "affiliation": "Skåne Observatory"}
    merged = merge_list("panelists", items(ADA, BO), site, items(ADA, right))
    assert kept(merged.items) == [(100, "Adaeze Obi"), (101, "Deniz Şahin"), (102, "Bo Lindqvist")]
    assert (merged.items[2].fields["affiliation"], merged.clashes) == ("Skåne Observatory", ())


def test_what_the_site_took_out_stays_out_unless_the_file_changes_it() -> None:
    out = merge_list("panelists", items(ADA, BO), rows(ADA), items(ADA, BO))
    assert (kept(out.items), out.agreed, out.clashes) == ([(100, "Adaeze Obi")], items(ADA, BO), ())
    right: Held = {**BO, "affiliation": "Skåne Observatory"}
    told = merge_list("panelists", items(ADA, BO), rows(ADA), items(ADA, right))
    assert told.clashes == (
        Clash(
            "panelists.1",
            {"name": "Bo Lindqvist"},
            None,
            {"name": "Bo Lindqvist", "affiliation": "Skåne Observatory"},
        ),
    )
    assert (kept(told.items), told.agreed) == ([(100, "Adaeze Obi")], items(ADA, BO))
    back = merge_list("panelists", items(ADA, BO), rows(ADA), items(ADA, right), "file")
    assert kept(back.items) == [(100, "Adaeze Obi"), (None, "Bo Lindqvist")]
    first: Held = {**ADA, "affiliation": "Skåne Observatory"}
    base, site = items(ADA, BO, DENIZ), rows(("panelists.1", BO), ("panelists.2", DENIZ))
    back = merge_list("panelists", base, site, items(first, BO, DENIZ), "file")
    assert kept(back.items) == [(None, "Adaeze Obi"), (100, "Bo Lindqvist"), (101, "Deniz Şahin")]
    gone = merge_list("panelists", items(ADA, BO), rows(ADA), items(ADA, right), "site")
    assert (kept(gone.items), gone.agreed, gone.clashes) == ([(100, "Adaeze Obi")], items(ADA, right), ())


def test_both_changed_which_elements_there_are() -> None:
    site = rows(ADA, ("", DENIZ))
    clash = merge_list("panelists", items(ADA), site, items(ADA, CHIYO))
    assert clash.clashes == (
        Clash("panelists", [ADA_TOLD], [ADA_TOLD, {"name": "Deniz Şahin"}], [ADA_TOLD, CHIYO]),
    )
    assert (kept(clash.items), clash.agreed) == ([(100, "Adaeze Obi"), (101, "Deniz Şahin")], items(ADA))
    by_file = merge_list("panelists", items(ADA), site, items(ADA, CHIYO), "file")
    assert (kept(by_file.items), by_file.clashes) == ([(100, "Adaeze Obi"), (None, "千代 Mori")], ())
    by_site = merge_list("panelists", items(ADA), site, items(CHIYO, ADA), "site")
    assert (kept(by_site.items), by_site.agreed) == (
        [(100, "Adaeze Obi"), (101, "Deniz Şahin")],
        items(CHIYO, ADA),
    )
    assert [one.place for one in by_site.items] == ["panelists.1", ""]


def test_a_list_without_a_base() -> None:
    assert kept(merge_list("panelists", None, (), items(ADA)).items) == [(None, "Adaeze Obi")]
    assert kept(merge_list("panelists", None, rows(ADA), ()).items) == [(100, "Adaeze Obi")]
    same = merge_list("panelists", None, rows(("", ADA)), items(ADA))
    assert (same.items[0].place, same.agreed, same.clashes) == ("panelists.0", items(ADA), ())
    apart = merge_list("panelists", None, rows(("", ADA)), items(BO))
    assert (kept(apart.items), apart.agreed, len(apart.clashes)) == ([(100, "Adaeze Obi")], None, 1)


THREE = items(ADA, BO, CHIYO)


@pytest.mark.parametrize(
    "site, file, outcome",
    [
        pytest.param(rows(ADA, BO, CHIYO), items(CHIYO, ADA, BO), [102, 100, 101], id="the file reordered"),
        pytest.param(
            rows(("panelists.2", CHIYO), ("panelists.0", ADA), ("panelists.1", BO)), THREE, [100, 101, 102],
            id="the site reordered",
        ),
        pytest.param(
            rows(("panelists.1", BO), ("panelists.2", CHIYO)), items(CHIYO, ADA, BO), [101, 100],
            id="the site took one out, the file reordered",
        ),
    ],
)  # fmt: skip
def test_order_is_a_field_of_its_own(
    site: tuple[SiteItem, ...], file: tuple[Item, ...], outcome: list[int]
) -> None:
    merged = merge_list("panelists", THREE, site, file)
    assert ([one.pk for one in merged.items], merged.agreed, merged.clashes) == (outcome, file, ())


def test_both_reordered_apart() -> None:
    site = rows(("panelists.1", BO), ("panelists.0", ADA), ("panelists.2", CHIYO))
    file = items(CHIYO, ADA, BO)
    merged = merge_list("panelists", THREE, site, file)
    assert merged.clashes == (
        Clash(
            "panelists.order",
            ["Adaeze Obi", "Bo Lindqvist", "千代 Mori"],
            ["Bo Lindqvist", "Adaeze Obi", "千代 Mori"],
            ["千代 Mori", "Adaeze Obi", "Bo Lindqvist"],
        ),
    )
    assert [one.pk for one in merged.items] == [100, 101, 102]
    assert merged.agreed is not None
    assert [one.fields["name"] for one in merged.agreed] == ["Adaeze Obi", "Bo Lindqvist", "千代 Mori"]
    for prefer, outcome in zip(SIDES, ([102, 101, 100], [100, 101, 102]), strict=True):
        settled = merge_list("panelists", THREE, site, file, prefer)
        assert ([one.pk for one in settled.items], settled.agreed, settled.clashes) == (outcome, file, ())


@pytest.mark.parametrize("base", [None, items(BO, CHIYO)])
def test_the_same_elements_in_another_order_agree_and_the_site_keeps_its_own(
    base: tuple[Item, ...] | None,
) -> None:
    file = items(ADA, BO, CHIYO)
    merged = merge_list("appearances", base, rows(BO, CHIYO, ADA), file)
    assert kept(merged.items) == [(100, BO["name"]), (101, CHIYO["name"]), (102, ADA["name"])]
    assert [one.place for one in merged.items] == [file[1].place, file[2].place, file[0].place]
    assert (merged.agreed, merged.clashes) == (file, ())
