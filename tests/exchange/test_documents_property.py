"""For any header that parses: a value's span re-reads as that value, and the bytes come back."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from exchange.documents import Document, read_document, walk
from exchange.problems import Problems

WORDS = st.text(alphabet=list("ab ä🧑深'\"#:-[]{},\\|>&*!@`%?~\t.1"), max_size=12)
KEYS = st.sampled_from(["a", "b", "title", "näme", "深", "'q k'", '"d"'])
NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])


def single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


SCALARS = st.one_of(WORDS, WORDS.map(single), WORDS.map(double))
FLOWS = st.lists(SCALARS, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
BLOCKS = st.tuples(st.sampled_from(["|", ">", "|-", ">+"]), st.lists(WORDS, max_size=3)).map(
    lambda pair: pair[0] + "".join(f"\n   {line}" for line in pair[1])
)
VALUES = st.one_of(SCALARS, SCALARS, FLOWS, BLOCKS, st.just(""))
COMMENTS = st.sampled_from(["", "", "  # why", "\n# a line", "\n"])
LINES = st.tuples(
    st.sampled_from(["{}: {}{}", "{}:\n  - {}{}", "{}:\n  x: {}{}"]), KEYS, VALUES, COMMENTS
).map(lambda parts: parts[0].format(*parts[1:]))
HEADERS = st.lists(LINES, min_size=1, max_size=4, unique_by=lambda line: line.split(":")[0]).map("\n".join)


def read(text: str, newline: str) -> tuple[bytes, Document | None]:
    data = text.replace("\n", newline).encode()
    return data, read_document("talk.md", data, Problems())


def reread(written: str) -> str | None:
    """What libyaml reads there; some text means one thing in brackets and another outside."""
    try:
        events = list(yaml.parse(written, yaml.CLoader))
    except yaml.YAMLError:
        return None
    return next((event.value for event in events if isinstance(event, yaml.ScalarEvent)), None)


@given(HEADERS, NEWLINES)
def test_spans_reread_and_bytes_come_back(header: str, newline: str) -> None:
    data, document = read(f"---\n{header}\n---\nBody\n", newline)
    if document is None:
        return
    assert document.render() == data
    for scalar in walk(document.root):
        assert document.place(scalar.start) == scalar.place
        written = document.text[scalar.start : scalar.end]
        if scalar.style == "empty":
            assert written == scalar.text == ""
        elif scalar.block:
            assert written[0] in "|>"
        else:
            assert scalar.text in (reread(written), reread(f"[{written}]"))


@given(HEADERS, NEWLINES)
def test_a_header_is_read_or_told_about(header: str, newline: str) -> None:
    problems = Problems()
    data = f"---\n{header}\n---\n".replace("\n", newline).encode()
    document = read_document("talk.md", data, problems)
    assert (document is None) == problems.has_errors


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told_about(data: bytes) -> None:
    for fence in (b"", b"---\n", b"+++\n"):
        problems = Problems()
        whole = fence + data + b"\n" + fence
        document = read_document("talk.md", whole, problems)
        assert (document is None) == problems.has_errors
        assert document is None or document.render() == whole


@given(st.text(alphabet=list("ab=.[]{}'\"\\#,\n 1-:T"), max_size=60))
def test_any_toml_is_read_or_told_about(header: str) -> None:
    problems = Problems()
    document = read_document("talk.md", f"+++\n{header}\n+++\n".encode(), problems)
    assert (document is None) == problems.has_errors
    if document:
        for scalar in walk(document.root):
            assert document.place(scalar.start) == scalar.place
            assert scalar.end > scalar.start
