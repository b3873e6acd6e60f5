"""`python -m tests.bench rules`: what rules cost when articles are saved, tried, applied, ended and undone."""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import process_time

from tests.bench import invented, made_store
from tests.bench.figures import Report, Times

from roya_tui.model import Rule
from roya_tui.query import parse
from roya_tui.store import bodies, connection, database, rule_matching, rules
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import journal

WORDS = (invented.COMMON_WORD, invented.OCCASIONAL_WORD, invented.RARE_WORD)
QUERIES = (
    *(f"title:{word}" for word in WORDS),
    *WORDS,
    *(f"source:{number}" for number in (3, 30, 77)),
    *(f'author:"Writer {number}"' for number in (5, 50)),
    *(f"tag:{tag}" for tag in invented.TAGS[:4]),
    f"tag:{invented.TAGS[5]} -{WORDS[0]}",
    f"{WORDS[1]} or {WORDS[2]}",
    '"no such phrase"',
    "lang:ar minutes:>8",
    "is:unread title:zzz",
)
"""Twenty rules of every kind."""
EFFECTS = ("highlight", "mute", "tag", "star", "read")
ROUNDS, SOURCES, EACH = 5, 10, 30


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench rules", description=__doc__.partition(": ")[2])
    parser.add_argument("--size", type=int, default=100_000, help="number of articles (%(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "roya-tui-bench",
                        help="folder for the made stores, kept for the next time (%(default)s)")  # fmt: skip
    chosen = parser.parse_args(words)
    now, report, column = int(time.time()), Report(), f"{chosen.size:,}"
    folder = made_store.copy(made_store.home(chosen.work, chosen.size, now, _tell), chosen.work)
    with closing(database.open_store(folder / "news.db")) as db:
        _saving(db, now, column, report)
        _one(db, now, column, report)
        _many(db, now, column, report)
    print(report.text())
    return 0


def _saving(db: sqlite3.Connection, now: int, column: str, report: Report) -> None:
    """What twenty rules add to what is saved, once search knows it; processor time."""
    for query, effect in zip(QUERIES, EFFECTS * 4, strict=True):
        rules.add(db, Rule(0, query, query, effect, "ruled" if effect == "tag" else ""), now)
    acting = []
    for number in range(ROUNDS):
        for source in range(1, SOURCES + 1):
            ingestion.save(db, source, None, _entries(number * SOURCES + source, now), now, index=search_index.enqueue)
        _let_search_know(db)
        acting.append(_timed(lambda: rule_matching.match_queued(db)))
    count = SOURCES * EACH
    alone = Times.of(seconds / count for seconds in acting)
    report.times("20 rules, for an article of 300, ms", column, alone)
    report.target("20 rules, for an article", alone.median * 1000, 0.1, "ms")
    db.execute("UPDATE rule SET off = 1")
    waiting = [_timed(lambda: rule_matching.enqueue(db, 1, [1, 2, 3], now)) for _ in range(ROUNDS)]
    report.target("no rules, for a source", Times.of(waiting).median * 1000, 1, "ms")
    db.execute("UPDATE rule SET off = 0")
    few = []
    for number in range(5):
        ingestion.save(db, 1, None, _entries(1_000 + number, now)[:5], now, index=search_index.enqueue)
        few.append(_timed(lambda: search_index.index_queue(db)))
    report.times("catch up with 5 articles and 20 rules", column, Times.of(few))
    db.execute("UPDATE rule SET off = 1")


def _one(db: sqlite3.Connection, now: int, column: str, report: Report) -> None:
    """What one waits for: a preview, a rule that hides a tenth of all and more, its end, undo."""
    for word in WORDS:
        preview = partial(rules.preview, db, parse(f"{word} -{word}x", now), now)
        report.times(f"preview of {word}", column, Times.of(_each(3, preview)))
    title = invented.entry(7, 100, now).title.split()
    report.times(
        "weigh the words of a title", column, Times.of(_each(3, lambda: rules.count_in_titles(db, title, 100)))
    )
    rule = Rule(0, "much", f"{WORDS[0]} -zzzz", "mute")
    report.times(
        "mute what is there", column, Times.of([_timed(lambda: rules.add(db, rule, now, apply_to_existing=True))])
    )
    made = rules.find(db, "much", now)
    report.number("… of so many articles", column, made.match_count, ",.0f")
    for name, step in (
        ("switch it off", lambda: rules.set_enabled(db, made.id, False, now)),
        ("undo that", lambda: journal.undo(db, now)),
        ("remove it", lambda: rules.remove(db, made.id, now)),
        ("undo that too", lambda: journal.undo(db, now)),
        ("all sources, with counts", lambda: subscriptions.list_all(db)),
    ):
        report.times(name, column, Times.of([_timed(step)]))


def _many(db: sqlite3.Connection, now: int, column: str, report: Report) -> None:
    """A pass of many rules of many words, with very many tags that none of them names."""
    db.execute("UPDATE rule SET off = 1")
    names = [(f"Tag {number:x} of {number % 97}", f"tag {number:x} of {number % 97}") for number in range(20_000)]
    db.executemany("INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING", names)
    queries = [" or ".join(f"word{rule}x{n}" for n in range(8)) for rule in range(200)]
    rules.add_all(db, [Rule(0, f"many {query}", query, "highlight") for query in queries], now)
    ingestion.save(db, 1, None, _entries(2_000, now), now, index=search_index.enqueue)
    _let_search_know(db)
    seconds = _timed(lambda: rule_matching.match_queued(db))
    report.target("200 rules of 8 words, with 20,000 tags", seconds * 1000, 2_000, "ms")


def _let_search_know(db: sqlite3.Connection) -> None:
    """What `wide.catch_up` does before rules act."""
    with connection.transaction(db):
        search_index.add(db, [id for (id,) in db.execute("SELECT article_id FROM put_off ORDER BY article_id")])
        db.execute("DELETE FROM put_off")


def _entries(number: int, now: int) -> list[bodies.PreparedEntry]:
    first = 10_000_000 + number * EACH
    return [ingestion.prepare(invented.entry(first + n, first + EACH, now)) for n in range(EACH)]


def _timed(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _each(times: int, work: Callable[[], object]) -> list[float]:
    return [_timed(work) for _ in range(times)]


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
