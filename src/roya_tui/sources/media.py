"""Pictures and files of entries, wherever a feed's dialect puts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from roya_tui.model import Enclosure, Picture
from roya_tui.sources import html_fragments, urls
from roya_tui.text import one_line

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?#]|$)", re.I)

RawFields = Mapping[str, Any]


def find_pictures(fields: RawFields, bodies: Iterable[str], bases: tuple[str, ...]) -> tuple[Picture, ...]:
    """Return an entry's own pictures, then those in its text, each once; a thumbnail only where nothing is larger."""
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
    """The name of a picture's file, which its sizes have in common; where it has none, the whole address."""
    path = address.partition("?")[0]
    return path.rpartition("/")[2] if _IMAGE_NAME.search(path) else address


def media_text(fields: RawFields, key: str) -> str:
    """Return the title or description that Media RSS gives an entry, else that of its first medium, but no caption."""
    of_media = (one.get(key) for one in fields.get("media", ()) if not _is_image(one, one.get("url") or ""))
    return fields.get(f"media_{key}") or next(filter(None, of_media), "")


def unique_pictures(pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return each picture once, in order, with the first caption that any mention of it has."""
    unique: dict[str, Picture] = {}
    for picture in pictures:
        if picture.url not in unique or (picture.caption and not unique[picture.url].caption):
            unique[picture.url] = picture
    return tuple(unique.values())


def find_enclosures(fields: RawFields, bases: tuple[str, ...]) -> tuple[Enclosure, ...]:
    """Return an entry's files, each once: all that it calls enclosures, and of its media those that are no pictures."""
    unique: dict[str, Enclosure] = {}
    lasts = fields.get("duration", "")
    for link in _enclosure_links(fields):
        if enclosure := _make_enclosure(link, link["href"], link.get("length", ""), lasts, (link["base"], *bases)):
            unique.setdefault(enclosure.url, enclosure)
    for medium in fields.get("media", ()):
        if _is_image(medium, medium.get("url") or ""):
            continue
        length, lasts_itself = medium.get("filesize", ""), medium.get("duration") or lasts
        if enclosure := _make_enclosure(medium, medium.get("url") or "", length, lasts_itself, bases):
            unique.setdefault(enclosure.url, enclosure)
    return tuple(unique.values())


def _largest_of_each_group(media: Iterable[RawFields]) -> Iterable[RawFields]:
    """The media without the smaller sizes of one picture: those of a group
    (https://www.rssboard.org/media-rss#media-group), and those whose addresses differ in their query alone.
    """
    kept: dict[tuple[str, int | str], RawFields] = {}
    for place, one in enumerate(media):
        path, _, query = (one.get("url") or "").partition("?")
        key: tuple[str, int | str] = ("alone", place)
        if _is_image(one, path) and (one.get("group") or (query and _width(one))):
            key = ("group", one["group"]) if one.get("group") else ("path", path)
        if key not in kept or _width(one) > _width(kept[key]):
            kept[key] = one
    return kept.values()


def _width(medium: RawFields) -> int:
    return parse_size(medium.get("width", "")) or 0


def _enclosure_links(fields: RawFields) -> list[RawFields]:
    return [link for link in fields.get("links", ()) if link.get("rel") == "enclosure"]


def _make_enclosure(
    one: RawFields, address: str, length: str, duration_text: str, bases: tuple[str, ...]
) -> Enclosure | None:
    url = urls.resolve(address, bases)
    if not url or one.get("type") == "application/x-shockwave-flash":
        return None
    duration_text = "" if _is_image(one, url) else duration_text
    kind = one_line(one.get("type") or one.get("medium") or "")
    return Enclosure(
        url, kind, parse_size(length), html_fragments.clean_title(one.get("title", "")), parse_duration(duration_text)
    )


def parse_duration(text: str) -> int | None:
    """Return seconds from "1:02:03", "62:03" or "3723"; None for what says nothing."""
    if not re.fullmatch(r"\d{1,6}(?:\.\d+)?|(?:\d{1,3}:)?\d{1,4}:\d{2}", text := text.strip(), re.ASCII):
        return None
    seconds = 0
    for part in text.partition(".")[0].split(":"):
        seconds = seconds * 60 + int(part)
    return seconds or None


def parse_size(text: str) -> int | None:
    """Return a length in bytes, None for one that is no number or says nothing."""
    text = text.strip().replace(",", "")
    return int(text) or None if re.fullmatch(r"[0-9]{1,15}", text) else None


def _is_image(one: RawFields, address: str) -> bool:
    medium, kind = one.get("medium", ""), one.get("type", "").strip().lower()
    if medium or kind:
        return bool(medium == "image" or kind.startswith("image"))
    return bool(_IMAGE_NAME.search(address))
