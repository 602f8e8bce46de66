"""Every sort of page of the workbench in a real browser: no worse than Django's own admin, at 360 px and in the dark.

Django's admin is not free of faults. What axe finds there is measured in the same run, on a plain admin site over the
same records (`stock.py`), and a page of ours may have nothing that the nearest page of that has not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from editions.models import Edition, Room
from exchange.models import Conflict, Run
from history.models import Deletion
from speakers.models import Speaker
from talks.models import Talk
from tests import factories
from tests.journeys.test_pages import CHROMIUM, browser
from tests.journeys.watched import Cookie, session_of, sit_down, zipped
from tests.workbench.furnished import Place, furnish

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the pages were not tried in a browser"
    ),
    pytest.mark.django_db(transaction=True),
]
STOCK = {
    "ROOT_URLCONF": "tests.journeys.stock",
    "TEMPLATES": [{**settings.TEMPLATES[0], "DIRS": []}],
}
"""Without our templates, too: they stand in the place of some of Django's."""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => (one.open = true))"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SETTLE = "document.getAnimations().forEach((one) => one.finish())"
FAULTS = """async ([without, rules]) => {
    // Its preloading puts styles into the page, which the policy refuses.
    const found = await axe.run({exclude: without}, {preload: false, resultTypes: ["violations", "incomplete"],
        ...(rules ? {runOnly: {type: "rule", values: rules}} : {})});
    return ["violations", "incomplete"].flatMap((sort) => found[sort].flatMap((one) =>
        one.nodes.map((node) => [sort, one.id, node.html.slice(0, 200)])));
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
NARROW = [*COLOURS, "scrollable-region-focusable", "label", "link-name", "button-name", "aria-hidden-focus"]
Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[int, Scheme, list[str] | None], ...] = (
    (1280, "light", None),
    (1280, "dark", COLOURS),
    (360, "light", NARROW),
)
"""Widths, schemes and which rules are tried: what can be otherwise in the dark, and where other things are shown."""
LISTS = (
    "talks/talk",
    "talks/appearance",
    "speakers/speaker",
    "editions/edition",
    "exchange/run",
    "exchange/conflict",
    "exchange/sourcefile",
    "history/change",
    "history/deletion",
    "auth/user",
)
ACTS = ("shift", "copy")
FILE = """---
edition: tide-31
type: keynote
title: Źródła pływów
time_start: 2031-05-16 09:00:00
time_end: 2031-05-16 09:45:00
speaker: {name: Łukasz Źdźbło, affiliation: Instytut Mielizn}
---
Words.
"""
Fault = tuple[str, str, str]
Step = Callable[[Page], Any]


@dataclass(frozen=True)
class Kind:
    """A sort of page: its name, the stock page that is nearest, its path, and what is done there to come to it."""

    name: str
    stock: str
    path: str
    steps: tuple[Step, ...] = ()
    signed_in: bool = True
    whole: bool = False
    """With the list of everything at its side, which is the same on all pages."""


@dataclass
class Seen:
    """What was found on a page: faults by width and scheme, and how far it is too wide at 360 px."""

    faults: dict[tuple[int, str], list[Fault]] = field(default_factory=dict)
    over: int = 0

    def ids(self, sort: str) -> set[str]:
        """Which rules find something, at any width, in any scheme."""
        return {rule for found in self.faults.values() for one, rule, _html in found if one == sort}


def press(name: str) -> Step:
    """Press a button, and wait for the page that it leads to."""

    def pressed(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).first.click()

    return pressed


def ticked(action: str) -> Step:
    """Choose an action for the first row of a list."""

    def chosen(page: Page) -> None:
        page.locator("input.action-select").first.check()
        page.locator("select[name=action]").select_option(action)
        press("Go")(page)

    return chosen


def sent(name: str, text: str) -> Step:
    """Choose a file to send."""
    file: Any = {"name": name, "mimeType": "application/zip", "buffer": zipped({"_programs/a.md": text})}
    return lambda page: page.locator("input[type=file]").first.set_input_files(file)


def of_our_own_keys(page: Page) -> None:
    """Read the file by our own keys, whatever files of before meant by theirs."""
    page.locator("#id_dialect").select_option("native")


def saved_elsewhere(page: Page) -> None:
    """Change the record of the form that is open, in another tab."""
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#id_title").fill("潮 and Ebb, told anew")
    press("Save and continue editing")(other)
    other.close()
    page.locator("#id_title").fill("潮 and Flood")


def unasked(page: Page) -> None:
    """Let the server say what is lacking, not the browser."""
    page.locator("#content-main form").evaluate_all("all => all.forEach((one) => (one.noValidate = true))")


def look(page: Page, kind: Kind) -> Seen:
    """Open a page and look at it narrow and wide, light and dark."""
    seen = Seen()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(kind.path)
    for step in kind.steps:
        step(page)
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE_SCRIPT)
    without = [] if kind.whole else ["#nav-sidebar"]
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLE)
        seen.faults[width, scheme] = [tuple(one) for one in page.evaluate(FAULTS, [without, rules])]
    seen.over = page.evaluate(OVER)
    return seen


def stock_kinds(talk: Talk, person: Speaker, user: User) -> list[Kind]:
    """Every sort of page of Django's own admin."""
    row = f"/admin/talks/talk/{talk.pk}"
    return [
        Kind("login", "", "/admin/login/", signed_in=False),
        Kind("index", "", "/admin/"),
        Kind("app list", "", "/admin/talks/", whole=True),
        Kind("list", "", "/admin/talks/talk/"),
        Kind("form", "", f"{row}/change/"),
        Kind("new", "", "/admin/talks/talk/add/"),
        Kind("form with rows", "", f"/admin/editions/edition/{talk.edition_id}/change/"),
        Kind("new with rows", "", "/admin/editions/edition/add/"),
        Kind("form to look at", "", f"/admin/speakers/speaker/{person.pk}/change/"),
        Kind("wrong form", "", "/admin/talks/talk/add/", (press("Save"),)),
        Kind("asks", "", f"{row}/delete/"),
        Kind("asks for many", "", "/admin/talks/talk/", (ticked("delete_selected"),)),
        Kind("history", "", f"{row}/history/"),
        Kind("password", "", "/admin/password_change/"),
        Kind("user", "", f"/admin/auth/user/{user.pk}/change/"),
        Kind("new user", "", "/admin/auth/user/add/"),
        Kind("user password", "", f"/admin/auth/user/{user.pk}/password/"),
    ]


