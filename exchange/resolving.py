"""One conflict settled by somebody's choice: the record is merged again, with that one field decided."""

from dataclasses import dataclass
from typing import Literal, cast

from django.conf import settings
from django.utils.translation import gettext as _

from exchange import checking
from exchange.dump import site_for
from exchange.keeping import as_stored
from exchange.load import Loader
from exchange.models import Conflict, SourceRecord
from exchange.plan import FileRead, Plan, Site, make_plan
from exchange.problems import Level, Problems
from exchange.records import LISTS_OF, Kind, Record, items_from_json, value_from_json
from exchange.sentences import sentence
from history.frozen import FrozenEditionError
from history.telling import gathering

Side = Literal["file", "site"]
SHOWN = ("base", "site", "file")


class ChoiceRefused(Exception):
    """A choice cannot be carried out; nothing was written. The message says why."""


class _Moved(Exception):
    """The values are no longer those that were shown."""

    def __init__(self, values: dict[str, object]) -> None:
        super().__init__()
        self.values = values


def resolve(conflict: Conflict, side: Side, actor: str) -> None:
    """Give the field the file's value, or keep the site's; both have then agreed, and the conflict is gone.

    One transaction, told in the name of ``actor`` (a user name). The values that ``conflict`` holds are those that
    were chosen from. Raises ChoiceRefused where they have changed meanwhile, somebody else has settled it, or the
    outcome would break a rule; FrozenEditionError in a frozen edition.
    """
    try:
        with gathering(actor, None):
            _settle(conflict, side)
    except _Moved as moved:
        Conflict.objects.filter(pk=conflict.pk).update(**moved.values)
        raise ChoiceRefused(_("The values have changed meanwhile. Look at them and choose again.")) from None


@dataclass(frozen=True)
class _Case:
    """A record with an open conflict, as its file last told it, and the site beside it."""

    known: SourceRecord
    record: Record
    site: Site

    def plan(self, choice: dict[str, Side]) -> Plan:
        """The merge with these fields decided; ChoiceRefused if the outcome would break a rule."""
        problems = Problems()
        file = self.known.file
        read = FileRead(file.path, b"", file.digest, file.size, file.mtime, (self.record,), {})
        plan = make_plan([read], self.site, problems, prefer=choice)
        if plan.steps[0].action == "skipped":
            raise FrozenEditionError(str(self.known))
        checking.check(plan, self.site, problems, settings.DEFAULT_ZONE)
        for one in problems.of(Level.ERROR):
            raise ChoiceRefused(sentence(one)[0])
        return plan


def _settle(conflict: Conflict, side: Side) -> None:
    case = _case(conflict)
    clash = next((one for one in case.plan({}).steps[0].clashes if one.field == conflict.field), None)
    if clash is not None:
        now = {name: as_stored(getattr(clash, name)) for name in SHOWN}
        if now != {name: getattr(conflict, name) for name in SHOWN}:
            raise _Moved(now)
    loader = Loader(case.plan({conflict.field: side}), settings.DEFAULT_ZONE, "", 0, {})
    loader.write()
    loader.agree({case.known.file.path: case.known.file})


def _case(conflict: Conflict) -> _Case:
    """Lock the conflict and read its record, as its file last told it."""
    open_one = Conflict.objects.select_for_update().filter(pk=conflict.pk).first()
    if open_one is None:
        raise ChoiceRefused(_("Somebody else has settled this conflict meanwhile."))
    known = SourceRecord.objects.select_related("file").defer("file__data").get(pk=open_one.record_id)
    if known.said is None:
        raise ChoiceRefused(_("The file has to be imported once more first."))
    kind = cast("Kind", known.kind)
    names = LISTS_OF[kind]
    record = Record(
        kind,
        known.file.path,
        known.edition_key,
        known.key,
        {name: value_from_json(value) for name, value in known.said.items() if name not in names},
        {name: items_from_json(known.said[name]) for name in names if name in known.said},
    )
    return _Case(known, record, site_for([record], {}))
