"""Records through the native dialect: written into an empty file and read back; edited, and no other line moved."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from exchange.dialects import NATIVE
from exchange.documents import Document, EditError, read_document
from exchange.problems import Problems
from exchange.records import Item, Record, Value
from tests.exchange.series import SERIES

NASTY = [
    "NO", "yes", "~x", "null!", "1.10", "0x1F", "10:30", "2026-02-10", "- dash", "? what", "a: b", "a #b", "#tag", "'", '"', "it's",
    'say "so": # 1', "[x]", "{x}", "*a", "&a", "!t", "|", ">", "%d", "@x", "`x`", "\\n", "深度学习", "Žluťoučký kůň", "👩‍🔬 lab",
    "שלום", "a,b", "a, b", ",", "---", "...", "+++", "=", "<<", "x:", ":x", "true", "TBD or not", "1e3", "..", "a\\", "''", "-", "0",
]  # fmt: skip
WORDS = ["Ada", "tide", "mapa", "нить", "灯", "of", "Zoë", "x-y", "C#", "R&D"]
Edit = Callable[[dict[str, Value], dict[str, tuple[Item, ...]]], None]


class Maker:
    """Invents records, the same from the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 # the same records each time

    def text(self) -> str:
        """Words, nasty ones among them."""
        several = self.chance.choices(WORDS + NASTY, k=self.chance.randint(1, 4))
        found = " ".join(several).strip()
        return found if not found.replace(".", "").isdigit() else f"no {found}"

    def maybe(self, make: Callable[[], Value]) -> Value:
        """A value, or none."""
        return make() if self.chance.random() < 0.5 else None

    def body(self) -> str:
        """Some lines, blank ones and fences among them."""
        lines = [
            self.chance.choice(["", "---", "    code", "* " + self.text(), self.text()]) for _ in range(5)
        ]
        return "\n".join([self.text(), *lines, self.text()]).strip()

    def link(self) -> str:
        """An address."""
        return (
            f"https://{self.chance.choice('abc')}.example/{self.chance.choice(['', '?a=b&c', '#x', 'p/q'])}"
        )

    def clock(self) -> str:
        """A time on the wall."""
        return (datetime(2027, 6, 14) + timedelta(minutes=self.chance.randint(0, 3000))).isoformat()

    def person(self, role: str) -> Item:
        """Somebody who appears."""
        fields: dict[str, Value] = {"role": role, "name": self.text()}
        for name, make in (
            ("affiliation", self.text),
            ("url", self.link),
            ("bio", self.body),
            ("avatar", lambda: "x y.jpg"),
        ):
            fields[name] = self.maybe(make)
        return Item("", fields)

    def people(self) -> tuple[Item, ...]:
        """Speakers, moderators, panelists and chairs."""
        roles = ("speaker", "moderator", "panelist", "chair")
        return tuple(
            self.person(role) for role in roles for _ in range(self.chance.choice([0, 0, 1, 1, 2, 3]))
        )

    def papers(self) -> tuple[Item, ...]:
        """Papers of a session."""
        names = {
            "authors": self.text,
            "affiliation": self.text,
            "paper": self.link,
            "slides": self.link,
            "poster": self.link,
        }
        return tuple(
            Item("", {"title": self.text(), **{name: self.maybe(make) for name, make in names.items()}})
            for _ in range(self.chance.choice([0, 0, 1, 2, 4]))
        )

    def talk(self) -> tuple[dict[str, Value], dict[str, tuple[Item, ...]]]:
        """A talk's fields and lists."""
        start = self.maybe(self.clock)
        texts = {
            name: self.maybe(self.text)
            for name in ("title", "room", "location", "track", "level", "language")
        }
        fields: dict[str, Value] = {
            "edition": "faro-27", "type": self.text().lower(), "starts_at": start, **texts,
            "ends_at": str(max(str(start), self.clock())) if start else None,
            "state": self.chance.choice(["published", "draft", "cancelled"]),
            "tags": self.maybe(lambda: tuple(self.text() for _ in range(self.chance.randint(1, 3)))),
            "position": self.chance.choice([0, 0, 7]), "slides": self.maybe(self.link),
            "video_url": self.maybe(self.link), "abstract": self.maybe(self.body),
        }  # fmt: skip
        return fields, {"appearances": self.people(), "papers": self.papers()}


def read(document: Document) -> Record:
    """What a document says."""
    return NATIVE.read(document, Problems(), "").records[0]


def opened(path: str, text: str) -> Document:
    """A document that can be read."""
    document = read_document(path, text.encode(), Problems())
    assert document is not None
    return document


