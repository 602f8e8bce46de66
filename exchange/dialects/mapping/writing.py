"""What the site says, back into the files of a mapped site: each value where it was read, and read back at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from exchange.dialects.mapping.arranging import Arrangement, plain_ways
from exchange.dialects.mapping.edits import Edit, target_edit
from exchange.dialects.mapping.facts import (
    TIMES,
    Facts,
    facts_of,
    fields_by,
    plain,
    readers_of,
    said_of_nobody,
    same,
    title_cells,
)
from exchange.dialects.mapping.fields import PERSON, SORTS, STATES, Found
from exchange.dialects.mapping.joining import Joining, TalkRead
from exchange.dialects.mapping.language import START, AppearanceRule, SiteMapping
from exchange.dialects.mapping.people import Appearing
from exchange.dialects.mapping.rereading import Near, Reread
from exchange.dialects.mapping.scopes import Scope, Way
from exchange.dialects.mapping.values import Value
from exchange.documents import Document, EditError, Scalar
from exchange.records import Item, Meant
from exchange.records import Value as Plain
from exchange.writing import write_flag
from texts.folding import name_key


@dataclass(frozen=True)
class Wish:
    """One thing that a talk's files shall say otherwise: a field of the talk, or of the element at a place.

    ``items``: who shall be in the talk by a ``rule``.
    """

    path: str
    name: str
    place: str = ""
    value: Plain = None
    rule: AppearanceRule | None = None
    items: Sequence[Item] = ()

    @property
    def told(self) -> str:
        """Its name as it is told."""
        return f"{self.place}.{self.name}" if self.place else self.name


@dataclass(frozen=True)
class Reason:
    """Why something could not be written: the code of a problem and what it names."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


REFUSED = Reason("out-field-not-written")


@dataclass
class Outcome:
    """The documents as they shall be, and why what could not be written was not: by the talk's path and its name."""

    documents: dict[str, Document]
    refused: dict[str, dict[str, Reason]] = field(default_factory=lambda: defaultdict(dict))

    def refuse(self, wish: Wish, reason: Reason) -> None:
        """Note that something was not written."""
        self.refused[wish.path][wish.told] = reason


