"""An invented series for the tests of imports, and what they ask of a site."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps

from exchange.importing import Report
from exchange.problems import Level
from tests.attachments.drawn import picture, quarters, svg

Bring = Callable[..., Report]
SOURCES = "attachments editions exchange history speakers talks".split()

FARO = """---
edition: faro-27
title: Lighthouse Optics Meeting 3
colocated_short: OPTIKA 27
colocated_long: "OPTIKA: the glass and light congress"
colocated_url: https://optika.example/
event_date: 2027-06-14
event_end: 2027-06-15
event_location: Faro, Portugal
event_room: Old Customs House
timezone: Europe/Lisbon
paper_deadline: 2027-02-01
paper_deadline_extended: 2027-02-15
author_notification_acceptance: 2027-03-20
event_session: full
is_archived: false
permalink: /2027/
sponsors:
    - name: Prisma Glassworks
      logo: prisma.svg
      url: https://prisma.example/
      tier: Gold
competition_sponsors:
    - name: Фонарь
---
Bring a **coat**.
"""
NAGOYA = """---
edition: nagoya-28
event_date: 2028-10-02
event_location: 名古屋
colocated_short: 光学会 28
timezone: Asia/Tokyo
---
<p>Doors open at <em>eight</em>.</p>
"""
KEYNOTE = """---
edition: faro-27
type: keynote
title: "Fresnel's rings: a second look"
time_start: 2027-06-14 09:00:00
time_end: 2027-06-14 09:45:00
room: Lamp Room
track: Glass
tags: [lenses, history]
speaker:
    name: Maren Østby
    affiliation: Bergen Lamp Works
    url: https://ostby.example/
    avatar: ostby.jpg
presentation: rings.pdf
permalink: /2027/rings.html
aliases: [/rings/]
---
Rings *again*.
"""
PANEL = """---
edition: faro-27
type: panel
title: Who keeps the light?
time_start: 2027-06-14 14:00:00
time_end: 2027-06-14 15:00:00
room: Gallery
moderator:
    name: Ines Quadros
    affiliation: Faro Port
panelists:
    - name: Maren Østby
      affiliation: Bergen Lamp Works
    - name: 灯台 守
      affiliation: 名古屋港
    - name: TBD
---
"""
PAPERS = """---
edition: faro-27
type: paper_session
time_start: 2027-06-14 10:00:00
time_end: 2027-06-14 12:00:00
room: Gallery
papers:
    - title: Salt on glass
      authors: Ines Quadros, José Rebelo
      affiliation: Faro Port
      paper: salt.pdf
      poster: https://posters.example/salt
    - title: Пыль и линзы
      authors: Анна Дым
---
"""
LUNCH = """---
edition: faro-27
type: lunch
time_start: 2027-06-14 12:00:00
time_end: 2027-06-14 12:59:00
location: The quay
---
"""
PLAIN = """---
edition: faro-27
type: invited_talk
title: A lamp for every harbour
time_start: 2027-06-15 09:00:00
time_end: 2027-06-15 09:30:00
speaker: José Rebelo
---
One lamp each.
"""
OPENING = """---
edition: nagoya-28
type: keynote
title: 灯りの歴史
time_start: 2028-10-02 09:00:00
time_end: 2028-10-02 10:00:00
speakers:
    - name: 灯台 守
      order: 2
    - name: MAREN  Østby
      affiliation: Nagoya Institute of Lamps
      avatar: maren.png
      order: 1
---
はじめに。
"""
MEMBER = """---
name: Ines Quadros
affiliation: Faro Port
profile_url: https://quadros.example/
avatar: ines.jpg
---
Keeps the *keys*.
"""
ROSTER = "---\nedition: faro-27\ntype: speakers\nspeakers: [Maren Østby]\n---\n"
PDF = b"%PDF-1.4\n% an empty one\n%%EOF\n"

SERIES: Mapping[str, str | bytes] = {
    "_config.yml": "title: Lighthouse Optics\n",
    "README.md": "# Not a talk\n",
    "_editions/3-faro-27.md": FARO,
    "_editions/4-nagoya-28.html": NAGOYA,
    "_programs/3-faro-27/01-keynote.md": KEYNOTE,
    "_programs/3-faro-27/02-papers.md": PAPERS,
    "_programs/3-faro-27/03-lunch.md": LUNCH,
    "_programs/3-faro-27/04-panel.md": PANEL,
    "_programs/3-faro-27/05-lamp.md": PLAIN,
    "_programs/4-nagoya-28/opening.md": OPENING,
    "_programs/speakers/3-faro-27.md": ROSTER,
    "_organizers/1-quadros.md": MEMBER,
    "assets/images/speakers/faro-27/ostby.jpg": quarters("JPEG", (400, 200)),
    "assets/images/speakers/nagoya-28/maren.png": picture("PNG", (120, 120), color=(9, 9, 90)),
    "assets/images/organizers/ines.jpg": picture("JPEG", (120, 120), color=(90, 9, 9)),
    "assets/images/editions/3-faro-27.jpg": picture("JPEG", (640, 360), color=(9, 90, 9)),
    "assets/images/sponsors/prisma.svg": svg(),
    "assets/docs/faro-27/rings.pdf": PDF + b"rings",
    "assets/docs/faro-27/salt.pdf": PDF + b"salt",
}

TALK = "---\nedition: quito-29\ntype: talk\ntitle: {title}\ntime_start: 2029-03-0{day} 10:00\ntime_end: 2029-03-0{day} 10:30\n---\nWords.\n"


def talk(title: str = "Shade at noon", day: int = 1, **more: str) -> str:
    """A short talk file of the edition quito-29, with more lines of ``key: value`` in its front matter."""
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return TALK.format(title=title, day=day).replace("---\nWords.", lines + "---\nWords.")


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and return it."""
    for path, data in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
    return root


def change(file: Path, old: str, new: str) -> None:
    """Replace words that stand once in a file."""
    text = file.read_bytes().decode()
    assert text.count(old) == 1, (file, old)
    file.write_bytes(text.replace(old, new).encode())


def tables() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, literally."""
    models = [model for name in SOURCES for model in apps.get_app_config(name).get_models()]
    return {model._meta.label: sorted(model._base_manager.values_list(), key=repr) for model in models}


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(report: Report, level: Level = Level.WARNING) -> list[tuple[str, int | None, str]]:
    """Path, line and code of the problems of one level."""
    return [
        (one.path, one.place.line if one.place else None, one.code)
        for one in report.problems
        if one.level is level
    ]


def errors(report: Report) -> list[tuple[str, int | None, str]]:
    """Path, line and code of the errors."""
    return told(report, Level.ERROR)
