"""Plain values as JSON that may stand inside a page's script element."""

import json

from texts.markdown import Html

ESCAPES = {ord(letter): f"\\u{ord(letter):04X}" for letter in "<>&\u2028\u2029"}
"""What could end a script's element, open a comment in it, or break a line of script."""


def script_json(value: object) -> Html:
    """Return values as JSON, with nothing in it that a browser would take for the end of a script."""
    return Html(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES))
