"""What servers of the Google Reader API do differently, by name and version."""

from __future__ import annotations

import re

from msgspec import Struct


class Quirks(Struct, frozen=True):
    """Switches for one server. The defaults are for unknown servers."""

    toggles: bool = False
    """Marking a read article read makes it unread, starring likewise: the state is read before each change."""
    keeps_tags: bool = True
    """Whether articles can have labels."""
    default_folder: str = ""
    """Label that the server gives to feeds without a folder."""
    refuses_missing: bool = False
    """Whether a request for articles that are all missing is answered with 400."""
    has_stable_pages: bool = False
    """Whether other articles stay on their page of a list when one is marked."""
    page_size: int = 10_000
    """Ids that are requested at once."""


_TABLE = (
    ("Miniflux", (2, 3), Quirks(toggles=True, keeps_tags=False, refuses_missing=True, default_folder="All")),
    ("Miniflux", (), Quirks(keeps_tags=False, refuses_missing=True, default_folder="All")),
    ("FreshRSS", (), Quirks(default_folder="Uncategorized")),
    ("The Old Reader", (), Quirks(keeps_tags=False, has_stable_pages=True)),
    ("BazQux Reader", (), Quirks(has_stable_pages=True)),
    ("Inoreader", (), Quirks(page_size=1_000, has_stable_pages=True)),
)
"""Server, first version without the quirks (empty: none), quirks; the first match counts."""

_HOSTS = {"theoldreader.com": "The Old Reader", "bazqux.com": "BazQux Reader", "inoreader.com": "Inoreader"}


def name_server(base: str, host: str) -> str:
    """Return the name of the server at an address, or "" if the address does not show it."""
    if base.endswith("/greader.php"):
        return "FreshRSS"
    return next((name for domain, name in _HOSTS.items() if host == domain or host.endswith(f".{domain}")), "")


def find_quirks(name: str, version: str) -> Quirks:
    """Return the quirks of a server. An unknown version has those of the oldest one."""
    number = tuple(map(int, re.findall(r"\d+", version)[:3]))
    for server, fixed_in, quirks in _TABLE:
        if server == name and (not fixed_in or number < fixed_in):
            return quirks
    return Quirks()
