"""A day as rooms and times, in which a talk is moved by mouse or, equally, by keyboard."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from editions.clock import wall_clock
from editions.models import Edition
from talks.models import Talk
from workbench.checks.clashing import clashes_among, clashes_of
from workbench.pages import demand, find_edition, show
from workbench.programme.day_shape import DayShape, days_of, shape, today_or_first
from workbench.programme.done import Done, keep, kept
from workbench.programme.moves import MoveForm, carry_out, place_of

CHANGE = "talks.change_talk"
MINUTES = "30"
"""The length that is offered for a talk that had no time."""


def grid(request: HttpRequest, edition: str) -> HttpResponse:
    """Show a day (`?day=2031-05-15`), with the form that moves a talk (`?talk=17`) if one is named."""
    found = find_edition(request, edition)
    demand(request, "talks.view_talk")
    context = _context(request, found, kept(request, request.path))
    title = _("Day grid of %(edition)s") % {"edition": found.name}
    return show(request, "workbench/grid.html", title, **context)


@require_POST
def move(request: HttpRequest, edition: str) -> HttpResponse:
    """Move, swap or unschedule a talk. A script gets the day as it is then, a form is led back to it."""
    found = find_edition(request, edition)
    demand(request, CHANGE)
    done = carry_out(found, MoveForm(found, request.POST))
    if request.headers.get("X-Requested-With") == "fetch":
        return TemplateResponse(
            request, "workbench/_grid.html", _context(request, found, done), status=done.status
        )
    page = reverse("admin:grid", args=[found.key])
    keep(request, page, done)
    day = _chosen_day(request)
    return HttpResponseRedirect(f"{page}?day={day:%Y-%m-%d}" if day else page)


def _context(request: HttpRequest, edition: Edition, done: Done | None) -> dict[str, Any]:
    """All that the page shows; of the programme only one day and what has no time."""
    clocks = Talk.objects.filter(edition=edition).scheduled().order_by("starts_at")
    days = days_of(edition, clocks.values_list("starts_at", flat=True))
    day = _chosen_day(request) or today_or_first(days, wall_clock(timezone.now(), edition.timezone).date())
    clashes = clashes_of(edition)
    shown = _shape(edition, day, clashes)
    may_move = request.user.has_perm(CHANGE) and edition.state != Edition.State.FROZEN
    return {
        "edition": edition,
        "days": days,
        "day": shown,
        "may_move": may_move,
        "form": _form(request, edition, shown) if may_move else None,
        "chosen": _chosen(request, shown),
        "done": done,
        "clashes": clashes_among(done.talks, clashes) if done else [],
        "of_day": clashes_among((block.talk.pk for block in shown.blocks), clashes),
    }


def _shape(edition: Edition, day: date | None, clashes: dict[int, tuple[str, ...]]) -> DayShape:
    on_the_day = Q(starts_at__date=day) if day else Q(pk__in=[])
    talks = Talk.objects.filter(on_the_day | Q(starts_at=None), edition=edition)
    return shape(day, list(talks.with_names().in_order()), list(edition.rooms.all()), clashes)


def _chosen_day(request: HttpRequest) -> date | None:
    """The day that the address names, None if it names none."""
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        raise Http404(_("There is no such day.")) from None


def _chosen(request: HttpRequest, day: DayShape) -> Talk | None:
    named = request.GET.get("talk", "")
    shown = (block.talk for block in (*day.blocks, *day.unscheduled))
    return next((talk for talk in shown if str(talk.pk) == named), None)


def _form(request: HttpRequest, edition: Edition, day: DayShape) -> MoveForm:
    """The form as the chosen talk fills it; a script fills it for the others."""
    talk = _chosen(request, day)
    given = {"talk": talk.pk, "stamp": talk.sequence, **place_of(talk)} if talk else {}
    offered = {"day": day.date, "minutes": MINUTES}
    return MoveForm(edition, initial={**offered, **given})
