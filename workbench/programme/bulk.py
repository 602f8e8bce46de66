"""Many talks at once: shift, swap, set, cancel, copy; links pasted by the line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from history.frozen import FrozenEditionError
from talks.cloning import skipped_clocks
from talks.models import Talk
from workbench.pages import demand, find_edition, show
from workbench.programme.acts import ACTS, Act, ActForm, Done
from workbench.programme.pasting import LinksForm, Pasted, read_links

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin

SHOWN = 200
"""So many talks are named on the page that asks; the others are counted."""

NAMED = 5
LONGEST_KEY = 18
"""No primary key has so many digits."""


@dataclass(frozen=True)
class Line:
    """A talk on the page that asks: what it is now, what it will be ("" if that isn't known), and what is odd then."""

    talk: Talk
    now: str
    then: str = ""
    note: str = ""


@dataclass
class Asked:
    """An act and the talks that it was asked for: `talks` it takes, `left` it leaves, `form` asks for values.

    `done` is what would come of it, where the form says enough to try.
    """

    act: Act
    talks: Sequence[Talk]
    left: Sequence[Talk]
    form: ActForm
    now: Mapping[int, str]
    done: Done = field(default_factory=dict)
    is_tried: bool = False

    def lines(self) -> Iterable[Line]:
        """The first talks, with what they are and will be."""
        for talk in self.talks[:SHOWN]:
            result = self.done.get(talk.pk)
            then = self.act.shows(result) if result else _("stays as it is") if self.is_tried else ""
            yield Line(talk, self.now[talk.pk], then, skipped_words(result) if result else "")

    @property
    def more(self) -> int:
        """How many talks are not named."""
        return max(len(self.talks) - SHOWN, 0)

    def carry_out(self, *, for_good: bool) -> bool:
        """Call the verb, and take all back unless it is meant; return whether it went well."""
        values = self.form.cleaned_data
        try:
            with transaction.atomic():
                self.done = self.act.do(self.talks, values)
                transaction.set_rollback(not for_good)
        except ValidationError as refusal:
            self.form.add_error(None, refusal.messages)
        except FrozenEditionError as refusal:
            self.form.add_error(None, str(refusal))
        self.is_tried = not self.form.errors
        return self.is_tried


def skipped_words(talk: Talk) -> str:
    """What is odd about the clocks of a talk; "" if nothing is."""
    zone = talk.edition.timezone
    if not skipped_clocks([talk], zone):
        return ""
    return _("%(zone)s skips this clock time: summer time begins then.") % {"zone": zone}


def _action(act: Act) -> Any:
    """An act as Django's list of talks offers it."""

    @admin.action(description=cast("str", act.words), permissions=[act.right])
    def done(bench: "BulkActions", request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return bench.do_many(request, act, queryset)

    done.__name__ = act.name
    return done


class BulkActions(_ModelAdmin):
    """The actions on the talks that are ticked in the list. Each asks on a page of its own before it writes."""

    actions = [_action(act) for act in ACTS]

    def do_many(self, request: HttpRequest, act: Act, ticked: QuerySet[Any]) -> HttpResponse | None:
        """Ask, show what would be, or do it; None leads back to the list, filtered as it was."""
        talks = self._talks(request, ticked)
        takes = [talk for talk in talks if act.right == "add" or self.has_change_permission(request, talk)]
        kept = {talk.pk for talk in takes}
        left = [talk for talk in talks if talk.pk not in kept]
        refusal = act.refusal(takes)
        if refusal:
            messages.error(request, refusal)
            _tell_left(request, left)
            return None
        asked = self._asked(request, act, takes, left)
        for_good = asked.form.data is request.POST and "confirm" in request.POST
        if asked.form.is_bound and asked.form.is_valid() and asked.carry_out(for_good=for_good) and for_good:
            _tell(request, asked)
            return None
        return self._page(request, asked)

    def _talks(self, request: HttpRequest, ticked: QuerySet[Any]) -> list[Talk]:
        """The talks ticked in the list; later those that the page names itself, filtered out or not meanwhile."""
        named = request.POST.get("talks")
        keys = (
            list(ticked.values_list("pk", flat=True))
            if named is None
            else [int(one) for one in named.split() if one.isdecimal() and len(one) < LONGEST_KEY]
        )
        rows = self.get_queryset(request).select_related("edition", "type", "room", "track")
        found: dict[int, Talk] = rows.prefetch_related(None).in_bulk(keys)
        return [found[key] for key in dict.fromkeys(keys) if key in found]

    def _asked(self, request: HttpRequest, act: Act, takes: list[Talk], left: list[Talk]) -> Asked:
        """The act with its form: as it was sent, at first with its usual values, if it has some."""
        sent = request.POST if "talks" in request.POST else act.usual
        form = act.form(sent, talks=takes, user=request.user)
        return Asked(act, takes, left, form, {talk.pk: act.shows(talk) for talk in takes})

    def _page(self, request: HttpRequest, asked: Asked) -> HttpResponse:
        """The page that names the talks, shows what will be, and asks for values."""
        context = {
            **self.admin_site.each_context(request),
            "title": asked.act.words,
            "asked": asked,
            "lines": list(asked.lines()),
            "keys": " ".join(str(talk.pk) for talk in asked.talks),
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "workbench/many.html", context)


def _tell(request: HttpRequest, asked: Asked) -> None:
    """Say how many talks were changed or copied, what is odd about their clocks now, and who was left."""
    count = len(asked.done)
    if asked.act.right == "add":
        words = ngettext("%(count)d talk was copied.", "%(count)d talks were copied.", count)
    else:
        words = ngettext("%(count)d talk was changed.", "%(count)d talks were changed.", count)
    messages.success(request, words % {"count": count})
    tell_skipped(request, asked.done.values())
    _tell_left(request, asked.left)


def tell_skipped(request: HttpRequest, talks: Iterable[Talk]) -> None:
    """Warn of each talk at a clock that its edition's zone skips."""
    for talk in talks:
        words = skipped_words(talk)
        if words:
            messages.warning(request, f"{talk}: {words}")


def _tell_left(request: HttpRequest, left: Sequence[Talk]) -> None:
    """Name the talks that were left as they are."""
    if left:
        names = ", ".join(talk.name for talk in left[:NAMED])
        words = _("Left as they are, because they are frozen or another edition's: %(names)s")
        messages.warning(request, words % {"names": names + (" …" if len(left) > NAMED else "")})


def links(request: HttpRequest, edition: str) -> HttpResponse:
    """Lines with a talk and a link each: read, shown with what they replace, and written once that is confirmed."""
    demand(request, "talks.change_talk")
    found = find_edition(request, edition)
    form = LinksForm(request.POST or None)
    pasted = None
    if form.is_bound and form.is_valid():
        pasted = read_links(found, form.cleaned_data["lines"], form.cleaned_data["kind"])
        if "confirm" in request.POST and _add_links(request, pasted):
            address = f"{reverse('admin:talks_talk_changelist')}?edition__id__exact={found.pk}"
            return HttpResponseRedirect(address)
    title = _("Paste links: %(edition)s") % {"edition": found.name}
    context = {"edition": found, "form": form, "pasted": pasted, "opts": Talk._meta}
    return show(request, "workbench/links.html", title, **context)


def _add_links(request: HttpRequest, pasted: Pasted) -> bool:
    """Write the links, all or none, if they are what was shown; say what came of it."""
    if pasted.wrong or not pasted.new:
        return False
    if request.POST.get("stamp") != pasted.stamp:
        messages.warning(request, _("This is not what you were shown: look once more, then confirm."))
        return False
    try:
        count = pasted.write()
    except FrozenEditionError as refusal:
        messages.error(request, str(refusal))
        return False
    words = ngettext("%(count)d talk has new links.", "%(count)d talks have new links.", count)
    messages.success(request, words % {"count": count})
    return True
