"""Articles with broken markup, and the checks that any document must pass.

    python -m tests.document.mutants 5000     # checks 5000 and prints the slowest; the tests check a few hundred

The same number gives the same mutant.
"""

import random
import re
import sys
import time
from collections.abc import Sequence

from hypothesis import strategies as st
from tests.document.articles import BASE, FOLDER, names

from roya_tui.characters import Measure
from roya_tui.document.blocks import Document
from roya_tui.document.parser import parse_html
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.export.markdown import to_markdown
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import BLOCK_STYLES, DECORATION_STYLES, TEXT_STYLES, Line
from roya_tui.ui.widgets.cells import measure

_TOKEN = re.compile(r"(<[^<>]*>)")
TAGS = (
    "p div span b i a code s h1 h3 ul ol li blockquote pre table thead tr td th caption br hr sup sub img figure "
    "figcaption dl dt dd details summary small mark ruby rt q iframe video object math mi mfrac annotation input"
)
PIECES = (
    "<", ">", "&", "</", "<!--", "-->", "<![CDATA[", "]]>", "&#27;", "&#x202e;", "&nbsp;", "&shy;", '"', "'", "\x1b[2J",
    "\x9b", "\u202e", "\u2067", "\u200f", "\u200d", "\ufe0f", "e" + "\u0301" * 30, "漢字、", "「", "👩\u200d💻", "🇯🇴",
    "عربي لا مَرْحَبًا", "שלום (1)", "क्षि", "ก็ได้", "한국어", "\t", "\n\n", "x" * 300, "https://a.example/" + "b/" * 60,
    '<td colspan="9" rowspan="7">', '<th rowspan="0">', '<a href="#note1">', '<b id="note1">', '<p dir="rtl">',
    '<img src="/x.png" alt="عربي">', "<p hidden>", '<span style="font-variant:small-caps">ß', "<ol reversed>",
    '<math display="block">', '<pre class="language-python">', '<input type="checkbox">',
)  # fmt: skip
WIDTHS = (1, 8, 17, 40, 72, 120)
MODES = ("visual", "terminal", "words", "off")


CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
NAMES = {*TEXT_STYLES, *BLOCK_STYLES, *DECORATION_STYLES}
_NOT_DRAWN = "\u200c\u200d\u200e\u200f\u061c"


def check_lines(document: Document, lines: Sequence[Line], width: int, measure: Measure) -> None:
    """Raise AssertionError if a line is too wide or has controls, offsets are out of order, or a word is missing."""
    shown: set[int] = set()
    before = 0
    for line in lines:
        assert line.cells == sum(measure(run.text) for run in line.runs) <= max(width, 8)
        assert not CONTROLS.search(line.text)
        assert before <= line.start <= line.end <= len(document.text)
        before = line.start
        shown.update(range(line.start, line.end))
        for run in line.runs:
            assert not run.offsets or len(run.offsets) == len(run.text)
            assert set(run.style.split()) <= NAMES
            assert 0 <= run.link <= len(document.links)
    assert not [c for i, c in enumerate(document.text) if i not in shown and not c.isspace() and c not in _NOT_DRAWN]
    for link in document.links:
        assert link.target is None or 0 <= link.target <= len(document.text)


def html_soup(tags: str, pieces: Sequence[str], text_size: int = 0) -> st.SearchStrategy[str]:
    """Return a strategy for HTML with unbalanced tags, pieces and random text of up to `text_size` characters."""
    tag = st.sampled_from(tags.split())
    parts = [tag.map("<{}>".format), tag.map("</{}>".format), st.sampled_from(pieces)]
    return st.lists(st.one_of(*parts, st.text(max_size=text_size)), max_size=30).map("".join)


def mutant(number: int) -> str:
    """Return the HTML of a mutant: an article changed in one to twelve places."""
    chance = random.Random(number)
    tokens = _TOKEN.split((FOLDER / f"{chance.choice(names())}.html").read_text(encoding="utf-8"))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(tokens))
        match chance.randrange(7):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[chance.randrange(len(tokens))])
            case 2:
                tokens[at] = tokens[at][: chance.randint(0, len(tokens[at]))]
            case 3:
                tokens.insert(at, tokens[at] * chance.choice((2, 5, 50)))
            case 4:
                tokens.insert(at, chance.choice(("<{}>", "</{}>", "<{}")).format(chance.choice(TAGS.split())))
            case 5:
                tokens.insert(at, chance.choice(PIECES))
            case _:
                tokens.insert(at, tokens.pop(chance.randrange(len(tokens))))
        if not tokens:
            break
    return "".join(tokens)


def check_mutant(number: int) -> None:
    """Lay out and export a mutant. Raises AssertionError if an invariant is violated."""
    chance = random.Random(-number)
    document = parse_html(mutant(number), BASE)
    width, rtl = chance.choice(WIDTHS), chance.choice(MODES)
    check_lines(
        document, layout_document(document, width, measure, rtl=rtl, ascii=chance.random() < 0.2), width, measure
    )
    to_markdown(document)
    to_html([Chapter(document)])


def main(most: int) -> None:
    slowest, which = 0.0, 0
    for number in range(most):
        before = time.process_time()
        try:
            check_mutant(number)
        except Exception as error:  # noqa: BLE001 - all of them are printed
            print(f"mutant {number}: {type(error).__name__}: {error}")
        if (took := time.process_time() - before) > slowest:
            slowest, which = took, number
    print(f"{most} mutants; slowest: {which} with {slowest * 1000:.0f} ms of CPU time, exports and checks included")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
