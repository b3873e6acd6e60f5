"""The fields of the query language: what each takes, and what is said about a value that it cannot take."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC

from roya_tui.query.dates import moment
from roya_tui.text import fold

SORTS = ("newest", "oldest", "relevance", "source", "unread")
STATES = ("unread", "read", "starred", "updated", "hidden", "highlighted", "full", "noted", "has-image")
VISIT = "visit"
"""The end of the last visit, where `came:` takes a time."""
VIEWS = ("unread", "all", "starred", "updated", "today")


class QueryError(ValueError):
    """The text is not a query. `position` is where in it the trouble stands, `suggestion` the nearest valid word."""

    def __init__(self, message: str, position: int = 0, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.suggestion = suggestion

    @property
    def told(self) -> str:
        """The message, with the nearest valid word where it does not say that itself."""
        nearest = f" The nearest is “{self.suggestion}”." if self.suggestion else ""
        return self.message if "nearest is" in self.message else self.message + nearest


class BadValue(ValueError):
    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


def nearest(word: str, known: tuple[str, ...], alike: float = 0.5) -> str:
    """Return what is most like `word` of what is `known`, "" where nothing is so much `alike` (1 is the same)."""
    from difflib import get_close_matches  # slow to import, and only for mistakes

    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=alike)), "")


def findable(value: str) -> str:
    if not any(c.isalnum() for c in fold(value)):
        raise BadValue(f"“{value}” has no letter or digit to find.")
    return value


def _folds(value: str) -> str:
    if not fold(value).strip():
        raise BadValue(f"“{value}” is not a name.")
    return value


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value.lower() not in known:
            raise BadValue(f"“{value}” is none of {', '.join(known)}.", nearest(value, known))
        return value.lower()

    return check


def _time(value: str) -> str:
    value = value.lower()
    try:
        moment(value, 1_000_000_000, UTC)
    except ValueError:
        near = nearest(value, ("today", "yesterday"))
        raise BadValue(f"“{value}” is not a time: say today, 2d, 3w or 2025-07-04.", near) from None
    return value


def _arrival(value: str) -> str:
    return VISIT if value.lower() == VISIT else _time(value)


def _minutes(value: str) -> str:
    if not re.fullmatch(r"(?:[<>]=?|=)?[0-9]{1,4}", value):
        raise BadValue(f"“{value}” is not a number of minutes: say >5, <10 or 3.", ">5")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", value):
        raise BadValue(f"“{value}” is not a language: say en, ar or pt-BR.")
    return value.lower()


def _number(value: str) -> str:
    if not re.fullmatch("[0-9]{1,9}", value):
        raise BadValue(f"“{value}” is not the number of a story: roya-tui list --json tells it.")
    return str(int(value))


FIELDS: dict[str, Callable[[str], str]] = {
    "tag": _folds,
    "source": _folds,
    "folder": _folds,
    "author": findable,
    "title": findable,
    "lang": _language,
    "is": _one_of(STATES),
    "since": _time,
    "before": _time,
    "changed": _time,
    "came": _arrival,
    "minutes": _minutes,
    "story": _number,
    "feed": _folds,
}
IN_TEXT = ("", "title", "author")
"""Fields whose values are looked for in text, where quotes make a phrase."""
