"""Lines that Textual has drawn are freed when they are drawn no more, rather than when garbage is collected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.strip import Strip


def free_at_once() -> None:
    """Let a line that is not cut refer to itself no more.

    Textual's `Strip.divide` keeps what it returns, and of a line that it need not cut that is the line. So each frame
    left a thousand objects for the collector, which then stopped some key for 15 ms to free those of many frames.
    """
    divide = Strip.divide

    def divided(line: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
        cuts = list(cuts)
        return [line] if cuts == [line.cell_length] else divide(line, cuts)

    Strip.divide = divided  # type: ignore[method-assign, assignment]
