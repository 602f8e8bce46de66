"""A frozen edition is refused by every form, with a sentence; it can be unfrozen, and freeze with its parts."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from editions.models import Edition
from history.models import Change
from speakers.models import Speaker
from talks.models import Talk
from tests import factories
from tests.workbench.conftest import Fill, errors_of, messages_of

FREEZES = "“{}” is frozen: nothing in it changes until the edition is unfrozen."


@pytest.fixture
def frozen(db: None) -> Edition:
    """A frozen edition with a row of each sort."""
    edition = factories.make_edition(key="tide-19")
    room = factories.make_room(edition=edition)
    talk = factories.make_talk(edition=edition, title="Neap", room=room)
    factories.make_appearance(talk=talk)
    factories.make_paper(talk=talk)
    factories.make_notice(edition=edition, talk=talk)
    for make in (
        factories.make_track,
        factories.make_date,
        factories.make_sponsor,
        factories.make_page,
        factories.make_member,
    ):
        make(edition=edition)
    edition.state = Edition.State.FROZEN
    edition.save()
    return edition


PARTS = ["room", "track", "importantdate", "sponsor", "committeemember", "page"]
ROWS = [
    *(("editions", part) for part in PARTS),
    *(("talks", part) for part in ("talk", "appearance", "paper", "notice")),
]
each_row = pytest.mark.parametrize(("app", "name"), ROWS)


def row(app: str, name: str) -> Any:
    """The one row of a model."""
    from django.apps import apps

    return apps.get_model(app, name)._default_manager.get()


@each_row
def test_a_row_is_shown_and_not_changed(desk: Client, frozen: Edition, app: str, name: str) -> None:
    record = row(app, name)
    page = reverse(f"admin:{app}_{name}_change", args=[record.pk])
    shown = desk.get(page)
    assert (shown.status_code, shown.context["has_change_permission"]) == (200, False)
    assert messages_of(shown)[0].startswith(FREEZES.format("tide-19"))
    before = Change.objects.count()
    for address in (page, reverse(f"admin:{app}_{name}_delete", args=[record.pk])):
        answer = desk.post(address, {"post": "yes"}, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        assert FREEZES.format("tide-19") in messages_of(answer)
    assert Change.objects.count() == before


@each_row
def test_deleting_from_the_list_says_why_not(desk: Client, frozen: Edition, app: str, name: str) -> None:
    record = row(app, name)
    chosen = {"action": "delete_selected", "_selected_action": [record.pk]}
    page = reverse(f"admin:{app}_{name}_changelist")
    assert "(its edition is frozen)" in desk.post(page, chosen).content.decode()
    desk.post(page, {**chosen, "post": "yes"})
    assert row(app, name) == record


def test_a_talk_cannot_be_added_or_moved_into_it(fill: Fill, frozen: Edition) -> None:
    kind = factories.make_type()
    answer = fill("admin:talks_talk_add", changes={"edition": frozen.pk, "type": kind.pk, "title": "Ebb"})
    assert errors_of(answer) == {"edition": [FREEZES.format("tide-19")]}
    other = factories.make_talk()
    answer = fill("admin:talks_talk_change", other.pk, changes={"edition": frozen.pk})
    assert errors_of(answer) == {"edition": [FREEZES.format("tide-19")]}
    assert Talk.objects.filter(edition=frozen).count() == 1


def test_parts_cannot_be_added_to_it(fill: Fill, frozen: Edition) -> None:
    answer = fill("admin:editions_room_add", changes={"edition": frozen.pk, "name": "Loft"})
    assert errors_of(answer) == {"edition": [FREEZES.format("tide-19")]}
    talk = Talk.objects.get()
    answer = fill("admin:talks_paper_add", changes={"talk": talk.pk, "title": "Flood"})
    assert errors_of(answer) == {"talk": [FREEZES.format("tide-19")]}


def test_its_own_form_offers_the_state_alone(desk: Client, fill: Fill, frozen: Edition) -> None:
    page = desk.get(reverse("admin:editions_edition_change", args=[frozen.pk]))
    assert list(page.context["adminform"].form.fields) == ["state"]
    rights = {
        (one.has_add_permission, one.has_change_permission) for one in page.context["inline_admin_formsets"]
    }
    assert rights == {(False, False)}
    posted = {"state": "frozen", "title": "Another", "rooms-0-name": "Loft"}
    fill("admin:editions_edition_change", frozen.pk, changes=posted)
    frozen.refresh_from_db()
    assert (frozen.title, frozen.rooms.get().name) != ("Another", "Loft")
    assert frozen.title == ""
    assert fill("admin:editions_edition_change", frozen.pk, changes={"state": "published"}).redirect_chain
    frozen.refresh_from_db()
    assert frozen.state == "published"


def test_an_edition_freezes_together_with_the_parts_changed_in_its_form(fill: Fill) -> None:
    edition = factories.make_edition()
    factories.make_room(edition=edition, name="Loft")
    changes = {"title": "Spring Tide", "state": "frozen", "rooms-0-name": "Upper Loft"}
    assert fill("admin:editions_edition_change", edition.pk, changes=changes).redirect_chain
    edition.refresh_from_db()
    assert (edition.title, edition.state, edition.rooms.get().name) == ("Spring Tide", "frozen", "Upper Loft")


def test_a_new_edition_may_be_frozen_from_the_start(fill: Fill) -> None:
    changes = {
        "key": "tide-18",
        "state": "frozen",
        "rooms-TOTAL_FORMS": "1",
        "rooms-0-name": "Зал",
        "rooms-0-position": "0",
    }
    assert fill("admin:editions_edition_add", changes=changes).redirect_chain
    edition = Edition.objects.get()
    room = edition.rooms.get()
    assert (edition.state, room.key) == ("frozen", "Зал")
    assert room.slug.startswith("room-")


def test_a_frozen_edition_is_not_deleted(desk: Client, frozen: Edition) -> None:
    address = reverse("admin:editions_edition_delete", args=[frozen.pk])
    answer = desk.post(address, {"post": "yes"}, follow=True)
    assert messages_of(answer)[0] == FREEZES.format("tide-19")
    assert Edition.objects.filter(pk=frozen.pk).exists()


def test_a_type_that_is_in_use_is_protected(desk: Client, frozen: Edition) -> None:
    kind = Talk.objects.get().type
    page = desk.get(reverse("admin:talks_talktype_delete", args=[kind.pk])).content.decode()
    assert "would require deleting the following protected related objects" in page


def test_a_speaker_who_appears_is_protected(desk: Client, frozen: Edition) -> None:
    speaker = Talk.objects.get().appearances.get().speaker
    address = reverse("admin:speakers_speaker_delete", args=[speaker.pk])
    assert "protected related objects" in desk.get(address).content.decode()
    desk.post(address, {"post": "yes"})
    speaker.refresh_from_db()


def test_what_only_the_write_finds_frozen_is_a_message_too(desk: Client, fill: Fill) -> None:
    edition = factories.make_edition()
    talk = factories.make_talk(edition=edition)
    appearance = factories.make_appearance(talk=talk)
    kind = talk.type
    edition.state = Edition.State.FROZEN
    edition.save()
    speaker = Speaker.objects.get(appearances=appearance)
    # The person's own record is never frozen, whatever shows it.
    assert fill(
        "admin:speakers_speaker_change", speaker.pk, changes={"affiliation": "Reef Lab"}
    ).redirect_chain
    assert fill("admin:talks_talktype_change", kind.pk, changes={"label": "Address"}).redirect_chain
    user = factories.make_editor(edition=edition)
    assert desk.post(reverse("admin:auth_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 302
