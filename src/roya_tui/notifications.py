"""Desktop notifications: their text, quiet hours, and the ways to show them.

A feed decides what is in a title. So texts are cleaned, bounded and isolated here; they reach a program only as whole
arguments or in its environment, and a terminal only without control characters.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

from roya_tui.layout.bidi.controls import isolate_names, join_isolated
from roya_tui.model import Headline
from roya_tui.processes import child_environment
from roya_tui.text import one_line
from roya_tui.translation import join_list, ngettext, quote

APP_NAME = "Roya TUI"
MAX_LISTED = 3
"""Titles in a notification about several articles, and names of rules."""
_MAX_TITLE, _MAX_NAME = 100, 40
"""Characters."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Notification(NamedTuple):
    """A notification; each text is one line, `body` may be empty."""

    title: str
    body: str = ""


def describe(rules: Sequence[str], count: int, newest: Sequence[Headline], new: int) -> Notification | None:
    """Return the only notification of a refresh, or None.

    `rules` are the names of the rules that matched `count` articles, the `newest` of them are listed. `new` counts all
    new articles; 0 leaves that out.
    """
    total = ngettext("{count:,} new article", "{count:,} new articles", new) if new else ""
    if not count:
        return Notification(total) if total else None
    if count == 1:
        title, source = _shorten(newest[0].title, _MAX_TITLE), _shorten(newest[0].source, _MAX_NAME)
        title, details = (title, [source]) if title else (source, [])
    else:
        names = [quote(_shorten(name, _MAX_NAME)) for name in rules[:MAX_LISTED]]
        names += ["…"] * (len(rules) > MAX_LISTED)
        words = ngettext(
            "{count:,} article for {rules}", "{count:,} articles for {rules}", count, rules=join_list(names)
        )
        title, details = isolate_names(words), [_shorten(one.title, _MAX_TITLE) for one in newest[:MAX_LISTED]]
    return Notification(title, join_isolated([text for text in (*details, total) if text], " · "))


def _shorten(text: str, characters: int) -> str:
    line = one_line(text[: 10 * characters])
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def is_quiet(quiet: tuple[int, int] | None, moment: datetime) -> bool:
    """Return whether `moment` is in the quiet hours.

    They are start and end as minutes since midnight; the end may be on the next day.
    """
    if quiet is None:
        return False
    (start, end), minute = quiet, moment.hour * 60 + moment.minute
    return start <= minute < end if start < end else minute >= start or minute < end


def detect_osc(environ: Mapping[str, str], method: str) -> str:
    """Return the number of the terminal's sequence for notifications ("9", "99" or "777"), "" to use the desktop.

    TERM comes first: other variables are also inherited by a terminal that was started in another one. With `method`
    "terminal" unknown ones get 777, which most understand. A multiplexer hides the terminal.
    """
    if method not in ("auto", "terminal"):
        return ""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if term.startswith(("tmux", "screen")) or environ.keys() & {"TMUX", "STY", "ZELLIJ"}:
        number = ""
    elif term == "xterm-kitty":
        number = "99"
    elif term.startswith("foot"):
        number = "777"
    elif term == "xterm-ghostty" or program in ("ghostty", "iTerm.app"):
        number = "9"
    elif program == "WezTerm":
        number = "777"
    else:
        number = "99" if "KITTY_WINDOW_ID" in environ else ""
    return number or ("777" if method == "terminal" else "")


def terminal_sequence(protocol: str, notification: Notification, environ: Mapping[str, str]) -> str:
    """Return the escape sequence that makes a terminal show a notification.

    * OSC 9: https://iterm2.com/documentation-escape-codes.html; text that begins with a digit is a command elsewhere
    * OSC 99: https://sw.kovidgoyal.net/kitty/desktop-notifications/
    * OSC 777: https://codeberg.org/dnkl/foot, foot-ctlseqs(7); a semicolon ends the title
    """
    title, body = (_CONTROL.sub("", text) for text in notification)
    match protocol:
        case "9":
            sequence = f"\x1b]9;{APP_NAME}: {join_isolated(list(filter(None, (title, body))), ' · ')}\x1b\\"
        case "99":
            texts = [text.encode() for text in (title, body)]
            id = f"i=roya-tui-{crc32(b' '.join(texts)):08x}:e=1"  # another one would replace it if its id were the same
            sequence = f"\x1b]99;{id}:d={int(not body)};{b64encode(texts[0]).decode()}\x1b\\"
            if body:
                sequence += f"\x1b]99;{id}:p=body;{b64encode(texts[1]).decode()}\x1b\\"
        case _:
            title, body = (text.replace(";", ",") for text in (title, body))
            sequence = f"\x1b]777;notify;{title};{body}\x1b\\"
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\" if "TMUX" in environ else sequence


class DesktopCommand(NamedTuple):
    """A program that shows a notification, with its arguments, and variables for its environment."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


_APPLE_SCRIPT = (
    "on run argv",
    "display notification (item 3 of argv) with title (item 1 of argv) subtitle (item 2 of argv)",
    "end run",
)
_TOAST = "Windows.UI.Notifications.Toast"
_POWERSHELL_ID = r"{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe"
"""The app in whose name Windows shows it: it shows none for programs that are not installed."""
_POWERSHELL_SCRIPT = f"""
[{_TOAST}NotificationManager, Windows.UI.Notifications, ContentType=WindowsRuntime] > $null
$toast = [{_TOAST}NotificationManager]::GetTemplateContent([{_TOAST}TemplateType]::ToastText02)
$texts = $toast.GetElementsByTagName('text')
$texts.Item(0).AppendChild($toast.CreateTextNode($env:ROYA_TITLE)) > $null
$texts.Item(1).AppendChild($toast.CreateTextNode($env:ROYA_BODY)) > $null
$notifier = [{_TOAST}NotificationManager]::CreateToastNotifier('{_POWERSHELL_ID}')
$notifier.Show((New-Object {_TOAST}Notification $toast))
"""


def desktop_command(
    notification: Notification, environ: Mapping[str, str], platform: str = sys.platform
) -> DesktopCommand | None:
    """Return the command that shows a notification, None if its program is not installed.

    notify-send interprets backslashes in the body, and notification servers interpret markup there.
    """
    title, body = (_CONTROL.sub("", text) for text in notification)
    folders = child_environment().get("PATH", os.defpath)
    match platform:
        case "win32":
            system = environ.get("SYSTEMROOT", r"C:\Windows")
            program = rf"{system}\System32\WindowsPowerShell\v1.0\powershell.exe"
            arguments = (program, "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL_SCRIPT)
            return DesktopCommand(arguments, {"ROYA_TITLE": title, "ROYA_BODY": body})
        case "darwin":
            if (found := shutil.which("osascript", path=folders)) is None:
                return None
            script = [part for line in _APPLE_SCRIPT for part in ("-e", line)]
            # The name ends the options: a title may begin with a hyphen.
            return DesktopCommand((found, *script, APP_NAME, title if body else "", body or title), {})
    if (found := shutil.which("notify-send", path=folders)) is None:
        return None
    text = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\\\")
    return DesktopCommand((found, f"--app-name={APP_NAME}", "--", title, text), _session_bus(environ))


def _session_bus(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variable with the address of the user's session bus, which cron does not set."""
    if hasattr(os, "getuid") and not environ.keys() & {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"}:
        socket = f"/run/user/{os.getuid()}/bus"
        if os.path.exists(socket):
            return {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={socket}"}
    return {}
