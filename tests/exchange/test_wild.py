"""Files that real sites once broke, where they are at hand: each is refused, or given back, as it should be.

The files are private test data and no part of this project: they are looked for beside it, or where the
environment variable LECTERN_CORPORA says.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from exchange.documents import Document, read_document
from exchange.problems import Level, Problem, Problems
from tests.exchange.test_emc2 import CORPORA

FOLDER, EXPECTED = CORPORA / "wild-breakage", CORPORA / "wild-breakage.expect.json"


@pytest.fixture
def entries() -> list[dict[str, Any]]:
    """What is known of each file; skips where they are missing."""
    missing = [str(path) for path in (FOLDER, EXPECTED) if not path.exists()]
    if missing:
        pytest.skip(f"the broken files are not at hand: {', '.join(missing)} (set LECTERN_CORPORA)")
    found: list[dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8"))["entries"]
    return found


def read(path: Path) -> tuple[Document | None, list[Problem]]:
    problems = Problems()
    return read_document(path.name, path.read_bytes(), problems), problems.of(Level.ERROR)


def of(entries: list[dict[str, Any]], expected: str) -> list[Path]:
    return [FOLDER / one["file"] for one in entries if one["expected"] == expected]


def test_what_nobody_can_read_is_refused_with_its_place(entries: list[dict[str, Any]]) -> None:
    paths = of(entries, "unparsable")
    assert len(paths) == 7
    for path in paths:
        document, errors = read(path)
        assert document is None, path.name
        assert errors and all(one.place is not None for one in errors), path.name


def test_a_key_given_twice_is_refused_naming_both_places(entries: list[dict[str, Any]]) -> None:
    paths = of(entries, "ambiguous")
    assert len(paths) == 4
    for path in paths:
        document, errors = read(path)
        assert document is None, path.name
        assert {one.code for one in errors} == {"key-twice"}, path.name
        assert all(one.place and 0 < int(one.values["first_line"]) < one.place.line for one in errors), (
            path.name
        )


def test_the_last_of_a_key_given_twice_counts_where_a_dialect_says_so(entries: list[dict[str, Any]]) -> None:
    for path in of(entries, "ambiguous"):
        problems = Problems()
        document = read_document(path.name, path.read_bytes(), problems, keys_twice="last")
        assert document is not None, path.name
        assert not problems.has_errors, path.name
        assert {(one.level, one.code) for one in problems} == {(Level.WARNING, "key-twice-last-read")}, (
            path.name
        )
        assert document.render() == path.read_bytes()


def test_what_is_only_odd_is_read_and_given_back(entries: list[dict[str, Any]]) -> None:
    paths = of(entries, "tolerant")
    assert len(paths) == 2
    for path in paths:
        document, errors = read(path)
        assert (document is not None, errors) == (True, []), path.name
        assert document is not None
        assert document.render() == path.read_bytes()
