"""The app with the network switched off."""

from tests.servers import Server, rss
from tests.terminal.app import App
from tests.terminal.homes import AT_ONCE, BY_HAND, Home

from roya_tui.model import NewSource


def test_network_is_switched_on_and_off_by_a_key(home: Home, server: Server) -> None:
    home.configure(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", rss(("1", "First story", "Text"))), title="Wire"))
    with App(home, "--offline", columns=100) as app:
        app.until(lambda seen: "Working offline" in seen.top)
        seen = app.do("R", until="W: go online")
        assert "W: go online" in seen.bottom
        assert server.seen == []

        seen = app.do("W", until=lambda seen: "First story" in seen.text)
        assert "offline" not in seen.top
        app.do("W", until=lambda seen: "Working offline" in seen.top and "W: go online" in seen.bottom)
        app.do("S", until=lambda seen: "Working offline" in seen.text and "Source status" in seen.text)
        app.do("W", until=lambda seen: "Working offline" not in seen.text)
        assert len(server.asked("/wire")) == 1, "it is not due yet"
