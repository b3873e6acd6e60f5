"""What the screen of the sources' health shows: a table of them all, and all that is known of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from textual import work
from textual.app import ComposeResult

from roya_tui.config import settings_for
from roya_tui.model import SourceStatus
from roya_tui.presentation.source_status import PROBLEMS, TimeContext
from roya_tui.presentation.source_status_view import ORDERS, detail_rows, sort_sources
from roya_tui.refresh.source_status import assess, load_all
from roya_tui.store.sources import status as kept
from roya_tui.store.sources import subscriptions
from roya_tui.ui import hints, keys
from roya_tui.ui.above import OverlayScreen
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.health_table import Headings, SourcePage, SourceTable
from roya_tui.ui.library import Interrupted
from roya_tui.ui.panes import Panes
from roya_tui.ui.services import Services
from roya_tui.ui.state import ReaderState
from roya_tui.ui.status import BottomLine, TooSmall

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the store was changed."""
REST = 4
"""Looking all sources over takes at most one part in so many of the time, while a refresh changes the store."""
OLD = 60
"""Seconds after which ages are told anew."""

ADVICE = {
    "refresh": "tries now",
    "address": "gives it another address",
    "remove": "removes it",
    "browser": "opens its page",
    "interval": "asks it less often",
    "pause": "asks it again",
}
"""What each action that may be advised does, after its key."""


class Overview(OverlayScreen):
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
        wanted: int = 0,
    ) -> None:
        """`wanted` is the source to begin with; 0 is the first of the table."""
        super().__init__(services, panes, marks, quit)
        self.state = state
        self._wanted = wanted
        self._order = ORDERS[0]
        self.known: Sequence[SourceStatus] = ()
        """In the order of the rows."""
        self._places: dict[int, int] = {}
        """Where each source stood when they were last sorted: what comes back, stands there again."""
        self._settled = False
        self._twins: dict[int, tuple[int, ...]] = {}
        self._seen = -1
        """The version of the store that is shown."""
        self._looked_at = self._took = 0.0
        self._stale = self._looking = False
        ascii, rtl = services.config.look.ascii, services.config.reading.rtl
        self.headings = Headings(self._order, id="headings")
        self.table = SourceTable(services.signs, rtl, self._follow, ascii=ascii, id="sources")
        self.page = SourcePage(rtl, ascii=ascii, id="page")
        self.bottom = BottomLine(hints.of("health", services.actions), rtl)

    def compose(self) -> ComposeResult:
        yield self.top
        yield self.headings
        yield self.table
        yield self.page
        yield self.bottom
        yield TooSmall()

    def on_mount(self) -> None:
        """Show at once what the news know of the sources; what they do not know follows from a thread."""
        known = self._panes.sidebar.sources
        if known:
            self.show(assess(known, {}, self.services.config, self._times(), offline=self.state.offline))
        self.call_after_refresh(self.reload)  # a busy thread would be in the way of the first frame
        self.set_interval(LOOK_EVERY, self._look_for_changes)

    def _times(self) -> TimeContext:
        return TimeContext(self.services.now(), self.services.clock)

    # What it shows.

    def reload(self) -> None:
        """Look all sources over anew, in a thread; one look at a time."""
        self._stale = True
        if not self._looking:
            self._looking = True
            self._look()

    @work(exit_on_error=False, group="health")
    async def _look(self) -> None:
        try:
            while self._stale:
                self._stale = False
                with suppress(Interrupted):  # the news were in a hurry: the next look comes soon
                    await self._look_once()
        finally:
            self._looking = False

    async def _look_once(self) -> None:
        self._looked_at = began = monotonic()
        seen = self.services.library.version
        self.show(await self._survey())
        twins = await self.services.library.count(kept.find_duplicates)
        if twins != self._twins:
            self._twins = twins
            self.show(await self._survey())
        self._settled = True
        self._seen, self._looked_at, self._took = seen, monotonic(), monotonic() - began

    async def _survey(self) -> list[SourceStatus]:
        config, offline = self.services.config, self.state.offline
        return await self.services.library.count(load_all, config, self._times(), self._twins, offline=offline)

    def _look_for_changes(self) -> None:
        if self._looking:
            return
        passed = monotonic() - self._looked_at
        if passed > OLD or (self.services.library.version != self._seen and passed > REST * self._took):
            self.reload()

    def show(self, known: Sequence[SourceStatus]) -> None:
        """Show what is known now. Once all is known the rows stay where they are until they are sorted anew."""
        rows, wanted = self._in_order(known, anew=not self._settled), self._wanted
        if not (self._settled or wanted or self.table.cursor) and rows:
            wanted = rows[0].source.id  # nobody chose the first one yet
        self.known = rows
        self.table.empty_words = "" if rows else "No sources yet: a adds one."
        self.table.show(rows, self.services.now(), wanted)
        if any(health.source.id == wanted for health in rows):
            self._wanted = 0
        troubled = sum(health.verdict in PROBLEMS for health in known)
        need = {0: "all well", 1: "1 needs a look"}.get(troubled, f"{troubled:,} need a look")
        self.top.counts = f"Sources {len(known):,} {self.services.signs.dot} {need}" if known else "Sources"

    def show_change(self, id: int) -> None:
        """Show at once what was changed of one source: with thousands, looking all over takes a while."""
        source = self.services.library.now(subscriptions.get, id)
        facts = {health.source.id: health.statistics for health in self.known if health.source.id == id}
        if source is not None:
            changed = assess([source], facts, self.services.config, self._times(), offline=self.state.offline)
            self.show([*changed, *(health for health in self.known if health.source.id != id)])

    def sort(self, order: str) -> None:
        """Show the sources in one of `ORDERS`, from the top."""
        self._order = order
        self.headings.sort(order)
        self.known = rows = self._in_order(self.known, anew=True)
        self.table.show(rows, self.services.now(), rows[0].source.id if rows else None)
        self.bottom.say(f"Sorted by {order}.")

    def _in_order(self, known: Sequence[SourceStatus], *, anew: bool) -> list[SourceStatus]:
        rows = sort_sources(known, self._order)
        if anew:
            self._places = {}
        for health in rows:
            self._places.setdefault(health.source.id, len(self._places))
        return sorted(rows, key=lambda health: self._places[health.source.id])

    def action_order(self) -> None:
        self.sort(ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)])

    def _follow(self) -> None:
        """Tell all of the source that the cursor came to."""
        health = self.table.current
        if health is None:
            self.page.show(0, ())
            return
        services = self.services
        attempts = services.library.now(kept.list_attempts, health.source.id)
        rows = detail_rows(
            health,
            attempts,
            self._advice(health),
            self._times(),
            services.config.refresh.every,
            dot=services.signs.dot,
            failed=services.signs.failed,
            ascii=services.config.look.ascii,
            per_day=settings_for(services.config, health.source).per_day,
        )
        self.page.show(health.source.id, rows)

    def _advice(self, health: SourceStatus) -> str:
        """What to do now, with its keys."""
        told = []
        for name in health.suggestions:
            if name == "browser" and not health.source.homepage:
                continue
            does = "takes the new address" if (name, health.verdict) == ("address", "moved") else ADVICE[name]
            told.append(f"{keys.key_of(self.services.actions, name)} {does}")
        return f"{', '.join(told)}." if told else ""
