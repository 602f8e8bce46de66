"""Kept rows of deletions that are too old to be undone are let go; what changed is told for ever."""

from datetime import datetime, timedelta

from django.utils import timezone

from history.models import Deletion

KEPT = timedelta(days=30)
"""For so long a deletion can be undone."""


def prune(at: datetime | None = None) -> int:
    """Let go the kept rows of deletions that are older than 30 days at the moment ``at``; return how many."""
    gone, _by_model = Deletion.objects.filter(change__at__lt=(at or timezone.now()) - KEPT).delete()
    return gone
