"""What the tests of exports share: exporting, comparing trees line by line, and the way back in."""

import difflib
from pathlib import Path

from exchange.exporting import export_files
from exchange.outgoing import Written
from tests.exchange.series import Bring, files_of

Lines = dict[str, list[str]]


def export(folder: Path, edition: str = "", *, write: bool = True) -> Written:
    """Export into a folder where nothing stands in the way."""
    found = export_files(edition)
    written = found.into_folder(folder, write=write)
    assert [(one.path, one.code) for one in found.said()] == []
    return written


def told(folder: Path, edition: str = "") -> list[tuple[str, int | None, str]]:
    """Export into a folder, and say path, line and code of what stood in the way."""
    found = export_files(edition)
    found.into_folder(folder)
    return [(one.path, one.place.line if one.place else None, one.code) for one in found.said()]


def lines(before: dict[str, bytes], after: dict[str, bytes]) -> Lines:
    """The lines that went (``-``) and came (``+``) in each file that differs, line ends and all but LF."""
    found = {}
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            old, new = (files.get(path, b"").decode().splitlines(keepends=True) for files in (before, after))
            diff = list(difflib.unified_diff(old, new, n=0))[2:]
            found[path] = [one.removesuffix("\n") for one in diff if not one.startswith("@@")]
    return found


def goes_out(bring: Bring, site: Path) -> Lines:
    """Export into the folder that was imported; its lines that changed.

    What is written comes in again as a run with nothing to do, and goes out again as nothing to write.
    """
    before = files_of(site)
    export(site)
    after = files_of(site)
    report = bring(site)
    came = (report.clashes(), report.items(), report.exit_code)
    assert came == ([], [], 0), came
    assert not export(site).differs
    assert files_of(site) == after
    return lines(before, after)
