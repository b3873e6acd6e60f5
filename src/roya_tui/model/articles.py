"""Articles, headlines, versions and stories, as the database stores them."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from roya_tui.model.episodes import Episode
from roya_tui.model.feeds import TIME, ChapterMark, DateForm, Enclosure, Picture, Transcript

AUDIO, VIDEO = 1, 2


class Headline(Struct, frozen=True):
    """An article without its text: all that a list needs."""

    id: int
    source_id: int
    source: str
    title: str
    at: int
    """The time that lists sort by: published, else updated when first seen, else first seen.

    For a date without a time of day it is a time within that day, month or year.
    """
    zone: str = ""
    """Time zone of the source, as in `Source`."""
    published: int | None = None
    published_form: DateForm = TIME
    updated: int | None = None
    updated_form: DateForm = TIME
    first_seen: int = 0
    author: str = ""
    url: str = ""
    language: str = ""
    unread: bool = True
    starred: bool = False
    changed: bool = False
    """Changed since the user read it."""
    hidden: bool = False
    """Hidden by the user or by a rule."""
    highlighted: bool = False
    full: bool = False
    """The full text from its page is stored."""
    minutes: int = 1
    pictures: int = 0
    revisions: int = 0
    noted: bool = False
    story: int | None = None
    """Id of its story, if other articles are in it too."""
    story_size: int = 1
    """Number of articles in its story."""
    media: int = 0
    """`AUDIO`, `VIDEO`, both or 0."""
    downloaded: bool = False
    """Whether a recording was downloaded."""
    position: float | None = None
    """Seconds from the beginning of the recording that was played last."""

    @property
    def audio(self) -> bool:
        """Whether it has audio."""
        return bool(self.media & AUDIO)

    @property
    def video(self) -> bool:
        """Whether it has a video, perhaps only on its web page."""
        return bool(self.media & VIDEO)

    @property
    def at_zone(self) -> str:
        """The source's time zone if `at` follows a date of the feed; "" if the app saw the article then."""
        return self.zone if self.published is not None or self.updated is not None else ""

    @property
    def form(self) -> DateForm:
        """The form of the date that `at` follows."""
        return self.published_form if self.published is not None else self.updated_form


class StoryLink(NamedTuple):
    """Another article in an article's story, with the name of its source."""

    id: int
    source: str


class Article(Struct, frozen=True):
    """An article with its texts."""

    headline: Headline
    guid: str = ""
    """Identity within the source, as in `PreparedEntry`."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    own_tags: tuple[str, ...] = ()
    """The tags that the user added; they are also the last of `tags`."""
    published_raw: str = ""
    updated_raw: str = ""
    summary: str = ""
    content: str = ""
    full_text: str = ""
    pictures: tuple[Picture, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    episodes: tuple[Episode, ...] = ()
    """What the user did with recordings among the enclosures."""
    comments: str = ""
    season: int | None = None
    episode: int | None = None
    chapters: str = ""
    """The address of a file with chapters."""
    chapter_marks: tuple[ChapterMark, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    damaged: bool = False
    """Whether a stored text is damaged and cannot be decompressed."""
    incomplete: bool = False
    """Whether the feed was cut off inside it."""
    note: str = ""
    position: int = 0
    """Offset of the bookmark in the text, in characters."""
    story_links: tuple[StoryLink, ...] = ()
    """The best article in the same story of each other source, and another of its own source if there is one."""
    muted_by: str = ""
    """Name of the rule that mutes it; `highlighted_by` likewise."""
    highlighted_by: str = ""

    @property
    def html(self) -> str:
        """The full text, else the feed's content, else its summary; "" if it is damaged."""
        return self.full_text or self.content or self.summary


MAX_VERSIONS = 50
"""Versions stored of one article: some feeds change on every check, so the oldest are deleted."""


class ArticleVersion(Struct, frozen=True):
    """An earlier version of an article, and when a later one replaced it."""

    id: int
    replaced_at: int
    title: str
    summary: str
    content: str
    updated: int | None = None
    pictures: tuple[Picture, ...] = ()
    was_read: bool = False
    """Whether it is the version that the user read last, the current one excepted."""


class StoryMember(NamedTuple):
    """An article in a story, with what decides which member represents the story."""

    id: int
    story: int
    source_id: int
    minutes: int


class BriefingCandidate(NamedTuple):
    """An article that may be in a briefing, with what decides about it."""

    id: int
    source_id: int
    at: int
    minutes: int
    story: int | None = None
    tags: tuple[int, ...] = ()
    """Ids of its tags; for a merged tag, the id of the tag that it was merged into."""
    highlighted: bool = False
    address: str = ""
    """URL or guid of an article in a story, since two feeds may have the same article."""


class TagCount(Struct, frozen=True):
    """A tag and how many articles of a view have it."""

    name: str
    total: int
    unread: int


class SaveResult(Struct, frozen=True):
    """Ids of the new and changed articles after saving a feed's entries, in document order."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    same: int = 0
