"""The source status screen: a table of all sources, and the details of one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult

from roya_tui.config import settings_for
from roya_tui.config.validators import (
    LONGEST_INTERVAL,
    MAX_PER_DAY,
    SHORTEST_INTERVAL,
    InvalidValue,
    source_interval,
    zone,
)
from roya_tui.model import Source, SourceStatus, display_address
from roya_tui.presentation.source_status import PROBLEMS, TimeContext, next_check_sentence
from roya_tui.presentation.source_status_view import ORDERS, detail_rows, filter_sources, sort_sources
from roya_tui.refresh.source_status import assess, load_all
from roya_tui.sources.urls import normalize
from roya_tui.store.sources import status as stored_status
from roya_tui.store.sources import subscriptions
from roya_tui.text import normalize_folder, one_line, sort_key
from roya_tui.translation import gettext, gettext_noop, join_sentences, ngettext
from roya_tui.ui import action_table
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.database import Interrupted
from roya_tui.ui.dialogs.prompts import TextPrompt
from roya_tui.ui.screens.overlay import TableScreen
from roya_tui.ui.services import Services
from roya_tui.ui.widgets.row_list import RowList
from roya_tui.ui.widgets.source_table import HookFailures, SourceDetails, SourceHeadings, SourceTable
from roya_tui.ui.widgets.status_bar import TooSmall

CHECK_SECONDS = 1.0
"""Seconds between two checks whether the database changed."""
IDLE_FACTOR = 4
"""During a refresh, pause at least this many times as long as the last reload took."""
MAX_AGE_SECONDS = 60
"""Seconds after which ages are updated."""

T = TypeVar("T")

SUGGESTION_TEXTS = {
    "refresh": gettext_noop("check now"),
    "address": gettext_noop("change address"),
    "remove": gettext_noop("remove"),
    "browser": gettext_noop("open web page"),
    "interval": gettext_noop("check less often"),
    "pause": gettext_noop("resume"),
}
"""The suggested actions, shown after their keys."""
_NO_SOURCES = gettext_noop("No sources. Press a to add one.")
_NO_MATCHES = gettext_noop("No sources match. esc: show all")
_SORTED = {
    "problem": gettext_noop("Sorted by problem."),
    "name": gettext_noop("Sorted by name."),
    "frequency": gettext_noop("Sorted by frequency."),
    "success": gettext_noop("Sorted by last success."),
}


class SourceStatusScreen(TableScreen[SourceTable]):
    """A table of all sources, and beside or below it the details of the one under the cursor."""

    BINDINGS: ClassVar = action_table.make_bindings("status")
    context = "status"
    AUTO_FOCUS = "#sources"

    def __init__(self, controllers: Controllers, run_on_main: Callable[[str], None], first_source: int = 0) -> None:
        """`first_source` is the id of the source to select first; 0 is the first row."""
        super().__init__(controllers, run_on_main, gettext("a name, an address, a folder or a state"))
        self._controllers = controllers
        self._first_source = first_source
        self._order = ORDERS[0]
        self.statuses: Sequence[SourceStatus] = ()
        """The status of each source, also of those that the filter hides, in the order of the rows."""
        self._row_order: dict[int, int] = {}
        """The row of each source id since the last sort; a source that returns gets its row again."""
        self._is_complete = False
        self._duplicates: dict[int, tuple[int, ...]] = {}
        self._shown_version = -1
        """The version of the database that is shown."""
        self._loaded_at = self._load_seconds = 0.0
        self._is_stale = self._is_loading = False
        ascii = self.services.config.look.ascii
        self.headings = SourceHeadings(self._order, self._rtl, id="headings")
        self.hook_failures = HookFailures(self._rtl)
        self.table = SourceTable(self.services.icons, self._rtl, self._show_details, ascii=ascii, id="sources")
        self.details = SourceDetails(self._rtl, ascii=ascii, id="page")

    def compose(self) -> ComposeResult:
        yield from (self.top, self.hook_failures, self.headings, self.table, self.details)
        yield from (self.bottom, self.filter_bar, TooSmall(self._rtl))

    def on_mount(self) -> None:
        """Show the sources of the sidebar at once; statistics follow from a thread."""
        sources = self._panes.sidebar.model.sources
        if sources:
            self.show(assess(sources, {}, self.services.config, self._time_context(), offline=self.state.offline))
        self.call_after_refresh(self.reload)  # a busy thread would delay the first frame
        self.set_interval(CHECK_SECONDS, self._check_for_changes)

    def _time_context(self) -> TimeContext:
        return TimeContext(self.services.now(), self.services.clock)

    # Content.

    def reload(self) -> None:
        """Load the status of all sources in a thread, one load at a time."""
        self._is_stale = True
        if not self._is_loading:
            self._is_loading = True
            self._reload()

    @work(exit_on_error=False, group="health")
    async def _reload(self) -> None:
        try:
            while self._is_stale:
                self._is_stale = False
                with suppress(Interrupted):  # a more urgent query interrupted it; the next check reloads
                    await self._load_once()
        finally:
            self._is_loading = False

    async def _load_once(self) -> None:
        self._loaded_at = start = monotonic()
        version = self.services.database.version
        self.hook_failures.lines = await _load_hook_failures(self.services)
        self.show(await self._load_statuses())
        duplicates = await self.services.database.count(stored_status.find_duplicates)
        if duplicates != self._duplicates:
            self._duplicates = duplicates
            self.show(await self._load_statuses())
        self._is_complete = True
        self._shown_version, self._loaded_at, self._load_seconds = version, monotonic(), monotonic() - start

    async def _load_statuses(self) -> list[SourceStatus]:
        config, context, offline = self.services.config, self._time_context(), self.state.offline
        return await self.services.database.count(load_all, config, context, self._duplicates, offline=offline)

    def _check_for_changes(self) -> None:
        if self._is_loading:
            return
        age = monotonic() - self._loaded_at
        if age > MAX_AGE_SECONDS or (
            self.services.database.version != self._shown_version and age > IDLE_FACTOR * self._load_seconds
        ):
            self.reload()

    def show(self, statuses: Sequence[SourceStatus]) -> None:
        """Show the status of sources. After the first full load, rows move only when sorted."""
        rows, target_id = self._sorted(statuses, resort=not self._is_complete), self._first_source
        if not (self._is_complete or target_id or self.table.cursor) and rows:
            target_id = rows[0].source.id  # the user has not moved the cursor yet
        self.statuses = rows
        self.show_rows(target_id)
        if any(status.source.id == target_id for status in rows):
            self._first_source = 0
        problems = sum(status.state in PROBLEMS for status in statuses)
        summary = gettext("no problems")
        if problems:
            summary = ngettext("{count:,} with a problem", "{count:,} with problems", problems)
        counted = ngettext("{count:,} source", "{count:,} sources", len(statuses))
        parts = [gettext("Source status"), *([counted, summary] if statuses else [])]
        self.top.counts = f" {self.services.icons.dot} ".join(parts)

    def show_rows(self, source_id: int | None = None) -> None:
        """Show the sources that match the filter, with the cursor on `source_id` or the same source as before."""
        rows = filter_sources(self.statuses, self.filter_words)
        self.table.empty_text = gettext(_NO_MATCHES) if self.statuses else gettext(_NO_SOURCES)
        self.table.show(rows, self.services.now(), source_id)

    def show_changed_source(self, id: int) -> None:
        """Show a change of one source at once; a full reload takes a while."""
        source = self.services.database.read_now(subscriptions.get, id)
        statistics = {status.source.id: status.statistics for status in self.statuses if status.source.id == id}
        if source is not None:
            offline = self.state.offline
            others = [status for status in self.statuses if status.source.id != id]
            context, named = self._time_context(), [status.source for status in others]
            changed = assess([source], statistics, self.services.config, context, offline=offline, others=named)
            self.show([*changed, *others])

    def sort(self, order: str) -> None:
        """Show the sources in one of `ORDERS`, from the top."""
        self._order = order
        self.headings.show_order(order)
        self.statuses = self._sorted(self.statuses, resort=True)
        self.show_rows()
        self.table.action_first()
        self.bottom.show_message(gettext(_SORTED[order]))

    def _sorted(self, statuses: Sequence[SourceStatus], *, resort: bool) -> list[SourceStatus]:
        rows = sort_sources(statuses, self._order)
        if resort:
            self._row_order = {}
        for status in rows:
            self._row_order.setdefault(status.source.id, len(self._row_order))
        return sorted(rows, key=lambda status: self._row_order[status.source.id])

    def action_order(self) -> None:
        self.sort(ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)])

    def _show_details(self) -> None:
        """Show the details of the source under the cursor."""
        status = self.table.current
        if status is None:
            self.details.show(0, ())
            return
        services = self.services
        attempts = services.database.read_now(stored_status.list_attempts, status.source.id)
        rows = detail_rows(
            status,
            attempts,
            self._suggestion_text(status),
            self._time_context(),
            services.config.refresh.every,
            dot=services.icons.dot,
            failed=services.icons.failed,
            ascii=services.config.look.ascii,
            per_day=settings_for(services.config, status.source).per_day,
        )
        self.details.show(status.source.id, rows)

    def _suggestion_text(self, status: SourceStatus) -> str:
        """Return the suggested actions with their keys."""
        suggestions = []
        for name in status.suggestions:
            if name == "browser" and not status.source.homepage:
                continue
            text = gettext(SUGGESTION_TEXTS[name])
            if (name, status.state) == ("address", "moved"):
                text = gettext("adopt new address")
            suggestions.append(f"{action_table.key_label_of(self.services.keymap, name)} {text}")
        return f" {self.services.icons.dot} ".join(suggestions)

    # Keys.

    def on_descendant_focus(self) -> None:
        self.set_class(self.focused is self.details, "-in-page")

    @on(RowList.Opened, "#sources")
    def _opened(self) -> None:
        self.set_focus(self.details)

    def action_next_pane(self) -> None:
        self.set_focus(self.table if self.focused is self.details else self.details)

    action_previous_pane = action_next_pane

    def action_back(self) -> None:
        if self.focused is self.details:
            self.set_focus(self.table)
        elif self.is_current and not self.clear_filter():
            self.dismiss()

    action_collapse = action_back

    def action_source_status(self) -> None:
        if self.is_current:
            self.dismiss()

    @on(SourceHeadings.SortRequested)
    def _heading_clicked(self, message: SourceHeadings.SortRequested) -> None:
        self.sort(message.order)

    def action_refresh(self) -> None:
        if source := self._current_source():
            self._controllers.refresh.refresh_source(source)

    def action_remove(self) -> None:
        if source := self._current_source():
            self.show([status for status in self.statuses if status.source.id != source.id])
            self._controllers.sources.remove(source)

    def action_browser(self) -> None:
        source = self._current_source()
        if source and source.homepage:
            self._controllers.links.open(source.homepage)
        elif source:
            self.bottom.show_message(gettext("This source has no web page."))

    def action_copy_link(self) -> None:
        from roya_tui.sources.hosts import display_url

        if source := self._current_source():
            self.app.copy_to_clipboard(source.url if source.is_local else display_url(source.url))
            self.bottom.show_message(gettext("Copied {address}", address=display_address(source.url)))

    def _current_source(self) -> Source | None:
        """Return the source under the cursor; show a message if there are no sources."""
        if self.table.current is None:
            self.bottom.show_message(self.table.empty_text)
            return None
        return self.table.current.source

    # Editing.

    def action_pause(self) -> None:
        source = self._current_source()
        if source is None:
            return
        resumed = gettext("Resumed “{title}”.", title=source.label)
        paused = gettext("Paused “{title}”.", title=source.label)
        self._set_paused(source, resumed if source.paused else paused, paused=not source.paused)

    def action_rename(self) -> None:
        if source := self._current_source():
            title = source.title or display_address(source.url)
            hint = gettext("Empty: its own name, {title}", title=title)
            self._prompt(
                gettext("Rename source"), hint, source.label, one_line, lambda name: self._rename(source, name)
            )

    async def _rename(self, source: Source, name: str) -> None:
        name = "" if name == source.title else name
        shown = name or source.title or display_address(source.url)
        await self._change(source, gettext("Renamed “{old}” to “{new}”.", old=source.label, new=shown), name=name)

    def action_folder(self) -> None:
        if source := self._current_source():
            folders = {status.source.folder for status in self.statuses if status.source.folder}
            self._prompt(
                gettext("Move source to folder"),
                gettext("Type a folder or subfolder, such as News/Jordan. Empty: no folder"),
                source.folder,
                normalize_folder,
                lambda folder: self._change(source, _folder_message(source, folder), folder=folder),
                suggestions=sorted(folders, key=sort_key),
            )

    def action_interval(self) -> None:
        if source := self._current_source():
            default = _format_interval(self.services.config.refresh.every)
            hint = gettext("From {least} to {most}, such as 2h or 1d. Empty: {default}", **_INTERVALS, default=default)
            self._prompt(
                gettext("Check interval"),
                hint,
                _format_interval(source.interval),
                _parse_interval,
                lambda seconds: self._change(
                    source,
                    gettext(
                        "“{title}” is checked every {interval}.",
                        title=source.label,
                        interval=_format_interval(seconds) or default,
                    ),
                    interval=seconds,
                ),
            )

    def action_per_day(self) -> None:
        if source := self._current_source():
            default = settings_for(self.services.config, source).per_day
            hint = gettext("Newest articles per day, such as 3. 0: only a count. Empty: all")
            if default is not None:
                hint = gettext(
                    "Newest articles per day, such as 3. 0: only a count. Empty: {default} (config.toml)",
                    default=default,
                )
            self._prompt(
                gettext("Articles per day"),
                hint,
                "" if source.per_day is None else str(source.per_day),
                _parse_limit,
                lambda limit: self._change(source, _limit_message(source, limit, default), per_day=limit),
            )

    def action_time_zone(self) -> None:
        if source := self._current_source():
            self._prompt(
                gettext("Time zone"),
                gettext("Time zone for times without a zone, such as Asia/Amman. Empty: UTC"),
                source.zone,
                _parse_zone,
                lambda zone: self._change(source, subscriptions.describe_zone(source.label, zone), zone=zone),
            )

    def action_address(self) -> None:
        source = self._current_source()
        if source is None:
            return
        if source.is_local or source.is_saved_pages:
            self.bottom.show_message(gettext("This source has no web address. Press a to add another one."))
            return
        moved = source.moved_to if source.moved_to != source.url else ""
        hint = gettext("Current: {address}", address=display_address(source.url))
        if moved:
            hint = gettext("The source reports this new address.") + " " + hint
        self._prompt(
            gettext("Change address"),
            hint,
            moved or source.url,
            normalize,
            lambda url: self._change(source, gettext("Changed the address of “{title}”.", title=source.label), url=url),
        )

    def _prompt(
        self,
        title: str,
        hint: str,
        value: str,
        parse: Callable[[str], T],
        save: Callable[[T], Coroutine[Any, Any, None]],
        suggestions: Sequence[str] = (),
    ) -> None:
        self.app.push_screen(TextPrompt(title, hint, value, parse, save, self._rtl, suggestions=suggestions))

    @work(exit_on_error=False, group="marks")
    async def _set_paused(self, source: Source, message: str, *, paused: bool) -> None:
        await self._change(source, message, paused=paused)

    async def _change(self, source: Source, message: str, **facts: Any) -> None:
        """Change the user's settings of a source as an undoable step; refresh after a new address."""
        write, now = self.services.database.write, self.services.now()
        if "zone" in facts:
            from roya_tui.sources.dates import parse

            await write(subscriptions.change_time_zone, source.id, facts["zone"], parse, now)
        else:
            await write(subscriptions.change, source.id, **facts, now=now)
        self.show_changed_source(source.id)
        if "folder" in facts:
            references = await self._controllers.sidebar_editor.references("folder", source.folder)
            message = f"{message} {references.strip()}".strip()
        if "interval" in facts and (status := self.table.current) is not None:
            message = join_sentences(message, next_check_sentence(status.next_check, self._time_context()))
        self.bottom.show_message(message + " " + gettext("u: undo"))
        self._controllers.counts.update_soon()
        if "per_day" in facts:
            self._controllers.article_list.regroup()
        if "zone" in facts:
            self._panes.headlines.rows.invalidate()
            self._controllers.article_list.show_view(self.state.view, hold=True)
        self.reload()
        if "url" in facts and not self.state.offline:
            self._controllers.refresh.refresh_source(source)


