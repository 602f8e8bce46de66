"""What is wrong in a YAML header, said at its place with what to write instead."""

import string

import pytest

from exchange.documents import Scalar, read_document
from exchange.problems import Place, Problem, Problems
from exchange.sentences import CATALOGUE, sentence


def told(header: str) -> list[Problem]:
    """What is told about a header; line 1 is the opening fence. Each sentence has a value for its placeholders."""
    problems = Problems()
    document = read_document("talk.md", f"---\n{header}---\nBody\n".encode(), problems)
    assert (document is None) == problems.has_errors
    for problem in problems:
        for template in map(str, CATALOGUE[problem.code]):
            fields = {field for _, field, _, _ in string.Formatter().parse(template) if field}
            assert fields <= set(problem.values), problem
    return problems.sorted()


def one(header: str) -> tuple[int, int, str]:
    (problem,) = told(header)
    assert problem.place is not None
    return problem.place.line, problem.place.column, problem.code


@pytest.mark.parametrize(
    "header,expected",
    [
        ("sp:\n  name: x\n\taff: y\n", (4, 1, "tab-indent")),
        ("sp:\n  name: x\n  \taff: y\n", (4, 3, "tab-indent")),
        ("a:\n\t- b\n", (3, 1, "tab-indent")),
        ("title: Deep Learning: a tour\n", (2, 21, "colon-in-value")),
        ("a: 1\nsite: http://a.example/room: B\n", (3, 28, "colon-in-value")),
        ("- title: Deep: a\n", (2, 14, "colon-in-value")),
        ("title:Foo\nb: c\n", (2, 6, "colon-without-blank")),
        ("a: 1\ntitle:Foo\nb: c\n", (3, 6, "colon-without-blank")),
        ("a: 1\ntitle:Foo\n", (3, 6, "colon-without-blank")),
        ("sp:\n  - bio:Text of it\n    handle: false\n", (3, 8, "colon-without-blank")),
        ("a: 1\nfoo\nb: 1\n", (3, 1, "line-without-colon")),
        ("a: 1\nfoo\n", (3, 1, "line-without-colon")),
        ("foo\nb: 1\n", (2, 1, "line-without-colon")),
        ("title: 'unclosed\nname: x\n", (2, 8, "quote-unclosed")),
        ("title: 'unclosed\nname: 'x'\n", (2, 8, "quote-unclosed")),
        ('title: "unclosed\n', (2, 8, "quote-unclosed")),
        ("title: 'It's me'\n", (2, 12, "text-after-quote")),
        ('title: "Big" data\n', (2, 14, "text-after-quote")),
        ("title: [Tutorial] Deep\n", (2, 19, "text-after-bracket")),
        ("a: [1, 2\nb: 3\n", (2, 4, "bracket-unclosed")),
        ("title: @handle talks\n", (2, 8, "character-reserved")),
        ("title: `code`\n", (2, 8, "character-reserved")),
        ("title: %d\n", (2, 8, "character-reserved")),
        ("title: |x\n", (2, 8, "character-reserved")),
        ("title: > 5\n", (2, 8, "character-reserved")),
        ("title: ? x\n", (2, 8, "character-reserved")),
        ("a: - b\n", (2, 4, "dash-in-value")),
        ('a: "\\q"\n', (2, 5, "escape-unknown")),
        ('a: "\\ud800"\n', (2, 7, "escape-unknown")),
        ("a: 1\n  b: 2\n", (3, 3, "indent-too-deep")),
        ("a:\n    b: 1\n  c: 2\n", (4, 3, "indent-unmatched")),
        ("a:\n  - b\n - c\n", (4, 2, "indent-unmatched")),
        ("a: *bold* x\n", (2, 4, "anchor-unreadable")),
        ("a: & x\n", (2, 4, "anchor-unreadable")),
        ("a: *b\n", (2, 4, "alias")),
        ("a: &x y\n", (2, 4, "anchor")),
        ("a: &x [y]\n", (2, 4, "anchor")),
        ("a: !!str x\n", (2, 4, "tag")),
        ("a: !secret /etc/passwd\n", (2, 4, "tag")),
        ("a: !!set {b: c}\n", (2, 4, "tag")),
        ("a: !e!x y\n", (2, 4, "tag-unreadable")),
        ("? [a]\n: b\n", (2, 3, "complex-key")),
        ("? a\n: b\n", (2, 3, "complex-key")),
        ("a: {{ x }}\n", (2, 5, "complex-key")),
        ("a: {: x}\n", (2, 5, "empty-key")),
        (": x\n", (2, 1, "empty-key")),
        ('"": x\n', (2, 1, "empty-key")),
        ("a: 1\n--- x\n", (3, 1, "second-document")),
        ("a: 1\n...\nb: 2\n", (4, 1, "second-document")),
        ("a: 1\na: 2\n", (3, 1, "key-twice")),
        ("sp:\n  - {n: 1, n: 2}\n", (3, 12, "key-twice")),
        ("a: 1\n'a': 2\n", (3, 1, "key-twice")),
    ],
)
def test_told_at_its_place(header: str, expected: tuple[int, int, str]) -> None:
    assert one(header) == expected


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_places_hold_for_other_line_ends(newline: str) -> None:
    problems = Problems()
    data = "---\na: 1\nb: ä\ntitle: 'x\n---\n".replace("\n", newline).encode()
    assert read_document("talk.md", data, problems) is None
    assert [problem.place for problem in problems] == [Place(4, 8)]


