"""One page for the thumb, on the day: what is on, cancel, another room, shift the rest, put up a notice."""

from django.http import Http404, HttpRequest, HttpResponse


def today(request: HttpRequest, edition: str = "") -> HttpResponse:
    """To be built."""
    raise Http404
