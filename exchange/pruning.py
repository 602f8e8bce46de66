"""What files had made that are gone: removed, unless the site has changed it since."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django.db.models import Model, Q

from editions.models import Edition
from exchange.columns import RECORDS
from exchange.dialects import SCHEDULE
from exchange.dump import MODELS, rows_of
from exchange.models import SourceFile, SourceRecord
from exchange.plan import Plan, SiteRecord, Step
from exchange.problems import Problems
from exchange.records import Kind, Record, items_from_json, value_from_json
from history.models import Change

# An edition goes last: what else stands in it keeps it.
ORDER: tuple[Kind, ...] = ("talk", "member", "edition")


def missing_events(plan: Plan) -> list[SourceRecord]:
    """The talks of schedules of which a plan's files no longer tell; what is frozen or deleted here is not missed."""
    editions = {(one.record.path, one.record.edition) for one in plan.steps}
    met = {one.known.pk for one in plan.steps if one.known}
    paths = {plan.renamed.get(one.path, one.path): one.path for one in plan.files}
    records = SourceRecord.objects.filter(kind="talk", talk__isnull=False, file__path__in=list(paths))
    found = records.exclude(talk__edition__state=Edition.State.FROZEN).order_by("talk__key", "pk")
    return [
        one
        for one in found.select_related("file__mapping", "talk__edition", "talk__room").defer("file__data")
        if one.pk not in met and (paths[one.file.path], one.edition_key) in editions
    ]


def told_as(one: SourceRecord) -> dict[str, str]:
    """What an event that is gone is told by: the key and title of its talk."""
    return {"key": one.talk.key, "title": one.talk.title} if one.talk else {}


def plan_removals(
    plan: Plan, gone: Sequence[str], missing: Sequence[SourceRecord], problems: Problems
) -> None:
    """Set the plan's removals, and the gone files that are then forgotten; what stays is told with its reason.

    ``missing``: records of files that are still there.
    """
    files = SourceRecord.objects.filter(file__path__in=gone)
    records = [*files.select_related("file__mapping", "talk").defer("file__data"), *missing]
    held = [one for one in records if one.target is not None]
    rows = rows_of({(cast("Kind", one.kind), one.target) for one in held})
    frozen = set(Edition.objects.filter(state=Edition.State.FROZEN).values_list("key", flat=True))
    stay: set[str] = set()
    for one in sorted(held, key=lambda one: ORDER.index(cast("Kind", one.kind))):
        row = rows[cast("Kind", one.kind), one.target]
        if frozen & {one.edition_key, row.fields.get("edition")}:
            problems.info(one.file.path, None, "edition-frozen", edition=one.edition_key)
            plan.removals.append(_step("skipped", one))
        elif code := _why_not(one, row, plan.removals):
            if one in missing:
                problems.warning(one.file.path, None, code.replace("file-", "event-", 1), **told_as(one))
            else:
                problems.warning(one.file.path, None, code)
        else:
            plan.removals.append(_step("removed", one))
            continue
        stay.add(one.file.path)
    plan.forgotten = [path for path in gone if path not in stay]


def deleted_here(gone: Sequence[str]) -> set[str]:
    """The gone files whose records were all deleted on the site: nothing that they brought is left."""
    held: dict[str, list[bool]] = {}
    for one in SourceRecord.objects.filter(file__path__in=gone).select_related("file").defer("file__data"):
        held.setdefault(one.file.path, []).append(one.target is None)
    return {path for path, deleted in held.items() if all(deleted)}


def remove(plan: Plan) -> None:
    """Delete what the plan removes, told to history as deletions that can be undone, and forget its files."""
    events = [one for one in plan.removals if one.action == "removed" and one.record.called]
    SourceRecord.objects.filter(talk__in=[one.target for one in events]).delete()
    for kind in ORDER:
        keys = [one.target for one in plan.removals if one.action == "removed" and one.record.kind == kind]
        if keys:
            manager: Any = MODELS[kind]._default_manager
            manager.filter(pk__in=keys).delete()
    SourceFile.objects.filter(path__in=plan.forgotten).delete()


def _step(action: Any, one: SourceRecord) -> Step:
    mapping = one.file.mapping
    called = one.talk.key if one.talk and mapping and mapping.key == SCHEDULE.key else ""
    record = Record(cast("Kind", one.kind), one.file.path, one.edition_key, one.key, {}, called=called)
    return Step(action, record, target=one.target)


def _why_not(one: SourceRecord, row: SiteRecord, removals: Collection[Step]) -> str:
    """The code of what keeps a record though its file is gone; empty if nothing does."""
    if not _is_as_agreed(one.agreed, row) or _changed_apart(one):
        return "file-gone-changed"
    if one.kind == "talk":
        return "file-gone-in-use" if one.talk and one.talk.notices.exists() else ""
    return "file-gone-in-use" if one.kind == "edition" and _is_in_use(one, removals) else ""


def _is_as_agreed(agreed: Mapping[str, Any], row: SiteRecord) -> bool:
    """Whether a row still says what file and site last agreed on."""
    for name, value in agreed.items():
        if name not in row.lists:
            if value_from_json(value) != row.fields.get(name):
                return False
            continue
        old, new = items_from_json(value), row.lists[name]
        if len(old) != len(new):
            return False
        pairs = zip(old, new, strict=True)
        if any(was.fields[key] != now.fields.get(key) for was, now in pairs for key in was.fields):
            return False
    return True


def _changed_apart(one: SourceRecord) -> bool:
    """Whether somebody has changed, since the file was read, what the file has no word for."""
    kind = cast("Kind", one.kind)
    model: type[Model] = MODELS[kind]
    agreed = [column.name for column in RECORDS[kind] if column.field in (*one.agreed, "edition")]
    columns = {model._meta.get_field(name).attname for name in agreed}  # type: ignore[union-attr]
    by_hand = Change.objects.filter(run__isnull=True, at__gt=one.file.read_at)
    mine = by_hand.filter(kind=model._meta.label_lower, key=str(one.target))
    return any(set(fields) - columns for fields in mine.values_list("fields", flat=True))


def _is_in_use(one: SourceRecord, removals: Collection[Step]) -> bool:
    """Whether an edition has anything that its file and the files that go with it did not make."""
    edition: Any = one.edition
    leaving = {
        kind: [step.target for step in removals if step.action == "removed" and step.record.kind == kind]
        for kind in ORDER
    }
    by_hand = Change.objects.filter(edition=edition.pk, run__isnull=True, kind__startswith="editions.")
    return bool(
        edition.talks.exclude(pk__in=leaving["talk"]).exists()
        or edition.committee.exclude(pk__in=leaving["member"]).exists()
        or edition.pages.exists()
        or edition.notices.exists()
        or edition.editors.exists()
        or by_hand.filter(Q(at__gt=one.file.read_at) | Q(action=Change.Action.CREATED)).exists()
    )
