"""The screen of the sources' health: who answers, who does not, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

from textual import on, work

from roya_tui.config.settings import settings_for
from roya_tui.config.validators import InvalidValue, integer_seconds
from roya_tui.model import Source, display_address
from roya_tui.sources.urls import normalize
from roya_tui.store.sources import subscriptions
from roya_tui.text import normalize_folder, one_line, sort_key
from roya_tui.ui import keys
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.dialogs.ask import Ask
from roya_tui.ui.health_table import Headings
from roya_tui.ui.overview import Overview
from roya_tui.ui.panes import Panes
from roya_tui.ui.rows import Rows
from roya_tui.ui.services import Services
from roya_tui.ui.state import ReaderState

T = TypeVar("T")


class SourcesScreen(Overview):
    """What one does to sources here. What the news can do already is theirs to do: refresh, remove, undo."""

    BINDINGS: ClassVar = keys.bindings("health")
    here = "health"

    def __init__(
        self,
        services: Services,
        state: ReaderState,
        panes: Panes,
        controllers: Controllers,
        quit: Callable[[], None],
        stop: Callable[[], None],
        wanted: int = 0,
    ) -> None:
        """`stop` stops what is being fetched; `wanted` is the source to begin with, 0 the first of the table."""
        super().__init__(services, state, panes, controllers.marks, quit, wanted)
        self._sources = controllers.sources
        self._sidebar_editor = controllers.sidebar_editor
        self._refresh = controllers.refresh
        self._links = controllers.links
        self._counts = controllers.counts
        self._list = controllers.article_list
        self._stop = stop

    # Keys.

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

    @on(Headings.Sorted)
    def _heading_clicked(self, message: Headings.Sorted) -> None:
        self.sort(message.order)

    # What the news can do already.

    def action_refresh(self) -> None:
        if source := self._source():
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
        if source := self._source():
            self.show([health for health in self.known if health.source.id != source.id])
            self._sources.remove(source)

    def action_browser(self) -> None:
        source = self._source()
        if source and source.homepage:
            self._links.open(source.homepage)
        elif source:
            self.bottom.say("This source names no page of its own.")

    def action_copy_link(self) -> None:
        from roya_tui.sources.hosts import display_url

        if source := self._source():
            self.app.copy_to_clipboard(source.url if source.is_local else display_url(source.url))
            self.bottom.say(f"Copied {display_address(source.url)}")

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
            self._pause(source, f"{source.label} is asked again.", paused=False)
        elif source.paused:
            self._pause(source, f"Resumed {source.label}. u undoes.", paused=False)
        else:
            self._pause(source, f"Paused {source.label}. u undoes.", paused=True)

    def action_rename(self) -> None:
        if source := self._source():
            hint = f"Left empty, it goes by its own again: {source.title or display_address(source.url)}"
            self._ask("Your name for it", hint, source.label, one_line, lambda name: self._rename(source, name))

    async def _rename(self, source: Source, name: str) -> None:
        name = "" if name == source.title else name
        await self._change(
            source, f"{source.label} is now {name or source.title or 'as its address'}. u undoes.", name=name
        )

    def action_folder(self) -> None:
        if source := self._source():
            folders = sorted({one.source.folder for one in self.known if one.source.folder}, key=sort_key)
            self._ask(
                "Folder",
                "News/Jordan is a folder in a folder; left empty, it stands in none.",
                source.folder,
                normalize_folder,
                lambda folder: self._change(source, f"Moved {source.label}. u undoes.", folder=folder),
                suggestions=folders,
            )

    def action_interval(self) -> None:
        if source := self._source():
            default = _written(self.services.config.refresh.every)
            self._ask(
                "How often it is asked",
                f"10m, 2h or 1d; left empty, every {default} as all others. Its publisher may want it less often.",
                _written(source.interval),
                _interval,
                lambda seconds: self._change(
                    source, f"{source.label} is asked every {_written(seconds) or default}. u undoes.", interval=seconds
                ),
            )

    def action_per_day(self) -> None:
        if source := self._source():
            wished = settings_for(self.services.config, source).per_day
            otherwise = "all" if wished is None else f"{wished}, as config.toml says"
            self._ask(
                "How much of it lists show a day",
                f"3: the newest three of a day, and a row that counts the rest; 0: that row only. Empty: {otherwise}.",
                "" if source.per_day is None else str(source.per_day),
                _per_day,
                lambda most: self._change(source, f"{_shows(source, most, otherwise)} u undoes.", per_day=most),
            )

    def action_address(self) -> None:
        source = self._source()
        if source is None:
            return
        if source.is_local or source.is_saved_pages:
            self.bottom.say("This is no address on the web. a adds another source.")
            return
        moved = source.moved_to if source.moved_to != source.url else ""
        self._ask(
            "Its address",
            f"It says that it lives there now. So far: {display_address(source.url)}" if moved
            else f"So far: {display_address(source.url)}",
            moved or source.url,
            normalize,
            lambda url: self._change(source, f"{source.label} has another address. u undoes.", url=url),
        )  # fmt: skip

    def _ask(
        self,
        title: str,
        hint: str,
        value: str,
        read: Callable[[str], T],
        keep: Callable[[T], Coroutine[Any, Any, None]],
        suggestions: Sequence[str] = (),
    ) -> None:
        rtl = self.services.config.reading.rtl
        self.app.push_screen(Ask(title, hint, value, read, keep, rtl, suggestions=suggestions))

    @work(exit_on_error=False, group="marks")
    async def _pause(self, source: Source, said: str, *, paused: bool) -> None:
        await self._change(source, said, paused=paused)

    async def _change(self, source: Source, said: str, **facts: Any) -> None:
        """Change what the person says of a source, as a step that undo takes back; ask a new address at once."""
        await self.services.library.write(subscriptions.change, source.id, **facts, now=self.services.now())
        self.show_change(source.id)
        named = await self._sidebar_editor.references("folder", source.folder) if "folder" in facts else ""
        self.bottom.say(said.replace(" u undoes.", f"{named} u undoes."))
        self._counts.update_soon()
        if "per_day" in facts:
            self._list.regroup()
        self.reload()
        if "url" in facts and not self.state.offline:
            self._refresh.refresh_source(source)


def _shows(source: Source, most: int | None, otherwise: str) -> str:
    shown = otherwise if most is None else f"{most} a day" if most else "one row a day"
    return f"Lists show {shown} of {source.label}."


def _per_day(text: str) -> int | None:
    """Read how many of a day are shown; nothing is all. Raises ValueError, with a sentence."""
    if not text:
        return None
    if not (text.isdecimal() and int(text) <= 1000):
        raise ValueError("That is no number from 0 to 1000.")
    return int(text)


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
        return int(integer_seconds("10m", "30d")(text))
    except InvalidValue as error:
        raise ValueError(f"The time {error}") from None
