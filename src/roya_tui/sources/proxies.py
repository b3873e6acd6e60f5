"""Going through the proxy that this machine is set up with, where there is one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.request import getproxies, proxy_bypass

import httpx

from roya_tui.sources.trouble import Trouble

ProxyFor = Callable[[str, str], str]
"""Scheme and host → the address of the proxy to use, "" for none."""

_NAMED_BY = "proxy"
"""The request extension that names the proxy."""


def system_proxy(scheme: str, host: str) -> str:
    """Return the proxy from the environment (http_proxy, https_proxy, all_proxy, no_proxy) or the system's settings."""
    found = getproxies()
    address = found.get(scheme) or found.get("all") or ""
    return "" if proxy_bypass(host) else address


def through(proxy: str) -> dict[str, str]:
    """Return the request extension that sends a request through `proxy`. Raises Trouble for a kind we do not speak."""
    if not proxy.startswith(("http://", "https://")):
        raise Trouble(
            "proxy", f"is not asked: its proxy is a {proxy.partition(':')[0]} one, and only http ones are spoken"
        )
    return {_NAMED_BY: proxy}


class Ways(httpx.AsyncBaseTransport):
    """Sends each request directly, or through the proxy that the request names; keeps no connection."""

    def __init__(self) -> None:
        self._ways: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = request.extensions.get(_NAMED_BY, "")
        if proxy not in self._ways:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            self._ways[proxy] = httpx.AsyncHTTPTransport(limits=limits, http2=False, proxy=proxy or None)
        return await self._ways[proxy].handle_async_request(request)

    async def aclose(self) -> None:
        for way in self._ways.values():
            await way.aclose()
