"""HTTP manners of every public address: what may be kept, what is new, what is packed, and by parts."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date, parse_http_date
from pytest_django import Settings

from attachments.storing import Batch
from editions.models import Edition, Redirect, Series
from history.models import Version
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_member,
    make_notice,
    make_page,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_talk,
)
from website.manners import kept, last_modified
from website.urls import urlpatterns

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]
MADE = datetime(2031, 5, 1, 12, tzinfo=UTC)
NOW = MADE + timedelta(minutes=10)
PAGE = "public, max-age=60, stale-while-revalidate=60"
FEED = "public, max-age=300, stale-while-revalidate=3600"
PICTURE = "public, max-age=3600, stale-while-revalidate=86400"
FILE = "public, max-age=31536000, s-maxage=3600, immutable"
BYTES = bytes(range(256)) * 8
SLUGS = {"talk": "tides", "room": "hall", "page": "venue", "series-page": "about", "speaker": "li-lei"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Ten minutes after everything was made."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site() -> Talk:
    """One of everything that has an address, made at MADE."""
    with time_machine.travel(MADE, tick=False):
        make_series(accent="#1f5f4a")
        make_page(slug="about")
        make_member()
        edition = make_edition(key="tide-31", title="Tide 31", starts_on=date(2031, 5, 15), ends_on=None)
        make_page(edition=edition, slug="venue")
        hall = make_room(edition=edition, slug="hall")
        with Batch() as batch:
            name = batch.document(ContentFile(BYTES, "tides.pdf"), "tides.pdf")
            batch.publish()
        talk = make_talk(edition=edition, slug="tides", title="Tides", room=hall, slides_file=name)
        make_appearance(talk=talk, speaker=make_speaker(slug="li-lei", name="Łukasz Ødegård"))
        make_paper(talk=talk)
        make_talk(edition=edition, slug="secret", state="draft")
        make_talk(edition=make_edition(key="hidden-32", state="draft"), slug="tides")
    return talk


def addresses() -> dict[str, str]:
    """An address of every public route, by its name (an alias has none: by its path)."""
    found = {}
    for pattern in urlpatterns:
        path = f"/{pattern.pattern}".replace("<edition:edition>", "tide-31")
        slug = SLUGS.get(pattern.name or "") or SLUGS.get(str(pattern.name).partition("-")[0], "")
        path = path.replace("<slug:slug>", slug).replace("<path:name>", "FILE")
        found[pattern.name or path] = path + {"qr": "?ids=1", "search": "?q=tides"}.get(
            pattern.name or "", ""
        )
    return found


ALL = addresses()
ALIASES = {name for name in ALL if name.startswith("/")}
FEEDS = {name for name in ALL if name.endswith(("-ics", "-xml", "-json", "-bib", "-csl", "-feed"))}
PICTURES = {"edition-card", "talk-card"}
TEXTS = sorted(set(ALL) - ALIASES - PICTURES - {"media"})


def ask(client: Client, path: str, method: str = "GET", **headers: str) -> HttpResponse:
    """Get an answer whole, as a server sends it, and close it."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.generic(method, path, headers=given)
    answer.received = b"".join(answer)  # type: ignore[attr-defined]
    answer.close()
    return answer  # type: ignore[return-value]


