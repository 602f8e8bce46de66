"""schedule.json: the same schedule as in schedule.xml for programs that read JSON.

Source: https://c3voc.de/wiki/schedule and its JSON Schema.
"""

from __future__ import annotations

import json
import re
from typing import Any

from exchange.formats.programme import Conference, one_line
from exchange.formats.schedule import TIMESLOT, Day, Schedule, Slot, stamp, web_address

SCHEMA = "https://c3voc.de/schedule/schema.json"
ACRONYM = re.compile(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?")
SLUG = re.compile(r"[a-z0-9_-]+[a-z0-9]")
ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+")
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT", "Etc/Universal", "Universal"})


def to_json(schedule: Schedule) -> str:
    """Return a schedule as the text of a schedule.json, to be sent in UTF-8."""
    known = {
        "$schema": SCHEMA,
        "generator": {"name": "Lectern"},
        "schedule": {"version": schedule.conference.version, "conference": _conference(schedule)},
    }
    return json.dumps(known, ensure_ascii=False, indent=1) + "\n"


def acronym_of(key: str) -> str:
    """Return an edition's key as the schema takes it: `neurips_19` for `neurips-19`, but `emc2-2019-neurips` as it is.

    Of two editions that differ in these signs alone both get the same.
    """
    return key if ACRONYM.fullmatch(key) else key[:1] + key[1:].replace("-", "_")


def _conference(schedule: Schedule) -> dict[str, Any]:
    known = schedule.conference
    optional = {
        "description": schedule.description,
        "time_zone_name": _zone(known.zone),
        "logo": web_address(known.logo),
        "colors": {"primary": known.colour} if known.colour else None,
        "url": schedule.url,
        "tracks": _tracks(known),
    }
    return {
        "acronym": acronym_of(known.key),
        "title": schedule.title,
        "start": schedule.first.isoformat(),
        "end": schedule.last.isoformat(),
        "daysCount": len(schedule.days),
        "timeslot_duration": TIMESLOT,
        **{name: value for name, value in optional.items() if value},
        "days": [_day(day) for day in schedule.days],
    }


def _zone(zone: str) -> str:
    """A zone's name as far as the schema knows such names: region and place, or UTC."""
    if zone in UTC_NAMES:
        return "UTC"
    return zone if ZONE.match(zone) else ""


def _tracks(known: Conference) -> list[dict[str, str]]:
    return [
        {
            "name": one_line(track.name),
            **({"slug": track.slug} if SLUG.fullmatch(track.slug) else {}),
            "color": track.colour,
        }
        for track in known.tracks
    ]


def _day(day: Day) -> dict[str, Any]:
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": stamp(day.start),
        "day_end": stamp(day.end),
        "rooms": {room.name: [_event(slot) for slot in room.slots] for room in day.rooms},
    }


def _event(slot: Slot) -> dict[str, Any]:
    """All keys that the schema requires, and of the others those that say something."""
    event = slot.event
    optional = {
        "end": stamp(slot.end) if slot.end else None,
        "description": slot.description or None,
        "do_not_record": None if event.may_record is None else not event.may_record,
    }
    return {
        "guid": str(event.guid),
        "id": event.number,
        "date": stamp(slot.start),
        "start": f"{slot.start:%H:%M}",
        "duration": slot.duration,
        "room": slot.room,
        "slug": event.slug if SLUG.fullmatch(event.slug) else f"talk-{event.number}",
        "url": web_address(event.url),
        "title": event.headline,
        "subtitle": None,
        "track": one_line(event.track) or None,
        "type": one_line(event.type),
        "language": one_line(event.language) or None,
        "abstract": slot.abstract,
        "persons": [{"name": name} for name in slot.people],
        "links": [
            {"title": one_line(link.title), "url": link.url, "type": link.kind} for link in event.links
        ],
        **{name: value for name, value in optional.items() if value is not None},
    }
