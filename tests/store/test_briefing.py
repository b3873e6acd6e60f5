"""What a briefing is told of each article."""

from __future__ import annotations

import sqlite3

from tests.store.conftest import Put

from roya_tui.model import Entry, Moment, NewSource, Piece, Rule, Source
from roya_tui.store import briefing, rules, sources, stories, tag_aliases, wide

NOW = 1_000_000


def test_each_article_is_told_with_its_story_and_the_tags_it_stands_under(
    db: sqlite3.Connection, source: Source, put: Put
) -> None:
    long = "word " * 900
    first, second, third = put(
        Entry(guid="a", title="Dam opens", tags=("Water", "wells"), content=long, published=Moment(NOW - 50)),
        Entry(guid="b", title="Dam has opened", published=Moment(NOW - 40)),
        Entry(guid="c", title="Fish", tags=("wells",), published=Moment(NOW - 30)),
        now=NOW,
    ).new
    wide.catch_up(db)
    stories.join(db, [first, second], NOW)
    tag_aliases.merge(db, "wells", "Water", NOW)
    rules.add(db, Rule(0, "Fish", "title:fish", "highlight"), NOW, past=True)
    told = briefing.pieces(db, [third, first, second, 99])
    (water,) = told[0].tags
    story = told[1].story
    assert briefing.tag_names(db, [water]) == {water: "Water"}
    assert told == [
        Piece(third, source.id, NOW - 30, 1, None, (water,), True),
        Piece(first, source.id, NOW - 50, told[1].minutes, story, (water,), address="a"),
        Piece(second, source.id, NOW - 40, 1, story, address="b"),
    ]
    assert story is not None
    assert told[1].minutes > 1


def test_one_article_of_two_feeds_is_told_by_its_page(db: sqlite3.Connection, put: Put) -> None:
    ids = [
        put(Entry(guid=guid, url=url, title="Dam opens", published=Moment(NOW)), now=NOW, into=other.id).new[0]
        for guid, url in (
            ("1", "http://news.example/dam?utm_source=a"),
            ("2", "https://www.news.example/dam/"),
            ("7", ""),
            ("7", ""),
        )
        for other in [sources.add(db, NewSource(f"https://{guid}.example/{len(sources.all_sources(db))}"), NOW)]
    ]
    stories.join(db, ids, NOW)
    assert [piece.address for piece in briefing.pieces(db, ids)] == [*["news.example/dam"] * 2, "7", "7"]


def test_who_writes_four_times_in_four_weeks_or_less_is_seldom_heard(
    db: sqlite3.Connection, source: Source, put: Put
) -> None:
    day = 86_400
    other = sources.add(db, NewSource("https://much.example/rss"), NOW)
    put(*(Entry(guid=f"{n}", title=f"{n}", published=Moment(NOW - n * day)) for n in range(4)), now=NOW)
    put(*(Entry(guid=f"old {n}", title="Old", published=Moment(NOW - 40 * day - n)) for n in range(9)), now=NOW)
    put(*(Entry(guid=f"{n}", title=f"{n}", published=Moment(NOW - n * day)) for n in range(5)), now=NOW, into=other.id)
    assert briefing.seldom(db, [source.id, other.id], NOW) == {source.id}
