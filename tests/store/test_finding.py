"""What a query finds, in which order, and how many: shown on a few articles, then proved against plain Python."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui import query
from roya_tui.model import Entry, Moment, NewSource, Picture, Rule
from roya_tui.query import All, Either, Not, Query, QueryError, Term, parse
from roya_tui.store import rule_matching, rules
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import fts_query, results, vocabulary
from roya_tui.store.search.compiler import Compiler
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

NOW = int(datetime(2025, 7, 4, 12, 0, tzinfo=UTC).timestamp())
HOUR = 3_600
DAY = 24 * HOUR

# name: source, hours ago, entry
ARTICLES = {
    "plan": ("roya", 1, Entry(title="Ministry publishes water plan", authors=("K. Haddad",), tags=("Economy", "Water"),
                              content="<p>Forty wells, says the ministry.</p>", language="en")),
    "rail": ("petra", 2, Entry(title="Rail line opens to the coast", authors=("Lina Odeh",), tags=("Economy",),
                               content="<p>" + "Trains run daily. " * 700 + "</p>", language="en-GB")),
    "cup": ("petra", 30, Entry(title="Cup final tonight", tags=("Sport", "Civil defence"), content="<p>Watermelon for "
                               "all.</p>", pictures=(Picture("https://petra.example/cup.jpg"),))),
    "maa": ("arabic", 50, Entry(title="الماء في الأردن", tags=("اقتصاد",), content="<p>والوزارةُ تنشر خُطّة ٢٠٢٥</p>",
                                language="ar")),
    "tokyo": ("arabic", 70, Entry(title="東京の水計画", content="<p>新しい計画が発表された。</p>", language="ja")),
    "cafe": ("roya", 900, Entry(title="Café Œuvre réopens", content="<p>An ant by the plan of the wells.</p>")),
}  # fmt: skip
SOURCES = {
    "roya": NewSource("https://roya.example/rss", title="Roya News", folder="Jordan"),
    "petra": NewSource("https://petra.example/rss", title="Petra Agency", name="The Petra", folder="Jordan/Amman"),
    "arabic": NewSource("https://arabic.example/rss", title="رؤيا"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, dict[int, str]]]:
    db = open_store(tmp_path_factory.mktemp("finding") / "news.db")
    ids = {name: subscriptions.add(db, new, NOW).id for name, new in SOURCES.items()}
    names = {}
    for name, (source, hours, entry) in ARTICLES.items():
        dated = Entry(**{**{f: getattr(entry, f) for f in entry.__slots__}, "published": Moment(NOW - hours * HOUR)})
        (id,) = ingestion.save(db, ids[source], None, [ingestion.prepare(dated)], NOW).new
        names[id] = name
    numbers = {name: id for id, name in names.items()}
    article_state.mark(db, [numbers["rail"], numbers["cup"]], NOW, read=True)
    article_state.mark(db, [numbers["rail"]], NOW, starred=True)
    article_state.set_note(db, numbers["maa"], "translate", NOW)
    article_state.edit_tags(db, [numbers["cafe"]], NOW, add=["Places to go"])
    yield db, names
    db.close()


ALL = "plan rail cup maa tokyo cafe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ALL),
        ("tag:economy", "plan rail"),
        ("tag:ECONOMY", "plan rail"),
        ('tag:"civil  defence"', "cup"),
        ("tag:civil", ""),
        ("tag:nowhere", ""),
        ("-tag:economy", "cup maa tokyo cafe"),
        ('tag:"places to go"', "cafe"),
        ("tag:water or tag:sport", "plan cup"),
        ("(tag:water or tag:sport) is:read", "cup"),
        ("source:roya", "plan cafe"),
        ("source:petra", "rail cup"),
        ('source:"petra the"', "rail cup"),
        ("source:agency", ""),
        ("source:https://roya.example/rss", "plan cafe"),
        ("source:2", "rail cup"),
        ("source:رويا", "maa tokyo"),
        ("source:nobody", ""),
        ("-source:nobody", ALL),
        ("folder:jordan", "plan rail cup cafe"),
        ("folder:jordan/amman", "rail cup"),
        ("folder:jor", ""),
        ("author:haddad", "plan"),
        ('author:"lina odeh"', "rail"),
        ("author:ministry", ""),
        ("title:water", "plan"),
        ("lang:en", "plan rail"),
        ("lang:en-gb", "rail"),
        ("lang:e", None),
        ("is:unread", "plan maa tokyo cafe"),
        ("is:read", "rail cup"),
        ("is:starred", "rail"),
        ("is:noted", "maa"),
        ("is:has-image", "cup"),
        ("is:hidden", ""),
        ("is:full", ""),
        ("is:updated", ""),
        ("-is:starred", "plan cup maa tokyo cafe"),
        ("-is:noted", "plan rail cup tokyo cafe"),
        ("-is:updated", ALL),
        ("-changed:1y", ALL),
        ("since:today", "plan rail"),
        ("since:yesterday", "plan rail cup"),
        ("since:36h", "plan rail cup"),
        ("before:2025-07-03", "maa tokyo cafe"),
        ("since:01-07-2025 before:2025-07-03", "maa tokyo"),
        ("since:50h before:30h", "maa"),
        ("minutes:>5", "rail"),
        ("minutes:1", "plan cup maa tokyo cafe"),
        ("minutes:<=1 -minutes:<1", "plan cup maa tokyo cafe"),
        ("sort:oldest", "cafe tokyo maa cup rail plan"),
        ("sort:source", "plan cafe rail cup maa tokyo"),
        ("sort:unread", "plan maa tokyo cafe rail cup"),
        # words, the best first
        ("water", "plan cup"),
        ("water sort:oldest", "cup plan"),
        ('"water"', "plan"),
        ("plan wells", "plan cafe"),
        ('"water plan"', "plan"),
        ('"plan water"', ""),
        ("-water", "rail maa tokyo cafe"),
        ("haddad", "plan"),
        ("places", "cafe"),
        ('"places to go"', "cafe"),
        ("sport or coast", "rail cup"),
        ("economy coast", "rail"),
        ("(water or rail) -cup sort:newest", "plan rail"),
        ("cafe oeuvre reopens", "cafe"),
        # one or two letters find the beginnings of words in titles, and tags; three of them whole words in texts, too
        ("wat", "plan"),
        ("wel", ""),
        ("ant", "cafe"),
        ("run", "rail"),
        ("author:lin", "rail"),
        ("title:wa", "plan"),
        ("wa", "plan"),
        ("w", "plan"),
        ("an", ""),
        ('"an"', "cafe"),
        # Arabic: no marks, one alef, prefixes, any digits
        ("الماء", "maa"),
        ("ماء", "maa"),
        ("وزارة", "maa"),
        ("خطه", "maa"),
        ("2025", "maa"),
        ("٢٠٢٥", "maa"),
        ("الاردن", "maa"),
        ("أردن", "maa"),
        # CJK: no spaces between words
        ("水計", "tokyo"),
        ("計画", "tokyo"),
        ("東", "tokyo"),
        ("画計", ""),
    ],
)
def test_queries_find(store, text: str, expected: str | None) -> None:
    db, names = store
    if expected is None:
        with pytest.raises(QueryError):
            parse(text, NOW)
        return
    asked = parse(text, NOW)
    found = results.find(db, asked, NOW, zone=UTC)
    assert [names[id] for id in found] == expected.split()
    assert results.count(db, asked, NOW, zone=UTC) == len(found)
    assert list(results.find(db, asked, NOW, 2, zone=UTC)) == list(found[:2])


@pytest.mark.parametrize(
    ("title", "finding", "missing"),
    [
        ("تهران می‌خواهد کتاب‌ها را", "تهران كتابها ميخواهد", "خواهد"),
        ("Ёлки в Москве", "елки МОСК", "осква"),
        ("Київ їде", "київ киів", "киiв"),
        ("Ψηφιακή Ελλάδα ΟΔΌΣ", "ψηφιακη ΕΛΛΑΔΑ οδος οδοσ", "λλαδα"),
        ("हिन्दी समाचार १२३", "हिन्दी समाचार 123", "माचार"),
        ("Straße nach Łódź, smørrebrød", "strasse LODZ smorre", "asse"),
        ("İstanbul'da ışık", "istanbul isik", "tanbul"),
        ("서울 소식", "서울 소", "울"),
        ("カタカナとひらがな 日本語", "カタカナ らがな 本語", "語日"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full wid", "idth"),
        ("חֲדָשׁוֹת היום", "חדשות", "דשות"),
        ("việt nam", "viet", "iet"),
        ("«ماء»، وادي؛“نهر”—harbour…👍🏽quay", "ماء وادي نهر harbour quay «ماء» “وادي”", "دي"),
    ],
)
def test_letters_are_found_by_whatever_one_types_for_them(
    db, put, title: str, finding: str, missing: str | None
) -> None:
    (id,) = put(Entry(guid="1", title=title)).new
    for typed in finding.split():
        assert list(results.find(db, query.by_field("", typed), NOW)) == [id], typed
    assert missing is None or not results.find(db, query.by_field("", missing), NOW)


def test_days_begin_in_the_readers_zone(store) -> None:
    db, names = store
    late = NOW + 10 * HOUR  # 22:00 in UTC, the next day in Amman
    assert [names[id] for id in results.find(db, query.view("today"), late, zone=UTC)] == ["plan", "rail"]
    assert list(results.find(db, query.view("today"), late, zone=ZoneInfo("Asia/Amman"))) == []


def test_tags_are_counted_in_a_view(store) -> None:
    db, _ = store
    counts = {
        tag.name: (tag.total, tag.unread) for tag in results.count_tags(db, query.by_field("folder", "Jordan"), NOW)
    }
    assert counts == {
        "Economy": (2, 1), "Civil defence": (1, 0), "Places to go": (1, 1), "Sport": (1, 0), "Water": (1, 1)
    }  # fmt: skip
    assert next(iter(counts)) == "Economy"
    assert len(results.list_tags(db)) == 6


def test_views_are_counted(store) -> None:
    db, _ = store
    assert results.count_views(db, NOW, zone=UTC) == {"unread": 4, "all": 6, "starred": 1, "updated": 0, "today": 2}


def test_an_empty_store_finds_and_counts_nothing(db) -> None:
    assert list(results.find(db, query.by_field("", "Water"), NOW)) == []
    assert results.count_tags(db, Query(), NOW) == []
    assert results.count_views(db, NOW) == dict.fromkeys(query.VIEWS, 0)


def test_hidden_articles_are_left_out_unless_asked_for(db, source, put) -> None:
    ids = put(Entry(guid="1", title="Seen", tags=("x",)), Entry(guid="2", title="Hidden", tags=("x",))).new
    article_state.mark(db, ids[1:], NOW, hidden=True, starred=True)
    assert list(results.find(db, Query(), NOW)) == [ids[0]]
    assert list(results.find(db, query.view("starred"), NOW)) == []
    assert list(results.find(db, query.by_field("is", "hidden"), NOW)) == [ids[1]]
    assert list(results.find(db, parse("is:hidden or is:unread", NOW), NOW)) == list(ids)
    assert [tag.total for tag in results.list_tags(db)] == [1]
    assert results.count_views(db, NOW)["all"] == subscriptions.get(db, source.id).total == 1


def test_many_words_are_one_query(db, put) -> None:
    put(Entry(guid="1", title=" ".join(f"word{n}" for n in range(200))))
    assert len(results.find(db, query.parse(" ".join(f"word{n}" for n in range(199)), NOW), NOW)) == 1
    either = query.any_of(*(query.by_field("", f"other{n}") for n in range(150)), query.by_field("", "word7"))
    assert len(results.find(db, either, NOW)) == 1
    assert len(results.find(db, query.any_of(*(query.by_field("tag", f"tag{n}") for n in range(300))), NOW)) == 0


def test_titles_rank_before_texts(db, put) -> None:
    texts = [Entry(guid=str(n), title=f"Entry {n}", content="<p>water</p>") for n in range(6)]
    new = put(*texts, Entry(guid="t", title="Water", content="<p>and more</p>")).new
    assert results.find(db, query.by_field("", "Water"), NOW)[0] == new[-1]


def test_what_is_too_much_to_rank_follows_by_date(db, put, monkeypatch) -> None:
    monkeypatch.setattr(results, "_MAX_RANKED", 3)
    new = put(*(Entry(guid=str(n), title=f"Entry {n}", content="<p>water</p>") for n in range(6))).new
    found = list(results.find(db, query.by_field("", "Water"), NOW))
    assert sorted(found[:3]) == sorted(new[:3])
    assert found[3:] == list(new[3:])


def test_the_first_are_those_of_the_whole_list(db, source, put, monkeypatch) -> None:
    monkeypatch.setattr(results, "_MAX_RANKED", 12)
    entries = [
        Entry(guid=str(n), title="Water" if n % 3 == 0 else f"Entry {n}", content="<p>water " + "and wind " * (n % 7),
              tags=("even",) if n % 2 == 0 else ("water",), published=Moment(NOW - n * HOUR))
        for n in range(40)
    ]  # fmt: skip
    ids = put(*entries).new
    article_state.mark(db, ids[::5], NOW, read=True)
    for text in (
        "water",
        "water tag:even",
        "water is:unread",
        "water -wind",
        "water or tag:even",
        "wind and",
        "-tag:even w",
        "wat",
        "tag:even wa is:unread",
        "w",
    ):
        asked = parse(text, NOW)
        whole = list(results.find(db, asked, NOW))
        for limit in (1, 4, 11, 30, 200):
            assert list(results.find(db, asked, NOW, limit)) == whole[:limit], text


def test_titles_that_begin_with_a_short_word_follow_those_that_have_it(db, put) -> None:
    new = put(
        Entry(guid="1", title="Old news", content="<p>other</p>", tags=("watch",), published=Moment(NOW)),
        Entry(guid="2", title="Water", content="<p>other</p>", published=Moment(NOW - DAY)),
        Entry(guid="3", title="Warm water", content="<p>other</p>", published=Moment(NOW - 9 * DAY)),
        Entry(guid="4", title="Wat", content="<p>other</p>", published=Moment(NOW - 400 * DAY)),
    ).new
    assert list(results.find(db, query.by_field("", "wat"), NOW)) == [new[3], new[1], new[2], new[0]]


def test_what_is_new_ranks_before_the_same_that_is_old_but_not_before_a_title(db, put) -> None:
    texts = [
        Entry(guid=str(n), title=f"Entry {n}", content="<p>water in the wells</p>", published=Moment(NOW - days * DAY))
        for n, days in enumerate((40, 0, 4, 400))
    ]
    title = Entry(guid="t", title="Water", content="<p>and more of it</p>", published=Moment(NOW - 400 * DAY))
    new = put(*texts, title, *(Entry(guid=f"o{n}", title=f"Other {n}") for n in range(9))).new
    assert list(results.find(db, query.by_field("", "Water"), NOW)) == [new[4], new[1], new[2], new[0], new[3]]


def test_what_is_new_ranks_before_what_is_old_and_a_little_shorter(db, put) -> None:
    words = "wells and all that else there is in a town " * 3
    old = Entry(guid="old", title="Old", content=f"<p>water {words}</p>", published=Moment(NOW - 40 * DAY))
    new = Entry(guid="new", title="New", content=f"<p>water {words} again</p>", published=Moment(NOW))
    others = (Entry(guid=f"o{n}", title=f"Other {n}", content=f"<p>{words}</p>") for n in range(9))
    first, second, *_ = put(old, new, *others).new
    assert list(results.find(db, query.by_field("", "Water"), NOW)) == [second, first]
    assert list(results.find(db, parse("Water", NOW), NOW + 400 * DAY)) == [first, second], "neither is new then"


def test_a_list_may_come_with_its_times(store) -> None:
    db, _ = store
    ids, times = results.find_with_times(db, parse("water or rail", NOW), NOW, 2)
    assert list(ids) == list(results.find(db, parse("water or rail", NOW), NOW, 2))
    assert list(times) == [head.at for head in lookup.load_headlines(db, ids)]


# An adversary's words

HOSTILE = st.text(alphabet="\"'*^:(){}[]+-,;%_?\\/|&<>=!~`$#@ \n\t\0ANDORNETa1é水ءـ\u0301", max_size=12)


@given(HOSTILE, st.sampled_from(["", "tag", "source", "folder", "author", "title"]), st.booleans())
@settings(max_examples=300)
def test_no_word_is_ever_syntax(store, value: str, field: str, phrase: bool) -> None:
    db, names = store
    for condition in (Term(field, value, phrase), Not(Term(field, value, phrase))):
        found = results.find(db, Query(condition), NOW)
        assert set(found) <= set(names)
        assert results.count(db, Query(condition), NOW) == len(found)
    results.count_tags(db, Query(Term(field, value, phrase)), NOW)
    subscriptions.find(db, value)


@given(st.text(max_size=30))
@settings(max_examples=200)
def test_whatever_is_typed_finds_or_is_refused(store, text: str) -> None:
    try:
        asked = parse(text, NOW)
    except QueryError:
        return
    assert set(results.find(store[0], asked, NOW)) <= set(store[1])


# Against plain Python

TAGS = ["Economy", "Sport", "Water"]
VIEWS = ["unread", "read", "starred", "hidden", "noted", "has-image", "updated"]


class Told:
    """What a test was told of an article, to answer a query by hand."""

    def __init__(self, source: int, at: int, tags: frozenset[str], flags: frozenset[str]) -> None:
        self.source = source
        self.at = at
        self.tags = tags
        self.flags = flags

    def meets(self, condition: query.Condition) -> bool:
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
                return not self.meets(of)
            case All(of):
                return all(self.meets(part) for part in of)
            case Either(of):
                return any(self.meets(part) for part in of)
        raise AssertionError(condition)

    def shown(self, asked: Query, removed: set[int]) -> bool:
        kept = self.source not in removed or self.flags & {"starred", "noted"}
        hidden = "hidden" in self.flags and query.Term("is", "hidden") not in dict(query.iter_terms(asked.where))
        return bool(kept) and not hidden and self.meets(asked.where)


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
    st.frozensets(st.sampled_from(["read", "starred", "hidden", "muted", "noted", "has-image", "updated"])),
)


@given(st.lists(facts, max_size=8), st.lists(conditions(), max_size=4), st.sets(st.integers(1, 3), max_size=2))
@settings(max_examples=60, deadline=None)
def test_finding_and_counting_are_exact(told, asked: list[Query], removed: set[int]) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in _schema():
        db.executescript(statement)
    for n in range(1, 4):
        subscriptions.add(db, NewSource(f"https://{n}.example/rss"), NOW)
    mute = rule_matching.ActiveRule(rules.add(db, Rule(0, "mute", "nothing", "mute"), NOW).id, "mute", "", Query())
    known = {}
    for guid, (source, ago, tags, flags) in enumerate(told):
        pictures = (Picture("https://x.example/1"),) if "has-image" in flags else ()
        title = " ".join(["entry", *sorted(tags)])
        entry = Entry(str(guid), "", title, (), Moment(NOW - ago), Moment(), tuple(tags), "", "before", "", pictures)
        (id,) = ingestion.save(db, source, None, [ingestion.prepare(entry)], NOW).new
        read = bool(flags & {"read", "updated"})
        by_hand = "hidden" in flags or None
        if "muted" in flags:
            rule_matching.apply_rule(db, mute, [id], NOW)
            flags |= set() if "starred" in flags else {"hidden"}  # who stars something wants to see it
        article_state.mark(db, [id], NOW, read=read, starred="starred" in flags, hidden=by_hand)
        article_state.set_note(db, id, "note" if "noted" in flags else "", NOW)
        if "updated" in flags:
            after = Entry(str(guid), "", title, (), Moment(NOW - ago), Moment(), tuple(tags), "", "after", "", pictures)
            ingestion.save(db, source, None, [ingestion.prepare(after)], NOW)
        known[id] = Told(source, NOW - ago, tags, flags | ({"read"} if read else {"unread"}))
    for source in removed:
        subscriptions.remove(db, source, NOW)
    words = [parse("note", NOW), parse("Water", NOW), parse("befor is:unread", NOW)]
    for wanted in [Query(), *map(query.view, query.VIEWS), *words, *asked]:
        shown = [id for id, told in known.items() if told.shown(wanted, removed)]
        found = results.find(db, wanted, NOW, zone=UTC)
        assert sorted(found) == shown
        assert list(results.find_with_times(db, wanted, NOW, 2, zone=UTC)[0]) in (list(found), list(found[:2]))
        times = [known[id].at for id in found]
        assert query.highlight_words(wanted) or times == sorted(times, reverse=True)
        assert results.count(db, wanted, NOW, zone=UTC) == len(shown)
        assert {(tag.name, tag.total, tag.unread) for tag in results.count_tags(db, wanted, NOW, zone=UTC)} == {
            (tag, total, sum("unread" in known[id].flags for id in shown if tag in known[id].tags))
            for tag in TAGS
            if (total := sum(tag in known[id].tags for id in shown))
        }
        never = set(TAGS[: 1 + len(shown) % 2])
        left = [id for id in shown if not known[id].tags & never]
        totals = {tag.name: tag.total for tag in results.count_tags(db, wanted, NOW, zone=UTC, excluded=sorted(never))}
        assert totals == {
            tag: total
            for tag in TAGS
            if (total := sum(tag in known[id].tags for id in (shown if tag in never else left)))
        }
    counted = results.count_views(db, NOW, zone=UTC)
    assert counted == {name: results.count(db, query.view(name), NOW, zone=UTC) for name in query.VIEWS}
    for source in subscriptions.list_all(db):
        own = [told for told in known.values() if told.source == source.id and "hidden" not in told.flags]
        assert (source.total, source.unread) == (len(own), sum("unread" in told.flags for told in own))
    db.close()


def _schema() -> list[str]:
    from roya_tui.store.schema.migrations import MIGRATIONS

    return [migration.run for migration in MIGRATIONS if isinstance(migration.run, str)]


# How SQLite goes about it, whatever it believes of the tables: nothing, the truth, or what was true of a small store


@pytest.fixture(scope="module", params=["no statistics", "true ones", "those of a small store"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("planned") / "news.db"
    db = open_store(path)
    source = subscriptions.add(db, NewSource("https://one.example/rss"), NOW)
    entries = [Entry(guid=str(n), title=f"Entry {n}", tags=(TAGS[n % 3],)) for n in range(60)]
    ids = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], NOW).new
    article_state.mark(db, ids[:40], NOW, read=True)
    if request.param != "no statistics":
        db.execute("ANALYZE")
    if request.param == "those of a small store":
        for table, index, stat in db.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
            small = " ".join(["5", "2", *["1"] * 6][: len(stat.split())])
            db.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (small, table, index))
        db.close()
        db = open_store(path)
    yield db
    db.close()


def plan_of(db: sqlite3.Connection, ask: Callable[[], object]) -> list[str]:
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    ask()
    db.set_trace_callback(None)
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]


@pytest.mark.parametrize("text", ["", "is:unread", "sort:oldest", "is:unread -tag:sport", "is:has-image minutes:>2"])
def test_lists_come_from_an_index_in_order(planned, text: str) -> None:
    plan = plan_of(planned, lambda: results.find(planned, parse(text, NOW), NOW))
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
def test_what_belongs_to_an_article_is_looked_up_and_not_searched_for(planned, ask) -> None:
    plan = plan_of(planned, lambda: ask(planned))
    assert not [step for step in plan if step in ("SCAN s", "SCAN state", "SCAN tag", "SCAN article_tag")]


@pytest.mark.parametrize("at", [-(2**40), -1, 0, 2**32 - 1, 2**32, 2**40])
def test_lists_know_when_articles_of_any_age_came(db, put, at: int) -> None:
    first, second = put(Entry(guid="1", title="One"), Entry(guid="2", title="Two")).new
    db.execute("UPDATE article SET at = ? WHERE id = ?", (at, first))
    db.execute("UPDATE article SET at = 7 WHERE id = ?", (second,))
    ids, times = results.find_with_times(db, parse("sort:oldest", NOW), NOW)
    assert sorted([(at, first), (7, second)]) == list(zip(times, ids, strict=True))


def test_the_names_to_complete_are_all_in_use_the_most_used_first(store) -> None:
    db, _ = store
    known = {field: list(found) for field, found in vocabulary.load(db).items()}
    assert known["tag"][0] == "Economy"
    assert set(known["tag"]) == {"Economy", "Water", "Sport", "Civil defence", "اقتصاد", "Places to go"}
    assert known["source"] == ["Roya News", "The Petra", "رؤيا"]
    assert known["lang"] == ["ar", "en", "en-gb", "ja"]


# What reaches SQLite


LOOKALIKES = st.text(
    alphabet="＂＇“”‘’″﹒；（）＊：＾－＋ＡＮＤＯＲＴ\u2028\u200b\u202e\0\"'*^:(){}-;%_?\\ aé水ء\n", max_size=16
)


def like(term: Term) -> Term:
    """The same with a harmless word in it, short where it is short."""
    return Term(term.field, "abc" if fts_query.prefix_expression(term) else "word", term.phrase)


QUOTED = re.compile(r'"(?:[^"]|"")*"\*?')


@given(
    LOOKALIKES | HOSTILE | st.text(max_size=16), st.sampled_from(["", "title", "author", "tag", "lang"]), st.booleans()
)
@settings(max_examples=400)
def test_what_was_typed_is_never_a_part_of_the_sql(store, value: str, field: str, phrase: bool) -> None:
    db, _ = store

    def statements(term: Term) -> list[str]:
        compiler = Compiler(db, NOW, UTC)
        return [compiler.where(Query(where)) for where in (term, Not(term), All((term, Either((term, term)))))]

    assert statements(Term(field, value, phrase)) == statements(like(Term(field, value, phrase)))
    for written in (
        fts_query.match_expression(Term(field, value, phrase)),
        fts_query.prefix_expression(Term(field, value, phrase)),
    ):
        assert "\0" not in written
        assert re.fullmatch(r"(?:(?:\{[a-z]+\} : )?\((?: OR )*\))?", QUOTED.sub("", written)), written


@given(st.text(alphabet="tagsourcefolde:\"-()\\ OR*;'é水ء12", max_size=30))
@settings(max_examples=300)
def test_a_whole_query_is_the_same_sql_whatever_words_were_typed(store, text: str) -> None:
    try:
        asked = parse(text, NOW)
    except QueryError:
        return

    def harmless(condition: query.Condition) -> query.Condition:
        match condition:
            case Term(field) if field in ("", "title", "author", "tag"):
                return like(condition)
            case Term():
                return condition
            case Not(of):
                return Not(harmless(of))
            case All(of):
                return All(tuple(map(harmless, of)))
            case Either(of):
                return Either(tuple(map(harmless, of)))

    written = [Compiler(store[0], NOW, UTC).where(Query(where)) for where in (asked.where, harmless(asked.where))]
    assert written[0] == written[1]


def test_a_store_with_the_index_of_before_is_told_anew(path, search_is_exact) -> None:
    db = open_store(path)
    source = subscriptions.add(db, NewSource("https://one.example/rss"), NOW)
    entries = [Entry(guid=str(n), title=f"Water {n}", content="<p>harbour and wells</p>") for n in range(3)]
    known = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries[:2]], NOW).new
    last = ingestion.save(db, source.id, None, [ingestion.prepare(entries[2])], NOW, index=search_index.enqueue).new
    before = next(n for n, one in enumerate(MIGRATIONS) if "beginnings" in str(one.run))
    db.execute("DROP TABLE beginnings")
    db.execute(f"PRAGMA user_version = {before}")
    db.close()
    db = open_store(path, migrations=MIGRATIONS[: before + 1])
    assert find_problems(db) == []
    search_index.index_queue(db)
    for word in ("harb", "wa", "w", "wat"):
        assert sorted(results.find(db, query.by_field("", word), NOW)) == sorted([*known, *last]), word
    assert search_is_exact(db)
    db.close()
