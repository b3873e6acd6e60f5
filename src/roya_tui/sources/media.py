"""Find the pictures and enclosures of entries in RSS and Atom with their extensions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from roya_tui.model import ChapterMark, Enclosure, Picture, Transcript
from roya_tui.sources import html_fragments, urls
from roya_tui.text import one_line

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?#]|$)", re.I)

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
"""A language code (RFC 5646)."""

RawFields = Mapping[str, Any]


def find_pictures(fields: RawFields, bodies: Iterable[str], bases: tuple[str, ...]) -> tuple[Picture, ...]:
    """Return an entry's own pictures, then those in its text, each once; thumbnails only if there are no others."""
    pictures = []
    for medium in _largest_of_each_group(fields.get("media", ())):
        address = urls.resolve(medium.get("url") or "", bases)
        if address and _is_image(medium, address):
            caption = medium.get("description") or medium.get("title") or fields.get("media_description") or ""
            pictures.append(Picture(address, html_fragments.clean_title(caption)))
    for link in _enclosure_links(fields):
        address = urls.resolve(link["href"], (link["base"], *bases))
        if address and _is_image(link, address):
            pictures.append(Picture(address, html_fragments.clean_title(link.get("title", ""))))
    if cover := urls.resolve(fields.get("cover", ""), bases):
        pictures.append(Picture(cover))
    in_texts = [picture for body in bodies for picture in html_fragments.find_pictures(body, bases)]
    if not pictures:
        larger = {_file_name(picture.url) for picture in in_texts}
        thumbnails = (urls.resolve(address, bases) for address in fields.get("thumbnails", ()))
        pictures = [Picture(address) for address in thumbnails if address and _file_name(address) not in larger]
    return unique_pictures(pictures + in_texts)


def _file_name(address: str) -> str:
    """Return the file name of a picture, which is the same for all its sizes, or the whole address."""
    path = address.partition("?")[0]
    return path.rpartition("/")[2] if _IMAGE_NAME.search(path) else address


def media_text(fields: RawFields, key: str) -> str:
    """Return the Media RSS title or description of an entry, else that of its first medium that is not a picture."""
    of_media = (medium.get(key) for medium in fields.get("media", ()) if not _is_image(medium, medium.get("url") or ""))
    return fields.get(f"media_{key}") or next(filter(None, of_media), "")


def unique_pictures(pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return each picture once, in order, with its first caption."""
    unique: dict[str, Picture] = {}
    for picture in pictures:
        if picture.url not in unique or (picture.caption and not unique[picture.url].caption):
            unique[picture.url] = picture
    return tuple(unique.values())


def find_enclosures(fields: RawFields, bases: tuple[str, ...]) -> tuple[Enclosure, ...]:
    """Return an entry's files, each once: its enclosures, then its media except pictures."""
    entry_duration = fields.get("duration", "")
    found = [
        _make_enclosure(link, link["href"], link.get("length", ""), entry_duration, (link["base"], *bases))
        for link in _enclosure_links(fields)
    ]
    for medium in fields.get("media", ()):
        address, duration = medium.get("url") or "", medium.get("duration") or entry_duration
        if not _is_image(medium, address):
            found.append(_make_enclosure(medium, address, medium.get("filesize", ""), duration, bases))
    unique: dict[str, Enclosure] = {}
    for enclosure in filter(None, found):
        unique.setdefault(enclosure.url, enclosure)
    return tuple(unique.values())


def find_transcripts(fields: RawFields, bases: tuple[str, ...]) -> tuple[Transcript, ...]:
    """Return the transcripts of an entry, each address once."""
    unique: dict[str, Transcript] = {}
    for found in fields.get("transcripts", ()):
        if address := urls.resolve(found["url"], bases):
            language = found["language"].strip().replace("_", "-")
            kind = one_line(found["type"]).partition(";")[0].strip().lower()
            unique.setdefault(address, Transcript(address, kind, language if LANGUAGE.fullmatch(language) else ""))
    return tuple(unique.values())


def find_chapter_marks(fields: RawFields, bases: tuple[str, ...]) -> tuple[ChapterMark, ...]:
    """Return the chapters of a recording in order, without those that have no title or no valid start."""
    marks = []
    for found in fields.get("chapter_marks", ()):
        title, start = html_fragments.clean_title(found["title"]), _parse_start(found["start"])
        if title and start is not None:
            marks.append(ChapterMark(start, title, urls.resolve(found["href"], bases)))
    return tuple(sorted(marks, key=lambda mark: mark.start))


def _parse_start(text: str) -> int | None:
    """Parse the start of a chapter, such as "00:01:30.250" (RFC 2326 §3.6), into whole seconds."""
    whole = text.strip().partition(".")[0]
    return 0 if re.fullmatch("[0:]+", whole) else parse_duration(whole)


def _largest_of_each_group(media: Iterable[RawFields]) -> Iterable[RawFields]:
    """Return the media without smaller sizes of a picture.

    Sizes of a picture are in a group (https://www.rssboard.org/media-rss#media-group), or differ only in their query.
    """
    kept: dict[tuple[str, int | str], RawFields] = {}
    for index, medium in enumerate(media):
        path, _, query = (medium.get("url") or "").partition("?")
        group = medium.get("group")
        key: tuple[str, int | str] = ("alone", index)
        if _is_image(medium, path) and (group or (query and _width(medium))):
            key = ("group", group) if group else ("path", path)
        if key not in kept or _width(medium) > _width(kept[key]):
            kept[key] = medium
    return kept.values()


def _width(medium: RawFields) -> int:
    return parse_size(medium.get("width", "")) or 0


def _enclosure_links(fields: RawFields) -> list[RawFields]:
    return [link for link in fields.get("links", ()) if link.get("rel") == "enclosure"]


def _make_enclosure(
    fields: RawFields, address: str, length: str, duration_text: str, bases: tuple[str, ...]
) -> Enclosure | None:
    url = urls.resolve(address, bases)
    if not url or fields.get("type") == "application/x-shockwave-flash":
        return None
    kind, medium = (fields.get(name, "") for name in ("type", "medium"))
    if medium in ("audio", "video") and not kind.startswith(("audio/", "video/")):
        kind = medium
    kind = one_line(kind or medium)
    title = html_fragments.clean_title(fields.get("title", ""))
    duration = None if _is_image(fields, url) else parse_duration(duration_text)
    return Enclosure(url, kind, parse_size(length), title, duration)


def parse_duration(text: str) -> int | None:
    """Parse "1:02:03", "62:03" or "3723" into seconds; None for 0 and anything else."""
    if not re.fullmatch(r"\d{1,6}(?:\.\d+)?|(?:\d{1,3}:)?\d{1,4}:\d{2}", text := text.strip(), re.ASCII):
        return None
    seconds = 0
    for part in text.partition(".")[0].split(":"):
        seconds = seconds * 60 + int(part)
    return seconds or None


def parse_size(text: str) -> int | None:
    """Parse a number of bytes; None for 0 and anything else."""
    text = text.strip().replace(",", "")
    return int(text) or None if re.fullmatch(r"[0-9]{1,15}", text) else None


def _is_image(fields: RawFields, address: str) -> bool:
    medium, kind = fields.get("medium", ""), fields.get("type", "").strip().lower()
    if medium or kind:
        return bool(medium == "image" or kind.startswith("image"))
    return bool(_IMAGE_NAME.search(address))
