"""The colours of code, by Textual's own highlighter: what in it is a keyword, a string or a comment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from roya_tui.document.blocks import Span
from roya_tui.layout.lines import CODE_STYLES
from roya_tui.ui.caches import LruCache

MAX_CHARACTERS = 8_000
"""Characters of one stretch of code that are highlighted."""
MAX_SECONDS = 0.03
"""What one stretch may take: it is read with regular expressions, and code comes from anywhere."""

FindSpans = Callable[[str], Sequence[Span]]


class CodeHighlighter:
    """Finds the styles of code. A language is learned in a thread when it is first met; until then it cannot tell."""

    def __init__(self, request_load: Callable[[], object]) -> None:
        """`ask_to_learn` is called when a language is met that is not known; it should call `learn` in a thread."""
        self._request_load = request_load
        self._languages: dict[str, FindSpans | None] = {}
        """None: yet to be learned."""
        self._span_cache: LruCache[tuple[str, str], Sequence[Span]] = LruCache(64)

    def load_languages(self) -> None:
        """Load what is needed for the languages that were met."""
        for language in [name for name, colours in self._languages.items() if colours is None]:
            self._languages[language] = _load_language(language)

    def __call__(self, code: str, language: str) -> Sequence[Span] | None:
        """Return the spans of code; none where its language is unknown or takes too long; None: not yet."""
        if language not in self._languages:
            self._languages[language] = None
            self._request_load()
        colours = self._languages[language]
        if colours is None:
            return None
        found = self._span_cache.get((code, language))
        return (
            found
            if found is not None
            else self._span_cache.put((code, language), _run_with_limit(colours, code[:MAX_CHARACTERS]))
        )


def _run_with_limit(find_spans: FindSpans, code: str) -> Sequence[Span]:
    try:
        with _time_limit(MAX_SECONDS):
            return find_spans(code)
    except (TimeoutError, ValueError):  # the latter if an expression was being compiled
        return ()


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what takes longer, even in one regular expression; only where there is such an alarm."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
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

    # Asking for it by name would look through all packages of this Python for one that is not there.
    if not any(language in aliases for _, aliases, _, _ in get_all_lexers(plugins=False)):
        return lambda code: ()
    get_lexer_by_name(language)  # its expressions are compiled now

    class Names(HighlightTheme):
        """Names of ours in place of colours."""

        STYLES = {
            Token.Comment: "comment",
            Token.Keyword: "keyword",
            Token.Keyword.Constant: "literal",
            Token.Operator.Word: "keyword",
            Token.Literal.String: "string",
            Token.Literal.Number: "literal",
            Token.Name.Class: "called",
            Token.Name.Function: "called",
            Token.Name.Decorator: "called",
            Token.Name.Tag: "keyword",
            Token.Name.Attribute: "called",
            Token.Generic.Heading: "called",
            Token.Generic.Inserted: "string",
            Token.Generic.Deleted: "keyword",
        }

    def find_spans(code: str) -> Sequence[Span]:
        spans: list[Span] = []
        found = highlight(code, language=language, theme=Names, tab_size=0).spans
        for start, end, style in ((s.start, min(s.end, len(code)), str(s.style)) for s in found):
            if style not in CODE_STYLES or start >= end:
                continue
            if spans and spans[-1].end == start and spans[-1].styles == (style,):
                start = spans.pop().start
            spans.append(Span(start, end, (style,)))
        return spans

    return find_spans
