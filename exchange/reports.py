"""A run told to people and programs: as text, as JSON, as annotations of a build."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.importing import Report
from exchange.plan import Step
from exchange.problems import Level, Problem
from exchange.sentences import sentence

JSON_VERSION = 1
COUNTED: Mapping[str, Any] = {
    "created": gettext_lazy("created"),
    "updated": gettext_lazy("updated"),
    "unchanged": gettext_lazy("unchanged"),
    "conflicts": gettext_lazy("in conflict"),
    "removed": gettext_lazy("removed"),
    "skipped": gettext_lazy("skipped"),
    "refused": gettext_lazy("refused"),
}


def problem_line(problem: Problem, shown: Mapping[str, str]) -> str:
    """``path:line:column: error: what is wrong (what to write instead)``."""
    message, hint = sentence(problem)
    told = f"{message} ({hint})" if hint else message
    return f"{_at(problem, shown)}: {problem.level}: {told}"


def github_line(problem: Problem, shown: Mapping[str, str]) -> str:
    """A problem as an annotation of a GitHub Actions log."""
    message, hint = sentence(problem)
    level = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}[problem.level]
    place = f",line={problem.place.line},col={problem.place.column}" if problem.place else ""
    told = f"{message} ({hint})" if hint else message
    return f"::{level} file={_escape(_path(problem.path, shown), ':,')}{place}::{_escape(told)}"


def step_lines(report: Report, verbosity: int) -> Iterator[str]:
    """A line for each record that changes; from verbosity 3 on, one for each field too."""
    for step in report.plan.steps:
        if step.action == "unchanged":
            continue
        yield f"{step.action}: {step.record.kind} {_named(step)} ({_path(step.record.path, report.shown)})"
        if verbosity > 2:
            for name, (old, new) in step.changes.items():
                yield f"    {name}: {_short(old)} → {_short(new)}"


def conflict_lines(report: Report) -> Iterator[str]:
    """Each conflict that is left, with its three values."""
    for path, clash in report.conflicts:
        yield _("conflict: %(path)s: %(field)s") % {"path": _path(path, report.shown), "field": clash.field}
        for name, value in ((_("last agreed"), clash.base), (_("site"), clash.site), (_("file"), clash.file)):
            yield f"    {name}: {_short(value)}"


def summary(report: Report) -> str:
    """All counts in one line."""
    counts = ", ".join(f"{count} {COUNTED[name]}" for name, count in report.counts.items() if count)
    words = counts or _("nothing to import")
    if any(one.level is Level.ERROR for one in report.problems):
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
            {
                "path": _path(step.record.path, report.shown),
                "action": step.action,
                "kind": step.record.kind,
                "key": step.record.key,
                "changes": {name: [old, new] for name, (old, new) in step.changes.items()},
            }
            for step in report.plan.steps
            if step.action != "unchanged"
        ],
        "conflicts": [
            {
                "path": _path(path, report.shown),
                "field": clash.field,
                "base": clash.base,
                "site": clash.site,
                "file": clash.file,
            }
            for path, clash in report.conflicts
        ],
        "problems": [_problem_json(one, report.shown) for one in report.problems],
    }


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


def _at(problem: Problem, shown: Mapping[str, str]) -> str:
    path = _path(problem.path, shown)
    return f"{path}:{problem.place.line}:{problem.place.column}" if problem.place else path


def _path(path: str, shown: Mapping[str, str]) -> str:
    """A path as it is printed: quoted where its characters would confuse a terminal or a reader."""
    printed = shown.get(path, path)
    return printed if printed.isprintable() else repr(printed)


def _named(step: Step) -> str:
    key = f"{step.record.edition}/{step.record.key}" if step.record.kind == "talk" else step.record.key
    return key if key.isprintable() else repr(key)


def _short(value: Any) -> str:
    text = "—" if value in (None, "") else str(value).replace("\n", "⏎")
    return text if len(text) <= 100 else text[:99] + "…"


def _escape(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
