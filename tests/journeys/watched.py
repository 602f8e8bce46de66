"""A browser at the workbench that notes what goes wrong: errors, what the policy refuses, calls to other hosts."""

import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

Cookie = dict[str, str]
REFUSED = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`refused: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


def session_of(user: User, address: str) -> Cookie:
    """The cookie of somebody who is signed in at the site at this address."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


def sit_down(
    chromium: Browser, address: str, cookie: Cookie | None = None, **given: Any
) -> tuple[Page, list[str]]:
    """Open a page of a new browser, signed in with the cookie; what goes wrong in it is appended to the list."""
    chosen = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **given}
    context = chromium.new_context(base_url=address, **chosen)
    context.set_default_timeout(10_000)
    if cookie:
        context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])
    return context.new_page(), heed(context, urlsplit(address).netloc)


def heed(context: BrowserContext, host: str) -> list[str]:
    """Return a list to which everything that goes wrong in a browser is appended from now on."""
    wrong: list[str] = []
    context.add_init_script(REFUSED)
    context.on("weberror", lambda one: wrong.append(f"{one.page and one.page.url}: {one.error}"))
    context.on(
        "console",
        lambda one: wrong.append(f"{one.page and one.page.url}: {one.text}") if one.type == "error" else None,
    )
    context.on(
        "request",
        lambda one: wrong.append(f"asked: {one.url}") if urlsplit(one.url).netloc not in ("", host) else None,
    )
    return wrong


def zipped(files: dict[str, str]) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return out.getvalue()
