"""Which dialect is meant by a name or a file, or where none is named."""

from collections.abc import Sequence
from pathlib import Path

from exchange.dialects.mapping import read_mapping
from exchange.dialects.native import NATIVE
from exchange.dialects.schedule import SCHEDULE
from exchange.dialects.schedule.dialect import ENDINGS
from exchange.dialects.seam import Dialect
from exchange.documents.reading import DATA_LIMIT
from exchange.problems import Problems
from exchange.tree import open_tree

PRESETS = Path(__file__).parent / "presets"


def dialect_names() -> list[str]:
    """The names that are known: the native dialect, schedules, and the mappings that come along."""
    return [NATIVE.name, SCHEDULE.name, *sorted(path.stem for path in PRESETS.glob("*.yml"))]


def choose(name: str, problems: Problems) -> Dialect | None:
    """The dialect of a name, else of the mapping file at that path; None if it is wrong, which is told.

    Raises OSError where there is neither.
    """
    if name in ("", NATIVE.name):
        return NATIVE
    if name == SCHEDULE.name:
        return SCHEDULE
    preset = PRESETS / f"{name}.yml"
    path = preset if name in dialect_names() else Path(name)
    with path.open("rb") as file:
        # One byte more than a mapping may have is enough to refuse it.
        return read_mapping(name, file.read(DATA_LIMIT + 1), problems)


def recognised(paths: Sequence[Path], root: Path | None = None) -> Dialect:
    """The dialect of PATHs for which none is named: schedules where there is nothing else, else the native one."""
    if paths and all(path.suffix.lower() in ENDINGS and path.is_file() for path in paths):
        return SCHEDULE
    tree = open_tree(paths, root=root, markers=NATIVE.markers, problems=Problems())
    if tree is None:
        return NATIVE
    with tree:
        if any(tree.has_folder(marker) or tree.exists(marker) for marker in NATIVE.markers):
            return NATIVE
        alone = SCHEDULE.claimed(tree, Problems()) and not NATIVE.claimed(tree, Problems())
        return SCHEDULE if alone else NATIVE
