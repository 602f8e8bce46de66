"""Who may look at what history tells: changes of editions in which one works, and of people in them."""

from typing import Any

from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest

from editions.models import EditionEditor
from editions.querysets import works_everywhere
from history.models import Change
from history.versioned import Versioned
from speakers.models import Speaker, SpeakerAlias
from workbench.rights import open_editions, path_to_edition

OF_PEOPLE = (Speaker, SpeakerAlias)


def told_to(request: HttpRequest, changes: QuerySet[Change]) -> QuerySet[Change]:
    """Those of the changes that the user may see: a change tells what a record was before, drafts too."""
    user: Any = request.user
    if not user.has_perm("editions.view_editioneditor"):
        changes = changes.exclude(kind=EditionEditor._meta.label_lower)
    if works_everywhere(user):
        return changes
    people = Speaker.objects.open_to(user)
    aliases = SpeakerAlias.objects.filter(speaker__in=people.values("pk"))
    return changes.filter(
        Q(edition__in=[one.pk for one in open_editions(request)])
        | Q(kind__in=_shared_kinds())
        | _of(Speaker, people)
        | _of(SpeakerAlias, aliases)
    )


def _of(model: type[Versioned], rows: QuerySet[Any]) -> Q:
    """The changes of these rows, which history names by their primary keys as text."""
    keys = rows.order_by().annotate(as_text=Cast("pk", CharField())).values("as_text")
    return Q(kind=model._meta.label_lower, key__in=keys)


def _shared_kinds() -> list[str]:
    """The kinds of records that are no edition's, and that everybody here sees: the series, types of entries."""
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if issubclass(model, Versioned)
        and model not in (EditionEditor, *OF_PEOPLE)
        and not path_to_edition(model)
    ]
