"""Downloads: a talk's file, an edition, a patch, as `export_talks` would write them; and who gets them."""

import io
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from editions.models import Edition, EditionEditor
from exchange.exporting import export_files
from exchange.importing import import_files
from exchange.models import SourceFile, SourceRecord
from talks.models import Talk
from tests import factories
from tests.exchange.series import KEYNOTE, SERIES, change, files_of, write
from tests.workbench.conftest import messages_of
from workbench.rights import EDITORS, make_groups

PAGE = "admin:export"
KEYNOTE_AT = "_programs/3-faro-27/01-keynote.md"
MAPPING = """
source: lamps
edition: {const: quito-29}
talks:
  files: _talks/*.md
  key: $stem
  set: {title: name, abstract: $body}
"""
MARKDOWN = "text/markdown; charset=utf-8"


@pytest.fixture
def series(
    db: None, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Path:
    """The invented series, imported, with its pictures in their places; a title is changed on the site."""
    root = write(tmp_path / "series", SERIES)
    with django_capture_on_commit_callbacks(execute=True):
        import_files([root])
    Talk.objects.filter(key="01-keynote").update(title="Second look, 二度目")
    return root


@pytest.fixture
def edda(series: Path) -> Client:
    """The browser of an editor of faro-27."""
    make_groups()
    user = User.objects.create_user("edda", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITORS))
    EditionEditor.objects.create(edition=Edition.objects.get(key="faro-27"), user=user)
    desk = Client()
    desk.force_login(user)
    return desk


def file_address(key: str) -> str:
    return reverse("admin:export-talk", args=[Talk.objects.get(key=key).pk])


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_talk_goes_out_as_an_export_writes_it(desk: Client, series: Path) -> None:
    answer = desk.get(file_address("01-keynote"))
    call_command("export_talks", str(series), verbosity=0)
    assert answer.content == (series / KEYNOTE_AT).read_bytes()
    assert answer.content.decode() == KEYNOTE.replace(
        '"Fresnel\'s rings: a second look"', '"Second look, 二度目"'
    )
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": MARKDOWN,
        "Content-Disposition": 'attachment; filename="01-keynote.md"',
    }
    assert "no-store" in answer["Cache-Control"]


def test_a_talk_made_here_goes_out_into_a_new_file(desk: Client, series: Path, tmp_path: Path) -> None:
    new = factories.make_talk(
        edition=Edition.objects.get(key="nagoya-28"), title="夜の灯台", key="yoru", slug="yoru"
    )
    factories.make_talk(edition=new.edition, title="Other", key="yoru-2", slug="yoru-2")
    answer = desk.get(reverse("admin:export-talk", args=[new.pk]))
    call_command("export_talks", str(tmp_path / "out"), verbosity=0)
    assert answer.content == (tmp_path / "out/_programs/4-nagoya-28/yoru.md").read_bytes()
    assert "夜の灯台" in answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="yoru.md"'


def test_a_talk_of_which_no_file_goes_out_says_so(desk: Client, series: Path) -> None:
    (series / KEYNOTE_AT).unlink()
    import_files([series])
    answer = desk.get(file_address("01-keynote"), follow=True)
    assert messages_of(answer) == ["No file goes out for this talk: the one that it came from is gone."]
    assert desk.get(reverse("admin:export-talk", args=[999_999])).status_code == 404


def test_a_talk_of_a_mapped_site_goes_out_by_its_mapping(desk: Client, db: None, tmp_path: Path) -> None:
    root = write(
        tmp_path / "lamps",
        {"m.yml": MAPPING, "_talks/lamp.md": "---\nname: Фонарь\n---\nx\n"},
    )
    call_command("import_talks", str(root), dialect=str(root / "m.yml"), verbosity=0)
    Talk.objects.filter(key="lamp").update(title="Фонари")
    answer = desk.get(file_address("lamp"))
    assert answer.content.decode() == "---\nname: Фонари\n---\nx\n"


@pytest.mark.parametrize(("key", "edition"), [("all", ""), ("nagoya-28", "nagoya-28")])
def test_archive_and_patch_are_those_of_the_command(
    desk: Client, series: Path, tmp_path: Path, key: str, edition: str
) -> None:
    out = {name: tmp_path / f"out.{name}" for name in ("zip", "patch")}
    call_command("export_talks", edition=edition, zip=str(out["zip"]), patch=str(out["patch"]), verbosity=0)
    for name, kind in (("zip", "application/zip"), ("patch", "text/x-diff; charset=utf-8")):
        answer = desk.get(reverse(f"admin:export-{name}", args=[key]))
        assert answer.content == out[name].read_bytes()
        assert (answer["Content-Type"], answer["Content-Disposition"]) == (
            kind,
            f'attachment; filename="{key}.{name}"',
        )
        assert "no-store" in answer["Cache-Control"]


def test_an_archive_holds_every_file_and_picture(desk: Client, series: Path) -> None:
    found = unzipped(desk.get(reverse("admin:export-zip", args=["all"])).content)
    kept = {path: data for path, data in files_of(series).items() if path not in ("_config.yml", "README.md")}
    assert set(found) == set(kept)
    assert [path for path in kept if found[path] != kept[path]] == [KEYNOTE_AT]


