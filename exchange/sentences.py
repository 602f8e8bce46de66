"""What a problem says to a reader: for each code a message, and a hint with what to write instead."""

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.problems import Problem, Value

Template: TypeAlias = str | Promise
Catalogue: TypeAlias = dict[str, tuple[Template, Template]]

# Placeholders in braces are the problem's values. Message: what is wrong. Hint: what to write instead.
CATALOGUE: Catalogue = {}

# exchange.documents: the file and its fences
CATALOGUE |= {
    "file-empty": (
        _("the file is empty"),
        _("begin with front matter: ---, then keys such as title: A talk, then ---"),
    ),
    "opening-fence-missing": (
        _("the file does not begin with front matter"),
        _("put --- alone on the first line, then the keys, then --- again"),
    ),
    "opening-fence-wrong": (
        _("{found} does not open front matter"),
        _("write exactly three dashes at the very beginning of the first line: ---"),
    ),
    "closing-fence-missing": (
        _("the front matter that begins here is never closed"),
        _("put {fence} alone on a line after the last key"),
    ),
    "header-empty": (
        _("there are no keys between the fences"),
        _("write at least edition and title: title: A talk"),
    ),
    "header-not-keys": (
        _("the front matter is not a set of keys with values"),
        _("write one key to a line: title: A talk"),
    ),
    "header-too-long": (
        _("the front matter is longer than {limit} kB"),
        _("move long text below the closing fence, where it becomes the body"),
    ),
    "data-too-long": (
        _("the file is longer than {limit} kB"),
        _("keep each edition's data in a file of its own"),
    ),
    "body-too-long": (
        _("the body is longer than {limit} kB"),
        _("link to long material instead of pasting it"),
    ),
    "not-utf8": (
        _("the byte {byte} is not valid UTF-8"),
        _("save the file as UTF-8; most editors offer it under Save with encoding"),
    ),
    "not-utf8-but-utf16": (
        _("the file is in UTF-16"),
        _("save the file as UTF-8; most editors offer it under Save with encoding"),
    ),
    "control-character": (
        _("there is a control character here ({character})"),
        _("delete it; it cannot be seen and often comes along when text is pasted"),
    ),
    "line-separator": (
        _("there is an unusual line separator here ({character}); it is read as a line end"),
        _("replace it by an ordinary line end"),
    ),
}

# exchange.documents: data files
CATALOGUE |= {
    "data-empty": (
        _("the file holds nothing"),
        _("write [] if that is meant, or take the file out of the mapping"),
    ),
    "data-second-document": (
        _("a second YAML document begins here"),
        _("keep one document to a file: remove this line, or what follows it"),
    ),
    "json-escape": (
        _("a backslash begins a code here, and this one is no character"),
        _("write the character itself"),
    ),
}

