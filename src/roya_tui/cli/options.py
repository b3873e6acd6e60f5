"""What is typed behind an option, read. Each raises `ArgumentTypeError` with a sentence for what it is not."""

from __future__ import annotations

import argparse

from roya_tui.config import validators
from roya_tui.query import QueryError, came
from roya_tui.query.fields import parse_duration


def count(text: str) -> int:
    """Read a count of zero or more, for --limit."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no count")


def number(text: str) -> int:
    """Read an article's number; a leading # is fine."""
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 19:
        return int(digits)
    raise argparse.ArgumentTypeError(f"{text!r} is no article's number; roya-tui list tells them")


def since(text: str) -> str:
    """Read since when a briefing tells."""
    try:
        came(text)
    except QueryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text.lower()


def term(text: str) -> int:
    """Read how long a rule is to stand, in seconds."""
    try:
        if seconds := parse_duration(text):
            return seconds
        raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of time: say 12h, 1d or 7d") from None


def zone(text: str) -> str:
    """Read the name of a time zone."""
    try:
        return str(validators.zone("")(text))
    except validators.InvalidValue as error:
        raise argparse.ArgumentTypeError(f"{text!r}: it {error}") from None
