"""From a schedule to records: its conference an edition, each of its events a talk."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit
from uuid import UUID

from exchange.dialects.schedule.events import Event, Said, Schedule, Words
from exchange.dialects.schedule.links import fact, sort_links
from exchange.dialects.schedule.times import Span, Times, read_day_change, read_zone
from exchange.problems import Place, Problems
from exchange.records import Item, Record, Value, clock_text
from exchange.scalars import EDITION_KEY, LARGEST, BadValue, Reading, read_day, read_prose, read_text

NOT_IN_KEYS = re.compile(r"[^a-z0-9_-]+")
KEY_LIMIT = 200
PAGE = re.compile(r"[a-z0-9_-]*[a-z][a-z0-9_-]*")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# The format has no word for it: exporters write it before the title.
CANCELLED = re.compile(
    r"[\[(]?(?:cancell?ed|abgesagt|entfällt|annulée?|cancelad[oa]|annullat[oa]|отменено|中止)(?:[\])]:?|:)\s*(?=\S)",
    re.IGNORECASE,
)
FLAGS: Mapping[str, str] = {"true": "no", "1": "no", "yes": "no", "false": "yes", "0": "yes", "no": "yes"}


def records_of(schedule: Schedule, path: str, default_edition: str, problems: Problems) -> tuple[Record, ...]:
    """The records of a schedule: the edition's, then the talks'. What is wrong goes into ``problems``.

    ``default_edition`` goes before the acronym, which may not be what the edition is called here. Without an edition
    there are none.
    """
    edition = default_edition or _edition_of(schedule, path, problems)
    return _Teller(schedule, path, edition, problems).records() if edition else ()


def _edition_of(schedule: Schedule, path: str, problems: Problems) -> str:
    said = schedule.words.get("acronym")
    key = _as_key(said.text) if said else ""
    if said is None:
        problems.error(path, schedule.place, "schedule-without-acronym")
    elif not EDITION_KEY.fullmatch(key):
        problems.error(path, said.place, "schedule-acronym", text=said.text.strip()[:60])
        return ""
    return key


def _as_key(text: str) -> str:
    return NOT_IN_KEYS.sub("-", text.strip().casefold()).strip("-_")


@dataclass
class _Teller:
    """One file on its way to records.

    ``keys``: those given so far; ``seen``: the events by guid and by id so far; ``times``: when each event is.
    """

    schedule: Schedule
    path: str
    edition: str
    problems: Problems
    keys: set[str] = field(default_factory=set)
    seen: dict[str, Event] = field(default_factory=dict)
    times: dict[int, Span] = field(default_factory=dict)

    def records(self) -> tuple[Record, ...]:
        words = self.schedule.words
        zone = read_zone(self.path, words, self.problems)
        self.times = {
            id(event): Times(self.path, zone, read_day_change(words, event.day), self.problems).of(event)
            for event in self.schedule.events
        }
        talks = [talk for event in self.schedule.events if (talk := self._talk(event)) is not None]
        nameless = [one for one in self.schedule.events if "guid" not in one.words and "id" in one.words]
        if nameless:
            self.problems.warning(self.path, nameless[0].place, "event-without-guid", count=len(nameless))
        return (self._edition(zone.key if zone else ""), *talks)

    # The edition

    def _edition(self, zone: str) -> Record:
        words, fields, places = self.schedule.words, dict[str, Value](), dict[str, Place]()
        said = {"title": words.get("title"), "starts_on": words.get("start"), "ends_on": words.get("end")}
        for name, one in said.items():
            value = self._value(one, _one_line if name == "title" else _day)
            fields[name] = value or None
            if one is not None:
                places[name] = one.place
        starts = sorted(str(one.starts_at)[:10] for one in self.times.values() if one.starts_at)
        fields["starts_on"] = fields["starts_on"] or next(iter(starts), None)
        fields["ends_on"] = fields["ends_on"] or next(reversed(starts), None)
        if zone:
            fields["timezone"] = zone
        fields["edition"] = self.edition
        return Record(
            "edition",
            self.path,
            self.edition,
            self.edition,
            fields,
            places={**places, "edition": self._edition_place},
            rooms=self.schedule.rooms,
            tracks={
                one.name: one.colour.lower() if COLOUR.fullmatch(one.colour) else ""
                for one in self.schedule.tracks
            },
        )

    @property
    def _edition_place(self) -> Place:
        said = self.schedule.words.get("acronym")
        return said.place if said else self.schedule.place

    # A talk

    def _talk(self, event: Event) -> Record | None:
        """The record of an event; None, and an error, for one that nothing names."""
        number = self._number(event)
        guid = self._guid(event)
        if guid is None:
            return None
        span = self.times[id(event)]
        fields, places = self._fields(event)
        fields |= {"starts_at": clock_text(span.starts_at), "ends_at": clock_text(span.ends_at)}
        when = event.words.get("date") or event.words.get("start")
        place = when.place if when else event.place
        known_places = {"edition": self._edition_place, "starts_at": place, "ends_at": place, **places}
        items, item_places = self._people(event)
        return Record(
            "talk",
            self.path,
            self.edition,
            guid,
            fields,
            {"appearances": items},
            {**known_places, **item_places},
            {} if span.offset is None else {"starts_at": span.offset},
            old_paths=self._old_paths(event),
            called=self._key(event, guid),
            guid=guid if "guid" in event.words else "",
            number=number,
        )

    def _fields(self, event: Event) -> tuple[dict[str, Value], dict[str, Place]]:
        words = event.words
        places = {name: said.place for name, said in words.items()}
        title = self._text(words.get("title"))
        if not title and not ("title" in words and self._is_told(words["title"].place)):
            self.problems.error(self.path, event.place, "event-without-title")
        cancelled = CANCELLED.match(str(title or ""))
        links = sort_links(event.links, self._base(event), self.path, self.problems)
        places |= {
            name: one.place for name, one in (("slides", links.slides), ("video_url", links.video)) if one
        }
        licence = self._text(words.get("license"))
        optout = words.get("optout")
        fields: dict[str, Value] = {
            "edition": self.edition,
            "title": str(title)[cancelled.end() :] if cancelled else title,
            "state": "cancelled" if cancelled else "published",
            "type": self._type(words),
            "abstract": self._abstract(words),
            "language": self._text(words.get("language")),
            "room": self._text(words.get("room") or event.hall),
            "track": self._text(words.get("track")),
            "slides": links.slides.text if links.slides else None,
            "video_url": links.video.text if links.video else None,
            "recording": FLAGS.get(optout.text.strip().lower()) if optout else None,
            "extra": (*links.more, *([fact("License", str(licence))] if licence else ())) or None,
        }
        return fields, places

    def _type(self, words: Words) -> str:
        """A type's key: `Invited talk` is `invited_talk`."""
        text = self._text(words.get("type"))
        return "_".join(str(text).casefold().split()) if text else "talk"

    def _abstract(self, words: Words) -> str | None:
        """Subtitle, abstract and description, each once, as paragraphs of one text."""
        found: list[str] = []
        for name in ("subtitle", "abstract", "description"):
            text = str(self._value(words.get(name), read_prose) or "")
            if found and text.startswith(found[-1]):
                found.pop()
            if text:
                found.append(text)
        return "\n\n".join(found) or None

    def _people(self, event: Event) -> tuple[tuple[Item, ...], dict[str, Place]]:
        items, places = list[Item](), dict[str, Place]()
        for index, person in enumerate(event.persons):
            name = self._text(person.words.get("name"))
            if not name:
                values = {"key": f"persons[{index}]", "needs": "name"}
                self.problems.warning(self.path, person.place, "element-without", **values)
                continue
            place = f"persons.{index}"
            fields: dict[str, Value] = {"role": "speaker", "name": name}
            if self._has_bios:
                fields["bio"] = self._value(person.words.get("bio"), read_prose) or None
            items.append(Item(place, fields))
            places |= {f"{place}.{one}": said.place for one, said in person.words.items()}
        return tuple(items), places

    @cached_property
    def _has_bios(self) -> bool:
        """Whether the file tells biographies at all: one that does not has no say in them."""
        return any("bio" in person.words for event in self.schedule.events for person in event.persons)

    # What names it

    def _number(self, event: Event) -> int | None:
        """The id, if it is a positive number and no other event has it."""
        said = event.words.get("id")
        text = said.text.strip() if said else ""
        if not re.fullmatch(r"[0-9]{1,10}", text) or not 0 < int(text) <= LARGEST:
            return None
        first = self.seen.setdefault(f"id {int(text)}", event)
        if first is not event and "guid" in event.words:
            line = first.place.line
            self.problems.warning(self.path, event.place, "event-id-twice", id=text, first_line=line)
        return int(text) if first is event else None

    def _guid(self, event: Event) -> str | None:
        """What tells the event from all others: its guid, else its id."""
        said, number = event.words.get("guid"), event.words.get("id")
        if said is not None:
            try:
                found = str(UUID(said.text))
            except ValueError:
                self.problems.error(self.path, said.place, "event-guid", guid=said.text[:60])
                return None
        elif number is not None:
            found = f"event-{_as_key(number.text)}"[:KEY_LIMIT]
        else:
            self.problems.error(self.path, event.place, "event-without-identity")
            return None
        first = self.seen.setdefault(found, event)
        if first is not event:
            line = first.place.line
            self.problems.error(self.path, event.place, "event-guid-twice", guid=found, first_line=line)
            return None
        return found

    def _key(self, event: Event, guid: str) -> str:
        """What a talk made of the event is called: its slug, else the end of its page's address, else its id."""
        words = event.words
        key = self._of_slug(words.get("slug")) or self._of_page(words.get("url"))
        if not key:
            key = f"event-{_as_key(words['id'].text)}" if "id" in words else f"event-{guid[:8]}"
        if key in self.keys:
            key = another_key(key, guid)
        self.keys.add(key)
        return key

    def _of_slug(self, said: Said | None) -> str:
        """A slug without the conference's name before it."""
        acronym = self.schedule.words.get("acronym")
        key = _as_key(said.text) if said else ""
        before = f"{_as_key(acronym.text)}-" if acronym else ""
        return (key.removeprefix(before) if before != "-" else key)[:KEY_LIMIT].strip("-_")

    def _of_page(self, said: Said | None) -> str:
        """The last part of an address, where it looks like a slug and is no other event's."""
        path = _path(said.text) if said else ""
        if self._pages[path] != 1:
            return ""
        last = path.rstrip("/").rpartition("/")[2].removesuffix(".html")
        return last if PAGE.fullmatch(last) and len(last) <= KEY_LIMIT else ""

    @cached_property
    def _pages(self) -> Counter[str]:
        """How many events have their page at each path."""
        said = (event.words.get("url") for event in self.schedule.events)
        return Counter(path for one in said if one and (path := _path(one.text)))

    def _old_paths(self, event: Event) -> tuple[str, ...]:
        """The address that the event had: where the domain moves along, it leads to the talk."""
        said = event.words.get("url")
        path = _path(said.text) if said else ""
        return (path,) if self._pages[path] == 1 and len(path) <= 2000 else ()

    # Values

    def _base(self, event: Event) -> str:
        words = self.schedule.words
        said = words.get("base_url") or words.get("url") or event.words.get("url")
        return said.text.strip() if said else ""

    def _text(self, said: Said | None) -> Value:
        return self._value(said, _one_line) or None

    def _value(self, said: Said | None, read: Callable[[str], Reading[str]]) -> Value:
        """What a text means; None, and an error, where it means nothing."""
        if said is None:
            return None
        try:
            found = read(said.text)
        except BadValue as bad:
            self.problems.error(self.path, said.place, bad.code, **bad.values)
            return None
        for code, values in found.warnings:
            self.problems.warning(self.path, said.place, code, **values)
        return found.value

    def _is_told(self, place: Place) -> bool:
        return any(one.place == place for one in self.problems)


def another_key(key: str, guid: str) -> str:
    """A key for an event where another event has it already: none but this one gets it."""
    return f"{key[:KEY_LIMIT]}-{hashlib.sha256(guid.encode()).hexdigest()[:8]}"


def _one_line(text: str) -> Reading[str]:
    """A text on one line: files break long lines as they like."""
    return read_text(" ".join(text.split()))


def _day(text: str) -> Reading[str]:
    return Reading(read_day(text.strip()[:10]).value.isoformat())


def _path(url: str) -> str:
    """The path of a page's own address; "" for an address that many share, as a page with fragments."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    own = parts.scheme in ("http", "https") and not (parts.fragment or parts.query)
    return parts.path if own and len(parts.path) > 1 and ":" not in parts.path else ""
