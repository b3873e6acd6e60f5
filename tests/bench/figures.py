"""Measured times and the table that shows them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Times:
    """Some runs of one thing, in seconds."""

    seconds: tuple[float, ...]

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Times:
        """Times in the order of their length."""
        return cls(tuple(sorted(seconds)))

    def share(self, part: float) -> float:
        """The time within which `part` (0 to 1) of the runs were done: the nearest rank, no interpolation."""
        return self.seconds[max(0, math.ceil(part * len(self.seconds)) - 1)]

    @property
    def median(self) -> float:
        return self.share(0.5)

    @property
    def p95(self) -> float:
        return self.share(0.95)

    @property
    def worst(self) -> float:
        return self.seconds[-1]


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be at most, in the figure's own unit."""

    label: str
    value: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        said = "met" if self.met else "MISSED"
        return f"  {said:<7} {self.label}: {self.value:,.2f} {self.unit} (at most {self.limit:g})"


@dataclass(slots=True)
class Report:
    """Rows by name, columns by size; then the targets, and what went wrong."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    numbers: dict[str, dict[str, float | list[float]]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def times(self, row: str, column: str, times: Times) -> None:
        """A row of milliseconds: the middle one, and the slow ones where there were enough runs to speak of them."""
        middle, slow, worst = (f"{t * 1000:,.1f}" for t in (times.median, times.p95, times.worst))
        told = middle if len(times.seconds) < 5 else f"{middle} / {slow} / {worst}"
        self.rows.setdefault(row, {})[column] = told
        self.numbers.setdefault(row, {})[column] = list(times.seconds)

    def number(self, row: str, column: str, value: float, form: str = ",.1f") -> None:
        """A row of plain numbers."""
        self.rows.setdefault(row, {})[column] = format(value, form)
        self.numbers.setdefault(row, {})[column] = value

    def target(self, label: str, value: float, limit: float, unit: str) -> None:
        """A figure that should be at most `limit`."""
        self.targets.append(Target(label, value, limit, unit))

    def text(self) -> str:
        """The table as text, for a terminal of about 120 columns."""
        columns = list(dict.fromkeys(column for row in self.rows.values() for column in row))
        widths = {c: max(len(c), *(len(row.get(c, "")) for row in self.rows.values())) for c in columns}
        first = max((len(name) for name in self.rows), default=0)
        lines = ["", " " * first + "".join(f"  {c:>{widths[c]}}" for c in columns)]
        for name, row in self.rows.items():
            lines.append(f"{name:<{first}}" + "".join(f"  {row.get(c, ''):>{widths[c]}}" for c in columns))
        lines += ["", "Milliseconds are: half of the runs / 95 % of the runs / all runs took at most so long.", ""]
        if self.targets:
            lines += ["Targets", *map(str, self.targets), ""]
        if self.trouble:
            lines += ["Trouble", *(f"  {line}" for line in self.trouble), ""]
        return "\n".join(lines)

    def json(self) -> str:
        """The same numbers for a program; times in seconds."""
        targets = [{"label": t.label, "value": t.value, "limit": t.limit, "unit": t.unit} for t in self.targets]
        return json.dumps({"rows": self.numbers, "targets": targets, "trouble": self.trouble}, indent=1)
