"""Which routes of the website an archive holds, and which path becomes which file."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from website.urls import urlpatterns

Subject = Literal["series", "edition", "talk", "room", "page", "person", "series-page"]

LEFT_OUT: Mapping[str, str] = {
    "search": "only a server finds words",
    "now": "an archive speaks of no moment",
    "qr": "drawn for each reader's own stars",
    "worker": "plain files need no help to be read without a network",
    "manifest": "nothing is to be installed",
    "offline": "shown by the worker alone",
    "media": "files are taken along as pages name them",
}
"""Routes without a file, by name, and why."""
WITH_ADDRESS = frozenset({"sitemap", "robots", "edition-card", "talk-card"})
"""Routes that are of use only where the address of the archive is known."""
BESIDE_EDITION = frozenset({"home", "series-theme", "speaker", "speaker-ics"})
"""Routes outside an edition that its own archive holds: its people, and the first page, which leads to it."""

_SUBJECTS: tuple[tuple[str, Subject, frozenset[str]], ...] = (
    ("<edition:edition>/talks/<slug:slug>", "talk", frozenset({"edition", "slug"})),
    ("<edition:edition>/rooms/<slug:slug>", "room", frozenset({"edition", "slug"})),
    ("<edition:edition>/<slug:slug>", "page", frozenset({"edition", "slug"})),
    ("<edition:edition>/", "edition", frozenset({"edition"})),
    ("speakers/<slug:slug>", "person", frozenset({"slug"})),
    ("pages/<slug:slug>", "series-page", frozenset({"slug"})),
    ("", "series", frozenset()),
)
"""What a route is about, by how it begins, and the parts of its address."""


@dataclass(frozen=True, slots=True)
class Route:
    """A kind of address: what it is about, its path with the parts in braces, the view, what else that is given."""

    name: str
    subject: Subject
    path: str
    view: Callable[..., Any]
    given: Mapping[str, Any]


@cache
def routes() -> Mapping[str, Route]:
    """Return every route that an archive may hold, by name, or by itself where it has none.

    Raises LookupError for one that is about nothing known here: it belongs into `LEFT_OUT`, or its subject above.
    """
    found = {}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        name = pattern.name or route
        if name not in LEFT_OUT:
            path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)
            view = inspect.unwrap(pattern.callback)
            found[name] = Route(name, _subject(name, route), path, view, pattern.default_args or {})
    return found


def _subject(name: str, route: str) -> Subject:
    """What a route is about."""
    parts = frozenset(re.findall(r"<\w+:(\w+)>", route))
    subject, expected = next(
        (subject, known) for start, subject, known in _SUBJECTS if route.startswith(start)
    )
    if parts != expected:
        raise LookupError(f"the archive doesn't know which addresses the route “{name}” has")
    return subject


def file_of(path: str) -> str:
    """Return the file of a path of the site: a path that ends in a slash is the index of a folder."""
    name = path.lstrip("/")
    return f"{name}index.html" if not name or name.endswith("/") else name
