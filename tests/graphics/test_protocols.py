"""Graphics protocols: detection, and the sequences for kitty, iTerm2 and sixel."""

import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.graphics.protocols import CHUNK, CellArea, clear_sequence, detect_protocol, encode_sixel, show_sequence

AREA = CellArea(3, 2, 40, 12)


@pytest.mark.parametrize(
    ("environ", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, ""),
        ({}, ""),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, ""),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, ""),
        ({"TERM": "screen.xterm-256color", "TERM_PROGRAM": "iTerm.app"}, ""),
    ],
)
def test_protocol_is_detected_from_environment(environ: dict[str, str], protocol: str) -> None:
    assert detect_protocol(environ) == protocol


@pytest.mark.parametrize(("wanted", "used"), [("sixel", "sixel"), ("kitty", "kitty"), ("blocks", "")])
def test_setting_overrides_environment(wanted: str, used: str) -> None:
    assert detect_protocol({"TERM": "xterm-kitty", "TMUX": "x"}, wanted) == used


@pytest.mark.parametrize("setting", ["auto", "kitty"])
def test_web_page_has_no_protocol_even_if_its_server_runs_in_kitty(setting: str) -> None:
    environ = {"TERM": "xterm-kitty", "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
    assert detect_protocol(environ, setting) == ""


def test_kitty_sequence_has_chunks_and_suppresses_replies() -> None:
    data = bytes(range(256)) * 40
    sent = show_sequence("kitty", data, AREA)
    assert sent.startswith("\x1b7\x1b[3;4H\x1b_Ga=T,f=100,")
    assert sent.endswith("\x1b8")
    messages = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sent)
    assert all(len(text) <= CHUNK and "q=2" in facts for facts, text in messages)
    assert [facts[-1] for facts, _ in messages] == ["1"] * (len(messages) - 1) + ["0"]
    assert b64decode("".join(text for _, text in messages)) == data
    assert "c=40,r=12,C=1" in messages[0][0]
    assert clear_sequence("kitty") == "\x1b_Ga=d,d=I,i=7021,q=2\x1b\\"


def test_iterm_sequence() -> None:
    sent = show_sequence("iterm", b"\xff\xd8picture", AREA)
    found = re.fullmatch(r"\x1b7\x1b\[3;4H\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07\x1b8", sent)
    assert found
    assert b64decode(found[2]) == b"\xff\xd8picture"
    assert {"inline=1", "width=40", "height=12"} <= set(found[1].split(";"))


def test_sixel_sequence() -> None:
    data = encode_sixel(2, 1, bytes([0, 1]), bytes([255, 0, 0, 0, 0, 255]))
    assert show_sequence("sixel", data, AREA) == f"\x1b7\x1b[3;4H{data.decode()}\x1b8"


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bP0;1;0q\x1b\\\x1b]0;TAKEN\x07\x1b\\", b"\x1bP0;1;0q#0\x1b[2J\x1b\\", b"\x1b]52;c;VEFLRU4=\x07",
        b"\x1bP$q m\x1b\\", b"\x9b2J", b"",
    ],
)  # fmt: skip
def test_data_that_is_not_sixel_is_dropped(data: bytes) -> None:
    """A hostile picture could take over the decoder, which then replies with anything."""
    assert show_sequence("sixel", data, AREA) == "\x1b7\x1b[3;4H\x1b8"


def test_kitty_and_iterm_encode_data() -> None:
    for name in ("kitty", "iterm"):
        sent = show_sequence(name, b"\x1b[2J\x07TAKEN\x9c", AREA)
        assert "TAKEN" not in sent
        assert "\x1b[2J" not in sent


def decoded(data: bytes) -> tuple[int, int, list[tuple[int, ...] | None]]:
    """Decode a sixel picture: width, height, and the color of each pixel in percent."""
    text = data.decode("ascii")
    assert (text[:2], text[-2:], text.count("\x1b")) == ("\x1bP", "\x1b\\", 2)
    head = re.match(r'\x1bP[0-9;]*q"1;1;(\d+);(\d+)', text)
    assert head
    width, height = int(head[1]), int(head[2])
    pixels: list[tuple[int, ...] | None] = [None] * (width * height)
    palette: dict[int, tuple[int, ...]] = {}
    x = top = color = 0
    commands = re.findall(r"#(\d+)((?:;\d+)*)|(?:!(\d+))?([?-~])|([$-])", text[head.end() : -2])
    for number, levels, count, sign, step in commands:
        if number:
            color = int(number)
            if levels:
                palette[color] = tuple(map(int, levels.split(";")[2:]))
        elif sign:
            for _ in range(int(count or 1)):
                for row in range(6):
                    if ord(sign) - 63 >> row & 1:
                        assert pixels[(top + row) * width + x] is None, "no pixel is drawn twice"
                        pixels[(top + row) * width + x] = palette[color]
                x += 1
        else:
            x, top = 0, top + 6 * (step == "-")
    return width, height, pixels


@given(st.integers(1, 40), st.integers(1, 20), st.integers(1, 128), st.randoms(use_true_random=False))
def test_sixel_decodes_to_same_pixels(width: int, height: int, colors: int, random: object) -> None:
    pixels = bytes(random.randrange(colors) for _ in range(width * height))  # type: ignore[attr-defined]
    palette = bytes(random.randrange(256) for _ in range(3 * colors))  # type: ignore[attr-defined]
    wide, high, seen = decoded(encode_sixel(width, height, pixels, palette))
    assert (wide, high) == (width, height)
    assert seen == [tuple(round(level * 100 / 255) for level in palette[3 * p : 3 * p + 3]) for p in pixels]


def test_sixel_of_one_color_is_short() -> None:
    assert len(encode_sixel(1000, 600, bytes(600_000), bytes(3))) < 1500
