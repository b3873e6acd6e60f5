"""An article and a width → the page that is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from roya_tui.config import Config
from roya_tui.model import Article
from roya_tui.reading.bidi import begins_rtl
from roya_tui.reading.blocks import Block, Document, Span, Text
from roya_tui.reading.clock import Clock
from roya_tui.reading.document import document
from roya_tui.reading.head import MOST_NAMED, Row, also_rows, head, note_rows, rule_rows, whole, without_pictures
from roya_tui.reading.layout import Highlight, layout
from roya_tui.reading.lines import Line, Run
from roya_tui.reading.page import After, Page
from roya_tui.reading.picture_rows import NO_PICTURES, Pictures
from roya_tui.reading.scripts import Measure


def text_of(article: Article, config: Config) -> Document:
    """Return what an article says, with pictures or without, as the configuration has it."""
    text = document(whole(article), article.headline.url)
    return without_pictures(text) if config.reading.pictures == "off" else text


def compose(
    article: Article,
    text: Document,
    clock: Clock,
    width: int,
    measure: Measure,
    config: Config,
    pictures: Pictures = NO_PICTURES,
    changed: str = "",
    highlight: Highlight | None = None,
) -> Page:
    """Return an article, whose text is `text`, as a page of that width, with lines kept free for its pictures."""
    look, reading = config.look, config.reading
    above = head_of(article, text, clock, width, measure, config, changed)
    below = layout(text, width, measure, ascii=look.ascii, rtl=reading.rtl, pictures=pictures, highlight=highlight)
    also = tuple(one.id for one in article.also[:MOST_NAMED])
    return Page(text, After(above, below), len(above), width, pictures, article.tags, also)


def head_of(
    article: Article, text: Document, clock: Clock, width: int, measure: Measure, config: Config, changed: str
) -> tuple[Line, ...]:
    """Return the lines above an article's text; `changed` is what changed in it since it was read."""
    rows = head(article, text, clock, "-" if config.look.ascii else "·", changed)
    rows += also_rows(article) + rule_rows(article) + note_rows(article.note)
    given = article.tags[: len(article.tags) - len(article.own_tags)]
    also = [one.source for one in article.also[:MOST_NAMED]]
    return (*head_lines(rows, width, measure, config, given, article.own_tags, also), Line())


def head_lines(
    rows: Iterable[Row],
    width: int,
    measure: Measure,
    config: Config,
    tags: Sequence[str] = (),
    own_tags: Sequence[str] = (),
    also: Sequence[str] = (),
    title: str = "",
) -> Iterator[Line]:
    """Return rows of a head as lines, each row in its style; `tags` are links where they stand, from -1 downwards,
    after them those of the person's own, and then the names of sources that tell the same story.

    All stand at the side where the title begins, whatever script a source or an author is called in: that among the
    rows, or `title`, which stands above them.
    """
    look, rtl = config.look, config.reading.rtl
    from_right = begins_rtl(title) and rtl != "off" if title else None
    links_in: dict[str, tuple[Sequence[str], int]] = {
        "source": (tags, 0),
        "own": (own_tags, len(tags)),
        "also": (also, len(tags) + len(own_tags)),
    }
    for words, style in rows:
        names, before = links_in.get(style, ((), 0))
        links = tuple(_name_spans(words, names, before))
        own = style == "note"  # what a person wrote reads as it does anywhere
        row = Document((Block("paragraph", Text(words, links), rtl=None if own else from_right),), text=words)
        if style == "headline":
            from_right = begins_rtl(words) and rtl != "off"
        for line in layout(row, width, measure, ascii=look.ascii, rtl=rtl, link_numbers=False):
            runs = tuple(Run(run.text, f"{style} tag" if run.link else style, run.link) for run in line.runs)
            if from_right and not line.rtl and not own:
                runs = (Run(" " * (width - line.cells)), *runs)
            yield Line(runs, width if from_right and not own else line.cells, rtl=line.rtl)


def _name_spans(words: str, names: Sequence[str], before: int) -> Iterator[Span]:
    """Return where names stand in the row that ends with them, one after the other; `before` links come before."""
    spans: list[Span] = []
    end = len(words)
    for number in range(len(names), 0, -1):
        name = names[number - 1]
        start = words.rfind(name, 0, end)
        if start >= 0 and name:
            spans.append(Span(start, start + len(name), (), -before - number))
            end = start
    return reversed(spans)
