"""Groups and accounts: what each group may do, and that nobody lends an account more than they have themselves."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from editions.models import Edition, EditionEditor
from tests import factories
from tests.workbench.conftest import read_form
from workbench.rights import EDITORS, ORGANIZERS, REVIEWERS, make_groups

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def member(*groups: str, **given: Any) -> User:
    """A member of staff in these groups."""
    user = User.objects.create_user(**{"username": f"user-{User.objects.count()}", "is_staff": True, **given})
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def desk_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def open_form(client: Client, account: User) -> Any:
    return client.get(reverse("admin:auth_user_change", args=[account.pk]))


def change(client: Client, account: User, **changes: Any) -> Any:
    """Send the account's form with these changes, as somebody might who writes the request by hand."""
    address = reverse("admin:auth_user_change", args=[account.pk])
    return client.post(address, {**read_form(client.get(address).content), **changes})


def test_a_migration_made_the_groups() -> None:
    assert sorted(Group.objects.values_list("name", flat=True)) == [EDITORS, ORGANIZERS, REVIEWERS]


@pytest.mark.parametrize(
    ("group", "has", "lacks"),
    [
        (
            ORGANIZERS,
            (
                "editions.every_edition editions.change_series editions.add_editioneditor speakers.delete_speaker "
                "talks.delete_talktype exchange.add_run history.view_change auth.add_user auth.view_group"
            ),
            "auth.change_group auth.add_permission axes.view_accessattempt sessions.view_session",
        ),
        (
            EDITORS,
            (
                "editions.change_edition editions.add_room speakers.change_speaker talks.delete_talk talks.add_notice "
                "talks.view_talktype exchange.view_conflict history.view_change"
            ),
            (
                "editions.every_edition editions.add_edition editions.delete_edition editions.change_series "
                "editions.view_editioneditor speakers.delete_speaker talks.change_talktype auth.view_user auth.view_group"
            ),
        ),
        (
            REVIEWERS,
            "editions.every_edition editions.view_edition speakers.view_speaker talks.view_talk history.view_change",
            "talks.change_talk editions.view_editioneditor auth.view_user exchange.add_run",
        ),
    ],
)
def test_what_a_group_may_do(group: str, has: str, lacks: str) -> None:
    user = member(group)
    assert [right for right in has.split() if not user.has_perm(right)] == []
    assert [right for right in lacks.split() if user.has_perm(right)] == []


def test_reviewers_have_no_right_to_write() -> None:
    rights = Permission.objects.filter(group__name=REVIEWERS).exclude(codename__startswith="view_")
    assert [one.codename for one in rights] == ["every_edition"]


def test_making_them_again_leaves_what_a_site_has_changed() -> None:
    editors = Group.objects.get(name=EDITORS)
    editors.permissions.clear()
    Group.objects.get(name=REVIEWERS).delete()
    make_groups()
    assert (editors.permissions.count(), Group.objects.count()) == (0, 3)
    assert Group.objects.get(name=REVIEWERS).permissions.filter(codename="view_talk").exists()


