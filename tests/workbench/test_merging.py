"""Likely doubles, both records side by side, a merge by a press, and its undoing."""

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
from talks.models import Appearance
from tests import factories
from tests.workbench.conftest import messages_of

pytestmark = pytest.mark.django_db
LIST = "/admin/merging/"


def text(page: Any, path: str) -> list[str]:
    """The words of the elements that a path leads to, blanks collapsed."""
    root = html.document_fromstring(page.content.decode())
    return [" ".join(one.text_content().split()) for one in root.xpath(path)]


def links(page: Any, path: str) -> list[str]:
    """The addresses of links."""
    return html.document_fromstring(page.content.decode()).xpath(f"{path}/@href")  # type: ignore[no-any-return]


def two() -> tuple[Speaker, Speaker]:
    """Wei Li, twice: the first appears in two talks of an edition, the second in one."""
    edition = factories.make_edition(key="tide-31")
    one = factories.make_speaker(name="Wei Li", slug="wei-li", affiliation="Reef Lab")
    other = factories.make_speaker(
        name="Li Wei", slug="li-wei", affiliation="Riff-Labor", pronouns="they/them"
    )
    for person in (one, other, one):
        talk = factories.make_talk(edition=edition)
        factories.make_appearance(talk=talk, speaker=person, affiliation="Institute of Shoals")
    return one, other


def address(kept: Speaker, other: Speaker) -> str:
    return reverse("admin:merge", args=[kept.pk, other.pk])


def test_likely_pairs_stand_in_lines_with_their_reasons(desk: Client) -> None:
    one, other = two()
    short = factories.make_speaker(name="Й. Ветер", slug="j-veter")
    long = factories.make_speaker(name="Йонас Ветер", slug="jonas-veter")
    factories.make_speaker(name="海野 渚")
    answer = desk.get(LIST)
    assert text(answer, "//ul[@class='double-list']/li") == [
        (
            "Wei Li Reef Lab 2 appearances · tide-31 Li Wei Riff-Labor 1 appearance · tide-31 "
            "the same names in another order, the same affiliation Merge…"
        ),
        "Й. Ветер 0 appearances Йонас Ветер 0 appearances initials for given names Merge…",
    ]
    assert links(answer, "//a[@class='double-go']") == [address(one, other), address(short, long)]


def test_nobody_twice(desk: Client) -> None:
    factories.make_speaker(name="海野 渚")
    assert "No two people look like one." in desk.get(LIST).content.decode()


def test_one_person_and_the_search_for_any_other(desk: Client) -> None:
    one, other = two()
    far = factories.make_speaker(name="Żaneta Øre", slug="zaneta")
    SpeakerAlias.objects.create(speaker=far, name="灯台 守")
    answer = desk.get(LIST, {"person": other.pk})
    assert links(answer, "//a[@class='double-go']") == [address(other, one)]
    for words in ("zaneta ore", "灯台", "ŻAN"):
        answer = desk.get(LIST, {"person": str(one.pk), "q": words})
        assert links(answer, "//a[@class='double-go']") == [address(one, other), address(one, far)]
    answer = desk.get(LIST, {"person": str(one.pk), "q": "wei\0 nobody"})
    assert "Nobody else has such a name." in answer.content.decode()
    assert [desk.get(LIST, {"person": key}).status_code for key in ("0", "x", "9" * 30, "٣")] == [404] * 4


def test_both_records_stand_side_by_side(desk: Client) -> None:
    one, other = two()
    SpeakerAlias.objects.create(speaker=other, name="李 伟", slug="liwei")
    before = Change.objects.count()
    answer = desk.get(address(one, other))
    assert text(answer, "//*[@class='merge-row']") == [
        "Name Wei Li Li Wei",
        "Affiliation Reef Lab Riff-Labor",
        "Pronouns – they/them (comes along)",
    ]
    root = html.document_fromstring(answer.content.decode())
    radios = root.xpath("//input[@type='radio']")
    assert [(one.name, one.get("value"), bool(one.checked)) for one in radios] == [
        ("name", "kept", True),
        ("name", "other", False),
        ("affiliation", "kept", True),
        ("affiliation", "other", False),
    ]
    assert text(answer, "//ul[@class='merge-slugs']/li") == ["/speakers/li-wei/", "/speakers/liwei/"]
    sides = text(answer, "//div[@class='merge-two']/section")
    assert [side.count("Reading the Tide Tables") for side in sides] == [2, 1]
    assert "Also: 李 伟" in sides[1]
    assert links(answer, "//a[@class='merge-swap']") == [address(other, one)]
    assert "Are they one person?" not in answer.content.decode()
    assert Change.objects.count() == before


def test_what_speaks_against_it_is_said(desk: Client) -> None:
    one, other = two()
    talk = one.appearances.order_by("pk")[0].talk
    factories.make_appearance(talk=talk, speaker=other)
    Speaker.objects.filter(pk=one.pk).update(orcid="0000-0002-1825-0097")
    Speaker.objects.filter(pk=other.pk).update(orcid="0000-0002-1694-233X")
    assert text(desk.get(address(one, other)), "//p[@class='merge-doubt']") == [
        "Are they one person? They have two ORCID iDs: a person has one.",
        f"Are they one person? Both appear in “{talk.title}”.",
    ]


