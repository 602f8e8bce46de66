"""The site back into its files: byte for byte what came, but for the lines of what was edited."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conference import demo
from editions.models import CommitteeMember, Edition, ImportantDate, Room, Sponsor, Track
from exchange.models import SourceFile
from talks.models import Appearance, Paper, Talk, TalkType
from tests.exchange.exports import export, goes_out
from tests.exchange.series import Bring, files_of
from tests.exchange.test_emc2 import corpus  # noqa: F401 # a fixture
from texts.fields import MarkdownField

KEYNOTE = "_programs/3-faro-27/01-keynote.md"
PAPERS = "_programs/3-faro-27/02-papers.md"
LUNCH = "_programs/3-faro-27/03-lunch.md"
PANEL = "_programs/3-faro-27/04-panel.md"
LAMP = "_programs/3-faro-27/05-lamp.md"
OPENING = "_programs/4-nagoya-28/opening.md"
FARO = "_editions/3-faro-27.md"
NAGOYA = "_editions/4-nagoya-28.html"
MEMBER = "_organizers/1-quadros.md"


def talk(path: str) -> Talk:
    """The talk that a file feeds."""
    found: Talk = Talk.objects.get(source__file__path=path)
    return found


def edit(row: Any, **values: Any) -> None:
    """Change a row as a form does."""
    for name, value in values.items():
        field = row._meta.get_field(name)
        setattr(row, name, field.formfield().clean(value) if isinstance(field, MarkdownField) else value)
    row.full_clean()
    row.save()


# What came goes out as it came


def claimed(folder: Path) -> dict[str, bytes]:
    """The files of a folder that were imported, and the assets that they name."""
    paths = set(SourceFile.objects.values_list("path", flat=True))
    for facts in SourceFile.objects.values_list("assets", flat=True):
        paths |= {path for path, fact in facts.items() if fact}
    return {path: data for path, data in files_of(folder).items() if path in paths}


def test_the_series_goes_out_as_it_came(bring: Bring, series: Path, tmp_path: Path) -> None:
    bring(series)
    export(tmp_path / "out")
    left_out = {"_config.yml", "README.md"}
    came = {path: data for path, data in files_of(series).items() if path not in left_out}
    assert files_of(tmp_path / "out") == came


def test_the_sample_series_goes_out_as_it_came(bring: Bring, tmp_path: Path) -> None:
    came = demo.prepare(tmp_path / "series", datetime(2031, 3, 4, 12))
    assert bring(came).exit_code == 0
    export(tmp_path / "out")
    out = files_of(tmp_path / "out")
    assert out == claimed(came)
    assert set(files_of(came)) - set(out) == {"_config.yml"}


def test_the_real_series_goes_out_as_it_came(bring: Bring, corpus: Path, tmp_path: Path) -> None:  # noqa: F811
    bring(corpus, timezone="America/New_York")
    export(tmp_path / "out")
    out = files_of(tmp_path / "out")
    assert out == claimed(corpus)
    folders = ("_programs", "_editions", "_organizers")
    assert {path for path in out if path.startswith(folders)} == {
        path for path in files_of(corpus) if path.startswith(folders) and path.endswith((".md", ".html"))
    }


def test_four_edits_of_the_real_series_are_their_lines(bring: Bring, corpus: Path, tmp_path: Path) -> None:  # noqa: F811
    site = tmp_path / "site"
    shutil.copytree(corpus, site)
    bring(site, timezone="America/New_York")
    talks = {
        name: Talk.objects.filter(source__isnull=False).order_by("pk")
        for name in ("title", "start", "abstract")
    }
    person = Appearance.objects.exclude(affiliation="").exclude(place="").order_by("pk")[0]
    title = talks["title"].exclude(title="").exclude(pk=person.talk_id)[0]
    start = talks["start"].filter(starts_at__isnull=False).exclude(pk__in=[person.talk_id, title.pk])[0]
    windows = [
        one.records.get().talk_id
        for one in SourceFile.objects.filter(path__startswith="_programs")
        if b"\r\n" in bytes(one.data) and one.records.exists()
    ]
    abstract = (
        talks["abstract"]
        .filter(pk__in=windows)
        .exclude(abstract="")
        .exclude(pk__in=[person.talk_id, title.pk, start.pk])[0]
    )
    edit(person, affiliation="Tromsø: light")
    Talk.objects.filter(pk=title.pk).update(title='Light: "who" keeps it?')
    Talk.objects.filter(pk=start.pk).update(starts_at=start.starts_at - timedelta(minutes=5))
    Talk.objects.filter(pk=abstract.pk).update(abstract="One.\n\nTwo.")
    found = goes_out(bring, site)
    changed = [row.source.file.path for row in (person.talk, title, start, abstract)]
    assert sorted(found) == sorted(changed)
    assert [[line[0] for line in found[path]] for path in changed[:3]] == [["-", "+"]] * 3
    assert b"\r\nOne.\r\n\r\nTwo." in (site / changed[3]).read_bytes()


ODD = {
    "_editions/oslo-31.md": b"\xef\xbb\xbf---\r\nedition: oslo-31\r\nevent_date: 2031-2-3 # a Monday\r\n---  \r\n\r\nHei.",
    "_programs/oslo-31/a b.md": b"---\nedition:\toslo-31\ntype:  'talk'\ntitle: \"T\\u00e5ke\"\nodd_key: 1\n---\n\n\nWords.\r\nMore\n",
    "_programs/oslo-31/t\xc3\xa5ke.md": b"---\nedition: oslo-31\ntype: break\ntitle: ~\nspeaker:\ntags: []\n---",
    "_programs/oslo-31/plus.md": b'+++\nedition = "oslo-31"\ntype = "talk"\ntitle = "Plus" # kept\ntime_start = 2031-02-03T09:00:00\n+++\nBody\n',
    "_programs/oslo-31/old.md": b"---\redition: oslo-31\rtype: talk\rtitle: Old ends\r---\rBody\r",
}


def odd(root: Path) -> Path:
    """Files in every manner that there is."""
    for path, data in ODD.items():
        raw = path.encode("latin-1").decode() if not path.isascii() else path
        (root / raw).parent.mkdir(parents=True, exist_ok=True)
        (root / raw).write_bytes(data)
    return root


def test_odd_files_go_out_as_they_came(bring: Bring, tmp_path: Path) -> None:
    report = bring(odd(tmp_path / "site"))
    assert (report.exit_code, report.counts["created"]) == (0, 5)
    export(tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "site")


def test_a_frozen_edition_goes_out_too(bring: Bring, series: Path, tmp_path: Path) -> None:
    bring(series)
    Edition.objects.filter(key="faro-27").update(state=Edition.State.FROZEN)
    export(tmp_path / "out")
    assert set(files_of(series)) - set(files_of(tmp_path / "out")) == {"_config.yml", "README.md"}


# One edit, its lines and no other


def person(name: str, path: str = "") -> Appearance:
    """Somebody's appearance, in the talk of a file."""
    return Appearance.objects.get(name=name, talk__source__file__path=path or KEYNOTE)


