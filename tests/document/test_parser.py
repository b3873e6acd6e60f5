"""HTML → blocks: their kinds, words, links, pictures and containers; hostile documents."""

from collections.abc import Mapping

import pytest

from roya_tui.document.blocks import Block, Document, Span
from roya_tui.document.parser import ParserTarget, parse_html

BASE = "https://news.example/2025/one"


def kinds_and_texts(html: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text.string) for block in parse_html(html, BASE).blocks]


def outline(block: Block) -> str:
    """Return the containers of a block: q for a quotation, a number or a bullet for an item."""
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
        ("one<br><br>two<br> <br>three", [("paragraph", "one"), ("paragraph", "two"), ("paragraph", "three")]),
        ('Good <img src="/smile.png" class="emoji" alt="🙂"> day <img src="/f.png" width=16 height=16 alt="NO">',
         [("paragraph", "Good 🙂 day NO")]),
        ('<table><tr><td width="1%">a<td>b<tr><td>c<td>d</table>', [("table", "a\tb\nc\td")]),  # not a tracking pixel
        ("<table><caption>Rain</caption><tr><td>a<td>b<tr><td>c<td>d</table>",
         [("caption", "Rain"), ("table", "a\tb\nc\td")]),
        # tables that only arrange a page
        ("<table><tr><td>only</table>", [("paragraph", "only")]),
        ("<table><tr><td>a<tr><td>b</table>", [("paragraph", "a"), ("paragraph", "b")]),
        ("<table><tr><td><h2>a</h2><td>b<tr><td>c<td>d</table>",
         [("heading", "a"), ("paragraph", "b"), ("paragraph", "c"), ("paragraph", "d")]),
        ("<table><tr><td>a<td><table><tr><td>b<td>c<tr><td>d<td>e</table><tr><td>f<td>g</table>",
         [("paragraph", "a"), ("table", "b\tc\nd\te"), ("paragraph", "f"), ("paragraph", "g")]),
        ("""<img src="/a.jpg" alt="A"><figure><figcaption>One</figcaption><img src="/b.jpg" alt="B"></figure>
            <figure><figcaption>Two</figcaption><img src="/c.jpg"></figure>
            <figure><img src="/d.jpg"><figcaption>Three</figcaption><figcaption>Four</figcaption></figure>""",
         [("picture", "A"), ("caption", "One"), ("picture", "B"), ("caption", "Two"), ("picture", ""),
          ("picture", "Three"), ("caption", "Four")]),
    ],
)  # fmt: skip
def test_html_becomes_blocks(html: str, blocks: list[tuple[str, str]]) -> None:
    assert kinds_and_texts(html) == blocks


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
def test_inline_text_collapses_whitespace_and_decodes_entities_and_scripts(html: str, words: str) -> None:
    assert kinds_and_texts(f"<p>{html}</p>") == [("paragraph", words)]


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
def test_lines_of_plain_text_become_paragraphs(text: str, paragraphs: list[str]) -> None:
    assert [words for _, words in kinds_and_texts(text)] == paragraphs


def test_styles_are_flat_spans() -> None:
    (block,) = parse_html("<b>a<i>b</i></b> <s>c</s><mark>d</mark><small>e</small><code>f</code><u>g</u>").blocks
    assert block.text.string == "ab cdefg"
    assert block.text.spans == (
        Span(0, 1, ("strong",)), Span(1, 2, ("strong", "em")), Span(3, 4, ("strike",)), Span(4, 5, ("mark",)),
        Span(5, 6, ("small",)), Span(6, 7, ("code",)), Span(7, 8, ("underline",)),
    )  # fmt: skip


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
def test_links_are_resolved_against_base(href: str, url: str) -> None:
    document = parse_html(f'<a href="{href}">here</a>', BASE)
    assert [(link.url, link.text) for link in document.links] == [(url, "here")]
    assert document.blocks[0].text.spans == (Span(0, 4, (), 1),)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "ftp://a.example/",
        "#note", "", "http://", "http://[x",
    ],
)  # fmt: skip
def test_links_to_other_schemes_are_text(href: str) -> None:
    document = parse_html(f'<a href="{href}">here</a>', BASE)
    assert (document.text, document.links) == ("here", ())
    assert parse_html('<a href="/x">here</a>').links == (), "relative without a base"


def test_links_are_numbered_in_order_and_by_url() -> None:
    html = '<a href="/a">A <b>one</b></a>, <a href="/b">B</a>, <a href="/a">again</a><a href="/c"> </a>'
    document = parse_html(html, BASE)
    links = [(link.url, link.text) for link in document.links]
    assert links == [("https://news.example/a", "A one"), ("https://news.example/b", "B")]
    assert [span.link for span in document.blocks[0].text.spans] == [1, 1, 2, 1]


