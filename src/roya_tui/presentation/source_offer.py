"""What stands at an address that someone may want to add, and what of it is taken: a value, without a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.text import format_count

MAX_HEADLINES = 5
"""Headlines by which one knows a feed."""


class SourceOffer(Struct, frozen=True):
    """An event "offer" of `roya-tui add`: a sentence, and candidates of which one or several may be taken."""

    message: str
    candidates: tuple[Mapping[str, Any], ...]
    selected: frozenset[int] = frozenset()
    """The numbers of those that the person chose."""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> SourceOffer:
        """Read the event."""
        return cls(str(event["message"]), tuple(event["candidates"]))

    @property
    def has_several(self) -> bool:
        return len(self.candidates) > 1

    def with_toggled(self, number: int) -> SourceOffer:
        """Mark a candidate, or take its mark away."""
        return replace(self, selected=self.selected ^ {number})

    def chosen_numbers(self, current: int) -> list[int]:
        """Return what enter takes: all that is marked, or else the one `here` under the cursor."""
        return sorted(self.selected) or [current]

    def checkbox(self, number: int) -> str:
        """Return what shows whether a candidate is marked; "" where there is nothing to choose."""
        if not self.has_several:
            return ""
        page = "this page: " if is_article(self.candidates[number]) else ""
        return ("[x] " if number in self.selected else "[ ] ") + page

    def title(self, number: int) -> str:
        """Return a candidate's title, or its address."""
        one = self.candidates[number]
        return str(one.get("title") or one["url"])

    def details(self, number: int, clock: Clock, separator: str) -> str:
        """Return what is known of a candidate, in one line: how many articles, the newest one, whether one has it."""
        one = self.candidates[number]
        known = "you have it" if one.get("known") else ""
        if is_article(one):
            facts = [
                known,
                _format_time("", one.get("published"), clock),
                ", ".join(one["authors"]),
                format_count(one["pictures"], "picture") if one["pictures"] else "",
            ]
        elif one.get("entries") is None:
            facts = ["did not answer yet", str(one["url"])]
        else:
            count = one["entries"]
            facts = [
                known,
                _FORMAT_NAMES.get(one["kind"], ""),
                format_count(count, "article"),
                _format_time("newest ", one.get("newest"), clock),
                str(one.get("language") or ""),
            ]
        return f" {separator} ".join(fact for fact in facts if fact)

    def headlines(self, number: int) -> list[str]:
        """Return the latest headlines of a feed."""
        return [str(headline) for headline in self.candidates[number].get("headlines", ()) if headline][:MAX_HEADLINES]

    def excerpt(self, number: int) -> str:
        """Return how an article's text begins."""
        return str(self.candidates[number].get("beginning", ""))

    @property
    def key_help(self) -> str:
        """Return what keys do now."""
        if self.has_several:
            return "space selects, enter adds, esc goes back"
        return f"enter {'saves' if is_article(self.candidates[0]) else 'adds'} it, esc goes back"


_FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def is_article(candidate: Mapping[str, Any]) -> bool:
    """Whether it is a page to save rather than a feed."""
    return candidate.get("kind") == "article"


def _format_time(prefix: str, time: object, clock: Clock) -> str:
    return f"{prefix}{clock.stamp(int(datetime.fromisoformat(time).timestamp()))}" if isinstance(time, str) else ""


class AddResult(NamedTuple):
    """What came of adding, in a sentence, and the source where that stands, None where there is none."""

    sentence: str
    source_id: int | None


def summarize(events: Sequence[Mapping[str, Any]]) -> AddResult:
    """Return what was done; of several sources the first that is new."""
    there = sorted((event for event in events if event.get("source")), key=lambda event: event["event"] == "known")
    return AddResult(describe_result(events), int(there[0]["source"]) if there else None)


def describe_result(events: Sequence[Mapping[str, Any]]) -> str:
    """Return in a sentence what was done: the one there is, or how many of several."""
    messages = [str(event["message"]) for event in events]
    if len(messages) < 2:
        return "".join(messages)
    added = [event for event in events if event["event"] in ("added", "saved", "later")]
    articles = sum(int(event.get("articles") or 0) for event in added)
    failed = [str(event["message"]) for event in events if event["event"] == "failed"]
    counted = f"Added {len(added)} ({format_count(articles, 'article')})." if added else ""
    known = len(events) - len(added) - len(failed)
    there = f"{known} {'was' if known == 1 else 'were'} there already." if known else ""
    return " ".join(sentence for sentence in (counted, there, *failed[:1]) if sentence)
