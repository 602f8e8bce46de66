"""The plan of an import in the words of a page: counts, records and fields, conflicts, problems; never too long."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from exchange.dump import MODELS
from exchange.importing import Report
from exchange.merge import Clash
from exchange.plan import Step
from exchange.problems import Level, Problem
from exchange.records import Kind
from exchange.reports import COUNTED, offending_line, printable, step_name
from exchange.sentences import sentence
from talks.models import Appearance, Paper

MOST_RECORDS = 150
MOST_FIELDS = 40
MOST_PROBLEMS = 150
LONG = 240
"""So many characters of a value are shown; a text is read in its file."""
CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
LEVELS = (Level.ERROR, Level.WARNING, Level.INFO)


@dataclass(frozen=True)
class FieldTold:
    """One field: its label, its old and its new value."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class RecordTold:
    """One record: what it is, its file, its fields, and how many more fields there are."""

    name: str
    path: str
    fields: tuple[FieldTold, ...]
    more: int


@dataclass(frozen=True)
class Group:
    """Records with which the same is done; ``count`` of them, of which ``more`` are not shown."""

    words: str
    count: int
    records: tuple[RecordTold, ...]
    more: int


@dataclass(frozen=True)
class ConflictTold:
    """A field that file and site changed apart, with its three values."""

    record: str
    label: str
    base: str
    site: str
    file: str


@dataclass(frozen=True)
class ProblemTold:
    """A problem: where it is, what is wrong, what to write instead, and the line with a mark below it."""

    level: str
    at: str
    message: str
    hint: str
    line: str


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one level; ``count`` of them, of which ``more`` are not shown."""

    level: str
    words: str
    count: int
    problems: tuple[ProblemTold, ...]
    more: int


@dataclass(frozen=True)
class PlanTold:
    """A whole plan. ``more_conflicts``: so many conflicts are not shown; ``editions``: those that would be made."""

    counts: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]
    conflicts: tuple[ConflictTold, ...]
    more_conflicts: int
    problems: tuple[ProblemGroup, ...]
    editions: tuple[str, ...]
    gone: int
    digest: str


def tell_plan(report: Report, names: Mapping[str, str]) -> PlanTold:
    """A report as a page shows it. ``names``: what files were called by their sender, {path: name}."""
    # Of a plan that errors stop nothing can be told but these: half of a file's values may be missing.
    steps = [] if report.refused else report.plan.told
    clashes = [] if report.refused else [(one, clash) for one in report.plan.steps for clash in one.clashes]
    problems = [_renamed(one, names) for one in report.problems]
    lines = {(names.get(path, path), number): text for (path, number), text in report.lines.items()}
    return PlanTold(
        counts=count_words({"refused": report.counts["refused"]} if report.refused else report.counts),
        groups=tuple(_groups(steps)),
        conflicts=tuple(_conflict(step, clash) for step, clash in clashes[:MOST_RECORDS]),
        more_conflicts=max(0, len(clashes) - MOST_RECORDS),
        problems=group_problems(problems, lines),
        editions=tuple(report.plan.editions),
        gone=len(report.plan.gone),
        digest=_digest(report, problems),
    )


def count_words(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Counts of a report that are more than nothing, with their words."""
    return tuple((str(COUNTED.get(name, name)), count) for name, count in counts.items() if count)


def group_problems(
    problems: Iterable[Problem], lines: Mapping[tuple[str, int], str]
) -> tuple[ProblemGroup, ...]:
    """Problems by level, the worst first."""
    words = {Level.ERROR: _("Errors"), Level.WARNING: _("Warnings"), Level.INFO: _("Notes")}
    found = []
    every = list(problems)
    for level in LEVELS:
        own = [one for one in every if one.level is level]
        shown = tuple(_problem(one, lines) for one in own[:MOST_PROBLEMS])
        found.append(ProblemGroup(str(level), words[level], len(own), shown, len(own) - len(shown)))
    return tuple(one for one in found if one.count)


