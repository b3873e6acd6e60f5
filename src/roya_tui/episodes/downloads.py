"""Download episodes: one at a time, streamed to a file, and continued where the last attempt ended.

An episode is complete once its file has its final name; then its row gets that name. A process that is killed in
between leaves a complete file, which the next cleanup deletes.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple

import httpx
from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.episodes import cleanup, files
from roya_tui.model import Episode, Failure, Recording
from roya_tui.refresh.pages import hold_host, is_same_origin
from roya_tui.refresh.prefetch_plan import user_url_for
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_and_port, host_of
from roya_tui.sources.http.client import (
    ENCODING_MESSAGES,
    TOO_BIG,
    OpenResponse,
    Request,
    check_status,
    get_header,
    get_validator,
    make_client,
    make_request,
    send,
)
from roya_tui.sources.http.errors import FetchError
from roya_tui.store import episodes
from roya_tui.store.sources import subscriptions
from roya_tui.translation import gettext, gettext_noop

Report = Callable[[dict[str, Any]], None]
"""Receives the events "progress", "done" and "failed", which the guide describes."""

MAX_REQUESTS = 10
"""Requests of one download, each of which must bring something."""
MIN_FREE_BYTES = 200_000_000
"""Space on the disk that downloads leave for the database and other programs."""
MIN_RATE = 1_000
"""Bytes a second below which a download fails, over the timeout of a request."""
PROGRESS_SECONDS = 0.25
"""Time between two events, at least."""

_TRANSIENT_KINDS = frozenset(("timeout", "reset", "protocol"))
_ACCEPT = "audio/*, video/*, */*;q=0.5"
_PAGE_TYPES = re.compile(r"text/(?!plain)|application/(?:xhtml\+xml|xml|json)|.*mpegurl", re.I)
_PAGE_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml)", re.I)
_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d{1,18})-\d{1,18}|\*)/(?:(\d{1,18})|\*)", re.I | re.A)

_NOT_MEDIA = gettext_noop("{source} sent a page instead of a recording. Open the article in the browser to see why.")
_INCOMPLETE = gettext_noop("{source} could not be read completely.")
_FOLDER_FULL = gettext_noop("There is no room for {size} MB more: remove episodes, or increase {setting}.")
_DISK_FULL = gettext_noop("There is no room for {size} MB more: the disk is almost full.")


class Context(NamedTuple):
    """What all downloads of a command share."""

    db: Connection
    folder: Path
    config: Config
    report: Report


def download(context: Context, recordings: Sequence[Recording]) -> int:
    """Download recordings that are not complete yet, and return how many failed. Raises StoreError."""
    return asyncio.run(_download_all(context, recordings))


async def _download_all(context: Context, recordings: Sequence[Recording]) -> int:
    failed = 0
    async with make_client(context.config.refresh) as client:
        starts: dict[str, float] = {}
        for recording in recordings:
            about = {"article": recording.headline.id, "url": recording.enclosure.url}
            found = await _try_download(context, recording, client, starts)
            if isinstance(found, Failure):
                failed += 1
                values = {"title": recording.headline.title, "reason": found.message}
                message = gettext("“{title}” was not downloaded. {reason}", **values)
                context.report({"event": "failed", **about, "kind": found.kind, "message": message})
            else:
                context.report({"event": "done", **about, "file": str(found), "size": found.stat().st_size})
    return failed


async def _try_download(
    context: Context, recording: Recording, client: httpx.AsyncClient, starts: dict[str, float]
) -> Path | Failure:
    """Return the complete file of a recording, or the failure with a sentence."""
    episode = episodes.find(context.db, recording.headline.id, recording.enclosure.url)
    if file := files.find_file(context.folder, episode):
        return file
    try:
        with files.open_partial(context.folder, episode) as part:
            if failure := await _Download(context, client, starts, recording, part, episode).run():
                return failure
            file = part.finish(files.make_name(recording.headline.title, episode, recording.enclosure))
        size = file.stat().st_size
        episodes.finish_download(context.db, episode.article_id, episode.url, file.name, size, int(time.time()))
        return file
    except files.FileInUse:
        return Failure("busy", gettext("Another process is downloading it."))
    except OSError as error:
        values = {"folder": context.folder, "error": error.strerror or error}
        return Failure("file", gettext("Cannot use the folder {folder} ({error}).", **values))


class _Download(Struct):
    """The download of one recording into its partial file."""

    context: Context
    client: httpx.AsyncClient
    starts: dict[str, float]
    """Times of the event loop from which hosts may get the next request."""
    recording: Recording
    part: files.PartialFile
    episode: Episode
    total: int | None = None
    reported: float = 0.0

    async def run(self) -> Failure | None:
        """Receive the whole file, in several requests if necessary; return the failure."""
        source = subscriptions.get(self.context.db, self.recording.headline.source_id)
        if source is None:
            return Failure("removed", gettext("The source of this article was removed."))
        if self.part.size == self.episode.size > 0:  # its process was killed before it renamed the file
            return None
        failure = Failure("reset", gettext(_INCOMPLETE, source=host_of(self.episode.url)))
        most = self.part.size
        for _ in range(MAX_REQUESTS):
            outcome = await self._request(user_url_for(source, self.recording.headline.url))
            if outcome is True:
                return None
            if isinstance(outcome, Failure):
                failure = outcome
                if outcome.kind not in _TRANSIENT_KINDS or self.part.size <= most:
                    break
            most = max(most, self.part.size)
        return failure

    async def _request(self, user_url: str) -> bool | Failure:
        """Request what is missing; return whether the file is complete, or the failure."""
        db, config, url, now = self.context.db, self.context.config, self.episode.url, int(time.time())
        host, held = host_and_port(url), schedule.held_hosts(subscriptions.list_all(db), now)
        if host in held:
            return Failure("held", gettext("{host} is limiting requests. Try again later.", host=host), held[host])
        clock = asyncio.get_running_loop()
        await asyncio.sleep(max(self.starts.get(host, 0.0) - clock.time(), 0.0))
        self.starts[host] = clock.time() + config.refresh.spacing
        request = make_request(config, url, host_of(url), now)
        # Credentials are sent only to the origin that the user entered, not to any URL in a feed.
        auth = request.auth if is_same_origin(user_url, url) else ()
        request = replace(request, user_url=user_url, auth=auth, accept=_ACCEPT, headers=self._headers())
        outcome = await send(self.client, request, self._receive)
        if isinstance(outcome, Failure) and outcome.retry_at is not None:
            for limited in {host, outcome.host} - {""}:
                hold_host(db, limited, outcome.retry_at)
        return outcome

    def _headers(self) -> tuple[tuple[str, str], ...]:
        """Return headers that ask for the missing bytes if the version is known to which the others belong."""
        self.episode = episodes.find(self.context.db, self.episode.article_id, self.episode.url)
        plain = ("Accept-Encoding", "identity")  # the offsets in a compressed body are others
        if not (self.part.size and self.episode.validator):
            self.part.clear()
            return (plain,)
        return (plain, ("Range", f"bytes={self.part.size}-"), ("If-Range", self.episode.validator))

    async def _receive(self, opened: OpenResponse, request: Request) -> bool:
        """Append the body of a response; return whether the file is complete. Raises FetchError."""
        part, episode = self.part, self.episode
        if not self._accept(opened, request):
            part.clear()
            return False
        validator = _validator(opened) or (episode.validator if part.size else "")
        episodes.start_download(self.context.db, episode.article_id, episode.url, validator, self.total or 0)
        await self._read(opened, request.timeout)
        return part.size == self.total if self.total is not None else part.size > 0

    def _accept(self, opened: OpenResponse, request: Request) -> bool:
        """Prepare for the body of a response; return False if the download must begin again without the part."""
        raw, part, episode = opened.http.headers.raw, self.part, self.episode
        encoded = get_header(raw, "Content-Encoding").strip().lower() not in ("", "identity")
        if part.size and opened.http.status_code in (206, 416):
            found = _CONTENT_RANGE.fullmatch(get_header(raw, "Content-Range").strip())
            start, total = ("", None) if found is None else (found[1] or "", int(found[2]) if found[2] else None)
            self.total = total or episode.size or None
            etags = {get_header(raw, "ETag"), episode.validator if episode.validator.startswith('"') else ""} - {""}
            same_version = len(etags) < 2 and (episode.size or self.total) == self.total
            return start == str(part.size) and same_version and not encoded
        check_status(opened, request)
        part.clear()
        if encoded:
            raise FetchError("encoding", ENCODING_MESSAGES["unsupported"])
        if _PAGE_TYPES.match(get_header(raw, "Content-Type")):
            raise FetchError("type", _NOT_MEDIA)
        declared = get_header(raw, "Content-Length")
        self.total = int(declared) if re.fullmatch(r"[0-9]{1,18}", declared) else None
        return True

    def _check_size(self, size: int) -> None:
        """Raise FetchError if a file of this size is too large, or there is no room for it."""
        limits = self.context.config.episodes
        if size > limits.max_bytes:
            self.part.clear()
            raise FetchError("too-big", TOO_BIG, size=f"{limits.max_bytes / 1e6:g}", setting="[episodes] max_bytes")
        needed = size - self.part.size
        free = self._room()
        if needed > min(free):
            cleanup.delete_unused(self.context.db, self.context.folder, int(time.time()))
            free = self._room()
        for room, message in zip(free, (_FOLDER_FULL, _DISK_FULL), strict=True):
            if needed > room:
                setting = "[episodes] max_total_bytes"
                raise FetchError("no-room", message, size=f"{needed / 1e6:,.1f}", setting=setting)

    def _room(self) -> tuple[int, int]:
        """Return the bytes that may be added to the folder, by its limit and by the disk."""
        used = sum(file.size for file in files.list_files(self.context.folder))
        free = shutil.disk_usage(self.context.folder).free
        return self.context.config.episodes.max_total_bytes - used, free - MIN_FREE_BYTES

    async def _read(self, opened: OpenResponse, timeout: float) -> None:
        """Append the body; in each timeout it must bring `MIN_RATE` bytes a second."""
        clock, part = asyncio.get_running_loop(), self.part
        recent = part.size
        self._report_progress()
        async for chunk in opened.http.aiter_raw():
            if not part.size and _PAGE_START.match(chunk):
                raise FetchError("type", _NOT_MEDIA)
            part.append(chunk)
            if part.size - recent >= MIN_RATE * timeout:
                recent = part.size
                opened.limit.reschedule(clock.time() + timeout)
            if clock.time() - self.reported >= PROGRESS_SECONDS:
                self.reported = clock.time()
                self._report_progress()
        self._report_progress()

    def _report_progress(self) -> None:
        """Report what has arrived. Raises FetchError if that is too much."""
        self._check_size(max(self.part.size, self.total or 0))
        about = {"article": self.episode.article_id, "url": self.episode.url}
        self.context.report({"event": "progress", **about, "received": self.part.size, "total": self.total})


def _validator(opened: OpenResponse) -> str:
    """Return what a later request can continue with: a strong ETag, else the date (RFC 9110 §13.1.5), or ""."""
    raw = opened.http.headers.raw
    etag = get_validator(raw, "ETag")
    return etag if etag.startswith('"') else get_validator(raw, "Last-Modified")
