"""Records that take the place of others: an event that comes under a new guid, a file after a schedule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from exchange.dialects.schedule.telling import another_key
from exchange.plan import FileRead, Known, Site
from exchange.problems import Problems
from exchange.records import Kind, Record


def settle(reads: Sequence[FileRead], site: Site, problems: Problems, *, foreign: bool) -> list[FileRead]:
    """The files with their records as they meet the site; who takes whose place goes into ``site.heirs``.

    What another file here has is left out: told in ``problems``, but for an edition that its own file describes.

    Of a system elsewhere (``foreign``) an event without a known guid is the one that has its key and is gone from the
    same file; is that still there, it gets another key. Files of one's own take over what had come from elsewhere.
    """
    return _Settling(site, problems, foreign, _here(reads, site)).settled(reads)


def _here(reads: Sequence[FileRead], site: Site) -> set[tuple[str, Kind, str]]:
    """The records of the run, as they are remembered if they are."""
    records = (record for read in reads for record in read.records)
    return {(site.renamed.get(one.path, one.path), one.kind, one.key) for one in records}


@dataclass
class _Settling:
    site: Site
    problems: Problems
    foreign: bool
    here: set[tuple[str, Kind, str]]

    def settled(self, reads: Sequence[FileRead]) -> list[FileRead]:
        self.feeders: Mapping[tuple[Kind, int], Known] = {
            (one.kind, one.target): one for one in self.site.known.values() if one.target is not None
        }
        found = []
        for read in reads:
            records = [self._settled(record) for record in read.records]
            found.append(replace(read, records=tuple(one for one in records if one is not None)))
            if self.foreign:
                self._refuse_other_edition(read)
        return found

    def _settled(self, record: Record) -> Record | None:
        """The record, maybe under another key; None for one that is left to another file."""
        at = self.site.renamed.get(record.path, record.path)
        row = self.site.named.get((record.kind, record.edition, record.row_key))
        feeder = self.feeders.get((record.kind, row)) if row is not None else None
        if feeder is None or (at, record.kind, record.key) in self.site.known:
            return record
        if self.foreign and feeder.path != at:
            self._refuse(record, feeder)
            return None
        if self.foreign and (at, record.kind, feeder.key) in self.here:
            return replace(record, called=another_key(record.row_key, record.key))
        if feeder.foreign:
            self.site.heirs[record.path, record.kind, record.key] = feeder
        return record

    def _refuse(self, record: Record, feeder: Known) -> None:
        """Another file is the row's: told once for a schedule. An edition that its own file describes is fine."""
        if feeder.foreign:
            values = {"edition": record.edition, "other": feeder.path}
            self.problems.error(record.path, None, "schedule-twice", **values)
        elif record.kind != "edition":
            self.problems.error(record.path, None, "talks-have-files", edition=record.edition)

    def _refuse_other_edition(self, read: FileRead) -> None:
        """A file of the name of another conference's: each needs a path of its own."""
        at = self.site.renamed.get(read.path, read.path)
        known = [one for one in self.site.known.values() if one.path == at and one.target is not None]
        rows = [self.site.rows.get((one.kind, one.target)) for one in known if one.target is not None]
        stand = {one.edition for one in known} | {str(row.fields.get("edition")) for row in rows if row}
        said = {record.edition for record in read.records}
        if known and said and not said & stand:
            edition, other = min(said), min(one.edition for one in known)
            self.problems.error(read.path, None, "schedule-other-edition", edition=edition, other=other)
