"""The way in, told once: files to documents to records, merged with the site into a plan, checked and loaded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from attachments.storing import Batch, recover
from editions.models import Edition, Series
from exchange import checking, heirs, pruning
from exchange.assets import Assets
from exchange.claiming import READER, Files, find_files
from exchange.dialects import NATIVE, Dialect
from exchange.dump import site_for
from exchange.hearing import Heard, Progress, Sayings, hear, lines_of, said
from exchange.load import Loader
from exchange.merge import Clash, Prefer
from exchange.models import Conflict, Run, SourceDialect, SourceRecord
from exchange.plan import Plan, Step, make_plan
from exchange.problems import Level, Problem, Problems
from exchange.tree import Tree, open_tree
from history.telling import gathering

# Says whether what a run would remove shall go.
Confirm = Callable[[Sequence[Step]], bool]


@dataclass(frozen=True)
class Options:
    """How to import. ``default_edition``: of files that name none; ``timezone``: of editions made in this run.

    What files say goes before the zone given here: an edition's own key, or the `timezone` of a mapping.
    ``dry_run`` and ``check`` write nothing; for ``check`` a run that would change a record is a failure.
    ``edition``: the only one that is imported. ``prune``: what gone files had made is removed, if ``confirm`` (asked
    with the steps that remove) says so. ``keep_going``: files with errors are left out and the others taken.
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
    edition: str = ""
    prune: bool = False
    keep_going: bool = False
    confirm: Confirm | None = None
    progress: Progress | None = None

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
    keep_going: bool = False
    run: int | None = None
    changes: bool = False
    same: Sequence[str] = ()
    lines: Mapping[tuple[str, int], str] = field(default_factory=dict)
    conflicts: list[tuple[str, Clash]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and no conflict is left."""
        return not (self.has_errors or self.conflicts)

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong."""
        return any(one.level is Level.ERROR for one in self.problems)

    @property
    def refused(self) -> bool:
        """Whether something is wrong, so that nothing is written."""
        return self.has_errors and not self.keep_going

    def items(self) -> list[dict[str, Any]]:
        """The records that change or are skipped, as JSON; what changes in them is told by history."""
        return [
            {
                "path": one.record.path,
                "action": one.action,
                "kind": one.record.kind,
                "key": one.record.row_key,
            }
            for one in self.plan.told
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
    """Import files, folders or a zip; any error anywhere, and nothing at all is written (but see ``keep_going``)."""
    problems = Problems()
    dialect = options.dialect
    tree = open_tree(
        paths, root=options.root, markers=dialect.markers, whole=dialect.joins, problems=problems
    )
    if tree is None:
        return Report(
            Plan(), problems.sorted(), {}, dry_run=not options.writes, counts=_counts(Plan(), [], 0, problems)
        )
    if options.writes:
        recover()
    with tree:
        return _Import(tree, options, problems, [str(path) for path in paths]).run()


@dataclass
class _Import:
    """One run. ``left_out``: the files that are left out for their errors, where the run keeps going."""

    tree: Tree
    options: Options
    problems: Problems
    sources: list[str]
    heard: dict[str, Heard] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def run(self) -> Report:
        """Read, plan, check; then load, unless it is a dry run or something is wrong."""
        files = find_files(self.tree, self.options.dialect, self.problems)
        batch = Batch() if self.options.writes else None
        loaded = False
        try:
            files = self._hear(files, batch)
            sayings = self._sayings(files)
            plan = self._settled_plan(files)
            self._prune(plan, files)
            report = self._report(plan, files)
            if report.changes and not report.refused and batch is not None:
                with transaction.atomic(), batch:
                    self._load(plan, report, sayings)
                loaded = True
            return report
        finally:
            if batch is not None and not loaded:
                batch.drop()

    # From files to plan

    def _hear(self, files: Files, batch: Batch | None) -> Files:
        """Read what has to be read; of one wanted edition only what is its own, or may be for all one can tell."""
        options = self.options
        assets = Assets(self.tree, self.problems, batch)
        heard = hear(files, options.dialect, options.default_edition, assets, options.progress)
        if options.edition:
            self._find_wanted(heard)
            heard = {path: own for path, one in heard.items() if (own := self._wanted(files, path, one))}
            files = files.of(options.edition)
        self.heard = heard
        if options.keep_going:
            self.left_out = {path for path, one in heard.items() if one.problems.has_errors}
        return files

    def _find_wanted(self, heard: Mapping[str, Heard]) -> None:
        """An edition that nobody knows is an error."""
        known = set(Edition.objects.values_list("key", flat=True))
        known = known.union(*(one.editions for one in heard.values()))
        if self.options.edition not in known:
            names = ", ".join(sorted(known)) or "–"
            self.problems.error(
                self.sources[0], None, "edition-wanted-unknown", edition=self.options.edition, known=names
            )

    def _wanted(self, files: Files, path: str, heard: Heard) -> Heard | None:
        """The part of a file that belongs to the wanted edition; None if none does."""
        key = self.options.edition
        if self.options.dialect.joins and heard.read is not None and not heard.read.records:
            return heard  # Talks are read with it, and go out with it.
        if heard.read is not None and key in heard.editions:
            own = tuple(one for one in heard.read.records if one.edition == key)
            return Heard(replace(heard.read, records=own), heard.problems, heard.unknown)
        elsewhere = heard.editions or files.editions.get(path, set()) - {key}
        if elsewhere or not heard.problems.has_errors:
            return None
        return heard

    def _settled_plan(self, files: Files) -> Plan:
        """The plan; where the run keeps going, of the files without errors, until no error is left among them."""
        while True:
            found = Problems()
            plan = self._plan(files, found)
            wrong = {one.path for one in found.of(Level.ERROR)} & set(self.heard) - self.left_out
            if not (self.options.keep_going and wrong):
                self.problems.extend(found)
                return plan
            self.problems.extend(one for one in found if one.path in wrong)
            self.left_out |= wrong

    def _plan(self, files: Files, problems: Problems) -> Plan:
        reads = [one.read for path, one in self.heard.items() if one.read and path not in self.left_out]
        renamed = files.renamed(reads)
        foreign = self.options.dialect.foreign
        site = site_for([record for one in reads for record in one.records], renamed, foreign=foreign)
        site.lost = files.lost(reads, site)
        reads = heirs.settle(reads, site, problems, foreign=foreign)
        plan = make_plan(
            reads,
            site,
            problems,
            prefer=self.options.prefer,
            new_editions=self.options.new_editions,
            broken=self._broken(),
            joins=self.options.dialect.joins,
            foreign=foreign,
        )
        for one in reads:
            file = files.stored.get(renamed.get(one.path, one.path))
            if file and file.digest != one.digest and one.digest in file.earlier:
                problems.warning(one.path, None, "file-older")
        checking.check(plan, site, problems, self.options.zone)
        self._tell_zone(plan, problems)
        return plan

    def _tell_zone(self, plan: Plan, problems: Problems) -> None:
        """Tell which zone editions get that are made from talks, where nothing names one."""
        without = [key for key in plan.editions if key not in plan.zones]
        if not without or self.options.timezone:
            return
        first = min(one.record.path for one in plan.steps if one.record.edition in without)
        problems.info(first, None, "zone-taken-new", editions=", ".join(without), zone=self.options.zone)

    def _broken(self) -> set[str]:
        """The editions whose files are left out; "" for one that cannot be read and may be any edition's."""
        reads = {path: self.heard[path].read for path in self.left_out}
        dialect = self.options.dialect
        found = {"" for path, read in reads.items() if read is None and dialect.kind_at(path) == "edition"}
        for read in reads.values():
            found |= {one.edition for one in read.records if one.kind == "edition"} if read else set()
        return found

    def _prune(self, plan: Plan, files: Files) -> None:
        """Say what is gone; take it out where that is wished, safe and confirmed."""
        wrong = {one.path for one in self.problems.of(Level.ERROR)}
        gone = [path for path in files.gone(plan.renamed) if path not in wrong and self._may_go(files, path)]
        plan.gone = [path for path in gone if files.stored[path].gone_at is None]
        # A file that cannot be read may be one that was renamed.
        held = bool(wrong - set(files.stored))
        missing = pruning.missing_events(plan) if self.options.dialect.foreign else []
        if self.options.prune and not held:
            pruned = Problems()
            pruning.plan_removals(plan, gone, missing, pruned)
            if self._agreed_to(plan):
                plan.gone = [path for path in plan.gone if path not in plan.forgotten]
                self.problems.extend(pruned)
                return
            plan.removals, plan.forgotten = [], []
        for one in missing:
            self.problems.warning(one.file.path, None, "event-gone", **pruning.told_as(one))
        deleted = pruning.deleted_here(gone)
        for path in gone:
            if path in deleted:
                continue
            code = "file-gone-held" if self.options.prune and held else "file-gone"
            self.problems.warning(path, None, code)

    def _may_go(self, files: Files, path: str) -> bool:
        """Whether a gone file belongs to what is imported."""
        return not self.options.edition or files.editions.get(path) == {self.options.edition}

    def _agreed_to(self, plan: Plan) -> bool:
        """Whether what would be removed shall go; nobody is asked where nothing is written."""
        leaving = [one for one in plan.removals if one.action == "removed"]
        refused = self.problems.has_errors and not self.options.keep_going
        if not leaving or refused or not self.options.writes or self.options.confirm is None:
            return True
        return self.options.confirm(leaving)

    # From plan to site

    def _sayings(self, files: Files) -> Sayings:
        """Gather what was said of files that were read, and of those that are as they were."""
        sayings = Sayings(self.problems)
        for path, one in self.heard.items():
            sayings.note(path, one)
        sayings.tell_again(files)
        sayings.tell_unknown()
        return sayings

    def _report(self, plan: Plan, files: Files) -> Report:
        clashes = [(step.record.path, clash) for step in plan.steps for clash in step.clashes]
        paths = (
            {one.path for one in self.problems} | {one.record.path for one in plan.told} | {*files.claimed}
        )
        return Report(
            plan=plan,
            problems=self.problems.sorted(),
            shown={path: path if path in self.sources else self.tree.shown(path) for path in paths},
            dry_run=not self.options.writes,
            check=self.options.check,
            keep_going=self.options.keep_going,
            changes=_writes(plan, files),
            same=files.same,
            lines=lines_of(self.problems, files, self.tree),
            conflicts=clashes,
            counts=_counts(plan, clashes, _records_in(files.same), self.problems),
        )

    def _load(self, plan: Plan, report: Report, sayings: Sayings) -> None:
        options = self.options
        run = Run.objects.create(
            actor=options.actor,
            source=", ".join(self.sources)[:2000],
            options={
                "timezone": options.timezone,
                "prefer": options.prefer,
                "edition": options.edition,
                "prune": options.prune,
                "keep_going": options.keep_going,
                "dialect": options.dialect.name,
            },
            counts=report.counts,
            report={
                "items": report.items(),
                "conflicts": report.clashes(),
                "problems": [
                    {"path": one.path, "level": one.level, **said(one.place, one.code, one.values)}
                    for one in report.problems
                ],
            },
        )
        report.run = run.pk
        with gathering(options.actor, run.pk):
            dialect, mapping = options.dialect.digest, self._keep_mapping()
            Loader(plan, options.zone, dialect, READER, sayings.kept(), mapping).load()
            pruning.remove(plan)

    def _keep_mapping(self) -> SourceDialect | None:
        """Keep the mapping, if the dialect is one; the first one names the series."""
        dialect = self.options.dialect
        if dialect.source and not Series.objects.exists():
            Series.objects.create(key=dialect.source, name=settings.SITE_NAME)
        if not dialect.key:
            return None
        said = {"name": dialect.name[:255], "text": dialect.text}
        mapping, _made = SourceDialect.objects.update_or_create(key=dialect.key, defaults=said)
        return mapping


def _writes(plan: Plan, files: Files) -> bool:
    """Whether carrying out the plan would write anything at all."""
    heard = [one for one in plan.steps if one.action != "skipped"]
    if plan.editions or plan.gone or plan.forgotten or any(one.action == "removed" for one in plan.removals):
        return True
    if any(one.action != "unchanged" or one.moves_base for one in heard):
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
    actions = [step.action for step in (*plan.steps, *plan.removals)]
    return {
        "created": actions.count("created"),
        "updated": actions.count("updated"),
        "unchanged": actions.count("unchanged") + same,
        "conflicts": len(conflicts),
        "removed": actions.count("removed"),
        "skipped": actions.count("skipped"),
        "refused": len({one.path for one in problems if one.level is Level.ERROR}),
    }
