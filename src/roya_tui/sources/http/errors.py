"""Turn network and HTTP errors into messages that the user can act on."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import httpcore
import httpx

from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop


class FetchError(Exception):
    """A failed request. `message` is not translated yet and has the placeholder {source}; `values` are the others."""

    def __init__(
        self, kind: str, message: str, *, retry_at: int | None = None, status: int | None = None, **values: object
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.values = values
        self.retry_at = retry_at
        self.status = status
        self.host = ""
        """The host whose requests must wait until `retry_at`."""

    def describe(self, source: str) -> str:
        """Return the message as a sentence about a source."""
        return gettext(self.message, source=source, **self.values)


_NO_NETWORK = gettext_noop("{source} could not be reached: there is no network.")
NO_RESPONSE = gettext_noop("{source} closed the connection without a response.")
INVALID_ADDRESS = gettext_noop("{source} has an invalid address. Correct it.")
_STATUS_MESSAGES = {
    304: gettext_noop("{source} returned “not modified” to a first request (304)."),
    401: gettext_noop("{source} needs a username and password, or rejected them (401). Set [auth] in config.toml."),
    402: gettext_noop("{source} requires a payment (402)."),
    403: gettext_noop("{source} denied access (403)."),
    404: gettext_noop("{source} was not found at this address (404)."),
    406: gettext_noop("{source} does not offer a supported format (406)."),
    407: gettext_noop("{source} is behind a proxy that needs a password (407)."),
    410: gettext_noop("{source} was removed by its server (410) and is not checked any more."),
    429: gettext_noop("{source} is limiting requests (429)."),
    451: gettext_noop("{source} is blocked for legal reasons (451)."),
    503: gettext_noop("{source} reports that it is overloaded or in maintenance (503)."),
    511: gettext_noop("{source} could not be reached: sign in to this network in your browser first (511)."),
}


def status_error(status: int, retry_at: int | None = None) -> FetchError:
    """Return the error for an HTTP status (RFC 9110 §15) other than success."""
    if status in _STATUS_MESSAGES:
        message = _STATUS_MESSAGES[status]
    elif status >= 500:
        message = gettext_noop("{source} returned a server error ({number}).")
    elif status >= 400:
        message = gettext_noop("{source} refused the request ({number}).")
    elif status >= 300:
        message = gettext_noop("{source} redirected without an address ({number}).")
    else:
        message = gettext_noop("{source} returned an unexpected status ({number}).")
    return FetchError("gone" if status == 410 else "status", message, retry_at=retry_at, status=status, number=status)


def dns_error(error: OSError, host: str) -> FetchError:
    """Return the error for a failed name lookup. An unreachable name server means that the machine is offline."""
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        message = gettext_noop("{source} could not be reached: host {host} not found.")
        return FetchError("dns", message, host=one_line(host))
    return FetchError("offline", _NO_NETWORK)


def network_error(error: BaseException) -> FetchError:
    """Return the error for an exception of the HTTP client."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            untrusted = gettext_noop("{source} has a certificate that is not trusted ({reason}).")
            message = _CERTIFICATE_MESSAGES.get(cause.verify_code, untrusted)
            return FetchError("tls", message, reason=_ssl_reason(cause))
        if isinstance(cause, ssl.SSLError):
            message = gettext_noop("{source} could not make a secure connection ({reason}).")
            return FetchError("tls", message, reason=_ssl_reason(cause))
        if isinstance(cause, ConnectionRefusedError):
            return FetchError("refused", gettext_noop("{source} could not be reached: it refused the connection."))
        if isinstance(cause, OSError) and cause.errno in _OFFLINE_ERRORS:
            return FetchError("offline", _NO_NETWORK)
        if isinstance(cause, OSError) and cause.errno == errno.EHOSTUNREACH:
            return FetchError("refused", gettext_noop("{source} could not be reached: there is no route to it."))
    match error:
        case httpcore.ConnectError():
            return FetchError("refused", gettext_noop("{source} could not be reached: the connection failed."))
        case httpcore.RemoteProtocolError() if "without sending a response" in str(error):
            return FetchError("reset", NO_RESPONSE)
        case httpcore.RemoteProtocolError() if "too large" in str(error) or "too long" in str(error):
            return FetchError("protocol", gettext_noop("{source} sent too many headers and was not read."))
        case httpcore.RemoteProtocolError() if not any(
            word in str(error) for word in ("without sending", "incomplete")
        ):
            return FetchError("protocol", gettext_noop("{source} did not return a valid HTTP response."))
        case httpcore.NetworkError() | httpcore.RemoteProtocolError():
            message = gettext_noop("{source} closed the connection in the middle of its response.")
            return FetchError("reset", message)
        case httpcore.UnsupportedProtocol() | httpcore.LocalProtocolError() | httpx.InvalidURL() | ValueError():
            return FetchError("address", INVALID_ADDRESS)
    return FetchError("reset", gettext_noop("{source} could not be read completely."))


_OFFLINE_ERRORS = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)

_UNKNOWN_AUTHORITY = gettext_noop(
    "{source} has a certificate of an unknown authority. If you trust it, set SSL_CERT_FILE to its file."
)
# By the error codes of X509_verify_cert_error_string(3).
_CERTIFICATE_MESSAGES = {
    9: gettext_noop("{source} has a certificate that is not valid yet. Check the clock of this computer."),
    10: gettext_noop("{source} has an expired certificate. Check the clock of this computer, or try again later."),
    18: gettext_noop("{source} has a self-signed certificate. If you trust it, set SSL_CERT_FILE to its file."),
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    62: gettext_noop("{source} has a certificate for another host. Sign in to this network, or check the address."),
    64: gettext_noop("{source} has a certificate for another IP address. Use its host name."),
}


def _ssl_reason(error: ssl.SSLError) -> str:
    reason = getattr(error, "verify_message", "") or error.reason or gettext("unknown reason")
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
