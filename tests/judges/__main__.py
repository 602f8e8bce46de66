"""`make judge`: serve the sample series as a public site does, let the judges look, keep their figures."""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.judges import report
from tests.judges.feeds import Finding, look_at_feeds
from tests.judges.pages import are_good, look_at_html, look_by_lighthouse, pages
from tests.judges.sites import CORPUS, Fill, fill_with_corpus, fill_with_samples, gather, site
from tests.judges.tools import say


def judge_pages() -> bool:
    """Let the HTML checkers and Lighthouse look at a page of each sort; whether all did and nothing is to mend."""
    with site(fill_with_samples) as address, tempfile.TemporaryDirectory() as folder:
        paths = pages()
        messages = look_at_html(address, paths, Path(folder))
        scores = look_by_lighthouse(address, paths, Path(folder))
    for name, found in messages.items():
        for one in found:
            say(f"{name}: {one}")
    if not scores:
        say(report.NO_CHROMIUM)
    for (page, form), figures in scores.items():
        say(f"{page}, {form}: {dict(figures)}")
    report.keep({report.HTML: report.of_html(messages), report.LIGHTHOUSE: report.of_lighthouse(scores)})
    return are_good(scores) and not any(messages.values())


def judge_feeds() -> bool:
    """Let other readers look at every feed and all structured data; whether nothing is to mend."""
    fills: dict[str, Fill] = {"sample series": fill_with_samples}
    if CORPUS.exists():
        fills["real series"] = fill_with_corpus
    else:
        say("NOT LOOKED AT: the real series is not at hand (set LECTERN_CORPORA to its folder)")
    findings = {name: _findings(fill) for name, fill in fills.items()}
    _tell(findings)
    report.keep({report.FEEDS: report.of_feeds(findings)})
    return not any(one.messages for found in findings.values() for one in found)


def _findings(fill: Fill) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="lectern-judge-") as folder:
        gather(fill, Path(folder))
        return look_at_feeds(Path(folder))


def _tell(findings: Mapping[str, list[Finding]]) -> None:
    for name, found in findings.items():
        for one in found:
            told = f"NOT LOOKED AT: {one.skipped}" if one.count is None else str(one.count)
            say(f"{name}, {one.what}: {told}")
            for message in one.messages:
                say(f"  {message}")


def main(parts: list[str]) -> int:
    """Let the judges of some parts look, or all; exit code 0 if there is nothing to mend, 2 for an unknown part."""
    judges = {"feeds": judge_feeds, "pages": judge_pages}
    if unknown := set(parts) - set(judges):
        say(f"There is no {', '.join(sorted(unknown))}: give {' or '.join(judges)}, or nothing for all.")
        return 2
    verdicts = [judges[part]() for part in parts or judges]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
