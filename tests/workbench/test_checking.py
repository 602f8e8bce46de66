"""Warnings of whole editions: loaded, told, on their page, and by the command."""

import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from editions.models import Edition, EditionEditor, Redirect
from exchange.models import SourceFile, SourceRecord
from talks.models import Talk
from talks.warnings import Level
from tests.factories import (
    make_appearance,
    make_edition,
    make_member,
    make_notice,
    make_page,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_sponsor,
    make_talk,
)
from workbench.checks.checking import Told, counts_of, warned_talks, warnings_of
from workbench.rights import EDITORS

pytestmark = pytest.mark.django_db
Asked = Callable[..., Any]


def sound(edition: Edition, **given: Any) -> Talk:
    """A talk with which nothing is the matter."""
    talk = make_talk(**{"edition": edition, "abstract": "Ebb.", **given})
    make_appearance(talk=talk, affiliation="")
    return talk


def clash(edition: Edition) -> tuple[Talk, Talk]:
    """Two talks in one room at once."""
    room = make_room(edition=edition, name="Pier Hall")
    return sound(edition, room=room, title="Ebb"), sound(edition, room=room, title="Flut & Größe")


def editor(edition: Edition) -> User:
    """Somebody of the group of editors, who is given one edition."""
    user = User.objects.create_user(f"editor-of-{edition.key}", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITORS))
    EditionEditor.objects.create(edition=edition, user=user)
    return user


def told(edition: Edition) -> list[tuple[str, str]]:
    """Code and sentence of each warning."""
    return [(one.code, one.sentence) for one in warnings_of(edition)]


def test_an_edition_without_faults_has_no_warnings() -> None:
    edition = make_edition()
    assert told(edition) == []
    sound(edition)
    assert told(edition) == []
    assert counts_of(edition) == {Level.ERROR: 0, Level.WARNING: 0, Level.INFO: 0}


def test_a_clash_is_told_with_the_way_to_its_form() -> None:
    edition = make_edition()
    first, second = clash(edition)
    assert warnings_of(edition) == [
        Told(
            level=Level.ERROR,
            code="room-clash",
            label="Room clash",
            sentence="“Flut & Größe” begins in Pier Hall (Thu 15 May, 09:30) while “Ebb” is on there.",
            hint="Move one of the two in the day grid; if one is a part of the other, say so in its form.",
            talk_pk=second.pk,
            other_pk=first.pk,
            url=f"/admin/talks/talk/{second.pk}/change/",
        )
    ]
    assert warned_talks(edition) == {first.pk, second.pk}
    Talk.objects.filter(pk=first.pk).update(state="cancelled")
    assert (told(edition), warned_talks(edition)) == ([], set())


def test_clocks_are_those_of_the_venue() -> None:
    for zone, clock in (
        ("America/Vancouver", datetime(2031, 3, 9, 2, 30)),
        ("Europe/Lisbon", datetime(2031, 3, 30, 1, 30)),
    ):
        edition = make_edition(timezone=zone, starts_on=clock.date(), ends_on=None)
        sound(edition, title="Night", starts_at=clock)
        assert [code for code, _sentence in told(edition)] == ["skipped-time"]
        other = make_edition(timezone="Asia/Tokyo", starts_on=clock.date(), ends_on=None)
        sound(other, starts_at=clock)
        assert told(other) == []


def test_files_that_are_named_and_missing() -> None:
    edition = make_edition()
    talk = sound(edition, title="Ebb", slides="ebb.pdf")
    sound(edition, slides="https://slides.example/1", starts_at=datetime(2031, 5, 15, 11))
    make_paper(talk=talk, paper="/papers/1.pdf", poster="poster.png")
    make_appearance(talk=talk, avatar="fen.jpg")
    make_appearance(talk=talk, avatar="https://pictures.example/fen.jpg")
    sponsor, member = (
        make_sponsor(edition=edition, logo_text="lamp.svg"),
        make_member(edition=edition, avatar="m.png"),
    )
    assert sorted(sentence.split(" names ")[1] for _code, sentence in told(edition)) == [
        "the file ebb.pdf, which isn't there.",
        "the file lamp.svg, which isn't there.",
        "the file poster.png, which isn't there.",
        "the photo fen.jpg, which isn't there.",
        "the photo m.png, which isn't there.",
    ]
    urls = {one.url for one in warnings_of(edition) if one.talk_pk is None}
    assert urls == {
        f"/admin/editions/sponsor/{sponsor.pk}/change/",
        f"/admin/editions/committeemember/{member.pk}/change/",
    }


