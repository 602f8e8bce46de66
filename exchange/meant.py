"""What a file shall say: the site's values, those in conflict as the file has them, names for what was put up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from django.utils.text import slugify

from attachments.names import read_original
from exchange.assets import FILE_OF
from exchange.keeping import as_stored
from exchange.models import SourceRecord
from exchange.plan import SiteRecord
from exchange.records import Item, Meant, Record, Value, items_from_json, value_from_json
from texts.folding import fold


def all_of(row: SiteRecord) -> Meant:
    """What the file of a new record says: all that the site says."""
    return Meant(
        dict(row.fields),
        {name: tuple(Item("", one.fields) for one in ones) for name, ones in row.lists.items()},
    )


def meant_of(
    row: SiteRecord, known: SourceRecord, silent: Collection[str], said: Record | None = None
) -> Meant:
    """What a known file says: what the site says, and what is in conflict as the file has it.

    ``silent`` are the fields in which the file has no say: they come in only where the site has changed them.
    ``said`` is what the file says: what no import has compared yet (the dialect learnt a key since) stays so.
    """
    fields = {
        name: value
        for name, value in row.fields.items()
        if name not in silent or as_stored(value) != known.agreed.get(name)
    }
    lists = {name: tuple(Item(one.place, one.fields) for one in ones) for name, ones in row.lists.items()}
    if said is not None:
        fields = _unread_kept(fields, {"edition": known.edition_key, **known.agreed}, said.fields)
        lists = {
            name: _items_kept(ones, known.agreed.get(name), said.lists.get(name, ()))
            for name, ones in lists.items()
        }
    for conflict in known.conflicts.all():
        _as_in_file(conflict.field, fields, lists, known.said or {})
    return Meant(fields, lists)


def _unread_kept(
    ours: Mapping[str, Value], agreed: Mapping[str, Any], said: Mapping[str, Value]
) -> dict[str, Value]:
    """The site's fields, but the file's own in those that nobody has agreed on and in which it says something."""
    unread = {name for name, value in said.items() if value is not None and name in ours} - set(agreed)
    return {**ours, **{name: said[name] for name in unread}}


def _items_kept(
    ours: tuple[Item, ...], agreed: Sequence[Mapping[str, Any]] | None, said: tuple[Item, ...]
) -> tuple[Item, ...]:
    """The same of a list: the whole if nobody has agreed on any of it, else each element's fields by its place."""
    if agreed is None:
        return said or ours
    base, theirs = {one["place"]: one for one in agreed}, {one.place: one for one in said}
    return tuple(
        replace(one, fields=_unread_kept(one.fields, base[one.place], theirs[one.place].fields))
        if one.place in base and one.place in theirs
        else one
        for one in ours
    )


def _as_in_file(
    name: str, fields: dict[str, Value], lists: dict[str, tuple[Item, ...]], said: Mapping[str, Any]
) -> None:
    """Put the file's value in the place of the site's, in the field that a conflict names."""
    if name in lists:
        lists[name] = items_from_json(said[name])
        return
    if name in fields or name in said:
        fields[name] = value_from_json(said.get(name))
        return
    place, _dot, key = name.rpartition(".")
    for title, ours in lists.items():
        theirs = {one.place: one for one in items_from_json(said.get(title) or ())}
        if name == f"{title}.order":
            lists[title] = _in_order(ours, list(theirs))
        elif name in theirs:
            at = list(theirs).index(name)
            lists[title] = (*ours[:at], theirs[name], *ours[at:])
        elif place in theirs:
            value = theirs[place].fields.get(key)
            lists[title] = tuple(
                replace(one, fields={**one.fields, key: value}) if one.place == place else one for one in ours
            )


def _in_order(items: Sequence[Item], places: Sequence[str]) -> tuple[Item, ...]:
    """Elements that the file has, in its order; those that only the site has stay where they are."""
    ordered = iter(
        sorted((one for one in items if one.place in places), key=lambda one: places.index(one.place))
    )
    return tuple(next(ordered) if one.place in places else one for one in items)


@dataclass
class Names:
    """Names for pictures and documents that were put up on the site: {name: digest} of those in use."""

    used: dict[str, str] = field(default_factory=dict)

    def note(self, facts: Mapping[str, Sequence[Any] | None]) -> None:
        """Note the files that were there when a file was imported: {path: [digest, size] or None}."""
        self.used |= {PurePosixPath(path).name: str(fact[0]) for path, fact in facts.items() if fact}

    def given(self, meant: Meant) -> Meant:
        """The same, with a name wherever a stored file has none."""
        return Meant(
            self._named(meant.fields),
            {
                name: tuple(replace(one, fields=self._named(one.fields)) for one in ones)
                for name, ones in meant.lists.items()
            },
        )

    def _named(self, fields: Mapping[str, Value]) -> dict[str, Value]:
        named = dict(fields)
        for text, file in FILE_OF.items():
            stored = fields.get(file)
            if text in fields and not fields[text] and isinstance(stored, str):
                named[text] = self._free(stored, str(fields.get("name") or ""))
        return named

    def _free(self, stored: str, person: str) -> str:
        """A picture is named after its person or sponsor, a document as it came; a number behind what is taken."""
        path = PurePosixPath(stored)
        picture = read_original(stored)
        digest = picture.digest if picture else stored
        stem = (slugify(fold(person)) or "picture") if picture else path.stem
        name, count = f"{stem}{path.suffix}", 2
        while self.used.get(name, digest) != digest:
            name, count = f"{stem}-{count}{path.suffix}", count + 1
        self.used[name] = digest
        return name
