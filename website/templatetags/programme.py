"""Dates as the public pages write them."""

from datetime import date

from django import template

from website import clocks

register = template.Library()


@register.filter
def whole_date(day: date | None) -> str:
    """Return a date with its year, "" for none."""
    return clocks.whole_date(day) if day else ""
