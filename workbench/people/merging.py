"""Two records of one person made one, and undone: likely pairs, both records side by side, a press."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from attachments.fields import PictureFile
from editions.querysets import EVERY_EDITION
from speakers import merging
from speakers.merging import FIELDS, MergeRefused
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance
from texts.folding import fold
from workbench.pages import demand, show
from workbench.people.doubles import everybody

RIGHTS = (EVERY_EDITION, "speakers.delete_speaker")
ON_PAGE = 50
FOUND = 20
# SQLite holds 64 bits.
KEYS = 2**63


@dataclass(frozen=True)
class Row:
    """A field of both records. `takes`: whose value stays, "kept" or "other"; `is_open`: both have one and differ."""

    name: str
    label: str
    kept: Any
    other: Any
    takes: str
    is_open: bool


@dataclass(frozen=True)
class Side:
    """What hangs on one of the two: other names, old slugs, appearances."""

    person: Speaker
    names: list[str]
    slugs: list[str]
    appearances: list[Appearance]


def may_merge(user: Any) -> bool:
    """Whether the user may make two people one: it changes what every edition shows."""
    return bool(user.has_perms(RIGHTS))


def suggestions(request: HttpRequest) -> HttpResponse:
    """Likely pairs with their reasons; with `?person=` those of one person, and a search for any other."""
    demand(request, *RIGHTS)
    given = request.GET.get("person", "")
    if given:
        return _of_person(request, _find(given))
    page = Paginator(everybody().doubles(), ON_PAGE).get_page(request.GET.get("p"))
    return show(request, "workbench/doubles.html", _("Likely doubles"), page=page, doubles=page.object_list)


def merge(request: HttpRequest, kept: int, other: int) -> HttpResponse:
    """Both records side by side, with what will stay; a POST makes them one."""
    demand(request, *RIGHTS)
    people = Speaker.objects.in_bulk([kept, other]) if max(kept, other) < KEYS else {}
    if len(people) != 2:
        raise Http404(_("There are no such two people."))
    stays, goes = people[kept], people[other]
    if request.method == "POST":
        return _carry_out(request, stays, goes)
    sides = _sides(stays, goes)
    return show(
        request,
        "workbench/merge.html",
        _("Merge “%(other)s” into “%(kept)s”") % {"other": goes.name, "kept": stays.name},
        kept=sides[0],
        other=sides[1],
        rows=list(_rows(stays, goes)),
        doubts=list(_doubts(*sides)),
        swap=reverse("admin:merge", args=[other, kept]),
    )


@require_POST
def undo(request: HttpRequest, kept: int) -> HttpResponse:
    """Take the last merge into a person back."""
    demand(request, *RIGHTS)
    person = _find(str(kept))
    try:
        back = merging.undo_merge(person)
    except MergeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("“%(name)s” has a record of its own again.")
        messages.success(request, words % {"name": back.name})
    return HttpResponseRedirect(_page_of(kept))


def _page_of(person: int) -> str:
    return f"{reverse('admin:merging')}?person={person}"


def _find(key: str) -> Speaker:
    if not (key.isascii() and key.isdecimal() and len(key) < 20 and int(key) < KEYS):
        raise Http404(_("There is no such person."))
    return get_object_or_404(Speaker, pk=int(key))


def _of_person(request: HttpRequest, person: Speaker) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()
    all_people = everybody()
    found = [all_people.known[pk] for pk in _search(person, words)] if words else []
    return show(
        request,
        "workbench/doubles.html",
        _("Merge “%(name)s” with…") % {"name": person.name},
        person=all_people.known[person.pk],
        doubles=all_people.doubles_of(person.pk),
        merged=merging.last_merge(person),
        words=words,
        found=found,
    )


def _search(person: Speaker, words: str) -> QuerySet[Speaker, int]:
    """The first of the other people in whose names, or other names, every word stands."""
    found = Speaker.objects.exclude(pk=person.pk)
    for word in fold(words).split():
        named = SpeakerAlias.objects.filter(name_folded__contains=word)
        found = found.filter(Q(name_folded__contains=word) | Q(pk__in=named.order_by().values("speaker")))
    return found.by_name().values_list("pk", flat=True)[:FOUND]  # type: ignore[no-any-return]


def _carry_out(request: HttpRequest, kept: Speaker, other: Speaker) -> HttpResponse:
    take = [name for name in FIELDS if request.POST.get(name) == "other"]
    gone, keys = other.name, [kept.pk, other.pk]
    try:
        merging.merge(kept, other, take)
    except MergeRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:merge", args=keys))
    words = _("“%(other)s” is one with “%(kept)s” now.") % {"other": gone, "kept": kept.name}
    messages.success(request, words)
    return HttpResponseRedirect(_page_of(kept.pk))


def _rows(kept: Speaker, other: Speaker) -> Iterator[Row]:
    """The fields in which either record has something."""
    filled = merging.given(kept, other)
    for name in FIELDS:
        own, its = getattr(kept, name), getattr(other, name)
        if own or its:
            label = str(Speaker._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            is_open = bool(own and its and own != its)
            takes = "other" if name in filled else "kept"
            yield Row(name, label, _shown(own), _shown(its), takes, is_open)


def _shown(value: Any) -> Any:
    """A value as the page shows it: of a photo its smallest rendition, or its name where there is none."""
    return value.rendition(96) or value.name if isinstance(value, PictureFile) else value


def _sides(*people: Speaker) -> list[Side]:
    """What hangs on each of the two, in two queries."""
    aliases = list(SpeakerAlias.objects.filter(speaker__in=people))
    shown = Appearance.objects.filter(speaker__in=people).order_by(
        "-talk__edition__starts_on", "-talk__starts_at", "pk"
    )
    appearances = list(shown.select_related("talk__edition", "talk__room", "talk__type"))
    return [
        Side(
            person,
            [one.name for one in aliases if one.speaker_id == person.pk and one.name],
            [one.slug for one in aliases if one.speaker_id == person.pk and one.slug],
            [one for one in appearances if one.speaker_id == person.pk],
        )
        for person in people
    ]


def _doubts(kept: Side, other: Side) -> Iterator[str]:
    """What speaks against their being one person."""
    own, its = kept.person.orcid, other.person.orcid
    if own and its and own != its:
        yield _("They have two ORCID iDs: a person has one.")
    own_talks = {one.talk_id for one in kept.appearances}
    for one in other.appearances:
        if one.talk_id in own_talks:
            yield _("Both appear in “%(talk)s”.") % {"talk": one.talk.name}
