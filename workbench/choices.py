"""What lists and forms offer to choose from: only what the user may see, and what a form would take."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from editions.models import Edition
from editions.querysets import works_everywhere
from workbench.naming import edition_words
from workbench.rights import choices_for, seen_by

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]


class OpenChoicesView(AutocompleteJsonView):
    """Django's answers to a field that completes what one types, from the editions in which the user works."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Key and words of a record; an edition goes with its name."""
        found = super().serialize_result(obj, to_field_name)
        return {**found, "text": edition_words(obj)} if isinstance(obj, Edition) else found

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that are found and that the form may lead to."""
        return choices_for(self.request.user, super().get_queryset())


class SeenFilter(RelatedFieldListFilter):
    """A list's filter by another record: it offers those that the user may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: "_ModelAdmin") -> Any:
        """The choices as Django has them, without what is hidden from the user."""
        if works_everywhere(request.user):
            return super().field_choices(field, request, model_admin)
        seen = seen_by(request.user, field.related_model._default_manager.order_by()).values("pk")
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=Q(pk__in=seen))


admin.FieldListFilter.register(lambda field: bool(field.remote_field), SeenFilter, take_priority=True)
