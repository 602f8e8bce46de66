"""The rules of the series, its editions and their parts: constraints, keys, names, addresses."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.urls import get_resolver, reverse

from editions.models import (
    CommitteeMember,
    Edition,
    EditionEditor,
    ImportantDate,
    Page,
    Redirect,
    Room,
    Series,
    Track,
)
from editions.models.edition import RESERVED_KEYS
from editions.models.pages import RESERVED_SLUGS
from tests import factories

pytestmark = pytest.mark.django_db


def breaks(row: models.Model, constraint: str, columns: str = "") -> None:
    """The database refuses the row: PostgreSQL names the constraint, SQLite it or its columns."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save()
    said = str(caught.value)
    assert constraint in said or (connection.vendor == "sqlite" and columns and columns in said)


def messages(row: models.Model) -> dict[str, list[str]]:
    """What a form says of the row."""
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.message_dict


# One series


def test_there_is_one_series() -> None:
    assert Series.objects.the_one().name == "Lectern"
    assert not Series.objects.exists()
    series = factories.make_series()
    assert Series.objects.the_one() == series
    series.full_clean()
    assert messages(Series(key="second", name="Second")) == {
        "__all__": ["The series is there already: change it instead."]
    }
    assert str(series) == "Tidewater Workshops"
    assert series.get_absolute_url() == "/"


def test_a_series_has_a_key() -> None:
    breaks(Series(key="", name="Nameless"), "series_has_a_key")


@pytest.mark.parametrize(("colour", "fine"), [("#8a3218", True), ("", True), ("#8a3", False), ("red", False)])
def test_colours(colour: str, fine: bool) -> None:
    series = Series(name="Tidewater", accent=colour)
    if fine:
        series.full_clean()
    else:
        said = ["Write a colour as # and six hexadecimal digits: #8a3218."]
        assert messages(series)["accent"] == said


# Editions


@pytest.mark.parametrize("key", ["tide", "neurips-19", "t_31", "a" * 60, "2031"])
def test_keys_that_are_fine(key: str) -> None:
    factories.make_edition(key=key)


@pytest.mark.parametrize("key", ["", "abc", "a" * 61, "Tide-31", "tide 31", "tide/31", "прилив"])
def test_keys_that_are_none(key: str) -> None:
    assert "key" in messages(Edition(key=key))


@pytest.mark.parametrize("key", sorted(one for one in RESERVED_KEYS if len(one) >= 4))
def test_keys_of_the_site_itself(key: str) -> None:
    said = f"“{key}” is an address of the site itself: choose another key."
    assert messages(Edition(key=key)) == {"key": [said]}


def first_words() -> set[str]:
    """The first words of all of the site's own addresses."""
    patterns = [str(one.pattern) for one in get_resolver().url_patterns]
    website = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "website")
    patterns += [str(one.pattern) for one in website.url_patterns]  # type: ignore[union-attr]
    return {word for one in patterns if (word := one.lstrip("^").partition("/")[0]) and "<" not in word}


def test_no_edition_can_stand_in_the_place_of_a_page() -> None:
    open_to_editions = {one for one in first_words() if one.replace("_", "").replace("-", "").isalnum()}
    assert {one for one in open_to_editions if len(one) >= 4} <= RESERVED_KEYS


def test_an_edition_needs_an_end_after_its_start() -> None:
    edition = Edition(key="tide-31", starts_on=date(2031, 5, 15), ends_on=date(2031, 5, 14))
    assert messages(edition) == {"ends_on": ["The last day is before the first."]}
    breaks(edition, "edition_ends_after_it_starts")
    edition.ends_on = edition.starts_on
    edition.full_clean()


def test_an_edition_without_dates_is_fine() -> None:
    edition = factories.make_edition(starts_on=None, ends_on=None)
    assert (edition.starts_on, str(edition)) == (None, edition.key)


def test_an_edition_takes_the_zone_of_the_site(settings: Any) -> None:
    settings.DEFAULT_ZONE = "Asia/Kolkata"
    assert Edition(key="tide-31").timezone == "Asia/Kolkata"
    assert "timezone" in messages(Edition(key="tide-31", timezone="Nowhere/City"))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"title": "Tide 2031", "host_short": "SEA"}, "Tide 2031"),
        ({"host_short": "SEA 31"}, "SEA 31"),
        ({}, "tide-31"),
    ],
)
def test_an_edition_is_called(given: dict[str, str], name: str) -> None:
    assert Edition(key="tide-31", **given).name == name


