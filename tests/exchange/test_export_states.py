"""Flags there and back, files in other manners, records made or deleted on the site, conflicts, cost."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editions.models import CommitteeMember, Edition, ImportantDate
from exchange.exporting import export_files
from exchange.models import Conflict, SourceRecord
from talks.models import Appearance, Talk, TalkType
from tests.exchange.exports import export, goes_out, told
from tests.exchange.series import Bring, change, files_of, tables, talk, write
from tests.factories import (
    make_appearance,
    make_date,
    make_edition,
    make_member,
    make_paper,
    make_room,
    make_sponsor,
    make_talk,
    make_track,
    make_type,
)

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
PANEL = "_programs/3-faro-27/04-panel.md"
LAMP = "_programs/3-faro-27/05-lamp.md"
PLAIN_EDITION = "---\nedition: quito-29\nevent_date: 2029-03-01\n---\n"


def site_of(root: Path, text: str | bytes) -> Path:
    """A site of one edition with one talk."""
    return write(root / "one", {"_editions/quito-29.md": PLAIN_EDITION, "_programs/quito-29/a.md": text})


def one_edit(bring: Bring, root: Path, text: str | bytes, **values: Any) -> list[str]:
    """The lines of a talk's file that an edit changes."""
    site = site_of(root, text)
    assert bring(site).exit_code == 0
    row = Talk.objects.get()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return goes_out(bring, site).get("_programs/quito-29/a.md", [])


# States


@pytest.mark.parametrize("flags, state, expected", [
    ({}, "draft", ["+hidden: true"]),
    ({}, "cancelled", ["+cancelled: true"]),
    ({"hidden": "true"}, "published", ["-hidden: true", "+hidden: false"]),
    ({"hidden": "yes"}, "published", ["-hidden: yes", "+hidden: no"]),
    ({"draft": "True"}, "published", ["-draft: True", "+draft: False"]),
    ({"published": "false"}, "published", ["-published: false", "+published: true"]),
    ({"published": "no"}, "cancelled", ["-published: no", "+published: yes", "+cancelled: true"]),
    ({"hidden": "true", "draft": "true"}, "published", ["-hidden: true", "-draft: true", "+hidden: false", "+draft: false"]),
    ({"cancelled": "TRUE"}, "published", ["-cancelled: TRUE", "+cancelled: FALSE"]),
    ({"cancelled": "true"}, "draft", ["-cancelled: true", "+cancelled: false", "+hidden: true"]),
    ({"hidden": "false", "cancelled": "false"}, "cancelled", ["-cancelled: false", "+cancelled: true"]),
])  # fmt: skip
def test_states_are_written_by_their_flags(
    bring: Bring, tmp_path: Path, flags: dict[str, str], state: str, expected: list[str]
) -> None:
    lines = one_edit(bring, tmp_path, talk("Shade", 1, **flags), state=state)
    assert sorted(lines) == sorted(expected)


def test_a_state_and_back_is_the_file_as_it_was_but_for_its_flag(bring: Bring, tmp_path: Path) -> None:
    lines = one_edit(bring, tmp_path, talk(), state="cancelled")
    assert lines == ["+cancelled: true"]
    Talk.objects.update(state="published")
    assert goes_out(bring, tmp_path / "one") == {
        "_programs/quito-29/a.md": ["-cancelled: true", "+cancelled: false"]
    }


# Other manners of writing


