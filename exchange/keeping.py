"""What an import remembers: the bytes of files, what file and site agreed on, and the conflicts left open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from exchange.models import Conflict, SourceDialect, SourceFile, SourceRecord
from exchange.plan import FileRead, Plan, Step
from exchange.records import as_json

FILE_COLUMNS = (
    "path", "data", "digest", "size", "mtime", "read_at", "dialect", "reader", "warnings", "assets", "gone_at",
    "earlier", "mapping",
)  # fmt: skip
# How many versions of a file are known again.
EARLIER = 50
RECORD_COLUMNS = ("file", "kind", "key", "edition_key", "agreed", "said", "talk", "edition", "member")


def keep_files(
    plan: Plan,
    dialect: str,
    reader: int,
    warnings: Mapping[str, Sequence[Any]],
    mapping: SourceDialect | None,
) -> dict[str, SourceFile]:
    """Keep the files of a plan, with what was said of them (as JSON); mark those that are gone. {path: row}."""
    old_paths = {one.path: plan.renamed.get(one.path, one.path) for one in plan.files}
    stored = {
        one.path: one for one in SourceFile.objects.defer("data").filter(path__in=list(old_paths.values()))
    }
    files = {}
    for read in plan.files:
        file = files[read.path] = stored.get(old_paths[read.path]) or SourceFile()
        _keep_file(file, read)
        file.mapping = mapping
        file.dialect, file.reader, file.warnings = dialect, reader, list(warnings.get(read.path, ()))
    _write(SourceFile, files.values(), FILE_COLUMNS)
    SourceFile.objects.filter(path__in=plan.gone).update(gone_at=timezone.now())
    return files


def _keep_file(file: SourceFile, read: FileRead) -> None:
    if file.digest and file.digest != read.digest:
        file.earlier = [*(one for one in file.earlier if one != file.digest), file.digest][-EARLIER:]
    file.path, file.data, file.digest = read.path, read.data, read.digest
    file.size, file.mtime, file.read_at = read.size, read.mtime, timezone.now()
    file.assets, file.gone_at = dict(read.assets), None


def keep_records(rows: Iterable[tuple[Step, int | None]], files: Mapping[str, SourceFile]) -> None:
    """Keep what both sides agree on. ``rows``: each step with the primary key of its row, None for a tombstone."""
    steps = list(rows)
    known = SourceRecord.objects.in_bulk([step.known.pk for step, _pk in steps if step.known])
    kept = []
    for step, pk in steps:
        record = known[step.known.pk] if step.known else SourceRecord()
        record.file, record.kind, record.key = files[step.record.path], step.record.kind, step.record.key
        record.edition_key, record.agreed = step.record.edition, dict(step.agreed)
        record.said = as_json(step.record.fields, step.record.lists) if step.clashes else None
        setattr(record, f"{step.record.kind}_id", pk)
        kept.append((record, step))
    _write(SourceRecord, [one for one, _step in kept], RECORD_COLUMNS)
    _keep_conflicts({record.pk: step for record, step in kept})


def _write(model: type[models.Model], rows: Iterable[models.Model], columns: Sequence[str]) -> None:
    """Create the rows that are new and update the others; an upsert by key is many times faster than an update."""
    new: list[models.Model] = []
    old: list[models.Model] = []
    for one in rows:
        (new if one.pk is None else old).append(one)
    manager: Any = model._default_manager
    manager.bulk_create(new, batch_size=200)
    manager.bulk_create(
        old,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=columns,
    )


def _keep_conflicts(steps: Mapping[int, Step]) -> None:
    """Make the open conflicts of these records those of their steps; what stays the same is not written."""
    stored: dict[int, dict[str, Conflict]] = defaultdict(dict)
    for one in Conflict.objects.filter(record__in=list(steps)):
        stored[one.record_id][one.field] = one
    new = []
    for pk, step in steps.items():
        old = stored.get(pk, {})
        for clash in step.clashes:
            conflict = old.pop(clash.field, None)
            wanted = {name: as_stored(getattr(clash, name)) for name in ("base", "site", "file")}
            if conflict is None:
                new.append(Conflict(record_id=pk, field=clash.field, **wanted))
            elif any(getattr(conflict, name) != value for name, value in wanted.items()):
                Conflict.objects.filter(pk=conflict.pk).update(**wanted)
    Conflict.objects.filter(pk__in=[one.pk for left in stored.values() for one in left.values()]).delete()
    Conflict.objects.bulk_create(new, batch_size=500)


def as_stored(value: Any) -> Any:
    """A value as JSON gives it back, so that it compares with what is stored."""
    if isinstance(value, Mapping):
        return {key: as_stored(one) for key, one in value.items()}
    return [as_stored(one) for one in value] if isinstance(value, tuple | list) else value
