"""Sites in other dialects, out again: what the site changed, in the lines where it was read, and nothing else."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from editions.models import Room, Track
from exchange.exporting import export_files
from talks.models import Appearance, Talk, TalkType
from tests.exchange.series import Bring, files_of, write
from tests.exchange.sites import LEFT_OUT, SITES, OnDisk, Open, dialect_of
from tests.factories import make_appearance, make_talk

Change = Callable[[], object]
Wanted = dict[str, list[str]]
ROPES, FOG, LUNCH, TIDE = (f"_talks/0{name}.md" for name in ("10-ropes", "20-fog", "30-lunch", "40-tide"))
KELP, WAVES = "2030/content/sessions/kelp.md", "2030/content/sessions/waves.md"
SAND, SHORE = "2031/content/sessions/sand.md", "2031/content/sessions/shore.md"
ADA = "2030/content/speakers/ada-kelp.md"


@pytest.fixture
def opened(bring: Bring, tmp_path: Path) -> Open:
    """Puts a site on disk, with more files if wished, and imports it."""

    def put(name: str, files: Mapping[str, str | bytes] = {}, mapping: Callable[[str], str] = str) -> OnDisk:
        text, usual = SITES[name]
        folder = write(tmp_path / name, {**usual, **LEFT_OUT, **files})
        site = OnDisk(folder, dialect_of(mapping(text)), bring)
        assert site.imported().exit_code == 0
        return site

    return put


def talk(key: str, **values: Any) -> Change:
    """Changes a talk on the site; room, track and type by their keys."""

    def change() -> None:
        row = Talk.objects.get(key=key)
        for name, value in values.items():
            setattr(row, name, _row(row, name, value))
        row.save()

    return change


def _row(talk: Talk, name: str, value: Any) -> Any:
    if value is None or name not in ("room", "track", "type"):
        return value
    if name == "type":
        return TalkType.objects.get_or_create(key=value, defaults={"label": value})[0]
    model: Any = Room if name == "room" else Track
    return model.objects.get_or_create(
        edition=talk.edition, key=value, defaults={"name": value, "slug": "x"}
    )[0]


def person(who: str, /, key: str = "", edition: str = "", **values: Any) -> Change:
    """Changes somebody on the site: in all talks, in those of an edition, or in one."""

    def change() -> None:
        rows = Appearance.objects.filter(name=who)
        rows = rows.filter(talk__key=key) if key else rows
        rows = rows.filter(talk__edition__key=edition) if edition else rows
        rows.update(**values)

    return change


def both(*changes: Change) -> Change:
    return lambda: [one() for one in changes]


@pytest.mark.parametrize("name", SITES)
def test_a_site_goes_out_as_it_came_in(name: str, opened: Open, tmp_path: Path) -> None:
    site = opened(name)
    out = tmp_path / "out"
    assert export_files().into_folder(out).differs
    given = files_of(site.folder)
    taken = {path for path in given if site.dialect.takes(path)} | {
        path for path in given if path.endswith(".png")
    }
    assert files_of(out) == {path: given[path] for path in taken}
    assert site.goes_out() == {}


EDITS: dict[str, tuple[str, Change, Wanted]] = {
    "title, colon": (
        "quay",
        talk("FOG22", title="Fog: seen"),
        {FOG: ["-title: 'Fog, seen'\r", "+title: 'Fog: seen'\r"]},
    ),
    "title, escaped": (
        "quay",
        talk("ROPES1", title='Ropes & "knots" 🪢'),
        {ROPES: ['-title: "Ropes &amp; knots"', '+title: "Ropes &amp; \\"knots\\" 🪢"']},
    ),
    "title, cjk": (
        "quay",
        talk("TIDE4", title="Ebbe: 引き潮"),
        {TIDE: ["-title: 潮の満ち引き", "+title: 'Ebbe: 引き潮'"]},
    ),
    "title, toml": (
        "pier",
        talk("sand", title='S "a" nd'),
        {SAND: ['-title = "Sand"', '+title = "S \\"a\\" nd"']},
    ),
    "start with an offset": (
        "quay",
        talk("FOG22", starts_at="2031-06-04T11:10:00", ends_at="2031-06-04T11:40:00"),
        {
            FOG: [
                "-  start: 2031-06-04 07:00:00 -0200\r",
                "-  end: 2031-06-04 07:30:00 -0200\r",
                "+  start: 2031-06-04 07:10:00 -0200\r",
                "+  end: 2031-06-04 07:40:00 -0200\r",
            ]
        },
    ),
    "end alone": (
        "quay",
        talk("ROPES1", ends_at="2031-06-04T09:50:00"),
        {ROPES: ["-  end:   2031-06-04T09:45:00+02:00", "+  end:   2031-06-04T09:50:00+02:00"]},
    ),
    "time and length": (
        "pier",
        talk("kelp", starts_at="2030-05-08T09:20:00", ends_at="2030-05-08T10:00:00"),
        {
            KELP: [
                "-day: 2030-05-07",
                "-at: '9:15'",
                "-length: 45",
                "+day: 2030-05-08",
                "+at: '9:20'",
                "+length: 40",
            ]
        },
    ),
    "time of day with am and pm": (
        "pier",
        talk("sand", starts_at="2031-05-06T11:30:00", ends_at="2031-05-06T11:50:00"),
        {SAND: ['-at = "1:30 pm"', '+at = "11:30 am"']},
    ),
    "a slot of one talk": (
        "isle",
        talk("moss", starts_at="2032-02-03T11:15:00", ends_at="2032-02-03T12:05:00"),
        {
            "data/slots.yml": [
                '-  start: "11:00"',
                "-  duration: 45",
                '+  start: "11:15"',
                "+  duration: 50",
            ]
        },
    ),
    "a slot of two talks that agree": (
        "isle",
        both(
            talk("fern", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
            talk("kauri", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
        ),
        {"data/slots.yml": ['-  start: "9:00"', '+  start: "8:45"']},
    ),
    "a room of one talk": (
        "isle",
        talk("kauri", room="Big Tent"),
        {"data/schedule.yml": ["-    - room: Tent", "+    - room: Big Tent"]},
    ),
    "a row of two talks that agree": (
        "mole",
        both(
            talk("1", starts_at="2033-08-02T09:10:00"),
            talk("2", starts_at="2033-08-02T09:10:00"),
        ),
        {"_data/schedule.yml": ['-      - startTime: "09:00"', '+      - startTime: "09:10"']},
    ),
    "room by its number": ("quay", talk("FOG22", room="Lantern Hall"), {FOG: ["-hall: 2\r", "+hall: 1\r"]}),
    "room that the table lacks": ("quay", talk("FOG22", room="Roof"), {FOG: ["-hall: 2\r", "+hall: Roof\r"]}),
    "track by its letter": ("quay", talk("FOG22", track="Sea"), {FOG: ["-strand: l\r", "+strand: s\r"]}),
    "type": ("quay", talk("FOG22", type="keynote"), {FOG: ["-kind: long\r", "+kind: opening\r"]}),
    "type that comes": ("pier", talk("waves", type="panel"), {WAVES: ["+format: panel"]}),
    "tags": (
        "quay",
        talk("ROPES1", tags=["rope", "hemp", "yes"]),
        {ROPES: ["-tags: [rope, 'knots']", "+tags: [rope, 'hemp', 'yes']"]},
    ),
    "tags, none": ("pier", talk("kelp", tags=[]), {KELP: ["-tags:", "-  - kelp", "-  - night"]}),
    "level that comes": ("quay", talk("FOG22", level="deep"), {FOG: ["+level: deep\r"]}),
    "room that comes": ("pier", talk("kelp", room="Pool"), {KELP: ["+room: Pool"]}),
    "drifted key": ("pier", talk("sand", room="Dune"), {SAND: ['-Room = "Beach"', '+Room = "Dune"']}),
    "abstract in the body": (
        "quay",
        talk("ROPES1", abstract="How *ropes* hold.\r\n\r\nStill."),
        {ROPES: ["-Still holding.", "+Still."]},
    ),
    "abstract in a key": (
        "quay",
        talk("FOG22", abstract="Seen from afar."),
        {FOG: ["-summary: Seen from\r", "-  the pier.\r", "+summary: Seen from afar.\r"]},
    ),
    "body without a last newline": ("quay", talk("TIDE4", abstract="Ebb"), {TIDE: ["-The tide", "+Ebb"]}),
    "video and slides": (
        "quay",
        talk("ROPES1", video_url="", slides="https://slides.example/1"),
        {ROPES: ["-recording: https://video.example/ropes", "+deck: https://slides.example/1"]},
    ),
    "draft": ("quay", talk("ROPES1", state="draft"), {ROPES: ["-hidden: false", "+hidden: true"]}),
    "cancelled": (
        "quay",
        talk("FOG22", state="cancelled"),
        {FOG: ["-off_the_list: no\r", "+off_the_list: yes\r"]},
    ),
    "cancelled, without a key": ("quay", talk("TIDE4", state="cancelled"), {TIDE: ["+off_the_list: true"]}),
    "inline people": (
        "quay",
        both(
            person("Jette Brügmann", affiliation="Seil: AG", bio="", url="https://jette.example/"),
            person("Сергей Якорь", name="Сергей Якорев"),
        ),
        {
            ROPES: [
                '-    company: "Tauwerk: eG"',
                "-    bio: Ties.",
                '+    company: "Seil: AG"',
                "-  - name: Сергей Якорь",
                "+    url: https://jette.example/",
                "+  - name: Сергей Якорев",
            ]
        },
    ),
    "a printed name that says more": (
        "quay",
        person("Ana Névoa", affiliation="Farol"),
        {FOG: ["-speaker: Ana Névoa\r", "+speaker:\r", "+  name: Ana Névoa\r", "+  company: Farol\r"]},
    ),
    "inline in braces": (
        "quay",
        person("渡 海", affiliation="岬"),
        {TIDE: ["-- {name: 渡 海, company: 港}", "+- {name: 渡 海, company: 岬}"]},
    ),
    "somebody's file, of one talk": (
        "pier",
        person("李 浪", affiliation="海大: 二", bio="波。", url="https://lang.example/"),
        {
            "2030/content/speakers/李-浪.md": [
                "-company: 海大",
                "+company: '海大: 二'",
                "+links:",
                "+    home: https://lang.example/",
                "+波。",
            ]
        },
    ),
    "somebody's file, of two talks": (
        "pier",
        person("Ada Kelp", edition="2030", affiliation="Kelp AG"),
        {ADA: ["-company: Kelp & Co", "+company: Kelp AG"]},
    ),
    "a folder's person": (
        "reef",
        both(
            person("Mira Koral", affiliation="Hrid"),
            talk("eels", starts_at="2034-09-26T13:45:00", ends_at="2034-09-26T14:25:00"),
        ),
        {
            "content/speakers/mira/_index.md": ["-company: Greben", "+company: Hrid"],
            "content/speakers/mira/eels/index.md": ['-start: "13:30"', '+start: "13:45"'],
        },
    ),
    "a room that several talks get from above": (
        "reef",
        both(talk("eels", room="Grotto"), talk("rays", room="Grotto")),
        {"content/speakers/mira/_index.md": ["-room: Cave", "+room: Grotto"]},
    ),
    "person and talk in one file": (
        "reef",
        both(person("Љуба Рак", name="Љуба Раковић"), talk("ljuba", title="Crabs!")),
        {
            "content/speakers/ljuba/index.md": [
                "-title: Crabs",
                "-speaker: Љуба Рак",
                "+title: Crabs!",
                "+speaker: Љуба Раковић",
            ]
        },
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_changes_its_own_lines(case: str, opened: Open) -> None:
    name, change, wanted = EDITS[case]
    site = opened(name)
    change()
    assert site.goes_out() == wanted


def path_of(name: str) -> str:
    return f"content/sessions/{name}.md"


EELS, RAYS, CRABS = (f"content/speakers/{name}/index.md" for name in ("mira/eels", "mira/rays", "ljuba"))
REFUSED: dict[str, tuple[str, Change, list[tuple[str, str]], Wanted]] = {
    "const": (
        "isle",
        talk("fern", type="panel", title="Ferns"),
        [(path_of("fern"), "type")],
        {path_of("fern"): ["-title: Fern", "+title: Ferns"]},
    ),
    "join": (
        "reef",
        talk("eels", starts_at="2034-10-01T13:30:00", ends_at="2034-10-01T14:10:00", title="Eels!"),
        [(EELS, "starts_at"), (EELS, "ends_at")],
        {EELS: ["-title: Eels", "+title: Eels!"]},
    ),
    "a length that is fixed": (
        "reef",
        talk("eels", starts_at="2034-09-26T13:40:00", ends_at="2034-09-26T14:40:00"),
        [(EELS, "starts_at"), (EELS, "ends_at")],
        {},
    ),
    "until the next": (
        "mole",
        talk("3", ends_at="2033-08-02T10:30:00"),
        [("_talks/3-dust.md", "ends_at")],
        {},
    ),
    "a service entry's type": (
        "quay",
        talk("030-lunch", type="panel", title="Brunch"),
        [(LUNCH, "type")],
        {LUNCH: ["-title: Lunch", "+title: Brunch"]},
    ),
    "the edition's folder": (
        "pier",
        lambda: Talk.objects.filter(key="waves").update(
            edition=Talk.objects.get(key="sand").edition, room=None
        ),
        [(WAVES, "edition")],
        {WAVES: ["-room: Deck"]},
    ),
    "a slot of two talks": (
        "isle",
        both(
            talk("fern", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
            talk("kauri", title="Kauri!"),
        ),
        [(path_of("fern"), "starts_at"), (path_of("fern"), "ends_at")],
        {path_of("kauri"): ["-title: Kauri", "+title: Kauri!"]},
    ),
    "a slot of two talks that disagree": (
        "isle",
        both(
            talk("fern", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
            talk("kauri", starts_at="2032-02-03T08:50:00", ends_at="2032-02-03T09:20:00"),
        ),
        [(path_of(key), name) for key in ("fern", "kauri") for name in ("starts_at", "ends_at")],
        {},
    ),
    "a room in which a break is too": (
        "isle",
        both(talk("fern", room="Shed"), talk("moss", room="Shed")),
        [(path_of("fern"), "room"), (path_of("moss"), "room")],
        {},
    ),
    "a room of a column": ("mole", talk("1", room="North"), [("_talks/1-sun.md", "room")], {}),
    "somebody's file, of one of two talks": (
        "pier",
        both(
            person("Ada Kelp", "waves", affiliation="Kelp AG"),
            person("李 浪", affiliation="海"),
            talk("waves", title="Big waves"),
        ),
        [(WAVES, "speakers.0.affiliation")],
        {
            "2030/content/speakers/李-浪.md": ["-company: 海大", "+company: 海"],
            WAVES: ["-title: Waves", "+title: Big waves"],
        },
    ),
    "one refused, sharers elsewhere agree": (
        "isle",
        both(
            talk("fern", type="panel", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
            talk("kauri", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
        ),
        [(path_of("fern"), "type")],
        {"data/slots.yml": ['-  start: "9:00"', '+  start: "8:45"']},
    ),
    "no flag": (
        "pier",
        talk("kelp", state="cancelled", level="deep"),
        [(KELP, "out-no-word")],
        {KELP: ["+level: deep"]},
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_written_is_told_and_the_rest_is_written(case: str, opened: Open) -> None:
    name, change, refused, wanted = REFUSED[case]
    site = opened(name)
    change()
    assert site.goes_out(*sorted(refused)) == wanted


NO_WORD: dict[str, tuple[str, Change, str, tuple[str, str, dict[str, str]]]] = {
    "a state and a language": (
        "pier",
        talk("kelp", state="cancelled", language="日本語"),
        KELP,
        ("warning", "out-no-word", {"fields": "language 日本語, cancelled", "word": "language"}),
    ),
    "a long text is only named": (
        "pier",
        talk("kelp", location="behind the old lighthouse, up the stairs"),
        KELP,
        ("warning", "out-no-word", {"fields": "location", "word": "location"}),
    ),
    "a type, a link and tags": (
        "mole",
        talk("2", type="panel", video_url="https://v.example/2", tags=["one", "two", "three"]),
        "_talks/2-salt.md",
        (
            "warning",
            "out-no-word",
            {"fields": "type panel, video_url https://v.example/2, tags one, two, three", "word": "type"},
        ),
    ),
    "somebody in a talk": (
        "quay",
        lambda: make_appearance(
            talk=Talk.objects.get(key="FOG22"), name="Ana Névoa", position=1, role="moderator"
        ),
        FOG,
        ("error", "out-field-not-written", {"key": "appearances: Ana Névoa"}),
    ),
    "a person where nobody is in talks": (
        "mole",
        lambda: make_appearance(talk=Talk.objects.get(key="3"), name="Пыль"),
        "_talks/3-dust.md",
        ("warning", "out-only-on-site", {"fields": "appearances"}),
    ),
}


@pytest.mark.parametrize("case", NO_WORD)
def test_what_the_mapping_has_no_word_for_is_told(case: str, opened: Open) -> None:
    name, change, path, said = NO_WORD[case]
    site = opened(name)
    change()
    found = export_files()
    assert not found.into_folder(site.folder, write=False).differs
    assert [(one.path, (str(one.level), one.code, one.values)) for one in found.said()] == [(path, said)]


def test_what_an_import_made_is_no_news(opened: Open) -> None:
    site = opened("pier")
    talk("kelp", state="draft", location="Quay")()
    talk("kelp", state="published", location="")()
    assert site.told() == []


REASONS: dict[str, tuple[str, Change, list[tuple[str, str, dict[str, str]]]]] = {
    "shared": (
        "isle",
        talk("fern", starts_at="2032-02-03T08:45:00", ends_at="2032-02-03T09:15:00"),
        [
            (path_of("fern"), "out-shared-value", {"file": "data/slots.yml", "other": path_of("kauri")}),
            (path_of("fern"), "out-shared-value", {"file": "data/slots.yml", "other": path_of("kauri")}),
        ],
    ),
    "const": ("isle", talk("fern", type="panel"), [(path_of("fern"), "out-derived", {})]),
    "no row": (
        "isle",
        lambda: made_in("2032", "neu", ends_at=None),
        [(path_of("neu"), "out-no-row", {"file": "data/schedule.yml"})],
    ),
    "a new draft": (
        "pier",
        lambda: made_in("2030", "neu", state="draft"),
        [("2030/content/sessions/neu.md", "out-no-state", {"state": "draft"})],
    ),
}


@pytest.mark.parametrize("case", REASONS)
def test_why_something_cannot_be_written_is_told(case: str, opened: Open) -> None:
    name, change, wanted = REASONS[case]
    site = opened(name)
    change()
    found = export_files()
    found.into_folder(site.folder)
    said = [
        (one.path, one.code, {key: text for key, text in one.values.items() if key != "key"})
        for one in found.said()
    ]
    assert said == wanted


def test_json_is_read_only(opened: Open) -> None:
    site = opened(
        "mole",
        mapping=lambda text: text.replace("schedule.yml", "schedule.json"),
        files={
            "_data/schedule.json": '{"days": [{"date": "2033-08-02", "timeslots": [{"startTime": "09:00", "talkIds": [1]}]}]}'
        },
    )
    talk("1", starts_at="2033-08-02T09:30:00", title="Suns")()
    assert site.goes_out(("_talks/1-sun.md", "starts_at")) == {
        "_talks/1-sun.md": ["-title: Sun", "+title: Suns"]
    }


# Who is in it


def add(key: str, name: str, position: int = 9, **values: Any) -> Change:
    return lambda: make_appearance(talk=Talk.objects.get(key=key), name=name, position=position, **values)


def remove(name: str, key: str) -> Change:
    return lambda: Appearance.objects.filter(talk__key=key, name=name).delete()


def order(key: str, *names: str) -> Change:
    return lambda: [
        Appearance.objects.filter(talk__key=key, name=name).update(position=index)
        for index, name in enumerate(names)
    ]


LISTS: dict[str, tuple[str, Change, Wanted]] = {
    "a reference more": ("pier", add("kelp", "李 浪", affiliation="海大"), {KELP: ["+- 李-浪"]}),
    "a reference first": (
        "pier",
        both(add("kelp", "李 浪", affiliation="海大"), order("kelp", "李 浪", "Ada Kelp")),
        {KELP: ["+- 李-浪"]},
    ),
    "one reference less": (
        "pier",
        remove("Ada Kelp", "waves"),
        {WAVES: ["-speakers: [ada-kelp, 李-浪]", "+speakers: [李-浪]"]},
    ),
    "references turned round": (
        "pier",
        order("waves", "李 浪", "Ada Kelp"),
        {WAVES: ["-speakers: [ada-kelp, 李-浪]", "+speakers: [李-浪, ada-kelp]"]},
    ),
    "a second key": (
        "pier",
        add("sand", "Ada Kelp", affiliation="Kelp Ltd", bio="Still grows."),
        {SAND: ['+speaker2 = "ada-kelp"']},
    ),
    "the last reference": ("pier", remove("Omar Sand", "sand"), {SAND: ['-speaker = "omar-sand"']}),
    "the last of a list": ("pier", remove("Ada Kelp", "kelp"), {KELP: ["-- ada-kelp"]}),
    "another in the place of one": (
        "pier",
        both(
            remove("Omar Sand", "sand"), add("sand", "Ada Kelp", affiliation="Kelp Ltd", bio="Still grows.")
        ),
        {SAND: ['-speaker = "omar-sand"', '+speaker = "ada-kelp"']},
    ),
    "another under the same roof": (
        "pier",
        person("Omar Sand", "sand", name="Ada Kelp", affiliation="Kelp Ltd", bio="Still grows."),
        {SAND: ['-speaker = "omar-sand"', '+speaker = "ada-kelp"']},
    ),
    "in another role": (
        "pier",
        add("sand", "Ada Kelp", affiliation="Kelp Ltd", bio="Still grows.", role="moderator"),
        {SAND: ['+host = "ada-kelp"']},
    ),
    "one inline more": (
        "quay",
        add("ROPES1", "Zoë: Ø", affiliation="Kai", bio="Coils.\n\nRopes."),
        {
            ROPES: [
                "+  - name: 'Zoë: Ø'",
                "+    company: Kai",
                "+    bio: |-",
                "+      Coils.",
                "+",
                "+      Ropes.",
            ]
        },
    ),
    "one inline less": (
        "quay",
        remove("Jette Brügmann", "ROPES1"),
        {
            ROPES: [
                "-  - name: Jette Brügmann",
                '-    company: "Tauwerk: eG"',
                "-    bio: Ties.",
                "-    photo: jette.png",
                "-    handle: false",
            ]
        },
    ),
    "a second to one": (
        "quay",
        add("FOG22", "Rui Farol", affiliation=""),
        {FOG: ["-speaker: Ana Névoa\r", "+speakers:\r", "+  - Ana Névoa\r", "+  - name: Rui Farol\r"]},
    ),
    "the only one": ("quay", remove("Ana Névoa", "FOG22"), {FOG: ["-speaker: Ana Névoa\r"]}),
    "order and words": (
        "quay",
        both(order("ROPES1", "Сергей Якорь", "Jette Brügmann"), person("Сергей Якорь", affiliation="Док")),
        {
            ROPES: [
                "+  - name: Сергей Якорь",
                "+    company: Док",
                "-  - name: Сергей Якорь",
                "-    company: Порт",
            ]
        },
    ),
}


@pytest.mark.parametrize("case", LISTS)
def test_who_is_in_a_talk(case: str, opened: Open) -> None:
    name, change, wanted = LISTS[case]
    site = opened(name)
    change()
    assert site.goes_out() == wanted


def test_somebody_without_a_file_is_refused_by_name(opened: Open) -> None:
    site = opened("pier")
    both(
        add("waves", "Nora Neu"),
        add("waves", "Omar Sand"),
        talk("waves", title="W"),
        order("waves", "李 浪", "Ada Kelp"),
    )()
    assert site.told() == [(WAVES, "appearances: Nora Neu"), (WAVES, "appearances: Omar Sand")]
    text = (site.folder / WAVES).read_text()
    assert "title: W\n" in text
    assert "speakers: [李-浪, ada-kelp]\n" in text


def test_somebody_whose_place_the_folder_tells_cannot_leave(opened: Open) -> None:
    site = opened("reef")
    remove("Mira Koral", "eels")()
    assert site.goes_out((EELS, "appearances")) == {}


# Made and deleted


NEW = {
    "2030/content/sessions/neu.md": """---
