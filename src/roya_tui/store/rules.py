"""Rules: list, add, change, enable, move, remove, apply and preview them.

Each change is a step of the journal. A rule mutes or highlights articles only while it is enabled; tags, stars and read
marks stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from itertools import chain, count
from sqlite3 import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.model import EFFECTS, Headline, Rule
from roya_tui.query import Query, QueryError, Term, all_of, by_field, expand, parse
from roya_tui.store import rule_matching
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.rule_matching import includes_hidden, select_articles
from roya_tui.store.search import results
from roya_tui.store.search.fts_query import match_expression
from roya_tui.store.search.saved_searches import load_queries
from roya_tui.store.sources.query_references import ReferenceChecker, to_stored
from roya_tui.store.user_data import rule_flags
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.named_tables import RULES
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.text import fold_name, one_line
from roya_tui.translation import gettext, gettext_noop, ngettext

QUERY_EXAMPLE = "title:football"
_MAX_NAME = 80
"""Characters."""


_ROWS = """SELECT id, name, query, effect, tag, term, ends, off OR coalesce(ends <= ?, 0) FROM rule
    ORDER BY place, id"""


def list_all(db: Connection, now: int) -> list[Rule]:
    """Return the rules in order, each with its number of matches and the problem of its query."""
    rules, saved, names = [], load_queries(db), ReferenceChecker(db)
    for rule in list_unchecked(db, now):
        (matches,) = db.execute("SELECT count(*) FROM caught WHERE rule_id = ?", (rule.id,)).fetchone()
        problem = _find_problem(rule.query, saved, now, names, names.describe_missing, gettext(_SUSPENDED))
        shown = names.to_display(rule.query, now)
        rules.append(replace(rule, match_count=matches, problem=problem, display_query=shown))
    return rules


def list_unchecked(db: Connection, now: int) -> list[Rule]:
    """Return the rules in order without checking or counting: takes 1 ms."""
    return [
        Rule(id, name, query, effect, tag, term, ends, bool(off), display_query=query)
        for id, name, query, effect, tag, term, ends, off in db.execute(_ROWS, (now,))
    ]


def find(db: Connection, name: str, now: int) -> Rule | None:
    """Return the rule of that name, ignoring case and accents."""
    return next((rule for rule in list_all(db, now) if fold_name(rule.name) == fold_name(name)), None)


_SUSPENDED = gettext_noop("The rule is suspended.")


def _find_problem(
    text: str,
    searches: dict[str, str],
    now: int,
    names: ReferenceChecker,
    describe_missing: Callable[[Query], str],
    consequence: str = "",
) -> str:
    """Return the problem of a query, with `consequence` if it excludes something missing, or ""."""
    try:
        query = expand(parse(text, now), searches, now, strict=True)
    except QueryError as error:
        return error.message
    if query.where == Query().where:
        return gettext("Type the query of the rule. Example: {example}", example=QUERY_EXAMPLE)
    excluded = names.describe_missing_exclusion(query)
    return f"{excluded} {consequence}".strip() if excluded else describe_missing(query)


def check_query(db: Connection, text: str, now: int) -> str:
    """Return why a rule with that query would have no effect, or ""."""
    names = ReferenceChecker(db)
    return _find_problem(text, load_queries(db), now, names, names.describe_ineffective)


def validate(db: Connection, wanted: Rule, now: int) -> str:
    """Return the validation error for `wanted` (id 0: a new rule), or ""."""
    if not fold_name(one_line(wanted.name)):
        return gettext("A rule needs a name.")
    for other in list_unchecked(db, now):
        if other.id != wanted.id and fold_name(other.name) == fold_name(wanted.name):
            return gettext("Rule “{name}” already exists.", name=other.name)
    if wanted.effect not in EFFECTS:
        return gettext(
            "Unknown effect “{effect}”. Use one of: {effects}", effect=wanted.effect, effects=", ".join(EFFECTS)
        )
    if wanted.effect == "tag" and not fold_name(wanted.tag):
        return gettext("Type the name of the tag that the rule adds.")
    return check_query(db, wanted.query, now)


def add(db: Connection, wanted: Rule, now: int, *, apply_to_existing: bool = False) -> Rule:
    """Add an enabled rule below all others.

    With `apply_to_existing` it also applies to existing articles, in the same step. Raises `StoreError`.
    """
    with transaction(db):
        wanted = _validated(db, replace(wanted, id=0), now)
        id = _insert(db, replace(wanted, ends=_end_time(wanted.term, now), off=False))
        images = [RULES.blank([id])]
        matched = _apply_to_all(db, id, now, images) if apply_to_existing else rule_matching.MatchedArticles([], 0)
        created = gettext("Created rule “{name}”.", name=wanted.name)
        if matched.ids:
            result = _count_changes(wanted.effect, matched)
            created = gettext("Created rule “{name}”: {result}.", name=wanted.name, result=result)
        record(db, created, images, now)
        return _load(db, id, now)


def add_or_enable(db: Connection, wanted: Rule, now: int, *, apply_to_existing: bool = False) -> Rule:
    """Add a rule, with a number after a taken name; instead enable an equal rule that exists."""
    with transaction(db):
        key = (to_stored(db, wanted.query, now), wanted.effect, wanted.tag)
        same = next((rule for rule in list_all(db, now) if (rule.query, rule.effect, rule.tag) == key), None)
        if same is None:
            taken = {fold_name(name) for (name,) in db.execute("SELECT name FROM rule")}
            names = chain([wanted.name], (f"{wanted.name} {number}" for number in count(2)))
            name = next(name for name in names if fold_name(name) not in taken)
            return add(db, replace(wanted, name=name), now, apply_to_existing=apply_to_existing)
        if not same.off:
            raise StoreError(gettext("Rule “{name}” already does this.", name=same.name))
        return set_enabled(db, same.id, True, now)


def add_all(db: Connection, wanted: Iterable[Rule], now: int) -> int:
    """Add those with an unused name, also invalid ones, as one step; return how many."""
    with transaction(db):
        taken = {fold_name(rule.name) for rule in list_all(db, now)}
        ids = []
        for rule in wanted:
            name = one_line(rule.name)
            if fold_name(name) and fold_name(name) not in taken and rule.effect in EFFECTS:
                taken.add(fold_name(name))
                ids.append(_insert(db, replace(rule, name=name, query=one_line(rule.query), tag=one_line(rule.tag))))
        if ids:
            created = ngettext("Created {count:,} rule.", "Created {count:,} rules.", len(ids))
            record(db, created, [RULES.blank(ids)], now)
        return len(ids)


def _validated(db: Connection, wanted: Rule, now: int) -> Rule:
    wanted = replace(
        wanted,
        name=one_line(wanted.name)[:_MAX_NAME].strip(),
        query=to_stored(db, one_line(wanted.query), now),
        tag=one_line(wanted.tag),
    )
    if wanted.effect != "tag":
        wanted = replace(wanted, tag="")
    if sentence := validate(db, wanted, now):
        raise StoreError(sentence)
    return wanted


def _end_time(term: int | None, now: int) -> int | None:
    return None if term is None else now + term


def _insert(db: Connection, wanted: Rule, place: int | None = None) -> int:
    values = (wanted.name, wanted.query, wanted.effect, wanted.tag, wanted.term, wanted.ends, int(wanted.off))
    return RULES.insert(db, values, place)


def _apply_to_all(db: Connection, id: int, now: int, images: list[RowSnapshot]) -> rule_matching.MatchedArticles:
    """Apply a rule to all articles and append the rows from before to `images`."""
    rule = next((candidate for candidate in rule_matching.load_active(db, now) if candidate.id == id), None)
    if rule is None:
        return rule_matching.MatchedArticles([], 0)
    found = results.find_all(db, rule.query, now, include_hidden=includes_hidden(rule.effect))
    matched, before = rule_matching.apply_rule(db, rule, found, now)
    images += before
    return matched


_COUNT_CHANGES: Mapping[str, Callable[[int], str]] = {
    "mute": lambda count: ngettext("{count:,} article hidden", "{count:,} articles hidden", count),
    "highlight": lambda count: ngettext("{count:,} article highlighted", "{count:,} articles highlighted", count),
    "tag": lambda count: ngettext("{count:,} article tagged", "{count:,} articles tagged", count),
    "star": lambda count: ngettext("{count:,} article starred", "{count:,} articles starred", count),
    "read": lambda count: ngettext("{count:,} article marked read", "{count:,} articles marked read", count),
    "notify": lambda count: ngettext("{count:,} article matched", "{count:,} articles matched", count),
}


def _count_changes(effect: str, matched: rule_matching.MatchedArticles) -> str:
    return _COUNT_CHANGES[effect](len(matched.ids) - matched.already_done)


def change(db: Connection, id: int, wanted: Rule, now: int) -> Rule:
    """Change a rule; raises `StoreError`. With another query, effect or tag it starts anew."""
    with transaction(db):
        was = RULES.load(db, id)
        wanted = _validated(db, replace(wanted, id=id), now)
        before = dict(zip(RULES.columns, was[1:], strict=True))
        if _parse_or_text(before["query"], now) == _parse_or_text(wanted.query, now):
            wanted = replace(wanted, query=before["query"])
        changes: dict[str, Any] = {column: getattr(wanted, column) for column in ("name", "query", "effect", "tag")}
        if wanted.term != before["term"]:
            changes |= {"term": wanted.term, "ends": _end_time(wanted.term, now)}
        changed = {column for column, value in changes.items() if before[column] != value}
        if not changed:
            return _load(db, id, now)
        images = [RULES.snapshot(was)]
        if changed & {"query", "effect", "tag"}:
            values = before | changes
            RULES.delete(db, id)  # its matches are kept for undo
            rule_flags.recompute_flags(db, rule_flags.find_matched(db, [id]))
            id = RULES.insert(db, [values[column] for column in RULES.columns[:-1]], values["place"])
            images.append(RULES.blank([id]))
        else:
            settings = ", ".join(f"{column} = ?" for column in changes)
            db.execute(f"UPDATE rule SET {settings} WHERE id = ?", (*changes.values(), id))
        message = gettext("Edited rule “{name}”.", name=wanted.name)
        if changed == {"name"}:
            message = gettext("Renamed rule “{old}” to “{new}”.", old=before["name"], new=wanted.name)
        record(db, message, images, now)
        return _load(db, id, now)


def _parse_or_text(text: str, now: int) -> Query | str:
    try:
        return parse(text, now)
    except QueryError:
        return text


def set_enabled(db: Connection, id: int, enabled: bool, now: int) -> Rule:
    """Enable a rule, for its full duration, or disable it, as one step."""
    with transaction(db):
        was = _load(db, id, now)
        if was.off == enabled:
            ends = _end_time(was.term, now) if enabled else was.ends
            before = db.execute("SELECT id, ends, off FROM rule WHERE id = ?", (id,)).fetchall()
            db.execute("UPDATE rule SET off = ?, ends = ? WHERE id = ?", (not enabled, ends, id))
            rule_flags.recompute_flags(db, rule_flags.find_matched(db, [id]))
            message = gettext_noop("Enabled rule “{name}”.") if enabled else gettext_noop("Disabled rule “{name}”.")
            record(db, gettext(message, name=was.name), [RowSnapshot("rule", ("ends", "off"), before)], now)
        return _load(db, id, now)


move = RULES.move


def remove(db: Connection, id: int, now: int) -> None:
    """Remove a rule, as one step. Muted articles are shown; tags, stars and read marks stay."""
    with transaction(db):
        RULES.remove(db, id, now)
        rule_flags.recompute_flags(db, rule_flags.find_matched(db, [id]))


def apply(db: Connection, id: int, now: int) -> int:
    """Apply a rule to all existing articles, as one step; return how many matched."""
    with transaction(db):
        rule = _load(db, id, now)
        images: list[RowSnapshot] = []
        matched = _apply_to_all(db, id, now, images)
        if matched.ids:
            result = _count_changes(rule.effect, matched)
            record(db, gettext("Applied rule “{name}”: {result}.", name=rule.name, result=result), images, now)
        return len(matched.ids)


def _load(db: Connection, id: int, now: int) -> Rule:
    RULES.load(db, id)
    return next(rule for rule in list_all(db, now) if rule.id == id)


_PREVIEW_PERIOD = "30d"
_MAX_HEADLINES = 3


class Preview(Struct, frozen=True):
    """What a query would have matched in the last 30 days."""

    count: int
    total: int
    newest: tuple[Headline, ...]
    already_done: int = 0
    """How many of `count` are already in the state that the rule sets."""
    exempt: int = 0
    """How many more match the query, but are exempt: your own marks take precedence."""


def preview(db: Connection, query: Query, now: int, effect: str = "mute", *, zone: tzinfo | None = None) -> Preview:
    """Return what a rule would have matched in the last 30 days, also among hidden articles."""
    recent = by_field("since", _PREVIEW_PERIOD)
    found, everything = (results.find_all(db, wanted, now, zone=zone) for wanted in (all_of(query, recent), recent))
    candidates = found
    if not includes_hidden(effect):
        candidates = results.find_all(db, all_of(query, recent), now, zone=zone, include_hidden=False)
    matched = select_articles(db, effect, candidates)
    newest = tuple(lookup.load_headlines(db, matched.ids[:_MAX_HEADLINES]))
    return Preview(len(matched.ids), len(everything), newest, matched.already_done, len(found) - len(matched.ids))


def count_in_titles(db: Connection, words: Sequence[str], share: int) -> tuple[list[int], int]:
    """Return how many titles have each of these words, and the number of articles.

    Counting stops at one article more than a `share`th of all: then the word is common.
    """
    (articles,) = db.execute("SELECT count(*) FROM article").fetchone()
    count_query = "SELECT count(*) FROM (SELECT 1 FROM beginnings WHERE beginnings MATCH ? LIMIT ?)"
    expressions = (match_expression(Term("title", word, phrase=True)) for word in words)
    limit = articles // share + 1
    return [int(db.execute(count_query, (words, limit)).fetchone()[0]) for words in expressions], int(articles)
