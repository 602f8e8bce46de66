"""Which root belongs to the PATHs that were given, and the view on them."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from exchange.problems import Problems
from exchange.tree.folder import FolderTree
from exchange.tree.view import Tree
from exchange.tree.zipped import open_zip


def open_tree(
    paths: Sequence[Path],
    *,
    root: Path | None = None,
    markers: Collection[str] = (),
    whole: bool = False,
    problems: Problems,
) -> Tree | None:
    """The view on the given PATHs, or None with the reason in `problems`.

    The root is `root`, else the nearest folder at or above the PATHs that holds one of `markers` (the climb ends
    at a folder with `.git`), else the PATH itself; of a file its folder. A .zip stands alone and is its own root.
    """
    missing = [path for path in (*paths, *([root] if root else [])) if not os.path.lexists(path)]
    for path in missing:
        problems.error(str(path), None, "path-missing")
    if missing or not paths:
        return None
    if any(_is_zip(path) for path in paths):
        if len(paths) == 1:
            return open_zip(paths[0], markers, problems)
        problems.error(str(next(path for path in paths if _is_zip(path))), None, "zip-not-alone")
        return None
    tree = _open_folder(paths, root, markers, problems)
    if tree is not None and whole:
        tree.scopes = ("",)
    return tree


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()


def _open_folder(
    paths: Sequence[Path], root: Path | None, markers: Collection[str], problems: Problems
) -> Tree | None:
    places = [_placed(path) for path in paths]
    found = root.resolve() if root else _common_root(places, markers)
    if found is None:
        problems.error(str(paths[0]), None, "paths-of-several-sites")
        return None
    outside = [given for given, place in zip(paths, places, strict=True) if not place.is_relative_to(found)]
    for given in outside:
        problems.error(str(given), None, "path-outside-root", root=str(found))
    if outside:
        return None
    scopes = [place.relative_to(found).as_posix() for place in places]
    return FolderTree(found, ["" if scope == "." else scope for scope in scopes], problems)


def _placed(path: Path) -> Path:
    """The absolute path; a folder given as a link is meant, a file given as a link is not followed."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _common_root(places: Sequence[Path], markers: Collection[str]) -> Path | None:
    """The marked root of all places, else what they have in common; None if they belong to several."""
    marked = {found for place in places if (found := _marked_root(place, markers)) is not None}
    if marked:
        return marked.pop() if len(marked) == 1 else None
    return Path(os.path.commonpath([place if place.is_dir() else place.parent for place in places]))


def _marked_root(place: Path, markers: Collection[str]) -> Path | None:
    start = place if place.is_dir() else place.parent
    for folder in (start, *start.parents):
        if any(marker and os.path.lexists(folder / marker) for marker in markers):
            return folder
        if os.path.lexists(folder / ".git"):
            return None
    return None
