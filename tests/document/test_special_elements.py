"""Footnotes, formulas, lists and tables with spanning cells, from HTML to lines."""

import pytest
from rich.cells import cell_len

from roya_tui.document.parser import parse_html
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.export.markdown import to_markdown
from roya_tui.layout.engine import layout_document

BASE = "https://news.example/2025/one"


def drawn(html: str, width: int = 60) -> list[str]:
    return [line.text.rstrip() for line in layout_document(parse_html(html, BASE), width, cell_len)]


NOTES = """<p>Water is wet<sup id="ref1"><a href="#note1">1</a></sup>, they say.</p>
    <p>A long way. Then<a id="ref2" href="https://news.example/2025/one#note2">[2]</a> more.</p>
    <p><a href="https://news.example/2025/two#note1">elsewhere</a> <a href="#nowhere">nowhere</a></p>
    <ol><li id="note1">Sources differ. <a href="#ref1">↩</a><li><p id="note2">Mostly. <a href="#ref2">↩</a></ol>"""


def test_footnote_links_lead_to_offsets_and_get_no_number() -> None:
    document = parse_html(NOTES, BASE)
    texts = ["" if link.target is None else document.text[link.target :].split("\n")[0] for link in document.links]
    assert texts == ["Sources differ. ↩", "Mostly. ↩", "", "¹, they say.", "[2] more."]
    assert document.links[0].url == "https://news.example/2025/one#note1"
    assert parse_html(NOTES).links[0].url == "", "without a base"
    assert drawn(NOTES)[0] == "Water is wet¹, they say.", "a link that is a number gets no other"
    assert drawn('<a href="#n">all the notes</a><p id="n">Here') == ["all the notes[1]", "", "Here"]


@pytest.mark.parametrize(
    ("html", "target_text"),
    [
        ('<a href="#a%20b">x</a><p id="a b">y', "y"),
        ('<a href="#n">x</a><p>first <b>bold <i id=n>y</i></b> z', "y z"),
        ('<a href="#n">x</a><a name="n"></a><h2>y</h2>', "y"),
        ('<a href="#n">x</a><div id="n"><p> <hr><p>y</div>', ""),
        ('<a href="#n">x</a><table><tr><td>a<td>b<tr><td>c<td><p>d<p id=n>e</table>', "e"),
        ('<a href="#n">x</a><figure><img src="/p.jpg" alt=""><figcaption>old <i id=n>pier</i></figcaption></figure>',
         "pier"),
        ('<a href="#n">x</a>y<div id="n"></div>', "xy"),
        ('<a href="#n">x</a><p id="n" hidden>y', None),
    ],
)  # fmt: skip
def test_anchor_is_where_its_element_begins(html: str, target_text: str | None) -> None:
    document = parse_html(html, BASE)
    place = document.links[0].target
    assert target_text == (None if place is None else document.text[place:].split("\n")[0])


def test_markdown_links_to_footnotes() -> None:
    document = parse_html('<sup><a href="#n">2</a></sup><p id=n>x', BASE)
    assert "[²](https://news.example/2025/one#n)" in to_markdown(document)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<math alttext="{\\displaystyle E=mc^{2}}"><mi>E</mi></math>', "E=mc^{2}"),
        ("<math><semantics><mi>q</mi><annotation encoding='application/x-tex'>"
         "\\frac{a}{b}</annotation></semantics></math>",
         "\\frac{a}{b}"),
        ("<math><semantics><mi>q</mi><annotation encoding='text/plain'>no</annotation></semantics></math>", "q"),
        ("<math><msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup><mo>=</mo>"
         "<mfrac><mi>a</mi><mi>b</mi></mfrac></math>", "x^(n + 1) = a/b"),
        ("<math><msqrt><mn>2</mn></msqrt><msub><mi>k</mi><mn>10</mn></msub></math>", "√2k_10"),
        ("<math><munderover><mo>∑</mo><mn>0</mn><mi>n</mi></munderover><mi>i</mi></math>", "∑_0^ni"),
        ("<math><mroot><mi>x</mi><mn>3</mn></mroot><mi>f</mi><mo>\u2061</mo><mtext> if </mtext></math>", "3√xf if"),
        ('<img class="latex" src="/q.png" alt="{\\displaystyle \\pi r}">', "\\pi r"),
        ('<span class="katex-html" aria-hidden="true">twice</span>once', "once"),
    ],
)  # fmt: skip
def test_formula_becomes_text(html: str, words: str) -> None:
    assert drawn(f"<p>So {html}") == [f"So {words}"]


