"""The mapping language: a file of a few lines, read word by word; whatever is wrong in it is told at its place."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from exchange.dialects.mapping.blocks import Block, Notes
from exchange.dialects.mapping.fields import PERSON_WORDS, ROW_WORDS, TALK_WORDS
from exchange.dialects.mapping.language import (
    AppearanceRule,
    Globs,
    Lookup,
    Match,
    Ref,
    ScheduleRule,
    SiteMapping,
    SpeakersRule,
    TalksRule,
)
from exchange.dialects.mapping.times import is_zone
from exchange.dialects.mapping.values import All, Changed, Const, First, Value
from exchange.documents import Document, KeysTwice
from exchange.problems import Problems

SOURCE = re.compile(r"[A-Za-z0-9_-]{1,60}")
ROLES = ("speaker", "moderator", "panelist", "chair")
REFS: tuple[Ref, ...] = ("key", "name")
MATCHES: tuple[Match, ...] = ("key", "title")
KEYS_TWICE: tuple[KeysTwice, ...] = ("error", "last")


def read_language(document: Document, problems: Problems) -> SiteMapping | None:
    """Read a mapping; whatever is wrong with it goes into ``problems`` with its place, and gives None."""
    notes = Notes(document.path, Problems())
    if document.root.get("") is not None:
        notes.error(document.root, "mapping-not-words", key="mapping")
        mapping = None
    else:
        mapping = _site(Block(document.root, "", notes))
    problems.extend(notes.problems)
    return None if notes.problems.has_errors else mapping


def _site(block: Block) -> SiteMapping | None:
    """The whole; None where it tells of no talks."""
    site = partial(
        SiteMapping,
        source=_source(block),
        timezone=_timezone(block),
        believe_offsets=block.choice("offsets", ("keep", "ignore")) != "ignore",
        edition=block.value("edition"),
        translations=block.texts("translations"),
        speakers=block.block("speakers", _people),
        schedule=block.block("schedule", _schedule),
        overrides=block.block("overrides", _overrides) or {},
        ignored=block.ignored("ignore"),
        keys_twice=block.choice("key_twice", KEYS_TWICE) or "error",
    )
    talks = block.block("talks", _talks)
    block.need("talks")
    block.close()
    notes = block.notes
    return (
        site(talks=talks, named=tuple(notes.named), looks_above=notes.looks_above, places=notes.places)
        if talks
        else None
    )


def _source(block: Block) -> str:
    """The series' key."""
    text = block.text("source")
    if text and not SOURCE.fullmatch(text):
        block.notes.error(block.node.get("source") or block.node, "mapping-source", text=text[:60])
    return text


def _timezone(block: Block) -> Value:
    """The zone of each edition; whatever can be known to be none is told here."""
    value, node = block.plain("timezone"), block.node.get("timezone")
    for zone in _fixed(value):
        if node is not None and not is_zone(zone):
            block.notes.error(node, "mapping-zone", zone=zone[:60])
    return value


def _fixed(value: Value) -> Iterator[str]:
    """The texts that a value can be known to give before any file is read."""
    if isinstance(value, Const):
        yield value.text
    elif isinstance(value, First | All):
        for one in value.values:
            yield from _fixed(one)
    elif isinstance(value, Changed):
        yield from value.table.values()
        yield from [value.default] if value.default is not None else []


def _people(block: Block) -> SpeakersRule:
    items = block.block("items", lambda one: (one.data_file("file"), one.steps("at")))
    block.need(*(("set",) if items else ("files", "set")))
    data, at = items or ("", ())
    return SpeakersRule(
        files=Globs(block.globs("files"), block.globs("exclude")),
        data=data,
        at=at,
        key=block.value("key"),
        set=block.fields("set", PERSON_WORDS),
    )


def _talks(block: Block) -> TalksRule:
    block.need("files", "set")
    node = block.node.get("files")
    return TalksRule(
        files=Globs(block.globs("files"), block.globs("exclude")),
        key=block.value("key"),
        skip_if=block.conditions("skip_if"),
        only_if=block.conditions("only_if"),
        require=block.values("require"),
        service_if=block.conditions("service_if"),
        service_if_empty=block.values("service_if_empty"),
        speakers=block.blocks("speakers", _appearance),
        set=block.fields("set", TALK_WORDS),
        place=node.place if node is not None else None,
    )


def _appearance(block: Block) -> AppearanceRule:
    block.need("from")
    # People written in a talk are found by their names: the language has the word, and it says nothing.
    block.text("key")
    rule = AppearanceRule(
        value=block.value("from"),
        ref=block.choices("ref", REFS),
        inline=block.fields("inline", PERSON_WORDS),
        role=block.choice("role", ROLES) or "speaker",
    )
    if bool(rule.ref) == bool(rule.inline):
        block.notes.error(block.node, "mapping-ref-or-inline")
    return rule


def _schedule(block: Block) -> ScheduleRule:
    block.need("file", "rows", "talk", "set")
    node = block.node.get("rows")
    return ScheduleRule(
        file=block.data_file("file"),
        rows=block.steps("rows"),
        lookup=block.block("lookup", _lookup),
        talk=block.value("talk"),
        match=block.choice("match", MATCHES) or "key",
        set=block.fields("set", ROW_WORDS),
        until_next=block.choice("end", ("next",)) == "next",
        place=node.place if node is not None else None,
    )


def _lookup(block: Block) -> Lookup:
    block.need("file", "by", "key")
    return Lookup(block.data_file("file"), block.value("by"), block.value("key"))


def _overrides(block: Block) -> dict[str, Mapping[str, Value]]:
    """By the paths of files."""
    found: dict[str, Mapping[str, Value]] = {}
    for entry in block.node.entries:
        own = block.block(entry.key.text, _literals)
        if own is not None:
            found[entry.key.text] = own
            block.notes.name(entry.key, entry.key.text, "override")
    return found


def _literals(block: Block) -> dict[str, Value]:
    """An override's fields: each is the very text that stands there."""
    return {name: Const(block.text(name)) for name in block.known(TALK_WORDS)}
