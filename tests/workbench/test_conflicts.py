"""Conflicts in the workbench: the list with three values, both choices, and who may make them."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from editions.models import Edition
from exchange.importing import Options, import_files
from exchange.models import Conflict
from history.models import Change
from talks.models import Appearance, Talk
from tests.exchange.series import SERIES, change, write
from tests.workbench.conftest import messages_of, read_form

LIST = "admin:exchange_conflict_changelist"
KEYNOTE = "_programs/3-faro-27/01-keynote.md"


@pytest.fixture
def series(db: None, tmp_path: Path) -> Path:
    """The invented series, imported, with a conflict in a title and one in an affiliation."""
    root = write(tmp_path / "series", SERIES)
    import_files([root])
    Talk.objects.filter(key="01-keynote").update(title="<b>Mine</b>")
    Appearance.objects.filter(talk__key="01-keynote").update(affiliation="")
    change(root / KEYNOTE, "a second look", "a third look")
    change(root / KEYNOTE, "Bergen Lamp Works", "Лампы")
    import_files([root])
    return root


def title() -> str:
    return str(Talk.objects.get(key="01-keynote").title)


def settle(desk: Client, action: str, *fields: str) -> list[str]:
    """Carry out an action of the list for the conflicts in these fields; the messages after it."""
    keys = list(Conflict.objects.filter(field__in=fields).values_list("pk", flat=True))
    sent = {"action": action, "_selected_action": keys}
    return messages_of(desk.post(reverse(LIST), sent, follow=True))


def allow(desk: Client, *rights: str) -> User:
    """A member of staff with these rights, signed in."""
    user = User.objects.create_user("ana", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_conflict", *rights]))
    desk.force_login(user)
    return user


def test_the_list_shows_the_three_values(desk: Client, series: Path) -> None:
    page = desk.get(reverse(LIST)).content.decode()
    for words in (
        "Fresnel&#x27;s rings: a second look",
        "&lt;b&gt;Mine&lt;/b&gt;",
        "a third look",
        "nothing",
        "Лампы",
    ):
        assert words in page
    assert "Take the file's value" in page.replace("&#x27;", "'")


def test_actions_settle_those_that_are_chosen(desk: Client, series: Path) -> None:
    assert settle(desk, "take_file", "title", "speaker.affiliation") == ["2 conflicts are settled."]
    assert (title(), Conflict.objects.count()) == ("Fresnel's rings: a third look", 0)
    assert Appearance.objects.get(talk__key="01-keynote").affiliation == "Лампы"
    assert set(Change.objects.filter(run=None, fields__has_key="title").values_list("actor", flat=True)) == {
        "",
        "ines",
    }
    assert import_files([series], Options(dry_run=True)).exit_code == 0


def test_keeping_the_sites_value(desk: Client, series: Path) -> None:
    assert settle(desk, "keep_site", "title") == ["1 conflict is settled."]
    assert (title(), [one.field for one in Conflict.objects.all()]) == (
        "<b>Mine</b>",
        ["speaker.affiliation"],
    )


@pytest.mark.parametrize(
    ("side", "expected"), [("file", "Fresnel's rings: a third look"), ("site", "<b>Mine</b>")]
)
def test_the_buttons_of_its_page(desk: Client, series: Path, side: str, expected: str) -> None:
    address = reverse("admin:exchange_conflict_change", args=[Conflict.objects.get(field="title").pk])
    page = desk.get(address)
    assert b'value="file"' in page.content and b'value="site"' in page.content
    answer = desk.post(address, {**read_form(page.content), "side": side}, follow=True)
    assert (messages_of(answer), title()) == (["1 conflict is settled."], expected)
    assert Conflict.objects.count() == 1


def test_a_page_that_is_out_of_date_decides_nothing(desk: Client, series: Path) -> None:
    conflict = Conflict.objects.get(field="title")
    address = reverse("admin:exchange_conflict_change", args=[conflict.pk])
    form = read_form(desk.get(address).content)
    change(series / KEYNOTE, "a third look", "a fourth look")
    import_files([series])
    answer = desk.post(address, {**form, "side": "file"}, follow=True)
    assert (messages_of(answer), title()) == (
        ["The values have changed meanwhile. Look at them and choose again."],
        "<b>Mine</b>",
    )
    conflict.delete()
    answer = desk.post(address, {**form, "side": "file"}, follow=True)
    assert messages_of(answer) == ["Somebody else has settled this conflict meanwhile."]


def test_only_who_may_change_the_record_may_choose(series: Path) -> None:
    desk = Client()
    allow(desk)
    address = reverse("admin:exchange_conflict_change", args=[Conflict.objects.get(field="title").pk])
    words = "talk faro-27/01-keynote: title: you may not change this record."
    assert settle(desk, "take_file", "title") == [words]
    form = read_form(desk.get(address).content)
    assert messages_of(desk.post(address, {**form, "side": "file"}, follow=True)) == [words]
    assert title() == "<b>Mine</b>"


def test_who_may_not_see_conflicts_settles_none(series: Path) -> None:
    desk = Client()
    allow(desk, "change_talk").user_permissions.remove(Permission.objects.get(codename="view_conflict"))
    address = reverse("admin:exchange_conflict_change", args=[Conflict.objects.get(field="title").pk])
    assert desk.post(address, {"side": "file"}).status_code == 403
    assert desk.post(reverse(LIST), {"action": "take_file"}).status_code == 403
    assert title() == "<b>Mine</b>"


def test_a_frozen_edition_refuses_in_words(desk: Client, series: Path) -> None:
    Edition.objects.filter(key="faro-27").update(state="frozen")
    (words,) = settle(desk, "take_file", "title")
    assert "its edition is frozen" in words
    assert (title(), Conflict.objects.count()) == ("<b>Mine</b>", 2)


def test_what_was_deleted_comes_back_by_choice(desk: Client, series: Path) -> None:
    Talk.objects.get(key="01-keynote").delete()
    change(series / KEYNOTE, "a third look", "a fourth look")
    import_files([series])
    assert [one.field for one in Conflict.objects.all()] == ["talk"]
    other = Client()
    allow(other, "change_talk")
    assert "may not change" in settle(other, "take_file", "talk")[0]
    assert settle(desk, "take_file", "talk") == ["1 conflict is settled."]
    assert title() == "Fresnel's rings: a fourth look"
    assert not Conflict.objects.exists()
