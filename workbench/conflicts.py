"""The conflicts of one record in three columns, each field settled for one side."""

from django.http import Http404, HttpRequest, HttpResponse


def record(request: HttpRequest, record: int) -> HttpResponse:
    """To be built."""
    raise Http404
