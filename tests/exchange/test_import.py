"""Files into the site, end to end: every kind of record, and what stays as it is when they come again."""

import os
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from attachments.names import public_names
from editions.models import CommitteeMember, Edition, ImportantDate, Redirect, Room, Sponsor, Track
from exchange.models import Conflict, Run, SourceFile, SourceRecord
from exchange.reports import as_json
from history.models import Change
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Paper, Talk, TalkType
from tests.attachments.drawn import picture, quarters
from tests.exchange.series import SERIES, Bring, change, errors, files_of, tables, talk, told, write
from tests.factories import make_speaker, make_talk

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
PANEL = "_programs/3-faro-27/04-panel.md"


def counts(**some: int) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "conflicts", "removed", "skipped", "refused")
    return {name: some.get(name, 0) for name in names}


# The first run


def test_every_kind_of_record_comes_in(bring: Bring, series: Path) -> None:
    report = bring(series)
    assert (report.ok, report.counts, told(report), errors(report)) == (True, counts(created=9), [], [])
    assert list(Edition.objects.order_by("starts_on").values_list("key", "number", "state", "timezone")) == [
        ("faro-27", 3, "published", "Europe/Lisbon"),
        ("nagoya-28", 4, "published", "Asia/Tokyo"),
    ]
    assert list(Talk.objects.values_list("key", "type__key", "starts_at", "room__name", "state")) == [
        ("01-keynote", "keynote", datetime(2027, 6, 14, 9), "Lamp Room", "published"),
        ("02-papers", "paper_session", datetime(2027, 6, 14, 10), "Gallery", "published"),
        ("03-lunch", "lunch", datetime(2027, 6, 14, 12), None, "published"),
        ("04-panel", "panel", datetime(2027, 6, 14, 14), "Gallery", "published"),
        ("05-lamp", "invited_talk", datetime(2027, 6, 15, 9), None, "published"),
        ("opening", "keynote", datetime(2028, 10, 2, 9), None, "published"),
    ]


def test_an_edition_has_its_facts_dates_and_sponsors(bring: Bring, series: Path) -> None:
    bring(series)
    faro = Edition.objects.get(key="faro-27")
    assert (faro.name, faro.starts_on, faro.ends_on) == (
        "Lighthouse Optics Meeting 3", date(2027, 6, 14), date(2027, 6, 15),
    )  # fmt: skip
    assert (faro.host_name, faro.location, faro.venue, faro.notice, faro.notice_format) == (
        "OPTIKA: the glass and light congress", "Faro, Portugal", "Old Customs House", "Bring a **coat**.", "markdown",
    )  # fmt: skip
    assert faro.banner.name.startswith("originals/")
    assert list(ImportantDate.objects.values_list("key", "label", "date", "extended_to")) == [
        ("paper_deadline", "Paper deadline", date(2027, 2, 1), date(2027, 2, 15)),
        ("author_notification_acceptance", "Author notification acceptance", date(2027, 3, 20), None),
    ]
    sponsors = list(Sponsor.objects.values_list("name", "tier", "url", "logo_text"))
    assert sponsors == [
        ("Prisma Glassworks", "Gold", "https://prisma.example/", "prisma.svg"),
        ("Фонарь", "Competition", "", ""),
    ]
    nagoya = Edition.objects.get(key="nagoya-28")
    assert (nagoya.name, nagoya.ends_on, nagoya.notice_format) == ("光学会 28", date(2028, 10, 2), "html")
    member = CommitteeMember.objects.get()
    assert (member.name, member.key, member.bio, member.edition) == (
        "Ines Quadros",
        "1-quadros",
        "Keeps the *keys*.",
        None,
    )


def test_talks_have_people_papers_and_files(bring: Bring, series: Path, media: Path) -> None:
    bring(series)
    keynote = Talk.objects.get(key="01-keynote")
    assert (keynote.title, keynote.abstract, keynote.tags, keynote.slug) == (
        "Fresnel's rings: a second look", "Rings *again*.", ["lenses", "history"], "01-keynote",
    )  # fmt: skip
    assert (keynote.track and keynote.track.name, keynote.slides) == ("Glass", "rings.pdf")
    assert (media / str(keynote.slides_file.name)).read_bytes() == SERIES["assets/docs/faro-27/rings.pdf"]
    papers = list(Paper.objects.values_list("title", "authors", "affiliation", "paper", "poster", "place"))
    assert papers == [
        (
            "Salt on glass",
            "Ines Quadros, José Rebelo",
            "Faro Port",
            "salt.pdf",
            "https://posters.example/salt",
            "papers.0",
        ),
        ("Пыль и линзы", "Анна Дым", "", "", "", "papers.1"),
    ]
    panel = Talk.objects.get(key="04-panel").appearances.values_list("role", "name", "speaker__name", "place")
    assert list(panel) == [
        ("moderator", "Ines Quadros", "Ines Quadros", "moderator"),
        ("panelist", "Maren Østby", "Maren Østby", "panelists.0"),
        ("panelist", "灯台 守", "灯台 守", "panelists.1"),
        ("panelist", "TBD", None, "panelists.2"),
    ]
    assert Talk.objects.get(key="03-lunch").location == "The quay"
    assert {one.key: (one.label, one.kind) for one in TalkType.objects.all()} == {
        "keynote": ("Keynote", "talk"),
        "paper_session": ("Paper session", "session"),
        "lunch": ("Lunch", "break"),
        "panel": ("Panel", "session"),
        "invited_talk": ("Invited talk", "talk"),
    }