def test_urls_in_text_become_links() -> None:
    document = parse_html("See https://a.example/x?b=1&amp;c=2, or (http://b.example/w_(z)).", BASE)
    assert [link.url for link in document.links] == ["https://a.example/x?b=1&c=2", "http://b.example/w_(z)"]


def test_spans_exclude_spaces_of_links_and_include_combining_marks() -> None:
    (block,) = parse_html('see<a href="/a"> this <b>here </b></a>now caf<i>e</i>\u0301', BASE).blocks
    assert block.text.string == "see this here now cafe\u0301"
    assert [block.text.string[span.start : span.end] for span in block.text.spans] == ["this ", "here", "e\u0301"]


def test_containers_of_lists_and_quotations() -> None:
    html = """<ol start="3"><li>a<ul><li>b<p>c</p></ul><li value="9">d</li><li>e</ol>
        <ol type="i"><li>f<li>g</ol><ol reversed start="2"><li>h<li>i</ol>
        <ul><li>j</li><ul><li>k</li></ul></ul><blockquote>l<blockquote><p>m</blockquote></blockquote>n
        <ul><li>o<ul><li>p</ul></ul><li>q"""
    blocks = parse_html(html).blocks
    assert [(outline(block), block.text.string) for block in blocks] == [
        ("3.", "a"), ("3. *", "b"), ("3. *", "c"), ("9.", "d"), ("10.", "e"),
        ("i.", "f"), ("ii.", "g"), ("2.", "h"), ("1.", "i"),
        ("*", "j"), ("> *", "k"), ("q", "l"), ("q q", "m"), ("", "n"), ("*", "o"), ("* *", "p"), ("*", "q"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<pre class="language-python">x', "python"),
        ('<pre><code class="hljs lang-c++">x', "c++"),
        ('<div class="highlight-source-rust"><pre>x', ""),
        ("<pre>x", ""),
    ],
)
def test_code_has_language_of_its_class(html: str, language: str) -> None:
    (block,) = parse_html(html).blocks
    assert (block.kind, block.text.string, block.language) == ("code", "x", language)


def cells(block: Block) -> list[list[str]]:
    return [[block.text.string[start:end] for start, end in row] for row in block.rows]


def test_table_has_rows_and_header_rows() -> None:
    html = "<table><thead><tr><td>Town<td>Rain</thead><tr><td>Ostra<td>3 <b>mm</b><tr><td>Velin</table>"
    (table,) = parse_html(html).blocks
    assert (table.kind, table.header_rows) == ("table", True)
    assert cells(table) == [["Town", "Rain"], ["Ostra", "3 mm"], ["Velin", ""]]
    (span,) = table.text.spans
    assert table.text.string[span.start : span.end] == "mm"


def test_spanning_cells_are_repeated_in_rows_but_not_in_text() -> None:
    html = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>"
    (table,) = parse_html(html).blocks
    assert cells(table) == [["a", "b", "b"], ["a", "c", "d"], ["e", "f", "g"]]
    assert table.text.string == "a\tb\t\n\tc\td\ne\tf\tg"


def pictures(document: Document) -> list[tuple[str, str]]:
    return [(picture.url.removeprefix("https://news.example/"), picture.caption) for picture in document.pictures]


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
def test_pictures_have_numbers_and_captions(html: str, expected: list[tuple[str, str]]) -> None:
    document = parse_html(html, BASE)
    assert pictures(document) == expected
    assert [block.number for block in document.blocks if block.kind == "picture"] == list(range(1, len(expected) + 1))


def test_linked_picture_has_link_unless_it_leads_to_itself() -> None:
    document = parse_html('<a href="/big"><img src="/a.jpg"></a><a href="/b.jpg"><img src="/b.jpg"></a>', BASE)
    assert [block.link for block in document.blocks] == [1, 0]


