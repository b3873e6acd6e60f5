"""A paragraph of an article as a quotation."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from roya_tui.document.parser import parse_html
from roya_tui.export.markdown import block_range_at, quote_range

ARTICLE = parse_html(
    '<img src="/a.jpg" alt="A pier"><h2>The wall</h2><p>It is <b>done</b>, said <a href="/who">K. Haddad</a>.<br>Twice.'
    "<ul><li>one<li>two</ul><pre>x = 1</pre><p>قال (نعم)</p><table><tr><td>Ostra<td>3</table>",
    "https://news.example/",
)
NAMED = {"title": "The *wall*", "url": "https://news.example/x", "source": "Desk"}
FROM = "> [The \\*wall\\*](<https://news.example/x>), Desk\n"


def quoted(start: int, end: int) -> str:
    return quote_range(ARTICLE, start, end, **NAMED)


def place(words: str) -> int:
    return ARTICLE.text.index(words)


@pytest.mark.parametrize(
    ("at", "quote"),
    [
        ("done", "> It is **done**, said [K. Haddad](https://news.example/who).\\\n> Twice.\n"),
        ("The wall", "> ## The wall\n"),
        ("two", "> - two\n"),
        ("x = 1", "> ```\n> x = 1\n> ```\n"),
        ("نعم", "> قال (نعم)\n"),
    ],
)
def test_the_block_around_a_place_is_quoted_with_its_source(at: str, quote: str) -> None:
    assert quoted(*block_range_at(ARTICLE, place(at))) == f"{quote}>\n{FROM}"


def test_what_has_no_words_is_passed_over() -> None:
    start, end = block_range_at(ARTICLE, 0)
    assert ARTICLE.text[start:end] == "The wall"
    assert block_range_at(parse_html("<img src=/a.jpg>"), 0) == (0, 0)
    assert block_range_at(ARTICLE, len(ARTICLE.text) + 1) == (0, 0)


def test_the_block_of_a_link_is_found() -> None:
    start, end = block_range_at(ARTICLE, 0, link=1)
    assert "Haddad" in ARTICLE.text[start:end]


def test_a_part_may_begin_and_end_anywhere() -> None:
    assert quoted(place("done") + 2, place("Haddad") + 3).startswith(
        "> **ne**, said [K. Had](https://news.example/who)\n"
    )
    whole = quoted(place("Twice"), place("\none") + 4)
    assert whole == f"> Twice.\n>\n> - one\n>\n{FROM}"


def test_a_quotation_is_one_whatever_is_in_it() -> None:
    hostile = parse_html("<p>a&#10;&#10;# b</p><p>&lt;script>x&lt;/script></p><p>```</p>")
    made = quote_range(hostile, 0, len(hostile.text), title="](javascript:x)", url="", source="<b>")
    shown = MarkdownIt("commonmark").render(made)
    assert shown.startswith("<blockquote>")
    assert shown.count("blockquote") == 2
    assert shown.endswith("</blockquote>\n")
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "href" not in shown
