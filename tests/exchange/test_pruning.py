"""Less than all: one edition only, without the files that have errors, and what gone files leave behind."""

import io
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from editions.models import CommitteeMember, Edition, Page, Room
from exchange.models import SourceFile
from exchange.problems import Level
from history.models import Change, Deletion
from talks.models import Appearance, Notice, Talk
from tests.exchange.series import SERIES, Bring, change, errors, tables, talk, told, write
from tests.exchange.test_import import counts

HERE = "_programs/3-faro-27"
LUNCH = f"{HERE}/03-lunch.md"
LAMP = f"{HERE}/05-lamp.md"
OPENING = "_programs/4-nagoya-28/opening.md"
BAD = talk("Bad").replace("quito-29", "faro-27").replace("10:00", "25:61")


# Only one edition


def test_only_one_edition_comes_in(bring: Bring, series: Path) -> None:
    report = bring(series, edition="nagoya-28")
    assert (report.exit_code, report.counts, errors(report)) == (0, counts(created=2), [])
    assert list(Edition.objects.values_list("key", flat=True)) == ["nagoya-28"]
    assert list(Talk.objects.values_list("key", flat=True)) == ["opening"]
    assert bring(series, edition="nagoya-28").counts == counts(unchanged=2)
    assert bring(series).counts == counts(created=7, unchanged=2)


def test_files_of_other_editions_are_neither_read_nor_gone(bring: Bring, series: Path) -> None:
    bring(series)
    (series / LUNCH).unlink()
    change(series / LAMP, "One lamp each.", "Two.")
    write(series, {f"{HERE}/09-bad.md": BAD})
    change(series / OPENING, "灯りの歴史", "灯の歴史")
    report = bring(series, edition="nagoya-28")
    assert (report.counts, report.problems) == (counts(updated=1, unchanged=1), [])
    assert Talk.objects.get(key="05-lamp").abstract == "One lamp each."
    assert told(bring(series, edition="faro-27", dry_run=True)) == [(LUNCH, None, "file-gone")]


