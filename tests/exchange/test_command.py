"""import_talks as people and programs meet it: options, exit codes, what stands on stdout and on stderr."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from editions.models import Edition
from exchange.problems import Level, Place, Problem
from exchange.reports import github_line, offending_line, problem_line
from talks.models import Talk
from tests.exchange.series import SERIES, change, tables, talk, write

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "import-report.schema.json").read_text(encoding="utf-8"))
KEYNOTE = "site/_programs/3-faro-27/01-keynote.md"

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


def run(*words: str) -> int:
    """The exit code of the command."""
    try:
        call_command("import_talks", *words)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the series in ``site``."""
    write(tmp_path / "site", SERIES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report_of(capsys: Capture) -> dict[str, Any]:
    """The JSON report that was just printed; it keeps to its schema."""
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    return found


# Exit codes


def test_done_is_0_and_nothing_to_do_too(capsys: Capture) -> None:
    assert (run("site"), run("site")) == (0, 0)
    assert capsys.readouterr().out.splitlines()[-2:] == ["9 created.", "9 unchanged."]


def test_an_error_or_a_conflict_is_1(here: Path) -> None:
    assert run("nowhere") == 1
    assert run("site") == 0
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(here / KEYNOTE, "a second look", "yours")
    assert (run("site"), run("site")) == (1, 1)
    assert (run("site", "--prefer", "site"), run("site")) == (0, 0)


def test_check_is_1_while_a_run_would_change_something(here: Path) -> None:
    before = tables()
    assert (run("site", "--check"), tables() == before) == (1, True)
    assert (run("site"), run("site", "--check")) == (0, 0)
    change(here / KEYNOTE, "a second look", "a third look")
    before = tables()
    assert (run("site", "--check"), run("site", "--dry-run"), tables() == before) == (1, 0, True)
    change(here / "site/_programs/3-faro-27/03-lunch.md", "edition:", "# a comment\nedition:")
    run("site")
    change(here / "site/_programs/3-faro-27/03-lunch.md", "# a comment", "# another comment")
    assert run("site", "--check") == 0


@pytest.mark.parametrize("words", [
    ("site", "--timezone", "Mars/Olympus"), ("site", "--default-edition", "No Key!"), ("site", "--prefer", "both"),
    ("site", "--format", "xml"), ("site", "--nonsense"), (),
])  # fmt: skip
def test_a_wrong_option_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("import_talks", *words)
    assert tables()["talks.Talk"] == []


def test_a_wrong_option_ends_a_real_command_with_2(here: Path) -> None:
    for words in (["--timezone", "Mars/Olympus"], ["--prefer", "both"], ["--default-edition", "!"]):
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", "import_talks", "site", "--skip-checks", *words],
            cwd=here, env=_environment(here), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False), done.stderr


def _environment(here: Path) -> dict[str, str]:
    return {
        "DEBUG": "1", "SECRET_KEY": "for one command of a test", "ENV_FILE": "", "PATH": "",
        "DATABASE_URL": f"sqlite:///{here / 'site.sqlite3'}", "MEDIA_ROOT": str(here / "media"),
    }  # fmt: skip


# Options


def test_an_edition_for_files_that_name_none(here: Path) -> None:
    write(here, {"a.md": talk().replace("edition: quito-29\n", "")})
    assert run("a.md", "--default-edition", "lima-30", "--timezone", "America/Lima") == 0
    assert list(Edition.objects.values_list("key", "timezone")) == [("lima-30", "America/Lima")]


def test_a_part_of_a_site_finds_the_same_files(capsys: Capture) -> None:
    assert run("site") == 0
    assert run("site/_programs/3-faro-27") == 0
    assert run(KEYNOTE) == 0
    assert run("site/_programs", "--root", "site") == 0
    last = [one for one in capsys.readouterr().out.splitlines() if one.endswith("unchanged.")]
    assert last == ["5 unchanged.", "1 unchanged.", "6 unchanged."]


