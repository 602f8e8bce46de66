"""Signed links that show a speaker their own draft."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import wall_clock
from editions.models import Edition
from talks.drafts import opened, sign
from talks.models import Talk
from website.clocks import whole_date, zone_name
from website.drafts import TOKEN
from website.pages import keep_private, of_visitor
from workbench.pages import demand, show


def draft_link(request: HttpRequest, talk: int) -> HttpResponse:
    """Show the link that opens a draft, until when, and for whom it is; of a public talk its public address."""
    demand(request, "talks.change_talk")
    open_to_user = Edition.objects.open_to(request.user).values("pk")
    rows = Talk.objects.filter(pk=talk, edition__in=open_to_user)
    found = rows.select_related("edition", "type", "room").first()
    if found is None:
        raise Http404(_("There is no such talk."))
    page = reverse("website:talk", args=[found.edition.key, found.slug])
    is_public = Talk.objects.visible_to(None).filter(pk=found.pk).exists()
    token = "" if is_public else sign(found)
    query = f"?{TOKEN}={token}" if token else ""
    answer = show(
        request,
        "workbench/draft_link.html",
        _("Link for the speaker"),
        talk=found,
        link=of_visitor(request).absolute(page + query),
        ends=_ends(token, found.edition.timezone),
        names=[str(one.name) for one in found.appearances.all()],
    )
    keep_private(answer)
    return answer


def _ends(token: str, zone: str) -> str:
    """When a token ends by the venue's clock, its zone named; "" for none."""
    found = opened(token)
    if found is None:
        return ""
    clock = wall_clock(found.until, zone)
    return f"{whole_date(clock)}, {clock:%H:%M} ({zone_name(zone, clock)})"
