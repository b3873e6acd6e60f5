"""Debian's chromium for playwright, without the network."""

import os
import shutil
import sys

CHROMIUM = shutil.which("chromium") or ""
OPTIONS = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    *(["--no-sandbox"] if sys.platform != "win32" and os.geteuid() == 0 else []),  # root has no sandbox
]
"""No name is looked up."""
