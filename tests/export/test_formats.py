"""Export as Markdown, HTML and plain text, and quotations as Markdown."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from rich.cells import cell_len
from tests.document.mutants import html_soup

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.document.parser import parse_html
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.export.markdown import block_range_at, quote_range, to_markdown
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


def test_adjacent_lists_stay_separate_in_markdown() -> None:
    document = parse_html("<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol><li>d</ol>")
    rendered = COMMONMARK.render(to_markdown(document))
    assert (rendered.count("<ul>"), rendered.count("<ol>")) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` ~~d~~ [e](f) ![g](h) <i>j</i> &amp; \\k |l|",
        "# no heading", "## no", "1. no list", "2) no", "- no", "+ no", "> no", "---", "===", "a\n===", "a\n---",
        "```", "~~~", "a  \nb", "Really! https://a.example/*x*", "a | b\n--- | ---", "\\", "a\\", ":-- | --:",
    ],
)  # fmt: skip
def test_markdown_escapes_plain_text(text: str) -> None:
    document = Document((Block("paragraph", Text(text)),), text=text)
    rendered = COMMONMARK.render(to_markdown(document))
    assert rendered.startswith("<p>")
    assert words(unescape(re.sub("<[^>]*>", "", rendered))) == words(text)


def test_exclamation_mark_before_link_makes_no_picture_in_markdown() -> None:
    assert "<img" not in COMMONMARK.render(to_markdown(parse_html('Look!<a href="/x">here</a>', BASE)))


def words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def shown(document: Document) -> str:
    return words("".join(f"{block.label and block.label + ':'}{block.text.string}" for block in document.blocks))


MARKUP = html_soup(
    "p b i s code h2 ul ol li blockquote pre table tr td th br dl dt dd sup q details summary",
    ("<a href=/x(y)>", "</a>", "wall ", "*", "_", "`", "``", "#", "1. ", "- ", "|", "[x](y)", "!", "===", "---", "~~",
     "\\", "&amp;amp;", "&lt;b>", "عربي ", "日本", "a*b", " ", "&nbsp;", "(", "."),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(MARKUP)
def test_markdown_renders_to_the_same_words(html: str) -> None:
    document = parse_html(html, BASE)
    rendered = COMMONMARK.render(to_markdown(document))
    assert words(unescape(re.sub("<[^>]*>", "", rendered))) == shown(document)


@settings(max_examples=150, deadline=None)
@given(MARKUP)
def test_html_parses_to_the_same_blocks(html: str) -> None:
    document = parse_html(html, BASE)
    again = parse_html(
        to_html([Chapter(document)], pictures={picture.url: picture.url for picture in document.pictures})
    )
    assert [(block.kind, words(block.text.string)) for block in again.blocks] == [
        (block.kind, words(block.text.string)) for block in document.blocks
    ]
    assert [link.url for link in again.links] == [link.url for link in document.links]


def test_html_is_complete_and_escaped() -> None:
    document = parse_html('<p>1 &lt; 2 <a href="/?a=1&amp;b=&quot;">x</a></p><img src="/i" alt=\'"><script>\'>', BASE)
    page = to_html([Chapter(document, "<T>", ("a & b",), 'https://news.example/"', "ar")], "<T>")
    assert page.startswith('<!DOCTYPE html>\n<html lang="ar">')
    assert "<title>&lt;T&gt;</title>" in page
    assert "a &amp; b" in page
    assert 'href="https://news.example/&quot;"' in page
    assert '<p dir="auto">1 &lt; 2 <a href="https://news.example/?a=1&amp;b=%22">x</a></p>' in page
    assert "<script" not in page
    assert '<html dir="rtl">' in to_html([Chapter(parse_html("<p>خبر قصير"))])


def test_html_footnotes_are_links_within_each_article() -> None:
    note = Chapter(parse_html('<p>Fog<a href="#n">1</a> came.<p>So.<p id="n">Low cloud', f"{BASE}x"), "Fog")
    page = to_html([note, note])
    assert '<a href="#article1-2">1</a>' in page
    assert '<p id="article1-2" dir="auto">Low cloud</p>' in page
    assert '<a href="#article2-2">1</a>' in page
    assert page.count(' id="') == 2


def test_plain_text_has_facts_lines_and_urls() -> None:
    document = parse_html('<p>Said <a href="/who">Haddad</a>.</p><img src="/a.jpg">', BASE)
    assert to_plain_text(Chapter(document, "The wall", ("Desk",), f"{BASE}x"), 40, cell_len) == (
        "The wall\nDesk\nhttps://news.example/x\n\nSaid Haddad[1].\n\n[picture 1]\n\n"
        "[1] https://news.example/who\n[picture 1] https://news.example/a.jpg\n"
    )
    assert to_plain_text(Chapter(parse_html("<p>قال (نعم)")), 40, cell_len) == "قال (نعم)\n", "in logical order"


def test_nesting_is_limited() -> None:
    document = parse_html("<blockquote>x" * 3_000)
    assert max(map(len, to_markdown(document).splitlines())) < 80
    assert to_html([Chapter(document)]).count("<blockquote>") < 80


QUOTED = parse_html(
    '<img src="/a.jpg" alt="A pier"><h2>The wall</h2><p>It is <b>done</b>, said <a href="/who">K. Haddad</a>.<br>Twice.'
    "<ul><li>one<li>two</ul><pre>x = 1</pre><p>قال (نعم)</p><table><tr><td>Ostra<td>3</table>",
    "https://news.example/",
)
SOURCE = {"title": "The *wall*", "url": "https://news.example/x", "source": "Desk"}
FOOTER = "> [The \\*wall\\*](<https://news.example/x>), Desk\n"


def quoted(start: int, end: int) -> str:
    return quote_range(QUOTED, start, end, **SOURCE)


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
def test_block_is_quoted_with_source(at: str, quote: str) -> None:
    assert quoted(*block_range_at(QUOTED, QUOTED.text.index(at))) == f"{quote}>\n{FOOTER}"


def test_block_range_skips_pictures_and_finds_links() -> None:
    start, end = block_range_at(QUOTED, 0)
    assert QUOTED.text[start:end] == "The wall"
    assert block_range_at(parse_html("<img src=/a.jpg>"), 0) == (0, 0)
    assert block_range_at(QUOTED, len(QUOTED.text) + 1) == (0, 0)
    start, end = block_range_at(QUOTED, 0, link=1)
    assert "Haddad" in QUOTED.text[start:end]


def test_quotation_of_range_within_blocks() -> None:
    place = QUOTED.text.index
    quote = quoted(place("done") + 2, place("Haddad") + 3)
    assert quote.startswith("> **ne**, said [K. Had](https://news.example/who)\n")
    assert quoted(place("Twice"), place("\none") + 4) == f"> Twice.\n>\n> - one\n>\n{FOOTER}"


def test_quotation_escapes_its_content() -> None:
    hostile = parse_html("<p>a&#10;&#10;# b</p><p>&lt;script>x&lt;/script></p><p>```</p>")
    document = quote_range(hostile, 0, len(hostile.text), title="](javascript:x)", url="", source="<b>")
    rendered = MarkdownIt("commonmark").render(document)
    assert re.fullmatch("<blockquote>.*</blockquote>\n", rendered, re.S)
    assert rendered.count("blockquote") == 2
    assert not re.search("<script|<b>|href", rendered)
