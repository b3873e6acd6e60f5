"""Whole documents: each lies in a folder of tests/data/feeds, by what it is about, beside a NAME.read.json.

That says all that is read in it, empty values left out, by the names of model.Feed; or, for what is no feed,
`{"refused": "an OPML list of subscriptions"}`, or `{"header": "text/xml; charset=utf-8", …}` where the server's word
matters. A document that says nothing about its encoding is plain UTF-8.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import fields

from roya_tui.sources.parser import NotAFeed, parse

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
EXPECTED = ".read.json"
FILES = {str(path.relative_to(FEEDS)): path for path in sorted(FEEDS.rglob("*")) if path.is_file()}
DOCUMENTS = [name for name in FILES if not name.endswith(EXPECTED)]
USUAL = {"encoding": "utf-8", "encoding_found": "its bytes"}


def said(value: Any) -> Any:
    """A value as JSON has it, without what is empty."""
    if isinstance(value, Struct):
        parts = {field.name: said(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, "", [], {}) and part is not False}
    return [said(one) for one in value] if isinstance(value, tuple) else value


def read(document: Path, header: str) -> Any:
    """What is read in a document, as its .read.json tells it."""
    address = f"https://feeds.example/{document.name}"
    try:
        return said(parse(document.read_bytes(), url=address, content_type=header, zone="Asia/Amman"))
    except NotAFeed as refusal:
        return {"refused": str(refusal)}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_read_as_it_is_written_beside_it(name: str) -> None:
    expected = json.loads(FILES[name + EXPECTED].read_text("utf-8"))
    header = expected.pop("header", "")
    assert read(FILES[name], header) == (expected if "refused" in expected else {**USUAL, **expected})


def test_every_document_has_its_reading_and_every_reading_its_document() -> None:
    assert {name.removesuffix(EXPECTED) for name in FILES if name.endswith(EXPECTED)} == set(DOCUMENTS)
    assert len(DOCUMENTS) >= 9
