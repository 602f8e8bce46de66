"""The drawn cards of editions and talks: `view(viewpoint, **parts of the address) -> Drawn`."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from editions.models import Series
from talks.models import Talk
from website import cards
from website.colours import both_schemes
from website.context import edition_head, find_edition
from website.drawing import draw
from website.pages import of_visitor
from website.shown import item
from website.viewpoint import Viewpoint

ACCENT = "#8a3218"
"""The edge of a card where the series has chosen no colour."""
CACHE = "public, max-age=3600, stale-while-revalidate=86400"
KEPT = 24 * 60 * 60
"""Seconds for which a drawing is kept."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card and the colour of its edge: all that its picture depends on."""

    card: cards.Card
    accent: str

    def digest(self) -> str:
        """Return the SHA-256 (hex) of words and colour."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()

    def png(self) -> bytes:
        """Return the picture, which is kept for a day once it is drawn."""
        key = f"card:{self.digest()}"
        found: bytes | None = cache.get(key)
        if found is None:
            found = draw(self.card, self.accent)
            cache.set(key, found, KEPT)
        return found


def edition_card(viewpoint: Viewpoint, edition: str) -> Drawn:
    """Return an edition's card; Http404 where the font lacks a letter. Two queries."""
    found = find_edition(viewpoint, edition)
    series = Series.objects.the_one()
    return _drawn(cards.of_edition(series.name, edition_head(found)), series)


def talk_card(viewpoint: Viewpoint, edition: str, slug: str) -> Drawn:
    """Return a talk's card; Http404 where the font lacks a letter. Four queries."""
    found = find_edition(viewpoint, edition)
    visible = Talk.objects.visible_to(viewpoint.user).filter(edition=found)
    shown = visible.filter(slug=slug).with_names().first()
    if shown is None:
        raise Http404(_("There is no such talk."))
    return _drawn(cards.of_talk(edition_head(found), item(shown, found)), Series.objects.the_one())


def picture(view: Callable[..., Drawn]) -> Callable[..., HttpResponseBase]:
    """Return the Django view that answers GET and HEAD with what `view` draws; the ETag is its words' digest."""

    @csrf_exempt  # As for pages: other methods get their 405.
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        viewpoint = of_visitor(request)
        with translation.override(viewpoint.language):
            drawn = view(viewpoint, **captured)
        etag = f'"{drawn.digest()[:40]}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = HttpResponse(drawn.png(), content_type="image/png")
        response["ETag"], response["Cache-Control"] = etag, CACHE
        # Elsewhere is where a card is shown.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


def _drawn(card: cards.Card, series: Series) -> Drawn:
    if not card.drawable:
        raise Http404(_("There is no such picture."))
    return Drawn(card, both_schemes(series.accent or ACCENT)[0])
