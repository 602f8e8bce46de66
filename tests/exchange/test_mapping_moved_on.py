"""Sites in other dialects, out into folders that moved on; zips, patches, checks; beside files of the native one."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from exchange.exporting import export_files
from exchange.models import Conflict
from talks.models import Appearance, Talk
from tests.exchange.exports import lines
from tests.exchange.series import SERIES, Bring, change, files_of, write
from tests.exchange.sites import SITES, OnDisk, dialect_of
from tests.factories import make_talk

KELP, WAVES = "2030/content/sessions/kelp.md", "2030/content/sessions/waves.md"
SAND, SHORE = "2031/content/sessions/sand.md", "2031/content/sessions/shore.md"
ADA = "2030/content/speakers/ada-kelp.md"
SLOTS, SCHEDULE = "data/slots.yml", "data/schedule.yml"
MOSS, FERN = "content/sessions/moss.md", "content/sessions/fern.md"
ROPES, FOG = "_talks/010-ropes.md", "_talks/020-fog.md"
KEYNOTE = "_programs/3-faro-27/01-keynote.md"

Opened = Callable[[str], OnDisk]


@pytest.fixture
def opened(bring: Bring, tmp_path: Path) -> Opened:
    """Puts a site on disk, and imports it."""

    def put(name: str) -> OnDisk:
        mapping, files = SITES[name]
        site = OnDisk(write(tmp_path / name, files), dialect_of(mapping), bring)
        assert site.imported().exit_code == 0
        return site

    return put


def set_talk(key: str, **values: Any) -> None:
    row = Talk.objects.get(key=key)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def move(key: str, start: str, end: str) -> None:
    set_talk(key, starts_at=datetime.fromisoformat(start), ends_at=datetime.fromisoformat(end))


# A folder that moved on


def test_another_value_of_the_same_file_is_merged(opened: Opened) -> None:
    site = opened("pier")
    set_talk("kelp", title="Mine")
    change(site.folder / KELP, "length: 45", "length: 50 # longer")
    before = files_of(site.folder)
    written = export_files().into_folder(site.folder)
    assert {path for path, action in written.actions.items() if action == "merged"} == {KELP}
    assert lines(before, files_of(site.folder)) == {KELP: ["-title: Kelp at night", "+title: Mine"]}
    assert site.imported().exit_code == 0
    assert str(Talk.objects.get(key="kelp").ends_at) == "2030-05-07 10:05:00"


def test_what_only_a_colleague_changed_stays(opened: Opened) -> None:
    site = opened("pier")
    change(site.folder / KELP, "Kelp at night", "Theirs")
    change(site.folder / ADA, "Kelp & Co", "Theirs")
    write(site.folder, {SAND: "no front matter\n"})
    (site.folder / SHORE).unlink()
    before = files_of(site.folder)
    assert site.told() == []
    assert files_of(site.folder) == before


def test_the_same_value_changed_apart_is_told_and_stays(opened: Opened) -> None:
    site = opened("pier")
    set_talk("kelp", title="Mine")
    set_talk("waves", title="Mine too")
    change(site.folder / KELP, "Kelp at night", "Theirs")
    before = files_of(site.folder)
    assert site.told() == [(KELP, "title")]
    assert lines(before, files_of(site.folder)) == {WAVES: ["-title: Waves", "+title: Mine too"]}


def test_the_same_change_on_both_sides_is_none(opened: Opened) -> None:
    site = opened("pier")
    set_talk("kelp", title="Both", level="deep")
    change(site.folder / KELP, "Kelp at night", "Both")
    before = files_of(site.folder)
    assert site.told() == []
    assert lines(before, files_of(site.folder)) == {KELP: ["+level: deep"]}


def test_a_file_that_was_deleted_is_not_made_again(opened: Opened) -> None:
    site = opened("pier")
    set_talk("kelp", title="Mine")
    (site.folder / KELP).unlink()
    (site.folder / WAVES).unlink()
    assert site.told() == [(KELP, "out-gone")]
    assert not (site.folder / KELP).exists()


def test_a_file_that_cannot_be_read_is_left_alone(opened: Opened) -> None:
    site = opened("pier")
    set_talk("kelp", title="Mine")
    write(site.folder, {KELP: "---\ntitle: [\n---\n"})
    before = files_of(site.folder)
    assert site.told() == [(KELP, "out-unreadable")]
    assert files_of(site.folder) == before


def test_a_row_put_in_above_is_not_taken_for_the_one_that_was_there(opened: Opened) -> None:
    site = opened("isle")
    move("moss", "2032-02-03T11:15", "2032-02-03T12:00")
    change(site.folder / SLOTS, "- key: s3\n", '- key: s2\n  start: "11:00"\n  duration: 45\n- key: s3\n')
    change(site.folder / SLOTS, "duration: 60", "duration: 90")
    before = files_of(site.folder)
    assert site.told() == []
    assert lines(before, files_of(site.folder)) == {SLOTS: ['-  start: "11:00"', '+  start: "11:15"']}
    assert (site.folder / SLOTS).read_text().count('- key: s3\n  start: "11:15"') == 1


def test_a_slot_that_a_colleague_gave_to_another_talk_is_left_alone(opened: Opened) -> None:
    site = opened("isle")
    move("moss", "2032-02-03T11:15", "2032-02-03T12:00")
    change(site.folder / SCHEDULE, "{slot: s1, talk: kauri}", "{slot: s3, talk: kauri}")
    before = files_of(site.folder)
    assert site.told() == [(MOSS, "ends_at"), (MOSS, "starts_at")]
    assert files_of(site.folder) == before


def test_somebody_put_in_above_is_not_taken_for_the_one_that_was_there(opened: Opened) -> None:
    site = opened("quay")
    Appearance.objects.filter(name="Сергей Якорь").update(affiliation="Док")
    set_talk("FOG22", title="Ours")
    change(site.folder / ROPES, "  - name: Jette", "  - name: Ines Tau\n    company: Порт\n  - name: Jette")
    before = files_of(site.folder)
    assert site.told() == [(ROPES, "appearances")]
    assert list(lines(before, files_of(site.folder))) == [FOG]


def test_a_persons_file_changed_apart_is_told_and_stays(opened: Opened) -> None:
    site = opened("pier")
    for one in Appearance.objects.filter(name="Ada Kelp", talk__edition__key="2030"):
        one.affiliation = "Mine"
        one.save()
    set_talk("sand", title="Sands")
    change(site.folder / ADA, "Kelp & Co", "Theirs")
    before = files_of(site.folder)
    assert site.told() == [(KELP, "speakers.0.affiliation"), (WAVES, "speakers.0.affiliation")]
    assert lines(before, files_of(site.folder)) == {SAND: ['-title = "Sand"', '+title = "Sands"']}


def test_a_talk_deleted_here_and_changed_there_stays(opened: Opened) -> None:
    site = opened("quay")
    Talk.objects.filter(key__in=("ROPES1", "FOG22")).delete()
    change(site.folder / FOG, "Fog, seen", "Fog")
    assert site.told() == [(FOG, "out-deleted")]
    assert not (site.folder / ROPES).exists()
    assert (site.folder / FOG).exists()


def test_a_new_talks_place_that_is_taken_is_left_alone(opened: Opened) -> None:
    site = opened("quay")
    row = Talk.objects.get(key="ROPES1")
    make_talk(edition=row.edition, type=row.type, key="neu")
    write(site.folder, {"_talks/neu.md": "---\ntitle: Theirs\n---\n"})
    assert site.told() == [("_talks/neu.md", "out-taken")]
    assert "Theirs" in (site.folder / "_talks/neu.md").read_text()


# Conflicts, parts, other forms


def test_in_an_open_conflict_the_file_keeps_its_value(opened: Opened) -> None:
    site = opened("pier")
    set_talk("kelp", title="Mine", level="deep")
    change(site.folder / KELP, "Kelp at night", "Theirs")
    assert site.imported().exit_code == 1
    assert [one.field for one in Conflict.objects.all()] == ["title"]
    before = files_of(site.folder)
    assert site.told() == []
    assert lines(before, files_of(site.folder)) == {KELP: ["+level: deep"]}


def test_one_edition_goes_out_alone(opened: Opened, tmp_path: Path) -> None:
    site = opened("pier")
    set_talk("kelp", title="Mine")
    set_talk("sand", title="Not yet")
    before = files_of(site.folder)
    found = export_files("2030")
    found.into_folder(site.folder)
    assert found.said() == []
    assert lines(before, files_of(site.folder)) == {KELP: ["-title: Kelp at night", "+title: Mine"]}
    assert {path.partition("/")[0] for path in files_of_export("2030")} == {"2030"}


def files_of_export(edition: str) -> list[str]:
    return [one.path for one in export_files(edition).files]


def test_a_value_shared_with_another_edition_is_not_changed_for_one(bring: Bring, tmp_path: Path) -> None:
    mapping, files = SITES["pier"]
    mapping = mapping.replace('"*/content/speakers/*.md"', "people/*.md").replace(
        "edition: $dir1", "edition: year"
    )
    talks = {
        f"{year}/content/sessions/{year}.md": f"---\nyear: '{year}'\ntitle: {year}\nhost: ada-kelp\n---\nX.\n"
        for year in ("2030", "2031")
    }
    people = {"people/ada-kelp.md": files["2031/content/speakers/ada-kelp.md"]}
    site = OnDisk(write(tmp_path / "site", {**talks, **people}), dialect_of(mapping), bring)
    assert site.imported().exit_code == 0
    Appearance.objects.filter(talk__edition__key="2031").update(affiliation="Mine")
    before = files_of(site.folder)
    found = export_files("2031")
    found.into_folder(site.folder)
    assert [one.values["key"] for one in found.said()] == ["host.affiliation"]
    assert files_of(site.folder) == before
    Appearance.objects.update(affiliation="Mine")
    found = export_files("2031")
    found.into_folder(site.folder)
    assert found.said() == []
    assert lines(before, files_of(site.folder)) == {
        "people/ada-kelp.md": ['-company = "Kelp Ltd" # since March', '+company = "Mine" # since March']
    }


def test_a_zip_holds_what_a_folder_gets(opened: Opened, tmp_path: Path) -> None:
    opened("quay")
    set_talk("FOG22", title="Ours")
    out = tmp_path / "out"
    export_files().into_folder(out)
    with zipfile.ZipFile(io.BytesIO(export_files().as_zip())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files_of(out)


def test_a_patch_brings_the_imported_tree_to_what_a_folder_gets(opened: Opened, tmp_path: Path) -> None:
    site = opened("isle")
    tree = tmp_path / "tree"
    shutil.copytree(site.folder, tree)
    move("moss", "2032-02-03T11:15", "2032-02-03T12:00")
    set_talk("fern", title="Fern: new", abstract="Unrolls\r\nslowly.")
    (tmp_path / "site.patch").write_bytes(export_files().as_patch())
    subprocess.run(["git", "apply", str(tmp_path / "site.patch")], cwd=tree, check=True)
    assert site.told() == []
    assert files_of(tree) == files_of(site.folder)


def test_the_command_tells_and_checks(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    site = opened("isle")
    set_talk("fern", title="Ferns")
    move("kauri", "2032-02-03T09:15", "2032-02-03T09:45")
    before = files_of(site.folder)
    with pytest.raises(SystemExit) as left:
        call_command("export_talks", str(site.folder), "--check")
    assert left.value.code == 1
    assert "+title: Ferns" in capsys.readouterr().out
    assert files_of(site.folder) == before
    with pytest.raises(SystemExit) as left:
        call_command("export_talks", str(site.folder))
    said = capsys.readouterr().err
    assert left.value.code == 1
    assert f"{site.folder}/content/sessions/kauri.md: error: starts_at could not be written" in said
    assert list(lines(before, files_of(site.folder))) == ["content/sessions/fern.md"]


def test_native_files_and_a_mapped_folder_go_out_each_by_its_own_dialect(
    bring: Bring, tmp_path: Path
) -> None:
    mapping, files = SITES["quay"]
    root = write(tmp_path / "root", {**SERIES, **files})
    bring(root / "_editions", root / "_programs", root / "_organizers", root=root)
    site = OnDisk(root, dialect_of(mapping), bring)
    assert bring(root, root=root, dialect=site.dialect, new_editions=True).exit_code == 0
    set_talk("ROPES1", title="Ropes")
    set_talk("01-keynote", title="Rings")
    before = files_of(root)
    assert site.told() == []
    assert lines(before, files_of(root)) == {
        ROPES: ['-title: "Ropes &amp; knots"', '+title: "Ropes"'],
        KEYNOTE: ['-title: "Fresnel\'s rings: a second look"', '+title: "Rings"'],
    }


# Several sites, deletions, what the command says


def test_of_two_mapped_sites_each_folder_gets_its_own(opened: Opened, tmp_path: Path) -> None:
    isle, quay = opened("isle"), opened("quay")
    set_talk("fern", title="Ferns", state="cancelled")
    set_talk("ROPES1", title="Ropes")
    set_talk("030-lunch", type=Talk.objects.get(key="ROPES1").type)
    before = {one.folder: files_of(one.folder) for one in (isle, quay)}
    said = {}
    for site in (isle, quay):
        found = export_files()
        found.into_folder(site.folder)
        said[site.folder] = [(one.path, one.code, one.values.get("site")) for one in found.said()]
    assert said == {
        isle.folder: [("_talks/010-ropes.md", "out-other-site", "quay"), (FERN, "out-no-word", None)],
        quay.folder: [
            ("_talks/030-lunch.md", "out-field-not-written", None),
            (FERN, "out-other-site", "isle"),
        ],
    }
    assert list(lines(before[isle.folder], files_of(isle.folder))) == [FERN]
    assert list(lines(before[quay.folder], files_of(quay.folder))) == [ROPES]
    export_files().into_folder(tmp_path / "both")
    assert {FERN, ROPES} <= set(files_of(tmp_path / "both"))


def test_a_native_folder_and_a_mapped_one_are_kept_apart(
    opened: Opened, bring: Bring, tmp_path: Path
) -> None:
    site = opened("pier")
    native = write(tmp_path / "native", SERIES)
    assert bring(native).exit_code == 0
    set_talk("kelp", title="Mine")
    set_talk("01-keynote", title="Rings")
    before = {one: files_of(one) for one in (site.folder, native)}
    found = export_files()
    found.into_folder(site.folder)
    assert [one.code for one in found.said()] == ["out-no-native"]
    found = export_files()
    found.into_folder(native)
    assert [(one.code, one.values) for one in found.said()] == [
        ("out-other-site", {"site": "pier", "count": 10})
    ]
    assert list(lines(before[site.folder], files_of(site.folder))) == [KELP]
    assert list(lines(before[native], files_of(native))) == [KEYNOTE]


@pytest.mark.parametrize("name", ["quay", "native"])
def test_of_a_file_that_went_with_its_deleted_record_nothing_is_said(
    name: str, opened: Opened, bring: Bring, tmp_path: Path
) -> None:
    if name == "native":
        folder = write(tmp_path / "native", SERIES)
        assert bring(folder).exit_code == 0
        again, key, path = partial(bring, folder), "01-keynote", KEYNOTE
    else:
        site = opened(name)
        folder, again, key, path = site.folder, partial(site.imported), "ROPES1", ROPES
    Talk.objects.get(key=key).delete()
    written = export_files().into_folder(folder)
    assert written.actions[path] == "deleted"
    for _time in range(3):
        report = again()
        assert [one.code for one in report.problems if one.path == path] == []
        assert (report.exit_code, Talk.objects.filter(key=key).exists()) == (0, False)
    assert export_files().into_folder(folder).differs is False


def test_the_row_of_a_deleted_talk_is_told(opened: Opened) -> None:
    site = opened("isle")
    Talk.objects.filter(key="kauri").delete()
    found = export_files()
    found.into_folder(site.folder)
    assert [(one.path, str(one.level), one.code, one.values) for one in found.said()] == [
        ("content/sessions/kauri.md", "info", "out-row-stays", {"file": SCHEDULE})
    ]


def test_a_check_tells_what_the_files_have_no_word_for(
    opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    site = opened("pier")
    set_talk("kelp", state="cancelled", language="en")
    call_command("export_talks", str(site.folder), "--check")
    said = capsys.readouterr()
    assert said.out == ""
    assert "warning: on the site it is language en, cancelled: the mapping has no word for these" in said.err


TITLED = """\
source: titled
timezone: Asia/Tokyo
edition: {const: "2035"}
talks: {files: talks/*.md, key: $stem, set: {title: title, abstract: $body}}
schedule:
  {file: data/when.yml, rows: "*", talk: talk, match: title, set: {start: start, minutes: minutes, room: room}}
"""


def titled(bring: Bring, root: Path, count: int) -> OnDisk:
    files = {f"talks/t{at:02}.md": f"---\ntitle: Talk {at:02}\n---\nWords.\n" for at in range(count)}
    rows = (f"- talk: Talk {at:02}\n  start: 2035-02-03 {at:02}:00\n  minutes: 30\n" for at in range(count))
    site = OnDisk(write(root, {**files, "data/when.yml": "".join(rows)}), dialect_of(TITLED), bring)
    assert site.imported().exit_code == 0
    return site


def test_a_title_by_which_the_schedule_knows_its_talk_changes_in_both(bring: Bring, tmp_path: Path) -> None:
    site = titled(bring, tmp_path / "titled", 3)
    set_talk("t01", title="潮: 二")
    assert site.goes_out() == {
        "data/when.yml": ["-- talk: Talk 01", "+- talk: '潮: 二'"],
        "talks/t01.md": ["-title: Talk 01", "+title: '潮: 二'"],
    }


def test_titles_change_places(bring: Bring, tmp_path: Path) -> None:
    site = titled(bring, tmp_path / "titled", 4)
    set_talk("t01", title="Talk 02")
    set_talk("t02", title="Talk 01")
    assert list(site.goes_out()) == ["data/when.yml", "talks/t01.md", "talks/t02.md"]


def test_a_title_that_another_talk_has_is_refused_and_the_rest_is_written(
    bring: Bring, tmp_path: Path
) -> None:
    site = titled(bring, tmp_path / "titled", 9)
    for at in range(9):
        set_talk(
            f"t{at:02}", title="Talk 08" if at == 1 else f"New {at}" if at in (3, 5) else f"Talk {at:02}"
        )
    assert sorted(site.goes_out(("talks/t01.md", "title"))) == [
        "data/when.yml",
        "talks/t03.md",
        "talks/t05.md",
    ]
