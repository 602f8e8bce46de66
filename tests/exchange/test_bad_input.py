"""Bad input: each says where it is wrong and what to write instead, and the site is as it was before."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.attachments.drawn import noise, picture
from tests.exchange.series import files_of, tables, talk, write

pytestmark = pytest.mark.django_db

GOOD = talk("A good one", 2)
FIXED = "write year, month, day: 2025-06-01 09:30:00"

# What is wrong, the file, and what is printed behind its path.
WRONG = [
    pytest.param(
        talk(speaker="\n\tname: Ida Moe"),
        ":8:1: error: a tab cannot indent (use blanks, for example four, instead of each tab)",
        id="indented with a tab",
    ),
    pytest.param(
        talk("Optics: a tour"),
        ":4:14: error: the value has a colon in it, so YAML reads two keys"
        " (put the value in quotes: title: 'Optics: a tour')",
        id="an unquoted colon",
    ),
    pytest.param(
        talk(room="Pier\nroom: Quay"),
        ":8:1: error: the key room is given twice: first in line 7, and again here (keep one of the two lines)",
        id="a key twice",
    ),
    pytest.param(
        talk().replace("---\nWords.", "Words."),
        ":1:1: error: the front matter that begins here is never closed (put --- alone on a line after the last key)",
        id="the closing fence is missing",
    ),
    pytest.param(
        talk().removeprefix("---\n"),
        ":1:1: error: the file does not begin with front matter"
        " (put --- alone on the first line, then the keys, then --- again)",
        id="the opening fence is missing",
    ),
    pytest.param(
        talk().encode().replace(b"Shade", b"Sh\xe4de"),
        ":4:10: error: the byte 0xE4 is not valid UTF-8"
        " (save the file as UTF-8; most editors offer it under Save with encoding)",
        id="not UTF-8",
    ),
    pytest.param(
        talk().replace("2029-03-01 10:00", "2029-03-01 25:61"),
        ":5:13: error: 2029-03-01 25:61: there is no 25:61 on a clock"
        " (hours run from 00 to 23, minutes and seconds from 00 to 59: 2025-06-01 09:30:00)",
        id="a time 25:61",
    ),
    pytest.param(
        talk().replace("2029-03-01 10:30", "2029-03-01 09:30"),
        ":6:11: error: the end (09:30) is before the start (10:00) (write an end after the start)",
        id="an end before its start",
    ),
    pytest.param(
        talk().replace("quito-29", "quito-28"),
        ":2:10: error: there is no edition quito-28"
        " (did you mean quito-29? Or add a file for it to _editions, or import with --new-editions)",
        id="an edition that nobody knows, near to one",
    ),
    pytest.param(
        talk().replace("quito-29", "windhoek-31"),
        ":2:10: error: there is no edition windhoek-31 (add a file for it to _editions, or import with --new-editions)",
        id="an edition that nobody knows",
    ),
    pytest.param(
        b"",
        ":1:1: error: the file is empty (begin with front matter: ---, then keys such as title: A talk, then ---)",
        id="an empty file",
    ),
    pytest.param(
        talk().replace("edition: quito-29\n", ""),
        ":2:1: error: the file does not say to which edition it belongs"
        " (add a line such as edition: spring-24, or import with --default-edition)",
        id="no edition",
    ),
    pytest.param(
        talk("&x Shade"),
        ":4:8: error: the anchor &x is not allowed"
        " (write the value out wherever it is needed; put text that begins with & in quotes: '&x')",
        id="an anchor",
    ),
    pytest.param(
        talk("!!python/object:os.system Shade"),
        ":4:8: error: the tag tag:yaml.org,2002:python/object:os.system is not allowed"
        " (leave the tag out; put text that begins with ! in quotes: title: '!important')",
        id="a tag",
    ),
    pytest.param(
        talk("[" * 60),
        ":4:27: error: values are nested more than 20 deep (write it flatter; no field needs so many levels)",
        id="nested too deep",
    ),
    pytest.param(
        talk("x" * 256),
        ":4:8: error: the text has 256 characters; 255 is the most (shorten it, or move the rest into the body)",
        id="a title too long",
    ),
    pytest.param(
        talk().replace("2029-03-01 10:00", "2029-02-30 10:00"),
        ":5:13: error: 2029-02-30 10:00: there is no such day in the calendar (write year, month, day: 2025-06-01)",
        id="30 February",
    ),
    pytest.param(
        talk(speaker="{name: Ida Moe, url: 'javascript:alert(1)'}"),
        ":7:31: error: a link cannot begin with javascript: (only web addresses are links: https://example.org/page)",
        id="a link that is a script",
    ),
    pytest.param(
        talk(speaker="{name: Ida Moe, avatar: ../../secret.jpg}"),
        ":7:34: error: ../../secret.jpg leads out of the site's folder, or may do so (write a plain name: ada.jpg)",
        id="a picture outside the folder",
    ),
    pytest.param(
        talk(speaker="{name: Ida Moe, avatar: page.jpg}"),
        ":7:34: error: page.jpg is not a picture (use a JPEG, PNG, WebP or GIF)",
        id="a page with the name of a picture",
    ),
    pytest.param(
        talk(speaker="{name: Ida Moe, avatar: cut.jpg}"),
        ":7:34: error: cut.jpg is damaged: it cannot be read to its end (save it again from the original)",
        id="a picture cut short",
    ),
    pytest.param(
        talk(presentation="run.exe"),
        ":7:15: error: run.exe has an ending that the site does not take (save it with the ending of its format)",
        id="a document that is a program",
    ),
    pytest.param(
        talk(hidden="maybe"),
        ":7:9: error: maybe is neither true nor false (write true or false)",
        id="neither true nor false",
    ),
    pytest.param(
        talk().replace("quito-29", "admin"),
        ":2:10: error: edition: “admin” is an address of the site itself: choose another key (correct the value)",
        id="an edition in the place of the admin",
    ),
    pytest.param(
        talk("Shade\x07"),
        ":4:13: error: there is a control character here (U+0007)"
        " (delete it; it cannot be seen and often comes along when text is pasted)",
        id="a control character",
    ),
]  # fmt: skip
BESIDE: Mapping[str, str | bytes] = {
    "page.jpg": "<html><script>alert(1)</script></html>",
    "cut.jpg": noise("JPEG")[:9000],
    "run.exe": b"MZ",
}


def run(*words: str) -> int:
    """The exit code of the command."""
    try:
        call_command("import_talks", *words)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: a site whose one edition is known by one file."""
    write(tmp_path / "site", {"_editions/1-quito-29.md": "---\nedition: quito-29\n---\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text, line", WRONG)
def test_what_is_wrong_is_told_at_its_place(
    here: Path, capsys: pytest.CaptureFixture[str], media: Path, text: str | bytes, line: str
) -> None:
    assert run("site") == 0
    capsys.readouterr()
    options = ["--new-editions"] if isinstance(text, str) and "edition: admin" in text else []
    write(here / "site/_programs", {"good.md": GOOD, "bad.md": text, **BESIDE})
    before = tables()
    assert run("site", *options) == 1
    out, err = capsys.readouterr()
    found = [
        one for one in err.splitlines() if one.startswith("site/_programs/bad.md") and ": error: " in one
    ]
    assert found == [f"site/_programs/bad.md{line}"]
    assert (out, "Traceback" in err) == ("Nothing was written: the errors above come first.\n", False)
    assert (tables() == before, files_of(media)) == (True, {})


def test_a_folder_that_does_not_exist(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("nowhere") == 1
    assert capsys.readouterr().err == (
        "nowhere: error: there is no such file or folder (check the spelling, and from which folder you start)\n"
    )


def test_all_problems_of_a_run_are_told_at_once_and_sorted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "site/_programs", {
        "c.md": talk("C", 1, hidden="perhaps"),
        "a.md": talk("A: B").replace("10:30", "9:99"),
        "b.md": talk("B").replace("10:00", "25:61").replace("10:30", "10:99"),
        "good.md": GOOD,
    })  # fmt: skip
    assert run("site", "-v0") == 1
    assert [one.partition(" ")[0] for one in capsys.readouterr().err.splitlines()] == [
        "site/_programs/a.md:4:9:", "site/_programs/b.md:5:13:", "site/_programs/b.md:6:11:", "site/_programs/c.md:7:9:",
    ]  # fmt: skip


def test_two_files_for_one_entry_name_each_other(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        here / "site/_programs",
        {"x/a.md": talk("One"), "y/a.md": talk("Two"), "x/b.md": GOOD, "y/c.md": GOOD},
    )
    assert run("site", "-v0") == 1
    assert capsys.readouterr().err.splitlines() == [
        (
            "site/_programs/y/a.md: error: _programs/x/a.md is already the entry “a” of the edition quito-29"
            " (give this file another name)"
        ),
        "site/_programs/y/c.md: error: the file is the same, byte for byte, as _programs/x/b.md (delete one of the two)",
    ]


def test_a_copy_of_a_file_that_came_before_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "site/_programs", {"a.md": GOOD})
    assert run("site", "-v0") == 0
    write(here / "site/_programs", {"b.md": GOOD})
    before = tables()
    assert run("site", "-v0") == 1
    assert "the same, byte for byte, as _programs/a.md" in capsys.readouterr().err
    assert tables() == before