def test_rooms_and_tracks_are_made_in_the_order_of_the_programme(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {
        "a.md": talk("Late", 3, room="Zinc Hall", track="泥"),
        "b.md": talk("Early", 1, room="屋上", track="Sand"),
        "c.md": talk("Between", 2, room="Zinc Hall", track="Sand"),
    })  # fmt: skip
    bring(tmp_path)
    rooms = [(one.key, one.name, one.position) for one in Room.objects.all()]
    assert rooms == [("屋上", "屋上", 0), ("Zinc Hall", "Zinc Hall", 1)]
    assert [one.key for one in Track.objects.all()] == ["Sand", "泥"]
    assert (Room.objects.get(key="Zinc Hall").slug, Room.objects.get(key="屋上").slug[:5]) == (
        "zinc-hall",
        "room-",
    )


def test_hidden_is_a_draft_and_cancelled_is_cancelled(bring: Bring, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.md": talk("A", hidden="true"),
            "b.md": talk("B", cancelled="true"),
            "c.md": talk("C", hidden="no"),
        },
    )
    bring(tmp_path)
    assert list(Talk.objects.order_by("key").values_list("state", flat=True)) == [
        "draft",
        "cancelled",
        "published",
    ]


def test_a_roster_is_kept_as_bytes_and_is_no_talk(bring: Bring, series: Path) -> None:
    bring(series)
    roster = SourceFile.objects.get(path="_programs/speakers/3-faro-27.md")
    assert (bytes(roster.data), roster.records.count()) == (str(SERIES[roster.path]).encode(), 0)
    assert not Talk.objects.filter(type__key="speakers").exists()


AWKWARD = [
    pytest.param(talk().replace("\n", "\r\n"), id="CRLF"),
    pytest.param(talk().rstrip("\n"), id="no final newline"),
    pytest.param(talk().replace("title: ", "title:\t"), id="a tab after the colon"),
    pytest.param("\ufeff" + talk(), id="byte order mark"),
    pytest.param(talk() + "\n\n \n", id="blanks at the end"),
    pytest.param(talk().replace("title: ", "# why\ntitle:   "), id="a comment and blanks"),
]


@pytest.mark.parametrize("text", AWKWARD)
def test_the_bytes_of_a_file_are_kept_as_they_are(bring: Bring, tmp_path: Path, text: str) -> None:
    write(tmp_path, {"a.md": text})
    bring(tmp_path)
    assert bytes(SourceFile.objects.get().data) == text.encode()
    assert list(Talk.objects.values_list("title", "abstract")) == [("Shade at noon", "Words.")]


def test_old_addresses_lead_to_the_new_ones(bring: Bring, series: Path) -> None:
    bring(series)
    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {
        "/2027/": "/faro-27/",
        "/2027/rings.html": "/faro-27/talks/01-keynote/",
        "/rings/": "/faro-27/talks/01-keynote/",
    }
    change(series / KEYNOTE, "[/rings/]", "[/rings/, /fresnel/]")
    assert bring(series).counts == counts(unchanged=9)
    assert Redirect.objects.get(old_path="/fresnel/").new_path == "/faro-27/talks/01-keynote/"


# The second run


def test_a_second_run_writes_no_row(bring: Bring, series: Path, media: Path) -> None:
    bring(series)
    before, files = tables(), files_of(media)
    report = bring(series)
    assert (report.counts, report.run, report.changes) == (counts(unchanged=9), None, False)
    assert (tables() == before, files_of(media) == files) == (True, True)


def test_a_file_that_was_only_touched_writes_nothing(bring: Bring, series: Path) -> None:
    bring(series)
    for path in series.rglob("*.md"):
        os.utime(path, (1_900_000_000, 1_900_000_000))
    before = tables()
    assert (bring(series).counts, tables() == before) == (counts(unchanged=9), True)


