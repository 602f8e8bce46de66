"""Times and dates as pages show them: the venue's clock, its zone named, days and spans of days localised."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from editions.clock import instant


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the venue's wall: `text` as printed (11:00), `iso` with the zone's offset, `date` of the venue."""

    text: str
    iso: str
    date: date


@dataclass(frozen=True, slots=True)
class Was:
    """Where a talk was before, in words; `start` stands between `before` and `after`, None where it had no time."""

    before: str
    start: Clock | None = None
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.start.text if self.start else ''}{self.after}"


def clock(wall: datetime | None, zone: str) -> Clock | None:
    """Return a naive wall clock of `zone` as pages show it, None for none."""
    if wall is None:
        return None
    return Clock(f"{wall:%H:%M}", instant(wall, zone).isoformat(), wall.date())


def zone_name(zone: str, at: datetime) -> str:
    """Return what a zone is called at a wall clock: `Vancouver, UTC−8`; `UTC` is just that."""
    offset = instant(at, zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    shift = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    place = zone.rpartition("/")[2].replace("_", " ")
    return shift if place in {"UTC", "GMT"} or "Etc/" in zone else f"{place}, {shift}"


def whole_date(day: date) -> str:
    """Return a date with its year: 13 December 2019."""
    return date_format(day, pgettext("a date as Django's date filter writes it", "j F Y"))


def day_name(day: date) -> str:
    """Return a date without its year: 13 December."""
    return date_format(day, pgettext("a day as Django's date filter writes it", "j F"))


def weekday(day: date) -> str:
    """Return the name of a date's day of the week."""
    return date_format(day, "l")


def short_weekday(day: date) -> str:
    """Return the short name of a date's day of the week."""
    return date_format(day, "D")


def span_of_days(first: date | None, last: date | None) -> str:
    """Return the days of an edition: 13–14 December 2019; "to be announced" where there is no first."""
    if first is None:
        return _("Dates to be announced")
    if last is None or last <= first:
        return whole_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return _("%(first)s–%(last)s") % {"first": first.day, "last": whole_date(last)}
    if first.year == last.year:
        return _("%(first)s – %(last)s") % {"first": day_name(first), "last": whole_date(last)}
    return _("%(first)s – %(last)s") % {"first": whole_date(first), "last": whole_date(last)}