def our_kinds(place: Place, frozen: Edition, double: Speaker, deletion: Deletion) -> list[Kind]:
    """Every sort of page of the workbench, and the sort of Django's that is nearest."""
    talk, person, key = place.rows[Talk], place.rows[Speaker], place.edition.key
    row = f"/admin/talks/talk/{talk.pk}"
    shown = talk.get_absolute_url().lstrip("/")
    upload = (sent("series.zip", FILE), of_our_own_keys, press("Show the plan"))
    day = f"/admin/grid/{key}/?day=2031-05-15"
    return [
        Kind("sign-in", "login", "/admin/login/", signed_in=False),
        Kind("dashboard", "index", "/admin/"),
        Kind("rooms", "app list", "/admin/exchange/", whole=True),
        *(Kind(f"list of {one}", "list", f"/admin/{one}/") for one in LISTS),
        Kind(
            "talks of an edition",
            "list",
            f"/admin/talks/talk/?edition__id__exact={place.edition.pk}&_facets=True",
        ),
        Kind("talk", "form", f"{row}/change/"),
        Kind("new talk", "new", "/admin/talks/talk/add/"),
        Kind("wrong talk", "wrong form", "/admin/talks/talk/add/", (press("Save"),)),
        Kind("talk that was changed meanwhile", "form", f"{row}/change/", (saved_elsewhere, press("Save"))),
        Kind("speaker", "form with rows", f"/admin/speakers/speaker/{person.pk}/change/"),
        Kind("new speaker", "new with rows", "/admin/speakers/speaker/add/"),
        Kind("edition", "form with rows", f"/admin/editions/edition/{place.edition.pk}/change/"),
        Kind("new edition", "new with rows", "/admin/editions/edition/add/"),
        Kind("frozen edition", "form with rows", f"/admin/editions/edition/{frozen.pk}/change/"),
        Kind("deletion", "asks", f"{row}/delete/"),
        Kind("deletion of many", "asks for many", "/admin/talks/talk/", (ticked("delete_selected"),)),
        *(Kind(f"many: {one}", "asks for many", "/admin/talks/talk/", (ticked(one),)) for one in ACTS),
        Kind("history", "history", f"{row}/history/"),
        Kind("restore", "asks", f"/admin/restore/{place.change.pk}/"),
        Kind("undelete", "asks", f"/admin/undelete/{deletion.batch}/"),
        Kind("change", "form", f"/admin/history/change/{place.change.pk}/change/"),
        Kind("grid", "asks", day),
        Kind("grid, a talk chosen", "asks", f"{day}&talk={talk.pk}"),
        Kind("today", "asks", f"/admin/today/{key}/?at=2031-05-15T09:40"),
        Kind("check", "asks", f"/admin/check/{key}/"),
        Kind("links", "asks", f"/admin/links/{key}/"),
        Kind("clone", "asks", f"/admin/clone/{key}/"),
        Kind("likely doubles", "asks", "/admin/merging/"),
        Kind("doubles of one", "asks", f"/admin/merging/?person={person.pk}&q=harbour"),
        Kind("merge", "asks", f"/admin/merging/{person.pk}/{double.pk}/"),
        Kind("import", "asks", "/admin/import/"),
        Kind("import, wrong", "asks", "/admin/import/", (unasked, press("Show the plan"))),
        Kind("import, its plan", "asks", "/admin/import/", upload),
        Kind("import, done", "form", "/admin/import/", (*upload, press("Import"))),
        Kind("conflicts", "asks", f"/admin/conflicts/{place.record.pk}/"),
        Kind("conflict", "form", f"/admin/exchange/conflict/{place.rows[Conflict].pk}/change/"),
        Kind("run", "form", f"/admin/exchange/run/{place.rows[Run].pk}/change/"),
        Kind("downloads", "asks", "/admin/export/"),
        Kind("preview", "", f"/admin/preview/{shown}"),
        Kind("draft link", "asks", f"/admin/draft-link/{talk.pk}/"),
        Kind("password", "password", "/admin/password_change/"),
        Kind("user", "user", f"/admin/auth/user/{place.request.user.pk}/change/"),
        Kind("new user", "new user", "/admin/auth/user/add/"),
        Kind("password of another", "user password", f"/admin/auth/user/{place.request.user.pk}/password/"),
    ]


