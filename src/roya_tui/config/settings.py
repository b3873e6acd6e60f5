"""The settings as frozen values, each with its default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from collections.abc import Mapping as Dict
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from roya_tui.config.share_commands import ShareCommand
from roya_tui.model import Source
from roya_tui.text import fold


class Look(Struct, frozen=True):
    theme: str = "roya-dark"
    ascii: bool = False
    plain: bool = False
    """Lines and words in place of panes, for screen readers."""


class Dates(Struct, frozen=True):
    format: str = "%d-%m-%Y %H:%M"
    zone: str = "local"
    """"local", "source", or an IANA name such as "Asia/Amman"."""


class Reading(Struct, frozen=True):
    width: int = 72
    """Columns of text, 40 to 120."""
    mark_read: float | None = 2.0
    """Seconds in view until an article counts as read; 0: at once; None: only by hand."""
    mark_on_open: bool = True
    """Whether opening an article (enter) marks it read."""
    pictures: str = "inline"
    """"inline", "captions" or "off"."""
    graphics: str = "auto"
    """How the gallery draws: "kitty", "iterm" or "sixel", what the terminal understands of these; "blocks" for none."""
    rtl: str = "auto"
    fold: bool = True
    """Whether articles that tell the same story have one row, until the person says otherwise on the screen."""
    story: str = "one"
    """What reading one telling of a story marks read: "one", it alone, or "all" of the story."""
    prefer: tuple[str, ...] = ()
    """Sources whose telling stands for a story, the first of them first: addresses, or words of their names."""


class Refresh(Struct, frozen=True):
    every: int = 1800
    """Seconds."""
    on_start: bool = True
    at_once: int = 32
    per_host: int = 2
    spacing: float = 1.0
    """Seconds between two starts on one host."""
    timeout: float = 30.0
    max_bytes: int = 10_000_000
    inside: tuple[str, ...] = ()
    """Hosts that may lead to a private address though their names do not say so."""
    metered: bool = False
    """Every byte costs: feeds are fetched, and nothing that nobody has asked for yet."""


class Offline(Struct, frozen=True):
    """What a refresh fetches after the feeds, so that it can be read without a network."""

    pictures: bool = True
    days: int = 7
    """Only articles of so many days."""
    count: int = 200
    """Only so many articles, the newest; and so many pictures and pages in one refresh."""
    picture_bytes: int = 2_000_000
    """Of one picture."""
    cache: int = 300_000_000
    """Bytes of all pictures kept."""


class Keep(Struct, frozen=True):
    days: int = 0
    """0: for good."""


class SourceSettings(Struct, frozen=True):
    """What the person wants of one source, beside what the store knows of it."""

    full_text: bool = False
    """Whether the page of each article is read, and its text kept."""
    keep_days: int | None = None
    """As `Keep.days`; None: as for all sources."""
    per_day: int | None = None
    """How many articles of a day lists show before they count the rest; None: all."""


class JsonMapping(Struct, frozen=True):
    """How to read a JSON news API: paths (see `jsonpath`) to the list ("" is the document) and to each field of an
    entry; "" for a field that there is not."""

    name: str
    items: str
    title: str = ""
    url: str = ""
    id: str = ""
    summary: str = ""
    content: str = ""
    published: str = ""
    updated: str = ""
    tags: str = ""
    author: str = ""
    image: str = ""
    language: str = ""
    comments: str = ""
    zone: str = ""
    """Clock of times that carry no zone."""
    dates: str = ""
    """"month first" for 07/04/2025, or a pattern of strptime; "" where the usual reading does."""
    feed_title: str = ""
    """The literal title of the source."""
    homepage: str = ""
    """The literal address of its site; relative addresses start there."""


class Auth(Struct, frozen=True):
    """What one place wants to be told before it answers: name and password, a token, or a header of its own.

    A secret is written as it is, or says where it lies: "env:NAME" or "keyring:NAME". None is ever in a `repr`.
    """

    address_prefix: str
    """A host, asked over https only, or the beginning of an address."""
    user: str = ""
    password: str = ""
    token: str = ""
    header: str = ""
    value: str = ""
    exact: bool = False
    """Whether this is for the source with just this address, as in auth.toml."""

    def __repr__(self) -> str:
        user = "…" if self.exact else self.user  # from an address, where it may be a token
        return f"Auth(place={self.address_prefix!r}, user={user!r}, header={self.header!r})"

    @property
    def holds_secret(self) -> bool:
        """Whether a secret is written here as it is."""
        secrets = filter(None, (self.password, self.token, self.value))
        return any(not secret.startswith(("env:", "keyring:")) for secret in secrets)


class Config(Struct, frozen=True):
    look: Look = Look()
    dates: Dates = Dates()
    reading: Reading = Reading()
    refresh: Refresh = Refresh()
    offline: Offline = Offline()
    keep: Keep = Keep()
    sources: Dict[str, SourceSettings] = field(default_factory=dict)
    """Address or label of a source → what is wanted of it; `wishes_for` finds it."""
    auth: tuple[Auth, ...] = ()
    share: tuple[ShareCommand, ...] = ()
    keys: Dict[str, str] = field(default_factory=dict)
    """Action name → keys, comma-separated, as Textual's keymap takes them."""
    mappings: Dict[str, JsonMapping] = field(default_factory=dict)


