"""A new edition from an old one: the form that asks for its name, its days and what comes along."""

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editions.models import Edition
from editions.querysets import EVERY_EDITION
from talks.cloning import USUAL, clone_edition, first_day
from workbench.naming import edition_words
from workbench.pages import demand, find_edition, show
from workbench.programme.bulk import tell_skipped
from workbench.switching import remember

PARTS = {
    "rooms": gettext_lazy("Rooms"),
    "tracks": gettext_lazy("Tracks"),
    "dates": gettext_lazy("Important dates, later by as many days"),
    "sponsors": gettext_lazy("Sponsors"),
    "committee": gettext_lazy("Committee"),
    "pages": gettext_lazy("Pages, as drafts"),
}
ENTRIES = {
    "": gettext_lazy("No entries"),
    "frame": gettext_lazy("Breaks and sessions only, as drafts"),
    "frame talks": gettext_lazy("All entries, as drafts"),
}
A_YEAR = timedelta(weeks=52)


class CloneForm(forms.Form):
    """What the new edition is called, when and where it is, and what it takes from the old one."""

    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=60, help_text=gettext_lazy("Its name in files and addresses.")
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=255, required=False)
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("All other days move along with it; clocks stay as they are on the wall."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        help_text=gettext_lazy("The new venue's. In another zone location and venue are left out."),
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("Take along"),
        choices=list(PARTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    entries = forms.ChoiceField(
        label=gettext_lazy("Programme"),
        choices=list(ENTRIES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    people = forms.BooleanField(
        label=gettext_lazy("With the people who appear in the entries"), required=False
    )

    def chosen(self) -> set[str]:
        """The parts to take along, in the words of `clone_edition`."""
        given = self.cleaned_data
        people = ["people"] if given["people"] else []
        return {*given["parts"], *given["entries"].split(), *people}


def clone(request: HttpRequest, edition: str) -> HttpResponse:
    """Ask, with what is usual filled in; make the edition, as a draft, and open its form."""
    demand(request, "editions.add_edition", EVERY_EDITION)
    old = find_edition(request, edition)
    form = CloneForm(request.POST or None, initial=usual(old))
    made = _made(old, form) if form.is_bound and form.is_valid() else None
    if made is None:
        title = _("New edition from %(edition)s") % {"edition": old.name}
        return show(request, "workbench/clone.html", title, edition=old, form=form)
    talks = made.talks.select_related("edition", "room", "type")
    count = len(talks)
    words = ngettext(
        "“%(edition)s” was made, a draft with %(count)d entry.",
        "“%(edition)s” was made, a draft with %(count)d entries.",
        count,
    )
    messages.success(request, words % {"edition": edition_words(made), "count": count})
    remember(request, made)
    tell_skipped(request, talks)
    return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[made.pk]))


def _made(old: Edition, form: CloneForm) -> Edition | None:
    """The new edition; None, with errors in the form, where a rule refuses it."""
    named = {name: form.cleaned_data[name] for name in ("key", "starts_on", "title", "timezone")}
    try:
        return clone_edition(old, **named, parts=form.chosen())
    except ValidationError as refusal:
        told = refusal.message_dict if hasattr(refusal, "error_dict") else {"starts_on": refusal.messages}
        for name, errors in told.items():
            form.add_error(name if name in form.fields else None, errors)
    return None


def usual(old: Edition) -> dict[str, Any]:
    """What is usual for the edition after an old one: the same weekday a year later, the next name."""
    first = first_day(old)
    starts_on = _a_year_later(first) if first else None
    return {
        "key": _free_key(next_name(old.key, first, starts_on)),
        "title": next_name(old.title, first, starts_on) if old.title else "",
        "starts_on": starts_on,
        "timezone": old.timezone,
        "parts": [part for part in USUAL if part in PARTS],
        "entries": "frame",
    }


def _a_year_later(day: date) -> date:
    """The same weekday 52 weeks later; a week more where that is still the same year."""
    later = day + A_YEAR
    return later if later.year > day.year else later + timedelta(weeks=1)


def next_name(name: str, first: date | None, then: date | None) -> str:
    """A name with the next year where the old year stands in it, else with its last number raised by one.

    A name without a number is returned as it is.
    """
    if first and then:
        for form in ("%Y", "%y"):
            pattern = rf"(?<!\d){first.strftime(form)}(?!\d)"
            if re.search(pattern, name):
                return re.sub(pattern, then.strftime(form), name)
    numbers = list(re.finditer(r"\d+", name))
    if not numbers:
        return name
    last = numbers[-1]
    return f"{name[: last.start()]}{int(last[0]) + 1:0{len(last[0])}}{name[last.end() :]}"


def _free_key(key: str) -> str:
    """The key, or with its number raised until no edition has it; with -2 where it has no number."""
    taken = set(Edition.objects.values_list("key", flat=True))
    while key in taken:
        key = next_name(key, None, None) if re.search(r"\d", key) else f"{key}-2"
    return key
