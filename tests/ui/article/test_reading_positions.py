"""Which reading positions are stored, and which are restored."""

import pytest
from msgspec.structs import replace

from roya_tui.model import Article, Headline
from roya_tui.ui.controllers.article.current_article import ReadingPositions


def article(id: int = 1, position: int = 0, full: bool = False, full_text: str = "") -> Article:
    headline = Headline(id=id, source_id=1, source="Harbour Post", title="Boats counted", at=0, full=full)
    return Article(headline, position=position, full_text=full_text)


@pytest.fixture
def written() -> list[tuple[int, int]]:
    """The ids and positions that were stored."""
    return []


@pytest.fixture
def positions(written: list[tuple[int, int]]) -> ReadingPositions:
    return ReadingPositions(lambda id, position: written.append((id, position)))


def test_position_is_stored_once_and_restored_before_the_database_has_it(
    positions: ReadingPositions, written: list[tuple[int, int]]
) -> None:
    shown = article(position=40)
    for position in (40, 70, 70):  # 40 is stored already
        positions.save(shown, position)
    assert written == [(1, 70)]
    assert positions.apply_to(shown).position == 70
    assert positions.apply_to(article(2, position=5)).position == 5


def test_position_that_stays_the_same_is_stored(positions: ReadingPositions, written: list[tuple[int, int]]) -> None:
    for position in (10, 20, 30, 30, 30):
        positions.save_if_unchanged(article(), position)
    assert written == [(1, 30)]


def test_article_read_to_its_end_opens_at_the_top_unless_you_scroll_back(positions: ReadingPositions) -> None:
    positions.mark_finished(article(), 90)
    positions.save(article(), 90)
    assert positions.apply_to(article()).position == 0
    positions.save(article(), 50)
    assert positions.apply_to(article()).position == 50


def test_no_position_is_stored_in_an_excerpt_a_page_or_during_layout(
    positions: ReadingPositions, written: list[tuple[int, int]]
) -> None:
    for shown, position in ((article(full=True), 10), (article(-1), 10), (article(), None), (None, 10)):
        positions.save(shown, position)
    assert written == []
    positions.save(replace(article(full=True), full_text="All of it."), 10)
    assert written == [(1, 10)]
