"""The commands that do something with articles and sources, a step of the journal each; and those that undo it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from sqlite3 import Connection

from roya_tui.cli.articles import tell_doubt, words
from roya_tui.cli.output import Column, iso
from roya_tui.cli.session import COULD_NOT, DONE, WRONG_USAGE, CannotDo, Session, catch_up, standard_input
from roya_tui.query import Query, both
from roya_tui.query import state as in_state
from roya_tui.text import clean, one_line

_MOST_NAMED = 10
"""Sources that are told where a name means several."""

Work = Callable[[Connection, Sequence[int]], int]
"""Does something with articles, and returns with how many it changed something."""


def mark(session: Session, wanted: Namespace) -> int:
    """`roya-tui mark`: read, unread, star or unstar all that a query finds."""
    from roya_tui.store.user_data import article_state

    read = {"read": True, "unread": False}.get(wanted.what)
    starred = {"star": True, "unstar": False}.get(wanted.what)
    query = _query(session, words(wanted), f"mark {wanted.what}")
    return _do(
        session, wanted, query, lambda db, ids: article_state.mark(db, ids, session.now, read=read, starred=starred)
    )


def hide(session: Session, wanted: Namespace) -> int:
    """`roya-tui hide`: leave all that a query finds out of every list and count."""
    from roya_tui.store.user_data import article_state

    query = _query(session, words(wanted), "hide")
    return _do(session, wanted, query, lambda db, ids: article_state.mark(db, ids, session.now, hidden=True))


def unhide(session: Session, wanted: Namespace) -> int:
    """`roya-tui unhide`: show again what a query finds among the hidden."""
    from roya_tui.store.user_data import article_state

    query = both(_query(session, words(wanted), "unhide"), in_state("hidden"))
    return _do(session, wanted, query, lambda db, ids: article_state.mark(db, ids, session.now, hidden=False))


def tag(session: Session, wanted: Namespace) -> int:
    """`roya-tui tag`: give all that a query finds tags of one's own (+x), and take others off (-y)."""
    from roya_tui.store.user_data import article_state

    asked, put, taken = _parted(wanted.words)
    if not put and not taken:
        raise CannotDo("Which tags? roya-tui tag QUERY +water -sport: those at the end, with + or -.", WRONG_USAGE)
    text = " ".join([*asked, getattr(wanted, "query", "")]).strip()
    query = _query(session, text, "tag", " +water")
    return _do(
        session, wanted, query, lambda db, ids: article_state.edit_tags(db, ids, session.now, add=put, remove=taken)
    )