def test_an_archive_is_a_site_too(here: Path, capsys: Capture) -> None:
    shutil.make_archive("packed", "zip", here / "site")
    assert run("packed.zip", "-v0") == 0
    assert run("packed.zip") == 0
    assert (Talk.objects.count(), capsys.readouterr().out) == (6, "9 unchanged.\n")


# Words


def test_each_verbosity_says_more(here: Path, capsys: Capture) -> None:
    write(
        here,
        {
            "one/a.md": talk("A", colour="red"),
            "one/b.md": talk("B", 2),
            "one/roster.md": "---\nedition: quito-29\ntype: speakers\n---\n",
        },
    )
    assert run("one", "-v0") == 0
    assert capsys.readouterr() == ("", "")
    change(here / "one/a.md", "title: A", "title: 日時計")
    assert run("one", "-v1") == 0
    out, err = capsys.readouterr()
    assert out == "updated: talk quito-29/a (one/a.md)\n1 updated, 1 unchanged (1 warning).\n"
    assert err == (
        "one/a.md:7:1: warning: the key colour is not known (found 1 ×); it is kept in the file and not used"
        " (delete it, or leave it if your site's generator needs it)\n"
        "    colour: red\n"
        "    ^\n"
    )
    change(here / "one/a.md", "日時計", "Sundials")
    assert run("one", "-v2") == 0
    assert capsys.readouterr().out.splitlines() == [
        "updated: talk quito-29/a (one/a.md)",
        "unchanged: one/b.md",
        "unchanged: one/roster.md",
        "1 updated, 1 unchanged (1 warning).",
    ]
    change(here / "one/a.md", "Sundials", "Gnomons")
    assert run("one", "-v3") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "updated: talk quito-29/a (one/a.md)",
        "    title: Sundials → Gnomons",
    ]


def test_a_dry_run_says_what_would_be_done(capsys: Capture) -> None:
    assert run("site/_editions", "--dry-run") == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "created: edition faro-27 (site/_editions/3-faro-27.md)",
        "created: edition nagoya-28 (site/_editions/4-nagoya-28.html)",
        "Dry run, nothing was written: 2 created.",
    ]


def test_a_conflict_is_told_with_its_three_values(here: Path, capsys: Capture) -> None:
    run("site")
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(here / KEYNOTE, "a second look", "yours")
    capsys.readouterr()
    run("site")
    assert capsys.readouterr().out.splitlines() == [
        f"conflict: {KEYNOTE}: title",
        "    last agreed: Fresnel's rings: a second look",
        "    site: Mine",
        "    file: Fresnel's rings: yours",
        "Settle conflicts in the admin, one by one, or here for all: --prefer file or --prefer site.",
        "9 unchanged, 1 in conflict.",
    ]


def test_paths_are_told_from_the_working_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write(here / "site", {"_programs/bad.md": ""})
    monkeypatch.chdir(here / "site" / "_editions")
    run("..", "-v0")
    assert capsys.readouterr().err.partition(": error")[0] == "../_programs/bad.md:1:1"


@pytest.mark.parametrize("line, column, shown", [
    ("title: A: B", 9, "    title: A: B\n            ^"),
    ("\ttitle: A", 1, "     title: A\n    ^"),
    ("title:\tA\tB", 8, "    title: A B\n           ^"),
    ("title: 日時計: x", 11, "    title: 日時計: x\n                 ^"),
    ("title: e\u0301: x", 10, "    title: e\u0301: x\n            ^"),
    ("title: \x1b[31mred", 8, "    title: \ufffd[31mred\n           ^"),
    ("short", 40, "    short\n         ^"),
    ("", 1, ""),
    ("x" * 300, 150, "    " + "x" * 100 + "\n    " + " " * 50 + "^"),
])  # fmt: skip
def test_the_line_is_shown_with_a_caret(line: str, column: int, shown: str) -> None:
    problem = Problem("a.md", Place(3, column), Level.ERROR, "tag", {"tag": "x"})
    assert offending_line(problem, {("a.md", 3): line}) == shown
    assert offending_line(problem, {}) == ""


