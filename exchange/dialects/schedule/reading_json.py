"""schedule.json read: the same as schedule.xml in other names, as pretalx and frab export it."""

from collections.abc import Iterator

from exchange.dialects.schedule.events import Event, Link, Person, Said, Schedule, Track
from exchange.documents.json_text import read_json
from exchange.documents.spans import Entry, Lines, Mapping, Node, Scalar, Sequence
from exchange.problems import Place, Problems
from exchange.scalars import is_none

# Of what stands in a file, the names that are read, and what schedule.xml calls them.
OF_CONFERENCE = {name: name for name in "title acronym start end time_zone_name url base_url".split()}
OF_EVENT = {
    name: name
    for name in "guid id room title subtitle type date start duration end abstract slug track language".split()
} | {"description": "description", "url": "url", "recording_license": "license", "do_not_record": "optout"}
SILENT = frozenset(
    "$schema generator version base_url url rooms days daysCount timeslot_duration logo color colors keywords meta "
    "description tracks feedback_url origin_url code answers do_not_stream persons links attachments "
    "video_download_url index day_start day_end date image conference".split()
)
NAMES = ("public_name", "full_public_name", "name")


def read_schedule_json(path: str, lines: Lines, problems: Problems) -> Schedule | None:
    """The schedule that a JSON text holds; None, with the reason in ``problems``, if it holds none."""
    root = read_json(path, lines, problems)
    if root is None:
        return None
    schedule = root.get("schedule") if isinstance(root, Mapping) else None
    conference = schedule.get("conference") if isinstance(schedule, Mapping) else None
    if not isinstance(schedule, Mapping) or not isinstance(conference, Mapping):
        problems.error(path, root.place, "json-not-schedule")
        return None
    return _Reader(path, problems).schedule(schedule, conference)


class _Reader:
    """One file; ``problems`` get what is of a wrong shape."""

    def __init__(self, path: str, problems: Problems) -> None:
        self.path, self.problems = path, problems
        self.unknown: list[tuple[str, Place]] = []

    def schedule(self, schedule: Mapping, conference: Mapping) -> Schedule:
        self._note_unknown("schedule", schedule, ())
        self._note_unknown("conference", conference, OF_CONFERENCE)
        words = {**self._words(schedule, {"base_url": "base_url"}), **self._words(conference, OF_CONFERENCE)}
        events = tuple(self._events(conference))
        rooms = [self._line(one, "name") for one in self._maps(conference, "rooms")]
        return Schedule(
            conference.place,
            words,
            events,
            tuple(
                Track(name, self._line(one, "color"))
                for one in self._maps(conference, "tracks")
                if (name := self._line(one, "name"))
            ),
            tuple(dict.fromkeys([*filter(None, rooms), *(one.hall.text for one in events if one.hall)])),
            tuple(self.unknown),
        )

    def _events(self, conference: Mapping) -> Iterator[Event]:
        for day in self._maps(conference, "days"):
            words = self._words(day, {"date": "date", "day_start": "start"})
            # Null and an empty list are no rooms; anything else that is no object would lose its talks.
            for rooms in self._each(day.get("rooms"), "rooms"):
                yield from self._in_rooms(rooms, words)

    def _in_rooms(self, rooms: Mapping, day: dict[str, Said]) -> Iterator[Event]:
        for entry in rooms.entries:
            hall = Said(entry.key.text, entry.key.place)
            for one in self._each(entry.value, "rooms"):
                yield self._event(one, day, hall)

    def _event(self, event: Mapping, day: dict[str, Said], hall: Said) -> Event:
        self._note_unknown("event", event, OF_EVENT)
        persons = []
        for one in self._maps(event, "persons"):
            named = next((said for name in NAMES if (said := self._said(one.entry(name), ""))), None)
            bio = self._said(one.entry("biography"), "")
            words = {name: said for name, said in (("name", named), ("bio", bio)) if said}
            persons.append(Person(one.place, words))
        return Event(
            event.place, self._words(event, OF_EVENT), day, hall, tuple(persons), tuple(self._links(event))
        )

    def _links(self, event: Mapping) -> Iterator[Link]:
        for name in ("links", "attachments"):
            for one in self._maps(event, name):
                url = self._said(one.entry("url"), "url")
                if url:
                    yield Link(url, self._line(one, "title"), self._line(one, "type"))
        video = self._said(event.entry("video_download_url"), "video_download_url")
        if video:
            yield Link(video, "", "video")

    def _words(self, at: Mapping, names: dict[str, str]) -> dict[str, Said]:
        language = self._line(at, "language")
        found = {
            known: self._said(entry, name, language)
            for name, known in names.items()
            if (entry := at.entry(name)) is not None
        }
        return {name: said for name, said in found.items() if said is not None}

    def _said(self, entry: Entry | None, name: str, language: str = "") -> Said | None:
        """The text of a value; of one in several languages that of the event's, else the first."""
        node = entry.value if entry else None
        if isinstance(node, Mapping):
            node = node.get(language) or next((one.value for one in node.entries), None)
        if isinstance(node, Scalar):
            none = is_none(node.text, node.quoted) or not node.text.strip()
            return None if none else Said(node.text, node.place)
        # An empty list is what PHP makes of an empty object.
        if node is not None and len(node):
            self.problems.error(self.path, node.place, "expected-text", key=name)
        return None

    def _line(self, at: Mapping, name: str) -> str:
        said = self._said(at.entry(name), name)
        return " ".join(said.text.split()) if said else ""

    def _maps(self, at: Mapping, name: str) -> Iterator[Mapping]:
        return self._each(at.get(name), name)

    def _each(self, node: Node | None, name: str) -> Iterator[Mapping]:
        """The objects of a list; null is an empty one."""
        if isinstance(node, Scalar) and is_none(node.text, node.quoted):
            return
        for one in node.items if isinstance(node, Sequence) else () if node is None else (node,):
            if isinstance(one, Mapping):
                yield one
            else:
                self.problems.error(self.path, one.place, "json-no-object", key=name)

    def _note_unknown(self, name: str, at: Mapping, known: object) -> None:
        names = set(known) if isinstance(known, dict) else set()
        self.unknown += [
            (f"{name}.{entry.key.text}"[:100], entry.key.place)
            for entry in at.entries
            if entry.key.text not in names | SILENT
        ]
