"""Diffs in git's form, whole writes, deterministic archives: on paper, without a database."""

import shutil
import subprocess
from pathlib import Path

import pytest

from exchange.outgoing import Companion, Outgoing, as_patch, as_zip, diff, put
from exchange.problems import Problems
from tests.exchange.series import files_of, write

CASES: dict[str, tuple[bytes | None, bytes | None]] = {
    "plain.md": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "dos.md": (b"a\r\nb\r\n", b"a\r\nB\r\n"),
    "mixed.md": (b"a\r\nb\nc\rd\n", b"a\r\nb\nc\rD\n"),
    "gains an end.md": (b"a\nb", b"a\nb\n"),
    "loses its end.md": (b"a\nb\n", b"a\nb"),
    "never had one.md": (b"a\nb", b"a\nc"),
    "latin.md": (b"\xe4\n", b"\xe4\xff\n"),
    'Łódź "q" \\ tab\t.md': ("ż\n".encode(), "ź\n".encode()),
    "深/度 of it.md": ("深\n".encode(), "度\n".encode()),
    "new.md": (None, b"one\ntwo"),
    "gone.md": (b"one\n", None),
    "gone too.md": (b"one", None),
    "far apart.md": (
        b"".join(b"%d\n" % n for n in range(50)),
        b"".join(b"%d\n" % (n if n % 20 else -n - 1) for n in range(50)),
    ),
    "same.md": (b"a\n", b"a\n"),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed: patches are not tried")
def test_git_takes_every_diff(tmp_path: Path) -> None:
    write(tmp_path, {path: old for path, (old, _new) in CASES.items() if old is not None})
    patch = as_patch([Outgoing(path, old, new) for path, (old, new) in CASES.items()])
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    found = {path: data for path, data in files_of(tmp_path).items() if not path.startswith(".git/")}
    assert found == {path: new for path, (_old, new) in CASES.items() if new is not None}


def test_a_diff_as_people_read_it() -> None:
    assert b"".join(diff("a b.md", b"x\ny", b"x\nz")).decode() == (
        "diff --git a/a b.md b/a b.md\n--- a/a b.md\n+++ b/a b.md\n@@ -1,2 +1,2 @@\n x\n"
        "-y\n\\ No newline at end of file\n+z\n\\ No newline at end of file\n"
    )
    assert diff("same", b"x", b"x") == []


def test_a_zip_is_in_order_and_says_nothing_of_the_moment() -> None:
    files = [Outgoing("b.md", None, b"b"), Outgoing("a.md", b"", b"a"), Outgoing("gone.md", b"x", None)]
    picture = Companion("a.png", lambda: b"png", lambda _data: False)
    problems = Problems()
    one, other = as_zip(files, [picture], problems), as_zip(files[::-1], [picture], problems)
    assert (one == other, len(problems)) == (True, 0)


def test_a_picture_that_the_store_lost_is_told_and_left_out() -> None:
    def lost() -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    problems = Problems()
    assert as_zip([], [Companion("a.png", lost, lambda _data: False)], problems) == as_zip([], [], Problems())
    assert [(one.path, one.code) for one in problems] == [("a.png", "out-lost")]


def test_a_write_leaves_nothing_aside(tmp_path: Path) -> None:
    put(tmp_path / "deep/er/a.md", b"one")
    put(tmp_path / "deep/er/a.md", b"two")
    assert files_of(tmp_path) == {"deep/er/a.md": b"two"}
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="irectory"):
        put(tmp_path / "folder", b"three")
    assert files_of(tmp_path) == {"deep/er/a.md": b"two"}
