"""Which dialect is meant by a name or a file."""

from pathlib import Path

from exchange.dialects.mapping import read_mapping
from exchange.dialects.native import NATIVE
from exchange.dialects.seam import Dialect
from exchange.documents.reading import DATA_LIMIT
from exchange.problems import Problems

PRESETS = Path(__file__).parent / "presets"


def dialect_names() -> list[str]:
    """The names that are known: the native dialect, and the mappings that come along."""
    return [NATIVE.name, *sorted(path.stem for path in PRESETS.glob("*.yml"))]


def choose(name: str, problems: Problems) -> Dialect | None:
    """The dialect of a name, else of the mapping file at that path; None if it is wrong, which is told.

    Raises OSError where there is neither.
    """
    if name in ("", NATIVE.name):
        return NATIVE
    preset = PRESETS / f"{name}.yml"
    path = preset if name in dialect_names() else Path(name)
    with path.open("rb") as file:
        # One byte more than a mapping may have is enough to refuse it.
        return read_mapping(name, file.read(DATA_LIMIT + 1), problems)
