"""Documents as lines for speech: words name every part."""

import re

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests.document.mutants import html_soup

from roya_tui.clock import Clock
from roya_tui.document.parser import parse_html
from roya_tui.export import speech
from roya_tui.model import Article, Headline, StoryLink

CLOCK = Clock(zone="UTC", in_words=True)
ROW = Headline(7, 1, "Harbour Post", "The wall", 1_795_500_000, published=1_795_500_000, minutes=3)


def spoken(html: str) -> list[str]:
    return list(speech.speak_document(parse_html(html, "https://news.example/")))[1:]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<h2>Where the money goes</h2><p>Away.", ["Heading 2: Where the money goes", "", "Away."]),
        ('<p>Said <a href="/k">K. <b>Haddad</b></a>, twice.', ["Said K. Haddad [link 1], twice."]),
        ("<ul><li>one<li>two<li>three</ul><p>So.",
         ["1 of 3: one", "2 of 3: two", "3 of 3: three", "End of list.", "", "So."]),
        ("<ol start=3><li>c<li>d</ol>", ["1 of 2, number 3: c", "2 of 2, number 4: d", "End of list."]),
        ("<ul><li>one<ul><li>in<li>side</ul><li>two</ul>",
         ["1 of 2: one", "Level 2, 1 of 2: in", "Level 2, 2 of 2: side", "End of list.",
          "2 of 2: two", "End of list."]),
        ("<ul><li><p>a<p>b</ul>", ["1 of 1: a", "b", "End of list."]),
        ("<blockquote><p>Good<p>work</blockquote><p>So.", ["Quote.", "Good", "work", "End of quote.", "", "So."]),
        ("<ul><li><blockquote>x</blockquote></ul>", ["Quote.", "1 of 1: x", "End of quote.", "End of list."]),
        ('<figure><img src="/a.jpg" alt="A pier"></figure>', ["Picture 1: A pier"]),
        ('<a href="/b"><img src="/a.jpg"></a>', ["Picture 1, not described. [link 1]"]),
        ('<audio src="/w.mp3" title="Waves"></audio>', ["Recording: Waves [link 1]"]),
        ('<pre class="language-python">if x:\n    y</pre>', ["Code in python:", "if x:", "    y", "End of code."]),
        ("<table><tr><th>Town<th>Rain<tr><td>Ostra<td>3 mm<br>wet<tr><td>Vell<td></table>",
         ["Table, 2 columns, 2 rows.", "Row 1: Town: Ostra; Rain: 3 mm wet", "Row 2: Town: Vell",
          "End of table."]),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>",
         ["Table, 2 columns, 2 rows.", "Row 1: a; b", "Row 2: c; d", "End of table."]),
        ("<dl><dt>Fog<dd>Low cloud</dl>", ["Term: Fog", "", "Meaning: Low cloud"]),
        ("<p>a<hr><p>b", ["a", "", "Section break.", "", "b"]),
        ("<p>It is <s>4</s> 5.", ["It is [deleted: 4] 5."]),
        ("<details><summary>More</summary>long</details>", ["Details.", "Summary: More", "long", "End of details."]),
        ("<ul><li><input type=checkbox checked>tea<li><input type=checkbox>milk</ul>",
         ["1 of 2: Done: tea", "2 of 2: To do: milk", "End of list."]),
        ('<p>Fog<sup><a href="#n">1</a></sup> came.<p id=n>Low. <a href="#top">↩</a><h2 id=top>Up</h2>',
         ["Fog [link 1] came.", "", "Low. [link 2]", "", "Heading 2: Up"]),
        ("<p dir=rtl>قال (نعم)", ["قال (نعم)"]),
    ],
)  # fmt: skip
def test_document_is_spoken_part_by_part(html: str, lines: list[str]) -> None:
    assert spoken(html) == lines


def test_speak_block_at_returns_footnote() -> None:
    made = parse_html('<p>Fog<a href="#n">1</a> came.<p>So.<p id="n">Low cloud', "https://news.example/")
    assert made.links[0].target is not None
    assert speech.speak_block_at(made, made.links[0].target) == "Low cloud"


def test_article_begins_with_named_facts() -> None:
    row = replace(ROW, updated=1_795_600_000, starred=True, revisions=1)
    shown = Article(row, authors=("A. Nasser", "B. Hill"), tags=("water", "ميناء"), content="<p>Text.", note="Ask")
    shown = replace(shown, story_links=(StoryLink(7, "Petra"), StoryLink(9, "الرأي")))
    assert list(speech.speak_facts(shown, parse_html(shown.content), CLOCK)) == [
        "Title: The wall", "Source: Harbour Post", "By: A. Nasser, B. Hill", "Tags: water, ميناء",
        "Published: 24 November 2026, 06:00", "Last Updated: 25 November 2026, 09:46", "Length: 3 minutes, edited once",
        "Also in: Petra, الرأي", "Starred", "Your note: Ask",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "all_unread", "line"),
    [
        (ROW, False, "4. The wall. Harbour Post. 24 November 2026, 06:00. Unread."),
        (ROW, True, "4. The wall. Harbour Post. 24 November 2026, 06:00."),
        (replace(ROW, unread=False), True, "4. The wall. Harbour Post. 24 November 2026, 06:00. You have read it."),
        (replace(ROW, unread=False), False, "4. The wall. Harbour Post. 24 November 2026, 06:00."),
        (replace(ROW, unread=False, changed=True, starred=True, title="Why?"), False,
         "4. Why? Harbour Post. 24 November 2026, 06:00. Edited since you read it, starred."),
        (replace(ROW, title="", source="A."), False, "4. Untitled. A. 24 November 2026, 06:00. Unread."),
    ],
)  # fmt: skip
def test_headline_is_spoken_as_sentences(row: Headline, all_unread: bool, line: str) -> None:
    assert speech.speak_headline(row, 4, CLOCK, all_unread=all_unread) == line


MARKUP = html_soup(
    "p b ul ol li dl dt dd details summary table tr td th blockquote pre h1 figure figcaption a img br hr",
    ("word", "عربي", "<a href=/x>", "<img src=/a alt=pier>", "<ol start=-5>", "日本"),
)


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_any_document_is_spoken_completely_without_glyphs(html: str) -> None:
    made = parse_html(html, "https://news.example/")
    spoken_text = " ".join(speech.speak_document(made))
    for word in ("word", "عربي", "日本", "pier"):
        assert spoken_text.count(word) >= made.text.count(word)
    assert not re.search("[\u2500-\u259f•◦▪▾]", spoken_text)
