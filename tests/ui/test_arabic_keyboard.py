"""Keys work while an Arabic keyboard layout is active, and letters are text where text is typed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from tests.ui.conftest import RunningApp
from textual.widgets import Input

RunApp = Callable[..., AbstractAsyncContextManager[RunningApp]]


async def test_arabic_letters_do_what_the_keys_in_their_place_do(app: RunningApp) -> None:
    first = app.selected
    await app.press("ت")  # j
    assert app.selected != first
    await app.press("ن", "س")  # k, s
    assert app.selected == first
    assert "★" in app.list_line(app.selected)
    await app.press("ع")  # u
    assert "★" not in app.list_line(app.selected)
    await app.press("؟")
    assert app.textual.screen is not app.main


async def test_arabic_letters_are_text_in_the_search_bar_even_if_typed_at_once(app: RunningApp) -> None:
    await app.press_together("ظ", *"المياه")  # /
    assert isinstance(app.textual.focused, Input)
    assert app.textual.focused.value == "المياه"


async def test_arabic_letters_work_in_dialogs(app: RunningApp) -> None:
    await app.press("ة", "M")
    await app.press("ص")  # w
    assert app.textual.screen is not app.main


@pytest.mark.parametrize("key", ["ж", "字"])
async def test_other_letters_do_nothing(app: RunningApp, key: str) -> None:
    first = app.selected
    await app.press(key)
    assert app.selected == first
