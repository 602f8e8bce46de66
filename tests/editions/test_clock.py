"""The venue's clock: naive times that become instants only when asked, on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Max, Min
from django.db.models.functions import Trunc
from django.forms import modelform_factory

from editions.clock import (
    WallClockField,
    clock_oddity,
    instant,
    validate_zone,
    wall_clock,
)
from talks.models import Notice, Talk
from tests import factories

BERLIN, VANCOUVER, KOLKATA = "Europe/Berlin", "America/Vancouver", "Asia/Kolkata"


@pytest.mark.parametrize(
    ("clock", "zone", "expected"),
    [
        (datetime(2027, 7, 1, 9, 0), BERLIN, datetime(2027, 7, 1, 7, 0, tzinfo=UTC)),
        (datetime(2027, 1, 1, 9, 0), BERLIN, datetime(2027, 1, 1, 8, 0, tzinfo=UTC)),
        (datetime(2027, 7, 1, 9, 0), VANCOUVER, datetime(2027, 7, 1, 16, 0, tzinfo=UTC)),
        (datetime(2027, 7, 1, 20, 0), VANCOUVER, datetime(2027, 7, 2, 3, 0, tzinfo=UTC)),
        (datetime(2027, 7, 1, 9, 0), KOLKATA, datetime(2027, 7, 1, 3, 30, tzinfo=UTC)),
        (datetime(2027, 7, 1, 2, 0), KOLKATA, datetime(2027, 6, 30, 20, 30, tzinfo=UTC)),
        # The hour that Berlin has twice means the first of the two.
        (datetime(2027, 10, 31, 2, 30), BERLIN, datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        # The hour that it skips: as far from midnight as before the change.
        (datetime(2027, 3, 28, 2, 30), BERLIN, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_clock_names_a_moment(clock: datetime, zone: str, expected: datetime) -> None:
    # Compared in UTC: Python calls no moment equal to one in an hour that its zone has twice, or not at all.
    assert instant(clock, zone).astimezone(UTC) == expected


@pytest.mark.parametrize("zone", [BERLIN, VANCOUVER, KOLKATA, "UTC"])
def test_there_and_back(zone: str) -> None:
    clock = datetime(2027, 7, 1, 23, 59)
    assert wall_clock(instant(clock, zone), zone) == clock
    assert wall_clock(instant(clock, zone), zone).tzinfo is None


@pytest.mark.parametrize(
    ("clock", "zone", "oddity"),
    [
        (datetime(2027, 3, 28, 2, 30), BERLIN, "gap"),
        (datetime(2027, 3, 28, 3, 0), BERLIN, ""),
        (datetime(2027, 10, 31, 2, 30), BERLIN, "fold"),
        (datetime(2027, 10, 31, 3, 0), BERLIN, ""),
        # In 2019, when the clocks there still changed for certain.
        (datetime(2019, 3, 10, 2, 0), VANCOUVER, "gap"),
        (datetime(2019, 11, 3, 1, 59), VANCOUVER, "fold"),
        (datetime(2019, 3, 10, 2, 0), KOLKATA, ""),
        (datetime(2019, 11, 3, 1, 59), KOLKATA, ""),
    ],
)
def test_hours_that_a_zone_skips_or_has_twice(clock: datetime, zone: str, oddity: str) -> None:
    assert clock_oddity(clock, zone) == oddity


@pytest.mark.parametrize("name", [BERLIN, "UTC", "America/Argentina/Buenos_Aires"])
def test_zones_of_the_database_are_taken(name: str) -> None:
    validate_zone(name)


@pytest.mark.parametrize("name", ["", "Berlin", "../etc/passwd", "europe/berlin", "UTC+2"])
def test_other_words_are_no_zone(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_zone(name)
    assert caught.value.messages == [
        f"“{name}” is not a time zone. Write a name such as Europe/Lisbon or America/Vancouver."
    ]


@pytest.mark.django_db
def test_another_zone_keeps_the_clock_times() -> None:
    edition = factories.make_edition(timezone=VANCOUVER)
    clock = datetime(2031, 5, 15, 9, 30)
    talk = factories.make_talk(edition=edition, starts_at=clock)
    assert instant(talk.starts_at, edition.timezone) == datetime(2031, 5, 15, 16, 30, tzinfo=UTC)
    edition.timezone = KOLKATA
    edition.full_clean()
    edition.save()
    talk.refresh_from_db()
    assert talk.starts_at == clock
    assert instant(talk.starts_at, edition.timezone) == datetime(2031, 5, 15, 4, 0, tzinfo=UTC)
    # And in the database itself.
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(starts_at AS VARCHAR(19)) FROM talks_talk")
        assert cursor.fetchone() == ("2031-05-15 09:30:00",)


@pytest.mark.django_db
def test_the_database_reckons_with_clocks() -> None:
    edition = factories.make_edition()
    for hour, minutes in ((9, 45), (11, 0), (16, 90)):
        start = datetime(2031, 5, 15, hour, 30)
        factories.make_talk(edition=edition, starts_at=start, ends_at=start + timedelta(minutes=minutes))
    factories.make_talk(edition=edition, starts_at=None)
    talks = Talk.objects.order_by("starts_at", "pk").scheduled()
    assert talks.aggregate(first=Min("starts_at"), last=Max("ends_at")) == {
        "first": datetime(2031, 5, 15, 9, 30),
        "last": datetime(2031, 5, 15, 18, 0),
    }
    lasting = talks.annotate(lasts=F("ends_at") - F("starts_at")).values_list("lasts", flat=True)
    assert list(lasting) == [timedelta(minutes=45), timedelta(), timedelta(minutes=90)]
    assert talks.filter(ends_at__gt=F("starts_at") + timedelta(hours=1)).count() == 1
    assert talks.filter(starts_at__gte=datetime(2031, 5, 15, 11, 30)).count() == 2
    assert talks.filter(starts_at__date=datetime(2031, 5, 15).date(), starts_at__hour=9).count() == 1
    assert set(talks.annotate(day=Trunc("starts_at", "day")).values_list("day", flat=True)) == {
        datetime(2031, 5, 15)
    }
    assert talks.filter(starts_at="2031-05-15 09:30").count() == 1


@pytest.mark.django_db
def test_a_day_on_which_the_clocks_change() -> None:
    edition = factories.make_edition(timezone=BERLIN, starts_on="2027-10-31", ends_on="2027-10-31")
    night = factories.make_talk(
        edition=edition, starts_at=datetime(2027, 10, 31, 1, 30), ends_at=datetime(2027, 10, 31, 3, 30)
    )
    stored = Talk.objects.annotate(lasts=F("ends_at") - F("starts_at")).get(pk=night.pk)
    assert (stored.starts_at, stored.ends_at) == (
        datetime(2027, 10, 31, 1, 30),
        datetime(2027, 10, 31, 3, 30),
    )
    # Two hours on the wall, three in life.
    assert stored.lasts == timedelta(hours=2)
    passed = instant(stored.ends_at, BERLIN).astimezone(UTC) - instant(stored.starts_at, BERLIN).astimezone(
        UTC
    )
    assert passed == timedelta(hours=3)


@pytest.mark.django_db
def test_a_night_session_past_midnight() -> None:
    edition = factories.make_edition()
    late = factories.make_talk(
        edition=edition, starts_at=datetime(2031, 5, 15, 22, 0), ends_at=datetime(2031, 5, 16, 1, 30)
    )
    early = factories.make_talk(edition=edition, starts_at=datetime(2031, 5, 16, 0, 15))
    morning = factories.make_talk(edition=edition, starts_at=datetime(2031, 5, 16, 9, 0))
    assert list(Talk.objects.in_order()) == [late, early, morning]
    at = instant(datetime(2031, 5, 16, 0, 30), edition.timezone)
    assert list(Talk.objects.in_progress(at).in_order()) == [late, early]


@pytest.mark.django_db
def test_a_zone_that_comes_with_a_time_is_put_aside() -> None:
    talk = factories.make_talk()
    talk.starts_at = datetime(2031, 5, 15, 8, 0, tzinfo=UTC)
    talk.ends_at = datetime(2031, 5, 15, 9, 0, tzinfo=instant(datetime(2031, 5, 15), KOLKATA).tzinfo)
    talk.full_clean()
    talk.save()
    talk.refresh_from_db()
    assert (talk.starts_at, talk.ends_at) == (datetime(2031, 5, 15, 8, 0), datetime(2031, 5, 15, 9, 0))


@pytest.mark.django_db
@pytest.mark.parametrize("zone", [VANCOUVER, KOLKATA])
def test_a_form_shows_and_reads_the_clock(zone: str) -> None:
    notice = factories.make_notice(
        edition=factories.make_edition(timezone=zone), until=datetime(2031, 5, 15, 18, 0)
    )
    form_class = modelform_factory(Notice, fields=["until"])
    assert 'value="2031-05-15 18:00:00"' in str(form_class(instance=notice)["until"])
    form = form_class({"until": "2031-05-15 19:45"}, instance=notice)
    assert form.is_valid()
    assert form.save().until == datetime(2031, 5, 15, 19, 45)
    assert not form_class({"until": "2031-05-15 25:61"}, instance=notice).is_valid()
    assert form_class({"until": ""}, instance=notice).is_valid()


def test_the_field_reads_words_and_nothing() -> None:
    field = WallClockField(null=True)
    assert field.to_python("2031-05-15T09:30") == datetime(2031, 5, 15, 9, 30)
    assert field.to_python("2031-05-15T09:30+02:00") == datetime(2031, 5, 15, 9, 30)
    assert field.to_python(None) is None
    assert field.get_prep_value("2031-05-15 09:30") == datetime(2031, 5, 15, 9, 30, tzinfo=UTC)
    assert field.get_prep_value(None) is None
    with pytest.raises(ValidationError):
        field.to_python("tomorrow")
