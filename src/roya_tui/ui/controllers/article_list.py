"""The list of headlines: shows a view, first its first rows, then all of it, read in a thread."""

from __future__ import annotations

import contextlib
from array import array
from asyncio import FIRST_COMPLETED, Event, Task, create_task, sleep, wait, wait_for
from collections.abc import Coroutine
from functools import partialmethod
from typing import Any, TypeVar

from msgspec.structs import replace
from textual.worker import Worker

from roya_tui.presentation.headline_rows import ROW_MODES
from roya_tui.presentation.source_status import TimeContext
from roya_tui.presentation.timeline import MoreRow, Timeline, Totals, add_offers, build_timeline, collect_ids
from roya_tui.presentation.view import NO_ARTICLES, ORDERS, Scope, View
from roya_tui.query import Query, QueryError
from roya_tui.query import view as named_view
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.translation import format_number, gettext, gettext_noop, join_sentences
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.completion import Completion
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.database import Interrupted
from roya_tui.ui.hints import HintLine
from roya_tui.ui.key_sequencer import KeySequencer
from roya_tui.ui.rows.article_rows import (
    ArticleRows,
    CursorArticle,
    DailyLimits,
    HeldArticle,
    ListOptions,
    find_new_members,
    load_rows,
    load_rows_down_to,
    regroup_rows,
)
from roya_tui.ui.state import ListPosition

T = TypeVar("T")
FIRST = 200
"""Headlines of a new view that are shown before the rest is known."""
COUNT_WITHIN = 0.03
"""Seconds that the first results wait for the count of all results, to be drawn with it."""
REST_AFTER = 0.2
"""Seconds without a key after which the rest of the results is read: the next letter would make it useless."""
MOST_COUNTED = 1_000
"""Matches in all articles that are counted at most, for the row that offers them."""
FAILURE_SECONDS = 15.0
"""How long the failure of a source is shown when it is opened."""
_SORTED = {
    "newest": gettext_noop("Sorted newest first."),
    "oldest": gettext_noop("Sorted oldest first."),
    "source": gettext_noop("Sorted by source."),
    "unread": gettext_noop("Sorted unread first."),
}