def test_an_edition_that_nobody_knows_is_an_error(bring: Bring, series: Path) -> None:
    report = bring(series, edition="faro-72")
    (problem,) = [one for one in report.problems if one.level is Level.ERROR]
    assert (problem.path, problem.code) == (str(series), "edition-wanted-unknown")
    assert problem.values == {"edition": "faro-72", "known": "faro-27, nagoya-28"}
    assert (report.exit_code, Edition.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_what_cannot_be_a_key_is_a_wrong_option(series: Path) -> None:
    with pytest.raises(CommandError, match="--edition") as refused:
        call_command("import_talks", str(series), edition="no key")
    assert refused.value.returncode == 2


# Without the files that have errors


def test_files_with_errors_are_left_out_and_the_others_taken(bring: Bring, series: Path) -> None:
    write(series, {f"{HERE}/08-empty.md": "", f"{HERE}/09-bad.md": BAD})
    report = bring(series, keep_going=True)
    assert (report.exit_code, report.ok, report.counts) == (1, False, counts(created=9, refused=2))
    assert [path for path, _line, _code in errors(report)] == [f"{HERE}/08-empty.md", f"{HERE}/09-bad.md"]
    before = tables()
    again = bring(series, keep_going=True)
    assert (again.exit_code, again.run, tables() == before) == (1, None, True)
    write(series, {f"{HERE}/09-bad.md": BAD.replace("25:61", "10:00")})
    assert bring(series, keep_going=True).counts == counts(created=1, unchanged=9, refused=1)


def test_a_known_file_that_has_an_error_now_keeps_what_it_brought(bring: Bring, series: Path) -> None:
    bring(series)
    change(series / LAMP, "2027-06-15 09:30:00", "2027-06-15 29:30:00")
    change(series / LUNCH, "The quay", "The pier")
    report = bring(series, keep_going=True)
    assert (report.counts, told(report)) == (counts(updated=1, unchanged=7, refused=1), [])
    assert Talk.objects.get(key="05-lamp").ends_at.hour == 9


def test_an_edition_with_errors_keeps_its_talks_out(bring: Bring, series: Path) -> None:
    change(series / "_editions/3-faro-27.md", "event_date: 2027-06-14", "event_date: 2027-06-34")
    report = bring(series, keep_going=True, new_editions=True)
    assert list(Edition.objects.values_list("key", flat=True)) == ["nagoya-28"]
    assert list(Talk.objects.values_list("key", flat=True)) == ["opening"]
    assert {code for path, _line, code in errors(report) if path.startswith(HERE)} == {"edition-broken"}


def test_an_edition_that_cannot_be_read_is_not_made_from_its_talks(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {"_editions/1-quito-29.md": "no front matter", "_programs/a.md": talk()})
    report = bring(tmp_path, keep_going=True)
    assert (Edition.objects.count(), Talk.objects.count()) == (0, 0)
    assert [code for _path, _line, code in errors(report)] == ["opening-fence-missing", "edition-unknown"]


def test_a_bad_picture_keeps_out_each_file_that_names_it(bring: Bring, series: Path) -> None:
    write(series, {
        "assets/images/speakers/faro-27/bad.jpg": b"no picture",
        f"{HERE}/07-a.md": talk("A", 1, speaker="{name: Ana, avatar: bad.jpg}").replace("quito-29", "faro-27"),
        f"{HERE}/08-b.md": talk("B", 2, speaker="{name: Ben, avatar: bad.jpg}").replace("quito-29", "faro-27"),
    })  # fmt: skip
    report = bring(series, keep_going=True)
    assert [path for path, _line, _code in errors(report)] == [f"{HERE}/07-a.md", f"{HERE}/08-b.md"]
    assert report.counts == counts(created=9, refused=2)


# What gone files leave behind


def test_pruning_removes_what_a_gone_file_had_made(bring: Bring, series: Path) -> None:
    bring(series)
    for path in (LUNCH, f"{HERE}/04-panel.md", "_organizers/1-quadros.md", "_programs/speakers/3-faro-27.md"):
        (series / path).unlink()
    dry = bring(series, prune=True, dry_run=True)
    assert (dry.counts, Talk.objects.count()) == (counts(removed=3, unchanged=6), 6)
    report = bring(series, prune=True)
    assert (report.exit_code, report.counts, told(report)) == (0, counts(removed=3, unchanged=6), [])
    assert [(one["action"], one["kind"], one["key"]) for one in report.items()] == [
        ("removed", "talk", "03-lunch"),
        ("removed", "talk", "04-panel"),
        ("removed", "member", "1-quadros"),
    ]
    assert set(Talk.objects.values_list("key", flat=True)) == {
        "01-keynote",
        "02-papers",
        "05-lamp",
        "opening",
    }
    assert not CommitteeMember.objects.exists()
    before = tables()
    assert (bring(series, prune=True).problems, tables() == before) == (bring(series).problems, True)


def test_what_was_pruned_can_be_undone_and_comes_again_with_its_file(bring: Bring, series: Path) -> None:
    bring(series)
    lunch, panel = (series / LUNCH).read_bytes(), Talk.objects.get(key="04-panel").pk
    (series / LUNCH).unlink()
    (series / f"{HERE}/04-panel.md").unlink()
    report = bring(series, prune=True)
    gone = Change.objects.filter(run=report.run, action="deleted")
    assert set(gone.filter(kind="talks.talk").values_list("label", flat=True)) >= {"Who keeps the light?"}
    assert gone.filter(kind="talks.appearance").count() == 4
    kept = Deletion.objects.get(change__kind="talks.talk", change__key=str(panel))
    assert kept.row["title"] == "Who keeps the light?"
    write(series, {LUNCH: lunch})
    assert bring(series).counts == counts(created=1, unchanged=7)


@pytest.mark.parametrize("edit", ["title", "abstract", "speaker", "site's own", "notice"])
def test_what_the_site_has_changed_since_stays(bring: Bring, series: Path, edit: str) -> None:
    bring(series)
    lamp = Talk.objects.get(key="05-lamp")
    if edit == "speaker":
        Appearance.objects.filter(talk=lamp).update(affiliation="Faro Port")
    elif edit == "notice":
        Notice.objects.create(edition=lamp.edition, talk=lamp, text="Moved")
    else:
        name = "recording" if edit == "site's own" else edit
        lamp_value = {"title": "Lamps", "abstract": "Mine.", "recording": "no"}[name]
        Talk.objects.filter(pk=lamp.pk).update(**{name: lamp_value})
    (series / LAMP).unlink()
    report = bring(series, prune=True)
    code = "file-gone-in-use" if edit == "notice" else "file-gone-changed"
    assert (report.counts, told(report)) == (counts(unchanged=8), [(LAMP, None, code)])
    assert Talk.objects.filter(pk=lamp.pk).exists()
    before = tables()
    assert (told(bring(series, prune=True)), tables() == before) == (told(report), True)


def test_a_frozen_edition_loses_nothing(bring: Bring, series: Path) -> None:
    bring(series)
    Edition.objects.filter(key="faro-27").update(state="frozen")
    (series / LUNCH).unlink()
    report = bring(series, prune=True)
    assert (report.counts, told(report, Level.INFO)) == (
        counts(skipped=1, unchanged=8),
        [(LUNCH, None, "edition-frozen")],
    )
    assert Talk.objects.filter(key="03-lunch").exists()


def test_only_what_lies_below_the_paths_is_pruned(bring: Bring, series: Path) -> None:
    bring(series)
    (series / LUNCH).unlink()
    (series / OPENING).unlink()
    assert bring(series / "_editions", prune=True).counts["removed"] == 0
    assert bring(series / "_programs/4-nagoya-28", prune=True).counts["removed"] == 1
    assert bring(series, prune=True, edition="nagoya-28").counts["removed"] == 0
    assert Talk.objects.filter(key="03-lunch").exists()
    assert bring(series, prune=True, edition="faro-27").counts["removed"] == 1


def test_an_edition_goes_only_with_all_that_stands_in_it(bring: Bring, series: Path) -> None:
    bring(series)
    nagoya = "_editions/4-nagoya-28.html"
    (series / nagoya).unlink()
    assert told(bring(series, prune=True)) == [(nagoya, None, "file-gone-in-use")]
    page = Page.objects.create(edition=Edition.objects.get(key="nagoya-28"), slug="way", title="道")
    (series / OPENING).unlink()
    report = bring(series, prune=True)
    assert (report.counts["removed"], told(report)) == (1, [(nagoya, None, "file-gone-in-use")])
    page.delete()
    Change.objects.filter(kind="editions.page").delete()
    assert bring(series, prune=True).counts["removed"] == 1
    assert list(Edition.objects.values_list("key", flat=True)) == ["faro-27"]
    assert not Room.objects.filter(edition__key="nagoya-28").exists()


def test_a_renamed_file_with_an_error_is_not_taken_for_gone(bring: Bring, series: Path) -> None:
    bring(series)
    (series / LAMP).rename(series / HERE / "06-lamp.md")
    change(series / HERE / "06-lamp.md", "2027-06-15 09:30:00", "2027-06-15 29:30:00")
    report = bring(series, prune=True, keep_going=True)
    assert told(report) == [(LAMP, None, "file-gone-held")]
    assert Talk.objects.filter(key="05-lamp").exists()


def test_a_file_that_is_there_but_no_longer_read_is_not_gone(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {"loose/a.md": talk("A", 1).replace("edition: quito-29\n", "")})
    assert bring(tmp_path, default_edition="quito-29").counts == counts(created=1)
    write(tmp_path, {"_programs/b.md": talk("B", 2)})
    report = bring(tmp_path, prune=True, new_editions=True)
    assert (report.counts, told(report)) == (counts(created=1), [])
    assert Talk.objects.count() == 2


# Asking


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "left"), [("y\n", 5), ("n\n", 6), ("\n", 6), ("", 6)])
def test_on_a_terminal_it_asks(
    series: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    left: int,
) -> None:
    call_command("import_talks", str(series), verbosity=0)
    (series / LUNCH).unlink()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    call_command("import_talks", str(series), "--prune")
    assert Talk.objects.count() == left
    err = capsys.readouterr().err
    assert f"talk faro-27/03-lunch, because {LUNCH} is gone" in err
    assert "Remove this record? [y/N]" in err


