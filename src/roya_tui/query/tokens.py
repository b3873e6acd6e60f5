"""The tokens of a query that is being typed: whatever it is, it falls into some."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r'\s+|[()]|-*(?:(?P<field>[a-z][a-z-]*):)?(?P<value>"(?:[^"\\]|\\.)*(?P<closed>")?|[^\s()"]*)', re.I | re.S
)
"""Blanks, a parenthesis, or a term; of a term `closed` is its last quote."""


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield what `text` consists of."""
    at = 0
    while at < len(text) and (token := _TOKEN.match(text, at)) and token.end() > at:
        yield token
        at = token.end()


def last_token(text: str) -> re.Match[str] | None:
    """Return the token that ends where `text` does."""
    token = None
    for token in tokens(text):  # noqa: B007
        pass
    return token


def unquoted(value: str) -> str:
    """Return what a token's value says, without its quotes."""
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"') if len(value) > 1 else "", flags=re.S)
