"""Build Authorization headers from an address or the [auth] settings, and read their secrets."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence

import httpx

from roya_tui.config import Auth
from roya_tui.sources.http.errors import FetchError
from roya_tui.sources.threads import run_in_thread
from roya_tui.text import one_line
from roya_tui.translation import gettext_noop

SecretReader = Callable[[str], Awaitable[str]]
"""Reference to a secret, or the secret itself → the secret. Raises FetchError."""

KEYRING_SERVICE = "roya-tui"


async def auth_headers(
    url: httpx.URL, auth: Sequence[Auth], read_secret: SecretReader, source: str = ""
) -> dict[str, str]:
    """Return the header that authorizes `url`: from its credentials, else from the most specific entry of `auth`.

    `source` is the address of the source: its credentials in auth.toml also apply to redirects on the same site. Raises
    FetchError, without a secret in the message, if a secret is missing.
    """
    if url.username or url.password:
        return _basic_auth(url.username, url.password)
    entry = find_auth(url, auth, source)
    if entry is None:
        return {}
    if entry.token:
        return {"Authorization": f"Bearer {await read_secret(entry.token)}"}
    if entry.header:
        return {entry.header: await read_secret(entry.value)}
    return _basic_auth(entry.user, await read_secret(entry.password))


def find_auth(url: httpx.URL, auth: Sequence[Auth], source: str = "") -> Auth | None:
    """Return the most specific entry of `auth` for `url`; `source` is as for `auth_headers`."""
    matching = (
        one for one in auth if (one.address_prefix == source if one.exact else _applies_to(one.address_prefix, url))
    )
    # An entry of auth.toml is more specific than [auth] for its host, not than [auth] for the same address.
    return max(matching, key=lambda one: len(one.address_prefix), default=None)


async def read_secret(secret: str) -> str:
    """Read a secret from the environment ("env:NAME") or the keyring ("keyring:NAME"), or return it as it is."""
    kind, _, name = secret.partition(":")
    if kind == "env":
        found = os.environ.get(name, "")
        if not found:
            message = gettext_noop("{source} needs a secret from the environment variable {name}, which is not set.")
            raise FetchError("auth", message, name=one_line(name))
    elif kind == "keyring":
        found = await run_in_thread(lambda: _from_keyring(name))
    else:
        return secret
    if not found.strip("\r\n").isprintable():
        message = gettext_noop("{source} needs a secret, but the value of {name} has invalid characters.")
        raise FetchError("auth", message, name=one_line(secret))
    return found.strip("\r\n")


def _from_keyring(name: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        message = gettext_noop("{source} needs a secret from the system's keyring. Run: {command}.")
        raise FetchError("auth", message, command="pip install 'roya-tui[keyring]'") from None
    try:
        found = keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError:
        message = gettext_noop("{source} needs a secret from the system's keyring, which is locked. Unlock it.")
        raise FetchError("auth", message) from None
    if not found:
        command = f"keyring set {KEYRING_SERVICE} {one_line(name)}"
        message = gettext_noop("{source} needs a secret that is not in the system's keyring. Run: {command}.")
        raise FetchError("auth", message, command=command)
    return str(found)


def _applies_to(prefix: str, url: httpx.URL) -> bool:
    """Whether `url` starts with `prefix`; a host alone means https, so that no secret is sent unencrypted."""
    if "://" not in prefix:
        return url.scheme == "https" and url.port is None and url.raw_host.decode("ascii") == prefix
    start = httpx.URL(prefix)
    return shares_origin(start, url) and f"{url.path}/".startswith(f"{start.path.removesuffix('/')}/")


def shares_origin(start: httpx.URL, url: httpx.URL) -> bool:
    """Whether secrets for `start` may be sent to `url`: the same origin (RFC 6454), or its move to https."""
    if start.raw_host != url.raw_host:
        return False
    if (start.scheme, url.scheme) == ("http", "https"):
        return start.port is None and url.port is None
    return (start.scheme, start.port) == (url.scheme, url.port)


def _basic_auth(user: str, password: str) -> dict[str, str]:
    """Return the Authorization header of RFC 7617."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"}
