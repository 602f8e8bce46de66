"""Pictures: checked by content, turned upright, rebuilt from pixels, cut into the sizes that pages use."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from attachments.drawings import NotADrawing, looks_like_svg, read_drawing
from attachments.names import EXTENSIONS, Format, Kind, Original, Size, extension_of, sizes

MAX_BYTES: Final = 10_000_000
MAX_PIXELS: Final = 40_000_000
MAX_SIDE: Final = 12_000
TINY: Final = 16
"""A side below this many px is too small to show anybody."""

PILLOW_FORMATS: Final[dict[str, Format]] = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
NAMED: Final[dict[str, Format]] = {
    "jpg": "jpeg", "jpeg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "png": "png", "webp": "webp", "gif": "gif",
    "svg": "svg",
}  # fmt: skip
# Beginnings of files: the four that are taken, and those that people try.
SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"%!PS", "PostScript"),
    (b"%PDF", "PDF"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"8BPS", "Photoshop"),
)
CONTAINERS: Final = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"avif": "AVIF"}
LANCZOS: Final = Image.Resampling.LANCZOS
ORIENTATION_TAG: Final = 0x0112
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class BadPicture(ValueError):
    """A picture that can't be taken: a `code` and the `values` that its sentence needs.

    Codes: empty, too-big-file, not-a-picture, format, extension, svg-not-allowed, too-many-pixels,
    too-long-side, damaged.
    """

    def __init__(self, code: str, values: dict[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = values or {}

    def __reduce__(self) -> tuple[type[BadPicture], tuple[str, dict[str, str | int]]]:
        """Travel whole between processes."""
        return BadPicture, (self.code, self.values)


@dataclass(frozen=True)
class Picture:
    """A picture that was read to its end: upright size in px, sha256 in hex, what is odd about it.

    Warnings: name-differs, animated, tiny, svg-active. One that isn't `shown` is kept and stands on no page.
    """

    format: Format
    width: int
    height: int
    digest: str
    warnings: tuple[str, ...] = ()
    shown: bool = True

    @property
    def original(self) -> Original:
        """How the bytes are named when they are stored."""
        width, height = (self.width, self.height) if self.shown else (0, 0)
        return Original(self.digest, width, height, EXTENSIONS[self.format])


@dataclass(frozen=True)
class Rendition:
    """One cut of a picture: its size, extension (webp, jpg, png, svg) and bytes, which hold no metadata."""

    size: Size
    extension: str
    data: bytes


def check_picture(data: bytes, name: str = "", *, allow_svg: bool = False) -> Picture:
    """Return what a picture is, read to its last row; `name` is where it came from, if that is known.

    Raises BadPicture for what is no JPEG, PNG, WebP or GIF (SVG only where `allow_svg`), over 10 MB, over
    40 megapixels, over 12,000 px on a side, damaged, or under a name that no picture has.
    """
    _check_size(data)
    found = _format_of(data, name)
    extension = extension_of(name)
    if extension and extension not in NAMED:
        raise BadPicture("extension", {"extension": extension})
    if found == "svg" and not allow_svg:
        raise BadPicture("svg-not-allowed")
    odd = ("name-differs",) if extension and NAMED[extension] != found else ()
    digest = hashlib.sha256(data).hexdigest()
    return _check_drawing(data, digest, odd) if found == "svg" else _check_pixels(data, digest, odd)


def render(data: bytes, kind: Kind, *, allow_svg: bool = False) -> list[Rendition]:
    """Return the renditions of a picture that `check_picture` has taken: smallest first, WebP, then fallback.

    Portraits are squares from the middle, logos fit into a box, banners keep their shape; transparency stays and
    nothing is enlarged. A drawing stays one file, or none if it may not be shown. Raises BadPicture.
    """
    if allow_svg and looks_like_svg(data):
        picture = check_picture(data, allow_svg=True)
        size = sizes(kind, picture.width, picture.height)[-1]
        return [Rendition(size, "svg", data)] if picture.shown else []
    with _opened(data) as image:
        turn = _turn(image)
        width, height = _upright(image.size, turn)
        wanted = sizes(kind, width, height)
        fallback = "jpg" if image.format == "JPEG" else "png"
        pixels = _pixels(image, kind, wanted[-1], turn)
    return [
        Rendition(size, extension, _encoded(cut, extension))
        for size in wanted
        for cut in [_cut(pixels, size)]
        for extension in ("webp", fallback)
    ]


def _check_size(data: bytes) -> None:
    if not data:
        raise BadPicture("empty")
    if len(data) > MAX_BYTES:
        raise BadPicture("too-big-file", {"size": len(data), "limit": MAX_BYTES})


def _format_of(data: bytes, name: str) -> Format:
    """Return the format by content; raises BadPicture for any that isn't taken."""
    found = next((label for start, label in SIGNATURES if data.startswith(start)), "")
    if found in EXTENSIONS and (found != "webp" or data[8:12] == b"WEBP"):
        return NAMED[found]
    if data[4:8] == b"ftyp":
        found = CONTAINERS.get(data[8:12], "")
    if found and found != "webp":
        raise BadPicture("format", {"format": found})
    if looks_like_svg(data):
        return "svg"
    raise BadPicture("not-a-picture", {"name": name})


