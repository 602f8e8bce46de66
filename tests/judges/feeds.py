"""What outside readers make of the feeds and of the structured data of a site, gathered into a folder."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import which
from typing import Any

from lxml import html

from tests.exchange.schedules import XSD
from tests.judges.tools import HERE, INSTALLED, node, run

WRONG = {
    "@context": "https://schema.org",
    "@type": "Event",
    "eventStatu": "https://schema.org/EventScheduled",
}
"""A block that TypeScript has to refuse: else it has not looked."""

Works = dict[str, tuple[str, tuple[str, ...], int | None]]
"""Title, people and year of each work, by its key."""


@dataclass(frozen=True)
class Finding:
    """How much a judge looked at, what it said, and why it didn't look (then `count` is None)."""

    what: str
    count: int | None
    messages: Sequence[str] = ()
    skipped: str = ""


def look_at_feeds(folder: Path) -> list[Finding]:
    """Let every reader look at what was gathered."""
    return [*calendars(folder), structured(folder), *citations(folder), schedules(folder)]


def calendars(folder: Path) -> Iterator[Finding]:
    """ical.js: it reads as many events as there are, and in a schedule those of schedule.json, at the same moments."""
    files = sorted(folder.rglob("*.ics"))
    errors, differing, count = [], [], 0
    for file, found in zip(files, _read_by("calendar.mjs", files), strict=True):
        name, events = str(file.relative_to(folder)), found["events"]
        count += len(events)
        if "error" in found:
            errors.append(f"{name}: {found['error']}")
        elif len(events) != file.read_bytes().count(b"BEGIN:VEVENT\r\n"):
            errors.append(f"{name}: ical.js reads another number of events")
        if file.name == "schedule.ics" and _moments(events) != _moments_of(file.with_suffix(".json")):
            differing.append(f"{name}: schedule.json has other events, or at other moments")
    yield Finding("calendars (ical.js)", len(files), errors)
    yield Finding("events in them, those of schedules compared with schedule.json", count, differing)


def structured(folder: Path) -> Finding:
    """TypeScript, with schema-dts: each block of JSON-LD fits the types of schema.org."""
    where: dict[str, str] = {}
    for file in sorted(folder.rglob("*.html")):
        for block in html.fromstring(file.read_bytes()).xpath("//script[@type='application/ld+json']"):
            where.setdefault(block.text, str(file.relative_to(folder)))
    pages = ["a block that is wrong", *where.values()]
    told = _type_check([json.dumps(WRONG), *where])
    messages = [f"{pages[place]}: {words}" for place, words in told if place]
    if not any(place == 0 for place, _words in told):
        messages.append(f"TypeScript takes even what is wrong: {told}")
    return Finding("different blocks of JSON-LD (schema-dts, TypeScript)", len(where), messages)


def citations(folder: Path) -> Iterator[Finding]:
    """Citation.js: BibTeX and CSL-JSON are of the same works, titles, people and years."""
    files = sorted([*folder.rglob("*.bib"), *folder.rglob("*.csl.json")])
    read = dict(zip(files, _read_by("citations.mjs", files), strict=True))
    errors, differing = [], []
    for file, found in read.items():
        name = str(file.relative_to(folder))
        if "error" in found:
            errors.append(f"{name}: {found['error']}")
        printed = file.with_name(f"{file.name.partition('.')[0]}.csl.json")
        if printed.exists():
            faults = _differing(_works(found["works"]), _works(json.loads(printed.read_text())))
            differing += [f"{name}: {fault}" for fault in faults]
    yield Finding("bibliographies (Citation.js)", len(files), errors)
    count = sum(len(found["works"]) for found in read.values())
    yield Finding("works in them, BibTeX compared with CSL-JSON", count, differing)


def schedules(folder: Path) -> Finding:
    """xmllint: every schedule.xml keeps to the schema of c3voc."""
    what, files = "schedule.xml (xmllint, with the XSD of c3voc)", sorted(folder.rglob("schedule.xml"))
    xmllint = which("xmllint")
    if xmllint is None:
        return Finding(what, None, skipped="there is no xmllint (Debian: libxml2-utils)")
    if not XSD.exists():
        return Finding(what, None, skipped=f"{XSD.name} is not at hand (set LECTERN_JUDGES to its folder)")
    done = run(xmllint, "--noout", "--nonet", "--schema", str(XSD), *map(str, files))
    lines = done.stderr.replace(f"{folder}/", "").splitlines()
    return Finding(what, len(files), [line for line in lines if not line.endswith(" validates")])


def _read_by(script: str, files: Sequence[Path]) -> list[dict[str, Any]]:
    """What a script of this folder reads out of each file."""
    done = run("node", str(HERE / script), *map(str, files))
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _moments(events: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    return {one["uid"]: float(one["moment"]) for one in events}


def _moments_of(schedule: Path) -> dict[str, float]:
    """The events of a schedule.json: {guid: seconds since 1970}."""
    days = json.loads(schedule.read_text())["schedule"]["conference"]["days"]
    events = (event for day in days for room in day["rooms"].values() for event in room)
    return {event["guid"]: datetime.fromisoformat(event["date"]).timestamp() for event in events}


def _type_check(blocks: Sequence[str]) -> list[tuple[int, str]]:
    """What TypeScript says of blocks of JSON-LD: the place of the block and the words, for each error."""
    with tempfile.TemporaryDirectory(prefix="lectern-judge-") as name:
        folder = Path(name)
        for place, block in enumerate(blocks):
            (folder / f"{place}.ts").write_text(
                'import type { Thing, WithContext } from "schema-dts";\n'
                f"export const block: WithContext<Thing> = {block};\n"
            )
        options = {
            "strict": True,
            "noEmit": True,
            "skipLibCheck": True,
            "target": "es2022",
            "module": "esnext",
            "moduleResolution": "bundler",
            "types": [],
            "paths": {"schema-dts": [str(INSTALLED / "schema-dts")]},
        }
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["*.ts"]}))
        told = run(node("tsc"), "--project", name, "--pretty", "false").stdout
    found = re.findall(r"^(?:\S*/)?(\d+)\.ts\(\d+,\d+\): error (.*)$", told, re.MULTILINE)
    return [(int(place), words) for place, words in found]


def _differing(read: Works, printed: Works) -> list[str]:
    """What differs of works, by their keys."""
    return [
        f"{key}: read {read.get(key)}, printed {printed.get(key)}"
        for key in read | printed
        if read.get(key) != printed.get(key)
    ]


def _works(items: Iterable[Mapping[str, Any]]) -> Works:
    """Title, people and year of each work, by its key."""
    return {
        one["id"]: (
            one.get("title", ""),
            tuple(map(_name, one.get("author", ()))),
            one["issued"]["date-parts"][0][0] if "issued" in one else None,
        )
        for one in items
    }


def _name(person: Mapping[str, str]) -> str:
    """A name in one line, whatever its parts."""
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix", "literal")
    found = " ".join(person[part] for part in parts if person.get(part))
    return "et al." if found == "others" else found
