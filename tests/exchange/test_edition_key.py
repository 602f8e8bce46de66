"""An edition whose key was changed on the site: its own file says so too, and comes in again as what it was."""

from pathlib import Path

import pytest
from django.apps import apps

from editions.models import CommitteeMember, Edition, Room
from exchange.models import Conflict, SourceRecord
from talks.models import Talk
from tests.exchange.exports import Lines, export, lines, told
from tests.exchange.series import SERIES, SOURCES, Bring, change, errors, files_of, tables, write
from tests.exchange.series import talk as talk_file

FARO = "_editions/3-faro-27.md"
KEYNOTE = "_programs/3-faro-27/01-keynote.md"
LUNCH = "_programs/3-faro-27/03-lunch.md"
LINE = ["-edition: faro-27", "+edition: algarve-27"]
OF_FARO = sorted(
    path for path, data in SERIES.items() if path.startswith("_") and "edition: faro-27" in str(data)
)
ROSTER = "_programs/speakers/3-faro-27.md"
# Looked for where the edition's key says.
MOVED = {
    "assets/docs/algarve-27/rings.pdf": SERIES["assets/docs/faro-27/rings.pdf"],
    "assets/docs/algarve-27/salt.pdf": SERIES["assets/docs/faro-27/salt.pdf"],
    "assets/images/speakers/algarve-27/ostby.jpg": SERIES["assets/images/speakers/faro-27/ostby.jpg"],
}


def texts(folder: Path) -> dict[str, bytes]:
    """The front-matter files of a folder."""
    return {path: data for path, data in files_of(folder).items() if path.endswith((".md", ".html"))}


def goes_out(bring: Bring, site: Path) -> Lines:
    """Export into the folder that was imported; the lines that changed. It comes in as a run with nothing to do."""
    before = texts(site)
    export(site)
    report = bring(site)
    came = (report.clashes(), report.items(), report.exit_code)
    assert came == ([], [], 0), came
    assert not export(site).differs
    return lines(before, texts(site))


def rename(old: str = "faro-27", new: str = "algarve-27") -> None:
    edition = Edition.objects.get(key=old)
    edition.key = new
    edition.full_clean()
    edition.save()


def programme() -> list[tuple[object, ...]]:
    """What the site says, by keys."""
    return [
        *Edition.objects.order_by("key").values_list(
            "key", "number", "title", "timezone", "notice", "banner"
        ),
        *Talk.objects.order_by("key").values_list(
            "edition__key", "key", "slug", "title", "room__key", "abstract", "slides_file"
        ),
        *CommitteeMember.objects.order_by("name").values_list("edition__key", "name"),
    ]


def empty() -> None:
    """Take every row of ours out of the database."""
    for name in SOURCES:
        for model in apps.get_app_config(name).get_models():
            model._base_manager.all()._raw_delete("default")
    assert not any(tables().values())


def test_its_own_file_and_those_of_its_talks_say_the_new_key(bring: Bring, series: Path) -> None:
    bring(series)
    rename()
    before = programme()
    found = goes_out(bring, series)
    assert found == {path: LINE for path in OF_FARO if path != ROSTER}
    assert FARO in OF_FARO
    assert {path: data for path, data in files_of(series).items() if path in MOVED} == MOVED
    assert programme() == before
    record = SourceRecord.objects.get(kind="edition", file__path=FARO)
    assert (record.key, record.edition_key, record.agreed["edition"]) == ("algarve-27",) * 3
    assert record.edition == Edition.objects.get(key="algarve-27")
    assert Conflict.objects.count() == 0
    rows = tables()
    bring(series)
    assert tables() == rows


def test_into_an_empty_database_it_comes_the_same(bring: Bring, series: Path, tmp_path: Path) -> None:
    bring(series)
    rename()
    before = programme()
    export(tmp_path / "out")
    empty()
    report = bring(tmp_path / "out", timezone="Europe/Lisbon")
    assert (errors(report), report.clashes(), programme() == before) == ([], [], True)
    assert not export(tmp_path / "out").differs


def test_the_old_files_may_come_again_before_the_new_ones(bring: Bring, series: Path, tmp_path: Path) -> None:
    """Nobody has committed the export yet, and a colleague edits on: the site's key stays."""
    bring(series)
    rename()
    change(series / KEYNOTE, "a second look", "a third look")
    report = bring(series)
    assert (errors(report), report.clashes(), [one["path"] for one in report.items()]) == ([], [], [KEYNOTE])
    change(series / FARO, "Bring a **coat**.", "Bring a **hat**.")
    change(series / LUNCH, "The quay", "The mole")
    report = bring(series)
    assert (report.clashes(), report.counts["created"], report.counts["updated"]) == ([], 0, 2)
    assert list(Edition.objects.order_by("key").values_list("key", "notice")) == [
        ("algarve-27", "Bring a **hat**."),
        ("nagoya-28", "<p>Doors open at <em>eight</em>.</p>"),
    ]
    assert set(Talk.objects.values_list("edition__key", flat=True)) == {"algarve-27", "nagoya-28"}
    assert goes_out(bring, series)[FARO] == LINE


