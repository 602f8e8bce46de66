"""Citations: BibTeX that LaTeX sets and CSL-JSON that Zotero reads, with names taken apart only where that is safe."""

import json
from dataclasses import replace
from datetime import date

import pytest

from exchange.formats.citations import escaped, to_bibtex, to_csl_json
from exchange.formats.names import Name, authors_of, parted
from exchange.formats.programme import Work

TALK = Work(
    "tide-31:ebb",
    "talk",
    "Ebb & flow",
    ("Ada Example", "李雷", "Bo van der Berg"),
    genre="Keynote",
    event="Tidewater, Tide 31",
    place="Vancouver, Canada",
    day=date(2031, 5, 15),
    language="en",
    doi="10.1/ebb_{1}",
    url="https://tide.example/ebb_1?a=%20&b=1#c",
)
PAPER = Work(
    "tide-31:ebb:eddies",
    "paper",
    "On Eddies",
    ("I. Brine",),
    event="Tide 31",
    publisher="IEEE",
    day=date(2031, 5, 15),
)


def test_a_talk_in_bibtex() -> None:
    assert to_bibtex([TALK]) == (
        "@misc{tide-31:ebb,\n"
        "  author = {Example, Ada and {李雷} and van der Berg, Bo},\n"
        "  title = {{Ebb \\& flow}},\n"
        "  howpublished = {Keynote, Tidewater, Tide 31, Vancouver, Canada},\n"
        "  year = {2031},\n"
        "  month = may,\n"
        "  language = {en},\n"
        "  doi = {10.1/ebb_%7B1%7D},\n"
        "  url = {https://tide.example/ebb_1?a=%20&b=1#c},\n"
        "}\n"
    )


def test_papers_and_proceedings_in_bibtex() -> None:
    proceedings = Work("tide-31", "proceedings", "Proceedings of Tide", event="Tide 31", place="Vancouver")
    assert to_bibtex([proceedings, PAPER]) == (
        "@proceedings{tide-31,\n  title = {{Proceedings of Tide}},\n  address = {Vancouver},\n}\n"
        "\n"
        "@inproceedings{tide-31:ebb:eddies,\n"
        "  author = {Brine, I.},\n"
        "  title = {{On Eddies}},\n"
        "  booktitle = {Tide 31},\n"
        "  publisher = {IEEE},\n"
        "  year = {2031},\n"
        "  month = may,\n"
        "}\n"
    )
    assert to_bibtex([]) == ""


def test_a_talk_in_csl_json() -> None:
    assert json.loads(to_csl_json([TALK])) == [
        {
            "id": "tide-31:ebb",
            "type": "speech",
            "title": "Ebb & flow",
            "author": [
                {"family": "Example", "given": "Ada"},
                {"literal": "李雷"},
                {"family": "van der Berg", "given": "Bo"},
            ],
            "genre": "Keynote",
            "event-title": "Tidewater, Tide 31",
            "event-place": "Vancouver, Canada",
            "issued": {"date-parts": [[2031, 5, 15]]},
            "language": "en",
            "DOI": "10.1/ebb_{1}",
            "URL": "https://tide.example/ebb_1?a=%20&b=1#c",
        }
    ]


def test_a_paper_in_csl_json() -> None:
    (found,) = json.loads(to_csl_json([PAPER]))
    assert (found["type"], found["container-title"], found["publisher"]) == (
        "paper-conference",
        "Tide 31",
        "IEEE",
    )
    assert json.loads(to_csl_json([replace(PAPER, authors=(), event="", publisher="", day=None)])) == [
        {"id": "tide-31:ebb:eddies", "type": "paper-conference", "title": "On Eddies"}
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50% of R&D_x #1 $2", r"50\% of R\&D\_x \#1 \$2"),
        ("Ångström für Ødegård 潮", "Ångström für Ødegård 潮"),
        ("a } b {{ c", r"a \textbraceright{} b \textbraceleft{}\textbraceleft{} c"),
        (
            "\\input{x} ~^",
            r"\textbackslash{}input\textbraceleft{}x\textbraceright{} \textasciitilde{}\textasciicircum{}",
        ),
        ("a\r\nb\x00\u2028c", "a b c"),
        ('say "so" @home', 'say "so" @home'),
        ("a-b -- c --- ``it's'' <<d>> ?`", "a-b -{}- c -{}-{}- `{}`it's'{}' <{}<d>{}> ?{}`"),
    ],
)
def test_latex_sets_what_is_written(text: str, expected: str) -> None:
    assert escaped(text) == expected
    entry = to_bibtex(
        [replace(TALK, title=text, authors=(text,), url=text, doi=text, event=text, language=text)]
    )
    assert entry.count("{") == entry.count("}")
    assert entry.count("\n") == 10


@pytest.mark.parametrize(
    ("printed", "family", "given"),
    [
        ("Ada Example", "Example", "Ada"),
        ("Ada B. Example", "Example", "Ada B."),
        ("J.-P. O’Neill", "O’Neill", "J.-P."),
        ("Łucja van der Świt", "van der Świt", "Łucja"),
        ("Christopher De Sa", "De Sa", "Christopher"),
        ("  Ada \n Example ", "Example", "Ada"),
        ("Cher", "", ""),
        ("Maria Carmen Ruiz", "", ""),
        ("李雷", "", ""),
        ("Анна Иванова", "", ""),
        ("अनामिका शर्मा", "", ""),
        ("Dr. Ada", "", ""),
        ("Ada Example, PhD", "", ""),
        ("Ada III", "", ""),
        ("Ada E", "", ""),
        ("de Sa", "", ""),
        ("Ada and", "", ""),
        ("Ada {B}", "", ""),
        ("", "", ""),
    ],
)
def test_names_are_taken_apart_where_that_is_safe(printed: str, family: str, given: str) -> None:
    assert parted(printed) == Name(" ".join(printed.split()), family, given)


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Ada Example, Bo Fen and Cy Brine", ("Ada Example", "Bo Fen", "Cy Brine")),
        ("Ada Example, Bo Fen, and Cy Brine.", ("Ada Example", "Bo Fen", "Cy Brine")),
        ("Ada Example & Bo Fen", ("Ada Example", "Bo Fen")),
        ("Sandy Anders, Andy Sands", ("Sandy Anders", "Andy Sands")),
        ("I. Brine, O. Fen", ("I. Brine", "O. Fen")),
        ("Brine, I., Fen, O. P.", ("I. Brine", "O. P. Fen")),
        ("Brine, I. and Fen, O.", ("I. Brine", "O. Fen")),
        ("Brine, I., Fen", ("Brine, I., Fen",)),
        ("Brine, Ida; Fen, Otto", ("Ida Brine", "Otto Fen")),
        ("Ada Example (Shoals, Sea), Bo Fen*, Cy Brine¹", ("Ada Example", "Bo Fen", "Cy Brine")),
        ("Ada Example, Jr., Bo Fen", ("Ada Example Jr", "Bo Fen")),
        ("Ada Example et al.", ("Ada Example", "et al.")),
        ("李雷、韩梅梅", ("李雷", "韩梅梅")),
        ("Cher", ("Cher",)),
        ("", ()),
    ],
)
def test_a_line_of_authors(printed: str, names: tuple[str, ...]) -> None:
    assert authors_of(printed) == names


def test_and_others() -> None:
    work = replace(PAPER, authors=authors_of("Ada Example, et al."))
    assert "author = {Example, Ada and others}," in to_bibtex([work])
