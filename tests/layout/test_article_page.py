"""The rows above an article's text, and the HTML of what a feed adds to it."""

import os
import time

import pytest
from msgspec.structs import fields, replace

from roya_tui.cli.output import display_width
from roya_tui.clock import Clock
from roya_tui.config import Config, Reading
from roya_tui.document.parser import parse_html
from roya_tui.layout.article_page import article_document, article_html, header_rows, layout_article
from roya_tui.layout.recordings import format_size
from roya_tui.model import Article, ArticleVersion, ChapterMark, Enclosure, Headline, Picture, StoryLink, Transcript
from roya_tui.presentation.headline_rows import UNICODE_ICONS, HeadlineRow, one_line_row
from roya_tui.versions.comparison import compare
from roya_tui.versions.diff_page import layout_diff, merge_versions

AMMAN = Clock(zone="Asia/Amman")
PUBLISHED, UPDATED = 1751577360, 1751577420
"""3 July 2025, 21:16 and 21:17 UTC: 00:16 and 00:17 of the 4th in Amman."""


def article(published: int | None = PUBLISHED, updated: int | None = UPDATED, **more: object) -> Article:
    wide = {field.name for field in fields(Article)}
    narrow = {name: value for name, value in more.items() if name not in wide}
    line = Headline(1, 2, "Roya News", "Plan", at=9, published=published, updated=updated, first_seen=9, **narrow)  # type: ignore[arg-type]
    return Article(line, **{name: value for name, value in more.items() if name in wide})  # type: ignore[arg-type]


def rows(of: Article) -> list[str]:
    return [text for text, _ in header_rows(of, parse_html(article_html(of)), AMMAN)]


def test_header_rows() -> None:
    shown = rows(article(tags=("economy", "water"), authors=("A", "B")))
    assert shown[:5] == [
        "Plan", "Roya News · economy · water", "A, B", "Published: 04-07-2025 00:16",
        "Last Updated: 04-07-2025 00:17",
    ]  # fmt: skip


def test_header_links_to_tags_and_other_sources_of_story() -> None:
    desks = (StoryLink(n, f"Desk {n}") for n in range(20, 27))
    links = (StoryLink(7, "Petra"), StoryLink(9, "Petra Post"), StoryLink(8, "الرأي"), *desks)
    shown = replace(article(tags=("Petra", "water"), content="<p>Text."), story_links=links)
    page = layout_article(shown, parse_html(article_html(shown)), AMMAN, 120, display_width, Config())
    assert (page.tags, page.story_ids) == (("Petra", "water"), (7, 9, 8, 20, 21, 22, 23, 24))
    assert page.header_link_count == 10
    linked = {run.link: run.text for line in page.lines[: page.header_height] for run in line.runs if run.link}
    assert [linked[-number] for number in (1, 2, 3, 4)] == ["Petra", "water", "Petra", "Petra Post"]
    assert sorted(linked) == list(range(-10, 0))
    (row,) = [line.text for line in page.lines[: page.header_height] if "Also in" in line.text]
    assert row.startswith("Also in Petra, Petra Post, ")
    assert row.endswith(", Desk 24 and 2 more")


def test_header_shows_update_if_different_and_missing_dates() -> None:
    assert not [row for row in rows(article(updated=PUBLISHED)) if row.startswith("Last Updated")]
    assert "No date given. First seen: 01-01-1970 02:00" in rows(article(published=None, updated=None))


@pytest.mark.skipif(os.name != "posix", reason="Windows has no TZ")
def test_times_at_which_the_app_saw_an_article_are_by_your_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Headline(1, 2, "Roya News", "Plan", at=9, zone="Asia/Amman", first_seen=9)
    earlier = ArticleVersion(1, 3_600, "Plan", "", "Old.")
    edited = Article(replace(seen, revisions=1), content="New.")
    comparison = compare(edited, [earlier])
    assert comparison is not None
    clock = Clock(zone="source")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        header = header_rows(Article(seen), parse_html(""), clock)
        merged = merge_versions(comparison, False, display_width)
        changes = layout_diff(comparison, merged, clock, 60, display_width, Config())
        times = [
            one_line_row(HeadlineRow(line, 60, UNICODE_ICONS, clock, display_width))[0]
            for line in (seen, replace(seen, published=9))
        ]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert ("No date given. First seen: 01-01-1970 09:00", "date") in header
    assert {"▌ 1 · 01-01-1970 09:00 · first seen", "▌ 2 · 01-01-1970 10:00 · now"} <= {
        line.text for line in changes.page.lines
    }
    assert ["".join(text for text, _ in row).split()[1] for row in times] == ["09:00", "02:00"]


