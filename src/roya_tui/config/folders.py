"""Where configuration, store and cache lie."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from roya_tui.config.values import Config, Paths

HOME_VARIABLE = "ROYA_TUI_HOME"
_OWN = re.compile(
    r"news\.db(?:-wal|-shm|-journal)?|news\.before-\d+\.db(?:\.part)?|auth\.toml|crash-\d{8}-\d{6}-\w+\.txt"
)
"""Names of files in the data folder that the app writes."""


def paths(home: str | None, environ: Mapping[str, str]) -> Paths:
    """Return the folders to use: all under `home`, else under $ROYA_TUI_HOME, else where the system wants them.

    Nothing is created. `home` may start with "~" and may be relative to the working folder.
    """
    one_place = home or environ.get(HOME_VARIABLE, "")
    if one_place:
        folder = Path(one_place).expanduser().absolute()
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


def for_pictures() -> Path:
    """Return where the person keeps pictures; where there is no such folder, where downloads go, else their home."""
    import platformdirs

    folders = (platformdirs.user_pictures_path(), platformdirs.user_downloads_path())
    return next((folder for folder in folders if folder.is_dir()), Path.home())