# exchange.documents: YAML
CATALOGUE |= {
    "tab-indent": (_("a tab cannot indent"), _("use blanks, for example four, instead of each tab")),
    "colon-in-value": (
        _("the value has a colon in it, so YAML reads two keys"),
        _("put the value in quotes: {instead}"),
    ),
    "colon-without-blank": (_("there is no blank after the colon"), _("write {instead}")),
    "line-without-colon": (
        _("this line has no key: {text}"),
        _("write key: value, or indent the line by two blanks if it goes on from the line above"),
    ),
    "quote-unclosed": (_("the quote that opens here is not closed"), _("close it, for example {instead}")),
    "text-after-quote": (
        _("there is more text after the closing quote"),
        _("put the whole value in one pair of quotes: {instead}"),
    ),
    "text-after-bracket": (
        _("the value begins with a bracket, so YAML reads a list, and text follows it"),
        _("put the whole value in quotes: {instead}"),
    ),
    "bracket-unclosed": (
        _("the {bracket} that opens here is not closed, or a comma is missing after it"),
        _("write a list as [one, two], or put plain text in quotes: '[one'"),
    ),
    "character-reserved": (
        _("a value cannot begin with {character}, which means something else in YAML"),
        _("put the value in quotes: {instead}"),
    ),
    "dash-in-value": (
        _("a list cannot begin on the line of its key"),
        _("put it on the next line, or, if it is plain text, in quotes: {instead}"),
    ),
    "escape-unknown": (
        _("a backslash in double quotes begins a code, and this one does not exist"),
        _("use single quotes, where a backslash is a backslash: {instead}"),
    ),
    "indent-too-deep": (
        _("this line is indented deeper than the line above, which has its value already"),
        _(
            "begin it in the same column as the key above, or put the value above in quotes if this is part of it"
        ),
    ),
    "indent-unmatched": (
        _("this line begins in a column that fits none of the lines above"),
        _("give it as many blanks as the other keys or dashes of its group"),
    ),
    "comment-cuts-value": (
        _("YAML takes {lost} for a comment, so the value ends before it"),
        _("put the value in quotes if this is a part of it: title: 'Talk #5'"),
    ),
    "key-twice": (
        _("the key {key} is given twice: first in line {first_line}, and again here"),
        _("keep one of the two lines"),
    ),
    "key-twice-last-read": (
        _("the key {key} is given twice: first in line {first_line}, and again here, where it is read"),
        _("keep one of the two lines"),
    ),
    "empty-key": (_("there is a value without a key"), _("write a key before the colon: title: A talk")),
    "complex-key": (
        _("a key must be plain text"),
        _(
            "write key: value; put a value that begins with a brace or bracket in quotes: title: '{{{{ name }}}}'"
        ),
    ),
    "too-deep": (
        _("values are nested more than {limit} deep"),
        _("write it flatter; no field needs so many levels"),
    ),
    "anchor": (
        _("the anchor &{name} is not allowed"),
        _("write the value out wherever it is needed; put text that begins with & in quotes: '&{name}'"),
    ),
    "alias": (
        _("the alias *{name} is not allowed"),
        _("write the value out here; put text that begins with * in quotes: '*{name}'"),
    ),
    "anchor-unreadable": (
        _("a value cannot begin with {character}, which means an anchor or alias in YAML"),
        _("put the value in quotes: {instead}"),
    ),
    "tag": (
        _("the tag {tag} is not allowed"),
        _("leave the tag out; put text that begins with ! in quotes: title: '!important'"),
    ),
    "tag-unreadable": (
        _("a value cannot begin with {character}, which means a tag in YAML"),
        _("put the value in quotes: {instead}"),
    ),
    "second-document": (
        _("a second YAML document begins inside the front matter"),
        _("remove this line, or put --- alone on it to close the front matter"),
    ),
    "yaml-syntax": (
        _("this is not YAML: {reason}"),
        _("look at this line and the one above; quotes around the value often help: title: 'A talk'"),
    ),
    "toml-syntax": (
        _("this is not TOML: {reason}"),
        _('write text in quotes, on one line: title = "A talk"'),
    ),
}

# exchange.scalars
CATALOGUE |= {
    "text-has-lines": (_("the text runs over several lines"), _("write it on one line")),
    "text-too-long": (
        _("the text has {length} characters; {limit} is the most"),
        _("shorten it, or move the rest into the body"),
    ),
    "invisible-character": (
        _("the text holds a character that cannot be seen ({character})"),
        _("delete it, or type the text afresh instead of pasting it"),
    ),
    "clock-date-only": (_("{text} has no time of day"), _("add it: 2025-06-01 09:30:00")),
    "clock-time-only": (_("{text} has no date"), _("write the day as well: 2025-06-01 09:30:00")),
    "clock-am-pm": (_("{text} is in the twelve-hour clock"), _("count to 24: 2025-06-01 15:30:00")),
    "clock-other-order": (
        _("{text} does not say which number is the month"),
        _("write year, month, day: 2025-06-01 09:30:00"),
    ),
    "clock-number": (_("{text} is a number, not a time"), _("write day and time: 2025-06-01 09:30:00")),
    "clock-unreadable": (_("{text} is not a time"), _("write day and time: 2025-06-01 09:30:00")),
    "clock-24": (_("{text}: a day has no 24:00"), _("write 00:00:00 and the next day: 2025-06-02 00:00:00")),
    "clock-leap-second": (_("{text}: leap seconds are not kept"), _("write 59 seconds: 2025-06-01 23:59:59")),
    "clock-no-such-time": (
        _("{text}: there is no {time} on a clock"),
        _("hours run from 00 to 23, minutes and seconds from 00 to 59: 2025-06-01 09:30:00"),
    ),
    "clock-offset": (
        _("{text}: there is no time zone of {offset}"),
        _("leave it out (the edition's zone holds), or write it as +02:00"),
    ),
    "day-does-not-exist": (
        _("{text}: there is no such day in the calendar"),
        _("write year, month, day: 2025-06-01"),
    ),
    "year-unlikely": (
        _("{text}: the year is not between {first} and {last}"),
        _("write the year with four digits, first: 2025-06-01"),
    ),
    "day-with-time": (_("{text} has a time where only a day is wanted"), _("write {day}")),
    "day-unreadable": (_("{text} is not a day"), _("write year, month, day: 2025-06-01")),
    "flag-unreadable": (_("{text} is neither true nor false"), _("write true or false")),
    "number-unreadable": (_("{text} is not a whole number"), _("write digits only: 12")),
    "number-out-of-range": (
        _("{text} is not between {lowest} and {highest}"),
        _("write a number within these"),
    ),
    "link-without-scheme": (_("the link {text} has no https://"), _("write it in full: https://{text}")),
    "link-scheme": (
        _("a link cannot begin with {scheme}:"),
        _("only web addresses are links: https://example.org/page"),
    ),
    "link-scheme-relative": (
        _("the link {text} begins with two slashes"),
        _("write https: before them: https:{text}"),
    ),
    "link-character": (
        _("a link cannot hold the character {character}: {text}"),
        _("copy the address from the browser's address bar, where such characters are already encoded"),
    ),
    "link-host": (_("the link {text} names no site"), _("write it in full: https://example.org/page")),
    "link-too-long": (
        _("the link has {length} characters; {limit} is the most"),
        _("remove what follows the question mark, if the page opens without it"),
    ),
    "link-unreadable": (_("{text} is not a link"), _("write it in full: https://example.org/page")),
    "edition-key": (
        _("{text} cannot be the key of an edition"),
        _("use 4 to 60 of a-z, 0-9, - and _: spring-24"),
    ),
    "picture-elsewhere": (
        _("the picture {text} lies on another site and is not fetched"),
        _("put the picture beside the others and write its name: ada.jpg"),
    ),
    "file-name-too-long": (
        _("the file name has {length} characters; {limit} is the most"),
        _("rename the file: ada.jpg"),
    ),
    "file-name-is-address": (
        _("{text} is an address where the name of a file is wanted"),
        _("put the file into the site's folder and write its name: ada.jpg"),
    ),
    "file-name-not-plain": (
        _("{text} leads out of the site's folder, or may do so"),
        _("write a plain name: ada.jpg"),
    ),
    "file-name-without-ending": (
        _("{text} is not the name of a file"),
        _("write the name with its ending: ada.jpg"),
    ),
}

