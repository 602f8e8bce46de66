"""A draft seen by its link: that talk alone, on no cache, in no search engine, with nothing hidden around it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html
from PIL import Image

from attachments.storing import Batch
from editions.models import Edition
from talks.drafts import sign
from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_notice,
    make_organizer,
    make_page,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_track,
)
from tests.website.reading import Node, all_words, links, read, words

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]
SECRET = "Quetzal"


def portrait() -> str:
    """The stored name of a photo, published."""
    stream = BytesIO()
    Image.new("RGB", (120, 120), "teal").save(stream, "PNG")
    with Batch() as batch:
        name = batch.picture(stream.getvalue(), "portrait", "x.png")
        batch.publish()
    return name


def programme(state: str) -> Talk:
    """An edition with a draft in the middle of public talks and other drafts."""
    make_series()
    edition = make_edition(key="tide-31", title="Spring Tide", timezone="Pacific/Auckland")
    room, track = make_room(edition=edition, name="Зал", slug="hall"), make_track(edition=edition)
    draft = make_talk(
        edition=edition, slug="ebb", title="Отлив и прилив", state="draft", room=room, track=track
    )
    seen, unseen = make_speaker(slug="ada", name="Ада"), make_speaker(slug="bo", name="博")
    for person in (seen, unseen):
        make_appearance(talk=draft, speaker=person, photo=portrait(), bio=f"{person.name} *sails*.")
    around = make_talk(edition=edition, slug="neap", title="Neap")
    make_appearance(talk=around, speaker=seen)
    hidden = make_talk(edition=edition, title=SECRET, slug="secret", state="draft", room=room)
    make_appearance(talk=hidden, speaker=seen, name=SECRET)
    make_talk(edition=edition, title=f"{SECRET} part", state="draft", session=draft)
    make_page(edition=edition, slug="venue", title="Venue")
    make_page(edition=edition, title=f"{SECRET} party", state="draft")
    make_notice(edition=edition, text="Bring boots")
    Edition.objects.filter(pk=edition.pk).update(state=state)
    return draft


def link(talk: Talk) -> str:
    """The address that its speaker gets."""
    return f"/tide-31/talks/ebb/?draft={sign(talk)}"


def addresses(page: Node, begin: str) -> list[str]:
    """The addresses of the page that begin so; each of a set of pictures for itself."""
    found = [one.split()[0] for several in links(page) for one in several.split(", ")]
    return [one for one in found if one.startswith(begin)]


def status(client: Client, address: str) -> int:
    """Ask, and close the file as a server does."""
    answer = client.get(address)
    answer.close()
    return answer.status_code


def banner(page: Node) -> str:
    return all_words(page, "banner")[0]


def test_whoever_has_the_link_sees_the_draft(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = programme("published")
    start = timezone.now().replace(year=2031, month=3, day=1, hour=12, minute=5)
    monkeypatch.setattr(timezone, "now", lambda: start)
    answer = client.get(link(talk))
    page = html.fromstring(answer.text)
    assert (answer.status_code, answer["Cache-Control"], answer["X-Robots-Tag"]) == (
        200,
        "no-store",
        "noindex",
    )
    assert words(page.xpath("//h1")[0]) == "Отлив и прилив"
    assert banner(page) == (
        "This is a draft: only people with this link see it. "
        "The link ends on 16 March 2031, 01:05 (Auckland, UTC+13)."
    )
    assert [words(one) for one in page.xpath("//h3/a")] == ["Ада", "Neap"]
    assert [words(one) for one in page.xpath("//h3")] == ["Ада", "博", "Neap"]
    assert all_words(page, "notice") == ["Bring boots"]
    assert "/tide-31/rooms/hall/" in links(page)
    assert SECRET not in answer.text


@pytest.mark.parametrize("state", ["published", "draft", "frozen"])
def test_nothing_of_it_is_told_to_machines(client: Client, state: str) -> None:
    talk = programme(state)
    answer = client.get(link(talk))
    page = html.fromstring(answer.text)
    assert page.xpath("//link[@rel='canonical' or @rel='manifest' or @rel='alternate']") == []
    assert (
        page.xpath("//meta[@property or starts-with(@name, 'citation') or starts-with(@name, 'twitter')]")
        == []
    )
    assert page.xpath("//script[@type='application/ld+json' or contains(@src, 'offline')]") == []
    assert page.xpath("//details | //input") == []
    beside = [one for one in links(page) if "/ebb" in one or one.endswith((".ics", ".bib", ".json", ".png"))]
    assert [one for one in beside if not one.startswith("/static/")] == []


@pytest.mark.parametrize("state", ["published", "draft"])
def test_every_link_of_it_leads_somewhere(client: Client, state: str) -> None:
    talk = programme(state)
    page = read(client, link(talk))
    own = [one for one in addresses(page, "/") if not one.startswith("/static/")]
    assert len(own) > 5
    assert {one: status(client, one) for one in own} == dict.fromkeys(own, 200)


def test_in_a_hidden_edition_it_stands_in_the_frame_of_the_series(client: Client) -> None:
    talk = programme("draft")
    page = read(client, link(talk))
    assert words(page.xpath("//h1")[0]) == "Отлив и прилив"
    assert [one for one in links(page) if one.startswith("/tide-31/")] == []
    assert all_words(page, "place") == ["Зал"]
    assert [words(one) for one in page.xpath("//h3")] == ["Ада", "博"]
    assert page.xpath("//h3/a") == []
    assert all_words(page, "notice") == []
    assert SECRET not in page.text_content() and "Neap" not in page.text_content()


def test_without_the_right_token_it_is_a_missing_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = programme("published")
    hidden = Talk.objects.get(slug="secret")
    missing = client.get("/tide-31/talks/none/")
    good = sign(talk)
    for path in (
        "/tide-31/talks/ebb/",
        "/tide-31/talks/ebb/?draft=",
        "/tide-31/talks/ebb/?draft=x",
        f"/tide-31/talks/ebb/?draft={good[:-1]}",
        f"/tide-31/talks/ebb/?draft={sign(hidden)}",
        f"/tide-31/talks/secret/?draft={good}",
        f"/tide-31/talks/ebb.ics?draft={good}",
        f"/tide-31/talks/ebb/card.png?draft={good}",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (404, missing.content), path
    later = timezone.now() + timedelta(days=14)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.get(f"/tide-31/talks/ebb/?draft={good}").status_code == 404


def test_once_it_is_public_the_link_shows_what_all_see(client: Client) -> None:
    talk = programme("published")
    address = link(talk)
    talk.state = Talk.State.PUBLISHED
    talk.save()
    answer = client.get(address)
    assert (answer.status_code, answer.headers.get("X-Robots-Tag")) == (200, None)
    page = html.fromstring(answer.text)
    assert all_words(page, "banner") == []
    assert len(page.xpath("//link[@rel='canonical']")) == 1


def test_its_files_open_by_the_same_token_alone(client: Client) -> None:
    talk = programme("draft")
    with Batch() as batch:
        slides, paper = (
            batch.document(text.encode(), name) for text, name in (("潮", "潮.txt"), ("x", "paper.txt"))
        )
        batch.publish()
    Talk.objects.filter(pk=talk.pk).update(slides_file=slides)
    make_paper(talk=Talk.objects.get(slug="neap"), paper_file=paper)
    token = sign(talk)
    shown = addresses(read(client, f"/tide-31/talks/ebb/?draft={token}"), "/media/")
    assert len(shown) == 4
    for address in shown:
        bare, _sep, query = address.partition("?")
        assert query == f"draft={token}"
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        answer.close()
        assert {status(client, bare + wrong) for wrong in ("", "?draft=x")} == {404}
    assert client.get(f"/media/{paper}?draft={token}").status_code == 404


def test_signed_in_or_not_the_link_shows_the_same(client: Client) -> None:
    talk = programme("draft")
    address = link(talk)
    before = client.get(address).content
    client.force_login(make_organizer())
    assert client.get(address).content == before


def test_a_repetition_shows_itself(client: Client) -> None:
    talk = programme("published")
    Talk.objects.filter(pk=talk.pk).update(repeats=Talk.objects.get(slug="neap"))
    assert words(read(client, link(talk)).xpath("//h1")[0]) == "Отлив и прилив"


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_a_draft(client: Client, django_assert_num_queries: Counting, count: int) -> None:
    make_series()
    edition = make_edition(key="tide-31", starts_on=date(2031, 5, 15))
    talk = make_talk(edition=edition, slug="ebb", state="draft", starts_at=datetime(2031, 5, 15, 9))
    for _number in range(count):
        make_appearance(talk=talk)
        make_paper(talk=talk)
        make_talk(edition=edition)
        make_notice(edition=edition, talk=talk)
    address = link(talk)
    with django_assert_num_queries(16):
        client.get(address)
