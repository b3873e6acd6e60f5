"""Moving about in an article, finding words in it, selecting and copying: what a person sees and gets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from tests.terminal.homes import Home, home
from tests.ui.conftest import NOW, Open, drawn
from textual import events

from roya_tui.config import Config, Reading
from roya_tui.export import markdown
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.presentation.view import View
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.database import AsyncDatabase

__all__ = ["home"]

ARABIC = "أعلنت الوزارةُ خطةَ المياه (2026) في Amman اليوم، وقالت إن الأمطار كانت أقل من المعتاد هذا العام."
CONFIG = Config(reading=Reading(mark_read=None, mark_on_open=False))


def paragraphs(*names: str) -> str:
    """Sections with a heading and four paragraphs each; the second paragraph of each speaks of harbours."""
    html = ""
    for name in names:
        html += f"<h2>Of {name}</h2>" + "".join(
            f"<p>{name} {number} has so many words that they need more than a line to stand on"
            f"{', and a harbour' if number == 2 else ''}.</p>"
            for number in range(1, 5)
        )
    return html


class Moves(Open):
    """A reader, a mouse in it, and what was copied."""

    copied: list[str]

    @property
    def top(self) -> int:
        return self.main.article.scroll_offset.y

    @property
    def first(self) -> str:
        """The first line of the article that is shown."""
        return drawn(self.main.article)[0].strip(" ▐")

    @property
    def frame(self) -> str:
        return str(self.main.article.border_subtitle)

    def cell(self, words: str) -> tuple[int, int]:
        """Where words are drawn in the article, counted from the pane's corner."""
        for y, line in enumerate(drawn(self.main.article)):
            if words in line:
                return line.index(words) + 1, y + 1
        raise AssertionError(f"{words} is not in view")

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        pane = self.main.article
        await self.pilot.mouse_down(pane, offset=start)
        await self.pilot._post_mouse_events([events.MouseMove], pane, end, button=1)
        await self.pilot.mouse_up(pane, offset=end)
        await self.still()


Opened = Callable[..., AbstractAsyncContextManager[Moves]]