def _parted(typed: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """Part the words of a query from the tags behind it: to be put on, and to be taken off."""
    asked = [word.strip() for word in typed]
    put: list[str] = []
    taken: list[str] = []
    while asked and _is_tag(asked[-1]):
        word = asked.pop()
        (put if word[0] == "+" else taken).insert(0, one_line(word[1:]))
    return asked, put, taken


def _is_tag(word: str) -> bool:
    """Whether a word is +x or -y; -lang:en is of the query."""
    from roya_tui.query.fields import FIELDS

    sign, name = word[:1], word[1:]
    field, colon, _ = name.partition(":")
    return bool(one_line(name)) and (sign == "+" or (sign == "-" and not (colon and field.lower() in FIELDS)))


def _query(session: Session, text: str, command: str, more: str = "") -> Query:
    if not text:
        message = f"Which articles? roya-tui {command} 'sort:newest'{more} would be all of them."
        raise CannotDo(message, WRONG_USAGE)
    return session.query(text)


def _do(session: Session, wanted: Namespace, query: Query, work: Work) -> int:
    """Do it with all that the query finds, and tell what was done."""
    from roya_tui.store.connection import transaction
    from roya_tui.store.search import results
    from roya_tui.store.user_data import journal

    with session.store(samples=False) as db:
        catch_up(session, db)
        with transaction(db):  # so that the last step is ours
            ids = results.find(db, query, session.now, zone=session.clock().zone)
            changed = work(db, ids)
            said = journal.latest_sentence(db) if changed else "Nothing changed."
        if not ids:
            tell_doubt(session, db, query)
    if wanted.json:
        session.out.json({"changed": changed, "found": len(ids), "said": said})
    else:
        session.out.line(f"{said} The query found {len(ids):,}.")
    return DONE


def note(session: Session, wanted: Namespace) -> int:
    """`roya-tui note`: keep a note with an article, take it off (""), or tell it."""
    from roya_tui.store.articles import lookup
    from roya_tui.store.user_data import article_state, journal

    typed = " ".join(word.strip() for word in wanted.words)
    piped = standard_input().decode("utf-8", "replace") if typed == "-" else ""
    text = piped if typed == "-" else typed
    with _printing_unsaved(session, wanted, piped), session.store(samples=False) as db:
        before = lookup.load_article(db, wanted.id)
        if before is None:
            raise CannotDo(f"There is no article {wanted.id}. roya-tui list tells the numbers.")
        if not wanted.words:
            if wanted.json:
                session.out.json({"id": wanted.id, "note": before.note})
            else:
                session.out.text(before.note or "There is no note.")
            return DONE
        new = clean(text).strip()
        article_state.set_note(db, wanted.id, new, session.now)
        changed = new != before.note
        said = journal.latest_sentence(db) if changed else "Nothing changed."
    if wanted.json:
        session.out.json({"id": wanted.id, "note": new, "changed": int(changed), "said": said})
    else:
        session.out.line(said)
    return DONE


@contextmanager
def _printing_unsaved(session: Session, wanted: Namespace, text: str) -> Iterator[None]:
    """Write a piped note to standard output if it cannot be saved: it may exist nowhere else."""
    try:
        yield
    except BaseException:  # an interruption while the database is locked, too
        if text:
            said = "The note was not saved. Its text is on standard output."
            if wanted.json:
                session.out.json({"id": wanted.id, "note": text, "changed": 0, "said": said})
            else:
                session.out.text(text)
            session.out.flush()
            session.out.tell(f"roya-tui: {said}")
        raise


def remove(session: Session, wanted: Namespace) -> int:
    """`roya-tui remove`: unsubscribe from one source; what is starred or noted of it stays."""
    from roya_tui.store.sources import subscriptions

    with session.store(samples=False) as db:
        found = subscriptions.find(db, wanted.source)
        if not found:
            raise CannotDo(f"No source is called “{one_line(wanted.source)}”. roya-tui sources lists them.")
        if len(found) > 1:
            some = ", ".join(f"{one.id} {one.label}" for one in found[:_MOST_NAMED])
            more = ", …" if len(found) > _MOST_NAMED else ""
            raise CannotDo(f"Several sources are called so; name one by its number: {some}{more}.")
        (source,) = found
        subscriptions.remove(db, source.id, session.now)
    if wanted.json:
        session.out.json({"id": source.id, "label": source.label, "articles": source.total})
    else:
        session.out.line(f"Removed {source.label}. Starred and noted articles stay; roya-tui undo takes it back.")
    return DONE


def undo(session: Session, wanted: Namespace) -> int:
    """`roya-tui undo`: take back the last step, whoever made it, or list them."""
    from roya_tui.store.user_data import journal

    with session.store(samples=False) as db:
        if wanted.list:
            steps = journal.list_steps(db, session.now)
        else:
            said = journal.undo(db, session.now)
            return _tell(session, wanted, said, "There is nothing to undo.")
    if wanted.json:
        session.out.json([{"said": step.sentence, "at": iso(step.at), "undone": iso(step.undone_at)} for step in steps])
        return DONE
    clock = session.clock()
    rows = [
        (
            "redo" if step.undone_at else "undo",
            clock.stamp(step.at) if step.at is not None else "-",
            one_line(step.sentence),
        )
        for step in steps
    ]
    session.table((Column(), Column(), Column(gives_way=True)), rows)
    return DONE


def redo(session: Session, wanted: Namespace) -> int:
    """`roya-tui redo`: do again what was undone last."""
    from roya_tui.store.user_data import journal

    with session.store(samples=False) as db:
        return _tell(session, wanted, journal.redo(db, session.now), "There is nothing to redo.")


def _tell(session: Session, wanted: Namespace, said: str | None, nothing: str) -> int:
    if wanted.json:
        session.out.json({"said": said})
    elif said is None:
        session.out.tell(nothing)
    else:
        session.out.line(said)
    return DONE if said else COULD_NOT
