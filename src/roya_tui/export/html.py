"""Render articles as one self-contained HTML page without scripts.

The page loads nothing: pictures are embedded or linked. The content of `body` is also well-formed XML for EPUB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.document.tables import GridCell, iter_cells
from roya_tui.export.chapter import Chapter
from roya_tui.layout.bidi.controls import isolates_to_html
from roya_tui.translation import gettext

_TAGS = {"strike": "s", "underline": "u", "caps": 'span style="font-variant:small-caps"'}
"""Elements of styles that are not named like them."""
_PAGE_STYLE = "body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 serif}"
STYLESHEET = (
    "img{max-width:100%;height:auto}pre{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{border:1px solid;padding:.2rem .5rem;text-align:start}.facts{opacity:.7}"
    "blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:3px solid}"
    "article+article{border-top:1px solid;margin-top:4rem}"
)
_CONTENT_SECURITY_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_NO_PICTURES: Mapping[str, str] = {}
_NOT_TARGETS = ("rule", "code", "picture", "media")  # kinds of blocks without an id for links


class _Element(NamedTuple):
    """An element around blocks; `id` distinguishes it from others of its kind."""

    id: tuple[str, int]
    start: str
    end: str


def to_html(chapters: Sequence[Chapter], title: str = "", pictures: Mapping[str, str] = _NO_PICTURES) -> str:
    """Return an HTML document; `pictures` maps URLs to `data:` URIs."""
    html_attributes = language_attributes(chapters[0]) if len(chapters) == 1 else ""
    head = (
        "<!DOCTYPE html>",
        f"<html{html_attributes}>",
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_CONTENT_SECURITY_POLICY}">',
        '<meta name="viewport" content="width=device-width">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(title)}</title>",
        f"<style>{_PAGE_STYLE}{STYLESHEET}</style>",
        "</head>",
        "<body>",
    )
    articles: list[str] = []
    for number, chapter in enumerate(chapters, start=1):
        start = f"<article{'' if html_attributes else language_attributes(chapter)}>"
        articles += (start, *render_body(chapter, pictures, f"article{number}"), "</article>")
    return "\n".join((*head, *articles, "</body>", "</html>", ""))


def language_attributes(chapter: Chapter) -> str:
    """Return the attributes for a chapter's language and direction."""
    language = f' lang="{escape(chapter.language)}"' if chapter.language else ""
    return language + (' dir="rtl"' if chapter.document.rtl else "")


def render_body(chapter: Chapter, pictures: Mapping[str, str] = _NO_PICTURES, name: str = "text") -> Iterator[str]:
    """Return a chapter's title, facts, URL and text as elements; `pictures` as in `to_html`.

    `name` is the prefix of ids for links within the text, such as footnotes.
    """
    if chapter.title:
        yield f'<h1 dir="auto">{escape(chapter.title)}</h1>'
    if chapter.facts:
        facts = (f"<bdi>{isolates_to_html(escape(fact))}</bdi>" for fact in chapter.facts)
        yield f'<p class="facts">{"<br/>".join(facts)}</p>'
    if chapter.url:
        yield f'<p class="facts"><a href="{escape(chapter.url)}" dir="ltr">{escape(chapter.url)}</a></p>'
    yield from _elements(chapter.document, pictures, name)


def _elements(document: Document, pictures: Mapping[str, str], name: str) -> Iterator[str]:
    document, ids = _resolve_targets(document, name)
    open_elements: list[_Element] = []
    for index, block in enumerate(document.blocks):
        elements = list(_element_chain(block))
        shared = 0
        while shared < min(len(open_elements), len(elements)) and open_elements[shared].id == elements[shared].id:
            shared += 1
        yield from (element.end for element in reversed(open_elements[shared:]))
        yield from (element.start for element in elements[shared:])
        open_elements = elements
        yield _render_block(block, document, pictures, f' id="{ids[index]}"' if index in ids else "")
    yield from (element.end for element in reversed(open_elements))


def _resolve_targets(document: Document, name: str) -> tuple[Document, dict[int, str]]:
    """Point internal links to ids; return the document and the ids by block index."""
    ids: dict[int, str] = {}
    links = list(document.links)
    for number, link in enumerate(links):
        if link.target is not None and document.blocks:
            index = document.block_index_at(link.target)
            if document.blocks[index].kind not in _NOT_TARGETS:
                ids[index] = f"{name}-{index}"
                links[number] = replace(link, url=f"#{ids[index]}")
    return replace(document, links=tuple(links)) if ids else document, ids


