"""A dialect as one table: which files it claims, what kind each is, and the rules that read it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from exchange.dialects.listing import canonical, in_file_order
from exchange.dialects.reader import Reader
from exchange.dialects.rules import Dates, Elements, Field, Rule
from exchange.dialects.seam import Reading, Told
from exchange.dialects.writer import Way, Writer
from exchange.documents import Document, EditError, read_document
from exchange.problems import Problems
from exchange.records import Item, Kind, Record, Value
from exchange.tree import BadFile, Entry, Tree
from texts.cleaning import normalise_body

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class RecordRules:
    """How a file of one kind becomes a record; ``finish`` looks at the whole and may refuse or complete it."""

    rules: tuple[Rule, ...]
    kept: re.Pattern[str]
    finish: Callable[[Reader], None]
    needs_edition: bool = True

    def keeps(self, key: str) -> bool:
        """Whether a key that no rule takes by name is an important date's, or one to keep in silence."""
        dated = any(isinstance(rule, Dates) and rule.knows(key) for rule in self.rules)
        return dated or bool(self.kept.fullmatch(key))

    def order(self, way: Way, lists: Mapping[str, Sequence[Item]]) -> Sequence[str]:
        """The keys of the map at a way, in their usual order; ``lists`` tells the keys of dates."""
        if not way:
            return ["edition", *(key for rule in self.rules for key in _keys(rule, lists))]
        inner = next((one for one in self.rules if isinstance(one, Elements) and way[0] in one.takes()), None)
        return [key for rule in inner.rules for key in rule.takes()] if inner else []

    def placed(self, record: Record, lists: Mapping[str, Sequence[Item]]) -> dict[str, Item]:
        """Which element of ``lists`` stands where in a file that says them: {place: element}."""
        found: dict[str, Item] = {}
        for rule in self.rules:
            if isinstance(rule, Elements):
                stands = in_file_order(rule, record.lists[rule.name])
                meant = in_file_order(rule, lists[rule.name])
                found |= {one.place: other for one, other in zip(stands, meant, strict=True)}
        return found

    @property
    def silent(self) -> frozenset[str]:
        """The fields in which a file without their key has no say."""
        return frozenset(one.field for one in self.rules if isinstance(one, Field) and one.silent)

    def fields_of(self, name: str) -> frozenset[str]:
        """The fields that the elements of a list have keys for."""
        rule = next(one for one in self.rules if getattr(one, "name", "") == name)
        return rule.fields() if isinstance(rule, Elements) else frozenset({"name", "date", "extended_to"})

    def unsaid(
        self, record: Record, fields: Mapping[str, Value], lists: Mapping[str, Sequence[Item]]
    ) -> list[str]:
        """The fields and lists that a record that was read says otherwise, as far as files have keys for them."""
        names = (*record.fields, *sorted((self.silent & set(fields)) - set(record.fields)))
        found = [name for name in names if _plain(record.fields.get(name)) != _plain(fields.get(name))]
        for rule in self.rules:
            if isinstance(rule, Elements):
                same = _elements(rule, record.lists[rule.name]) == _elements(rule, lists[rule.name])
            elif isinstance(rule, Dates):
                same = _by_key(record.lists[rule.name]) == _by_key(lists[rule.name])
            else:
                continue
            found += [] if same else [rule.name]
        return found


