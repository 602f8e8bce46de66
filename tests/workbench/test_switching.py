"""The edition in which somebody works: chosen in the header, remembered, never one that isn't open to them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from lxml import html

from editions.models import Edition, EditionEditor
from tests import factories
from workbench.switching import working_edition

pytestmark = pytest.mark.django_db
DISTANCE = timedelta(days=30)


@pytest.fixture
def editions() -> list[Edition]:
    """One that is over, one to come, one that isn't this editor's."""
    today = timezone.now().date()
    past, ahead = ({"starts_on": one, "ends_on": one} for one in (today - DISTANCE, today + DISTANCE))
    return [
        factories.make_edition(key="tide-past", title="Ebb & Flood", **past),
        factories.make_edition(key="tide-next", title="潮", state="draft", **ahead),
        factories.make_edition(key="tide-other", title="Neap", starts_on=today, state="draft"),
    ]


@pytest.fixture
def editor(editions: list[Edition]) -> User:
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_talk"))
    for edition in editions[:2]:
        EditionEditor.objects.create(edition=edition, user=user)
    return user


@pytest.fixture
def desk(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def offered(client: Client, address: str = "/admin/") -> tuple[list[str], str]:
    """The editions in the header, and the one that is chosen."""
    page = html.document_fromstring(client.get(address).content.decode())
    (select,) = page.xpath("//header//select[@name='edition']")
    return [" ".join(one.text.split()) for one in select.xpath("option")], select.value


def choose(client: Client, key: str, back: str = "") -> tuple[int, str]:
    answer = client.post(reverse("admin:switch"), {"edition": key, "next": back})
    return answer.status_code, answer.headers.get("Location", "")


def test_it_begins_with_the_current_one_of_those_that_are_open(desk: Client) -> None:
    assert offered(desk) == (["tide-next · 潮", "tide-past · Ebb & Flood"], "tide-next")


def test_a_choice_is_remembered_and_leads_back(desk: Client) -> None:
    talks = reverse("admin:talks_talk_changelist")
    assert choose(desk, "tide-past", f"{talks}?q=a") == (302, f"{talks}?q=a")
    assert offered(desk, talks)[1] == "tide-past"
    assert choose(desk, "tide-past") == (302, "/admin/")


def test_it_leads_to_the_same_page_of_the_chosen_edition(desk: Client, editions: list[Edition]) -> None:
    past, following, _other = editions
    talks = reverse("admin:talks_talk_changelist")
    assert choose(desk, "tide-past", f"{talks}?edition__id__exact={following.pk}&state=draft")[1] == (
        f"{talks}?edition__id__exact={past.pk}&state=draft"
    )
    assert choose(desk, "tide-past", reverse("admin:check", args=["tide-next"]))[1] == reverse(
        "admin:check", args=["tide-past"]
    )


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_it_leads_nowhere_else(desk: Client, back: str) -> None:
    assert choose(desk, "tide-past", back) == (302, "/admin/")


@pytest.mark.parametrize("key", ["tide-other", "tide-none", "", "\x00"])
def test_one_that_is_not_open_is_not_found(desk: Client, key: str) -> None:
    assert choose(desk, key)[0] == 404
    assert offered(desk)[1] == "tide-next"


def test_what_is_taken_away_is_forgotten(desk: Client, editor: User) -> None:
    choose(desk, "tide-past")
    EditionEditor.objects.filter(edition__key="tide-past").delete()
    assert offered(desk) == (["tide-next · 潮"], "tide-next")
    EditionEditor.objects.all().delete()
    assert "edition-switch" not in desk.get("/admin/").content.decode()


def test_only_a_post_by_staff_switches(desk: Client) -> None:
    assert desk.get(reverse("admin:switch")).status_code == 405
    assert choose(Client(), "tide-past")[1].startswith("/admin/login/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert choose(strict, "tide-past")[0] == 403


CALENDARS = [
    [],
    [(None, None)],
    [(-400, -398), (-30, -29)],
    [(-30, -29), (30, 31), (60, None)],
    [(-1, 1), (30, 31)],
    [(0, None), (-1, None)],
    [(None, None), (-9, None)],
]


@pytest.mark.parametrize("days", CALENDARS)
def test_the_current_one_is_that_of_the_querysets(days: list[tuple[int | None, int | None]]) -> None:
    """Told from the editions at hand, without asking the database again."""
    today = timezone.now().date()

    def day(after: int | None) -> date | None:
        return None if after is None else today + timedelta(days=after)

    for number, (first, last) in enumerate(days):
        zone = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata")[number]
        factories.make_edition(starts_on=day(first), ends_on=day(last), timezone=zone)
    request = RequestFactory().get("/")
    request.user, request.session = factories.make_organizer(), {}  # type: ignore[assignment]
    assert working_edition(request) == Edition.objects.current()


def test_a_visitor_works_nowhere() -> None:
    factories.make_edition()
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
    assert working_edition(request) is None