@pytest.fixture
def linked(settings: Settings) -> Asked:
    """Whether a link in an abstract is told as dead: give the address."""
    settings.SITE_HOST = "tides.example"
    edition = make_edition(key="tide-31")
    talk = sound(edition, slug="ebb", title="Ebb")
    make_room(edition=edition, slug="pier")
    make_page(edition=edition, slug="visit")
    make_page(slug="about")
    make_talk(edition=edition, slug="draft", state="draft", abstract="x", type=talk.type, starts_at=None)
    make_talk(edition=make_edition(key="neap-33", state="draft"), slug="neap")
    make_appearance(talk=talk, speaker=make_speaker(slug="łucja".replace("ł", "l"), name="Łucja Mewa"))
    Redirect.objects.create(old_path="/2019/ebb.html", new_path="/tide-31/talks/ebb/")

    def is_dead(address: str) -> bool:
        talk.abstract = f"See [there]({address})."
        talk.save()
        return "dead-link" in [code for code, _sentence in told(edition)]

    return is_dead


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/tide-31/",
        "/tide-31/schedule",
        "/tide-31/schedule/?day=2031-05-15#t1",
        "/tide-31/talks/ebb/",
        "/tide-31/talks/ebb.ics",
        "/tide-31/rooms/pier/",
        "/tide-31/visit/",
        "/pages/about/",
        "/speakers/lucja/",
        "/2019/ebb.html",
        "../../schedule/",
        "#notes",
        "https://tides.example/tide-31/",
        "https://elsewhere.example/tide-99/",
        "mailto:ada@tides.example",
        "/static/website/icon.svg",
        "http://[broken",
    ],
)
def test_links_that_lead_somewhere(linked: Asked, address: str) -> None:
    assert not linked(address)


@pytest.mark.parametrize(
    "address",
    [
        "/tide-99/",
        "/tide-31/talks/flood/",
        "/tide-31/talks/draft/",
        "/neap-33/",
        "/neap-33/talks/neap/",
        "/tide-31/rooms/attic/",
        "/tide-31/about/",
        "/pages/visit/",
        "/speakers/nobody/",
        "/2019/flood.html",
        "../flood/",
        "https://tides.example/tide-99/",
    ],
)
def test_links_that_lead_nowhere(linked: Asked, address: str) -> None:
    assert linked(address)


def test_every_text_of_an_edition_is_read_for_links() -> None:
    dead = "[x](/tide-99/)"
    edition = make_edition(
        summary=dead, notice='<a href="/tide-98/">x</a>', notice_format="html", state="draft"
    )
    talk = sound(edition, title="Ebb", abstract=dead)
    make_appearance(talk=talk, name="Orla Kelp", speaker=make_speaker(name="Orla Kelp"), bio=dead)
    page = make_page(edition=edition, title="Visit", body=f"{dead} and [home](/{edition.key}/)")
    notice = make_notice(edition=edition, text="See [x](/tide-99/)")
    make_page(body=dead)
    found = [one for one in warnings_of(edition) if one.code == "dead-link"]
    assert sorted(one.url for one in found) == sorted(
        [
            f"/admin/editions/edition/{edition.pk}/change/",
            f"/admin/editions/edition/{edition.pk}/change/",
            f"/admin/talks/talk/{talk.pk}/change/",
            f"/admin/talks/talk/{talk.pk}/change/",
            f"/admin/editions/page/{page.pk}/change/",
            f"/admin/talks/notice/{notice.pk}/change/",
        ]
    )
    assert "“Visit” links to /tide-99/, which visitors cannot open: it doesn't exist or is a draft." in {
        one.sentence for one in found
    }


def test_the_number_of_queries_does_not_grow_and_what_is_known_is_not_asked_again() -> None:
    counts: list[int] = []
    for _round in range(3):
        edition = make_edition()
        for _talk in range(len(counts) * 2 + 1):
            talk = sound(edition, abstract="[x](/tide-99/)", slides="x.pdf")
            make_paper(talk=talk, poster="x.png")
        with CaptureQueriesContext(connection) as queries:
            warnings_of(edition)
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as again:
            warnings_of(edition)
        assert len(again) == 1
    assert counts == [12, 12, 12]


# The page


def test_the_page_shows_all_warnings_by_kind(desk: Client) -> None:
    edition = make_edition(key="tide-31")
    _first, second = clash(edition)
    make_talk(edition=edition, title="渚", starts_at=None)
    page = desk.get(reverse("admin:check", args=["tide-31"]))
    assert [(one.heading, one.label, len(one.warnings)) for one in page.context["groups"]] == [
        ("errors", "Room clash", 1),
        ("warnings", "No speaker", 1),
        ("warnings", "No time", 1),
        ("notes", "No abstract", 1),
    ]
    assert (
        f'<a href="/admin/talks/talk/{second.pk}/change/">“Flut &amp; Größe” begins' in page.content.decode()
    )
    assert "Nothing to mend" in desk.get(reverse("admin:check", args=[make_edition().key])).content.decode()


