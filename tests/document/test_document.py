"""HTML → blocks: what a reader of text would call right."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from roya_tui.document.blocks import Block, Document, Span
from roya_tui.document.parser import ParserTarget, parse_html

BASE = "https://news.example/2025/one"


def said(html: str, base: str = BASE) -> list[tuple[str, str]]:
    """The kinds and words of the blocks."""
    return [(block.kind, block.text.string) for block in parse_html(html, base).blocks]


def outline(block: Block) -> str:
    """What a block stands in: q for a quotation, a number or a bullet for an item."""
    signs = {"quote": "q", "definition": "d", "details": "v", "indent": ">"}
    return " ".join(signs.get(inside.kind) or inside.marker or "*" for inside in block.containers)


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>One</p><p>Two</p>", [("paragraph", "One"), ("paragraph", "Two")]),
        ("<p>One<p>Two", [("paragraph", "One"), ("paragraph", "Two")]),
        ("<div>One<div>Two</div>Three</div>", [("paragraph", "One"), ("paragraph", "Two"), ("paragraph", "Three")]),
        ("<h2>Head</h2>text", [("heading", "Head"), ("paragraph", "text")]),
        ("<h1><div>Head</div></h1>", [("heading", "Head")]),
        ("a<hr>b", [("paragraph", "a"), ("rule", ""), ("paragraph", "b")]),
        ("<pre>one\n  two\tx</pre>", [("code", "one\n  two\tx")]),
        ("<dl><dt>Fog</dt><dd>Low cloud</dd></dl>", [("term", "Fog"), ("paragraph", "Low cloud")]),
        ("<details><summary>More</summary>Text</details>", [("summary", "More"), ("paragraph", "Text")]),
        ("<p></p><p> </p><p>&nbsp;</p><div><br></div>", []),
        ("", []),
        ("   \n ", []),
        ("<", [("paragraph", "<")]),
        ("1 < 2 & 3 > 2", [("paragraph", "1 < 2 & 3 > 2")]),
    ],
)
def test_blocks(html: str, blocks: list[tuple[str, str]]) -> None:
    assert said(html) == blocks


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("  one \n\t two  ", "one two"),
        ("<b>one </b> two", "one two"),
        ("<b> one</b><i> two</i>", "one two"),
        ("one<br>two", "one\ntwo"),
        ("one <br> two", "one\ntwo"),
        ("<br>one<br>", "one"),
        ("one&nbsp;two", "one\xa0two"),
        ("&nbsp;&nbsp; one&nbsp;", "one"),
        ("a&#32;&#32;b", "a b"),
        ("&lt;b&gt; AT&amp;T &eacute; &#8211; &#x2014; &bogus;", "<b> AT&T é – — &bogus;"),
        ("&#128;5", "€5"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\u200d b <b>\u200dc</b>", "a b c"),
        ("\u200d👩\u200d<b>💻</b>", "👩\u200d💻"),
        ("x<![CDATA[y]]>z", "xyz"),
    ],
)
def test_blanks_and_entities(html: str, words: str) -> None:
    assert said(f"<p>{html}</p>") == [("paragraph", words)]


def test_two_breaks_end_a_paragraph() -> None:
    assert said("one<br><br>two<br> <br>three") == [("paragraph", word) for word in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("One line", ["One line"]),
        ("One\nTwo", ["One", "Two"]),
        ("One\ntwo\n\nThree\n \nFour", ["One\ntwo", "Three", "Four"]),
        ("Fish &amp; chips\n\n2 < 3", ["Fish & chips", "2 < 3"]),
        ("One <b>bold</b>\nline", ["One bold line"]),
        ("One <b>bold</b>\n\nTwo", ["One bold", "Two"]),
        ("<p>One\n\nstill one</p>", ["One still one"]),
        ("One\r\nTwo\rThree", ["One", "Two", "Three"]),
    ],
)
def test_plain_text_has_paragraphs(text: str, paragraphs: list[str]) -> None:
    assert [words for _, words in said(text)] == paragraphs


def test_styles_are_flat_spans() -> None:
    (block,) = parse_html("<b>a<i>b</i></b> <s>c</s><mark>d</mark><small>e</small><code>f</code><u>g</u>").blocks
    assert block.text.string == "ab cdefg"
    assert block.text.spans == (
        Span(0, 1, ("strong",)),
        Span(1, 2, ("strong", "em")),
        Span(3, 4, ("strike",)),
        Span(4, 5, ("mark",)),
        Span(5, 6, ("small",)),
        Span(6, 7, ("code",)),
        Span(7, 8, ("underline",)),
    )


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("H<sub>2</sub>O", "H₂O"),
        ("10<sup>-3</sup>", "10⁻³"),
        ("x<sup>a+b</sup>", "x^(a+b)"),
        ("x<sub>k</sub>", "x_k"),
        ("the 4<sup>th</sup>", "the 4th"),
        ("said<sup>[2]</sup>", "said[2]"),
        ("<q>Yes</q>", "“Yes”"),
        ("<ruby>水<rp>[</rp><rt>mizu</rt><rp>]</rp></ruby>", "水(mizu)"),
    ],
)
def test_raised_lowered_quoted_and_ruby(html: str, words: str) -> None:
    assert said(html) == [("paragraph", words)]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("/x?y=1&amp;z=2", "https://news.example/x?y=1&z=2"),
        ("two", "https://news.example/2025/two"),
        ("//b.example/x", "https://b.example/x"),
        (" https://a.example/a b ", "https://a.example/a%20b"),
        ("https://a.example/\n x", "https://a.example/%20x"),
        ("https://a.example/&quot;&gt;", "https://a.example/%22%3E"),
        ("mailto:desk@news.example", "mailto:desk@news.example"),
        ("HTTPS://A.example/", "https://A.example/"),
    ],
)
def test_links_are_resolved(href: str, url: str) -> None:
    made = parse_html(f'<a href="{href}">here</a>', BASE)
    assert [(link.url, link.text) for link in made.links] == [(url, "here")]
    assert made.blocks[0].text.spans == (Span(0, 4, (), 1),)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "#note",
        "",
        "http://",
        "http://[x",
    ],
)
def test_other_addresses_are_text(href: str) -> None:
    made = parse_html(f'<a href="{href}">here</a>', BASE)
    assert made.links == ()
    assert made.text == "here"


def test_relative_links_without_a_base_are_text() -> None:
    made = parse_html('<a href="/x">here</a>')
    assert (made.text, made.links) == ("here", ())


def test_links_are_numbered_as_they_appear_and_share_a_number_with_their_address() -> None:
    made = parse_html(
        '<a href="/a">A <b>one</b></a>, <a href="/b">B</a>, <a href="/a">again</a><a href="/c"> </a>', BASE
    )
    assert [(link.url, link.text) for link in made.links] == [
        ("https://news.example/a", "A one"),
        ("https://news.example/b", "B"),
    ]
    assert [span.link for span in made.blocks[0].text.spans] == [1, 1, 2, 1]


def test_bare_addresses_become_links() -> None:
    made = parse_html("See https://a.example/x?b=1&amp;c=2, or (http://b.example/w_(z)).", BASE)
    assert [link.url for link in made.links] == ["https://a.example/x?b=1&c=2", "http://b.example/w_(z)"]


def test_blanks_at_the_edges_of_a_link_are_none_of_it() -> None:
    (block,) = parse_html('see<a href="/a"> this <b>here </b></a>now', BASE).blocks
    assert block.text.string == "see this here now"
    assert [block.text.string[span.start : span.end] for span in block.text.spans] == ["this ", "here"]


def test_lists_nest_and_count() -> None:
    html = """<ol start="3"><li>a<ul><li>b<p>c</p></ul><li value="9">d</li><li>e</ol>
        <ol type="i"><li>f<li>g</ol><ol reversed start="2"><li>h<li>i</ol><ul><li>j<ul><li>k</ul></ul><li>l"""
    blocks = parse_html(html).blocks
    assert [(outline(block), block.text.string) for block in blocks] == [
        ("3.", "a"), ("3. *", "b"), ("3. *", "c"), ("9.", "d"), ("10.", "e"),
        ("i.", "f"), ("ii.", "g"), ("2.", "h"), ("1.", "i"), ("*", "j"), ("* *", "k"), ("*", "l"),
    ]  # fmt: skip


def test_a_list_in_a_list_but_in_no_item_is_indented() -> None:
    blocks = parse_html("<ul><li>a</li><ul><li>b</li></ul></ul>").blocks
    assert [outline(block) for block in blocks] == ["*", "> *"]


def test_quotations_nest() -> None:
    blocks = parse_html("<blockquote>a<blockquote><p>b</blockquote></blockquote>c").blocks
    assert [(outline(block), block.text.string) for block in blocks] == [("q", "a"), ("q q", "b"), ("", "c")]


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<pre class="language-python">x', "python"),
        ('<pre><code class="hljs lang-c++">x', "c++"),
        ('<div class="highlight-source-rust"><pre>x', ""),
        ("<pre>x", ""),
    ],
)
def test_code_names_its_language(html: str, language: str) -> None:
    (block,) = parse_html(html).blocks
    assert (block.kind, block.text.string, block.language) == ("code", "x", language)


def cells(block: Block) -> list[list[str]]:
    return [[block.text.string[start:end] for start, end in row] for row in block.rows]


def test_a_table_has_rows_and_a_head() -> None:
    html = "<table><thead><tr><td>Town<td>Rain</thead><tr><td>Ostra<td>3 <b>mm</b><tr><td>Velin</table>"
    (table,) = parse_html(html).blocks
    assert (table.kind, table.header_rows) == ("table", True)
    assert cells(table) == [["Town", "Rain"], ["Ostra", "3 mm"], ["Velin", ""]]
    (span,) = table.text.spans
    assert table.text.string[span.start : span.end] == "mm"


def test_cells_that_span_stand_in_each_of_their_columns_and_are_said_once() -> None:
    html = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>"
    (table,) = parse_html(html).blocks
    assert cells(table) == [["a", "b", "b"], ["a", "c", "d"], ["e", "f", "g"]]
    assert table.text.string == "a\tb\t\n\tc\td\ne\tf\tg"


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<table><tr><td>only</table>", [("paragraph", "only")]),
        ("<table><tr><td>a<tr><td>b</table>", [("paragraph", "a"), ("paragraph", "b")]),
        ("<table><tr><td><h2>a</h2><td>b<tr><td>c<td>d</table>",
         [("heading", "a"), ("paragraph", "b"), ("paragraph", "c"), ("paragraph", "d")]),
        ("<table><tr><td>a<td><table><tr><td>b<td>c<tr><td>d<td>e</table><tr><td>f<td>g</table>",
         [("paragraph", "a"), ("table", "b\tc\nd\te"), ("paragraph", "f"), ("paragraph", "g")]),
    ],
)  # fmt: skip
def test_tables_that_only_arrange_a_page_are_read_in_order(html: str, blocks: list[tuple[str, str]]) -> None:
    assert said(html) == blocks


def test_a_tables_caption_comes_before_it() -> None:
    html = "<table><caption>Rain</caption><tr><td>a<td>b<tr><td>c<td>d</table>"
    assert said(html) == [("caption", "Rain"), ("table", "a\tb\nc\td")]


def pictures(made: Document) -> list[tuple[str, str]]:
    return [(picture.url.removeprefix("https://news.example/"), picture.caption) for picture in made.pictures]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="/a.jpg" alt="A harbour">', [("a.jpg", "A harbour")]),
        ('<img src="/a.jpg" alt="IMG_2041.jpg">', [("a.jpg", "")]),
        ('<img src="/a.jpg" title="Dusk">', [("a.jpg", "Dusk")]),
        ('<figure><img src="/a.jpg" alt="x"><figcaption>The <i>old</i> pier</figcaption></figure>',
         [("a.jpg", "The old pier")]),
        ('<img src="data:image/gif;base64,AA" data-src="/late.jpg">', [("late.jpg", "")]),
        ('<img srcset="/small.jpg 1x, /large.jpg 2x">', [("small.jpg", "")]),
        ('<img src="/a.jpg"><noscript><img src="/a.jpg"></noscript>', [("a.jpg", "")]),
        ('<p><img src="/a.jpg">text <img src="/b.jpg"></p>', [("a.jpg", ""), ("b.jpg", "")]),
        ('<img src="/t.gif" width="1" height="1">', []),
        ('<img src="/t.gif" style="width:1px">', []),
        ('<img src="javascript:x">', []),
        ("<img>", []),
    ],
)  # fmt: skip
def test_pictures_are_numbered_and_captioned(html: str, expected: list[tuple[str, str]]) -> None:
    made = parse_html(html, BASE)
    assert pictures(made) == expected
    assert [block.number for block in made.blocks if block.kind == "picture"] == list(range(1, len(expected) + 1))


def test_captions_stay_in_their_figure() -> None:
    html = """<img src="/a.jpg" alt="A"><figure><figcaption>One</figcaption><img src="/b.jpg" alt="B"></figure>
        <figure><figcaption>Two</figcaption><img src="/c.jpg"></figure>
        <figure><img src="/d.jpg"><figcaption>Three</figcaption><figcaption>Four</figcaption></figure>"""
    assert said(html) == [
        ("picture", "A"), ("caption", "One"), ("picture", "B"), ("caption", "Two"), ("picture", ""),
        ("picture", "Three"), ("caption", "Four"),
    ]  # fmt: skip


def test_a_mark_belongs_to_the_letter_before_it_whatever_its_element() -> None:
    (block,) = parse_html("caf<i>e</i>\u0301 au").blocks
    assert [block.text.string[span.start : span.end] for span in block.text.spans] == ["e\u0301"]


def test_a_picture_that_is_a_link_keeps_it() -> None:
    made = parse_html('<a href="/big"><img src="/a.jpg"></a><a href="/b.jpg"><img src="/b.jpg"></a>', BASE)
    assert [block.link for block in made.blocks] == [1, 0]


def test_small_pictures_are_their_characters() -> None:
    html = 'Good <img src="/smile.png" class="emoji" alt="🙂"> day <img src="/f.png" width=16 height=16 alt="NO">'
    assert said(html) == [("paragraph", "Good 🙂 day NO")]


@pytest.mark.parametrize(
    ("html", "label", "words", "url"),
    [
        ('<iframe src="https://www.youtube.com/embed/x" title="The flood"></iframe>', "video", "The flood",
         "https://www.youtube.com/embed/x"),
        ('<iframe src="/map"></iframe>', "page", "news.example", "https://news.example/map"),
        ('<video title="Waves"><source src="/v.webm"><source src="/v.mp4">no video</video>', "video", "Waves",
         "https://news.example/v.webm"),
        ('<audio src="/a.mp3">none</audio>', "audio", "news.example", "https://news.example/a.mp3"),
    ],
)  # fmt: skip
def test_media_are_named_links(html: str, label: str, words: str, url: str) -> None:
    made = parse_html(f"before{html}after", BASE)
    before, block, after = made.blocks
    assert (block.kind, block.label, block.text.string) == ("media", label, words)
    assert made.links[block.link - 1].url == url
    assert (before.text.string, after.text.string) == ("before", "after")


@pytest.mark.parametrize(
    "html",
    [
        "<script>var x = '<p>no</p>'</script>",
        "<style>p{}</style>",
        "<p hidden>no</p>",
        '<div style="display: none"><p>no</p></div>',
        "<template>no</template>",
        "<noscript>no</noscript>",
        "<!-- no --><?php no ?>",
        "<head><title>no</title></head>",
        "<select><option>no</select>",
        "<svg><text>no</text></svg>",
        '<iframe width="1" height="1" src="https://count.example/">no</iframe>',
    ],
)
def test_what_is_not_for_reading_is_left_out(html: str) -> None:
    made = parse_html(f"{html}<p>yes</p>", BASE)
    assert (made.text, made.links) == ("yes", ())


def test_a_cell_of_one_percent_is_no_tracker() -> None:
    assert said('<table><tr><td width="1%">a</td><td>b</td></tr><tr><td>c<td>d</table>') == [("table", "a\tb\nc\td")]


@pytest.mark.parametrize("evil", ["&#27;[31m", "&#x9b;31m", "&#8238;", "&#8203;", "\x1b]0;x\x07", "&#0;", "&#1;"])
def test_entities_cannot_bring_control_characters_in(evil: str) -> None:
    made = parse_html(f'<p>a{evil}b<img src="/x.png" alt="c{evil}d"><a href="/q{evil}">e</a>', BASE)
    everything = made.text + "".join(link.url for link in made.links) + "".join(p.caption for p in made.pictures)
    assert not any(character < " " and character != "\n" for character in everything)
    assert not any(character in everything for character in "\x7f\x9b\u202e\u200b")


def test_offsets_are_places_in_the_whole_text() -> None:
    made = parse_html("<h1>One</h1><hr><ul><li>two<li>three</ul><table><tr><td>a<td>b<tr><td>c<td>d</table>")
    for block in made.blocks:
        assert made.text[block.start : block.start + len(block.text.string)] == block.text.string
    assert made.text == "One\n\ntwo\nthree\na\tb\nc\td"


def test_a_stated_direction_is_kept() -> None:
    blocks = parse_html('<div dir="RTL"><p>a</p><p dir="ltr">b</p></div><p>c</p>').blocks
    assert [block.rtl for block in blocks] == [True, False, None]


@pytest.mark.parametrize(("html", "rtl"), [("خبر قصير من NASA", True), ("one كلمة in English", False), ("x", False)])
def test_the_direction_of_a_document_is_that_of_most_letters(html: str, rtl: bool) -> None:
    assert parse_html(html).rtl is rtl


@pytest.mark.parametrize(
    "opening",
    ["<div>", "<b>", "<b>x<i>", "<blockquote>x", "<ul><li>x", "<ul>", "<table><tr><td>x", "<sup>", "<a href=/x>",
     "<span>", "<details><summary>s</summary>", "<h1>", "<pre>", "<dl><dt>a<dd>"],
)  # fmt: skip
def test_nesting_ten_thousand_deep_is_read(opening: str) -> None:
    assert "the end" in parse_html(opening * 10_000 + "the end", BASE).text


HOSTILE = {
    "breaks": "<br> " * 50_000 + "x",
    "bold blanks": "x" + "<b> </b><br>" * 20_000,
    "joiners": "a\u200d" * 300_000,
    "half a tag": "<a" * 100_000,
    "ampersands": "&" * 200_000,
    "comments": "<!--" * 50_000,
    "a word": "x" * 1_000_000,
    "attributes": "<p " + "a=1 " * 50_000 + ">x",
    "declarations": "<p style='" + "text-decoration:" * 50_000 + "'>x",
    "spans": "<table>" + "<tr><td rowspan=999 colspan=999>x" * 2_000,
    "pictures": "<img src=/x>" * 20_000,
    "paragraphs": "<p>x" * 20_000,
    "an address": "http://x/" + ")" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sizes_are_read(name: str) -> None:
    parse_html(HOSTILE[name], BASE)


NESTED = {
    "unmatched end tags": lambda n: "<b>" * n + "</i>" * n,
    "unmatched end tags of links": lambda n: "<font>" * n + "</a>" * n,
    "end tags that close nothing beyond a block": lambda n: "<i><div></i>" * n,
    "headings that close each other": lambda n: "<b>" * n + "<h1><h2></h1></h2>" * n,
    "nothing is closed": lambda n: "<b>x<i>y" * n,
    "quotations": lambda n: "<blockquote>x" * n,
    "formulas": lambda n: "<math>" + "<mrow>x" * n + "</i>" * n,
    "hidden": lambda n: "<p hidden>" + "<span>x" * n + "</i>" * n,
}


@pytest.mark.parametrize("name", NESTED)
def test_open_elements_stay_few_however_many_tags_open(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """libxml2 compares an end tag with every open element, in C where no call can be counted: so count the elements."""
    deepest = 0

    class Watched(ParserTarget):
        def start(self, tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal deepest
            super().start(tag, attributes)
            deepest = max(deepest, len(self.open_tags))

    monkeypatch.setattr("roya_tui.document.parser.ParserTarget", Watched)
    for size in (5_000, 10_000):
        assert parse_html(NESTED[name](size) + "<p>the end", BASE).text.endswith("the end") or name in (
            "formulas",
            "hidden",
        )
        assert deepest < 1_000


def test_text_keeps_its_style_where_too_many_elements_are_open() -> None:
    (block,) = parse_html("<b>" * 10_000 + "bold").blocks
    assert block.text.spans == (Span(0, 4, ("strong",)),)
