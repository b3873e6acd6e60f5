"""What a person may set, and where things lie: config.toml and the folders → Config, Paths."""

from roya_tui.config.commands import Command
from roya_tui.config.folders import own_files, paths
from roya_tui.config.load import Problem, load
from roya_tui.config.values import (
    Auth,
    Config,
    Dates,
    JsonMapping,
    Keep,
    Look,
    Offline,
    Paths,
    Reading,
    Refreshing,
    Wishes,
)
from roya_tui.config.wishes import wishes_for, wishes_for_nobody

__all__ = [
    "Auth",
    "Command",
    "Config",
    "Dates",
    "JsonMapping",
    "Keep",
    "Look",
    "Offline",
    "Paths",
    "Problem",
    "Reading",
    "Refreshing",
    "Wishes",
    "load",
    "own_files",
    "paths",
    "wishes_for",
    "wishes_for_nobody",
]