# exchange.tree
CATALOGUE |= {
    "path-missing": (
        _("there is no such file or folder"),
        _("check the spelling, and from which folder you start"),
    ),
    "paths-of-several-sites": (
        _("the paths belong to different sites"),
        _("import one site at a time, or name the folder that holds both with --root"),
    ),
    "path-outside-root": (
        _("this path is not below the site's root {root}"),
        _("import one site at a time, or name its folder with --root"),
    ),
    "file-never-read": (
        _("files of this name are never read as part of a programme"),
        _("give the file another name, for example my-talk.md"),
    ),
    "file-is-link": (
        _("the file is a symbolic link, which is not followed"),
        _("put the file itself in its place"),
    ),
    "file-not-plain": (_("this is no ordinary file"), _("put an ordinary file in its place, or rename it")),
    "file-missing": (_("the file {name} is not there"), _("add the file, or correct its name")),
    "file-name-differs": (
        _("the file {name} is not there, but {found} is"),
        _("write the name exactly as the file has it: {found}"),
    ),
    "file-unreadable": (_("the file cannot be read: {reason}"), _("check the file and who may read it")),
    "folder-is-link": (
        _("the folder is a symbolic link and was skipped"),
        _("put the folder itself in its place if its files are wanted"),
    ),
    "folder-named-like-file": (
        _("this is a folder with the name of a file and was skipped"),
        _("take the ending off its name"),
    ),
    "folder-unreadable": (_("the folder cannot be read: {reason}"), _("check who may read it")),
    "name-not-utf8": (_("the file's name is not UTF-8"), _("rename the file: my-talk.md")),
    "zip-not-alone": (
        _("an archive cannot be read together with other paths"),
        _("give it as the only path"),
    ),
    "zip-broken": (_("this is not a whole .zip archive"), _("make or download it again")),
    "zip-too-many": (_("the archive holds more than {limit} files"), _("pack only the site's own folders")),
    "zip-too-large": (
        _("unpacked, the archive is larger than {limit} MB"),
        _("pack only the site's own folders"),
    ),
    "zip-bomb": (
        _("the archive unpacks to more than {limit} times its size"),
        _("leave out files that hold nothing but blanks or noughts"),
    ),
    "zip-path": (
        _("the name {name} in the archive leads out of it"),
        _("pack the folder anew, with plain relative names: _programs/my-talk.md"),
    ),
    "zip-link": (_("{name} in the archive is a link or a device"), _("pack the file itself instead")),
    "zip-in-zip": (_("{name} in the archive is an archive itself"), _("unpack it first, or leave it out")),
    "zip-encrypted": (_("{name} in the archive is encrypted"), _("pack it without a password")),
    "zip-name-twice": (_("{name} is in the archive twice"), _("pack the folder anew")),
}

