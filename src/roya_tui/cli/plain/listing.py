"""What the plain reader lists, which article is at hand, and how both are told."""

from __future__ import annotations

import shutil
import time
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from roya_tui import query as q
from roya_tui.cli.articles import doubted
from roya_tui.cli.session import Session, catch_up
from roya_tui.export import speech
from roya_tui.layout.bidi.controls import strip_isolates
from roya_tui.model import Article, Headline
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.text import format_count

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document

AT_ONCE = 10
"""Headlines told in one go."""
_STRAIGHT = str.maketrans("“”’…", '""\'.')
UNREAD = q.view("unread")
_ROOM = 3
"""Lines of a screen that are left free below a part of an article."""


class Place(NamedTuple):
    """What is listed, and what it is called."""

    name: str
    query: q.Query


class Listing:
    """A list of articles, told some at a time; one of them may be at hand."""

    def __init__(self, session: Session, db: Connection) -> None:
        self._session = session
        self._db = db
        self._out = session.out
        self._clock = session.clock()
        self._place = Place("Unread", UNREAD)
        self._before: Place | None = None
        """Where one was before words were looked for, or a tag was chosen."""
        self._ids = array("q")
        self._at: int | None = None
        """Which of them is at hand, from 0."""
        self._next_told = 0
        """The first headline that was not told yet."""
        self._rest: Iterator[str] = iter(())
        """What is still to be told of an article."""

    # Telling.

    def _say(self, text: str) -> None:
        """Tell a sentence: in lines of the terminal's width, whole where there is none."""
        for line in self._wrapped(text.translate(_STRAIGHT) if self._session.config.look.ascii else text):
            self._out.text(line)

    def _wrapped(self, text: str) -> Sequence[str]:
        columns = self._session.terminal.columns
        if columns is None or len(text) < columns // 2:
            return (text,)
        from roya_tui.cli.output import cells
        from roya_tui.document.blocks import Block, Document, Text
        from roya_tui.layout.engine import layout_document

        document = Document((Block("paragraph", Text(text)),), text=text)
        return [line.text.rstrip() for line in layout_document(document, columns - 1, cells, rtl="off")] or [""]

    def _tell_headlines(self) -> None:
        first = self._next_told
        rows = lookup.load_headlines(self._db, self._ids[first : first + AT_ONCE])
        for number, row in enumerate(rows, start=first + 1):
            self._say(speech.speak_headline(row, number, self._clock, all_unread=self._place.query == UNREAD))
        self._next_told = min(len(self._ids), first + AT_ONCE)
        left = len(self._ids) - self._next_told
        self._say(f"{left:,} more: press enter." if left else "That is all." if self._ids else "Nothing is here.")

    def _tell_on(self) -> bool:
        """Tell the next part of the article; False if it was over."""
        room = shutil.get_terminal_size().lines - _ROOM if self._session.terminal.interactive else None
        part = list(islice(self._rest, room))
        for line in part:
            self._out.text(line)
        if room is not None and len(part) == room:
            self._say("Press enter for more.")
        return bool(part)

    # Where one is.

    def _go(self, place: Place) -> None:
        """List a place from its beginning."""
        now, zone = self._now, self._clock.zone
        catch_up(self._session, self._db)
        self._ids = results.find(self._db, place.query, now, zone=zone)
        self._place, self._at, self._next_told, self._rest = place, None, 0, iter(())
        self._say(f"{place.name}: {format_count(len(self._ids), 'article')}.")
        self._tell_headlines()
        if not self._ids and (said := doubted(self._session, self._db, place.query)):
            self._say(said)

    def _view(self, name: str) -> None:
        self._before = None
        self._go(Place(name.capitalize(), q.view(name)))

    def _brief(self, since: str) -> None:
        """List the headlines of a briefing, and tell them all: section by section."""
        from roya_tui.ui.briefed import laid_out
        from roya_tui.ui.view import Place as View

        since = "visit" if since.endswith("visit") else since
        query = View("briefing", since).query(self._now)
        catch_up(self._session, self._db)
        page = laid_out(self._db, query, self._now, zone=self._clock.zone, prefer=self._session.config.reading.prefer)
        self._ids = array("q", (id for id in page.ids if id > 0))
        self._place, self._at, self._rest = Place("Briefing", query), None, iter(())
        self._next_told = len(self._ids)
        self._say(f"Briefing: {len(page.all_ids):,} unread." if page.all_ids else "Briefing: nothing unread.")
        rows = {row.id: row for row in lookup.load_headlines(self._db, self._ids)}
        above = dict(zip(page.section_starts, page.section_names, strict=True))
        number = 0
        for place, id in enumerate(page.ids):
            if place in above:
                self._say(f"{above[place]}:")
            if pile := page.more_rows.get(id):
                self._say(strip_isolates(f"{len(pile.ids):,} {pile.words}."))
                continue
            number += 1
            told = speech.speak_headline(rows[id], number, self._clock, all_unread=True)
            others = page.other_counts[place]
            also = f" Told {others + 1:,} times" + (
                f", also by {strip_isolates(page.side_notes[id])}." if id in page.side_notes else "."
            )
            self._say(told + (also if others else ""))

    def _narrow(self, name: str, query: q.Query) -> None:
        """List a part of where one is, or was before words or a tag were chosen; remember the way back."""
        self._before = self._before or self._place
        self._go(Place(name, q.both(self._before.query, query)))

    def _back(self) -> None:
        before, self._before = self._before, None
        self._go(before or self._place)

    def _article(self, rest: str = "") -> tuple[int, Article]:
        """The place and the article of a number in the list; without one, of what is at hand. Raises ValueError."""
        at = self._number(rest, len(self._ids), "article") - 1 if rest else self._at
        if at is None:
            raise ValueError("Which article? Its number reads it.")
        article = lookup.load_article(self._db, self._ids[at])
        if article is None:
            raise ValueError("This article is gone.")
        return at, article

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
