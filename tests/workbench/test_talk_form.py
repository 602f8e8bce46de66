"""The form of a talk: its fields, its inlines, what it makes and what it leaves behind."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from editions.models import Edition
from history.models import Change
from talks.models import Appearance, Paper, Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_paper,
    make_room,
    make_speaker,
    make_talk,
    make_track,
    make_type,
)
from tests.workbench.conftest import Fill, errors_of, messages_of

CHANGE, ADD = "admin:talks_talk_change", "admin:talks_talk_add"


def inline(prefix: str, row: int, **values: Any) -> dict[str, Any]:
    """The fields of one row of an inline."""
    return {f"{prefix}-{row}-{name}": value for name, value in values.items()}


def test_an_edition_goes_with_its_name(desk: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31", title="Прилив 2031"))
    make_edition(key="tide-30", title="", host_short="")
    form = desk.get(reverse(CHANGE, args=[talk.pk])).content.decode()
    assert "tide-31 · Прилив 2031" in form
    query = {"app_label": "talks", "model_name": "talk", "field_name": "edition", "term": "tide"}
    found = desk.get(reverse("admin:autocomplete"), query).json()["results"]
    assert sorted(one["text"] for one in found) == ["tide-30", "tide-31 · Прилив 2031"]


@pytest.mark.django_db
def test_the_door_has_the_sites_icon(client: Client) -> None:
    assert '<link rel="icon" href="/static/website/icon.svg"' in client.get("/admin/login/").content.decode()


def test_a_form_sent_untouched_changes_nothing(fill: Fill) -> None:
    edition = make_edition()
    talk = make_talk(
        edition=edition,
        room=make_room(edition=edition),
        track=make_track(edition=edition),
        tags=["maps", "tides, high and low", 'so-called "ebb"'],
        extra=[{"label": "Level", "value": "初級"}],
        abstract="Words\n\n\tcode",
        starts_at=datetime(2031, 5, 15, 23, 30, 20),
        ends_at=datetime(2031, 5, 16, 0, 15),
    )
    make_appearance(talk=talk, bio="She *reads* tides.")
    make_paper(talk=talk)
    Change.objects.all().delete()
    answer = fill(CHANGE, talk.pk, changes={})
    assert answer.redirect_chain
    assert list(Change.objects.values_list("label", "fields")) == []


def test_an_edit_with_inlines_is_stored_and_told_under_its_author(fill: Fill) -> None:
    talk = make_talk(title="Slack Water")
    speaker, other = (
        make_speaker(name="Łucja Mewa", affiliation="Harbour School"),
        make_speaker(name="海野 渚"),
    )
    first = make_appearance(talk=talk, speaker=speaker, affiliation="Old Pier College")
    paper = make_paper(talk=talk, title="Ebb")
    Change.objects.all().delete()
    answer = fill(
        CHANGE,
        talk.pk,
        changes={
            "title": "Slack Water, revisited",
            "state": "cancelled",
            "starts_at": "2031-05-15T16:05",
            "ends_at": "2031-05-15T16:50",
            "tags": "tides,  maps, tides",
            "abstract": "One\r\ntwo",
            "appearances-TOTAL_FORMS": "2",
            **inline("appearances", 0, affiliation="Pier College"),
            **inline("appearances", 1, talk=talk.pk, speaker=other.pk, role="moderator", position="2"),
            "papers-TOTAL_FORMS": "2",
            **inline("papers", 0, DELETE="on"),
            **inline("papers", 1, talk=talk.pk, title="Flood", position="0"),
        },
    )
    assert answer.redirect_chain
    talk.refresh_from_db()
    assert (talk.title, talk.state, talk.tags) == ("Slack Water, revisited", "cancelled", ["tides", "maps"])
    assert (talk.starts_at, talk.ends_at) == (datetime(2031, 5, 15, 16, 5), datetime(2031, 5, 15, 16, 50))
    assert talk.abstract == "One\ntwo"
    people = talk.appearances.values_list("name", "affiliation", "role")
    assert list(people) == [("Łucja Mewa", "Pier College", "speaker"), ("海野 渚", "", "moderator")]
    assert list(talk.papers.values_list("title", flat=True)) == ["Flood"]
    told = {(one.kind, one.action, one.label): one for one in Change.objects.all()}
    assert {one.actor for one in told.values()} == {"ines"}
    assert set(told) == {
        ("talks.talk", "updated", "Slack Water, revisited"),
        ("talks.appearance", "updated", "Łucja Mewa"),
        ("talks.appearance", "created", "海野 渚"),
        ("talks.paper", "deleted", "Ebb"),
        ("talks.paper", "created", "Flood"),
    }
    assert told["talks.appearance", "updated", "Łucja Mewa"].key == str(first.pk)
    assert told["talks.appearance", "updated", "Łucja Mewa"].fields == {
        "affiliation": ["Old Pier College", "Pier College"]
    }
    assert told["talks.paper", "deleted", "Ebb"].key == str(paper.pk)


@pytest.mark.parametrize(
    ("title", "slug"), [("Tides & Maps", "tides-maps"), ("海の地図", "talk-"), ("", "paper-session")]
)
def test_a_new_talk_gets_its_identity(fill: Fill, title: str, slug: str) -> None:
    edition = make_edition()
    kind = make_type(label="Paper session", kind="session")
    answer = fill(ADD, changes={"edition": edition.pk, "type": kind.pk, "title": title})
    assert answer.redirect_chain
    talk = Talk.objects.get()
    assert talk.slug.startswith(slug)
    assert (talk.key, talk.state) == (talk.slug, "draft")
    assert talk.guid.version == 5
    assert talk.number >= 1
    assert reverse("admin:talks_talk_changelist") == answer.redirect_chain[-1][0]


def test_two_talks_of_one_title_get_two_slugs(fill: Fill) -> None:
    talk = make_talk(title="Break")
    fill(ADD, changes={"edition": talk.edition_id, "type": talk.type_id, "title": "Break"})
    assert sorted(Talk.objects.values_list("slug", flat=True)) == ["break", "break-2"]


def test_a_new_appearance_takes_name_and_affiliation_of_today(fill: Fill) -> None:
    talk = make_talk()
    speaker = make_speaker(name="Orla Kelp", affiliation="Reef Lab")
    row = inline("appearances", 0, talk=talk.pk, speaker=speaker.pk, role="speaker", position="0")
    fill(CHANGE, talk.pk, changes={"appearances-TOTAL_FORMS": "1", **row})
    assert Appearance.objects.values_list("name", "affiliation").get() == ("Orla Kelp", "Reef Lab")


def test_an_appearance_needs_somebody(fill: Fill) -> None:
    talk = make_talk()
    row = inline("appearances", 0, talk=talk.pk, role="speaker", position="0", affiliation="Reef Lab")
    answer = fill(CHANGE, talk.pk, changes={"appearances-TOTAL_FORMS": "1", **row})
    assert "Choose a speaker or write a name." in answer.content.decode()
    assert not Appearance.objects.exists()


def test_a_placeholder_is_a_name_without_a_speaker(fill: Fill) -> None:
    talk = make_talk()
    row = inline("appearances", 0, talk=talk.pk, role="speaker", position="0", name="TBD")
    fill(CHANGE, talk.pk, changes={"appearances-TOTAL_FORMS": "1", **row})
    placeholder = Appearance.objects.get()
    assert (placeholder.name, placeholder.speaker) == ("TBD", None)


def test_an_end_before_the_start_is_told_at_its_field(fill: Fill) -> None:
    talk = make_talk()
    answer = fill(CHANGE, talk.pk, changes={"ends_at": "2031-05-15T09:00"})
    assert errors_of(answer) == {"ends_at": ["The end is before the start."]}
    answer = fill(CHANGE, talk.pk, changes={"starts_at": ""})
    assert errors_of(answer) == {"ends_at": ["An end needs a start."]}


def test_a_time_that_is_none_is_told_at_its_field(fill: Fill) -> None:
    answer = fill(CHANGE, make_talk().pk, changes={"ends_at": "2031-05-15T25:61"})
    assert errors_of(answer) == {"ends_at": ["Enter a valid date/time."]}


@pytest.mark.parametrize("zone", ["America/Vancouver", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_times_name_the_zone_of_their_clock(desk: Client, zone: str) -> None:
    talk = make_talk(edition=make_edition(timezone=zone))
    page = desk.get(reverse(CHANGE, args=[talk.pk])).content.decode()
    # Twice in the talk, once in the row from which notices are made.
    assert page.count(f"By the clock in {zone}.") == 3
    assert 'value="2031-05-15T09:30"' in page
    assert "vTimeField" not in page
    assert "vDateField" not in page


def test_a_night_session_keeps_its_clock(fill: Fill) -> None:
    talk = make_talk(edition=make_edition(timezone="America/New_York"))
    # That night New York's clocks skip the hour from two to three.
    fill(CHANGE, talk.pk, changes={"starts_at": "2031-03-08T23:30", "ends_at": "2031-03-09T02:30"})
    talk.refresh_from_db()
    assert (talk.starts_at, talk.ends_at) == (datetime(2031, 3, 8, 23, 30), datetime(2031, 3, 9, 2, 30))


def test_only_rooms_and_tracks_of_the_edition_are_offered(desk: Client, fill: Fill) -> None:
    edition = make_edition()
    room, track = make_room(edition=edition, name="Pier Hall"), make_track(edition=edition, name="Currents")
    elsewhere = make_room(name="Attic")
    talk = make_talk(edition=edition)
    form = desk.get(reverse(CHANGE, args=[talk.pk])).context["adminform"].form
    assert list(form.fields["room"].queryset) == [room]
    assert list(form.fields["track"].queryset) == [track]
    answer = fill(CHANGE, talk.pk, changes={"room": elsewhere.pk})
    assert list(errors_of(answer)) == ["room"]


def test_a_talk_that_moves_to_another_edition_leaves_its_room(fill: Fill) -> None:
    room = make_room()
    talk, other = make_talk(edition=room.edition, room=room), make_edition()
    answer = fill(CHANGE, talk.pk, changes={"edition": other.pk})
    assert errors_of(answer) == {"room": ["“" + room.name + "” belongs to another edition."]}
    assert fill(CHANGE, talk.pk, changes={"edition": other.pk, "room": ""}).redirect_chain
    talk.refresh_from_db()
    assert talk.edition == other


def test_a_new_talk_begins_in_the_current_edition_or_the_one_that_is_named(desk: Client) -> None:
    old = make_edition(starts_on="2019-05-02", ends_on="2019-05-02")
    ahead = make_edition()
    assert desk.get(reverse(ADD)).context["adminform"].form["edition"].value() == str(ahead.pk)
    assert desk.get(f"{reverse(ADD)}?edition={old.pk}").context["adminform"].form["edition"].value() == str(
        old.pk
    )
    assert desk.get(f"{reverse(ADD)}?edition=nonsense").status_code == 200


def test_the_form_opens_before_there_is_any_edition(desk: Client) -> None:
    assert not Edition.objects.exists()
    assert "By the clock of the edition's venue." in desk.get(reverse(ADD)).content.decode()


def test_a_notice_for_a_talk_belongs_to_its_edition(fill: Fill) -> None:
    talk = make_talk()
    row = inline("notices", 0, talk=talk.pk, text="Now in the tent", until="2031-05-15T11:00")
    assert fill(CHANGE, talk.pk, changes={"notices-TOTAL_FORMS": "1", **row}).redirect_chain
    notice = talk.notices.get()
    assert (notice.edition, notice.until) == (talk.edition, datetime(2031, 5, 15, 11, 0))


@pytest.mark.parametrize("words", ['{"a": 1}', '["x"]', '[{"label": 1, "value": "x"}]', '[{"label": "x"}]'])
def test_facts_of_another_shape_are_refused_with_an_example(fill: Fill, words: str) -> None:
    answer = fill(CHANGE, make_talk().pk, changes={"extra": words})
    assert errors_of(answer) == {
        "extra": ['Write a list such as [{"label": "…", "value": "…"}], all in double quotes.']
    }


def test_control_characters_are_refused(fill: Fill) -> None:
    answer = fill(CHANGE, make_talk().pk, changes={"abstract": "tide\x07"})
    assert list(errors_of(answer)) == ["abstract"]


def test_a_published_talk_can_be_viewed_on_the_site_and_a_draft_cannot(desk: Client) -> None:
    shown, draft = make_talk(), make_talk(state="draft")
    early = make_talk(edition=make_edition(state="draft"))
    for talk, address in ((shown, shown.get_absolute_url()), (draft, None), (early, None)):
        page = desk.get(reverse(CHANGE, args=[talk.pk]))
        assert page.context["absolute_url"] == address


def test_deleting_a_talk_takes_its_parts_along(desk: Client) -> None:
    talk = make_talk()
    make_appearance(talk=talk)
    make_paper(talk=talk)
    answer = desk.post(reverse("admin:talks_talk_delete", args=[talk.pk]), {"post": "yes"}, follow=True)
    assert "was deleted successfully" in messages_of(answer)[0]
    assert not (Talk.objects.exists() or Appearance.objects.exists() or Paper.objects.exists())
