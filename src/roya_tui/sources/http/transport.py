"""From a name to a connection: looked up once, checked, and the first of its addresses to answer is used."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain, zip_longest
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from roya_tui.sources.hosts import Resolver, display_url, is_local_host, resolve, resolve_checked
from roya_tui.sources.http.errors import FetchError, dns_error, network_error

ATTEMPT_DELAY = 0.3
"""Seconds that an address has before the next one is tried beside it (RFC 8305 §5 asks for a quarter of one)."""
MAX_ADDRESSES = 4
"""How many addresses of one name are tried."""

Connect = Callable[[str], Awaitable[httpcore.AsyncNetworkStream]]
"""Address → a connection to it."""


def certificate_context() -> ssl.SSLContext:
    """Return what certificates are checked against: the system's, or what SSL_CERT_FILE and SSL_CERT_DIR name.

    Where the system keeps none that OpenSSL finds, as on some installations of macOS, certifi's are used.
    """
    context = ssl.create_default_context()
    places = ssl.get_default_verify_paths()
    named = os.environ.get(places.openssl_cafile_env) or os.environ.get(places.openssl_capath_env)
    if not named and not places.capath and not context.get_ca_certs():
        import certifi  # comes with httpx

        context.load_verify_locations(certifi.where())
    return context


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Makes the connections of one pool; a private address only where `inside` is the very host that is asked for."""

    def __init__(self, resolver: Resolver, private_host: str) -> None:
        self._resolver = resolver
        self._private_host = private_host
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to `host`. Raises AddressRefused, Trouble when its name is not found, httpcore's errors."""
        try:
            async with asyncio.timeout(timeout):
                found = await self._resolve(host, port, timeout)
                return await connect_first(found, lambda address: self._sockets.connect_tcp(address, port))
        except TimeoutError:
            raise httpcore.ConnectTimeout from None

    async def _resolve(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            # The name may take most of the time, but some must be left to be told that it was the name.
            async with asyncio.timeout(None if timeout is None else timeout * 0.95):
                found = await resolve_checked(host, port, allowed=host == self._private_host, resolver=self._resolver)
        except TimeoutError:
            raise FetchError("offline", "was not found in time: the name server does not answer") from None
        except OSError as error:
            raise dns_error(error, host) from None
        if not found:
            raise FetchError("dns", f"cannot be found: {host} has no address")
        return _interleave(found)[:MAX_ADDRESSES]

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _interleave(found: Sequence[str]) -> list[str]:
    """Let IPv6 and IPv4 take turns, beginning with what the system puts first: one of the two is often broken."""
    first = ":" in found[0]
    same = [address for address in found if (":" in address) is first]
    other = [address for address in found if (":" in address) is not first]
    return [address for address in chain.from_iterable(zip_longest(same, other)) if address is not None]


async def connect_first(addresses: Sequence[str], connect: Connect) -> httpcore.AsyncNetworkStream:
    """Connect to the first of `found` that answers, each with a head start before the next (RFC 8305).

    Raises the most telling error when none does: that one way is missing says less than what another address said.
    """
    waiting = list(addresses)
    running: set[asyncio.Task[httpcore.AsyncNetworkStream]] = set()
    errors: list[BaseException] = []
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(connect(waiting.pop(0))))
            done, running = await asyncio.wait(
                running, timeout=ATTEMPT_DELAY if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            answered = [task for task in done if not task.exception()]
            errors += [error for task in done if (error := task.exception())]
            if answered:
                running.update(answered[1:])
                return answered[0].result()
    finally:
        await _cancel_others(running)
    raise min(errors, key=lambda error: network_error(error).kind == "offline")


async def _cancel_others(running: set[asyncio.Task[httpcore.AsyncNetworkStream]]) -> None:
    """End the attempts that came too late, and close what they opened."""
    for task in running:
        task.cancel()
    for stream in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(stream, httpcore.AsyncNetworkStream):
            with suppress(httpcore.NetworkError):
                await stream.aclose()


ProxyFor = Callable[[str, str], str]
"""Scheme and host → the address of the proxy to use, "" for none."""

KEEPALIVE_SECONDS = 15.0
"""How long a connection that nobody uses is kept."""
MAX_KEEPALIVE = 64

PRIVATE_HOST = "inside"
"""The request extension that names the host if it may lead to a private address."""


def system_proxy(scheme: str, host: str) -> str:
    """Return the proxy from the environment (http_proxy, https_proxy, all_proxy, no_proxy) or the system's settings."""
    found = getproxies()
    address = found.get(scheme) or found.get("all") or ""
    if proxy_bypass(host) or not address:
        return ""
    return address if "://" in address else f"http://{address}"


class PooledTransport(httpx.AsyncBaseTransport):
    """Sends each request directly or through a proxy, over a kept connection where there is one.

    Connections are kept by name, scheme and port, never by address, so that what a certificate was checked for is
    all that a connection is used for. A host that may be private has a pool of its own.
    """

    def __init__(self, resolver: Resolver = resolve, proxy_for: ProxyFor = system_proxy) -> None:
        self._resolver = resolver
        self._proxy_for = proxy_for
        self._pools: dict[tuple[str, str], httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, inside = request.url.raw_host.decode("ascii"), request.extensions.get(PRIVATE_HOST, "")
        # A proxy looks names up for itself; what lies in the person's own network needs none.
        proxy = "" if inside or is_local_host(host) else self._proxy_for(request.url.scheme, host)
        pool = self._pool(proxy, inside)
        try:
            response = await _send(pool, request)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError, FetchError) as error:
            if proxy and not (isinstance(error, httpcore.ConnectError) and network_error(error).kind == "tls"):
                raise FetchError(
                    "proxy", f"cannot be reached: the proxy {display_url(proxy)} does not let us through"
                ) from None
            raise
        return httpx.Response(response.status, headers=response.headers, stream=_ResponseStream(response))

    def _pool(self, proxy: str, private_host: str) -> httpcore.AsyncConnectionPool:
        way = (proxy, private_host)
        if way not in self._pools:
            through = _make_proxy(proxy) if proxy else None
            self._pools[way] = httpcore.AsyncConnectionPool(
                ssl_context=self._ssl_context,
                proxy=through,
                max_connections=None,
                max_keepalive_connections=MAX_KEEPALIVE,
                keepalive_expiry=KEEPALIVE_SECONDS,
                # The proxy is the person's own choice, wherever it is.
                network_backend=GuardedBackend(
                    self._resolver, through.url.host.decode("ascii") if through else private_host
                ),
            )
        return self._pools[way]

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        return certificate_context()

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


async def _send(pool: httpcore.AsyncConnectionPool, request: httpx.Request) -> httpcore.Response:
    """Send a question that may be asked twice: over a kept connection that the server closes just now it must be."""
    connected = False

    async def trace(event: str, _: object) -> None:
        nonlocal connected
        connected = connected or event.endswith("connect_tcp.started")

    question = httpcore.Request(
        request.method,
        httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        ),
        headers=request.headers.raw,
        extensions={**request.extensions, "trace": trace},
    )
    while True:
        try:
            return await pool.handle_async_request(question)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            if connected:
                raise


def _make_proxy(address: str) -> httpcore.Proxy:
    """Return the proxy at `address`. Raises Trouble for a kind that we do not speak."""
    url = httpx.URL(address)
    if url.scheme not in ("http", "https"):
        raise FetchError("proxy", f"is not asked: its proxy is a {url.scheme} one, and only http ones are spoken")
    auth = (url.username.encode(), url.password.encode()) if url.username else None
    place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    return httpcore.Proxy(place, auth=auth, ssl_context=certificate_context() if url.scheme == "https" else None)


class _ResponseStream(httpx.AsyncByteStream):
    """What is left of an answer."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()
