"""The models' own rules, tried on a plan before anything is written."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from editions.clock import clock_oddity, instant
from editions.models import Edition
from exchange.columns import LISTS, RECORDS, Column
from exchange.dump import MODELS
from exchange.elements import ELEMENTS
from exchange.plan import Plan, Site, Step
from exchange.problems import Problems
from exchange.records import Value


def check(plan: Plan, site: Site, problems: Problems, zone: str) -> None:
    """Try every record of the plan against its model; errors and oddities of time go to their places.

    ``zone`` is the zone of editions that have none yet.
    """
    steps = [step for step in plan.steps if step.action != "skipped"]
    zones = _zones(plan, steps, site, zone)
    for step in steps:
        if step.action != "unchanged":
            _check_record(step, problems)
        if step.record.kind == "talk":
            _check_clock(step, zones.get(step.record.edition, zone), problems)
    _tell_zone(steps, problems, zone)
    for key in plan.editions:
        first = next(step for step in steps if step.record.edition == key)
        _check_edition_key(key, first, problems)


def _tell_zone(steps: Iterable[Step], problems: Problems, zone: str) -> None:
    """A series that travels has several zones, and files rarely say which: tell what was taken for them."""
    without = [
        step.record.path
        for step in steps
        if step.record.kind == "edition" and step.action == "created" and not step.values.get("timezone")
    ]
    if without:
        problems.info(min(without), None, "zone-taken", count=len(without), zone=zone)


def _zones(plan: Plan, steps: Iterable[Step], site: Site, zone: str) -> dict[str, str]:
    """The zone of each edition, after the run."""
    zones = {key: plan.zone_of(key, zone) for key in plan.editions}
    zones |= {key: edition.timezone for key, edition in site.editions.items()}
    for step in steps:
        if step.record.kind == "edition":
            key = step.record.edition
            zones[key] = str(step.values.get("timezone") or zones.get(key) or zone)
    return zones


def _check_record(step: Step, problems: Problems) -> None:
    kind = step.record.kind
    _check_columns(MODELS[kind], RECORDS[kind], step.values, step, "", problems)
    for name, merged in step.lists.items():
        for one in merged.items:
            _check_columns(ELEMENTS[name][0], LISTS[name], one.fields, step, one.place, problems)
    if kind == "edition":
        _check_edition_key(step.record.edition, step, problems)
        _check_span(step, "starts_on", "ends_on", problems)
    elif kind == "talk":
        _check_span(step, "starts_at", "ends_at", problems)


def _check_span(step: Step, first: str, last: str, problems: Problems) -> None:
    """What file and site changed may not fit together, though each is right by itself."""
    start, end = step.values.get(first), step.values.get(last)
    place = step.record.places.get(last) or step.record.places.get(first)
    if step.values == step.record.fields:
        return
    if end and not start and step.record.kind == "talk":
        problems.error(step.record.path, place, "site-end-without-start")
    elif start and end and str(end) < str(start):
        problems.error(
            step.record.path,
            place,
            "site-end-before-start",
            start=str(start).replace("T", " "),
            end=str(end).replace("T", " "),
        )


def _check_edition_key(key: str, step: Step, problems: Problems) -> None:
    try:
        Edition(key=key).clean()
    except ValidationError as refused:
        _tell(refused.error_dict, step, "", problems, {"key": "edition"})


def _check_columns(
    model: Any,
    columns: Iterable[Column],
    values: Mapping[str, Value],
    step: Step,
    item: str,
    problems: Problems,
) -> None:
    """Try the values that are set; what is empty or related is the plan's own business."""
    tried = {
        one.name: one
        for one in columns
        if one.sort not in ("related", "file") and values.get(one.field) is not None
    }
    instance = model(**{name: one.held(values[one.field]) for name, one in tried.items()})
    try:
        instance.clean_fields(exclude={one.name for one in model._meta.fields} - set(tried))
    except ValidationError as refused:
        _tell(refused.error_dict, step, item, problems, {name: one.field for name, one in tried.items()})


def _tell(
    errors: Mapping[str, list[ValidationError]],
    step: Step,
    item: str,
    problems: Problems,
    fields: Mapping[str, str],
) -> None:
    for name, refused in errors.items():
        field = fields.get(name, name)
        place = step.record.places.get(f"{item}.{field}" if item else field)
        for message in (words for one in refused for words in one.messages):
            problems.error(step.record.path, place, "rule", field=field, message=message.rstrip("."))


def _check_clock(step: Step, zone: str, problems: Problems) -> None:
    """Clock times that the zone skips or has twice, and offsets that it does not have, are worth a look."""
    for field in ("starts_at", "ends_at"):
        text = step.record.fields.get(field)
        if not text:
            continue
        clock, place = datetime.fromisoformat(str(text)), step.record.places.get(field)
        oddity = clock_oddity(clock, zone)
        if oddity:
            problems.warning(step.record.path, place, f"clock-{oddity}", time=f"{clock:%H:%M}", zone=zone)
        offset = step.record.offsets.get(field)
        stands = instant(clock, zone).utcoffset()
        if offset is not None and stands is not None and offset != int(stands.total_seconds() // 60):
            problems.warning(step.record.path, place, "offset-differs", zone=zone, time=f"{clock:%H:%M}")
