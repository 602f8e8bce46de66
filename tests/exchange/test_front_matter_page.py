"""The page that lists the keys of files: none that the native dialect reads is missing."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from exchange.dialects.native import NATIVE
from exchange.dialects.rules import Dates, Elements, Rule
from exchange.records import Kind

PAGE = (Path(__file__).resolve().parents[2] / "docs/front-matter.md").read_text(encoding="utf-8")
SECTIONS = {"talk": "A talk", "edition": "An edition", "member": "Somebody of the committee"}


def keys(rules: Iterable[Rule]) -> Iterator[str]:
    """Every key that rules read, those of the elements of lists too."""
    for rule in rules:
        if not isinstance(rule, Dates):
            yield from rule.takes()
        if isinstance(rule, Elements):
            yield from keys(rule.rules)


@pytest.mark.parametrize("kind", sorted(SECTIONS))
def test_every_key_is_listed_with_its_kind_of_file(kind: Kind) -> None:
    section = next(part for part in PAGE.split("\n## ") if part.startswith(SECTIONS[kind]))
    listed = {
        key
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for key in re.findall("`(.+?)`", row)
    }
    assert sorted({"edition", *keys(NATIVE.kinds[kind].rules)} - listed) == []
