"""The outlines of an OPML document, however broken: only its tags are read, one by one.

OPML: http://opml.org/spec2.opml.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5
from itertools import islice

from msgspec import Struct

from roya_tui.sources.lists.subscriptions import folder
from roya_tui.text import one_line

OURS = "urn:roya-tui"
"""The namespace of attributes for what OPML has no word for."""
MOST = 100_000
"""Tags of a list, or lines, that are read: some seconds' worth, and ten times what anyone subscribes to."""
_FOLDERS_DEEP = 20
_LONGEST_TAG = 20_000
"""Characters; what is longer is no outline that anyone wrote."""

_QUOTED = (
    r"\"(?:[^\"<]|<(?!/?(?:\w+:)?(?:outline|body|opml)\b))*+\"|'(?:[^'<]|<(?!/?(?:\w+:)?(?:outline|body|opml)\b))*+'"
)
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<(?P<end>/?)(?:\w+:)?(?P<name>outline|body)\b"
    rf"(?:(?P<attributes>(?:[^<>\"']|{_QUOTED})*+)|(?P<unpaired>[^<>]*))>",
    re.S | re.I,
)
# A quote inside a value, as in text="He said "no"", is one that neither another attribute nor the tag's end follows.
_GOES_ON = r"(?!\s*(?:[\w:.-]+\s*=|/?\s*\Z))"
_ATTRIBUTE = re.compile(
    rf"(?<![\w:.-])(?P<name>[\w:.-]+)\s*=\s*(?:\"(?P<double>[^\"]*+(?:\"{_GOES_ON}[^\"]*+){{0,6}})\""
    rf"|'(?P<single>[^']*+(?:'{_GOES_ON}[^']*+){{0,6}})'|(?P<bare>[^\s\"']+?)(?=\s|/?\s*\Z))"
)
_PREFIX = re.compile(rf"xmlns:([\w.-]+)\s*=\s*[\"']{OURS}[\"']")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|(?P<name>\w+));")
_ADDRESSES = ("xmlurl", "feedurl", "rssurl", "atomurl")


class Outline(Struct, frozen=True):
    """One outline: its attributes in lower case, those of ours apart, and the folder that it stands in."""

    attributes: dict[str, str]
    ours: dict[str, str]
    folder: str
    has_children: bool

    @property
    def address(self) -> str:
        """The feed's address; "" for what is no feed. Old lists write `url` where they say that it is a feed."""
        is_feed = self.attributes.get("type", "").lower() in ("rss", "atom", "feed", "pie")
        names = (*_ADDRESSES, "url") if is_feed else _ADDRESSES
        return next((address for name in names if (address := self.attributes.get(name, ""))), "")

    @property
    def label(self) -> str:
        return self.attributes.get("text", "") or self.attributes.get("title", "")


def tags_in(text: str) -> tuple[list[re.Match[str]], bool]:
    """Return the tags of `text` that count, and whether these are all of them."""
    found = list(islice((tag for tag in _TAG.finditer(text) if tag["name"]), MOST + 1))
    return found[:MOST], len(found) <= MOST


def outlines(text: str, tags: list[re.Match[str]]) -> Iterator[Outline]:
    """Yield the outlines of `text` in order. References are resolved once; no document can declare any of its own."""
    prefix = found[1] if (found := _PREFIX.search(text)) else "roya"
    is_balanced = sum(map(_opens, tags)) == sum(map(_closes, tags))
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
            outline = Outline(*_attributes(tag, prefix), inside, has_children)
            yield outline
            open_feed = False
            if _opens(tag):
                # Where ends are missing, they are most likely those of feeds, which hold nothing.
                if outline.address and not is_balanced:
                    open_feed = True
                else:
                    open_folders.append(inside if outline.address else _within(inside, outline.label))


def _opens(tag: re.Match[str]) -> bool:
    return not tag["end"] and tag["name"].lower() == "outline" and not _inside(tag).rstrip().endswith("/")


def _closes(tag: re.Match[str]) -> bool:
    return bool(tag["end"]) and tag["name"].lower() == "outline"


def _inside(tag: re.Match[str]) -> str:
    return tag["attributes"] if tag["attributes"] is not None else tag["unpaired"]


def _within(outer: str, label: str) -> str:
    path = folder(f"{outer}/{label}")
    return path if path.count("/") < _FOLDERS_DEEP else outer


def _attributes(tag: re.Match[str], prefix: str) -> tuple[dict[str, str], dict[str, str]]:
    attributes: dict[str, str] = {}
    ours: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(_inside(tag)[:_LONGEST_TAG]):
        space, _, name = found["name"].lower().rpartition(":")
        value = next(part for part in (found["double"], found["single"], found["bare"]) if part is not None)
        if space in ("", prefix.lower()):
            value = one_line(_REFERENCE.sub(_meant, value))
            (ours if space else attributes).setdefault(name, value)
    return attributes, ours


def _meant(reference: re.Match[str]) -> str:
    """The character that a reference stands for in XML or HTML, else the text that it looks like."""
    name = reference["name"]
    return html5.get(f"{name};", reference[0]) if name else html.unescape(reference[0])
