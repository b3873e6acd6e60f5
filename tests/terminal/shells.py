"""Interactive shells on a pty, which complete roya-tui when TAB is pressed."""

import shutil
import sys
from pathlib import Path

import pytest
from tests.terminal.driver import Terminal
from tests.terminal.screen import Screen

from roya_tui.cli.commands.completions import format_script

PROMPT = "$ "
_START = {
    "bash": (
        ("--noprofile", "--rcfile", "{rc}", "-i"),
        f"PS1='{PROMPT}'\nbind 'set show-all-if-ambiguous on'\nbind 'set page-completions off'\n"
        "bind 'set enable-bracketed-paste off'\n",
    ),
    "zsh": (
        ("-d", "-i"),
        f"PS1='{PROMPT}'\nunsetopt prompt_sp\nautoload -Uz compinit && compinit -u -D\n",
    ),
    "fish": (
        ("--no-config", "-i", "-C", "source {rc}"),
        f"function fish_prompt; printf '{PROMPT}'; end\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n",
    ),
}
"""Arguments and settings of each shell. No file of the user is read."""
_PROGRAM = """#!/bin/sh
case $1 in --complete) exec {python} -P -m roya_tui "$@" ;; esac
printf '%s\\0' "$@" >{arguments}.part && mv {arguments}.part {arguments}
"""
"""A program that completes as roya-tui does; otherwise it only records its arguments."""


class Shell:
    """A shell with the completion script, and with the names of the database in `home`."""

    def __init__(self, name: str, folder: Path, home: Path) -> None:
        """Start the shell `name` in `folder`; skip the test if it is not installed."""
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
        self.name, self.folder = name, folder
        programs, self._arguments = folder / "programs", folder / "arguments"
        programs.mkdir()
        program = programs / "roya-tui"
        program.write_text(_PROGRAM.format(python=sys.executable, arguments=self._arguments), "utf-8")
        program.chmod(0o755)
        arguments, settings = _START[name]
        rc = folder / ".zshrc"
        rc.write_text(settings + format_script(name), "utf-8")
        environment = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "ZDOTDIR": str(folder)}
        environment |= {"ROYA_TUI_HOME": str(home), "LC_ALL": "C.UTF-8"}
        command = [name, *(argument.format(rc=rc) for argument in arguments)]
        self.terminal = Terminal(command, columns=100, rows=60, environment=environment, folder=folder)
        self.terminal.wait_for(_shows_prompt)

    def complete(self, typed: str, expected: set[str]) -> set[str]:
        """Type a text into an empty line, press TAB, wait for words on the screen, and return all of them.

        Nothing that is typed may run before enter is pressed: `touch marked` shows it.
        """
        self._clear()
        self.terminal.press(typed, "tab")
        words = _words(self.terminal.wait_for(lambda screen: expected <= _words(screen)))
        assert not (self.folder / "marked").exists(), "TAB ran what was typed"
        self._enter()
        return words

    def run(self, typed: str, rest: str = "") -> list[str]:
        """Type a text, press TAB, type the rest and press enter; return the arguments of roya-tui."""
        self._clear()
        self.terminal.press(typed, "tab", rest)  # the shell reads the next key when it has completed the word
        self._enter()
        return self._arguments.read_text("utf-8").split("\0")[:-1]

    def _clear(self) -> None:
        self.terminal.press("ctrl+l")
        self.terminal.wait_for(lambda screen: screen.text().strip() == PROMPT.strip())

    def _enter(self) -> None:
        self._arguments.unlink(missing_ok=True)
        self.terminal.press("enter")
        self.terminal.wait_for(lambda screen: self._arguments.exists() and _shows_prompt(screen))


def _words(screen: Screen) -> set[str]:
    return set(screen.text().split())


def _shows_prompt(screen: Screen) -> bool:
    return screen.text().rstrip().splitlines()[-1:] == [PROMPT.strip()]