def test_an_organizer_makes_an_editor_and_gives_an_edition() -> None:
    edition, desk = factories.make_edition(key="tide-31"), desk_of(member(ORGANIZERS))
    made = {"username": "Łukasz", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert desk.post(reverse("admin:auth_user_add"), made).status_code == 302
    account = User.objects.get(username="Łukasz")
    page = open_form(desk, account).content.decode()
    assert "needs staff status and a group" in page
    editors = Group.objects.get(name=EDITORS)
    answer = change(
        desk,
        account,
        is_staff="on",
        groups=[editors.pk],
        **{
            "editions-TOTAL_FORMS": "1",
            "editions-0-user": account.pk,
            "editions-0-edition": edition.pk,
        },
    )
    assert answer.status_code == 302
    account.refresh_from_db()
    assert (account.is_staff, list(account.groups.all())) == (True, [editors])
    assert list(Edition.objects.open_to(account)) == [edition]


def test_an_organizer_makes_no_superuser() -> None:
    organizer = member(ORGANIZERS)
    desk = desk_of(organizer)
    right = Permission.objects.get(codename="change_group")
    for account in (member(EDITORS), organizer):
        assert change(desk, account, is_superuser="on", user_permissions=[right.pk]).status_code == 302
        account.refresh_from_db()
        assert (account.is_superuser, account.user_permissions.count()) == (False, 0)
        fields = open_form(desk, account).context["adminform"].form.fields
        assert not {"is_superuser", "user_permissions"} & set(fields)


def greater_accounts() -> list[User]:
    """Accounts that can do what an organizer can't: by rank, by a right of their own, by a group, though inactive."""
    webmasters = Group.objects.create(name="Webmasters")
    webmasters.permissions.add(Permission.objects.get(codename="change_group"))
    alone = member(ORGANIZERS)
    alone.user_permissions.add(Permission.objects.get(codename="delete_group"))
    return [
        factories.make_organizer(),
        alone,
        member("Webmasters"),
        member("Webmasters", is_active=False),
    ]


def test_an_organizer_changes_no_account_that_can_do_more() -> None:
    desk = desk_of(member(ORGANIZERS))
    for account in greater_accounts():
        before = User.objects.filter(pk=account.pk).values().get()
        page = reverse("admin:auth_user_change", args=[account.pk])
        password = reverse("admin:auth_user_password_change", args=[account.pk])
        delete = reverse("admin:auth_user_delete", args=[account.pk])
        new = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        assert desk.get(page).context["has_change_permission"] is False
        assert desk.post(page, {"username": "mine", "is_active": "on"}).status_code == 403
        assert (desk.get(password).status_code, desk.post(password, new).status_code) == (403, 403)
        assert desk.post(delete, {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [account.pk], "post": "yes"}
        desk.post(reverse("admin:auth_user_changelist"), chosen)
        assert User.objects.filter(pk=account.pk).values().get() == before


def test_an_organizer_gives_no_group_that_can_do_more() -> None:
    greater_accounts()
    desk, account = desk_of(member(ORGANIZERS)), member()
    webmasters = Group.objects.get(name="Webmasters")
    answer = change(desk, account, groups=[webmasters.pk])
    form = answer.context["adminform"].form
    assert list(form.errors) == ["groups"]
    assert [str(one) for one in form.fields["groups"].queryset] == [EDITORS, ORGANIZERS, REVIEWERS]
    assert account.groups.count() == 0


def test_groups_are_looked_at_by_organizers_and_changed_by_superusers() -> None:
    group = Group.objects.get(name=ORGANIZERS)
    page = reverse("admin:auth_group_change", args=[group.pk])
    right = Permission.objects.get(codename="change_group").pk
    desk = desk_of(member(ORGANIZERS))
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"name": ORGANIZERS, "permissions": [right]}).status_code == 403
    assert desk.post(reverse("admin:auth_group_add"), {"name": "Mine"}).status_code == 403
    answer = desk_of(factories.make_organizer()).post(page, {"name": ORGANIZERS, "permissions": [right]})
    assert (answer.status_code, list(group.permissions.values_list("pk", flat=True))) == (302, [right])


def test_a_superuser_does_it_all() -> None:
    desk, account = desk_of(factories.make_organizer()), factories.make_organizer()
    new = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    address = reverse("admin:auth_user_password_change", args=[account.pk])
    assert desk.post(address, new).status_code == 302
    assert change(desk, member(), is_superuser="on").status_code == 302
    assert User.objects.filter(is_superuser=True).count() == 3


@pytest.mark.parametrize("group", [EDITORS, REVIEWERS])
def test_accounts_and_who_edits_what_are_the_organizers(group: str) -> None:
    row = EditionEditor.objects.create(edition=factories.make_edition(), user=member())
    user = member(group)
    EditionEditor.objects.create(edition=row.edition, user=user)
    desk = desk_of(user)
    for name, key in (("auth_user", row.user_id), ("auth_group", 1), ("editions_editioneditor", row.pk)):
        assert desk.get(reverse(f"admin:{name}_changelist")).status_code == 403
        assert desk.get(reverse(f"admin:{name}_change", args=[key])).status_code == 403
    page = desk.get(reverse("admin:editions_edition_change", args=[row.edition_id]))
    assert row.user.username not in page.content.decode()
