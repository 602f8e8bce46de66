"""Conflicts in the workbench: the list with three values, both choices, and who may make them."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from editions.models import Edition, EditionEditor
from exchange.importing import Options, import_files
from exchange.models import Conflict, SourceRecord
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
    """A member of staff with these rights in the edition, signed in."""
    user = User.objects.create_user("ana", is_staff=True)
    EditionEditor.objects.create(edition=Edition.objects.get(key="faro-27"), user=user)
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


# All conflicts of one record side by side


def page_of(key: str = "01-keynote") -> str:
    return reverse("admin:conflicts", args=[SourceRecord.objects.get(kind="talk", key=key).pk])


def side_by_side(desk: Client, address: str) -> dict[str, list[str]]:
    """What the page shows of each conflict: its three values."""
    page = html.document_fromstring(desk.get(address).content.decode())
    return {
        one.xpath("string(.//legend)").strip(): [
            column.xpath("string(p | div)").strip() for column in one.xpath(".//*[@class='exchange-column']")
        ]
        for one in page.xpath("//fieldset")
    }


def choose(desk: Client, address: str, **sides: str) -> list[str]:
    """Choose a side for each field; the messages after it."""
    form = read_form(desk.get(address).content)
    keys = dict(Conflict.objects.values_list("field", "pk"))
    chosen = {f"side-{keys[name.replace('__', '.')]}": side for name, side in sides.items()}
    return messages_of(desk.post(address, {**form, **chosen}, follow=True))


def test_all_conflicts_of_a_record_stand_side_by_side(desk: Client, series: Path) -> None:
    assert side_by_side(desk, page_of()) == {
        "Title": ["Fresnel's rings: a second look", "<b>Mine</b>", "Fresnel's rings: a third look"],
        "Speaker: affiliation": ["Bergen Lamp Works", "nothing", "Лампы"],
    }
    assert page_of() in desk.get(reverse(LIST)).content.decode()


def test_long_texts_are_told_line_by_line(desk: Client, series: Path) -> None:
    Talk.objects.filter(key="01-keynote").update(abstract="One\n\nTwo, 二")
    change(series / KEYNOTE, "Rings *again*.", "Rings\n\nthree times.")
    import_files([series])
    assert side_by_side(desk, page_of())["Abstract"][0] == "Rings *again*."
    page = html.document_fromstring(desk.get(page_of()).content.decode())
    assert page.xpath("//del/text()") == ["Rings *again*.", "Rings *again*."]
    assert page.xpath("//ins/text()") == ["One", " ", "Two, 二", "Rings", " ", "three times."]


def test_each_field_is_settled_for_its_own_side(desk: Client, series: Path) -> None:
    assert choose(desk, page_of(), title="site", speaker__affiliation="file") == ["2 conflicts are settled."]
    assert (title(), Conflict.objects.count()) == ("<b>Mine</b>", 0)
    assert Appearance.objects.get(talk__key="01-keynote").affiliation == "Лампы"


def test_what_is_left_undecided_stays(desk: Client, series: Path) -> None:
    assert choose(desk, page_of()) == []
    assert choose(desk, page_of(), title="file") == ["1 conflict is settled."]
    assert [one.field for one in Conflict.objects.all()] == ["speaker.affiliation"]
    assert choose(desk, page_of(), speaker__affiliation="file") == ["1 conflict is settled."]
    assert b"No conflict is open here." in desk.get(page_of()).content


def test_values_that_moved_meanwhile_are_not_decided(desk: Client, series: Path) -> None:
    form = read_form(desk.get(page_of()).content)
    pk = Conflict.objects.get(field="title").pk
    change(series / KEYNOTE, "a third look", "a fourth look")
    import_files([series])
    moved = "The values have changed meanwhile. Look at them and choose again."
    assert messages_of(desk.post(page_of(), {**form, f"side-{pk}": "file"}, follow=True)) == [moved]
    form = read_form(desk.get(page_of()).content)
    Talk.objects.filter(key="01-keynote").update(title="Mine again")
    told = messages_of(desk.post(page_of(), {**form, f"side-{pk}": "site"}, follow=True))
    assert told == [f"talk faro-27/01-keynote: title: {moved}"]
    assert title() == "Mine again"
    form = read_form(desk.get(page_of()).content)
    Conflict.objects.filter(pk=pk).delete()
    told = messages_of(desk.post(page_of(), {**form, f"side-{pk}": "site"}, follow=True))
    assert told == ["Somebody else has settled this conflict meanwhile."]


def test_conflicts_of_other_editions_are_not_seen(series: Path) -> None:
    desk = Client()
    user = allow(desk, "change_talk")
    assert desk.get(page_of()).status_code == 200
    EditionEditor.objects.filter(user=user).update(edition=Edition.objects.get(key="nagoya-28"))
    assert [desk.get(page_of()).status_code, desk.post(page_of()).status_code] == [404, 404]
    conflict = Conflict.objects.get(field="title")
    assert "a third look" not in desk.get(reverse(LIST)).content.decode()
    address = reverse("admin:exchange_conflict_change", args=[conflict.pk])
    assert desk.post(address, {"side": "file", "seen": "x"}, follow=True).status_code in (200, 404)
    assert title() == "<b>Mine</b>"


def test_a_talk_that_went_to_another_edition_takes_its_conflicts_along(series: Path) -> None:
    desk = Client()
    allow(desk, "change_talk")
    Talk.objects.filter(key="01-keynote").update(
        edition=Edition.objects.get(key="nagoya-28"), room=None, track=None
    )
    assert desk.get(page_of()).status_code == 404


def test_a_reviewer_looks_and_settles_nothing(series: Path) -> None:
    desk = Client()
    user = allow(desk)
    user.user_permissions.add(Permission.objects.get(codename="every_edition"))
    pk = Conflict.objects.get(field="title").pk
    page = desk.get(page_of())
    assert (page.status_code, b"may look" in page.content, b"Settle what" in page.content) == (
        200,
        True,
        False,
    )
    sent = {**read_form(page.content), f"side-{pk}": "file"}
    words = "talk faro-27/01-keynote: title: you may not change this record."
    assert messages_of(desk.post(page_of(), sent, follow=True)) == [words]
    assert title() == "<b>Mine</b>"


def test_the_page_asks_as_much_for_one_conflict_as_for_three(
    desk: Client, series: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(page_of())
    with django_assert_num_queries(7):
        desk.get(page_of())
    choose(desk, page_of(), title="site")
    with django_assert_num_queries(7):
        desk.get(page_of())
