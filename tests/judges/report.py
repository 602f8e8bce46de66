"""The page of the docs that tells what the judges said, a section each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from tests.judges.feeds import Finding
from tests.judges.pages import CATEGORIES, Scores
from tests.judges.tools import ROOT

REPORT = ROOT / "docs" / "judges.md"
HEAD = """# What outside judges say

`make judge` serves the sample series with `DEBUG` off, lets the judges look at it and writes this page. It needs
Java, Node.js 20.19 and a Chromium; it is no part of `make test`. `python -m tests.judges feeds`, or `pages` for HTML
and Lighthouse, lets some of them look."""
HTML, FEEDS, LIGHTHOUSE = TITLES = ("HTML", "Feeds and data", "Lighthouse")
NO_CHROMIUM = "Lighthouse could not run: there was no Chromium."


def keep(sections: Mapping[str, str]) -> None:
    """Write sections, by their titles, into the docs; the others stay."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    before = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
    found = dict(part.strip().split("\n\n", 1) for part in before.split("\n## ")[1:])
    found |= {title: f"{text}\n\nLast looked at on {today}." for title, text in sections.items()}
    written = (f"## {title}\n\n{found[title]}" for title in TITLES if title in found)
    REPORT.write_text("\n\n".join([HEAD, *written]) + "\n", encoding="utf-8")


def of_html(messages: Mapping[str, Sequence[str]]) -> str:
    """Messages by page."""
    rows = (f"| {name.replace('-', ' ')} | {len(found)} |" for name, found in sorted(messages.items()))
    head = "The Nu HTML checker and html-validate, one page of each sort:"
    return "\n".join([head, "", "| page | messages |", "|---|---|", *rows])


def of_lighthouse(scores: Scores) -> str:
    """Scores by page and form."""
    if not scores:
        return NO_CHROMIUM
    rows = (
        f"| {page}, {form} | {' | '.join(str(found[name]) for name in CATEGORIES)} |"
        for (page, form), found in scores.items()
    )
    return "\n".join([f"| page | {' | '.join(CATEGORIES)} |", f"|---|{'---|' * len(CATEGORIES)}", *rows])


def of_feeds(findings: Mapping[str, Sequence[Finding]]) -> str:
    """Counts and messages by site: how much was looked at, and how many messages there were in all."""
    each = list(zip(*findings.values(), strict=True))
    rows = (f"| {same[0].what} | {' | '.join(map(_count, same))} | {_messages(same)} |" for same in each)
    head = "Every feed and every page of the sample series and, where it is at hand, of a real one:"
    titles = f"| what was read | {' | '.join(findings)} | messages |"
    return "\n".join([head, "", titles, f"|---|{'---|' * (len(findings) + 1)}", *rows, *_not_looked(each)])


def _count(found: Finding) -> str:
    return "–" if found.count is None else str(found.count)


def _messages(same: Sequence[Finding]) -> str:
    looked = [one for one in same if one.count is not None]
    return str(sum(len(one.messages) for one in looked)) if looked else "–"


def _not_looked(each: Sequence[Sequence[Finding]]) -> Iterator[str]:
    """Why there are dashes."""
    for reason in dict.fromkeys(one.skipped for same in each for one in same if one.skipped):
        yield f"\nNot looked at: {reason}."
