"""Next year's edition from this year's: what comes along, under what names, by which clocks."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from editions.models import Edition
from history.frozen import FrozenEditionError
from history.models import Change
from talks import cloning, identity
from talks.models import Talk
from tests import factories

pytestmark = pytest.mark.django_db
Counted = Callable[[int], Any]
NEXT = date(2032, 5, 13)


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def old() -> Edition:
    """An edition with two of most things, frozen as last year's often is."""
    factories.make_series()
    edition = factories.make_edition(
        key="tide-31",
        number=7,
        title="Tide 2031",
        venue="Pier",
        host_short="OCEAN",
        notice="Bring boots.",
        doi="10.1234/tide",
        online_url="https://meet.example/31",
    )
    hall = factories.make_room(
        edition=edition, key="Hall", name="Большой зал", stream_url="https://s.example/1"
    )
    factories.make_room(edition=edition, key="Attic", position=2)
    deep = factories.make_track(edition=edition, key="Deep", colour="#123456")
    factories.make_date(edition=edition, key="papers", date=date(2031, 2, 1), extended_to=date(2031, 2, 9))
    factories.make_date(edition=edition, key="later", date=None)
    factories.make_sponsor(edition=edition, name="Lantern Works", place="sponsors.1")
    factories.make_member(edition=edition, name="Corwin Marsh", key="corwin")
    factories.make_page(edition=edition, slug="venue", title="Anreise")
    panel = factories.make_type(key="panel", label="Panel", kind="session")
    lunch = factories.make_type(key="lunch", label="Lunch", kind="break")
    lecture = factories.make_type(key="lecture", label="Lecture")
    session = factories.make_talk(
        edition=edition, title="潮の話", type=panel, room=hall, track=deep, starts_at=at(9), ends_at=at(11)
    )
    factories.make_appearance(talk=session, name="Łukasz Źdźbło", place="panelists.1", role="panelist")
    factories.make_talk(edition=edition, title="", type=lunch, starts_at=at(12), ends_at=at(13))
    tides = factories.make_talk(
        edition=edition,
        title="Tides",
        type=lecture,
        session=session,
        starts_at=at(23, 30),
        ends_at=at(0, 30, day=16),
        tags=["maps"],
        video_url="https://v.example/1",
        slides="tides.pdf",
        recording="yes",
        doi="10.1234/1",
        state="cancelled",
    )
    factories.make_appearance(talk=tides, name="अनामिका वर्तक")
    factories.make_talk(edition=edition, title="Tides", type=lecture, starts_at=None, repeats=tides)
    edition.state = Edition.State.FROZEN
    edition.save()
    return edition


def rows(found: Any, *names: str) -> list[Any]:
    return list(found.order_by("pk").values_list(*names))


def test_an_edition_is_a_draft_with_what_stays_the_same(old: Edition) -> None:
    factories.make_edition(key="tide-30", number=9)
    made = cloning.clone_edition(old, "tide-32", NEXT, title="Tide 2032", parts=())
    stored = Edition.objects.get(pk=made.pk)
    names = (
        "key number title state starts_on ends_on timezone location venue host_short notice doi online_url"
    )
    assert [getattr(stored, name) for name in names.split()] == [
        *("tide-32", 10, "Tide 2032", "draft", NEXT, NEXT + timedelta(days=1), "America/Vancouver"),
        *("Vancouver, Canada", "Pier", "OCEAN", "", "", ""),
    ]
    assert [getattr(made, part).count() for part in ("rooms", "tracks", "dates", "talks", "pages")] == [0] * 5


def test_elsewhere_the_place_is_another(old: Edition) -> None:
    made = cloning.clone_edition(old, "tide-32", NEXT, timezone="Pacific/Auckland", parts=())
    assert (made.timezone, made.location, made.venue) == ("Pacific/Auckland", "", "")


