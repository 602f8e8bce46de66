"""`make judge`: serve the sample series as a public site does, let the judges look, keep their figures."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from shutil import which
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPORT = ROOT / "docs" / "judges.md"
HOST = "127.0.0.1"
FORMS = ("mobile", "desktop")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = {"accessibility": 100}
LEAST_ELSE = 95
TURNS = 3
"""How often Lighthouse is asked: on a busy machine a trace breaks off, and a score is missing."""
NO_CHROMIUM = "Lighthouse could not run: there was no Chromium."
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


@dataclass(frozen=True)
class Verdict:
    """What the judges found: messages by page, and Lighthouse's scores by page and form."""

    html: Mapping[str, list[str]]
    scores: Mapping[tuple[str, str], Mapping[str, int]]

    @property
    def is_good(self) -> bool:
        """Whether all judges looked and found nothing to mend."""
        low = [
            (page, name)
            for page, scores in self.scores.items()
            for name, score in scores.items()
            if score < LEAST.get(name, LEAST_ELSE)
        ]
        return bool(self.scores) and not low and not any(self.html.values())


class Server(ThreadingMixIn, WSGIServer):
    """A server that answers several requests at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """A handler that does not tell of every request."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def sample_site() -> Iterator[str]:
    """Serve the sample series in a site of its own, with DEBUG off and collected static files; gives its address."""
    with tempfile.TemporaryDirectory(prefix="lectern-judge-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="conference.settings",
            ENV_FILE="",
            DEBUG="0",
            SECRET_KEY="only for the judges, and for as long as they look",
            ALLOWED_HOSTS=HOST,
            DATABASE_URL=f"sqlite:///{folder}/judge.sqlite3",
            MEDIA_ROOT=f"{folder}/media",
            LOG_LEVEL="ERROR",
        )
        import django
        from django.conf import settings

        settings.STATIC_ROOT = Path(folder) / "static"
        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("demo", verbosity=0)
        from conference.wsgi import application

        with make_server(HOST, 0, application, Server, Quiet) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://{HOST}:{server.server_port}"
            server.shutdown()


def pages() -> dict[str, str]:
    """One page of each sort of the sample series: {what it is: its path}."""
    from django.urls import reverse

    from editions.models import Edition, Page, Room
    from talks.models import Appearance, Talk

    edition = Edition.objects.filter(key="monsoon-24").first() or Edition.objects.newest_first()[0]
    empty = Edition.objects.visible_to(None).filter(talks=None).first()
    talk = Talk.objects.published().filter(edition=edition).exclude(appearances=None).order_by("pk")[0]
    someone = Appearance.objects.filter(talk=talk).exclude(speaker=None)[0].speaker
    text_page = Page.objects.filter(edition=None, state="published").first()
    found = {
        "home": "/",
        "editions": reverse("website:editions"),
        "edition": reverse("website:edition", args=[edition.key]),
        "schedule": reverse("website:schedule", args=[edition.key]),
        "filtered schedule": reverse("website:schedule", args=[edition.key]) + "?q=zzz",
        "talk": talk.get_absolute_url(),
        "speakers of an edition": reverse("website:edition-speakers", args=[edition.key]),
        "speakers": reverse("website:speakers"),
        "speaker": someone.get_absolute_url() if someone else "/speakers/",
        "committee": reverse("website:committee"),
        "now": reverse("website:now", args=[edition.key]),
        "changes": reverse("website:changes", args=[edition.key]),
        "search": reverse("website:search"),
        "search results": reverse("website:search") + "?q=a",
        "not found": "/nothing-here/",
    }
    room = Room.objects.filter(edition=edition).first()
    if room:
        found["room"] = reverse("website:room", args=[edition.key, room.slug])
    if text_page:
        found["page of text"] = reverse("website:series-page", args=[text_page.slug])
    if empty:
        found["empty edition"] = reverse("website:edition", args=[empty.key])
    return found


