"""[share] in config.toml: valid commands, their arguments and their environment."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.config import ShareCommand, load
from roya_tui.config.share_commands import fill, make_environment, validate_arguments

WORDS = {"url": "https://a.example/1", "title": "Rain", "file": "/tmp/x.md"}


def read(tmp_path: Path, text: str) -> tuple[tuple[ShareCommand, ...], list[str]]:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    config, problems = load(file)
    return config.share, [problem.short for problem in problems]


def test_command_is_a_list_or_a_table(tmp_path: Path) -> None:
    commands, problems = read(
        tmp_path,
        '[share]\nmail = ["xdg-email", "{url}"]\n[share.mutt]\nrun = ["mutt", "-i", "{file}", "--"]\nterminal = true\n',
    )
    assert problems == []
    assert commands == (
        ShareCommand("mail", ("xdg-email", "{url}")),
        ShareCommand("mutt", ("mutt", "-i", "{file}", "--"), terminal=True),
    )


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('mail = "mutt {title}"', "mail must be a program and its arguments"),
        ("mail = []", "mail must be a program and its arguments"),
        ('mail = ["mutt", 3]', "mail must be a program and its arguments"),
        ('mail = ["mutt", "{urll}"]', "mail has the unknown placeholder {urll}. Did you mean “url”?"),
        ('mail = ["{url}"]', "mail must name a program"),
        ('mail = ["sh", "-c", "echo {title}"]', 'pass {title} to a shell. Write "$ROYA_TITLE" in the script.'),
        ('mail = ["/bin/bash", "-ec", "x {url}"]', 'pass {url} to a shell. Write "$ROYA_URL" in the script.'),
        ('mail = ["env", "X=1", "bash", "-c", "x", "{file}"]', 'pass {file} to a shell. Write "$ROYA_FILE"'),
        ('mail = ["cmd.exe", "/c", "start {url}"]', "mail must not pass {url} to a shell"),
        ("mail.terminal = true", "[share.mail] must have run"),
        ('mail = { run = ["x"], terminal = "yes" }', "terminal must be true or false"),
    ],
)
def test_wrong_command_is_reported_with_its_line_and_others_are_read(tmp_path: Path, setting: str, words: str) -> None:
    commands, problems = read(tmp_path, f'[share]\n{setting}\nnote = ["tee", "-a", "notes"]\n')
    assert ShareCommand("note", ("tee", "-a", "notes")) in commands
    (problem,) = problems
    assert words in problem
    assert "line " in problem


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (
            'mail = ["mail", "-s", "{title}", "--url={url}", "a b"]',
            """mail must not have {title} in an argument. Write ["sh", "-c", """
            """"mail -s \\"$ROYA_TITLE\\" --url=\\"$ROYA_URL\\" 'a b'"].""",
        ),
        (
            'mail = ["mail", "--url={url}"]',
            """mail must have {url} as a whole argument. Or write ["sh", "-c", 'mail --url="$ROYA_URL"'].""",
        ),
        (
            'mail = ["say", "{text} ({source})"]',
            """Write ["sh", "-c", "say \\"$(cat)\\"' ('\\"$ROYA_SOURCE\\"')'"].""",
        ),
        (
            'mail = { run = ["say", "{text}"], terminal = true }',
            """Write ["sh", "-c", 'say "$(cat "$ROYA_FILE")"'].""",
        ),
    ],
)
def test_command_with_text_in_arguments_is_reported_with_its_new_form(tmp_path: Path, setting: str, words: str) -> None:
    commands, problems = read(tmp_path, f"[share]\n{setting}\n")
    assert commands == ()
    (problem,) = problems
    assert words in problem
    form = tomllib.loads("run = " + words[words.index("[") :].removesuffix("."))["run"]
    assert validate_arguments(form) == tuple(form), "the new form is accepted"


@pytest.mark.parametrize("setting", ['["sh", "send.sh", "{url}"]', '["sh", "-c", "date"]', '["mutt", "-c", "{file}"]'])
def test_shell_is_allowed_without_words_of_a_feed(tmp_path: Path, setting: str) -> None:
    commands, problems = read(tmp_path, f"[share]\nx = {setting}\n")
    assert (len(commands), problems) == (1, [])


@pytest.mark.parametrize(
    ("argument", "url", "made"),
    [
        ("{url}", "https://a.example/1", "https://a.example/1"),
        ("{file}", "", "/tmp/x.md"),
        ("{url}", "-rf", " -rf"),
        ("{url}", "$(reboot); `x` {file} \x00\x1b[2J", "$(reboot); `x` {file} [2J"),
        ("{ {url} {}", "", "{ {url} {}"),
    ],
)
def test_placeholder_is_replaced_only_as_a_whole_argument(argument: str, url: str, made: str) -> None:
    command = ShareCommand("x", ("prog", argument, "--"))
    assert fill(command, WORDS | {"url": url}) == ["prog", made, "--"]


@settings(max_examples=50)
@given(st.text(), st.text())
def test_values_fit_into_arguments_and_environment(url: str, title: str) -> None:
    values = {"url": url, "title": title * 1000, "file": "/tmp/x"}
    (_, argument), variables = fill(ShareCommand("x", ("prog", "{url}")), values), make_environment(values)
    assert not argument.startswith("-")
    assert variables["ROYA_FILE"] == "/tmp/x"
    for value in (argument, *variables.values()):
        assert "\x00" not in value
        assert "\n" not in value
        assert len(value.encode()) < 128 * 1024
