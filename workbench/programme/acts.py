"""What can be done with many talks at once: what each act asks for, whom it takes, and the verb that it calls."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions.models import Edition, Room, Track
from talks import moving
from talks.cloning import copy_talks, first_day
from talks.models import Talk, TalkType
from workbench.naming import edition_words

YEAR_OF_MINUTES = 366 * 24 * 60
Given = dict[str, Any]
Done = dict[int, Talk]
"""What came of a talk, by its primary key: itself as it is now, or its copy. Who is not in it stayed as it was."""


class ActForm(forms.Form):
    """What an act asks for. `talks` are those that it is for, `user` is who does it."""

    def __init__(self, *args: Any, talks: Sequence[Talk], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.talks = talks
        self.user = user
        self.offer()

    def offer(self) -> None:
        """Say what fields of the talks' edition offer."""


class ShiftForm(ActForm):
    """By how much."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=-YEAR_OF_MINUTES,
        max_value=YEAR_OF_MINUTES,
        help_text=gettext_lazy(
            "Later; with a minus earlier: -15. Only what is ticked moves, parts of a session do not follow it."
        ),
        widget=forms.NumberInput({"step": 5}),
    )


class RoomForm(ActForm):
    """Which room."""

    room = forms.ModelChoiceField(
        Room.objects.none(), label=gettext_lazy("Room"), required=False, empty_label=gettext_lazy("No room")
    )

    def offer(self) -> None:
        """The rooms of the edition."""
        self.fields["room"].queryset = Room.objects.filter(edition=self.talks[0].edition_id)  # type: ignore[attr-defined]


class TrackForm(ActForm):
    """Which track."""

    track = forms.ModelChoiceField(
        Track.objects.none(),
        label=gettext_lazy("Track"),
        required=False,
        empty_label=gettext_lazy("No track"),
    )

    def offer(self) -> None:
        """The tracks of the edition."""
        self.fields["track"].queryset = Track.objects.filter(edition=self.talks[0].edition_id)  # type: ignore[attr-defined]


class TypeForm(ActForm):
    """Which type."""

    type = forms.ModelChoiceField(TalkType.objects.all(), label=gettext_lazy("Type"))


class StateForm(ActForm):
    """Which state."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            (Talk.State.PUBLISHED, gettext_lazy("published")),
            (Talk.State.DRAFT, gettext_lazy("draft: hidden from visitors")),
            (Talk.State.CANCELLED, gettext_lazy("cancelled: shown, struck out")),
        ],
    )


class EditionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An edition by its key and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Key and name."""
        return edition_words(obj)


class CopyForm(ActForm):
    """Where to, how many days later, and whether with the people."""

    edition = EditionField(
        Edition.objects.none(),
        label=gettext_lazy("To the edition"),
        empty_label=gettext_lazy("Choose an edition"),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days later"),
        required=False,
        min_value=-36600,
        max_value=36600,
        help_text=gettext_lazy("Empty: as many as the two editions' first days are apart. Clocks stay."),
    )
    people = forms.BooleanField(label=gettext_lazy("With the people who appear in them"), required=False)

    def offer(self) -> None:
        """The editions in which the user works and that aren't frozen."""
        open_ones = Edition.objects.open_to(self.user).exclude(state=Edition.State.FROZEN).newest_first()
        self.fields["edition"].queryset = open_ones  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Act:
    """One thing to do: its words, its form, the verb behind it, and what of a talk it changes, in words.

    `right` is what it takes ("change" those talks, "add" new ones); `exactly` how many talks (0: any number);
    `one_edition` whether they must be of one edition, as rooms and tracks are; `usual` the values with which it is
    tried at once (None: it waits for some).
    """

    name: str
    words: str | Promise
    form: type[ActForm]
    do: Callable[[Sequence[Talk], Given], Done]
    shows: Callable[[Talk], str]
    right: str = "change"
    exactly: int = 0
    one_edition: bool = False
    usual: Given | None = None

    def refusal(self, talks: Sequence[Talk]) -> str:
        """Why it cannot be done with these talks; "" if it can."""
        if not talks:
            return _("None of these talks can be changed by you.")
        if self.exactly and len(talks) != self.exactly:
            return _("Tick exactly two talks that you may change.")
        if self.one_edition and len({talk.edition_id for talk in talks}) > 1:
            return _("Tick talks of one edition: rooms and tracks are an edition's own.")
        return ""


def when_and_where(talk: Talk) -> str:
    """Day, clocks and place."""
    if talk.starts_at is None:
        when = _("unscheduled")
    else:
        clocks = [date_format(clock, "H:i") for clock in (talk.starts_at, talk.ends_at) if clock]
        when = f"{date_format(talk.starts_at, 'D j M Y')} {'–'.join(clocks)}"
    return " · ".join(filter(None, (when, talk.room.name if talk.room else talk.location)))


def _name_of(field: str) -> Callable[[Talk], str]:
    """How to show what a talk has in a field that leads elsewhere."""
    return lambda talk: str(getattr(talk, field) or _("none"))


def _state_of(talk: Talk) -> str:
    return talk.get_state_display()


def _by_key(talks: Sequence[Talk]) -> Done:
    return {talk.pk: talk for talk in talks}


def _shift(talks: Sequence[Talk], given: Given) -> Done:
    return _by_key(moving.shift(talks, timedelta(minutes=given["minutes"])))


def _swap(talks: Sequence[Talk], _given: Given) -> Done:
    one, other = talks
    moving.swap(one, other)
    return _by_key(talks)


def _set(talks: Sequence[Talk], given: Given) -> Done:
    return _by_key(moving.set_fields(talks, **given))


def _copy(talks: Sequence[Talk], given: Given) -> Done:
    """Copy, edition by edition: each may be another number of days away."""
    target: Edition = given["edition"]
    found: Done = {}
    from_editions: dict[Edition, list[Talk]] = defaultdict(list)
    for talk in talks:
        from_editions[talk.edition].append(talk)
    for edition, some in from_editions.items():
        days = _days_between(edition, target) if given["days"] is None else given["days"]
        copies = copy_talks(some, target, days, people=given["people"])
        found |= dict(zip((talk.pk for talk in some), copies, strict=True))
    return found


def _days_between(old: Edition, new: Edition) -> int:
    first, other = first_day(old), first_day(new)
    if first is None or other is None:
        raise ValidationError(_("Say how many days later: one of the editions has no first day."))
    return (other - first).days


ACTS = (
    Act("shift", gettext_lazy("Shift by minutes"), ShiftForm, _shift, when_and_where, usual={"minutes": 15}),
    Act(
        "swap",
        gettext_lazy("Swap two talks"),
        ActForm,
        _swap,
        when_and_where,
        exactly=2,
        one_edition=True,
        usual={},
    ),
    Act("set_room", gettext_lazy("Set the room"), RoomForm, _set, _name_of("room"), one_edition=True),
    Act("set_track", gettext_lazy("Set the track"), TrackForm, _set, _name_of("track"), one_edition=True),
    Act("set_type", gettext_lazy("Set the type"), TypeForm, _set, _name_of("type")),
    Act(
        "set_state",
        gettext_lazy("Publish, withdraw or cancel"),
        StateForm,
        _set,
        _state_of,
        usual={"state": Talk.State.PUBLISHED},
    ),
    Act("copy", gettext_lazy("Copy to another edition"), CopyForm, _copy, when_and_where, right="add"),
)
