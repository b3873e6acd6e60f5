"""Values as JSON for programs: times, fields and headlines."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from roya_tui.model import Headline

_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")


def iso_time(seconds: int | None) -> str | None:
    """Return UTC seconds as ISO 8601, `2025-07-04T00:16:00Z`; None stays None."""
    if seconds is None:
        return None
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return None


def json_text(document: Any, *, ascii: bool = False) -> str:
    """Return JSON with all control characters escaped, of which JSON itself escapes only C0."""
    text = json.dumps(document, ensure_ascii=ascii, indent=2, default=_decode)
    return _CONTROL_CHARACTERS.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


def _decode(value: object) -> str:
    """Return bytes as text: another program may have written them where text belongs."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def fields_json(struct: Struct, *names: str) -> dict[str, Any]:
    """Return fields of a struct as JSON, under their own names."""
    return {name: getattr(struct, name) for name in names}


def times_json(struct: Struct, *names: str) -> dict[str, str | None]:
    """Return fields of a struct that are times as ISO 8601."""
    return {name: iso_time(getattr(struct, name)) for name in names}


def headline_json(headline: Headline) -> dict[str, Any]:
    """Return a headline as JSON; the names must not change between versions."""
    return {
        **fields_json(headline, "id", "title", "source", "source_id", "url", "author", "language"),
        **times_json(headline, "published", "updated", "first_seen"),
        "published_precision": headline.published_form.precision,
        "updated_precision": headline.updated_form.precision,
        **fields_json(headline, "unread", "starred", "changed", "hidden", "highlighted"),
        "full_text": headline.full,
        **fields_json(headline, "pictures", "revisions", "noted", "story", "story_size"),
    }
