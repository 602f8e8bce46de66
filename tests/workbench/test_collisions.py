"""Two browsers save the same record: nothing is lost, and the second is told what changed."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from history.models import Change, Deletion
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests.factories import (
    make_appearance,
    make_editor,
    make_organizer,
    make_paper,
    make_room,
    make_speaker,
    make_talk,
)
from tests.workbench.conftest import errors_of, messages_of, read_form

pytestmark = pytest.mark.django_db
ADDRESS = "admin:talks_talk_change"


class Browser:
    """Somebody with a form open."""

    def __init__(self, record: Any, user: User | None = None) -> None:
        self.client = Client()
        self.client.force_login(user or make_organizer())
        self.address = reverse(
            f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk]
        )
        self.form = read_form(self.client.get(self.address).content)

    def send(self, **changes: Any) -> Any:
        """Send the form with some fields changed; what comes back is the form from now on."""
        data = {**self.form, **{name.replace("__", "-"): value for name, value in changes.items()}}
        answer = self.client.post(self.address, data, follow=True)
        if answer.status_code == 200 and not answer.redirect_chain:
            self.form = read_form(answer.content)
        return answer


def told(answer: Any) -> list[tuple[str, str, list[tuple[str, str, str]], list[tuple[str, str, str]]]]:
    """What the notice tells: of each record its fields that were taken over and those that clash."""
    return [
        (
            row.label,
            row.what,
            [(one.label, one.old, one.new) for one in row.taken],
            [(one.label, one.old, one.new) for one in row.clashes],
        )
        for row in answer.context["collision"].rows
    ]


def rename(talk: Talk, **values: Any) -> None:
    """Save some fields, as somebody else would."""
    row = Talk.objects.get(pk=talk.pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_what_only_the_other_changed_is_taken_over() -> None:
    talk = make_talk(title="One", abstract="Words.\n\nMore words.", tags=["sea", "a, b"])
    zoe = Browser(talk, make_organizer(username="zoë"))
    mira = Browser(talk, make_organizer(username="mira"))
    assert zoe.send(title="Żeglarz", tags="tide").redirect_chain
    answer = mira.send(abstract="Mine.")
    assert not answer.redirect_chain
    assert Talk.objects.get().abstract == "Words.\n\nMore words."
    assert answer.context["collision"].actors == "zoë"
    assert [row[1:] for row in told(answer)] == [
        ("changed", [("title", "One", "Żeglarz"), ("tags", "sea, a, b", "tide")], [])
    ]
    form = mira.form
    assert (form["title"], form["abstract"], form["tags"]) == ("Żeglarz", "Mine.", "tide")
    assert mira.send().redirect_chain
    stored = Talk.objects.get()
    assert (stored.title, stored.abstract, stored.tags) == ("Żeglarz", "Mine.", ["tide"])


def test_what_both_changed_stands_as_typed_with_the_other_beside_it() -> None:
    room = make_room(name="Hörsaal")
    talk = make_talk(title="One", edition=room.edition)
    zoe, mira = Browser(talk, make_organizer(username="zoë")), Browser(talk)
    zoe.send(title="Theirs", room=str(room.pk), level="Άλφα")
    answer = mira.send(title="Mine", level="Άλφα", starts_at="2031-05-15T09:00")
    assert errors_of(answer) == {
        "__all__": ["Nothing is saved yet: the record was changed while this form was open."],
        "title": ["Meanwhile: Theirs"],
    }
    taken = [("room", "", "Hörsaal"), ("level", "", "Άλφα")]
    assert [row[1:] for row in told(answer)] == [("changed", taken, [("title", "One", "Theirs")])]
    assert Talk.objects.get().title == "Theirs"
    assert (mira.form["title"], mira.form["room"], mira.form["starts_at"]) == (
        "Mine",
        str(room.pk),
        "2031-05-15T09:00",
    )
    zoe = Browser(talk)
    assert zoe.send(doi="10.1/x").redirect_chain
    assert told(mira.send())[0][2] == [("DOI", "", "10.1/x")]
    assert mira.send().redirect_chain
    stored = Talk.objects.get()
    assert (stored.title, stored.room, stored.doi) == ("Mine", room, "10.1/x")


def test_a_mistake_of_ones_own_does_not_hide_a_collision() -> None:
    talk = make_talk(title="One")
    mira = Browser(talk)
    assert list(errors_of(mira.send(title="Mine", starts_at=""))) == ["ends_at"]
    rename(talk, title="Theirs")
    answer = mira.send(starts_at="2031-05-15T09:00")
    assert answer.context["collision"].actors == "the site itself"
    assert (Talk.objects.get().title, mira.form["title"]) == ("Theirs", "Mine")


def test_rows_of_people_are_merged_one_by_one() -> None:
    talk = make_talk()
    first, second, third = (
        make_appearance(talk=talk, name=name, affiliation="", position=place)
        for place, name in enumerate(("Ada", "Bо", "Cy"))
    )
    mira = Browser(talk)
    Appearance.objects.filter(pk=first.pk).update(affiliation="Reef Lab")
    Appearance.objects.filter(pk=third.pk).delete()
    added = make_appearance(talk=talk, name="海野 渚", speaker=None, position=1)
    mine = {
        "appearances-0-name": "Ada Mine",
        "appearances-1-bio": "Of Bo.",
        "appearances-2-bio": "Of Cy, long and lost.",
        "appearances-3-name": "New of mine",
        "appearances-3-role": "chair",
        "appearances-3-position": "9",
        "appearances-TOTAL_FORMS": "4",
    }
    answer = mira.send(title="Mine", **mine)
    assert told(answer) == [
        ("Ada", "changed", [("affiliation", "", "Reef Lab")], []),
        ("海野 渚", "added", [], []),
        ("Cy", "removed", [], []),
    ]
    lost = answer.context["collision"].rows[-1].typed
    assert [(one.label, one.text) for one in lost] == [("Biography", "Of Cy, long and lost.")]
    assert "Of Cy, long and lost." in answer.content.decode()
    assert Appearance.objects.filter(name="Ada Mine").count() == 0
    assert mira.send().redirect_chain
    rows = list(Appearance.objects.order_by("position", "pk").values_list("pk", "name", "affiliation", "bio"))
    assert rows[:3] == [
        (first.pk, "Ada Mine", "Reef Lab", ""),
        (second.pk, "Bо", "", "Of Bo."),
        (added.pk, "海野 渚", "Institute of Shoals", ""),
    ]
    assert [row[1:] for row in rows[3:]] == [("New of mine", "", "")]
    assert Talk.objects.get().title == "Mine"


def test_a_row_that_both_touched_is_not_deleted_unseen() -> None:
    talk = make_talk()
    make_paper(talk=talk, title="On Eddies", authors="Ö. Fen")
    mira = Browser(talk)
    talk.papers.update(title="On Whirls", authors="Their authors")
    answer = mira.send(**{"papers-0-DELETE": "on", "papers-0-authors": "My authors"})
    assert told(answer) == [
        (
            "On Whirls",
            "changed",
            [("title", "On Eddies", "On Whirls")],
            [("authors", "Ö. Fen", "Their authors")],
        )
    ]
    assert "papers-0-DELETE" not in mira.form
    assert (mira.form["papers-0-title"], mira.form["papers-0-authors"]) == ("On Whirls", "My authors")
    assert mira.send(**{"papers-0-DELETE": "on"}).redirect_chain
    assert not talk.papers.exists()


def test_a_record_that_was_deleted_gives_back_what_was_typed() -> None:
    talk = make_talk(title="One")
    make_appearance(talk=talk, name="海野 渚", speaker=None)
    mira = Browser(talk)
    zoe = make_organizer(username="zoë")
    client = Client()
    client.force_login(zoe)
    client.post(reverse("admin:talks_talk_delete", args=[talk.pk]), {"post": "yes"})
    answer = mira.send(abstract="All my words.")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "by zoë" in page
    typed = [(one.label, one.text) for one in answer.context["typed"]]
    assert ("Abstract", "All my words.") in typed and ("name", "海野 渚") in typed
    assert [label for label, _text in typed if label in ("talk", "position", "id")] == []
    undo = reverse("admin:undelete", args=[Deletion.objects.latest("pk").batch])
    assert undo in page
    client.post(undo)
    assert mira.send(abstract="All my words.").context["collision"].actors == "zoë"
    assert mira.send().redirect_chain
    assert Talk.objects.get().abstract == "All my words."


def test_a_person_is_guarded_as_well() -> None:
    speaker = make_speaker(name="Ægir", slug="aegir", affiliation="Reef Lab")
    mira = Browser(speaker)
    Speaker.objects.update(affiliation="Shoal Lab", links=[{"label": "Code", "url": "https://code.example/"}])
    answer = mira.send(name="Ægir Ø")
    assert [row[2] for row in told(answer)] == [
        [("affiliation", "Reef Lab", "Shoal Lab"), ("links", "", "Code: https://code.example/")]
    ]
    assert mira.send().redirect_chain
    stored = Speaker.objects.get()
    assert (stored.name, stored.affiliation, len(stored.links)) == ("Ægir Ø", "Shoal Lab", 1)


def test_who_may_not_change_it_is_not_told() -> None:
    talk = make_talk()
    user = make_editor(edition=talk.edition)
    mira = Browser(talk, user)
    rename(talk, title="Theirs")
    user.user_permissions.clear()
    assert mira.client.post(mira.address, mira.form).status_code == 403
    assert Talk.objects.get().title == "Theirs"


def test_saving_twice_alone_is_no_collision() -> None:
    talk = make_talk(title="One")
    mira = Browser(talk)
    answer = mira.client.post(mira.address, {**mira.form, "title": "Two", "_continue": "1"}, follow=True)
    mira.form = read_form(answer.content)
    assert mira.send(title="Three").redirect_chain
    assert (Talk.objects.get().title, Change.objects.filter(kind="talks.talk").count()) == ("Three", 3)
    assert "Changed meanwhile" not in answer.content.decode()
    assert messages_of(answer) != []


@pytest.mark.parametrize("count", [1, 3])
def test_a_form_asks_history_once(count: int) -> None:
    talk = make_talk()
    for _ in range(count):
        make_appearance(talk=talk)
        make_paper(talk=talk)
    mira = Browser(talk)
    with CaptureQueriesContext(connection) as asked:
        page = mira.client.get(mira.address).content.decode()
    assert len([one for one in asked if 'FROM "history_change"' in one["sql"]]) == 1
    newest = Change.objects.filter(kind="talks.paper").latest("pk").pk
    assert html.document_fromstring(page).xpath("//input[@name='seen_change']/@value") == [str(newest)]


@pytest.mark.parametrize("key", ["9" * 30, "x", "٣", "1_5F"])
def test_an_address_that_names_nothing_is_no_error(desk: Client, key: str) -> None:
    address = f"/admin/talks/talk/{key}/change/"
    assert desk.get(address).status_code == 302
    assert desk.post(address, {}).status_code == 302
    assert desk.post(address, {"seen_change": "1"}).status_code == 409


@pytest.mark.parametrize("seen", ["9" * 30, "٣", "-1", "", "x", "0"])
def test_a_note_that_is_none_is_no_error(desk: Client, seen: str) -> None:
    talk = make_talk()
    sent = {"seen_change": seen, "appearances-TOTAL_FORMS": "2", "papers-INITIAL_FORMS": "x"}
    assert desk.post(reverse(ADDRESS, args=[talk.pk]), sent).status_code == 200
    assert Talk.objects.get().title == talk.title