def test_a_second_run_says_what_the_first_said(bring: Bring, tmp_path: Path) -> None:
    file = talk("Gap", colour="red", titel="x", speaker="{name: Ida Moe, avatar: none.jpg, twiter: x}")
    write(tmp_path, {"a.md": file, "b.md": talk("Other", colour="blue")})
    first = bring(tmp_path)
    warnings = told(first)
    assert warnings == [
        ("a.md", 7, "key-unknown"),
        ("a.md", 8, "key-misspelt"),
        ("a.md", 9, "asset-missing"),
        ("a.md", 9, "key-unknown"),
    ]
    again = bring(tmp_path)
    assert (told(again), again.counts) == (warnings, counts(unchanged=2))
    assert [one.values for one in again.problems if one.code == "key-unknown"] == [
        {"key": "colour", "count": 2}, {"key": "speaker.twiter", "count": 1},
    ]  # fmt: skip
    change(tmp_path / "a.md", "colour: red\n", "")
    assert ("b.md", 7, "key-unknown") in told(bring(tmp_path))


# Files and site


def test_what_the_file_changes_comes_and_is_told(bring: Bring, series: Path) -> None:
    bring(series)
    change(series / KEYNOTE, "a second look", "a third look")
    change(series / KEYNOTE, "Bergen Lamp Works", "Oslo Lamp Works")
    report = bring(series)
    assert report.counts == counts(updated=1, unchanged=8)
    [item] = as_json(report)["items"]
    assert item["changes"] == {
        "title": ["Fresnel's rings: a second look", "Fresnel's rings: a third look"],
        "speaker.affiliation": ["Bergen Lamp Works", "Oslo Lamp Works"],
    }
    assert Talk.objects.get(key="01-keynote").title == "Fresnel's rings: a third look"
    told_of = Change.objects.filter(run=report.run).order_by("kind").values_list("kind", "action", "fields")
    assert list(told_of) == [
        ("talks.appearance", "updated", {"affiliation": ["Bergen Lamp Works", "Oslo Lamp Works"]}),
        (
            "talks.talk",
            "updated",
            {"title": ["Fresnel's rings: a second look", "Fresnel's rings: a third look"]},
        ),
    ]


def test_what_an_organizer_changed_survives(bring: Bring, series: Path) -> None:
    bring(series)
    edited = Talk.objects.get(key="01-keynote")
    edited.abstract, edited.starts_at = "Rings, revisited.", datetime(2027, 6, 14, 8, 50)
    edited.room = Room.objects.get(key="Gallery")
    edited.save()
    Appearance.objects.filter(talk=edited).update(affiliation="Tromsø")
    change(series / KEYNOTE, "a second look", "a third look")
    assert bring(series).counts == counts(updated=1, unchanged=8)
    edited.refresh_from_db()
    assert (edited.title, edited.abstract, edited.starts_at, edited.room and edited.room.key) == (
        "Fresnel's rings: a third look", "Rings, revisited.", datetime(2027, 6, 14, 8, 50), "Gallery",
    )  # fmt: skip
    assert edited.appearances.get().affiliation == "Tromsø"
    before = tables()
    assert (bring(series).counts, tables() == before) == (counts(unchanged=9), True)


