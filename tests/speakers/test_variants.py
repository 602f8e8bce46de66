"""Which records may be one person: by their names in many spellings, and by what speaks for it and against it."""

import random
import time

import pytest

from speakers.variants import Pair, Person, Reason, candidates, find_pairs, words_of


def reasons(one: str, other: str, **both: tuple[str, ...]) -> list[str]:
    """Why two people of these names may be one."""
    found = find_pairs([Person(1, one, **both), Person(2, other, **both)])  # type: ignore[arg-type]
    assert len(found) < 2
    return [str(reason) for pair in found for reason in pair.reasons]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Łukasz Źdźbło", "lukasz  ZDZBLO", "name"),
        ("Nerida Quill", "Quill, Nerida", "name"),
        ("Oona O’Fen", "Oona OFen", "name"),
        ("Jean-Luc Ambre", "Jean Luc Ambre", "name"),
        ("海野 渚", "海野渚", "name"),
        ("अनामिका वर्तक", "अनामिका  वर्तक", "name"),
        ("海野 渚", "渚 海野", "order"),
        ("Wei Li", "Li Wei", "order"),
        ("Анна Дым", "Anna Dym", "sound"),
        ("Дмитрий Ильин", "Dmitry Ilyin", "sound"),
        ("Γιώργος Αλεξίου", "Giorgos Alexiou", "sound"),
        ("Jan Müller", "Jan Mueller", "sound"),
        ("Ada M. Example", "Ada Example", "missing"),
        ("José García", "José García Márquez", "missing"),
        ("Prof. Ada Example", "Ada Example", "missing"),
        ("A. Example", "Ada Example", "initials"),
        ("Example A.", "Ada Example", "initials"),
        ("А. Дым", "Анна Дым", "initials"),
        ("A. M. Example", "Ada Maria Example", "initials"),
        ("A. Example", "Ada Maria Example", "initials"),
    ],
)
def test_two_spellings_of_one_name(one: str, other: str, reason: str) -> None:
    assert reasons(one, other) == reasons(other, one) == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("李 伟", "李 强"),
        ("Ada M. Example", "Ada K. Example"),
        ("Ada Example", "Alan Example"),
        ("Ada Example", "Ada Sample"),
        ("Ada", "Ada Example"),
        ("A. Example", "Beda Example"),
        ("A. M. Example", "A. Quill"),
        ("Yi Lu", "Yi Lue"),
        ("J. Marsh Fen", "K. Marsh Fen"),
        ("", "…"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert reasons(one, other, affiliations=("Institute of Shoals",)) == []


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("Nerida Quilt", True),
        ("Nerdia Quill", True),
        ("Nerida Quills", True),
        ("Neria Quill", True),
        ("Nerida Quilts", False),
        ("Nerida Brill", False),
    ],
)
def test_one_letter_in_a_long_name_of_one_affiliation(other: str, found: bool) -> None:
    shared = {"affiliations": ("Institute of Shoals", "Riff-Labor")}
    assert reasons("Nerida Quill", other, **shared) == (["letter", "affiliation"] if found else [])
    assert reasons("Nerida Quill", other) == []
    assert reasons("Ann Fen", "Ann Fan", **shared) == []


def test_every_spelling_is_asked_and_the_best_reason_counts() -> None:
    people = [
        Person(1, "Nerida Quill", aliases=("N. Quill", "Нерида Квилл"), url="https://www.quill.example/"),
        Person(2, "Нерида Квилл", url="http://quill.example"),
    ]
    assert find_pairs(people) == [Pair(1, 2, (Reason.NAME, Reason.URL))]


def test_an_orcid_decides() -> None:
    own, another = "0000-0002-1825-0097", "0000-0002-1694-233X"
    people = [Person(1, "Nerida Quill", orcid=own), Person(2, "海野 渚", orcid=own)]
    assert find_pairs(people) == [Pair(1, 2, (Reason.ORCID,))]
    people = [Person(1, "Nerida Quill", orcid=own), Person(2, "Nerida Quill", orcid=another)]
    assert find_pairs(people) == []
    people = [Person(1, "Nerida Quill", orcid=own), Person(2, "Nerida Quill")]
    assert find_pairs(people) == [Pair(1, 2, (Reason.NAME,))]


def test_who_appear_in_one_talk_are_two_unless_their_orcid_is_one() -> None:
    talks, orcid = frozenset({7, 8}), "0000-0002-1825-0097"
    people = [Person(1, "Wei Li", talks=talks), Person(2, "Wei Li", talks=frozenset({8}))]
    assert find_pairs(people) == []
    people = [
        Person(1, "Wei Li", orcid=orcid, talks=talks),
        Person(2, "Wei Li", orcid=orcid, talks=talks),
    ]
    assert find_pairs(people) == [Pair(1, 2, (Reason.ORCID, Reason.NAME))]


def test_the_likeliest_come_first() -> None:
    people = [
        Person(5, "A. Example"),
        Person(4, "Ada Example", affiliations=("Reef Lab",)),
        Person(3, "Example Ada"),
        Person(2, "Ada B. Example", affiliations=("REEF  Lab",)),
        Person(1, "Ada Example"),
    ]
    assert [(one.one, one.other, *map(str, one.reasons)) for one in find_pairs(people)] == [
        (1, 4, "name"),
        (1, 3, "order"),
        (3, 4, "order"),
        (2, 4, "missing", "affiliation"),
        (1, 2, "missing"),
        (2, 3, "missing"),
        (1, 5, "initials"),
        (2, 5, "initials"),
        (3, 5, "initials"),
        (4, 5, "initials"),
    ]
    by_one = [one for one in find_pairs(people) if 4 in (one.one, one.other)]
    assert candidates(people[1], people) == by_one


def test_words_of_a_name() -> None:
    assert words_of(" Żółw,  J.-P. ") == ("j", "p", "zolw")
    assert words_of("灯台・守") == ("灯台", "守")
    assert words_of("—") == ()


def test_seven_thousand_people_take_a_moment() -> None:
    chance = random.Random(11)  # noqa: S311 - names are no secret
    parts = "ka ri mo ne shi zhang wei an lu to ber gen ha ju li".split()

    def word(most: int) -> str:
        return "".join(chance.choices(parts, k=chance.randint(1, most)))

    names = [f"{word(3)} {word(1)[0]}. {word(3)}" if n % 5 else f"{word(2)} {word(3)}" for n in range(7000)]
    people = [Person(n, name, affiliations=(f"Lab {n % 900}",)) for n, name in enumerate(names)]
    began = time.process_time()
    found = find_pairs(people)
    assert time.process_time() - began < 8  # a second on an idle machine
    assert len(found) > 100
