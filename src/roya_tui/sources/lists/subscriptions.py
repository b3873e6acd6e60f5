"""What a list of subscriptions holds, gathered line by line from any kind of list."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.model import NewSource
from roya_tui.sources.typed import NotAnAddress, tidy
from roya_tui.text import one_line

_PROGRAMS = {
    "query": "a query of newsboat's; roya-tui feeds add NAME QUERY makes such a view here.",
    "filter": "a filter is a program that newsboat runs, and roya-tui runs none.",
    "exec": "a program that newsboat runs, and roya-tui runs none.",
}
"""What newsboat has besides addresses, and why it is not taken over."""


class NotSubscriptions(ValueError):
    """The document is no list of subscriptions; the message says what it looks like."""


class Subscriptions(Struct, frozen=True):
    """What a list holds: its feeds in order, each address once, and in words what was not taken over."""

    feeds: tuple[NewSource, ...]
    twice: tuple[str, ...] = ()
    """Addresses that stand in the list more than once; the first counts."""
    problems: tuple[str, ...] = ()
    several_tags: int = 0
    """How many feeds had more than one tag, of which the first became the folder."""
    ours: bool = False
    """Whether a program of ours wrote it, which keeps names and titles apart."""

    @property
    def called(self) -> tuple[NewSource, ...]:
        """The feeds, each with the name that the list shows for it: other programs write the person's own name where
        the feed's title stands. The first answer tells whether it was that title after all."""
        return self.feeds if self.ours else tuple(replace(one, name=one.name or one.title) for one in self.feeds)


class Collector:
    """Gathers feeds: tidies each address, keeps the first of two, remembers the rest in words."""

    def __init__(self) -> None:
        self.feeds: dict[str, NewSource] = {}
        self.twice: list[str] = []
        self.problems: list[str] = []
        self.several_tags = 0

    def add(self, address: str, **facts: str | int | None) -> None:
        scheme = "exec" if address.startswith("|") else address.partition(":")[0].lower()
        if why := _PROGRAMS.get(scheme):
            self.problems.append(f"“{one_line(address)[:80]}”: {why}")
            return
        if _is_local(address):
            self.problems.append(f"{one_line(address)}: a file on a computer. roya-tui add takes those.")
            return
        try:
            url = tidy(address)
        except NotAnAddress as error:
            self.problems.append(str(error))
            return
        if url in self.feeds:
            self.twice.append(url)
        else:
            self.feeds[url] = NewSource(url, **facts)  # type: ignore[arg-type]

    def result(self) -> Subscriptions:
        return Subscriptions(tuple(self.feeds.values()), tuple(self.twice), tuple(self.problems), self.several_tags)


def folder(path: str) -> str:
    """Return a folder's path without what is empty in it."""
    return "/".join(part for part in map(str.strip, one_line(path).split("/")) if part)


def _is_local(address: str) -> bool:
    """No list from outside may make us read a file of this machine."""
    return address.lower().startswith(("file:", "/", "~", "./", "../", "\\")) and not address.startswith("//")
