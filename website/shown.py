"""The programme as pages show it: plain values made from models that were fetched with all they need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.models import CommitteeMember, Edition, ImportantDate, Room, Sponsor, Track
from talks.models import Appearance, Paper, Talk
from talks.schedule import Entry
from website.clocks import Clock, Was, clock
from website.links import any_link, doi_link, host_of, web_link


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead; `note` names the host or what is special, `current` marks the page itself."""

    label: str
    url: str
    note: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendition: address, the same as WebP ("" where there is none), width and height in CSS px.

    `double` and `webp_double` have twice as many px for fine screens; "" where the original has no more.
    """

    url: str
    webp_url: str
    width: int
    height: int
    double: str = ""
    webp_double: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a page, as printed there: `url` is their page on this site, `link` one of their own elsewhere."""

    name: str
    affiliation: str = ""
    url: str = ""
    link: str = ""
    role: str = ""
    bio: str = ""
    photo: Picture | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Those who do one thing in a talk; `label` is "" for speakers."""

    label: str
    members: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A room or a track: its name, its slug, and for a room its door sheet and floor."""

    name: str
    slug: str
    url: str = ""
    floor: str = ""


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper of a session with its files."""

    title: str
    authors: str
    affiliation: str
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the programme. What a list doesn't need is left empty; a break without words has no `url`.

    `number` is what saved talks go by; `moved` says where it was before (“was 10:30, Pier 2”), None for what stayed.
    """

    id: int
    number: int
    slug: str
    url: str
    title: str
    type: str
    type_key: str
    kind: str
    state: str
    start: Clock | None
    end: Clock | None
    days_later: int
    room: Place | None
    track: Place | None
    location: str = ""
    people: tuple[People, ...] = ()
    papers: tuple[ShownPaper, ...] = ()
    files: tuple[Link, ...] = ()
    has_video: bool = False
    has_slides: bool = False
    language: str = ""
    level: str = ""
    moved: Was | None = None
    notices: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of all who appear, moderators and chairs included."""
        return [person.name for group in self.people for person in group.members]

    @property
    def portrait(self) -> Picture | None:
        """The photo of the one who speaks, where only one does."""
        speakers = [person for group in self.people if not group.label for person in group.members]
        return speakers[0].photo if len(speakers) == 1 else None


def entry(talk: Talk, heads: Iterable[int] = ()) -> Entry:
    """Return a talk as the layout of days takes it.

    A session among `heads` (it has timed parts) is the line above them and not a block beside them.
    """
    room = talk.room
    return Entry(
        talk.pk,
        talk.starts_at,
        talk.starts_at if talk.pk in heads else talk.ends_at,
        room.slug if room else None,
        room.position if room else 0,
        talk.type.kind,
        talk.position,
    )


def session_heads(talks: Iterable[Talk]) -> set[int]:
    """Return the ids of the sessions that have parts with times of their own among `talks`."""
    return {talk.session_id for talk in talks if talk.session_id is not None and talk.starts_at is not None}


def items(
    talks: Iterable[Talk],
    edition: Edition,
    *,
    moved: Mapping[int, Was] = MappingProxyType({}),
    notices: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
    full: bool = False,
) -> dict[int, Item]:
    """Return the items of an edition's talks by their id, a repetition in the words of what it repeats.

    The talks come with type, room, track and appearances. `moved` says by id where a talk was before, `notices`
    what stands about it. `full` adds affiliations, photos, papers and files.
    """
    found = {talk.pk: talk for talk in talks}
    rooms = {talk.room_id: talk.room for talk in found.values() if talk.room}
    doors = {pk: room_place(room, edition) for pk, room in rooms.items()}
    return {
        pk: item(
            talk,
            edition,
            found.get(talk.repeats_id or 0, talk),
            doors.get(talk.room_id),
            moved=moved.get(pk),
            notices=notices.get(pk, ()),
            full=full,
        )
        for pk, talk in found.items()
    }


def item(
    talk: Talk,
    edition: Edition,
    told: Talk | None = None,
    room: Place | None = None,
    *,
    moved: Was | None = None,
    notices: tuple[str, ...] = (),
    full: bool = False,
) -> Item:
    """Return a talk as an item; `told` is the talk whose title and people it shows, itself if None."""
    told = told or talk
    start, end = clock(talk.starts_at, edition.timezone), clock(talk.ends_at, edition.timezone)
    return Item(
        id=talk.pk,
        number=talk.number,
        slug=talk.slug,
        url=reverse("website:talk", args=[edition.key, told.slug]) if told.has_page else "",
        title=told.name,
        type=talk.type.label,
        type_key=talk.type.key,
        kind=talk.type.kind,
        state=talk.state,
        start=start,
        end=end,
        days_later=(end.date - start.date).days if start and end else 0,
        room=room or (room_place(talk.room, edition) if talk.room else None),
        track=track_place(talk.track) if talk.track else None,
        location=talk.location,
        people=groups(told.appearances.all(), full=full),
        papers=tuple(paper(one) for one in told.papers.all()) if full else (),
        files=talk_files(told) if full else (),
        has_video=bool(web_link(told.video_url)),
        has_slides=bool(told.slides_file or web_link(told.slides)),
        language=told.language,
        level=told.level,
        moved=moved,
        notices=notices,
    )


def room_place(room: Room, edition: Edition) -> Place:
    """Return a room with the address of its door sheet."""
    return Place(room.name, room.slug, reverse("website:room", args=[edition.key, room.slug]), room.floor)


def track_place(track: Track) -> Place:
    """Return a track."""
    return Place(track.name, track.slug)


def groups(appearances: Iterable[Appearance], *, full: bool) -> tuple[People, ...]:
    """Return who appears, by role, each group under its label. Names alone, unless `full`."""
    return tuple(
        People(label, tuple(person(one) if full else Person(one.name) for one in ones))
        for label, ones in by_role(appearances)
    )


def by_role(appearances: Iterable[Appearance]) -> list[tuple[str, list[Appearance]]]:
    """Return the speakers (label ""), then chairs, moderators and panelists, under what they are called."""
    found: dict[str, list[Appearance]] = {}
    for one in appearances:
        found.setdefault(one.role, []).append(one)
    roles = (role for role in ("speaker", "chair", "moderator", "panelist") if role in found)
    return [(_role_label(role, len(found[role])), found[role]) for role in roles]


def _role_label(role: str, count: int) -> str:
    if role == "chair":
        return ngettext("Chair", "Chairs", count)
    if role == "moderator":
        return ngettext("Moderator", "Moderators", count)
    return ngettext("Panelist", "Panelists", count) if role == "panelist" else ""


def person(one: Appearance) -> Person:
    """Return somebody as they were then; a placeholder has no page."""
    url = reverse("website:speaker", args=[one.speaker.slug]) if one.speaker else ""
    return Person(
        one.name, one.affiliation, url, any_link(one.url), bio=one.bio, photo=picture(one.photo, 96)
    )


def member(one: CommitteeMember) -> Person:
    """Return somebody of a committee."""
    return Person(one.name, one.affiliation, "", any_link(one.url), one.role, one.bio, picture(one.photo, 96))


def picture(field: Any, width: int) -> Picture | None:
    """Return a stored picture's rendition for `width` CSS px, None where there is none to show."""
    found = field.rendition(width) if field else None
    if found is None:
        return None
    fine = field.rendition(2 * width)
    more = fine.width > found.width and fine.url != found.url
    return Picture(
        found.url,
        found.webp_url or "",
        found.width,
        found.height,
        fine.url if more else "",
        fine.webp_url or "" if more else "",
    )


