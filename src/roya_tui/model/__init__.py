"""What the program talks about, as frozen values.

Words as the field uses them: a *source* is what one subscribes to; an *entry* is what a feed document
says; an *article* is what the store keeps of it; a *headline* is the article's narrow row in a list.
Times are UTC seconds since 1970; an unknown time is None and is never invented.
"""

from __future__ import annotations

from roya_tui.model.articles import DAMAGED as DAMAGED
from roya_tui.model.articles import MOST_REVISIONS as MOST_REVISIONS
from roya_tui.model.articles import Also as Also
from roya_tui.model.articles import Article as Article
from roya_tui.model.articles import Headline as Headline
from roya_tui.model.articles import Piece as Piece
from roya_tui.model.articles import Revision as Revision
from roya_tui.model.articles import Saved as Saved
from roya_tui.model.articles import TagCount as TagCount
from roya_tui.model.articles import Telling as Telling
from roya_tui.model.documents import Enclosure as Enclosure
from roya_tui.model.documents import Entry as Entry
from roya_tui.model.documents import Feed as Feed
from roya_tui.model.documents import Moment as Moment
from roya_tui.model.documents import Pace as Pace
from roya_tui.model.documents import Picture as Picture
from roya_tui.model.queries import EFFECTS as EFFECTS
from roya_tui.model.queries import Rule as Rule
from roya_tui.model.queries import SavedFeed as SavedFeed
from roya_tui.model.sources import SAVED_PAGES as SAVED_PAGES
from roya_tui.model.sources import STEERING as STEERING
from roya_tui.model.sources import Attempt as Attempt
from roya_tui.model.sources import Facts as Facts
from roya_tui.model.sources import Failed as Failed
from roya_tui.model.sources import Health as Health
from roya_tui.model.sources import NewSource as NewSource
from roya_tui.model.sources import Source as Source
from roya_tui.model.sources import is_local as is_local
from roya_tui.model.sources import shown_address as shown_address