def add_person(path: str, name: str, position: int, **more: Any) -> None:
    """Put somebody on a talk."""
    row = Appearance(talk=talk(path), name=name, position=position, **more)
    row.full_clean()
    row.save()


def move_last_panelist_first() -> None:
    panel = talk(PANEL)
    for position, name in enumerate(("Ines Quadros", "TBD", "Maren Østby", "灯台 守")):
        panel.appearances.filter(name=name).update(position=position)


def another_room(path: str, name: str) -> None:
    room = Room.objects.create(edition=talk(path).edition, key=name, name=name, slug="another")
    edit(talk(path), room=room)


def another_track(path: str, name: str) -> None:
    track = Track.objects.create(edition=talk(path).edition, key=name, name=name, slug="another")
    edit(talk(path), track=track)


def another_type(path: str, key: str) -> None:
    kind, _made = TalkType.objects.get_or_create(key=key, defaults={"label": key})
    edit(talk(path), type=kind)


def swap_papers() -> None:
    for position, title in enumerate(("Пыль и линзы", "Salt on glass")):
        Paper.objects.filter(title=title).update(position=position)


def add_paper(path: str, **fields: Any) -> None:
    row = Paper(talk=talk(path), **fields)
    row.full_clean()
    row.save()


def faro() -> Edition:
    """The edition in Faro."""
    found: Edition = Edition.objects.get(key="faro-27")
    return found


