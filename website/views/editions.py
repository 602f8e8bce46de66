"""The list of editions, an edition's own page, its pages of text, its speakers, and the series' committee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import instant, wall_clock
from editions.models import CommitteeMember, Edition, ImportantDate, Sponsor
from editions.models import Page as TextPage
from talks.models import Appearance, Notice, Talk
from texts.folding import fold
from texts.markdown import Html, clean_html, render_markdown
from website.clocks import zone_name
from website.context import edition_head, find_edition, frame
from website.links import any_link, doi_link, host_of
from website.pages import Page
from website.programme import programme
from website.shown import Link, Person, member, person, picture, sponsors_by_tier
from website.viewpoint import Query, Viewpoint


@dataclass(frozen=True, slots=True)
class Deadline:
    """An important date; an extended one shows its first date struck out."""

    label: str
    day: date | None
    extended_to: date | None


@dataclass(frozen=True, slots=True)
class Notices:
    """Words that stand at a moment, and until when nothing about them changes (aware, None for ever)."""

    texts: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OnProgramme:
    """Somebody on an edition's programme, with what they do there."""

    person: Person
    talks: tuple[Link, ...]


def editions(viewpoint: Viewpoint, query: Query) -> Page:
    """List every edition, newest first."""
    here = reverse("website:editions")
    found = Edition.objects.visible_to(viewpoint.user).newest_first()
    data = {"frame": frame(viewpoint, here), "editions": tuple(edition_head(edition) for edition in found)}
    return Page("website/editions.html", data)


