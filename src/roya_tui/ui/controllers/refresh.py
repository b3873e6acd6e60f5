"""Refreshing: another process fetches, its events are announced here, and the list changes only on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from roya_tui.model import Source
from roya_tui.presentation.source_status import TimeContext, describe_held_hosts
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.translation import gettext, join_sentences, ngettext, quote
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.controllers.notifications import Notifications
from roya_tui.ui.controllers.sources import Sources
from roya_tui.ui.processes.child_process import ChildProcess

CHECK_DUE_EVERY = 60.0
"""Seconds between two checks whether a source is due."""
EXPECTED_EXITS = (0, 130, 143, -15)
"""Exit codes of a refresh that finished or was stopped: by itself after a signal, or by SIGTERM at once."""
WARNING_SECONDS = 20.0
"""How long a warning is shown."""
LONGEST_OFFLINE = 60 * 60
"""Seconds: a longer wait for the network was computed with another clock."""
CHECK_DATABASE_EVERY = 2.0
"""Seconds between two checks whether another process changed the database."""


class Refresh(Controller):
    """Refreshes what is due and what the user asks for, and knows whether there is a network."""

    def __init__(
        self,
        context: Context,
        counts: Counts,
        article_list: ArticleList,
        sources: Sources,
        notifications: Notifications,
        shows_source_status: Callable[[], bool],
    ) -> None:
        """`shows_source_status` returns whether the source status screen is open."""
        super().__init__(context)
        self._counts = counts
        self._list = article_list
        self._sources = sources
        self._notifications = notifications
        self._shows_source_status = shows_source_status
        self._child: ChildProcess | None = None
        self._fetched = False
        """Whether all sources are fetched; another refresh then stops the fetching for offline reading."""
        self._failures: Sequence[dict[str, Any]] = ()
        self._warning = ""
        """The last warning of the running refresh. It is shown again at the end, over what was fetched."""
        self._warnings_shown: frozenset[str] = frozenset()
        """Since the user last asked for a refresh: automatic ones would repeat them."""
        self._requested: dict[int, bool] = {}
        """Ids of sources requested during the refresh and not yet fetched; true: even if the host limits them."""
        self._offer: tuple[Sequence[int], str] = (), ""
        """The ids of the requested sources, and the message that offers to check the postponed ones anyway."""
        self._offline_until: int | None = None
        """When the next attempt is made while there is no network, in UTC seconds."""
        self._requested_sync = False
        """Whether the user asked for what runs now to sync an account, so that its outcome is shown."""
        self._reported_offline = False

    def start(self) -> None:
        """Refresh what is due, now and every so often."""
        self._show_network()
        self._state.newest_article = self._database.read_now(lookup.newest_id)
        if self._config.refresh.on_start and not self._state.offline:
            self._shell.after_refresh(self._run)  # what is fetched can wait for what is stored
        self._shell.every(CHECK_DUE_EVERY, self._refresh_due)

    @background("due", exclusive=True)
    async def _refresh_due(self) -> None:
        from roya_tui.sources.schedule import is_sync_due, make_plan, next_check  # not needed for the first paint
        from roya_tui.store.sync import accounts

        now, limits, offline = self._now(), self._config.refresh, self._state.offline or self.is_offline
        plan = make_plan(await self._database.count(subscriptions.list_all), limits, now, offline=offline)
        syncs = not offline and is_sync_due(await self._database.count(accounts.list_all), limits.every, now)
        if self._is_busy:
            return
        # Files are always due, and checked when their time has come.
        if syncs or any(not source.is_local or (next_check(source, limits) or 0) <= now for source in plan.fetch):
            self._run(offline=offline)
        elif not offline:
            self._set_online()  # nothing shows the contrary

    @property
    def is_offline(self) -> bool:
        """Whether there is no network, as far as is known."""
        now = self._now()
        return self._offline_until is not None and now < self._offline_until <= now + LONGEST_OFFLINE

    # What the user asks for.

    def refresh_all(self) -> None:
        sources = self._panes.sidebar.model.sources
        wanted = [one for one in sources if not (one.paused or one.sample or one.is_saved_pages)]
        held, text = self._find_held(wanted, "refresh-all")
        if held and self._was_offered(wanted):
            self._check(held, anyway=True)
            return
        has_others = len(held) < len(wanted) or not held
        if not has_others or self._request("--all-now"):
            started = gettext("Refreshing all other sources.") if has_others else ""
            self._offer_anyway(held, wanted, join_sentences(started, text))

    def refresh_selected(self) -> None:
        """Refresh the source, or the folder in the sidebar."""
        row = self._panes.sidebar.current if self._panes.active == "sidebar" else None
        source = self._sources.target
        if row is not None and row.kind == "folder":
            self._refresh_folder(row.name)
        elif source is None:
            self._show_message(gettext("Go to a source, folder or article first. R: refresh all"))
        elif source.is_saved_pages:
            self._show_message(gettext("To update a saved page, press a and add its address again."))
        else:
            self.refresh_source(source)

    def refresh_source(self, source: Source) -> None:
        """Refresh one source now; while a refresh runs, as its next source, due or not."""
        if source.from_server and source.account_id is not None:
            from roya_tui.store.sync import accounts  # few users have any

            account = self._database.read_now(accounts.get, source.account_id)
            if account is not None:
                self.sync_account(account.id, account.label)
        else:
            self._refresh_now([source])

    def sync_account(self, id: int, label: str) -> None:
        """Sync an account now."""
        message = gettext("Syncing with {label}.", label=label)
        self._request(str(id), message=message, command=("account", "sync"))

    def _refresh_folder(self, folder: str) -> None:
        """Refresh all sources in a folder and its subfolders, except paused ones."""
        within = [one for one in self._panes.sidebar.model.sources if f"{one.folder}/".startswith(f"{folder}/")]
        wanted = [source for source in within if not (source.paused or source.is_saved_pages)]
        if not wanted:
            self._show_message(
                gettext("All sources in “{folder}” are paused. Press r on one to check it.", folder=folder)
            )
        else:
            self._refresh_now(wanted, folder)

    def _refresh_now(self, sources: Sequence[Source], folder: str = "") -> None:
        """Refresh sources, all those of `folder` if it is given; offer it for those whose host is limiting requests."""
        held, text = self._find_held(sources, "refresh")
        if held and self._was_offered(sources):
            self._check(held, folder, anyway=True)
            return
        others = [source for source in sources if source not in held]
        started = self._check(others, folder) if others else ""
        self._offer_anyway(held, sources, join_sentences(started, text))

    def _check(self, sources: Sequence[Source], folder: str = "", *, anyway: bool = False) -> str:
        """Check sources, and return the message about it."""
        ids, label = [source.id for source in sources], quote(sources[0].label)
        if folder:
            label = ngettext(
                "{count:,} source in “{folder}”", "{count:,} sources in “{folder}”", len(ids), folder=folder
            )
        elif len(ids) > 1:
            label = ngettext("{count:,} source", "{count:,} sources", len(ids))
        if self._child is None or self._fetched:
            message = gettext("Refreshing {sources}.", sources=label)
            self._request(*["--anyway"] * anyway, *map(str, ids), message=message)
            return message
        for id in reversed(ids):
            self._child.send({"now": id, "anyway": anyway})
        self._requested |= dict.fromkeys(ids, anyway)
        message = gettext("Refreshing {sources} now, before the others.", sources=label)
        self._show_message(message)
        return message

    def _find_held(self, sources: Sequence[Source], key: str) -> tuple[Sequence[Source], str]:
        """Return those of `sources` whose host is limiting requests, and until when, with the key to check anyway."""
        stored = self._database.read_now(subscriptions.list_held, self._now())
        if not stored or self._state.offline:
            return (), ""
        from roya_tui.sources.schedule import held_hosts, source_host

        hosts = held_hosts(stored, self._now())
        held = [source for source in sources if source_host(source) in hosts]
        hosts = {host: until for host, until in hosts.items() if host in map(source_host, held)}
        text = describe_held_hosts(hosts, TimeContext(self._now(), self._services.clock))
        return held, join_sentences(text, gettext("{key}: check anyway", key=self._services.key(key)))

    def _offer_anyway(self, held: Sequence[Source], wanted: Sequence[Source], message: str) -> None:
        """Offer to check the sources `held` if `wanted` are requested again while `message` is shown."""
        if held:
            self._offer = [source.id for source in wanted], message
            self._show_message(message)

    def _was_offered(self, wanted: Sequence[Source]) -> bool:
        """Return whether the user has just read that some of `wanted` wait; each offer counts once."""
        offer, self._offer = self._offer, ((), "")
        return offer == ([source.id for source in wanted], self._panes.bottom.message)

    def _request(self, *args: str, message: str = "", command: Sequence[str] = ("refresh",)) -> bool:
        """Start a refresh, or another `command`, if none is running; return whether it starts."""
        if self._state.offline:
            self._show_message(gettext("Working offline. {key}: go online", key=self._services.key("work-offline")))
        elif self._is_busy:
            self._show_message(gettext("A refresh is running. x: stop it"))
        else:
            self._show_message(message or gettext("Refreshing all sources."), 2)
            self._reported_offline = False
            self._warnings_shown = frozenset()
            self._run(*args, command=command)
            return True
        return False

    # The process.

    @background("refresh")
    async def _run(self, *args: str, offline: bool = False, command: Sequence[str] = ("refresh",)) -> None:
        if self._is_busy:
            return
        if (before := self._child) is not None:
            await before.stop_and_wait()
            self._ended(before)
        if self._child is not None:
            return  # requested twice meanwhile
        program = self._services.command(offline=offline or self._state.offline)
        child = self._child = ChildProcess(program, *command, "--events", *args, accepts_input=True)
        self._fetched, self._failures, self._requested, self._warning = False, (), {}, ""
        self._requested_sync = "sync" in command
        if source := self._sources.target:
            child.send({"first": source.id})
        finished = False
        try:
            async for event in child.events():
                if self._child is child and self._handle(event):
                    finished = True
                    self._ended(child)  # the process needs a moment more, which nothing has to wait for
        finally:
            self._ended(child)
        if not finished:
            self._shell.start(self._database.index_pending)  # not all stored articles are indexed
        if not finished and child.exit_code not in EXPECTED_EXITS:
            self._show_message(_last_line(child.error_text) or gettext("The refresh failed. R: try again"))

    @property
    def _is_busy(self) -> bool:
        return self._child is not None and not self._fetched

    def _ended(self, child: ChildProcess) -> None:
        if self._child is child:
            self._child = None
            self._panes.top.work = ""

    def _handle(self, event: dict[str, Any]) -> bool:
        """Show an event of the refresh; return whether it is the last one, or another refresh is running."""
        top, signs = self._panes.top, self._services.icons
        match event.get("event"):
            case "started" if event["total"]:
                top.work = self._describe_progress(0, event["total"])
            case "progress" if event.get("stage") == "offline":
                what = gettext("pages") if event["what"] == "pages" else gettext("pictures")
                top.work = f"{signs.busy} {what} {event['done']}/{event['total']}"
            case "progress":
                top.work = self._describe_progress(event["done"], event["total"], event.get("new") or 0)
                self._counts.update_soon()
            case "source":
                self._handle_source(event)
            case "offline":
                self._set_offline(int(event["until"]))
            case "online":
                self._set_online()
            case "busy":
                self._show_message(str(event["message"]))
                return True
            case "warning":
                self._warn(str(event["message"]))
            case "sync":
                self._handle_sync(event)
            case "notify":
                self._notifications.show(event)
            case "fetched":
                self._fetched = True
                top.work = ""
                self._announce(event)
                self._run_remaining()
            case "finished":
                if not self._fetched:
                    self._announce(event)
                    self._run_remaining()
                if self._warning:
                    self._show_message(self._warning, WARNING_SECONDS)
                if event.get("pages"):
                    self._headlines.rows.invalidate()  # they have their full text now
                return True
        return False

    def _warn(self, message: str) -> None:
        """Show a warning, unless it was shown since the user last asked for a refresh."""
        if message not in self._warnings_shown:
            self._warning = message
            self._warnings_shown |= {message}
            self._show_message(message, WARNING_SECONDS)

    def _handle_sync(self, event: dict[str, Any]) -> None:
        """Show the progress or the outcome of the sync of an account."""
        from roya_tui.presentation.accounts import describe_progress, describe_result  # few users have accounts

        is_running = event["state"] == "running"
        self._panes.top.work = f"{self._services.icons.busy} {describe_progress(event)}" if is_running else ""
        if is_running:
            return
        match event["state"]:
            case "failed":
                self._warn(str(event["message"]))
            case "done" if self._requested_sync:
                self._show_message(describe_result(event))
            case "waiting" if self._requested_sync:
                self._show_message(str(event["message"]), WARNING_SECONDS)
        self._headlines.rows.invalidate()  # it may have changed marks
        self._counts.update_soon()

    def _describe_progress(self, done: int, total: int, new: int = 0) -> str:
        icons = self._services.icons
        text = ngettext("{done}/{count} source", "{done}/{count} sources", total, done=done)
        more = gettext("{count:,} new", count=new)
        return f"{icons.busy} {text} {icons.dot} {more}" if new else f"{icons.busy} {text}"

    def _handle_source(self, event: dict[str, Any]) -> None:
        """Note the result of one source; one that the user asked for is shown at once."""
        state = event.get("state")
        if state == "failed":
            self._failures = (*self._failures, event)
        if self._state.view.scope.kind == "source" and self._state.view.scope.id == event["id"]:
            self._list.update_empty_text()  # it may have the failure
        if event["id"] in self._requested:
            del self._requested[event["id"]]
            text, label = str(event.get("message", "")), quote(event["label"])
            if state == "new":
                text = gettext("{source}: {count:,} new.", source=label, count=event["new"])
            elif state == "unchanged":
                text = gettext("{source}: no new articles.", source=label)
            self._show_message(text if state in ("new", "unchanged", "failed") else f"{label}: {text}")

    def _run_remaining(self) -> None:
        """Refresh the sources whose request arrived too late."""
        if self._requested and not self._state.offline and not self.is_offline:
            anyway = ["--anyway"] * any(self._requested.values())
            self._shell.after_refresh(self._run, *anyway, *map(str, self._requested))

    # What it brought.

    async def announce_others(self) -> None:
        """Announce what a refresh of another process brought: another session, the command line, cron."""
        if self._is_busy:
            return  # ours is announced by its events
        if new := await self._database.compute(results.count_new_since, self._state.newest_article):
            self._announce_new(new)

    def _announce(self, event: dict[str, Any]) -> None:
        new, changed = int(event.get("new", 0)) - int(event.get("muted", 0)), int(event.get("changed", 0))
        if changed:
            self._headlines.rows.invalidate()
        if self._failures:
            self._show_message(self._failure_text(self._failures))
        if new:
            self._announce_new(new)
        self._counts.update_soon()

    def _announce_new(self, new: int) -> None:
        if self._headlines.ids:
            self._panes.bottom.tip = gettext("{count:,} new, press .", count=new)
        else:
            self._list.mark_all_loaded()
            self._list.show_view(self._state.view)
        self._list.count_story_members()
        self._sources.offer_to_remove_samples()

    def _failure_text(self, failures: Sequence[dict[str, Any]]) -> str:
        """Return one line about all sources that failed."""
        if len(failures) == 1 or all(event.get("kind") == "offline" for event in failures):
            return str(failures[-1]["message"])
        text = ngettext("{count:,} source failed.", "{count:,} sources failed.", len(failures))
        key = self._services.key("source-status")
        return text if self._shows_source_status() else text + " " + gettext("{key}: source status", key=key)

    # Stopping.

    def stop(self) -> bool:
        """Stop the refresh, or say that none is running."""
        if self._child is None:
            self._show_message(gettext("There is nothing to stop."))
        else:
            self.terminate()
            self._show_message(gettext("Stopped the refresh. Fetched articles are kept."))
        return True

    def terminate(self) -> None:
        """Stop the refresh without a message."""
        if self._child is not None:
            self._child.stop()

    # The network.

    def toggle_offline(self) -> None:
        """Fetch nothing from now on, or fetch again; until the app is closed."""
        state = self._state
        state.offline = not state.offline
        self._set_online()  # until a refresh finds out
        if state.offline:
            self.terminate()
            key = self._services.key("work-offline")
            self._show_message(gettext("Working offline. {key}: go online", key=key))
        else:
            self._show_message(gettext("Online. Refreshing due sources."))
            self._run()

    def _set_offline(self, until: int) -> None:
        self._offline_until = until
        self._show_network()
        self._shell.after(max(until - self._now(), 1), self._refresh_due)
        if not self._reported_offline:
            self._reported_offline = True
            time, key = self._services.clock.time(until), self._services.key("refresh-all")
            self._show_message(gettext("No network. Trying again at {time}. {key}: try now", time=time, key=key))

    def _set_online(self) -> None:
        self._offline_until = None
        self._reported_offline = False
        self._show_network()

    def _show_network(self) -> None:
        if self._state.offline:
            self._panes.top.network = gettext("Working offline")
        elif self._offline_until is not None:
            time = self._services.clock.time(self._offline_until)
            again = gettext("trying again at {time}", time=time)
            self._panes.top.network = " ".join((gettext("Offline"), self._services.icons.dot, again))
        else:
            self._panes.top.network = ""


class DatabaseWatch(Controller):
    """Shows what other processes changed in the database: another session, a refresh, the command line."""

    def __init__(self, context: Context, counts: Counts, refresh: Refresh) -> None:
        super().__init__(context)
        self._counts = counts
        self._refresh = refresh
        self._changed_before = False
        """Whether another process changed the database at the last check."""
        self._unannounced = False
        """Whether that may have brought articles that are not announced yet."""

    def start(self) -> None:
        """Check now and every few seconds; for the first time before this session writes."""
        self._shell.after_refresh(self._check)
        self._shell.every(CHECK_DATABASE_EVERY, self._check)

    @background("changes", exclusive=True)
    async def _check(self) -> None:
        if await self._database.has_changed():
            self._headlines.rows.invalidate()
            self._counts.update_soon()
            self._changed_before = self._unannounced = True
        elif self._changed_before:
            self._changed_before = False
            self._shell.start(self._database.index_pending)  # it may have been a refresh that was killed
        if self._unannounced and self._shell.is_current:
            await self._refresh.announce_others()
            self._unannounced = False


def _last_line(text: str) -> str:
    return text.splitlines()[-1].strip() if text.strip() else ""
