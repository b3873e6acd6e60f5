"""The commands that change articles and sources, one undo step each, and undo and redo."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from sqlite3 import Connection

from roya_tui.cli.argument_types import ARTICLE_NUMBER, parse_article_id
from roya_tui.cli.commands.articles import load_article, prepare_search, query_text, warn_unknown_term
from roya_tui.cli.commands.sources import list_some
from roya_tui.cli.output import Column
from roya_tui.cli.session import FAILURE, SUCCESS, USAGE_ERROR, CommandError, Session, standard_input
from roya_tui.export.json_values import iso_time
from roya_tui.query import FIELDS, Query, all_of, by_field
from roya_tui.store.connection import transaction
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal
from roya_tui.text import clean, one_line
from roya_tui.translation import gettext, ngettext

Action = Callable[[Connection, Sequence[int]], int]
"""Changes articles and returns the number of changed ones."""


def mark(session: Session, args: Namespace) -> int:
    """`roya-tui mark`: mark all matches of a query read or unread, star or unstar them."""
    read = {"read": True, "unread": False}.get(args.what)
    starred = {"star": True, "unstar": False}.get(args.what)
    chosen = choose_articles(session, args, f"mark {args.what}")
    now = session.now
    return apply_action(
        session, args, chosen, lambda db, ids: article_state.mark(db, ids, now, read=read, starred=starred)
    )


def hide(session: Session, args: Namespace) -> int:
    """`roya-tui hide`: hide all matches of a query."""
    chosen = choose_articles(session, args, "hide")
    return apply_action(session, args, chosen, lambda db, ids: article_state.mark(db, ids, session.now, hidden=True))


def unhide(session: Session, args: Namespace) -> int:
    """`roya-tui unhide`: show the hidden matches of a query again."""
    chosen = choose_articles(session, args, "unhide")
    if isinstance(chosen, Query):
        chosen = all_of(chosen, by_field("is", "hidden"))
    return apply_action(session, args, chosen, lambda db, ids: article_state.mark(db, ids, session.now, hidden=False))


def tag(session: Session, args: Namespace) -> int:
    """`roya-tui tag`: add tags (+x) to all matches of a query, and remove others (-y)."""
    args.words, added, removed = _split_tags(args.words)
    if not added and not removed:
        message = gettext("A tag is required. Example: {example}", example="roya-tui tag title:wells +water -sport")
        raise CommandError(message, USAGE_ERROR)
    chosen = choose_articles(session, args, "tag", " +water")
    now = session.now
    return apply_action(
        session, args, chosen, lambda db, ids: article_state.edit_tags(db, ids, now, add=added, remove=removed)
    )


def _split_tags(typed: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """Split the arguments into the words of the query, the tags to add and the tags to remove."""
    words = [word.strip() for word in typed]
    added: list[str] = []
    removed: list[str] = []
    while words and _is_tag(words[-1]):
        word = words.pop()
        (added if word[0] == "+" else removed).insert(0, one_line(word[1:]))
    return words, added, removed


def _is_tag(word: str) -> bool:
    """Return whether a word is +x or -y; -lang:en belongs to the query."""
    sign, name = word[:1], word[1:]
    field, colon, _ = name.partition(":")
    return bool(one_line(name)) and (sign == "+" or (sign == "-" and not (colon and field.lower() in FIELDS)))


def choose_articles(session: Session, args: Namespace, command: str, more: str = "") -> Query | list[int]:
    """Return the articles to change: ids if the arguments are only numbers of articles, else a query."""
    if not (text := query_text(args)):
        example = f"roya-tui {command} 'source:courier before:7d'{more}"
        message = gettext("A query is required. Example: {example}", example=example)
        raise CommandError(message, USAGE_ERROR)
    if " ".join(args.words).strip() == text and all(map(ARTICLE_NUMBER.fullmatch, text.split())):
        return [parse_article_id(word) for word in dict.fromkeys(text.split())]
    return session.query(text)


def apply_action(session: Session, args: Namespace, chosen: Query | list[int], action: Action) -> int:
    """Apply an action to some articles or all matches of a query, and print the result."""
    ids: Sequence[int]
    with session.store(samples=False) as db:
        if isinstance(chosen, Query):
            prepare_search(session, db, chosen)
        with transaction(db):  # so that the latest step of the journal is this one
            if isinstance(chosen, Query):
                ids = results.find(db, chosen, session.now, zone=session.clock().zone)
            else:
                ids = [load_article(db, id).headline.id for id in chosen]
            changed = action(db, ids)
            message = journal.latest_sentence(db) if changed else gettext("Nothing changed.")
        if isinstance(chosen, Query) and not ids:
            warn_unknown_term(session, db, chosen)
    if args.json:
        session.out.json({"changed": changed, "found": len(ids), "message": message})
    elif not isinstance(chosen, Query):
        session.out.line(message)
    else:
        found = ngettext("The query matches {count:,} article.", "The query matches {count:,} articles.", len(ids))
        session.out.line(f"{message} {found}")
    return SUCCESS


def note(session: Session, args: Namespace) -> int:
    """`roya-tui note`: save a note on an article, remove it (""), or print it."""
    typed = " ".join(word.strip() for word in args.words)
    piped = standard_input().decode("utf-8", "replace") if typed == "-" else ""
    text = piped if typed == "-" else typed
    with _printing_unsaved(session, args, piped), session.store(samples=False) as db:
        before = load_article(db, args.id)
        if not args.words:
            if args.json:
                session.out.json({"id": args.id, "note": before.note})
            else:
                session.out.text(before.note or gettext("There is no note."))
            return SUCCESS
        new = clean(text).strip()
        article_state.set_note(db, args.id, new, session.now)
        changed = new != before.note
        message = journal.latest_sentence(db) if changed else gettext("Nothing changed.")
    if args.json:
        session.out.json({"id": args.id, "note": new, "changed": int(changed), "message": message})
    else:
        session.out.line(message)
    return SUCCESS


@contextmanager
def _printing_unsaved(session: Session, args: Namespace, text: str) -> Iterator[None]:
    """Write a piped note to standard output if it cannot be saved: it may exist nowhere else."""
    try:
        yield
    except BaseException:  # also an interruption while the database is locked
        if text:
            message = gettext("The note was not saved. Its text is on standard output.")
            if args.json:
                session.out.json({"id": args.id, "note": text, "changed": 0, "message": message})
            else:
                session.out.text(text)
            session.out.flush()
            session.out.notify(f"roya-tui: {message}")
        raise


def remove(session: Session, args: Namespace) -> int:
    """`roya-tui remove`: unsubscribe from a source, keeping its starred and noted articles."""
    with session.store(samples=False) as db:
        found = subscriptions.find(db, args.source)
        if not found:
            name = one_line(args.source)
            raise CommandError(gettext("No source matches “{name}”. Run roya-tui sources to list them.", name=name))
        if len(found) > 1:
            raise CommandError(gettext("Several sources match. Use a number: {sources}", sources=list_some(found)))
        (source,) = found
        subscriptions.remove(db, source.id, session.now)
    if args.json:
        session.out.json({"id": source.id, "label": source.label, "articles": source.total})
    else:
        removed = gettext("Removed source “{name}”. Starred, tagged and noted articles are kept.", name=source.label)
        session.out.line(removed + " " + gettext("Undo: roya-tui undo"))
    return SUCCESS


def undo(session: Session, args: Namespace) -> int:
    """`roya-tui undo`: undo the last step, or list the steps."""
    with session.store(samples=False) as db:
        if args.what != "list":
            return _report(session, args, journal.undo(db, session.now), gettext("There is nothing to undo."))
        steps = journal.list_steps(db, session.now)
    if args.json:
        session.out.json(
            [{"step": step.sentence, "at": iso_time(step.at), "undone": iso_time(step.undone_at)} for step in steps]
        )
        return SUCCESS
    clock = session.clock()
    rows = []
    for step in steps:
        when = "-" if step.at is None else clock.stamp(step.at)
        rows.append(("redo" if step.undone_at else "undo", when, one_line(step.sentence)))
    session.table((Column(), Column(), Column(can_shrink=True)), rows)
    return SUCCESS


def redo(session: Session, args: Namespace) -> int:
    """`roya-tui redo`: redo the step that was undone last."""
    with session.store(samples=False) as db:
        return _report(session, args, journal.redo(db, session.now), gettext("There is nothing to redo."))


def _report(session: Session, args: Namespace, message: str | None, nothing: str) -> int:
    if args.json:
        session.out.json({"message": message})
    elif message is None:
        session.out.notify(nothing)
    else:
        session.out.line(message)
    return SUCCESS if message else FAILURE
