"""What names a talk for ever: key, slug, guid and number; each is given once and then kept."""

import uuid
from collections.abc import Callable, Collection

from django.utils.text import slugify

from texts.folding import fold

# uuid5 of the DNS name space and "lectern.invalid": the root of every guid that we give.
NAMESPACE = uuid.UUID("ccde9946-f071-59d3-bd23-4dc3c5330fd2")
LARGEST_NUMBER = 2**31 - 1


def guid_of(series: str, edition: str, key: str) -> uuid.UUID:
    """The guid of a record, from the keys of its series and edition and its own."""
    return uuid.uuid5(NAMESPACE, f"{series}/{edition}/{key}")


def free_number(guid: uuid.UUID, taken: Collection[int]) -> int:
    """A positive 31-bit number from the guid; the next free one if it is taken."""
    number = guid.int % LARGEST_NUMBER + 1
    while number in taken:
        number = number % LARGEST_NUMBER + 1
    return number


def slug_of(words: str, prefix: str, guid: uuid.UUID) -> str:
    """``words`` made a slug; without any letter or digit left, ``prefix`` and 8 hex digits of the guid."""
    return slugify(fold(words))[:200].strip("-_") or f"{prefix}-{guid.hex[:8]}"


def free_slug(slug: str, is_taken: Callable[[str], bool]) -> str:
    """The slug, or with -2, -3, … the first that is free."""
    if not is_taken(slug):
        return slug
    count = 2
    while is_taken(f"{slug}-{count}"):
        count += 1
    return f"{slug}-{count}"
