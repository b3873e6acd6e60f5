"""Accounts, pending changes and syncs in words and rows; when a sync is due."""

import re

import pytest
from msgspec.structs import replace
from tests.pseudo_locale import RtlCatalog, pseudo_locale

from roya_tui.clock import Clock
from roya_tui.model import Account, PendingChange
from roya_tui.presentation import accounts
from roya_tui.presentation.headline_rows import UNICODE_ICONS
from roya_tui.presentation.source_status import TimeContext
from roya_tui.sources.schedule import is_sync_due
from roya_tui.ui.widgets.cells import measure

NOW = 1_795_500_000
"""24 November 2026, 06:00 UTC."""
MINUTE, HOUR, DAY = 60, 3_600, 86_400
TIMES = TimeContext(NOW, Clock(zone="UTC"))
SYNCED = Account(
    1, "miniflux", "https://reader.example", "huda", server="Miniflux 2.2.6", sources=34,
    synced=NOW - 5 * MINUTE, attempted=NOW - 5 * MINUTE,
)  # fmt: skip
REJECTED = "huda@reader.example rejected the name or password (401)."
FAILED = replace(SYNCED, error=REJECTED, attempted=NOW - MINUTE, pending=3)
READ = PendingChange(1, 10, "r10", "read", True, at=NOW - HOUR, title="Harbour opens at noon")
CHANGES = [
    READ,
    replace(READ, id=2, field="starred", value=False, remote_id=""),
    replace(READ, id=3, field="tag", tag="water", title="Dam is full"),
]


def event(**values: object) -> dict[str, object]:
    numbers = dict.fromkeys(("done", "total", "sent", "received", "marked"), 0)
    return {"event": "sync", "account": 1, "label": "huda@reader.example", "message": ""} | numbers | values


def details(account: Account) -> list[str]:
    return accounts.describe_account(account, TIMES, "·", "r")


def text_of(runs: list[tuple[str, str]]) -> str:
    return "".join(text for text, _ in runs)


def change_text(change: PendingChange, width: int) -> str:
    return text_of(accounts.change_row(change, width, UNICODE_ICONS, TIMES, measure))


def account_text(account: Account, width: int) -> str:
    return text_of(accounts.account_row(account, width, UNICODE_ICONS, NOW, measure))


# Syncs.


def test_progress_names_the_account_and_counts_when_the_total_is_known() -> None:
    assert accounts.describe_progress(event()) == "Syncing with huda@reader.example"
    counted = accounts.describe_progress(event(done=1_200, total=20_000))
    assert counted == "Syncing with huda@reader.example 1,200/20,000"


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({}, "Synced with huda@reader.example."),
        ({"sent": 1}, "Synced with huda@reader.example: 1 change sent."),
        (
            {"sent": 12, "received": 1_340, "marked": 1},
            "Synced with huda@reader.example: 12 changes sent, 1,340 articles received, 1 article marked.",
        ),
    ],
)
def test_result_counts_what_a_sync_did(counts: dict[str, int], text: str) -> None:
    assert accounts.describe_result(event(**counts)) == text


@pytest.mark.parametrize(
    ("pending", "text"),
    [
        ((), ""),
        ((0, 0), ""),
        ((1, 0), "1 change waits for huda@reader.example"),
        ((0, 1_200), "1,200 changes wait for huda@reader.example"),
        ((1, 2), "3 changes wait for 2 accounts"),
    ],
)
def test_pending_changes_are_counted_over_all_accounts(pending: tuple[int, ...], text: str) -> None:
    assert accounts.describe_pending([replace(SYNCED, pending=count) for count in pending]) == text


# Accounts.


def test_details_show_the_server_and_both_forms_of_the_last_sync() -> None:
    assert details(SYNCED) == [
        "huda@reader.example: Miniflux 2.2.6 · 34 sources · articles from the server",
        "Last sync: 5 minutes ago (24-11-2026 05:55).",
    ]
    assert details(replace(SYNCED, content="feeds"))[0].endswith("articles from feeds")
    assert details(replace(SYNCED, synced=NOW - 59))[1] == "Last sync: just now (24-11-2026 05:59)."


def test_details_of_an_error_show_what_to_do() -> None:
    assert details(FAILED)[2:] == [REJECTED, "r: try again"]
    held = details(replace(FAILED, held_until=NOW + HOUR))
    assert held[2:] == [REJECTED, "The next sync starts after 07:00. r: try again"]
    assert details(replace(FAILED, held_until=NOW - HOUR))[2:] == [REJECTED, "r: try again"]


def test_details_show_that_an_account_was_never_synced_completely() -> None:
    new = replace(SYNCED, synced=None, attempted=None)
    assert details(new)[1] == "Not synced yet. r: sync now"
    assert details(replace(new, attempted=NOW, error=REJECTED))[1:] == [
        "Never synced completely.", REJECTED, "r: try again",
    ]  # fmt: skip


def test_name_of_a_server_stays_on_its_line() -> None:
    assert details(replace(SYNCED, server="Invented\nserver\t2"))[0].startswith(
        "huda@reader.example: Invented server 2 · "
    )


