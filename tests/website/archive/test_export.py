"""What an archive holds, what it renders again, and what it refuses."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from django.db import connection
from django.template import Engine
from django.test.utils import CaptureQueriesContext
from lxml import etree, html
from pytest_django import Settings

from editions.models import Redirect
from tests.factories import make_appearance, make_edition, make_page, make_series, make_talk
from tests.website.archive.archives import START, broken, export, files, read_links, small_series
from website.archive import digests
from website.archive.building import ForeignFilesError
from website.archive.records import MANIFEST, STATE

pytestmark = pytest.mark.django_db

BESIDE = (".bib", ".csl.json", ".ics", "/index.html")


def of_talk(slug: str, edition: str = "tide-31") -> set[str]:
    """The files of a talk."""
    return {f"{edition}/talks/{slug}{ending}" for ending in BESIDE}


def test_every_public_address_is_a_file(tmp_path: Path) -> None:
    small_series()
    run = export(tmp_path)
    of_edition: tuple[str, ...] = ("proceedings.bib", "proceedings.csl.json", "theme.css", "index.html")
    of_edition += ("changes/index.html", "changes/feed.atom", "schedule/index.html", "speakers/index.html")
    of_edition += tuple(
        f"schedule{path}.{kind}" for path in ("", "/export/schedule") for kind in ("ics", "json", "xml")
    )
    people = sorted({path.name for path in (tmp_path / "speakers").iterdir() if path.is_dir()} - {"ada-old"})
    third = (set(people) - {"ada-los", "hoshizora"}).pop()
    expected = {f"{edition}/{name}" for edition in ("tide-30", "tide-31") for name in of_edition}
    expected |= of_talk("keynote") | of_talk("talk-umi") | of_talk("later") | of_talk("old", "tide-30")
    expected |= {
        f"tide-31/talks/{name}" for name in ("off.ics", "off/index.html", "again.ics", "again/index.html")
    }
    expected |= {f"tide-31/rooms/{room}/index.html" for room in ("hall", "attic")}
    expected |= {
        f"speakers/{slug}{end}" for slug in ("ada-los", "hoshizora", third) for end in (".ics", "/index.html")
    }
    expected |= {
        "index.html",
        "404.html",
        "editions/index.html",
        "committee/index.html",
        "speakers/index.html",
    }
    expected |= {"proceedings.bib", "theme.css", "pages/about/index.html", "tide-31/venue/index.html"}
    expected |= {"2031/keynote.html", "anfahrt/index.html", "speakers/ada-old/index.html"}
    assert set(run.rendered) == expected
    static = {
        "site.css",
        "pages.css",
        "schedule.css",
        "grid.css",
        "site.js",
        "schedule.js",
        "copy.js",
        "icon.svg",
        "icon192.png",
    }
    assert set(files(tmp_path)) == expected | {f"static/website/{name}" for name in static} | {
        MANIFEST,
        STATE,
    }
    assert (run.dead, list(broken(tmp_path))) == ((), [])


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    small_series()
    export(tmp_path / "one")
    export(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_an_unchanged_archive_asks_for_its_version_alone(tmp_path: Path) -> None:
    small_series()
    first = export(tmp_path)
    before = files(tmp_path)
    with CaptureQueriesContext(connection) as asked:
        run = export(tmp_path)
    assert (run.rendered, run.removed, run.unchanged, len(asked)) == ([], [], len(first.rendered), 1)
    assert files(tmp_path) == before


def test_one_talk_edited_renders_the_pages_that_show_it(tmp_path: Path) -> None:
    series = small_series()
    export(tmp_path)
    series.beside.abstract = "About the words of the sea."
    series.beside.save()
    run = export(tmp_path)
    assert set(run.rendered) == {
        "tide-31/talks/talk-umi/index.html",
        "tide-31/talks/talk-umi.ics",
        "tide-31/schedule.ics",
        "tide-31/schedule.xml",
        "tide-31/schedule.json",
        "tide-31/schedule/export/schedule.ics",
        "tide-31/schedule/export/schedule.xml",
        "tide-31/schedule/export/schedule.json",
        "speakers/hoshizora.ics",
    }
    export(tmp_path / "anew")
    anew = files(tmp_path / "anew")
    shutil.rmtree(tmp_path / "anew")
    assert files(tmp_path) == anew


def test_a_person_renamed(tmp_path: Path) -> None:
    series = small_series()
    export(tmp_path)
    series.sora.name = "星空 そら"
    series.sora.save()
    run = export(tmp_path)
    versioned = {
        f"tide-31/schedule{path}.{kind}" for path in ("", "/export/schedule") for kind in ("json", "xml")
    }
    shown = {"speakers/hoshizora/index.html", "speakers/hoshizora.ics", "speakers/index.html"}
    assert set(run.rendered) == shown | versioned
    series.sora.slug = "sora"
    series.sora.save()
    run = export(tmp_path)
    assert {"speakers/sora/index.html", "speakers/sora.ics", "tide-31/talks/talk-umi/index.html"} <= set(
        run.rendered
    )
    assert not {"tide-31/talks/keynote/index.html", "tide-30/index.html"} & set(run.rendered)
    assert set(run.removed) == {"speakers/hoshizora/index.html", "speakers/hoshizora.ics"}
    assert not (tmp_path / "speakers/hoshizora").exists()
    assert list(broken(tmp_path)) == []


def test_no_draft_is_in_it(tmp_path: Path) -> None:
    small_series()
    hidden = make_edition(key="tide-32", title="Edition of a draft", state="draft")
    make_talk(edition=hidden, title="Within a draft")
    make_page(slug="plans", title="Plans of a draft", state="draft")
    export(tmp_path)
    assert [name for name, data in files(tmp_path).items() if b"a draft" in data or b"tide-32" in data] == []


def test_a_talk_taken_back_leaves_nothing(tmp_path: Path) -> None:
    series = small_series()
    export(tmp_path)
    series.beside.state = "draft"
    series.beside.save()
    run = export(tmp_path)
    gone = of_talk("talk-umi") | {
        "tide-31/rooms/attic/index.html",
        "speakers/hoshizora/index.html",
        "speakers/hoshizora.ics",
    }
    assert set(run.removed) == gone
    assert [name for name, data in files(tmp_path).items() if "海の言葉".encode() in data] == []


def test_old_addresses_lead_on(tmp_path: Path) -> None:
    small_series()
    export(tmp_path)
    for file, to in {
        "2031/keynote.html": "../tide-31/talks/keynote/index.html",
        "anfahrt/index.html": "../tide-31/venue/index.html",
        "speakers/ada-old/index.html": "../ada-los/index.html",
        "tide-31/talks/again/index.html": "../keynote/index.html",
    }.items():
        text = (tmp_path / file).read_text()
        assert f'<meta http-equiv="refresh" content="0; url={to}">' in text
        assert f'<link rel="canonical" href="{to}">' in text
    # A page that stands is nobody's old address.
    assert "Keynote" in (tmp_path / "tide-31/index.html").read_text()


def test_what_other_systems_teach_is_a_copy(tmp_path: Path) -> None:
    small_series()
    export(tmp_path)
    for kind in ("ics", "json", "xml"):
        copy = (tmp_path / f"tide-31/schedule/export/schedule.{kind}").read_bytes()
        assert copy == (tmp_path / f"tide-31/schedule.{kind}").read_bytes()


def test_what_needs_a_server_is_left_out(tmp_path: Path) -> None:
    small_series()
    export(tmp_path)
    about = (tmp_path / "pages/about/index.html").read_text()
    assert (
        '<a href="../../tide-31/talks/keynote/index.html" rel="noopener">A talk</a> and <a>words</a>' in about
    )
    for name, data in files(tmp_path).items():
        if name.endswith(".html"):
            for word in (
                b"search/",
                b"now/",
                b"sw.js",
                b"offline",
                b"manifest",
                b"/admin/",
                b"http://testserver",
            ):
                assert word not in data, (name, word)
    schedule = (tmp_path / "tide-31/schedule/index.html").read_text()
    assert " data-now" not in schedule and " data-alt" not in schedule
    assert (
        '<form class="tools" role="search" action="index.html" autocomplete="off" data-whole hidden'
        in schedule
    )


def test_nothing_speaks_of_a_moment(tmp_path: Path) -> None:
    """An edition that is ahead is shown as one that is over: the same bytes, whenever they are made."""
    make_series()
    edition = make_edition(
        key="tide-31", registration_url="https://r.example", submission_url="https://s.example"
    )
    talk = make_talk(edition=edition, starts_at=START)
    talk.starts_at, talk.ends_at = START + timedelta(hours=3), START + timedelta(hours=4)
    talk.save()
    export(tmp_path)
    told = b"".join(
        data for name, data in files(tmp_path).items() if name.endswith(".html") and "changes" not in name
    )
    for word in (b"r.example", b"s.example", b"badge moved", b"On now", b"Next edition", b"Add to calendar"):
        assert word not in told


def test_dead_links_are_named_until_they_are_mended(tmp_path: Path) -> None:
    series = small_series()
    body = "[gone](/tide-31/talks/gone/) [place](/tide-31/schedule/#nowhere) [file](/media/documents/0123456789abcdef/a.pdf) [day](/tide-31/schedule/#d2031-05-15)"
    page = make_page(slug="links", title="Links", body=body)
    dead = tuple(
        ("pages/links/index.html", link)
        for link in (
            "media/documents/0123456789abcdef/a.pdf",
            "tide-31/schedule/index.html#nowhere",
            "tide-31/talks/gone/index.html",
        )
    )
    assert export(tmp_path).dead == dead
    assert export(tmp_path).dead == dead
    assert sorted(link for _page, link in broken(tmp_path)) == sorted(
        (
            "../../media/documents/0123456789abcdef/a.pdf",
            "../../tide-31/schedule/index.html#nowhere",
            "../../tide-31/talks/gone/index.html",
        )
    )
    make_talk(edition=series.west, slug="gone", title="Found again")
    page.body = "[found](/tide-31/talks/gone/)"
    page.save()
    assert export(tmp_path).dead == ()


def test_an_edition_alone(tmp_path: Path) -> None:
    small_series()
    run = export(tmp_path, "tide-31")
    assert run.dead == () and list(broken(tmp_path)) == []
    assert {name.split("/")[0] for name in files(tmp_path)} == {
        "2031", "404.html", "anfahrt", "index.html", "speakers", "static", "theme.css", "tide-31", MANIFEST, STATE,
    }  # fmt: skip
    assert 'url=tide-31/index.html"' in (tmp_path / "index.html").read_text()
    person = (tmp_path / "speakers/ada-los/index.html").read_text()
    assert "<a>Old</a>" in person
    assert [link for link in read_links(tmp_path / "tide-31/index.html").links if "speakers/" in link] != []
    assert "../speakers/index.html" not in read_links(tmp_path / "tide-31/index.html").links


def test_an_edition_alone_leads_back_where_the_rest_is(tmp_path: Path) -> None:
    small_series()
    export(tmp_path, "tide-31", "https://tide.example/past")
    person = read_links(tmp_path / "speakers/ada-los/index.html").links
    assert "https://tide.example/past/tide-30/talks/old/" in person
    assert "https://tide.example/past/speakers/" in person
    assert "../../tide-31/talks/keynote/index.html" in person


def test_an_archive_with_an_address_names_it(tmp_path: Path) -> None:
    small_series()
    export(tmp_path, "", "https://tide.example/past")
    talk = (tmp_path / "tide-31/talks/keynote/index.html").read_text()
    assert '<link rel="canonical" href="https://tide.example/past/tide-31/talks/keynote/">' in talk
    assert '"url":"https://tide.example/past/tide-31/talks/keynote/"' in talk
    assert (tmp_path / "tide-31/talks/keynote/card.png").read_bytes().startswith(b"\x89PNG")
    assert "<loc>https://tide.example/past/tide-31/</loc>" in (tmp_path / "sitemap.xml").read_text()
    assert "https://tide.example/past/" in (tmp_path / "tide-31/schedule.ics").read_text()
    # The page for addresses without a page is read at any of them.
    assert {link for link in read_links(tmp_path / "404.html").links if "://" not in link} == {"#main"}
    assert list(broken(tmp_path)) == []


def test_foreign_files_are_never_touched(tmp_path: Path) -> None:
    small_series()
    (tmp_path / "diary.txt").write_text("Mine.")
    with pytest.raises(ForeignFilesError) as refused:
        export(tmp_path)
    assert refused.value.files == ["diary.txt"]
    assert list(files(tmp_path)) == ["diary.txt"]
    archive = tmp_path / "archive"
    export(archive)
    (archive / "CNAME").write_text("tide.example")
    (archive / "pages/new").mkdir()
    (archive / "pages/new/index.html").write_text("Mine.")
    export(archive)
    make_page(slug="new", title="New")
    with pytest.raises(ForeignFilesError) as refused:
        export(archive)
    assert refused.value.files == ["pages/new/index.html"]
    (archive / "pages/new/index.html").unlink()
    export(archive)
    assert (archive / "CNAME").read_text() == "tide.example"


def test_a_killed_run_is_mended_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle of an edit that is then taken back: no half of it stays."""
    series = small_series()
    export(tmp_path / "one")
    title = series.keynote.title
    for wanted in (title + " of a second mind", title):
        series.keynote.title = wanted
        series.keynote.save()
        if wanted != title:
            killed_after(5, tmp_path / "one", monkeypatch)
    export(tmp_path / "one")
    export(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def killed_after(count: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run until some files are replaced, then stop as a killed process does: at once, with nothing tidied."""
    replaced = 0
    real = os.replace

    def replace(old: object, new: object) -> None:
        nonlocal replaced
        replaced += 1
        if replaced > count:
            raise KeyboardInterrupt
        real(old, new)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            export(folder)


def test_a_first_run_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_series()
    killed_after(7, tmp_path / "one", monkeypatch)
    export(tmp_path / "one")
    export(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_file_that_was_lost_comes_back(tmp_path: Path) -> None:
    small_series()
    export(tmp_path)
    before = files(tmp_path)
    for name in ("tide-31/index.html", "static/website/site.css"):
        (tmp_path / name).unlink()
    assert export(tmp_path).rendered == ["tide-31/index.html"]
    assert files(tmp_path) == before


def test_a_lost_state_is_no_harm(tmp_path: Path) -> None:
    small_series()
    export(tmp_path)
    before = files(tmp_path)
    (tmp_path / STATE).unlink()
    export(tmp_path)
    assert files(tmp_path) == before


def test_a_template_edited_renders_the_pages_that_stand_on_it(tmp_path: Path, settings: Settings) -> None:
    small_series()
    templates = tmp_path / "templates"
    shutil.copytree(settings.BASE_DIR / "templates", templates)
    started_with(templates, settings)
    export(tmp_path / "archive")
    fragment = templates / "website/_at_door.html"
    fragment.write_text(fragment.read_text().replace("<article>", "<article >"))
    started_with(templates, settings)
    rooms = ["tide-31/rooms/attic/index.html", "tide-31/rooms/hall/index.html"]
    assert export(tmp_path / "archive").rendered == rooms


@pytest.fixture(autouse=True)
def _new_process() -> Iterator[None]:
    """Forget what a process knows of the templates."""
    yield
    digests.of_all.cache_clear()
    digests.of_template.cache_clear()


def started_with(templates: Path, settings: Settings) -> None:
    """Read the templates of a folder from now on, as a process does that starts."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [templates]}]
    digests.of_all.cache_clear()
    digests.of_template.cache_clear()


def test_every_fragment_belongs_to_some_page() -> None:
    """What a tag shows is in no template's text: the digests must know it by name."""
    folder = Path(Engine.get_default().dirs[0]) / "website"
    named = {name for path in folder.iterdir() for name in digests.NAMED.findall(path.read_text())}
    fragments = {f"website/{path.name}" for path in folder.glob("_*")}
    assert fragments - named == set(digests.UNNAMED)


def test_queries_grow_by_the_talk_alone(tmp_path: Path) -> None:
    edition = make_edition(key="tide-31")
    counts = []
    for place in range(4):
        talk = make_talk(edition=edition, slug=f"talk-{place}", starts_at=START + timedelta(days=place))
        make_appearance(talk=talk)
        with CaptureQueriesContext(connection) as asked:
            export(tmp_path / str(place))
        counts.append(len(asked))
    assert counts[3] - counts[2] == counts[2] - counts[1] > 0


@pytest.mark.parametrize(
    "old",
    [
        "/MANIFEST.sha256/",
        "/.git/config/",
        "/.lectern-part/x/",
        "/static/website/",
        "/media/x/",
        "/" + "灯" * 80 + ("/" + "灯" * 80) * 9,
    ],
)
def test_no_old_address_stands_where_the_archive_keeps_its_own(tmp_path: Path, old: str) -> None:
    small_series()
    export(tmp_path / "plain")
    Redirect.objects.create(old_path=old, new_path="/tide-31/")
    export(tmp_path / "archive")
    assert files(tmp_path / "archive").keys() == files(tmp_path / "plain").keys()


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    small_series()
    (tmp_path / "outside").mkdir()
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/tide-31").symlink_to(tmp_path / "outside")
    with pytest.raises(ForeignFilesError):
        export(tmp_path / "archive")
    (tmp_path / "archive/tide-31").unlink()
    export(tmp_path / "archive")
    shutil.rmtree(tmp_path / "archive/tide-31")
    (tmp_path / "archive/tide-31").symlink_to(tmp_path / "outside")
    with pytest.raises(ValueError, match="leads out"):
        export(tmp_path / "archive")
    assert files(tmp_path / "outside") == {}


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("America/Vancouver", "-07:00"), ("Asia/Tokyo", "+09:00"), ("Asia/Kolkata", "+05:30")],
)
def test_an_archive_shows_the_venues_clock(tmp_path: Path, zone: str, offset: str) -> None:
    edition = make_edition(key="tide-31", timezone=zone)
    clocks = [datetime(2031, 5, 15, 0, 30), datetime(2031, 5, 15, 23, 50)]
    for clock in clocks:
        make_talk(edition=edition, starts_at=clock)
    export(tmp_path)
    expected = [f"{clock.isoformat()}{offset}" for clock in clocks]
    schedule = html.fromstring((tmp_path / "tide-31/schedule/index.html").read_bytes())
    shown = [item.xpath(".//time")[0] for item in schedule.xpath("//article")]
    assert [time.get("datetime") for time in shown] == expected
    assert [time.text for time in shown] == ["00:30", "23:50"]
    feed = etree.fromstring((tmp_path / "tide-31/schedule.xml").read_bytes())
    assert feed.xpath("//event/date/text()") == expected
    calendar = icalendar.Calendar.from_ical((tmp_path / "tide-31/schedule.ics").read_bytes())
    assert [event.start.isoformat() for event in calendar.events] == expected
