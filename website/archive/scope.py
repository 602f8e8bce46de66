"""What an archive holds, from where it looks at the site, and where each link leads from there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve

from website.archive.routes import BESIDE_EDITION, LEFT_OUT, WITH_ADDRESS, file_of
from website.viewpoint import Viewpoint

LONG_AFTER = datetime(9000, 1, 1, tzinfo=UTC)
"""The moment of every archive: all is over, so that the same data give the same bytes whenever it is made."""
STATIC, MEDIA = "static/", "media/"
"""The folders of what pages are made of, and of pictures and documents."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole series, or the edition with a key; and the archive's own address ("" where none is known)."""

    edition: str = ""
    base_url: str = ""

    @property
    def viewpoint(self) -> Viewpoint:
        """Anybody's, long after."""
        return Viewpoint(AnonymousUser(), LONG_AFTER, settings.LANGUAGE_CODE, self.base_url, archived=True)

    def holds(self, route: str, edition: str = "") -> bool:
        """Say whether there is a file for an address of this route, of an edition or of none."""
        if route in LEFT_OUT or (route in WITH_ADDRESS and not self.base_url):
            return False
        return not self.edition or self.edition == edition or route in BESIDE_EDITION


@dataclass(frozen=True, slots=True)
class Target:
    """Where a path leads: to a file of the archive, or ("") outside: to the rest of the site if it is `beyond`."""

    file: str = ""
    beyond: bool = False


@cache
def target(scope: Scope, path: str) -> Target:
    """Return where a path of the site (as it stands in a link) leads in an archive.

    It may be a file that isn't there: the path of an old address, or of nothing at all.
    """
    name = unquote(path)
    for folder, start in ((STATIC, settings.STATIC_URL), (MEDIA, _media_address())):
        if name.startswith(start):
            return Target(folder + name.removeprefix(start))
    for tried in (name, f"{name}/"):
        if found := _match(tried):
            return _of_route(scope, found, tried)
    return Target(file_of(name))


def is_media(address: str) -> bool:
    """Say whether an address, absolute where uploads lie in a store, is that of an upload."""
    return address.startswith(_media_address())


@cache
def _media_address() -> str:
    """What the addresses of all uploads begin with."""
    return default_storage.url("documents/").partition("documents/")[0]


def _match(path: str) -> Any:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _of_route(scope: Scope, found: Any, path: str) -> Target:
    if found.namespace != "website" or found.url_name in LEFT_OUT:
        return Target()
    if scope.holds(found.url_name or found.route, found.kwargs.get("edition", "")):
        return Target(file_of(path))
    return Target(beyond=found.url_name not in WITH_ADDRESS)
