"""What each element of RSS, Atom and RDF means: one table, and the handlers that it names.

feedparser knows the content types and the embedded XHTML of every feed dialect, and reads the texts. But on its own it
resolves ids, takes a picture's caption for the text, an Atom link for the item's own and one date for another, and some
of its loops can be made to run for hours. So only the elements of HANDLERS are read, and each kind of fact is kept
apart.
"""

from __future__ import annotations

from typing import Any

from feedparser.util import FeedParserDict

from roya_tui.sources.xmlwalk import Handler, NotWellFormed, XmlWalk

__all__ = ["Elements", "NotWellFormed"]

MOST_IN_ENTRY = 200
"""Links, tags, people and media of one entry, each."""


class _Enough(Exception):
    """As many entries as wanted have been read."""


class Elements(XmlWalk):
    """Reads XML into `feeddata` (what the feed says of itself) and `entries`, dicts both.

    Their keys: feedparser's title, title_detail, summary, summary_detail, subtitle, content; the texts that the table
    below names; `links` (dicts with the attributes, href, base, and own: whether it is the element's text), `people`
    (dicts with name, email or text), `tags`, `media` (dicts with the attributes and title, description), `thumbnails`,
    `cover`, `permalink` (whether the guid is one), `base`, `language`.
    """

    def __init__(self, version: str, address: str, most_entries: int) -> None:
        super().__init__(version, address)
        self.handlers = HANDLERS
        self.most_entries = most_entries
        self.cut = False
        """Whether there were more."""
        # The link, person and picture that are being read, wherever they belong.
        self.link: dict[str, Any] = {}
        self.person: dict[str, str] = {}
        self.picture: dict[str, Any] = {}
        self.medium: dict[str, Any] | None = None
        self.label = ("", "")

    def read(self, data: bytes) -> None:
        """Read a whole document in UTF-8. Raises NotWellFormed."""
        try:
            self.walk(data)
        except _Enough:
            self.cut = True

    def _keep(self, key: str, value: Any) -> None:
        """Add to one of the entry's (or feed's) lists, within bounds."""
        kept = self._get_context().setdefault(key, [])
        if len(kept) < MOST_IN_ENTRY:
            kept.append(value)

    def _taken(self, element: str) -> str:
        """The text of the element that ends."""
        return self.pop(element) or ""

    # --- feeds and entries ---

    def start_feed(self) -> None:
        self.infeed = 1
        dict.setdefault(self.feeddata, "xml_language", self.lang)

    def end_feed(self) -> None:
        self.infeed = 0

    def start_entry(self) -> None:
        if len(self.entries) >= self.most_entries:
            raise _Enough
        self.entries.append(FeedParserDict(base=self.baseuri, language=self.lang))
        if "rdf:about" in self.attributes:
            self.entries[-1]["id"] = self.attributes["rdf:about"]
        self.inentry = 1
        self.title_depth = -1

    def end_entry(self) -> None:
        self.inentry = self.inimage = 0
        self.medium = None
        self.elementstack.clear()
        self.property_depth_map.clear()

    def start_source(self) -> None:
        """Where an entry was first: its title, links and people are not the entry's."""
        self.push("ignored", 0)
        self.insource = 1
        self.title_depth = -1

    def end_source(self) -> None:
        self.insource = 0
        self.pop("ignored")
        self._get_context()["source"] = dict(self.sourcedata)
        self.sourcedata.clear()

    # --- links and ids ---

    def start_guid(self) -> None:
        permalink = self.attributes.get("ispermalink", "true").strip().lower() == "true"
        dict.setdefault(self._get_context(), "permalink", permalink)
        self.push("text", 0)

    def start_link(self) -> None:
        href = self.attributes.get("href") or self.attributes.get("url") or ""
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": not href}
        if not (self.inimage or self.intextinput):
            self._keep("links", self.link)
        self.push("link", 0)

    def end_link(self) -> None:
        text = self._taken("link")
        if self.link["own"]:
            self.link["href"] = text

    def start_enclosure(self) -> None:
        href = self.attributes.get("url") or self.attributes.get("href") or ""
        self._keep("links", {**self.attributes, "href": href, "base": self.baseuri, "own": False, "rel": "enclosure"})
        self.push("ignored", 0)

    # --- people and tags ---

    def start_person(self) -> None:
        self.inauthor = 1
        self.person = {}
        self._keep("people", self.person)
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

    def end_keywords(self) -> None:
        for word in self._taken("text").split(","):
            self._keep("tags", word.strip())

    # --- texts, which feedparser reads ---

    def start_title(self) -> None:
        self.start_content("title", "text/plain")

    def end_title(self) -> None:
        if self.pop_content("title"):
            self.title_depth = self.depth

    def start_content(self, key: str, kind: str) -> None:
        self.push_content(key, self.attributes, kind, 1)
        self.content_depth = self.depth

    def start_body(self) -> None:
        self.start_content("content", "text/plain")
        if "src" in self.attributes:
            self._keep("links", {"href": self.attributes["src"], "base": self.baseuri, "rel": "content", "own": False})

    # --- pictures and media ---

    def start_image(self) -> None:
        self.picture = {"url": self.attributes.get("href") or self.attributes.get("url") or "", "medium": "image"}
        if self.inentry:
            self._keep("media", self.picture)
        else:  # feedparser puts a channel image's title and link there
            dict.__setitem__(self.feeddata, "image", FeedParserDict())
            dict.setdefault(self.feeddata, "images", []).append(self.picture)
        self.inimage = 1
        self.title_depth = -1
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
        dict.setdefault(self._get_context(), "cover", self.attributes.get("href") or self.attributes.get("url") or "")
        self.push("ignored", 0)

    def start_medium(self) -> None:
        self.medium = dict(self.attributes)
        self._keep("media", self.medium)
        self.push("ignored", 0)

    def end_medium(self) -> None:
        self.medium = None
        self.pop("ignored")

    def start_thumbnail(self) -> None:
        self._keep("thumbnails", self.attributes.get("url", ""))
        self.push("ignored", 0)

    def caption(self, key: str) -> None:
        """Words inside a media:content are about it; outside of one they are about the entry."""
        text = self._taken("text")
        if text and self.medium is not None:
            self.medium.setdefault(key, text)
        elif text:
            dict.setdefault(self._get_context(), f"media_{key}", text)

    def text(self, key: str) -> None:
        """Keep a plain text; the first one of a key stays."""
        text = self._taken("text")
        if text and not self.inimage:
            context = self._get_context()
            if not dict.get(context, key):
                dict.__setitem__(context, key, text)


