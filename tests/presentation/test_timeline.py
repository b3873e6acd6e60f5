"""Times in the time zone of the clock, lists by day, and expanded stories in them."""

import time
from array import array
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.clock import FULL_CELLS, Clock
from roya_tui.model import DateForm, Headline
from roya_tui.presentation import timeline

HOUR = 3_600
NOW = 1_795_500_000
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
def test_stamp_uses_history_of_time_zone(moment: str, stamp: str) -> None:
    assert AMMAN.stamp(at(moment)) == stamp


def test_stamp_uses_zone_of_source_only_if_configured() -> None:
    assert Clock(zone="source").stamp(at("2025-07-03T21:16"), "Asia/Amman") == "04-07-2025 00:16"
    assert AMMAN.stamp(at("2025-07-03T21:16"), "America/New_York") == "04-07-2025 00:16"


@pytest.mark.parametrize(
    ("form", "stamp", "under", "full"),
    [
        (DateForm("year", 0), "2026", " 2026", "       2026"),
        (DateForm("month", 0), "May 2026", "  May", "   May 2026"),
        (DateForm("day", 0), "03.05.2026", "03-05", " 3 May 2026"),
        (DateForm("day", -600), "02.05.2026", "02-05", " 2 May 2026"),
        (DateForm("", -600), "14.03 02.05.2026 (UTC-10)", "03-05", " 3 May 2026"),
    ],
)
def test_date_is_shown_as_precisely_as_it_was_written(form: DateForm, stamp: str, under: str, full: str) -> None:
    clock, moment = Clock("%H.%M %d.%m.%Y", "source"), at("2026-05-03T00:03")
    assert clock.stamp_with_clock(moment, form=form) == stamp
    amman = Clock("%H.%M %d.%m.%Y", "Asia/Amman")
    assert amman.time_below_heading(moment, date(2026, 5, 4), form=form) == under
    assert amman.brief(moment, at("2026-11-24T09:00"), form=form) == "  2026"
    assert amman.brief(moment, at("2026-11-24T09:00"), form=form, cells=FULL_CELLS) == full
    if form.precision:
        assert amman.stamp(moment, form=form) == stamp
        assert amman.brief(moment, at("2026-05-03T09:00"), form=form).strip() in ("2026", "May", "3 May", "2 May")
    assert amman.time_below_heading(moment, date(2026, 5, 3), form=DateForm("day", 0)) == "     "


@pytest.mark.parametrize(
    ("format", "stamp"),
    [
        ("%d-%m-%Y %H:%M", "03-05-2026"), ("%H:%M, %-d %B %Y", "3 May 2026"), ("%Y-%m-%dT%H:%M%z", "2026-05-03"),
        ("%Y年%m月%d日 %H時%M分", "2026年05月03日"), ("%A %d. %b at %I %p, %Y", "Sunday 03. May 2026"),
        ("%H:%M", "03-05-2026"),
    ],
)  # fmt: skip
def test_date_without_a_time_has_the_configured_format_without_time(format: str, stamp: str) -> None:
    assert Clock(format).stamp(at("2026-05-03T00:00"), form=DateForm("day", 0)) == stamp


@pytest.mark.parametrize(
    ("zone", "form", "stamp"),
    [
        ("", DateForm("", 180), "04-07-2025 00:16 (UTC+3)"),  # the clock that was written
        ("", DateForm("", -210), "03-07-2025 17:46 (UTC-3:30)"),
        ("Asia/Amman", DateForm("", 0), "04-07-2025 00:16 (Amman)"),  # the clock of the source
        ("America/New_York", DateForm("", 0), "03-07-2025 17:16 (New York)"),
        ("Asia/Tokyo", DateForm(), "04-07-2025 06:16"),  # the same as yours
        ("", DateForm("", 540), "04-07-2025 06:16"),
        ("", DateForm(), "04-07-2025 06:16"),
    ],
)
def test_clock_of_the_source_is_named_if_it_is_not_yours(
    zone: str, form: DateForm, stamp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert Clock(zone="source").stamp_with_clock(at("2025-07-03T21:16"), zone, form) == stamp
        assert Clock().stamp_with_clock(at("2025-07-03T21:16"), zone, form) == "04-07-2025 06:16"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("moment", "day", "brief"),
    [
        ("2026-11-24T05:00", "Today", " 08:00"),
        ("2026-11-23T21:00", "Today", " 00:00"),
        ("2026-11-23T20:59", "Yesterday", "23 Nov"),
        ("2026-11-22T05:00", "Sunday 22 November", "22 Nov"),
        ("2026-07-04T05:00", "Saturday 4 July", " 4 Jul"),
        ("2025-07-04T05:00", "Friday 4 July 2025", "  2025"),
    ],
)
def test_name_of_day_and_brief_time(moment: str, day: str, brief: str) -> None:
    now = at("2026-11-24T09:00")
    assert (AMMAN.day_name(AMMAN.day(at(moment)), now), AMMAN.brief(at(moment), now)) == (day, brief)
    assert AMMAN.day_name(AMMAN.day(at("2026-11-25T05:00")), now) == "Tomorrow"
    full = " 4 Jul 2025" if brief == "  2025" else f"{brief:>11}"
    assert AMMAN.brief(at(moment), now, cells=FULL_CELLS) == full


