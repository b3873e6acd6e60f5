"""One polite, bounded, conditional GET: an address → bytes, or a sentence that says why not."""

from __future__ import annotations

import asyncio
import hashlib
import re
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx
from msgspec import Struct
from msgspec.structs import replace

from roya_tui import __version__
from roya_tui.config import Auth, Refresh
from roya_tui.model import Failure
from roya_tui.sources.schedule import left_alone
from roya_tui.sources.unpacking import NOTHING, SMALL, BadEncoding, Document, Unpacker
from roya_tui.sources.web.addresses import AddressRefused, local_by_itself, shown
from roya_tui.sources.web.addresses import host as host_of
from roya_tui.sources.web.credentials import Reveal, credentials, reveal, trusts
from roya_tui.sources.web.headers import fresh_for, header, retry_after, validator
from roya_tui.sources.web.proxies import INSIDE, Ways
from roya_tui.sources.web.trouble import Trouble, network_trouble, status_trouble
from roya_tui.text import one_line

CONNECT_SECONDS = 10.0
MOST_HOPS = 5
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
DECODED_FACTOR = 5
"""A body may unpack to this many times `max_bytes`."""

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
)


class Request(Struct, frozen=True):
    """What to ask for, what we know of it already, and how much of an answer we take."""

    url: str
    label: str = ""
    """What people call the source; messages begin with it."""
    now: int = 0
    """UTC seconds; what Retry-After counts from."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received at the last good answer."""
    body_hash: str = ""
    typed: str = ""
    """The address that a person wrote; "" means `url`. Only its host may be a private one."""
    inside: tuple[str, ...] = ()
    """Hosts that a person allows to lead to a private address though their names do not say so."""
    auth: tuple[Auth, ...] = ()
    """What is told to which place, beside what the address itself holds."""
    accept: str = ""
    """What we can read (RFC 9110 §12.5.1); "" for feeds."""
    timeout: float = 30.0
    """Seconds for all of it, redirects included."""
    max_bytes: int = 10_000_000
    """Bytes on the wire; unpacked, five times as many."""


class Answer(Struct, frozen=True):
    """A good answer. `unchanged` ones have an empty document: the server said so, or it is that of the last time."""

    url: str
    """Where it came from in the end."""
    document: Document = NOTHING
    unchanged: bool = False
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    max_age: int | None = None
    """Seconds."""
    moved_to: str = ""
    """Where the source says it lives from now on (301, 308); "" if it did not move."""


def client(config: Refresh, ways: Ways | None = None) -> httpx.AsyncClient:
    """Return the client for all requests of one refresh: HTTP/1.1, no cookies, connections kept while there is use."""
    return httpx.AsyncClient(
        transport=ways or Ways(),
        headers={
            "User-Agent": f"roya-tui/{__version__} (a news reader for the terminal)",
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(None, connect=min(CONNECT_SECONDS, config.timeout)),
        follow_redirects=False,
        trust_env=False,
    )


async def fetch(client: httpx.AsyncClient, request: Request, reveal: Reveal = reveal) -> Answer | Failure:
    """Ask once, follow what redirects can be trusted, and return the answer, or why there is none."""
    try:
        async with asyncio.timeout(request.timeout):
            return await _follow(client, request, reveal)
    except TimeoutError:
        trouble = Trouble("timeout", f"did not answer in {request.timeout:g} s")
    except Trouble as told:
        trouble = told
    except (*_HTTP_ERRORS, httpx.InvalidURL, OSError, ValueError) as error:
        trouble = network_trouble(error)
    return trouble.told_of(request.label or shown(request.url))


_HTTP_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


async def _follow(client: httpx.AsyncClient, request: Request, reveal: Reveal) -> Answer:
    """Walk the redirects by hand (RFC 9110 §15.4): each hop is checked like the first address."""
    start = url = httpx.URL(request.url)
    typed = httpx.URL(request.typed) if request.typed else start
    at_home = as_typed = True
    permanent, moved_to = True, ""
    for _ in range(MOST_HOPS + 1):
        # Whoever was elsewhere on the way does not come home: what stands there was chosen by another.
        at_home, as_typed = at_home and trusts(start, url), as_typed and trusts(typed, url)
        secrets = {}
        if at_home:
            named = url if url is start else url.copy_with(userinfo=start.userinfo)
            secrets = await credentials(named, request.auth, reveal, request.url)
        response = await _ask(client, request, url, secrets, typed=as_typed)
        try:
            if not response.has_redirect_location:
                answer = await _read(response, request, str(_bare(url)))
                await _finish(response)
                return replace(answer, moved_to=moved_to)
            target = _target(response, url)
            await _finish(response)
        finally:
            await response.aclose()
        permanent = permanent and response.status_code in (301, 308) and not _is_downgrade(url, target)
        if permanent:
            # The fragment is inherited (RFC 9110 §10.2.2): it tells apart sources that have different accounts.
            trusted = trusts(start, target)
            moved = target.copy_with(userinfo=start.userinfo, fragment=start.fragment or None) if trusted else target
            moved_to = str(moved)
        url = target
    raise Trouble("redirect", f"sends us on and on (more than {MOST_HOPS} redirects)")


def _target(response: httpx.Response, url: httpx.URL) -> httpx.URL:
    location = header(response.headers.raw, "Location")
    try:
        target = url.join(location).copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise Trouble("redirect", "sends us on to an address that is none") from None
    if target.scheme not in ("http", "https"):
        raise Trouble("redirect", f"sends us on to a {one_line(target.scheme)[:20]}: address, which is refused")
    if target == url:
        raise Trouble("redirect", "sends us round in a circle")
    return target


async def _ask(
    client: httpx.AsyncClient, request: Request, url: httpx.URL, secrets: dict[str, str], *, typed: bool
) -> httpx.Response:
    """Send the question and the `secrets` to `url`, and return the answer with its body still unread.

    `typed` tells whether the person named the place, which then may be a private one.
    """
    host = url.raw_host.decode("ascii").rstrip(".")
    port = 80 if url.port is None else url.port
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise Trouble("address", "has an address that leads nowhere; correct it")
    question = client.build_request(
        "GET",
        _bare(url).copy_with(host=host) if url.raw_host.endswith(b".") else _bare(url),
        headers=_headers(request, secrets),
        extensions={INSIDE: host if typed and (local_by_itself(host) or host in request.inside) else ""},
    )
    try:
        return await client.send(question, stream=True)
    except AddressRefused as refused:
        advice = f'; if that is meant, put "{host}" into refresh.inside in config.toml' if typed else " (refused)"
        raise Trouble("address", f"leads to {refused.address}, inside your own network{advice}") from None
    except httpcore.ConnectTimeout:
        raise Trouble("timeout", f"did not answer in {min(CONNECT_SECONDS, request.timeout):g} s") from None
    except httpx.RemoteProtocolError:  # httpx takes a Location apart itself, although it does not follow it
        raise Trouble("redirect", "sends us on to an address that is none") from None


def _headers(request: Request, secrets: dict[str, str]) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode()) for name, value in secrets.items()]
    if request.accept:
        headers.append((b"Accept", request.accept.encode("ascii")))
    if request.etag:
        headers.append((b"If-None-Match", request.etag.encode("latin-1")))
    if request.modified:
        headers.append((b"If-Modified-Since", request.modified.encode("latin-1")))
    return headers


