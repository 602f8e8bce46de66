"""The same changes in TOML headers."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
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
    into_map,
    move_item,
    read_document,
    remove_value,
    rename_key,
    replace_body,
    set_value,
    unwrap_list,
    wrap_in_list,
)
from exchange.documents.patching import Value, Way, leaves
from exchange.problems import Problems

ORDER = ("title", "time", "room", "tags", "speaker", "papers")
TABLES = 'title = "x" # t\n\n# who\n[speaker]\nname = "A" # a\n\n[[papers]]\ntitle = "P"\n\n[[papers]]\ntitle = "Q"\n'


def header(text: str) -> Document:
    document = read_document("talk.md", f"+++\n{text}+++\nWords\n".encode(), Problems())
    assert document
    return document


def shown(document: Document) -> str:
    assert document.body_text == "Words\n"
    return document.text[document.header.start : document.header.end]


@pytest.mark.parametrize(
    "old,value,new",
    [
        ('title = "One" # why\n', "Two", 'title = "Two" # why\n'),
        ('title="One"\n', 'A "b" \\', 'title="A \\"b\\" \\\\"\n'),
        ("title = 'One'\n", "C:\\x", "title = 'C:\\x'\n"),
        ("title = 'One'\n", "It's", 'title = "It\'s"\n'),
        ('title = "One"\n', "a\nb", 'title = "a\\nb"\n'),
        ('title = """\nOne\n"""\n', 'a\n"b"\n', 'title = """\na\n\\"b\\"\n"""\n'),
        ("title = '''\nOne'''\n", "a\nb", "title = '''\na\nb'''\n"),
        ("title = true # c\n", Bare("false"), "title = false # c\n"),
        ("title = 4\n", Bare("5"), "title = 5\n"),
        ("title = 4\n", "5", 'title = "5"\n'),
        ('title = "4"\n', Bare("5"), 'title = "5"\n'),
        ("title = 2019-12-13 11:00:00\n", Bare("2020-01-01 09:00:00"), "title = 2020-01-01 09:00:00\n"),
        ("title = 2019-12-13 11:00:00\n", Bare("2020-1-1 9:00"), 'title = "2020-1-1 9:00"\n'),
        ('title = "One"\n', ["a", "b"], 'title = ["a", "b"]\n'),
        ('title = "One"\n', {"a": "b"}, 'title = { a = "b" }\n'),
        ('title = ["a", "b"] # c\n', ["a", "c", "d"], 'title = ["a", "c", "d"] # c\n'),
        ('title = [\n  "a", # one\n]\n', ["a", "d"], 'title = [\n  "a",\n  "d", # one\n]\n'),
        ('title = { a = "b", c = "d" }\n', {"a": "x", "e": "f"}, 'title = { a = "x", e = "f" }\n'),
    ],
)
def test_a_value_changes_in_its_style(old: str, value: Value, new: str) -> None:
    assert shown(set_value(header(old), ("title",), value)) == new


CHANGES: list[tuple[Callable[[Document], Document], str, str]] = [
    (lambda d: set_value(d, ("room",), "R", ORDER), 'title = "x" # t\n', 'title = "x" # t\nroom = "R"\n'),
    (lambda d: set_value(d, ("speaker", "url"), "/u"), '"A" # a\n', '"A" # a\nurl = "/u"\n'),
    (lambda d: set_value(d, ("papers", 1, "title"), "R"), 'title = "Q"', 'title = "R"'),
    (lambda d: set_value(d, ("papers", 0, "slides"), "s.pdf"), '"P"\n', '"P"\nslides = "s.pdf"\n'),
    (lambda d: set_value(d, ("title",), None), 'title = "x" # t\n', ""),
    (lambda d: set_value(d, ("speaker",), None), '[speaker]\nname = "A" # a\n', ""),
    (lambda d: remove_value(d, ("papers", 0)), '[[papers]]\ntitle = "P"\n', ""),
    (lambda d: set_value(d, ("papers", 2), {"title": "R"}), '"Q"\n', '"Q"\n\n[[papers]]\ntitle = "R"\n'),
    (lambda d: insert_item(d, ("papers",), 0, {"title": "R"}), "[[papers]]", '[[papers]]\ntitle = "R"\n\n[[papers]]'),
    (lambda d: move_item(d, ("papers",), 0, 1), TABLES[-47:], '[[papers]]\ntitle = "Q"\n\n[[papers]]\ntitle = "P"\n'),
    (lambda d: wrap_in_list(rename_key(d, ("speaker",), "speakers"), ("speakers",)), "[speaker]", "[[speakers]]"),
    (lambda d: rename_key(d, ("papers",), "talks"), "papers", "talks"),
    (lambda d: into_map(d, ("title",), "en"), '"x"', '{ en = "x" }'),
    (lambda d: set_value(d, ("tags",), ["a"], ORDER), 'title = "x" # t\n', 'title = "x" # t\ntags = ["a"]\n'),
    (lambda d: set_value(d, ("host",), {"a": "b"}), '"Q"\n', '"Q"\n\n[host]\na = "b"\n'),
    (lambda d: set_value(d, ("host",), [{"a": "b"}]), '"Q"\n', '"Q"\n\n[[host]]\na = "b"\n'),
    (lambda d: set_value(d, ("bio",), "a\nb"), "# t\n", '# t\nbio = """\na\nb"""\n'),
]  # fmt: skip


@pytest.mark.parametrize("change,old,new", CHANGES)
def test_tables(change: Callable[[Document], Document], old: str, new: str) -> None:
    count = -1 if old == "papers" else 1
    assert shown(change(header(TABLES))) == TABLES.replace(old, new, count)


def test_a_key_above_all_tables() -> None:
    document = set_value(header("# r\n[speaker]\n"), ("room",), "R", ORDER)
    assert shown(document) == 'room = "R"\n# r\n[speaker]\n'


def test_a_list_of_tables_becomes_a_table() -> None:
    assert shown(unwrap_list(header('[[speaker]]\na = "b"\n'), ("speaker",))) == '[speaker]\na = "b"\n'


def test_the_last_item_takes_its_list_along() -> None:
    assert shown(remove_value(header('a = "b"\n[[p]]\na = "b"\n'), ("p", 0))) == 'a = "b"\n'


def test_a_body() -> None:
    document = header('a = "b"\n')
    assert replace_body(document, "+++\nNew").text == '+++\na = "b"\n+++\n+++\nNew\n'


LETTERS = [*"ab ä深🧑'\"#=-[]{},\\.01\t\n", "\r", "\x07", "\x85", "\u2028", "\ufeff", "\u200d"]
NASTY = st.text(alphabet=LETTERS, max_size=12) | st.sampled_from(
    ["true", "1.0", '"""', "'''", "a''", 'b"', "+++\n"]
)
SCALARS = st.sampled_from(
    [
        '"x"',
        "'y z'",
        '"""\na\n  b"""',
        "'''c'''",
        "true",
        "4",
        "2019-12-13",
        "2019-12-13T11:00:00Z",
        '"深 \\u00e4"',
    ]
)
FLOWS = st.lists(SCALARS, max_size=3).flatmap(
    lambda items: st.sampled_from([", ", ",\n  ", " , # in\n  "]).map(lambda gap: "[" + gap.join(items) + "]")
)
INLINES = st.lists(SCALARS, max_size=3).map(
    lambda items: "{ " + ", ".join(f"k{at} = {item}" for at, item in enumerate(items)) + " }"
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["title", "room", '"x y"', "a.b"]),
        st.one_of(SCALARS, FLOWS, INLINES),
        st.sampled_from(["", "", " # why", "\n# a line", "\n"]),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: "".join(f"{key} = {value}{comment}\n" for key, value, comment in pairs))
