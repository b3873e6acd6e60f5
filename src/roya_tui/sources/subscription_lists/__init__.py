"""Read and write subscription lists: OPML, and newsboat's urls file."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from itertools import islice
from xml.etree import ElementTree

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.model import NewSource, Source
from roya_tui.sources.charset import decode
from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.sources.pages.known_sites import time_zone_of_site
from roya_tui.sources.urls import InvalidUrl, normalize
from roya_tui.text import normalize_folder, one_line
from roya_tui.translation import gettext, gettext_noop

_NEWSBOAT_SCHEMES = {
    "query": gettext_noop("“{address}” is a query. To save a search: roya-tui searches add NAME QUERY"),
    "filter": gettext_noop("“{address}” has a filter program, and roya-tui runs no programs for feeds."),
    "exec": gettext_noop("“{address}” is a program, and roya-tui runs no programs for feeds."),
}
"""Newsboat's lines that are not addresses, and the messages on why they are not imported."""


class NotASubscriptionList(ValueError):
    """The document is not a subscription list; the message describes what it looks like."""


class SubscriptionList(Struct):
    """The sources of a list, and what was not imported."""

    by_url: dict[str, NewSource] = {}
    """The sources in order, each address once."""
    duplicates: list[str] = []
    """Addresses that are in the list more than once; the first counts."""
    problems: list[str] = []
    """Messages about lines and outlines that were not imported."""
    multi_tag_count: int = 0
    """Number of feeds with more than one tag, of which the first became the folder."""
    is_own_export: bool = False
    """Whether roya-tui wrote the list, which stores names and titles separately."""

    @property
    def sources(self) -> tuple[NewSource, ...]:
        return tuple(self.by_url.values())

    @property
    def named_sources(self) -> tuple[NewSource, ...]:
        """The sources with names and time zones: other programs write the user's name for a feed as its title."""
        if self.is_own_export:
            return self.sources
        return tuple(
            replace(source, name=source.name or source.title, zone=time_zone_of_site(source.url))
            for source in self.sources
        )

    def add(self, address: str, **facts: str | int | None) -> None:
        """Add a source with its normalized address, or record why it is not added."""
        scheme = "exec" if address.startswith("|") else address.partition(":")[0].lower()
        if message := _NEWSBOAT_SCHEMES.get(scheme):
            self.problems.append(gettext(message, address=one_line(address)[:80]))
            return
        # A list must not make the app read a local file.
        if address.lower().startswith(("file:", "/", "~", "./", "../", "\\")) and not address.startswith("//"):
            message = gettext_noop("“{address}” is a local file. To add it: roya-tui add FILE")
            self.problems.append(gettext(message, address=one_line(address)))
            return
        try:
            url = normalize(address)
        except InvalidUrl as error:
            self.problems.append(str(error))
            return
        if url in self.by_url:
            self.duplicates.append(url)
        else:
            self.by_url[url] = NewSource(url, **facts)  # type: ignore[arg-type]


NAMESPACE = "urn:roya-tui"
"""The namespace of attributes that OPML does not define."""
MAX_ITEMS = 100_000
"""Tags or lines of a list that are read, some seconds of work."""
_MAX_FOLDER_DEPTH = 20
_MAX_TAG_LENGTH = 20_000
"""Characters of an outline that are read."""

