"""Values back to text, in the shape of the text that stood there."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents import Bare
from exchange.scalars import ClockShape, read_clock, read_day, read_flag, read_whole
from exchange.writing import write_clock, write_day, write_flag, write_whole

LATER = datetime(2026, 3, 4, 9, 5)


@pytest.mark.parametrize(
    "old,new",
    [
        ("2019-12-13 11:00:00", "2026-03-04 09:05:00"),
        ("2019-12-13 8:45:00", "2026-03-04 9:05:00"),
        ("2019-12-13 11:00", "2026-03-04 09:05"),
        ("2026-2-10 8:45", "2026-3-4 9:05"),
        ("2019-12-13T11:00:00Z", "2026-03-04T09:05:00Z"),
        ("2018-10-14 13:30:00 -0500", "2026-03-04 09:05:00 -0500"),
        ("2018-10-14t13:30:00.250+05:45", "2026-03-04t09:05:00.000+05:45"),
        ("2019-12-13  11:00", "2026-03-04  09:05"),
    ],
)
def test_a_clock_time_takes_the_shape_of_the_old_one(old: str, new: str) -> None:
    assert write_clock(LATER, read_clock(old).value.shape) == new


def test_a_new_clock_time_has_the_usual_shape() -> None:
    assert write_clock(LATER) == "2026-03-04 09:05:00"


def test_seconds_are_never_lost() -> None:
    assert write_clock(datetime(2026, 3, 4, 9, 5, 7), ClockShape(seconds=False)) == "2026-03-04 09:05:07"


@pytest.mark.parametrize(
    "old,new",
    [
        ("", "2026-03-04"),
        ("2019-12-13", "2026-03-04"),
        ("2026-2-10", "2026-3-4"),
        ("2019-12-03 00:00:00", "2026-03-04 00:00:00"),
        ("soon", "2026-03-04"),
    ],
)
def test_a_day_takes_the_shape_of_the_old_one(old: str, new: str) -> None:
    assert write_day(date(2026, 3, 4), old) == new


@pytest.mark.parametrize(
    "old,yes,no",
    [
        ("", "true", "false"),
        ("False", "True", "False"),
        ("TRUE", "TRUE", "FALSE"),
        ("no", "yes", "no"),
        ("Yes ", "Yes", "No"),
        ("maybe", "true", "false"),
    ],
)
def test_a_flag_takes_the_shape_of_the_old_one(old: str, yes: str, no: str) -> None:
    assert (write_flag(True, old), write_flag(False, old)) == (yes, no)


@pytest.mark.parametrize("old,new", [("", "7"), ("3", "7"), ("03", "07"), ("010", "007"), ("x", "7")])
def test_a_whole_number_keeps_its_noughts(old: str, new: str) -> None:
    assert write_whole(7, old) == new


def test_below_nought() -> None:
    assert write_whole(-7, "03") == "-07"


def test_all_of_them_ask_for_no_quotes() -> None:
    written = (write_clock(LATER), write_day(LATER.date()), write_flag(True), write_whole(1))
    assert all(isinstance(text, Bare) for text in written)


SHAPES = st.builds(
    ClockShape,
    padded_date=st.booleans(),
    between=st.sampled_from([" ", "T", "  "]),
    padded_hour=st.booleans(),
    seconds=st.booleans(),
    offset=st.sampled_from(["", "Z", "+02:00", " -0500", " +0545"]),
)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31)).map(
    lambda one: one.replace(microsecond=0)
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(MOMENTS, SHAPES)
def test_what_is_written_reads_as_the_same(moment: datetime, shape: ClockShape) -> None:
    assert read_clock(write_clock(moment, shape)).value.moment == moment
    assert read_day(write_day(moment.date(), "2026-2-10")).value == moment.date()


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.integers(-(2**31) + 1, 2**31 - 1), st.booleans(), st.sampled_from(["", "Yes", "false", "007", "+1"])
)
def test_numbers_and_flags_read_as_the_same(number: int, flag: bool, old: str) -> None:
    assert read_whole(write_whole(number, old)).value == number
    assert read_flag(write_flag(flag, old)).value == flag
