"""Keeps keys in order: a burst of keys does the same as the keys typed slowly.

Textual forwards a key to the focused widget. A key that no widget handles comes back to the app behind all keys that
arrived meanwhile, while priority bindings run at once. So keys could overtake each other, or reach a dialog that is
about to close. Here such keys, and all behind them, wait until the message queues are empty. Keys for the list also
wait while a new list is being loaded, since they are not meant for the old one.

If a key opens no input although it was pressed to open one, the text typed quickly after it is ignored: as keys, its
letters would do anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual import events, on
from textual.app import App
from textual.keys import _character_to_key
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from roya_tui.presentation.keyboard_layout import latin_key
from roya_tui.translation import gettext, join_sentences
from roya_tui.ui import action_table
from roya_tui.ui.action_table import Action
from roya_tui.ui.widgets.key_buttons import keys_at
from roya_tui.ui.widgets.status_bar import BaseScreen, BottomLine

_CLOSING_KEYS = frozenset({"enter", "escape", "ctrl+s"})
"""Keys that may close a dialog."""
_ROUNDS, _DIALOG_ROUNDS = 2, 4
"""How many round trips through the message queues pass before the next key is handled."""
_MAX_WAIT, _MAX_LIST_WAIT = 1.0, 5.0
"""Seconds that a key waits at most, in case a message is lost with its widget or the list fails to load."""

_ALT_KEYS = {"alt+f": ("ctrl+right", "f"), "alt+b": ("ctrl+left", "b"), "alt+backspace": ("ctrl+w", "backspace")}
"""Alt keys, and their meaning in a text input; elsewhere they are esc and a key (see `terminal.patch_escape`)."""
_BURST_SECONDS = 0.4
"""Seconds after a key within which the next one belongs to the same text. Reading a message takes longer."""
_REPEAT_SECONDS = 0.1
"""Seconds within which the same key again comes from a key held down; it comes every 30 to 60 ms."""
_BURST_ENDS = frozenset({"escape", "ctrl+c"})
"""Keys that are never ignored."""
_DIALOG_INPUT_KEYS = frozenset({"slash", "e"})
"""Keys with which dialogs open an input, or users expect it."""
_MESSAGE_SECONDS = 4
"""Seconds that the message about an unbound key is shown."""
_CHARACTERS = {
    "escape": "\x1b", "backspace": "\x7f", "ctrl+w": "\x17", "enter": "\r", "tab": "\t", "space": " ", "comma": ",",
}  # fmt: skip


class KeySequencer(App[None]):
    """An app that handles keys in the order they were typed."""

    class QueueFlushed(Message):
        """Comes back to the app when all messages before it have been handled."""

    class ListReady(Message):
        """The list has been loaded, or its loading was cancelled."""

    class SaveFailed(Message):
        """A dialog could not save and stays open: the waiting keys were meant for the screen below."""

    def __init__(self) -> None:
        super().__init__()
        self._input_keys: Mapping[str, frozenset[str]] = {}
        """The keys that open a text input, by the screen's context."""
        self._movement_keys: frozenset[str] = frozenset()
        self._list_independent_keys: frozenset[str] = frozenset()
        self._held_keys: deque[events.Key | events.Paste] = deque()
        self._rounds_left = 0
        self._timeout: Timer | None = None
        self._last_key, self._may_open_input = "", False
        """The key handled last, and whether it may have opened a text input."""
        self._last_focus: Widget | None = None
        """The widget that had the focus when that key was handled."""
        self._last_screen: Screen[Any] | None = None
        """The screen at that time."""
        self._last_time = 0.0
        """When that key, or an ignored one after it, was pressed (monotonic time)."""
        self._is_ignoring = False
        self.is_repeat = False
        """Whether the last key came so soon after the same key that it is being held down."""
        self._button_keys: tuple[str, ...] = ()
        """The keys of the text on which the mouse button was pressed."""

    _key_actions: Sequence[Action]

    def set_keys(self, keymap: Sequence[Action]) -> None:
        """Read from the actions which keys open a text input, which move, and which do not depend on the list."""
        self._key_actions = keymap
        search = _collect_keys(action for action in keymap if action.name == "search")
        overlays = {screen: action_table.actions_of_overlay(keymap, screen) for screen in action_table.OVERLAY_ACTIONS}
        main = [action for action in keymap if action.context == "screen"]
        self._input_keys = {
            screen: search | _collect_keys(action for action in actions if action.opens_input)
            for screen, actions in ({"screen": main} | overlays).items()
        }
        self._movement_keys = _collect_keys(action for action in keymap if action.group == action_table.MOVE)
        independent = action_table.LIST_INDEPENDENT
        self._list_independent_keys = _collect_keys(action for action in keymap if action.name in independent)

    @property
    def awaits_list(self) -> bool:
        """Whether the list of the current screen is being loaded."""
        return bool(getattr(self.screen, "awaits_list", False))

    @property
    def _is_saving(self) -> bool:
        """Whether a dialog is saving, and will close if that succeeds."""
        return bool(getattr(self.screen, "is_saving", False))

    @property
    def input_since(self) -> float:
        """The time of the first input that is meant for the app."""
        return 0.0

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.InputEvent, events.Paste)) and event.time < self.input_since:
            return  # typed for the shell or another program, while the app still had the terminal
        if isinstance(event, (events.MouseDown, events.MouseUp)) and not event.is_forwarded:
            await self._handle_mouse(event)
        elif not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif isinstance(event, events.Key) and event.key in _ALT_KEYS:
            in_line, alone = _ALT_KEYS[event.key]
            for key in [in_line] if isinstance(self.focused, Input) else ["escape", alone]:
                await self.on_event(_make_key(key))
        elif self._held_keys:
            self._held_keys.append(event)
        elif not self._is_saving and (rounds := self._rounds_needed(event)):
            self._held_keys.append(event)
            self._hold_for(rounds)
        elif self._needs_list(event):
            self._held_keys.append(event)
            self._hold_for_list()
        else:
            await self._handle_key(event)

    def press_key(self, key: str | None) -> None:
        """Press a key that a dialog returned, by Textual's name, or None."""
        if key:
            self.post_message(_make_key(key).set_sender(self))  # Textual would not bubble it to another sender

    async def _handle_mouse(self, event: events.MouseDown | events.MouseUp) -> None:
        """Press the keys that are named where the mouse is clicked. The focus stays where it is."""
        if isinstance(event, events.MouseUp):
            pressed, self._button_keys = self._button_keys, ()
        elif event.button == 1 and self.mouse_captured is None:
            pressed = self._button_keys = keys_at(self.screen, event.x, event.y)
        else:
            pressed = self._button_keys = ()
        if not pressed:
            await super().on_event(event)
        elif isinstance(event, events.MouseUp) and keys_at(self.screen, event.x, event.y) == pressed:
            for key in pressed:
                await self.on_event(_make_key(key))

    async def _handle_key(self, key: events.Key | events.Paste) -> None:
        if key.time < self.input_since or self._ignores(key):
            return
        in_line = isinstance(self.focused, Input)
        if isinstance(key, events.Paste):
            if not in_line:
                self._report_ignored_paste()
        else:
            key = key if in_line else _as_latin(key, self._key_actions)
            self.is_repeat = key.key == self._last_key and key.time - self._last_time < _REPEAT_SECONDS
            self._may_open_input = not in_line and self._opens_input(key)
            self._last_key, self._last_time = key.key, key.time
            self._last_focus, self._last_screen = self.focused, self.screen
        await super().on_event(key)

    def _report_ignored_paste(self) -> None:
        """Show that a pasted text was ignored, and in a list the keys that open an input."""
        if "add" in {action.name for action in getattr(self.screen, "commands", ())}:
            add, search = (action_table.key_label_of(self._key_actions, name) for name in ("add", "search"))
            hint = gettext("{add}: add a source   {search}: search", add=add, search=search)
        else:
            hint = ""
        self._show_message(join_sentences(gettext("Ignored the pasted text."), hint))

    def _ignores(self, key: events.Key | events.Paste) -> bool:
        """Whether a key belongs to a text that was typed for an input that did not open."""
        refused = self._may_open_input and self.screen is self._last_screen and not isinstance(self.focused, Input)
        is_text = isinstance(key, events.Paste) or key.key not in _BURST_ENDS
        if not (refused and is_text and key.time - self._last_time < _BURST_SECONDS):
            self._is_ignoring = False
            return False
        if not self._is_ignoring:
            bottom = self._bottom_line
            reason = bottom.message if bottom is not None else ""
            self._show_message(join_sentences(reason, gettext("Ignored the text typed after it.")))
        self._is_ignoring, self._last_time = True, key.time
        return True

    @property
    def _bottom_line(self) -> BottomLine | None:
        """The last line of the full screen that is shown, which an open dialog does not cover."""
        return next((screen.bottom for screen in reversed(self.screen_stack) if isinstance(screen, BaseScreen)), None)

    def _show_message(self, sentence: str) -> None:
        if (bottom := self._bottom_line) is not None:
            bottom.show_message(sentence, _MESSAGE_SECONDS)

    async def _on_key(self, event: events.Key) -> None:
        """Run the binding of a key that came back to the app. One that nothing handles is named in the last line."""
        event.prevent_default()
        if await self._check_bindings(event.key) or isinstance(self.focused, Input):
            return
        name = event.character if event.is_printable and event.character else event.key
        label = action_table.key_label(name, ascii=self._key_actions[0].ascii)
        if isinstance(self.screen, BaseScreen):
            help = action_table.key_label_of(self._key_actions, "help")
            self._show_message(gettext("{key} does nothing here. {help}: help", key=label, help=help))
        else:
            self._show_message(gettext("{key} does nothing here.", key=label))

    def _rounds_needed(self, key: events.Key | events.Paste) -> int:
        """Return how many round trips a key waits, since it or the one before may open or close a dialog."""
        in_line = isinstance(self.focused, Input)
        if not self.screen.is_mounted:  # its text input does not have the focus yet
            return _DIALOG_ROUNDS
        if isinstance(self.screen, ModalScreen) and (
            self._last_key in _CLOSING_KEYS or (self._may_open_input and not in_line)
        ):
            return _DIALOG_ROUNDS
        if in_line:
            return 0
        was_input = isinstance(self._last_focus, Input)
        return _ROUNDS if self._opens_input(key) or was_input or self._last_key not in self._movement_keys else 0

    def _needs_list(self, key: events.Key | events.Paste) -> bool:
        """Whether a key must wait for a list that is being loaded, or for a dialog that is saving."""
        if self._is_saving:
            return True
        if isinstance(self.focused, Input) or not self.awaits_list:
            return False
        # It may be text.
        return self._may_open_input or self._list_independent_keys.isdisjoint(_names_of(key))

    def _opens_input(self, key: events.Key | events.Paste) -> bool:
        context = getattr(self.screen, "context", "screen")
        return not self._input_keys.get(context, _DIALOG_INPUT_KEYS).isdisjoint(_names_of(key))

    def _hold_for(self, rounds: int) -> None:
        self._rounds_left = rounds
        self._timeout = self.set_timer(_MAX_WAIT, self._resume)
        self._flush_queue()

    def _hold_for_list(self) -> None:
        if self._timeout is not None:
            self._timeout.stop()
        self._timeout = self.set_timer(_MAX_LIST_WAIT, self._resume)

    def _flush_queue(self) -> None:
        last = self._last_focus if isinstance(self._last_focus, Input) and self._last_focus.is_attached else None
        source = last if last is not None and last.screen is self.screen else None  # it sends the typed keys on
        if not (source or self.focused or self.screen).post_message(self.QueueFlushed()):  # it is being removed
            self.post_message(self.QueueFlushed())

    @on(QueueFlushed)
    async def _queue_flushed(self) -> None:
        if not self.screen_stack:  # the app is ending
            return
        self._rounds_left -= 1
        if self._rounds_left == 0 and not self.screen.is_mounted:
            self._rounds_left = 1
        if self._rounds_left > 0:
            self._flush_queue()
        elif self._rounds_left == 0:
            await self._resume_unless_pending()

    @on(ListReady)
    async def _list_ready(self) -> None:
        if not self._held_keys or self._rounds_left > 0:
            return
        if rounds := self._rounds_needed(self._held_keys[0]):  # the key before may have opened a dialog
            self._hold_for(rounds)
        else:
            await self._resume_unless_pending()

    @on(SaveFailed)
    def _save_failed(self) -> None:
        if self._held_keys:
            self._held_keys.clear()
            self._rounds_left = 0
            self.bell()

    async def _resume_unless_pending(self) -> None:
        if self._held_keys and self._needs_list(self._held_keys[0]):
            self._hold_for_list()
        else:
            await self._resume()

    async def _resume(self) -> None:
        """Handle the held keys, until one has to wait again."""
        if self._timeout is not None:
            self._timeout.stop()
        self._rounds_left = 0
        if self._is_saving:
            self._hold_for_list()
            return
        first = True
        while self._held_keys:
            if not first and (rounds := self._rounds_needed(self._held_keys[0])):
                self._hold_for(rounds)
                return
            if not first and self._needs_list(self._held_keys[0]):
                self._hold_for_list()
                return
            await self._handle_key(self._held_keys.popleft())
            first = False


def _names_of(key: events.Key | events.Paste) -> tuple[str | None, ...]:
    """Return the names of a key by which actions may list it; a paste has none."""
    return (key.key, key.character, latin_key(key.character) or None) if isinstance(key, events.Key) else ()


def _as_latin(key: events.Key, actions: Iterable[Action]) -> events.Key:
    """Return the Latin key in the place of an Arabic letter, unless an action has that letter."""
    latin = latin_key(key.character)
    if not latin or not _collect_keys(actions).isdisjoint(_names_of(key)[:2]):
        return key
    made = _make_key(latin)
    made.time = key.time
    return made


def _make_key(key: str) -> events.Key:
    """Return a key as the terminal would send it."""
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    return events.Key(key, _CHARACTERS.get(key))


def _collect_keys(actions: Iterable[Action]) -> frozenset[str]:
    return frozenset(key for action in actions for key in action.keys.split(","))
