"""What pages tell machines: the tags of their heads, JSON, and the initials of those who have no photo."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from texts.embedding import script_json
from texts.markdown import Html
from website import initials as names
from website import meta

register = template.Library()


@register.inclusion_tag("website/_meta.html", takes_context=True)
def meta_tags(context: Context) -> dict[str, Any]:
    """Show what a page says of itself: its `meta`, else what its frame tells; and its `structured` data."""
    viewpoint, frame = context.get("viewpoint"), context["frame"]
    if viewpoint is None or not frame.here:
        return {}
    return {
        "viewpoint": viewpoint,
        "frame": frame,
        "meta": context.get("meta") or meta.of_frame(viewpoint, frame),
        "structured": context.get("structured"),
    }


@register.filter
def as_json(value: object) -> Html:
    """Write plain values as JSON that may stand in a script."""
    return script_json(value)


@register.filter
def json_ld(node: dict[str, Any]) -> SafeString:
    """Write a node of schema.org as a data block, which no browser runs."""
    text = script_json({"@context": "https://schema.org", **node})
    return format_html('<script type="application/ld+json">{}</script>', text)


@register.filter
def initials(name: str) -> str:
    """Return the letters that stand for somebody without a photo."""
    return names.initials(name)
