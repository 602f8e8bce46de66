"""The archive of the sample series: by one process or by many, and opened as files in a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from conference import demo
from tests.conference.start import PRODUCTION, manage
from tests.website.archive.archives import broken, export, files, small_series

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ALONE = """
from pathlib import Path
from website.archive import workers
from website.archive.building import Building
from website.archive.scope import Scope
workers.WORTH_IT = 1_000_000
Building(Path("{folder}"), Scope(), lambda file, fate: None).run()
"""


def test_many_processes_write_what_one_does(tmp_path: Path) -> None:
    """And a public site, with or without collected files of style, writes what a trial of it does."""
    place = {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}", "MEDIA_ROOT": str(tmp_path / "media")}
    assert manage("migrate", "-v0", DEBUG="1", **place).returncode == 0
    assert manage("demo", DEBUG="1", **place).returncode == 0
    many, one = tmp_path / "many", tmp_path / "one"
    done = manage("export_site", str(many), "-v0", **PRODUCTION, **place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = manage("shell", "--no-imports", "-c", ALONE.format(folder=one), DEBUG="1", **place)
    assert done.returncode == 0, done.stderr
    assert files(many) == files(one)
    again = manage("export_site", str(many), **PRODUCTION, **place)
    assert again.stderr.startswith("0 rendered, ") and len(again.stderr.splitlines()) == 1


@pytest.fixture
def archive(tmp_path: Path, transactional_db: None) -> Path:
    """The archive of the sample series, on a path with blanks and other letters."""
    assert demo.load(datetime(2026, 5, 15, 12, tzinfo=UTC)).ok
    folder = tmp_path / "an archive, архив"
    run = export(folder)
    assert run.dead == () and list(broken(folder)) == []
    return folder


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium, ended with the block. No query may be asked meanwhile: its loop is this thread's."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the archive was not opened")
def test_every_link_is_followed_from_a_file(archive: Path) -> None:
    """With script and without: no request fails, none leaves the disk, no page complains."""
    wrong: list[str] = []
    seen: list[set[Path]] = []
    with browser() as chromium:
        for javascript in (True, False):
            page = chromium.new_context(java_script_enabled=javascript).new_page()
            page.on("request", lambda request: wrong.append(request.url))
            page.on("requestfailed", lambda request: wrong.append(f"{request.failure} {request.url}"))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda message: wrong.append(message.text))
            seen.append(crawled(page, archive / "index.html"))
    # A page that is left before its icon is there takes back that it asked.
    assert [one for one in wrong if not one.startswith(("file:", "net::ERR_ABORTED"))] == []
    pages = {path for path in archive.rglob("*.html") if "http-equiv" not in path.read_text(encoding="utf-8")}
    assert [pages - found for found in seen] == [{archive / "404.html"}] * 2


@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the archive was not opened")
def test_filters_and_stars_answer_in_a_file(tmp_path: Path, transactional_db: None) -> None:
    small_series()
    export(tmp_path)
    schedule = (tmp_path / "tide-31/schedule/index.html").as_uri()
    with browser() as chromium:
        page = chromium.new_context(java_script_enabled=False).new_page()
        page.goto(schedule)
        assert page.locator("form.tools").is_hidden()
        page = chromium.new_context().new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("requestfailed", lambda request: pytest.fail(request.url))
        page.goto(f"{schedule}?room=attic")
        assert page.locator("li.row:visible h3").all_inner_texts() == ["海の言葉"]
        page.goto(schedule)
        page.get_by_role("searchbox").fill("ada los")
        assert page.locator("li.row:visible h3").all_inner_texts() == ["Keynote", "Keynote"]
        page.get_by_role("button", name="Save Keynote").first.click()
        page.get_by_text("My programme").first.click()
        assert page.locator(".carry img").count() == 0
        page.reload()
        assert page.locator(".row.is-saved").count() == 1


def crawled(page: Page, start: Path) -> set[Path]:
    """Open a page and every page that its links lead to; all else that they lead to must be a file."""
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page.goto(path.as_uri())
        assert page.locator("h1").count() == 1
        for link in page.evaluate("[...document.querySelectorAll('a[href]')].map((one) => one.href)"):
            if link.startswith("file:"):
                found = Path(unquote(urlsplit(link).path))
                assert found.is_file(), (path, link)
                waiting += [found] if found.suffix == ".html" else []
    return seen
