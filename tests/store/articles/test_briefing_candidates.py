"""Candidates for a briefing."""

from roya_tui.model import BriefingCandidate, Entry, Moment, NewSource, Rule
from roya_tui.store import rules
from roya_tui.store.articles import briefing, search_index
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import stories, tags

NOW = 1_000_000


def test_candidates_have_their_story_tags_and_highlights(db, source, put) -> None:
    long = "word " * 900
    first, second, third = put(
        Entry(guid="a", title="Dam opens", tags=("Water", "wells"), content=long, published=Moment(NOW - 50)),
        Entry(guid="b", title="Dam has opened", published=Moment(NOW - 40)),
        Entry(guid="c", title="Fish", tags=("wells",), published=Moment(NOW - 30)),
        now=NOW,
    ).new
    search_index.index_queue(db)
    stories.group(db, [first, second], NOW)
    tags.merge(db, "wells", "Water", NOW)
    rules.add(db, Rule(0, "Fish", "title:fish", "highlight"), NOW, apply_to_existing=True)
    candidates = briefing.load_candidates(db, [third, first, second, 99])
    (water,) = candidates[0].tags
    story = candidates[1].story
    assert briefing.load_tag_names(db, [water]) == {water: "Water"}
    assert candidates == [
        BriefingCandidate(third, source.id, NOW - 30, 1, None, (water,), True),
        BriefingCandidate(first, source.id, NOW - 50, candidates[1].minutes, story, (water,), address="a"),
        BriefingCandidate(second, source.id, NOW - 40, 1, story, address="b"),
    ]
    assert story is not None
    assert candidates[1].minutes > 1


def test_candidates_from_two_feeds_have_one_address_when_they_link_to_one_page(db, put) -> None:
    ids = [
        put(Entry(guid=guid, url=url, title="Dam opens", published=Moment(NOW)), now=NOW, into=other.id).new[0]
        for guid, url in (
            ("1", "http://news.example/dam?utm_source=a"),
            ("2", "https://www.news.example/dam/"),
            ("7", ""),
            ("7", ""),
        )
        for other in [
            subscriptions.add(db, NewSource(f"https://{guid}.example/{len(subscriptions.list_all(db))}"), NOW)
        ]
    ]
    stories.group(db, ids, NOW)
    assert [candidate.address for candidate in briefing.load_candidates(db, ids)] == [
        *["news.example/dam"] * 2,
        "7",
        "7",
    ]


def test_infrequent_sources_have_at_most_four_articles_in_four_weeks(db, source, put) -> None:
    day = 86_400
    other = subscriptions.add(db, NewSource("https://much.example/rss"), NOW)
    put(*(Entry(guid=f"{n}", title=f"{n}", published=Moment(NOW - n * day)) for n in range(4)), now=NOW)
    put(*(Entry(guid=f"old {n}", title="Old", published=Moment(NOW - 40 * day - n)) for n in range(9)), now=NOW)
    put(*(Entry(guid=f"{n}", title=f"{n}", published=Moment(NOW - n * day)) for n in range(5)), now=NOW, into=other.id)
    assert briefing.find_infrequent(db, [source.id, other.id], NOW) == {source.id}
