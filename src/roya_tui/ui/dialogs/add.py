"""Adding a source: an address, a page that offers feeds, or a path. Another process looks at it and waits for a yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from roya_tui.clock import Clock
from roya_tui.layout.one_line import fit_line
from roya_tui.presentation.headline_rows import Icons
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.child import Child
from roya_tui.ui.dialogs.dialog import Dialog
from roya_tui.ui.offering import Done, Offering, done, result
from roya_tui.ui.telling import set_lines, telling
from roya_tui.ui.text_line import TextLine

HINT = "The address of a feed, of a page that offers one, of an article to save, or the path of a file or folder."
TYPING = "enter looks, esc goes back"
LOOKING = "esc stops"
TURNING = "|/-\\"
TURNS_EVERY = 0.15
"""Seconds."""
LOW = 26
"""Lines of a screen below which the dialog is set closer."""


class Offers(OptionList):
    """What there is to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Select"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    class Marked(Message):
        """The row under the cursor was chosen, or is no longer."""

    def action_mark(self) -> None:
        self.post_message(self.Marked())


class AddSource(Dialog[Done]):
    """Asks for an address and, if one likes, a folder; answers with what was added, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Back")]

    DEFAULT_CSS = """
    AddSource > Vertical { max-height: 96%; }
    AddSource Offers {
        height: auto; max-height: 10; display: none; background: $panel; border: none; padding: 0;
    }
    AddSource Offers:focus { border: none; }
    AddSource #told { height: auto; max-height: 4; color: $foreground 80%; }
    AddSource #preview { height: auto; max-height: 5; display: none; color: $foreground 70%; }
    AddSource.-low Input { border: none; height: 1; padding: 0; }
    AddSource.-low Offers { max-height: 6; }
    AddSource.-low #preview { max-height: 2; }
    """

    def __init__(
        self,
        program: tuple[str, ...],
        folders: Sequence[str],
        clock: Clock,
        signs: Icons,
        rtl: str,
        address: str = "",
    ) -> None:
        """`address` is what is looked at to begin with."""
        super().__init__()
        self._first = address
        self._program = program
        self._folders = folders
        self._clock = clock
        self._signs = signs
        self._rtl = rtl
        self._child: Child | None = None
        self._offering: Offering | None = None
        self._address = ""
        """What is looked at, or was last."""
        self._doing = ""
        self._turn: Timer | None = None
        self._turns = 0

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Add a source"
            box.border_subtitle = TYPING
            yield TextLine(self._first, rtl=self._rtl, from_left=True, placeholder="https://", id="address")
            yield TextLine(
                rtl=self._rtl,
                placeholder="folder (optional)",
                id="folder",
                suggester=SuggestFromList(self._folders, case_sensitive=False),
            )
            yield Static(Content(HINT), id="told")
            yield Offers(id="offers")
            yield Static(id="preview")

    def on_mount(self) -> None:
        self._turn = self.set_interval(TURNS_EVERY, self._turned, pause=True)
        if self._first:
            self._look(self._first)

    def on_resize(self) -> None:
        self.set_class(self.app.size.height < LOW, "-low")
        if self._offering is not None:
            self._draw_offers()

    # Looking.

    @on(Input.Submitted)
    def _entered(self) -> None:
        address = self.query_one("#address", Input).value.strip()
        if not address:
            self.query_one("#address", Input).focus()
        elif address != self._address:
            self._look(address)
        elif self._offering is not None:
            self._take()
        elif self._child is None:
            self._look(address)

    @on(Input.Changed, "#address")
    def _other_address(self, event: Input.Changed) -> None:
        if self._offering is not None and event.value.strip() != self._address:
            self._stop()

    @work(exclusive=True)
    async def _look(self, address: str) -> None:
        self._stop()
        self._address = address
        self._work(f"Looking at {address}")
        child = self._child = Child(self._program, "add", "--events", "--ask", "--", address, answers=True)
        came: list[dict[str, Any]] = []
        async for event in child.events():
            if self._child is not child or not self.is_current:
                return  # stopped, or left, while it was being looked at
            match event.get("event"):
                case "looking":
                    self._doing = str(event["message"])
                case "offer":
                    self._offer(Offering.told(event))
                case _:
                    came.append(event)
        if self._child is not child or not self.is_current:
            return
        self._stop()
        if came and not all(event["event"] == "failed" for event in came):
            self.dismiss(done(came))
        else:
            self._tell(result(came) or child.complaint or "That did not work. Try again.")

    def _stop(self) -> None:
        """Let go of what is looked at, and go back to typing."""
        child, self._child, self._offering = self._child, None, None
        if child is not None:
            child.stop()
        if self._turn is not None:
            self._turn.pause()
        if self.query_one(Offers).has_focus:
            self.query_one("#address", Input).focus()
        self.query_one(Offers).display = self.query_one("#preview").display = False
        self._keys(TYPING)

    def _work(self, words: str) -> None:
        """Show that something goes on."""
        self._doing = words
        if self._turn is not None:
            self._turn.resume()
        self._turned()
        self._keys(LOOKING)

    def _turned(self) -> None:
        self._turns += 1
        self._tell(f"{TURNING[self._turns % len(TURNING)]} {self._doing}")

    # Choosing.

    def _offer(self, offering: Offering) -> None:
        self._offering = offering
        if self._turn is not None:
            self._turn.pause()
        self._tell(offering.message)
        self._keys(offering.keys)
        offers = self.query_one(Offers)
        offers.clear_options()
        offers.add_options(Option(self._row(number)) for number in range(len(offering.candidates)))
        offers.display = self.query_one("#preview").display = True
        offers.highlighted = 0
        offers.focus()
        self._preview()

    def _draw_offers(self) -> None:
        assert self._offering is not None
        for number in range(len(self._offering.candidates)):
            self.query_one(Offers).replace_option_prompt_at_index(number, self._row(number))

    def _row(self, number: int) -> Content:
        assert self._offering is not None
        box = self._offering.box(number)
        details = self._offering.details(number, self._clock, self._signs.dot)
        return Content.assemble(
            box + self._set(self._offering.title(number), len(box)),
            "\n",
            (" " * len(box[:4]) + self._set(details, len(box)), "$foreground 65%"),
        )

    @on(Offers.OptionHighlighted)
    def _preview(self) -> None:
        number = self.query_one(Offers).highlighted
        if self._offering is None or number is None:
            return
        dot = f"{self._signs.dot} "
        lines = [dot + self._set(one, len(dot)) for one in self._offering.headlines(number)]
        words = "\n".join(lines) or self._wrapped(self._offering.beginning(number))
        self.query_one("#preview", Static).update(Content(words))

    @on(Offers.Marked)
    def _marked(self) -> None:
        number = self.query_one(Offers).highlighted
        if self._offering is not None and self._offering.several and number is not None:
            self._offering = self._offering.toggled(number)
            self._draw_offers()

    @on(Offers.OptionSelected)
    def _take(self) -> None:
        """Ask for what is chosen; the process that looked at it adds it."""
        if self._offering is None or self._child is None:
            return
        taken = self._offering.taken(self.query_one(Offers).highlighted or 0)
        self._offering = None
        self._work("Adding it")
        self._child.answer({"take": taken, "folder": self.query_one("#folder", Input).value.strip()})

    # Drawing.

    @property
    def _room(self) -> int:
        """Columns of a line of the dialog, less what a scrollbar takes."""
        return max(20, self.query_one(Vertical).content_size.width - 2)

    def _set(self, words: str, used: int = 0) -> str:
        """Return words as they are drawn on the rest of a line, of which so many columns are used."""
        return shown(fit_line(words, self._room - used, measure, self._rtl, self._signs.ellipsis).text)

    def _wrapped(self, words: str) -> str:
        """Return words as they are drawn on several lines."""
        return "\n".join(map(shown, set_lines(words, self._room, self._rtl)))

    def _tell(self, words: str) -> None:
        self.query_one("#told", Static).update(Content("\n".join(map(shown, telling(words, self._room, self._rtl)))))

    def _keys(self, words: str) -> None:
        self.query_one(Vertical).border_subtitle = words

    def action_leave(self) -> None:
        if self._child is None:
            self.dismiss(None)
            return
        self._stop()
        self._address = ""
        self._tell(HINT)
        self.query_one("#address", Input).focus()

    def on_unmount(self) -> None:
        if self._child is not None:
            self._child.stop()
