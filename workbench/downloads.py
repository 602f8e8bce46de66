"""Files taken out by the browser: a talk, an edition, a patch."""

from django.http import Http404, HttpRequest, HttpResponse


def downloads(request: HttpRequest) -> HttpResponse:
    """To be built."""
    raise Http404


def talk_file(request: HttpRequest, talk: int) -> HttpResponse:
    """To be built."""
    raise Http404


def archive(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404


def patch(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404
