"""Two records of one person made one and taken apart again; what imports, exports, addresses and history say then."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from editions.models import Edition
from exchange.importing import Options, Report, import_files
from history.models import Change, Deletion
from history.telling import acting
from speakers.addresses import leave_address
from speakers.merging import FIELDS, MergeRefused, given, last_merge, merge, undo_merge
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance
from tests import factories
from tests.exchange.exports import export
from tests.exchange.series import files_of, write

pytestmark = pytest.mark.django_db
Rows = dict[str, list[Any]]
PICTURE = "originals/portrait/" + "a" * 40 + "-portrait-400x400.jpg"


def rows() -> Rows:
    """Every person, other name and appearance, literally."""
    return {
        model.__name__: sorted(map(tuple, model._base_manager.values_list()), key=repr)
        for model in (Speaker, SpeakerAlias, Appearance)
    }


def names(person: Speaker) -> list[tuple[str, str]]:
    """The other names of a person, with their old slugs."""
    return list(person.aliases.order_by("pk").values_list("name", "slug"))


def kasia() -> Speaker:
    return factories.make_speaker(slug="katarzyna-zolw", name="Katarzyna Żółw", affiliation="Riff-Labor")


def short() -> Speaker:
    return factories.make_speaker(
        slug="k-zolw",
        name="K. Żółw",
        affiliation="Institute of Shoals",
        url="https://zolw.example/",
        photo=PICTURE,
        links=[{"label": "Code", "url": "https://code.example/"}],
        orcid="0000-0002-1825-0097",
        pronouns="she/her",
        pronunciation="ZHOOV",
    )


def test_everything_leads_to_the_one_who_is_kept(client: Client) -> None:
    kept, other = kasia(), short()
    factories.make_appearance(speaker=kept)
    moved = [factories.make_appearance(speaker=other, name="K. Żółw").pk for _ in range(3)]
    before = list(Appearance.objects.order_by("pk").values("name", "affiliation", "talk"))
    SpeakerAlias.objects.create(speaker=other, name="Катя Жув", slug="katja")
    gone = other.pk
    with acting("ines"):
        merge(kept, other)
    kept.refresh_from_db()
    assert set(kept.appearances.values_list("pk", flat=True)) > set(moved)
    assert list(Appearance.objects.order_by("pk").values("name", "affiliation", "talk")) == before
    assert names(kept) == [("Катя Жув", "katja"), ("K. Żółw", "k-zolw")]
    assert not Speaker.objects.filter(pk=gone).exists()
    for old in ("k-zolw", "katja"):
        answer = client.get(f"/speakers/{old}/")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/speakers/katarzyna-zolw/")
    told = Change.objects.filter(actor="ines")
    assert set(told.filter(kind="talks.appearance").values_list("action", "key")) == {
        ("updated", str(pk)) for pk in moved
    }
    assert {tuple(one.fields) for one in told.filter(kind="talks.appearance")} == {("speaker_id",)}
    assert Deletion.objects.get().row["slug"] == "k-zolw"


def test_empty_fields_are_filled_and_set_ones_kept() -> None:
    kept, other = kasia(), short()
    assert given(kept, other) == ["url", "photo", "links", "orcid", "pronouns", "pronunciation"]
    merge(kept, other)
    kept.refresh_from_db()
    assert [getattr(kept, name) for name in FIELDS] == [
        "Katarzyna Żółw",
        "Riff-Labor",
        "https://zolw.example/",
        "",
        PICTURE,
        [{"label": "Code", "url": "https://code.example/"}],
        "0000-0002-1825-0097",
        "she/her",
        "ZHOOV",
    ]
    assert (kept.slug, kept.name_folded) == ("katarzyna-zolw", "katarzyna zolw")


def test_chosen_values_are_taken() -> None:
    kept, other = kasia(), short()
    take = ["name", "affiliation", "bio", "slug"]
    merge(kept, other, take)
    kept.refresh_from_db()
    assert (kept.name, kept.affiliation, kept.bio, kept.slug) == (
        "K. Żółw",
        "Institute of Shoals",
        "",
        "katarzyna-zolw",
    )
    assert names(kept) == [("", "k-zolw"), ("Katarzyna Żółw", "")]
    undo_merge(kept)
    assert (kept.name, kept.affiliation, names(kept)) == ("Katarzyna Żółw", "Riff-Labor", [])


def test_a_name_that_is_known_is_not_kept_twice() -> None:
    kept, other = kasia(), short()
    SpeakerAlias.objects.create(speaker=kept, name="K. ŻÓŁW")
    merge(kept, other)
    assert names(kept) == [("K. ŻÓŁW", ""), ("", "k-zolw")]
    twin = factories.make_speaker(slug="zolw", name="katarzyna  Żółw")
    merge(kept, twin)
    assert names(kept) == [("K. ŻÓŁW", ""), ("", "k-zolw"), ("", "zolw")]


def test_an_old_address_that_lay_under_the_merged_one_gives_way() -> None:
    kept, other, third = kasia(), short(), factories.make_speaker()
    SpeakerAlias.objects.create(speaker=third, name="Third", slug="k-zolw")
    merge(kept, other)
    assert (names(kept), names(third)) == ([("K. Żółw", "k-zolw")], [("Third", "")])


def test_undone_all_is_as_it_was() -> None:
    kept, other = kasia(), short()
    for person in (kept, other, other):
        factories.make_appearance(speaker=person)
    SpeakerAlias.objects.create(speaker=other, name="Катя Жув", slug="katja")
    SpeakerAlias.objects.create(speaker=kept, name="Kasia")
    before, gone = rows(), other.pk
    with acting("ines"):
        merge(kept, other)
    assert rows() != before
    with acting("olu"):
        back = undo_merge(kept)
    assert (back.pk, back.name) == (gone, "K. Żółw")
    assert rows() == before
    with pytest.raises(MergeRefused) as refused:
        undo_merge(kept)
    assert str(refused.value) == ("No merge of the last 30 days into “Katarzyna Żółw” is left to be undone.")
    merge(kept, back)
    undo_merge(kept)
    assert rows() == before


def test_what_was_changed_since_stays() -> None:
    kept, other, third = kasia(), short(), factories.make_speaker()
    one, two = (factories.make_appearance(speaker=other) for _ in range(2))
    merge(kept, other)
    Appearance.objects.filter(pk=two.pk).update(speaker=third)
    later = factories.make_appearance(speaker=kept)
    kept.pronouns, kept.affiliation = "they/them", "Kelp College"
    kept.save()
    back = undo_merge(kept)
    whose = dict(Appearance.objects.values_list("pk", "speaker"))
    assert whose == {one.pk: back.pk, two.pk: third.pk, later.pk: kept.pk}
    kept.refresh_from_db()
    assert (kept.pronouns, kept.affiliation, kept.orcid, str(kept.photo)) == (
        "they/them",
        "Kelp College",
        "",
        "",
    )


def test_merges_are_undone_from_the_last_one_back() -> None:
    kept, other, third = kasia(), short(), factories.make_speaker(slug="zolw", name="Żółw, Katarzyna")
    for person in (other, third):
        factories.make_appearance(speaker=person)
    before = rows()
    merge(third, other)
    between = rows()
    merge(kept, third)
    assert undo_merge(kept).slug == "zolw"
    assert rows() == between
    assert last_merge(kept) is None
    assert undo_merge(Speaker.objects.get(slug="zolw")).slug == "k-zolw"
    assert rows() == before


def test_a_deletion_and_a_move_by_hand_are_no_merge() -> None:
    kept, other = kasia(), short()
    SpeakerAlias.objects.create(speaker=other, name="Катя Жув")
    Change.objects.update(at=Change.objects.first().at - timedelta(hours=1))  # type: ignore[union-attr]
    SpeakerAlias.objects.filter(speaker=other).update(speaker=kept)
    other.delete()
    assert last_merge(kept) is None


@pytest.mark.parametrize(("days", "left"), [(29, True), (31, False)])
def test_a_merge_can_be_undone_for_thirty_days(days: int, left: bool) -> None:
    kept = kasia()
    merge(kept, short())
    for change in Change.objects.all():
        Change.objects.filter(pk=change.pk).update(at=change.at - timedelta(days=days))
    assert (last_merge(kept) is not None) == left


def test_an_address_that_is_taken_meanwhile_keeps_the_person_away() -> None:
    kept, other = kasia(), short()
    merge(kept, other)
    factories.make_speaker(slug="k-zolw", name="Klara Żółw")
    before = rows()
    with pytest.raises(MergeRefused, match="Slug"):
        undo_merge(kept)
    assert rows() == before


def test_frozen_editions_let_people_be_merged_and_parted() -> None:
    kept, other = kasia(), short()
    one = factories.make_appearance(speaker=other)
    Edition.objects.update(state=Edition.State.FROZEN)
    merge(kept, other)
    assert Appearance.objects.get(pk=one.pk).speaker_id == kept.pk
    back = undo_merge(kept)
    assert Appearance.objects.get(pk=one.pk).speaker_id == back.pk


def test_what_cannot_be_merged() -> None:
    kept, other = kasia(), short()
    with pytest.raises(MergeRefused, match="one record already"):
        merge(kept, Speaker.objects.get(pk=kept.pk))
    Speaker.objects.get(pk=other.pk).delete()
    before = rows()
    for one, two in ((kept, other), (other, kept)):
        with pytest.raises(MergeRefused, match="deleted meanwhile"):
            merge(one, two)
    assert rows() == before


def test_a_new_address_leaves_the_old_one() -> None:
    person, third = kasia(), factories.make_speaker()
    SpeakerAlias.objects.create(speaker=third, name="Third", slug="katarzyna-zolw")
    person.slug = "kasia"
    person.save()
    assert leave_address(person, "katarzyna-zolw")
    assert not leave_address(person, "katarzyna-zolw")
    assert not leave_address(person, "kasia")
    assert (names(person), names(third)) == ([("", "katarzyna-zolw")], [("Third", "")])
    person.slug = "katarzyna-zolw"
    person.save()
    assert leave_address(person, "kasia")
    assert names(person) == [("", "kasia")]


FILES = {
    "_editions/1-quito-29.md": "---\nedition: quito-29\nevent_date: 2029-03-01\nevent_location: Quito\n---\n",
    "_programs/1-quito-29/01.md": (
        "---\nedition: quito-29\ntype: talk\ntitle: Shade at noon\ntime_start: 2029-03-01 10:00\n"
        "time_end: 2029-03-01 10:30\nspeaker:\n    name: Katarzyna Żółw\n    affiliation: Riff-Labor\n---\n"
    ),
    "_programs/1-quito-29/02.md": (
        "---\nedition: quito-29\ntype: talk\ntitle: Тень\ntime_start: 2029-03-01 11:00\n"
        "time_end: 2029-03-01 11:30\nspeaker:\n    name: Катажина Жулв\n---\n"
    ),
    "_programs/1-quito-29/03.md": (
        "---\nedition: quito-29\ntype: panel\ntitle: 影\ntime_start: 2029-03-01 12:00\n"
        "time_end: 2029-03-01 12:30\npanelists:\n    - name: 海野 渚\n    - name: K. Żółw\n---\n"
    ),
}


@pytest.fixture
def bring(django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]) -> Any:
    """Import a folder as the command does."""

    def run(folder: Path) -> Report:
        with django_capture_on_commit_callbacks(execute=True):
            return import_files([folder], Options())

    return run


def test_files_know_nothing_of_a_merge(bring: Callable[[Path], Report], tmp_path: Path) -> None:
    site = write(tmp_path / "site", FILES)
    bring(site)
    kept = Speaker.objects.get(name="Katarzyna Żółw")
    for name in ("Катажина Жулв", "K. Żółw"):
        merge(kept, Speaker.objects.get(name=name))
    before, files = rows(), files_of(site)
    assert set(kept.appearances.values_list("name", flat=True)) == {
        "Katarzyna Żółw",
        "Катажина Жулв",
        "K. Żółw",
    }
    assert not export(site).differs
    assert files_of(site) == files
    report = bring(site)
    assert (report.exit_code, report.clashes(), report.items(), rows()) == (0, [], [], before)
    # A file that is read anew, and a new one, find the person by the other name.
    again = "_programs/1-quito-29/02.md"
    new = FILES[again].replace("11:", "15:").replace("Тень", "Ещё тень")
    write(site, {again: FILES[again] + "Слова.\n", "_programs/1-quito-29/04.md": new})
    bring(site)
    assert Speaker.objects.count() == 2
    assert list(kept.appearances.values_list("name", flat=True)).count("Катажина Жулв") == 2
