"""Every page of every model's admin, for an organizer and for a visitor; every list at its number of queries."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from editions.models import (
    CommitteeMember,
    Edition,
    EditionEditor,
    ImportantDate,
    Page,
    Redirect,
    Room,
    Series,
    Sponsor,
    Track,
)
from exchange.models import Conflict, Run, SourceDialect, SourceFile, SourceRecord
from history.models import Change, Deletion, Version
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Notice, Paper, Talk, TalkType
from tests import factories
from tests.workbench.conftest import Fill, errors_of
from workbench.site import WorkbenchSite

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 1, tzinfo=UTC)
# Django's own tables, which stand behind forms and have no page.
DJANGOS = {ContentType, LogEntry, Permission, Session}


def make_file(number: int) -> SourceFile:
    """A file that was imported once."""
    return SourceFile.objects.create(
        path=f"_programs/{number}.md", data="---\ntitle: Żeglarz\n".encode(), digest=f"{number:064}", size=20,
        read_at=NOW, dialect="d", reader=1, warnings=[{"code": "asset-missing"}],
    )  # fmt: skip


def make_record(number: int) -> SourceRecord:
    """A record in a file, which feeds a talk."""
    talk = factories.make_talk()
    return SourceRecord.objects.create(
        file=make_file(number), kind="talk", edition_key=talk.edition.key, key=talk.key, talk=talk
    )


def make_deletion(number: int) -> Deletion:
    """What is kept of a deleted talk type."""
    kind = factories.make_type(label=f"Regatta {number}")
    kind.delete()
    return Deletion.objects.get(change__label=f"Regatta {number}")


def make_alias(number: int) -> SpeakerAlias:
    """Another name of a (new) person."""
    return SpeakerAlias.objects.create(speaker=factories.make_speaker(), name=f"N. Quill {number}")


MAKERS: dict[type[models.Model], Callable[[int], Any]] = {
    Appearance: lambda _: factories.make_appearance(),
    Change: lambda _: factories.make_room() and Change.objects.first(),
    CommitteeMember: lambda _: factories.make_member(edition=factories.make_edition()),
    Conflict: lambda number: Conflict.objects.create(
        record=make_record(number), field="title", site="A", file=["B"]
    ),
    Deletion: make_deletion,
    Edition: lambda _: factories.make_talk().edition,
    EditionEditor: lambda _: EditionEditor.objects.create(
        user=factories.make_editor(), edition=factories.make_edition()
    ),
    Group: lambda number: Group.objects.create(name=f"Harbour {number}"),
    ImportantDate: lambda _: factories.make_date(),
    Notice: lambda _: factories.make_notice(talk=(talk := factories.make_talk()), edition=talk.edition),
    Page: lambda _: factories.make_page(edition=factories.make_edition()),
    Paper: lambda _: factories.make_paper(),
    Redirect: lambda number: Redirect.objects.create(old_path=f"/old/{number}", new_path="/editions/"),
    Room: lambda _: factories.make_room(),
    Run: lambda _: Run.objects.create(actor="ines", source="_programs", counts={"created": 3}),
    Series: lambda _: Series.objects.first() or factories.make_series(),
    SourceDialect: lambda number: SourceDialect.objects.create(
        key=f"pier-{number}", name="m.yml", text="talks:"
    ),
    SourceFile: make_file,
    SourceRecord: make_record,
    Speaker: lambda _: factories.make_appearance().speaker,
    SpeakerAlias: make_alias,
    Sponsor: lambda _: factories.make_sponsor(),
    Talk: lambda _: factories.make_paper(talk=factories.make_appearance().talk).talk,
    TalkType: lambda _: factories.make_type(),
    Track: lambda _: factories.make_track(),
    User: lambda _: factories.make_editor(),
    Version: lambda number: Version.objects.create(kind="speaker", key=f"x{number}", number=1, raised_at=NOW),
}
READ_ONLY = {Change, Conflict, Deletion, Run, SourceDialect, SourceFile, SourceRecord, Version}
each_model = pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)

# Session, user, the series' name and what the list itself asks, with its filters; the same for one row and for three.
LIST_QUERIES = {
    Appearance: 7,
    Change: 9,
    CommitteeMember: 7,
    Conflict: 6,
    Deletion: 7,
    Edition: 8,
    EditionEditor: 7,
    Group: 7,
    ImportantDate: 7,
    Notice: 7,
    Page: 7,
    Paper: 7,
    Redirect: 7,
    Room: 7,
    Run: 8,
    Series: 6,
    SourceDialect: 6,
    SourceFile: 6,
    SourceRecord: 6,
    Speaker: 6,
    SpeakerAlias: 6,
    Sponsor: 7,
    Talk: 16,
    TalkType: 6,
    Track: 7,
    User: 8,
    Version: 7,
}


def address(model: type[models.Model], page: str, *args: object) -> str:
    """The address of a page of a model's admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_the_default_site_is_ours_and_knows_every_model() -> None:
    assert isinstance(admin.site._wrapped, WorkbenchSite)  # type: ignore[attr-defined]
    assert set(admin.site._registry) == set(MAKERS)
    # What counts failed sign-ins is nobody's to look at.
    counted = set(apps.get_app_config("axes").get_models())
    assert set(apps.get_models()) - set(MAKERS) == DJANGOS | counted


