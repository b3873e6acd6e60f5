"""Read the elements of RSS, Atom, RDF and CDF. `HANDLERS` lists them; all others are ignored."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from roya_tui.sources import bounds
from roya_tui.sources.xml.walker import Handler, LimitReached, XmlTextReader, fix_mojibake, pop_ignored

_REGISTERED = "http://www.iana.org/assignments/relation/"
"""Prefix that a link's relation may have (RFC 4287 §4.2.7.2)."""
_CODE = re.compile(r"[\d.,]+|(?:[a-z][a-z0-9+.-]*:)?//\S+|www\.\S+|(?:urn|tag):\S+", re.I)
"""A category that is a number or an address, and not a name."""


class FeedElements(XmlTextReader):
    """Reads XML into `feeddata` and `entries`, dicts with these keys.

    title, summary, subtitle: texts. title_detail, summary_detail, subtitle_detail and each item of content: dicts with
    value, type, base; dir if declared; literal for declared XHTML; second for a second description. links: dicts with
    the attributes, href, base, rel, and own (the address is the element's text). icon, logo: dicts with href, base.
    people, owners: dicts with name, email or text. media: dicts with the attributes, title, description. permalink: the
    guid's isPermaLink ("true", "false" or ""). hours, days: to skip. transcripts: dicts with url, type, language.
    chapters: dicts with url. chapter_marks: dicts with start, title, href. thumbnails, cover, tags, base, language,
    dir, and the texts and dates named in `HANDLERS`. Unused texts are under other.
    """

    def __init__(self, version: str, address: str) -> None:
        super().__init__(version, address)
        self.handlers = HANDLERS
        self.is_truncated = False
        """Whether the document has more than was read."""
        # The link, person, picture … that is being read.
        self.link: dict[str, Any] = {}
        self.inauthor = False
        self.person: dict[str, str] = {}
        self.picture: dict[str, Any] = {}
        self.medium: dict[str, Any] | None = None
        self.label = ("", "")
        self.cover = ""
        self.group, self.in_group = 0, False
        """Number of the last media:group, and whether it is open."""

    def read(self, walk: Callable[[], None]) -> None:
        """Read a document with a function that calls the handlers for all of it."""
        try:
            walk()
        except LimitReached:
            self.is_truncated = True
            if self.inentry and len(self.entries) > 1:
                self.entries.pop()

    # --- feeds and entries ---

    def start_feed(self) -> None:
        self.infeed = True
        for key, value in (("xml_language", self.lang), ("base", self.baseuri), ("dir", self.attributes.get("dir"))):
            if value:
                self.feeddata[key] = value
        self._keep_cdf_attributes()

    def end_feed(self) -> None:
        self.infeed = False

    def start_entry(self) -> None:
        if len(self.entries) >= bounds.MAX_ENTRIES:
            raise LimitReached
        direction = self.attributes.get("dir") or self.feeddata.get("dir", "")
        self.entries.append({"base": self.baseuri, "language": self.lang, "dir": direction})
        if "rdf:about" in self.attributes:
            self.entries[-1]["id"] = self.attributes["rdf:about"]
        self.inentry = True
        self.sourcedata.clear()
        self.title_depth = -1
        self._keep_cdf_attributes()

    def end_entry(self) -> None:
        self.inentry = self.inimage = False
        self.in_group = False
        self.medium = None
        self.title_depth = 0 if "title" in self.feeddata else -1
        self.elementstack.clear()

    def start_source(self) -> None:
        """Start the original source of an entry: its title, links and people are not the entry's."""
        self.push("ignored")
        self.insource = True

    def end_source(self) -> None:
        self.insource = False
        self.pop("ignored")
        self._context()["source"] = dict(self.sourcedata)

    def _keep_cdf_attributes(self) -> None:
        """Read link and date from attributes, as in Microsoft's Channel Definition Format."""
        if "href" in self.attributes:
            self.append("links", {"href": self.attributes["href"], "base": self.baseuri, "own": False})
        if "lastmod" in self.attributes:
            self._context()["updated"] = self.attributes["lastmod"]

    # --- links and ids ---

    def start_guid(self) -> None:
        self._context().setdefault("permalink", self.attributes.get("ispermalink", "").strip().lower())
        self.push("text")

    def start_link(self) -> None:
        href = self.attributes.get("href") or self.attributes.get("url") or ""
        rel = self.attributes.get("rel", "").strip().lower().removeprefix(_REGISTERED)
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": not href, "rel": rel}
        if not self.is_in_picture_or_form():
            self.append("links", self.link)
        self.push("link")

    def end_link(self) -> None:
        text = self.pop("link")
        if self.link["own"]:
            self.link["href"] = text

    def start_enclosure(self) -> None:
        href = next(filter(None, map(self.attributes.get, ("url", "href", "resource", "rdf:resource"))), "")
        self.link = {**self.attributes, "href": href, "base": self.baseuri, "own": False, "rel": "enclosure"}
        self.append("links", self.link)
        self.push("text")

    def end_enclosure(self) -> None:
        text = self.pop("text")
        self.link["href"] = self.link["href"] or text

    # --- people and tags ---

    def start_person(self, key: str) -> None:
        self.inauthor = True
        self.person = {}
        self.append(key, self.person)
        self.push("person")

    def end_person(self) -> None:
        self.person["text"] = fix_mojibake(self.pop("person"))
        self.inauthor = False

    def end_person_part(self, key: str) -> None:
        text = self.pop("text")
        if self.inauthor:
            self.person[key] = fix_mojibake(text)

    def start_category(self) -> None:
        self.label = self.attributes.get("term", "").strip(), self.attributes.get("label", "")
        self.push("category")

    def end_category(self) -> None:
        text, (term, label), self.label = self.pop("category"), self.label, ("", "")
        name = term or text
        self.append("tags", fix_mojibake(label if not name or (label.strip() and _CODE.fullmatch(name)) else name))

    def start_named_category(self) -> None:
        """Start a category of iTunes or Google Play: the name is an attribute, and they may be nested."""
        self.append("tags", self.attributes.get("text", ""))
        self.push("ignored")

    def end_keywords(self) -> None:
        for word in self.pop("text").split(",", bounds.MAX_ITEMS_IN_ENTRY)[: bounds.MAX_ITEMS_IN_ENTRY]:
            self.append("tags", word.strip())

    def start_body(self) -> None:
        self.start_content("content", "text/plain")
        if "src" in self.attributes:
            rel = "enclosure" if self.contentparams["type"].startswith(("audio/", "image/", "video/")) else "content"
            link = {**self.attributes, "href": self.attributes["src"], "base": self.baseuri, "rel": rel, "own": False}
            self.append("links", link)

    # --- pictures and media ---

    def start_image(self) -> None:
        self.picture = {"url": self.attributes.get("href") or self.attributes.get("url") or "", "medium": "image"}
        if self.inentry:
            self.append("media", self.picture)
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
            self._context().setdefault("cover", cover)

    def start_legacy_cover(self) -> None:
        """Start iTunes' link with the relation "image", as in the first podcasts."""
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
        self.append("media", self.medium)
        self.push("ignored")

    def end_medium(self) -> None:
        self.medium = None
        self.pop("ignored")

    def start_player(self) -> None:
        """Read the page that plays a medium, which is the entry's if it has no other."""
        self.append(
            "links", {"href": self.attributes.get("url", ""), "base": self.baseuri, "rel": "player", "own": False}
        )
        self.push("ignored")

    def start_thumbnail(self) -> None:
        self.append("thumbnails", self.attributes.get("url", ""))
        self.push("text")

    def end_thumbnail(self) -> None:
        self.append("thumbnails", self.pop("text"))

    def end_caption(self, key: str) -> None:
        """Store a text of the open media:content, or of the entry if none is open."""
        text = self.pop("text")
        if text and self.medium is not None:
            self.medium.setdefault(key, text)
        elif text:
            self._context().setdefault(f"media_{key}", text)


