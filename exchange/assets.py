"""The pictures and documents that files name: found, checked, kept; what is missing is told and its name kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from attachments.documents import BadDocument, check_document
from attachments.names import document_name
from attachments.pictures import BadPicture, check_picture
from attachments.storing import Batch
from exchange.problems import Problems
from exchange.records import Asset, Item, Record, Value
from exchange.tree import BadFile, Tree

# A file that lies there but must not be read says something is wrong; one that is not there is only missing.
NOT_READ = {"file-is-link": "asset-is-link", "file-not-plain": "asset-not-plain"}
NOT_THERE = frozenset({"file-missing", "file-name-differs"})


@dataclass
class Assets:
    """One run's assets. With a batch they are stored (under temporary names until it commits), else only checked."""

    tree: Tree
    problems: Problems
    batch: Batch | None = None
    stored: dict[tuple[str, str], str] = field(default_factory=dict)
    facts: dict[str, list[Any] | None] = field(default_factory=dict)

    def attach(self, record: Record) -> tuple[Record, dict[str, list[Any] | None]]:
        """The record with the stored name of each file that its values name, and each file's facts.

        A value that names nothing has no file; a named file that is missing leaves the field out, so that the
        merge keeps what the site has. Facts are {path: [digest, size] or None where it is missing}.
        """
        fields: dict[str, Value] = dict(record.fields)
        items = {place: dict(one.fields) for ones in record.lists.values() for place, one in _by_place(ones)}
        facts: dict[str, list[Any] | None] = {}
        for asset in record.assets:
            into = items.get(asset.item) if asset.item else fields
            path = self._find(asset, record.path)
            # One that comes to lie where this one was looked for first will be noticed.
            tried = asset.candidates[: asset.candidates.index(path) if path else None]
            facts |= dict.fromkeys(tried)
            if path is None:
                if into is not None and not asset.name:
                    into[asset.field] = None
                continue
            stored = self._store(path, asset, record.path)
            facts[path] = self.facts.get(path)
            if into is not None and stored is not None:
                into[asset.field] = stored
        _none_where_unnamed(record, fields, items)
        lists = {
            name: tuple(Item(one.place, items[one.place]) for one in ones)
            for name, ones in record.lists.items()
        }
        return replace(record, fields=fields, lists=lists), facts

    def _find(self, asset: Asset, path: str) -> str | None:
        """Where the asset lies, or None; a link, a device or a folder in its place is an error."""
        differs: BadFile | None = None
        for candidate in asset.candidates:
            wrong = self.tree.stat_problem(candidate)
            if wrong is None:
                return candidate
            if wrong.code not in NOT_THERE:
                code = NOT_READ.get(wrong.code, wrong.code)
                self.problems.error(path, asset.place, code, **{**wrong.values, "name": asset.name})
                return None
            if wrong.code == "file-name-differs":
                differs = wrong
        if differs is not None:
            self.problems.warning(path, asset.place, differs.code, **differs.values)
        elif asset.name:
            self.problems.warning(
                path, asset.place, "asset-missing", name=asset.name, path=asset.candidates[0]
            )
        return None

    def _store(self, path: str, asset: Asset, named_in: str) -> str | None:
        """The stored name of the file at ``path``; None, and an error, if it is not what it should be."""
        if (path, asset.kind) in self.stored:
            return self.stored[path, asset.kind]
        name = PurePosixPath(path).name
        try:
            data = self.tree.read(path)
            stored = self._checked(data, name, asset, named_in)
        except BadFile as bad:
            self.problems.error(named_in, asset.place, bad.code, **bad.values)
            return None
        except (BadPicture, BadDocument) as bad:
            self.problems.error(named_in, asset.place, f"asset-{bad.code}", **{**bad.values, "name": name})
            return None
        self.facts[path] = [hashlib.sha256(data).hexdigest(), len(data)]
        self.stored[path, asset.kind] = stored
        return stored

    def _checked(self, data: bytes, name: str, asset: Asset, named_in: str) -> str:
        """Check a file by its content, keep it if there is a batch, and return its stored name."""
        if asset.kind == "document":
            if self.batch is not None:
                return self.batch.document(data, name)
            return stored_document(data, name)
        allow_svg = asset.kind == "logo"
        picture = check_picture(data, name, allow_svg=allow_svg)
        for code in picture.warnings:
            self.problems.warning(named_in, asset.place, f"asset-{code}", name=name)
        if self.batch is not None:
            return self.batch.picture(data, asset.kind, name, allow_svg=allow_svg)
        return picture.original.name


def stored_document(data: bytes, name: str) -> str:
    """The name under which a document would be stored. Raises BadDocument if it would not be."""
    check_document(name, len(data))
    return document_name(hashlib.sha256(data).hexdigest(), name)


def _by_place(items: tuple[Item, ...]) -> list[tuple[str, Item]]:
    return [(one.place, one) for one in items]


FILE_OF = {
    "avatar": "photo",
    "slides": "slides_file",
    "paper": "paper_file",
    "poster": "poster_file",
    "logo_text": "logo",
}


def _none_where_unnamed(
    record: Record, fields: dict[str, Value], items: Mapping[str, dict[str, Value]]
) -> None:
    """A value that names no file (nothing, or an address elsewhere) means: no file."""
    named = {(asset.item, asset.field) for asset in record.assets}
    for place, holder in (("", fields), *items.items()):
        for name, file in FILE_OF.items():
            if name in holder and (place, file) not in named:
                holder[file] = None
