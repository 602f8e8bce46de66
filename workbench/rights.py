"""Who sees and changes what at the workbench: rows by their edition, and the groups of accounts.

A model's own permissions come first and are Django's. Here stands what they leave open: of which editions the rows
may be. Everything is answered for a request, which asks the database once for the editions in which its user works.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from editions.models import Edition, EditionEditor
from editions.querysets import works_everywhere
from speakers.models import Speaker, SpeakerAlias

PROGRAMME = ("editions", "speakers", "talks")
ORGANIZERS, EDITORS, REVIEWERS = "Organizers", "Editors", "Reviewers"
MADE_BY_ORGANIZERS = (Edition, Speaker)
"""An edition is begun and given up, and a person deleted, by those who work in every edition."""


def open_editions(request: HttpRequest) -> list[Edition]:
    """The editions in which the user works, newest first; asked once a request."""
    kept = vars(request)
    if "open_editions" not in kept:
        kept["open_editions"] = list(Edition.objects.open_to(request.user).newest_first())
    return kept["open_editions"]  # type: ignore[no-any-return]


def edition_of(record: Any) -> Edition | None:
    """The edition that a record belongs to by its ``edition_path``; None for none, or none yet."""
    path = getattr(record, "edition_path", "")
    if path in ("", "pk"):
        return record if path else None
    for step in path.split("__"):
        record = getattr(record, step, None)
    return record if isinstance(record, Edition) else None


def is_frozen(record: Any) -> bool:
    """Whether a record belongs to a frozen edition."""
    edition = edition_of(record)
    return edition is not None and edition.is_frozen


def path_to_edition(model: type[models.Model]) -> str:
    """How rows of a model reach the edition that they are of, frozen or not; "" where they are of none."""
    path: str = getattr(model, "edition_path", "")
    has_one = any(one.name == "edition" and one.related_model is Edition for one in model._meta.fields)
    return path or ("edition" if has_one else "")


def seen_by(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that the user may see: a row is seen by whoever sees all that it hangs on."""
    if works_everywhere(user):
        return rows
    if hasattr(rows, "visible_to"):
        return rows.visible_to(user)  # type: ignore[no-any-return]
    for name, others in _guarded(rows.model):
        seen = others._default_manager.visible_to(user).values("pk")
        rows = rows.filter(Q(**{name: None}) | Q(**{f"{name}__in": seen}))
    return rows


