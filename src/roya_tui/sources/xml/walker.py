"""XML → a handler's call for each element, as expat finds it."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from roya_tui.sources import bounds

MAX_DEPTH = 500
"""Levels of elements, far beyond what a feed or the XHTML in it needs."""
MAX_WORK = 750_000
"""How much is read of a document, some seconds' worth: an attribute and an element inside a text count 1."""
_ELEMENT_WORK = 3
_LARGE = 1_000_000
"""Bytes of a document that is looked at as a whole before it is read: to read half of it in vain takes seconds."""
MAX_TEXT_LENGTH = 4 * bounds.MAX_TEXT_LENGTH
"""Characters that are taken of an element's text, so that enough remains when it is unpacked. A multiple of four, as
base64 wants it."""
Handler = Callable[[Any], None]

XHTML = "application/xhtml+xml"
_NAMESPACES = {
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/xml/1998/namespace": "xml",
}
"""The usual prefixes of namespaces, in lower case; in any other one what a document calls it is taken."""
_NAME_SEPARATOR = "\x1f"
"""What expat puts between the parts of a name: a character that XML forbids."""
_VOID = frozenset(
    ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)


_TOO_DEEP = "elements lie too deep in one another"
_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{1000000}")
"""One whose attributes, or their names, are more or longer than anyone needs: expat makes them all, and slowly."""


class NotWellFormed(Exception):
    """The text is not XML, or too deep to be read as such."""


class LimitReached(Exception):
    """As much as is read of one document has been read."""


class XmlReader:
    """Walks through a document. `attributes` are those of the element at hand, `baseuri` and `lang` what holds there.

    `handlers` says what is done at the start and at the end of each element; any other is ignored. `pieces` of text go
    to the element that was pushed last. Inside a text (`incontent`) elements become HTML in it.
    """

    handlers: Mapping[str, tuple[Handler, Handler]]

    def __init__(self, version: str, address: str) -> None:
        self.version = version
        self.address = address
        self.attributes: Mapping[str, str] = {}
        self.scopes: list[tuple[str, str]] = [("", "")]
        """Base and language of each open element."""
        self.baseuri = self.lang = ""
        self.names: dict[str, str] = {}
        self.elementstack: list[tuple[str, list[str]]] = []
        """What was pushed, and the pieces of its text."""
        self.depth = 0
        self.incontent = False
        self.content_depth = 0
        self.contentparams: dict[str, Any] = {}
        """What is known of the text at hand."""
        self.work_left = MAX_WORK

    def walk(self, data: bytes) -> None:
        """Walk through a whole document in UTF-8. Raises NotWellFormed, and Enough before the end of a huge one."""
        if len(data) > _LARGE:
            _check_well_formed(data)
        parser = expat.ParserCreate("utf-8", _NAME_SEPARATOR)
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _parse(parser, data)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.work_left -= len(attributes) + (1 if self.incontent else _ELEMENT_WORK)
        if self.work_left < 0:
            raise LimitReached
        tag = self.names.get(name) or self._prefixed_name(name)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotWellFormed(_TOO_DEEP)
        if attributes:
            self.attributes = {self._prefixed_name(key): value for key, value in attributes.items()}
            if "xml:base" in self.attributes:
                self.baseuri = _join_base(self.baseuri or self.address, self.attributes["xml:base"].strip())
            self.lang = self.attributes.get("xml:lang", self.lang)
        else:
            self.attributes = attributes
        self.scopes.append((self.baseuri, self.lang))
        if self.incontent:
            self._start_inline(tag.rpartition(":")[2])
        else:
            self.handlers.get(tag, _IGNORE_HANDLERS)[0](self)

    def end(self, name: str) -> None:
        tag = self.names[name]
        if self.incontent and self.depth > self.content_depth:
            self._end_inline(tag.rpartition(":")[2])
        else:
            self.handlers.get(tag, _IGNORE_HANDLERS)[1](self)
        self.scopes.pop()
        self.baseuri, self.lang = self.scopes[-1]
        self.depth -= 1

    def characters(self, text: str) -> None:
        if self.elementstack:
            if self.incontent and self.contentparams["type"] == XHTML:
                text = html.escape(text, quote=False)
            self.elementstack[-1][1].append(text)

    def push(self, element: str) -> None:
        """Begin to gather an element's text."""
        self.elementstack.append((element, []))

    def pop(self, element: str) -> str:
        """Return the text of the element that ends."""
        if self.elementstack and self.elementstack[-1][0] == element:
            return "".join(self.elementstack.pop()[1])[:MAX_TEXT_LENGTH].strip()
        return ""

    def _prefixed_name(self, name: str) -> str:
        """Expat's address, local name and prefix → "prefix:local", with the usual prefix of that namespace."""
        if name not in self.names:
            address, _, rest = (
                name.rpartition(_NAME_SEPARATOR) if name.count(_NAME_SEPARATOR) < 2 else name.partition(_NAME_SEPARATOR)
            )
            local, _, prefix = rest.lower().partition(_NAME_SEPARATOR)
            address = address.lower().replace("https:", "http:")
            prefix = "" if "backend.userland.com/rss" in address else _NAMESPACES.get(address, prefix)
            self.names[name] = f"{prefix}:{local}" if prefix else local
        return self.names[name]

    def _start_inline(self, name: str) -> None:
        """An element inside a text: <summary> or <source> there are HTML's, not the feed's."""
        if not self.contentparams["type"].endswith("xml"):
            self.contentparams["type"] = XHTML
        self._append_markup(f"<{name}{''.join(map(_format_attribute, self.attributes.items()))}>")

    def _end_inline(self, name: str) -> None:
        if name not in _VOID:
            self._append_markup(f"</{name}>")

    def _append_markup(self, tag: str) -> None:
        if self.elementstack:
            self.elementstack[-1][1].append(tag)

    def start_ignored(self) -> None:
        self.push("ignored")

    def end_ignored(self) -> None:
        self.pop("ignored")


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    # All at once: from pieces, older versions of expat read a long tag again with each of them.
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        mistake = expat.ErrorString(error.code).removeprefix("not well-formed (").removesuffix(")")
        raise NotWellFormed(f"line {error.lineno}: {mistake}") from error


