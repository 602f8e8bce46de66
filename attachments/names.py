"""Names of stored files: made from their content, read back without opening anything."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["portrait", "logo", "banner", "figure"]
Format = Literal["jpeg", "png", "webp", "gif", "svg"]

EXTENSIONS: dict[Format, str] = {"jpeg": "jpg", "png": "png", "webp": "webp", "gif": "gif", "svg": "svg"}
STEPS: dict[Kind, tuple[int, ...]] = {
    "portrait": (96, 192, 384),
    "logo": (320, 640),
    "banner": (640, 1280, 1920),
    "figure": (640, 1280),
}
"""Widths in px: of a square, of a box twice as wide as high, of a whole picture."""

# Only these types leave the site, whatever the bytes are. True: may be shown in the browser itself.
TYPES: dict[str, tuple[str, bool]] = {
    "jpg": ("image/jpeg", True),
    "jpeg": ("image/jpeg", True),
    "png": ("image/png", True),
    "webp": ("image/webp", True),
    "svg": ("image/svg+xml", True),
    "pdf": ("application/pdf", True),
    "ppt": ("application/vnd.ms-powerpoint", False),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", False),
    "key": ("application/vnd.apple.keynote", False),
    "odp": ("application/vnd.oasis.opendocument.presentation", False),
    "doc": ("application/msword", False),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
    "odt": ("application/vnd.oasis.opendocument.text", False),
    "zip": ("application/zip", False),
    "tar.gz": ("application/gzip", False),
    "ipynb": ("application/x-ipynb+json", False),
    "txt": ("text/plain; charset=utf-8", False),
    "md": ("text/markdown; charset=utf-8", False),
    "csv": ("text/csv; charset=utf-8", False),
    "mp4": ("video/mp4", False),
    "webm": ("video/webm", False),
    "mp3": ("audio/mpeg", False),
}
DOCUMENT_EXTENSIONS = frozenset(TYPES) - {"svg"}

DIGEST16 = r"(?P<digest>[0-9a-f]{16})"
ORIGINAL = re.compile(
    r"originals/[0-9a-f]{2}/(?P<digest>[0-9a-f]{64})-(?P<w>\d+)x(?P<h>\d+)\.(?P<ext>[a-z]+)"
)
RENDITION = re.compile(
    rf"renditions/{DIGEST16}-(?P<kind>portrait|logo|banner|figure)-\d+\.(webp|jpg|png|svg)"
)
DOCUMENT = re.compile(rf"documents/{DIGEST16}/[^/\\]+")


@dataclass(frozen=True)
class Original:
    """What the name of a stored picture says: digest (sha256, hex), upright size in px, extension.

    A picture that is kept but may not be shown (a drawing with script in it) has the size 0 x 0.
    """

    digest: str
    width: int
    height: int
    extension: str

    @property
    def name(self) -> str:
        """The stored name."""
        return f"originals/{self.digest[:2]}/{self.digest}-{self.width}x{self.height}.{self.extension}"

    @property
    def shown(self) -> bool:
        """Whether pages may show it."""
        return self.width > 0 and self.height > 0

    @property
    def fallback(self) -> str:
        """Extension of the renditions for browsers without WebP."""
        return self.extension if self.extension in {"jpg", "svg"} else "png"


@dataclass(frozen=True)
class Size:
    """One rendition: the step that names it and what it measures in px (never more than the original)."""

    step: int
    width: int
    height: int


def read_original(name: str) -> Original | None:
    """Return what the stored name of a picture says, None for any other name."""
    found = ORIGINAL.fullmatch(name)
    return Original(found["digest"], int(found["w"]), int(found["h"]), found["ext"]) if found else None


def rendition_name(digest: str, kind: Kind, step: int, extension: str) -> str:
    """Return the public name of a rendition."""
    return f"renditions/{digest[:16]}-{kind}-{step}.{extension}"


def document_name(digest: str, name: str) -> str:
    """Return the public name of a document that came as `name` and has the sha256 `digest`."""
    return f"documents/{digest[:16]}/{clean_name(name)}"


def sizes(kind: Kind, width: int, height: int) -> tuple[Size, ...]:
    """Return the renditions that an upright original of this size (px) gets, smallest first.

    Steps run up to the first that the original doesn't fill, which is then as large as the original.
    """
    if width < 1 or height < 1:
        return ()
    found: list[Size] = []
    for step in STEPS[kind]:
        size = Size(step, *_measure(kind, step, width, height))
        if found and (found[-1].width, found[-1].height) == (size.width, size.height):
            break
        found.append(size)
    return tuple(found)


def _measure(kind: Kind, step: int, width: int, height: int) -> tuple[int, int]:
    if kind == "portrait":
        side = min(step, width, height)
        return side, side
    ratio = min(1.0, step / width, step / 2 / height) if kind == "logo" else min(1.0, step / width)
    return max(1, round(width * ratio)), max(1, round(height * ratio))


def public_names(stored: str, kind: Kind | None = None) -> tuple[str, ...]:
    """Return the public files behind a stored name: a document itself, or a picture's renditions by `kind`."""
    original = read_original(stored)
    if original is None or kind is None:
        return (stored,) if DOCUMENT.fullmatch(stored) else ()
    if not original.shown:
        return ()
    if original.extension == "svg":
        return (rendition_name(original.digest, kind, STEPS[kind][-1], "svg"),)
    return tuple(
        rendition_name(original.digest, kind, size.step, extension)
        for size in sizes(kind, original.width, original.height)
        for extension in ("webp", original.fallback)
    )


def is_public(name: str) -> bool:
    """Whether a stored file may be served to anybody: renditions and documents, no original."""
    return media_type(name) is not None and bool(RENDITION.fullmatch(name) or DOCUMENT.fullmatch(name))


def media_type(name: str) -> tuple[str, bool] | None:
    """Return content type and whether a browser may show it itself, None for a type that isn't served."""
    return TYPES.get(extension_of(name))


def extension_of(name: str) -> str:
    """Return the extension in lower case without its dot, empty if there is none; `tar.gz` is one."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name.replace("\\", "/")).suffixes]
    return "tar.gz" if suffixes[-2:] == [".tar", ".gz"] else "".join(suffixes[-1:]).lstrip(".")


def clean_name(name: str) -> str:
    """Return a file name safe in any file system and address: letters, digits, `_`, `-`; 100 bytes at most."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    extension = extension_of(base)
    stem = base[: len(base) - len(extension) - 1] if extension else base
    stem = re.sub(r"[^\w-]+", "-", stem).strip("-_") or "file"
    stem = stem.encode()[: 99 - len(extension)].decode(errors="ignore")
    return f"{stem}.{extension}" if extension else stem
