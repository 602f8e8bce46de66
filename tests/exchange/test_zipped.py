"""A .zip through the command: the same site as from the folder, and nothing at all from a hostile one."""

import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from exchange.models import SourceFile
from talks.models import Talk
from tests.exchange.series import SERIES, files_of, tables, talk, write

Entry = tuple[str, Any] | tuple[str, Any, int]


@pytest.fixture
def here(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run(*words: str) -> int:
    try:
        call_command("import_talks", *words)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def pack(path: Path, *entries: Entry) -> Path:
    """An archive with these entries: name, content and, where given, the mode of its file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, *mode in entries:
            info = zipfile.ZipInfo(name, (2029, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (mode[0] if mode else stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return path


def test_a_zip_is_the_folder_that_it_was_made_of(here: Path, tmp_path: Path, media: Path) -> None:
    write(here / "site", SERIES)
    shutil.make_archive("packed", "zip", here, "site")
    assert run("packed.zip", "-v0") == 0
    from_zip = (set(SourceFile.objects.values_list("path", "digest", "dialect")), files_of(media))
    assert (run("site", "--check", "-v0"), Talk.objects.count()) == (0, 6)
    assert from_zip == (set(SourceFile.objects.values_list("path", "digest", "dialect")), files_of(media))
    before = tables()
    assert (run("packed.zip", "-v0"), tables() == before) == (0, True)


def test_the_dates_in_a_zip_hide_no_change(here: Path) -> None:
    # Packers that give every entry one date: a title of equal length is a change all the same.
    for title in ("Neap tides", "Ebb tides!"):
        pack(here / "site.zip", ("a.md", talk(title=title)))
        assert run("site.zip", "-v0") == 0
        assert Talk.objects.get().title == title


def test_pruning_and_one_edition_from_a_zip(here: Path) -> None:
    write(here / "site", SERIES)
    shutil.make_archive("packed", "zip", here / "site")
    assert run("packed.zip", "-v0", "--edition", "faro-27") == 0
    assert Talk.objects.count() == 5
    (here / "site/_programs/3-faro-27/03-lunch.md").unlink()
    (here / "site/_programs/4-nagoya-28/opening.md").unlink()
    shutil.make_archive("packed", "zip", here / "site")
    assert run("packed.zip", "-v0", "--prune", "--noinput") == 0
    assert Talk.objects.count() == 4


def test_problems_in_a_zip_have_their_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(here / "talks.zip", ("a.md", talk().replace("10:00", "25:61")))
    assert run("talks.zip") == 1
    assert "talks.zip/a.md:5:13: error: 2029-03-01 25:61" in capsys.readouterr().err
    pack(here / "mixed.zip", ("a.md", talk()), ("b.md", ""))
    assert run("mixed.zip", "-v0", "--keep-going") == 1
    assert list(Talk.objects.values_list("key", flat=True)) == ["a"]


@pytest.mark.parametrize(("entry", "words"), [
    (("../../evil.md", "x"), "leads out of it"),
    (("/etc/evil.md", "x"), "leads out of it"),
    (("..\\..\\evil.md", "x"), "leads out of it"),
    (("C:/evil.md", "x"), "leads out of it"),
    (("a.png", "/etc/passwd", stat.S_IFLNK | 0o777), "is a link or a device"),
    (("pipe", "", stat.S_IFIFO | 0o644), "is a link or a device"),
    (("inner.zip", b"PK\5\6" + b"\0" * 18), "is an archive itself"),
    (("b.md", b"\0" * 5_000_000), "than 200 times"),
    (("./a.md", "x"), "is in the archive twice"),
])  # fmt: skip
def test_nothing_comes_from_a_hostile_zip(
    here: Path, media: Path, capsys: pytest.CaptureFixture[str], entry: Entry, words: str
) -> None:
    pack(here / "evil.zip", ("a.md", talk()), entry)
    around = files_of(here.parent)
    for options in ((), ("--keep-going",), ("--prune", "--noinput")):
        assert run("evil.zip", *options) == 1
        assert words in capsys.readouterr().err
    assert (SourceFile.objects.count(), Talk.objects.count(), media.exists()) == (0, 0, False)
    assert files_of(here.parent) == around


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\3\4" + b"\0" * 40])
def test_what_is_no_zip_is_told(here: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    (here / "talks.zip").write_bytes(data)
    assert run("talks.zip") == 1
    assert "this is not a whole .zip archive" in capsys.readouterr().err


def test_a_zip_whose_content_is_damaged_is_an_error_at_its_file(here: Path) -> None:
    path = pack(here / "talks.zip", ("a.md", talk()))
    data = bytearray(path.read_bytes())
    data[len("a.md") + 40] ^= 0xFF
    path.write_bytes(bytes(data))
    assert (run("talks.zip", "-v0"), Talk.objects.count()) == (1, 0)
