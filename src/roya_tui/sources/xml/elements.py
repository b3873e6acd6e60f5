"""What is done at each element of RSS, Atom, RDF and CDF; vocabulary.py says which element gets what.

Only the elements of the vocabulary are read, and each kind of fact is kept apart: a picture's caption is not the text,
an Atom link not the item's own, and one date not another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roya_tui.sources import bounds
from roya_tui.sources.xml.xmltexts import XmlTexts, mended
from roya_tui.sources.xml.xmlwalk import Enough, Handler, NotWellFormed

__all__ = ["Elements", "NotWellFormed"]

_REGISTERED = "http://www.iana.org/assignments/relation/"
"""What may stand before a link's relation (RFC 4287 §4.2.7.2)."""


class Elements(XmlTexts):
    """Reads XML into `feeddata` (what the feed says of itself) and `entries`, dicts both.

    Their keys: title, summary, subtitle, and with _detail what is known of each; content, a list of such details (dicts
    with type, base, value; `dir`, the direction of the text, where one is said; `literal` where it is XHTML by its own
    word); the texts and dates that the vocabulary names; `links` (dicts with the attributes, href, base, and own:
    whether it is the element's text), `icon` and `logo` (dicts with href and base), `people` and `owners` (dicts with
    name, email or text), `tags`, `media` (dicts with the attributes and title, description), `thumbnails`, `cover`,
    `permalink` (what is said about the guid: "true", "false" or ""), `hours` and `days` to skip, `base`, `language`,
    `dir`. What nobody asks for is under `other`.
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
        self.inauthor = False
        self.person: dict[str, str] = {}
        self.picture: dict[str, Any] = {}
        self.medium: dict[str, Any] | None = None
        self.label = ("", "")
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

    # --- feeds and entries ---

    def start_feed(self) -> None:
        self.infeed = True
        for key, value in (("xml_language", self.lang), ("base", self.baseuri), ("dir", self.attributes.get("dir"))):
            if value:
                self.feeddata[key] = value
        self._cdf()

    def end_feed(self) -> None:
        self.infeed = False

    def start_entry(self) -> None:
        if len(self.entries) >= self.most_entries:
            raise Enough
        direction = self.attributes.get("dir") or self.feeddata.get("dir", "")
        self.entries.append({"base": self.baseuri, "language": self.lang, "dir": direction})
        if "rdf:about" in self.attributes:
            self.entries[-1]["id"] = self.attributes["rdf:about"]
        self.inentry = True
        self.sourcedata.clear()
        self.title_depth = -1
        self._cdf()

    def end_entry(self) -> None:
        self.inentry = self.inimage = False
        self.in_group = False
        self.medium = None
        self.title_depth = 0 if "title" in self.feeddata else -1
        self.elementstack.clear()

    def start_source(self) -> None:
        """Where an entry was first: its title, links and people are not the entry's."""
        self.push("ignored")
        self.insource = True

    def end_source(self) -> None:
        self.insource = False
        self.pop("ignored")
        self._get_context()["source"] = dict(self.sourcedata)

    def _cdf(self) -> None:
        """Microsoft's Channel Definition Format has link and date as attributes."""
        if "href" in self.attributes:
            self.keep("links", {"href": self.attributes["href"], "base": self.baseuri, "own": False})
        if "lastmod" in self.attributes:
            self._get_context()["updated"] = self.attributes["lastmod"]

    # --- links and ids ---

    def start_guid(self) -> None:
        self._get_context().setdefault("permalink", self.attributes.get("ispermalink", "").strip().lower())
        self.push("text")

    def start_link(self) -> None:
        href = self.attributes.get("href") or self.attributes.get("url") or ""
        rel = self.attributes.get("rel", "").strip().lower().removeprefix(_REGISTERED)
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": not href, "rel": rel}
        if not self.aside():
            self.keep("links", self.link)
        self.push("link")

    def end_link(self) -> None:
        text = self.pop("link")
        if self.link["own"]:
            self.link["href"] = text

    def start_enclosure(self) -> None:
        href = next(filter(None, map(self.attributes.get, ("url", "href", "resource", "rdf:resource"))), "")
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": False, "rel": "enclosure"}
        self.keep("links", self.link)
        self.push("text")

    def end_enclosure(self) -> None:
        text = self.pop("text")
        self.link["href"] = self.link["href"] or text

    # --- people and tags ---

    def start_person(self, key: str) -> None:
        self.inauthor = True
        self.person = {}
        self.keep(key, self.person)
        self.push("person")

    def end_person(self) -> None:
        self.person["text"] = mended(self.pop("person"))
        self.inauthor = False

    def end_person_part(self, key: str) -> None:
        text = self.pop("text")
        if self.inauthor:
            self.person[key] = mended(text)

    def start_category(self) -> None:
        self.label = self.attributes.get("term", "").strip(), self.attributes.get("label", "")
        self.push("category")

    def end_category(self) -> None:
        text, (term, label), self.label = self.pop("category"), self.label, ("", "")
        self.keep("tags", mended(term or text or label))

    def start_named_category(self) -> None:
        """iTunes and Google Play name it in an attribute, and put one into the other."""
        self.keep("tags", self.attributes.get("text", ""))
        self.push("ignored")

    def end_keywords(self) -> None:
        for word in self.pop("text").split(",", bounds.MOST_IN_ENTRY)[: bounds.MOST_IN_ENTRY]:
            self.keep("tags", word.strip())

    # --- texts that lie elsewhere ---

    def start_body(self) -> None:
        self.start_content("content", "text/plain")
        if "src" in self.attributes:
            rel = "enclosure" if self.contentparams["type"].startswith(("audio/", "image/", "video/")) else "content"
            link = {**self.attributes, "href": self.attributes["src"], "base": self.baseuri, "rel": rel, "own": False}
            self.keep("links", link)

    # --- pictures and media ---

    def start_image(self) -> None:
        self.picture = {"url": self.attributes.get("href") or self.attributes.get("url") or "", "medium": "image"}
        if self.inentry:
            self.keep("media", self.picture)
        else:
            self.image = {}
            self.feeddata.setdefault("images", []).append(self.picture)
        self.inimage = True
        self.push("picture")

    def end_image(self) -> None:
        text = self.pop("picture")
        self.picture["url"] = self.picture["url"] or text
        self.inimage = False

    def end_address(self) -> None:
        text = self.pop("text")
        if self.inimage:
            self.picture["url"] = self.picture["url"] or text

    def start_textinput(self) -> None:
        self.intextinput = True
        self.push("ignored")

    def end_textinput(self) -> None:
        self.intextinput = False
        self.pop("ignored")

    def start_cover(self) -> None:
        self.cover = self.attributes.get("href") or self.attributes.get("url") or ""
        self.push("text")

    def end_cover(self) -> None:
        text = self.pop("text")
        if cover := self.cover or text:
            self._get_context().setdefault("cover", cover)

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
        self.keep("media", self.medium)
        self.push("ignored")

    def end_medium(self) -> None:
        self.medium = None
        self.pop("ignored")

    def start_player(self) -> None:
        """The page on which a medium is played: the entry's where it has no other."""
        self.keep(
            "links", {"href": self.attributes.get("url", ""), "base": self.baseuri, "rel": "player", "own": False}
        )
        self.push("ignored")

    def start_thumbnail(self) -> None:
        self.keep("thumbnails", self.attributes.get("url", ""))
        self.push("text")

    def end_thumbnail(self) -> None:
        self.keep("thumbnails", self.pop("text"))

    def caption(self, key: str) -> None:
        """Words inside a media:content are about it; outside of one they are about the entry."""
        text = self.pop("text")
        if text and self.medium is not None:
            self.medium.setdefault(key, text)
        elif text:
            self._get_context().setdefault(f"media_{key}", text)
