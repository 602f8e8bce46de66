"""Accounts and groups: as Django has them, but nobody lends an account more rights than they have themselves."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editions.models import EditionEditor
from editions.querysets import works_everywhere
from workbench.admin.base import BenchTabular, PlainLookups
from workbench.rights import groups_within, outranks

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin

# Django registered its own when this module's import began.
admin.site.unregister((User, Group))

GIVEN_BY_SUPERUSERS = ("is_superuser", "user_permissions")
HOW_RIGHTS_ARE_GIVEN = _(
    "To work here an account needs staff status and a group. Organizers do everything; editors change the programme "
    "and the people of the editions that they are given below; reviewers look at everything and change nothing."
)


class EditionsInline(BenchTabular):
    """The editions that an account is given."""

    model = EditionEditor
    autocomplete_fields = ("edition",)
    verbose_name = _("edition")
    verbose_name_plural = _("editions that the account may edit")


@admin.register(User)
class AccountAdmin(PlainLookups, _UserAdmin):
    """Accounts; when they were made and last used is told, not written.

    Who is no superuser makes none, and changes no account that has a right which they lack themselves.
    """

    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
    readonly_fields = ("last_login", "date_joined")
    inlines = (EditionsInline,)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password")}),
        (_("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (
            _("Permissions"),
            {
                "description": HOW_RIGHTS_ARE_GIVEN,
                "fields": ("is_active", "is_staff", "groups", *GIVEN_BY_SUPERUSERS),
            },
        ),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it, but no account that can do more."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it, but no account that can do more."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rights by the piece are a superuser's to give."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, *GIVEN_BY_SUPERUSERS)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """The editions of an account that is there, for those who work in every one."""
        return self.inlines if obj is not None and works_everywhere(request.user) else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only groups that give no right which one lacks oneself."""
        if db_field.name == "groups":
            kwargs["queryset"] = groups_within(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _may_touch(request: HttpRequest, account: Any) -> bool:
    return account is None or outranks(request.user, account)


@admin.register(Group)
class AccountGroupAdmin(PlainLookups, GroupAdmin):
    """Groups of accounts and their rights; only superusers change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return request.user.is_superuser
