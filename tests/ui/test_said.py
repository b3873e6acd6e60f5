"""What the last line says has room in a narrow window: who is told to press a key can read which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import roya_tui.ui
from roya_tui.layout.one_line import fit_sentence
from roya_tui.ui.widgets.cells import measure

NARROW = 58
"""Columns that a sentence has in a window of 60."""


def said() -> Iterator[str]:
    """Every sentence that is written in a call of `say`, with short names in it."""
    for file in sorted(Path(roya_tui.ui.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr.endswith("show_message")
            ):
                yield from (words for node in ast.walk(call) if " " in (words := text(node)))


def text(node: ast.AST) -> str:
    match node:
        case ast.Constant(str() as words):
            return words
        case ast.JoinedStr(parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "Name" for part in parts)
    return ""


def test_no_sentence_loses_its_end_in_a_narrow_window() -> None:
    sentences = set(said())
    assert len(sentences) > 100
    assert [words for words in sorted(sentences) if fit_sentence(words, NARROW, measure, "auto").endswith("…")] == []
