"""Random actions on two homes and a server, with cut connections and killed syncs; in the end all three are equal.

The same seed repeats the same actions, though not the same moments of kills.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.sync.cutting import CUTS, Proxy
from tests.sync.homes import Home, now
from tests.sync.other_clients import OtherClient

from roya_tui.model import NewSource, Rule
from roya_tui.refresh.results import Summary
from roya_tui.store.articles import lookup
from roya_tui.store.connection import transaction
from roya_tui.store.database import find_problems
from roya_tui.store.rules import add as add_rule
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal

Cell = tuple[str, str]
"""An address, and what of it is meant: "read", "starred", a tag of an article, or "subscribed", "title", "folder"."""
Cells = dict[Cell, Any]
TAGS = ("Later", "Cook")
FOLDERS = ("", "News", "Press")
_FEED_FIELDS = ("subscribed", "title", "folder")
_LOGGED = 60
ACTIONS = int(os.environ.get("ROYA_TUI_ACTIONS", "40"))
"""Actions of a run in the tests."""


def choose_seeds(*usual: int) -> list[int]:
    """Return the seeds of ROYA_TUI_SEEDS, such as "1,2,3", else the usual ones."""
    return [int(seed) for seed in os.environ.get("ROYA_TUI_SEEDS", "").split(",") if seed] or [*usual]


class Kept(NamedTuple):
    """What only a home has, and no sync may change."""

    articles: frozenset[str]
    notes: Mapping[str, str]
    hidden: frozenset[str]
    versions: Mapping[str, int]
    matched: frozenset[tuple[str, str]]
    """Articles that rules have matched, when they arrived or were edited, and the effects of the rules."""


class Trial:
    """One seeded run of two homes, whose articles come from the server or the feeds (`contents`)."""

    def __init__(
        self, folder: Path, server: OtherClient, password: str, seed: int, contents: tuple[str, str] = ("server",) * 2
    ) -> None:
        self.random = random.Random(seed)
        self.server = server
        self.feeds = server.feeds
        for feed in list(self.feeds.articles)[:3]:
            server.subscribe(feed)
        self.proxies = [Proxy(server.url) for _ in contents]
        self.homes = [
            Home(folder / f"home-{number}", proxy.url, server.user, password, server.kind, content=content)
            for number, (proxy, content) in enumerate(zip(self.proxies, contents, strict=True))
        ]
        self.offline_until = [0, 0]
        """Number of the action before which a home has no network."""
        self.log: list[str] = []
        self.touched: dict[Cell, dict[str, Any]] = defaultdict(dict)
        """Cell → actor → the last value that it chose."""
        self.interrupted: set[str] = set()
        """Feeds that were removed at some time: the marks of their articles start again on the server."""
        self.action = 0
        self.seed = seed

    def run(self, actions: int) -> None:
        """Act `actions` times, then compare. Raises AssertionError with the seed and the last actions."""
        try:
            for home in self.homes:
                self.sync(home)
            for self.action in range(actions):
                self.choose()()
            self.settle()
            self.check()
            self.note("undo at the end")
            for _ in range(20):
                self.act(self.homes[0], lambda home: journal.undo(home.db, now()))
            self.settle()
            self.check()
        except AssertionError as error:
            lines = [str(error), f"seed {self.seed}, action {self.action}", *self.log[-_LOGGED:]]
            raise AssertionError("\n".join(lines)) from error
        finally:
            for proxy in self.proxies:
                proxy.stop()
            for home in self.homes:
                home.db.close()

    def choose(self) -> Callable[[], None]:
        choices: dict[Callable[[], None], float] = {
            self.mark_here: 24, self.mark_there: 12, self.tag_here: 4, self.tag_there: 2 * self.server.keeps_tags,
            self.mark_all_read: 1, self.note_or_hide: 4, self.undo_or_redo: 12, self.add_rule: 0.6,
            self.write_article: 5, self.edit_article: 4, self.change_source_here: 4, self.change_source_there: 4,
            self.add_source_here: 1.5, self.add_source_there: 1, self.remove_source_here: 1,
            self.remove_source_there: 1, self.sync_one: 14, self.sync_cut: 9, self.sync_killed: 2.5,
            self.sync_while_marking: 1.5, self.restart: 1, self.go_offline: 1,
        }  # fmt: skip
        (chosen,) = self.random.choices([*choices], [*choices.values()])
        return chosen

    # What is here and there.

    def cells_here(self, home: Home) -> Cells:
        """Return the marks of all articles of a home and its subscriptions."""
        found: Cells = {}
        marks = (
            "SELECT a.id, a.url, read_at IS NOT NULL, starred_at IS NOT NULL FROM article AS a"
            " LEFT JOIN state AS s ON s.article_id = a.id"
        )
        urls = {}
        for id, url, read, starred in home.db.execute(marks):
            urls[id] = url
            found |= {(url, "read"): bool(read), (url, "starred"): bool(starred)}
            if self.server.keeps_tags:
                found |= {(url, tag): False for tag in TAGS}
        if self.server.keeps_tags:
            tags = "SELECT article_id, name FROM article_tag JOIN tag ON tag.id = tag_id WHERE by_person"
            found |= {(urls[id], tag): True for id, tag in home.db.execute(tags)}
        return found | feed_cells({one.url: (one.label, one.folder) for one in subscriptions.list_all(home.db)})

    def cells_there(self) -> Cells:
        found: Cells = {}
        for url, shown in self.server.articles().items():
            found |= {(url, "read"): shown.read, (url, "starred"): shown.starred}
            if self.server.keeps_tags:
                found |= {(url, tag): tag in shown.tags for tag in TAGS}
        return found | feed_cells(self.server.sources())

    def kept(self, home: Home) -> Kept:
        rows = home.db.execute(
            "SELECT url, coalesce(note, ''), hidden_at IS NOT NULL,"
            " (SELECT count(*) FROM revision AS r WHERE r.article_id = a.id)"
            " FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id"
        ).fetchall()
        matched = (
            "SELECT url, effect FROM caught JOIN article ON article.id = article_id JOIN rule ON rule.id = rule_id"
        )
        return Kept(
            frozenset(row[0] for row in rows),
            {url: note for url, note, _, _ in rows if note},
            frozenset(url for url, _, hidden, _ in rows if hidden),
            {url: count for url, _, _, count in rows},
            frozenset(home.db.execute(matched)),
        )

    # Acting.

    def note(self, text: str) -> None:
        self.log.append(text)

    def act(self, home: Home, action: Callable[[Home], Any]) -> Any:
        """Let the user of a home act, and note what changed."""
        with transaction(home.db):  # nothing of a sync comes between
            before = self.cells_here(home)
            result = action(home)
            self.note_changes(self.name(home), before, self.cells_here(home))
        return result

    @contextmanager
    def acting_there(self) -> Iterator[None]:
        before = self.cells_there()
        yield
        self.note_changes("server", before, self.cells_there())

    def note_changes(self, actor: str, before: Cells, after: Cells) -> None:
        for cell in sorted({*before, *after}):
            was, value = before.get(cell), after.get(cell)
            if was == value or (was is None and cell[1] not in _FEED_FIELDS):
                continue
            if cell[1] == "subscribed" and not value:
                self.interrupted.add(cell[0])
            if cell[1] in ("title", "folder") and (was is None or value is None):
                continue  # with the subscription
            self.touched[cell][actor] = value
            self.note(f"{actor}: {short(cell[0])} {cell[1]} = {value}")

    def name(self, home: Home) -> str:
        return f"home {self.homes.index(home)}"

    def any_home(self) -> Home:
        return self.random.choice(self.homes)

    def some_articles(self, home: Home, count: int) -> list[int]:
        ids = [id for (id,) in home.db.execute("SELECT id FROM article ORDER BY url")]
        return self.random.sample(ids, min(count, len(ids)))

    def any_article_there(self) -> str:
        return self.random.choice(sorted(self.server.articles()))

    def mark_here(self) -> None:
        home = self.any_home()
        ids = self.some_articles(home, self.random.choice((1, 1, 1, 9)))
        mark: Any = {self.random.choice(("read", "starred")): self.random.random() < 0.6}
        self.act(home, lambda home: article_state.mark(home.db, ids, now(), **mark))

    def mark_there(self) -> None:
        article, value = self.any_article_there(), self.random.random() < 0.6
        change = self.random.choice((self.server.set_read, self.server.set_star))
        with self.acting_there():
            change(article, value)

    def tag_here(self) -> None:
        home, tag = self.any_home(), self.random.choice(TAGS)
        ids = self.some_articles(home, self.random.choice((1, 3)))
        change = {self.random.choice(("add", "add", "remove")): [tag]}
        self.act(home, lambda home: article_state.edit_tags(home.db, ids, now(), **change))

    def tag_there(self) -> None:
        with self.acting_there():
            self.server.set_tag(self.any_article_there(), self.random.choice(TAGS), self.random.random() < 0.7)

    def mark_all_read(self) -> None:
        home = self.any_home()
        if sources := subscriptions.list_all(home.db):
            source = self.random.choice(sources)
            ids = [row[0] for row in home.db.execute("SELECT id FROM article WHERE source_id = ?", (source.id,))]
            self.act(home, lambda home: article_state.mark(home.db, ids, now(), read=True))

    def note_or_hide(self) -> None:
        home = self.any_home()
        for id in self.some_articles(home, 1):
            if self.random.random() < 0.6:
                article_state.set_note(home.db, id, f"Invented note {self.action}", now())
            else:
                article_state.mark(home.db, [id], now(), hidden=self.random.random() < 0.7)

    def undo_or_redo(self) -> None:
        step = journal.undo if self.random.random() < 0.7 else journal.redo
        home = self.any_home()
        sentence = self.act(home, lambda home: step(home.db, now()))
        self.note(f"{self.name(home)}: {sentence}")

    def add_rule(self) -> None:
        home = self.any_home()
        effect, word = self.random.choice((("star", "Special"), ("read", "Routine")))
        name = f"Rule {self.action}"
        rule = Rule(0, name, f"title:{word}", effect)
        self.act(home, lambda home: add_rule(home.db, rule, now(), apply_to_existing=self.random.random() < 0.5))
        self.note(f"{self.name(home)}: {name} for {word}")

    # Feeds and subscriptions.

    def write_article(self) -> None:
        url = self.random.choice(sorted(self.feeds.articles))
        word = self.random.choice(("Invented", "Special", "Routine"))
        self.note(f"new article {short(self.feeds.write(url, f'{word} report {self.action:03}'))}")
        self.server.refresh(url)

    def edit_article(self) -> None:
        url = self.random.choice(sorted(self.feeds.articles))
        article = self.random.choice(sorted(self.feeds.articles[url]))
        self.feeds.edit(url, article, f"The harbour opens at {self.action} hours.")
        self.note(f"edited {short(article)}")
        self.server.refresh(url)

    def change_source_here(self) -> None:
        home = self.any_home()
        if sources := subscriptions.list_all(home.db):
            source = self.random.choice(sources)
            change: Any = self.new_name_or_folder()
            self.act(home, lambda home: subscriptions.change(home.db, source.id, now=now(), **change))

    def change_source_there(self) -> None:
        if feeds := sorted(self.server.sources()):
            feed, change = self.random.choice(feeds), self.new_name_or_folder()
            with self.acting_there():
                if "name" in change:
                    self.server.rename(feed, change["name"])
                else:
                    self.server.move(feed, change["folder"])

    def new_name_or_folder(self) -> dict[str, str]:
        if self.random.random() < 0.5:
            return {"name": f"The Gazette {self.random.randrange(1000)}"}
        return {"folder": self.random.choice(FOLDERS)}

    def add_source_here(self) -> None:
        home = self.any_home()
        here = {one.url for one in subscriptions.list_all(home.db)}
        if others := sorted({*self.feeds.articles} - here):
            new = NewSource(self.random.choice(others), folder=self.random.choice(FOLDERS))
            self.act(home, lambda home: subscriptions.add_all(home.db, [new], now()))

    def add_source_there(self) -> None:
        if others := sorted({*self.feeds.articles} - {*self.server.sources()}):
            with self.acting_there():
                self.server.subscribe(self.random.choice(others))

    def remove_source_here(self) -> None:
        home = self.any_home()
        if len(sources := subscriptions.list_all(home.db)) > 2:
            source = self.random.choice(sources)
            self.act(home, lambda home: subscriptions.remove(home.db, source.id, now()))

    def remove_source_there(self) -> None:
        if len(feeds := sorted(self.server.sources())) > 2:
            with self.acting_there():
                self.server.unsubscribe(self.random.choice(feeds))

    # Syncs.

    def sync(self, home: Home, disturbance: str = "") -> None:
        """Sync a home; what only it has stays, and a sync that is not disturbed is complete."""
        with self.keeping(home):
            summary = home.sync()
        self.describe(home, summary, disturbance)
        if not disturbance:
            assert home.account.error == "", f"{self.name(home)}: {home.account.error}"
            assert not summary.busy, f"{self.name(home)}: busy"
            assert not home.warnings or self.is_expected(home.warnings), home.warnings

    def is_expected(self, warnings: list[str]) -> bool:
        refused = ("was not changed on the server", "Skipped an article")
        return not any(words in warning for warning in warnings for words in refused)

    def describe(self, home: Home, summary: Summary, disturbance: str) -> None:
        what = f"{self.name(home)}: sync {disturbance}".strip()
        numbers = f"sent {summary.sent} received {summary.received} marked {summary.marked}"
        self.note(" ".join([what, numbers, home.account.error, *home.warnings]).strip())

    @contextmanager
    def keeping(self, home: Home) -> Iterator[None]:
        """Check that a sync changes nothing that only the home has, and note what rules did."""
        before = self.kept(home)
        yield
        after = self.kept(home)
        assert before.articles <= after.articles, before.articles - after.articles
        assert (before.notes, before.hidden) == (after.notes, after.hidden), f"{self.name(home)}: notes or hidden"
        fewer = [url for url, count in before.versions.items() if after.versions[url] < count]
        assert not fewer, f"{self.name(home)} lost versions of {fewer}"
        self.note_rules(home, after.matched - before.matched)

    def note_rules(self, home: Home, matched: frozenset[tuple[str, str]]) -> None:
        for url, effect in sorted(matched):
            cell = (url, {"star": "starred"}.get(effect, effect))
            self.touched[cell][f"rule of {self.name(home)}"] = True
            self.note(f"{self.name(home)}: rule: {short(url)} {cell[1]}")

    def is_offline(self, home: Home) -> bool:
        return self.action < self.offline_until[self.homes.index(home)]

    def sync_one(self) -> None:
        home = self.any_home()
        proxy = self.proxies[self.homes.index(home)]
        if self.is_offline(home):
            proxy.disconnect()
            self.sync(home, "offline")
            proxy.heal()
        else:
            self.sync(home)

    def sync_cut(self) -> None:
        home = self.any_home()
        proxy = self.proxies[self.homes.index(home)]
        request, cut, stays = self.random.randrange(1, 14), self.random.choice(CUTS), self.random.random() < 0.5
        proxy.cut_at(request, cut, stays_cut=stays)
        self.sync(home, f"cut {cut} request {request}{' and after' if stays else ''}")
        proxy.heal()

    def sync_killed(self) -> None:
        home = self.any_home()
        with self.keeping(home):
            process = home.start_sync()
            time.sleep(self.random.uniform(0.3, 1.2))
            process.kill()
            process.wait()
        self.note(f"{self.name(home)}: sync killed ({process.returncode})")

    def sync_while_marking(self) -> None:
        home = self.any_home()
        with self.keeping(home):
            process = home.start_sync()
            while process.poll() is None:
                ids = self.some_articles(home, 1)
                mark: Any = {self.random.choice(("read", "starred")): self.random.random() < 0.6}
                self.act(home, lambda home, ids=ids, mark=mark: article_state.mark(home.db, ids, now(), **mark))
                time.sleep(0.1)
        self.note(f"{self.name(home)}: sync beside marks ({process.returncode}) {home.account.error}")

    def restart(self) -> None:
        self.note("server: restart")
        self.server.restart()

    def go_offline(self) -> None:
        number = self.random.randrange(len(self.homes))
        self.offline_until[number] = self.action + self.random.randrange(10, 60)
        self.note(f"home {number}: offline until action {self.offline_until[number]}")

    # The end.

    def settle(self) -> None:
        self.offline_until = [0, 0]
        # A new source is fetched from its feed at the next sync, what rules do then is sent by the one after, and
        # the other home reads that at its next one.
        for _ in range(4):
            for home in self.homes:
                self.sync(home)

    def check(self) -> None:
        """Check that all three agree, and that nothing that somebody chose is lost."""
        there, shown = self.cells_there(), self.server.articles()
        sources = self.server.sources()
        for home in self.homes:
            assert home.account.pending == 0, f"{self.name(home)}: {home.pending()}"
            here = {cell: value for cell, value in self.cells_here(home).items() if self.belongs(home, cell, sources)}
            differing = [
                f"{short(cell[0])} {cell[1]}: {here.get(cell)}, server {there.get(cell)}"
                for cell in sorted({*here, *there})
                if here.get(cell) != there.get(cell)
            ]
            assert not differing, "\n".join([self.name(home), *differing])
            if self.server.shows_edits:
                assert not (old := [short(url) for url in shown if not self.has_text(home, url, shown[url].text)]), old
            problems = find_problems(home.db)
            assert not problems, problems
        for cell, by_actor in self.touched.items():
            self.check_cell(cell, by_actor, there)

    def has_text(self, home: Home, url: str, text: str) -> bool:
        (id,) = home.db.execute("SELECT id FROM article WHERE url = ?", (url,)).fetchone()
        article = lookup.load_article(home.db, id)
        return article is not None and plain(text) in article.summary + article.content

    def belongs(self, home: Home, cell: Cell, sources: Mapping[str, Any]) -> bool:
        """Whether a cell is of an article whose feed is subscribed to: a home keeps the others for undo."""
        if cell[1] in _FEED_FIELDS:
            return True
        return any(cell[0] in self.feeds.articles[feed] for feed in sources)

    def check_cell(self, cell: Cell, by_actor: Mapping[str, Any], there: Cells) -> None:
        feed = cell[0] if cell[1] in _FEED_FIELDS else next(
            feed for feed, articles in self.feeds.articles.items() if cell[0] in articles
        )  # fmt: skip
        actors = {actor for other in _FEED_FIELDS for actor in self.touched.get((feed, other), ())}
        if feed in self.interrupted and (cell[1] != "subscribed" or len(actors) > 1):
            return
        values = [*by_actor.values()]
        assert there.get(cell) in values, f"{short(cell[0])} {cell[1]}: {there.get(cell)}, chosen {dict(by_actor)}"


def feed_cells(sources: Mapping[str, tuple[str, str]]) -> Cells:
    found: Cells = {}
    for url, (title, folder) in sources.items():
        found |= {(url, "subscribed"): True, (url, "title"): title, (url, "folder"): folder}
    return found


def plain(html: str) -> str:
    return html.removeprefix("<p>").removesuffix("</p>")


def short(url: str) -> str:
    return url.partition("://")[2].replace(".example", "")
