"""Parse XML with expat, and call a handler for each element."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from xml.parsers import expat

from roya_tui.sources import bounds, urls
from roya_tui.translation import gettext, gettext_noop

MAX_DEPTH = 500
"""Levels of nested elements."""
MAX_WORK = 750_000
"""Elements and attributes that are read of a document, some seconds of work. Feed elements count `_ELEMENT_WORK`."""
_ELEMENT_WORK = 3
_LARGE = 1_000_000
"""Bytes from which a document is checked before it is read, since reading one up to an error takes seconds."""
MAX_TEXT_LENGTH = 4 * bounds.MAX_TEXT_LENGTH
"""Characters that are read of an element's text before base64 is decoded. A multiple of four, as base64 requires."""
Handler = Callable[[Any], None]


def push_ignored(reader: XmlReader) -> None:
    """Collect the text of an element, which `pop_ignored` discards."""
    reader.push("ignored")


def pop_ignored(reader: XmlReader) -> None:
    reader.pop("ignored")


_IGNORE_HANDLERS = (push_ignored, pop_ignored)

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
    "http://podcastindex.org/namespace/1.0": "podcast",
    "http://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "http://podlove.org/simple-chapters": "psc",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/xml/1998/namespace": "xml",
}
"""Namespaces in lower case, and their usual prefixes. For others the document's own prefix is used."""
NAME_SEPARATOR = "\x1f"
"""The separator between the parts of expat's names: a character that XML forbids."""
_VOID = frozenset("area br col embed hr img input link meta param source track wbr".split())
_TOO_DEEP = gettext_noop("elements are nested too deeply")
_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{1000000}")
"""A tag with more or longer attributes than any feed has, which expat would parse slowly."""


class NotWellFormed(Exception):
    """The text is not well-formed XML, or too deeply nested."""


class LimitReached(Exception):
    """The limit on what is read of a document has been reached."""


class XmlReader:
    """Reads a document, calling the handlers of each element.

    `attributes`, `baseuri` and `lang` are those of the current element. Text is added to the element pushed last. In a
    text with markup (`incontent`), elements become HTML.
    """

    handlers: Mapping[str, tuple[Handler, Handler]]
    """Names of elements, and functions called at their start and end. Other elements are ignored."""

    def __init__(self, version: str, address: str) -> None:
        self.version = version
        self.address = address
        self.attributes: Mapping[str, str] = {}
        self.scopes: list[tuple[str, str]] = [("", "")]
        """Base address and language of each open element."""
        self.baseuri = self.lang = ""
        self.names: dict[str, str] = {}
        self.elementstack: list[tuple[str, list[str]]] = []
        """Elements whose text is being collected, and the parts of it."""
        self.depth = 0
        self.incontent = False
        self.content_depth = 0
        self.contentparams: dict[str, Any] = {}
        """Type, base and other properties of the current text."""
        self.work_left = MAX_WORK

    def walk(self, data: bytes) -> None:
        """Read a document in UTF-8. Raises NotWellFormed, and LimitReached before the end of a huge one."""
        if len(data) > _LARGE:
            _check_well_formed(data)
        parser = expat.ParserCreate("utf-8", NAME_SEPARATOR)
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
        tag = self.names.get(name) or self.usual_name(name)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotWellFormed(gettext(_TOO_DEEP))
        if attributes:
            self.attributes = {self.usual_name(key): value for key, value in attributes.items()}
            if "xml:base" in self.attributes:
                base = self.baseuri or self.address
                self.baseuri = urls.join(base, self.attributes["xml:base"].strip()) or base
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
        """Start collecting an element's text."""
        self.elementstack.append((element, []))

    def pop(self, element: str) -> str:
        """Return the text of the element that ends."""
        if self.elementstack and self.elementstack[-1][0] == element:
            return "".join(self.elementstack.pop()[1])[:MAX_TEXT_LENGTH].strip()
        return ""

    def usual_name(self, name: str) -> str:
        """Turn expat's namespace, local name and prefix into "prefix:local", with the namespace's usual prefix."""
        if name not in self.names:
            split = name.rpartition if name.count(NAME_SEPARATOR) < 2 else name.partition
            address, _, rest = split(NAME_SEPARATOR)
            local, _, prefix = rest.lower().partition(NAME_SEPARATOR)
            address = address.lower().replace("https:", "http:")
            prefix = "" if "backend.userland.com/rss" in address else _NAMESPACES.get(address, prefix)
            self.names[name] = f"{prefix}:{local}" if prefix else local
        return self.names[name]

    def _start_inline(self, name: str) -> None:
        """Add the start tag of an element inside a text, where <summary> or <source> are HTML."""
        if not self.contentparams["type"].endswith("xml"):
            self.contentparams["type"] = XHTML
        self._append_markup(f"<{name}{''.join(map(_format_attribute, self.attributes.items()))}>")

    def _end_inline(self, name: str) -> None:
        if name not in _VOID:
            self._append_markup(f"</{name}>")

    def _append_markup(self, tag: str) -> None:
        if self.elementstack:
            self.elementstack[-1][1].append(tag)


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    # In one call: with several, older versions of expat parse a long tag again in each.
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        mistake = expat.ErrorString(error.code).removeprefix("not well-formed (").removesuffix(")")
        place = {"line": error.lineno, "column": error.offset + 1}
        raise NotWellFormed(gettext("line {line}, column {column}: {error}", **place, error=mistake)) from error