title: 'Nëu: 新'
format: keynote
day: 2031-05-07
at: '10:00'
length: 45
speakers:
    - ada-kelp
---
Words.
""",
    "2031/content/sessions/new.md": """+++
title = "Nëu: 新"
speakers = ["ada-kelp"]
day = 2031-05-07
at = "10:00"
length = "45"
+++
Words.
""",
}


def made_in(edition: str, key: str, **values: Any) -> Talk:
    """A talk that was made on the site, as another of its edition."""
    row = Talk.objects.filter(edition__key=edition).order_by("key").first()
    assert row is not None
    given = {
        "title": "Nëu: 新",
        "type": row.type,
        "abstract": "Words.",
        "starts_at": datetime(2031, 5, 7, 10),
    }
    return make_talk(edition=row.edition, key=key, **{**given, **values})


def test_a_talk_made_on_the_site_gets_a_file_in_the_sites_manner(opened: Open) -> None:
    site = opened("pier")
    for edition, key, affiliation in (("2030", "neu", "Kelp & Co"), ("2031", "new", "Kelp Ltd")):
        make_appearance(talk=made_in(edition, key), name="Ada Kelp", affiliation=affiliation)
    before = files_of(site.folder)
    site.told()
    after = files_of(site.folder)
    assert {path: data.decode() for path, data in after.items() if path not in before} == NEW
    report = site.imported()
    assert (report.counts["created"], report.clashes(), report.exit_code) == (0, [], 0)
    assert site.goes_out() == {}


def test_a_hidden_talk_gets_no_file_where_nothing_could_hide_it(opened: Open) -> None:
    site = opened("pier")
    made_in("2030", "neu", state="draft")
    made_in("2030", "new", state="published")
    assert site.told() == [("2030/content/sessions/neu.md", "state")]
    assert (site.folder / "2030/content/sessions/new.md").is_file()
    assert not (site.folder / "2030/content/sessions/neu.md").exists()


def test_a_talk_that_would_come_back_as_another_gets_no_file(opened: Open) -> None:
    site = opened(
        "quay",
        mapping=lambda text: text.replace("key: [code, $stem]", 'key: {join: [$dir1, $stem], with: "/"}'),
    )
    made_in("2031", "neu")
    assert site.told() == [("_talks/neu.md", "key")]


def test_a_new_talk_beside_talks_that_have_folders_of_their_own_gets_one(opened: Open) -> None:
    site = opened(
        "isle",
        files={
            f"content/sessions/{key}/index.md": f"---\ntitle: {key}\n---\nX.\n"
            for key in ("sea", "sky", "sun", "sod")
        },
        mapping=lambda text: text.replace("sessions/*.md", "sessions/*/index.md").replace(
            "[key, $stem]", "$dir3"
        ),
    )
    made_in("2032", "neu", starts_at=None, ends_at=None)
    site.told()
    assert (
        site.folder / "content/sessions/neu/index.md"
    ).read_text() == "---\ntitle: 'Nëu: 新'\n---\nWords.\n"
    assert site.imported().exit_code == 0
    assert site.goes_out() == {}


def test_a_new_talk_that_the_schedule_does_not_name_is_written_without_its_time(opened: Open) -> None:
    site = opened("isle")
    made_in("2032", "neu")
    new = path_of("neu")
    assert site.told() == [(new, "ends_at"), (new, "starts_at")]
    assert (site.folder / new).read_text() == "---\nkey: neu\ntitle: 'Nëu: 新'\n---\nWords.\n"


def test_a_talk_deleted_on_the_site_takes_its_file_along(opened: Open) -> None:
    site = opened("quay")
    Talk.objects.filter(key__in=("ROPES1", "030-lunch")).delete()
    before = files_of(site.folder)
    assert site.told() == []
    assert files_of(site.folder) == {
        path: data for path, data in before.items() if path not in (ROPES, LUNCH)
    }


def test_a_deleted_talk_leaves_the_file_that_tells_of_a_person_too(opened: Open) -> None:
    site = opened("reef")
    Talk.objects.filter(key__in=("ljuba", "rays")).delete()
    before = files_of(site.folder)
    assert site.told() == [(CRABS, "out-shared")]
    assert files_of(site.folder) == {path: data for path, data in before.items() if path != RAYS}