@pytest.mark.parametrize("text, values, expected", [
    (talk().replace("\n", "\r\n"), {"abstract": "Two\n\nlines"}, ["-Words.\r", "+Two\r", "+\r", "+lines\r"]),
    (talk().replace("\n", "\r\n"), {"title": "Noon"}, ["-title: Shade at noon\r", "+title: Noon\r"]),
    (talk().removesuffix("\n"), {"abstract": "Zoë"}, ["-Words.", "+Zoë"]),
    (talk(room="'A' # by the stairs"), {"room": None}, ["-room: 'A' # by the stairs"]),
    (talk().replace("10:00", "9:05"), {"starts_at": datetime(2029, 3, 1, 8, 0)},
     ["-time_start: 2029-03-01 9:05", "+time_start: 2029-03-01 8:00"]),
    (talk().replace("2029-03-01 10:00\n", "2029-3-1T10:00:00Z\n"), {"starts_at": datetime(2029, 3, 1, 8, 0)},
     ["-time_start: 2029-3-1T10:00:00Z", "+time_start: 2029-3-1T08:00:00Z"]),
    (talk(tags="maps"), {"tags": ["maps", "sea"]}, ["-tags: maps", "+tags:", "+    - maps", "+    - sea"]),
    (talk(tags="maps"), {"tags": ["sea"]}, ["-tags: maps", "+tags: sea"]),
    (talk(title=">\n  Shade\n  folded").replace("title: Shade at noon\n", ""), {"title": "Sun"}, None),
    (talk(title="|\n  Shade").replace("title: Shade at noon\n", ""), {"title": "Sun"}, ["-  Shade", "+  Sun"]),
])  # fmt: skip
def test_an_edit_keeps_the_manner_of_the_file(
    bring: Bring, tmp_path: Path, text: str, values: dict[str, Any], expected: list[str] | None
) -> None:
    lines = one_edit(bring, tmp_path, text.encode(), **values)
    if expected is not None:
        assert lines == expected
    assert lines


def test_slides_are_written_where_they_were_read(bring: Bring, tmp_path: Path) -> None:
    speaker = "\n    name: Łucja Żak\n    presentation: https://old.example/"
    assert one_edit(bring, tmp_path, talk(speaker=speaker), slides="https://new.example/") == [
        "-    presentation: https://old.example/", "+    presentation: https://new.example/",
    ]  # fmt: skip


def test_back_to_one_speaker_keeps_the_list(bring: Bring, tmp_path: Path) -> None:
    site = site_of(tmp_path, talk(speakers="[Łucja Żak, 灯台 守]"))
    bring(site)
    Appearance.objects.get(name="Łucja Żak").delete()
    assert goes_out(bring, site) == {
        "_programs/quito-29/a.md": ["-speakers: [Łucja Żak, 灯台 守]", "+speakers: [灯台 守]"]
    }


def test_a_file_in_toml_is_edited_too(bring: Bring, tmp_path: Path) -> None:
    text = '+++\nedition = "quito-29" # kept\ntype = "talk"\ntitle = "Old"\ntime_start = 2029-03-01T10:00:00\n+++\nWords.\n'
    assert one_edit(bring, tmp_path, text, title='A "new" one', starts_at=datetime(2029, 3, 1, 11, 0)) == [
        '-title = "Old"', "-time_start = 2029-03-01T10:00:00",
        '+title = "A \\"new\\" one"', "+time_start = 2029-03-01T11:00:00",
    ]  # fmt: skip


def test_a_zone_that_no_file_names_is_written_only_once_it_changed(bring: Bring, tmp_path: Path) -> None:
    site = site_of(tmp_path, talk())
    bring(site, timezone="America/Guayaquil")
    assert not export(site).differs
    Edition.objects.update(timezone="Pacific/Galapagos")
    assert goes_out(bring, site) == {"_editions/quito-29.md": ["+timezone: Pacific/Galapagos"]}


# Records made on the site


def test_what_was_made_on_the_site_becomes_files_of_the_seeds_manner(bring: Bring, series: Path) -> None:
    bring(series)
    faro = Edition.objects.get(key="faro-27")
    made = make_talk(
        edition=faro, title='Fog: "thick"', starts_at=datetime(2027, 6, 15, 11), state="draft",
        type=TalkType.objects.get(key="keynote"), room=faro.rooms.get(key="Gallery"), abstract="Low.\n\nAnd cold.",
        tags=["sea", "no"], language="pt",
    )  # fmt: skip
    make_appearance(talk=made, name="Łucja Żak", affiliation="Gdynia", url="https://zak.example/")
    make_appearance(talk=made, name="灯台 守", affiliation="", position=1)
    make_paper(talk=made, title="Drops", authors="A. Fog, B. Mist")
    make_member(name="Zoë Ng", role="Chair", affiliation="", bio="Counts.")
    found = goes_out(bring, series)
    assert {path: "\n".join(line.removeprefix("+") for line in lines) for path, lines in found.items()} == {
        "_programs/3-faro-27/fog-thick.md": """---
edition: faro-27
type: keynote
time_start: 2027-06-15 11:00:00
time_end: 2027-06-15 11:45:00
title: 'Fog: "thick"'
hidden: true
room: Gallery
tags:
    - sea
    - 'no'
language: pt
speakers:
    - name: Łucja Żak
      affiliation: Gdynia
      url: https://zak.example/
    - name: 灯台 守
papers:
    - title: Drops
      authors: A. Fog, B. Mist
---
Low.

And cold.""",
        "_organizers/zoe-ng.md": "---\nname: Zoë Ng\nrole: Chair\n---\nCounts.",
    }
    assert (Talk.objects.count(), CommitteeMember.objects.count()) == (7, 2)
    assert Talk.objects.get(key="fog-thick").pk == made.pk
    assert SourceRecord.objects.filter(talk=made, file__path="_programs/3-faro-27/fog-thick.md").exists()


