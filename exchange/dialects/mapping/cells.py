"""The schedule of a site that keeps it in a data file: which talk has which slots, and the fields that those give."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from exchange.dialects.mapping.language import Lookup, ScheduleRule
from exchange.dialects.mapping.missing import keys_of
from exchange.dialects.mapping.scopes import Hit, Scope, key_of, warn
from exchange.dialects.mapping.values import text_of
from exchange.documents import Document
from exchange.documents import Sequence as NodeList
from exchange.problems import Place, Problems
from texts.folding import name_key


class Cells:
    """The rows of a schedule as scopes, by the talk that they name; a row of several talks is a cell for each."""

    def __init__(self, rule: ScheduleRule, documents: Mapping[str, Document]) -> None:
        self.rule = rule
        self.named: dict[str, list[Scope]] = defaultdict(list)
        self.first: dict[str, Hit] = {}
        self.asked: set[str] = set()
        self.rows: list[Scope] = []
        data = documents.get(rule.file)
        self.whole = Scope(data, data.top) if data is not None else None
        if data is not None:
            self._read(data, _table(rule.lookup, documents) if rule.lookup else {})

    def of(self, key: str, title: str) -> Sequence[Scope]:
        """The cells of a talk."""
        name = self._as_compared(title if self.rule.match == "title" else key)
        self.asked.add(name)
        return self.named.get(name, ())

    def tell_no_rows(self, place: Place | None, problems: Problems) -> None:
        """Warn where the way to the rows leads nowhere, though the file holds something. The problem has no path."""
        if self.whole is not None and not self.rows and not self.whole.leads(self.rule.rows):
            way, keys = ".".join(self.rule.rows), keys_of([self.whole])
            problems.warning("", place, "schedule-no-rows", name=self.rule.file, way=way[:60], keys=keys)

    def tell_unknown(self, problems: Mapping[str, Problems]) -> None:
        """Warn of the talks that the schedule names and no file tells of: each once, at its first place."""
        for name in sorted(set(self.named) - self.asked):
            hit, count = self.first[name], len(self.named[name])
            warn(problems, hit, "schedule-talk-unknown", key=hit.text[:60], count=count)

    def _read(self, data: Document, table: Mapping[str, Scope]) -> None:
        rule = self.rule
        rows = list(Scope(data, data.top).below(rule.rows))
        if rule.lookup is not None:
            rows = [replace(row, more=table.get(key_of(text_of(rule.lookup.by, row)))) for row in rows]
        self.rows = rows
        for row, follower in zip(rows, [*rows[1:], None], strict=False):
            beside = follower is not None and follower.way[:-1] == row.way[:-1]
            after = follower if rule.until_next and beside else None
            for cell, hit in _cells(data, rule.talk.hits(row)):
                name = self._as_compared(hit.text)
                self.first.setdefault(name, hit)
                self.named[name].append(replace(row, cell=cell, after=after))

    def _as_compared(self, text: str) -> str:
        return name_key(text) if self.rule.match == "title" else key_of(text)


def _cells(data: Document, hits: Sequence[Hit]) -> Iterator[tuple[tuple[int, int], Hit]]:
    """Which cell of how many each hit is; in a list an empty cell counts as one."""
    ways = [hit.target.way if hit.target and hit.path == data.path else () for hit in hits]
    found = data.find(ways[0][:-1]) if ways and ways[0] else None
    row = found if isinstance(found, NodeList) and all(way[:-1] == ways[0][:-1] for way in ways) else None
    for index, (hit, way) in enumerate(zip(hits, ways, strict=True)):
        yield (index, len(hits)) if row is None else (int(way[-1]), len(row)), hit


def _table(rule: Lookup, documents: Mapping[str, Document]) -> dict[str, Scope]:
    """The rows of a second table by their key."""
    data = documents.get(rule.file)
    rows = Scope(data, data.top).below(("*",)) if data is not None else ()
    return {key_of(text_of(rule.key, one)): one for one in rows}
