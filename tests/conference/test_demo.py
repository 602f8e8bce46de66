"""The sample series: laid around any moment without touching another byte, and loaded once."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.contrib.auth import get_user_model
from django.core.management import call_command

from conference import demo
from editions.models import Edition, Series
from history.models import Change
from speakers.models import Speaker
from talks.models import Talk

SERIES = demo.FIXTURES / "series"
MOMENTS = [
    datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 1, 9, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 1, 10, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 12, 15, tzinfo=timezone(timedelta(hours=13, minutes=45))),
    datetime(2027, 7, 4, 5, 45, tzinfo=ZoneInfo("America/Vancouver")),
    datetime(2031, 1, 1, 4, 10, tzinfo=ZoneInfo("Asia/Kolkata")),
]


def header(path: Path) -> dict[str, object]:
    text = path.read_text(encoding="utf-8")
    found = yaml.safe_load(re.split(r"^---[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)[1])
    assert isinstance(found, dict)
    return found


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def of_moving_edition(path: str) -> bool:
    return path.startswith(("_editions/3-", "_editions/4-", "_programs/3-", "_programs/4-"))


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_there_is_a_zone_where_it_has_just_struck_ten_at_every_hour(hour: int, minute: int) -> None:
    now = datetime(2026, 3, 29, hour, minute, tzinfo=UTC)
    local = now.astimezone(ZoneInfo(demo.morning_zone(now)))
    assert (local.hour, local.minute) == (10, minute)


def test_the_zones_are_one_for_each_hour_and_have_no_summer_time() -> None:
    for month in range(1, 13):
        day = datetime(2026, month, 15, tzinfo=UTC)
        hours = {day.astimezone(ZoneInfo(zone)).hour for zone in demo.ZONES}
        assert hours == set(range(24))
    assert len(demo.ZONES) == 24


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_the_edition_on_now_has_its_second_day_today_at_its_venue(tmp_path: Path, now: datetime) -> None:
    edition = header(demo.prepare(tmp_path, now) / "_editions" / "3-wireless.html")
    local = now.astimezone(ZoneInfo(str(edition["timezone"])))
    assert edition["event_date"] == local.date() - timedelta(days=1)
    assert edition["event_end"] == local.date() + timedelta(days=1)
    assert time(10) <= local.time() < time(11)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_something_is_on_at_the_moment_of_loading_and_for_eleven_hours(tmp_path: Path, now: datetime) -> None:
    root = demo.prepare(tmp_path, now)
    demo.amend(root, now)
    zone = ZoneInfo(str(header(root / "_editions" / "3-wireless.html")["timezone"]))
    entries = [header(path) for path in (root / "_programs" / "3-wireless").iterdir()]
    spans = [(entry["time_start"], entry["time_end"]) for entry in entries if entry.get("time_start")]
    for minutes in range(0, 11 * 60, 5):
        clock = (now + timedelta(minutes=minutes)).astimezone(zone).replace(tzinfo=None)
        assert any(
            isinstance(start, datetime) and isinstance(end, datetime) and start <= clock < end
            for start, end in spans
        ), clock


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_the_edition_ahead_is_four_months_off_and_its_deadlines_are_ahead(
    tmp_path: Path, now: datetime
) -> None:
    edition = header(demo.prepare(tmp_path, now) / "_editions" / "4-valparaiso.md")
    starts, deadline = edition["event_date"], edition["submission_deadline"]
    assert isinstance(starts, date)
    assert isinstance(deadline, date)
    assert 120 <= (starts - now.date()).days <= 130
    assert deadline > now.date() + timedelta(days=30)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_nothing_but_days_and_one_zone_differs(tmp_path: Path, now: datetime) -> None:
    before, after = files(SERIES), files(demo.prepare(tmp_path, now))
    assert before.keys() == after.keys()
    for path, content in before.items():
        if of_moving_edition(path):
            days = re.compile(rb"\d{4}-\d\d-\d\d")
            zone = (
                re.compile(rb"(?m)^timezone: \S+")
                if path == "_editions/3-wireless.html"
                else re.compile(rb"(?!)")
            )
            assert zone.sub(b"", days.sub(b"", after[path])) == zone.sub(b"", days.sub(b"", content)), path
            assert len(days.findall(after[path])) == len(days.findall(content))
        else:
            assert after[path] == content, path


def test_the_times_of_the_edition_ahead_keep_their_clock_and_their_zone(tmp_path: Path) -> None:
    root = demo.prepare(tmp_path, datetime(2026, 3, 1, 10, 0, tzinfo=UTC))
    talk = (root / "_programs/4-valparaiso/02-zubiria-keynote.md").read_text(encoding="utf-8")
    assert "time_start: 2026-07-05 09:20:00\n" in talk
    assert header(root / "_editions/4-valparaiso.md")["timezone"] == "America/Santiago"


def test_on_the_day_that_the_files_are_written_for_no_day_moves(tmp_path: Path) -> None:
    now = datetime(2030, 6, 12, 10, 20, tzinfo=UTC)
    assert files(demo.prepare(tmp_path, now)) == files(SERIES)


def test_days_move_over_month_ends_and_leap_days_and_numbers_stay() -> None:
    text = b"a: 2030-06-30 9:00 # 2030-06-30, not 12030-06-30 nor 2030-06-301\r\nb: 2027-12-31"
    assert demo.moved(text, timedelta(days=1)) == text.replace(b"a: 2030-06-30", b"a: 2030-07-01").replace(
        b"# 2030-06-30", b"# 2030-07-01"
    ).replace(b"2027-12-31", b"2028-01-01")
    assert demo.moved(b"2028-02-28", timedelta(days=1)) == b"2028-02-29"
    assert demo.moved(b"2028-03-01", timedelta(days=-1)) == b"2028-02-29"


def test_what_changed_is_laid_over_the_same_files_in_the_same_days(tmp_path: Path) -> None:
    now = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    root = demo.prepare(tmp_path, now)
    first = files(root)
    changed = demo.amend(root, now)
    assert changed
    names = {str(path.relative_to(root)) for path in changed}
    assert names == {name for name, content in files(root).items() if first.get(name) != content}
    assert header(root / "_programs/3-wireless/208-lauvao-talk.md")["time_start"] == datetime(
        2026, 3, 1, 16, 40
    )
    assert header(root / "_programs/2-monsoon-24/115-singh-bhatti-talk.md")["room"] == "Boathouse"


@pytest.mark.django_db
def test_the_demo_fills_an_empty_site_and_prints_the_account_once() -> None:
    out, err = StringIO(), StringIO()
    call_command("demo", stdout=out, stderr=err)

    assert list(Edition.objects.order_by("number").values_list("key", "number")) == [
        ("harbour-19", 1),
        ("monsoon-24", 2),
        ("wireless", 3),
        ("valparaiso", 4),
    ]
    folders = (SERIES / "_programs").iterdir()
    assert Talk.objects.count() == sum(len(list(folder.iterdir())) for folder in folders)
    organizer = get_user_model().objects.get()
    assert (organizer.username, organizer.is_staff, organizer.is_superuser) == ("organizer", True, True)
    password = re.search(r"Password: (\S+)", out.getvalue())
    assert password
    assert organizer.check_password(password[1])
    series = Series.objects.get()
    assert (series.name, series.accent) == ("Lamplight", "#8a4a0f")
    assert "Password" not in err.getvalue()


@pytest.mark.django_db
def test_the_demo_shows_a_talk_that_moved_after_it_was_published() -> None:
    call_command("demo", stdout=StringIO(), stderr=StringIO())
    talk = Talk.objects.get(edition__key="monsoon-24", key="115-singh-bhatti-talk")
    assert talk.starts_at == datetime(2024, 7, 11, 17, 20)
    assert talk.room
    assert talk.room.name == "Boathouse"
    retitled = Talk.objects.get(edition__key="monsoon-24", key="210-kaleo-talk")
    assert retitled.title == "Six Hundred Years Without an Integral Term"


@pytest.mark.django_db
def test_somebody_in_three_editions_is_one_person_there() -> None:
    call_command("demo", stdout=StringIO(), stderr=StringIO())
    layla = Speaker.objects.get(name__contains="الميزان")
    editions = layla.appearances.values_list("talk__edition__key", flat=True)
    assert sorted(editions) == ["monsoon-24", "valparaiso", "wireless"]
    assert not Speaker.objects.filter(name_folded__contains="mizan").exists()


@pytest.mark.django_db
def test_a_second_run_prints_no_account_and_writes_nothing() -> None:
    call_command("demo", stdout=StringIO(), stderr=StringIO())
    changes = Change.objects.count()
    secret = get_user_model().objects.get().password
    out, err = StringIO(), StringIO()
    call_command("demo", stdout=out, stderr=err)
    assert out.getvalue() == ""
    assert "editions already" in err.getvalue()
    assert Change.objects.count() == changes
    assert get_user_model().objects.get().password == secret


@pytest.mark.django_db
def test_a_site_with_an_edition_or_an_account_of_its_own_keeps_it() -> None:
    Edition.objects.create(key="our-own-30")
    out = StringIO()
    call_command("demo", stdout=out, stderr=StringIO())
    assert out.getvalue() == ""
    assert list(Edition.objects.values_list("key", flat=True)) == ["our-own-30"]
    assert not get_user_model().objects.exists()


@pytest.mark.django_db
def test_an_empty_site_with_an_account_gets_the_series_and_no_second_account() -> None:
    get_user_model().objects.create_user("someone", password="long-enough-to-be-kept")
    out = StringIO()
    call_command("demo", stdout=out, stderr=StringIO())
    assert out.getvalue() == ""
    assert Edition.objects.count() == 4
    assert get_user_model().objects.get().username == "someone"
