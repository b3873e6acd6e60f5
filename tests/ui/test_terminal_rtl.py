"""Right-to-left text on a real terminal: how it is told to leave order alone, and what each sort of terminal gets."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Mapping

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.terminal import Terminal
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader

from roya_tui.model import Entry, Moment, NewSource

__all__ = ["home"]

AS_SENT, AS_USUAL = b"\x1b[8l", b"\x1b[8h"
SCREEN_ON, SCREEN_OFF = b"\x1b[?1049h", b"\x1b[?1049l"

SHAPED = "\ufee2\ufecc\ufee7 (3) \ufedd\ufe8e\ufed7"  # قال (3) نعم as drawn from the left
LOGICAL = "قال (3) نعم"
WORDS = "نعم (3) قال"
MARKED = "نعم\u200e (3) قال\u200e"


@pytest.fixture
def arabic(home: Home) -> Home:
    """A home with one article whose title, text, author and tag are Arabic."""
    home.settings(BY_HAND)
    entry = Entry(
        guid="1",
        url="https://news.example/1",
        title=LOGICAL,
        authors=(LOGICAL,),
        tags=(LOGICAL,),
        published=Moment(int(time.time())),
        content=f"<p>{LOGICAL}</p>",
    )
    home.subscribe(NewSource("https://news.example/feed", title=LOGICAL), [entry])
    return home


def test_a_terminal_that_orders_lines_is_told_not_to_and_to_do_it_again_afterwards(arabic: Home) -> None:
    with Reader(arabic, "--offline", environment={"VTE_VERSION": "8001"}) as reader:
        reader.until(SHAPED)
        begun = reader.raw
        assert begun.index(SCREEN_ON) < begun.index(AS_SENT) < begun.index(SHAPED.encode())
        assert AS_USUAL not in begun
        reader.press("q")
        assert reader.wait_exit() == 0
        ended = reader.raw[len(begun) :]
        assert ended.index(SCREEN_OFF) < ended.index(AS_USUAL)
        assert AS_SENT not in ended


def test_it_orders_lines_again_while_the_reader_is_stopped(arabic: Home) -> None:
    with Reader(arabic, "--offline", around=["/bin/sh", "-mc", '"$0" "$@"; read answer; fg']) as reader:
        reader.until(SHAPED)
        child = child_of(reader.pid)
        os.kill(child, signal.SIGTSTP)
        reader.wait_for_bytes(AS_USUAL)
        reader.wait_for(lambda _: state_of(child) == "T")  # until then a key would be its own, and not the shell's
        before = len(reader.raw)
        reader.press("enter")
        reader.until(lambda _: reader.raw.find(SHAPED.encode(), before) > 0)
        resumed = reader.raw[before:]
        assert resumed.index(SCREEN_ON) < resumed.index(AS_SENT) < resumed.index(SHAPED.encode())


def child_of(pid: int) -> int:
    """The process that a shell runs."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return int(children.read().split()[0])


def state_of(pid: int) -> str:
    """The letter of what a process is doing: T, it is stopped."""
    with open(f"/proc/{pid}/stat") as facts:
        return facts.read().rpartition(")")[2].split()[0]


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({}, SHAPED),
        ({"KONSOLE_VERSION": "250402"}, MARKED),
        ({"TERM": "xterm-kitty"}, WORDS),
        ({"TMUX": "/tmp/tmux,1,0", "KONSOLE_VERSION": "250402"}, SHAPED),
    ],
)
def test_each_terminal_gets_text_in_the_order_that_it_expects(
    arabic: Home, environment: Mapping[str, str], sent: str
) -> None:
    with Reader(arabic, "--offline", environment=environment) as reader:
        reader.until(lambda seen: seen.article.text.count(sent) >= 4 and sent in seen.list.text)
        reader.until(lambda seen: seen.side.text.count(sent) == 2)  # the tag and the source
        assert (AS_SENT in reader.raw) is (sent == SHAPED)


def test_commands_tell_the_terminal_too_but_only_where_there_is_something_to_tell(arabic: Home) -> None:
    def printed(*words: str) -> bytes:
        command = [sys.executable, "-m", "roya_tui", *words, "--home", str(arabic.folder)]
        with Terminal(command, columns=100, rows=20) as terminal:
            assert terminal.wait_exit() == 0
            return terminal.raw

    for words in (("list",), ("show", "1"), ("sources",), ("tags",)):
        lines = printed(*words)
        assert lines.count(AS_SENT) == lines.count(AS_USUAL) == 1, words
        assert re.search(rb"\x1b\[8l.*%b.*\x1b\[8h" % re.escape(SHAPED.encode()), lines, re.S), words
    assert AS_SENT not in printed("list", "nothing")
    arabic.settings('[reading]\nrtl = "terminal"\n')
    lines = printed("list")
    assert AS_SENT not in lines
    assert MARKED.encode() in lines
