"""Throttled sign-in: django-axes counts what fails, by account and address together; here is what it asks us.

Nobody can lock an organizer out from elsewhere, and a venue, whose people share one address, is locked as a whole only
by far more failures than one account would be. Of an account axes keeps a keyed digest: what somebody typed there may
have been a password.
"""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]  # axes ships no types
    """Counts failures; those of an address alone weigh less, as many people may be behind it."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The failures of the account at this address, or the address's share of them, whichever are more."""
        here = _at(request.axes_ip_address)  # type: ignore[attr-defined]
        of_account, of_address = _count(here.filter(username=name_of(request, credentials))), _count(here)
        share = settings.AXES_FAILURE_LIMIT / settings.SIGN_INS_AN_ADDRESS
        return max(of_account, int(of_address * share))


def _at(address: str | None) -> "QuerySet[Any]":
    """What failed at an address and still counts."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows: QuerySet[Any] = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return rows


def _count(rows: "QuerySet[Any]") -> int:
    return rows.aggregate(all=Sum("failures_since_start"))["all"] or 0


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The account that somebody signs in to, as a keyed digest."""
    given = credentials.get("username") if credentials else request.POST.get("username")
    return salted_hmac("workbench.signing_in", given or "", algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """The address that a request comes from; of IPv6 the network of 64 bits, which one household has to itself.

    Of `X-Forwarded-For` only what the `TRUSTED_PROXIES` have appended counts; whatever stands before is the sender's.
    """
    heard = [*filter(None, request.META.get("HTTP_X_FORWARDED_FOR", "").split(","))]
    trusted = heard[-settings.TRUSTED_PROXIES :] if settings.TRUSTED_PROXIES else []
    for written in (*trusted[:1], request.META.get("REMOTE_ADDR", "")):
        address = _read(written.strip())
        if address is not None:
            is_wide = isinstance(address, IPv6Address)
            return str(ip_network((address, 64), strict=False).network_address if is_wide else address)
    return None


def _read(written: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it, with or without a port."""
    bare = written.partition("]")[0].lstrip("[") if written.startswith("[") else written
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def locked(
    request: HttpRequest, _answer: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Too many sign-ins have failed: a page that says when to try again."""
    here = _at(request.axes_ip_address)  # type: ignore[attr-defined]
    of_account = here.filter(username=name_of(request, credentials))
    counting = of_account if _count(of_account) >= settings.AXES_FAILURE_LIMIT else here
    newest: datetime | None = counting.aggregate(newest=Max("attempt_time"))["newest"]
    ends = (newest or timezone.now()) + settings.AXES_COOLOFF_TIME
    seconds = max(1, int((ends - timezone.now()).total_seconds()))
    context = {
        **admin.site.each_context(request),
        "title": _("Too many attempts"),
        "minutes": -(-seconds // 60),
    }
    page = TemplateResponse(request, "workbench/locked.html", context, status=429)
    page["Retry-After"] = str(seconds)
    page["Cache-Control"] = "no-store"
    return page.render()
