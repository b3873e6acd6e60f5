"""The command serve: show the app in a browser."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from contextlib import suppress
from ipaddress import ip_address

from roya_tui.cli.session import SUCCESS, CommandError, Session
from roya_tui.translation import gettext


def serve(session: Session, args: Namespace) -> int:
    """`roya-tui serve`: serve until it is stopped."""
    try:
        from roya_tui.web import server
    except ImportError:
        message = gettext("roya-tui serve needs another package: pip install '{package}'", package="roya-tui[web]")
        raise CommandError(message) from None

    # A browser shows all signs, even if the terminal of the server does not.
    program = (word for word in session.program() if word != "--ascii" or getattr(args, "ascii", False))
    offline = ("--offline",) if session.offline else ()
    visitors, public_url = args.visitors or sys.maxsize, args.public_url or ""
    options = server.ServerOptions((*program, *offline), args.host, args.port, visitors, public_url)

    def show_address(address: str) -> None:
        if not _is_loopback(args.host):
            session.out.notify(
                gettext(
                    "Other computers can reach this server. Anyone with the address can read and change everything,"
                    " and the connection is not encrypted unless a proxy does it."
                )
            )
        session.out.line(gettext("Open this address in your browser: {address}", address=address))
        session.out.line(gettext("ctrl+c stops the server."))
        session.out.flush()

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(server.serve(options, show_address, session.out.notify))
    except (OSError, OverflowError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while ")[0].rstrip(".")
        message = gettext(
            "Cannot listen on port {port} of {host}: {reason}. --port 0 finds a free one.",
            port=str(args.port), host=args.host, reason=reason,
        )  # fmt: skip
        raise CommandError(message) from error
    return SUCCESS


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
