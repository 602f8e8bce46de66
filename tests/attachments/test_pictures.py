"""Pictures are judged by content, read to their end, and leave nothing but pixels in what pages show."""

import pickle
import zlib
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from attachments.names import Kind, public_names
from attachments.pictures import BadPicture, check_picture, render
from tests.attachments.drawn import chunk, noise, picture, png, quarters, svg


def refused(data: bytes, name: str = "", *, allow_svg: bool = False) -> BadPicture:
    with pytest.raises(BadPicture) as caught:
        check_picture(data, name, allow_svg=allow_svg)
    return caught.value


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind, label", [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_four_formats_are_taken(kind: str, label: str) -> None:
    data = picture(kind)
    found = check_picture(data)
    assert (found.format, found.width, found.height, found.warnings) == (label, 40, 30, ())
    assert found.digest == sha256(data).hexdigest()
    assert found.shown
    extension = {"jpeg": "jpg"}.get(label, label)
    assert found.original.name == f"originals/{found.digest[:2]}/{found.digest}-40x30.{extension}"


@pytest.mark.parametrize(
    "data, name, code",
    [
        (b"", "a.png", "empty"),
        (b"<html><script>alert(1)</script></html>", "a.jpg", "not-a-picture"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.webp", "not-a-picture"),
        (b"just words", "", "not-a-picture"),
        (b"\x89PNG\r\n\x1a\n" + b"garbage" * 50, "a.png", "damaged"),
        (noise("JPEG")[:9000], "a.jpg", "damaged"),
        (noise("PNG")[:90_000], "a.png", "damaged"),
        (noise("WEBP")[:9000], "a.webp", "damaged"),
        (picture("TIFF"), "a.png", "format"),
        (picture("BMP"), "a.png", "format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\nshowpage\n", "a.jpg", "format"),
        (b"%PDF-1.4\n%", "a.png", "format"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a.jpg", "format"),
        (picture("PNG"), "a.png.html", "extension"),
        (svg(), "a.svg", "svg-not-allowed"),
        (b'<?xml version="1.0"?>\n<!-- x --><svg/>', "a.png", "svg-not-allowed"),
        (png(10_000, 10_000), "a.png", "too-many-pixels"),
        (png(12_000, 3_334), "a.png", "too-many-pixels"),
        (png(20_000, 20_000), "a.png", "too-many-pixels"),
        (png(12_001, 4), "a.png", "too-long-side"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 10_000_000, "a.png", "too-big-file"),
    ],
)
def test_what_is_refused(data: bytes, name: str, code: str) -> None:
    assert refused(data, name).code == code


def test_a_bad_picture_says_what_is_wrong_and_travels_between_processes() -> None:
    problem = refused(png(12_001, 4))
    assert problem.values == {"width": 12_001, "height": 4, "limit": 12_000}
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301  # our own
    assert (again.code, again.values) == (problem.code, problem.values)
    assert refused(picture("TIFF")).values == {"format": "TIFF"}


def test_the_largest_is_still_taken() -> None:
    assert check_picture(png(12_000, 3_333)).width == 12_000


def test_a_compressed_text_of_many_megabytes_is_not_unpacked() -> None:
    bomb = chunk(b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 50_000_000, 9))
    assert refused(png(5, 5, extra=bomb)).code == "damaged"


@pytest.mark.parametrize(
    "data, name, warnings",
    [
        (picture("PNG"), "a.jpg", ("name-differs",)),
        (picture("PNG"), "A.PNG", ()),
        (picture("JPEG"), "a.jpeg", ()),
        (picture("JPEG"), "no-extension", ()),
        (picture("PNG", (1, 1)), "a.png", ("tiny",)),
        (picture("PNG", (300, 15)), "a.png", ("tiny",)),
        (
            picture(
                "GIF", save_all=True, append_images=[Image.new("RGB", (40, 30), c) for c in ("red", "blue")]
            ),
            "a.gif",
            ("animated",),
        ),
    ],
)
def test_what_is_taken_with_a_warning(data: bytes, name: str, warnings: tuple[str, ...]) -> None:
    assert check_picture(data, name).warnings == warnings


@pytest.mark.parametrize(
    "kind, size, expected",
    [
        ("portrait", (800, 600), [(96, 96, 96), (192, 192, 192), (384, 384, 384)]),
        ("portrait", (150, 400), [(96, 96, 96), (192, 150, 150)]),
        ("portrait", (50, 60), [(96, 50, 50)]),
        ("logo", (1000, 100), [(320, 320, 32), (640, 640, 64)]),
        ("logo", (100, 800), [(320, 20, 160), (640, 40, 320)]),
        ("logo", (100, 50), [(320, 100, 50)]),
        ("banner", (4000, 1000), [(640, 640, 160), (1280, 1280, 320), (1920, 1920, 480)]),
        ("banner", (700, 300), [(640, 640, 274), (1280, 700, 300)]),
    ],
)
@pytest.mark.parametrize("label, fallback", [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "png")])
def test_sizes_and_formats_of_renditions(
    kind: Kind, size: tuple[int, int], expected: list[tuple[int, int, int]], label: str, fallback: str
) -> None:
    data = picture(label, size)
    made = render(data, kind)
    assert [(r.size.step, r.size.width, r.size.height) for r in made[::2]] == expected
    assert [r.extension for r in made] == ["webp", fallback] * len(expected)
    for rendition in made:
        shown = opened(rendition.data)
        assert shown.size == (rendition.size.width, rendition.size.height)
        assert shown.format == {"webp": "WEBP", "jpg": "JPEG", "png": "PNG"}[rendition.extension]
    assert len(public_names(check_picture(data).original.name, kind)) == len(made)


