"""What outside judges and phone apps make of a schedule: schemas, and the rules of two parsers, read in their code."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from lxml import etree

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "judges"
JUDGES = Path(os.environ.get("LECTERN_JUDGES") or BESIDE)
XSD = JUDGES / "schedule.xml.xsd"
SCHEMA = JUDGES / "schedule.schema.json"

Node = Any
"""An element of a parsed schedule; lxml has no types of its own."""


@dataclass(frozen=True)
class Shown:
    """An event as an app lists it."""

    id: str
    title: str
    room: str
    start: datetime
    length: timedelta


def need_judges() -> None:
    """Skip where the schemas are not at hand: they are outside data and no part of this project."""
    if missing := [path.name for path in (XSD, SCHEMA) if not path.exists()]:
        pytest.skip(
            f"not at hand: {', '.join(missing)} (set LECTERN_JUDGES to the folder of the c3voc schemas)"
        )


def parse(text: str) -> Node:
    """The root of a schedule.xml."""
    return etree.fromstring(text.encode())


def xml_faults(text: str) -> list[str]:
    """What the XSD says against a schedule.xml."""
    judge = _xsd()
    judge.validate(parse(text))
    return [f"line {fault.line}: {fault.message}" for fault in judge.error_log]


def json_faults(text: str) -> list[str]:
    """What the JSON Schema says against a schedule.json."""
    judge = jsonschema.Draft6Validator(json.loads(SCHEMA.read_text()))
    return [f"{list(fault.path)}: {fault.message}" for fault in judge.iter_errors(json.loads(text))]


@cache
def _xsd() -> Any:
    return etree.XMLSchema(etree.parse(XSD))


def events(root: Node) -> Iterator[tuple[Node, Node, Node]]:
    """Every event with its day and its room."""
    for day in root.iterfind("day"):
        for room in day.iterfind("room"):
            for event in room.iterfind("event"):
                yield day, room, event


def in_giggity(text: str) -> list[Shown]:
    """What Giggity lists of a schedule.xml; raises ValueError where it would give the whole schedule up.

    It knows the format by the first 1024 characters, reads the flat elements of an event by their names, takes the
    event's `date` before the day's and a duration as a time of day, and finds selections by guid.
    """
    head = text[:1024].lower()
    if "<schedule" not in head or "<conference" not in head:
        raise ValueError("unknown format")
    root, found = parse(text), {}
    zone = ZoneInfo(root.findtext("conference/time_zone_name"))
    for day, room, event in events(root):
        date.fromisoformat(day.get("date"))
        said = {node.tag: (node.text or "").strip() for node in event.iter() if node is not event}
        key = event.get("guid") or event.get("id")
        if key is None or "title" not in said or "duration" not in said or not {"date", "start"} & set(said):
            continue
        start = datetime.fromisoformat(said["date"])
        if start.tzinfo is None:
            raise ValueError("a date without an offset")
        length = time.fromisoformat(said["duration"].zfill(5))
        if len(said["abstract"]) > 30 and said["abstract"] in said.get("description", ""):
            raise ValueError("the same words twice")
        found[key] = Shown(
            key,
            said["title"],
            room.get("name"),
            start.astimezone(zone).replace(tzinfo=None),
            timedelta(hours=length.hour, minutes=length.minute),
        )
    if not found:
        raise ValueError("an empty schedule")
    return list(found.values())


def in_fahrplan(text: str) -> list[Shown]:
    """What EventFahrplan lists of a schedule.xml; raises ValueError where it would give up or complain.

    It finds events by their `id`, counts the days by their dates, needs a day's `end`, draws a room as a column in
    which nothing may overlap, and holds an event's `date` against its day.
    """
    root, found = parse(text), {}
    columns: dict[str, list[tuple[datetime, datetime]]] = {}
    if root.find("version") is None or not root.findtext("conference/title"):
        raise ValueError("no version or no title")
    days = [day.get("date") for day in root.iterfind("day")]
    if [int(day.get("index")) for day in root.iterfind("day")] != list(range(1, len(set(days)) + 1)):
        raise ValueError("days and dates differ in number")
    for day, room, event in events(root):
        first, last = (datetime.fromisoformat(day.get(name)) for name in ("start", "end"))
        start = datetime.fromisoformat(event.findtext("date"))
        hours, minutes = event.findtext("duration").split(":")
        length = timedelta(hours=int(hours), minutes=int(minutes))
        if not first <= start <= start + length <= last or f"{start:%H:%M}" != event.findtext("start"):
            raise ValueError(f"outside its day: {event.findtext('title')}")
        if any(not link.get("href") or not link.text for link in event.iterfind("links/link")):
            raise ValueError("a link without address or name")
        columns.setdefault(room.get("name"), []).append((start, start + length))
        if event.get("id") in found:
            raise ValueError(f"two of one id: {event.get('id')}")
        found[event.get("id")] = Shown(
            event.get("id"), event.findtext("title"), room.get("name"), start.replace(tzinfo=None), length
        )
    for name, spans in columns.items():
        in_order = sorted(spans)
        if any(end > start for (_, end), (start, _) in pairwise(in_order)):
            raise ValueError(f"an overlap in {name}")
    return list(found.values())


def clocks_of_json(text: str) -> list[tuple[int, str, str]]:
    """Id, date with offset and clock of every event of a schedule.json."""
    days = json.loads(text)["schedule"]["conference"]["days"]
    found = (one for day in days for room in day["rooms"].values() for one in room)
    return sorted((one["id"], one["date"], one["start"]) for one in found)


def clocks_of_xml(text: str) -> list[tuple[int, str, str]]:
    """Id, date with offset and clock of every event of a schedule.xml."""
    found = (event for _day, _room, event in events(parse(text)))
    return sorted((int(one.get("id")), one.findtext("date"), one.findtext("start")) for one in found)


def hold(xml: str, as_json: str, expected: int) -> None:
    """Let every judge look at a schedule of `expected` events in both formats."""
    need_judges()
    assert (xml_faults(xml), json_faults(as_json)) == ([], [])
    assert clocks_of_xml(xml) == clocks_of_json(as_json)
    assert len(clocks_of_xml(xml)) == expected
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", xml + as_json)
    judges: tuple[Callable[[str], list[Shown]], ...] = (in_giggity, in_fahrplan) if expected else ()
    for app in judges:
        assert len(app(xml)) == expected
