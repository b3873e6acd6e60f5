"""Results and counts for random articles and queries, the SQL of hostile words, and query plans."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.search.conftest import DAY, NOW

from roya_tui import query
from roya_tui.model import Enclosure, Entry, Moment, NewSource, Picture, Rule
from roya_tui.query import All, Either, Not, Query, QueryError, Term, parse
from roya_tui.store import rule_matching, rules
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.database import open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import fts_query, results
from roya_tui.store.search.compiler import Compiler
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

HOSTILE = st.text(alphabet="\"'*^:(){}[]+-,;%_?\\/|&<>=!~`$#@ \n\t\0ANDORNETa1é水ءـ\u0301", max_size=12)


@given(HOSTILE, st.sampled_from(["", "tag", "source", "folder", "author", "title"]), st.booleans())
@settings(max_examples=300)
def test_words_are_never_syntax(news, value: str, field: str, phrase: bool) -> None:
    db, names = news
    for condition in (Term(field, value, phrase), Not(Term(field, value, phrase))):
        found = results.find(db, Query(condition), NOW)
        assert set(found) <= set(names)
        assert results.count(db, Query(condition), NOW) == len(found)
    results.count_tags(db, Query(Term(field, value, phrase)), NOW)
    subscriptions.find(db, value)


@given(st.text(max_size=30))
@settings(max_examples=200)
def test_any_text_is_a_query_or_is_refused(news, text: str) -> None:
    try:
        parsed = parse(text, NOW)
    except QueryError:
        return
    assert set(results.find(news[0], parsed, NOW)) <= set(news[1])


TAGS = ["Economy", "Sport", "Water"]
VIEWS = ["unread", "read", "starred", "hidden", "noted", "has-image", "updated", "audio", "video"]


class ExpectedArticle:
    """An article of the model, which evaluates queries in plain Python."""

    def __init__(self, source: int, at: int, tags: frozenset[str], flags: frozenset[str]) -> None:
        self.source = source
        self.at = at
        self.tags = tags
        self.flags = flags

    def matches(self, condition: query.Condition) -> bool:
        match condition:
            case Term("tag", value):
                return value in self.tags
            case Term("is", value):
                return value in self.flags
            case Term("source", value):
                return str(self.source) == value
            case Term("since", value):
                return self.at >= query.parse_time(value, NOW, UTC)
            case Term("title", value):
                return value in self.tags or value == "entry"
            case Term("", "note"):
                return "noted" in self.flags
            case Term("", "befor"):
                return "updated" not in self.flags
            case Term("", value):
                return value in self.tags or value == "entry"
            case Not(of):
                return not self.matches(of)
            case All(of):
                return all(self.matches(part) for part in of)
            case Either(of):
                return any(self.matches(part) for part in of)
        raise AssertionError(condition)

    def is_shown(self, parsed: Query, removed: set[int]) -> bool:
        is_listed = self.source not in removed or self.flags & {"starred", "noted"}
        hidden = "hidden" in self.flags and query.Term("is", "hidden") not in dict(query.iter_terms(parsed.where))
        return bool(is_listed) and not hidden and self.matches(parsed.where)


def conditions() -> st.SearchStrategy[Query]:
    terms = st.one_of(
        st.sampled_from(TAGS).map(partial(query.by_field, "tag")),
        st.sampled_from(VIEWS).map(partial(query.by_field, "is")),
        st.integers(1, 3).map(partial(query.by_field, "source")),
        st.sampled_from(["1d", "today", "3d"]).map(partial(query.by_field, "since")),
        st.sampled_from([*TAGS, "entry"]).map(lambda word: Query(Term("title", word))),
        st.sampled_from([*TAGS, "entry", "note", "befor"]).map(partial(query.by_field, "")),
    )
    return st.recursive(
        terms,
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=3).map(lambda found: query.all_of(*found)),
            st.lists(parts, min_size=1, max_size=3).map(lambda found: query.any_of(*found)),
            parts.map(query.negate),
        ),
        max_leaves=5,
    )


facts = st.tuples(
    st.integers(1, 3),
    st.integers(0, 6 * DAY),
    st.frozensets(st.sampled_from(TAGS)),
    st.frozensets(st.sampled_from([*VIEWS[1:], "muted"])),
)


@given(st.lists(facts, max_size=8), st.lists(conditions(), max_size=4), st.sets(st.integers(1, 3), max_size=2))
@settings(max_examples=60, deadline=None)
def test_results_and_counts_equal_a_model(articles, parsed: list[Query], removed: set[int]) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for migration in MIGRATIONS:
        if isinstance(migration.run, str):
            db.executescript(migration.run)
    for n in range(1, 4):
        subscriptions.add(db, NewSource(f"https://{n}.example/rss"), NOW)
    mute = rule_matching.ActiveRule(rules.add(db, Rule(0, "mute", "nothing", "mute"), NOW).id, "mute", "", Query())
    expected = {}
    for guid, (source, ago, tags, flags) in enumerate(articles):
        pictures = (Picture("https://x.example/1"),) if "has-image" in flags else ()
        title = " ".join(["entry", *sorted(tags)])
        files = tuple(Enclosure("https://x.example/", f"{kind}/x") for kind in ("audio", "video") if kind in flags)
        entry = Entry(
            str(guid), "", title, (), Moment(NOW - ago), Moment(), tuple(tags), "", "before", "", pictures, files
        )
        (id,) = ingestion.save(db, source, None, [ingestion.prepare(entry)], NOW).new
        read = bool(flags & {"read", "updated"})
        by_hand = "hidden" in flags or None
        if "muted" in flags:
            rule_matching.apply_rule(db, mute, [id], NOW)
            flags |= set() if "starred" in flags else {"hidden"}  # starred articles are shown
        article_state.mark(db, [id], NOW, read=read, starred="starred" in flags, hidden=by_hand)
        article_state.set_note(db, id, "note" if "noted" in flags else "", NOW)
        if "updated" in flags:
            after = Entry(
                str(guid), "", title, (), Moment(NOW - ago), Moment(), tuple(tags), "", "after", "", pictures, files
            )
            ingestion.save(db, source, None, [ingestion.prepare(after)], NOW)
        expected[id] = ExpectedArticle(source, NOW - ago, tags, flags | ({"read"} if read else {"unread"}))
    for source in removed:
        subscriptions.remove(db, source, NOW)
    words = [parse("note", NOW), parse("Water", NOW), parse("befor is:unread", NOW)]
    for wanted in [Query(), *map(query.view, query.VIEWS), *words, *parsed]:
        is_shown = [id for id, articles in expected.items() if articles.is_shown(wanted, removed)]
        found = results.find(db, wanted, NOW, zone=UTC)
        assert sorted(found) == is_shown
        assert list(results.find_with_times(db, wanted, NOW, 2, zone=UTC)[0]) in (list(found), list(found[:2]))
        times = [expected[id].at for id in found]
        assert query.highlight_words(wanted) or times == sorted(times, reverse=True)
        assert results.count(db, wanted, NOW, zone=UTC) == len(is_shown)
        assert {(tag.name, tag.total, tag.unread) for tag in results.count_tags(db, wanted, NOW, zone=UTC)} == {
            (tag, total, sum("unread" in expected[id].flags for id in is_shown if tag in expected[id].tags))
            for tag in TAGS
            if (total := sum(tag in expected[id].tags for id in is_shown))
        }
        never = set(TAGS[: 1 + len(is_shown) % 2])
        left = [id for id in is_shown if not expected[id].tags & never]
        totals = {tag.name: tag.total for tag in results.count_tags(db, wanted, NOW, zone=UTC, excluded=sorted(never))}
        assert totals == {
            tag: total
            for tag in TAGS
            if (total := sum(tag in expected[id].tags for id in (is_shown if tag in never else left)))
        }
    counted = results.count_views(db, NOW, zone=UTC)
    assert counted == {name: results.count(db, query.view(name), NOW, zone=UTC) for name in query.VIEWS}
    for source in subscriptions.list_all(db):
        own = [
            articles
            for articles in expected.values()
            if articles.source == source.id and "hidden" not in articles.flags
        ]
        assert (source.total, source.unread) == (len(own), sum("unread" in articles.flags for articles in own))
    db.close()


@pytest.fixture(scope="module", params=["no statistics", "true statistics", "statistics of a small database"])
def store_with_statistics(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("planned") / "news.db"
    db = open_store(path)
    source = subscriptions.add(db, NewSource("https://one.example/rss"), NOW)
    entries = [Entry(guid=str(n), title=f"Entry {n}", tags=(TAGS[n % 3],)) for n in range(60)]
    ids = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], NOW).new
    article_state.mark(db, ids[:40], NOW, read=True)
    if request.param != "no statistics":
        db.execute("ANALYZE")
    if request.param == "statistics of a small database":
        for table, index, stat in db.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
            small = " ".join(["5", "2", *["1"] * 6][: len(stat.split())])
            db.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (small, table, index))
        db.close()
        db = open_store(path)
    yield db
    db.close()


def query_plan(db: sqlite3.Connection, ask: Callable[[], object]) -> list[str]:
    parsed: list[str] = []
    db.set_trace_callback(parsed.append)
    ask()
    db.set_trace_callback(None)
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {parsed[-1]}")]


@pytest.mark.parametrize("text", ["", "is:unread", "sort:oldest", "is:unread -tag:sport", "is:has-image minutes:>2"])
def test_results_are_read_from_an_index_in_order(store_with_statistics, text: str) -> None:
    plan = query_plan(store_with_statistics, lambda: results.find(store_with_statistics, parse(text, NOW), NOW))
    assert [step for step in plan if step.startswith("SCAN a")] == ["SCAN a USING COVERING INDEX article_by_time"]
    assert not [step for step in plan if "ORDER BY" in step]


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: results.count_tags(db, Query(), NOW),
        lambda db: results.count_tags(db, query.by_field("tag", "sport"), NOW),
        lambda db: results.count_views(db, NOW),
        lambda db: lookup.load_headlines(db, [1, 2, 3]),
        lambda db: article_state.mark(db, [1, 2, 3], NOW, noticed=True),
    ],
)
def test_rows_of_an_article_are_looked_up_by_key(store_with_statistics, ask) -> None:
    plan = query_plan(store_with_statistics, lambda: ask(store_with_statistics))
    assert not [step for step in plan if step in ("SCAN s", "SCAN state", "SCAN tag", "SCAN article_tag")]


@pytest.mark.parametrize("at", [-(2**40), -1, 0, 2**32 - 1, 2**32, 2**40])
def test_results_have_times_of_any_age(db, put, at: int) -> None:
    first, second = put(Entry(guid="1", title="One"), Entry(guid="2", title="Two")).new
    db.execute("UPDATE article SET at = ? WHERE id = ?", (at, first))
    db.execute("UPDATE article SET at = 7 WHERE id = ?", (second,))
    ids, times = results.find_with_times(db, parse("sort:oldest", NOW), NOW)
    assert sorted([(at, first), (7, second)]) == list(zip(times, ids, strict=True))


LOOKALIKES = st.text(
    alphabet="＂＇“”‘’″﹒；（）＊：＾－＋ＡＮＤＯＲＴ\u2028\u200b\u202e\0\"'*^:(){}-;%_?\\ aé水ء\n", max_size=16
)


def harmless_term(term: Term) -> Term:
    """The same with a harmless word in it, short where it is short."""
    return Term(term.field, "abc" if fts_query.prefix_expression(term) else "word", term.phrase)


QUOTED = re.compile(r'"(?:[^"]|"")*"\*?')


@given(
    LOOKALIKES | HOSTILE | st.text(max_size=16), st.sampled_from(["", "title", "author", "tag", "lang"]), st.booleans()
)
@settings(max_examples=400)
def test_words_are_never_part_of_the_sql(news, value: str, field: str, phrase: bool) -> None:
    db, _ = news

    def statements(term: Term) -> list[str]:
        compiler = Compiler(db, NOW, UTC)
        return [compiler.where(Query(where)) for where in (term, Not(term), All((term, Either((term, term)))))]

    assert statements(Term(field, value, phrase)) == statements(harmless_term(Term(field, value, phrase)))
    for written in (
        fts_query.match_expression(Term(field, value, phrase)),
        fts_query.prefix_expression(Term(field, value, phrase)),
    ):
        assert "\0" not in written
        assert re.fullmatch(r"(?:(?:\{[a-z]+\} : )?\((?: OR )*\))?", QUOTED.sub("", written)), written


@given(st.text(alphabet="tagsourcefolde:\"-()\\ OR*;'é水ء12", max_size=30))
@settings(max_examples=300)
def test_sql_of_a_query_does_not_depend_on_its_words(news, text: str) -> None:
    try:
        parsed = parse(text, NOW)
    except QueryError:
        return

    def harmless(condition: query.Condition) -> query.Condition:
        match condition:
            case Term(field) if field in ("", "title", "author", "tag"):
                return harmless_term(condition)
            case Term():
                return condition
            case Not(of):
                return Not(harmless(of))
            case All(of):
                return All(tuple(map(harmless, of)))
            case Either(of):
                return Either(tuple(map(harmless, of)))

    written = [Compiler(news[0], NOW, UTC).where(Query(where)) for where in (parsed.where, harmless(parsed.where))]
    assert written[0] == written[1]