@pytest.mark.django_db
def test_without_a_terminal_it_refuses_unless_told_not_to_ask(
    series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("import_talks", str(series), verbosity=0)
    (series / LUNCH).unlink()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    before = tables()
    with pytest.raises(CommandError, match="--noinput") as refused:
        call_command("import_talks", str(series), "--prune")
    assert (refused.value.returncode, tables() == before) == (2, True)
    call_command("import_talks", str(series), "--prune", "--dry-run", verbosity=0)
    call_command("import_talks", str(series), "--prune", "--noinput", verbosity=0)
    assert (Talk.objects.count(), SourceFile.objects.filter(path=LUNCH).count()) == (5, 0)


@pytest.mark.django_db
def test_a_line_of_progress_where_stderr_is_a_terminal(series: Path) -> None:
    err, plain = Terminal(), io.StringIO()
    call_command("import_talks", str(series), "--dry-run", stdout=io.StringIO(), stderr=err)
    assert "Reading files: 10 of 10" in err.getvalue()
    assert err.getvalue().endswith("\r")
    call_command("import_talks", str(series), "--dry-run", stdout=io.StringIO(), stderr=plain)
    call_command("import_talks", str(series), "--dry-run", verbosity=0, stderr=plain)
    assert plain.getvalue() == ""
    assert len(SERIES) == 19
