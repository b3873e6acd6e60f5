"""Translate the messages of the app with GNU gettext.

Catalogs are compiled files `locale/LANGUAGE/LC_MESSAGES/roya_tui.mo` in this package. `.ci/messages` extracts
the messages into `locale/roya_tui.pot`. Messages are whole sentences with named placeholders.
"""

from __future__ import annotations

import gettext as _library
import os
import re
from collections.abc import Mapping
from pathlib import Path

_DOMAIN = "roya_tui"
_FOLDER = Path(__file__).parent / "locale"
_LANGUAGE = re.compile(r"[A-Za-z0-9_.@-]{1,80}")
"""Names of languages, such as pt_BR.UTF-8."""
_ENGLISH = re.compile(r"en(?![A-Za-z])")
"""English is preferred to the languages after it, although it has no catalog."""

ASCII_FRAMES = str.maketrans(
    dict.fromkeys("─━═╌╍▀▔", "-") | dict.fromkeys("│┃║▌▐▎▊▍▋▏▕▉", "|") | dict.fromkeys("▁▂▃", "_")
    | dict.fromkeys("▄▅▆▇█", "#") | dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬", "+")
)  # fmt: skip
"""Frames and scrollbars of the screen → ASCII of the same width."""
_ASCII_SIGNS = ASCII_FRAMES | str.maketrans({
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "·": "-", "—": "-", "–": "-", "−": "-", "×": "x",
    "‹": "<", "≡": "=", "→": "->", "←": "<-", "↑": "up", "↓": "down", "★": "*", "⇧": "shift+", "⌫": "backspace",
})  # fmt: skip
"""Signs in messages → ASCII."""

_catalog = _library.NullTranslations()
_uses_ascii = False


def use_ascii(wanted: bool) -> None:
    """Write messages with ASCII signs from now on, for terminals without UTF-8, or with typographic ones."""
    global _uses_ascii
    _uses_ascii = wanted


def signs(text: str) -> str:
    """Return a text of the app, such as an ellipsis, with the signs that the terminal has."""
    return text.translate(_ASCII_SIGNS) if _uses_ascii else text


def use_catalog(catalog: _library.NullTranslations) -> None:
    """Translate with this catalog from now on."""
    global _catalog
    _catalog = catalog


def use_environment() -> None:
    """Translate into the first language of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that has a catalog.

    A catalog that cannot be read is ignored: all messages are English then.
    """
    try:
        catalog = _library.translation(_DOMAIN, _FOLDER, _languages(), fallback=True)
    except Exception:  # noqa: BLE001 - the standard library raises whatever a damaged file leads to
        catalog = _library.NullTranslations()
    use_catalog(catalog)


def _languages() -> list[str]:
    """Return the languages of the first variable that is set, up to English, without paths to other folders."""
    names = next(filter(None, map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "")
    languages = [name for name in names.split(":") if _LANGUAGE.fullmatch(name)]
    english = next((at for at, name in enumerate(languages, 1) if _ENGLISH.match(name)), len(languages))
    return [*languages[:english], "C"]


def gettext(message: str, /, **values: object) -> str:
    """Return the translation of a message with its placeholders replaced: `gettext("Removed {name}.", name=name)`."""
    if not message:  # its translation is the header of the catalog
        return ""
    translated = signs(_catalog.gettext(message) or message)
    return _format(translated, message, values) if values else translated


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return the translation for a count, which is the placeholder `{count}`, too."""
    message = singular if count == 1 else plural
    try:
        translated = signs(_catalog.ngettext(singular, plural, count) or message)
    except ArithmeticError:  # the catalog's formula of plurals divides by zero
        translated = message
    return _format(translated, message, {"count": count, **values})


def _format(translated: str, message: str, values: Mapping[str, object]) -> str:
    """Replace placeholders; use the English message if those of the translation are wrong."""
    try:
        return translated.format_map(values)
    except (ValueError, LookupError, AttributeError, TypeError):
        if translated == signs(message):
            raise
        return signs(message).format_map(values)


def quote(title: str) -> str:
    """Return a title in quotation marks, for placeholders where a host name may stand, too."""
    return gettext("“{title}”", title=title)


def gettext_noop(message: str) -> str:
    """Mark a message of a table for extraction; translate it with `gettext` where it is shown."""
    return message


def join_sentences(*sentences: str) -> str:
    """Join sentences that are complete in themselves; empty ones are left out."""
    return " ".join(filter(None, sentences))