# exchange.dialects: keys and what they hold
CATALOGUE |= {
    "name-is-number": (
        _("{text} is a number, not a name"),
        _("write the name: speaker: Ada Example"),
    ),
    "expected-text": (
        _("there is a list or a group of keys where one text belongs"),
        _("write one value behind the colon, in quotes if it has brackets: title: '[Draft] A talk'"),
    ),
    "expected-keys": (
        _("there is a list inside a list where one element belongs"),
        _("write each element as “- name: …”"),
    ),
    "element-without": (
        _("{key} has no {needs} and is left out"),
        _("add a line {needs}: … to it"),
    ),
    "edition-missing": (
        _("the file does not say to which edition it belongs"),
        _("add a line such as edition: spring-24, or import with --default-edition"),
    ),
    "picture-outside": (
        _("the picture lies on another host ({address}) and will be shown as a link"),
        _("put the picture into the site, so that no reader's browser has to ask another host"),
    ),
    "key-misspelt": (_("the key {key} is not known"), _("did you mean {close}?")),
    "key-unknown": (
        _("the key {key} is not known (found {count} ×); it is kept in the file and not used"),
        _("delete it, or leave it if your site's generator needs it"),
    ),
    "type-missing": (
        _("the entry has no type and is taken as a talk"),
        _("add a line such as type: keynote"),
    ),
    "title-missing": (
        _("the talk has no title and will be shown as “To be announced”"),
        _("add a line title: … once it is known"),
    ),
    "abstract-missing": (_("the talk has no abstract"), _("write one below the closing fence")),
    "end-without-start": (
        _("there is an end without a start, so both stay open"),
        _("add time_start: 2026-06-01 09:00:00"),
    ),
    "end-before-start": (
        _("the end ({end}) is before the start ({start})"),
        _("write an end after the start"),
    ),
    "no-length": (_("it begins and ends at {time}"), _("write the time at which it really ends")),
    "longer-than-a-day": (_("it lasts {hours} hours"), _("check the day in time_end")),
    "name-missing": (_("the file names nobody"), _("add a line name: Ada Example")),
}