def test_numbers_need_not_be_unique() -> None:
    assert factories.make_edition(number=11).number == factories.make_edition(number=11).number == 11


# Parts


@pytest.mark.parametrize(
    ("make", "constraint", "columns"),
    [
        (
            lambda e: Room(edition=e, key="a", name="a", slug="b"),
            "room_key_once_an_edition",
            "editions_room.key",
        ),
        (
            lambda e: Room(edition=e, key="b", name="b", slug="a"),
            "room_slug_once_an_edition",
            "editions_room.slug",
        ),
        (
            lambda e: Track(edition=e, key="a", name="a", slug="b"),
            "track_key_once_an_edition",
            "editions_track.key",
        ),
        (
            lambda e: Track(edition=e, key="b", name="b", slug="a"),
            "track_slug_once_an_edition",
            "editions_track.slug",
        ),
        (
            lambda e: ImportantDate(edition=e, key="a"),
            "importantdate_key_once_an_edition",
            "importantdate.key",
        ),
        (lambda e: Page(edition=e, slug="a", title="b"), "page_slug_once_an_edition", "editions_page.slug"),
        (lambda _e: Page(slug="a", title="b"), "page_slug_once_in_the_series", "editions_page.slug"),
    ],
)
def test_names_are_given_once_an_edition(
    make: Callable[[Edition], models.Model], constraint: str, columns: str
) -> None:
    for edition in (factories.make_edition(), factories.make_edition()):
        for factory in (factories.make_room, factories.make_track):
            factory(edition=edition, key="a", slug="a")
        factories.make_date(edition=edition, key="a")
        factories.make_page(edition=edition, slug="a")
    factories.make_page(slug="a")
    row = make(edition)
    assert [len(said) for said in messages(row).values()] == [1] * len(messages(row))
    breaks(row, constraint, columns)


def test_somebody_edits_an_edition_once() -> None:
    edition = factories.make_edition()
    user = factories.make_editor(edition=edition, username="mira")
    twice = EditionEditor(edition=edition, user=user)
    assert messages(twice) == {"__all__": ["Editor with this Edition and User already exists."]}
    breaks(twice, "editioneditor_once_an_edition", "editions_editioneditor.user_id")
    assert str(twice) == f"mira · {edition.key}"


def test_parts_are_called_by_their_names() -> None:
    edition = factories.make_edition()
    assert str(factories.make_room(edition=edition, name="Зал 1")) == "Зал 1"
    assert str(factories.make_track(edition=edition, name="Currents")) == "Currents"
    assert str(factories.make_date(edition=edition, label="Papers due")) == "Papers due"
    assert str(factories.make_sponsor(edition=edition, name="Lantern")) == "Lantern"
    assert str(factories.make_member(name="陈 美玲")) == "陈 美玲"
    assert str(factories.make_page(title="Venue")) == "Venue"


def test_dates_stand_in_order_and_those_to_be_announced_last() -> None:
    edition = factories.make_edition()
    for key, day in (("later", None), ("second", date(2031, 3, 1)), ("first", date(2031, 2, 1))):
        factories.make_date(edition=edition, key=key, date=day)
    assert [one.key for one in edition.dates.all()] == ["first", "second", "later"]


def test_the_committee_stands_in_the_order_of_its_files() -> None:
    for key, position in (("20-b", 0), ("10-a", 0), ("", 1)):
        factories.make_member(key=key, position=position)
    assert [one.key for one in CommitteeMember.objects.all()] == ["10-a", "20-b", ""]


# Pages and redirects


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_a_page_of_an_edition_leaves_its_addresses_alone(slug: str) -> None:
    page = Page(edition=factories.make_edition(), slug=slug, title="x")
    said = f"“{slug}” is an address that every edition has: choose another slug."
    assert messages(page) == {"slug": [said]}
    Page(slug=slug, title="x").full_clean()


