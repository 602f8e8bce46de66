"""May these two records be one person? Names in their spellings, weighed with what else is known of both.

Paper: it knows no database. Names are asked only of records that share a key of theirs (two words, a family name and
an initial, a sound, the name less one letter), so that thousands of people take a second and not millions of questions.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, product

from texts.folding import fold

LONG = 8
"""A name of so many letters may differ in one of them."""
WORDS = 6
"""More words of a name are not paired: what comes after them makes no other person."""
BETWEEN = re.compile(r"[\s.,;:\"`´·・()\[\]/&_-]+")

# Folded letters of other alphabets as they are usually written in Latin ones.
CYRILLIC = "абвгдезиклмнопрстуфцыэіґјћ", "abvgdeziklmnoprstufcyeigjc"
GREEK = "αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo"
LATIN = str.maketrans(
    dict(zip(*CYRILLIC, strict=True))
    | dict(zip(*GREEK, strict=True))
    | {"ж": "zh", "х": "kh", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya", "є": "ye"}
    | {"љ": "lj", "њ": "nj", "ђ": "dj", "џ": "dz", "θ": "th", "χ": "ch", "ψ": "ps"}
)  # fmt: skip
# Writings of one sound, which one passport has and the next has not.
SOUNDS = {
    "shch": "sh", "tsch": "ch", "sch": "sh", "tch": "ch", "cz": "ch", "sz": "sh", "ts": "c", "kh": "h", "ph": "f",
    "th": "t", "ck": "k", "ks": "x", "ae": "a", "oe": "o", "ue": "u", "ou": "u", "aa": "a",
}  # fmt: skip
DIGRAPH = re.compile("|".join(SOUNDS))
TWICE = re.compile(r"(.)\1+")


class Reason(StrEnum):
    """Why two may be one, or what else speaks for it; see `WEIGHTS`."""

    ORCID = "orcid"
    NAME = "name"
    ORDER = "order"
    SOUND = "sound"
    MISSING = "missing"
    INITIALS = "initials"
    LETTER = "letter"
    URL = "url"
    AFFILIATION = "affiliation"


WEIGHTS: Mapping[Reason, int] = {
    Reason.ORCID: 100,
    Reason.NAME: 90,
    Reason.ORDER: 80,
    Reason.SOUND: 70,
    Reason.MISSING: 60,
    Reason.INITIALS: 50,
    Reason.LETTER: 45,
    # These alone are no reason: colleagues share them.
    Reason.URL: 9,
    Reason.AFFILIATION: 8,
}


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody. `aliases`: every other spelling; `talks`: keys of the talks that they appear in."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    orcid: str = ""
    url: str = ""
    talks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people (`one` has the smaller id) who may be one, and why, the strongest reason first."""

    one: int
    other: int
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        """How likely it is, in comparison with other pairs: the best reason counts, the others add little."""
        return WEIGHTS[self.reasons[0]] + sum(WEIGHTS[reason] // 10 + 1 for reason in self.reasons[1:])


@dataclass(frozen=True, slots=True)
class _Known:
    """A person with what is compared: the words of each spelling, affiliations and link folded."""

    person: Person
    spellings: tuple[tuple[str, ...], ...]
    affiliations: frozenset[str]
    url: str


def find_pairs(people: Iterable[Person]) -> list[Pair]:
    """Return every two who may be one person, the likeliest first."""
    known = {one.id: _known(one) for one in people}
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for pk, one in known.items():
        for key in _keys(one):
            blocks[key].append(pk)
    # Two meet in several blocks, and are asked once.
    met = {pair for found in blocks.values() if len(found) > 1 for pair in combinations(sorted(found), 2)}
    return _best_first(_pair(known[one], known[other]) for one, other in met)


def candidates(person: Person, people: Iterable[Person]) -> list[Pair]:
    """Return the pairs of a person with any of `people`, the likeliest first."""
    one = _known(person)
    keys = set(_keys(one))
    others = (_known(other) for other in people if other.id != person.id)
    return _best_first(_pair(one, other) for other in others if not keys.isdisjoint(_keys(other)))


def _best_first(pairs: Iterable[Pair | None]) -> list[Pair]:
    return sorted(filter(None, pairs), key=lambda one: (-one.weight, one.one, one.other))


def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a name; “Example, Ada” is read as “Ada Example”."""
    family, comma, given = name.partition(",")
    folded = fold(f"{given} {family}" if comma else name).replace("'", "")
    return tuple(filter(None, BETWEEN.split(folded)))


def _known(person: Person) -> _Known:
    spellings = (words_of(name) for name in (person.name, *person.aliases))
    return _Known(
        person,
        tuple(dict.fromkeys(filter(None, spellings))),
        frozenset(filter(None, map(fold, person.affiliations))),
        re.sub(r"^https?://(www\.)?|/$", "", person.url.lower()),
    )


def _keys(known: _Known) -> set[tuple[str, ...]]:
    """The keys that two must share one of to be asked at all."""
    keys: set[tuple[str, ...]] = {("orcid", known.person.orcid)} if known.person.orcid else set()
    for words in known.spellings:
        joined, full = "".join(words), [one for one in words[:WORDS] if not is_initial(one)]
        keys |= {("joined", joined), ("sound", *sorted(map(sound, words)))}
        keys |= {("two", *sorted(two)) for two in combinations(full, 2)}
        if len(words) > 1:
            keys |= {("family", words[-1], words[0][0]), ("family", words[0], words[-1][0])}
        if len(long := "".join(full)) >= LONG:
            keys |= {("letter", one) for one in _less_one(long)}
    return keys


def _less_one(text: str) -> set[str]:
    """The text, and the text without each of its letters: what two that differ in one letter have in common."""
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def _pair(one: _Known, other: _Known) -> Pair | None:
    """The two with the reasons for them; None where nothing speaks for them, or something against."""
    if one.person.id > other.person.id:
        one, other = other, one
    reasons = {Reason.ORCID} if _same_orcid(one.person, other.person) else set()
    if not reasons and _are_two(one.person, other.person):
        return None
    beside = set(_beside(one, other))
    named = {_compare(*two) for two in product(one.spellings, other.spellings)} - {None}
    if Reason.AFFILIATION not in beside:
        named -= {Reason.LETTER}
    if named:
        reasons.add(max((reason for reason in named if reason), key=WEIGHTS.__getitem__))
    if not reasons:
        return None
    ordered = sorted(reasons | beside, key=WEIGHTS.__getitem__, reverse=True)
    return Pair(one.person.id, other.person.id, tuple(ordered))


def _same_orcid(one: Person, other: Person) -> bool:
    return bool(one.orcid) and one.orcid == other.orcid


def _are_two(one: Person, other: Person) -> bool:
    """Whether they can't be one: each has an ORCID iD of their own, or they appear in one talk."""
    return bool(one.orcid and other.orcid) or not one.talks.isdisjoint(other.talks)


def _beside(one: _Known, other: _Known) -> Iterator[Reason]:
    """What else speaks for it, besides names."""
    if one.affiliations & other.affiliations:
        yield Reason.AFFILIATION
    if one.url and one.url == other.url:
        yield Reason.URL


def _compare(one: tuple[str, ...], other: tuple[str, ...]) -> Reason | None:
    """What two spellings have to do with each other."""
    joined, its = "".join(one), "".join(other)
    if joined == its:
        return Reason.NAME
    if sorted(one) == sorted(other):
        return Reason.ORDER
    if _sounds_alike(one, other):
        return Reason.SOUND
    short, long = sorted((one, other), key=len)
    if _is_within(short, long):
        return Reason.MISSING
    if len(one) > 1 and len(other) > 1 and _is_shortened(one, other):
        return Reason.INITIALS
    # Another initial is another person, not a slip.
    full, theirs = ("".join(word for word in words if not is_initial(word)) for words in (one, other))
    slip = min(len(full), len(theirs)) >= LONG and full != theirs and _one_letter_off(full, theirs)
    return Reason.LETTER if slip else None


def _is_within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether all words of the one stand in the other, two of them more than initials."""
    return not Counter(short) - Counter(long) and sum(not is_initial(one) for one in short) > 1


def _sounds_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names are one when they are spoken; short ones only across alphabets, as too many sound alike."""
    same = sorted(map(sound, one)) == sorted(map(sound, other))
    joined, its = "".join(one), "".join(other)
    return same and (min(len(joined), len(its)) >= LONG or joined.isascii() != its.isascii())


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """A folded word reduced to how it sounds: дым and dym, muller and mueller are the same then."""
    latin = DIGRAPH.sub(lambda found: SOUNDS[found[0]], word.replace("ου", "u").translate(LATIN))
    return TWICE.sub(r"\1", latin.translate(str.maketrans("yjw", "iiv")))


def is_initial(word: str) -> bool:
    """Whether a folded word is one letter that stands for a name; 李 is a name of its own."""
    return len(word) == 1 and word.upper() != word


def _is_shortened(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one name is the other with initials or without middle names, wherever the family name stands."""
    short, long = sorted((one, other), key=len)
    return any(_fits(*two) for two in product((short, _turned(short)), (long, _turned(long))))


def _turned(words: tuple[str, ...]) -> tuple[str, ...]:
    return (*words[1:], words[0])


def _fits(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the family names, which come last, are the same, and the given names of one stand for the other's."""
    if short[-1] != long[-1] or is_initial(short[-1]) or not _alike(short[0], long[0]):
        return False
    rest = iter(long[1:-1])
    return all(any(_alike(word, its) for its in rest) for word in short[1:-1])


def _alike(one: str, other: str) -> bool:
    """Whether two given names are the same, or one is the initial of the other."""
    return one == other or (
        min(len(one), len(other)) == 1 and is_initial(min(one, other, key=len)) and one[0] == other[0]
    )


def _one_letter_off(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or has changed places with its neighbour."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    turned = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or turned
