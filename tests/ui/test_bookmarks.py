"""Where one stopped reading: what is kept, and what is not."""

from __future__ import annotations

from msgspec.structs import replace

from roya_tui.model import Article, Headline
from roya_tui.ui.controllers.article import ReadingPositions


def an_article(id: int = 1, position: int = 0, full: bool = False, full_text: str = "") -> Article:
    headline = Headline(id=id, source_id=1, source="Harbour Post", title="Boats counted", at=0, full=full)
    return Article(headline, position=position, full_text=full_text)


def test_a_place_is_written_once_and_found_before_the_store_has_it() -> None:
    written: list[tuple[int, int]] = []
    bookmarks = ReadingPositions(lambda id, place: written.append((id, place)))
    shown = an_article(position=40)
    bookmarks.save(shown, 40)  # where it was
    bookmarks.save(shown, 70)
    bookmarks.save(shown, 70)
    assert written == [(1, 70)]
    assert bookmarks.apply_to(shown).position == 70
    assert bookmarks.apply_to(an_article(2, position=5)).position == 5


def test_only_where_one_stays_is_kept_while_one_reads() -> None:
    written: list[tuple[int, int]] = []
    bookmarks = ReadingPositions(lambda id, place: written.append((id, place)))
    for place in (10, 20, 30, 30, 30):
        bookmarks.save_if_unchanged(an_article(), place)
    assert written == [(1, 30)]


def test_what_was_read_to_its_end_begins_anew_but_not_once_one_went_back() -> None:
    bookmarks = ReadingPositions(lambda id, place: None)
    shown = an_article()
    bookmarks.mark_finished(shown, 90)
    bookmarks.save(shown, 90)
    assert bookmarks.apply_to(shown).position == 0
    bookmarks.save(shown, 50)
    assert bookmarks.apply_to(shown).position == 50


def test_nothing_is_kept_of_an_excerpt_a_page_read_in_place_or_what_is_being_set() -> None:
    written: list[tuple[int, int]] = []
    bookmarks = ReadingPositions(lambda id, place: written.append((id, place)))
    bookmarks.save(an_article(full=True), 10)
    bookmarks.save(an_article(-1), 10)
    bookmarks.save(an_article(), None)
    bookmarks.save(None, 10)
    assert written == []
    bookmarks.save(replace(an_article(full=True), full_text="All of it."), 10)
    assert written == [(1, 10)]
