"""Names of functions and classes use the terms of docs/glossary.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
BANNED = [
    line
    for line in (Path(__file__).parent / "data" / "banned_names.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
OVERRIDES = {"parse_known_args": "overrides argparse.ArgumentParser.parse_known_args"}
"""Names that a library chose, with the reason why they are needed here."""


@cache
def definitions() -> list[tuple[str, str]]:
    """Return the position and the name of each function and class."""
    return [
        (f"{file.relative_to(SOURCE)}:{number}", found[1])
        for file in sorted(SOURCE.rglob("*.py"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if (found := re.match(r"\s*(?:async def|def|class) (\w+)", line))
    ]


def banned_word(name: str) -> str:
    """Return the first banned word or phrase in a name, "" if there is none."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    joined = f"_{'_'.join(words).lower()}_"
    return next((word for word in BANNED if f"_{word}_" in joined), "")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("settle", "settle"),
        ("_apart_from", "apart"),
        ("DeedDone", "deed"),
        ("HTTPDeed", "deed"),
        ("action_put_off", "put_off"),
        ("PutOff2", "put_off"),
        ("settlement", ""),
        ("input_offset", ""),
    ],
)
def test_banned_word_is_found_between_underscores_and_capitals(name: str, word: str) -> None:
    assert banned_word(name) == word


def test_definitions_contain_no_banned_words_besides_overrides() -> None:
    offenders = [
        f"{position}: {name} contains “{word}”"
        for position, name in definitions()
        if (word := banned_word(name)) and name not in OVERRIDES
    ]
    assert not offenders, "\n".join(["Use the terms of docs/glossary.md:", *offenders])
    assert set(OVERRIDES) <= {name for _, name in definitions()}