def fetch(address: str) -> bytes:
    """The HTML at an address of the sample site, whatever its status."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", parts._replace(scheme="", netloc="").geturl())
    with connection.getresponse() as answer:
        return answer.read()


def look_at_html(address: str, paths: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """What the Nu HTML checker and html-validate say of each page."""
    for name, path in paths.items():
        (folder / f"{name.replace(' ', '-')}.html").write_bytes(fetch(address + path))
    files = sorted(folder.glob("*.html"))
    found: dict[str, list[str]] = {one.stem: [] for one in files}
    vnu = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    told = run("java", "-jar", str(vnu), "--format", "json", "--exit-zero-always", *map(str, files)).stderr
    for one in json.loads(told)["messages"]:
        name = Path(one["url"]).stem
        found[name].append(f"Nu {one['type']}, line {one.get('lastLine', 0)}: {one['message']}")
    config = HERE / ".htmlvalidate.json"
    out = folder / "html-validate.json"
    run(node("html-validate"), "--config", str(config), "--formatter", f"json={out}", *map(str, files))
    for one in json.loads(out.read_text()):
        for message in one["messages"]:
            name = Path(one["filePath"]).stem
            found[name].append(
                f"html-validate, line {message['line']}: {message['message']} ({message['ruleId']})"
            )
    return found


def look_by_lighthouse(
    address: str, paths: Mapping[str, str], folder: Path
) -> dict[tuple[str, str], dict[str, int]]:
    """Lighthouse's scores (0 to 100) of schedule and talk, on a phone and on a desk; {} without a Chromium."""
    chromium = which("chromium") or which("google-chrome")
    if chromium is None:
        return {}
    found = {}
    environment = {**os.environ, "CHROME_PATH": chromium}
    for name in ("schedule", "talk"):
        for form in FORMS:
            out = folder / f"{name}-{form}.json"
            preset = ["--preset=desktop"] if form == "desktop" else []
            words = (
                node("lighthouse"),
                address + paths[name],
                "--quiet",
                "--output=json",
                f"--output-path={out}",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--chrome-flags={CHROME_FLAGS}",
                *preset,
            )
            for _turn in range(TURNS):
                run(*words, env=environment)
                report = json.loads(out.read_text())
                if all(report["categories"][one]["score"] is not None for one in CATEGORIES):
                    break
            found[name, form] = {
                category: round(100 * (report["categories"][category]["score"] or 0))
                for category in CATEGORIES
            }
            for audit in report["audits"].values():
                if audit.get("score") is not None and audit["score"] < LEAST_ELSE / 100:
                    say(f"  {name}, {form}: {audit['title']} {audit.get('displayValue', '')}")
    return found


def say(line: str) -> None:
    """Tell whoever waits for the verdict."""
    sys.stdout.write(line + "\n")


def node(tool: str) -> str:
    """The path of a tool that npm installed."""
    return str(HERE / "node_modules" / ".bin" / tool)


def run(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a judge; its verdict is in what it prints, not in its exit code."""
    return subprocess.run(words, capture_output=True, text=True, check=False, env=env)


def keep(verdict: Verdict) -> None:
    """Write the figures into the docs."""
    lines = [
        "# What outside judges say",
        "",
        "`make judge` serves the sample series with `DEBUG` off, lets the judges look at it and writes this page. It",
        "needs Java, Node.js 20 and a Chromium; it is no part of `make test`.",
        "",
        f"Last run: {datetime.now(UTC):%Y-%m-%d}.",
        "",
        "## HTML",
        "",
        "The Nu HTML checker and html-validate, one page of each sort:",
        "",
        "| page | messages |",
        "|---|---|",
        *(f"| {name.replace('-', ' ')} | {len(found)} |" for name, found in sorted(verdict.html.items())),
        "",
        "## Lighthouse",
        "",
    ]
    if verdict.scores:
        lines += [f"| page | {' | '.join(CATEGORIES)} |", f"|---|{'---|' * len(CATEGORIES)}"]
        lines += [
            f"| {page}, {form} | {' | '.join(str(scores[name]) for name in CATEGORIES)} |"
            for (page, form), scores in verdict.scores.items()
        ]
    else:
        lines.append(NO_CHROMIUM)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def judge() -> int:
    """Let all judges look; exit code 0 if all did and there is nothing to mend."""
    with sample_site() as address, tempfile.TemporaryDirectory() as folder:
        paths: dict[str, Any] = pages()
        verdict = Verdict(
            look_at_html(address, paths, Path(folder)), look_by_lighthouse(address, paths, Path(folder))
        )
    for name, found in verdict.html.items():
        for one in found:
            say(f"{name}: {one}")
    if not verdict.scores:
        say(NO_CHROMIUM)
    for (page, form), scores in verdict.scores.items():
        say(f"{page}, {form}: {dict(scores)}")
    keep(verdict)
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(judge())
