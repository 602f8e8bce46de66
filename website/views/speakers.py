"""People over all editions, and one of them."""

import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from speakers.models import Speaker
from talks.models import Appearance, Talk
from texts.folding import fold
from website import meta, structured
from website.context import EditionHead, edition_head, frame
from website.feeds import calendar_menu, to_come
from website.links import any_link, host_of, web_link
from website.moments import soonest, turns
from website.pages import Page
from website.shown import Link, Person, Picture, picture
from website.viewpoint import Query, Viewpoint

SCRIPTS = {
    "": "",
    "LATIN": gettext_noop("Latin"),
    "GREEK": gettext_noop("Greek"),
    "CYRILLIC": gettext_noop("Cyrillic"),
    "HEBREW": gettext_noop("Hebrew"),
    "ARABIC": gettext_noop("Arabic"),
    "DEVANAGARI": gettext_noop("Devanagari"),
    "BENGALI": gettext_noop("Bengali"),
    "GURMUKHI": gettext_noop("Gurmukhi"),
    "TAMIL": gettext_noop("Tamil"),
    "HANGUL": gettext_noop("Hangul"),
    "HIRAGANA": gettext_noop("Hiragana"),
    "KATAKANA": gettext_noop("Katakana"),
    "CJK": gettext_noop("Han"),
}
"""The scripts in the order of the index, by the first word of their letters' names in Unicode; others come last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index: a person, today's affiliation and photo, and the editions that they were on."""

    name: str
    url: str
    affiliation: str
    editions: tuple[str, ...]
    photo: Picture | None


@dataclass(frozen=True, slots=True)
class Letter:
    """The people under a letter; `anchor` is its place on the page."""

    letter: str
    anchor: str
    people: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The letters of a script; `name` is "" for what begins with no letter."""

    name: str
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Performance:
    """What somebody did in a talk, and who they were then."""

    talk: Link
    type: str
    role: str
    state: str
    affiliation: str
    photo: Picture | None
    has_video: bool
    has_slides: bool


@dataclass(frozen=True, slots=True)
class Year:
    """An edition with what somebody did there."""

    edition: EditionHead
    performances: tuple[Performance, ...]


def speakers(viewpoint: Viewpoint, query: Query) -> Page:
    """List all people by their names as printed, under their letters, each script by itself."""
    entries = sorted(_entries(viewpoint), key=lambda one: index_place(one.name))
    letters = tuple(
        Letter(letter, f"letter-{number}", tuple(group))
        for number, (letter, group) in enumerate(
            groupby(entries, key=lambda one: letter_of(one.name)), start=1
        )
    )
    scripts = tuple(
        Script(_(SCRIPTS.get(script, script.title())) if script else "", tuple(group))
        for script, group in groupby(letters, key=lambda one: script_of(one.letter))
    )
    data = {"frame": frame(viewpoint, reverse("website:speakers")), "scripts": scripts, "count": len(entries)}
    return Page("website/speakers.html", data)


def _entries(viewpoint: Viewpoint) -> list[Entry]:
    """Everybody with the newest affiliation and photo that are known and their editions, oldest first. Two queries."""
    people = Speaker.objects.visible_to(viewpoint.user).by_name()
    oldest_first = (
        Appearance.objects.filter(speaker__in=people, talk__in=Talk.objects.visible_to(viewpoint.user))
        .order_by("talk__edition__starts_on", "talk__starts_at", "pk")
        .select_related("talk__edition")
        .only(
            *("speaker_id", "affiliation", "photo"),
            *(f"talk__edition__{name}" for name in ("title", "host_short", "key")),
        )
    )
    found: dict[int, list[Appearance]] = {}
    for one in oldest_first:
        found.setdefault(one.speaker_id or 0, []).append(one)
    return [_entry(one, found.get(one.pk, [])) for one in people]


def _entry(person: Speaker, oldest_first: list[Appearance]) -> Entry:
    affiliations = [one.affiliation for one in oldest_first if one.affiliation]
    photos = [photo for photo in (*(one.photo for one in oldest_first), person.photo) if photo]
    editions = (one.talk.edition for one in oldest_first)
    return Entry(
        person.name,
        reverse("website:speaker", args=[person.slug]),
        person.affiliation or "".join(affiliations[-1:]),
        tuple(dict.fromkeys(one.name for one in editions)),
        picture(photos[-1], 96) if photos else None,
    )


def letter_of(name: str) -> str:
    """Return the letter that a name stands under: folded, so that Ł is L; # for what begins with no letter."""
    first = fold(name)[:1].upper()
    return first if first.isalpha() else "#"


