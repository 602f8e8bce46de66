"""The seam of every public page: a view turns a Viewpoint into a Page, one function renders it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from website.manners import kept
from website.viewpoint import Query, Viewpoint

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """What a view answers: a template and the plain data that it shows.

    `data` holds text, numbers, dates, sequences, mappings and dataclasses of these and nothing else, so that it can
    be digested. `fresh_until` (aware) is the next moment at which the page would change by itself, None for never.
    A page with a `location` is an old address: it has no body and leads there for good. A `private` one is not for
    everybody: it names no address of its own to machines, and no cache and no search engine keeps it.
    """

    template: str
    data: Mapping[str, Any]
    fresh_until: datetime | None = None
    status: int = 200
    content_type: str = HTML
    location: str = ""
    private: bool = False

    def digest(self) -> str:
        """Return the SHA-256 (hex) of template and data; raise TypeError where the data are not plain."""
        text = json.dumps([self.template, self.data], default=_plain, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


View = Callable[..., Page]
"""A public view: `view(viewpoint, query, **parts_of_the_address) -> Page`; raises Http404."""


def moved_to(location: str) -> Page:
    """Return the page that sends its reader to another path for good."""
    return Page("", {}, status=301, location=location)


def render(page: Page, viewpoint: Viewpoint) -> str:
    """Return the text of a page, in the viewpoint's language."""
    with translation.override(viewpoint.language):
        return render_to_string(page.template, {**page.data, "viewpoint": viewpoint, "private": page.private})


def page(view: View) -> Callable[..., HttpResponseBase]:
    """Return the Django view that answers GET and HEAD with `view`'s page, and 405 to all else.

    It keeps `view` by that name, for those who look at the page from elsewhere.
    """

    @csrf_exempt  # Nothing is changed here: other methods get their 405, not a lecture about cookies.
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        viewpoint = of_visitor(request)
        with translation.override(viewpoint.language):
            found = view(viewpoint, query_of(request), **captured)
        if found.location:
            return kept(HttpResponsePermanentRedirect(found.location), viewpoint.moment)
        return kept(answered(found, viewpoint), viewpoint.moment, found.fresh_until)

    answer.view = view  # type: ignore[attr-defined]
    return answer


def answered(found: Page, viewpoint: Viewpoint) -> HttpResponse:
    """Return the answer with a page's text; of a private one nothing is kept."""
    response = HttpResponse(render(found, viewpoint), status=found.status, content_type=found.content_type)
    if found.private:
        keep_private(response)
    return response


def keep_private(response: HttpResponseBase) -> HttpResponseBase:
    """Tell caches and search engines to keep nothing of an answer, and give it back."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def of_visitor(request: HttpRequest) -> Viewpoint:
    """Return the viewpoint of anybody who asks now, signed in or not: public addresses show the same to all."""
    base_url = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return Viewpoint(AnonymousUser(), timezone.now(), settings.LANGUAGE_CODE, base_url.rstrip("/"))


def query_of(request: HttpRequest) -> Query:
    """Return the GET parameters as a plain mapping."""
    return {str(name): [str(value) for value in values] for name, values in request.GET.lists()}


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no plain data of a page")
