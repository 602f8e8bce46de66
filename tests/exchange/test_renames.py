"""Files that move or take another name keep their record, its address, and what both sides agreed on."""

from pathlib import Path

from editions.models import Edition
from exchange.models import Conflict, SourceRecord
from talks.models import Talk
from tests.exchange.series import Bring, change, errors, talk, told, write
from tests.exchange.test_import import counts

HERE = "_programs/3-faro-27"
LAMP = f"{HERE}/05-lamp.md"


def test_a_whole_folder_is_renamed(bring: Bring, series: Path) -> None:
    bring(series)
    before = set(Talk.objects.values_list("pk", "slug", "guid"))
    Talk.objects.filter(key="05-lamp").update(title="Mine")
    (series / HERE).rename(series / "_programs/faro")
    report = bring(series, prune=True)
    assert (report.counts, told(report)) == (counts(unchanged=9), [])
    assert set(Talk.objects.values_list("pk", "slug", "guid")) == before
    change(series / "_programs/faro/05-lamp.md", "One lamp each.", "Two.")
    assert bring(series).counts == counts(updated=1, unchanged=8)
    assert list(Talk.objects.filter(key="05-lamp").values_list("title", "abstract")) == [("Mine", "Two.")]


def test_an_edition_file_is_renamed(bring: Bring, series: Path) -> None:
    bring(series)
    before = Edition.objects.get(key="faro-27").pk
    (series / "_editions/3-faro-27.md").rename(series / "_editions/3-algarve.md")
    write(
        series,
        {
            "assets/images/editions/3-algarve.jpg": (
                series / "assets/images/editions/3-faro-27.jpg"
            ).read_bytes()
        },
    )
    report = bring(series, prune=True)
    assert (report.counts["removed"], told(report), errors(report)) == (0, [], [])
    assert (Edition.objects.get(key="faro-27").pk, Edition.objects.count()) == (before, 2)


def test_a_renumbered_day_keeps_each_record(bring: Bring, series: Path) -> None:
    bring(series)
    before = dict(Talk.objects.values_list("slug", "pk"))
    for number, name in ((5, "lamp"), (4, "panel"), (3, "lunch")):
        (series / HERE / f"0{number}-{name}.md").rename(series / HERE / f"0{number + 1}-{name}.md")
    write(series, {f"{HERE}/03-tea.md": talk("Tea", 1).replace("quito-29", "faro-27")})
    report = bring(series, prune=True)
    assert (report.counts, told(report)) == (counts(created=1, unchanged=9), [])
    after = dict(Talk.objects.values_list("slug", "pk"))
    assert {slug: after[slug] for slug in before} == before


def test_an_open_conflict_goes_with_its_file(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key="05-lamp").update(title="Mine")
    change(series / LAMP, "A lamp for every harbour", "Yours")
    bring(series)
    (series / LAMP).rename(series / HERE / "09-lamp.md")
    report = bring(series)
    assert [path for path, _clash in report.conflicts] == [f"{HERE}/09-lamp.md"]
    assert Conflict.objects.get().base == "A lamp for every harbour"


def test_a_tombstone_goes_with_its_file(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.get(key="05-lamp").delete()
    (series / LAMP).rename(series / HERE / "09-lamp.md")
    assert (bring(series).counts["created"], Talk.objects.filter(edition__key="faro-27").count()) == (0, 4)


def test_a_rename_in_a_frozen_edition_waits_and_is_found_later(bring: Bring, series: Path) -> None:
    bring(series)
    before = Talk.objects.get(key="05-lamp").pk
    Edition.objects.filter(key="faro-27").update(state="frozen")
    (series / LAMP).rename(series / HERE / "09-lamp.md")
    assert bring(series, prune=True).counts == counts(skipped=1, unchanged=8)
    Edition.objects.filter(key="faro-27").update(state="published")
    assert bring(series).counts == counts(unchanged=9)
    assert SourceRecord.objects.get(talk=before).file.path == f"{HERE}/09-lamp.md"


def test_a_gone_file_is_nobodys_twin(bring: Bring, series: Path) -> None:
    """Its place was taken by another file that has its bytes now: the place decides, and nothing is refused."""
    bring(series)
    lunch = Talk.objects.get(key="03-lunch").pk
    (series / HERE / "03-lunch.md").unlink()
    bring(series)
    (series / LAMP).rename(series / HERE / "03-lunch.md")
    report = bring(series)
    assert (errors(report), told(report)) == ([], [(LAMP, None, "file-gone")])
    assert Talk.objects.get(pk=lunch).title == "A lamp for every harbour"


def test_a_moved_file_outside_the_given_paths_is_found(bring: Bring, series: Path) -> None:
    bring(series)
    before = Talk.objects.get(key="05-lamp").pk
    (series / "_programs/late").mkdir()
    (series / LAMP).rename(series / "_programs/late/05-lamp.md")
    report = bring(series / "_programs/late", prune=True)
    assert (report.counts, told(report)) == (counts(unchanged=1), [])
    assert SourceRecord.objects.get(talk=before).file.path == "_programs/late/05-lamp.md"