def near(color: object, wanted: tuple[int, ...]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(have - want) < 40 for have, want in zip(color[:3], wanted, strict=True))


RED, LIME, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
# What an orientation makes of the corners, clockwise from the upper left one.
CORNERS = {
    1: (RED, LIME, WHITE, BLUE),
    2: (LIME, RED, BLUE, WHITE),
    3: (WHITE, BLUE, RED, LIME),
    4: (BLUE, WHITE, LIME, RED),
    5: (RED, BLUE, WHITE, LIME),
    6: (BLUE, RED, LIME, WHITE),
    7: (WHITE, LIME, RED, BLUE),
    8: (LIME, WHITE, BLUE, RED),
}


@pytest.mark.parametrize("orientation", CORNERS)
@pytest.mark.parametrize("label", ["JPEG", "PNG", "WEBP"])
def test_pictures_stand_upright(label: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = quarters(label, exif=exif)
    found = check_picture(data)
    assert (found.width, found.height) == ((400, 200) if orientation < 5 else (200, 400))
    shown = opened(render(data, "banner")[1].data)
    right, lower = found.width - 5, found.height - 5
    for place, color in zip(
        [(5, 5), (right, 5), (right, lower), (5, lower)], CORNERS[orientation], strict=True
    ):
        assert near(shown.getpixel(place), color)


def test_a_portrait_is_the_middle() -> None:
    image = Image.new("RGB", (300, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    out = BytesIO()
    image.save(out, "PNG")
    shown = opened(render(out.getvalue(), "portrait")[1].data)
    assert {shown.getpixel(place) for place in [(1, 1), (94, 1), (1, 94), (94, 94)]} == {BLUE}


def test_no_metadata_survives() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-DESCRIPTION"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (52.0, 30.0, 0.0)
    data = picture(
        "JPEG", (120, 60), exif=exif, comment=b"<script>SECRET</script>", icc_profile=b"SECRET" * 50
    )
    for kind in ("portrait", "logo", "banner"):
        for rendition in render(data, kind):
            assert b"SECRET" not in rendition.data
            assert b"Exif" not in rendition.data
            assert dict(opened(rendition.data).getexif()) == {}


def test_a_page_glued_to_a_picture_stays_behind() -> None:
    data = picture("PNG") + b"<script>alert(1)</script>"
    assert check_picture(data).format == "png"
    assert not any(b"<script" in rendition.data for rendition in render(data, "portrait"))


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0XXXXgarbage", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"x" * 40]
)
def test_broken_metadata_does_not_lose_the_picture(exif: bytes) -> None:
    data = picture("JPEG", exif=exif)
    assert (check_picture(data).width, check_picture(data).height) == (40, 30)
    assert len(render(data, "portrait")) == 2


@pytest.mark.parametrize(
    "label, mode, color, shown",
    [
        ("JPEG", "CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("JPEG", "L", 128, (128, 128, 128)),
        ("PNG", "1", 1, (255, 255, 255)),
        ("PNG", "L", 128, (128, 128, 128)),
        ("PNG", "I;16", 32_896, (128, 128, 128)),
        ("PNG", "RGBA", (255, 0, 0, 0), (255, 0, 0, 0)),
        ("PNG", "LA", (128, 0), (128, 128, 128, 0)),
        ("WEBP", "RGBA", (0, 0, 255, 255), (0, 0, 255)),
        ("GIF", "L", 128, (128, 128, 128)),
    ],
)
@pytest.mark.parametrize("kind", ["portrait", "logo", "banner"])
def test_every_kind_of_pixel(
    kind: Kind, label: str, mode: str, color: object, shown: tuple[int, ...]
) -> None:
    fallback = opened(render(picture(label, (40, 40), mode, color), kind)[1].data)
    pixel = fallback.getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert len(pixel) == len(shown)
    assert pixel[-1] == shown[-1] if len(shown) == 4 and not shown[-1] else near(pixel, shown[:3])


def test_a_transparent_palette_stays_transparent() -> None:
    data = picture("PNG", (40, 40), "P", transparency=0)
    assert opened(render(data, "logo")[1].data).getpixel((5, 5)) == (0, 0, 0, 0)
    assert opened(render(data, "logo")[0].data).mode == "RGBA"


def test_a_large_photo_is_scaled_down() -> None:
    made = render(picture("JPEG", (4000, 3000)), "banner")
    assert max(rendition.size.width for rendition in made) == 1920


def test_a_damaged_picture_is_not_rendered() -> None:
    with pytest.raises(BadPicture):
        render(noise("JPEG")[:9000], "portrait")


def test_a_logo_may_be_drawn() -> None:
    data = svg()
    found = check_picture(data, "logo.svg", allow_svg=True)
    assert (found.format, found.width, found.height, found.shown, found.warnings) == (
        "svg",
        200,
        100,
        True,
        (),
    )
    (only,) = render(data, "logo", allow_svg=True)
    assert (only.extension, only.data) == ("svg", data)
    assert public_names(found.original.name, "logo") == (f"renditions/{found.digest[:16]}-logo-640.svg",)


@pytest.mark.parametrize(
    "data, size",
    [
        (svg(attributes='viewBox="0 0 64 32"'), (64, 32)),
        (svg(attributes='width="100%" height="100%" viewBox="0,0,64.4,32"'), (64, 32)),
        (svg(attributes='width="20px" height="10px" viewBox="0 0 64 32"'), (20, 10)),
        (svg(attributes=""), (300, 150)),
        (svg(attributes='width="0" height="0"'), (300, 150)),
        (svg(attributes='width="999999" height="1"'), (300, 150)),
        ("\ufeff".encode() + svg(), (200, 100)),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n' + svg(), (200, 100)),
        (svg().decode().encode("utf-16"), (200, 100)),
    ],
)
def test_size_of_a_drawing(data: bytes, size: tuple[int, int]) -> None:
    found = check_picture(data, allow_svg=True)
    assert (found.width, found.height, found.warnings) == (*size, ())


@pytest.mark.parametrize(
    "data",
    [
        svg("<script>alert(1)</script>"),
        svg(attributes='onload="alert(1)"'),
        svg('<g ONCLICK="alert(1)"/>'),
        svg("<foreignObject><p/></foreignObject>"),
        svg('<image href="https://far.example/x.png"/>'),
        svg('<image href="//far.example/x.png"/>'),
        svg('<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"/>'),
        svg('<use href="other.svg#a"/>'),
        svg('<use href="data:image/svg+xml;base64,AAAA"/>'),
        svg('<rect fill="url(https://far.example/#a)"/>'),
        svg("<style>@import '//far.example/x.css';</style>"),
        svg("<style>a{background:u\\72l(//far.example)}</style>"),
        svg("<style><![CDATA[a{background:url('//far.example/x')}]]></style>"),
        svg('<set attributeName="xlink:href" to="javascript:alert(1)"/>'),
        svg('<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>'),
        b"<!DOCTYPE svg>" + svg(),
        b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + svg("&b;"),
        b'<?xml-stylesheet href="//far.example/x.css"?>' + svg(),
    ],
)
def test_a_drawing_that_does_more_is_kept_and_not_shown(data: bytes) -> None:
    found = check_picture(data, "logo.svg", allow_svg=True)
    assert (found.shown, found.warnings) == (False, ("svg-active",))
    assert found.original.name.endswith("-0x0.svg")
    assert render(data, "logo", allow_svg=True) == []
    assert public_names(found.original.name, "logo") == ()


def test_a_drawing_may_refer_to_itself() -> None:
    inside = '<style>a{fill:url(#g)}</style><use href="#a"/><image href="data:image/png;base64,AAAA"/>'
    assert check_picture(svg(inside + '<rect fill="url(#g)"/>'), allow_svg=True).shown


@pytest.mark.parametrize("data", [svg("<g>"), svg("&unknown;"), b"<svg", b"<svg " + b"\xff\xfe" * 9 + b"/>"])
def test_a_broken_drawing_is_damaged(data: bytes) -> None:
    assert refused(data, allow_svg=True).code in {"damaged", "not-a-picture"}
