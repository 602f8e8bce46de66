"""A file as text: bytes kept, fences, limits, places."""

import pytest

from exchange.documents import Document, Mapping, Scalar, Sequence, Step, read_document
from exchange.problems import Place, Problems

TALK = """---
edition: testconf-25
type: talk        # a keynote?
title: 'It''s "深層学習": a tour'
papers:
    - title: One
      authors:\tAda Example, Bob
    - title: >-
        Two over
        lines

# the people
speaker:
    name: Søren 🧑 Łukasz
    bio: |
      First.

      Second.

    url:
tags: [a, "b, c", {d: e}]
---
Body.

---
not: front matter
"""


def read(data: str | bytes) -> tuple[Document | None, Problems]:
    problems = Problems()
    data = data.encode() if isinstance(data, str) else data
    return read_document("talk.md", data, problems), problems


def parse(data: str | bytes) -> Document:
    document, problems = read(data)
    assert document is not None, problems.sorted()
    return document


def errors(data: str | bytes) -> list[tuple[Place | None, str]]:
    document, problems = read(data)
    assert document is None
    return [(problem.place, problem.code) for problem in problems.sorted()]


def scalar(document: Document, *path: Step) -> Scalar:
    node = document.find(path)
    assert isinstance(node, Scalar)
    return node


def written(document: Document, *path: Step) -> str:
    node = document.find(path)
    assert node is not None
    return document.text[node.start : node.end]


def test_nothing_is_interpreted() -> None:
    document = parse("---\na: NO\nb: 1.10\nc: 12:30\nd: ~\ne: 2019-12-13 8:45:00\nf: ''\n---\n")
    texts = {entry.key.text: scalar(document, entry.key.text).text for entry in document.root.entries}
    assert texts == {"a": "NO", "b": "1.10", "c": "12:30", "d": "~", "e": "2019-12-13 8:45:00", "f": ""}
    assert [scalar(document, key).quoted for key in "adf"] == [False, False, True]


def test_spans_hold_the_value_and_nothing_else() -> None:
    document = parse(TALK)
    assert written(document, "type") == "talk"
    assert written(document, "title") == "'It''s \"深層学習\": a tour'"
    assert written(document, "papers", 0, "authors") == "Ada Example, Bob"
    assert written(document, "papers", 1, "title") == ">-\n        Two over\n        lines"
    assert written(document, "papers", 1) == "title: >-\n        Two over\n        lines"
    assert written(document, "speaker", "name") == "Søren 🧑 Łukasz"
    assert written(document, "speaker", "bio") == "|\n      First.\n\n      Second."
    assert written(document, "speaker", "url") == ""
    assert written(document, "speaker").startswith("name:")
    assert written(document, "speaker").endswith("url:")
    assert written(document, "papers").startswith("- title: One")
    assert written(document, "tags") == '[a, "b, c", {d: e}]'
    assert written(document, "tags", 1) == '"b, c"'


def test_values_are_what_libyaml_reads() -> None:
    document = parse(TALK)
    assert scalar(document, "title").text == 'It\'s "深層学習": a tour'
    assert scalar(document, "papers", 1, "title").text == "Two over lines"
    assert scalar(document, "speaker", "bio").text == "First.\n\nSecond.\n"
    assert scalar(document, "tags", 2, "d").text == "e"


def test_places_are_lines_and_columns_of_the_file() -> None:
    document = parse(TALK)
    assert scalar(document, "edition").place == Place(2, 10)
    assert scalar(document, "papers", 1, "title").place == Place(8, 14)
    assert scalar(document, "speaker", "url").place == Place(20, 9)
    assert [entry.key.place for entry in document.root.entries][-1] == Place(21, 1)
    assert document.lines.line(4) == "title: 'It''s \"深層学習\": a tour'"


def test_ways_that_lead_nowhere() -> None:
    document = parse(TALK)
    assert document.find(("papers", 2)) is None
    assert document.find(("papers", -1)) is None
    assert document.find(("title", "x")) is None
    assert document.find((0,)) is None
    assert document.find(()) is document.root


def test_nodes() -> None:
    document = parse(TALK)
    assert document.root.keys() == ("edition", "type", "title", "papers", "speaker", "tags")
    papers = document.find(("papers",))
    assert isinstance(papers, Sequence)
    assert len(papers) == 2
    assert isinstance(document.find(("papers", 0)), Mapping)
    empty = scalar(document, "speaker", "url")
    assert (empty.style, empty.text, empty.end - empty.start) == ("empty", "", 0)


def test_body_is_all_behind_the_closing_fence() -> None:
    assert parse(TALK).body_text == "Body.\n\n---\nnot: front matter\n"
    assert parse("---\na: 1\n---").body_text == ""
    assert parse("---\na: 1\n---\n\n x").body_text == "\n x"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark(newline: str, bom: bytes) -> None:
    data = bom + TALK.replace("\n", newline).encode()
    document = parse(data)
    assert document.render() == data
    assert (document.newline, document.bom) == (newline, bool(bom))
    assert scalar(document, "speaker", "url").place == Place(20, 9)
    assert scalar(document, "papers", 1, "title").text == "Two over lines"
    assert document.body_text == "Body.\n\n---\nnot: front matter\n".replace("\n", newline)


