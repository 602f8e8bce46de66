"""How every address of the workbench is called: a table to which each new address is added."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse

from editions.models import Room
from exchange.models import Conflict
from history.versioned import Versioned
from speakers.models import Speaker
from talks.models import Notice, Talk
from tests.workbench.conftest import read_form
from tests.workbench.furnished import TERM, Place
from workbench.files.settling import shown_values
from workbench.programme.errands import version_of
from workbench.rights import path_to_edition


@dataclass
class Call:
    """A way to call an address: its arguments, its query, what is posted, and what GET answers an organizer."""

    args: tuple[Any, ...] = ()
    query: str = ""
    post: dict[str, Any] = field(default_factory=dict)
    get: int = 200


Way = Callable[[Place], list[Call]]


# How Django's own addresses are called.


def named(model: type[models.Model], what: str) -> str:
    """The name of an address of a model's admin."""
    return f"{model._meta.app_label}_{model._meta.model_name}_{what}"


def row_of(place: Place, model: type[models.Model]) -> Any:
    """The place's row of a model; of what belongs to no edition, the last one there is."""
    return place.rows.get(model) or model._default_manager.order_by("pk").last()


def links_to(rows: dict[type[models.Model], Any], model: type[models.Model]) -> dict[str, Any]:
    """The foreign keys of a model's form, as they would lead to these rows."""
    fields: list[Any] = [one for one in model._meta.fields if one.many_to_one and one.editable]
    return {one.name: rows[one.related_model].pk for one in fields if one.related_model in rows}


def calls_of(model: type[models.Model], what: str) -> Way:
    """How an address of a model's admin is called."""

    def calls(place: Place) -> list[Call]:
        row, can = row_of(place, model), rights_to(place, model)
        here, there = links_to(place.rows, model), links_to(place.elsewhere, model)
        key, also = (row.pk,), [Call((one.pk,)) for one in place.also if type(one) is model]
        match what:
            case "changelist":
                return [*_searches(place, model), *_ticked(place, model, row)]
            case "add":
                query = "?" + "&".join(f"{name}={pk}" for name, pk in here.items())
                given, status = form_of(place, model), 200 if "add" in can else 403
                return [Call(query=query, post=given | links, get=status) for links in (here, there)]
            case "delete":
                return [Call(key, post={"post": "yes"}, get=200 if "delete" in can else 403)]
            case "change":
                given = form_of(place, model, row)
                return [Call(key, post=given | links) for links in (altered(given), here, there)] + also
        return [Call(key), *also]

    return calls


def rights_to(place: Place, model: type[models.Model]) -> set[str]:
    """What an organizer can do with the rows of a model."""
    options = admin.site.get_model_admin(model)
    rights = ("add", "change", "delete")
    return {one for one in rights if getattr(options, f"has_{one}_permission")(place.request)}


def _searches(place: Place, model: type[models.Model]) -> list[Call]:
    path = path_to_edition(model)
    filters = (
        [f"?{path}__id__exact={place.edition.pk}"]
        if path not in ("", "pk") and issubclass(model, Versioned)
        else []
    )
    return [Call(query=one) for one in ("", f"?q={TERM}", *filters)]


def _ticked(place: Place, model: type[models.Model], row: Any) -> list[Call]:
    """Every action on the row, asked for and then confirmed; on one of another edition, too."""
    names = admin.site.get_model_admin(model).get_actions(place.request)
    rows = [one for one in (row, place.elsewhere.get(model)) if one is not None]
    return [
        Call(post={"_selected_action": [one.pk], "action": name, "post": "yes", **more})
        for name in names
        for one in rows
        for more in ({}, {**CHOSEN, "confirm": "1", "talks": one.pk})
    ]


def form_of(place: Place, model: type[models.Model], row: Any = None) -> dict[str, Any]:
    """What an organizer's form of a row would send, or that of a new one."""
    if ("add" if row is None else "change") not in rights_to(place, model):
        return {}
    name, key = ("add", ()) if row is None else ("change", (row.pk,))
    return read_form(place.desk.get(reverse(f"admin:{named(model, name)}", args=key)).content)


def altered(given: dict[str, Any]) -> dict[str, Any]:
    """Every text of the form's own with a letter more."""
    plain = "title name label text old_path affiliation slug summary username".split()
    return {name: f"{given[name]}x" for name in plain if name in given}


def autocompleted(place: Place) -> list[Call]:
    """Every field of every form that completes what one types."""
    found = []
    for model, options in admin.site._registry.items():
        for holder in (options, *(one(model, admin.site) for one in getattr(options, "inlines", ()))):
            found += [(holder.model._meta, name) for name in getattr(holder, "autocomplete_fields", ()) or ()]
    return [
        Call(query=f"?app_label={one.app_label}&model_name={one.model_name}&field_name={name}&term={term}")
        for one, name in sorted(set(found), key=str)
        for term in ("", TERM)
    ]


def moves(place: Place) -> list[dict[str, Any]]:
    """Moves in the day grid: of the place's talk, and of one that isn't there."""
    where = {"day": "2031-05-15", "start": "15:00", "minutes": "45"}
    return [
        {"talk": talk.pk, "stamp": talk.sequence, "do": do, "room": room, "other": other, **where}
        for talk in (place.rows[Talk], place.elsewhere[Talk])
        for room in (place.rows[Room].pk, place.elsewhere[Room].pk)
        for other in [f"{place.elsewhere[Talk].pk}.{place.elsewhere[Talk].sequence}"]
        for do in ("move", "unschedule", "swap")
    ]


