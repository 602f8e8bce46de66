"""One file on its way to a record: what a dialect's rules have found in it so far."""

import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from exchange.dialects import values
from exchange.documents import Document, Node, Scalar
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Sequence as NodeList
from exchange.problems import Place, Problems
from exchange.records import Asset, Item, Kind, Record, Value
from exchange.scalars import BadValue, Remark, is_none

OUTSIDE_PICTURE = re.compile(
    r"!\[[^\]\n]*\]\(\s*<?(https?://[^\s)>]+)|<img\b[^>]*\bsrc\s*=\s*[\"']?(https?://[^\s\"'>]+)",
    re.IGNORECASE,
)
OLD_PATHS = ("permalink", "aliases", "redirect_from")


@dataclass(frozen=True)
class Files:
    """Where the files that a value names may lie; ``{edition}`` is the edition's key, ``.`` the file's own folder."""

    field: str
    kind: Any
    folders: tuple[str, ...]


def _never(_key: str) -> bool:
    return False


@dataclass
class Reader:
    """One file on its way to a record: what the rules have found so far. ``problems`` are those of this file."""

    document: Document
    problems: Problems
    default_edition: str = ""
    edition: str = ""
    fields: dict[str, Value] = field(default_factory=dict)
    lists: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    items: dict[str, dict[str, Value]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    item_places: dict[str, Place] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)
    assets: list[Asset] = field(default_factory=list)
    unknown: list[tuple[str, Place]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The file's path from the root."""
        return self.document.path

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.path).stem

    def find_edition(self, *, needed: bool) -> None:
        """Read the edition's key; without one the default edition, else (if needed) an error."""
        found = self.value(self.document.root, "edition", values.edition_key)
        if found is not None:
            self.edition, self.places["edition"] = str(found[1]), found[0].place
        elif self.default_edition:
            self.edition = self.default_edition
        elif needed and not self.problems_at(self.document.root.get("edition")):
            self.problems.error(self.path, self.document.root.place, "edition-missing")

    def put(self, item: str, name: str, value: Value, place: Place | None) -> None:
        """Note a field's value and where it stands."""
        (self.items[item] if item else self.fields)[name] = value
        if place is not None:
            self.places[f"{item}.{name}" if item else name] = place

    def value(self, at: KeyMapping, source: str, read: values.Read) -> tuple[Scalar, Value] | None:
        """The scalar at the end of a dotted way and its value; None where there is no value."""
        node: Node | None = at
        for step in source.split("."):
            # A bare name may stand where a map could: then there is nothing below it.
            node = node.get(step) if isinstance(node, KeyMapping) else None
        value = self.scalar(node, read, source)
        return (node, value) if isinstance(node, Scalar) and value is not None else None

    def scalar(self, node: Node | None, read: values.Read, key: str = "") -> Value:
        """A scalar's value; None for none, and for a bad one, which is told."""
        text = self.text(node, key)
        if node is None or text is None:
            return None
        try:
            found = read(text)
        except BadValue as bad:
            self.problems.error(self.path, node.place, bad.code, **bad.values)
            return None
        self._warn(node, found.warnings)
        return found.value

    def text(self, node: Node | None, key: str = "") -> str | None:
        """A scalar's text; None where it means no value. A map or list is told as an error."""
        if node is None:
            return None
        if isinstance(node, Scalar):
            return None if is_none(node.text, node.quoted) else node.text
        if len(node):
            self.problems.error(self.path, node.place, "expected-text", key=key)
        return None

    def _warn(self, node: Node, warnings: Sequence[Remark]) -> None:
        for code, said in warnings:
            self.problems.warning(self.path, node.place, code, **said)

    def rank(self, node: Node, index: int) -> tuple[int, int]:
        """Where an element of a list belongs: by its ``order`` key, else as it stands."""
        found = self.value(node, "order", values.whole) if isinstance(node, KeyMapping) else None
        return (found[1] if found and isinstance(found[1], int) else index, index)

    def problems_at(self, node: Node | None) -> bool:
        """Whether something was already said of this value or of what is in it."""
        if node is None:
            return False
        first, last = self.document.place(node.start), self.document.place(node.end)
        return any(one.place is not None and first <= one.place <= last for one in self.problems)

    def name_asset(self, files: Files, item: str, name: str, place: Place | None) -> None:
        """Note that a value names a file, and where it may lie."""
        if name.startswith(("http://", "https://", "/")):
            return
        own = PurePosixPath(self.path).parent
        folders = [folder.format(edition=self.edition) for folder in files.folders]
        candidates = tuple(
            str(own / name if folder == "." else PurePosixPath(folder) / name) for folder in folders
        )
        self.assets.append(Asset(files.field, item, name, files.kind, candidates, place))

    def look_at_body(self) -> None:
        """Warn of pictures that would make every reader's browser ask another host."""
        document = self.document
        for found in OUTSIDE_PICTURE.finditer(document.text, document.body.start):
            place = document.place(found.start())
            self.problems.warning(self.path, place, "picture-outside", address=(found[1] or found[2])[:60])

    def look_for_unknown(
        self, at: KeyMapping, known: Collection[str], item: str = "", kept: Callable[[str], bool] = _never
    ) -> None:
        """Tell of keys that nobody knows: a slip of one that is known at its place, others once a run.

        ``kept`` says of a key whether it is none of ours and yet expected.
        """
        for entry in at.entries:
            key = entry.key.text
            if key in known or kept(key):
                continue
            close = difflib.get_close_matches(key, sorted(known), 1, 0.8)
            if close:
                self.problems.warning(self.path, entry.key.place, "key-misspelt", key=key, close=close[0])
            else:
                name = f"{re.sub(r'[.][0-9]+', '', item)}.{key}" if item else key
                self.unknown.append((name, entry.key.place))

    def record(self, kind: Kind) -> Record:
        """All that was found, as a record."""
        key = self.edition if kind == "edition" else self.stem
        places = {**self.item_places, **self.places}
        if kind != "edition":
            self.fields["edition"] = self.edition or None
        return Record(
            kind,
            self.path,
            self.edition,
            key,
            self.fields,
            self.lists,
            places,
            self.offsets,
            tuple(self.assets),
            old_paths(self.document),
        )


def old_paths(document: Document) -> tuple[str, ...]:
    """The addresses that a file had on its old site: ``permalink``, ``aliases``, ``redirect_from``."""
    found: list[str] = []
    for key in OLD_PATHS:
        node = document.root.get(key)
        for one in node.items if isinstance(node, NodeList) else [node]:
            if isinstance(one, Scalar) and one.text.startswith("/") and not one.text.startswith("//"):
                found.append(one.text)
    return tuple(dict.fromkeys(path for path in found if ":" not in path and len(path) <= 2000))
