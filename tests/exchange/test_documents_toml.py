"""TOML headers give the same nodes as YAML ones."""

import pytest

from exchange.documents import Document, Mapping, Scalar, Sequence, read_document
from exchange.problems import Place, Problems

TALK = '''+++
title = "Über \\"x\\""   # why
date = 2017-11-18 09:00:00Z
draft = false
tags = ["a",  # first
  'b', {c.d = 1}]
bio = """
One.
Two."""
[speaker]
"full name" = 'Ada'
links.web = "https://a.example/"
[[papers]]
title = "One"
[[papers]]
title = "Two"
[papers.files]
pdf = "two.pdf"
+++
Body.
'''


def read(text: str) -> tuple[Document | None, list[tuple[Place | None, str]]]:
    problems = Problems()
    document = read_document("talk.md", text.encode(), problems)
    return document, [(problem.place, problem.code) for problem in problems.sorted()]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_values_and_places(newline: str) -> None:
    document, problems = read(TALK.replace("\n", newline))
    assert problems == []
    assert document is not None
    assert document.kind == "toml"
    found = {
        path: (node.text.replace("\r", ""), (node.place.line, node.place.column))
        for path in (
            ("title",), ("date",), ("draft",), ("tags", 1), ("tags", 2, "c", "d"), ("bio",), ("speaker", "full name"),
            ("speaker", "links", "web"), ("papers", 0, "title"), ("papers", 1, "title"), ("papers", 1, "files", "pdf"),
        )
        if isinstance(node := document.find(path), Scalar)
    }  # fmt: skip
    assert found == {
        ("title",): ('Über "x"', (2, 9)),
        ("date",): ("2017-11-18 09:00:00Z", (3, 8)),
        ("draft",): ("false", (4, 9)),
        ("tags", 1): ("b", (6, 3)),
        ("tags", 2, "c", "d"): ("1", (6, 15)),
        ("bio",): ("One.\nTwo.", (7, 7)),
        ("speaker", "full name"): ("Ada", (11, 15)),
        ("speaker", "links", "web"): ("https://a.example/", (12, 13)),
        ("papers", 0, "title"): ("One", (14, 9)),
        ("papers", 1, "title"): ("Two", (16, 9)),
        ("papers", 1, "files", "pdf"): ("two.pdf", (18, 7)),
    }


def test_spans_and_quotes() -> None:
    document, _ = read(TALK)
    assert document is not None
    title, date, tags = (document.find((key,)) for key in ("title", "date", "tags"))
    assert isinstance(title, Scalar)
    assert isinstance(date, Scalar)
    assert isinstance(tags, Sequence)
    assert document.text[title.start : title.end] == '"Über \\"x\\""'
    assert (title.quoted, date.quoted) == (True, False)
    assert document.text[tags.start : tags.end] == "[\"a\",  # first\n  'b', {c.d = 1}]"
    assert isinstance(document.find(("papers",)), Sequence)
    assert isinstance(document.find(("speaker",)), Mapping)
    assert document.body_text == "Body.\n"


@pytest.mark.parametrize(
    "header,place,code",
    [
        ('a = "x\nb = 1\n', Place(2, 7), "toml-syntax"),
        ("a b = 1\n", Place(2, 3), "toml-syntax"),
        ("a = \n", Place(2, 5), "toml-syntax"),
        ('a = "x" b = "y"\n', Place(2, 9), "toml-syntax"),
        ("a = " + "9" * 5000 + "\n", Place(2, 5), "toml-syntax"),
        ("a = 1\na = 2\n", Place(3, 1), "key-twice"),
        ("[a]\nb = 1\n[a]\nb = 2\n", Place(5, 1), "key-twice"),
        ("a = 1\n[a]\nb = 1\n", Place(3, 2), "key-twice"),
        ("a = " + "[" * 30_000 + "\n", Place(2, 24), "too-deep"),
        ("a = 1\nb" + ".c" * 30 + " = 1\n", Place(3, 61), "too-deep"),
        ("# c\n", Place(1, 1), "header-empty"),
    ],
)
def test_refused(header: str, place: Place, code: str) -> None:
    document, problems = read(f"+++\n{header}+++\n")
    assert document is None
    assert problems == [(place, code)]
