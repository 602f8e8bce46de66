"""Some talks of a mapped site read again after a change, without joining the whole site anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy

from exchange.dialects.mapping.cells import Cells
from exchange.dialects.mapping.facts import title_cells
from exchange.dialects.mapping.files import SiteFiles
from exchange.dialects.mapping.joining import Joining
from exchange.dialects.mapping.people import People
from exchange.documents import Document
from texts.folding import name_key


class Reread(Joining):
    """Only the talks at some ``paths``; people and tables are read again where their own files have changed."""

    def __init__(self, joined: Joining, documents: Mapping[str, Document], paths: Iterable[str]) -> None:
        self.__dict__.update(joined.__dict__)
        self.documents = documents
        self.files = SiteFiles(joined.mapping, documents, joined.files.broken)
        self.problems = self.files.problems
        self.keys = dict(joined.keys)
        mapping = joined.mapping
        changed = {path for path, one in documents.items() if one is not joined.documents.get(path)}
        people, schedule = mapping.speakers, mapping.schedule
        if people and (people.data in changed or any(map(people.files.take, changed))):
            self.people = People(self.files)
        if schedule and joined.cells:
            tables = {schedule.file, schedule.lookup.file if schedule.lookup else ""}
            self.cells = Cells(schedule, documents) if tables & changed else copy(joined.cells)
            self.cells.asked = set()
        self.talks = {path: talk for path in paths if (talk := self._talk(path)) is not None}


class Near:
    """Which talks may say something else when another one changes its title or its row."""

    def __init__(self, joined: Joining) -> None:
        self.joined = joined
        self.titles: dict[str, set[str]] = defaultdict(set)
        self.before: dict[object, set[str]] = defaultdict(set)
        for path, talk in joined.talks.items():
            self.titles[name_key(str(talk.record.fields.get("title") or ""))].add(path)
            if talk.times is not None and talk.times.scope.after is not None:
                self.before[talk.times.scope.after.way].add(path)

    def to(self, path: str, title: object = None) -> set[str]:
        """The talk itself, those with the title that it shall have, and those that last until it begins."""
        talk = self.joined.talks[path]
        named = self.titles[name_key(str(title))] if title and title_cells(self.joined, talk) else set()
        return {path} | named | (self.before[talk.times.scope.way] if talk.times else set())
