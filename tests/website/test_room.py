"""The door sheet: what is on in a room, a page a day when it is printed."""

from datetime import datetime

import pytest
from django.test import Client

from tests.factories import (
    make_appearance,
    make_edition,
    make_notice,
    make_room,
    make_speaker,
    make_talk,
    make_track,
    make_type,
)
from tests.website.reading import all_words, having, read, words

pytestmark = pytest.mark.django_db


def test_a_sheet_a_day_with_the_rooms_name_on_each(client: Client) -> None:
    edition = make_edition(key="tide-31", timezone="Asia/Kolkata")
    room = make_room(edition=edition, name="बड़ा हॉल", slug="hall", floor="Upper deck", capacity=1)
    track = make_track(edition=edition, name="Deep water", slug="deep")
    lecture = make_type(key="lecture", label="Lecture")
    talk = make_talk(edition=edition, title="Tides", type=lecture, room=room, track=track, slug="tides")
    make_appearance(talk=talk, speaker=make_speaker(name="Zoë Ørsted", slug="zoe"))
    make_talk(edition=edition, title="Foam", room=room, starts_at=datetime(2031, 5, 16, 9), state="cancelled")
    make_talk(edition=edition, title="Some day", room=room, starts_at=None)
    make_talk(edition=edition, title="Secret", room=room, state="draft")
    page = read(client, "/tide-31/rooms/hall/")
    sheets = having(page, "sheet", "section")
    assert [words(sheet.xpath("./h3")[0]) for sheet in sheets] == [
        "Thursday 15 May",
        "Friday 16 May",
        "Time to be announced",
    ]
    assert [all_words(sheet, "door-name") for sheet in sheets] == [["बड़ा हॉल"]] * 3
    assert [[words(node) for node in sheet.xpath(".//h4")] for sheet in sheets] == [
        ["Tides"],
        ["Foam"],
        ["Some day"],
    ]
    assert all_words(sheets[0], "body") == ["Tides Zoë Ørsted, Institute of Shoals Lecture Deep water"]
    assert all_words(sheets[1], "badge") == ["Cancelled"]
    assert all_words(page, "lede") == ["Upper deck · 1 seat", "Times are the venue's: Kolkata, UTC+5:30."]
    assert page.xpath("//body/@class") == ["door"]


def test_ways_to_the_board_and_the_schedule(client: Client) -> None:
    edition = make_edition(key="tide-31")
    room = make_room(edition=edition, slug="hall", stream_url="https://stream.example/hall")
    make_notice(edition=edition, room=room, text="The lift is out of order.")
    page = read(client, "/tide-31/rooms/hall/")
    assert page.xpath("//main//a/@href") == [
        "https://stream.example/hall",
        "/tide-31/now/",
        "/tide-31/schedule/?room=hall",
    ]
    assert all_words(page, "empty") == ["Nothing is planned in this room."]
    assert all_words(page, "notice") == [f"{room.name}: The lift is out of order."]
