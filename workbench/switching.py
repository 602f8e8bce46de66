"""The edition in which somebody works: chosen in the header, remembered, and begun with everywhere."""

from django.http import Http404, HttpRequest, HttpResponse


def switch(request: HttpRequest) -> HttpResponse:
    """To be built."""
    raise Http404
