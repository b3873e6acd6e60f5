"""Themes of your own: valid files, and errors with their line."""

from pathlib import Path

import pytest

from roya_tui.config.user_themes import UserTheme, find_names, load_theme

BASES = frozenset({"roya-dark", "roya-light", "nord"})


def load(folder: Path, text: str, name: str = "mine") -> tuple[UserTheme | None, list[str]]:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    theme, problems = load_theme(folder, name, BASES)
    return theme, [str(problem).removeprefix(f"{folder / name}.toml") for problem in problems]


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("", UserTheme("mine", "roya-dark", None, {})),
        ("dark = false", UserTheme("mine", "roya-light", False, {})),
        ('base = "nord"\nprimary = "#Fa3"', UserTheme("mine", "nord", None, {"primary": "#Fa3"})),
        (
            'background = "#101010"\nborder-blurred = "#444444"\ninput-selection-background = "#7fb4ca59"',
            UserTheme(
                "mine",
                "roya-dark",
                None,
                {
                    "background": "#101010",
                    "border-blurred": "#444444",
                    "input-selection-background": "#7fb4ca59",
                },
            ),
        ),
    ],
)
def test_theme_has_the_colors_of_its_file_and_a_base(tmp_path: Path, text: str, theme: UserTheme) -> None:
    assert load(tmp_path, text) == (theme, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('\nprimery = "#fff"', ", line 2: A theme has no setting “primery”. Did you mean “primary”?"),
        ('primary = "blue"', ', line 1: primary must be a color in quotes, such as "#7fb4ca".'),
        ("primary = 7", ', line 1: primary must be a color in quotes, such as "#7fb4ca".'),
        ('primary = "#12345678"', ', line 1: primary must be a color in quotes, such as "#7fb4ca".'),
        ('base = "nrd"', ", line 1: base must be the name of another theme in quotes. Did you mean “nord”?"),
        ('base = "mine"', ", line 1: base must be the name of another theme in quotes."),
        ("dark = 1", ", line 1: dark must be true or false."),
        ("[colors]", ", line 1: A theme has no setting “colors”. The settings are base, dark, primary, secondary,"),
        ("primary =", ", line 1: This is not valid TOML: "),
        ("dark = " + "9" * 5000, ": This is not valid TOML: Exceeds the limit (4300 digits)"),
    ],
)
def test_error_in_a_theme_is_reported_with_its_line_and_the_theme_is_not_used(
    tmp_path: Path, text: str, problem: str
) -> None:
    theme, problems = load(tmp_path, text)
    assert theme is None
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_theme_with_the_name_of_another_one_is_not_used(tmp_path: Path) -> None:
    theme, problems = load(tmp_path, "", "nord")
    assert theme is None
    assert problems == [": There is already a theme “nord”. Rename the file."]


def test_only_files_whose_names_can_be_themes_are_found(tmp_path: Path) -> None:
    for name in ("b", "a-1_x", "two words", "a,b", "é", "../c"):
        (tmp_path / "themes").mkdir(exist_ok=True)
        (tmp_path / "themes" / f"{name}.toml").write_text("")
    (tmp_path / "themes" / "folder.toml").mkdir()
    (tmp_path / "themes" / "readme.txt").write_text("")
    assert find_names(tmp_path / "themes") == ["a-1_x", "b"]
    assert find_names(tmp_path / "missing") == []


def test_file_with_many_errors_reports_the_first_twenty(tmp_path: Path) -> None:
    theme, problems = load(tmp_path, "".join(f"c{n} = 1\n" for n in range(20_000)))
    assert theme is None
    assert len(problems) == 20
