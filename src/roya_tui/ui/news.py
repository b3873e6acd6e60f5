"""The one main screen: it owns the view and the selection, sets the widgets, and routes what they say."""

from __future__ import annotations

import contextlib
from asyncio import create_task
from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.timer import Timer

from roya_tui.config import Config
from roya_tui.query import QueryError
from roya_tui.query import view as named_view
from roya_tui.reading.timeline import Timeline, timeline
from roya_tui.store import saved, search, sources
from roya_tui.ui import keys
from roya_tui.ui.album import Album
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.bars import Bar, TagBar
from roya_tui.ui.briefing import Briefing
from roya_tui.ui.comparing import Comparing
from roya_tui.ui.finding import Finding
from roya_tui.ui.folding import Folding
from roya_tui.ui.library import Interrupted, Library
from roya_tui.ui.listing import Held, Listed, listed
from roya_tui.ui.memory import Memory
from roya_tui.ui.outgoing import Outgoing
from roya_tui.ui.picturing import Picturing
from roya_tui.ui.ruling import Ruling
from roya_tui.ui.saving import Saving
from roya_tui.ui.sidebar import Sidebar
from roya_tui.ui.view import ORDER_NAMES, ORDERS, Place, View

FIRST = 200
"""Headlines of a new view that are shown before the rest is known."""
COUNT_AFTER = 0.2
"""Seconds of quiet before the counts are made anew."""
LOOK_EVERY = 2.0
"""Seconds between two looks at whether the store was changed."""
EMPTY = {
    "unread": "All read. 2 shows everything.",
    "all": "No articles yet. R fetches, a adds a source.",
    "starred": "Nothing starred. s stars an article.",
    "updated": "Articles that change after you read them come here.",
    "today": "Nothing from today yet. R refreshes, 2 shows everything.",
}