def test_mixed_line_ends() -> None:
    document = parse("---\r\na: 1\nb: 2\rc: 3\r\nd: 4\n--- \t\r\nBody\r")
    assert [scalar(document, key).place.line for key in "abcd"] == [2, 3, 4, 5]
    assert document.body_text == "Body\r"


@pytest.mark.parametrize(
    "header,span",
    [
        ("a: |\n  x\n", "|\n  x"),
        ("a: |\n  x\n\n# c\nb: 1\n", "|\n  x"),
        ("a: |+\n  x\n\n\nb: 1\n", "|+\n  x\n\n"),
        ("a: |-  # why\n  x  \n  \nb: 1\n", "|-  # why\n  x  "),
        ("a: >\n\n  x\n   y\n", ">\n\n  x\n   y"),
        ("a: |\nb: 1\n", "|"),
        ("a: x\n  y\n\nb: 1\n", "x\n  y"),
        ('a: "x\n  y"  # c\nb: 1\n', '"x\n  y"'),
        ("a:   # c\nb: 1\n", ""),
        ("a: [ ] # c\n", "[ ]"),
        ("a:\n- x\n- y # c\n\n# d\nb: 1\n", "- x\n- y"),
        ("a:\n  - \n  -\nb: 1\n", "- \n  -"),
    ],
)
def test_where_a_value_ends(header: str, span: str) -> None:
    document = parse(f"---\n{header}---\n")
    assert written(document, "a") == span


def test_empty_value_stands_right_after_its_colon() -> None:
    document = parse("---\na:   \nb: 1\n---\n")
    assert (scalar(document, "a").start, scalar(document, "a").place) == (6, Place(2, 3))


@pytest.mark.parametrize(
    "data,place,code",
    [
        (b"", Place(1, 1), "file-empty"),
        (b" \r\n", Place(1, 1), "file-empty"),
        (b"\xef\xbb\xbf", Place(1, 1), "file-empty"),
        (b"# Just Markdown\n", Place(1, 1), "opening-fence-missing"),
        (b"\n---\na: 1\n---\n", Place(1, 1), "opening-fence-missing"),
        (b"----\na: 1\n---\n", Place(1, 1), "opening-fence-wrong"),
        (b" ---\na: 1\n---\n", Place(1, 1), "opening-fence-wrong"),
        (b"---\na: 1\n\nText\n", Place(1, 1), "closing-fence-missing"),
        (b"---\na: 1\n----\n", Place(1, 1), "closing-fence-missing"),
        (b"---\na: 1\n+++\n", Place(1, 1), "closing-fence-missing"),
        (b"---\n---\nBody\n", Place(1, 1), "header-empty"),
        (b"---\n# title: none\n---\n", Place(1, 1), "header-empty"),
        (b"---\n- a\n- b\n---\n", Place(2, 1), "header-not-keys"),
        (b"---\njust text\n---\n", Place(2, 1), "header-not-keys"),
        ("---\nname: Sören\n---\n".encode("latin-1"), Place(2, 8), "not-utf8"),
        ("---\rä: 1\rname: Sören\r---\r".encode().replace("ö".encode(), b"\xf6"), Place(3, 8), "not-utf8"),
        ("---\na: 1\n---\n".encode("utf-16"), Place(1, 1), "not-utf8-but-utf16"),
        (bytes(range(256)), Place(3, 115), "not-utf8"),
        (b"---\na: Pl\0ain\n---\n", Place(2, 6), "control-character"),
        (b"---\na: 1\n---\nBo\x1bdy\n", Place(4, 3), "control-character"),
        ("---\na: 1\u2028b: 2\n---\n".encode(), Place(2, 5), "control-character"),
        ("---\na: 1\u0085b: 2\n---\n".encode(), Place(2, 5), "control-character"),
    ],
)
def test_refused_as_a_whole(data: bytes, place: Place | None, code: str) -> None:
    assert errors(data) == [(place, code)]


def test_unusual_separator_in_a_body_is_only_a_warning() -> None:
    document, problems = read("---\na: 1\n---\nOne\u2028two\n")
    assert document is not None
    assert document.body_text == "One\u2028two\n"
    assert [(problem.place, problem.code) for problem in problems] == [(Place(4, 4), "line-separator")]


def test_limits() -> None:
    assert scalar(parse("---\na: " + "x" * (64 * 1024 - 4) + "\n---\n"), "a").text == "x" * (64 * 1024 - 4)
    assert errors("---\na: " + "x" * (64 * 1024 - 3) + "\n---\n") == [(Place(1, 1), "header-too-long")]
    assert parse("---\na: 1\n---\n" + "x" * 1024**2).body.end == 13 + 1024**2
    assert errors("---\na: 1\n---\n" + "x" * (1024**2 + 1)) == [(Place(4, 1), "body-too-long")]


@pytest.mark.parametrize("opening,closing", [("[", "]"), ("{a: ", "}")])
def test_depth(opening: str, closing: str) -> None:
    assert parse(f"---\ndeep: {opening * 19}{closing * 19}\n---\n").root.keys() == ("deep",)
    found = errors(f"---\ndeep: {opening * 20}{closing * 20}\n---\n")
    assert [code for _, code in found] == ["too-deep"]
    assert [code for _, code in errors(f"---\ndeep: {opening * 10_000}\n---\n")] == ["too-deep"]
    assert errors(f"---\ndeep: {'[' * 100_000}\n---\n") == [(Place(1, 1), "header-too-long")]
