"""Files brought in by the browser: upload, plan, confirm."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse


def upload(request: HttpRequest) -> HttpResponse:
    """To be built."""
    raise Http404


def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """To be built."""
    raise Http404
