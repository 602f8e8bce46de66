"""Who is who: by name, then by other name; accents never make two people one."""

from collections.abc import Iterable, Mapping

from exchange.dialects.values import is_person
from exchange.records import Value
from texts.folding import name_key


def find_people(names: Iterable[Value], known: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
    """Who of the printed names is known, and who is not.

    Args: ``known``: name keys of people and of their other names, with the person's primary key.
    Returns {printed name: primary key}, and the names of people to be made, one for each key, in order.
    Placeholders such as "TBD" are nobody and in neither.
    """
    found: dict[str, int] = {}
    new: dict[str, str] = {}
    for name in names:
        if not (isinstance(name, str) and is_person(name)):
            continue
        key = name_key(name)
        if key in known:
            found[name] = known[key]
        else:
            new.setdefault(key, name)
    return found, list(new.values())
