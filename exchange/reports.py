"""A run told to people and programs: as text, as JSON, as annotations of a build."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.importing import Report
from exchange.plan import Step
from exchange.problems import Level, Problem
from exchange.sentences import sentence

JSON_VERSION = 1
# Columns of a line that are shown around its problem.
WIDTH = 100
KINDS: Mapping[str, Any] = {
    "talk": gettext_lazy("talk"),
    "edition": gettext_lazy("edition"),
    "member": gettext_lazy("committee member"),
}
COUNTED: Mapping[str, Any] = {
    "created": gettext_lazy("created"),
    "updated": gettext_lazy("updated"),
    "unchanged": gettext_lazy("unchanged"),
    "conflicts": gettext_lazy("in conflict"),
    "removed": gettext_lazy("removed"),
    "skipped": gettext_lazy("skipped"),
    "refused": gettext_lazy("refused"),
}
# What is done with a record, in the words of its count.
ACTIONS = COUNTED


def problem_line(problem: Problem, shown: Mapping[str, str]) -> str:
    """``path:line:column: error: what is wrong (what to write instead)``."""
    return printable(f"{_at(problem, shown)}: {problem.level}: {_told(problem)}")


def offending_line(problem: Problem, lines: Mapping[tuple[str, int], str]) -> str:
    """The line of an error or warning with a caret below its column, as two lines; empty where there is none."""
    line = lines.get((problem.path, problem.place.line)) if problem.place else None
    if not line or line.isspace() or problem.place is None or problem.level is Level.INFO:
        return ""
    column = min(problem.place.column - 1, len(line))
    start = max(0, column - WIDTH // 2)
    before, after = (_visible(part) for part in (line[start:column], line[column : start + WIDTH]))
    gap = sum(_width(character) for character in before)
    return f"    {before}{after}".rstrip() + f"\n    {' ' * gap}^"


def github_line(problem: Problem, shown: Mapping[str, str]) -> str:
    """A problem as an annotation of a GitHub Actions log."""
    level = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}[problem.level]
    place = f",line={problem.place.line},col={problem.place.column}" if problem.place else ""
    path = _escape(_path(problem.path, shown), ":,")
    return f"::{level} file={path}{place}::{_escape(printable(_told(problem)))}"


def step_lines(report: Report, verbosity: int) -> Iterator[str]:
    """A line for each record that changes; from 2 on for every file; from 3 on for each field too."""
    for step in (*report.plan.steps, *report.plan.removals):
        if step.action == "unchanged" and verbosity < 2:
            continue
        path = _path(step.record.path, report.shown)
        yield f"{ACTIONS[step.action]}: {step_name(step)} ({path})"
        if verbosity > 2:
            for name, (old, new) in step.changes.items():
                yield f"    {name}: {_short(old)} → {_short(new)}"
    if verbosity > 1:
        kept = [one.path for one in report.plan.files if not one.records]
        for path in sorted([*report.same, *kept]):
            yield f"{_('kept') if path in kept else ACTIONS['unchanged']}: {_path(path, report.shown)}"


def step_name(step: Step) -> str:
    """What a step is about: ``talk faro-27/01-keynote``."""
    return f"{KINDS[step.record.kind]} {_named(step)}"


def conflict_lines(report: Report) -> Iterator[str]:
    """Each conflict that is left, with its three values."""
    for path, clash in report.conflicts:
        yield _("conflict: %(path)s: %(field)s") % {"path": _path(path, report.shown), "field": clash.field}
        for name, value in ((_("last agreed"), clash.base), (_("site"), clash.site), (_("file"), clash.file)):
            yield f"    {name}: {_short(value)}"
    if report.conflicts:
        yield _("Settle conflicts in the admin, one by one, or here for all: --prefer file or --prefer site.")


def summary(report: Report) -> str:
    """All counts in one line."""
    counts = ", ".join(f"{count} {COUNTED[name]}" for name, count in report.counts.items() if count)
    words = counts or _("nothing to import")
    warned = sum(one.level is Level.WARNING for one in report.problems)
    if warned:
        words += ngettext(" (%(count)d warning)", " (%(count)d warnings)", warned) % {"count": warned}
    if report.refused:
        return _("Nothing was written: the errors above come first.")
    if report.dry_run:
        return _("Dry run, nothing was written: %(counts)s.") % {"counts": words}
    return words[:1].upper() + words[1:] + "."


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object; its schema is in docs/import-report.schema.json."""
    return {
        "version": JSON_VERSION,
        "ok": report.ok,
        "exit_code": report.exit_code,
        "run": report.run,
        "dry_run": report.dry_run,
        "counts": report.counts,
        "items": [
            {**item, "path": _path(item["path"], report.shown), "changes": _changes(step)}
            for item, step in zip(report.items(), report.plan.told, strict=True)
        ],
        "conflicts": [{**one, "path": _path(one["path"], report.shown)} for one in report.clashes()],
        "problems": [_problem_json(one, report.shown) for one in report.problems],
    }


def _changes(step: Step) -> dict[str, list[Any]]:
    return {name: [old, new] for name, (old, new) in step.changes.items()}


def _problem_json(problem: Problem, shown: Mapping[str, str]) -> dict[str, Any]:
    message, hint = sentence(problem)
    return {
        "path": _path(problem.path, shown),
        "line": problem.place.line if problem.place else None,
        "column": problem.place.column if problem.place else None,
        "level": str(problem.level),
        "code": problem.code,
        "message": message,
        "hint": hint,
    }


def printable(text: str) -> str:
    """A text with what would confuse a terminal or its reader (controls, bidi overrides) as escapes."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "backslashreplace").decode()
        for one in text
    )


def _visible(text: str) -> str:
    """A part of a file's line: a tab is one blank, what cannot be printed a replacement character."""
    return "".join(" " if one.isspace() else one if one.isprintable() else "\ufffd" for one in text)


def _width(character: str) -> int:
    """How many columns a terminal gives a character."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _told(problem: Problem) -> str:
    message, hint = sentence(problem)
    return f"{message} ({hint})" if hint else message


def _at(problem: Problem, shown: Mapping[str, str]) -> str:
    path = _path(problem.path, shown)
    return f"{path}:{problem.place.line}:{problem.place.column}" if problem.place else path


def _path(path: str, shown: Mapping[str, str]) -> str:
    return printable(shown.get(path, path))


def _named(step: Step) -> str:
    record = step.record
    key = f"{record.edition}/{record.row_key}" if record.kind == "talk" else record.key
    return printable(key)


def _short(value: Any) -> str:
    text = "—" if value in (None, "") else printable(str(value).replace("\n", "⏎"))
    return text if len(text) <= 100 else text[:99] + "…"


def _escape(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
