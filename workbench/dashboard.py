"""What an organizer sees first: today, drafts, what has no time, warnings, conflicts, what is missing."""

from django.http import Http404, HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """To be built."""
    raise Http404


def check(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404
