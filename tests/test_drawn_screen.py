"""Screens drawn for the docs: what stands on them stands in the picture."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.drawn_screen import HIGH, WIDE, emoji, svg
from tests.terminal_screen import Display


def test_every_cell_is_drawn_where_it_stands() -> None:
    display = Display(8, 2)
    display.feed("\x1b[1;31m<b>\x1b[m ─▀\r\nﻢﻌﻧ🏮".encode())
    screen = display.picture()
    drawn = ElementTree.fromstring(svg(screen))
    texts = {(node.text, float(node.attrib["x"])) for node in drawn if node.tag.endswith("text")}
    assert ("<b>", 0.0) in texts
    assert {("ﻢ", 0.0), ("ﻌ", WIDE), ("ﻧ", 2 * WIDE)} <= texts, "each by itself: a drawing program would reorder them"
    assert len([node for node in drawn if node.tag.endswith("path")]) == 1
    assert list(emoji(screen)) == [(3 * WIDE, HIGH, "🏮")]
