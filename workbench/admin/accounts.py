"""Accounts and groups, as Django has them."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from workbench.admin.base import PlainLookups

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin

# Django registered its own when this module's import began.
admin.site.unregister((User, Group))


@admin.register(User)
class AccountAdmin(PlainLookups, _UserAdmin):
    """Accounts; when they were made and last used is told, not written."""

    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
    readonly_fields = ("last_login", "date_joined")


@admin.register(Group)
class AccountGroupAdmin(PlainLookups, GroupAdmin):
    """Groups of accounts and their rights."""
