"""What the writer of a header most likely got wrong, from where and why libyaml gave up on it."""

import re
from typing import TypeAlias

from yaml import YAMLError
from yaml.error import MarkedYAMLError

from exchange.documents.spans import Lines, Mapping, Node, Scalar
from exchange.problems import Place, Value

Diagnosis: TypeAlias = tuple[Place, str, dict[str, Value]]

KEY_LINE = re.compile(
    r"[ \t]*(?:-[ \t]+)*(?P<key>[^\s:#'\"\[{&*!|>%@`-][^:#]*?)[ \t]*:(?=\s|\Z)[ \t]*(?P<value>.*)"
)
ITEM_LINE = re.compile(r"[ \t]*(?:-[ \t]+)+(?P<value>.*)")
GLUED_LINE = re.compile(r"[ \t]*(?:-[ \t]+)*(?P<key>[A-Za-z_][\w-]*):(?!//)(?P<value>[^\s:].*)")
LONGEST_SUGGESTION = 60


def diagnose(error: YAMLError, lines: Lines, base: int, last: Node | None) -> Diagnosis:
    """Place, code and values of a syntax error; `base` is where the header begins, `last` the node read last."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return lines.place(base), "yaml-syntax", {"reason": str(error)}
    at = base + error.problem_mark.index
    opened = base + error.context_mark.index if error.context_mark else at
    problem, context = str(error.problem), str(error.context)
    case = _Case(lines, at, opened, last)
    if "quoted scalar" in context and "escape" in problem:
        return case.told("escape-unknown", at, instead=case.quoted(at))
    if "quoted scalar" in context and ("end of stream" in problem or "document indicator" in problem):
        return case.told("quote-unclosed", opened, instead=case.quoted(opened))
    if (tab := case.tab()) is not None:
        return case.told("tab-indent", tab)
    if "mapping values" in problem:
        return case.second_colon()
    if "could not find expected ':'" in problem:
        return case.no_colon()
    for words, code in BEGINNINGS:
        if words in context or words in problem:
            character = lines.text[opened : opened + 1]
            return case.told(code, opened, character=character, instead=case.quoted(opened))
    return case.structure(problem)


# What a value cannot begin with, as libyaml speaks of it.
BEGINNINGS = (
    ("cannot start any token", "character-reserved"),
    ("block scalar", "character-reserved"),
    ("mapping keys are not allowed", "character-reserved"),
    ("block sequence entries", "dash-in-value"),
    ("an anchor", "anchor-unreadable"),
    ("an alias", "anchor-unreadable"),
    ("a tag", "tag-unreadable"),
    ("tag handle", "tag-unreadable"),
    ("directive", "character-reserved"),
)


class _Case:
    """The lines around the offset where libyaml stopped (`at`) and the one where it began to (`opened`)."""

    def __init__(self, lines: Lines, at: int, opened: int, last: Node | None) -> None:
        self.lines = lines
        self.at = at
        self.opened = opened
        self.last = last
        self.number = lines.place(at).line

    def told(self, code: str, offset: int, **values: Value) -> Diagnosis:
        return self.lines.place(offset), code, values

    def tab(self) -> int | None:
        """The offset of a tab among the blanks that indent the line."""
        line = self.lines.line(self.number)
        column = line[: len(line) - len(line.lstrip())].find("\t")
        return None if column < 0 else self.lines.start(self.number) + column

    def quoted(self, offset: int) -> str:
        """The line of `offset` as it would be with its value in quotes."""
        line = self.lines.line(self.lines.place(offset).line)
        found = KEY_LINE.match(line) or ITEM_LINE.match(line)
        if found is None:
            return _in_quotes(line.strip())
        key = found.groupdict().get("key")
        return (f"{key}: " if key else "- ") + _in_quotes(found["value"].strip())

    def second_colon(self) -> Diagnosis:
        line = self.lines.line(self.number)
        found = KEY_LINE.match(line)
        first = self.lines.start(self.number) + found.start("value") if found else self.at
        if found and self.at >= first:
            return self.told("colon-in-value", self.at, key=found["key"], instead=self.quoted(self.at))
        return self.line_above() or self.told("colon-in-value", self.at, key="", instead=self.quoted(self.at))

    def line_above(self) -> Diagnosis | None:
        """The line above is to blame if it has no `key: ` of its own, or this one is indented below its value."""
        number = next((n for n in range(self.number - 1, 1, -1) if self.lines.line(n).strip()), None)
        if number is None:
            return None
        above, line = self.lines.line(number), self.lines.line(self.number)
        indent = len(line) - len(line.lstrip())
        if not KEY_LINE.match(above):
            return self.without_colon(number)
        return self.told("indent-too-deep", self.lines.start(self.number) + indent)

    def no_colon(self) -> Diagnosis:
        return self.without_colon(self.lines.place(self.opened).line)

    def without_colon(self, number: int) -> Diagnosis:
        line = self.lines.line(number)
        offset = self.lines.start(number) + len(line) - len(line.lstrip())
        if glued := GLUED_LINE.match(line):
            colon = self.lines.start(number) + glued.end("key")
            instead = f"{glued['key']}: {_short(glued['value'].strip())}"
            return self.told("colon-without-blank", colon, key=glued["key"], instead=instead)
        return self.told("line-without-colon", offset, text=_short(line.strip()))

    def structure(self, problem: str) -> Diagnosis:
        """A line that fits into nothing around it."""
        last = self.last
        if "',' or" in problem:
            return self.told("bracket-unclosed", self.opened, bracket=self.lines.text[self.opened])
        if "expected <document start>" in problem:
            return self.told("second-document" if isinstance(last, Mapping) else "header-not-keys", self.at)
        if self.lines.text.startswith(":", self.at):
            return self.told("empty-key", self.at)
        if last is None or not problem.startswith("did not find expected"):
            return self.told("yaml-syntax", self.at, reason=problem)
        ends_here = self.lines.place(last.end).line == self.number
        if isinstance(last, Scalar) and last.quoted and ends_here:
            instead = self.quoted(last.start)
            if last.place.line < self.number:
                return self.told("quote-unclosed", last.start, instead=instead)
            return self.told("text-after-quote", self.at, instead=instead)
        if not isinstance(last, Scalar) and last.flow and ends_here:
            return self.told("text-after-bracket", self.at, instead=self.quoted(self.at))
        return self.told("indent-unmatched", self.at)


def _in_quotes(value: str) -> str:
    """A value as it may stand in YAML whatever it holds; quotes around it already, whole or half, are renewed."""
    mark = value[:1]
    if mark in ("'", '"'):
        closed = len(value) > 1 and value.endswith(mark)
        if closed or mark not in value[1:]:
            value = value[1:-1] if closed else value[1:]
    value = _short(value)
    if "'" in value and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SUGGESTION else text[: LONGEST_SUGGESTION - 1] + "…"
