"""Lists of subscriptions: OPML 1.0 and 2.0 in and out, and newsboat's urls file in.

OPML: http://opml.org/spec2.opml. What OPML has no word for (the person's own name of a source, its clock, its
mapping, its interval) is written in attributes of a namespace of ours, so that nothing is lost on the way out and back.
"""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from roya_tui.model import NewSource, Source
from roya_tui.sources.decoding import decode
from roya_tui.sources.typed import NotAnAddress, tidy
from roya_tui.text import one_line

_OURS = "urn:roya-tui"
_FOLDERS_DEEP = 20

_NEITHER = "This is neither OPML nor newsboat's urls; nothing was taken over."
_OF_NEWSBOAT = {
    "query": "a query of newsboat's; roya-tui --query 'is:unread' is the way here.",
    "filter": "a filter is a program that newsboat runs, and roya-tui runs none.",
    "exec": "a program that newsboat runs, and roya-tui runs none.",
}
"""What newsboat's urls may hold besides addresses, and why it is not taken over."""


class NotSubscriptions(ValueError):
    """The document is no list of subscriptions; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a list holds: its feeds in order, each address once, and in words what was not taken over."""

    feeds: tuple[NewSource, ...]
    twice: tuple[str, ...] = ()
    """Addresses that stand in the list more than once; the first counts."""
    problems: tuple[str, ...] = ()
    several_tags: int = 0
    """How many lines of newsboat's had more than one tag, of which the first became the folder."""


class _Collector:
    """Gathers feeds: tidies each address, keeps the first of two, remembers the rest in words."""

    def __init__(self) -> None:
        self.feeds: dict[str, NewSource] = {}
        self.twice: list[str] = []
        self.problems: list[str] = []
        self.several_tags = 0

    def add(self, address: str, **facts: str | int | None) -> None:
        if _is_local(address):
            self.problems.append(f"{one_line(address)}: a file on a computer. roya-tui add takes those.")
            return
        try:
            url = tidy(address)
        except NotAnAddress as error:
            self.problems.append(str(error))
            return
        if url in self.feeds:
            self.twice.append(url)
        else:
            self.feeds[url] = NewSource(url, **facts)  # type: ignore[arg-type]

    def result(self) -> Subscriptions:
        return Subscriptions(tuple(self.feeds.values()), tuple(self.twice), tuple(self.problems), self.several_tags)


def _is_local(address: str) -> bool:
    """No list from outside may make us read a file of this machine."""
    return address.lower().startswith(("file:", "/", "~", "./", "../", "\\")) and not address.startswith("//")


def read(data: bytes) -> Subscriptions:
    """Read a list of subscriptions, OPML or newsboat's urls; raises `NotSubscriptions`."""
    text = decode(data).text
    if not text.lstrip().startswith("<"):
        return _read_urls(text)
    if re.search(r"<(?:\w+:)?(?:opml|outline)\b", text, re.I):
        return _read_opml(text)
    kind = "a web page" if re.search(r"<(?:!doctype\s+)?html\b", text[:5000], re.I) else "another kind of document"
    raise NotSubscriptions(f"This is {kind}, not a list of subscriptions (OPML, or newsboat's urls).")


# -- OPML in ----------------------------------------------------------------------------------------------------------


def _read_opml(text: str) -> Subscriptions:
    from lxml import etree

    # Real lists have "AT&T" and "&eacute;" in them. Rewriting both also leaves no entity for a hostile file to grow.
    text = re.sub(r"&(?:(#\d+|#[xX][0-9a-fA-F]+|\w+);)?", _entity, text)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise NotSubscriptions("This OPML file is too broken to be read.")

    found = _Collector()
    waiting = [(root, ())]  # type: list[tuple[etree._Element, tuple[str, ...]]]
    while waiting:
        element, folder = waiting.pop()
        inside = folder
        if isinstance(element.tag, str) and etree.QName(element).localname.lower() == "outline":
            inside = _outline(element, folder, found)
        waiting.extend((child, inside) for child in reversed(element))
    return found.result()


def _entity(found: re.Match[str]) -> str:
    """Keep what XML knows, turn HTML's names into characters, and make of the rest the text it looks like."""
    name = found[1]
    if name is None:
        return "&amp;"
    if name.startswith("#") or name in ("amp", "lt", "gt", "quot", "apos"):
        return found[0]
    meant = html.unescape(found[0])
    return html.escape(meant) if meant != found[0] else f"&amp;{name};"