@pytest.mark.parametrize(
    ("revisions", "words"), [(0, "7 min"), (1, "7 min · edited once"), (2, "7 min · edited 2 times"),
                             (5, "7 min · edited 5 times")]
)  # fmt: skip
def test_header_counts_changes(revisions: int, words: str) -> None:
    assert rows(article(minutes=7, revisions=revisions))[-1] == words


def test_html_includes_pictures_enclosures_and_comments() -> None:
    shown = article(
        content="One line\nand a second",
        pictures=(Picture("https://p.example/1.jpg", "A <goat>"),),
        enclosures=(
            Enclosure("https://p.example/low-tide.mp3", "audio/mpeg", 12_400_000, duration=1445),
            Enclosure("https://p.example/high-tide.mp3", duration=3723),
        ),
        comments="https://p.example/comments",
    )
    text = parse_html(article_html(shown))
    files = "low-tide.mp3 (audio, 24:05, 12 MB)", "high-tide.mp3 (audio, 1:02:03)"
    assert all(words in text.text for words in ("A <goat>", *files, "One line\nand a second"))
    names = [link.url.removeprefix("https://p.example/") for link in text.links]
    assert names == ["low-tide.mp3", "high-tide.mp3", "comments"]
    assert rows(shown)[-1] == "1 min · 1 picture"


def test_html_includes_chapters_and_transcripts() -> None:
    marks = (ChapterMark(0, "Opening"), ChapterMark(3723, "Wells <&> water", "https://p.example/wells"))
    transcripts = (
        Transcript("https://p.example/1.vtt", "text/vtt", "pt-BR"),
        Transcript("https://p.example/1.txt", "text/plain"),
        Transcript("https://p.example/1", "application/x-words"),
        Transcript("https://p.example/2"),
    )
    shown = article(chapters="https://p.example/1.json", chapter_marks=marks, transcripts=transcripts)
    text = parse_html(article_html(shown))
    assert text.text.splitlines() == [
        "Chapters", "0:00 Opening", "1:02:03 Wells <&> water", "Transcript (pt-BR, VTT)", "Transcript (text)",
        "Transcript (application/x-words)", "Transcript",
    ]  # fmt: skip
    names = [link.url.removeprefix("https://p.example/") for link in text.links]
    assert names == ["1.json", "wells", "1.vtt", "1.txt", "1", "2"]
    assert [link.url for link in parse_html(article_html(article(chapter_marks=marks))).links] == [marks[1].url]


@pytest.mark.parametrize(
    ("season", "episode", "words"),
    [(2, 5, " · season 2, episode 5"), (None, 0, " · episode 0"), (0, None, " · season 0"), (None, None, "")],
)
def test_header_has_season_and_episode(season: int | None, episode: int | None, words: str) -> None:
    assert rows(article(season=season, episode=episode))[-1] == f"1 min{words}"


def test_recording_without_a_page_is_not_an_excerpt() -> None:
    song = Enclosure("https://p.example/song.mp3")
    assert rows(article(url="https://p.example/song"))[-1] == "1 min · excerpt"
    assert rows(article(url=song.url, enclosures=(song,)))[-1] == "1 min"


def test_picture_in_text_is_not_repeated() -> None:
    url = "https://p.example/1.jpg"
    shown = article(content=f'<p><img src="{url}"></p>', pictures=(Picture(url),))
    assert len(parse_html(article_html(shown)).pictures) == 1


def test_picture_url_and_caption_are_escaped() -> None:
    shown = article(content="x", pictures=(Picture('https://p.example/"><b>bold</b>', '"><i>y'),))
    text = parse_html(article_html(shown))
    assert not any("strong" in span.styles or "em" in span.styles for block in text.blocks for span in block.text.spans)


def test_pictures_are_removed_if_configured() -> None:
    html = '<p>Before</p><figure><img src="https://p.example/1.jpg"><figcaption>Goat</figcaption></figure>'
    left = article_document(article(content=html), Config(reading=Reading(pictures="off")))
    assert [block.text.string for block in left.blocks] == ["Before"]


@pytest.mark.parametrize(("length", "words"), [(None, ""), (0, ""), (900, "900 bytes"), (12_400_000, "12 MB")])
def test_format_size(length: int | None, words: str) -> None:
    assert format_size(length) == words
