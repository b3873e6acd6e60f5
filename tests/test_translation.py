"""Messages are translated with named placeholders, and fall back to English."""

from __future__ import annotations

import gettext as library
from collections.abc import Iterator

import pytest

from roya_tui import translation
from roya_tui.translation import gettext, ngettext


class German(library.NullTranslations):
    """Translates two messages."""

    def gettext(self, message: str) -> str:
        return {"Removed {name}.": "{name} wurde entfernt."}.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        if singular == "Starred {count} article.":
            return "{count} Artikel markiert."
        return super().ngettext(singular, plural, n)


@pytest.fixture
def german() -> Iterator[None]:
    translation.use_catalog(German())
    yield
    translation.use_catalog(library.NullTranslations())


@pytest.mark.parametrize("name", ["News", "{name}", "{0.__class__}", "%s"])
def test_message_contains_values_as_they_are(name: str) -> None:
    assert gettext("Removed {name}.", name=name) == f"Removed {name}."


def test_message_without_values_may_contain_braces() -> None:
    assert gettext("Write {title} for the title.") == "Write {title} for the title."


@pytest.mark.parametrize(("count", "text"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles")])
def test_count_selects_form(count: int, text: str) -> None:
    assert ngettext("{count} article", "{count} articles", count) == text


def test_count_can_be_shown_in_another_form() -> None:
    assert ngettext("{count} article", "{count} articles", 1200, count="1,200") == "1,200 articles"


@pytest.mark.usefixtures("german")
def test_catalog_translates_and_missing_messages_are_english() -> None:
    assert gettext("Removed {name}.", name="News") == "News wurde entfernt."
    assert ngettext("Starred {count} article.", "Starred {count} articles.", 2) == "2 Artikel markiert."
    assert gettext("Nothing to undo.") == "Nothing to undo."


def test_unknown_language_falls_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "xx")
    translation.use_environment()
    assert gettext("Nothing to undo.") == "Nothing to undo."
