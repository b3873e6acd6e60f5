"""A parser target that gathers the blocks of a page.

libxml2's HTML parser repairs the markup and tells of each element as it meets it; no tree is built and nothing
recurses, so neither depth nor size can hurt. What the open elements make of the text at hand is one `State`:
an opening tag pushes the state and changes it, its end restores the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from roya_tui.reading import tags
from roya_tui.reading.anchors import inner
from roya_tui.reading.blocks import Block, Document, Inside, Text
from roya_tui.reading.gathering import Gathered
from roya_tui.reading.inline import Piece, lowered, raised
from roya_tui.reading.links import host, is_beacon, link_address, watched, web_address
from roya_tui.reading.mathml import Formula, tex
from roya_tui.reading.numbering import Counter
from roya_tui.reading.state import Medium, State
from roya_tui.reading.tables import Table
from roya_tui.text import clean, one_line

_DEEPEST = 12
"""How many lists and quotations within each other are told apart; what is deeper stands in the last of them."""
_DEEPEST_TABLE = 3
_DEEPEST_SCRIPT = 3

_SOFT_HYPHEN = "\xad"
"""Says where a word may be parted, which nobody here does; some terminals would draw it."""


class Reader:
    """Is told of start tags, text and end tags by lxml, in document order; has the `document` in the end."""

    def __init__(self, base_url: str, names: frozenset[str] = frozenset()) -> None:
        """`names` are those of the places in the page that it links to."""
        self._base_url = base_url
        self._names = names
        self._page = Gathered()
        self._state = State()
        self._stack: list[State] = []
        self.open_tags: list[str] = []
        """The names of the open elements, the outermost first."""
        self._lists: list[Counter] = []
        self._tables: list[Table] = []
        self._scripts: list[tuple[list[Piece], int]] = []
        self._late_markers: list[tuple[int, Counter, int]] = []
        """Items of lists that are numbered from their end: the id of each, its list, and its place in it."""
        self._medium: Medium | None = None
        self._formula: tuple[Formula, int] | None = None
        """The open <math>, and how many elements are open around it."""
        self._last_id = 0

    # What lxml calls

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        state = self._state
        self._stack.append(state)
        self.open_tags.append(tag)
        if self._formula:
            self._formula[0].start(tag, attributes)
        elif state.hidden:
            if tag == "source" and self._medium and not self._medium.url:
                self._medium = self._medium._replace(url=self._web(attributes.get("src")))
        elif tag == "math":
            self._formula = (Formula(attributes), len(self._stack))
        elif tag in tags.UNSEEN or (attributes and tags.is_invisible(tag, attributes)):
            self._state = state._replace(hidden=True)
        else:
            if tag in tags.BLOCKS:
                self._flush()
            if attributes:
                self._attributes(attributes)
            if tag in tags.STYLES:
                self._style(tags.STYLES[tag])
            elif tag in tags.HEADINGS:
                self._state = self._state._replace(kind="heading", level=int(tag[1]), pre=False)
            else:
                self._open(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends; lxml tells of every end, of elements that were never closed too."""
        outer = self._stack.pop()
        self.open_tags.pop()
        if self._formula:
            self._formula[0].end()
            if len(self._stack) < self._formula[1]:
                self._end_formula()
        elif not self._state.hidden:
            if tag in tags.BLOCKS:
                self._flush()
            self._close(tag)
        elif self._medium and not outer.hidden:
            self._state, medium, self._medium = outer, self._medium, None
            self._add_medium(medium)
        self._state = outer

    def data(self, text: str) -> None:
        """Text, in pieces of any length."""
        if self._formula:
            self._formula[0].data(clean(text))
        elif not self._state.hidden:
            self._page.say(clean(text).replace(_SOFT_HYPHEN, ""), self._state)

    def comment(self, text: str) -> None:
        """A comment, which nobody reads."""

    def close(self) -> None:
        """The page ends."""
        self._flush()

    def document(self) -> Document:
        """Return everything that was read."""
        markers = {id: counter.marker_from_the_end(item) for id, counter, item in self._late_markers}
        return self._page.document(self._base_url, markers)

    def _flush(self) -> None:
        self._page.flush(self._state)

    def _say(self, text: str) -> None:
        self._page.say(text, self._state)

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _web(self, address: str | None) -> str:
        return web_address(address, self._base_url) if address else ""

    # Elements

    def _attributes(self, attributes: Mapping[str, str]) -> None:
        """Attributes that any element may have."""
        if attributes.get("dir", "").lower() in ("rtl", "ltr"):
            self._state = self._state._replace(rtl=attributes["dir"].lower() == "rtl")
        for style in tags.stated_styles(attributes["style"]) if "style" in attributes else ():
            self._style(style)
        name = attributes.get("id") or attributes.get("name")
        if name in self._names and name is not None:
            self._page.anchor(name)

    def _open(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "a":
                href = attributes.get("href", "")
                name = inner(href, self._base_url, self._names)
                self._state = self._state._replace(href=f"#{name}" if name else link_address(href, self._base_url))
            case "br":
                self._page.break_line(self._state)
            case "li":
                self._item(attributes)
            case "ul" | "ol" | "menu" | "dir":
                self._list(attributes, ordered=tag == "ol")
            case "blockquote":
                self._enter("quote")
            case "dd":
                self._enter("definition")
            case "details":
                self._enter("details")
            case "dt" | "summary" | "figcaption" | "caption":
                self._state = self._state._replace(kind=tags.KINDS[tag], pre=False)
            case "figure":
                self._page.begin_figure()
            case "img":
                self._picture(attributes)
            case "pre" | "listing" | "xmp" | "plaintext":
                self._state = self._state._replace(kind="code", pre=True, language=tags.language(attributes))
            case "code" | "kbd" | "samp" | "tt":
                self._code(attributes)
            case "q":
                self._say("“")
            case "rt":
                self._say("(")
            case "sup" | "sub":
                self._scripts.append((self._page.pieces, len(self._page.pieces)))
            case "input" if attributes.get("type") == "checkbox" and self._lists:
                self._say("[x] " if "checked" in attributes else "[ ] ")
            case "hr":
                self._page.add(Block("rule", inside=self._state.inside))
            case "table":
                self._table()
            case "tr":
                if self._in_table():
                    self._tables[-1].row()
            case "thead":
                if self._in_table():
                    self._tables[-1].in_head = True
            case "td" | "th":
                self._cell(attributes, header=tag == "th")
            case "iframe" | "embed":
                url = watched(self._web(attributes.get("data-src") or attributes.get("src")))
                self._add_medium(Medium(tags.frame_label(host(url)), url, attributes.get("title", "")))
                self._state = self._state._replace(hidden=True)
            case "video" | "audio":
                self._begin_medium(tag, attributes.get("src"), attributes)
            case "object" if label := tags.object_label(attributes):
                self._begin_medium(label, attributes.get("data"), attributes)

    def _close(self, tag: str) -> None:
        match tag:
            case "ul" | "ol" | "menu" | "dir":
                self._lists.pop()
            case "figure":
                self._page.end_figure()
            case "q":
                self._say("”")
            case "rt":
                self._say(")")
            case "sup":
                self._end_script(raised)
            case "sub":
                self._end_script(lowered)
            case "td" | "th":
                if self._in_table():
                    self._page.blocks = self._tables[-1].loose
            case "thead":
                if self._in_table():
                    self._tables[-1].in_head = False
            case "table":
                self._end_table()

    def _style(self, style: str) -> None:
        if style not in self._state.styles:
            self._state = self._state._replace(styles=(*self._state.styles, style))

    def _code(self, attributes: Mapping[str, str]) -> None:
        if not self._state.pre:
            self._style("code")
        elif not self._state.language:  # <pre><code class="language-x">: the language is that of the whole <pre>
            self._state = self._stack[-1] = self._state._replace(language=tags.language(attributes))

    def _enter(self, kind: str, list: int = 0, marker: str = "") -> None:
        inside = self._state.inside
        if len(inside) < _DEEPEST:
            inside = (*inside, Inside(kind, self._id(), list, marker))
        self._state = self._state._replace(inside=inside, bare_list=False)

    def _list(self, attributes: Mapping[str, str], ordered: bool) -> None:
        if self._state.bare_list:
            self._enter("indent")
        self._lists.append(Counter(self._id(), attributes, ordered))
        self._state = self._state._replace(bare_list=True)

    def _item(self, attributes: Mapping[str, str]) -> None:
        if self._lists:
            counter = self._lists[-1]
            self._enter("item", counter.id, counter.marker(attributes.get("value")))
            if counter.is_from_the_end and (item := self._state.inside[-1]).list == counter.id:
                self._late_markers.append((item.id, counter, counter.items - 1))
        else:
            self._enter("item")

    def _end_script(self, change: Callable[[list[Piece]], list[Piece]]) -> None:
        pieces, start = self._scripts.pop()
        if pieces is self._page.pieces and len(self._scripts) < _DEEPEST_SCRIPT:  # else a block ended inside it
            pieces[start:] = change(pieces[start:])

    def _picture(self, attributes: Mapping[str, str]) -> None:
        url = self._web(tags.picture_source(attributes))
        caption = tags.caption(attributes)
        if is_beacon(url):
            return
        if not url or tags.is_glyph(attributes):
            self._say(tex(caption) if tags.is_formula(attributes) else caption)
        else:
            self._page.picture(url, caption, self._state)

    def _begin_medium(self, label: str, url: str | None, attributes: Mapping[str, str]) -> None:
        self._medium = Medium(label, self._web(url), attributes.get("title", ""))
        self._state = self._state._replace(hidden=True)

    def _end_formula(self) -> None:
        if self._formula:
            formula, self._formula = self._formula[0], None
            text = formula.text
            if formula.is_display:
                self._flush()
            styles = (*self._state.styles, "code") if "\\" in text else self._state.styles
            self._page.say(text, self._state._replace(styles=styles))
            if formula.is_display:
                self._flush()

    def _add_medium(self, medium: Medium) -> None:
        if medium.url and not is_beacon(medium.url):
            self._flush()
            title = Text(one_line(medium.title) or host(medium.url))
            link = self._page.number(medium.url)
            self._page.add(Block("media", title, self._state.inside, label=medium.label, link=link))

    def _in_table(self) -> bool:
        return 0 < len(self._tables) <= _DEEPEST_TABLE

    def _table(self) -> None:
        self._tables.append(Table(self._page.blocks))
        if self._in_table():
            self._page.blocks = self._tables[-1].loose
        self._state = self._state._replace(kind="paragraph", level=0, pre=False)

    def _cell(self, attributes: Mapping[str, str], header: bool) -> None:
        if self._in_table():
            columns, rows = (max(1, tags.integer(attributes.get(name), 1)) for name in ("colspan", "rowspan"))
            self._page.blocks = self._tables[-1].cell(header, columns, rows).blocks

    def _end_table(self) -> None:
        in_table = self._in_table()
        table = self._tables.pop()
        if in_table:
            self._page.blocks = table.outer
            self._page.blocks += table.blocks()