@pytest.mark.parametrize(
    ("html", "label", "words", "url"),
    [
        ('<iframe src="https://www.youtube.com/embed/x" title="The flood"></iframe>', "video", "The flood",
         "https://www.youtube.com/embed/x"),
        ('<iframe src="https://www.youtube.com/embed/Ostra-Pier1?rel=0"></iframe>', "video", "youtube.com",
         "https://www.youtube.com/watch?v=Ostra-Pier1"),
        ('<iframe data-src="https://player.vimeo.com/video/12" src="about:blank"></iframe>', "video", "vimeo.com",
         "https://vimeo.com/12"),
        ('<object data="/a.mp4" type="video/mp4">none</object>', "video", "news.example", "https://news.example/a.mp4"),
        ('<iframe src="/map"></iframe>', "page", "news.example", "https://news.example/map"),
        ('<video title="Waves"><source src="/v.webm"><source src="/v.mp4">no video</video>', "video", "Waves",
         "https://news.example/v.webm"),
        ('<audio src="/a.mp3">none</audio>', "audio", "news.example", "https://news.example/a.mp3"),
    ],
)  # fmt: skip
def test_media_become_blocks_with_links(html: str, label: str, words: str, url: str) -> None:
    document = parse_html(f"before{html}after", BASE)
    before, block, after = document.blocks
    assert (block.kind, block.label, block.text.string) == ("media", label, words)
    assert document.links[block.link - 1].url == url
    assert (before.text.string, after.text.string) == ("before", "after")


@pytest.mark.parametrize(
    "html",
    [
        "<script>var x = '<p>no</p>'</script>", "<style>p{}</style>", "<p hidden>no</p>",
        '<div style="display: none"><p>no</p></div>', "<template>no</template>", "<noscript>no</noscript>",
        "<!-- no --><?php no ?>", "<head><title>no</title></head>", "<select><option>no</select>",
        "<svg><text>no</text></svg>", '<iframe width="1" height="1" src="https://count.example/">no</iframe>',
        '<img src="https://pixel.wp.com/g.gif?host=x">', '<iframe src="https://ad.doubleclick.net/x"></iframe>',
        '<img src="https://www.facebook.com/tr?id=1&ev=PageView" alt="no">',
        '<img src="http://feeds.feedburner.com/~r/ostra/~4/x" width=8>',
        '<img src="https://stats.news.example/matomo.php?idsite=1">',
    ],
)  # fmt: skip
def test_hidden_elements_and_trackers_are_left_out(html: str) -> None:
    document = parse_html(f"{html}<p>yes</p>", BASE)
    assert (document.text, document.links, document.pictures) == ("yes", (), ())


@pytest.mark.parametrize("entity", ["&#27;[31m", "&#x9b;31m", "&#8238;", "&#8203;", "\x1b]0;x\x07", "&#0;", "&#1;"])
def test_control_characters_in_entities_are_removed(entity: str) -> None:
    document = parse_html(f'<p>a{entity}b<img src="/x.png" alt="c{entity}d"><a href="/q{entity}">e</a>', BASE)
    everything = (
        document.text + "".join(link.url for link in document.links) + "".join(p.caption for p in document.pictures)
    )
    assert not any(character < " " and character != "\n" for character in everything)
    assert not any(character in everything for character in "\x7f\x9b\u202e\u200b")


def test_block_start_is_offset_in_document_text() -> None:
    document = parse_html("<h1>One</h1><hr><ul><li>two<li>three</ul><table><tr><td>a<td>b<tr><td>c<td>d</table>")
    for block in document.blocks:
        assert document.text[block.start : block.start + len(block.text.string)] == block.text.string
    assert document.text == "One\n\ntwo\nthree\na\tb\nc\td"


def test_dir_attribute_sets_direction_of_blocks() -> None:
    blocks = parse_html('<div dir="RTL"><p>a</p><p dir="ltr">b</p></div><p>c</p>').blocks
    assert [block.rtl for block in blocks] == [True, False, None]


@pytest.mark.parametrize(("html", "rtl"), [("خبر قصير من NASA", True), ("one كلمة in English", False), ("x", False)])
def test_document_is_rtl_if_most_letters_are(html: str, rtl: bool) -> None:
    assert parse_html(html).rtl is rtl


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
    **{opening: opening * 10_000 for opening in (
        "<div>", "<b>", "<b>x<i>", "<blockquote>x", "<ul><li>x", "<ul>", "<table><tr><td>x", "<sup>", "<a href=/x>",
        "<span>", "<details><summary>s</summary>", "<h1>", "<pre>", "<dl><dt>a<dd>")},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_parser_reads_hostile_sizes_and_depths(name: str) -> None:
    document = parse_html(HOSTILE[name] + "the end", BASE)
    assert "the end" in document.text or name in ("half a tag", "comments", "attributes", "declarations")


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
def test_parser_limits_open_elements(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """libxml2 compares an end tag with every open element, in C, where calls cannot be counted: count the elements."""
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


def test_text_keeps_style_beyond_limit_of_open_elements() -> None:
    (block,) = parse_html("<b>" * 10_000 + "bold").blocks
    assert block.text.spans == (Span(0, 4, ("strong",)),)
