"""Settings and folders: config.toml → `Config`, the environment → `Paths`."""

from roya_tui.config.hooks import Hook as Hook
from roya_tui.config.hooks import Hooks as Hooks
from roya_tui.config.loader import Problem as Problem
from roya_tui.config.loader import load as load
from roya_tui.config.loader import read_language as read_language
from roya_tui.config.settings import Auth as Auth
from roya_tui.config.settings import Config as Config
from roya_tui.config.settings import Dates as Dates
from roya_tui.config.settings import Episodes as Episodes
from roya_tui.config.settings import JsonMapping as JsonMapping
from roya_tui.config.settings import Keep as Keep
from roya_tui.config.settings import Look as Look
from roya_tui.config.settings import Notify as Notify
from roya_tui.config.settings import Offline as Offline
from roya_tui.config.settings import Paths as Paths
from roya_tui.config.settings import Reading as Reading
from roya_tui.config.settings import Refresh as Refresh
from roya_tui.config.settings import SourceSettings as SourceSettings
from roya_tui.config.settings import own_files as own_files
from roya_tui.config.settings import resolve_paths as resolve_paths
from roya_tui.config.settings import settings_for as settings_for
from roya_tui.config.settings import unmatched_settings as unmatched_settings
from roya_tui.config.share_commands import ShareCommand as ShareCommand
