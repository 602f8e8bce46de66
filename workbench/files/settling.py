"""Conflicts at the workbench: who sees them, who may settle them, and their values in words."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from editions.models import Edition
from editions.querysets import works_everywhere
from exchange.models import Conflict, SourceRecord
from exchange.resolving import ChoiceRefused, Side, resolve
from history.frozen import FrozenEditionError
from workbench.rights import is_frozen

LONG = 120
"""A text of more characters, or of several lines, is shown line by line."""


def records_open_to(user: Any, prefix: str = "") -> Q:
    """Records of files (below ``prefix``) whose editions, in the file and on the site, are open to the user."""
    if works_everywhere(user):
        return Q()
    own = Edition.objects.open_to(user)
    at = f"{prefix}__" if prefix else ""
    found = Q(**{f"{at}edition_key__in": own.values("key")})
    for path in ("talk__edition", "edition", "member__edition"):
        row = path.partition("__")[0]
        found &= Q(**{f"{at}{row}": None}) | Q(**{f"{at}{path}__in": own.values("pk")})
    return found


def may_settle(request: HttpRequest, conflict: Conflict) -> bool:
    """Whether somebody may change the record; a frozen edition is left to say so itself."""
    record = conflict.record
    row = getattr(record, record.kind)
    model: Any = SourceRecord._meta.get_field(record.kind).related_model
    options = model._meta
    if row is not None and not is_frozen(row):
        # The right to this one row is its own form's to say.
        form = admin.site.get_model_admin(model)
        return form.has_change_permission(request, row)
    right = "change" if row is not None or conflict.field != record.kind else "add"
    return cast("User", request.user).has_perm(f"{options.app_label}.{right}_{options.model_name}")


def settle(request: HttpRequest, choices: Iterable[tuple[Conflict, Side]]) -> None:
    """Carry out each choice; what is refused is said, and the others go on."""
    settled = 0
    for conflict, side in choices:
        if not may_settle(request, conflict):
            words = gettext("%(conflict)s: you may not change this record.")
            messages.error(request, words % {"conflict": conflict})
            continue
        try:
            resolve(conflict, side, request.user.get_username())
            settled += 1
        except (ChoiceRefused, FrozenEditionError) as refusal:
            messages.error(request, f"{conflict}: {refusal}")
    if settled:
        words = ngettext("%(count)d conflict is settled.", "%(count)d conflicts are settled.", settled)
        messages.success(request, words % {"count": settled})


def open_conflicts(user: Any) -> QuerySet[Conflict]:
    """The conflicts that the user may see, with record and file, without the file's bytes."""
    found = Conflict.objects.filter(records_open_to(user, "record"))
    return found.select_related("record__file").defer("record__file__data")


def shown_values(conflict: Conflict) -> str:
    """A digest of the values that somebody chooses between."""
    values = json.dumps([conflict.base, conflict.site, conflict.file], sort_keys=True)
    return hashlib.sha256(values.encode()).hexdigest()


def value_text(value: Any) -> str:
    """A value of a conflict in words."""
    if value in (None, "", []):
        return gettext("nothing")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Line:
    """A line of a long text: ``mark`` is “+” for one that was not agreed on, “-” for one that is gone."""

    mark: str
    text: str


def lines_against(base: Any, value: Any) -> list[Line]:
    """A value line by line, against the one on which both agreed; empty where neither is long."""
    old, new = value_text(base), value_text(value)
    if max(len(old), len(new)) <= LONG and "\n" not in old + new:
        return []
    return list(_lines(old.splitlines(), new.splitlines()))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, left, left_end, right, right_end in matcher.get_opcodes():
        if tag == "equal":
            yield from (Line("", one) for one in new[right:right_end])
        else:
            yield from (Line("-", one) for one in old[left:left_end])
            yield from (Line("+", one) for one in new[right:right_end])
