"""A query that is still being typed, as far as it goes."""

from __future__ import annotations

from roya_tui.query.fields import FIELDS, QueryError
from roya_tui.query.parser import parse
from roya_tui.query.tokens import tokens, unquoted


def so_far(text: str, now: int) -> str | None:
    """Return what `text` asks for if only its end is not typed yet: with its quote and parentheses closed, and without
    what waits for more (`water or`, `water -`, `tag:`). None: something else is wrong with it.
    """
    kept = [token[0] for token in tokens(text)]
    last = next(reversed(list(tokens(text))), None)
    if last and last["value"] and last["value"].startswith('"') and not last["closed"]:
        kept[-1] += '"'
    while kept and _waits(kept[-1]):
        kept.pop()
    kept.append(")" * (kept.count("(") - kept.count(")")))
    whole = "".join(kept)
    try:
        parse(whole, now)
    except QueryError:
        return None
    return whole


def _waits(token: str) -> bool:
    """Whether a token is nothing as long as nothing follows."""
    (only,) = tokens(token)
    if only["value"] is None:
        return token != ")"
    if field := only["field"]:
        return field.lower() in (*FIELDS, "sort") and not unquoted(only["value"]).strip()
    return token.lower() == "or" or not unquoted(only["value"]).strip()
