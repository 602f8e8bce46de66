"""Rows as they stood: what history recorded, walked back from what the rows are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from history.models import Change
from history.versioned import Row

Record = tuple[str, str]
"""A record as history names it: its kind (talks.talk) and its primary key as text."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change: when and by whom it was made, and the row that it left; None where there is no row any more."""

    at: datetime
    actor: str
    run: int | None
    record: Record
    row: Row | None


def rewind(changes: Sequence[Change], rows: Mapping[Record, Row]) -> tuple[dict[Record, Row], list[Step]]:
    """Return the rows as they stood before the first of `changes`, and the steps from there to `rows`.

    `changes` come in the order of time, all that concern the columns of `rows`; a deleted row is taken from what its
    deletion has kept. Where nothing was kept, the record's life before counts as no row.
    """
    standing = dict(rows)
    steps = []
    for change in reversed(changes):
        record = (change.kind, change.key)
        row = standing.get(record)
        steps.append(Step(change.at, change.actor, change.run, record, row))
        before = _before(change, row)
        if before is None:
            standing.pop(record, None)
        else:
            standing[record] = before
    return standing, steps[::-1]


def _before(change: Change, after: Row | None) -> Row | None:
    """The row as a change found it."""
    if change.action == Change.Action.CREATED:
        return None
    if change.action == Change.Action.DELETED:
        kept = getattr(change, "deletion", None)
        return kept.row if kept else None
    return {**after, **{name: old for name, (old, _new) in change.fields.items()}} if after else None
