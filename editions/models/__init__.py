"""The series, its editions and their parts."""

from editions.models.edition import Edition, Series
from editions.models.pages import Page, Redirect
from editions.models.parts import (
    CommitteeMember,
    EditionEditor,
    ImportantDate,
    Room,
    Sponsor,
    Track,
)

__all__ = [
    "CommitteeMember",
    "Edition",
    "EditionEditor",
    "ImportantDate",
    "Page",
    "Redirect",
    "Room",
    "Series",
    "Sponsor",
    "Track",
]
