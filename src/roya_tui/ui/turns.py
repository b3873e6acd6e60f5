"""Keys in their turn: what comes in one burst does what it would, were it typed slowly.

Textual hands a key on to the widget that has the focus, and what no widget wants comes back to the program behind all
keys that have come meanwhile; keys after which one types are done at once. So either could overtake the other, or be
heard by a dialog that is about to be left. Here those keys, and all behind them, wait until nothing is on its way.
So do keys for a list that is on its way: the one that still stands there is not what they mean.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from textual import events, on
from textual.app import App
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from roya_tui.ui import keys
from roya_tui.ui.keys import Action

_LEAVES = frozenset({"enter", "escape", "ctrl+s"})
"""Keys that may leave a dialog."""
_ROUNDS, _ROUNDS_OF_DIALOGS = 2, 4
"""How often something is sent the way of a key, and of the messages that it leads to, before the next is heard."""
_LONGEST, _LONGEST_FOR_LIST = 1.0, 5.0
"""Seconds that a key waits at most: what was sent may have gone with its widget, and a list may not come."""

_WITH_ALT = {"alt+f": ("ctrl+right", "f"), "alt+b": ("ctrl+left", "b"), "alt+backspace": ("ctrl+w", "backspace")}
"""What `terminal` leaves open: what these keys are in a line to type into; elsewhere they are esc and a key."""
_CHARACTERS = {"escape": "\x1b", "backspace": "\x7f", "ctrl+w": "\x17"}


class InTurn(App[None]):
    """A program whose keys keep their order."""

    class Settled(Message):
        """Comes back to the program when what was before it has been done."""

    class Arrived(Message):
        """A list shows what it was to show, or does not any more."""

    class NotSaved(Message):
        """A dialog could not save and stays open: the keys behind were meant for what is below it."""

    def __init__(self) -> None:
        super().__init__()
        self._typing: frozenset[str] = frozenset()
        self._moving: frozenset[str] = frozenset()
        self._elsewhere: frozenset[str] = frozenset()
        self._held: deque[events.Key] = deque()
        self._rounds = 0
        self._at_latest: Timer | None = None
        self._before, self._opens = "", False
        """The last key that was heard, and whether it may have opened something to type into."""
        self._heard_in: Widget | None = None
        """Where the focus was then."""

    def wait_for_turn(self, actions: Sequence[Action]) -> None:
        """Let the keys of those actions after which one types wait for those before, and for a list all but those that
        lead elsewhere."""
        self._typing = _keys_of(action for action in actions if action.typing)
        self._moving = _keys_of(action for action in actions if action.group == keys.MOVE)
        self._elsewhere = _keys_of(action for action in actions if action.name in keys.ELSEWHERE_AT_ONCE)

    @property
    def awaits_list(self) -> bool:
        """Whether what keys are about is on its way."""
        return bool(getattr(self.screen, "awaits_list", False))

    @property
    def _is_saving(self) -> bool:
        """Whether a dialog is saving and will close, if that succeeds."""
        return bool(getattr(self.screen, "is_saving", False))

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif event.key in _WITH_ALT:
            in_line, alone = _WITH_ALT[event.key]
            for key in [in_line] if isinstance(self.focused, Input) else ["escape", alone]:
                await self.on_event(events.Key(key, _CHARACTERS.get(key, key if len(key) == 1 else None)))
        elif self._held:
            self._held.append(event)
        elif not self._is_saving and (rounds := self._wants_rounds(event)):
            self._held.append(event)
            self._wait(rounds)
        elif self._means_list(event):
            self._held.append(event)
            self._wait_for_list()
        else:
            await self._hear(event)

    async def _hear(self, key: events.Key) -> None:
        self._before, self._heard_in = key.key, self.focused
        self._opens = self._types(key)
        await super().on_event(key)

    def _wants_rounds(self, key: events.Key) -> int:
        """How long a key waits: behind one that may leave a dialog, or that opens one, and before one that does."""
        in_line = isinstance(self.focused, Input)
        if not self.screen.is_mounted:  # it is yet to say where one types
            return _ROUNDS_OF_DIALOGS
        if isinstance(self.screen, ModalScreen) and (self._before in _LEAVES or (self._opens and not in_line)):
            return _ROUNDS_OF_DIALOGS
        if in_line:
            return 0
        typed = isinstance(self._heard_in, Input)
        return _ROUNDS if self._types(key) or typed or self._before not in self._moving else 0

    def _means_list(self, key: events.Key) -> bool:
        """Whether a key is about a list that is not there yet, or about what comes after a save."""
        if self._is_saving:
            return True
        if isinstance(self.focused, Input) or not self.awaits_list:
            return False
        return self._opens or self._elsewhere.isdisjoint((key.key, key.character))  # it may be text

    def _types(self, key: events.Key) -> bool:
        return not self._typing.isdisjoint((key.key, key.character))

    def _wait(self, rounds: int) -> None:
        self._rounds = rounds
        self._at_latest = self.set_timer(_LONGEST, self._go_on)
        self._send()

    def _wait_for_list(self) -> None:
        if self._at_latest is not None:
            self._at_latest.stop()
        self._at_latest = self.set_timer(_LONGEST_FOR_LIST, self._go_on)

    def _send(self) -> None:
        line = self._heard_in if isinstance(self._heard_in, Input) and self._heard_in.is_attached else None
        typed = line if line is not None and line.screen is self.screen else None  # what was typed comes from there
        if not (typed or self.focused or self.screen).post_message(self.Settled()):  # it is about to go
            self.post_message(self.Settled())

    @on(Settled)
    async def _settled(self) -> None:
        self._rounds -= 1
        if self._rounds == 0 and not self.screen.is_mounted:
            self._rounds = 1
        if self._rounds > 0:
            self._send()
        elif self._rounds == 0:
            await self._go_on_unless_for_list()

    @on(Arrived)
    async def _arrived(self) -> None:
        if not self._held or self._rounds > 0:
            return
        if rounds := self._wants_rounds(self._held[0]):  # what waited for the list may have opened a dialog
            self._wait(rounds)
        else:
            await self._go_on_unless_for_list()

    @on(NotSaved)
    def _not_saved(self) -> None:
        if self._held:
            self._held.clear()
            self._rounds = 0
            self.bell()

    async def _go_on_unless_for_list(self) -> None:
        if self._held and self._means_list(self._held[0]):
            self._wait_for_list()
        else:
            await self._go_on()

    async def _go_on(self) -> None:
        """Hear what was held, until one of it has to wait again."""
        if self._at_latest is not None:
            self._at_latest.stop()
        self._rounds = 0
        if self._is_saving:
            self._wait_for_list()
            return
        first = True
        while self._held:
            if not first and (rounds := self._wants_rounds(self._held[0])):
                self._wait(rounds)
                return
            if not first and self._means_list(self._held[0]):
                self._wait_for_list()
                return
            await self._hear(self._held.popleft())
            first = False


def _keys_of(actions: Iterable[Action]) -> frozenset[str]:
    return frozenset(key for action in actions for key in action.keys.split(","))
