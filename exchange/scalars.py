"""What a scalar's text means to a field: each reader takes text and gives a value or raises BadValue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeVar
from urllib.parse import urlsplit

from exchange.problems import Value
from texts.cleaning import find_control, find_invisible, is_blank, normalise_body, tidy

T = TypeVar("T")
Remark = tuple[str, Mapping[str, Value]]

LINK_LIMIT = 2000
FILE_LIMIT = 255
FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST = 2**31 - 1
SHOWN = 60

SEPARATOR = re.compile("[\x85\u2028\u2029]")
CLOCK = re.compile(
    r"(?P<day>(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<date>[0-9]{1,2}))(?P<between>[Tt]|[ \t]+)"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>\.[0-9]+)?)?"
    r"(?P<offset>[ \t]*(?:[Zz]|[+-][0-9]{1,2}(?::?[0-9]{2})?))?"
)
DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
OFFSET = re.compile(r"([+-])([0-9]{1,2}):?([0-9]{2})?")
TIME_ONLY = re.compile(r"[0-9]{1,3}:[0-9]{2}(:[0-9]{2})?")
OTHER_ORDER = re.compile(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}\b.*")
NUMBER = re.compile(r"[+-]?[0-9][0-9_]*(\.[0-9]*)?")
HALF_DAY = re.compile(r".*[0-9] ?[ap]\.?m\.?", re.IGNORECASE)
WHOLE = re.compile(r"[+-]?[0-9]{1,12}")
FLAGS = {"true": True, "yes": True, "false": False, "no": False}
EDITION_KEY = re.compile(r"[a-z0-9_-]{4,60}")

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?::[0-9]+)?(?:[/?#].*)?")
NOT_IN_LINKS = re.compile(r'[\s"<>`\\]')
PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
ENDING = re.compile(r".+\.[A-Za-z0-9]{1,8}")

PLACEHOLDER = re.compile(
    r"[\[(]?(?:tb[acd]s?|to be (?:announced|confirmed|decided|defined|determined|disclosed))(?: soon)?[\])]?[.!…]*",
    re.IGNORECASE,
)


class BadValue(Exception):
    """A text that means nothing to its field: a code and the values for its sentence."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.values: dict[str, Value] = values


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value that could be read, and what is odd about it: codes with values for their sentences."""

    value: T
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockShape:
    """How a clock time was written, so that a change can be written alike.

    `padded_date` and `padded_hour` say whether `2026-02-10` and `08:45` have their noughts; `between` is what
    parts date and time; `fraction` and `offset` are the texts as they stood, with the blanks before them.
    """

    padded_date: bool = True
    between: str = " "
    padded_hour: bool = True
    seconds: bool = True
    fraction: str = ""
    offset: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time on a wall: naive; `offset` in minutes east of UTC where the text gave one."""

    moment: datetime
    offset: int | None
    shape: ClockShape


def is_none(text: str, quoted: bool) -> bool:
    """Whether a scalar means "no value": empty, or `~` or `null` without quotes."""
    return text == "" or (not quoted and text in ("~", "null"))


def is_placeholder(text: str) -> bool:
    """Whether a title or a name only says that it comes later: TBD, TBDs, TBA, To be announced, in any case."""
    return PLACEHOLDER.fullmatch(" ".join(text.split())) is not None


def read_text(text: str, limit: int = 255) -> Reading[str]:
    """One line: trimmed, NFC, a tab read as a blank; what shows nothing at all is `""`.

    Refuses line ends, control characters and more than `limit` characters.
    """
    value = tidy(text.replace("\t", " "))
    if is_blank(value):
        return Reading("")
    if "\n" in value or "\r" in value:
        raise BadValue("text-has-lines", text=_shown(value))
    _refuse_control(value)
    if len(value) > limit:
        raise BadValue("text-too-long", length=len(value), limit=limit)
    return Reading(value, _invisible(value))


