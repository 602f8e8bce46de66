"""Colours that people choose, shifted until they can be read on the pages' light and dark grounds."""

import colorsys

LIGHT_GROUND = "#f1eee6"
"""The darkest ground of the light scheme that coloured words stand on."""
DARK_GROUND = "#20242b"
"""The lightest ground of the dark scheme."""
ENOUGH = 4.5
PALETTE = ("#1d5187", "#8a3218", "#1f5f4a", "#6a3a86", "#7a5a00", "#0f6570", "#9a2a5b", "#4a5560")
"""For tracks without a colour of their own, by their order."""

Rgb = tuple[float, float, float]


def both_schemes(colour: str) -> tuple[str, str]:
    """Return a colour (`#rrggbb`) as it is read on light and on dark pages, at a contrast of 4.5 or more."""
    return _shifted(colour, LIGHT_GROUND, -0.01), _shifted(colour, DARK_GROUND, 0.01)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (`#rrggbb`) as WCAG counts it: 1 to 21."""
    darker, lighter = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _shifted(colour: str, ground: str, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    while contrast(colour, ground) < ENOUGH:
        lightness += step
        colour = _hex(colorsys.hls_to_rgb(hue, min(max(lightness, 0.0), 1.0), saturation))
    return colour


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
