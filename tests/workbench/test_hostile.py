"""What somebody makes up in an address or a form: refused in words or as a bad request, never an error page."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from editions.models import EditionEditor, Redirect
from speakers.models import SpeakerAlias
from talks.models import Talk
from tests import factories
from tests.attachments.drawn import quarters
from tests.workbench.conftest import Fill, errors_of
from workbench.rights import EDITORS, REVIEWERS, make_groups

pytestmark = pytest.mark.django_db
BIG = "9" * 30


@pytest.fixture(autouse=True)
def groups() -> None:
    make_groups()


def browser(group: str, edition: Any = None) -> Client:
    """The browser of somebody in a group, who is given an edition."""
    user = User.objects.create_user("wanjiku", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    if edition is not None:
        EditionEditor.objects.create(edition=edition, user=user)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("make", "changes", "wrong"),
    [
        (factories.make_edition, {"key": "a b"}, ["key"]),
        (factories.make_talk, {"slug": "", "starts_at_0": "", "ends_at": "2031-05-15T08:00"}, ["ends_at"]),
        (factories.make_speaker, {"name": "", "slug": ""}, ["name"]),
    ],
)
def test_a_refused_form_comes_back_with_what_was_typed(
    fill: Fill, make: Any, changes: dict[str, str], wrong: list[str]
) -> None:
    row = make()
    label = row._meta.label_lower.replace(".", "_")
    answer = fill(f"admin:{label}_change", row.pk, changes=changes)
    assert (answer.status_code, list(errors_of(answer))) == (200, wrong)


@pytest.mark.parametrize(
    "query",
    [
        "talks/talk/?id__in=" + BIG,
        "talks/talk/?starts_at__year=" + BIG,
        "talks/talk/?tags__contains=x",
        "talks/talk/?room=" + BIG,
        "talks/talk/?day=9999-12-31",
    ],
)
def test_a_list_is_asked_for_what_no_database_holds(desk: Client, query: str) -> None:
    factories.make_talk()
    assert desk.get(f"/admin/{query}").status_code in {200, 302, 400}


@pytest.mark.parametrize("value", ["x", BIG, "1" * 5000, "²"])
@pytest.mark.parametrize("name", ["edition", "session", "repeats"])
def test_a_new_talk_begins_with_no_made_up_link(desk: Client, name: str, value: str) -> None:
    factories.make_edition(key="tide-31")
    assert desk.get(reverse("admin:talks_talk_add"), {name: value}).status_code == 200
    assert desk.post(reverse("admin:talks_talk_add"), {name: value}).status_code in {200, 400}


@pytest.mark.parametrize("extra", ["[" * 5000, "1" * 5000, "[" + "1" * 5000 + "]"])
def test_facts_beyond_what_can_be_read_are_refused_in_words(fill: Fill, extra: str) -> None:
    talk = factories.make_talk()
    answer = fill("admin:talks_talk_change", talk.pk, changes={"extra": extra})
    assert list(errors_of(answer)) == ["extra"]


def test_an_editor_gives_no_name_to_people_of_others() -> None:
    own, other = factories.make_edition(key="tide-own"), factories.make_edition(key="tide-open")
    theirs = factories.make_speaker(name="Žofie Přílivová", slug="zofie")
    factories.make_appearance(talk=factories.make_talk(edition=other), speaker=theirs)
    client = browser(EDITORS, own)
    sent = {"speaker": theirs.pk, "name": "", "slug": "taken-over"}
    assert list(errors_of(client.post(reverse("admin:speakers_speakeralias_add"), sent))) == ["speaker"]
    assert not SpeakerAlias.objects.exists()


def test_an_old_slug_is_nobodys_present_one(fill: Fill) -> None:
    one, other = factories.make_speaker(slug="one"), factories.make_speaker(slug="other")
    answer = fill("admin:speakers_speakeralias_add", changes={"speaker": one.pk, "slug": other.slug})
    assert errors_of(answer) == {"slug": ["A person has this slug now."]}


def test_an_edition_takes_no_path_of_another(fill: Fill) -> None:
    own = factories.make_edition(key="tide-own")
    factories.make_edition(key="tide-open")
    for path in ("/tide-open/", "/tide-open/talks/old/"):
        answer = fill(
            "admin:editions_redirect_add",
            changes={"edition": own.pk, "old_path": path, "new_path": "/tide-own/"},
        )
        assert errors_of(answer) == {"old_path": ["This path is another edition's."]}
    assert not Redirect.objects.exists()


@pytest.mark.parametrize(("group", "status"), [(EDITORS, 200), (REVIEWERS, 403)])
@pytest.mark.usefixtures("media")
def test_who_only_looks_puts_up_no_picture(group: str, status: int) -> None:
    client = browser(group, factories.make_edition())
    sent = {"image": SimpleUploadedFile("tide.png", quarters("PNG"))}
    assert client.post(reverse("admin:markdownx_upload"), sent).status_code == status


def test_nothing_is_shifted_out_of_the_years_of_a_programme(desk: Client) -> None:
    talk = factories.make_talk()
    for minutes in ("-999999999", "99999999"):
        action = {"action": "shift", "_selected_action": talk.pk, "minutes": minutes, "confirm": "1"}
        for named in ({}, {"talks": str(talk.pk)}):
            assert desk.post(reverse("admin:talks_talk_changelist"), {**action, **named}).status_code == 200
    assert Talk.objects.get().starts_at == talk.starts_at
