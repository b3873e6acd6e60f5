"""[share] in config.toml: valid commands, and their arguments with an article's words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.config import ShareCommand, load
from roya_tui.config.share_commands import fill

WORDS = {"url": "https://a.example/1", "title": "Rain", "source": "Town", "text": "# Rain\n\nWet.\n"}


def read(tmp_path: Path, text: str) -> tuple[tuple[ShareCommand, ...], list[str]]:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    config, problems = load(file)
    return config.share, [problem.short for problem in problems]


def test_command_is_a_list_or_a_table(tmp_path: Path) -> None:
    commands, problems = read(
        tmp_path,
        '[share]\nmail = ["xdg-email", "{url}"]\n'
        '[share.mutt]\nrun = ["mutt", "-s", "{title}", "--"]\nterminal = true\n',
    )
    assert problems == []
    assert commands == (
        ShareCommand("mail", ("xdg-email", "{url}")),
        ShareCommand("mutt", ("mutt", "-s", "{title}", "--"), terminal=True),
    )


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('mail = "mutt {title}"', "mail must be a program and its arguments"),
        ("mail = []", "mail must be a program and its arguments"),
        ('mail = ["mutt", 3]', "mail must be a program and its arguments"),
        ('mail = ["mutt", "{titel}"]', "mail has the unknown placeholder {titel}. Did you mean “title”?"),
        ('mail = ["{url}"]', "mail must name a program"),
        ('mail = ["sh", "-c", "echo {title}"]', "mail must not pass placeholders to a shell"),
        ('mail = ["/bin/bash", "-ec", "x {url}"]', "mail must not pass placeholders"),
        ('mail = ["env", "X=1", "bash", "-c", "x {url}"]', "mail must not pass placeholders"),
        ('mail = ["cmd.exe", "/c", "start {url}"]', "mail must not pass placeholders"),
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
    "setting", ['["sh", "send.sh", "{title}"]', '["sh", "-c", "date"]', '["mutt", "-c", "{title}"]']
)
def test_shell_is_allowed_without_words_of_a_feed(tmp_path: Path, setting: str) -> None:
    commands, problems = read(tmp_path, f"[share]\nx = {setting}\n")
    assert (len(commands), problems) == (1, [])


@pytest.mark.parametrize(
    ("argument", "title", "made"),
    [
        ("{title}", "Rain", "Rain"),
        ("--subject={title} ({source})", "Rain", "--subject=Rain (Town)"),
        ("{title}", "-rf", " -rf"),
        ("{title}", "--config=/etc/x", " --config=/etc/x"),
        ("-s{title}", "-rf", "-s-rf"),
        ("{title}", "$(reboot); `x` {url} \x00\x1b[2J", "$(reboot); `x` {url} [2J"),
        ("{ {titles} {}", "Rain", "{ {titles} {}"),
        ("{text}", "", "# Rain\n\nWet.\n"),
    ],
)
def test_words_stay_in_their_argument(argument: str, title: str, made: str) -> None:
    command = ShareCommand("x", ("prog", argument, "--"))
    assert fill(command, WORDS | {"title": title}) == ["prog", made, "--"]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["{title}", "-s", "--", "a{url}b", "{text}"]), max_size=6), st.text())
def test_no_title_becomes_another_argument_or_an_option(template: list[str], title: str) -> None:
    made = fill(ShareCommand("x", ("prog", *template)), WORDS | {"title": title, "text": title})
    assert len(made) == 1 + len(template)
    for argument, before in zip(made[1:], template, strict=True):
        assert "\x00" not in argument
        assert argument.startswith("-") <= before.startswith("-")
        assert len(argument.encode()) < 128 * 1024
