"""The screen of the sources' health: who answers, who does not, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from roya_tui.config.readers import Wrong, whole_seconds
from roya_tui.model import Health, Source, shown_address
from roya_tui.reading.health import TROUBLES, Times
from roya_tui.reading.health_page import page
from roya_tui.reading.health_table import ORDERS, ordered
from roya_tui.refresh.survey import judged, survey
from roya_tui.sources.typed import tidy
from roya_tui.store import health as kept
from roya_tui.store import sources
from roya_tui.store.database import StoreError
from roya_tui.text import one_line
from roya_tui.ui import keys
from roya_tui.ui.dialogs.ask import Ask
from roya_tui.ui.health_table import Headings, SourcePage, SourceTable
from roya_tui.ui.library import Interrupted
from roya_tui.ui.panes import TOO_SMALL, TYPING
from roya_tui.ui.rows import Rows
from roya_tui.ui.status import BottomLine, TopLine

if TYPE_CHECKING:
    from roya_tui.ui.news import News

T = TypeVar("T")

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


class SourcesScreen(Screen[None]):
    """A table of all sources, and beside or below it all that is known of the one under the cursor.

    It stands over the news and lets them do what they can do already: refresh, remove, undo. What they say is said
    here too.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (80, "-medium"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]
    AUTO_FOCUS = "#sources"
    BINDINGS: ClassVar = keys.bindings("health")

    def __init__(self, news: News, wanted: int = 0) -> None:
        """`wanted` is the source to begin with; 0 is the first of the table."""
        super().__init__()
        self.news = news
        self._wanted = wanted
        self._order = ORDERS[0]
        self._known: Sequence[Health] = ()
        self._places: dict[int, int] = {}
        """Where each source stood when they were last sorted: what comes back, stands there again."""
        self._settled = False
        self._twins: dict[int, tuple[int, ...]] = {}
        self._seen = -1
        """The version of the store that is shown."""
        self._looked_at = self._took = 0.0
        self._stale = self._looking = False
        ascii, rtl = news.config.look.ascii, news.config.reading.rtl
        self.top = TopLine()
        self.headings = Headings(self._order, id="headings")
        self.table = SourceTable(news.signs, rtl, self._follow, ascii=ascii, id="sources")
        self.page = SourcePage(rtl, ascii=ascii, id="page")
        self.bottom = BottomLine(keys.hints(news.actions, "health"), rtl)

    def compose(self) -> ComposeResult:
        yield self.top
        yield self.headings
        yield self.table
        yield self.page
        yield self.bottom
        yield Static(TOO_SMALL, id="too-small")

    def on_mount(self) -> None:
        """Show at once what the news know of the sources; what they do not know follows from a thread."""
        news = self.news
        self.watch(news.top, "work", self._worked)
        self.watch(news.bottom, "said", self._heard, init=False)
        if news.sidebar.sources:
            self._show(judged(news.sidebar.sources, {}, news.config, self._times(), offline=news.offline))
        self.reload()
        self.set_interval(LOOK_EVERY, self._look_for_changes)

    def _times(self) -> Times:
        return Times(self.news.now(), self.news.clock)

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
        began, seen = monotonic(), self.news.library.version
        self._show(await self._survey())
        twins = await self.news.library.count(kept.twins)
        if twins != self._twins:
            self._twins = twins
            self._show(await self._survey())
        self._settled = True
        self._seen, self._looked_at, self._took = seen, monotonic(), monotonic() - began

    async def _survey(self) -> list[Health]:
        news = self.news
        return await news.library.count(survey, news.config, self._times(), self._twins, offline=news.offline)

    def _look_for_changes(self) -> None:
        if self._looking:
            return
        passed = monotonic() - self._looked_at
        if passed > OLD or (self.news.library.version != self._seen and passed > REST * self._took):
            self.reload()

    def _show(self, known: Sequence[Health]) -> None:
        """Show what is known now. Once all is known the rows stay where they are until they are sorted anew."""
        rows, wanted = self._in_order(known, anew=not self._settled), self._wanted
        if not (self._settled or wanted or self.table.cursor) and rows:
            wanted = rows[0].source.id  # nobody chose the first one yet
        self._known = rows
        self.table.empty_words = "" if rows else "No sources yet: a adds one."
        self.table.show(rows, self.news.now(), wanted)
        if any(health.source.id == wanted for health in rows):
            self._wanted = 0
        troubled = sum(health.verdict in TROUBLES for health in known)
        need = {0: "all well", 1: "1 needs a look"}.get(troubled, f"{troubled:,} need a look")
        self.top.counts = f"Sources {len(known):,} {self.news.signs.dot} {need}" if known else "Sources"

    def _update(self, id: int) -> None:
        """Show at once what was changed of one source: with thousands, looking all over takes a while."""
        source = self.news.library.now(sources.source, id)
        facts = {health.source.id: health.facts for health in self._known if health.source.id == id}
        if source is not None:
            changed = judged([source], facts, self.news.config, self._times(), offline=self.news.offline)
            self._show([*changed, *(health for health in self._known if health.source.id != id)])

    def _in_order(self, known: Sequence[Health], *, anew: bool) -> list[Health]:
        rows = ordered(known, self._order)
        if anew:
            self._places = {}
        for health in rows:
            self._places.setdefault(health.source.id, len(self._places))
        return sorted(rows, key=lambda health: self._places[health.source.id])

    def _follow(self) -> None:
        """Tell all of the source that the cursor came to."""
        health = self.table.current
        if health is None:
            self.page.show(0, ())
            return
        news = self.news
        attempts = news.library.now(kept.attempts, health.source.id)
        rows = page(
            health,
            attempts,
            self._advice(health),
            self._times(),
            news.config.refresh.every,
            dot=news.signs.dot,
            failed=news.signs.failed,
            ascii=news.config.look.ascii,
        )
        self.page.show(health.source.id, rows)

    def _advice(self, health: Health) -> str:
        """What to do now, with its keys."""
        told = []
        for name in health.advice:
            if name == "browser" and not health.source.homepage:
                continue
            does = "takes the new address" if (name, health.verdict) == ("address", "moved") else ADVICE[name]
            told.append(f"{keys.key_of(self.news.actions, name)} {does}")
        return f"{', '.join(told)}." if told else ""

    def _worked(self, work: str) -> None:
        self.top.work = work

    def _heard(self, said: str) -> None:
        if said:
            self.bottom.say(said)
            self.reload()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What the store could not do is told; anything else is a mistake of the program."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        if isinstance(error, StoreError):
            self.bottom.say(error.message, 20)
        elif isinstance(error, Exception):
            self.app._handle_exception(error)

    # Keys.

    @property
    def commands(self) -> list[keys.Action]:
        """What the palette offers here."""
        return [action for action in keys.of_health(self.news.actions) if action.place in ("screen", "health")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one types, keys are text."""
        return action not in TYPING or not isinstance(self.focused, Input)

    def on_descendant_focus(self) -> None:
        self.set_class(self.focused is self.page, "-in-page")

    @on(Rows.Opened, "#sources")
    def _opened(self) -> None:
        self.set_focus(self.page)

    def action_next_pane(self) -> None:
        self.set_focus(self.table if self.focused is self.page else self.page)

    def action_previous_pane(self) -> None:
        self.action_next_pane()

    def action_back(self) -> None:
        if self.focused is self.page:
            self.set_focus(self.table)
        elif self.is_current:
            self.dismiss()

    def action_health(self) -> None:
        if self.is_current:
            self.dismiss()

    def action_help(self) -> None:
        from roya_tui.ui.dialogs.help import Help

        actions = keys.of_health(self.news.actions)
        self.app.push_screen(Help(actions, ascii=self.news.config.look.ascii, query=False))

    def action_quit(self) -> None:
        self.news.action_quit()

    def action_order(self) -> None:
        self._sort(ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)])

    @on(Headings.Sorted)
    def _heading_clicked(self, message: Headings.Sorted) -> None:
        self._sort(message.order)

    def _sort(self, order: str) -> None:
        self._order = order
        self.headings.sort(order)
        self._known = rows = self._in_order(self._known, anew=True)
        self.table.show(rows, self.news.now(), rows[0].source.id if rows else None)
        self.bottom.say(f"Sorted by {order}.")

    # What the news can do already.

    def action_refresh(self) -> None:
        if source := self._source():
            self.news.refresh_source(source)

    def action_refresh_all(self) -> None:
        self.news.action_refresh_all()

    def action_stop(self) -> None:
        self.news.action_stop()

    def action_add(self) -> None:
        self.news.action_add()

    def action_remove(self) -> None:
        if source := self._source():
            self._show([health for health in self._known if health.source.id != source.id])
            self.news.remove_source(source)

    def action_undo(self) -> None:
        self.news.action_undo()

    def action_redo(self) -> None:
        self.news.action_redo()

    def action_browser(self) -> None:
        source = self._source()
        if source and source.homepage:
            self.news.open_in_browser(source.homepage)
        elif source:
            self.bottom.say("This source names no page of its own.")

    def action_copy_link(self) -> None:
        from roya_tui.sources.addresses import shown

        if source := self._source():
            self.app.copy_to_clipboard(source.url if source.local else shown(source.url))
            self.bottom.say(f"Copied {shown_address(source.url)}")

    def _source(self) -> Source | None:
        """The source under the cursor; says so where there is none."""
        health = self.table.current
        if health is None:
            self.bottom.say("No sources yet: a adds one.")
        return health.source if health else None

    # What is changed here.

    def action_pause(self) -> None:
        source = self._source()
        if source is None:
            return
        if source.gone:
            self._change(source, f"{source.label} is asked again.", paused=False)
        elif source.paused:
            self._change(source, f"Resumed {source.label}. u undoes.", paused=False)
        else:
            self._change(source, f"Paused {source.label}. u undoes.", paused=True)

    def action_rename(self) -> None:
        if source := self._source():
            hint = f"Left empty, it goes by its own again: {source.title or shown_address(source.url)}"
            self._ask("Your name for it", hint, source.label, one_line, lambda name: self._rename(source, name))

    def _rename(self, source: Source, name: str) -> None:
        name = "" if name == source.title else name
        self._change(source, f"{source.label} is now {name or source.title or 'as its address'}. u undoes.", name=name)

    def action_folder(self) -> None:
        if source := self._source():
            folders = sorted({one.source.folder for one in self._known if one.source.folder})
            self._ask(
                "Folder",
                "News/Jordan is a folder in a folder; left empty, it stands in none.",
                source.folder,
                _folder,
                lambda folder: self._change(source, f"Moved {source.label}. u undoes.", folder=folder),
                suggestions=folders,
            )

    def action_interval(self) -> None:
        if source := self._source():
            default = _written(self.news.config.refresh.every)
            self._ask(
                "How often it is asked",
                f"10m, 2h or 1d; left empty, every {default} as all others. Its publisher may want it less often.",
                _written(source.interval),
                _interval,
                lambda seconds: self._change(
                    source, f"{source.label} is asked every {_written(seconds) or default}. u undoes.", interval=seconds
                ),
            )

    def action_address(self) -> None:
        source = self._source()
        if source is None:
            return
        if source.local or source.saved:
            self.bottom.say("This is no address on the web. a adds another source.")
            return
        moved = source.moved_to if source.moved_to != source.url else ""
        secret = shown_address(source.url) != source.url
        self._ask(
            "Its address",
            f"It says that it lives there now. So far: {shown_address(source.url)}" if moved
            else f"So far: {shown_address(source.url)}",
            moved or ("" if secret else source.url),
            tidy,
            lambda url: self._change(source, f"{source.label} has another address. u undoes.", url=url),
        )  # fmt: skip

    def _ask(
        self,
        title: str,
        hint: str,
        value: str,
        read: Callable[[str], T],
        keep: Callable[[T], object],
        suggestions: Sequence[str] = (),
    ) -> None:
        def answered(answer: tuple[T] | None) -> None:
            if answer is not None:
                keep(*answer)

        self.app.push_screen(Ask(title, hint, value, read, suggestions=suggestions), answered)

    @work(exit_on_error=False, group="marks")
    async def _change(self, source: Source, said: str, **facts: Any) -> None:
        """Change what the person says of a source, as a step that undo takes back; ask a new address at once."""
        await self.news.library.write(sources.change, source.id, **facts, now=self.news.now())
        self._update(source.id)
        self.bottom.say(said)
        self.news.count_soon()
        self.reload()
        if "url" in facts and not self.news.offline:
            self.news.refresh_source(source)


def _folder(text: str) -> str:
    return "/".join(part for part in map(str.strip, one_line(text).split("/")) if part)


_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def _written(seconds: int | None) -> str:
    """An interval as one types it: `30m`; "" for the default."""
    if seconds is None:
        return ""
    return next(f"{seconds // worth}{unit}" for unit, worth in _UNITS if seconds % worth == 0)


def _interval(text: str) -> int | None:
    """Read an interval; nothing is the default. Raises ValueError, with a sentence."""
    if not text:
        return None
    try:
        return int(whole_seconds("10m", "30d")(text))
    except Wrong as error:
        raise ValueError(f"The time {error}") from None
