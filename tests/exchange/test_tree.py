"""Folders, files and archives as one view that never leaves its root."""

import os
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from exchange.problems import Level, Problems
from exchange.tree import BadFile, Tree, open_tree

MARKERS = ("_config.yml", "_programs", "_editions", "_organizers")


def write(folder: Path, *names: str, data: bytes = b"x") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def look(*paths: Path, root: Path | None = None) -> tuple[Tree | None, Problems]:
    problems = Problems()
    return open_tree(paths, root=root, markers=MARKERS, problems=problems), problems


def view(*paths: Path, root: Path | None = None) -> tuple[Tree, Problems]:
    tree, problems = look(*paths, root=root)
    assert tree is not None, problems.sorted()
    return tree, problems


def listed(tree: Tree) -> list[str]:
    return [entry.path for entry in tree.files()]


def told(problems: Problems) -> list[tuple[str, str, str]]:
    return [(problem.path, problem.level.value, problem.code) for problem in problems.sorted()]


def refused(tree: Tree, path: str) -> str:
    with pytest.raises(BadFile) as caught:
        tree.read(path)
    wrong = tree.stat_problem(path)
    assert wrong is not None
    assert wrong.code == caught.value.code
    assert not tree.exists(path)
    return caught.value.code


def test_files_are_listed_from_the_root_sorted(tmp_path: Path) -> None:
    write(tmp_path, "_programs/b/2.md", "_programs/b/1.md", "_editions/a.md", "assets/ada.jpg", data=b"abc")
    tree, problems = view(tmp_path)
    assert listed(tree) == ["_editions/a.md", "_programs/b/1.md", "_programs/b/2.md", "assets/ada.jpg"]
    entry = next(tree.files())
    assert (entry.size, entry.mtime_ns) == (3, os.lstat(tmp_path / "_editions/a.md").st_mtime_ns)
    assert tree.read("_programs/b/1.md") == b"abc"
    assert len(problems) == 0


def test_root_is_the_nearest_folder_with_a_marker(tmp_path: Path) -> None:
    write(tmp_path, "_programs/b/1.md", "_programs/c/1.md", "assets/ada.jpg")
    for path in (tmp_path, tmp_path / "_programs", tmp_path / "_programs/b", tmp_path / "_programs/b/1.md"):
        tree, _ = view(path)
        assert tree.root == tmp_path.resolve()
    assert listed(tree) == ["_programs/b/1.md"]
    assert tree.read("assets/ada.jpg") == b"x"


def test_the_climb_for_a_root_ends_at_a_repository(tmp_path: Path) -> None:
    write(tmp_path, "_config.yml", "repository/.git/HEAD", "repository/talks/1.md")
    tree, _ = view(tmp_path / "repository/talks")
    assert tree.root == (tmp_path / "repository/talks").resolve()
    assert listed(tree) == ["1.md"]


