"""Read XML that is not well-formed with feedparser's tolerant parser, which is loaded only for such documents.

It calls the same handlers as expat. The dictionaries of `feedparser.parse` would not do: they mix dc:date with updated,
and the title of a medium with that of its entry, so that an article would change whenever its feed breaks.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

from feedparser.api import LooseFeedParser

from roya_tui.sources.xml.elements import FeedElements
from roya_tui.sources.xml.prolog import FORBIDDEN, UNKNOWN_REFERENCE, escape
from roya_tui.sources.xml.walker import MAX_DEPTH, NAME_SEPARATOR

MAX_PREFIXES = 200
"""Namespaces in scope."""
MAX_ATTRIBUTES = 200
MAX_TAG_LENGTH = 50_000
"""Characters of a tag. A longer one loses its attributes, since each of its characters takes 150 bytes of memory."""

_PREPARED = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|(?P<short><[A-Za-z][A-Za-z0-9.-]*)/"
    rf"|{UNKNOWN_REFERENCE}(?:\#(?P<number>[xX][0-9a-fA-F]{{1,8}}|[0-9]{{1,9}});|(?P<name>[A-Za-z][\w.-]{{0,40}});)?",
    re.S,
)
_ENTRIES = frozenset(("item", "entry"))
_ROOTS = frozenset(("rss", "feed", "rdf:rdf", "channel"))
# Elements that contain neither each other nor entries. One that is open when another starts has lost its end tag.
_LEAVES = frozenset(
    """title link guid pubdate id published updated issued modified description summary content author category comments
    enclosure subtitle language dc:date dc:creator dc:subject content:encoded itunes:author itunes:title itunes:subtitle
    itunes:summary itunes:duration itunes:image itunes:episode itunes:season itunes:explicit media:thumbnail""".split()
)
_HTML_LEAVES = frozenset(("title", "link", "summary", "content"))
"""Leaves that are HTML, too, if they are inside other HTML."""
_INLINE = frozenset(
    """a abbr b big blockquote br center cite code dd del div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 i img
    ins li ol p pre q s section small span strike strong sub sup table tbody td th thead tr tt u ul""".split()
)
"""HTML whose end tag is not taken for the misspelt end of a leaf."""
_VOID = frozenset("area br col embed hr img input wbr".split())
_TAG_NAME = re.compile(r"<([A-Za-z][\w.:-]{0,100})")
_LOST_QUOTE = re.compile(r"\s+[\w:-]+\s*=\s*\Z")
_CUT_REFERENCE = re.compile(r"&#?\w{0,20}\Z")
_ATOM = "http://www.w3.org/2005/Atom"


class LooseReader(LooseFeedParser):  # type: ignore[misc]
    """Reads a text into `elements`, ends elements that have lost their end tags, and skips end tags without a start."""

    def __init__(self, elements: FeedElements) -> None:
        super().__init__(encoding="utf-8")
        self.sanitize_html = self.resolve_relative_uris = False
        self.elements = elements
        self.open: list[tuple[str, str, str, dict[str, str]]] = []
        """Of each open element: the tag as written, its name for `elements`, its usual name, and the outer prefixes."""
        self.prefixes = {"atom": _ATOM}
        self.entry_tag = "entry" if elements.version.startswith("atom") else "item"
        self.place = 0
        """Of the current tag in the text."""
        self.found: dict[str, int] = {}
        self.is_finished = False
        """Whether the root element has ended."""
        self.has_junk = False
        """Whether something other than an entry follows the root element."""
        self.is_cut_off = False
        """Whether the text ends before the end of the root element, or of the last entry."""

    def read(self, text: str) -> None:
        """Read a whole document. Raises LimitReached, and what feedparser raises."""
        self.rawdata = _PREPARED.sub(_prepare, _CUT_REFERENCE.sub("", text))
        self.goahead(True)
        self.is_cut_off = bool(self.open)
        if self.elements.inentry:
            self.elements.entries[-1]["incomplete"] = self.is_cut_off
        if self.elements.elementstack and not self.elements.incontent:
            self.elements.elementstack[-1][1].clear()  # half an address or date is worse than none
        self._close(0)

    # --- called by feedparser ---

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        attributes: dict[str, str] = {}
        for attribute, value in attrs[:MAX_ATTRIBUTES]:
            value = _LOST_QUOTE.sub("", value) if value.endswith("=") else value
            attributes.setdefault(attribute, html.unescape(value))
        prefixes = self._declare(attributes)
        name = self._name(tag, prefixes.get(tag.rpartition(":")[0], ""))
        kind = self.elements.usual_name(name)
        if self.is_finished and not self.open:
            self.has_junk = True
            if kind not in _ENTRIES and kind not in _ROOTS:
                return
        if len(self.open) >= MAX_DEPTH:  # deeper elements lose their tags
            return
        self._close_lost_ends(kind)
        if self._has_lost_start(kind):
            self.unknown_starttag(self.entry_tag, [])
        self.open.append((tag, name, kind, self.prefixes))
        self.prefixes = prefixes
        self.elements.start(
            name,
            {
                self._name(key, prefixes.get(key.rpartition(":")[0], "") if ":" in key else ""): value
                for key, value in attributes.items()
                if key != "xmlns" and not key.startswith("xmlns:")
            },
        )
        if kind in _VOID:
            self._close(len(self.open) - 1)

    def unknown_endtag(self, tag: str) -> None:
        if not self.open:
            self.has_junk |= self.is_finished
        for height in reversed(range(len(self.open))):
            if self.open[height][0] == tag:
                self._close(height)
                return
        if self.open and self.open[-1][2] in _LEAVES and tag not in _INLINE and tag not in _VOID:
            self._close(len(self.open) - 1)  # "</titel>"

    def handle_data(self, text: str, escape: int = 1) -> None:
        if self.open:
            self.elements.characters(text)
        elif self.is_finished and text.strip():
            self.has_junk = True

    def handle_entityref(self, ref: str) -> None:
        self.handle_data(html5.get(f"{ref};", f"&{ref}"))

    def parse_starttag(self, i: int) -> int:
        self.place = i
        ends = [end for end in (self._find("<", i + 1), self._find(">", i)) if end >= 0]
        if not ends or min(ends) - i <= MAX_TAG_LENGTH:
            return self._after(i, super().parse_starttag(i))
        if name := _TAG_NAME.match(self.rawdata, i):
            self.unknown_starttag(name[1].lower(), [])
        return min(ends) + (self.rawdata[min(ends)] == ">")

    def parse_endtag(self, i: int) -> int:
        return self._after(i, super().parse_endtag(i))

    def parse_comment(self, i: int, report: int = 1) -> int:
        end = self._find("-->", i)
        return end + len("-->") if end >= 0 else i + len("<!--")

    def parse_declaration(self, i: int) -> int:
        """Read a CDATA section. One that runs into the next, or to the end, has lost its end: its element ends it."""
        start = i + len("<![CDATA[")
        if not self.rawdata.startswith("<![CDATA[", i):
            return self._after(i, super().parse_declaration(i))
        end, following = self._find("]]>", start), self._find("<![CDATA[", start)
        if end < 0 or 0 <= following < end:
            if not self.open or self.open[-1][2] not in _LEAVES:
                return start
            limit = following if following >= 0 else len(self.rawdata)
            own = self.rawdata.find(f"</{self.open[-1][0]}", start, limit)
            if own >= 0:
                self.handle_data(self.rawdata[start:own])
                return own
        self.handle_data(self.rawdata[start:] if end < 0 else self.rawdata[start:end])
        return len(self.rawdata) if end < 0 else end + len("]]>")

    # --- open elements ---

    def _close_lost_ends(self, kind: str) -> None:
        """Close the elements that must have ended before one of this kind starts."""
        for height in reversed(range(len(self.open))):
            inner = self.open[height][2]
            if kind in _ENTRIES and inner in _ENTRIES:
                self._close(height)
                return
            if inner in _ENTRIES or inner in _ROOTS:
                return
            is_lost = height == len(self.open) - 1 or kind not in _HTML_LEAVES
            if inner in _LEAVES and is_lost and (kind in _LEAVES or kind in _ENTRIES):
                self._close(height)
                return

    def _has_lost_start(self, kind: str) -> bool:
        """Whether an element outside the entries belongs to one: an entry ends before the next one starts."""
        if kind not in _LEAVES or not self.open or self.open[-1][2] not in _ROOTS:
            return False
        if not self.elements.entries and not (kind == "title" and "title" in self.elements.feeddata):
            return False
        end, following = (self._find(f"<{slash}{self.entry_tag}", self.place) for slash in ("/", ""))
        return end >= 0 and (following < 0 or end < following)

    def _close(self, height: int) -> None:
        while len(self.open) > height:
            _, name, kind, self.prefixes = self.open.pop()
            self.elements.end(name)
            self.is_finished = not self.open and kind not in _ENTRIES

    def _declare(self, attributes: dict[str, str]) -> dict[str, str]:
        """Return the prefixes in scope of an element with these attributes."""
        declared = {
            key.removeprefix("xmlns").removeprefix(":"): value
            for key, value in attributes.items()
            if key == "xmlns" or key.startswith("xmlns:")
        }
        return {**self.prefixes, **declared} if declared and len(self.prefixes) < MAX_PREFIXES else self.prefixes

    def _name(self, name: str, address: str) -> str:
        """Return the name as expat writes it: the namespace, the local name and the prefix."""
        prefix, _, local = name.rpartition(":")
        return NAME_SEPARATOR.join(filter(None, (address, local, prefix))) if address else name

    # --- places in the text ---

    def _after(self, i: int, end: int) -> int:
        """Return the place after a tag; one without an end is text, or skipped at the end of the document."""
        if end >= 0:
            return end
        if self._find(">", i) < 0:
            return len(self.rawdata)
        self.handle_data("<")
        return i + 1

    def _find(self, text: str, place: int) -> int:
        """Return where `text` comes next, or -1. However often it is called, the document is searched once."""
        known = self.found.get(text)
        if known is None or 0 <= known < place:
            known = self.found[text] = self.rawdata.find(text, place)
        return known


def _prepare(found: re.Match[str]) -> str:
    """Replace HTML's references and bare ampersands, and separate the slash of an empty tag, as SGML requires."""
    if found["short"]:
        return f"{found['short']} /"
    if found[0].startswith("<"):
        return found[0]
    if number := found["number"]:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        return escape(chr(code)) if code < 0x110000 and not FORBIDDEN.match(chr(code)) else ""
    value = html5.get(f"{found['name']};")
    return "&amp;" + found[0][1:] if value is None else escape(value)
