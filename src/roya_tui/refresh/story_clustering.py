"""Sorting new articles into stories, some at a time, in the thread that writes."""

from __future__ import annotations

from math import inf
from sqlite3 import Connection
from time import monotonic

from roya_tui.clustering.index import SimilarArticle, StoryIndex, assign_story
from roya_tui.store.connection import transaction
from roya_tui.store.user_data import stories

_BATCH_SIZE = 100
"""Articles sorted in one transaction: nobody waits longer for the store than for a tenth of a second."""
_MAX_STORY_SIZE = 500
"""Tellings of one story, which then takes in no more: each of its rows counts them, and so many are no story."""


def cluster_for(db: Connection, seconds: float) -> None:
    """Sort what is new into stories, for so long: the next refresh sorts what is left. Raises StoreError."""
    sorting, until = StoryClusterer(), monotonic() + seconds
    while sorting.cluster_some(db) and monotonic() < until:
        pass


class StoryClusterer:
    """Knows what the articles of the last days are known by, once it is first needed."""

    def __init__(self) -> None:
        self._index: StoryIndex | None = None

    def cluster_some(self, db: Connection) -> bool:
        """Sort some of what is new into stories. False: there was nothing."""
        ids = stories.list_unassigned(db, _BATCH_SIZE)
        if not ids:
            return False
        if self._index is None:
            self._index = StoryIndex()
            for known in stories.load_fingerprints(db):
                self._index.add(*known)
        with transaction(db):
            for id in ids:
                self._cluster(db, id)
            stories.mark_assigned(db, ids)
        return True

    def _cluster(self, db: Connection, id: int) -> None:
        assert self._index is not None
        alike = self._index.find_similar(id)
        if not alike:
            return
        known = stories.find_stories(db, [id, *(one.id for one in alike)])
        by_hand = stories.find_user_made(db, known.values())
        sizes = stories.count_members(db, known.values())
        full = {story for story, size in sizes.items() if size >= _MAX_STORY_SIZE}
        alike = [one for one in alike if known.get(one.id) not in full]
        if id in known:  # another took it along, or its title changed: what it is alike to may be one story with it
            if known[id] in by_hand | full:
                return
            alike = [SimilarArticle(id, inf), *alike]
        if joins := assign_story(alike, known, by_hand):
            together = sum(sizes[story] for story in (joins.story, *joins.merged_stories) if story is not None)
            merged = joins.merged_stories if together <= _MAX_STORY_SIZE else ()
            stories.assign(db, id, joins.story, joins.unassigned, merged)
