"""What it means that an edition is a draft, published or frozen: said before one chooses, and after."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editions.models import Edition
from talks.models import Talk
from workbench.switching import FILTER

STATE_HELP = gettext_lazy(
    "Draft: only who works in it sees the edition. Published: everybody does, without the talks and pages that are "
    "drafts themselves. Frozen: published, and nothing in it changes until it is unfrozen."
)


def tell_of_state(request: HttpRequest, edition: Edition) -> None:
    """Say what an edition's new state does, and which of its talks stay hidden; one query."""
    words = {
        Edition.State.DRAFT: _("“%(edition)s” is a draft: visitors no longer see it."),
        Edition.State.PUBLISHED: _("“%(edition)s” is published: visitors see it."),
        Edition.State.FROZEN: _("“%(edition)s” is frozen: visitors see it, and nothing in it changes."),
    }[Edition.State(edition.state)] % {"edition": edition.name}
    count = Talk.objects.filter(edition=edition, state=Talk.State.DRAFT).count()
    if edition.state == Edition.State.DRAFT or not count:
        messages.info(request, words)
        return
    stay = ngettext("%(count)d talk in it stays a draft.", "%(count)d talks in it stay drafts.", count) % {
        "count": count
    }
    if edition.is_frozen:
        messages.warning(request, f"{words} {stay}")
        return
    messages.warning(
        request,
        format_html('{} {} <a href="{}">{}</a>', words, stay, drafts_of(edition), _("Look and publish them")),
    )


def drafts_of(edition: Edition) -> str:
    """The address of the list of an edition's drafts, where those that are ticked are published."""
    chosen = f"?{FILTER}={edition.pk}&state__exact={Talk.State.DRAFT}"
    return reverse("admin:talks_talk_changelist") + chosen
