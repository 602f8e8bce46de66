"""Signed links that show a speaker their own draft."""

from django.http import Http404, HttpRequest, HttpResponse


def draft_link(request: HttpRequest, talk: int) -> HttpResponse:
    """To be built."""
    raise Http404