def _push(element: Elements) -> None:
    element.push("text", 0)


def _text(key: str) -> tuple[Handler, Handler]:
    return _push, lambda element: element.text(key)


def _content(key: str, kind: str) -> tuple[Handler, Handler]:
    return lambda element: element.start_content(key, kind), lambda element: element.pop_content(key)


def _caption(key: str) -> tuple[Handler, Handler]:
    return _push, lambda element: element.caption(key)


def _person(key: str) -> tuple[Handler, Handler]:
    return _push, lambda element: element.end_person_part(key)


_FEED = (Elements.start_feed, Elements.end_feed)
_ENTRY = (Elements.start_entry, Elements.end_entry)
_AUTHOR = (Elements.start_person, Elements.end_person)
_CATEGORY = (Elements.start_category, Elements.end_category)
_GUID = (Elements.start_guid, lambda element: element.text("id"))
_TITLE = (Elements.start_title, Elements.end_title)
_HTML = _content("content", "text/html")

HANDLERS: dict[str, tuple[Handler, Handler]] = {
    # feeds and entries
    "rss": (lambda element: None, lambda element: None), "rdf:rdf": (lambda element: None, lambda element: None),
    "channel": _FEED, "feed": _FEED, "item": _ENTRY, "entry": _ENTRY,
    "source": (Elements.start_source, Elements.end_source),
    "textinput": (Elements.start_textinput, Elements.end_textinput),
    "language": _text("language"), "dc:language": _text("language"), "ttl": _text("ttl"),
    "sy:updateperiod": _text("period"), "sy:updatefrequency": _text("frequency"),
    # identity and links
    "guid": _GUID, "id": _GUID,
    "link": (Elements.start_link, Elements.end_link),
    "enclosure": (Elements.start_enclosure, Elements.ignored),
    "comments": _text("comments"), "feedburner:origlink": _text("origlink"),
    # dates
    "pubdate": _text("published"), "published": _text("published"), "issued": _text("published"),
    "dcterms:issued": _text("published"), "dc:date": _text("dc_date"), "created": _text("created"),
    "dcterms:created": _text("created"), "updated": _text("updated"), "modified": _text("updated"),
    "dcterms:modified": _text("updated"),
    # people and tags
    "author": _AUTHOR, "managingeditor": _AUTHOR, "dc:creator": _AUTHOR, "dc:author": _AUTHOR, "itunes:author": _AUTHOR,
    "name": _person("name"), "email": _person("email"),
    "category": _CATEGORY, "dc:subject": _CATEGORY, "media:category": _CATEGORY, "keywords": _CATEGORY,
    "itunes:keywords": (_push, Elements.end_keywords), "media:keywords": (_push, Elements.end_keywords),
    # texts
    "title": _TITLE, "dc:title": _TITLE, "itunes:title": _text("itunes_title"),
    "subtitle": _content("subtitle", "text/plain"), "tagline": _content("subtitle", "text/plain"),
    "description": _content("description", "text/html"), "dc:description": _content("description", "text/html"),
    "abstract": _content("description", "text/plain"),
    "summary": _content("summary", "text/plain"),
    "content": (Elements.start_body, lambda element: element.pop_content("content")),
    "content:encoded": _HTML, "fullitem": _HTML, "body": _content("content", "application/xhtml+xml"),
    "xhtml:body": _content("content", "application/xhtml+xml"),
    "itunes:summary": _text("itunes_summary"), "itunes:subtitle": _text("itunes_subtitle"),
    # pictures and media
    "image": (Elements.start_image, Elements.end_image), "url": (_push, Elements.end_address),
    "icon": _text("icon"), "logo": _text("logo"),
    "itunes:image": (Elements.start_cover, Elements.ignored),
    "media:content": (Elements.start_medium, Elements.end_medium),
    "media:thumbnail": (Elements.start_thumbnail, Elements.ignored),
    "media:title": _caption("title"), "media:description": _caption("description"),
}  # fmt: skip
"""Every element that is read: what is done at its start and at its end."""
