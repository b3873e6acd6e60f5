"""Translate the messages of the app with GNU gettext.

Catalogs are the files `locale/LANGUAGE/LC_MESSAGES/roya_tui.po` in this package; `hatch_build.py` compiles them to
`.mo`. `.ci/messages` extracts the messages into `locale/roya_tui.pot`. Messages are whole sentences with named
placeholders. Headers of a catalog say how its language is written:

* `X-Direction`: `rtl` if it is written from right to left
* `X-Digits`: its ten own digits, which are used only if the user wants them
* `X-Thousands`, `X-Decimal`: its separators; those of its own digits if it has any
"""

from __future__ import annotations

import gettext as _library
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

LANGUAGE_VARIABLE = "ROYA_TUI_LANGUAGE"
"""Environment variable with the language of the app, which takes precedence over those of the system."""
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
_is_rtl = False
_wants_native_digits = False
_digits: dict[int, str] = {}
"""Digits → those of the language, if the user wants them."""
_numerals: dict[int, str] = {}
"""The same with the separators of formatted numbers."""


def use_ascii(wanted: bool) -> None:
    """Write messages with ASCII signs from now on, for terminals without UTF-8, or with typographic ones."""
    global _uses_ascii
    _uses_ascii = wanted


def signs(text: str) -> str:
    """Return a text of the app, such as an ellipsis, with the signs that the terminal has."""
    return text.translate(_ASCII_SIGNS) if _uses_ascii else text


def use_catalog(catalog: _library.NullTranslations) -> None:
    """Translate with this catalog from now on, and write as its language is written."""
    global _catalog, _is_rtl
    _catalog = catalog
    _is_rtl = catalog.info().get("x-direction", "") == "rtl"
    _choose_numerals()


def use_native_digits(wanted: bool) -> None:
    """Write numbers with the digits of the language from now on, such as ٠١٢, or with 0 to 9."""
    global _wants_native_digits
    _wants_native_digits = wanted
    _choose_numerals()


def _choose_numerals() -> None:
    headers, names = _catalog.info(), ("x-thousands", "x-decimal")
    digits = headers.get("x-digits", "")
    _digits.clear()
    _numerals.clear()
    if digits and not (_wants_native_digits and len(digits) == 10):
        return
    signs = {sign: headers[name] for sign, name in zip(",.", names, strict=True) if name in headers}
    _digits.update(str.maketrans(dict(zip("0123456789", digits, strict=False))))
    _numerals.update(str.maketrans(signs) | _digits)


def is_right_to_left() -> bool:
    """Return whether the language of the app is written from right to left."""
    return _is_rtl


def app_language() -> str:
    """Return the language of the app as a BCP 47 tag, such as `en` or `ar-JO`."""
    return _catalog.info().get("language", "en").replace("_", "-")


def find_languages() -> list[str]:
    """Return the languages that the app has, such as `ar`, `ar_JO` and `en`."""
    return sorted({"en", *(file.parts[-3] for file in _FOLDER.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo"))})


def use_language(language: str) -> None:
    """Translate into a language, such as `ar` or `ar_JO`, here and in the processes that the app starts."""
    os.environ[LANGUAGE_VARIABLE] = language
    use_environment()


def use_environment() -> None:
    """Translate into the first language of the environment that has a catalog.

    These are those of ROYA_TUI_LANGUAGE, LANGUAGE, LC_ALL, LC_MESSAGES or LANG, whichever is set first. A catalog that
    cannot be read is ignored: all messages are English then.
    """
    try:
        catalog = _library.translation(_DOMAIN, _FOLDER, _languages(), fallback=True)
    except Exception:  # noqa: BLE001 - the standard library raises whatever a damaged file leads to
        catalog = _library.NullTranslations()
    use_catalog(catalog)


def _languages() -> list[str]:
    """Return the languages of the first variable that is set, up to English, without paths to other folders."""
    variables = (LANGUAGE_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    names = next(filter(None, map(os.environ.get, variables)), "")
    languages = [name for name in names.split(":") if _LANGUAGE.fullmatch(name)]
    english = next((at for at, name in enumerate(languages, 1) if _ENGLISH.match(name)), len(languages))
    return [*languages[:english], "C"]


def format_number(value: float, spec: str = "") -> str:
    """Return a number formatted by `spec` (as in `format`), with the separators and digits of the language."""
    return format(value, spec).translate(_numerals)


def localize_digits(text: str) -> str:
    """Return a date or time of the app with the digits of the language."""
    return text.translate(_digits) if _digits else text


class _Number:
    """A number that is formatted as the language writes it, for placeholders such as `{count:,}`."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        return format_number(self.value, spec)


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


def _localize(value: object) -> object:
    return _Number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _format(translated: str, message: str, values: Mapping[str, object]) -> str:
    """Replace placeholders; use the English message if those of the translation are wrong."""
    if _numerals:
        values = {name: _localize(value) for name, value in values.items()}
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


def join_list(texts: Iterable[str]) -> str:
    """Join the parts of a list, such as tags, as the language does; empty ones are left out."""
    return gettext(", ").join(filter(None, texts))


def join_sentences(*sentences: str) -> str:
    """Join sentences that are complete in themselves; empty ones are left out."""
    return " ".join(filter(None, sentences))
