"""An article and a width → the page that the article pane shows, and the HTML and rows that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import accumulate

from msgspec.structs import replace

from roya_tui.characters import Measure
from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Span, Text
from roya_tui.document.parser import parse_html
from roya_tui.layout.bidi.algorithm import starts_rtl
from roya_tui.layout.bidi.controls import isolate, join_isolated
from roya_tui.layout.engine import HighlightCode, layout_document
from roya_tui.layout.lines import NO_PICTURES, Line, Page, PictureSizes, Run, StackedLines
from roya_tui.layout.recordings import MEDIA, describe_recordings, format_duration, format_size
from roya_tui.model import Article, Enclosure, Picture, group_formats
from roya_tui.translation import gettext, gettext_noop, is_right_to_left, join_list, ngettext

HeaderRow = tuple[str, str]
"""A row of the header, with names isolated where one is right-to-left, and its style name."""

_RIGHT_TO_LEFT = "\u200f"  # the mark that makes a line without Arabic right-to-left, too
_DAMAGED = gettext_noop("This article is damaged. r: fetch it again   f: fetch its web page")
_CUT_OFF = ("…", "...", "[…]", "[...]", "[&hellip;]", "(…)")
_SHORT_SUMMARY = 400  # characters of a summary, below which the article is taken for an excerpt
_MAX_NAMED_SOURCES = 8  # most sources that the header names; a large story has dozens


def header_rows(
    article: Article, document: Document, clock: Clock, separator: str = "·", changes: str = ""
) -> list[HeaderRow]:
    """Return the rows above the text. `changes` is a summary of what changed in it.

    The user's tags have a row of their own, which no feed can write into.
    """
    headline = article.headline
    sep = f" {separator} "
    rows = [(headline.title, "headline"), (join_isolated((headline.source, *_feed_tags(article)), sep), "source")]
    if article.own_tags:
        rows.append((gettext("Your tags: {tags}", tags=join_isolated(article.own_tags, sep)), "own"))
    if article.authors:
        rows.append((join_isolated(article.authors, ", "), "author"))
    published, updated = headline.published, headline.updated
    if published is not None:
        date = isolate(clock.stamp_with_clock(published, headline.zone, headline.published_form))
        rows.append((gettext("Published: {date}", date=date), "date"))
    if updated is not None and updated != published:
        date = isolate(clock.stamp_with_clock(updated, headline.zone, headline.updated_form))
        rows.append((gettext("Last Updated: {date}", date=date), "date"))
    if published is None and updated is None:
        first_seen = isolate(clock.stamp(headline.first_seen))  # on your machine, so by your clock
        rows.append((gettext("No date given. First seen: {date}", date=first_seen), "date"))
    if article.incomplete and not article.full_text:
        rows.append((gettext("Incomplete: the feed was cut off here."), "date"))
    rows.append((sep.join(_facts(article, document, changes)), "facts"))
    return rows


def _feed_tags(article: Article) -> Sequence[str]:
    return article.tags[: len(article.tags) - len(article.own_tags)]


def _facts(article: Article, document: Document, changes: str) -> list[str]:
    facts = [gettext("{count} min", count=article.headline.minutes)]
    season, episode = article.season, article.episode
    if season is not None and episode is not None:
        facts.append(gettext("season {season}, episode {episode}", season=season, episode=episode))
    elif episode is not None:
        facts.append(gettext("episode {episode}", episode=episode))
    elif season is not None:
        facts.append(gettext("season {season}", season=season))
    if document.pictures:
        facts.append(ngettext("{count:,} picture", "{count:,} pictures", len(document.pictures)))
    if article.damaged:
        facts.append(gettext("damaged"))
    if article.full_text:
        facts.append(gettext("full text"))
    elif article.headline.full or _is_excerpt(article, document):
        facts.append(gettext("excerpt"))
    revisions = article.headline.revisions
    if revisions:
        facts.append(ngettext("edited once", "edited {count} times", revisions))
    return [*facts, changes] if changes else facts


def _is_excerpt(article: Article, document: Document) -> bool:
    """Return whether a feed has so little text that the web page surely has more."""
    text = document.text.rstrip()
    url = article.headline.url
    return url not in ("", *(file.url for file in article.enclosures)) and (
        text.endswith(_CUT_OFF) or (not article.content and len(text) < _SHORT_SUMMARY)
    )


def article_html(article: Article) -> str:
    """Return the article's HTML with the feed's other pictures, files and link to comments."""
    html = article.html or (f"<p>{gettext(_DAMAGED)}</p>" if article.damaged else "")
    parts = [html]
    added = [picture for picture in article.pictures if picture.url not in html and escape(picture.url) not in html]
    figures = [_figure(picture) for picture in added]
    if figures and "<img" not in html.lower():  # the article's own picture leads a text without any
        parts.insert(0, figures.pop(0))
    parts += figures
    shown = {picture.url for picture in article.pictures}
    formats = {first.url: others for first, *others in group_formats(article.enclosures)}
    for file in article.enclosures:
        if file.url not in shown:
            kind = gettext(MEDIA[file.medium]) if file.medium in MEDIA else file.type
            facts = (kind, format_duration(file.duration), format_size(file.length))
            parts.append(_link(file.url, _file_name(file), *facts, others=formats.get(file.url, ())))
            shown.update((file.url, *(other.url for other in formats.get(file.url, ()))))
    parts += _episode_links(article)
    if article.comments:
        parts.append(_link(article.comments, gettext("Comments")))
    if len(parts) > 1 and "<" not in html:  # plain text, whose line ends HTML would ignore
        parts[parts.index(html)] = "<p>" + html.replace("\n", "<br>") + "</p>"
    return "\n".join(parts)


_TRANSCRIPT_FORMATS = {
    "text/html": "HTML", "text/vtt": "VTT", "application/srt": "SRT", "application/x-subrip": "SRT",
    "application/json": "JSON", "text/plain": gettext_noop("text"),
}  # fmt: skip


def _episode_links(article: Article) -> Iterator[str]:
    """Yield the chapters and transcripts of a podcast's episode."""
    marks, heading = article.chapter_marks, gettext("Chapters")
    if article.chapters or marks:
        yield _link(article.chapters, heading)
    if marks:
        rows = (f"<li>{format_duration(mark.start) or '0:00'} {_anchor(mark.url, mark.title)}</li>" for mark in marks)
        yield f"<ul>{''.join(rows)}</ul>"
    for transcript in article.transcripts:
        form = transcript.type
        if form in _TRANSCRIPT_FORMATS:
            form = gettext(_TRANSCRIPT_FORMATS[form])
        yield _link(transcript.url, gettext("Transcript"), transcript.language, form)


