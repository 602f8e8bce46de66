"""Signed links by which somebody without an account sees one draft of a talk, for fourteen days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.utils import timezone

from talks.models import Talk

LASTS = timedelta(days=14)
SALT = "talks.drafts"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token opens: the talk of that primary key, until a moment (aware)."""

    talk: int
    until: datetime


def sign(talk: Talk) -> str:
    """Return a token that opens the talk from now on, for as long as links last."""
    until = int((timezone.now() + LASTS).timestamp())
    return signing.Signer(salt=SALT).sign_object([talk.pk, until])


def opened(token: str) -> Pass | None:
    """Return what a token opens now; None if it is not one of ours, or over."""
    try:
        talk, until = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    found = Pass(talk, datetime.fromtimestamp(until, UTC))
    return found if timezone.now() < found.until else None


def read(token: str) -> int | None:
    """Return the primary key of the talk that a token opens now, None for none."""
    found = opened(token)
    return found.talk if found else None
