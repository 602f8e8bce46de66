"""Links as people write them, and times and days as pages say them."""

from datetime import date, datetime

import pytest

from website.clocks import clock, span_of_days, zone_name
from website.links import any_link, doi_link, host_of, web_link


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1"),
        (" http://a.example ", "http://a.example"),
        ("mailto:ada@a.example", "mailto:ada@a.example"),
        ("a-matrix.example", "https://a-matrix.example"),
        ("a.example/me", "https://a.example/me"),
        ("/virtual-20", "/virtual-20"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("https://[", ""),
        ("just words", ""),
        ("", ""),
    ],
)
def test_any_link(written: str, link: str) -> None:
    assert any_link(written) == link


def test_a_files_name_is_no_link() -> None:
    assert web_link("slides.pdf") == ""
    assert web_link("/assets/slides.pdf") == ""


@pytest.mark.parametrize(
    "written", ["10.1/a", "doi:10.1/a", "https://doi.org/10.1/a", "http://dx.doi.org/10.1/a"]
)
def test_doi(written: str) -> None:
    assert doi_link(written) == "https://doi.org/10.1/a"


def test_no_doi() -> None:
    assert (doi_link(""), doi_link("soon")) == ("", "")


def test_hosts() -> None:
    assert (host_of("https://www.a.example/x"), host_of("/x")) == ("a.example", "")


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Vancouver", "Vancouver, UTC−8"),
        ("Asia/Kolkata", "Kolkata, UTC+5:30"),
        ("America/St_Johns", "St Johns, UTC−3:30"),
        ("Europe/London", "London, UTC"),
        ("Pacific/Kiritimati", "Kiritimati, UTC+14"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_named(zone: str, name: str) -> None:
    assert zone_name(zone, datetime(2019, 12, 13, 9)) == name


def test_a_clock_carries_its_offset() -> None:
    found = clock(datetime(2019, 7, 13, 9, 5), "Europe/Lisbon")
    assert found and (found.text, found.iso, found.date) == (
        "09:05",
        "2019-07-13T09:05:00+01:00",
        date(2019, 7, 13),
    )
    assert clock(None, "Europe/Lisbon") is None


def test_spans_of_days() -> None:
    assert span_of_days(date(2019, 12, 13), date(2019, 12, 13)) == "13 December 2019"
