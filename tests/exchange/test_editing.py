"""One value, key or item changed, and every other byte as it was."""

from collections.abc import Callable

import pytest

from exchange.documents import (
    Bare,
    Document,
    EditError,
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
from exchange.documents.patching import Value, Way
from exchange.problems import Problems

ORDER = ("edition", "type", "title", "time_start", "room", "tags", "speaker", "presentation")
PERSON = ("name", "affiliation", "url")


def read(text: str) -> Document:
    document = read_document("talk.md", text.encode(), Problems(), "last")
    assert document
    return document


def header(text: str) -> Document:
    return read(f"---\n{text}---\nWords\n")


def shown(document: Document) -> str:
    span = document.header
    assert document.render() == document.text.encode()
    return document.text[span.start : span.end]


@pytest.mark.parametrize(
    "old,value,new",
    [
        ("title: One\n", "Two", "title: Two\n"),
        ("title: One  # why\n", "Two", "title: Two  # why\n"),
        ("title:\tOne \n", "Two", "title:\tTwo \n"),
        ("title: 'One'\n", "It's two", "title: 'It''s two'\n"),
        ('title: "One"\n', 'A "b" \\ c', 'title: "A \\"b\\" \\\\ c"\n'),
        ("title: One\n", "A: b", "title: 'A: b'\n"),
        ("title: One\n", "C #1", "title: 'C #1'\n"),
        ("title: One\n", "C#", "title: C#\n"),
        ("title: One\n", "NO", "title: 'NO'\n"),
        ("title: NO\n", "1.10", "title: '1.10'\n"),
        ("title: One\n", "2019-12-13", "title: '2019-12-13'\n"),
        ("title: One\n", "12:30:45", "title: '12:30:45'\n"),
        ("title: One\n", "~", "title: '~'\n"),
        ("title: ~\n", "~", "title: '~'\n"),
        ("title: One\n", "", "title: ''\n"),
        ("title: One\n", "- one", "title: '- one'\n"),
        ("title: One\n", "@ada", "title: '@ada'\n"),
        ("title: One\n", "深度学习", "title: 深度学习\n"),
        ("title: One\n", "Big 🧑‍🔬", "title: 'Big 🧑‍🔬'\n"),
        ("title: One\n", "bell \x07", 'title: "bell \\x07"\n'),
        ("title: 'One'\n", "line\u2028end", 'title: "line\\u2028end"\n'),
        ("title: One\n  and more\n", "Two", "title: Two\n"),
        ("title:\n", "Two", "title: Two\n"),
        ("title: # none yet\n", "Two", "title: Two # none yet\n"),
        ("title:\n    One\n", "Two", "title:\n    Two\n"),
        ("title: [a, b] # c\n", "Two", "title: Two # c\n"),
        ("title:\n    a: b\nroom: x\n", "Two", "title: Two\nroom: x\n"),
        ("title: One # c\n", "a\n\nb", "title: |- # c\n    a\n\n    b\n"),
        ('title: "One"\n', "a\nb", 'title: "a\\nb"\n'),
        ("title: |\n  a\n\n\nroom: x\n", "b\nc", "title: |\n  b\n  c\n\n\nroom: x\n"),
        ("title: |- # c\n   a\n", "b", "title: |- # c\n   b\n"),
        ("title: |+\n  a\n\nroom: x\n", "b", "title: |+\n  b\n\nroom: x\n"),
        ("title: >\n  a\n  b\n", "c\nd", "title: >\n  c\n\n  d\n"),
        ("title: | # c\n  a\n", " b", 'title: " b\\n" # c\n'),
        ("title: 2019-12-13 8:45:00\n", Bare("2020-01-01 9:00:00"), "title: 2020-01-01 9:00:00\n"),
        ("title: '3'\n", Bare("4"), "title: '4'\n"),
        ("title: False\n", Bare("True"), "title: True\n"),
        ("title: 5\n", Bare("-5"), "title: -5\n"),
        ("title: One\n", ["a", "b"], "title:\n    - a\n    - b\n"),
        ("title: One # c\n", {"a": "b"}, "title: # c\n    a: b\n"),
        ("title: One\n", [], "title: []\n"),
    ],
)
def test_a_value_changes_in_its_style(old: str, value: Value, new: str) -> None:
    assert shown(set_value(header(old), ("title",), value)) == new


@pytest.mark.parametrize(
    "old,way,value,new",
    [
        (
            "edition: x\nspeaker:\n    name: A\n",
            ("title",),
            "T",
            "edition: x\ntitle: T\nspeaker:\n    name: A\n",
        ),
        ("# talks\nroom: x\n", ("title",), "T", "title: T\n# talks\nroom: x\n"),
        ("# all\n\n# talks\nroom: x\n", ("title",), "T", "# all\n\ntitle: T\n# talks\nroom: x\n"),
        ("title: x # c\n# room\nroom: y\n", ("type",), "T", "type: T\ntitle: x # c\n# room\nroom: y\n"),
        ("title: x # c\n# tag\ntags: y\n", ("room",), "T", "title: x # c\nroom: T\n# tag\ntags: y\n"),
        ("title: |\n  a\n\nother: y\n", ("room",), "T", "title: |\n  a\nroom: T\n\nother: y\n"),
        ("layout: x\n", ("title",), "T", "layout: x\ntitle: T\n"),
        ("speaker:\n  name: A\n", ("speaker", "url"), "U", "speaker:\n  name: A\n  url: U\n"),
        ("speaker: {name: A}\n", ("speaker", "url"), "/u,v", "speaker: {name: A, url: '/u,v'}\n"),
        ("speaker: {url: A}\n", ("speaker", "name"), "Nell", "speaker: {name: Nell, url: A}\n"),
        ("speaker: {}\n", ("speaker", "name"), "Nell", "speaker: {name: Nell}\n"),
        ("speaker: # who\n", ("speaker", "name"), "Nell", "speaker: # who\n    name: Nell\n"),
        ("title: x\n", ("speaker", "name"), "Nell", "title: x\nspeaker:\n    name: Nell\n"),
        ("tags: [a, b] # c\n", ("tags", 2), "d", "tags: [a, b, d] # c\n"),
        ("tags: [\n  a,\n  b, # c\n]\n", ("tags", 2), "d", "tags: [\n  a,\n  b,\n  d, # c\n]\n"),
        ("tags:\n- a # c\n- b\nroom: x\n", ("tags", 2), "d", "tags:\n- a # c\n- b\n- d\nroom: x\n"),
        (
            "p:\n  - name: A\n    url: u\nroom: x\n",
            ("p", 1),
            {"name": "B", "url": "v"},
            "p:\n  - name: A\n    url: u\n  - name: B\n    url: v\nroom: x\n",
        ),
        ("p:\n  - url: u\n", ("p", 0, "name"), "B", "p:\n  - name: B\n    url: u\n"),
        ("p:\n  - name: u\n", ("p", 0, "url"), "a\nb", "p:\n  - name: u\n    url: |-\n      a\n      b\n"),
        ("p:\n", ("p", 0, "name"), "B", "p:\n    - name: B\n"),
        ("edition: x\n", ("it's: a key",), "B", "edition: x\n'it''s: a key': B\n"),
    ],
)
def test_a_key_is_added_in_its_place(old: str, way: Way, value: Value, new: str) -> None:
    order = ORDER if len(way) == 1 else PERSON
    assert shown(set_value(header(old), way, value, order)) == new


@pytest.mark.parametrize(
    "old,way,new",
    [
        ("title: x # c\nroom: y\n", ("title",), "room: y\n"),
        ("# the title\ntitle: x\nroom: y\n", ("title",), "# the title\nroom: y\n"),
        ("room: y\ntitle: |\n  a\n\n  b\n", ("title",), "room: y\n"),
        ("title:\nroom: y\n", ("title",), "title:\nroom: y\n"),
        ("title: ~\nroom: y\n", ("title",), "title: ~\nroom: y\n"),
        ("title: x\n", ("title",), "title:\n"),
        ("speaker:\n  name: A\n  url: u\n", ("speaker",), "speaker:\n"),
        ("speaker:\n  name: A\n  url: u\nx: y\n", ("speaker", "name"), "speaker:\n  url: u\nx: y\n"),
        ("speaker:\n  url: u # c\nx: y\n", ("speaker", "url"), "speaker:\n  url: # c\nx: y\n"),
        (
            "p:\n- slides: u\n  url: u\n- slides:\n",
            ("p", 0, "slides"),
            "p:\n- slides:\n  url: u\n- slides:\n",
        ),
        ("p:\n- slides: u\n  url: u\n", ("p", 0, "slides"), "p:\n- url: u\n"),
        ("p:\n- a: u # c\n  # d\n  b: v\n", ("p", 0, "a"), "p:\n-  # c\n  # d\n  b: v\n"),
        ("p: {a: b, c: d}\n", ("p", "a"), "p: {c: d}\n"),
        ("p: {a: b, c: d}\n", ("p", "c"), "p: {a: b}\n"),
        ("p: [a, # one\n  b] # two\n", ("p", 1), "p: [a # one\n  ] # two\n"),
        ("p: [a, b,]\n", ("p", 1), "p: [a,]\n"),
        ("p: [a]\nx: y\n", ("p", 0), "p: []\nx: y\n"),
        ("p:\n  - a\n  # two\n  - b\n", ("p", 0), "p:\n  # two\n  - b\n"),
        ("p:\n  - a\nx: y\n", ("p", 0), "p:\nx: y\n"),
    ],
)
def test_a_value_set_to_none(old: str, way: Way, new: str) -> None:
    assert shown(set_value(header(old), way, None)) == new


def test_an_order_may_be_asked_for_by_level() -> None:
    def order(way: Way) -> tuple[str, ...]:
        return ORDER if not way else PERSON

    document = set_value(header("title: x\npresentation: y\n"), ("speaker", "url"), "/ada", order)
    document = set_value(document, ("speaker", "name"), "Ada", order)
    new = "title: x\nspeaker:\n    name: Ada\n    url: /ada\npresentation: y\n"
    assert shown(document) == new
    assert shown(set_value(header("title: x\n"), ("speaker", "url"), "/ada", PERSON)) == (
        "title: x\nspeaker:\n    url: /ada\n"
    )


WRAPS: list[tuple[Callable[[Document], Document], str, str]] = [
    (
        lambda d: wrap_in_list(rename_key(d, ("speaker",), "speakers"), ("speakers",)),
        "title: x\nspeaker: # who\n    name: A # a\n    # web\n    url: u\nroom: y\n",
        "title: x\nspeakers: # who\n    - name: A # a\n      # web\n      url: u\nroom: y\n",
    ),
    (
        lambda d: rename_key(unwrap_list(d, ("speakers",)), ("speakers",), "speaker"),
        "speakers: # who\n  - name: A # a\n    bio: |\n      b\n        c\nroom: y\n",
        "speaker: # who\n  name: A # a\n  bio: |\n    b\n      c\nroom: y\n",
    ),
    (lambda d: wrap_in_list(d, ("speaker",)), "speaker: 'A' # c\n", "speaker: # c\n    - 'A'\n"),
    (lambda d: unwrap_list(d, ("speaker",)), "speaker: # c\n  - 'A'\n", "speaker: 'A' # c\n"),
    (lambda d: wrap_in_list(d, ("speaker",)), "speaker: {name: A} # c\n", "speaker: [{name: A}] # c\n"),
    (lambda d: unwrap_list(d, ("speaker",)), "speaker:\n  # who\n  - A # c\n", "speaker:\n  # who\n   A # c\n"),
    (lambda d: wrap_in_list(d, ("speaker",)), "speaker:\n  # who\n  A # c\n", "speaker:\n  # who\n   # c\n    - A\n"),
    (lambda d: unwrap_list(d, ("speaker",)), "speaker: [ A ] # c\n", "speaker: A # c\n"),
    (lambda d: into_map(d, ("speaker",), "name"), "speaker: 'A' # c\n", "speaker: # c\n    name: 'A'\n"),
    (lambda d: into_map(d, ("p", 0), "name"), "p:\n  - A # c\n  - B\n", "p:\n  - name: A # c\n  - B\n"),
    (lambda d: into_map(d, ("p", 0), "name"), "p: [A, B]\n", "p: [{name: A}, B]\n"),
    (lambda d: move_item(d, ("p",), 2, 0), "p:\n- a # 1\n# b\n- b\n- c: d\n  e: f\n", "p:\n- c: d\n  e: f\n- a # 1\n# b\n- b\n"),
    (lambda d: move_item(d, ("p",), 0, 1), "p:\n# a\n- a\n# b\n- b\n- c\n", "p:\n# b\n- b\n# a\n- a\n- c\n"),
    (lambda d: move_item(d, ("p",), 0, 2), "p: [a, b , c] # x\n", "p: [b, c , a] # x\n"),
    (lambda d: insert_item(d, ("p",), 0, "z"), "p:\n  - a\n", "p:\n  - z\n  - a\n"),
    (lambda d: insert_item(d, ("p",), 1, "z"), "p: [a, b]\n", "p: [a, z, b]\n"),
    (lambda d: insert_item(d, ("p",), 1, ["z"]), "p:\n  -   - a\n", "p:\n  -   - a\n  -   -   z\n"),
    (lambda d: insert_item(d, ("p",), 0, "z"), "p: [ ] # c\n", "p: [z] # c\n"),
    (lambda d: remove_value(d, ("title",)), "title: x\nroom:\n", "room:\n"),
    (lambda d: set_value(d, ("p",), ["a", "c", "d"]), "p:\n  - 'a' # 1\n  - b # 2\n  - c\n  - \"d\"\n", "p:\n  - 'a' # 1\n  - c\n  - \"d\"\n"),
    (lambda d: set_value(d, ("p",), ["a", "x", "b"]), "p: ['a', \"b\"]\n", "p: ['a', x, \"b\"]\n"),
    (
        lambda d: set_value(d, ("s",), {"name": "A", "url": "v", "bio": "b"}),
        "s:\n  name: 'A' # c\n  url: 'u'\n  old: y\n",
        "s:\n  name: 'A' # c\n  url: 'v'\n  bio: b\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize("change,old,new", WRAPS)
def test_lists_and_maps(change: Callable[[Document], Document], old: str, new: str) -> None:
    assert shown(change(header(old))) == new


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_are_the_files(newline: str) -> None:
    old = "---\ntitle: x\np:\n  - a\n---\nWords".replace("\n", newline)
    document = set_value(read(old), ("title",), "a\nb")
    document = set_value(document, ("p", 1), {"c": "d", "e": "f"})
    document = set_value(document, ("room",), "R", ORDER)
    new = "---\ntitle: |-\n  a\n  b\nroom: R\np:\n  - a\n  - c: d\n    e: f\n---\nWords"
    assert document.text == new.replace("\n", newline)
    assert replace_body(document, "a\n\nb").body_text == newline.join(["a", "", "b"])


def test_mixed_line_ends_follow_their_neighbour() -> None:
    document = read("---\r\ntitle: x\r\nroom: y\n---\r\nA\r\nB\nC\r\n")
    assert set_value(document, ("type",), "t", ORDER).text == document.text.replace(
        "title", "type: t\r\ntitle"
    )
    assert replace_body(document, "A\nnew\nC").body_text == "A\r\nnew\r\nC\r\n"
    assert replace_body(document, "A\nB\nC\nnew").body_text == "A\r\nB\nC\r\nnew\r\n"


def test_a_byte_order_mark_stays() -> None:
    document = read_document("talk.md", b"\xef\xbb\xbf---\ntitle: x\n---", Problems())
    assert document
    assert set_value(document, ("title",), "z").render() == b"\xef\xbb\xbf---\ntitle: z\n---"
    assert replace_body(document, "W").render() == b"\xef\xbb\xbf---\ntitle: x\n---\nW\n"


@pytest.mark.parametrize(
    "old,text,new",
    [
        ("A\n", "B", "B\n"),
        ("A", "B", "B"),
        ("\n\nA\n\n", "B\n\nC", "\n\nB\n\nC\n\n"),
        ("\r\nA \r\nB\r\n", "A\nC", "\r\nA\r\nC\r\n"),
        ("", "B", "B\n"),
        ("\n", "B", "\nB\n"),
        ("A\n", "", ""),
        ("A\n", "---\nB", "---\nB\n"),
        ("    code\n\nA  \nB\n", "code\n\nA  \nC", "    code\n\nA  \nC\n"),
        ("Cafe\u0301\nA\n", "Café\nB", "Cafe\u0301\nB\n"),
    ],
)
def test_a_body_keeps_its_lines(old: str, text: str, new: str) -> None:
    document = read(f"---\ntitle: x\n---\n{old}")
    assert replace_body(document, text).text == f"---\ntitle: x\n---\n{new}"


def test_a_body_that_says_the_same_is_left_alone() -> None:
    document = read("---\ntitle: x\n---\n\r\n  Cafe\u0301  \r\nA \n\n")
    assert replace_body(document, "\nCafé  \r\nA ") is document


def test_what_says_the_same_is_left_alone() -> None:
    document = header("title: NO\nbio: |\n  a\nspeaker: {name: A, url: ~}\ntags: [a]\n")
    assert set_value(document, ("title",), "NO") is document
    assert set_value(document, ("bio",), "a") is document
    assert set_value(document, ("tags",), ("a",)) is document
    assert set_value(document, ("room",), None) is document
    assert set_value(document, ("speaker", "url"), None) is document


@pytest.mark.parametrize(
    "change,code",
    [
        (lambda d: set_value(d, ("a",), "x"), "key-twice"),
        (lambda d: set_value(d, ("a", "b"), "x"), "key-twice"),
        (lambda d: set_value(d, ("s", "b"), "x"), "not-a-map"),
        (lambda d: set_value(d, ("p", 3), "x"), "not-a-list"),
        (lambda d: set_value(d, ("q", 1), "x"), "no-such-value"),
        (lambda d: set_value(d, ("s",), "\ud800"), "not-exact"),
        (lambda d: set_value(d, ("s",), "x" * 70_000), "not-exact"),
        (lambda d: remove_value(d, ("q",)), "no-such-value"),
        (lambda d: rename_key(d, ("s",), "p"), "key-twice"),
        (lambda d: unwrap_list(d, ("p",)), "not-a-list"),
        (lambda d: move_item(d, ("p",), 0, 2), "not-a-list"),
        (lambda d: replace_body(d, "\x00"), "not-exact"),
    ],
)
def test_what_can_not_be_exact_is_not_made(change: Callable[[Document], Document], code: str) -> None:
    with pytest.raises(EditError) as refused:
        change(header("a: 1\na: 2\ns: t\np:\n  - x\n  - y\n"))
    assert refused.value.code == code


def test_beside_a_key_given_twice_others_change() -> None:
    assert shown(set_value(header("a: 1\nb: x\na: 2\n"), ("b",), "z")) == "a: 1\nb: z\na: 2\n"


def test_the_only_key_is_not_removed() -> None:
    with pytest.raises(EditError, match="last-key"):
        remove_value(header("title: x\n"), ("title",))
