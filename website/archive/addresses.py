"""Every address that an archive holds, with the version of the data behind it: a fixed number of queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db.models import Q, QuerySet
from django.urls import reverse

from editions.models import Edition, Redirect, Room
from editions.models import Page as TextPage
from history.models import Version
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Talk
from talks.querysets import TalkQuerySet
from website.archive.folder import is_safe
from website.archive.records import OWN
from website.archive.routes import Subject, file_of, routes
from website.archive.scope import MEDIA, STATIC, Scope, target

LONGEST = 1000
"""Bytes of an old address' file; with the folder's own path it stays below what systems take."""

MISSING, MOVED = "missing", "moved"
"""Names of what has no route: the page for addresses that lead nowhere, and those of old addresses."""


@dataclass(frozen=True, slots=True)
class Address:
    """A file, the name of its route, the parts of its path, and the number of the last change of what is shown."""

    file: str
    route: str
    parts: Mapping[str, str]
    version: int


Thing = tuple[Mapping[str, str], int]
"""What a route is about: the parts of its path, and a version."""


def addresses(scope: Scope) -> list[Address]:
    """Return all addresses of an archive, each file once: where a page stands, no old address does."""
    things = _Things(scope)
    found: dict[str, Address] = {}
    by_subject: dict[Subject, list[Thing]] = {}
    for route in routes().values():
        if route.subject not in by_subject:
            by_subject[route.subject] = list(things.of(route.subject))
        for parts, version in by_subject[route.subject]:
            if scope.holds(route.name, parts.get("edition", "")):
                file = file_of(route.path.format_map(parts))
                found[file] = Address(file, route.name, parts, version)
    series = things.series
    found["404.html"] = Address("404.html", MISSING, {}, series)
    if scope.edition:
        home = {"to": reverse("website:edition", args=[scope.edition])}
        found["index.html"] = Address("index.html", MOVED, home, series)
    folders = {folder for file in found for folder in _folders(file)}
    for file, new_path in _old_addresses(scope):
        if file not in found and file not in folders and found.keys().isdisjoint(_folders(file)):
            found[file] = Address(file, MOVED, {"to": new_path}, series)
            folders.update(_folders(file))
    return list(found.values())


class _Things:
    """What visitors see of a series, or of an edition, with its versions."""

    def __init__(self, scope: Scope) -> None:
        user = scope.viewpoint.user
        self.editions = Edition.objects.visible_to(user)
        self.talks: TalkQuerySet = Talk.objects.visible_to(user)
        self.people = Speaker.objects.visible_to(user)
        self.pages = TextPage.objects.visible_to(user)
        if scope.edition:
            self.editions = self.editions.filter(key=scope.edition)
            self.talks = self.talks.filter(edition__key=scope.edition)
            self.people = self.people.filter(appearances__talk__in=self.talks).distinct()
        self.numbers = {
            (kind, key): number for kind, key, number in Version.objects.values_list("kind", "key", "number")
        }
        self.series = self.numbers.get((Version.SERIES, ""), 0)

    def of(self, subject: Subject) -> Iterator[Thing]:
        """The things that are one subject's, in a fixed order."""
        if subject == "series":
            return iter([({}, self.series)])
        return {
            "edition": self._editions,
            "talk": self._talks,
            "room": self._rooms,
            "page": self._pages,
            "person": self._people,
            "series-page": self._series_pages,
        }[subject]()

    def _number(self, kind: str, pk: object) -> int:
        return self.numbers.get((kind, str(pk)), self.series)

    def _editions(self) -> Iterator[Thing]:
        for key, pk in self.editions.order_by("key").values_list("key", "pk"):
            yield {"edition": key}, self._number("edition", pk)

    def _talks(self) -> Iterator[Thing]:
        """A talk's page shows its edition and what its people did in others."""
        people: dict[int, int] = {}
        for talk, speaker in Appearance.objects.exclude(speaker=None).values_list("talk_id", "speaker_id"):
            people[talk] = max(people.get(talk, 0), self._number("speaker", speaker))
        rows = self.talks.with_page().order_by("edition__key", "slug")
        for key, slug, edition, pk in rows.values_list("edition__key", "slug", "edition_id", "pk"):
            yield {"edition": key, "slug": slug}, max(self._number("edition", edition), people.get(pk, 0))

    def _rooms(self) -> Iterator[Thing]:
        """Those in which something is on."""
        used = self.talks.exclude(room=None).order_by().values("room")
        yield from self._parts(Room.objects.filter(pk__in=used))

    def _pages(self) -> Iterator[Thing]:
        yield from self._parts(self.pages.filter(edition__in=self.editions))

    def _parts(self, rows: QuerySet[Room] | QuerySet[TextPage]) -> Iterator[Thing]:
        in_order = rows.order_by("edition__key", "slug")
        for key, slug, edition in in_order.values_list("edition__key", "slug", "edition_id"):
            yield {"edition": str(key), "slug": slug}, self._number("edition", edition)

    def _people(self) -> Iterator[Thing]:
        for slug, pk in self.people.order_by("slug").values_list("slug", "pk"):
            yield {"slug": slug}, self._number("speaker", pk)

    def _series_pages(self) -> Iterator[Thing]:
        for slug in self.pages.filter(edition=None).order_by("slug").values_list("slug", flat=True):
            yield {"slug": slug}, self.series


def _old_addresses(scope: Scope) -> Iterator[tuple[str, str]]:
    """The files of old addresses and the paths that took their place, as far as those are in the archive."""
    public = Q(edition=None) | ~Q(edition__state="draft")
    rows = Redirect.objects.filter(public).order_by("old_path").values_list("old_path", "new_path")
    people = Speaker.objects.visible_to(scope.viewpoint.user)
    aliases = SpeakerAlias.objects.exclude(slug="").filter(speaker__in=people).order_by("slug")
    names = (
        (reverse("website:speaker", args=[old]), reverse("website:speaker", args=[new]))
        for old, new in aliases.values_list("slug", "speaker__slug")
    )
    for old, new in (*rows, *names):
        file, leads = _file_of_old(old), target(scope, urlsplit(new).path)
        if file and (leads.file or (leads.beyond and scope.base_url)):
            yield file, new


def _file_of_old(path: str) -> str:
    """The file of an old address, "" where none can stand for it: with a query, of another type than HTML, or ours.

    An imported programme may have any address: it must not stand where the archive keeps its own, nor in a hidden
    folder such as the `.git` that lies beside it.
    """
    path = unquote(path)
    last = path.rpartition("/")[2]
    if "?" in path or ("." in last and not last.endswith((".html", ".htm"))):
        return ""
    name = file_of(path if not last or "." in last else f"{path}/")
    top = name.partition("/")[0]
    is_ours = top in OWN or top.startswith(".") or f"{top}/" in {STATIC, MEDIA}
    return name if is_safe(name) and not is_ours and len(name.encode()) <= LONGEST else ""


def _folders(file: str) -> Iterator[str]:
    """The folders that a file lies in."""
    return (file[:place] for place, sign in enumerate(file) if sign == "/")
