"""Folders of sources: renamed with what is in them, taken away, and put back by undo."""

from __future__ import annotations

import sqlite3

import pytest

from roya_tui.model import NewSource
from roya_tui.store.sources import folders, subscriptions
from roya_tui.store.user_data.journal import redo, undo

NOW = 10_000


@pytest.fixture
def four(db) -> sqlite3.Connection:
    for name, folder in (("One", "News"), ("Two", "News/Jordan"), ("Three", "Newspapers"), ("Four", "")):
        subscriptions.add(db, NewSource(f"https://{name}.example/rss", name=name, folder=folder), NOW)
    return db


def where(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, folder FROM source").fetchall())


@pytest.mark.parametrize(
    ("do", "many", "moved", "sentence"),
    [
        (lambda db: folders.rename(db, "News", "World", NOW), 2, {"One": "World", "Two": "World/Jordan"},
         "Undone: renamed the folder News to World."),
        (lambda db: folders.rename(db, "News", "All/News", NOW), 2, {"One": "All/News", "Two": "All/News/Jordan"},
         "Undone: renamed the folder News to All/News."),
        (lambda db: folders.remove(db, "News", NOW), 2, {"One": "", "Two": "Jordan"},
         "Undone: took the folder News away."),
        (lambda db: folders.remove(db, "News/Jordan", NOW), 1, {"Two": "News"},
         "Undone: took the folder News/Jordan away."),
        (lambda db: folders.rename(db, "Nothing", "x", NOW), 0, {}, None),
    ],
)  # fmt: skip
def test_a_folder_moves_with_what_is_in_it(four, do, many: int, moved: dict[str, str], sentence: str | None) -> None:
    before = where(four)
    assert do(four) == many
    assert where(four) == before | moved
    assert undo(four, NOW) == sentence
    assert where(four) == before
    redo(four, NOW)
    assert where(four) == before | moved


def test_a_source_added_again_is_in_its_folder_as_that_is_called_now(four) -> None:
    (one,) = subscriptions.find(four, "One")
    subscriptions.remove(four, one.id, NOW)
    folders.rename(four, "News", "World", NOW)
    assert subscriptions.add(four, NewSource(one.url), NOW).folder == "World"
