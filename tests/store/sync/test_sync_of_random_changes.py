"""A model of sync: what changed here is pending until it was sent, and both sides are the same afterwards."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from roya_tui.model import Entry, NewAccount, NewSource, RemoteEntry
from roya_tui.store.articles import account_marks, ingestion
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts, outbox, remote_articles
from roya_tui.store.tally import TALLY_MISMATCHES
from roya_tui.store.user_data import article_state, journal

IDS = [str(number) for number in range(1, 5)]
FIELDS = [("read", ""), ("starred", ""), ("tag", "dam"), ("tag", "well")]
Cell = tuple[str, str, str]
"""Id, field and tag."""
CELLS = [(id, *field) for id in IDS for field in FIELDS]
some_ids = st.sets(st.sampled_from(IDS), min_size=1)


class SyncModel(RuleBasedStateMachine):
    """Marks, undo, redo, changes on the server and interrupted syncs, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = open_store(Path(self.folder.name) / "news.db")
        self.now = 10_000
        self.account = accounts.add(self.db, NewAccount("miniflux", "https://reader.example"), 1_000).id
        accounts.save_tags(self.db, self.account, True)
        self.source = subscriptions.add(self.db, NewSource("https://roya.example/rss"), 1_000).id
        self.first_step = len(journal.list_steps(self.db, self.now))
        self.server = dict.fromkeys(CELLS, False)
        self.changed: set[Cell] = set()
        """What was changed here since it was last sent."""

    def teardown(self) -> None:
        assert not find_problems(self.db)
        self.db.close()
        self.folder.cleanup()

    @initialize()
    def receive(self) -> None:
        pairs = [
            (self.entry(id), ingestion.prepare(Entry(guid=id, title=id, url=f"https://a.example/{id}"))) for id in IDS
        ]
        remote_articles.save_entries(self.db, self.account, self.source, None, pairs, 2_000)
        self.article_ids = dict(self.db.execute("SELECT title, id FROM article").fetchall())

    def entry(self, id: str) -> RemoteEntry:
        tags = tuple(tag for field, tag in FIELDS if field == "tag" and self.server[id, field, tag])
        return RemoteEntry(id, "7", self.server[id, "read", ""], self.server[id, "starred", ""], tags=tags)

    def here(self) -> dict[Cell, bool]:
        marks = {name: (bool(read), bool(starred)) for name, read, starred in self.db.execute(
            "SELECT title, read_at, starred_at FROM article JOIN state ON article_id = id")}  # fmt: skip
        tags = {*self.db.execute("SELECT a.title, t.name FROM article_tag AS g JOIN article AS a ON a.id = article_id"
                                 " JOIN tag AS t ON t.id = tag_id WHERE by_person")}  # fmt: skip
        found = {}
        for id, field, tag in CELLS:
            read, starred = marks.get(id, (False, False))
            found[id, field, tag] = (id, tag) in tags if tag else read if field == "read" else starred
        return found

    def act(self, action: Any) -> None:
        """Do something here, and note what it changed."""
        self.now += 1
        before = self.here()
        action()
        self.changed |= {cell for cell, value in self.here().items() if value != before[cell]}

    # Here.

    @rule(ids=some_ids, field=st.sampled_from(["read", "starred"]), on=st.booleans())
    def mark(self, ids: set[str], field: str, on: bool) -> None:
        articles = [self.article_ids[id] for id in ids]
        self.act(lambda: article_state.mark(self.db, articles, self.now, **{field: on}))

    @rule(ids=some_ids, tag=st.sampled_from(["dam", "well"]), on=st.booleans())
    def tag(self, ids: set[str], tag: str, on: bool) -> None:
        articles = [self.article_ids[id] for id in ids]
        self.act(lambda: article_state.edit_tags(self.db, articles, self.now, **{"add" if on else "remove": [tag]}))

    @rule(ids=some_ids, hidden=st.booleans())
    def hide(self, ids: set[str], hidden: bool) -> None:
        articles = [self.article_ids[id] for id in ids]
        self.act(lambda: article_state.mark(self.db, articles, self.now, hidden=hidden))

    @rule()
    def undo(self) -> None:
        done = [step for step in journal.list_steps(self.db, self.now) if step.undone_at is None]
        if len(done) > self.first_step:
            self.act(lambda: journal.undo(self.db, self.now))

    @rule()
    def redo(self) -> None:
        self.act(lambda: journal.redo(self.db, self.now))

    @rule(place=st.integers(0, 20))
    def cancel(self, place: int) -> None:
        if waiting := outbox.list_pending(self.db, self.account):
            chosen = waiting[place % len(waiting)].id
            self.act(lambda: outbox.cancel(self.db, chosen, self.now))

    # On the server.

    @rule(cells=st.sets(st.sampled_from(CELLS), min_size=1), value=st.booleans())
    def change_there(self, cells: set[Cell], value: bool) -> None:
        self.server.update(dict.fromkeys(cells, value))

    # Between the two.

    @rule(count=st.integers(0, 6), is_confirmed=st.booleans(), marked_meanwhile=st.sets(st.sampled_from(IDS)))
    def send(self, count: int, is_confirmed: bool, marked_meanwhile: set[str]) -> None:
        sent = outbox.load(self.db, self.account, count)
        for one in sent:
            self.server[one.remote_id, one.field, one.tag] = one.value
        if marked_meanwhile:
            self.changed -= {(one.remote_id, one.field, one.tag) for one in sent} if is_confirmed else set()
            self.mark(marked_meanwhile, "read", not self.here()[min(marked_meanwhile), "read", ""])
        if is_confirmed:
            if not marked_meanwhile:
                self.changed -= {(one.remote_id, one.field, one.tag) for one in sent}
            outbox.remove_sent(self.db, [one.id for one in sent])

    @rule(is_by_list=st.booleans())
    def read(self, is_by_list: bool) -> None:
        """Read the server's marks: pending changes win, all others are as on the server."""
        before = self.here()
        fields = {(id, field) for id, field, _ in self.changed}
        expected = {cell: before[cell] if cell[:2] in fields else self.server[cell] for cell in CELLS}
        if is_by_list:
            unread = {id for id in IDS if not self.server[id, "read", ""]}
            starred = {id for id in IDS if self.server[id, "starred", ""]}
            tagged = {tag: {id for id in IDS if self.server[id, "tag", tag]} for tag in ("dam", "well")}
            found = remote_articles.compare(self.db, self.account, unread, starred, tagged)
            states = [*found.states, *(account_marks.state_of(self.entry(id)) for id in found.uncertain)]
        else:
            states = [account_marks.state_of(self.entry(id)) for id in IDS]
        remote_articles.apply_states(self.db, self.account, states, self.now)
        assert self.here() == expected

    @rule(rounds=st.just(2))
    def sync(self, rounds: int) -> None:
        """Sync completely: both sides are then the same, and nothing is pending."""
        for _ in range(rounds):
            self.send(1_000, True, set())
            self.read(True)
        assert self.here() == self.server
        assert not outbox.list_pending(self.db, self.account)

    @invariant()
    def pending_changes_are_those_made_here(self) -> None:
        here = self.here()
        found = {(one.remote_id, one.field, one.tag): one.value for one in outbox.load(self.db, self.account)}
        assert found == {cell: here[cell] for cell in self.changed}
        assert not self.db.execute(TALLY_MISMATCHES).fetchall()


TestSync = SyncModel.TestCase
TestSync.settings = settings(max_examples=60, stateful_step_count=30)
