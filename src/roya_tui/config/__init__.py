"""What a person may set, and where things lie: config.toml and the folders → Config, Paths."""

from roya_tui.config.folders import paths
from roya_tui.config.load import Problem, load
from roya_tui.config.values import Auth, Config, Dates, JsonMapping, Keep, Look, Paths, Reading, Refreshing

__all__ = [
    "Auth",
    "Config",
    "Dates",
    "JsonMapping",
    "Keep",
    "Look",
    "Paths",
    "Problem",
    "Reading",
    "Refreshing",
    "load",
    "paths",
]