class News(Ruling, Saving, Briefing, Finding, Folding, Outgoing, Picturing, Comparing):
    """Shows a view. `Marks` and `Sourcing` hold what one does to articles and to sources, `Visiting` to pages,
    `Picturing` to pictures, `Comparing` to versions, `Finding` to the words one looks for, `Choosing` to many at
    once, `Folding` to stories, `Crossing` the way from unread to unread, `Saving` to saved feeds, `Ruling` to
    rules, `Outgoing` what leaves, `Briefing` the page of what is new."""

    BINDINGS: ClassVar = keys.bindings("screen")

    def __init__(
        self,
        library: Library,
        memory: Memory,
        config: Config,
        program: tuple[str, ...],
        now: Callable[[], int],
        *,
        view: View | None = None,
        offline: bool = False,
        greeting: str = "",
        album: Album | None = None,
    ) -> None:
        super().__init__(library, config, program, now, offline, album or Album())
        self.view = view or View()
        self._memory = memory
        self.folding = memory.folding(config.reading.fold)
        self.article.set_width(memory.width(config.reading.width))
        self._greeting = greeting
        self._counting: Timer | None = None
        self._changed_by_others = False
        """Whether others wrote to the store just now."""

    def on_mount(self) -> None:
        """Show the first headlines; the article and the counts follow once those are drawn."""
        self.sidebar.fold(self._memory.folded())
        self.sidebar.show(feeds=self.library.now(saved.feeds, self.now()))
        self.view = replace(self.view, order=self.view.order or self._memory.order(self.view.place))
        now = self.now()
        first = self.library.now(listed, self.view.query(now), now, FIRST, **self.listing)
        self.show_listed(first, stay=False)
        if not first.whole:
            self.call_after_refresh(self._go_on, self.view)  # its thread would take turns with the first paint
        self.count_soon()
        if self._greeting:
            self.bottom.say(self._greeting, 20)
        self.set_interval(LOOK_EVERY, self._look_for_changes)
        self.watch_ends()
        self.start_refresh_on_start()

    # The view: what the list shows.

    def set_view(self, view: View, *, stay: bool = True, hold: bool = False) -> None:
        """Show `view`, from its top; with `stay` at the article of the cursor, or the nearest that is in there.

        With `hold` that article stays even where the view would leave it out: it is being read.
        """
        if view.place != self.view.place and not view.order:
            view = replace(view, order=self._memory.order(view.place))
        before, self.view = self.view, view
        if view.place != before.place:
            self.forget_spots()
        self.library.hurry()
        self._loading = self._load(view, stay, hold)
        if replace(before, find="") != replace(view, find=""):  # the sidebar says nothing of words to find
            self.sidebar.show(view=view)
        self.count_soon()

    @work(exit_on_error=False, exclusive=True, group="view")
    async def _load(self, view: View, stay: bool, hold: bool) -> None:
        """Show the first screens of the view as soon as they are known, then all of it."""
        try:
            query = view.query(self.now())
        except QueryError as error:
            self.say_wrong(error)
            return
        self.hush_wrong()
        selected = self.headlines.selected
        with contextlib.suppress(Interrupted):
            if (page := await self.briefing_of(view, query)) is not None:
                self._show(page, stay)
                return
            # Where tags or facts are asked for the first ones take as long as all; the best by their words do not.
            narrowed = (view.only or view.find.strip()) and query.order != "relevance"
            limit = None if narrowed or hold else FIRST
            held = self._held() if hold else None
            found = await self.library.read(listed, query, self.now(), limit, held=held, **self.listing)
            # All of it is asked for while the first rows are drawn.
            everything = (
                None if found.whole else create_task(self.library.read(listed, query, self.now(), **self.listing))
            )
            begun = found.whole or not stay or selected is None or selected in found.every
            if begun:
                self.show_listed(found, stay)
            if everything is not None:
                found = await everything
                self._extend(found) if begun else self.show_listed(found, stay)

    def _held(self) -> Held | None:
        """The article of the cursor, to stay where it is."""
        index = self.headlines.index
        headline = None if index is None else self.headlines.headline(index)
        return (
            None
            if headline is None or headline.hidden or index is None
            else Held(headline.id, headline.at, index, self._by_day)
        )

    def show_listed(self, found: Listed, stay: bool) -> None:
        self._show(self._timeline(found), stay)

    def _show(self, shown: Timeline, stay: bool) -> None:
        headlines = self.headlines
        headlines.empty_words = "" if shown.ids else self._nothing()
        headlines.words = self._words()
        headlines.with_source = self.view.place.kind != "source"
        headlines.show(shown, stay=stay)
        self.frame()

    def _extend(self, found: Listed) -> None:
        self.headlines.extend(self._timeline(found))
        self.frame()

    def _go_on(self, begun: View) -> None:
        if self.view is begun:
            self.load_rest()

    def load_rest(self) -> None:
        self._load_rest()

    @work(exit_on_error=False, exclusive=True, group="view")
    async def _load_rest(self) -> None:
        with contextlib.suppress(Interrupted):
            now = self.now()
            self._extend(await self.library.read(listed, self.view.query(now), now, **self.listing))

    @property
    def _by_day(self) -> bool:
        return self.view.query(self.now()).order in ("newest", "oldest")

    def _timeline(self, found: Listed) -> Timeline:
        laid = timeline(found.ids, found.times, self.headlines.clock, self.now(), by_day=self._by_day)
        return replace(
            laid, others=found.others, every=found.every, times=found.all_times, whole=found.whole, piles=found.piles
        )

    def frame(self) -> None:
        super().frame()
        self.headlines.heading = self.view.title(self.signs.never, self.signs.dot)
        self.headlines.say_where()
        self.headlines.say_how_many()

    def _nothing(self) -> str:
        """What an empty list says: why it is empty, and what to do."""
        view, place = self.view, self.view.place
        if not self.library.now(search.find, named_view("all"), self.now(), 1):
            return "No articles yet. R fetches, a adds a source."
        if view.find.strip():
            elsewhere = "" if place == Place(name="all") else " enter and then 2 looks in everything,"
            return f"Nothing here has these words.{elsewhere} esc goes back."
        if place.kind == "briefing":
            return self.no_briefing()
        if place.kind in ("query", "feed"):
            return "Nothing is found by this. 1 shows the unread, / finds something else."
        if view.only or view.never:
            return "Nothing with these tags here. esc, then 1 or 2 shows the rest."
        if place.kind == "view":
            return EMPTY[place.name]
        return "Nothing here yet. r refreshes this source."

    def action_order(self) -> None:
        if self.briefs:
            self.bottom.say("A briefing is in an order of its own.")
            return
        order = self.view.order or "newest"
        order = ORDERS[(ORDERS.index(order) + 1) % len(ORDERS)] if order in ORDERS else ORDERS[0]
        self._memory.keep_order(self.view.place, order)
        self.set_view(replace(self.view, order=order))
        self.bottom.say(f"Sorted {ORDER_NAMES[order]}.")

    def action_take_in(self) -> None:
        """Show what came in since the view was made."""
        self.bottom.tip = ""
        self.set_view(self.view, hold=True)

    def _go(self, name: str) -> None:
        """To one of the five views; words that are being looked for are looked for there."""
        place = Place(name=name)
        self.set_view(View(place, find=self.view.find), hold=place == self.view.place)
        self.set_focus(self.headlines)

    def action_view_unread(self) -> None:
        self._go("unread")

    def action_view_all(self) -> None:
        self._go("all")

    def action_view_starred(self) -> None:
        self._go("starred")

    def action_view_updated(self) -> None:
        self._go("updated")

    def action_view_today(self) -> None:
        self._go("today")

    # Counts: made in a thread, at once after what one did, else after a moment of quiet.

    def _look_for_changes(self) -> None:
        """Show what others changed in the store: another reader, a refresh, the command line."""
        if self.library.changed():
            self.headlines.forget()
            self.count_soon()
            self._changed_by_others = True
        elif self._changed_by_others:
            self._changed_by_others = False
            self.run_worker(self.library.catch_up())  # it may have been a refresh that was killed

    def count_soon(self) -> None:
        self._stop_counting()
        self._counting = self.set_timer(COUNT_AFTER, self._count)

    def count_now(self) -> None:
        self._stop_counting()
        self._count()

    def _stop_counting(self) -> None:
        if self._counting is not None:
            self._counting.stop()

    @work(exit_on_error=False, exclusive=True, group="counts")
    async def _count(self) -> None:
        now, zone = self.now(), self.clock.zone
        try:
            counted = replace(self.view, only=(), never=()).query(now)
        except QueryError:
            counted = View(self.view.place).query(now)
        feeds = await self.library.count(saved.feeds, now)
        counts = await self.library.count(search.view_counts, now, zone=zone)
        if self.top.counts:  # at the start all comes together, so that nothing moves down
            self.sidebar.show(feeds=feeds, counts=counts)
        self.top.counts = f"Today {counts['today']:,} {self.signs.dot} Unread {counts['unread']:,}"
        known = await self.library.count(sources.all_sources)
        tags = await self.library.count(search.tag_counts, counted, now, zone=zone)
        await self.follow_aliases()
        self.sidebar.show(counts=counts, feeds=feeds, tags=tags, sources=known)
        self.headlines.hidden = await self.library.count(search.count_hidden, counted, now, zone=zone)
        self.headlines.say_how_many()
        await self.count_feeds()

    # The sidebar and the tags.

    @on(Sidebar.Chosen)
    def _chosen(self, message: Sidebar.Chosen) -> None:
        if self.is_broken(message.place):
            return
        self.set_view(View(message.place, self.view.only, self.view.never, self.view.any_tag))
        self.set_focus(self.headlines)

    @on(Sidebar.TagToggled)
    def _tag_toggled(self, message: Sidebar.TagToggled) -> None:
        self._toggle_tag(message.tag, message.only)

    @on(Sidebar.Folded)
    def _folded(self, message: Sidebar.Folded) -> None:
        self._memory.keep_folded(message.folders)

    @on(Sidebar.AnyAllToggled)
    def action_any_or_all(self) -> None:
        self.set_view(replace(self.view, any_tag=not self.view.any_tag))

    def action_tags(self) -> None:
        self.sidebar.show_all_tags(True)
        self.sidebar.narrow_tags("")
        self.add_class("-tagging")
        self.tag_bar.open()

    def action_only(self) -> None:
        self._toggle_tag(self.sidebar.current_tag, True)

    def action_never(self) -> None:
        self._toggle_tag(self.sidebar.current_tag, False)

    @on(TagBar.Decided)
    def _decided(self, message: TagBar.Decided) -> None:
        self._toggle_tag(self.sidebar.current_tag, message.only)

    @on(ArticlePane.TagChosen)
    def _tag_of_article(self, message: ArticlePane.TagChosen) -> None:
        self._toggle_tag(message.tag, True)
        word = "Only" if message.tag in self.view.only else "Not only"
        self.bottom.say(f"{word} what has the tag “{message.tag}”.")

    def _toggle_tag(self, tag: str, only: bool) -> None:
        if not tag:
            self.bottom.say("Choose a tag first: t goes to the tags.")
            return
        self.bottom.hush()
        self.set_view(self.view.toggled(tag, only=only))

    @on(Bar.Changed, "#tag-bar")
    def _narrowed(self, event: Bar.Changed) -> None:
        if self.tag_bar.is_open:  # not what was typed just before it was left
            self.sidebar.narrow_tags(event.value)

    @on(Bar.Stepped, "#tag-bar")
    def _tag_stepped(self, message: Bar.Stepped) -> None:
        self.sidebar.step(message.by)

    @on(Bar.Left, "#tag-bar")
    def _tags_left(self, message: Bar.Left) -> None:
        if self.tag_bar.value != self.sidebar.narrow:
            self.sidebar.narrow_tags(self.tag_bar.value)
        tag = self.sidebar.current_tag
        self.tag_bar.shut()
        self.remove_class("-tagging")
        self.sidebar.show_all_tags(False)
        self.sidebar.narrow_tags("")
        if message.kept and not tag and self.tag_bar.value.strip():
            self.bottom.say(f"No tag here has “{self.tag_bar.value.strip()}”.")
        elif message.kept:
            self._toggle_tag(tag, True)
            self.sidebar.go_to_tag(tag)

    def action_back(self) -> None:
        if self.pane == "article" and self.leave():
            return
        if self.has_class("-zen"):
            self.action_zen()
        elif self.pane in ("article", "sidebar"):
            self.set_focus(self.headlines)
        elif self.headlines.chosen.ids:
            self.headlines.let_go()
        elif self.headlines.fold():
            pass
        elif self.view.find.strip():
            self.leave_find()
        elif not self.leave_briefing():
            self.set_focus(self.sidebar)

    def action_health(self) -> None:
        """How all sources fare; from the sidebar, beginning with the one at hand."""
        from roya_tui.ui.health import SourcesScreen

        if self.is_current:
            row = self.sidebar.current if self.pane == "sidebar" else None
            self.app.push_screen(SourcesScreen(self, row.source if row is not None else 0))