def _element_chain(block: Block) -> Iterator[_Element]:
    """Return the elements around a block, outermost first."""
    for inside in block.containers:
        number = inside.marker[:-1]
        match inside.kind:
            case "item":
                tag = "ol" if inside.marker else "ul"
                value = f' value="{number}"' if number.isascii() and number.isdigit() else ""
                style = f" style=\"list-style-type:'{escape(inside.marker)} '\"" if number and not value else ""
                yield _Element(("list", inside.list), f"<{tag}>", f"</{tag}>")
                yield _Element(("item", inside.id), f"<li{value}{style}>", "</li>")
            case "definition":
                yield _Element(("terms", 0), "<dl>", "</dl>")
                yield _Element(("definition", inside.id), "<dd>", "</dd>")
            case "details":
                yield _Element(("details", inside.id), '<details open="open">', "</details>")
            case _:
                tag = "blockquote" if inside.kind == "quote" else "div"
                yield _Element((inside.kind, inside.id), f"<{tag}>", f"</{tag}>")
    if block.kind == "term":
        yield _Element(("terms", 0), "<dl>", "</dl>")


def _render_block(block: Block, document: Document, pictures: Mapping[str, str], id: str) -> str:
    text = _render_inline(block.text, document)
    direction = id + (' dir="auto"' if block.rtl is None else ' dir="rtl"' if block.rtl else ' dir="ltr"')
    match block.kind:
        case "rule":
            return "<hr/>"
        case "heading":
            return f"<h{block.level}{direction}>{text}</h{block.level}>"
        case "code":
            language = f' class="language-{escape(block.language)}"' if block.language else ""
            code = _render_inline(block.text, document, line_end="\n")
            return f'<pre dir="ltr"><code{language}>{code}</code></pre>'
        case "table":
            return _render_table(block, document, direction)
        case "picture":
            caption = f"<figcaption{direction}>{text}</figcaption>" if text else ""
            return _render_picture(block, document, pictures, caption)
        case "media":
            return f"<p>{_link(f'{escape(block.label)}: {escape(block.text.string)}', block.link, document)}</p>"
        case "term":
            return f"<dt{direction}>{text}</dt>"
        case "summary":
            return f"<summary{direction}>{text}</summary>"
        case _:
            return f"<p{direction}>{text}</p>"


def _render_picture(block: Block, document: Document, pictures: Mapping[str, str], caption: str) -> str:
    """Return an embedded picture, or a link to it if it is not in `pictures`."""
    url = document.pictures[block.number - 1].url
    if url in pictures:
        image = f'<img src="{escape(pictures[url])}" alt="{escape(block.text.string)}"/>'
        return f"<figure>{_link(image, block.link, document)}{caption}</figure>"
    name = escape(gettext("Picture {number}", number=block.number))
    label = f'<a href="{escape(url)}">{name}</a>' if url else name
    word = escape(gettext("link"))
    link = f" ({_link(word, block.link, document)})" if block.link else ""
    return f"<figure>{label}{link}{caption}</figure>"


def _render_table(block: Block, document: Document, direction: str) -> str:
    lines = [f"<table{direction}>"]
    for number, row in enumerate(iter_cells(block.rows)):
        tag = "th" if number < block.header_rows else "td"
        cells = (
            f"<{tag}{_span_attributes(cell)}>{_render_inline(block.text, document, cell.start, cell.end)}</{tag}>"
            for cell in row
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join((*lines, "</table>"))


def _span_attributes(cell: GridCell) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return columns + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")


def _render_inline(
    text: Text, document: Document, start: int = 0, end: int | None = None, line_end: str = "<br/>"
) -> str:
    end = len(text.string) if end is None else end
    result = ""
    for link, spans in groupby(text.cover(start, end), lambda span: span.link):
        markup = ""
        for span in spans:
            words = escape(text.string[span.start : span.end], quote=False).replace("\n", line_end)
            for style in reversed(span.styles):
                tag = _TAGS.get(style, style)
                words = f"<{tag}>{words}</{tag.partition(' ')[0]}>"
            markup += words
        result += _link(markup, link, document)
    return result


def _link(inner: str, link: int, document: Document) -> str:
    url = document.links[link - 1].url if link else ""
    return f'<a href="{escape(url)}">{inner}</a>' if url else inner