def test_display_formula_is_paragraph_and_tex_is_code() -> None:
    document = parse_html('so <math display="block" alttext="\\pi"></math> it is')
    assert [block.text.string for block in document.blocks] == ["so", "\\pi", "it is"]
    assert [span.styles for span in document.blocks[1].text.spans] == [("code",)]
    assert parse_html("<math>" + "<msup><mi>x</mi>" * 20_000).text.startswith("x"), "of any depth"


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<ol reversed><li>a<ol type=a><li>x</ol><li>b<li>c</ol>", ["3. a", "   a. x", "2. b", "1. c"]),
        ("<ol reversed start=9><li>a<li>b</ol>", ["9. a", "8. b"]),
        ("<ol style='list-style-type: upper-roman'><li>a<li value=4>b</ol>", [" I. a", "IV. b"]),
        ("<ul><li><input type=checkbox checked> done<li><input type=checkbox> not yet</ul>",
         ["• [x] done", "• [ ] not yet"]),
        ("Co&shy;opera&shy;tion <button>Share</button>", ["Cooperation"]),
        ('In <span style="font-variant: small-caps">Ostra</span>', ["In OSTRA"]),
    ],
)  # fmt: skip
def test_lists_and_words_are_drawn_as_html_states(html: str, lines: list[str]) -> None:
    assert drawn(html) == lines


def test_css_sets_styles_of_text() -> None:
    html = '<span style="font-weight: 700; font-style:italic">a</span> <i style="text-decoration:line-through">b</i>'
    document = parse_html(html)
    assert [span.styles for span in document.blocks[0].text.spans] == [("strong", "em"), ("strike", "em")]


RAIN = """<table><thead><tr><th rowspan=2>Town<th colspan=2>Rain in spring, in mm<th rowspan=2>Note<tr><th>March
    <th>April</thead><tr><td rowspan=2>Ostra<td>3<td>12<td>A wet day<tr><td colspan=2>not measured<td>Mended
    <tr><td>Velin<td>120<td>7<td><ul><li>flood<li>and more</ul></table>"""


def test_records_repeat_cell_that_spans_rows() -> None:
    assert drawn(RAIN, 26)[:9] == [
        "Town: Ostra", "Rain in spring, in mm,", "March: 3", "Rain in spring, in mm,", "April: 12", "Note: A wet day",
        "────────", "Town: Ostra", "Rain in spring, in mm,",
    ]  # fmt: skip


def test_exports_keep_spanning_cells() -> None:
    document = parse_html(RAIN, BASE)
    assert "| Ostra | 3 | 12 | A wet day |\n|  | not measured |  | Mended |" in to_markdown(document)
    assert '<th rowspan="2">Town</th><th colspan="2">Rain' in to_html([Chapter(document)])
    assert parse_html(to_html([Chapter(document)])).blocks[0].rows == document.blocks[0].rows


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td rowspan=9 colspan=9>a<td>b<tr><td>c<td rowspan=0>d<tr><td colspan=3>e</table>",
        "<table><tr><th>a<td>b<tr><td rowspan=2>c<tr><td>d<tr></table>",
        "<table><tr><td><td>b<tr><td rowspan=3><td>c<tr><td>d</table>",
        "<table><tr><th>a<th>b<tr><th>c<th>d</table>",
    ],
)
@pytest.mark.parametrize("width", [8, 12, 60])
def test_irregular_tables_show_every_word(html: str, width: int) -> None:
    document = parse_html(html)
    text = "".join(line.text for line in layout_document(document, width, cell_len))
    assert all(word in text for word in document.text.split())