def test_the_parts_come_along(old: Edition) -> None:
    made = cloning.clone_edition(old, "tide-32", NEXT, parts=cloning.PARTS)
    rooms = rows(made.rooms, "key", "name", "stream_url", "position")
    assert rooms == [("Hall", "Большой зал", "", 0), ("Attic", old.rooms.get(key="Attic").name, "", 2)]
    assert rows(made.tracks, "key", "colour") == [("Deep", "#123456")]
    dates = [("papers", date(2032, 1, 31), None), ("later", None, None)]
    assert sorted(rows(made.dates, "key", "date", "extended_to"), reverse=True) == dates
    assert rows(made.sponsors, "name", "place") == [("Lantern Works", "")]
    assert rows(made.committee, "name", "key") == [("Corwin Marsh", "")]
    assert rows(made.pages, "slug", "title", "title_folded", "state") == [
        ("venue", "Anreise", "anreise", "draft")
    ]


def test_entries_are_drafts_at_the_same_clocks(old: Edition) -> None:
    made = cloning.clone_edition(
        old, "tide-32", NEXT, timezone="Asia/Tokyo", parts=("rooms", "frame", "talks")
    )
    panel, lunch, tides, again = made.talks.order_by("pk")
    assert rows(made.talks, "title", "starts_at", "ends_at", "state") == [
        ("潮の話", datetime(2032, 5, 13, 9), datetime(2032, 5, 13, 11), "draft"),
        ("", datetime(2032, 5, 13, 12), datetime(2032, 5, 13, 13), "draft"),
        ("Tides", datetime(2032, 5, 13, 23, 30), datetime(2032, 5, 14, 0, 30), "draft"),
        ("Tides", None, None, "draft"),
    ]
    assert (panel.room, panel.track) == (made.rooms.get(key="Hall"), None)
    assert (tides.session, again.repeats, lunch.session) == (panel, tides, None)
    empty = ("video_url", "slides", "recording", "doi")
    assert [getattr(tides, name) for name in empty] == [""] * 4
    assert (tides.tags, tides.sequence, tides.words_folded) == (
        ["maps"],
        0,
        old.talks.get(slug="tides").words_folded,
    )
    assert [one.appearances.count() for one in (panel, tides)] == [0, 0]


def test_copies_have_names_of_their_own(old: Edition) -> None:
    made = cloning.clone_edition(old, "tide-32", NEXT, parts=cloning.PARTS)
    keys = [key for (key,) in rows(made.talks, "key")]
    assert keys[1:] == ["lunch", "tides", "tides-2"]
    assert rows(made.talks, "key") == rows(made.talks, "slug")
    guids = [identity.guid_of("tidewater", "tide-32", key) for key in keys]
    assert [guid for (guid,) in rows(made.talks, "guid")] == guids
    assert (
        Talk.objects.values("guid").distinct().count()
        == Talk.objects.values("number").distinct().count()
        == 8
    )


def test_a_guid_that_was_given_away_is_not_given_again(old: Edition) -> None:
    renamed = cloning.clone_edition(old, "tide-32", NEXT, parts=("frame",))
    renamed.key = "tide-33"
    renamed.save()
    made = cloning.clone_edition(old, "tide-32", NEXT, parts=("frame",))
    assert made.talks.count() == 2
    assert not {one.guid for one in made.talks.all()} & {one.guid for one in renamed.talks.all()}


def test_breaks_and_sessions_or_talks_alone_and_with_people(old: Edition) -> None:
    frame = cloning.clone_edition(old, "tide-32", NEXT, parts=("frame", "people"))
    assert [title for (title,) in rows(frame.talks, "title")] == ["潮の話", ""]
    person = frame.talks.get(title="潮の話").appearances.get()
    assert (person.name, person.role, person.place) == ("Łukasz Źdźbło", "panelist", "")
    assert person.speaker == old.talks.get(title="潮の話").appearances.get().speaker
    talks = cloning.clone_edition(old, "tide-33", NEXT, parts=("talks",))
    assert rows(talks.talks, "title", "session") == [("Tides", None), ("Tides", None)]


