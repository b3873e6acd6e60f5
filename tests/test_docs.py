"""README, guide and architecture agree with the code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import fields
from PIL import Image

from roya_tui.cli.command_parser import CommandParser
from roya_tui.cli.command_table import COMMANDS
from roya_tui.cli.parser import AppParser, find_parser
from roya_tui.cli.plain.command_words import COMMANDS as PLAIN_COMMANDS
from roya_tui.config import Config, load, user_themes
from roya_tui.query import FIELDS, SORTS, STATES, parse
from roya_tui.ui.action_table import ACTIONS, apply_config, find_conflicts
from roya_tui.ui.themes import BASES, make_theme

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "roya_tui"
README = (ROOT / "README.md").read_text("utf-8")
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
GUIDE = "\n".join(file.read_text("utf-8") for file in GUIDES)
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
RUN = (ROOT / ".ci" / "run").read_text("utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")

START = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/roya-tui"
TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"
KEY_NAMES = {"↓": "down", "↑": "up", "←": "left", "→": "right", "esc": "escape"}


def commands() -> dict[str, CommandParser]:
    """Each command's own parser, and the program's under ""."""
    return {"": AppParser([]), **{name: find_parser(name) for name in COMMANDS}}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_readme_has_a_picture_and_the_commands_that_ci_runs() -> None:
    assert blocks(README, "sh")[:2] == [START + "\n", TEST + "\n"]
    assert TEST in RUN
    first, *_ = PICTURE.findall(README)
    assert README.index(first) < README.index("##")


def test_pictures_of_the_docs_are_small_shown_and_described() -> None:
    addresses = PICTURE.findall(README + GUIDE)
    assert all(address.startswith(("docs/pictures/", "../pictures/")) for address in addresses), "none is fetched"
    for file in sorted((ROOT / "docs" / "pictures").iterdir()):
        assert f"pictures/{file.name})" in README + GUIDE
        assert file.stat().st_size < 200_000
        with Image.open(file) as png:
            assert png.info["Screen"], "its text shows whether it is out of date"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize(
    "file",
    [
        *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
        *("docs/architecture.md", "docs/glossary.md", "docs/decisions/README.md"),
        *(str(file.relative_to(ROOT)) for file in GUIDES),
    ],
)
def test_links_have_a_target(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        place = (ROOT / file).parent / name if name else ROOT / file
        assert place.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", place.read_text("utf-8"), re.M)
            assert anchor in map(_anchor, headings), target


@pytest.mark.parametrize("file", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_mentioned_files_exist(file: str) -> None:
    names = re.findall(r"`([\w./]+(?:\.\w+|/))`", (ROOT / file).read_text("utf-8"))
    paths = {name for name in names if "/" in name and not name.startswith("src/")}
    assert len(paths) >= 20
    assert [path for path in sorted(paths) if not any((base / path).exists() for base in (ROOT, SOURCE))] == []


def test_architecture_is_one_page() -> None:
    assert len(ARCHITECTURE.split()) <= 1_500


def test_decisions_index_lists_every_file_by_its_number_and_title() -> None:
    titles = [file.read_text("utf-8").splitlines()[0].removeprefix("# ") for file in DECISIONS]
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\* \[(\d{3})\]\((\S+)\) ([^:]+): \S", index, re.M)
    assert listed == [(file.name[:3], file.name, title[4:]) for file, title in zip(DECISIONS, titles, strict=True)]
    assert [title[:3] for title in titles] == sorted({file.name[:3] for file in DECISIONS})


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_decision_is_short_and_has_its_sections(file: Path) -> None:
    _, *sections = file.read_text("utf-8").split("\n## ")
    assert [section.split("\n")[0] for section in sections] == ["Context", "Decision", "Measurement"]
    assert 50 <= sum(len(section.split()) for section in sections) <= 200


def test_guide_has_every_key() -> None:
    for action in ACTIONS:
        keys = " ".join(f"`{key}`" for key in action.key_labels.split(" ")).replace(
            "|", "\\|"
        )  # it ends a table's cell
        assert f"| {keys} | `{action.name}` | {action.text} |" in GUIDE, action.name


def _keys_in_tables(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("| `"):
            for cell in line.strip("|").split("|")[::2]:
                yield from filter("…".__ne__, re.findall(r"`([^`]+)`", cell))


def test_guide_has_every_command_of_plain_mode() -> None:
    for command in PLAIN_COMMANDS:
        words = " ".join(f"`{word}`" for word in command.words)
        assert f"| {words}{command.argument and f' {command.argument}'} | {command.help} |" in GUIDE


def test_readme_has_only_keys_that_exist() -> None:
    table = README.split("## The first minute")[1].split("##")[0]
    known = {key for action in ACTIONS for key in action.keys.split(",")} | {"ctrl+p"}
    named = {KEY_NAMES.get(key, key) for key in _keys_in_tables(table)}
    assert len(named) >= 25
    assert named <= known


def test_guide_has_every_command_and_option() -> None:
    for name, parser in commands().items():
        assert not name or f"`{name} " in GUIDE or f"`{name}`" in GUIDE or f"`roya-tui {name}" in GUIDE, name
        for option in parser.options():
            if option.startswith("--") and option != "--help":
                assert f"`{option}" in GUIDE or f" {option}" in GUIDE, f"{name} {option}"


def test_readme_and_guide_have_only_options_that_exist() -> None:
    known = {option for parser in commands().values() for option in parser.options()}
    for text in (README, GUIDE):
        used = set(re.findall(r"(?:roya-tui [^\n|]*?|`)(--[a-z][a-z-]+)", text))
        assert used - known - {"--without-tests"} == set()


def test_guide_shows_settings_with_their_defaults(tmp_path: Path) -> None:
    (text,) = [block for block in blocks(GUIDE, "toml") if block.startswith("[look]")]
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    config, problems = load(file, {action.name for action in ACTIONS})
    assert problems == []
    assert {**config.keys} == {"next-unread": next(a.keys for a in ACTIONS if a.name == "next-unread")}
    default = Config()
    for section in ("look", "dates", "reading", "refresh", "offline", "keep"):
        assert getattr(config, section) == getattr(default, section)
        for field in fields(getattr(default, section)):
            if field.name != "mark_on_open":  # a part of mark_read
                assert f"| `{section}.{field.name}` |" in GUIDE


def test_configurations_in_the_guide_are_valid(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for text in blocks(GUIDE, "toml"):
        if not text.startswith("base ="):
            file.write_text(text, "utf-8")
            config, problems = load(file, {action.name for action in ACTIONS})
            assert problems == []
            assert find_conflicts(apply_config(config.keys)) == []


def test_theme_in_the_guide_is_valid_and_its_settings_are_listed(tmp_path: Path) -> None:
    (text,) = [block for block in blocks(GUIDE, "toml") if block.startswith("base =")]
    (tmp_path / "harbor.toml").write_text(text, "utf-8")
    theme, problems = user_themes.load_theme(tmp_path, "harbor", BASES)
    assert problems == []
    assert theme is not None
    assert make_theme(theme).background == "#101820"
    table = GUIDE.split("| setting | of a theme |")[1].split("\n\n")[0]
    assert {*re.findall(r"`([a-z-]+)`", table)} >= {"base", "dark", *user_themes.COLORS}


def test_guide_has_the_whole_query_language() -> None:
    table = GUIDE.split("## Query language")[1].split("\n## ")[0]
    for field in FIELDS:
        assert f"`{field}:" in table, field
    for word in (*SORTS, *STATES):
        assert f"`{word}`" in table or f":{word}`" in table, word


def test_queries_in_readme_and_guide_are_valid() -> None:
    table = GUIDE.split("## Query language")[1].split("Times are")[0]
    queries = [
        code
        for row in table.splitlines()
        if row.startswith("| `")
        for code in re.findall(r"`([^`]+)`", row.split("|")[1])
    ]
    (examples,) = [block for block in blocks(README, "text") if "tag:economy" in block]
    queries += [re.split(r"\s{2,}", line)[0] for line in examples.splitlines()]
    assert len(queries) >= 18
    for query in queries:
        parse(query, 1_795_000_000)
