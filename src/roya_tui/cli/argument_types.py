"""Values of arguments: each function parses a text, or raises `ArgumentTypeError` with a sentence."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from contextlib import suppress
from urllib.parse import urlsplit

from roya_tui.config import validators
from roya_tui.model import EFFECTS
from roya_tui.query import QueryError
from roya_tui.query.conditions import make_term
from roya_tui.query.fields import parse_duration
from roya_tui.text import one_line
from roya_tui.translation import gettext, quote

ARTICLE_NUMBER = re.compile("#?([0-9]{1,18})")


def parse_count(text: str) -> int:
    """Parse a count of zero or more."""
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    raise ArgumentTypeError(gettext("“{text}” is not a number such as 20.", text=text))


def parse_public_url(text: str) -> str:
    """Validate the address of a proxy: scheme, host and perhaps port; return it without a slash at its end."""
    with suppress(ValueError):
        parts = urlsplit(text.rstrip("/"))
        is_bare = parts.geturl() == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and is_bare:
            return parts.geturl()
    raise ArgumentTypeError(gettext("“{text}” is not an address such as https://news.example.", text=text))


def parse_article_id(text: str) -> int:
    """Parse an article's id, with or without a leading #."""
    if digits := ARTICLE_NUMBER.fullmatch(text):
        return int(digits[1])
    raise ArgumentTypeError(
        gettext("“{text}” is not an article number. Run roya-tui list to see the numbers.", text=text)
    )


def parse_since(text: str) -> str:
    """Validate the start of a briefing."""
    try:
        return make_term("came", text).value.lower()
    except QueryError as error:
        raise ArgumentTypeError(str(error)) from None


def parse_rule_duration(text: str) -> int:
    """Parse the duration of a rule into seconds."""
    with suppress(ValueError):
        if seconds := parse_duration(text):
            return seconds
    raise ArgumentTypeError(gettext("“{text}” is not a duration such as 12h, 1d or 7d.", text=text))


def parse_effect(text: str) -> str:
    """Validate the effect of a rule: `mute`, `tag=water`."""
    effect, _, tag = one_line(text).partition("=")
    if effect in EFFECTS and bool(tag) == (effect == "tag"):
        return one_line(text)
    message = gettext("“{text}” is not an effect. Use mute, highlight, star, read, notify or tag=NAME.", text=text)
    raise ArgumentTypeError(message)


def parse_time_zone(text: str) -> str:
    """Validate the name of a time zone."""
    try:
        return str(validators.zone("")(text))
    except validators.InvalidValue as error:
        raise ArgumentTypeError(error.describe(quote(text))) from None