_QUOTED = (
    r"\"(?:[^\"<]|<(?!/?(?:\w+:)?(?:outline|body|opml)\b))*+\"|'(?:[^'<]|<(?!/?(?:\w+:)?(?:outline|body|opml)\b))*+'"
)
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<(?P<end>/?)(?:\w+:)?(?P<name>outline|body)\b"
    rf"(?:(?P<attributes>(?:[^<>\"']|{_QUOTED})*+)|(?P<unpaired>[^<>]*))>",
    re.S | re.I,
)
# A quote that neither an attribute nor the end of the tag follows is part of the value, as in text="He said "no"".
_QUOTE_CONTINUES = r"(?!\s*(?:[\w:.-]+\s*=|/?\s*\Z))"
_ATTRIBUTE = re.compile(
    rf"(?<![\w:.-])(?P<name>[\w:.-]+)\s*=\s*(?:\"(?P<double>[^\"]*+(?:\"{_QUOTE_CONTINUES}[^\"]*+){{0,6}})\""
    rf"|'(?P<single>[^']*+(?:'{_QUOTE_CONTINUES}[^']*+){{0,6}})'|(?P<bare>[^\s\"']+?)(?=\s|/?\s*\Z))"
)
_PREFIX = re.compile(rf"xmlns:([\w.-]+)\s*=\s*[\"']{NAMESPACE}[\"']")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|(?P<name>\w+));")
_URL_ATTRIBUTES = ("xmlurl", "feedurl", "rssurl", "atomurl")


class Outline(Struct, frozen=True):
    """An outline element; names of attributes are in lower case."""

    attributes: dict[str, str]
    own_attributes: dict[str, str]
    """Those in the namespace of roya-tui."""
    folder: str
    has_children: bool

    @property
    def url(self) -> str:
        """The feed's address, or "". Old lists write `url` with the type of a feed."""
        is_feed = self.attributes.get("type", "").lower() in ("rss", "atom", "feed", "pie")
        names = (*_URL_ATTRIBUTES, "url") if is_feed else _URL_ATTRIBUTES
        return next(filter(None, map(self.attributes.get, names)), "")

    @property
    def label(self) -> str:
        return self.attributes.get("text", "") or self.attributes.get("title", "")


def iter_outlines(text: str, tags: list[re.Match[str]]) -> Iterator[Outline]:
    """Yield the outlines of `text` in order. Entities that a document declares are not resolved."""
    prefix = found[1] if (found := _PREFIX.search(text)) else "roya"
    closed = sum(1 for tag in tags if tag["end"] and tag["name"].lower() == "outline")
    is_balanced = sum(map(_opens, tags)) == closed
    open_folders: list[str] = []
    open_feed = False
    for place, tag in enumerate(tags):
        if tag["name"].lower() == "body":
            open_folders.clear()
        elif tag["end"]:
            if open_feed:
                open_feed = False
            elif open_folders:
                open_folders.pop()
        else:
            inside = open_folders[-1] if open_folders else ""
            has_children = _opens(tag) and place + 1 < len(tags) and not tags[place + 1]["end"]
            outline = Outline(*_parse_attributes(tag, prefix), inside, has_children)
            yield outline
            open_feed = False
            if _opens(tag):
                # If end tags are missing, they are most likely those of feeds.
                if outline.url and not is_balanced:
                    open_feed = True
                else:
                    open_folders.append(inside if outline.url else _join_folder(inside, outline.label))


def _opens(tag: re.Match[str]) -> bool:
    return not tag["end"] and tag["name"].lower() == "outline" and not _tag_content(tag).rstrip().endswith("/")


def _tag_content(tag: re.Match[str]) -> str:
    return tag["attributes"] if tag["attributes"] is not None else tag["unpaired"]


def _join_folder(outer: str, label: str) -> str:
    path = normalize_folder(f"{outer}/{label}")
    return path if path.count("/") < _MAX_FOLDER_DEPTH else outer


def _parse_attributes(tag: re.Match[str], prefix: str) -> tuple[dict[str, str], dict[str, str]]:
    attributes: dict[str, str] = {}
    ours: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(_tag_content(tag)[:_MAX_TAG_LENGTH]):
        space, _, name = found["name"].lower().rpartition(":")
        value = next(part for part in (found["double"], found["single"], found["bare"]) if part is not None)
        if space in ("", prefix.lower()):
            value = one_line(_REFERENCE.sub(_resolve_reference, value))
            (ours if space else attributes).setdefault(name, value)
    return attributes, ours


def _resolve_reference(reference: re.Match[str]) -> str:
    """Resolve a character reference of XML or HTML; others stay as they are."""
    name = reference["name"]
    return html5.get(f"{name};", reference[0]) if name else html.unescape(reference[0])


