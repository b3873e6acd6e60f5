"""The settings with their defaults, and the folders of the app."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from collections.abc import Mapping as Dict
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from roya_tui.config.hooks import Hooks
from roya_tui.config.share_commands import ShareCommand
from roya_tui.model import Source
from roya_tui.text import fold, one_line
from roya_tui.translation import gettext, gettext_noop


class Look(Struct, frozen=True):
    theme: str = "roya-dark"
    ascii: bool = False
    rows: str = "auto"
    """Lines of a headline: "one", "two", or "auto", by the width of the list."""
    plain: bool = False
    """Plain lines in place of panes, for screen readers."""
    layout: str = "columns"
    """"columns": the article is beside the list; "stacked": below it."""
    language: str = "auto"
    """Language of the app, such as "ar" or "ar_JO"; "auto": that of the environment."""
    digits: str = "latin"
    """Digits of numbers, dates and times of the app: "latin", or "native", those of its language."""


class Dates(Struct, frozen=True):
    format: str = "%d-%m-%Y %H:%M"
    zone: str = "local"
    """"local", "source", or an IANA name such as "Asia/Amman"."""


class Reading(Struct, frozen=True):
    width: int = 72
    """Columns of text, 40 to 120."""
    mark_read: float | None = 2.0
    """Seconds in view after which an article is marked read; 0: at once; None: never."""
    mark_on_open: bool = True
    """Whether opening an article (enter) marks it read."""
    pictures: str = "inline"
    """"inline", "captions" or "off"."""
    graphics: str = "auto"
    """How the gallery draws: "auto", "kitty", "iterm", "sixel" or "blocks"."""
    rtl: str = "auto"
    group_stories: bool = True
    """Whether stories are collapsed to one row when the app starts."""
    story: str = "one"
    """Whether reading an article marks "one", itself, or "all" of its story."""
    prefer: tuple[str, ...] = ()
    """Sources whose article represents a story, the most preferred first: URLs, or words of their names."""


class Refresh(Struct, frozen=True):
    every: int = 1800
    """Seconds."""
    on_start: bool = True
    at_once: int = 32
    per_host: int = 2
    spacing: float = 1.0
    """Seconds between the starts of two requests to one host."""
    timeout: float = 30.0
    max_bytes: int = 10_000_000
    private_hosts: tuple[str, ...] = ()
    """Hosts whose public name may resolve to a private address."""
    metered: bool = False
    """Whether traffic is expensive, so that pages and pictures are fetched only on request."""


class Offline(Struct, frozen=True):
    """What a refresh fetches after the feeds, for reading offline."""

    pictures: bool = True
    days: int = 7
    """Maximum age of the articles in days."""
    count: int = 200
    """Maximum number of articles, and of pictures and pages in one refresh."""
    picture_bytes: int = 2_000_000
    """Maximum size of one picture."""
    cache: int = 300_000_000
    """Maximum size of all pictures, in bytes."""


class Play(Struct, frozen=True):
    """The players and their arguments, one of them "{url}"; () for the first that is installed."""

    audio: tuple[str, ...] = ()
    video: tuple[str, ...] = ()


class Keep(Struct, frozen=True):
    days: int = 0
    """Days after which old articles are deleted; 0: never."""


class Notify(Struct, frozen=True):
    """Desktop notifications after a refresh; rules ask for them."""

    count: bool = False
    """Whether they also count all new articles."""
    quiet: tuple[int, int] | None = None
    """First minute of the day without notifications, and the first one with them again."""
    method: str = "auto"
    """"auto", "terminal", "desktop" or "off"; `with` in config.toml."""


class Episodes(Struct, frozen=True):
    """Where downloaded episodes are kept, and how much of them."""

    folder: str = ""
    """An absolute path, or one that begins with "~"; "": "episodes" in the folder of the database."""
    max_bytes: int = 2_000_000_000
    """Maximum size of one file."""
    max_total_bytes: int = 20_000_000_000
    """Maximum size of all files."""


class SourceSettings(Struct, frozen=True):
    """Settings of one source in config.toml."""

    full_text: bool = False
    """Whether a refresh fetches the full text of its articles."""
    keep_days: int | None = None
    """As `Keep.days`; None: as for all sources."""
    per_day: int | None = None
    """Articles of a day that lists show; None: all."""


class JsonMapping(Struct, frozen=True):
    """Paths (see `mapping_path`) to the entries of a JSON news API and their fields."""

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
    """Time zone of times without one."""
    dates: str = ""
    """"month first" for 07/04/2025, or a pattern of strptime; "" for the usual formats."""
    feed_title: str = ""
    """The literal title of the source."""
    homepage: str = ""
    """The literal URL of its site, the base of relative URLs."""


class Auth(Struct, frozen=True):
    """Credentials for a host or URL prefix: name and password, a token, or a header.

    A secret is literal, or a reference: "env:NAME" or "keyring:NAME". The `repr` contains none.
    """

    address_prefix: str
    """A host, for https only, or the beginning of a URL."""
    user: str = ""
    password: str = ""
    token: str = ""
    header: str = ""
    value: str = ""
    app_id: str = ""
    app_key: str = ""
    """Number and key of an app that is registered on the server of an account (Inoreader)."""
    exact: bool = False
    """Whether `address_prefix` is the complete URL of a source or account, as in auth.toml."""

    def __repr__(self) -> str:
        user = "…" if self.exact else self.user  # the user name in a URL may be a token
        return f"Auth(place={self.address_prefix!r}, user={user!r}, header={self.header!r})"

    @property
    def holds_secret(self) -> bool:
        """Whether a secret is literal."""
        secrets = filter(None, (self.password, self.token, self.value, self.app_key))
        return any(not secret.startswith(("env:", "keyring:")) for secret in secrets)


class Config(Struct, frozen=True):
    look: Look = Look()
    dates: Dates = Dates()
    reading: Reading = Reading()
    refresh: Refresh = Refresh()
    offline: Offline = Offline()
    keep: Keep = Keep()
    notify: Notify = Notify()
    episodes: Episodes = Episodes()
    play: Play = Play()
    hooks: Hooks = Hooks()
    sources: Dict[str, SourceSettings] = field(default_factory=dict)
    """URL or label of a source → its settings; see `settings_for`."""
    auth: tuple[Auth, ...] = ()
    unicode: bool = False
    """Whether [look] ascii = false is set: Unicode signs are used although the locale is not UTF-8."""
    share: tuple[ShareCommand, ...] = ()
    share_problems: tuple[str, ...] = ()
    """Messages about commands of [share] that are left out."""
    keys: Dict[str, str] = field(default_factory=dict)
    """Action name → comma-separated keys, as in Textual's keymap."""
    mappings: Dict[str, JsonMapping] = field(default_factory=dict)


