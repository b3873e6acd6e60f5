"""Turn network and HTTP errors into messages that the user can act on."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import httpcore
import httpx

from roya_tui.text import one_line


class FetchError(Exception):
    """A failed request. `reason` continues a sentence that begins with the source: "did not answer in 10 s"."""

    def __init__(self, kind: str, reason: str, retry_at: int | None = None, status: int | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.retry_at = retry_at
        self.status = status
        self.host = ""
        """The host whose requests must wait until `retry_at`."""


_STATUS_REASONS = {
    304: "returned “not modified” to a first request (304)",
    401: "needs a username and password, or rejected them (401); set [auth] in config.toml",
    402: "requires a payment (402)",
    403: "denied access (403)",
    404: "was not found at this address (404)",
    406: "has no readable format (406)",
    407: "is behind a proxy that needs a password (407)",
    410: "was removed by its server (410) and is not checked any more",
    429: "is limiting requests (429)",
    451: "is blocked for legal reasons (451)",
    503: "is overloaded or in maintenance (503)",
    511: "could not be reached: sign in to this network in your browser first (511)",
}


def status_error(status: int, retry_at: int | None = None) -> FetchError:
    """Return the error for an HTTP status (RFC 9110 §15) other than success."""
    if status in _STATUS_REASONS:
        reason = _STATUS_REASONS[status]
    elif status >= 500:
        reason = f"returned a server error ({status})"
    elif status >= 400:
        reason = f"refused the request ({status})"
    elif status >= 300:
        reason = f"redirected without an address ({status})"
    else:
        reason = f"returned an unexpected status ({status})"
    return FetchError("gone" if status == 410 else "status", reason, retry_at, status)


def dns_error(error: OSError, host: str) -> FetchError:
    """Return the error for a failed name lookup. An unreachable name server means that the machine is offline."""
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        return FetchError("dns", f"could not be reached: host {one_line(host)} not found")
    return FetchError("offline", "could not be reached: there is no network")


def network_error(error: BaseException) -> FetchError:
    """Return the error for an exception of the HTTP client."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            untrusted = f"has a certificate that cannot be trusted ({_ssl_reason(cause)})"
            return FetchError("tls", _CERTIFICATE_REASONS.get(cause.verify_code, untrusted))
        if isinstance(cause, ssl.SSLError):
            return FetchError("tls", f"does not manage a secure connection ({_ssl_reason(cause)})")
        if isinstance(cause, ConnectionRefusedError):
            return FetchError("refused", "is not there: its machine refuses the connection")
        if isinstance(cause, OSError) and cause.errno in _NO_NETWORK:
            return FetchError("offline", "could not be reached: there is no network")
        if isinstance(cause, OSError) and cause.errno == errno.EHOSTUNREACH:
            return FetchError("refused", "is not there: no way leads to its machine")
    match error:
        case httpcore.ConnectError():
            return FetchError("refused", "cannot be connected to")
        case httpcore.NetworkError():
            return FetchError("reset", "closed the connection in the middle of its answer")
        case httpcore.RemoteProtocolError() if "without sending" in str(error) or "incomplete" in str(error):
            return FetchError("reset", "closed the connection before its answer was whole")
        case httpcore.RemoteProtocolError() if "too large" in str(error) or "too long" in str(error):
            return FetchError("protocol", "sends more headers than anyone needs, and was not read")
        case httpcore.RemoteProtocolError():
            return FetchError("protocol", "does not answer in the language of the web (HTTP)")
        case httpcore.UnsupportedProtocol() | httpcore.LocalProtocolError() | httpx.InvalidURL() | ValueError():
            return FetchError("address", "has an address that leads nowhere; correct it")
    return FetchError("reset", "could not be read to the end")


_NO_NETWORK = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)

# By the error codes of X509_verify_cert_error_string(3).
_CERTIFICATE_REASONS = {
    9: "has a certificate that is not valid yet; see that this machine's clock is right",
    10: "has a certificate that has expired; see that this machine's clock is right, or wait until they renew it",
    18: "has a certificate that only itself vouches for; SSL_CERT_FILE can name it if you trust it",
    19: "has a certificate of an authority that this machine does not know; SSL_CERT_FILE can name one that you trust",
    20: "has a certificate of an authority that this machine does not know; SSL_CERT_FILE can name one that you trust",
    62: "shows a certificate for another name; this network may want you to sign in, or its address is wrong",
    64: "shows a certificate for another address; its own name may be wanted there",
}


def _ssl_reason(error: ssl.SSLError) -> str:
    reason = getattr(error, "verify_message", "") or error.reason or "unknown reason"
    return one_line(reason).replace("_", " ").lower()


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        cause = waiting.pop()
        if cause in seen:
            continue
        seen.append(cause)
        yield cause
        waiting += [e for e in (cause.__cause__, cause.__context__) if e is not None]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
