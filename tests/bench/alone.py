"""A network of one's own with nothing but loopback in it, so that no measured program can reach anything else."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
from collections.abc import Sequence

from tests.terminal.driver import offline_prefix

_SET_FLAGS, _UP = 0x8914, 0x1
"""SIOCSIFFLAGS and IFF_UP of Linux's <net/if.h>: an interface is switched on by an ioctl (netdevice(7))."""

MARK = "--alone"


def start_again_alone(module: str, words: Sequence[str]) -> bool:
    """Run `python -m module` anew in a network namespace of its own; return only where that cannot be had.

    True: this is the new run, with loopback switched on. False: the system has no such namespaces.
    """
    if MARK in words:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))
        return True
    prefix = offline_prefix()
    if not prefix:
        return False
    os.execvp(prefix[0], [*prefix, sys.executable, "-m", module, MARK, *words])
