"""Imports in the browser: upload, plan, confirm, as `import_talks` would do it."""

import contextlib
import io
import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from editions.models import CommitteeMember, Edition, EditionEditor, Series
from exchange.exporting import export_files
from exchange.importing import Options, import_files
from exchange.models import Conflict, Run, SourceDialect, SourceFile
from history.models import Change
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests import factories
from tests.exchange.series import KEYNOTE, OPENING, SERIES, change, talk, write
from tests.workbench.conftest import messages_of
from workbench.files import uploads
from workbench.rights import EDITORS, make_groups

FIXTURES = Path(__file__).parents[2] / "fixtures" / "series"
IMPORT = "admin:import"
KEYNOTE_AT = "_programs/3-faro-27/01-keynote.md"
OPENING_AT = "_programs/4-nagoya-28/opening.md"
CHOICES = {"dialect": "native", "prefer": "", "edition": "", "default_edition": "", "timezone": ""}


def zipped(files: dict[str, str | bytes]) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def folder(root: Path) -> dict[str, str | bytes]:
    """The files below a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def send(desk: Client, files: dict[str, str | bytes], **choices: Any) -> Any:
    """Upload files, {name: bytes}; the page that is shown then."""
    sent = [
        SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
        for name, data in files.items()
    ]
    return desk.post(reverse(IMPORT), {**CHOICES, **choices, "upload": sent}, follow=True)


def send_zip(desk: Client, files: dict[str, str | bytes] | None = None, **choices: Any) -> Any:
    return send(desk, {"series.zip": zipped(dict(SERIES) if files is None else files)}, **choices)


def address(page: Any) -> str:
    """Where a page was found after its redirects."""
    return str(page.redirect_chain[-1][0]) if page.redirect_chain else str(page.request["PATH_INFO"])


def confirm(desk: Client, page: Any) -> Any:
    """Press Import on a plan."""
    return desk.post(address(page), {"do": "import", "plan": page.context["told"].digest}, follow=True)


def words_of(page: Any) -> str:
    """All words of a page's content, blanks made one."""
    content = html.document_fromstring(page.content.decode()).xpath("//*[@id='content-main']")[0]
    return re.sub(r"\s+", " ", content.text_content())


def form_errors(page: Any) -> list[str]:
    return [str(one) for found in page.context["form"].errors.values() for one in found]


def programme() -> dict[str, list[Any]]:
    """What the site holds, without keys that count rows."""
    return {
        "editions": list(Edition.objects.order_by("key").values_list("key", "title", "starts_on", "timezone")),
        "talks": list(Talk.objects.order_by("edition__key", "key").values_list(
            "edition__key", "key", "title", "starts_at", "room__name", "abstract", "state", "guid", "slug"
        )),
        "people": list(Appearance.objects.order_by("talk__edition__key", "talk__key", "position").values_list(
            "talk__key", "name", "affiliation", "photo", "speaker__slug"
        )),
        "files": list(SourceFile.objects.order_by("path").values_list("path", "digest", "assets")),
    }  # fmt: skip


def editor(*editions: str) -> Client:
    """The browser of “edda”, an editor of these editions."""
    make_groups()
    user = User.objects.create_user("edda", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITORS))
    for key in editions:
        EditionEditor.objects.create(edition=Edition.objects.get(key=key), user=user)
    desk = Client()
    desk.force_login(user)
    return desk


