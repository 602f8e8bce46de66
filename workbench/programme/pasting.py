"""Links pasted by the line: which talk each line meets, what its link replaces, and what is wrong with it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions.models import Edition
from exchange.problems import Level, Problem
from exchange.scalars import BadValue, read_link
from exchange.sentences import sentence
from talks.models import Talk

# A name, a link, and perhaps a kind, with a comma, a semicolon, a tab or blanks between; a link may hold commas.
BETWEEN = r"(?:\s*[,;\t]\s*|\s+)"
REST = rf"(?:{BETWEEN}(?P<kind>[A-Za-z]+))?"
LINE = re.compile(rf"(?P<name>.+?){BETWEEN}(?P<url>\"?(?:https?:/)?/\S+?){REST}", re.IGNORECASE)
# What is no link by then is read as one all the same, so that the sentence can say what is wrong with it.
OTHER_LINE = re.compile(rf"(?P<name>.+?){BETWEEN}(?P<url>\S+?){REST}")
KINDS = {"video": "video_url", "videos": "video_url", "slides": "slides"}
GUESSED = 20
"""So many unknown names are compared with all that are known; that takes a while where there are thousands."""


class LinksForm(forms.Form):
    """The lines, and what a line without a third column is about."""

    kind = forms.ChoiceField(
        label=gettext_lazy("The links lead to"),
        choices=[("video", gettext_lazy("videos")), ("slides", gettext_lazy("slides"))],
    )
    lines = forms.CharField(
        label=gettext_lazy("Links"),
        strip=False,
        help_text=gettext_lazy(
            "A line for each talk: its slug or key, then the link, with a comma, a tab or a blank between. "
            "A third column “video” or “slides” says what the link leads to."
        ),
        widget=forms.Textarea({"rows": 12, "spellcheck": "false", "wrap": "off", "class": "vLargeTextField"}),
    )


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be followed: its number, what is wrong, and what to write instead."""

    number: int
    words: str
    hint: str = ""


@dataclass(frozen=True)
class Link:
    """A line that meets a talk: the field it sets, what stands there now and what will."""

    number: int
    talk: Talk
    field: str
    now: str
    url: str

    @property
    def is_new(self) -> bool:
        """Whether it changes anything."""
        return self.now != self.url

    @property
    def label(self) -> str:
        """What the field is called."""
        return str(Talk._meta.get_field(self.field).verbose_name)  # type: ignore[union-attr]


@dataclass
class Pasted:
    """All lines, read: `links` that can be followed and what is `wrong` with the others."""

    links: list[Link] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def new(self) -> list[Link]:
        """The links that change something."""
        return [link for link in self.links if link.is_new]

    @property
    def stamp(self) -> str:
        """What was shown, in short: who confirms it means this and nothing that has come since."""
        told = [(link.talk.pk, link.field, link.now, link.url) for link in self.links]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def write(self) -> int:
        """Write all new links, told together; return how many talks changed. Raises FrozenEditionError."""
        for link in self.new:
            setattr(link.talk, link.field, link.url)
            if link.field == "slides":
                # A file would be shown in the link's place.
                link.talk.slides_file = ""
        fields = {link.field for link in self.new}
        if "slides" in fields:
            fields.add("slides_file")
        talks = {link.talk.pk: link.talk for link in self.new}
        return Talk.objects.bulk_update(talks.values(), sorted(fields)) if fields else 0


def read_links(edition: Edition, text: str, kind: str) -> Pasted:
    """Read pasted lines for an edition; empty ones and those that begin with # say nothing."""
    known = _Known(edition)
    found = Pasted()
    for number, line in _lines(text):
        try:
            found.links.append(known.read(number, line, kind))
        except _BadLineError as bad:
            found.wrong.append(Wrong(number, bad.words, bad.hint))
    return found


class _BadLineError(Exception):
    """A line that cannot be followed."""

    def __init__(self, words: str, hint: str = "") -> None:
        super().__init__(words)
        self.words, self.hint = words, hint


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()


class _Known:
    """The talks of an edition by the names that a line may use."""

    def __init__(self, edition: Edition) -> None:
        talks: Sequence[Talk] = (
            Talk.objects.filter(edition=edition).select_related("type").defer("abstract", "words_folded")
        )
        self.talks: Mapping[str, Talk] = {
            **{_tidy(talk.key): talk for talk in talks},
            **{_tidy(talk.slug): talk for talk in talks},
        }
        self.lines: dict[tuple[int, str], int] = {}
        self.guessed = 0

    def read(self, number: int, line: str, kind: str) -> Link:
        """Read one line. Raises _BadLineError."""
        parts = LINE.fullmatch(line) or OTHER_LINE.fullmatch(line)
        if parts is None:
            raise _BadLineError(_("there is no link in it"), _("write slug,https://example.org/video"))
        told = (parts["kind"] or kind).lower()
        if told not in KINDS:
            raise _BadLineError(
                _("“%(kind)s” is nothing that a link leads to") % {"kind": parts["kind"]},
                _("write video or slides"),
            )
        talk, url, name = self._talk(parts["name"]), _address(parts["url"]), KINDS[told]
        first = self.lines.setdefault((talk.pk, name), number)
        if first != number:
            raise _BadLineError(_("the same talk stands in line %(line)d already") % {"line": first})
        return Link(number, talk, name, _stands(talk, name), url)

    def _talk(self, text: str) -> Talk:
        name = _tidy(text)
        if name in self.talks:
            return self.talks[name]
        self.guessed += 1
        close = get_close_matches(name, self.talks, 1, 0.6) if self.guessed <= GUESSED else []
        raise _BadLineError(
            _("there is no talk “%(name)s” in this edition") % {"name": text},
            _("did you mean %(close)s?") % {"close": close[0]} if close else "",
        )


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().strip('"')).casefold()


def _address(text: str) -> str:
    """A link in full, by the rule that files are read by. Raises _BadLineError."""
    try:
        reading = read_link(text.strip('"'))
    except BadValue as bad:
        raise _BadLineError(*_sentences(bad.code, bad.values)) from bad
    for code, values in reading.warnings:
        raise _BadLineError(*_sentences(code, values))
    return reading.value


def _sentences(code: str, values: Mapping[str, Any]) -> tuple[str, str]:
    return sentence(Problem("", None, Level.ERROR, code, values))


def _stands(talk: Talk, name: str) -> str:
    """What a link would replace: with slides a stored file, too."""
    stored: Any = talk.slides_file
    return stored.public_name if name == "slides" and stored else str(getattr(talk, name))
