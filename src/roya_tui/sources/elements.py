"""What is done at each element of RSS, Atom, RDF and CDF; vocabulary.py says which element gets what.

feedparser knows the content types and the embedded XHTML of every feed dialect, and reads the texts. But on its own it
resolves ids, takes a picture's caption for the text, an Atom link for the item's own and one date for another, and some
of its loops can be made to run for hours. So only the elements of the vocabulary are read, and each kind of fact is
kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedparser.util import FeedParserDict

from roya_tui.sources import bounds
from roya_tui.sources.xmlwalk import Enough, Handler, NotWellFormed, XmlWalk

__all__ = ["Elements", "NotWellFormed"]

_REGISTERED = "http://www.iana.org/assignments/relation/"
"""What may stand before a link's relation (RFC 4287 §4.2.7.2)."""


class _Kind(FeedParserDict):  # type: ignore[misc]  # feedparser carries no types
    """What is said of a text: strings, which feedparser would copy as if they could be anything."""

    def __deepcopy__(self, memo: object) -> dict[str, str]:
        return dict(self)


class Elements(XmlWalk):
    """Reads XML into `feeddata` (what the feed says of itself) and `entries`, dicts both.

    Their keys: feedparser's title, title_detail, summary, summary_detail, subtitle, content (a detail has `dir`, the
    direction of the text, where one is said, and `literal` where it is XHTML by its own word); the texts and dates that
    the vocabulary names; `links` (dicts with the attributes, href, base, and own: whether it is the element's text),
    `icon` and `logo` (dicts with href and base), `people` and `owners` (dicts with name, email or text), `tags`,
    `media` (dicts with the attributes and title, description), `thumbnails`, `cover`, `permalink` (what is said about
    the guid: "true", "false" or ""), `hours` and `days` to skip, `base`, `language`, `dir`.
    """

    def __init__(
        self, version: str, address: str, most_entries: int, handlers: Mapping[str, tuple[Handler, Handler]]
    ) -> None:
        super().__init__(version, address)
        self.handlers = handlers
        self.most_entries = most_entries
        self.cut = False
        """Whether there were more."""
        # The link, person and picture that are being read, wherever they belong.
        self.link: dict[str, Any] = {}
        self.person: dict[str, str] = {}
        self.picture: dict[str, Any] = {}
        self.medium: dict[str, Any] | None = None
        self.label = ("", "")
        self.text_key = ""
        self.cover = ""
        self.group, self.in_group = 0, False
        """Number of the media:group that was begun last, and whether it is open."""

    def read(self, data: bytes) -> None:
        """Read a whole document in UTF-8. Raises NotWellFormed."""
        try:
            self.walk(data)
        except Enough:
            self.cut = True
            if self.inentry and len(self.entries) > 1:
                self.entries.pop()

    def _keep(self, key: str, value: Any) -> None:
        """Add to one of the entry's (or feed's) lists, within bounds."""
        kept = self._get_context().setdefault(key, [])
        if len(kept) < bounds.MOST_IN_ENTRY:
            kept.append(value)

    def _aside(self) -> bool:
        """Whether what is said is about a picture or a search form, not about the entry or feed that it stands in."""
        return bool(self.inimage or self.intextinput)

    def _taken(self, element: str) -> str:
        """The text of the element that ends."""
        return self.pop(element) or ""

    # --- feeds and entries ---

    def start_feed(self) -> None:
        self.infeed = 1
        for key, value in (("xml_language", self.lang), ("base", self.baseuri), ("dir", self.attributes.get("dir"))):
            if value:
                dict.__setitem__(self.feeddata, key, value)
        self._cdf()

    def end_feed(self) -> None:
        self.infeed = 0

    def start_entry(self) -> None:
        if len(self.entries) >= self.most_entries:
            raise Enough
        direction = self.attributes.get("dir") or dict.get(self.feeddata, "dir", "")
        self.entries.append(FeedParserDict(base=self.baseuri, language=self.lang, dir=direction))
        if "rdf:about" in self.attributes:
            self.entries[-1]["id"] = self.attributes["rdf:about"]
        self.inentry = 1
        self.title_depth = -1
        self._cdf()

    def end_entry(self) -> None:
        self.inentry = self.inimage = 0
        self.in_group = False
        self.medium = None
        self.title_depth = 0 if dict.__contains__(self.feeddata, "title") else -1
        self.elementstack.clear()
        self.property_depth_map.clear()

    def start_source(self) -> None:
        """Where an entry was first: its title, links and people are not the entry's."""
        self.push("ignored", 0)
        self.insource = 1

    def end_source(self) -> None:
        self.insource = 0
        self.pop("ignored")
        self._get_context()["source"] = dict(self.sourcedata)
        self.sourcedata.clear()

    def _cdf(self) -> None:
        """Microsoft's Channel Definition Format has link and date as attributes."""
        if "href" in self.attributes:
            self._keep("links", {"href": self.attributes["href"], "base": self.baseuri, "own": False})
        if "lastmod" in self.attributes:
            self._get_context()["updated"] = self.attributes["lastmod"]

    # --- links and ids ---

    def start_guid(self) -> None:
        dict.setdefault(self._get_context(), "permalink", self.attributes.get("ispermalink", "").strip().lower())
        self.push("text", 0)

    def start_link(self) -> None:
        href = self.attributes.get("href") or self.attributes.get("url") or ""
        rel = self.attributes.get("rel", "").strip().lower().removeprefix(_REGISTERED)
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": not href, "rel": rel}
        if not self._aside():
            self._keep("links", self.link)
        self.push("link", 0)

    def end_link(self) -> None:
        text = self._taken("link")
        if self.link["own"]:
            self.link["href"] = text

    def start_enclosure(self) -> None:
        href = self.attributes.get("url") or self.attributes.get("href") or ""
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": False, "rel": "enclosure"}
        self._keep("links", self.link)
        self.push("text", 0)

    def end_enclosure(self) -> None:
        self.link["href"] = self.link["href"] or self._taken("text")

    # --- people and tags ---

    def start_person(self, key: str) -> None:
        self.inauthor = 1
        self.person = {}
        self._keep(key, self.person)
        self.push("person", 0)

    def end_person(self) -> None:
        self.person["text"] = self._taken("person")
        self.inauthor = 0

    def end_person_part(self, key: str) -> None:
        text = self._taken("text")
        if self.inauthor:
            self.person[key] = text

    def start_category(self) -> None:
        self.label = self.attributes.get("term", "").strip(), self.attributes.get("label", "")
        self.push("category", 0)

    def end_category(self) -> None:
        text, (term, label), self.label = self._taken("category"), self.label, ("", "")
        self._keep("tags", term or text or label)

    def start_named_category(self) -> None:
        """iTunes and Google Play name it in an attribute, and put one into the other."""
        self._keep("tags", self.attributes.get("text", ""))
        self.push("ignored", 0)

    def end_keywords(self) -> None:
        for word in self._taken("text").split(","):
            self._keep("tags", word.strip())

    # --- texts, which feedparser reads ---

    def start_title(self) -> None:
        self.text_key = "other" if self._aside() else "title"
        self.start_content(self.text_key, "text/plain")

    def end_title(self) -> None:
        if self.pop_content(self.text_key) and self.text_key == "title":
            self.title_depth = self.depth

    def start_content(self, key: str, kind: str) -> None:
        if self.version == "atom03" and self.attributes.get("mode") == "base64":
            kind = "text/html"
        self.push_content(key, self.attributes, kind, 1)
        self.contentparams: _Kind = _Kind(self.contentparams)
        self.content_depth = self.depth
        if self.contentparams["type"] == "application/xhtml+xml":
            self.contentparams["literal"] = True
        if direction := self.attributes.get("dir") or (self.inentry and self.entries[-1]["dir"]):
            self.contentparams["dir"] = direction

    def _start_inline(self, name: str) -> None:
        # The element around Atom's XHTML is no part of it (RFC 4287 §3.1.1.3), but what it says of the text holds.
        if self.depth == self.content_depth + 1 and "dir" in self.attributes and self.version == "atom10":
            self.contentparams["dir"] = self.attributes["dir"]
        super()._start_inline(name)

    def start_summary(self, kind: str) -> None:
        """A second text of an entry is its content; a second one of a feed is passed over."""
        if self._aside():
            self.text_key = "other"
        elif self.inentry and not self.insource:
            self.text_key = "content" if "summary_detail" in self.entries[-1] else "summary"
        else:
            self.text_key = "other" if dict.get(self._get_context(), "subtitle") else "subtitle"
        self.start_content(self.text_key, kind)

    def end_summary(self) -> None:
        self.pop_content(self.text_key)

    def start_stand_in(self, kind: str) -> None:
        """A text that counts only where there is no other."""
        self.text_key = "other" if "summary_detail" in self._get_context() else "summary"
        self.start_content(self.text_key, kind)

    def start_body(self) -> None:
        self.start_content("content", "text/plain")
        if "src" in self.attributes:
            rel = "enclosure" if self.contentparams["type"].startswith(("audio/", "image/", "video/")) else "content"
            link = {**self.attributes, "href": self.attributes["src"], "base": self.baseuri, "rel": rel, "own": False}
            self._keep("links", link)

    # --- pictures and media ---

    def start_image(self) -> None:
        self.picture = {"url": self.attributes.get("href") or self.attributes.get("url") or "", "medium": "image"}
        if self.inentry:
            self._keep("media", self.picture)
        else:  # feedparser puts a channel image's title and link there
            dict.__setitem__(self.feeddata, "image", FeedParserDict())
            dict.setdefault(self.feeddata, "images", []).append(self.picture)
        self.inimage = 1
        self.push("picture", 0)

    def end_image(self) -> None:
        self.picture["url"] = self.picture["url"] or self._taken("picture")
        self.inimage = 0

    def end_address(self) -> None:
        text = self._taken("text")
        if self.inimage:
            self.picture["url"] = self.picture["url"] or text

    def start_textinput(self) -> None:
        self.intextinput = 1
        dict.setdefault(self.feeddata, "textinput", FeedParserDict())
        self.push("ignored", 0)

    def end_textinput(self) -> None:
        self.intextinput = 0
        self.pop("ignored")

    def start_cover(self) -> None:
        self.cover = self.attributes.get("href") or self.attributes.get("url") or ""
        self.push("text", 0)

    def end_cover(self) -> None:
        if cover := self.cover or self._taken("text"):
            dict.setdefault(self._get_context(), "cover", cover)

    def start_old_cover(self) -> None:
        """iTunes' link of the relation "image", as the first podcasts had it."""
        self.start_cover()
        if self.attributes.get("rel") != "image":
            self.cover = ""

    def start_group(self) -> None:
        self.group += 1
        self.in_group = True

    def end_group(self) -> None:
        self.in_group = False

    def start_medium(self) -> None:
        self.medium = {**self.attributes, "group": self.group if self.in_group else 0}
        self.medium.setdefault("url", self.attributes.get("href", ""))
        self._keep("media", self.medium)
        self.push("ignored", 0)

    def end_medium(self) -> None:
        self.medium = None
        self.pop("ignored")

    def start_player(self) -> None:
        """The page on which a medium is played: the entry's where it has no other."""
        self._keep(
            "links", {"href": self.attributes.get("url", ""), "base": self.baseuri, "rel": "player", "own": False}
        )
        self.push("ignored", 0)

    def start_thumbnail(self) -> None:
        self._keep("thumbnails", self.attributes.get("url", ""))
        self.push("text", 0)

    def end_thumbnail(self) -> None:
        self._keep("thumbnails", self._taken("text"))

    def caption(self, key: str) -> None:
        """Words inside a media:content are about it; outside of one they are about the entry."""
        text = self._taken("text")
        if text and self.medium is not None:
            self.medium.setdefault(key, text)
        elif text:
            dict.setdefault(self._get_context(), f"media_{key}", text)

    # --- plain texts ---

    def text(self, key: str) -> None:
        """Keep a plain text; the first one of a key stays."""
        text = self._taken("text")
        if text and not self._aside():
            context = self._get_context()
            if not dict.get(context, key):
                dict.__setitem__(context, key, text)

    def date(self, key: str) -> None:
        """Keep a date; the last one of a key stays, as most readers have it."""
        if text := self._taken("text"):
            dict.__setitem__(self._get_context(), key, text)

    def place(self, key: str) -> None:
        """Keep an address and what it is relative to; the first one of a key stays."""
        if text := self._taken("text"):
            dict.setdefault(self._get_context(), key, {"href": text, "base": self.baseuri})

    def listed(self, key: str) -> None:
        """Add a text to a list."""
        self._keep(key, self._taken("text"))
