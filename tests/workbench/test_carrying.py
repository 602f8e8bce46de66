"""A person's new name, affiliation or link carried over to what is printed; their list; their old addresses."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from editions.models import Edition
from history.models import Change
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Talk
from tests import factories
from tests.workbench.conftest import Fill, messages_of, read_form
from workbench.people.carrying import carry, printing, shown_of

pytestmark = pytest.mark.django_db
FORM = "admin:speakers_speaker_change"
PICTURE = "originals/portrait/" + "a" * 40 + "-portrait-400x400.jpg"


def talk_of(edition: Edition) -> Talk:
    return factories.make_talk(edition=edition)


@pytest.fixture
def person(db: None) -> Speaker:
    """Anna Dym, printed in Cyrillic twice and once otherwise, and once in a frozen edition."""
    person = factories.make_speaker(name="Анна Дым", slug="anna-dym", affiliation="Риф-Лаб")
    tide = factories.make_edition(key="tide-31", timezone="Pacific/Auckland")
    old = factories.make_edition(key="tide-21", timezone="America/Lima")
    for edition, name, affiliation in (
        (tide, "Анна Дым", "Риф-Лаб"),
        (tide, "Анна Дым", ""),
        (tide, "A. Dym", "Kelp College"),
        (old, "Анна Дым", "Риф-Лаб"),
    ):
        factories.make_appearance(speaker=person, talk=talk_of(edition), name=name, affiliation=affiliation)
    Edition.objects.filter(key="tide-21").update(state=Edition.State.FROZEN)
    return person


def printed() -> list[tuple[str, str, str]]:
    """What all appearances print."""
    return list(Appearance.objects.order_by("pk").values_list("name", "affiliation", "url"))


def boxes(page: Any) -> list[tuple[str, bool]]:
    """The offer to carry over: its label, and whether it is ticked."""
    root = html.document_fromstring(page.content.decode())
    return [
        (" ".join(root.xpath("//label[@for='id_carry']")[0].text_content().split()), box.checked)
        for box in root.xpath("//input[@name='carry']")
    ]


def test_the_offer_is_ticked_and_tells_where(desk: Client, person: Speaker) -> None:
    page = desk.get(reverse(FORM, args=[person.pk]))
    assert boxes(page) == [
        ("Carry a changed name, affiliation or link over to 2 appearances that still print the old one", True)
    ]
    root = html.document_fromstring(page.content.decode())
    told = [" ".join(one.text_content().split()) for one in root.xpath("//details[@class='carry']/ul/li")]
    talks = list(Talk.objects.filter(edition__key="tide-31").order_by("pk")[:2])
    assert told == [f"{talks[0]}Анна Дым · Риф-Лаб", f"{talks[1]}Анна Дым"]
    assert "1 more stays as it is: its edition is frozen, or not one that you edit." in page.content.decode()


def test_a_changed_name_and_affiliation_are_carried_over(fill: Fill, person: Speaker) -> None:
    Change.objects.all().delete()
    answer = fill(FORM, person.pk, changes={"name": "Анна Туман", "affiliation": "Кельп"})
    assert printed() == [
        ("Анна Туман", "Кельп", ""),
        ("Анна Туман", "", ""),
        ("A. Dym", "Kelp College", ""),
        ("Анна Дым", "Риф-Лаб", ""),
    ]
    assert (
        "Carried over to 2 appearances. 1 more stays as it is: its edition is frozen, or not one that you edit."
        in messages_of(answer)
    )
    told = Change.objects.filter(kind="talks.appearance").order_by("pk")
    assert [(one.actor, one.fields) for one in told] == [
        ("ines", {"name": ["Анна Дым", "Анна Туман"], "affiliation": ["Риф-Лаб", "Кельп"]}),
        ("ines", {"name": ["Анна Дым", "Анна Туман"]}),
    ]
    assert Appearance.objects.order_by("pk")[0].words_folded == "анна туман кельп"


def test_without_the_tick_nothing_follows(desk: Client, person: Speaker) -> None:
    address, before = reverse(FORM, args=[person.pk]), printed()
    sent = read_form(desk.get(address).content)
    del sent["carry"]
    assert desk.post(address, {**sent, "name": "Анна Туман"}).status_code == 302
    assert (Speaker.objects.get().name, printed()) == ("Анна Туман", before)


def test_what_did_not_change_or_is_emptied_is_not_carried(fill: Fill, person: Speaker) -> None:
    before, count = printed(), Change.objects.count()
    answer = fill(FORM, person.pk, changes={})
    assert Change.objects.count() == count
    fill(FORM, person.pk, changes={"affiliation": "", "pronouns": "she/her"})
    assert (Speaker.objects.get().affiliation, printed()) == ("", before)
    assert not [words for words in messages_of(answer) if "Carried" in words]


def test_an_empty_field_shows_the_newest_appearances_and_that_is_the_old_one() -> None:
    person = factories.make_speaker(name="海野 渚")
    new = factories.make_edition(key="tide-31")
    older = factories.make_edition(key="tide-30", starts_on="2030-05-15", ends_on="2030-05-16")
    for edition, affiliation, url in ((older, "Hafen", "https://a.example/"), (new, "Hafn", "")):
        factories.make_appearance(speaker=person, talk=talk_of(edition), affiliation=affiliation, url=url)
    was = shown_of(person)
    assert was == {"name": "海野 渚", "affiliation": "Hafn", "url": "https://a.example/"}
    person.affiliation, person.url = "Hafen", "https://b.example/"
    found = carry(person, was, factories.make_organizer())
    assert (len(found.rows), found.apart) == (2, 0)
    assert printed() == [("海野 渚", "Hafen", "https://b.example/"), ("海野 渚", "Hafen", "")]


def test_somebody_who_appears_nowhere_is_offered_nothing(desk: Client) -> None:
    person = factories.make_speaker()
    assert boxes(desk.get(reverse(FORM, args=[person.pk]))) == []
    assert boxes(desk.get(reverse("admin:speakers_speaker_add"))) == []


def limited(edition: Edition, *without: str) -> User:
    """An editor of one edition."""
    user = factories.make_editor(edition=edition)
    user.user_permissions.remove(*Permission.objects.filter(codename__in=["every_edition", *without]))
    return User.objects.get(pk=user.pk)


def test_an_editor_changes_only_what_their_own_edition_prints(client: Client, person: Speaker) -> None:
    other = factories.make_edition(key="tide-32")
    factories.make_appearance(speaker=person, talk=talk_of(other), affiliation="")
    user = limited(other)
    client.force_login(user)
    address = reverse(FORM, args=[person.pk])
    page = client.get(address)
    assert boxes(page) == [
        ("Carry a changed name, affiliation or link over to 1 appearance that still prints the old one", True)
    ]
    client.post(address, {**read_form(page.content), "name": "Анна Туман"})
    assert [name for name, *_rest in printed()] == [
        "Анна Дым",
        "Анна Дым",
        "A. Dym",
        "Анна Дым",
        "Анна Туман",
    ]
    found = printing(person, shown_of(person), limited(other, "change_appearance"))
    assert (found.rows, found.apart) == ((), 3)


def test_who_only_looks_gets_no_offer(client: Client, person: Speaker) -> None:
    user = User.objects.create_user(username="olu", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_speaker", "view_speakeralias", "every_edition"])
    )
    client.force_login(user)
    address = reverse(FORM, args=[person.pk])
    page, before = client.get(address), printed()
    assert (page.status_code, boxes(page)) == (200, [])
    assert client.post(address, {"name": "X", "carry": "on"}).status_code == 403
    assert printed() == before


def test_a_new_address_leaves_the_old_one(fill: Fill, client: Client, person: Speaker) -> None:
    answer = fill(FORM, person.pk, changes={"slug": "anna"})
    assert "The old address leads here from now on." in messages_of(answer)
    assert client.get("/speakers/anna-dym/").headers["Location"] == "/speakers/anna/"
    assert list(SpeakerAlias.objects.values_list("name", "slug")) == [("", "anna-dym")]
    fill(FORM, person.pk, changes={"slug": "anna-dym"})
    assert list(SpeakerAlias.objects.values_list("name", "slug")) == [("", "anna")]
    assert client.get("/speakers/anna/").headers["Location"] == "/speakers/anna-dym/"


def test_a_slug_made_from_a_name_takes_nobodys_old_address(fill: Fill, person: Speaker) -> None:
    SpeakerAlias.objects.create(speaker=person, slug="lu-yi")
    fill("admin:speakers_speaker_add", changes={"name": "Lu Yi"})
    assert Speaker.objects.get(name="Lu Yi").slug == "lu-yi-2"


def names_listed(desk: Client, **asked: str) -> list[str]:
    answer = desk.get(reverse("admin:speakers_speaker_changelist"), asked)
    return [one.name for one in answer.context["cl"].result_list]


def test_the_list_is_filtered(desk: Client, person: Speaker) -> None:
    own = factories.make_speaker(name="Own Photo", photo=PICTURE)
    shown = factories.make_appearance(speaker=factories.make_speaker(name="Printed Photo"), photo=PICTURE)
    SpeakerAlias.objects.create(speaker=own, name="Žofie")
    assert names_listed(desk, photo="1") == ["Own Photo", "Printed Photo"]
    assert names_listed(desk, photo="0") == ["Анна Дым"]
    assert names_listed(desk, names="1") == ["Own Photo"]
    assert names_listed(desk, names="0") == ["Printed Photo", "Анна Дым"]
    assert names_listed(desk, edition="tide-21") == names_listed(desk, edition="tide-31") == ["Анна Дым"]
    assert names_listed(desk, edition=shown.talk.edition.key) == ["Printed Photo"]
    assert names_listed(desk, edition="nowhere") == ["Own Photo"]
    assert len(names_listed(desk, edition="?", photo="?", names="?")) == 3
    assert names_listed(desk, q="zofie") == ["Own Photo"]
    counts = [
        one.appearing
        for one in desk.get("/admin/speakers/speaker/?edition=tide-31").context["cl"].result_list
    ]
    assert counts == [4]


def test_the_form_asks_the_same_for_one_appearance_and_for_three(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = factories.make_appearance().speaker
    assert person is not None
    address = reverse(FORM, args=[person.pk])
    desk.get(address)
    with django_assert_num_queries(12):
        desk.get(address)
    for _ in range(2):
        factories.make_appearance(speaker=person)
    with django_assert_num_queries(12):
        desk.get(address)
