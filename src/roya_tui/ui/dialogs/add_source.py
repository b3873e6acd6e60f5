"""The dialog that adds a source, after a child process checked the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from roya_tui.clock import Clock
from roya_tui.layout.one_line import fit_line
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.source_offer import AddResult, SourceOffer, describe_result, summarize
from roya_tui.translation import gettext, gettext_noop, is_right_to_left
from roya_tui.ui.dialogs.dialog import Dialog, show_sentence, wrap_text
from roya_tui.ui.processes.child_process import ChildProcess
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import InterfaceText, draw_hints, draw_label
from roya_tui.ui.widgets.key_buttons import assemble
from roya_tui.ui.widgets.text_input import TextInput

ADDRESS_EXAMPLE, FOLDER_EXAMPLE = "https://example.com/feed", "News/Jordan"
HINT = gettext_noop("Type an address, or the path of a file or folder. Example: {example}")
TYPING_HELP = gettext_noop("enter check   tab next   esc cancel")
SPINNER = "|/-\\"
SPINNER_SECONDS = 0.15
_BOX = "box"
"""Metadata key that marks the style of a checkbox."""
LOW_HEIGHT = 26
"""Lines of the screen below which the dialog is compact."""


class OfferList(OptionList):
    """The feeds that were found at the address."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark"),
        Binding("j", "cursor_down"),
        Binding("k", "cursor_up"),
    ]

    class Toggled(Message):
        """The row under the cursor was selected or deselected."""

    def action_mark(self) -> None:
        self.post_message(self.Toggled())

    async def _on_click(self, event: events.Click) -> None:
        number = event.style.meta.get("option")
        if number is not None and event.style.meta.get(_BOX):
            event.prevent_default()  # which would add the feed
            self.highlighted = number
            self.action_mark()


