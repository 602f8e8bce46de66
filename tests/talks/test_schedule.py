"""The layout of days and what is on now and next."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talks.schedule import Entry, Head, Place, Tick, lay_out, next_change, now_and_next

ROOMS = {"hall": 0, "attic": 1, "cellar": 2, "foyer": 3, "garden": 4}


def clock(text: str) -> datetime:
    """Read `13 09:00` as a clock in December 2019."""
    day, time = text.split()
    return datetime.combine(date(2019, 12, int(day)), datetime.strptime(time, "%H:%M").time())


def entry(
    id: int,
    start: str | None,
    end: str | None = None,
    room: str | None = None,
    kind: str = "talk",
    position: int = 0,
) -> Entry:
    """An entry on `13` unless `start` names another day."""

    def read(text: str | None) -> datetime | None:
        return clock(text if " " in text else f"13 {text}") if text else None

    return Entry(id, read(start), read(end), room, ROOMS[room] if room else 0, kind, position)


def cells(places: Iterable[Place]) -> dict[int, tuple[int, int, int, int]]:
    """Each entry's row, end row, column, end column."""
    return {p.entry.id: (p.row, p.end_row, p.column, p.end_column) for p in places}


def assert_nothing_hides(places: Iterable[Place]) -> None:
    """No two entries share a cell, and none is without one."""
    for one in places:
        assert one.row < one.end_row and one.column < one.end_column
    for one, other in combinations(places, 2):
        apart = (
            one.end_row <= other.row
            or other.end_row <= one.row
            or one.end_column <= other.column
            or other.end_column <= one.column
        )
        assert apart, (one, other)


def test_no_entries_make_no_day() -> None:
    programme = lay_out([])
    assert (programme.days, programme.unscheduled) == ((), ())


def test_one_entry_fills_its_day() -> None:
    (day,) = lay_out([entry(1, "09:00", "10:00", "hall")]).days
    assert day.date == date(2019, 12, 13)
    assert (day.rooms, day.heads, day.rows, day.columns) == (("hall",), (), 2, 1)
    assert day.ticks == (Tick(1, clock("13 09:00")),)
    assert cells(day.places) == {1: (1, 2, 1, 2)}


def test_three_entries_in_a_row_need_no_columns() -> None:
    (day,) = lay_out(
        [entry(2, "10:00", "11:00"), entry(1, "09:00", "10:00"), entry(3, "11:00", "11:05")]
    ).days
    assert [place.entry.id for place in day.places] == [1, 2, 3]
    assert cells(day.places) == {1: (1, 2, 1, 2), 2: (2, 3, 1, 2), 3: (3, 4, 1, 2)}


def test_five_rooms_in_parallel_stand_in_their_order_and_a_break_spans_them() -> None:
    talks = [entry(index, "09:00", "10:00", room) for index, room in enumerate(reversed(ROOMS), start=1)]
    (day,) = lay_out([*talks, entry(9, "10:00", "10:30", kind="break")]).days
    assert day.rooms == ("hall", "attic", "cellar", "foyer", "garden")
    assert [head.room for head in day.heads] == list(day.rooms)
    assert [place.entry.room for place in day.places] == [*day.rooms, None]
    assert cells(day.places)[9] == (2, 3, 1, 6)
    assert day.places[-1].whole


def test_a_room_has_no_column_on_days_without_it() -> None:
    first, second = lay_out(
        [
            entry(1, "09:00", "10:00", "hall"),
            entry(2, "09:00", "10:00", "attic"),
            entry(3, "14 09:00", "14 10:00", "cellar"),
            entry(4, "14 09:30", "14 10:00", "attic"),
        ]
    ).days
    assert first.heads == (Head("hall", 1, 2), Head("attic", 2, 3))
    assert second.heads == (Head("attic", 1, 2), Head("cellar", 2, 3))


def test_what_runs_alone_spans_all_rooms() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "10:00", "hall"),
            entry(2, "10:00", "11:00", "attic"),
            entry(3, "10:00", "11:00", "cellar"),
        ]
    ).days
    assert day.rooms == ("hall", "attic", "cellar")
    assert [head.room for head in day.heads] == ["attic", "cellar"]
    assert cells(day.places) == {1: (1, 2, 1, 3), 2: (2, 3, 1, 2), 3: (2, 3, 2, 3)}


def test_what_runs_alone_keeps_to_its_room_where_rooms_have_columns() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "10:00", "attic"),
            entry(2, "09:00", "10:00", "hall"),
            entry(3, "10:00", "11:00", "attic"),
            entry(4, "11:00", "11:30", "hall", kind="break"),
            entry(5, "11:30", "12:00", "cellar"),
            entry(6, "12:00", "13:00"),
        ]
    ).days
    assert [head.room for head in day.heads] == ["hall", "attic"]
    assert cells(day.places) == {
        2: (1, 2, 1, 2),
        1: (1, 2, 2, 3),
        3: (2, 3, 2, 3),
        4: (3, 4, 1, 3),
        5: (4, 5, 1, 3),
        6: (5, 6, 1, 3),
    }
    assert [place.entry.id for place in day.places if place.whole] == [4, 5, 6]


