"""Validators of settings: a value in config.toml → the value in `Config`.

Each raises `InvalidValue` with a sentence about the setting.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePath
from typing import Any

from roya_tui.text import format_suggestion, nearest, one_line
from roya_tui.translation import find_languages, gettext, gettext_noop

Validator = Callable[[object], Any]

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "tb": 1000**4,
          "kib": 1024, "mib": 1024**2, "gib": 1024**3, "tib": 1024**4}  # fmt: skip
_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*\Z", re.ASCII)
# The directives of strftime that Python documents, and "%-d" and similar, which Windows lacks.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Za-z0-9]{2,8})*")
_DIRECTIVE = re.compile(r"%(-?[aAbBcdfHIjmMpSUwWxXyYzZGuV]|%)?")


class InvalidValue(ValueError):
    """A setting has an invalid value. `message` is not yet translated, and has the placeholder {setting}."""

    def __init__(self, message: str, suggestion: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion
        self.values = values

    def describe(self, setting: str) -> str:
        """Return the sentence about a setting, called by its name and section."""
        return gettext(self.message, setting=setting, **self.values) + self.suggestion


_NEW_NAMES = {
    "fold": "group_stories", "inside": "private_hosts",
    "change-row": "edit-row", "change-rule": "edit-rule", "choose": "select-headline", "choose-all": "select-all",
    "choose-range": "select-range", "feed-down": "search-down", "feed-up": "search-up", "find": "search",
    "fold-stories": "stories", "health": "source-status", "join-story": "group-story", "keep-page": "save-page",
    "never": "exclude-tag", "only": "require-tag", "own-tags": "edit-tags", "part-story": "ungroup-story",
    "save-feed": "save-search", "switch-rule": "toggle-rule", "take-in": "load-new", "unfold": "expand",
}  # fmt: skip
"""Former names of settings and actions → the present ones, which are often spelled quite differently."""


def suggest(word: str, names: Collection[str]) -> str:
    """Return ` Did you mean “…”?` with the new or the nearest name, or ""."""
    new = _NEW_NAMES.get(word, "")
    return format_suggestion(new if new and new in names else nearest(word, names))


def flag(value: object) -> bool:
    """Validate true or false."""
    if isinstance(value, bool):
        return value
    raise InvalidValue(gettext_noop("{setting} must be true or false."))


def string(value: object) -> str:
    """Validate text."""
    if isinstance(value, str):
        return value
    raise InvalidValue(gettext_noop("{setting} must be text in quotes."))


def folder(value: object) -> str:
    """Validate the path of a folder: absolute, or "~/…"."""
    path = string(value)
    if "\0" in path or not (path.startswith("~") or PurePath(path).is_absolute()):
        raise InvalidValue(gettext_noop('{setting} must be a folder such as "~/Podcasts".'))
    return path


def json_path(value: object) -> str:
    """Validate a path into JSON."""
    from roya_tui.config import mapping_path  # few users have mappings

    path = string(value)
    try:
        mapping_path.parse(path)
    except mapping_path.MappingPathError as error:
        raise InvalidValue("{setting}: {error}", error=error) from None
    return path


def date_hint(value: object) -> str:
    """Validate a mapping's date format: "month first", or a pattern with at least day, month and year."""
    hint = string(value)
    if hint in ("", "month first"):
        return hint
    if all(_directives(hint) & set(group) for group in ("dj", "mbBj", "yY")):
        return hint
    raise InvalidValue(gettext_noop('{setting} must be "month first" or a date format such as "%m/%d/%Y %H:%M".'))


def _directives(pattern: str) -> set[str]:
    return set(re.findall(r"%([A-Za-z%])", pattern))


