"""What a page tells search engines in the words of schema.org, as plain values that become one JSON-LD block.

Each function returns the node of its page, without `@context`; a property that isn't known is left out.
Source: https://schema.org/Event, https://schema.org/Person.
"""

import re
from collections.abc import Iterable
from typing import Any

from editions.models import Edition
from texts.plain import excerpt
from website import cards
from website.context import Frame, edition_head
from website.links import any_link
from website.shown import Item, Link, Person
from website.viewpoint import Viewpoint

Node = dict[str, Any]
"""A thing and its properties: text, numbers, nodes, and lists of these."""

LONGEST = 300
"""Characters of a description."""
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def of_edition(viewpoint: Viewpoint, frame: Frame, edition: Edition) -> Node:
    """Return an edition as an Event of the series."""
    return _known(
        {
            **_brief_edition(viewpoint, edition),
            "description": excerpt(edition.summary, LONGEST),
            "image": cards.address_of_edition(viewpoint, frame.name, edition_head(edition)),
            "organizer": _organization(frame.name, whole_address(viewpoint, "/")),
            "superEvent": {"@type": "EventSeries", "name": frame.name, **_at(whole_address(viewpoint, "/"))},
        }
    )


def of_talk(viewpoint: Viewpoint, frame: Frame, edition: Edition, item: Item, abstract: str) -> Node:
    """Return a talk as an Event within its edition; `item` is the talk as its own page shows it, in full."""
    head = edition_head(edition)
    off = item.state == "cancelled"
    return _known(
        {
            "@type": "Event",
            "name": item.title,
            "url": whole_address(viewpoint, item.url),
            "description": excerpt(abstract, LONGEST),
            "startDate": item.start.iso if item.start else "",
            "endDate": item.end.iso if item.end else "",
            "eventStatus": _term("EventCancelled" if off else "EventScheduled"),
            "eventAttendanceMode": _attendance(edition),
            "location": _location(viewpoint, edition, item),
            "performer": [
                _performer(viewpoint, person)
                for group in item.people
                for person in group.members
                if person.url
            ],
            "inLanguage": item.language if LANGUAGE.fullmatch(item.language) else "",
            "image": cards.address_of_talk(viewpoint, frame.name, head, item),
            "organizer": _organization(frame.name, whole_address(viewpoint, "/")),
            "superEvent": _brief_edition(viewpoint, edition),
        }
    )


def of_person(viewpoint: Viewpoint, person: Person, links: Iterable[Link] = ()) -> Node:
    """Return a person with their own pages elsewhere; `links` are those besides the person's own `link`."""
    elsewhere = [url for url in (person.link, *(link.url for link in links)) if url.startswith("http")]
    return _known(
        {
            **_performer(viewpoint, person),
            "description": excerpt(person.bio, LONGEST),
            "image": whole_address(viewpoint, person.photo.url) if person.photo else "",
            "sameAs": list(dict.fromkeys(elsewhere)),
        }
    )


def whole_address(viewpoint: Viewpoint, path: str) -> str:
    """Return the absolute address of a path, "" where no host is known: a relative one means nothing elsewhere."""
    found = viewpoint.absolute(path)
    return "" if found.startswith("/") else found


def _brief_edition(viewpoint: Viewpoint, edition: Edition) -> Node:
    first, last = edition.starts_on, edition.ends_on or edition.starts_on
    return _known(
        {
            "@type": "Event",
            "name": edition.name,
            "url": whole_address(viewpoint, edition.get_absolute_url()),
            "startDate": first.isoformat() if first else "",
            "endDate": last.isoformat() if last else "",
            "eventStatus": _term("EventScheduled"),
            "eventAttendanceMode": _attendance(edition),
            "location": _location(viewpoint, edition),
        }
    )


def _location(viewpoint: Viewpoint, edition: Edition, item: Item | None = None) -> Node | list[Node]:
    """Return the room within the venue, the stream, or both."""
    stream = any_link(edition.online_url)
    page = whole_address(viewpoint, edition.get_absolute_url())
    virtual = {"@type": "VirtualLocation", **_at(stream if stream.startswith("http") else page)}
    if _is_online(edition):
        return virtual
    room = (item.room.name if item.room else item.location) if item else ""
    names = [name for name in (room, edition.venue, edition.location) if name]
    if not names:
        return []
    place = _known(
        {
            "@type": "Place",
            "name": names[0],
            "address": edition.location,
            "containedInPlace": {"@type": "Place", "name": names[1]} if room and edition.venue else {},
        }
    )
    return [place, virtual] if stream else place


def _attendance(edition: Edition) -> str:
    if _is_online(edition):
        return _term("OnlineEventAttendanceMode")
    return _term("MixedEventAttendanceMode" if edition.online_url else "OfflineEventAttendanceMode")


def _is_online(edition: Edition) -> bool:
    """Whether the location begins with the word that the form asks for, instead of a city."""
    return edition.location.partition(",")[0].strip().casefold() == "online"


def _performer(viewpoint: Viewpoint, person: Person) -> Node:
    return _known(
        {
            "@type": "Person",
            "name": person.name,
            "url": whole_address(viewpoint, person.url),
            "affiliation": _organization(person.affiliation),
        }
    )


def _organization(name: str, url: str = "") -> Node:
    return {"@type": "Organization", "name": name, **_at(url)} if name else {}


def _term(name: str) -> str:
    return f"https://schema.org/{name}"


def _at(url: str) -> Node:
    return {"url": url} if url else {}


def _known(node: Node) -> Node:
    return {name: value for name, value in node.items() if value}
