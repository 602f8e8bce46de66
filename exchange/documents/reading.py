"""Bytes to Document: fences found, limits held, the header handed to the reader of its language."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from exchange.documents.spans import LINE_BREAK, Entry, Lines, Mapping, Node, Scalar, Span, Step, find
from exchange.documents.toml_text import read_toml
from exchange.documents.yaml_text import read_yaml
from exchange.problems import Place, Problems
from texts.cleaning import find_control

HEADER_LIMIT = 64 * 1024
BODY_LIMIT = 1024 * 1024
DATA_LIMIT = 1024 * 1024
FILE_LIMIT = HEADER_LIMIT + BODY_LIMIT + 64
BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

OPENING = re.compile(r"(---|\+\+\+)[ \t]*(?=[\r\n]|\Z)")
CLOSING = {
    "---": re.compile(r"(?:\r\n|\r|\n)---[ \t]*(?=[\r\n]|\Z)"),
    "+++": re.compile(r"(?:\r\n|\r|\n)\+\+\+[ \t]*(?=[\r\n]|\Z)"),
}
ALMOST = re.compile(r"[ \t]*(-{2,}|\+{2,}|~{3,})[ \t]*(?=[\r\n]|\Z)")
# Line ends to Unicode and to libyaml but to no editor: refused in a header, read as line ends in a body.
SEPARATOR = re.compile("[\x85\u2028\u2029]")
# A character of two halves, as JSON escapes it; before it, backslashes that are none of its own.
SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
# What is said of a file that has no front matter.
DATA_CODES = {
    "file-empty": "data-empty",
    "header-empty": "data-empty",
    "second-document": "data-second-document",
}

Kind = Literal["yaml", "toml"]
KeysTwice = Literal["error", "last"]


@dataclass(frozen=True, slots=True)
class Document:
    """A front-matter file that can be read, or a data file, which is all header and has no fences.

    `text` is the whole file decoded, without its byte order mark; every offset of a node, of `header` (between
    the fences) and of `body` counts its characters. `newline` is the file's commonest line end.
    """

    path: str
    data: bytes
    text: str
    kind: Kind
    root: Mapping
    header: Span
    body: Span
    bom: bool
    newline: str
    lines: Lines
    fenced: bool = True

    def render(self) -> bytes:
        """The file, byte for byte as it came."""
        return self.data

    def find(self, path: tuple[Step, ...]) -> Node | None:
        """The node at the end of a way of keys and positions, such as `("papers", 0, "title")`, or None."""
        return find(self.root, path)

    def place(self, offset: int) -> Place:
        """Line and column of a character of `text`."""
        return self.lines.place(offset)

    @property
    def top(self) -> tuple[Step, ...]:
        """The way to what the file holds as a whole: a data file that is a list has it under a key without a name."""
        return () if self.fenced or self.root.get("") is None else ("",)

    @property
    def body_text(self) -> str:
        """All that follows the closing fence's line, untouched."""
        return self.text[self.body.start : self.body.end]


def read_document(
    path: str, data: bytes, problems: Problems, keys_twice: KeysTwice = "error"
) -> Document | None:
    """Read a file's bytes; whatever is wrong goes into `problems`, and an error gives None.

    `keys_twice` says what a key given twice is: an error, or (`"last"`) a warning, the last value counting.
    """
    found = Problems()
    document = _read(path, data, found, keys_twice)
    problems.extend(found)
    return None if found.has_errors else document


