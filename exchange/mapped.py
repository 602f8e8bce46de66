"""The files of a mapped site on their way out: all of them are read together, and written together."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from exchange.dialects import SCHEDULE, MappedDialect, read_mapping
from exchange.dialects.mapping import SiteWriter, seed
from exchange.dialects.mapping.facts import facts_of, fields_by
from exchange.dialects.mapping.joining import TalkRead
from exchange.dialects.mapping.scopes import key_of
from exchange.dialects.mapping.writing import Outcome
from exchange.documents import Document, EditError
from exchange.dump import rows_of
from exchange.meant import Names, all_of, meant_of
from exchange.merge import SiteItem, merge_fields, merge_list
from exchange.models import SourceDialect, SourceFile, SourceRecord
from exchange.outgoing import Outgoing, bytes_at
from exchange.plan import SiteRecord
from exchange.problems import Problems
from exchange.records import Asset, Item, Kind, Meant, Value
from exchange.unfiled import Unfiled
from exchange.wordless import tell_wordless
from texts.folding import name_key

# A file that a talk names, the stored file, and what lay where when it was imported.
Named = tuple[Asset, str, Mapping[str, Sequence[Any] | None]]
# The stem of a talk's file that has a folder of its own.
BUNDLE = "index"


@dataclass
class MappedSite:
    """The files that came by one mapping. ``edition``: the only one that goes out ("" for all).

    ``alone``: no other file is known, so that all that is made on the site is made here. ``meant`` and ``others``:
    what is said of talks that go out, and of those that do not.
    """

    dialect: MappedDialect
    files: Mapping[str, SourceFile]
    edition: str
    alone: bool
    rows: dict[int, SiteRecord] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)
    meant: dict[str, Meant] = field(default_factory=dict)
    others: dict[str, Meant] = field(default_factory=dict)
    writer: SiteWriter = field(init=False)

    def has(self, one: Unfiled) -> bool:
        """Whether a record without a file is this site's; editions and members have no files here."""
        return self.alone or one.edition in {known.edition_key for _path, known in self.known()}

    def known(self) -> Iterator[tuple[str, SourceRecord]]:
        """The records of its files, with their paths."""
        return ((path, known) for path, file in self.files.items() for known in file.records.all())

    def path(self, one: Unfiled, taken: set[str]) -> str:
        """Where the file of a talk that was made on the site goes: beside its like; taken from then on."""
        talks = [(PurePosixPath(path), known.edition_key) for path, known in self.known()]
        like = [(path, edition) for path, edition in talks if edition == one.edition] or talks
        bundles = all(path.stem == BUNDLE for path, _edition in like)
        folders = Counter(
            (path.parent.parent if bundles else path.parent, path.suffix, edition) for path, edition in like
        )
        (folder, suffix, edition), _count = folders.most_common(1)[0]
        home = PurePosixPath(*(one.edition if part == edition else part for part in folder.parts))
        count = 1
        while True:
            stem = one.stem if count == 1 else f"{one.stem}-{count}"
            own = PurePosixPath(stem, BUNDLE) if bundles else PurePosixPath(stem)
            path = f"{home / own}{suffix}"
            if path not in taken:
                taken.add(path)
                return path
            count += 1

    def export(
        self, names: Names, new: Mapping[str, Unfiled], problems: Problems
    ) -> tuple[list[Outgoing], list[Named]]:
        """All files as they go out, and the pictures and documents that they name."""
        fed = {one.target for _path, one in self.known() if one.target is not None}
        wanted: set[tuple[Kind, int]] = {("talk", pk) for pk in [*fed, *(one.pk for one in new.values())]}
        self.rows = {pk: row for (_kind, pk), row in rows_of(wanted).items()}
        documents = self._documents({path: bytes(file.data) for path, file in self.files.items()})
        documents |= self._seeds(new, documents, problems)
        self.editions = {path: one.edition_key for path, one in self.known()}
        self.editions |= {path: one.edition for path, one in new.items()}
        self.writer = SiteWriter(self.dialect.mapping, documents, self.editions)
        told = {path: names.given(self._meant(path, one)) for path, one in self._told()}
        self.others = {path: one for path, one in told.items() if not self._goes_out(path)}
        self.meant = {path: one for path, one in told.items() if path not in self.others}
        made = {
            path: names.given(all_of(self.rows[one.pk])) for path, one in new.items() if path in documents
        }
        found = self._files(made, problems)
        self._tell_wordless(new, {one.path for one in found if one.data is not None}, problems)
        return found, list(self._assets({**self.meant, **made}))

    def onto(self, folder: Path, files: Sequence[Outgoing], problems: Problems) -> list[Outgoing]:
        """The files as they go into a folder: what somebody changed there is merged with, talk by talk."""
        there = {path: data for path in self.files if (data := _read(folder, path)) is not None}
        going = {one.path: one for one in files}
        outs = {path: going[path].data if path in going else None for path in there}
        if all(data in (bytes(self.files[path].data), outs[path]) for path, data in there.items()):
            return list(files)
        leaving = {path for path, one in going.items() if one.data is None and path in there}
        documents = self._documents({path: data for path, data in there.items() if path not in leaving})
        writer = SiteWriter(self.dialect.mapping, documents, self.editions)
        meant = _merged_with(self.writer, writer, self.meant, problems)
        outcome = writer.write(meant, self.others)
        _tell_refused(outcome, self.writer.outcome.refused, problems)
        made = []
        for path in sorted(set(there) - leaving):
            data = outcome.documents[path].render() if path in documents else there[path]
            base = bytes(self.files[path].data)
            if path not in documents and outs[path] not in (None, base):
                problems.error(path, None, "out-unreadable")
            if path in going or data != there[path]:
                made.append(Outgoing(path, base, data, onto=there[path]))
        kept = {one.path for one in made}
        return sorted([*made, *(one for one in files if one.path not in kept)], key=lambda one: one.path)

    def _goes(self, one: SourceRecord) -> bool:
        return not self.edition or one.edition_key == self.edition

    def _goes_out(self, path: str) -> bool:
        return not self.edition or self.editions[path] == self.edition

    def _told(self) -> Iterator[tuple[str, SourceRecord]]:
        return ((path, one) for path, one in self.known() if one.target is not None)

    def _meant(self, path: str, known: SourceRecord) -> Meant:
        talk = self.writer.joined.talks.get(path)
        return meant_of(self.rows[known.target], known, (), talk.record if talk else None)

    def _documents(self, files: Mapping[str, bytes]) -> dict[str, Document]:
        """The files that can be read, but for those that go because the site deleted their talk."""
        leaving = set(self._leaving())
        read = (
            (path, self.dialect.document(path, data, Problems()))
            for path, data in files.items()
            if path not in leaving
        )
        return {path: document for path, document in read if document is not None}

    def _leaving(self) -> Iterator[str]:
        for path, one in self.known():
            if one.target is None and self._goes(one) and not self._is_shared(path):
                yield path

    def _seeds(
        self, new: Mapping[str, Unfiled], documents: Mapping[str, Document], problems: Problems
    ) -> dict[str, Document]:
        """The first form of the files of new talks, in the language of the others of their edition."""
        found: dict[str, Document] = {}
        for path, one in new.items():
            talks = [
                (documents[other], known.edition_key) for other, known in self.known() if other in documents
            ]
            like = [document for document, key in talks if key == one.edition] or [
                document for document, _key in talks
            ]
            try:
                data = seed(self.dialect.mapping, one.edition, one.stem, like)
            except EditError as refused:
                problems.error(path, None, "out-not-written", key=".".join(map(str, refused.way)))
                continue
            document = self.dialect.document(path, data, Problems())
            if document is not None:
                found[path] = document
        return found

    def _files(self, made: Mapping[str, Meant], problems: Problems) -> list[Outgoing]:
        unfit = self._unfit(made)
        for path, key in unfit.items():
            if key == "state":
                problems.error(path, None, "out-no-state", key=key, state=str(made[path].fields["state"]))
            else:
                problems.error(path, None, "out-not-written", key=key)
        new = {path: one for path, one in made.items() if path not in unfit}
        outcome = self.writer.write({**self.meant, **new}, self.others)
        _tell_refused(outcome, {}, problems)
        deleted = {path for path, one in self.known() if one.target is None and self._goes(one)}
        here = {path for path, one in self.known() if self._goes(one)}
        found, leaving, schedule = [], set(self._leaving()), self.dialect.mapping.schedule
        for path, file in self.files.items():
            base = bytes(file.data)
            data = outcome.documents[path].render() if path in outcome.documents else base
            if path in leaving:
                found.append(Outgoing(path, base, None))
            elif not self.edition or path in here or data != base:
                found.append(Outgoing(path, base, data))
            if path in deleted - leaving:
                problems.error(path, None, "out-shared")
            elif path in leaving and schedule and self._has_row(file):
                problems.info(path, None, "out-row-stays", file=schedule.file)
        found += [
            Outgoing(path, None, outcome.documents[path].render())
            for path, one in new.items()
            if not self._says_otherwise(path, one)
        ]
        return found

    def _says_otherwise(self, path: str, meant: Meant) -> bool:
        """Whether a new file says something that its talk does not: it would come back as a conflict."""
        return any(
            said is not None
            for name in self.writer.outcome.refused.get(path, ())
            if (said := self.writer.joined.talks[path].record.fields.get(name)) != meant.fields.get(name)
        )

    def _tell_wordless(self, new: Mapping[str, Unfiled], out: set[str], problems: Problems) -> None:
        """Warn of what the site says of talks that go out, and their files cannot say."""
        rows = {path: one.target for path, one in self.known() if path in self.meant}
        for path, pk in (rows | {path: one.pk for path, one in new.items()}).items():
            talk = self.writer.was.talks.get(path)
            if talk is not None and path in out:
                tell_wordless(path, self.dialect.mapping, talk.record, self.rows[pk], problems)

    def _unfit(self, made: Mapping[str, Meant]) -> dict[str, str]:
        """New talks whose files would not be found again as theirs, or would show what is hidden: why not."""
        found = {}
        for path, one in made.items():
            talk = self.writer.joined.talks.get(path)
            flag = {"draft", "cancelled"} & {str(one.fields.get("state"))}
            if talk is None or talk.record.edition != self.editions[path]:
                found[path] = "edition"
            elif talk.record.key not in (PurePosixPath(path).stem, PurePosixPath(path).parent.name):
                found[path] = "key"
            elif flag - set(self.dialect.mapping.talks.set):
                found[path] = "state"
        return found

    def _has_row(self, file: SourceFile) -> bool:
        """Whether the schedule names a talk of a file."""
        cells, schedule = self.writer.joined.cells, self.dialect.mapping.schedule
        if cells is None or schedule is None:
            return False
        if schedule.match == "title":
            return any(
                name_key(str(one.agreed.get("title") or "")) in cells.named for one in file.records.all()
            )
        return any(key_of(one.key) in cells.named for one in file.records.all())

    def _is_shared(self, path: str) -> bool:
        """Whether a talk's file tells of a person too."""
        people = self.dialect.mapping.speakers
        return people is not None and people.files.take(path)

    def _assets(self, meant: Mapping[str, Meant]) -> Iterator[Named]:
        for path, one in meant.items():
            talk = self.writer.joined.talks.get(path)
            people = one.lists["appearances"]
            facts = self.files[path].assets if path in self.files else {}
            for asset in talk.record.assets if talk else ():
                # Who has moved in the list is known by the picture's name.
                own = [item for item in people if item.fields.get("avatar") == asset.name]
                item = next((item for item in own if item.place == asset.item), next(iter(own), None))
                fields = (item.fields if item else {}) if asset.item else one.fields
                stored = fields.get(asset.field)
                if isinstance(stored, str):
                    yield asset, stored, facts


