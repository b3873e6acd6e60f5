"""Text that is nearly XML → XML, so that a strict reader can read it."""

from __future__ import annotations

import re
from itertools import islice

from msgspec import Struct

from roya_tui.sources.xml.entities import EntityResolver
from roya_tui.translation import gettext, ngettext

MAX_DEPTH = 200
"""Levels of elements; what lies deeper loses its tags."""
MAX_NAMES = 200
"""Prefixes of a document, and attributes of an element, that are kept."""
MAX_NAME_LENGTH = 1_000
"""Characters of an element's name; one with a longer name loses its tags."""
MAX_TAG_LENGTH = 500_000
"""Characters of an element's attributes; those for which there is no more room go."""
MAX_TOKENS = 250_000
"""Tags, comments and the like that are mended: a second's worth, and as much again to read what becomes of them."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?"
_RESERVED = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
# Comments, CDATA sections and instructions are looked at one by one: their ends may be missing.
_TOKEN = re.compile(
    rf"<(?P<special>!--|!\[CDATA\[|\?)|<![A-Za-z][^<>]*>|</\s*(?P<end>{_NAME})[^<>]*>?"
    rf"|<(?P<start>{_NAME})(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+|[^<>]*)>"
    r"|</(?P<odd>[^<>\s]{1,40})>|(?P<stray><)",
    re.S,
)
_ATTRIBUTE = re.compile(
    rf"(?P<name>{_NAME})(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
_LOST_QUOTE = re.compile(r"\s+[\w:-]+\s*=\s*\Z")
_ENTRIES = frozenset(("item", "entry", "rss:item", "atom:entry"))
_ROOTS = frozenset(("rss", "feed", "rdf:rdf", "channel"))
# Elements that never hold one another, and nearly all text.
_LEAF_NAMES = """
title link guid pubdate id published updated issued modified description summary content author category comments
enclosure dc:date dc:creator dc:subject content:encoded itunes:author itunes:title itunes:subtitle itunes:summary
itunes:duration itunes:image itunes:episode itunes:season itunes:explicit media:title media:description media:thumbnail
subtitle language atom:link
"""
_LEAVES = frozenset(_LEAF_NAMES.split())
# Elements of texts: their end, where nothing of theirs is open, is no mistaken end of the text.
_INLINE_NAMES = """
a abbr b big blockquote br center cite code dd del div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 i img ins li
ol p pre q s section small span strike strong sub sup table tbody td th thead tr tt u ul
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_HOLDERS = _ENTRIES | _ROOTS
"""Elements that hold no text of their own."""
_VOID = frozenset("area br col embed hr img input wbr".split())
_ATOM = "http://www.w3.org/2005/Atom"


class RepairedXml(Struct, frozen=True):
    """Well-formed XML, and what had to be done to it, in words."""

    text: str
    warnings: tuple[str, ...]
    is_truncated: bool = False
    """Whether it ends before its end."""


def has_unclosed_cdata(text: str) -> bool:
    """Whether a CDATA section seems to have lost its end, and so to hold what follows up to the end of the next one.

    To a strict reader that is good XML.
    """
    begun = text.count("<![CDATA[")
    return begun > 0 and begun > text.count("]]>")


def repair(text: str, mistake: str = "") -> RepairedXml:
    """Return `text` as well-formed XML: every element closed, every prefix declared, every reference known.

    What is open when its parent ends, ends there; an end without a beginning is dropped; an entry that the end of the
    document cuts off is left out; what follows the root element is passed over, but for entries and further feeds.
    `mistake` is what a strict reader said of it ("line 4: mismatched tag"), to be told.
    """
    mender = _Repairer(text)
    mender.read()
    return mender.result(mistake)


