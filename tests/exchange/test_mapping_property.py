"""Any edits of sites in other dialects: out, and in again as nothing new, with all other bytes as they were."""

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.dump import rows_of
from exchange.exporting import export_files
from exchange.records import Value
from talks.models import Appearance, Talk
from tests.exchange.series import Bring, files_of, write
from tests.exchange.sites import SITES, OnDisk, dialect_of

WORDS = (
    st.text(st.sampled_from("aZé 名:#'\"-&<>%@0.\n,[]{}🪢"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: any(one.isalpha() for one in text))
)
LINE = WORDS.map(lambda text: " ".join(text.split()))
FIELDS = {
    "title": LINE,
    "abstract": st.one_of(WORDS, st.just("")),
    "level": st.one_of(LINE, st.just("")),
    "tags": st.lists(LINE, max_size=3, unique=True),
    "minutes": st.integers(1, 600),
    "order": st.just(None),
    "name": LINE,
    "affiliation": st.one_of(LINE, st.just("")),
}
EDIT = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: st.tuples(st.just(name), FIELDS[name], st.integers(0, 99))
)
COMPARED = ("title", "abstract", "level", "tags", "starts_at", "ends_at", "room", "track")
# Lines that no value of the site is in.
KEPT = ("layout", "handle", "# n", "# t", "# T", "# b", "<!--", "draft", "readme", "slot: s", "- key: s")


def make(name: str, value: Any, at: int) -> None:
    """One edit, of one of the talks."""
    talks = list(Talk.objects.order_by("pk"))
    row = talks[at % len(talks)]
    people = list(row.appearances.order_by("position", "pk"))
    if name == "minutes" and row.starts_at:
        row.ends_at = row.starts_at + timedelta(minutes=value)
    elif name == "order":
        for position, one in enumerate(reversed(people)):
            Appearance.objects.filter(pk=one.pk).update(position=position)
    elif name in ("name", "affiliation") and people:
        Appearance.objects.filter(name=people[0].name).update(**{name: value})
    elif name in ("title", "abstract", "level", "tags"):
        setattr(row, name, value)
    row.save()


def rows() -> Mapping[str, Mapping[str, Value]]:
    """What the site says of its talks, by the paths of their files."""
    paths = dict(Talk.objects.values_list("pk", "source__file__path"))
    return {paths[pk]: row.fields for (_kind, pk), row in rows_of({("talk", pk) for pk in paths}).items()}


def kept(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The lines in which nobody changed anything."""
    lines = ((path, line) for path in sorted(files) for line in files[path].decode("latin-1").splitlines())
    return [one for one in lines if any(word in one[1] for word in KEPT)]


@pytest.mark.parametrize("name", ["quay", "pier", "isle", "reef"])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(edits=st.lists(EDIT, min_size=1, max_size=6))
def test_any_edits_go_out_and_come_in_as_nothing_new(
    name: str, edits: list[tuple[str, Any, int]], bring: Bring
) -> None:
    mapping, files = SITES[name]
    texts = {path: data for path, data in files.items() if not path.endswith(".png")}
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        site = OnDisk(write(Path(folder), texts), dialect_of(mapping), bring)
        assert site.imported().exit_code == 0
        before = files_of(site.folder)
        for edit in edits:
            make(*edit)
        meant = rows()
        # What the mapping has no word for stays on the site, with a warning.
        refused = [one for one in site.told() if one[1] != "out-no-word"]
        after = files_of(site.folder)
        report = site.imported()
        assert (report.clashes(), report.items(), report.exit_code) == ([], [], 0)
        assert rows() == meant
        assert not export_files().into_folder(site.folder).differs
        assert kept(after) == kept(before)
        read = {
            told.path: told.reading.records[0].fields
            for told in site.dialect.read_files(after.items())
            if told.reading and told.reading.records
        }
        for path, fields in read.items():
            for field in COMPARED:
                if field in fields and (path, field) not in refused:
                    assert fields[field] == meant[path][field], (path, field)
        assert (
            not {field for _path, field in refused} - {*COMPARED, "type", "appearances"} - people_of(refused)
        )
        transaction.set_rollback(True)


def people_of(refused: list[tuple[str, str]]) -> set[str]:
    """The refusals that speak of somebody's field."""
    return {field for _path, field in refused if field.endswith((".name", ".affiliation"))}
