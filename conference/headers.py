"""The security headers and the request id that every answer carries."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from conference.logs import request_id

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
DEBUG_PAGES = frozenset({404, 500})


class HeadersMiddleware:
    """Adds Content-Security-Policy, Permissions-Policy, Cross-Origin-Resource-Policy and X-Request-ID.

    A header that a view set itself is left alone: a file out of `/media/` has a stricter policy than a
    page. The id is the one that a trusted proxy gave, else a new one, and is in every log line of the
    request. Django's SecurityMiddleware adds HSTS, nosniff, referrer and opener policy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": content_security_policy(settings.SECURE_CSP),
            "Permissions-Policy": permissions_policy(settings.PERMISSIONS_POLICY),
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, with the headers on whatever comes back."""
        name = identify(request)
        token = request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = name
        # Django's own debug pages carry their styles and scripts inside.
        exempt = settings.DEBUG and response.status_code in DEBUG_PAGES
        for header, value in self.headers.items():
            if not (exempt and header == "Content-Security-Policy"):
                response.headers.setdefault(header, value)
        return response


def identify(request: HttpRequest) -> str:
    """The id that a trusted proxy gave the request if it is well formed, else 32 new hex digits."""
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUSTED_PROXIES and GIVEN_ID.fullmatch(given):
        return given
    return uuid.uuid4().hex


def content_security_policy(directives: Mapping[str, Sequence[str]]) -> str:
    """The header's value for directives and their sources; a directive without sources is left out."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items() if sources)


def permissions_policy(features: Mapping[str, Sequence[str]]) -> str:
    """The header's value for features and who may use them: nobody, for an empty sequence."""
    return ", ".join(f"{name}=({' '.join(allowed)})" for name, allowed in features.items())
