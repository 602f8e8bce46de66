"""Earlier versions restored, deletions undone."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse


def undelete(request: HttpRequest, batch: UUID) -> HttpResponse:
    """To be built."""
    raise Http404


def restore(request: HttpRequest, change: int) -> HttpResponse:
    """To be built."""
    raise Http404