class _Repairer:
    """Writes well-formed XML to `out` while it reads; `open` is the stack of open elements."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.place = 0
        """Where in it we are: behind the token at hand."""
        self.ahead: dict[str, int] = {}
        """Where each string that was looked for comes next."""
        self.out = ["<mended"]
        """An element of ours lies around everything, for the declarations of prefixes."""
        self.open: list[str] = []
        self.kinds: list[str] = []
        """The same in lower case: what is looked for."""
        self.entry: tuple[int, int] | None = None
        """Where the open entry begins, in `out` and in `open`."""
        self.entry_name = "item"
        self.entries = 0
        self.titled = False
        """Whether the feed has a title."""
        self.prefixes: dict[str, str] = {}
        self.used: set[str] = set()
        self.warnings: dict[str, None] = {}
        self.finished = False
        """Whether the root element has ended."""
        self.tokens_left = MAX_TOKENS
        self.references = EntityResolver()

    def read(self) -> None:
        place = 0
        while self.tokens_left and (token := _TOKEN.search(self.source, place)):
            self.tokens_left -= 1
            self._text(self.source[place : token.start()])
            self.place = place = token.end()
            if token["special"] == "![CDATA[":
                place = self._cdata(place)
            elif token["special"] == "!--":
                place = self._past("-->", place)
            elif token["special"] == "?":
                place = self._instruction(place)
            elif token["end"] is not None:
                self._end(token["end"].lower())
            elif token["start"] is not None:
                self._start(token["start"], token["attributes"])
            elif token["odd"] is not None:
                self._end(token["odd"])
            elif token["stray"] is not None:
                self._text("&lt;")
        if self.tokens_left:
            self._text(self.source[place:])

    def result(self, mistake: str) -> RepairedXml:
        cut = False
        unfinished = bool(self.open) and self.entry is not None and self.entry[1] > 0
        if unfinished and self.entry is not None:
            place, height = self.entry
            del self.out[place:], self.open[height:], self.kinds[height:]
        if not self.tokens_left:
            warning = ngettext(
                "The document is damaged: only {count:,} entry was read.",
                "The document is damaged: only its first {count:,} entries were read.",
                self.entries - unfinished,
            )
            self.warnings[warning] = None
        elif cut := bool(self.open):
            self.warnings[_cut_off(self.entries - unfinished, unfinished)] = None
        self._close(0)
        # In a namespace that it does not know the reader takes the prefix for what it usually means.
        undeclared = {prefix: f"urn:undeclared:{prefix}" for prefix in sorted(self.used)}
        declared = undeclared | ({"atom": _ATOM} if "atom" in self.used else {}) | self.prefixes
        self.out[0] += "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in declared.items()) + ">"
        self.out.append("</mended>")
        repaired = gettext("The document is not well-formed XML and was repaired.")
        if mistake:
            repaired = gettext("The document is not well-formed XML ({error}) and was repaired.", error=mistake)
        return RepairedXml("".join(self.out), tuple(self.warnings) or (repaired,), cut)

    def _find(self, what: str, place: int) -> int:
        """Where `what` comes next, -1 if it does not. However often one asks, the text is searched once."""
        known = self.ahead.get(what, 0)
        if 0 <= known < place or what not in self.ahead:
            known = self.ahead[what] = self.source.find(what, place)
        return known

    def _past(self, end: str, place: int) -> int:
        """Behind the next `end`; right here if there is none, so that what follows is not lost with it."""
        found = self._find(end, place)
        return found + len(end) if found >= 0 else place

    def _instruction(self, place: int) -> int:
        """An instruction without its end ends with its tag, as an XML declaration does that lacks the "?"."""
        end = self._find("?>", place)
        if end < 0 or self.source.startswith("xml", place):
            return self._past(">", place)
        return end + len("?>")

    def _cdata(self, place: int) -> int:
        """A section that runs into the next one, or to the end of the document, has lost its end: it ends with its
        element."""
        end, following = self._find("]]>", place), self._find("<![CDATA[", place)
        if end < 0 or 0 <= following < end:
            limit = following if following >= 0 else len(self.source)
            if not self.kinds or self.kinds[-1] in _HOLDERS:
                return place
            for name in (self.open[-1], self.entry_name):
                own = self.source.find(f"</{name}", place, limit)
                if own >= 0:
                    self._literal(self.source[place:own])
                    return own
        stop = end if end >= 0 else len(self.source)
        self._literal(self.source[place:stop])
        return min(stop + 3, len(self.source))

    def _literal(self, text: str) -> None:
        if text:
            self._write_text(f"<![CDATA[{text}]]>")

    def _text(self, text: str) -> None:
        if not text:
            return
        if self.finished and text.strip():
            self._junk()
        self._write_text(self.references.resolve(text).replace("]]>", "]]&gt;"))

    def _write_text(self, text: str) -> None:
        if self.open:
            self.out.append(text)

    def _junk(self) -> None:
        self.warnings[gettext("Text after the end of the feed was skipped.")] = None

    def _start(self, name: str, attributes: str) -> None:
        if len(name) > MAX_NAME_LENGTH:
            return
        prefix, kind = name.rpartition(":")[0], name.lower()
        if self.finished:
            self._junk()
            if kind not in _ENTRIES and kind not in _ROOTS:
                return
        if prefix.lower() in ("xmlns", "xml") or len(self.open) >= MAX_DEPTH or not self._declared(prefix):
            return
        if kind in _LEAVES and self._entry_lost_its_start(kind):
            self._start(self.entry_name, "")
        if kind in _ENTRIES and self.entry is not None and kind in self.kinds[self.entry[1] :]:
            self._close(self.entry[1])
        elif kind in _LEAVES or kind in _ENTRIES:
            self._close_leaf()
        if kind in _ENTRIES and self.entry is None:
            self.entry = (len(self.out), len(self.open))
            self.entries += 1
            self.entry_name = name
        self.finished = False
        self.out.append(f"<{name}{self._attributes(attributes)}")
        if kind in _VOID or attributes.rstrip().endswith("/"):
            self.out.append("/>")
            self._close(len(self.open))
            self._finish(kind)
        else:
            self.out.append(">")
            self.open.append(name)
            self.kinds.append(kind)

    def _entry_lost_its_start(self, kind: str) -> bool:
        """Whether an element between entries belongs to one: an entry ends before the next one begins.

        Before the first entry a title does, where the feed has one already.
        """
        if not self.kinds or self.kinds[-1] not in _ROOTS:
            return False
        if not self.entries:
            if kind != "title" or not self.titled:
                self.titled = self.titled or kind == "title"
                return False
            self.entry_name = "entry" if "feed" in self.kinds else "item"
        end, following = (self._find(f"<{slash}{self.entry_name}", self.place) for slash in ("/", ""))
        return end >= 0 and (following < 0 or end < following)

    def _attributes(self, attributes: str) -> str:
        kept: dict[str, str] = {}
        room = MAX_TAG_LENGTH
        for found in islice(_ATTRIBUTE.finditer(attributes), 10 * MAX_NAMES):
            name = found["name"]
            value = next((v for v in (found["double"], found["single"], found["bare"]) if v is not None), name)
            prefix, _, local = name.rpartition(":")
            if value.endswith("="):
                value = _LOST_QUOTE.sub("", value)
            value = self.references.resolve(value).replace("<", "&lt;").replace('"', "&quot;")
            if ("xmlns" in (prefix, name) and value in _RESERVED) or len(name) + len(value) > room:
                continue
            room -= len(name) + len(value)
            if prefix == "xmlns":
                if local.lower() not in ("xml", "xmlns") and value and len(self.prefixes) < MAX_NAMES:
                    self.prefixes.setdefault(local, value)
            elif len(kept) < MAX_NAMES and (prefix.lower() == "xml" or self._declared(prefix)):
                kept.setdefault(name, value)
        return "".join(f' {name}="{value}"' for name, value in kept.items())

    def _declared(self, prefix: str) -> bool:
        """Note that a prefix is used, so that it will be declared; False if it is one too many."""
        if prefix and (len(self.used) < MAX_NAMES or prefix in self.used):
            self.used.add(prefix)
        return not prefix or prefix in self.used

    def _end(self, kind: str) -> None:
        if self.finished:
            self._junk()
        if kind in self.kinds:
            height = len(self.kinds) - 1 - self.kinds[::-1].index(kind)
            self._close(height)
            self._finish(kind)
        elif kind not in _INLINE and self.kinds and self.kinds[-1] in _LEAVES:
            self._close(len(self.kinds) - 1)  # "</titel>"

    def _finish(self, kind: str) -> None:
        """The root element has ended; but a few entries may stand without one."""
        self.finished = not self.open and kind not in _ENTRIES

    def _close_leaf(self) -> None:
        """A title that is open when a date begins has lost its end tag."""
        lowest = self.entry[1] if self.entry else 0
        for height in range(len(self.kinds) - 1, lowest, -1):
            if self.kinds[height] in _LEAVES:
                self._close(height)
                return

    def _close(self, height: int) -> None:
        while len(self.open) > height:
            self.out.append(f"</{self.open.pop()}>")
        del self.kinds[height:]
        if self.entry is not None and len(self.open) <= self.entry[1]:
            self.entry = None


def _cut_off(whole: int, unfinished: bool) -> str:
    if not whole:
        return gettext("The document is cut off before the end of its first entry.")
    cut = ngettext(
        "The document is cut off after {count:,} entry.", "The document is cut off after {count:,} entries.", whole
    )
    return cut + " " + gettext("An incomplete entry was skipped.") if unfinished else cut
