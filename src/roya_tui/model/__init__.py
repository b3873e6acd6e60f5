"""Define the domain of the app as frozen values.

A *source* is a subscription. An *entry* is an item of a feed document; stored in the database, it is an *article*. A
*headline* is an article's row in a list. Times are UTC seconds since 1970; None means unknown.
"""

from __future__ import annotations

from roya_tui.model.accounts import GOOGLE_READER as GOOGLE_READER
from roya_tui.model.accounts import KINDS as KINDS
from roya_tui.model.accounts import MINIFLUX as MINIFLUX
from roya_tui.model.accounts import NEXTCLOUD as NEXTCLOUD
from roya_tui.model.accounts import Account as Account
from roya_tui.model.accounts import Change as Change
from roya_tui.model.accounts import Field as Field
from roya_tui.model.accounts import NewAccount as NewAccount
from roya_tui.model.accounts import PendingChange as PendingChange
from roya_tui.model.accounts import PendingSource as PendingSource
from roya_tui.model.accounts import RemoteEntry as RemoteEntry
from roya_tui.model.accounts import RemoteState as RemoteState
from roya_tui.model.accounts import Subscription as Subscription
from roya_tui.model.accounts import base_address as base_address
from roya_tui.model.articles import AUDIO as AUDIO
from roya_tui.model.articles import MAX_VERSIONS as MAX_VERSIONS
from roya_tui.model.articles import VIDEO as VIDEO
from roya_tui.model.articles import Article as Article
from roya_tui.model.articles import ArticleVersion as ArticleVersion
from roya_tui.model.articles import BriefingCandidate as BriefingCandidate
from roya_tui.model.articles import Headline as Headline
from roya_tui.model.articles import SaveResult as SaveResult
from roya_tui.model.articles import StoryLink as StoryLink
from roya_tui.model.articles import StoryMember as StoryMember
from roya_tui.model.articles import TagCount as TagCount
from roya_tui.model.episodes import Episode as Episode
from roya_tui.model.feeds import TIME as TIME
from roya_tui.model.feeds import ChapterMark as ChapterMark
from roya_tui.model.feeds import DateForm as DateForm
from roya_tui.model.feeds import Enclosure as Enclosure
from roya_tui.model.feeds import Entry as Entry
from roya_tui.model.feeds import Feed as Feed
from roya_tui.model.feeds import Moment as Moment
from roya_tui.model.feeds import Picture as Picture
from roya_tui.model.feeds import Transcript as Transcript
from roya_tui.model.feeds import UpdateSchedule as UpdateSchedule
from roya_tui.model.queries import EFFECTS as EFFECTS
from roya_tui.model.queries import SEARCH_ICONS as SEARCH_ICONS
from roya_tui.model.queries import Rule as Rule
from roya_tui.model.queries import SavedSearch as SavedSearch
from roya_tui.model.recordings import Recording as Recording
from roya_tui.model.recordings import group_formats as group_formats
from roya_tui.model.recordings import is_playable as is_playable
from roya_tui.model.recordings import name_recording as name_recording
from roya_tui.model.sources import CONTROL_CHARACTERS as CONTROL_CHARACTERS
from roya_tui.model.sources import SAVED_PAGES as SAVED_PAGES
from roya_tui.model.sources import Attempt as Attempt
from roya_tui.model.sources import Failure as Failure
from roya_tui.model.sources import NewSource as NewSource
from roya_tui.model.sources import Source as Source
from roya_tui.model.sources import SourceStatistics as SourceStatistics
from roya_tui.model.sources import SourceStatus as SourceStatus
from roya_tui.model.sources import display_address as display_address
from roya_tui.model.sources import is_local as is_local