class SiteWriter:
    """One export of a mapped site. ``editions``: of talks whose files name none, by path."""

    def __init__(
        self, mapping: SiteMapping, documents: Mapping[str, Document], editions: Mapping[str, str]
    ) -> None:
        self.mapping, self.editions = mapping, editions
        self.outcome = Outcome(dict(documents))
        self.meant: Mapping[str, Meant] = {}
        self.others: Mapping[str, Meant] = {}
        self.arranged: set[str] = set()
        self.written = 0
        self.joined = self.was = self._join(documents)

    def _join(self, documents: Mapping[str, Document]) -> Joining:
        return Joining(self.mapping, documents, self.editions)

    def write(self, meant: Mapping[str, Meant], others: Mapping[str, Meant] | None = None) -> Outcome:
        """Write all that can be written so that nothing else is said anywhere; what cannot is told.

        ``others``: what the site says of talks that are not written, and whose values may be shared.
        """
        self.others = others or {}
        self.meant = {**self.others, **meant}
        self._carry_out(self._all_of(meant, self._wishes))
        # Places in lists move: last of all.
        self._carry_out(self._all_of(meant, self._arrangements))
        return self.outcome

    def _carry_out(self, wishes: Sequence[Wish]) -> None:
        """Write together what can be, leaving out what stands in the way of it."""
        of_path = _by_path(wishes)
        edits = [self._made(wish, of_path[wish.path]) for wish in wishes]
        apart = self._apart(wishes, edits)
        left = [wish for at, wish in enumerate(wishes) if edits[at] is not None and at not in apart]
        written = -1
        while left and written != self.written:
            # What was written meanwhile may have opened the way, or have said it already.
            written = self.written
            left = self._written_of(left)
        unwritten = {id(wish) for wish in left}
        for at, wish in enumerate(wishes):
            reason = REFUSED if edits[at] is not None else self._why_not(wish)
            if (at in apart or edits[at] is None or id(wish) in unwritten) and not self._is_said(wish):
                self.outcome.refuse(wish, apart.get(at, reason))

    def _why_not(self, wish: Wish) -> Reason:
        """Why no change of the files can say what is wished."""
        schedule, talk = self.mapping.schedule, self.joined.talks[wish.path]
        slot = talk.times is not None and schedule is not None and talk.times.scope.path == schedule.file
        if schedule and not slot and wish.name in self.joined.unscheduled:
            return Reason("out-no-row", {"file": schedule.file})
        if wish.name == "state":
            return Reason("out-no-state", {"state": str(wish.value)})
        return Reason("out-derived") if wish.rule is None and ":" not in wish.name else REFUSED

    def _made(self, wish: Wish, wishes: Sequence[Wish]) -> list[Edit] | None:
        """The changes that a wish asks for; None where they cannot be made."""
        documents, edits = dict(self.outcome.documents), []
        try:
            for edit in self._edits(wish, wishes):
                # A table of many rows takes long to write: that a value in it can be is seen when all are.
                if edit.path == wish.path or not edit.is_plain(documents[edit.path]):
                    documents[edit.path] = edit.make(documents[edit.path])
                edits.append(edit)
        except EditError:
            return None
        return edits

    def _apart(self, wishes: Sequence[Wish], edits: Sequence[Sequence[Edit] | None]) -> dict[int, Reason]:
        """The wishes (by number) for values that other talks have too, not all of which wish the same.

        Trying would find them as well, each by a reading of the whole site.
        """
        wanted: dict[tuple[str, Way], dict[str, object]] = defaultdict(dict)
        others = _by_path(self._all_of(self.others, self._wishes) if any(edits) else [])
        made = [*zip(wishes, edits, strict=True)]
        made += [(one, self._made(one, ones)) for ones in others.values() for one in ones]
        for wish, own in made:
            for edit in own or ():
                wanted[edit.path, edit.way][wish.path] = edit.value
        readers = readers_of(self.joined) if any(edits) else {}
        return {
            at: Reason("out-shared-value", {"file": edit.path, "other": reader})
            for at, own in enumerate(edits)
            for edit in own or ()
            if edit.verb in ("set", "body")
            for reader in sorted(readers.get((edit.path, edit.way), ()))
            if (said := wanted[edit.path, edit.way]).get(reader) != edit.value or reader not in said
        }

    def _written_of(self, wishes: list[Wish]) -> list[Wish]:
        """Write wishes, all at once or else those that their own talks allow; returns those that cannot be."""
        if self._try(wishes) is None:
            return []
        near = Near(self.joined)
        fit = [wish for ones in _by_path(wishes).values() for wish in self._fitting(ones, near)]
        known = {id(wish) for wish in fit}
        return [*(wish for wish in wishes if id(wish) not in known), *self._settle(fit)]

    def _fitting(self, wishes: Sequence[Wish], near: Near) -> list[Wish]:
        """Those wishes of one talk with which it says what is wished, and so do those near to it."""
        documents, path = self._changed(wishes), wishes[0].path
        if documents is not None:
            titles = [wish.value for wish in wishes if wish.name == "title" and not wish.place]
            paths = near.to(path, *titles)
            if not self._wrong(Reread(self.joined, documents, paths).talks, paths, wishes):
                return list(wishes)
        half = len(wishes) // 2
        return [one for part in (wishes[:half], wishes[half:]) if half for one in self._fitting(part, near)]

    def _settle(self, wishes: list[Wish]) -> list[Wish]:
        """Write wishes, in parts where they cannot be written together; returns those that cannot be."""
        wrong = self._try(wishes) if wishes else None
        if wrong is None:
            return []
        if len(wishes) == 1:
            return wishes
        mine = [wish for wish in wishes if wish.path in wrong]
        rest = [wish for wish in wishes if wish.path not in wrong]
        if not mine or not rest:
            half = len(wishes) // 2
            rest, mine = wishes[:half], wishes[half:]
        return [*self._settle(rest), *self._settle(mine)]

    def _changed(self, wishes: Sequence[Wish]) -> dict[str, Document] | None:
        """The documents with some wishes written; None where that cannot be."""
        documents, of_path = dict(self.outcome.documents), _by_path(wishes)
        try:
            for wish in wishes:
                for edit in self._edits(wish, of_path[wish.path]):
                    documents[edit.path] = edit.make(documents[edit.path])
        except EditError:
            return None
        return documents

    def _try(self, wishes: Sequence[Wish]) -> set[str] | None:
        """Write some wishes, if that says what is wished and nothing else: then None.

        Else nothing is written, and the talks that would say something else are returned, as far as they are known.
        """
        documents = self._changed(wishes)
        if documents is None:
            return set()
        joined = self._join(documents)
        if joined.talks.keys() != self.joined.talks.keys():
            return set()
        wrong = self._wrong(joined.talks, joined.talks, wishes)
        if wrong or said_of_nobody(joined) != said_of_nobody(self.joined):
            return wrong
        self.joined, self.outcome.documents = joined, documents
        self.written += 1
        self.arranged |= {wish.path for wish in wishes if wish.rule is not None}
        return None

    # What is wished

    def _all_of(
        self, meant: Mapping[str, Meant], find: Callable[[TalkRead, Meant], Iterable[Wish]]
    ) -> list[Wish]:
        talks = ((self.joined.talks.get(path), one) for path, one in meant.items())
        return [wish for talk, one in talks if talk is not None for wish in find(talk, one)]

    def unsaid(self, talk: TalkRead, meant: Meant) -> list[str]:
        """The names of what a talk's files say otherwise than meant."""
        return [wish.told for find in (self._wishes, self._arrangements) for wish in find(talk, meant)]

    def _wishes(self, talk: TalkRead, meant: Meant) -> Iterator[Wish]:
        """What talk and people shall say otherwise."""
        wanted = self._meant_facts(talk, meant)
        for (place, name), value in self._facts(talk).items():
            if (place, name) in wanted and not same(value, wanted[place, name]):
                yield Wish(talk.scope.path, name, place, wanted[place, name])

    def _arrangements(self, talk: TalkRead, meant: Meant) -> Iterator[Wish]:
        """Who shall be in the talk otherwise; nobody can name somebody for whom no rule has a form."""
        after: dict[AppearanceRule, list[Item]] = {rule: [] for rule in self.mapping.talks.speakers}
        for one in meant.lists["appearances"] if after else ():
            stands = talk.at.get(one.place)
            alike = stands and stands.rule.role == one.fields.get("role")
            if stands and alike and not self._is_another(talk, stands, one):
                after[stands.rule].append(stands.item)
            elif (rule := self._rule_for(talk, one)) is not None:
                after[rule].append(replace(one, place=""))
            else:
                yield Wish(talk.scope.path, f"appearances: {one.fields.get('name')}")
                if stands:
                    after[stands.rule].append(stands.item)
        for rule, items in after.items():
            if [one.item.place for one in talk.by(rule)] != [one.place for one in items]:
                yield Wish(talk.scope.path, "appearances", rule=rule, items=items)

    def _rule_for(self, talk: TalkRead, item: Item) -> AppearanceRule | None:
        """The rule by which somebody new can be named; None for no rule."""
        for rule in self.mapping.talks.speakers:
            try:
                if rule.role == item.fields.get("role") and Arrangement(self.joined, talk, rule).value(item):
                    return rule
            except EditError:
                continue
        return None

    def _is_another(self, talk: TalkRead, stands: Appearing, item: Item) -> bool:
        """Whether in the place of a reference to somebody another known person is meant."""
        name = str(item.fields.get("name") or "")
        if not stands.rule.ref or (stands.person and name_key(stands.person.name) == name_key(name)):
            return False
        person = self.joined.people.find(talk.record.edition, name, ("name",))
        return person is not None and person != stands.person

    # What is said

    def _facts(self, talk: TalkRead) -> Facts:
        return facts_of(self.mapping, talk)

    def _meant_facts(self, talk: TalkRead, meant: Meant) -> Facts:
        found: Facts = {("", name): value for name, value in meant.fields.items()}
        for one in meant.lists["appearances"]:
            stands = talk.at.get(one.place)
            if stands and not self._is_another(talk, stands, one):
                found |= {(one.place, name): value for name, value in one.fields.items() if name != "role"}
        return found

    def _is_said(self, wish: Wish) -> bool:
        talk = self.joined.talks.get(wish.path)
        facts = self._facts(talk) if talk and wish.rule is None else {}
        return (wish.place, wish.name) in facts and same(facts[wish.place, wish.name], wish.value)

    def _wrong(self, talks: Mapping[str, TalkRead], paths: Iterable[str], wishes: Iterable[Wish]) -> set[str]:
        """The talks that do not say what is wished, or else something that they neither said nor shall say."""
        of_path = _by_path(wishes)
        return {
            path
            for path in paths
            if path not in talks
            or not self._talk_says(self.joined.talks[path], talks[path], of_path.get(path, ()))
        }

    def _talk_says(self, was: TalkRead, talk: TalkRead, wishes: Sequence[Wish]) -> bool:
        now, before = self._facts(talk), self._facts(was)
        lists = {wish.rule: wish.items for wish in wishes if wish.rule is not None}
        if lists:
            return self._lists_say(was, talk, lists) and _of_talk(now) == _of_talk(before)
        wished = {(wish.place, wish.name): wish.value for wish in wishes}
        meant = self.meant.get(talk.scope.path)
        also = self._meant_facts(was, meant) if meant and talk.scope.path not in self.arranged else {}
        if now.keys() != before.keys():
            return False
        for key, value in now.items():
            if key in wished and not same(value, wished[key]):
                return False
            if not same(value, before[key]) and not (key in also and same(value, also[key])):
                return False
        return True

    def _lists_say(
        self, was: TalkRead, talk: TalkRead, wished: Mapping[AppearanceRule, Sequence[Item]]
    ) -> bool:
        for rule in self.mapping.talks.speakers:
            names, found = fields_by(self.mapping, rule), [one.item for one in talk.by(rule)]
            wanted = wished.get(rule, [one.item for one in was.by(rule)])
            if len(found) != len(wanted):
                return False
            for one, other in zip(found, wanted, strict=True):
                for name in names:
                    said, meant = one.fields.get(name), other.fields.get(name)
                    # Of somebody new a person's file may say more than the site does.
                    is_more = not other.place and meant is None and bool(rule.ref)
                    if not is_more and not same(said, meant):
                        return False
        return True

    # The changes

    def _edits(self, wish: Wish, wishes: Sequence[Wish]) -> Iterator[Edit]:
        """The changes that make a talk's files say what is wished; ``wishes``: all of that talk. Raises EditError."""
        talk = self.joined.talks[wish.path]
        if wish.rule is not None:
            yield from Arrangement(self.joined, talk, wish.rule).edits(wish.items)
        elif wish.place:
            yield from self._element(talk, wish)
        elif wish.name in talk.fields:
            yield self._field(talk.fields[wish.name], wish.name, wish.value)
            yield from self._cells(talk, wish)
        elif wish.name in TIMES:
            yield from self._times(talk, wishes)
        elif wish.name == "state":
            yield from self._state(talk, str(wish.value))
        elif wish.name == "edition":
            yield self._set(self.mapping.edition, talk.scope, str(wish.value), "edition")
        else:
            raise EditError("not-exact", (wish.name,))

    def _field(self, found: Found, name: str, value: Plain) -> Edit:
        if name == "tags":
            return self._tags(found, value)
        like = found.hit.text if found.hit else ""
        return self._written(found, name, None if value is None else SORTS[name].write(value, like))

    def _cells(self, talk: TalkRead, wish: Wish) -> Iterator[Edit]:
        """A schedule that names a talk by its title names it by the new one."""
        found = title_cells(self.joined, talk) if wish.name == "title" else []
        if found and name_key(str(wish.value or "")) != name_key(str(talk.fields["title"].value or "")):
            if wish.value is None:
                raise EditError("not-exact", ("title",))
            yield from (self._written(one, "title", str(wish.value)) for one in found)

    def _tags(self, found: Found, value: Plain) -> Edit:
        ways: list[Way] = [(*found.scope.way, *one) for one in plain_ways(found.rule)]
        way = next((one for one in ways if found.scope.document.find(one) is not None), None)
        if not ways or (way is None and found.hit is not None):
            raise EditError("not-exact", ("tags",))
        words = list(value) if isinstance(value, tuple) else []
        single = way is not None and isinstance(found.scope.document.find(way), Scalar) and len(words) == 1
        wanted = words[0] if single and found.hit else words or None
        return target_edit(found.scope.path, way or ways[0], wanted, self.joined.documents)

    def _written(self, found: Found, name: str, text: str | None) -> Edit:
        """A value where it was read, if it can be turned round there, else where it would be written anew."""
        for target in (found.hit.target if found.hit else None, found.rule.target(found.scope)):
            back = None if target is None or text is None else target.back(text)
            if target is not None and (text is None or back is not None):
                return target_edit(target.path, target.way, back, self.joined.documents)
        raise EditError("not-exact", (name,))

    def _set(self, rule: Value, scope: Scope, text: str | None, name: str) -> Edit:
        hit = next(iter(rule.hits(scope)), None)
        return self._written(Found(None, hit, rule, scope), name, text)

    def _times(self, talk: TalkRead, wishes: Sequence[Wish]) -> Iterator[Edit]:
        """Start and end are made of the same values, and written together."""
        times = talk.times
        if times is None:
            raise EditError("not-exact", TIMES)
        wanted = {"starts_at": times.start, "ends_at": times.end}
        wanted |= {one.name: str(one.value) if one.value else None for one in wishes if one.name in TIMES}
        start, end = (datetime.fromisoformat(text) if text else None for text in wanted.values())
        ends = [name for name in times.rules if name not in START]
        ends = [name for name in ends if name in times.parts] or ends[:1]
        for name, text in times.said(start, end).items():
            part = times.parts.get(name)
            if (name in START or name in ends) and (part.hit.text.strip() if part else None) != text:
                found = Found(None, part.hit if part else None, times.rules[name], times.scope)
                yield self._written(found, name, text)

    def _state(self, talk: TalkRead, state: str) -> Iterator[Edit]:
        says = {**self.mapping.talks.set, **self.mapping.overrides.get(talk.scope.path, {})}
        for name in STATES:
            if name in says:
                hit = next(iter(says[name].hits(talk.scope)), None)
                if hit is not None or state == name:
                    text = write_flag(state == name, hit.text if hit else "")
                    yield self._set(says[name], talk.scope, text, "state")
            elif state == name:
                raise EditError("not-exact", ("state",))

    def _element(self, talk: TalkRead, wish: Wish) -> Iterator[Edit]:
        """A field of somebody who is there; a printed name that shall say more becomes a map."""
        stands = talk.at[wish.place]
        rule, target, found = stands.rule, stands.hit.target, stands.founds.get(wish.name)
        if found is not None and not (wish.name == "name" and wish.value is None):
            yield self._field(found, wish.name, wish.value)
            return
        word = next((word for word in rule.inline if PERSON.get(word, ("",))[0] == wish.name), "")
        names = plain_ways(rule.inline["name"]) if "name" in rule.inline else []
        ways = plain_ways(rule.inline[word]) if word else []
        if target is None or not names or not ways or len(names[0]) != 1:
            raise EditError("not-exact", (wish.name,))
        text = SORTS[wish.name].write(wish.value, "")
        yield Edit(talk.scope.path, "map", target.way, names[0][0])
        yield target_edit(talk.scope.path, (*target.way, *ways[0]), text, self.joined.documents)


def _of_talk(facts: Facts) -> Facts:
    return {key: plain(value) for key, value in facts.items() if not key[0]}


def _by_path(wishes: Iterable[Wish]) -> dict[str, list[Wish]]:
    found: dict[str, list[Wish]] = defaultdict(list)
    for wish in wishes:
        found[wish.path].append(wish)
    return found
