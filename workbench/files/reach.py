"""What of an import would be more than its user may do: in another edition, or of a sort that is not theirs."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from editions.models import Edition
from editions.querysets import works_everywhere
from exchange.dump import MODELS
from exchange.importing import Report
from exchange.models import SourceRecord
from exchange.plan import Plan, Step
from exchange.records import Kind

WHERE = ("talk__edition__key", "edition__key", "member__edition__key")
RIGHT_TO = {"created": "add", "updated": "change", "removed": "delete"}


def beyond(report: Report, user: User) -> list[str]:
    """Why the user may not carry a plan out, a sentence a reason; nothing if they may."""
    found = list(_rights(report.plan, user))
    if not works_everywhere(user):
        found += _other_editions(
            report.plan, set(Edition.objects.open_to(user).values_list("key", flat=True))
        )
    return sorted(set(found))


def _rights(plan: Plan, user: User) -> Iterator[str]:
    wanted = {(RIGHT_TO[one.action], one.record.kind) for one in plan.told if one.action in RIGHT_TO}
    made: set[tuple[str, Kind]] = {("add", "edition")} if plan.editions else set()
    for action, kind in wanted | made:
        options = MODELS[kind]._meta
        if not user.has_perm(f"{options.app_label}.{action}_{options.model_name}"):
            words = {"add": _("make"), "change": _("change"), "delete": _("delete")}[action]
            yield _("You may not %(do)s %(things)s, and the files ask for that.") % {
                "do": words,
                "things": options.verbose_name_plural,
            }


def _other_editions(plan: Plan, own: set[str]) -> Iterator[str]:
    """Records and files that are, were, or stand on the site in an edition that is not one of ``own``."""
    steps = [one for one in (*plan.steps, *plan.removals) if one.action != "skipped"]
    now = _editions_of(steps)
    for step in steps:
        keys = {step.record.edition, *now.get((step.record.kind, step.target), ())}
        keys |= {step.known.edition} if step.known else set()
        if keys - own:
            yield _told(step.record.path, keys - own)
    changed = {one.path: one for one in plan.files}
    touched = {plan.renamed.get(path, path) for path in changed} | {*plan.gone, *plan.forgotten}
    shared = _held_by(touched)
    for path in sorted(touched):
        if shared.get(path, own) - own:
            yield _told(path, shared[path] - own)
    for path, file in changed.items():
        if not file.records:
            yield _("%(path)s is shared by several editions: ask an organizer to import it.") % {"path": path}


def _told(path: str, keys: set[str]) -> str:
    names = ", ".join(sorted(filter(None, keys))) or _("the whole series")
    return _("%(path)s would change something of another edition: %(edition)s.") % {
        "path": path,
        "edition": names,
    }


def _editions_of(steps: list[Step]) -> dict[tuple[Kind, int | None], set[str]]:
    """The keys of the editions in which the rows of these steps stand now."""
    found: dict[tuple[Kind, int | None], set[str]] = {}
    for kind, model in MODELS.items():
        name = "key" if kind == "edition" else "edition__key"
        wanted = [one.target for one in steps if one.record.kind == kind and one.target is not None]
        rows = model._base_manager.filter(pk__in=wanted).values_list("pk", name)
        found |= {(kind, pk): {key or ""} for pk, key in rows}
    return found


def _held_by(paths: set[str]) -> dict[str, set[str]]:
    """The keys of the editions whose records these remembered files hold."""
    found: dict[str, set[str]] = {}
    rows = SourceRecord.objects.filter(Q(file__path__in=paths))
    for path, kind, edition, *now in rows.values_list("file__path", "kind", "edition_key", *WHERE):
        # A member of the whole series has no edition.
        found.setdefault(path, set()).update({edition or ""} if kind == "member" or edition else set())
        found[path].update(filter(None, now))
    return found
