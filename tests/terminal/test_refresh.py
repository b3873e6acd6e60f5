"""New and changed articles while you read: nothing moves by itself, and no mark is lost."""

from tests.servers import Server, hang
from tests.terminal.app import App
from tests.terminal.homes import AT_ONCE, BEGUN, BY_HAND, Home, rss_feed, rss_item

from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import subscriptions


def test_new_articles_wait_for_a_key_and_changed_ones_are_marked(home: Home, server: Server) -> None:
    items = [rss_item(number, hours=1) for number in range(5, 65)]
    home.configure(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", rss_feed(*items)), title="Wire"))
    with App(home, rows=24) as app:
        # The first articles are shown at once, since the list was empty.
        app.until(lambda seen: seen.list.footer == "60" and "Unread 60" in seen.top and "?" in seen.bottom)
        app.do("2", until=lambda seen: seen.list.title == "All")
        app.do("G", until=lambda seen: seen.list.number == 64)
        app.do("k", "k", "s", "m", until=lambda seen: seen.list.cursor.startswith("★") and "Unread 59" in seen.top)
        before = app.view

        changed = [
            rss_item(62, "Other words.", hours=1) if number == 62 else rss_item(number, hours=1)
            for number in range(5, 65)
        ]
        server.serve("/wire", rss_feed(rss_item(1), rss_item(2), *changed))
        seen = app.do("R", until=lambda seen: "2 new, press ." in seen.bottom and "Unread 61" in seen.top)
        assert seen.list.numbers == before.list.numbers
        assert seen.list.number == before.list.number == 62
        assert seen.list.footer == "60"
        seen = app.until(lambda seen: seen.list.cursor.startswith("↻★"))
        assert seen.sidebar.line("Updated").endswith(" 1")

        seen = app.do(".", until=lambda seen: seen.list.footer == "62" and "press ." not in seen.bottom)
        assert seen.list.number == 62, "the selection stays where it was"
        assert seen.list.cursor.startswith("↻★")
        app.do("g", until=lambda seen: seen.list.numbers[:2] == [1, 2])
        seen = app.do("4", until=lambda seen: seen.list.title == "Updated" and seen.list.number == 62)
        assert seen.list.cursor.startswith("↻★")
        assert "Other words." in seen.article.text
        assert "edited once" in seen.article.text
        app.do("m", until=lambda seen: "↻" not in seen.list.cursor and seen.sidebar.line("Updated").endswith(" 0"))


def test_new_articles_are_shown_before_pictures_are_fetched(home: Home, server: Server) -> None:
    shown = f"&lt;img src='{server.answer('/stuck', hang)}'&gt;"
    home.configure(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", rss_feed(rss_item(1, shown), rss_item(2))), title="Wire"))
    with App(home, rows=24) as app:
        app.do("R", until=lambda seen: "pictures 0/1" in seen.top and seen.list.footer == "2")
        server.serve("/wire", rss_feed(rss_item(1, shown), rss_item(2), rss_item(3)))
        app.do("R", until=lambda seen: "1 new, press ." in seen.bottom and "pictures 0/1" in seen.top)
        app.do("x", until=lambda seen: "Stopped the refresh. Fetched articles are kept." in seen.bottom)
        app.until(lambda seen: "pictures" not in seen.top)


def test_warning_about_old_articles_stays_after_the_refresh(home: Home, server: Server) -> None:
    home.configure(AT_ONCE + "metered = true\non_start = false\n[keep]\ndays = 7\n")
    past = int(BEGUN) - 90 * 86_400
    with home.store() as db:
        source = subscriptions.add(db, NewSource(server.serve("/wire", "not a feed"), title="Wire"), past)
        entries = [ingestion.prepare(Entry(guid=str(number), title=f"Old {number}")) for number in range(20)]
        ingestion.save(db, source.id, None, entries, past)
    with App(home, rows=24, columns=80) as app:
        app.until(lambda seen: "Unread 20" in seen.top)
        app.do("R", until=lambda seen: "20 old articles are kept" in seen.bottom)
        seen = app.until(lambda seen: "Unread 20" in seen.top and "sources" not in seen.top)
        assert "To delete: roya-tui tidy --yes." in seen.bottom
        assert "Wire" not in seen.bottom
