"""History made visible: who changed what, earlier versions restored, deletions undone; by whom, and by whom not."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from exchange.models import Conflict, Run, SourceFile, SourceRecord
from exchange.relinking import relink
from history.models import Change, Deletion
from history.telling import acting, gathering
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_editor,
    make_room,
    make_speaker,
    make_talk,
)
from tests.workbench.conftest import messages_of
from tests.workbench.test_pages import make_file

pytestmark = pytest.mark.django_db
RESTORE_QUERIES = 15


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def editor(**given: Any) -> User:
    """Somebody who works in the editions that they are given, and in no other."""
    user = make_editor(**given)
    user.user_permissions.remove(*Permission.objects.filter(codename="every_edition"))
    return User.objects.get(pk=user.pk)


def reviewer() -> User:
    """Somebody who looks at everything and changes nothing."""
    user = User.objects.create_user("rea", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__startswith="view_")
        | Permission.objects.filter(codename="every_edition")
    )
    return user


def rename(talk: Talk, title: str) -> None:
    """Save a new title."""
    talk.title = title
    talk.save()


def first_change(row: Any) -> int:
    """The oldest change of a record."""
    return Change.objects.filter(kind=row._meta.label_lower, key=str(row.pk)).order_by("pk")[0].pk


def last_batch() -> UUID:
    """The latest deletion."""
    return Deletion.objects.order_by("-pk")[0].batch


def texts(answer: Any, path: str) -> list[str]:
    """The texts at a path of a page."""
    found = html.document_fromstring(answer.content.decode()).xpath(path)
    return [" ".join(one.text_content().split()) for one in found]


def test_the_history_tells_who_or_what_changed_a_talk(desk: Client) -> None:
    talk = make_talk(title="One")
    with acting("zoë"):
        rename(talk, "Two")
    run = Run.objects.create(source="_programs", actor="import_talks")
    with gathering("import_talks", run.pk):
        rename(talk, "Τρία")
    page = desk.get(reverse("admin:talks_talk_history", args=[talk.pk]))
    heads = [one.split("UTC · ")[1] for one in texts(page, "//section/h2")]
    assert heads == [f"import_talks · import run {run.pk}", "zoë", "the site itself"]
    links = html.document_fromstring(page.content.decode()).xpath("//section//a/@href")
    changes = list(Change.objects.filter(kind="talks.talk").order_by("-pk"))
    assert links == [
        reverse("admin:exchange_run_change", args=[run.pk]),
        reverse("admin:restore", args=[changes[1].pk]),
        reverse("admin:restore", args=[changes[2].pk]),
    ]


def test_of_a_long_text_only_what_differs_is_shown(desk: Client) -> None:
    lines = [f"Line {number} of the abstract says a little." for number in range(8)]
    talk = make_talk(abstract="\n".join(lines))
    talk.abstract = "\r\n".join([*lines[:4], "Another line.", *lines[5:]])
    talk.save()
    page = desk.get(reverse("admin:talks_talk_history", args=[talk.pk]))
    pieces = html.document_fromstring(page.content.decode()).xpath("//td[@class='told-pieces']/*")
    assert [(one.tag, one.text) for one in pieces] == [
        ("span", "…"),
        ("span", lines[3]),
        ("del", lines[4]),
        ("ins", "Another line."),
        ("span", lines[5]),
        ("span", "…"),
    ]


def test_a_deleted_part_stands_in_the_history_of_its_talk(desk: Client) -> None:
    talk = make_talk()
    make_appearance(talk=talk, name="海野 渚").delete()
    address = reverse("admin:talks_talk_history", args=[talk.pk])
    undo = reverse("admin:undelete", args=[last_batch()])
    assert undo in desk.get(address).content.decode()
    desk.post(undo)
    assert undo not in desk.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_restoration_holds_its_queries(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    talk = make_talk(room=(room := make_room()), edition=room.edition)
    talk.room = None
    for number in range(count):
        rename(talk, f"Title {number}")
    with django_assert_num_queries(RESTORE_QUERIES):
        desk.get(reverse("admin:restore", args=[first_change(talk)]))


def test_an_earlier_version_is_shown_and_restored(desk: Client) -> None:
    talk = make_talk(title="Żeglarz")
    rename(talk, "Sailor")
    address = reverse("admin:restore", args=[first_change(talk)])
    page = desk.get(address)
    cells = texts(page, "//table[@class='workbench-told']//*[self::th or self::td]")
    assert cells == ["Field", "Now", "Then", "Title", "Sailor", "Żeglarz"]
    assert Talk.objects.get().title == "Sailor"
    answer = desk.post(address, follow=True)
    assert answer.redirect_chain == [(reverse("admin:talks_talk_change", args=[talk.pk]), 302)]
    assert messages_of(answer) == ["The earlier version of “Żeglarz” is back."]
    assert (Talk.objects.get().title, Change.objects.latest("pk").actor) == ("Żeglarz", "ines")
    assert "The record stands so already." in desk.get(address).content.decode()


def test_a_refusal_is_told(desk: Client) -> None:
    talk = make_talk(slug="neap", key="neap")
    talk.slug = "ebb"
    talk.save()
    make_talk(slug="neap", key="other", edition=talk.edition)
    answer = desk.post(reverse("admin:restore", args=[first_change(talk)]), follow=True)
    assert messages_of(answer) == ["Talk with this Edition and Slug already exists."]


def test_a_deletion_offers_to_be_undone(desk: Client) -> None:
    talk = make_talk(title="Neap")
    make_appearance(talk=talk)
    answer = desk.post(reverse("admin:talks_talk_delete", args=[talk.pk]), {"post": "yes"}, follow=True)
    address = reverse("admin:undelete", args=[last_batch()])
    offer = f'What is deleted is kept for 30 days. <a href="{address}">Undo the deletion</a>'
    assert messages_of(answer)[1:] == [offer]
    page = desk.get(address)
    assert texts(page, "//summary") == ["Talks (1)", "Appearances (1)"]
    assert not Talk.objects.exists()
    answer = desk.post(address, follow=True)
    assert answer.redirect_chain == [(reverse("admin:talks_talk_change", args=[talk.pk]), 302)]
    assert messages_of(answer) == ["2 records are back."]
    assert (Talk.objects.get().pk, Appearance.objects.count()) == (talk.pk, 1)
    refused = desk.post(address, follow=True)
    assert messages_of(refused) == ["This deletion is undone already."]


def test_deleting_many_is_one_deletion(desk: Client) -> None:
    talks = [make_talk() for _ in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in talks], "post": "yes"}
    answer = desk.post(reverse("admin:talks_talk_changelist"), chosen, follow=True)
    address = reverse("admin:undelete", args=[last_batch()])
    assert any(address in one for one in messages_of(answer))
    desk.post(address)
    assert set(Talk.objects.values_list("pk", flat=True)) == {one.pk for one in talks}


def test_the_list_shows_what_was_deleted_together(desk: Client) -> None:
    edition = make_edition(key="tide-31")
    for _ in range(3):
        make_appearance(talk=make_talk(edition=edition))
    edition.delete()
    speaker = make_speaker(name="Ægir")
    speaker.delete()
    address = reverse("admin:history_deletion_changelist")
    page = desk.get(address)
    rows = [(one.change.label, one.many, one.is_back) for one in page.context["cl"].result_list]
    assert rows == [("Ægir", 1, False), ("tide-31", 7, False)]
    desk.post(reverse("admin:undelete", args=[last_batch()]))
    again = [one.is_back for one in desk.get(address).context["cl"].result_list]
    assert again == [True, False]
    Change.objects.filter(action="deleted").update(at="2020-01-01T00:00:00Z")
    assert list(desk.get(address).context["cl"].result_list) == []
    assert not Deletion.objects.exists()


def test_an_editor_of_another_edition_sees_and_does_nothing() -> None:
    talk = make_talk(title="Neap")
    rename(talk, "Ebb")
    restore = reverse("admin:restore", args=[first_change(talk)])
    talk.delete()
    undelete = reverse("admin:undelete", args=[last_batch()])
    client = browser(editor(edition=make_edition()))
    for address in (restore, undelete):
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert not Talk.objects.exists()


def test_an_editor_does_both_in_their_own_edition() -> None:
    talk = make_talk(title="Neap")
    rename(talk, "Ebb")
    client = browser(editor(edition=talk.edition, username="ida"))
    assert client.post(reverse("admin:restore", args=[first_change(talk)])).status_code == 302
    assert (Talk.objects.get().title, Change.objects.latest("pk").actor) == ("Neap", "ida")
    talk.delete()
    assert client.post(reverse("admin:undelete", args=[last_batch()])).status_code == 302
    assert Talk.objects.get().title == "Neap"


def test_an_editor_brings_nothing_back_into_an_edition_that_is_not_theirs() -> None:
    talk = make_talk()
    theirs = make_edition()
    talk.edition = theirs
    talk.save()
    client = browser(editor(edition=theirs))
    assert client.post(reverse("admin:restore", args=[first_change(talk)])).status_code == 404
    rename(talk, "Ebb")
    moved = Change.objects.filter(kind="talks.talk").order_by("pk")[1]
    assert client.post(reverse("admin:restore", args=[moved.pk])).status_code == 302


def test_a_reviewer_looks_and_does_nothing() -> None:
    talk = make_talk(title="Neap")
    rename(talk, "Ebb")
    client = browser(reviewer())
    restore = reverse("admin:restore", args=[first_change(talk)])
    assert (client.get(restore).status_code, client.post(restore).status_code) == (200, 403)
    talk.delete()
    undelete = reverse("admin:undelete", args=[last_batch()])
    assert (client.get(undelete).status_code, client.post(undelete).status_code) == (200, 403)
    assert "told-press" not in client.get(undelete).content.decode()
    assert not Talk.objects.exists()


def test_nobody_publishes_or_freezes_by_restoring_who_may_not_by_a_form() -> None:
    edition = make_edition(key="tide-31", state="published")
    for state in ("frozen", "draft"):
        edition.state = state
        edition.save()
    frozen, published = (
        Change.objects.get(kind="editions.edition", fields__state__1="frozen").pk,
        first_change(edition),
    )
    for user in (reviewer(), editor(edition=edition)):
        for change in (frozen, published):
            assert browser(user).post(reverse("admin:restore", args=[change])).status_code == 403
    edition.refresh_from_db()
    assert edition.state == "draft"


def test_what_a_frozen_edition_refuses_is_said(desk: Client) -> None:
    talk = make_talk(title="Neap")
    rename(talk, "Ebb")
    talk.edition.state = "frozen"
    talk.edition.save()
    answer = desk.post(reverse("admin:restore", args=[first_change(talk)]), follow=True)
    assert messages_of(answer) == ["Neap: its edition is frozen. Unfreeze the edition first."]


def test_the_lists_show_what_one_may_see() -> None:
    mine, other = make_talk(title="Mine"), make_talk(title="Other")
    make_appearance(talk=mine, speaker=(seen := make_speaker(name="Seen")))
    make_appearance(talk=other, speaker=make_speaker(name="Unseen"))
    user = editor(edition=mine.edition)
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="history"))
    client = browser(user)
    page = client.get(reverse("admin:history_change_changelist"))
    told = {(one.kind, one.label) for one in page.context["cl"].result_list}
    assert {one for one in told if one[0] in ("talks.talk", "speakers.speaker")} == {
        ("talks.talk", "Mine"),
        ("speakers.speaker", seen.name),
    }
    mine.delete()
    other.delete()
    page = client.get(reverse("admin:history_deletion_changelist"))
    assert [one.change.label for one in page.context["cl"].result_list] == ["Mine"]


def test_an_address_that_names_no_change_leads_nowhere(desk: Client) -> None:
    for number in (0, 10**30):
        assert desk.get(reverse("admin:restore", args=[number])).status_code == 404
    assert desk.get(reverse("admin:undelete", args=[UUID(int=5)])).status_code == 404


def test_nobody_unknown_comes_in() -> None:
    talk = make_talk()
    talk.delete()
    for address in (reverse("admin:restore", args=[1]), reverse("admin:undelete", args=[last_batch()])):
        assert Client().post(address).url.startswith(reverse("admin:login"))  # type: ignore[attr-defined]


def linked(talk: Talk) -> SourceRecord:
    """What is remembered of a talk's file."""
    return SourceRecord.objects.create(
        file=make_file(talk.pk), kind="talk", edition_key=talk.edition.key, key=talk.key, talk=talk
    )


