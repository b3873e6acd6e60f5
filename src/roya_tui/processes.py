"""Keep code in the current folder from running: in this process, and in the programs that it starts.

The app may be started in a folder of downloads, with a `random.py` or an `xdg-open` in it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The folder that this package is imported from."""
_DRIVER = "TEXTUAL_DRIVER"


def stop_importing_from_current_folder() -> None:
    """Remove the current folder, and folders named relative to it, from `sys.path` and PATH of this process.

    `python -m` puts the current folder first; an empty entry in PYTHONPATH means it too. Modules that Python loads
    before this call, such as `types` for `python -m`, may still come from there: only `python -P` prevents that.
    """
    unsafe = {_absolute(entry) for entry in _entries("PYTHONPATH") if not os.path.isabs(entry)}
    if not sys.flags.safe_path and sys.path and sys.path[0] in ("", _absolute("")):
        del sys.path[0]
    sys.path[:] = [entry for entry in sys.path if entry not in unsafe or entry == _PACKAGES]
    if sys.platform == "win32":  # it searches the current folder, too, even before PATH, unless this variable exists
        os.environ["NODEFAULTCURRENTDIRECTORYINEXEPATH"] = "1"
    if "PATH" in os.environ:  # the standard library starts programs, too: platform asks uname
        os.environ["PATH"] = child_environment()["PATH"]


def is_on_web_page(environ: Mapping[str, str]) -> bool:
    """Return whether a server shows this process on a web page: Textual's web driver replaces the terminal."""
    return environ.get(_DRIVER, "").endswith(":WebDriver")


def python_command(*arguments: str) -> tuple[str, ...]:
    """Return the command that runs Python with `arguments`; start it with `child_environment`."""
    return (sys.executable, "-P", *arguments)


def child_environment() -> dict[str, str]:
    """Return the environment for a program that the app starts.

    Its PATH and PYTHONPATH have no empty or relative entries: those would mean the current folder. It is not on the web
    page of the app.
    """
    environment = dict(os.environ)
    environment.pop(_DRIVER, None)
    if "PATH" in environment:
        programs = [entry for entry in _entries("PATH") if os.path.isabs(entry)]
        environment["PATH"] = os.pathsep.join(programs) or os.defpath
    modules = [entry for entry in _entries("PYTHONPATH") if os.path.isabs(entry) or _absolute(entry) == _PACKAGES]
    environment.pop("PYTHONPATH", None)
    if modules:
        environment["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, modules))
    return environment


def _absolute(entry: str) -> str:
    """Return an entry of a search path as an absolute path, "" if the current folder was deleted."""
    try:
        return os.path.abspath(entry)
    except OSError:
        return ""


def _entries(variable: str) -> list[str]:
    """Return the entries of a search path. Python ignores one that is set but empty."""
    value = os.environ.get(variable, "")
    return value.split(os.pathsep) if value else []
