"""The admin site: named after the series, its rooms in the order of an organizer's work, with our own addresses."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from editions.models import Series
from workbench.naming import NamingView
from workbench.urls import addresses

ORDER = ("talks", "speakers", "editions", "exchange", "history", "auth")


class WorkbenchSite(admin.AdminSite):
    """Django's admin site under the name of the series."""

    index_title = _("Workbench")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the workbench gets: one query, for the name of the series."""
        name = Series.objects.the_one().name
        return {**super().each_context(request), "site_title": name, "site_header": name}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms, programme first; rooms that we don't know come last."""
        places = {label: place for place, label in enumerate(ORDER)}
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: places.get(app["app_label"], len(ORDER)))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Django's answers, with the names of editions."""
        answer: Any = NamingView.as_view(admin_site=self)
        return answer(request)  # type: ignore[no-any-return]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The dashboard, and below it Django's list of all there is."""
        return super().index(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Our addresses before Django's, whose last one catches all."""
        return [*addresses(self.admin_view), *super().get_urls()]
