"""A day as rooms and times, in which a talk is moved by mouse or, equally, by keyboard."""

from django.http import Http404, HttpRequest, HttpResponse


def grid(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404


def move(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404
