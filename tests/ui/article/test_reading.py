"""The article pane: moving, searching, selecting and copying text, and its tags."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.ui.conftest import NOW, ONLY_MARKS, RunApp, RunningApp, add_articles, visible_lines
from textual import events

from roya_tui.config import Config, Reading
from roya_tui.export import markdown
from roya_tui.model import Entry, Moment, NewSource

ARABIC = "أعلنت الوزارةُ خطةَ المياه (2026) في Amman اليوم، وقالت إن الأمطار كانت أقل من المعتاد هذا العام."
FIRST_PARAGRAPH = "Mills 1 has so many words that they need more than a line to stand on."
LONG = Entry(guid="long", title="Long", published=Moment(1), content="<p>A moment of harbours.</p>" * 5000)


def section(name: str) -> str:
    """A heading and four paragraphs; the second has the word “harbour”."""
    return f"<h2>Of {name}</h2>" + "".join(
        f"<p>{name} {number} has so many words that they need more than a line to stand on"
        f"{', and a harbour' if number == 2 else ''}.</p>"
        for number in range(1, 5)
    )


@pytest.fixture
def database(tmp_path: Path, new_store: Callable[[Path], Path]) -> Path:
    """A long article, an Arabic one and a short one."""
    path = new_store(tmp_path / "news.db")
    text = "".join(map(section, ("Mills", "Trams", "Gardens")))
    add_articles(
        path,
        Entry(
            guid="1",
            title="Boats counted",
            url="https://news.example/1",
            tags=("harbour", "city life", "طرق"),
            published=Moment(NOW - 10),
            content=f'{text}<p>See <a href="https://news.example/2">more</a>.</p>',
        ),
        Entry(guid="2", title="خطة المياه", published=Moment(NOW - 20), content=f"<p>{ARABIC}</p>"),
        Entry(guid="3", title="Short", tags=("harbour",), published=Moment(NOW - 30), content="<p>A harbour.</p>"),
        source=NewSource("https://news.example/feed", title="Harbour Post"),
    )
    return path


@pytest.fixture
async def app(run_app: RunApp) -> AsyncIterator[RunningApp]:
    async with run_app(height=24, config=ONLY_MARKS) as app:
        yield app


def top(app: RunningApp) -> int:
    return app.pane.scroll_offset.y


def first_line(app: RunningApp) -> str:
    return visible_lines(app.pane)[0].strip(" ▐")


def frame(app: RunningApp) -> str:
    return str(app.pane.border_subtitle)


def find_cell(app: RunningApp, words: str) -> tuple[int, int]:
    """Return the column and row of words in the article pane, counted from its corner."""
    y, line = next((y, line) for y, line in enumerate(visible_lines(app.pane)) if words in line)
    return line.index(words) + 1, y + 1


async def drag(app: RunningApp, start: tuple[int, int], end: tuple[int, int]) -> None:
    await app.pilot.mouse_down(app.pane, offset=start)
    await app.pilot._post_mouse_events([events.MouseMove], app.pane, end, button=1)
    await app.pilot.mouse_up(app.pane, offset=end)
    await app.wait_idle()


async def click(app: RunningApp, x: int, y: int, times: int = 1) -> None:
    await app.pilot.click(app.pane, offset=(x, y), times=times)
    await app.wait_idle()


async def test_keys_move_by_half_a_page_and_by_headings(app: RunningApp) -> None:
    await app.press("enter", "ctrl+d")
    assert 0 < top(app) < app.pane.visible_lines
    await app.press("pagedown", "pageup", "ctrl+u")
    assert top(app) == 0
    for key, line in (("}", "Of Mills"), ("}", "Of Trams"), ("{", "Of Mills"), ("{", "Boats counted")):
        await app.press(key)
        assert first_line(app) == line
    await app.press("{")
    assert app.message == "There is no heading above."
    await app.press("G", "}")
    assert app.message == "There is no heading below."
    await app.press("escape", "ctrl+d")
    assert app.selected == app.titles[-1], "in the list, too"


async def test_reading_position_is_kept_after_a_restart_at_another_width(run_app: RunApp) -> None:
    async with run_app(height=24, config=ONLY_MARKS) as app:
        await app.press("enter", "}", "}")
        assert first_line(app) == "Of Trams"
        await app.press("escape", "j")
        assert first_line(app) == "خطة المياه"[::-1] or top(app) == 0
        await app.press("k")
        assert first_line(app) == "Of Trams"
        await app.press("G", "g", "enter", "down", "q")
    async with run_app(100, 24, config=ONLY_MARKS) as app:
        assert app.selected == "Boats counted"
        assert top(app) > 0
        assert "Trams 1" in app.article
        await app.press("enter", "g", "q")
    async with run_app(height=24, config=ONLY_MARKS) as app:
        assert top(app) == 0, "the top is a position as well"


async def test_width_of_the_text_is_changed_and_remembered(run_app: RunApp) -> None:
    async with run_app(200, 24, config=ONLY_MARKS) as app:
        await app.press("enter", "z", "}", "}")
        assert first_line(app) == "Of Trams"
        await app.press(*"(" * 20)
        assert app.message == "Text width: 40 columns."
        assert first_line(app) == "Of Trams"
        assert max(len(line.strip(" ▐")) for line in visible_lines(app.pane)) <= 40
        await app.press(")", "q")
    async with run_app(200, 24, config=ONLY_MARKS) as app:
        assert app.pane.wanted_width == 44
    async with run_app(200, 24, config=Config(reading=Reading(width=60))) as app:
        assert app.pane.wanted_width == 60, "config.toml was changed since"


async def test_message_reports_when_the_window_is_too_narrow_for_the_width(run_app: RunApp) -> None:
    async with run_app(60, 24, config=ONLY_MARKS) as app:
        await app.press("enter")
        await app.wait_until(lambda: app.pane.columns > 20)
        await app.press(")")
        assert app.message == "Text width: 76 columns. This window has room for 55."
        await app.press("(")
        assert app.message == "Text width: 51 columns.", "narrower than it is now"


# Searching in the article.


async def test_search_counts_matches_and_esc_returns_to_the_start(app: RunningApp) -> None:
    await app.press("enter", "j", "slash", *"HARB")
    assert frame(app) == "1 of 3"
    await app.press("enter")
    assert app.main.focused is app.pane
    await app.press("n", "n")
    assert frame(app) == "3 of 3"
    assert "Gardens 2" in app.article
    await app.press("n")
    assert frame(app) == "1 of 3"
    await app.press("N", "p")
    assert frame(app) == "2 of 3"
    await app.press("escape")
    assert (frame(app), top(app)) == ("", 1)
    assert app.selected == "Boats counted", "n and p went to matches"
    await app.press("n")
    assert app.selected != "Boats counted"


async def test_search_continues_after_the_article_is_tagged(app: RunningApp) -> None:
    await app.press("enter", "slash", *"harb", "enter", "n")
    title = app.selected
    await app.press("number_sign", *"mine", "enter")
    await app.wait_until(lambda: "mine" in str(app.pane.shown))
    assert frame(app) == "2 of 3"
    await app.press("n")
    assert (frame(app), app.selected) == ("3 of 3", title)


async def test_esc_after_scrolling_away_from_a_match_stays_there(app: RunningApp) -> None:
    await app.press("enter", "slash", *"gardens", "enter", "j", "j")
    before = top(app)
    await app.press("escape")
    assert top(app) == before > 0


async def test_search_without_matches_is_reported_and_esc_restores_the_position(app: RunningApp) -> None:
    await app.press("enter", "slash", *"zebra")
    assert frame(app) == "not in this article"
    await app.press("enter")
    assert app.message == "“zebra” is not in this article. esc: end the search"
    title = app.selected
    app.main.bottom.clear_message()
    await app.press("n", "p")
    assert app.message.startswith("“zebra” is not in this article.")
    assert (app.selected, frame(app)) == (title, "not in this article")
    await app.press("escape")
    assert (app.main.focused, frame(app)) == (app.pane, "")
    await app.press("slash", *"gardens")
    assert top(app) > 0
    await app.press("escape")
    assert (top(app), frame(app), app.main.focused) == (0, "", app.pane)


async def test_search_ignores_arabic_vowel_signs(app: RunningApp) -> None:
    await app.press("j", "enter", "slash", *"الوزاره", "enter")
    assert frame(app) == "1 of 1"


async def test_words_of_the_list_search_are_highlighted_in_the_article(app: RunningApp) -> None:
    def highlighted() -> list[str]:
        plain = app.pane.text_styles[""].bgcolor
        segments = [segment for y in range(app.pane.visible_lines) for segment in app.pane.render_line(y)]
        return [one.text for one in segments if one.style and one.style.bold and one.style.bgcolor != plain]

    assert highlighted() == []
    await app.press("slash", *"harb", "enter", "enter", "}")
    assert highlighted() == ["harb"]
    await app.press("escape", "escape")
    assert highlighted() == []


async def test_search_typed_while_a_long_text_is_laid_out_runs_in_it(
    run_app: RunApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, to_thread = asyncio.Event(), asyncio.to_thread

    async def wait(*job: Any) -> Any:
        await release.wait()
        return await to_thread(*job)

    monkeypatch.setattr(asyncio, "to_thread", wait)
    add_articles(database, LONG)
    async with run_app(height=24, config=ONLY_MARKS) as app:
        await app.press("G", "enter", "/", *"moment", "escape", "greater_than_sign")
        assert app.message == "The article is still loading. Try again in a moment."
        await app.press("/", *"harb")
        release.set()
        await app.wait_until(lambda: "1 of 5,000" in frame(app))
        await app.press("enter", "n")
        assert "2 of 5,000" in frame(app)


async def test_error_in_a_layout_thread_is_raised(
    run_app: RunApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*job: Any) -> Any:
        raise ZeroDivisionError

    add_articles(database, LONG)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - it is raised when the app ends
        async with run_app(height=24, config=ONLY_MARKS) as app:
            monkeypatch.setattr(asyncio, "to_thread", fail)
            await app.press("G")
            await app.pilot.pause(0.2)


# Selecting and copying.


async def test_dragging_selects_text_and_y_copies_it_without_line_breaks(app: RunningApp, copied: list[str]) -> None:
    start, (x, y) = find_cell(app, "Mills 1"), find_cell(app, "to stand on.")
    assert y > start[1], "the paragraph is wrapped"
    await drag(app, start, (x + 11, y))
    assert app.message == "Selected 70 characters. y: copy   esc: clear"
    await app.press("y")
    assert copied == [FIRST_PARAGRAPH]


async def test_dragging_copies_an_arabic_paragraph_unchanged(app: RunningApp, copied: list[str]) -> None:
    await app.press("j")
    lines = visible_lines(app.pane)
    first = next(y for y, line in enumerate(lines) if "Amman" in line)
    last = max(y for y, line in enumerate(lines) if line.strip(" ▐") and y >= first)
    right = app.pane.viewport.margin + app.pane.text_width  # counting the frame
    left = len(lines[last]) - len(lines[last].lstrip())
    await drag(app, (right, first + 1), (left + 1, last + 1))
    await app.press("y")
    assert copied == [ARABIC]


async def test_dragging_over_a_link_selects_and_a_click_opens_it(
    app: RunningApp, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(app.main.controllers.links, "open", opened.append)
    await app.press("enter", "G")
    x, y = find_cell(app, "more[1]")
    await drag(app, (x - 4, y), (x + 2, y))
    await app.press("y")
    assert (opened, copied) == ([], ["See mor"])
    await click(app, x + 1, y)
    assert opened == ["https://news.example/2"]


async def test_dragging_beyond_the_edge_scrolls(app: RunningApp) -> None:
    pane = app.pane
    await app.pilot.mouse_down(pane, offset=find_cell(app, "Mills 1"))
    for _ in range(3):
        pane.post_message(events.MouseMove(pane, 10, 100, 0, 0, 1, False, False, False, screen_x=90, screen_y=100))
        await app.wait_idle()
    assert top(app) >= 3
    await app.pilot.mouse_up(pane)
    assert pane.selection.is_active


async def test_two_clicks_select_a_word_and_three_a_paragraph(app: RunningApp, copied: list[str]) -> None:
    x, y = find_cell(app, "many words")
    for clicks in ([2], [3], [2, 1]):
        for times in clicks:
            await click(app, x, y, times)
        await app.press("y")
    assert copied == ["many", FIRST_PARAGRAPH, "https://news.example/1"], "one click clears the selection"


async def test_keys_select_words_lines_and_paragraphs(app: RunningApp, copied: list[str]) -> None:
    await app.press("enter", "v")
    assert app.bottom_line.startswith(" w word")
    await app.press("w", "w", "w", "v", "w", "y")
    assert copied == ["1 has"]
    assert not app.pane.selection.is_active
    assert app.bottom_line.startswith(" ")
    await app.press("v", "}", "v", "j", "y")
    assert copied[1] == "Mills 1 has so many words that they need more than a line to"
    await app.press("v", "}", "v", "}", "b", "y")
    assert copied[2] == FIRST_PARAGRAPH.removesuffix(".")
    await app.press("v", "g", "v", "G", "y")
    assert copied[3].startswith("Of Mills\n\nMills 1 has")
    assert copied[3].endswith("See more.")
    await app.press("v", "escape")
    assert app.bottom_line.startswith(" j/k scroll")
    await app.press("y")
    assert copied[4] == "https://news.example/1"
    assert app.main.focused is app.pane


async def test_quotation_is_made_in_a_thread(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    threads, quote_range = [], markdown.quote_range

    def quote(*args: Any, **facts: Any) -> str:
        threads.append(threading.current_thread())
        return quote_range(*args, **facts)

    monkeypatch.setattr(markdown, "quote_range", quote)
    await app.press("enter", "greater_than_sign")
    assert app.message.startswith("Copied > ")
    assert threads
    assert threading.main_thread() not in threads


# Tags and links.


async def test_tags_above_the_article_narrow_the_list(app: RunningApp) -> None:
    await app.press("enter", "[", "[", "[")
    assert app.message == "enter: show only articles with the tag “harbour”"
    await app.press("enter")
    assert app.message == "Showing only articles with the tag “harbour”."
    assert app.titles == ["Boats counted", "Short"]
    assert app.selected == "Boats counted"
    await app.press("enter")
    assert app.message == "No longer filtering by the tag “harbour”."
    assert len(app.titles) == 3
    await app.press("]", "enter")
    assert app.message == "Showing only articles with the tag “city life”."


async def test_click_on_a_tag_narrows_the_list_in_any_script(app: RunningApp) -> None:
    x, y = find_cell(app, "city life")
    await click(app, x + 2, y)
    assert app.message == "Showing only articles with the tag “city life”."
    await click(app, len(visible_lines(app.pane)[1].rstrip(" ▐")), 2)
    assert app.message == "Showing only articles with the tag “طرق”."


async def test_message_names_an_excluded_tag_only_if_the_sidebar_is_hidden(run_app: RunApp) -> None:
    for width, excluded, included in (
        (100, "Excluding articles with the tag “harbour”.", "No longer excluding the tag “harbour”."),
        (140, "", ""),
    ):
        async with run_app(width, 24, config=ONLY_MARKS) as app:
            await app.press("t", *"harbour", "enter", "-")
            assert app.message == excluded
            await app.press("-")
            assert app.message == included


async def test_hints_offer_links_and_pictures_only_where_there_are_any(app: RunningApp) -> None:
    offered = []
    await app.press("enter")
    for _ in range(3):
        offered.append({word for _, word in app.main.bottom.hints} & {"link", "pictures"})
        await app.press("escape", "j", "enter")
    assert offered == [{"link"}, set(), {"link"}], "the last one has a tag"


async def test_first_link_comes_before_the_tags(app: RunningApp) -> None:
    await app.press("]")
    assert app.pane.links.focused is not None
    assert app.pane.links.focused.url == "https://news.example/2"


async def test_enter_follows_a_footnote_and_back(run_app: RunApp, database: Path, opened_in_browser: list[str]) -> None:
    filling = "".join(f"<p>Paragraph {number:02}.</p>" for number in range(60))
    text = f"""<p>Fog<sup id="ref"><a href="#note">1</a></sup> came in.</p>{filling}
        <p id="note">Low cloud. <a href="#ref">back</a></p>"""
    add_articles(database, Entry(url="https://fog.example/1", title="Fog", published=Moment(NOW), content=text))
    async with run_app(height=24, config=ONLY_MARKS) as app:
        await app.press("]")
        assert app.message == "Link within the text. enter: go there   esc: return"
        for key, shown in (("enter", "Low cloud. back"), ("enter", "Fog¹ came in."), ("enter", "Low cloud. back"),
                           ("escape", "Fog¹ came in.")):  # fmt: skip
            await app.press(key)
            assert shown in app.article
            assert app.main.focused is app.pane
        await app.press("escape")
        assert app.main.focused is app.headlines
    assert opened_in_browser == []
