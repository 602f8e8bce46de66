"""The edition in which somebody works: chosen in the header, remembered, and begun with everywhere."""

from datetime import date
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from editions.clock import wall_clock
from editions.models import Edition
from workbench.rights import open_editions

REMEMBERED = "edition"
FILTER = "edition__id__exact"


def working_edition(request: HttpRequest) -> Edition | None:
    """The edition that the user chose last, if it is open to them, else their current one; None if none is open.

    It costs no query beyond that for the open editions, which each page of the workbench asks anyway.
    """
    editions = open_editions(request)
    chosen = request.session.get(REMEMBERED)
    return next((one for one in editions if one.pk == chosen), None) or _current(editions)


def _current(editions: list[Edition]) -> Edition | None:
    """The current one of editions that come newest first, as `EditionQuerySet.current` says it."""
    now = timezone.now()
    ahead = [
        one
        for one in editions
        if (last := one.ends_on or one.starts_on) and last >= wall_clock(now, one.timezone).date()
    ]
    if ahead:
        return min(ahead, key=lambda one: (one.starts_on or date.min, one.pk))
    return next((one for one in editions if one.starts_on), editions[0] if editions else None)


def remember(request: HttpRequest, edition: Edition) -> None:
    """Let the user work in this edition from now on."""
    request.session[REMEMBERED] = edition.pk


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Remember the edition and go back to where one was, there to the same page of that edition."""
    key = request.POST.get("edition", "")
    chosen = next((one for one in open_editions(request) if one.key == key), None)
    if chosen is None:
        raise Http404(_("There is no such edition."))
    remember(request, chosen)
    address = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(_there(address, chosen) if is_safe else reverse("admin:index"))


def _there(address: str, edition: Edition) -> str:
    """The address, where it names an edition, with this one's key or filter in the place of that."""
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    filters = [name for name in query if name.endswith(FILTER)]
    if filters:
        for name in filters:
            query[name] = str(edition.pk)
        return parts._replace(query=query.urlencode()).geturl()
    try:
        match = resolve(parts.path)
    except Resolver404:
        return address
    if "edition" not in match.kwargs:
        return address
    return reverse(match.view_name, kwargs={**match.kwargs, "edition": edition.key})
