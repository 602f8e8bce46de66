"""What an organizer does on the day with one press: cancel, another room, later, a notice. Each can be taken back."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.clock import wall_clock
from editions.models import Edition, Room
from history.frozen import FrozenEditionError
from history.models import Version
from talks import moving
from talks.models import Notice, Talk
from workbench.programme.done import Done
from workbench.programme.moves import REFUSED, TOO_LATE

STEPS = (-5, 5, 10, 15, 30)
"""By how many minutes a day is shifted."""
MOST = 24 * 60
Given = Mapping[str, str]


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own form knows no type
    """Words for an edition, one of its rooms or one of its talks, until when."""

    class Meta:
        model = Notice
        fields = ("text", "room", "talk", "until")

    def __init__(self, edition: Edition, given: Given) -> None:
        super().__init__(given, instance=Notice(edition=edition))
        for name, rows in (("room", Room), ("talk", Talk)):
            self.fields[name].queryset = rows._base_manager.filter(edition=edition)  # type: ignore[attr-defined]


def run(request: HttpRequest, edition: Edition) -> Done:
    """Do what a button of the page asks for, all or nothing. PermissionDenied if the user may not."""
    given = request.POST.dict()
    right, errand = ERRANDS.get(given.get("do", ""), ("", None))
    if errand is None or not request.user.has_perm(right):
        raise PermissionDenied
    try:
        with transaction.atomic():
            return errand(edition, given)
    except ValidationError as refusal:
        return Done(" ".join(refusal.messages), REFUSED)
    except FrozenEditionError as refusal:
        return Done(str(refusal), REFUSED)


def version_of(edition: Edition) -> str:
    """What changes with every write to an edition: a press on an old page is known by it."""
    rows = Version.objects.filter(kind="edition", key=str(edition.pk))
    return str(rows.values_list("number", flat=True).first() or 0)


def _state(edition: Edition, given: Given) -> Done:
    talk = _talk(edition, given)
    before, after = talk.state, given.get("state", "")
    moving.set_fields([talk], state=after)
    words = {
        Talk.State.CANCELLED: _("“%(talk)s” is cancelled."),
        Talk.State.PUBLISHED: _("“%(talk)s” takes place."),
    }.get(Talk.State(after), _("“%(talk)s” is a draft again."))
    undo = {"do": "state", "talk": str(talk.pk), "state": before}
    return Done(words % {"talk": talk.name}, undo=undo, talks=(talk.pk,))


def _room(edition: Edition, given: Given) -> Done:
    talk, before = _talk(edition, given), _talk(edition, given).room
    room = _a_room(edition, given)
    moving.set_fields([talk], room=room)
    words = _("“%(talk)s” is now in %(room)s.") if room else _("“%(talk)s” is now in no room.")
    undo = {"do": "room", "talk": str(talk.pk), "room": str(before.pk) if before else ""}
    return Done(words % {"talk": talk.name, "room": room}, undo=undo, talks=(talk.pk,))


def _shift(edition: Edition, given: Given) -> Done:
    """Shift the rest of a day, or, to take that back, just the talks that are named."""
    minutes = _whole(given.get("by", ""))
    if abs(minutes) > MOST:
        return Done(_("That is more than a day: nothing was shifted."), REFUSED)
    if given.get("version") != version_of(edition):
        words = _(
            "The programme was changed after this page was shown. Nothing was shifted: look, then press again."
        )
        return Done(words, TOO_LATE)
    room = _a_room(edition, given)
    if "talks" in given:
        chosen = Talk.objects.filter(edition=edition, pk__in=[_whole(pk) for pk in given["talks"].split(",")])
    else:
        chosen = moving.rest_of_day(edition, _clock(given.get("from", "")), room)
    moved = moving.shift(chosen, timedelta(minutes=minutes))
    if not moved:
        return Done(_("Nothing begins there any more today: nothing was shifted."), REFUSED)
    pks = tuple(talk.pk for talk in moved)
    undo = {
        "do": "shift",
        "by": str(-minutes),
        "talks": ",".join(map(str, pks)),
        "version": version_of(edition),
    }
    return Done(_shifted(len(moved), minutes, room), undo=undo, talks=pks)


def _shifted(count: int, minutes: int, room: Room | None) -> str:
    if minutes > 0:
        words = ngettext(
            "%(count)d entry begins %(minutes)d minutes later",
            "%(count)d entries begin %(minutes)d minutes later",
            count,
        )
    else:
        words = ngettext(
            "%(count)d entry begins %(minutes)d minutes earlier",
            "%(count)d entries begin %(minutes)d minutes earlier",
            count,
        )
    told = words % {"count": count, "minutes": abs(minutes)}
    return f"{told}: {room}." if room else f"{told}."


def _notice(edition: Edition, given: Given) -> Done:
    form = NoticeForm(edition, given)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.values() for error in errors])
    notice = form.save()
    until = date_format(notice.until, "D j M H:i") if notice.until else _("it is taken down")
    words = _("The notice stands until %(until)s: %(text)s") % {"until": until, "text": notice.text}
    return Done(words, undo={"do": "take-down", "notice": str(notice.pk)})


def _take_down(edition: Edition, given: Given) -> Done:
    """End a notice now; it is kept, so that it can be put up again."""
    notice = _standing(edition, given)
    before = notice.until
    notice.until = wall_clock(timezone.now(), edition.timezone).replace(second=0, microsecond=0)
    notice.save(update_fields=["until"])
    words = _("The notice is taken down: %(text)s") % {"text": notice.text}
    undo = {"do": "put-back", "notice": str(notice.pk), "until": before.isoformat() if before else ""}
    return Done(words, undo=undo)


def _put_back(edition: Edition, given: Given) -> Done:
    notice = _standing(edition, given)
    notice.until = _clock(given["until"]) if given.get("until") else None
    notice.save(update_fields=["until"])
    words = _("The notice stands again: %(text)s") % {"text": notice.text}
    return Done(words, undo={"do": "take-down", "notice": str(notice.pk)})


def _talk(edition: Edition, given: Given) -> Talk:
    rows = Talk.objects.filter(edition=edition).select_related("type", "room")
    found: Talk = get_object_or_404(rows, pk=_whole(given.get("talk", "")))
    return found


def _standing(edition: Edition, given: Given) -> Notice:
    return get_object_or_404(Notice, edition=edition, pk=_whole(given.get("notice", "")))


def _a_room(edition: Edition, given: Given) -> Room | None:
    named = given.get("room", "")
    return get_object_or_404(Room, edition=edition, pk=_whole(named)) if named else None


def _whole(text: str) -> int:
    """A whole number of a form that nobody typed."""
    # No key and no number of minutes is longer; a longer one would be too much for the database.
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise ValidationError(_("This page's form is broken: load the page again."))
    return int(text)


def _clock(text: str) -> datetime:
    try:
        clock = parse_datetime(text)
    except ValueError:
        clock = None
    if clock is None:
        raise ValidationError(_("This page's form is broken: load the page again."))
    return clock.replace(tzinfo=None)


ERRANDS: dict[str, tuple[str, Callable[[Edition, Given], Done]]] = {
    "state": ("talks.change_talk", _state),
    "room": ("talks.change_talk", _room),
    "shift": ("talks.change_talk", _shift),
    "notice": ("talks.add_notice", _notice),
    "take-down": ("talks.change_notice", _take_down),
    "put-back": ("talks.change_notice", _put_back),
}
"""What the page's buttons do, and the right that each needs."""
