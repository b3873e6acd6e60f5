"""The app as it sees Windows and macOS: `sitecustomize.py` here hides what these systems lack.

Libraries, files, processes and the terminal are still those of Linux.
"""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.bench.corruption import damage
from tests.servers import Server, server
from tests.terminal.app import App
from tests.terminal.homes import Home, home, news

from roya_tui.cli.terminal import detect_terminal
from roya_tui.sources.subscription_lists import read_newsboat

__all__ = ["home", "news", "server"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="shows other systems on Linux")
WINDOWS, MACOS = "win32", "darwin"
SYSTEMS = pytest.mark.parametrize("system", [WINDOWS, MACOS])
FEED = """<rss version="2.0"><channel><title>Quay</title><item><guid>1</guid><title>Ferry at noon</title>
<pubDate>Sat, 05 Jul 2025 08:00:00 GMT</pubDate></item></channel></rss>"""


def seen_as(system: str) -> dict[str, str]:
    """Return the variables with which a program sees another system."""
    return {"SEEN_PLATFORM": system, "PYTHONPATH": str(Path(__file__).parent)}


def run(system: str, *arguments: str | Path, stdout: int = subprocess.PIPE, **environment: str) -> tuple[int, str, str]:
    """Run Python, and return its exit code, output and errors."""
    command = [sys.executable, *map(str, arguments)]
    environ = {**os.environ, **seen_as(system), **environment}
    streams = {"stdin": subprocess.DEVNULL, "stdout": stdout, "stderr": subprocess.PIPE}
    done = subprocess.run(command, env=environ, timeout=120, check=False, **streams)
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def roya_tui(system: str, home: Path, *arguments: str | Path, **environment: str) -> str:
    """Run a command, which must succeed, and return its output."""
    code, output, errors = run(system, "-m", "roya_tui", "--home", home, *arguments, **environment)
    assert (code, errors) == (0, "")
    return output


@SYSTEMS
def test_feed_is_fetched_parsed_and_listed(system: str, server: Server, tmp_path: Path) -> None:
    roya_tui(system, tmp_path, "add", server.reply("/feed", body=FEED))
    assert "Ferry at noon" in roya_tui(system, tmp_path, "list", "source:Quay")
    events = roya_tui(system, tmp_path, "refresh", "--all-now", "--events", "Quay")
    assert '"event": "fetched"' in events or '"event":"fetched"' in events


@SYSTEMS
def test_doctor_finds_nothing_wrong(system: str, tmp_path: Path) -> None:
    assert "No problems found." in roya_tui(system, tmp_path, "doctor")


@SYSTEMS
def test_app_opens_an_article_and_quits(system: str, news: Home) -> None:
    with App(news, "--offline", environment=seen_as(system)) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.do("j", "s", until=lambda seen: "★" in seen.list.line("Story 02"))
        app.do("enter", until=lambda seen: seen.article.focused and "Line 001" in seen.article.text)
        app.do("esc", until=lambda seen: seen.list.focused)
        app.quit()


def test_app_runs_a_program_and_ends_when_it_is_interrupted_on_windows(news: Home) -> None:
    news.configure('[share.list]\nrun = ["echo", "PROGRAM"]\nterminal = true\n')
    with App(news, "--offline", environment=seen_as(WINDOWS)) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.do("ctrl+z", until="The app was not started by a shell that can resume it")
        app.do("!", "enter", until="“list” has finished.")
        assert b"PROGRAM" in app.raw
        os.kill(app.pid, signal.SIGINT)
        assert app.wait_exit() == 128 + signal.SIGINT


def test_files_are_written_without_modes_of_posix_on_windows(tmp_path: Path) -> None:
    code = f"""
        from pathlib import Path
        from roya_tui import private
        from roya_tui.graphics.protocols import cell_size
        file = Path({str(tmp_path / "file")!r})
        private.replace(file, b"text")
        file.chmod(0o666)
        private.restrict(file)
        print(file.read_bytes(), private.is_exposed(file), cell_size())
    """
    assert run(WINDOWS, "-c", textwrap.dedent(code)) == (0, "b'text' False None\n", "")


def test_damaged_database_is_replaced_although_windows_locks_open_files(tmp_path: Path) -> None:
    roya_tui(WINDOWS, tmp_path, "list", "--offline")
    damage(tmp_path / "news.db", "search", 1)
    assert "Repaired" in roya_tui(WINDOWS, tmp_path, "doctor", "--repair")
    assert len(list(tmp_path.glob("news.db.damaged-*"))) == 1
    assert roya_tui(WINDOWS, tmp_path, "list", "--offline")


def test_killed_refresh_does_not_block_the_next_on_windows(tmp_path: Path) -> None:
    code = """
        import os, subprocess, sys
        from roya_tui.store.sources.refresh_lock import is_running
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        print(is_running(os.getpid()), is_running(process.pid), end=" ")
        process.kill()
        process.wait()
        print(is_running(process.pid))
    """
    assert run(WINDOWS, "-c", textwrap.dedent(code)) == (0, "True True False\n", "")


def test_programs_in_the_current_folder_are_not_started_on_windows() -> None:
    code = """
        from roya_tui import processes
        processes.stop_importing_from_current_folder()
        print("NODEFAULTCURRENTDIRECTORYINEXEPATH" in processes.child_environment())
    """
    assert run(WINDOWS, "-c", textwrap.dedent(code)) == (0, "True\n", "")


def test_date_code_that_windows_lacks_is_reported(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[dates]\nformat = "%-d.%m.%Y"\n')
    code, output, _ = run(WINDOWS, "-m", "roya_tui", "--home", tmp_path, "doctor")
    assert code == 1
    assert '[dates] format has the unknown code "%-"' in output
    assert "No problems found." in roya_tui(MACOS, tmp_path, "doctor")


def test_closed_pipe_is_not_an_error_on_windows(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(WINDOWS, "-m", "roya_tui", "--home", tmp_path, "list", "--json", "--offline", stdout=writing)
    os.close(writing)
    assert done == (0, "", "")


def test_text_that_the_code_page_lacks_is_replaced_on_windows(tmp_path: Path) -> None:
    listed = roya_tui(WINDOWS, tmp_path, "list", "lang:ar", "--offline", PYTHONIOENCODING="cp850", PYTHONUTF8="0")
    assert "????" in listed
    assert listed.isascii()


def test_terminal_of_macos_is_utf8_without_a_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for system, is_utf8 in ((MACOS, True), ("linux", False)):
        monkeypatch.setattr(sys, "platform", system)
        assert detect_terminal(Screen(), {"TERM": "xterm-256color"}).utf8 is is_utf8  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [r"C:\news\feed.xml", "C:/news/feed.xml", r"\\host\news\feed.xml", "~/feed.xml"])
def test_list_cannot_make_the_app_read_a_file_of_windows(path: str) -> None:
    found = read_newsboat(f'https://a.example/feed\n{path}\n"{path}"\nhttps://b.example/feed\n')
    assert [source.url for source in found.sources] == ["https://a.example/feed", "https://b.example/feed"]