def test_details_isolate_names_and_dates_in_a_right_to_left_interface() -> None:
    with pseudo_locale(RtlCatalog):
        first, last = details(SYNCED)
    label, *facts = re.findall("\u2068([^\u2069]*)\u2069", first)
    assert [label, facts[0], facts[1][:2]] == ["huda@reader.example", "Miniflux 2.2.6", "34"]
    assert "(\u206824-11-2026 05:55\u2069)" in last


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (100, ["! huda@reader.example", "Miniflux 2.2.6", "34", "3", "5 min"]),
        (60, ["! huda@reader.example", "34", "3", "5 min"]),
        (40, ["! huda@reader.example", "3", "5 min"]),
        (12, ["! huda@read…"]),
    ],
)
def test_account_row_leaves_out_columns_in_narrow_windows(width: int, words: list[str]) -> None:
    row = account_text(FAILED, width)
    assert measure(row) == width
    assert row.split() == " ".join(words).split()
    headings = "".join(accounts.account_headings(width, measure))
    assert len(headings.replace("Last sync", "Synced").split()) == len(words)
    assert measure(headings) == width


def test_account_row_without_an_error_has_no_mark() -> None:
    assert account_text(SYNCED, 60).startswith("  huda@reader.example ")
    assert "never" in account_text(replace(SYNCED, synced=None), 60)


# Pending changes.


def test_changes_name_what_was_done() -> None:
    every = [replace(READ, field=field, value=value, tag="water") for field in ("read", "starred", "tag")
             for value in (True, False)]  # fmt: skip
    assert [*map(accounts.describe_change, every)] == [
        "Marked read", "Marked unread", "Starred", "Unstarred", "Added tag water", "Removed tag water",
    ]  # fmt: skip


def test_change_row_has_kind_title_and_time_in_exactly_its_width() -> None:
    assert change_text(READ, 50).split() == "Marked read Harbour opens at noon 05:00".split()
    assert change_text(replace(READ, title=""), 50).split() == "Marked read Untitled 05:00".split()
    for width in (50, 38):
        assert measure(change_text(READ, width)) == width
    assert "Harbour open…" in change_text(READ, 38)


def test_filter_finds_words_of_kind_and_title() -> None:
    assert [change.id for change in accounts.filter_changes(CHANGES, "water")] == [3]
    assert [change.id for change in accounts.filter_changes(CHANGES, "HARBOUR unst")] == [2]
    assert accounts.filter_changes(CHANGES, "") == CHANGES


def test_heading_counts_changes_and_those_whose_article_is_missing_on_the_server() -> None:
    assert accounts.describe_changes([], 0) == ""
    assert accounts.describe_changes(CHANGES[:1], 1) == "1 pending change."
    text = "3 pending changes. 1 waits until the server has its article."
    assert accounts.describe_changes(CHANGES, 3) == text
    newest = accounts.describe_changes(CHANGES[:1], 1_234)
    assert newest == "The newest 1 of 1,234 pending changes."


def test_rows_are_aligned_for_mirroring_in_a_right_to_left_interface() -> None:
    with pseudo_locale(RtlCatalog):
        row, change = account_text(SYNCED, 60), change_text(READ, 50)
    assert row.startswith("  huda@reader.example ")
    assert row.endswith(" "), "the number begins where its column does"
    assert change.endswith("05:00 ")


# When a sync is due.

WAITING = replace(SYNCED, pending=1, unsent_since=NOW - 3 * MINUTE)


@pytest.mark.parametrize(
    ("account", "is_due"),
    [
        (replace(SYNCED, attempted=None), True),
        (SYNCED, False),
        (replace(SYNCED, attempted=NOW - HOUR), True),
        (replace(SYNCED, attempted=NOW - HOUR + 1), False),
        (replace(SYNCED, attempted=NOW + DAY), True),  # a wrong clock
        (WAITING, True),
        (replace(WAITING, unsent_since=NOW - MINUTE), False),
        (replace(WAITING, attempted=NOW - MINUTE), False),
        (replace(WAITING, error=REJECTED), False),
        (replace(WAITING, error=REJECTED, attempted=NOW - 10 * MINUTE), True),
        (replace(SYNCED, pending=5), False),  # the last sync tried to send them
        (replace(WAITING, held_until=NOW + MINUTE), False),
        (replace(WAITING, held_until=NOW - 1), True),
        (replace(WAITING, held_until=NOW + 30 * DAY), True),  # a wrong clock
    ],
)
def test_sync_is_due_after_the_interval_or_when_changes_wait(account: Account, is_due: bool) -> None:
    assert is_sync_due([account], HOUR, NOW) is is_due
    assert is_sync_due([SYNCED, account], HOUR, NOW) is is_due


def test_sync_is_due_every_ten_minutes_at_most() -> None:
    assert not is_sync_due([replace(SYNCED, attempted=NOW - 9 * MINUTE)], MINUTE, NOW)
    assert not is_sync_due([], MINUTE, NOW)
