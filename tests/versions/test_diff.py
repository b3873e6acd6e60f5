"""Differences between two versions; tests/data/changes has pairs with the expected page."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.text.test_normalization import REAL, TRIVIAL

from roya_tui.cli.output import display_width
from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Text
from roya_tui.document.parser import parse_html
from roya_tui.layout.article_page import article_html
from roya_tui.model import Article, ArticleVersion, ChapterMark, Enclosure, Headline, Transcript
from roya_tui.versions.comparison import compare
from roya_tui.versions.diff import Diff, diff_documents
from roya_tui.versions.diff_page import DiffPage, layout_diff, merge_versions
from roya_tui.versions.inline_diff import build_inline_diff, merge_texts
from roya_tui.versions.sequences import Budget, find_matches
from roya_tui.versions.summary import summarize
from roya_tui.versions.word_diff import Vocabulary, diff_words

PAIRS = sorted((Path(__file__).parents[1] / "data" / "changes").iterdir(), key=lambda folder: folder.name)
SEEN, CHANGED = 1_795_400_000, 1_795_403_600


def diff(before: str, after: str) -> Diff:
    base = "https://news.example/one"
    return diff_documents("Title", parse_html(before, base), "Title", parse_html(after, base))


def versions(folder: Path) -> tuple[Article, ArticleVersion]:
    files = ((folder / name).read_text(encoding="utf-8") for name in ("before.html", "after.html"))
    (old_title, old), (title, text) = (html.removeprefix("<title>").split("</title>", 1) for html in files)
    headline = Headline(1, 1, "The Harbour Courier", title, SEEN, first_seen=SEEN, revisions=1)
    return Article(headline, content=text), ArticleVersion(1, CHANGED, old_title, "", old, was_read=True)


def page(folder: Path, width: int = 60) -> DiffPage:
    article, revision = versions(folder)
    comparison = compare(article, [revision])
    assert comparison is not None
    merged = merge_versions(comparison, False, display_width)
    return layout_diff(comparison, merged, Clock(zone="UTC"), width, display_width, Config())


@pytest.mark.parametrize("folder", PAIRS, ids=lambda folder: folder.name)
def test_page_of_changes_is_as_expected(folder: Path) -> None:
    """`expected.txt` has the page at 60 columns in drawing order, with `=>` before each change."""
    made = page(folder)
    places = {made.line_of_change(number) for number in range(len(made.change_offsets))}
    lines = [f"{'=>' if y in places else '  '} {line.text}".rstrip() for y, line in enumerate(made.page.lines)]
    assert "\n".join(lines) + "\n" == (folder / "expected.txt").read_text(encoding="utf-8")
    for width in (24, 40, 60, 100):
        assert all(display_width(line.text) == line.cells <= width for line in page(folder, width).page.lines)


def test_page_of_changes_has_no_links_to_files_and_comments() -> None:
    """Earlier versions do not have them."""
    article, revision = versions(PAIRS[0])
    link = "https://news.example/1"
    extra = {
        "enclosures": (Enclosure(link),),
        "chapter_marks": (ChapterMark(0, "x"),),
        "transcripts": (Transcript(link),),
    }
    more = replace(article, **extra, chapters=link, comments=link)
    plain, full = (compare(one, [revision]) for one in (article, more))
    assert plain is not None
    assert full is not None
    assert article_html(plain.versions[-1].article) == article_html(full.versions[-1].article)


@pytest.mark.parametrize(
    ("before", "after", "is_changed"), [*((*pair, False) for pair in TRIVIAL), *((*pair, True) for pair in REAL)]
)
def test_trivial_changes_do_not_count(before: str, after: str, is_changed: bool) -> None:
    assert bool(diff(before, after)) == bool(summarize(diff(before, after))) == is_changed


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("<p>One a.</p>", "<p>One a.</p><p>Two b.</p><p>Three c.</p>", "+2 paragraphs"),
        ("<p>One a.</p><p>Two b.</p>", "<p>One a.</p>", "−1 paragraph"),
        ("<p>At least 12 dead.</p>", "<p>At least 14 dead.</p>", "1 word changed"),
        ("<p>It is red and round.</p>", "<p>It was blue and flat.</p>", "3 words changed"),
        ("<p>It is red.</p>", "<p>It is very very red.</p>", "+2 words"),
        ("<p>It is not red.</p>", "<p>It is red.</p>", "−1 word"),
        ("<p>Is it red.</p>", "<p>Is it red?</p>", "punctuation changed"),
        ("<p>One a.</p>", "<p>One a.</p><img src='https://a.example/1.jpg'>", "+1 picture"),
        ("<img src='https://a.example/1.jpg'><p>One.</p>", "<p>One.</p>", "−1 picture"),
        ("<p>One.</p>", "<p>One.</p><img src='//a.example/1.jpg'><img src='//a.example/2.jpg'>", "+2 pictures"),
        ("<p>One a b.</p><p>Two c d e.</p>", "<p>Two c d e.</p><p>One a b.</p>", "1 paragraph moved"),
        ("<ul><li>One<li>Two</ul>", "<ul><li>One<li>Two<li>Three</ul>", "+1 list item"),
        ("<p>One.</p>", "<p>One.</p><h2>More</h2><p>Two.</p>", "+1 paragraph, +1 heading"),
        ("<pre>a\nb</pre>", "<pre>a\nc</pre>", "code changed"),
        ("<p>死者12人</p>", "<p>死者14人</p>", "1 word changed"),
        ("<p>火灾原因不明。</p>", "<p>火灾原因查明。</p>", "1 character changed"),
    ],
)  # fmt: skip
def test_summary(before: str, after: str, words: str) -> None:
    assert summarize(diff(before, after)) == words


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>One a. Two b.</p><p>End c.</p>", "<p>One a.</p><p>Two b.</p><p>End c. New.</p>"),
        ("<p>One a.<br>Two b.</p><p>End c.</p>", "<p>One a.</p><p>Two b.</p><p>End c. New.</p>"),
        ("<p>One a.</p><p>Two b.</p><p>Mid.</p><p>End c.</p>", "<p>One a. Two b.</p><p>Mid.</p><p>End c. New.</p>"),
    ],
)
def test_different_paragraph_breaks_are_not_a_change(before: str, after: str) -> None:
    before, after = (html.replace("End", "<p>Mid.</p><p>End") for html in (before, after))
    assert summarize(diff(before, after)) == "+1 word"


def test_summary_mentions_title() -> None:
    both = diff_documents("Old name", parse_html("<p>a</p>"), "New name", parse_html("<p>a</p><p>b</p>"))
    assert summarize(both) == "+1 paragraph, title changed"
    assert summarize(diff_documents("Old name", parse_html(""), "New name", parse_html(""))) == "title changed"
    old = parse_html("<p>one two three four</p><p>five six</p><ul><li>a</ul>")
    new = parse_html("<h2>Head</h2><p>one two nine four</p><ul><li>a<li>b</ul><pre>code</pre>")
    assert (
        summarize(diff_documents("Old", old, "New", new), max_parts=3)
        == "−1 paragraph, +1 heading, title changed and more"
    )


@pytest.mark.parametrize(
    ("before", "after", "both"),
    [
        ("At least 12 dead.", "At least 14 dead.", "At least [−12] [+14] dead."),
        ("The end", "end", "[−The] end"),
        ("It is not so.", "It is so.", "It is [−not] so."),
        ("It is so.", "It is not so.", "It is [+not] so."),
        ("Over.", "Over!", "Over[−.][+!]"),
        ("红12人", "红14人", "红[−12] [+14]人"),
        ("हिन्दी में समाचार", "हिन्दी के समाचार", "हिन्दी [−में] [+के] समाचार"),
        ("don’t", "can't", "[−don’t] [+can't]"),
        ("a-b", "a–b", "a–b"),
        ("", "New", "[+New]"),
        ("Old", "", "[−Old]"),
        ("left: 1 right: 2", "left: 2 right: 1", "left: [−1] [+2] right: [−2] [+1]"),
    ],
)
def test_changed_words_are_marked(before: str, after: str, both: str) -> None:
    found = diff_words(before, after, Vocabulary(), Budget())
    assert merge_texts(Text(before), Text(after), found).string == both


def test_short_matches_between_changes_count_as_changed() -> None:
    before = "They sailed at dawn and the whole town stood on the pier"
    after = "Everyone left by noon and a crowd of children ran along the shore"
    assert len(diff_words(before, after, Vocabulary(), Budget())) <= 2


def test_links_and_styles_are_kept() -> None:
    before = "<p>A <a href='https://a.example/1'>plan</a> is due.</p>"
    after = "<p>A <a href='https://a.example/2'>new plan</a> is <b>here</b>.</p>"
    both = build_inline_diff(diff(before, after))
    (block,) = both.document.blocks
    assert block.text.string == "A [+new] plan is [−due] [+here]."
    styled = {block.text.string[span.start : span.end]: (span.styles, span.link) for span in block.text.spans}
    assert styled["new"] == (("added",), 1)
    assert styled["here"] == (("strong", "added"), 0)
    assert [link.url for link in both.document.links] == ["https://a.example/2"]


def test_spanning_cells_and_link_targets_are_kept() -> None:
    before = "<table><tr><th colspan=2>Both<th>C<tr><td>Almond<td>12<td>x<tr><td>Birch<td>3<td>y</table>"
    after = before.replace("12", "14").replace("<tr><td>Birch<td>3<td>y", "<tr><td colspan=3>None")
    (table,) = build_inline_diff(diff(before, after)).document.blocks
    rows = [[table.text.string[start:end] for start, end in row] for row in table.rows]
    assert rows[:2] == [["Both", "Both", "C"], ["Almond", "[−12] [+14]", "x"]]
    assert table.rows[0][0] == table.rows[0][1], "one cell, in two columns"
    assert len(set(table.rows[-1])) == 1
    assert table.text.string.count("None") == 1

    note = "<p>New.</p><p>See<sup><a href='#f'>1</a></sup> {}.</p><p>Middle.</p><p id='f'>The note{}.</p>"
    found = diff(note.format("this", "").removeprefix("<p>New.</p>"), note.format("that", " again"))
    both = build_inline_diff(found).document
    (link,) = both.links
    assert link.target is not None
    assert both.text[link.target :].startswith("The note [+again]")


_WORDS = st.sampled_from(["one", "two", "three", "12", "14", "a", ".", "عام", "人", "“so”"])
_PARAGRAPH = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)
_TEXT = st.lists(_PARAGRAPH, max_size=8)


@settings(deadline=None)
@given(_TEXT, _TEXT)
def test_both_versions_can_be_restored_from_marks(before: list[str], after: list[str]) -> None:
    html = ["".join(f"<p>{paragraph}</p>" for paragraph in text) for text in (before, after)]
    found = diff(*html)
    both = build_inline_diff(found)
    now, then = [], []
    for block, step in zip(both.document.blocks, both.block_changes, strict=True):
        if step.kind != "removed":
            now.append(re.sub(r"\[−[^]]*\]", "", block.text.string).replace("[+", "").replace("]", ""))
        if step.kind != "added":
            then.append(re.sub(r"\[\+[^]]*\]", "", block.text.string).replace("[−", "").replace("]", ""))
    assert [paragraph.split() for paragraph in now] == [paragraph.split() for paragraph in after]
    assert sorted("".join(p.split()) for p in then) == sorted("".join(p.split()) for p in before)
    assert bool(found) == ([p.split() for p in before] != [p.split() for p in after])


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=40))
def test_matches_are_in_both_sequences_in_order(old: list[int], new: list[int]) -> None:
    i = j = 0
    for run in find_matches(old, new, Budget()):
        assert run.length > 0
        assert (run.old, run.new) >= (i, j)
        assert old[run.old : run.old + run.length] == new[run.new : run.new + run.length]
        i, j = run.old + run.length, run.new + run.length


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=60))
def test_search_ends_with_budget(items: list[int]) -> None:
    budget = Budget(left=3)
    find_matches(items, items[::-1], budget)
    assert find_matches(items, items, Budget(left=0)) == find_matches(items, items, Budget())