# exchange.dialects.mapping: the mapping file, and what it joins
CATALOGUE |= {
    "mapping-unknown": (_("{key} is no word of a mapping here"), _("the words here are: {known}")),
    "mapping-misspelt": (
        _("{key} is no word of a mapping here"),
        _("did you mean {close}? The words here are: {known}"),
    ),
    "mapping-missing": (_("{key} is missing"), _("add it; docs/mappings.md has an example")),
    "mapping-choice": (_("{value} is none of the words that {key} takes"), _("write one of: {choices}")),
    "mapping-source": (
        _("“{text}” cannot be the key of a series"),
        _("use letters, digits, - and _, 60 at most: source: our-series"),
    ),
    "mapping-ref-or-inline": (
        _("speakers are either references or written there"),
        _("write ref: key for keys of people in files of their own, or inline: {{name: name}}"),
    ),
    "mapping-no-value": (
        _("“{text}” says nothing that can be looked up"),
        _(
            "write a way such as timeslot.start, or $body, $stem, $file, $dir1; a text as it stands: {{const: text}}"
        ),
    ),
    "mapping-no-value-map": (
        _("the map says nothing that can be looked up"),
        _("begin it with from:, const:, join: or nth:"),
    ),
    "mapping-pattern": (_("the pattern is wrong: {reason}"), _("see Python's re for how to write it")),
    "mapping-pattern-slow": (
        _("the pattern repeats what repeats, or a choice, and may take for ever"),
        _("write a pattern without a +, * or | inside a group that has a +, * or {{}} behind it"),
    ),
    "mapping-slot": (
        _("there is no group {slot}"),
        _("write {{0}} for the whole and {{1}} to {{99}} for a group"),
    ),
    "mapping-glob": (
        _("“{text}” has ** more than three times"),
        _("name the folders between, or write several patterns"),
    ),
    "mapping-key-nowhere": (
        _("no file has {way} (the keys are: {keys})"),
        _("correct the way, or leave the word out"),
    ),
    "mapping-edition-nowhere": (
        _("no file has the key {way}"),
        _("for a text as it stands write edition: {{const: {way}}}"),
    ),
    "mapping-no-edition": (
        _("no file says to which edition it belongs"),
        _("write edition: {{const: spring-24}} into the mapping, or import with --default-edition"),
    ),
    "schedule-no-rows": (
        _("{name} has no rows at {way} (its keys are: {keys})"),
        _("write the way to the rows, such as days.*.slots.*"),
    ),
    "mapping-zone": (_("there is no time zone {zone}"), _("write one such as Europe/Lisbon")),
    "mapping-data-file": (
        _("“{text}” is no data file of the site"),
        _("write its path from the root, ending in .yml, .yaml or .json"),
    ),
    "mapping-file-missing": (
        _("the mapping names {name}, which is not there"),
        _("correct the path, which begins at the site's root"),
    ),
    "mapping-no-talk": (
        _("the mapping overrides {name}, which is none of the talks' files"),
        _("name a file that talks.files takes, or delete the entry"),
    ),
    "mapping-takes-nothing": (
        _("none of the files is a talk for this mapping"),
        _(
            "check talks.files: paths begin at the site's root, * stays within a folder, **/ is any number of folders"
        ),
    ),
    "mapping-not-words": (
        _("{key} takes words with values of their own"),
        _("write them below it, indented, one a line; or in braces: {{title: title}}"),
    ),
    "mapping-path": (
        _("“{text}” may lead out of the site"),
        _("write a path from the site's root, with / between folders: content/talks/*.md"),
    ),
    "data-unreadable": (
        _("{count} talks stand on this file and are left as they were"),
        _("correct this file first"),
    ),
    "index-unreadable": (
        _("the talk stands on {other}, which has errors"),
        _("correct that file first"),
    ),
    "person-unreadable": (
        _("nobody has the key or name “{key}”, but {other} has errors and may tell of them"),
        _("correct that file first"),
    ),
    "talk-key-twice": (
        _("{other} has the key “{key}” already; the two are told apart by their folder"),
        _("give each talk a key of its own"),
    ),
    "person-unknown": (
        _("nobody has the key or name “{key}”; it is taken as a printed name"),
        _("add a file for this person, or correct the reference"),
    ),
    "person-twice": (
        _("{other} is about “{key}” already; this file fills only what that leaves empty"),
        _("keep one of the two"),
    ),
    "schedule-talk-unknown": (
        _("the schedule names “{key}”, of which no file tells ({count} times)"),
        _("add its file, or correct the name"),
    ),
}

