"""What a warning says to an organizer: for each code a short name, a sentence, and what to do."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from talks.warnings import Finding, Level, Value

HEADINGS: Mapping[Level, Promise] = {
    Level.ERROR: _("errors"),
    Level.WARNING: _("warnings"),
    Level.INFO: _("notes"),
}
EITHER = _("Move one of the two in the day grid; if one is a part of the other, say so in its form.")
NAMED_FILE = _("Upload it in the form, or put it where the file names it and import again.")

# Code: short name, sentence, hint. The placeholders are the warning's values.
CATALOGUE: Mapping[str, tuple[Promise, Promise, Promise]] = {
    "room-clash": (
        _("Room clash"),
        _("“%(title)s” begins in %(room)s (%(starts)s) while “%(other)s” is on there."),
        EITHER,
    ),
    "speaker-clash": (
        _("Speaker clash"),
        _("%(name)s is in “%(title)s” (%(starts)s) while in “%(other)s”."),
        EITHER,
    ),
    "end-before-start": (
        _("Ends before it starts"),
        _("“%(title)s” ends before it starts."),
        _("Correct the end."),
    ),
    "no-end": (
        _("No end"),
        _("“%(title)s” has no end."),
        _("Give it one: calendars and the page of what is on now need it."),
    ),
    "zero-length": (
        _("No length"),
        _("“%(title)s” ends when it begins (%(starts)s)."),
        _("Correct the end."),
    ),
    "outside-edition": (
        _("Outside the edition"),
        _("“%(title)s” (%(starts)s) is outside the edition's days, %(first)s to %(last)s."),
        _("Correct the talk's time or the edition's days."),
    ),
    "skipped-time": (
        _("Skipped time"),
        _("“%(title)s”: the venue's clock skips %(clock)s, as summer time begins."),
        _("Choose another time."),
    ),
    "no-time": (
        _("No time"),
        _("“%(title)s” has no time."),
        _("Give it one in its form or in the day grid."),
    ),
    "no-room": (
        _("No room"),
        _("“%(title)s” (%(starts)s) has no room, while others at that time have one."),
        _("Choose a room, or say in free words where it is."),
    ),
    "no-speaker": (
        _("No speaker"),
        _("“%(title)s” has no speaker."),
        _("Add one among the people of its form."),
    ),
    "no-abstract": (
        _("No abstract"),
        _("“%(title)s” has no abstract."),
        _("Ask its speaker for one."),
    ),
    "missing-photo": (
        _("Missing photo"),
        _("“%(title)s” names the photo %(file)s, which isn't there."),
        NAMED_FILE,
    ),
    "missing-file": (
        _("Missing file"),
        _("“%(title)s” names the file %(file)s, which isn't there."),
        NAMED_FILE,
    ),
    "gap": (
        _("Gap"),
        _(
            "%(minutes)s minutes between “%(other)s” and “%(title)s” (%(starts)s) hold nothing, not even a break."
        ),
        _("If that is meant, enter a break; else move one of the two."),
    ),
    "name-variant": (
        _("Name twice"),
        _("“%(other_name)s” (in “%(other)s”) and “%(name)s” (in “%(title)s”) may be one person."),
        _("If they are, merge them: then their talks stand on one page."),
    ),
    "two-spellings": (
        _("Two spellings"),
        _("One person is printed as “%(other_name)s” in “%(other)s” and as “%(name)s” in “%(title)s”."),
        _("Print the name in one way, unless the difference is meant."),
    ),
    "dead-link": (
        _("Dead link"),
        _("“%(title)s” links to %(link)s, which visitors cannot open: it doesn't exist or is a draft."),
        _("Correct the link, or publish what it leads to."),
    ),
}


def label(code: str) -> str:
    """The short name of a kind of warning."""
    return str(CATALOGUE[code][0])


def sentence(warning: Finding) -> str:
    """What is the matter."""
    return str(CATALOGUE[warning.code][1]) % {name: _words(value) for name, value in warning.values.items()}


def hint(warning: Finding) -> str:
    """What to do about it."""
    return str(CATALOGUE[warning.code][2])


def _words(value: Value) -> str:
    """A value as a sentence has it; clocks and days as the site writes them."""
    if isinstance(value, datetime):
        return date_format(value, "D j M, H:i")
    return date_format(value, "j M Y") if isinstance(value, date) else str(value)
