"""Problems: collected once, sorted, and each with a sentence."""

import ast
import re
import string
from pathlib import Path

import exchange
from exchange.problems import Level, Place, Problem, Problems
from exchange.sentences import CATALOGUE, sentence

ROOM = Path(exchange.__file__).parent
SOURCES = [
    ROOM / "scalars.py",
    *sorted((ROOM / "documents").glob("*.py")),
    *sorted((ROOM / "tree").glob("*.py")),
]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
STYLES = {"triple-single", "triple-double"}


def codes_in(source: Path) -> set[str]:
    texts = {node.value for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)} - STYLES


def test_sorted_by_path_line_and_column() -> None:
    problems = Problems()
    problems.warning("b.md", Place(2, 1), "tag")
    problems.error("b.md", Place(10, 1), "tag")
    problems.error("b.md", Place(2, 4), "tag")
    problems.error("b.md", None, "file-empty")
    problems.error("a.md", Place(7, 7), "tag")
    assert [(problem.path, problem.place) for problem in problems.sorted()] == [
        ("a.md", Place(7, 7)),
        ("b.md", None),
        ("b.md", Place(2, 1)),
        ("b.md", Place(2, 4)),
        ("b.md", Place(10, 1)),
    ]


def test_the_same_problem_twice_is_one() -> None:
    problems = Problems()
    for line in (3, 3, 4):
        problems.error("a.md", Place(3, 1), "key-twice", key="title", first_line=line)
    assert len(problems) == 2


def test_only_errors_stop_a_run() -> None:
    problems = Problems()
    problems.warning("a.md", None, "folder-is-link")
    problems.info("a.md", None, "path-missing")
    before = problems.has_errors
    problems.extend([Problem("b.md", None, Level.ERROR, "file-empty")])
    assert (before, problems.has_errors) == (False, True)
    assert [problem.path for problem in problems.of(Level.ERROR)] == ["b.md"]


def test_problems_of_equal_place_can_be_sorted_whatever_their_values() -> None:
    one = Problem("a.md", Place(1, 1), Level.ERROR, "tag", {"tag": "x"})
    two = Problem("a.md", Place(1, 1), Level.ERROR, "tag", {"tag": 3})
    assert sorted([one, two]) == sorted([two, one])


def test_every_code_has_a_sentence() -> None:
    raised = set.union(*(codes_in(source) for source in SOURCES)) | {"alias", "anchor", "tag"}
    assert len(raised) > 80
    assert raised - set(CATALOGUE) == set()


def test_every_sentence_is_a_template_that_holds_together() -> None:
    for code, pair in CATALOGUE.items():
        for template in map(str, pair):
            fields = [field for _, field, _, _ in string.Formatter().parse(template) if field is not None]
            assert all(field.isidentifier() for field in fields), code
            assert template, code
            assert (
                template[0] != template[0].upper() or not template[0].isalpha() or template.startswith("YAML")
            ), code


def test_a_sentence_names_what_is_wrong_and_what_to_write() -> None:
    values = {"key": "title", "instead": "title: 'Deep Learning: a tour'"}
    problem = Problem("a.md", Place(2, 21), Level.ERROR, "colon-in-value", values)
    assert sentence(problem) == (
        "the value has a colon in it, so YAML reads two keys",
        "put the value in quotes: title: 'Deep Learning: a tour'",
    )


def test_text_of_a_file_is_never_taken_for_a_template() -> None:
    problem = Problem("a.md", Place(2, 1), Level.ERROR, "line-without-colon", {"text": "{0.__class__} %s"})
    assert sentence(problem)[0] == "this line has no key: {0.__class__} %s"


def test_an_unknown_code_stands_for_itself() -> None:
    assert sentence(Problem("a.md", None, Level.ERROR, "of-another-day")) == ("of-another-day", "")
