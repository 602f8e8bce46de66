"""The readers of scalars the other way round: a field's value as text, in the shape of the text that stood there."""

import re
from datetime import date, datetime

from exchange.documents.patching import Bare
from exchange.scalars import DAY, FLAGS, WHOLE, ClockShape

DAY_AND_REST = re.compile(rf"(?P<day>{DAY.pattern})(?P<rest>\D.*)?")
USUAL = ClockShape()


def write_clock(moment: datetime, shape: ClockShape = USUAL) -> Bare:
    """A clock time (naive) as `2019-12-13 08:45:00`, or in the shape of an old one.

    Seconds are written, even where the shape has none, if there are any; a fraction becomes noughts; the offset
    stays as it stood.
    """
    day = _day(moment, padded=shape.padded_date)
    hour = f"{moment.hour:02}" if shape.padded_hour else str(moment.hour)
    seconds = f":{moment.second:02}" if shape.seconds or moment.second else ""
    fraction = re.sub("[0-9]", "0", shape.fraction) if seconds else ""
    return Bare(f"{day}{shape.between}{hour}:{moment.minute:02}{seconds}{fraction}{shape.offset}")


def write_day(day: date, like: str = "") -> Bare:
    """A day as `2026-02-10`, or in the shape of an old text: without noughts, with a midnight behind it."""
    found = DAY_AND_REST.fullmatch(like.strip())
    if found is None:
        return Bare(day.isoformat())
    return Bare(_day(day, padded=_padded(found["day"])) + (found["rest"] or ""))


def write_flag(value: bool, like: str = "") -> Bare:
    """`true` or `false`, or `yes` or `no`, small, Capital or CAPITALS as an old text is."""
    old = like.strip()
    pair = ("yes", "no") if old.lower() in ("yes", "no") else ("true", "false")
    word = pair[0] if value else pair[1]
    if old.lower() not in FLAGS or old.islower():
        return Bare(word)
    return Bare(word.upper() if old.isupper() else word.capitalize())


def write_whole(value: int, like: str = "") -> Bare:
    """A whole number, filled up with noughts to the width of an old text that begins with one."""
    old = like.strip()
    digits = old.lstrip("+-")
    width = len(digits) if WHOLE.fullmatch(old) and digits.startswith("0") else 1
    return Bare(("-" if value < 0 else "") + str(abs(value)).zfill(width))


def _day(day: date, *, padded: bool) -> str:
    return day.isoformat()[:10] if padded else f"{day.year}-{day.month}-{day.day}"


def _padded(text: str) -> bool:
    """Whether a day has its noughts; one that needs none counts as written with them."""
    found = DAY.fullmatch(text)
    return found is None or all(len(part) == 2 for part in found.groups()[1:])
