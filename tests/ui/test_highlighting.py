"""Code in the colours of its language."""

from __future__ import annotations

import re
import signal
import time

import pytest

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.ui import code_highlighter
from roya_tui.ui.code_highlighter import CodeHighlighter
from roya_tui.ui.widgets.cells import measure

CODE = 'def tide(day):\n\t# high\n\treturn "1" + 2'


def learned(language: str = "python") -> CodeHighlighter:
    made = CodeHighlighter(lambda: None)
    assert made("", language) is None
    made.load_languages()
    return made


def styled(code: str, language: str) -> list[tuple[str, str]]:
    return [(code[span.start : span.end], *span.styles) for span in learned(language)(code, language) or ()]


def test_words_of_code_have_their_styles() -> None:
    assert styled(CODE, "python") == [
        ("def", "keyword"), ("tide", "definition"), ("# high", "comment"), ("return", "keyword"), ('"1"', "string"),
        ("2", "literal"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["", "nosuch", "text", "../x"])
def test_unknown_languages_have_none(language: str) -> None:
    assert styled(CODE, language) == []


def test_it_asks_to_learn_once_and_lines_get_their_colours_then() -> None:
    asked: list[bool] = []
    highlighter = CodeHighlighter(lambda: asked.append(True))
    html = f'<p>Before</p><pre><code class="language-python">{CODE}</code></pre>'
    lines = layout_document(parse_html(html), 40, measure, highlight=highlighter)
    assert len(lines) == 5
    assert not asked, "nothing is drawn yet"
    plain = list(lines)
    assert asked == [True]
    assert {run.style for line in plain[2:] for run in line.runs} == {"code pre"}
    highlighter.load_languages()
    coloured = list(lines)
    assert [line.text for line in coloured] == [line.text for line in plain]
    assert ("return", "code pre keyword") in [(run.text, run.style) for run in coloured[4].runs]
    offsets = [[at for run in lines[4].runs for at in run.offsets] for lines in (coloured, plain)]
    assert offsets[0] == offsets[1]


def test_code_that_the_page_styles_itself_keeps_its_styles() -> None:
    html = '<pre class="language-python">def <b>tide</b>(): 1</pre>'
    runs = [run for line in layout_document(parse_html(html), 40, measure, highlight=learned()) for run in line.runs]
    assert [(run.text, run.style) for run in runs] == [
        ("def ", "code pre"), ("tide", "code pre strong"), ("(): 1", "code pre"),
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no such alarm")
def test_what_takes_too_long_stays_plain() -> None:
    def endless(code: str) -> list[object]:
        return list(re.findall(r"(a|a)*b", code))

    highlighter = learned()
    highlighter._languages["python"] = endless  # type: ignore[assignment]
    before = time.monotonic()
    assert highlighter("a" * 60, "python") == ()
    assert time.monotonic() - before < 100 * code_highlighter.MAX_SECONDS
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