def number(low: int, high: int) -> Validator:
    """Return a validator of whole numbers from `low` to `high`."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise InvalidValue(gettext_noop("{setting} must be a whole number from {low} to {high}."), low=low, high=high)

    return read


_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:]+:[0-9a-f:.]*")
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", re.I)
_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 §5.1
_OURS = ("host", "cookie", "accept-encoding", "connection", "content-length", "transfer-encoding")


def _host(name: object) -> str:
    """Return a host name as A-labels (RFC 5890), or "" if it is invalid."""
    try:
        host = str(name).strip().encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def hosts(value: object) -> tuple[str, ...]:
    """Validate a list of host names."""
    names = tuple(map(_host, value)) if isinstance(value, list) else ("",)
    if not all(names):
        raise InvalidValue(gettext_noop('{setting} must be a list of host names, such as ["news.example"].'))
    return names


def source_names(value: object) -> tuple[str, ...]:
    """Validate a list of sources, each a URL or words of a name."""
    names = tuple(value) if isinstance(value, list) else ("",)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise InvalidValue(gettext_noop('{setting} must be a list of sources, such as ["Petra", "news.example/feed"].'))
    return names


def auth_target(name: str) -> str:
    """Validate the target of credentials: a host, or the beginning of a URL."""
    target = name if _ADDRESS.fullmatch(name) else _host(name)
    if not target:
        message = gettext_noop('A name in {setting} must be a host, or an address such as "http://nas.local:8080/".')
        raise InvalidValue(message)
    return target


def secret(value: object) -> str:
    """Validate a secret or a reference to one; the message must not contain it."""
    if isinstance(value, str) and value.strip() and value.isprintable():
        return value
    raise InvalidValue(gettext_noop('{setting} must be a secret in quotes, or "env:NAME", or "keyring:NAME".'))


def header(value: object) -> str:
    """Validate the name of a header field that the app does not set itself."""
    if isinstance(value, str) and _FIELD_NAME.fullmatch(value) and value.lower() not in _OURS:
        return value
    raise InvalidValue(gettext_noop('{setting} must be the name of a header, such as "X-Api-Key".'))


def choice(*names: str) -> Validator:
    """Return a validator of one of `names`, in any letter case."""
    allowed = ", ".join(f'"{name}"' for name in names)

    def read(value: object) -> str:
        if isinstance(value, str) and value.lower() in names:
            return value.lower()
        near = suggest(value, names) if isinstance(value, str) else ""
        raise InvalidValue(gettext_noop("{setting} must be one of {values}."), near, values=allowed)

    return read


def _amount(value: object, units: Mapping[str, float]) -> float | None:
    match = _AMOUNT.match(value) if isinstance(value, str) else None
    unit = units.get(match[2].lower()) if match else None
    return None if match is None or unit is None else float(match[1]) * unit


def _amounts(example: str, low: str, high: str, units: Mapping[str, float]) -> Callable[[object], float]:
    least, most = (_amount(bound, units) or 0 for bound in (low, high))

    def read(value: object) -> float:
        amount = _amount(value, units)
        if amount is None or not least <= amount <= most:
            message = gettext_noop('{setting} must be from {low} to {high}, such as "{example}".')
            raise InvalidValue(message, low=low, high=high, example=example)
        return amount

    return read


def seconds(low: str, high: str, example: str) -> Validator:
    """Return a validator of times such as "30m" or "1.5s" from `low` to `high`, which returns seconds."""
    return _amounts(example, low, high, _SECONDS)


def integer_seconds(low: str, high: str, example: str = "30m") -> Validator:
    """Return a validator like `seconds` that returns whole seconds."""
    read = seconds(low, high, example)
    return lambda value: round(read(value))


_DAY_TIMES = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def day_times(value: object) -> tuple[int, int] | None:
    """Validate two times of day as minutes, which may include midnight; None for ""."""
    if value == "":
        return None
    match = _DAY_TIMES.fullmatch(value.strip()) if isinstance(value, str) else None
    hours = list(map(int, match.groups())) if match else [0] * 4
    times = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if times[0] == times[1]:
        raise InvalidValue(gettext_noop('{setting} must be two different times, such as "22:00-07:00".'))
    return times


SHORTEST_INTERVAL, LONGEST_INTERVAL = "10m", "30d"
"""Limits of the time between two checks of a source."""
MAX_PER_DAY = 1000
"""Largest daily limit of articles of a source."""

source_interval = integer_seconds(SHORTEST_INTERVAL, LONGEST_INTERVAL)


def size(low: str, high: str, example: str) -> Validator:
    """Return a validator of sizes such as "10MB" or "10MiB" from `low` to `high`, which returns bytes."""
    read = _amounts(example, low, high, _BYTES)
    return lambda value: round(read(value))


def mark_read(value: object) -> tuple[float | None, bool]:
    """Validate `mark_read`; return seconds in view (None: never), and whether opening marks read."""
    named: dict[str, tuple[float | None, bool]] = {"open": (None, True), "never": (None, False), "at once": (0.0, True)}
    if isinstance(value, str):
        if value.lower() in named:
            return named[value.lower()]
        amount = _amount(value, _SECONDS)
        if amount is not None and amount <= 3600:
            return amount, True
    near = suggest(value, named) if isinstance(value, str) else ""
    raise InvalidValue(gettext_noop('{setting} must be "at once", "open", "never" or a time such as "2s".'), near)


def date_format(value: object) -> str:
    """Validate a format of strftime."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue(gettext_noop('{setting} must be a date format such as "%d-%m-%Y %H:%M".'))
    for match in _DIRECTIVE.finditer(value):
        if match[1] is None or (sys.platform == "win32" and match[1][0] == "-"):
            unknown = one_line(value[match.start() : match.start() + 2])
            message = gettext_noop('{setting} has the unknown code "{code}". The default is "%d-%m-%Y %H:%M".')
            raise InvalidValue(message, code=unknown)
    return one_line(value)