def _check_well_formed(data: bytes) -> None:
    """Check the part of a document that will be read. Raises NotWellFormed."""
    if _LONG_TAG.search(data):
        raise NotWellFormed(gettext("an element is too long"))
    depth = started = 0

    def start(*_: object) -> None:
        nonlocal depth, started
        depth += 1
        started += 1
        if depth > MAX_DEPTH:
            raise NotWellFormed(gettext(_TOO_DEEP))
        if started > MAX_WORK // _ELEMENT_WORK:
            raise LimitReached

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", NAME_SEPARATOR)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with suppress(LimitReached):
        _parse(parser, data)


def _format_attribute(attribute: tuple[str, str]) -> str:
    name, value = attribute
    value = html.escape(value, quote=False).replace('"', "&quot;")
    return f' {name}="{value}"'


_KINDS = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
"""Short names of text types (RFC 4287 §3.1.1)."""
_C1 = re.compile("[\x80-\x9f]")


class XmlTextReader(XmlReader):
    """Stores texts in `feeddata` or in the last of `entries`, whose keys vary from feed to feed."""

    def __init__(self, version: str, address: str) -> None:
        super().__init__(version, address)
        self.feeddata: dict[str, Any] = {}
        self.entries: list[dict[str, Any]] = []
        # Data of an entry's original source, of the feed's picture, and of its search form.
        self.sourcedata: dict[str, Any] = {}
        self.image: dict[str, Any] | None = None
        self.form: dict[str, Any] = {}
        self.infeed = self.inentry = self.insource = self.inimage = self.intextinput = False
        self.title_depth = -1
        self.text_key = ""
        """The key under which the current text will be stored."""
        self.outermost = 0
        """Number of top-level elements in that text."""

    def _context(self) -> dict[str, Any]:
        """Return the data to which the current element belongs."""
        if self.insource:
            return self.sourcedata
        if self.inimage and self.image is not None:
            return self.image
        if self.intextinput:
            return self.form
        return self.entries[-1] if self.inentry else self.feeddata

    def append(self, key: str, value: Any) -> None:
        """Append to a list of the entry or feed, up to its limit."""
        values = self._context().setdefault(key, [])
        if len(values) < bounds.MAX_ITEMS_IN_ENTRY:
            values.append(value)

    def is_in_picture_or_form(self) -> bool:
        """Whether the current element describes a picture or a search form, not the entry or feed around it."""
        return self.inimage or self.intextinput

    # --- plain texts ---

    def end_text(self, key: str) -> None:
        """Store a plain text; the first of a key stays."""
        text = self.pop("text")
        if text and not self.is_in_picture_or_form():
            context = self._context()
            if not context.get(key):
                context[key] = text

    def end_date(self, key: str) -> None:
        """Store a date; the last of a key counts, as in most readers."""
        if text := self.pop("text"):
            self._context()[key] = fix_mojibake(text)

    def end_reference(self, key: str) -> None:
        """Store an address with its base; the first of a key stays."""
        if text := self.pop("text"):
            self._context().setdefault(key, {"href": text, "base": self.baseuri})

    # --- texts with markup ---

    def start_content(self, key: str, kind: str) -> None:
        """Start a text that may have markup. `kind` is its type unless the element declares one."""
        is_base64 = self.attributes.get("mode") == "base64"
        if is_base64 and self.version == "atom03":
            kind = "text/html"
        kind = self.attributes.get("type", kind).lower()
        kind = _KINDS.get(kind, kind)
        self.contentparams = {"type": kind, "base": self.baseuri}
        if is_base64 or ("/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))):
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
            if "dir" in self.attributes and self.version == "atom10":  # the element will be removed
                self.contentparams["dir"] = self.attributes["dir"]
        super()._start_inline(name)

    def end_content(self, key: str) -> str:
        """Store the text that ends under `key`, and its properties under `key`_detail; return the text."""
        self.incontent = False
        detail, self.contentparams = self.contentparams, {}
        if self.elementstack and self.version == "atom10" and detail["type"] == XHTML and self.outermost == 1:
            parts = self.elementstack[-1][1]
            parts[:] = _strip_div(parts)
        text = self.pop(key)
        text = _decode_base64(text) if detail.pop("packed", False) else fix_mojibake(text)
        detail["value"] = text
        if not (self.inentry or self.infeed or self.insource):
            return text
        if key == "title" and -1 < self.title_depth <= self.depth:  # a deeper title is not the entry's
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
        """Start a summary. A second one of an entry becomes its content; a second one of a feed is ignored."""
        if self.is_in_picture_or_form():
            self.text_key = "other"
        elif self.inentry and not self.insource:
            self.text_key = "content" if "summary_detail" in self.entries[-1] else "summary"
        else:
            self.text_key = "other" if self._context().get("subtitle") else "subtitle"
        self.start_content(self.text_key, kind)
        if self.text_key == "content":
            self.contentparams["second"] = True

    def start_fallback(self, kind: str) -> None:
        """Start a text that is used only if there is no summary."""
        self.text_key = "other" if "summary_detail" in self._context() else "summary"
        self.start_content(self.text_key, kind)


def _strip_div(parts: list[str]) -> list[str]:
    """Remove the div around XHTML, which is not part of the text (RFC 4287 §3.1.1.3)."""
    filled = [index for index, part in enumerate(parts) if part.strip()]
    first, last = (filled[0], filled[-1]) if filled else (0, 0)
    if first < last and parts[first].startswith(("<div>", "<div ")) and parts[last] == "</div>":
        return parts[first + 1 : last]
    return parts


def _decode_base64(text: str) -> str:
    """Decode base64; "" if the result is not text. Invalid base64 is returned as it is."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return ""


def fix_mojibake(text: str) -> str:
    """Repair UTF-8 that was decoded as Latin 1, and turn the controls 80 to 9F into their windows-1252 characters."""
    if text.isascii():
        return text
    with suppress(ValueError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return _C1.sub(lambda found: found[0].encode("iso-8859-1").decode("cp1252", "ignore"), text)
