"""Rows that move: from edition to edition, from person to person, into and out of what is frozen."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db.models import F, OuterRef, Subquery

from editions.models import Edition, Page, Room
from history.frozen import FrozenEditionError
from history.models import Change
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests import factories
from tests.history.house import House, contents, freeze, listening


def refused(write: Any, *args: Any, **kwargs: Any) -> None:
    before = contents()
    with pytest.raises(FrozenEditionError):
        write(*args, **kwargs)
    assert contents() == before


def test_a_room_that_moves_raises_both_editions(house: House) -> None:
    spare = factories.make_room(edition=house.edition)
    with listening() as told:
        house.other.rooms.add(spare)
    fields = {"edition_id": [house.edition.pk, house.other.pk]}
    assert told.lines == [("updated", "editions.room", str(spare.pk), fields)]
    assert told.raised == {
        ("series", ""),
        ("edition", str(house.edition.pk)),
        ("edition", str(house.other.pk)),
    }
    assert told.changes[0].edition == house.other.pk


def test_only_what_changed_is_raised(house: House) -> None:
    Talk.objects.filter(edition=house.other).update(level="advanced")
    with listening() as told:
        Talk.objects.update(level="advanced")
    assert [one.key for one in told.changes] == [str(house.talk.pk)]
    assert told.raised == house.things("edition people")


def test_an_appearance_that_changes_hands_raises_both_people(house: House) -> None:
    with listening() as told:
        house.stranger.appearances.add(house.appearance, bulk=False)
    fields = {"speaker_id": [house.speaker.pk, house.stranger.pk]}
    assert told.lines == [("updated", "talks.appearance", str(house.appearance.pk), fields)]
    stranger = {("speaker", str(house.stranger.pk))}
    assert told.raised == house.things("edition people") | stranger


def test_related_managers_tell(house: House) -> None:
    page = Page.objects.create(slug="visit", title="Visit")
    with listening() as told:
        house.edition.pages.add(page)
        house.edition.pages.remove(page)
        house.edition.pages.set([page])
        house.edition.pages.clear()
    there, gone = {"edition_id": [None, house.edition.pk]}, {"edition_id": [house.edition.pk, None]}
    other = str(house.rows["editions.page"].pk)
    assert [one[2:] for one in told.lines] == [
        (str(page.pk), there),
        (str(page.pk), gone),
        (other, gone),
        (str(page.pk), there),
        (str(page.pk), gone),
    ]
    assert told.raised == house.things("edition people other")


def test_a_page_of_the_series_is_in_every_menu(house: House) -> None:
    everything = house.things("edition people other")
    with listening() as told:
        page = Page.objects.create(slug="visit", title="Visit")
    assert told.raised == everything
    with listening() as told:
        Page.objects.filter(pk=page.pk).update(edition=house.edition)
    assert told.raised == everything
    with listening() as told:
        page.delete()
    assert told.raised == house.things("edition")


def test_related_managers_make(house: House) -> None:
    with listening() as told:
        made = [
            house.edition.rooms.create(key="a", name="a", slug="a"),
            house.edition.rooms.get_or_create(key="b", defaults={"name": "b", "slug": "b"})[0],
            house.edition.rooms.update_or_create(key="c", defaults={"name": "c", "slug": "c"})[0],
            *house.edition.rooms.bulk_create([Room(edition=house.edition, key="d", name="d", slug="d")]),
        ]
    assert told.lines == [("created", "editions.room", str(one.pk), {}) for one in made]


def test_a_related_manager_updates_only_its_own(house: House) -> None:
    theirs = Talk.objects.get(edition=house.other)
    house.talk.title = theirs.title = "Same"
    with listening() as told:
        assert house.edition.talks.bulk_update([house.talk, theirs], ["title"]) == 1
    assert [one.key for one in told.changes] == [str(house.talk.pk)]


def test_refresh_from_db_tells_nothing(house: House) -> None:
    with listening() as told:
        house.talk.title = "Never saved"
        house.talk.refresh_from_db()
    assert (told.lines, house.talk.title) == ([], "Neap")


def test_nothing_moves_into_a_frozen_edition(house: House) -> None:
    freeze(house.other)
    room = factories.make_room(edition=house.edition)
    page = Page.objects.create(slug="visit", title="Visit")
    theirs = Talk.objects.get(edition=house.other)
    refused(house.other.rooms.add, room)
    refused(house.other.pages.add, page)
    refused(Talk.objects.filter(pk=house.talk.pk).update, edition=house.other)
    refused(Appearance.objects.filter(pk=house.appearance.pk).update, talk=theirs)
    room.edition, house.appearance.talk = house.other, theirs
    refused(room.save)
    refused(house.appearance.save)
    refused(Appearance.objects.bulk_update, [house.appearance], ["talk"])


def test_a_frozen_row_that_stays_opens_no_door_for_others(house: House) -> None:
    freeze(house.other)
    refused(Talk.objects.update, edition=house.other)
    theirs = Talk.objects.get(edition=house.other)
    refused(Appearance.objects.update, talk=theirs)


def test_nothing_moves_out_of_a_frozen_edition(house: House) -> None:
    freeze(house.edition)
    refused(Talk.objects.filter(pk=house.talk.pk).update, edition=house.other)
    refused(house.edition.pages.clear)
    house.appearance.talk = Talk.objects.get(edition=house.other)
    refused(house.appearance.save)


def test_one_frozen_row_among_many_refuses_them_all(house: House) -> None:
    freeze(house.edition)
    refused(Talk.objects.update, level="advanced")
    refused(Talk.objects.all().delete)
    refused(
        Room.objects.bulk_create,
        [Room(edition=one, key="x", name="x", slug="x") for one in (house.other, house.edition)],
    )


def test_a_frozen_edition_can_be_thawed_and_only_that(house: House) -> None:
    freeze(house.edition)
    house.edition.state, house.edition.title = Edition.State.PUBLISHED, "Ebb"
    refused(house.edition.save)
    refused(Edition.objects.filter(pk=house.edition.pk).update, state="published", title="Ebb")
    with listening() as told:
        house.edition.save(update_fields=["state"])
    fields = {"state": ["frozen", "published"]}
    assert told.lines == [("updated", "editions.edition", str(house.edition.pk), fields)]
    assert told.raised == house.things("edition people")
    house.edition.save()


def test_an_edition_may_freeze_together_with_other_changes(house: House) -> None:
    with listening() as told:
        Edition.objects.filter(pk=house.edition.pk).update(state="frozen", title="Ebb")
    assert [one.fields for one in told.changes] == [{"state": ["published", "frozen"], "title": ["", "Ebb"]}]
    assert Edition.objects.create(key="tide-12", state="frozen").is_frozen
    assert Edition.objects.bulk_create([Edition(key="tide-11", state="frozen")])[0].is_frozen


def test_people_of_a_frozen_edition_can_be_merged(house: House) -> None:
    freeze(house.edition)
    with listening() as told:
        Appearance.objects.filter(speaker=house.speaker).update(speaker=house.stranger)
    assert [one.fields for one in told.changes] == [{"speaker_id": [house.speaker.pk, house.stranger.pk]}]
    house.appearance.refresh_from_db()
    house.appearance.speaker = house.speaker
    house.appearance.save()
    Appearance.objects.filter(pk=house.appearance.pk).update(speaker_id=house.stranger.pk)
    house.appearance.speaker, house.appearance.name = house.speaker, "Another"
    refused(house.appearance.save)
    refused(Appearance.objects.filter(pk=house.appearance.pk).update, speaker=house.speaker, name="Another")
    assert Speaker.objects.filter(pk=house.speaker.pk).delete()[0] == 2


def test_a_frozen_edition_refuses_stamps_and_bookkeeping_too(house: House) -> None:
    freeze(house.edition)
    refused(Talk.objects.filter(pk=house.talk.pk).update, sequence=9)
    refused(Appearance.objects.filter(pk=house.appearance.pk).update, place="speaker")


def test_bookkeeping_alone_is_no_change(house: House) -> None:
    with listening() as told:
        Appearance.objects.filter(pk=house.appearance.pk).update(place="panelists.2")
    assert (told.lines, told.raised) == ([], set())
    assert Appearance.objects.get(pk=house.appearance.pk).place == "panelists.2"


def test_a_sliced_query_is_refused_as_django_does(house: House) -> None:
    before = Change.objects.count()
    with pytest.raises(TypeError):
        Talk.objects.order_by("pk")[:1].update(title="Ebb")
    with pytest.raises(TypeError):
        Talk.objects.order_by("pk")[:1].delete()
    assert Change.objects.count() == before


def test_a_join_finds_each_row_once(house: House) -> None:
    """The talk has two people, so the join gives it twice."""
    with listening() as told:
        assert (
            Talk.objects.filter(appearances__name__contains="Quill", edition=house.edition).update(level="x")
            == 1
        )
    assert [one.fields for one in told.changes] == [{"level": ["", "x"]}]


def test_other_words_for_the_same_column(house: House) -> None:
    with listening() as told:
        Talk.objects.filter(pk=house.talk.pk).update(room_id=None)
        Talk.objects.filter(pk=house.talk.pk).update(room=house.room)
    pk = house.room.pk
    assert [one.fields for one in told.changes] == [{"room_id": [pk, None]}, {"room_id": [None, pk]}]


def test_values_of_other_tables(house: House) -> None:
    before = contents()
    with pytest.raises(FieldError, match="Joined field references are not permitted"):
        Talk.objects.update(level=F("room__name"))
    assert contents() == before
    name = Room.objects.filter(pk=OuterRef("room")).values("name")
    with listening() as told:
        Talk.objects.filter(edition=house.edition).update(level=Subquery(name))
    assert [one.fields for one in told.changes] == [{"level": ["", house.room.name]}]


def test_a_database_that_is_named(house: House) -> None:
    house.talk.title = "Ebb"
    with listening() as told:
        house.talk.save(using="default")
        Talk.objects.using("default").filter(pk=house.talk.pk).update(title="Flood")
    assert [one.fields for one in told.changes] == [{"title": ["Neap", "Ebb"]}, {"title": ["Ebb", "Flood"]}]


def test_a_primary_key_that_was_set_as_a_text(house: House) -> None:
    stored = {one.attname: getattr(house.talk, one.attname) for one in Talk._meta.concrete_fields}
    with listening() as told:
        Talk(**{**stored, "id": str(house.talk.pk), "title": "Ebb"}).save()
        Appearance(id="4711", talk=house.talk, name="A").save()
    assert [one[:3] for one in told.lines] == [
        ("updated", "talks.talk", str(house.talk.pk)),
        ("created", "talks.appearance", "4711"),
    ]
