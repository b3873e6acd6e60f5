"""Pictures on a terminal: which bytes it is sent, and which not."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("fcntl")
from tests.ui.homes import Home, home
from tests.ui.sight import Reader

__all__ = ["home"]

HALF = "▀".encode()
GRAPHICS = re.compile(rb"\x1b_G|\x1b\]1337|\x1bP[0-9;]*q")


def lanterns(reader: Reader) -> None:
    """To the article with six pictures."""
    reader.until("Working offline")
    reader.press("2")
    reader.type("/", "lantern boats")
    reader.do("enter", until="In pictures: the lantern boats come home")
    reader.still()


def test_a_plain_terminal_is_sent_half_blocks_and_no_graphics(home: Home) -> None:
    with Reader(home, "--offline") as reader:
        lanterns(reader)
        reader.do("i", until="1 of 6")
        reader.do("n", until="2 of 6")
        reader.still(500)
        reader.do("esc", until="Working offline")
        sent = reader.raw
    assert HALF in sent
    assert not GRAPHICS.search(sent)


def test_kitty_is_sent_one_picture_at_a_time_and_keeps_none(home: Home) -> None:
    with Reader(home, "--offline", environment={"TERM": "xterm-kitty"}) as reader:
        lanterns(reader)
        assert b"\x1b_G" not in reader.raw  # among the lines of an article there are cells and nothing else
        for keys, where in (("i", "1 of 6"), ("n", "2 of 6"), ("?", "Previous picture"), ("esc", "2 of 6")):
            before = len(reader.raw)
            reader.do(keys, until=where)
            reader.still(600)
            sent = reader.raw[before:]
            assert (b"\x1b_Ga=T" in sent) is (keys != "?")
            assert (b"\x1b_Ga=d" in sent) is (keys in ("n", "?"))
        before = len(reader.raw)
        reader.do("esc", until="Working offline")
        assert b"\x1b_Ga=d" in reader.raw[before:]
        reader.do("i", until="1 of 6")
        reader.still(600)
        before = len(reader.raw)
        reader.press("q")
        assert reader.wait_exit() == 0
        assert b"\x1b_Ga=d" in reader.raw[before:]


@pytest.mark.parametrize(
    ("option", "environment"),
    [("--offline", {"NO_COLOR": "1"}), ("--offline", {"COLORTERM": "", "TERM": "xterm"}), ("--ascii", {})],
)
def test_captions_where_half_blocks_cannot_be_seen(home: Home, option: str, environment: dict[str, str]) -> None:
    with Reader(home, option, "--offline", environment=environment) as reader:
        reader.until("Working offline")
        reader.press("2")
        reader.type("/", "lantern boats")
        reader.do("enter", until="[picture 1: 1. The first lights")
        assert HALF not in reader.raw
