"""Sentences for what is wrong with a file, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from attachments.documents import BadDocument
from attachments.pictures import BadPicture

MILLION = 1_000_000


def sentence(problem: BadPicture | BadDocument) -> str:
    """Return what is wrong with a file and what to do about it, as one or two sentences."""
    values: dict[str, str | int] = {"format": "", "extension": "", "limit": 0, **problem.values}
    if problem.code in {"too-big-file", "too-many-pixels"}:
        values["limit"] = int(values["limit"]) // MILLION
    return _sentences(isinstance(problem, BadPicture))[problem.code] % values


def _sentences(picture: bool) -> dict[str, str]:
    if not picture:
        return {
            "empty": _("The file is empty."),
            "too-big-file": _("The file is larger than %(limit)s MB: upload it elsewhere and give its link."),
            "extension": _(
                "Files that end in “%(extension)s” aren't taken: use PDF, slides, text, zip, mp4 or mp3."
            ),
        }
    return {
        "empty": _("The file is empty."),
        "too-big-file": _("The picture is larger than %(limit)s MB: save it smaller."),
        "not-a-picture": _("This is no picture: use JPEG, PNG, WebP or GIF."),
        "format": _("%(format)s isn't taken: save the picture as JPEG, PNG, WebP or GIF."),
        "extension": _("A picture's name doesn't end in “%(extension)s”: name it .jpg, .png, .webp or .gif."),
        "svg-not-allowed": _("SVG is taken for logos only: save the picture as PNG or JPEG."),
        "too-many-pixels": _("The picture has more than %(limit)s megapixels: save it smaller."),
        "too-long-side": _("A side of the picture is longer than %(limit)s pixels: save it smaller."),
        "damaged": _("The picture is damaged and can't be read to its end: save or copy it again."),
    }
