"""People over all editions: who is seen, in which order, by which names and addresses."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from editions.models import EditionEditor
from speakers.models import Speaker, SpeakerAlias
from tests import factories

pytestmark = pytest.mark.django_db


def appear(name: str, talk: str = "published", edition: str = "published") -> Speaker:
    speaker = factories.make_speaker(name=name)
    held = factories.make_talk(state=talk)
    factories.make_appearance(talk=held, speaker=speaker)
    held.edition.state = edition
    held.edition.save()
    return speaker


def test_who_appears() -> None:
    for talk in ("draft", "published", "cancelled"):
        for edition in ("draft", "published", "frozen"):
            appear(f"{talk} in {edition}", talk, edition)
    factories.make_speaker(name="nowhere")
    expected = [
        "cancelled in frozen",
        "cancelled in published",
        "published in frozen",
        "published in published",
    ]
    assert [one.name for one in Speaker.objects.appearing().by_name()] == expected
    for visitor in (None, AnonymousUser()):
        assert [one.name for one in Speaker.objects.visible_to(visitor).by_name()] == expected
    assert Speaker.objects.visible_to(factories.make_organizer()).count() == 10


def test_whom_an_editor_sees_and_changes() -> None:
    """Who is in a draft of another edition alone is a secret of that edition; who is nowhere is anybody's."""
    editor = User.objects.create_user("editor", is_staff=True)
    own = factories.make_talk(edition=factories.make_edition(state="draft"), state="draft")
    EditionEditor.objects.create(edition=own.edition, user=editor)
    here, both = factories.make_speaker(name="here"), appear("both")
    for speaker in (here, both):
        factories.make_appearance(talk=own, speaker=speaker)
    elsewhere, _secret = appear("elsewhere"), appear("secret", "draft")
    factories.make_speaker(name="nowhere")
    seen, changed = Speaker.objects.visible_to(editor), Speaker.objects.open_to(editor)
    assert [one.name for one in seen.by_name()] == ["both", "elsewhere", "here", "nowhere"]
    assert [one.name for one in changed.by_name()] == ["both", "here", "nowhere"]
    stranger = User.objects.create_user("stranger", is_staff=True)
    assert [one.name for one in Speaker.objects.open_to(stranger)] == ["nowhere"]
    assert elsewhere in Speaker.objects.visible_to(stranger)


def test_a_published_talk_among_drafts_is_enough_and_counts_once() -> None:
    speaker = appear("Nerida Quill", "draft")
    assert list(Speaker.objects.appearing()) == []
    for _ in range(2):
        factories.make_appearance(speaker=speaker)
    assert list(Speaker.objects.appearing()) == [speaker]


def test_a_draft_talk_and_a_draft_edition_do_not_make_one_that_is_shown() -> None:
    """Each appearance is judged whole: published talk and published edition must be those of one."""
    speaker = appear("Nerida Quill", "draft", "published")
    hidden = factories.make_talk(edition=factories.make_edition(state="draft"))
    factories.make_appearance(talk=hidden, speaker=speaker)
    assert list(Speaker.objects.appearing()) == []


def test_names_stand_in_the_order_of_their_folded_words() -> None:
    for name in ("Zoë Öl", "émile Brun", "Emil Adler", "Łukasz Wir", "陈 美玲", "Ægir Ø"):
        factories.make_speaker(name=name)
    ordered = [one.name for one in Speaker.objects.by_name()]
    assert ordered == [one.name for one in Speaker.objects.all()]
    assert sorted(Speaker.objects.values_list("name_folded", flat=True)) == [
        one.name_folded for one in sorted(Speaker.objects.all(), key=lambda one: one.name_folded)
    ]
    assert ordered.index("Emil Adler") < ordered.index("émile Brun") < ordered.index("Łukasz Wir")
    assert ordered.index("Łukasz Wir") < ordered.index("Zoë Öl") < ordered.index("陈 美玲")


def test_a_slug_leads_to_one_person() -> None:
    first = factories.make_speaker(slug="nerida-quill", name="Nerida Quill")
    assert first.get_absolute_url() == "/speakers/nerida-quill/"
    assert Speaker.objects.get_by_natural_key("nerida-quill") == first
    assert (first.natural_key(), str(first)) == (("nerida-quill",), "Nerida Quill")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_speaker(slug="nerida-quill")
    with pytest.raises(ValidationError) as caught:
        Speaker(slug="nerida quill", name="x").full_clean()
    assert list(caught.value.message_dict) == ["slug"]


@pytest.mark.parametrize(
    ("orcid", "fine"), [("0000-0002-1825-0097", True), ("0000-0002-1694-233X", True), ("12", False)]
)
def test_orcid(orcid: str, fine: bool) -> None:
    speaker = Speaker(slug="a", name="A", orcid=orcid)
    if fine:
        speaker.full_clean()
        return
    with pytest.raises(ValidationError) as caught:
        speaker.full_clean()
    assert caught.value.message_dict == {"orcid": ["Write an ORCID iD as 0000-0002-1825-0097."]}


def test_an_old_slug_leads_to_one_person() -> None:
    first, second = factories.make_speaker(), factories.make_speaker()
    old = SpeakerAlias.objects.create(speaker=first, slug="n-quill")
    again = SpeakerAlias(speaker=second, slug="n-quill")
    with pytest.raises(ValidationError):
        again.full_clean()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        again.save()
    assert "speakeralias_slug_leads_to_one" in str(caught.value) or connection.vendor == "sqlite"
    assert str(old) == "n-quill"


def test_two_people_may_share_another_name_and_need_no_old_slug() -> None:
    for speaker in (factories.make_speaker(), factories.make_speaker()):
        alias = SpeakerAlias(speaker=speaker, name="N. Quîll")
        alias.full_clean()
        alias.save()
    assert [one.name_folded for one in SpeakerAlias.objects.all()] == ["n. quill"] * 2
    assert str(alias) == "N. Quîll"


def test_another_name_says_something() -> None:
    alias = SpeakerAlias(speaker=factories.make_speaker())
    with pytest.raises(ValidationError) as caught:
        alias.full_clean()
    assert caught.value.message_dict == {"__all__": ["Give another name or an old slug."]}
    with pytest.raises(IntegrityError, match="speakeralias_says_something"):
        alias.save()
