"""The seam: a viewpoint in, plain data out, one function that renders; and the addresses around it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, RequestFactory
from pytest_django import Settings

from editions.models import Redirect
from speakers.models import SpeakerAlias
from tests.factories import make_appearance, make_edition, make_organizer, make_page, make_speaker, make_talk
from tests.website.reading import all_words, links, read, words
from website.context import find_edition
from website.pages import Page, render
from website.viewpoint import Viewpoint, all_chosen, chosen
from website.views import (
    changes,
    editions,
    feeds,
    home,
    machines,
    now,
    offline,
    schedule,
    search,
    speakers,
    talks,
)
from website.views.errors import server_error

pytestmark = pytest.mark.django_db
MOMENT = datetime(2031, 5, 1, tzinfo=UTC)
VISITOR = Viewpoint(AnonymousUser(), MOMENT, "en", "https://tide.example")


@pytest.fixture
def views() -> list[tuple[Any, dict[str, str]]]:
    """Every public view with an address that it answers."""
    edition = make_edition(key="tide-31")
    talk = make_talk(edition=edition, slug="talk")
    make_appearance(talk=talk, speaker=make_speaker(slug="ada"))
    make_page(edition=edition, slug="venue")
    make_page(slug="about")
    here = {"edition": "tide-31"}
    return [
        (home.home, {}),
        (editions.editions, {}),
        (editions.committee, {}),
        (editions.series_page, {"slug": "about"}),
        (editions.overview, here),
        (editions.text_page, {**here, "slug": "venue"}),
        (editions.edition_speakers, here),
        (schedule.schedule, here),
        (talks.talk, {**here, "slug": "talk"}),
        (speakers.speakers, {}),
        (speakers.person, {"slug": "ada"}),
        (changes.changes, here),
        (changes.feed, here),
        (now.now, here),
        (search.search, {}),
        (offline.manifest, {}),
        (offline.worker, {}),
        (offline.offline, {}),
        (feeds.schedule_calendar, here),
        (feeds.talk_calendar, {**here, "slug": "talk"}),
        (feeds.talk_bibtex, {**here, "slug": "talk"}),
        (feeds.edition_csl_json, here),
        (feeds.speaker_calendar, {"slug": "ada"}),
        (machines.sitemap, {}),
        (machines.robots, {}),
        (machines.theme, here),
        (machines.series_theme, {}),
    ]


def test_data_are_plain_and_digest_alike_for_alike(views: list[tuple[Any, dict[str, str]]]) -> None:
    for view, captured in views:
        one, other = view(VISITOR, {}, **captured), view(VISITOR, {}, **captured)
        assert one.digest() == other.digest(), view
        assert render(one, VISITOR) == render(other, VISITOR)


def test_a_digest_changes_with_what_is_shown() -> None:
    make_talk(edition=make_edition(key="tide-31"), title="Before")
    before = editions.overview(VISITOR, {}, edition="tide-31").digest()
    assert schedule.schedule(VISITOR, {}, edition="tide-31").digest() != before
    make_talk(edition=find_edition(VISITOR, "tide-31"), title="After")
    assert editions.overview(VISITOR, {}, edition="tide-31").digest() != before


def test_models_are_no_plain_data() -> None:
    with pytest.raises(TypeError, match="Edition is no plain data"):
        Page("website/home.html", {"edition": make_edition()}).digest()


def test_an_organizers_viewpoint_shows_drafts_marked_as_such() -> None:
    edition = make_edition(key="tide-31", state="draft")
    make_talk(edition=edition, title="Not yet", state="draft")
    organizer = Viewpoint(make_organizer(), MOMENT, "en")
    text = render(editions.overview(organizer, {}, edition="tide-31"), organizer)
    assert "A draft: only organizers see this page." in text
    assert "Not yet" in text


def test_public_addresses_show_an_organizer_what_all_see(client: Client) -> None:
    make_talk(edition=make_edition(key="tide-31"), title="Not yet", state="draft")
    client.force_login(make_organizer())
    assert all_words(read(client, "/tide-31/"), "empty") == ["The programme will be announced."]


def test_an_absolute_address_only_where_one_is_known() -> None:
    make_edition(key="tide-31")
    page = editions.overview(VISITOR, {}, edition="tide-31")
    assert '<link rel="canonical" href="https://tide.example/tide-31/">' in render(page, VISITOR)
    assert "canonical" not in render(page, Viewpoint(AnonymousUser(), MOMENT, "en"))


def test_parameters_are_a_plain_mapping() -> None:
    query = {"q": ["a", " b "], "track": ["x", "", "x", "y"]}
    assert (chosen(query, "q"), chosen(query, "none")) == ("b", "")
    assert (all_chosen(query, "track"), all_chosen(query, "none")) == (("x", "y"), ())


@pytest.mark.parametrize("old", ["/2019/talk.html", "/tide-31/talks/old-name/", "/2019/talk.html?print=1"])
def test_old_paths_lead_on_for_good(client: Client, old: str) -> None:
    Redirect.objects.create(old_path=old, new_path="/tide-31/", edition=make_edition(key="tide-31"))
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, "/tide-31/")
    assert client.post(old).status_code in {404, 405}


def test_old_paths_never_hide_a_page_nor_reveal_a_draft(client: Client) -> None:
    make_edition(key="tide-31")
    Redirect.objects.create(old_path="/tide-31/", new_path="/elsewhere/")
    Redirect.objects.create(
        old_path="/old/", new_path="/hidden/", edition=make_edition(key="hidden", state="draft")
    )
    assert client.get("/tide-31/").status_code == 200
    assert client.get("/old/").status_code == 404


def test_old_paths_do_not_tell_where_a_draft_is(client: Client) -> None:
    edition = make_edition(key="tide-31")
    make_talk(edition=edition, slug="secret", state="draft")
    make_talk(edition=edition, slug="open")
    make_page(edition=edition, slug="party", state="draft")
    make_page(slug="plans", state="draft")
    make_edition(key="hidden", state="draft")
    targets = {
        "/tide-31/talks/secret/": 404,
        "/tide-31/talks/secret/?a=b": 404,
        "/tide-31/party/": 404,
        "/pages/plans/": 404,
        "/hidden/schedule/": 404,
        "/tide-31/talks/open/": 301,
        "/tide-31/schedule.ics": 301,
    }
    for number, target in enumerate(targets):
        Redirect.objects.create(old_path=f"/old-{number}/", new_path=target)
    assert {
        target: client.get(f"/old-{number}/").status_code for number, target in enumerate(targets)
    } == targets


@pytest.mark.parametrize("new", ["/round", "/round/", "/round/?again=1", "/round#top"])
def test_an_old_path_never_leads_to_itself(client: Client, new: str) -> None:
    Redirect.objects.create(old_path="/round/", new_path=new)
    assert client.get("/round/").status_code == 404


def test_an_old_path_may_be_a_file(client: Client) -> None:
    Redirect.objects.create(old_path="/cal.ics", new_path="/tide-31/schedule.ics")
    Redirect.objects.create(old_path="/tide-30/", new_path="/tide-31/")
    assert client.get("/cal.ics")["Location"] == "/tide-31/schedule.ics"
    assert client.get("/tide-30.ics")["Location"] == "/tide-31.ics"


def test_an_old_name_of_a_person_leads_to_them(client: Client) -> None:
    ada = make_speaker(slug="ada-new")
    SpeakerAlias.objects.create(speaker=ada, slug="ada-old")
    assert client.get("/speakers/ada-old/").status_code == 404
    make_appearance(speaker=ada)
    answer = client.get("/speakers/ada-old/")
    assert (answer.status_code, answer["Location"]) == (301, "/speakers/ada-new/")


def test_whoever_tries_things_out_sees_our_own_404(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    edition = make_edition(key="tide-31")
    Redirect.objects.create(old_path="/2019/", new_path="/tide-31/", edition=edition)
    for path in ("/no/such/page/", "/tide-31/talks/none/", "/speakers/nobody/"):
        assert words(read(client, path, 404).xpath("//h1")[0]) == "There is no such page"
    assert client.post("/no/such/page/").status_code == 404
    assert client.get("/2019/")["Location"] == "/tide-31/"
    assert client.get("/editions")["Location"] == "/editions/"


def test_errors_need_no_collected_files(
    client: Client, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "conference.static_files.HashedFiles"},
    }
    assert "/static/website/site.css" in links(read(client, "/no/such/page/", 404))
    assert server_error(RequestFactory().get("/")).status_code == 500
    assert "website/site.css is not among the collected static files" in caplog.text
    call_command("collectstatic", interactive=False, verbosity=0)
    staticfiles_storage._setup()  # type: ignore[attr-defined]
    hashed = [link for link in links(read(client, "/no/such/page/", 404)) if link.startswith("/static/")]
    assert all(re.fullmatch(r"/static/website/\w+\.[0-9a-f]{12}\.\w+", link) for link in hashed), hashed
    assert len(hashed) == 5


def test_errors_have_a_way_back(client: Client) -> None:
    assert "/editions/" in read(client, "/no/such/page/", 404).xpath("//main//a/@href")
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b'href="/"' in answer.content
