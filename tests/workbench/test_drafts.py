"""The page with the link for a speaker; and what publishing and freezing an edition say and do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from lxml import html

from editions.models import Edition, EditionEditor
from history.models import Change
from talks.drafts import read
from talks.models import Talk
from tests.factories import make_appearance, make_edition, make_room, make_series, make_speaker, make_talk
from tests.website.reading import words
from tests.workbench.conftest import Fill, messages_of
from workbench.rights import EDITORS, REVIEWERS

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def talk(db: None) -> Talk:
    """A draft by two people in a published edition in Kathmandu."""
    make_series()
    edition = make_edition(key="tide-31", title="Ebb 31", timezone="Asia/Kathmandu")
    found = make_talk(edition=edition, slug="ebb", title="ज्वार", state="draft")
    for place, name in enumerate(("आदा", "Łucja")):
        make_appearance(talk=found, speaker=make_speaker(name=name), position=place)
    return found


def browser(group: str, *editions: Edition) -> Client:
    """The browser of a member of a group, who is given some editions."""
    user = User.objects.create_user(f"{group}-{len(editions)}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    for one in editions:
        EditionEditor.objects.create(edition=one, user=user)
    client = Client()
    client.force_login(user)
    return client


def address(talk: Talk) -> str:
    return reverse("admin:draft-link", args=[talk.pk])


def told(page: Any) -> dict[str, str]:
    """The facts beside the link."""
    rows = page.xpath("//div[@id='content-main']//dl/div")
    return {words(row.xpath("./dt")[0]): words(row.xpath("./dd")[0]) for row in rows}


def test_the_page_gives_a_link_that_opens_the_draft(
    desk: Client, client: Client, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Change.objects.count()
    answer = desk.get(address(talk))
    page = html.fromstring(answer.text)
    field = page.xpath("//input[@id='draft-link']")[0]
    link = field.get("value")
    base, _sep, token = link.partition("?draft=")
    assert (base, read(token), field.get("readonly") is None) == (
        "http://testserver/tide-31/talks/ebb/",
        talk.pk,
        False,
    )
    assert client.get(link).status_code == 200
    facts = told(page)
    assert facts["For"] == "आदा, Łucja"
    assert facts["Ends"].endswith("(Kathmandu, UTC+5:45)")
    assert facts["Ends"] in html.fromstring(client.get(link).text).text_content()
    assert "no-store" in answer["Cache-Control"]
    assert Change.objects.count() == before


def test_of_a_public_talk_it_gives_the_public_address(desk: Client, talk: Talk) -> None:
    talk.state = Talk.State.PUBLISHED
    talk.save()
    page = html.fromstring(desk.get(address(talk)).text)
    assert page.xpath("//input[@id='draft-link']/@value") == ["http://testserver/tide-31/talks/ebb/"]
    assert list(told(page)) == ["For"]


def test_a_talk_without_speakers_says_so(desk: Client, talk: Talk) -> None:
    talk.appearances.all().delete()
    assert (
        told(html.fromstring(desk.get(address(talk)).text))["For"] == "nobody yet: the talk has no speakers"
    )


def test_only_who_may_change_the_talk_gets_a_link(client: Client, talk: Talk) -> None:
    own, other = browser(EDITORS, talk.edition, make_edition()), browser(EDITORS, make_edition())
    asked = {
        "visitor": client,
        "reviewer": browser(REVIEWERS),
        "editor": own,
        "editor of another edition": other,
    }
    assert {name: one.get(address(talk)).status_code for name, one in asked.items()} == {
        "visitor": 302,
        "reviewer": 403,
        "editor": 200,
        "editor of another edition": 404,
    }
    assert own.get(reverse("admin:draft-link", args=[0])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_the_page(
    desk: Client, django_assert_num_queries: Counting, talk: Talk, count: int
) -> None:
    for _number in range(count):
        make_appearance(talk=talk)
        make_talk(edition=talk.edition)
    with django_assert_num_queries(7):
        desk.get(address(talk))


# Publishing and freezing.


def state(fill: Fill, edition: Edition, new: str) -> Any:
    return fill("admin:editions_edition_change", edition.pk, changes={"state": new})


def test_publishing_tells_how_many_drafts_stay_and_where_they_are(
    desk: Client, fill: Fill, talk: Talk
) -> None:
    edition = talk.edition
    make_talk(edition=edition, title="Neap")
    Edition.objects.filter(pk=edition.pk).update(state="draft")
    said = messages_of(state(fill, edition, "published"))[0]
    assert said.startswith("“Ebb 31” is published: visitors see it. 1 talk in it stays a draft. <a href=")
    listed = desk.get(html.fromstring(said).xpath("//a/@href")[0])
    assert [one.pk for one in listed.context["cl"].result_list] == [talk.pk]
    make_talk(edition=edition, state="draft")
    Edition.objects.filter(pk=edition.pk).update(state="draft")
    assert "2 talks in it stay drafts." in messages_of(state(fill, edition, "published"))[0]


def test_each_state_says_what_it_does(fill: Fill, talk: Talk) -> None:
    edition = talk.edition
    talk.delete()
    assert [messages_of(state(fill, edition, new))[0] for new in ("draft", "published", "frozen")] == [
        "“Ebb 31” is a draft: visitors no longer see it.",
        "“Ebb 31” is published: visitors see it.",
        "“Ebb 31” is frozen: visitors see it, and nothing in it changes.",
    ]
    assert len(messages_of(state(fill, edition, "frozen"))) < 3


def test_a_form_that_leaves_the_state_says_nothing_of_it(fill: Fill, talk: Talk) -> None:
    answer = fill("admin:editions_edition_change", talk.edition.pk, changes={"title": "Flood"})
    assert not any("visitors" in one for one in messages_of(answer))


def test_the_form_says_what_the_states_mean(desk: Client, talk: Talk) -> None:
    for one in ("published", "frozen"):
        Edition.objects.filter(pk=talk.edition_id).update(state=one)
        page = desk.get(reverse("admin:editions_edition_change", args=[talk.edition_id])).content.decode()
        assert "nothing in it changes until it is unfrozen" in page


def test_only_what_visitors_see_is_viewed_on_the_site(desk: Client, talk: Talk) -> None:
    form = reverse("admin:talks_talk_change", args=[talk.pk])
    link = 'class="viewsitelink"'
    assert link not in desk.get(form).content.decode()
    assert "/admin/preview/tide-31/talks/ebb/" in desk.get(form).content.decode()
    Talk.objects.filter(pk=talk.pk).update(state="published")
    assert link in desk.get(form).content.decode()


def frozen(talk: Talk) -> tuple[Talk, str]:
    """Freeze the talk's edition; the talk, and the page of its first version's restoration."""
    change = Change.objects.filter(kind="talks.talk", key=str(talk.pk)).earliest("pk")
    talk.title = "Changed since"
    talk.save()
    Edition.objects.filter(pk=talk.edition_id).update(state="frozen")
    return Talk.objects.get(pk=talk.pk), reverse("admin:restore", args=[change.pk])


def contents() -> list[Any]:
    """The talks and the editions as they stand."""
    return [*Talk.objects.order_by("pk").values(), *Edition.objects.order_by("pk").values()]


def test_nothing_changes_a_frozen_edition_and_each_way_says_why(desk: Client, talk: Talk) -> None:
    room = make_room(edition=talk.edition)
    talk, restore = frozen(talk)
    key, before = talk.edition.key, contents()
    form = reverse("admin:talks_talk_change", args=[talk.pk])
    listed = reverse("admin:talks_talk_changelist") + "?edition__id__exact=all"
    moved = {"talk": talk.pk, "sequence": talk.sequence, "starts_at": "2031-05-15T15:00", "room": room.pk}
    ticked = {"_selected_action": [talk.pk], "confirm": "1", "state": "cancelled", "minutes": "15"}
    known = {name for name in _actions(desk, listed) if name != "delete_selected" and "copy" not in name}
    assert len(known) > 3
    ways: list[tuple[str, dict[str, Any]]] = [
        (form, {"title": "x"}),
        (reverse("admin:talks_talk_delete", args=[talk.pk]), {"post": "yes"}),
        (reverse("admin:grid-move", args=[key]), {**moved, "do": "move"}),
        (reverse("admin:today-edition", args=[key]), {"do": "state", "state": "cancelled", "talk": talk.pk}),
        *((listed, {**ticked, "action": name}) for name in sorted(known)),
    ]
    for path, posted in ways:
        answer = desk.post(path, posted, follow=True)
        assert contents() == before, path
        assert "frozen" in answer.content.decode(), (path, posted)
    desk.post(restore, {"confirm": "1"})
    assert contents() == before


def _actions(desk: Client, listed: str) -> list[str]:
    page = html.fromstring(desk.get(listed).text)
    return [one for one in page.xpath("//select[@name='action']/option/@value") if one]
