"""What names a talk for ever: guid, number, slug and key."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks.identity import (
    LARGEST_NUMBER,
    NAMESPACE,
    free_number,
    free_slug,
    guid_of,
    slug_of,
)
from talks.models import Talk, random_number
from tests import factories

NEAP = uuid.UUID("6d8ce5ac-37d0-5282-b24d-cdb791c6b7d7")
NUMBER_OF_NEAP = 1_108_003_514


def test_the_guid_is_that_of_the_keys() -> None:
    assert uuid.uuid5(uuid.NAMESPACE_DNS, "lectern.invalid") == NAMESPACE
    assert guid_of("tidewater", "tide-31", "01-neap") == NEAP
    assert guid_of("tidewater", "tide-31", "Прилив") != guid_of("tidewater", "tide-30", "Прилив")


def test_the_number_comes_from_the_guid_and_steps_aside() -> None:
    assert free_number(NEAP, ()) == NUMBER_OF_NEAP
    assert free_number(NEAP, {NUMBER_OF_NEAP}) == NUMBER_OF_NEAP + 1
    assert free_number(NEAP, {NUMBER_OF_NEAP, NUMBER_OF_NEAP + 1, NUMBER_OF_NEAP + 3}) == NUMBER_OF_NEAP + 2
    last = uuid.UUID(int=LARGEST_NUMBER - 1)
    assert (free_number(last, ()), free_number(last, {LARGEST_NUMBER})) == (LARGEST_NUMBER, 1)
    assert free_number(uuid.UUID(int=0), ()) == 1
    assert 1 <= random_number() <= LARGEST_NUMBER


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Reading the Tide Tables", "reading-the-tide-tables"),
        ("Marée haute: l'été", "maree-haute-lete"),
        ("  Ebb & Flood!  ", "ebb-flood"),
        ("潮汐表を読む", "talk-HEX"),
        ("Прилив", "talk-HEX"),
        ("مد و جزر", "talk-HEX"),
        ("", "talk-HEX"),
        ("…", "talk-HEX"),
        ("_-_", "talk-HEX"),
        ("潮 31", "31"),
        ("x" * 255, "x" * 200),
    ],
)
def test_a_slug_of_a_title(title: str, slug: str) -> None:
    assert slug_of(title, "talk", NEAP) == slug.replace("HEX", NEAP.hex[:8])


def test_a_slug_that_is_taken_is_counted_on() -> None:
    taken = {"break", "break-2", "break-4"}
    assert free_slug("break", taken.__contains__) == "break-3"
    assert free_slug("lunch", taken.__contains__) == "lunch"


@pytest.mark.django_db
def test_ten_breaks_have_ten_names() -> None:
    edition, kind = factories.make_edition(), factories.make_type(key="break", label="Break", kind="break")
    breaks = [factories.make_talk(edition=edition, type=kind, title=title) for title in ("Break", "") * 5]
    slugs = ["break", *(f"break-{number}" for number in range(2, 11))]
    assert [one.slug for one in breaks] == [one.key for one in breaks] == slugs
    assert len({one.guid for one in breaks}) == len({one.number for one in breaks}) == 10
    assert factories.make_talk(type=kind, title="Break").slug == "break"


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["潮汐表を読む", "Прилив"])
def test_a_title_without_latin_letters(title: str) -> None:
    talk = factories.make_talk(title=title)
    assert talk.slug.startswith("talk-")
    assert (len(talk.slug), talk.key) == (13, talk.slug)


@pytest.mark.django_db
def test_identity_is_given_once() -> None:
    factories.make_series(key="tidewater")
    edition = factories.make_edition(key="tide-31")
    talk = factories.make_talk(edition=edition, key="01-neap", title="Neap")
    assert (talk.slug, talk.guid, talk.number) == ("neap", NEAP, NUMBER_OF_NEAP)
    talk.title, talk.key = "Ebb", "02-ebb"
    talk.full_clean()
    talk.save()
    talk.refresh_from_db()
    assert (talk.slug, talk.guid, talk.number) == ("neap", NEAP, NUMBER_OF_NEAP)


@pytest.mark.django_db
def test_a_number_that_is_taken_steps_aside() -> None:
    factories.make_series(key="tidewater")
    first = factories.make_talk()
    Talk.objects.filter(pk=first.pk).update(number=NUMBER_OF_NEAP)
    edition = factories.make_edition(key="tide-31")
    assert factories.make_talk(edition=edition, key="01-neap").number == NUMBER_OF_NEAP + 1


@pytest.mark.django_db
def test_a_guid_that_is_taken_is_refused() -> None:
    """A key was given up and is asked for again: its guid still names the first talk."""
    factories.make_series(key="tidewater")
    edition = factories.make_edition(key="tide-31")
    first = factories.make_talk(edition=edition, key="01-neap", title="Neap")
    Talk.objects.filter(pk=first.pk).update(key="02-ebb", slug="ebb")
    again = Talk(edition=edition, type=first.type, key="01-neap", title="Neap")
    with pytest.raises(ValidationError) as caught:
        again.full_clean()
    assert list(caught.value.message_dict) == ["guid"]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_cleaning_asks_the_same_number_of_queries(count: int) -> None:
    edition, kind = factories.make_edition(), factories.make_type()
    for _ in range(count):
        factories.make_talk(edition=edition, type=kind)
    talk = Talk(edition=edition, type=kind, title="Neap")
    with CaptureQueriesContext(connection) as queries:
        talk.clean()
    assert len(queries) == 5
