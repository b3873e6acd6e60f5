"""Source status: state and sentence, the table, the details."""

import pytest
from msgspec.structs import replace

from roya_tui import translation
from roya_tui.clock import Clock
from roya_tui.model import SAVED_PAGES, Attempt, Source, SourceStatistics, SourceStatus
from roya_tui.presentation import source_status
from roya_tui.presentation import source_status_view as view
from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS
from roya_tui.ui.action_table import NAMES
from roya_tui.ui.widgets.cells import measure

NOW = 1_795_500_000
"""24 November 2026, 06:00 UTC."""
HOUR, DAY, WEEK, YEAR = 3_600, 86_400, 604_800, 365 * 86_400
TIMES = source_status.TimeContext(NOW, Clock(zone="UTC"))
WELL = Source(7, "https://kelp.example/feed", title="Kelp Post", checked=NOW - HOUR, succeeded=NOW - HOUR)
FAILED = replace(WELL, error="Kelp Post did not respond within 30 s. Next check: 09:00.", failures=1)
TIMEOUT = Attempt(NOW - HOUR, "timeout", "Kelp Post did not respond within 30 s.")
DAILY = SourceStatistics(weeks=(7,) * 8, newest=NOW - HOUR, longest_gap=DAY)
LABELS = {7: "Kelp Post", 8: "Dune Herald", 9: "Larch Letter"}


def assessed(source: Source, facts: SourceStatistics = DAILY, **more: object) -> SourceStatus:
    return source_status.assess_source(source, facts, TIMES, labels=LABELS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "facts", "state", "sentence"),
    [
        (WELL, DAILY, "ok", "No problems."),
        (WELL, SourceStatistics(), "ok", "It has no articles."),
        (WELL, replace(DAILY, last=Attempt(NOW, message="The document is cut off after 1 entry.")), "ok",
         "The document is cut off after 1 entry."),
        (replace(WELL, succeeded=None, checked=None), SourceStatistics(), "new", "Not checked yet."),
        (replace(WELL, paused=True), DAILY, "paused", "Paused: it is not checked."),
        (replace(FAILED, paused=True), DAILY, "paused", "Paused: it is not checked."),
        (replace(FAILED, paused=True, gone=True), DAILY, "removed",
         "The server reports that it was removed (410). It is not checked any more."),
        (FAILED, replace(DAILY, last=TIMEOUT), "failed", "Did not respond within 30 s."),
        (FAILED, DAILY, "failed", "Did not respond within 30 s. Next check: 09:00."),
        (replace(FAILED, failures=3, succeeded=NOW - 5 * DAY), replace(DAILY, last=TIMEOUT), "failing",
         "Did not respond within 30 s. 3 checks failed in a row. Last success: 5 days ago."),
        (replace(FAILED, succeeded=None), SourceStatistics(last=TIMEOUT), "failing",
         "Did not respond within 30 s. 1 check failed. No check succeeded yet."),
        (FAILED, replace(DAILY, last=Attempt(NOW, "offline", "Kelp Post cannot be reached.")), "offline",
         "There was no network at the last check."),
        (replace(WELL, moved_to="https://name:secret@dune.example/feed"), DAILY, "moved",
         "Moved permanently to https://…@dune.example/feed. Adopted if the next check confirms it."),
        (replace(WELL, moved_to="https://dune.example/feed"), replace(DAILY, duplicates=(8,)), "moved",
         "Moved permanently to https://dune.example/feed. Adopted if the next check confirms it."),
        (replace(WELL, moved_to=WELL.url), DAILY, "ok", "No problems."),
        (WELL, replace(DAILY, newest=NOW - 4 * DAY), "silent",
         "No new articles for 4 days. Longest pause before: 24 hours."),
        (WELL, replace(DAILY, duplicates=(8,)), "duplicate", "Has the same articles as “Dune Herald”."),
        (WELL, replace(DAILY, duplicates=(8, 9)), "duplicate",
         "Has the same articles as “Dune Herald” and 1 other source."),
        (WELL, replace(DAILY, attempts=60, failed=15), "unstable",
         "15 of the last 60 checks failed, but not the last one."),
        (WELL, replace(DAILY, attempts=60, failed=14), "ok", "No problems."),
        (WELL, replace(DAILY, attempts=9, failed=8), "ok", "No problems."),
        (WELL, replace(DAILY, milliseconds=5_000), "slow", "Takes 5 s to respond."),
        (WELL, replace(DAILY, milliseconds=4_999), "ok", "No problems."),
        (Source(7, "/samples/a.xml", sample=True), SourceStatistics(), "sample",
         "Sample articles of roya-tui."),
        (Source(7, SAVED_PAGES), SourceStatistics(), "saved",
         "Pages that you saved. They are not refreshed."),
        (replace(FAILED, from_server=True), DAILY, "synced", "Its articles come from the server of its account."),
        (Source(7, "https://dune.example/feed", from_server=True), SourceStatistics(), "synced",
         "Its articles come from the server of its account."),
    ],
)  # fmt: skip
def test_state_and_sentence(source: Source, facts: SourceStatistics, state: str, sentence: str) -> None:
    found = assessed(source, facts)
    assert (found.state, found.sentence) == (state, sentence)
    assert state in source_status.STATES


