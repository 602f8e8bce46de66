"""The way in, told once: files to documents to records, merged with the site into a plan, checked and loaded."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from attachments.storing import Batch
from exchange import checking
from exchange.assets import Assets
from exchange.claiming import READER, Files, find_files
from exchange.dialects import NATIVE, Dialect
from exchange.documents import read_document
from exchange.documents.spans import Lines
from exchange.dump import site_for
from exchange.load import Loader
from exchange.merge import Clash, Prefer
from exchange.models import Conflict, Run, SourceRecord
from exchange.plan import FileRead, Plan, make_plan
from exchange.problems import Level, Place, Problem, Problems
from exchange.records import Record
from exchange.tree import BadFile, Tree, open_tree
from history.telling import gathering

# A key that nobody knows: told once a run, however many files have it.
UNKNOWN = "key-unknown"


@dataclass(frozen=True)
class Options:
    """How to import. ``timezone``: of editions made in this run; ``default_edition``: of files that name none.

    ``dry_run`` and ``check`` write nothing; for ``check`` a run that would change a record is a failure.
    """

    root: Path | None = None
    default_edition: str = ""
    new_editions: bool = False
    timezone: str = ""
    dry_run: bool = False
    check: bool = False
    prefer: Prefer = ""
    actor: str = ""
    dialect: Dialect = NATIVE

    @property
    def zone(self) -> str:
        """The zone of new editions: the option, else the site's setting."""
        return self.timezone or str(settings.DEFAULT_ZONE)

    @property
    def writes(self) -> bool:
        """Whether anything may be written."""
        return not (self.dry_run or self.check)


