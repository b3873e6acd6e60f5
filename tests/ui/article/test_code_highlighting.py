"""Code in the colors of its language."""

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


@pytest.fixture(autouse=True)
def long_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_highlighter, "MAX_SECONDS", 10.0)


@pytest.fixture
def highlighter() -> CodeHighlighter:
    """A highlighter with its languages."""
    highlighter = CodeHighlighter(lambda: None)
    for language in ("python", "nosuch", "text", "../x"):
        assert highlighter("", language) is None, "it is not loaded yet"
    highlighter.load_languages()
    return highlighter


@pytest.mark.parametrize(
    ("language", "spans"),
    [
        ("python", ["def keyword", "tide definition", "# high comment", "return keyword", '"1" string', "2 literal"]),
        ("", []),
        ("nosuch", []),
        ("text", []),
        ("../x", []),
    ],
)
def test_code_has_styles_if_its_language_is_known(
    highlighter: CodeHighlighter, language: str, spans: list[str]
) -> None:
    styled = highlighter(CODE, language) or ()
    assert [" ".join((CODE[span.start : span.end], *span.styles)) for span in styled] == spans


def test_languages_are_requested_once_when_code_is_drawn_and_change_only_styles() -> None:
    requested: list[bool] = []
    highlighter = CodeHighlighter(lambda: requested.append(True))
    html = f'<p>Before</p><pre><code class="language-python">{CODE}</code></pre>'
    lines = layout_document(parse_html(html), 40, measure, highlight=highlighter)
    assert len(lines) == 5
    assert not requested, "no line is drawn yet"
    plain = list(lines)
    assert requested == [True]
    assert {run.style for line in plain[2:] for run in line.runs} == {"code pre"}
    highlighter.load_languages()
    colored = list(lines)
    assert [line.text for line in colored] == [line.text for line in plain]
    assert ("return", "code pre keyword") in [(run.text, run.style) for run in colored[4].runs]
    offsets = [[at for run in lines[4].runs for at in run.offsets] for lines in (colored, plain)]
    assert offsets[0] == offsets[1]


def test_code_with_styles_of_the_page_keeps_them(highlighter: CodeHighlighter) -> None:
    html = '<pre class="language-python">def <b>tide</b>(): 1</pre>'
    lines = layout_document(parse_html(html), 40, measure, highlight=highlighter)
    assert [(run.text, run.style) for line in lines for run in line.runs] == [
        ("def ", "code pre"), ("tide", "code pre strong"), ("(): 1", "code pre"),
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no such alarm")
def test_code_stays_plain_if_highlighting_takes_too_long(
    highlighter: CodeHighlighter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(code: str) -> list[object]:
        return list(re.findall(r"(a|a)*b", code))

    highlighter._languages["python"] = endless  # type: ignore[assignment]
    monkeypatch.setattr(code_highlighter, "MAX_SECONDS", 0.03)
    before = time.monotonic()
    assert highlighter("a" * 60, "python") == ()
    assert time.monotonic() - before < 100 * code_highlighter.MAX_SECONDS
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