def test_what_has_no_room_is_for_all_even_where_something_goes_on_elsewhere() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "10:00", "hall"),
            entry(2, "09:00", "10:00", "attic"),
            entry(3, "09:00", "10:00"),
            entry(4, "10:00", "11:00"),
            entry(5, "11:00", "12:00", "attic"),
        ]
    ).days
    assert [head.room for head in day.heads] == ["hall", "attic", None]
    assert (cells(day.places)[4], cells(day.places)[5]) == ((2, 3, 1, 4), (3, 4, 2, 3))


def test_a_line_without_length_stands_over_its_own_room_only() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "09:00", "hall", kind="session"),
            entry(2, "09:00", "10:00", "hall"),
            entry(3, "09:00", "10:00", "attic"),
        ]
    ).days
    assert cells(day.places) == {1: (1, 2, 1, 2), 3: (1, 3, 2, 3), 2: (2, 3, 1, 2)}


def test_one_room_beside_things_elsewhere_is_as_wide_as_the_day() -> None:
    (day,) = lay_out(
        [entry(1, "09:00", "10:00", "hall"), entry(2, "09:30", "10:00"), entry(3, "10:00", "11:00", "hall")]
    ).days
    assert cells(day.places)[3] == (3, 4, 1, 3)


def test_places_come_as_they_are_drawn() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "10:00", position=1),
            entry(2, "09:00", "09:00", position=2),
            entry(3, "10:00", "11:00", position=3),
            entry(4, "10:00", "11:00", "hall", position=4),
        ]
    ).days
    assert [place.entry.id for place in day.places] == [2, 1, 4, 3]


def test_what_has_no_room_while_rooms_are_busy_gets_a_column_of_its_own() -> None:
    (day,) = lay_out([entry(1, "09:00", "10:00", "hall"), entry(2, "09:30", "10:30")]).days
    assert day.heads == (Head("hall", 1, 2), Head(None, 2, 3))
    assert cells(day.places) == {1: (1, 3, 1, 2), 2: (2, 4, 2, 3)}


def test_a_break_beside_a_talk_covers_the_rooms_that_are_free() -> None:
    (day,) = lay_out(
        [
            entry(1, "11:00", "12:00", "hall"),
            entry(2, "11:00", "12:30", "attic"),
            entry(3, "11:00", "12:00", "cellar"),
            entry(4, "11:00", "12:00", "foyer"),
            entry(5, "12:00", "13:00", kind="break"),
        ]
    ).days
    assert cells(day.places)[5] == (2, 4, 3, 5)
    assert_nothing_hides(day.places)


def test_a_break_while_all_rooms_are_busy_gets_a_column() -> None:
    (day,) = lay_out(
        [
            entry(1, "11:00", "12:30", "hall"),
            entry(2, "11:00", "12:30", "attic"),
            entry(3, "12:00", "13:00", kind="break"),
        ]
    ).days
    assert [head.room for head in day.heads] == ["hall", "attic", None]
    assert_nothing_hides(day.places)


def test_overlaps_in_a_room_stand_side_by_side() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "10:00", "hall"),
            entry(2, "09:30", "10:30", "hall"),
            entry(3, "10:00", "11:00", "hall"),
            entry(4, "09:00", "11:00", "attic"),
        ]
    ).days
    assert day.heads == (Head("hall", 1, 3), Head("attic", 3, 4))
    assert cells(day.places) == {1: (1, 3, 1, 2), 4: (1, 5, 3, 4), 2: (2, 4, 2, 3), 3: (3, 5, 1, 2)}


def test_a_lunch_that_ends_a_minute_late_hides_nothing() -> None:
    (day,) = lay_out([entry(1, "12:00", "13:01", kind="break"), entry(2, "13:00", "14:00")]).days
    assert cells(day.places) == {1: (1, 3, 1, 2), 2: (2, 4, 2, 3)}


def test_a_placeholder_slot_is_a_list_of_lines() -> None:
    crowd = [entry(index, "09:00", "17:00") for index in range(1, 39)]
    (day,) = lay_out([*crowd, entry(50, "12:00", "13:00", kind="break")]).days
    assert day.columns == 1
    assert len(day.ticks) == 2
    assert [place.row for place in day.places[:38]] == list(range(1, 39))
    assert_nothing_hides(day.places)


def test_no_length_takes_a_line_before_what_begins_then() -> None:
    (day,) = lay_out(
        [
            entry(1, "09:00", "09:00"),
            entry(2, "09:00", "10:00", "hall"),
            entry(3, "09:00", "10:00", "attic"),
        ]
    ).days
    assert cells(day.places) == {1: (1, 2, 1, 3), 2: (2, 3, 1, 2), 3: (2, 3, 2, 3)}
    assert day.ticks == (Tick(1, clock("13 09:00")),)


