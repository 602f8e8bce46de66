"""Schedules of other systems into the site: what is read, who is who the next time, what goes out, what is told."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from editions.models import Edition, Redirect, Room, Track
from exchange.dialects import SCHEDULE
from exchange.dialects.schedule.telling import another_key
from exchange.exporting import export_files
from exchange.models import Conflict, SourceRecord
from exchange.reports import problem_line
from exchange.resolving import resolve
from talks.models import Appearance, Talk, TalkType
from tests.exchange.schedule_files import KOBE, ONE, PUNE, QUITO, TWO, event, schedule
from tests.exchange.series import Bring, change, errors, files_of, tables, talk, told, write
from tests.factories import make_edition, make_talk

FOUR, FIVE = (f"{digit}0000000-0000-4000-8000-000000000000" for digit in "45")
# The columns that an import writes for its own bookkeeping, and history.
PROGRAMME = ("editions.Edition", "editions.Room", "editions.Track", "talks.Talk", "talks.Appearance")


def counts(**some: int) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "conflicts", "removed", "skipped", "refused")
    return {name: some.get(name, 0) for name in names}


@pytest.fixture
def bern(bring: Bring, tmp_path: Path) -> Path:
    """A short schedule of three events, imported."""
    file = tmp_path / "bern.xml"
    write(tmp_path, {"bern.xml": schedule(event(1), event(2, "Salt"), event(3, "Fog"))})
    assert bring(file, dialect=SCHEDULE).counts == counts(created=4)
    return file


def again(bring: Bring, file: Path, **options: Any) -> Any:
    return bring(file, dialect=SCHEDULE, **options)


# What is read


def test_a_schedule_in_the_manner_of_pretalx(bring: Bring, tmp_path: Path) -> None:
    report = again(bring, write(tmp_path, {"kobe.xml": KOBE}) / "kobe.xml")
    assert (report.problems, report.counts) == ([], counts(created=3))
    assert list(Edition.objects.values_list("key", "title", "starts_on", "ends_on", "timezone", "state")) == [
        ("kobe-31", "灯台会議 2031 — Kobe", date(2031, 5, 15), date(2031, 5, 16), "Asia/Tokyo", "published")
    ]
    rings, salute = Talk.objects.order_by("starts_at")
    assert (rings.key, rings.slug, str(rings.guid), rings.number) == (
        "41-rings-lenses",
        "41-rings-lenses",
        ONE,
        41,
    )
    assert (rings.title, rings.type.key, rings.type.label) == (
        "Rings & lenses",
        "invited_talk",
        "Invited talk",
    )
    assert rings.abstract == "A second look\n\nWhy *rings*.\n\nLong <b>words</b>."
    assert (rings.starts_at, rings.ends_at) == (datetime(2031, 5, 15, 9, 30), datetime(2031, 5, 15, 10, 15))
    assert (rings.room and rings.room.name, rings.track and rings.track.name) == ("海の間", "硝子 Glass")
    assert (rings.language, rings.state, rings.recording) == ("ja", "published", "no")
    assert (rings.slides, rings.video_url) == (
        "https://talks.example/media/kobe-31/rings.pdf",
        "https://video.example/rings.webm",
    )
    assert rings.extra == [
        {"label": "Rings – home", "value": "https://rings.example/"},
        {"label": "License", "value": "CC BY 4.0"},
    ]
    assert list(rings.appearances.values_list("role", "name", "speaker__name")) == [
        ("speaker", "灯台 守", "灯台 守"),
        ("speaker", "Maren Østby", "Maren Østby"),
    ]
    assert (salute.key, str(salute.guid), salute.number) == ("42", TWO, 42)
    assert (salute.title, salute.state, salute.ends_at) == (
        "Салют",
        "cancelled",
        datetime(2031, 5, 16, 0, 30),
    )
    assert (salute.recording, salute.slides, salute.extra, salute.track) == ("", "", [], None)


def test_tracks_and_rooms_come_in_the_order_of_the_file_with_their_colours(
    bring: Bring, tmp_path: Path
) -> None:
    again(bring, write(tmp_path, {"kobe.xml": KOBE}) / "kobe.xml")
    assert list(Track.objects.values_list("name", "colour", "position")) == [
        ("硝子 Glass", "#aa3300", 0),
        ("Salt", "#0055aa", 1),
    ]
    assert list(Room.objects.values_list("name", "position")) == [("海の間", 0), ("Deck", 1)]


def test_the_old_address_leads_to_the_talk(bring: Bring, tmp_path: Path) -> None:
    again(bring, write(tmp_path, {"kobe.xml": KOBE}) / "kobe.xml")
    assert list(Redirect.objects.order_by("pk").values_list("old_path", "new_path")) == [
        ("/kobe-31/talk/ABCDEF/", "/kobe-31/talks/41-rings-lenses/"),
        ("/kobe-31/talk/GHIJKL/", "/kobe-31/talks/42/"),
    ]


def test_a_schedule_in_the_manner_of_frab(bring: Bring, tmp_path: Path) -> None:
    report = again(bring, write(tmp_path, {"quito.json": QUITO}) / "quito.json")
    # By the clocks it ends within the hour that is there twice.
    assert told(report) == [("quito.json", 11, "clock-fold"), ("quito.json", 17, "event-link-left-out")]
    found = Talk.objects.get()
    assert (found.edition.key, found.edition.title) == ("quito31", "Faros del mundo")
    assert (found.key, str(found.guid), found.number, found.type.key) == ("event-9", ONE, 9, "meeting")
    assert (found.title, found.track and found.track.name) == ("Fiesta larga", "Night")
    assert found.abstract == "<p>Baile &amp; más</p><p>Hasta tarde</p>"
    assert (found.starts_at, found.ends_at) == (datetime(2031, 11, 2, 0, 30), datetime(2031, 11, 2, 1, 30))
    assert (found.slides, found.recording) == ("https://frab.example/en/quito31/files/deck.pptx", "yes")
    assert found.extra == [{"label": "baile.example", "value": "http://baile.example"}]
    assert list(Appearance.objects.values_list("name", "bio")) == [("Ñandú Pérez", "Dances."), ("José", "")]
    assert list(Room.objects.values_list("name", flat=True)) == ["Sala Ñ", "Unused"]


def test_a_schedule_in_the_manner_of_long_ago(bring: Bring, tmp_path: Path) -> None:
    report = again(bring, write(tmp_path, {"pune.xml": PUNE}) / "pune.xml")
    assert told(report) == [
        ("pune.xml", 9, "event-without-guid"),
        ("pune.xml", 10, "element-without"),
        ("pune.xml", 11, "duration-long"),
        ("pune.xml", 12, "duration-long"),
    ]
    assert list(Talk.objects.values_list("key", "title", "starts_at", "ends_at", "number")) == [
        ("event-1", "प्रकाश", datetime(2010, 12, 27, 11), datetime(2010, 12, 27, 11, 30), 1),
        ("event-3", "Lunch", datetime(2010, 12, 27, 12), datetime(2010, 12, 27, 13, 30), 3),
        # It stands under the 27th, whose programme goes on until four; and lasts a day, six hours and a half.
        ("event-2", "Night", datetime(2010, 12, 28, 1, 15), datetime(2010, 12, 29, 7, 45), 2),
    ]
    assert dict(TalkType.objects.values_list("key", "kind")) == {
        "lecture": "talk",
        "talk": "talk",
        "lunch": "break",
    }
    assert again(bring, tmp_path / "pune.xml").counts == counts(unchanged=4)


@pytest.mark.parametrize(
    "zone, said, clock, warned",
    [
        # The offset is believed, and told by the venue's clock.
        ("America/Vancouver", ("2031-07-01T16:00:00Z", "09:00"), "2031-07-01 09:00", []),
        ("Asia/Kolkata", ("2031-07-01T10:00:00+05:30", "10:00"), "2031-07-01 10:00", []),
        ("Asia/Tokyo", ("2031-07-01T23:30:00+00:00", "08:30"), "2031-07-02 08:30", []),
        # Date and start are two against one wrong offset.
        ("America/Vancouver", ("2031-07-01T09:00:00-08:00", "09:00"), "2031-07-01 09:00", ["offset-differs"]),
        # They differ: the date holds.
        ("Asia/Tokyo", ("2031-07-01T09:00:00+09:00", "10:00"), "2031-07-01 09:00", ["start-differs"]),
        # Without a start of its own, and without an offset.
        ("Asia/Tokyo", ("2031-07-01T09:00:00", ""), "2031-07-01 09:00", []),
        # The clocks go forward: no such time.
        ("Europe/Zurich", ("2031-03-30T02:30:00", "02:30"), "2031-03-30 02:30", ["clock-gap", "clock-gap"]),
    ],
)
def test_the_venues_clock_holds(
    bring: Bring, tmp_path: Path, zone: str, said: tuple[str, str], clock: str, warned: list[str]
) -> None:
    one = event(1, date=said[0], start=said[1], duration="00:10")
    report = again(bring, write(tmp_path, {"a.xml": schedule(one, zone=zone)}) / "a.xml")
    assert ([code for _path, _line, code in told(report)], errors(report)) == (warned, [])
    assert f"{Talk.objects.get().starts_at:%Y-%m-%d %H:%M}" == clock


@pytest.mark.parametrize(
    "start, duration, ends",
    [
        ("2031-03-29T23:30:00+01:00", "04:00", "2031-03-30 04:30"),
        ("2031-10-25T23:30:00+02:00", "04:00", "2031-10-26 02:30"),
        ("2031-10-26T02:50:00+02:00", "00:20", "2031-10-26 03:10"),
        ("2031-07-01T10:00:00+02:00", "23:59", "2031-07-02 09:59"),
    ],
)
def test_an_end_is_a_length_later(bring: Bring, tmp_path: Path, start: str, duration: str, ends: str) -> None:
    one = event(1, date=start, start=start[11:16], duration=duration)
    again(bring, write(tmp_path, {"a.xml": schedule(one)}) / "a.xml")
    assert f"{Talk.objects.get().ends_at:%Y-%m-%d %H:%M}" == ends


def test_without_a_zone_the_given_one_is_taken_and_told(bring: Bring, tmp_path: Path) -> None:
    file = write(tmp_path, {"a.xml": schedule(event(1), zone="")}) / "a.xml"
    report = again(bring, file, timezone="Asia/Tokyo")
    assert told(report) == [("a.xml", 2, "schedule-without-zone"), ("a.xml", 4, "offset-differs")]
    found = Talk.objects.get()
    assert (found.starts_at, found.edition.timezone) == (datetime(2031, 7, 1, 10), "Asia/Tokyo")


# The edition


def test_the_edition_has_the_key_of_the_acronym_unless_another_is_given(bring: Bring, tmp_path: Path) -> None:
    file = write(tmp_path, {"a.xml": schedule(event(1), acronym="Bern '31!")}) / "a.xml"
    assert again(bring, file).ok
    other = write(tmp_path, {"b.xml": schedule(event(2), acronym="CC")}) / "b.xml"
    assert errors(again(bring, other)) == [("b.xml", 2, "schedule-acronym")]
    assert again(bring, other, default_edition="cc-31", new_editions=True).ok
    assert list(Edition.objects.order_by("key").values_list("key", flat=True)) == ["bern-31", "cc-31"]


def test_an_edition_is_made_where_there_is_none_or_where_it_is_wished(bring: Bring, tmp_path: Path) -> None:
    make_edition(key="bern-32")
    file = write(tmp_path, {"a.xml": schedule(event(1), event(2))}) / "a.xml"
    report = again(bring, file)
    assert errors(report) == [("a.xml", 2, "schedule-edition-misspelt")]
    assert problem_line(report.problems[0], {}) == (
        "a.xml:2:38: error: there is no edition bern-31 here (is it bern-32? Then import with --default-edition "
        "bern-32; to make a new one, with --new-editions)"
    )
    assert again(bring, file, new_editions=True).counts == counts(created=3)


def test_a_schedule_fills_an_edition_that_a_file_describes(bring: Bring, tmp_path: Path) -> None:
    own = "---\nedition: bern-31\ntitle: Ours\nevent_date: 2031-07-01\ntimezone: Europe/Zurich\n---\n"
    site = write(tmp_path / "site", {"_editions/bern-31.md": own})
    bring(site)
    report = again(bring, write(tmp_path, {"a.xml": schedule(event(1))}) / "a.xml")
    assert (report.problems, report.counts) == ([], counts(created=1))
    assert Edition.objects.get().title == "Ours"


# The next time


def test_a_second_run_writes_nothing(bring: Bring, bern: Path) -> None:
    before = tables()
    report = again(bring, bern)
    assert (report.counts, report.changes, report.run, tables() == before) == (
        counts(unchanged=4),
        False,
        None,
        True,
    )


def test_an_event_is_the_same_by_its_guid_whatever_else_changes(bring: Bring, bern: Path) -> None:
    before = list(Talk.objects.values_list("pk", "key", "slug", "guid", "number"))
    write(
        bern.parent,
        {
            "bern.xml": schedule(
                event(3, "Salt", slug="lamp-2"), event(2, "Fog", slug="lamp-3", id="7"), event(1)
            )
        },
    )
    report = again(bring, bern)
    assert (report.counts, report.problems) == (counts(updated=2, unchanged=2), [])
    assert list(Talk.objects.values_list("pk", "key", "slug", "guid", "number")) == before
    assert list(Talk.objects.values_list("key", "title")) == [
        ("lamp-1", "Lamp"),
        ("lamp-2", "Fog"),
        ("lamp-3", "Salt"),
    ]


def test_an_event_with_a_new_guid_is_the_same_by_its_key(bring: Bring, bern: Path) -> None:
    guid = Talk.objects.get(key="lamp-2").guid
    new = event(2, "Salt", guid="99999999-0000-4000-8000-000000000000")
    write(bern.parent, {"bern.xml": schedule(event(1), new, event(3, "Fog"))})
    assert again(bring, bern).counts == counts(unchanged=4)
    assert Talk.objects.get(key="lamp-2").guid == guid
    assert again(bring, bern).counts == counts(unchanged=4)


def test_a_new_event_with_the_slug_of_another_gets_a_key_of_its_own(bring: Bring, bern: Path) -> None:
    moved = event(2, "Salt", slug="salt")
    new = event(4, "New", slug="lamp-2")
    write(bern.parent, {"bern.xml": schedule(event(1), moved, event(3, "Fog"), new, event(5, slug="lamp-2"))})
    report = again(bring, bern)
    assert (report.counts, errors(report)) == (counts(created=2, unchanged=4), [])
    assert list(Talk.objects.values_list("key", "title")) == [
        ("lamp-1", "Lamp"), ("lamp-2", "Salt"), ("lamp-3", "Fog"), (another_key("lamp-2", FOUR), "New"),
        (another_key("lamp-2", FIVE), "Lamp"),
    ]  # fmt: skip


def test_edits_of_the_site_stay_and_both_changed_apart_is_a_conflict(bring: Bring, bern: Path) -> None:
    edited = Talk.objects.get(key="lamp-1")
    edited.title, edited.abstract, edited.level = "Lamp!", "Ours.", "advanced"
    edited.save()
    one = event(1, "Lamp?", type="Keynote")
    write(bern.parent, {"bern.xml": schedule(one, event(2, "Salt"), event(3, "Fog"))})
    report = again(bring, bern)
    assert report.clashes() == [
        {"path": "bern.xml", "field": "title", "base": "Lamp", "site": "Lamp!", "file": "Lamp?"}
    ]
    edited.refresh_from_db()
    assert (edited.title, edited.abstract, edited.level, edited.type.key) == (
        "Lamp!",
        "Ours.",
        "advanced",
        "keynote",
    )
    assert again(bring, bern, prefer="file").conflicts == []
    edited.refresh_from_db()
    assert (edited.title, edited.abstract) == ("Lamp?", "Ours.")


def test_json_takes_over_where_xml_is_gone(bring: Bring, tmp_path: Path) -> None:
    again(bring, write(tmp_path / "old", {"a.xml": schedule(event(1))}) / "a.xml")
    as_json = (
        '{"schedule": {"conference": {"acronym": "bern-31", "title": "Leuchtturm", "time_zone_name": "Europe/Zurich", "start": "2031-07-01", "end": "2031-07-05",'
        ' "days": [{"date": "2031-07-01", "rooms": {"Saal": [{"guid": "10000000-0000-4000-8000-000000000000", "id": 1,'
        ' "title": "Lamp", "type": "Talk", "date": "2031-07-01T10:00:00+02:00", "start": "10:00", "duration": "00:30",'
        ' "abstract": "Words.", "slug": "lamp-1"}]}}]}}}'
    )
    new = write(tmp_path / "new", {"a.json": as_json}) / "a.json"
    assert again(bring, new).counts == counts(unchanged=2)
    assert set(SourceRecord.objects.values_list("file__path", flat=True)) == {"a.json"}


def test_an_event_that_is_gone_stays_until_it_is_pruned(bring: Bring, bern: Path) -> None:
    make_talk(edition=Edition.objects.get(), key="ours")
    changed = Talk.objects.get(key="lamp-3")
    changed.title = "Fog, seen"
    changed.save()
    write(bern.parent, {"bern.xml": schedule(event(1))})
    gone = [("bern.xml", None, "event-gone"), ("bern.xml", None, "event-gone")]
    for _run in range(2):
        report = again(bring, bern)
        assert (told(report), report.counts, report.exit_code) == (gone, counts(unchanged=2), 0)
    assert again(bring, bern, check=True).exit_code == 0
    check = again(bring, bern, check=True, prune=True)
    assert (check.exit_code, check.counts) == (1, counts(unchanged=2, removed=1))
    report = again(bring, bern, prune=True)
    assert told(report) == [("bern.xml", None, "event-gone-changed")]
    assert [(one["action"], one["key"]) for one in report.items()] == [("removed", "lamp-2")]
    assert list(Talk.objects.order_by("key").values_list("key", flat=True)) == ["lamp-1", "lamp-3", "ours"]
    # It comes back as it was, with its own identity.
    write(bern.parent, {"bern.xml": schedule(event(1), event(2, "Salt"), event(3, "Fog"))})
    assert again(bring, bern).counts == counts(created=1, unchanged=3)
    assert Talk.objects.get(key="lamp-2").number == 2


def test_a_talk_that_was_deleted_here_stays_deleted(bring: Bring, bern: Path) -> None:
    Talk.objects.get(key="lamp-2").delete()
    assert (again(bring, bern).counts, Talk.objects.count()) == (counts(unchanged=4), 2)
    write(bern.parent, {"bern.xml": schedule(event(1), event(3, "Fog"))})
    assert (again(bring, bern).problems, Talk.objects.count()) == ([], 2)


def test_a_frozen_edition_takes_no_schedule(bring: Bring, bern: Path) -> None:
    Edition.objects.update(state="frozen")
    write(bern.parent, {"bern.xml": schedule(event(1, "Other"))})
    report = again(bring, bern, prune=True)
    assert (report.counts, told(report), Talk.objects.count()) == (counts(skipped=2), [], 3)


def test_an_identity_that_is_taken_is_not_given_twice(bring: Bring, bern: Path) -> None:
    taken = set(Talk.objects.values_list("guid", "number"))
    copy = write(bern.parent / "b", {"copy.xml": schedule(event(1), acronym="bern-32")}) / "copy.xml"
    assert again(bring, copy, new_editions=True).counts == counts(created=2)
    new = Talk.objects.get(edition__key="bern-32")
    assert (new.guid, new.number) not in taken and Talk.objects.filter(guid=new.guid).count() == 1


def test_a_conflict_is_settled_by_a_choice(bring: Bring, bern: Path) -> None:
    edited = Talk.objects.get(key="lamp-1")
    edited.title = "Lamp!"
    edited.save()
    write(bern.parent, {"bern.xml": schedule(event(1, "Lamp?"), event(2, "Salt"), event(3, "Fog"))})
    again(bring, bern)
    resolve(Conflict.objects.get(), "file", "ada")
    edited.refresh_from_db()
    assert (edited.title, edited.key, again(bring, bern).counts) == ("Lamp?", "lamp-1", counts(unchanged=4))


def test_a_schedule_with_errors_is_left_out_as_a_whole(bring: Bring, bern: Path) -> None:
    write(bern.parent, {"bern.xml": schedule(event(1, "New"), event(2, title=""))})
    write(bern.parent, {"cork.xml": schedule(event(4), acronym="cork-31")})
    report = again(bring, bern.parent, keep_going=True, new_editions=True, prune=True)
    assert (report.counts, errors(report)) == (
        counts(created=2, refused=1),
        [("bern.xml", 5, "event-without-title")],
    )
    assert list(Talk.objects.order_by("key").values_list("key", "title")) == [
        ("lamp-1", "Lamp"), ("lamp-2", "Salt"), ("lamp-3", "Fog"), ("lamp-4", "Lamp"),
    ]  # fmt: skip


def test_a_schedule_that_is_gone_is_as_a_file_that_is_gone(bring: Bring, bern: Path) -> None:
    bern.unlink()
    assert told(again(bring, bern.parent)) == [("bern.xml", None, "file-gone")]
    report = again(bring, bern.parent, prune=True)
    assert (report.counts, Edition.objects.count(), SourceRecord.objects.count()) == (counts(removed=4), 0, 0)


# Out, and files of one's own


def test_what_a_schedule_brought_goes_out_as_new_files_and_comes_back(
    bring: Bring, bern: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = export_files()
    found.into_folder(out)
    assert [(one.path, one.code, one.values) for one in found.said()] == [
        ("bern.xml", "out-moved-here", {"count": 4})
    ]
    assert sorted(files_of(out)) == [
        "_editions/bern-31.md",
        "_programs/bern-31/lamp-1.md",
        "_programs/bern-31/lamp-2.md",
        "_programs/bern-31/lamp-3.md",
    ]
    before = {name: tables()[name] for name in PROGRAMME}
    report = bring(out)
    assert (report.counts, errors(report)) == (counts(unchanged=4), [])
    assert {name: tables()[name] for name in PROGRAMME} == before
    assert set(SourceRecord.objects.values_list("file__path", flat=True)) == set(files_of(out))
    assert (export_files().said(), export_files().into_folder(out).differs) == ([], False)


def test_the_folder_of_the_schedule_takes_the_new_files_too(bring: Bring, bern: Path) -> None:
    written = export_files("bern-31").into_folder(bern.parent)
    assert sorted(written.actions.values()) == ["written"] * 4
    assert bern.exists()


def test_once_talks_have_files_a_schedule_no_longer_changes_them(
    bring: Bring, bern: Path, tmp_path: Path
) -> None:
    export_files().into_folder(tmp_path / "out")
    bring(tmp_path / "out")
    write(bern.parent, {"bern.xml": schedule(event(1, "Changed"), event(2, "Salt"))})
    report = again(bring, bern)
    assert errors(report) == [("bern.xml", None, "talks-have-files")]


def test_a_file_of_ones_own_is_merged_with_what_the_schedule_said(
    bring: Bring, bern: Path, tmp_path: Path
) -> None:
    export_files().into_folder(tmp_path / "out")
    ours = Talk.objects.get(key="lamp-1")
    ours.abstract = "Ours."
    ours.save()
    change(tmp_path / "out/_programs/bern-31/lamp-1.md", "title: Lamp", "title: Lanterns")
    assert bring(tmp_path / "out").counts == counts(updated=1, unchanged=3)
    ours.refresh_from_db()
    assert (ours.title, ours.abstract) == ("Lanterns", "Ours.")


def test_a_folder_of_front_matter_leaves_a_schedule_in_peace(bring: Bring, bern: Path) -> None:
    write(bern.parent, {"_programs/q/one.md": talk("Quito")})
    report = bring(bern.parent, new_editions=True, prune=True)
    assert (report.counts, Talk.objects.count()) == (counts(created=1), 4)
    assert told(report) == []


# Which files are schedules


def run(*args: str) -> tuple[str, int]:
    out, code = io.StringIO(), 0
    try:
        call_command("import_talks", *args, stdout=out, stderr=out)
    except SystemExit as left:
        code = int(str(left.code))
    return out.getvalue(), code


@pytest.mark.django_db
def test_a_schedule_is_known_without_being_named(tmp_path: Path) -> None:
    file = (
        write(tmp_path / "a", {"a.xml": schedule(event(1)), "other.xml": "<rss/>", "x.json": "[]"}) / "a.xml"
    )
    assert run(str(file)) == (
        f"created: edition bern-31 ({file})\ncreated: talk bern-31/lamp-1 ({file})\n2 created.\n",
        0,
    )
    assert run(str(file.parent)) == ("2 unchanged.\n", 0)
    assert run("--dialect", "schedule", str(file.parent)) == ("2 unchanged.\n", 0)
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(file, "a.xml")
    assert run(str(archive)) == ("2 unchanged.\n", 0)


@pytest.mark.django_db
def test_a_folder_with_front_matter_is_no_schedule(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": schedule(event(1)), "one.md": talk()})
    _words, code = run(str(tmp_path))
    assert (code, list(Edition.objects.values_list("key", flat=True))) == (0, ["quito-29"])


def test_two_files_of_one_conference_are_one_too_many(bring: Bring, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.xml": schedule(event(1)),
            "b.xml": schedule(event(2)),
            "c.xml": schedule(event(3), acronym="cccc"),
        },
    )
    assert errors(again(bring, tmp_path)) == [("b.xml", None, "schedule-twice")]
    again(bring, tmp_path / "a.xml")
    (tmp_path / "b.xml").write_text(schedule(event(1), event(2)))
    assert errors(again(bring, tmp_path / "b.xml")) == [("b.xml", None, "schedule-twice")]


def test_another_conference_under_the_same_name_is_refused(bring: Bring, bern: Path) -> None:
    write(bern.parent, {"bern.xml": schedule(event(1), event(4), acronym="bern-32")})
    report = again(bring, bern, new_editions=True)
    assert errors(report) == [("bern.xml", None, "schedule-other-edition")]
    # The edition has another key here by now: that one is meant.
    Edition.objects.update(key="bern-32")
    assert again(bring, bern).counts == counts(created=1, unchanged=2)


# What is told


BAD = [
    (event(1, guid="", id=""), 4, "event-without-identity"),
    (event(1, guid="abc"), 4, "event-guid"),
    (event(1, title=""), 4, "event-without-title"),
    (event(1, date="", start=""), 4, "event-without-date"),
    (event(1, date="1.7.2031 10:00"), 4, "clock-other-order"),
    (event(1, date="", start="10 am"), 4, "start-unreadable"),
    (event(1, duration="half an hour"), 4, "duration-unreadable"),
    (event(1, duration="90"), 4, "duration-unreadable"),
    (event(1) + "\n" + event(1), 5, "event-guid-twice"),
    (event(1, title="x" * 300), 4, "text-too-long"),
    (event(1, language="x" * 61), 4, "rule"),
    (event(1, abstract="a\x0bb"), 4, "control-character"),
    (event(1, abstract="a&#x85;b\x9f"), 4, "control-character"),
    (event(1, abstract="a & b"), 4, "xml-syntax"),
    (event(1, abstract="&copy;"), 4, "xml-syntax"),
    (event(1)[:-3], 5, "xml-syntax"),
    (event(1, abstract="<b>" * 20 + "</b>" * 20), 4, "too-deep"),
]


@pytest.mark.parametrize("inner, line, code", BAD, ids=[code for _inner, _line, code in BAD])
def test_what_is_wrong_is_told_at_its_place(
    bring: Bring, tmp_path: Path, inner: str, line: int, code: str
) -> None:
    report = again(bring, write(tmp_path, {"a.xml": schedule(inner)}) / "a.xml")
    assert errors(report) == [("a.xml", line, code)]
    assert (report.refused, Talk.objects.count(), Edition.objects.count()) == (True, 0, 0)


@pytest.mark.parametrize(
    "name, text, place, code",
    [
        ("a.xml", "<rss><channel/></rss>", (1, 1), "xml-not-schedule"),
        ("a.xml", "<schedule><day/></schedule>", (1, 1), "xml-not-schedule"),
        ("a.xml", '<!DOCTYPE schedule [<!ENTITY x "y">]>\n<schedule/>', (1, 1), "xml-doctype"),
        ("a.xml", "title: A talk\n", (1, 1), "xml-syntax"),
        ("a.xml", "", (1, 1), "file-empty"),
        ("a.xml", b"<schedule>\xff</schedule>", (1, 11), "not-utf8"),
        ("a.xml", schedule(zone="Mars/Crater"), (2, 64), "schedule-zone"),
        ("a.xml", schedule(acronym=""), (2, 1), "schedule-without-acronym"),
        ("a.json", "[1, 2]", (1, 1), "json-not-schedule"),
        ("a.json", '{"schedule": {"conference": }}', (1, 29), "json-syntax"),
        ("a.json", '{"schedule": {"a": 1,\n "a": 2}}', (2, 2), "key-twice"),
        ("a.json", '{"schedule": "a\nb"}', (1, 16), "json-syntax"),
        ("a.json", "[" * 30, (1, 21), "too-deep"),
        ("a.json", '{"schedule": {"conference": {"acronym": "aaaa", "title": ["x"]}}}', (1, 58), "expected-text"),
        ("a.json", '{"schedule": {}} x', (1, 18), "json-syntax"),
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_told(
    bring: Bring, tmp_path: Path, name: str, text: str | bytes, place: tuple[int, int], code: str
) -> None:
    report = again(bring, write(tmp_path, {name: text}) / name)
    found = [(one.place.line, one.place.column, one.code) for one in report.problems if one.place]
    assert (*place, code) in found
    assert report.refused


def test_a_second_slot_of_a_talk_has_the_same_id_and_is_told(bring: Bring, tmp_path: Path) -> None:
    report = again(
        bring, write(tmp_path, {"a.xml": schedule(event(1), event(2, id="1", slug="lamp-1"))}) / "a.xml"
    )
    assert (told(report), errors(report)) == ([("a.xml", 5, "event-id-twice")], [])
    assert Talk.objects.get(number=1).key == "lamp-1"
    assert Talk.objects.get(starts_at__day=2).key == another_key(
        "lamp-1", "20000000-0000-4000-8000-000000000000"
    )


def test_odd_values_are_told_and_taken(bring: Bring, tmp_path: Path) -> None:
    more = {
        "duration": "00:00",
        "links": '<link href="/relative">Home</link><link href="https://a.example/x y">X</link>',
    }
    report = again(bring, write(tmp_path, {"a.xml": schedule(event(1, **more, abstrakt="x"))}) / "a.xml")
    assert told(report) == [
        ("a.xml", 4, "no-length"), ("a.xml", 4, "event-link-left-out"), ("a.xml", 4, "event-link-left-out"),
        ("a.xml", 4, "key-unknown"),
    ]  # fmt: skip
    assert told(again(bring, tmp_path / "a.xml")) == told(report)


# Lectern's own


@pytest.mark.parametrize("ending", ["xml", "json"])
def test_lecterns_own_schedule_gives_the_same_programme(
    bring: Bring, series: Path, tmp_path: Path, client: Client, ending: str
) -> None:
    bring(series)
    Talk.objects.filter(key="04-panel").update(state="cancelled", recording="no")
    text = client.get(f"/faro-27/schedule.{ending}").content.decode()
    had = _programme()
    Talk.objects.all().delete()
    Edition.objects.all().delete()
    SourceRecord.objects.all().delete()
    report = again(bring, write(tmp_path / "out", {f"faro.{ending}": text}) / f"faro.{ending}")
    assert errors(report) == []
    assert _programme() == had


def where(talk: Talk) -> str:
    """Where a talk is, in a format that knows rooms alone: what is nowhere is at the venue."""
    return talk.room.name if talk.room else talk.location or "Old Customs House"


def _programme() -> list[tuple[Any, ...]]:
    """What both formats can tell of the talks of an edition."""
    talks = Talk.objects.filter(edition__key__in=["faro-27", "faro_27"])
    return [
        (
            one.name, one.guid, one.number, one.starts_at, one.ends_at, where(one),
            one.track and one.track.name, one.type.key, one.state, one.recording, one.language,
            list(one.appearances.values_list("name", flat=True)),
        )
        for one in talks.order_by("starts_at")
    ]  # fmt: skip
