"""What packs and unpacks zlib's form (RFC 1950) and gzip's fastest here."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any


@cache
def load_zlib() -> Any:
    """Return isal, which takes two fifths of the time, or zlib itself where that is not to be had: used alike."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib
    return isal_zlib