def _check_drawing(data: bytes, digest: str, odd: tuple[str, ...]) -> Picture:
    try:
        drawing = read_drawing(data)
    except NotADrawing as error:
        raise BadPicture("damaged") from error
    if drawing.active:
        odd = (*odd, "svg-active")
    return Picture("svg", drawing.width, drawing.height, digest, odd, shown=not drawing.active)


def _check_pixels(data: bytes, digest: str, odd: tuple[str, ...]) -> Picture:
    with _opened(data) as image:
        width, height = _upright(image.size, _turn(image))
        # Reads every byte, but of a JPEG only an eighth of each side into memory.
        image.draft(None, (1, 1))
        _load(image)
        label = PILLOW_FORMATS[str(image.format)]
        moving = _moving(image)
    odd = (*odd, *(["animated"] if moving else []), *(["tiny"] if min(width, height) < TINY else []))
    return Picture(label, width, height, digest, odd)


def _opened(data: bytes) -> Image.Image:
    """Return an image of which only the header was read, within the limits; raises BadPicture."""
    try:
        with _quiet():
            image = Image.open(BytesIO(data), formats=tuple(PILLOW_FORMATS))
    except Image.DecompressionBombError as error:
        raise BadPicture("too-many-pixels", {"limit": MAX_PIXELS}) from error
    except Exception as error:  # Pillow's readers raise whatever a broken file leads them to
        raise BadPicture("damaged") from error
    width, height = image.size
    if max(width, height) > MAX_SIDE:
        raise BadPicture("too-long-side", {"width": width, "height": height, "limit": MAX_SIDE})
    if width * height > MAX_PIXELS:
        raise BadPicture("too-many-pixels", {"width": width, "height": height, "limit": MAX_PIXELS})
    return image


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's remarks on broken metadata and large sizes out of the logs: both are judged here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except Exception as error:  # as in _opened
        raise BadPicture("damaged") from error


def _moving(image: Image.Image) -> bool:
    """Whether more frames follow the first, as far as they can be found."""
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001  # only the first frame is shown, so only it must be whole
        return False


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return what turns the picture upright; metadata that can't be read turn nothing."""
    try:
        with _quiet():
            return TURNS.get(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001  # broken metadata must not cost the picture
        return None


def _upright(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    sideways = turn in {TURNS[5], TURNS[6], TURNS[7], TURNS[8]}
    return (size[1], size[0]) if sideways else size


def _pixels(image: Image.Image, kind: Kind, largest: Size, turn: Image.Transpose | None) -> Image.Image:
    """Return the picture upright in RGB or RGBA, of a portrait the middle, not much larger than `largest`."""
    goal = _upright((largest.width, largest.height), turn)
    if image.format == "JPEG":
        image.draft(None, goal)
    _load(image)
    box = _middle(image.size) if kind == "portrait" else (0, 0, *image.size)
    work = _flat(image).resize(goal, LANCZOS, box=box, reducing_gap=3.0)
    return work.transpose(turn) if turn is not None else work


def _middle(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the box of the largest square in the middle."""
    width, height = size
    side = min(size)
    left, upper = (width - side) // 2, (height - side) // 2
    return left, upper, left + side, upper + side


def _flat(image: Image.Image) -> Image.Image:
    """Return any kind of image as RGB, or RGBA if something shines through."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _cut(pixels: Image.Image, size: Size) -> Image.Image:
    """Return a rendition as bare pixels: what else hangs on an image stays behind."""
    if pixels.size != (size.width, size.height):
        pixels = pixels.resize((size.width, size.height), LANCZOS, reducing_gap=3.0)
    return Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())


def _encoded(image: Image.Image, extension: str) -> bytes:
    out = BytesIO()
    match extension:
        case "webp":
            image.save(out, "WEBP", quality=80, method=2)
        case "jpg":
            image.convert("RGB").save(out, "JPEG", quality=82, optimize=True, progressive=True)
        case _:
            image.save(out, "PNG", optimize=True)
    return out.getvalue()