def test_each_day_of_time_zone_has_section() -> None:
    times = [at("2026-11-24T08:00"), at("2026-11-23T21:30"), at("2026-11-23T20:30"), at("2026-11-20T12:00")]
    shown = timeline.build_timeline(array("q", [9, 8, 7, 6]), times, AMMAN, at("2026-11-24T09:00"))
    # 21:30 UTC is already the 24th in Amman.
    assert [shown.section_name(row) or shown.ids[shown.index_of(row) or 0] for row in range(shown.row_count)] == [
        "Today", 9, 8, "Yesterday", 7, "Friday 20 November", 6,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("precision", "first_seen", "name"),
    [("month", NOW, "October 2022"), ("year", NOW, "2022"), ("day", NOW, ""), ("", NOW, ""), ("month", None, "")],
)
def test_period_is_named_unless_the_article_arrived_in_it(precision: str, first_seen: int | None, name: str) -> None:
    middle = at("2022-10-16T12:00")
    seen, form = middle if first_seen is None else first_seen, DateForm(precision, 0)
    headline = Headline(1, 1, "Courier", "Boats", middle, published=middle, published_form=form, first_seen=seen)
    assert timeline.name_period(headline, AMMAN) == name


@given(st.lists(st.integers(946_684_800, 1_800_000_000), max_size=60), st.booleans())
def test_every_article_has_row_and_each_day_section(times: list[int], falling: bool) -> None:
    times = sorted(times, reverse=falling)
    shown = timeline.build_timeline(array("q", range(len(times))), times, AMMAN, 1_790_000_000)
    assert shown.row_count == len(times) + len({AMMAN.day(second) for second in times})
    assert [shown.index_of(shown.row_of(index)) for index in range(len(times))] == list(range(len(times)))
    for row in range(shown.row_count):
        assert (shown.index_of(row) is None) == bool(shown.section_name(row))


def test_starts_with_recognizes_continued_list() -> None:
    now = at("2026-11-24T09:00")
    times = array("q", [now - hours * 3_600 for hours in (1, 2, 30, 31)])

    def beginning(count: int, *ids: int) -> timeline.Timeline:
        return timeline.build_timeline(array("q", ids), times[:count], AMMAN, now)

    first = beginning(3, 9, 8, 7)
    assert beginning(4, 9, 8, 7, 6).starts_with(first)
    assert not beginning(4, 9, 8, 6, 7).starts_with(first)
    assert not first.starts_with(beginning(4, 9, 8, 7, 6))
    assert not timeline.build_timeline(array("q", [9, 8, 7]), times[:3], AMMAN, now, by_day=False).starts_with(first)


def list_with_stories(rows: int) -> timeline.Timeline:
    """Return rows seven hours apart, every third a story with the other articles 100 * id and 100 * id + 1."""
    ids = array("q", range(1, rows + 1))
    shown = timeline.build_timeline(ids, [NOW - 7 * HOUR * place for place in range(rows)], Clock(zone="UTC"), NOW)
    others = array("q", (2 if id % 3 == 0 else 0 for id in ids))
    others_of_stories = [id * 100 + more for id in ids if id % 3 == 0 for more in (0, 1)]
    return replace(shown, other_counts=others, all_ids=ids + array("q", others_of_stories))


def members(id: int) -> list[int]:
    return [id, id * 100, id * 100 + 1]


def days(shown: timeline.Timeline) -> dict[int, str]:
    return {shown.ids[start]: name for start, name in zip(shown.section_starts, shown.section_names, strict=True)}


