"""The admin site: named after the series, its rooms in the order of an organizer's work, with our own addresses."""

from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db import DataError, NotSupportedError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from editions.models import Series
from workbench.choices import OpenChoicesView
from workbench.naming import edition_words
from workbench.rights import open_editions
from workbench.switching import working_edition

ORDER = ("talks", "speakers", "editions", "exchange", "history", "auth")


class WorkbenchSite(admin.AdminSite):
    """Django's admin site under the name of the series."""

    index_title = _("Workbench")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the workbench gets: two queries, for the name of the series and the open editions."""
        name = Series.objects.the_one().name
        return {
            **super().each_context(request),
            "site_title": name,
            "site_header": name,
            "open_editions": [(one.key, edition_words(one)) for one in open_editions(request)],
            "working_edition": working_edition(request),
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms, programme first; rooms that we don't know come last."""
        places = {label: place for place, label in enumerate(ORDER)}
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: places.get(app["app_label"], len(ORDER)))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Django's answers, with the names of editions, from open ones alone."""
        answer: Any = OpenChoicesView.as_view(admin_site=self)
        return answer(request)  # type: ignore[no-any-return]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The dashboard, and below it Django's list of all there is."""
        from workbench.checks.dashboard import index_context  # noqa: PLC0415 - see get_urls

        return super().index(request, {**index_context(request), **(extra_context or {})})

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's guard; what no database can hold or compare is a bad request, whoever made the address up."""

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                return view(request, *args, **kwargs)
            except (OverflowError, RecursionError, NotSupportedError, DataError) as refusal:
                raise BadRequest(str(refusal)) from refusal

        return super().admin_view(answer, cacheable)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Our addresses before Django's, whose last one catches all."""
        # The pages know the forms, which know this site.
        from workbench.urls import addresses  # noqa: PLC0415

        # Django's way to a record's public page would tell of drafts; our forms name the page themselves.
        django = [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]
        return [*addresses(self.admin_view), *django]
