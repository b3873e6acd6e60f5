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
        ("next n", "", "reads the next article"),
        ("previous p", "", "reads the article before"),
        ("list l", "", "tells the headlines again, from the first"),
        ("where w", "", "tells where you are"),
        ("unread u", "", "goes to what you have not read"),
        ("all a", "", "goes to all articles"),
        ("starred", "", "goes to what you starred"),
        ("updated", "", "goes to what changed since you read it"),
        ("today", "", "goes to what is from today"),
        ("briefing b", "WHEN", "tells what is new on one page: of today, since 2d, or since your last visit"),
        ("star s", "NUMBER", "stars the article, or takes the star away"),
        ("mark m", "NUMBER or all", "marks the article read or unread, or the whole list read"),
        ("label #", "TAGS", "gives the article tags of yours, with commas between; - before one takes it off"),
        ("note ;", "TEXT", "keeps a note with the article; without a text tells it, - alone takes it off"),
        ("hide", "NUMBER", "hides the article from every list, or shows it again; /is:hidden finds it"),
        ("mute", "WORDS", "hides all that these words, or a query, find, now and from now on"),
        ("rules", "", "tells what is done by itself, each rule with its number"),
        ("rule", "NUMBER", "switches this rule off, or on"),
        ("undo", "", "takes back what was done last"),
        ("redo", "", "does again what was taken back"),
        ("tags t", "", "tells the tags of this list"),
        ("tag", "NAME", "keeps only what has this tag; without a name, goes back"),
        ("sources", "", "tells the sources, each with its number"),
        ("source", "NUMBER", "goes to what comes from this source; words of its name do too"),
        ("full f", "", "fetches the full text from the article's page, and reads it"),
        ("changes d", "", "tells what changed in the article since you read it"),
        ("links", "", "tells the links of the article"),
        ("link", "NUMBER", "tells where a link leads"),
        ("open o", "NUMBER", "opens the article, or this link of it, in the browser"),
        ("save", "FILE", "writes the article to a file: .txt, .md, .html, .epub or .json"),
        ("add", "ADDRESS", "subscribes to a feed, or saves a page"),
        ("refresh r", "", "fetches what is new"),
        ("help h ?", "", "tells all this"),
        ("quit q", "", "leaves"),
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