def test_an_end_before_its_start_counts_as_no_length() -> None:
    (day,) = lay_out([entry(1, "09:00", "08:00"), entry(2, "09:00", "10:00")]).days
    assert cells(day.places) == {1: (1, 2, 1, 2), 2: (2, 3, 1, 2)}


def test_without_an_end_it_lasts_to_the_next_time() -> None:
    (day,) = lay_out([entry(1, "09:00", None), entry(2, "10:00", None)]).days
    assert cells(day.places) == {1: (1, 2, 1, 2), 2: (2, 3, 1, 2)}


def test_an_empty_hour_takes_no_labelled_row() -> None:
    (day,) = lay_out([entry(1, "09:00", "10:00"), entry(2, "15:00", "16:00")]).days
    assert [(tick.row, tick.clock.hour) for tick in day.ticks] == [(1, 9), (3, 15)]


def test_a_night_session_belongs_to_the_day_it_began() -> None:
    first, second = lay_out(
        [entry(1, "22:00", "14 02:00"), entry(2, "14 01:00", "14 03:00"), entry(3, "14 09:00", "14 10:00")]
    ).days
    assert [place.entry.id for place in first.places] == [1]
    assert [place.entry.id for place in second.places] == [2, 3]


def test_a_day_on_which_the_clock_is_put_back_is_laid_out_by_the_wall() -> None:
    night = [
        Entry(1, datetime(2024, 11, 3, 0, 30), datetime(2024, 11, 3, 1, 30)),
        Entry(2, datetime(2024, 11, 3, 1, 30), datetime(2024, 11, 3, 2, 30)),
    ]
    (day,) = lay_out(night).days
    assert cells(day.places) == {1: (1, 2, 1, 2), 2: (2, 3, 1, 2)}


def test_the_unscheduled_come_last_in_their_order() -> None:
    programme = lay_out([entry(1, None, position=2), entry(2, None, position=1), entry(3, "09:00", "10:00")])
    assert [e.id for e in programme.unscheduled] == [2, 1]
    assert [place.entry.id for day in programme.days for place in day.places] == [3]


@pytest.mark.parametrize(
    ("at", "now", "following"),
    [
        ("08:59", [], [1, 2]),
        ("09:00", [1, 2], [3]),
        ("09:59", [1, 2], [3]),
        ("10:00", [2, 3], []),
        ("11:00", [3], []),
        ("12:00", [], []),
    ],
)
def test_now_and_next(at: str, now: list[int], following: list[int]) -> None:
    entries = [
        entry(3, "10:00", "12:00", "hall"),
        entry(2, "09:00", "11:00", "attic"),
        entry(1, "09:00", "10:00", "hall"),
        entry(4, None),
    ]
    answer = now_and_next(entries, clock(f"13 {at}"))
    assert [e.id for e in answer.now] == now
    assert [e.id for e in answer.next] == following


def test_without_an_end_it_is_on_for_an_hour() -> None:
    entries = [entry(1, "09:00", None)]
    assert now_and_next(entries, clock("13 09:59")).now == (entries[0],)
    assert now_and_next(entries, clock("13 10:00")).now == ()


def test_next_change_is_the_next_start_or_end() -> None:
    entries = [entry(1, "09:00", "10:00"), entry(2, "09:30", "10:30"), entry(3, None)]
    at, seen = clock("13 08:00"), []
    while (change := next_change(entries, at)) is not None:
        seen.append(change.strftime("%H:%M"))
        at = change
    assert seen == ["09:00", "09:30", "10:00", "10:30"]


clocks = st.integers(0, 12).map(lambda tenth: datetime(2019, 12, 13, 9) + timedelta(minutes=10 * tenth))
entries_of_a_day = st.lists(
    st.tuples(
        clocks,
        st.none() | clocks,
        st.none() | st.sampled_from(sorted(ROOMS)),
        st.sampled_from(["talk", "break"]),
    ),
    max_size=14,
)


@given(entries_of_a_day)
def test_nothing_ever_hides(
    drawn: list[tuple[datetime, datetime | None, str | None, str]],
) -> None:
    entries = [
        Entry(index, start, end, room, ROOMS[room] if room else 0, kind)
        for index, (start, end, room, kind) in enumerate(drawn)
    ]
    for day in lay_out(entries).days:
        assert len(day.places) == len(entries)
        assert_nothing_hides(day.places)
        assert list(day.places) == sorted(day.places, key=lambda place: (place.row, place.column))
        assert [place.entry.starts_at for place in day.places] == sorted(start for start, *_rest in drawn)
        assert max(place.end_row for place in day.places) <= day.rows + 1
        assert max(place.end_column for place in day.places) <= day.columns + 1
