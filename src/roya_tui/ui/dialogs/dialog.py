"""The base class of dialogs, and wrapping of their texts."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

from textual import work
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.filter import LineFilter
from textual.screen import ModalScreen
from textual.widget import Widget

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.bidi.controls import isolate_names
from roya_tui.layout.engine import layout_document
from roya_tui.layout.one_line import fit_sentence
from roya_tui.store.connection import StoreError
from roya_tui.translation import gettext, gettext_noop, is_right_to_left
from roya_tui.ui.key_sequencer import KeySequencer
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import InterfaceText
from roya_tui.ui.widgets.key_buttons import sentence_with_buttons

_OPPOSITES = {"left": "right", "right": "left", "h": "l", "l": "h"}
SLOW_SECONDS = 0.5
"""Seconds after which a dialog shows that it is saving."""

_SCROLLBAR_COLUMNS = 2
"""Columns of the scrollbar that the text itself may cause."""

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A centered box. Dismissing it a second time does nothing."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > Vertical, Dialog > VerticalScroll {
        width: 76; max-width: 96%; height: auto; border: round $accent; background: $surface; padding: 0 2;
    }
    Dialog Input { border: tall $border-blurred; margin-bottom: 0; }
    Dialog Input:focus { border: tall $primary; }
    """

    after_failure: ClassVar[str] = gettext_noop("Press enter to try again, esc to discard.")
    """What the user can do when it could not be saved."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)"),
        Binding("ctrl+z", "app.suspend_process", id="suspend"),
    ]

    context: ClassVar[str] = "dialog"
    """Its name for `KeySequencer`."""
    is_saving = False
    """Whether a save is running. `KeySequencer` holds back keys until it ends."""
    _has_failed = False

    def __init__(self, rtl: str) -> None:
        super().__init__()
        self._rtl = rtl
        if is_right_to_left():  # left and right are directions on the screen
            keys = self._bindings.key_to_bindings
            mirrored = {opposite: keys.pop(key) for key, opposite in _OPPOSITES.items() if key in keys}
            keys |= mirrored

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave the screen behind the dialog dim; this does not apply to the dialog's widgets."""
        return App.get_line_filters(self.app)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else completed_await()

    def save(self, saving: Coroutine[Any, Any, None]) -> None:
        """Run `saving`, then close. On a `StoreError`, show it and stay open with the text."""
        if self.is_saving:
            saving.close()
            return
        self.is_saving = True
        self._save(saving)

    @work(group="marks")
    async def _save(self, saving: Coroutine[Any, Any, None]) -> None:
        slow = self.set_timer(SLOW_SECONDS, self._show_saving)
        try:
            await saving
        except StoreError as error:
            self.is_saving, self._has_failed = False, True
            failure = gettext("Could not save: {reason}.", reason=error.reason) if error.reason else error.message
            self._show_text(f"{failure} {gettext(self.after_failure)}")
            self.app.post_message(KeySequencer.SaveFailed())
        else:
            self.is_saving = False
            self.dismiss()
            self.app.post_message(KeySequencer.ListReady())
        finally:
            slow.stop()

    def _show_saving(self) -> None:
        if self.is_saving:  # a timer that was stopped may already be in the queue
            self._show_text(gettext("Saving…"))

    def _fit(self, sentence: str, columns: int) -> Content:
        """Return a sentence as drawn in one line, shortened to `columns`."""
        if is_right_to_left():  # Textual would cut off its beginning
            columns = min(columns, self._frame_columns - 8)
        return Content(display_text(fit_sentence(sentence, columns, measure, self._rtl)))

    @property
    def _frame_columns(self) -> int:
        """Columns of a dialog of the default width."""
        return min(76, self.app.size.width * 96 // 100)

    def _show_text(self, text: str) -> None:
        dialog_text = self.query_one(DialogText)
        dialog_text.display = True
        dialog_text.show_text(text)


class DialogText(InterfaceText):
    """A message of the app in a dialog of the default width."""

    DEFAULT_CSS = "DialogText { height: auto; color: $foreground 80%; }"

    def __init__(self, rtl: str, text: str = "") -> None:
        super().__init__(rtl=rtl, id="message")
        self._initial_text = text

    def on_mount(self) -> None:
        self.show_text(self._initial_text)

    def show_text(self, text: str) -> None:
        room = min(76, self.app.size.width * 96 // 100) - 6
        if isinstance(self.parent, Widget) and self.parent.scrollable_content_region.width:  # it has been laid out
            room = min(room, self.parent.scrollable_content_region.width - self.gutter.width - _SCROLLBAR_COLUMNS)
        show_sentence(self, text, room, self._rtl)


def completed_await() -> AwaitComplete:
    """Return what `dismiss` returns, for a screen that is already closed."""
    return AwaitComplete.nothing()  # type: ignore[no-untyped-call, no-any-return]


def show_sentence(widget: InterfaceText, sentence: str, width: int, rtl: str) -> None:
    """Show a sentence in lines of at most `width` cells; those of a right-to-left interface fill the widget."""
    if is_right_to_left():
        widget.show(sentence)
    else:
        lines = map(display_text, wrap_sentence(sentence, width, rtl))
        widget.update(sentence_with_buttons("\n".join(lines)))


def wrap_sentence(sentence: str, width: int, rtl: str) -> list[str]:
    """Wrap a sentence of the app into lines of at most `width` cells, in the direction of the interface."""
    return _wrap_block(Block("paragraph", Text(isolate_names(sentence)), rtl=is_right_to_left()), width, rtl)


def wrap_text(text: str, width: int, rtl: str) -> list[str]:
    """Wrap text from a feed or a server into lines, in its own direction."""
    return _wrap_block(Block("paragraph", Text(text)), width, rtl)


def _wrap_block(block: Block, width: int, rtl: str) -> list[str]:
    return [line.text for line in layout_document(Document((block,), text=block.text.string), width, measure, rtl=rtl)]
