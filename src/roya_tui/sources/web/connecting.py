"""From a name to a connection: looked up once, checked, and the first of its addresses to answer is used."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain, zip_longest

import httpcore

from roya_tui.sources.web.addresses import LookUp, addresses
from roya_tui.sources.web.trouble import Trouble, look_up_trouble, network_trouble

HEAD_START = 0.3
"""Seconds that an address has before the next one is tried beside it (RFC 8305 §5 asks for a quarter of one)."""
MOST_ADDRESSES = 4
"""How many addresses of one name are tried."""

Connect = Callable[[str], Awaitable[httpcore.AsyncNetworkStream]]
"""Address → a connection to it."""


def trusted() -> ssl.SSLContext:
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


class Doorway(httpcore.AsyncNetworkBackend):
    """Makes the connections of one pool; a private address only where `inside` is the very host that is asked for."""

    def __init__(self, look_up: LookUp, inside: str) -> None:
        self._look_up = look_up
        self._inside = inside
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
                found = await self._found(host, port, timeout)
                return await first_to_answer(found, lambda address: self._sockets.connect_tcp(address, port))
        except TimeoutError:
            raise httpcore.ConnectTimeout from None

    async def _found(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            # The name may take most of the time, but some must be left to be told that it was the name.
            async with asyncio.timeout(None if timeout is None else timeout * 0.95):
                found = await addresses(host, port, allowed=host == self._inside, look_up=self._look_up)
        except TimeoutError:
            raise Trouble("offline", "was not found in time: the name server does not answer") from None
        except OSError as error:
            raise look_up_trouble(error, host) from None
        if not found:
            raise Trouble("dns", f"cannot be found: {host} has no address")
        return _by_turns(found)[:MOST_ADDRESSES]

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _by_turns(found: Sequence[str]) -> list[str]:
    """Let IPv6 and IPv4 take turns, beginning with what the system puts first: one of the two is often broken."""
    first = ":" in found[0]
    same = [address for address in found if (":" in address) is first]
    other = [address for address in found if (":" in address) is not first]
    return [address for address in chain.from_iterable(zip_longest(same, other)) if address is not None]


async def first_to_answer(found: Sequence[str], connect: Connect) -> httpcore.AsyncNetworkStream:
    """Connect to the first of `found` that answers, each with a head start before the next (RFC 8305).

    Raises the most telling error when none does: that one way is missing says less than what another address said.
    """
    waiting = list(found)
    running: set[asyncio.Task[httpcore.AsyncNetworkStream]] = set()
    errors: list[BaseException] = []
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(connect(waiting.pop(0))))
            done, running = await asyncio.wait(
                running, timeout=HEAD_START if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            answered = [task for task in done if not task.exception()]
            errors += [error for task in done if (error := task.exception())]
            if answered:
                running.update(answered[1:])
                return answered[0].result()
    finally:
        await _let_go(running)
    raise min(errors, key=lambda error: network_trouble(error).kind == "offline")


async def _let_go(running: set[asyncio.Task[httpcore.AsyncNetworkStream]]) -> None:
    """End the attempts that came too late, and close what they opened."""
    for task in running:
        task.cancel()
    for stream in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(stream, httpcore.AsyncNetworkStream):
            with suppress(httpcore.NetworkError):
                await stream.aclose()