def test_no_page_can_stand_in_the_place_of_an_edition_s_own() -> None:
    website = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "website")
    patterns = [str(one.pattern) for one in website.url_patterns]  # type: ignore[union-attr]
    second = {one.split("/")[1] for one in patterns if one.startswith("<edition:edition>/")}
    assert {word for word in second if word.isalnum()} <= RESERVED_SLUGS


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("/a", "/a", "new_path", "Write another path of this site."),
        ("/a", "//evil.example/", "new_path", "Write another path of this site."),
        ("a", "/b", "__all__", "Write both paths from the root of this site, beginning with “/”."),
        (
            "/a",
            "https://evil.example/",
            "__all__",
            "Write both paths from the root of this site, beginning with “/”.",
        ),
    ],
)
def test_redirects_lead_elsewhere_on_this_site(old: str, new: str, field: str, said: str) -> None:
    assert messages(Redirect(old_path=old, new_path=new)) == {field: [said]}


@pytest.mark.parametrize(
    ("old", "new"), [("/a/", "/a"), ("/b", "/b/?x=1"), ("/c/", "/c/#top"), ("/one", "/two/")]
)
def test_redirects_never_lead_back(old: str, new: str) -> None:
    Redirect.objects.create(old_path="/two/", new_path="/three/")
    Redirect.objects.create(old_path="/three", new_path="/one/")
    assert messages(Redirect(old_path=old, new_path=new)) == {
        "new_path": ["Write another path of this site."]
    }
    Redirect(old_path="/four/", new_path="/five").full_clean()


@pytest.mark.parametrize("year", [1899, 2201, 1, 9999])
def test_a_programme_is_in_years_that_have_moments(year: int) -> None:
    said = ["Write a year from 1900 to 2200."]
    edition = Edition(key="tide-31", starts_on=date(year, 12, 31), ends_on=date(year, 12, 31))
    assert messages(edition) == {"starts_on": said, "ends_on": said}


def test_redirects_begin_at_the_root_and_once() -> None:
    breaks(Redirect(old_path="a", new_path="/b"), "redirect_from_root_to_root")
    breaks(Redirect(old_path="/a", new_path="b"), "redirect_from_root_to_root")
    first = Redirect.objects.create(old_path="/2019/talk.html", new_path="/tide-19/")
    assert str(first) == "/2019/talk.html"
    breaks(Redirect(old_path="/2019/talk.html", new_path="/"), "old_path", "editions_redirect.old_path")


# Addresses and dumps


def test_addresses() -> None:
    edition = factories.make_edition(key="tide-31")
    assert edition.get_absolute_url() == "/tide-31/"
    assert factories.make_room(edition=edition, slug="loft").get_absolute_url() == "/tide-31/rooms/loft/"
    assert factories.make_page(edition=edition, slug="venue").get_absolute_url() == "/tide-31/venue/"
    assert factories.make_page(slug="about").get_absolute_url() == "/pages/about/"
    assert reverse("website:home") == "/"


def test_a_dump_by_natural_keys_comes_back(tmp_path: Path) -> None:
    """The dump names no primary key, so it fits a database that numbers its rows otherwise."""
    factories.make_series()
    edition = factories.make_edition(key="tide-31", title="Прилив", starts_on=None, ends_on=None)
    factories.make_room(edition=edition, key="Зал", slug="zal")
    factories.make_track(edition=edition, key="潮", slug="chao")
    factories.make_date(edition=edition, key="deadline")
    talk = factories.make_talk(edition=edition, key="neap", title="Neap", room=edition.rooms.get())
    factories.make_appearance(talk=talk, speaker=factories.make_speaker(slug="nerida", name="Nérida"))
    factories.make_appearance(talk=talk, speaker=None)
    dumped = dump()
    (tmp_path / "dump.json").write_text(dumped, encoding="utf-8")
    Edition.objects.all().delete()
    filler = factories.make_edition()
    factories.make_talk(edition=filler)
    call_command("loaddata", str(tmp_path / "dump.json"), verbosity=0)
    filler.delete()
    back = Edition.objects.get()
    assert (back.pk != edition.pk, back.title, back.starts_on) == (True, "Прилив", None)
    found = back.talks.get()
    assert (found.starts_at, found.guid, found.number) == (talk.starts_at, talk.guid, talk.number)
    assert (found.room and found.room.key, found.title_folded) == ("Зал", "neap")
    assert [one.speaker and one.speaker.name for one in found.appearances.all()] == ["Nérida", None]


def dump() -> str:
    out = StringIO()
    call_command(
        "dumpdata", "editions", "speakers", "talks", "--natural-foreign", "--natural-primary", stdout=out
    )
    return out.getvalue()
