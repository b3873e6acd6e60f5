"""The shell between two times in the app, and programs that leave the terminal in disorder."""

import os
import signal
from pathlib import Path

from tests.terminal.app import App
from tests.terminal.homes import BY_HAND, Home

SCREEN_OFF, MOUSE_OFF, CURSOR_ON = b"\x1b[?1049l", b"\x1b[?1003l", b"\x1b[?25h"


def shell(folder: Path, *commands: str) -> tuple[str, ...]:
    """Return a shell with job control that runs the app and then other commands, between two notes of `stty`."""
    script = ("stty -g >before", '"$0" "$@"', *commands, "stty -g >after")
    return ("env", f"--chdir={folder}", "/bin/sh", "-mc", "; ".join(script))


def assert_restored(folder: Path) -> None:
    assert (folder / "after").read_text() == (folder / "before").read_text()


def test_keys_for_the_shell_never_reach_the_suspended_app(news: Home, tmp_path: Path) -> None:
    commands = ("stty -g >during", "read one", "echo got $one", "read two", "fg")
    with App(news, "--offline", around=shell(tmp_path, *commands)) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.send(b"\x1ajjq")  # in one write: the app reads all of it before it stops
        app.wait_for(lambda _: (tmp_path / "during").exists() and (tmp_path / "during").read_text())
        left = app.raw
        for sequence in (SCREEN_OFF, MOUSE_OFF, CURSOR_ON, b"\x1b[?2004l", b"\x1b[?1004l", b"\x1b[<u"):
            assert sequence in left, "modes are off before the shell has the terminal"
        app.press(*"jjsq", "enter")
        app.wait_for_bytes(b"got jjsq")
        app.resize(100, 30)
        before = len(app.raw)
        app.press("enter")
        seen = app.until(lambda seen: seen.list.number == 1 and len(seen.screen.lines) == 30)
        assert b"\x1b[?1049h" in app.raw[before:]
        assert "★" not in seen.list.text
        app.do("j", until=lambda seen: seen.list.number == 2)
        app.press("q")
        assert app.wait_exit() == 0
    assert (tmp_path / "during").read_text() == (tmp_path / "before").read_text()
    assert_restored(tmp_path)


def test_dialogs_and_inputs_are_suspended_too_and_keep_their_text(news: Home, tmp_path: Path) -> None:
    with App(
        news, "--offline", around=shell(tmp_path, "echo SHELL", "read one", "fg", "echo AGAIN", "read two", "fg")
    ) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.type("/", "Story 0")
        app.press("ctrl+z")
        app.wait_for_bytes(b"SHELL")
        app.do("enter", until="Unread · Story 0")
        app.do("2", until="Unread · Story 02")
        app.do("esc", until=lambda seen: seen.list.title == "Unread")
        app.do("?", until="Go to the next pane")
        app.press("ctrl+z")
        app.wait_for_bytes(b"AGAIN")
        app.do("enter", until="Go to the next pane")
        app.do("esc", until=lambda seen: "Go to the next pane" not in seen.text)
        app.press("q")
        assert app.wait_exit() == 0
    assert_restored(tmp_path)


def test_app_without_a_shell_stays_and_says_so(news: Home) -> None:
    with App(news, "--offline") as app:
        app.until(lambda seen: seen.list.number == 1)
        app.do("ctrl+z", until="The app was not started by a shell that can resume it. q: quit")
        app.do("S", until="Sources")
        app.do("ctrl+z", until="The app was not started by a shell that can resume it. q: quit")
        app.do("esc", "j", until=lambda seen: seen.list.number == 2)
        app.quit()


def test_app_ignores_the_signal_if_its_parent_does(news: Home, tmp_path: Path) -> None:
    around = ("/bin/sh", "-mc", 'trap \'\' TSTP; "$0" "$@"; exit')
    with App(news, "--offline", around=around) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.do("ctrl+z", until="was not started by a shell")
        child = int(Path(f"/proc/{app.pid}/task/{app.pid}/children").read_text().split()[0])
        os.kill(child, signal.SIGTSTP)
        app.do("j", until=lambda seen: seen.list.number == 2)
        app.press("q")
        assert app.wait_exit() == 0


def test_terminal_is_restored_after_a_program_that_leaves_it_raw(news: Home, tmp_path: Path) -> None:
    mess = tmp_path / "mess"
    mess.write_text("#!/bin/sh\nprintf '\\033[?1049h\\033[?25l\\033[?1002h\\033[31m\\033[>1uMESS'\nstty raw -echo\n")
    mess.chmod(0o755)
    news.configure(f'{BY_HAND}[share.mess]\nrun = ["{mess}"]\nterminal = true\n')
    with App(news, "--offline", around=shell(tmp_path)) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.press("!")
        app.until("“mess” has finished.")
        after = app.raw.partition(b"MESS")[2].partition(b"\x1b[?1049h")[0]
        for sequence in (b"\x1b[?1002l", b"\x1b[?1047l", CURSOR_ON, b"\x1b[0m", b"\x1b[=0u"):
            assert sequence in after
        app.do("j", until=lambda seen: seen.list.number == 2)
        app.press("q")
        assert app.wait_exit() == 0
    assert_restored(tmp_path)
