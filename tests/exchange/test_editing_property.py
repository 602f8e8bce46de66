"""Random edits of generated files: what was meant is there, and nothing else has moved."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from exchange.documents import (
    Bare,
    Document,
    EditError,
    Mapping,
    Node,
    Scalar,
    Sequence,
    insert_item,
    move_item,
    new_document,
    read_document,
    remove_value,
    rename_key,
    replace_body,
    set_value,
    unwrap_list,
    wrap_in_list,
)
from exchange.documents.bodies import normal
from exchange.documents.patching import Way, leaves, line_end
from exchange.problems import Problems

steady = settings(derandomize=True, deadline=None, max_examples=300)

LETTERS = [
    *"ab ä深🧑'\"#:-[]{},\\|>&*!@`%?~=.0159\t\n",
    "\r",
    "\x07",
    "\x85",
    "\u2028",
    "\ufeff",
    "\u200d",
]
NASTY = st.one_of(
    st.text(alphabet=LETTERS, min_size=1, max_size=14),
    st.sampled_from(
        "1 1.0 1e3 0x1F 0o17 010 1_000 1,000 .inf -.NaN + 12:30 190:20:30 2019-12-13 2019-1-3 yes No ON off y N TRUE "
        "null Null ~ << = --- ... -x ?x :x a: a:b c# #c ! & * | > % @x `x` {x} [x] 'x' \"x\" ''' \"\"\"".split()
    ),
    st.sampled_from(
        ["- a", "? a", "a: b", "a #b", "a ", " a", "a\n", "\na", "a\n\nb", "a\n  b\nc", "a\n\n", "---\nb", "\\", "\\n",
         "2019-12-13 11:00:00", "2019-12-13T11:00:00Z", "It's \"so\": # 1", "👩‍🔬 深度: a", " ", "\n", "a\n+++\n", ""]
    ),
)  # fmt: skip
WORDS = st.sampled_from(
    ["Ada", "deep nets", "深度学习", "C#", "x-y", "Añadir", "a.b", "http://a.example/b?c=d"]
)
COMMENTS = st.sampled_from(["", "", "", " # why", "\t# 'so' [x", "   "])
LINES = st.sampled_from(["", "", "", "\n", "# a line: of 'it'\n", "\n# one\n\n# two\n"])
KEYS = ("title", "room", "speaker", "tags", "papers", "bio", "näme", "x y")
ORDER = ("edition", *KEYS, "last")


def block(mark: str, lines: list[str], margin: str) -> str:
    return mark + "".join(f"\n{margin}{line}" if line else "\n" for line in lines)


@st.composite
def scalars(draw: st.DrawFn, margin: str) -> str:
    """A scalar as it stands behind its colon, blank included; its lines are indented below `margin`."""
    words, comment = draw(WORDS), draw(COMMENTS)
    written = draw(
        st.sampled_from(
            [words, words, f"'{words}'", f'"{words}"', f"{words}\n{margin}  more", f"'{words}\n\n{margin} it''s'",
             f'"{words} \\\n{margin}  \\u00e4"', ""]
        )
    )  # fmt: skip
    if draw(st.integers(0, 5)) == 0:
        mark = draw(st.sampled_from(["|", "|-", "|+", ">", ">-"])) + draw(st.sampled_from(["", " # b"]))
        return " " + block(
            mark, [words, *draw(st.sampled_from([[], ["", "b"], ["b", "  c", ""]]))], margin + "   "
        )
    return (" " if written else "") + written + comment


@st.composite
def flows(draw: st.DrawFn) -> str:
    items = draw(st.lists(st.sampled_from(["a", "'b'", '"c, d"', "e f"]), max_size=3))
    pairs = [f"k{at}: {item}" for at, item in enumerate(items)]
    gap = draw(st.sampled_from([", ", ",", " ,\n      ", ", # in\n      "]))
    one = draw(st.sampled_from(["[", "{"]))
    inside = gap.join(items if one == "[" else pairs)
    return " " + one + draw(st.sampled_from(["", " "])) + inside + "]}"["[{".index(one)] + draw(COMMENTS)


@st.composite
def maps(draw: st.DrawFn, margin: str, keys: tuple[str, ...], depth: int) -> str:
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4, unique=True))
    parts = []
    for key in chosen:
        parts.append(draw(LINES).replace("# ", f"{margin}# "))
        parts.append(f"{margin}{key}:{draw(values(margin, depth))}\n")
    return "".join(parts)


@st.composite
def values(draw: st.DrawFn, margin: str, depth: int) -> str:
    kind = draw(st.integers(0, 5 if depth else 3))
    if kind < 3:
        return str(draw(scalars(margin)))
    if kind == 3:
        return str(draw(flows()))
    deeper = margin + " " * draw(st.sampled_from([2, 4]))
    behind = draw(st.sampled_from(["", " # of"]))
    if kind == 4:
        return behind + "\n" + draw(maps(deeper, ("name", "url", "bio"), depth - 1)).rstrip("\n")
    dash = draw(st.sampled_from([margin, deeper]))
    items = draw(
        st.lists(st.one_of(scalars(dash), maps(dash + "  ", ("name", "url"), 0)), min_size=1, max_size=3)
    )
    written = [dash + "-" + (" " + i[len(dash) + 2 :] if i.startswith(dash + "  ") else i) for i in items]
    return behind + "\n" + "\n".join(one.rstrip("\n") for one in written)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    text = "---" + draw(st.sampled_from(["", " ", "\t"])) + "\n" + draw(maps("", KEYS, 2)) + "---"
    text += draw(st.sampled_from(["", "\n", " \nWords # x\n", "\n\nA\n---\nb", "\n\n\nWörter\n\n"]))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "mixed"]))
    if newline == "mixed":
        parts = text.split("\n")
        text = "".join(p + "\n\r\n"[at % 2 : at % 2 * 2 + 1] for at, p in enumerate(parts[:-1])) + parts[-1]
    else:
        text = text.replace("\n", newline)
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + text.encode()


def plain(node: Node) -> Any:
    """What a document says as dicts, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {entry.key.text: plain(entry.value) for entry in node.entries}


