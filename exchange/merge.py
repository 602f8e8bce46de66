"""Three ways to one value: what file and site last agreed on, what the site says, what the file says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from exchange.records import Item, Value
from texts.folding import name_key

Prefer = Literal["", "file", "site"]
# Who wins where both sides changed: everywhere, or in the fields that are named as a Clash names them.
Choice = Prefer | Mapping[str, Prefer]


def chosen(prefer: Choice, name: str) -> Prefer:
    """Who wins in the field of that (dotted) name; "" if nobody has decided."""
    return prefer.get(name, "") if isinstance(prefer, Mapping) else prefer


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
    prefer: Choice = "",
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
        elif side := chosen(prefer, prefix + name):
            values[name], agreed[name] = (new if side == "file" else stands), new
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
    prefer: Choice = "",
) -> List:
    """Merge a list element by element where the file's elements can be paired with the base's, else as a whole."""
    if _alike(site, file):
        return _agree(site, file)
    same = _same_elements(site, file)
    if same is not None and (_in_order(base or (), file) or _by_key(same) == _by_key(file)):
        # A file holds one key's elements after another's; the site may have them in any order.
        return List(same, tuple(file))
    if base is None:
        return _whole(
            name, base, site, file, "file" if not site else "site" if not file else chosen(prefer, name)
        )
    pairs = pair(base, file)
    if pairs is None:
        return _whole(name, base, site, file, "file" if _alike(site, base) else chosen(prefer, name))
    return _by_element(name, base, site, file, pairs, prefer)


def pair(base: Sequence[Item], file: Sequence[Item]) -> dict[int, int] | None:
    """Which element of the file is which of the base: {base index: file index}, or None if nobody can tell.

    First by name or title (of several alike, those in the same place first); what is left over by order, if as
    many are left on both sides.
    """
    found: dict[int, int] = {}
    free = list(range(len(file)))
    for in_place in (True, False):
        for index in (one for one in range(len(base)) if one not in found):
            alike = (one for one in free if _called(file[one]) == _called(base[index]))
            match = next((one for one in alike if not in_place or file[one].place == base[index].place), None)
            if match is not None:
                found[index] = match
                free.remove(match)
    left = [index for index in range(len(base)) if index not in found]
    if len(left) != len(free):
        return None
    return found | dict(zip(left, free, strict=True))


def _called(item: Item | SiteItem) -> str:
    """Its name or title as it is compared."""
    return name_key(_printed(item))


def _printed(item: Item | SiteItem) -> str:
    return str(item.fields.get("name") or item.fields.get("title") or item.place)


def _alike(one: Iterable[Item | SiteItem], other: Iterable[Item | SiteItem]) -> bool:
    return [_said(item) for item in one] == [_said(item) for item in other]


def _said(item: Item | SiteItem) -> dict[str, Value]:
    return {name: value for name, value in item.fields.items() if value is not None}


def _plain(items: Iterable[Item | SiteItem] | None) -> list[dict[str, Value]] | None:
    return None if items is None else [_said(item) for item in items]


def _agree(site: Sequence[SiteItem], file: Sequence[Item]) -> List:
    items = (MergedItem(old.pk, new.place, new.fields) for old, new in zip(site, file, strict=True))
    return List(tuple(items), tuple(file))


def _keep(site: Sequence[SiteItem], file: Sequence[Item]) -> tuple[MergedItem, ...]:
    """The site's elements; each stands where the file has one of its name or title, else nowhere."""
    free = list(file)
    items = []
    for row in site:
        own = next((one for one in free if _called(one) == _called(row)), None)
        if own is not None:
            free.remove(own)
        items.append(MergedItem(row.pk, own.place if own else "", row.fields))
    return tuple(items)


def _same_elements(site: Sequence[SiteItem], file: Sequence[Item]) -> tuple[MergedItem, ...] | None:
    """The site's elements in the site's order, if the file has the very same ones in another; else None.

    Of one that was made on the site and meets its first file, the file may say more.
    """
    free = list(file)
    found = []
    for row in site:
        same = (one for one in free if _said(one) == _said(row))
        fuller = (one for one in free if not row.place and _said(row).items() <= _said(one).items())
        match = next(same, None) or next(fuller, None)
        if match is None:
            return None
        free.remove(match)
        found.append(MergedItem(row.pk, match.place, match.fields))
    return None if free else tuple(found)


