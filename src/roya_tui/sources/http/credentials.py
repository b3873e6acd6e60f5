"""What a place wants to be told before it answers: from its address, or from [auth] in config.toml."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence

import httpx

from roya_tui.config import Auth
from roya_tui.sources.http.errors import FetchError
from roya_tui.sources.threads import run_in_thread
from roya_tui.text import one_line

SecretReader = Callable[[str], Awaitable[str]]
"""Where a secret lies, or the secret itself → the secret. Raises Trouble."""

KEYRING_SERVICE = "roya-tui"
"""The name under which the system's keyring keeps our secrets."""


async def auth_headers(
    url: httpx.URL, auth: Sequence[Auth], read_secret: SecretReader, source: str = ""
) -> dict[str, str]:
    """Return the header field that opens `url`, if one is known: what its address holds, else the nearest of `auth`.

    `source` is the address as subscribed to, which an account of auth.toml is for: it also opens what the source
    redirects to on the same site. Raises Trouble, in words without any secret, where there is no secret.
    """
    if url.username or url.password:
        return _basic_auth(url.username, url.password)
    covering = (
        one for one in auth if (one.address_prefix == source if one.exact else _applies_to(one.address_prefix, url))
    )
    # An account of auth.toml counts before what [auth] says of the whole host, not before the same address there.
    known = max(covering, key=lambda one: len(one.address_prefix), default=None)
    if known is None:
        return {}
    if known.token:
        return {"Authorization": f"Bearer {await read_secret(known.token)}"}
    if known.header:
        return {known.header: await read_secret(known.value)}
    return _basic_auth(known.user, await read_secret(known.password))


async def read_secret(secret: str) -> str:
    """Return a secret from the environment ("env:NAME"), from the system's keyring ("keyring:NAME"), or as it is."""
    where, _, name = secret.partition(":")
    if where == "env":
        found = os.environ.get(name, "")
        if not found:
            raise FetchError("auth", f"wants a secret from the variable {one_line(name)}, which is not set")
    elif where == "keyring":
        found = await run_in_thread(lambda: _from_keyring(name))
    else:
        return secret
    if not found.strip("\r\n").isprintable():
        raise FetchError("auth", f"wants a secret, and what {one_line(secret)} holds has characters that none can have")
    return found.strip("\r\n")


def _from_keyring(name: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise FetchError(
            "auth", "wants a secret from the system's keyring; pip install 'roya-tui[keyring]' lets us ask it"
        ) from None
    try:
        found = keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError:
        raise FetchError("auth", "wants a secret from the system's keyring, which does not open; unlock it") from None
    if not found:
        command = f"keyring set {KEYRING_SERVICE} {one_line(name)}"
        raise FetchError("auth", f"wants a secret that the system's keyring does not have; “{command}” puts it there")
    return str(found)


def _applies_to(place: str, url: httpx.URL) -> bool:
    """Whether `url` lies at `place`; a host alone means https, so that no secret goes out in the clear by mistake."""
    if "://" not in place:
        return url.scheme == "https" and url.port is None and url.raw_host.decode("ascii") == place
    known = httpx.URL(place)
    folder = known.path if known.path.endswith("/") else known.path + "/"
    return shares_origin(known, url) and (url.path + "/").startswith(folder)


def shares_origin(start: httpx.URL, url: httpx.URL) -> bool:
    """Whether secrets meant for `start` may go to `url`: the same origin (RFC 6454), or its move to https."""
    if start.raw_host != url.raw_host:
        return False
    if (start.scheme, url.scheme) == ("http", "https"):
        return start.port is None and url.port is None
    return (start.scheme, start.port) == (url.scheme, url.port)


def _basic_auth(user: str, password: str) -> dict[str, str]:
    """Return the field of RFC 7617."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"}
