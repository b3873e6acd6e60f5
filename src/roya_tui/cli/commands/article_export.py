"""Articles written in any of the forms that there are: for standard output, or for a file."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from typing import IO, Any

from roya_tui.cli.commands.articles import headline_json
from roya_tui.cli.output import display_width, json_text
from roya_tui.cli.session import Session
from roya_tui.export.chapter import Chapter, make_chapter
from roya_tui.model import Article

SEPARATORS = {"markdown": "\n___\n\n", "text": "\n\n"}
"""What stands between two articles."""


class ArticleExporter:
    """Writes articles as one form has it; how their times are written, and how wide text is, is the session's."""

    def __init__(
        self, session: Session, file_format: str, *, title: str = "", several: bool = False, pictures: bool = True
    ):
        self._session = session
        self._file_format = file_format
        self._title = title
        self._several = several
        self._pictures = pictures

    def write(self, articles: Iterable[Article], file: IO[bytes]) -> None:
        """Write a document for a file or another program: right-to-left text keeps the order in which it is read."""
        if self._file_format == "epub":
            self._write_book(articles, file)
        else:
            file.write(self.text(articles).encode("utf-8"))

    def to_bytes(self, articles: Iterable[Article]) -> bytes:
        """The same, in memory."""
        file = io.BytesIO()
        self.write(articles, file)
        return file.getvalue()

    def text(self, articles: Iterable[Article], columns: int | None = None) -> str:
        """Return anything but a book as text; `columns` are those of the terminal that it is for."""
        if self._file_format == "json":
            facts = [article_json(article) for article in articles]
            return json_text(facts if self._several else facts[0], ascii=not self._session.terminal.utf8)
        chapters = list(map(self._chapter, articles))
        if self._file_format == "html":
            from roya_tui.export.html import to_html

            return to_html(chapters, self._title or chapters[0].title, self._data_urls(chapters))
        made = self._markdown if self._file_format == "markdown" else lambda one: self._plain_text(one, columns)
        return SEPARATORS[self._file_format].join(map(made, chapters))

    def spoken(self, articles: Iterable[Article]) -> str:
        """Return articles as lines that say in words what each part is."""
        from roya_tui.export import speech
        from roya_tui.layout.article_page import article_document

        clock, config = self._session.clock(), self._session.config
        parts = ("\n".join(speech.speak_article(one, article_document(one, config), clock)) for one in articles)
        return "\n\n\n".join(parts)

    def _chapter(self, article: Article) -> Chapter:
        return make_chapter(article, self._session.clock(), "-" if self._session.config.look.ascii else "·")

    @staticmethod
    def _markdown(one: Chapter) -> str:
        from roya_tui.export.markdown import to_markdown

        return to_markdown(one.document, one.title, one.facts, one.url)

    def _plain_text(self, one: Chapter, columns: int | None) -> str:
        from roya_tui.export.plain_text import to_plain_text

        look, reading = self._session.config.look, self._session.config.reading
        width, rtl = min(reading.width, columns or reading.width), reading.rtl if columns else "off"
        return to_plain_text(
            one.document, width, display_width, title=one.title, facts=one.facts, url=one.url, ascii=look.ascii, rtl=rtl
        )

    def _data_urls(self, chapters: Iterable[Chapter]) -> dict[str, str]:
        """The pictures that are kept, as they stand in a web page (RFC 2397)."""
        found: dict[str, str] = {}
        if not self._pictures:
            return found
        from roya_tui.cli.cached_pictures import CachedPictures

        cached = CachedPictures(self._session.paths)
        for url in dict.fromkeys(picture.url for one in chapters for picture in one.document.pictures):
            kept = cached(url)
            if kept is not None:
                found[url] = f"data:image/{kept[0]};base64,{base64.b64encode(kept[1]).decode('ascii')}"
        return found

    def _write_book(self, articles: Iterable[Article], file: IO[bytes]) -> None:
        from roya_tui.cli.cached_pictures import BookPictures
        from roya_tui.export import epub

        chapters = map(self._chapter, articles)
        first = next(chapters)
        clock, now = self._session.clock(), self._session.now
        day = clock.day_name(clock.day(now), 0)
        if self._several:
            about = epub.BookInfo(self._title or f"{first.title} and others", now, (f"Put together on {day}",))
        else:
            about = epub.BookInfo(self._title or first.title, now, (*(first.facts[:1]), day), first.url)
        with BookPictures(self._session.paths) as cached:
            epub.write(file, about, _prepend(first, chapters), cached if self._pictures else lambda url: None)


def _prepend(first: Chapter, rest: Iterator[Chapter]) -> Iterator[Chapter]:
    yield first
    yield from rest


def article_json(article: Article) -> dict[str, Any]:
    """Return an article whole, as JSON tells it."""
    return headline_json(article.headline) | {
        "guid": article.guid,
        "authors": list(article.authors),
        "tags": list(article.tags),
        "own_tags": list(article.own_tags),
        "published_raw": article.published_raw,
        "updated_raw": article.updated_raw,
        "summary": article.summary,
        "content": article.content,
        "full_text_html": article.full_text,
        "picture_list": [{"url": picture.url, "caption": picture.caption} for picture in article.pictures],
        "enclosures": [
            {"url": file.url, "type": file.type, "length": file.length, "title": file.title, "seconds": file.duration}
            for file in article.enclosures
        ],
        "comments": article.comments,
        "note": article.note,
        "damaged": article.damaged,
    }
