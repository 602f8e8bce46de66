"""A stored name says all that a page needs, and nothing private is public."""

import pytest

from attachments.documents import BadDocument, check_document
from attachments.names import (
    clean_name,
    document_name,
    is_public,
    media_type,
    public_names,
    read_original,
)

DIGEST = "0123456789abcdef" * 4


def test_a_name_is_read_back() -> None:
    name = f"originals/01/{DIGEST}-400x300.jpg"
    original = read_original(name)
    assert original is not None
    assert (original.digest, original.width, original.height, original.extension) == (DIGEST, 400, 300, "jpg")
    assert original.name == name


@pytest.mark.parametrize(
    "name", ["", "speakers/ada.jpg", f"originals/01/{DIGEST}.jpg", "originals/01/x-1x1.jpg"]
)
def test_other_names_are_none_of_ours(name: str) -> None:
    assert read_original(name) is None
    assert public_names(name, "portrait") == ()


def test_public_files_behind_a_stored_name() -> None:
    assert public_names(f"originals/01/{DIGEST}-150x300.jpg", "portrait") == (
        "renditions/0123456789abcdef-portrait-96.webp",
        "renditions/0123456789abcdef-portrait-96.jpg",
        "renditions/0123456789abcdef-portrait-192.webp",
        "renditions/0123456789abcdef-portrait-192.jpg",
    )
    assert public_names(f"originals/01/{DIGEST}-0x0.svg", "logo") == ()
    document = "documents/0123456789abcdef/talk.pdf"
    assert public_names(document) == (document,)


@pytest.mark.parametrize(
    "name, public",
    [
        (f"originals/01/{DIGEST}-400x300.jpg", False),
        ("renditions/0123456789abcdef-portrait-96.webp", True),
        ("renditions/0123456789abcdef-portrait-96.html", False),
        ("renditions/../originals/01/x.jpg", False),
        ("documents/0123456789abcdef/talk.pdf", True),
        ("documents/0123456789abcdef/talk.html", False),
        ("documents/0123456789abcdef/../../originals/x.jpg", False),
        ("incoming/0/documents/0123456789abcdef/talk.pdf", False),
    ],
)
def test_what_anybody_may_fetch(name: str, public: bool) -> None:
    assert is_public(name) is public


@pytest.mark.parametrize(
    "name, expected",
    [
        ("a.JPG", ("image/jpeg", True)),
        ("a.svg", ("image/svg+xml", True)),
        ("a.pdf", ("application/pdf", True)),
        ("a.tar.gz", ("application/gzip", False)),
        ("a.txt", ("text/plain; charset=utf-8", False)),
        ("a.mp4", ("video/mp4", False)),
        ("a.html", None),
        ("a.gz", None),
        ("a", None),
    ],
)
def test_types_come_from_a_fixed_table(name: str, expected: tuple[str, bool] | None) -> None:
    assert media_type(name) == expected


@pytest.mark.parametrize(
    "name, expected",
    [
        ("My Slides (final).PDF", "My-Slides-final.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\talks\\a.pdf", "a.pdf"),
        ("発表資料.pdf", "発表資料.pdf"),
        ("Łódź 2024.tar.gz", "Łódź-2024.tar.gz"),
        ("a\x00b\u202e.pdf", "a-b.pdf"),
        ("….pdf", "file.pdf"),
        ("-rf.pdf", "rf.pdf"),
        ("a.b.c.pdf", "a-b-c.pdf"),
        (".pdf", "pdf"),
    ],
)
def test_names_are_cleaned(name: str, expected: str) -> None:
    assert clean_name(name) == expected


def test_long_names_are_cut_between_letters() -> None:
    name = document_name(DIGEST, "資" * 200 + ".pdf")
    assert name == "documents/0123456789abcdef/" + "資" * 32 + ".pdf"


@pytest.mark.parametrize(
    "name, size, code",
    [
        ("a.html", 5, "extension"),
        ("a.svg", 5, "extension"),
        ("a.pdf.exe", 5, "extension"),
        ("noext", 5, "extension"),
        ("a.pdf", 0, "empty"),
        ("a.pdf", 100_000_001, "too-big-file"),
    ],
)
def test_documents_that_are_refused(name: str, size: int, code: str) -> None:
    with pytest.raises(BadDocument) as refused:
        check_document(name, size)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["a.pdf", "a.PPTX", "a.key", "a.tar.gz", "a.ipynb", "発表.mp4"])
def test_documents_that_are_taken(name: str) -> None:
    check_document(name, 100_000_000)
