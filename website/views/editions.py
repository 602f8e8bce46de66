"""The list of editions, an edition's own page, its pages of text, its speakers, and the series' committee."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.models import CommitteeMember, Edition, Sponsor
from editions.models import Page as TextPage
from talks.models import Appearance, Talk
from texts.folding import fold
from texts.markdown import Html, clean_html, render_markdown
from website import meta, structured
from website.changes import moved_from
from website.context import edition_head, find_edition, frame
from website.links import any_link, doi_link, host_of
from website.moments import call_ends, fresh_until, standing_notices, ways
from website.pages import Page
from website.programme import programme, zone_of
from website.shown import Link, Person, deadline, featured, member, person, picture, sponsors_by_tier
from website.viewpoint import Query, Viewpoint


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
    """Show an edition: what it is, when and where, its keynotes and programme, dates, sponsors and committee."""
    found = find_edition(viewpoint, edition)
    talks = list(Talk.objects.visible_to(viewpoint.user).filter(edition=found).with_people().in_order())
    notices = standing_notices(viewpoint, found, Q(room=None))
    moved = moved_from(found, talks, viewpoint.moment)
    around = frame(viewpoint, reverse("website:edition", args=[edition]), found)
    dates = list(found.dates.all())
    whole = programme(talks, found, moved=moved, notices=notices.of_talks, full=True)
    data = {
        "frame": around,
        "meta": meta.of_edition(viewpoint, around, found),
        "structured": structured.of_edition(viewpoint, around, found),
        "edition": edition_head(found),
        "summary": found.summary,
        "notice": _notice(found),
        "notices": notices.texts,
        "banner": picture(found.banner, 1280),
        "banner_credit": found.banner_credit,
        "actions": ways(found, viewpoint.moment, dates, programme=bool(talks)),
        "proceedings": proceedings(found),
        "zone": zone_of(found, talks),
        "programme": whole,
        "featured": featured(whole.items),
        "dates": tuple(map(deadline, dates)),
        "tiers": sponsors_by_tier(Sponsor.objects.filter(edition=found)),
        "committee": tuple(member(one) for one in CommitteeMember.objects.filter(edition=found)),
    }
    return Page(
        "website/edition.html", data, fresh_until(viewpoint, found, notices.until, call_ends(found, dates))
    )


def text_page(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Show a page of an edition."""
    found = find_edition(viewpoint, edition)
    shown = TextPage.objects.visible_to(viewpoint.user).filter(edition=found, slug=slug).first()
    if shown is None:
        raise Http404(_("There is no such page."))
    here = reverse("website:page", args=[edition, slug])
    data = {"frame": frame(viewpoint, here, found), **_texts(shown)}
    return Page("website/page.html", data, fresh_until(viewpoint, found))


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
    return Page("website/edition_speakers.html", data, fresh_until(viewpoint, found))


def proceedings(edition: Edition) -> Link | None:
    """Return where an edition's proceedings are, None where it names neither address, DOI nor publisher."""
    link = any_link(edition.proceedings_url) or doi_link(edition.doi)
    if not link and not edition.proceedings_venue:
        return None
    return Link(edition.proceedings_venue or _("Proceedings"), link, host_of(link))


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
