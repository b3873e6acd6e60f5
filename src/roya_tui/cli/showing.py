"""The command show: one article as text, Markdown, HTML or JSON."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from roya_tui.cli.articles import headline_facts
from roya_tui.cli.output import cells
from roya_tui.cli.session import DONE, CannotDo, Session
from roya_tui.model import Article

if TYPE_CHECKING:
    from roya_tui.reading.blocks import Document


def show(session: Session, wanted: Namespace) -> int:
    """`roya-tui show`: one article."""
    from roya_tui.store import articles, sources

    with session.store(reading=True) as db:
        article = articles.article(db, wanted.id)
        if article is None:
            raise CannotDo(f"There is no article {wanted.id}. roya-tui list tells the numbers.")
        source = sources.source(db, article.headline.source_id)
    if wanted.full:
        if not article.full_text:
            raise CannotDo(f"The full text of {wanted.id} is not kept; without --full the feed's own text is shown.")
        article = replace(article, summary="", content="")
    if wanted.format == "json":
        session.out.json(article_facts(article))
    else:
        _write(session, article, wanted.format, source.zone if source else "")
    return DONE


def article_facts(article: Article) -> dict[str, Any]:
    """Return an article whole, as JSON tells it."""
    return headline_facts(article.headline) | {
        "guid": article.guid,
        "authors": list(article.authors),
        "tags": list(article.tags),
        "published_raw": article.published_raw,
        "updated_raw": article.updated_raw,
        "summary": article.summary,
        "content": article.content,
        "full_text_html": article.full_text,
        "picture_list": [{"url": picture.url, "caption": picture.caption} for picture in article.pictures],
        "enclosures": [
            {"url": file.url, "type": file.type, "length": file.length, "title": file.title}
            for file in article.enclosures
        ],
        "comments": article.comments,
        "note": article.note,
    }


def _write(session: Session, article: Article, form: str, zone: str) -> None:
    from roya_tui.reading.document import document
    from roya_tui.reading.head import whole

    made = document(whole(article), article.headline.url)
    if form == "text":
        _write_text(session, article, made, zone)
        return
    from roya_tui.reading import export

    session.out.text(export.markdown(made) if form == "markdown" else export.html(made))


def _write_text(session: Session, article: Article, made: Document, zone: str) -> None:
    """Write head, text and the links' addresses. On a terminal the lines are set for it; in a pipe they keep their
    logical order, which is what other programs expect."""
    from roya_tui.reading.document import document
    from roya_tui.reading.head import head
    from roya_tui.reading.layout import layout

    look, reading, columns = session.config.look, session.config.reading, session.terminal.columns
    width = min(reading.width, columns or reading.width)
    rtl = reading.rtl if columns else "off"
    rows = head(article, made, session.clock(), zone, "-" if look.ascii else "·")
    parts = [document(f"<p>{escape(text)}</p>") for text, _ in rows]
    for part in (*parts, None, made, None):
        if part is None:
            session.out.line()
        else:
            for line in layout(part, width, cells, ascii=look.ascii, rtl=rtl):
                session.out.text(line.text.rstrip())
    for number, link in enumerate(made.links, start=1):
        session.out.line(f"[{number}] {link.url}")
    for number, picture in enumerate(made.pictures, start=1):
        session.out.line(f"[picture {number}] {picture.url}")
