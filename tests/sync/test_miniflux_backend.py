"""Each method of the Miniflux backend against a real server: pages that change, repeated toggles, missing articles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import pytest
from tests.servers import Server, rss
from tests.sync.homes import now
from tests.sync.miniflux_server import PASSWORD
from tests.sync.miniflux_server import Miniflux as MinifluxServer

from roya_tui.config import Auth, Config
from roya_tui.model import MINIFLUX, Account, Change, RemoteEntry
from roya_tui.sources.http.client import make_client
from roya_tui.sync.backends.miniflux import Miniflux
from roya_tui.sync.connection import Connection
from roya_tui.sync.protocol import ChangePage, SyncError

MANY = 600
MISSING = "987654321"


def feed(count: int, text: str = "The harbor opens at noon.") -> str:
    return rss(*((f"https://gazette.example/{n}", f"Report {n:03}", text) for n in range(count)), title="The Gazette")


@asynccontextmanager
async def connect(miniflux: MinifluxServer, user: str, password: str = PASSWORD) -> AsyncIterator[Miniflux]:
    """A backend as a new process would make it."""
    config = Config(auth=(Auth(miniflux.url, user, password, exact=True),))
    async with make_client(config.refresh) as client:
        yield Miniflux(Connection(client, config, Account(1, MINIFLUX, miniflux.url, user), now))


@pytest.fixture
async def backend(miniflux: MinifluxServer, user: str) -> AsyncIterator[Miniflux]:
    async with connect(miniflux, user) as made:
        yield made


@pytest.fixture
def ids(miniflux: MinifluxServer, user: str, server: Server) -> list[int]:
    """The ids of twelve articles, in order."""
    return subscribe(miniflux, user, server, 12)


@pytest.fixture
def many(miniflux: MinifluxServer, user: str, server: Server) -> list[int]:
    """The ids of articles for three pages, in order."""
    return subscribe(miniflux, user, server, MANY)


def subscribe(miniflux: MinifluxServer, user: str, server: Server, count: int) -> list[int]:
    miniflux.subscribe(server.serve("/gazette", feed(count)), user)
    return sorted(entry["id"] for entry in miniflux.entries(user))


def age(miniflux: MinifluxServer, user: str) -> None:
    """Date all changes an hour back, before the overlap of two lists of changes."""
    miniflux.sql(
        "UPDATE entries SET changed_at = now() - interval '1 hour' FROM users"
        f" WHERE users.id = user_id AND username = '{user}'"
    )


async def read_changes(backend: Miniflux, cursor: str = "") -> list[ChangePage]:
    return [page async for page in backend.changes(cursor)]


def entries_of(pages: Sequence[ChangePage]) -> list[RemoteEntry]:
    return [entry for page in pages for entry in page.entries]


def ids_of(pages: Sequence[ChangePage]) -> list[int]:
    return [int(entry.remote_id) for entry in entries_of(pages)]


def feeds(miniflux: MinifluxServer, user: str) -> list[tuple[str, str]]:
    """Return the titles and categories of feeds."""
    listed = miniflux.request("GET", "/v1/feeds", user=user)
    return sorted((one["title"], one["category"]["title"]) for one in listed)


def starred(miniflux: MinifluxServer, user: str) -> list[int]:
    return sorted(entry["id"] for entry in miniflux.entries(user) if entry["starred"])


def unread(miniflux: MinifluxServer, user: str) -> list[int]:
    return sorted(entry["id"] for entry in miniflux.entries(user) if entry["status"] == "unread")


def stars(ids: Collection[int | str], value: bool = True) -> list[Change]:
    return [Change(str(id), "starred", value) for id in ids]


def reads(ids: Collection[int | str], value: bool = True) -> list[Change]:
    return [Change(str(id), "read", value) for id in ids]


# Logging in.


async def test_capabilities_name_the_server_and_its_version(backend: Miniflux) -> None:
    found = await backend.capabilities()
    assert found.server.startswith("Miniflux 2.")
    assert not found.tags


async def test_capabilities_report_the_login_without_the_password_when_it_is_wrong(
    miniflux: MinifluxServer, user: str
) -> None:
    async with connect(miniflux, user, "another-invented-password") as backend:
        with pytest.raises(SyncError) as raised:
            await backend.capabilities()
    assert (raised.value.kind, raised.value.status) == ("auth", 401)
    assert "another-invented-password" not in f"{raised.value} {raised.value!r} {raised.value.message}"


# Subscriptions.


async def test_subscription_is_in_no_folder_when_the_first_category_was_renamed(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    (first,) = miniflux.request("GET", "/v1/categories", user=user)
    miniflux.request("POST", "/v1/categories", {"title": "Aardvarks"}, user=user)
    miniflux.request("PUT", f"/v1/categories/{first['id']}", {"title": "Zebras"}, user=user)
    (listed,) = await backend.subscriptions()
    assert (listed.title, listed.folder) == ("The Gazette", "")
    await backend.edit_subscription(listed, "The Gazette", "Aardvarks")
    await backend.edit_subscription(listed, "The Gazette", "")
    assert feeds(miniflux, user) == [("The Gazette", "Zebras")]


async def test_subscription_is_added_in_a_new_folder_and_renamed(
    miniflux: MinifluxServer, user: str, server: Server, backend: Miniflux
) -> None:
    url = server.serve("/gazette", feed(1))
    added = await backend.add_subscription(url, "Mine", "Press")
    assert (added.url, added.title, added.folder) == (url, "The Gazette", "Press")
    await backend.edit_subscription(added, "Mine", "Press")
    assert feeds(miniflux, user) == [("Mine", "Press")]


async def test_existing_subscription_is_returned_as_it_is_when_it_is_added(
    miniflux: MinifluxServer, user: str, ids: list[int], server: Server, backend: Miniflux
) -> None:
    added = await backend.add_subscription(f"{server.url}/gazette", "Mine", "Press")
    assert await backend.subscriptions() == [added]
    assert feeds(miniflux, user) == [("The Gazette", "All")]


@pytest.mark.parametrize(("there", "here"), [("Press", "press"), ("Économie", "ÉCONOMIE")])
async def test_subscription_moves_to_the_folder_of_the_server_when_only_its_case_differs(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux, there: str, here: str
) -> None:
    miniflux.request("POST", "/v1/categories", {"title": there}, user=user)
    (listed,) = await backend.subscriptions()
    await backend.edit_subscription(listed, "The Gazette", here)
    assert feeds(miniflux, user) == [("The Gazette", there)]


async def test_subscription_moves_to_the_exact_folder_when_the_server_has_two_that_differ_by_case(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    for title in ("Press", "PRESS", "press"):  # as in databases whose lower() knows no case of other scripts
        miniflux.sql(
            f"INSERT INTO categories (user_id, title) SELECT id, '{title}' FROM users WHERE username = '{user}'"
        )
    (listed,) = await backend.subscriptions()
    await backend.edit_subscription(listed, "The Gazette", "PRESS")
    assert feeds(miniflux, user) == [("The Gazette", "PRESS")]


async def test_removal_of_a_subscription_says_when_there_is_none(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    (listed,) = await backend.subscriptions()
    await backend.remove_subscription(listed)
    with pytest.raises(SyncError) as refused:
        await backend.remove_subscription(listed)
    assert refused.value.status == 404
    assert await backend.subscriptions() == []


# Changes.


async def test_first_changes_continue_at_their_cursor_when_the_server_restarts(
    miniflux: MinifluxServer, user: str, many: list[int], backend: Miniflux
) -> None:
    pages: list[ChangePage] = []
    async for page in backend.changes(""):
        pages.append(page)
        break
    miniflux.stop()
    miniflux.start()
    async with connect(miniflux, user) as another:
        rest = await read_changes(another, pages[0].cursor)
    assert [len(page.entries) for page in (*pages, *rest)] == [250, 250, 100]
    assert ids_of([*pages, *rest]) == many
    assert [page.total for page in (*pages, *rest)] == [600, 350, 100]


async def test_changes_during_a_first_read_are_read_by_the_next_one_when_their_page_was_read(
    miniflux: MinifluxServer, user: str, many: list[int], backend: Miniflux
) -> None:
    age(miniflux, user)
    pages: list[ChangePage] = []
    async for page in backend.changes(""):
        if not pages:
            miniflux.mark(user, [many[0], many[300]], "read")
            miniflux.toggle_star(user, many[1])
        pages.append(page)
    assert ids_of(pages) == many
    assert [int(entry.remote_id) for entry in entries_of(pages) if entry.read] == [many[300]]
    later = await read_changes(backend, pages[-1].cursor)
    found = {int(entry.remote_id): (entry.read, entry.starred) for entry in entries_of(later)}
    assert found == {many[0]: (True, False), many[1]: (False, True), many[300]: (True, False)}


async def test_changes_skip_no_article_when_articles_change_while_pages_are_read(
    miniflux: MinifluxServer, user: str, many: list[int], backend: Miniflux
) -> None:
    age(miniflux, user)
    cursor = (await read_changes(backend))[-1].cursor
    miniflux.mark(user, many, "read")
    pages: list[ChangePage] = []
    async for page in backend.changes(cursor):
        pages.append(page)
        miniflux.mark(user, many[:400], "unread")  # by time, they would all move behind the others
    assert ids_of(pages) == many


async def test_changes_are_empty_when_nothing_changed(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    age(miniflux, user)
    cursor = (await read_changes(backend))[-1].cursor
    assert ids_of(await read_changes(backend, cursor)) == []


async def test_change_is_read_when_it_was_stored_later_than_it_is_dated(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    age(miniflux, user)
    cursor = (await read_changes(backend))[-1].cursor
    miniflux.sql(f"UPDATE entries SET status = 'read', changed_at = now() - interval '40 s' WHERE id = {ids[3]}")
    assert ids_of(await read_changes(backend, cursor)) == [ids[3]]


async def test_edited_text_is_among_the_latest_articles_and_not_among_changes(
    miniflux: MinifluxServer, user: str, ids: list[int], server: Server, backend: Miniflux
) -> None:
    age(miniflux, user)
    cursor = (await read_changes(backend))[-1].cursor
    (listed,) = await backend.subscriptions()
    server.serve("/gazette", feed(12, "The harbor opens at one."))
    miniflux.refresh(int(listed.remote_id), user)
    assert ids_of(await read_changes(backend, cursor)) == []
    latest = await backend.latest_entries()
    assert sorted(int(entry.remote_id) for entry in latest) == ids
    assert all("opens at one" in entry.html for entry in latest)


async def test_changes_and_entries_have_no_article_that_the_server_flushed(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    miniflux.sql(f"UPDATE entries SET status = 'removed' WHERE id = {ids[0]}")
    assert ids_of(await read_changes(backend)) == ids[1:]
    found = await backend.entries([str(ids[0]), MISSING, str(ids[2])])
    assert [int(entry.remote_id) for entry in found] == [ids[2]]


async def test_article_has_its_facts_and_enclosure(
    miniflux: MinifluxServer, user: str, server: Server, backend: Miniflux
) -> None:
    url = server.serve(
        "/cast",
        '<rss version="2.0"><channel><title>Cast</title><link>https://cast.example/</link><item><title>One</title>'
        "<link>https://cast.example/1</link><guid>one</guid><author>huda@cast.example (Huda)</author>"
        "<category>Ports</category><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>Words</description>"
        '<enclosure url="https://cast.example/1.mp3" type="audio/mpeg" length="1234"/></item></channel></rss>',
    )
    id = miniflux.subscribe(url, user)
    ((entry,),) = [page.entries for page in await read_changes(backend)]
    assert (entry.feed_id, entry.title, entry.url) == (str(id), "One", "https://cast.example/1")
    assert entry.published.startswith("2026-03-02T10:00:00")
    assert entry.guid_hash == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert entry.feed_tags == ("Ports",)
    ((address, type, length),) = [(one.url, one.type, one.length) for one in entry.enclosures]
    assert (address, type, length) == ("https://cast.example/1.mp3", "audio/mpeg", 1234)


# Sending.


async def test_read_marks_are_the_same_when_they_are_sent_again(
    miniflux: MinifluxServer, user: str, many: list[int], backend: Miniflux
) -> None:
    changes = [*reads(many[:500]), *reads(many[500:501], value=False)]
    for _ in range(2):
        result = await backend.send(changes)
        assert result.error is None
        assert set(result.done) == set(changes)
        assert unread(miniflux, user) == many[500:]
    await backend.send(reads(many[:500], value=False))
    assert unread(miniflux, user) == many


async def test_stars_stay_when_they_are_sent_again(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    miniflux.toggle_star(user, ids[0])
    miniflux.toggle_star(user, ids[11])
    changes = [*stars(ids[:10]), *stars(ids[11:], value=False)]
    for _ in range(2):
        result = await backend.send(changes)
        assert (set(result.done), result.error) == (set(changes), None)
        assert starred(miniflux, user) == ids[:10]


async def test_missing_articles_are_named_and_all_others_sent_when_marks_are_sent(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    others = [*reads(ids[:2]), *stars(ids[:2])]
    result = await backend.send([*reads([MISSING], value=False), *stars([MISSING]), *others])
    assert result.error is None
    assert (set(result.done), set(result.missing)) == (set(others), {MISSING})
    assert (unread(miniflux, user), starred(miniflux, user)) == (ids[2:], ids[:2])


async def test_marks_are_not_confirmed_when_the_server_is_down(
    miniflux: MinifluxServer, user: str, ids: list[int], backend: Miniflux
) -> None:
    miniflux.stop()
    try:
        result = await backend.send([*reads(ids), *stars(ids)])
    finally:
        miniflux.start()
    assert (list(result.done), list(result.missing)) == ([], [])
    assert result.error is not None
    assert result.error.kind == "refused"
    assert not (await backend.send([*reads(ids), *stars(ids)])).error
    assert (unread(miniflux, user), starred(miniflux, user)) == ([], ids)