async def _read(response: httpx.Response, request: Request, url: str) -> Answer:
    raw = response.headers.raw
    answer = Answer(
        url,
        content_type=header(raw, "Content-Type"),
        etag=validator(raw, "ETag"),
        modified=validator(raw, "Last-Modified"),
        max_age=fresh_for(raw),
    )
    status = response.status_code
    if status == 304 and (request.etag or request.modified):
        return replace(
            answer,
            unchanged=True,
            etag=answer.etag or request.etag,
            modified=answer.modified or request.modified,
            body_hash=request.body_hash,
        )
    if status in (429, 503):
        wait = header(raw, "Retry-After")
        until = left_alone(retry_after(wait, request.now), request.now) if wait or status == 429 else None
        trouble = status_trouble(status, until)
        trouble.host = host_of(url)
        raise trouble
    if status not in (200, 203):
        raise status_trouble(status)
    document, body_hash = await _document(response, request)
    if body_hash == request.body_hash:
        return replace(answer, unchanged=True, body_hash=body_hash)
    return replace(answer, document=document, body_hash=body_hash)


async def _finish(response: httpx.Response) -> None:
    """Take in the rest of an answer that has nothing for us, if that is small: its connection can then be kept."""
    declared = header(response.headers.raw, "Content-Length")
    if not response.is_stream_consumed and (response.status_code == 304 or re.fullmatch(r"\d{1,4}", declared)):
        async for _ in response.aiter_raw():
            pass


async def _document(response: httpx.Response, request: Request) -> tuple[Document, str]:
    """Take the body in within its bounds, and return it with the hash of what it unpacks to."""
    too_big = Trouble("too-big", f"is larger than {request.max_bytes / 1_000_000:g} MB, and was not read")
    declared = header(response.headers.raw, "Content-Length")
    if declared.isdecimal() and int(declared[:20]) > request.max_bytes:
        raise too_big
    encoding = header(response.headers.raw, "Content-Encoding")
    packed = bytearray()
    small: list[bytes] = []
    size = 0
    unpacked = hashlib.sha256()
    try:
        unpacker = Unpacker(encoding)
        async for chunk in response.aiter_raw():
            packed += chunk
            if len(packed) > request.max_bytes:
                raise too_big
            for piece in unpacker.pieces(chunk):
                unpacked.update(piece)
                size += len(piece)
                if size <= SMALL:
                    small.append(piece)
                if size > request.max_bytes * DECODED_FACTOR:
                    raise Trouble("too-big", "unpacks to far more than it should, and was not read")
        unpacker.check_end()
    except BadEncoding as bad:
        raise Trouble("encoding", f"sent an answer that is {bad}") from None
    if size <= SMALL:
        document = Document(b"".join(small), size=size, came=len(packed))
    else:
        document = Document(bytes(packed), encoding=encoding, size=size, came=len(packed))
    return document, unpacked.hexdigest()


def _bare(url: httpx.URL) -> httpx.URL:
    """Return `url` without what no server is told in it; mostly itself, since taking an address apart is slow."""
    return url.copy_with(userinfo=b"", fragment=None) if url.userinfo or url.fragment else url


def _is_downgrade(url: httpx.URL, target: httpx.URL) -> bool:
    return url.scheme == "https" and target.scheme == "http"