def script_of(letter: str) -> str:
    """Return the script of a letter as Unicode names it: CYRILLIC; "" for no letter."""
    return unicodedata.name(letter[0], "").partition(" ")[0] if letter.isalpha() else ""


def index_place(name: str) -> tuple[int, str, str]:
    """Return what the index sorts a name by: the place of its script, then the folded name."""
    script = script_of(letter_of(name))
    place = list(SCRIPTS).index(script) if script in SCRIPTS else len(SCRIPTS)
    return place, script, fold(name)


def person(viewpoint: Viewpoint, query: Query, slug: str) -> Page:
    """Show a person: who they are, and all they did, edition by edition."""
    found = Speaker.objects.visible_to(viewpoint.user).filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no such person."))
    appearances = list(
        Appearance.objects.filter(speaker=found, talk__in=Talk.objects.visible_to(viewpoint.user))
        .select_related("talk__edition", "talk__type", "talk__repeats")
        .order_by("-talk__edition__starts_on", "talk__edition_id", "talk__starts_at", "talk_id", "pk")
    )
    around = frame(viewpoint, reverse("website:speaker", args=[slug]))
    whole, links = whole_person(found, appearances), own_links(found)
    ahead = [one.talk.edition for one in appearances if to_come(one.talk, viewpoint)]
    calendar = reverse("website:speaker-ics", args=[slug])
    data = {
        "frame": around,
        "meta": meta.of_person(viewpoint, around, whole),
        "structured": structured.of_person(viewpoint, whole, links),
        "person": whole,
        "pronouns": found.pronouns,
        "pronunciation": found.pronunciation,
        "links": links,
        "calendar": calendar_menu(viewpoint, calendar) if ahead else None,
        "years": tuple(
            Year(edition_head(edition), tuple(_performance(one) for one in group))
            for edition, group in groupby(appearances, key=lambda one: one.talk.edition)
        ),
    }
    turning = (turn for edition in ahead for turn in turns(edition))
    return Page("website/speaker.html", data, soonest(viewpoint, *turning))


def whole_person(found: Speaker, newest_first: list[Appearance]) -> Person:
    """Return a person; each field that their own record leaves empty is that of the newest appearance that has it."""

    def known(name: str) -> Any:
        return next((value for one in (found, *newest_first) if (value := getattr(one, name))), "")

    return Person(
        found.name,
        known("affiliation"),
        reverse("website:speaker", args=[found.slug]),
        any_link(known("url")),
        bio=known("bio"),
        photo=picture(known("photo"), 192),
    )


def own_links(found: Speaker) -> tuple[Link, ...]:
    """Return a person's further links and ORCID iD."""
    rows = found.links if isinstance(found.links, list) else []
    pairs = (
        (str(row.get("label") or ""), any_link(str(row.get("url") or "")))
        for row in rows
        if isinstance(row, dict)
    )
    links = [Link(label or host_of(url), url) for label, url in pairs if url]
    if found.orcid:
        links.append(Link(_("ORCID"), f"https://orcid.org/{found.orcid}", found.orcid))
    return tuple(links)


def _performance(one: Appearance) -> Performance:
    talk = one.talk
    return Performance(
        Link(talk.name, talk.get_absolute_url()),
        talk.type.label,
        one.get_role_display() if one.role != Appearance.Role.SPEAKER else "",
        talk.state,
        one.affiliation,
        picture(one.photo, 96),
        bool(web_link(talk.video_url)),
        bool(talk.slides_file or web_link(talk.slides)),
    )
