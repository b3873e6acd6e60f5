"""Times in the reader's clock, and a list laid out by its days."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.clock import Clock
from roya_tui.presentation.timeline import Timeline, build_timeline

AMMAN = Clock(zone="Asia/Amman")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("moment", "stamp"),
    [
        ("2025-07-03T21:16", "04-07-2025 00:16"),  # UTC+3 all year since October 2022
        ("2021-01-10T10:00", "10-01-2021 12:00"),  # before: UTC+2 in winter
        ("2021-07-10T10:00", "10-07-2021 13:00"),
    ],
)
def test_amman_is_read_with_its_own_history(moment: str, stamp: str) -> None:
    assert AMMAN.stamp(at(moment)) == stamp


def test_the_source_s_clock_counts_only_when_asked_for() -> None:
    assert Clock(zone="source").stamp(at("2025-07-03T21:16"), "Asia/Amman") == "04-07-2025 00:16"
    assert AMMAN.stamp(at("2025-07-03T21:16"), "America/New_York") == "04-07-2025 00:16"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-24T05:00", "Today"),
        ("2026-11-23T05:00", "Yesterday"),
        ("2026-11-22T05:00", "Sunday 22 November"),
        ("2025-07-04T05:00", "Friday 4 July 2025"),
        ("2026-11-25T05:00", "Tomorrow"),
    ],
)
def test_days_have_the_names_people_use(day: str, name: str) -> None:
    assert AMMAN.day_name(AMMAN.day(at(day)), at("2026-11-24T09:00")) == name


@pytest.mark.parametrize(
    ("moment", "brief"),
    [
        ("2026-11-24T05:00", " 08:00"),
        ("2026-11-23T21:00", " 00:00"),  # today in Amman
        ("2026-11-23T20:59", "23 Nov"),
        ("2026-07-04T05:00", " 4 Jul"),
        ("2025-07-04T05:00", "  2025"),
    ],
)
def test_a_time_alone_tells_its_day_in_six_cells(moment: str, brief: str) -> None:
    assert AMMAN.brief(at(moment), at("2026-11-24T09:00")) == brief


def test_a_day_line_stands_above_each_new_day_of_the_reader_s_clock() -> None:
    times = [at("2026-11-24T08:00"), at("2026-11-23T21:30"), at("2026-11-23T20:30"), at("2026-11-20T12:00")]
    shown = build_timeline(array("q", [9, 8, 7, 6]), times, AMMAN, at("2026-11-24T09:00"))
    # 21:30 UTC is already the 24th in Amman.
    assert [shown.section_name(row) or shown.ids[shown.index_of(row) or 0] for row in range(shown.row_count)] == [
        "Today", 9, 8, "Yesterday", 7, "Friday 20 November", 6,
    ]  # fmt: skip


@given(st.lists(st.integers(946_684_800, 1_800_000_000), max_size=60), st.booleans())
def test_every_article_has_its_own_row_and_each_day_one_line(times: list[int], falling: bool) -> None:
    times = sorted(times, reverse=falling)
    shown = build_timeline(array("q", range(len(times))), times, AMMAN, 1_790_000_000)
    assert shown.row_count == len(times) + len({AMMAN.day(second) for second in times})
    assert [shown.index_of(shown.row_of(index)) for index in range(len(times))] == list(range(len(times)))
    for row in range(shown.row_count):
        assert (shown.index_of(row) is None) == bool(shown.section_name(row))


def test_an_empty_list_has_no_rows() -> None:
    assert Timeline().row_count == 0
    assert Timeline().index_of(0) is None


def test_a_list_that_goes_on_is_told_from_another_one() -> None:
    now = at("2026-11-24T09:00")
    times = array("q", [now - hours * 3_600 for hours in (1, 2, 30, 31)])

    def begun(count: int, *ids: int) -> Timeline:
        return build_timeline(array("q", ids), times[:count], AMMAN, now)

    first = begun(3, 9, 8, 7)
    assert begun(4, 9, 8, 7, 6).starts_with(first)
    assert not begun(4, 9, 8, 6, 7).starts_with(first)
    assert not first.starts_with(begun(4, 9, 8, 7, 6))
    assert not build_timeline(array("q", [9, 8, 7]), times[:3], AMMAN, now, by_day=False).starts_with(first)
