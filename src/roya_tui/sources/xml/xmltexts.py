"""The texts in a walk through XML: what kind each is, what it comes to, and what it belongs to."""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from typing import Any

from roya_tui.sources import bounds
from roya_tui.sources.xml.xmlwalk import XHTML, XmlWalk

_KINDS = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
"""Short names of kinds of text (RFC 4287 §3.1.1)."""
_C1 = re.compile("[\x80-\x9f]")


class XmlTexts(XmlWalk):
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

    def _get_context(self) -> dict[str, Any]:
        """Where what is said belongs."""
        if self.insource:
            return self.sourcedata
        if self.inimage and self.image is not None:
            return self.image
        if self.intextinput:
            return self.form
        return self.entries[-1] if self.inentry else self.feeddata

    def keep(self, key: str, value: Any) -> None:
        """Add to one of the entry's (or feed's) lists, within bounds."""
        kept = self._get_context().setdefault(key, [])
        if len(kept) < bounds.MOST_IN_ENTRY:
            kept.append(value)

    def aside(self) -> bool:
        """Whether what is said is about a picture or a search form, not about the entry or feed that it stands in."""
        return self.inimage or self.intextinput

    # --- plain texts ---

    def text(self, key: str) -> None:
        """Keep a plain text; the first one of a key stays."""
        text = self.pop("text")
        if text and not self.aside():
            context = self._get_context()
            if not context.get(key):
                context[key] = text

    def date(self, key: str) -> None:
        """Keep a date; the last one of a key stays, as most readers have it."""
        if text := self.pop("text"):
            self._get_context()[key] = mended(text)

    def place(self, key: str) -> None:
        """Keep an address and what it is relative to; the first one of a key stays."""
        if text := self.pop("text"):
            self._get_context().setdefault(key, {"href": text, "base": self.baseuri})

    def listed(self, key: str) -> None:
        """Add a text to a list."""
        self.keep(key, self.pop("text"))

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
            pieces[:] = _without_div(pieces)
        text = self.pop(key)
        text = _unpacked(text) if detail.pop("packed", False) else mended(text)
        detail["value"] = text
        if not (self.inentry or self.infeed or self.insource):
            return text
        if key == "title" and -1 < self.title_depth <= self.depth:  # a title that lies deeper is of something else
            return text
        if key == "content":
            self.keep(key, detail)
        else:
            self._get_context().update({key: text, f"{key}_detail": detail})
        return text

    def start_title(self) -> None:
        self.text_key = "other" if self.aside() else "title"
        self.start_content(self.text_key, "text/plain")

    def end_title(self) -> None:
        if self.end_content(self.text_key) and self.text_key == "title":
            self.title_depth = self.depth

    def start_summary(self, kind: str) -> None:
        """A second text of an entry is its content; a second one of a feed is passed over."""
        if self.aside():
            self.text_key = "other"
        elif self.inentry and not self.insource:
            self.text_key = "content" if "summary_detail" in self.entries[-1] else "summary"
        else:
            self.text_key = "other" if self._get_context().get("subtitle") else "subtitle"
        second = self.text_key == "content"
        self.start_content(self.text_key, kind)
        if second:
            self.contentparams["second"] = True

    def start_stand_in(self, kind: str) -> None:
        """A text that counts only where there is no other."""
        self.text_key = "other" if "summary_detail" in self._get_context() else "summary"
        self.start_content(self.text_key, kind)

    def end_summary(self) -> None:
        self.end_content(self.text_key)


def _without_div(pieces: list[str]) -> list[str]:
    """The pieces of XHTML without the element around it, which is no part of it (RFC 4287 §3.1.1.3)."""
    said = [place for place, piece in enumerate(pieces) if piece.strip()]
    first, last = (said[0], said[-1]) if said else (0, 0)
    if first < last and pieces[first].startswith(("<div>", "<div ")) and pieces[last] == "</div>":
        return pieces[first + 1 : last]
    return pieces


def _unpacked(text: str) -> str:
    """Base64 → text; "" if it is none. What is not even base64 was labelled wrongly, and stays."""
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text
    try:
        return packed.decode("utf-8").strip()
    except UnicodeDecodeError:
        return ""


def mended(text: str) -> str:
    """A text with what other programs did to its letters undone.

    UTF-8 that was read as Latin 1 and written again is UTF-8 again; the controls 80 to 9F are Microsoft's signs.
    """
    if text.isascii():
        return text
    with suppress(ValueError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return _C1.sub(lambda found: found[0].encode("iso-8859-1").decode("cp1252", "ignore"), text)
