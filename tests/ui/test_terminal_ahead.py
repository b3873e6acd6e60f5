"""What is fetched to be read offline, on a real terminal: shown, and never in the way of news."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, hang, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader
from tests.ui.test_terminal_refresh import AT_ONCE, feed, item

from roya_tui.model import NewSource

__all__ = ["home", "server"]


def test_news_is_told_before_pictures_and_another_refresh_does_not_wait_for_them(home: Home, server: Server) -> None:
    shown = f"&lt;img src='{server.answer('/stuck', hang)}'&gt;"
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", feed(item(1, shown), item(2))), title="Wire"))
    with Reader(home, rows=24) as reader:
        reader.do("R", until=lambda seen: "pictures 0/1" in seen.top and seen.list.footer == "2")
        server.serve("/wire", feed(item(1, shown), item(2), item(3)))
        reader.do("R", until=lambda seen: "1 new, press ." in seen.bottom and "pictures 0/1" in seen.top)
        reader.do("x", until=lambda seen: "Stopped. What was fetched is kept." in seen.bottom)
        reader.until(lambda seen: "pictures" not in seen.top)
