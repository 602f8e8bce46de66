"""`manage.py export_site`: what it says, where, and how it ends."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_page
from tests.website.archive.archives import files, small_series
from website.archive.checking import Difference, check
from website.archive.records import MANIFEST, STATE

pytestmark = pytest.mark.django_db


def test_a_line_a_page_and_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series = small_series()
    call_command("export_site", tmp_path)
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert f"rendered: {tmp_path / 'tide-31/index.html'}" in lines
    assert lines[-1] == f"{len(lines) - 1} rendered, 0 unchanged, 0 removed."
    call_command("export_site", tmp_path)
    assert capsys.readouterr().err == f"0 rendered, {len(lines) - 1} unchanged, 0 removed.\n"
    series.beside.state = "draft"
    series.beside.save()
    call_command("export_site", tmp_path, verbosity=0)
    assert capsys.readouterr() == ("", "")


def test_a_dead_link_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_series()
    make_page(slug="links", body="[gone](/tide-31/talks/gone/)")
    for _time in range(2):
        with pytest.raises(SystemExit) as ended:
            call_command("export_site", tmp_path, verbosity=0)
        assert ended.value.code == 1
        page, link = tmp_path / "pages/links/index.html", "tide-31/talks/gone/index.html"
        assert capsys.readouterr().err == f"{page}: error: leads to {link}, which isn't there\n"
    assert (tmp_path / MANIFEST).exists()


def test_a_check_names_what_is_missing_changed_and_extra(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_series()
    call_command("export_site", tmp_path, verbosity=0)
    call_command("export_site", tmp_path, "--check")
    assert capsys.readouterr() == ("", "Every file is as the manifest says.\n")
    page = tmp_path / "tide-31/index.html"
    data = bytearray(page.read_bytes())
    data[100] ^= 1
    page.write_bytes(data)
    (tmp_path / "theme.css").unlink()
    (tmp_path / "extra.txt").write_text("")
    before = files(tmp_path)
    with pytest.raises(SystemExit) as ended:
        call_command("export_site", tmp_path, "--check", verbosity=0)
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        f"extra: {tmp_path / 'extra.txt'}",
        f"missing: {tmp_path / 'theme.css'}",
        f"changed: {tmp_path / 'tide-31/index.html'}",
    ]
    assert files(tmp_path) == before


def test_a_check_stands_on_the_manifest_alone(tmp_path: Path) -> None:
    small_series()
    call_command("export_site", tmp_path, verbosity=0)
    (tmp_path / STATE).unlink()
    assert check(tmp_path) == []
    with (tmp_path / MANIFEST).open("a") as manifest:
        manifest.write(f"{'0' * 64}  ../outside\n")
    assert check(tmp_path) == [Difference("../outside", "missing")]


@pytest.mark.django_db(databases=[])
def test_a_check_asks_no_database(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (tmp_path / MANIFEST).write_text(f"{empty}  a\n")
    call_command("export_site", tmp_path, "--check", verbosity=0)


@pytest.mark.parametrize(
    "options",
    [
        {"edition": "no-such"},
        {"edition": "tide-32"},
        {"base_url": "tide.example"},
        {"base_url": "ftp://tide.example"},
        {"base_url": "https://tide.example/?a=b"},
        {"check": True, "edition": "tide-31"},
    ],
)
def test_wrong_options(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export_site", tmp_path / "archive", **options)
    assert refused.value.returncode == 2
    assert not (tmp_path / "archive").exists()


def test_a_folder_of_others_and_no_folder(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("Mine.")
    for folder in (tmp_path, tmp_path / "diary.txt"):
        with pytest.raises(CommandError) as refused:
            call_command("export_site", folder)
        assert refused.value.returncode == 2
    with pytest.raises(CommandError) as refused:
        call_command("export_site", tmp_path, "--check")
    assert refused.value.returncode == 1