@each_model
def test_an_organizer_gets_every_page(desk: Client, model: type[models.Model]) -> None:
    record = MAKERS[model](1)
    assert desk.get(address(model, "changelist")).status_code == 200
    assert desk.get(address(model, "changelist"), {"q": "żagiel “x"}).status_code == 200
    assert desk.get(address(model, "change", record.pk)).status_code == 200
    assert desk.get(address(model, "history", record.pk)).status_code == 200
    assert desk.get(address(model, "add")).status_code == (403 if model in READ_ONLY else 200)
    assert desk.get(address(model, "delete", record.pk)).status_code == (
        403 if model in {*READ_ONLY, Series} else 200
    )


@each_model
def test_no_page_needs_more_than_the_policy_allows(desk: Client, model: type[models.Model]) -> None:
    record = MAKERS[model](1)
    pages = [address(model, "changelist"), address(model, "add")]
    pages += [address(model, page, record.pk) for page in ("change", "history", "delete")]
    for page in pages:
        answer = desk.get(page)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        root = html.document_fromstring(answer.content.decode())
        assert root.xpath("//script[not(@src)][not(@type='application/json')] | //style | //*[@style]") == []
        assert {name for one in root.iter() for name in one.attrib if name.startswith("on")} == set()


def test_staff_without_rights_see_and_change_nothing() -> None:
    client = Client()
    client.force_login(User.objects.create_user(username="new", is_staff=True))
    record = factories.make_talk()
    assert client.get("/admin/").context["app_list"] == []
    for page in (address(Talk, "changelist"), address(Talk, "add"), address(Talk, "change", record.pk)):
        assert client.get(page).status_code == 403
        assert client.post(page).status_code == 403
    assert client.get(address(Talk, "history", record.pk)).status_code == 403


def test_an_editor_edits_the_programme_and_not_the_accounts() -> None:
    client = Client()
    record = factories.make_talk()
    client.force_login(factories.make_editor(edition=record.edition))
    assert client.get(address(Talk, "change", record.pk)).context["has_change_permission"]
    assert client.get(address(User, "changelist")).status_code == 403
    assert client.get(address(Change, "changelist")).status_code == 403


@each_model
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_sign_in(client: Client, model: type[models.Model], method: str) -> None:
    record = MAKERS[model](1)
    pages = [address(model, page) for page in ("changelist", "add")]
    pages += [address(model, page, record.pk) for page in ("change", "history", "delete")]
    for page in [*pages, reverse("admin:index"), reverse("admin:autocomplete")]:
        answer = getattr(client, method)(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={page}")


@each_model
def test_a_list_asks_the_same_for_one_row_and_for_three(
    desk: Client, model: type[models.Model], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ContentType.objects.clear_cache()
    MAKERS[model](1)
    desk.get(address(model, "changelist"))
    # Warnings are kept until something is written: they are asked for before anything is counted.
    desk.get(address(model, "changelist"))
    with django_assert_num_queries(LIST_QUERIES[model]):
        desk.get(address(model, "changelist"))
    MAKERS[model](2)
    MAKERS[model](3)
    desk.get(address(model, "changelist"))
    with django_assert_num_queries(LIST_QUERIES[model]):
        desk.get(address(model, "changelist"))


def test_the_workbench_bears_the_name_of_the_series(desk: Client, client: Client) -> None:
    assert "<title>Workbench | Lectern</title>" in desk.get("/admin/").content.decode()
    factories.make_series(name="Warsztaty Żeglarskie")
    assert "<title>Workbench | Warsztaty Żeglarskie</title>" in desk.get("/admin/").content.decode()
    assert "Warsztaty Żeglarskie" in client.get("/admin/login/").content.decode()


def test_the_programme_comes_first(desk: Client) -> None:
    found = [app["app_label"] for app in desk.get("/admin/").context["app_list"]]
    assert found == ["talks", "speakers", "editions", "exchange", "history", "auth"]


def test_the_history_of_a_talk_tells_its_parts_and_names_what_fields_lead_to(desk: Client) -> None:
    room = factories.make_room(name="Pier Hall")
    talk = factories.make_talk(edition=room.edition, title="Neap")
    factories.make_appearance(talk=talk, speaker=factories.make_speaker(name="Łucja Mewa"))
    talk.room, talk.state = room, "cancelled"
    talk.save()
    told = desk.get(address(Talk, "history", talk.pk)).context["told"]
    assert [(one.kind, one.record, one.action) for one in told] == [
        ("talk", "Neap", "updated"),
        ("appearance", "Łucja Mewa", "created"),
        ("talk", "Neap", "created"),
    ]
    assert {(one.label, one.old, one.new) for one in told[0].fields} == {
        ("room", "", "Pier Hall"),
        ("state", "published", "cancelled"),
    }


def test_the_history_of_what_is_not_there_leads_back(desk: Client) -> None:
    answer = desk.get(address(Talk, "history", 999))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_there_is_one_series(fill: Fill) -> None:
    assert fill("admin:editions_series_add", changes={"name": "Warsztaty"}).redirect_chain
    answer = fill("admin:editions_series_add", changes={"name": "Another"})
    assert errors_of(answer) == {"__all__": ["The series is there already: change it instead."]}
    assert Series.objects.get().name == "Warsztaty"