FILES = st.tuples(
    PAIRS,
    st.lists(
        st.tuples(st.sampled_from(["[speaker]", "[host] # h", "[[papers]]", "[[papers]]"]), PAIRS), max_size=3
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "\n\nA\n+++\nb"]),
).map(
    lambda parts: (
        "+++\n" + parts[0] + "".join(f"{head}\n{pairs}" for head, pairs in parts[1]) + "+++" + parts[3]
    ).replace("\n", parts[2])
)


def plain(node: Node) -> Any:
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


def read(text: str) -> Document:
    document = read_document("talk.md", text.encode(), Problems())
    assume(document is not None)
    assert document
    assert document.render() == text.encode()
    return document


def at(data: Any, way: Way) -> Any:
    for step in way:
        data = data[step]
    return data


@settings(derandomize=True, deadline=None, max_examples=300)
@given(FILES, st.data(), NASTY)
def test_a_changed_text_changes_only_its_span(text: str, draw: st.DataObject, value: str) -> None:
    document = read(text)
    texts = [(way, node) for way, node in ways(document.root) if isinstance(node, Scalar)]
    assume(texts)
    way, node = draw.draw(st.sampled_from(texts))
    assume(isinstance(node, Scalar) and node.text != value)
    edited = set_value(document, way, value)
    said = edited.find(way)
    assert isinstance(said, Scalar)
    assert said.text == value and said.style != "plain"
    assert edited.text[: said.start] == document.text[: node.start]
    assert edited.text[said.end :] == document.text[node.end :]
    loaded = tomllib.loads(edited.text[edited.header.start : edited.header.end])
    assert at(loaded, way) == value


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    FILES,
    st.data(),
    NASTY | st.lists(NASTY, min_size=1) | st.dictionaries(NASTY, NASTY, min_size=1, max_size=2),
)
def test_keys_and_items_come_and_go(text: str, draw: st.DataObject, value: Any) -> None:
    document = read(text)
    places = [((), document.root), *ways(document.root)]
    way, node = draw.draw(
        st.sampled_from([(way, node) for way, node in places if not isinstance(node, Scalar)])
    )
    expected = plain(document.root)
    try:
        if isinstance(node, Sequence):
            index = draw.draw(st.integers(0, len(node)))
            edited, place = insert_item(document, way, index, value), (*way, index)
            at(expected, way).insert(index, value)
        else:
            edited, place = set_value(document, (*way, "new"), value, ORDER), (*way, "new")
            at(expected, way)["new"] = value
    except EditError:
        # A table by dotted keys, or no table where only tables stand: told, and nothing made.
        assert "papers" in way or "a" in way
        return
    assert plain(edited.root) == expected
    if len(at(expected, place[:-1])) > 1:
        assert list(leaves(remove_value(edited, place).root)) == list(leaves(document.root))