@pytest.fixture
def moving(home: Home, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open the reader on a long article, an Arabic one and a short one."""
    entries = [
        Entry(
            guid="1",
            title="Boats counted",
            url="https://news.example/1",
            tags=("harbour", "city life", "طرق"),
            published=Moment(NOW - 10),
            content=paragraphs("Mills", "Trams", "Gardens") + '<p>See <a href="https://news.example/2">more</a>.</p>',
        ),
        Entry(guid="2", title="خطة المياه", published=Moment(NOW - 20), content=f"<p>{ARABIC}</p>"),
        Entry(guid="3", title="Short", tags=("harbour",), published=Moment(NOW - 30), content="<p>A harbour.</p>"),
    ]
    home.subscribe(NewSource("https://news.example/feed", title="Harbour Post"), entries)

    @asynccontextmanager
    async def start(
        width: int = 140, height: int = 24, config: Config = CONFIG, view: View | None = None
    ) -> AsyncIterator[Moves]:
        app = RoyaTuiApp(AsyncDatabase(home.folder / "news.db"), config, (), now=lambda: NOW, offline=True, view=view)
        async with app.run_test(size=(width, height)) as pilot:
            reader = Moves(app, pilot)
            reader.copied = []
            monkeypatch.setattr(app, "copy_to_clipboard", reader.copied.append)
            await reader.still()
            yield reader

    return start


# Moving


async def test_headings_are_walked_and_their_end_is_told(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "right_curly_bracket")
        assert reader.first == "Of Mills"
        await reader.press("right_curly_bracket")
        assert reader.first == "Of Trams"
        await reader.press("left_curly_bracket")
        assert reader.first == "Of Mills"
        await reader.press("left_curly_bracket")
        assert reader.first == "Boats counted"
        await reader.press("left_curly_bracket")
        assert reader.said == "No heading before this."
        await reader.press("G", "right_curly_bracket")
        assert reader.said == "No heading further on."


async def test_half_a_page_is_half_a_page_in_reader_and_list(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "ctrl+d")
        half = reader.top
        assert 0 < half < reader.main.article.visible_lines
        await reader.press("pagedown", "pageup", "ctrl+u")
        assert reader.top == 0
        await reader.press("escape", "ctrl+d")
        assert reader.selected == reader.titles[-1]


async def test_where_one_stopped_is_found_again_after_a_restart_at_another_width(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "right_curly_bracket", "right_curly_bracket")
        assert reader.first == "Of Trams"
        await reader.press("escape", "j")
        assert reader.first == "خطة المياه"[::-1] or reader.top == 0
        await reader.press("k")
        assert reader.first == "Of Trams"
        await reader.press("G")
        await reader.press("g", "enter", "down", "q")
    async with moving(width=100) as again:
        assert again.selected == "Boats counted"
        assert again.top > 0
        assert "Trams 1" in again.article
        await again.press("enter", "g", "q")
    async with moving() as last:
        assert last.top == 0, "the top is a place as well"


async def test_the_width_is_changed_with_the_words_in_place_and_remembered(moving: Opened) -> None:
    async with moving(width=200) as reader:
        await reader.press("enter", "z", "right_curly_bracket", "right_curly_bracket")
        assert reader.first == "Of Trams"
        for _ in range(20):
            await reader.press("left_parenthesis")
        assert reader.said == "Text of 40 columns."
        assert reader.first == "Of Trams"
        assert max(len(line.strip(" ▐")) for line in drawn(reader.main.article)) <= 40
        await reader.press("right_parenthesis", "q")
    async with moving(width=200) as again:
        assert again.main.article.wanted_width == 44
    async with moving(width=200, config=Config(reading=Reading(width=60))) as other:
        assert other.main.article.wanted_width == 60, "config.toml was changed since"


async def test_more_width_than_there_is_room_for_says_so(moving: Opened) -> None:
    async with moving(width=60) as reader:
        await reader.press("enter", "right_parenthesis")
        assert reader.said == "Text of 76 columns; there is room for 55 here."
        await reader.press("left_parenthesis")
        assert reader.said == "Text of 51 columns.", "narrower than it is now"


# Finding


async def test_words_are_found_counted_walked_and_left_where_one_began(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "j", "slash")
        await reader.type("HARB")
        assert reader.frame == "1 of 3"
        await reader.press("enter")
        assert reader.main.focused is reader.main.article
        await reader.press("n", "n")
        assert reader.frame == "3 of 3"
        assert "Gardens 2" in reader.article
        await reader.press("n")
        assert reader.frame == "1 of 3"
        await reader.press("N", "p")
        assert reader.frame == "2 of 3"
        await reader.press("escape")
        assert (reader.frame, reader.top) == ("", 1)
        assert reader.selected == "Boats counted", "n and p were for the words"
        await reader.press("n")
        assert reader.selected != "Boats counted"


async def test_what_one_does_with_an_article_does_not_end_looking_for_words_in_it(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "slash", *"harb", "enter", "n")
        title = reader.selected
        await reader.press("number_sign", *"mine", "enter")
        await reader.until(lambda: "mine" in str(reader.main.article.shown))
        assert reader.frame == "2 of 3"
        await reader.press("n")
        assert (reader.frame, reader.selected) == ("3 of 3", title)


async def test_who_scrolled_on_from_what_was_found_stays_there(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "slash", *"gardens", "enter", "j", "j")
        here = reader.top
        await reader.press("escape")
        assert reader.top == here > 0


async def test_what_is_not_there_is_told_and_leaving_while_typing_goes_back(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "slash", *"zebra")
        assert reader.frame == "not in this article"
        await reader.press("enter")
        assert reader.said == "“zebra” is not in this article. esc ends looking for it."
        title = reader.selected
        reader.main.bottom.clear_message()
        await reader.press("n", "p")
        assert reader.said.startswith("“zebra” is not in this article.")
        assert (reader.selected, reader.frame) == (title, "not in this article")
        await reader.press("escape")
        assert (reader.main.focused, reader.frame) == (reader.main.article, "")
        await reader.press("slash", *"gardens")
        assert reader.top > 0
        await reader.press("escape")
        assert (reader.top, reader.frame) == (0, "")
        assert reader.main.focused is reader.main.article


def marked(reader: Open) -> list[str]:
    """What is set off in the lines that are shown, by background and weight."""
    found = []
    for y in range(reader.main.article.visible_lines):
        for segment in reader.main.article.render_line(y):
            style = segment.style
            if style and style.bold and style.bgcolor != reader.main.article.text_styles[""].bgcolor:
                found.append(segment.text)
    return found


async def test_the_words_of_the_list_are_marked_in_the_article(moving: Opened) -> None:
    async with moving() as reader:
        assert marked(reader) == []
        await reader.press("slash", *"harb", "enter")
        await reader.press("enter", "right_curly_bracket")
        assert marked(reader) == ["harb"]
        await reader.press("escape", "escape")
        assert marked(reader) == []


async def test_arabic_is_found_without_its_vowel_signs(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("j", "enter", "slash", *"الوزاره", "enter")
        assert reader.frame == "1 of 1"


# Selecting


async def test_the_mouse_selects_what_it_passes_over_and_y_copies_it_without_wraps(moving: Opened) -> None:
    async with moving() as reader:
        start = reader.cell("Mills 1")
        x, y = reader.cell("to stand on.")
        assert y > start[1], "the paragraph is wrapped"
        await reader.drag(start, (x + 11, y))
        assert reader.said == "Selected 70 characters. y copies them, esc lets go."
        await reader.press("y")
        assert reader.copied == ["Mills 1 has so many words that they need more than a line to stand on."]


async def test_an_arabic_paragraph_is_copied_character_by_character(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("j")
        lines = drawn(reader.main.article)
        first = next(y for y, line in enumerate(lines) if "Amman" in line)
        last = max(y for y, line in enumerate(lines) if line.strip(" ▐") and y >= first)
        right = reader.main.article.viewport.margin + reader.main.article.text_width  # counting the frame
        left = len(lines[last]) - len(lines[last].lstrip())
        await reader.drag((right, first + 1), (left + 1, last + 1))
        await reader.press("y")
        assert reader.copied == [ARABIC]


async def test_two_clicks_take_a_word_and_three_a_paragraph(moving: Opened) -> None:
    async with moving() as reader:
        place = reader.cell("many words")
        await reader.pilot.click(reader.main.article, offset=place, times=2)
        await reader.press("y")
        await reader.pilot.click(reader.main.article, offset=place, times=3)
        await reader.press("y")
        assert reader.copied == ["many", "Mills 1 has so many words that they need more than a line to stand on."]
        await reader.pilot.click(reader.main.article, offset=place, times=2)
        await reader.pilot.click(reader.main.article, offset=place)
        await reader.press("y")
        assert reader.copied[2] == "https://news.example/1", "one click lets go"


async def test_keys_select_words_lines_and_paragraphs(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "v", "w", "w", "w", "v", "w", "y")
        assert reader.copied == ["1 has"]
        assert not reader.main.article.selection.is_active
        await reader.press("v", "right_curly_bracket", "v", "j", "y")
        assert reader.copied[1] == "Mills 1 has so many words that they need more than a line to"
        await reader.press("v", "right_curly_bracket", "v", "right_curly_bracket", "b", "y")
        assert reader.copied[2] == "Mills 1 has so many words that they need more than a line to stand on"
        await reader.press("v", "g", "v", "G", "y")
        assert reader.copied[3].startswith("Of Mills\n\nMills 1 has")
        assert reader.copied[3].endswith("See more.")
        await reader.press("v", "escape", "y")
        assert reader.copied[4] == "https://news.example/1"
        assert reader.main.focused is reader.main.article


async def test_the_hints_say_what_keys_do_while_selecting(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "v")
        assert reader.main.bottom.render().plain.startswith(" w word")
        await reader.press("escape")
        assert reader.main.bottom.render().plain.startswith(" j/k scroll")


async def test_dragging_over_a_link_does_not_open_it(moving: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async with moving() as reader:
        opened: list[str] = []
        monkeypatch.setattr(reader.main.controllers.links, "open", opened.append)
        await reader.press("enter", "G")
        x, y = reader.cell("more[1]")
        await reader.drag((x - 4, y), (x + 2, y))
        await reader.press("y")
        assert (opened, reader.copied) == ([], ["See mor"])
        await reader.pilot.click(reader.main.article, offset=(x + 1, y))
        await reader.still()
        assert opened == ["https://news.example/2"]


async def test_dragging_beyond_the_edge_scrolls(moving: Opened) -> None:
    async with moving() as reader:
        pane = reader.main.article
        await reader.pilot.mouse_down(pane, offset=reader.cell("Mills 1"))
        for _ in range(3):
            pane.post_message(events.MouseMove(pane, 10, 100, 0, 0, 1, False, False, False, screen_x=90, screen_y=100))
            await reader.still()
        assert reader.top >= 3
        await reader.pilot.mouse_up(pane)
        assert reader.main.article.selection.is_active


# Tags


async def test_tags_of_the_head_are_walked_and_narrow_the_list(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("enter", "left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert reader.said == "enter: only what has the tag “harbour”."
        await reader.press("enter")
        assert reader.said == "Only what has the tag “harbour”."
        assert reader.titles == ["Boats counted", "Short"]
        assert reader.selected == "Boats counted"
        await reader.press("enter")
        assert reader.said == "Not only what has the tag “harbour”."
        assert len(reader.titles) == 3
        await reader.press("right_square_bracket", "enter")
        assert reader.said == "Only what has the tag “city life”."


async def test_keys_for_links_and_pictures_are_offered_where_there_are_any(moving: Opened) -> None:
    async with moving() as reader:
        offered = []
        await reader.press("enter")
        for _ in range(3):
            offered.append({word for _, word in reader.main.bottom.hints} & {"link", "pictures"})
            await reader.press("escape", "j", "enter")
        assert offered == [{"link"}, set(), {"link"}], "the last one has a tag in its head"


async def test_a_tag_that_is_out_of_sight_is_named_when_it_is_chosen(moving: Opened) -> None:
    async with moving(width=100) as reader:
        await reader.press("t", *"harbour", "enter", "-")
        assert reader.said == "Nothing that has the tag “harbour”."
        await reader.press("-")
        assert reader.said == "Also what has the tag “harbour”."
    async with moving(width=140) as reader:
        await reader.press("t", *"harbour", "enter", "-")
        assert reader.said == ""


async def test_tags_are_clicked_in_whichever_script(moving: Opened) -> None:
    async with moving() as reader:
        x, y = reader.cell("city life")
        await reader.pilot.click(reader.main.article, offset=(x + 2, y))
        await reader.still()
        assert reader.said == "Only what has the tag “city life”."
        width = len(drawn(reader.main.article)[1].rstrip(" ▐"))
        await reader.pilot.click(reader.main.article, offset=(width, 2))
        await reader.still()
        assert reader.said == "Only what has the tag “طرق”."


async def test_the_first_link_comes_before_the_tags(moving: Opened) -> None:
    async with moving() as reader:
        await reader.press("right_square_bracket")
        assert reader.main.article.links.focused is not None
        assert reader.main.article.links.focused.url == "https://news.example/2"


async def test_what_is_typed_before_a_long_text_is_there_is_looked_for_in_it(
    moving: Opened, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, to_thread = asyncio.Event(), asyncio.to_thread

    async def later(*job: Any) -> Any:
        await waits.wait()
        return await to_thread(*job)

    monkeypatch.setattr(asyncio, "to_thread", later)
    long = Entry(guid="long", title="Long", published=Moment(1), content="<p>A moment of harbours.</p>" * 5000)
    home.subscribe(NewSource("https://long.example/feed"), [long])
    async with moving() as reader:
        await reader.press("G", "enter", "/", *"moment")
        await reader.press("escape", "greater_than_sign")
        assert reader.said == "Its text is not here yet: it is a long one."
        await reader.press("/", *"harb")
        waits.set()
        await reader.until(lambda: "1 of 5,000" in reader.frame)
        await reader.press("enter", "n")
        assert "2 of 5,000" in str(reader.main.article.border_subtitle)


async def test_a_mistake_while_a_long_text_is_set_is_not_passed_over(
    moving: Opened, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mistaken(*job: Any) -> Any:
        raise ZeroDivisionError

    long = Entry(guid="long", title="Long", published=Moment(1), content="<p>A moment of harbours.</p>" * 5000)
    home.subscribe(NewSource("https://long.example/feed"), [long])
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - it is raised when the reader is left
        async with moving() as reader:
            monkeypatch.setattr(asyncio, "to_thread", mistaken)
            await reader.press("G")
            await reader.pilot.pause(0.2)


async def test_a_quotation_is_made_while_the_screen_goes_on(moving: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    made_in, quotation = [], markdown.quote_range

    def slow(*args: Any, **facts: Any) -> str:
        made_in.append(threading.current_thread())
        return quotation(*args, **facts)

    monkeypatch.setattr(markdown, "quote_range", slow)
    async with moving() as reader:
        await reader.press("enter", "greater_than_sign")
        assert reader.said.startswith("Copied > ")
        assert made_in
        assert threading.main_thread() not in made_in