def test_the_page_is_for_those_who_work_in_the_edition(client: Client) -> None:
    mine, theirs = make_edition(), make_edition()
    client.force_login(editor(mine))
    assert client.get(reverse("admin:check", args=[mine.key])).status_code == 200
    assert client.get(reverse("admin:check", args=[theirs.key])).status_code == 404
    assert client.get(reverse("admin:check", args=["tide-0000"])).status_code == 404
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="every_edition"))
    client.force_login(looker)
    assert client.get(reverse("admin:check", args=[mine.key])).status_code == 403
    client.logout()
    assert client.get(reverse("admin:check", args=[mine.key])).status_code == 302


def test_lists_tell_nothing_of_drafts_to_those_who_do_not_work_there(client: Client) -> None:
    edition = make_edition()
    room = make_room(edition=edition)
    sound(edition, room=room)
    sound(edition, room=room, state="draft")
    client.force_login(editor(make_edition()))
    page = client.get(
        reverse("admin:talks_talk_changelist"), {"edition__id__exact": edition.pk}
    ).content.decode()
    assert "1 talk" in page
    assert "Room clash" not in page


# The command


def check(*words: str, **options: Any) -> tuple[str, str, int]:
    """What the command says on stdout and on stderr, and its exit code."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("check_schedule", *words, stdout=out, stderr=err, **options)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return out.getvalue(), err.getvalue(), code


FILE = b"""---
edition: tide-31
type: lecture
title: Flut
time_start: 2031-05-15 09:30:00
---
"""


def imported(talk: Talk) -> None:
    """Say that a talk came from a file."""
    file = SourceFile.objects.create(
        path="_programs/1-tide/02 flut,a.md", data=FILE, size=len(FILE), read_at=timezone.now(), reader=1
    )
    SourceRecord.objects.create(file=file, kind="talk", edition_key="tide-31", key="flut", talk=talk)


def test_the_command_names_file_line_and_column() -> None:
    edition = make_edition(key="tide-31")
    imported(clash(edition)[1])
    sentence = "“Flut & Größe” begins in Pier Hall (Thu 15 May, 09:30) while “Ebb” is on there."
    hint = "Move one of the two in the day grid; if one is a part of the other, say so in its form."
    assert check() == (
        f"_programs/1-tide/02 flut,a.md:5:13: error: {sentence} ({hint})\n",
        "1 edition: 1 error, 0 warnings, 0 notes.\n",
        1,
    )
    assert check("--format", "github")[0] == (
        "::error file=_programs/1-tide/02 flut%2Ca.md,line=5,title=Room clash::"
        f"tide-31: {sentence} ({hint})\n"
    )


def test_the_command_tells_json() -> None:
    make_series()
    edition = make_edition(key="tide-31")
    talk = make_talk(edition=edition, title="渚", abstract="x", starts_at=None)
    make_appearance(talk=talk)
    out, err, code = check("--format", "json")
    assert json.loads(out) == {
        "version": 1,
        "ok": True,
        "exit_code": 0,
        "editions": ["tide-31"],
        "counts": {"error": 0, "warning": 1, "info": 0},
        "warnings": [
            {
                "edition": "tide-31",
                "path": None,
                "line": None,
                "column": None,
                "level": "warning",
                "code": "no-time",
                "message": "“渚” has no time.",
                "hint": "Give it one in its form or in the day grid.",
                "talk": talk.pk,
                "url": f"/admin/talks/talk/{talk.pk}/change/",
            }
        ],
    }
    assert (err, code) == ("", 0)


def test_what_fails_is_chosen() -> None:
    edition = make_edition(key="tide-31")
    make_appearance(talk=make_talk(edition=edition, abstract="x", starts_at=None))
    assert check()[2] == 0
    assert check("--fail-on", "error")[2] == 0
    out, err, code = check("--fail-on", "warning")
    assert (out.count("\n"), err, code) == (1, "1 edition: 0 errors, 1 warning, 0 notes.\n", 1)
    assert check("--fail-on", "warning", verbosity=0) == ("", "", 1)
    assert check("--format", "github")[0].startswith("::warning title=No time::tide-31: ")


def test_frozen_editions_are_looked_at_only_when_named() -> None:
    edition = make_edition(key="tide-31")
    clash(edition)
    Edition.objects.filter(pk=edition.pk).update(state="frozen")
    make_edition(key="tide-32", state="draft")
    assert check() == ("", "1 edition: 0 errors, 0 warnings, 0 notes.\n", 0)
    assert check("--edition", "tide-31")[2] == 1


def test_nothing_at_all_is_nothing_wrong() -> None:
    assert check() == ("", "0 editions: 0 errors, 0 warnings, 0 notes.\n", 0)


@pytest.mark.parametrize(
    "words", [("--edition", "tide-99"), ("--format", "xml"), ("--fail-on", "info"), ("x",)]
)
def test_wrong_options_end_with_2(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("check_schedule", *words)
    if words[0] == "--edition":
        assert refused.value.returncode == 2
        assert str(refused.value) == "--edition: there is no edition “tide-99” (there are: –)"
