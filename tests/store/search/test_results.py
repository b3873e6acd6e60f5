"""Which articles a query finds, in which order, and their counts."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from tests.store.conftest import migrate_from
from tests.store.search.conftest import DAY, HOUR, NOW

from roya_tui import query
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.query import Query, QueryError, parse
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results, vocabulary
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

ALL = "plan rail cup maa tokyo cafe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ALL), ("tag:economy", "plan rail"), ("tag:ECONOMY", "plan rail"), ('tag:"civil  defence"', "cup"),
        ("tag:civil", ""), ("tag:nowhere", ""), ("-tag:economy", "cup maa tokyo cafe"),
        ('tag:"places to go"', "cafe"), ("tag:water or tag:sport", "plan cup"),
        ("(tag:water or tag:sport) is:read", "cup"), ("source:roya", "plan cafe"), ("source:petra", "rail cup"),
        ('source:"petra the"', "rail cup"), ("source:agency", ""), ("source:https://roya.example/rss", "plan cafe"),
        ("source:2", "rail cup"), ("source:رويا", "maa tokyo"), ("source:nobody", ""), ("-source:nobody", ALL),
        ("folder:jordan", "plan rail cup cafe"), ("folder:jordan/amman", "rail cup"), ("folder:jor", ""),
        ("author:haddad", "plan"), ('author:"lina odeh"', "rail"), ("author:ministry", ""), ("title:water", "plan"),
        ("lang:en", "plan rail"), ("lang:en-gb", "rail"), ("lang:e", None), ("is:unread", "plan maa tokyo cafe"),
        ("is:read", "rail cup"), ("is:starred", "rail"), ("is:noted", "maa"), ("is:has-image", "cup"),
        ("is:audio", "cup"), ("is:video", "cafe"), ("-is:audio -is:video", "plan rail maa tokyo"),
        ("is:hidden", ""), ("is:full", ""), ("is:updated", ""), ("-is:starred", "plan cup maa tokyo cafe"),
        ("-is:noted", "plan rail cup tokyo cafe"), ("-is:updated", ALL), ("-changed:1y", ALL),
        ("since:today", "plan rail"), ("since:yesterday", "plan rail cup"), ("since:36h", "plan rail cup"),
        ("since:1d", "plan rail cup"), ("before:1d", "maa tokyo cafe"),
        ("before:2025-07-03", "maa tokyo cafe"), ("since:01-07-2025 before:2025-07-03", "maa tokyo"),
        ("since:50h before:30h", "maa"), ("minutes:>5", "rail"), ("minutes:1", "plan cup maa tokyo cafe"),
        ("minutes:<=1 -minutes:<1", "plan cup maa tokyo cafe"), ("sort:oldest", "cafe tokyo maa cup rail plan"),
        ("sort:source", "plan cafe rail cup maa tokyo"), ("sort:unread", "plan maa tokyo cafe rail cup"),
        # words, the best first
        ("water", "plan cup"), ("water sort:oldest", "cup plan"), ('"water"', "plan"), ("plan wells", "plan cafe"),
        ('"water plan"', "plan"), ('"plan water"', ""), ("-water", "rail maa tokyo cafe"), ("haddad", "plan"),
        ("places", "cafe"), ('"places to go"', "cafe"), ("sport or coast", "rail cup"), ("economy coast", "rail"),
        ("(water or rail) -cup sort:newest", "plan rail"), ("cafe oeuvre reopens", "cafe"),
        # one or two letters find the beginnings of words in titles, and tags; three of them whole words in texts, too
        ("wat", "plan"), ("wel", ""), ("ant", "cafe"), ("run", "rail"), ("author:lin", "rail"), ("title:wa", "plan"),
        ("wa", "plan"), ("w", "plan"), ("an", ""), ('"an"', "cafe"),
        # Arabic: no marks, one alef, prefixes, any digits
        ("الماء", "maa"), ("ماء", "maa"), ("وزارة", "maa"), ("خطه", "maa"), ("2025", "maa"), ("٢٠٢٥", "maa"),
        ("الاردن", "maa"), ("أردن", "maa"),
        # CJK: no spaces between words
        ("水計", "tokyo"), ("計画", "tokyo"), ("東", "tokyo"), ("画計", ""),
    ],
)  # fmt: skip
def test_queries_find(news, text: str, expected: str | None) -> None:
    db, names = news
    if expected is None:
        with pytest.raises(QueryError):
            parse(text, NOW)
        return
    parsed = parse(text, NOW)
    found = results.find(db, parsed, NOW, zone=UTC)
    assert [names[id] for id in found] == expected.split()
    assert results.count(db, parsed, NOW, zone=UTC) == len(found)
    assert list(results.find(db, parsed, NOW, 2, zone=UTC)) == list(found[:2])


@pytest.mark.parametrize(
    ("title", "finding", "missing"),
    [
        ("تهران می‌خواهد کتاب‌ها را", "تهران كتابها ميخواهد", "خواهد"),
        ("Ёлки в Москве", "елки МОСК", "осква"), ("Київ їде", "київ киів", "киiв"),
        ("Ψηφιακή Ελλάδα ΟΔΌΣ", "ψηφιακη ΕΛΛΑΔΑ οδος οδοσ", "λλαδα"),
        ("हिन्दी समाचार १२३", "हिन्दी समाचार 123", "माचार"),
        ("Straße nach Łódź, smørrebrød", "strasse LODZ smorre", "asse"),
        ("İstanbul'da ışık", "istanbul isik", "tanbul"), ("서울 소식", "서울 소", "울"),
        ("カタカナとひらがな 日本語", "カタカナ らがな 本語", "語日"), ("ＦＵＬＬ ｗｉｄｔｈ", "full wid", "idth"),
        ("חֲדָשׁוֹת היום", "חדשות", "דשות"), ("việt nam", "viet", "iet"),
        ("«ماء»، وادي؛“نهر”—harbour…👍🏽quay", "ماء وادي نهر harbour quay «ماء» “وادي”", "دي"),
    ],
)  # fmt: skip
def test_letters_are_found_in_any_form_that_users_type(db, put, title, finding, missing) -> None:
    (id,) = put(Entry(guid="1", title=title)).new
    for typed in finding.split():
        assert list(results.find(db, query.by_field("", typed), NOW)) == [id], typed
    assert missing is None or not results.find(db, query.by_field("", missing), NOW)


def test_days_begin_in_your_time_zone(news) -> None:
    db, names = news
    late = NOW + 10 * HOUR  # 22:00 in UTC, the next day in Amman
    assert [names[id] for id in results.find(db, query.view("today"), late, zone=UTC)] == ["plan", "rail"]
    assert list(results.find(db, query.view("today"), late, zone=ZoneInfo("Asia/Amman"))) == []


def test_views_and_tags_are_counted(news, db) -> None:
    full, _ = news
    counts = {
        tag.name: (tag.total, tag.unread) for tag in results.count_tags(full, query.by_field("folder", "Jordan"), NOW)
    }
    assert counts == {
        "Economy": (2, 1), "Civil defence": (1, 0), "Places to go": (1, 1), "Sport": (1, 0), "Water": (1, 1)
    }  # fmt: skip
    assert next(iter(counts)) == "Economy"
    assert len(results.list_tags(full)) == 6
    assert results.count_views(full, NOW, zone=UTC) == {
        "unread": 4,
        "all": 6,
        "starred": 1,
        "updated": 0,
        "today": 2,
        "episodes": 2,
    }
    assert list(results.find(db, query.by_field("", "Water"), NOW)) == results.count_tags(db, Query(), NOW) == []
    assert results.count_views(db, NOW) == dict.fromkeys(query.VIEWS, 0)


def test_hidden_articles_are_found_only_by_is_hidden(db, source, put) -> None:
    ids = put(Entry(guid="1", title="Seen", tags=("x",)), Entry(guid="2", title="Hidden", tags=("x",))).new
    article_state.mark(db, ids[1:], NOW, hidden=True, starred=True)
    assert list(results.find(db, Query(), NOW)) == [ids[0]]
    assert list(results.find(db, query.view("starred"), NOW)) == []
    assert list(results.find(db, query.by_field("is", "hidden"), NOW)) == [ids[1]]
    assert list(results.find(db, parse("is:hidden or is:unread", NOW), NOW)) == list(ids)
    assert [tag.total for tag in results.list_tags(db)] == [1]
    assert results.count_views(db, NOW)["all"] == subscriptions.get(db, source.id).total == 1


def test_query_may_have_many_words(db, put) -> None:
    put(Entry(guid="1", title=" ".join(f"word{n}" for n in range(200))))
    assert len(results.find(db, parse(" ".join(f"word{n}" for n in range(199)), NOW), NOW)) == 1
    either = query.any_of(*(query.by_field("", f"other{n}") for n in range(150)), query.by_field("", "word7"))
    assert len(results.find(db, either, NOW)) == 1
    assert len(results.find(db, query.any_of(*(query.by_field("tag", f"tag{n}") for n in range(300))), NOW)) == 0


def test_titles_rank_before_texts_and_unranked_results_follow_by_date(db, put, monkeypatch) -> None:
    texts = [Entry(guid=str(n), title=f"Entry {n}", content="<p>water</p>") for n in range(6)]
    new = put(*texts, Entry(guid="t", title="Water", content="<p>and more</p>")).new
    assert results.find(db, query.by_field("", "Water"), NOW)[0] == new[-1]
    monkeypatch.setattr(results, "_MAX_RANKED", 3)
    found = list(results.find(db, query.by_field("", "Water"), NOW))
    assert sorted(found[:3]) == sorted(new[:3])
    assert found[3:] == list(new[3:])


def test_limited_results_are_the_first_of_all_results(db, source, put, monkeypatch) -> None:
    monkeypatch.setattr(results, "_MAX_RANKED", 12)
    entries = [
        Entry(guid=str(n), title="Water" if n % 3 == 0 else f"Entry {n}", content="<p>water " + "and wind " * (n % 7),
              tags=("even",) if n % 2 == 0 else ("water",), published=Moment(NOW - n * HOUR))
        for n in range(40)
    ]  # fmt: skip
    article_state.mark(db, put(*entries).new[::5], NOW, read=True)
    queries = "water|water tag:even|water is:unread|water -wind|water or tag:even|wind and|-tag:even w|wat|w"
    for text in (*queries.split("|"), "tag:even wa is:unread"):
        parsed = parse(text, NOW)
        whole = list(results.find(db, parsed, NOW))
        for limit in (1, 4, 11, 30, 200):
            assert list(results.find(db, parsed, NOW, limit)) == whole[:limit], text


def test_titles_with_a_whole_word_rank_before_beginnings(db, put) -> None:
    new = put(
        Entry(guid="1", title="Old news", content="<p>other</p>", tags=("watch",), published=Moment(NOW)),
        Entry(guid="2", title="Water", content="<p>other</p>", published=Moment(NOW - DAY)),
        Entry(guid="3", title="Warm water", content="<p>other</p>", published=Moment(NOW - 9 * DAY)),
        Entry(guid="4", title="Wat", content="<p>other</p>", published=Moment(NOW - 400 * DAY)),
    ).new
    assert list(results.find(db, query.by_field("", "wat"), NOW)) == [new[3], new[1], new[2], new[0]]


def test_newer_texts_rank_before_older_ones_but_after_titles(db, put) -> None:
    texts = [
        Entry(guid=str(n), title=f"Entry {n}", content="<p>water in the wells</p>", published=Moment(NOW - days * DAY))
        for n, days in enumerate((40, 0, 4, 400))
    ]
    title = Entry(guid="t", title="Water", content="<p>and more of it</p>", published=Moment(NOW - 400 * DAY))
    new = put(*texts, title, *(Entry(guid=f"o{n}", title=f"Other {n}") for n in range(9))).new
    assert list(results.find(db, query.by_field("", "Water"), NOW)) == [new[4], new[1], new[2], new[0], new[3]]


def test_newer_text_ranks_before_a_slightly_shorter_old_one(db, put) -> None:
    words = "wells and all that else there is in a town " * 3
    old = Entry(guid="old", title="Old", content=f"<p>water {words}</p>", published=Moment(NOW - 40 * DAY))
    new = Entry(guid="new", title="New", content=f"<p>water {words} again</p>", published=Moment(NOW))
    others = (Entry(guid=f"o{n}", title=f"Other {n}", content=f"<p>{words}</p>") for n in range(9))
    first, second, *_ = put(old, new, *others).new
    assert list(results.find(db, query.by_field("", "Water"), NOW)) == [second, first]
    assert list(results.find(db, query.by_field("", "Water"), NOW + 400 * DAY)) == [first, second], "both are old"


def test_results_are_returned_with_their_times(news) -> None:
    db, _ = news
    ids, times = results.find_with_times(db, parse("water or rail", NOW), NOW, 2)
    assert list(ids) == list(results.find(db, parse("water or rail", NOW), NOW, 2))
    assert list(times) == [head.at for head in lookup.load_headlines(db, ids)]


def test_vocabulary_has_the_names_in_use_by_frequency(news) -> None:
    db, _ = news
    expected = {field: list(found) for field, found in vocabulary.load(db).items()}
    assert expected["tag"][0] == "Economy"
    assert set(expected["tag"]) == {"Economy", "Water", "Sport", "Civil defence", "اقتصاد", "Places to go"}
    assert expected["source"] == ["Roya News", "The Petra", "رؤيا"]
    assert expected["lang"] == ["ar", "en", "en-gb", "ja"]


def test_migration_rebuilds_the_search_index(path, search_is_exact) -> None:
    db = open_store(path)
    source = subscriptions.add(db, NewSource("https://one.example/rss"), NOW)
    entries = [Entry(guid=str(n), title=f"Water {n}", content="<p>harbour and wells</p>") for n in range(3)]
    ids = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries[:2]], NOW).new
    last = ingestion.save(db, source.id, None, [ingestion.prepare(entries[2])], NOW, index=search_index.enqueue).new
    db.execute("DROP TABLE beginnings")
    db = migrate_from(db, path, "beginnings")
    assert find_problems(db) == []
    search_index.index_queue(db)
    for word in ("harb", "wa", "w", "wat"):
        assert sorted(results.find(db, query.by_field("", word), NOW)) == sorted([*ids, *last]), word
    assert search_is_exact(db)
    db.close()


COMPOUNDS = [
    ("می\u200cروم", "go"), ("می روم", "go"), ("میروم", "go"), ("فردا می روم خانه", "go"),
    ("می روم or پیش بینی", "forecast go"), ("خانه -(می روم)", "street"),
    ("کتاب\u200cها", "apart books"), ("کتاب ها", "apart books"),
    ("title:کتاب title:ها", "apart books"), ("ها کتاب", "apart"), ('"می روم"', ""),
    ("خانه روم", "street"), ("پیش بینی هوا", "forecast"), ("رنگ\u200cها", "noted"),
]  # fmt: skip
"""Persian compounds may be written with a zero-width joiner, a space or neither, and are found in any notation."""


def test_compounds_are_found_in_any_notation(db, put) -> None:
    articles = {
        "go": Entry(title="خبر", content="<p>فردا به خانه می\u200cروم.</p>"),
        "books": Entry(title="کتاب\u200cها در شهر"), "apart": Entry(title="کتاب ها در باران"),
        "forecast": Entry(title="پیش\u200cبینی هوا"), "street": Entry(title="روم و خانه"),
        "noted": Entry(title="یادداشت"),
    }  # fmt: skip
    names = {put(entry).new[0]: name for name, entry in articles.items()}
    article_state.set_note(db, max(names), "رنگ ها", NOW)
    for typed, expected in COMPOUNDS:
        asked = parse(typed, NOW)
        assert sorted(names[id] for id in results.find(db, asked, NOW)) == expected.split(), typed
        assert results.count(db, asked, NOW) == len(expected.split()), typed
