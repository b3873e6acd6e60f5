"""Run a command line, and turn errors into messages and exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from gettext import NullTranslations
from pathlib import Path
from typing import TextIO

from msgspec.structs import replace

from roya_tui import private, translation
from roya_tui.cli import arguments
from roya_tui.cli.output import Output
from roya_tui.cli.session import FAILURE, INTERRUPTED, SUCCESS, USAGE_ERROR, CommandError, Session
from roya_tui.cli.terminal import Terminal, detect_terminal, resolve_config
from roya_tui.config import Config, Paths, Problem, load, own_files, read_language, resolve_paths
from roya_tui.translation import gettext

Command = Callable[[Session, Namespace], int]

_COMMANDS = {
    "add": ("commands.add", "add"),
    "refresh": ("commands.refresh", "refresh"),
    "account": ("commands.accounts", "manage_accounts"),
    "list": ("commands.articles", "list_articles"),
    "show": ("commands.show.articles", "show"),
    "sources": ("commands.sources", "list_sources"),
    "tags": ("commands.tags", "manage_tags"),
    "searches": ("commands.saved_searches", "manage_saved_searches"),
    "rules": ("commands.rules", "manage_rules"),
    "mark": ("commands.user_actions", "mark"),
    "tag": ("commands.user_actions", "tag"),
    "note": ("commands.user_actions", "note"),
    "hide": ("commands.user_actions", "hide"),
    "unhide": ("commands.user_actions", "unhide"),
    "remove": ("commands.user_actions", "remove"),
    "undo": ("commands.user_actions", "undo"),
    "redo": ("commands.user_actions", "redo"),
    "episodes": ("commands.episodes", "manage_episodes"),
    "briefing": ("commands.briefing", "show_briefing"),
    "import": ("commands.transfer", "import_subscriptions"),
    "export": ("commands.transfer", "export_subscriptions"),
    "inspect": ("commands.inspect", "inspect"),
    "tidy": ("commands.tidy", "tidy"),
    "doctor": ("commands.doctor", "doctor"),
    "serve": ("commands.serve", "serve"),
    "hooks": ("commands.hooks", "manage_hooks"),
    "completions": ("commands.completions", "print_completions"),
    None: ("launcher", "launch"),
}
"""Module and function of each command; only the one that runs is imported."""

_REPORT_PROBLEMS_THEMSELVES = (None, "doctor")
"""Commands that report problems in the configuration themselves; the others begin with a report."""


def run(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    out, err = _make_lossless(sys.stdout), _make_lossless(sys.stderr)
    terminal = detect_terminal(out, environ)
    output = Output(out, err, terminal)
    translation.use_ascii(not terminal.utf8)
    folder: Path | None = None
    try:
        _use_language(argv, environ, terminal)
        args = _parse_arguments(argv)
        if any(getattr(args, form, False) for form in ("json", "tsv")) or getattr(args, "format", "") == "json":
            translation.use_catalog(NullTranslations())  # programs read it: it is the same in every language
        where = _resolve_paths(args, environ)
        folder = where.data
        with ExitStack() as stack:
            session = _open_session(args, where, output, stack)
            module, function = _COMMANDS[args.command]
            command: Command = getattr(importlib.import_module(f"roya_tui.cli.{module}"), function)
            if args.command is not None:  # the app has more to load
                gc.enable()
            code = command(session, args)
        out.flush()
        return code
    except (arguments.HelpRequested, SystemExit) as leave:  # SystemExit: argparse has printed the version
        code = leave.code if isinstance(leave, SystemExit) and isinstance(leave.code, int) else SUCCESS
        try:
            if isinstance(leave, arguments.HelpRequested):
                output.help(str(leave))
            out.flush()
        except OSError as error:  # a full disk: argparse ignores it
            return _report_failure(error, argv, folder, output, out)
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the user gets a sentence
        return _report_failure(error, argv, folder, output, out)
    finally:
        translation.use_ascii(False)


def _use_language(argv: Sequence[str], environ: Mapping[str, str], terminal: Terminal) -> None:
    """Use the configured language from now on, for help and errors in the arguments, too."""
    try:
        file = resolve_paths(arguments.find_home(argv), environ).config
    except ValueError:
        return  # reported when the arguments are parsed
    language, wants_native_digits = read_language(file)
    translation.use_native_digits(wants_native_digits)
    if language != "auto":
        translation.use_language(language)
    if not terminal.utf8:
        translation.use_catalog(NullTranslations())


def _parse_arguments(argv: Sequence[str]) -> Namespace:
    """Parse the arguments; `command` is None for the app. Raises `CommandError`, `HelpRequested` and SystemExit."""
    words = arguments.protect_query(argv)
    if (args := arguments.parse_app_options(words)) is not None:
        return args
    from roya_tui.cli import parser

    return parser.parse(words)


def _resolve_paths(args: Namespace, environ: Mapping[str, str]) -> Paths:
    try:
        return resolve_paths(getattr(args, "home", None), environ)
    except ValueError as error:
        raise CommandError(str(error), USAGE_ERROR) from None


def _make_lossless(stream: TextIO | None) -> TextIO:
    """Return a stream that accepts any text: UTF-8 in a pipe, replacements on a terminal."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")
    return stream


