"""Keys in their turn: what comes in one burst does what it would, were it typed slowly.

Textual hands a key on to the widget that has the focus, and what no widget wants comes back to the program behind all
keys that have come meanwhile; keys after which one types are done at once. So either could overtake the other, or be
heard by a dialog that is about to be left. Here those keys, and all behind them, wait until nothing is on its way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from textual import events, on
from textual.app import App
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input

from roya_tui.ui.keys import Action

_LEAVES = frozenset({"enter", "escape", "ctrl+s"})
"""Keys that may leave a dialog."""
_ROUNDS, _ROUNDS_OF_DIALOGS = 2, 4
"""How often something is sent the way of a key, and of the messages that it leads to, before the next is heard."""
_LONGEST = 1.0
"""Seconds that a key waits at most: what was sent may have gone with its widget."""

_WITH_ALT = {"alt+f": ("ctrl+right", "f"), "alt+b": ("ctrl+left", "b"), "alt+backspace": ("ctrl+w", "backspace")}
"""What `keyboard` leaves open: what these keys are in a line to type into; elsewhere they are esc and a key."""
_CHARACTERS = {"escape": "\x1b", "backspace": "\x7f", "ctrl+w": "\x17"}


class InTurn(App[None]):
    """A program whose keys keep their order."""

    class Settled(Message):
        """Comes back to the program when what was before it has been done."""

    def __init__(self) -> None:
        super().__init__()
        self._typing: frozenset[str] = frozenset()
        self._held: deque[events.Key] = deque()
        self._rounds = 0
        self._at_latest: Timer | None = None
        self._before, self._opens = "", False
        """The last key that was heard, and whether it may have opened something to type into."""

    def wait_for_turn(self, actions: Iterable[Action]) -> None:
        """Let the keys of those actions after which one types wait for those before."""
        self._typing = frozenset(key for action in actions if action.typing for key in action.keys.split(","))

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif event.key in _WITH_ALT:
            in_line, alone = _WITH_ALT[event.key]
            for key in [in_line] if isinstance(self.focused, Input) else ["escape", alone]:
                await self.on_event(events.Key(key, _CHARACTERS.get(key, key if len(key) == 1 else None)))
        elif self._held:
            self._held.append(event)
        elif rounds := self._wants_rounds(event):
            self._held.append(event)
            self._wait(rounds)
        else:
            await self._hear(event)

    async def _hear(self, key: events.Key) -> None:
        self._before = key.key
        self._opens = self._types(key)
        await super().on_event(key)

    def _wants_rounds(self, key: events.Key) -> int:
        """How long a key waits: behind one that may leave a dialog, or that opens one, and before one that does."""
        in_line = isinstance(self.focused, Input)
        if isinstance(self.screen, ModalScreen) and (self._before in _LEAVES or (self._opens and not in_line)):
            return _ROUNDS_OF_DIALOGS
        return _ROUNDS if self._types(key) and not in_line else 0

    def _types(self, key: events.Key) -> bool:
        return not self._typing.isdisjoint((key.key, key.character))

    def _wait(self, rounds: int) -> None:
        self._rounds = rounds
        self._at_latest = self.set_timer(_LONGEST, self._go_on)
        self._send()

    def _send(self) -> None:
        if not (self.focused or self.screen).post_message(self.Settled()):  # it is about to go
            self.post_message(self.Settled())

    @on(Settled)
    async def _settled(self) -> None:
        self._rounds -= 1
        if self._rounds > 0:
            self._send()
        elif self._rounds == 0:
            await self._go_on()

    async def _go_on(self) -> None:
        """Hear what was held, until one of it has to wait again."""
        if self._at_latest is not None:
            self._at_latest.stop()
        self._rounds = 0
        first = True
        while self._held:
            if not first and (rounds := self._wants_rounds(self._held[0])):
                self._wait(rounds)
                return
            await self._hear(self._held.popleft())
            first = False
