"""The article list of the plain reader and its current article, and how they are printed."""

from __future__ import annotations

import shutil
import time
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from roya_tui import query as q
from roya_tui.cli.commands.articles import explain_no_matches
from roya_tui.cli.session import Session, index_pending
from roya_tui.export import speech
from roya_tui.layout.bidi.controls import strip_isolates
from roya_tui.model import Article, Headline
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.text import format_count

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document

BATCH_SIZE = 10
"""Headlines printed at once."""
_STRAIGHT = str.maketrans("“”’…", '""\'.')
UNREAD = q.view("unread")
_FREE_LINES = 3
"""Lines of the terminal that stay free below a part of an article."""


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
        self._listed = ListedView("Unread", UNREAD)
        self._previous: ListedView | None = None
        """The list before a search or a tag narrowed it."""
        self._ids = array("q")
        self._index: int | None = None
        """Index of the current article in `_ids`."""
        self._next_headline = 0
        """Index of the first headline that was not printed yet."""
        self._rest: Iterator[str] = iter(())
        """Lines of the current article that were not printed yet."""

    def _print(self, text: str) -> None:
        """Print a sentence, wrapped to the terminal's width."""
        for line in self._wrapped(text.translate(_STRAIGHT) if self._session.config.look.ascii else text):
            self._out.text(line)

    def _wrapped(self, text: str) -> Sequence[str]:
        columns = self._session.terminal.columns
        if columns is None or len(text) < columns // 2:
            return (text,)
        from roya_tui.cli.output import display_width
        from roya_tui.document.blocks import Block, Document, Text
        from roya_tui.layout.engine import layout_document

        document = Document((Block("paragraph", Text(text)),), text=text)
        return [line.text.rstrip() for line in layout_document(document, columns - 1, display_width, rtl="off")] or [""]

    def _print_headlines(self) -> None:
        first = self._next_headline
        rows = lookup.load_headlines(self._db, self._ids[first : first + BATCH_SIZE])
        for number, row in enumerate(rows, start=first + 1):
            self._print(speech.speak_headline(row, number, self._clock, all_unread=self._listed.query == UNREAD))
        self._next_headline = min(len(self._ids), first + BATCH_SIZE)
        left = len(self._ids) - self._next_headline
        self._print(f"{left:,} more: press enter." if left else "That is all." if self._ids else "Nothing is here.")

    def _print_more(self) -> bool:
        """Print the next part of the article; return False if there is none."""
        room = shutil.get_terminal_size().lines - _FREE_LINES if self._session.terminal.interactive else None
        part = list(islice(self._rest, room))
        for line in part:
            self._out.text(line)
        if room is not None and len(part) == room:
            self._print("Press enter for more.")
        return bool(part)

    def _open(self, view: ListedView) -> None:
        """Load a list and print its first headlines."""
        index_pending(self._session, self._db)
        self._ids = results.find(self._db, view.query, self._now, zone=self._clock.zone)
        self._listed, self._index, self._next_headline, self._rest = view, None, 0, iter(())
        self._print(f"{view.name}: {format_count(len(self._ids), 'article')}.")
        self._print_headlines()
        if not self._ids and (explanation := explain_no_matches(self._session, self._db, view.query)):
            self._print(explanation)

    def _open_briefing(self, since: str) -> None:
        """Load a briefing and print all of its headlines, section by section."""
        from roya_tui.presentation.view import Scope as View
        from roya_tui.ui.rows.briefing_page import make_timeline

        since = "visit" if since.endswith("visit") else since
        query = View("briefing", since).query(self._now)
        index_pending(self._session, self._db)
        prefer = self._session.config.reading.prefer
        page = make_timeline(self._db, query, self._now, zone=self._clock.zone, prefer=prefer)
        self._ids = array("q", (id for id in page.ids if id > 0))
        self._listed, self._index, self._rest = ListedView("Briefing", query), None, iter(())
        self._next_headline = len(self._ids)
        self._print(f"Briefing: {len(page.all_ids):,} unread." if page.all_ids else "Briefing: nothing unread.")
        rows = {row.id: row for row in lookup.load_headlines(self._db, self._ids)}
        sections = dict(zip(page.section_starts, page.section_names, strict=True))
        number = 0
        for index, id in enumerate(page.ids):
            if index in sections:
                self._print(f"{sections[index]}:")
            if more := page.more_rows.get(id):
                self._print(strip_isolates(f"{len(more.ids):,} {more.words}."))
                continue
            number += 1
            sentence = speech.speak_headline(rows[id], number, self._clock, all_unread=True)
            if others := page.other_counts[index]:
                also = f", also by {strip_isolates(page.side_notes[id])}" if id in page.side_notes else ""
                sentence += f" Told {others + 1:,} times{also}."
            self._print(sentence)

    def _open_narrowed(self, name: str, query: q.Query) -> None:
        """Narrow the list before the last search or tag; `_go_back` returns to it."""
        self._previous = self._previous or self._listed
        self._open(ListedView(name, q.all_of(self._previous.query, query)))

    def _go_back(self) -> None:
        before, self._previous = self._previous, None
        self._open(before or self._listed)

    def _article(self, rest: str = "") -> tuple[int, Article]:
        """Return index and article of a number in the list, else of the current one. Raises ValueError."""
        index = self._number(rest, len(self._ids), "article") - 1 if rest else self._index
        if index is None:
            raise ValueError("Which article? Its number reads it.")
        article = lookup.load_article(self._db, self._ids[index])
        if article is None:
            raise ValueError("This article is gone.")
        return index, article

    @staticmethod
    def _number(text: str, most: int, thing: str) -> int:
        if not most:
            raise ValueError(f"There are no {thing}s here.")
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ValueError(f"There is no {thing} {text}: they are 1 to {most:,}.")
        return int(text)

    def _headline(self, rest: str) -> Headline:
        return self._article(rest)[1].headline

    def _document(self, article: Article) -> Document:
        from roya_tui.layout.article_page import article_document

        return article_document(article, self._session.config)

    @property
    def _now(self) -> int:
        return int(time.time())
