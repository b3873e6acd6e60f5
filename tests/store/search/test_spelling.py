"""Suggestions for misspelled words, in every script."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from roya_tui.model import Entry, NewSource
from roya_tui.query import all_of, by_field, parse
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.search import spelling
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state as states

NOW = 1_800_000_000
TITLES = {
    "Election results": "<p>The ministry counts ballots.</p>", "Elections and the elector": "",
    "Elections near the harbour": "", "L’exclusivité du café": "", "Wahlergebnis für Österreich": "",
    "Parliament of Jordan": "<p>A phlebotomist explained everything. Flood, blood, broad.</p>",
    "Выборы в ёлочном лесу": "", "Εκλογές στην Αθήνα": "", "الانتخابات في الأردن": "<p>والوزارةُ تنشر خُطّة</p>",
    "هیچ می‌روم": "", "हिन्दी समाचार और चुनाव": "", "東京の水計画": "", "한국어 뉴스": "",
    "Zq\u202ewfghjk control": f"<p>{'evil' * 400} or-else sort:newest</p>",
    "A word of which 32 KB are indexed": f"<p>q{'ب' * 20_000}</p>",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    db = open_store(tmp_path_factory.mktemp("misspelt") / "news.db")
    source = subscriptions.add(db, NewSource("https://roya.example/rss", title="Roya News"), NOW).id
    entries = [Entry(guid=title, title=title, authors=("K. Haddad",), content=text) for title, text in TITLES.items()]
    ids = ingestion.save(db, source, None, [ingestion.prepare(entry) for entry in entries], NOW).new
    search_index.index_queue(db)
    states.mark(db, ids[:1], NOW, starred=True)
    states.set_note(db, ids[0], "nightingale", NOW)
    states.edit_tags(db, ids[:1], NOW, add=["orchestra"])
    yield db
    db.close()


def suggestion(db: sqlite3.Connection, text: str) -> str | None:
    found = spelling.suggest(db, text, NOW, lambda new: parse(new, NOW))
    return found and found.apply(text)[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # one or two slips at any place, a second one only in long words; not the beginning of a word, nor a number
        ("electon", "election"), ("eelction", "election"), ("harbuor", "harbour"), ("garbour", "harbour"),
        ("jrdan", "jordan"), ("jrdam", None), ("flod", "flood"), ("parlement", "parliament"),
        ("phlebotomits", "phlebotomist"), ("harbo", None), ("zzzzzzzz", None), ("2o26", None),
        # only if the whole query then finds something
        ("elektion results", "election results"), ("elektion resluts", "election results"),
        ("elektion harbour", "election harbour"), ("parlement -flood", None), ("elektion phlebotomist", None),
        ("-electon is:starred is:read", None), ("nightingale is:read", None), ("orchestra is:read", None),
        # in fields, phrases, parentheses and joined words
        ("title:electon", "title:election"), ('"electon results"', '"election results"'), ("electon or", None),
        ("author:hada", None), ("author:haddda", "author:haddad"), ("parliament-of-jrdan", "parliament-of-jordan"),
        ("(electon or zzzzz) is:unread", "(election or zzzzz) is:unread"),
        # in each script, as the word is written
        ("Exclusivte", "exclusivité"), ("osterreihc", "österreich"), ("выбоыр", "выборы"), ("елочнмо", "ёлочном"),
        ("εκλογσε", "εκλογές"), ("الانتخبات", "الانتخابات"), ("انتخبات", "الانتخابات"), ("الادرن", "الأردن"),
        ("समाचर", "समाचार"), ("東京の氷計画", None), ("한국머", "한국어"),
    ],
)  # fmt: skip
def test_suggestion_is_the_nearest_word_that_finds_something(store, typed: str, expected: str | None) -> None:
    assert suggestion(store, typed) == expected


def test_suggestion_finds_something_with_the_rest_of_the_query(store: sqlite3.Connection) -> None:
    def starred(text: str) -> str | None:
        found = spelling.suggest(store, text, NOW, lambda new: all_of(by_field("is", "starred"), parse(new, NOW)))
        return found and found.label

    assert (starred("electon"), starred("harbuor")) == ("election", None)
    assert suggestion(store, "electios") == "elections"  # the more common word, not “election”


@pytest.mark.parametrize(
    "typed", ["zqwfghjkk", "qببشب", "evil" * 399, "or-esle", "x" * 2_000, '"' + "a b " * 400 + '"']
)
def test_suggestion_has_no_control_characters_when_words_are_hostile(store: sqlite3.Connection, typed: str) -> None:
    found = spelling.suggest(store, typed, NOW, lambda new: parse(new, NOW))
    assert found is None or not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", found.text + found.label)


def test_suggestion_is_found_in_a_readonly_database(store: sqlite3.Connection) -> None:
    (path,) = (row[2] for row in store.execute("PRAGMA database_list") if row[1] == "main")
    db = open_store(Path(path), readonly=True)
    assert suggestion(db, "electon") == "election"
    db.close()
