"""Whole article pages: each lies in tests/data/pages, named for its one trouble, beside a NAME.read.json.

That says all that is read in it, empty values left out: the facts, times as UTC minutes, pictures with their captions,
and the text as the paragraphs that a reader sees; `links` only where they are the trouble. For what is no article it is
`{"refused": "a page that asks to log in"}`. `header` and `zone` are what the reader is told besides.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from roya_tui.model import Moment
from roya_tui.sources.pages.article_page import NotAnArticle, extract
from roya_tui.sources.sniffer import sniff
from roya_tui.text import strip_html

PAGES = Path(__file__).parents[1] / "data" / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
ADDRESS = "https://paper.example/news/1"
BLOCK = re.compile(r"</?(?:p|div|section|li|ul|ol|h\d|blockquote|figure|figcaption|table|tr|td|th|br)\b[^<>]*>")


def paragraphs(html: str) -> list[str]:
    """What stands on lines of its own."""
    return [words for part in BLOCK.split(html) if (words := strip_html(part))]


def minute(moment: Moment) -> str:
    return "" if moment.at is None else datetime.fromtimestamp(moment.at, UTC).strftime("%Y-%m-%dT%H:%M")


def said(name: str, expected: dict[str, Any]) -> dict[str, Any]:
    told = {key: expected[key] for key in ("header", "zone") if key in expected}
    try:
        found, _ = extract(
            sniff((PAGES / f"{name}.html").read_bytes(), told.get("header", "")),
            url=ADDRESS,
            zone=told.get("zone", ""),
        )
    except NotAnArticle as refusal:
        return {"refused": str(refusal)}
    facts = {
        "title": found.title,
        "language": found.language,
        "authors": list(found.authors),
        "published": minute(found.published),
        "updated": minute(found.updated),
        "tags": list(found.tags),
        "pictures": [[picture.url, picture.caption] for picture in found.pictures],
        "paragraphs": paragraphs(found.content),
        "links": re.findall(r'<a href="([^"]*)"', found.content) if "links" in expected else [],
    }
    return told | {key: value for key, value in facts.items() if value}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_read_as_its_neighbour_says(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.read.json").read_text("utf-8"))
    assert said(name, expected) == expected


def test_there_are_pages_and_each_has_its_expectation() -> None:
    assert len(NAMES) > 35
    assert {path.name.removesuffix(".read.json") for path in PAGES.glob("*.read.json")} == set(NAMES)
