"""Without a network: what the worker keeps, how it says so, and that a network that answers is believed."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from playwright.sync_api import BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from editions.models import Series
from talks.models import Talk
from tests.factories import make_appearance, make_edition, make_series, make_talk
from tests.website.reading import links, read, words

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: offline was not tried")
KEPT_PATHS = """async () => {
  const keys = await (await caches.open("kept-1")).keys();
  return keys.map((key) => new URL(key.url).pathname);
}"""


def settings_of(worker: str) -> dict[str, object]:
    """What the worker was told."""
    found = re.search(r"= (\{.*\});\n", worker)
    assert found
    told: dict[str, object] = json.loads(found[1])
    return told


@pytest.mark.django_db
def test_the_worker_is_told_what_the_offline_page_needs(client: Client) -> None:
    make_series()
    answer = client.get("/sw.js")
    told = settings_of(answer.content.decode())
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert (told["language"], told["offline"]) == ("en", "/offline.html")
    assert told["files"] == [
        "/static/website/site.css",
        "/static/website/pages.css",
        "/static/website/offline.js",
        "/static/website/icon.svg",
        "/theme.css",
    ]
    assert set(links(read(client, "/offline.html"))) - {"/", "#main", ""} == {
        *told["files"],
        "/static/website/icon192.png",
        "/manifest.webmanifest",
    }


@pytest.mark.django_db
def test_a_version_holds_until_the_offline_page_is_new(client: Client) -> None:
    series = make_series()
    first, again = (settings_of(client.get("/sw.js").content.decode())["version"] for _ in range(2))
    series.name = "Ebb Workshops"
    series.save()
    cache.clear()
    assert first == again
    assert settings_of(client.get("/sw.js").content.decode())["version"] != first


@pytest.mark.django_db
def test_the_offline_page_can_be_kept_for_long(client: Client) -> None:
    make_series()
    make_edition(key="tide-31")
    page = read(client, "/offline.html")
    assert words(page.xpath("//h1")[0]) == "There is no connection"
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.xpath("//link[@rel='canonical']") == []
    assert "/tide-31/" not in links(page)


@pytest.mark.django_db
def test_a_page_names_its_worker_and_the_schedule_to_keep(client: Client) -> None:
    make_edition(key="tide-31")
    script = "//script[contains(@src, 'offline.js')]"
    assert read(client, "/").xpath(f"{script}/@data-worker") == ["/sw.js"]
    assert read(client, "/").xpath(f"{script}/@data-keep") == []
    assert read(client, "/tide-31/").xpath(f"{script}/@data-keep") == ["/tide-31/schedule/"]


@pytest.mark.django_db
def test_a_phone_learns_what_the_site_is_called(client: Client) -> None:
    Series(name='Ebb & "Flood" </script>', summary="Talks of the tide.").save()
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json; charset=utf-8"
    found = answer.json()
    assert (found["name"], found["description"]) == ('Ebb & "Flood" </script>', "Talks of the tide.")
    assert {found[name] for name in ("id", "start_url", "scope")} == {"/"}
    assert [icon["sizes"] for icon in found["icons"]] == ["any", "192x192", "512x512"]


@pytest.fixture
def visit(live_server: LiveServer) -> Iterator[Page]:
    """A browser's page on a site with an edition of three talks, in which no script may fail."""
    make_series()
    edition = make_edition(key="tide-31", title="Tide 31")
    for number in range(3):
        talk = make_talk(
            edition=edition,
            slug=f"talk-{number}",
            title=f"Talk {number}",
            starts_at=datetime(2031, 5, 15, 9 + number),
        )
        make_appearance(talk=talk)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(base_url=live_server.url)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        yield page
        context.close()
        browser.close()


def until(page: Page, expression: str) -> None:
    """Wait until something holds; the page's own waiting would need `eval`, which its policy forbids."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never true: {expression}")


def settle(page: Page, *paths: str) -> None:
    """Wait until these paths are kept."""
    until(page, "Boolean(navigator.serviceWorker.controller)")
    for path in paths:
        until(page, f"({KEPT_PATHS})().then((kept) => kept.includes('{path}'))")


def meanwhile(work: Callable[[], object]) -> None:
    """Change the site in a thread of its own: the browser's loop runs in this one. Nothing is stored of before."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
        pool.submit(connections.close_all).result()
    cache.clear()


def cut_off(context: BrowserContext, off: bool = True) -> None:
    context.set_offline(off)


