"""An article and a width → the page that the article pane shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from roya_tui.characters import Measure
from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Span, Text
from roya_tui.document.parser import parse_html
from roya_tui.layout.article_header import (
    MAX_NAMED_SOURCES,
    HeaderRow,
    article_html,
    header_rows,
    note_rows,
    remove_pictures,
    rule_rows,
    same_story_rows,
)
from roya_tui.layout.bidi.algorithm import starts_rtl
from roya_tui.layout.engine import HighlightCode, layout_document
from roya_tui.layout.lines import NO_PICTURES, Line, PictureSizes, Run
from roya_tui.layout.page import Page, StackedLines
from roya_tui.model import Article


def article_document(article: Article, config: Config) -> Document:
    """Return the article's document, with or without pictures as configured."""
    text = parse_html(article_html(article), article.headline.url)
    return remove_pictures(text) if config.reading.pictures == "off" else text


def layout_article(
    article: Article,
    text: Document,
    clock: Clock,
    width: int,
    measure: Measure,
    config: Config,
    pictures: PictureSizes = NO_PICTURES,
    changes: str = "",
    highlight: HighlightCode | None = None,
) -> Page:
    """Return an article, parsed to `text`, as a page, with rows reserved for its pictures."""
    look, reading = config.look, config.reading
    header = layout_header(article, text, clock, width, measure, config, changes)
    body = layout_document(
        text, width, measure, ascii=look.ascii, rtl=reading.rtl, pictures=pictures, highlight=highlight
    )
    also = tuple(link.id for link in article.story_links[:MAX_NAMED_SOURCES])
    return Page(text, StackedLines(header, body), len(header), width, pictures, article.tags, also)


def layout_header(
    article: Article, text: Document, clock: Clock, width: int, measure: Measure, config: Config, changes: str
) -> tuple[Line, ...]:
    """Return the lines above an article's text; `changes` is a summary of what changed in it."""
    rows = header_rows(article, text, clock, "-" if config.look.ascii else "·", changes)
    rows += same_story_rows(article) + rule_rows(article) + note_rows(article.note)
    tags = article.tags[: len(article.tags) - len(article.own_tags)]
    sources = [link.source for link in article.story_links[:MAX_NAMED_SOURCES]]
    return (*layout_rows(rows, width, measure, config, tags, article.own_tags, sources), Line())


def layout_rows(
    rows: Iterable[HeaderRow],
    width: int,
    measure: Measure,
    config: Config,
    tags: Sequence[str] = (),
    own_tags: Sequence[str] = (),
    story_sources: Sequence[str] = (),
    title: str = "",
) -> Iterator[Line]:
    """Yield header rows as lines, each row in its style.

    Names in the rows are links, numbered from -1 downwards: `tags`, then `own_tags`, then `story_sources`.

    All rows are aligned as the title is, in whatever script they are: the headline row, or `title`, shown above them.
    """
    look, rtl = config.look, config.reading.rtl
    is_rtl = starts_rtl(title) and rtl != "off" if title else None
    links_in: dict[str, tuple[Sequence[str], int]] = {
        "source": (tags, 0),
        "own": (own_tags, len(tags)),
        "also": (story_sources, len(tags) + len(own_tags)),
    }
    for words, style in rows:
        names, before = links_in.get(style, ((), 0))
        links = tuple(_name_spans(words, names, before))
        own = style == "note"  # a note has its own direction
        row = Document((Block("paragraph", Text(words, links), rtl=None if own else is_rtl),), text=words)
        if style == "headline":
            is_rtl = starts_rtl(words) and rtl != "off"
        for line in layout_document(row, width, measure, ascii=look.ascii, rtl=rtl, link_numbers=False):
            runs = tuple(Run(run.text, f"{style} tag" if run.link else style, run.link) for run in line.runs)
            if is_rtl and not line.rtl and not own:
                runs = (Run(" " * (width - line.cells)), *runs)
            yield Line(runs, width if is_rtl and not own else line.cells, rtl=line.rtl)


def _name_spans(words: str, names: Sequence[str], before: int) -> Iterator[Span]:
    """Return the links of `names` in a row that ends with them; `before` links come before."""
    spans: list[Span] = []
    end = len(words)
    for number in range(len(names), 0, -1):
        name = names[number - 1]
        start = words.rfind(name, 0, end)
        if start >= 0 and name:
            spans.append(Span(start, start + len(name), (), -before - number))
            end = start
    return reversed(spans)