class AddSource(Dialog[AddResult]):
    """Asks for an address and optionally a folder; returns what was added, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave")]

    DEFAULT_CSS = """
    AddSource > Vertical { max-height: 96%; }
    AddSource OfferList {
        height: auto; max-height: 10; display: none; background: $panel; border: none; padding: 0;
    }
    AddSource OfferList:focus { border: none; }
    AddSource #message { height: auto; max-height: 4; color: $foreground 80%; }
    AddSource #preview { height: auto; max-height: 5; display: none; color: $foreground 70%; }
    AddSource.-low Input { border: none; height: 1; padding: 0; }
    AddSource.-low OfferList { max-height: 6; }
    AddSource.-low #preview { max-height: 2; }
    """

    def __init__(
        self, program: tuple[str, ...], folders: Sequence[str], clock: Clock, icons: Icons, rtl: str, address: str = ""
    ) -> None:
        """`address` is checked at once if it is not empty."""
        super().__init__(rtl)
        self._initial_address = address
        self._program = program
        self._folders = folders
        self._clock = clock
        self._icons = icons
        self._child: ChildProcess | None = None
        self._offer: SourceOffer | None = None
        self._is_adding = False
        self._address = ""
        """The address that is being checked, or was last."""
        self._activity = ""
        self._spinner: Timer | None = None
        self._spinner_step = 0

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(draw_label(gettext("Add a source"), self._rtl))
            box.border_subtitle = draw_hints(gettext(TYPING_HELP), self._rtl)
            yield TextInput(self._initial_address, rtl=self._rtl, force_ltr=True, placeholder="https://", id="address")
            suggester = SuggestFromList(self._folders, case_sensitive=False)
            hint = gettext("Folder (optional), such as {example}", example=FOLDER_EXAMPLE)
            yield TextInput(rtl=self._rtl, placeholder=hint, id="folder", suggester=suggester)
            yield InterfaceText(gettext(HINT, example=ADDRESS_EXAMPLE), rtl=self._rtl, id="message")
            yield OfferList(id="offers")
            yield Static(id="preview")

    def on_mount(self) -> None:
        self._spinner = self.set_interval(SPINNER_SECONDS, self._spin, pause=True)
        if self._initial_address:
            self._check(self._initial_address)

    def on_resize(self) -> None:
        self.set_class(self.app.size.height < LOW_HEIGHT, "-low")
        if self._offer is not None:
            self._redraw_offers()

    # Checking the address.

    @on(Input.Submitted)
    def _entered(self) -> None:
        address = self.query_one("#address", Input).value.strip()
        if not address:
            self.query_one("#address", Input).focus()
        elif address != self._address:
            self._check(address)
        elif self._offer is not None:
            self._add_selected()
        elif self._child is None:
            self._check(address)

    @on(Input.Changed, "#address")
    def _address_changed(self, event: Input.Changed) -> None:
        """Stop the check of an address that is no longer shown."""
        if self._child is not None and not self._is_adding and event.value.strip() != self._address:
            self._stop_checking()
            self._show_text(gettext("The address has changed. enter: check it"))

    @work(exclusive=True)
    async def _check(self, address: str) -> None:
        self._stop_checking()
        self._address = address
        self._show_activity(gettext("Checking {address}", address=address))
        child = self._child = ChildProcess(self._program, "add", "--events", "--ask", "-", accepts_input=True)
        child.send_line(address)  # not an argument: ps would show the password in it
        results: list[dict[str, Any]] = []
        async for event in child.events():
            if self._child is not child or not self.is_current:
                return  # the check was stopped or the dialog closed
            match event.get("event"):
                case "looking":
                    self._activity = str(event["message"])
                case "offer" if not self._is_adding:
                    self._show_offer(SourceOffer.from_event(event))
                case "offer":
                    pass  # the page was chosen just before the feeds were found
                case _:
                    results.append(event)
        if self._child is not child or not self.is_current:
            return
        self._stop_checking()
        if results and not all(event["event"] == "failed" for event in results):
            self.dismiss(summarize(results))
        else:
            self._show_text(
                describe_result(results) or child.error_text or gettext("The check failed. Press enter to try again.")
            )

    def _stop_checking(self) -> None:
        """Stop the check, and return to the address."""
        child, self._child, self._offer = self._child, None, None
        self._set_adding(False)
        if child is not None:
            child.stop()
        if self._spinner is not None:
            self._spinner.pause()
        if self.query_one(OfferList).has_focus:
            self.query_one("#address", Input).focus()
        self.query_one(OfferList).display = self.query_one("#preview").display = False
        self.query_one(Vertical).border_subtitle = draw_hints(gettext(TYPING_HELP), self._rtl)

    def _set_adding(self, is_adding: bool) -> None:
        """Note that the feeds are being added; meanwhile address and folder cannot be changed."""
        self._is_adding = is_adding
        for field in self.query(Input):
            field.disabled = is_adding

    def _show_activity(self, words: str) -> None:
        """Show `words` with a spinner."""
        self._activity = words
        if self._spinner is not None:
            self._spinner.resume()
        self._spin()
        self.query_one(Vertical).border_subtitle = draw_hints(gettext("esc stop"), self._rtl)

    def _spin(self) -> None:
        self._spinner_step += 1
        self._show_text(f"{SPINNER[self._spinner_step % len(SPINNER)]} {self._activity}")

    # Selecting.

    def _show_offer(self, offer: SourceOffer) -> None:
        """Show an offer; if the page was offered before, the others are added below it."""
        offers, is_first = self.query_one(OfferList), self._offer is None
        self._offer = offer if self._offer is None else offer.with_selection_of(self._offer)
        if not offer.is_searching:
            if self._spinner is not None:
                self._spinner.pause()
            self._show_text(offer.message)
        self.query_one(Vertical).border_subtitle = draw_hints(offer.key_help, self._rtl)
        if is_first:
            offers.clear_options()
        offers.add_options(
            Option(self._offer_row(number)) for number in range(offers.option_count, len(offer.candidates))
        )
        self._redraw_offers()
        if is_first:
            offers.display = self.query_one("#preview").display = True
            offers.highlighted = 0
            offers.focus()
            self._show_preview()

    def _redraw_offers(self) -> None:
        assert self._offer is not None
        for number in range(len(self._offer.candidates)):
            self.query_one(OfferList).replace_option_prompt_at_index(number, self._offer_row(number))

    def _offer_row(self, number: int) -> Content:
        assert self._offer is not None
        box = self._offer.checkbox(number)
        mark = draw_label(box.rstrip(), self._rtl)
        sign = assemble(Content(mark), Content(" " * (len(box) - len(mark))))
        title = assemble(
            sign.stylize(Style.from_meta({_BOX: self._offer.has_several})),
            Content(self._fit_line(self._offer.title(number), len(box))),
        )
        details = self._offer.details(number, self._clock, self._icons.dot)
        if is_right_to_left():
            details = draw_label(details, self._rtl, self._line_width - len(box))
        else:
            details = self._fit_line(details, len(box))
        below = assemble(Content(" " * len(box[:4])), Content.styled(details, "$foreground 65%"))
        return Content.assemble(title, "\n", below)

    @on(OfferList.OptionHighlighted)
    def _show_preview(self) -> None:
        number = self.query_one(OfferList).highlighted
        if self._offer is None or number is None:
            return
        dot, space = Content(self._icons.dot), Content(" ")
        headlines = [Content(self._fit_line(headline, 2)) for headline in self._offer.headlines(number)]
        excerpt = wrap_text(self._offer.excerpt(number), self._line_width, self._rtl)
        lines = [assemble(dot, space, headline) for headline in headlines] or [
            Content(display_text(line)) for line in excerpt
        ]
        self.query_one("#preview", Static).update(Content("\n").join(lines))

    @on(OfferList.Toggled)
    def _toggle_current(self) -> None:
        number = self.query_one(OfferList).highlighted
        if self._offer is not None and self._offer.has_several and number is not None:
            self._offer = self._offer.with_toggled(number)
            self._redraw_offers()

    @on(OfferList.OptionSelected)
    def _add_selected(self) -> None:
        """Add the selected feeds, in the process that checked the address, if that is still the address shown."""
        if self._offer is None or self._child is None:
            return
        if (address := self.query_one("#address", Input).value.strip()) != self._address:
            self._check(address)
            return
        numbers = self._offer.chosen_numbers(self.query_one(OfferList).highlighted or 0)
        self._set_adding(True)
        self._offer = None
        self._show_activity(gettext("Adding…"))
        self._child.send_last({"take": numbers, "folder": self.query_one("#folder", Input).value.strip()})

    # Drawing.

    @property
    def _line_width(self) -> int:
        """Columns of a line of the dialog, without the scrollbar."""
        return max(20, self.query_one(Vertical).content_size.width - 2)

    def _fit_line(self, words: str, used: int = 0) -> str:
        """Return `words` as drawn on a line of which `used` columns are taken."""
        return display_text(fit_line(words, self._line_width - used, measure, self._rtl, self._icons.ellipsis).text)

    def _show_text(self, text: str) -> None:
        show_sentence(self.query_one("#message", InterfaceText), text, self._line_width, self._rtl)

    def action_leave(self) -> None:
        if self._child is None:
            self.dismiss(None)
            return
        self._stop_checking()
        self._address = ""
        self._show_text(gettext(HINT, example=ADDRESS_EXAMPLE))
        self.query_one("#address", Input).focus()

    def on_unmount(self) -> None:
        if self._child is not None:
            self._child.stop()
