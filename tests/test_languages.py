"""The catalogs of translations: complete, compiled without tools, and chosen by setting or environment."""

import gettext as library
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from hatch_build import encode_catalog, read_catalog

from roya_tui import translation
from roya_tui.clock import Clock
from roya_tui.translation import format_number, gettext, localize_digits, ngettext

LOCALE = Path(translation.__file__).parent / "locale"
CATALOGS = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
LANGUAGES = [file for file in CATALOGS if "_" not in file.parts[-3]]
COUNTRIES = [file for file in CATALOGS if "_" in file.parts[-3]]
TEMPLATE = re.compile(r'^msgid (".*"(?:\n".*")*)(?:\nmsgid_plural (".*"(?:\n".*")*))?', re.M)


def language_of(file: Path) -> str:
    return file.parts[-3]


def load(file: Path) -> library.GNUTranslations:
    return library.GNUTranslations(io.BytesIO(encode_catalog(read_catalog(file.read_text(encoding="utf-8")))))


def unquote(text: str) -> str:
    return "".join(eval(line) for line in text.splitlines())


def template() -> list[tuple[str, str]]:
    """Return all messages of the app, each with its plural or ""."""
    found = TEMPLATE.findall((LOCALE / "roya_tui.pot").read_text(encoding="utf-8"))
    return [(unquote(message), unquote(plural)) for message, plural in found if message != '""']


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


@pytest.fixture
def in_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A function that translates into a language until the end of the test."""
    for name in (translation.LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def use(language: str) -> None:
        monkeypatch.setenv("LANGUAGE", language)
        translation.use_environment()

    yield use
    translation.use_catalog(library.NullTranslations())
    translation.use_native_digits(False)


@pytest.mark.parametrize("file", LANGUAGES, ids=language_of)
def test_catalog_translates_every_message_and_no_other(file: Path) -> None:
    translated = read_catalog(file.read_text(encoding="utf-8"))
    messages = {"\0".join(filter(None, pair)) for pair in template()}
    assert messages - translated.keys() == set()
    assert translated.keys() - messages == {""}


@pytest.mark.parametrize("file", CATALOGS, ids=language_of)
def test_catalog_keeps_placeholders_and_has_all_plural_forms(file: Path) -> None:
    catalog, translated = load(file), read_catalog(file.read_text(encoding="utf-8"))
    forms = int(re.search(r"nplurals=(\d)", translated.pop(""))[1])  # type: ignore[index]
    assert {catalog.plural(number) for number in range(400)} == set(range(forms))  # type: ignore[attr-defined]
    for key, text in translated.items():
        singular, _, plural = key.partition("\0")
        texts = text.split("\0")
        assert len(texts) == (forms if plural else 1), key
        for form in texts:
            assert form, key
            wanted = placeholders(plural or singular)
            # The forms for 0, 1 and 2 may say the number in words.
            assert placeholders(form) | ({"count"} & wanted if plural else set()) == wanted, key


@pytest.mark.parametrize("file", COUNTRIES, ids=language_of)
def test_catalog_of_a_country_has_the_headers_of_its_language(file: Path) -> None:
    name = language_of(file)
    parent = load(file.parents[2] / name.partition("_")[0] / "LC_MESSAGES" / file.name).info()
    own = load(file).info()
    assert {**own, "language": parent["language"]} == parent


def test_compiled_catalog_is_what_the_standard_library_reads() -> None:
    text = """# A comment
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: file.py
msgid "Line\\n"
"of \\"two\\""
msgstr "Zeile\\nvon „zwei“"

msgid "{count} hit"
msgid_plural "{count} hits"
msgstr[0] "{count} Treffer"
msgstr[1] "{count} Treffern"

#, fuzzy
msgid "Unsure"
msgstr "Unsicher"

msgid "Missing"
msgstr ""

