"""Lists of subscriptions: OPML 1.0 and 2.0 in and out, and newsboat's urls file in.

What OPML has no word for (the person's own name of a source, its clock, its mapping, its interval) is written in
attributes of a namespace of ours, so that nothing is lost on the way out and back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from msgspec.structs import replace

from roya_tui.model import NewSource, Source
from roya_tui.sources.decoding import decode
from roya_tui.sources.lists import newsboat
from roya_tui.sources.lists.outlines import MOST, OURS, Outline, outlines, tags_in
from roya_tui.sources.lists.subscriptions import Collector, NotSubscriptions, Subscriptions, folder
from roya_tui.sources.unpacking import unfold

__all__ = ["NotSubscriptions", "Subscriptions", "read", "write"]

TITLE = "Subscriptions of roya-tui"
_OUTLINE = re.compile(r"<(?:\w+:)?outline\b[^<>]*\bxmlurl\b", re.I)


def read(data: bytes) -> Subscriptions:
    """Read a list of subscriptions, OPML or newsboat's urls; raises `NotSubscriptions`."""
    text = decode(unfold(data)[0]).text
    if not text.lstrip("\ufeff \t\r\n").startswith("<") and not _OUTLINE.search(text):
        return newsboat.read(text)
    if re.search(r"<(?:\w+:)?(?:opml|outline)\b", text, re.I):
        return _read_opml(text)
    kind = "a web page" if re.search(r"<(?:!doctype\s+)?html\b", text[:5000], re.I) else "another kind of document"
    raise NotSubscriptions(f"This is {kind}, not a list of subscriptions (OPML, or newsboat's urls).")


def _read_opml(text: str) -> Subscriptions:
    found = Collector()
    tags, whole = tags_in(text)
    for outline in outlines(text, tags):
        if outline.address:
            _take(outline, found)
        elif not outline.has_children and outline.attributes.keys() & {"type", "url", "htmlurl"}:
            found.problems.append(f"“{outline.label or 'without a name'}” has no address of a feed.")
    if not whole:
        found.problems.append(f"The list is too long: only its first {MOST:,} outlines were read.")
    return replace(found.result(), ours=OURS in text or f"<title>{TITLE}</title>" in text)


def _take(outline: Outline, found: Collector) -> None:
    attributes, ours = outline.attributes, outline.ours
    address = outline.address.replace("&amp;", "&")  # escaped twice
    text, title = attributes.get("text", ""), attributes.get("title", "")
    # Where text and title differ, text is the person's name for it: the spec has text displayed.
    name = ours.get("name") or (text if title and text != title else "")
    categories = [path for one in attributes.get("category", "").split(",") if (path := folder(one))]
    if not outline.folder:
        found.several_tags += len(categories) > 1
    if attributes.get("filtercmd"):
        found.problems.append(f"“{outline.label or address}”: its filter is a program, and roya-tui runs none.")
    interval = ours.get("interval", "")
    found.add(
        address,
        name=name,
        title=title or (text if text not in (name, address) else ""),
        folder=outline.folder or next(iter(categories), ""),
        homepage=_web(attributes.get("htmlurl", "")),
        language=attributes.get("language", ""),
        zone=ours.get("zone", ""),
        mapping=ours.get("mapping", ""),
        interval=int(interval) if re.fullmatch(r"\d{1,9}", interval, re.ASCII) else None,
    )


def _web(address: str) -> str:
    return address if re.match(r"https?://[^\s/]", address, re.I) else ""


def write(sources: Iterable[Source | NewSource], title: str = TITLE) -> bytes:
    """Write OPML 2.0, UTF-8, with folders as nested outlines in the order of their first source."""
    ElementTree.register_namespace("roya", OURS)
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
        f"{{{OURS}}}name": source.name if source.title in ("", source.name) else "",
        "htmlUrl": source.homepage,
        "language": source.language,
        f"{{{OURS}}}zone": source.zone,
        f"{{{OURS}}}mapping": source.mapping,
        f"{{{OURS}}}interval": "" if source.interval is None else str(source.interval),
    }
    return {key: _xml(value) for key, value in (facts | optional).items() if value}


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot carry (§2.2)."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
