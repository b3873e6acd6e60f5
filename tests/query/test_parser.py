"""The query language: queries, errors with their position, and queries written as text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui import query
from roya_tui.query import All, Either, Not, Query, QueryError, Term, parse

NOW = int(datetime(2025, 7, 4, 12, 30, tzinfo=UTC).timestamp())
AMMAN = ZoneInfo("Asia/Amman")


def word(value: str) -> Term:
    return Term("", value)


def tagged(name: str) -> Query:
    return query.by_field("tag", name)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", All()),
        ("   ", All()),
        ("water", word("water")),
        ("water plan", All((word("water"), word("plan")))),
        ("water and plan", All((word("water"), word("plan")))),
        ("water water", word("water")),
        ('"water plan"', Term("", "water plan", phrase=True)),
        ('"say \\"so\\""', Term("", 'say "so"', phrase=True)),
        ("-water", Not(word("water"))),
        ("--water", word("water")),
        ("covid-19", word("covid-19")),
        ("a1 or b2 c3", Either((word("a1"), All((word("b2"), word("c3")))))),
        ("a1 OR b2", Either((word("a1"), word("b2")))),
        ("(a1 or b2) c3", All((Either((word("a1"), word("b2"))), word("c3")))),
        ("-(a1 b2)", Not(All((word("a1"), word("b2"))))),
        ('"or"', Term("", "or", phrase=True)),
        ("12:30", word("12:30")),
        ("قال: ماء", All((word("قال:"), word("ماء")))),
        ("tag:economy", Term("tag", "economy")),
        ('tag:"civil defence"', Term("tag", "civil defence")),
        ("TAG:Economy", Term("tag", "Economy")),
        ("title:water", Term("title", "water")),
        ('title:"water plan"', Term("title", "water plan", phrase=True)),
        ('author:"k. haddad"', Term("author", "k. haddad", phrase=True)),
        ("source:https://a.example/rss?x=1", Term("source", "https://a.example/rss?x=1")),
        ("folder:jordan", Term("folder", "jordan")),
        ("lang:AR", Term("lang", "ar")),
        ("is:Has-Image", Term("is", "has-image")),
        ("since:2d", Term("since", "2d")),
        ("before:04-07-2025", Term("before", "04-07-2025")),
        ("changed:today", Term("changed", "today")),
        ("came:Visit", Term("came", "session")),
        ("came:2d", Term("came", "2d")),
        ("minutes:>5", Term("minutes", ">5")),
    ],
)
def test_text_is_parsed(text: str, where: query.Condition) -> None:
    assert parse(text, NOW).where == where


@pytest.mark.parametrize("sort", query.SORTS)
def test_sort_is_not_a_condition(sort: str) -> None:
    assert parse(f"water sort:{sort}", NOW) == Query(word("water"), sort)


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("tagg:economy", 0, "tag"), ("water autor:x", 6, "author"), ("stories:12", 0, "story"), ("story:twelve", 6, ""),
        ("is:unred", 3, "unread"), ("sort:newst", 5, "newest"), ("since:yesterdy", 6, "yesterday"),
        ("since:2025-13-01", 6, ""), ("since:0d0", 6, ""), ("since:2062-01-01", 6, ""), ("minutes:long", 8, ">5"),
        ("lang:12", 5, ""), ("tag:", 4, ""), ('tag:""', 4, ""), ("water tag: x", 10, ""), ("!!!", 0, ""),
        ("water ***", 6, ""), ('water "plan', 6, ""), ("(water", 0, ""), ("water)", 5, ""), ("or water", 0, ""),
        ("water or", 6, ""), ("water or or plan", 6, ""), ("water -", 6, ""), ("- water", 0, ""),
        ("-sort:newest", 6, ""), ("(sort:newest water)", 6, ""), ("sort:newest sort:oldest", 17, ""),
        ("(" * 100 + "water" + ")" * 100, 40, ""), ("w1 " * 300, 600, ""),
    ],
)  # fmt: skip
def test_errors_have_a_position_and_a_suggestion(text: str, position: int, suggestion: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, NOW)
    assert (caught.value.position, caught.value.suggestion) == (position, suggestion)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (query.view("all"), ""),
        (query.view("unread"), "is:unread"),
        (query.view("today"), "since:today"),
        (query.sorted_by(tagged("civil defence"), "oldest"), 'tag:"civil defence" sort:oldest'),
        (query.by_field("source", 12), "source:12"),
        (query.by_field("folder", "Jordan/North"), "folder:Jordan/North"),
        (query.all_of(query.by_field("", "water"), query.by_field("", "plan")), "water plan"),
        (query.by_field("", "water plan", phrase=True), '"water plan"'),
        (query.by_field("", "or"), '"or"'),
        (query.all_of(tagged("a"), query.view("unread")), "tag:a is:unread"),
        (query.any_of(tagged("a"), tagged("b")), "tag:a or tag:b"),
        (query.sorted_by(query.any_of(tagged("a"), tagged("b")), "oldest"), "(tag:a or tag:b) sort:oldest"),
        (query.all_of(query.any_of(tagged("a"), tagged("b")), query.negate(tagged("c"))),
         "(tag:a or tag:b) -tag:c"),
        (query.any_of(), "-()"),
        (query.any_of(tagged("a"), query.view("all")), ""),
        (query.all_of(tagged("a"), query.any_of()), "-()"),
        (query.negate(query.negate(tagged("a"))), "tag:a"),
    ],
)  # fmt: skip
def test_queries_are_built_without_text(made: Query, text: str) -> None:
    assert str(made) == text
    assert parse(text, NOW) == made


def test_built_queries_are_checked() -> None:
    with pytest.raises(QueryError):
        query.by_field("is", "unred")
    with pytest.raises(QueryError):
        query.sorted_by(tagged("a"), "sideways")


def test_later_order_wins_when_queries_are_combined() -> None:
    oldest, by_source = parse("tag:a sort:oldest", NOW), parse("tag:b sort:source", NOW)
    assert query.all_of(oldest, by_source).sort == "source"
    assert query.all_of(oldest, tagged("b")).sort == "oldest"
    assert query.sorted_by(query.all_of(oldest, by_source), "newest").sort == "newest"


def test_default_order_is_relevance_only_for_words() -> None:
    assert parse("water tag:a", NOW).order == "relevance"
    assert parse("tag:a -water", NOW).order == "newest"
    assert parse("water sort:oldest", NOW).order == "oldest"


def test_highlight_words_are_those_that_must_match() -> None:
    found = parse('water -sport title:rail "new plan" (tag:x or -(-coast)) author:haddad', NOW)
    assert query.highlight_words(found) == ("water", "rail", "new plan", "coast")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("today", "2025-07-04T00:00+03:00"), ("yesterday", "2025-07-03T00:00+03:00"), ("30m", "2025-07-04T12:00+00:00"),
        ("36h", "2025-07-03T00:30+00:00"), ("0d", "2025-07-04T00:00+03:00"), ("2d", "2025-07-02T00:00+03:00"),
        ("1w", "2025-06-27T00:00+03:00"), ("1mo", "2025-06-04T00:00+03:00"), ("17mo", "2024-02-04T00:00+03:00"),
        ("2y", "2023-07-04T00:00+03:00"), ("99999d", "1970-01-03T00:00+02:00"), ("99999y", "1970-01-03T00:00+02:00"),
        ("2025-06-01", "2025-06-01T00:00+03:00"), ("01-06-2025", "2025-06-01T00:00+03:00"),
        ("2025-06", "2025-06-01T00:00+03:00"), ("2021", "2021-01-01T00:00+02:00"),
        ("0001-01-01", "1970-01-03T00:00+02:00"), ("9999-12-31", "2999-01-01T00:00+03:00"),
    ],
)  # fmt: skip
def test_times_are_days_of_the_users_zone(written: str, expected: str) -> None:
    assert query.parse_time(written, NOW, AMMAN) == int(datetime.fromisoformat(expected).timestamp())


@pytest.mark.parametrize("now", [0, 1_000, 200_000, 10_000_000])
@pytest.mark.parametrize("written", ["today", "yesterday", "2d", "1w", "6mo", "1y"])
def test_days_are_valid_while_the_clock_is_wrong(now: int, written: str) -> None:
    assert query.parse_time(written, now, UTC) <= now
    parse(f"since:{written}", now)


@pytest.mark.parametrize(
    ("written", "midnight"),
    [("today", "2025-10-26T00:00+02:00"), ("1d", "2025-10-25T00:00+02:00"), ("1w", "2025-10-19T00:00+02:00")],
)
def test_day_begins_at_midnight_after_a_change_of_the_clock(written: str, midnight: str) -> None:
    after_the_change = int(datetime(2025, 10, 27, 12, 0, tzinfo=UTC).timestamp()) - 86_400
    begin = int(datetime.fromisoformat(midnight).timestamp())
    assert query.parse_time(written, after_the_change, ZoneInfo("Europe/Berlin")) == begin


@pytest.mark.parametrize(
    ("now", "written", "day"), [("2026-03-31", "1mo", "2026-02-28"), ("2024-02-29", "1y", "2023-02-28")]
)
def test_month_or_year_before_is_the_last_day_of_a_shorter_month(now: str, written: str, day: str) -> None:
    second, begin = (int(datetime.fromisoformat(f"{text}T00:00+00:00").timestamp()) for text in (now, day))
    assert query.parse_time(written, second + 3_600, UTC) == begin


@given(st.text())
@settings(max_examples=300)
def test_any_text_is_a_query_or_an_error_with_a_position(text: str) -> None:
    try:
        found = parse(text, NOW)
    except QueryError as error:
        mistake = error
    else:
        assert parse(str(found), NOW) == found
        return
    assert 0 <= mistake.position <= len(text)
    assert mistake.message.endswith(".")


TRICKY = st.text(alphabet=' "()\\-:aorAndé水ء1\n*^', min_size=1, max_size=8)


@st.composite
def terms(draw: st.DrawFn) -> Query:
    field = draw(st.sampled_from(["text", "phrase", "title", "author", "tag", "source", "folder", "fixed"]))
    value = draw(TRICKY.filter(lambda value: any(c.isalnum() for c in value)))
    match field:
        case "text":
            value = value if any(c.isalnum() for c in value) else "a"
            return query.by_field("", "".join(c for c in value if not c.isspace()))
        case "phrase":
            return query.by_field("", value, phrase=True)
        case "title" | "author":
            return Query(query.conditions.make_term(field, value))
        case "tag":
            return tagged(value)
        case "source":
            return query.by_field("source", value)
        case "folder":
            return query.by_field("folder", value)
    fixed = ["is:unread", "minutes:>=5", "lang:pt-br", "since:2d", "before:2025-07-04", "changed:today", "came:visit"]
    return parse(draw(st.sampled_from(fixed)), NOW)


def _joined(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(parts, max_size=3)
    return st.one_of(
        several.map(lambda found: query.all_of(*found)),
        several.map(lambda found: query.any_of(*found)),
        parts.map(query.negate),
    )


@given(st.recursive(terms(), _joined, max_leaves=8), st.sampled_from(("", *query.SORTS)))
@settings(max_examples=150)
def test_queries_are_equal_after_writing_and_parsing(made: Query, sort: str) -> None:
    made = query.sorted_by(made, sort)
    assert parse(str(made), NOW) == made
