"""What the pure module finds in a programme, and what it leaves in peace."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from talks.warnings import File, Finding, Level, Listed, Person, Programme, Value, find_warnings

DAY = date(2031, 5, 15)
ADA, ORLA = Person(1, "Ada Fen"), Person(2, "Orla Kelp")


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


def listed(number: int, **given: Any) -> Listed:
    """A talk of an hour from nine, in room 1, with nothing missing; its number is its title, too."""
    start = given.get("starts_at", at(9))
    chosen = {
        "title": f"T{number}",
        "starts_at": start,
        "ends_at": start + timedelta(hours=1) if start else None,
        "room": 1,
        "room_name": "Hall",
        "people": (Person(100 + number, f"P{number}{number} Q{number}"),),
        **given,
    }
    return Listed(number, **chosen)


def found(*entries: Listed, **given: Any) -> list[tuple[str, int | None, int | None]]:
    """Code, talk and other talk of every warning."""
    return [(one.code, one.talk, one.other) for one in find_warnings(Programme(entries, **given))]


def codes(*entries: Listed, **given: Any) -> list[str]:
    """The codes alone."""
    return [code for code, _talk, _other in found(*entries, **given)]


def test_a_sound_programme_has_nothing_to_look_at() -> None:
    assert found() == []
    assert found(listed(1)) == []
    assert found(listed(1), listed(2, starts_at=at(10)), listed(3, starts_at=at(10), room=2)) == []


def test_two_talks_in_one_room_at_once_are_an_error() -> None:
    [clash] = find_warnings(Programme((listed(2, starts_at=at(9, 59)), listed(1))))
    values: dict[str, Value] = {"title": "T2", "other": "T1", "starts": at(9, 59), "room": "Hall"}
    assert clash == Finding(Level.ERROR, "room-clash", 2, 1, values)


@pytest.mark.parametrize(
    "change",
    [
        {"room": 2},
        {"room": None, "location": "On the pier"},
        {"starts_at": at(10)},
        {"cancelled": True},
        {"part_of": 1},
    ],
)
def test_what_does_not_meet_is_no_clash(change: dict[str, Any]) -> None:
    assert codes(listed(1), listed(2, **change)) == []


def test_three_at_once_are_three_clashes_and_a_heap_is_cut_off() -> None:
    three = [listed(number) for number in (1, 2, 3)]
    assert found(*three) == [("room-clash", 2, 1), ("room-clash", 3, 1), ("room-clash", 3, 2)]
    assert len(find_warnings(Programme(tuple(listed(number) for number in range(100, 300))))) < 2000


def test_a_talk_without_end_clashes_with_what_begins_with_it_alone() -> None:
    open_ended = listed(1, ends_at=None)
    assert codes(open_ended, listed(2, starts_at=at(9, 30))) == ["no-end"]
    assert codes(open_ended, listed(2)) == ["room-clash", "no-end"]


def test_a_night_clashes_with_the_morning() -> None:
    night = listed(1, starts_at=at(23), ends_at=at(1, day=16))
    assert codes(night, listed(2, starts_at=at(0, 30, day=16))) == ["room-clash"]


def test_one_person_in_two_talks_at_once_is_an_error() -> None:
    one, other = listed(1, people=(ADA,)), listed(2, room=2, starts_at=at(9, 30), people=(ORLA, ADA))
    [clash] = find_warnings(Programme((one, other)))
    values: dict[str, Value] = {"title": "T2", "other": "T1", "starts": at(9, 30), "name": "Ada Fen"}
    assert clash == Finding(Level.ERROR, "speaker-clash", 2, 1, values)
    nobody = Person(None, "TBD")
    assert codes(listed(1, people=(ADA, nobody)), listed(2, room=2, people=(ORLA, nobody))) == []


def test_the_chair_of_a_session_may_speak_in_it() -> None:
    session = listed(1, kind="session", ends_at=at(11), people=(ADA,))
    assert codes(session, listed(2, part_of=1, people=(ADA,))) == []


def test_somebody_named_twice_in_a_talk_does_not_clash_with_themselves() -> None:
    assert codes(listed(1, people=(ADA, ADA))) == []


def test_ends_are_looked_at() -> None:
    assert codes(listed(1, ends_at=None)) == ["no-end"]
    assert codes(listed(1, ends_at=at(9))) == ["zero-length"]
    assert found(listed(1, ends_at=at(8))) == [("end-before-start", 1, None)]


def test_days_of_the_edition() -> None:
    talks = (listed(1, starts_at=at(9, day=14)), listed(2), listed(3, starts_at=at(9, day=17)))
    assert found(*talks, first_day=DAY, last_day=DAY + timedelta(days=1)) == [
        ("outside-edition", 1, None),
        ("outside-edition", 3, None),
    ]
    assert codes(*talks, first_day=DAY) == ["outside-edition", "outside-edition"]
    assert codes(*talks) == []
    party = listed(4, starts_at=at(22), ends_at=at(2, day=16))
    assert codes(party, first_day=DAY) == []
    assert codes(listed(5, ends_at=at(10, day=25)), first_day=DAY) == ["outside-edition"]


def test_clocks_that_summer_time_skips() -> None:
    skipped = frozenset({at(9)})
    assert codes(listed(1), skipped=skipped) == ["skipped-time"]
    assert codes(listed(1, starts_at=at(8), ends_at=at(9)), skipped=skipped) == ["skipped-time"]
    assert codes(listed(1, starts_at=at(8)), listed(2, starts_at=None), skipped=frozenset()) == ["no-time"]


def test_a_room_is_missing_only_beside_others_that_have_one() -> None:
    nowhere = listed(1, room=None)
    assert codes(nowhere) == []
    assert codes(nowhere, listed(2, starts_at=at(10))) == []
    assert found(nowhere, listed(2)) == [("no-room", 1, None)]
    assert codes(listed(1, room=None, kind="break"), listed(2)) == []
    assert codes(listed(1, room=None, kind="session"), listed(2, part_of=1)) == []


def test_talks_need_words_and_somebody_to_say_them() -> None:
    bare = {"people": (), "has_abstract": False}
    assert codes(listed(1, **bare)) == ["no-speaker", "no-abstract"]
    assert codes(listed(1, kind="session", **bare), listed(2, kind="break", starts_at=at(10), **bare)) == []
    assert codes(listed(1, people=(Person(None, "TBD"),))) == ["no-speaker"]
    assert codes(listed(1, cancelled=True, starts_at=None, **bare)) == []


def test_files_that_are_not_there() -> None:
    missing = (File("fen.jpg", photo=True), File("tides.pdf"), File("tides.pdf"))
    assert codes(listed(1, missing=missing)) == ["missing-file", "missing-photo"]


def test_a_long_hole_in_a_room_is_told() -> None:
    before, after = listed(1), listed(2, starts_at=at(11, 31))
    [gap] = find_warnings(Programme((before, after)))
    assert (gap.level, gap.code, gap.talk, gap.other) == (Level.INFO, "gap", 2, 1)
    assert gap.values["minutes"] == 91
    assert codes(before, listed(2, starts_at=at(11, 30))) == []
    assert codes(before, listed(2, starts_at=at(12), room=2)) == []
    assert codes(before, listed(2, starts_at=at(12, day=16))) == []


def test_a_hole_is_explained_by_a_break_or_by_what_is_for_all() -> None:
    before, after = listed(1), listed(2, starts_at=at(13))
    lunch = listed(3, kind="break", room=None, starts_at=at(11), ends_at=at(12, 30))
    assert codes(before, after, lunch) == []
    assert codes(before, after, listed(3, room=None, location="Deck", starts_at=at(11), ends_at=at(12))) == []
    short = listed(3, kind="break", room=None, starts_at=at(10), ends_at=at(10, 15))
    assert codes(before, after, short) == ["gap"]


def test_a_day_without_rooms_is_one_room() -> None:
    assert codes(listed(1, room=None), listed(2, room=None, starts_at=at(13))) == ["gap"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz Mewa", "Lukasz Mewa"),
        ("Ada Fen", "A. Fen"),
        ("Ada M. Fen", "Ada Fen"),
        ("Fen, Ada", "Ada Fen"),
        ("海野 渚", "海野渚"),
        ("Jean-Luc Marée", "Jean Luc Maree"),
        ("ADA FEN", "Ada Fen"),
    ],
)
def test_names_that_look_like_one(one: str, other: str) -> None:
    talks = (
        listed(1, people=(Person(1, one),)),
        listed(2, starts_at=at(10), people=(Person(2, other),)),
    )
    assert found(*talks) == [("name-variant", 2, 1)]
    same = (listed(1, people=(Person(1, one),)), listed(2, starts_at=at(10), people=(Person(1, other),)))
    assert found(*same) == [("two-spellings", 2, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Fen", "Anna Fen"),
        ("Ada Fen", "Ada Fenn"),
        ("Ada Maria Fen", "Ada Luisa Fen"),
        ("A. Fen", "B. Fen"),
        ("Li Wei", "Li Na"),
        ("渚", "海野 渚"),
        ("", "."),
    ],
)
def test_names_of_two_people(one: str, other: str) -> None:
    talks = (
        listed(1, people=(Person(1, one),)),
        listed(2, starts_at=at(10), people=(Person(2, other),)),
    )
    assert codes(*talks) == []


def test_errors_come_first_and_each_kind_in_the_order_of_the_programme() -> None:
    told = found(
        listed(4, starts_at=at(15), ends_at=at(15), room=2),
        listed(3, starts_at=at(8), ends_at=at(8), room=2),
        listed(2),
        listed(1),
    )
    assert told[:3] == [("room-clash", 2, 1), ("zero-length", 3, None), ("zero-length", 4, None)]
