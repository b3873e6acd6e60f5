"""Messages of the bottom line have room in a narrow window: you can read the key at their end."""

import ast
from collections.abc import Iterator
from pathlib import Path

import roya_tui.ui
from roya_tui.layout.one_line import fit_sentence
from roya_tui.ui.widgets.cells import measure

COLUMNS = 58
"""Columns of a message in a window of 60."""


def messages() -> Iterator[str]:
    """Yield each text in a call of `show_message`, with short names in it."""
    for file in sorted(Path(roya_tui.ui.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr.endswith("show_message")
            ):
                yield from (message for node in ast.walk(call) if " " in (message := text(node)))


def text(node: ast.AST) -> str:
    match node:
        case ast.Constant(str() as words):
            return words
        case ast.JoinedStr(parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "Name" for part in parts)
    return ""


def test_messages_are_not_cut_in_a_narrow_window() -> None:
    found = set(messages())
    assert len(found) > 100
    assert [one for one in sorted(found) if fit_sentence(one, COLUMNS, measure, "auto").endswith("…")] == []
