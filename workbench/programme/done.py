"""What was just done on one of our pages, with the way back: kept until that page is shown again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.http import HttpRequest

KEPT = "workbench_done"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a press: the words for it, an HTTP status, and the fields of a form that takes it back.

    `talks` are the primary keys of the talks concerned, so that the page can name their clashes.
    """

    words: str
    status: int = 200
    undo: Mapping[str, str] = field(default_factory=dict)
    talks: tuple[int, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing was done."""
        return self.status != 200


def keep(request: HttpRequest, page: str, done: Done) -> None:
    """Keep what was done for the next look at the page (its path) in this browser."""
    request.session[KEPT] = {"page": page, **asdict(done)}


def kept(request: HttpRequest, page: str) -> Done | None:
    """Return what was kept for the page, once; None where there is nothing."""
    if request.session.get(KEPT, {}).get("page") != page:
        return None
    found = request.session.pop(KEPT)
    return Done(found["words"], found["status"], found["undo"], tuple(found["talks"]))