def language(value: object) -> str:
    """Validate "auto" or a language of the app, with any country: `ar-JO` becomes `ar_JO`."""
    if value == "auto":
        return "auto"
    name, names = str(value).replace("-", "_"), [found for found in find_languages() if "_" not in found]
    if isinstance(value, str) and _LANGUAGE.fullmatch(name) and name.partition("_")[0] in names:
        return name
    known = ", ".join(f'"{known}"' for known in ["auto", *names])
    raise InvalidValue(gettext_noop("{setting} must be one of {values}."), suggest(name, names), values=known)


def zone(*special: str) -> Validator:
    """Return a validator of IANA time zone names and of the words in `special`."""

    def read(value: object) -> str:
        if value in special:
            return str(value)
        import zoneinfo  # slow

        try:
            return zoneinfo.ZoneInfo(str(value)).key
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            message = gettext_noop('{setting} must be a time zone such as "Asia/Amman".')
            if any(special):
                message = gettext_noop('{setting} must be {names}, or a time zone such as "Asia/Amman".')
            near = suggest(str(value), {*special, *zoneinfo.available_timezones()})
            raise InvalidValue(message, near, names=", ".join(f'"{word}"' for word in special)) from None

    return read


_MODIFIERS = ("ctrl", "alt", "shift", "meta", "super", "hyper")
_ALIASES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "⌫": "backspace", "↑": "up", "↓": "down", "←": "left", "→": "right", ",": "comma",
}  # fmt: skip
"""Names in the help and on keyboards → Textual's names."""
_KEY_NAMES = {"space", "tab", "home", "end", *_ALIASES.values(), *(f"f{number}" for number in range(1, 25))}
_TEXTUAL_NAMES = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Characters that Textual does not call by their Unicode name."""


def normalize_key(key: str) -> str | None:
    """Return Textual's name of a key: `esc` → `escape`, `⇧tab` → `shift+tab`; None if it is not a key."""
    key = key.replace("⇧", "shift+")
    prefix, _, last = key[:-1].rpartition("+")
    last += key[-1:]
    modifiers = prefix.lower().split("+") if prefix else []
    if not last or any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    last = _ALIASES.get(last.lower(), last)
    if len(last) > 1:
        last = last.lower()
        is_key = last in _KEY_NAMES or last in _TEXTUAL_NAMES.values() or _is_character(last)
        return "+".join((*modifiers, last)) if is_key else None
    if not last.isprintable() or last.isspace():
        return None
    if not modifiers:
        return last
    if modifiers == ["shift"] and last.isalpha():
        return last.upper()  # as terminals send it
    return "+".join((*modifiers, last.lower() if last.isalnum() else _character_name(last)))


def _is_character(name: str) -> bool:
    """Return whether `name` is a Unicode character name, such as `right_curly_bracket`."""
    try:
        return unicodedata.lookup(name.replace("_", " ")).isprintable()
    except KeyError:
        return False


def _character_name(character: str) -> str:
    """Return Textual's name of a character, which follows a modifier."""
    name = unicodedata.name(character, "").lower().replace(" ", "_").replace("-", "_")
    return _TEXTUAL_NAMES.get(name, name)
