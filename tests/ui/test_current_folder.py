"""Start the app in a folder full of traps: modules and programs with the names of those that it uses.

Each trap leaves a mark when it runs.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.graphics.sample_pictures import quarters, saved
from tests.servers import Server, rss, server
from tests.terminal.app import App
from tests.terminal.conftest import Browser, browser
from tests.terminal.homes import BY_HAND, Home, home

import roya_tui
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.processes import child_environment, python_command

__all__ = ["browser", "home", "server"]

PACKAGES = ("roya_tui", "lxml", "PIL", "httpx", "msgspec", "textual", "isal", "keyring", "readability", "chardet")
PROGRAMS = ("xdg-open", "www-browser", "w3m", "lynx", "firefox", "sharer")
ALWAYS_IMPORTED = ("sitecustomize", "usercustomize")
LOADED_BY_PYTHON_M = tuple(
    "__future__ collections contextlib enum functools importlib keyword operator reprlib signal types warnings".split()
)
"""Modules that `python -m roya_tui` loads from the current folder before the app can prevent it."""
LAUNCHER = "from roya_tui.__main__ import main\nmain()\n"
"""What the installed command `roya-tui` runs."""


class Traps:
    """A folder of traps, and a folder where they leave their marks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._marks = folder / "traps", folder / "marks"
        self.folder.mkdir()
        self._marks.mkdir()
        for name in (*sys.stdlib_module_names, *ALWAYS_IMPORTED):
            (self.folder / f"{name}.py").write_text(self._code(name))
        for name in PACKAGES:
            (self.folder / name).mkdir()
            (self.folder / name / "__init__.py").write_text(self._code(name))
        for name in PROGRAMS:
            program = self.folder / name
            program.write_text(f"#!/bin/sh\n: >{shlex.quote(str(self._marks / name))}\n")
            program.chmod(0o755)

    def _code(self, name: str) -> str:
        return f"open({str(self._marks / name)!r}, 'w').close()\n"

    @property
    def sprung(self) -> list[str]:
        """The names of the traps that ran."""
        return sorted(mark.name for mark in self._marks.iterdir())

    def disarm(self, *names: str) -> None:
        for name in names:
            (self.folder / f"{name}.py").unlink()


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    return Traps(tmp_path)


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    file = tmp_path / "bin" / "roya-tui.py"
    file.parent.mkdir()
    file.write_text(LAUNCHER)
    return file


@pytest.fixture
def harbour(home: Home, server: Server) -> Home:
    """A home with an article that has a picture, and a source that has another article."""
    home.configure(BY_HAND + '[refresh]\non_start = false\nspacing = "0s"\n[share]\nnote = ["sharer"]\n')
    picture = server.reply("/pier.png", 200, saved(quarters(320, 180), "PNG"), Content_Type="image/png")
    entry = Entry(
        guid="1",
        url="https://harbour.example/1",
        title="Pier opens",
        published=Moment(int(time.time())),
        content=f'<p>Before.</p><img src="{picture}"><p>After.</p>',
    )
    source = NewSource(server.serve("/feed", rss(("2", "Tram is late", "By a goat."))), title="Harbour Post")
    home.subscribe(source, [entry])
    server.serve("/other", rss(("3", "Well is dug", "By hand."), title="Well News"))
    return home


@pytest.fixture
def around(traps: Traps, launcher: Path) -> list[str]:
    """Arguments that, before the command, run the launcher in the folder of traps."""
    return ["/bin/sh", "-c", f'cd "$0" && shift 3 && exec {sys.executable} {launcher} "$@"', str(traps.folder)]


def test_reader_runs_nothing_from_current_folder(
    harbour: Home, server: Server, traps: Traps, around: list[str], browser: Browser
) -> None:
    """Pictures, refresh, parse workers, the browser, the add dialog and sharing, all in one run."""
    path = f"{os.pathsep}{os.environ['PATH']}"
    with App(harbour, around=around, environment=browser.environment | {"PATH": path}) as app:
        app.until(lambda seen: "▀" in seen.article.text)
        app.do("o", until="Opened https://harbour.example/1")
        app.wait_for(lambda _: browser.visited)
        app.do("!", until="program not found")
        app.do("R", until="1 new, press .")
        app.do(".", until=lambda seen: "Tram is late" in seen.list.text)
        app.do("a", until="Type an address")
        app.do(*server.url, *"/other", "enter", until="This is a feed")
        app.do("enter", until="Added “Well News”")
        app.quit()
    assert traps.sprung == []


