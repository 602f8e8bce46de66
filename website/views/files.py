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
from talks.querysets import TalkQuerySet
from website.drafts import pass_of
from website.manners import FILE
from website.pages import keep_private, of_visitor, query_of
from website.viewpoint import Viewpoint

POLICY = "default-src 'none'; sandbox"


@csrf_exempt  # As for pages: other methods get their 405.
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a stored file that visitors see, or one of the draft whose link the query holds."""
    if is_shown(name, of_visitor(request)):
        return stored(request, name)
    draft = pass_of(query_of(request))
    if draft is None or not _is_held(name, Talk.objects.filter(pk=draft.talk)):
        raise Http404(_("There is no such file."))
    return keep_private(stored(request, name))


def stored(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a file of a public name, whoever asks. Its name is made of its content, so it is its own ETag."""
    kind = media_type(name)
    if kind is None or not is_public(name):
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
    if not is_public(name) or "\0" in name:
        return False
    figure = RENDITION.fullmatch(name)
    if figure is not None and figure["kind"] == "figure":
        return True
    return _is_held(name, Talk.objects.visible_to(viewpoint.user)) or any(
        rows.exists() for rows in _rows_beside(name, viewpoint)
    )


def _is_held(name: str, talks: TalkQuerySet) -> bool:
    """Whether some of these talks, their papers or who appears in them hold the file."""
    return any(rows.exists() for rows in _rows_of_talks(name, talks))


def _rows_of_talks(name: str, talks: TalkQuerySet) -> Iterator[QuerySet[Any]]:
    """The rows of talks that hold the file, a query for each model that may."""
    found = RENDITION.fullmatch(name)
    if found and found["kind"] == "portrait":
        yield Appearance.objects.filter(photo__startswith=_original(found["digest"]), talk__in=talks)
    if "\0" not in name and DOCUMENT.fullmatch(name):
        yield talks.filter(slides_file=name)
        in_paper = Q(paper_file=name) | Q(slides_file=name) | Q(poster_file=name)
        yield Paper.objects.filter(in_paper, talk__in=talks)


def _rows_beside(name: str, viewpoint: Viewpoint) -> Iterator[QuerySet[Any]]:
    """The visible rows of people, editions and the series that hold the picture."""
    found = RENDITION.fullmatch(name)
    if found is None:
        return
    begins = _original(found["digest"])
    editions = Edition.objects.visible_to(viewpoint.user)
    of_edition = Q(edition=None) | Q(edition__in=editions)
    if found["kind"] == "portrait":
        yield Speaker.objects.visible_to(viewpoint.user).filter(photo__startswith=begins)
        yield CommitteeMember.objects.filter(of_edition, photo__startswith=begins)
    elif found["kind"] == "logo":
        yield Sponsor.objects.filter(logo__startswith=begins, edition__in=editions)
        yield Series.objects.filter(logo__startswith=begins)
    else:
        yield editions.filter(banner__startswith=begins)


def _original(digest: str) -> str:
    """How the stored name of a rendition's original begins."""
    return f"originals/{digest[:2]}/{digest}"


def _with_headers(answer: HttpResponseBase, etag: str) -> HttpResponseBase:
    answer["ETag"] = etag
    answer["Cache-Control"] = FILE
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