def test_a_new_edition_and_its_talks_get_files_and_a_folder(bring: Bring, series: Path) -> None:
    bring(series)
    lima = make_edition(
        key="lima-30", number=5, title="Lighthouse Optics Meeting 5", starts_on=date(2030, 9, 2), timezone="America/Lima",
        ends_on=date(2030, 9, 3), location="Lima, Perú", notice="<p>Soon.</p>", notice_format="html",
    )  # fmt: skip
    make_date(edition=lima, key="paper_deadline", date=date(2030, 5, 1), extended_to=date(2030, 5, 8))
    make_sponsor(edition=lima, name="Faro & Co", tier="Gold", url="")
    make_talk(edition=lima, title="Guano", starts_at=None, type=TalkType.objects.get(key="keynote"))
    found = goes_out(bring, series)
    assert {path: "\n".join(line.removeprefix("+") for line in lines) for path, lines in found.items()} == {
        "_editions/5-lima-30.html": """---
edition: lima-30
title: Lighthouse Optics Meeting 5
event_date: 2030-09-02
event_end: 2030-09-03
timezone: America/Lima
event_location: Lima, Perú
paper_deadline: 2030-05-01
paper_deadline_extended: 2030-05-08
sponsors:
    - name: Faro & Co
      tier: Gold
---
<p>Soon.</p>""",
        "_programs/5-lima-30/guano.md": "---\nedition: lima-30\ntype: keynote\ntitle: Guano\n---",
    }
    assert (Edition.objects.count(), Talk.objects.filter(edition=lima).count()) == (3, 1)


def test_an_edition_made_for_loose_talks_gets_a_file_once_it_is_edited(bring: Bring, tmp_path: Path) -> None:
    site = write(tmp_path / "loose", {"a.md": talk()})
    bring(site)
    export(site)
    assert set(files_of(site)) == {"a.md"}
    Edition.objects.update(title="Shade Days")
    export(site)
    assert set(files_of(site)) == {"a.md", "_editions/quito-29.md"}
    report = bring(site)
    assert (report.exit_code, report.items(), Edition.objects.count()) == (0, [], 1)


def test_a_new_file_goes_nowhere_where_one_lies(bring: Bring, series: Path) -> None:
    bring(series)
    made = make_talk(edition=Edition.objects.get(key="faro-27"), title="Fog")
    path = "_programs/3-faro-27/fog.md"
    write(series, {path: "Somebody's notes\n"})
    assert told(series) == [(path, None, "out-taken")]
    assert (series / path).read_text() == "Somebody's notes\n"
    (series / path).unlink()
    make_member(name="Inês")
    make_member(name="Ines")
    export(series)
    assert {one for one in files_of(series) if "ines" in one and one.endswith(".md")} == {
        "_organizers/ines.md", "_organizers/ines-2.md",
    }  # fmt: skip
    assert made.key == "fog"


# Deleted on the site


def test_what_the_site_deleted_is_deleted_if_nobody_touched_it(bring: Bring, series: Path) -> None:
    bring(series)
    Talk.objects.filter(key__in=("04-panel", "05-lamp")).delete()
    change(series / LAMP, "One lamp each.", "Two lamps each.")
    before = files_of(series)
    assert told(series) == [(LAMP, None, "out-deleted")]
    after = files_of(series)
    assert set(before) - set(after) == {PANEL}
    assert after == {path: data for path, data in before.items() if path != PANEL}


# Conflicts