@pytest.mark.parametrize(
    "header,instead",
    [
        ("title: Deep Learning: a tour\n", "title: 'Deep Learning: a tour'"),
        ("title: It's Deep: a tour\n", 'title: "It\'s Deep: a tour"'),
        ("title: 'It's me'\n", 'title: "It\'s me"'),
        ("title: 'unclosed\n", "title: 'unclosed'"),
        ("x:\n  - @ada\n", "- '@ada'"),
        ("title:Foo\nb: c\n", "title: Foo"),
        ('title: \\a\\b: "c"\n', "title: '\\a\\b: \"c\"'"),
    ],
)
def test_hint_is_the_line_as_it_should_be(header: str, instead: str) -> None:
    (problem,) = told(header)
    assert problem.values["instead"] == instead
    assert instead in sentence(problem)[1]


def test_a_key_given_twice_names_both_places() -> None:
    problems = told("a: 1\nb: 2\na: 3\na: 4\n")
    assert [(problem.place, dict(problem.values)) for problem in problems] == [
        (Place(4, 1), {"key": "a", "first_line": 2}),
        (Place(5, 1), {"key": "a", "first_line": 2}),
    ]


def test_a_dialect_may_read_the_last_of_two_keys() -> None:
    problems = Problems()
    document = read_document("talk.md", b"---\na: 1\nb: 2\na: 3\n---\n", problems, keys_twice="last")
    assert document is not None
    last = document.root.get("a")
    assert isinstance(last, Scalar)
    assert last.text == "3"
    assert document.root.keys() == ("a", "b")
    assert document.root.repeated() == {"a"}
    assert [(problem.place, problem.code) for problem in problems] == [(Place(4, 1), "key-twice-last-read")]


def test_an_alias_bomb_is_refused_at_its_first_line() -> None:
    lines = ["x0: &x0 [lol]"] + [f"x{i}: &x{i} [{','.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 9)]
    problems = told("\n".join(lines) + "\n")
    assert (problems[0].place, problems[0].code) == (Place(2, 5), "anchor")
    assert len(problems) == 20


def test_all_refusals_of_a_header_are_told_at_once() -> None:
    codes = [problem.code for problem in told("a: !t 1\nb: *x\na: 2\nc: Talk #5 x\n")]
    assert codes == ["tag", "alias", "key-twice", "comment-cuts-value"]


@pytest.mark.parametrize(
    "header,expected",
    [
        ("title: Talk #5 about C#\n", (2, 13, "comment-cuts-value")),
        ("title: #5\n", (2, 8, "comment-cuts-value")),
        ("a:\n  - x #y\n", (3, 7, "comment-cuts-value")),
    ],
)
def test_a_hash_that_cuts_a_value_is_warned_of(header: str, expected: tuple[int, int, str]) -> None:
    assert one(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "title: x  # a comment\n",
        "title: C#\n",
        "title: 'x' #y\n",
        "# c\na: 1\n#b\n",
        "a: |\n  x #y\n",
        "a: x\n#y\nb: 1\n",
    ],
)
def test_other_hashes_are_fine(header: str) -> None:
    assert told(header) == []


def test_a_tab_after_a_colon_is_read() -> None:
    problems = Problems()
    document = read_document("talk.md", b"---\nauthors:\tAda\nx:\t\n---\n", problems)
    assert document is not None
    authors = document.root.get("authors")
    assert isinstance(authors, Scalar)
    assert authors.text == "Ada"
    assert len(problems) == 0