def overview(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Show an edition: what it is, when and where, its programme, dates, sponsors and committee."""
    found = find_edition(viewpoint, edition)
    talks = list(Talk.objects.visible_to(viewpoint.user).filter(edition=found).with_people().in_order())
    notices = standing_notices(viewpoint, found, Q(room=None, talk=None))
    data = {
        "frame": frame(viewpoint, reverse("website:edition", args=[edition]), found),
        "edition": edition_head(found),
        "summary": found.summary,
        "notice": _notice(found),
        "notices": notices.texts,
        "banner": picture(found.banner, 1280),
        "banner_credit": found.banner_credit,
        "actions": actions(found, viewpoint.moment),
        "proceedings": proceedings(found),
        "zone": zone_of(found, talks),
        "programme": programme(talks, found, full=True),
        "dates": tuple(deadline(one) for one in found.dates.all()),
        "tiers": sponsors_by_tier(Sponsor.objects.filter(edition=found)),
        "committee": tuple(member(one) for one in CommitteeMember.objects.filter(edition=found)),
    }
    return Page("website/edition.html", data, soonest(viewpoint, notices.until, *turns(found)))


def text_page(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Show a page of an edition."""
    found = find_edition(viewpoint, edition)
    shown = TextPage.objects.visible_to(viewpoint.user).filter(edition=found, slug=slug).first()
    if shown is None:
        raise Http404(_("There is no such page."))
    here = reverse("website:page", args=[edition, slug])
    return Page("website/page.html", {"frame": frame(viewpoint, here, found), **_texts(shown)})


def series_page(viewpoint: Viewpoint, query: Query, slug: str) -> Page:
    """Show a page of the series."""
    shown = TextPage.objects.visible_to(viewpoint.user).filter(edition=None, slug=slug).first()
    if shown is None:
        raise Http404(_("There is no such page."))
    here = reverse("website:series-page", args=[slug])
    return Page("website/page.html", {"frame": frame(viewpoint, here), **_texts(shown)})


def committee(viewpoint: Viewpoint, query: Query) -> Page:
    """Show who organizes the series."""
    members = tuple(member(one) for one in CommitteeMember.objects.filter(edition=None))
    data = {"frame": frame(viewpoint, reverse("website:committee")), "members": members}
    return Page("website/committee.html", data)


def edition_speakers(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Show who is on an edition's programme, by name."""
    found = find_edition(viewpoint, edition)
    appearances = (
        Appearance.objects.filter(talk__in=Talk.objects.visible_to(viewpoint.user).filter(edition=found))
        .exclude(speaker=None)
        .select_related("speaker", "talk__type")
        .order_by("talk__starts_at", "talk_id", "position", "pk")
    )
    here = reverse("website:edition-speakers", args=[edition])
    data = {"frame": frame(viewpoint, here, found), "people": _by_person(appearances, found)}
    return Page("website/edition_speakers.html", data)


def is_ahead(edition: Edition, moment: datetime) -> bool:
    """Say whether an edition is on or still to come on the day of a moment (UTC)."""
    last = edition.ends_on or edition.starts_on
    return last is None or last >= moment.date()


def is_on(edition: Edition, moment: datetime) -> bool:
    """Say whether the day of a moment (UTC) is one of an edition's."""
    return bool(edition.starts_on and edition.starts_on <= moment.date() and is_ahead(edition, moment))


def turns(edition: Edition) -> tuple[datetime, ...]:
    """Return the moments at which an edition begins to be on and to be over, none while it has no dates."""
    last = edition.ends_on or edition.starts_on
    days = (edition.starts_on, last + timedelta(days=1) if last else None)
    return tuple(instant(datetime.combine(day, time()), "UTC") for day in days if day)


def actions(edition: Edition, moment: datetime) -> tuple[Link, ...]:
    """Return what an edition invites to while it is ahead, and what it left behind."""
    invitations = (
        (_("Register"), edition.registration_url),
        (_("Submit"), edition.submission_url),
        (_("Join online"), edition.online_url),
    )
    ways = (*(invitations if is_ahead(edition, moment) else ()), (_("Recordings"), edition.recordings_url))
    return tuple(Link(label, link, host_of(link)) for label, url in ways if (link := any_link(url)))


def soonest(viewpoint: Viewpoint, *moments: datetime | None) -> datetime | None:
    """Return the first of the moments that is still to come, None if none is."""
    return min((moment for moment in moments if moment and moment > viewpoint.moment), default=None)


def proceedings(edition: Edition) -> Link | None:
    """Return where an edition's proceedings are, None where it names neither address, DOI nor publisher."""
    link = any_link(edition.proceedings_url) or doi_link(edition.doi)
    if not link and not edition.proceedings_venue:
        return None
    return Link(edition.proceedings_venue or _("Proceedings"), link, host_of(link))


def deadline(one: ImportantDate) -> Deadline:
    """Return an important date; one that was only ever given as extended is a plain date."""
    return Deadline(one.label, one.date or one.extended_to, one.extended_to if one.date else None)


def standing_notices(viewpoint: Viewpoint, edition: Edition, about: Q) -> Notices:
    """Return the notices of an edition that are `about` something and stand at the viewpoint's moment. One query."""
    at = wall_clock(viewpoint.moment, edition.timezone)
    found = list(Notice.objects.filter(about, edition=edition).standing(at).select_related("room"))
    ends = [instant(one.until, edition.timezone) for one in found if one.until]
    texts = (f"{one.room.name}: {one.text}" if one.room else one.text for one in found)
    return Notices(tuple(texts), min(ends, default=None))


def zone_of(edition: Edition, talks: list[Talk]) -> str:
    """Return what the venue's zone is called on the programme's first day, "" while nothing has a time."""
    first = min((talk.starts_at for talk in talks if talk.starts_at), default=None)
    return zone_name(edition.timezone, first) if first else ""


def _notice(edition: Edition) -> Html:
    written_in_html = edition.notice_format == Edition.NoticeFormat.HTML
    return clean_html(edition.notice, 1) if written_in_html else render_markdown(edition.notice, 1)


def _texts(shown: TextPage) -> dict[str, object]:
    return {"title": shown.title, "body": shown.body, "draft": shown.state == TextPage.State.DRAFT}


def _by_person(appearances: Iterable[Appearance], edition: Edition) -> tuple[OnProgramme, ...]:
    """Each person once, as in the first of their talks that year that has a photo, else in the first."""
    people: dict[int, list[Appearance]] = {}
    for one in appearances:
        people.setdefault(one.speaker_id or 0, []).append(one)
    found = []
    for own in people.values():
        shown = next((one for one in own if one.photo), own[0])
        talks = {one.talk_id: one.talk for one in own}
        links = tuple(
            Link(talk.name, reverse("website:talk", args=[edition.key, talk.slug]), talk.type.label)
            for talk in talks.values()
        )
        found.append(OnProgramme(person(shown), links))
    return tuple(sorted(found, key=lambda one: fold(one.person.name)))
