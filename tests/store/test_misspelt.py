"""What was meant by words that nothing has: the nearest that find something, in every script."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

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
    "Election results": "<p>The ministry counts ballots.</p>",
    "Elections and the elector": "",
    "Elections near the harbour": "",
    "Parliament of Jordan": "<p>A phlebotomist explained everything. Flood, blood, broad.</p>",
    "L’exclusivité du café": "",
    "Wahlergebnis für Österreich": "",
    "Выборы в ёлочном лесу": "",
    "Εκλογές στην Αθήνα": "",
    "الانتخابات في الأردن": "<p>والوزارةُ تنشر خُطّة</p>",
    "هیچ می‌روم": "",
    "हिन्दी समाचार और चुनाव": "",
    "東京の水計画": "",
    "한국어 뉴스": "",
    "Zq\u202ewfghjk control": f"<p>{'evil' * 400} or-else sort:newest</p>",
    "A word that search knows the first 32 KB of": f"<p>q{'ب' * 20_000}</p>",
}


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


def meant(db: sqlite3.Connection, text: str) -> str | None:
    found = spelling.suggest(db, text, NOW, lambda new: parse(new, NOW))
    return found and found.apply(text)[0]


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        pytest.param("electon", "election", id="a letter less"),
        pytest.param("eelction", "election", id="two exchanged"),
        pytest.param("parlement", "parliament", id="two slips in a long word"),
        pytest.param("harbo", None, id="a beginning"),
        pytest.param("harbuor", "harbour", id="exchanged in the middle"),
        pytest.param("garbour", "harbour", id="another first letter"),
        pytest.param("phlebotomits", "phlebotomist", id="a word of a text only"),
        pytest.param("jrdan", "jordan", id="in a short word"),
        pytest.param("jrdam", None, id="two slips in a short word"),
        pytest.param("flod", "flood", id="four letters"),
        pytest.param("elektion results", "election results", id="one of two words"),
        pytest.param("elektion resluts", "election results", id="two words"),
        pytest.param("parlement -flood", None, id="the rest leaves it out"),
        pytest.param("elektion phlebotomist", None, id="no article has both"),
        pytest.param("elektion harbour", "election harbour", id="with the rest"),
        pytest.param("title:electon", "title:election", id="in a field"),
        pytest.param('"electon results"', '"election results"', id="in a phrase"),
        pytest.param("author:hada", None, id="the beginning of an author"),
        pytest.param("author:haddda", "author:haddad", id="an author"),
        pytest.param("(electon or zzzzz) is:unread", "(election or zzzzz) is:unread", id="in parentheses"),
        pytest.param("electon or", None, id="no query"),
        pytest.param("-electon is:starred is:read", None, id="left out"),
        pytest.param("parliament-of-jrdan", "parliament-of-jordan", id="joined"),
        pytest.param("nightingale is:read", None, id="in a note"),
        pytest.param("orchestra is:read", None, id="a tag"),
        pytest.param("zzzzzzzz", None, id="nothing is near"),
        pytest.param("2o26", None, id="a number"),
        pytest.param("Exclusivte", "exclusivité", id="as it is written"),
        pytest.param("osterreihc", "österreich", id="German"),
        pytest.param("выбоыр", "выборы", id="Cyrillic"),
        pytest.param("елочнмо", "ёлочном", id="Cyrillic with a mark"),
        pytest.param("εκλογσε", "εκλογές", id="Greek"),
        pytest.param("الانتخبات", "الانتخابات", id="Arabic"),
        pytest.param("انتخبات", "الانتخابات", id="Arabic without its article"),
        pytest.param("الادرن", "الأردن", id="Arabic with a hamza"),
        pytest.param("समाचर", "समाचार", id="Hindi"),
        pytest.param("東京の氷計画", None, id="Chinese and Japanese"),
        pytest.param("한국머", "한국어", id="Korean, by its letters"),
    ],
)  # fmt: skip
def test_what_was_meant(store: sqlite3.Connection, typed: str, likely: str | None) -> None:
    assert meant(store, typed) == likely


def test_what_is_offered_finds_something_with_all_else_that_is_asked(store: sqlite3.Connection) -> None:
    def starred(text: str) -> str | None:
        found = spelling.suggest(store, text, NOW, lambda new: all_of(by_field("is", "starred"), parse(new, NOW)))
        return found and found.label

    assert (starred("electon"), starred("harbuor")) == ("election", None)


def test_a_common_word_goes_before_a_rare_one(store: sqlite3.Connection) -> None:
    assert meant(store, "electios") == "elections"  # and not election


@pytest.mark.parametrize(
    "typed", ["zqwfghjkk", "qببشب", "evil" * 399, "or-esle", "x" * 2_000, '"' + "a b " * 400 + '"']
)
def test_hostile_words_are_text(store: sqlite3.Connection, typed: str) -> None:
    found = spelling.suggest(store, typed, NOW, lambda new: parse(new, NOW))
    assert found is None or not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", found.text + found.label)


def test_a_store_that_may_only_be_read_is_asked_as_well(store: sqlite3.Connection) -> None:
    (path,) = (row[2] for row in store.execute("PRAGMA database_list") if row[1] == "main")
    from pathlib import Path

    db = open_store(Path(path), readonly=True)
    assert meant(db, "electon") == "election"
    db.close()
