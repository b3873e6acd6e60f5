"""RSS, Atom and RDF: a document's text → Feed."""

from __future__ import annotations

import io
import re
import xml.sax
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges, feature_external_pes, feature_namespaces
from xml.sax.xmlreader import InputSource

from roya_tui.model import Enclosure, Entry, Feed, Moment, Picture
from roya_tui.sources import dates, htmltext, links, repair
from roya_tui.sources.elements import Elements
from roya_tui.sources.sniff import NotAFeed, Sniffed
from roya_tui.text import clean, one_line

MOST_ENTRIES = 20_000
_VERSION = re.compile(r"\bversion\s*=\s*[\"']\s*([\d.]+)")
_NAMED_MAIL = re.compile(r"\s*[(<]?\s*(?:mailto:)?[^\s()<>@]{1,64}@[^\s()<>@]{1,255}\s*[)>]?\s*")
_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?#]|$)", re.I)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MINUTES = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}

Found = Mapping[str, Any]
"""What feedparser found of a feed or an entry. Any value may be missing, or of a type that nobody expects."""


def read(document: Sniffed, url: str, clock: tzinfo, now: int | None) -> Feed:
    """Return the feed that `document` is. Raises NotAFeed if nothing of it can be read."""
    version, name = _version(document)
    elements, warnings = _elements(document.text, version)
    if elements.passed_over:
        read, total = len(elements.entries), len(elements.entries) + elements.passed_over
        warnings += (f"Only the first {read} of {total} entries were read.",)
    feed: Found = elements.feeddata
    bases = tuple(filter(None, (_homepage(feed, url), url)))
    reader = _Reader(feed, bases, clock, now, atom=version.startswith("atom"), language=_language(feed.get("language")))
    return Feed(
        format=name,
        title=reader.title(feed),
        homepage=_homepage(feed, url),
        description=htmltext.title(_text(feed, "subtitle") or _text(feed, "itunes_summary")),
        language=reader.language,
        icon=_icon(feed, bases),
        ttl=_ttl(feed),
        encoding=document.encoding,
        entries=tuple(map(reader.entry, elements.entries)),
        warnings=document.warnings + warnings,
    )


def _version(document: Sniffed) -> tuple[str, str]:
    """feedparser's name for the dialect, and ours."""
    found = _VERSION.search(document.root)
    number = found[1] if found else ""
    if document.kind == "atom":
        return (
            ("atom03", "Atom 0.3")
            if number == "0.3" or "purl.org/atom/ns#" in document.root
            else ("atom10", "Atom 1.0")
        )
    if document.kind == "rdf":
        old = "my.netscape.com/rdf/simple/0.9" in document.root
        return ("rss090", "RSS 0.90") if old else ("rss10", "RSS 1.0")
    return "rss20", f"RSS {number}" if number else "RSS"


def _elements(text: str, version: str) -> tuple[Elements, tuple[str, ...]]:
    """Let feedparser read the text; if it is not well-formed, mend it and try again."""
    text, entities = repair.without_doctype(text)
    if not entities:
        try:
            return _parsed(text, version), ()
        except xml.sax.SAXException:
            pass
    mended = repair.mend(text, entities)
    try:
        return _parsed(mended.text, version), mended.warnings
    except xml.sax.SAXException as error:
        raise NotAFeed(f"XML that is damaged beyond repair ({error.getMessage()})") from error


def _parsed(text: str, version: str) -> Elements:
    elements = Elements(version, MOST_ENTRIES)
    reader = ExpatParser()
    reader.setFeature(feature_namespaces, True)
    reader.setFeature(feature_external_ges, False)
    reader.setFeature(feature_external_pes, False)
    reader.setContentHandler(elements)
    reader.setErrorHandler(elements)
    source = InputSource()
    source.setEncoding("utf-8")
    source.setByteStream(io.BytesIO(text.encode("utf-8", "replace")))
    try:
        reader.parse(source)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotAFeed("a feed that trips the feed library up") from error
    return elements


