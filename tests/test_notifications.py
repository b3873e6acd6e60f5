"""Notifications: their text, quiet hours, and what reaches terminals and programs."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from roya_tui import notifications
from roya_tui.model import Headline
from roya_tui.notifications import Notification, describe, desktop_command, detect_osc, is_quiet, terminal_sequence

ANY_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
HOSTILE = (
    "\x1b]52;c;AAAA\x07 \x9d0;x\x9c",
    "a\x1b\\b",
    "\x1bPtmux;\x1b\x1b]9;x\x07\x1b\\",
    "line\nbreak\r\n\ttab",
    "semi;colon;4;3",
    "9;4;1;50",
    "<b>bold</b> & <img src=x onerror=y>",
    r"\033]0;title\007 \n \x1b",
    "--app-name=other",
    "-u critical",
    "\u202eevil\u202c \u2066x\u2069",
    '" & (do shell script "id") & "',
    "$(id) `id` %PATH% $env:PATH",
    "\ud800 lone",
)


def headline(title: str, source: str = "Wells", id: int = 1) -> Headline:
    return Headline(id, 1, source, title, 0)


def describe_titles(*titles: str, rules: tuple[str, ...] = ("Water",), new: int = 0) -> Notification | None:
    found = [headline(title, id=number) for number, title in enumerate(titles)]
    return describe(rules, len(found), found[: notifications.MAX_LISTED], new)


@pytest.mark.parametrize(
    ("titles", "rules", "new", "expected"),
    [
        ((), (), 0, None),
        ((), (), 1, ("1 new article", "")),
        ((), (), 1200, ("1,200 new articles", "")),
        (("Rain",), ("Water",), 0, ("Rain", "Wells")),
        (("",), ("Water",), 0, ("Wells", "")),
        (("Rain",), ("Water",), 12, ("Rain", "Wells · 12 new articles")),
        (("Rain", "Snow", "Fog", "Ice"), ("Water",), 12,
         ("4 articles for “Water”", "Rain · Snow · Fog · 12 new articles")),
        (("Rain", "Snow"), ("A", "B", "C", "D"), 0, ("2 articles for “A”, “B”, “C”, …", "Rain · Snow")),
        (("Rain", "أمطار"), ("ماء",), 0, ("2 articles for “\u2068ماء\u2069”", "\u2068Rain\u2069 · \u2068أمطار\u2069")),
    ],
)  # fmt: skip
def test_notification_names_the_matches_and_the_count(titles, rules, new, expected) -> None:
    assert describe_titles(*titles, rules=rules, new=new) == expected


@pytest.mark.parametrize("title", HOSTILE)
def test_title_adds_no_controls_and_no_direction(title: str) -> None:
    for titles in ((title,), (title, "أمطار")):
        text = "".join(describe_titles(*titles) or ())
        assert not ANY_CONTROL.search(text)
        assert not re.search("[\u202a-\u202e\u2066\u2067\ud800-\udfff]", text)
        assert text.count("\u2068") == text.count("\u2069")


def test_long_texts_are_cut() -> None:
    for titles in (("x" * 100_000,), ("\u0301" * 100_000, "😀" * 100_000, "a " * 100_000)):
        notification = describe_titles(*titles, rules=("r" * 1_000,) * 9, new=9)
        assert notification is not None
        assert max(len(text.encode()) for text in notification) < 2_048  # as OSC 99 allows


@pytest.mark.parametrize(
    ("quiet", "zone", "time", "expected"),
    [
        (None, "UTC", "2026-01-01T23:00", False),
        ((1320, 420), "UTC", "2026-01-01T21:59", False),
        ((1320, 420), "UTC", "2026-01-01T22:00", True),
        ((1320, 420), "UTC", "2026-01-02T00:00", True),
        ((1320, 420), "UTC", "2026-01-02T06:59", True),
        ((1320, 420), "UTC", "2026-01-02T07:00", False),
        ((540, 1020), "UTC", "2026-01-02T08:59", False),
        ((540, 1020), "UTC", "2026-01-02T09:00", True),
        ((540, 1020), "UTC", "2026-01-02T17:00", False),
        ((1320, 420), "Asia/Amman", "2026-01-01T19:00", True),
        # In Berlin, 02:00 to 03:00 does not exist on 29 March, and exists twice on 25 October.
        ((120, 180), "Europe/Berlin", "2026-03-29T00:59", False),
        ((120, 180), "Europe/Berlin", "2026-03-29T01:00", False),
        ((120, 180), "Europe/Berlin", "2026-10-25T00:30", True),
        ((120, 180), "Europe/Berlin", "2026-10-25T01:30", True),
        ((1320, 420), "Europe/Berlin", "2026-03-29T04:59", True),
        ((1320, 420), "Europe/Berlin", "2026-03-29T05:00", False),
    ],
)
def test_quiet_hours_follow_the_local_clock(quiet, zone: str, time: str, expected: bool) -> None:
    moment = datetime.fromisoformat(time).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert is_quiet(quiet, moment) is expected


TERMINALS = [
    ({"TERM": "xterm-kitty"}, "99"),
    ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "99"),
    ({"TERM": "foot", "KITTY_WINDOW_ID": "1"}, "777"),  # foot, started from kitty
    ({"TERM": "foot-extra"}, "777"),
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "777"),
    ({"TERM": "xterm-ghostty"}, "9"),
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "9"),
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "9"),
    ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, ""),
    ({"TERM": "rxvt-unicode-256color"}, ""),
    ({"TERM": "xterm-256color", "WT_SESSION": "x"}, ""),
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ""),
    ({"TERM": "xterm-kitty", "TMUX": "/tmp/x,1,0"}, ""),
    ({"TERM": "screen-256color", "KITTY_WINDOW_ID": "1"}, ""),
    ({"TERM": "xterm-kitty", "ZELLIJ": "0"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("environ", "number"), TERMINALS)
def test_terminal_is_detected_by_its_variables(environ: dict[str, str], number: str) -> None:
    assert detect_osc(environ, "auto") == number
    assert detect_osc(environ, "terminal") == (number or "777")
    assert detect_osc(environ, "desktop") == detect_osc(environ, "off") == ""


def test_terminal_sequences_have_the_documented_bytes() -> None:
    one, two = Notification("12 new articles"), Notification("Rain; snow", "a;b")
    assert terminal_sequence("9", one, {}) == "\x1b]9;Roya TUI: 12 new articles\x1b\\"
    assert terminal_sequence("9", two, {}) == "\x1b]9;Roya TUI: Rain; snow · a;b\x1b\\"
    assert terminal_sequence("777", one, {}) == "\x1b]777;notify;12 new articles;\x1b\\"
    assert terminal_sequence("777", two, {}) == "\x1b]777;notify;Rain, snow;a,b\x1b\\"
    single = re.fullmatch(r"\x1b\]99;i=roya-tui-[0-9a-f]{8}:e=1:d=1;(.*)\x1b\\", terminal_sequence("99", one, {}))
    assert single is not None
    assert b64decode(single[1]) == b"12 new articles"
    pattern = r"\x1b\]99;(i=.*):d=0;(.*)\x1b\\\x1b\]99;\1:p=body;(.*)\x1b\\"
    both = re.fullmatch(pattern, terminal_sequence("99", two, {}))
    assert both is not None
    assert [b64decode(both[2]), b64decode(both[3])] == [b"Rain; snow", b"a;b"]
    wrapped = terminal_sequence("777", one, {"TMUX": "x"})
    assert wrapped == "\x1bPtmux;\x1b\x1b]777;notify;12 new articles;\x1b\x1b\\\x1b\\"


@pytest.mark.parametrize("number", ["9", "99", "777"])
@pytest.mark.parametrize("title", HOSTILE)
def test_title_cannot_end_or_extend_a_sequence(title: str, number: str) -> None:
    for notification in (describe_titles(title), Notification(title, title[:1])):
        assert notification is not None
        sequence = terminal_sequence(number, notification, {})
        *parts, rest = sequence.split("\x1b\\")
        assert rest == ""
        assert len(parts) == (2 if number == "99" and ANY_CONTROL.sub("", notification.body) else 1)
        for part in parts:
            assert part.startswith(f"\x1b]{number};")
            assert not ANY_CONTROL.search(part[1:])
            assert number != "777" or part.count(";") == 3
            assert number != "9" or part.startswith("\x1b]9;Roya TUI: ")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in PATH with programs that do nothing."""
    for name in ("notify-send", "osascript"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="finds programs by their mode")