def errands(place: Place) -> list[dict[str, Any]]:
    """What the page for the day does, with rows of the place, and with those of another."""
    found: list[dict[str, Any]] = []
    for rows in (place.rows, place.elsewhere):
        talk, room, notice = rows[Talk].pk, rows[Room].pk, rows[Notice].pk
        found += [
            {"do": "state", "talk": talk, "state": "cancelled"},
            {"do": "room", "talk": talk, "room": room},
            {"do": "room", "talk": talk, "room": ""},
            {"do": "shift", "by": "15", "from": "2031-05-15T08:00", "version": version_of(place.edition)},
            {"do": "shift", "by": "15", "talks": talk, "version": version_of(place.edition)},
            {"do": "notice", "text": "Late", "talk": talk},
            {"do": "take-down", "notice": notice},
        ]
    return found


def same(*calls: Call) -> Way:
    """Calls that know of no edition."""
    return lambda _place: list(calls)


CHOSEN = {
    "minutes": "15",
    "by": "15",
    "state": "cancelled",
    "room": "",
    "track": "",
    "type": "",
    "what": "state",
}
"""What the pages of actions ask for; each takes its own."""
PASTED = {"kind": "video_url", "lines": "x,https://a.example/", "confirm": "1"}
UNNAMED = ("(?P<url>.*)$", "<path:object_id>/", "r/<path:content_type_id>/<path:object_id>/")
"""Django's own: what is not found, and the way from an old address of a form to the new one."""

# How each address that is no model's is called. New ones go here.

OURS: dict[str, Way] = {
    "index": same(Call()),
    "login": same(Call(post={"username": "ada", "password": "no"}, get=302)),
    "logout": same(Call(get=405)),
    "password_change": same(Call(post={"old_password": "no"})),
    "password_change_done": same(Call()),
    "autocomplete": autocompleted,
    "jsi18n": same(Call()),
    "app_list": same(*(Call((one,)) for one in ("talks", "editions", "exchange", "history"))),
    "auth_user_password_change": lambda _place: [Call((User.objects.earliest("pk").pk,))],
    "markdownx_markdownify": same(Call(post={"content": "*x*"}, get=405)),
    "markdownx_upload": same(Call(get=405)),
    "switch": lambda place: [Call(post={"edition": place.edition.key}, get=405)],
    "check": lambda place: [Call((place.edition.key,))],
    "grid": lambda place: [
        Call((place.edition.key,)),
        Call((place.edition.key,), query=f"?day=2031-05-15&talk={place.rows[Talk].pk}"),
    ],
    "grid-move": lambda place: [Call((place.edition.key,), post=one, get=405) for one in moves(place)],
    "today": same(Call(get=302)),
    "today-edition": lambda place: [Call((place.edition.key,), post=one) for one in errands(place)],
    "clone": lambda place: [Call((place.edition.key,), post={"key": "tide-99", "confirm": "1"})],
    "links": lambda place: [
        Call((place.edition.key,), post={"text": f"{place.rows[Talk].slug},https://a.example/", **PASTED})
    ],
    "preview-home": same(Call()),
    "preview": lambda place: [
        Call((row.get_absolute_url().lstrip("/"),))
        for row in (place.edition, place.rows[Talk], place.rows[Speaker])
    ],
    "draft-link": lambda place: [Call((place.rows[Talk].pk,))],
    "import": lambda place: [
        Call(query=f"?edition={place.edition.key}", post={"edition": place.edition.key})
    ],
    "import-plan": same(Call((uuid4(),), post={"do": "confirm"}, get=302)),
    "export": lambda place: [Call(query=f"?edition={place.edition.key}")],
    "export-talk": lambda place: [Call((place.rows[Talk].pk,), get=302)],
    "export-zip": lambda place: [Call((place.edition.key,)), Call(("all",))],
    "export-patch": lambda place: [Call((place.edition.key,)), Call(("all",))],
    "conflicts": lambda place: [
        Call((place.record.pk,), post={f"side-{key}": "file", f"seen-{key}": shown_values(conflict)})
        for conflict in [place.rows[Conflict]]
        for key in (conflict.field, conflict.pk)
    ],
    "merging": lambda place: [Call(query=f"?person={place.rows[Speaker].pk}")],
    "merge": lambda place: [
        Call((place.rows[Speaker].pk, place.other_person.pk), post={"confirm": "1"}),
    ],
    "merge-undo": lambda place: [Call((place.rows[Speaker].pk,), post={"confirm": "1"}, get=405)],
    "undelete": lambda place: [Call((place.batch,), post={"confirm": "1"})],
    "restore": lambda place: [Call((place.change.pk,), post={"confirm": "1"})],
}


def ways() -> dict[str, Way]:
    """Every address by its name, and how it is called."""
    found = dict(OURS)
    for model in admin.site._registry:
        for what in ("changelist", "add", "change", "delete", "history"):
            found[named(model, what)] = calls_of(model, what)
    return found