@dataclass(frozen=True)
class TableDialect:
    """Which files are claimed, what kind each is, and the rules of each kind. ``digest`` changes with the table."""

    name: str
    digest: str
    markers: tuple[str, ...]
    kinds: Mapping[Kind, RecordRules]
    kind_of: Callable[[Document], Kind | None]
    folders: tuple[str, ...] = ()
    generator_keys: frozenset[str] = frozenset()
    # Each file is read by itself, its series is nobody's in particular, and no mapping file describes it.
    joins = foreign = False
    key = source = ""
    text = ""

    def claimed(self, tree: Tree, _problems: Problems) -> dict[str, Entry]:
        """The files below the dialect's folders, those named themselves, and those with an edition, by path."""
        folders = [name for name in self.folders if tree.has_folder(name)]
        found = {}
        for entry in tree.files():
            if not entry.path.endswith((".md", ".html")):
                continue
            own = entry.path.partition("/")[0] in folders if folders else entry.path.endswith(".md")
            if own or tree.is_named(entry.path) or (folders and _names_edition(tree, entry.path)):
                found[entry.path] = entry
        return found

    def read_files(self, files: Iterable[tuple[str, bytes]], default_edition: str = "") -> Iterator[Told]:
        """Each file with its records (None: it is no document) and what is wrong with it."""
        for path, data in files:
            problems = Problems()
            document = read_document(path, data, problems)
            reading = self.read(document, problems, default_edition) if document is not None else None
            yield Told(path, reading, problems)

    def kind_at(self, path: str) -> Kind | None:
        """What a plain file at that path would be taken for."""
        plain = read_document(path, b"---\ntitle: Plain\n---\n", Problems())
        return self.kind_of(plain) if plain is not None else None

    def read(self, document: Document, problems: Problems, default_edition: str = "") -> Reading:
        """The records of a file; what is wrong goes into ``problems``."""
        kind = self.kind_of(document)
        if kind is None:
            return Reading()
        rules = self.kinds[kind]
        own = Problems()
        reader = Reader(document, own, default_edition)
        reader.find_edition(needed=rules.needs_edition)
        for rule in rules.rules:
            rule.read(reader, document.root, "")
        known = {"edition", *(key for rule in rules.rules for key in rule.takes())}
        reader.look_for_unknown(
            document.root, known, kept=lambda key: key in self.generator_keys or rules.keeps(key)
        )
        rules.finish(reader)
        problems.extend(own)
        return Reading((reader.record(kind),), tuple(reader.unknown))

    def write(
        self,
        document: Document,
        edition: str,
        fields: Mapping[str, Value],
        lists: Mapping[str, Sequence[Item]],
    ) -> Document:
        """The document that says these fields and lists, and is else as it was, byte for byte.

        ``edition`` is the key of files that name none. An element's ``place`` tells which one of the file it is.
        Raises EditError, with nothing made, where reading the outcome would not give exactly what is meant.
        """
        for _attempt in range(3):
            record = self.read(document, Problems(), edition).records[0]
            rules = self.kinds[record.kind]
            unsaid = rules.unsaid(record, fields, lists)
            if not unsaid:
                return document
            writer = Writer(document, partial(rules.order, lists=lists))
            if record.edition != (fields.get("edition") or record.edition):
                writer.set(("edition",), fields["edition"])
            for rule in rules.rules:
                rule.write(writer, (), {**record.fields, **record.lists}, {**fields, **lists})
            document = writer.document
        raise EditError("not-exact", tuple(unsaid[:1]))


def _keys(rule: Rule, lists: Mapping[str, Sequence[Item]]) -> Collection[str]:
    if not isinstance(rule, Dates):
        return rule.takes()
    names = (str(one.fields["name"]) for one in lists.get(rule.name, ()))
    return [key for name in names for key in (name, name + rule.twin)]


def _plain(value: Value) -> Value:
    return normalise_body(value) or None if isinstance(value, str) else value


def _elements(rule: Elements, items: Sequence[Item]) -> list[dict[str, Value]]:
    known = rule.fields()
    said = canonical(rule, items)
    return [{name: _plain(value) for name, value in one.items() if name in known} for one in said]


def _by_key(items: Sequence[Item]) -> dict[Value, dict[str, Value]]:
    return {
        one.fields["name"]: dict(one.fields)
        for one in items
        if one.fields["date"] or one.fields["extended_to"]
    }


def _names_edition(tree: Tree, path: str) -> bool:
    try:
        data = tree.read(path).removeprefix(BOM)
    except BadFile:
        return False
    header, fence, _body = data[3:65536].partition(b"\n---")
    return data.startswith((b"---\n", b"---\r\n")) and bool(fence) and b"\nedition:" in header
