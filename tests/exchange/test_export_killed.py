"""An export that is killed leaves every file whole, old or new; the next one makes the folder complete."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.exchange.series import files_of, talk, write
from tests.exchange.test_killed import ROOT

# Words: the folder of media, and where to die: the name of a function of a module, and how often it may be called
# before ("" for nowhere); then one command after the other, parted by "--then".
DRIVER = """
import importlib, itertools, os, signal, sys
import django
from django.conf import settings
from django.core.management import call_command

media, die_at, *words = sys.argv[1:]
settings.MEDIA_ROOT = media
django.setup()

if die_at:
    name, left = die_at.split()
    module, name = name.split(".")
    owner, left = importlib.import_module(module), [int(left)]
    real = getattr(owner, name)

    def die(*given, **named):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return real(*given, **named)

    setattr(owner, name, die)
for then, command in itertools.groupby(words, "--then".__eq__):
    if not then:
        call_command(*command)
"""
EDIT = """
import django
django.setup()

from datetime import datetime
from editions.models import Edition
from talks.models import Talk, TalkType

quito = Edition.objects.get(key="quito-29")
for one in Talk.objects.filter(edition=quito, key__lt="t-30"):
    one.title, one.abstract = f"Полдень: {one.key}", one.abstract + "\\n\\n" + "Ombre.\\n" * 2000
    one.save()
Talk.objects.get(key="t-35").delete()
Talk.objects.create(
    edition=quito, type=TalkType.objects.get(key="talk"), key="made-here", slug="made-here", title="Made here",
    starts_at=datetime(2029, 3, 5, 12), ends_at=datetime(2029, 3, 5, 13),
)
"""
TALKS = {f"_programs/quito-29/t-{number:02}.md": talk(f"Shade {number}") for number in range(40)}
# Where it dies, and how many files are new by then: before a file lies aside, while it does, before it takes its place.
MOMENTS = [
    ("tempfile.mkstemp 0", 0), ("os.fsync 0", 0), ("os.replace 0", 0), ("os.fsync 7", 7), ("os.chmod 15", 15),
    ("os.replace 20", 20), ("os.replace 30", 30), ("os.unlink 0", 31),
]  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A site of its own, with the folder of its files. ``seconds``: how long its export took, undisturbed."""

    folder: Path
    seconds: float = 0.0

    @property
    def files(self) -> Path:
        """The folder of its files."""
        return self.folder / "series"

    def start(self, *words: str, die_at: str = "", code: str = DRIVER) -> "subprocess.Popen[str]":
        """Start commands; they die at the moment named."""
        database = f"sqlite:///{self.folder / 'site.sqlite3'}"
        return subprocess.Popen(
            [sys.executable, "-c", code, str(self.folder / "media"), die_at, *words],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str, die_at: str = "", code: str = DRIVER) -> str:
        """What commands say; they end well, or are killed where they shall be."""
        process = self.start(*words, die_at=die_at, code=code)
        out, err = process.communicate(timeout=120)
        assert process.returncode == (-signal.SIGKILL if die_at else 0), err
        return out

    def database(self) -> list[str]:
        """All that the database holds, literally."""
        connection = sqlite3.connect(self.folder / "site.sqlite3")
        found = list(connection.iterdump())
        connection.close()
        return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that was edited since its import, and how its files are before an export."""
    site = Site(tmp_path_factory.mktemp("template") / "site")
    write(site.files, TALKS)
    site.run("migrate", "-v0", "--then", "import_talks", str(site.files), "-v0")
    site.run(code=EDIT)
    return site


@pytest.fixture(scope="module")
def exported(template: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The same after an export that nobody disturbed."""
    folder = tmp_path_factory.mktemp("exported") / "site"
    shutil.copytree(template.folder, folder)
    began = time.monotonic()
    Site(folder).run("export_talks", str(folder / "series"), "-v0")
    return Site(folder, time.monotonic() - began)


@pytest.fixture
def site(template: Site, tmp_path: Path) -> Site:
    """A site before the export."""
    shutil.copytree(template.folder, tmp_path / "site")
    return Site(tmp_path / "site")


def split(site: Site) -> tuple[dict[str, bytes], list[str]]:
    """The files of a folder, and what an export left aside."""
    found = files_of(site.files)
    aside = [path for path in found if path.rpartition("/")[2].startswith(".lectern-")]
    assert all(path.endswith(".tmp") for path in aside)
    return {path: data for path, data in found.items() if path not in aside}, aside


def is_whole(site: Site, template: Site, exported: Site) -> int:
    """Assert that every file is the old or the new one, and the rest as it was; how many are new."""
    old, new = files_of(template.files), files_of(exported.files)
    now, aside = split(site)
    for path in {*old, *new, *now}:
        assert now.get(path) in (old.get(path), new.get(path)), path
    assert len(aside) <= 1
    assert site.database() == template.database()
    return sum(now.get(path) == new.get(path) != old.get(path) for path in {*old, *new})


def heals(site: Site, exported: Site) -> None:
    """An import has nothing to do and claims nothing that was left; an export makes the folder complete."""
    _now, aside = split(site)
    folder = str(site.files)
    said = site.run(
        "import_talks", folder, "--dry-run", "--format", "json", "--then", "export_talks", folder, "-v0"
    )
    report = json.loads(said)
    assert (report["items"], report["conflicts"]) == ([], [])
    assert not [path for path in aside if path in said]
    assert split(site) == (files_of(exported.files), aside)


def changed(template: Site, exported: Site) -> int:
    """How many files an undisturbed export brings, changes or takes away."""
    old, new = files_of(template.files), files_of(exported.files)
    return sum(old.get(path) != new.get(path) for path in {*old, *new})


def test_undisturbed_it_writes_deletes_and_adds(template: Site, exported: Site) -> None:
    old, new = files_of(template.files), files_of(exported.files)
    assert changed(template, exported) == 32
    assert set(old) - set(new) == {"_programs/quito-29/t-35.md"}
    assert set(new) - set(old) == {"_programs/quito-29/made-here.md"}
    assert exported.database() == template.database()


@pytest.mark.parametrize(("die_at", "written"), MOMENTS)
def test_killed_between_two_steps(
    site: Site, template: Site, exported: Site, die_at: str, written: int
) -> None:
    site.run("export_talks", str(site.files), "-v0", die_at=die_at)
    assert is_whole(site, template, exported) == written
    heals(site, exported)


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment(site: Site, template: Site, exported: Site, seed: int) -> None:
    process = site.start("export_talks", str(site.files), "-v0")
    time.sleep(random.Random(seed).uniform(0.5, 1.0) * exported.seconds)  # noqa: S311  a seeded delay
    process.kill()
    process.communicate(timeout=120)
    is_whole(site, template, exported)
    heals(site, exported)
