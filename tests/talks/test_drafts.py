"""Links that show a draft: signed by the site, for one talk, for fourteen days."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.utils import timezone
from pytest_django import Settings

from talks import drafts
from tests.factories import make_talk

pytestmark = pytest.mark.django_db


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_token_opens_its_talk_for_fourteen_days(monkeypatch: pytest.MonkeyPatch) -> None:
    talk, other = make_talk(state="draft"), make_talk(state="draft")
    start = datetime(2031, 3, 1, 12, tzinfo=UTC)
    at(start, monkeypatch)
    token = drafts.sign(talk)
    assert (drafts.read(token), drafts.read(drafts.sign(other))) == (talk.pk, other.pk)
    assert drafts.opened(token) == drafts.Pass(talk.pk, datetime(2031, 3, 15, 12, tzinfo=UTC))
    for later, expected in ((timedelta(days=14, seconds=-1), talk.pk), (timedelta(days=14), None)):
        at(start + later, monkeypatch)
        assert drafts.read(token) == expected


def test_what_is_not_ours_opens_nothing() -> None:
    talk = make_talk()
    token = drafts.sign(talk)
    foreign = signing.Signer(salt="something else").sign_object([talk.pk, 9999999999])
    for wrong in (
        "",
        ":",
        "x",
        "né:潮",
        token[:-1],
        "A" + token,
        token.swapcase(),
        foreign,
        "\0",
        f"{token}:x",
    ):
        assert drafts.read(wrong) is None, wrong


def test_a_token_outlives_a_new_secret_while_the_old_one_is_known(settings: Settings) -> None:
    talk = make_talk()
    token, old = drafts.sign(talk), settings.SECRET_KEY
    settings.SECRET_KEY = "another secret of the site, long enough to be one"
    assert drafts.read(token) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert drafts.read(token) == talk.pk
