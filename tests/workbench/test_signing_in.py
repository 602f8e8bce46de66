"""Sign-in is throttled by account and address together; nobody locks a venue out, nor an organizer from elsewhere."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.core.management import call_command
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import factories
from workbench.signing_in import address_of, name_of

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "correct horse battery", "wrong horse battery"
VENUE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def people() -> None:
    factories.make_organizer(username="ines", password=RIGHT)
    factories.make_organizer(username="Łukasz", password=RIGHT)


def sign_in(name: str, password: str, address: str = VENUE, **headers: str) -> Any:
    """A try from a browser that nobody has seen before."""
    posted = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post(reverse("admin:login"), posted, headers=headers)


def fail(name: str, times: int, address: str = VENUE, **headers: str) -> list[int]:
    return [sign_in(name, WRONG, address, **headers).status_code for _ in range(times)]


def test_the_fifth_failure_locks_the_account_at_that_address_alone() -> None:
    assert fail("ines", 4) == [200, 200, 200, 200]
    assert sign_in("ines", RIGHT).status_code == 302
    assert fail("ines", 5) == [200, 200, 200, 200, 429]
    assert sign_in("ines", RIGHT).status_code == 429
    assert sign_in("ines", RIGHT, ELSEWHERE).status_code == 302
    assert sign_in("Łukasz", RIGHT).status_code == 302


def test_an_account_that_is_not_there_is_locked_like_one_that_is() -> None:
    assert fail("nobody", 5) == fail("ines", 5)


def test_the_page_says_when_to_try_again() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail("ines", 5)
        clock.shift(timedelta(minutes=4))
        page = sign_in("ines", RIGHT)
        assert (page.status_code, page["Retry-After"]) == (429, str(11 * 60))
        words = page.content.decode()
        assert "Try again in 11 minutes." in words and 'id="header"' in words and "ines" not in words
        clock.shift(timedelta(minutes=10, seconds=30))
        assert "Try again in 1 minute." in sign_in("ines", RIGHT).content.decode()
        clock.shift(timedelta(seconds=31))
        assert sign_in("ines", RIGHT).status_code == 302


def test_trying_on_does_not_prolong_the_lock() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail("ines", 5)
        for _ in range(3):
            clock.shift(timedelta(minutes=4))
            assert fail("ines", 3) == [429, 429, 429]
        clock.shift(timedelta(minutes=3, seconds=1))
        assert sign_in("ines", RIGHT).status_code == 302


@override_settings(SIGN_INS_AN_ADDRESS=20)
def test_far_more_failures_lock_an_address() -> None:
    assert {code for number in range(19) for code in fail(f"guess-{number}", 1)} == {200}
    assert sign_in("ines", RIGHT).status_code == 302
    assert fail("guess-20", 1) == [429]
    assert sign_in("ines", RIGHT).status_code == 429
    assert sign_in("ines", RIGHT, ELSEWHERE).status_code == 302


@override_settings(SIGN_INS_AN_ADDRESS=20)
def test_a_success_clears_the_failures_of_its_own_account_alone() -> None:
    fail("ines", 4)
    assert sign_in("Łukasz", RIGHT).status_code == 302
    assert fail("ines", 1) == [429]


def test_forged_addresses_do_not_help() -> None:
    forged = [sign_in("ines", WRONG, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(5)]
    assert forged == [200, 200, 200, 200, 429]


@override_settings(TRUSTED_PROXIES=1)
def test_what_a_trusted_proxy_appends_is_believed() -> None:
    """The proxy appends the address that it sees; what the sender wrote stands before it."""
    for number in range(5):
        sign_in("ines", WRONG, "127.0.0.1", **{"X-Forwarded-For": f"192.0.2.{number}, {VENUE}"})
    ours, others = ({"X-Forwarded-For": one} for one in (VENUE, f"{VENUE}, {ELSEWHERE}"))
    assert sign_in("ines", RIGHT, "127.0.0.1", **ours).status_code == 429
    assert sign_in("ines", RIGHT, "127.0.0.1", **others).status_code == 302


ADDRESSES = [
    (0, "10.0.0.1", "192.0.2.1", "10.0.0.1"),
    (1, "10.0.0.1", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
    (2, "10.0.0.1", "192.0.2.1, 198.51.100.7,10.0.0.2", "198.51.100.7"),
    (2, "10.0.0.1", "198.51.100.7", "198.51.100.7"),
    (1, "10.0.0.1", "", "10.0.0.1"),
    (1, "10.0.0.1", "unknown", "10.0.0.1"),
    (1, "10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
    (1, "10.0.0.1", "[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::"),
    (0, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::"),
    (0, "fe80::1%eth0", "", "fe80::"),
    (0, "::ffff:198.51.100.7", "", "198.51.100.7"),
    (0, "", "", None),
]


@pytest.mark.parametrize(("proxies", "remote", "forwarded", "expected"), ADDRESSES)
def test_addresses(proxies: int, remote: str, forwarded: str, expected: str | None) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert address_of(request) == expected


def test_what_is_kept_and_for_how_long() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail("my password, in the wrong field", 2)
        kept = AccessAttempt.objects.get()
        assert (kept.failures_since_start, kept.ip_address, len(kept.username)) == (2, VENUE, 64)
        words = " ".join(str(value) for value in vars(kept).values())
        assert "wrong" not in words
        clock.shift(timedelta(minutes=16))
        sign_in("ines", RIGHT)
        assert (AccessAttempt.objects.count(), AccessLog.objects.count()) == (0, 0)


def test_long_names_and_odd_ones() -> None:
    for name in ("x" * 10_000, "\x00", "", "Łukasz' OR 1=1 --"):
        assert sign_in(name, WRONG).status_code == 200
    request = RequestFactory().post("/", {"username": "ines"})
    assert (
        name_of(request, None)
        == name_of(request, {"username": "ines"})
        != name_of(request, {"username": "Ines"})
    )


def test_logs_hold_neither_names_nor_addresses(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    fail("ines", 6)
    told = " ".join(record.getMessage() for record in caplog.records)
    assert "Locking out" in told
    assert "ines" not in told and VENUE not in told


def test_pages_cost_nothing_more(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    # The name of the series.
    with django_assert_num_queries(1):
        assert client.get(reverse("admin:login")).status_code == 200


def test_a_lock_is_lifted_by_a_command() -> None:
    fail("ines", 5)
    call_command("axes_reset_ip", VENUE, verbosity=0)
    assert sign_in("ines", RIGHT).status_code == 302


def test_the_library_has_no_pages_of_its_own(client: Client) -> None:
    client.force_login(factories.make_organizer())
    assert client.get("/admin/axes/").status_code == 404