def _outline(element: object, folder: tuple[str, ...], found: _Collector) -> tuple[str, ...]:
    """Take one outline: a feed is collected, a folder's name is the path of what stands inside it."""
    attributes: dict[str, str] = {}
    ours: dict[str, str] = {}
    for name, value in element.attrib.items():  # type: ignore[attr-defined]
        if name.startswith(f"{{{_OURS}}}"):
            ours[name.rpartition("}")[2]] = one_line(value)
        else:
            attributes.setdefault(name.rpartition("}")[2].lower(), one_line(value))

    text, title = attributes.get("text", ""), attributes.get("title", "")
    label = text or title
    kind = attributes.get("type", "").lower()
    address = attributes.get("xmlurl") or (attributes.get("url", "") if kind in ("rss", "atom", "feed") else "")
    has_children = len(element) > 0  # type: ignore[arg-type]
    if address:
        # Where text and title differ, text is the person's name for it: the spec has text displayed.
        name = ours.get("name") or (text if title and text != title else "")
        interval = ours.get("interval", "")
        found.add(
            address,
            name=name,
            title=title or (text if text not in (name, address) else ""),
            folder="/".join(folder),
            homepage=_web(attributes.get("htmlurl", "")),
            language=attributes.get("language", ""),
            zone=ours.get("zone", ""),
            mapping=ours.get("mapping", ""),
            interval=int(interval) if re.fullmatch(r"\d{1,9}", interval, re.ASCII) else None,
        )
    elif not has_children and (kind or attributes.keys() & {"url", "htmlurl"}):
        found.problems.append(f"“{label or 'without a name'}” has no address of a feed.")
    if not has_children or len(folder) >= _FOLDERS_DEEP:
        return folder
    return (*folder, *(part for part in map(str.strip, label.split("/")) if part))


def _web(address: str) -> str:
    return address if re.match(r"https?://[^\s/]", address, re.I) else ""


# -- newsboat's urls in -----------------------------------------------------------------------------------------------


_URLS_LINE = re.compile(r"[\"']?(?:https?://|file:|query:|filter:|exec:)", re.I)


def _read_urls(text: str) -> Subscriptions:
    """Read newsboat's urls file: an address, then tags; "~name" is the name, "!" hides (both newsboat's own signs)."""
    found = _Collector()
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if 2 * sum(1 for line in lines if _URLS_LINE.match(line)) < len(lines):
        raise NotSubscriptions(_NEITHER)
    for line in lines:
        if not _URLS_LINE.match(line):
            found.problems.append(f"“{one_line(line)[:80]}” is no address.")
            continue
        try:
            address, *marks = shlex.split(line, comments=False)
        except ValueError:
            address, *marks = line.split()
        if why := _OF_NEWSBOAT.get(address.partition(":")[0].lower()):
            found.problems.append(f"“{one_line(address)[:80]}”: {why}")
            continue
        names = [mark[1:] for mark in marks if mark.startswith("~")]
        tags = [mark for mark in marks if not mark.startswith(("~", "!"))]
        folder = "/".join(part for part in map(str.strip, one_line(tags[0] if tags else "").split("/")) if part)
        found.several_tags += len(tags) > 1
        found.add(address, name=one_line(names[0]) if names else "", folder=folder)
    return found.result()


# -- OPML out ---------------------------------------------------------------------------------------------------------


def write(sources: Iterable[Source | NewSource], title: str = "Subscriptions of roya-tui") -> bytes:
    """Write OPML 2.0, UTF-8, with folders as nested outlines in the order of their first source."""
    ElementTree.register_namespace("roya", _OURS)
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = _xml(title)
    folders = {(): ElementTree.SubElement(root, "body")}  # type: dict[tuple[str, ...], ElementTree.Element]
    for source in sources:
        path = tuple(part for part in map(str.strip, source.folder.split("/")) if part)
        for depth in range(1, len(path) + 1):
            if path[:depth] not in folders:
                name = _xml(path[depth - 1])
                folders[path[:depth]] = ElementTree.SubElement(
                    folders[path[: depth - 1]], "outline", text=name, title=name
                )
        ElementTree.SubElement(folders[path], "outline", _attributes(source))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _attributes(source: Source | NewSource) -> dict[str, str]:
    facts = {"type": "rss", "text": source.name or source.title or source.url, "xmlUrl": source.url}
    optional = {
        "title": source.title,
        f"{{{_OURS}}}name": source.name if source.title in ("", source.name) else "",
        "htmlUrl": source.homepage,
        "language": source.language,
        f"{{{_OURS}}}zone": source.zone,
        f"{{{_OURS}}}mapping": source.mapping,
        f"{{{_OURS}}}interval": "" if source.interval is None else str(source.interval),
    }
    return {key: _xml(value) for key, value in (facts | optional).items() if value}


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot carry (§2.2)."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