def test_a_talk_that_comes_back_has_its_file_again(desk: Client) -> None:
    talk, other = make_talk(), make_talk()
    record, another = linked(talk), linked(other)
    talk.key = "renamed"
    talk.save()
    Conflict.objects.create(record=record, field="talk", site=None, file="Żeglarz")
    talk.delete()
    other.delete()
    batch = Deletion.objects.get(change__label=talk.title).batch
    desk.post(reverse("admin:undelete", args=[batch]))
    record.refresh_from_db()
    another.refresh_from_db()
    assert (record.talk_id, another.talk_id) == (talk.pk or Talk.objects.get().pk, None)
    assert (Conflict.objects.exists(), SourceFile.objects.get(pk=record.file_id).reader) == (False, 0)
    assert SourceFile.objects.get(pk=another.file_id).reader == 1


def test_an_import_finds_the_talk_that_came_back(desk: Client, tmp_path: Path) -> None:
    file = tmp_path / "_programs" / "neap.md"
    file.parent.mkdir()
    words = "---\ntitle: Żeglarz\ntype: talk\nedition: tide-31\nspeaker:\n  name: 海野 渚\n---\nWords.\n"
    file.write_text(words, encoding="utf-8")
    call_command("import_talks", str(tmp_path), verbosity=0)
    talk = Talk.objects.get()
    desk.post(reverse("admin:talks_talk_delete", args=[talk.pk]), {"post": "yes"})
    batch = last_batch()
    # Its file changes while the talk is gone: a conflict, which the undoing settles.
    file.write_text(words.replace("Words.", "More words."), encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_talks", str(tmp_path), verbosity=0)
    assert Conflict.objects.get().field == "talk"
    desk.post(reverse("admin:undelete", args=[batch]))
    assert (Conflict.objects.count(), Talk.objects.get().abstract) == (0, "Words.")
    call_command("import_talks", str(tmp_path), verbosity=0)
    stored = Talk.objects.get()
    assert (stored.pk, stored.abstract, stored.source.key) == (talk.pk, "More words.", "neap")
    call_command("import_talks", str(tmp_path), "--check", verbosity=0)


def test_a_record_that_has_its_file_keeps_it() -> None:
    talk = make_talk()
    linked(talk)
    assert relink([talk, make_speaker()]) == 0
    assert Speaker.objects.count() == 1
