"""The app with headlines of one and of two lines, in turns, so that other programs slow both down equally."""

from __future__ import annotations

from pathlib import Path

from tests.bench.figures import Report, Times
from tests.bench.reader import COLUMNS, QUIET, ROOT, ROWS, command, marks
from tests.terminal.driver import Terminal

from roya_tui.presentation.view import View

MODES = ("one", "two")
_LIMIT = 1.05


def measure(home: Path, column: str, runs: int, presses: int, report: Report) -> None:
    """Measure starts, and `j` from press to last byte, in each mode; report the ratios of two lines to one."""
    sign, settings = marks(home, View())[0], home / "config.toml"
    starts: dict[str, list[float]] = {mode: [] for mode in MODES}
    steps: dict[str, list[float]] = {mode: [] for mode in MODES}
    work: dict[str, list[float]] = {mode: [] for mode in MODES}
    try:
        for run in range(runs + 1):
            for mode in MODES if run % 2 else MODES[::-1]:
                settings.write_text(f'[look]\nrows = "{mode}"\n[reading]\nmark_read = "never"\n')
                with Terminal(command(home), columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
                    seen = terminal.wait_for_bytes(sign, timeout=60) - terminal.started
                    terminal.settled(500)
                    terminal.press(*"j" * ROWS)  # now each j scrolls, in both modes
                    terminal.settled(500)
                    before = terminal.processor_time()[0]
                    times = []
                    for _ in range(presses if run else 0):
                        pressed = terminal.press("j")
                        times.append(terminal.settled(QUIET, after=pressed) - pressed)
                    if run:  # the first pair only warms the caches up
                        starts[mode].append(seen)
                        steps[mode] += times
                        work[mode].append((terminal.processor_time()[0] - before) / presses)
                    terminal.press("q")
                    terminal.wait_exit()
    finally:
        settings.unlink(missing_ok=True)
    for mode in MODES:
        report.times(f"rows = {mode}: start → first headline, ms", column, Times.of(starts[mode]))
        report.times(f"rows = {mode}: j → last byte, ms", column, Times.of(steps[mode]))
        report.times(f"rows = {mode}: processor time of each j, ms", column, Times.of(work[mode]))
    for what, times_of in (("start", starts), ("j", steps), ("processor time of j", work)):
        one, two = (Times.of(times_of[mode]) for mode in MODES)
        report.target(f"two lines ÷ one, {column}: {what}, median", two.median / one.median, _LIMIT, "x")
        if what == "j":
            report.target(f"two lines ÷ one, {column}: j p95", two.p95 / one.p95, _LIMIT, "x")
