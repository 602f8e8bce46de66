"""Filters for texts that people write: `markdown` for pages, `plain` for descriptions."""

from django import template

from texts.markdown import Html, render_markdown
from texts.plain import to_plain

register = template.Library()


@register.filter
def markdown(source: str | None, top: int = 2) -> Html:
    """Return a Markdown text as safe HTML; `top` is the level of the heading above it."""
    return render_markdown(source or "", top)


@register.filter
def plain(source: str | None) -> str:
    """Return the words of a Markdown text."""
    return to_plain(source or "")
