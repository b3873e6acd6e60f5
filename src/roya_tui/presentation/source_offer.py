"""The feeds and pages found at an address, the user's choice among them, and the result of adding them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.model import DateForm
from roya_tui.translation import gettext, join_sentences, ngettext

MAX_HEADLINES = 5


class SourceOffer(Struct, frozen=True):
    """The event "offer" of `roya-tui add`: a message, and candidates of which several can be chosen."""

    message: str
    candidates: tuple[Mapping[str, Any], ...]
    is_searching: bool = False
    """Whether more candidates may follow, after these."""
    selected: frozenset[int] = frozenset()
    """Indexes of the chosen candidates."""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> SourceOffer:
        """Return the offer of an event."""
        return cls(str(event["message"]), tuple(event["candidates"]), bool(event.get("searching")))

    @property
    def has_several(self) -> bool:
        return len(self.candidates) > 1

    def with_toggled(self, number: int) -> SourceOffer:
        """Select a candidate, or clear its selection."""
        return replace(self, selected=self.selected ^ {number})

    def with_selection_of(self, other: SourceOffer) -> SourceOffer:
        """Return this offer with the same candidates chosen as in an offer of its first ones."""
        return replace(self, selected=other.selected)

    def chosen_numbers(self, current: int) -> list[int]:
        """Return the candidates to add: the selected ones, or else the one under the cursor."""
        return sorted(self.selected) or [current]

    def checkbox(self, number: int) -> str:
        """Return the checkbox of a candidate; without the box if there is only one."""
        page = gettext("this page:") + " " if is_article(self.candidates[number]) else ""
        if not self.has_several:
            return page if self.is_searching else ""
        return ("[x] " if number in self.selected else "[ ] ") + page

    def title(self, number: int) -> str:
        """Return a candidate's title, or its address."""
        candidate = self.candidates[number]
        return str(candidate.get("title") or candidate["url"])

    def details(self, number: int, clock: Clock, separator: str) -> str:
        """Return one line about a candidate: number of articles, the newest, whether it is subscribed."""
        candidate = self.candidates[number]
        known = gettext("subscribed") if candidate.get("known") else ""
        if is_article(candidate):
            pictures = candidate["pictures"]
            facts = [
                gettext("saved") if candidate.get("known") else "",
                format_date(candidate, "published", clock),
                ", ".join(candidate["authors"]),
                ngettext("{count} picture", "{count} pictures", pictures) if pictures else "",
            ]
        elif candidate.get("entries") is None:
            facts = [gettext("no response yet"), str(candidate["url"])]
        else:
            newest = format_date(candidate, "newest", clock)
            facts = [
                known,
                _FORMAT_NAMES.get(candidate["kind"], ""),
                ngettext("{count:,} article", "{count:,} articles", candidate["entries"]),
                gettext("newest {time}", time=newest) if newest else "",
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
            return gettext("space select   enter add   esc cancel")
        if self.is_searching:
            return gettext("enter save   esc stop")
        if is_article(self.candidates[0]):
            return gettext("enter save   esc cancel")
        return gettext("enter add   esc cancel")


_FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def is_article(candidate: Mapping[str, Any]) -> bool:
    """Return whether a candidate is a page to save, not a feed."""
    return candidate.get("kind") == "article"


def format_date(candidate: Mapping[str, Any], name: str, clock: Clock) -> str:
    """Return a date of a candidate, "" if it has none."""
    time = candidate.get(name)
    form = DateForm(candidate.get(f"{name}_precision", ""), candidate.get(f"{name}_offset"))
    return clock.stamp(int(datetime.fromisoformat(time).timestamp()), form=form) if isinstance(time, str) else ""


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
    counted = ngettext("{count:,} article", "{count:,} articles", articles)
    known = len(events) - len(added) - len(failed)
    sentences = [
        ngettext(
            "Added {count} source, {articles}.", "Added {count} sources, {articles}.", len(added), articles=counted
        )
        if added
        else "",
        ngettext("{count} already existed.", "{count} already existed.", known) if known else "",
        *failed[:1],
    ]
    return join_sentences(*sentences)