@pytest.mark.parametrize(
    ("pause", "passed", "silent"),
    [
        (HOUR, 3 * DAY, False),  # a busy source may pause over a long weekend
        (HOUR, 3 * DAY + 1, True),
        (10 * DAY, 20 * DAY, False),
        (10 * DAY, 20 * DAY + 1, True),
        (2 * YEAR, YEAR, False),
        (2 * YEAR, YEAR + 1, True),
        (None, YEAR, False),  # too few articles to know its rhythm
        (None, YEAR + 1, True),
    ],
)
def test_source_is_silent_by_its_own_rhythm(pause: int | None, passed: int, silent: bool) -> None:
    facts = SourceStatistics(newest=NOW - passed, longest_gap=pause)
    assert (assessed(WELL, facts).state == "silent") is silent
    assert assessed(replace(WELL, url="/news/kelp.xml"), facts).state == "ok", "local files are never silent"


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("quoted", ["“Kelp Post”", '"Kelp Post"', "Kelp Post"])
def test_stored_messages_have_the_quotation_marks_of_this_terminal(quoted: str, ascii: bool) -> None:
    translation.use_ascii(ascii)
    try:
        names = '"Kelp Wire"' if ascii else "“Kelp Wire”"
        missing = Attempt(NOW, "not-found", f"{quoted} has no “Kelp Wire”.")
        found = assessed(FAILED, replace(DAILY, last=missing))
        skipped = Attempt(NOW, message="The link “Kelp Wire” was skipped.")
        rows = detail_lines(found, [missing, skipped])
        assert found.sentence == f"Has no {names}."
        assert assessed(WELL, replace(DAILY, last=skipped)).sentence == f"The link {names} was skipped."
    finally:
        translation.use_ascii(False)
    assert rows[-2].endswith(f"  Has no {names}.")
    assert rows[-1].endswith(f"The link {names} was skipped.")


def test_sentence_has_next_check_in_the_future() -> None:
    facts = replace(DAILY, last=TIMEOUT)
    assert assessed(FAILED, facts, until=NOW + 2 * HOUR).sentence == "Did not respond within 30 s. Next check: 08:00."
    assert (
        assessed(FAILED, facts, until=NOW + DAY).sentence
        == "Did not respond within 30 s. Next check: tomorrow at 06:00."
    )
    assert assessed(FAILED, facts, until=NOW + 3 * DAY).sentence.endswith("Next check: Friday 27 November at 06:00.")
    assert assessed(FAILED, facts, until=NOW).sentence == "Did not respond within 30 s."


def test_every_problem_has_suggestions() -> None:
    assert set(source_status.PROBLEMS) <= set(source_status.ADVICE) <= set(source_status.STATES)
    assert {name for names in source_status.ADVICE.values() for name in names} <= NAMES
    assert assessed(WELL).suggestions == ()
    moved = replace(WELL, moved_to="https://dune.example/feed")
    assert assessed(moved).suggestions == ("address", "remove")
    onto = assessed(moved, moved_onto="Dune Herald")
    assert onto.sentence == "Moved permanently to https://dune.example/feed, the address of “Dune Herald”."
    assert onto.suggestions == ("remove",)