# exchange.dialects.schedule: schedule.xml and schedule.json
CATALOGUE |= {
    "xml-syntax": (
        _("this is not XML: {reason}"),
        _("write & as &amp; and < as &lt; in texts, and close every element"),
    ),
    "xml-doctype": (
        _("a document type is not allowed"),
        _("delete the line that begins with <!DOCTYPE; a schedule needs none"),
    ),
    "xml-not-schedule": (
        _("this is no schedule: its first element is {name}, or there is no conference in it"),
        _("export schedule.xml from pretalx, frab or the like: <schedule>, then <conference> and days"),
    ),
    "json-syntax": (
        _("this is not JSON: {reason}"),
        _("check quotes, commas and brackets here and in the line above"),
    ),
    "json-not-schedule": (
        _("this is no schedule: there is no conference in it"),
        _('export schedule.json from pretalx, frab or the like: {{"schedule": {{"conference": …}}}}'),
    ),
    "json-no-object": (
        _("in {key} each element is a group of keys"),
        _('write it in braces: {{"name": "Ada Example"}}'),
    ),
    "schedule-without-acronym": (
        _("the conference has no acronym to make an edition's key of"),
        _("add <acronym>spring-24</acronym>, or import with --default-edition spring-24"),
    ),
    "schedule-acronym": (
        _("the acronym {text} cannot be the key of an edition"),
        _("import with --default-edition and 4 to 60 of a-z, 0-9, - and _: spring-24"),
    ),
    "schedule-without-zone": (
        _("the conference does not say its time zone; the clock times hold as they stand"),
        _("add <time_zone_name>Europe/Lisbon</time_zone_name>, or import with --timezone Europe/Lisbon"),
    ),
    "schedule-zone": (_("there is no time zone {zone}"), _("write one such as Europe/Lisbon")),
    "schedule-twice": (
        _("{other} is already the schedule of the edition {edition}"),
        _("give one of the two files"),
    ),
    "schedule-other-edition": (
        _("a file of this name came before as the schedule of {other}, and this one is of {edition}"),
        _("give it another name, such as {edition}.xml"),
    ),
    "schedule-edition-unknown": (
        _("there is no edition {edition} here"),
        _("import with --new-editions to make it, or with --default-edition and the key that it has here"),
    ),
    "schedule-edition-misspelt": (
        _("there is no edition {edition} here"),
        _(
            "is it {close}? Then import with --default-edition {close}; to make a new one, with --new-editions"
        ),
    ),
    "talks-have-files": (
        _("talks of the edition {edition} have files of their own by now; a schedule no longer changes them"),
        _("change those files or the site: the event has moved here"),
    ),
    "event-without-identity": (
        _("the event has neither guid nor id, so a later import could not know it again"),
        _('give it both: <event guid="6ba7b810-9dad-41d1-80b4-00c04fd430c8" id="12">'),
    ),
    "event-without-guid": (
        _("{count} events have no guid, this one first; each is known again by its id"),
        _("keep the ids as they are, or give each event a guid"),
    ),
    "event-guid": (_("{guid} is no guid"), _('write a UUID: guid="6ba7b810-9dad-41d1-80b4-00c04fd430c8"')),
    "event-guid-twice": (
        _("the event in line {first_line} has the same guid or id, {guid}"),
        _("give each event its own"),
    ),
    "event-id-twice": (
        _("the event in line {first_line} has the id {id} too; this one gets a new number"),
        _("nothing to do if it is the same talk at another time; else give each event its own id"),
    ),
    "event-without-title": (_("the event has no title"), _("add <title>…</title>")),
    "event-without-date": (
        _("the event does not say when it begins"),
        _("add <date>2026-06-01T09:30:00+02:00</date>, or a day's date and <start>09:30</start>"),
    ),
    "start-unreadable": (_("{text} is no time of day"), _("write hours and minutes: 09:30")),
    "start-differs": (
        _("the start {start} is not the time of the date, {time} at the venue; the date holds"),
        _("correct one of the two, or the time zone of the conference"),
    ),
    "duration-unreadable": (_("{text} is not a duration"), _("write hours and minutes: 01:30")),
    "duration-long": (
        _("the duration {text} is read as {hours} hours and {minutes} minutes"),
        _("write hours and minutes, or add an end, which is read first"),
    ),
    "event-end-before-start": (
        _("the end ({end}) is before the start ({start}); the duration is read instead"),
        _("write an end after the start"),
    ),
    "event-link-left-out": (
        _("{text} is no whole address and is left out"),
        _("write it in full: https://example.org/page"),
    ),
    "event-gone": (
        _("the event {key} is no longer in the schedule; the talk stays ({title})"),
        _("delete or cancel the talk on the site if it shall go too, or import with --prune"),
    ),
    "event-gone-changed": (
        _("the event {key} is no longer in the schedule; its talk stays, because it was changed here since"),
        _("delete or cancel the talk on the site if it shall go too"),
    ),
    "event-gone-in-use": (
        _("the event {key} is no longer in the schedule; its talk stays, because a notice is about it"),
        _("delete or cancel the talk on the site if it shall go too"),
    ),
}

# exchange.assets: pictures and documents
CATALOGUE |= {
    "asset-missing": (
        _("{name} is not there; its name is kept"),
        _("put the file at {path}, or correct its name"),
    ),
    "asset-is-link": (
        _("{name} is a symbolic link, which is not followed"),
        _("put the file itself in its place"),
    ),
    "asset-not-plain": (
        _("{name} is no ordinary file"),
        _("put an ordinary file in its place, or rename it"),
    ),
    "asset-empty": (_("{name} is empty"), _("put the real file in its place, or take its name out")),
    "asset-not-a-picture": (_("{name} is not a picture"), _("use a JPEG, PNG, WebP or GIF")),
    "asset-format": (
        _("{name} is a {format}, which the site does not take"),
        _("use a JPEG, PNG, WebP or GIF"),
    ),
    "asset-extension": (
        _("{name} has an ending that the site does not take"),
        _("save it with the ending of its format"),
    ),
    "asset-svg-not-allowed": (
        _("{name} is a drawing (SVG), which only logos may be"),
        _("use a JPEG or PNG"),
    ),
    "asset-too-big-file": (_("{name} is larger than {limit} bytes"), _("make the file smaller")),
    "asset-too-many-pixels": (
        _("{name} has more than {limit} pixels"),
        _("scale it down to 2000 pixels a side"),
    ),
    "asset-too-long-side": (
        _("{name} has a side of more than {limit} pixels"),
        _("scale it down to 2000 pixels a side"),
    ),
    "asset-damaged": (
        _("{name} is damaged: it cannot be read to its end"),
        _("save it again from the original"),
    ),
    "asset-name-differs": (
        _("{name} is in another format than its ending says"),
        _("give it the ending of its format"),
    ),
    "asset-animated": (_("{name} is animated; only its first frame is shown"), _("use a still picture")),
    "asset-tiny": (
        _("{name} is too small to be shown well"),
        _("use a picture of at least 200 pixels a side"),
    ),
    "asset-svg-active": (
        _("{name} has scripts or links to outside in it; it is kept and not shown"),
        _("save the drawing as plain SVG"),
    ),
}

