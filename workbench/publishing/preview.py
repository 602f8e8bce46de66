"""Public pages as staff see them: with drafts, and at another moment."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editions.clock import instant, wall_clock
from editions.models import Edition, Room
from editions.models import Page as TextPage
from speakers.models import Speaker
from talks.models import Talk
from website.clocks import whole_date, zone_name
from website.drafts import TOKEN
from website.pages import HTML, Page, answered, keep_private, of_visitor, query_of
from website.viewpoint import Viewpoint
from website.views.files import is_shown, stored
from workbench.publishing.leading import lead
from workbench.rights import edition_of

MEDIA, AT = "media", "at"
YEARS = range(1900, 2200)
"""Years to look at: near the ends of the calendar no zone can be reckoned."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands above a preview: its state, the moment it shows, and the ways from here."""

    states: tuple[str, ...]
    moment: str
    zone: str
    clock: str
    is_other: bool
    here: str
    query: tuple[tuple[str, str], ...]
    form: str
    public: str


@dataclass(frozen=True, slots=True)
class Look:
    """A page of the site that is looked at: its path, how it is found, its edition and the moment (aware)."""

    path: str
    match: ResolverMatch
    edition: Edition | None
    moment: datetime
    asked: str

    @property
    def zone(self) -> str:
        """Whose clock tells the moment."""
        return self.edition.timezone if self.edition else "UTC"


def preview(request: HttpRequest, address: str) -> HttpResponseBase:
    """Show a public page, a feed or a file of the site to somebody of the staff, with all that they may see of it."""
    match = _resolved(f"/{address}")
    if match is None:
        raise Http404(_("There is no such page."))
    if match.url_name == MEDIA:
        return _file(request, match.kwargs["name"])
    look = _look(request, f"/{address}", match)
    viewpoint = replace(of_visitor(request), user=request.user, moment=look.moment)
    query = {name: values for name, values in query_of(request).items() if name not in (AT, TOKEN)}
    with translation.override(viewpoint.language):
        page: Page = match.func.view(viewpoint, query, **match.kwargs)  # type: ignore[attr-defined]
    if page.location:
        return HttpResponseRedirect(_leader(look)(page.location))
    return _shown(request, look, page, viewpoint)


def _resolved(path: str) -> ResolverMatch | None:
    """How the site finds a page by its path; None for what is no page nor file of it."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    is_page = hasattr(found.func, "view") or found.url_name == MEDIA
    return found if is_page and found.app_names == ["website"] else None


def _file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file that staff may see, which no cache keeps."""
    if not is_shown(name, replace(of_visitor(request), user=request.user)):
        raise Http404(_("There is no such file."))
    return keep_private(stored(request, name))


def _look(request: HttpRequest, path: str, match: ResolverMatch) -> Look:
    key = match.kwargs.get("edition")
    edition = Edition.objects.visible_to(request.user).filter(key=key).first() if key else None
    asked = request.GET.get(AT, "").strip()
    clock = _clock(asked) if asked else None
    zone = edition.timezone if edition else "UTC"
    return Look(path, match, edition, instant(clock, zone) if clock else timezone.now(), asked)


def _clock(text: str) -> datetime:
    """Read the clock of a venue; Http404 for what is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Http404(_("There is no such moment."))
    return found.replace(tzinfo=None)


def _shown(request: HttpRequest, look: Look, page: Page, viewpoint: Viewpoint) -> HttpResponse:
    """The page below its bar, its links leading to previews; what is no HTML as it is."""
    if page.content_type != HTML:
        return answered(replace(page, private=True), viewpoint)
    above = {"above": "workbench/_preview.html", "bar": _bar(request, look, viewpoint)}
    response = answered(replace(page, private=True, data={**page.data, **above}), viewpoint)
    asked = format_html('<input type="hidden" name="{}" value="{}">', AT, look.asked) if look.asked else ""
    response.content = lead(response.text, _leader(look), asked).encode()
    return response


def _leader(look: Look) -> Callable[[str], str]:
    """How an address in a page changes: one of a public page or its style to its preview, of a file likewise.

    Feeds are subscribed to by their public address or not at all, so they keep it.
    """

    def change(address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return _later(address) if address.startswith("?") else address
        path = parts.path
        if path.startswith(settings.MEDIA_URL):
            return reverse("admin:preview", args=[path.lstrip("/")])
        if not path.endswith(("/", "/theme.css")) or not _resolved(path):
            return address
        name, args = ("preview", [path.lstrip("/")]) if path != "/" else ("preview-home", [])
        return _later(parts._replace(path=reverse(f"admin:{name}", args=args)).geturl())

    def _later(address: str) -> str:
        if not look.asked:
            return address
        parts = urlsplit(address)
        return parts._replace(
            query="&".join(filter(None, [parts.query, urlencode({AT: look.asked})]))
        ).geturl()

    return change


def _bar(request: HttpRequest, look: Look, viewpoint: Viewpoint) -> Bar:
    record = _record(look)
    clock = wall_clock(look.moment, look.zone)
    kept = [(name, value) for name, value in request.GET.lists() if name not in (AT, TOKEN)]
    return Bar(
        states=_states(record),
        moment=f"{whole_date(clock)}, {clock:%H:%M}",
        zone=zone_name(look.zone, clock),
        clock=f"{clock:%Y-%m-%dT%H:%M}",
        is_other=bool(look.asked),
        here=request.path,
        query=tuple((str(name), str(value)) for name, values in kept for value in values),
        form=_form(request, record),
        # With its host, so that it isn't taken for a link of the page.
        public=viewpoint.absolute(look.path) if _is_public(record) else "",
    )


def _record(look: Look) -> Any:
    """The record that the page shows before all others: that of its own slug, else its edition, else none."""
    slug = look.match.kwargs.get("slug", "")
    by_slug: dict[str, Any] = {
        "talk": Talk.objects.filter(edition=look.edition),
        "room": Room.objects.filter(edition=look.edition),
        "page": TextPage.objects.filter(edition=look.edition),
        "series-page": TextPage.objects.filter(edition=None),
        "speaker": Speaker.objects.all(),
    }
    rows = by_slug.get(look.match.url_name or "")
    return look.edition if rows is None else rows.filter(slug=slug).first()


def _states(record: Any) -> tuple[str, ...]:
    """In words whether it is published: its own state, and its edition's where that hides it."""
    own = capfirst(record.get_state_display()) if hasattr(record, "state") else ""
    edition = edition_of(record)
    hides = edition is not None and edition is not record and edition.state == Edition.State.DRAFT
    return tuple(filter(None, [own, _("its edition is a draft") if hides else ""]))


def _is_public(record: Any) -> bool:
    """Whether visitors see the record's page; one without a record, all see."""
    seen = record.edition if isinstance(record, Room) else record
    return seen is None or type(seen)._default_manager.visible_to(None).filter(pk=seen.pk).exists()


def _form(request: HttpRequest, record: Any) -> str:
    """The address of the record's form, "" where there is none for this user."""
    if record is None or not admin.site.get_model_admin(type(record)).has_view_or_change_permission(
        request, record
    ):
        return ""
    options = record._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])
