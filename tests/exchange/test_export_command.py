"""export_talks as people and programs meet it: options, exit codes, what stands on stdout and on stderr."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from attachments.names import read_original
from editions.models import CommitteeMember, Edition
from exchange.models import SourceFile
from talks.models import Appearance, Talk
from tests.exchange.series import SERIES, change, files_of, write
from tests.factories import make_talk

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
OPENING = "_programs/4-nagoya-28/opening.md"

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[bytes]
ODD = {
    "_programs/3-faro-27/dos.md": "---\r\nedition: faro-27\r\ntype: talk\r\ntitle: Dos\r\n---\r\nWords.\r\n",
    "_programs/3-faro-27/no end.md": "---\nedition: faro-27\ntype: talk\ntitle: No end\n---\nWords without one",
    '_programs/3-faro-27/Łódź "x".md': "---\nedition: faro-27\ntype: talk\ntitle: Żuk\n---\nŻuk.\n",
    "_programs/3-faro-27/old.md": "---\nedition: faro-27\ntype: talk\ntitle: Gone soon\n---\nBye.\n",
}


def run(*words: str) -> int:
    """The exit code of the command."""
    try:
        call_command("export_talks", *words)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.fixture(autouse=True)
def here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Capture,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Path:
    """The working folder, with the series and some odd files in ``site``, which was just imported."""
    write(tmp_path / "site", {**SERIES, **ODD})
    monkeypatch.chdir(tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("import_talks", "site", "-v", "0")
    capsysbinary.readouterr()
    return tmp_path


def edit_all() -> None:
    """Edit a talk of each manner, make one, delete one."""
    for key in ("dos", "no end", 'Łódź "x"', "opening"):
        Talk.objects.filter(key=key).update(title=f"Mine: {key}", abstract="Nowe słowa.\n\nDwa.")
    Talk.objects.filter(key="old").delete()
    make_talk(edition=Edition.objects.get(key="faro-27"), title="Made here", abstract="Żółw.")


# Into a folder


def test_the_words_of_an_export(here: Path, capsysbinary: Capture) -> None:
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    Talk.objects.filter(key="opening").update(language="ja")
    Talk.objects.filter(key="old").delete()
    change(here / "site" / OPENING, "type: keynote", "type: welcome")
    assert run("site") == 0
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert err.decode().splitlines() == [
        f"written: site/{KEYNOTE}",
        "deleted: site/_programs/3-faro-27/old.md",
        f"merged: site/{OPENING}",
        "1 written, 1 merged, 1 deleted, 18 unchanged.",
    ]
    assert (run("site", "-v", "0"), capsysbinary.readouterr()) == (0, (b"", b""))
    assert run("site") == 0
    assert capsysbinary.readouterr() == (b"", b"20 unchanged.\n")


def test_a_conflict_is_1_and_told_at_its_line(here: Path, capsysbinary: Capture) -> None:
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(here / "site" / KEYNOTE, "a second look", "yours")
    assert run("site", "-v", "0") == 1
    assert capsysbinary.readouterr().err.decode() == (
        f"site/{KEYNOTE}:4:8: error: title was changed on the site and in the file; the file is left alone "
        "(import the file and settle the conflict, then export again)\n"
    )


def test_one_edition_goes_out_alone(here: Path) -> None:
    assert run("out", "--edition", "nagoya-28") == 0
    assert set(files_of(here / "out")) == {
        "_editions/4-nagoya-28.html", OPENING, "assets/images/speakers/nagoya-28/maren.png",
    }  # fmt: skip
    moved = Talk.objects.get(key="01-keynote")
    moved.edition, moved.room, moved.track = Edition.objects.get(key="nagoya-28"), None, None
    moved.save()
    assert run("moved", "--edition", "nagoya-28") == 0
    assert b"edition: nagoya-28" in files_of(here / "moved")[KEYNOTE]


def test_what_the_system_refuses_is_said_without_a_traceback(here: Path) -> None:
    for words in (["--zip", "site/README.md/x.zip"], ["--patch", "site/README.md/x.patch"]):
        with pytest.raises(CommandError) as refused:
            call_command("export_talks", *words)
        assert refused.value.returncode == 1
        assert "can't be written" in str(refused.value)
    assert run("site/README.md/inside") == 1
    assert (here / "site/README.md").read_text() == SERIES["README.md"]


# --check


def test_a_check_that_agrees_is_0_and_silent(capsysbinary: Capture) -> None:
    assert (run("site", "--check"), capsysbinary.readouterr()) == (0, (b"", b""))


def test_a_check_that_differs_is_1_with_a_diff_and_writes_nothing(here: Path, capsysbinary: Capture) -> None:
    Talk.objects.filter(key="dos").update(title="Mine")
    before = files_of(here)
    assert run("site", "--check") == 1
    out, err = capsysbinary.readouterr()
    assert out.decode() == (
        "diff --git a/_programs/3-faro-27/dos.md b/_programs/3-faro-27/dos.md\n"
        "--- a/_programs/3-faro-27/dos.md\n+++ b/_programs/3-faro-27/dos.md\n@@ -1,6 +1,6 @@\n"
        " ---\r\n edition: faro-27\r\n type: talk\r\n-title: Dos\r\n+title: Mine\r\n ---\r\n Words.\r\n"
    )
    assert err.decode().splitlines() == [
        "to be written: site/_programs/3-faro-27/dos.md", "1 to be written, 20 unchanged.",
    ]  # fmt: skip
    assert files_of(here) == before


def test_a_check_of_a_conflict_is_1(here: Path) -> None:
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    change(here / "site" / KEYNOTE, "a second look", "yours")
    assert run("site", "--check") == 1


# --zip


def test_a_zip_is_the_same_each_time_and_comes_in_again(here: Path, capsysbinary: Capture) -> None:
    edit_all()
    assert (run("--zip", "one.zip"), run("--zip", "-", "-v", "2")) == (0, 0)
    out, _err = capsysbinary.readouterr()
    assert out == (here / "one.zip").read_bytes()
    run("site", "-v", "0")
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        held = {one.filename: archive.read(one) for one in archive.infolist()}
    assert held == {
        path: data
        for path, data in files_of(here / "site").items()
        if path not in ("README.md", "_config.yml")
    }
    call_command("import_talks", "one.zip", "-v", "0")
    titles = set(Talk.objects.values_list("title", flat=True))
    Edition.objects.all().delete()
    CommitteeMember.objects.all().delete()
    SourceFile.objects.all().delete()
    call_command("import_talks", "one.zip", "-v", "0")
    assert set(Talk.objects.values_list("title", flat=True)) == titles


# --patch


def git(folder: Path, *words: str) -> None:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed: patches are not tried")
def test_git_applies_a_patch_to_the_original_tree(here: Path, capsysbinary: Capture) -> None:
    shutil.copytree(here / "site", here / "original")
    git(here / "original", "init", "-q")
    edit_all()
    assert (run("--patch", "edits.patch"), run("--patch", "-")) == (0, 0)
    out, err = capsysbinary.readouterr()
    assert (out, err) == ((here / "edits.patch").read_bytes(), b"")
    run("site", "-v", "0")
    git(here / "original", "apply", "../edits.patch")
    applied = {
        path: data for path, data in files_of(here / "original").items() if not path.startswith(".git/")
    }
    assert applied == files_of(here / "site")
    assert (out.count(b"diff --git"), out.count(b"new file"), out.count(b"deleted file")) == (6, 1, 1)


def test_a_patch_of_nothing_is_empty(capsysbinary: Capture) -> None:
    assert (run("--patch", "-"), capsysbinary.readouterr()) == (0, (b"", b""))


def test_a_patch_names_the_pictures_that_it_lacks(capsysbinary: Capture) -> None:
    other = Appearance.objects.get(talk__key="opening", avatar="maren.png").photo
    assert read_original(str(other.name))
    Appearance.objects.filter(talk__key="04-panel", name="灯台 守").update(photo=str(other.name))
    assert run("--patch", "-") == 0
    out, err = capsysbinary.readouterr()
    assert b"+      avatar: picture.png" in out
    assert err == b"not in the patch: assets/images/speakers/faro-27/picture.png\n"


# Wrong options


@pytest.mark.parametrize("words", [
    (), ("--check",), ("--check", "--zip", "x.zip"), ("site", "--check", "--patch", "-"), ("--zip", "-", "--patch", "-"),
    ("site/README.md",), ("out", "--edition", "faro-72"),
])  # fmt: skip
def test_a_wrong_option_is_2(here: Path, words: tuple[str, ...]) -> None:
    before = files_of(here)
    with pytest.raises(CommandError) as refused:
        call_command("export_talks", *words)
    assert refused.value.returncode == 2
    assert files_of(here) == before