def test_a_new_file_under_the_old_key_is_an_error(bring: Bring, series: Path) -> None:
    """The edition's own file comes along, still with the old key: that makes no edition."""
    bring(series)
    rename()
    new = "_programs/3-faro-27/06-new.md"
    write(series, {new: talk_file().replace("quito-29", "faro-27").replace("2029-03", "2027-06")})
    change(series / FARO, "coat", "hat")
    before = tables()
    report = bring(series)
    assert (errors(report), tables() == before) == ([(new, 2, "edition-unknown")], True)


def test_both_sides_gave_it_the_same_key(bring: Bring, series: Path) -> None:
    bring(series)
    rename()
    for path in OF_FARO:
        change(series / path, "edition: faro-27", "edition: algarve-27")
    report = bring(series)
    assert (errors(report), report.clashes(), report.counts["created"]) == ([], [], 0)
    assert Edition.objects.count() == 2
    assert goes_out(bring, series) == {}


def test_a_file_that_takes_up_another_edition_makes_a_new_one(bring: Bring, series: Path) -> None:
    """A key that only the file has changed is another edition: nobody's page changes its address by a copy."""
    bring(series)
    change(series / FARO, "edition: faro-27", "edition: lagos-29")
    assert bring(series).counts["created"] == 1
    assert list(Edition.objects.order_by("key").values_list("key", flat=True)) == [
        "faro-27", "lagos-29", "nagoya-28",
    ]  # fmt: skip


def test_one_edition_is_exported_under_its_new_key(bring: Bring, series: Path) -> None:
    write(series, {"_organizers/2-dym.md": "---\nedition: faro-27\nname: Анна Дым\n---\n"})
    bring(series)
    rename()
    before = texts(series)
    export(series, "algarve-27")
    assert [*lines(before, texts(series))] == sorted(
        ["_organizers/2-dym.md", *(path for path in OF_FARO if path != ROSTER)]
    )


def test_a_frozen_edition_that_had_been_renamed(bring: Bring, series: Path) -> None:
    """Its files say the new key, and an import of them leaves all that is frozen alone."""
    bring(series)
    rename()
    Edition.objects.filter(key="algarve-27").update(state=Edition.State.FROZEN)
    before = programme()
    export(series)
    assert b"edition: algarve-27\n" in (series / FARO).read_bytes()
    report = bring(series)
    counts = {name: count for name, count in report.counts.items() if count}
    assert (report.exit_code, counts) == (0, {"unchanged": 3, "skipped": 6})
    assert programme() == before
    Edition.objects.filter(key="algarve-27").update(state=Edition.State.PUBLISHED)
    report = bring(series)
    assert (report.items(), report.clashes(), report.exit_code) == ([], [], 0)
    assert not export(series).differs


def test_another_frozen_edition_is_not_touched(bring: Bring, series: Path) -> None:
    bring(series)
    Edition.objects.filter(key="nagoya-28").update(state=Edition.State.FROZEN)
    rename()
    found = goes_out(bring, series)
    assert not [path for path in found if "nagoya" in path]


def test_a_file_without_its_key_gets_one(bring: Bring, tmp_path: Path) -> None:
    site = write(tmp_path / "site", {
        "_editions/one.md": "---\nevent_date: 2030-01-02\n---\n",
        "_programs/one/a.md": talk_file().replace("edition: quito-29\n", ""),
    })  # fmt: skip
    bring(site, default_edition="quito-29", timezone="America/Guayaquil")
    rename("quito-29", "cuenca-29")
    found = goes_out(bring, site)
    assert {path: words[0] for path, words in found.items()} == {
        "_editions/one.md": "+edition: cuenca-29",
        "_programs/one/a.md": "+edition: cuenca-29",
    }


@pytest.mark.parametrize(
    "words", ["edition: 'faro-27' # the third", 'edition:   "faro-27"', "edition: faro-27"]
)
def test_the_line_stays_as_it_is_written(bring: Bring, series: Path, words: str) -> None:
    change(series / FARO, "edition: faro-27", words)
    bring(series)
    rename()
    assert goes_out(bring, series)[FARO] == ["-" + words, "+" + words.replace("faro-27", "algarve-27")]


def test_a_folder_that_moved_on_is_merged_with_the_new_key(bring: Bring, series: Path) -> None:
    bring(series)
    rename()
    change(series / FARO, "Bring a **coat**.", "Bring a **hat**.")
    assert told(series) == []
    text = (series / FARO).read_bytes().decode()
    assert "edition: algarve-27\n" in text
    assert "Bring a **hat**." in text
    assert bring(series).clashes() == []
    assert Edition.objects.get(key="algarve-27").notice == "Bring a **hat**."


def test_what_was_imported_before_the_key_was_kept(bring: Bring, series: Path) -> None:
    """Records of an earlier Lectern do not tell the edition's key among what was agreed."""
    bring(series)
    record = SourceRecord.objects.get(kind="edition", file__path=FARO)
    del record.agreed["edition"]
    record.save()
    rename()
    change(series / FARO, "Bring a **coat**.", "Bring a **hat**.")
    assert (bring(series).clashes(), Edition.objects.filter(key="algarve-27").count()) == ([], 1)
    assert goes_out(bring, series)[FARO] == LINE


def test_a_room_stays_with_its_edition(bring: Bring, series: Path) -> None:
    bring(series)
    rename()
    rooms = list(Room.objects.order_by("pk").values_list("pk", "key"))
    goes_out(bring, series)
    assert list(Room.objects.order_by("pk").values_list("pk", "key")) == rooms
