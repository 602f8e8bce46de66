"""Records made on the site: which of them get a file, and where it goes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db.models import Q
from django.utils.text import slugify

from editions.models import CommitteeMember, Edition
from exchange.dialects import SCHEDULE
from exchange.models import SourceRecord
from exchange.records import Kind
from history.models import Change
from talks.models import Talk
from texts.folding import fold

PARTS_OF_EDITION = ("editions.edition", "editions.importantdate", "editions.sponsor")
# What came from another system has no file that could be written.
MOVED_HERE = Q(source__file__mapping__key=SCHEDULE.key)
USUAL = {"edition": "_editions", "member": "_organizers"}


@dataclass(frozen=True)
class Unfiled:
    """A row that no file feeds: its edition's key ("" for none) and the stem that its file shall have."""

    kind: Kind
    pk: int
    edition: str
    stem: str
    ending: str = ".md"


def unfiled(edition: str) -> list[Unfiled]:
    """The rows of an edition (its key; "" for all) that go into new files.

    An edition that was made for its talks stays without a file until somebody edits it. What a schedule of another
    system brought has none yet.
    """
    found = [*_editions(), *_talks(), *_members()]
    return [one for one in found if not edition or one.edition == edition]


def _editions() -> Iterator[Unfiled]:
    changes = Change.objects.filter(run=None, kind__in=PARTS_OF_EDITION)
    edited = set(changes.values_list("edition", flat=True).distinct())
    moved = set(Edition.objects.filter(MOVED_HERE).values_list("pk", flat=True))
    for one in Edition.objects.filter(Q(source=None) | MOVED_HERE).order_by("pk"):
        if one.pk in edited | moved:
            ending = ".html" if one.notice_format == "html" else ".md"
            yield Unfiled("edition", one.pk, one.key, _stem(one.key, one.number), ending)


def _talks() -> Iterator[Unfiled]:
    rows = Talk.objects.filter(Q(source=None) | MOVED_HERE).order_by("pk")
    for pk, edition, key in rows.values_list("pk", "edition__key", "key"):
        yield Unfiled("talk", pk, edition, key)


def _members() -> Iterator[Unfiled]:
    rows = CommitteeMember.objects.filter(source=None).order_by("pk")
    for pk, edition, name in rows.values_list("pk", "edition__key", "name"):
        yield Unfiled("member", pk, edition or "", slugify(fold(name)) or f"member-{pk}")


def _stem(edition: str, number: int | None) -> str:
    return edition if number is None else f"{number}-{edition}"


class Places:
    """Where new files go: to their like, else where the seed's site has them."""

    def __init__(self, new: Iterable[Unfiled], taken: Collection[str]) -> None:
        self.taken = set(taken)
        self.folders: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.stems = {one.edition: one.stem for one in new if one.kind == "edition"}
        records = SourceRecord.objects.filter(file__gone_at=None).order_by("file__path")
        records = records.exclude(file__mapping__key=SCHEDULE.key)
        for kind, edition, text in records.values_list("kind", "edition_key", "file__path"):
            path = PurePosixPath(text)
            self.folders[kind, edition if kind == "talk" else ""][str(path.parent)] += 1
            if kind == "edition":
                self.stems[edition] = path.stem

    def path(self, one: Unfiled) -> str:
        """A path at which nothing lies yet."""
        stem = str(PurePosixPath(self._folder(one)) / one.stem)
        path, count = f"{stem}{one.ending}", 2
        while path in self.taken:
            path, count = f"{stem}-{count}{one.ending}", count + 1
        self.taken.add(path)
        return path

    def _folder(self, one: Unfiled) -> str:
        found = self.folders.get((one.kind, one.edition if one.kind == "talk" else ""))
        if found:
            return found.most_common(1)[0][0]
        return USUAL.get(one.kind) or f"_programs/{self.stems.get(one.edition, one.edition)}"