def ways(node: Node, way: Way = ()) -> list[tuple[Way, Node]]:
    below: list[tuple[Way, Node]] = []
    if isinstance(node, Sequence):
        below = [((*way, at), item) for at, item in enumerate(node.items)]
    elif isinstance(node, Mapping):
        below = [((*way, entry.key.text), entry.value) for entry in node.entries]
    return [pair for place, one in below for pair in [(place, one), *ways(one, place)]]


def at(data: Any, way: Way) -> Any:
    for step in way:
        data = data[step]
    return data


def read(data: bytes) -> Document:
    document = read_document("talk.md", data, Problems())
    assume(document is not None)
    assert document
    return document


def comments(document: Document) -> list[str]:
    return sorted(re.findall(r"# (?:why|'so' \[x|a line: of 'it'|one|two|b|of|in)(?=[\r\n])", document.text))


@steady
@given(files())
def test_what_is_generated_is_read(data: bytes) -> None:
    document = read(data)
    assert document.render() == data


@settings(steady, max_examples=300)
@given(files(), st.data(), NASTY)
def test_a_changed_text_changes_only_its_span(data: bytes, draw: st.DataObject, text: str) -> None:
    document = read(data)
    texts = [(way, node) for way, node in ways(document.root) if isinstance(node, Scalar)]
    assume(texts)
    way, node = draw.draw(st.sampled_from(texts))
    edited = set_value(document, way, text)
    said = edited.find(way)
    assert isinstance(said, Scalar)
    assert said.text == text or (node_is_block(node) and said.text.rstrip("\n") == text.rstrip("\n"))
    assert document.text.startswith(edited.text[: min(node.start, said.start)].rstrip(" "))
    behind = line_end(document.text, node.end) if said.block else node.end
    assert edited.text.endswith(document.text[behind:])
    assert comments(edited) == comments(document)
    assert others(edited, way) == others(document, way)
    assert edited.bom == document.bom
    if said.style == "plain":
        assert yaml.safe_load(f"[{said.text}]" if not set(said.text) & set(",[]{}:?") else said.text) in (
            text, [text], said.text)  # fmt: skip


def node_is_block(node: Node) -> bool:
    return isinstance(node, Scalar) and node.block


def others(document: Document, way: Way) -> list[tuple[Way, str, str]]:
    return [leaf for leaf in leaves(document.root) if leaf[0] != way]


VALUES = st.one_of(
    NASTY,
    st.just(Bare("2019-12-13 11:00")),
    st.lists(NASTY, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["name", "url", "a b"]), NASTY, min_size=1, max_size=3),
    st.lists(st.dictionaries(st.sampled_from(["name", "url"]), NASTY, min_size=1), min_size=1, max_size=2),
)


@settings(steady, max_examples=300)
@given(files(), st.data(), VALUES)
def test_a_new_key_or_item_leaves_all_else(data: bytes, draw: st.DataObject, value: Any) -> None:
    document = read(data)
    places = [((), document.root), *ways(document.root)]
    way, node = draw.draw(
        st.sampled_from([(way, node) for way, node in places if not isinstance(node, Scalar)])
    )
    expected = plain(document.root)
    try:
        if isinstance(node, Sequence):
            index = draw.draw(st.integers(0, len(node)))
            edited = insert_item(document, way, index, value)
            at(expected, way).insert(index, value)
        else:
            assert isinstance(node, Mapping)
            key = draw.draw(
                st.sampled_from([key for key in ("name", "last", *KEYS) if node.get(key) is None])
            )
            edited = set_value(document, (*way, key), value, ORDER)
            at(expected, way)[key] = value
    except EditError as error:
        event(f"refused: {error.code}")
        return
    assert plain(edited.root) == expected
    assert comments(edited) == comments(document)
    assert is_inserted(document.text, edited.text) or not (isinstance(node, Scalar) or len(node))