ElementHandlers = tuple[Handler, Handler]


def _nothing(element: FeedElements) -> None:
    pass


def _push(element: FeedElements) -> None:
    element.push("text")


def _collect(end: Callable[[FeedElements, str], None]) -> Callable[[str], ElementHandlers]:
    """Return a function that makes the handlers for a key: they collect a text, and store it with `end`."""
    return lambda key: (_push, lambda element: end(element, key))


def _end_summary(element: FeedElements) -> None:
    element.end_content(element.text_key)


def _summary(kind: str) -> ElementHandlers:
    return lambda element: element.start_summary(kind), _end_summary


def _content(kind: str) -> ElementHandlers:
    return lambda element: element.start_content("content", kind), lambda element: element.end_content("content")


def _people(key: str) -> ElementHandlers:
    return lambda element: element.start_person(key), FeedElements.end_person


def _attributes(key: str, *names: str) -> ElementHandlers:
    """Return handlers that append these attributes to a list, "" for missing ones."""

    def start(element: FeedElements) -> None:
        element.append(key, {name: element.attributes.get(name, "") for name in names})
        element.push("ignored")

    return start, pop_ignored


_text, _date = _collect(FeedElements.end_text), _collect(FeedElements.end_date)
_reference = _collect(FeedElements.end_reference)
_list_item = _collect(lambda element, key: element.append(key, element.pop("text")))
_caption, _part = _collect(FeedElements.end_caption), _collect(FeedElements.end_person_part)
_FEED = (FeedElements.start_feed, FeedElements.end_feed)
_ENTRY = (FeedElements.start_entry, FeedElements.end_entry)
_AUTHOR, _OWNER = _people("people"), _people("owners")
_CATEGORY = (FeedElements.start_category, FeedElements.end_category)
_NAMED_CATEGORY = (FeedElements.start_named_category, pop_ignored)
_KEYWORDS = (_push, FeedElements.end_keywords)
_GUID = (FeedElements.start_guid, lambda element: element.end_text("id"))
_TITLE = (FeedElements.start_title, FeedElements.end_title)
_ENCLOSURE = (FeedElements.start_enclosure, FeedElements.end_enclosure)
_COVER = (FeedElements.start_cover, FeedElements.end_cover)
_MEDIUM = (FeedElements.start_medium, FeedElements.end_medium)
_THUMBNAIL = (FeedElements.start_thumbnail, FeedElements.end_thumbnail)
_CONTAINER = _INLINE = (_nothing, _nothing)

