"""The sample feeds keep what they promise: to parse, to be varied, and to be fit for a stranger's first minute."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.draw_samples import FOLDER, HEIGHT, PICTURES, WIDTH

from roya_tui.first_run import SAMPLE_PICTURES_URL
from roya_tui.graphics import image_header
from roya_tui.model import Entry, Feed
from roya_tui.sources.json import news_api
from roya_tui.sources.parser import parse
from roya_tui.text import clean, strip_html
from roya_tui.ui.action_table import ACTIONS

SAMPLES = Path(__file__).parents[1] / "sample_feeds"
NAMES = ("city-desk.json", "harbour-courier.rss", "olive-branch.atom", "orbit-notes.json")
ZONE = "Asia/Amman"
DAY = 86_400


@pytest.fixture(scope="module")
def feeds() -> dict[str, Feed]:
    roya = news_api.find_mapping("roya", {})
    return {
        name: parse((SAMPLES / name).read_bytes(), zone=ZONE, mapping=roya if name == "city-desk.json" else None)
        for name in NAMES
    }


@pytest.fixture(scope="module")
def entries(feeds: dict[str, Feed]) -> list[Entry]:
    return [entry for feed in feeds.values() for entry in feed.entries]


def body(entry: Entry) -> str:
    return entry.content or entry.summary


def titled(entries: list[Entry], title: str) -> Entry:
    return next(entry for entry in entries if entry.title.startswith(title))


def test_the_four_files_are_all_there_is() -> None:
    assert sorted(path.name for path in SAMPLES.iterdir() if path.is_file()) == list(NAMES)


def test_their_pictures_are_those_that_the_script_draws_and_the_feeds_name(entries: list[Entry]) -> None:
    there = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.*")}
    assert there == set(PICTURES)
    named = {picture.url for entry in entries for picture in entry.pictures}
    assert {f"{SAMPLE_PICTURES_URL}{name}.png" for name in there} <= named
    for path in FOLDER.rglob("*.png"):
        assert path.stat().st_size < 30_000
        with path.open("rb") as file:
            assert image_header.read_size(file) == (WIDTH, HEIGHT)


def test_each_is_read_as_its_format_without_repairs(feeds: dict[str, Feed]) -> None:
    assert len({feed.format for feed in feeds.values()}) == 4
    assert {name: feed.warnings for name, feed in feeds.items()} == dict.fromkeys(NAMES, ())


def test_each_says_that_it_is_a_sample() -> None:
    for name in NAMES:
        assert "roya-tui" in (SAMPLES / name).read_text("utf-8"), name


def test_there_is_enough_to_read(feeds: dict[str, Feed], entries: list[Entry]) -> None:
    assert len(entries) >= 44
    assert all(len(feed.entries) >= 10 for feed in feeds.values())
    long = [entry for entry in entries if len(strip_html(body(entry)).split()) >= 150]
    assert len(long) >= len(entries) / 2


def test_every_article_has_an_identity_an_address_a_text_and_a_date(entries: list[Entry]) -> None:
    for entry in entries:
        assert entry.guid, entry
        assert entry.url.startswith("https://"), entry.guid
        assert strip_html(body(entry)), entry.guid
        assert entry.published.at, (entry.guid, entry.published.raw)
    assert len({entry.guid for entry in entries}) == len(entries)


def test_dates_are_of_late_2026_and_share_days(entries: list[Entry]) -> None:
    published = [entry.published.at or 0 for entry in entries]
    assert datetime(2026, 10, 1, tzinfo=UTC).timestamp() < min(published)
    assert max(published) < datetime(2026, 11, 24, 6, 0, tzinfo=UTC).timestamp()
    days = Counter(at // DAY for at in published)
    assert sum(1 for count in days.values() if count > 1) >= 5


def test_some_were_updated_after_a_minute_and_some_after_a_day(feeds: dict[str, Feed], entries: list[Entry]) -> None:
    later = [(e.updated.at or 0) - (e.published.at or 0) for e in entries if e.updated.at and e.updated != e.published]
    assert min(later) >= 0
    assert later.count(60) >= 3
    assert sum(1 for seconds in later if seconds >= DAY - 7200) >= 3
    for name, feed in feeds.items():
        assert any((e.updated.at or 0) > (e.published.at or 0) for e in feed.entries), name


def test_the_mapped_json_is_read_by_the_clock_of_amman(entries: list[Entry]) -> None:
    figs = titled(entries, "Fig Street closed")
    assert (figs.published.raw, figs.updated.raw) == ("24-11-2026 08:00", "24-11-2026 08:01")
    assert figs.published.at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC).timestamp()
    assert figs.updated.at == figs.published.at + 60


def test_tags_are_shared_between_sources_and_one_has_a_comma(feeds: dict[str, Feed], entries: list[Entry]) -> None:
    counted = Counter(tag for entry in entries for tag in entry.tags)
    assert 10 <= len(counted) <= 16
    assert "Home, Food and Garden" in counted
    for tag in ("city", "transport", "water", "culture", "education"):
        assert sum(1 for feed in feeds.values() if any(tag in entry.tags for entry in feed.entries)) >= 3, tag


@pytest.mark.parametrize("language", ["en", "ar", "fr", "ja", "hi", "he", "ru"])
def test_languages(feeds: dict[str, Feed], language: str) -> None:
    spoken = {entry.language or feed.language for feed in feeds.values() for entry in feed.entries}
    assert language in spoken


def test_one_story_is_told_by_three_sources_in_english_and_one_in_arabic(feeds: dict[str, Feed]) -> None:
    told = [
        (name, entry.title) for name, feed in feeds.items() for entry in feed.entries if "Almond Line" in entry.title
    ]
    assert len({name for name, _ in told}) == 3
    assert len({title for _, title in told}) == 3
    assert any("خط اللوز" in entry.title for entry in feeds["olive-branch.atom"].entries)


@pytest.mark.parametrize(
    ("what", "pattern", "at_least"),
    [
        ("a gallery", r"(<figure>.*?){5}", 3),
        ("a table", r"<table>", 6),
        ("code", r"<pre><code", 4),
        ("a list in a list", r"<li>(?:(?!</li>).)*<[uo]l>", 4),
        ("an ordered list", r"<ol>", 6),
        ("a quote", r"<blockquote>", 6),
        ("headings", r"<h2>", 15),
        ("a link", r'<a href="https://', 2),
        ("a footnote", r'<a href="#', 2),
    ],
)
def test_the_texts_show_what_the_reader_can_set(entries: list[Entry], what: str, pattern: str, at_least: int) -> None:
    assert sum(1 for entry in entries if re.search(pattern, body(entry), re.S)) >= at_least, what


def test_untitled_entries(feeds: dict[str, Feed]) -> None:
    """One in each real feed; whoever lists them finds a title made of the first words, or none."""
    for name, marker, words in (
        ("harbour-courier.rss", r"<item>\s*<link>", "Fog so thick"),
        ("olive-branch.atom", r"<title/>", "مرّت الليلة"),
        ("orbit-notes.json", r'micro-0019",\s*"date', "Counted meteors"),
    ):
        assert re.search(marker, (SAMPLES / name).read_text("utf-8")), name
        (entry,) = [entry for entry in feeds[name].entries if strip_html(body(entry)).startswith(words)]
        assert not entry.title or entry.title.startswith(words)


def test_an_episode_to_listen_to(entries: list[Entry]) -> None:
    (sound,) = [enclosure for entry in entries for enclosure in entry.enclosures if enclosure.type.startswith("audio/")]
    assert (sound.type, sound.length) == ("audio/mpeg", 27_648_000)


def _texts(feed: Feed) -> Iterator[str]:
    yield from (feed.title, feed.description)
    for entry in feed.entries:
        yield from (entry.title, entry.summary, entry.content, *entry.authors, *entry.tags)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_the_files_has_to_be_cleaned_away(name: str, feeds: dict[str, Feed]) -> None:
    text = (SAMPLES / name).read_text("utf-8")
    assert clean(text) == text
    for part in _texts(feeds[name]):
        assert clean(part) == part


def test_addresses_lead_nowhere_real(entries: list[Entry]) -> None:
    """RFC 2606 keeps .example and example.org for such uses; nothing else may stand in a sample."""
    for entry in entries:
        addresses = [entry.url, *(p.url for p in entry.pictures), *(e.url for e in entry.enclosures)]
        addresses += re.findall(r"https?://[^\s\"'<]+", body(entry))
        for address in addresses:
            assert re.match(r"https://[a-z.-]+\.example(/|$)|https://example\.org/", address), address


def test_the_articles_about_keys_name_keys_that_do_something(entries: list[Entry]) -> None:
    known = {key for action in ACTIONS for key in (*action.keys.split(","), *action.key_labels.split(" "))}
    named = set()
    for entry in entries:
        if "help" in entry.tags:
            named |= set(re.findall(r"<code>([^<]{1,6})</code>", body(entry)))
    assert len(named) >= 15
    assert named <= known


def test_ten_keys_are_what_they_are_said_to_be(entries: list[Entry]) -> None:
    """The first article a stranger may open; each key beside the action that it names."""
    rows = r"<td><code>(.)</code>(?: <code>.</code>)?</td>"
    said = re.findall(rows, body(titled(entries, "Ten keys")))
    of_news = [action for action in ACTIONS if action.context in ("screen", "rows", "reader", "both")]
    does = {key: action.name for action in of_news for key in action.keys.split(",")}
    assert {key: does[key] for key in said} == {
        "j": "down", "n": "next-unread", "/": "find", "s": "star", "t": "tags", "u": "undo", "?": "help",
    }  # fmt: skip
