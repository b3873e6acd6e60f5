"""Write articles as an EPUB 3.3 book with a cover, contents and pictures.

The documents are XML, where one invalid character or element makes a book unreadable; `epubcheck` accepts them.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
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
from roya_tui.translation import gettext

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
"""Picture formats that every EPUB reader supports, and their media types (EPUB 3.3 §3.2)."""

PictureLoader = Callable[[str], tuple[str, bytes] | None]
"""Returns the format (a key of `MEDIA_TYPES`) and bytes of the picture at a URL; None if unavailable."""

_XHTML = "http://www.w3.org/1999/xhtml"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?")
# URLs with a plain host (RFC 3986 §2) and simple mail addresses.
_WEB_URL = re.compile(
    r"(https?)://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?(?=[/?#]|\Z)(.*)", re.I | re.S
)
_MAIL = re.compile(r"mailto:[\w.+-]+@[A-Za-z0-9.-]+(?:\?[\w=&%.+-]*)?", re.A)
_URL_SAFE = "/?@!$&'()*+,;=:-._~%"
_MAX_AUTHORS = 20
_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


class BookInfo(Struct, frozen=True):
    """The metadata of a book."""

    title: str
    created: int  # UTC seconds
    lines: tuple[str, ...] = ()  # below the title on the cover page
    url: str = ""  # of its article, if it has only one


def write(
    file: IO[bytes], book: BookInfo, chapters: Iterable[Chapter], load_picture: PictureLoader = lambda url: None
) -> int:
    """Write a book and return the number of chapters. Raises OSError."""
    with ZipFile(file, "w") as archive:
        writer = _EpubWriter(archive, book, load_picture)
        for chapter in chapters:
            writer.add_chapter(chapter)
        return writer.finish()


class _EpubWriter:
    """Writes chapters as they come, and then the cover, contents and package document."""

    def __init__(self, archive: ZipFile, book: BookInfo, load_picture: PictureLoader) -> None:
        self._archive = archive
        self._book = book
        self._load_picture = load_picture
        self._when = datetime.fromtimestamp(book.created, UTC)
        self._items: list[str] = []
        self._contents: list[str] = []
        self._picture_files: dict[str, str] = {}
        """URL of a picture → its file in the book; "" if unavailable."""
        self._pictures = 0
        self._languages: Counter[str] = Counter()
        self._authors: dict[str, None] = {}
        self._rtl_count = 0
        self._write_file("mimetype", "application/epub+zip", ZIP_STORED)  # first and uncompressed (OCF §4.3)
        self._write_file("META-INF/container.xml", _CONTAINER)
        self._write_file("book/style.css", STYLESHEET)

    def _write_file(self, name: str, data: str | bytes, compression: int = ZIP_DEFLATED) -> None:
        info = ZipInfo(name, self._when.timetuple()[:6])
        info.compress_type = compression
        self._archive.writestr(info, data)

    def add_chapter(self, chapter: Chapter) -> None:
        for picture in chapter.document.pictures:
            self._add_picture(picture.url)
        chapter = self._with_strict_urls(chapter)
        number = len(self._contents) + 1
        name = f"articles/{number:04}.xhtml"
        urls = (picture.url for picture in chapter.document.pictures)
        pictures = {url: f"../{self._picture_files[url]}" for url in urls if self._picture_files.get(url)}
        body = render_body(chapter, pictures)
        self._write_file(
            f"book/{name}", _xhtml_document(chapter.title, _language_attributes(chapter), body, "../style.css")
        )
        self._items.append(f'<item id="article{number}" href="{name}" media-type="application/xhtml+xml"/>')
        source = f"<br/><small>{escape(chapter.source)}</small>" if chapter.source else ""
        title = chapter.title or gettext("Untitled")
        link = f'<a href="{name}">{escape(title)}{source}</a>'
        self._contents.append(f"<li{_language_attributes(chapter)}>{link}</li>")
        if chapter.language:
            self._languages[chapter.language] += 1
        self._rtl_count += chapter.document.rtl
        self._authors |= dict.fromkeys(chapter.authors)

    def _add_picture(self, url: str) -> None:
        if url in self._picture_files:
            return
        picture = self._load_picture(url)
        self._picture_files[url] = ""
        if picture is not None:
            kind, data = picture
            self._pictures += 1
            number = self._pictures
            self._picture_files[url] = name = f"pictures/{number:04}.{kind}"
            cover = ' properties="cover-image"' if number == 1 else ""
            self._items.append(f'<item id="picture{number}" href="{name}" media-type="{MEDIA_TYPES[kind]}"{cover}/>')
            self._write_file(f"book/{name}", data, ZIP_STORED)

    def _with_strict_urls(self, chapter: Chapter) -> Chapter:
        """Return the chapter with only strictly valid URLs; other links become text."""
        document = chapter.document
        links = tuple(replace(link, url=strict_url(link.url)) for link in document.links)
        pictures = tuple(
            picture if self._picture_files.get(picture.url) else replace(picture, url=strict_url(picture.url))
            for picture in document.pictures
        )
        return replace(
            chapter,
            document=replace(document, links=links, pictures=pictures),
            url=strict_url(chapter.url),
            language=chapter.language if _LANGUAGE.fullmatch(chapter.language) else "",
        )

    def finish(self) -> int:
        """Write the cover, contents and package document, and return the number of chapters."""
        articles = len(self._contents)
        language = self._languages.most_common(1)[0][0] if self._languages else "und"
        is_rtl = self._rtl_count * 2 > articles
        attributes = f' lang="{language}" xml:lang="{language}"' + (' dir="rtl"' if is_rtl else "")
        heading = gettext("Contents")
        start = ('<nav epub:type="toc" role="doc-toc">', f"<h1>{escape(heading)}</h1>", "<ol>")
        contents = (*start, *self._contents, "</ol></nav>")
        title = f'<h1 dir="auto">{escape(self._book.title)}</h1>'
        lines = (f'<p dir="auto">{escape(line)}</p>' for line in self._book.lines)
        cover = _xhtml_document(self._book.title, attributes, (title, *lines), "style.css")
        self._write_file("book/cover.xhtml", cover)
        self._write_file("book/contents.xhtml", _xhtml_document(heading, attributes, contents, "style.css"))
        self._write_file("book/book.opf", self._package(language, is_rtl))
        return articles

    def _package(self, language: str, is_rtl: bool) -> str:
        """Return the package document (EPUB 3.3 §5)."""
        book, articles = self._book, range(1, len(self._contents) + 1)
        title = book.title or gettext("Untitled")
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.title}\n{book.url}\n{book.created}")
        authors = [f"<dc:creator>{escape(author)}</dc:creator>" for author in list(self._authors)[:_MAX_AUTHORS]]
        source = [f"<dc:source>{escape(strict_url(book.url))}</dc:source>"] if strict_url(book.url) else []
        direction = ' page-progression-direction="rtl"' if is_rtl else ""
        lines = (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="name">',
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
            f'<dc:identifier id="name">urn:uuid:{name}</dc:identifier>',
            f"<dc:title>{escape(title)}</dc:title>",
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
    """Return `url` as a strictly valid http(s) or mailto URL (RFC 3986), or ""."""
    if _MAIL.fullmatch(url):
        return url
    match = _WEB_URL.fullmatch(url)
    if match is None or ".." in match[2] or int(match[3] or 0) > 65535:
        return ""
    path, sign, fragment = match[4].partition("#")
    path, fragment = (_PERCENT.sub("%25", quote(part, _URL_SAFE)) for part in (path, fragment))
    return f"{match[1].lower()}://{match[2]}{f':{match[3]}' if match[3] else ''}{path}{sign}{fragment}"


def _language_attributes(chapter: Chapter) -> str:
    language = f' lang="{chapter.language}" xml:lang="{chapter.language}"' if chapter.language else ""
    return language + (' dir="rtl"' if chapter.document.rtl else "")


def _xhtml_document(title: str, attributes: str, elements: Iterable[str], style: str) -> bytes:
    """Return a document of the book; `attributes` are its language and direction."""
    title = title or gettext("Untitled")
    markup = "\n".join(
        (
            f'<html xmlns="{_XHTML}" xmlns:epub="http://www.idpf.org/2007/ops"{attributes}>',
            f'<head><meta charset="utf-8"/><title>{escape(title)}</title>',
            f'<link rel="stylesheet" type="text/css" href="{style}"/></head>',
            "<body>",
            *elements,
            "</body></html>",
        )
    )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(_NOT_XML.sub("", markup), parser)
    for terms in root.iter(f"{{{_XHTML}}}dl"):
        # A list begins with a term and ends with a definition (HTML §4.4.9).
        if terms[0].tag.endswith("}dd"):
            terms.insert(0, _new_element("dt"))
        if terms[-1].tag.endswith("}dt"):
            terms.append(_new_element("dd"))
    for summary in list(root.iter(f"{{{_XHTML}}}summary")):
        parent = summary.getparent()
        if parent is None or parent.tag != f"{{{_XHTML}}}details" or parent[0] is not summary:
            summary.tag = f"{{{_XHTML}}}p"
    for details in root.iter(f"{{{_XHTML}}}details"):
        if not len(details) or details[0].tag != f"{{{_XHTML}}}summary":
            details.insert(0, _new_element("summary", gettext("More")))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>"))


def _new_element(tag: str, text: str = "") -> Any:
    element = etree.Element(f"{{{_XHTML}}}{tag}")
    element.text = text
    return element


_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
