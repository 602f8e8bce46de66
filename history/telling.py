"""The one hook by which every write is told: its Change, its Deletion, and the versions that it raises."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from history.models import Change, Deletion, Version

# What a page stands on: a kind ("edition", "speaker") and a primary key as text.
Shown = tuple[str, str]


@dataclass
class Teller:
    """Collects what one block writes; the outermost block writes it down, at once.

    ``batch`` is the name of what is deleted together, while something is being deleted.
    """

    batch: uuid.UUID | None = None
    changes: list[Change] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    gone: set[tuple[str, str]] = field(default_factory=set)
    shown: set[Shown] = field(default_factory=set)
    everything: bool = False

    def tell(self, change: Change) -> None:
        """Note one change, in the name of whoever is acting."""
        session = _session.get()
        change.at, change.actor, change.run = timezone.now(), session.actor, session.run
        self.changes.append(change)

    def tell_deletion(self, change: Change, row: dict[str, Any]) -> None:
        """Note that a record is deleted, and keep its row."""
        self.tell(change)
        self.deletions.append(Deletion(change=change, batch=self.batch or uuid.uuid4(), row=row))
        self.gone.add((change.kind, change.key))

    def take(self, inner: "Teller") -> None:
        """Take over what a block inside this one has noted.

        A cascade first empties the links between rows that it then deletes: that is no change of its own.
        """
        self.changes += [
            one
            for one in inner.changes
            if one.action != Change.Action.UPDATED or (one.kind, one.key) not in self.gone
        ]
        self.deletions += inner.deletions
        self.gone |= inner.gone
        self.shown |= inner.shown
        self.everything |= inner.everything

    def write(self) -> None:
        """Write down all that was noted, inside the transaction that is open."""
        if not (self.changes or self.shown or self.everything):
            return
        Change.objects.bulk_create(self.changes, batch_size=500)
        Deletion.objects.bulk_create(self.deletions, batch_size=500)
        raise_versions(self.shown, everything=self.everything)


@dataclass(frozen=True)
class _Session:
    """Whose work this is, and the teller of the block around it."""

    actor: str = ""
    run: int | None = None
    teller: Teller | None = None


_NOBODY = _Session()
_session: ContextVar[_Session] = ContextVar("history_session", default=_NOBODY)


@contextmanager
def _within(session: _Session) -> Iterator[None]:
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Within the block every write is told in the name of ``actor`` (a user name)."""
    with _within(replace(_session.get(), actor=actor)):
        yield


@contextmanager
def gathering(actor: str, run: int | None) -> Iterator[None]:
    """One transaction whose writes are told together at its end: for bulk work such as an import.

    What may fail and be left out inside it belongs in a ``gathering`` of its own: an exception undoes
    what that one wrote and told. A savepoint alone (``transaction.atomic``) undoes only what was written.
    """
    with _within(replace(_session.get(), actor=actor, run=run)), teller():
        yield


@contextmanager
def teller() -> Iterator[Teller]:
    """A transaction and its teller, whose notes go to the block around it, else to the database."""
    session = _session.get()
    around = session.teller
    told = Teller(batch=around.batch if around else None)
    with transaction.atomic():
        with _within(replace(session, teller=told)):
            yield told
        if around is None:
            told.write()
        else:
            around.take(told)


@contextmanager
def deleting() -> Iterator[Teller]:
    """A teller whose deletions, cascades and all, are one batch."""
    with teller() as told:
        told.batch = told.batch or uuid.uuid4()
        yield told


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
