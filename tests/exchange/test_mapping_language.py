"""The mapping language: every word is known, and whatever is none is told at its line, with what to write."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.dialects import MappedDialect, choose, dialect_names, read_mapping
from exchange.dialects.mapping.language import Globs
from exchange.problems import Place, Problem, Problems
from exchange.sentences import CATALOGUE, sentence

WHOLE = r"""
source: glass-days
timezone: {from: edition, default: Asia/Tokyo, map: {faro-27: Europe/Lisbon}}
offsets: ignore
edition: edition
translations: [fr, ja]
key_twice: last
ignore: [talks/template.md]
overrides:
    talks/late.md: {title: Late, start: 2027-06-14 10:00, draft: "true"}
speakers:
    files: [people/*.md]
    exclude: people/_*.md
    items: {file: data/people.json, at: all.people}
    key: [slug, $stem]
    set: {name: name, affiliation: firm, bio: $body, photo: {from: photo, under: media}, website: web.0, github: gh}
talks:
    files: "talks/**/*.md"
    exclude: "**/_index.md"
    key: {join: [$dir2, $stem], with: "/"}
    skip_if: {draft: true}
    only_if: {kind: talk}
    require: [title, {const: x}]
    service_if: {category: pause}
    service_if_empty: people
    speakers:
        - {from: people, ref: [key, name]}
        - {from: chairs, inline: {name: name}, key: name, role: chair}
    set:
        title: [title, {from: name, unescape: html}]
        type: {from: category, map: {yes: talk, no: keynote}}
        track: $up(kind=track).title
        room: {nth: rooms}
        tags: [[tags, topics.*.name]]
        level: {from: $file, split: "-", pick: -1, match: "(\\w+)[.]md", template: "level {1}"}
        start: start
        minutes: length
schedule:
    file: data/plan.yml
    rows: "*.slots.*"
    lookup: {file: data/times.yaml, by: slot, key: id}
    talk: talk
    match: title
    end: next
    set: {date: ^^day, time: at, room: ^room}
"""
PLAIN = "talks: {files: talks/*.md, set: {title: title}}\n"


def read(text: str) -> tuple[MappedDialect | None, list[Problem]]:
    """A mapping and what is wrong with it."""
    problems = Problems()
    dialect = read_mapping("our.yml", text.encode(), problems)
    return dialect, problems.sorted()


def told(text: str) -> list[tuple[int, int, str]]:
    """What is wrong with a mapping that is refused: line, column, code."""
    dialect, problems = read(text)
    assert dialect is None
    assert all(one.path == "our.yml" and one.code in CATALOGUE and all(sentence(one)) for one in problems)
    return [(one.place.line, one.place.column, one.code) for one in problems if one.place]


def test_every_word_is_known() -> None:
    dialect, problems = read(WHOLE)
    assert problems == []
    assert dialect is not None
    mapping = dialect.mapping
    assert (dialect.source, mapping.believe_offsets, mapping.keys_twice) == ("glass-days", False, "last")
    assert (mapping.translations, set(mapping.ignored)) == (("fr", "ja"), {"talks/template.md"})
    assert dialect.data_files == {"data/people.json", "data/plan.yml", "data/times.yaml"}
    assert dialect.markers == ("talks", "people")
    assert [(one.path, one.use, one.place.line) for one in mapping.named] == [
        ("data/people.json", "data", 14),
        ("data/plan.yml", "data", 39),
        ("data/times.yaml", "data", 41),
        ("talks/late.md", "override", 10),
        ("talks/template.md", "ignore", 8),
    ]
    assert [one.role for one in mapping.talks.speakers] == ["speaker", "chair"]
    assert mapping.talks.place == Place(18, 12)


def test_the_least_mapping_has_files_and_fields() -> None:
    dialect, problems = read(PLAIN)
    assert dialect is not None
    assert (problems, dialect.source, dialect.data_files) == ([], "", frozenset())
    assert (dialect.takes("talks/a.md"), dialect.takes("talks/x/a.md"), dialect.takes("a.md")) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("start", ["---\n", "\ufeff", "# ours\n\n"])
def test_a_mapping_may_begin_as_yaml_does(start: str) -> None:
    assert read(start + PLAIN)[1] == []


@pytest.mark.parametrize(
    ("text", "line", "column", "close"),
    [
        ("timezon: Asia/Tokyo\n" + PLAIN, 1, 1, "timezone"),
        ("talks:\n  file: a/*.md\n  files: b/*.md\n  set: {title: title}\n", 2, 3, "files"),
        ("talks:\n  files: a/*.md\n  set:\n    titel: title\n", 4, 5, "title"),
        ("talks:\n  files: a/*.md\n  set: {title: {from: title, spilt: '-'}}\n", 3, 30, "split"),
        ("talks:\n  files: a/*.md\n  set: {title: {join: [a, b], witch: '-'}}\n", 3, 31, "with"),
        ("talks:\n  files: a\n  set: {title: t}\n  speakers: {from: a, reff: key, ref: key}\n", 4, 23, "ref"),
        (
            "talks:\n  files: a\n  set: {title: t}\n  speakers: {from: a, inline: {nme: n, name: n}}\n",
            4,
            32,
            "name",
        ),
        ("speakers:\n  fies: p\n  files: p\n  set: {name: n}\n" + PLAIN, 2, 3, "files"),
        ("speakers:\n  items: {file: p.yml, att: all}\n  set: {name: n}\n" + PLAIN, 2, 24, "at"),
        ("speakers:\n  files: p\n  set: {name: n, afiliation: a}\n" + PLAIN, 3, 18, "affiliation"),
        (
            "schedule:\n  file: p.yml\n  row: x\n  rows: x\n  talk: t\n  set: {time: t}\n" + PLAIN,
            3,
            3,
            "rows",
        ),
        (
            "schedule:\n  file: p.yml\n  rows: x\n  talk: t\n  set: {tme: t, time: t}\n" + PLAIN,
            5,
            9,
            "time",
        ),
        (
            "schedule:\n  file: p.yml\n  rows: x\n  talk: t\n  set: {time: t}\n"
            "  lookup: {file: q.yml, by: b, keys: k, key: k}\n" + PLAIN,
            6,
            32,
            "key",
        ),
        ("overrides:\n  talks/a.md: {titel: A}\n" + PLAIN, 2, 16, "title"),
    ],
)
def test_a_misspelt_word_is_told_with_the_one_that_was_meant(
    text: str, line: int, column: int, close: str
) -> None:
    dialect, problems = read(text)
    assert dialect is None
    assert [(one.place, one.code, one.values["close"]) for one in problems] == [
        (Place(line, column), "mapping-misspelt", close)
    ]
    assert close in sentence(problems[0])[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN + "colour: blue\n", (2, 1, "mapping-unknown")),
        (PLAIN + "on: blue\n", (2, 1, "mapping-unknown")),
        ("talks: {files: a, set: {title: {const: x, from: y}}}\n", (1, 43, "mapping-unknown")),
        ("talks: {files: a, set: {title: {}}}\n", (1, 32, "mapping-no-value-map")),
        ("talks: {files: a, set: {title: {pick: 1}}}\n", (1, 32, "mapping-no-value-map")),
        ("talks: {files: a, set: {title: $boddy}}\n", (1, 32, "mapping-no-value")),
        ("talks: {files: a, set: {title: $dir0}}\n", (1, 32, "mapping-no-value")),
        ("talks: {files: a, set: {title: a..b}}\n", (1, 32, "mapping-no-value")),
        ("talks: {files: a, set: {title: '^'}}\n", (1, 32, "mapping-no-value")),
        ("talks: {files: a, set: {title: [a, ['$x']]}}\n", (1, 37, "mapping-no-value")),
        ("talks: {files: a, set: {title: {from: t, match: '(a'}}}\n", (1, 49, "mapping-pattern")),
        ("talks: {files: a, set: {title: {from: t, pick: one}}}\n", (1, 32, "number-unreadable")),
        ("talks: {files: a, set: {title: {from: t, unescape: xml}}}\n", (1, 52, "mapping-choice")),
        ("talks: {files: a, set: {title: {from: t, map: [a]}}}\n", (1, 47, "mapping-not-words")),
        ("talks: {files: a, set: {title: {from: t, map: {a: [b]}}}}\n", (1, 51, "expected-text")),
        ("talks: {files: a, set: {title: {const: {a: b}}}}\n", (1, 40, "expected-text")),
        ("talks: {files: {a: b}, set: {title: t}}\n", (1, 16, "expected-text")),
        ("talks: {files: ../a/*.md, set: {title: t}}\n", (1, 16, "mapping-path")),
        ("talks: {files: [a/*.md, /etc/*], set: {title: t}}\n", (1, 25, "mapping-path")),
        ("talks: {files: 'a\\*.md', set: {title: t}}\n", (1, 16, "mapping-path")),
        ("talks: {files: a, set: {slides: {from: s, under: ../../b}}}\n", (1, 50, "mapping-path")),
        ("talks: {set: {title: t}}\n", (1, 8, "mapping-missing")),
        ("talks: {files: [], set: {title: t}}\n", (1, 8, "mapping-missing")),
        ("talks: {files: a}\n", (1, 8, "mapping-missing")),
        ("source: x\n", (1, 1, "mapping-missing")),
        ("talks: a\n", (1, 8, "mapping-not-words")),
        ("- talks\n", (1, 1, "mapping-not-words")),
        ("talks\n", (1, 1, "mapping-not-words")),
        (PLAIN + "source: our series\n", (2, 9, "mapping-source")),
        (PLAIN + "offsets: believe\n", (2, 10, "mapping-choice")),
        (PLAIN + "key_twice: first\n", (2, 12, "mapping-choice")),
        (PLAIN + "timezone: Europe/Atlantis\n", (2, 11, "mapping-zone")),
        (PLAIN + "timezone: {from: a, map: {b: Mars/Base}}\n", (2, 11, "mapping-zone")),
        (PLAIN + "timezone: {from: a, default: ../../etc/passwd}\n", (2, 11, "mapping-zone")),
        (PLAIN + "speakers: {set: {name: n}}\n", (2, 11, "mapping-missing")),
        (PLAIN + "speakers: {files: p}\n", (2, 11, "mapping-missing")),
        (PLAIN + "overrides: {talks/a.md: {title: [A]}}\n", (2, 33, "expected-text")),
        (PLAIN + "overrides: [talks/a.md]\n", (2, 12, "mapping-not-words")),
        (
            PLAIN + "schedule: {file: p.toml, rows: r, talk: t, set: {time: t}}\n",
            (2, 18, "mapping-data-file"),
        ),
        (PLAIN + "schedule: {file: ../p.yml, rows: r, talk: t, set: {time: t}}\n", (2, 18, "mapping-path")),
        (
            PLAIN + "schedule: {file: p.yml, rows: r, talk: t, set: {time: t}, match: name}\n",
            (2, 66, "mapping-choice"),
        ),
        (
            PLAIN + "schedule: {file: p.yml, rows: r, talk: t, set: {time: t}, end: last}\n",
            (2, 64, "mapping-choice"),
        ),
        (PLAIN + "schedule: {file: p.yml, talk: t, set: {time: t}}\n", (2, 11, "mapping-missing")),
        (
            "talks: {files: a, set: {title: t}, speakers: {from: a}}\n",
            (1, 46, "mapping-ref-or-inline"),
        ),
        (
            "talks: {files: a, set: {title: t}, speakers: {from: a, ref: key, inline: {name: n}}}\n",
            (1, 46, "mapping-ref-or-inline"),
        ),
        (
            "talks: {files: a, set: {title: t}, speakers: {from: a, ref: [key, slug]}}\n",
            (1, 46, "mapping-choice"),
        ),
        (
            "talks: {files: a, set: {title: t}, speakers: {from: a, ref: key, role: host}}\n",
            (1, 72, "mapping-choice"),
        ),
        ("talks: {files: a, set: {title: t}, speakers: {ref: key}}\n", (1, 46, "mapping-missing")),
        ("talks: {files: a\n", (1, 8, "bracket-unclosed")),
        (PLAIN + "source: a: b\n", (2, 10, "colon-in-value")),
        (PLAIN + "source: a\nsource: b\n", (3, 1, "key-twice")),
        (PLAIN + "source: &a b\n", (2, 9, "anchor")),
        ("talks: !!python/object:os.system {}\n", (1, 8, "tag")),
        ("", (1, 1, "data-empty")),
        (PLAIN[:-3] + ", type: {from: a, match: '(a+)+$'}}}\n", (1, 71, "mapping-pattern-slow")),
        (PLAIN[:-3] + ", type: {from: a, template: '{100}'}}}\n", (1, 74, "mapping-slot")),
        (PLAIN.replace("talks/*", "a/**/b/**/c/**/d/**/*"), (1, 16, "mapping-glob")),
        ("\x00talks: {}\n", (1, 1, "control-character")),
        ("talks: " + "[" * 5000 + "]" * 5000 + "\n", (1, 1, "too-deep")),
        ("# " + "x" * 1_100_000 + "\n" + PLAIN, (1, 1, "data-too-long")),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, expected: tuple[int, int, str]) -> None:
    places = told(text)
    assert expected[2] in {code for _line, _column, code in places}
    if expected[2] != "too-deep":
        assert expected in places


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = told("colour: blue\ntimezone: Nowhere\ntalks: {set: {titel: t}}\n")
    assert [code for _line, _column, code in found] == [
        "mapping-unknown",
        "mapping-zone",
        "mapping-missing",
        "mapping-misspelt",
    ]


def test_words_that_yaml_takes_for_flags_are_texts() -> None:
    dialect, problems = read("talks: {files: a, set: {type: {from: on, map: {yes: talk, off: panel}}}}\n")
    assert problems == []
    assert dialect is not None
    assert vars(dialect.mapping.talks.set["type"])["table"] == {"yes": "talk", "off": "panel"}


@pytest.mark.parametrize(
    ("pattern", "taken", "left"),
    [
        ("talks/*.md", ["talks/a.md", "talks/-é .md"], ["talks/a/b.md", "xtalks/a.md", "talks/a.mdx"]),
        ("**/*.md", ["a.md", "a/b/c.md"], ["a.txt"]),
        ("**/**/**/a.md", ["a.md", "x/y/a.md"], ["x/b.md"]),
        ("talks/**", ["talks/a.md", "talks/a/b.md"], ["talk/a.md"]),
        ("./talks/t?.md", ["talks/t1.md"], ["talks/t/.md", "talks/t10.md"]),
        ("a.(b)+[c].md", ["a.(b)+[c].md"], ["a.b.md"]),
    ],
)
def test_patterns_of_paths(pattern: str, taken: list[str], left: list[str]) -> None:
    globs = Globs((pattern,))
    assert [path for path in [*taken, *left] if globs.take(path)] == taken


def test_a_pattern_of_many_folders_is_quick_about_a_long_path() -> None:
    assert not Globs(("**/" * 30 + "x.md",)).take("a/" * 100 + "y.md")


def test_excluded_files_are_left() -> None:
    globs = Globs(("talks/**/*.md",), ("**/_index*.md",))
    assert [globs.take(path) for path in ("talks/a.md", "talks/_index.md", "talks/x/_index.fr.md")] == [
        True,
        False,
        False,
    ]


def test_dialects_have_names() -> None:
    assert dialect_names() == ["native", "schedule", "hugo", "jekyll"]
    for name in dialect_names():
        problems = Problems()
        dialect = choose(name, problems)
        assert dialect is not None
        assert (dialect.name, list(problems)) == (name, [])


def test_a_name_that_is_neither_dialect_nor_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        choose(str(tmp_path / "none.yml"), Problems())
    with pytest.raises(OSError, match="directory"):
        choose(str(tmp_path), Problems())


def test_of_an_endless_file_no_more_is_read_than_may_be() -> None:
    problems = Problems()
    assert choose("/dev/zero", problems) is None
    assert [one.code for one in problems] == ["data-too-long"]


def test_the_command_tells_what_is_wrong_and_imports_nothing(
    tmp_path: Path, file: Callable[[str], Path]
) -> None:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_talks", str(tmp_path), "--dialect", str(file("talk: {}\n")), stderr=said)
    assert ended.value.code == 1
    assert "ours.yml:1:1: error: talk is no word of a mapping here (did you mean talks?" in said.getvalue()


def test_the_command_names_the_dialects_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        CommandError, match=r"wordpress is no dialect \(native, schedule, hugo, jekyll\)"
    ) as refused:
        call_command("import_talks", str(tmp_path), "--dialect", "wordpress")
    assert refused.value.returncode == 2


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a mapping."""

    def write(text: str) -> Path:
        path = tmp_path / "ours.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_examples_of_the_guide_are_right() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "mappings.md").read_text(encoding="utf-8")
    examples = [part.partition("```")[0] for part in guide.split("```yaml\n")[1:]]
    whole = [text if "talks:" in text else text + PLAIN for text in examples]
    assert [read(text)[1] for text in whole] == [[], [], []]
