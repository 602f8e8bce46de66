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
from exchange.dialects import NATIVE, Dialect
from exchange.documents import read_document
from exchange.dump import site_for
from exchange.load import Loader
from exchange.merge import Clash, Prefer
from exchange.models import Conflict, Run, SourceFile, SourceRecord
from exchange.plan import FileRead, Plan, make_plan
from exchange.problems import Level, Place, Problem, Problems
from exchange.records import Record
from exchange.tree import BadFile, Entry, Tree, open_tree
from history.telling import gathering

# Raised when the same bytes in the same dialect would be read otherwise.
READER = 1
# A file written this shortly before it was read may have been written again within the clock's step.
JUST_WRITTEN = 2_000_000_000


@dataclass(frozen=True)
class Options:
    """How to import. ``timezone``: of editions made in this run; ``default_edition``: of files that name none."""

    root: Path | None = None
    default_edition: str = ""
    new_editions: bool = False
    timezone: str = ""
    dry_run: bool = False
    prefer: Prefer = ""
    actor: str = ""
    dialect: Dialect = NATIVE

    @property
    def zone(self) -> str:
        """The zone of new editions: the option, else the site's setting."""
        return self.timezone or str(settings.DEFAULT_ZONE)


@dataclass
class Report:
    """What a run did, or would do: counts of records, the plan, conflicts left, problems. ``run`` is its Run's key.

    ``changes`` says whether anything at all is (or would be) written.
    """

    plan: Plan
    problems: list[Problem]
    shown: Mapping[str, str]
    dry_run: bool = False
    run: int | None = None
    changes: bool = False
    conflicts: list[tuple[str, Clash]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and no conflict is left."""
        return not self.conflicts and not any(one.level is Level.ERROR for one in self.problems)

    @property
    def exit_code(self) -> int:
        """0, or 1 where something is wrong or a conflict is left."""
        return 0 if self.ok else 1


def import_files(paths: Sequence[Path], options: Options = Options()) -> Report:
    """Import files, folders or a zip; any error anywhere, and nothing at all is written."""
    problems = Problems()
    tree = open_tree(paths, root=options.root, markers=options.dialect.markers, problems=problems)
    if tree is None:
        return Report(Plan(), problems.sorted(), {}, options.dry_run, counts=_counts(Plan(), [], 0, problems))
    with tree:
        return _Import(tree, options, problems, [str(path) for path in paths]).run()


@dataclass
class _Import:
    tree: Tree
    options: Options
    problems: Problems
    sources: list[str]

    def run(self) -> Report:
        """Read, plan, check; then load, unless it is a dry run or something is wrong."""
        stored = {one.path: one for one in SourceFile.objects.defer("data")}
        claimed = self._claimed()
        changed, same = self._changed(claimed, stored)
        batch = None if self.options.dry_run else Batch()
        loaded = False
        try:
            plan = self._plan(changed, stored, claimed, batch)
            report = self._report(plan, same, stored)
            if report.changes and not self.problems.has_errors and batch is not None:
                with transaction.atomic(), batch:
                    self._load(plan, report)
                loaded = True
            return report
        finally:
            if batch is not None and not loaded:
                batch.drop()

    # Which files

    def _claimed(self) -> dict[str, Entry]:
        """The files that are the dialect's: below its folders, named themselves, or with an edition."""
        folders = [name for name in self.options.dialect.folders if self.tree.has_folder(name)]
        found = {}
        for entry in self.tree.files():
            if not entry.path.endswith((".md", ".html")):
                continue
            top = entry.path.partition("/")[0]
            own = top in folders if folders else entry.path.endswith(".md")
            if own or self.tree.is_named(entry.path) or (folders and self._names_edition(entry.path)):
                found[entry.path] = entry
        return found

    def _names_edition(self, path: str) -> bool:
        try:
            data = self.tree.read(path)
        except BadFile:
            return False
        header, fence, _body = data[4:65536].partition(b"\n---")
        return data.startswith((b"---\n", b"---\r\n")) and bool(fence) and b"\nedition:" in b"\n" + header

    def _changed(
        self, claimed: Mapping[str, Entry], stored: Mapping[str, SourceFile]
    ) -> tuple[dict[str, tuple[Entry, bytes]], list[str]]:
        """Files to read, with their bytes; and the paths of those that are as they were."""
        open_conflicts = set(Conflict.objects.values_list("record__file__path", flat=True).distinct())
        changed: dict[str, tuple[Entry, bytes]] = {}
        same: list[str] = []
        for path, entry in claimed.items():
            file = stored.get(path)
            known = file is not None and path not in open_conflicts and self._as_read(file)
            if known and file is not None and self._untouched(entry, file):
                same.append(path)
                continue
            try:
                data = self.tree.read(path)
            except BadFile as bad:
                self.problems.error(path, None, bad.code, **bad.values)
                continue
            if known and file is not None and hashlib.sha256(data).hexdigest() == file.digest:
                same.append(path)
            else:
                changed[path] = (entry, data)
        return changed, same

    def _as_read(self, file: SourceFile) -> bool:
        """Whether it would be read as it was: same dialect and reader, same assets, and not gone meanwhile."""
        if (file.dialect, file.reader, file.gone_at) != (self.options.dialect.digest, READER, None):
            return False
        return all(self._asset_facts(path) == facts for path, facts in file.assets.items())

    def _asset_facts(self, path: str) -> list[Any] | None:
        try:
            data = self.tree.read(path)
        except BadFile:
            return None
        return [hashlib.sha256(data).hexdigest(), len(data)]

    @staticmethod
    def _untouched(entry: Entry, file: SourceFile) -> bool:
        read_at = int(file.read_at.timestamp() * 1_000_000_000)
        return (entry.size, entry.mtime_ns) == (
            file.size,
            file.mtime,
        ) and read_at - entry.mtime_ns > JUST_WRITTEN

    # From files to plan

    def _plan(
        self,
        changed: Mapping[str, tuple[Entry, bytes]],
        stored: Mapping[str, SourceFile],
        claimed: Mapping[str, Entry],
        batch: Batch | None,
    ) -> Plan:
        assets = Assets(self.tree, self.problems, batch)
        unknown: dict[str, list[tuple[str, Place]]] = defaultdict(list)
        reads = [self._read(entry, data, assets, unknown) for entry, data in changed.values()]
        self._tell_unknown(unknown)
        files = [one for one in reads if one is not None]
        renamed = self._renamed(files, stored, claimed)
        site = site_for([record for one in files for record in one.records], renamed)
        plan = make_plan(
            files, site, self.problems, prefer=self.options.prefer, new_editions=self.options.new_editions
        )
        plan.gone = self._gone(stored, claimed, renamed)
        checking.check(plan, site, self.problems, self.options.zone)
        return plan

    def _gone(
        self, stored: Mapping[str, SourceFile], claimed: Mapping[str, Entry], renamed: Mapping[str, str]
    ) -> list[str]:
        """Files inside the given paths that are no longer there; their records stay. Returns those newly gone."""
        gone = [
            path
            for path in stored
            if path not in claimed and path not in renamed.values() and self.tree.covers(path)
        ]
        for path in gone:
            self.problems.warning(path, None, "file-gone")
        return [path for path in gone if stored[path].gone_at is None]

    def _read(
        self, entry: Entry, data: bytes, assets: Assets, unknown: dict[str, list[tuple[str, Place]]]
    ) -> FileRead | None:
        document = read_document(entry.path, data, self.problems)
        if document is None:
            return None
        reading = self.options.dialect.read(document, self.problems, self.options.default_edition)
        for key, place in reading.unknown:
            unknown[key].append((entry.path, place))
        records: list[Record] = []
        facts: dict[str, list[Any] | None] = {}
        for record in reading.records:
            attached, found = assets.attach(record)
            records.append(attached)
            facts |= found
        digest = hashlib.sha256(data).hexdigest()
        return FileRead(entry.path, data, digest, entry.size, entry.mtime_ns, tuple(records), facts)

    def _tell_unknown(self, unknown: Mapping[str, list[tuple[str, Place]]]) -> None:
        """Each key that nobody knows is told once a run, at its first place, with how often it is there."""
        for key, places in unknown.items():
            path, place = min(places)
            self.problems.warning(path, place, "key-unknown", key=key, count=len(places))

    def _renamed(
        self, files: Sequence[FileRead], stored: Mapping[str, SourceFile], claimed: Mapping[str, Entry]
    ) -> dict[str, str]:
        """New paths whose bytes, or whose record, another path had that is gone: {new path: old path}."""
        gone = {path for path in stored if path not in claimed and not self.tree.exists(path)}
        by_digest = {stored[path].digest: path for path in sorted(gone)}
        by_key = self._gone_keys(gone)
        found: dict[str, str] = {}
        for one in files:
            keys = [(record.kind, record.edition, record.key) for record in one.records]
            old = by_digest.get(one.digest) or next((by_key[key] for key in keys if key in by_key), None)
            if one.path not in stored and old is not None and old not in found.values():
                found[one.path] = old
        return found

    @staticmethod
    def _gone_keys(gone: set[str]) -> dict[tuple[str, str, str], str]:
        if not gone:
            return {}
        rows = SourceFile.objects.filter(path__in=gone, records__isnull=False)
        return {
            (kind, edition, key): path
            for path, kind, edition, key in rows.values_list(
                "path", "records__kind", "records__edition_key", "records__key"
            )
        }

    # From plan to site

    def _report(self, plan: Plan, same: Sequence[str], stored: Mapping[str, SourceFile]) -> Report:
        self._tell_again(same, stored)
        clashes = [(step.record.path, clash) for step in plan.steps for clash in step.clashes]
        paths = {one.path for one in self.problems} | {step.record.path for step in plan.steps}
        return Report(
            plan=plan,
            problems=self.problems.sorted(),
            shown={path: self.tree.shown(path) for path in paths},
            dry_run=self.options.dry_run,
            changes=self._writes(plan, stored),
            conflicts=clashes,
            counts=_counts(plan, clashes, _records_in(same), self.problems),
        )

    def _tell_again(self, same: Iterable[str], stored: Mapping[str, SourceFile]) -> None:
        """What was said of a file that is as it was is said again."""
        for path in same:
            for one in stored[path].warnings:
                place = Place(one["line"], one["column"]) if one["line"] else None
                self.problems.warning(path, place, one["code"], **one["values"])

    def _writes(self, plan: Plan, stored: Mapping[str, SourceFile]) -> bool:
        if (
            plan.editions
            or plan.gone
            or any(one.action in ("created", "updated") or one.moves_base for one in plan.steps)
        ):
            return True
        if any(self._differs(one, stored.get(one.path)) for one in plan.files):
            return True
        told = {
            (one.record_id, one.field)
            for one in Conflict.objects.filter(record__file__path__in=[f.path for f in plan.files])
        }
        return told != {
            (one.known.pk, clash.field) for one in plan.steps if one.known for clash in one.clashes
        }

    def _differs(self, read: FileRead, file: SourceFile | None) -> bool:
        """Whether what is kept of a file would be other than what is stored."""
        if file is None or not self._as_read(file):
            return True
        return (read.digest, dict(read.assets)) != (file.digest, file.assets)

    def _load(self, plan: Plan, report: Report) -> None:
        run = Run.objects.create(
            actor=self.options.actor,
            source=", ".join(self.sources)[:2000],
            options={"timezone": self.options.timezone, "prefer": self.options.prefer},
            counts=report.counts,
        )
        report.run = run.pk
        warnings: dict[str, list[Problem]] = defaultdict(list)
        for one in self.problems.of(Level.WARNING):
            if one.code != "key-unknown":
                warnings[one.path].append(one)
        with gathering(self.options.actor, run.pk):
            Loader(plan, self.options.zone, self.options.dialect.digest, READER, warnings).load()


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
