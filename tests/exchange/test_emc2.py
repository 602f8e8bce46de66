"""A real series, where it is at hand: what comes in agrees with what others counted in its files.

The files are private test data and no part of this project: they are looked for beside it, or where the
environment variable LECTERN_CORPORA says.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from editions.models import Edition
from talks.models import Paper, Talk
from tests.exchange.series import Bring, errors, tables

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
CORPORA = Path(os.environ.get("LECTERN_CORPORA") or BESIDE)
NEEDED = (CORPORA / "emc2", CORPORA / "emc2.expect.json")
MISSING = [str(path) for path in NEEDED if not path.exists()]


@pytest.fixture
def corpus() -> Path:
    """The folder of the series; skips where it is missing."""
    if MISSING:
        pytest.skip(
            f"the real series is not at hand: {', '.join(MISSING)} (set LECTERN_CORPORA to its folder)"
        )
    return CORPORA / "emc2"


@pytest.fixture
def counted(corpus: Path) -> dict[str, Any]:
    """What was counted in its files by other means."""
    found: dict[str, Any] = json.loads((CORPORA / "emc2.expect.json").read_text(encoding="utf-8"))
    return found


def clock(text: str) -> str:
    """The venue's clock of a moment with an offset."""
    return text[:19]


def test_the_real_series_comes_in_whole(bring: Bring, corpus: Path, counted: dict[str, Any]) -> None:
    report = bring(corpus, timezone="America/New_York")
    assert (report.exit_code, errors(report)) == (0, [])
    assert report.counts["created"] == 156 + counted["edition_files"]
    _has_every_entry(counted)
    _has_the_same_titles(counted)
    _stands_in_the_order_of_time(counted)
    before = tables()
    again = bring(corpus, timezone="America/New_York")
    assert (again.exit_code, again.run, again.counts["unchanged"]) == (0, None, report.counts["created"])
    assert tables() == before


def _has_every_entry(counted: dict[str, Any]) -> None:
    assert (Talk.objects.count(), counted["talks"]) == (156, 156)
    assert (Paper.objects.count(), counted["papers_inside_paper_sessions"]) == (68, 68)
    assert Talk.objects.filter(type__key="panel").count() == 6
    assert sorted(Edition.objects.values_list("key", flat=True)) == counted["edition_keys"]
    with_programme = {one.edition.key for one in Talk.objects.select_related("edition")}
    assert (len(with_programme), with_programme) == (11, set(counted["editions"]))
    talks = Counter(Talk.objects.values_list("edition__key", flat=True))
    assert talks == {key: one["talks"] for key, one in counted["editions"].items()}
    assert set(Talk.objects.values_list("state", flat=True)) == {"published"}


def _has_the_same_titles(counted: dict[str, Any]) -> None:
    untitled = Talk.objects.filter(title="").values_list("source__file__path", flat=True)
    assert sorted(untitled) == counted["empty_titles"]
    titles = Counter(Talk.objects.exclude(title="").values_list("edition__key", "title"))
    twice = {f"{edition}: {title}": times for (edition, title), times in titles.items() if times > 1}
    assert twice == counted["titles_used_twice"]
    assert len(titles) == counted["distinct_titles"]


def _stands_in_the_order_of_time(counted: dict[str, Any]) -> None:
    for edition in Edition.objects.filter(key__in=counted["editions"]):
        talks = list(edition.talks.all())
        starts = [one.starts_at for one in talks]
        assert starts == sorted(starts)
        assert starts[0].isoformat() == clock(counted["editions"][edition.key]["earliest"])
        assert starts[-1].isoformat() == clock(counted["editions"][edition.key]["latest"])
