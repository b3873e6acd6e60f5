"""XML → a handler's call for each element, as expat finds it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from roya_tui.sources import bounds

DEEPEST = 500
"""Levels of elements, far beyond what a feed or the XHTML in it needs."""
MOST_WORK = 750_000
"""How much is read of a document, some seconds' worth: an attribute and an element inside a text count 1."""
_ELEMENT_WORK = 3
_LARGE = 1_000_000
"""Bytes of a document that is looked at as a whole before it is read: to read half of it in vain takes seconds."""
LONGEST = 4 * bounds.LONGEST_TEXT
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
_BETWEEN = "\x1f"
"""What expat puts between the parts of a name: a character that XML forbids."""
_VOID = frozenset(
    ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)


_TOO_DEEP = "elements lie too deep in one another"
_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{1000000}")
"""One whose attributes, or their names, are more or longer than anyone needs: expat makes them all, and slowly."""


class NotWellFormed(Exception):
    """The text is not XML, or too deep to be read as such."""


class Enough(Exception):
    """As much as is read of one document has been read."""


class XmlWalk:
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
        self.work_left = MOST_WORK

    def walk(self, data: bytes) -> None:
        """Walk through a whole document in UTF-8. Raises NotWellFormed, and Enough before the end of a huge one."""
        if len(data) > _LARGE:
            _check(data)
        parser = expat.ParserCreate("utf-8", _BETWEEN)
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _parse(parser, data)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.work_left -= len(attributes) + (1 if self.incontent else _ELEMENT_WORK)
        if self.work_left < 0:
            raise Enough
        tag = self.names.get(name) or self._named(name)
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotWellFormed(_TOO_DEEP)
        if attributes:
            self.attributes = {self._named(key): value for key, value in attributes.items()}
            if "xml:base" in self.attributes:
                self.baseuri = _joined(self.baseuri or self.address, self.attributes["xml:base"].strip())
            self.lang = self.attributes.get("xml:lang", self.lang)
        else:
            self.attributes = attributes
        self.scopes.append((self.baseuri, self.lang))
        if self.incontent:
            self._start_inline(tag.rpartition(":")[2])
        else:
            self.handlers.get(tag, _IGNORED)[0](self)

    def end(self, name: str) -> None:
        tag = self.names[name]
        if self.incontent and self.depth > self.content_depth:
            self._end_inline(tag.rpartition(":")[2])
        else:
            self.handlers.get(tag, _IGNORED)[1](self)
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
            return "".join(self.elementstack.pop()[1])[:LONGEST].strip()
        return ""

    def _named(self, name: str) -> str:
        """Expat's address, local name and prefix → "prefix:local", with the usual prefix of that namespace."""
        if name not in self.names:
            address, _, rest = name.rpartition(_BETWEEN) if name.count(_BETWEEN) < 2 else name.partition(_BETWEEN)
            local, _, prefix = rest.lower().partition(_BETWEEN)
            address = address.lower().replace("https:", "http:")
            prefix = "" if "backend.userland.com/rss" in address else _NAMESPACES.get(address, prefix)
            self.names[name] = f"{prefix}:{local}" if prefix else local
        return self.names[name]

    def _start_inline(self, name: str) -> None:
        """An element inside a text: <summary> or <source> there are HTML's, not the feed's."""
        if not self.contentparams["type"].endswith("xml"):
            self.contentparams["type"] = XHTML
        self._markup(f"<{name}{''.join(map(_written, self.attributes.items()))}>")

    def _end_inline(self, name: str) -> None:
        if name not in _VOID:
            self._markup(f"</{name}>")

    def _markup(self, tag: str) -> None:
        if self.elementstack:
            self.elementstack[-1][1].append(tag)

    def ignore(self) -> None:
        self.push("ignored")

    def ignored(self) -> None:
        self.pop("ignored")


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    # All at once: from pieces, older versions of expat read a long tag again with each of them.
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        mistake = expat.ErrorString(error.code).removeprefix("not well-formed (").removesuffix(")")
        raise NotWellFormed(f"line {error.lineno}: {mistake}") from error


def _check(data: bytes) -> None:
    """See whether a document is well-formed, as far as it will be read. Raises NotWellFormed."""
    if _LONG_TAG.search(data):
        raise NotWellFormed("an element too long to be read")
    depth = started = 0

    def start(*_: object) -> None:
        nonlocal depth, started
        depth += 1
        started += 1
        if depth > DEEPEST:
            raise NotWellFormed(_TOO_DEEP)
        if started > MOST_WORK // _ELEMENT_WORK:
            raise Enough

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", _BETWEEN)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with suppress(Enough):
        _parse(parser, data)


def _written(attribute: tuple[str, str]) -> str:
    name, value = attribute
    value = html.escape(value, quote=False).replace('"', "&quot;")
    return f' {name}="{value}"'


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # brackets that are no IPv6 address
        return base


_IGNORED = (XmlWalk.ignore, XmlWalk.ignored)