@given(st.integers(1, 40), st.lists(st.integers(0, 39), max_size=12))
def test_expanding_and_collapsing_stories_restores_list(rows: int, places: list[int]) -> None:
    before = shown = list_with_stories(rows)
    expanded = {id for id in (before.ids[place] for place in places if place < rows) if id % 3 == 0}
    for id in expanded:
        shown = timeline.expand_story(shown, shown.ids.index(id), members(id))
        shown = timeline.expand_story(shown, shown.ids.index(id), members(id))
    assert len(shown.ids) == rows + 2 * len(expanded)
    assert days(shown) == days(before)
    for index, id in enumerate(shown.ids):
        assert shown.index_of(shown.row_of(index)) == index
        row = timeline.story_index(shown, index)
        if id >= 100:
            assert timeline.other_count(shown, index) == timeline.EXPANDED_MEMBER
            assert shown.ids[row] == id // 100
            assert shown.date_of(index) == shown.date_of(row)
        else:
            assert row == index
            assert timeline.count_expanded(shown, index) == (2 if id in expanded else 0)
    assert timeline.collect_ids(shown) == timeline.collect_ids(before)
    for id in expanded:
        shown = timeline.collapse_story(shown, shown.ids.index(id))
    assert shown == before


def test_expanded_story_repeats_no_row() -> None:
    shown = timeline.expand_story(list_with_stories(6), 2, [3, 300, 5, 301])
    assert list(shown.ids) == [1, 2, 3, 300, 301, 4, 5, 6]
    shown = timeline.expand_story(list_with_stories(6), 2, [3, 5])
    assert list(shown.ids) == [1, 2, 3, 4, 5, 6]
    assert timeline.other_count(shown, 2) == 0, "the row has no others any more"


def test_list_without_stories() -> None:
    assert (timeline.Timeline().row_count, timeline.Timeline().index_of(0)) == (0, None)
    plain = timeline.build_timeline(array("q", [3, 2, 1]), [NOW] * 3, Clock(zone="UTC"), NOW)
    assert timeline.collect_ids(plain) == plain.ids
    assert (timeline.other_count(plain, 1), timeline.story_index(plain, 1), timeline.count_expanded(plain, 1)) == (
        0,
        1,
        0,
    )
    counts = list(timeline.expand_story(plain, 0, [9]).other_counts)
    assert counts == [1, timeline.EXPANDED_MEMBER, 0, 0], "an article outside the view can be shown"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (timeline.Timeline(), "0"),
        (list_with_stories(2), "2"),
        (list_with_stories(3), "5 in 3 rows"),
        (timeline.expand_story(list_with_stories(3), 2, members(3)), "5 in 3 rows"),
        (replace(list_with_stories(3), is_complete=False), "3 and more"),
        (replace(list_with_stories(3), is_complete=False, totals=timeline.Totals(1_200, 1_100)), "1,200 in 1,100 rows"),
    ],
)
def test_size_counts_articles_and_rows_if_fewer(shown: timeline.Timeline, words: str) -> None:
    assert timeline.describe_size(shown) == words


STORIES = {1: [1, 11, 12], 11: [11, 1, 12], 12: [12, 1, 11]}
SHOWN = timeline.Timeline(
    array("q", [1, 2, 3]), other_counts=array("q", [2, 0, 0]), all_ids=array("q", [1, 11, 12, 2, 3])
)


def load_members(id: int) -> list[int]:
    return STORIES.get(id, [])


def test_expand_row_shows_the_listed_members_below_it() -> None:
    assert list(timeline.expand_row(SHOWN, 0, load_members).ids) == [1, 11, 12, 2, 3]
    assert timeline.expand_row(SHOWN, 1, load_members) is SHOWN


def test_add_member_adds_an_article_that_is_not_listed() -> None:
    shown = timeline.Timeline(array("q", [1, 2]), other_counts=array("q", [0, 0]))
    assert list(timeline.add_member(shown, 0, 12, load_members).ids) == [1, 12, 2]


def test_keep_expanded_expands_the_story_of_the_cursor_in_the_new_list() -> None:
    expanded = timeline.expand_row(SHOWN, 0, load_members)
    assert list(timeline.keep_expanded(expanded, 1, SHOWN, load_members).ids) == [1, 11, 12, 2, 3]
    assert timeline.keep_expanded(SHOWN, 1, SHOWN, load_members) is SHOWN


def test_nearest_index_is_that_of_the_article_or_of_one_near_it() -> None:
    shorter = timeline.Timeline(array("q", [3, 1]))
    assert [timeline.nearest_index(SHOWN, index, shorter) for index in (0, 1, 2, None)] == [1, 0, 0, 0]
