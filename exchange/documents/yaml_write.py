"""New YAML in a file's own manner: maps, lists and whole documents."""

from collections import abc
from dataclasses import dataclass, replace

from exchange.documents.bodies import normal
from exchange.documents.patching import Bare, EditError, Value, says
from exchange.documents.reading import read_document
from exchange.documents.spans import Mapping, Node, Scalar, Sequence
from exchange.documents.yaml_scalars import Written, double, write_key, writings
from exchange.problems import Problems


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file indents: blanks before a nested map, before a list's dash and behind it; lists in brackets or not.

    The seed's own: four, four and one. `safe` puts every text into double quotes, for where anything else fails.
    """

    map_step: int = 4
    dash_step: int = 4
    dash_gap: int = 1
    flow_lists: bool = False
    safe: bool = False

    def text(self, text: str, *, flow: bool) -> Written:
        """A text in the gentlest style."""
        if self.safe:
            return Written(double(text))
        return next(writings(str(text), "plain", flow=flow, bare=isinstance(text, Bare)))

    def value(self, value: Value) -> Written:
        """A value as it stands behind a colon; the lines below it are indented from the key's column."""
        if value is None:
            return Written("")
        if isinstance(value, str):
            written = self.text(value, flow=False)
            return Written(written.head, indented(written.lines, self.map_step))
        if not value or (self.flow_lists and _all_text(value)):
            return Written(self.flow(value))
        if isinstance(value, abc.Mapping):
            return Written("", indented(self.entries(value), self.map_step))
        return Written("", indented([line for item in value for line in self.item(item)], self.dash_step))

    def entries(self, values: abc.Mapping[str, Value]) -> tuple[str, ...]:
        """The lines of a map, from its own column."""
        return tuple(line for key, value in values.items() for line in self.entry(key, value))

    def entry(self, key: str, value: Value) -> tuple[str, ...]:
        """The lines of a key and its value, from the key's column."""
        written = self.value(value)
        return (f"{write_key(key)}:" + (f" {written.head}" if written.head else ""), *written.lines)

    def item(self, value: Value) -> tuple[str, ...]:
        """The lines of a list's item, from its dash's column."""
        written = self.item_value(value)
        return ("-" + " " * self.dash_gap + written.head if written.head else "-", *written.lines)

    def item_value(self, value: Value) -> Written:
        """A value as it stands behind a dash: a map or a list begins on the dash's line."""
        if isinstance(value, str) or not value or (self.flow_lists and _all_text(value)):
            return self.value(value)
        if isinstance(value, abc.Mapping):
            first, *others = self.entries(value)
        else:
            first, *others = [line for item in value for line in self.item(item)]
        return Written(first, indented(others, 1 + self.dash_gap))

    def flow(self, value: Value) -> str:
        """A value as it stands in brackets."""
        if value is None:
            return ""
        if isinstance(value, str):
            return self.text(value, flow=True).head
        if isinstance(value, abc.Mapping):
            return "{" + ", ".join(f"{write_key(key)}: {self.flow(one)}" for key, one in value.items()) + "}"
        return "[" + ", ".join(self.flow(one) for one in value) + "]"


def new_document(
    header: abc.Mapping[str, Value], body: str = "", newline: str = "\n", manner: Manner | None = None
) -> bytes:
    """A whole new file in the seed's manner: the keys in the order given, None as a key with nothing behind it.

    The body is written trimmed; a blank one gives a file that ends with its closing fence. Raises EditError where
    the file would not be read back as this header and this body.
    """
    own = manner or Manner()
    text = normal(body)
    for one in (own, replace(own, safe=True)):
        lines = ["---", *one.entries(header), "---", *(text.split("\n") if text else [])]
        data = "".join(line + newline for line in lines).encode(errors="replace")
        document = read_document("", data, Problems())
        if document and says(document, header) and normal(document.body_text) == text:
            return data
    raise EditError("not-exact")


def indented(lines: abc.Iterable[str], width: int) -> tuple[str, ...]:
    """Lines moved to the right; empty ones stay empty."""
    return tuple(" " * width + line if line else "" for line in lines)


def manner_of(root: Node, text: str) -> Manner:
    """How a header indents, by its first nested map and its first list; the seed's manner where it has none."""
    found: dict[str, int] = {}
    _look(root, text, found)
    step = found.get("map") or found.get("dash") or 4
    return Manner(step, found.get("dash", step), found.get("gap", 1), bool(found.get("flow", 0)))


def _look(node: Node, text: str, found: dict[str, int]) -> None:
    if isinstance(node, Scalar) or node.flow:
        return
    if isinstance(node, Sequence):
        _look_at_items(node, text, found)
        return
    for entry in node.entries:
        value, column = entry.value, entry.key.place.column
        if isinstance(value, Sequence) and len(value):
            found.setdefault("flow", int(value.flow))
        if isinstance(value, Sequence) and not value.flow:
            found.setdefault("dash", value.place.column - column)
        elif isinstance(value, Mapping) and not value.flow:
            found.setdefault("map", value.place.column - column)
        _look(value, text, found)


def _look_at_items(node: Sequence, text: str, found: dict[str, int]) -> None:
    for item in node.items:
        blanks = text[node.start + 1 : item.start]
        if item is node.items[0] and blanks and not blanks.strip(" "):
            found.setdefault("gap", len(blanks))
        _look(item, text, found)


def _all_text(value: Value) -> bool:
    return isinstance(value, abc.Sequence) and all(isinstance(item, str) for item in value)