_NEWSBOAT_LINE = re.compile(r"\"?(?:https?://|feeds?:|file:|query:|filter:|exec:)", re.I)
# newsboat knows double quotes only, with backslashes in them; "#" begins a comment where a word may begin.
_NEWSBOAT_WORD = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"?|(#.*)|(\S+))')


def read_newsboat(text: str) -> SubscriptionList:
    """Read newsboat's urls file. Raises NotASubscriptionList if most lines are not addresses."""
    found = SubscriptionList()
    matches = islice(re.finditer(r".+", text), MAX_ITEMS + 1)
    lines = [line for match in matches if (line := match[0].strip()) and not line.startswith("#")]
    if 2 * sum(1 for line in lines if _NEWSBOAT_LINE.match(line)) < len(lines):
        raise NotASubscriptionList(gettext("This is neither OPML nor newsboat's urls file. Nothing was imported."))
    if len(lines) > MAX_ITEMS:
        message = gettext("The list is too long: only its first {count:,} lines were read.", count=MAX_ITEMS)
        found.problems.append(message)
    for line in lines[:MAX_ITEMS]:
        if not _NEWSBOAT_LINE.match(line):
            found.problems.append(gettext("“{address}” is not an address.", address=one_line(line)[:80]))
            continue
        address, *marks = _newsboat_words(line)
        names = [mark[1:] for mark in marks if mark.startswith("~")]
        tags = [tag for mark in marks if not mark.startswith(("~", "!")) and (tag := normalize_folder(mark))]
        found.multi_tag_count += len(tags) > 1
        found.add(address, name=one_line(names[0]) if names else "", folder=tags[0] if tags else "")
    return found


def _newsboat_words(line: str) -> list[str]:
    words: list[str] = []
    for quoted, comment, plain in _NEWSBOAT_WORD.findall(line):
        if comment:
            break
        words.append(re.sub(r"\\(.)", r"\1", quoted) if quoted else plain)
    return [word for word in words if word] or [""]


def write_newsboat(sources: Iterable[Source | NewSource]) -> bytes:
    """Write newsboat's urls file: the folder as a tag, the name as a tag with "~"; folders in alphabetical order.

    A space in front keeps a folder such as "!x" from being one of newsboat's marks.
    """
    lines = [f"# {OPML_TITLE}"]
    for source in sorted(sources, key=lambda source: source.folder.casefold()):
        name, folder = one_line(source.name or source.title), one_line(source.folder)
        words = [_quote_newsboat(source.url) if " " in source.url or '"' in source.url else source.url]
        words += [_quote_newsboat(f" {folder}" if folder.startswith(("~", "!")) else folder)] if folder else []
        words += [_quote_newsboat(f"~{name}")] if name else []
        lines.append(" ".join(words))
    return os.fsencode("\n".join(lines) + "\n")


def _quote_newsboat(word: str) -> str:
    return '"' + re.sub(r'([\\"])', r"\\\1", word) + '"'


OPML_TITLE = "Subscriptions of roya-tui"
_OUTLINE_TAG = re.compile(r"<(?:\w+:)?outline\b[^<>]*\bxmlurl\b", re.I)


def read(data: bytes) -> SubscriptionList:
    """Read a subscription list, OPML or newsboat's urls. Raises NotASubscriptionList."""
    text = decode(gunzip_if_needed(data)[0]).text
    if not text.lstrip("\ufeff \t\r\n").startswith("<") and not _OUTLINE_TAG.search(text):
        return read_newsboat(text)
    if re.search(r"<(?:\w+:)?(?:opml|outline)\b", text, re.I):
        return _read_opml(text)
    message = gettext("This is not a list of subscriptions (OPML, or newsboat's urls file).")
    if re.search(r"<(?:!doctype\s+)?html\b", text[:5000], re.I):
        message = gettext("This is a web page, not a list of subscriptions (OPML, or newsboat's urls file).")
    raise NotASubscriptionList(message)


