"""Which terminals show pictures, and what they are told."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest

from roya_tui.graphics.protocols import CHUNK, CellArea, clear_sequence, detect_protocol, encode_sixel, show_sequence

PLACE = CellArea(3, 2, 40, 12)


@pytest.mark.parametrize(
    ("environ", "known"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, ""),
        ({"TERM": "linux"}, ""),
        ({}, ""),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, ""),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, ""),
        ({"TERM": "screen.xterm-256color", "TERM_PROGRAM": "iTerm.app"}, ""),
    ],
)
def test_a_terminal_is_known_by_its_environment(environ: dict[str, str], known: str) -> None:
    assert detect_protocol(environ) == known


@pytest.mark.parametrize(("wanted", "used"), [("sixel", "sixel"), ("kitty", "kitty"), ("blocks", "")])
def test_the_person_knows_better(wanted: str, used: str) -> None:
    assert detect_protocol({"TERM": "xterm-kitty", "TMUX": "x"}, wanted) == used


def test_kitty_has_the_picture_in_pieces_and_gives_no_answer() -> None:
    data = bytes(range(256)) * 40
    sent = show_sequence("kitty", data, PLACE)
    assert sent.startswith("\x1b7\x1b[3;4H\x1b_Ga=T,f=100,")
    assert sent.endswith("\x1b8")
    messages = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sent)
    assert all(len(text) <= CHUNK and "q=2" in facts for facts, text in messages)
    assert [facts[-1] for facts, _ in messages] == ["1"] * (len(messages) - 1) + ["0"]
    assert b64decode("".join(text for _, text in messages)) == data
    assert "c=40,r=12,C=1" in messages[0][0]
    assert clear_sequence("kitty") == "\x1b_Ga=d,d=I,i=7021,q=2\x1b\\"


def test_iterm_has_it_whole() -> None:
    sent = show_sequence("iterm", b"\xff\xd8picture", PLACE)
    found = re.fullmatch(r"\x1b7\x1b\[3;4H\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07\x1b8", sent)
    assert found
    assert b64decode(found[2]) == b"\xff\xd8picture"
    assert {"inline=1", "width=40", "height=12"} <= set(found[1].split(";"))


def test_sixel_is_sent_as_it_is() -> None:
    data = encode_sixel(2, 1, bytes([0, 1]), bytes([255, 0, 0, 0, 0, 255]))
    assert show_sequence("sixel", data, PLACE) == f"\x1b7\x1b[3;4H{data.decode()}\x1b8"


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bP0;1;0q\x1b\\\x1b]0;TAKEN\x07\x1b\\", b"\x1bP0;1;0q#0\x1b[2J\x1b\\", b"\x1b]52;c;VEFLRU4=\x07",
        b"\x1bP$q m\x1b\\", b"\x9b2J", b"",
    ],
)  # fmt: skip
def test_what_is_no_sixel_never_reaches_the_terminal(data: bytes) -> None:
    """A decoder that was taken over may answer anything."""
    assert show_sequence("sixel", data, PLACE) == "\x1b7\x1b[3;4H\x1b8"


def test_base64_lets_no_byte_through() -> None:
    for name in ("kitty", "iterm"):
        sent = show_sequence(name, b"\x1b[2J\x07TAKEN\x9c", PLACE)
        assert "TAKEN" not in sent
        assert "\x1b[2J" not in sent
