"""Sync accounts: send what changed here, then read what changed on the server."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from itertools import chain

import httpx
from msgspec.structs import replace

from roya_tui.model import (
    Account,
    Change,
    Failure,
    PendingChange,
    RemoteEntry,
    RemoteState,
    Subscription,
)
from roya_tui.presentation.source_status import TimeContext
from roya_tui.refresh.parse_jobs import ParseJob
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.refresh.progress import RefreshContext, retry_message
from roya_tui.store.articles import account_marks
from roya_tui.store.bodies import PreparedEntry
from roya_tui.store.connection import StoreError
from roya_tui.store.sync import accounts, outbox, remote_articles, subscriptions
from roya_tui.sync import merge
from roya_tui.sync.backends.choice import make_backend
from roya_tui.sync.connection import Connection
from roya_tui.sync.contents import make_document, split_batches
from roya_tui.sync.protocol import Backend, IdLists, SyncError, batches
from roya_tui.translation import gettext, ngettext

_SENT_AT_ONCE = 1_000
"""Pending changes that are loaded from the database and sent together."""
_FETCHED_AT_ONCE = 1_000
"""Articles that are requested together, and after which progress is reported."""
_SAVED_AT_ONCE, _MAX_WAITING_CHARACTERS = 2_000, 8_000_000
"""Changes, and characters of their texts, that are saved together: a page has only a few articles of each feed."""
_OFFLINE_KINDS = ("offline", "dns", "refused", "timeout", "reset")
"""Kinds of failure after which the next sync simply tries again."""


_COUNTED = ("sent", "received", "marked")
"""What a sync counts: changes sent, new and edited articles, and articles here whose marks changed."""


async def sync_accounts(
    context: RefreshContext,
    client: httpx.AsyncClient,
    parsers: ParsePool,
    on_saved: Callable[[int], None],
    ids: Sequence[int] = (),
) -> None:
    """Sync all accounts, or those with these ids, one after the other. A failure does not affect the others.

    `on_saved` receives how many articles were saved and wait to be indexed. Progress and failures are events.
    """
    for account in await context.store.call_async(accounts.list_all):
        if not ids or account.id in ids:
            await _sync_account(context, client, parsers, on_saved, account, is_requested=bool(ids))


async def _sync_account(
    context: RefreshContext,
    client: httpx.AsyncClient,
    parsers: ParsePool,
    on_saved: Callable[[int], None],
    account: Account,
    *,
    is_requested: bool,
) -> None:
    now = context.now()
    times = TimeContext(now, context.progress.clock)
    if (account.held_until or 0) > now and not is_requested:
        message = gettext("{host} is limiting requests.", host=account.label)
        _report(context, account, "waiting", retry_message(message, account.held_until, times))
        return
    server, failure, held_until = account.server, "", None
    sync = None
    try:
        backend = make_backend(Connection(client, context.config, account, context.now))
        capabilities = await backend.capabilities()
        server = capabilities.server
        await context.store.call_async(accounts.save_tags, account.id, capabilities.tags)
        sync = AccountSync(context, parsers, on_saved, replace(account, server=server), backend)
        await sync.run()
    except SyncError as error:
        failure, held_until = error.message, error.retry_at
        state = "waiting" if error.kind in _OFFLINE_KINDS or error.retry_at is not None else "failed"
    except StoreError as error:
        failure, state = error.message, "failed"
    if not failure and sync is not None and sync.send_error is not None:
        failure, held_until, state = sync.send_error.message, sync.send_error.retry_at, "failed"
    if sync is not None:
        context.progress.counts.update(sync.counts)
    with suppress(StoreError):  # database busy or disk full: the event has the message
        await context.store.call_async(
            accounts.record_sync, account.id, now, error=failure, server=server, held_until=held_until
        )
    if failure:
        context.progress.counts["accounts_failed"] += 1
        _report(context, account, state, retry_message(failure, held_until, times))
    elif sync is not None:
        _report(context, account, "done", "", sync.counts)


def _report(
    context: RefreshContext,
    account: Account,
    state: str,
    message: str = "",
    counts: Counter[str] | None = None,
    done: int = 0,
    total: int = 0,
) -> None:
    event = {"event": "sync", "account": account.id, "label": account.label, "state": state, "message": message}
    counted = {name: counts[name] if counts else 0 for name in _COUNTED}
    context.report(event | {"done": done, "total": total} | counted)


class AccountSync:
    """One sync of one account. It may be stopped at any moment: the next one continues."""

    def __init__(
        self,
        context: RefreshContext,
        parsers: ParsePool,
        on_saved: Callable[[int], None],
        account: Account,
        backend: Backend,
    ) -> None:
        self._context = context
        self._store = context.store
        self._parsers = parsers
        self._on_saved = on_saved
        self._account = account
        self._backend = backend
        self._sources: dict[str, tuple[int, Subscription]] = {}
        """Id of a feed on the server → its source here."""
        self.counts: Counter[str] = Counter()
        self.send_error: SyncError | None = None
        """Why pending changes could not be sent."""

    async def run(self) -> None:
        """Send, then read. Raises SyncError if reading failed; `send_error` is set if only sending failed."""
        _report(self._context, self._account, "running")
        await self._sync_subscriptions()
        await self._send()
        known = await self._store.call_async(remote_articles.all_ids, self._account.id)
        # List everything until a first sync is complete: it may have been interrupted.
        lists = await self._backend.ids(known if self._account.synced is not None else ())
        if lists is None:
            await self._read_changes()
        else:
            await self._read_lists(lists, known)
        if self._account.content == "server":
            await self._save(await self._backend.latest_entries())
        if self.send_error is None:
            await self._send()  # marks that articles had before they were found on the server

    # Subscriptions.

    async def _sync_subscriptions(self) -> None:
        stored = await self._store.call_async(subscriptions.load, self._account.id)
        listed = merge.clean(await self._backend.subscriptions(), self._account.address)
        steps, messages = merge.merge(stored, listed)
        for step in steps:
            await self._apply_subscription(step)
        for message in messages:
            self._context.report({"event": "warning", "message": message})
        titles = {there.remote_id: there for there in listed}
        for one in await self._store.call_async(subscriptions.load, self._account.id):
            if one.remote_id and one.base is not None and not one.removed:
                self._sources[one.remote_id] = one.source_id, titles.get(one.remote_id, one.base)

    async def _apply_subscription(self, step: merge.Step) -> None:
        id, now = self._account.id, self._context.now()
        try:
            match step:
                case merge.Add(stored):
                    added = await self._backend.add_subscription(stored.url, stored.title, stored.folder)
                    agreed = replace(added, title=stored.title or added.title, folder=stored.folder)
                    if agreed != added:
                        await self._backend.edit_subscription(added, agreed.title, agreed.folder)
                    await self._store.call_async(subscriptions.apply_change, id, stored.source_id, agreed, now)
                case merge.Edit(_, subscription, title, folder):
                    await self._backend.edit_subscription(subscription, title, folder)
                case merge.Remove(stored, subscription):
                    try:
                        await self._backend.remove_subscription(subscription)
                    except SyncError as error:
                        if error.status != 404:
                            raise
                    await self._store.call_async(subscriptions.forget, id, stored.source_id)
                case merge.New(subscription):
                    await self._store.call_async(subscriptions.save_new, id, subscription, now)
                case merge.Update(stored, subscription):
                    await self._store.call_async(subscriptions.apply_change, id, stored.source_id, subscription, now)
                case merge.RemoveHere(stored):
                    await self._store.call_async(subscriptions.apply_removal, id, stored.source_id, now)
                    message = gettext("Removed “{source}”, as on the server.", source=_title_of(step))
                    self._context.report({"event": "warning", "message": message})
                case merge.Forget(stored):
                    await self._store.call_async(subscriptions.forget, id, stored.source_id)
            self.counts["sent"] += isinstance(step, merge.Add | merge.Edit | merge.Remove)
        except SyncError as error:
            if error.status is None or error.kind == "auth" or error.retry_at is not None:
                raise
            # The server refused this source only. The next sync tries again.
            title = _title_of(step)
            message = gettext("“{source}” was not changed on the server. {error}", source=title, error=error.message)
            self._context.report({"event": "warning", "message": message})

    # Sending.

    async def _send(self) -> None:
        """Send all pending changes; those that the server does not confirm stay pending."""
        last = 0
        while self.send_error is None:
            pending = await self._store.call_async(outbox.load, self._account.id, _SENT_AT_ONCE, after=last)
            if not pending:
                return
            last = pending[-1].id
            await self._send_batch(pending)

    async def _send_batch(self, pending: Sequence[PendingChange]) -> None:
        changes: dict[Change, list[int]] = defaultdict(list)
        for one in pending:
            changes[Change(one.remote_id, one.field, one.value, one.tag)].append(one.id)
        result = await self._backend.send(list(changes))
        sent = [id for change in result.done for id in changes[change]]
        await self._store.call_async(outbox.remove_sent, sent)
        if result.missing:
            dropped = await self._store.call_async(remote_articles.forget, self._account.id, list(result.missing))
            if dropped:
                message = ngettext(
                    "{count:,} change was not sent: {server} no longer has the article.",
                    "{count:,} changes were not sent: {server} no longer has the articles.",
                    dropped,
                    server=self._account.label,
                )
                self._context.report({"event": "warning", "message": message})
        self.counts["sent"] += len(sent)
        self.send_error = result.error

    # Reading.

    async def _read_lists(self, lists: IdLists, known: Collection[str]) -> None:
        """Read the articles in complete lists of ids that are new here, and those that are missing in a list."""
        candidates = dict.fromkeys(chain(lists.latest, lists.unread, lists.starred, *(lists.tagged or {}).values()))
        unknown = [id for id in candidates if id not in known]
        found = await self._store.call_async(
            remote_articles.compare, self._account.id, lists.unread, lists.starred, lists.tagged
        )
        await self._apply(found.states)
        for number, ids in enumerate(batches(unknown, _FETCHED_AT_ONCE)):
            self._report_progress(number * _FETCHED_AT_ONCE, len(unknown))
            await self._save(await self._backend.entries(ids))
        for ids in batches(found.uncertain, _FETCHED_AT_ONCE):
            # Not in a list: read elsewhere, or deleted from the server. Only what the server returns is changed.
            entries = await self._backend.entries(ids)
            await self._apply(map(account_marks.state_of, entries))
            missing = {*ids} - {entry.remote_id for entry in entries}
            await self._store.call_async(remote_articles.forget, self._account.id, sorted(missing), keep_pending=True)

    async def _read_changes(self) -> None:
        """Read what changed since the last page that was saved. Several pages are saved together."""
        waiting: list[RemoteEntry] = []
        done, cursor = 0, self._account.cursor
        try:
            async for page in self._backend.changes(cursor):
                waiting += page.entries
                done, cursor = done + len(page.entries), page.cursor
                size = sum(len(entry.html) for entry in waiting)
                if len(waiting) >= _SAVED_AT_ONCE or size >= _MAX_WAITING_CHARACTERS:
                    await self._save_changes(waiting, cursor)
                    waiting = []
                    self._report_progress(done, done + max(page.total - len(page.entries), 0))
        except SyncError:
            await self._save_changes(waiting, cursor)
            raise
        await self._save_changes(waiting, cursor)

    async def _save_changes(self, entries: Sequence[RemoteEntry], cursor: str) -> None:
        await self._save(entries)
        await self._store.call_async(accounts.save_cursor, self._account.id, cursor)

    def _report_progress(self, done: int, total: int) -> None:
        _report(self._context, self._account, "running", "", self.counts, done, total)

    async def _apply(self, states: Iterable[RemoteState]) -> None:
        changed = await self._store.call_async(
            remote_articles.apply_states, self._account.id, list(states), self._context.now()
        )
        self.counts["marked"] += changed

    async def _save(self, entries: Sequence[RemoteEntry]) -> None:
        """Save articles with their marks. Articles of feeds that are not subscribed to here are left out."""
        of_feed: dict[str, list[RemoteEntry]] = defaultdict(list)
        for entry in entries:
            if entry.feed_id in self._sources:
                of_feed[entry.feed_id].append(entry)
        for feed_id, chosen in of_feed.items():
            source_id, subscription = self._sources[feed_id]
            if self._account.content == "feeds":
                noted = await self._store.call_async(
                    remote_articles.note_entries, self._account.id, source_id, chosen, self._context.now()
                )
                self.counts["marked"] += noted
                continue
            for batch in split_batches(chosen):
                await self._save_batch(source_id, subscription, batch)

    async def _save_batch(self, source_id: int, subscription: Subscription, batch: Sequence[RemoteEntry]) -> None:
        document = make_document(subscription, batch)
        job = ParseJob((document,), subscription.url, "application/feed+json", now=self._context.now())
        parsed = await self._parsers.parse(job, self._account.label)
        if isinstance(parsed, Failure):
            if len(batch) > 1:  # one of them is at fault
                for entry in batch:
                    await self._save_batch(source_id, subscription, [entry])
            else:
                message = gettext("Skipped an article of “{source}”.", source=subscription.title)
                self._context.report({"event": "warning", "message": f"{message} {parsed.message}"})
            return
        saved, marked = await self._store.call_async(
            remote_articles.save_entries,
            self._account.id,
            source_id,
            parsed.feed,
            _pair_rows(batch, parsed.rows),
            self._context.now(),
        )
        new, changed = len(saved.new), len(saved.changed)
        self._context.progress.counts.update(new=new, changed=changed)
        self._on_saved(new + changed)
        self.counts.update(received=new + changed, marked=marked)


def _pair_rows(
    entries: Sequence[RemoteEntry], rows: Sequence[PreparedEntry]
) -> list[tuple[RemoteEntry, PreparedEntry]]:
    by_id = {entry.remote_id: entry for entry in entries}
    return [(by_id[row.guid], row) for row in rows if row.guid in by_id]


def _title_of(step: merge.Step) -> str:
    return step.subscription.title if isinstance(step, merge.New) else step.stored.label
