"""Send a request, usually one conditional GET, with limits on time, size and redirects."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Container, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import NamedTuple, TypeVar

import httpcore
import httpx
from msgspec import Struct
from msgspec.structs import replace

from roya_tui import __version__
from roya_tui.config import Auth, Config, Refresh
from roya_tui.local_network import is_local_host
from roya_tui.model import Failure
from roya_tui.sources.compression import (
    EMPTY_DOCUMENT,
    MAX_KEPT_UNPACKED_BYTES,
    BadContentEncoding,
    Decompressor,
    RawDocument,
)
from roya_tui.sources.hosts import PrivateAddressError, display_url, host_and_port
from roya_tui.sources.http.credentials import SecretReader, auth_headers, read_secret, shares_origin
from roya_tui.sources.http.errors import INVALID_ADDRESS, NO_RESPONSE, FetchError, network_error, status_error
from roya_tui.sources.http.transport import PRIVATE_HOST, PooledTransport
from roya_tui.sources.schedule import limit_retry_after
from roya_tui.text import one_line
from roya_tui.translation import gettext_noop

CONNECT_TIMEOUT = 10.0
MAX_REDIRECTS = 5
MAX_VALIDATOR_LENGTH = 2048
"""Characters of an ETag or Last-Modified header."""
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,10})', re.I)
MAX_EXPANSION = 5
"""A body may decompress to this many times `max_bytes`."""

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
)


class Request(Struct, frozen=True):
    """A URL to fetch, with validators, permissions and limits."""

    url: str
    label: str = ""
    """The source's quoted name or its host, for error messages."""
    now: int = 0
    """UTC seconds, to which Retry-After is relative."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received with the last good response."""
    body_hash: str = ""
    user_url: str = ""
    """The address that the user typed, "" for `url`. Only its host may have a private address."""
    private_hosts: tuple[str, ...] = ()
    """Hosts that the user allows to have a private address."""
    auth: tuple[Auth, ...] = ()
    """Credentials from the settings, besides those in `url`."""
    accept: str = ""
    """The Accept header (RFC 9110 §12.5.1); "" for feeds."""
    headers: tuple[tuple[str, str], ...] = ()
    """Other headers."""
    secret_headers: tuple[tuple[str, str], ...] = ()
    """Other headers that only the host of `url` may receive."""
    method: str = "GET"
    """Another method follows no redirect: the request could be changed or lost on the way (RFC 9110 §15.4)."""
    body: bytes | None = None
    timeout: float = 30.0
    """Seconds for everything, redirects included."""
    max_bytes: int = 10_000_000
    """Bytes on the wire; decompressed, five times as many."""
    limit_setting: str = "[refresh] max_bytes"
    """The setting of `max_bytes`, for messages."""
    on_bytes: Callable[[int], None] | None = None
    """Receives the size of each part of the body as it arrives."""


class Response(Struct, frozen=True):
    """A successful response."""

    url: str
    """The address after redirects."""
    document: RawDocument = EMPTY_DOCUMENT
    not_modified: bool = False
    """Whether the status was 304 or the body is that of the last time; `document` is empty then."""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    max_age: int | None = None
    """Seconds."""
    moved_to: str = ""
    """The new address after permanent redirects (301, 308), else ""."""

    @property
    def documents(self) -> tuple[RawDocument]:
        """The document, as in `LocalFiles`."""
        return (self.document,)


