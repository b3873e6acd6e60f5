"""A lock for one refresh at a time over all processes: a row with owner and heartbeat."""

from __future__ import annotations

import os
import sys
from sqlite3 import Connection

from roya_tui.store.connection import transaction

LEASE_SECONDS = 60
"""Seconds after which an owner without heartbeat counts as dead, also with a heartbeat in the future."""


def acquire(db: Connection, now: int, pid: int) -> bool:
    """Take the lock for process `pid`, also from a dead owner. False: another refresh runs."""
    with transaction(db):
        owner = db.execute("SELECT pid, beat FROM refresh_lock").fetchone()
        if owner and owner[0] != pid and is_running(owner[0]) and abs(now - owner[1]) < LEASE_SECONDS:
            return False
        db.execute("INSERT OR REPLACE INTO refresh_lock (one, pid, beat) VALUES (1, ?, ?)", (pid, now))
        return True


def renew(db: Connection, now: int, pid: int) -> bool:
    """Renew the heartbeat of `pid`. False: another process has the lock."""
    with transaction(db):
        return db.execute("UPDATE refresh_lock SET beat = ? WHERE pid = ?", (now, pid)).rowcount == 1


def release(db: Connection, pid: int) -> None:
    """Release the lock, if `pid` has it."""
    with transaction(db):
        db.execute("DELETE FROM refresh_lock WHERE pid = ?", (pid,))


def is_running(pid: int) -> bool:
    """Whether process `pid` runs."""
    if sys.platform == "win32":  # where os.kill would end it
        return _is_running_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if sys.platform == "win32":
    import _winapi

    _PROCESS_QUERY_LIMITED_INFORMATION = 0x1000

    def _is_running_on_windows(pid: int) -> bool:
        try:
            process = _winapi.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
        except PermissionError:  # of another user
            return True
        except OSError:
            return False
        try:
            return _winapi.GetExitCodeProcess(process) == _winapi.STILL_ACTIVE
        finally:
            _winapi.CloseHandle(process)
