"""Views as values, the table of actions with its hints, and the width of drawn text."""

import pytest
from tests.ui.conftest import RunningApp

from roya_tui.config import validators
from roya_tui.presentation.view import Scope, View
from roya_tui.query import QueryError, parse
from roya_tui.ui import action_table, hints
from roya_tui.ui.widgets.article.article_view import ArticleView
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.headline_list import HeadlineList

NOW = 1_790_000_000


def test_tags_are_required_excluded_and_removed() -> None:
    view = View().with_tag_toggled("water", only=True).with_tag_toggled("sport", only=False)
    assert (view.required_tags, view.excluded_tags) == (("water",), ("sport",))
    assert view.with_tag_toggled("water", only=False).excluded_tags == ("sport", "water")
    assert view.with_tag_toggled("water", only=True).required_tags == ()
    assert view.with_tag_toggled("sport", only=False).excluded_tags == ()


def test_former_names_lead_to_actions_and_settings() -> None:
    names = action_table.NAMES | {"group_stories", "private_hosts"}
    assert names.issuperset(validators._NEW_NAMES.values())
    assert names.isdisjoint(validators._NEW_NAMES)


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (
            View(Scope(name="starred"), required_tags=("water",)),
            "No articles with these tags. 2: show all",
        ),
        (View(Scope("source", id=7)), "No articles from this source yet. r: refresh it"),
        (View(Scope("search", "water")), "No articles match this saved search. 1: show unread   /: search"),
        (View(Scope(name="all"), search_text="well"), "No articles match “well”. esc: cancel"),
    ],
)
def test_empty_view_has_a_text_with_what_to_press(view: View, text: str) -> None:
    assert view.empty_text(typing=True) == text


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (View(), "is:unread"),
        (View(Scope(name="all")), ""),
        (View(Scope("source", id=7)), "source:7"),
        (View(Scope("query", "water -tag:sport")), "water -tag:sport"),
        (View(required_tags=("a", "b")), "is:unread tag:a tag:b"),
        (View(required_tags=("a", "b"), matches_any_tag=True), "is:unread (tag:a or tag:b)"),
        (View(excluded_tags=("a b",), search_text="rail"), 'is:unread -tag:"a b" rail'),
        (View(order="oldest"), "is:unread sort:oldest"),
    ],
)
def test_view_has_the_same_query_as_typed_text(view: View, text: str) -> None:
    assert view.query(NOW) == parse(text, NOW)


def test_view_with_an_invalid_search_raises_an_error() -> None:
    with pytest.raises(QueryError):
        View(search_text="tga:x").query(NOW)


async def test_every_action_has_a_handler(app: RunningApp) -> None:
    for action in action_table.ACTIONS:
        assert bool(action.handler) is (action.context == "screen"), action.name
        assert action.context != "screen" or callable(app.main.handler(action)), action.name
        for context, widget in (("rows", HeadlineList), ("article", ArticleView)):
            if action.context in (context, "both"):
                assert callable(getattr(widget, f"action_{action.method_name}", None)), (action.name, widget.__name__)


@pytest.mark.parametrize(
    ("config", "conflicts"),
    [
        ({}, []),
        ({"star": "m"}, ["[keys] star and toggle-read both have the key m. star uses it."]),
        ({"star": "j"}, ["[keys] down and star both have the key j. down uses it."]),
        (
            {"next-link": "enter"},
            [
                "[keys] open and next-link both have the key enter. open uses it.",
                "[keys] open-link and next-link both have the key enter. open-link uses it.",
            ],
        ),
    ],
)
def test_keys_of_two_actions_in_one_place_conflict(config: dict[str, str], conflicts: list[str]) -> None:
    assert action_table.find_conflicts(action_table.apply_config(config)) == conflicts


def test_hints_show_the_configured_keys() -> None:
    assert ("f", "search") not in hints.hints_for("headlines", action_table.ACTIONS)
    configured = hints.hints_for("headlines", action_table.apply_config({"search": "f", "down": "e"}))
    assert {("f", "search"), ("e", "move")} <= set(configured)


def test_hints_name_keys_in_unicode_or_ascii() -> None:
    assert ("→", "expand") in hints.hints_for("headlines", action_table.ACTIONS)
    assert ("↑/↓", "move") in hints.hints_for("typing", action_table.ACTIONS)
    in_ascii = action_table.apply_config({}, ascii=True)
    assert ("right", "expand") in hints.hints_for("headlines", in_ascii)
    assert ("up/down", "move") in hints.hints_for("typing", in_ascii)
    assert all(action.key_labels.isascii() for action in in_ascii)


def test_hints_omit_actions_that_are_not_available() -> None:
    shown = hints.hints_for("article", action_table.ACTIONS, unavailable={"pictures", "next-link"})
    assert {"pictures", "link"}.isdisjoint(word for _, word in shown)
    assert len(shown) == len(hints.hints_for("article", action_table.ACTIONS)) - 2
    for pane in hints.HINTS:
        assert hints.hints_for(pane, action_table.ACTIONS), pane


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("plain", 5),
        ("漢字", 4),
        ("👩\u200d👩\u200d👧", 6),
        ("❤\ufe0f!", 2),
        ("👍🏽", 2),
        ("می\u200cخواهم", 7),
        ("é", 1),
    ],
)
def test_joined_emoji_are_as_wide_as_their_parts(text: str, cells: int) -> None:
    assert measure(text) == cells
    assert len(display_text(text)) == len(text)
    assert "\ufe0f" not in display_text(text)


@pytest.mark.parametrize(
    "harmful", ["\x1b[2J", "\x1b]52;c;eA==\x07", "\x9b31m", "a\nb", "a\u202eb", "\x00", "\u2060\ufeff\U000e0041"]
)
def test_control_characters_are_not_drawn(harmful: str) -> None:
    assert len(display_text(harmful)) == len(harmful)
    assert not set(display_text(harmful)) & set("\x1b\x07\x9b\n\x00\u202e\u2060\ufeff\U000e0041")
