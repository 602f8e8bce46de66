"""Links made relative: from a page of the site to a file that leads to other files beside it."""

import html
import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit

from website.archive.scope import Scope, is_media, target

TAG = re.compile(
    r"""<!--.*?-->|<(?P<name>(?P<raw>script|style)\b|[a-z][a-z0-9-]*)"""
    r"""(?P<attributes>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>(?(raw).*?</(?P=raw)\s*>)""",
    re.DOTALL | re.IGNORECASE,
)
"""A comment, or a start tag; that of a script or a style goes with its text, in which nothing is a tag."""
LINK = re.compile(r'\s+(?P<name>href|src|srcset|action|poster|content)="(?P<value>[^"]*+)"', re.IGNORECASE)
"""An attribute that may lead somewhere. Templates and the cleaner of texts quote every value."""
OF_LINKS = re.compile(r'\s+(?:href|rel|target|download|hreflang|type)(?:="[^"]*+")?(?=\s|$)', re.IGNORECASE)
"""What an `a` that leads nowhere may not have."""
REFRESH = "0; url="
ID = re.compile(r'\sid="([^"]*+)"')
IN_STYLE = re.compile(r"""url\(\s*(?P<quote>["']?)(?P<link>[^"')]+)(?P=quote)\s*\)""")


@dataclass
class Rewriter:
    """Rewrites the text of one file. `links` are the files that it leads to, with `#` and an id where it names one.

    Of links within the file only those stay there whose id is missing. A file that is read under any address
    (`anywhere`: the page that says that there is none) gets absolute links, where the archive's address is known.
    """

    scope: Scope
    file: str
    anywhere: bool = False
    links: set[str] = field(default_factory=set)

    def markup(self, text: str) -> str:
        """Return HTML or Atom with its links rewritten; what leads out of the archive is no link any more."""
        written = TAG.sub(self._tag, text)
        own = {link for link in self.links if link.startswith(f"{self.file}#")}
        if own:
            self.links -= {f"{self.file}#{name}" for name in ids_of(text)}
        return written

    def style(self, text: str) -> str:
        """Return CSS with its links rewritten."""
        return IN_STYLE.sub(lambda found: f'url("{self.lead(found["link"]) or ""}")', text)

    def lead(self, link: str) -> str | None:
        """Return what a link (unescaped) is in this file, None where it leads out of the archive."""
        try:
            parts = urlsplit(link)
        except ValueError:
            return link
        upload = is_media(link)
        if (parts.scheme or parts.netloc) and not upload:
            return link
        if not parts.path:
            self._note(self.file, parts.fragment)
            return link
        path = link.partition("?")[0] if upload else urljoin("/" + self.file, parts.path)
        found = target(self.scope, path)
        ending = (f"?{parts.query}" if parts.query and not upload else "") + (
            f"#{parts.fragment}" if parts.fragment else ""
        )
        absolute = self.scope.base_url + path + ending if self.scope.base_url else None
        if not found.file:
            return absolute if found.beyond else None
        self._note(found.file, parts.fragment)
        if self.anywhere and absolute:
            return absolute
        return relative(posixpath.dirname(self.file), found.file) + ending

    def _note(self, file: str, fragment: str) -> None:
        if file != self.file or fragment not in {"", "top"}:
            self.links.add(f"{file}#{unquote(fragment)}" if fragment else file)

    def _tag(self, found: re.Match[str]) -> str:
        name, given = found["name"], found["attributes"]
        if not name or "=" not in given:
            return found[0]
        attributes = self._attributes(given)
        if attributes is not None:
            return f"<{name}{attributes}{found[0][1 + len(name) + len(given) :]}"
        return f"<a{OF_LINKS.sub('', given)}>" if name.lower() == "a" else ""

    def _attributes(self, given: str) -> str | None:
        """The attributes of a tag with their links rewritten, None if one of them leads out."""
        leads_out = False

        def rewritten(found: re.Match[str]) -> str:
            nonlocal leads_out
            old = html.unescape(found["value"])
            new = self._value(found["name"].lower(), old)
            leads_out = leads_out or new is None
            return found[0] if new in {old, None} else f' {found["name"]}="{html.escape(str(new))}"'

        written = LINK.sub(rewritten, given)
        return None if leads_out else written

    def _value(self, name: str, value: str) -> str | None:
        if name == "content":
            link = value.removeprefix(REFRESH)
            return value if link == value else REFRESH + (self.lead(link) or "")
        if name == "srcset":
            images = (image.strip().partition(" ") for image in value.split(","))
            return ", ".join((self.lead(link) or "") + blank + size for link, blank, size in images)
        return self.lead(value)


def ids_of(text: str) -> frozenset[str]:
    """Return the ids of the elements of a page."""
    return frozenset(html.unescape(found) for found in ID.findall(text))


@lru_cache(maxsize=100_000)
def relative(folder: str, file: str) -> str:
    """Return the way from a folder of the archive to a file, as a link: `../talks/keynote/index.html`."""
    return quote(posixpath.relpath(file, folder or "."))
