"""Old addresses: what is found nowhere may be a Redirect or a person's old name."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from editions.models import Edition, Page, Redirect
from editions.models.pages import bare_path
from speakers.models import Speaker, SpeakerAlias
from talks.models import Talk
from website.manners import kept
from website.pages import of_visitor
from website.views.errors import not_found

PERSON = re.compile(r"/speakers/(?P<slug>[-\w]+)/?")
# What stands beside a page under its address.
BESIDE = re.compile(r"(?P<page>/.+?)(?P<ending>\.ics|\.xml|\.json|\.bib|\.csl\.json)")


class OldAddressesMiddleware:
    """Turns a 404 into a 301 where the path was an address once. Pages that exist cost nothing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or lead on."""
        response = self.get_response(request)
        if response.status_code == 404 and settings.DEBUG:
            # Django's own page lists addresses and settings: nothing for those who try the sample series.
            response = not_found(request, Http404())
        if response.status_code != 404 or request.method not in {"GET", "HEAD"} or "\0" in request.path:
            return response
        target = new_address(request)
        return kept(HttpResponsePermanentRedirect(target), timezone.now()) if target else response


def new_address(request: HttpRequest) -> str:
    """Return the path that took the place of the request's, "" if none did. One to seven queries.

    What stands beside a page, a calendar or a citation, moves with it: subscriptions go on.
    """
    paths = {request.path, request.get_full_path(), request.path.rstrip("/"), request.path + "/"}
    found = _new_path(request, paths, request.path)
    beside = None if found else BESIDE.fullmatch(request.path)
    if beside:
        page = _new_path(request, {beside["page"], beside["page"] + "/"}, beside["page"])
        return page.rstrip("/") + beside["ending"] if page else ""
    return found


def _new_path(request: HttpRequest, old_paths: set[str], path: str) -> str:
    public = Q(edition=None) | ~Q(edition__state="draft")
    found = Redirect.objects.filter(public, old_path__in=old_paths).first()
    if found:
        return found.new_path if _is_open(found.new_path, path) else ""
    person = PERSON.fullmatch(path)
    if not person:
        return ""
    visible = Speaker.objects.visible_to(of_visitor(request).user)
    alias = (
        SpeakerAlias.objects.filter(slug=person["slug"], speaker__in=visible)
        .select_related("speaker")
        .first()
    )
    return reverse("website:speaker", args=[alias.speaker.slug]) if alias else ""


def _is_open(target: str, path: str) -> bool:
    """Whether an address leads elsewhere, and not to what visitors don't see: its path alone would tell of it."""
    bare = bare_path(target)
    if bare == bare_path(path):
        return False
    try:
        match = resolve(bare + "/")
    except Resolver404:
        return True  # A file, a feed, or an old address itself.
    key, slug = match.kwargs.get("edition"), match.kwargs.get("slug")
    if key and Edition.objects.filter(key=key, state=Edition.State.DRAFT).exists():
        return False
    drafts: dict[str | None, QuerySet[Any]] = {
        "talk": Talk.objects.filter(edition__key=key, slug=slug, state=Talk.State.DRAFT),
        "page": Page.objects.filter(edition__key=key, slug=slug, state=Page.State.DRAFT),
        "series-page": Page.objects.filter(edition=None, slug=slug, state=Page.State.DRAFT),
    }
    return match.url_name not in drafts or not drafts[match.url_name].exists()
