"""Every element of RSS, Atom, RDF, CDF and the namespaces around them that is read, and what it means.

Names are "prefix:local" in lower case, with the usual prefix of a namespace whatever a document calls it; RSS and Atom
themselves have none. Sources: RSS 0.90 to 2.0, RFC 4287, Atom 0.3, the RSS 1.0 modules, Dublin Core, Media RSS, the
podcast tags of Apple and Google, PRISM.
"""

from __future__ import annotations

from roya_tui.sources.xml.elements import Elements
from roya_tui.sources.xml.xmlwalk import Handler

Reading = tuple[Handler, Handler]
"""What is done at an element's start and at its end."""


def _nothing(element: Elements) -> None:
    pass


def _push(element: Elements) -> None:
    element.push("text")


def _text(key: str) -> Reading:
    return _push, lambda element: element.text(key)


def _date(key: str) -> Reading:
    return _push, lambda element: element.date(key)


def _address(key: str) -> Reading:
    return _push, lambda element: element.place(key)


def _listed(key: str) -> Reading:
    return _push, lambda element: element.listed(key)


def _summary(kind: str) -> Reading:
    return lambda element: element.start_summary(kind), Elements.end_summary


def _content(kind: str) -> Reading:
    return lambda element: element.start_content("content", kind), lambda element: element.end_content("content")


def _caption(key: str) -> Reading:
    return _push, lambda element: element.caption(key)


def _people(key: str) -> Reading:
    return lambda element: element.start_person(key), Elements.end_person


def _part(key: str) -> Reading:
    return _push, lambda element: element.end_person_part(key)


_FEED = (Elements.start_feed, Elements.end_feed)
_ENTRY = (Elements.start_entry, Elements.end_entry)
_AUTHOR, _OWNER = _people("people"), _people("owners")
_CATEGORY = (Elements.start_category, Elements.end_category)
_NAMED_CATEGORY = (Elements.start_named_category, Elements.ignored)
_KEYWORDS = (_push, Elements.end_keywords)
_GUID = (Elements.start_guid, lambda element: element.text("id"))
_TITLE = (Elements.start_title, Elements.end_title)
_ENCLOSURE = (Elements.start_enclosure, Elements.end_enclosure)
_COVER = (Elements.start_cover, Elements.end_cover)
_MEDIUM = (Elements.start_medium, Elements.end_medium)
_THUMBNAIL = (Elements.start_thumbnail, Elements.end_thumbnail)
_AROUND = (_nothing, _nothing)
_PART_OF_TEXT = (_nothing, _nothing)
"""An element that somebody forgot to escape inside a name or a tag: its words belong to the element around it."""

HANDLERS: dict[str, Reading] = {
    # feeds and entries
    "rss": _FEED, "rdf:rdf": _AROUND, "channel": _FEED, "feed": _FEED, "item": _ENTRY, "entry": _ENTRY,
    "source": (Elements.start_source, Elements.end_source),
    "textinput": (Elements.start_textinput, Elements.end_textinput),
    "language": _text("language"), "dc:language": _text("language"),
    # when to come again
    "ttl": _text("ttl"), "sy:updateperiod": _text("period"), "sy:updatefrequency": _text("frequency"),
    "skiphours": _AROUND, "hour": _listed("hours"), "skipdays": _AROUND, "day": _listed("days"),
    # identity and links
    "guid": _GUID, "id": _GUID,
    "link": (Elements.start_link, Elements.end_link),
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
    "dc:description": (lambda element: element.start_stand_in("text/html"), Elements.end_summary),
    "content": (Elements.start_body, lambda element: element.end_content("content")),
    "content:encoded": _content("text/html"), "fullitem": _content("text/html"),
    "body": _content("application/xhtml+xml"), "xhtml:body": _content("application/xhtml+xml"),
    "itunes:summary": _text("itunes_summary"), "googleplay:description": _text("play_description"),
    "itunes:subtitle": _text("itunes_subtitle"),
    # pictures and media
    "image": (Elements.start_image, Elements.end_image), "url": (_push, Elements.end_address),
    "icon": _address("icon"), "webfeeds:icon": _address("icon"), "logo": _address("logo"),
    "webfeeds:logo": _address("logo"),
    "itunes:image": _COVER, "googleplay:image": _COVER, "itunes:link": (Elements.start_old_cover, Elements.end_cover),
    "media:group": (Elements.start_group, Elements.end_group), "media:content": _MEDIUM, "media:peerlink": _MEDIUM,
    "media:player": (Elements.start_player, Elements.ignored),
    "media:thumbnail": _THUMBNAIL, "thumbnail": _THUMBNAIL, "itunes:duration": _text("duration"),
    "media:title": _caption("title"), "media:description": _caption("description"),
    # words in names and tags
    **dict.fromkeys("a b big br div em font i p s small span strong sub sup tt u".split(), _PART_OF_TEXT),
    "rdf:description": _PART_OF_TEXT, "rdf:value": _PART_OF_TEXT,
}  # fmt: skip
"""Every element that is read."""
