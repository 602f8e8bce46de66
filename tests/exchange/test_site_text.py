"""Texts that a shell wrote into the site, with CRLF, blanks and letters in parts: compared as files are read."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from editions.models import CommitteeMember, Edition, Sponsor
from exchange.models import Conflict
from talks.models import Appearance, Paper, Talk
from tests.exchange.exports import export, goes_out
from tests.exchange.series import SERIES, Bring, change, files_of, write

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
SHAPES: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "paragraph separators": lambda text: text.replace("\n", "\u2029"),
    "blanks behind": lambda text: text + " \t\n\n",
    "blanks before": lambda text: "\r\n  " + text,
    "letters in parts": lambda text: unicodedata.normalize("NFD", text),
}
each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
PROSE = "Čtyři věže.\n\n* café\n* 灯台\n\nVůbec nic."


@pytest.fixture
def worded(bring: Bring, series: Path) -> Path:
    """The series, with several lines in each text, imported."""
    indented = PROSE.replace("\n", "\n            ").replace("            \n", "\n")
    change(series / KEYNOTE, "Rings *again*.", PROSE)
    change(
        series / KEYNOTE,
        "    avatar: ostby.jpg\n",
        f"    avatar: ostby.jpg\n    bio: |\n            {indented}\n",
    )
    change(series / KEYNOTE, "[lenses, history]", "[čočky, café]")
    change(
        series / "_editions/3-faro-27.md",
        "      tier: Gold\n",
        f"      tier: Gold\n      description: |\n            {indented}\n",
    )
    change(series / "_editions/3-faro-27.md", "Bring a **coat**.", PROSE)
    change(series / "_organizers/1-quadros.md", "Keeps the *keys*.", PROSE)
    assert bring(series).exit_code == 0
    return series


def texts() -> list[str]:
    """Every text of the series that has several lines."""
    return [
        Talk.objects.get(key="01-keynote").abstract,
        Appearance.objects.get(talk__key="01-keynote").bio,
        Edition.objects.get(key="faro-27").notice,
        Sponsor.objects.get(tier="Gold").description,
        CommitteeMember.objects.get().bio,
    ]


def write_texts(text: str) -> None:
    """Write all of them, as a shell does: past forms and rules."""
    Talk.objects.filter(key="01-keynote").update(abstract=text)
    Appearance.objects.filter(talk__key="01-keynote").update(bio=text)
    Edition.objects.filter(key="faro-27").update(notice=text)
    Sponsor.objects.filter(tier="Gold").update(description=text)
    CommitteeMember.objects.update(bio=text)


def nothing_to_do(bring: Bring, series: Path) -> None:
    """Neither of an import of what is there, nor of one that has to read every file anew."""
    for _time in range(2):
        report = bring(series)
        assert (report.items(), report.clashes(), report.exit_code) == ([], [], 0)
        for path in [*series.glob("_*/**/*.md")]:
            path.write_bytes(path.read_bytes() + b"\n")


@each_shape
def test_the_same_text_in_another_shape_is_no_change(
    bring: Bring, worded: Path, shape: Callable[[str], str]
) -> None:
    assert texts() == [PROSE] * 5
    write_texts(shape(PROSE))
    before = files_of(worded)
    assert not export(worded).differs
    assert files_of(worded) == before
    nothing_to_do(bring, worded)


@each_shape
def test_a_new_text_goes_out_in_the_shape_of_files(
    bring: Bring, worded: Path, shape: Callable[[str], str]
) -> None:
    new = "První.\n\nDruhá: ŠŤĚSTÍ."
    write_texts(shape(new))
    assert len(goes_out(bring, worded)) == 3
    data = b"".join(files_of(worded / "_programs/3-faro-27").values())
    assert new.encode() in data
    assert b"\r" not in data
    nothing_to_do(bring, worded)


@each_shape
def test_a_file_that_changes_is_no_conflict_with_it(
    bring: Bring, worded: Path, shape: Callable[[str], str]
) -> None:
    write_texts(shape(PROSE))
    for path in (KEYNOTE, "_editions/3-faro-27.md", "_organizers/1-quadros.md"):
        text = (worded / path).read_bytes().decode()
        (worded / path).write_bytes(text.replace("Vůbec nic.", "Něco přece.").encode())
    report = bring(worded)
    assert (report.clashes(), report.counts["updated"]) == ([], 3)
    assert texts() == [PROSE.replace("Vůbec nic.", "Něco přece.")] * 5


@pytest.mark.parametrize("text", ["", "  \r\n ", "\u00a0", "\u200b"])
def test_a_text_that_shows_nothing_is_none(bring: Bring, worded: Path, text: str) -> None:
    write_texts(text)
    found = goes_out(bring, worded)
    assert len(found) == 3
    assert not any(line.startswith("+") for lines in found.values() for line in lines)
    nothing_to_do(bring, worded)


def test_a_file_with_crlf_keeps_its_line_ends(bring: Bring, tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(
        site,
        {
            path: str(data).replace("\n", "\r\n") if path.startswith("_") else data
            for path, data in SERIES.items()
        },
    )
    bring(site)
    Talk.objects.filter(key="01-keynote").update(abstract="Rings *again*.\r\n\r\n")
    assert goes_out(bring, site) == {}
    Talk.objects.filter(key="01-keynote").update(abstract="One.\r\nTwo.\n")
    assert goes_out(bring, site) == {KEYNOTE: ["-Rings *again*.\r", "+One.\r", "+Two.\r"]}


def edit_words(name: str, value: Any) -> Callable[[], object]:
    return lambda: Talk.objects.filter(key="01-keynote").update(**{name: value})


@pytest.mark.parametrize("edit", [
    edit_words("title", unicodedata.normalize("NFD", "Fresnel's rings: a second look ")),
    edit_words("tags", [" čočky", unicodedata.normalize("NFD", "café"), " "]),
    edit_words("level", " \t"),
    lambda: Appearance.objects.filter(talk__key="01-keynote").update(name=unicodedata.normalize("NFD", "Maren Østby ")),
    lambda: Paper.objects.filter(title="Salt on glass").update(authors="Ines Quadros, Jose\u0301 Rebelo\r\n"),
], ids=["title", "tags", "level", "name", "authors"])  # fmt: skip
def test_one_line_and_lists_of_words_too(bring: Bring, worded: Path, edit: Callable[[], object]) -> None:
    edit()
    assert not export(worded).differs
    nothing_to_do(bring, worded)
    assert Conflict.objects.count() == 0
