"""System checks: what a wrong set-up would cost, said before it costs it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

Configs = Sequence[AppConfig] | None


@checks.register(checks.Tags.compatibility)
def sqlite_manners(app_configs: Configs, **kwargs: object) -> list[checks.CheckMessage]:
    """E001 for each SQLite database without the options that keep saves at the same time from failing."""
    return [
        checks.Error(
            f"The SQLite database {alias!r} lacks {', '.join(missing)}: saves at the same time will fail.",
            hint="Add conference.settings.SQLITE_MANNERS to its OPTIONS.",
            id="conference.E001",
        )
        for alias, database in settings.DATABASES.items()
        if database["ENGINE"].endswith(".sqlite3") and (missing := ill_manners(database.get("OPTIONS") or {}))
    ]


def ill_manners(options: dict[str, Any]) -> list[str]:
    """The rules for SQLite that these connection options break."""
    pragmas = str(options.get("init_command", "")).replace(" ", "").lower()
    held = {
        "transaction_mode IMMEDIATE": str(options.get("transaction_mode", "")).upper() == "IMMEDIATE",
        "a timeout of 20 seconds": float(options.get("timeout", 5)) >= 20,
        "journal_mode WAL": "journal_mode=wal" in pragmas,
        "synchronous NORMAL": "synchronous=normal" in pragmas,
    }
    return [rule for rule, kept in held.items() if not kept]


@checks.register(checks.Tags.security)
def markdownx_urls(app_configs: Configs, **kwargs: object) -> list[checks.CheckMessage]:
    """E002 for each address that leads to a view of django-markdownx itself."""
    return [
        checks.Error(
            f"/{address} leads to django-markdownx's own view, which anyone may ask to keep a file.",
            hint="Take markdownx.urls out; the workbench has views of its own under the same names.",
            id="conference.E002",
        )
        for address, view in views(get_resolver().url_patterns)
        if is_markdownx(view)
    ]


@checks.register(checks.Tags.security, deploy=True)
def protocol_known(app_configs: Configs, **kwargs: object) -> list[checks.CheckMessage]:
    """W003 if no https is promised in SITE_URL: secure cookies and HSTS follow from it."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [
        checks.Warning(
            "SITE_URL doesn't begin with https://: cookies go without protection, links lack their host.",
            hint="Set SITE_URL to the address that visitors use, such as https://talks.example.org.",
            id="conference.W003",
        )
    ]


@checks.register(checks.Tags.urls)
def edition_keys(app_configs: Configs, **kwargs: object) -> list[checks.CheckMessage]:
    """E004 for each first word of an address that an edition could take as its key."""
    from editions.models.edition import EDITION_KEY, RESERVED_KEYS  # noqa: PLC0415 - models load after settings

    addresses = [address for address, _view in views(get_resolver().url_patterns)]
    words = {first_word(address) for address in (*addresses, settings.STATIC_URL, settings.MEDIA_URL)}
    taken = {word for word in words if re.match(EDITION_KEY.regex, word)}
    return [
        checks.Error(
            f"An edition with the key {word!r} would hide behind the address /{word}.",
            hint="Add the word to editions' RESERVED_KEYS.",
            id="conference.E004",
        )
        for word in sorted(taken - RESERVED_KEYS)
    ]


def first_word(address: str) -> str:
    """What stands before the first slash of an address, without what marks the start of a pattern."""
    return address.lstrip("^/").partition("/")[0]


def views(patterns: Sequence[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every view below the patterns, with its address as the URL configuration writes it."""
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def is_markdownx(view: Any) -> bool:
    """Whether markdownx wrote the view, seen through decorators and `as_view()`."""
    while view is not None:
        if getattr(view, "view_class", view).__module__.partition(".")[0] == "markdownx":
            return True
        view = getattr(view, "__wrapped__", None)
    return False