class Paths(Struct, frozen=True):
    """The folders of configuration, database and cache."""

    config: Path
    """Path of config.toml."""
    data: Path
    cache: Path
    standard: bool = False
    """Whether these are the platform's standard folders, not one that the user named."""

    @property
    def database(self) -> Path:
        return self.data / "news.db"

    @property
    def pictures(self) -> Path:
        return self.cache / "pictures"

    @property
    def themes(self) -> Path:
        """The folder of the user's own themes."""
        return self.config.parent / "themes"


def settings_for(config: Config, source: Source) -> SourceSettings:
    """Return the settings of `source` in config.toml, found by its URL, else by its label in any case."""
    if source.url in config.sources:
        return config.sources[source.url]
    label = fold(source.label)
    return next((settings for name, settings in config.sources.items() if fold(name) == label), SourceSettings())


def unmatched_settings(config: Config, sources: Iterable[Source]) -> list[str]:
    """Return the names in [sources] that match no source."""
    names = {name for source in sources for name in (source.url, fold(source.label))}
    return [name for name in config.sources if name not in names and fold(name) not in names]


HOME_VARIABLE = "ROYA_TUI_HOME"
_OWN = re.compile(
    r"news\.db(?:-wal|-shm|-journal)?|news\.before-\d+\.db(?:\.part)?|auth\.toml|crash-\d{8}-\d{6}-\w+\.txt"
)
"""Names of files in the data folder that the app writes."""


def resolve_paths(home: str | None, environ: Mapping[str, str]) -> Paths:
    """Return the folders: all in `home`, else in $ROYA_TUI_HOME, else the platform's; creates none.

    `home` may begin with "~" and may be relative. Raises ValueError with a sentence if the home folder is unknown.
    """
    root = home or environ.get(HOME_VARIABLE, "")
    if root:
        try:
            folder = Path(root).expanduser().absolute()
        except RuntimeError:
            name, given = "--home" if home else HOME_VARIABLE, one_line(root)
            message = gettext_noop("{name} {folder}: there is no such home folder. Use an absolute path.")
            raise ValueError(gettext(message, name=name, folder=given)) from None
        return Paths(config=folder / "config.toml", data=folder, cache=folder / "cache")

    import platformdirs  # slow

    try:
        config, data, cache = (
            find("roya-tui", appauthor=False)
            for find in (platformdirs.user_config_path, platformdirs.user_data_path, platformdirs.user_cache_path)
        )
    except RuntimeError:
        config = data = cache = Path()
    if not (config.is_absolute() and data.is_absolute() and cache.is_absolute()):
        raise ValueError(gettext("Your home folder is unknown. Set HOME, or use --home DIR."))
    return Paths(config / "config.toml", data, cache, standard=True)


def own_files(where: Paths, config: Config) -> list[Path]:
    """Return the existing folders and files that only their owner should be able to read.

    A folder that the user named may be shared, so only files with the app's names count in it, not the folder. Cached
    pictures are always written with mode 0600.
    """
    paths = [where.data, where.cache, where.pictures] if where.standard else []
    with suppress(OSError):
        paths += [where.data / name for name in os.listdir(where.data) if _OWN.fullmatch(name)]
    if any(one.holds_secret for one in config.auth):
        paths.append(where.config)
    return [path for path in paths if path.exists()]


def find_pictures_folder() -> Path:
    """Return the user's folder for pictures, else that for downloads, else the home folder."""
    import platformdirs

    folders = (platformdirs.user_pictures_path(), platformdirs.user_downloads_path())
    return next((folder for folder in folders if folder.is_dir()), Path.home())