def add_sponsor(edition: Edition, **fields: Any) -> Sponsor:
    row = Sponsor(edition=edition, **fields)
    row.full_clean()
    row.save()
    return row


EDITS: dict[str, tuple[Any, dict[str, list[str]]]] = {
    "affiliation": (
        lambda: edit(person("Maren Østby"), affiliation="Tromsø Light & Co: research"),
        {KEYNOTE: ["-    affiliation: Bergen Lamp Works", "+    affiliation: 'Tromsø Light & Co: research'"]},
    ),
    "affiliation taken away": (
        lambda: edit(person("Maren Østby"), affiliation=""),
        {KEYNOTE: ["-    affiliation: Bergen Lamp Works"]},
    ),
    "title with a colon and quotes": (
        lambda: edit(talk(PANEL), title='Light: "who" keeps it?'),
        {PANEL: ["-title: Who keeps the light?", "+title: 'Light: \"who\" keeps it?'"]},
    ),
    "start": (
        lambda: edit(talk(KEYNOTE), starts_at=datetime(2027, 6, 14, 8, 30)),
        {KEYNOTE: ["-time_start: 2027-06-14 09:00:00", "+time_start: 2027-06-14 08:30:00"]},
    ),
    "no times": (
        lambda: edit(talk(LUNCH), starts_at=None, ends_at=None),
        {LUNCH: ["-time_start: 2027-06-14 12:00:00", "-time_end: 2027-06-14 12:59:00"]},
    ),
    "abstract": (
        lambda: edit(talk(KEYNOTE), abstract="Rings *twice*.\r\n\r\nAnd more: `x`."),
        {KEYNOTE: ["-Rings *again*.", "+Rings *twice*.", "+", "+And more: `x`."]},
    ),
    "abstract where there was none": (
        lambda: edit(talk(PANEL), abstract="Come early."),
        {PANEL: ["+Come early."]},
    ),
    "room": (lambda: another_room(KEYNOTE, "Salão: 1"), {KEYNOTE: ["-room: Lamp Room", "+room: 'Salão: 1'"]}),
    "no room": (lambda: edit(talk(KEYNOTE), room=None), {KEYNOTE: ["-room: Lamp Room"]}),
    "first room": (lambda: another_room(LUNCH, "Pier 2"), {LUNCH: ["+room: Pier 2"]}),
    "track": (lambda: another_track(KEYNOTE, "Световод"), {KEYNOTE: ["-track: Glass", "+track: Световод"]}),
    "tags": (
        lambda: edit(talk(KEYNOTE), tags=["lenses", "salt, sea", "no"]),
        {KEYNOTE: ["-tags: [lenses, history]", "+tags: [lenses, 'salt, sea', 'no']"]},
    ),
    "first tags": (lambda: edit(talk(LUNCH), tags=["food", "1.10"]), {LUNCH: ["+tags:", "+    - food", "+    - '1.10'"]}),
    "no tags": (lambda: edit(talk(KEYNOTE), tags=[]), {KEYNOTE: ["-tags: [lenses, history]"]}),
    "level and language": (
        lambda: edit(talk(KEYNOTE), level="beginner", language="pt"),
        {KEYNOTE: ["+level: beginner", "+language: pt"]},
    ),
    "draft": (lambda: edit(talk(LUNCH), state="draft"), {LUNCH: ["+hidden: true"]}),
    "cancelled": (lambda: edit(talk(LUNCH), state="cancelled"), {LUNCH: ["+cancelled: true"]}),
    "type": (lambda: another_type(LUNCH, "dinner"), {LUNCH: ["-type: lunch", "+type: dinner"]}),
    "location": (lambda: edit(talk(LUNCH), location="Кафе #2"), {LUNCH: ["-location: The quay", "+location: 'Кафе #2'"]}),
    "position": (lambda: edit(talk(LUNCH), position=3), {LUNCH: ["+order: 3"]}),
    "slides": (
        lambda: edit(talk(LAMP), slides="https://slides.example/a?b=c#d"),
        {LAMP: ["+presentation: https://slides.example/a?b=c#d"]},
    ),
    "video": (
        lambda: edit(talk(KEYNOTE), video_url="https://v.example/1"),
        {KEYNOTE: ["+video_url: https://v.example/1"]},
    ),
    "title of a paper": (
        lambda: edit(Paper.objects.get(title="Пыль и линзы"), title="Пыль: 2"),
        {PAPERS: ["-    - title: Пыль и линзы", "+    - title: 'Пыль: 2'"]},
    ),
    "name of a moderator": (
        lambda: edit(person("Ines Quadros", PANEL), name="Inês Quadros"),
        {PANEL: ["-    name: Ines Quadros", "+    name: Inês Quadros"]},
    ),
    "panelist added": (
        lambda: add_person(PANEL, "Łucja Żak", 4, role="panelist", affiliation="Gdynia", url="https://zak.example/"),
        {PANEL: ["+    - name: Łucja Żak", "+      affiliation: Gdynia", "+      url: https://zak.example/"]},
    ),
    # A file holds one role after another; on the site the speaker stands behind the panelists, and stays there.
    "speaker behind the panelists": (
        lambda: add_person(PANEL, "Łucja Żak", 9),
        {PANEL: ["+speaker:", "+    name: Łucja Żak"]},
    ),
    "panelist removed": (
        lambda: person("灯台 守", PANEL).delete(),
        {PANEL: ["-    - name: 灯台 守", "-      affiliation: 名古屋港"]},
    ),
    "panelists moved": (move_last_panelist_first, {PANEL: ["+    - name: TBD", "-    - name: TBD"]}),
    "second speaker": (
        lambda: add_person(KEYNOTE, "Łucja Żak", 1),
        {KEYNOTE: [
            "-speaker:", "-    name: Maren Østby", "-    affiliation: Bergen Lamp Works",
            "-    url: https://ostby.example/", "-    avatar: ostby.jpg",
            "+speakers:", "+    - name: Maren Østby", "+      affiliation: Bergen Lamp Works",
            "+      url: https://ostby.example/", "+      avatar: ostby.jpg", "+    - name: Łucja Żak",
        ]},
    ),
    "speaker removed": (
        lambda: person("José Rebelo", LAMP).delete(),
        {LAMP: ["-speaker: José Rebelo"]},
    ),
    "plain name": (
        lambda: edit(person("José Rebelo", LAMP), name="José Rebelo Jr"),
        {LAMP: ["-speaker: José Rebelo", "+speaker: José Rebelo Jr"]},
    ),
    "plain name gets a map": (
        lambda: edit(person("José Rebelo", LAMP), affiliation="Olhão"),
        {LAMP: ["-speaker: José Rebelo", "+speaker:", "+    name: José Rebelo", "+    affiliation: Olhão"]},
    ),
    "second speaker beside a plain name": (
        lambda: add_person(LAMP, "Łucja Żak", 1, affiliation="Gdynia"),
        {LAMP: [
            "-speaker: José Rebelo", "+speakers:", "+    - name: José Rebelo", "+    - name: Łucja Żak",
            "+      affiliation: Gdynia",
        ]},
    ),
    "speaker where there was none": (
        lambda: add_person(LUNCH, "Łucja Żak", 0), {LUNCH: ["+speaker:", "+    name: Łucja Żak"]},
    ),
    "chair": (
        lambda: add_person(PAPERS, "灯台 守", 0, role="chair"), {PAPERS: ["+chair:", "+    name: 灯台 守"]},
    ),
    "paper added": (
        lambda: add_paper(PAPERS, title="Fog", authors="A. Fog, B. Mist", position=2),
        {PAPERS: ["+    - title: Fog", "+      authors: A. Fog, B. Mist"]},
    ),
    "paper removed": (
        lambda: Paper.objects.get(title="Пыль и линзы").delete(),
        {PAPERS: ["-    - title: Пыль и линзы", "-      authors: Анна Дым"]},
    ),
    "papers moved": (
        swap_papers,
        {PAPERS: [
            "+    - title: Пыль и линзы", "+      authors: Анна Дым",
            "-    - title: Пыль и линзы", "-      authors: Анна Дым",
        ]},
    ),
    "zone": (
        lambda: edit(faro(), timezone="Atlantic/Azores"),
        {FARO: ["-timezone: Europe/Lisbon", "+timezone: Atlantic/Azores"]},
    ),
    "date extended": (
        lambda: edit(ImportantDate.objects.get(key="author_notification_acceptance"), extended_to=date(2027, 4, 1)),
        {FARO: ["+author_notification_acceptance_extended: 2027-04-01"]},
    ),
    "date moved": (
        lambda: edit(ImportantDate.objects.get(key="paper_deadline"), date=date(2027, 1, 31)),
        {FARO: ["-paper_deadline: 2027-02-01", "+paper_deadline: 2027-01-31"]},
    ),
    "sponsor added": (
        lambda: (
            Sponsor.objects.filter(name="Фонарь").update(position=2),
            add_sponsor(faro(), name="Kelp & Sons", tier="Silver", url="https://kelp.example/", position=1),
        ),
        {FARO: ["+    - name: Kelp & Sons", "+      url: https://kelp.example/", "+      tier: Silver"]},
    ),
    "first sponsor": (
        lambda: add_sponsor(Edition.objects.get(key="nagoya-28"), name="株式会社 灯"),
        {NAGOYA: ["+sponsors:", "+    - name: 株式会社 灯"]},
    ),
    "end day": (lambda: edit(faro(), ends_on=date(2027, 6, 16)), {FARO: ["-event_end: 2027-06-15", "+event_end: 2027-06-16"]}),
    "first end day": (
        lambda: edit(Edition.objects.get(key="nagoya-28"), ends_on=date(2028, 10, 3)),
        {NAGOYA: ["+event_end: 2028-10-03"]},
    ),
    "number": (lambda: edit(faro(), number=11), {FARO: ["+number: 11"]}),
    "notice of HTML": (
        lambda: edit(Edition.objects.get(key="nagoya-28"), notice="<p>Doors open at <em>nine</em>.</p>"),
        {NAGOYA: ["-<p>Doors open at <em>eight</em>.</p>", "+<p>Doors open at <em>nine</em>.</p>"]},
    ),
    "name of the host": (
        lambda: edit(faro(), host_name="OPTIKA"),
        {FARO: ['-colocated_long: "OPTIKA: the glass and light congress"', '+colocated_long: "OPTIKA"']},
    ),
    "member": (
        lambda: edit(CommitteeMember.objects.get(), role="Chair", affiliation="Tavira", bio="Keeps *one* key."),
        {MEMBER: [
            "-affiliation: Faro Port", "+affiliation: Tavira", "+role: Chair", "-Keeps the *keys*.", "+Keeps *one* key.",
        ]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_its_own_lines(bring: Bring, series: Path, name: str) -> None:
    bring(series)
    make, expected = EDITS[name]
    make()
    assert goes_out(bring, series) == expected