def test_without_a_first_day_the_first_talk_counts() -> None:
    edition = factories.make_edition(starts_on=None, ends_on=None)
    kind = factories.make_type(kind="break")
    factories.make_talk(edition=edition, type=kind, starts_at=at(9, day=20))
    made = cloning.clone_edition(edition, "tide-32", NEXT)
    assert (made.talks.get().starts_at, made.ends_on) == (datetime(2032, 5, 13, 9), None)
    empty = factories.make_edition(starts_on=None, ends_on=None)
    factories.make_date(edition=empty)
    assert cloning.clone_edition(empty, "tide-34", NEXT).dates.get().date == date(2031, 2, 1)


@pytest.mark.parametrize(
    ("zone", "start", "clock", "skipped"),
    [
        ("America/Vancouver", date(2032, 3, 14), at(2, 30), True),
        ("Europe/Lisbon", date(2032, 3, 28), at(1, 15), True),
        ("Pacific/Auckland", date(2032, 9, 26), at(2, 30), True),
        ("Asia/Tokyo", date(2032, 3, 14), at(2, 30), False),
        ("America/Vancouver", date(2032, 11, 7), at(1, 30), False),
    ],
)
def test_a_clock_that_is_skipped_is_kept_and_found(
    zone: str, start: date, clock: datetime, skipped: bool
) -> None:
    edition = factories.make_edition(timezone="Asia/Kolkata")
    factories.make_talk(edition=edition, type=factories.make_type(kind="break"), starts_at=clock)
    made = cloning.clone_edition(edition, "tide-32", start, timezone=zone)
    (talk,) = made.talks.all()
    assert talk.starts_at == datetime.combine(start, clock.time())
    assert cloning.skipped_clocks([talk], made.timezone) == ([talk] if skipped else [])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": "tide-31"}, {"key": ["Edition with this Key already exists."]}),
        (
            {"timezone": "Sea/Deep"},
            {
                "timezone": [
                    "“Sea/Deep” is not a time zone. Write a name such as Europe/Lisbon or America/Vancouver."
                ]
            },
        ),
    ],
)
def test_what_is_no_edition_is_refused(
    old: Edition, given: dict[str, str], said: dict[str, list[str]]
) -> None:
    before = Change.objects.count()
    chosen = {"key": "tide-32", **given}
    with pytest.raises(ValidationError) as caught:
        cloning.clone_edition(old, chosen.pop("key"), NEXT, **chosen)
    assert (caught.value.message_dict, Change.objects.count()) == (said, before)


def test_talks_copied_into_an_edition_that_is_there(old: Edition) -> None:
    target = factories.make_edition(key="reef-31", starts_on=date(2031, 6, 1), ends_on=None)
    hall = factories.make_room(edition=target, key="Hall")
    factories.make_talk(edition=target, title="Tides")
    chosen = Talk.objects.filter(edition=old, title__in=["Tides", "潮の話"], repeats=None).in_order()
    panel, tides = cloning.copy_talks(chosen, target, 17, people=True)
    assert (panel.room, panel.starts_at, panel.state) == (hall, datetime(2031, 6, 1, 9), "draft")
    assert (tides.key, tides.session, tides.appearances.get().name) == ("tides-2", panel, "अनामिका वर्तक")
    assert cloning.copy_talks([], target, 17) == []
    with pytest.raises(FrozenEditionError):
        cloning.copy_talks([tides], old, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_one_and_three_talks_are_copied_in_the_same_number_of_queries(
    count: int, django_assert_num_queries: Counted
) -> None:
    edition, target = factories.make_edition(), factories.make_edition(key="reef-31")
    hall = factories.make_room(edition=edition, key="Hall")
    for _ in range(count):
        factories.make_appearance(talk=factories.make_talk(edition=edition, room=hall))
    with django_assert_num_queries(36):
        cloning.copy_talks(edition.talks.all(), target, 7, people=True)
