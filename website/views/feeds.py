"""The programme and its works for calendars and for those who cite: text made by a format, and how it is answered."""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from editions.models import Edition, Series
from exchange.formats.citations import to_bibtex, to_csl_json
from exchange.formats.ics import to_ics
from exchange.formats.programme import Work
from speakers.models import Speaker
from talks.models import Talk
from talks.querysets import TalkQuerySet
from website.context import find_edition
from website.feeds import event_name, programme, talk_page, talk_works, told_by, works
from website.filters import Filters
from website.pages import Page, View, page
from website.shown import items
from website.viewpoint import Query, Viewpoint

ICS = "text/calendar; charset=utf-8"
BIBTEX = "application/x-bibtex; charset=utf-8"
CSL_JSON = "application/vnd.citationstyles.csl+json; charset=utf-8"
CACHE = "public, max-age=300, stale-while-revalidate=3600"


def feed(view: View) -> Callable[..., HttpResponseBase]:
    """Return the Django view that answers as `page` does, for programs of any origin.

    The ETag is the content's own. Answers have a file name made of their path: `tide-31-schedule.ics`.
    """
    as_page = page(view)

    @wraps(as_page)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        found = as_page(request, **captured)
        if found.status_code == 200 and isinstance(found, HttpResponse):
            found["ETag"] = f'"{hashlib.sha256(found.content).hexdigest()[:40]}"'
            found["Cache-Control"] = CACHE
            name = request.path.strip("/").replace("/", "-")
            found["Content-Disposition"] = f'inline; filename="{name}"'
            found = get_conditional_response(request, etag=found["ETag"], response=found) or found
        found["Access-Control-Allow-Origin"] = "*"
        found["Cross-Origin-Resource-Policy"] = "cross-origin"
        return found

    return answer


def schedule_calendar(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give the schedule as a calendar, or what of it the filters leave."""
    found = find_edition(viewpoint, edition)
    talks = list(_timetable(viewpoint).filter(edition=found))
    filters = Filters.read(query)
    kept = {item.id for item in filters.chosen_of(items(talks, found).values())}
    name = event_name(_series(), found)
    made = programme(
        _("%(event)s: my programme") % {"event": name} if filters.ids else name,
        ((talk, told) for talk, told in told_by(talks) if talk.pk in kept),
        viewpoint,
        url=reverse("website:schedule", args=[edition]),
        feed_url="" if query else reverse("website:schedule-ics", args=[edition]),
    )
    return _text(to_ics(made), ICS)


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
