"""The sample feeds: valid, varied, and with keys that exist."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.draw_samples import FOLDER, HEIGHT, PICTURES, WIDTH

from roya_tui.first_run import SAMPLE_PICTURES_URL
from roya_tui.graphics import image_header
from roya_tui.model import Entry, Feed
from roya_tui.sources.json import news_api
from roya_tui.sources.parser import parse
from roya_tui.sources.samples import EDITED_AFTER, WRITTEN
from roya_tui.text import clean, strip_html
from roya_tui.ui.action_table import ACTIONS

SAMPLES = Path(__file__).parents[1] / "sample_feeds"
NAMES = ("city-desk.json", "harbour-courier.rss", "olive-branch.atom", "orbit-notes.json")
ZONE = "Asia/Amman"
DAY = 86_400


@pytest.fixture(scope="module")
def feeds() -> dict[str, Feed]:
    roya = news_api.find_mapping("roya", {})
    found = {}
    for name in NAMES:
        mapping = roya if name == "city-desk.json" else None
        feed = parse((SAMPLES / name).read_bytes(), zone=ZONE, mapping=mapping)
        latest = {entry.guid: entry for entry in reversed(feed.entries)}  # without their earlier versions
        found[name] = replace(feed, entries=tuple(latest.values()))
    return found


@pytest.fixture(scope="module")
def entries(feeds: dict[str, Feed]) -> list[Entry]:
    return [entry for feed in feeds.values() for entry in feed.entries]


def body(entry: Entry) -> str:
    return entry.content or entry.summary


def titled(entries: list[Entry], title: str) -> Entry:
    return next(entry for entry in entries if entry.title.startswith(title))


def test_samples_are_four_files_of_four_formats_without_warnings(feeds: dict[str, Feed]) -> None:
    assert sorted(path.name for path in SAMPLES.iterdir() if path.is_file()) == list(NAMES)
    assert len({feed.format for feed in feeds.values()}) == 4
    assert {name: feed.warnings for name, feed in feeds.items()} == dict.fromkeys(NAMES, ())
    assert all(len(feed.entries) >= 10 for feed in feeds.values())
    for name in NAMES:
        text = (SAMPLES / name).read_text("utf-8")
        assert "roya-tui" in text, "each says that it is a sample"
        assert clean(text) == text
        for part in _texts(feeds[name]):
            assert clean(part) == part


def test_every_picture_of_the_feeds_is_drawn_by_the_script(entries: list[Entry]) -> None:
    names = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.*")}
    assert names == set(PICTURES)
    urls = {picture.url for entry in entries for picture in entry.pictures}
    assert {f"{SAMPLE_PICTURES_URL}{name}.png" for name in names} == urls
    for path in FOLDER.rglob("*.png"):
        assert path.stat().st_size < 30_000
        with path.open("rb") as file:
            assert image_header.read_size(file) == (WIDTH, HEIGHT)


def test_articles_have_id_address_text_and_date_and_many_are_long(entries: list[Entry]) -> None:
    for entry in entries:
        assert entry.guid, entry
        assert strip_html(body(entry)), entry.guid
        assert entry.published.at, (entry.guid, entry.published.raw)
        # RFC 2606 reserves .example and example.org for examples.
        addresses = [entry.url, *(p.url for p in entry.pictures), *(e.url for e in entry.enclosures)]
        for address in (*addresses, *re.findall(r"https?://[^\s\"'<]+", body(entry))):
            assert re.match(r"https://[a-z.-]+\.example(/|$)|https://example\.org/", address), address
    assert len({entry.guid for entry in entries}) == len(entries) >= 44
    long = [entry for entry in entries if len(strip_html(body(entry)).split()) >= 150]
    assert len(long) >= len(entries) / 2
    (sound,) = [enclosure for entry in entries for enclosure in entry.enclosures if enclosure.type.startswith("audio/")]
    assert (sound.type, sound.length) == ("audio/mpeg", 27_648_000)


def test_dates_share_days_and_some_articles_were_updated(feeds: dict[str, Feed], entries: list[Entry]) -> None:
    published = [entry.published.at or 0 for entry in entries]
    assert datetime(2026, 10, 1, tzinfo=UTC).timestamp() < min(published)
    assert max(published) == WRITTEN == datetime(2026, 11, 24, 6, 0, tzinfo=UTC).timestamp()
    assert max(entry.updated.at or 0 for entry in entries) == WRITTEN + EDITED_AFTER
    days = Counter(at // DAY for at in published)
    assert sum(1 for count in days.values() if count > 1) >= 5
    later = [(e.updated.at or 0) - (e.published.at or 0) for e in entries if e.updated.at and e.updated != e.published]
    assert min(later) >= 0
    assert later.count(60) >= 3
    assert sum(1 for seconds in later if seconds >= DAY - 7200) >= 3
    for name, feed in feeds.items():
        assert any((e.updated.at or 0) > (e.published.at or 0) for e in feed.entries), name
    figs = titled(entries, "Fig Street closed")
    assert (figs.published.raw, figs.updated.raw) == ("24-11-2026 08:00", "24-11-2026 08:01")
    assert figs.published.at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC).timestamp(), "the clock of Amman"
    assert figs.updated.at == figs.published.at + 60


def test_texts_name_no_day_that_the_first_run_moves(entries: list[Entry]) -> None:
    for entry in entries:
        text = strip_html(re.sub(r"<pre>.*?</pre>", "", body(entry), flags=re.S))
        past_day = r"\b(on|this|since) (Sun|Mon|Tues|Wednes|Thurs|Satur)day\b(?! at)|\b202[6-9]\b"
        assert not re.search(past_day, f"{entry.title} {entry.summary} {text}"), entry.title


def test_tags_are_shared_between_sources(feeds: dict[str, Feed], entries: list[Entry]) -> None:
    counted = Counter(tag for entry in entries for tag in entry.tags)
    assert 10 <= len(counted) <= 16
    assert "Home, Food and Garden" in counted
    for tag in ("city", "transport", "water", "culture", "education"):
        assert sum(1 for feed in feeds.values() if any(tag in entry.tags for entry in feed.entries)) >= 3, tag


def test_articles_have_seven_languages_and_share_a_story(feeds: dict[str, Feed]) -> None:
    languages = {entry.language or feed.language for feed in feeds.values() for entry in feed.entries}
    assert {"en", "ar", "fr", "ja", "hi", "he", "ru"} <= languages
    story = [(name, e.title) for name, feed in feeds.items() for e in feed.entries if "Almond Line" in e.title]
    assert len({name for name, _ in story}) == len({title for _, title in story}) == 3
    assert any("خط اللوز" in entry.title for entry in feeds["olive-branch.atom"].entries)


@pytest.mark.parametrize(
    ("what", "pattern", "at_least"),
    [
        ("a gallery", r"(<figure>.*?){5}", 3), ("a table", r"<table>", 6), ("code", r"<pre><code", 4),
        ("a list in a list", r"<li>(?:(?!</li>).)*<[uo]l>", 4), ("an ordered list", r"<ol>", 6),
        ("a quote", r"<blockquote>", 6), ("headings", r"<h2>", 15), ("a link", r'<a href="https://', 2),
        ("a footnote", r'<a href="#', 2),
    ],
)  # fmt: skip
def test_articles_have_each_kind_of_block(entries: list[Entry], what: str, pattern: str, at_least: int) -> None:
    assert sum(1 for entry in entries if re.search(pattern, body(entry), re.S)) >= at_least, what


def test_three_feeds_have_an_untitled_entry(feeds: dict[str, Feed]) -> None:
    """Three feeds have an entry without a title, which gets its first words as the title or none."""
    for name, marker, words in (
        ("harbour-courier.rss", r"<item>\s*<link>", "Fog so thick"),
        ("olive-branch.atom", r"<title/>", "مرّت الليلة"),
        ("orbit-notes.json", r'micro-0019",\s*"date', "Counted meteors"),
    ):
        assert re.search(marker, (SAMPLES / name).read_text("utf-8")), name
        (entry,) = [entry for entry in feeds[name].entries if strip_html(body(entry)).startswith(words)]
        assert not entry.title or entry.title.startswith(words)


def _texts(feed: Feed) -> Iterator[str]:
    yield from (feed.title, feed.description)
    for entry in feed.entries:
        yield from (entry.title, entry.summary, entry.content, *entry.authors, *entry.tags)


def test_keys_in_help_articles_exist(entries: list[Entry]) -> None:
    known = {key for action in ACTIONS for key in (*action.keys.split(","), *action.key_labels.split(" "))}
    named = set()
    for entry in entries:
        if "help" in entry.tags:
            named |= set(re.findall(r"<code>([^<]{1,6})</code>", body(entry)))
    assert len(named) >= 15
    assert named <= known


def test_keys_of_the_first_article_do_what_it_says(entries: list[Entry]) -> None:
    """Each key of the first article stands beside the action that it names."""
    rows = r"<td><code>(.)</code>(?: <code>.</code>)?</td>"
    documented = re.findall(rows, body(titled(entries, "Ten keys")))
    of_news = [action for action in ACTIONS if action.context in ("screen", "rows", "article", "both")]
    actions = {key: action.name for action in of_news for key in action.keys.split(",")}
    assert {key: actions[key] for key in documented} == {
        "j": "down", "n": "next-unread", "/": "search", "s": "star", "t": "tags", "u": "undo", "?": "help",
    }  # fmt: skip