@pytest.mark.parametrize(
    ("seconds", "words", "brief"),
    [
        (-5, "0 minutes", "0 min"), (60, "1 minute", "1 min"), (HOUR - 1, "59 minutes", "59 min"),
        (HOUR, "1 hour", "1 h"), (2 * DAY - 1, "47 hours", "47 h"), (2 * DAY, "2 days", "2 d"),
        (3 * WEEK, "3 weeks", "3 w"), (2 * YEAR, "2 years", "2 y"),
    ],
)  # fmt: skip
def test_spans(seconds: int, words: str, brief: str) -> None:
    assert (source_status.format_span(seconds), source_status.format_short_span(seconds)) == (words, brief)


@pytest.mark.parametrize(
    ("weeks", "words", "bars", "plain"),
    [
        ((0,) * 8, "", "········", "________"),
        ((8,) * 8, "8 a week", "████████", "########"),
        ((0, 1, 2, 3, 4, 5, 6, 8), "4 a week", "·▁▂▃▄▅▆█", "_.:-=+*#"),
        ((0, 0, 0, 0, 0, 0, 0, 100), "14 a day", "·······█", "_______#"),
        ((1, 0, 0, 0, 0, 0, 0, 0), "1 a month", "█·······", "#_______"),
        ((1, 0, 1, 0, 1, 0, 0, 1), "2 a month", "█·█·█··█", "#_#_#__#"),
        ((1000, 1, 0, 0, 0, 0, 0, 0), "18 a day", "█▁······", "#.______"),
        ((), "", "", ""),
    ],
)
def test_rate_and_sparkline(weeks: tuple[int, ...], words: str, bars: str, plain: str) -> None:
    facts = SourceStatistics(weeks=weeks)
    assert source_status.format_rate(facts) == words
    assert view.sparkline(facts, ascii=False) == bars
    assert view.sparkline(facts, ascii=True) == plain
    assert source_status.weekly_rate(SourceStatistics(weeks=(0, 0, 0, 0, 0, 0, 6, 14))) == 10, (
        "from the first week with articles"
    )


NAMED = [
    assessed(replace(WELL, id=id, title=title, succeeded=NOW - ago), SourceStatistics(weeks=(weekly,) * 8))
    for id, title, ago, weekly in ((1, "Birch", HOUR, 3), (2, "alder", DAY, 9), (3, "Cedar", 60, 1))
]


@pytest.mark.parametrize(
    ("order", "labels"),
    [
        ("name", ["alder", "Birch", "Cedar", "Zebra"]),
        ("frequency", ["alder", "Birch", "Cedar", "Zebra"]),
        ("success", ["Zebra", "alder", "Birch", "Cedar"]),
        ("problem", ["Zebra", "alder", "Birch", "Cedar"]),
    ],
)
def test_sort_sources(order: str, labels: list[str]) -> None:
    never = assessed(replace(FAILED, id=4, title="Zebra", succeeded=None), SourceStatistics())
    assert [one.source.label for one in view.sort_sources([*NAMED, never], order)] == labels


def test_sort_by_problem_puts_worst_first() -> None:
    once, often = (assessed(replace(FAILED, id=n, failures=n, title=f"T{n}")) for n in (3, 9))
    gone = assessed(replace(FAILED, id=5, gone=True, paused=True))
    silent = assessed(WELL, replace(DAILY, newest=NOW - 90 * DAY))
    assert view.sort_sources([silent, once, NAMED[0], often, gone], "problem") == [gone, often, once, silent, NAMED[0]]


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (30, ["state", "name"]),
        (57, ["state", "name", "weeks", "success"]),
        (84, ["state", "name", "weeks", "frequency", "success", "failed", "next"]),
        (92, ["state", "name", "weeks", "frequency", "success", "failed", "next"]),
        (93, ["state", "name", "reason", "success", "next"]),
        (130, ["state", "name", "reason", "weeks", "frequency", "success", "failed", "next"]),
    ],
)
@pytest.mark.parametrize("label", ["Kelp Post", "K" * 200, "أخبار الميناء", "[red]x[/red]", "日本語の見出し"])
def test_row_fills_width_for_any_name(width: int, names: list[str], label: str) -> None:
    shown = view.choose_columns(width)
    assert [column.name for column in shown] == names
    status = assessed(replace(WELL, name=label), replace(DAILY, attempts=60, failed=5))
    for icons in (UNICODE_ICONS, ASCII_ICONS):
        runs = view.table_row(status, shown, NOW, icons, measure, "visual", ascii=icons is ASCII_ICONS)
        # One cell is the cursor's; two blanks part columns and end the row.
        assert measure("".join(text for text, _ in runs)) == width - 1 + 2
    assert label[:5] in "".join(text for text, _ in runs) or "أ" in label