def _check_well_formed(data: bytes) -> None:
    """See whether a document is well-formed, as far as it will be read. Raises NotWellFormed."""
    if _LONG_TAG.search(data):
        raise NotWellFormed("an element too long to be read")
    depth = started = 0

    def start(*_: object) -> None:
        nonlocal depth, started
        depth += 1
        started += 1
        if depth > MAX_DEPTH:
            raise NotWellFormed(_TOO_DEEP)
        if started > MAX_WORK // _ELEMENT_WORK:
            raise LimitReached

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", _NAME_SEPARATOR)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with suppress(LimitReached):
        _parse(parser, data)


def _format_attribute(attribute: tuple[str, str]) -> str:
    name, value = attribute
    value = html.escape(value, quote=False).replace('"', "&quot;")
    return f' {name}="{value}"'


def _join_base(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # brackets that are no IPv6 address
        return base


_IGNORE_HANDLERS = (XmlReader.start_ignored, XmlReader.end_ignored)

_KINDS = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
"""Short names of kinds of text (RFC 4287 §3.1.1)."""
_C1 = re.compile("[\x80-\x9f]")


class XmlTextReader(XmlReader):
    """Keeps what a walk finds in `feeddata` or in the last of `entries`: dicts, of which every feed has others."""

    def __init__(self, version: str, address: str) -> None:
        super().__init__(version, address)
        self.feeddata: dict[str, Any] = {}
        self.entries: list[dict[str, Any]] = []
        # What is said of the source that an entry comes from, of the feed's picture, and of its search form.
        self.sourcedata: dict[str, Any] = {}
        self.image: dict[str, Any] | None = None
        self.form: dict[str, Any] = {}
        self.infeed = self.inentry = self.insource = self.inimage = self.intextinput = False
        self.title_depth = -1
        self.text_key = ""
        """Where the text that is being read will be kept."""
        self.outermost = 0
        """Elements in that text that lie in no other."""

    def _context(self) -> dict[str, Any]:
        """Where what is said belongs."""
        if self.insource:
            return self.sourcedata
        if self.inimage and self.image is not None:
            return self.image
        if self.intextinput:
            return self.form
        return self.entries[-1] if self.inentry else self.feeddata

    def append(self, key: str, value: Any) -> None:
        """Add to one of the entry's (or feed's) lists, within bounds."""
        kept = self._context().setdefault(key, [])
        if len(kept) < bounds.MAX_ITEMS_IN_ENTRY:
            kept.append(value)

    def is_in_picture_or_form(self) -> bool:
        """Whether what is said is about a picture or a search form, not about the entry or feed that it stands in."""
        return self.inimage or self.intextinput

    # --- plain texts ---

    def end_text(self, key: str) -> None:
        """Keep a plain text; the first one of a key stays."""
        text = self.pop("text")
        if text and not self.is_in_picture_or_form():
            context = self._context()
            if not context.get(key):
                context[key] = text

    def end_date(self, key: str) -> None:
        """Keep a date; the last one of a key stays, as most readers have it."""
        if text := self.pop("text"):
            self._context()[key] = fix_mojibake(text)

    def end_reference(self, key: str) -> None:
        """Keep an address and what it is relative to; the first one of a key stays."""
        if text := self.pop("text"):
            self._context().setdefault(key, {"href": text, "base": self.baseuri})

    def end_list_item(self, key: str) -> None:
        """Add a text to a list."""
        self.append(key, self.pop("text"))

    # --- texts with markup ---

    def start_content(self, key: str, kind: str) -> None:
        """Begin a text that may have markup, of that kind if it does not say another."""
        packed = self.attributes.get("mode") == "base64"
        if packed and self.version == "atom03":
            kind = "text/html"
        kind = self.attributes.get("type", kind).lower()
        kind = _KINDS.get(kind, kind)
        self.contentparams = {"type": kind, "base": self.baseuri}
        if packed or ("/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))):
            self.contentparams["packed"] = True
        if kind == XHTML:
            self.contentparams["literal"] = True
        if direction := self.attributes.get("dir") or (self.inentry and self.entries[-1]["dir"]):
            self.contentparams["dir"] = direction
        self.push(key)
        self.incontent = True
        self.content_depth, self.outermost = self.depth, 0

    def _start_inline(self, name: str) -> None:
        if self.depth == self.content_depth + 1:
            self.outermost += 1
            if "dir" in self.attributes and self.version == "atom10":  # that element will go
                self.contentparams["dir"] = self.attributes["dir"]
        super()._start_inline(name)

    def end_content(self, key: str) -> str:
        """Keep the text that ends under its key, and with what is known of it under key_detail; return it."""
        self.incontent = False
        detail, self.contentparams = self.contentparams, {}
        if self.elementstack and self.version == "atom10" and detail["type"] == XHTML and self.outermost == 1:
            pieces = self.elementstack[-1][1]
            pieces[:] = _strip_div(pieces)
        text = self.pop(key)
        text = _decode_base64(text) if detail.pop("packed", False) else fix_mojibake(text)
        detail["value"] = text
        if not (self.inentry or self.infeed or self.insource):
            return text
        if key == "title" and -1 < self.title_depth <= self.depth:  # a title that lies deeper is of something else
            return text
        if key == "content":
            self.append(key, detail)
        else:
            self._context().update({key: text, f"{key}_detail": detail})
        return text

    def start_title(self) -> None:
        self.text_key = "other" if self.is_in_picture_or_form() else "title"
        self.start_content(self.text_key, "text/plain")

    def end_title(self) -> None:
        if self.end_content(self.text_key) and self.text_key == "title":
            self.title_depth = self.depth

    def start_summary(self, kind: str) -> None:
        """A second text of an entry is its content; a second one of a feed is passed over."""
        if self.is_in_picture_or_form():
            self.text_key = "other"
        elif self.inentry and not self.insource:
            self.text_key = "content" if "summary_detail" in self.entries[-1] else "summary"
        else:
            self.text_key = "other" if self._context().get("subtitle") else "subtitle"
        second = self.text_key == "content"
        self.start_content(self.text_key, kind)
        if second:
            self.contentparams["second"] = True

    def start_fallback(self, kind: str) -> None:
        """A text that counts only where there is no other."""
        self.text_key = "other" if "summary_detail" in self._context() else "summary"
        self.start_content(self.text_key, kind)

    def end_summary(self) -> None:
        self.end_content(self.text_key)


def _strip_div(pieces: list[str]) -> list[str]:
    """The pieces of XHTML without the element around it, which is no part of it (RFC 4287 §3.1.1.3)."""
    said = [place for place, piece in enumerate(pieces) if piece.strip()]
    first, last = (said[0], said[-1]) if said else (0, 0)
    if first < last and pieces[first].startswith(("<div>", "<div ")) and pieces[last] == "</div>":
        return pieces[first + 1 : last]
    return pieces


def _decode_base64(text: str) -> str:
    """Base64 → text; "" if it is none. What is not even base64 was labelled wrongly, and stays."""
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text
    try:
        return packed.decode("utf-8").strip()
    except UnicodeDecodeError:
        return ""


def fix_mojibake(text: str) -> str:
    """A text with what other programs did to its letters undone.

    UTF-8 that was read as Latin 1 and written again is UTF-8 again; the controls 80 to 9F are Microsoft's signs.
    """
    if text.isascii():
        return text
    with suppress(ValueError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return _C1.sub(lambda found: found[0].encode("iso-8859-1").decode("cp1252", "ignore"), text)
