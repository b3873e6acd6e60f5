"""What a person may set, and where things lie: config.toml and the folders → Config, Paths."""

from roya_tui.config.loader import Problem, load
from roya_tui.config.settings import (
    Auth,
    Config,
    Dates,
    JsonMapping,
    Keep,
    Look,
    Offline,
    Paths,
    Reading,
    Refresh,
    SourceSettings,
    own_files,
    resolve_paths,
    settings_for,
    unmatched_settings,
)
from roya_tui.config.share_commands import ShareCommand

__all__ = [
    "Auth",
    "Config",
    "Dates",
    "JsonMapping",
    "Keep",
    "Look",
    "Offline",
    "Paths",
    "Problem",
    "Reading",
    "Refresh",
    "ShareCommand",
    "SourceSettings",
    "load",
    "own_files",
    "resolve_paths",
    "settings_for",
    "unmatched_settings",
]
