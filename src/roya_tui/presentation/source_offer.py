"""The feeds and pages found at an address, the user's choice among them, and the result of adding them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.text import format_count

MAX_HEADLINES = 5


class SourceOffer(Struct, frozen=True):
    """The event "offer" of `roya-tui add`: a message, and candidates of which several can be chosen."""

    message: str
    candidates: tuple[Mapping[str, Any], ...]
    selected: frozenset[int] = frozenset()
    """Indexes of the chosen candidates."""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> SourceOffer:
        """Return the offer of an event."""
        return cls(str(event["message"]), tuple(event["candidates"]))

    @property
    def has_several(self) -> bool:
        return len(self.candidates) > 1

    def with_toggled(self, number: int) -> SourceOffer:
        """Select a candidate, or clear its selection."""
        return replace(self, selected=self.selected ^ {number})

    def chosen_numbers(self, current: int) -> list[int]:
        """Return the candidates to add: the selected ones, or else the one under the cursor."""
        return sorted(self.selected) or [current]

    def checkbox(self, number: int) -> str:
        """Return the checkbox of a candidate; "" if there is only one."""
        if not self.has_several:
            return ""
        page = "this page: " if is_article(self.candidates[number]) else ""
        return ("[x] " if number in self.selected else "[ ] ") + page

    def title(self, number: int) -> str:
        """Return a candidate's title, or its address."""
        candidate = self.candidates[number]
        return str(candidate.get("title") or candidate["url"])

    def details(self, number: int, clock: Clock, separator: str) -> str:
        """Return one line about a candidate: number of articles, the newest, whether it is subscribed."""
        candidate = self.candidates[number]
        known = "you have it" if candidate.get("known") else ""
        if is_article(candidate):
            facts = [
                known,
                _format_time("", candidate.get("published"), clock),
                ", ".join(candidate["authors"]),
                format_count(candidate["pictures"], "picture") if candidate["pictures"] else "",
            ]
        elif candidate.get("entries") is None:
            facts = ["did not answer yet", str(candidate["url"])]
        else:
            facts = [
                known,
                _FORMAT_NAMES.get(candidate["kind"], ""),
                format_count(candidate["entries"], "article"),
                _format_time("newest ", candidate.get("newest"), clock),
                str(candidate.get("language") or ""),
            ]
        return f" {separator} ".join(fact for fact in facts if fact)

    def headlines(self, number: int) -> list[str]:
        """Return the latest headlines of a feed."""
        return [str(headline) for headline in self.candidates[number].get("headlines", ()) if headline][:MAX_HEADLINES]

    def excerpt(self, number: int) -> str:
        """Return the beginning of an article's text."""
        return str(self.candidates[number].get("beginning", ""))

    @property
    def key_help(self) -> str:
        """Return the help on keys."""
        if self.has_several:
            return "space selects, enter adds, esc goes back"
        return f"enter {'saves' if is_article(self.candidates[0]) else 'adds'} it, esc goes back"


_FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def is_article(candidate: Mapping[str, Any]) -> bool:
    """Return whether a candidate is a page to save, not a feed."""
    return candidate.get("kind") == "article"


def _format_time(prefix: str, time: object, clock: Clock) -> str:
    return f"{prefix}{clock.stamp(int(datetime.fromisoformat(time).timestamp()))}" if isinstance(time, str) else ""


class AddResult(NamedTuple):
    """The result of adding as a message, and the source that was added, None if there is none."""

    sentence: str
    source_id: int | None


def summarize(events: Sequence[Mapping[str, Any]]) -> AddResult:
    """Return the result; of several sources the first new one."""
    stored = sorted((event for event in events if event.get("source")), key=lambda event: event["event"] == "known")
    return AddResult(describe_result(events), int(stored[0]["source"]) if stored else None)


def describe_result(events: Sequence[Mapping[str, Any]]) -> str:
    """Return the message of a single event, or a summary of several."""
    messages = [str(event["message"]) for event in events]
    if len(messages) < 2:
        return "".join(messages)
    added = [event for event in events if event["event"] in ("added", "saved", "later")]
    articles = sum(int(event.get("articles") or 0) for event in added)
    failed = [str(event["message"]) for event in events if event["event"] == "failed"]
    counted = f"Added {len(added)} ({format_count(articles, 'article')})." if added else ""
    known = len(events) - len(added) - len(failed)
    existing = f"{known} {'was' if known == 1 else 'were'} there already." if known else ""
    return " ".join(sentence for sentence in (counted, existing, *failed[:1]) if sentence)