def test_what_would_confuse_a_terminal_is_printed_as_an_escape() -> None:
    problem = Problem("a\x1b\u202e.md", None, Level.ERROR, "zip-path", {"name": "x\x1b[2J"})
    line = problem_line(problem, {})
    assert (line.isprintable(), line.partition(":")[0]) == (True, r"a\x1b\u202e.md")


# For programs


def test_json_of_a_first_run_a_second_and_a_conflict(here: Path, capsys: Capture) -> None:
    assert run("site", "--format", "json") == 0
    first = report_of(capsys)
    assert (first["ok"], first["exit_code"], first["dry_run"], first["counts"]["created"]) == (
        True,
        0,
        False,
        9,
    )
    assert isinstance(first["run"], int)
    assert [(one["kind"], one["key"]) for one in first["items"]][:2] == [
        ("edition", "faro-27"),
        ("edition", "nagoya-28"),
    ]
    assert run("site", "--format", "json") == 0
    second = report_of(capsys)
    assert (second["run"], second["items"], second["counts"]["unchanged"]) == (None, [], 9)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(here / KEYNOTE, "a second look", "yours")
    assert run("site", "--format", "json") == 1
    third = report_of(capsys)
    assert (third["ok"], third["exit_code"], third["counts"]["conflicts"]) == (False, 1, 1)
    assert third["conflicts"] == [
        {"path": KEYNOTE, "field": "title", "base": "Fresnel's rings: a second look", "site": "Mine", "file": "Fresnel's rings: yours"}
    ]  # fmt: skip


def test_json_of_what_is_wrong(here: Path, capsys: Capture) -> None:
    write(here / "site", {"_programs/bad.md": talk().replace("10:00", "25:61"), "_programs/empty.md": ""})
    assert run("site", "--format", "json", "--check") == 1
    report = report_of(capsys)
    assert (report["ok"], report["run"], report["dry_run"], report["counts"]["refused"]) == (
        False,
        None,
        True,
        2,
    )
    assert [one for one in report["problems"] if one["level"] == "error"][1:] == [
        {
            "path": "site/_programs/bad.md",
            "line": 5,
            "column": 13,
            "level": "error",
            "code": "clock-no-such-time",
            "message": "2029-03-01 25:61: there is no 25:61 on a clock",
            "hint": "hours run from 00 to 23, minutes and seconds from 00 to 59: 2025-06-01 09:30:00",
        },
        {
            "path": "site/_programs/empty.md",
            "line": 1,
            "column": 1,
            "level": "error",
            "code": "file-empty",
            "message": "the file is empty",
            "hint": "begin with front matter: ---, then keys such as title: A talk, then ---",
        },
    ]
    assert run("nowhere", "--format", "json") == 1
    assert report_of(capsys)["problems"][0]["code"] == "path-missing"


def test_a_check_that_finds_a_difference_says_so_in_json_too(capsys: Capture) -> None:
    assert run("site", "--format", "json", "--check") == 1
    report = report_of(capsys)
    assert (report["ok"], report["exit_code"], report["counts"]["created"]) == (True, 1, 9)


def test_annotations_of_a_build(here: Path, capsys: Capture) -> None:
    write(here / "site", {"_programs/bad, really.md": talk("A: B")})
    assert run("site", "--format", "github") == 1
    out, err = capsys.readouterr()
    assert (err, out.splitlines()) == ("", [
        (
            "::error file=site/_programs/bad%2C really.md,line=4,col=9::"
            "the value has a colon in it, so YAML reads two keys (put the value in quotes: title: 'A: B')"
        ),
        "Nothing was written: the errors above come first.",
    ])  # fmt: skip


def test_an_annotation_is_one_line_whatever_it_says() -> None:
    problem = Problem(
        "a\n::error::b.md", Place(1, 2), Level.WARNING, "key-misspelt", {"key": "a\nb", "close": "50 %"}
    )
    assert github_line(problem, {}) == (
        "::warning file=a\\n%3A%3Aerror%3A%3Ab.md,line=1,col=2::the key a\\nb is not known (did you mean 50 %25?)"
    )
