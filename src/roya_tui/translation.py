"""Translate the messages of the app with GNU gettext.

Catalogs are compiled files `locale/LANGUAGE/LC_MESSAGES/roya_tui.mo` in this package. `.ci/messages` extracts
the messages into `locale/roya_tui.pot`. Messages are whole sentences with named placeholders.
"""

from __future__ import annotations

import gettext as _library
from pathlib import Path

_DOMAIN = "roya_tui"
_FOLDER = Path(__file__).parent / "locale"

_catalog = _library.NullTranslations()


def use_catalog(catalog: _library.NullTranslations) -> None:
    """Translate with this catalog from now on."""
    global _catalog
    _catalog = catalog


def use_environment() -> None:
    """Translate into the first language of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that has a catalog."""
    use_catalog(_library.translation(_DOMAIN, _FOLDER, fallback=True))


def gettext(message: str, /, **values: object) -> str:
    """Return the translation of a message with its placeholders replaced: `gettext("Removed {name}.", name=name)`."""
    translated = _catalog.gettext(message)
    return translated.format(**values) if values else translated


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return the translation for a count, which is the placeholder `{count}`, too."""
    return _catalog.ngettext(singular, plural, count).format(**{"count": count, **values})


def quote(title: str) -> str:
    """Return a title in quotation marks, for placeholders where a host name may stand, too."""
    return gettext("“{title}”", title=title)


def gettext_noop(message: str) -> str:
    """Mark a message of a table for extraction; translate it with `gettext` where it is shown."""
    return message


def join_sentences(*sentences: str) -> str:
    """Join sentences that are complete in themselves; empty ones are left out."""
    return " ".join(filter(None, sentences))
