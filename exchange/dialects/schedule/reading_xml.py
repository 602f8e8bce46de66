"""schedule.xml read: https://c3voc.de/wiki/schedule, and what pretalx, frab, pentabarf and FOSDEM make of it."""

from collections.abc import Iterable, Iterator

from exchange.dialects.schedule.elements import Element, read_xml
from exchange.dialects.schedule.events import Event, Link, Person, Said, Schedule, Track, Words
from exchange.documents.spans import Lines
from exchange.problems import Place, Problems

# Elements that are known and say nothing that is kept.
SILENT = frozenset(
    "generator version url logo color days timeslot_duration base_url feedback_url origin_url conference_url "
    "day_change city venue release video_download_url answers image".split()
)
OF_CONFERENCE = frozenset("title acronym start end time_zone_name url base_url day_change subtitle".split())
OF_EVENT = frozenset(
    "room title subtitle type date start duration end abstract slug track language description url logo".split()
)
OF_RECORDING = frozenset({"license", "optout"})


def read_schedule_xml(path: str, lines: Lines, problems: Problems) -> Schedule | None:
    """The schedule that an XML text holds; None, with the reason in ``problems``, if it holds none."""
    root = read_xml(path, lines, problems)
    if root is None:
        return None
    conference = root.first("conference")
    if root.name != "schedule" or conference is None:
        problems.error(path, root.place, "xml-not-schedule", name=root.name[:60])
        return None
    events = tuple(_event(day, room, event) for day, room, event in _events(root))
    return Schedule(
        conference.place,
        _words(conference, OF_CONFERENCE),
        events,
        tuple(_tracks(conference)),
        tuple(
            dict.fromkeys(
                name
                for day in root.all("day")
                for room in day.all("room")
                if (name := _attribute(room, "name"))
            )
        ),
        tuple(_unknown(root, conference)),
    )


def _events(root: Element) -> Iterator[tuple[Element, Element, Element]]:
    for day in root.all("day"):
        for room in day.all("room"):
            for event in room.all("event"):
                yield day, room, event


def _event(day: Element, room: Element, event: Element) -> Event:
    words = {**_words(event, OF_EVENT), **_attributes(event, ("guid", "id"))}
    recording = event.first("recording")
    if recording is not None:
        words |= _words(recording, OF_RECORDING)
    return Event(
        event.place,
        words,
        _attributes(day, ("date", "start")),
        next(iter(_attributes(room, ("name",)).values()), None),
        tuple(
            Person(one.place, {"name": Said(one.text, one.place)} if one.text.strip() else {})
            for group in event.all("persons")
            for one in group.all("person")
        ),
        tuple(_links(event, recording)),
    )


def _links(event: Element, recording: Element | None) -> Iterator[Link]:
    """Links and attachments, and the older places for a recording."""
    for group, name in (("links", "link"), ("attachments", "attachment")):
        for one in (one for parent in event.all(group) for one in parent.all(name)):
            if url := _attribute(one, "href"):
                yield Link(Said(url, one.place), one.text, _attribute(one, "type"))
    videos = [*event.all("video_download_url")]
    videos += [*recording.all("url"), *recording.all("link")] if recording is not None else []
    for one in videos:
        if one.text.strip():
            yield Link(Said(one.text, one.place), "", "video")


def _tracks(conference: Element) -> Iterator[Track]:
    for one in conference.all("track"):
        if name := _attribute(one, "name") or " ".join(one.text.split()):
            yield Track(name, _attribute(one, "color"))


def _words(parent: Element, names: Iterable[str]) -> dict[str, Said]:
    """What the children of these names say; of several of one name the first that says anything."""
    found: dict[str, Said] = {}
    for one in parent.children:
        if one.name in names and one.text.strip():
            found.setdefault(one.name, Said(one.text, one.place))
    return found


def _attributes(element: Element, names: Iterable[str]) -> Words:
    return {name: Said(text, element.place) for name in names if (text := _attribute(element, name))}


def _attribute(element: Element, name: str) -> str:
    return " ".join(element.attributes.get(name, "").split())


def _unknown(root: Element, conference: Element) -> Iterator[tuple[str, Place]]:
    """The elements that no schedule has."""
    groups: list[tuple[Element, frozenset[str]]] = [
        (root, frozenset({"conference", "day"})),
        (conference, OF_CONFERENCE | {"track"}),
    ]
    groups += [(day, frozenset({"room"})) for day in root.all("day")]
    groups += [(room, frozenset({"event"})) for day in root.all("day") for room in day.all("room")]
    of_event = OF_EVENT | {"persons", "links", "attachments", "recording"}
    groups += [(event, of_event) for _day, _room, event in _events(root)]
    for parent, known in groups:
        for one in parent.children:
            if one.name not in known | SILENT:
                yield f"{parent.name}.{one.name}"[:100], one.place
