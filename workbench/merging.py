"""Two records of one person made one, and undone."""

from django.http import Http404, HttpRequest, HttpResponse


def suggestions(request: HttpRequest) -> HttpResponse:
    """To be built."""
    raise Http404


def merge(request: HttpRequest, kept: int, other: int) -> HttpResponse:
    """To be built."""
    raise Http404


def undo(request: HttpRequest, kept: int) -> HttpResponse:
    """To be built."""
    raise Http404
