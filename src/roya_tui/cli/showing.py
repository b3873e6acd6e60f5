"""The command show: one article as text, Markdown, HTML or JSON."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from roya_tui.cli.articles import headline_facts
from roya_tui.cli.output import cells
from roya_tui.cli.session import DONE, CannotDo, Session
from roya_tui.model import Article


def show(session: Session, wanted: Namespace) -> int:
    """`roya-tui show`: one article."""
    from roya_tui.store import articles

    if wanted.events:
        from roya_tui.cli.fulltext import tell

        return tell(session, wanted)
    with session.store(reading=True) as db:
        article = articles.article(db, wanted.id)
        if article is None:
            raise CannotDo(f"There is no article {wanted.id}. roya-tui list tells the numbers.")
    if wanted.full:
        if not article.full_text:
            from roya_tui.cli.fulltext import with_full_text

            article = with_full_text(session, article)
        article = replace(article, summary="", content="")
    if wanted.format == "json":
        session.out.json(article_facts(article))
    else:
        _write(session, article, wanted.format)
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
            {"url": file.url, "type": file.type, "length": file.length, "title": file.title, "seconds": file.duration}
            for file in article.enclosures
        ],
        "comments": article.comments,
        "note": article.note,
    }


def _write(session: Session, article: Article, form: str) -> None:
    """Write head, text and addresses. On a terminal the lines are set for it; in a pipe they keep their logical order,
    which is what other programs expect."""
    from roya_tui.reading import export
    from roya_tui.reading.document import document
    from roya_tui.reading.head import head, whole

    look, reading, columns = session.config.look, session.config.reading, session.terminal.columns
    headline = article.headline
    made = document(whole(article), headline.url)
    title, *facts = (text for text, _ in head(article, made, session.clock(), "-" if look.ascii else "·"))
    if form == "markdown":
        session.out.text(export.markdown(made, title, facts, headline.url))
    elif form == "html":
        session.out.text(export.html(made, title, facts, headline.url, headline.language))
    else:
        width = min(reading.width, columns or reading.width)
        rtl = reading.rtl if columns else "off"
        session.out.text(
            export.text(made, width, cells, title=title, facts=facts, url=headline.url, ascii=look.ascii, rtl=rtl), rtl
        )
