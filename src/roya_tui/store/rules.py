"""The person's rules, in an order of their own: made, changed, switched, moved, removed. Each is a step of the journal.

What a rule mutes or highlights is so as long as the rule stands; what it tagged, starred or marked read stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from roya_tui.model import EFFECTS, Rule
from roya_tui.query import Query, QueryError, expanded, parse
from roya_tui.query.nesting import name_of
from roya_tui.store import catching, muting, search
from roya_tui.store.database import StoreError, told, transaction
from roya_tui.store.images import Image
from roya_tui.store.named import Names, kept
from roya_tui.store.personal import forget_empty, put_elsewhere
from roya_tui.store.tags import fold_tag
from roya_tui.store.undo import record
from roya_tui.text import many, one_line

_COLUMNS = ("name", "query", "effect", "tag", "term", "ends", "off", "place")
_LONGEST_NAME = 80
"""Characters."""


_ROWS = "SELECT id, name, query, effect, tag, term, ends, off FROM rule ORDER BY place, id"


@told
def rules(db: Connection, now: int) -> list[Rule]:
    """Return the rules in their order; of one whose query is none, or names what is gone, why, and whether it rests."""
    found, feeds, names = [], _feeds(db), Names(db)
    for rule in written(db, now):
        (caught,) = db.execute("SELECT count(*) FROM caught WHERE rule_id = ?", (rule.id,)).fetchone()
        problem = _problem(rule.query, feeds, now, names, names.gone)
        found.append(replace(rule, caught=caught, problem=problem, shown=names.shown(rule.query, now)))
    return found


@told
def written(db: Connection, now: int) -> list[Rule]:
    """Return the rules in their order as they are written, without reading them or counting: a millisecond."""
    return [
        Rule(id, name, query, effect, tag, term, ends, bool(off) or over(ends, now), shown=query)
        for id, name, query, effect, tag, term, ends, off in db.execute(_ROWS)
    ]


def over(ends: int | None, now: int) -> bool:
    """Whether the time for which a rule stands has passed."""
    return ends is not None and ends <= now


@told
def rule(db: Connection, name: str, now: int) -> Rule | None:
    """Return the rule of that name; case and accents do not matter."""
    return next((one for one in rules(db, now) if name_of(one.name) == name_of(name)), None)


def _feeds(db: Connection) -> dict[str, str]:
    """The queries of the saved feeds, by their names."""
    return {name_of(name): query for name, query in db.execute("SELECT name, query FROM saved_feed")}


def _problem(text: str, feeds: dict[str, str], now: int, names: Names, gone: Callable[[Query], str]) -> str:
    try:
        query = expanded(parse(text, now), feeds, now, strict=True)
    except QueryError as error:
        return error.message
    if query.where == Query().where:
        return "A rule needs something to look for."
    without = names.without(query)
    return f"{without} It rests." if without else gone(query)


@told
def problem(db: Connection, text: str, now: int) -> str:
    """Return why a rule with that query would do nothing, "" if it would do something."""
    names = Names(db)
    return _problem(text, _feeds(db), now, names, names.useless)


@told
def wrong(db: Connection, wanted: Rule, now: int) -> str:
    """Return why a rule cannot be as `wanted` (a new one has no id); "" if it can."""
    if not name_of(one_line(wanted.name)):
        return "A rule needs a name."
    for other in written(db, now):
        if other.id != wanted.id and name_of(other.name) == name_of(wanted.name):
            return f"There is a rule {other.name} already."
    if wanted.effect not in EFFECTS:
        return f"A rule can {', '.join(EFFECTS)}."
    if wanted.effect == "tag" and not fold_tag(wanted.tag):
        return "Which tag?"
    return problem(db, wanted.query, now).removesuffix(" It rests.")


@told
def add(db: Connection, wanted: Rule, now: int, *, past: bool = False) -> Rule:
    """Make a rule, below all others, that stands from now on; with `past` it also acts on what is there, in one step.

    Raises `StoreError` with what is wrong in it.
    """
    with transaction(db):
        wanted = _checked(db, replace(wanted, id=0), now)
        id = _insert(db, replace(wanted, ends=_end(wanted.term, now), off=False))
        images = [_nothing([id])]
        caught = _act_on_all(db, id, now, images) if past else catching.Meant([], 0)
        record(db, f"Made the rule {wanted.name}{_telling(wanted.effect, caught)}.", images, now)
        return _one(db, id, now)


@told
def make(db: Connection, wanted: Rule, now: int, *, past: bool = False) -> Rule:
    """Make a rule, under another name if that one is taken; one that does the same is switched on again instead."""
    with transaction(db):
        facts = (kept(db, wanted.query, now), wanted.effect, wanted.tag)
        same = next((one for one in rules(db, now) if (one.query, one.effect, one.tag) == facts), None)
        if same is None:
            return add(db, replace(wanted, name=free_name(db, wanted.name)), now, past=past)
        if not same.off:
            raise StoreError(f"The rule {same.name} does that already.")
        return switch(db, same.id, True, now)


@told
def add_all(db: Connection, wanted: Iterable[Rule], now: int) -> int:
    """Make those whose name is free, as one step; return how many they were.

    They are kept as they are, even where their query is none here: `rules` tells of each what is wrong.
    """
    with transaction(db):
        taken = {name_of(one.name) for one in rules(db, now)}
        ids = []
        for one in wanted:
            name = one_line(one.name)
            if name_of(name) and name_of(name) not in taken and one.effect in EFFECTS:
                taken.add(name_of(name))
                ids.append(_insert(db, replace(one, name=name, query=one_line(one.query), tag=one_line(one.tag))))
        if ids:
            record(db, f"Made {many(len(ids), 'rule')}.", [_nothing(ids)], now)
        return len(ids)


def _checked(db: Connection, wanted: Rule, now: int) -> Rule:
    wanted = replace(
        wanted,
        name=one_line(wanted.name)[:_LONGEST_NAME].strip(),
        query=kept(db, one_line(wanted.query), now),
        tag=one_line(wanted.tag),
    )
    if wanted.effect != "tag":
        wanted = replace(wanted, tag="")
    if sentence := wrong(db, wanted, now):
        raise StoreError(sentence)
    return wanted


def _end(term: int | None, now: int) -> int | None:
    return None if term is None else now + term


def _insert(db: Connection, wanted: Rule, place: int | None = None) -> int:
    values = (wanted.name, wanted.query, wanted.effect, wanted.tag, wanted.term, wanted.ends, int(wanted.off), place)
    return int(
        db.execute(
            f"INSERT INTO rule ({', '.join(_COLUMNS)}) SELECT ?, ?, ?, ?, ?, ?, ?,"
            " coalesce(?, max(place) + 1, 0) FROM rule",
            values,
        ).lastrowid
        or 0
    )


def _nothing(ids: Sequence[int]) -> Image:
    """What was there before rules were made: none."""
    return Image("rule", _COLUMNS, [(id, "", "", "", "", None, None, 0, 0) for id in ids])


def _act_on_all(db: Connection, id: int, now: int, images: list[Image]) -> catching.Meant:
    """Let a rule act on all that is there, and add what was there before to `images`."""
    meant = next((one for one in catching.standing(db, now) if one.id == id), None)
    if meant is None:
        return catching.Meant([], 0)
    caught, before = catching.catch(db, meant, search.find_all(db, meant.query, now, hidden=meant.sees_hidden), now)
    images += before
    return caught


def _telling(effect: str, caught: catching.Meant) -> str:
    if not caught.ids:
        return ""
    did = {"mute": "hid", "highlight": "highlighted", "tag": "tagged", "star": "starred", "read": "marked read"}
    was = f"{'was' if caught.already == 1 else 'were'} {'hidden' if effect == 'mute' else did[effect]}"
    already = f"; {caught.already:,} {was} already" if caught.already else ""
    return f", which {did[effect]} {len(caught.ids) - caught.already:,}{already}"


@told
def change(db: Connection, id: int, wanted: Rule, now: int) -> Rule:
    """Let a rule be as `wanted`, where it stands. Raises `StoreError` with what is wrong in it.

    With another query, effect or tag it is another rule: what the old one hid comes back, and it has caught nothing.
    """
    with transaction(db):
        was = _row(db, id)
        wanted = _checked(db, replace(wanted, id=id), now)
        before = dict(zip(_COLUMNS, was[1:], strict=True))
        if _means(before["query"], now) == _means(wanted.query, now):
            wanted = replace(wanted, query=before["query"])
        asked: dict[str, Any] = {"name": wanted.name, "query": wanted.query, "effect": wanted.effect, "tag": wanted.tag}
        if wanted.term != before["term"]:
            asked |= {"term": wanted.term, "ends": _end(wanted.term, now)}
        changed = {column for column, value in asked.items() if before[column] != value}
        if not changed:
            return _one(db, id, now)
        images = [Image("rule", _COLUMNS, [was])]
        if changed & {"query", "effect", "tag"}:
            values = before | asked
            _forget(db, id)
            id = _insert(db, Rule(0, *(values[column] for column in _COLUMNS[:-1])), values["place"])
            images.append(_nothing([id]))
        else:
            settings = ", ".join(f"{column} = ?" for column in asked)
            db.execute(f"UPDATE rule SET {settings} WHERE id = ?", (*asked.values(), id))
        old, new = before["name"], wanted.name
        record(
            db, f"Renamed the rule {old} to {new}." if changed == {"name"} else f"Changed the rule {new}.", images, now
        )
        return _one(db, id, now)


def _means(text: str, now: int) -> Query | str:
    try:
        return parse(text, now)
    except QueryError:
        return text


@told
def switch(db: Connection, id: int, on: bool, now: int) -> Rule:
    """Switch a rule off, so that what it hid comes back, or on again, for as long as it was made for; as one step."""
    with transaction(db):
        was = _one(db, id, now)
        if was.off == on:
            ends = _end(was.term, now) if on else was.ends
            before = db.execute("SELECT id, ends, off FROM rule WHERE id = ?", (id,)).fetchall()
            db.execute("UPDATE rule SET off = ?, ends = ? WHERE id = ?", (not on, ends, id))
            muting.settle(db, muting.caught_by(db, [id]))
            sentence = f"Switched the rule {was.name} {'on' if on else 'off'}."
            record(db, sentence, [Image("rule", ("ends", "off"), before)], now)
        return _one(db, id, now)


@told
def move(db: Connection, id: int, by: int, now: int) -> bool:
    """Move a rule so many places down (up, below 0), as one step; False where it stands at that end already."""
    with transaction(db):
        name = _row(db, id)[1]
        before = put_elsewhere(db, "rule", id, by)
        if before:
            record(db, f"Moved the rule {name}.", [Image("rule", ("place",), before)], now)
        return bool(before)


@told
def remove(db: Connection, id: int, now: int) -> None:
    """Let a rule go, as one step: what it hid comes back, what it tagged, starred or marked read stays."""
    with transaction(db):
        was = _row(db, id)
        _forget(db, id)
        record(db, f"Removed the rule {was[1]}.", [Image("rule", _COLUMNS, [was])], now)


@told
def apply(db: Connection, id: int, now: int) -> int:
    """Let a rule act on all that is there already, as one step; return how many articles that were."""
    with transaction(db):
        found = _one(db, id, now)
        images: list[Image] = []
        caught = _act_on_all(db, id, now, images)
        if caught.ids:
            record(db, f"Applied the rule {found.name}{_telling(found.effect, caught)}.", images, now)
        return len(caught.ids)


@told
def free_name(db: Connection, name: str) -> str:
    """Return `name`, or what comes nearest to it of the names that no rule has."""
    taken = {name_of(one) for (one,) in db.execute("SELECT name FROM rule")}
    numbered = (f"{name} {number}" for number in count(2))
    return next(one for one in chain((name,), numbered) if name_of(one) not in taken)


def _forget(db: Connection, id: int) -> None:
    """Take a rule away; what it has caught is kept, for undo brings it back with that."""
    db.execute("UPDATE rule SET name = '' WHERE id = ?", (id,))
    forget_empty(db, "rule", [id])
    muting.settle(db, muting.caught_by(db, [id]))


def _row(db: Connection, id: int) -> Any:
    row = db.execute(f"SELECT id, {', '.join(_COLUMNS)} FROM rule WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise StoreError("That rule is not there any more.")
    return row


def _one(db: Connection, id: int, now: int) -> Rule:
    _row(db, id)
    return next(one for one in rules(db, now) if one.id == id)
