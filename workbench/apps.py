"""The apps of workbench/: the room itself, and Django's admin with our site in the place of its own."""

# Imported as a module: Django takes every AppConfig class named here for one of this room.
from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class WorkbenchConfig(AppConfig):
    """What an organizer sees: the admin and everything around it."""

    name = "workbench"
    verbose_name = _("Workbench")
    default = True


class WorkbenchAdminConfig(admin_apps.AdminConfig):
    """Django's admin, whose default site is ours; it stands in INSTALLED_APPS for `django.contrib.admin`."""

    default_site = "workbench.site.WorkbenchSite"
    default = False
