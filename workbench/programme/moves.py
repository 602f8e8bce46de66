"""A move as it was asked for, by drag, keys or form, and what came of it: done, refused, or too late."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions.models import Edition, Room
from history.frozen import FrozenEditionError
from history.models import Change
from talks import moving
from talks.models import Talk
from workbench.programme.done import Done

TOO_LATE, REFUSED = 409, 422


class MoveForm(forms.Form):
    """Where a talk shall go. `stamp` is its place as the page knew it, `other` the one to swap with and its stamp."""

    talk = forms.IntegerField(widget=forms.HiddenInput)
    stamp = forms.IntegerField(widget=forms.HiddenInput)
    do = forms.ChoiceField(
        choices=[(one, one) for one in ("move", "unschedule", "swap")], widget=forms.HiddenInput
    )
    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    start = forms.TimeField(
        label=gettext_lazy("Start"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        required=False,
        help_text=gettext_lazy("Empty: no end yet."),
        min_value=0,
        max_value=14400,
        widget=forms.NumberInput({"step": 5}),
    )
    room = forms.ModelChoiceField(
        Room.objects.none(), label=gettext_lazy("Room"), required=False, empty_label=gettext_lazy("No room")
    )
    other = forms.RegexField(r"^[0-9]{1,18}\.[0-9]{1,9}$", required=False)

    def __init__(self, edition: Edition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.fields["room"].queryset = Room.objects.filter(edition=edition)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A move needs a day and a time, a swap somebody to swap with."""
        given = self.cleaned_data
        if given.get("do") == "move" and not (given.get("day") and given.get("start")):
            raise ValidationError(_("Say the day and the time."))
        if given.get("do") == "swap" and not given.get("other"):
            raise ValidationError(_("Choose the talk to swap with."))
        return given


class _TooLateError(Exception):
    """Somebody was faster; the message says what became of the talk."""


def carry_out(edition: Edition, form: MoveForm) -> Done:
    """Do what the form asks for, all or nothing, unless a rule refuses it or somebody was faster."""
    if not form.is_valid():
        return Done(" ".join(_sentences(form)), REFUSED)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            talk = _as_seen(edition, given["talk"], given["stamp"])
            return _swap(edition, talk, given["other"]) if given["do"] == "swap" else _move(talk, given)
    except _TooLateError as late:
        return Done(str(late), TOO_LATE)
    except ValidationError as refusal:
        return Done(" ".join(refusal.messages), REFUSED)
    except FrozenEditionError as refusal:
        return Done(str(refusal), REFUSED)
    except OverflowError:
        return Done(_("There is no such day in the calendar."), REFUSED)


def place_of(talk: Talk) -> dict[str, str]:
    """The fields of a form that puts a talk where it is now."""
    if talk.starts_at is None:
        return {"do": "unschedule", "room": str(talk.room_id or "")}
    length = str(int((talk.ends_at - talk.starts_at).total_seconds()) // 60) if talk.ends_at else ""
    return {
        "do": "move",
        "day": f"{talk.starts_at:%Y-%m-%d}",
        "start": f"{talk.starts_at:%H:%M}",
        "minutes": length,
        "room": str(talk.room_id or ""),
    }


def where(talk: Talk) -> str:
    """When and where a talk is, in words."""
    if talk.starts_at is None:
        return _("no time yet")
    day = date_format(talk.starts_at, "D j M")
    until = f"–{talk.ends_at:%H:%M}" if talk.ends_at else ""
    return ", ".join(
        filter(None, (f"{day} {talk.starts_at:%H:%M}{until}", talk.room.name if talk.room else ""))
    )


def _move(talk: Talk, given: dict[str, Any]) -> Done:
    """Put a talk where it is asked to be; an empty length means that its end is open."""
    before, stays = place_of(talk), given["do"] == "unschedule"
    start = None if stays else datetime.combine(given["day"], given["start"])
    minutes = None if stays else given["minutes"]
    end = start + timedelta(minutes=minutes) if start and minutes is not None else None
    if end is None:
        talk.ends_at = None
    moving.move(talk, start, given["room"], ends_at=end)
    undo = {"talk": str(talk.pk), "stamp": str(talk.sequence), **before}
    words = _("“%(talk)s”: %(place)s.") % {"talk": talk.name, "place": where(talk)}
    return Done(words, undo=undo if before != place_of(talk) else {}, talks=(talk.pk,))


def _swap(edition: Edition, talk: Talk, named: str) -> Done:
    pk, stamp = (int(part) for part in named.split("."))
    other = _as_seen(edition, pk, stamp)
    if talk.starts_at is None or other.starts_at is None:
        raise ValidationError(_("Only talks that have a time can change places."))
    moving.swap(talk, other)
    undo = {
        "do": "swap",
        "talk": str(talk.pk),
        "stamp": str(talk.sequence),
        "other": f"{other.pk}.{other.sequence}",
    }
    words = _("“%(one)s” and “%(other)s” have changed places.") % {"one": talk.name, "other": other.name}
    return Done(words, undo=undo, talks=(talk.pk, other.pk))


def _as_seen(edition: Edition, pk: int, stamp: int) -> Talk:
    """The talk, locked, if it still is as the page showed it."""
    rows = Talk.objects.select_for_update(of=("self",)).select_related("type", "room", "edition")
    talk: Talk | None = rows.filter(edition=edition, pk=pk).first()
    if talk is None:
        raise _TooLateError(_("The talk has been deleted meanwhile. Nothing was changed."))
    if talk.sequence != stamp:
        told = Change.objects.filter(kind=talk._meta.label_lower, key=str(pk)).first()
        raise _TooLateError(
            _("“%(talk)s” was changed meanwhile by %(who)s; it is now %(place)s. Your move was not made.")
            % {
                "talk": talk.name,
                "who": told.actor if told and told.actor else _("somebody"),
                "place": where(talk),
            }
        )
    return talk


def _sentences(form: MoveForm) -> list[str]:
    """What is wrong with a form, each field by its name."""
    labels = {name: str(field.label) for name, field in form.fields.items() if field.label}
    return [
        f"{labels[name]}: {sentence}" if name in labels else str(sentence)
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