def read_data(path: str, data: bytes, problems: Problems, keys_twice: KeysTwice = "error") -> Document | None:
    """Read a data file: YAML (or JSON, which is YAML) without fences. As `read_document` else."""
    found = Problems()
    text = decoded(path, data, found)
    root: Node | None = None
    if text is not None:
        lines, header = Lines(text), Span(0, len(text))
        if len(data) > DATA_LIMIT:
            found.error(path, Place(1, 1), "data-too-long", limit=DATA_LIMIT // 1024)
        elif without_control(path, lines, Span(len(text), len(text)), found):
            yaml = SURROGATES.sub(_one_escape, text) if path.endswith(".json") else ""
            root = read_yaml(path, lines, header, found, last_wins=keys_twice == "last", text=yaml)
    problems.extend(replace(one, code=_data_code(one.code, path)) for one in found)
    if root is None or text is None or found.has_errors:
        return None
    if not isinstance(root, Mapping):
        whole = Entry(Scalar("", root.start, root.start, root.place), root)
        root = Mapping((whole,), root.start, root.end, root.place)
    newline, end = _commonest_newline(text), Span(len(text), len(text))
    return Document(
        path, data, text, "yaml", root, header, end, data.startswith(BOM), newline, lines, fenced=False
    )


def _one_escape(pair: re.Match[str]) -> str:
    """A character that JSON escapes in two halves as YAML escapes it, behind a line end that says nothing: as long."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\\n\\U{0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF):08X}"


def _data_code(code: str, path: str) -> str:
    """What is said of a file without front matter."""
    if code == "escape-unknown" and path.endswith(".json"):
        return "json-escape"
    return DATA_CODES.get(code, code)


def _read(path: str, data: bytes, problems: Problems, keys_twice: KeysTwice) -> Document | None:
    text = decoded(path, data, problems)
    if text is None:
        return None
    lines = Lines(text)
    spans = _between_fences(path, text, problems)
    if spans is None or not _within_limits(path, lines, *spans, problems):
        return None
    header, body = spans
    kind: Kind = "yaml" if text.startswith("---") else "toml"
    root: Node | None
    if kind == "yaml":
        root = read_yaml(path, lines, header, problems, last_wins=keys_twice == "last")
    else:
        root = read_toml(path, lines, header, problems)
    if root is None:
        return None
    if not isinstance(root, Mapping):
        problems.error(path, root.place, "header-not-keys")
        return None
    return Document(
        path, data, text, kind, root, header, body, data.startswith(BOM), _commonest_newline(text), lines
    )


def decoded(path: str, data: bytes, problems: Problems) -> str | None:
    """The text of a file's bytes, without its byte order mark; None, with a problem, if it is empty or not UTF-8."""
    if not data.removeprefix(BOM).strip():
        problems.error(path, Place(1, 1), "file-empty")
        return None
    if data.startswith(UTF_16):
        problems.error(path, Place(1, 1), "not-utf8-but-utf16")
        return None
    data = data.removeprefix(BOM)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        place = Lines(before).place(len(before))
        problems.error(path, place, "not-utf8", byte=f"0x{data[error.start]:02X}")
        return None


def _between_fences(path: str, text: str, problems: Problems) -> tuple[Span, Span] | None:
    """The spans of header and body; None, with a problem, where a fence is missing."""
    opening = OPENING.match(text)
    if opening is None:
        almost = ALMOST.match(text)
        if almost:
            problems.error(path, Place(1, 1), "opening-fence-wrong", found=almost[1][:20])
        else:
            problems.error(path, Place(1, 1), "opening-fence-missing")
        return None
    closing = CLOSING[opening[1]].search(text, opening.end())
    if closing is None:
        problems.error(path, Place(1, 1), "closing-fence-missing", fence=opening[1])
        return None
    header = Span(_line_end(text, opening.end()), _line_end(text, closing.start()))
    return header, Span(_line_end(text, closing.end()), len(text))


def _line_end(text: str, offset: int) -> int:
    """The offset behind the line end that stands at `offset`, if one does."""
    found = LINE_BREAK.match(text, offset)
    return found.end() if found else offset


def _within_limits(path: str, lines: Lines, header: Span, body: Span, problems: Problems) -> bool:
    text = lines.text
    if len(text[header.start : header.end].encode()) > HEADER_LIMIT:
        problems.error(path, Place(1, 1), "header-too-long", limit=HEADER_LIMIT // 1024)
    if len(text[body.start : body.end].encode()) > BODY_LIMIT:
        problems.error(path, lines.place(body.start), "body-too-long", limit=BODY_LIMIT // 1024)
    return without_control(path, lines, body, problems)


def without_control(path: str, lines: Lines, body: Span, problems: Problems) -> bool:
    """Whether nothing is wrong so far, and no character is in a file that nobody can see.

    From the start of ``body`` on Unicode's own line separators are let pass, with a warning.
    """
    text = lines.text
    # One character for one, so the index holds for the text itself; blanks are passed over at once.
    flat = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    control = find_control(flat[: body.start] + SEPARATOR.sub(" ", flat[body.start :]))
    if control is not None:
        problems.error(path, lines.place(control), "control-character", character=_point(text[control]))
    separator = SEPARATOR.search(text, body.start)
    if separator:
        place = lines.place(separator.start())
        problems.warning(path, place, "line-separator", character=_point(separator[0]))
    return not problems.has_errors


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _commonest_newline(text: str) -> str:
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda newline: counts[newline])
