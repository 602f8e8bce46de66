"""Who may be recorded twice: everybody as three queries tell them, and the likely pairs with their reasons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from speakers.models import Speaker, SpeakerAlias
from speakers.variants import Pair, Person, Reason, candidates, find_pairs
from talks.models import Appearance

COLUMNS = ("name", "affiliation", "orcid", "url")
WORDS: Mapping[Reason, Promise] = {
    Reason.ORCID: _("the same ORCID iD"),
    Reason.NAME: _("a name that both have"),
    Reason.ORDER: _("the same names in another order"),
    Reason.SOUND: _("the same name in another spelling"),
    Reason.MISSING: _("one has a name more"),
    Reason.INITIALS: _("initials for given names"),
    Reason.LETTER: _("one letter differs"),
    Reason.URL: _("the same link"),
    Reason.AFFILIATION: _("the same affiliation"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, as a line tells them: `editions` are the keys of those that they appear in, newest first."""

    pk: int
    name: str
    affiliation: str
    appearances: int
    editions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Double:
    """Two who may be one, and why. The one who appears more often is named as the one to keep."""

    kept: Known
    other: Known
    why: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Everybody:
    """All people: as they are compared, and as lines tell them."""

    people: tuple[Person, ...]
    known: Mapping[int, Known]

    def doubles(self) -> list[Double]:
        """Every two who may be one, the likeliest first."""
        return [self._double(one) for one in find_pairs(self.people)]

    def doubles_of(self, pk: int) -> list[Double]:
        """Those who may be this person, the likeliest first; this one is the one to keep."""
        person = next(one for one in self.people if one.id == pk)
        return [self._double(one, pk) for one in candidates(person, self.people)]

    def _double(self, pair: Pair, keep: int | None = None) -> Double:
        kept, other = sorted(
            (self.known[pair.one], self.known[pair.other]),
            key=lambda one: (one.pk != keep, -one.appearances, one.pk),
        )
        return Double(kept, other, tuple(WORDS[reason] for reason in pair.reasons))


@dataclass(frozen=True, slots=True)
class _Printed:
    """What an appearance prints of its person, and where."""

    name: str
    affiliation: str
    url: str
    talk: int
    edition: str


def everybody() -> Everybody:
    """Read all people, their other names and what their appearances print."""
    names: dict[int, list[str]] = defaultdict(list)
    for pk, name in SpeakerAlias.objects.order_by().exclude(name="").values_list("speaker", "name"):
        names[pk].append(name)
    printed: dict[int, list[_Printed]] = defaultdict(list)
    rows: Any = Appearance.objects.exclude(speaker=None).order_by("-talk__edition__starts_on", "pk")
    for pk, *columns in rows.values_list(
        "speaker", "name", "affiliation", "url", "talk_id", "talk__edition__key"
    ):
        printed[pk].append(_Printed(*columns))
    people = {one.pk: one for one in Speaker.objects.order_by("pk").only(*COLUMNS)}
    return Everybody(
        tuple(_person(one, names[pk], printed[pk]) for pk, one in people.items()),
        {pk: _known(one, printed[pk]) for pk, one in people.items()},
    )


def _person(one: Speaker, names: list[str], printed: list[_Printed]) -> Person:
    """Somebody as they are compared: with every spelling and affiliation that is printed of them."""
    return Person(
        one.pk,
        one.name,
        _once([*names, *(line.name for line in printed)]),
        _once([one.affiliation, *(line.affiliation for line in printed)]),
        one.orcid,
        one.url or next((line.url for line in printed if line.url), ""),
        frozenset(line.talk for line in printed),
    )


def _known(one: Speaker, printed: list[_Printed]) -> Known:
    """Somebody as a line tells them."""
    affiliation = one.affiliation or next((line.affiliation for line in printed if line.affiliation), "")
    return Known(one.pk, one.name, affiliation, len(printed), _once(line.edition for line in printed))


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
