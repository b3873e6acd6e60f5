"""Themes of your own: `themes/NAME.toml` beside config.toml → `UserTheme`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from roya_tui.config import validators
from roya_tui.config.loader import Problem, read_toml
from roya_tui.text import one_line
from roya_tui.translation import gettext

COLORS = (
    *("primary", "secondary", "accent", "foreground", "background", "surface", "panel", "warning", "error", "success"),
    *("border-blurred", "input-selection-background"),
)
"""The colors of a theme, as Textual names them."""
_SETTINGS = ("base", "dark", *COLORS)
_COLOR = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.I)
_TRANSLUCENT_COLOR = re.compile(r"#[0-9a-f]{8}", re.I)
_NAME = re.compile(r"[a-z0-9_-]{1,40}", re.I)
_MOST_PROBLEMS = 20
"""Problems of a file that are reported."""


class UserTheme(Struct, frozen=True):
    """A theme that differs from `base` in some colors, which are written `#rrggbb`."""

    name: str
    base: str
    dark: bool | None
    """Whether the background is dark; None: as in the base."""
    colors: dict[str, str]


def find_names(folder: Path) -> list[str]:
    """Return the names of the themes in a folder; [] if there is no folder."""
    try:
        files = [file for file in folder.iterdir() if file.suffix == ".toml" and file.is_file()]
    except OSError:
        return []
    return sorted(file.stem for file in files if _NAME.fullmatch(file.stem))


def load_theme(folder: Path, name: str, bases: Collection[str]) -> tuple[UserTheme | None, list[Problem]]:
    """Return a theme from a folder, or what is invalid in its file. `bases` are the themes that it can be based on."""
    file = folder / f"{name}.toml"
    values, text, problems = read_toml(file)
    if problems:
        return None, problems
    if name in bases:
        problems = [Problem(file, gettext("There is already a theme “{name}”. Rename the file.", name=name))]
    for key in values:
        if reason := _validate_setting(key, values, bases):
            line = next((n for n, line in enumerate(text.splitlines(), 1) if _is_setting(line, key)), None)
            problems.append(Problem(file, reason, line))
            if len(problems) == _MOST_PROBLEMS:
                break
    if problems:
        return None, problems
    dark = values.get("dark")
    base = values.get("base", "roya-light" if dark is False else "roya-dark")
    return UserTheme(name, base, dark, {key: values[key] for key in COLORS if key in values}), []


def _validate_setting(key: str, values: Mapping[str, Any], bases: Collection[str]) -> str:
    """Return why a setting of a theme is invalid, or "" if it is valid."""
    value = values[key]
    if key not in _SETTINGS:
        names = ", ".join(_SETTINGS)
        near = validators.suggest(key, _SETTINGS) or " " + gettext("The settings are {names}.", names=names)
        return gettext("A theme has no setting “{name}”.", name=one_line(key)) + near
    if key == "base":
        if isinstance(value, str) and value in bases:
            return ""
        near = validators.suggest(value, bases) if isinstance(value, str) else ""
        return gettext("base must be the name of another theme in quotes.") + near
    if key == "dark":
        return "" if isinstance(value, bool) else gettext("{setting} must be true or false.", setting=key)
    allowed = (_COLOR, _TRANSLUCENT_COLOR) if key == "input-selection-background" else (_COLOR,)
    if isinstance(value, str) and any(pattern.fullmatch(value) for pattern in allowed):
        return ""
    return gettext('{name} must be a color in quotes, such as "#7fb4ca".', name=key)


def _is_setting(line: str, key: str) -> bool:
    return re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]|\s*\[+\s*{re.escape(key)}\b", line) is not None