def _link(url: str, name: str, *facts: str, others: Sequence[Enclosure] = ()) -> str:
    """Return a paragraph with a link, facts about it in parentheses, and links to other formats of the file."""
    about = join_list(facts)
    more = "".join(f" · {_anchor(other.url, _file_name(other))}" for other in others)
    return f"<p>{_anchor(url, name)}{f' ({escape(about)})' if about else ''}{more}</p>"


def _file_name(file: Enclosure) -> str:
    return file.title or file.url.rsplit("/", 1)[-1] or gettext("file")


def _anchor(url: str, name: str) -> str:
    return f'<a href="{escape(url)}">{escape(name)}</a>' if url else escape(name)


def _figure(picture: Picture) -> str:
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    return f'<figure><img src="{escape(picture.url)}">{caption}</figure>'


def article_document(article: Article, config: Config) -> Document:
    """Return the article's document, with or without pictures and captions as configured."""
    document = parse_html(article_html(article), article.headline.url)
    if config.reading.pictures != "off":
        return document
    kept = tuple(block for block in document.blocks if block.kind not in ("picture", "caption"))
    return replace(document, blocks=kept, pictures=())


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
    recording_keys: tuple[str, str] = ("P", "Q"),
) -> Page:
    """Return an article, parsed to `text`, as a page, with rows reserved for its pictures.

    `recording_keys` play and download its recording.
    """
    look, reading = config.look, config.reading
    header = layout_header(article, text, clock, width, measure, config, changes, recording_keys)
    body = layout_document(
        text, width, measure, ascii=look.ascii, rtl=reading.rtl, pictures=pictures, highlight=highlight
    )
    story_ids = tuple(link.id for link in article.story_links[:_MAX_NAMED_SOURCES])
    return Page(text, StackedLines(header, body), len(header), width, pictures, article.tags, story_ids)


def layout_header(
    article: Article,
    text: Document,
    clock: Clock,
    width: int,
    measure: Measure,
    config: Config,
    changes: str,
    recording_keys: tuple[str, str],
) -> tuple[Line, ...]:
    """Return the lines above an article's text; `changes` is a summary of what changed in it."""
    separator = "-" if config.look.ascii else "·"
    rows = header_rows(article, text, clock, separator, changes)
    rows += [(join_isolated(row, f" {separator} "), "facts") for row in describe_recordings(article, recording_keys)]
    sources = [link.source for link in article.story_links[:_MAX_NAMED_SOURCES]]
    if sources:
        more = len(article.story_links) - len(sources)
        names = join_list(map(isolate, sources))
        also = gettext("Also in {sources} and {count:,} more", sources=names, count=more)
        rows.append((also if more else gettext("Also in {sources}", sources=names), "also"))
    if article.muted_by:
        rows.append((gettext("Hidden by your rule “{rule}”", rule=isolate(article.muted_by)), "own"))
    if article.highlighted_by:
        rows.append((gettext("Highlighted by your rule “{rule}”", rule=isolate(article.highlighted_by)), "own"))
    first, *others = article.note.splitlines() or [""]
    if first:
        rows += [(join_isolated((gettext("Note:"), first), " "), "note"), *((line, "note") for line in others)]
    links = {"source": _feed_tags(article), "own": article.own_tags, "also": sources}
    return (*layout_rows(rows, width, measure, config, links), Line())


def layout_rows(
    rows: Iterable[HeaderRow],
    width: int,
    measure: Measure,
    config: Config,
    names: Mapping[str, Sequence[str]] = {},
    title: str = "",
) -> Iterator[Line]:
    """Yield header rows as lines, each row in its style.

    `names`, by the style of the row that ends with them, are links, numbered from -1 downwards in this order.
    All rows are aligned as the title is, in whatever script they are: the headline row, or `title`, shown above them.
    In a right-to-left interface all but the headline and a note are right-to-left.
    """
    look, rtl = config.look, config.reading.rtl
    follows_title = not is_right_to_left() or rtl == "off"
    is_rtl = (starts_rtl(title) and rtl != "off" if title else None) if follows_title else True
    numbers = dict(zip(names, accumulate(map(len, names.values()), initial=0), strict=False))
    for words, style in rows:
        own = style in ("note", "" if follows_title else "headline")  # has its own direction
        words = words if own or follows_title else _RIGHT_TO_LEFT + words
        links = tuple(_name_spans(words, names.get(style, ()), numbers.get(style, 0)))
        row = Document((Block("paragraph", Text(words, links), rtl=None if own else is_rtl),), text=words)
        if style == "headline" and follows_title:
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
