"""Messages are translated with named placeholders, and fall back to English; no text for users is left out."""

import ast
import gettext as library
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from tests.pseudo_locale import find_untranslated, pseudo_locale, translate

from roya_tui import translation
from roya_tui.cli.command_table import COMMANDS
from roya_tui.cli.parser import AppParser, find_parser
from roya_tui.model import SEARCH_ICONS
from roya_tui.translation import gettext, ngettext
from roya_tui.ui.action_table import NAMES


class German(library.NullTranslations):
    """Translates two messages."""

    def gettext(self, message: str) -> str:
        return {"Removed {name}.": "{name} wurde entfernt."}.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        if singular == "Starred {count} article.":
            return "{count} Artikel markiert."
        return super().ngettext(singular, plural, n)


@pytest.fixture
def german() -> Iterator[None]:
    translation.use_catalog(German())
    yield
    translation.use_catalog(library.NullTranslations())


@pytest.mark.parametrize("name", ["News", "{name}", "{0.__class__}", "%s"])
def test_message_contains_values_as_they_are(name: str) -> None:
    assert gettext("Removed {name}.", name=name) == f"Removed {name}."


def test_message_without_values_may_contain_braces() -> None:
    assert gettext("Write {title} for the title.") == "Write {title} for the title."


@pytest.mark.parametrize(("count", "text"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles")])
def test_count_selects_form(count: int, text: str) -> None:
    assert ngettext("{count} article", "{count} articles", count) == text


def test_count_can_be_shown_in_another_form() -> None:
    assert ngettext("{count} article", "{count} articles", 1200, count="1,200") == "1,200 articles"


@pytest.mark.usefixtures("german")
def test_catalog_translates_and_missing_messages_are_english() -> None:
    assert gettext("Removed {name}.", name="News") == "News wurde entfernt."
    assert ngettext("Starred {count} article.", "Starred {count} articles.", 2) == "2 Artikel markiert."
    assert gettext("Nothing to undo.") == "Nothing to undo."


def test_unknown_language_falls_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "xx")
    translation.use_environment()
    assert gettext("Nothing to undo.") == "Nothing to undo."


class Broken(library.NullTranslations):
    """Translates every message to the same text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def gettext(self, message: str) -> str:
        return self.text

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.text or str(n // 0)


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{nom}", "{name.nom}", "{name[nom]}", "{name:d}", ""])
def test_message_is_english_when_its_translation_is_broken(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(translation, "_catalog", Broken(text))
    assert gettext("Removed {name}.", name="News") == "Removed News."
    assert ngettext("{count} hit in {name}", "{count} hits in {name}", 2, name="News") == "2 hits in News"


def test_translation_may_leave_out_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_catalog", Broken("Entfernt."))
    assert gettext("Removed {name}.", name="News") == "Entfernt."


def test_empty_message_stays_empty_when_catalog_has_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_catalog", Broken("Language: de"))
    assert gettext("") == ""


def write_catalog(folder: Path, text: str) -> Path:
    """Write a catalog with one message: “Read” → `text`."""
    pairs = [(b"", b"Content-Type: text/plain; charset=UTF-8\n"), (b"Read", text.encode())]
    at, tables, texts = 28 + 32, [], b""
    for index in (0, 1):
        for pair in pairs:
            tables += [len(pair[index]), at + len(texts)]
            texts += pair[index] + b"\0"
    file = folder / "LC_MESSAGES" / "roya_tui.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(struct.pack("<15I", 0x950412DE, 0, 2, 28, 44, 0, 0, *tables) + texts)
    return file


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        ("de", "Lesen"),
        ("xx:de_AT.UTF-8", "Lesen"),
        ("en_US:en:de", "Read"),
        ("C:de", "Read"),
        ("../outside", "Read"),
        ("../../outside:de", "Lesen"),
        ("x" * 100_000, "Read"),
        ("damaged", "Read"),
        (":::", "Read"),
    ],
)
def test_first_language_with_catalog_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, languages: str, text: str
) -> None:
    write_catalog(tmp_path / "locale" / "de", "Lesen")
    write_catalog(tmp_path / "outside", "Outside")
    write_catalog(tmp_path / "locale" / "damaged", "").write_bytes(b"\xde\x12\x04\x95")
    monkeypatch.setattr(translation, "_FOLDER", tmp_path / "locale")
    monkeypatch.setattr(translation, "_catalog", translation._catalog)
    monkeypatch.setenv("LANGUAGE", languages)
    translation.use_environment()
    assert gettext("Read") == text


def test_pseudo_catalog_lengthens_messages_and_keeps_placeholders() -> None:
    before = gettext("Removed {name}.", name="News")
    with pseudo_locale():
        text = gettext("Removed {name}.", name="News")
        assert ngettext("{count} hit", "{count} hits", 2).startswith("2 ĥîţš")
        assert find_untranslated(text) == ["News"]
    assert re.fullmatch(r"Ŕéɱöṽéď News[ ë]+\.", text)
    assert len(translate("Nothing to undo.")) == pytest.approx(1.4 * len("Nothing to undo."), abs=2)
    assert gettext("Removed {name}.", name="News") == before


SOURCE = Path(translation.__file__).parent
FUNCTIONS = {"gettext", "ngettext", "gettext_noop"}
_TEXT = re.compile(r"[A-Za-z]{2,} [a-z{“]|^[A-Z][a-z]{2,}(?: |$|[.:…?!])")
_CODE = re.compile(
    r"\b(?:SELECT|INSERT|DELETE|CREATE|DROP|ALTER|FROM|JOIN|WHERE|WHEN|AND|OR|SAVEPOINT|ROLLBACK|RELEASE|PRAGMA)\b"
    r"|\\|^<|</|=\"|[{}\[]\^|\{[a-z-]+:|^ *roya-tui |; *[}\n]"
)
"""SQL, regular expressions, markup, style sheets and command lines."""


def find_texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and each literal that looks like a text for users and is not passed to `gettext`."""
    tree = ast.parse(file.read_text("utf-8"))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(ast.Constant()):  # a docstring
                skipped.add(node.value)
            case ast.Call(ast.Name(name)) if name in FUNCTIONS | {"AssertionError", "TypeError"}:
                skipped.update(inside for argument in node.args for inside in ast.walk(argument))
            case ast.JoinedStr() if node not in skipped:
                skipped.update(node.values)
                parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
                yield node.lineno, "".join(map(str, parts))
            case ast.Constant(str(text)) if node not in skipped:
                yield node.lineno, text


def test_texts_are_passed_to_gettext() -> None:
    lines = (Path(__file__).parent / "data" / "untranslated.txt").read_text("utf-8").splitlines()
    allowed = {line for line in lines if line and not line.startswith("#")}
    modules = tuple(line for line in allowed if ": " not in line)
    found, used = [], set()
    for file in sorted(SOURCE.rglob("*.py")):
        name = file.relative_to(SOURCE).as_posix()
        for line, text in find_texts(file):
            if _TEXT.search(text) and not _CODE.search(text) and not NAMES.issuperset(text.split()):
                rule = next(
                    (rule for rule in modules if name.startswith(rule)), f"{name}: {text.strip().splitlines()[0]}"
                )
                used.add(rule)
                if rule not in allowed:
                    found.append(f"{name}:{line}: {text!r}")
    assert not found, "\n".join(["Pass these to gettext, or add them to tests/data/untranslated.txt:", *found])
    assert allowed == used, "these lines are no longer needed in tests/data/untranslated.txt"


def is_wrong(call: ast.Call, name: str) -> bool:
    """Whether the message of a call cannot be extracted, or a placeholder has no value."""
    messages = call.args[: 2 if name == "ngettext" else 1]
    texts = [node.value for node in messages if isinstance(node, ast.Constant)]
    values = {keyword.arg for keyword in call.keywords} | ({"count"} if name == "ngettext" else set())
    names = {part[1] for text in texts for part in Formatter().parse(text) if part[1]} if values else set()
    is_table = name == "gettext" and not isinstance(messages[0], ast.JoinedStr | ast.BinOp)
    return (len(texts) < len(messages) and not is_table) or (None not in values and not names <= values)


def walk_calls(node: ast.AST, *, at_import: bool = True) -> Iterator[tuple[ast.Call, str, bool]]:
    """Yield the calls of `gettext` and its like, and whether they run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        is_body = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and child is not node.args
        is_early = at_import and not is_body
        match child:
            case ast.Call(ast.Name(name)) if name in FUNCTIONS:
                yield child, name, is_early
        yield from walk_calls(child, at_import=is_early)


def find_wrong_calls(source: str) -> list[str]:
    return [
        ast.unparse(call)
        for call, name, at_import in walk_calls(ast.parse(source))
        if is_wrong(call, name) or (at_import and name != "gettext_noop")
    ]


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("def f(): gettext(TABLE[0], name=1)", False),
        ("x = lambda count: ngettext('{count:,} hit of {all}', '{count:,} hits of {all}', count, all=9)", False),
        ("def f(): gettext('Removed {name}.', label=1)", True),
        ("def f(): gettext(f'Removed {name}.')", True),
        ("def f(): ngettext(ONE, SEVERAL, 2)", True),
        ("TITLE = gettext('News')", True),
        ("def f(title=gettext('News')): pass", True),
        ("TITLE = gettext_noop('News')", False),
    ],
)
def test_wrong_call_of_gettext_is_found(code: str, is_found: bool) -> None:
    assert bool(find_wrong_calls(code)) == is_found


def test_messages_are_literals_with_values_for_all_placeholders_and_not_translated_at_import() -> None:
    wrong = {file.name: find_wrong_calls(file.read_text("utf-8")) for file in SOURCE.rglob("*.py")}
    assert not any(wrong.values()), {name: calls for name, calls in wrong.items() if calls}


@pytest.mark.parametrize("path", ["", *COMMANDS])
def test_help_of_commands_is_translated(path: str) -> None:
    with pseudo_locale():
        text = (find_parser(path) if path else AppParser([])).format_help()
    descriptions = [re.sub(r"^ {2,}\S.*?  +", "", line) for line in text.splitlines() if "roya-tui" not in line]
    words = [
        word
        for line in descriptions
        for word in find_untranslated(line)
        if not (word.isupper() or word in SEARCH_ICONS)
    ]
    assert not words, text
