"""The one hook by which every write is told: its Change, its Deletion, and the versions that it raises."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from history.models import Change, Deletion, Version

# What a page stands on: a kind ("edition", "speaker") and a primary key as text.
Shown = tuple[str, str]


@dataclass
class Teller:
    """Collects what is written, in the name of one actor and one run, and writes it down at once."""

    actor: str = ""
    run: int | None = None
    changes: list[Change] = field(default_factory=list)
    deletions: list[tuple[Change, uuid.UUID, dict[str, Any]]] = field(default_factory=list)
    shown: set[Shown] = field(default_factory=set)
    everything: bool = False

    def tell(self, change: Change) -> None:
        """Note one change; its ``at``, actor and run are this teller's."""
        change.at, change.actor, change.run = timezone.now(), self.actor, self.run
        self.changes.append(change)

    def flush(self) -> None:
        """Write all that was noted, inside the transaction that is open."""
        if not (self.changes or self.shown or self.everything):
            return
        Change.objects.bulk_create(self.changes, batch_size=500)
        Deletion.objects.bulk_create(
            (Deletion(change=change, batch=batch, row=row) for change, batch, row in self.deletions),
            batch_size=500,
        )
        raise_versions(self.shown, everything=self.everything)
        self.changes, self.deletions, self.shown, self.everything = [], [], set(), False


@dataclass(frozen=True)
class _Session:
    """Whose work this is, and the teller that gathers it, if it is gathered."""

    actor: str = ""
    run: int | None = None
    gathering: Teller | None = None


_NOBODY = _Session()
_session: ContextVar[_Session] = ContextVar("history_session", default=_NOBODY)


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Within the block every write is told in the name of ``actor`` (a user name)."""
    token = _session.set(_Session(actor=actor))
    try:
        yield
    finally:
        _session.reset(token)


@contextmanager
def gathering(actor: str, run: int | None) -> Iterator[None]:
    """One transaction whose writes are told together at its end: for bulk work such as an import."""
    with transaction.atomic():
        teller = Teller(actor=actor, run=run)
        token = _session.set(_Session(actor, run, teller))
        try:
            yield
        finally:
            _session.reset(token)
        teller.flush()


@contextmanager
def teller() -> Iterator[Teller]:
    """The teller of this moment: the gathering one, else one that writes when the block ends."""
    session = _session.get()
    if session.gathering is not None:
        yield session.gathering
        return
    with transaction.atomic():
        alone = Teller(actor=session.actor, run=session.run)
        yield alone
        alone.flush()


def raise_versions(shown: Iterable[Shown], *, everything: bool = False) -> None:
    """Raise the series' version, and those of the things named as (kind, key); ``everything`` raises all."""
    now = timezone.now()
    with transaction.atomic():
        Version.objects.get_or_create(kind=Version.SERIES, key="", defaults={"number": 0, "raised_at": now})
        series = Version.objects.filter(kind=Version.SERIES, key="")
        series.update(number=F("number") + 1, raised_at=now)
        number = series.values_list("number", flat=True).get()
        if everything:
            Version.objects.update(number=number, raised_at=now)
        Version.objects.bulk_create(
            (Version(kind=kind, key=key, number=number, raised_at=now) for kind, key in sorted(shown)),
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["number", "raised_at"],
            batch_size=500,
        )
