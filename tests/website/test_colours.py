"""Colours that can be read, whatever was chosen."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_edition, make_series, make_track
from website.colours import DARK_GROUND, LIGHT_GROUND, PALETTE, both_schemes, contrast


def test_contrast_as_wcag_counts_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_every_colour_is_readable_in_both_schemes(colour: str) -> None:
    light, dark = both_schemes(colour)
    assert contrast(light, LIGHT_GROUND) >= 4.5
    assert contrast(dark, DARK_GROUND) >= 4.5


def test_a_readable_colour_stays_as_it_is() -> None:
    assert both_schemes("#1d5187")[0] == "#1d5187"
    assert [both_schemes(colour)[0] for colour in PALETTE] == list(PALETTE)


@pytest.mark.django_db
def test_the_style_sheets(client: Client) -> None:
    make_series(accent="#ffee00")
    edition = make_edition(key="tide-31")
    make_track(edition=edition, slug="deep", colour="#1d5187", position=1)
    make_track(edition=edition, slug="shallow", position=2)
    make_track(slug="elsewhere")
    sheet = client.get("/tide-31/theme.css")
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    text = sheet.content.decode()
    assert ".k-deep{--k:#1d5187}" in text
    assert f".k-shallow{{--k:{both_schemes(PALETTE[1])[0]}}}" in text
    assert "elsewhere" not in text
    assert ".r160{--r:160}" in text
    accent = both_schemes("#ffee00")
    assert client.get("/theme.css").content.decode().split() == [
        f":root{{--accent:{accent[0]}}}",
        "@supports",
        "(color:light-dark(red,blue)){",
        f":root{{--accent:light-dark({accent[0]},{accent[1]})}}",
        "}",
    ]
