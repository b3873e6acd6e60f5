"""Read the articles of a server with the parsers of feeds: as a JSON Feed document for each source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from roya_tui.model import Enclosure, RemoteEntry, Subscription
from roya_tui.sources.compression import RawDocument

BATCH_ENTRIES = 250
"""Entries of one document, and of one transaction: the app can write after each."""
_BATCH_CHARACTERS = 4_000_000


def split_batches(entries: Sequence[RemoteEntry]) -> Iterator[Sequence[RemoteEntry]]:
    """Yield the entries in batches that stay below the limits of one document."""
    batch: list[RemoteEntry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == BATCH_ENTRIES or size + len(entry.html) > _BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += len(entry.html)
    if batch:
        yield batch


def make_document(subscription: Subscription, entries: Sequence[RemoteEntry]) -> RawDocument:
    """Return a JSON Feed 1.1 document (https://www.jsonfeed.org/version/1.1/). The ids of its items are remote ids.

    It has no title: the merge of subscriptions names the source.
    """
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "",
        "home_page_url": subscription.homepage,
        "feed_url": subscription.url,
        "items": [_item(entry) for entry in entries],
    }
    data = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return RawDocument(data, size=len(data), received_bytes=len(data))


def _item(entry: RemoteEntry) -> dict[str, Any]:
    return {
        "id": entry.remote_id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": _date(entry.published),
        "date_modified": _date(entry.updated),
        "authors": [{"name": entry.author}] if entry.author else [],
        "tags": list(entry.feed_tags),
        "attachments": [_attachment(file) for file in entry.enclosures],
    }


def _attachment(file: Enclosure) -> dict[str, Any]:
    return {
        "url": file.url,
        "mime_type": file.type,
        "size_in_bytes": file.length,
        "title": file.title,
        "duration_in_seconds": file.duration,
    }


def _date(text: str) -> str:
    """Return UTC seconds as an RFC 3339 date; other texts as they are."""
    if text.isascii() and text.isdecimal() and len(text) <= 11:
        return datetime.fromtimestamp(int(text), UTC).isoformat()
    return text