def talk_files(talk: Talk) -> tuple[Link, ...]:
    """Return a talk's slides and video."""
    found = [document(_("Slides"), talk.slides_file, talk.slides)]
    if video := web_link(talk.video_url):
        found.append(Link(_("Video"), video, host_of(video)))
    return tuple(link for link in found if link)


def paper(one: Paper) -> ShownPaper:
    """Return a paper with the files that are there."""
    files = [
        document(_("Paper"), one.paper_file, one.paper),
        document(_("Slides"), one.slides_file, one.slides),
        document(_("Poster"), one.poster_file, one.poster),
    ]
    if doi := doi_link(one.doi):
        files.append(Link(_("DOI"), doi, host_of(doi)))
    return ShownPaper(one.title, one.authors, one.affiliation, tuple(link for link in files if link))


def document(label: str, stored: Any, printed: str) -> Link | None:
    """Return a link to a file of this site, else to where the printed text leads; None where it leads nowhere."""
    if stored:
        return Link(label, stored.url, stored.public_name.rpartition(".")[2].upper())
    link = web_link(printed)
    return Link(label, link, host_of(link)) if link else None


@dataclass(frozen=True, slots=True)
class ShownSponsor:
    """Who pays."""

    name: str
    url: str
    description: str
    logo: Picture | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """An important date; an extended one shows its first date struck out."""

    label: str
    day: date | None
    extended_to: date | None


def deadline(one: ImportantDate) -> Deadline:
    """Return an important date; one that was only ever given as extended is a plain date."""
    return Deadline(one.label, one.date or one.extended_to, one.extended_to if one.date else None)


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody whom an edition shows first, and their talk."""

    person: Person
    talk: Link


@dataclass(frozen=True, slots=True)
class Featured:
    """Whom an edition shows first: who gives its `keynotes`, else some of its speakers."""

    keynotes: bool
    people: tuple[Invited, ...]


def featured(shown: Iterable[Item], most: int = 4) -> Featured:
    """Return who gives the keynotes among items that are full, in their order; without any, speakers with a photo.

    Nobody comes twice; what is cancelled and who is still to be announced don't come at all.
    """
    held = [item for item in shown if item.state != "cancelled" and item.url]
    keynotes = [item for item in held if "keynote" in item.type_key.lower()]
    speakers = [
        Invited(person, Link(item.title, item.url))
        for item in keynotes or held
        for group in item.people
        for person in group.members
        if not group.label and person.url and (keynotes or person.photo)
    ]
    once: dict[str, Invited] = {}
    for one in speakers:
        once.setdefault(one.person.url, one)
    return Featured(bool(keynotes), tuple(once.values())[:most])


def sponsors_by_tier(sponsors: Iterable[Sponsor]) -> tuple[tuple[str, tuple[ShownSponsor, ...]], ...]:
    """Return sponsors under their tiers, both in the order of their positions."""
    tiers: dict[str, list[ShownSponsor]] = {}
    for one in sponsors:
        shown = ShownSponsor(one.name, any_link(one.url), one.description, picture(one.logo, 320))
        tiers.setdefault(one.tier, []).append(shown)
    return tuple((tier, tuple(members)) for tier, members in tiers.items())
