"""The article list of plain mode and its current article, and how they are printed."""

from __future__ import annotations

import shutil
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from roya_tui import query as q
from roya_tui.cli.commands.articles import explain_no_matches
from roya_tui.cli.session import Session, index_pending
from roya_tui.export import speech
from roya_tui.layout.bidi.controls import strip_isolates
from roya_tui.model import Article, Headline
from roya_tui.presentation.view import Scope
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.translation import gettext, ngettext

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document

BATCH_SIZE = 10
"""Headlines printed at once."""
UNREAD = q.view("unread")
_FREE_LINES = 3
"""Lines of the terminal that stay free below a part of an article."""


SpokenLine = tuple[str, tuple[str, ...]]
"""A line, and its languages as in `Output.text`."""


class ListedView(NamedTuple):
    """The query of a list, with its name."""

    name: str
    query: q.Query


class ArticleList:
    """A list of articles, printed in batches, with a current article."""

    def __init__(self, session: Session, db: Connection) -> None:
        self._session = session
        self._db = db
        self._out = session.out
        self._clock = session.clock()
        self._listed = ListedView(Scope(name="unread").title, UNREAD)
        self._previous: ListedView | None = None
        """The list before a search or a tag narrowed it."""
        self._ids = array("q")
        self._index: int | None = None
        """Index of the current article in `_ids`."""
        self._next_headline = 0
        """Index of the first headline that was not printed yet."""
        self._rest: Iterator[SpokenLine] = iter(())
        """Lines of the current article that were not printed yet."""

    def _print(self, text: str, *languages: str) -> None:
        """Print a sentence, wrapped to the terminal's width; `languages` are as in `Output.text`."""
        for line in self._wrapped(text):
            self._out.text(line, languages=languages)

    def _wrapped(self, text: str) -> Sequence[str]:
        columns = self._session.terminal.columns
        if columns is None or len(text) < columns // 2:
            return (text,)
        from roya_tui.cli.output import display_width
        from roya_tui.document.blocks import Block, Document, Text
        from roya_tui.layout.engine import layout_document

        document = Document((Block("paragraph", Text(text)),), text=text)
        return [line.text.rstrip() for line in layout_document(document, columns - 1, display_width, rtl="off")] or [""]

    def _wrap_lines(self, texts: Iterable[str], *languages: str) -> Iterator[SpokenLine]:
        return ((line, languages) for text in texts for line in self._wrapped(text))

    def _print_headlines(self) -> None:
        first = self._next_headline
        rows = lookup.load_headlines(self._db, self._ids[first : first + BATCH_SIZE])
        for number, row in enumerate(rows, start=first + 1):
            sentence = speech.speak_headline(row, number, self._clock, all_unread=self._listed.query == UNREAD)
            self._print(sentence, "", row.language)
        self._next_headline = min(len(self._ids), first + BATCH_SIZE)
        left = len(self._ids) - self._next_headline
        if left:
            self._print(gettext("{count:,} more: press enter.", count=left))
        else:
            self._print(gettext("End of the list.") if self._ids else gettext("The list is empty."))

    def _print_more(self) -> bool:
        """Print the next part of the article; return False if there is none."""
        room = shutil.get_terminal_size().lines - _FREE_LINES if self._session.terminal.interactive else None
        part = list(islice(self._rest, room))
        for line, languages in part:
            self._out.text(line, languages=languages)
        if room is not None and len(part) == room:
            self._print(gettext("Press enter for more."))
        return bool(part)

    def _open(self, view: ListedView) -> None:
        """Load a list and print its first headlines."""
        index_pending(self._session, self._db)
        self._ids = results.find(self._db, view.query, self._now, zone=self._clock.zone)
        self._listed, self._index, self._next_headline, self._rest = view, None, 0, iter(())
        self._print(self._describe())
        self._print_headlines()
        if not self._ids and (explanation := explain_no_matches(self._session, self._db, view.query)):
            self._print(explanation)

    def _describe(self) -> str:
        """Return the name and the length of the list."""
        return ngettext(
            "{list}: {count:,} article.", "{list}: {count:,} articles.", len(self._ids), list=self._listed.name
        )

    def _open_briefing(self, since: str) -> None:
        """Load a briefing and print all of its headlines, section by section."""
        from roya_tui.ui.rows.briefing_page import make_timeline

        since = q.LAST_SESSION if since.endswith(("session", "visit")) else since
        query = Scope("briefing", since).query(self._now)
        index_pending(self._session, self._db)
        prefer = self._session.config.reading.prefer
        page = make_timeline(self._db, query, self._now, zone=self._clock.zone, prefer=prefer)
        self._ids = array("q", (id for id in page.ids if id > 0))
        self._listed, self._index, self._rest = ListedView(gettext("Briefing"), query), None, iter(())
        self._next_headline = len(self._ids)
        count = len(page.all_ids)
        unread = ngettext("Briefing: {count:,} unread article.", "Briefing: {count:,} unread articles.", count)
        self._print(unread if count else gettext("Briefing: no unread articles."))
        rows = {row.id: row for row in lookup.load_headlines(self._db, self._ids)}
        sections = dict(zip(page.section_starts, page.section_names, strict=True))
        number = 0
        for index, id in enumerate(page.ids):
            if index in sections:
                self._print(f"{sections[index]}:")
            if more := page.more_rows.get(id):
                self._print(strip_isolates(f"{more.text}."))
                continue
            number += 1
            sentence = speech.speak_headline(rows[id], number, self._clock, all_unread=True)
            if others := page.other_counts[index]:
                sentence += " " + gettext("Articles in this story: {count:,}.", count=others + 1)
                if id in page.side_notes:
                    sentence += " " + gettext("Also from {sources}.", sources=strip_isolates(page.side_notes[id]))
            self._print(sentence, "", rows[id].language)

    def _open_narrowed(self, name: str, query: q.Query) -> None:
        """Narrow the list before the last search or tag; `_go_back` returns to it."""
        self._previous = self._previous or self._listed
        self._open(ListedView(name, q.all_of(self._previous.query, query)))

    def _go_back(self) -> None:
        before, self._previous = self._previous, None
        self._open(before or self._listed)

    def _article(self, rest: str = "") -> tuple[int, Article]:
        """Return index and article of a number in the list, else of the current one. Raises ValueError."""
        index = self._number(rest, len(self._ids), gettext("The list is empty.")) - 1 if rest else self._index
        if index is None:
            raise ValueError(gettext("No article is open. Type its number first."))
        article = lookup.load_article(self._db, self._ids[index])
        if article is None:
            raise ValueError(gettext("This article was deleted."))
        return index, article

    @staticmethod
    def _number(text: str, most: int, none: str) -> int:
        """Return a typed number from 1 to `most`; raises ValueError, with the message `none` if `most` is 0."""
        if not most:
            raise ValueError(none)
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ValueError(gettext("{text} is not a number from 1 to {highest:,}.", text=text, highest=most))
        return int(text)

    def _headline(self, rest: str) -> Headline:
        return self._article(rest)[1].headline

    def _document(self, article: Article) -> Document:
        from roya_tui.layout.article_page import article_document

        return article_document(article, self._session.config)

    @property
    def _now(self) -> int:
        return int(time.time())