def _read_opml(text: str) -> SubscriptionList:
    found = SubscriptionList()
    tags = list(islice((tag for tag in _TAG.finditer(text) if tag["name"]), MAX_ITEMS + 1))
    for outline in iter_outlines(text, tags[:MAX_ITEMS]):
        if outline.url:
            _add_outline(outline, found)
        elif not outline.has_children and outline.attributes.keys() & {"type", "url", "htmlurl"}:
            nameless = gettext("An outline without a name has no feed address.")
            named = gettext("“{name}” has no feed address.", name=outline.label)
            found.problems.append(named if outline.label else nameless)
    if len(tags) > MAX_ITEMS:
        message = gettext("The list is too long: only its first {count:,} outlines were read.", count=MAX_ITEMS)
        found.problems.append(message)
    found.is_own_export = NAMESPACE in text or f"<title>{OPML_TITLE}</title>" in text
    return found


def _add_outline(outline: Outline, found: SubscriptionList) -> None:
    attributes, ours = outline.attributes, outline.own_attributes
    address = outline.url.replace("&amp;", "&")  # escaped twice
    text, title = attributes.get("text", ""), attributes.get("title", "")
    # If text and title differ, text is the user's name for the feed, since OPML displays text.
    name = ours.get("name") or (text if title and text != title else "")
    categories = list(filter(None, map(normalize_folder, attributes.get("category", "").split(","))))
    if not outline.folder:
        found.multi_tag_count += len(categories) > 1
    if attributes.get("filtercmd"):
        found.problems.append(gettext(_NEWSBOAT_SCHEMES["filter"], address=outline.label or address))
    interval, homepage = ours.get("interval", ""), attributes.get("htmlurl", "")
    found.add(
        address,
        name=name,
        title=title or (text if text not in (name, address) else ""),
        folder=outline.folder or next(iter(categories), ""),
        homepage=homepage if re.match(r"https?://[^\s/]", homepage, re.I) else "",
        language=attributes.get("language", ""),
        zone=ours.get("zone", ""),
        mapping=ours.get("mapping", ""),
        interval=int(interval) if re.fullmatch(r"\d{1,9}", interval, re.ASCII) else None,
    )


def write(sources: Iterable[Source | NewSource], title: str = OPML_TITLE) -> bytes:
    """Write OPML 2.0 in UTF-8, with folders as nested outlines in the order of their first source."""
    ElementTree.register_namespace("roya", NAMESPACE)
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = _strip_invalid_xml(title)
    folders = {(): ElementTree.SubElement(root, "body")}  # type: dict[tuple[str, ...], ElementTree.Element]
    for source in sources:
        path = tuple(part for part in map(str.strip, source.folder.split("/")) if part)
        for depth in range(1, len(path) + 1):
            if path[:depth] not in folders:
                name = _strip_invalid_xml(path[depth - 1])
                outer = folders[path[: depth - 1]]
                folders[path[:depth]] = ElementTree.SubElement(outer, "outline", text=name, title=name)
        ElementTree.SubElement(folders[path], "outline", _outline_attributes(source))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _outline_attributes(source: Source | NewSource) -> dict[str, str]:
    facts = {"type": "rss", "text": source.name or source.title or source.url, "xmlUrl": source.url}
    optional = {
        "title": source.title,
        f"{{{NAMESPACE}}}name": source.name if source.title in ("", source.name) else "",
        "htmlUrl": source.homepage,
        "language": source.language,
        f"{{{NAMESPACE}}}zone": source.zone,
        f"{{{NAMESPACE}}}mapping": source.mapping,
        f"{{{NAMESPACE}}}interval": "" if source.interval is None else str(source.interval),
    }
    return {key: _strip_invalid_xml(value) for key, value in (facts | optional).items() if value}


def _strip_invalid_xml(text: str) -> str:
    """Remove characters that XML 1.0 forbids (§2.2)."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
