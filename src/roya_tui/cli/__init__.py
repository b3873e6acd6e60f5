"""The command line: each command a short function over the core; no traceback ever reaches a person."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from msgspec.structs import replace

from roya_tui import private
from roya_tui.cli import arguments
from roya_tui.cli.output import Output
from roya_tui.cli.session import COULD_NOT, DONE, INTERRUPTED, WRONG_USAGE, CannotDo, Session
from roya_tui.cli.terminal import fitted, look
from roya_tui.config import Config, Paths, Problem, load, own_files, resolve_paths

Command = Callable[[Session, Namespace], int]

_COMMANDS = {
    "add": ("adding", "add"),
    "refresh": ("refreshing", "refresh"),
    "list": ("articles", "list_articles"),
    "show": ("showing", "show"),
    "sources": ("sources", "list_sources"),
    "tags": ("tags", "tags"),
    "feeds": ("feeds", "feeds"),
    "rules": ("rules", "rules"),
    "mark": ("doing", "mark"),
    "tag": ("doing", "tag"),
    "note": ("doing", "note"),
    "hide": ("doing", "hide"),
    "unhide": ("doing", "unhide"),
    "remove": ("doing", "remove"),
    "undo": ("doing", "undo"),
    "redo": ("doing", "redo"),
    "briefing": ("briefing", "tell"),
    "import": ("subscriptions", "take_over"),
    "export": ("subscriptions", "export"),
    "inspect": ("inspecting", "inspect"),
    "tidy": ("tidying", "tidy"),
    "doctor": ("doctoring", "doctor"),
    None: ("reader", "read"),
}
"""Where each command lives; only the one that is asked for is loaded."""

_TAKE_QUERIES = (None, "list", "show", "mark", "tag", "hide", "unhide", "feeds", "rules")

_TELL_PROBLEMS_THEMSELVES = (None, "doctor")
"""Commands that show mistakes of the configuration in their own way; the others begin with them."""


def run(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    out, err = _stream(sys.stdout), _stream(sys.stderr)
    output = Output(out, err, look(out, environ))
    folder: Path | None = None
    try:
        wanted = _wanted(argv)
        where = resolve_paths(getattr(wanted, "home", None), environ)
        folder = where.data
        with ExitStack() as stack:
            session = _session(wanted, where, output, stack)
            code = _command(wanted.command)(session, wanted)
        out.flush()
        return code
    except SystemExit as leave:  # argparse: --help, --version, wrong usage
        return leave.code if isinstance(leave.code, int) else WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last belt: whatever it is, a person gets a sentence
        return _failed(error, argv, folder, output, out)


def _wanted(argv: Sequence[str]) -> Namespace:
    """Return what `argv` asks for; `command` is None for the reader. Raises SystemExit for --help and wrong usage."""
    words = [arguments.as_word(word) for word in argv]
    if (wanted := arguments.of_the_reader(words)) is not None:
        return wanted
    from roya_tui.cli.commands import parser

    whole = parser()
    wanted = whole.parse_args(words)
    if hasattr(wanted, "query") and wanted.command not in _TAKE_QUERIES:
        *most, last = (name for name in _TAKE_QUERIES if name)
        whole.commands[wanted.command].error(f"--query goes with the reader, {', '.join(most)} and {last}")
    return wanted


def _stream(stream: TextIO | None) -> TextIO:
    """Return a stream that takes any text: a closed one swallows it, a pipe gets UTF-8, a terminal what it can show."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")
    return stream


def _session(wanted: Namespace, where: Paths, output: Output, stack: ExitStack) -> Session:
    config, problems = _config(where, wanted.command)
    # Before anything opens the database: closing another descriptor of it would drop SQLite's locks in this process.
    for path in own_files(where, config):
        private.restrict(path)
    if wanted.command not in _TELL_PROBLEMS_THEMSELVES:
        for problem in problems:
            output.tell(f"roya-tui: {problem}")
    samples = getattr(wanted, "samples", False)
    if samples:
        import tempfile

        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roya-tui-", ignore_cleanup_errors=True)))
        where = Paths(config=where.config, data=folder, cache=folder / "cache")
    terminal = output.terminal
    plain = getattr(wanted, "plain", False) or config.look.plain or (terminal.interactive and terminal.dumb)
    if plain:
        output.terminal = terminal = replace(terminal, dumb=True, colours="none")
    return Session(
        paths=where,
        config=fitted(config, terminal, getattr(wanted, "ascii", False), plain),
        problems=tuple(problems),
        out=output,
        now=int(time.time()),
        home=getattr(wanted, "home", ""),
        offline=samples or getattr(wanted, "offline", False),
        samples=samples,
        plain=plain,
    )


def _config(where: Paths, command: str | None) -> tuple[Config, list[Problem]]:
    """Read config.toml. Only the screen knows actions and themes: their names are checked where it is loaded anyway."""
    if command not in _TELL_PROBLEMS_THEMSELVES:
        return load(where.config)
    from roya_tui.ui import keys, themes

    config, problems = load(where.config, keys.NAMES, themes.NAMES)
    clashes = keys.clashes(keys.with_config(config.keys))
    return config, [*problems, *(Problem(where.config, sentence) for sentence in dict.fromkeys(clashes))]


def _command(name: str | None) -> Command:
    module, function = _COMMANDS[name]
    command: Command = getattr(importlib.import_module(f"roya_tui.cli.{module}"), function)
    if name is not None:  # the reader has more to load
        gc.enable()
    return command


def _failed(error: Exception, argv: Sequence[str], folder: Path | None, output: Output, out: TextIO) -> int:
    """Say what went wrong in a sentence, and return the exit code."""
    if _is_reader_gone(error):
        # Python flushes once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return DONE
    from roya_tui.store.connection import StoreError

    code = COULD_NOT
    if isinstance(error, CannotDo):
        sentence, code = str(error), error.code
    elif isinstance(error, StoreError):
        sentence = error.message
    elif isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        sentence = f"That did not work: {error.strerror or error}{place}."
    else:
        from roya_tui.cli import crash

        sentence = crash.report(error, argv, folder)
    output.tell(f"roya-tui: {sentence}")
    return code


def _is_reader_gone(error: Exception) -> bool:
    """Whether `error` only says that nobody reads our output any more (`roya-tui list | head`)."""
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and getattr(error, "errno", None) == 22)
