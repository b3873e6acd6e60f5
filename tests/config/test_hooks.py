"""[hooks] in config.toml: programs, rules and limits."""

from pathlib import Path

import pytest

from roya_tui.config import Hook, Hooks, load


def read(tmp_path: Path, text: str) -> tuple[Hooks, list[str]]:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    config, problems = load(file)
    return config.hooks, [problem.short for problem in problems]


def test_hooks_are_lists_and_rules_have_a_section(tmp_path: Path) -> None:
    hooks, problems = read(
        tmp_path,
        '[hooks]\nafter_refresh = ["~/bin/after", "a b"]\non_open = ["/bin/cat"]\ntimeout = "2m"\nat_once = 4\n'
        '[hooks.on_match]\n"Wells & Water" = ["notify", "{title}"]\n',
    )
    assert problems == []
    assert (hooks.timeout, hooks.at_once) == (120, 4)
    assert hooks.all == [
        Hook("after_refresh", ("~/bin/after", "a b")),
        Hook("on_match", ("notify", "{title}"), "Wells & Water"),
        Hook("on_open", ("/bin/cat",)),
    ]
    assert [hook.name for hook in hooks.all] == ["after_refresh", "on_match.Wells & Water", "on_open"]


def test_there_are_no_hooks_without_settings() -> None:
    assert (Hooks().all, Hooks().timeout, Hooks().at_once) == ([], 30, 2)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('after_refresh = "mail"', "[hooks] after_refresh must be a program and its arguments: ["),
        ("after_refresh = []", "[hooks] after_refresh must be a program and its arguments: ["),
        ('after_refresh = [""]', "[hooks] after_refresh must be a program and its arguments: ["),
        ('after_refresh = ["mail", 3]', "[hooks] after_refresh must be a program and its arguments: ["),
        ('after_refresh = ["./mail"]', "must be the name of a program, or a path that begins with / or ~."),
        ('after_refresh = ["bin/mail"]', "must be the name of a program, or a path that begins with / or ~."),
        ('after_refresh = ["../mail"]', "must be the name of a program, or a path that begins with / or ~."),
        ('on_match = ["mail"]', "must be a section, written [hooks.on_match]."),
        ('on_match = { Rain = "mail" }', "[hooks.on_match] Rain must be a program and its arguments"),
        ('after_refesh = ["mail"]', "Did you mean “after_refresh”?"),
        ('timeout = "0s"', '[hooks] timeout must be from 1s to 10m, such as "30s".'),
        ("timeout = 30", '[hooks] timeout must be from 1s to 10m, such as "30s".'),
        ("at_once = 0", "[hooks] at_once must be"),
    ],
)
def test_wrong_hook_is_reported_with_its_line_and_others_are_read(tmp_path: Path, setting: str, words: str) -> None:
    hooks, problems = read(tmp_path, f'[hooks]\n{setting}\non_open = ["cat"]\n')
    assert hooks.all == [Hook("on_open", ("cat",))]
    (problem,) = problems
    assert words in problem
    assert "line 2" in problem


def test_wrong_command_of_a_rule_leaves_those_of_others(tmp_path: Path) -> None:
    hooks, problems = read(tmp_path, '[hooks.on_match]\nRain = []\nWells = ["cat"]\n')
    assert hooks.all == [Hook("on_match", ("cat",), "Wells")]
    assert "[hooks.on_match] Rain must be" in problems[0]


def test_hooks_that_are_not_a_section_are_one_problem(tmp_path: Path) -> None:
    hooks, problems = read(tmp_path, 'hooks = "mail"\n')
    assert hooks.all == []
    assert len(problems) == 1
