"""auth.toml in the data folder: credentials of accounts, and of sources that were added with them in the address.

The app writes this file, since config.toml is the user's. It has mode 0600, and the database has no passwords.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roya_tui import private
from roya_tui.translation import gettext

FILE = "auth.toml"
_ADDRESS = re.compile(r"(https?://)([^/?#]*)@(.*)", re.I | re.S)
_KEYS = ("user", "password", "token", "header", "value", "app_id", "app_key")
_HEADER = """\
# Names and passwords of sources and accounts. roya-tui writes this file.
# "env:NAME" or "keyring:NAME" may replace a password, as in config.toml.
"""

Sections = dict[str, dict[str, str]]
"""Address of a source or account → its credentials, with the keys of [auth] in config.toml."""


class Unreadable(Exception):
    """The file exists and cannot be read; the message is a sentence."""


def split(url: str) -> tuple[str, dict[str, str] | None]:
    """Return `url` without credentials, and the credentials, None if it has none."""
    match = _ADDRESS.fullmatch(url)
    if match is None:
        return url, None
    from urllib.parse import unquote

    user, _, password = match[2].partition(":")
    return match[1] + match[3], {"user": unquote(user), "password": unquote(password)}


def read(folder: Path) -> Sections:
    """Return the credentials in the data folder. Raises `Unreadable`."""
    file = folder / FILE
    try:
        text = file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError:
        raise Unreadable(gettext("Cannot read {file}: it is not UTF-8 text.", file=file)) from None
    except OSError as error:
        raise Unreadable(gettext("Cannot read {file} ({error}).", file=file, error=error.strerror or error)) from None
    import tomllib  # slow, and most users have no such file

    try:
        tables = tomllib.loads(text).get("auth", {})
        return {address: _checked(table) for address, table in tables.items()}
    except (tomllib.TOMLDecodeError, AttributeError, TypeError):
        # TOML's own message could quote a password.
        raise Unreadable(gettext("{file} is invalid. Correct it, or restore a copy.", file=file)) from None


def _checked(table: Mapping[str, Any]) -> dict[str, str]:
    if not all(key in _KEYS and isinstance(value, str) for key, value in table.items()):
        raise TypeError
    return dict(table)


def write(folder: Path, sections: Sections) -> None:
    """Write the credentials atomically. Raises OSError."""
    tables = (
        f"\n[auth.{_quoted(address)}]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in section.items())
        for address, section in sections.items()
    )
    private.replace(folder / FILE, (_HEADER + "".join(tables)).encode())


def _quoted(text: str) -> str:
    """Return a TOML basic string; it differs from a JSON string only in DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
