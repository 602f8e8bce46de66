"""The programme and its works for calendars and for those who cite: text made by a format, and how it is answered."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from editions.models import Edition, Series
from exchange.formats.citations import to_bibtex, to_csl_json
from exchange.formats.ics import to_ics
from exchange.formats.programme import Programme, Work
from exchange.formats.schedule import Schedule, schedule_of
from exchange.formats.schedule_json import to_json
from exchange.formats.schedule_xml import to_xml
from speakers.models import Speaker
from talks.models import Talk
from talks.querysets import TalkQuerySet
from website.context import find_edition
from website.feeds import (
    Make,
    conference,
    event,
    event_name,
    programme,
    scheduled,
    talk_page,
    talk_works,
    told_by,
    works,
)
from website.filters import Filters
from website.manners import FEED, last_modified
from website.pages import Page, View, moved_to, page
from website.shown import items
from website.viewpoint import Query, Viewpoint

ICS = "text/calendar; charset=utf-8"
# Not the registered application/vnd.c3voc.schedule+xml: the apps look at the content alone, while browsers,
# compressing proxies and static hosts know this one. Links to the schedule name the registered type.
XML = "application/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
BIBTEX = "application/x-bibtex; charset=utf-8"
CSL_JSON = "application/vnd.citationstyles.csl+json; charset=utf-8"


def feed(view: View) -> Callable[..., HttpResponseBase]:
    """Return the Django view that answers as `page` does, for programs of any origin.

    Answers have a file name made of their path: `tide-31-schedule.ics`. What a feed shows doesn't turn by the clock,
    so they tell since when nothing is new.
    """
    as_page = page(view)

    @wraps(as_page)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        since = last_modified(captured.get("edition", ""))
        found = as_page(request, **captured)
        if found.status_code < 400:
            found["Cache-Control"] = FEED
        if found.status_code == 200:
            name = request.path.strip("/").replace("/", "-")
            found["Content-Disposition"] = f'inline; filename="{name}"'
            if since:
                found["Last-Modified"] = since
        return found

    answer.open_to_all = True  # type: ignore[attr-defined]
    return answer


def schedule_calendar(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give the schedule as a calendar, or what of it the filters leave."""
    found = find_edition(viewpoint, edition)
    talks = list(_timetable(viewpoint).filter(edition=found))
    made = _chosen(viewpoint, query, found, talks, _series(), feed="schedule-ics", make=event)
    return _text(to_ics(made), ICS)


