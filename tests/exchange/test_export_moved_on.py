"""Exports into a folder that moved on: merged where it can be, left alone and told where it can't."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from editions.models import Edition
from exchange import outgoing
from exchange.exporting import export_files
from talks.models import Appearance, Paper, Talk
from tests.exchange.exports import export, told
from tests.exchange.series import SERIES, Bring, change, files_of, write
from tests.factories import make_appearance

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
PAPERS = "_programs/3-faro-27/02-papers.md"
LUNCH = "_programs/3-faro-27/03-lunch.md"
PANEL = "_programs/3-faro-27/04-panel.md"
LAMP = "_programs/3-faro-27/05-lamp.md"
FARO = "_editions/3-faro-27.md"


def mine(**values: str) -> None:
    """Change the keynote on the site."""
    Talk.objects.filter(key="01-keynote").update(**values)


# Another field, the same field


def test_a_colleagues_change_of_another_field_is_merged(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine", abstract="My words.")
    change(series / KEYNOTE, "room: Lamp Room", "room: Gallery # moved\nmood: bright")
    before = (series / KEYNOTE).read_text()
    written = export(series)
    assert {path: action for path, action in written.actions.items() if action != "unchanged"} == {
        KEYNOTE: "merged"
    }
    expected = before.replace('"Fresnel\'s rings: a second look"', '"Mine"').replace(
        "Rings *again*.", "My words."
    )
    assert (series / KEYNOTE).read_text() == expected
    assert bring(series).exit_code == 0
    assert Talk.objects.get(key="01-keynote").room.key == "Gallery"


def test_what_only_a_colleague_changed_stays_as_it_is(bring: Bring, series: Path) -> None:
    bring(series)
    change(series / KEYNOTE, "a second look", "theirs")
    write(series, {LAMP: "no front matter any more\n"})
    before = files_of(series)
    assert not export(series).differs
    assert files_of(series) == before


def test_the_same_change_on_both_sides_is_none(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Ours", language="pt")
    change(series / KEYNOTE, '"Fresnel\'s rings: a second look"', "Ours")
    before = (series / KEYNOTE).read_text()
    export(series)
    assert (series / KEYNOTE).read_text() == before.replace(
        "tags: [lenses, history]\n", "tags: [lenses, history]\nlanguage: pt\n"
    )


def test_the_same_field_changed_apart_is_a_conflict_at_its_line(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine", abstract="My words.")
    change(series / KEYNOTE, "a second look", "yours")
    Paper.objects.filter(title="Salt on glass").update(authors="I. Quadros")
    before = files_of(series)
    assert told(series) == [(KEYNOTE, 4, "out-conflict")]
    after = files_of(series)
    assert after[KEYNOTE] == before[KEYNOTE]
    assert b"authors: I. Quadros\n" in after[PAPERS]


def test_somebody_added_on_both_sides_in_other_lists_is_merged(bring: Bring, series: Path) -> None:
    bring(series)
    make_appearance(talk=Talk.objects.get(key="03-lunch"), name="Łucja Żak", affiliation="Gdynia")
    change(series / LUNCH, "location: The quay", "location: The pier")
    export(series)
    text = (series / LUNCH).read_text()
    assert "location: The pier\n" in text
    assert "speaker:\n    name: Łucja Żak\n    affiliation: Gdynia\n" in text


def test_two_peoples_affiliations_are_merged(bring: Bring, series: Path) -> None:
    bring(series)
    Appearance.objects.filter(talk__key="04-panel", name="Maren Østby").update(affiliation="Bodø")
    change(series / PANEL, "名古屋港", "名古屋城")
    before = (series / PANEL).read_text()
    export(series)
    assert (series / PANEL).read_text() == before.replace("Bergen Lamp Works", "Bodø")


def test_a_zone_changed_on_the_site_is_merged_into_a_file_that_names_none(
    bring: Bring, tmp_path: Path
) -> None:
    text = "---\nedition: quito-29\nevent_date: 2029-03-01\n---\n"
    site = write(tmp_path / "site", {"_editions/quito-29.md": text})
    bring(site, timezone="America/Guayaquil")
    Edition.objects.update(timezone="Pacific/Galapagos")
    change(site / "_editions/quito-29.md", "event_date: 2029-03-01", "event_date: 2029-03-02")
    export(site)
    assert (site / "_editions/quito-29.md").read_text() == (
        "---\nedition: quito-29\nevent_date: 2029-03-02\ntimezone: Pacific/Galapagos\n---\n"
    )


# Gone, unreadable, in the way


def test_a_file_that_a_colleague_deleted_is_not_written_again(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine")
    (series / KEYNOTE).unlink()
    (series / LUNCH).unlink()
    assert told(series) == [(KEYNOTE, None, "out-gone")]
    assert not (series / KEYNOTE).exists()
    assert not (series / LUNCH).exists()


def test_a_colleagues_unreadable_file_is_left_alone(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine")
    change(series / KEYNOTE, "title: ", "title: 'no end ")
    before = files_of(series)
    assert told(series) == [(KEYNOTE, None, "out-unreadable")]
    assert files_of(series) == before


def test_nothing_is_written_through_a_link(bring: Bring, series: Path, tmp_path: Path) -> None:
    bring(series)
    mine(title="Mine")
    Talk.objects.filter(key="opening").update(title="Mine")
    real = write(tmp_path / "real", {"opening.md": SERIES["_programs/4-nagoya-28/opening.md"]})
    (series / "_programs/4-nagoya-28/opening.md").unlink()
    (series / "_programs/4-nagoya-28").rmdir()
    (series / "_programs/4-nagoya-28").symlink_to(real)
    (series / KEYNOTE).rename(tmp_path / "keynote.md")
    (series / KEYNOTE).symlink_to(tmp_path / "keynote.md")
    assert told(series) == [
        (KEYNOTE, None, "out-through-link"),
        ("_programs/4-nagoya-28/opening.md", None, "out-through-link"),
    ]
    assert (tmp_path / "keynote.md").read_text() == SERIES[KEYNOTE]
    assert (real / "opening.md").read_text() == SERIES["_programs/4-nagoya-28/opening.md"]


def test_a_folder_or_a_file_in_the_way_is_told(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine")
    (series / KEYNOTE).unlink()
    (series / KEYNOTE).mkdir()
    assert told(series) == [(KEYNOTE, None, "out-refused")]
    write(series / "other", {"_programs": "a file\n"})
    codes = {code for _path, _line, code in told(series / "other")}
    assert codes == {"out-refused"}
    assert (series / "other/_programs").read_text() == "a file\n"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk on which nothing can be brought to safety any more."""

    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    bring: Bring, series: Path, full_disk: None
) -> None:
    bring(series)
    mine(title="Mine")
    Paper.objects.filter(title="Salt on glass").update(authors="I. Quadros")
    before = files_of(series)
    export = export_files()
    export.into_folder(series)
    assert [(one.path, one.code, one.values["reason"]) for one in export.said()] == [
        (path, "out-refused", "No space left on device") for path in (KEYNOTE, PAPERS)
    ]
    assert files_of(series) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere, rights or none")
