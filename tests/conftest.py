"""Shared test setup: worker count, temporary files in memory, database templates, and no network beyond loopback."""

import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hatch_build import compile_catalogs
from hypothesis import HealthCheck, settings

from roya_tui.store.database import open_store

for profile, same in (("same", True), ("searching", False)):  # pytest --hypothesis-profile searching looks for more
    settings.register_profile(profile, derandomize=same, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")
for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PYTHON_COLORS"):
    os.environ.pop(name, None)  # What commands print must not depend on the terminal of the test run.
os.environ.pop("ROYA_TUI_LANGUAGE", None)
os.environ["LANGUAGE"] = "C"  # Else argparse searches the disk for translations of each of its words.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # It would have each program that a test starts compile itself anew.

_ROOM_IN_MEMORY = 4 << 30
"""Free bytes that a memory file system must have to be used for temporary files."""


def _keep_temporary_files_in_memory() -> None:
    """Put temporary files on /dev/shm if it has room (Linux): committing to a disk takes most of a store test's time.

    Nothing here depends on the disk: tests kill processes, not the machine. A TMPDIR that is set stays.
    """
    memory = "/dev/shm"
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK | os.X_OK):
        return
    found = os.statvfs(memory)
    if found.f_bavail * found.f_frsize >= _ROOM_IN_MEMORY and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = memory  # workers and the programs that tests start inherit it
        tempfile.tempdir = None  # so that it is read again


_keep_temporary_files_in_memory()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes more than there are cores, since most tests wait; none besides this one where files are named."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    if named and all(Path(arg.partition("::")[0]).is_file() for arg in config.args):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 2


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogs of translations again, since they may have changed after the installation."""
    if not hasattr(config, "workerinput"):
        compile_catalogs()


def pytest_collection_finish() -> None:
    """Exempt the thousands of collected tests from garbage collection, which would visit them again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest version. Tests copy it, since its migrations take 100 times as long."""
    path = tmp_path_factory.mktemp("empty") / "news.db"
    open_store(path).close()
    return path


@pytest.fixture(scope="session")
def new_store(empty_store: Path) -> Callable[[Path], Path]:
    """Create an empty database at a path, with its folder, and return the path."""

    def create(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(empty_store, path))

    return create


class WentOutside(AssertionError):
    """A test tried to reach an address beyond loopback."""


def _is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    try:
        return ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


@pytest.fixture(autouse=True)
def stay_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail each connection, message or look-up beyond this machine."""

    def guard(name: str) -> None:
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, *args: Any) -> Any:
            address = args[-1] if name == "sendto" else args[0]
            if not _is_loopback(address):
                raise WentOutside(f"{name} to {address!r}")
            return real(self, *args)

        monkeypatch.setattr(socket.socket, name, guarded)

    for name in ("connect", "connect_ex", "sendto"):
        guard(name)

    real_lookup = socket.getaddrinfo

    def guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in (None, "", b"", "localhost") and not _is_loopback((host,)):
            raise WentOutside(f"look-up of {host!r}")
        return real_lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_lookup)
