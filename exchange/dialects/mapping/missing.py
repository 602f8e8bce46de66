"""What a mapping names and no file has: told once, where the mapping names it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from exchange.dialects.mapping.language import SiteMapping
from exchange.dialects.mapping.scopes import Scope
from exchange.dialects.mapping.values import All, First, Path, Value
from exchange.documents import Mapping as KeyMapping
from exchange.problems import Problems

# Words that a whole site may well do without, though its mapping names them.
RARE = frozenset("video slides level language tags draft cancelled".split())
# How many keys a message names.
NAMED = 12


def tell_missing(
    mapping: SiteMapping,
    talks: Sequence[Scope],
    people: Sequence[Scope],
    rows: Sequence[Scope],
    problems: Problems,
) -> None:
    """Warn of each value whose ways lead nowhere in all files of its sort. The problems have no path."""
    rule, schedule = mapping.talks, mapping.schedule
    services = (*(value for value, _wanted in rule.service_if), *rule.service_if_empty)
    sorts: list[tuple[Iterable[Value], Sequence[Scope]]] = [
        ([*_usual(rule.set), *services, *(one.value for one in rule.speakers)], talks),
        (_usual(mapping.speakers.set) if mapping.speakers else (), people),
        ([schedule.talk, *_usual(schedule.set)] if schedule else (), rows),
    ]
    for values, scopes in sorts:
        for value in values if scopes else ():
            ways = _ways(value)
            if ways and not any(_leads(way, scope) for scope in scopes for way in ways):
                place = mapping.places.get(id(value))
                problems.warning("", place, "mapping-key-nowhere", way=_said(ways), keys=keys_of(scopes))


def keys_of(scopes: Iterable[Scope]) -> str:
    """The keys that there are, as a message names them."""
    nodes = (scope.node for scope in scopes)
    found = dict.fromkeys(chain.from_iterable(one.keys() for one in nodes if isinstance(one, KeyMapping)))
    names = [key[:30] for key in found if key]
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "") or "–"


def _usual(says: Mapping[str, Value]) -> Iterator[Value]:
    return (value for word, value in says.items() if word not in RARE)


def _ways(value: Value) -> list[Path]:
    """The ways of a value that is one, or a choice of nothing else; none for any other."""
    if isinstance(value, Path):
        return [value]
    if not isinstance(value, First | All):
        return []
    found = [_ways(one) for one in value.values]
    return [way for ways in found for way in ways] if all(found) else []


def _leads(way: Path, scope: Scope) -> bool:
    here = scope.up(way.up)
    return here is not None and (
        here.leads(way.steps) or (here.more is not None and here.more.leads(way.steps))
    )


def _said(ways: Sequence[Path]) -> str:
    return ", ".join("^" * one.up + ".".join(one.steps) for one in ways)[:200]
