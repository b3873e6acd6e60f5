"""The command account: add, list, sync and remove accounts on servers, move sources to them, list changes."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import Namespace
from collections.abc import Collection, Sequence
from contextlib import suppress
from sqlite3 import Connection as Database
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from roya_tui.cli.commands.refresh import account_sync, run_refresh
from roya_tui.cli.commands.sources import find_named, list_some
from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, standard_input_line
from roya_tui.config import Auth, Config, credentials
from roya_tui.export.json_values import fields_json, iso_time, times_json
from roya_tui.model import GOOGLE_READER, MINIFLUX, Account, NewAccount, base_address, display_address
from roya_tui.presentation.accounts import NO_ACCOUNTS, describe_change, describe_source_change
from roya_tui.store.credentials import numbered_address, save_credentials, saved_auth
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts, outbox
from roya_tui.store.sync.subscriptions import list_pending as list_pending_sources
from roya_tui.text import one_line
from roya_tui.translation import gettext, join_sentences, ngettext

if TYPE_CHECKING:
    from roya_tui.sync.backends.choice import Candidate, Login

_TOKEN_HEADER = "X-Auth-Token"
_MOST_CHANGES = 1_000
"""Pending changes of an account that are listed, the newest first."""


def manage_accounts(session: Session, args: Namespace) -> int:
    """`roya-tui account`: list accounts, add, sync and remove them, move sources, or list pending changes."""
    match args.what:
        case "add":
            return _add(session, args)
        case "sync":
            return _sync(session, args)
        case "remove":
            return _remove(session, args)
        case "move":
            return _move(session, args)
        case "changes":
            return _list_changes(session, args)
        case _:
            return _list(session, args.json)


def _add(session: Session, args: Namespace) -> int:
    from roya_tui.sync.backends.choice import Candidate, list_candidates  # loads httpx

    if session.offline:
        raise CommandError(gettext("Adding an account needs the network."))
    _check_options(args)
    candidates = list_candidates(_check_address(args.address), MINIFLUX if args.token else args.kind)
    with session.store() as db:
        existing = accounts.list_all(db)
        bases = [candidate.url for candidate in candidates]
        same = next((one for one in existing if one.user == args.user and one.address in bases), None)
        if same and (args.kind or args.token) and candidates[0].kind != same.kind:
            message = gettext(
                "{account} already exists. To save its new password, leave out --kind and --token.", account=same.label
            )
            raise CommandError(message)
        if same and args.feeds and same.content == "server":
            raise CommandError(
                gettext(
                    "The account {account} exists, and its articles come from the server."
                    " Remove it and add it again with --feeds: its articles are kept.",
                    account=same.label,
                )
            )
        if same:
            candidates = [Candidate(same.kind, same.url)]
        else:
            urls = {one.url for one in existing}
            candidates = [
                Candidate(kind, _free_address(base, urls | accounts.find_taken(db, kind, args.user)))
                for kind, base in candidates
            ]
        entry = _read_secret(session, args, [one.url for one in candidates], saved_auth(db))
        login = _log_in(session.config, args, candidates, entry)
        if entry:
            save_credentials(db, login.url, entry)
        if same:
            renewed = gettext("Saved the new password of {account}.", account=same.label)
            unchanged = gettext("{account} already exists. Its password is in config.toml.", account=same.label)
            session.out.line(renewed if entry else unchanged)
            return SUCCESS
        content = "feeds" if args.feeds else "server"
        added = accounts.add(db, NewAccount(login.kind, login.url, args.user, content, login.server), session.now)
        own = sum(source.account_id is None and not (source.sample or source.is_local or source.is_saved_pages)
                  for source in subscriptions.list_all(db))  # fmt: skip
    values = {"account": added.label, "server": added.server}
    session.out.line(gettext("Added the account {account} on {server}. Next: roya-tui account sync", **values))
    if own:
        session.out.line(
            ngettext(
                "{count:,} source stays on this computer only. To move it: roya-tui account move SOURCE",
                "{count:,} sources stay on this computer only. To move them: roya-tui account move SOURCE",
                own,
            )
        )
    return SUCCESS


def _check_options(args: Namespace) -> None:
    """Raise `CommandError` for options that do not belong together."""
    if args.token and args.kind not in ("", MINIFLUX):
        raise CommandError(gettext("Only Miniflux has API keys: --token needs --kind miniflux."), USAGE_ERROR)
    if args.token and args.app_id:
        message = gettext("{option} and {other} cannot be combined.", option="--token", other="--app-id")
        raise CommandError(message, USAGE_ERROR)
    if args.app_id and args.kind not in ("", GOOGLE_READER):
        raise CommandError(gettext("--app-id needs --kind google-reader."), USAGE_ERROR)
    if args.password_from and not args.password_from.startswith(("env:", "keyring:")):
        raise CommandError(gettext("--password-from must be env:NAME or keyring:NAME."), USAGE_ERROR)


def _check_address(text: str) -> str:
    """Return the address of a server. Raises `CommandError`."""
    address = text if "://" in text else f"https://{text}"
    bare, secret = credentials.split(address.partition("#")[0])
    if secret is not None:
        raise CommandError(gettext("Leave the password out of the address. It is asked for."), USAGE_ERROR)
    with suppress(ValueError):
        parts = urlsplit(bare)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.query:
            return bare.rstrip("/")
    message = gettext("“{address}” is not the address of a server. Example: https://reader.example", address=text)
    raise CommandError(message, USAGE_ERROR)


def _free_address(base: str, taken: Collection[str]) -> str:
    """Return the base address, with a mark that is never sent if it is taken."""
    return numbered_address(base, lambda url: url not in taken)


def _read_secret(session: Session, args: Namespace, urls: Sequence[str], saved: Sequence[Auth]) -> dict[str, str]:
    """Return the entry for auth.toml, asked for on the terminal or read from standard input; {} if [auth] has it."""
    from httpx import URL

    from roya_tui.sources.http.credentials import find_auth

    if not (args.password_from or args.token or args.app_id):
        known = {one.address_prefix for one in saved}
        if all(url not in known and find_auth(URL(base_address(url)), session.config.auth) for url in urls):
            return {}
    if args.token:
        return {"header": _TOKEN_HEADER, "value": args.password_from or _ask(gettext("API key:"))}
    entry = {"user": args.user, "password": args.password_from or _ask(gettext("Password:"))}
    if args.app_id:
        entry |= {"app_id": args.app_id, "app_key": _ask(gettext("Key of the app:"))}
    return entry


def _ask(prompt: str) -> str:
    """Return a secret: typed on the terminal without an echo, or a line of standard input. Raises `CommandError`."""
    if sys.stdin is not None and sys.stdin.isatty():
        from getpass import getpass

        secret = ""
        with suppress(EOFError):
            secret = getpass(f"{prompt} ")
    else:
        secret = standard_input_line().rstrip("\r\n")
    if not secret:
        raise CommandError(gettext("No password was entered."))
    if not secret.isprintable():
        raise CommandError(gettext("The password has invalid characters."))
    return secret


def _log_in(config: Config, args: Namespace, candidates: Sequence[Candidate], entry: dict[str, str]) -> Login:
    """Find out what the server is, with the name and password. Raises `CommandError` if it rejects them."""
    from roya_tui.sources.http.client import make_client
    from roya_tui.sync.backends.choice import detect
    from roya_tui.sync.connection import Connection
    from roya_tui.sync.protocol import SyncError

    async def ask() -> Login:
        async with make_client(config.refresh) as client:

            def connect(candidate: Candidate) -> Connection:
                own = (Auth(candidate.url, **entry, exact=True),) if entry else ()
                account = Account(0, candidate.kind, candidate.url, args.user)
                return Connection(client, replace(config, auth=(*config.auth, *own)), account, lambda: int(time.time()))

            return await detect(candidates, connect)

    try:
        login = asyncio.run(ask())
    except SyncError as error:
        from roya_tui.cli.commands.add import MAYBE_NO_TLS_KINDS, USED_HTTPS

        message = error.message
        if error.kind in MAYBE_NO_TLS_KINDS and "://" not in args.address:
            message = join_sentences(message, gettext(USED_HTTPS))
        raise CommandError(message) from None
    return login._replace(server=one_line(login.server)[:60])


def _list(session: Session, json: bool) -> int:
    with session.store(reading=True) as db:
        found = accounts.list_all(db)
    if json:
        session.out.json([account_json(account) for account in found])
        return SUCCESS
    if not found:
        session.out.line(gettext(NO_ACCOUNTS))
        return SUCCESS
    clock = session.clock()
    rows = [
        (
            str(account.id),
            account.label,
            account.server,
            str(account.sources),
            str(account.pending),
            clock.stamp(account.synced) if account.synced else gettext("never"),
            account.error,
        )
        for account in found
    ]
    heading = (
        gettext("number"), gettext("account"), gettext("server"), gettext("sources"), gettext("pending"),
        gettext("last sync"), gettext("error"),
    )  # fmt: skip
    columns = (Column(align_right=True), Column(), Column(), Column(align_right=True), Column(align_right=True),
               Column(), Column(can_shrink=True))  # fmt: skip
    session.table(columns, rows, heading)
    return SUCCESS


def account_json(account: Account) -> dict[str, Any]:
    """Return an account as JSON; the names must not change between versions."""
    return {
        **fields_json(account, "id", "kind"),
        "address": display_address(account.address),
        **fields_json(account, "user", "content", "server", "sources", "pending"),
        **times_json(account, "synced", "attempted", "held_until"),
        "error": account.error or None,
    }


def find_account(db: Database, text: str) -> Account:
    """Return the account that `text` names. Raises `CommandError`."""
    found = accounts.find(db, text)
    if not found:
        raise CommandError(gettext("There is no account “{name}”. Run roya-tui account to list them.", name=text))
    if len(found) > 1:
        names = ", ".join(f"{one.id} {one.label}" for one in found)
        raise CommandError(gettext("Several accounts match “{name}”: {names}. Use the number.", name=text, names=names))
    return found[0]


def _sync(session: Session, args: Namespace) -> int:
    if session.offline:
        raise CommandError(gettext("A sync needs the network."))
    with session.store() as db:
        chosen = [find_account(db, text).id for text in args.accounts]
        if not accounts.list_all(db):
            raise CommandError(gettext(NO_ACCOUNTS))
    return run_refresh(session, args, (), account_sync(chosen), sources_too=False)


def _remove(session: Session, args: Namespace) -> int:
    with session.store() as db:
        account = find_account(db, args.account)
        removed = accounts.remove(db, account.id, session.now, keep_articles=not args.drop_articles)
    if args.json:
        session.out.json({"id": account.id, "sources": removed, "kept": not args.drop_articles})
        return SUCCESS
    kept = ""
    if removed:
        kept = (
            ngettext("Its {count:,} source is removed, too.", "Its {count:,} sources are removed, too.", removed)
            if args.drop_articles
            else ngettext("Its {count:,} source is kept.", "Its {count:,} sources are kept.", removed)
        )
    unsent = ""
    if account.pending:
        unsent = ngettext("{count:,} change was not sent.", "{count:,} changes were not sent.", account.pending)
    message = gettext("Removed the account {account}. {sources} To undo it: roya-tui undo",
                      account=account.label, sources=join_sentences(kept, unsent))  # fmt: skip
    session.out.line(message)
    return SUCCESS


def _move(session: Session, args: Namespace) -> int:
    with session.store() as db:
        sources = subscriptions.list_all(db)
        chosen: set[int] = set()
        for text in args.sources:
            named, is_folder = find_named(db, sources, text)
            if len(named) > 1 and not is_folder:
                message = gettext(
                    "Several sources match “{name}”: {names}. Use the number.", name=text, names=list_some(named)
                )
                raise CommandError(message)
            chosen.update(one.id for one in named)
        moved = [source for source in sources if source.id in chosen]
        for source in moved:
            if source.is_local or source.is_saved_pages or source.sample or source.mapping:
                message = gettext(
                    "“{source}” can only be on this computer: no server can read it.", source=source.label
                )
                raise CommandError(message)
        found = accounts.list_all(db)
        if args.to == "here":
            target = None
        elif args.to:
            target = find_account(db, args.to)
        elif len(found) == 1:
            target = found[0]
        elif not found:
            raise CommandError(gettext(NO_ACCOUNTS))
        else:
            raise CommandError(gettext("Name the account: --to ACCOUNT. Run roya-tui account to list them."))
        count_moved = accounts.move_sources(db, chosen, target.id if target else None, session.now)
    if args.json:
        session.out.json({"moved": count_moved, "account": target.id if target else None})
    elif not count_moved:
        session.out.line(gettext("Already there. Nothing was moved."))
    elif target is None:
        session.out.line(
            ngettext(
                "{count:,} source is on this computer only now. The next sync unsubscribes it on the server.",
                "{count:,} sources are on this computer only now. The next sync unsubscribes them on the server.",
                count_moved,
            )
        )
    else:
        session.out.line(
            ngettext(
                "Moved {count:,} source to {account}. The next sync subscribes it there and sends its marks.",
                "Moved {count:,} sources to {account}. The next sync subscribes them there and sends their marks.",
                count_moved,
                account=target.label,
            )
        )
    return SUCCESS


def _list_changes(session: Session, args: Namespace) -> int:
    with session.store(reading=True) as db:
        chosen = [find_account(db, args.account)] if args.account else accounts.list_all(db)
        found = [
            (account, change) for account in chosen for change in outbox.list_pending(db, account.id, _MOST_CHANGES)
        ]
        sources = [(account, source) for account in chosen for source in list_pending_sources(db, account.id)]
    if args.json:
        session.out.json(
            [
                {"account": account.id, "article": change.article_id, "title": change.title, "field": change.field,
                 "value": change.value, "tag": change.tag or None, "at": iso_time(change.at)}
                for account, change in found
            ]
            + [
                {"account": account.id, "article": None, "title": source.label, "field": "source",
                 "value": source.change, "tag": None, "at": None}
                for account, source in sources
            ]
        )  # fmt: skip
        return SUCCESS
    if not found and not sources:
        session.out.line(gettext("No pending changes."))
        return SUCCESS
    clock = session.clock()
    rows = [
        (clock.stamp(change.at), account.label, describe_change(change), f"#{change.article_id}", change.title)
        for account, change in found
    ]
    rows += [("", account.label, describe_source_change(source), "", source.label) for account, source in sources]
    columns = Column(), Column(), Column(), Column(align_right=True), Column(can_shrink=True)
    heading = (
        gettext("changed"), gettext("account"), gettext("change"), gettext("number"), gettext("title"),
    )  # fmt: skip
    session.table(columns, rows, heading)
    return SUCCESS
