"""The clock on the venue's wall: times without a zone, and the instants that they name in one.

Programme times are kept as they are printed. They become instants only when somebody asks, so an edition
that changes its time zone keeps its clock times.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

D = TypeVar("D", bound=date)

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a programme can be in; at the edges of time there is no moment to a clock in some zone."""


def validate_year(day: date) -> None:
    """Raise ValidationError unless a day or a clock is in the years FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Write a year from %(first)d to %(last)d."),
            code="year",
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


def later(day: D, by: timedelta) -> D:
    """The day or clock that much later (earlier, if ``by`` is negative).

    Raises ValidationError where that is in none of the years of a programme.
    """
    try:
        found = day + by
    except OverflowError:
        raise ValidationError(_("There is no such day in the calendar."), code="calendar") from None
    validate_year(found)
    return found


def instant(clock: datetime, zone: str) -> datetime:
    """The moment (aware, in ``zone``) at which the wall clock there shows ``clock`` (naive).

    An hour that exists twice means the first; one that is skipped means the same distance from midnight,
    as Python's ``fold=0`` has it.
    """
    return clock.replace(tzinfo=ZoneInfo(zone))


def wall_clock(moment: datetime, zone: str) -> datetime:
    """What the wall clock in ``zone`` shows (naive) at ``moment`` (aware)."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def clock_oddity(clock: datetime, zone: str) -> str:
    """'gap' if ``zone`` skips that clock time, 'fold' if it has it twice, else ''."""
    place = ZoneInfo(zone)
    if clock.replace(tzinfo=place).astimezone(UTC).astimezone(place).replace(tzinfo=None) != clock:
        return "gap"
    early, late = (clock.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
    return "fold" if early != late else ""


def validate_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is a time zone of the IANA database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write a name such as Europe/Lisbon or America/Vancouver."),
            code="zone",
            params={"name": name},
        )


class WallClockFormField(forms.DateTimeField):
    """A form's date and time, neither shown nor read in any zone."""

    def prepare_value(self, value: Any) -> Any:
        """Show the clock as it stands."""
        return value

    def to_python(self, value: Any) -> datetime | None:
        """Read a naive date and time."""
        found = super().to_python(value)
        return found.replace(tzinfo=None) if found else None


class WallClockField(models.DateTimeField):  # type: ignore[type-arg]  # as every field with the stubs' own defaults
    """A naive date and time, stored as if it were UTC.

    Django's own TIME_ZONE is fixed to UTC and no zone is ever activated, so comparisons, Min, Max and
    differences work on SQLite and PostgreSQL alike.
    """

    default_validators = [validate_year]

    def from_db_value(self, value: datetime | None, *_rest: Any) -> datetime | None:
        """Give back the clock, without the zone that it was stored under."""
        return value.replace(tzinfo=None) if value is not None else None

    def to_python(self, value: Any) -> Any:
        """Read a naive time; whatever zone comes with it is put aside, the clock holds."""
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, str) and value:
            return super().to_python(value).replace(tzinfo=None)
        return super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        """Mark the clock as UTC for the database."""
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC)
        if isinstance(value, str) and value:
            return self.to_python(value).replace(tzinfo=UTC)
        return super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        """The clock in ISO form, for dumps."""
        value = self.value_from_object(obj)
        return value.isoformat() if value else ""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """A form field that knows no zone."""
        return super().formfield(*args, **{"form_class": WallClockFormField, **kwargs})
