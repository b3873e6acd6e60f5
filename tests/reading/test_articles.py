"""Blocks of every kind as they look at three widths; `articles.py` tells how to write the expectations anew."""

from __future__ import annotations

import pytest
from tests.reading.articles import WIDTHS, article, expected, looks, names
from tests.reading.mutants import survive


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", names())
def test_an_article_looks_as_it_did(name: str, width: int) -> None:
    assert looks(article(name), width) == expected(name, width).read_text(encoding="utf-8")


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_broken_markup_loses_no_word_and_breaks_nothing(first: int) -> None:
    for number in range(first, first + 50):
        survive(number)
