"""Make the app see Windows or macOS; Python and the libraries still see the system that the tests run on.

Python imports this module at its start if its folder is in PYTHONPATH, so the processes that the app starts see the
same system. What a system lacks is missing only for code of `roya_tui`, which reads modules through `_Seen`.

    PYTHONPATH=tests/platforms SEEN_PLATFORM=win32 python -m roya_tui list
"""

import builtins
import importlib
import io
import os
import sys
import types
from collections.abc import Callable
from sys import _getframe  # not through `_Seen`
from typing import Any

PLATFORM = os.environ.get("SEEN_PLATFORM", "")
MISSING = {
    "win32": {
        "os": "chown chroot ctermid fchdir fchmod fchown fork forkpty getegid geteuid getgid getpgid getpgrp "
        "getpriority getsid getuid kill killpg lchown mkfifo nice openpty posix_spawn pread pwrite readv "
        "sched_getaffinity setpgid setpriority setsid statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 "
        "wait4 waitid O_CLOEXEC O_DIRECTORY O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC PRIO_PROCESS WEXITSTATUS "
        "WIFEXITED WIFSTOPPED WNOHANG WUNTRACED",
        "signal": "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGWINCH "
        "ITIMER_PROF ITIMER_REAL alarm pause pthread_kill pthread_sigmask setitimer siginterrupt sigwait",
        "time": "tzset clock_gettime",
        "socket": "AF_UNIX",
    },
    "darwin": {"os": "sched_getaffinity sched_setaffinity O_PATH", "fcntl": "F_SETPIPE_SZ F_GETPIPE_SZ"},
}
"""Names that modules lack on a system."""
MISSING_MODULES = {"win32": {"curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "termios", "tty"}}
PRESENT = {"win32": {"os": {"name": "nt"}, "sys": {"platform": "win32"}}, "darwin": {"sys": {"platform": "darwin"}}}
"""Names that have another value there."""


def is_app(depth: int) -> bool:
    """Return whether the code `depth` frames above the caller belongs to the app."""
    try:
        package = _getframe(depth + 1).f_globals.get("__package__") or ""
    except ValueError:  # called by Python itself
        return False
    return package.partition(".")[0] == "roya_tui"


class _Seen(types.ModuleType):
    def __getattribute__(self, name: str) -> Any:
        get = super().__getattribute__
        if is_app(1):
            module = get("__name__")
            if name in MISSING[PLATFORM].get(module, "").split():
                raise AttributeError(f"module {module!r} has no attribute {name!r} on {PLATFORM}")
            return PRESENT[PLATFORM].get(module, {}).get(name) or get(name)
        return get(name)


def see() -> None:
    """Replace what the app sees of the system."""
    for name in {*MISSING[PLATFORM], *PRESENT[PLATFORM]}:
        importlib.import_module(name).__class__ = _Seen
    import_module, open_file = builtins.__import__, builtins.open

    def seen_import(name: str, *args: Any, **options: Any) -> types.ModuleType:
        if name in MISSING_MODULES.get(PLATFORM, ()) and is_app(1):
            raise ModuleNotFoundError(f"No module named {name!r} on {PLATFORM}", name=name)
        return import_module(name, *args, **options)

    def seen_open(file: Any, *args: Any, **options: Any) -> Any:
        if str(file).startswith(("/proc/", "/sys/")) and is_app(1):
            raise FileNotFoundError(2, "No such file or directory", file)
        return open_file(file, *args, **options)

    builtins.__import__, builtins.open = seen_import, seen_open
    if PLATFORM == "win32":
        _lock_open_files()
        _provide_winapi()
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Pipe(1, "wb", closefd=False)), sys.stdout.encoding)
    else:
        _reject_memory_limits()


class _Pipe(io.FileIO):
    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise OSError(22, "Invalid argument") from None


def _lock_open_files() -> None:
    """Refuse to open a folder, and to rename or delete a file that this process has open; not those of tempfile."""
    open_file = os.open

    def open_no_folder(path: Any, *args: Any, **options: Any) -> int:
        if is_app(1) and os.path.isdir(path):
            raise PermissionError(13, "Permission denied", path)
        return open_file(path, *args, **options)

    def locking(change: Callable[..., None], targets: int) -> Callable[..., None]:
        def checked(*paths: Any, **options: Any) -> None:
            by = _getframe(1).f_globals.get("__name__")
            for path in paths[:targets] if by != "tempfile" else ():
                if os.path.isfile(path) and os.path.realpath(path) in _open_files():
                    raise PermissionError(13, "The file is used by another process", path)
            change(*paths, **options)

        return checked

    os.open = open_no_folder
    for name, targets in (("rename", 2), ("replace", 2), ("remove", 1), ("unlink", 1)):
        setattr(os, name, locking(getattr(os, name), targets))


def _open_files() -> set[str]:
    files = set()
    for entry in os.listdir("/proc/self/fd"):
        try:
            files.add(os.readlink(f"/proc/self/fd/{entry}"))
        except OSError:  # the folder's own descriptor
            continue
    return files


def _provide_winapi() -> None:
    """Provide the functions of `_winapi` that the app uses, with the processes of this system."""
    kill = os.kill
    winapi: Any = types.ModuleType("_winapi")
    winapi.STILL_ACTIVE = 259
    handles: dict[int, int] = {}

    def open_process(access: int, inherit: bool, pid: int) -> int:
        try:
            kill(pid, 0)
        except PermissionError:
            raise PermissionError(13, "Access is denied") from None
        except OSError:
            raise OSError(22, "The parameter is incorrect") from None
        handles[len(handles) + 1000] = pid
        return len(handles) + 999

    winapi.OpenProcess = open_process
    winapi.GetExitCodeProcess = lambda handle: 259 if handles[handle] else 0
    winapi.CloseHandle = handles.pop
    sys.modules["_winapi"] = winapi


def _reject_memory_limits() -> None:
    import resource

    set_limit = resource.setrlimit

    def setrlimit(kind: int, limits: tuple[int, int]) -> None:
        if kind == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        set_limit(kind, limits)

    resource.setrlimit = setrlimit


if PLATFORM:
    see()
