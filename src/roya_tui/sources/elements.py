"""feedparser's strict reader, with those handlers of its replaced that guess, lose or mix up.

feedparser knows the namespaces, content types and embedded XHTML of every feed dialect. But it resolves ids, takes a
picture's caption for the text, an Atom link for the item's own, one date for another, and some of its loops can be made
to run for hours. So: only elements that are listed here reach it, and what it would mix up is kept apart.
"""

from __future__ import annotations

from typing import Any

from feedparser.api import StrictFeedParser

Attributes = dict[str, Any]

MOST_IN_ENTRY = 200
"""Links, tags, people and media of one entry, each."""

_KNOWN = """
    rss channel rdf:rdf feed item entry source image url textinput
    title subtitle tagline description language ttl icon logo link
    author managingeditor contributor name email uri dc:creator dc:author itunes:author
    guid id pubdate published issued updated modified created
    dc:date dcterms:issued dcterms:created dcterms:modified dcterms:available
    category keywords dc:subject itunes:keywords media:category media:keywords
    summary content content:encoded body xhtml:body fullitem abstract dc:title dc:description dc:language
    itunes:title itunes:summary itunes:subtitle itunes:image
    enclosure comments sy:updateperiod sy:updatefrequency feedburner:origlink
    media:group media:content media:thumbnail media:title media:description
"""
KNOWN = frozenset(_KNOWN.split())
_VOID = frozenset(
    ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)