def said(items: tuple[Item, ...]) -> list[dict[str, Value]]:
    """What elements say, wherever they stand."""
    return [{name: value for name, value in one.fields.items() if value is not None} for one in items]


@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_records_are_read_as_they_were_written(seed: int) -> None:
    make = Maker(seed)
    for _turn in range(100):
        fields, lists = make.talk()
        written = NATIVE.write(
            opened("_programs/a.md", "---\nedition: faro-27\n---\n"), "faro-27", fields, lists
        )
        again = read(opened("_programs/a.md", written.render().decode()))
        assert dict(again.fields) == fields
        assert {name: said(items) for name, items in again.lists.items()} == {
            name: said(items) for name, items in lists.items()
        }


# Edits

TALKS = {
    path: str(text)
    for path, text in SERIES.items()
    if path.startswith("_programs/") and "speakers" not in path
}
MANNERS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "windows": lambda text: text.replace("\n", "\r\n"),
    "no end": lambda text: text.rstrip("\n"),
    "comments": lambda text: text.replace("\ntype:", "\n# of what sort: 'x'\ntype:").replace("\nroom: Gallery", "\nroom: 'Gallery'   # up"),
    "unknown keys": lambda text: text.replace("\ntype:", "\nlayout: x\nweight: 010\nmood: [a, {b: c}]\ntype:"),
}  # fmt: skip
FIELDS = (
    "title",
    "room",
    "location",
    "track",
    "level",
    "language",
    "starts_at",
    "video_url",
    "tags",
    "abstract",
    "type",
)


def an_edit(make: Maker, record: Record) -> tuple[str, Any]:
    """A field to change, and its new value."""
    new, _lists = make.talk()
    choices = [name for name in FIELDS if new[name] is not None or name in ("room", "tags")]
    if record.fields["starts_at"] is None or record.fields["ends_at"]:
        choices = [name for name in choices if name != "starts_at"]
    name = make.chance.choice(choices)
    return name, new[name]


def lines_of(document: Document, without: str) -> list[str]:
    """The lines of a talk's file, but for those of one field."""
    text = document.render().decode()
    header, body = text[: document.body.start], text[document.body.start :]
    if without == "abstract":
        return header.splitlines()
    key = {"starts_at": "time_start"}.get(without, without)
    kept = []
    inside = False
    for line in header.splitlines():
        if not line.startswith((" ", "#")):
            inside = line.startswith(f"{key}:")
        if not inside:
            kept.append(line)
    return [*kept, *body.splitlines()]


@pytest.mark.parametrize("manner", MANNERS)
def test_edits_leave_the_lines_of_other_fields_alone(manner: str) -> None:
    make = Maker(sorted(MANNERS).index(manner))
    for _turn in range(60):
        path = make.chance.choice(sorted(TALKS))
        document = opened(path, MANNERS[manner](TALKS[path]))
        record = read(document)
        name, value = an_edit(make, record)
        written = NATIVE.write(document, "", {**record.fields, name: value}, record.lists)
        assert read(written).fields == {**record.fields, name: value}
        assert lines_of(written, name) == lines_of(document, name), (path, name, value)


@pytest.mark.parametrize("manner", MANNERS)
def test_a_persons_edit_is_one_line(manner: str) -> None:
    make = Maker(sorted(MANNERS).index(manner))
    for _turn in range(60):
        document = opened("_programs/a.md", MANNERS[manner](TALKS["_programs/3-faro-27/04-panel.md"]))
        record = read(document)
        people = list(record.lists["appearances"])
        index = make.chance.randrange(len(people) - 1)
        person = people[index]
        people[index] = Item(person.place, {**person.fields, "affiliation": make.text()})
        lists = {**record.lists, "appearances": tuple(people)}
        written = NATIVE.write(document, "", record.fields, lists)
        assert said(read(written).lists["appearances"]) == said(tuple(people))
        old, new = (one.render().decode().splitlines() for one in (document, written))
        changed = [at for at, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
        assert len(changed) <= 1, (old, new)


# What cannot be said is refused


def test_what_would_not_be_read_back_is_refused_and_named() -> None:
    document = opened("_programs/a.md", "---\nedition: faro-27\ntitle: A\n---\n")
    record = read(document)
    with pytest.raises(EditError) as refused:
        NATIVE.write(document, "", {**record.fields, "title": "two\nlines"}, record.lists)
    assert refused.value.way == ("title",)
    edition = opened("_editions/3-faro.md", "---\nedition: faro-27\n---\n")
    record = read(edition)
    with pytest.raises(EditError) as refused:
        NATIVE.write(edition, "", {**record.fields, "number": None}, record.lists)
    assert refused.value.way == ("number",)
