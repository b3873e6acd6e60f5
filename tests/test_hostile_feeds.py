"""Hostile feeds: entries have only text. Tests in tests/terminal check the output of the app."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from msgspec import Struct
from msgspec.structs import fields

from roya_tui.sources.parser import parse
from roya_tui.text import clean, one_line

HOSTILE = Path(__file__).parent / "data" / "hostile"
FILES = ("raw.rss", "references.rss", "wellformed.atom", "escapes.json")


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_hostile", HOSTILE / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(value: object) -> Iterator[str]:
    """Every string in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif isinstance(value, Struct):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


@pytest.mark.parametrize("name", FILES)
def test_entries_have_clean_text_literal_markup_and_web_addresses(name: str, make: ModuleType) -> None:
    feed = parse((HOSTILE / name).read_bytes(), url=f"https://example.org/{name}")
    titles = {entry.guid: entry.title for entry in feed.entries}
    assert [guid for guid in (*make.TITLES, "body") if guid not in titles] == []
    for text in texts(feed):
        assert clean(text) == text
    for guid, title in make.TITLES.items():
        assert titles[guid] == title or not guid.startswith(("markup-", "format"))
    for entry in feed.entries:
        for address in (entry.url, *(picture.url for picture in entry.pictures)):
            assert address == "" or address.startswith(("http://", "https://")), address
            assert not any(character.isspace() for character in address), address


def test_titles_lose_only_harmful_characters(make: ModuleType) -> None:
    feed = parse((HOSTILE / "escapes.json").read_bytes(), url="https://example.org/feed.json")
    titles = {entry.guid: entry.title for entry in feed.entries}
    for guid, title in make.TITLES.items():
        whole = one_line(title)
        if len(whole) < 1000:
            assert titles[guid] == whole or not whole, guid
        else:  # may be cut
            assert len(titles[guid]) >= 1000, guid
            assert whole.startswith(titles[guid].rstrip("…")), guid


def test_files_are_what_the_script_writes(make: ModuleType) -> None:
    assert (HOSTILE / "raw.rss").read_bytes() == make.rss(make.raw).encode()
    assert (HOSTILE / "references.rss").read_bytes() == make.rss(make.references).encode()
    assert (HOSTILE / "wellformed.atom").read_bytes() == make.atom().encode()
    assert (HOSTILE / "escapes.json").read_bytes() == make.json_feed().encode()
