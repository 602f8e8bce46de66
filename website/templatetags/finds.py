"""Found words as the search page shows them."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from website.marks import Piece

register = template.Library()


@register.filter
def marks(pieces: Iterable[Piece]) -> SafeString:
    """Return the pieces of a text, escaped, with the found ones marked."""
    parts = (format_html("<mark>{}</mark>", piece.text) if piece.found else piece.text for piece in pieces)
    return format_html_join("", "{}", ((part,) for part in parts))
