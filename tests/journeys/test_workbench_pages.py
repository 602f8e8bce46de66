"""Every sort of page of the workbench in a real browser: no worse than Django's own admin, at 360 px and in the dark.

Django's admin is not free of faults. What axe finds there is measured in the same run, on a plain admin site over the
same records (`stock.py`), and a page of ours may have nothing that the nearest page of that has not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Page

from talks.models import Talk
from tests.journeys.test_pages import CHROMIUM
from tests.journeys.watched import zipped

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the pages were not tried in a browser"),
    pytest.mark.django_db(transaction=True),
]
STOCK = {
    "ROOT_URLCONF": "tests.journeys.stock",
    "TEMPLATES": [{**settings.TEMPLATES[0], "DIRS": []}],
}
"""Without our templates, too: they stand in the place of some of Django's."""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => (one.open = true))"
SETTLE = "document.getAnimations().forEach((one) => one.finish())"
FAULTS = """async (rules) => {
    const found = await axe.run({resultTypes: ["violations", "incomplete"],
        ...(rules ? {runOnly: {type: "rule", values: rules}} : {})});
    return ["violations", "incomplete"].flatMap((sort) => found[sort].flatMap((one) =>
        one.nodes.map((node) => [sort, one.id, node.html.slice(0, 200)])));
}"""
ONLY_COLOURS = ["color-contrast", "link-in-text-block"]
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


def saved_elsewhere(page: Page) -> None:
    """Change the record of the form that is open, in another tab."""
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Title", exact=True).fill("潮 and Ebb, told anew")
    press("Save and continue editing")(other)
    other.close()
    page.get_by_label("Title", exact=True).fill("潮 and Flood")


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
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of those it knows
            page.evaluate(SETTLE)
            found = page.evaluate(FAULTS, None if scheme == "light" else ONLY_COLOURS)
            seen.faults[width, scheme] = [tuple(one) for one in found]
    seen.over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return seen


def stock_kinds(talk: Talk, user: User) -> list[Kind]:
    """Every sort of page of Django's own admin."""
    row = f"/admin/talks/talk/{talk.pk}"
    return [
        Kind("login", "", "/admin/login/", signed_in=False),
        Kind("index", "", "/admin/"),
        Kind("app list", "", "/admin/talks/"),
        Kind("list", "", "/admin/talks/talk/"),
        Kind("form", "", f"{row}/change/"),
        Kind("new", "", "/admin/talks/talk/add/"),
        Kind("wrong form", "", "/admin/talks/talk/add/", (press("Save"),)),
        Kind("asks", "", f"{row}/delete/"),
        Kind("asks for many", "", "/admin/talks/talk/", (ticked("delete_selected"),)),
        Kind("history", "", f"{row}/history/"),
        Kind("password", "", "/admin/password_change/"),
        Kind("user", "", f"/admin/auth/user/{user.pk}/change/"),
        Kind("new user", "", "/admin/auth/user/add/"),
        Kind("user password", "", f"/admin/auth/user/{user.pk}/password/"),
    ]