def test_a_press_merges_and_another_one_undoes(desk: Client, client: Client) -> None:
    one, other = two()
    was = list(Appearance.objects.order_by("pk").values_list("pk", "speaker", "name"))
    Edition.objects.update(state=Edition.State.FROZEN)
    sent = {"name": "kept", "affiliation": "other", "slug": "other"}
    answer = desk.post(address(one, other), sent, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?person={one.pk}", 302)]
    assert messages_of(answer) == ["“Li Wei” is one with “Wei Li” now."]
    kept = Speaker.objects.get()
    assert (kept.name, kept.slug, kept.affiliation, kept.pronouns) == (
        "Wei Li",
        "wei-li",
        "Riff-Labor",
        "they/them",
    )
    assert set(Appearance.objects.values_list("speaker", flat=True)) == {kept.pk}
    assert client.get("/speakers/li-wei/").headers["Location"] == "/speakers/wei-li/"
    assert set(Change.objects.filter(kind="speakers.speakeralias").values_list("actor", flat=True)) == {
        "ines"
    }
    assert text(answer, "//form[@class='double-undo']/p")[0].startswith(
        "“Li Wei” was merged into this record on "
    )
    form = html.document_fromstring(answer.content.decode()).xpath("//form[@class='double-undo']")[0]
    answer = desk.post(form.action, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?person={one.pk}", 302)]
    assert messages_of(answer) == ["“Li Wei” has a record of its own again."]
    assert list(Appearance.objects.order_by("pk").values_list("pk", "speaker", "name")) == was
    assert client.get("/speakers/li-wei/").status_code == 200
    answer = desk.post(form.action, follow=True)
    assert messages_of(answer) == ["No merge of the last 30 days into “Wei Li” is left to be undone."]


def test_what_is_not_there_is_not_found(desk: Client) -> None:
    one, other = two()
    assert desk.get(address(one, one)).status_code == 404
    assert desk.get(f"/admin/merging/{one.pk}/{other.pk + 99}/").status_code == 404
    assert desk.get(f"/admin/merging/{one.pk}/{10**25}/").status_code == 404
    assert desk.post(f"/admin/merging/{other.pk + 99}/undo/").status_code == 404
    assert desk.post(f"/admin/merging/{10**25}/undo/").status_code == 404
    assert desk.get(f"/admin/merging/{one.pk}/undo/").status_code == 405
    assert Speaker.objects.count() == 2


def editor_of(edition: Edition) -> User:
    """Somebody who may do everything with people, in one edition."""
    user = factories.make_editor(edition=edition)
    user.user_permissions.remove(Permission.objects.get(codename="every_edition"))
    return user


def reviewer() -> User:
    """Somebody who looks at everything."""
    user = User.objects.create_user(username="olu", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    user.user_permissions.add(Permission.objects.get(codename="every_edition"))
    return user


@pytest.mark.parametrize("who", ["editor", "reviewer"])
def test_only_who_works_everywhere_and_may_delete_people_merges(client: Client, who: str) -> None:
    one, other = two()
    edition = Edition.objects.get()
    client.force_login(editor_of(edition) if who == "editor" else reviewer())
    asked = [client.get(LIST), client.get(LIST, {"person": one.pk}), client.get(address(one, other))]
    pressed = [client.post(address(one, other)), client.post(reverse("admin:merge-undo", args=[one.pk]))]
    assert [answer.status_code for answer in (*asked, *pressed)] == [403] * 5
    assert Speaker.objects.count() == 2
    listed = client.get("/admin/speakers/speaker/").content.decode()
    assert "Likely doubles" not in listed


def test_the_list_leads_to_likely_doubles(desk: Client) -> None:
    assert links(desk.get("/admin/speakers/speaker/"), "//a[text()='Likely doubles']") == [LIST]


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_pages_ask_the_same_for_one_pair_and_for_three(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries, pairs: int
) -> None:
    people = [
        factories.make_speaker(name=name)
        for number in range(pairs)
        for name in (f"Wei{number} Li", f"Li Wei{number}")
    ]
    for person in people:
        factories.make_appearance(speaker=person)
    for person in people[:pairs]:
        SpeakerAlias.objects.create(speaker=person, name="守", slug=f"mori-{person.pk}")
    desk.get(LIST)
    # Session, user, the series' name, open editions; then other names, appearances, people.
    with django_assert_num_queries(7):
        desk.get(LIST)
    # The person, the last merge, the search.
    with django_assert_num_queries(10):
        desk.get(LIST, {"person": str(people[0].pk), "q": "li"})
    # Both records, their other names, their appearances.
    with django_assert_num_queries(7):
        desk.get(address(people[0], people[1]))
