"""Syntax highlighting of code blocks with Textual's highlighter."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from roya_tui.document.blocks import Span
from roya_tui.layout.lines import CODE_STYLES
from roya_tui.ui.caches import LruCache

MAX_CHARACTERS = 8_000
"""Characters of one code block that are highlighted."""
MAX_SECONDS = 0.03
"""Time limit for one code block: regular expressions can be slow on hostile code."""

FindSpans = Callable[[str], Sequence[Span]]


class CodeHighlighter:
    """Finds the styles of code; loads lexers when they are first needed."""

    def __init__(self, request_load: Callable[[], object]) -> None:
        """`request_load` should call `load_languages` in a thread."""
        self._request_load = request_load
        self._languages: dict[str, FindSpans | None] = {}
        """None: not loaded yet."""
        self._span_cache: LruCache[tuple[str, str], Sequence[Span]] = LruCache(64)

    def load_languages(self) -> None:
        """Load the lexers of the languages requested so far."""
        for language in [name for name, find_spans in self._languages.items() if find_spans is None]:
            self._languages[language] = _load_language(language)

    def __call__(self, code: str, language: str) -> Sequence[Span] | None:
        """Return the spans of code, none if its language is unknown; None if not loaded yet."""
        if language not in self._languages:
            self._languages[language] = None
            self._request_load()
        find_spans = self._languages[language]
        if find_spans is None:
            return None
        spans = self._span_cache.get((code, language))
        if spans is None:
            spans = self._span_cache.put((code, language), _run_with_limit(find_spans, code[:MAX_CHARACTERS]))
        return spans


def _run_with_limit(find_spans: FindSpans, code: str) -> Sequence[Span]:
    try:
        with _time_limit(MAX_SECONDS):
            return find_spans(code)
    except (TimeoutError, ValueError):  # ValueError: interrupted while compiling an expression
        return ()


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block after `seconds`.

    Does nothing outside the main thread and on Windows.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _load_language(language: str) -> FindSpans:
    from pygments.lexers import get_all_lexers, get_lexer_by_name
    from pygments.token import Token
    from textual.highlight import HighlightTheme, highlight

    # For an unknown name, `get_lexer_by_name` would search the entry points of all installed packages.
    if not any(language in aliases for _, aliases, _, _ in get_all_lexers(plugins=False)):
        return lambda code: ()
    get_lexer_by_name(language)  # compiles its expressions

    class Names(HighlightTheme):
        """The style names of this app in place of colors."""

        STYLES = {
            Token.Comment: "comment",
            Token.Keyword: "keyword",
            Token.Keyword.Constant: "literal",
            Token.Operator.Word: "keyword",
            Token.Literal.String: "string",
            Token.Literal.Number: "literal",
            Token.Name.Class: "definition",
            Token.Name.Function: "definition",
            Token.Name.Decorator: "definition",
            Token.Name.Tag: "keyword",
            Token.Name.Attribute: "definition",
            Token.Generic.Heading: "definition",
            Token.Generic.Inserted: "string",
            Token.Generic.Deleted: "keyword",
        }

    def find_spans(code: str) -> Sequence[Span]:
        spans: list[Span] = []
        highlighted = highlight(code, language=language, theme=Names, tab_size=0).spans
        for start, end, style in ((s.start, min(s.end, len(code)), str(s.style)) for s in highlighted):
            if style not in CODE_STYLES or start >= end:
                continue
            if spans and spans[-1].end == start and spans[-1].styles == (style,):
                start = spans.pop().start
            spans.append(Span(start, end, (style,)))
        return spans

    return find_spans
