"""The screen of accounts: their state, and the changes that are not on their server yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from roya_tui.model import Account, PendingChange
from roya_tui.presentation.accounts import (
    NO_ACCOUNTS,
    account_headings,
    account_row,
    change_row,
    describe_account,
    describe_changes,
    filter_changes,
)
from roya_tui.presentation.source_status import TimeContext
from roya_tui.store.sync import accounts, outbox
from roya_tui.translation import format_number, gettext
from roya_tui.ui import action_table
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.screens.overlay import ItemTable, TableHeadings, TableScreen
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import InterfaceText
from roya_tui.ui.widgets.row_list import RowList, RowSegment
from roya_tui.ui.widgets.status_bar import TooSmall

CHECK_SECONDS = 1.0
"""Seconds between two checks whether the database changed."""
AGE_SECONDS = 60.0
"""Seconds after which ages are updated."""
MAX_ROWS = 5
"""Accounts that are visible at once; more scroll."""


class AccountTable(ItemTable[Account]):
    """A table with one row per account."""

    now = 0
    """The time for which the rows are shown, in UTC seconds."""

    def item_segments(self, item: Account, width: int) -> list[RowSegment]:
        return account_row(item, width, self._icons, self.now, measure, self.rtl)


class ChangeTable(ItemTable[PendingChange]):
    """A table with one row per pending change."""

    times: TimeContext

    def item_segments(self, item: PendingChange, width: int) -> list[RowSegment]:
        return change_row(item, width, self._icons, self.times, measure, self.rtl)


class AccountsScreen(TableScreen[ChangeTable]):
    """All accounts, with details and the latest pending changes of the one under the cursor."""

    BINDINGS: ClassVar = action_table.make_bindings("accounts")
    context = "accounts"
    AUTO_FOCUS = "#accounts"

    DEFAULT_CSS = """
    AccountsScreen { background: $background; color: $foreground; }
    AccountsScreen #accounts { background: $background; }
    AccountsScreen #details { height: auto; max-height: 6; padding: 0 2; background: $panel; }
    AccountsScreen #heading { height: auto; max-height: 2; padding: 0 2; margin: 1 0 0 0; color: $foreground 70%; }
    AccountsScreen #pending { height: 1fr; margin: 0 0 1 0; background: $background; }
    """

    def __init__(self, controllers: Controllers, run_on_main: Callable[[str], None]) -> None:
        super().__init__(controllers, run_on_main, gettext("a title, or a change such as starred"))
        self._controllers = controllers
        self._changes: Sequence[PendingChange] = ()
        self._shown_version = -1
        """The version of the database that is shown."""
        self.accounts = AccountTable(self.services.icons, self._rtl, self._show_account, id="accounts")
        self.accounts.empty_text = gettext(NO_ACCOUNTS)
        self.table = ChangeTable(self.services.icons, self._rtl, lambda: None, id="pending")
        self.details = InterfaceText(rtl=self._rtl, id="details")
        self.heading = InterfaceText(rtl=self._rtl, id="heading")

    def compose(self) -> ComposeResult:
        yield from (self.top, TableHeadings(account_headings, self._rtl), self.accounts, self.details, self.heading)
        yield from (self.table, self.bottom, self.filter_bar, TooSmall(self._rtl))

    def on_mount(self) -> None:
        self.reload()
        self.set_interval(CHECK_SECONDS, self._check_for_changes)
        self.set_interval(AGE_SECONDS, self.reload)

    # Content.

    def _check_for_changes(self) -> None:
        if self.services.database.version != self._shown_version:
            self.reload()

    def reload(self) -> None:
        """Show the accounts and changes that the database has now."""
        self._shown_version = self.services.database.version
        listed = self.services.database.read_now(accounts.list_all)
        self.accounts.now = self.services.now()
        self.accounts.styles.height = max(1, min(len(listed), MAX_ROWS))
        self.accounts.show(listed)
        numbers = [format_number(len(listed), ",")] if listed else []
        self.top.counts = f" {self.services.icons.dot} ".join([gettext("Accounts"), *numbers])

    def _show_account(self) -> None:
        """Show the details and the pending changes of the account under the cursor."""
        account, services = self.accounts.current, self.services
        self.accounts.display = self.heading.display = self.table.display = account is not None
        if account is None:
            self.details.show(gettext(NO_ACCOUNTS))
            return
        self.table.times = times = TimeContext(services.now(), services.clock)
        lines = describe_account(account, times, services.icons.dot, services.key("refresh"))
        self.details.show("\n".join(lines))
        self._changes = services.database.read_now(outbox.list_pending, account.id)
        self.heading.show(describe_changes(self._changes, account.pending_marks))
        self.heading.display = bool(self._changes)
        self.show_rows()

    def show_rows(self) -> None:
        """Show the pending changes that match the filter."""
        self.table.empty_text = gettext("No pending changes.")
        if self._changes:
            self.table.empty_text = gettext("No pending changes match. esc: show all")
        self.table.show(filter_changes(self._changes, self.filter_words))

    # Keys.

    @on(RowList.Opened)
    def action_refresh(self) -> None:
        """Sync the account under the cursor."""
        if account := self._current_account():
            self._controllers.refresh.sync_account(account.id, account.label)

    def action_undo_change(self) -> None:
        change = self.table.current
        if not self._current_account():
            return
        if change is None:
            self.bottom.show_message(self.table.empty_text)
        elif self.focused is not self.table:
            self.bottom.show_message(gettext("Go to a pending change first. tab: pending changes"))
        else:
            self._controllers.marks.undo_pending(change.id)

    def action_next_pane(self) -> None:
        if self._current_account():
            self.set_focus(self.accounts if self.focused is self.table else self.table)

    action_previous_pane = action_next_pane

    def action_leave_accounts(self) -> None:
        if self.is_current and not self.clear_filter():
            self.dismiss()

    def _current_account(self) -> Account | None:
        """Return the account under the cursor; show a message if there are none."""
        if self.accounts.current is None:
            self.bottom.show_message(self.accounts.empty_text)
        return self.accounts.current