def open_conflict(bring: Bring, file: Path, row: Any, values: dict[str, Any], old: str, new: str) -> None:
    """Bring in a file that was changed in a field that the site changed, too."""
    type(row).objects.filter(pk=row.pk).update(**values)
    change(file, old, new)
    assert bring(file.parents[2]).exit_code == 1
    assert Conflict.objects.count() == 1


def test_a_field_in_conflict_is_written_as_the_file_has_it(bring: Bring, series: Path) -> None:
    bring(series)
    keynote = Talk.objects.get(key="01-keynote")
    open_conflict(bring, series / KEYNOTE, keynote, {"title": "Mine"}, "a second look", "yours")
    before = files_of(series)
    assert not export(series).differs
    Talk.objects.filter(key="01-keynote").update(language="pt")
    export(series)
    after = files_of(series)
    assert b"language: pt" in after[KEYNOTE]
    assert after[KEYNOTE].replace(b"language: pt\n", b"") == before[KEYNOTE]
    assert Talk.objects.get(key="01-keynote").title == "Mine"


def test_a_persons_field_in_conflict_is_written_as_the_file_has_it(bring: Bring, series: Path) -> None:
    bring(series)
    maren = Appearance.objects.get(talk__key="04-panel", name="Maren Østby")
    open_conflict(bring, series / PANEL, maren, {"affiliation": "Mine"}, "Bergen Lamp Works", "Yours")
    Appearance.objects.filter(talk__key="04-panel", name="灯台 守").update(affiliation="名古屋")
    before = files_of(series)[PANEL]
    export(series)
    assert files_of(series)[PANEL] == before.replace("名古屋港".encode(), "名古屋".encode())


def test_a_list_in_conflict_is_written_as_the_file_has_it_with_its_pictures(
    bring: Bring, series: Path
) -> None:
    bring(series)
    make_appearance(talk=Talk.objects.get(key="01-keynote"), name="Łucja Żak", position=1)
    new = "\nspeakers:\n    - {name: Maren Østby, avatar: ostby.jpg}\n    - {name: Zoë Ng}\n    - {name: Ana}\npresentation:"
    text = (series / KEYNOTE).read_text()
    start, end = text.index("\nspeaker:"), text.index("\npresentation:")
    (series / KEYNOTE).write_text(text[:start] + new.removesuffix("\npresentation:") + text[end:])
    assert bring(series).exit_code == 1
    export(series / "out")
    assert files_of(series / "out")[KEYNOTE] == (series / KEYNOTE).read_bytes()
    assert (series / "out/assets/images/speakers/faro-27/ostby.jpg").exists()


def test_somebody_whom_the_site_took_out_and_the_file_changed_stays_in_the_file(
    bring: Bring, series: Path
) -> None:
    bring(series)
    Appearance.objects.get(talk__key="04-panel", name="灯台 守").delete()
    change(series / PANEL, "名古屋港", "名古屋城")
    assert bring(series).exit_code == 1
    before = files_of(series)
    assert not export(series).differs
    assert files_of(series) == before


# What both last agreed on


def test_an_export_never_moves_what_both_agreed_on(bring: Bring, series: Path, tmp_path: Path) -> None:
    bring(series)
    Talk.objects.filter(key="01-keynote").update(title="Mine")
    before = tables()
    export(tmp_path / "elsewhere")
    assert tables() == before
    change(series / KEYNOTE, "room: Lamp Room", "room: Gallery")
    report = bring(series)
    keynote = Talk.objects.get(key="01-keynote")
    assert (report.exit_code, keynote.title, keynote.room and keynote.room.key) == (0, "Mine", "Gallery")
    assert (series / KEYNOTE).read_text().count("Mine") == 0


# Cost


@pytest.mark.django_db
def test_an_export_costs_as_many_queries_for_thirty_talks_as_for_one(bring: Bring, series: Path) -> None:
    bring(series)
    faro = Edition.objects.get(key="faro-27")
    room, track, kind = make_room(edition=faro), make_track(edition=faro), make_type()
    counts = []
    for number in (1, 29):
        for _index in range(number):
            made = make_talk(edition=faro, room=room, track=track, type=kind)
            make_appearance(talk=made, role="speaker")
            make_paper(talk=made)
            make_member()
        with CaptureQueriesContext(connection) as queries:
            export_files()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25
    assert ImportantDate.objects.exists()
