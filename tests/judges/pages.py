"""What the HTML checkers and Lighthouse make of a page of each sort."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from shutil import which

from tests.judges.sites import ask
from tests.judges.tools import HERE, node, run, say

FORMS = ("mobile", "desktop")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = {"accessibility": 100}
LEAST_ELSE = 95
TURNS = 3
"""How often Lighthouse is asked: on a busy machine a trace breaks off, and a score is missing."""
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
Scores = Mapping[tuple[str, str], Mapping[str, int]]
"""Lighthouse's scores, 0 to 100: {(page, form): {category: score}}."""


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


def look_at_html(address: str, paths: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """What the Nu HTML checker and html-validate say of each page."""
    for name, path in paths.items():
        (folder / f"{name.replace(' ', '-')}.html").write_bytes(ask(address + path)[1])
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


def are_good(scores: Scores) -> bool:
    """Whether Lighthouse looked, and every score is high enough."""
    each = ((name, score) for found in scores.values() for name, score in found.items())
    return bool(scores) and all(score >= LEAST.get(name, LEAST_ELSE) for name, score in each)