@in_browser
@pytest.mark.django_db(transaction=True)
def test_one_visit_keeps_the_page_and_the_schedule(visit: Page) -> None:
    visit.goto("/tide-31/talks/talk-1/")
    settle(visit, "/tide-31/talks/talk-1/", "/tide-31/schedule/", "/tide-31/theme.css")
    cut_off(visit.context)
    visit.goto("/tide-31/schedule/?q=talk")
    assert visit.locator(".row h3").all_inner_texts() == ["Talk 0", "Talk 1", "Talk 2"]
    assert re.fullmatch(
        r"No connection: a saved copy from \d\d:\d\d. Try again", visit.locator(".banner.copy").inner_text()
    )
    background = "getComputedStyle(document.querySelector('.banner')).borderInlineStartStyle"
    assert visit.evaluate(background) == "solid"
    visit.goto("/tide-31/talks/talk-1/")
    assert visit.locator("h1").inner_text() == "Talk 1"


@in_browser
@pytest.mark.django_db(transaction=True)
def test_what_was_not_kept_is_said_so(visit: Page) -> None:
    visit.goto("/tide-31/")
    settle(visit, "/tide-31/", "/tide-31/schedule/")
    cut_off(visit.context)
    visit.goto("/tide-31/talks/talk-2/")
    assert visit.locator("h1").inner_text() == "There is no connection"
    assert visit.locator(".banner").count() == 0
    cut_off(visit.context, off=False)
    visit.get_by_role("link", name="Try again").click()
    visit.wait_for_url("**/talks/talk-2/")
    assert visit.locator("h1").inner_text() == "Talk 2"


@in_browser
@pytest.mark.django_db(transaction=True)
def test_a_network_that_answers_is_believed(visit: Page) -> None:
    visit.goto("/tide-31/schedule/")
    settle(visit, "/tide-31/schedule/")
    meanwhile(lambda: Talk.objects.filter(slug="talk-0").delete())
    meanwhile(lambda: Talk.objects.filter(slug="talk-1").update(title="Another tide"))
    visit.reload()
    assert visit.locator(".row h3").all_inner_texts() == ["Another tide", "Talk 2"]
    assert visit.locator(".banner").count() == 0
    cut_off(visit.context)
    visit.wait_for_timeout(300)
    visit.reload()
    assert visit.locator(".row h3").all_inner_texts() == ["Another tide", "Talk 2"]
    assert visit.locator(".banner.copy").count() == 1


@in_browser
@pytest.mark.django_db(transaction=True)
def test_a_network_that_never_answers_is_not_waited_for(visit: Page) -> None:
    visit.goto("/tide-31/schedule/")
    settle(visit, "/tide-31/schedule/")
    visit.context.route("**/tide-31/schedule/", lambda _route: None)
    visit.reload()
    assert visit.locator(".row h3").all_inner_texts() == ["Talk 0", "Talk 1", "Talk 2"]
    assert visit.locator(".banner.copy").count() == 1


@in_browser
@pytest.mark.django_db(transaction=True)
def test_what_the_site_took_back_is_kept_no_longer(visit: Page) -> None:
    visit.goto("/tide-31/talks/talk-0/")
    settle(visit, "/tide-31/talks/talk-0/")
    meanwhile(lambda: Talk.objects.filter(slug="talk-0").update(state="draft"))
    visit.reload()
    until(visit, f"({KEPT_PATHS})().then((kept) => !kept.includes('/tide-31/talks/talk-0/'))")
    cut_off(visit.context)
    visit.reload()
    assert visit.locator("h1").inner_text() == "There is no connection"


@in_browser
@pytest.mark.django_db(transaction=True)
def test_the_organizers_side_and_feeds_are_left_alone(visit: Page) -> None:
    visit.goto("/tide-31/")
    settle(visit, "/tide-31/")
    visit.goto("/admin/login/")
    visit.evaluate("fetch('/sitemap.xml').then((answer) => answer.text())")
    visit.evaluate(
        "fetch('/tide-31/theme.css', {headers: {range: 'bytes=0-9'}}).then((answer) => answer.text())"
    )
    visit.goto("/tide-31/")
    kept = visit.evaluate(KEPT_PATHS)
    assert not [path for path in kept if path.startswith("/admin/") or path.endswith(".xml")]
    assert set(visit.evaluate("caches.keys()")) == {
        "kept-1",
        f"shell-{settings_of(visit.request.get('/sw.js').text())['version']}",
    }


@in_browser
@pytest.mark.django_db(transaction=True)
def test_caches_of_old_versions_are_dropped(visit: Page) -> None:
    visit.goto("/tide-31/")
    settle(visit, "/tide-31/")
    visit.evaluate("caches.open('kept-0')")
    old = set(visit.evaluate("caches.keys()"))
    meanwhile(lambda: Series.objects.update(name="Ebb Workshops"))
    visit.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    new = f"shell-{settings_of(visit.request.get('/sw.js').text())['version']}"
    until(visit, f"caches.keys().then((names) => names.sort().join() === 'kept-1,{new}')")
    assert len(old) == 3 and new not in old
    assert "/tide-31/" in visit.evaluate(KEPT_PATHS)
