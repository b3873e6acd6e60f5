"""Where configuration, store and cache lie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from roya_tui.config.values import Paths

HOME_VARIABLE = "ROYA_TUI_HOME"


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
    )


def for_pictures() -> Path:
    """Return where the person keeps pictures; where there is no such folder, where downloads go, else their home."""
    import platformdirs

    folders = (platformdirs.user_pictures_path(), platformdirs.user_downloads_path())
    return next((folder for folder in folders if folder.is_dir()), Path.home())
