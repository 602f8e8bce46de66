"""Saved talks as a code to scan: the link is drawn by the server, and kept nowhere."""

from collections.abc import Iterator
from itertools import groupby

import segno
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from segno import DataOverflowError, QRCode

from website.context import find_edition
from website.filters import saved
from website.pages import Page
from website.viewpoint import Query, Viewpoint

SVG = "image/svg+xml"
QUIET = 4
"""The white margin that ISO/IEC 18004 asks for, in modules."""


def qr(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Draw the absolute link to the schedule with the talks `ids` saved. One query; the talks needn't exist.

    `ids` are read as the schedule reads them. Http404 where there are none, and where no absolute address is known.
    """
    found = find_edition(viewpoint, edition)
    ids = saved(query)
    if not ids or not viewpoint.base_url:
        raise Http404(_("There is no such code."))
    link = viewpoint.absolute(
        f"{reverse('website:schedule', args=[found.key])}?ids={','.join(map(str, ids))}"
    )
    code = drawn(link)
    data = {"size": code.symbol_size(border=QUIET)[0], "path": path(code), "link": link}
    return Page("website/qr.svg", data, content_type=SVG)


def drawn(text: str) -> QRCode:
    """Return the code of a text; Http404 where it holds more than a code can."""
    try:
        return segno.make_qr(text, error="l")
    except DataOverflowError as too_long:
        raise Http404(_("There is no such code.")) from too_long


def path(code: QRCode) -> str:
    """Return the dark modules as the lines of an SVG path, one a run, through the middles of the rows."""
    return "".join(_lines(code))


def _lines(code: QRCode) -> Iterator[str]:
    for row, modules in enumerate(code.matrix):
        column = 0
        for dark, run in groupby(modules):
            width = len(list(run))
            if dark:
                yield f"M{column + QUIET} {row + QUIET}.5h{width}"
            column += width
