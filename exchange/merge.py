"""Three ways to one value: what file and site last agreed on, what the site says, what the file says."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from exchange.records import Item, Value

Prefer = Literal["", "file", "site"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that file and site changed apart. ``field`` is dotted below a list: ``speaker.affiliation``."""

    field: str
    base: object
    site: object
    file: object


@dataclass(frozen=True, slots=True)
class Fields:
    """Merged fields: what the site shall hold, what both agree on from now, and what clashed."""

    values: Mapping[str, Value]
    agreed: Mapping[str, Value]
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteItem:
    """An element of a list as the site holds it, with its row's primary key."""

    pk: int
    place: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class MergedItem:
    """An element as the site shall hold it; ``pk`` is None for one to be made."""

    pk: int | None
    place: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class List:
    """A merged list, in its order; what both agree on from now (None: nothing yet); and what clashed."""

    items: tuple[MergedItem, ...]
    agreed: tuple[Item, ...] | None
    clashes: tuple[Clash, ...] = ()


def merge_fields(
    base: Mapping[str, Value],
    site: Mapping[str, Value],
    file: Mapping[str, Value],
    prefer: Prefer = "",
    prefix: str = "",
) -> Fields:
    """Merge field by field; only the fields that the file has a say in (its keys) are looked at.

    A field that ``base`` lacks has never been agreed on: equal agrees, an empty side takes the other,
    two different values clash. A clash keeps the site's value and the old base until somebody decides.
    """
    values: dict[str, Value] = {}
    agreed = dict(base)
    clashes: list[Clash] = []
    for name, new in file.items():
        old, stands = base.get(name), site.get(name)
        if _file_wins(name in base, old, stands, new):
            values[name] = agreed[name] = new
        elif _site_wins(name in base, old, new):
            values[name], agreed[name] = stands, new
        elif prefer:
            values[name], agreed[name] = (new if prefer == "file" else stands), new
        else:
            values[name] = stands
            clashes.append(Clash(prefix + name, old, stands, new))
    return Fields(values, agreed, tuple(clashes))


def _file_wins(based: bool, old: Value, stands: Value, new: Value) -> bool:
    return stands == new or (stands == old if based else stands is None)


def _site_wins(based: bool, old: Value, new: Value) -> bool:
    return new == old if based else new is None


def merge_list(
    name: str,
    base: Sequence[Item] | None,
    site: Sequence[SiteItem],
    file: Sequence[Item],
    prefer: Prefer = "",
) -> List:
    """Merge a list element by element where the file's elements can be paired with the base's, else as a whole."""
    if _alike(site, file):
        return _agree(site, file)
    if base is None:
        return _whole(name, base, site, file, "file" if not site else "site" if not file else prefer)
    pairs = pair(base, file)
    if pairs is None:
        return _whole(name, base, site, file, "file" if _alike(site, base) else prefer)
    return _by_element(base, site, file, pairs, prefer)


def pair(base: Sequence[Item], file: Sequence[Item]) -> dict[int, int] | None:
    """Which element of the file is which of the base: {base index: file index}, or None if nobody can tell.

    First by name or title; what is left over by order, if as many are left on both sides.
    """
    found: dict[int, int] = {}
    free = list(range(len(file)))
    for index, one in enumerate(base):
        match = next((other for other in free if _called(file[other]) == _called(one)), None)
        if match is not None:
            found[index] = match
            free.remove(match)
    left = [index for index in range(len(base)) if index not in found]
    if len(left) != len(free):
        return None
    return found | dict(zip(left, free, strict=True))


def _called(item: Item | SiteItem) -> str:
    words = item.fields.get("name") or item.fields.get("title") or item.place
    return " ".join(unicodedata.normalize("NFC", str(words)).casefold().split())


def _alike(one: Iterable[Item | SiteItem], other: Iterable[Item | SiteItem]) -> bool:
    return [_said(item) for item in one] == [_said(item) for item in other]


