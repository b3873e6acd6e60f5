"""Write articles as text, Markdown, HTML, JSON or EPUB."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

from roya_tui.cli.output import display_width
from roya_tui.cli.session import Session
from roya_tui.export.chapter import Chapter, make_chapter
from roya_tui.export.json_values import fields_json, headline_json, json_text
from roya_tui.model import Article
from roya_tui.translation import gettext

SEPARATORS = {"markdown": "\n___\n\n", "text": "\n\n"}
"""Text between two articles."""


class ArticleExporter:
    """Writes articles in one format, with the times and the text width of the session."""

    def __init__(
        self, session: Session, file_format: str, *, title: str = "", several: bool = False, pictures: bool = True
    ):
        self._session = session
        self._file_format = file_format
        self._title = title
        self._several = several
        self._pictures = pictures

    def write(self, articles: Iterable[Article], file: IO[bytes]) -> None:
        """Write a document for a file or another program, with right-to-left text in logical order."""
        if self._file_format == "epub":
            self._write_book(articles, file)
        else:
            file.write(self.text(articles).encode("utf-8"))

    def to_bytes(self, articles: Iterable[Article]) -> bytes:
        """Return what `write` writes."""
        file = io.BytesIO()
        self.write(articles, file)
        return file.getvalue()

    def text(self, articles: Iterable[Article], columns: int | None = None) -> str:
        """Return any format except EPUB as text; `columns` is the terminal's width."""
        if self._file_format == "json":
            facts = [article_json(article) for article in articles]
            return json_text(facts if self._several else facts[0], ascii=not self._session.terminal.utf8)
        chapters = list(map(self._chapter, articles))
        if self._file_format == "html":
            from roya_tui.export.html import to_html

            return to_html(chapters, self._title or chapters[0].title, self._data_urls(chapters))
        if self._file_format == "markdown":
            from roya_tui.export.markdown import to_markdown

            texts = [to_markdown(one.document, one.title, one.facts, one.url) for one in chapters]
        else:
            texts = [self._plain_text(one, columns) for one in chapters]
        return SEPARATORS[self._file_format].join(texts)

    def spoken(self, articles: Iterable[Article]) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield texts for screen readers, which name each part of an article in words, with their languages."""
        from roya_tui.export import speech
        from roya_tui.layout.article_page import article_document

        for number, article in enumerate(articles):
            document, language = article_document(article, self._session.config), article.headline.language
            facts = speech.speak_facts(article, document, self._session.clock())
            yield "\n".join(("\n", *facts) if number else facts), ("", language)
            yield "\n".join(speech.speak_document(document)), (language, "")

    def _chapter(self, article: Article) -> Chapter:
        return make_chapter(article, self._session.clock(), "-" if self._session.config.look.ascii else "·")

    def _plain_text(self, chapter: Chapter, columns: int | None) -> str:
        from roya_tui.export.plain_text import to_plain_text

        look, reading = self._session.config.look, self._session.config.reading
        width, rtl = min(reading.width, columns or reading.width), reading.rtl if columns else "off"
        return to_plain_text(chapter, width, display_width, ascii=look.ascii, rtl=rtl)

    def _data_urls(self, chapters: Iterable[Chapter]) -> dict[str, str]:
        """Return the cached pictures as data URLs (RFC 2397), by their URLs."""
        if not self._pictures:
            return {}
        from roya_tui.cli.cached_pictures import CachedPictures

        cached = CachedPictures(self._session.paths)
        urls = dict.fromkeys(picture.url for one in chapters for picture in one.document.pictures)
        return {
            url: f"data:image/{picture[0]};base64,{base64.b64encode(picture[1]).decode('ascii')}"
            for url in urls
            if (picture := cached(url)) is not None
        }

    def _write_book(self, articles: Iterable[Article], file: IO[bytes]) -> None:
        from roya_tui.cli.cached_pictures import BookPictures
        from roya_tui.export import epub

        chapters = map(self._chapter, articles)
        first = next(chapters)
        clock, now = self._session.clock(), self._session.now
        day = clock.day_name(clock.day(now), 0)
        if self._several:
            title = self._title or gettext("{title} and others", title=first.title)
            about = epub.BookInfo(title, now, (gettext("Created on {date}", date=day),))
        else:
            about = epub.BookInfo(self._title or first.title, now, (*(first.facts[:1]), day), first.url)
        with BookPictures(self._session.paths) as cached:
            epub.write(file, about, chain((first,), chapters), cached if self._pictures else lambda url: None)


def article_json(article: Article) -> dict[str, Any]:
    """Return an article with its texts as JSON."""
    files = article.enclosures
    return {
        **headline_json(article.headline),
        **fields_json(article, "guid", "authors", "tags", "own_tags", "published_raw", "updated_raw"),
        **fields_json(article, "summary", "content"),
        "full_text_html": article.full_text,
        "picture_list": [fields_json(picture, "url", "caption") for picture in article.pictures],
        "enclosures": [
            fields_json(file, "url", "type", "length", "title") | {"seconds": file.duration} for file in files
        ],
        **fields_json(article, "comments", "season", "episode", "chapters"),
        "chapter_marks": [
            {"seconds": mark.start} | fields_json(mark, "title", "url") for mark in article.chapter_marks
        ],
        "transcripts": [fields_json(one, "url", "type", "language") for one in article.transcripts],
        **fields_json(article, "note", "damaged", "incomplete"),
    }
