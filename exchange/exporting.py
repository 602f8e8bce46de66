"""The way out, told once: rows to records, records into the files that they came from, files to a folder or archive."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from exchange import outgoing
from exchange.dialects import NATIVE, SCHEDULE, TableDialect
from exchange.documents import Document, EditError, read_document
from exchange.dump import rows_of
from exchange.mapped import MappedSite, mapped_sites
from exchange.meant import Names, all_of, meant_of
from exchange.models import SourceFile, SourceRecord
from exchange.outgoing import Companion, Outgoing, Written
from exchange.plan import SiteRecord
from exchange.problems import Problem, Problems
from exchange.records import Asset, Kind, Meant
from exchange.unfiled import Places, Unfiled, unfiled

Rows = Mapping[tuple[Kind, int], SiteRecord]
# What lay at a path when its file was imported: digest and size, None for nothing.
Facts = Mapping[str, Sequence[Any] | None]


@dataclass
class Export:
    """All that goes out, in the order of its paths, and what is wrong with it.

    ``groups``: by the key of a mapped site ("" for native files) the paths of all its files that were imported;
    ``owners``: by path the group of what goes out.
    """

    files: list[Outgoing] = field(default_factory=list)
    companions: dict[str, Companion] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    dialect: TableDialect = NATIVE
    sites: list[MappedSite] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def into_folder(self, folder: Path, *, write: bool = True) -> Written:
        """Bring everything into a folder (``write`` False: only say what would be done)."""
        left = self._left_out(folder)
        files = [one for one in self.files if self.owners[one.path] not in left]
        companions = [one for one in self.companions.values() if self.owners[one.path] not in left]
        for site in self.sites:
            if site.dialect.key not in left:
                files = site.onto(folder, files, self.problems)
        return outgoing.into_folder(files, companions, folder, self.dialect, self.problems, write=write)

    def _left_out(self, folder: Path) -> set[str]:
        """The groups of which nothing lies in a folder where files of another do: they are of another folder."""
        here = {key for key, paths in self.groups.items() if any((folder / path).is_file() for path in paths)}
        left = self.groups.keys() - here if here else set()
        if left:
            kept = (one for one in self.problems if self.owners.get(one.path) not in left)
            self.problems = Problems(kept)
        for key in left:
            code = "out-other-site" if key else "out-no-native"
            self.problems.info(self.groups[key][0], None, code, site=key, count=len(self.groups[key]))
        return left

    def as_zip(self) -> bytes:
        """Everything in one archive."""
        return outgoing.as_zip(self.files, list(self.companions.values()), self.problems)

    def as_patch(self) -> bytes:
        """What the site changed since the import, for `git apply`; pictures and documents are not in it."""
        return outgoing.as_patch(self.files)

    def new_companions(self) -> list[str]:
        """The paths of pictures and documents that were put up since the import, and so are in no patch."""
        return sorted(path for path, one in self.companions.items() if self._is_new(one))

    def _is_new(self, one: Companion) -> bool:
        try:
            return not one.was_imported(one.read())
        except outgoing.Lost as lost:
            outgoing.tell(self.problems, one.path, lost)
            return False

    def said(self) -> list[Problem]:
        """What is wrong, sorted."""
        return self.problems.sorted()


def export_files(edition: str = "", dialect: TableDialect = NATIVE) -> Export:
    """Collect every file as the site has it, of one edition (its key) or of all; nothing is written.

    Files that came by a mapping go out by it, all others by ``dialect``; what came from another system goes into new
    files.
    """
    found = Export(dialect=dialect)
    sites = mapped_sites(edition, found.problems)
    mapped = SourceFile.objects.exclude(mapping=None).values_list("path", flat=True)
    remembered = SourceFile.objects.filter(gone_at=None).order_by("path").exclude(mapping__key=SCHEDULE.key)
    for path, key in remembered.values_list("path", "mapping__key"):
        found.groups.setdefault(key or "", []).append(path)
        found.owners[path] = key or ""
    known = list(_files(edition).filter(mapping=None))
    new = unfiled(edition)
    _tell_moved(edition, found.problems)
    owners = {one: next((site for site in sites if site.has(one)), None) for one in new}
    own = [one for one, site in owners.items() if site is None]
    export = _Export(found, _rows(known, own))
    for facts in SourceFile.objects.values_list("assets", flat=True):
        export.names.note(facts)
    for file in known:
        export.add_known(file)
    places = Places(new, [*mapped, *(one.path for one in known)])
    for one in own:
        export.add_new(one, places.path(one))
    for site in sites:
        theirs = [one for one, owner in owners.items() if owner is site and one.kind == "talk"]
        export.add_site(site, {site.path(one, places.taken): one for one in theirs})
    export.found.files.sort(key=lambda one: one.path)
    return export.found


def _tell_moved(edition: str, problems: Problems) -> None:
    """Tell, once for each schedule, that what it brought goes into files of its own."""
    records = SourceRecord.objects.filter(file__mapping__key=SCHEDULE.key).exclude(talk=None, edition=None)
    if edition:
        records = records.filter(Q(talk__edition__key=edition) | Q(edition__key=edition))
    for path, count in Counter(records.order_by("file__path").values_list("file__path", flat=True)).items():
        problems.info(path, None, "out-moved-here", count=count)


def _files(edition: str) -> QuerySet[SourceFile]:
    """The files that were imported and are not gone; of an edition: those that came into it or stand in it now."""
    files = SourceFile.objects.filter(gone_at=None).prefetch_related("records__conflicts").order_by("path")
    if not edition:
        return files
    ways = ("edition_key", "talk__edition__key", "edition__key", "member__edition__key")
    here = Q(*((way, edition) for way in ways), _connector=Q.OR)
    return files.filter(pk__in=SourceRecord.objects.filter(here).values("file"))


def _rows(known: Sequence[SourceFile], new: Sequence[Unfiled]) -> Rows:
    """What the rows of all these files hold."""
    fed = {
        (cast("Kind", one.kind), one.target)
        for file in known
        for one in file.records.all()
        if one.target is not None
    }
    return rows_of(fed | {(one.kind, one.pk) for one in new})


@dataclass
class _Export:
    """An export that is being collected. ``names``: of pictures and documents, so that none is given twice.

    ``group``: that of what is added (see Export).
    """

    found: Export
    rows: Rows
    names: Names = field(default_factory=Names)
    group: str = ""

    def add_known(self, file: SourceFile) -> None:
        """Add a file that was imported: as it came, but for what the site has changed."""
        base = bytes(file.data)
        known = next(iter(file.records.all()), None)
        document = read_document(file.path, base, Problems())
        if known is None or document is None:
            self.found.files.append(Outgoing(file.path, base, base))
        elif known.target is None:
            self.found.files.append(Outgoing(file.path, base, None, known.edition_key))
        else:
            kind = cast("Kind", known.kind)
            said = self.found.dialect.read(document, Problems(), known.edition_key).records[0]
            silent = self.found.dialect.kinds[kind].silent - set(said.fields)
            meant = self.names.given(meant_of(self.rows[kind, known.target], known, silent, said))
            written = self._written(document, known.edition_key, meant, file.assets) or document
            self._add(file.path, base, written, known.edition_key, meant)

    def add_new(self, one: Unfiled, path: str) -> None:
        """Add the file of a record that was made on the site."""
        head = f"edition: {one.edition}" if one.edition else "name: x"
        document = read_document(path, f"---\n{head}\n---\n".encode(), Problems())
        meant = self.names.given(all_of(self.rows[one.kind, one.pk]))
        written = document and self._written(document, one.edition, meant, {})
        if written:
            self._add(path, None, written, one.edition, meant)

    def add_site(self, site: MappedSite, new: Mapping[str, Unfiled]) -> None:
        """Add the files of a mapped site, those of talks that were made here among them: {path: talk}."""
        self.found.sites.append(site)
        self.group = site.dialect.key
        files, assets = site.export(self.names, new, self.found.problems)
        self.found.owners |= dict.fromkeys([*new, *(one.path for one in files)], self.group)
        self.found.files += files
        for asset, stored, facts in assets:
            self._add_companion(asset, stored, facts)

    def _add(self, path: str, base: bytes | None, written: Document, edition: str, meant: Meant) -> None:
        self.found.owners[path] = self.group
        self.found.files.append(Outgoing(path, base, written.render(), edition, meant.fields, meant.lists))

    def _written(self, document: Document, edition: str, meant: Meant, facts: Facts) -> Document | None:
        """The document that says what is meant; None, and an error, where that cannot be written."""
        try:
            written = self.found.dialect.write(document, edition, meant.fields, meant.lists)
        except EditError as refused:
            key = ".".join(map(str, refused.way))
            self.found.problems.error(document.path, None, "out-not-written", key=key)
            return None
        self._add_companions(written, edition, meant, facts)
        return written

    def _add_companions(self, document: Document, edition: str, meant: Meant, facts: Facts) -> None:
        """Add the pictures and documents that a written document names."""
        record = self.found.dialect.read(document, Problems(), edition).records[0]
        placed = self.found.dialect.kinds[record.kind].placed(record, meant.lists)
        for asset in record.assets:
            fields = placed[asset.item].fields if asset.item in placed else meant.fields
            stored = fields.get(asset.field)
            if isinstance(stored, str):
                self._add_companion(asset, stored, facts)

    def _add_companion(self, asset: Asset, stored: str, facts: Facts) -> None:
        path = _path_of(asset, stored, facts)
        self.found.owners.setdefault(path, self.group)
        self.found.companions.setdefault(path, _companion(path, stored, facts.get(path)))


def _path_of(asset: Asset, stored: str, facts: Facts) -> str:
    """Where a picture or document lay, else where it is looked for first (an unnamed one: under its own ending)."""
    lay = (path for path in asset.candidates if facts.get(path))
    ending = PurePosixPath(stored).suffix
    usual = (path for path in asset.candidates if asset.name or path.endswith(ending))
    return next(lay, None) or next(usual, asset.candidates[0])


def _companion(path: str, stored: str, fact: Sequence[Any] | None) -> Companion:
    def load() -> bytes:
        with default_storage.open(stored) as file:
            return cast("bytes", file.read())

    digest = str(fact[0]) if fact else ""
    return Companion(path, load, lambda data: hashlib.sha256(data).hexdigest() == digest)
