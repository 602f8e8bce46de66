"""Files under /media/: renditions and documents only, of fixed types, and only where a visible record shows them."""

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from attachments.names import DOCUMENT, RENDITION, is_public, media_type
from editions.models import CommitteeMember, Edition, Series, Sponsor
from speakers.models import Speaker
from talks.models import Appearance, Paper, Talk
from website.manners import FILE
from website.pages import of_visitor
from website.viewpoint import Viewpoint

POLICY = "default-src 'none'; sandbox"


@csrf_exempt  # As for pages: other methods get their 405.
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a stored file. Its name is made of its content, so it is its own ETag."""
    kind = media_type(name)
    if kind is None or not is_public(name) or "\0" in name or not is_shown(name, of_visitor(request)):
        raise Http404(_("There is no such file."))
    etag = f'"{name.split("/")[1][:40]}"'
    if etag in request.headers.get("If-None-Match", "") or request.headers.get("If-None-Match") == "*":
        return _with_headers(HttpResponseNotModified(), etag)
    content_type, inline = kind
    try:
        file = default_storage.open(name)
    except OSError:
        raise Http404(_("There is no such file.")) from None
    answer = FileResponse(
        file, content_type=content_type, as_attachment=not inline, filename=name.rpartition("/")[2]
    )
    return _with_headers(answer, etag)


def is_shown(name: str, viewpoint: Viewpoint) -> bool:
    """Say whether a page that the viewpoint may see shows the file of this public name.

    A figure stands in the Markdown of some text, where no column holds it: who has its address may see it.
    """
    figure = RENDITION.fullmatch(name)
    return (figure is not None and figure["kind"] == "figure") or any(
        rows.exists() for rows in _rows_with(name, viewpoint)
    )


def _rows_with(name: str, viewpoint: Viewpoint) -> Iterator[QuerySet[Any]]:
    """The visible rows that hold the file, a query for each model that may."""
    talks = Talk.objects.visible_to(viewpoint.user)
    if DOCUMENT.fullmatch(name):
        yield talks.filter(slides_file=name)
        in_paper = Q(paper_file=name) | Q(slides_file=name) | Q(poster_file=name)
        yield Paper.objects.filter(in_paper, talk__in=talks)
    elif found := RENDITION.fullmatch(name):
        yield from _rows_with_picture(found["kind"], found["digest"], viewpoint)


def _rows_with_picture(kind: str, digest: str, viewpoint: Viewpoint) -> Iterator[QuerySet[Any]]:
    stored = f"originals/{digest[:2]}/{digest}"
    editions = Edition.objects.visible_to(viewpoint.user)
    of_edition = Q(edition=None) | Q(edition__in=editions)
    if kind == "portrait":
        talks = Talk.objects.visible_to(viewpoint.user)
        yield Appearance.objects.filter(photo__startswith=stored, talk__in=talks)
        yield Speaker.objects.visible_to(viewpoint.user).filter(photo__startswith=stored)
        yield CommitteeMember.objects.filter(of_edition, photo__startswith=stored)
    elif kind == "logo":
        yield Sponsor.objects.filter(logo__startswith=stored, edition__in=editions)
        yield Series.objects.filter(logo__startswith=stored)
    else:
        yield editions.filter(banner__startswith=stored)


def _with_headers(answer: HttpResponseBase, etag: str) -> HttpResponseBase:
    answer["ETag"] = etag
    answer["Cache-Control"] = FILE
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
