"""Cluster new articles into stories, in short transactions."""

from __future__ import annotations

from math import inf
from sqlite3 import Connection
from time import monotonic

from roya_tui.clustering.index import SimilarArticle, StoryIndex, assign_story
from roya_tui.store.connection import transaction
from roya_tui.store.user_data import stories

_BATCH_SIZE = 100
"""Articles in a transaction, which takes less than about a tenth of a second."""
_MAX_STORY_SIZE = 500
"""Articles in a story, above which no more are added."""


def cluster_for(db: Connection, seconds: float) -> None:
    """Cluster new articles for about `seconds`; the next refresh continues. Raises StoreError."""
    clusterer, until = StoryClusterer(), monotonic() + seconds
    while clusterer.cluster_some(db) and monotonic() < until:
        pass


class StoryClusterer:
    """Clusters articles, with an index of recent fingerprints that it loads when first needed."""

    def __init__(self) -> None:
        self._index: StoryIndex | None = None

    def cluster_some(self, db: Connection) -> bool:
        """Cluster a batch of new articles; return False if there were none."""
        ids = stories.list_unassigned(db, _BATCH_SIZE)
        if not ids:
            return False
        if self._index is None:
            self._index = StoryIndex()
            for fingerprint in stories.load_fingerprints(db):
                self._index.add(*fingerprint)
        with transaction(db):
            for id in ids:
                self._cluster(db, id)
            stories.mark_assigned(db, ids)
        return True

    def _cluster(self, db: Connection, id: int) -> None:
        assert self._index is not None
        similar = self._index.find_similar(id)
        if not similar:
            return
        story_of = stories.find_stories(db, [id, *(article.id for article in similar)])
        user_made = stories.find_user_made(db, story_of.values())
        sizes = stories.count_members(db, story_of.values())
        full = {story for story, size in sizes.items() if size >= _MAX_STORY_SIZE}
        similar = [article for article in similar if story_of.get(article.id) not in full]
        if id in story_of:  # added with a similar article, or its title changed: their stories may be the same
            if story_of[id] in user_made | full:
                return
            similar = [SimilarArticle(id, inf), *similar]
        if assignment := assign_story(similar, story_of, user_made):
            joined = (assignment.story, *assignment.merged_stories)
            size = sum(sizes[story] for story in joined if story is not None)
            merged = assignment.merged_stories if size <= _MAX_STORY_SIZE else ()
            stories.assign(db, id, assignment.story, assignment.unassigned, merged)
