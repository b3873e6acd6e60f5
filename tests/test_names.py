"""Names of functions and classes use the terms of docs/glossary.md, and no class has too many methods."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import roya_tui

SOURCE = Path(__file__).parents[1] / "src"
BANNED = [
    line
    for line in (Path(__file__).parent / "data" / "banned_names.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
MOST_MODULES = 20
"""Modules in one folder, `__init__` included."""
MOST_METHODS = 60
"""Methods, properties and nested classes of one class, inherited ones of ours included."""


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
        ("settle", "settle"), ("_apart_from", "apart"), ("DeedDone", "deed"), ("HTTPDeed", "deed"),
        ("action_put_off", "put_off"), ("PutOff2", "put_off"), ("settlement", ""), ("input_offset", ""),
    ],
)  # fmt: skip
def test_banned_word_is_found_between_underscores_and_capitals(name: str, word: str) -> None:
    assert banned_word(name) == word


def test_definitions_contain_no_banned_words() -> None:
    offenders = [
        f"{position}: {name} contains “{word}”" for position, name in definitions() if (word := banned_word(name))
    ]
    assert not offenders, "\n".join(["Use the terms of docs/glossary.md:", *offenders])


def method_names(cls: type, package: str) -> set[str]:
    """Return the names of all methods, properties and nested classes that `package` defines in a class or its bases."""
    members = [vars(base) for base in cls.__mro__ if base.__module__.startswith(package)]
    return {name for names in members for name, value in names.items() if callable(value) or is_wrapped(value)}


def is_wrapped(value: object) -> bool:
    return isinstance(value, property | staticmethod | classmethod)


def package_classes() -> Iterator[type]:
    """Yield each class of the package."""
    for found in walk_packages(roya_tui.__path__, "roya_tui."):
        if not found.name.endswith("__main__"):
            module = import_module(found.name)
            for cls in vars(module).values():
                if inspect.isclass(cls) and cls.__module__ == module.__name__:
                    yield cls


def test_classes_have_at_most_60_methods() -> None:
    counts = {f"{cls.__module__}.{cls.__name__}": len(method_names(cls, "roya_tui")) for cls in package_classes()}
    assert len(counts) > 300
    assert max(counts.values()) > MOST_METHODS / 2, "inherited ones are counted"
    too_large = {name: count for name, count in counts.items() if count > MOST_METHODS}
    assert not too_large, "give parts of these classes to plain classes (docs/decisions/086)"


def test_folders_have_at_most_20_modules() -> None:
    folders = {file.parent for file in SOURCE.rglob("*.py")}
    counts = {str(folder.relative_to(SOURCE)): len(list(folder.glob("*.py"))) for folder in folders}
    assert len(counts) > 20
    assert {name: count for name, count in counts.items() if count > MOST_MODULES} == {}