def make_client(config: Refresh, transport: PooledTransport | None = None) -> httpx.AsyncClient:
    """Return the client for all requests of a refresh: HTTP/1.1, no cookies, connections kept alive."""
    return httpx.AsyncClient(
        transport=transport or PooledTransport(),
        headers={
            "User-Agent": f"roya-tui/{__version__} (a news reader for the terminal)",
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(None, connect=min(CONNECT_TIMEOUT, config.timeout)),
        follow_redirects=False,
        trust_env=False,
    )


def make_request(config: Config, url: str, label: str, now: int) -> Request:
    """Return a request with the credentials and limits of the settings."""
    limits = config.refresh
    request = Request(url, label, now, private_hosts=limits.private_hosts, auth=config.auth)
    return replace(request, timeout=limits.timeout, max_bytes=limits.max_bytes)


class OpenResponse(NamedTuple):
    """A response whose body is not read yet."""

    http: httpx.Response
    url: str
    """The address after redirects."""
    moved_to: str
    """As in `Response`."""
    limit: asyncio.Timeout
    """The time limit of the request; reading a long body may move it."""


T = TypeVar("T")
BodyReader = Callable[[OpenResponse, Request], Awaitable[T]]
"""Reads a response that is not a redirect. Raises FetchError."""


async def fetch(
    client: httpx.AsyncClient, request: Request, read_secret: SecretReader = read_secret
) -> Response | Failure:
    """Fetch a document, following redirects. Returns the response, or the failure with its message."""
    return await send(client, request, _read_response, read_secret)


async def send(
    client: httpx.AsyncClient, request: Request, read: BodyReader[T], read_secret: SecretReader = read_secret
) -> T | Failure:
    """Send a request, following redirects. Returns the result of `read`, or the failure with its message."""
    try:
        async with asyncio.timeout(request.timeout) as limit:
            return await _follow_redirects(client, request, read, read_secret, limit)
    except TimeoutError:
        failure = FetchError("timeout", _TIMED_OUT, seconds=f"{request.timeout:g}")
    except FetchError as error:
        failure = error
    except (*_HTTP_ERRORS, httpx.InvalidURL, OSError, ValueError) as error:
        failure = network_error(error)
    label = one_line(request.label or display_url(request.url))
    return Failure(failure.kind, failure.describe(label), failure.retry_at, failure.status, failure.host)


_TIMED_OUT = gettext_noop("{source} did not respond within {seconds} s.")
TOO_BIG = gettext_noop("{source} is larger than {size} MB and was not read. Limit: {setting}.")
_EXPANDS = gettext_noop("{source} decompresses to more than {size} MB and was not read. Limit: {setting}.")
_MOVED = gettext_noop("{source} has another address now: {address}. Use that one.")
_INVALID_REDIRECT = gettext_noop("{source} redirects to an invalid address.")
_HTTP_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


async def _follow_redirects(
    client: httpx.AsyncClient, request: Request, read: BodyReader[T], read_secret: SecretReader, limit: asyncio.Timeout
) -> T:
    """Return what `read` returns, checking each redirect target like the first address (RFC 9110 §15.4)."""
    start = url = httpx.URL(request.url)
    typed = httpx.URL(request.user_url) if request.user_url else start
    is_start_host = is_user_host = True
    permanent, moved_to = True, ""
    for _ in range(MAX_REDIRECTS + 1):
        # Once another host has chosen the target, a return to the first host is not trusted either.
        is_start_host = is_start_host and shares_origin(start, url)
        is_user_host = is_user_host and shares_origin(typed, url)
        secrets = {}
        if is_start_host:
            with_user = url if url is start else url.copy_with(userinfo=start.userinfo)
            secrets = await auth_headers(with_user, request.auth, read_secret, request.url)
            secrets |= dict(request.secret_headers)
        response = await _send(client, request, url, secrets, is_user_host=is_user_host)
        try:
            if not response.has_redirect_location:
                result = await read(OpenResponse(response, str(_strip_credentials(url)), moved_to, limit), request)
                await _drain(response)
                return result
            target = _redirect_target(response, url)
            if request.method != "GET":
                raise FetchError("redirect", _MOVED, address=display_url(str(target)))
            await _drain(response)
        finally:
            await response.aclose()
        is_downgrade = url.scheme == "https" and target.scheme == "http"
        permanent = permanent and response.status_code in (301, 308) and not is_downgrade
        if permanent:
            # The fragment is inherited (RFC 9110 §10.2.2): it distinguishes sources with different names.
            trusted = shares_origin(start, target)
            moved = target.copy_with(userinfo=start.userinfo, fragment=start.fragment or None) if trusted else target
            moved_to = str(moved)
        url = target
    message = gettext_noop("{source} redirects more than {count} times.")
    raise FetchError("redirect", message, count=MAX_REDIRECTS)


def _redirect_target(response: httpx.Response, url: httpx.URL) -> httpx.URL:
    location = get_header(response.headers.raw, "Location")
    try:
        target = url.join(location).copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise FetchError("redirect", _INVALID_REDIRECT) from None
    if target.scheme not in ("http", "https"):
        message = gettext_noop("{source} redirects to an address with {scheme}:, which is not allowed.")
        raise FetchError("redirect", message, scheme=one_line(target.scheme)[:20])
    if target == url:
        raise FetchError("redirect", gettext_noop("{source} redirects to itself."))
    return target


async def _send(
    client: httpx.AsyncClient, request: Request, url: httpx.URL, secrets: dict[str, str], *, is_user_host: bool
) -> httpx.Response:
    """Send the request with the `secrets` to `url`. Returns the response with its body unread.

    With `is_user_host`, the user typed this host, so that it may have a private address.
    """
    host = url.raw_host.decode("ascii").rstrip(".")
    port = 80 if url.port is None else url.port
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise FetchError("address", INVALID_ADDRESS)
    public_url = _strip_credentials(url)
    may_be_private = is_user_host and (is_local_host(host) or host in request.private_hosts)
    http_request = client.build_request(
        request.method,
        public_url.copy_with(host=host) if url.raw_host.endswith(b".") else public_url,
        headers=_headers(request, secrets),
        content=request.body,
        extensions={PRIVATE_HOST: host if may_be_private else ""},
    )
    try:
        return await client.send(http_request, stream=True)
    except PrivateAddressError as refused:
        message = gettext_noop("{source} resolves to {address}, in your network, and was not read.")
        if is_user_host:
            message = gettext_noop(
                "{source} resolves to {address}, in your network. To allow it, add “{host}” to [refresh] private_hosts."
            )
        raise FetchError("address", message, address=refused.address, host=host) from None
    except httpcore.ConnectTimeout:
        seconds = min(CONNECT_TIMEOUT, request.timeout)
        raise FetchError("timeout", _TIMED_OUT, seconds=f"{seconds:g}") from None
    except (httpcore.ReadError, httpcore.WriteError):
        raise FetchError("reset", NO_RESPONSE) from None
    except httpx.RemoteProtocolError:  # httpx parses Location although it does not follow it
        raise FetchError("redirect", _INVALID_REDIRECT) from None


def _headers(request: Request, secrets: dict[str, str]) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode()) for name, value in secrets.items()]
    if request.accept:
        headers.append((b"Accept", request.accept.encode("ascii")))
    if request.etag:
        headers.append((b"If-None-Match", request.etag.encode("latin-1")))
    if request.modified:
        headers.append((b"If-Modified-Since", request.modified.encode("latin-1")))
    return headers + [(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers]


async def _read_response(opened: OpenResponse, request: Request) -> Response:
    response, raw = opened.http, opened.http.headers.raw
    result = Response(
        opened.url,
        content_type=get_header(raw, "Content-Type"),
        etag=get_validator(raw, "ETag"),
        modified=get_validator(raw, "Last-Modified"),
        max_age=freshness_seconds(raw),
        moved_to=opened.moved_to,
    )
    if response.status_code == 304 and (request.etag or request.modified):
        return replace(
            result,
            not_modified=True,
            etag=result.etag or request.etag,
            modified=result.modified or request.modified,
            body_hash=request.body_hash,
        )
    check_status(opened, request)
    document, body_hash = await read_body(response, request)
    if body_hash == request.body_hash:
        return replace(result, not_modified=True, body_hash=body_hash)
    return replace(result, document=document, body_hash=body_hash)


def check_status(opened: OpenResponse, request: Request, expected: Container[int] = (200, 203)) -> None:
    """Raise FetchError unless the status is `expected`: by default one of a response with a document."""
    status = opened.http.status_code
    if status in (429, 503):
        retry_after = get_header(opened.http.headers.raw, "Retry-After")
        until = None
        if retry_after or status == 429:
            until = limit_retry_after(parse_retry_after(retry_after, request.now), request.now)
        error = status_error(status, until)
        error.host = host_and_port(opened.url)
        raise error
    if status not in expected:
        raise status_error(status)


async def _drain(response: httpx.Response) -> None:
    """Read the rest of an unused response if it is small, so that its connection can be kept alive."""
    declared = get_header(response.headers.raw, "Content-Length")
    if not response.is_stream_consumed and (response.status_code == 304 or re.fullmatch(r"\d{1,4}", declared)):
        async for _ in response.aiter_raw():
            pass


ENCODING_MESSAGES = {
    "unsupported": gettext_noop("{source} sent a response with an unsupported compression."),
    "truncated": gettext_noop("{source} sent a compressed response that ends early."),
    "damaged": gettext_noop("{source} sent a damaged compressed response."),
}
"""By the messages of BadContentEncoding."""


async def read_body(response: httpx.Response, request: Request) -> tuple[RawDocument, str]:
    """Read the body up to its limits. Returns it with the hash of its decompressed bytes."""
    setting, size_limit = request.limit_setting, request.max_bytes / 1_000_000
    too_big = FetchError("too-big", TOO_BIG, size=f"{size_limit:g}", setting=setting)
    declared = get_header(response.headers.raw, "Content-Length")
    if declared.isdecimal() and int(declared[:20]) > request.max_bytes:
        raise too_big
    encoding = get_header(response.headers.raw, "Content-Encoding")
    compressed, decompressed = bytearray(), bytearray()
    size = 0
    digest = hashlib.sha256()
    try:
        decompressor = Decompressor(encoding)
        async for chunk in response.aiter_raw():
            compressed += chunk
            if request.on_bytes is not None:
                request.on_bytes(len(chunk))
            if len(compressed) > request.max_bytes:
                raise too_big
            for part in decompressor.decompress(chunk):
                digest.update(part)
                size += len(part)
                if size <= MAX_KEPT_UNPACKED_BYTES:
                    decompressed += part
                if size > request.max_bytes * MAX_EXPANSION:
                    expanded = f"{size_limit * MAX_EXPANSION:g}"
                    raise FetchError("too-big", _EXPANDS, size=expanded, setting=setting)
        decompressor.check_end()
    except BadContentEncoding as error:
        raise FetchError("encoding", ENCODING_MESSAGES[str(error)]) from None
    if size <= MAX_KEPT_UNPACKED_BYTES:
        document = RawDocument(bytes(decompressed), size=size, received_bytes=len(compressed))
    else:
        document = RawDocument(bytes(compressed), encoding=encoding, size=size, received_bytes=len(compressed))
    return document, digest.hexdigest()


def _strip_credentials(url: httpx.URL) -> httpx.URL:
    """Return `url` without credentials and fragment; usually `url` itself, since copying is slow."""
    return url.copy_with(userinfo=b"", fragment=None) if url.userinfo or url.fragment else url


def get_header(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return the first header `name`, exactly as received (each byte a character), or ""."""
    lower_name = name.lower().encode()
    return next((value.decode("latin-1") for key, value in raw if key.lower() == lower_name), "")


def get_validator(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return a validator exactly as received, or "" if it is too long to be sent back."""
    value = get_header(raw, name)
    return value if len(value) <= MAX_VALIDATOR_LENGTH else ""


def freshness_seconds(raw: Sequence[tuple[bytes, bytes]]) -> int | None:
    """Return the seconds that a response stays fresh (RFC 9111 §4.2.1), or None if undeclared.

    That is max-age, or else Expires minus Date; minus the Age that it has spent in caches.
    """
    if found := _MAX_AGE.search(get_header(raw, "Cache-Control")):
        seconds = int(found[1])
    else:
        expires, date = _parse_time(get_header(raw, "Expires")), _parse_time(get_header(raw, "Date"))
        if expires is None or date is None:
            return None
        seconds = expires - date
    age = get_header(raw, "Age").strip()
    return max(seconds - (int(age[:10]) if age.isdecimal() else 0), 0)


def _parse_time(value: str) -> int | None:
    with suppress(ValueError, OverflowError):
        return int(parsedate_to_datetime(value).timestamp())
    return None


def parse_retry_after(value: str, now: int) -> int | None:
    """Return the time of a Retry-After header (RFC 9110 §10.2.3) in UTC seconds; None if empty or invalid."""
    seconds = value.strip()
    return now + int(seconds[:10]) if seconds.isdecimal() else _parse_time(value) or None
