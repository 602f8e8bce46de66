"""Lists: what their lines say, what search finds, what filters choose."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exchange.models import SourceFile, SourceRecord
from speakers.models import SpeakerAlias
from tests.factories import (
    make_appearance,
    make_edition,
    make_room,
    make_speaker,
    make_talk,
    make_track,
    make_type,
)

TALKS, SPEAKERS = "admin:talks_talk_changelist", "admin:speakers_speaker_changelist"
EDITION = "edition__id__exact"


def found(desk: Client, name: str, **query: str) -> list[str]:
    """The titles or names in a list; of all editions, unless one is chosen."""
    every = {EDITION: "all"} if name == TALKS else {}
    result = desk.get(reverse(name), {**every, **query}).context["cl"].result_list
    return [getattr(one, "title", "") or one.name for one in result]


def cells(desk: Client, **query: str) -> list[list[str]]:
    """The words of each line of the list of talks."""
    from lxml import html

    page = html.document_fromstring(desk.get(reverse(TALKS), query).content.decode())
    lines = page.xpath("//table[@id='result_list']/tbody/tr")
    return [
        [" ".join(cell.text_content().split()) for cell in line.xpath("./td | ./th")][1:] for line in lines
    ]


def test_a_line_says_when_where_what_and_who(desk: Client) -> None:
    edition = make_edition(key="tide-31")
    kind = make_type(label="Panel")
    talk = make_talk(
        edition=edition, title="Ebb", room=make_room(edition=edition, name="Pier Hall"), type=kind,
        starts_at=datetime(2031, 5, 15, 23, 40),
    )  # fmt: skip
    for name in ("Łucja Mewa", "海野 渚", "Orla Kelp", "Ada Fen"):
        make_appearance(talk=talk, speaker=make_speaker(name=name, slug=f"s{len(name)}{name[0]}".lower()))
    make_talk(
        edition=edition, type=make_type(label="Tea", kind="break"), title="", starts_at=None, state="draft"
    )
    file = SourceFile.objects.create(
        path="_programs/tide/07-ebb.md", data=b"", size=0, read_at=timezone.now(), reader=1
    )
    SourceRecord.objects.create(file=file, kind="talk", edition_key="tide-31", key="07-ebb", talk=talk)
    lines = [
        ["Thu 15 May 2031 23:40–00:25", "Pier Hall", "Ebb", "Łucja Mewa, 海野 渚, Orla Kelp and 1 more",
         "Panel published 07-ebb.md", "-"],
        ["unscheduled", "-", "Tea", "-", "Tea draft", "▲ No time"],
    ]  # fmt: skip
    assert cells(desk) == lines
    assert cells(desk, **{EDITION: "all"}) == [[*line, "tide-31"] for line in lines]


def test_the_newest_edition_comes_first_and_each_in_its_order(desk: Client) -> None:
    early, late = make_edition(starts_on="2019-05-02", ends_on="2019-05-03"), make_edition()
    make_talk(edition=late, title="B", starts_at=datetime(2031, 5, 15, 11, 0))
    make_talk(edition=early, title="C", starts_at=datetime(2019, 5, 2, 9, 0))
    make_talk(edition=late, title="A", starts_at=datetime(2031, 5, 15, 9, 0))
    make_talk(edition=late, title="Z", starts_at=None)
    assert found(desk, TALKS) == ["A", "B", "Z", "C"]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("lukasz", ["Ebb"]),
        ("ŁUKASZ", ["Ebb"]),
        ("mewa lukasz", ["Ebb"]),
        ("zegluga", ["Żegluga"]),
        ("東京", ["東京の潮"]),
        ("lucas", ["Ebb"]),
        ("strasse", ["Große Straße"]),
        ("nothing of this", []),
        ("", ["Ebb", "Große Straße", "Żegluga", "東京の潮"]),
    ],
)
def test_search_finds_titles_names_and_other_names_however_they_are_typed(
    desk: Client, words: str, titles: list[str]
) -> None:
    edition = make_edition()
    talks = [
        make_talk(edition=edition, title=title) for title in ("Ebb", "Żegluga", "東京の潮", "Große Straße")
    ]
    speaker = make_speaker(name="Łukasz Mewa", slug="lm")
    SpeakerAlias.objects.create(speaker=speaker, name="Lucas Mewa")
    make_appearance(talk=talks[0], speaker=speaker)
    make_appearance(talk=talks[0], speaker=make_speaker(name="Łukasz Brzeg", slug="lb"))
    assert sorted(found(desk, TALKS, q=words)) == titles


def test_search_finds_people_and_so_does_autocomplete(desk: Client) -> None:
    speaker = make_speaker(name="Łukasz Mewa")
    make_speaker(name="Orla Kelp")
    assert found(desk, SPEAKERS, q="lukasz") == ["Łukasz Mewa"]
    query = {"app_label": "talks", "model_name": "appearance", "field_name": "speaker", "term": "ŁUKASZ"}
    answer: Any = desk.get(reverse("admin:autocomplete"), query)
    assert answer.json()["results"] == [{"id": str(speaker.pk), "text": "Łukasz Mewa"}]


def test_filters_choose(desk: Client) -> None:
    edition = make_edition()
    hall, attic, track = make_room(edition=edition), make_room(edition=edition), make_track(edition=edition)
    make_talk(edition=edition, title="A", room=hall, video_url="https://video.example/a")
    make_talk(edition=edition, title="B", room=attic, track=track, state="draft")
    make_talk(edition=make_edition(), title="C", starts_at=None, type=(kind := make_type()))
    chosen = {"edition__id__exact": str(edition.pk)}
    assert found(desk, TALKS, **chosen) == ["A", "B"]
    assert found(desk, TALKS, **chosen, room=str(attic.pk)) == ["B"]
    assert found(desk, TALKS, **chosen, track=str(track.pk)) == ["B"]
    assert found(desk, TALKS, state__exact="draft") == ["B"]
    assert found(desk, TALKS, type__id__exact=str(kind.pk)) == ["C"]
    assert found(desk, TALKS, video="yes") == ["A"]
    assert sorted(found(desk, TALKS, video="no")) == ["B", "C"]
    assert found(desk, TALKS, scheduled="no") == ["C"]
    assert sorted(found(desk, TALKS, scheduled="yes")) == ["A", "B"]
    assert sorted(found(desk, TALKS, starts_at__year="2031", starts_at__month="5", starts_at__day="15")) == [
        "A",
        "B",
    ]
    assert found(desk, TALKS, starts_at__year="2031", starts_at__month="5", starts_at__day="16") == []


def specs(desk: Client, **query: Any) -> dict[str, Any]:
    """The filters of the list of talks by their titles."""
    return {str(one.title): one for one in desk.get(reverse(TALKS), query).context["cl"].filter_specs}


def test_rooms_tracks_and_days_are_those_of_the_listed_edition(desk: Client) -> None:
    room, track = make_room(name="Pier Hall"), make_track(name="Deep")
    make_room(name="Attic")
    for day in (15, 16):
        make_talk(edition=room.edition, room=room, starts_at=datetime(2031, 5, day, 23, 50))
    everything = specs(desk, **{EDITION: "all"})
    assert not {"room", "track", "day", "warnings"} & set(everything)
    offered = specs(desk, **{EDITION: room.edition_id})
    assert offered["room"].lookup_choices == [(str(room.pk), "Pier Hall")]
    assert offered["day"].lookup_choices == [("2031-05-15", "Thu 15 May"), ("2031-05-16", "Fri 16 May")]
    assert specs(desk, **{EDITION: track.edition_id})["track"].lookup_choices == [(str(track.pk), "Deep")]


def test_a_day_is_that_of_the_venues_clock(desk: Client) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        edition = make_edition(timezone=zone)
        for day, hour in ((15, 0), (15, 23), (16, 0)):
            make_talk(edition=edition, title=f"{day} {hour}", starts_at=datetime(2031, 5, day, hour))
        assert found(desk, TALKS, **{EDITION: str(edition.pk)}, day="2031-05-15") == ["15 0", "15 23"]


def test_the_list_begins_with_the_edition_in_which_one_works(desk: Client) -> None:
    past = make_edition(starts_on="2019-05-02", ends_on="2019-05-03")
    make_talk(edition=past, title="Old", starts_at=datetime(2019, 5, 2, 9))
    new = make_talk(title="New")
    listed = [one.title for one in desk.get(reverse(TALKS)).context["cl"].result_list]
    assert listed == ["New"]
    desk.post(reverse("admin:switch"), {"edition": past.key})
    listed = [one.title for one in desk.get(reverse(TALKS)).context["cl"].result_list]
    assert listed == ["Old"]
    page = desk.get(reverse("admin:talks_talk_add"))
    assert page.context["adminform"].form.initial["edition"] == str(past.pk)
    assert sorted(found(desk, TALKS)) == ["New", "Old"]
    chosen = [
        one["display"]
        for one in specs(desk)["edition"].choices(desk.get(reverse(TALKS)).context["cl"])
        if one["selected"]
    ]
    assert chosen == [past.key]
    assert found(desk, TALKS, **{EDITION: str(new.edition_id)}) == ["New"]


def test_warnings_stand_in_words_and_can_be_chosen(desk: Client) -> None:
    room = make_room()
    talks = [make_talk(edition=room.edition, room=room, title=title, abstract="Ebb.") for title in ("A", "B")]
    quiet = make_talk(
        edition=room.edition,
        room=make_room(edition=room.edition),
        title="C",
        starts_at=datetime(2031, 5, 15, 12),
    )
    for talk in (*talks, quiet):
        make_appearance(talk=talk)
    assert [line[5] for line in cells(desk)] == ["✖ Room clash", "✖ Room clash", "-"]
    chosen = {EDITION: str(room.edition_id)}
    assert found(desk, TALKS, **chosen, warned="yes") == ["A", "B"]
    assert found(desk, TALKS, **chosen, warned="no") == ["C"]
    talks[1].room = None
    talks[1].location = "On the pier"
    talks[1].save()
    assert found(desk, TALKS, **chosen, warned="yes") == []


def test_what_is_missing_can_be_chosen(desk: Client) -> None:
    edition = make_edition()
    make_talk(edition=edition, title="A", abstract="Ebb.")
    bare = make_talk(edition=edition, title="B")
    make_talk(edition=edition, title="C", type=make_type(kind="break"))
    assert found(desk, TALKS, abstract="missing") == ["B"]
    make_appearance(talk=bare, name="海野 渚")
    make_appearance(talk=bare, speaker=None)
    people = "admin:talks_appearance_changelist"
    assert found(desk, people, photo="missing") == ["海野 渚"]


def test_counts_stand_beside_filters_when_asked_for(desk: Client) -> None:
    edition = make_edition(key="tide-31")
    room = make_room(edition=edition, name="Pier Hall")
    make_talk(edition=edition, room=room)
    make_talk(edition=edition, state="draft")
    page = desk.get(reverse(TALKS), {"_facets": "True"}).content.decode()
    for words in ("All (2)", "tide-31 (2)", "Pier Hall (1)", "Thu 15 May (2)", "draft (1)", "missing (2)"):
        assert words in page


@pytest.mark.parametrize(
    "query",
    [
        "room=x",
        "video=x",
        "scheduled=x",
        "edition__id__exact=x",
        "edition__id__exact=999999",
        "day=x",
        "day=2031-13-45",
        "warned=x",
        "abstract=x",
        "q=%00",
        "starts_at__year=x",
        "p=x",
    ],
)
def test_addresses_that_nobody_made_are_no_500(desk: Client, query: str) -> None:
    assert desk.get(f"{reverse(TALKS)}?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_list_is_asked_by_a_pattern(desk: Client, model: type[models.Model]) -> None:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for pattern in ("pk__regex=(", "pk__iregex=("):
        assert desk.get(f"{address}?{pattern}").status_code == 400


def test_a_speaker_shows_every_appearance_as_it_was_printed(desk: Client) -> None:
    speaker = make_speaker(name="Łucja Mewa")
    old = make_talk(edition=make_edition(starts_on="2019-05-02", ends_on=None), title="Neap")
    make_appearance(talk=old, speaker=speaker, name="Lucja Mewa", affiliation="Old Pier College")
    new = make_appearance(speaker=speaker)
    page = desk.get(reverse("admin:speakers_speaker_change", args=[speaker.pk])).content.decode()
    assert "Lucja Mewa · Old Pier College" in page
    assert page.index(str(new.talk.title)) < page.index("Neap")
