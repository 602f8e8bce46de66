"""From where a public page is looked at: all that a view may know besides the address and its query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

Query = Mapping[str, Sequence[str]]
"""The GET parameters, each with all its values."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who may see what, the moment (aware), the language, and the address of the site.

    `base_url` is scheme and host without a slash at the end, or "" where no absolute address is known. What is
    `archived` stands as a plain file for ever: nothing there asks a server or speaks of now.
    """

    user: AbstractBaseUser | AnonymousUser
    moment: datetime
    language: str
    base_url: str = ""
    archived: bool = False

    def absolute(self, path: str) -> str:
        """Return the absolute address of a path of this site; the path itself where none is known."""
        return self.base_url + path if path.startswith("/") else path


def chosen(query: Query, name: str) -> str:
    """Return the last value of a parameter, trimmed and of 200 characters at most; "" where it is missing."""
    values = query.get(name) or [""]
    return values[-1].strip()[:200]


def all_chosen(query: Query, name: str) -> tuple[str, ...]:
    """Return all values of a parameter that are not empty, each once."""
    return tuple(dict.fromkeys(value.strip() for value in query.get(name, ()) if value.strip()))
