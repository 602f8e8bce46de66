"""The conflicts of one record in three columns, each field settled for one side."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.models import Conflict, SourceRecord
from exchange.reports import KINDS
from exchange.resolving import Side
from workbench.files.plan_page import field_label
from workbench.files.settling import (
    Line,
    lines_against,
    may_settle,
    records_open_to,
    settle,
    shown_values,
    value_text,
)
from workbench.pages import demand, show


@dataclass(frozen=True)
class Column:
    """One of the three values: what it is called, in words, and line by line if it is long."""

    title: str
    words: str
    lines: list[Line]


@dataclass(frozen=True)
class Row:
    """One conflict: its field, the three values, and a digest of what is shown."""

    pk: int
    label: str
    columns: tuple[Column, ...]
    seen: str


def record(request: HttpRequest, record: int) -> HttpResponse:
    """Show every open conflict of one record; on POST settle those for which a side is chosen."""
    demand(request, "exchange.view_conflict")
    rows = SourceRecord.objects.filter(records_open_to(request.user)).defer("file__data")
    found = (
        rows.select_related("file", "talk__edition", "edition", "member__edition").filter(pk=record).first()
    )
    if found is None:
        raise Http404(_("There is no such record."))
    conflicts = list(found.conflicts.order_by("pk"))
    for one in conflicts:
        one.record = found  # Read once, with its row and edition.
    if request.method == "POST":
        return _settled(request, found, {str(one.pk): one for one in conflicts})
    return show(
        request,
        "workbench/conflicts.html",
        _("Conflicts of %(record)s") % {"record": _name(found)},
        record=found,
        rows=[_row(one, found.kind) for one in conflicts],
        may_choose=all(may_settle(request, one) for one in conflicts),
    )


def _settled(request: HttpRequest, found: SourceRecord, conflicts: dict[str, Conflict]) -> HttpResponse:
    """Carry out what was chosen; then the conflicts that are left, or the list of all."""
    choices: list[tuple[Conflict, Side]] = []
    moved = 0
    for name, side in request.POST.items():
        key = name.removeprefix("side-")
        if key == name or side not in ("file", "site"):
            continue
        conflict = conflicts.get(key)
        if conflict is None:
            messages.error(request, _("Somebody else has settled this conflict meanwhile."))
        elif request.POST.get(f"seen-{key}") != shown_values(conflict):
            moved += 1
        else:
            choices.append((conflict, cast("Side", side)))
    if moved:
        messages.error(request, _("The values have changed meanwhile. Look at them and choose again."))
    settle(request, choices)
    if found.conflicts.exists():
        return HttpResponseRedirect(request.path)
    return HttpResponseRedirect(reverse("admin:exchange_conflict_changelist"))


def _name(found: SourceRecord) -> str:
    key = f"{found.edition_key}/{found.key}" if found.edition_key else found.key
    return f"{KINDS[found.kind]} {key}"


def _row(conflict: Conflict, kind: str) -> Row:
    # A record that was deleted on the site is in conflict as a whole.
    label = _("The whole record") if conflict.field == kind else field_label(kind, conflict.field)
    values = (
        (_("Last agreed"), conflict.base),
        (_("On the site"), conflict.site),
        (_("In the file"), conflict.file),
    )
    columns = [Column(title, value_text(one), lines_against(conflict.base, one)) for title, one in values]
    return Row(conflict.pk, label, tuple(columns), shown_values(conflict))
