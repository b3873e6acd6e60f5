"""Brackets in translations are text: they are not the markup of Textual."""

from __future__ import annotations

import gettext as library

import pytest
from tests.ui.conftest import RunApp

from roya_tui import translation


class Brackets(library.NullTranslations):
    """Adds a closing tag, which is an error in markup, to every message."""

    def gettext(self, message: str) -> str:
        return f"{message}[/x]"

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return f"{singular if n == 1 else plural}[/x]"


@pytest.mark.parametrize(
    "keys",
    [
        "M w e escape",
        "a",
        "e",
        "!",
        "?",
        "F",
        "#",
        ";",
        "S n",
        "S f",
        "S i",
        "S c",
        "E a",
        "t",
        "X",
        "ctrl+p",
        "ctrl+p c h a n g e",
    ],
)
async def test_dialog_opens_when_translation_has_brackets(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    monkeypatch.setattr(translation, "_catalog", Brackets())
    async with run_app() as app:
        for key in keys.split():
            await app.press(key)
        assert app.textual._exception is None
