"""Problems: collected once, sorted, and each with a sentence."""

import ast
import re
import string
from pathlib import Path

import attachments
import exchange
from exchange.problems import Level, Place, Problem, Problems
from exchange.sentences import CATALOGUE, sentence

ROOM = Path(exchange.__file__).parent
PAPER = [
    ROOM / "scalars.py",
    *(ROOM / "documents" / f"{name}.py" for name in ("reading", "yaml_text", "yaml_errors", "toml_text")),
    *sorted((ROOM / "tree").glob("*.py")),
]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
STYLES = {"triple-single", "triple-double"}


# What is said of a picture that is taken all the same.
WARNED = {"name-differs", "animated", "tiny", "svg-active"}


def calls_in(source: Path, names: set[str]) -> list[ast.Call]:
    """The calls in a file of functions or methods of these names."""
    calls = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)]
    return [one for one in calls if ast.unparse(one.func).rpartition(".")[2] in names]


def texts_in(nodes: list[ast.expr]) -> set[str]:
    """The texts that stand in expressions, choices between two included."""
    found = {one.value for node in nodes for one in ast.walk(node) if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def codes_told_in(source: Path) -> set[str]:
    """The codes of problems, named where they are told, raised or chosen."""
    told = [one.args[2] for one in calls_in(source, {"error", "warning", "info"}) if len(one.args) > 2]
    raised = [one.args[0] for one in calls_in(source, {"BadValue", "BadFile"}) if one.args]
    chosen = [
        node.value
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code"
    ]
    plain = [one for one in told if not isinstance(one, ast.JoinedStr)]
    return {text for text in texts_in([*plain, *raised, *chosen]) if CODE.fullmatch(text) or text == "rule"}


def refusals_in(source: Path) -> set[str]:
    """The codes with which pictures and documents are refused."""
    return texts_in([one.args[0] for one in calls_in(source, {"BadPicture", "BadDocument"}) if one.args])


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
    raised = set.union(*(codes_in(source) for source in PAPER)) | {"alias", "anchor", "tag"}
    assert len(raised) > 80
    assert raised - set(CATALOGUE) == set()


def test_every_code_that_an_import_raises_has_a_sentence() -> None:
    sources = [
        path for path in ROOM.rglob("*.py") if path.name != "sentences.py" and "migrations" not in path.parts
    ]
    raised = {code for source in sources for code in codes_told_in(source)}
    assert {"edition-frozen", "key-misspelt", "asset-missing", "key-taken-on-site", "rule"} <= raised
    assert raised - set(CATALOGUE) == set()


def test_whatever_is_said_of_pictures_documents_and_clocks_has_a_sentence() -> None:
    told = {"gap", "fold"}
    assert {f"clock-{word}" for word in told} <= set(CATALOGUE)
    rooms = [
        Path(attachments.__file__).parent / f"{name}.py" for name in ("pictures", "documents", "drawings")
    ]
    codes = {code for source in rooms for code in refusals_in(source)} | WARNED
    assert len(codes) > 10
    assert {f"asset-{code}" for code in codes} - set(CATALOGUE) == set()


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
