"""Public pages as staff see them: with drafts, and at another moment."""

from django.http import Http404, HttpRequest, HttpResponse


def preview(request: HttpRequest, address: str) -> HttpResponse:
    """To be built."""
    raise Http404
