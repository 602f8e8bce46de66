"""Small invented sites in other dialects than the native one, with their mappings, for the tests of exports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from exchange.dialects import MappedDialect, read_mapping
from exchange.exporting import export_files
from exchange.importing import Report
from exchange.problems import Problems
from tests.attachments.drawn import picture
from tests.exchange.exports import Lines, lines
from tests.exchange.series import Bring, files_of

PHOTO = picture("PNG", (120, 120), color=(9, 90, 90))
LEFT_OUT = {"README.md": "# A site\n", "assets/x.js": "1\n"}

# Jekyll: speakers within the talks, flags, a room by its number, a BOM, CRLF, no final newline.

QUAY = """\
source: quay
timezone: Europe/Berlin
edition: {const: "2031"}
talks:
  files: [_talks/*.md]
  key: [code, $stem]
  service_if_empty: code
  speakers: {from: [speakers, speaker], inline: {name: name, affiliation: company, bio: bio, photo: photo, website: url}}
  set:
    title: {from: title, unescape: html}
    type: {from: kind, map: {long: talk, opening: keynote}}
    track: {from: strand, map: {s: Sea, l: Land}}
    room: {from: hall, map: {"1": Lantern Hall, "2": Net Loft}}
    tags: tags
    level: level
    abstract: [summary, $body]
    video: recording
    slides: deck
    draft: hidden
    cancelled: off_the_list
    start: slot.start
    end: slot.end
"""
QUAY_FILES: Mapping[str, str | bytes] = {
    "_talks/010-ropes.md": """\
---
layout: talk
code: ROPES1   # from the call
title: "Ropes &amp; knots"
kind: long
hall: 1
strand: s
slot:
  start: 2031-06-04 09:00:00 +0200
  end:   2031-06-04T09:45:00+02:00
  duration: 40 # nobody knows why
tags: [rope, 'knots']
level: beginner
speakers:
  # the order counts
  - name: Jette Brügmann
    company: "Tauwerk: eG"
    bio: Ties.
    photo: jette.png
    handle: false
  - name: Сергей Якорь
    company: Порт
recording: https://video.example/ropes
hidden: false
---

How *ropes* hold.

Still holding.
""",
    "_talks/020-fog.md": (
        "---\r\nlayout: talk\r\ncode: FOG22\r\ntitle: 'Fog, seen'\r\nkind: long\r\nhall: 2\r\nstrand: l\r\n"
        "slot:\r\n  start: 2031-06-04 07:00:00 -0200\r\n  end: 2031-06-04 07:30:00 -0200\r\n"
        "speaker: Ana Névoa\r\nsummary: Seen from\r\n  the pier.\r\noff_the_list: no\r\n---\r\n"
        "<!-- note -->\r\n"
    ),
    "_talks/030-lunch.md": "---\ntitle: Lunch\nslot:\n  start: 2031-06-04 12:00\n---\nSoup.\n",
    "_talks/040-tide.md": b"\xef\xbb\xbf"
    + "---\ncode: TIDE4\ntitle: 潮の満ち引き\nkind: opening\nspeakers:\n- {name: 渡 海, company: 港}\n---\nThe tide".encode(),
    "_talks/jette.png": PHOTO,
    "_talks/readme.txt": "not one\n",
    "_config.yml": "title: Quay\n",
}

# Hugo: people in files of their own, YAML and TOML, two editions, times of day and lengths.

PIER = """\
source: pier
timezone: America/Vancouver
edition: $dir1
translations: [fr]
speakers:
  files: "*/content/speakers/*.md"
  exclude: "**/_index*.md"
  key: $stem
  set: {name: title, affiliation: company, bio: $body, photo: image, website: links.home}
talks:
  files: "*/content/sessions/*.md"
  exclude: "**/_index*.md"
  key: $stem
  skip_if: {draft: true}
  speakers:
    - {from: [speakers, [speaker, speaker2]], ref: [key, name]}
    - {from: host, ref: key, role: moderator}
  set:
    title: title
    type: {from: format, default: talk}
    level: level
    tags: tags
    abstract: $body
    date: day
    time: at
    minutes: length
    room: [room, Room]
"""
PIER_FILES: Mapping[str, str | bytes] = {
    "2030/content/speakers/ada-kelp.md": (
        "---\ntitle: Ada Kelp\ncompany: Kelp & Co\nimage: /images/ada.png\nlinks:\n  home: https://kelp.example/\n---\nGrows.\n"
    ),
    "2030/content/speakers/李-浪.md": "---\ntitle: 李 浪\ncompany: 海大\n---\n",
    "2030/content/speakers/_index.md": "---\ntitle: Speakers\n---\n",
    "2030/content/sessions/kelp.md": (
        "---\ntitle: Kelp at night\nformat: keynote\nday: 2030-05-07\nat: '9:15'\nlength: 45\nspeakers:\n- ada-kelp\n"
        "tags:\n  - kelp\n  - night\n---\nGlowing.\n"
    ),
    "2030/content/sessions/kelp.fr.md": "---\ntitle: Le varech\n---\nBrille.\n",
    "2030/content/sessions/waves.md": (
        "---\ntitle: Waves\nday: 2030-05-07\nat: '10:15'\nlength: 30\nroom: Deck\nspeakers: [ada-kelp, 李-浪]\n---\nUp, down.\n"
    ),
    "2030/content/sessions/secret.md": "---\ntitle: Not yet\ndraft: true\n---\n",
    "static/images/ada.png": PHOTO,
    "2031/content/speakers/ada-kelp.md": '+++\ntitle = "Ada Kelp"\ncompany = "Kelp Ltd" # since March\n+++\nStill grows.\n',
    "2031/content/speakers/omar-sand.md": '+++\ntitle = "Omar Sand"\n+++\n',
    "2031/content/sessions/sand.md": (
        '+++\ndraft = false\ntitle = "Sand"\nspeaker = "omar-sand"\nRoom = "Beach"\nday = 2031-05-06\nat = "1:30 pm"\n'
        'length = "20"\n+++\nGrains.\n'
    ),
    "2031/content/sessions/shore.md": (
        '+++\ntitle = "Shore"\nspeakers = ["ada-kelp", "omar-sand"]\nhost = "ada-kelp"\n+++\n'
    ),
}

# Hugo: a schedule in a data file, joined with a table of slots.

ISLE = """\
source: isle
timezone: Pacific/Auckland
edition: {const: "2032"}
talks:
  files: content/sessions/*.md
  key: [key, $stem]
  set: {title: title, type: {const: talk}, track: tags.0, abstract: $body, video: videoId}
schedule:
  file: data/schedule.yml
  rows: "*.rooms.*.slots.*"
  lookup: {file: data/slots.yml, by: slot, key: key}
  talk: talk
  set: {date: ^^day, time: start, minutes: duration, room: ^room}
"""
ISLE_FILES: Mapping[str, str | bytes] = {
    "content/sessions/fern.md": "---\nkey: fern\ntitle: Fern\ntags: [green, wet]\n---\nUnrolls.\n",
    "content/sessions/kauri.md": "---\nkey: kauri\ntitle: Kauri\ntags: [tall]\nvideoId: https://v.example/k\n---\nOld.\n",
    "content/sessions/moss.md": "---\nkey: moss\ntitle: Moss\n---\nSoft.\n",
    "data/schedule.yml": """\
# The days
- day: 2032-02-03
  rooms:
    - room: Hut
      slots:
        - {slot: s1, talk: fern}
        - {slot: s3, talk: moss}
        - {slot: s9, talk: __pause}
    - room: Tent
      slots:
        - {slot: s1, talk: kauri}
""",
    "data/slots.yml": """\
- key: s1   # both rooms
  start: "9:00"
  duration: 30
- key: s3
  start: "11:00"
  duration: 45
- key: s9
  start: "12:00"
  duration: 60
""",
}

# Jekyll: a schedule whose rows have a cell for each room.

MOLE = """\
source: mole
timezone: Australia/Adelaide
edition: {const: "2033"}
talks:
  files: _talks/*.md
  key: talkid
  set: {title: title, abstract: abstract}
schedule:
  file: _data/schedule.yml
  rows: days.*.timeslots.*
  talk: talkIds
  set: {date: ^date, time: startTime, room: {nth: ^rooms}}
  end: next
"""
MOLE_FILES: Mapping[str, str | bytes] = {
    "_talks/1-sun.md": "---\ntalkid: 1\ntitle: Sun\nabstract: Hot.\n---\n",
    "_talks/2-salt.md": "---\ntalkid: 2\ntitle: Salt\nabstract: >\n  White\n  and dry.\n---\n",
    "_talks/3-dust.md": "---\ntalkid: 3\ntitle: Dust\nabstract: Red.\n---\n",
    "_data/schedule.yml": """\
days:
  - date: 2033-08-02
    rooms: [East, West]
    timeslots:
      - startTime: "09:00"
        talkIds: [1, 2]
      - startTime: "10:00"
        talkIds: [3, 404]
      - startTime: "11:00"
        talkIds: [504]
""",
}

# Hugo page bundles: a person is a folder, a talk lies below it; one file is both.

REEF = """\
source: reef
timezone: Europe/Belgrade
edition: {const: "2034"}
speakers:
  files: [content/speakers/*/_index.md, content/speakers/*/index.md]
  key: $dir3
  set: {name: [speaker, title], affiliation: company, bio: [bio, $body], website: link}
talks:
  files: [content/speakers/*/*/index.md, content/speakers/*/index.md]
  key: [$dir4, $dir3]
  speakers: {from: $dir3, ref: key}
  set:
    title: title
    abstract: description
    track: {from: track, map: {A: Coral}}
    date: {join: [{const: 2034-09}, day], with: "-"}
    time: start
    minutes: {const: "40"}
    room: $up(type=speaker).room
"""
REEF_FILES: Mapping[str, str | bytes] = {
    "content/speakers/mira/_index.md": "---\ntype: speaker\ntitle: Mira Koral\ncompany: Greben\nroom: Cave\n---\n",
    "content/speakers/mira/eels/index.md": '---\ntitle: Eels\ndescription: Long.\ntrack: A\nday: "26"\nstart: "13:30"\n---\n',
    "content/speakers/mira/rays/index.md": '---\ntitle: Rays\ndescription: Flat.\ntrack: A\nday: "27"\nstart: "9:00"\n---\n',
    "content/speakers/ljuba/index.md": (
        '---\ntitle: Crabs\nspeaker: Љуба Рак\ncompany: Рт\ndescription: Sideways.\nday: "27"\nstart: "11:00"\n---\n'
    ),
}

SITES: Mapping[str, tuple[str, Mapping[str, str | bytes]]] = {
    "quay": (QUAY, QUAY_FILES),
    "pier": (PIER, PIER_FILES),
    "isle": (ISLE, ISLE_FILES),
    "mole": (MOLE, MOLE_FILES),
    "reef": (REEF, REEF_FILES),
}


def dialect_of(text: str) -> MappedDialect:
    """A mapping in which nothing is wrong."""
    problems = Problems()
    found = read_mapping("site.yml", text.encode(), problems)
    assert found is not None, [(one.code, one.values) for one in problems]
    return found


@dataclass
class OnDisk:
    """A site in a folder, imported by its mapping."""

    folder: Path
    dialect: MappedDialect
    bring: Bring

    def imported(self) -> Report:
        """Import it (again)."""
        return self.bring(self.folder, root=self.folder, dialect=self.dialect)

    def goes_out(self, *refused: tuple[str, str]) -> Lines:
        """Export into the folder that was imported; the lines that changed.

        ``refused``: path and field of what cannot be written. What is written comes in again as a run with nothing to
        do, and goes out again as nothing to write.
        """
        before = files_of(self.folder)
        stood = self.told()
        assert stood == list(refused), stood
        after = files_of(self.folder)
        report = self.imported()
        came = (report.clashes(), report.items(), report.exit_code)
        assert came == ([], [], 0), came
        assert not export_files().into_folder(self.folder).differs
        assert files_of(self.folder) == after
        return lines(before, after)

    def told(self) -> list[tuple[str, str]]:
        """Export into the folder; path and field (else code) of what stood in the way."""
        found = export_files()
        found.into_folder(self.folder)
        return [
            (one.path, str(one.values.get("key", one.values.get("field", one.code)))) for one in found.said()
        ]


Open = Callable[..., OnDisk]