def test_browser_is_not_a_program_in_current_folder(
    harbour: Home, traps: Traps, launcher: Path, around: list[str]
) -> None:
    """Nothing names a browser here but the traps, which an empty entry of PATH would find."""
    environment = {"PATH": f"{os.pathsep}{launcher.parent}", "BROWSER": "", "DISPLAY": ":9"}
    with App(harbour, "--offline", around=around, environment=environment) as app:
        app.until("Pier opens")
        app.do("o", until="No web browser found. y: copy the address")
        app.quit()
    assert traps.sprung == []


def start(traps: Traps, home: Home, command: list[str], typed: str = "", **environment: str) -> str:
    """Run a command in the folder of traps, and return what it prints."""
    surroundings = {**os.environ, "NO_PROXY": "*", **environment}
    done = subprocess.run(
        [*command, "--home", str(home.folder)],
        input=typed,
        cwd=traps.folder,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_commands_and_plain_mode_run_nothing_from_current_folder(
    harbour: Home, server: Server, traps: Traps, launcher: Path, browser: Browser
) -> None:
    command = [sys.executable, str(launcher)]
    assert "Added “Well News”" in start(traps, harbour, [*command, "add", f"{server.url}/other"])
    said = start(traps, harbour, [*command, "--plain", "--query", "pier"], "1\no\nq\n", **browser.environment)
    assert "Opened in the browser." in said
    assert browser.visited
    server.serve("/third", rss(("4", "Bell rings", "Twice."), title="Bell News"))
    said = start(traps, harbour, [*command, "--plain"], f"refresh\nadd {server.url}/third\nu\nq\n")
    assert "1 new" in said
    assert "Added “Bell News”" in said
    assert "Tram is late" in said
    assert traps.sprung == []


def test_python_m_imports_nothing_more_from_current_folder(harbour: Home, traps: Traps) -> None:
    traps.disarm(*LOADED_BY_PYTHON_M)
    (traps.folder / "roya_tui" / "__init__.py").unlink()
    (traps.folder / "roya_tui").rmdir()
    start(traps, harbour, [sys.executable, "-m", "roya_tui", "refresh", "--all-now"])
    assert "Tram is late" in start(traps, harbour, [sys.executable, "-m", "roya_tui", "list"])
    assert traps.sprung == []


def test_children_ignore_relative_entries_of_search_paths(
    traps: Traps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "kept.py").write_text("")
    (traps.folder / "lib").mkdir()
    shutil.copy(traps.folder / "random.py", traps.folder / "lib")
    monkeypatch.chdir(traps.folder)
    for entries in ("", ":", ".", ":{lib}", "{lib}:", "{lib}::", "lib", "./lib:{lib}", "../traps"):
        for variable in ("PYTHONPATH", "PATH"):
            monkeypatch.setenv(variable, entries.format(lib=library))
        kept = ", kept" if "{lib}" in entries else ""
        code = f"import random, webbrowser, json{kept}; webbrowser.open('https://a.example')"
        done = subprocess.run(python_command("-c", code), env=child_environment(), capture_output=True, check=False)
        assert (done.returncode, done.stderr, traps.sprung) == (0, b"", []), entries


def test_only_one_module_chooses_how_python_is_started() -> None:
    package = Path(roya_tui.__file__).parent
    found = [str(file.relative_to(package)) for file in package.rglob("*.py") if "sys.executable" in file.read_text()]
    assert found == ["processes.py"]


def test_command_works_in_a_deleted_folder(harbour: Home, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = [sys.executable, "-P", "-m", "roya_tui", "--home", str(harbour.folder), "--offline", "list"]
    script = f'cd "{gone}" && rmdir "{gone}" && exec "$@"'
    done = subprocess.run(["sh", "-c", script, "sh", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_doctor_runs_no_program_from_current_folder(harbour: Home, tmp_path: Path) -> None:
    trap = tmp_path / "uname"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    environment = {**os.environ, "PATH": f".:{os.environ['PATH']}"}
    command = [sys.executable, "-P", "-m", "roya_tui", "--home", str(harbour.folder), "--offline", "doctor"]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False)
    assert not (tmp_path / "sprung").exists()
