"""Download episodes: one at a time, streamed to a file, and continued where the last attempt ended.

An episode is complete once its file has its final name; then its row gets that name. A process that is killed in
between leaves a complete file, which the next download of the episode finds by its key.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple

import httpx
from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.episodes import cleanup, files
from roya_tui.model import Failure, Recording
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

MAX_ATTEMPTS = 5
"""Requests that bring less than `MIN_PROGRESS`, after which a download fails."""
MIN_PROGRESS = 1_000_000
MIN_RATE = 1_000
"""Bytes a second below which a download fails, over the timeout of a request."""
MIN_FREE_BYTES = 200_000_000
"""Space on the disk that downloads leave for the database and other programs."""
PROGRESS_SECONDS = 0.25
"""Time between two events, at least."""
_HEAD_BYTES = 512
"""Bytes in which a page is recognized."""

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
    now: Callable[[], int]


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
        file = files.find_by_key(context.folder, episode)  # its process was killed before it saved the row
        if file is None:
            with files.open_partial(context.folder, episode) as part:
                found = await _Download(context, recording, part, client, starts).run()
                if isinstance(found, Failure):
                    return found
                file = part.finish(found)
        size = file.stat().st_size
        episodes.finish_download(context.db, episode.article_id, episode.url, file.name, size, context.now())
        return file
    except files.FileInUse:
        return Failure("busy", gettext("Another process is downloading it."))
    except OSError as error:
        values = {"folder": context.folder, "error": error.strerror or error}
        return Failure("file", gettext("Cannot use the folder {folder} ({error}).", **values))


class _Download:
    """The download of one recording into its partial file."""

    def __init__(
        self,
        context: Context,
        recording: Recording,
        part: files.PartialFile,
        client: httpx.AsyncClient,
        starts: dict[str, float],
    ) -> None:
        """`starts` has the times of the event loop from which hosts may get the next request."""
        self._db, self._folder, self._config, self._report, self._now = context
        self._headline, self._enclosure, self._episode = recording.headline, recording.enclosure, recording.episode
        self._part = part
        self._client = client
        self._starts = starts
        self._name = ""
        self._total: int | None = None
        self._reported = 0.0

    async def run(self) -> str | Failure:
        """Receive the whole file, in several requests if necessary; return its name, or the failure."""
        source = subscriptions.get(self._db, self._headline.source_id)
        if source is None:
            return Failure("removed", gettext("The source of this article was removed."))
        failure = Failure("reset", gettext(_INCOMPLETE, source=host_of(self._enclosure.url)))
        attempts, most = 0, self._part.size
        while attempts < MAX_ATTEMPTS:
            outcome = await self._request(user_url_for(source, self._headline.url))
            if outcome is True:
                return self._name
            progress, most = self._part.size - most, max(most, self._part.size)
            if isinstance(outcome, Failure):
                failure = outcome
                if outcome.kind not in _TRANSIENT_KINDS or progress <= 0:
                    break
            attempts = 0 if progress >= MIN_PROGRESS else attempts + 1
        return failure

    async def _request(self, user_url: str) -> bool | Failure:
        """Request what is missing; return whether the file is complete, or the failure."""
        url, now = self._enclosure.url, self._now()
        host, held = host_and_port(url), schedule.held_hosts(subscriptions.list_all(self._db), now)
        if host in held:
            return Failure("held", gettext("{host} is limiting requests. Try again later.", host=host), held[host])
        clock = asyncio.get_running_loop()
        await asyncio.sleep(max(self._starts.get(host, 0.0) - clock.time(), 0.0))
        self._starts[host] = clock.time() + self._config.refresh.spacing
        request = make_request(self._config, url, host_of(url), now)
        # Credentials are sent only to the origin that the user entered, not to any URL in a feed.
        auth = request.auth if is_same_origin(user_url, url) else ()
        request = replace(request, user_url=user_url, auth=auth, accept=_ACCEPT, headers=self._headers())
        outcome = await send(self._client, request, self._receive)
        if isinstance(outcome, Failure) and outcome.retry_at is not None:
            for limited in {host, outcome.host} - {""}:
                hold_host(self._db, limited, outcome.retry_at)
        return outcome

    def _headers(self) -> tuple[tuple[str, str], ...]:
        """Return headers that ask for the missing bytes if the version is known to which the others belong."""
        self._episode = episodes.find(self._db, self._episode.article_id, self._episode.url)
        plain = ("Accept-Encoding", "identity")  # the offsets in a compressed body are others
        if not (self._part.size and self._episode.validator):
            self._part.clear()
            return (plain,)
        return (plain, ("Range", f"bytes={self._part.size}-"), ("If-Range", self._episode.validator))

    async def _receive(self, opened: OpenResponse, request: Request) -> bool:
        """Append the body of a response; return whether the file is complete. Raises FetchError."""
        part, episode = self._part, self._episode
        if not self._accept(opened, request):
            part.clear()
            return False
        if opened.http.status_code != 416:
            size = self._total or episode.size
            self._check_size(size)
            validator = _validator(opened) or (episode.validator if part.size else "")
            episodes.start_download(self._db, episode.article_id, episode.url, validator, size)
            await self._read(opened, request.timeout)
            if _PAGE_START.match(part.head(_HEAD_BYTES)):
                part.clear()
                raise FetchError("type", _NOT_MEDIA)
        return part.size == self._total if self._total is not None else part.size > 0

    def _accept(self, opened: OpenResponse, request: Request) -> bool:
        """Prepare for the body of a response; return False if the download must begin again without the part."""
        raw, part, episode = opened.http.headers.raw, self._part, self._episode
        encoded = get_header(raw, "Content-Encoding").strip().lower() not in ("", "identity")
        content_type = get_header(raw, "Content-Type")
        self._name = files.make_name(self._headline.title, episode, self._enclosure, content_type)
        if part.size and opened.http.status_code in (206, 416):
            found = _CONTENT_RANGE.fullmatch(get_header(raw, "Content-Range").strip())
            start, total = ("", None) if found is None else (found[1] or "", int(found[2]) if found[2] else None)
            self._total = total or episode.size or None
            if opened.http.status_code == 416:
                return total == episode.size == part.size
            etags = {get_header(raw, "ETag"), episode.validator if episode.validator.startswith('"') else ""} - {""}
            same_version = len(etags) < 2 and (episode.size or self._total) == self._total
            return start == str(part.size) and same_version and not encoded
        check_status(opened, request)
        part.clear()
        if encoded:
            raise FetchError("encoding", ENCODING_MESSAGES["unsupported"])
        if _PAGE_TYPES.match(content_type):
            raise FetchError("type", _NOT_MEDIA)
        declared = get_header(raw, "Content-Length")
        self._total = int(declared) if re.fullmatch(r"[0-9]{1,18}", declared) else None
        return True

    def _check_size(self, size: int) -> None:
        """Raise FetchError if a file of this size is too large, or there is no room for it."""
        limits = self._config.episodes
        if size > limits.max_bytes:
            self._part.clear()
            raise FetchError("too-big", TOO_BIG, size=f"{limits.max_bytes / 1e6:g}", setting="[episodes] max_bytes")
        needed = size - self._part.size
        if needed > min(self._room()):
            cleanup.delete_unused(self._db, self._folder, self._now())
        for room, message in zip(self._room(), (_FOLDER_FULL, _DISK_FULL), strict=True):
            if needed > room:
                setting = "[episodes] max_total_bytes"
                raise FetchError("no-room", message, size=f"{needed / 1e6:,.1f}", setting=setting)

    def _room(self) -> tuple[int, int]:
        """Return the bytes that may be added to the folder, by its limit and by the disk."""
        used = sum(file.size for file in files.list_files(self._folder))
        free = shutil.disk_usage(self._folder).free
        return self._config.episodes.max_total_bytes - used, free - MIN_FREE_BYTES

    async def _read(self, opened: OpenResponse, timeout: float) -> None:
        """Append the body; in each timeout it must bring `MIN_RATE` bytes a second."""
        clock, part = asyncio.get_running_loop(), self._part
        checked = recent = part.size
        self._report_progress(clock.time())
        async for chunk in opened.http.aiter_raw():
            part.append(chunk)
            if part.size - checked >= MIN_PROGRESS:
                checked = part.size
                self._check_size(max(part.size, self._total or 0))
            if part.size - recent >= MIN_RATE * timeout:
                recent = part.size
                opened.limit.reschedule(clock.time() + timeout)
            if clock.time() - self._reported >= PROGRESS_SECONDS:
                self._report_progress(clock.time())
        self._report_progress(clock.time())

    def _report_progress(self, time: float) -> None:
        self._reported = time
        about = {"article": self._headline.id, "url": self._enclosure.url}
        self._report({"event": "progress", **about, "received": self._part.size, "total": self._total})


def _validator(opened: OpenResponse) -> str:
    """Return what a later request can continue with: a strong ETag, else the date (RFC 9110 §13.1.5), or ""."""
    raw = opened.http.headers.raw
    etag = get_validator(raw, "ETag")
    return etag if etag.startswith('"') else get_validator(raw, "Last-Modified")
