"""Connect to hosts: each name is looked up once, its addresses are checked, the first to answer is used."""

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

from roya_tui.local_network import is_local_host
from roya_tui.sources.hosts import Resolver, display_url, resolve, resolve_checked
from roya_tui.sources.http.errors import FetchError, dns_error, network_error
from roya_tui.translation import gettext_noop

ATTEMPT_DELAY = 0.3
"""Seconds before the next address is tried too (RFC 8305 §5 recommends 0.25)."""
MAX_ADDRESSES = 4
"""Addresses of a host that are tried."""

Connect = Callable[[str], Awaitable[httpcore.AsyncNetworkStream]]


def certificate_context() -> ssl.SSLContext:
    """Return a TLS context with the system's certificates, or those of SSL_CERT_FILE and SSL_CERT_DIR.

    If OpenSSL finds no certificates, as on some installations of macOS, those of certifi are used.
    """
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    is_set = os.environ.get(paths.openssl_cafile_env) or os.environ.get(paths.openssl_capath_env)
    if not is_set and not paths.capath and not context.get_ca_certs():
        import certifi  # comes with httpx

        context.load_verify_locations(certifi.where())
    return context


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens the connections of a pool. Only `private_host` may have a private address."""

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
        """Connect to `host`. Raises PrivateAddressError, FetchError if the name is not found, httpcore's errors."""
        try:
            async with asyncio.timeout(timeout):
                found = await self._resolve(host, port, timeout)
                return await connect_first(found, lambda address: self._sockets.connect_tcp(address, port))
        except TimeoutError:
            raise httpcore.ConnectTimeout from None

    async def _resolve(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            # Leave some time, so that the error is this one and not the connection timeout.
            async with asyncio.timeout(None if timeout is None else timeout * 0.95):
                found = await resolve_checked(host, port, allowed=host == self._private_host, resolver=self._resolver)
        except TimeoutError:
            message = gettext_noop("{source} could not be reached: the DNS server did not respond.")
            raise FetchError("offline", message) from None
        except OSError as error:
            raise dns_error(error, host) from None
        if not found:
            raise FetchError("dns", gettext_noop("{source} could not be reached: {host} has no address."), host=host)
        return _interleave(found)[:MAX_ADDRESSES]


def _interleave(found: Sequence[str]) -> list[str]:
    """Alternate IPv6 and IPv4, starting with the system's first: one of the two is often broken."""
    is_ipv6 = ":" in found[0]
    same = [address for address in found if (":" in address) is is_ipv6]
    other = [address for address in found if (":" in address) is not is_ipv6]
    return [address for address in chain.from_iterable(zip_longest(same, other)) if address is not None]


async def connect_first(addresses: Sequence[str], connect: Connect) -> httpcore.AsyncNetworkStream:
    """Connect to the first of `addresses` that answers, with a delay between attempts (RFC 8305).

    If none does, raises an error; "no network" only if all of them failed with that.
    """
    waiting = list(addresses)
    running: set[asyncio.Task[httpcore.AsyncNetworkStream]] = set()
    errors: list[BaseException] = []
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(connect(waiting.pop(0))))
            timeout = ATTEMPT_DELAY if waiting else None
            done, running = await asyncio.wait(running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            answered = [task for task in done if not task.exception()]
            errors += [error for task in done if (error := task.exception())]
            if answered:
                running.update(answered[1:])
                return answered[0].result()
    finally:
        await _cancel_others(running)
    raise min(errors, key=lambda error: network_error(error).kind == "offline")


async def _cancel_others(running: set[asyncio.Task[httpcore.AsyncNetworkStream]]) -> None:
    """Cancel the remaining attempts, and close connections that they opened."""
    for task in running:
        task.cancel()
    for stream in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(stream, httpcore.AsyncNetworkStream):
            with suppress(httpcore.NetworkError):
                await stream.aclose()


ProxyFor = Callable[[str, str], str]
"""Scheme and host → the address of the proxy to use, "" for none."""

KEEPALIVE_SECONDS = 15.0
MAX_KEEPALIVE = 64

PRIVATE_HOST = "inside"
"""The request extension with the host if it may have a private address, else ""."""


def system_proxy(scheme: str, host: str) -> str:
    """Return the proxy from the environment (http_proxy, https_proxy, all_proxy, no_proxy) or the system."""
    proxies = getproxies()
    address = proxies.get(scheme) or proxies.get("all") or ""
    if proxy_bypass(host) or not address:
        return ""
    return address if "://" in address else f"http://{address}"


class PooledTransport(httpx.AsyncBaseTransport):
    """Sends requests directly or through a proxy, over kept-alive connections.

    Connections are pooled by host name, scheme and port, never by address, so that each is only used for the name that
    its certificate was checked for. A host that may be private has its own pool.
    """

    def __init__(self, resolver: Resolver = resolve, proxy_for: ProxyFor = system_proxy) -> None:
        self._resolver = resolver
        self._proxy_for = proxy_for
        self._pools: dict[tuple[str, str], httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, private_host = request.url.raw_host.decode("ascii"), request.extensions.get(PRIVATE_HOST, "")
        # A proxy resolves names itself. Hosts in the user's own network need no proxy.
        proxy = "" if private_host or is_local_host(host) else self._proxy_for(request.url.scheme, host)
        pool = self._pool(proxy, private_host)
        try:
            response = await _send(pool, request)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError, FetchError) as error:
            if proxy and not (isinstance(error, httpcore.ConnectError) and network_error(error).kind == "tls"):
                message = gettext_noop("{source} could not be reached through the proxy {proxy}.")
                raise FetchError("proxy", message, proxy=display_url(proxy)) from None
            raise
        return httpx.Response(response.status, headers=response.headers, stream=_ResponseStream(response))

    def _pool(self, proxy: str, private_host: str) -> httpcore.AsyncConnectionPool:
        key = (proxy, private_host)
        if key not in self._pools:
            http_proxy = _make_proxy(proxy) if proxy else None
            if http_proxy:  # the user chose the proxy, so it may be private
                private_host = http_proxy.url.host.decode("ascii")
            self._pools[key] = httpcore.AsyncConnectionPool(
                ssl_context=self._ssl_context,
                proxy=http_proxy,
                max_connections=None,
                max_keepalive_connections=MAX_KEEPALIVE,
                keepalive_expiry=KEEPALIVE_SECONDS,
                network_backend=GuardedBackend(self._resolver, private_host),
            )
        return self._pools[key]

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        return certificate_context()

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


async def _send(pool: httpcore.AsyncConnectionPool, request: httpx.Request) -> httpcore.Response:
    """Send a request, again if the server has just closed the kept-alive connection."""
    connected = False

    async def trace(event: str, _: object) -> None:
        nonlocal connected
        connected = connected or event.endswith("connect_tcp.started")

    url = request.url
    core_url = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    extensions = {**request.extensions, "trace": trace}
    core_request = httpcore.Request(
        request.method, core_url, headers=request.headers.raw, content=request.content, extensions=extensions
    )
    while True:
        try:
            return await pool.handle_async_request(core_request)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            if connected or request.method != "GET":  # a server may have done what another method asked for
                raise


def _make_proxy(address: str) -> httpcore.Proxy:
    """Return the proxy at `address`. Raises FetchError for an unsupported scheme."""
    url = httpx.URL(address)
    if url.scheme not in ("http", "https"):
        message = gettext_noop("{source} could not be reached: {scheme} proxies are not supported, only http.")
        raise FetchError("proxy", message, scheme=url.scheme)
    auth = (url.username.encode(), url.password.encode()) if url.username else None
    proxy_url = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    return httpcore.Proxy(proxy_url, auth=auth, ssl_context=certificate_context() if url.scheme == "https" else None)


class _ResponseStream(httpx.AsyncByteStream):
    """The body of a response."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()
