"""Pictures drawn for the tests of attachments."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def picture(
    kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", color: Any = 0, **options: Any
) -> bytes:
    """Return a plain picture in a format of Pillow."""
    out = BytesIO()
    Image.new(mode, size, color).save(out, kind, **options)
    return out.getvalue()


def noise(kind: str, size: tuple[int, int] = (300, 300)) -> bytes:
    """Return a picture that doesn't compress, so that cutting it short loses rows."""
    out = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


def quarters(kind: str = "JPEG", size: tuple[int, int] = (400, 200), **options: Any) -> bytes:
    """Return a picture whose quarters are red and green above blue and white."""
    image = Image.new("RGB", size)
    width, height = size
    for index, color in enumerate(["red", "lime", "blue", "white"]):
        left, upper = index % 2 * width // 2, index // 2 * height // 2
        image.paste(color, (left, upper, left + width // 2, upper + height // 2))
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, extra: bytes = b"") -> bytes:
    """Return a black PNG of one bit a pixel, however large, with more chunks after its header."""
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def svg(inside: str = '<rect width="9" height="9"/>', attributes: str = 'width="200" height="100"') -> bytes:
    """Return a drawing."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()
