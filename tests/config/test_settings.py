"""config.toml: settings, errors with their lines, and the paths of a home."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from roya_tui.config import (
    Config,
    JsonMapping,
    Problem,
    SourceSettings,
    load,
    resolve_paths,
    settings_for,
    unmatched_settings,
)
from roya_tui.model import Source

EVERYTHING = """
[look]
theme = "nord"
ascii = true
rows = "two"
[dates]
format = "%Y/%m/%d"
zone = "Asia/Amman"
[reading]
width = 60
mark_read = "open"
pictures = "off"
rtl = "visual"
group_stories = false
story = "all"
prefer = ["Petra", "https://news.example/feed.xml"]
[refresh]
every = "1h"
on_start = false
at_once = 8
per_host = 1
spacing = "2.5s"
timeout = "1m"
max_bytes = "5MB"
private_hosts = ["Wiki.example", "bücher.example"]
metered = true
[offline]
pictures = false
days = 3
count = 50
picture_bytes = "500KB"
cache = "1GB"
[keep]
days = 90
[notify]
count = true
quiet = "22:30 - 7:00"
with = "desktop"
[sources."https://news.example/feed.xml"]
full_text = true
[sources."Harbour Post"]
keep_days = 14
per_day = 0
[keys]
next-unread = "N"
search = ["ctrl+f", "/"]
[mappings.wire]
items = "data.stories"
title = "headline | 'News'"
date = "made"
dates = "%m/%d/%Y"
zone = "Europe/Paris"
"""


def read(tmp_path: Path, text: str | bytes, **known: Any) -> tuple[Config, list[Problem]]:
    file = tmp_path / "config.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, **known)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("'n,right'", "n,right"),
        ("'esc, ⇧tab'", "escape,shift+tab"),
        ("['→', '⌫', 'pgdn', 'del']", "right,backspace,pagedown,delete"),
        ("','", "comma"),
        ("[',', 'x']", "comma,x"),
        ("'Ctrl+Q,F5,Enter'", "ctrl+q,f5,enter"),
        ("'shift+a,shift+F3'", "A,shift+f3"),
        ("'+,ctrl++,alt+/'", "+,ctrl+plus,alt+slash"),
        ("'right_curly_bracket,é,ش'", "right_curly_bracket,é,ش"),
        ("'ctrl+pgdn'", "ctrl+pagedown"),
    ],
)
def test_keys_are_read_as_the_help_shows_them(tmp_path: Path, written: str, keys: str) -> None:
    config, problems = read(tmp_path, f"[keys]\nstar = {written}")
    assert (config.keys, problems) == ({"star": keys}, [])


@pytest.mark.parametrize("wrong", ["zz", "ctrl+", "a+b", "hold+x", "\\u0007", "ctrl+\\u001b"])
def test_invalid_key_is_reported_and_ignored(tmp_path: Path, wrong: str) -> None:
    config, (problem,) = read(tmp_path, f'[keys]\nstar = "{wrong}"')
    assert config.keys == {}
    assert str(problem).isprintable()


def test_keys_of_all_actions_are_valid(tmp_path: Path) -> None:
    from roya_tui.ui.action_table import ACTIONS

    for action in ACTIONS:
        for key, shown in zip(action.keys.split(","), action.key_labels.split(" "), strict=True):
            for written in (key, shown):
                assert read(tmp_path, f"[keys]\nstar = '{written}'") == (Config(keys={"star": key}), []), written


def test_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere" / "config.toml") == (Config(), [])


def test_every_setting_is_read(tmp_path: Path) -> None:
    config, problems = read(tmp_path, EVERYTHING)
    assert problems == []
    assert (config.look.theme, config.look.ascii, config.look.rows) == ("nord", True, "two")
    assert (config.dates.format, config.dates.zone) == ("%Y/%m/%d", "Asia/Amman")
    assert (config.reading.width, config.reading.pictures, config.reading.rtl) == (60, "off", "visual")
    assert (config.reading.group_stories, config.reading.story) == (False, "all")
    assert config.reading.prefer == ("Petra", "https://news.example/feed.xml")
    assert astuple(config.refresh) == (
        *(3600, False, 8, 1, 2.5, 60.0, 5_000_000),
        ("wiki.example", "xn--bcher-kva.example"),
        True,
    )
    assert astuple(config.offline) == (False, 3, 50, 500_000, 1_000_000_000)
    assert config.sources == {
        "https://news.example/feed.xml": SourceSettings(full_text=True),
        "Harbour Post": SourceSettings(keep_days=14, per_day=0),
    }
    assert config.keep.days == 90
    assert astuple(config.notify) == (True, (1350, 420), "desktop")
    assert config.keys == {"next-unread": "N", "search": "ctrl+f,/"}
    assert config.mappings == {
        "wire": JsonMapping(
            "wire", "data.stories", title="headline | 'News'", published="made", dates="%m/%d/%Y", zone="Europe/Paris"
        )
    }


@pytest.mark.parametrize(
    ("written", "seconds", "on_open"),
    [("2s", 2.0, True), ("1.5s", 1.5, True), ("at once", 0.0, True), ("open", None, True), ("never", None, False)],
)
def test_mark_read_is_a_time_or_a_word(tmp_path: Path, written: str, seconds: float | None, on_open: bool) -> None:
    config, problems = read(tmp_path, f'[reading]\nmark_read = "{written}"')
    assert problems == []
    assert (config.reading.mark_read, config.reading.mark_on_open) == (seconds, on_open)


def test_settings_of_a_source_are_found_by_address_then_by_name() -> None:
    post = Source(1, "https://post.example/feed", title="Harbour Post")
    text, days, none = SourceSettings(full_text=True), SourceSettings(keep_days=3), SourceSettings()
    config = Config(sources={"harbour post": text, "https://tide.example/feed": days, "Tide Table": none})
    assert settings_for(config, post) == text
    assert settings_for(config, replace(post, name="My post")) == none
    tide = Source(2, "https://tide.example/feed", title="Harbour Post")
    assert settings_for(config, tide) == days
    assert unmatched_settings(config, [post, tide]) == ["Tide Table"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[sources.'https://a.example/x']\nfull_txt = true", 2, "no setting “full_txt”. Did you mean “full_text”?"),
        ("[sources.'Harbour Post']\n\nkeep_days = 'a week'", 3, "keep_days must be a whole number from 0 to 36500."),
        ("[sources.Post]\nper_day = -1", 2, "per_day must be a whole number from 0 to 1000."),
        ("[sources]\nPost = 3", 2, "“Post” must be a section, written [sources.Post]."),
        ("[offline]\ncache = '3'", 2, "cache must be from 1MB to 100GB"),
        ("[notify]\nwith = 'terminl'", 2, 'with must be one of "auto", "terminal", "desktop", "off". Did you mean'),
        *(
            (f"[notify]\nquiet = '{times}'", 2, 'quiet must be two different times, such as "22:00-07:00".')
            for times in ("22:00", "22:00-24:00", "22-7", "07:00-07:00", "22:60-07:00", "٢٢:00-07:00")
        ),
        ("[notify]\nquiet = 22", 2, "quiet must be two different times"),
        ("[notify]\nmethod = 'off'", 2, "[notify] has no setting “method”."),
        ("[reading]\nfold = true", 2, "[reading] has no setting “fold”. Did you mean “group_stories”?"),
        ("[refresh]\ninside = []", 2, "[refresh] has no setting “inside”. Did you mean “private_hosts”?"),
        ("[look]\nteme = 'x'", 2, "no setting “teme”. Did you mean “theme”?"),
        ("\n[lok]\nascii = true", 2, "There is no section “lok”. Did you mean “look”?"),
        ("[colours]", 1, "There is no section “colours”. The sections are [look], [dates]"),
        ("look = 3", 1, "“look” must be a section, written [look]."),
        ("[look]\nascii = 'yes'", 2, "ascii must be true or false."),
        ("[look]\nrows = 'tow'", 2, '[look] rows must be one of "auto", "one", "two". Did you mean “two”?'),
        ("[look]\ntheme = 3", 2, "theme must be text in quotes."),
        ("[look]\ntheme = 'nrd'", 2, "there is no theme “nrd”. Did you mean “nord”?"),
        ("[reading]\n# wide\nwidth = 500", 3, "width must be a whole number from 40 to 120."),
        ("[reading]\nwidth = true", 2, "width must be a whole number from 40 to 120."),
        (
            "[reading]\npictures = 'caption'",
            2,
            'pictures must be one of "inline", "captions", "off". Did you mean “captions”?',
        ),
        ("[reading]\nmark_read = 'nevr'", 2, "Did you mean “never”?"),
        ("[reading]\nmark_read = '2 weeks'", 2, 'mark_read must be "at once", "open", "never" or a time'),
        ("[reading]\nprefer = 'Petra'", 2, 'prefer must be a list of sources, such as ["Petra"'),
        ("[reading]\nprefer = ['']", 2, "prefer must be a list of sources"),
        ("reading.width = 7", 1, "width must be a whole number"),
        ("[dates]\nzone = 'Asia/Aman'", 2, 'must be "local", "source", or a time zone such as "Asia/Amman"'),
        ("[dates]\nzone = 'Asia/Aman'", 2, "Did you mean “Asia/Amman”?"),
        ("[dates]\nzone = '../../etc/passwd'", 2, "zone must be"),
        ("[dates]\nformat = '%d-%Q'", 2, 'format has the unknown code "%Q"'),
        ("[dates]\nformat = '100%'", 2, 'format has the unknown code "%"'),
        ("[dates]\nformat = ''", 2, "format must be a date format"),
        ("[refresh]\nevery = 30", 2, 'every must be from 10m to 24h, such as "30m"'),
        ("[refresh]\nevery = '1s'", 2, 'every must be from 10m to 24h, such as "30m"'),
        ("[refresh]\nmax_bytes = '10 miles'", 2, "max_bytes must be from 10KB to 1GB"),
        ("[keep]\ndays = -1", 2, "days must be a whole number from 0"),
        ("[keys]\nnext-unred = 'n'", 2, "There is no action “next-unred”. Did you mean “next-unread”?"),
        ("[keys]\nfind = 'z'", 2, "There is no action “find”. Did you mean “search”?"),
        ("[keys]\nnext-unread = 5", 2, "next-unread must be keys in quotes"),
        ("[keys]\nnext-unread = []", 2, "next-unread must be keys in quotes"),
        (
            "[keys]\nsearch = 's, ctrl+shift+zz'",
            2,
            "“ctrl+shift+zz” is not a key name. Press ? in the app for examples.",
        ),
        ("[mappings.wire]\ntitle = 'x'", 1, "[mappings.wire] must have items"),
        ("[mappings.wire]\n\nlist = 'x'", 3, "[mappings.wire] has no setting “list”."),
        ("[mappings.wire]\nitems = 3", 2, "items must be text in quotes."),
        (
            "[mappings.wire]\nitems = 'a'\ntitle = 'b..c'",
            3,
            "title: “b..c” is not a path. A name is missing at a dot.",
        ),
        (
            "[mappings.wire]\nitems = 'a'\nurl = '/{b'",
            3,
            "url: “/{b” is not a path. A quote, brace or name is missing.",
        ),
        ("[mappings.wire]\nitems = 'a'\ndates = 'day'", 3, 'dates must be "month first" or a date format'),
        ("[mappings.wire]\nitems = 'a'\ndates = '%H:%M'", 3, 'dates must be "month first" or a date format'),
        ("[mappings]\nwire = 'x'", 2, "“wire” must be a section, written [mappings.wire]."),
    ],
)
def test_wrong_setting_is_reported_with_its_line_and_the_default_is_used(tmp_path, text, line: int, words: str) -> None:
    config, problems = read(tmp_path, text, actions={"next-unread", "search"}, themes={"nord", "roya-dark"})
    assert replace(config, mappings={}) == Config()
    assert any(words in problem.message and problem.line == line for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[look]\nascii = yes", ", line 2, column 9: This is not valid TOML: "),
        ("[look\n", ", line 1, column 6: This is not valid TOML: "),
        ("[look]\ntheme = ", ", line 2: This is not valid TOML: "),
        (b"[look]\ntheme = '\xff'", ", line 2: The file is not UTF-8 text."),
        ("a = " + "[" * 20_000, ": This is not valid TOML: "),
    ],
)
def test_invalid_toml_is_reported_with_line_and_column(tmp_path: Path, text: str | bytes, where: str) -> None:
    config, problems = read(tmp_path, text)
    assert config == Config()
    assert len(problems) == 1
    assert f"config.toml{where}" in str(problems[0])
    assert "The defaults are used." in str(problems[0])


def test_other_settings_are_read_besides_a_wrong_one(tmp_path: Path) -> None:
    config, problems = read(tmp_path, "[reading]\nwidth = 9\npictures = 'Captions'\n[keep]\ndays = 7\n[zzz]\nq = 1")
    assert (config.reading.width, config.reading.pictures, config.keep.days) == (72, "captions", 7)
    assert [problem.line for problem in problems] == [2, 6]
    _, problems = read(tmp_path, "[look]\n[dates]\n# zone = 1\nformat = '%d'\n['reading']\n\"width\" = 1\n")
    assert [problem.line for problem in problems] == [6], "the line of its own section"
    config, problems = read(tmp_path, "[mappings.wire]\nitems = 'a..b'\ntitle = 'x'")
    assert config.mappings == {}
    assert [problem.message for problem in problems] == [
        "[mappings.wire] items: “a..b” is not a path. A name is missing at a dot."
    ]
    config, problems = read(tmp_path, b"\xef\xbb\xbf[keep]\ndays = 3\n")
    assert (config.keep.days, problems) == (3, []), "a byte order mark is allowed"


def test_problems_are_printable_and_have_a_short_form(tmp_path: Path) -> None:
    _, (problem, other) = read(tmp_path, "[look]\nascii = 3\n[keep]\ndays = -1")
    assert problem.short == "config.toml, line 2: [look] ascii must be true or false."
    assert Problem(other.file, "All of it.").short == "config.toml: All of it."
    _, problems = read(tmp_path, '["\\u001b[2J"]\n[look]\n"\\u0007" = 1\n[keys]\n"\\u009b1m" = "x"', actions={"search"})
    assert len(problems) == 3
    assert all(problem.message.isprintable() for problem in problems)
    config, (problem,) = load(tmp_path)
    assert config == Config()
    assert "Cannot read the file" in str(problem)


def test_actions_and_themes_are_not_checked_without_a_list_of_them(tmp_path: Path) -> None:
    config, problems = read(tmp_path, "[look]\ntheme = 'mine'\n[keys]\ndance = 'd'")
    assert (config.look.theme, config.keys, problems) == ("mine", {"dance": "d"}, [])


@settings(max_examples=60, deadline=None)
@given(
    section=st.sampled_from(["look", "dates", "reading", "refresh", "keep", "keys", "mappings", "other"]),
    key=st.sampled_from(["theme", "zone", "width", "mark_read", "every", "days", "max_bytes", "x"]),
    value=st.sampled_from(["1", "-1", "1e999", "nan", "true", '""', '"\\u0000"', "[]", "{}", "2020-01-01", '"1s"']),
)
def test_no_value_raises_an_exception(tmp_path_factory, section: str, key: str, value: str) -> None:
    config, _ = read(tmp_path_factory.mktemp("config"), f"[{section}]\n{key} = {value}\n", actions=(), themes=())
    assert isinstance(config, Config)
    assert 40 <= config.reading.width <= 120


def test_home_holds_all_files(tmp_path: Path) -> None:
    for found in (
        resolve_paths(str(tmp_path), {"ROYA_TUI_HOME": "/elsewhere"}),
        resolve_paths(None, {"ROYA_TUI_HOME": str(tmp_path)}),
    ):
        assert found.config == tmp_path / "config.toml"
        assert found.database == tmp_path / "news.db"
        assert found.cache == tmp_path / "cache"
    assert list(tmp_path.iterdir()) == []


def test_home_is_relative_or_starts_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve_paths("here", {}).data == tmp_path / "here"
    assert resolve_paths("~/news", {}).data == Path.home() / "news"


def test_standard_folders_are_used_without_a_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if os.name == "posix" and sys.platform != "darwin":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "k"))
        found = resolve_paths(None, {})
        assert found.config == tmp_path / "c" / "roya-tui" / "config.toml"
        assert (found.data, found.cache) == (tmp_path / "d" / "roya-tui", tmp_path / "k" / "roya-tui")
    else:
        assert "roya-tui" in str(resolve_paths(None, {}).database)


def test_missing_config_imports_neither_tomllib_nor_difflib(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from roya_tui.config import load;"
        f"load(Path({str(tmp_path / 'none.toml')!r})); print(sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not any(f"'{name}'" in loaded for name in ("tomllib", "difflib", "platformdirs", "zoneinfo"))