def _said(item: Item | SiteItem) -> dict[str, Value]:
    return {name: value for name, value in item.fields.items() if value is not None}


def _plain(items: Iterable[Item | SiteItem] | None) -> list[dict[str, Value]] | None:
    return None if items is None else [_said(item) for item in items]


def _agree(site: Sequence[SiteItem], file: Sequence[Item]) -> List:
    items = (MergedItem(old.pk, new.place, new.fields) for old, new in zip(site, file, strict=True))
    return List(tuple(items), tuple(file))


def _keep(site: Sequence[SiteItem]) -> tuple[MergedItem, ...]:
    return tuple(MergedItem(one.pk, one.place, one.fields) for one in site)


def _whole(
    name: str, base: Sequence[Item] | None, site: Sequence[SiteItem], file: Sequence[Item], prefer: Prefer
) -> List:
    if prefer == "file":
        return List(_replace(site, file), tuple(file))
    if prefer == "site":
        return List(_keep(site), tuple(file))
    clash = Clash(name, _plain(base), _plain(site), _plain(file))
    return List(_keep(site), None if base is None else tuple(base), (clash,))


def _replace(site: Sequence[SiteItem], file: Sequence[Item]) -> tuple[MergedItem, ...]:
    """The file's elements; those of the same name or title stay the rows that they were."""
    free = list(site)
    items = []
    for new in file:
        row = next((one for one in free if _called(one) == _called(new)), None)
        if row is not None:
            free.remove(row)
        items.append(MergedItem(row.pk if row else None, new.place, new.fields))
    return tuple(items)


@dataclass(slots=True)
class _Elements:
    """The outcome of a merge element by element, as it grows."""

    items: dict[int, MergedItem] = field(default_factory=dict)
    agreed: dict[int, Item] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def _by_element(
    base: Sequence[Item],
    site: Sequence[SiteItem],
    file: Sequence[Item],
    pairs: Mapping[int, int],
    prefer: Prefer,
) -> List:
    rows = {one.place: one for one in site if one.place}
    found = _Elements()
    for index, old in enumerate(base):
        _merge_element(found, index, old, rows.get(old.place), file[pairs[index]], prefer)
    known = {old.place for old in base}
    added = [MergedItem(one.pk, "", one.fields) for one in site if one.place not in known]
    order = _order(base, site, pairs)
    items = [found.items[index] for index in order if index in found.items] + added
    agreed = tuple(found.agreed[index] for index in sorted(found.agreed, key=lambda index: pairs[index]))
    return List(tuple(items), agreed, tuple(found.clashes))


def _merge_element(
    found: _Elements, index: int, old: Item, row: SiteItem | None, new: Item, prefer: Prefer
) -> None:
    if row is not None:
        merged = merge_fields(old.fields, row.fields, new.fields, prefer, f"{new.place}.")
        found.items[index] = MergedItem(row.pk, new.place, merged.values)
        found.agreed[index] = Item(new.place, merged.agreed)
        found.clashes += merged.clashes
        return
    # The site took this element out.
    unchanged = _said(old) == _said(new)
    if prefer == "file" and not unchanged:
        found.items[index] = MergedItem(None, new.place, new.fields)
    elif not (unchanged or prefer):
        found.clashes.append(Clash(new.place, _said(old), None, _said(new)))
        new = Item(new.place, old.fields)
    found.agreed[index] = new


def _order(base: Sequence[Item], site: Sequence[SiteItem], pairs: Mapping[int, int]) -> list[int]:
    """Base indices in the order to show: the file's if the file moved something, else the site's."""
    by_file = sorted(pairs, key=lambda index: pairs[index])
    if by_file != list(range(len(base))):
        return by_file
    at = {one.place: position for position, one in enumerate(site)}
    return sorted(by_file, key=lambda index: (at.get(base[index].place, len(site)), index))