def read_prose(text: str, limit: int | None = None) -> Reading[str]:
    """A text of any lines, with LF, NFC, trimmed; what shows nothing at all is `""`.

    Unicode's line and paragraph separators are read as line ends; control characters are refused.
    """
    value = normalise_body(SEPARATOR.sub("\n", text))
    if is_blank(value):
        return Reading("")
    _refuse_control(value, multiline=True)
    if limit is not None and len(value) > limit:
        raise BadValue("text-too-long", length=len(value), limit=limit)
    return Reading(value, _invisible(value))


def read_clock(text: str) -> Reading[Clock]:
    """A day and a time: `2019-12-13 8:45:00`, `2019-12-13 11:00`, ISO with `T`, `Z`, `+02:00`, ` -0500`.

    Only what no calendar or clock has, and years outside 1900 to 2200, are refused.
    """
    text = text.strip()
    found = CLOCK.fullmatch(text)
    if found is None:
        raise BadValue(_no_clock(text), text=_shown(text))
    day = _day(found["year"], found["month"], found["date"], text)
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if (hour, minute, second) == (24, 0, 0):
        raise BadValue("clock-24", text=_shown(text))
    if second == 60:
        raise BadValue("clock-leap-second", text=_shown(text))
    if hour > 23 or minute > 59 or second > 59:
        raise BadValue("clock-no-such-time", text=_shown(text), time=f"{found['hour']}:{found['minute']}")
    shape = ClockShape(
        padded_date=len(found["day"]) == 10,
        between=found["between"],
        padded_hour=len(found["hour"]) == 2,
        seconds=found["second"] is not None,
        fraction=found["fraction"] or "",
        offset=found["offset"] or "",
    )
    moment = datetime(day.year, day.month, day.day, hour, minute, second)
    return Reading(Clock(moment, _offset(shape.offset.strip(), text), shape))


def _no_clock(text: str) -> str:
    """Why a text is no day with a time."""
    reasons = (
        (DAY, "clock-date-only"),
        (TIME_ONLY, "clock-time-only"),
        (HALF_DAY, "clock-am-pm"),
        (OTHER_ORDER, "clock-other-order"),
        (NUMBER, "clock-number"),
    )
    return next((code for pattern, code in reasons if pattern.fullmatch(text)), "clock-unreadable")


