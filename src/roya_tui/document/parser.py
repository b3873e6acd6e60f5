"""HTML of any size, however broken or hostile → `Document`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from roya_tui.document import html_elements
from roya_tui.document.blocks import Block, Container, Document, Text
from roya_tui.document.builder import DocumentBuilder, Embed, ParserState, find_anchor_names, resolve_anchor
from roya_tui.document.html_elements import ListCounter
from roya_tui.document.inline import InlineText, raise_or_lower
from roya_tui.document.links import display_host, is_tracker, player_page, resolve_link_url, resolve_web_url
from roya_tui.document.mathml import Formula, simplify_tex
from roya_tui.document.tables import Table
from roya_tui.text import clean, one_line

_TAG = re.compile(r"<[A-Za-z/!?]")
_BREAKING_TAG = re.compile(r"<(?:p|br|div|li|h[1-6]|td|pre|blockquote|textarea|xmp)\b", re.I)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

_CHUNK = 2_000  # characters parsed between two checks of the nesting depth
_DEEPEST = 256  # most elements that may be open at once


def parse_html(html: str, base_url: str = "") -> Document:
    """Return `html` as a document, with relative URLs resolved against `base_url`, if given.

    Text without any tag is plain text: each line is a paragraph or, where blank lines separate paragraphs, a line of
    one.
    """
    html = clean(html).replace("<![CDATA[", "").replace("]]>", "")
    if "\n" in html:
        html = _insert_breaks(html)
    target = ParserTarget(base_url, find_anchor_names(html))
    if html.strip():
        lxml_target: Any = target  # lxml's stubs require targets that accept bytes too
        parser = etree.HTMLParser(target=lxml_target, huge_tree=True, remove_comments=True, remove_pis=True)
        _feed(parser, html, target)
        parser.close()
    return target.build_document()


def _feed(parser: Any, html: str, target: ParserTarget) -> None:
    """Parse `html`, closing the innermost elements where the nesting is too deep.

    libxml2 compares an end tag with all open elements, so that `<b><b>…</i></i>…` would take quadratic time.
    """
    start = 0
    while start < len(html):
        end = html.find("<", start + _CHUNK)
        end = len(html) if end < 0 else end
        parser.feed(html[start:end])
        if len(target.open_tags) > _DEEPEST:
            parser.feed("".join(f"</{tag}>" for tag in reversed(target.open_tags[_DEEPEST // 2 :])))
        start = end


def _insert_breaks(html: str) -> str:
    """Return `html` with tags added where only line ends separate paragraphs or lines."""
    if not _TAG.search(html):
        html = html.strip()
        return html.replace("\n", "<br>" if _BLANK_LINE.search(html) else "<p>")
    if _BLANK_LINE.search(html) and not _BREAKING_TAG.search(html):
        return _BLANK_LINE.sub("<p>", html)
    return html


_MAX_CONTAINERS = 12  # most nested lists and quotations; deeper ones are part of the last
_MAX_TABLE_DEPTH = 3
_MAX_SCRIPT_DEPTH = 3

_SOFT_HYPHEN = "\xad"  # a hyphenation hint: unused here, and drawn by some terminals


class ParserTarget:
    """A target for lxml, called with start tags, text and end tags in document order."""

    def __init__(self, base_url: str, names: frozenset[str] = frozenset()) -> None:
        """`names` are those of the anchors in the page that it links to."""
        self._base_url = base_url
        self._names = names
        self._page = DocumentBuilder()
        self._state = ParserState()
        self._stack: list[ParserState] = []
        self.open_tags: list[str] = []
        """Names of the open elements, outermost first."""
        self._lists: list[ListCounter] = []
        self._tables: list[Table] = []
        self._scripts: list[tuple[list[InlineText], int]] = []
        self._late_markers: list[tuple[int, ListCounter, int]] = []
        """Items of lists that count down: container id, list and index in it."""
        self._medium: Embed | None = None
        self._formula: tuple[Formula, int] | None = None
        """The open <math>, and how many elements are open around it."""
        self._last_id = 0

    # Called by lxml

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        state = self._state
        self._stack.append(state)
        self.open_tags.append(tag)
        if self._formula:
            self._formula[0].start(tag, attributes)
        elif state.is_hidden:
            if tag == "source" and self._medium and not self._medium.url:
                self._medium = self._medium._replace(url=self._resolve_url(attributes.get("src")))
        elif tag == "math":
            self._formula = (Formula(attributes), len(self._stack))
        elif tag in html_elements.HIDDEN or (attributes and html_elements.is_invisible(tag, attributes)):
            self._state = state._replace(is_hidden=True)
        else:
            if tag in html_elements.BLOCKS:
                self._flush()
            if attributes:
                self._apply_attributes(attributes)
            if tag in html_elements.STYLES:
                self._add_style(html_elements.STYLES[tag])
            elif tag in html_elements.HEADINGS:
                self._state = self._state._replace(kind="heading", level=int(tag[1]), pre=False)
            else:
                self._open_element(tag, attributes)

    def end(self, tag: str) -> None:
        """Close an element; lxml also reports the ends of elements that were never closed."""
        outer = self._stack.pop()
        self.open_tags.pop()
        if self._formula:
            self._formula[0].end()
            if len(self._stack) < self._formula[1]:
                self._close_formula()
        elif not self._state.is_hidden:
            if tag in html_elements.BLOCKS:
                self._flush()
            self._close_element(tag)
        elif self._medium and not outer.is_hidden:
            self._state, medium, self._medium = outer, self._medium, None
            self._add_embed(medium)
        self._state = outer

    def data(self, text: str) -> None:
        """Add text, which comes in pieces of any length."""
        if self._formula:
            self._formula[0].data(clean(text))
        elif not self._state.is_hidden:
            self._page.add_text(clean(text).replace(_SOFT_HYPHEN, ""), self._state)

    def close(self) -> None:
        """End the page."""
        self._flush()

    def build_document(self) -> Document:
        """Return the parsed document; call it once.

        lxml keeps the target until the garbage collector runs, so the target must not keep the page.
        """
        markers = {id: counter.countdown_marker(item) for id, counter, item in self._late_markers}
        page, self._page = self._page, DocumentBuilder()
        self._late_markers, self._names = [], frozenset()
        return page.build(self._base_url, markers)

    def _flush(self) -> None:
        self._page.flush(self._state)

    def _add_text(self, text: str) -> None:
        self._page.add_text(text, self._state)

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _resolve_url(self, url: str | None) -> str:
        return resolve_web_url(url, self._base_url) if url else ""

    # Elements

    def _apply_attributes(self, attributes: Mapping[str, str]) -> None:
        """Apply the attributes that any element may have."""
        if attributes.get("dir", "").lower() in ("rtl", "ltr"):
            self._state = self._state._replace(rtl=attributes["dir"].lower() == "rtl")
        for style in html_elements.styles_from_css(attributes["style"]) if "style" in attributes else ():
            self._add_style(style)
        name = attributes.get("id") or attributes.get("name")
        if name in self._names and name is not None:
            self._page.add_anchor(name)

    def _open_element(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "a":
                href = attributes.get("href", "")
                name = resolve_anchor(href, self._base_url, self._names)
                self._state = self._state._replace(href=f"#{name}" if name else resolve_link_url(href, self._base_url))
            case "br":
                self._page.break_line(self._state)
            case "li":
                self._open_item(attributes)
            case "ul" | "ol" | "menu" | "dir":
                self._open_list(attributes, ordered=tag == "ol")
            case "blockquote":
                self._open_container("quote")
            case "dd":
                self._open_container("definition")
            case "details":
                self._open_container("details")
            case "dt" | "summary" | "figcaption" | "caption":
                self._state = self._state._replace(kind=html_elements.BLOCK_KINDS[tag], pre=False)
            case "figure":
                self._page.begin_figure()
            case "img":
                self._add_picture(attributes)
            case "pre" | "listing" | "xmp" | "plaintext":
                self._state = self._state._replace(
                    kind="code", pre=True, language=html_elements.code_language(attributes)
                )
            case "code" | "kbd" | "samp" | "tt":
                self._open_code(attributes)
            case "q":
                self._add_text("“")
            case "rt":
                self._add_text("(")
            case "sup" | "sub":
                self._scripts.append((self._page.texts, len(self._page.texts)))
            case "input" if attributes.get("type") == "checkbox" and self._lists:
                self._add_text("[x] " if "checked" in attributes else "[ ] ")
            case "hr":
                self._page.add_block(Block("rule", containers=self._state.containers))
            case "table":
                self._open_table()
            case "tr" if self._in_table():
                self._tables[-1].begin_row()
            case "thead" if self._in_table():
                self._tables[-1].in_head = True
            case "td" | "th":
                self._open_cell(attributes, header=tag == "th")
            case "iframe" | "embed":
                url = player_page(self._resolve_url(attributes.get("data-src") or attributes.get("src")))
                self._add_embed(Embed(html_elements.frame_label(display_host(url)), url, attributes.get("title", "")))
                self._state = self._state._replace(is_hidden=True)
            case "video" | "audio":
                self._open_embed(tag, attributes.get("src"), attributes)
            case "object" if label := html_elements.object_label(attributes):
                self._open_embed(label, attributes.get("data"), attributes)

    def _close_element(self, tag: str) -> None:
        match tag:
            case "ul" | "ol" | "menu" | "dir":
                self._lists.pop()
            case "figure":
                self._page.end_figure()
            case "q":
                self._add_text("”")
            case "rt":
                self._add_text(")")
            case "sup" | "sub":
                pieces, start = self._scripts.pop()
                if (
                    pieces is self._page.texts and len(self._scripts) < _MAX_SCRIPT_DEPTH
                ):  # else a block ended inside it
                    pieces[start:] = raise_or_lower(pieces[start:], tag)
            case "td" | "th" if self._in_table():
                self._page.blocks = self._tables[-1].loose
            case "thead" if self._in_table():
                self._tables[-1].in_head = False
            case "table":
                self._close_table()

    def _add_style(self, style: str) -> None:
        if style not in self._state.styles:
            self._state = self._state._replace(styles=(*self._state.styles, style))

    def _open_code(self, attributes: Mapping[str, str]) -> None:
        if not self._state.pre:
            self._add_style("code")
        elif not self._state.language:  # <pre><code class="language-x"> names the language of the <pre>
            self._state = self._stack[-1] = self._state._replace(language=html_elements.code_language(attributes))

    def _open_container(self, kind: str, list: int = 0, marker: str = "") -> None:
        containers = self._state.containers
        if len(containers) < _MAX_CONTAINERS:
            containers = (*containers, Container(kind, self._next_id(), list, marker))
        self._state = self._state._replace(containers=containers, in_bare_list=False)

    def _open_list(self, attributes: Mapping[str, str], ordered: bool) -> None:
        if self._state.in_bare_list:
            self._open_container("indent")
        self._lists.append(ListCounter(self._next_id(), attributes, ordered))
        self._state = self._state._replace(in_bare_list=True)

    def _open_item(self, attributes: Mapping[str, str]) -> None:
        if self._lists:
            counter = self._lists[-1]
            self._open_container("item", counter.id, counter.next_marker(attributes.get("value")))
            if counter.counts_down and (item := self._state.containers[-1]).list == counter.id:
                self._late_markers.append((item.id, counter, counter.items - 1))
        else:
            self._open_container("item")

    def _add_picture(self, attributes: Mapping[str, str]) -> None:
        url = self._resolve_url(html_elements.image_source(attributes))
        caption = html_elements.image_caption(attributes)
        if is_tracker(url):
            return
        if not url or html_elements.is_character_image(attributes):
            self._add_text(simplify_tex(caption) if html_elements.is_formula_image(attributes) else caption)
        else:
            self._page.add_picture(url, caption, self._state)

    def _open_embed(self, label: str, url: str | None, attributes: Mapping[str, str]) -> None:
        self._medium = Embed(label, self._resolve_url(url), attributes.get("title", ""))
        self._state = self._state._replace(is_hidden=True)

    def _close_formula(self) -> None:
        if self._formula:
            formula, self._formula = self._formula[0], None
            text = formula.text
            if formula.is_display:
                self._flush()
            styles = (*self._state.styles, "code") if "\\" in text else self._state.styles
            self._page.add_text(text, self._state._replace(styles=styles))
            if formula.is_display:
                self._flush()

    def _add_embed(self, embed: Embed) -> None:
        if embed.url and not is_tracker(embed.url):
            self._flush()
            title = Text(one_line(embed.title) or display_host(embed.url))
            link = self._page.link_number(embed.url)
            self._page.add_block(Block("media", title, self._state.containers, label=embed.label, link=link))

    def _in_table(self) -> bool:
        return 0 < len(self._tables) <= _MAX_TABLE_DEPTH

    def _open_table(self) -> None:
        self._tables.append(Table(self._page.blocks))
        if self._in_table():
            self._page.blocks = self._tables[-1].loose
        self._state = self._state._replace(kind="paragraph", level=0, pre=False)

    def _open_cell(self, attributes: Mapping[str, str], header: bool) -> None:
        if self._in_table():
            columns, rows = (
                max(1, html_elements.parse_integer(attributes.get(name), 1)) for name in ("colspan", "rowspan")
            )
            self._page.blocks = self._tables[-1].begin_cell(header, columns, rows).blocks

    def _close_table(self) -> None:
        in_table = self._in_table()
        table = self._tables.pop()
        if in_table:
            self._page.blocks = table.outer
            self._page.blocks += table.to_blocks()