class Paths(Struct, frozen=True):
    """Where configuration, store and cache lie."""

    config: Path
    """The config.toml itself."""
    data: Path
    cache: Path
    standard: bool = False
    """Whether these are the folders that the system has for this app, not one that the user named."""

    @property
    def database(self) -> Path:
        return self.data / "news.db"

    @property
    def pictures(self) -> Path:
        return self.cache / "pictures"


_NO_SETTINGS = SourceSettings()


def settings_for(config: Config, source: Source) -> SourceSettings:
    """Return what config.toml wants of `source`: its address counts before its name, letter case does not count."""
    if source.url in config.sources:
        return config.sources[source.url]
    label = fold(source.label)
    return next((wishes for name, wishes in config.sources.items() if fold(name) == label), _NO_SETTINGS)


def unmatched_settings(config: Config, sources: Iterable[Source]) -> list[str]:
    """Return the names in [sources] that no source has."""
    there = {name for source in sources for name in (source.url, fold(source.label))}
    return [name for name in config.sources if name not in there and fold(name) not in there]


HOME_VARIABLE = "ROYA_TUI_HOME"
_OWN = re.compile(
    r"news\.db(?:-wal|-shm|-journal)?|news\.before-\d+\.db(?:\.part)?|auth\.toml|crash-\d{8}-\d{6}-\w+\.txt"
)
"""Names of files in the data folder that the app writes."""


def resolve_paths(home: str | None, environ: Mapping[str, str]) -> Paths:
    """Return the folders to use: all under `home`, else under $ROYA_TUI_HOME, else where the system wants them.

    Nothing is created. `home` may start with "~" and may be relative to the working folder.
    """
    root = home or environ.get(HOME_VARIABLE, "")
    if root:
        folder = Path(root).expanduser().absolute()
        return Paths(config=folder / "config.toml", data=folder, cache=folder / "cache")

    import platformdirs  # not needed with a home of one's own, and not free to load

    return Paths(
        config=platformdirs.user_config_path("roya-tui", appauthor=False) / "config.toml",
        data=platformdirs.user_data_path("roya-tui", appauthor=False),
        cache=platformdirs.user_cache_path("roya-tui", appauthor=False),
        standard=True,
    )


def own_files(where: Paths, config: Config) -> list[Path]:
    """Return the existing folders and files that are for their owner alone, `config` being what config.toml holds.

    A folder that the user named, as by --home, may be their home or a shared one: of that, and of the folders above
    ours, only files with our names count. Kept pictures were always written with mode 0600.
    """
    found = [where.data, where.cache, where.pictures] if where.standard else []
    with suppress(OSError):
        found += [where.data / name for name in os.listdir(where.data) if _OWN.fullmatch(name)]
    if any(one.holds_secret for one in config.auth):
        found.append(where.config)
    return [path for path in found if path.exists()]


def find_pictures_folder() -> Path:
    """Return where the person keeps pictures; where there is no such folder, where downloads go, else their home."""
    import platformdirs

    folders = (platformdirs.user_pictures_path(), platformdirs.user_downloads_path())
    return next((folder for folder in folders if folder.is_dir()), Path.home())