def headers_of(answer: HttpResponse) -> dict[str, str]:
    """All headers but the id of the request."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


def place(name: str, talk: Talk) -> str:
    """The address of a route."""
    return talk.slides_file.url if name == "media" else ALL[name]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", sorted(set(ALL) - ALIASES))
def test_every_address_has_manners(client: Client, site: Talk, name: str) -> None:
    path = place(name, site)
    answer = ask(client, path)
    feed, file = name in FEEDS, name == "media"
    assert answer.status_code == 200
    expected = FEED if feed else FILE if file else PICTURE if name in PICTURES else PAGE
    assert answer["Cache-Control"] == expected
    assert answer.get("Vary") == (None if file or name in PICTURES else "Accept-Encoding")
    assert answer["ETag"].startswith('"') and answer["ETag"].endswith('"')
    assert answer.get("Last-Modified") == (http_date(MADE.timestamp()) if feed else None)
    assert answer.get("Access-Control-Allow-Origin") == ("*" if feed else None)
    assert answer["Cross-Origin-Resource-Policy"] == (
        "cross-origin" if feed or name in PICTURES else "same-origin"
    )
    assert not answer.cookies and not client.cookies
    head = ask(client, path, "HEAD")
    assert (head.status_code, head.received) == (200, b"")  # type: ignore[attr-defined]
    assert headers_of(head) == headers_of(answer)
    assert int(head["Content-Length"]) == len(answer.received)  # type: ignore[attr-defined]
    assert ask(client, path)["ETag"] == answer["ETag"]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", sorted(set(ALL) - ALIASES))
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_known_is_not_sent_again(client: Client, site: Talk, name: str, method: str) -> None:
    path = place(name, site)
    first = ask(client, path)
    for known in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
        again = ask(client, path, method, if_none_match=known)
        assert (again.status_code, again.content) == (304, b"")
        for header in ("ETag", "Cache-Control", "Vary", "Last-Modified", "Access-Control-Allow-Origin"):
            assert again.get(header) == first.get(header), header
    assert ask(client, path, method, if_none_match='"other"').status_code == 200


@pytest.mark.usefixtures("clock", "site")
@pytest.mark.parametrize("name", sorted(FEEDS))
def test_what_is_not_newer_is_not_sent_again(client: Client, name: str) -> None:
    since = ask(client, ALL[name])["Last-Modified"]
    assert client.get(ALL[name], headers={"If-Modified-Since": since}).status_code == 304
    before = http_date(parse_http_date(since) - 1)
    assert client.get(ALL[name], headers={"If-Modified-Since": before}).status_code == 200
    # The ETag is what counts where both are told.
    both = {"If-Modified-Since": since, "If-None-Match": '"other"'}
    assert client.get(ALL[name], headers=both).status_code == 200
    assert client.get(ALL[name], headers={"If-Modified-Since": "junk"}).status_code == 200


@pytest.mark.usefixtures("clock", "site")
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_packed_for_those_who_take_it(client: Client, name: str) -> None:
    plain, small = ask(client, ALL[name]), ask(client, ALL[name], accept_encoding="br;q=1, GZIP;q=0.5")
    if len(plain.content) < 512:
        assert headers_of(small) == headers_of(plain)
        return
    assert (small["Content-Encoding"], small["Vary"]) == ("gzip", "Accept-Encoding")
    assert int(small["Content-Length"]) == len(small.content) < len(plain.content)
    assert gzip.decompress(small.content) == plain.content
    assert small["ETag"] == plain["ETag"][:-1] + '-gzip"'
    assert ask(client, ALL[name], accept_encoding="gzip").content == small.content
    head = ask(client, ALL[name], "HEAD", accept_encoding="gzip")
    assert (head.content, headers_of(head)) == (b"", headers_of(small))
    for accepted, known, status in (("gzip", small, 304), ("gzip", plain, 200), ("", small, 200)):
        asked = ask(client, ALL[name], accept_encoding=accepted, if_none_match=known["ETag"])
        assert asked.status_code == status
    for refused in ("gzip;q=0", "gzip; q=0.0", "identity", "x-gzipped", "br", "*;q=0"):
        assert headers_of(ask(client, ALL[name], accept_encoding=refused)) == headers_of(plain)


@pytest.mark.usefixtures("site", "clock")
@pytest.mark.parametrize("name", sorted(ALIASES))
def test_an_alias_leads_on_for_programs_of_any_origin(client: Client, name: str) -> None:
    for method in (client.get, client.head):
        answer = method(f"{name}?track=deep&track=low")
        kind = name.rpartition(".")[2]
        assert answer["Location"] == f"/tide-31/schedule.{kind}?track=deep&track=low"
        assert (answer.status_code, answer.content, answer["Access-Control-Allow-Origin"]) == (301, b"", "*")
        assert answer["Cache-Control"] == FEED


@pytest.mark.usefixtures("site", "clock")
def test_a_draft_is_told_neither_by_headers_nor_by_a_304(client: Client) -> None:
    since = http_date(NOW.timestamp())
    for hidden, missing in (
        ("/hidden-32/schedule/", "/none-33/schedule/"),
        ("/hidden-32/schedule.ics", "/none-33/schedule.ics"),
        ("/tide-31/talks/secret/", "/tide-31/talks/none/"),
        ("/tide-31/talks/secret.bib", "/tide-31/talks/none.bib"),
    ):
        for extra in ({}, {"if_none_match": "*"}, {"if_modified_since": since}, {"accept_encoding": "gzip"}):
            one, other = ask(client, hidden, **extra), ask(client, missing, **extra)
            assert one.status_code == other.status_code == 404
            assert headers_of(one) == {**headers_of(other), "Content-Length": one["Content-Length"]}
            assert not {"ETag", "Last-Modified", "Cache-Control"} & one.headers.keys()
            assert one.get("Access-Control-Allow-Origin") == (
                "*" if hidden.endswith(("ics", "bib")) else None
            )


@pytest.mark.usefixtures("clock")
def test_an_old_feed_leads_on_for_programs_of_any_origin(client: Client, site: Talk) -> None:
    Redirect.objects.create(
        old_path="/tide-31/talks/old/", new_path="/tide-31/talks/tides/", edition=site.edition
    )
    answer = client.get("/tide-31/talks/old.ics")
    assert (answer.status_code, answer["Location"]) == (301, "/tide-31/talks/tides.ics")
    assert answer["Access-Control-Allow-Origin"] == "*"


CHANGES: list[tuple[str, Callable[[], Any]]] = [
    ("home", lambda: Edition.objects.update(title="Ebb 31")),
    ("editions", lambda: Edition.objects.update(title="Ebb 31")),
    ("committee", lambda: make_member(name="Corwin")),
    ("series-page", lambda: make_page(slug="more", title="More")),
    ("speakers", lambda: Speaker.objects.update(name="李雷")),
    ("speaker", lambda: Talk.objects.update(title="Ebb")),
    ("speaker-ics", lambda: Talk.objects.update(title="Ebb")),
    ("series-bib", lambda: Series.objects.update(name="Ebb Workshops")),
    ("search", lambda: Talk.objects.update(title="Tides of ebb")),
    ("sitemap", lambda: Talk.objects.filter(slug="tides").update(slug="ebb")),
    ("series-theme", lambda: Series.objects.update(accent="#884411")),
    ("manifest", lambda: Series.objects.update(name="Ebb Workshops")),
    ("worker", lambda: Series.objects.update(name="Ebb Workshops")),
    ("offline", lambda: Series.objects.update(name="Ebb Workshops")),
    ("edition", lambda: Talk.objects.update(title="Ebb")),
    ("schedule", lambda: Talk.objects.update(title="Ebb")),
    ("schedule-ics", lambda: Talk.objects.update(title="Ebb")),
    ("schedule-xml", lambda: Appearance.objects.update(name="Han Meimei")),
    ("schedule-json", lambda: Talk.objects.filter(slug="tides").update(state="draft")),
    ("talk", lambda: Appearance.objects.update(affiliation="Ebb University")),
    ("talk-ics", lambda: Talk.objects.update(ends_at=datetime(2031, 5, 15, 11))),
    ("talk-bib", lambda: Appearance.objects.update(name="Han Meimei")),
    ("talk-csl", lambda: Talk.objects.update(title="Ebb")),
    ("edition-bib", lambda: Edition.objects.update(title="Ebb 31")),
    ("edition-csl", lambda: Talk.objects.update(title="Ebb")),
    ("edition-speakers", lambda: Appearance.objects.update(affiliation="Ebb University")),
    ("room", lambda: Talk.objects.update(title="Ebb")),
    ("changes", lambda: Talk.objects.filter(slug="tides").update(title="Ebb")),
    ("changes-feed", lambda: Talk.objects.filter(slug="tides").update(title="Ebb")),
    ("now", lambda: Talk.objects.update(title="Ebb")),
    ("theme", lambda: Series.objects.update(accent="#884411")),
    ("edition-card", lambda: Edition.objects.update(title="Ebb 31")),
    ("talk-card", lambda: Talk.objects.update(title="Ebb")),
    ("page", lambda: make_page(edition=Edition.objects.get(key="tide-31"), slug="more", title="More")),
]
NEVER_NEW = {"robots", "qr", "media"}


def test_every_address_is_among_the_changes() -> None:
    assert {name for name, _ in CHANGES} | NEVER_NEW == set(ALL) - ALIASES


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_no_address_is_ever_stale(
    client: Client, clock: time_machine.Traveller, name: str, change: Callable[[], Any]
) -> None:
    before = ask(client, ALL[name])
    change()
    known = [{"if_none_match": before["ETag"]}]
    if "Last-Modified" in before:
        known.append({"if_modified_since": before["Last-Modified"]})
    for seconds in (0, 1, 60):
        clock.move_to(NOW + timedelta(seconds=seconds))
        for headers in known:
            after = ask(client, ALL[name], **headers)
            assert after.status_code == 200, (seconds, headers)
            assert after.content != before.content
            assert after["ETag"] != before["ETag"]


@pytest.mark.usefixtures("site")
def test_what_stands_on_nothing_but_code_has_no_later_date(clock: time_machine.Traveller) -> None:
    clock.move_to(MADE - timedelta(days=1))
    assert last_modified("tide-31") == ""
    clock.move_to(NOW)
    assert last_modified("tide-31") == last_modified() == http_date(MADE.timestamp())
    assert last_modified("none-33") == ""
    Version.objects.update(raised_at=datetime(2001, 1, 1, tzinfo=UTC))
    # Other code may have answered then.
    assert parse_http_date(last_modified()) > datetime(2020, 1, 1, tzinfo=UTC).timestamp()


@pytest.mark.usefixtures("site")
def test_a_change_of_this_very_second_has_no_date_yet(client: Client, clock: time_machine.Traveller) -> None:
    for seconds, dated in ((0, False), (1, False), (2, True)):
        clock.move_to(NOW)
        Talk.objects.filter(slug="tides").update(title=f"Ebb {seconds}")
        clock.move_to(NOW + timedelta(seconds=seconds))
        assert client.get("/tide-31/schedule.ics").has_header("Last-Modified") == dated


@pytest.mark.usefixtures("site")
def test_other_editions_make_a_feed_no_newer(client: Client, clock: time_machine.Traveller) -> None:
    make_talk(edition=make_edition(key="tide-32"), title="Elsewhere")
    clock.move_to(NOW + timedelta(seconds=5))
    dates = [client.get(path)["Last-Modified"] for path in ("/tide-31/schedule.ics", "/proceedings.bib")]
    assert dates == [http_date(MADE.timestamp()), http_date(NOW.timestamp())]


@pytest.mark.parametrize("name", ["edition", "schedule", "now"])
def test_a_page_turns_when_its_notice_ends(
    client: Client, clock: time_machine.Traveller, site: Talk, name: str
) -> None:
    with time_machine.travel(MADE, tick=False):
        # 12:11 in UTC.
        make_notice(edition=site.edition, text="Boats at noon", until=datetime(2031, 5, 1, 5, 11))
    end = NOW + timedelta(minutes=1)
    for left, told in (
        (timedelta(minutes=3), PAGE),
        (timedelta(seconds=90), "public, max-age=60, stale-while-revalidate=30"),
        (timedelta(seconds=59.5), "public, max-age=59, stale-while-revalidate=0"),
        (timedelta(seconds=0.5), "public, max-age=0, stale-while-revalidate=0"),
    ):
        clock.move_to(end - left)
        before = ask(client, ALL[name])
        assert ("Boats at noon" in before.content.decode(), before["Cache-Control"]) == (True, told)
    clock.move_to(end)
    after = ask(client, ALL[name], if_none_match=before["ETag"], if_modified_since=http_date(NOW.timestamp()))
    assert ("Boats at noon" in after.content.decode(), after["Cache-Control"]) == (False, PAGE)


def test_what_says_itself_how_it_is_kept_is_left_alone() -> None:
    answer = kept(HttpResponse(headers={"Cache-Control": "no-store"}), NOW, NOW)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("site", "clock")
def test_a_304_asks_no_more_than_a_page(client: Client, django_assert_num_queries: Counting) -> None:
    for name in sorted(set(ALL) - ALIASES - {"media"}):
        with CaptureQueriesContext(connection) as asked:
            etag = client.get(ALL[name])["ETag"]
        with django_assert_num_queries(len(asked)):
            assert client.get(ALL[name], headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.usefixtures("site")
def test_the_organizers_side_is_neither_kept_nor_packed(client: Client) -> None:
    answer = client.get("/admin/login/", headers={"Accept-Encoding": "gzip"})
    assert "no-store" in answer["Cache-Control"]
    assert not {"Content-Encoding", "ETag", "Last-Modified"} & answer.headers.keys()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=2000-", 2000, 2047),
        ("bytes=2047-9999999999", 2047, 2047),
        ("bytes=-48", 2000, 2047),
        ("bytes=-4096", 0, 2047),
        ("Bytes = 5 - 6", 5, 6),
    ],
)
def test_a_part_of_a_file(client: Client, site: Talk, asked: str, first: int, last: int) -> None:
    whole = ask(client, site.slides_file.url)
    assert (whole["Accept-Ranges"], whole.received) == ("bytes", BYTES)  # type: ignore[attr-defined]
    for extra in ({}, {"if_range": whole["ETag"]}):
        answer = ask(client, site.slides_file.url, range=asked, **extra)
        assert (answer.status_code, answer.received) == (206, BYTES[first : last + 1])  # type: ignore[attr-defined]
        assert answer["Content-Range"] == f"bytes {first}-{last}/2048"
        length = {"Content-Length": str(last + 1 - first), "Content-Range": answer["Content-Range"]}
        assert headers_of(answer) == {**headers_of(whole), **length}
    head = ask(client, site.slides_file.url, "HEAD", range=asked)
    assert (head.status_code, headers_of(head)) == (200, headers_of(whole))
    known = client.get(site.slides_file.url, headers={"Range": asked, "If-None-Match": whole["ETag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("asked", ["bytes=2048-", "bytes=9999-10000", "bytes=-0"])
def test_a_part_that_a_file_has_not(client: Client, site: Talk, asked: str) -> None:
    answer = ask(client, site.slides_file.url, range=asked)
    assert (answer.status_code, answer.content, answer["Content-Range"]) == (416, b"", "bytes */2048")


@pytest.mark.parametrize(
    "headers",
    [
        *(
            {"range": one}
            for one in ("bytes=5-2", "bytes=0-1,3-4", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=", "")
        ),
        {"range": "bytes=0-1", "if_range": '"other"'},
        {"range": "bytes=0-1", "if_range": http_date(NOW.timestamp())},
        {"range": f"bytes=0-{'9' * 4000}"},
    ],
)
def test_a_part_that_says_nothing_is_the_whole(client: Client, site: Talk, headers: dict[str, str]) -> None:
    answer = ask(client, site.slides_file.url, **headers)
    assert (answer.status_code, answer.received) == (200, BYTES)  # type: ignore[attr-defined]


def test_a_file_of_a_draft_has_no_parts(client: Client, site: Talk) -> None:
    etag = ask(client, site.slides_file.url)["ETag"]
    Talk.objects.filter(pk=site.pk).update(state="draft")
    for headers in ({}, {"range": "bytes=0-1"}, {"if_none_match": etag}, {"range": "bytes=9999-"}):
        assert ask(client, site.slides_file.url, **headers).status_code == 404


def test_static_files_lie_packed_beside_their_originals(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "conference.static_files.HashedFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = [path for path in (tmp_path / "website").glob("site.*.css") if path.stem.count(".") == 1]
    assert [gzip.decompress(Path(f"{path}.gz").read_bytes()) for path in hashed] == [
        path.read_bytes() for path in hashed
    ]
    assert len(hashed) == 1
