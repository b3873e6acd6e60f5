"""Requests to the server of an account: one origin, with the limits and checks of a refresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec
from msgspec.structs import replace

from roya_tui.config import Auth, Config
from roya_tui.model import Account, Failure
from roya_tui.sources.http.client import (
    TOO_BIG,
    OpenResponse,
    Request,
    check_status,
    get_header,
    make_request,
    read_body,
    send,
)
from roya_tui.sources.http.credentials import find_auth, read_secret
from roya_tui.sources.http.errors import FetchError
from roya_tui.sync.protocol import SyncError
from roya_tui.text import one_line
from roya_tui.translation import gettext

T = TypeVar("T")
Form = Sequence[tuple[str, str]]
"""Fields of a query or form, in order; a name may repeat."""

_OVERLAP_SECONDS = 60
"""Seconds of changes that are read again: a server dates a change when its transaction begins, not when it ends."""
_CLOCK_ERROR_SECONDS = 600
"""Seconds that the clock of a server may go back before everything is listed again."""
MAX_REPLY_BYTES = 50_000_000
"""Bytes of one reply, also decompressed. Pages of articles are small; complete lists of ids may be long."""


class Reply(NamedTuple):
    """A response of the server with a status from 200 to 299."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> str:
        return get_header(self.headers, name)


def server_time(reply: Reply) -> int:
    """Return the time of the server in UTC seconds; 0 if it sends none, so that everything is read again."""
    with suppress(ValueError, TypeError, OverflowError):
        return int(parsedate_to_datetime(reply.header("Date")).timestamp())
    return 0


def following_time(started: int, since: int) -> int:
    """Return the time from which to list changes next, after a list from `since` that began at `started`.

    0 (everything) if the clock of the server has gone back: changes meanwhile would never be listed.
    """
    if not started:
        return since
    following = max(started - _OVERLAP_SECONDS, 0)
    return 0 if following + _CLOCK_ERROR_SECONDS < since else max(following, since)


def version_label(version: str) -> str:
    """Return a version on one line, at most 40 characters."""
    return one_line(version)[:40]


class Connection:
    """Sends requests to the server of one account. `now` returns UTC seconds."""

    def __init__(self, client: httpx.AsyncClient, config: Config, account: Account, now: Callable[[], int]) -> None:
        self.account = account
        self.base = account.address.rstrip("/")
        """Address that paths are appended to, without a slash at the end."""
        self._client = client
        self._config = config
        self._now = now
        self._auth = find_auth(httpx.URL(self.base), config.auth, account.url)

    def now(self) -> int:
        """Return the time in UTC seconds."""
        return self._now()

    @property
    def auth(self) -> Auth | None:
        """The account's entry of [auth] or auth.toml, with references to secrets."""
        return self._auth

    async def secret(self, reference: str) -> str:
        """Return a secret of `auth`, read from the environment or keyring if it is a reference. Raises SyncError."""
        try:
            return await read_secret(reference)
        except FetchError as error:
            raise SyncError(error.describe(self.account.label), error.kind) from None

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Form = (),
        form: Form | None = None,
        json: object = None,
        headers: Form = (),
        authorize: bool = True,
    ) -> Reply:
        """Send a request with a form or JSON body. `authorize` adds the account's own header.

        `headers` may have secrets: the target of a redirect to another host does not receive them.

        Raises SyncError for everything but a status from 200 to 299. After a failed request that changes something,
        the server may or may not have done it.
        """
        url = f"{self.base}/{path.lstrip('/')}" + (f"?{urlencode(query)}" if query else "")
        body, type = None, ""
        if form is not None:
            body = urlencode(form).encode("ascii")
            type = "application/x-www-form-urlencoded"
        elif json is not None:
            body = msgspec.json.encode(json)
            type = "application/json"
        request = replace(
            make_request(self._config, url, self.account.label, self._now()),
            auth=(replace(self._auth, address_prefix=self.base, exact=False),) if authorize and self._auth else (),
            accept="application/json, text/plain;q=0.9, */*;q=0.5",
            headers=(("Content-Type", type),) if type else (),
            secret_headers=tuple(headers),
            method=method,
            body=body,
            max_bytes=max(self._config.refresh.max_bytes, MAX_REPLY_BYTES),
        )
        reply = await send(self._client, request, _read_reply)
        if isinstance(reply, Failure):
            raise _sync_error(reply, self.account)
        return reply

    def decode(self, reply: Reply, kind: type[T]) -> T:
        """Return the JSON of a reply as `kind`. Raises SyncError."""
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise self.not_understood() from None

    def not_understood(self) -> SyncError:
        """Return the error for a reply that cannot be decoded or is invalid."""
        message = gettext("{server} sent a reply that is not understood.", server=self.account.label)
        return SyncError(message, "protocol")

    def not_added(self, url: str) -> SyncError:
        """Return the error for a feed that is not listed after the server was asked to subscribe to it."""
        message = gettext("{server} did not add {address}.", server=self.account.label, address=url)
        return SyncError(message, status=200)


def _sync_error(failed: Failure, account: Account) -> SyncError:
    message, kind = failed.message, failed.kind
    if failed.status in (401, 403):
        kind = "auth"
        message = gettext(
            "{server} rejected the name or password ({number})."
            " To correct it: roya-tui account add {address} --user {user}",
            server=account.label,
            number=failed.status,
            address=account.address,
            user=account.user,
        )
    return SyncError(message, kind, status=failed.status, retry_at=failed.retry_at)


async def _read_reply(opened: OpenResponse, request: Request) -> Reply:
    response = opened.http
    check_status(opened, request, range(200, 300))
    document, _ = await read_body(response, request)
    if document.size > request.max_bytes:  # 200 MB of short JSON objects would take 3 GB of memory
        size = f"{request.max_bytes / 1_000_000:g}"
        raise FetchError("too-big", TOO_BIG, size=size, setting=request.limit_setting)
    return Reply(response.status_code, response.headers.raw, document.decompressed())
