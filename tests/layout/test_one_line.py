"""Titles, messages and input on one line: clipped, reordered, shaped, with marks and cursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from roya_tui import translation
from roya_tui.layout.bidi.controls import isolate
from roya_tui.layout.hit_testing import InputLine, layout_input
from roya_tui.layout.one_line import align_right, clip, fit_line, fit_marked_line, fit_name, fit_sentence
from roya_tui.layout.styled_text import Mark

QALA = "\ufedd\ufe8e\ufed7"  # قال as drawn from the left
NAAM = "\ufee2\ufecc\ufee7"  # نعم
MODES = ("visual", "words", "terminal", "off")
TWO_NAMES = "Undone: Read “Almond Line”. Once more undoes: hid “Almond Line opens”"


@pytest.mark.parametrize(
    ("text", "width", "clipped"),
    [
        ("Harbour wall", 12, "Harbour wall"), ("Harbour wall", 11, "Harbour wa…"), ("Harbour wall", 9, "Harbour…"),
        ("naïve café", 6, "naïve…"), ("日本語の文章", 12, "日本語の文章"),
        ("日本語の文章", 7, "日本語…"), ("日本語 の文章", 8, "日本語…"), ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3, "👩‍👩‍👧‍👦…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"), ("abe\u0301c", 3, "ab…"), ("ab", 1, "…"), ("ab", 0, ""),
    ],
)  # fmt: skip
def test_title_is_clipped_between_clusters(text: str, width: int, clipped: str) -> None:
    assert clip(text, width, cell_len) == clipped
    assert fit_line(text, width, cell_len) == (clipped, False)


@pytest.mark.parametrize(
    ("text", "width", "drawn"),
    [
        ("http://127.0.0.1:8000/a.xml", 27, "http://127.0.0.1:8000/a.xml"),
        ("http://127.0.0.1:8000/a.xml", 26, "127.0.0.1:8000/a.xml"),
        ("http://127.0.0.1:8000/world/2026/rss.xml", 20, "127.0.0.1:80…rss.xml"),
        ("https://example.org/world/2026/rss.xml", 20, "example.org…/rss.xml"),
        ("https://example.org/world/2026/rss.xml", 30, "example.org/world/2026/rss.xml"),
        ("https://example.org/world/2026/rss.xml", 28, "example.org…rld/2026/rss.xml"),
        ("https://a-very-long-name.of-a-host.example", 12, "a-very-long…"),
        ("/home/you/feeds/world/economy.rss", 20, "…s/world/economy.rss"),
        ("https://example.org/日本語/見出し.xml", 20, "example.org…出し.xml"),
        ("https://example.org/نعم", 14, f"example.o…/{NAAM}"),
        ("Harbour wall https://example.org/", 15, "Harbour wall h…"), ("http://x/a", 1, "…"), ("http://x/a", 0, ""),
    ],
)  # fmt: skip
def test_name_that_is_an_address_keeps_host_and_end(text: str, width: int, drawn: str) -> None:
    assert fit_name(text, width, cell_len).text == drawn
    assert cell_len(drawn) <= width


def test_ellipsis_may_be_ascii() -> None:
    assert fit_line("Harbour wall", 9, cell_len, ellipsis="...").text == "Harbou..."
    assert fit_line("Harbour wall", 2, cell_len, ellipsis="...").text == ".."


def test_rtl_titles_are_clipped_at_the_left() -> None:
    assert fit_line("قال نعم", 20, cell_len) == (f"{NAAM} {QALA}", True)
    assert fit_line("قال نعم قال نعم", 9, cell_len) == (f"…{NAAM} {QALA}", True)
    assert fit_line("NASA قال", 20, cell_len) == (f"NASA {QALA}", False)


@pytest.mark.parametrize(
    ("rtl", "text"), [("terminal", "(نعم\u200e) قال\u200e"), ("words", "(نعم) قال"), ("off", "قال (نعم)")]
)
def test_rtl_modes(rtl: str, text: str) -> None:
    assert fit_line("قال (نعم)", 20, cell_len, rtl) == (text, rtl != "off")


@pytest.mark.parametrize(
    ("text", "width", "drawn"),
    [
        ("Took “Almond Line opens at last” out of it. u: undo", 40, "Took “Almond Line o…” out of it. u: undo"),
        ("“http://127.0.0.1/world/rss.xml” was not found. S: status", 45,
         "“127.0.0.1…/rss.xml” was not found. S: status"),
        ("Took “Almond Line opens at last” out of it. u: undo", 30, "Took “Almond…” out of… u: undo"),
        (f"{TWO_NAMES}.", 66, "Undone: Read “Almond Line”. Once more undoes: hid “Almond Line…”."),
        (f"{TWO_NAMES}.", 60, "Undone: Read “Almond L…”. Once more undoes: hid “Almond L…”."),
        (f"{TWO_NAMES}.", 40, "Undone: Read “Almond Line”. Once more u…"),
        ("Removed the long name St. Mary; its articles stay. u: undo", 40,
         "Removed the long name St. Mary;… u: undo"),
        ("Added 2 sources; they are removed. U brings them back.", 48,
         "Added 2 sources; they are r… U brings them back."),
        ("Copied Mr. Almond Line and all that follows", 20, "Copied Mr. Almond L…"),
        ("Took “Lighthouse keeper” out. u: undo", 60, "Took “Lighthouse keeper” out. u: undo"),
        ("Moved “Gazette” into “A folder with a name”.", 36, "Moved “Gazette” into “A folder wi…”."),
        ("Saved “قال قال قال قال”. u: undo", 30, f"Saved “…{QALA} {QALA} {QALA}”. u: undo"),
        ("No names at all, but too long", 10, "No names…"),
        ("Resumed قال 3. u: undo", 60, f"Resumed {QALA} 3. u: undo"),
        ("قال نعم is paused, 3 new", 60, f"{NAAM} {QALA} is paused, 3 new"),
        ("Saved “24 قال (x)”, to read.", 60, f"Saved “(x) {QALA} 24”, to read."),
        ("“قال” and “نعم”", 60, f"“{QALA}” and “{NAAM}”"),
        ("قال, نعم: 2", 60, f"{NAAM} ,{QALA}: 2"),
        ("Copied https://news.example/قال/12", 60, f"Copied https://news.example/{QALA}/12"),
        ("Removed Roya. u: undo", 60, "Removed Roya. u: undo"),
        ("“24 قال قال قال”, 3", 10, f"“\ufed5 {QALA} 24…"),
        ("“قال 3”, 04-07-2025 00:16.", 40, f"“3 {QALA}”, 04-07-2025 00:16."),
        ("قال is there already.", 40, f"{QALA} is there already."),
        ("Saved “قال قال”, to read later.", 12, f"Saved “{QALA}…"),
        (f"Copied > {isolate('قال 3 نعم.')}", 40, f"Copied > .{NAAM} 3 {QALA}"),
        (f"Copied > {isolate('قال a b نعم نعم')}", 18, f"Copied > …a b {QALA}"),
        (f"Copied > {isolate('قال')}, {isolate('نعم نعم')}", 18, f"Copied > {QALA}, …{NAAM}"),
    ],
)  # fmt: skip
def test_message_shortens_quoted_names_first(text: str, width: int, drawn: str) -> None:
    assert fit_sentence(text, width, cell_len) == drawn


def test_marks_follow_their_letters() -> None:
    text = "قال نعم wall"
    runs, is_rtl = fit_marked_line(text, 20, cell_len, [Mark(4, 10, "hit")])
    assert is_rtl
    assert [(run.text, run.style) for run in runs] == [("wa", "hit"), ("ll", ""), (f" {NAAM}", "hit"), (f" {QALA}", "")]
    assert "".join(text[i] for run in runs if run.style for i in run.offsets) == "wa معن"


def test_marks_beyond_clip_are_dropped() -> None:
    runs, _ = fit_marked_line("Harbour wall", 9, cell_len, [Mark(3, 5, "hit"), Mark(6, 12, "hit")])
    assert [(run.text, run.style) for run in runs] == [("Har", ""), ("bo", "hit"), ("u", ""), ("r", "hit"), ("…", "")]


PIECES = ("a", "wall ", "عربي", "لا", "ש", "שָׁ", "日", "👩‍💻", "e\u0301", "(", "12", "\u200f", "٣", "क्षि", "🇯🇴")


@given(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
    st.integers(0, 30),
    st.sampled_from(MODES),
)
def test_any_title_fits_with_and_without_marks(text: str, width: int, rtl: str) -> None:
    drawn = fit_line(text, width, cell_len, rtl)
    assert cell_len(drawn.text) <= width
    marked = fit_marked_line(text, width, cell_len, [Mark(0, 2, "hit")], rtl)
    assert ("".join(run.text for run in marked.runs), marked.is_rtl) == drawn


def typed(text: str, rtl: str = "visual", *styles: Mark, blank_style: str = "") -> InputLine:
    return layout_input(text, cell_len, rtl, styles, blank_style)


def drawn_input(line: InputLine) -> str:
    return "".join(run.text for run in line.runs)


@pytest.mark.parametrize(
    ("text", "shown", "places"),
    [
        ("ab", "ab ", [0, 1, 2]),
        ("אב", " בא", [2, 1, 0]),
        ("אב 12", " 12 בא", [5, 3, 4, 2, 1, 0]),
        ("tag:אב is:", "tag:בא is: ", [0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10]),
        ("(אב)", " (בא)", [4, 3, 2, 1, 0]),
        ("שָׁב", " בשָׁ", [4, 3, 0]),  # marks share the slot of their letter
        ("سلا", " \ufefc\ufeb3", [3, 1, 0]),  # lam and alef are one
        ("日e\u0301", "日e\u0301 ", [0, 1, 3]),
        ("", " ", [0]),
    ],
)
def test_every_character_has_slot_and_cursor_one_after_last(text: str, shown: str, places: list[int]) -> None:
    line = typed(text)
    assert drawn_input(line) == shown
    assert [slot.start for slot in line.slots] == places


def test_cursor_moves_by_drawn_position() -> None:
    line = typed("אב cd")
    assert drawn_input(line) == " cd בא"
    indexes = [5]
    for _ in range(7):
        indexes.append(line.move(indexes[-1], 1))
    assert indexes == [5, 3, 4, 2, 1, 0, 0, 0], "from the blank at the left to the first letter, and no further"
    assert line.move(0, -1) == 1


def test_index_at_cell() -> None:
    line = typed("日אב")
    assert [line.index_at(cell) for cell in range(6)] == [0, 0, 2, 1, 3, 3]
    assert typed("אב").index_at(-3) == 2
    assert line.slot_at(2).cell == 2


def test_styles_follow_letters_and_may_overlap() -> None:
    line = typed("אבגד", "visual", Mark(0, 2, "selection"), Mark(1, 3, "cursor"), blank_style="end")
    runs = [(run.text, run.style) for run in line.runs]
    assert runs == [(" ", "end"), ("ד", ""), ("ג", "cursor"), ("ב", "selection cursor"), ("א", "selection")]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(MODES), st.data())
def test_slots_fill_the_line_and_map_back(text: str, rtl: str, data: st.DataObject) -> None:
    line = typed(text, rtl)
    end = 0
    for slot in line.slots:
        assert slot.cell == end
        end += slot.cells
        assert all(line.index_at(cell) == slot.start for cell in range(slot.cell, end))
        assert line.slot_at(slot.start) == slot
    assert end == line.cells == cell_len(drawn_input(line))
    index = data.draw(st.integers(0, len(text)))
    assert line.slot_at(index).start <= index or index < min(slot.start for slot in line.slots)
    there = {line.move(line.index_at(0), by) for by in range(len(line.slots))}
    assert there == {slot.start for slot in line.slots}, "each place is reached by keys"


def test_shortened_texts_end_in_ascii_without_utf8() -> None:
    translation.use_ascii(True)
    try:
        assert fit_name("https://news.example/a/long/path/feed.xml", 24, cell_len).text == "news.example.../feed.xml"
        assert fit_sentence('Removed "A long name of a source". u: undo', 32, cell_len) == (
            'Removed "A long nam...". u: undo'
        )
    finally:
        translation.use_ascii(False)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("  add   אבג", "גבא   add"),  # a row of a table: its first column is at the right
        ("אבג: /home/me", "/home/me :גבא"),
        ("-V, --version  אבג", "גבא  -V, --version"),
        ("אבג: add URL... [--json]", "add URL... [--json] :גבא"),
        ("  roya-tui list", "roya-tui list"),
    ],
)
def test_line_of_a_right_to_left_interface_ends_at_the_right_edge(
    text: str, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translation, "_is_rtl", True)
    line = align_right(text, 26, cell_len)
    assert line.strip() == drawn.strip()
    assert line.isascii() or cell_len(line[:-1]) == 26


def test_long_line_of_a_right_to_left_interface_continues_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_is_rtl", True)
    assert align_right("אבג אבג אבג דה.", 12, cell_len) == " גבא גבא גבא\n         .הד\n"
