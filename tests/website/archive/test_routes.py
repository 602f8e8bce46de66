"""No route of the website is forgotten: each has files in the archive, or a reason why it has none."""

import re

import pytest

from website.archive.folder import is_safe
from website.archive.routes import BESIDE_EDITION, LEFT_OUT, WITH_ADDRESS, file_of, routes
from website.archive.scope import Scope
from website.urls import urlpatterns


def test_each_route_is_held_or_left_out_with_a_reason() -> None:
    names = {pattern.name or str(pattern.pattern) for pattern in urlpatterns}
    assert names == routes().keys() | LEFT_OUT.keys()
    assert routes().keys().isdisjoint(LEFT_OUT)
    assert all(LEFT_OUT.values())
    assert names >= WITH_ADDRESS | BESIDE_EDITION


def test_each_route_has_a_path_for_what_it_is_about() -> None:
    parts = {"series": set(), "edition": {"edition"}, "person": {"slug"}, "series-page": {"slug"}}
    for route in routes().values():
        expected = parts.get(route.subject, {"edition", "slug"})
        assert set(re.findall(r"{(\w+)}", route.path)) == expected, route.name
        assert route.path.startswith("/") and callable(route.view)


def test_an_edition_holds_what_is_its_own_its_people_and_the_colours() -> None:
    scope = Scope("tide-31")
    assert scope.holds("talk", "tide-31") and not scope.holds("talk", "tide-30")
    assert scope.holds("speaker") and scope.holds("series-theme") and not scope.holds("editions")
    assert not scope.holds("now", "tide-31") and not scope.holds("talk-card", "tide-31")
    assert Scope("tide-31", "https://a.example").holds("talk-card", "tide-31")


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/tide-31/", "tide-31/index.html"),
        ("/tide-31/schedule.ics", "tide-31/schedule.ics"),
        ("/old/page.html", "old/page.html"),
    ],
)
def test_a_folder_has_an_index(path: str, file: str) -> None:
    assert file_of(path) == file


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        "./a",
        "a\nb",
        "a\0b",
        "C:x",
        "a\\b",
        "x" * 256,
        "\ud800",
    ],
)
def test_names_that_lead_out_or_fit_nowhere(name: str) -> None:
    assert not is_safe(name)


def test_names_of_all_scripts_are_safe() -> None:
    assert is_safe("media/documents/0123456789abcdef/潮汐-प्रयोग.pdf")