#~ msgid "Old"
#~ msgstr "Alt"
"""
    catalog = library.GNUTranslations(io.BytesIO(encode_catalog(read_catalog(text))))
    assert catalog.gettext('Line\nof "two"') == "Zeile\nvon „zwei“"
    assert [catalog.ngettext("{count} hit", "{count} hits", n) for n in (1, 2)] == [
        "{count} Treffer",
        "{count} Treffern",
    ]
    assert [catalog.gettext(word) for word in ("Unsure", "Missing", "Old")] == ["Unsure", "Missing", "Old"]
    with pytest.raises(ValueError, match="invalid line"):
        read_catalog('msgid Unquoted\nmsgstr ""')


@pytest.mark.parametrize(
    ("language", "month"),
    [
        ("ar", "يناير"),
        ("ar_EG", "يناير"),
        ("ar_JO.UTF-8", "كانون الثاني"),
        ("ar_TN", "جانفي"),
        ("ar_MA", "يناير"),
        ("en_US", "January"),
    ],
)
def test_months_are_named_as_in_the_country(in_language, language: str, month: str) -> None:  # type: ignore[no-untyped-def]
    in_language(language)
    assert gettext("January") == month
    assert translation.is_right_to_left() == language.startswith("ar")


def test_numbers_have_the_separators_and_digits_of_the_language(in_language) -> None:  # type: ignore[no-untyped-def]
    clock, noon = Clock(zone="UTC"), 1_767_960_000
    assert (format_number(1234.5, ",.1f"), clock.stamp(noon)) == ("1,234.5", "09-01-2026 12:00")
    in_language("ar_JO")
    assert (format_number(1234.5, ",.1f"), clock.stamp(noon)) == ("1,234.5", "09-01-2026 12:00")
    translation.use_native_digits(True)
    assert (format_number(1234.5, ",.1f"), clock.stamp(noon)) == ("١٬٢٣٤٫٥", "٠٩-٠١-٢٠٢٦ ١٢:٠٠")
    assert ngettext("{count:,} match", "{count:,} matches", 1234).count("١٬٢٣٤") == 1
    assert localize_digits("3.5") == "٣.٥"


def run(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), *arguments]
    environ = {"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "LANG": "C.UTF-8", **environment}
    return subprocess.run(command, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=60)


ARABIC_COMMANDS = "الأوامر"


@pytest.mark.parametrize(
    ("setting", "environment", "is_arabic"),
    [
        ("", {"LANG": "ar_JO.UTF-8"}, True),
        ("", {"LC_MESSAGES": "ar", "LANG": "en_US.UTF-8"}, True),
        ("", {"LANG": "en_US.UTF-8", "LC_TIME": "ar_JO.UTF-8"}, False),
        ("ar", {"LANG": "en_US.UTF-8"}, True),
        ("ar-JO", {}, True),
        ("en", {"LANG": "ar_JO.UTF-8"}, False),
        ("auto", {"LANG": "ar_JO.UTF-8"}, True),
    ],
)
def test_help_and_errors_of_arguments_are_in_the_chosen_language(
    tmp_path: Path, setting: str, environment: dict[str, str], is_arabic: bool
) -> None:
    if setting:
        (tmp_path / "config.toml").write_text(f'[look]\nlanguage = "{setting}"\n')
    help_text = run("help", home=tmp_path, **environment)
    assert (re.search("[ء-ي]", help_text.stdout) is not None) == is_arabic
    wrong = run("lisst", home=tmp_path, **environment)
    assert (re.search("[ء-ي]", wrong.stderr) is not None) == is_arabic
    assert (help_text.returncode, wrong.returncode) == (0, 2)


def test_unknown_language_is_reported_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[look]\nlanguage = "arr"\n')
    result = run("list", "--offline", home=tmp_path)
    assert '[look] language must be one of "auto", "ar"' in result.stderr
    assert "Did you mean “ar”?" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--json"),
        ("list", "--tsv"),
        ("sources", "--json"),
        ("tags", "--json"),
        ("briefing", "--json"),
        ("doctor", "--json"),
        ("show", "3", "--format", "json"),
    ],
)
def test_output_for_programs_is_the_same_in_every_language(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run("list", "--offline", home=tmp_path)
    (tmp_path / "config.toml").write_text('[look]\ndigits = "native"\n')
    english = run(*arguments, "--offline", home=tmp_path, LANG="en_US.UTF-8")
    arabic = run(*arguments, "--offline", home=tmp_path, LANG="ar_JO.UTF-8")
    texts = [re.sub(r'"at": .*', "", result.stdout, count=1) for result in (english, arabic)]  # when it was printed
    assert texts[0]
    assert (texts[1], arabic.returncode) == (texts[0], english.returncode)