def test_links_and_devices_are_not_followed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programs = write(here / "site/_programs", {"good.md": GOOD})
    write(here, {"secret.md": talk("Secret"), "secret.png": picture("PNG")})
    (programs / "link.md").symlink_to(here / "secret.md")
    os.mkfifo(programs / "pipe.md")
    (programs / "face.png").symlink_to(here / "secret.png")
    write(programs, {"face.md": talk("Face", speaker="{name: Ida Moe, avatar: face.png}")})
    before = tables()
    assert run("site", "-v0") == 1
    assert [one.partition(" (")[0] for one in capsys.readouterr().err.splitlines()] == [
        "site/_programs/face.md:7:34: error: face.png is a symbolic link, which is not followed",
        "site/_programs/link.md: error: the file is a symbolic link, which is not followed",
        "site/_programs/pipe.md: error: this is no ordinary file",
    ]
    assert tables() == before


TAKEN = [
    pytest.param(talk(speaker="Ada Example"), [], id="a bare name"),
    pytest.param(talk(speaker=""), [], id="nobody yet"),
    pytest.param(
        talk(""), [(4, "the talk has no title and will be shown as “To be announced”")], id="no title yet"
    ),
    pytest.param(talk("NO"), [], id="a title that looks like a flag"),
    pytest.param(
        talk().replace("time_start: 2029-03-01 10:00", "time_start:"),
        [(6, "there is an end without a start, so both stay open")],
        id="an end without a start",
    ),
    pytest.param(
        talk(speaker="{name: Ida Moe, url: moe.example}"),
        [(7, "the link moe.example has no https://")],
        id="a link without https",
    ),
    pytest.param(talk().replace("10:30", "10:00"), [(6, "it begins and ends at 10:00")], id="no length"),
    pytest.param(
        talk(speaker="{name: Ida Moe, avatar: nobody.jpg}"),
        [(7, "nobody.jpg is not there; its name is kept")],
        id="a missing picture",
    ),
    pytest.param(talk(speakr="Ida Moe"), [(7, "the key speakr is not known")], id="a key misspelt"),
]


@pytest.mark.parametrize("text, warnings", TAKEN)
def test_what_real_sites_hold_is_taken_with_a_warning(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, warnings: list[tuple[int, str]]
) -> None:
    write(here / "site/_programs", {"a.md": text})
    assert run("site") == 0
    lines = [one for one in capsys.readouterr().err.splitlines() if ": warning: " in one]
    places = [(int(one.split(":")[1]), one.partition(": warning: ")[2].partition(" (")[0]) for one in lines]
    assert places == warnings
