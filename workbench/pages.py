"""What the workbench's own pages share: the frame of Django's admin, and the edition that an address names."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from editions.models import Edition


def show(request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
    """Return a page in the admin's frame."""
    return TemplateResponse(
        request, template, {**admin.site.each_context(request), "title": title, **context}
    )


def find_edition(request: HttpRequest, key: str) -> Edition:
    """Return the edition in which the user works; 404 where there is none, or none for this user."""
    found: Edition | None = Edition.objects.open_to(request.user).filter(key=key).first()
    if found is None:
        raise Http404(_("There is no such edition."))
    return found


def demand(request: HttpRequest, *rights: str) -> None:
    """Raise PermissionDenied unless the user has all these rights (`talks.change_talk`)."""
    if not request.user.has_perms(rights):
        raise PermissionDenied