def field_label(kind: str, name: str) -> str:
    """What a form calls a field of a record; of an element of a list with its place in the file."""
    model = MODELS.get(kind)  # type: ignore[call-overload]
    place, dot, last = name.rpartition(".")
    if dot:
        label = _label(Paper if place.startswith("papers") else Appearance, last)
        return f"{place}: {label}"
    return _label(model, name) if model else name


def values_words(*values: Any) -> list[str]:
    """Values that are compared, in words; long ones are cut so that the place where they part is seen."""
    texts = [_words(one) for one in values]
    if max(map(len, texts)) <= LONG:
        return texts
    columns = zip(*filter(None, texts), strict=False)
    alike = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    start = max(0, alike - LONG // 4) if alike > LONG // 2 else 0
    return [_cut(one, start) for one in texts]


def _words(value: Any) -> str:
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("T", " ") if CLOCK.fullmatch(text) else text


def _cut(text: str, start: int) -> str:
    """A part of a text, with a mark where something is left out."""
    head = "…" if start and text else ""
    rest = text[start:]
    return head + (rest if len(rest) <= LONG else rest[: LONG - 1] + "…")


def _label(model: Any, name: str) -> str:
    column = {"edition": "key"}.get(name, name) if model is MODELS["edition"] else name
    try:
        return str(model._meta.get_field(column).verbose_name)
    except (FieldDoesNotExist, AttributeError):
        return name


def _groups(steps: Sequence[Step]) -> Iterable[Group]:
    order = list(COUNTED)
    by_action = sorted(steps, key=lambda one: order.index(one.action))
    for action, found in groupby(by_action, key=lambda one: one.action):
        own = list(found)
        shown = tuple(_record(one) for one in own[:MOST_RECORDS])
        yield Group(str(COUNTED[action]), len(own), shown, len(own) - len(shown))


def _record(step: Step) -> RecordTold:
    kind = step.record.kind
    changes = list(step.changes.items())
    fields = tuple(
        FieldTold(field_label(kind, name), *values_words(old, new))
        for name, (old, new) in changes[:MOST_FIELDS]
    )
    return RecordTold(_name(step), step.record.path, fields, len(changes) - len(fields))


def _name(step: Step) -> str:
    title = step.values.get("title") or step.values.get("name")
    return f"{step_name(step)} · {title}" if title else step_name(step)


def _conflict(step: Step, clash: Clash) -> ConflictTold:
    label = _("on the site at all") if clash.field == step.record.kind else _field(step.record.kind, clash)
    return ConflictTold(step_name(step), label, *values_words(clash.base, clash.site, clash.file))


def _field(kind: Kind, clash: Clash) -> str:
    return field_label(kind, clash.field)


def _problem(problem: Problem, lines: Mapping[tuple[str, int], str]) -> ProblemTold:
    message, hint = sentence(problem)
    place = problem.place
    at = f"{problem.path}:{place.line}:{place.column}" if place else problem.path
    return ProblemTold(
        str(problem.level), printable(at), printable(message), printable(hint), offending_line(problem, lines)
    )


def _renamed(problem: Problem, names: Mapping[str, str]) -> Problem:
    """With what the sender called the file where the import knows only where it was laid."""
    return replace(problem, path=names.get(problem.path, problem.path))


def _digest(report: Report, problems: Sequence[Problem]) -> str:
    """A digest of all that the plan would do: another plan has another one."""
    plan = report.plan
    told: list[Any] = [
        [
            [one.action, one.record.kind, one.record.path, one.target, one.changes, one.agreed]
            for one in (*plan.steps, *plan.removals)
        ],
        report.clashes(),
        plan.editions,
        plan.zones,
        plan.gone,
        [[one.path, one.digest] for one in plan.files],
        [[one.path, one.place, one.level, one.code, dict(one.values)] for one in problems],
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
