"""Compounds that are written with a joiner, a blank or neither: found whichever way they are typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from roya_tui.model import Entry, NewSource
from roya_tui.query import parse
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

NOW = 1_800_000_000
ARTICLES = {
    "go": Entry(title="خبر", content="<p>فردا به خانه می\u200cروم.</p>"),
    "books": Entry(title="کتاب\u200cها در شهر"),
    "apart": Entry(title="کتاب ها در باران"),
    "forecast": Entry(title="پیش\u200cبینی هوا"),
    "street": Entry(title="روم و خانه"),
    "noted": Entry(title="یادداشت"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, dict[int, str]]]:
    db = open_store(tmp_path_factory.mktemp("compounds") / "news.db")
    source = subscriptions.add(db, NewSource("https://roya.example/rss"), NOW).id
    names = {}
    for name, entry in ARTICLES.items():
        (id,) = ingestion.save(db, source, None, [ingestion.prepare(entry)], NOW).new
        names[id] = name
    search_index.index_queue(db)
    article_state.set_note(db, max(names), "رنگ ها", NOW)
    yield db, names
    db.close()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("می\u200cروم", "go", id="with a joiner"),
        pytest.param("می روم", "go", id="with a blank"),
        pytest.param("میروم", "go", id="together"),
        pytest.param("فردا می روم خانه", "go", id="among other words"),
        pytest.param("می روم or پیش بینی", "forecast go", id="either of two"),
        pytest.param("خانه -(می روم)", "street", id="left out"),
        pytest.param("کتاب\u200cها", "apart books", id="a joiner for a blank"),
        pytest.param("کتاب ها", "apart books", id="a blank for a joiner"),
        pytest.param("title:کتاب title:ها", "apart books", id="in titles"),
        pytest.param("ها کتاب", "apart", id="in this order"),
        pytest.param('"می روم"', "", id="a phrase stands as it is"),
        pytest.param("خانه روم", "street", id="no compound"),
        pytest.param("پیش بینی هوا", "forecast", id="with Persian letters"),
        pytest.param("رنگ\u200cها", "noted", id="in a note"),
    ],
)
def test_a_compound_is_found_however_it_is_typed(
    store: tuple[sqlite3.Connection, dict[int, str]], typed: str, expected: str
) -> None:
    db, names = store
    asked = parse(typed, NOW)
    assert sorted(names[id] for id in results.find(db, asked, NOW)) == expected.split()
    assert results.count(db, asked, NOW) == len(expected.split())
