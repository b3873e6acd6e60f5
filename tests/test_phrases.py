"""Texts for users are in plain words: messages, help texts, labels and documents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PHRASES = [
    re.compile(rf"(?<!\w){line}(?!\w)", re.I)
    for line in (Path(__file__).parent / "data" / "banned_phrases.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/guide/*.md")])
MESSAGE_FUNCTIONS = {"gettext", "ngettext", "gettext_noop"}


def messages() -> Iterator[tuple[str, str]]:
    """Yield the position and the text of each message that is passed to `gettext` and its like."""
    for file in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MESSAGE_FUNCTIONS:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield f"{file.relative_to(ROOT)}:{argument.lineno}", argument.value


def test_messages_can_be_extracted() -> None:
    """Before Python 3.12, the tool that extracts them reads a formatted string as one word."""
    offenders = [
        f"{file.relative_to(ROOT)}:{inner.lineno}"
        for file in sorted((ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in MESSAGE_FUNCTIONS
        if isinstance(inner.args[0], ast.Constant)
    ]
    assert not offenders, f"A message in a formatted string is not extracted: {offenders}"


def lines_of(document: Path) -> Iterator[tuple[str, str]]:
    """Yield the position and the text of each line, without code."""
    is_code = False
    for number, line in enumerate(document.read_text("utf-8").splitlines(), 1):
        if line.startswith("```"):
            is_code = not is_code
        elif not is_code:
            yield f"{document.relative_to(ROOT)}:{number}", re.sub(r"`[^`]*`", "", line)


def find_banned(text: str) -> str:
    """Return the first banned phrase in a text, "" if there is none."""
    return next((found[0] for phrase in PHRASES if (found := phrase.search(text))), "")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Nothing is found: it is no feed.", "is no "), ("There is no feed. It is no longer needed.", ""),
        ("Took the folder away.", "Took the folder away"), ("How all sources fare", "fare"), ("Show source status", ""),
    ],
)  # fmt: skip
def test_banned_phrase_is_found(text: str, phrase: str) -> None:
    assert find_banned(text).strip() == phrase.strip()


def test_texts_contain_no_banned_phrases() -> None:
    texts = [*messages(), *(line for document in DOCUMENTS for line in lines_of(document))]
    assert len(texts) > 1_000
    offenders = [f"{position}: “{phrase}” in “{text}”" for position, text in texts if (phrase := find_banned(text))]
    assert not offenders, "\n".join(["See docs/glossary.md for the right terms:", *offenders])