def test_without_marker_the_path_is_the_root_of_a_file_its_folder(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD", "talks/1.md", "talks/2.md")
    assert view(tmp_path / "talks")[0].root == (tmp_path / "talks").resolve()
    tree, _ = view(tmp_path / "talks/1.md")
    assert tree.root == (tmp_path / "talks").resolve()
    assert listed(tree) == ["1.md"]
    assert (tree.is_named("1.md"), tree.is_named("2.md")) == (True, False)


def test_root_given_by_hand(tmp_path: Path) -> None:
    write(tmp_path, "site/_programs/1.md", "other/1.md")
    tree, _ = view(tmp_path / "site/_programs", root=tmp_path)
    assert listed(tree) == ["site/_programs/1.md"]
    refused_tree, problems = look(tmp_path / "other", root=tmp_path / "site")
    assert refused_tree is None
    assert told(problems) == [(str(tmp_path / "other"), "error", "path-outside-root")]


def test_several_paths_of_one_site(tmp_path: Path) -> None:
    write(tmp_path, "_programs/1.md", "_editions/1.md", "_organizers/1.md")
    tree, _ = view(tmp_path / "_programs", tmp_path / "_editions/1.md")
    assert listed(tree) == ["_editions/1.md", "_programs/1.md"]
    assert tree.covers("_programs/gone.md")
    assert not tree.covers("_organizers/1.md")
    assert not tree.covers("_programs-old/1.md")
    assert tree.has_folder("_organizers")
    assert not tree.has_folder("_pages")


def test_several_paths_without_marker_share_what_they_have_in_common(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD", "a/1.md", "b/1.md")
    assert listed(view(tmp_path / "a", tmp_path / "b")[0]) == ["a/1.md", "b/1.md"]


def test_paths_of_two_sites_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a/_programs/1.md", "b/_programs/1.md")
    tree, problems = look(tmp_path / "a", tmp_path / "b")
    assert tree is None
    assert {code for _, _, code in told(problems)} == {"paths-of-several-sites"}


def test_missing_paths_are_all_named(tmp_path: Path) -> None:
    tree, problems = look(tmp_path / "a", tmp_path / "b")
    assert tree is None
    assert told(problems) == [
        (str(tmp_path / "a"), "error", "path-missing"),
        (str(tmp_path / "b"), "error", "path-missing"),
    ]


def test_hidden_backup_and_readme_files_are_not_listed(tmp_path: Path) -> None:
    write(
        tmp_path, "talk.md", "._talk.md", ".talk.md.swp", "talk.md~", "talk.md.bak", "talk.md.orig", "Thumbs.db",
        ".DS_Store", "README.md", "readme", "LICENSE", "CHANGELOG.md", ".git/x.md", "readme-first.md",
    )  # fmt: skip
    tree, problems = view(tmp_path)
    assert listed(tree) == ["readme-first.md", "talk.md"]
    assert len(problems) == 0
    tree, problems = view(tmp_path / "README.md")
    assert listed(tree) == []
    assert told(problems) == [("README.md", "warning", "file-never-read")]


def test_odd_names(tmp_path: Path) -> None:
    write(tmp_path, "-rf.md", "sp ace'\"\n.md", "😀.md", " blank.md", "深層.md")
    assert len(listed(view(tmp_path)[0])) == 5


def test_links_are_never_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.md", "outside/secret.png", "site/_programs/talk.md")
    site = tmp_path / "site"
    (site / "_programs/loop").symlink_to(".")
    (site / "_programs/link.md").symlink_to("../../outside/secret.md")
    (site / "_programs/broken.md").symlink_to("nowhere.md")
    (site / "ada.png").symlink_to("../outside/secret.png")
    (site / "pictures").symlink_to("../outside")
    tree, problems = view(site)
    assert listed(tree) == ["_programs/talk.md"]
    assert told(problems) == [
        ("_programs/broken.md", "error", "file-is-link"),
        ("_programs/link.md", "error", "file-is-link"),
        ("_programs/loop", "warning", "folder-is-link"),
        ("pictures", "warning", "folder-is-link"),
    ]
    assert refused(tree, "ada.png") == "file-is-link"
    assert refused(tree, "pictures/secret.png") == "file-is-link"
    assert refused(tree, "_programs/loop/talk.md") == "file-is-link"


def test_a_link_named_as_path(tmp_path: Path) -> None:
    write(tmp_path, "real/talk.md")
    (tmp_path / "link.md").symlink_to("real/talk.md")
    (tmp_path / "site").symlink_to("real")
    tree, problems = view(tmp_path / "link.md")
    assert listed(tree) == []
    assert told(problems) == [("link.md", "error", "file-is-link")]
    assert listed(view(tmp_path / "site")[0]) == ["talk.md"]


def test_devices_and_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.md").mkdir()
    write(tmp_path, "talk.md", "folder.md/inner.md")
    tree, problems = view(tmp_path)
    assert listed(tree) == ["talk.md"]
    assert told(problems) == [
        ("folder.md", "warning", "folder-named-like-file"),
        ("pipe.md", "error", "file-not-plain"),
    ]
    assert refused(tree, "pipe.png") == "file-not-plain"
    assert refused(tree, "folder.md") == "file-not-plain"
    assert told(view(tmp_path / "pipe.md")[1]) == []


def test_paths_that_leave_the_root_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "secret.png", "site/talk.md")
    tree, _ = view(tmp_path / "site")
    for path in ("../secret.png", "/etc/passwd", "a/../../secret.png", "", "a.png\0"):
        assert refused(tree, path) == "file-name-not-plain"


def test_missing_and_almost(tmp_path: Path) -> None:
    write(tmp_path, "pictures/han.png", "pictures/Cafe\u0301.png")
    tree, _ = view(tmp_path)
    assert refused(tree, "pictures/ada.png") == "file-missing"
    assert refused(tree, "pictures/han.png/x.png") == "file-missing"
    assert refused(tree, "pictures/" + "a" * 300 + ".png") == "file-missing"
    wrong = tree.stat_problem("pictures/HAN.PNG")
    assert wrong is not None
    assert (wrong.code, wrong.values["found"]) == ("file-name-differs", "han.png")
    assert refused(tree, "pictures/Café.png") == "file-name-differs"
    assert tree.exists("pictures/han.png")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/S\xf6ren.md", "wb"):
        pass
    tree, problems = view(tmp_path)
    assert listed(tree) == []
    assert told(problems) == [("S\\udcf6ren.md", "error", "name-not-utf8")]


def test_shown_paths_are_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "site/_programs/talk.md")
    monkeypatch.chdir(tmp_path)
    assert view(tmp_path / "site")[0].shown("_programs/talk.md") == "site/_programs/talk.md"