async def _load_hook_failures(services: Services) -> Sequence[str]:
    """Return lines about the hooks that failed, without importing them if there are none."""
    if not (hooks := services.config.hooks).all:
        return ()
    from roya_tui.hooks import describe_failures

    return await services.database.count(describe_failures, hooks, services.clock)


def _folder_message(source: Source, folder: str) -> str:
    if not folder:
        return gettext("Moved “{title}” out of its folder.", title=source.label)
    return gettext("Moved “{title}” to folder “{folder}”.", title=source.label, folder=folder)


def _limit_message(source: Source, limit: int | None, default: int | None) -> str:
    shown = default if limit is None else limit
    if shown is None:
        return gettext("Removed the daily limit of “{title}”.", title=source.label)
    return ngettext(
        "Limited “{title}” to {count:,} article per day.",
        "Limited “{title}” to {count:,} articles per day.",
        shown,
        title=source.label,
    )


def _parse_limit(text: str) -> int | None:
    """Parse a limit of articles a day, None for "". Raises ValueError with a message."""
    if not text:
        return None
    if not (text.isdecimal() and int(text) <= MAX_PER_DAY):
        raise ValueError(gettext("Type a number from 0 to {most}, such as 3.", most=MAX_PER_DAY))
    return int(text)


def _parse_zone(text: str) -> str:
    """Validate a time zone, "" for none. Raises ValueError with a message."""
    try:
        return str(zone("")(text))
    except InvalidValue as error:
        raise ValueError(error.describe(f"“{text}”")) from None


_INTERVALS = {"least": SHORTEST_INTERVAL, "most": LONGEST_INTERVAL}
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def _format_interval(seconds: int | None) -> str:
    """Format an interval as it is typed, such as `30m`; "" for the default."""
    if seconds is None:
        return ""
    return next(f"{seconds // size}{unit}" for unit, size in _UNITS if seconds % size == 0)


def _parse_interval(text: str) -> int | None:
    """Parse an interval, None for "". Raises ValueError with a message."""
    if not text:
        return None
    try:
        return int(source_interval(text))
    except InvalidValue:
        raise ValueError(gettext("Type a time from {least} to {most}, such as 2h or 1d.", **_INTERVALS)) from None
