"""An import that is killed leaves the database as before or as after; the next one makes the media whole."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.exchange.series import SERIES, write

ROOT = Path(__file__).resolve().parents[2]
# The command in a process of its own. Words before it: the folder of media, and where to die ("" for nowhere).
DRIVER = """
import os, signal, sys
import django
from django.conf import settings
from django.core.management import call_command

media, die_at, *words = sys.argv[1:]
settings.MEDIA_ROOT = media
django.setup()

from attachments import storing

if die_at:
    owner, name = (storing.Staged, "publish") if die_at.startswith("rename") else (storing.Batch, "publish")
    real, left = getattr(owner, name), [int(die_at.partition(" ")[2] or 0)]

    def die(*given):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        real(*given)

    setattr(owner, name, die)
call_command(*words)
if words[0] == "import_talks":
    from attachments.names import public_names
    from django.core.files.storage import default_storage
    missing = [name for name in storing.known_names() if not default_storage.exists(name)]
    print("missing", missing, flush=True)
"""


class Site:
    """A site of its own: a database file and a folder of media."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds = 0.0
        self.database = folder / "site.sqlite3"
        self.media = folder / "media"

    def start(self, die_at: str, *words: str) -> "subprocess.Popen[str]":
        """Start a command; it dies at the moment named."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
        }
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(self.media), die_at, *words],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str, die_at: str = "") -> tuple[int, str]:
        """Exit code and last line of what a command says."""
        process = self.start(die_at, *words)
        out, err = process.communicate(timeout=120)
        assert process.returncode in (0, -signal.SIGKILL), err
        return process.returncode, (out.splitlines() or [""])[-1]

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with sqlite3.connect(self.database) as connection:
            names = [
                name
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if not name.startswith(("sqlite_", "django_migrations"))
            ]
            found = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  its own tables
                for name in names
            }
        connection.close()
        return found

    def files(self) -> set[str]:
        """The files that have their final names."""
        found = {str(path.relative_to(self.media)) for path in self.media.rglob("*") if path.is_file()}
        return {name for name in found if not name.startswith("incoming/")}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty site's database and the series beside it."""
    folder = tmp_path_factory.mktemp("template")
    assert Site(folder).run("migrate", "-v0")[0] == 0
    write(folder / "series", SERIES)
    return folder


@pytest.fixture(scope="module")
def whole(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site after an import that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    shutil.copytree(template, folder)
    site = Site(folder)
    began = time.monotonic()
    assert site.run("import_talks", str(folder / "series"), "-v0") == (0, "missing []")
    site.seconds = time.monotonic() - began
    return site


@pytest.fixture
def site(template: Path, tmp_path: Path) -> Site:
    """A site before the import."""
    folder = tmp_path / "site"
    shutil.copytree(template, folder)
    return Site(folder)


def heals(site: Site, whole: Site) -> None:
    """The next import makes the site what it would have been."""
    words = ("import_talks", str(site.folder / "series"), "-v0")
    assert site.run(*words) == (0, "missing []")
    assert (site.rows(), site.files()) == (whole.rows(), whole.files())


@pytest.mark.parametrize("die_at", ["commit", "rename 0", "rename 1", "rename 4"])
def test_killed_after_the_commit(site: Site, whole: Site, die_at: str) -> None:
    code, _line = site.run("import_talks", str(site.folder / "series"), "-v0", die_at=die_at)
    assert code == -signal.SIGKILL
    assert site.rows() == whole.rows()
    assert site.files() < whole.files()
    heals(site, whole)


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(site: Site, whole: Site, seed: int) -> None:
    before = site.rows()
    process = site.start("", "import_talks", str(site.folder / "series"), "-v0")
    time.sleep(random.Random(seed).uniform(0.4, 1.0) * whole.seconds)  # noqa: S311  a seeded delay
    process.kill()
    process.communicate(timeout=120)
    assert site.rows() in (before, whole.rows())
    heals(site, whole)
