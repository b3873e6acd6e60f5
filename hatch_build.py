"""Compile the catalogs of translations: `roya_tui.po` → `roya_tui.mo`.

Runs when a wheel or an editable install is built, needs nothing but the standard library, and can be run by hand after
a change: `python hatch_build.py`.
"""

from __future__ import annotations

import ast
import struct
import sys
from pathlib import Path
from typing import Any

_LOCALE = Path(__file__).parent / "src" / "roya_tui" / "locale"
_MAGIC = 0x950412DE


def compile_catalogs(folder: Path = _LOCALE) -> list[Path]:
    """Write a compiled catalog beside each `.po` file in `folder`, and return their paths."""
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        data = encode_catalog(read_catalog(source.read_text(encoding="utf-8")))
        if not target.exists() or target.read_bytes() != data:
            target.write_bytes(data)
        compiled.append(target)
    return compiled


def read_catalog(text: str) -> dict[str, str]:
    """Return the messages of a `.po` file with their translations, as `.mo` files have them.

    Singular and plural, and the forms of a translation, are joined by NUL. Messages marked fuzzy, obsolete or not
    translated are left out. Raises ValueError for a line that is not understood.
    https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
    """
    messages: dict[str, str] = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip()]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        fields: dict[str, str] = {}
        name = ""
        for line in lines:
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
                fields[name] = ""
            try:
                fields[name] += ast.literal_eval(line)
            except (KeyError, SyntaxError, ValueError):
                raise ValueError(f"invalid line in a catalog: {line}") from None
        forms = [value for name, value in fields.items() if name.startswith("msgstr")]
        if any(forms):
            key = "\0".join(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
            messages[key] = "\0".join(forms)
    return messages


def encode_catalog(messages: dict[str, str]) -> bytes:
    """Return the bytes of a `.mo` file.

    https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
    """
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    start = 28 + 16 * len(pairs)
    tables: list[int] = []
    strings = b""
    for column in zip(*pairs, strict=True):
        for item in column:
            tables += (len(item), start + len(strings))
            strings += item + b"\0"
    header = struct.pack("<7I", _MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return header + struct.pack(f"<{len(tables)}I", *tables) + strings


if __name__ == "__main__":
    for path in compile_catalogs():
        print(path, file=sys.stderr)
else:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class CatalogHook(BuildHookInterface[Any]):
        """Adds the compiled catalogs to what is built."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Compile all catalogs; `artifacts` are included although git ignores them."""
            compile_catalogs(Path(self.root) / "src" / "roya_tui" / "locale")
            build_data["artifacts"].append("src/roya_tui/locale/**/*.mo")