def test_a_folder_without_rights_is_told(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine")
    folder = (series / KEYNOTE).parent
    folder.chmod(0o555)
    try:
        assert told(series) == [(KEYNOTE, None, "out-refused")]
    finally:
        folder.chmod(0o755)
    assert (series / KEYNOTE).read_text() == SERIES[KEYNOTE]


def test_a_files_rights_stay(bring: Bring, series: Path) -> None:
    bring(series)
    mine(title="Mine")
    (series / KEYNOTE).chmod(0o640)
    export(series)
    assert (series / KEYNOTE).stat().st_mode & 0o777 == 0o640


# Killed

WRITER = """
import sys
from pathlib import Path
from exchange.outgoing import put
folder = Path(sys.argv[1])
print("ready", flush=True)
for turn in range(1000):
    for number in range(20):
        put(folder / f"deep/{number}.md", str(turn % 10).encode() * 200_000)
"""


def test_a_kill_at_any_moment_leaves_every_file_whole(tmp_path: Path) -> None:
    moments = random.Random(9)  # noqa: S311 # the same moments each time
    for round_ in range(8):
        folder = tmp_path / str(round_)
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, folder],
            cwd=Path(outgoing.__file__).parents[1],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(moments.uniform(0.005, 0.15))
            process.kill()
        for path in folder.rglob("*.md"):
            data = path.read_bytes()
            assert (len(data), len(set(data))) == (200_000, 1), path
