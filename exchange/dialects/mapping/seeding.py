"""The first form of the file of a talk that was made on the site, in the manner of the site's others."""

from collections.abc import Sequence

from exchange.dialects.mapping.language import SiteMapping
from exchange.dialects.mapping.scopes import Scope
from exchange.documents import Document, EditError
from exchange.documents.yaml_scalars import write_key


def seed(mapping: SiteMapping, edition: str, key: str, like: Sequence[Document]) -> bytes:
    """The first bytes of a new talk's file, in the language that most of its like have. Raises EditError."""
    pairs = {}
    for name, rule, text in (
        ("key", mapping.talks.key, key),
        ("title", mapping.talks.set.get("title"), "x"),
        ("edition", mapping.edition, edition),
    ):
        target = rule.target(Scope(like[0])) if rule and like else None
        said = target.back(text) if target and len(target.way) == 1 else None
        if target is not None and said and (name == "title" or any(one.find(target.way) for one in like)):
            pairs[str(target.way[0])] = said
        elif name == "title":
            raise EditError("not-exact", ("title",))
    toml = sum(one.kind == "toml" for one in like) * 2 > len(like)
    lines = [f'{name} = "{text}"' if toml else f"{name}: {write_key(text)}" for name, text in pairs.items()]
    fence = "+++" if toml else "---"
    return "\n".join([fence, *lines, fence, ""]).encode()
