"""What the store keeps of entries, narrow and whole."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from roya_tui.model.feeds import Enclosure, Picture


class Headline(Struct, frozen=True):
    """An article's narrow row: all that a list needs, and nothing wide."""

    id: int
    source_id: int
    source: str
    title: str
    at: int
    """What lists sort by: published, else updated as of when it was first seen, else first seen."""
    zone: str = ""
    """The source's clock, as in `Source`."""
    published: int | None = None
    updated: int | None = None
    first_seen: int = 0
    author: str = ""
    url: str = ""
    language: str = ""
    unread: bool = True
    starred: bool = False
    changed: bool = False
    """Changed since the person read it."""
    hidden: bool = False
    """By the person or by a rule."""
    highlighted: bool = False
    """By a rule."""
    full: bool = False
    """The full text from its page is kept."""
    minutes: int = 1
    """How long its words take to read."""
    pictures: int = 0
    revisions: int = 0
    noted: bool = False
    story: int | None = None
    """The story that it tells, if others tell it too."""
    tellings: int = 1
    """How many articles tell it."""


class StoryLink(NamedTuple):
    """Another telling of an article's story, by the name of its source."""

    id: int
    source: str


DAMAGED_HTML = (
    "<p>This article is damaged: what was stored of it cannot be read any more. r fetches it again, if its feed"
    " still has it; f fetches the text of its page.</p>"
)


class Article(Struct, frozen=True):
    """A whole article: its headline and the wide part."""

    headline: Headline
    guid: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    own_tags: tuple[str, ...] = ()
    """Those of `tags` that the person gave it: the last of them."""
    published_raw: str = ""
    updated_raw: str = ""
    summary: str = ""
    content: str = ""
    full_text: str = ""
    pictures: tuple[Picture, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    comments: str = ""
    damaged: bool = False
    """Whether what the feed or the page gave cannot be read any more."""
    note: str = ""
    position: int = 0
    """Where the person stopped reading, in characters of the text."""
    story_links: tuple[StoryLink, ...] = ()
    """The best telling of each other source that tells the same story, and another of its own if there is one."""
    muted_by: str = ""
    highlighted_by: str = ""
    """The names of the rules that hide and highlight it."""

    @property
    def html(self) -> str:
        """The best text we have: the page's, else the feed's content, else its summary; else why there is none."""
        return self.full_text or self.content or self.summary or (DAMAGED_HTML if self.damaged else "")


MAX_VERSIONS = 50
"""Some feeds change with every look; the oldest versions of such an article go."""


class ArticleVersion(Struct, frozen=True):
    """An earlier version of an article, and when a later one took its place."""

    id: int
    replaced_at: int
    title: str
    summary: str
    content: str
    updated: int | None = None
    pictures: tuple[Picture, ...] = ()
    was_read: bool = False
    """Whether it is the one that the person read last, the present version aside."""


class StoryMember(NamedTuple):
    """An article as one of those that tell a story: what is weighed when one of them stands for all."""

    id: int
    story: int
    source_id: int
    minutes: int


class BriefingCandidate(NamedTuple):
    """An article as one that may stand in a briefing: what is weighed there."""

    id: int
    source_id: int
    at: int
    minutes: int
    story: int | None = None
    tags: tuple[int, ...] = ()
    """Numbers of its tags; of one that stands under another, that one's."""
    highlighted: bool = False
    address: str = ""
    """Of one that is in a story, its page, or what its feed knows it by: one article may come from two feeds."""


class TagCount(Struct, frozen=True):
    """A tag and how many articles of the view at hand carry it."""

    name: str
    total: int
    unread: int


class SaveResult(Struct, frozen=True):
    """What saving one source's entries did: ids of the new and of the changed articles, in document order."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    same: int = 0
