"""The commands of the plain reader and their help, in one table."""

from __future__ import annotations

from typing import NamedTuple

from roya_tui.text import nearest


class Command(NamedTuple):
    """A command: the words for it (the first is the method of `PlainReader`), its argument, and its help."""

    words: tuple[str, ...]
    argument: str
    help: str


COMMANDS = tuple(
    Command(tuple(words.split()), follows, does)
    for words, follows, does in (
        ("next n", "", "read the next article"),
        ("previous p", "", "read the previous article"),
        ("list l", "", "list the headlines from the first one"),
        ("where w", "", "say where you are"),
        ("unread u", "", "go to unread articles"),
        ("all a", "", "go to all articles"),
        ("starred", "", "go to starred articles"),
        ("updated", "", "go to articles edited since you read them"),
        ("today", "", "go to today's articles"),
        ("briefing b", "WHEN", "list what is new: today, 2d, or visit for since your last session"),
        ("star s", "NUMBER", "star or unstar the article"),
        ("mark m", "NUMBER or all", "mark the article read or unread, or the whole list read"),
        ("label #", "TAGS", "add your tags, separated by commas; -tag removes one"),
        ("note ;", "TEXT", "write a note; without a text show it, - alone removes it"),
        ("hide", "NUMBER", "hide or unhide the article; /is:hidden finds it"),
        ("mute", "WORDS", "hide all articles, now and later, that match these words or query"),
        ("rules", "", "list the rules, each with its number"),
        ("rule", "NUMBER", "enable or disable this rule"),
        ("undo", "", "undo the last step"),
        ("redo", "", "redo the last undone step"),
        ("tags t", "", "list the tags in this list"),
        ("tag", "NAME", "show only articles with this tag; without a name, go back"),
        ("sources", "", "list the sources, each with its number"),
        ("source", "NUMBER", "go to the articles of this source; part of its name works, too"),
        ("full f", "", "fetch the full text from the article's page and read it"),
        ("changes d", "", "show what changed since you read the article"),
        ("links", "", "list the links in the article"),
        ("link", "NUMBER", "show the address of a link"),
        ("open o", "NUMBER", "open the article, or this link, in the browser"),
        ("save", "FILE", "export the article to a file: .txt, .md, .html, .epub or .json"),
        ("add", "ADDRESS", "add a source, or save a page"),
        ("refresh r", "", "refresh all sources"),
        ("help h ?", "", "list all commands"),
        ("quit q", "", "quit"),
    )
)
_BY_WORD = {word: command for command in COMMANDS for word in command.words}


def parse_command(line: str) -> tuple[str, str]:
    """Return the method and the argument in a line. Raises ValueError with a sentence."""
    line = line.strip()
    if not line:
        return "more", ""
    for sign, method in (("/", "find"), ("#", "label"), (";", "note")):
        if line.startswith(sign):
            return method, line[1:].strip()
    if line.isdecimal():
        return "read", line
    word, _, rest = line.partition(" ")
    command = _BY_WORD.get(word.lower())
    if command is None:
        near = nearest(word, _BY_WORD)
        raise ValueError(f"There is no command {word}. {f'Did you mean {near}? ' if near else ''}h tells them all.")
    return command.words[0], rest.strip()


def help_lines() -> list[str]:
    """Return the help, a line for each command."""
    lines = [
        "A number reads that article of the list.",
        "Enter goes on: with the article, or else with the headlines.",
        "/ and words finds articles, as in: /water tag:economy. / alone goes back.",
    ]
    for command in COMMANDS:
        word, *others = command.words
        other = f", or {others[0]}" if others else ""
        argument = f", and {command.argument}" if command.argument else ""
        lines.append(f"{word}{other}{argument}: {command.help}.")
    return lines
