"""The files of a mapped site, as scopes in which the mapping's values are looked up."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from exchange.dialects.mapping.language import INDEX, SiteMapping
from exchange.dialects.mapping.scopes import Scope
from exchange.documents import Document
from exchange.problems import Problems


@dataclass(frozen=True)
class SiteFiles:
    """The files of a site that can be read, and (``broken``) the paths of those that cannot.

    ``problems`` are told by the path of the file that they are in.
    """

    mapping: SiteMapping
    documents: Mapping[str, Document]
    broken: frozenset[str]
    problems: Mapping[str, Problems] = field(default_factory=lambda: defaultdict(Problems))

    def scope(self, path: str) -> Scope:
        """A file's header as a scope."""
        return Scope(self.documents[path], self.documents[path].top, enclosing=self._enclosing)

    def translates(self, path: str) -> bool:
        """Whether a file is the translation of another: NAME.fr.md beside NAME.md."""
        stem, dot, language = PurePosixPath(path).stem.rpartition(".")
        if not dot or language not in self.mapping.translations:
            return False
        original = str(PurePosixPath(path).with_name(stem + PurePosixPath(path).suffix))
        return original in self.documents or original in self.broken

    def _enclosing(self, path: str, key: str, value: str) -> Scope | None:
        for folder in PurePosixPath(path).parents:
            index = str(folder / INDEX)
            if index in self.broken:
                self.problems[path].error(path, None, "index-unreadable", other=index)
                return None
            if index != path and index in self.documents:
                scope = self.scope(index)
                if any(hit.text == value for hit in scope.find((key,))):
                    return scope
        return None