def look_at(chromium: Browser, cookie: Cookie, kinds: list[Kind]) -> tuple[dict[str, Seen], list[str]]:
    """Look at all of these pages; what was seen by their names, and what went wrong in the browser."""
    page, wrong = sit_down(chromium, cookie["url"], cookie)
    visitor, also_wrong = sit_down(chromium, cookie["url"])
    seen = {one.name: look(page if one.signed_in else visitor, one) for one in kinds}
    return seen, wrong + also_wrong


@pytest.fixture
def place(transactional_db: None) -> Place:
    """An edition with a row of each sort, in which a day is planned and clashes."""
    factories.make_series()
    edition = factories.make_edition(key="tide-31", title="Tidewater 2031")
    place = furnish(edition, "harbour", factories.make_organizer(username="ines"))
    place.rows[Talk].save()
    other = factories.make_talk(edition=edition, title="Foam", room=place.rows[Room])
    factories.make_appearance(talk=other, speaker=place.rows[Speaker])
    factories.make_notice(edition=edition, text="灯 at the quay")
    factories.make_talk(edition=edition, title="Some day", starts_at=None)
    return place


def worse(ours: dict[str, Seen], stock: dict[str, Seen], kinds: list[Kind]) -> list[tuple[str, Fault]]:
    """What was found on our pages by rules that find nothing on the nearest page of Django's.

    What axe can't decide depends on the words that a page happens to hold: that is compared with all of them.
    """
    undecided = {rule for one in stock.values() for rule in one.ids("incomplete")}
    found = []
    for one in kinds:
        near = stock[one.stock].ids("violations") if one.stock else set()
        allowed = {"violations": near, "incomplete": undecided}
        faults = [fault for faults in ours[one.name].faults.values() for fault in faults]
        found += [(one.name, fault) for fault in dict.fromkeys(faults) if fault[1] not in allowed[fault[0]]]
    return found


def test_no_page_is_worse_than_djangos(live_server: LiveServer, place: Place) -> None:
    user: Any = place.request.user
    cookie = session_of(user, live_server.url)
    frozen = factories.make_edition(key="tide-30", state="frozen")
    ours = our_kinds(place, frozen, place.other_person, Deletion.objects.latest("pk"))
    stocks = stock_kinds(place.rows[Talk], place.other_person, user)
    with browser() as chromium:
        with override_settings(**STOCK):
            stock, _wrong = look_at(chromium, cookie, stocks)
        seen, wrong = look_at(chromium, cookie, ours)
    assert wrong == []
    assert [(name, one.over) for name, one in seen.items() if one.over] == []
    assert worse(seen, stock, ours) == []


def test_every_list_and_every_new_form_fits_a_phone(live_server: LiveServer, place: Place) -> None:
    """Also those that are of a sort with one that was looked at: long words stand elsewhere in each."""
    user: Any = place.request.user
    cookie = session_of(user, live_server.url)
    asked: Any = place.request
    paths = [
        reverse(f"admin:{one.opts.label_lower.replace('.', '_')}_changelist")
        for one in site._registry.values()
    ]
    paths += [
        reverse(f"admin:{one.opts.label_lower.replace('.', '_')}_add")
        for one in site._registry.values()
        if one.has_add_permission(asked)
    ]
    with browser() as chromium:
        page, wrong = sit_down(chromium, live_server.url, cookie, viewport={"width": 360, "height": 740})
        wide = []
        for path in paths:
            page.goto(path)
            page.evaluate(OPEN_ALL)
            wide += [(path, over)] if (over := page.evaluate(OVER)) else []
    assert (wide, wrong) == ([], [])
    assert len(paths) > 30
