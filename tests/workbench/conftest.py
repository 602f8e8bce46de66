"""What the tests of the workbench share: an organizer's browser, and forms sent as a browser sends them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.factories import make_organizer

Fill = Callable[..., Any]


@pytest.fixture
def organizer(db: None) -> User:
    """A superuser named “ines”."""
    return make_organizer(username="ines")


@pytest.fixture
def desk(organizer: User) -> Client:
    """The organizer's browser."""
    client = Client()
    client.force_login(organizer)
    return client


@pytest.fixture
def fill(desk: Client) -> Fill:
    """Open a form by the name of its address, change the fields given, and send all of it, as a browser would."""

    def sent(name: str, *args: object, changes: dict[str, Any], query: str = "") -> Any:
        address = reverse(name, args=args) + query
        return desk.post(address, {**read_form(desk.get(address).content), **changes}, follow=True)

    return sent


def read_form(page: bytes) -> dict[str, Any]:
    """What the page's main form would send if nobody touched it; uploads are left out."""
    # lxml takes the page for Latin-1 unless it is text already.
    form = html.document_fromstring(page.decode()).xpath("//div[@id='content-main']//form")[-1]
    buttons = ("submit", "file", "button")
    fields = [
        one
        for one in form.xpath(".//input | .//textarea | .//select")
        if one.name and one.get("type") not in buttons
    ]
    return {one.name: value for one in fields if (value := value_of(one)) is not None}


def value_of(field: Any) -> Any:
    """What one field sends; None for a box without its tick."""
    if field.tag == "input" and field.get("type") in ("checkbox", "radio"):
        return field.get("value", "on") if field.checked else None
    if field.tag == "select" and field.multiple:
        return list(field.value)
    # A browser leaves out the line break with which a text area begins.
    return (
        (field.value or "").removeprefix("\r").removeprefix("\n")
        if field.tag == "textarea"
        else field.value or ""
    )


def messages_of(answer: Any) -> list[str]:
    """The messages on top of a page."""
    return [str(message) for message in answer.context["messages"]]


def errors_of(answer: Any) -> dict[str, list[str]]:
    """What the page's form complains about."""
    return {name: list(told) for name, told in answer.context["adminform"].form.errors.items()}
