"""A new edition from an old one."""

from django.http import Http404, HttpRequest, HttpResponse


def clone(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404