def is_inserted(old: str, new: str) -> bool:
    """Whether the new text is the old one with something put in."""
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    return new.endswith(old[head:])


@settings(steady, max_examples=300)
@given(files(), st.data())
def test_rearranging_leaves_all_else(data: bytes, draw: st.DataObject) -> None:
    document = read(data)
    way, node = draw.draw(st.sampled_from(ways(document.root)))
    expected = plain(document.root)
    parent: Any = at(expected, way[:-1])
    verb = draw.draw(st.sampled_from(["remove", "rename", "wrap", "unwrap", "move"]))
    try:
        if verb == "remove":
            edited = remove_value(document, way)
            del parent[way[-1]]
        elif verb == "rename":
            assume(isinstance(way[-1], str))
            edited = rename_key(document, way, "other: key")
            parent["other: key"] = parent.pop(way[-1])
        elif verb == "wrap":
            edited = wrap_in_list(document, way)
            parent[way[-1]] = [parent[way[-1]]]
        elif verb == "unwrap":
            assume(isinstance(node, Sequence) and len(node) == 1)
            edited = unwrap_list(document, way)
            (parent[way[-1]],) = parent[way[-1]]
        else:
            assume(isinstance(node, Sequence) and len(node) > 1)
            assert isinstance(node, Sequence)
            old, new = (draw.draw(st.integers(0, len(node) - 1)) for _ in range(2))
            edited = move_item(document, way, old, new)
            parent[way[-1]].insert(new, parent[way[-1]].pop(old))
    except EditError as error:
        event(f"{verb} refused: {error.code}")
        return
    event(verb)
    said = plain(edited.root)
    if verb == "remove" and not parent:
        assert not at(said, way[:-1])
    else:
        assert said == expected
    if verb != "remove":
        assert comments(edited) == comments(document)


@steady
@given(files(), NASTY, st.booleans())
def test_a_body_is_exactly_what_was_meant(data: bytes, text: str, twice: bool) -> None:
    document = read(data)
    assume("\x07" not in text)
    edited = replace_body(document, text + "\n\nend" * twice)
    assert normal(edited.body_text) == normal(text + "\n\nend" * twice)
    assert edited.text[: document.header.end] == document.text[: document.header.end]
    assert plain(edited.root) == plain(document.root)


RECORDS = st.dictionaries(
    st.one_of(st.sampled_from(KEYS), NASTY.filter(bool)), st.one_of(VALUES, st.none()), min_size=1, max_size=5
)


@settings(steady, max_examples=1000)
@given(RECORDS, NASTY, st.sampled_from(["\n", "\r\n"]))
def test_a_new_file_says_what_was_meant(header: dict[str, Any], body: str, newline: str) -> None:
    assume("\x07" not in body)
    document = read(new_document(header, body, newline))
    assert plain(document.root) == {key: "" if value is None else value for key, value in header.items()}
    assert normal(document.body_text) == normal(body)


def test_a_new_file_that_can_not_be_exact_is_not_made() -> None:
    for header, body in [({}, ""), ({"title": "\ud800"}, ""), ({"title": "x"}, "\x07"), ({"": "x"}, "")]:
        with pytest.raises(EditError, match="not-exact"):
            new_document(header, body)


def test_a_new_file_looks_like_the_seeds() -> None:
    header: dict[str, Any] = {
        "edition": "harbour-26",
        "title": "Small nets: what they can do",
        "time_start": Bare("2026-03-22 13:30:00"),
        "speaker": {"name": "Ada Hoshizora", "url": "https://ada.example/"},
        "papers": [{"title": "It's 1", "authors": "A and B"}, {"title": "1.10"}],
        "tags": ["nets", "no"],
        "presentation": None,
    }
    assert new_document(header, "Words.\n\nMore.") == (
        b"---\nedition: harbour-26\ntitle: 'Small nets: what they can do'\ntime_start: 2026-03-22 13:30:00\n"
        b"speaker:\n    name: Ada Hoshizora\n    url: https://ada.example/\n"
        b"papers:\n    - title: It's 1\n      authors: A and B\n    - title: '1.10'\n"
        b"tags:\n    - nets\n    - 'no'\npresentation:\n---\nWords.\n\nMore.\n"
    )
