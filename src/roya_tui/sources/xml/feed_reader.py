"""Parse RSS, Atom and RDF into a Feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from msgspec import Struct

from roya_tui.model import Entry, Feed, Moment, UpdateSchedule
from roya_tui.sources import bounds, dates, html_fragments, media, urls
from roya_tui.sources.sniffer import NotAFeed, SniffedDocument
from roya_tui.sources.xml import prolog
from roya_tui.sources.xml.elements import FeedElements
from roya_tui.sources.xml.walker import NotWellFormed
from roya_tui.text import clean, one_line
from roya_tui.translation import gettext, ngettext

_VERSION = re.compile(r"\bversion\s*=\s*[\"']\s*(\d[\d.]*)", re.I)
_NAMED_MAIL = re.compile(r"\s*[(<]?\s*(?:mailto:)?[^\s()<>@]{1,64}@[^\s()<>@]{1,255}\s*[)>]?\s*")
_CUT_TAG = re.compile(r"\s*<[^<>]*\Z")
_EPISODE_KEYS = frozenset(("season", "episode", "chapters", "chapter_marks", "transcripts"))
_MAX_EPISODE = 100_000
"""The highest number of an episode or season; higher ones are mistakes."""
_DESCRIPTION_KEYS = ("subtitle", "itunes_summary", "play_description", "itunes_subtitle")
_FALLBACK_KEYS = ("itunes_summary", "media_description", "play_description", "itunes_subtitle")

RawFields = Mapping[str, Any]
"""Data of a feed or entry from FeedElements, whose docstring lists the keys. Any of them may be missing."""


class _Reading(Struct, frozen=True):
    """The elements of a document, and how they were read."""

    elements: FeedElements
    reader: str = "expat"
    problem: str = ""
    warnings: tuple[str, ...] = ()
    is_cut_off: bool = False


def read(document: SniffedDocument, url: str, tz: tzinfo, now: int | None) -> Feed:
    """Parse `document` as a feed. Raises NotAFeed if nothing of it can be read."""
    version, name = _version(document)
    reading = _read_elements(document.text, version, url)
    elements, warnings = reading.elements, reading.warnings
    feed = dict(elements.feeddata)
    homepage = _page_url(feed.get("links", ()), (url,))
    reader = _EntryReader(feed, tuple(filter(None, (homepage, url))), tz, now, is_atom=document.kind == "atom")
    entries = bounds.take(reader.entry(dict(fields)) for fields in elements.entries)
    if entries and entries[-1].incomplete and not entries[-1].title:
        entries = entries[:-1]  # nothing of it could be shown
    if reading.is_cut_off:
        if not entries:
            raise NotAFeed(gettext("It is a feed that is cut off before its first entry."))
        warnings = (_cut_off(len(entries), is_incomplete=entries[-1].incomplete),)
    elif elements.is_truncated or len(entries) < len(elements.entries):
        count = len(entries)
        warnings += (ngettext("Only {count:,} entry was read.", "Only the first {count:,} entries were read.", count),)
    descriptions = (html_fragments.clean_title(feed.get(key, "")) for key in _DESCRIPTION_KEYS)
    return Feed(
        format=name,
        title=reader.title(feed),
        homepage=homepage,
        description=next(filter(None, descriptions), ""),
        language=reader.language,
        icon=_icon(feed, reader.bases),
        pace=_schedule(feed),
        encoding=document.encoding,
        reader=reading.reader,
        problem=reading.problem,
        entries=entries,
        warnings=document.warnings + warnings,
        cut=reading.is_cut_off,
    )


def _cut_off(count: int, *, is_incomplete: bool) -> str:
    if is_incomplete:
        return ngettext(
            "The document is cut off: its only entry is incomplete.",
            "The document is cut off: the last of {count:,} entries is incomplete.",
            count,
        )
    return ngettext(
        "The document is cut off after {count:,} entry.", "The document is cut off after {count:,} entries.", count
    )


def _version(document: SniffedDocument) -> tuple[str, str]:
    """Return the format as an identifier and as its usual name."""
    found = _VERSION.search(document.root)
    number = found[1] if found else ""
    if document.kind == "atom":
        is_old = number == "0.3" or "purl.org/atom/ns#" in document.root
        return ("atom03", "Atom 0.3") if is_old else ("atom10", "Atom 1.0")
    if document.kind == "rdf":
        is_old = "netscape.com/rdf/simple/0.9" in document.root
        return ("rss090", "RSS 0.90") if is_old else ("rss10", "RSS 1.0")
    return "rss20", f"RSS {number}" if number else "RSS"


def _read_elements(text: str, version: str, url: str) -> _Reading:
    """Read the text with expat; with feedparser only if it is not well-formed. Raises NotAFeed."""
    original = prolog.strip_prolog(text)
    try:
        return _Reading(_read_strictly(original, version, url))
    except NotWellFormed as error:
        problem = str(error)
    text = prolog.strip_prolog_and_forbidden(text)
    if text != original:
        try:
            return _Reading(_read_strictly(text, version, url), problem=problem)
        except NotWellFormed as error:
            problem = str(error)
    return _read_loosely(text, FeedElements(version, url), problem)


def _read_strictly(text: str, version: str, url: str) -> FeedElements:
    # To expat, a section that has lost its end extends to the end of the next one.
    if text.count("<![CDATA[") > text.count("]]>"):
        raise NotWellFormed(_locate(text, _find_unclosed_section(text), gettext("unclosed CDATA section")))
    elements = FeedElements(version, url)
    elements.read(lambda: elements.walk(text.encode("utf-8", "replace")))
    return elements


def _find_unclosed_section(text: str) -> int:
    """Return the start of the first CDATA section that runs into the next one, or to the end of the document."""
    start = text.find("<![CDATA[")
    while (following := text.find("<![CDATA[", start + 1)) >= 0 and start < text.find("]]>", start) < following:
        start = following
    return start


def _locate(text: str, place: int, error: str) -> str:
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return gettext("line {line}, column {column}: {error}", line=line, column=column, error=error)


def _read_loosely(text: str, elements: FeedElements, problem: str) -> _Reading:
    from roya_tui.sources.xml.loose_reader import LooseReader  # feedparser takes longer to load than most feeds to read

    reader = LooseReader(elements)
    try:
        elements.read(lambda: reader.read(text))
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise NotAFeed(gettext("It is a feed that is too damaged to read.")) from error
    repaired = gettext("The document is not well-formed XML ({error}) and was repaired.", error=problem)
    junk = gettext("Text after the end of the feed was skipped.")
    return _Reading(elements, "feedparser", problem, (junk if reader.has_junk else repaired,), reader.is_cut_off)


def _page_url(links: Iterable[RawFields], bases: tuple[str, ...]) -> str:
    """Return the page of a feed or entry: its text link, else an alternate link, HTML first."""
    pages = [link for link in links if link["own"] or link.get("rel", "") in ("alternate", "")]
    for link in sorted(
        pages, key=lambda link: 0 if link["own"] else 1 + ("html" not in link.get("type", "html").lower())
    ):
        if address := urls.resolve(link["href"], (link["base"], *bases)):
            return address
    return ""


def _icon(feed: RawFields, bases: tuple[str, ...]) -> str:
    bases = (feed.get("base", ""), *bases)
    images = ({"href": image["url"]} for image in feed.get("images", ()))
    candidates = (feed.get("icon", {}), feed.get("logo", {}), *images, {"href": feed.get("cover", "")})
    resolved = (urls.resolve(icon.get("href", ""), (icon.get("base", ""), *bases)) for icon in candidates)
    return next(filter(None, resolved), "")


def _language(code: str) -> str:
    code = code.strip().replace("_", "-")
    return code if media.LANGUAGE.fullmatch(code) else ""


def _people(fields: RawFields, key: str = "people") -> tuple[str, ...]:
    """Return the names, or the mail addresses if there are no names."""
    named, mails = [], []
    for person in fields.get(key, ()):
        text = html_fragments.clean_title(person.get("name") or person.get("text") or person.get("email") or "")[:300]
        name = _NAMED_MAIL.sub(" ", text).strip(" ,;()<>\"'") if "@" in text else text
        if name:
            named.append(one_line(name))
        elif text:
            mails.append(text.strip(" ()<>").removeprefix("mailto:"))
    return tuple(dict.fromkeys(named or mails))


class _EntryReader:
    """Converts the entries of a feed."""

    def __init__(self, feed: RawFields, bases: tuple[str, ...], tz: tzinfo, now: int | None, *, is_atom: bool) -> None:
        self.bases, self.tz, self.now, self.is_atom = bases, tz, now, is_atom
        self.authors = _people(feed) or _people(feed, "owners")
        self.language = _language(feed.get("language", "")) or _language(feed.get("xml_language", ""))

    def entry(self, found: RawFields) -> Entry:
        bases = (found["base"], *self.bases)
        guid = found.get("id", "")
        summary, content = self._texts(found)
        if found.get("incomplete"):
            summary, content = _CUT_TAG.sub("", summary), _CUT_TAG.sub("", content)
        url = self._url(found, guid, bases)
        files = media.find_enclosures(found, bases)
        title = self.title(found) or html_fragments.clean_title(
            found.get("itunes_title") or media.media_text(found, "title")
        )
        return Entry(
            guid=clean(guid),
            url=url,
            title=title
            or html_fragments.title_from_text(summary or content)
            or url
            or next((one.url for one in files), ""),
            authors=_people(found) or _people(found.get("source", {})) or self.authors,
            published=self._moment(found, "published", "dc_date", "created"),
            updated=self._moment(found, "updated"),
            tags=tuple(dict.fromkeys(filter(None, map(html_fragments.clean_title, found.get("tags", ()))))),
            summary=summary,
            content=content,
            language=_language(found["language"]) or self.language,
            pictures=media.find_pictures(found, (content, summary), bases),
            enclosures=files,
            comments=self._comments(found, bases),
            incomplete=found.get("incomplete", False),
            **({} if _EPISODE_KEYS.isdisjoint(found) else self._episode_facts(found, bases)),
        )

    def _episode_facts(self, found: RawFields, bases: tuple[str, ...]) -> dict[str, Any]:
        chapters = (urls.resolve(file["url"], bases) for file in found.get("chapters", ()))
        return {
            "season": _episode_number(found.get("season", "")),
            "episode": _episode_number(found.get("episode", "")),
            "chapters": next(filter(None, chapters), ""),
            "chapter_marks": media.find_chapter_marks(found, bases),
            "transcripts": media.find_transcripts(found, bases),
        }

    def title(self, found: RawFields) -> str:
        literal = self.is_atom and found.get("title_detail", {}).get("type") == "text/plain"
        return html_fragments.clean_title(found.get("title", ""), literal=literal)

    def _url(self, found: RawFields, guid: str, bases: tuple[str, ...]) -> str:
        """Return the entry's page: its link, else its guid, else the address of its content or player."""
        if url := _page_url(found.get("links", ()), self.bases):
            return url
        permalink = found.get("permalink", "")
        resolvable = permalink == "true" or guid.startswith("/")
        if permalink in ("true", "") and (url := urls.resolve(guid, bases if resolvable else ())):
            return url
        elsewhere = [{**link, "rel": ""} for link in found.get("links", ()) if link.get("rel") in ("content", "player")]
        return _page_url(elsewhere, self.bases) or urls.resolve(found.get("origlink", ""))

    def _comments(self, found: RawFields, bases: tuple[str, ...]) -> str:
        """Return the page of comments. Replies are a feed unless their type is HTML (RFC 4685 §4)."""
        comments = found.get("comments", "")
        replies = (link for link in found.get("links", ()) if link.get("rel") == "replies")
        pages = [{**link, "rel": ""} for link in replies if "html" in link.get("type", "") and " " not in link["href"]]
        return ("" if " " in comments else urls.resolve(comments, bases)) or _page_url(pages, self.bases)

    def _moment(self, found: RawFields, *keys: str) -> Moment:
        raw = next((found[key] for key in keys if found.get(key)), "")
        return dates.parse(raw, self.tz, self.now) if raw else Moment()

    def _texts(self, found: RawFields) -> tuple[str, str]:
        """Return summary and content as HTML. A description of a podcast or video is used if there is neither."""
        summary = self._body(found.get("summary_detail", {}))
        contents = found.get("content", ())
        content = max(map(self._body, contents), key=len, default="")
        if content and len(content) < len(summary) and all("second" in detail for detail in contents):
            summary, content = content, summary  # two descriptions: the longer one is the text
        if not summary and not content:
            others = (
                media.media_text(found, "description") if key == "media_description" else found.get(key)
                for key in _FALLBACK_KEYS
            )
            summary = html_fragments.clean_body(next(filter(None, others), ""), self.bases, paragraphs=True)
        return "" if summary == content else summary, content

    def _body(self, detail: RawFields) -> str:
        """Return a text as HTML by its type (RFC 4287 §4.1.3.3), "" for types other than text."""
        value, bases = detail.get("value", ""), (detail.get("base", ""), *self.bases)
        kind = detail.get("type", "text/html").partition(";")[0].strip()
        is_html = kind in ("text/html", "application/xhtml+xml", "application/octet-stream") or "/" not in kind
        if is_html or (kind == "text/plain" and not self.is_atom):
            text = html_fragments.clean_body(value, bases, literal="literal" in detail)
        else:
            text = html_fragments.text_to_html(value) if kind.startswith("text/") else ""
        direction = detail.get("dir", "").lower()
        return f'<div dir="{direction}">{text}</div>' if text and direction in ("rtl", "ltr") else text


_MINUTES = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _schedule(feed: RawFields) -> UpdateSchedule:
    """Return the feed's ttl in minutes, its hours to skip (0 to 23, RSS 0.91 has 24 for 0), and days (Monday is 0).

    The ttl may also be updatePeriod by updateFrequency (http://web.resource.org/rss/1.0/modules/syndication/).
    """
    period = _MINUTES.get(feed.get("period", "").strip().lower())
    frequency = _parse_number(feed.get("frequency", "1")) or 1
    ttl = _parse_number(feed.get("ttl", "")) or (max(1, period // frequency) if period else None)
    hours = map(_parse_number, feed.get("hours", ()))
    days = {text.strip().lower()[:3] for text in feed.get("days", ())}
    return UpdateSchedule(
        ttl,
        tuple(sorted({hour % 24 for hour in hours if hour is not None and hour <= 24})),
        tuple(number for number, day in enumerate(_WEEKDAYS) if day in days),
    )


def _parse_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text.strip()) else None


def _episode_number(text: str) -> int | None:
    number = _parse_number(text)
    return number if number is not None and number <= _MAX_EPISODE else None
