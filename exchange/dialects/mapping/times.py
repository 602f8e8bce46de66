"""Start and end of a talk, from one key each or from day, time and length, in whatever shape a site has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exchange.dialects.mapping.language import END, START
from exchange.dialects.mapping.scopes import Hit, Scope, warn
from exchange.dialects.mapping.values import Value
from exchange.documents import Mapping as KeyMapping
from exchange.problems import Place, Problems
from exchange.records import clock_text
from exchange.scalars import BadValue, Clock, read_clock, read_day, read_whole
from exchange.writing import write_clock, write_day, write_whole

TIME = re.compile(
    r"([0-9]{1,2})(?:(?:[:.h]([0-9]{2}))(?::[0-9]{2})?|(h))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE
)
LONGEST = 7 * 24 * 60


@cache
def is_zone(name: str) -> bool:
    """Whether a time zone has that name."""
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


@dataclass(frozen=True)
class Part:
    """One of the values that a time is made of: how it stands in its file."""

    hit: Hit
    clock: Clock | None = None


@dataclass(frozen=True)
class Times:
    """When a talk is: ISO texts by the venue's clock, None for none, and the values they are made of, by name.

    ``zone``: by which offsets count ("" where they do not); ``rules`` and ``scope``: by which the values are written.
    """

    start: str | None
    end: str | None
    zone: str
    parts: Mapping[str, Part]
    rules: Mapping[str, Value]
    scope: Scope

    def places(self, path: str) -> dict[str, Place]:
        """Where they stand, as far as that is in the file at a path."""
        found = {}
        for name, words in (("starts_at", reversed(START)), ("ends_at", END)):
            places = (self.parts[word].hit.place_in(path) for word in words if word in self.parts)
            place = next((place for place in places if place), None)
            if place:
                found[name] = place
        return found

    @property
    def offsets(self) -> dict[str, int]:
        """The offsets, in minutes, that count by no zone."""
        if self.zone:
            return {}
        clocks = {"starts_at": self.parts.get("start"), "ends_at": self.parts.get("end")}
        return {
            name: part.clock.offset
            for name, part in clocks.items()
            if part and part.clock and part.clock.offset is not None
        }

    def said(self, start: datetime | None, end: datetime | None) -> dict[str, str | None]:
        """What each of the values says of another start and end: {name: text, None for nothing}."""
        words: dict[str, str | None] = {}
        for name in self.rules:
            part = self.parts.get(name)
            like = part.hit.text if part else ""
            if name in ("start", "end"):
                words[name] = self._clock(start if name == "start" else end, part)
            elif name == "date":
                words[name] = write_day(start.date(), like) if start else None
            elif name in ("time", "end_time"):
                words[name] = _write_time(start if name == "time" else end, like)
            elif name == "minutes":
                words[name] = write_whole(_minutes(start, end), like) if start and end else None
        return words

    def _clock(self, moment: datetime | None, part: Part | None) -> str | None:
        if moment is None:
            return None
        shape = part.clock.shape if part and part.clock else None
        if shape is None:
            return write_clock(moment)
        if part and part.clock and part.clock.offset is not None and self.zone:
            east = timezone(timedelta(minutes=part.clock.offset))
            moment = moment.replace(tzinfo=ZoneInfo(self.zone)).astimezone(east).replace(tzinfo=None)
        return write_clock(moment, shape)


def read_times(
    says: Mapping[str, Value], scope: Scope, zone: str, problems: Mapping[str, Problems]
) -> Times | None:
    """The times that rules give in a scope; None where the rules speak of none. ``zone``: see Times."""
    rules = {name: says[name] for name in (*START, *END) if name in says}
    if not rules:
        return None
    reading = _Reading(rules, scope, zone, problems)
    start = reading.start()
    end = reading.end(start)
    return Times(clock_text(start), clock_text(end), zone, reading.parts, rules, scope)


class _Reading:
    def __init__(
        self, rules: Mapping[str, Value], scope: Scope, zone: str, problems: Mapping[str, Problems]
    ) -> None:
        self.rules, self.scope, self.zone, self.problems = rules, scope, zone, problems
        self.parts: dict[str, Part] = {}

    def start(self) -> datetime | None:
        if "start" in self.rules:
            return self._moment("start")
        day, at = self._day(), self._time("time")
        return datetime.combine(day, at) if day and at is not None else None

    def end(self, start: datetime | None) -> datetime | None:
        end = self._end(start)
        if start is None or end is None:
            self._tell_endless(start)
            return None
        if end < start:
            part = self.parts.get("end") or self.parts.get("end_time")
            if part is not None:
                warn(self.problems, part.hit, "end-before-start", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
            return None
        return end

    def _tell_endless(self, start: datetime | None) -> None:
        """Tell of an end where no start was said at all; one that means nothing has been told."""
        part = self.parts.get("end")
        if start is None and part is not None and self._hit("start") is None and "start" in self.rules:
            warn(self.problems, part.hit, "end-without-start")

    def _end(self, start: datetime | None) -> datetime | None:
        if self._hit("end") is not None:
            return self._moment("end")
        if start is None:
            return None
        if "end_time" in self.rules:
            at = self._time("end_time")
            if at is not None:
                later = timedelta(days=1 if at < start.time() else 0)
                return datetime.combine(start.date() + later, at)
        if "minutes" in self.rules:
            minutes = self._minutes()
            return start + timedelta(minutes=minutes) if minutes is not None else None
        return self._until_next(start)

    def _until_next(self, start: datetime) -> datetime | None:
        """Where a talk lasts until the next row begins."""
        if self.scope.after is None:
            return None
        after = _Reading(self.rules, self.scope.after, self.zone, self.problems).start()
        return after if after and after > start else None

    def _moment(self, name: str) -> datetime | None:
        hit = self._hit(name)
        if hit is None:
            return None
        try:
            clock = read_clock(hit.text).value
        except BadValue as bad:
            warn(self.problems, hit, bad.code, **bad.values)
            return None
        self.parts[name] = Part(hit, clock)
        if clock.offset is None or not self.zone:
            return clock.moment
        instant = clock.moment.replace(tzinfo=UTC) - timedelta(minutes=clock.offset)
        return instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def _day(self) -> date | None:
        hit = self._hit("date")
        if hit is None:
            return None
        self.parts["date"] = Part(hit)
        try:
            return read_day(hit.text).value
        except BadValue as bad:
            warn(self.problems, hit, bad.code, **bad.values)
            return None

    def _time(self, name: str) -> time | None:
        hit = self._hit(name)
        if hit is None:
            return None
        self.parts[name] = Part(hit)
        found = read_time(hit.text)
        if found is None:
            warn(self.problems, hit, "clock-unreadable", text=hit.text[:60])
        return found

    def _minutes(self) -> int | None:
        hit = self._hit("minutes")
        if hit is None:
            return None
        self.parts["minutes"] = Part(hit)
        try:
            return read_whole(hit.text, 0, LONGEST).value
        except BadValue as bad:
            warn(self.problems, hit, bad.code, **bad.values)
            return None

    def _hit(self, name: str) -> Hit | None:
        rule = self.rules.get(name)
        hits = rule.hits(self.scope) if rule else []
        found = next((hit for hit in hits if hit.text.strip()), None)
        if found is None and hits and isinstance(hits[0].node, KeyMapping):
            warn(self.problems, hits[0], "expected-text")
        return found


def read_time(text: str) -> time | None:
    """A time of day: `9:15`, `09:15`, `9.15`, `9h15`, `9h`, `9:15 am`, `9pm`; None for what is none."""
    found = TIME.fullmatch(text.strip())
    if found is None or not (found[2] or found[3] or found[4]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _write_time(moment: datetime | None, like: str) -> str | None:
    if moment is None:
        return None
    found = TIME.fullmatch(like.strip())
    hour = f"{moment.hour:02}" if found is None or len(found[1]) == 2 else str(moment.hour)
    between = like.strip()[len(found[1])] if found and (found[2] or found[3]) else ":"
    if found and found[4]:
        half = ("AM", "PM") if found[4].isupper() else ("am", "pm")
        return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02} {half[moment.hour // 12]}"
    return f"{hour}{between}{moment.minute:02}"


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds()) // 60
