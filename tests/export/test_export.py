"""Documents leave as Markdown, HTML and text, and come back the same."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.document.parser import parse_html
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.export.markdown import to_markdown
from roya_tui.export.plain_text import to_plain_text

BASE = "https://news.example/"
COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])

ARTICLE = """<h2>The wall</h2><p>It is <b>done</b>, said <a href="/who">K. Haddad</a>.<br>Twice.</p>
<ul><li>one<ol start="3"><li>three<li>four</ol><li>two</ul>
<blockquote><p>Good<p>work</blockquote><pre class="language-python">x = 1
``` # fence</pre><table><tr><th>Town<th>Rain|mm<tr><td>Ostra<td>3 <i>mm</i><br>wet</table>
<figure><img src="/a.jpg"><figcaption>The pier</figcaption></figure><hr>
<dl><dt>Fog<dd>Low cloud</dl><p><s>old</s> <code>a`b</code></p><audio src="/w.mp3" title="Waves"></audio>"""

MARKDOWN = """\
# A \\*title\\*

Desk · water\\
Published: 04-07-2025

<https://news.example/x>

## The wall

It is **done**, said [K. Haddad](https://news.example/who).\\
Twice.

- one

  3. three
  4. four
- two

> Good
>
> work

````python
x = 1
``` # fence
````

| Town | Rain\\|mm |
| --- | --- |
| Ostra | 3 *mm*<br>wet |

![The pier](https://news.example/a.jpg)

___

**Fog**

- Low cloud

~~old~~ ``a`b``

[audio: Waves](https://news.example/w.mp3)
"""


def test_markdown() -> None:
    facts = ("Desk · water", "Published: 04-07-2025")
    assert to_markdown(parse_html(ARTICLE, BASE), "A *title*", facts, f"{BASE}x") == MARKDOWN


def test_two_lists_in_a_row_stay_two() -> None:
    html = "<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol><li>d</ol>"
    assert COMMONMARK.render(to_markdown(parse_html(html))).count("<ul>") == 2
    assert COMMONMARK.render(to_markdown(parse_html(html))).count("<ol>") == 2


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` ~~d~~ [e](f) ![g](h) <i>j</i> &amp; \\k |l|",
        "# no heading", "## no", "1. no list", "2) no", "- no", "+ no", "> no", "---", "===", "a\n===", "a\n---",
        "```", "~~~", "a  \nb", "Really! https://a.example/*x*", "a | b\n--- | ---", "\\", "a\\", ":-- | --:",
    ],
)  # fmt: skip
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    made = Document((Block("paragraph", Text(text)),), text=text)
    rendered = COMMONMARK.render(to_markdown(made))
    assert rendered.startswith("<p>")
    assert words(unescape(re.sub("<[^>]*>", "", rendered))) == words(text)


def test_an_exclamation_mark_before_a_link_makes_no_picture() -> None:
    assert "<img" not in COMMONMARK.render(to_markdown(parse_html('Look!<a href="/x">here</a>', BASE)))


def words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def shown(made: Document) -> str:
    return words("".join(f"{block.label and block.label + ':'}{block.text.string}" for block in made.blocks))


TAGS = "p b i s code h2 ul ol li blockquote pre table tr td th br dl dt dd sup q details summary".split()
markup = st.lists(
    st.one_of(
        st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
        st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
        st.sampled_from(("<a href=/x(y)>", "</a>", "wall ", "*", "_", "`", "``", "#", "1. ", "- ", "|", "[x](y)", "!",
                         "===", "---", "~~", "\\", "&amp;amp;", "&lt;b>", "عربي ", "日本", "a*b", " ",
                         "&nbsp;", "(", ".")),
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(markup)
def test_markdown_says_every_word_and_no_sign_more(html: str) -> None:
    made = parse_html(html, BASE)
    rendered = COMMONMARK.render(to_markdown(made))
    assert words(unescape(re.sub("<[^>]*>", "", rendered))) == shown(made)


@settings(max_examples=150, deadline=None)
@given(markup)
def test_a_web_page_reads_back_as_the_same_blocks(html: str) -> None:
    made = parse_html(html, BASE)
    again = parse_html(to_html([Chapter(made)], pictures={picture.url: picture.url for picture in made.pictures}))
    assert [(block.kind, words(block.text.string)) for block in again.blocks] == [
        (block.kind, words(block.text.string)) for block in made.blocks
    ]
    assert [link.url for link in again.links] == [link.url for link in made.links]


def test_the_web_page_is_whole_and_escapes_everything() -> None:
    made = parse_html('<p>1 &lt; 2 <a href="/?a=1&amp;b=&quot;">x</a></p><img src="/i" alt=\'"><script>\'>', BASE)
    page = to_html([Chapter(made, "<T>", ("a & b",), 'https://news.example/"', "ar")], "<T>")
    assert page.startswith('<!DOCTYPE html>\n<html lang="ar">')
    assert "<title>&lt;T&gt;</title>" in page
    assert "a &amp; b" in page
    assert 'href="https://news.example/&quot;"' in page
    assert '<p dir="auto">1 &lt; 2 <a href="https://news.example/?a=1&amp;b=%22">x</a></p>' in page
    assert "<script" not in page


def test_footnotes_are_links_within_the_page_of_each_article() -> None:
    note = Chapter(parse_html('<p>Fog<a href="#n">1</a> came.<p>So.<p id="n">Low cloud', f"{BASE}x"), "Fog")
    page = to_html([note, note])
    assert '<a href="#article1-2">1</a>' in page
    assert '<p id="article1-2" dir="auto">Low cloud</p>' in page
    assert '<a href="#article2-2">1</a>' in page
    assert page.count(' id="') == 2


def test_the_page_of_an_arabic_article_reads_from_the_right() -> None:
    assert '<html dir="rtl">' in to_html([Chapter(parse_html("<p>خبر قصير"))])


def test_text_has_a_head_the_lines_and_the_addresses() -> None:
    made = parse_html('<p>Said <a href="/who">Haddad</a>.</p><img src="/a.jpg">', BASE)
    assert to_plain_text(Chapter(made, "The wall", ("Desk",), f"{BASE}x"), 40, cell_len) == (
        "The wall\nDesk\nhttps://news.example/x\n\nSaid Haddad[1].\n\n[picture 1]\n\n"
        "[1] https://news.example/who\n[picture 1] https://news.example/a.jpg\n"
    )


def test_text_keeps_its_logical_order_for_other_programs() -> None:
    assert to_plain_text(Chapter(parse_html("<p>قال (نعم)")), 40, cell_len) == "قال (نعم)\n"


def test_depth_without_end_is_written_at_a_readable_depth() -> None:
    made = parse_html("<blockquote>x" * 3_000)
    assert max(map(len, to_markdown(made).splitlines())) < 80
    assert to_html([Chapter(made)]).count("<blockquote>") < 80
