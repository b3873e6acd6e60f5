"""Interactive shells on a pty, which complete roya-tui when TAB is pressed."""

import shutil
import sys
from pathlib import Path

import pytest
from tests.terminal.driver import Terminal

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
        self.name = name
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
        self.terminal.wait_for(PROMPT.strip())
        self.terminal.settled()

    def complete(self, typed: str) -> list[str]:
        """Type a text into an empty line, press TAB, and return the lines of the screen, that of the prompt first."""
        for key in ("ctrl+c", "ctrl+l"):
            self.terminal.press(key)
            self.terminal.settled()
        self.terminal.settled(after=self.terminal.press(typed))
        self.terminal.settled(200, after=self.terminal.press("tab"))
        return [line.rstrip() for line in self.terminal.screen.text().splitlines() if line.strip()]

    def words(self, typed: str) -> set[str]:
        """Return the words of the list that TAB shows."""
        _, *lines = self.complete(typed)
        return {word for line in lines if not line.startswith(PROMPT) for word in line.split()}

    def run(self, typed: str) -> list[str]:
        """Type a text, press TAB and enter, and return the arguments of roya-tui."""
        self.complete(typed)
        self._arguments.unlink(missing_ok=True)
        self.terminal.press("enter")
        self.terminal.wait_for(lambda _: self._arguments.exists())
        self.terminal.settled()
        return self._arguments.read_text("utf-8").split("\0")[:-1]
