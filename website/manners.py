"""HTTP manners, once for pages, feeds and files: who may keep an answer, for how long, what is new, how it is packed.

Sources: RFC 9110 (conditional and range requests, content coding), RFC 9111 (caching), RFC 5861
(stale-while-revalidate), https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import IO

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from editions.models import Edition
from history.models import Version

PAGE, MEANWHILE = 60, 60
"""Seconds for which a page is kept, and for which it may still be shown while a new one is fetched."""
FEED = "public, max-age=300, stale-while-revalidate=3600"
# The name stands for the content, so a browser never asks again; a cache for many asks whether it's still public.
FILE = "public, max-age=31536000, s-maxage=3600, immutable"
STARTED = timezone.now()
"""What code and settings make of the same data may be new since then."""
SETTLED = timedelta(seconds=2)
"""A Last-Modified counts whole seconds: in the one of a change another may follow."""
LEAST, LEVEL = 512, 6
"""The bytes from which on packing pays, and how hard zlib tries."""
TEXT = re.compile(r"text/|[^;]*\b(json|xml|x-bibtex)\b")
REFUSED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*", re.IGNORECASE)
RANGE = re.compile(r"\s*bytes\s*=\s*(?P<first>\d{0,18})\s*-\s*(?P<last>\d{0,18})\s*", re.IGNORECASE)
CHUNK = 1 << 16


class MannersMiddleware:
    """Finishes what the views of the website answer; where nothing is public, it adds and packs nothing.

    A text that all may keep gets a strong ETag of its very bytes, packed or not, and is packed for those who take
    gzip. (Django's own middleware pads at random and so weakens every ETag; what no cache may keep is left unpacked
    here, as secrets could be guessed from its length.) Files answer with the part that is asked for. Addresses that
    are `open_to_all` say so whatever the answer is. HEAD gets the headers of GET and no body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self.get_response(request)
        if isinstance(response, FileResponse):
            response = part(request, response)
        elif isinstance(response, HttpResponse) and _is_public_text(response):
            response = packed(request, response)
        if getattr(getattr(request.resolver_match, "func", None), "open_to_all", False):
            response["Access-Control-Allow-Origin"] = "*"
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return bodiless(response) if request.method == "HEAD" else response


def kept(response: HttpResponse, moment: datetime, fresh_until: datetime | None = None) -> HttpResponse:
    """Say for how long a page of this moment may be kept, and give it back: never longer than it stays as it is.

    A page that says so itself, as one that isn't for everybody does, is left alone.
    """
    left = PAGE + MEANWHILE
    if fresh_until is not None:
        left = max(0, min(left, int((fresh_until - moment).total_seconds())))
    age = min(PAGE, left)
    response.headers.setdefault(
        "Cache-Control", f"public, max-age={age}, stale-while-revalidate={left - age}"
    )
    return response


def last_modified(edition: str = "") -> str:
    """Return since when nothing in an edition (its key), or in all of the series, is new, as HTTP writes it.

    Empty while the next change could bear the same second, and where no version is known. To be asked before what it
    is said of is read: a change in between then makes the date too old, never too new. One query.
    """
    moment = timezone.now()
    keys = Edition.objects.filter(key=edition).values_list(Cast("pk", CharField()))
    which = Q(kind="edition", key__in=keys) if edition else Q(kind=Version.SERIES, key="")
    raised = Version.objects.filter(which).values_list("raised_at", flat=True).first()
    since = max(raised, STARTED) if raised else moment
    return http_date(since.timestamp()) if moment - since >= SETTLED else ""


def packed(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return a text with its ETag, packed if the request takes that; 304 where its sender has these bytes."""
    packs = len(response.content) >= LEAST and _takes_gzip(request)
    patch_vary_headers(response, ["Accept-Encoding"])
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:40]}{"-gzip" if packs else ""}"'
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    answer = get_conditional_response(request, response["ETag"], modified, response)
    if answer is response and packs:
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    return answer or response


def part(request: HttpRequest, response: FileResponse) -> HttpResponseBase:
    """Return of a file that has an ETag the one range of bytes that is asked for, or 416 where none of it is there.

    More ranges at once, other units, and an `If-Range` that isn't this very ETag get the whole.
    """
    file: IO[bytes] | None = response.file_to_stream
    if file is None or not response.get("ETag") or not file.seekable():
        return response
    response["Accept-Ranges"] = "bytes"
    size = int(response["Content-Length"])
    known = request.headers.get("If-Range", response["ETag"]) == response["ETag"]
    span = _span(request.headers.get("Range", ""), size) if known and request.method == "GET" else None
    if span is None:
        return response
    if not span:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response.status_code = 206
    response.streaming_content = _slice(file, span)
    response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    response["Content-Length"] = str(len(span))
    return response


def bodiless(response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer without its body; the headers tell of it."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse) and response.content:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _is_public_text(response: HttpResponse) -> bool:
    public = response.status_code == 200 and response.get("Cache-Control", "").startswith("public")
    return public and bool(TEXT.match(response.get("Content-Type", "")))


def _takes_gzip(request: HttpRequest) -> bool:
    """Whether gzip is among the codings that the request names, and not as one that it refuses."""
    codings = (one.partition(";") for one in request.headers.get("Accept-Encoding", "").split(","))
    return any(name.strip().lower() == "gzip" and not REFUSED.fullmatch(rest) for name, _, rest in codings)


def _span(asked: str, size: int) -> range | None:
    """The bytes, of `size` that there are, that one range asks for; empty for none, None where it says nothing."""
    found = RANGE.fullmatch(asked)
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:
        return range(max(0, size - int(found["last"])), size)
    first, last = int(found["first"]), int(found["last"] or size)
    if last < first and found["last"]:
        return None
    return range(first, min(last + 1, size))


def _slice(file: IO[bytes], span: range) -> Iterator[bytes]:
    file.seek(span.start)
    left = len(span)
    while left and (chunk := file.read(min(left, CHUNK))):
        left -= len(chunk)
        yield chunk
