"""An article and its earlier versions → two of them compared."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.document.parser import parse_html
from roya_tui.layout.article_header import article_html
from roya_tui.model import MAX_VERSIONS, Article, ArticleVersion
from roya_tui.versions.diff import Diff, diff_documents


class Version(Struct, frozen=True):
    """What an article said for a while."""

    number: int
    """From 1, the oldest that is kept."""
    seen: int | None
    """When it was first seen here: nobody knows better when it came to be. None where older ones are gone."""
    article: Article
    """The article as it was: its title, and what the feed gave as its text and pictures."""
    read: bool = False
    """Whether it is the one that the person read last, the present one aside."""


class Comparison(Struct, frozen=True):
    """An earlier version and the present one."""

    versions: tuple[Version, ...]
    """All that are kept, the oldest first."""
    base: int
    """The place among them of the one that the present one is compared with."""
    diff: Diff

    @property
    def has_full_text(self) -> bool:
        """Whether the article's full text is kept, too, which has no versions."""
        return self.versions[-1].article.headline.full

    @property
    def since_phrase(self) -> str:
        """Since when these are the changes, in words that follow a sentence."""
        if self.versions[self.base].read:
            return "since you read it"
        base = self.versions[self.base]
        return "since it was first seen" if self.base == 0 and base.seen else f"since version {base.number}"


def list_versions(article: Article, revisions: Sequence[ArticleVersion]) -> tuple[Version, ...]:
    """Return all versions of an article, the oldest first; `revisions` begin with the newest.

    Only what the feed gave has versions: the text of the article's page, where that was fetched, is left aside.
    """
    bare = replace(article, full_text="", enclosures=(), comments="")
    found = []
    seen = article.headline.first_seen if len(revisions) < MAX_VERSIONS else None
    for number, revision in enumerate(reversed(revisions), start=1):
        headline = replace(article.headline, title=revision.title, updated=revision.updated)
        was = replace(
            bare, headline=headline, summary=revision.summary, content=revision.content, pictures=revision.pictures
        )
        found.append(Version(number, seen, was, revision.was_read))
        seen = revision.replaced_at
    return (*found, Version(len(revisions) + 1, seen, bare))


def compare(article: Article, revisions: Sequence[ArticleVersion], base: int | None = None) -> Comparison | None:
    """Compare an article as it is with the version at the place `base`; None if there is no other version.

    Without `base` that is the version that was read last, or else the one before the present one. Of an article whose
    text is damaged nobody knows what changed.
    """
    if not revisions or (article.damaged and not (article.content or article.summary)):
        return None
    known = list_versions(article, revisions)
    read = next((place for place, version in enumerate(known) if version.read), len(known) - 2)
    base = read if base is None else min(max(base, 0), len(known) - 2)
    old, new = known[base].article, known[-1].article
    url = article.headline.url
    diff = diff_documents(
        old.headline.title, parse_html(article_html(old), url), new.headline.title, parse_html(article_html(new), url)
    )
    return Comparison(known, base, diff)