def test_a_browsers_line_ends_are_no_change(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": talk().replace("Words.", "One.\n\nTwo.")})
    bring(tmp_path)
    Talk.objects.update(abstract="One.\n\nTwo.")
    change(tmp_path / "a.md", "One.\n\nTwo.\n", "One.\r\n\r\nTwo.\r\n")
    assert bring(tmp_path).counts == counts(unchanged=1)


def in_conflict(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key="01-keynote").update(title="Rings, by the organizer")
    change(series / KEYNOTE, "a second look", "by the speaker")


def test_a_conflict_is_listed_until_it_is_settled(bring: Bring, series: Path) -> None:
    in_conflict(bring, series)
    report = bring(series)
    values = {
        "field": "title",
        "base": "Fresnel's rings: a second look",
        "site": "Rings, by the organizer",
        "file": "Fresnel's rings: by the speaker",
    }
    assert (report.exit_code, report.counts) == (1, counts(unchanged=9, conflicts=1))
    assert as_json(report)["conflicts"] == [{"path": report.shown[KEYNOTE], **values}]
    assert list(Conflict.objects.values("field", "base", "site", "file")) == [values]
    before = tables()
    again = bring(series)
    assert (again.exit_code, again.counts, again.run) == (1, counts(unchanged=9, conflicts=1), None)
    assert (as_json(again)["conflicts"], tables() == before) == (as_json(report)["conflicts"], True)


def test_while_a_conflict_is_open_other_fields_go_on(bring: Bring, series: Path) -> None:
    in_conflict(bring, series)
    bring(series)
    change(series / KEYNOTE, "Rings *again*.", "Rings *for ever*.")
    assert bring(series).counts == counts(updated=1, unchanged=8, conflicts=1)
    row = Talk.objects.get(key="01-keynote")
    assert (row.title, row.abstract) == ("Rings, by the organizer", "Rings *for ever*.")


@pytest.mark.parametrize("prefer, title, updated", [
    ("file", "Fresnel's rings: by the speaker", 1), ("site", "Rings, by the organizer", 0),
])  # fmt: skip
def test_a_conflict_is_settled_by_preferring_a_side(
    bring: Bring, series: Path, prefer: str, title: str, updated: int
) -> None:
    in_conflict(bring, series)
    bring(series)
    report = bring(series, prefer=prefer)
    assert (report.exit_code, report.counts["updated"], report.conflicts) == (0, updated, [])
    assert (Talk.objects.get(key="01-keynote").title, Conflict.objects.count()) == (title, 0)
    before = tables()
    assert (bring(series).exit_code, tables() == before) == (0, True)


def test_changes_of_both_sides_that_do_not_fit_together_are_refused(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key="01-keynote").update(ends_at=datetime(2027, 6, 14, 9, 20))
    change(series / KEYNOTE, "2027-06-14 09:00:00", "2027-06-14 09:30:00")
    before = tables()
    assert errors(bring(series)) == [(KEYNOTE, 6, "site-end-before-start")]
    assert tables() == before
    Talk.objects.filter(key="01-keynote").update(starts_at=None, ends_at=None)
    change(series / KEYNOTE, "2027-06-14 09:45:00", "2027-06-14 09:50:00")
    assert "starts_at" in {clash.field for _path, clash in bring(series).conflicts}


def test_a_record_deleted_on_the_site_stays_deleted_unless_its_file_changes(
    bring: Bring, series: Path
) -> None:
    bring(series)
    Talk.objects.get(key="05-lamp").delete()
    before = tables()
    assert (bring(series).exit_code, tables() == before) == (0, True)
    lamp = series / "_programs/3-faro-27/05-lamp.md"
    change(lamp, "One lamp each.", "Two lamps each.")
    report = bring(series)
    assert (report.exit_code, [clash.field for _path, clash in report.conflicts]) == (1, ["talk"])
    assert not Talk.objects.filter(key="05-lamp").exists()
    assert bring(series, prefer="site").exit_code == 0
    assert (Conflict.objects.count(), Talk.objects.filter(key="05-lamp").exists()) == (0, False)
    change(lamp, "Two lamps each.", "Three lamps each.")
    assert bring(series, prefer="file").counts["created"] == 1
    assert Talk.objects.get(key="05-lamp").abstract == "Three lamps each."
    before = tables()
    assert (bring(series).exit_code, tables() == before) == (0, True)


def test_a_file_that_is_gone_is_told_and_its_record_stays(bring: Bring, series: Path) -> None:
    bring(series)
    (series / "_programs/3-faro-27/03-lunch.md").unlink()
    report = bring(series)
    assert told(report) == [("_programs/3-faro-27/03-lunch.md", None, "file-gone")]
    assert Talk.objects.filter(key="03-lunch").exists()
    before = tables()
    assert (told(bring(series)), tables() == before) == (told(report), True)
    assert told(bring(series / "_editions")) == []


def test_a_renamed_file_keeps_its_record_and_address(bring: Bring, series: Path) -> None:
    bring(series)
    here = series / "_programs/3-faro-27"
    before = Talk.objects.get(key="05-lamp")
    (here / "05-lamp.md").rename(here / "07-every-harbour.md")
    report = bring(series)
    assert (report.counts, told(report)) == (counts(unchanged=9), [])
    after = Talk.objects.get(pk=before.pk)
    assert (after.slug, after.guid, Talk.objects.count()) == (before.slug, before.guid, 6)
    assert SourceRecord.objects.get(talk=after).file.path == "_programs/3-faro-27/07-every-harbour.md"
    change(here / "07-every-harbour.md", "A lamp for every harbour", "A lamp for each harbour")
    bring(series)
    assert Talk.objects.get(pk=before.pk).title == "A lamp for each harbour"


def test_a_file_that_moved_and_changed_keeps_its_record_by_its_key(bring: Bring, series: Path) -> None:
    bring(series)
    before = Talk.objects.get(key="05-lamp")
    (series / "_programs/moved").mkdir()
    (series / "_programs/3-faro-27/05-lamp.md").rename(series / "_programs/moved/05-lamp.md")
    change(series / "_programs/moved/05-lamp.md", "One lamp each.", "Many lamps.")
    report = bring(series)
    assert (report.counts, told(report)) == (counts(updated=1, unchanged=8), [])
    assert (Talk.objects.get(pk=before.pk).abstract, Talk.objects.count()) == ("Many lamps.", 6)


def test_an_old_name_that_comes_back_with_another_talk_is_refused(bring: Bring, series: Path) -> None:
    bring(series)
    here = series / "_programs/3-faro-27"
    (here / "05-lamp.md").rename(here / "07-every-harbour.md")
    bring(series)
    write(here, {"05-lamp.md": talk("Another").replace("quito-29", "faro-27")})
    assert errors(bring(series)) == [("_programs/3-faro-27/05-lamp.md", None, "key-taken")]


def test_a_talk_moves_to_another_edition_and_leaves_its_address(bring: Bring, series: Path) -> None:
    bring(series)
    make_talk(edition=Edition.objects.get(key="nagoya-28"), slug="05-lamp", key="elsewhere")
    lamp = series / "_programs/3-faro-27/05-lamp.md"
    change(lamp, "edition: faro-27", "edition: nagoya-28\nroom: 港")
    assert bring(series).counts == counts(updated=1, unchanged=8)
    moved = Talk.objects.get(key="05-lamp")
    assert (moved.edition.key, moved.slug, moved.room and moved.room.edition.key) == (
        "nagoya-28",
        "05-lamp-2",
        "nagoya-28",
    )
    assert Redirect.objects.get(old_path="/faro-27/talks/05-lamp/").new_path == "/nagoya-28/talks/05-lamp-2/"


def test_a_frozen_edition_takes_no_change(bring: Bring, series: Path) -> None:
    bring(series)
    Edition.objects.filter(key="faro-27").update(state="frozen")
    change(series / KEYNOTE, "a second look", "a third look")
    write(series, {"_programs/3-faro-27/09-new.md": talk("New").replace("quito-29", "faro-27")})
    before = tables()
    report = bring(series)
    assert (report.exit_code, report.counts, tables() == before) == (0, counts(skipped=2, unchanged=8), True)
    change(series / "_programs/4-nagoya-28/opening.md", "灯りの歴史", "灯の歴史")
    assert bring(series).counts == counts(skipped=2, updated=1, unchanged=7)


def test_a_talk_that_an_organizer_moved_into_a_frozen_edition_is_skipped(bring: Bring, series: Path) -> None:
    bring(series)
    nagoya = Edition.objects.get(key="nagoya-28")
    Talk.objects.filter(key="05-lamp").update(edition=nagoya)
    Edition.objects.filter(pk=nagoya.pk).update(state="frozen")
    change(series / "_programs/3-faro-27/05-lamp.md", "One lamp each.", "Two.")
    assert bring(series).counts == counts(skipped=1, unchanged=8)


def test_a_talk_made_on_the_site_meets_its_first_file(bring: Bring, series: Path) -> None:
    bring(series)
    faro = Edition.objects.get(key="faro-27")
    made = make_talk(
        edition=faro, key="10-dusk", title="Dusk", abstract="", type=TalkType.objects.get(key="keynote")
    )
    file = (
        f"---\nedition: faro-27\ntype: keynote\ntitle: Dusk\ntime_start: {made.starts_at}\n---\nIt falls.\n"
    )
    write(series, {"_programs/3-faro-27/10-dusk.md": file})
    report = bring(series)
    assert (report.counts, Talk.objects.filter(title="Dusk").count()) == (
        counts(updated=1, unchanged=9),
        1,
    )
    made.refresh_from_db()
    assert (made.abstract, made.ends_at is not None) == ("It falls.", True)


# Editions


def test_a_loose_talk_makes_its_edition_and_is_published(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {"shade.md": talk()})
    report = bring(tmp_path / "shade.md", timezone="America/Guayaquil")
    assert [(one.level.value, one.code) for one in report.problems] == [("info", "edition-new")]
    edition = Edition.objects.get()
    assert (edition.key, edition.state, edition.timezone, edition.starts_on, edition.ends_on) == (
        "quito-29", "published", "America/Guayaquil", date(2029, 3, 1), date(2029, 3, 1),
    )  # fmt: skip
    assert list(Talk.objects.values_list("title", "state")) == [("Shade at noon", "published")]


def test_an_unknown_edition_is_refused_with_what_may_be_meant(bring: Bring, series: Path) -> None:
    bring(series)
    write(series, {
        "_programs/a.md": talk("A").replace("quito-29", "faro-72"), "_programs/b.md": talk("B"),
    })  # fmt: skip
    before = tables()
    report = bring(series)
    assert errors(report) == [
        ("_programs/a.md", 2, "edition-misspelt"),
        ("_programs/b.md", 2, "edition-unknown"),
    ]
    assert report.problems[0].values["close"] == "faro-27"
    assert tables() == before
    assert bring(series, new_editions=True).counts == counts(created=2, unchanged=9)
    assert set(Edition.objects.values_list("key", flat=True)) == {
        "faro-27",
        "nagoya-28",
        "faro-72",
        "quito-29",
    }


def test_files_that_name_no_edition_take_the_default_one(bring: Bring, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": talk().replace("edition: quito-29\n", ""), "b.md": talk("B")})
    assert errors(bring(tmp_path)) == [("a.md", 2, "edition-missing")]
    bring(tmp_path, default_edition="lima-30")
    assert list(Talk.objects.order_by("key").values_list("key", "edition__key")) == [
        ("a", "lima-30"),
        ("b", "quito-29"),
    ]


def test_clock_times_that_the_zone_lacks_or_has_twice_are_told(bring: Bring, tmp_path: Path) -> None:
    spring = (
        talk()
        .replace("2029-03-01 10:00", "2029-03-11 02:30")
        .replace("2029-03-01 10:30", "2029-03-11 03:30 +0100")
    )
    write(tmp_path, {"a.md": spring})
    report = bring(tmp_path, timezone="America/Vancouver")
    assert told(report) == [("a.md", 5, "clock-gap"), ("a.md", 6, "offset-differs")]
    assert Talk.objects.get().starts_at == datetime(2029, 3, 11, 2, 30)
    assert told(bring(tmp_path)) == told(report)


def test_editions_that_name_no_zone_are_counted_once(bring: Bring, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "_editions/1-quito-29.md": "---\nedition: quito-29\nevent_date: 2029-03-01\n---\n",
            "_editions/2-oulu-30.md": "---\nedition: oulu-30\nevent_date: 2030-02-01\ntimezone: Europe/Helsinki\n---\n",
            "_editions/3-suva-31.md": "---\nedition: suva-31\nevent_date: 2031-02-01\n---\n",
        },
    )
    [told_once] = [
        one for one in bring(tmp_path, timezone="Pacific/Fiji").problems if one.code == "zone-taken"
    ]
    assert (told_once.level.value, told_once.path) == ("info", "_editions/1-quito-29.md")
    assert told_once.values == {"count": 2, "zone": "Pacific/Fiji"}
    assert list(Edition.objects.order_by("key").values_list("key", "timezone")) == [
        ("oulu-30", "Europe/Helsinki"),
        ("quito-29", "Pacific/Fiji"),
        ("suva-31", "Pacific/Fiji"),
    ]
    assert [one for one in bring(tmp_path, timezone="Asia/Tokyo").problems if one.code == "zone-taken"] == []


# Runs that write nothing


@pytest.mark.parametrize("known", [False, True])
def test_a_dry_run_writes_nothing_at_all(bring: Bring, series: Path, media: Path, known: bool) -> None:
    if known:
        bring(series)
        change(series / KEYNOTE, "a second look", "a third look")
        (series / "assets/images/speakers/faro-27/ostby.jpg").write_bytes(picture("JPEG", (90, 90)))
    before, files = tables(), files_of(media)
    dry = bring(series, dry_run=True)
    assert (tables() == before, files_of(media) == files, dry.run) == (True, True, None)
    wet = bring(series)
    assert (wet.counts, [one.changes for one in wet.plan.steps]) == (
        dry.counts,
        [one.changes for one in dry.plan.steps],
    )


def test_with_an_error_anywhere_nothing_at_all_is_written(bring: Bring, series: Path, media: Path) -> None:
    write(series, {"_programs/bad.md": talk().replace("10:00", "25:61")})
    before = tables()
    report = bring(series)
    assert (report.exit_code, errors(report)) == (1, [
        ("_programs/bad.md", 2, "edition-unknown"), ("_programs/bad.md", 5, "clock-no-such-time"),
    ])  # fmt: skip
    assert (tables() == before, files_of(media)) == (True, {})


# People


def test_a_person_of_several_editions_is_one_speaker_as_they_were_then(bring: Bring, series: Path) -> None:
    bring(series)
    maren = Speaker.objects.get(name="Maren Østby")
    shown = maren.appearances.order_by("talk__starts_at").values_list(
        "talk__key", "name", "affiliation", "avatar"
    )
    assert list(shown) == [
        ("01-keynote", "Maren Østby", "Bergen Lamp Works", "ostby.jpg"),
        ("04-panel", "Maren Østby", "Bergen Lamp Works", ""),
        ("opening", "MAREN  Østby", "Nagoya Institute of Lamps", "maren.png"),
    ]
    photos = {one.photo.name for one in maren.appearances.exclude(photo="")}
    assert (len(photos), maren.affiliation, maren.slug) == (2, "", "maren-ostby")
    assert set(Speaker.objects.values_list("name", flat=True)) == {
        "Maren Østby",
        "Ines Quadros",
        "灯台 守",
        "José Rebelo",
    }
    assert Speaker.objects.get(name="灯台 守").slug.startswith("speaker-")


def test_several_speakers_stand_in_their_order(bring: Bring, series: Path) -> None:
    bring(series)
    names = Talk.objects.get(key="opening").appearances.values_list("name", "place")
    assert list(names) == [("MAREN  Østby", "speakers.1"), ("灯台 守", "speakers.0")]


def test_another_name_finds_the_person_and_accents_merge_nobody(bring: Bring, tmp_path: Path) -> None:
    known = make_speaker(name="Zuzana Nováková", slug="zuzana")
    SpeakerAlias.objects.create(speaker=known, name="Z. Nováková")
    write(tmp_path, {
        "a.md": talk("A", speaker="z. nováková"),
        "b.md": talk("B", speaker="Zuzana Nova\u0301kova\u0301"),
        "c.md": talk("C", speaker="Zuzana Novakova"),
        "d.md": talk("D", speaker="TBD"),
        "e.md": talk("E", speaker="To be announced"),
        "f.md": talk("F", speaker=""),
    })  # fmt: skip
    bring(tmp_path)
    found = Appearance.objects.order_by("talk__key").values_list("talk__key", "name", "speaker__slug")
    assert list(found) == [
        ("a", "z. nováková", "zuzana"),
        ("b", "Zuzana Nováková", "zuzana"),
        ("c", "Zuzana Novakova", "zuzana-novakova"),
        ("d", "TBD", None),
        ("e", "To be announced", None),
    ]


def test_a_name_corrected_in_the_file_finds_its_person_anew(bring: Bring, series: Path) -> None:
    bring(series)
    change(series / PANEL, "name: TBD", "name: José Rebelo")
    bring(series)
    row = Talk.objects.get(key="04-panel").appearances.get(place="panelists.2")
    assert (row.name, row.speaker and row.speaker.slug) == ("José Rebelo", "jose-rebelo")


def test_people_merged_on_the_site_stay_merged(bring: Bring, series: Path) -> None:
    bring(series)
    other = make_speaker(name="M. Oestby")
    Appearance.objects.filter(talk__key="04-panel", name="Maren Østby").update(speaker=other)
    change(series / PANEL, "Who keeps the light?", "Who keeps the lights?")
    bring(series)
    row = Talk.objects.get(key="04-panel").appearances.get(name="Maren Østby")
    assert row.speaker == other


def test_panelists_come_go_and_change_places(bring: Bring, series: Path) -> None:
    bring(series)
    rows = {one.name: one.pk for one in Talk.objects.get(key="04-panel").appearances.all()}
    change(
        series / PANEL,
        "    - name: Maren Østby\n      affiliation: Bergen Lamp Works\n    - name: 灯台 守\n",
        "    - name: Ола Север\n    - name: 灯台 守\n",
    )
    change(series / PANEL, "    - name: TBD\n", "    - name: Maren Østby\n    - name: TBD\n")
    report = bring(series)
    assert report.counts == counts(updated=1, unchanged=8)
    after = list(Talk.objects.get(key="04-panel").appearances.values_list("pk", "name"))
    assert after[0] == (rows["Ines Quadros"], "Ines Quadros")
    assert [name for _pk, name in after[1:]] == ["Ола Север", "灯台 守", "Maren Østby", "TBD"]
    assert {pk for pk, name in after if name != "Ола Север"} == set(rows.values())


# Pictures and documents


def test_a_picture_is_turned_upright_and_stripped_and_its_original_kept(
    bring: Bring, tmp_path: Path, media: Path
) -> None:
    turned = Image.Exif()
    turned[0x0112], turned[0x010E] = 6, "taken at the old mill"
    original = quarters("JPEG", (400, 200), exif=turned)
    write(tmp_path, {"a.md": talk(speaker="{name: Ida Moe, avatar: ida.jpg}"), "ida.jpg": original})
    bring(tmp_path)
    stored = str(Appearance.objects.get().photo.name)
    assert (media / stored).read_bytes() == original
    shown = [media / name for name in public_names(stored, "portrait")]
    assert shown
    for path in shown:
        data = path.read_bytes()
        with Image.open(BytesIO(data)) as image:
            assert (b"old mill" in data, dict(image.getexif())) == (False, {})
            # Turned by a quarter to the right, blue is above and red beside it.
            width, height = image.size
            red, _green, blue = image.convert("RGB").getpixel((width // 4, height // 4))  # type: ignore[misc]
            assert (blue > 200, red < 60) == (True, True)


def test_a_missing_asset_is_told_and_taken_once_it_is_there(bring: Bring, series: Path, media: Path) -> None:
    photo = series / "assets/images/speakers/faro-27/ostby.jpg"
    data = photo.read_bytes()
    photo.unlink()
    report = bring(series)
    assert (report.exit_code, told(report)) == (0, [(KEYNOTE, 14, "asset-missing")])
    appearance = Appearance.objects.get(talk__key="01-keynote")
    assert (appearance.avatar, appearance.photo.name) == ("ostby.jpg", "")
    (photo.parent.parent / "ostby.jpg").write_bytes(data)
    report = bring(series)
    assert (report.counts, told(report)) == (counts(updated=1, unchanged=8), [])
    appearance.refresh_from_db()
    assert (media / str(appearance.photo.name)).read_bytes() == data


def test_a_picture_that_changed_is_taken_and_one_that_went_is_kept(
    bring: Bring, series: Path, media: Path
) -> None:
    bring(series)
    photo = series / "assets/images/speakers/faro-27/ostby.jpg"
    photo.write_bytes(picture("PNG", (200, 200)))
    report = bring(series)
    assert (report.counts, told(report)) == (
        counts(updated=1, unchanged=8),
        [(KEYNOTE, 14, "asset-name-differs")],
    )
    stored = str(Appearance.objects.get(talk__key="01-keynote").photo.name)
    assert (media / stored).read_bytes() == photo.read_bytes()
    photo.unlink()
    assert told(bring(series)) == [(KEYNOTE, 14, "asset-missing")]
    assert Appearance.objects.get(talk__key="01-keynote").photo.name == stored


def test_an_organizers_photo_survives_a_file_that_names_none(bring: Bring, series: Path) -> None:
    bring(series)
    Appearance.objects.filter(talk__key="05-lamp").update(photo="originals/ab/own.jpg")
    change(
        series / "_programs/3-faro-27/05-lamp.md",
        "speaker: José Rebelo",
        "speaker:\n    name: José Rebelo\n    affiliation: Faro",
    )
    bring(series)
    row = Appearance.objects.get(talk__key="05-lamp")
    assert (row.affiliation, row.photo.name) == ("Faro", "originals/ab/own.jpg")


def test_a_run_is_remembered_with_its_counts_and_report(bring: Bring, series: Path) -> None:
    write(series, {"_programs/3-faro-27/05-lamp.md": talk(colour="red").replace("quito-29", "faro-27")})
    report = bring(series, actor="import_talks")
    run = Run.objects.get()
    assert (run.pk, run.counts, run.actor, run.source) == (
        report.run,
        counts(created=9),
        "import_talks",
        str(series),
    )
    assert run.report["items"][0] == {
        "path": "_editions/3-faro-27.md", "action": "created", "kind": "edition", "key": "faro-27",
    }  # fmt: skip
    assert run.report["problems"] == [
        {
            "path": "_programs/3-faro-27/05-lamp.md",
            "level": "warning",
            "line": 7,
            "column": 1,
            "code": "key-unknown",
            "values": {"key": "colour", "count": 1},
        }
    ]


# Queries


def many(count: int, words: str) -> dict[str, str]:
    return {
        f"{index:02}.md": talk(
            f"{words} {index}", 1 + index % 3, room=f"Room {index % 4}", speaker=f"Ida Moe {index}"
        )
        for index in range(count)
    }


def test_an_import_asks_the_same_for_one_changed_talk_and_for_thirty(bring: Bring, tmp_path: Path) -> None:
    asked = []
    for number, words in ((30, "First"), (1, "Second"), (30, "Third")):
        write(tmp_path, many(number, words))
        with CaptureQueriesContext(connection) as captured:
            assert bring(tmp_path).ok
        asked.append(len(captured))
    assert asked[1] == asked[2]
    with CaptureQueriesContext(connection) as captured:
        assert bring(tmp_path).counts == counts(unchanged=30)
    assert len(captured) == 5
