"""Update queries from before the field of saved searches was renamed from `feed:` to `search:`."""

from __future__ import annotations

from roya_tui.query.completion import tokenize


def rename_saved_search_field(text: str) -> str:
    """Return `text`, valid or not, with `search:` for each `feed:`."""
    parts = []
    for token in tokenize(text):
        part = token[0]
        if (token["field"] or "").lower() == "feed":
            start, end = token.start("field") - token.start(), token.end("field") - token.start()
            part = f"{part[:start]}search{part[end:]}"
        parts.append(part)
    return "".join(parts)
