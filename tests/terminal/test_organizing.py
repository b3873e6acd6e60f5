"""Selections, tags, notes, saved searches, rules and folders in a small window, undone after a restart."""

from tests.terminal.app import App
from tests.terminal.homes import ARTICLES, Home

from roya_tui.query import by_field, parse
from roya_tui.store.search import results, saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import tags


def found(home: Home, text: str) -> int:
    with home.store() as db:
        return len(results.find(db, parse(text, 0), 0))


def organized(home: Home) -> tuple[list[str], list[tuple[str, str]], set[str], int]:
    """The names of the saved searches, the merged tags, the folders, and the number of hidden articles."""
    with home.store() as db:
        names = [search.name for search in saved_searches.list_all(db, 0)]
        hidden = results.count(db, by_field("is", "hidden"), 0)
        return names, tags.list_aliases(db), {source.folder for source in subscriptions.list_all(db)}, hidden


def test_steps_of_all_kinds_are_undone_after_a_restart(news: Home) -> None:
    before = organized(news)
    with App(news, "--offline", columns=60, rows=20) as app:
        app.until(lambda seen: seen.panes and seen.panes[0].number == 1)
        seen = app.do("v", "v", "j", "V", until="4 selected")
        assert [number for number in range(1, 6) if "✓" in seen.panes[0].line(f"Story 0{number}")] == [1, 2, 3, 4]
        app.do("#", *"dams", "enter", until="Added tag “dams” to 4 articles. u: undo")  # as fast as a terminal sends it
        app.do("esc", until=lambda seen: "✓" not in seen.panes[0].text)
        app.do(";", *"Ask Rana", "enter", *"about it", "esc", until="Saved the note")
        app.do("H", until="Hid 1 article.")
        expected = {"tag:dams is:unread": 3, "is:hidden": 1, "rana about": 0, "rana is:hidden": 1}
        assert {text: found(news, text) for text in expected} == expected
        app.do(".", until=lambda seen: seen.panes[0].footer == f"1 hidden · {ARTICLES - 1}")
        app.do("u", until="Undone: Hid")
        assert found(news, "rana about") == 1

        app.type("/", "tag:boats")
        app.do("enter", until=lambda seen: seen.panes and "tag:boats ─" in seen.text)
        app.do("F", until="New saved search")
        app.do("ctrl+u", *"On the water", "enter", until="Created saved search “On the water”.")
        app.do("M", until="Mute or highlight")
        app.do("w", until="Matches now: ")
        app.do("e", "ctrl+u", *"title:24", "enter", "7", until="Created rule “24”: 1 article hidden.")
        app.do("t", until="filter the tags")
        app.do(*"trams", until="▌  trams")
        app.do("enter", until="+trams")
        app.do("tab", until="esc back")
        app.do("tab", until="enter show")
        app.do("c", until="Rename tag")
        app.do("ctrl+u", *"boats", "enter", until="Merged tag “trams” into “boats”. u: undo")
        app.do("G", until="▌  Birch Times")
        app.do("c", until="to a folder")
        app.do("ctrl+u", *"Far/Away", "enter", until="to folder “Far/Away”. u: undo")
        app.quit()
    names, aliases, folders, hidden = organized(news)
    assert (names, aliases, hidden) == (["On the water"], [("trams", "boats")], before[-1] + 1)
    assert "Far/Away" in folders
    with App(news, "--offline", columns=60, rows=20) as app:
        app.until("Story 01")
        for step in ("Moved", "Merged tag “trams” into “boats”.", "Created rule",
                     "Created saved search “On the water”.", "Saved the note", "Added tag “dams”"):  # fmt: skip
            app.do("u", until=f"Undone: {step}")
        app.do("u", until="Nothing to undo.")
        assert [found(news, text) for text in ("tag:dams", "is:hidden", "rana")] == [0, 0, 0]
        assert organized(news) == before
        app.do("U", until="Redone: Added tag “dams” to 4 articles.")
        assert found(news, "tag:dams") == 4
