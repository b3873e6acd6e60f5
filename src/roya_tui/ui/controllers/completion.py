"""Suggestions for the search line, errors in it, and what a search without results probably meant."""

from __future__ import annotations

import contextlib
from asyncio import sleep
from typing import TYPE_CHECKING

from msgspec.structs import replace

from roya_tui.presentation.view import View
from roya_tui.query import QueryError
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.database import Interrupted

if TYPE_CHECKING:
    from roya_tui.query.completion import Candidate

CORRECT_AFTER = 0.2
"""Seconds without a key after which a correction is searched for."""


class Completion(Controller):
    """What is shown below the search line and in an empty list. Names and corrections are read in threads."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._error = ""
        """The error that was shown last; `_error_without_key` without the key that corrects it."""
        self._error_without_key = ""
        self._correction: tuple[View, Candidate] | None = None
        """The view that found nothing, and what its words probably meant."""

    @background("names", exclusive=True)
    async def load_names(self) -> None:
        """Load the names that the search line can complete."""
        from roya_tui.store.search import vocabulary

        self._panes.search_bar.vocabulary = await self._database.compute(vocabulary.load)
        self.update()

    def update(self) -> None:
        """Show what the word at the cursor may become."""
        bar, bottom = self._panes.search_bar, self._panes.bottom
        if not bar.is_open:
            return
        bar.update_advice(self._now(), self._current_correction if bar.value == self._state.view.search_text else None)
        bottom.completions, bottom.completion_index = bar.completions
        if bar.advice.warning:
            self._show_error(bar.advice.warning)

    def show_error(self, error: QueryError) -> None:
        """Show why the query is invalid, unless the next letter may make it valid."""
        bar = self._panes.search_bar
        shown = bar.advice.error if bar.is_open else error
        if shown is None:
            self.clear_error()
        else:
            self._show_error(shown.message)

    def _show_error(self, message: str) -> None:
        bar = self._panes.search_bar
        corrected = bar.advice.correction if bar.is_open else None
        self._error_without_key = message
        key = gettext("tab: “{correction}”", correction=corrected.label) if corrected else ""
        self._error = f"{message} {key}" if key else message
        self._show_message(self._error)

    def remove_key_from_error(self) -> None:
        """Show the error without the key that corrects it: the search line is closed."""
        if self._error and self._panes.bottom.message == self._error:
            self._show_error(self._error_without_key)

    def clear_error(self) -> None:
        """Remove the error, unless the query names something unknown."""
        bar = self._panes.search_bar
        if bar.is_open and bar.advice.warning:
            self._show_error(bar.advice.warning)
        elif self._error and self._panes.bottom.message == self._error:
            self._panes.bottom.clear_message()

    # Corrections.

    @property
    def _current_correction(self) -> Candidate | None:
        if self._correction is None or self._headlines.timeline.ids:
            return None
        view, candidate = self._correction
        return candidate if view == self._state.view else None

    def empty_text(self, *, typing: bool, failure: str = "") -> str:
        """Return what an empty list says, with a correction as soon as it is known, or a source's `failure`."""
        view = self._state.view
        if view.search_text.strip() and self._current_correction is None:
            self._correct(view)
        correction = self._current_correction
        if typing and self._panes.search_bar.advice.candidates:  # tab inserts these
            correction = None
        return view.empty_text(typing=typing, correction=correction.label if correction else "", failure=failure)

    @background("correction", exclusive=True)
    async def _correct(self, view: View) -> None:
        from roya_tui.store.search import spelling

        if self._panes.search_bar.is_open:
            await sleep(CORRECT_AFTER)
        now, zone = self._now(), self._zone
        with contextlib.suppress(Interrupted):
            if view != self._state.view:
                return
            correction = await self._database.read(
                spelling.suggest,
                view.search_text,
                now,
                lambda text: replace(view, search_text=text).query(now),
                zone=zone,
            )
            if correction is not None and view == self._state.view and not self._headlines.timeline.ids:
                self._correction = view, correction
                self._headlines.rows.set_empty_text(self.empty_text(typing=self._panes.search_bar.is_open))
                self.update()
