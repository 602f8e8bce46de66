"""schedule.xml: a programme for phone apps (Giggity, EventFahrplan) and for those who record it.

Source: https://c3voc.de/wiki/schedule and its XSD, which has no place for `day_change` nor for a description of the
conference. `conference` must begin within the first 1024 characters: Giggity knows the format by that.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from exchange.formats.programme import Event, one_line
from exchange.formats.schedule import (
    TIMESLOT,
    Day,
    Schedule,
    Slot,
    day_of,
    stamp,
    web_address,
)

GENERATOR = "Lectern"


def to_xml(schedule: Schedule) -> str:
    """Return a schedule as the text of a schedule.xml, to be sent in UTF-8."""
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", name=GENERATOR)
    _add_words(root, url=schedule.feed_url)
    _add(root, "version", schedule.conference.version)
    # The XSD wants a day even where nothing has a time yet.
    days = schedule.days or (day_of(1, schedule.first, schedule.conference.zone),)
    _add_conference(root, schedule, len(days))
    for day in days:
        _add_day(root, day)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_conference(root: ET.Element, schedule: Schedule, days: int) -> None:
    known = schedule.conference
    found = ET.SubElement(root, "conference")
    _add(found, "title", schedule.title)
    _add(found, "acronym", known.key)  # The XSD's acronyms and Lectern's keys have the same letters.
    _add(found, "start", schedule.first.isoformat())
    _add(found, "end", schedule.last.isoformat())
    _add(found, "days", str(days))
    _add(found, "timeslot_duration", TIMESLOT)
    _add_words(found, logo=web_address(known.logo), url=schedule.url)
    _add(found, "time_zone_name", known.zone)
    if known.colour:
        ET.SubElement(found, "color", primary=known.colour)
    for track in known.tracks:
        ET.SubElement(found, "track", name=one_line(track.name), color=track.colour)


def _add_day(root: ET.Element, day: Day) -> None:
    found = ET.SubElement(
        root,
        "day",
        index=str(day.index),
        date=day.date.isoformat(),
        start=stamp(day.start),
        end=stamp(day.end),
    )
    for room in day.rooms:
        inside = ET.SubElement(found, "room", name=room.name)
        for slot in room.slots:
            _add_event(inside, slot)


def _add_event(room: ET.Element, slot: Slot) -> None:
    """Add an event. Without a slug: the XSD wants one in a form of its own, and programs make it from the title."""
    event = slot.event
    found = ET.SubElement(room, "event", id=str(event.number), guid=str(event.guid))
    _add(found, "room", slot.room)
    _add(found, "title", event.headline)
    _add(found, "type", one_line(event.type))
    _add(found, "date", stamp(slot.start))
    _add(found, "start", f"{slot.start:%H:%M}")
    _add(found, "duration", slot.duration)
    _add(found, "abstract", slot.abstract)
    _add(found, "track", one_line(event.track))
    _add_words(
        found, language=one_line(event.language), description=slot.description, url=web_address(event.url)
    )
    _add_people_and_links(found, slot)
    _add_recording(found, event)


def _add_people_and_links(found: ET.Element, slot: Slot) -> None:
    """Add persons and links. Files are links, too: the apps show no attachments."""
    persons = ET.SubElement(found, "persons")
    for name in slot.people:
        _add(persons, "person", name)
    links = ET.SubElement(found, "links")
    for link in slot.event.links:
        ET.SubElement(links, "link", href=link.url, type=link.kind).text = one_line(link.title)


def _add_recording(found: ET.Element, event: Event) -> None:
    """Add whether an event may be recorded, where that was said; no licence is known."""
    if event.may_record is None:
        return
    recording = ET.SubElement(found, "recording")
    _add(recording, "license", "")
    _add(recording, "optout", "false" if event.may_record else "true")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _add_words(parent: ET.Element, **words: str) -> None:
    """Add elements that may be left out, those that say something."""
    for name, text in words.items():
        if text:
            _add(parent, name, text)