# exchange.plan and exchange.checking: the run as a whole
CATALOGUE |= {
    "zone-taken": (
        _("{count} editions name no time zone; {zone} is taken for them"),
        _("where an edition was elsewhere, add timezone: Europe/Lisbon to its file, or set it in the admin"),
    ),
    "edition-frozen": (
        _("the edition {edition} is frozen; the file is skipped"),
        _("unfreeze the edition first"),
    ),
    "edition-new": (_("the edition {edition} is new and is made from its talks"), _("nothing to do")),
    "edition-misspelt": (
        _("there is no edition {edition}"),
        _("did you mean {close}? Or add a file for it to _editions, or import with --new-editions"),
    ),
    "edition-unknown": (
        _("there is no edition {edition}"),
        _("add a file for it to _editions, or import with --new-editions"),
    ),
    "file-of-mapping": (
        _("files here came by the mapping {name}, this one first ({count} in all)"),
        _(
            "import them by that; if it is the same site with a new mapping, write source: {key} into it; else keep "
            "the files of the two sites under other paths"
        ),
    ),
    "file-native": (
        _("files here came without a mapping, by Lectern's own keys, this one first ({count} in all)"),
        _("import them without --dialect, or keep the files of the two sites under other paths"),
    ),
    "dialect-forgotten": (
        _("these files came by {name} last time, this one first ({count} in all)"),
        _("give --dialect {name}"),
    ),
    "file-alike": (
        _("the file is the same, byte for byte, as {other}"),
        _("delete one of the two if they are one talk"),
    ),
    "zone-taken-new": (
        _("nothing names the time zone of {editions}; {zone} is taken"),
        _(
            "write timezone: Europe/Lisbon into the mapping, or import with --timezone; later, set it in the admin"
        ),
    ),
    "file-twice": (_("the file is the same, byte for byte, as {other}"), _("delete one of the two")),
    "key-taken": (
        _("{other} is already the entry “{key}” of the edition {edition}"),
        _("give this file another name"),
    ),
    "key-taken-on-site": (
        _("the edition {edition} already has an entry “{key}”, made on the site"),
        _("give this file another name"),
    ),
    "talk-twice": (
        _("{other} has the same type, title, start and room"),
        _("delete one of the two, or tell them apart by their titles"),
    ),
    "file-gone": (
        _("the file is gone; what it brought stays"),
        _("delete the entry on the site if it shall go too, or import with --prune"),
    ),
    "file-gone-changed": (
        _("the file is gone; what it brought stays, because it was changed on the site since"),
        _("delete the entry on the site if it shall go too, or export it"),
    ),
    "file-gone-in-use": (
        _("the file is gone; what it brought stays, because the site has more that belongs to it"),
        _("delete the entry on the site if it shall go too"),
    ),
    "file-gone-held": (
        _("the file is gone; what it brought stays, because a new file with errors may be where it went"),
        _("correct the errors and import again"),
    ),
    "file-older": (
        _("the file is again as it was before an earlier import; what came in between is taken back"),
        _("if that was not meant, update your checkout and import it again"),
    ),
    "edition-broken": (
        _("the file of the edition {edition} has errors"),
        _("correct that file first"),
    ),
    "edition-wanted-unknown": (
        _("there is no edition {edition}, neither on the site nor in these files"),
        _("the editions are: {known}"),
    ),
    "rule": (_("{field}: {message}"), _("correct the value")),
    "site-end-before-start": (
        _("with what was changed on the site, the end ({end}) is before the start ({start})"),
        _("correct it here or on the site, or import with --prefer file or --prefer site"),
    ),
    "site-end-without-start": (
        _("the site has taken the start away, and here is an end"),
        _("correct it here or on the site, or import with --prefer file or --prefer site"),
    ),
    "clock-gap": (
        _("{time} does not exist on that day in {zone}: the clocks go forward"),
        _("write a time before or after the change"),
    ),
    "clock-fold": (
        _("{time} is there twice on that day in {zone}: the clocks go back"),
        _("write a time before or after the change if you can; the first of the two is meant"),
    ),
    "offset-differs": (
        _("the offset is not that of {zone} at {time}; the clock time holds"),
        _("leave the offset out"),
    ),
}