def mapped_sites(edition: str, problems: Problems) -> list[MappedSite]:
    """The sites whose files came by a mapping. One that can no longer be read is told, and its files stay in."""
    present = SourceFile.objects.filter(gone_at=None).prefetch_related("records__conflicts").order_by("path")
    alone = not present.filter(mapping=None).exists()
    sites = []
    for kept in SourceDialect.objects.exclude(key=SCHEDULE.key).order_by("pk"):
        dialect = read_mapping(kept.name, kept.text.encode(), problems)
        files = {one.path: one for one in present.filter(mapping=kept)}
        if dialect is not None and files:
            sites.append(MappedSite(dialect, files, edition, alone))
    return sites


def _tell_refused(outcome: Outcome, told: Mapping[str, Collection[str]], problems: Problems) -> None:
    """Tell what could not be written, but for what has been told: {path: names}."""
    for path, reasons in outcome.refused.items():
        for key in reasons.keys() - set(told.get(path, ())):
            problems.error(path, None, reasons[key].code, **{"key": key, **reasons[key].values})


def _read(folder: Path, path: str) -> bytes | None:
    """A file of a folder; None for none, and for one that cannot be read, which is told when its turn comes."""
    try:
        return bytes_at(folder, path)
    except OSError:
        return None


def _merged_with(
    base: SiteWriter, folder: SiteWriter, meant: Mapping[str, Meant], problems: Problems
) -> dict[str, Meant]:
    """What the talks of a folder shall say; one that clashes is told at its place, and stays as it is there."""
    found: dict[str, Meant] = {}
    for path, one in meant.items():
        was, now = base.was.talks.get(path), folder.joined.talks.get(path)
        if was is None:
            continue
        if now is not None:
            merged = _merged(base, folder, was, now, one, problems)
            found |= {path: merged} if merged else {}
        elif path in folder.outcome.documents and base.unsaid(was, one):
            problems.error(path, None, "out-conflict", field=base.unsaid(was, one)[0])
    return found


