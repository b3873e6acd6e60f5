"""Adding a source: an address, a page that offers feeds, or a path. Another process looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from roya_tui.ui.cells import shown
from roya_tui.ui.child import Child
from roya_tui.ui.dialogs.dialog import Dialog

HINT = "The address of a feed, of a page that offers one, or the path of a file or folder."


class AddSource(Dialog[str]):
    """Asks for an address and, if one likes, a folder; answers with the sentence of what was added, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Back")]

    DEFAULT_CSS = """
    AddSource { align: center middle; }
    AddSource > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 96%; border: round $accent; background: $surface;
        padding: 0 2;
    }
    AddSource Input { border: tall $border-blurred; margin-bottom: 0; }
    AddSource Input:focus { border: tall $primary; }
    AddSource OptionList {
        height: auto; max-height: 8; display: none; background: $panel; border: none;
    }
    AddSource #told { height: auto; color: $foreground 80%; }
    """

    def __init__(self, program: tuple[str, ...], folders: Sequence[str]) -> None:
        super().__init__()
        self._program = program
        self._folders = folders
        self._child: Child | None = None
        self._offered: list[dict[str, Any]] = []

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Add a source"
            box.border_subtitle = "enter adds, esc goes back"
            yield Input(placeholder="https://", id="address")
            yield Input(
                placeholder="folder (optional)",
                id="folder",
                suggester=SuggestFromList(self._folders, case_sensitive=False),
            )
            yield OptionList(id="offers")
            yield Static(Content(HINT), id="told")

    @on(Input.Submitted)
    def _entered(self) -> None:
        address = self.query_one("#address", Input).value.strip()
        if address:
            self._add(address)
        else:
            self.query_one("#address", Input).focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._add(str(self._offered[event.option_index]["url"]))

    @work(exclusive=True)
    async def _add(self, address: str) -> None:
        self._tell(f"Looking at {address}")
        folder = self.query_one("#folder", Input).value.strip()
        words = ["add", "--events", *(("--folder", folder) if folder else ()), "--", address]
        child = self._child = Child(self._program, *words)
        answer: dict[str, Any] = {}
        async for event in child.events():
            answer = event
        self._child = None
        if not self.is_current:
            return  # left while it was being looked at
        match answer.get("event"):
            case "added" | "known" | "later":
                self.dismiss(str(answer["message"]))
            case "choose":
                self._offer(answer)
            case _:
                self._tell(str(answer.get("message") or child.complaint or "That did not work. Try again."))

    def _offer(self, answer: dict[str, Any]) -> None:
        self._offered = list(answer["candidates"])
        offers = self.query_one("#offers", OptionList)
        offers.clear_options()
        for one in self._offered:
            words = " - ".join(part for part in (one.get("title"), one.get("kind"), one["url"]) if part)
            offers.add_option(Option(Content(shown(words))))
        offers.display = True
        offers.highlighted = 0
        self.set_focus(offers)
        self._tell(str(answer["message"]))

    def _tell(self, words: str) -> None:
        self.query_one("#told", Static).update(Content(shown(words)))

    def action_leave(self) -> None:
        if self._child is not None:
            self._child.stop()
        self.dismiss(None)
