"""Every address of the workbench, asked and posted to as everybody: no draft of another edition is seen or changed.

The addresses come from the URL configuration. One that stands in no table fails the test: `addresses.py` says how each
is called. What a page may not show has a word of its own in all its texts (`furnished.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from editions.models import Edition, EditionEditor
from exchange.models import Conflict, SourceDialect, SourceFile, SourceRecord
from speakers.models import Speaker, SpeakerAlias
from tests.workbench.addresses import UNNAMED, Call, named, ways
from tests.workbench.furnished import HIDDEN, MUTE, House, Place, make_house, member
from workbench.rights import EDITORS, ORGANIZERS, REVIEWERS, path_to_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def patterns(found: Any) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def test_every_address_stands_in_the_table() -> None:
    found = list(patterns(admin.site.urls[0]))
    names = [one.name for one in found if one.name]
    assert sorted({str(one.pattern) for one in found if not one.name} - set(UNNAMED)) == []
    assert sorted(names) == sorted(set(names)) == sorted(ways())


# The walk.

PROGRAMME = ("editions", "speakers", "talks", "exchange")
Contents = dict[tuple[str, Any], dict[str, Any]]


@dataclass
class Answer:
    """What came of a call: where, its status, what it told of drafts, and which rows changed by it."""

    where: str
    status: int
    told: list[str]
    changed: list[str]


def walk(user: User | None, place: Place, methods: str, but: Edition | None = None) -> Iterator[Answer]:
    """Call everything for the place, and undo what it did; rows of the edition ``but`` aren't looked at."""
    client = Client()
    if user is not None:
        client.force_login(user)
    others = [one.pk for one in Speaker.objects.exclude(appearances__talk__edition=but)]
    before = contents(but, others)
    for name, way in ways().items():
        for method, call in once(way(place)):
            if method in methods:
                with transaction.atomic():
                    status, told = knock(client, name, call, method)
                    changed = differences(before, contents(but, others)) if method == "POST" else []
                    transaction.set_rollback(True)
                where = f"{method} {name} {call.args} {call.query} {call.post.get('action', '')}"
                yield Answer(where, status, told, changed)


def once(calls: list[Call]) -> list[tuple[str, Call]]:
    """GET each address once, POST each form; where there is none, POST nothing."""
    asked = {(one.args, one.query): one for one in reversed(calls)}
    return [("GET", one) for one in asked.values()] + [
        ("POST", one) for one in [call for call in calls if call.post] or calls[:1]
    ]


def knock(client: Client, name: str, call: Call, method: str) -> tuple[int, list[str]]:
    """The status of a call's answer, and what it told of drafts beyond what it was asked with."""
    address = reverse(f"admin:{name}", args=call.args) + call.query
    post = call.post if method == "POST" else {}
    browser = Client()
    browser.cookies.update(client.cookies)
    answer: Any = browser.post(address, post) if method == "POST" else browser.get(address)
    status, shown, asked = answer.status_code, "", f"{unquote(address)} {post}".lower()
    for _step in range(2):
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        where = unquote(answer.headers.get("Location", ""))
        shown += body.decode("utf-8", "replace") + where
        if not where.startswith("/admin/"):
            break
        answer = browser.get(answer.headers["Location"])
    return status, [word for word in (HIDDEN, MUTE) if word in shown.lower() and word not in asked]


def contents(but: Edition | None, others: list[int]) -> Contents:
    """All rows of the programme and the exchange, without those of one edition, and of people only the ``others``."""
    return {
        (model._meta.label, row["id"]): row
        for app in PROGRAMME
        for model in apps.get_app_config(app).get_models()
        for row in rows_of(model, but, others)
    }


def differences(before: Contents, after: Contents) -> list[str]:
    return [f"{key}" for key in before.keys() | after.keys() if before.get(key) != after.get(key)]


def rows_of(model: Any, but: Edition | None, others: list[int]) -> Any:
    rows = model._base_manager.order_by()
    if but is None:
        return rows.values()
    asked = {
        Edition: ~Q(pk=but.pk),
        EditionEditor: Q(),
        Speaker: Q(pk__in=others),
        SpeakerAlias: Q(speaker__in=others),
        SourceFile: ~Q(records__edition_key=but.key),
        SourceRecord: ~Q(edition_key=but.key),
        Conflict: ~Q(record__edition_key=but.key),
    }
    path = path_to_edition(model)
    return rows.filter(asked[model] if model in asked else ~Q(**{path: but.pk}) if path else Q()).values()


def editor_of(place: Place) -> User:
    """Somebody of the group Editors, who is given that edition."""
    editor = member(EDITORS)
    EditionEditor.objects.create(edition=place.edition, user=editor)
    return editor


@pytest.mark.parametrize("where", ["own", "draft", "among"])
def test_an_editor_neither_sees_nor_changes_another_edition(house: House, where: str) -> None:
    place: Place = getattr(house, where)
    answers = list(walk(editor_of(house.own), place, "GET POST", but=house.own.edition))
    assert [(one.where, one.told) for one in answers if one.told] == []
    assert [(one.where, one.changed) for one in answers if one.changed] == []


def test_an_editor_works_in_their_own(house: House) -> None:
    answers = list(walk(editor_of(house.own), house.own, "POST"))
    changed = {one.where.split()[1] for one in answers if one.changed}
    for model in "room track importantdate sponsor committeemember page redirect edition".split():
        assert f"editions_{model}_change" in changed
    for model in "talk paper notice appearance".split():
        assert {f"talks_{model}_change", f"talks_{model}_delete"} <= changed
    assert {"speakers_speaker_change", "grid-move", "today-edition", "conflicts", "undelete"} <= changed
    assert {"talks_talk_changelist", "exchange_conflict_changelist"} <= changed


def test_a_reviewer_changes_nothing(house: House) -> None:
    answers = list(walk(member(REVIEWERS), house.draft, "POST"))
    assert [(one.where, one.changed) for one in answers if one.changed] == []


def test_a_visitor_gets_no_further_than_the_door(house: House) -> None:
    answers = list(walk(None, house.draft, "GET POST"))
    assert [(one.where, one.told, one.changed) for one in answers if one.told or one.changed] == []
    assert {one.status for one in answers if " login " not in one.where} <= {302, 403, 405}


def test_an_organizer_sees_all_of_it(house: House) -> None:
    """Or else the walk would prove nothing: its addresses are right, and drafts are behind them."""
    calls = [call for way in ways().values() for method, call in once(way(house.draft)) if method == "GET"]
    answers = list(walk(User.objects.get(groups__name=ORGANIZERS), house.draft, "GET"))
    pairs = list(zip(answers, calls, strict=True))
    assert [(one.where, one.status) for one, call in pairs if one.status != call.get] == []
    telling = {one.where.split()[1] for one in answers if one.told}
    assert {named(model, "change") for model in house.draft.rows if model is not SourceDialect} <= telling
