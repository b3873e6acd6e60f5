"""[play] in config.toml: the players of audio and video."""

from pathlib import Path

import pytest

from roya_tui.config import load
from roya_tui.config.settings import Play


def test_players_are_programs_with_their_arguments(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[play]\naudio = ["mpv", "--speed=1.2", "{url}"]\nvideo = ["vlc", "{url}"]\n', "utf-8")
    config, problems = load(file)
    assert (config.play, problems) == (Play(("mpv", "--speed=1.2", "{url}"), ("vlc", "{url}")), [])


@pytest.mark.parametrize(
    "value",
    [
        '"mpv {url}"',
        "[]",
        '["mpv"]',
        '["mpv", 3, "{url}"]',
        '["{url}"]',
        '["", "{url}"]',
        '["mpv", "--x={url}"]',
        '["mpv", "{file}"]',
        '["mpv", "{url}", "{url}"]',
        '["mpv", "{url}", "{title}"]',
        '["sh", "-c", "mpv {url}"]',
        '["sh", "-c", "mpv $0", "{url}"]',
    ],
)
def test_wrong_player_is_reported_and_the_others_are_used(tmp_path: Path, value: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[play]\naudio = {value}\nvideo = ["vlc", "{{url}}"]\n', "utf-8")
    config, (problem,) = load(file)
    expected = 'config.toml, line 2: [play] audio must be a program and its arguments: ["mpv", "{url}"].'
    assert (config.play, problem.short) == (Play((), ("vlc", "{url}")), expected)
