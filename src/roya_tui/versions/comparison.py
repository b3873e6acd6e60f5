"""Compare an earlier version of an article with the current one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.document.parser import parse_html
from roya_tui.layout.article_page import article_html
from roya_tui.model import MAX_VERSIONS, Article, ArticleVersion
from roya_tui.translation import gettext
from roya_tui.versions.diff import Diff, diff_documents


class Version(Struct, frozen=True):
    """One version of an article."""

    number: int
    """Counted from 1, the oldest kept version."""
    seen: int | None
    """UTC seconds at which it was first fetched; None if versions before it were deleted."""
    article: Article
    """The article with the title, text and pictures of this version."""
    read: bool = False
    """Whether the user read this version last, apart from the current one."""


class Comparison(Struct, frozen=True):
    """The difference between an earlier version and the current one."""

    versions: tuple[Version, ...]
    """All kept versions, the oldest first."""
    base: int  # index in `versions` of the earlier one
    diff: Diff

    def describe_since(self, changes: str) -> str:
        """Return a summary of the changes with the version that they are relative to."""
        base = self.versions[self.base]
        if base.read:
            return gettext("{changes} since you read it", changes=changes)
        if self.base == 0 and base.seen:
            return gettext("{changes} since it was first seen", changes=changes)
        return gettext("{changes} since version {number}", changes=changes, number=base.number)


def list_versions(article: Article, revisions: Sequence[ArticleVersion]) -> tuple[Version, ...]:
    """Return all versions of an article, the oldest first; `revisions` begin with the newest.

    Only the feed's text has versions, so the full text is left out.
    """
    current = replace(article, full_text="", enclosures=(), comments="", chapters="", chapter_marks=(), transcripts=())
    versions = []
    seen = article.headline.first_seen if len(revisions) < MAX_VERSIONS else None
    for number, revision in enumerate(reversed(revisions), start=1):
        headline = replace(article.headline, title=revision.title, updated=revision.updated)
        earlier = replace(
            current, headline=headline, summary=revision.summary, content=revision.content, pictures=revision.pictures
        )
        versions.append(Version(number, seen, earlier, revision.was_read))
        seen = revision.replaced_at
    return (*versions, Version(len(revisions) + 1, seen, current))


def compare(article: Article, revisions: Sequence[ArticleVersion], base: int | None = None) -> Comparison | None:
    """Compare the current version with that at `base`, the one last read, or the previous one.

    Return None if there is no earlier version or the current text is damaged.
    """
    if not revisions or (article.damaged and not (article.content or article.summary)):
        return None
    versions = list_versions(article, revisions)
    if base is None:
        base = next((index for index, version in enumerate(versions) if version.read), len(versions) - 2)
    base = min(max(base, 0), len(versions) - 2)
    old, new = versions[base].article, versions[-1].article
    url = article.headline.url
    diff = diff_documents(
        old.headline.title, parse_html(article_html(old), url), new.headline.title, parse_html(article_html(new), url)
    )
    return Comparison(versions, base, diff)