@pytest.fixture
def series(
    db: None, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Path:
    """The invented series, imported as the command does, with its pictures in their places."""
    root = write(tmp_path / "series", SERIES)
    with django_capture_on_commit_callbacks(execute=True):
        import_files([root])
    return root


@pytest.fixture
def kept(media: Path) -> Path:
    """The folder of what waits to be imported."""
    return media / uploads.FOLDER


def waiting(kept: Path) -> list[str]:
    return sorted(one.name for one in kept.rglob("*") if one.is_file()) if kept.exists() else []


# A whole site


def texts_of(root: Path) -> dict[str, str | bytes]:
    """The files below a folder but for pictures and documents, which take their time."""
    return {path: data for path, data in folder(root).items() if not path.startswith("assets/")}


@pytest.mark.parametrize("files", [texts_of(FIXTURES), dict(SERIES)], ids=["sample", "invented"])
def test_a_site_comes_in_as_by_the_command(
    desk: Client, tmp_path: Path, kept: Path, files: dict[str, str | bytes]
) -> None:
    page = send(desk, {"talks.zip": zipped(files)})
    counts = dict(page.context["told"].counts)
    assert (Run.objects.count(), Talk.objects.count()) == (0, 0)
    done = confirm(desk, page)
    run = Run.objects.get()
    assert address(done) == reverse("admin:exchange_run_change", args=[run.pk])
    assert (run.actor, run.source, run.counts["created"]) == ("ines", "talks.zip", counts["created"])
    assert messages_of(done)[0].startswith(f"Imported: {counts['created']} created")
    assert waiting(kept) == []
    by_browser = programme()
    for model in (SourceFile, Edition, Speaker, CommitteeMember, Series):
        model._default_manager.all().delete()
    with contextlib.suppress(SystemExit):
        call_command("import_talks", str(write(tmp_path / "site", files)), verbosity=0)
    assert by_browser == programme()
    assert len(by_browser["talks"]) > 5


def test_a_plan_tells_each_record_with_its_fields(desk: Client, series: Path) -> None:
    Talk.objects.filter(key="04-panel").update(title="Who keeps it?")
    files = {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "二度目"), "_programs/3-faro-27/06-new.md":
             talk("Ночной маяк").replace("quito-29", "faro-27").replace("2029-03-0", "2027-06-1").replace("11 10", "15 10")}  # fmt: skip
    page = send_zip(desk, files)
    told = page.context["told"]
    assert dict(told.counts) == {"created": 1, "updated": 1, "unchanged": 8}
    assert [(one.words, [record.name for record in one.records]) for one in told.groups] == [
        ("created", ["talk faro-27/06-new · Ночной маяк"]),
        ("updated", ["talk faro-27/01-keynote · Fresnel's rings: 二度目"]),
    ]
    (field,) = told.groups[1].records[0].fields
    assert (field.label, field.old, field.new) == (
        "title", "Fresnel's rings: a second look", "Fresnel's rings: 二度目",
    )  # fmt: skip
    assert "Fresnel's rings: 二度目" in words_of(page)
    assert Talk.objects.filter(title__contains="二度目").count() == 0
    confirm(desk, page)
    assert Talk.objects.get(key="01-keynote").title == "Fresnel's rings: 二度目"
    assert Talk.objects.get(key="04-panel").title == "Who keeps it?"
    assert set(Change.objects.filter(run=Run.objects.latest("pk").pk).values_list("actor", flat=True)) == {
        "ines"
    }