def _by_key(items: Iterable[Item | MergedItem]) -> dict[str, list[str]]:
    """The places under each key of the file, in order: of the order among keys a file says nothing."""
    found: dict[str, list[str]] = {}
    for one in items:
        found.setdefault(one.place.partition(".")[0], []).append(one.place)
    return found


def _in_order(base: Sequence[Item], file: Sequence[Item]) -> bool:
    """Whether those elements of the base that the file still has stand there in the base's order."""
    names = [_called(one) for one in file]
    at = [names.index(_called(one)) for one in base if _called(one) in names]
    return at == sorted(at)


def _whole(
    name: str, base: Sequence[Item] | None, site: Sequence[SiteItem], file: Sequence[Item], prefer: Prefer
) -> List:
    if prefer == "file":
        return List(_replace(site, file), tuple(file))
    if prefer == "site":
        return List(_keep(site, file), tuple(file))
    clash = Clash(name, _plain(base), _plain(site), _plain(file))
    items = tuple(MergedItem(one.pk, one.place, one.fields) for one in site)
    return List(items, None if base is None else tuple(base), (clash,))


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
    """The outcome of a merge element by element, as it grows: by the base's index."""

    items: dict[int, MergedItem] = field(default_factory=dict)
    agreed: dict[int, Item] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def _by_element(
    name: str,
    base: Sequence[Item],
    site: Sequence[SiteItem],
    file: Sequence[Item],
    pairs: Mapping[int, int],
    prefer: Choice,
) -> List:
    rows = {one.place: one for one in site if one.place}
    found = _Elements()
    for index, old in enumerate(base):
        _merge_element(found, index, old, rows.get(old.place), file[pairs[index]], prefer)
    at = {old.place: index for index, old in enumerate(base)}
    by_site = [at[one.place] for one in site if one.place in at]
    by_file = sorted(pairs, key=lambda index: pairs[index])
    order, clashes = _order(f"{name}.order", base, by_site, by_file, chosen(prefer, f"{name}.order"))
    agreed = range(len(base)) if clashes else by_file
    return List(
        _arrange(site, at, found.items, _with_returned(order, by_file, found.items)),
        tuple(found.agreed[index] for index in agreed),
        (*found.clashes, *clashes),
    )


def _merge_element(
    found: _Elements, index: int, old: Item, row: SiteItem | None, new: Item, prefer: Choice
) -> None:
    if row is not None:
        merged = merge_fields(old.fields, row.fields, new.fields, prefer, f"{new.place}.")
        found.items[index] = MergedItem(row.pk, new.place, merged.values)
        found.agreed[index] = Item(new.place, merged.agreed)
        found.clashes += merged.clashes
        return
    # The site took this element out.
    unchanged, side = _said(old) == _said(new), chosen(prefer, new.place)
    if side == "file" and not unchanged:
        found.items[index] = MergedItem(None, new.place, new.fields)
    elif not (unchanged or side):
        found.clashes.append(Clash(new.place, _said(old), None, _said(new)))
        new = Item(new.place, old.fields)
    found.agreed[index] = new


def _order(
    name: str, base: Sequence[Item], by_site: list[int], by_file: list[int], prefer: Prefer
) -> tuple[list[int], tuple[Clash, ...]]:
    """The base's indices in the order to show; order is a field of its own, and may clash."""
    by_base, in_file = sorted(by_site), [index for index in by_file if index in by_site]
    if in_file in (by_base, by_site) or prefer == "site":
        return by_site, ()
    if by_site == by_base or prefer == "file":
        return by_file, ()
    said = ([_printed(base[index]) for index in order] for order in (by_base, by_site, in_file))
    return by_site, (Clash(name, *said),)


def _with_returned(
    order: Sequence[int], by_file: Sequence[int], items: Mapping[int, MergedItem]
) -> list[int]:
    """The order, with each element that comes back to the site put where the file has it."""
    shown = list(order)
    for place, index in enumerate(by_file):
        if index in items and index not in shown:
            before = [shown.index(one) for one in by_file[:place] if one in shown]
            shown.insert(before[-1] + 1 if before else 0, index)
    return shown


def _arrange(
    site: Sequence[SiteItem], at: Mapping[str, int], items: Mapping[int, MergedItem], order: Sequence[int]
) -> tuple[MergedItem, ...]:
    """The elements in order; those that only the site has stay in the places where the site put them."""
    arranged = [items[index] for index in order if index in items]
    for position, one in enumerate(site):
        if one.place not in at:
            arranged.insert(position, MergedItem(one.pk, "", one.fields))
    return tuple(arranged)
