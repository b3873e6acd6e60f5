"""Fake servers as another client sees and changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sync.google_reader_server import Feed as GoogleReaderFeed
from tests.sync.google_reader_server import GoogleReaderServer, Switches
from tests.sync.nextcloud_server import Feed as NextcloudFeed
from tests.sync.nextcloud_server import NextcloudServer
from tests.sync.other_clients import Feeds, Shown


class GoogleReaderClient:
    kind = "google-reader"
    user = "huda"
    shows_edits = False  # the latest articles are a page, which is small here

    def __init__(self, switches: Switches, feeds: Feeds) -> None:
        self.server = GoogleReaderServer(switches)
        self.server.on_subscribe = self._fetch
        self.keeps_tags = switches.labels
        self.url, self.feeds = self.server.url, feeds

    def _fetch(self, feed: GoogleReaderFeed) -> None:
        here = {one.url: one for one in self.server.articles.values() if one.feed == feed.id}
        feed.title = self.feeds.titles[feed.url] if feed.title == feed.url else feed.title
        for address, (title, text) in self.feeds.articles[feed.url].items():
            if address in here:
                here[address].html = text
            else:
                self.server.add_article(feed, title, url=address, html=text)

    def _article(self, article: str) -> Any:
        return next(one for one in self.server.articles.values() if one.url == article)

    def articles(self) -> Mapping[str, Shown]:
        return {
            one.url: Shown(one.read, one.starred, frozenset(one.labels), one.html)
            for one in self.server.articles.values()
        }

    def set_read(self, article: str, value: bool) -> None:
        self._article(article).read = value

    def set_star(self, article: str, value: bool) -> None:
        self._article(article).starred = value

    def set_tag(self, article: str, tag: str, value: bool) -> None:
        labels = self._article(article).labels
        (labels.add if value else labels.discard)(tag)

    def sources(self) -> Mapping[str, tuple[str, str]]:
        return {feed.url: (feed.title, feed.folder) for feed in self.server.feeds.values()}

    def _feed(self, url: str) -> GoogleReaderFeed | None:
        return next((feed for feed in self.server.feeds.values() if feed.url == url), None)

    def rename(self, feed: str, title: str) -> None:
        if found := self._feed(feed):
            found.title = title

    def move(self, feed: str, folder: str) -> None:
        if found := self._feed(feed):
            found.folder = folder

    def subscribe(self, feed: str) -> None:
        self._fetch(self.server.add_feed(feed, feed))

    def unsubscribe(self, feed: str) -> None:
        if found := self._feed(feed):
            self.server.remove_feed(found.id)

    def refresh(self, feed: str) -> None:
        if found := self._feed(feed):
            self._fetch(found)

    def restart(self) -> None:
        self.server.logins += 1  # all sessions end
        self.server.token = f"token-{self.server.logins}"


class NextcloudClient:
    kind = "nextcloud"
    user = "huda"
    keeps_tags = False
    shows_edits = True

    def __init__(self, feeds: Feeds) -> None:
        self.server = NextcloudServer()
        self.server.on_subscribe = self._fetch
        self.url, self.feeds = self.server.url, feeds

    def _fetch(self, feed: NextcloudFeed) -> None:
        here = {one.url: one for one in self.server.items.values() if one.feed == feed.id}
        feed.title = self.feeds.titles[feed.url] if feed.title == feed.url else feed.title
        for address, (title, text) in self.feeds.articles[feed.url].items():
            if address not in here:
                self.server.add_item(feed, title, url=address, body=text)
            elif here[address].body != text:
                self.server.change(here[address].id, body=text)

    def articles(self) -> Mapping[str, Shown]:
        return {
            one.url: Shown(not one.unread, one.starred, frozenset(), one.body) for one in self.server.items.values()
        }

    def _change(self, article: str, **changes: bool) -> None:
        self.server.change(next(one.id for one in self.server.items.values() if one.url == article), **changes)

    def set_read(self, article: str, value: bool) -> None:
        self._change(article, unread=not value)

    def set_star(self, article: str, value: bool) -> None:
        self._change(article, starred=value)

    def set_tag(self, article: str, tag: str, value: bool) -> None:
        raise NotImplementedError

    def sources(self) -> Mapping[str, tuple[str, str]]:
        folders = self.server.folders
        return {feed.url: (feed.title, folders.get(feed.folder or 0, "")) for feed in self.server.feeds.values()}

    def _feed(self, url: str) -> NextcloudFeed | None:
        return next((feed for feed in self.server.feeds.values() if feed.url == url), None)

    def rename(self, feed: str, title: str) -> None:
        if found := self._feed(feed):
            found.title = title

    def move(self, feed: str, folder: str) -> None:
        folders = self.server.folders
        if found := self._feed(feed):
            if folder and folder not in folders.values():
                folders[len(folders) + 1] = folder
            found.folder = next((id for id, name in folders.items() if name == folder), None)

    def subscribe(self, feed: str) -> None:
        self._fetch(self.server.add_feed(feed, feed))

    def unsubscribe(self, feed: str) -> None:
        if found := self._feed(feed):
            self.server.remove_feed(found.id)

    def refresh(self, feed: str) -> None:
        if found := self._feed(feed):
            self._fetch(found)

    def restart(self) -> None:
        """Keep everything: it has no sessions."""
