"""Web pages saved as articles."""

from sqlite3 import Connection

import pytest
from msgspec.structs import replace
from tests.store.conftest import find_titles

from roya_tui.model import SAVED_PAGES, Entry, Moment
from roya_tui.store.articles import ingestion, lookup, saved_pages
from roya_tui.store.cleanup import delete_old
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.store.user_data.journal import redo, undo

NOW = 1_000_000
FERRY = Entry(
    guid="https://news.example/ferry", url="https://news.example/ferry", title="Ferry",
    published=Moment(5_000, "then"), content="<p>It sails on Sundays.</p>",
)  # fmt: skip
MILL = replace(FERRY, guid="https://news.example/mill", url="https://news.example/mill", title="Mill")


def save(db: Connection, entry: Entry = FERRY, now: int = NOW) -> tuple[int, str]:
    return saved_pages.save(db, ingestion.prepare(entry), now)


def titles(db: Connection) -> list[str]:
    return sorted(find_titles(db, "", NOW))


def labels(db: Connection) -> list[str]:
    return [source.label for source in subscriptions.list_all(db)]


def test_page_is_saved_unread_under_a_source_of_its_own(db: Connection) -> None:
    assert labels(db) == []
    id, result = save(db)
    assert result == "new"
    article = lookup.load_article(db, id)
    assert (article.guid, article.html) == (FERRY.guid, "<p>It sails on Sundays.</p>")
    assert (article.headline.source, article.headline.unread) == ("Saved pages", True)
    (source,) = subscriptions.list_all(db)
    assert (source.url, source.is_saved_pages, source.is_local) == (SAVED_PAGES, True, False)
    assert (source.total, source.unread) == (1, 1)
    assert save(db, now=NOW + 1) == (id, "same")
    assert save(db, replace(FERRY, published=Moment(5_000 + 3 * 3600, "then"))) == (id, "same"), "the zone was missing"
    assert lookup.load_headlines(db, [id])[0].published == 5_000
    assert save(db, replace(FERRY, content="<p>It sails no more.</p>")) == (id, "changed")
    assert lookup.load_headlines(db, [id])[0].revisions == 1


def test_undo_removes_saved_pages_one_by_one_and_then_their_source(db: Connection) -> None:
    save(db)
    save(db, MILL)
    assert undo(db, NOW) == "Undone: Saved “Mill”."
    assert (titles(db), labels(db)) == (["Ferry"], ["Saved pages"])
    undo(db, NOW)
    assert (titles(db), labels(db)) == ([], [])
    redo(db, NOW)
    redo(db, NOW)
    assert (titles(db), labels(db)) == (["Ferry", "Mill"], ["Saved pages"])


def test_undone_or_hidden_page_is_saved_again(db: Connection) -> None:
    id, _ = save(db)
    undo(db, NOW)
    assert save(db) == (id, "new")
    assert titles(db) == ["Ferry"]
    article_state.mark(db, [id], NOW, hidden=True)
    assert titles(db) == []
    assert save(db) == (id, "new")
    assert titles(db) == ["Ferry"]


def test_source_of_saved_pages_is_renamed_and_removed_like_any_other(db: Connection) -> None:
    id, _ = save(db)
    (source,) = subscriptions.list_all(db)
    subscriptions.remove(db, source.id, NOW)
    assert (titles(db), labels(db)) == ([], [])
    undo(db, NOW)
    assert labels(db) == ["Saved pages"]
    subscriptions.remove(db, source.id, NOW)
    assert save(db) == (id, "new")
    assert titles(db) == ["Ferry"]
    subscriptions.change(db, source.id, name="Later", now=NOW)
    save(db, MILL)
    assert labels(db) == ["Later"]


def test_old_saved_pages_are_not_deleted(db: Connection, put: object) -> None:
    save(db)
    put(replace(MILL, published=Moment(1_000)), now=2_000)  # type: ignore[operator]
    assert delete_old(db, NOW + 1) == 1
    assert titles(db) == ["Ferry"]


@pytest.mark.parametrize("title", ["", "Ferry"])
def test_undo_names_the_saved_page(db: Connection, title: str) -> None:
    save(db, replace(FERRY, title=title))
    assert undo(db, NOW) == f"Undone: Saved “{title or FERRY.url}”."