def choices_for(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that a form of the user's may lead to: of open editions, else those that are seen."""
    path = path_to_edition(rows.model)
    if works_everywhere(user):
        return rows
    return (
        rows.filter(**{f"{path}__in": Edition.objects.open_to(user).values("pk")})
        if path
        else seen_by(user, rows)
    )


def hide_unseen(user: Any, record: models.Model) -> None:
    """Take from a record that is only looked at what it leads to and the user may not see: a draft session."""
    for name, others in _guarded(type(record)):
        key = getattr(record, f"{name}_id")
        if key is not None and not seen_by(user, others._default_manager.filter(pk=key)).exists():
            setattr(record, name, None)


def _guarded(model: type[models.Model]) -> Iterable[tuple[str, Any]]:
    """The foreign keys of a model to rows that not everybody sees: their names and models."""
    for field in model._meta.fields:
        other: Any = field.related_model
        if other is not None and hasattr(other._default_manager, "visible_to"):
            yield field.name, other


def may_write(request: HttpRequest, model: type[models.Model], record: Any = None) -> bool:
    """Whether the user may change the record; without one, whether there may be rows of the model to change."""
    if works_everywhere(request.user):
        return True
    if model is EditionEditor:
        return False
    if model in (Speaker, SpeakerAlias):
        person = record.speaker if isinstance(record, SpeakerAlias) else record
        return person is None or person.pk is None or _is_open(request, person)
    path = path_to_edition(model)
    if record is None or record.pk is None:
        return bool(path and open_editions(request))
    edition = edition_of(record) or getattr(record, "edition", None)
    return edition is not None and edition.pk in {one.pk for one in open_editions(request)}


def may_add(request: HttpRequest, model: type[models.Model]) -> bool:
    """Whether the user may make rows of the model: somewhere."""
    return works_everywhere(request.user) or (model is not Edition and may_write(request, model))


def may_delete(request: HttpRequest, model: type[models.Model], record: Any = None) -> bool:
    """Whether the user may delete the record."""
    if model in MADE_BY_ORGANIZERS and not works_everywhere(request.user):
        return False
    return may_write(request, model, record)


def sees_past(request: HttpRequest, record: Any) -> bool:
    """Whether the user may see what the record was before: all that it is now, they see already."""
    model = type(record)
    shared = model not in (EditionEditor, Speaker, SpeakerAlias) and not path_to_edition(model)
    return shared or may_write(request, model, record)


def _is_open(request: HttpRequest, person: Speaker) -> bool:
    kept = vars(request).setdefault("open_people", {})
    if person.pk not in kept:
        kept[person.pk] = Speaker.objects.open_to(request.user).filter(pk=person.pk).exists()
    return bool(kept[person.pk])


def outranks(user: Any, account: Any) -> bool:
    """Whether the user has every right that the account has, so that changing it lends them nothing."""
    if user.is_superuser or user.pk == account.pk:
        return True
    return not account.is_superuser and not _of(account).exclude(pk__in=_of(user).values("pk")).exists()


def groups_within(user: Any) -> QuerySet[Group]:
    """The groups that give no right which the user lacks."""
    if user.is_superuser:
        return Group.objects.order_by("name")
    beyond = Permission.objects.exclude(pk__in=_of(user).values("pk"))
    return Group.objects.exclude(permissions__in=beyond).order_by("name")


def _of(account: Any) -> QuerySet[Permission]:
    """The rights that an account has been given, itself or by its groups, whether it is active or not."""
    return Permission.objects.filter(Q(user=account) | Q(group__user=account)).distinct()


# What the groups may do: (app, models, actions). A group without `every_edition` works where it is given an edition.
LOOK, CHANGE, ALL = ("view",), ("view", "change"), ("view", "add", "change", "delete")
EVERYTHING = "*"
RIGHTS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    ORGANIZERS: (
        *((app, EVERYTHING, ALL) for app in (*PROGRAMME, "exchange", "history")),
        ("editions", "edition", ("every",)),
        ("auth", "user", ALL),
        ("auth", "group", LOOK),
    ),
    EDITORS: (
        ("editions", "series", LOOK),
        ("editions", "edition", CHANGE),
        *(
            ("editions", part, ALL)
            for part in "room track importantdate sponsor committeemember page redirect".split()
        ),
        ("speakers", "speaker", ("view", "add", "change")),
        ("speakers", "speakeralias", ALL),
        ("talks", "talktype", LOOK),
        *(("talks", part, ALL) for part in "talk appearance paper notice".split()),
        *((app, EVERYTHING, LOOK) for app in ("exchange", "history")),
    ),
    REVIEWERS: (
        *((app, EVERYTHING, LOOK) for app in (*PROGRAMME, "exchange", "history")),
        ("editions", "edition", ("every",)),
    ),
}
KEPT_TO_ORGANIZERS = "view_editioneditor"


def make_groups(groups: Any = Group, permissions: Any = Permission) -> None:
    """Make the groups that aren't there yet, with their rights; one that is there is left as it is.

    A migration passes its own models; tests call it where a flush has emptied the tables.
    """
    for name in RIGHTS:
        group, is_new = groups.objects.get_or_create(name=name)
        if is_new:
            group.permissions.set(_rights_of(name, permissions))


def _rights_of(group: str, permissions: Any) -> Any:
    wanted = Q(pk__in=[])
    for app, model, actions in RIGHTS[group]:
        of_model = Q() if model == EVERYTHING else Q(content_type__model=model)
        for action in actions:
            wanted |= of_model & Q(content_type__app_label=app, codename__startswith=f"{action}_")
    found = permissions.objects.filter(wanted)
    return found if group == ORGANIZERS else found.exclude(codename=KEPT_TO_ORGANIZERS)
