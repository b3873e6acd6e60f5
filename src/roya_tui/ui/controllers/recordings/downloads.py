"""Downloading recordings: one after another, each in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from roya_tui.model import Recording
from roya_tui.store import episodes
from roya_tui.translation import gettext, join_sentences, ngettext, quote
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.links import Links
from roya_tui.ui.controllers.article.selection import Selection
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.controllers.recordings.playback import ask_recording, describe_missing
from roya_tui.ui.processes.child_process import ChildProcess

FAILURE_SECONDS = 20.0
"""How long the reason is shown why a download failed."""


class Downloads(Controller):
    """Downloads recordings in the background, and removes downloads."""

    def __init__(
        self, context: Context, counts: Counts, article: CurrentArticle, selection: Selection, links: Links
    ) -> None:
        super().__init__(context)
        self._counts = counts
        self._article = article
        self._selection = selection
        self._links = links
        self._queue: dict[tuple[int, str], Recording] = {}
        """What is downloaded now, and what waits for it."""
        self._child: ChildProcess | None = None
        self._is_running = False

    # Keys.

    def toggle(self) -> None:
        """Download recordings, or cancel their downloads, or remove the files if all are downloaded."""
        if ids := self._selection.targets():
            self._toggle(ids)

    @background("marks")
    async def _toggle(self, ids: list[int]) -> None:
        from roya_tui.presentation.episodes import playable_recordings

        found = playable_recordings(await self._database.compute(episodes.list_recordings, ids))
        if not found:
            none = gettext("None of these articles has audio or video.")
            missing = describe_missing(self._article.target, self._services.key("browser"))
            self._links.report_missing(none if len(ids) > 1 else missing)
        elif len(ids) == 1 and len(found[0]) > 1:
            (several,) = found
            files = [one.enclosure for one in several]
            ask_recording(self._shell, files, self._rtl, lambda number: self._toggle_later([several[number]]))
        else:
            await self._toggle_recordings([recordings[0] for recordings in found])

    @background("marks")
    async def _toggle_later(self, recordings: Sequence[Recording]) -> None:
        await self._toggle_recordings(recordings)

    async def _toggle_recordings(self, recordings: Sequence[Recording]) -> None:
        wanted = [one for one in recordings if not self._is_downloaded(one)]
        new = [one for one in wanted if _key(one) not in self._queue]
        if not wanted:
            await self._remove(recordings)
        elif not new:
            self._cancel(wanted)
        elif self._state.offline:
            self._show_message(gettext("Working offline. {key}: go online", key=self._services.key("work-offline")))
        else:
            self._queue |= {_key(one): one for one in new}
            started = gettext("Downloading {recordings}.", recordings=_describe(new))
            self._show_message(join_sentences(started, gettext("{key}: stop", key=self._services.key("stop"))))
            if not self._is_running:
                self._is_running = True
                self._run()

    def _is_downloaded(self, recording: Recording) -> bool:
        from roya_tui.episodes import files

        return files.find_download(self._services.paths, self._config, recording.episode) is not None

    async def _remove(self, recordings: Sequence[Recording]) -> None:
        found = [recording.episode for recording in recordings]
        _, step = await self._database.write_step(episodes.remove_files, found, self._now())
        self._show_message(join_sentences(step, gettext("u: undo")))
        self._show_changes()

    def _show_changes(self) -> None:
        self._headlines.rows.invalidate()
        self._article.show_again()
        self._counts.update_soon()

    def _cancel(self, recordings: Sequence[Recording]) -> None:
        """Stop downloads. What has arrived stays, and the next download continues with it."""
        current = next(iter(self._queue), None)
        for recording in recordings:
            self._queue.pop(_key(recording), None)
        if current not in self._queue and self._child is not None:
            self._child.stop()
        stopped = gettext("Stopped downloading {recordings}.", recordings=_describe(recordings))
        self._show_message(join_sentences(stopped, gettext("{key}: continue", key=self._services.key("download"))))

    def stop(self) -> bool:
        """Stop all downloads; return whether there were any."""
        if not self._queue:
            return False
        self._cancel([*self._queue.values()])
        return True

    def leave(self) -> None:
        """Stop all downloads without a message."""
        self._queue.clear()
        if self._child is not None:
            self._child.stop()

    # The process.

    @background("downloads")
    async def _run(self) -> None:
        """Download what is in the queue."""
        try:
            while self._queue:
                key, recording = next(iter(self._queue.items()))
                await self._download(recording)
                if self._queue.get(key) is recording:
                    del self._queue[key]
                if self._queue:  # a process does not know when the one before sent its requests
                    await asyncio.sleep(self._config.refresh.spacing)
        finally:
            self._is_running = False
            self._panes.top.download = ""

    async def _download(self, recording: Recording) -> None:
        """Download one recording, and show the result unless it was cancelled."""
        from roya_tui.presentation.episodes import describe_download

        id, url = key = _key(recording)
        command = self._services.command(offline=self._state.offline)
        child = self._child = ChildProcess(command, "episodes", "download", str(id), f"--url={url}", "--events")
        icons, result = self._services.icons, None
        self._panes.top.download = describe_download(0, None, len(self._queue) - 1, icons)
        async for event in child.events():
            if self._state.offline:
                self.leave()
            elif self._queue.get(key) is not recording:
                child.stop()
            elif event.get("event") == "progress":
                waiting = len(self._queue) - 1
                self._panes.top.download = describe_download(event["received"], event["total"], waiting, icons)
            else:
                result = event
        self._child = None
        if self._queue.get(key) is recording:
            self._report(recording, result, child)

    def _report(self, recording: Recording, result: dict[str, Any] | None, child: ChildProcess) -> None:
        """Show the result of a download; None: its process was killed."""
        from roya_tui.layout.recordings import format_size

        title = quote(recording.headline.title)
        if result is not None and result.get("event") == "done":
            values = {"recording": title, "size": format_size(result["size"])}
            self._show_message(gettext("Downloaded {recording} ({size}).", **values))
            self._show_changes()
        elif result is not None:
            self._show_message(str(result["message"]), FAILURE_SECONDS, has_keys=False)
        else:
            failed = gettext("The download of {recording} ended early.", recording=title)
            again = gettext("{key}: continue", key=self._services.key("download"))
            self._show_message(join_sentences(failed, again), FAILURE_SECONDS)


def _key(recording: Recording) -> tuple[int, str]:
    return recording.headline.id, recording.enclosure.url


def _describe(recordings: Sequence[Recording]) -> str:
    if len(recordings) == 1:
        return quote(recordings[0].headline.title)
    return ngettext("{count:,} recording", "{count:,} recordings", len(recordings))