def _merged(
    base: SiteWriter, folder: SiteWriter, was: TalkRead, now: TalkRead, meant: Meant, problems: Problems
) -> Meant | None:
    agreed, said = _own(base, was), _own(folder, now)
    fields = merge_fields(agreed, {**agreed, **meant.fields}, said)
    rows = [
        SiteItem(index, item.place, _known(base, item))
        for index, item in enumerate(meant.lists["appearances"])
    ]
    items = [Item(one.item.place, _known(folder, one.item)) for one in now.appearances]
    before = [Item(one.item.place, _known(base, one.item)) for one in was.appearances]
    people = merge_list("appearances", before, rows, items)
    clashes = [clash.field for clash in (*fields.clashes, *people.clashes)]
    for name in clashes:
        problems.error(now.scope.path, now.record.places.get(name), "out-conflict", field=name)
    if clashes:
        return None
    return Meant(fields.values, {"appearances": tuple(Item(one.place, one.fields) for one in people.items)})


def _own(writer: SiteWriter, talk: TalkRead) -> dict[str, Value]:
    return {name: value for (place, name), value in facts_of(writer.mapping, talk).items() if not place}


def _known(writer: SiteWriter, item: Item) -> dict[str, Value]:
    """An element's fields, as far as the mapping has rules for them."""
    rules = writer.mapping.talks.speakers
    names = {"role"}.union(*(fields_by(writer.mapping, rule) for rule in rules))
    return {name: value for name, value in item.fields.items() if name in names}
