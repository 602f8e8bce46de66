"""What the site says of a talk and the mapping of its files has no word for: it stays on the site, and is told."""

from collections.abc import Iterator

from exchange.dialects.mapping.facts import fields_by
from exchange.dialects.mapping.fields import TALK
from exchange.dialects.mapping.language import SiteMapping
from exchange.plan import SiteRecord
from exchange.problems import Problems
from exchange.records import Record, Value

WORDS = {name: word for word, (name, _sort) in TALK.items()}
WORDS |= {"tags": "tags", "starts_at": "start", "ends_at": "end"}
# The file that a field names is told with the field.
NAMED_BY = {"slides_file": "slides", "photo": "avatar"}
SHOWN = 30


def tell_wordless(
    path: str, mapping: SiteMapping, record: Record, row: SiteRecord, problems: Problems
) -> None:
    """Warn, once for a talk, of all that its files cannot say and that an import would not have made so."""
    own = dict(_of_talk(record, row))
    people = list(dict.fromkeys(_of_people(mapping, row)))
    told = [value if name == "state" else f"{name} {value}".strip() for name, value in own.items()]
    word = next(
        (own[name] if name == "state" else WORDS[name] for name in own if name in (*WORDS, "state")), ""
    )
    if not (told or people):
        return
    fields = ", ".join([*told, *people])
    if word:
        problems.warning(path, None, "out-no-word", fields=fields, word=word)
    else:
        problems.warning(path, None, "out-only-on-site", fields=fields)


def _of_talk(record: Record, row: SiteRecord) -> Iterator[tuple[str, str]]:
    """The fields in which the files have no say and the site has one, with the value of a short one."""
    for name, value in row.fields.items():
        if {name, NAMED_BY.get(name, name)} & record.fields.keys() or name == "edition":
            continue
        if (value or None) != record.defaults.get(name):
            yield name, _shown(value)
    for name, items in row.lists.items():
        if items and name not in record.lists:
            yield name, ""


def _shown(value: Value) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str("" if value is None else value)
    return text if len(text) <= SHOWN and "\n" not in text else ""


def _of_people(mapping: SiteMapping, row: SiteRecord) -> Iterator[str]:
    """The fields of somebody in a talk for whom no rule of their role has a word."""
    for one in row.lists["appearances"]:
        rules = [rule for rule in mapping.talks.speakers if rule.role == one.fields.get("role")]
        known = {"role"}.union(*(fields_by(mapping, rule) for rule in rules))
        for name, value in one.fields.items():
            if rules and value and not {name, NAMED_BY.get(name, name)} & known:
                yield f"speakers.{name}"