HANDLERS: dict[str, ElementHandlers] = {
    # feeds and entries
    "rss": _FEED, "rdf:rdf": _CONTAINER, "channel": _FEED, "feed": _FEED, "item": _ENTRY, "entry": _ENTRY,
    "source": (FeedElements.start_source, FeedElements.end_source),
    "textinput": (FeedElements.start_textinput, FeedElements.end_textinput),
    "language": _text("language"), "dc:language": _text("language"),
    # when to come again
    "ttl": _text("ttl"), "sy:updateperiod": _text("period"), "sy:updatefrequency": _text("frequency"),
    "skiphours": _CONTAINER, "hour": _list_item("hours"), "skipdays": _CONTAINER, "day": _list_item("days"),
    # identity and links
    "guid": _GUID, "id": _GUID,
    "link": (FeedElements.start_link, FeedElements.end_link),
    "enclosure": _ENCLOSURE, "enc:enclosure": _ENCLOSURE,
    "comments": _text("comments"), "feedburner:origlink": _text("origlink"),
    # dates
    "pubdate": _date("published"), "published": _date("published"), "issued": _date("published"),
    "dcterms:issued": _date("published"), "dc:date": _date("dc_date"), "dcterms:date": _date("dc_date"),
    "prism:publicationdate": _date("dc_date"), "created": _date("created"), "dcterms:created": _date("created"),
    "updated": _date("updated"), "modified": _date("updated"), "dcterms:modified": _date("updated"),
    # people
    "author": _AUTHOR, "managingeditor": _AUTHOR, "dc:creator": _AUTHOR, "dc:author": _AUTHOR,
    "dcterms:creator": _AUTHOR, "itunes:author": _AUTHOR, "googleplay:author": _AUTHOR,
    "webmaster": _OWNER, "itunes:owner": _OWNER,
    "name": _part("name"), "email": _part("email"), "itunes:name": _part("name"), "itunes:email": _part("email"),
    # tags
    "category": _CATEGORY, "dc:subject": _CATEGORY, "dcterms:subject": _CATEGORY, "media:category": _CATEGORY,
    "keywords": _CATEGORY, "itunes:keywords": _KEYWORDS, "media:keywords": _KEYWORDS, "tags": _KEYWORDS,
    "itunes:category": _NAMED_CATEGORY, "googleplay:category": _NAMED_CATEGORY,
    # texts
    "title": _TITLE, "dc:title": _TITLE, "dcterms:title": _TITLE, "itunes:title": _text("itunes_title"),
    "subtitle": _summary("text/plain"), "tagline": _summary("text/plain"), "description": _summary("text/html"),
    "abstract": _summary("text/plain"), "summary": _summary("text/plain"),
    "dc:description": (lambda element: element.start_fallback("text/html"), _end_summary),
    "content": (FeedElements.start_body, lambda element: element.end_content("content")),
    "content:encoded": _content("text/html"), "fullitem": _content("text/html"),
    "body": _content("application/xhtml+xml"), "xhtml:body": _content("application/xhtml+xml"),
    "itunes:summary": _text("itunes_summary"), "googleplay:description": _text("play_description"),
    "itunes:subtitle": _text("itunes_subtitle"),
    # pictures and media
    "image": (FeedElements.start_image, FeedElements.end_image), "url": (_push, FeedElements.end_address),
    "icon": _reference("icon"), "webfeeds:icon": _reference("icon"), "logo": _reference("logo"),
    "webfeeds:logo": _reference("logo"),
    "itunes:image": _COVER, "googleplay:image": _COVER,
    "itunes:link": (FeedElements.start_legacy_cover, FeedElements.end_cover),
    "media:group": (FeedElements.start_group, FeedElements.end_group), "media:content": _MEDIUM,
    "media:peerlink": _MEDIUM,
    "media:player": (FeedElements.start_player, pop_ignored),
    "media:thumbnail": _THUMBNAIL, "thumbnail": _THUMBNAIL, "itunes:duration": _text("duration"),
    "media:title": _caption("title"), "media:description": _caption("description"),
    # episodes
    "itunes:season": _text("season"), "podcast:season": _text("season"),
    "itunes:episode": _text("episode"), "podcast:episode": _text("episode"),
    "podcast:chapters": _attributes("chapters", "url"),
    "podcast:transcript": _attributes("transcripts", "url", "type", "language"),
    "psc:chapters": _CONTAINER, "psc:chapter": _attributes("chapter_marks", "start", "title", "href"),
    # unescaped HTML in names and tags, whose text belongs to the element around it
    **dict.fromkeys("a b big br div em font i p s small span strong sub sup tt u".split(), _INLINE),
    "rdf:description": _INLINE, "rdf:value": _INLINE,
}  # fmt: skip
