"""When an event is: the instant that a file tells, as the clock on the venue's wall shows it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from exchange.dialects.schedule.events import Event, Said
from exchange.problems import Place, Problems
from exchange.scalars import DAY, BadValue, read_clock, read_day

TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")
DURATION = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
# pretalx writes days:hours:minutes of what lasts longer than a day, others hours:minutes:seconds.
LONG = re.compile(r"([0-9]+):([0-5]?[0-9]):([0-5]?[0-9])")


@dataclass(frozen=True, slots=True)
class Span:
    """The venue's clock (naive) at start and end; ``offset`` (minutes) where a file's offset is not believed."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    offset: int | None = None


@dataclass(frozen=True)
class Times:
    """Reads the times of the events of a file. ``zone``: the venue's, None where the file does not tell it.

    ``day_change``: a start before that hour belongs to the night of the day under which it stands.
    """

    path: str
    zone: ZoneInfo | None
    day_change: time | None
    problems: Problems

    def of(self, event: Event) -> Span:
        """When an event is; what is wrong or odd is told."""
        said = event.words.get("date")
        if said is None or DAY.fullmatch(said.text.strip()):
            start = self._by_day(event, said)
            return Span(start, self._end(event, start, None))
        try:
            clock = read_clock(said.text).value
        except BadValue as bad:
            self.problems.error(self.path, said.place, bad.code, **bad.values)
            return Span()
        moment = None if clock.offset is None else clock.moment.replace(tzinfo=_fixed(clock.offset))
        start, believed = self._start(event, clock.moment, moment)
        offset = None if believed else clock.offset
        return Span(start, self._end(event, start, moment if believed else None), offset)

    def _start(self, event: Event, clock: datetime, moment: datetime | None) -> tuple[datetime, bool]:
        """The clock at the venue, and whether it follows from the offset."""
        there = self._wall(moment) if moment else clock
        said = event.words.get("start")
        start = TIME.fullmatch(said.text.strip()) if said else None
        if said is None or start is None:
            return there, moment is not None and self.zone is not None
        shown = (int(start[1]), int(start[2]))
        if shown == (there.hour, there.minute):
            return there, moment is not None and self.zone is not None
        if shown == (clock.hour, clock.minute):
            return clock, False  # Two to one against the offset: many a site has it wrong in summer.
        times = {"start": said.text.strip()[:20], "time": f"{there:%Y-%m-%d %H:%M}"}
        self.problems.warning(self.path, said.place, "start-differs", **times)
        return there, moment is not None and self.zone is not None

    def _by_day(self, event: Event, said: Said | None) -> datetime | None:
        """The start from the day under which an event stands, as the oldest files have it."""
        day, start = said or event.day.get("date"), event.words.get("start")
        found = TIME.fullmatch(start.text.strip()) if start else None
        if start is not None and found is None:
            self.problems.error(self.path, start.place, "start-unreadable", text=start.text.strip()[:20])
            return None
        if day is None or found is None:
            self.problems.error(self.path, event.place, "event-without-date")
            return None
        try:
            date = read_day(day.text.strip()[:10]).value
        except BadValue as bad:
            self.problems.error(self.path, day.place, bad.code, **bad.values)
            return None
        clock = time(int(found[1]), int(found[2]))
        night = said is None and self.day_change is not None and clock < self.day_change
        return datetime.combine(date, clock) + timedelta(days=night)

    def _end(self, event: Event, start: datetime | None, moment: datetime | None) -> datetime | None:
        if start is None:
            return None
        said = event.words.get("end")
        end = self._said_end(said, start) if said else None
        if end is not None:
            return end
        said = event.words.get("duration")
        length = self._length(said) if said else None
        if said is None or length is None:
            return None
        if not length:
            self.problems.warning(self.path, said.place, "no-length", time=f"{start:%H:%M}")
        later = self._wall(moment + length) if moment else start + length
        # The hour that a clock put back shows twice is no shorter event.
        return later if later >= start else start + length

    def _said_end(self, said: Said, start: datetime) -> datetime | None:
        """An end that is told as such; one before the start is told and not taken."""
        try:
            clock = read_clock(said.text).value
        except BadValue as bad:
            self.problems.warning(self.path, said.place, bad.code, **bad.values)
            return None
        end = clock.moment
        if clock.offset is not None:
            end = self._wall(clock.moment.replace(tzinfo=_fixed(clock.offset)))
        if end < start:
            times = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
            self.problems.warning(self.path, said.place, "event-end-before-start", **times)
            return None
        return end

    def _length(self, said: Said) -> timedelta | None:
        """A duration: hours and minutes; a third part is days before them, or seconds behind them."""
        text = said.text.strip()
        if found := DURATION.fullmatch(text):
            return timedelta(hours=int(found[1]), minutes=int(found[2]))
        found = LONG.fullmatch(text)
        if found is None or len(found[1]) > 3:
            self.problems.error(self.path, said.place, "duration-unreadable", text=text[:20])
            return None
        first, second, third = map(int, found.groups())
        if len(found[1]) == 1 and first:
            length = timedelta(days=first, hours=second, minutes=third)
        else:
            length = timedelta(hours=first, minutes=second)
        hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
        self.problems.warning(
            self.path, said.place, "duration-long", text=text[:20], hours=hours, minutes=minutes
        )
        return length

    def _wall(self, moment: datetime) -> datetime:
        """What the venue's clock shows at a moment (aware); without a zone what stood there."""
        there = moment.astimezone(self.zone) if self.zone else moment
        return there.replace(tzinfo=None)


def read_zone(path: str, words: Mapping[str, Said], problems: Problems) -> ZoneInfo | None:
    """The zone of a conference; one that is missing is a warning, one that nobody knows an error."""
    said = words.get("time_zone_name")
    if said is None:
        problems.warning(path, _place(words), "schedule-without-zone")
        return None
    name = said.text.strip()
    if name not in available_timezones():
        problems.error(path, said.place, "schedule-zone", zone=name[:60])
        return None
    return ZoneInfo(name)


def read_day_change(words: Mapping[str, Said], days: Mapping[str, Said]) -> time | None:
    """The hour at which a day of the programme begins: told of the conference, else the start of a day."""
    said = words.get("day_change")
    found = TIME.fullmatch(said.text.strip()) if said else None
    if found is None and "start" in days:
        found = re.search(r"[T ]([01][0-9]|2[0-3]):([0-5][0-9])", days["start"].text)
    return time(int(found[1]), int(found[2])) if found else None


def _place(words: Mapping[str, Said]) -> Place | None:
    said = words.get("acronym") or words.get("title")
    return said.place if said else None


def _fixed(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))