def test_a_plan_tells_conflicts_and_leaves_them(desk: Client, series: Path) -> None:
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    page = send_zip(desk, {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look")})
    (conflict,) = page.context["told"].conflicts
    assert (conflict.record, conflict.label) == ("talk faro-27/01-keynote", "title")
    assert (conflict.base, conflict.site, conflict.file) == (
        "Fresnel's rings: a second look", "Mine", "Fresnel's rings: a third look",
    )  # fmt: skip
    done = confirm(desk, page)
    assert messages_of(done)[1] == "Conflicts are left: choose between site and file for each."
    assert (Talk.objects.get(key="01-keynote").title, Conflict.objects.count()) == ("Mine", 1)
    page = send_zip(
        desk, {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look")}, prefer="file"
    )
    confirm(desk, page)
    assert Talk.objects.get(key="01-keynote").title == "Fresnel's rings: a third look"


def test_errors_are_told_at_their_lines_and_stop_the_import(desk: Client, kept: Path) -> None:
    broken = {**SERIES, KEYNOTE_AT: KEYNOTE.replace("2027-06-14 09:00:00", "25 o'clock")}
    page = send_zip(desk, broken)
    (errors, *_others) = page.context["told"].problems
    (error,) = errors.problems
    assert (errors.level, error.at) == ("error", f"{KEYNOTE_AT}:5:13")
    assert error.line == "    time_start: 25 o'clock\n                ^"
    assert "Import" not in [one.text for one in html.document_fromstring(page.content).xpath("//button")]
    confirm(desk, page)
    assert Talk.objects.count() == 0
    page = desk.post(address(page), {**CHOICES, "do": "options", "keep_going": "on"}, follow=True)
    assert dict(page.context["told"].counts)["refused"] == 1
    confirm(desk, page)
    assert sorted(Talk.objects.values_list("key", flat=True))[:2] == ["02-papers", "03-lunch"]


def test_a_plan_that_changed_meanwhile_is_shown_again(desk: Client, series: Path) -> None:
    page = send_zip(desk, {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look")})
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    again = confirm(desk, page)
    assert messages_of(again) == [
        "The site has changed meanwhile, and with it what would be done. Nothing was imported; this is the plan of now."
    ]
    assert (Run.objects.count(), Talk.objects.get(key="01-keynote").title) == (1, "Mine")
    assert len(again.context["told"].conflicts) == 1
    assert "Imported" in messages_of(confirm(desk, again))[0]


def test_what_brings_nothing_new_cannot_be_confirmed(desk: Client, series: Path) -> None:
    page = send_zip(desk)
    assert (page.context["ready"], dict(page.context["told"].counts)) == (False, {"unchanged": 9})
    confirm(desk, page)
    assert Run.objects.count() == 1


def test_a_thousand_records_make_a_page_that_can_be_read(desk: Client) -> None:
    files: dict[str, str | bytes] = {
        f"_programs/1-quito-29/{number:04}.md": talk(f"Тень {number}", speaker=f"Ana {number}").replace("Words.", "Long words. " * 200)
        for number in range(1000)
    }  # fmt: skip
    page = send_zip(desk, files)
    assert dict(page.context["told"].counts) == {"created": 1000}
    assert (len(page.context["told"].groups[0].records), "and 850 more" in words_of(page)) == (150, True)
    assert len(page.content) < 1_000_000


# Single files


def test_a_single_file_meets_its_record(desk: Client, series: Path) -> None:
    page = send(desk, {"01-keynote.md": KEYNOTE.replace("a second look", "a third look")})
    assert [one.path for one in page.context["placed"].places] == [KEYNOTE_AT]
    (group,) = page.context["told"].groups
    assert [(one.path, [field.label for field in one.fields]) for one in group.records] == [
        (KEYNOTE_AT, ["title"])
    ]
    assert (page.context["told"].gone, page.context["told"].problems) == (0, ())
    before = set(SourceFile.objects.values_list("path", flat=True))
    confirm(desk, page)
    keynote = Talk.objects.get(key="01-keynote")
    assert keynote.title == "Fresnel's rings: a third look"
    assert keynote.slides_file
    assert keynote.appearances.get().photo
    assert set(SourceFile.objects.values_list("path", flat=True)) == before
    assert not SourceFile.objects.exclude(gone_at=None).exists()


def test_a_file_as_it_was_downloaded_brings_nothing_new(desk: Client, series: Path) -> None:
    talk_pk = Talk.objects.get(key="01-keynote").pk
    data = desk.get(reverse("admin:export-talk", args=[talk_pk])).content
    page = send(desk, {"01-keynote.md": data})
    assert (page.context["ready"], page.context["told"].groups) == (False, ())


def test_the_edition_of_a_file_keeps_its_banner(desk: Client, series: Path) -> None:
    data = SERIES["_editions/3-faro-27.md"]
    assert isinstance(data, str)
    page = send(desk, {"3-faro-27.md": data.replace("Meeting 3", "Meeting III")})
    ((record,),) = (group.records for group in page.context["told"].groups)
    assert [field.label for field in record.fields] == ["title"]
    confirm(desk, page)
    faro = Edition.objects.get(key="faro-27")
    assert (faro.title, bool(faro.banner)) == ("Lighthouse Optics Meeting III", True)


def test_a_name_that_is_another_editions_is_asked_for(desk: Client, series: Path) -> None:
    words = OPENING.replace("灯りの歴史", "灯台の歴史")
    page = send(desk, {"01-keynote.md": words})
    (place,) = page.context["placed"].open_ones
    new = "_programs/4-nagoya-28/01-keynote.md"
    assert (place.known, place.new, "told" in page.context) == ((KEYNOTE_AT,), new, False)
    assert Talk.objects.count() == 6
    page = desk.post(address(page), {"do": "places", "place-01-keynote.md": "../../outside.md"}, follow=True)
    assert len(page.context["placed"].open_ones) == 1
    page = desk.post(address(page), {"do": "places", "place-01-keynote.md": new}, follow=True)
    assert [one.path for one in page.context["placed"].places] == [new]
    confirm(desk, page)
    assert Talk.objects.get(edition__key="nagoya-28", key="01-keynote").title == "灯台の歴史"
    assert (
        Talk.objects.get(edition__key="faro-27", key="01-keynote").title == "Fresnel's rings: a second look"
    )


def test_new_files_go_beside_their_like(desk: Client, series: Path) -> None:
    words = talk("Ночь").replace("edition: quito-29\n", "")
    page = send(
        desk, {"06-night.md": words, "07-day.md": OPENING.replace("灯り", "昼")}, default_edition="faro-27"
    )
    assert [one.path for one in page.context["placed"].places] == [
        "_programs/3-faro-27/06-night.md",
        "_programs/4-nagoya-28/07-day.md",
    ]
    confirm(desk, page)
    assert Talk.objects.get(key="06-night").edition.key == "faro-27"
    assert Talk.objects.get(key="07-day").edition.key == "nagoya-28"


# What is no file to import


def test_nothing_wrong_and_strange_files_are_told_and_choices_stay(desk: Client, kept: Path) -> None:
    said = {"default_edition": "tide-31", "timezone": "Asia/Tokyo"}
    refused: tuple[tuple[dict[str, str | bytes], str], ...] = (
        ({}, "Choose a .zip, or one or several .md files."),
        ({"notes.docx": "x"}, "“notes.docx” is neither a .zip nor a .md file."),
        ({"a.zip": zipped({"a.md": "x"}), "b.md": "x"}, "Send an archive alone, without other files."),
        ({"a.zip": b"PK no archive"}, "a.zip: error: the archive cannot be opened"),
        (
            {"a.zip": zipped({"a.md": b"\0" * 3_000_000})},
            "a.zip: error: the archive unpacks to more than 200",
        ),
        ({"a.zip": zipped({"../a.md": "x"})}, "a.zip: error: the archive holds “../a.md”"),
        ({"a.md": ""}, "The submitted file is empty."),
    )
    for files, words in refused:
        page = send(desk, files, **said)
        (told,) = form_errors(page)
        assert told.startswith(words.partition("the archive")[0]), told
        assert page.context["form"]["timezone"].value() == "Asia/Tokyo"
        assert page.context["form"]["default_edition"].value() == "tide-31"
        assert waiting(kept) == []


def test_two_files_of_one_name_are_refused(desk: Client, db: None) -> None:
    files = [SimpleUploadedFile("a.md", b"x"), SimpleUploadedFile("A.md", b"y")]
    page = desk.post(reverse(IMPORT), {**CHOICES, "upload": files})
    assert form_errors(page) == [
        "Two of these files have the same name. Send them as a .zip, in their folders."
    ]


def test_thirty_megabytes_are_read_or_refused_in_words(
    desk: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = os.urandom(1024 * 1024) * 30
    huge = zipped({**SERIES, "assets/docs/faro-27/big.pdf": noise})
    page = send(desk, {"huge.zip": huge})
    assert dict(page.context["told"].counts)["created"] == 9
    page = send(desk, {"long.md": talk().encode() + b"x" * 8 * 1024 * 1024})
    assert page.context["told"].problems[0].problems[0].at.startswith("long.md")
    monkeypatch.setattr("workbench.files.import_form.LIMIT", 20 * 1024 * 1024)
    page = send(desk, {"huge.zip": huge})
    assert form_errors(page) == ["That is more than 20 MB. Send the editions one by one."]


def test_choices_that_cannot_be_are_refused(desk: Client, db: None) -> None:
    page = send_zip(desk, timezone="Mars/Olympus", edition="X Y", dialect="sent")
    assert form_errors(page) == [
        "“X Y” is no edition's key.",
        "“Mars/Olympus” is not a time zone. Write a name such as Europe/Lisbon or America/Vancouver.",
        "Send the mapping, or choose another meaning of the keys.",
    ]
    page = send(desk, {"a.md": talk()}, dialect="hugo")
    assert form_errors(page) == ["Files that a mapping describes belong together: send them all as a .zip."]


def test_a_mapping_of_ones_own_is_kept_with_the_files(desk: Client, db: None) -> None:
    wrong = SimpleUploadedFile("ours.yml", b"talks: [\n")
    page = send_zip(desk, dialect="sent", mapping=wrong)
    assert form_errors(page)[0].startswith("ours.yml:2:1: error:")
    text = (FIXTURES.parents[1] / "exchange/dialects/presets/hugo.yml").read_bytes()
    page = send_zip(desk, {"content/talks/a.md": "---\ntitle: Тень\n---\nx\n"}, dialect="sent",
                    mapping=SimpleUploadedFile("ours.yml", text), default_edition="quito-29")  # fmt: skip
    page = desk.post(
        address(page), {**CHOICES, "do": "options", "dialect": "sent", "edition": ""}, follow=True
    )
    assert page.context["upload"].options["mapping_text"].encode() == text
    assert "told" in page.context


# Whose files, and how long


def test_files_are_their_senders_alone(desk: Client, series: Path, kept: Path) -> None:
    page = send_zip(desk, {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look")})
    other = Client()
    other.force_login(factories.make_organizer())
    sent = {"do": "import", "plan": page.context["told"].digest}
    for answer in (other.get(address(page)), other.post(address(page), sent)):
        assert (answer.status_code, answer["Location"]) == (302, reverse(IMPORT))
    assert (Run.objects.count(), len(waiting(kept))) == (1, 2)
    for name in waiting(kept):
        path = next(kept.rglob(name)).relative_to(kept.parent)
        assert Client().get(f"/media/{path}").status_code == 404
        assert desk.get(f"/media/{path}").status_code == 404


def test_files_can_be_taken_back(desk: Client, series: Path, kept: Path) -> None:
    page = send_zip(desk)
    assert waiting(kept) == ["0.part", "about.json"]
    done = desk.post(address(page), {"do": "cancel"}, follow=True)
    assert messages_of(done) == ["The files are taken back; nothing was imported."]
    assert waiting(kept) == []
    gone = desk.get(address(page), follow=True)
    assert messages_of(gone) == [
        "These files are no longer here: they were imported, taken back, or are older than a day."
    ]


def test_files_go_after_a_day(
    desk: Client, series: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = send_zip(desk)
    later = timezone.now() + timedelta(hours=23)
    monkeypatch.setattr("workbench.files.uploads.timezone.now", lambda: later)
    desk.get(reverse(IMPORT))
    assert len(waiting(kept)) == 2
    monkeypatch.setattr("workbench.files.uploads.timezone.now", lambda: later + timedelta(hours=2))
    assert desk.get(address(page)).status_code == 302
    desk.get(reverse(IMPORT))
    assert waiting(kept) == []


# Rights


def test_a_reviewer_and_a_visitor_import_nothing(series: Path) -> None:
    user = User.objects.create_user("rita", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    user.user_permissions.add(Permission.objects.get(codename="every_edition"))
    desk = Client()
    desk.force_login(user)
    assert (desk.get(reverse(IMPORT)).status_code, send_zip(desk).status_code) == (403, 403)
    assert Client().get(reverse(IMPORT)).status_code == 302


def test_an_editor_without_an_edition_imports_nothing(series: Path) -> None:
    desk = editor()
    assert (desk.get(reverse(IMPORT)).status_code, send_zip(desk).status_code) == (403, 403)


def test_an_editor_imports_into_their_edition_only(series: Path) -> None:
    desk = editor("nagoya-28")
    files = {
        **SERIES,
        KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look"),
        OPENING_AT: OPENING.replace("灯りの歴史", "灯台の歴史"),
        "_organizers/1-quadros.md": "---\nname: Somebody Else\n---\n",
    }
    assert form_errors(send_zip(desk, files, edition="faro-27"))[0].startswith("Select a valid choice.")
    assert len(form_errors(send_zip(desk, files, edition=""))) == 1
    before = {name: rows for name, rows in programme().items() if name != "talks"}
    page = send_zip(desk, files, edition="nagoya-28", new_editions="on", timezone="Asia/Tokyo")
    assert [one.path for group in page.context["told"].groups for one in group.records] == [OPENING_AT]
    done = confirm(desk, page)
    assert address(done).startswith(reverse("admin:talks_talk_changelist"))
    assert Talk.objects.get(key="opening").title == "灯台の歴史"
    assert Talk.objects.get(key="01-keynote").title == "Fresnel's rings: a second look"
    after = programme()
    assert [one[0] for one in after["files"] if one not in before["files"]] == [OPENING_AT]
    assert after["editions"] == before["editions"]


def test_an_editor_takes_no_talk_from_another_edition(series: Path) -> None:
    desk = editor("nagoya-28")
    moved = KEYNOTE.replace("edition: faro-27", "edition: nagoya-28")
    page = send_zip(desk, {**SERIES, KEYNOTE_AT: moved}, edition="nagoya-28")
    assert page.context["reasons"] == [f"{KEYNOTE_AT} would change something of another edition: faro-27."]
    assert not page.context["ready"]
    confirm(desk, page)
    assert Talk.objects.get(key="01-keynote").edition.key == "faro-27"
    assert Run.objects.count() == 1


def test_an_editor_changes_no_talk_that_was_moved_to_another_edition(series: Path) -> None:
    desk = editor("nagoya-28")
    faro = Edition.objects.get(key="faro-27")
    Talk.objects.filter(key="opening").update(edition=faro)
    page = send_zip(desk, {OPENING_AT: OPENING.replace("灯りの歴史", "灯台の歴史")}, edition="nagoya-28")
    assert page.context["reasons"] == [f"{OPENING_AT} would change something of another edition: faro-27."]
    confirm(desk, page)
    assert Talk.objects.get(key="opening").title == "灯りの歴史"


def test_an_editor_who_lost_the_edition_imports_no_more(series: Path) -> None:
    desk = editor("nagoya-28")
    page = send_zip(
        desk, {**SERIES, OPENING_AT: OPENING.replace("灯りの歴史", "灯台の歴史")}, edition="nagoya-28"
    )
    digest = page.context["told"].digest
    EditionEditor.objects.update(edition=Edition.objects.get(key="faro-27"))
    desk.post(address(page), {"do": "import", "plan": digest}, follow=True)
    assert Talk.objects.get(key="opening").title == "灯りの歴史"


def test_rights_are_asked_for_what_the_plan_does(series: Path) -> None:
    desk = editor("nagoya-28")
    Group.objects.get(name=EDITORS).permissions.remove(Permission.objects.get(codename="change_edition"))
    data = SERIES["_editions/4-nagoya-28.html"]
    assert isinstance(data, str)
    page = send(desk, {"4-nagoya-28.html": data.replace("eight", "nine")}, edition="nagoya-28")
    assert page.context["reasons"] == ["You may not change editions, and the files ask for that."]


def test_a_frozen_edition_is_skipped(desk: Client, series: Path) -> None:
    Edition.objects.filter(key="faro-27").update(state="frozen")
    page = send_zip(desk, {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look")})
    assert [one.words for one in page.context["told"].groups] == ["skipped"]
    assert not page.context["ready"]


# The log of all runs


def test_a_run_is_told_in_words(desk: Client, series: Path) -> None:
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    page = send_zip(desk, {**SERIES, KEYNOTE_AT: KEYNOTE.replace("a second look", "a third look"),
                           OPENING_AT: OPENING.replace("灯りの歴史", "灯台の歴史")})  # fmt: skip
    words = words_of(confirm(desk, page))
    for part in (
        "series.zip",
        "1 updated, 8 unchanged, 1 in conflict",
        "灯りの歴史",
        "灯台の歴史",
        "Mine",
        "a third look",
    ):
        assert part in words, part
    listed = desk.get(reverse("admin:exchange_run_changelist")).content.decode()
    assert "series.zip" in listed and "ines" in listed


def test_runs_and_whole_files_are_for_those_who_work_everywhere(series: Path) -> None:
    desk = editor("faro-27")
    for model, pk in (("run", Run.objects.get().pk), ("sourcefile", SourceFile.objects.first().pk)):  # type: ignore[union-attr]
        assert desk.get(reverse(f"admin:exchange_{model}_changelist")).status_code == 403
        assert desk.get(reverse(f"admin:exchange_{model}_change", args=[pk])).status_code == 403
    records = desk.get(reverse("admin:exchange_sourcerecord_changelist")).context["cl"].queryset
    assert set(records.values_list("edition_key", flat=True)) == {"faro-27"}
    assert records.count() == 6
    assert not SourceDialect.objects.exists()


def test_the_plan_asks_the_same_for_one_record_and_for_three(
    desk: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.make_edition(key="quito-29")
    found = []
    for count in (1, 3):
        files: dict[str, str | bytes] = {
            f"_programs/1-quito-29/{number}.md": talk(f"Тень {number}", day=number + 1)
            for number in range(count)
        }
        found.append(address(send_zip(desk, files)))
    for plan in found:
        with django_assert_num_queries(17):
            desk.get(plan)


def test_an_export_imports_as_it_is(desk: Client, series: Path) -> None:
    page = send(desk, {"all.zip": export_files().as_zip()})
    assert (page.context["ready"], page.context["told"].groups) == (False, ())
    change(series / KEYNOTE_AT, "a second look", "a third look")
    assert import_files([series], Options(dry_run=True)).counts["updated"] == 1
