"""The ways out of this machine: directly or through the proxy that it is set up with, over kept connections."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from roya_tui.sources.web.addresses import LookUp, local_by_itself, look_up, shown
from roya_tui.sources.web.connecting import Doorway, trusted
from roya_tui.sources.web.trouble import Trouble, network_trouble

ProxyFor = Callable[[str, str], str]
"""Scheme and host → the address of the proxy to use, "" for none."""

KEPT_SECONDS = 15.0
"""How long a connection that nobody uses is kept."""
MOST_KEPT = 64

INSIDE = "inside"
"""The request extension that names the host if it may lead to a private address."""


def system_proxy(scheme: str, host: str) -> str:
    """Return the proxy from the environment (http_proxy, https_proxy, all_proxy, no_proxy) or the system's settings."""
    found = getproxies()
    address = found.get(scheme) or found.get("all") or ""
    if proxy_bypass(host) or not address:
        return ""
    return address if "://" in address else f"http://{address}"


class Ways(httpx.AsyncBaseTransport):
    """Sends each request directly or through a proxy, over a kept connection where there is one.

    Connections are kept by name, scheme and port, never by address, so that what a certificate was checked for is
    all that a connection is used for. A host that may be private has a pool of its own.
    """

    def __init__(self, look_up: LookUp = look_up, proxy_for: ProxyFor = system_proxy) -> None:
        self._look_up = look_up
        self._proxy_for = proxy_for
        self._pools: dict[tuple[str, str], httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, inside = request.url.raw_host.decode("ascii"), request.extensions.get(INSIDE, "")
        # A proxy looks names up for itself; what lies in the person's own network needs none.
        proxy = "" if inside or local_by_itself(host) else self._proxy_for(request.url.scheme, host)
        pool = self._pool(proxy, inside)
        try:
            response = await _send(pool, request)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError, Trouble) as error:
            if proxy and not (isinstance(error, httpcore.ConnectError) and network_trouble(error).kind == "tls"):
                raise Trouble("proxy", f"cannot be reached: the proxy {shown(proxy)} does not let us through") from None
            raise
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def _pool(self, proxy: str, inside: str) -> httpcore.AsyncConnectionPool:
        way = (proxy, inside)
        if way not in self._pools:
            through = _proxy(proxy) if proxy else None
            self._pools[way] = httpcore.AsyncConnectionPool(
                ssl_context=self._trusted,
                proxy=through,
                max_connections=None,
                max_keepalive_connections=MOST_KEPT,
                keepalive_expiry=KEPT_SECONDS,
                # The proxy is the person's own choice, wherever it is.
                network_backend=Doorway(self._look_up, through.url.host.decode("ascii") if through else inside),
            )
        return self._pools[way]

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return trusted()

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


def _proxy(address: str) -> httpcore.Proxy:
    """Return the proxy at `address`. Raises Trouble for a kind that we do not speak."""
    url = httpx.URL(address)
    if url.scheme not in ("http", "https"):
        raise Trouble("proxy", f"is not asked: its proxy is a {url.scheme} one, and only http ones are spoken")
    auth = (url.username.encode(), url.password.encode()) if url.username else None
    place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    return httpcore.Proxy(place, auth=auth, ssl_context=trusted() if url.scheme == "https" else None)


class _Body(httpx.AsyncByteStream):
    """What is left of an answer."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()