@dataclass
class Report:
    """What a run did, or would do: counts of records, the plan, conflicts left, problems. ``run`` is its Run's key.

    ``changes`` says whether anything at all is (or would be) written; ``same`` are the paths of files that are as
    they were; ``shown`` tells paths as they are printed; ``lines`` holds the text of the lines with problems, by
    path and line.
    """

    plan: Plan
    problems: list[Problem]
    shown: Mapping[str, str]
    dry_run: bool = False
    check: bool = False
    run: int | None = None
    changes: bool = False
    same: Sequence[str] = ()
    lines: Mapping[tuple[str, int], str] = field(default_factory=dict)
    conflicts: list[tuple[str, Clash]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and no conflict is left."""
        return not (self.refused or self.conflicts)

    @property
    def refused(self) -> bool:
        """Whether something is wrong, so that nothing is written."""
        return any(one.level is Level.ERROR for one in self.problems)

    def items(self) -> list[dict[str, Any]]:
        """The records that change or are skipped, as JSON; what changes in them is told by history."""
        return [
            {"path": one.record.path, "action": one.action, "kind": one.record.kind, "key": one.record.key}
            for one in self.plan.steps
            if one.action != "unchanged"
        ]

    def clashes(self) -> list[dict[str, Any]]:
        """The conflicts that are left, as JSON."""
        return [
            {"path": path, "field": one.field, "base": one.base, "site": one.site, "file": one.file}
            for path, one in self.conflicts
        ]

    @property
    def exit_code(self) -> int:
        """0, or 1 where something is wrong, a conflict is left, or a check found what a run would change."""
        differs = self.check and any(self.counts.get(name) for name in ("created", "updated", "removed"))
        return 0 if self.ok and not differs else 1


def import_files(paths: Sequence[Path], options: Options = Options()) -> Report:
    """Import files, folders or a zip; any error anywhere, and nothing at all is written."""
    problems = Problems()
    tree = open_tree(paths, root=options.root, markers=options.dialect.markers, problems=problems)
    if tree is None:
        return Report(
            Plan(), problems.sorted(), {}, dry_run=not options.writes, counts=_counts(Plan(), [], 0, problems)
        )
    with tree:
        return _Import(tree, options, problems, [str(path) for path in paths]).run()


@dataclass
class _Import:
    tree: Tree
    options: Options
    problems: Problems
    sources: list[str]
    # Where each unknown key stands.
    unknown: dict[str, set[tuple[str, Place]]] = field(default_factory=lambda: defaultdict(set))

    def run(self) -> Report:
        """Read, plan, check; then load, unless it is a dry run or something is wrong."""
        files = find_files(self.tree, self.options.dialect, self.problems)
        batch = Batch() if self.options.writes else None
        loaded = False
        try:
            plan = self._plan(files, batch)
            report = self._report(plan, files)
            if report.changes and not self.problems.has_errors and batch is not None:
                with transaction.atomic(), batch:
                    self._load(plan, report)
                loaded = True
            return report
        finally:
            if batch is not None and not loaded:
                batch.drop()

    # From files to plan

    def _plan(self, files: Files, batch: Batch | None) -> Plan:
        assets = Assets(self.tree, self.problems, batch)
        found = (self._read(files, path, assets) for path in files.changed)
        reads = [one for one in found if one is not None]
        renamed = files.renamed(reads)
        site = site_for([record for one in reads for record in one.records], renamed)
        plan = make_plan(
            reads, site, self.problems, prefer=self.options.prefer, new_editions=self.options.new_editions
        )
        gone = files.gone(renamed)
        for path in gone:
            self.problems.warning(path, None, "file-gone")
        plan.gone = [path for path in gone if files.stored[path].gone_at is None]
        checking.check(plan, site, self.problems, self.options.zone)
        return plan

    def _read(self, files: Files, path: str, assets: Assets) -> FileRead | None:
        entry, data = files.claimed[path], files.changed[path]
        document = read_document(path, data, self.problems)
        if document is None:
            return None
        reading = self.options.dialect.read(document, self.problems, self.options.default_edition)
        for key, place in reading.unknown:
            self.unknown[key].add((path, place))
        records: list[Record] = []
        facts: dict[str, list[Any] | None] = {}
        for record in reading.records:
            attached, found = assets.attach(record)
            records.append(attached)
            facts |= found
        digest = hashlib.sha256(data).hexdigest()
        return FileRead(path, data, digest, entry.size, entry.mtime_ns, tuple(records), facts)

    # From plan to site

    def _report(self, plan: Plan, files: Files) -> Report:
        self._tell_again(files)
        self._tell_unknown()
        clashes = [(step.record.path, clash) for step in plan.steps for clash in step.clashes]
        paths = (
            {one.path for one in self.problems} | {step.record.path for step in plan.steps} | {*files.claimed}
        )
        return Report(
            plan=plan,
            problems=self.problems.sorted(),
            shown={path: self.tree.shown(path) for path in paths},
            dry_run=not self.options.writes,
            check=self.options.check,
            changes=_writes(plan, files),
            same=files.same,
            lines=self._lines(files),
            conflicts=clashes,
            counts=_counts(plan, clashes, _records_in(files.same), self.problems),
        )

    def _tell_again(self, files: Files) -> None:
        """What was said of a file that is as it was is said again."""
        for path in files.same:
            for one in files.stored[path].warnings:
                place = Place(one["line"], one["column"]) if one["line"] else None
                if one["code"] == UNKNOWN and place:
                    self.unknown[one["values"]["key"]].add((path, place))
                else:
                    self.problems.warning(path, place, one["code"], **one["values"])

    def _tell_unknown(self) -> None:
        """Each key that nobody knows is told at its first place, with how often it is there."""
        for key, places in self.unknown.items():
            path, place = min(places)
            self.problems.warning(path, place, UNKNOWN, key=key, count=len(places))

    def _lines(self, files: Files) -> dict[tuple[str, int], str]:
        """The text of each line that has a problem."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for one in self.problems:
            if one.place is not None:
                wanted[one.path].add(one.place.line)
        found: dict[tuple[str, int], str] = {}
        for path, numbers in wanted.items():
            try:
                data = files.changed.get(path) or self.tree.read(path)
            except BadFile:
                continue
            lines = Lines(data.decode("utf-8-sig", errors="replace"))
            found |= {(path, number): lines.line(number) for number in numbers}
        return found

    def _load(self, plan: Plan, report: Report) -> None:
        run = Run.objects.create(
            actor=self.options.actor,
            source=", ".join(self.sources)[:2000],
            options={"timezone": self.options.timezone, "prefer": self.options.prefer},
            counts=report.counts,
            report={
                "items": report.items(),
                "conflicts": report.clashes(),
                "problems": [
                    {"path": one.path, "level": one.level, **_said(one.place, one.code, one.values)}
                    for one in report.problems
                ],
            },
        )
        report.run = run.pk
        with gathering(self.options.actor, run.pk):
            Loader(plan, self.options.zone, self.options.dialect.digest, READER, self._warnings()).load()

    def _warnings(self) -> dict[str, list[dict[str, Any]]]:
        """What was said of each file, to be kept with it and said again."""
        kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in self.problems.of(Level.WARNING):
            if one.code not in (UNKNOWN, "file-gone"):
                kept[one.path].append(_said(one.place, one.code, one.values))
        for key, places in self.unknown.items():
            for path, place in sorted(places):
                kept[path].append(_said(place, UNKNOWN, {"key": key}))
        return kept


def _said(place: Place | None, code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, as JSON; line 0 is the file as a whole."""
    line, column = (place.line, place.column) if place else (0, 0)
    return {"line": line, "column": column, "code": code, "values": dict(values)}


def _writes(plan: Plan, files: Files) -> bool:
    """Whether carrying out the plan would write anything at all."""
    heard = [one for one in plan.steps if one.action != "skipped"]
    if plan.editions or plan.gone or any(one.action != "unchanged" or one.moves_base for one in heard):
        return True
    if any(files.differs(one) for one in plan.files):
        return True
    told = Conflict.objects.filter(record__file__path__in=[one.path for one in plan.files])
    return set(told.values_list("record", "field")) != {
        (one.known.pk, clash.field) for one in heard if one.known for clash in one.clashes
    }


def _records_in(paths: Iterable[str]) -> int:
    """How many records the files at these paths hold."""
    wanted = set(paths)
    return sum(path in wanted for path in SourceRecord.objects.values_list("file__path", flat=True))


def _counts(plan: Plan, conflicts: Sequence[object], same: int, problems: Problems) -> dict[str, int]:
    """How many records of the programme were created, updated, …; ``refused`` counts files with errors."""
    actions = [step.action for step in plan.steps]
    return {
        "created": actions.count("created"),
        "updated": actions.count("updated"),
        "unchanged": actions.count("unchanged") + same,
        "conflicts": len(conflicts),
        "removed": 0,
        "skipped": actions.count("skipped"),
        "refused": len({one.path for one in problems if one.level is Level.ERROR}),
    }
