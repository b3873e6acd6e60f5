"""Credentials in auth.toml: of accounts, and those typed in addresses of sources; never in the database."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import urlsplit

from roya_tui.config import Auth, credentials
from roya_tui.store.connection import StoreError, path_of, transaction
from roya_tui.translation import gettext


def keep_credentials(db: Connection, url: str, *, own: str = "") -> str:
    """Save the credentials in `url` and return the address to store.

    `own` is the present address of the source, whose password may be replaced. Call it in a transaction, which keeps
    other processes from writing auth.toml. Raises `StoreError`.
    """
    bare, section = credentials.split(url)
    if section is None:
        return url
    known = _read(db)
    address = bare if own and own == bare else _of_user(db, bare, section, known)
    if known.get(address) != section:
        _write(db, {**known, address: section})
    return address


def stored_address(db: Connection, url: str) -> str:
    """Return the address under which a source with `url` is or would be stored."""
    bare, section = credentials.split(url)
    return url if section is None else _of_user(db, bare, section, _read(db))


def has_credentials(db: Connection, address: str) -> bool:
    """Whether credentials are saved for the address of a source. Raises `StoreError`."""
    return address in _read(db)


def renew_credentials(db: Connection, url: str) -> bool:
    """Save the credentials in the address of an existing source; return whether they are new."""
    with transaction(db):
        before = _read(db)
        keep_credentials(db, url)
        return _read(db) != before


def saved_auth(db: Connection) -> tuple[Auth, ...]:
    """Return the saved credentials as settings, each for exactly one address. Raises `StoreError`."""
    return tuple(Auth(address, **section, exact=True) for address, section in _read(db).items())


def save_credentials(db: Connection, address: str, section: dict[str, str]) -> None:
    """Save the credentials of an account under its address. Raises `StoreError`."""
    with transaction(db):
        _write(db, {**_read(db), address: section})


def carry_credentials(db: Connection, old: str, new: str) -> None:
    """Copy the credentials of a source that moves within its site.

    Call it in a transaction, as `keep_credentials`. Raises `StoreError`.
    """
    known = _read(db)
    if old in known and new not in known and _same_site(old, new):
        _write(db, {**known, new: known[old]})


def move_credentials(db: Connection, folder: Path) -> bool:
    """Move the credentials in all stored addresses to auth.toml; return whether there were any.

    Call it in a transaction: auth.toml is written before the commit, so a crash loses no password. Raises
    `credentials.Unreadable` and OSError.
    """
    from roya_tui.store.user_data.journal import rewrite_texts  # most migrations do not need it

    known = credentials.read(folder)
    before = dict(known)
    taken = {url for (url,) in db.execute("SELECT url FROM source")}
    moved: dict[str, str] = {}

    def move(url: str) -> str:
        bare, section = credentials.split(url)
        if section is None:
            return url
        if url not in moved:
            moved[url] = numbered_address(
                bare, lambda address: address not in taken and known.get(address, section) == section
            )
            taken.add(moved[url])
            known[moved[url]] = section
        return moved[url]

    rows = db.execute("SELECT url, id FROM source WHERE url LIKE 'http%@%' ORDER BY removed_at IS NOT NULL, id")
    db.executemany("UPDATE source SET url = ? WHERE id = ?", [(move(url), id) for url, id in rows.fetchall()])
    rewrite_texts(db, {"source"}, "url", move)  # undoing a step brings an earlier address back
    db.execute("UPDATE feed SET moved_to = '' WHERE moved_to LIKE 'http%@%'")  # the next redirect sets it again
    if known != before:
        credentials.write(folder, known)
    return bool(moved)


def _of_user(db: Connection, bare: str, section: dict[str, str], known: credentials.Sections) -> str:
    """Return the address of this user's source; a changed password does not make a new source."""

    def fits(address: str) -> bool:
        if address in known:
            return known[address].get("user") == section["user"]
        return db.execute("SELECT 1 FROM source WHERE url = ?", (address,)).fetchone() is None

    return numbered_address(bare, fits)


def numbered_address(bare: str, fits: Callable[[str], bool]) -> str:
    """Return the first of `bare`, `bare#account-2`, … that fits, for a source or an account.

    Two sources may read one address with different names, and addresses in the database are unique. A fragment is
    never sent to the server.
    """
    if fits(bare):
        return bare
    mark = "-" if "#" in bare else "#"
    return next(address for number in count(2) if fits(address := f"{bare}{mark}account-{number}"))


def _same_site(old: str, new: str) -> bool:
    """Whether a password for `old` may go to `new`: same origin, or from http to https."""
    before, after = urlsplit(old), urlsplit(new)
    if before.hostname != after.hostname:
        return False
    if (before.scheme, after.scheme) == ("http", "https"):
        return before.port is None and after.port is None
    return (before.scheme, before.port) == (after.scheme, after.port)


def _read(db: Connection) -> credentials.Sections:
    try:
        return credentials.read(path_of(db).parent)
    except credentials.Unreadable as error:
        raise StoreError(str(error)) from None


def _write(db: Connection, known: credentials.Sections) -> None:
    folder = path_of(db).parent
    try:
        credentials.write(folder, known)
    except OSError as error:
        message = gettext("Cannot save the password in {folder} ({error}).", folder=folder, error=error.strerror)
        raise StoreError(message) from None
