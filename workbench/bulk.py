"""Many talks at once: shift, swap, set, cancel, copy; links pasted by the line."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class BulkActions(_ModelAdmin):
    """The actions on the talks that are ticked in the list."""


def links(request: HttpRequest, edition: str) -> HttpResponse:
    """To be built."""
    raise Http404
