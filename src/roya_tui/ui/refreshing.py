"""Refreshing: another process fetches; what it tells is announced here, and nothing moves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import work

from roya_tui.model import Source
from roya_tui.store import articles, counting, sources
from roya_tui.text import many
from roya_tui.ui import keys
from roya_tui.ui.child import Child
from roya_tui.ui.sourcing import Sourcing

LOOK_FOR_DUE_EVERY = 60.0
"""Seconds between two looks at whether a source is due."""
ENDED_WELL = (0, 130, 143, -15)
"""Exit codes of a refresh that was through, or was stopped: by itself after a signal, or by SIGTERM at once."""
LONGEST_OFFLINE = 60 * 60
"""Seconds: who is to be asked later than this without a network was told so by another clock."""


class Refreshing(Sourcing):
    """What is due, what the person asks for, and whether there is a network at all."""

    _refreshing: Child | None = None
    _fetched: bool = False
    """Whether it is through with the sources: what it fetches now to be read offline gives way to another refresh."""
    _failures: Sequence[dict[str, Any]] = ()
    """What the refresh that runs told of those that failed."""
    _asked_for: frozenset[int] = frozenset()
    """Whom the person asked for while it runs, and who has not been told of since."""
    _away_until: int | None = None
    """When somebody is asked again, as long as there is no network."""
    _newest = 0
    """The newest article when all that had come was taken in last."""
    _said_so = False
    """Whether the person was told so, and has asked for nothing since."""

    def start_refresh_on_start(self) -> None:
        """Ask who is due, and again every so often; who is due is the refresh's to know."""
        self._show_network()
        self._newest = self.library.now(articles.newest)
        if self.config.refresh.on_start and not self.offline:
            self.call_after_refresh(self._refresh)  # what comes can wait for what is here
        self.set_interval(LOOK_FOR_DUE_EVERY, self._refresh_due)

    @work(exit_on_error=False, exclusive=True, group="due")
    async def _refresh_due(self) -> None:
        from roya_tui.sources.schedule import due  # not needed for the first paint

        if self.offline or self.is_away:
            return
        now = self.now()
        plan = due(await self.library.count(sources.all_sources), self.config.refresh, now)
        if self._is_busy:
            return
        # Files are always due, and looked at when their time has come.
        if any(not source.local or (source.next_check or 0) <= now for source in plan.ask):
            self._refresh()
        else:
            self._network_is_there()  # as far as anybody has to know

    @property
    def is_away(self) -> bool:
        """Whether there is no network, as far as is known."""
        now = self.now()
        return self._away_until is not None and now < self._away_until <= now + LONGEST_OFFLINE

    def action_refresh_all(self) -> None:
        self._asked("--all-now")

    def action_refresh(self) -> None:
        row = self.sidebar.current if self.pane == "sidebar" else None
        source = self.source_at_hand()
        if row is not None and row.kind == "folder":
            self._refresh_folder(row.name)
        elif source is None:
            here = "r refreshes a source or a folder" if row is not None else "Choose a source or an article first"
            self.bottom.say(f"{here}; R refreshes all.")
        elif source.saved:
            self.bottom.say("Saved pages stay. a and the address save one anew.")
        else:
            self.refresh_source(source)

    def refresh_source(self, source: Source) -> None:
        """Ask one source now; while a refresh runs, it has the next turn there, due or not."""
        self._ask_now([source.id], source.label)

    def _refresh_folder(self, folder: str) -> None:
        """Ask all sources in a folder, and those in it, now, but for the paused ones."""
        within = [source for source in self.sidebar.sources if f"{source.folder}/".startswith(f"{folder}/")]
        asked = [source.id for source in within if not (source.paused or source.saved)]
        if not asked:
            self.bottom.say(f"All in {folder} is paused. r on a source asks it.")
        else:
            self._ask_now(asked, f"{many(len(asked), 'source')} in {folder}")

    def _ask_now(self, ids: Sequence[int], called: str) -> None:
        if self._refreshing is None or self._fetched:
            self._asked(*map(str, ids), said=f"Refreshing {called}.")
            return
        for id in reversed(ids):
            self._refreshing.tell({"now": id})
        self._asked_for |= {*ids}
        self.bottom.say(f"Refreshing {called} now, before the others.")

    def _asked(self, *args: str, said: str = "Refreshing.") -> None:
        if self.offline:
            self.bottom.say(f"Offline: nothing is fetched. {keys.key_of(self.actions, 'work-offline')} goes online.")
        elif self._is_busy:
            self.bottom.say("A refresh is running. x stops it.")
        else:
            self.bottom.say(said, 2)
            self._said_so = False
            self._refresh(*args)

    @work(exit_on_error=False, group="refresh")
    async def _refresh(self, *args: str) -> None:
        if self._is_busy:
            return
        if (before := self._refreshing) is not None:
            await before.end()
            self._is_over(before)
        if self._refreshing is not None:
            return  # asked for twice meanwhile
        child = self._refreshing = Child(self.program, "refresh", "--events", *args, answers=True)
        self._fetched, self._failures, self._asked_for = False, (), frozenset()
        if at_hand := self.source_at_hand():
            child.tell({"first": at_hand.id})
        finished = False
        try:
            async for event in child.events():
                if self._refreshing is child and self._told(event):
                    finished = True
                    self._is_over(child)  # its process needs a moment more, for which nobody has to wait
        finally:
            self._is_over(child)
        if not finished:
            self.run_worker(self.library.catch_up())  # search has not learnt all that was saved
        if not finished and child.exit_code not in ENDED_WELL:
            self.bottom.say(_last_line(child.complaint) or "The refresh ended early. R tries again.")

    @property
    def _is_busy(self) -> bool:
        """Whether a refresh runs that is to be left alone."""
        return self._refreshing is not None and not self._fetched

    def _is_over(self, child: Child) -> None:
        if self._refreshing is child:
            self._refreshing = None
            self.top.work = ""

    def _told(self, event: dict[str, Any]) -> bool:
        """Show what the refresh tells; True when it says that it is through or that another one runs."""
        match event.get("event"):
            case "started" if event["total"]:
                self.top.work = f"{self.signs.busy} 0/{event['total']} sources"
            case "progress" if event.get("stage") == "offline":
                self.top.work = f"{self.signs.busy} {event['what']} {event['done']}/{event['total']}"
            case "progress":
                fresh = f" {self.signs.dot} {event['new']:,} new" if event.get("new") else ""
                self.top.work = f"{self.signs.busy} {event['done']}/{event['total']} sources{fresh}"
                self.count_soon()
            case "source":
                self._take_answer(event)
            case "offline":
                self._network_is_away(int(event["until"]))
            case "online":
                self._network_is_there()
            case "busy":
                self.bottom.say(str(event["message"]))
                return True
            case "warning":
                self.bottom.say(str(event["message"]))
            case "fetched":
                self._fetched = True
                self.top.work = ""
                self._announce(event)
                self._ask_the_rest()
            case "finished":
                if not self._fetched:
                    self._announce(event)
                    self._ask_the_rest()
                if event.get("pages"):
                    self.headlines.forget()  # they have their full text now
                return True
        return False

    def _take_answer(self, event: dict[str, Any]) -> None:
        """Take in how one source answered; who asked for it while others are still on their way is told at once."""
        state = event.get("state")
        if state == "failed":
            self._failures = (*self._failures, event)
        if event["id"] in self._asked_for:
            self._asked_for -= {event["id"]}
            told = {"new": f"{event['new']:,} new", "unchanged": "nothing new"}.get(str(state))
            said = f"{event['label']}: {told}." if told else f"{event['label']}: {event['message']}"
            self.bottom.say(str(event["message"]) if state == "failed" else said)

    def _ask_the_rest(self) -> None:
        """Ask those of whom the refresh heard too late."""
        if self._asked_for and not self.offline and not self.is_away:
            self.call_after_refresh(self._refresh, *map(str, self._asked_for))

    async def tell_what_others_fetched(self) -> None:
        """Tell what a refresh brought that another program began: another reader, the command line, cron."""
        # Ours tells by itself.
        if not self._is_busy and (new := await self.library.look(counting.come_since, self._newest)):
            self._tell_new(new)

    def _announce(self, event: dict[str, Any]) -> None:
        """Tell what our refresh brought."""
        new, changed = int(event.get("new", 0)) - int(event.get("muted", 0)), int(event.get("changed", 0))
        if changed:
            self.headlines.forget()
        if self._failures:
            self.bottom.say(self._sum_up(self._failures))
        if new:
            self._tell_new(new)
        self.count_soon()

    def _tell_new(self, new: int) -> None:
        if self.headlines.ids:
            self.bottom.tip = f"{new:,} new, press ."
        else:
            self.taken_in()
            self.set_view(self.view)
        self.count_tellings()
        self.offer_to_remove_samples()

    def taken_in(self) -> None:
        """All that came stands in the list now: nothing of it is told any more."""
        self._newest = self.library.now(articles.newest)
        self.bottom.tip = ""

    def _sum_up(self, failures: Sequence[dict[str, Any]]) -> str:
        """One calm line for all that failed."""
        if len(failures) == 1 or all(event.get("kind") == "offline" for event in failures):
            return str(failures[-1]["message"])
        told = f"{len(failures):,} sources failed"
        return f"{told}." if self.shows_sources else f"{told}; {keys.key_of(self.actions, 'health')} shows them."

    def action_quit(self) -> None:
        self.stop_refresh()
        super().action_quit()

    def action_stop(self) -> None:
        if self._refreshing is None:
            self.bottom.say("No refresh is running.")
        else:
            self.stop_refresh()
            self.bottom.say("Stopped. What was fetched is kept.")

    def stop_refresh(self) -> None:
        """End the refresh that runs, if one does."""
        if self._refreshing is not None:
            self._refreshing.stop()

    # The network.

    def action_work_offline(self) -> None:
        """Fetch nothing from now on, or again; for as long as the reader is open."""
        self.offline = not self.offline
        self._network_is_there()  # until a refresh finds out
        if self.offline:
            self.stop_refresh()
            key = keys.key_of(self.actions, "work-offline")
            self.bottom.say(f"Working offline: nothing is fetched. {key} goes online.")
        else:
            self.bottom.say("Online: what is due is fetched.")
            self._refresh()

    def _network_is_away(self, until: int) -> None:
        self._away_until = until
        self._show_network()
        self.set_timer(max(until - self.now(), 1), self._refresh_due)
        if not self._said_so:
            self._said_so = True
            again = f"Trying again at {self.clock.time(until)}; {keys.key_of(self.actions, 'refresh-all')} tries now."
            self.bottom.say(f"There is no network here. {again}")

    def _network_is_there(self) -> None:
        self._away_until = None
        self._said_so = False
        self._show_network()

    def _show_network(self) -> None:
        if self.offline:
            self.top.network = "Working offline"
        elif self._away_until is not None:
            self.top.network = f"Offline {self.signs.dot} trying again at {self.clock.time(self._away_until)}"
        else:
            self.top.network = ""


def _last_line(text: str) -> str:
    return text.splitlines()[-1].strip() if text.strip() else ""
