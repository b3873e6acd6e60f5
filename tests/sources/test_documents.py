"""Whole documents of tests/data, each beside a NAME.read.json with the expected result, empty values left out.

* `feeds`: the fields of `model.Feed`, the form of a date as its precision. A document that does not declare its
  encoding is plain UTF-8.
* `pages`: the fields of an article, times as UTC minutes, and the text as paragraphs; `links` if they matter.
* `subscriptions`: the sources by the fields of `model.NewSource`, duplicate addresses and problems.

`header` (a content type) and `zone` are input. A refused document has only `{"refused": "reason"}`.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import asdict, fields

from roya_tui.model import DateForm, Moment
from roya_tui.sources import subscription_lists
from roya_tui.sources.pages.article_page import NotAnArticle, extract
from roya_tui.sources.parser import NotAFeed, parse
from roya_tui.sources.sniffer import sniff
from roya_tui.text import strip_html

DATA = Path(__file__).parents[1] / "data"
EXPECTED = ".read.json"
BLOCK = re.compile(
    r"</?(?:p|div|section|li|ul|ol|h\d|dl|dt|dd|blockquote|figure|figcaption|table|tr|td|th|br)\b[^<>]*>"
)


def documents(folder: str) -> list[str]:
    paths = [path for path in sorted((DATA / folder).rglob("*")) if path.is_file() and not path.name.endswith(EXPECTED)]
    return [str(path.relative_to(DATA)) for path in paths]


def expected_path(path: Path) -> Path:
    html = (DATA / "pages") in path.parents
    return path.with_name((path.stem if html else path.name) + EXPECTED)


def to_json(value: Any) -> Any:
    """Return a value as JSON has it, without empty fields."""
    if isinstance(value, DateForm):
        return value.precision
    if isinstance(value, Struct):
        parts = {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, "", [], {}) and part is not False}
    return [to_json(one) for one in value] if isinstance(value, tuple) else value


def minute(moment: Moment) -> str:
    return "" if moment.at is None else datetime.fromtimestamp(moment.at, UTC).strftime("%Y-%m-%dT%H:%M")


USUAL_READERS = ("expat", "msgspec")


def read_feed(path: Path, expected: dict[str, Any]) -> dict[str, Any]:
    header = expected.get("header", "")
    feed = parse(path.read_bytes(), url=f"https://feeds.example/{path.name}", content_type=header, zone="Asia/Amman")
    found = to_json(feed)
    usual_facts = {"encoding": ("utf-8",), "encoding_found": ("its bytes",), "reader": USUAL_READERS}
    for name, usual in usual_facts.items():
        if found.get(name, "") in usual and name not in expected:
            found.pop(name, None)
    return found | ({"header": header} if header else {})


def read_page(path: Path, expected: dict[str, Any]) -> dict[str, Any]:
    given = {key: expected[key] for key in ("header", "zone") if key in expected}
    page = sniff(path.read_bytes(), given.get("header", ""))
    found, _ = extract(page, url="https://paper.example/news/1", zone=given.get("zone", ""))
    facts = {
        "title": found.title, "language": found.language, "authors": list(found.authors),
        "published": minute(found.published), "updated": minute(found.updated), "tags": list(found.tags),
        "pictures": [[picture.url, picture.caption] for picture in found.pictures],
        "paragraphs": [words for part in BLOCK.split(found.content) if (words := strip_html(part))],
        "links": re.findall(r'<a href="([^"]*)"', found.content) if "links" in expected else [],
    }  # fmt: skip
    return given | {key: value for key, value in facts.items() if value}


def read_list(path: Path, expected: dict[str, Any]) -> dict[str, Any]:
    found = subscription_lists.read(path.read_bytes())
    again = subscription_lists.read(subscription_lists.write(found.sources))
    assert {feed.url: feed for feed in again.sources} == {feed.url: feed for feed in found.sources}
    assert (again.duplicates, again.problems) == ([], []), "exported and imported again"
    facts = {
        "feeds": [{k: v for k, v in asdict(feed).items() if v not in ("", None, False)} for feed in found.sources],
        "twice": list(found.duplicates),
        "problems": list(found.problems),
        "several_tags": found.multi_tag_count,
    }
    return {name: value for name, value in facts.items() if value}


READERS = {"feeds": read_feed, "pages": read_page, "subscriptions": read_list}


@pytest.mark.parametrize("name", [name for folder in READERS for name in documents(folder)])
def test_document_is_read_as_expected(name: str) -> None:
    path = DATA / name
    expected = json.loads(expected_path(path).read_text("utf-8"))
    try:
        found = READERS[name.partition("/")[0]](path, expected)
    except (NotAFeed, NotAnArticle, subscription_lists.NotASubscriptionList) as refusal:
        found = {"refused": str(refusal)} | {key: expected[key] for key in ("header", "zone") if key in expected}
    assert found == expected


@pytest.mark.parametrize(("folder", "least"), [("feeds", 9), ("pages", 83), ("subscriptions", 30)])
def test_each_document_has_an_expected_result(folder: str, least: int) -> None:
    paths = [DATA / name for name in documents(folder)]
    assert {expected_path(path) for path in paths} == set((DATA / folder).rglob(f"*{EXPECTED}"))
    assert len(paths) >= least