@pytest.mark.parametrize("title", HOSTILE)
def test_title_is_only_text_to_programs_of_the_desktop(title: str, programs: Path) -> None:
    cleaned = describe_titles(title, "Rain")
    assert cleaned is not None
    notification = Notification(cleaned.body, cleaned.body)

    linux = desktop_command(notification, {}, "linux")
    assert linux is not None
    program, name, end, summary, body = linux.arguments
    assert (program, name, end) == (str(programs / "notify-send"), "--app-name=Roya TUI", "--")
    assert summary == cleaned.body
    assert not re.search(r"<|>|&(?!amp;|lt;|gt;)", body)  # servers interpret markup
    assert "\\" not in body.replace("\\\\", "")  # notify-send interprets \033
    assert body.replace("\\\\", "\\").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == cleaned.body

    mac = desktop_command(notification, {}, "darwin")
    assert mac is not None
    assert mac.arguments[0] == str(programs / "osascript")
    assert mac.arguments[1::2][:3] == ("-e", "-e", "-e")
    assert mac.arguments[7:] == ("Roya TUI", cleaned.body, cleaned.body)

    windows = desktop_command(notification, {"SYSTEMROOT": r"C:\Windows"}, "win32")
    assert windows is not None
    assert windows.environment == {"ROYA_TITLE": cleaned.body, "ROYA_BODY": cleaned.body}
    assert windows.arguments == (desktop_command(Notification("x"), {}, "win32") or windows).arguments


