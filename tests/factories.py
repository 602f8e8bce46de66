"""Rows for tests, one keyword-only function a model; whatever a test doesn't name is invented here."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from django.contrib.auth.models import Permission, User
from django.db import models

from editions.models import (
    CommitteeMember,
    Edition,
    EditionEditor,
    ImportantDate,
    Page,
    Room,
    Series,
    Sponsor,
    Track,
)
from speakers.models import Speaker
from talks.models import Appearance, Notice, Paper, Talk, TalkType

FIRST_DAY = date(2031, 5, 15)
EDITED_BY_EDITORS = ("editions", "speakers", "talks")

_numbers = count(1)
M = TypeVar("M", bound=models.Model)


def make_series(**given: Any) -> Series:
    """The series, “Tidewater Workshops” unless named otherwise."""
    series = Series(**{"key": "tidewater", "name": "Tidewater Workshops", **given})
    series.full_clean()
    series.save()
    return series


def make_edition(**given: Any) -> Edition:
    """A published edition of two days in Vancouver, from 15 May 2031."""
    chosen = {
        "key": f"tide-{next(_numbers):04}",
        "state": Edition.State.PUBLISHED,
        "starts_on": FIRST_DAY,
        "ends_on": FIRST_DAY + timedelta(days=1),
        "timezone": "America/Vancouver",
        "location": "Vancouver, Canada",
        **given,
    }
    edition = Edition(**chosen)
    edition.full_clean()
    edition.save()
    return edition


def make_room(**given: Any) -> Room:
    """A room of a (new) edition."""
    number = next(_numbers)
    chosen = {
        "key": f"Pier {number}",
        "name": f"Pier {number}",
        "slug": f"pier-{number}",
        **_of_edition(given),
    }
    return _saved(Room(**chosen))


def make_track(**given: Any) -> Track:
    """A track of a (new) edition."""
    number = next(_numbers)
    chosen = {"key": f"Currents {number}", "name": f"Currents {number}", "slug": f"currents-{number}"}
    return _saved(Track(**{**chosen, **_of_edition(given)}))


def make_type(**given: Any) -> TalkType:
    """A talk type, of kind talk."""
    number = next(_numbers)
    return _saved(TalkType(**{"key": f"lecture_{number}", "label": f"Lecture {number}", **given}))


def make_speaker(**given: Any) -> Speaker:
    """A person."""
    number = next(_numbers)
    return _saved(Speaker(**{"slug": f"nerida-quill-{number}", "name": f"Nerida Quill {number}", **given}))


def make_talk(**given: Any) -> Talk:
    """A published talk of 45 minutes on the first morning of a (new) edition, identified as the forms do it."""
    start = given.get("starts_at", datetime(2031, 5, 15, 9, 30))
    chosen = {
        "title": f"Reading the Tide Tables {next(_numbers)}",
        "state": Talk.State.PUBLISHED,
        "starts_at": start,
        "ends_at": start + timedelta(minutes=45) if start else None,
        **_of_edition(given),
    }
    chosen.setdefault("type", TalkType.objects.filter(kind=TalkType.Kind.TALK).first() or make_type())
    talk = Talk(**chosen)
    talk.full_clean()
    talk.save()
    return talk


def make_appearance(**given: Any) -> Appearance:
    """A (new) speaker in a (new) talk, under the speaker's name. ``speaker=None`` makes a placeholder."""
    chosen = dict(given)
    if "talk" not in chosen:
        chosen["talk"] = make_talk()
    if "speaker" not in chosen:
        chosen["speaker"] = make_speaker()
    printed = chosen["speaker"].name if chosen["speaker"] else "TBD"
    return _saved(Appearance(**{"name": printed, "affiliation": "Institute of Shoals", **chosen}))


def make_paper(**given: Any) -> Paper:
    """A paper within a (new) talk."""
    chosen = dict(given)
    if "talk" not in chosen:
        chosen["talk"] = make_talk()
    return _saved(
        Paper(**{"title": f"On Eddies, part {next(_numbers)}", "authors": "I. Brine, O. Fen", **chosen})
    )


def make_member(**given: Any) -> CommitteeMember:
    """A member of the committee of the whole series; ``edition`` makes it that edition's."""
    return _saved(CommitteeMember(**{"name": f"Corwin Marsh {next(_numbers)}", "role": "Chair", **given}))


def make_sponsor(**given: Any) -> Sponsor:
    """A sponsor of a (new) edition."""
    chosen = {"name": f"Lantern Works {next(_numbers)}", "url": "https://lantern.example/", "tier": "Gold"}
    return _saved(Sponsor(**{**chosen, **_of_edition(given)}))


def make_date(**given: Any) -> ImportantDate:
    """An important date of a (new) edition."""
    number = next(_numbers)
    chosen = {"key": f"deadline_{number}", "label": f"Deadline {number}", "date": date(2031, 2, 1)}
    return _saved(ImportantDate(**{**chosen, **_of_edition(given)}))


def make_page(**given: Any) -> Page:
    """A published page of the whole series; ``edition`` makes it that edition's."""
    number = next(_numbers)
    chosen = {"slug": f"visit-{number}", "title": f"How to get here {number}", "body": "Take the *ferry*."}
    return _saved(Page(**{**chosen, **given}))


def make_notice(**given: Any) -> Notice:
    """A notice for a (new) edition."""
    return _saved(Notice(**{"text": "Tea is served on the lower deck.", **_of_edition(given)}))


def make_organizer(**given: Any) -> User:
    """A superuser."""
    chosen = {"username": f"organizer-{next(_numbers)}", "email": "organizer@lectern.example", **given}
    return User.objects.create_superuser(**chosen)


def make_editor(*, edition: Edition | None = None, **given: Any) -> User:
    """A member of staff who may change programme and people, and is given ``edition`` if one is named."""
    user = User.objects.create_user(**{"username": f"editor-{next(_numbers)}", "is_staff": True, **given})
    theirs = Permission.objects.filter(content_type__app_label__in=EDITED_BY_EDITORS)
    user.user_permissions.set(theirs.exclude(codename="every_edition"))
    if edition is not None:
        EditionEditor.objects.create(edition=edition, user=user)
    return user


def _saved(row: M) -> M:
    """The row, once it is in the database."""
    row.save()
    return row


def _of_edition(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with a new edition if none was named."""
    return given if "edition" in given else {**given, "edition": make_edition()}
