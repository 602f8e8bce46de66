"""The system checks: each is silent on the site as it is, and each can fail."""

from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from markdownx.views import ImageUploadView, MarkdownifyView

from conference import checks


def urls(*patterns: URLPattern | URLResolver) -> ModuleType:
    """A root URL configuration with these patterns."""
    module = ModuleType("urls_of_the_test")
    module.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    return module


def page(_request: HttpRequest, **_parts: str) -> HttpResponse:
    return HttpResponse()


def test_the_site_as_it_is_has_nothing_to_complain_of() -> None:
    found = [*checks.sqlite_manners(None), *checks.markdownx_urls(None), *checks.edition_keys(None)]
    assert found == []


@pytest.mark.parametrize(
    "patterns,address",
    [
        ([path("markdownx/", include("markdownx.urls"))], "/markdownx/upload/"),
        ([path("a/", include([path("b/", ImageUploadView.as_view())]))], "/a/b/"),
        ([path("preview/", staff_member_required(MarkdownifyView.as_view()))], "/preview/"),
    ],
)
def test_a_view_of_markdownx_is_found_wherever_it_hangs(patterns: list[Any], address: str) -> None:
    with override_settings(ROOT_URLCONF=urls(*patterns)):
        found = checks.markdownx_urls(None)
    assert found[0].id == "conference.E002"
    assert found[0].msg.startswith(f"{address} leads to ")


def test_views_of_our_own_under_markdownxs_names_are_fine() -> None:
    own = urls(path("markdownx/upload/", staff_member_required(page), name="markdownx_upload"))
    with override_settings(ROOT_URLCONF=own):
        assert checks.markdownx_urls(None) == []


@pytest.mark.parametrize(
    "change,lacking",
    [
        ({"transaction_mode": "DEFERRED"}, "transaction_mode IMMEDIATE"),
        ({"timeout": 5}, "a timeout of 20 seconds"),
        ({"init_command": "PRAGMA synchronous=NORMAL;"}, "journal_mode WAL"),
        ({"init_command": "PRAGMA journal_mode = WAL;"}, "synchronous NORMAL"),
    ],
)
def test_each_manner_of_sqlite_is_missed(change: dict[str, Any], lacking: str) -> None:
    manners = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": settings.SQLITE_MANNERS["init_command"],
    }
    assert checks.ill_manners(manners) == []
    assert checks.ill_manners(manners | change) == [lacking]


def test_a_database_without_manners_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    monkeypatch.setitem(settings.DATABASES, "other", bare)
    found = checks.sqlite_manners(None)
    assert [message.id for message in found] == ["conference.E001"]
    assert "'other' lacks transaction_mode IMMEDIATE, a timeout of 20 seconds" in found[0].msg


def test_an_address_that_an_edition_could_take_is_an_error() -> None:
    shadowing = urls(
        path("about-us/", page),
        path("faq/", page),
        path("<slug:edition>/", page),
        path("robots.txt", page),
        re_path(r"^stats/(?P<year>\d+)$", page),
    )
    with override_settings(ROOT_URLCONF=shadowing):
        found = checks.edition_keys(None)
    assert [message.id for message in found] == ["conference.E004", "conference.E004"]
    assert [message.msg.split("'")[1] for message in found] == ["about-us", "stats"]


@pytest.mark.parametrize("address,ids", [("", ["conference.W003"]), ("https://a.example", [])])
def test_no_https_is_a_warning(address: str, ids: list[str]) -> None:
    with override_settings(SITE_URL=address):
        assert [message.id for message in checks.protocol_known(None)] == ids