class ArticleList(Controller):
    """Loads what the view asks for into the list of headlines. The only one that changes `ReaderState.view`."""

    def __init__(self, context: Context, hints: HintLine, completion: Completion, counts: Counts) -> None:
        super().__init__(context)
        self._hints = hints
        self._completion = completion
        self._counts = counts
        self._loading: Worker[None] | None = None
        """The worker that reads the headlines of the view."""
        self._rest_requested = Event()
        """The user stopped typing: all results are to be read."""
        self._awaits_first = False
        """Whether the list still shows another view than `ReaderState.view`."""

    # Changing the view.

    def show_first(self) -> None:
        """Show the first headlines at once when the app starts, and the rest when those are drawn."""
        view = self._state.view
        self._state.view = view = replace(view, order=view.order or self._services.preferences.order(view.scope))
        now = self._now()
        first = self._database.read_now(load_rows, view.query(now), now, FIRST, options=self._options)
        self._show_rows(first, stay=False)
        if not first.is_complete:
            self._shell.after_refresh(self._load_rest_of, view)  # its thread would slow down the first paint

    def show_view(self, view: View, *, stay: bool = True, hold: bool = False) -> None:
        """Show `view`, from its top; with `stay` at the current article or the nearest one that it contains.

        With `hold` the current article stays even if the view does not contain it: it is being read.
        """
        before = self._state.view
        if view.scope != before.scope and not view.order:
            view = replace(view, order=self._services.preferences.order(view.scope))
        self._state.view = view
        hold = hold and not self._awaits_first  # the cursor is in a list that is about to be replaced
        if view.scope != before.scope:
            self._state.before_briefing = ()
            self.mark_all_loaded()
            self._report_failure(view.scope)
        self._database.interrupt()
        self._loading = self._load(view, stay, hold)
        self._awaits_first = self._awaits_first or view != before
        if replace(before, search_text="") != replace(
            view, search_text=""
        ):  # the sidebar does not show the search words
            self._panes.sidebar.show(view=view)
        self._counts.update_soon()

    def _report_failure(self, scope: Scope) -> None:
        """Show why the last check of the source in the list failed; an empty list shows it in its place."""
        source = next((one for one in self._panes.sidebar.model.sources if one.id == scope.id), None)
        if scope.kind == "source" and source is not None and source.total and (failure := self._failure_of(scope)):
            retry = gettext("{key}: try again", key=self._services.key("refresh"))
            self._show_message(join_sentences(failure, retry), FAILURE_SECONDS)

    def _failure_of(self, scope: Scope) -> str:
        """Return why the last check of a source failed, "" if it succeeded or the scope is not a source."""
        if scope.kind != "source":
            return ""
        from roya_tui.refresh.source_status import describe_failure  # not needed for the first paint

        times = TimeContext(self._now(), self._services.clock)
        return self._database.read_now(describe_failure, scope.id, self._config, times, offline=self._state.offline)

    def _show_named(self, name: str) -> None:
        """Show one of the six views; a search goes on there."""
        place, view = Scope(name=name), self._state.view
        self.show_view(View(place, search_text=view.search_text), hold=place == view.scope)
        self._panes.sidebar.go_to_scope()
        self._shell.focus(self._headlines)

    show_unread = partialmethod(_show_named, "unread")
    show_all = partialmethod(_show_named, "all")
    show_starred = partialmethod(_show_named, "starred")
    show_updated = partialmethod(_show_named, "updated")
    show_today = partialmethod(_show_named, "today")
    show_episodes = partialmethod(_show_named, "episodes")

    def next_order(self) -> None:
        """Sort the list by the next order, and remember it for the place."""
        view = self._state.view
        if self._state.shows_briefing:
            self._show_message(gettext("The order of a briefing cannot be changed."))
            return
        order = view.order or "newest"
        order = ORDERS[(ORDERS.index(order) + 1) % len(ORDERS)] if order in ORDERS else ORDERS[0]
        self._services.preferences.set_order(view.scope, order)
        self.show_view(replace(view, order=order))
        self._show_message(gettext(_SORTED[order]))

    def next_row_mode(self) -> None:
        """Give headlines one line, two lines, or as many as the width of the list suggests.

        From the width's choice, the first press always changes what is shown.
        """
        preferences, configured, headlines = self._services.preferences, self._config.look.rows, self._headlines
        mode = preferences.row_mode(configured)
        step = 1 if headlines.line_mode.suggests_two else -1
        mode = ROW_MODES[(ROW_MODES.index(mode) + step) % len(ROW_MODES)]
        preferences.set_row_mode(configured, mode)
        headlines.line_mode.set(mode)
        if mode == "auto":
            two = gettext("Two lines per headline, as the width of the list suggests.")
            one = gettext("One line per headline, as the width of the list suggests.")
        else:
            two, one = gettext("Two lines per headline."), gettext("One line per headline.")
        self._show_message(two if headlines.rows.has_two_lines else one)

    def load_new_articles(self) -> None:
        """Show the articles that were fetched since the view was made."""
        self.mark_all_loaded()
        self.show_view(self._state.view, hold=True)

    def mark_all_loaded(self) -> None:
        """Note that all fetched articles are in the list, and stop announcing them."""
        self._state.newest_article = self._database.read_now(lookup.newest_id)
        self._panes.bottom.tip = ""

    def position(self) -> ListPosition:
        """Return the current position in the list."""
        headlines, state, sources = self._headlines, self._state, self._source_ids()
        top, two_lines = headlines.scroll_offset.y, headlines.rows.has_two_lines
        return ListPosition(
            state.view, headlines.timeline, headlines.cursor, top, two_lines, state.before_search, sources
        )

    def return_to(self, position: ListPosition) -> None:
        self._state.before_search = position.before_search
        self._completion.clear_error()
        self._database.interrupt()
        self._shell.cancel("view")  # the last request may still be running
        self._set_ready()
        self._state.view = position.view
        self._headlines.rows.search_words = self._state.search_words(self._now())
        self._headlines.rows.shows_source = position.view.scope.kind != "source"
        if self._shell.has_class("-briefing") is not self._state.shows_briefing:  # the list gets its former width
            self._headlines.rows.set_two_lines(position.has_two_lines)
        self._headlines.show(position.timeline)
        self._headlines.cursor = position.cursor
        self._headlines.jump(position.top)
        self._update_frame()
        self._panes.sidebar.show(view=position.view)
        self._hints.update()
        self._counts.update_soon()
        if position.sources and self._source_ids() != position.sources:  # empty before they were first counted
            self.show_view(position.view)
        elif not position.timeline.is_complete:
            self.load_rest()

    def _source_ids(self) -> frozenset[int]:
        return frozenset(source.id for source in self._panes.sidebar.model.sources)

    # Loading.

    @background("view", exclusive=True)
    async def _load(self, view: View, stay: bool, hold: bool) -> None:
        """Show the first rows of the view as soon as they are known, then all of it."""
        now = self._now()
        try:
            query = view.query(now)
        except QueryError as error:
            from roya_tui.query.completion import finish_partial

            self._completion.show_error(error)
            if not finish_partial(view.search_text, now):
                return
            query = view.lenient_query(now)  # only its end is not typed yet
        else:
            self._completion.clear_error()
        selected = self._headlines.current_id
        with contextlib.suppress(Interrupted):
            if self._state.shows_briefing:
                self._show(await self._load_briefing(view, query), stay)
                return
            if query.order == "relevance" and not hold and not (stay and await self._contains(query, selected)):
                await self._show_best(query)
                return
            found = await self._load_first(view, query, stay, hold)
            # All of it is requested while the first rows are drawn.
            rest = None
            if not found.is_complete:
                rest = _start(self._database.read(load_rows, query, now, options=self._options))
            self._show_rows(found, stay)
            if rest is not None:
                await self._show_total(rest, query)
                self._extend(await rest)

    async def _load_briefing(self, view: View, query: Query) -> Timeline:
        from roya_tui.ui.rows.briefing_page import make_offers, make_timeline

        now, prefer, zone = self._now(), self._config.reading.prefer, self._zone
        shown = await self._database.read(make_timeline, query, now, zone=zone, prefer=prefer)
        if shown.ids:
            return shown
        keys = {name: self._services.key(name) for name in ("briefing-since", "view-unread")}
        offers = await self._database.read(make_offers, view, now, keys, zone=zone)
        return offers if offers.ids else shown

    async def _load_first(self, view: View, query: Query, stay: bool, hold: bool) -> ArticleRows:
        """Read the first rows of a view, down to the current article if the cursor is to `stay` there."""
        now, options = self._now(), self._options
        if hold:
            return await self._database.read(load_rows, query, now, held=self._held(), options=options)
        # With tags or facts the first rows take as long as all of them; the best matches do not.
        if (view.required_tags or view.search_text.strip()) and query.order != "relevance":
            return await self._database.read(load_rows, query, now, options=options)
        current = self._current() if stay else None
        return await self._database.read(load_rows_down_to, query, now, FIRST, current, options=options)

    async def _contains(self, query: Query, id: int | None) -> bool:
        if id is None:
            return False
        return bool(await self._database.read(results.filter_ids, query, [id], self._now()))

    async def _show_total(self, rest: Task[ArticleRows], query: Query) -> None:
        """Show how many rows there will be, if reading them takes longer than counting them."""
        counting = _start(self._count(query, self._now()))
        await wait([rest, counting], return_when=FIRST_COMPLETED)
        if rest.done():
            counting.cancel()
        else:
            self._headlines.set_totals(counting.result())

    async def _show_best(self, query: Query) -> None:
        """Show the best matches and how many there are; the others when the user stops typing."""
        self._rest_requested.clear()
        now = self._now()
        counting = _start(self._count(query, now))
        found = await self._database.read(load_rows, query, now, FIRST, options=self._options)
        if found.is_complete:
            counting.cancel()
            self._show_rows(found, stay=False)
            return
        await wait([counting], timeout=COUNT_WITHIN)
        if counting.done():
            self._show(replace(self._timeline(found), totals=counting.result()), stay=False)
        else:
            self._show_rows(found, stay=False)
            self._headlines.set_totals(await counting)
        if self._panes.search_bar.is_open:
            with contextlib.suppress(TimeoutError):
                await wait_for(self._rest_requested.wait(), REST_AFTER)
        self._extend(await self._database.read(load_rows, query, now, options=self._options))

    async def _count(self, query: Query, now: int) -> Totals | None:
        """Return how many rows `query` finds; None if the count was interrupted, or if some sources are limited."""
        limits = self._options.daily_limits
        with contextlib.suppress(Interrupted, StoreError):
            limited = await self._database.count(subscriptions.load_daily_limits, limits.configured) if limits else {}
            if limited:
                return None
            zone, group = self._zone, self._state.group_stories
            return Totals(*await self._database.count(results.count_rows, query, now, zone=zone, collapse=group))
        return None

    def request_rest(self) -> None:
        """Read all results now, instead of when the user stops typing."""
        self._rest_requested.set()

    def load_rest(self) -> None:
        """Read the whole view after its first rows."""
        self._loading = self._load_rest()

    def _load_rest_of(self, view: View) -> None:
        if self._state.view is view:
            self.load_rest()

    @background("view", exclusive=True)
    async def _load_rest(self) -> None:
        with contextlib.suppress(Interrupted):
            now = self._now()
            query = self._state.view.lenient_query(now)
            self._extend(await self._database.read(load_rows, query, now, options=self._options))

    @property
    def is_loading(self) -> bool:
        return self._loading is not None and not self._loading.is_finished

    @property
    def is_pending(self) -> bool:
        """Whether the list is about to show another view, or all of it, and the next keys are meant for that."""
        return self.is_loading and (self._awaits_first or self._headlines.awaits_rest)

    async def wait_until_loaded(self) -> None:
        """Wait for the rows that are being read. Raises WorkerError if another view was requested meanwhile."""
        if self._loading is not None:
            await self._loading.wait()

    def worker_finished(self, worker: Worker[Any]) -> None:
        """Let keys that waited for the list be handled."""
        if worker is self._loading:
            self._set_ready()

    def _set_ready(self) -> None:
        self._awaits_first = False
        self._shell.post_to_app(KeySequencer.ListReady())

    # Stories.

    @property
    def _options(self) -> ListOptions:
        """How rows are made of articles in this view."""
        limits = None
        if self._state.view.applies_daily_limits:
            sources = self._config.sources.items()
            per_day = {name: source.per_day for name, source in sources if source.per_day is not None}
            limits = DailyLimits(self._services.clock, per_day)
        return ListOptions(self._zone, self._state.group_stories, self._config.reading.prefer, limits)

    def regroup(self) -> None:
        """Show the stories as they are now."""
        if not self._state.shows_briefing and self._headlines.timeline.is_complete and not self.is_pending:
            self._regroup()
        else:
            self.show_view(self._state.view)

    @background("view", exclusive=True)
    async def _regroup(self) -> None:
        """Make the rows again from the articles of the list."""
        shown, view = self._headlines.timeline, self._state.view
        ids = collect_ids(shown)
        found = await self._database.compute(regroup_rows, ids, shown.times, options=self._options)
        if view == self._state.view and collect_ids(self._headlines.timeline) is ids:
            self._headlines.rows.invalidate()
            self._show_rows(found, stay=True)

    @background("story counts", exclusive=True)
    async def count_story_members(self) -> None:
        """Add the articles that a refresh brought to the counts of stories; the rows stay as they are."""
        shown, now = self._headlines.timeline, self._now()
        query = self._state.view.lenient_query(now)
        if self._state.group_stories and shown.ids:
            rows, ids = array("q", (id for id in shown.ids if id > 0)), collect_ids(shown)
            found = await self._database.compute(find_new_members, query, now, rows, ids, self._zone)
            if found and self._headlines.timeline is shown:
                self._headlines.stories.add_new_members(found)

    # Showing.

    def _held(self) -> HeldArticle | None:
        """Return the current article with its position, to keep it there."""
        index, headline = self._headlines.index, self._headline
        if headline is None or headline.hidden or index is None:
            return None
        return HeldArticle(headline.id, headline.at, index, self._by_day)

    def _current(self) -> CursorArticle | None:
        """Return the current article, with its time if the list is sorted by time."""
        if (headline := self._headline) is None:
            return None
        return CursorArticle(headline.id, headline.at if self._headlines.timeline.days else None)

    @property
    def _by_day(self) -> bool:
        return self._state.view.lenient_query(self._now()).order in ("newest", "oldest")

    def _timeline(self, found: ArticleRows) -> Timeline:
        clock, now = self._services.clock, self._now()
        laid = build_timeline(found.ids, found.times, clock, now, by_day=self._by_day)
        return replace(
            laid,
            other_counts=found.other_counts,
            all_ids=found.all_ids,
            times=found.all_times,
            is_complete=found.is_complete,
            more_rows=found.more_rows,
        )

    def _show_rows(self, found: ArticleRows, stay: bool) -> None:
        self._show(self._timeline(found), stay)

    def _show(self, shown: Timeline, stay: bool) -> None:
        headlines = self._headlines
        headlines.rows.empty_text = "" if shown.ids else self._empty_text(typing=self._panes.search_bar.is_open)
        headlines.rows.search_words = self._state.search_words(self._now())
        headlines.rows.shows_source = self._state.view.scope.kind != "source"
        headlines.show(shown, stay=stay)
        self._update_frame()
        self._set_ready()
        view = self._state.view
        is_narrow = view.search_text.strip() and replace(view, order="") != view.in_all_articles
        fills_screen = headlines.heights.line_of(shown.row_count) >= headlines.visible_lines
        if is_narrow and shown.is_complete and not fills_screen:
            self._offer_all_articles(view, headlines.timeline)

    @background("elsewhere", exclusive=True)
    async def _offer_all_articles(self, view: View, shown: Timeline) -> None:
        """Show below few matches how many there are in all articles, if there are more."""
        if self._panes.search_bar.is_open:
            await sleep(REST_AFTER)
        if self._headlines.timeline is not shown:
            return
        wider, now = view.in_all_articles, self._now()
        with contextlib.suppress(Interrupted, StoreError, QueryError):
            count = await self._database.count(results.count, wider.query(now), now, MOST_COUNTED + 1, zone=self._zone)
            if count > len(collect_ids(shown)) and self._headlines.timeline is shown:
                number = f"{format_number(MOST_COUNTED, ',')}+" if count > MOST_COUNTED else format_number(count, ",")
                text = gettext("Search all articles: {count}", count=number)
                offers = [MoreRow(array("q"), text, wider)]
                self._headlines.show(add_offers(shown, offers, view.reason_for_empty), stay=True)

    def _extend(self, found: ArticleRows) -> None:
        self._headlines.extend(self._timeline(found))
        self._update_frame()

    def _update_frame(self) -> None:
        briefing = self._state.shows_briefing
        if self._shell.has_class("-briefing") is not briefing:
            self._shell.set_class(briefing, "-briefing")
            self._hints.update()
        signs = self._services.icons
        self._headlines.frame.heading = self._state.view.title(signs.never, signs.dot)
        self._headlines.frame.show_heading()
        self._headlines.frame.show_counts()

    def update_empty_text(self) -> None:
        """Show the text of an empty list for a closed search line, without its keys."""
        if not self._headlines.timeline.ids:
            self._headlines.rows.set_empty_text(self._empty_text(typing=False))

    def _empty_text(self, *, typing: bool) -> str:
        failure = self._failure_of(self._state.view.scope)
        if not failure and not self._database.read_now(results.find, named_view("all"), self._now(), 1):
            return gettext(NO_ARTICLES)
        return self._completion.empty_text(typing=typing, failure=failure)


def _start(work: Coroutine[Any, Any, T]) -> Task[T]:
    """Start work beside something else. If its result is no longer wanted, its error is not reported."""
    task = create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