def test_the_page_tells_what_would_be_in_it(desk: Client, series: Path) -> None:
    page = desk.get(reverse(PAGE))
    assert [one.key for one in page.context["choices"]] == ["all", "nagoya-28", "faro-27"]
    assert page.context["told"] is None
    told = desk.get(reverse(PAGE), {"edition": "faro-27"}).context["told"]
    assert (told.count, told.conflicts, told.problems, told.unpatched, told.closed) == (6, 0, (), [], [])
    assert [(one.path, one.how) for one in told.changed] == [(KEYNOTE_AT, "changed")]
    told = desk.get(reverse(PAGE), {"edition": "nagoya-28"}).context["told"]
    assert (told.count, told.changed) == (2, [])
    assert "no-store" in page["Cache-Control"]


def test_conflicts_and_lost_pictures_are_told_before(desk: Client, series: Path, media: Path) -> None:
    change(series / KEYNOTE_AT, "a second look", "a third look")
    import_files([series])
    for one in (media / "originals").rglob("*.jpg"):
        one.unlink()
    page = desk.get(reverse(PAGE), {"edition": "faro-27"})
    told = page.context["told"]
    assert told.conflicts == 1
    (errors,) = told.problems
    assert [(one.level, one.at) for one in errors.problems] == [
        ("error", "assets/images/editions/3-faro-27.jpg"),
        ("error", "assets/images/speakers/faro-27/ostby.jpg"),
    ]
    assert b"1 conflict is open:" in page.content


def test_an_editor_gets_their_edition_and_no_other(edda: Client) -> None:
    page = edda.get(reverse(PAGE))
    assert [one.key for one in page.context["choices"]] == ["faro-27"]
    assert edda.get(reverse(PAGE), {"edition": "nagoya-28"}).status_code == 404
    assert edda.get(reverse(PAGE), {"edition": "all"}).status_code == 404
    for name in ("export-zip", "export-patch"):
        codes = [
            edda.get(reverse(f"admin:{name}", args=[key])).status_code
            for key in ("faro-27", "nagoya-28", "all")
        ]
        assert codes == [200, 404, 404]
    assert edda.get(file_address("01-keynote")).status_code == 200
    assert edda.get(file_address("opening")).status_code == 404
    found = unzipped(edda.get(reverse("admin:export-zip", args=["faro-27"])).content)
    assert set(found) == set(unzipped(export_files("faro-27").as_zip()))
    assert not [path for path in found if "nagoya" in path or "_organizers" in path]


def test_drafts_are_for_those_who_work_in_the_edition(edda: Client) -> None:
    Talk.objects.filter(key="01-keynote").update(state="draft")
    Edition.objects.update(state="draft")
    found = unzipped(edda.get(reverse("admin:export-zip", args=["faro-27"])).content)
    assert b"hidden: true" in found[KEYNOTE_AT]
    EditionEditor.objects.all().delete()
    assert edda.get(reverse("admin:export-zip", args=["faro-27"])).status_code == 404
    assert edda.get(file_address("01-keynote")).status_code == 404


def test_a_file_that_tells_of_other_editions_is_not_given(edda: Client) -> None:
    """Neither one with records of two, nor one whose talk went into another edition."""
    nagoya = Edition.objects.get(key="nagoya-28")
    Talk.objects.filter(key="05-lamp").update(edition=nagoya, state="draft")
    page = edda.get(reverse(PAGE), {"edition": "faro-27"})
    closed = "_programs/3-faro-27/05-lamp.md"
    assert page.context["told"].closed == [closed]
    for name in ("export-zip", "export-patch"):
        answer = edda.get(reverse(f"admin:{name}", args=["faro-27"]))
        assert (answer.status_code, answer["Location"]) == (302, f"{reverse(PAGE)}?edition=faro-27")
    Talk.objects.filter(key="05-lamp").update(edition=Edition.objects.get(key="faro-27"))
    file = SourceFile.objects.get(path=KEYNOTE_AT)
    SourceRecord.objects.create(file=file, kind="talk", edition_key="nagoya-28", key="other")
    words = "Its file tells of other editions too: ask an organizer for it."
    assert messages_of(edda.get(file_address("01-keynote"), follow=True)) == [words]


def test_a_reviewer_looks_at_all_and_others_at_nothing(series: Path) -> None:
    user = User.objects.create_user("rita", is_staff=True)
    desk = Client()
    desk.force_login(user)
    addresses = [
        reverse(PAGE),
        reverse("admin:export-zip", args=["all"]),
        reverse("admin:export-patch", args=["all"]),
        file_address("01-keynote"),
    ]
    assert [desk.get(one).status_code for one in addresses] == [403] * 4
    assert [Client().get(one).status_code for one in addresses] == [302] * 4
    user.user_permissions.set(Permission.objects.filter(codename__in=["every_edition", "view_talk"]))
    assert [desk.get(one).status_code for one in addresses] == [200] * 4


def test_the_page_asks_as_much_for_one_talk_as_for_three(
    desk: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    edition = factories.make_edition(key="quito-29")
    for count in (1, 3):
        while Talk.objects.count() < count:
            factories.make_talk(edition=edition)
        with django_assert_num_queries(26):
            desk.get(reverse(PAGE), {"edition": "quito-29"})