def _text(found: Found, key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _dicts(found: Found, key: str) -> list[Found]:
    value = found.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _language(value: object) -> str:
    code = value.strip().replace("_", "-") if isinstance(value, str) else ""
    return code if _LANGUAGE.fullmatch(code) else ""


def _homepage(feed: Found, url: str) -> str:
    return _page(_dicts(feed, "all_links"), (url,))


def _page(found: Iterable[Found], bases: Iterable[str]) -> str:
    """The address that an element's links lead to: its own text link, else an alternate, HTML first."""
    ranked = []
    for link in found:
        own, rel, kind = link.get("own"), str(link.get("rel") or "alternate"), str(link.get("type") or "html")
        if own or rel == "alternate":
            ranked.append((0 if own else 1 if "html" in kind else 2, link))
    ranked.sort(key=lambda pair: pair[0])
    for _, link in ranked:
        if address := links.absolute(str(link.get("href") or ""), (str(link.get("base") or ""), *bases)):
            return address
    return ""


def _icon(feed: Found, bases: Iterable[str]) -> str:
    image = feed.get("image")
    places = (
        _text(feed, "icon"),
        _text(feed, "logo"),
        image.get("href", "") if isinstance(image, dict) else "",
        _text(feed, "cover"),
    )
    return next((found for place in places if isinstance(place, str) and (found := links.absolute(place, bases))), "")


def _ttl(feed: Found) -> int | None:
    """Minutes: RSS's ttl, else RSS 1.0's syndication module."""
    ttl = _text(feed, "ttl").strip()
    if ttl.isascii() and ttl.isdecimal() and 0 < len(ttl) < 7:
        return int(ttl)
    period = _MINUTES.get(_text(feed, "sy_updateperiod").strip().lower())
    often = _text(feed, "sy_updatefrequency").strip() or "1"
    if period is None or not (often.isascii() and often.isdecimal() and 0 < len(often) < 5 and int(often)):
        return period
    return max(1, period // int(often))


def _people(found: Found) -> list[str]:
    """Names; a mail address only where no one is named."""
    named, mails = [], []
    for person in _dicts(found, "people"):
        text = htmltext.title(str(person.get("name") or person.get("text") or person.get("email") or ""))[:300]
        name = _NAMED_MAIL.sub(" ", text).strip(" ,;()<>\"'") if "@" in text else text
        if name:
            named.append(one_line(name))
        elif text:
            mails.append(text.removeprefix("mailto:").strip(" ()<>"))
    return list(dict.fromkeys(named or mails))


class _Reader:
    """Turns what feedparser found of one feed's entries into ours."""

    def __init__(
        self, feed: Found, bases: tuple[str, ...], clock: tzinfo, now: int | None, *, atom: bool, language: str
    ) -> None:
        self.bases, self.clock, self.now, self.atom, self.language = bases, clock, now, atom, language
        self.authors = tuple(_people(feed))

    def entry(self, found: Found) -> Entry:
        bases = tuple(filter(None, (_text(found, "base"), *self.bases)))
        all_links = _dicts(found, "all_links")
        guid = _text(found, "id")
        summary, content, words = self._texts(found, bases)
        url = _page(all_links, bases)
        if not url and found.get("permalink", True):
            url = links.absolute(guid, bases if not self.atom and "permalink" in found and "/" in guid else ())
        url = url or next(
            (links.absolute(str(link["href"]), bases) for link in all_links if link.get("rel") == "content"), ""
        )
        url = url or links.absolute(_text(found, "origlink"))
        source = found.get("source")
        authors = _people(found) or (_people(source) if isinstance(source, dict) else []) or self.authors
        title = self.title(found) or htmltext.title(_text(found, "itunes_title") or _text(found, "media_title"))
        return Entry(
            guid=clean(guid),
            url=url,
            title=title or htmltext.first_words(words) or url.partition("://")[2],
            authors=tuple(authors),
            published=self._moment(found, "published", "dc_date", "created"),
            updated=self._moment(found, "updated"),
            tags=_tags(found),
            summary=summary,
            content=content,
            language=_language(found.get("language")) or self.language,
            pictures=_pictures(found, all_links, (content, summary), bases),
            enclosures=_enclosures(found, all_links, bases),
            comments=_comments(found, all_links, bases),
        )

    def title(self, found: Found) -> str:
        detail = found.get("title_detail")
        literal = self.atom and isinstance(detail, dict) and detail.get("type") == "text/plain"
        return htmltext.title(_text(found, "title"), literal=literal)

    def _moment(self, found: Found, *keys: str) -> Moment:
        raw = next((value for key in keys if key in found and (value := _text(found, key))), "")
        return dates.read(raw, self.clock, self.now) if raw else Moment()

    def _texts(self, found: Found, bases: tuple[str, ...]) -> tuple[str, str, str]:
        """Summary and content as HTML, and the text that a missing title is made of."""
        detail = found.get("summary_detail")
        summary = self._body(detail, bases) if isinstance(detail, dict) else ""
        contents = [body for one in _dicts(found, "content") if (body := self._body(one, bases))]
        content = max(contents, key=len, default="")
        if not summary and not content:
            other = (
                _text(found, "itunes_summary") or _text(found, "media_description") or _text(found, "itunes_subtitle")
            )
            summary = htmltext.body(other, bases) if "<" in other else htmltext.from_text(other)
        if summary == content:
            summary = ""
        return summary, content, summary or content

    def _body(self, detail: Found, bases: tuple[str, ...]) -> str:
        value, kind = _text(detail, "value"), str(detail.get("type") or "")
        if kind == "text/plain" and self.atom:
            return htmltext.from_text(value)
        if kind not in ("text/plain", "text/html", "application/xhtml+xml", ""):
            return ""
        return htmltext.body(value, (_text(detail, "base"), *bases))


def _tags(found: Found) -> tuple[str, ...]:
    value = found.get("all_tags")
    names = (htmltext.title(tag) for tag in value if isinstance(tag, str)) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(name for name in names if name))


def _is_image(medium: Found, address: str) -> bool:
    kind = str(medium.get("type") or "")
    if medium.get("medium") or kind:
        return medium.get("medium") == "image" or kind.startswith("image")
    return bool(_IMAGE_NAME.search(address))


def _pictures(
    found: Found, all_links: list[Found], bodies: Iterable[str], bases: tuple[str, ...]
) -> tuple[Picture, ...]:
    """The entry's own pictures first, each once; a thumbnail only where there is no larger one."""
    pictures: list[Picture] = []
    for medium in _dicts(found, "media"):
        address = links.absolute(str(medium.get("url") or ""), bases)
        if address and _is_image(medium, address):
            caption = medium.get("description") or medium.get("title") or _text(found, "media_description")
            pictures.append(Picture(address, htmltext.title(str(caption))))
    for link in all_links:
        address = links.absolute(str(link.get("href") or ""), (str(link.get("base") or ""), *bases))
        if link.get("rel") == "enclosure" and address and _is_image(link, address):
            pictures.append(Picture(address, htmltext.title(str(link.get("title") or ""))))
    if cover := links.absolute(_text(found, "cover"), bases):
        pictures.append(Picture(cover))
    if not pictures:
        pictures += [
            Picture(a)
            for thumb in _dicts(found, "thumbnails")
            if (a := links.absolute(str(thumb.get("url") or ""), bases))
        ]
    for body in bodies:
        pictures += htmltext.pictures(body, bases)
    unique: dict[str, Picture] = {}
    for picture in pictures:
        if picture.url not in unique or not unique[picture.url].caption:
            unique[picture.url] = picture
    return tuple(unique.values())


def _enclosures(found: Found, all_links: list[Found], bases: tuple[str, ...]) -> tuple[Enclosure, ...]:
    media = [{**one, "href": one.get("url"), "length": one.get("filesize")} for one in _dicts(found, "media")]
    unique: dict[str, Enclosure] = {}
    for one in [link for link in all_links if link.get("rel") == "enclosure"] + media:
        address = links.absolute(str(one.get("href") or ""), (str(one.get("base") or ""), *bases))
        if address and not _is_image(one, address):
            kind = one_line(str(one.get("type") or one.get("medium") or ""))
            title = htmltext.title(str(one.get("title") or ""))
            unique.setdefault(address, Enclosure(address, kind, _length(one.get("length")), title))
    return tuple(unique.values())


def _length(value: object) -> int | None:
    text = value.strip().replace(",", "") if isinstance(value, str) else ""
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _comments(found: Found, all_links: list[Found], bases: tuple[str, ...]) -> str:
    if address := links.absolute(_text(found, "comments"), bases):
        return address
    replies = [link for link in all_links if link.get("rel") == "replies" and "html" in str(link.get("type") or "html")]
    return _page([{**link, "rel": "alternate"} for link in replies], bases)