def _open_session(args: Namespace, where: Paths, output: Output, stack: ExitStack) -> Session:
    config, problems = _load_config(where, args.command)
    # Before the database is opened: closing another descriptor of it would release SQLite's locks in this process.
    for path in own_files(where, config):
        private.restrict(path)
    if args.command not in _REPORT_PROBLEMS_THEMSELVES:
        for problem in problems:
            output.notify(f"roya-tui: {problem}")
    samples = getattr(args, "samples", False)
    if samples:
        import tempfile

        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roya-tui-", ignore_cleanup_errors=True)))
        where = Paths(config=where.config, data=folder, cache=folder / "cache")
    terminal = output.terminal
    if getattr(args, "ssml", False):
        args.plain = output.uses_ssml = True
    plain = getattr(args, "plain", False) or config.look.plain or (terminal.interactive and terminal.dumb)
    if plain:
        output.terminal = terminal = replace(terminal, dumb=True, colors="none")
    if config.reading.rtl != "auto":
        output.rtl = config.reading.rtl
    config = resolve_config(config, terminal, getattr(args, "ascii", False), plain)
    translation.use_ascii(config.look.ascii)
    return Session(
        paths=where,
        config=config,
        problems=tuple(problems),
        out=output,
        now=int(time.time()),
        home=getattr(args, "home", ""),
        offline=samples or getattr(args, "offline", False),
        samples=samples,
        plain=plain,
    )


def _load_config(where: Paths, command: str | None) -> tuple[Config, list[Problem]]:
    """Load config.toml; validate keys and themes only for commands that may import `ui`."""
    if command not in _REPORT_PROBLEMS_THEMSELVES:
        return load(where.config)
    from roya_tui.config import user_themes
    from roya_tui.ui import action_table, themes

    user_names = user_themes.find_names(where.themes)
    config, problems = load(where.config, action_table.NAMES, {*themes.NAMES, *user_names})
    if command == "doctor":
        problems += [
            problem for name in user_names for problem in user_themes.load_theme(where.themes, name, themes.BASES)[1]
        ]
    clashes = action_table.find_conflicts(action_table.apply_config(config.keys))
    return config, [*problems, *(Problem(where.config, sentence) for sentence in dict.fromkeys(clashes))]


def _report_failure(error: Exception, argv: Sequence[str], folder: Path | None, output: Output, out: TextIO) -> int:
    """Print the error as a sentence, and return the exit code."""
    # The reading end of standard output was closed (`roya-tui list | head`).
    if isinstance(error, BrokenPipeError) or (sys.platform == "win32" and getattr(error, "errno", None) == 22):
        # Python flushes again at exit, which would fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return SUCCESS
    from roya_tui.store.connection import StoreError

    code = FAILURE
    if isinstance(error, CommandError):
        sentence, code = str(error), error.code
    elif isinstance(error, StoreError):
        sentence = error.message
    elif isinstance(error, OSError):
        reason = f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
        sentence = gettext("The command failed: {reason}.", reason=reason)
    else:
        from roya_tui.cli import crash_report

        sentence = crash_report.check_for_damage(folder) or crash_report.write_report(error, argv, folder)
    output.notify(f"roya-tui: {sentence}")
    return code