@pytest.mark.skipif(sys.platform == "win32", reason="finds programs by their mode")
def test_notification_without_a_body_is_the_message_on_macos(programs: Path) -> None:
    command = desktop_command(Notification("12 new articles"), {}, "darwin")
    assert command is not None
    assert command.arguments[7:] == ("Roya TUI", "", "12 new articles")


@pytest.mark.skipif(sys.platform == "win32", reason="has its own program")
def test_program_in_the_current_folder_is_not_used(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(programs)
    for path in (".:/nonexistent", ":/nonexistent", "./:/nonexistent:"):
        monkeypatch.setenv("PATH", path)
        assert desktop_command(Notification("x"), {}, "linux") is None


def test_session_bus_is_named_under_cron_only(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exists = os.path.exists
    monkeypatch.setattr("os.path.exists", lambda path: str(path).startswith("/run/user/") or exists(path))
    under_cron = desktop_command(Notification("x"), {}, "linux")
    in_session = desktop_command(Notification("x"), {"XDG_RUNTIME_DIR": "/run/user/7"}, "linux")
    assert under_cron is not None
    assert in_session is not None
    assert re.fullmatch(r"unix:path=/run/user/\d+/bus", under_cron.environment["DBUS_SESSION_BUS_ADDRESS"])
    assert in_session.environment == {}


HOSTILE_BODY = r"--x \033[31m <b>t</b> & y\\n"
SERVER = f"""
import subprocess
from jeepney import HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from roya_tui.notifications import Notification, desktop_command

bus = open_dbus_connection(bus="SESSION")
bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.Notifications"))
subprocess.Popen(desktop_command(Notification({HOSTILE_BODY!r}, {HOSTILE_BODY!r}), {{}}).arguments)
answers = {{"GetServerInformation": ("ssss", ("x", "x", "1", "1.2")), "GetCapabilities": ("as", (["body"],))}}
while (call := bus.receive()).header.fields.get(HeaderFields.member) != "Notify":
    if call.header.message_type is MessageType.method_call:
        bus.send(new_method_return(call, *answers[call.header.fields[HeaderFields.member]]))
print(ascii([call.body[number] for number in (0, 3, 4)]))
bus.send(new_method_return(call, "u", (1,)))
"""


@pytest.mark.skipif(not shutil.which("notify-send"), reason="needs notify-send")
@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="needs dbus-run-session")
def test_notify_send_delivers_a_hostile_title_as_text() -> None:
    pytest.importorskip("jeepney")
    command = ["dbus-run-session", "--", sys.executable, "-c", SERVER]
    written = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    escaped = HOSTILE_BODY.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert written == ascii(["Roya TUI", HOSTILE_BODY, escaped]) + "\n"