class _Values(dict[str, Value]):
    """Values for a template; one that is missing leaves a gap and no traceback."""

    def __missing__(self, key: str) -> str:
        return "…"


# exchange.exporting and exchange.outgoing: files on their way out
CATALOGUE |= {
    "out-field-not-written": (
        _("{key} could not be written: the files of the mapped site would say something else with it"),
        _("if several talks share the value, change it in all of them; else change it in the file by hand"),
    ),
    "out-shared-value": (
        _(
            "{key} could not be written: {file} holds it for other talks too, and {other} still says otherwise"
        ),
        _("change it in all of them on the site, or in the file by hand"),
    ),
    "out-derived": (
        _("{key} could not be written: the files hold it twice, as a part of something else, or not at all"),
        _("a key given twice, a const, join, split, match or template cannot be written: do it in the file"),
    ),
    "out-no-row": (
        _("{key} could not be written: {file} has no row for the talk"),
        _("add a row that names the talk by hand"),
    ),
    "out-no-state": (
        _("the talk is {state} on the site, and the mapping has no word for that"),
        _("add for example {state}: {state} to talks.set, and import with it"),
    ),
    "out-other-site": (
        _("none of the {count} files of the mapped site {site} lies in the folder; they are left out"),
        _("export them into their own folder, or everything into an empty one"),
    ),
    "out-no-native": (
        _("none of the {count} files with Lectern's own keys lies in the folder; they are left out"),
        _("export them into their own folder, or everything into an empty one"),
    ),
    "out-moved-here": (
        _("a schedule is never written; what it brought goes into new files ({count} records)"),
        _("keep those files from now on: import them once, and the schedule is done with"),
    ),
    "out-row-stays": (
        _("the talk was deleted on the site; its row in {file} stays"),
        _("take it out by hand"),
    ),
    "out-no-word": (
        _("on the site it is {fields}: the mapping has no word for these"),
        _("add for example {word}: {word} to talks.set, and import with it"),
    ),
    "out-only-on-site": (
        _("the site says more of it, {fields}: the mapping has no word for these"),
        _("they stay on the site alone"),
    ),
    "out-shared": (
        _("the talk was deleted on the site, and its file tells of a person too"),
        _("take the talk's keys out of the file by hand, then import it"),
    ),
    "out-not-written": (
        _("what the site says could not be written so that it reads back the same; the file is left alone"),
        _("look at {key} on the site and in the file"),
    ),
    "out-refused": (
        _("the system refuses to read or write it: {reason}"),
        _("look at the rights and the room on the disk, then export again"),
    ),
    "out-lost": (
        _("the site cannot read its own copy: {reason}"),
        _("put the file up again on the site, or look at its media folder"),
    ),
    "out-through-link": (
        _("{name} is a link, and nothing is written through links"),
        _("put a real file or folder in its place"),
    ),
    "out-gone": (
        _(
            "the file is gone from the folder, though the site changed its record since; it is not written again"
        ),
        _("bring the file back, or delete the record on the site"),
    ),
    "out-deleted": (
        _("the record was deleted on the site, but the file was changed since its import; it stays"),
        _("import it to settle which of the two holds, or delete the file"),
    ),
    "out-taken": (
        _("another file lies where a new one would go; it is left alone"),
        _("import that file first, or move it"),
    ),
    "out-unreadable": (
        _("the file was changed since its import and cannot be read; it is left alone"),
        _("run import_talks on it: that names the line"),
    ),
    "out-conflict": (
        _("{field} was changed on the site and in the file; the file is left alone"),
        _("import the file and settle the conflict, then export again"),
    ),
    "out-asset-differs": (
        _("the picture or document was changed both on the site and in the folder; it is left alone"),
        _("import it, or take it away from the folder"),
    ),
}


def sentence(problem: Problem) -> tuple[str, str]:
    """What is wrong, and what to write instead, in the language that is active; an unknown code stands for itself."""
    message, hint = CATALOGUE.get(problem.code, (problem.code, ""))
    return _filled(message, problem.values), _filled(hint, problem.values)


def _filled(template: Template, values: Mapping[str, Value]) -> str:
    return str(template).format_map(_Values(values))