def schedule_xml(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give the schedule as a schedule.xml."""
    return _text(to_xml(_schedule(viewpoint, query, edition, "schedule-xml")), XML)


def schedule_json(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give the schedule as a schedule.json."""
    return _text(to_json(_schedule(viewpoint, query, edition, "schedule-json")), JSON)


def exported(viewpoint: Viewpoint, query: Query, edition: str, kind: str) -> Page:
    """Send those who ask where other systems have their schedules to ours, with their filters."""
    path = reverse(f"website:schedule-{kind}", args=[edition])
    return moved_to(f"{path}?{urlencode(query, doseq=True)}" if query else path)


def talk_calendar(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Give one entry of the programme as a calendar."""
    found = find_edition(viewpoint, edition)
    visible = _timetable(viewpoint).filter(edition=found)
    talks = list(visible.filter(Q(slug=slug) | Q(repetitions__slug=slug)).distinct())
    pair = next(((talk, told) for talk, told in told_by(talks) if talk.slug == slug), None)
    if pair is None:
        raise Http404(_("There is no such talk."))
    feed_url = reverse("website:talk-ics", args=[edition, slug])
    made = programme(pair[1].name, [pair], viewpoint, url=talk_page(pair[1], found), feed_url=feed_url)
    return _text(to_ics(made), ICS)


def speaker_calendar(viewpoint: Viewpoint, query: Query, slug: str) -> Page:
    """Give all that somebody does, over all editions, as a calendar."""
    found = Speaker.objects.visible_to(viewpoint.user).filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no such person."))
    own = Talk.objects.visible_to(viewpoint.user).filter(appearances__speaker=found).order_by().values("pk")
    talks = list(_timetable(viewpoint).filter(Q(pk__in=own) | Q(repeats__in=own)))
    feed_url = reverse("website:speaker-ics", args=[slug])
    made = programme(found.name, told_by(talks), viewpoint, url=found.get_absolute_url(), feed_url=feed_url)
    return _text(to_ics(made), ICS)


def talk_bibtex(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Give a talk and its papers as BibTeX."""
    return _text(to_bibtex(_of_talk(viewpoint, edition, slug)), BIBTEX)


def talk_csl_json(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Give a talk and its papers as CSL-JSON."""
    return _text(to_csl_json(_of_talk(viewpoint, edition, slug)), CSL_JSON)


def edition_bibtex(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give an edition's proceedings, talks and papers as BibTeX."""
    return _text(to_bibtex(_of_edition(viewpoint, edition)), BIBTEX)


def edition_csl_json(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give an edition's proceedings, talks and papers as CSL-JSON."""
    return _text(to_csl_json(_of_edition(viewpoint, edition)), CSL_JSON)


def series_bibtex(viewpoint: Viewpoint, query: Query) -> Page:
    """Give the proceedings, talks and papers of all editions as BibTeX."""
    return _text(to_bibtex(_of_series(viewpoint)), BIBTEX)


def _schedule(viewpoint: Viewpoint, query: Query, edition: str, feed: str) -> Schedule:
    found, series = find_edition(viewpoint, edition), Series.objects.the_one()
    talks = list(_timetable(viewpoint).filter(edition=found).prefetch_related("papers"))
    made = _chosen(viewpoint, query, found, talks, str(series.name), feed=feed, make=scheduled)
    return schedule_of(made, conference(found, talks, series, viewpoint))


def _chosen(
    viewpoint: Viewpoint,
    query: Query,
    edition: Edition,
    talks: list[Talk],
    series: str,
    *,
    feed: str,
    make: Make,
) -> Programme:
    """What the filters leave of an edition's talks, by the name that all formats give it; `feed` names its address."""
    filters = Filters.read(query)
    kept = {item.id for item in filters.chosen_of(items(talks, edition).values())}
    name = event_name(series, edition)
    return programme(
        _("%(event)s: my programme") % {"event": name} if filters.ids else name,
        ((talk, told) for talk, told in told_by(talks) if talk.pk in kept),
        viewpoint,
        make,
        url=reverse("website:schedule", args=[edition.key]),
        feed_url="" if query else reverse(f"website:{feed}", args=[edition.key]),
    )


def _timetable(viewpoint: Viewpoint) -> TalkQuerySet:
    """What calendars hold of a talk. Two queries."""
    visible = Talk.objects.visible_to(viewpoint.user).in_order()
    found: TalkQuerySet = visible.select_related("edition", "type", "room", "track")
    return found.prefetch_related("appearances")


def _library(viewpoint: Viewpoint) -> TalkQuerySet:
    """What bibliographies hold of a talk; a repetition is not cited by itself. Three queries."""
    visible = Talk.objects.visible_to(viewpoint.user).originals().in_order()
    found: TalkQuerySet = visible.select_related("type")
    return found.prefetch_related("appearances", "papers")


def _of_talk(viewpoint: Viewpoint, edition: str, slug: str) -> Iterable[Work]:
    found = find_edition(viewpoint, edition)
    talk = _library(viewpoint).filter(edition=found, slug=slug).first()
    made = tuple(talk_works(talk, found, _series(), viewpoint)) if talk else ()
    if not made:
        raise Http404(_("There is nothing to cite."))
    return made


def _of_edition(viewpoint: Viewpoint, edition: str) -> Iterable[Work]:
    found = find_edition(viewpoint, edition)
    return works(found, _library(viewpoint).filter(edition=found), _series(), viewpoint)


def _of_series(viewpoint: Viewpoint) -> Iterable[Work]:
    """Newest edition first; all talks are read at once."""
    series = _series()
    talks: dict[int, list[Talk]] = {}
    for talk in _library(viewpoint):
        talks.setdefault(talk.edition_id, []).append(talk)
    for edition in Edition.objects.visible_to(viewpoint.user).newest_first():
        yield from works(edition, talks.get(edition.pk, ()), series, viewpoint)


def _series() -> str:
    return str(Series.objects.the_one().name)


def _text(text: str, content_type: str) -> Page:
    return Page("website/text.txt", {"text": text}, content_type=content_type)
