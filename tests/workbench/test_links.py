"""Links pasted by the line: read, shown with what they replace, written once confirmed, all or nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from editions.models import Edition, EditionEditor
from history.models import Change
from talks.models import Talk
from tests import factories
from tests.workbench.conftest import messages_of, read_form
from workbench.programme.pasting import read_links

Counted = Callable[[int], Any]
V = "https://v.example"


@pytest.fixture
def edition(db: None) -> Edition:
    """Three talks: one with a Latin title, one with a Japanese one and a key of its own, one with a video."""
    edition = factories.make_edition(key="tide-31")
    factories.make_talk(edition=edition, title="Reading Tides")
    factories.make_talk(edition=edition, title="潮の話", key="潮 1", slug="talk-1234abcd")
    factories.make_talk(edition=edition, title="Waves", video_url=f"{V}/old", slides="waves.pdf")
    factories.make_talk(title="Elsewhere")
    return edition


def links(edition: Edition) -> str:
    return reverse("admin:links", args=[edition.key])


def paste(desk: Client, edition: Edition, text: str, **sent: str) -> Any:
    return desk.post(links(edition), {"kind": "video", "lines": text, **sent}, follow=True)


def confirm(desk: Client, edition: Edition, shown: Any, **changes: str) -> Any:
    return desk.post(links(edition), {**read_form(shown.content), **changes, "confirm": "1"}, follow=True)


@pytest.mark.parametrize(
    "line",
    [
        f"reading-tides,{V}/1",
        f"reading-tides\t{V}/1",
        f"  READING-TIDES   {V}/1  ",
        f"reading-tides; {V}/1",
        f'"reading-tides","{V}/1"',
        f"reading-tides, {V}/1, video",
        f"reading-tides\t{V}/1\tVideos",
    ],
)
def test_each_way_to_write_a_line(edition: Edition, line: str) -> None:
    (link,) = read_links(edition, line, "video").links
    assert (link.number, link.talk.title, link.field, link.now, link.url) == (
        1,
        "Reading Tides",
        "video_url",
        "",
        f"{V}/1",
    )


@pytest.mark.parametrize(
    ("line", "title", "field", "url"),
    [
        (f"潮 1,{V}/a,b/1", "潮の話", "video_url", f"{V}/a,b/1"),
        (f"潮 1 {V}/1", "潮の話", "video_url", f"{V}/1"),
        ("talk-1234abcd /media/1.mp4", "潮の話", "video_url", "/media/1.mp4"),
        (f"waves {V}/w.pdf slides", "Waves", "slides", f"{V}/w.pdf"),
    ],
)
def test_keys_and_links_of_all_sorts(edition: Edition, line: str, title: str, field: str, url: str) -> None:
    (link,) = read_links(edition, line, "video").links
    assert (link.talk.title, link.field, link.url) == (title, field, url)


def test_what_is_wrong_is_told_with_its_line(edition: Edition) -> None:
    text = "\n".join(
        [
            "# videos of the first day",
            "",
            f"reading-tide,{V}/1",
            f"elsewhere {V}/2",
            "waves youtu.be/abc",
            "waves javascript:alert(1)",
            "waves",
            f"waves {V}/3 song",
            f"waves {V}/4",
            f"waves {V}/5",
        ]
    )
    told = [(one.number, one.words, one.hint) for one in read_links(edition, text, "video").wrong]
    assert told == [
        (3, "there is no talk “reading-tide” in this edition", "did you mean reading-tides?"),
        (4, "there is no talk “elsewhere” in this edition", ""),
        (5, "the link youtu.be/abc has no https://", "write it in full: https://youtu.be/abc"),
        (6, "a link cannot begin with javascript:", "only web addresses are links: https://example.org/page"),
        (7, "there is no link in it", "write slug,https://example.org/video"),
        (8, "“song” is nothing that a link leads to", "write video or slides"),
        (10, "the same talk stands in line 9 already", ""),
    ]


def test_links_are_shown_and_then_written(desk: Client, edition: Edition) -> None:
    text = f"reading-tides,{V}/1\nwaves,{V}/new\nwaves {V}/w.pdf slides\n"
    before = Change.objects.count()
    shown = paste(desk, edition, text)
    told = [(one.talk.title, one.field, one.now, one.url) for one in shown.context["pasted"].links]
    assert told == [
        ("Reading Tides", "video_url", "", f"{V}/1"),
        ("Waves", "video_url", f"{V}/old", f"{V}/new"),
        ("Waves", "slides", "waves.pdf", f"{V}/w.pdf"),
    ]
    assert Change.objects.count() == before
    done = confirm(desk, edition, shown)
    assert messages_of(done) == ["2 talks have new links."]
    stored = edition.talks.order_by("pk").values_list("video_url", "slides")
    assert list(stored) == [(f"{V}/1", ""), ("", ""), (f"{V}/new", f"{V}/w.pdf")]
    again = paste(desk, edition, text)
    assert (again.context["pasted"].new, b"Write these links" in again.content) == ([], False)


def test_a_stored_file_makes_way_for_a_link(edition: Edition) -> None:
    talk = edition.talks.get(title="Waves")
    Talk.objects.filter(pk=talk.pk).update(slides_file="documents/ab/waves.pdf")
    pasted = read_links(edition, f"waves {V}/w", "slides")
    assert [(one.now, one.url) for one in pasted.links] == [("waves.pdf", f"{V}/w")]
    assert pasted.write() == 1
    talk.refresh_from_db()
    assert (talk.slides, talk.slides_file.name) == (f"{V}/w", "")


def test_one_wrong_line_holds_all_back_and_nothing_typed_is_lost(desk: Client, edition: Edition) -> None:
    text = f"reading-tides,{V}/1\r\nnobody,{V}/2"
    shown = paste(desk, edition, text)
    assert b"Write these links" not in shown.content
    assert read_form(shown.content)["lines"].split() == text.split()
    answer = confirm(desk, edition, shown)
    assert answer.redirect_chain == []
    assert read_form(answer.content)["lines"].split() == text.split()
    assert set(edition.talks.values_list("video_url", flat=True)) == {"", f"{V}/old"}


def test_only_what_was_shown_is_confirmed(desk: Client, edition: Edition) -> None:
    shown = paste(desk, edition, f"waves,{V}/1")
    said = ["This is not what you were shown: look once more, then confirm."]
    assert messages_of(confirm(desk, edition, shown, lines=f"waves,{V}/2")) == said
    Talk.objects.filter(title="Waves").update(video_url=f"{V}/meanwhile")
    assert messages_of(confirm(desk, edition, shown)) == said
    assert edition.talks.get(title="Waves").video_url == f"{V}/meanwhile"


def test_an_empty_paste_asks_again(desk: Client, edition: Edition) -> None:
    assert desk.get(links(edition)).status_code == 200
    assert paste(desk, edition, "").context["form"].errors == {"lines": ["This field is required."]}
    assert b"The lines name no talk." in paste(desk, edition, "# nothing").content


def test_a_frozen_edition_refuses(desk: Client, edition: Edition) -> None:
    shown = paste(desk, edition, f"waves,{V}/1")
    edition.state = "frozen"
    edition.save()
    answer = confirm(desk, edition, shown)
    assert messages_of(answer) == ["talk: its edition is frozen. Unfreeze the edition first."]
    assert "“tide-31” is frozen" in answer.content.decode()
    assert edition.talks.get(title="Waves").video_url == f"{V}/old"


def test_only_those_who_may_change_its_talks(edition: Edition) -> None:
    other = factories.make_edition()
    for group, given, status in (
        ("Reviewers", edition, 403),
        ("Editors", other, 404),
        ("Editors", edition, 200),
    ):
        user = User.objects.create_user(username=f"{group} {given}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        EditionEditor.objects.create(user=user, edition=given)
        client = Client()
        client.force_login(user)
        assert client.get(links(edition)).status_code == status
        assert paste(client, edition, f"waves,{V}/1").status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_one_line_and_three_cost_the_same(
    desk: Client, edition: Edition, count: int, django_assert_num_queries: Counted
) -> None:
    lines = "".join(f"{slug},{V}/9\n" for slug in edition.talks.values_list("slug", flat=True)[:count])
    with django_assert_num_queries(6):
        paste(desk, edition, lines)
