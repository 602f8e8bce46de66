"""Two people on one record: the second save is told what changed meanwhile, and nothing is lost."""

import re
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from history.models import Change, Deletion
from history.versioned import Versioned
from workbench.past.meanwhile import Collision, Part, Typed, collide, latest_change, words_of
from workbench.past.seeing import told_to
from workbench.past.told import FieldTold, actor_words
from workbench.past.undoing import UndoableDeletes

# A key that a database can hold; whatever else stands in an address names no record.
NUMBER = re.compile(r"[0-9]{1,18}")
OF_A_ROW = re.compile(r"\w+-\d+-\w+")
SEEN = "seen_change"
"""The form's own note of the newest change that it shows."""


class Collisions(UndoableDeletes):
    """Forms that notice when their record was changed since they were opened; deletions that can be undone."""

    change_form_template = "workbench/collision.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's form; one that is sent after somebody else's save comes back merged, and nothing is saved."""
        if object_id is None or "_saveasnew" in request.POST or not issubclass(self.model, Versioned):
            return super().changeform_view(request, object_id, form_url, extra_context)
        key = unquote(object_id)
        if request.method != "POST":
            # Asked before the record is read: a save between the two is noticed later, never missed.
            seen = {SEEN: latest_change(self._told_of(request, key))}
            return super().changeform_view(request, object_id, form_url, {**seen, **(extra_context or {})})
        with transaction.atomic():
            record = self._lock(key)
            if record is None and SEEN in request.POST:
                return self._tell_gone(request, key)
            context: dict[str, Any] = {SEEN: request.POST.get(SEEN, "")}
            collision = self._collision(request, key) if record is not None else None
            if collision is not None:
                vars(request)["collision"] = collision
                request.POST = collision.data  # type: ignore[assignment]  # Django's own setter takes it
                context = {SEEN: collision.latest, "collision": collision, "files": sorted(request.FILES)}
            return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's form; after a collision one that isn't saved, and tells the others' value beside each clash."""
        form = super().get_form(request, obj, change, **kwargs)
        collision = vars(request).get("collision")
        return _refusing(form, collision) if collision is not None else form

    def _lock(self, key: str) -> Any:
        """The record, held until this save is done; None if it is gone."""
        try:
            return self.model._base_manager.select_for_update().filter(pk=key).first()
        except (ValueError, TypeError):
            return None

    def _collision(self, request: HttpRequest, key: str) -> Collision | None:
        """What others changed since the form was opened, merged with what it says; None if nothing was."""
        seen = request.POST.get(SEEN, "")
        if not NUMBER.fullmatch(seen):
            return None
        told = self._told_of(request, key, request.POST)
        changes = list(
            Change.objects.filter(told, pk__gt=int(seen)).select_related("deletion").order_by("pk")
        )
        record = self.get_object(request, key) if changes else None
        if record is None or not self.has_change_permission(request, record):
            return None
        form = self.get_form(request, record, change=True)(instance=record)
        return collide(form, self._parts_of(request, record), changes, changes[-1].pk, request.POST)

    def _parts_of(self, request: HttpRequest, record: Any) -> list[Part]:
        """The rows that the form holds inline, as they stand."""
        found = []
        for formset, inline in self.get_formsets_with_inlines(request, record):
            kind: Any = formset
            rows = kind(
                instance=record, prefix=kind.get_default_prefix(), queryset=inline.get_queryset(request)
            )
            found.append(Part(rows, kind.fk.name))
        return found

    def _told_of(self, request: HttpRequest, key: str, sent: QueryDict | None = None) -> Q:
        """The changes of a record and of what its form holds inline; with ``sent``, of the rows that were sent too."""
        wanted = Q(kind=self.opts.label_lower, key=key)
        for inline in self.get_inline_instances(request):
            part: Any = inline.model
            if not NUMBER.fullmatch(key) or not issubclass(part, Versioned):
                continue
            link = _link(part, self.model, inline.fk_name)
            rows = part._base_manager.filter(**{link: key}).order_by()
            keys = rows.annotate(as_text=Cast("pk", CharField())).values("as_text")
            wanted |= Q(kind=part._meta.label_lower, key__in=keys)
            if sent is not None:
                wanted |= Q(kind=part._meta.label_lower, key__in=_keys_sent(sent, part, link))
        return wanted

    def _tell_gone(self, request: HttpRequest, key: str) -> HttpResponse:
        """The record was deleted while somebody wrote: what they wrote, to be copied, and the way to undo it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        kept = Deletion.objects.filter(
            change__in=told_to(request, Change.objects.filter(kind=self.opts.label_lower, key=key)).values(
                "pk"
            )
        )
        deletion = kept.select_related("change").order_by("-pk").first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("This record was deleted meanwhile"),
            "deletion": deletion,
            "actor": actor_words(deletion.change) if deletion else "",
            "typed": _all_typed(request.POST, self.get_form(request)),
            "opts": self.opts,
        }
        return TemplateResponse(request, "workbench/gone.html", context, status=409)


def _refusing(form: Any, collision: Collision) -> Any:
    """A form that never saves, and says why."""

    class Refusing(form):  # type: ignore[misc]
        def clean(self) -> Any:
            cleaned = super().clean()
            self.add_error(None, _("Nothing is saved yet: the record was changed while this form was open."))
            for name, told in collision.clashes.items():
                self.add_error(name, _beside(told))
            return cleaned

    return Refusing


def _beside(told: FieldTold) -> str:
    """What is said at a field that both changed; a long text stands in the notice alone."""
    if told.pieces:
        return _("Somebody else changed this as well: see on top what it says now.")
    return _("Meanwhile: %(value)s") % {"value": told.new or _("nothing")}


def _link(part: type[models.Model], above: type[models.Model], named: str | None) -> str:
    """The column by which rows of an inline hang on the record above them."""
    return named or next(one.name for one in part._meta.concrete_fields if one.related_model is above)


def _keys_sent(sent: QueryDict, part: type[models.Model], link: str) -> list[str]:
    """The primary keys in the rows of an inline that were sent."""
    field: Any = part._meta.get_field(link)
    prefix, suffix = f"{field.remote_field.get_accessor_name(model=part)}-", f"-{part._meta.pk.name}"
    names = (name for name in sent if name.startswith(prefix) and name.endswith(suffix))
    return [key for name in names if (key := str(sent[name]))]


def _all_typed(sent: QueryDict, form: Any) -> list[Typed]:
    """Every text that was sent, under the label of its field where it has one."""
    found = []
    for name, values in sent.lists():
        value = str(values[-1]).strip()
        field = form.base_fields.get(name)
        if field is not None and value:
            found.append(Typed(str(field.label), words_of(field, value)))
        # Rows of an inline: numbers there are places and keys, which nobody wrote.
        elif OF_A_ROW.fullmatch(name) and value and not value.isdecimal():
            found.append(Typed(name.rpartition("-")[2].replace("_", " "), value))
    return found
