"""Articles → an EPUB 3 book: a cover page, contents, a document for each article, and their pictures.

After EPUB 3.3 (W3C), and such that `epubcheck` finds nothing: its documents are XML, where one wrong character or
element is the end of a book.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import IO, Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from roya_tui.export.chapter import Chapter
from roya_tui.export.html import STYLESHEET, render_body

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
"""The kinds of pictures that every reading program can show, and their media types (EPUB 3.3 §3.2)."""

PictureLoader = Callable[[str], tuple[str, bytes] | None]
"""Leads from the address of a picture to its kind, one of `PICTURES`, and its bytes; None where it is not there."""

_XHTML = "http://www.w3.org/1999/xhtml"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?")
# What an address may be made of (RFC 3986 §2), its host, and the simple form of a mail address.
_WEB_URL = re.compile(
    r"(https?)://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?(?=[/?#]|\Z)(.*)", re.I | re.S
)
_MAIL = re.compile(r"mailto:[\w.+-]+@[A-Za-z0-9.-]+(?:\?[\w=&%.+-]*)?", re.A)
_URL_SAFE = "/?@!$&'()*+,;=:-._~%"
_MAX_AUTHORS = 20
"""Names that a book has on its back."""
_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


class BookInfo(Struct, frozen=True):
    """What is told of a book as a whole."""

    title: str
    created: int
    """When, in UTC seconds."""
    lines: tuple[str, ...] = ()
    """What its cover says below the title."""
    url: str = ""
    """Where the one article in it came from."""


def write(
    file: IO[bytes], book: BookInfo, chapters: Iterable[Chapter], load_picture: PictureLoader = lambda url: None
) -> int:
    """Write a book to `file`, chapter by chapter, and return how many it has. Raises OSError."""
    with ZipFile(file, "w") as archive:
        binder = _EpubWriter(archive, book, load_picture)
        for chapter in chapters:
            binder.add_chapter(chapter)
        return binder.finish()


class _EpubWriter:
    """Writes the parts of a book as they come, and in the end those that tell of all the others."""

    def __init__(self, archive: ZipFile, book: BookInfo, picture: PictureLoader) -> None:
        self._archive = archive
        self._book = book
        self._picture = picture
        self._when = datetime.fromtimestamp(book.created, UTC)
        self._items: list[str] = []
        self._contents: list[str] = []
        self._kept: dict[str, str] = {}
        """Address of a picture → its file in the book; "" where it is not there."""
        self._pictures = 0
        self._languages: Counter[str] = Counter()
        self._authors: dict[str, None] = {}
        self._from_right = 0
        self._write_file("mimetype", "application/epub+zip", ZIP_STORED)  # first and bare, to be known by (OCF §4.3)
        self._write_file("META-INF/container.xml", _CONTAINER)
        self._write_file("book/style.css", STYLESHEET)

    def _write_file(self, name: str, data: str | bytes, compression: int = ZIP_DEFLATED) -> None:
        info = ZipInfo(name, self._when.timetuple()[:6])
        info.compress_type = compression
        self._archive.writestr(info, data)

    def add_chapter(self, chapter: Chapter) -> None:
        for found in chapter.document.pictures:
            self._add_picture(found.url)
        chapter = self._with_strict_urls(chapter)
        number = len(self._contents) + 1
        name = f"articles/{number:04}.xhtml"
        shown = (picture.url for picture in chapter.document.pictures)
        pictures = {url: f"../{self._kept[url]}" for url in shown if self._kept.get(url)}
        self._write_file(
            f"book/{name}",
            _xhtml_document(
                chapter.title, _language_attributes(chapter), render_body(chapter, pictures), "../style.css"
            ),
        )
        self._items.append(f'<item id="article{number}" href="{name}" media-type="application/xhtml+xml"/>')
        source = f"<br/><small>{escape(chapter.source)}</small>" if chapter.source else ""
        link = f'<a href="{name}">{escape(chapter.title or "Untitled")}{source}</a>'
        self._contents.append(f"<li{_language_attributes(chapter)}>{link}</li>")
        if chapter.language:
            self._languages[chapter.language] += 1
        self._from_right += chapter.document.rtl
        self._authors |= dict.fromkeys(chapter.authors)

    def _add_picture(self, url: str) -> None:
        if url in self._kept:
            return
        found = self._picture(url)
        self._kept[url] = ""
        if found is not None:
            kind, data = found
            self._pictures += 1
            number = self._pictures
            self._kept[url] = name = f"pictures/{number:04}.{kind}"
            cover = ' properties="cover-image"' if number == 1 else ""
            self._items.append(f'<item id="picture{number}" href="{name}" media-type="{MEDIA_TYPES[kind]}"{cover}/>')
            self._write_file(f"book/{name}", data, ZIP_STORED)

    def _with_strict_urls(self, chapter: Chapter) -> Chapter:
        """The chapter with such addresses only as every program takes; words whose address is none stay, as words."""
        document = chapter.document
        links = tuple(replace(link, url=strict_url(link.url)) for link in document.links)
        pictures = tuple(
            one if self._kept.get(one.url) else replace(one, url=strict_url(one.url)) for one in document.pictures
        )
        return replace(
            chapter,
            document=replace(document, links=links, pictures=pictures),
            url=strict_url(chapter.url),
            language=chapter.language if _LANGUAGE.fullmatch(chapter.language) else "",
        )

    def finish(self) -> int:
        """Write what tells of the whole, and return the number of chapters."""
        articles = len(self._contents)
        language = self._languages.most_common(1)[0][0] if self._languages else "und"
        is_rtl = self._from_right * 2 > articles
        spoken = f' lang="{language}" xml:lang="{language}"' + (' dir="rtl"' if is_rtl else "")
        contents = (
            '<nav epub:type="toc" role="doc-toc">',
            "<h1>Contents</h1>",
            "<ol>",
            *self._contents,
            "</ol>",
            "</nav>",
        )
        self._write_file("book/cover.xhtml", _xhtml_document(self._book.title, spoken, _cover(self._book), "style.css"))
        self._write_file("book/contents.xhtml", _xhtml_document("Contents", spoken, contents, "style.css"))
        self._write_file("book/book.opf", self._package(language, is_rtl))
        return articles

    def _package(self, language: str, is_rtl: bool) -> str:
        """What the book is and what is in it (EPUB 3.3 §5)."""
        book, articles = self._book, range(1, len(self._contents) + 1)
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.title}\n{book.url}\n{book.created}")
        authors = [f"<dc:creator>{escape(author)}</dc:creator>" for author in list(self._authors)[:_MAX_AUTHORS]]
        source = [f"<dc:source>{escape(strict_url(book.url))}</dc:source>"] if strict_url(book.url) else []
        direction = ' page-progression-direction="rtl"' if is_rtl else ""
        lines = (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="name">',
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
            f'<dc:identifier id="name">urn:uuid:{name}</dc:identifier>',
            f"<dc:title>{escape(book.title or 'Untitled')}</dc:title>",
            f"<dc:language>{language}</dc:language>",
            *authors,
            *source,
            f'<meta property="dcterms:modified">{self._when:%Y-%m-%dT%H:%M:%SZ}</meta>',
            "</metadata>",
            "<manifest>",
            '<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>',
            '<item id="contents" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
            '<item id="style" href="style.css" media-type="text/css"/>',
            *self._items,
            "</manifest>",
            f"<spine{direction}>",
            '<itemref idref="cover"/>',
            '<itemref idref="contents"/>',
            *(f'<itemref idref="article{number}"/>' for number in articles),
            "</spine>",
            "</package>",
        )
        return _NOT_XML.sub("", "\n".join(lines))


def strict_url(url: str) -> str:
    """Return `url` as an http(s) or mailto address that keeps to RFC 3986 by the letter; "" if it is none."""
    if _MAIL.fullmatch(url):
        return url
    found = _WEB_URL.fullmatch(url)
    if found is None or ".." in found[2] or int(found[3] or 0) > 65535:
        return ""
    path, sign, fragment = found[4].partition("#")
    path, fragment = (_PERCENT.sub("%25", quote(part, _URL_SAFE)) for part in (path, fragment))
    return f"{found[1].lower()}://{found[2]}{f':{found[3]}' if found[3] else ''}{path}{sign}{fragment}"


def _language_attributes(chapter: Chapter) -> str:
    language = f' lang="{chapter.language}" xml:lang="{chapter.language}"' if chapter.language else ""
    return language + (' dir="rtl"' if chapter.document.rtl else "")


def _cover(book: BookInfo) -> Iterator[str]:
    yield f'<h1 dir="auto">{escape(book.title)}</h1>'
    yield from (f'<p dir="auto">{escape(line)}</p>' for line in book.lines)


def _xhtml_document(title: str, attributes: str, elements: Iterable[str], style: str) -> bytes:
    """One document of the book, with `spoken` for its language and direction."""
    markup = "\n".join(
        (
            f'<html xmlns="{_XHTML}" xmlns:epub="http://www.idpf.org/2007/ops"{attributes}>',
            f'<head><meta charset="utf-8"/><title>{escape(title or "Untitled")}</title>',
            f'<link rel="stylesheet" type="text/css" href="{style}"/></head>',
            "<body>",
            *elements,
            "</body></html>",
        )
    )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(_NOT_XML.sub("", markup), parser)
    for terms in root.iter(f"{{{_XHTML}}}dl"):
        _complete_definition_list(terms)
    for summary in list(root.iter(f"{{{_XHTML}}}summary")):
        parent = summary.getparent()
        if parent is None or parent.tag != f"{{{_XHTML}}}details" or parent[0] is not summary:
            summary.tag = f"{{{_XHTML}}}p"
    for details in root.iter(f"{{{_XHTML}}}details"):
        if not len(details) or details[0].tag != f"{{{_XHTML}}}summary":
            details.insert(0, _new_element("summary", "More"))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>"))


def _complete_definition_list(terms: Any) -> None:
    """Give each term of a list a definition and each definition a term, be they empty (HTML §4.4.9)."""
    if terms[0].tag.endswith("}dd"):
        terms.insert(0, _new_element("dt"))
    if terms[-1].tag.endswith("}dt"):
        terms.append(_new_element("dd"))


def _new_element(tag: str, text: str = "") -> Any:
    element = etree.Element(f"{{{_XHTML}}}{tag}")
    element.text = text
    return element


_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
