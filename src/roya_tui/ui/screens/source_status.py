"""What the screen of the sources' health shows: a table of them all, and all that is known of one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult

from roya_tui.config import settings_for
from roya_tui.config.validators import InvalidValue, integer_seconds
from roya_tui.model import Source, SourceStatus, display_address
from roya_tui.presentation.source_status import PROBLEMS, TimeContext
from roya_tui.presentation.source_status_view import ORDERS, detail_rows, sort_sources
from roya_tui.refresh.source_status import assess, load_all
from roya_tui.sources.urls import normalize
from roya_tui.store.sources import status as kept
from roya_tui.store.sources import subscriptions
from roya_tui.text import normalize_folder, one_line, sort_key
from roya_tui.ui import action_table, hints
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.database import Interrupted
from roya_tui.ui.dialogs.prompts import TextPrompt
from roya_tui.ui.panes import Panes
from roya_tui.ui.screens.overlay import OverlayScreen
from roya_tui.ui.services import Services
from roya_tui.ui.state import ReaderState
from roya_tui.ui.widgets.row_list import RowList
from roya_tui.ui.widgets.source_table import SourceDetails, SourceHeadings, SourceTable
from roya_tui.ui.widgets.status_bar import BottomLine, TooSmall

CHECK_SECONDS = 1.0
"""Seconds between two looks at whether the store was changed."""
IDLE_FACTOR = 4
"""Looking all sources over takes at most one part in so many of the time, while a refresh changes the store."""
MAX_AGE_SECONDS = 60
"""Seconds after which ages are told anew."""

SUGGESTION_TEXTS = {
    "refresh": "tries now",
    "address": "gives it another address",
    "remove": "removes it",
    "browser": "opens its page",
    "interval": "asks it less often",
    "pause": "asks it again",
}
"""What each action that may be advised does, after its key."""


class SourceStatusView(OverlayScreen):
    """A table of all sources, and beside or below it all that is known of the one under the cursor.

    It stands over the news.
    """

    AUTO_FOCUS = "#sources"

    def __init__(
        self,
        services: Services,
        state: ReaderState,
        panes: Panes,
        marks: Marks,
        quit: Callable[[], None],
        first_source: int = 0,
    ) -> None:
        """`wanted` is the source to begin with; 0 is the first of the table."""
        super().__init__(services, panes, marks, quit)
        self.state = state
        self._first_source = first_source
        self._order = ORDERS[0]
        self.statuses: Sequence[SourceStatus] = ()
        """In the order of the rows."""
        self._row_order: dict[int, int] = {}
        """Where each source stood when they were last sorted: what comes back, stands there again."""
        self._is_complete = False
        self._duplicates: dict[int, tuple[int, ...]] = {}
        self._shown_version = -1
        """The version of the store that is shown."""
        self._loaded_at = self._load_seconds = 0.0
        self._is_stale = self._is_loading = False
        ascii, rtl = services.config.look.ascii, services.config.reading.rtl
        self.headings = SourceHeadings(self._order, id="headings")
        self.table = SourceTable(services.icons, rtl, self._show_details, ascii=ascii, id="sources")
        self.details = SourceDetails(rtl, ascii=ascii, id="page")
        self.bottom = BottomLine(hints.hints_for("health", services.keymap), rtl)

    def compose(self) -> ComposeResult:
        yield self.top
        yield self.headings
        yield self.table
        yield self.details
        yield self.bottom
        yield TooSmall()

    def on_mount(self) -> None:
        """Show at once what the news know of the sources; what they do not know follows from a thread."""
        known = self._panes.sidebar.sources
        if known:
            self.show(assess(known, {}, self.services.config, self._time_context(), offline=self.state.offline))
        self.call_after_refresh(self.reload)  # a busy thread would be in the way of the first frame
        self.set_interval(CHECK_SECONDS, self._check_for_changes)

    def _time_context(self) -> TimeContext:
        return TimeContext(self.services.now(), self.services.clock)

    # What it shows.

    def reload(self) -> None:
        """Look all sources over anew, in a thread; one look at a time."""
        self._is_stale = True
        if not self._is_loading:
            self._is_loading = True
            self._reload()

    @work(exit_on_error=False, group="health")
    async def _reload(self) -> None:
        try:
            while self._is_stale:
                self._is_stale = False
                with suppress(Interrupted):  # the news were in a hurry: the next look comes soon
                    await self._load_once()
        finally:
            self._is_loading = False

    async def _load_once(self) -> None:
        self._loaded_at = began = monotonic()
        seen = self.services.database.version
        self.show(await self._load_statuses())
        twins = await self.services.database.count(kept.find_duplicates)
        if twins != self._duplicates:
            self._duplicates = twins
            self.show(await self._load_statuses())
        self._is_complete = True
        self._shown_version, self._loaded_at, self._load_seconds = seen, monotonic(), monotonic() - began

    async def _load_statuses(self) -> list[SourceStatus]:
        config, offline = self.services.config, self.state.offline
        return await self.services.database.count(
            load_all, config, self._time_context(), self._duplicates, offline=offline
        )

    def _check_for_changes(self) -> None:
        if self._is_loading:
            return
        passed = monotonic() - self._loaded_at
        if passed > MAX_AGE_SECONDS or (
            self.services.database.version != self._shown_version and passed > IDLE_FACTOR * self._load_seconds
        ):
            self.reload()

    def show(self, statuses: Sequence[SourceStatus]) -> None:
        """Show what is known now. Once all is known the rows stay where they are until they are sorted anew."""
        rows, wanted = self._sorted(statuses, resort=not self._is_complete), self._first_source
        if not (self._is_complete or wanted or self.table.cursor) and rows:
            wanted = rows[0].source.id  # nobody chose the first one yet
        self.statuses = rows
        self.table.empty_text = "" if rows else "No sources yet: a adds one."
        self.table.show(rows, self.services.now(), wanted)
        if any(health.source.id == wanted for health in rows):
            self._first_source = 0
        troubled = sum(health.verdict in PROBLEMS for health in statuses)
        need = {0: "all well", 1: "1 needs a look"}.get(troubled, f"{troubled:,} need a look")
        self.top.counts = f"Sources {len(statuses):,} {self.services.icons.dot} {need}" if statuses else "Sources"

    def show_changed_source(self, id: int) -> None:
        """Show at once what was changed of one source: with thousands, looking all over takes a while."""
        source = self.services.database.read_now(subscriptions.get, id)
        facts = {health.source.id: health.statistics for health in self.statuses if health.source.id == id}
        if source is not None:
            changed = assess([source], facts, self.services.config, self._time_context(), offline=self.state.offline)
            self.show([*changed, *(health for health in self.statuses if health.source.id != id)])

    def sort(self, order: str) -> None:
        """Show the sources in one of `ORDERS`, from the top."""
        self._order = order
        self.headings.show_order(order)
        self.statuses = rows = self._sorted(self.statuses, resort=True)
        self.table.show(rows, self.services.now(), rows[0].source.id if rows else None)
        self.bottom.show_message(f"Sorted by {order}.")

    def _sorted(self, statuses: Sequence[SourceStatus], *, resort: bool) -> list[SourceStatus]:
        rows = sort_sources(statuses, self._order)
        if resort:
            self._row_order = {}
        for health in rows:
            self._row_order.setdefault(health.source.id, len(self._row_order))
        return sorted(rows, key=lambda health: self._row_order[health.source.id])

    def action_order(self) -> None:
        self.sort(ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)])

    def _show_details(self) -> None:
        """Tell all of the source that the cursor came to."""
        health = self.table.current
        if health is None:
            self.details.show(0, ())
            return
        services = self.services
        attempts = services.database.read_now(kept.list_attempts, health.source.id)
        rows = detail_rows(
            health,
            attempts,
            self._suggestion_text(health),
            self._time_context(),
            services.config.refresh.every,
            dot=services.icons.dot,
            failed=services.icons.failed,
            ascii=services.config.look.ascii,
            per_day=settings_for(services.config, health.source).per_day,
        )
        self.details.show(health.source.id, rows)

    def _suggestion_text(self, health: SourceStatus) -> str:
        """What to do now, with its keys."""
        told = []
        for name in health.suggestions:
            if name == "browser" and not health.source.homepage:
                continue
            does = "takes the new address" if (name, health.verdict) == ("address", "moved") else SUGGESTION_TEXTS[name]
            told.append(f"{action_table.key_label_of(self.services.keymap, name)} {does}")
        return f"{', '.join(told)}." if told else ""


T = TypeVar("T")


class SourceStatusScreen(SourceStatusView):
    """What one does to sources here. What the news can do already is theirs to do: refresh, remove, undo."""

    BINDINGS: ClassVar = action_table.make_bindings("health")
    context = "health"

    def __init__(
        self,
        services: Services,
        state: ReaderState,
        panes: Panes,
        controllers: Controllers,
        quit: Callable[[], None],
        stop: Callable[[], None],
        first_source: int = 0,
    ) -> None:
        """`stop` stops what is being fetched; `wanted` is the source to begin with, 0 the first of the table."""
        super().__init__(services, state, panes, controllers.marks, quit, first_source)
        self._sources = controllers.sources
        self._sidebar_editor = controllers.sidebar_editor
        self._refresh = controllers.refresh
        self._links = controllers.links
        self._counts = controllers.counts
        self._list = controllers.article_list
        self._stop = stop

    # Keys.

    def on_descendant_focus(self) -> None:
        self.set_class(self.focused is self.details, "-in-page")

    @on(RowList.Opened, "#sources")
    def _opened(self) -> None:
        self.set_focus(self.details)

    def action_next_pane(self) -> None:
        self.set_focus(self.table if self.focused is self.details else self.details)

    def action_previous_pane(self) -> None:
        self.action_next_pane()

    def action_back(self) -> None:
        if self.focused is self.details:
            self.set_focus(self.table)
        elif self.is_current:
            self.dismiss()

    def action_health(self) -> None:
        if self.is_current:
            self.dismiss()

    @on(SourceHeadings.SortRequested)
    def _heading_clicked(self, message: SourceHeadings.SortRequested) -> None:
        self.sort(message.order)

    # What the news can do already.

    def action_refresh(self) -> None:
        if source := self._current_source():
            self._refresh.refresh_source(source)

    def action_refresh_all(self) -> None:
        self._refresh.refresh_all()

    def action_stop(self) -> None:
        self._stop()

    def action_work_offline(self) -> None:
        self._refresh.toggle_offline()

    def action_add(self) -> None:
        self._sources.add()

    def action_remove(self) -> None:
        if source := self._current_source():
            self.show([health for health in self.statuses if health.source.id != source.id])
            self._sources.remove(source)

    def action_browser(self) -> None:
        source = self._current_source()
        if source and source.homepage:
            self._links.open(source.homepage)
        elif source:
            self.bottom.show_message("This source names no page of its own.")

    def action_copy_link(self) -> None:
        from roya_tui.sources.hosts import display_url

        if source := self._current_source():
            self.app.copy_to_clipboard(source.url if source.is_local else display_url(source.url))
            self.bottom.show_message(f"Copied {display_address(source.url)}")

    def _current_source(self) -> Source | None:
        """The source under the cursor; says so where there is none."""
        health = self.table.current
        if health is None:
            self.bottom.show_message("No sources yet: a adds one.")
        return health.source if health else None

    # What is changed here.

    def action_pause(self) -> None:
        source = self._current_source()
        if source is None:
            return
        if source.gone:
            self._set_paused(source, f"{source.label} is asked again.", paused=False)
        elif source.paused:
            self._set_paused(source, f"Resumed {source.label}. u undoes.", paused=False)
        else:
            self._set_paused(source, f"Paused {source.label}. u undoes.", paused=True)

    def action_rename(self) -> None:
        if source := self._current_source():
            hint = f"Left empty, it goes by its own again: {source.title or display_address(source.url)}"
            self._prompt("Your name for it", hint, source.label, one_line, lambda name: self._rename(source, name))

    async def _rename(self, source: Source, name: str) -> None:
        name = "" if name == source.title else name
        await self._change(
            source, f"{source.label} is now {name or source.title or 'as its address'}. u undoes.", name=name
        )

    def action_folder(self) -> None:
        if source := self._current_source():
            folders = sorted({one.source.folder for one in self.statuses if one.source.folder}, key=sort_key)
            self._prompt(
                "Folder",
                "News/Jordan is a folder in a folder; left empty, it stands in none.",
                source.folder,
                normalize_folder,
                lambda folder: self._change(source, f"Moved {source.label}. u undoes.", folder=folder),
                suggestions=folders,
            )

    def action_interval(self) -> None:
        if source := self._current_source():
            default = _format_interval(self.services.config.refresh.every)
            self._prompt(
                "How often it is asked",
                f"10m, 2h or 1d; left empty, every {default} as all others. Its publisher may want it less often.",
                _format_interval(source.interval),
                _parse_interval,
                lambda seconds: self._change(
                    source,
                    f"{source.label} is asked every {_format_interval(seconds) or default}. u undoes.",
                    interval=seconds,
                ),
            )

    def action_per_day(self) -> None:
        if source := self._current_source():
            wished = settings_for(self.services.config, source).per_day
            otherwise = "all" if wished is None else f"{wished}, as config.toml says"
            self._prompt(
                "How much of it lists show a day",
                f"3: the newest three of a day, and a row that counts the rest; 0: that row only. Empty: {otherwise}.",
                "" if source.per_day is None else str(source.per_day),
                _parse_limit,
                lambda most: self._change(
                    source, f"{_limit_sentence(source, most, otherwise)} u undoes.", per_day=most
                ),
            )

    def action_address(self) -> None:
        source = self._current_source()
        if source is None:
            return
        if source.is_local or source.is_saved_pages:
            self.bottom.show_message("This is no address on the web. a adds another source.")
            return
        moved = source.moved_to if source.moved_to != source.url else ""
        self._prompt(
            "Its address",
            f"It says that it lives there now. So far: {display_address(source.url)}" if moved
            else f"So far: {display_address(source.url)}",
            moved or source.url,
            normalize,
            lambda url: self._change(source, f"{source.label} has another address. u undoes.", url=url),
        )  # fmt: skip

    def _prompt(
        self,
        title: str,
        hint: str,
        value: str,
        read: Callable[[str], T],
        keep: Callable[[T], Coroutine[Any, Any, None]],
        suggestions: Sequence[str] = (),
    ) -> None:
        rtl = self.services.config.reading.rtl
        self.app.push_screen(TextPrompt(title, hint, value, read, keep, rtl, suggestions=suggestions))

    @work(exit_on_error=False, group="marks")
    async def _set_paused(self, source: Source, message: str, *, paused: bool) -> None:
        await self._change(source, message, paused=paused)

    async def _change(self, source: Source, message: str, **facts: Any) -> None:
        """Change what the person says of a source, as a step that undo takes back; ask a new address at once."""
        await self.services.database.write(subscriptions.change, source.id, **facts, now=self.services.now())
        self.show_changed_source(source.id)
        named = await self._sidebar_editor.references("folder", source.folder) if "folder" in facts else ""
        self.bottom.show_message(message.replace(" u undoes.", f"{named} u undoes."))
        self._counts.update_soon()
        if "per_day" in facts:
            self._list.regroup()
        self.reload()
        if "url" in facts and not self.state.offline:
            self._refresh.refresh_source(source)


def _limit_sentence(source: Source, limit: int | None, default: str) -> str:
    shown = default if limit is None else f"{limit} a day" if limit else "one row a day"
    return f"Lists show {shown} of {source.label}."


def _parse_limit(text: str) -> int | None:
    """Read how many of a day are shown; nothing is all. Raises ValueError, with a sentence."""
    if not text:
        return None
    if not (text.isdecimal() and int(text) <= 1000):
        raise ValueError("That is no number from 0 to 1000.")
    return int(text)


_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def _format_interval(seconds: int | None) -> str:
    """An interval as one types it: `30m`; "" for the default."""
    if seconds is None:
        return ""
    return next(f"{seconds // worth}{unit}" for unit, worth in _UNITS if seconds % worth == 0)


def _parse_interval(text: str) -> int | None:
    """Read an interval; nothing is the default. Raises ValueError, with a sentence."""
    if not text:
        return None
    try:
        return int(integer_seconds("10m", "30d")(text))
    except InvalidValue as error:
        raise ValueError(f"The time {error}") from None
