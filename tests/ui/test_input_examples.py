"""The examples in dialogs are valid input."""

import tomllib

import pytest

from roya_tui.config.share_commands import validate_arguments
from roya_tui.export.file_names import format_of
from roya_tui.presentation.rules import TAG_EXAMPLE, TERM_EXAMPLES, parse_effect, parse_term
from roya_tui.presentation.tag_input import parse_tags
from roya_tui.query import parse
from roya_tui.sources.urls import normalize
from roya_tui.store.rules import QUERY_EXAMPLE as RULE_EXAMPLE
from roya_tui.text import normalize_folder
from roya_tui.ui.controllers.rules import QUERY_EXAMPLES
from roya_tui.ui.dialogs.add_source import ADDRESS_EXAMPLE, FOLDER_EXAMPLE
from roya_tui.ui.dialogs.annotations import TAGS_EXAMPLE
from roya_tui.ui.dialogs.export import FILE_EXAMPLE, SHARE_EXAMPLE
from roya_tui.ui.dialogs.prompts import QUERY_EXAMPLE
from roya_tui.ui.dialogs.rules import WORD_EXAMPLE
from roya_tui.ui.screens.gallery import FILE_EXAMPLE as PICTURE_EXAMPLE
from roya_tui.ui.screens.gallery import parse_path

NOW = 10_000_000


@pytest.mark.parametrize("query", [QUERY_EXAMPLE, RULE_EXAMPLE, WORD_EXAMPLE, *QUERY_EXAMPLES])
def test_query_examples_are_valid(query: str) -> None:
    assert str(parse(query, NOW)) == query


@pytest.mark.parametrize("duration", TERM_EXAMPLES)
def test_duration_examples_are_valid(duration: str) -> None:
    assert parse_term(duration)


def test_other_examples_are_valid() -> None:
    assert normalize(ADDRESS_EXAMPLE) == ADDRESS_EXAMPLE
    assert normalize_folder(FOLDER_EXAMPLE) == FOLDER_EXAMPLE
    assert parse_effect(TAG_EXAMPLE) == ("tag", "NAME")
    assert parse_tags(TAGS_EXAMPLE, ()) == (["economy"], ["sport"])
    assert format_of(FILE_EXAMPLE) == "markdown"
    assert parse_path(PICTURE_EXAMPLE).name == PICTURE_EXAMPLE
    for arguments in tomllib.loads(SHARE_EXAMPLE)["share"].values():
        assert validate_arguments(arguments)