def _day(year: str, month: str, day: str, text: str) -> date:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise BadValue("year-unlikely", text=_shown(text), first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise BadValue("day-does-not-exist", text=_shown(text), day=f"{year}-{month}-{day}") from None


def _offset(offset: str, text: str) -> int | None:
    if offset in ("", "Z", "z"):
        return 0 if offset else None
    found = OFFSET.fullmatch(offset)
    hours, minutes = (int(found[2]), int(found[3] or 0)) if found else (99, 0)
    if found is None or minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise BadValue("clock-offset", text=_shown(text), offset=offset)
    return (hours * 60 + minutes) * (-1 if found[1] == "-" else 1)


def read_day(text: str) -> Reading[date]:
    """A day as `2026-02-10`, with or without the noughts; a midnight behind it is let pass."""
    text = text.strip()
    found = DAY.fullmatch(text)
    if found:
        return Reading(_day(found[1], found[2], found[3], text))
    if CLOCK.fullmatch(text):
        moment = read_clock(text).value.moment
        if moment.hour == moment.minute == moment.second == 0:
            return Reading(moment.date())
        raise BadValue("day-with-time", text=_shown(text), day=f"{moment:%Y-%m-%d}")
    raise BadValue("day-unreadable", text=_shown(text))


def read_flag(text: str) -> Reading[bool]:
    """true, false, yes or no, in any case."""
    value = FLAGS.get(text.strip().lower())
    if value is None:
        raise BadValue("flag-unreadable", text=_shown(text))
    return Reading(value)


def read_whole(text: str, lowest: int = -LARGEST, highest: int = LARGEST) -> Reading[int]:
    """A whole number within bounds (included)."""
    if not WHOLE.fullmatch(text.strip()):
        raise BadValue("number-unreadable", text=_shown(text))
    value = int(text)
    if not lowest <= value <= highest:
        raise BadValue("number-out-of-range", text=_shown(text), lowest=lowest, highest=highest)
    return Reading(value)


def read_link(text: str) -> Reading[str]:
    """A link as it stands: http(s), `/path` on this site, or a bare host, which gives `link-without-scheme`."""
    value = tidy(text)
    _refuse_control(value)
    if len(value) > LINK_LIMIT:
        raise BadValue("link-too-long", length=len(value), limit=LINK_LIMIT)
    wrong = NOT_IN_LINKS.search(value)
    hidden = find_invisible(value)
    if wrong or hidden is not None:
        character = wrong[0] if wrong else value[hidden or 0]
        raise BadValue("link-character", text=_shown(value), character=_named(character))
    if value.startswith("//"):
        raise BadValue("link-scheme-relative", text=_shown(value))
    if value.startswith("/"):
        return Reading(value)
    if BARE_HOST.fullmatch(value):
        return Reading(value, (("link-without-scheme", {"text": _shown(value)}),))
    _refuse_bad_url(value)
    return Reading(value)


def _refuse_bad_url(value: str) -> None:
    scheme = SCHEME.match(value)
    if scheme is None:
        raise BadValue("link-unreadable", text=_shown(value))
    if scheme[1].lower() not in ("http", "https"):
        raise BadValue("link-scheme", text=_shown(value), scheme=_shown(scheme[1]))
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not value[scheme.end() :].startswith("//"):
        raise BadValue("link-host", text=_shown(value))


def read_edition_key(text: str) -> Reading[str]:
    """An edition's key: 4 to 60 of a-z, 0-9, `_` and `-`. Words that the site's addresses use are checked elsewhere."""
    value = text.strip()
    if not EDITION_KEY.fullmatch(value):
        raise BadValue("edition-key", text=_shown(value))
    return Reading(value)


def read_asset(text: str, outside: Literal["refuse", "warn", "allow"] = "refuse") -> Reading[str]:
    """The name of a file of the site: a plain relative path with an ending, to 255 characters.

    An http(s) address is refused, gives the warning `picture-elsewhere`, or is fine, as `outside` says.
    """
    value = tidy(text)
    _refuse_control(value)
    if value.lower().startswith(("http://", "https://")) and outside != "refuse":
        warned = (("picture-elsewhere", {"text": _shown(value)}),) if outside == "warn" else ()
        return Reading(read_link(value).value, warned)
    if len(value) > FILE_LIMIT:
        raise BadValue("file-name-too-long", length=len(value), limit=FILE_LIMIT)
    if SCHEME.match(value):
        raise BadValue("file-name-is-address", text=_shown(value))
    if value.startswith(("/", "~")) or "\\" in value or PERCENT.search(value):
        raise BadValue("file-name-not-plain", text=_shown(value))
    if any(part in ("", ".", "..") for part in value.removeprefix("./").split("/")):
        raise BadValue("file-name-not-plain", text=_shown(value))
    if not ENDING.fullmatch(value.rpartition("/")[2]):
        raise BadValue("file-name-without-ending", text=_shown(value))
    return Reading(value, _invisible(value))


def _refuse_control(value: str, multiline: bool = False) -> None:
    index = find_control(value, multiline=multiline)
    if index is not None:
        raise BadValue("control-character", character=_named(value[index]))


def _invisible(value: str) -> tuple[Remark, ...]:
    index = find_invisible(value)
    return () if index is None else (("invisible-character", {"character": _named(value[index])}),)


def _named(character: str) -> str:
    return character if character.isprintable() and character != " " else f"U+{ord(character):04X}"


def _shown(text: str) -> str:
    """A text short enough for a sentence, with nothing in it that a terminal would obey."""
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