def archive(tmp_path: Path, *entries: tuple[Any, ...]) -> Path:
    path = tmp_path / "talks.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for entry in entries:
            inner, data, mode = (*entry, stat.S_IFREG | 0o644)[:3]
            info = zipfile.ZipInfo(inner, (2025, 6, 1, 10, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            whole.writestr(info, data)
    return path


def test_archive(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        ("_programs/a.md", "A"),
        ("_editions/b.md", "BB"),
        ("README.md", "x"),
        ("_programs/.c.md", ""),
    )
    tree, problems = view(path)
    with tree:
        assert listed(tree) == ["_editions/b.md", "_programs/a.md"]
        assert [entry.size for entry in tree.files()] == [2, 1]
        assert next(tree.files()).mtime_ns == 0
        assert tree.read("_programs/a.md") == b"A"
        assert tree.exists("README.md")
        assert tree.has_folder("_programs")
        assert tree.covers("_programs/gone.md")
        assert not tree.is_named("_programs/a.md")
        assert refused(tree, "_programs/B.md") == "file-missing"
        assert refused(tree, "_PROGRAMS/a.md") == "file-name-differs"
        assert refused(tree, "_programs") == "file-not-plain"
        assert refused(tree, "../a.md") == "file-name-not-plain"
    assert len(problems) == 0


@pytest.mark.parametrize(
    "names,expected",
    [
        (["site-main/_programs/a.md", "site-main/x.png"], ["_programs/a.md", "x.png"]),
        (["site-main/_programs/a.md", "__MACOSX/site-main/._a.md"], ["_programs/a.md"]),
        (["_programs/a.md", "_programs/b.md"], ["_programs/a.md", "_programs/b.md"]),
        (["talks/a.md", "b.md"], ["b.md", "talks/a.md"]),
        (["a.md"], ["a.md"]),
        (["./talks/a.md"], ["a.md"]),
    ],
)
def test_a_single_folder_at_the_top_is_dropped_unless_it_is_a_marker(
    tmp_path: Path, names: list[str], expected: list[str]
) -> None:
    tree, _ = view(archive(tmp_path, *[(name, "x") for name in names]))
    with tree:
        assert listed(tree) == expected
        assert tree.read(expected[0]) == b"x"


@pytest.mark.parametrize(
    "entries,code",
    [
        ([("a.md", "x"), ("../../evil.md", "x")], "zip-path"),
        ([("/etc/evil.md", "x")], "zip-path"),
        ([("..\\..\\evil.md", "x")], "zip-path"),
        ([("C:/evil.md", "x")], "zip-path"),
        ([("a.png", "/etc/passwd", stat.S_IFLNK | 0o777)], "zip-link"),
        ([("pipe", "", stat.S_IFIFO | 0o644)], "zip-link"),
        ([("inner.zip", b"PK\5\6" + b"\0" * 18)], "zip-in-zip"),
        ([("a.md", "x"), ("./a.md", "y")], "zip-name-twice"),
        ([("a.md", "x"), ("big.md", b"\0" * 5_000_000)], "zip-bomb"),
        ([(f"f{number}.md", "") for number in range(5001)], "zip-too-many"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, entries: list[tuple[Any, ...]], code: str) -> None:
    path = archive(tmp_path, *entries)
    tree, problems = look(path)
    assert tree is None
    assert told(problems) == [(str(path), "error", code)]


def test_archive_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.tree.zipped.ZIP_UNPACKED", 1000)
    tree, problems = look(archive(tmp_path, ("a.md", "x" * 600), ("b.md", "y" * 600)))
    assert tree is None
    assert [code for _, _, code in told(problems)] == ["zip-too-large"]


def test_every_half_of_an_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a.md", "x" * 500), ("b.md", "y" * 500))
    whole = path.read_bytes()
    for data in (whole[: len(whole) // 2], b"", b"no archive"):
        path.write_bytes(data)
        tree, problems = look(path)
        assert tree is None
        assert told(problems) == [(str(path), "error", "zip-broken")]


def test_a_damaged_entry_is_told_when_it_is_read(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a.md", bytes(range(256)) * 4))
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    tree, _ = view(path)
    with tree, pytest.raises(BadFile) as caught:
        tree.read("a.md")
    assert caught.value.code == "file-unreadable"


def test_an_archive_stands_alone(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    path = archive(tmp_path, ("a.md", "x"))
    tree, problems = look(path, tmp_path / "a.md")
    assert tree is None
    assert [(problem.level, problem.code) for problem in problems] == [(Level.ERROR, "zip-not-alone")]
