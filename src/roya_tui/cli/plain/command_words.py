"""The commands of plain mode and their help, in one table."""

from __future__ import annotations

from typing import NamedTuple

from roya_tui.text import nearest
from roya_tui.translation import gettext, gettext_noop


class Command(NamedTuple):
    """A command: the words for it (`PlainReader` knows it by the first), its argument, and its help."""

    words: tuple[str, ...]
    argument: str
    help: str


_ARGUMENTS = (
    gettext_noop("WHEN"), gettext_noop("NUMBER"), gettext_noop("TAGS"), gettext_noop("TEXT"),
    gettext_noop("WORDS"), gettext_noop("NAME"), gettext_noop("FILE"), gettext_noop("ADDRESS"),
)  # fmt: skip
"""Arguments of commands, for translators."""
COMMANDS = tuple(
    Command(tuple(words.split()), follows, does)
    for words, follows, does in (
        ("next n", "", gettext_noop("read the next article")),
        ("previous p", "", gettext_noop("read the previous article")),
        ("list l", "", gettext_noop("list the headlines from the first one")),
        ("where w", "", gettext_noop("show your position in the list")),
        ("unread u", "", gettext_noop("go to unread articles")),
        ("all a", "", gettext_noop("go to all articles")),
        ("starred", "", gettext_noop("go to starred articles")),
        ("updated", "", gettext_noop("go to articles edited since you read them")),
        ("today", "", gettext_noop("go to today's articles")),
        ("episodes", "", gettext_noop("go to articles with audio or video")),
        ("briefing b", "WHEN", gettext_noop("list new articles since today, 2d, or your last session")),
        ("star s", "NUMBER", gettext_noop("star or unstar the article")),
        ("mark m", "NUMBER", gettext_noop("mark the article read or unread; mark all marks the whole list read")),
        ("label #", "TAGS", gettext_noop("add your tags, separated by commas; a hyphen before a tag removes it")),
        ("note ;", "TEXT", gettext_noop("write a note; without a text show it, a hyphen alone removes it")),
        ("hide", "NUMBER", gettext_noop("hide or unhide the article; /is:hidden finds it")),
        ("mute", "WORDS", gettext_noop("hide all articles, now and later, that match these words or query")),
        ("rules", "", gettext_noop("list the rules, each with its number")),
        ("rule", "NUMBER", gettext_noop("enable or disable this rule")),
        ("undo", "", gettext_noop("undo the last step")),
        ("redo", "", gettext_noop("redo the last undone step")),
        ("tags t", "", gettext_noop("list the tags in this list")),
        ("tag", "NAME", gettext_noop("show only articles with this tag; without a name, go back")),
        ("sources", "", gettext_noop("list the sources, each with its number")),
        ("source", "NUMBER", gettext_noop("go to the articles of this source; part of its name works, too")),
        ("full f", "", gettext_noop("fetch the full text from the article's page and read it")),
        ("changes d", "", gettext_noop("show what changed since you read the article")),
        ("headings", "", gettext_noop("list the headings in the article")),
        ("heading", "NUMBER", gettext_noop("read the article from this heading")),
        ("links", "", gettext_noop("list the links in the article")),
        ("link", "NUMBER", gettext_noop("show the address of a link")),
        ("open o", "NUMBER", gettext_noop("open the article, or this link, in the browser")),
        ("save", "FILE", gettext_noop("export the article to a file: .txt, .md, .html, .epub or .json")),
        ("add", "ADDRESS", gettext_noop("add a source, or save a page")),
        ("refresh r", "", gettext_noop("refresh all sources")),
        ("help h ? ؟", "", gettext_noop("list all commands")),
        ("quit q", "", gettext_noop("quit")),
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
        if near:
            raise ValueError(gettext("There is no command {word}. Did you mean {nearest}?", word=word, nearest=near))
        raise ValueError(gettext("There is no command {word}. Type h to list all commands.", word=word))
    return command.words[0], rest.strip()


def help_lines() -> list[str]:
    """Return the help, a line for each command."""
    lines = [
        gettext("A number reads that article of the list."),
        gettext("Enter continues with the article, otherwise with the list."),
        gettext("To search, type / and words, such as /water tag:economy. / alone goes back."),
    ]
    for command in COMMANDS:
        word, *others = command.words
        others = list(filter(str.isalpha, others))  # synthesizers skip signs such as ;
        name = gettext("{word} or {other}", word=word, other=others[0]) if others else word
        words = f"{name} {gettext(command.argument)}".rstrip()
        lines.append(gettext("{command}: {help}.", command=words, help=gettext(command.help)))
    return lines
