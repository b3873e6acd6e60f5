"""Writes the files in share/ that come from the declared commands: manual pages and completion scripts.

python -m tests.shared_files

A wheel installs them where `man` and the shells look. They are in English; `tests/test_shared_files.py` fails if they
are out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from roya_tui import __version__
from roya_tui.cli.command_parser import CommandParser
from roya_tui.cli.command_table import COMMANDS, GROUPS
from roya_tui.cli.commands.completions import format_script
from roya_tui.cli.parser import EXIT_CODES, AppParser, find_parser

ROOT = Path(__file__).parents[1]
SHARE = ROOT / "share"
_GUIDE = ROOT / "docs" / "guide" / "configuration.md"
_SCRIPTS = {
    "bash": "bash-completion/completions/roya-tui",
    "zsh": "zsh/site-functions/_roya-tui",
    "fish": "fish/vendor_completions.d/roya-tui.fish",
}
_SIGNS = {
    "\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq",
    "“": r"\(lq", "”": r"\(rq", "’": r"\(cq",
}  # fmt: skip
"""Characters that roff would replace or interpret → their names (groff_char(7))."""


def shared_files() -> dict[str, str]:
    """Return the path in share/ and the text of each file."""
    pages = {f"man/man1/{_page_name(path)}.1": format_page(path) for path in ("", *_top_level())}
    return pages | {path: format_script(shell) for shell, path in _SCRIPTS.items()}


def format_page(path: str) -> str:
    """Return the manual page of a command, or of the program for "", in man(7)."""
    parser = find_parser(path) if path else AppParser([])
    below = {name: find_parser(f"{path} {name}") for name in parser.subcommands}
    name = _page_name(path)
    return "\n".join(
        [
            f'.TH "{_escape(name.upper())}" 1 "" "roya\\-tui {_escape(__version__)}" "User Commands"',
            ".SH NAME",
            rf"{_escape(name)} \- {_escape(parser.command.summary)}",
            ".SH SYNOPSIS",
            *_synopsis(parser),
            ".SH DESCRIPTION",
            format_line(parser.summary()),
            *([] if path else _commands()),
            *(line for one in below.values() for line in _subcommand(one)),
            *_rows("ARGUMENTS", _arguments(parser)),
            *_rows("OPTIONS", _options(parser)),
            ".SH EXAMPLES",
            *_examples(parser, *below.values()),
            *_rows("EXIT STATUS", ((_bold(code), _escape(text)) for code, text in EXIT_CODES)),
            *([] if path else _places()),
            ".SH SEE ALSO",
            *_see_also(path),
            "",
        ]
    )


def _page_name(path: str) -> str:
    return f"roya-tui-{path}" if path else "roya-tui"


def _top_level() -> list[str]:
    return [name for _, names in GROUPS for name in names]


def _escape(text: str) -> str:
    """Return a text with no character that roff would interpret."""
    return "".join(_SIGNS.get(sign, sign if sign.isascii() else f"\\[u{ord(sign):04X}]") for sign in text)


def format_line(text: str) -> str:
    """Return a line of text: a dot at its beginning would be a request."""
    line = _escape(text)
    return rf"\&{line}" if line.startswith(".") else line


def _bold(text: str) -> str:
    return rf"\fB{_escape(text)}\fR"


def _usage(text: str) -> str:
    """Return a command line with words to type in bold and values in italics."""
    return " ".join(
        re.sub("[A-Z]+", r"\\fI\g<0>\\fR", _escape(word)) if re.search("[A-Z]", word) else _bold(word)
        for word in text.split(" ")
    )


def _synopsis(parser: CommandParser) -> list[str]:
    first, *others = map(_usage, parser.usages())
    return [first, *(line for usage in others for line in (".br", usage))]


def _rows(title: str, rows: Iterable[tuple[str, str]], macro: str = ".SH") -> list[str]:
    """Return a section of terms and texts; nothing without rows."""
    lines = [line for term, text in rows for line in (".TP", term, text)]
    return [*([f"{macro} {title}"] if title else []), *lines] if lines else []


def _arguments(parser: CommandParser) -> list[tuple[str, str]]:
    return [(_usage(argument.name), format_line(argument.help)) for argument in parser.arguments]


def _options(parser: CommandParser, without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    return [
        (
            ", ".join(map(_bold, option.option_strings))
            + (rf" \fI{_escape(str(option.metavar))}\fR" if option.nargs is None else ""),
            format_line(str(option.help)),
        )
        for option in parser.shown_options()
        if option.option_strings[-1] not in without
    ]


def _subcommand(parser: CommandParser) -> list[str]:
    """Return the subsection of a subcommand; options of every command are only in the section OPTIONS."""
    rows = [*_arguments(parser), *_options(parser, frozenset(("--home", "--help")))]
    return [f'.SS "{_escape(parser.path)}"', *_synopsis(parser), ".PP", format_line(parser.summary()), *_rows("", rows)]


def _commands() -> Iterator[str]:
    yield ".SH COMMANDS"
    for title, names in GROUPS:
        yield f".SS {title.removesuffix(':')}"
        for name in names:
            yield from (".TP", rf"\fB{_escape(_page_name(name))}\fR(1)", format_line(COMMANDS[name].summary))


def _examples(*parsers: CommandParser) -> list[str]:
    examples = dict.fromkeys(example for parser in parsers for example in parser.command.examples)
    return [".EX", *(f"roya\\-tui {_escape(example)}" for example in examples), ".EE"]


def _places() -> Iterator[str]:
    """Yield the sections about variables and files, from the tables of the guide."""
    yield from _rows(
        "ENVIRONMENT", ((_code(names), _code(text[0].upper() + text[1:])) for names, text in _table("Environment"))
    )
    yield from _rows(
        "FILES", ((_code(folder), _code(text[0].upper() + text[1:])) for text, folder, *_ in _table("Files"))
    )


def _table(title: str) -> list[list[str]]:
    """Return the cells of the first table below a title of the guide, without its heading."""
    section = _GUIDE.read_text("utf-8").split(f"\n## {title}\n")[1]
    lines = re.findall(r"^\| .*$", section.split("\n## ")[0], re.M)
    return [line.strip("| ").split(" | ") for line in lines if not line.startswith("| --- ")][1:]


def _code(markdown: str) -> str:
    """Return a line of Markdown with code in bold."""
    return "".join(_bold(part) if at % 2 else _escape(part) for at, part in enumerate(markdown.split("`")))


def _see_also(path: str) -> list[str]:
    group = next((names for _, names in GROUPS if path in names), _top_level())
    pages = sorted(_page_name(name) for name in ({*group, ""} if path else group) if name != path)
    return [f".BR {_escape(page)} (1){',' if page != pages[-1] else ''}" for page in pages]


def main() -> None:
    """Write all files."""
    for path, text in shared_files().items():
        file = SHARE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
