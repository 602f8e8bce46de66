"""Lists: what their lines say, what search finds, what filters choose."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

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


def found(desk: Client, name: str, **query: str) -> list[str]:
    """The titles or names in a list."""
    result = desk.get(reverse(name), query).context["cl"].result_list
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
    assert cells(desk) == [
        ["Thu 15 May 2031 23:40–00:25", "Pier Hall", "Ebb", "Łucja Mewa, 海野 渚, Orla Kelp and 1 more",
         "Panel published", "tide-31"],
        ["unscheduled", "-", "Tea", "-", "Tea draft", "tide-31"],
    ]  # fmt: skip


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


def test_rooms_are_offered_once_an_edition_is_chosen(desk: Client) -> None:
    room = make_room(name="Pier Hall")
    make_room(name="Attic")
    make_talk(edition=room.edition, room=room)
    titles = {one.title: one for one in desk.get(reverse(TALKS)).context["cl"].filter_specs}
    assert "room" not in titles
    specs = desk.get(reverse(TALKS), {"edition__id__exact": room.edition_id}).context["cl"].filter_specs
    offered = {str(one.title): one for one in specs}["room"].lookup_choices
    assert offered == [(str(room.pk), "Pier Hall")]


@pytest.mark.parametrize(
    "query",
    [
        "room=x",
        "video=x",
        "scheduled=x",
        "edition__id__exact=x",
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