def test_row_shows_problem_by_icon_and_word() -> None:
    def text(status: SourceStatus) -> str:
        runs = view.table_row(status, view.choose_columns(130), NOW, UNICODE_ICONS, measure, "visual", ascii=False)
        return "".join(text for text, _ in runs)

    failing = text(assessed(replace(FAILED, failures=4, succeeded=None), SourceStatistics(attempts=60, failed=4)))
    assert failing.startswith("!failing ")
    assert "  never  " in failing
    assert "  4 of 60  " in failing
    assert "  Did not respond within 30 s. " in failing
    assert text(assessed(WELL)).startswith(" OK ")
    assert "never" not in text(assessed(replace(WELL, sample=True, succeeded=None))), "samples are not checked"


@pytest.mark.parametrize(
    ("status", "column", "line"),
    [
        (assessed(WELL, until=NOW + 20 * 60, reason="Not due yet."), "20 min", "06:20"),
        (assessed(WELL), "now", "with the next refresh"),
        (assessed(WELL, reason="Offline."), "", "when online"),
        (assessed(replace(WELL, sample=True)), "", ""),
        (assessed(replace(WELL, from_server=True)), "", ""),
        (assessed(replace(WELL, paused=True), reason="Paused."), "", "when resumed"),
        (assessed(WELL, reason="kelp.example is limiting requests.", until=NOW + HOUR), "1 h",
         "07:00 · kelp.example is limiting requests."),
    ],
)  # fmt: skip
def test_next_check_in_column_and_details(status: SourceStatus, column: str, line: str) -> None:
    assert view.format_next_check(status, NOW) == column
    shown = [text for text in detail_lines(status, []) if text.startswith("Next check")]
    assert shown == ([f"Next check: {line}"] if line else [])


def detail_lines(one: SourceStatus, attempts: list[Attempt], advice: str = "") -> list[str]:
    return [text for text, _ in view.detail_rows(one, attempts, advice, TIMES, 1_800, dot="·", failed="!", ascii=False)]


def test_details_show_everything_but_password() -> None:
    url, page = "https://name:secret@kelp.example/feed", "https://kelp.example/"
    source = replace(WELL, url=url, homepage=page, folder="Coast", interval=7_200, total=120, unread=7)
    facts = replace(DAILY, attempts=3, failed=1, milliseconds=210, size=42_000)
    tries = [
        Attempt(NOW - HOUR, milliseconds=200, size=42_000, new=3, changed=1),
        Attempt(NOW - 2 * HOUR, "timeout", "Kelp Post did not respond within 30 s."),
        Attempt(NOW - 3 * HOUR, message="The document is cut off after 9 entries.", milliseconds=220),
    ]
    rows = detail_lines(assessed(source, facts, reason="Not due yet.", until=NOW + HOUR), tries, "r check now")
    assert rows[:3] == ["Kelp Post", "No problems.", "r check now"]
    assert not any("secret" in line for line in rows)
    assert {
        "Address: https://…@kelp.example/feed", "Web page: https://kelp.example/", "Folder: Coast",
        "Interval: 2 hours · set by you", "Next check: 07:00", "Last success: 24-11-2026 05:00, 1 hour ago",
        "Checks: 2 of the last 3 succeeded · 210 ms · 42 KB", "Articles: 120, 7 unread",
        "Articles per week: ████████  7 7 7 7 7 7 7 7", "Frequency: about 7 a week · longest pause 24 hours",
    } <= set(rows)  # fmt: skip
    assert rows[rows.index("Last checks") + 1 :] == [
        "  24-11-2026 05:00  3 new, 1 edited · 200 ms · 42 KB",
        "! 24-11-2026 04:00  Did not respond within 30 s.",
        "  24-11-2026 03:00  no new articles · 220 ms · The document is cut off after 9 entries.",
    ]