class Elements(StrictFeedParser):  # type: ignore[misc]  # feedparser carries no types
    """A SAX handler that fills `feeddata` and `entries` with dicts.

    Beside feedparser's own keys: `all_links` (dicts with href, rel, type, length, title, base; an element's own text
    link has the rel "own"), `people` (dicts with name, email, text), `media` (dicts with the attributes, title,
    description and thumbnails of each), `all_tags`, `permalink` (whether the guid is one), `base`, `language`.
    """

    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self, version: str, most_entries: int) -> None:
        super().__init__("", "", "utf-8")
        self.version = version
        self.most_entries = most_entries
        self.passed_over = 0
        self.content_depth = 0
        self.medium: Attributes | None = None

    # --- elements in and out ---

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        if not self.incontent and tag not in KNOWN:
            tag = "other"
        super().unknown_starttag(tag, attrs)
        self.svgOK = 0  # else feedparser stops listening to what comes after a drawing

    def unknown_endtag(self, tag: str) -> None:
        if self.incontent and self.depth > self.content_depth:
            self._end_inline(tag.rpartition(":")[2])
        else:
            super().unknown_endtag(tag if tag in KNOWN else "other")
        self.baseuri = self.basestack[-1] if self.basestack else ""

    def _end_inline(self, name: str) -> None:
        """An element inside of XHTML ends: <summary> or <source> there are HTML's, not the feed's."""
        if self.contentparams.get("type", "").endswith("xml") and name not in _VOID:
            self.handle_data(f"</{name}>", escape=0)
        self.basestack.pop()
        self.langstack.pop()
        self.lang = self.langstack[-1]
        self.depth -= 1

    def _start_other(self, attrs: Attributes) -> None:
        self.push("other", 0)

    def _end_other(self) -> None:
        self.pop("other")

    def push_content(self, tag: str, attrs: Attributes, default_type: str, expecting_text: int) -> None:
        super().push_content(tag, attrs, default_type, expecting_text)
        self.content_depth = self.depth

    def _keep(self, key: str, value: Any) -> None:
        kept = self._get_context().setdefault(key, [])
        if len(kept) < MOST_IN_ENTRY:
            kept.append(value)

    def resolve_uri(self, uri: str) -> str:
        return uri

    # --- entries, ids, links ---

    def _start_item(self, attrs: Attributes) -> None:
        super()._start_item(attrs)
        self.entries[-1].update(base=self.baseuri, language=self.lang or "")

    _start_entry = _start_item

    def _end_item(self) -> None:
        super()._end_item()
        self.elementstack.clear()
        self.medium = None
        self.property_depth_map.clear()
        if len(self.entries) > self.most_entries:
            self.entries.pop()
            self.passed_over += 1

    _end_entry = _end_item

    def _start_guid(self, attrs: Attributes) -> None:
        self._get_context()["permalink"] = str(attrs.get("ispermalink", "true")).strip().lower() == "true"
        self.push("id", 1)

    _start_id = _start_guid

    def _end_guid(self) -> None:
        self.pop("id")

    _end_id = _end_guid

    def _start_link(self, attrs: Attributes) -> None:
        address = attrs.get("href") or attrs.get("url") or attrs.get("uri")
        if not (self.inimage or self.intextinput):
            self._keep("all_links", {**attrs, "href": address or "", "base": self.baseuri, "own": not address})
        self.push("own_link", 0)

    def _end_link(self) -> None:
        text = self.pop("own_link")
        found = self._get_context().get("all_links")
        if found and text and not (self.inimage or self.intextinput) and found[-1]["own"]:
            found[-1]["href"] = text

    def _start_enclosure(self, attrs: Attributes) -> None:
        address = attrs.get("url") or attrs.get("href") or ""
        self._keep("all_links", {**attrs, "href": address, "rel": "enclosure", "base": self.baseuri, "own": False})

    def _start_comments(self, attrs: Attributes) -> None:
        self.push("comments", 1)

    def _start_feedburner_origlink(self, attrs: Attributes) -> None:
        self.push("origlink", 1)

    def _end_feedburner_origlink(self) -> None:
        self.pop("origlink")

    # --- dates: only their text; dates.py reads it ---

    def _end_published(self) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    def _start_dc_date(self, attrs: Attributes) -> None:
        self.push("dc_date", 1)

    def _end_dc_date(self) -> None:
        self.pop("dc_date")

    # --- people and tags ---

    def _start_author(self, attrs: Attributes) -> None:
        self.inauthor = 1
        self._keep("people", {})
        self.push("person", 0)

    _start_managingeditor = _start_author

    def _end_author(self) -> None:
        text = self.pop("person")
        self.inauthor = 0
        self._person("text", text)

    _end_managingeditor = _end_author

    def _save_author(self, key: str, value: str, prefix: str = "author") -> None:
        self._person(key, value)

    def _person(self, key: str, value: str | None) -> None:
        people = self._get_context().get("people")
        if people and value:
            people[-1][key] = value

    def _start_category(self, attrs: Attributes) -> None:
        self._keep("all_tags", attrs.get("term") or "")
        self.label = attrs.get("label") or attrs.get("text") or ""
        self.push("category", 1)

    _start_keywords = _start_category

    def _end_category(self) -> None:
        text = self.pop("category")
        tags = self._get_context().get("all_tags")
        if tags and not tags[-1]:
            tags[-1] = text or self.label

    _end_keywords = _end_category

    def _add_tag(self, term: str, scheme: str | None, label: str | None) -> None:
        self._keep("all_tags", term or label or "")

    # --- texts ---

    def _start_description(self, attrs: Attributes) -> None:
        self.push_content("description", attrs, "text/html", 1)

    def _end_description(self) -> None:
        self.pop_content("description")

    def _start_summary(self, attrs: Attributes) -> None:
        self.push_content("summary", attrs, "text/plain", 1)

    def _end_summary(self) -> None:
        self.pop_content("summary")

    def _start_content(self, attrs: Attributes) -> None:
        self.push_content("content", attrs, "text/plain", 1)
        if attrs.get("src"):
            self._keep("all_links", {"href": attrs["src"], "rel": "content", "base": self.baseuri, "own": False})

    def _end_content(self) -> None:
        self.pop_content("content")

    _end_body = _end_xhtml_body = _end_content_encoded = _end_fullitem = _end_content

    def _start_itunes_summary(self, attrs: Attributes) -> None:
        self.push("itunes_summary", 1)

    def _end_itunes_summary(self) -> None:
        self.pop("itunes_summary")

    def _start_itunes_subtitle(self, attrs: Attributes) -> None:
        self.push("itunes_subtitle", 1)

    def _end_itunes_subtitle(self) -> None:
        self.pop("itunes_subtitle")

    def _start_itunes_title(self, attrs: Attributes) -> None:
        self.push("itunes_title", 1)

    def _end_itunes_title(self) -> None:
        self.pop("itunes_title")

    # --- media ---

    def _start_image(self, attrs: Attributes) -> None:
        if not self.inentry:
            super()._start_image(attrs)
            return
        self._keep("media", {"url": attrs.get("href") or attrs.get("url") or "", "medium": "image", "lead": True})
        self.inimage = 1
        self.push("picture", 0)

    def _end_image(self) -> None:
        if not self.inentry:
            super()._end_image()
            return
        text = self.pop("picture")
        self.inimage = 0
        self._picture(text)

    def _end_url(self) -> None:
        text = self.pop("href")
        if self.inauthor:
            self._person("href", text)
        elif self.inentry and self.inimage:
            self._picture(text)

    _end_uri = _end_url

    def _picture(self, address: str | None) -> None:
        media = self._get_context().get("media")
        if media and address and not media[-1]["url"]:
            media[-1]["url"] = address

    def _start_itunes_image(self, attrs: Attributes) -> None:
        self._get_context().setdefault("cover", attrs.get("href") or attrs.get("url") or "")
        self.push("other", 0)

    def _end_itunes_image(self) -> None:
        self.pop("other")

    def _start_media_content(self, attrs: Attributes) -> None:
        self.medium = dict(attrs)
        self._keep("media", self.medium)
        self.push("other", 0)

    def _end_media_content(self) -> None:
        self.medium = None
        self.pop("other")

    def _start_media_group(self, attrs: Attributes) -> None:
        self.push("other", 0)

    def _end_media_group(self) -> None:
        self.pop("other")

    def _start_media_thumbnail(self, attrs: Attributes) -> None:
        self._keep("thumbnails", dict(attrs))
        self.push("thumbnail", 0)

    def _end_media_thumbnail(self) -> None:
        text = self.pop("thumbnail")
        found = self._get_context().get("thumbnails")
        if found and text:
            found[-1].setdefault("url", text)

    def _start_media_title(self, attrs: Attributes) -> None:
        self.push("media_title", 0)

    def _end_media_title(self) -> None:
        self._caption("title", self.pop("media_title"))

    def _start_media_description(self, attrs: Attributes) -> None:
        self.push("media_description", 0)

    def _end_media_description(self) -> None:
        self._caption("description", self.pop("media_description"))

    def _caption(self, key: str, text: str | None) -> None:
        """Words inside a media:content are about it; outside of one they are about the entry, or its only picture."""
        if text:
            target = self.medium if self.medium is not None else self._get_context()
            target.setdefault(key if target is self.medium else f"media_{key}", text)
