"""Pages that the person saves: kept apart from feeds, undone like all else."""

from __future__ import annotations

from sqlite3 import Connection

import pytest
from msgspec.structs import replace

from roya_tui import query
from roya_tui.model import SAVED_PAGES, Entry, Moment
from roya_tui.store.articles import ingestion, lookup, saved_pages
from roya_tui.store.cleanup import delete_old
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.store.user_data.journal import redo, undo

NOW = 1_000_000
FERRY = Entry(
    guid="https://news.example/ferry",
    url="https://news.example/ferry",
    title="Ferry",
    published=Moment(5_000, "then"),
    content="<p>It sails on Sundays.</p>",
)
MILL = replace(FERRY, guid="https://news.example/mill", url="https://news.example/mill", title="Mill")


def keep(db: Connection, entry: Entry = FERRY, now: int = NOW) -> tuple[int, str]:
    return saved_pages.save(db, ingestion.prepare(entry), now)


def titles(db: Connection) -> list[str]:
    return sorted(headline.title for headline in lookup.load_headlines(db, results.find(db, query.Query(), NOW)))


def labels(db: Connection) -> list[str]:
    return [source.label for source in subscriptions.list_all(db)]


def test_a_page_is_kept_whole_and_unread_under_a_source_of_its_own(db: Connection) -> None:
    assert labels(db) == []
    id, became = keep(db)
    assert became == "new"
    article = lookup.load_article(db, id)
    assert article is not None
    assert (article.guid, article.html) == (FERRY.guid, "<p>It sails on Sundays.</p>")
    assert (article.headline.source, article.headline.unread) == ("Saved pages", True)
    (source,) = subscriptions.list_all(db)
    assert (source.url, source.is_saved_pages, source.is_local, source.total, source.unread) == (
        SAVED_PAGES,
        True,
        False,
        1,
        1,
    )


def test_the_same_again_is_told_and_another_text_is_another_version(db: Connection) -> None:
    id, _ = keep(db)
    assert keep(db, now=NOW + 1) == (id, "same")
    assert keep(db, replace(FERRY, content="<p>It sails no more.</p>")) == (id, "changed")
    article = lookup.load_article(db, id)
    assert article is not None
    assert article.headline.revisions == 1


def test_a_page_saved_again_without_its_clock_keeps_its_times(db: Connection) -> None:
    id, _ = keep(db)
    assert keep(db, replace(FERRY, published=Moment(5_000 + 3 * 3600, "then"))) == (id, "same")
    (headline,) = lookup.load_headlines(db, [id])
    assert headline.published == 5_000


def test_undo_takes_pages_back_one_by_one_and_the_source_with_the_first(db: Connection) -> None:
    keep(db)
    keep(db, MILL)
    assert undo(db, NOW) == "Undone: saved “Mill”."
    assert (titles(db), labels(db)) == (["Ferry"], ["Saved pages"])
    undo(db, NOW)
    assert (titles(db), labels(db)) == ([], [])
    redo(db, NOW)
    redo(db, NOW)
    assert (titles(db), labels(db)) == (["Ferry", "Mill"], ["Saved pages"])


def test_what_was_taken_back_or_hidden_comes_again(db: Connection) -> None:
    id, _ = keep(db)
    undo(db, NOW)
    assert keep(db) == (id, "new")
    assert titles(db) == ["Ferry"]
    article_state.mark(db, [id], NOW, hidden=True)
    assert titles(db) == []
    assert keep(db) == (id, "new")
    assert titles(db) == ["Ferry"]


def test_the_source_is_removed_and_comes_back_like_any_other(db: Connection) -> None:
    id, _ = keep(db)
    (source,) = subscriptions.list_all(db)
    subscriptions.remove(db, source.id, NOW)
    assert (titles(db), labels(db)) == ([], [])
    undo(db, NOW)
    assert labels(db) == ["Saved pages"]
    subscriptions.remove(db, source.id, NOW)
    assert keep(db) == (id, "new")
    assert titles(db) == ["Ferry"]


def test_it_keeps_the_name_that_the_person_gave_it(db: Connection) -> None:
    keep(db)
    (source,) = subscriptions.list_all(db)
    subscriptions.change(db, source.id, name="Later", now=NOW)
    keep(db, MILL)
    assert labels(db) == ["Later"]


def test_saved_pages_are_not_forgotten_for_their_age(db: Connection, put: object) -> None:
    keep(db)
    put(replace(MILL, published=Moment(1_000)), now=2_000)  # type: ignore[operator]
    assert delete_old(db, NOW + 1) == 1
    assert titles(db) == ["Ferry"]


@pytest.mark.parametrize("title", ["", "Ferry"])
def test_the_sentence_names_what_was_saved(db: Connection, title: str) -> None:
    keep(db, replace(FERRY, title=title))
    assert undo(db, NOW) == f"Undone: saved “{title or FERRY.url}”."
