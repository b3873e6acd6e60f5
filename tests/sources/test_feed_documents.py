"""Whole documents: each lies in tests/data/feeds beside a .json of all that is read in it (empty values left out)."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from roya_tui.sources.parse import parse

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
DOCUMENTS = sorted(path for path in FEEDS.iterdir() if not path.name.endswith(".read.json"))


def said(value: Any) -> Any:
    """A value as JSON has it, without what is empty."""
    if is_dataclass(value):
        parts = {field.name: said(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, "", [], {})}
    return [said(one) for one in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_read_as_it_is_written_beside_it(document: Path) -> None:
    feed = parse(document.read_bytes(), url=f"https://feeds.example/{document.name}", zone="Asia/Amman")
    assert said(feed) == json.loads(document.with_name(document.name + ".read.json").read_text("utf-8"))


def test_there_are_documents() -> None:
    assert len(DOCUMENTS) >= 9
