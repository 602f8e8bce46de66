"""Many addresses at once, by worker processes; this module is loaded in them before Django is ready."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from website.archive.addresses import Address
    from website.archive.pages import Made
    from website.archive.scope import Scope

WORTH_IT = 200
"""So many addresses take longer than a worker's start."""
CHUNK = 40
Task = tuple["Address", str]
"""An address and the digest that is known of it."""


def make_all(tasks: Sequence[Task], scope: "Scope", root: Path, *, alone: bool) -> Iterator["Made"]:
    """Make all addresses and yield what became of each, in their order; `alone`: in this process."""
    processes = 1 if alone or len(tasks) < WORTH_IT else _cores()
    if processes == 1:
        yield from make_some(tasks, scope, root)
        return
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    # Started anew, not forked: each has its own connection to the database.
    with ProcessPoolExecutor(processes, get_context("spawn"), django.setup) as pool:
        works = [pool.submit(make_some, chunk, scope, root) for chunk in chunks]
        for work in works:
            yield from work.result()


def make_some(tasks: Sequence[Task], scope: "Scope", root: Path) -> list["Made"]:
    """Make addresses one after the other."""
    from website.archive.assets import plain_names  # noqa: PLC0415 - only where Django is ready
    from website.archive.folder import Folder  # noqa: PLC0415
    from website.archive.pages import make  # noqa: PLC0415

    folder = Folder(root)
    with plain_names():
        return [make(address, known, scope, folder) for address, known in tasks]


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
