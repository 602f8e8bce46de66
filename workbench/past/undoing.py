"""Earlier versions restored, deletions undone: shown first, done on a press."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.querysets import works_everywhere
from exchange.relinking import relink
from history import undo
from history.frozen import FrozenEditionError
from history.models import Change, Deletion
from history.prune import prune
from history.telling import Teller, deleting
from history.undo import Restoration, Return, UndoRefused
from history.versioned import Versioned
from workbench import pages
from workbench.past.seeing import told_to
from workbench.past.told import actor_words, fields_told
from workbench.rights import edition_of, is_frozen, may_write, open_editions

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = object


def undelete(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What would come back of a deletion; a press brings it back."""
    prune()
    kept = list(Deletion.objects.filter(batch=batch).select_related("change").order_by("-pk"))
    changes = [one.change for one in kept]
    if not kept or told_to(request, Change.objects.filter(deletion__batch=batch)).count() < len(kept):
        raise Http404(_("Nothing is kept of this deletion any more."))
    returned, refusal = _plan_return(batch)
    allowed = _may_bring_back(request, changes, returned)
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied
        return _bring_back(request, batch)
    return pages.show(
        request,
        "workbench/undelete.html",
        _("Undo a deletion"),
        head=changes[0],
        actor=actor_words(changes[0]),
        returned=returned,
        groups=_groups(returned),
        refusal=refusal,
        allowed=allowed and not refusal,
    )


def restore(request: HttpRequest, change: int) -> HttpResponse:
    """Which fields would change from what to what; a press restores the version that the change left."""
    found = told_to(request, Change.objects.filter(pk=change)).first()
    model = undo.model_of(found.kind) if found else None
    if found is None or model is None:
        raise Http404(_("There is no such change."))
    if not _has(request, "view", model) and not _has(request, "change", model):
        raise PermissionDenied
    planned, refusal = _plan_restore(found)
    allowed = planned is not None and _may_restore(request, planned)
    if request.method == "POST" and refusal:
        messages.error(request, refusal)
        return HttpResponseRedirect(request.path)
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied
        return _carry_out(request, found)
    return pages.show(
        request,
        "workbench/restore.html",
        _("Restore an earlier version"),
        change=found,
        actor=actor_words(found),
        fields=fields_told(found.kind, planned.fields) if planned else (),
        emptied=planned.emptied if planned else (),
        refusal=refusal,
        allowed=allowed,
        back=_address(model, found.key, "history"),
    )


class UndoableDeletes(_ModelAdmin):
    """Lists and forms whose deletions offer to be undone at once."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete as Django does, and remember what went together."""
        with deleting() as told:
            super().delete_model(request, obj)
        _remember(request, told)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete as Django does, all in one batch, and remember it."""
        with deleting() as told:
            super().delete_queryset(request, queryset)
        _remember(request, told)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Django's answer, and the offer to undo the deletion."""
        answer = super().response_delete(request, obj_display, obj_id)
        _offer(request)
        return answer

    def response_action(  # type: ignore[override]  # the stubs tell of a later Django
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> Any:
        """Django's answer to an action on a list; after a deletion, the offer to undo it."""
        answer = super().response_action(request, queryset)
        _offer(request)
        return answer


def _remember(request: HttpRequest, told: Teller) -> None:
    vars(request)["deleted_together"] = told.batch if told.deletions else None


def _offer(request: HttpRequest) -> None:
    """Say how what was just deleted comes back."""
    batch = vars(request).get("deleted_together")
    if batch is not None:
        words = _("What is deleted is kept for 30 days.")
        link = reverse("admin:undelete", args=[batch])
        messages.info(request, format_html('{} <a href="{}">{}</a>', words, link, _("Undo the deletion")))


def _plan_return(batch: UUID) -> tuple[Return | None, str]:
    try:
        return undo.plan_undelete(batch), ""
    except UndoRefused as error:
        return None, str(error)


def _may_bring_back(request: HttpRequest, changes: list[Change], returned: Return | None) -> bool:
    """Whether the user may make such records, and works in all their editions."""
    models = {model for one in changes if (model := undo.model_of(one.kind))}
    if not all(_has(request, "add", model) for model in models):
        return False
    if works_everywhere(request.user):
        return True
    editions = {one.edition for one in changes if one.edition is not None}
    # What belongs to no edition comes parents first, so that a person is asked about before their names.
    loose = {(one.kind, one.key) for one in changes if one.edition is None}
    rows = [
        one for one in (returned.rows if returned else ()) if (one._meta.label_lower, str(one.pk)) in loose
    ]
    return editions <= {one.pk for one in open_editions(request)} and all(
        may_write(request, type(row), row) for row in rows
    )


def _bring_back(request: HttpRequest, batch: UUID) -> HttpResponse:
    try:
        with transaction.atomic():
            rows = undo.undelete(batch)
            relink(rows)
    except UndoRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    words = ngettext("%(count)d record is back.", "%(count)d records are back.", len(rows))
    messages.success(request, words % {"count": len(rows)})
    return HttpResponseRedirect(_address(type(rows[0]), rows[0].pk, "change"))


def _groups(returned: Return | None) -> list[tuple[str, list[str]]]:
    """What would come back, by the name of its kind."""
    found: dict[str, list[str]] = {}
    for row in returned.rows if returned else ():
        found.setdefault(str(row._meta.verbose_name_plural), []).append(row.told_as())
    return list(found.items())


def _plan_restore(change: Change) -> tuple[Restoration | None, str]:
    """What a restored version would be; None, and why, where that is refused."""
    try:
        planned = undo.plan_restore(change)
    except UndoRefused as error:
        return None, str(error)
    if is_frozen(_as_it_is(planned.record)):
        return None, str(FrozenEditionError(planned.record.told_as()))
    return planned, ""


def _as_it_is(record: Versioned) -> Versioned:
    found: Versioned = type(record)._base_manager.get(pk=record.pk)
    return found


def _may_restore(request: HttpRequest, planned: Restoration) -> bool:
    """Whether the user may change the record, as it is and as it would be, and each of the fields in its form."""
    record, now = planned.record, _as_it_is(planned.record)
    options = cast("Any", admin.site).get_model_admin(type(record))
    edition = edition_of(record)
    inside = works_everywhere(request.user) or edition is None or edition in open_editions(request)
    only_read = set(options.get_readonly_fields(request, now))
    return (
        bool(options.has_change_permission(request, now)) and inside and not only_read & set(planned.fields)
    )


def _carry_out(request: HttpRequest, change: Change) -> HttpResponse:
    try:
        record = undo.restore(change)
    except UndoRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    messages.success(
        request, _("The earlier version of “%(record)s” is back.") % {"record": record.told_as()}
    )
    return HttpResponseRedirect(_address(type(record), record.pk, "change"))


def _has(request: HttpRequest, action: str, model: type[Model]) -> bool:
    user: Any = request.user
    return bool(user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}"))


def _address(model: type[Model], key: Any, page: str) -> str:
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=[key])
    except NoReverseMatch:
        return reverse("admin:index")
