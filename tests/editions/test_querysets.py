"""Editions and pages in the words of the field."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.utils import timezone

from editions.models import Edition, EditionEditor, Page
from tests import factories

pytestmark = pytest.mark.django_db


def make(key: str, first: date | None = None, last: date | None = None, **given: object) -> Edition:
    return factories.make_edition(key=key, starts_on=first, ends_on=last, **given)


def keys(editions: object) -> list[str]:
    return [one.key for one in editions]  # type: ignore[attr-defined]


@pytest.fixture
def three() -> list[Edition]:
    return [make(f"tide-{state}", state=state) for state in ("draft", "published", "frozen")]


@pytest.mark.usefixtures("three")
def test_who_sees_drafts() -> None:
    public, all_of_them = ["tide-frozen", "tide-published"], ["tide-draft", "tide-frozen", "tide-published"]
    visitor = User.objects.create_user("reader")
    assert sorted(keys(Edition.objects.published())) == public
    for user in (None, AnonymousUser(), visitor, editor_of(), editor_of("tide-published")):
        assert sorted(keys(Edition.objects.visible_to(user))) == public
    for user in (editor_of("tide-draft"), everywhere(), factories.make_organizer()):
        assert sorted(keys(Edition.objects.visible_to(user))) == all_of_them


@pytest.mark.usefixtures("three")
def test_who_works_where() -> None:
    visitor, retired = User.objects.create_user("reader"), everywhere()
    EditionEditor.objects.create(edition=Edition.objects.get(key="tide-frozen"), user=visitor)
    retired.is_active = False
    editor_of("tide-published")
    assert keys(Edition.objects.open_to(editor_of("tide-published"))) == ["tide-published"]
    for all_round in (everywhere(), factories.make_organizer()):
        assert len(Edition.objects.open_to(all_round)) == 3
    for nobody in (None, AnonymousUser(), visitor, editor_of(), retired):
        assert keys(Edition.objects.open_to(nobody)) == []


def editor_of(*editions: str) -> User:
    """A member of staff who is given these editions and no others."""
    user = User.objects.create_user(f"editor-{User.objects.count()}", is_staff=True)
    for key in editions:
        EditionEditor.objects.create(edition=Edition.objects.get(key=key), user=user)
    return user


def everywhere() -> User:
    """A member of staff who works in every edition."""
    user = editor_of()
    user.user_permissions.add(Permission.objects.get(codename="every_edition"))
    return user


def test_newest_first_begins_with_what_has_no_date() -> None:
    make("tide-29", date(2029, 5, 1))
    make("tide-31", date(2031, 5, 1))
    make("tide-30b", date(2030, 5, 1), number=11)
    make("tide-30c", date(2030, 5, 1), number=12)
    make("tide-later")
    expected = ["tide-later", "tide-31", "tide-30c", "tide-30b", "tide-29"]
    assert keys(Edition.objects.newest_first()) == expected
    assert keys(Edition.objects.published().newest_first()) == expected


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


# In UTC, the 3rd in Honolulu ends at ten on the 4th, and the 1st in Auckland at noon on the 1st.
MOMENTS = [
    (utc(2030, 4, 30), "tide-30", ["tide-30", "tide-31"]),
    (utc(2030, 5, 1), "tide-30", ["tide-30", "tide-31"]),
    (utc(2030, 5, 4, 9), "tide-30", ["tide-30", "tide-31"]),
    (utc(2030, 5, 4, 10), "tide-31", ["tide-31"]),
    (utc(2031, 6, 1, 11), "tide-31", ["tide-31"]),
    (utc(2031, 6, 1, 12), "tide-31", []),
    (utc(2040, 1, 1), "tide-31", []),
]


@pytest.mark.parametrize(("at", "current", "ahead"), MOMENTS)
def test_the_current_edition_before_during_and_after(at: datetime, current: str, ahead: list[str]) -> None:
    make("tide-29", date(2029, 5, 1), date(2029, 5, 3))
    make("tide-30", date(2030, 5, 1), date(2030, 5, 3), timezone="Pacific/Honolulu")
    make("tide-31", date(2031, 6, 1), timezone="Pacific/Auckland")  # one day
    make("tide-later")
    found = Edition.objects.current(at)
    assert (found and found.key, keys(Edition.objects.ahead(at))) == (current, ahead)


def test_no_edition_is_current_where_there_is_none() -> None:
    assert Edition.objects.current() is None
    make("tide-draft", date(2031, 5, 1), state="draft")
    assert Edition.objects.published().current() is None


def test_an_edition_without_dates_is_current_where_there_is_no_other() -> None:
    later = make("tide-later")
    assert Edition.objects.current(utc(2031, 5, 1)) == later
    assert (later.starts_on, later.ends_on) == (None, None)
    assert list(Edition.objects.ahead(utc(2031, 5, 1))) == []
    talk = factories.make_talk(edition=later, starts_at=None)
    assert list(later.talks.unscheduled()) == [talk]


def test_today_is_the_day_where_none_is_named() -> None:
    today = timezone.now().date()
    make("tide-past", today - timedelta(days=9), today - timedelta(days=8))
    now = make("tide-now", today - timedelta(days=1), today + timedelta(days=1))
    make("tide-next", today + timedelta(days=30))
    assert Edition.objects.current() == now
    assert keys(Edition.objects.ahead()) == ["tide-now", "tide-next"]


def test_pages_that_a_visitor_sees() -> None:
    draft, shown = make("tide-draft", state="draft"), make("tide-shown")
    factories.make_page(edition=draft, title="Hidden")
    factories.make_page(edition=shown, title="Venue", position=2)
    factories.make_page(edition=shown, title="Call", position=1)
    factories.make_page(title="About")
    factories.make_page(title="Imprint", in_menu=False, position=9)
    factories.make_page(title="Soon", state="draft")
    visitor = AnonymousUser()
    assert [one.title for one in Page.objects.visible_to(visitor)] == ["About", "Call", "Venue", "Imprint"]
    assert [one.title for one in Page.objects.visible_to(None).in_menu()] == ["About", "Call", "Venue"]
    assert sorted(one.title for one in Page.objects.visible_to(editor_of("tide-draft"))) == [
        "About",
        "Call",
        "Hidden",
        "Imprint",
        "Venue",
    ]
    assert Page.objects.visible_to(editor_of("tide-shown")).count() == 4
    assert Page.objects.visible_to(everywhere()).count() == 6
