"""Sync with servers of the Google Reader API, whatever each does differently."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sync.google_reader_server import HOSTED, PASSWORD, PRESETS, Article, GoogleReaderServer, Switches
from tests.sync.homes import Home, now

from roya_tui.config import Auth, Config, credentials
from roya_tui.model import NewSource
from roya_tui.sources.http.client import make_client
from roya_tui.store.articles import lookup
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal
from roya_tui.sync.backends import google_reader, quirks
from roya_tui.sync.backends.google_reader import GoogleReader
from roya_tui.sync.connection import Connection
from roya_tui.sync.protocol import IdLists, SyncError

ALL = PRESETS | HOSTED
TITLES = [f"Invented report {number:02}" for number in range(1, 31)]


@pytest.fixture(params=ALL.values(), ids=ALL)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleReaderServer]:
    """A server with one feed of thirty articles, of which a page has seven."""
    if request.param.name in HOSTED:
        monkeypatch.setitem(quirks._HOSTS, "127.0.0.1", request.param.name)
    yield from _run(request.param)


def _run(switches: Switches, titles: Sequence[str] = TITLES) -> Iterator[GoogleReaderServer]:
    one = GoogleReaderServer(switches)
    feed = one.add_feed("https://gazette.example/feed", "The Gazette", "News")
    for title in titles:
        one.add_article(feed, title)
    yield one
    one.stop()
    assert one.broken_rules == []


@pytest.fixture
def home(reader: GoogleReaderServer, tmp_path: Path) -> Iterator[Home]:
    one = make_home(tmp_path, reader)
    one.sync()
    assert one.account.error == ""
    yield one
    one.db.close()


def make_home(folder: Path, reader: GoogleReaderServer) -> Home:
    home = Home(folder / "home", reader.url, "huda", PASSWORD, "google-reader")
    app = {"app_id": reader.switches.app_id, "app_key": "invented-key"} if reader.switches.app_id else {}
    credentials.write(home.paths.data, {reader.url: {"user": "huda", "password": PASSWORD, **app}})
    return home


def articles(reader: GoogleReaderServer) -> dict[str, Article]:
    return {article.title: article for article in reader.articles.values()}


def test_first_sync_brings_everything(reader: GoogleReaderServer, tmp_path: Path) -> None:
    articles(reader)[TITLES[0]].read = True
    articles(reader)[TITLES[1]].starred = True
    articles(reader)[TITLES[2]].files = ("https://gazette.example/harbour.mp3",)
    home = make_home(tmp_path, reader)
    home.sync()
    assert home.titles() == TITLES
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:1]
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[1:2]
    (source,) = subscriptions.list_all(home.db)
    assert (source.label, source.folder) == ("The Gazette", "News")
    article = lookup.load_article(home.db, home.id_of(TITLES[2]))
    assert article is not None
    assert [file.url for file in article.enclosures] == ["https://gazette.example/harbour.mp3"]


def test_marks_are_the_same_on_both_sides_after_each_sync(reader: GoogleReaderServer, home: Home) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:9]), now(), read=True)
    article_state.mark(home.db, home.ids_of(TITLES[:2]), now(), starred=True)
    articles(reader)[TITLES[0]].read = True  # already so there: a toggle would make it unread
    articles(reader)[TITLES[20]].read = True
    articles(reader)[TITLES[21]].starred = True
    home.sync()
    for _ in range(2):
        assert home.account.error == ""
        assert [title for title, one in articles(reader).items() if one.read] == [*TITLES[:9], TITLES[20]]
        assert [title for title, one in articles(reader).items() if one.starred] == [*TITLES[:2], TITLES[21]]
        assert home.titles("s.read_at IS NOT NULL") == [*TITLES[:9], TITLES[20]]
        assert home.titles("s.starred_at IS NOT NULL") == [*TITLES[:2], TITLES[21]]
        home.sync()
    journal.undo(home.db, now())
    articles(reader)[TITLES[20]].read = False
    home.sync()
    assert home.titles("s.starred_at IS NOT NULL") == [TITLES[21]]
    assert [title for title, one in articles(reader).items() if one.starred] == [TITLES[21]]
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:9]


@pytest.mark.parametrize("reader", [PRESETS["Miniflux 2.2.6"], PRESETS["FreshRSS"]], indirect=True, ids=str)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 9))
def test_repeated_sync_is_right_when_a_connection_was_cut(
    reader: GoogleReaderServer, home: Home, number: int, after: bool
) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:3]), now(), read=True, starred=True)
    reader.cut_in, reader.cut_after = number, after
    home.sync()
    assert reader.cut_in == 0
    home.sync()
    assert home.account.pending == 0
    assert [title for title, one in articles(reader).items() if one.read] == TITLES[:3]
    assert [title for title, one in articles(reader).items() if one.starred] == TITLES[:3]
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:3]


def test_article_keeps_its_marks_when_the_server_deletes_it(reader: GoogleReaderServer, home: Home) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:1]), now(), starred=True)
    home.sync()
    for title in TITLES[:2]:
        del reader.articles[articles(reader)[title].number]
    home.sync()
    assert home.titles() == TITLES
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[:1]
    assert home.titles("s.read_at IS NOT NULL") == []


def test_tags_are_synced_where_the_server_keeps_them(reader: GoogleReaderServer, home: Home) -> None:
    article_state.edit_tags(home.db, home.ids_of(TITLES[:2]), now(), add=["Harbour"])
    home.sync()
    tagged = [title for title, one in articles(reader).items() if "Harbour" in one.labels]
    assert home.account.error == ""
    assert home.account.pending == 0
    assert tags(home) == [(TITLES[0], "Harbour"), (TITLES[1], "Harbour")]
    if not reader.switches.labels:
        assert tagged == []
        return
    assert tagged == TITLES[:2]
    articles(reader)[TITLES[0]].labels.clear()
    articles(reader)[TITLES[5]].labels.add("Port")
    home.sync()
    assert tags(home) == [(TITLES[1], "Harbour"), (TITLES[5], "Port")]


def tags(home: Home) -> list[tuple[str, str]]:
    rows = home.db.execute(
        "SELECT a.title, t.name FROM article_tag JOIN tag AS t ON t.id = tag_id JOIN article AS a ON a.id = article_id"
        " WHERE by_person ORDER BY a.title"
    )
    return rows.fetchall()


def test_tag_stays_here_when_the_server_has_a_folder_of_its_name(reader: GoogleReaderServer, home: Home) -> None:
    article_state.edit_tags(home.db, home.ids_of(TITLES[-1:]), now(), add=["news"])
    for _ in range(2):
        reader.requests.clear()
        home.sync()
        assert home.account.error == ""
        assert home.account.pending == 0
        assert tags(home) == [(TITLES[-1], "news")]
        assert reader.requests.count("POST /reader/api/0/stream/items/contents") == 1  # the newest, as always
        assert not any(one.labels for one in reader.articles.values())


def test_list_of_unread_is_complete_when_another_client_marks_between_its_pages(
    reader: GoogleReaderServer, home: Home
) -> None:
    waiting = TITLES[:-4:-1]  # the newest: on the first page
    found = list_ids(home, reader, lambda: marked(reader, waiting.pop()) if waiting else None)
    assert waiting == []
    unread = {title for title, one in articles(reader).items() if not one.read}
    assert {one.title for one in reader.articles.values() if short_id(one, reader) in found.unread} >= unread
    assert len(found.latest) == 30


def marked(reader: GoogleReaderServer, title: str) -> None:
    articles(reader)[title].read = True


def short_id(article: Article, reader: GoogleReaderServer) -> str:
    return f"{article.number & (1 << 64) - 1:0{24 if reader.switches.id_form == '24 digits' else 16}x}"


def list_ids(home: Home, reader: GoogleReaderServer, between_pages: Callable[[], object] = lambda: None) -> IdLists:
    """Return the lists of ids as a sync reads them. Raises SyncError."""
    reader.between_pages = between_pages
    config = Config(auth=(Auth(reader.url, user="huda", password=PASSWORD, app_id=reader.switches.app_id),))

    async def read() -> IdLists | None:
        async with make_client(config.refresh) as client:
            backend = GoogleReader(Connection(client, config, home.account, now))
            await backend.capabilities()
            await backend.subscriptions()
            return await backend.ids(())

    found = asyncio.run(read())
    assert found is not None
    return found


@pytest.mark.parametrize("reader", [replace(PRESETS["another"], ignores_continuation=True)], indirect=True, ids=str)
def test_list_is_refused_when_the_server_repeats_its_first_page(reader: GoogleReaderServer, tmp_path: Path) -> None:
    with pytest.raises(SyncError, match="incomplete list"):
        list_ids(make_home(tmp_path, reader), reader)


@pytest.mark.parametrize("count", [6, 7, 8])
@pytest.mark.parametrize("has_continuation", [True, False])
def test_full_last_page_is_complete_where_the_server_continues_pages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int, has_continuation: bool
) -> None:
    monkeypatch.setattr(google_reader, "find_quirks", lambda *_: quirks.Quirks(page_size=7))
    for reader in _run(replace(PRESETS["another"], has_continuation=has_continuation), TITLES[:count]):
        home = make_home(tmp_path, reader)
        if count >= 7 and not has_continuation:  # nothing shows whether there are more
            with pytest.raises(SyncError, match="incomplete list"):
                list_ids(home, reader)
        else:
            assert len(list_ids(home, reader).unread) == count


def test_first_sync_continues_where_it_was_cut_although_everything_is_read(tmp_path: Path) -> None:
    titles = [f"Invented report {number:04}" for number in range(1, 1_201)]
    for reader in _run(replace(PRESETS["another"], page_cap=500), titles):
        for article in reader.articles.values():
            article.read = True
        home = make_home(tmp_path, reader)
        reader.cut_path, reader.cut_path_in = "/reader/api/0/stream/items/contents", 5
        home.sync()
        assert len(home.titles()) == 1_000
        home.sync()
        assert home.titles() == titles


def test_sync_logs_in_again_when_login_and_token_have_expired(reader: GoogleReaderServer, home: Home) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:1]), now(), starred=True)
    kinds = ["/token", "/edit-tag", "/items/ids", "/items/contents"]

    def expire(path: str) -> None:
        for kind in [kind for kind in kinds if path.endswith(kind)]:
            kinds.remove(kind)
            reader.logins += 1
            reader.token += "1"

    reader.on_request = expire
    home.sync()
    assert home.account.error == ""
    assert kinds == []
    assert articles(reader)[TITLES[0]].starred


def test_subscriptions_are_synced_in_both_directions(reader: GoogleReaderServer, home: Home) -> None:
    subscriptions.add_all(home.db, [NewSource("https://here.example/feed", name="Mine", folder="Press")], now())
    reader.add_feed("https://there.example/feed", "There")
    home.sync()
    feeds = {feed.url: (feed.title, feed.folder) for feed in reader.feeds.values()}
    assert feeds["https://here.example/feed"] == ("Mine", "Press")
    sources = {source.url: source for source in subscriptions.list_all(home.db)}
    assert sources["https://there.example/feed"].label == "There"
    subscriptions.change(home.db, sources["https://there.example/feed"].id, now=now(), folder="News")
    subscriptions.remove(home.db, sources["https://gazette.example/feed"].id, now())
    home.sync()
    feeds = {feed.url: (feed.title, feed.folder) for feed in reader.feeds.values()}
    assert feeds == {
        "https://here.example/feed": ("Mine", "Press"),
        "https://there.example/feed": ("There", "News"),
    }


def test_sync_waits_when_the_quota_is_used_up(tmp_path: Path) -> None:
    for reader in _run(replace(PRESETS["another"], quota=4)):
        home = Home(tmp_path / "home", reader.url, "huda", PASSWORD, "google-reader")
        home.sync()
        assert len(reader.requests) == 4
        assert "allows no more requests" in home.account.error
        assert (home.account.held_until or 0) > now() + 1_700


def test_password_is_in_no_message_when_it_is_rejected(tmp_path: Path) -> None:
    for reader in _run(PRESETS["another"]):
        home = Home(tmp_path / "home", reader.url, "huda", "wrong-invented-password", "google-reader")
        home.sync()
        assert "(401)" in home.account.error
        assert "wrong-invented-password" not in repr(home.events) + home.account.error
