"""The briefing: big stories first, a share for each source, every article counted."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from roya_tui.model import BriefingCandidate
from roya_tui.presentation import briefing
from roya_tui.presentation.timeline import Timeline

NAMES = {1: "economy", 2: "sport", 3: "water"}


def candidates(*rows: tuple[int, int, int | None, tuple[int, ...]]) -> list[BriefingCandidate]:
    """Return articles by id, source, story and tags, the newest first."""
    return [
        BriefingCandidate(id, source, 1_000 - n, 2, story, tags) for n, (id, source, story, tags) in enumerate(rows)
    ]


def sections(articles: list[BriefingCandidate], **facts: object) -> list[tuple[str, str, list[int], int]]:
    """Return of each section kind, tag, the ids that have lines, and the number of others."""
    found = briefing.compose_briefing(articles, names=lambda ids: NAMES, **facts)  # type: ignore[arg-type]
    return [(s.kind, NAMES.get(s.tag, ""), [line.id for line in s.lines], len(s.more)) for s in found.sections]


def test_story_of_most_sources_is_first_with_its_longest_article() -> None:
    articles = candidates((1, 1, None, ()), (2, 1, 7, ()), (3, 2, 7, ()), (4, 3, 8, ()), (5, 4, 8, ()), (6, 5, 8, ()))
    articles[4] = articles[4]._replace(minutes=9)
    found = briefing.compose_briefing(articles)
    first, second = found.sections[0].lines
    assert (first.id, set(first.others), first.sources) == (5, {4, 6}, (4, 3, 5))
    assert (second.id, second.others) == (2, (3,))
    assert [section.kind for section in found.sections] == ["stories", "other"]
    assert (found.article_count, found.sources) == (6, 5)


def test_big_story_needs_two_different_sources() -> None:
    assert sections(candidates((1, 1, 7, ()), (2, 1, 7, ()))) == [("other", "", [1], 0)]


def test_copies_of_one_feed_count_as_one_source() -> None:
    articles = candidates((1, 1, 7, ()), (2, 2, 7, ()), (3, 1, 8, ()), (4, 2, 8, ()), (5, 3, 8, ()))
    articles = [
        one._replace(address=f"news.example/{one.story}" if one.id < 5 else "other.example/8") for one in articles
    ]
    found = briefing.compose_briefing(articles)
    (line,) = found.sections[0].lines
    assert (line.id, set(line.others), line.sources, line.member_count) == (3, {4, 5}, (1, 3), 2)
    assert found.sections[1].lines[0].member_count == 1
    assert [(section.kind, len(section.lines)) for section in found.sections] == [("stories", 1), ("other", 1)]
    assert found.article_count == 5


def test_preferred_source_represents_story() -> None:
    articles = candidates((1, 1, 7, ()), (2, 2, 7, ()))
    assert briefing.compose_briefing(articles, preferred=[2]).sections[0].lines[0].id == 2


def test_highlighted_articles_come_first() -> None:
    articles = candidates(
        (1, 1, None, ()), (2, 2, None, ()), (3, 1, 7, ()), (4, 2, 7, ()), (5, 1, 8, ()), (6, 2, 8, ())
    )
    articles = [one._replace(highlighted=one.id in (2, 6)) for one in articles]
    assert sections(articles) == [("stories", "", [5, 3], 0), ("highlights", "", [2], 0), ("other", "", [1], 0)]


def test_busy_source_leaves_lines_to_others() -> None:
    busy = [(id, 1, None, (1,)) for id in range(1, 501)]
    articles = candidates(*busy, (901, 2, None, (1,)), (902, 3, None, (1, 2)), (903, 4, None, (3,)), (904, 5, None, ()))
    found = sections(articles, rare={4})
    assert found[0] == ("rare", "", [903], 0)
    shown = Counter(articles[id - 1 if id < 900 else id - 401].source_id for _, _, ids, _ in found for id in ids)
    assert {2, 3, 4, 5} <= set(shown)
    assert shown[1] <= 3


def test_tag_sections_are_those_of_most_sources() -> None:
    articles = candidates(
        *((id, 1, None, (1,)) for id in range(1, 9)),
        *((id, id, None, (2, 1)) for id in range(11, 14)),
        *((id, 30, None, (3,)) for id in range(21, 31)),
    )
    assert sections(articles) == [("tag", "economy", [1, 2, 11, 12], 7), ("tag", "water", [21, 22], 8)]
    articles = candidates(*((id, 1, None, (1,)) for id in range(1, 4)))
    assert sections(articles) == [("tag", "economy", [1, 2, 3], 0)], "a single remaining article is shown"


def test_tag_of_nearly_all_articles_has_no_section() -> None:
    articles = candidates(*((id, id, None, (1, 2) if id < 5 else (1,)) for id in range(1, 21)))
    assert [tag for kind, tag, _, _ in sections(articles)] == ["sport", ""]


def test_briefing_without_articles_is_empty() -> None:
    assert (briefing.compose_briefing([]).sections, briefing.compose_briefing([]).article_count) == ((), 0)
    assert shown().row_count == 0


ANY = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.none() | st.integers(1, 4),
        st.lists(st.integers(1, 5), max_size=3, unique=True),
        st.booleans(),
    ),
    max_size=80,
)


@given(ANY, st.sets(st.integers(1, 6)))
def test_every_article_is_counted_once(drawn: list[tuple[int, int | None, list[int], bool]], rare: set[int]) -> None:
    articles = [
        BriefingCandidate(id, source, 5_000 - id, 1 + id % 3, story, tuple(tags), highlighted)
        for id, (source, story, tags, highlighted) in enumerate(drawn, 1)
    ]
    found = briefing.compose_briefing(articles, rare=rare, skipped=[901, 902])
    lines = [id for section in found.sections for line in section.lines for id in (line.id, *line.others)]
    ids = [*lines, *(id for section in found.sections for id in section.more), *found.skipped]
    assert sorted(ids) == [*range(1, len(articles) + 1), 901, 902]
    assert found.article_count == len(articles) + 2
    assert len([line for section in found.sections for line in section.lines]) <= 59


@given(st.lists(st.integers(1, 5), max_size=60), st.integers(1, 30))
def test_pick_newest_gives_each_source_a_share(sources: list[int], most: int) -> None:
    ids = list(range(100, 100 + len(sources)))
    picked, left = briefing.pick_newest(ids, sources, most)
    assert sorted(picked + left) == ids
    assert len(picked) <= max(most, len(set(sources)))
    first = {source: id for id, source in reversed(list(zip(ids, sources, strict=True)))}
    assert set(first.values()) <= set(picked), "the newest of each source is included"


LABELS = {1: "Petra", 2: "رويا", 3: "Desk"}


def shown(*candidates: BriefingCandidate, left: tuple[int, ...] = ()) -> Timeline:
    def query(section: briefing.BriefingSection | None) -> str:
        return "all" if section is None else section.kind

    sections = briefing.compose_briefing(candidates, skipped=left)
    return briefing.briefing_timeline(
        sections, lambda section: briefing.TITLES.get(section.kind, "tagged"), query, LABELS, 1_000
    )


def test_timeline_has_sections_and_rows_that_count_the_rest() -> None:
    wires = [BriefingCandidate(id, 1, 900 - id, 1) for id in range(10, 15)]
    found = shown(BriefingCandidate(1, 2, 950, 3, 7), BriefingCandidate(2, 3, 940, 1, 7), *wires, left=(97, 98, 99))
    assert found.section_names == ("Big stories", "Other articles", "Older articles")
    assert list(found.ids) == [1, 10, -1, -2]
    assert [found.section_name(row) for row in range(found.row_count)] == [
        "Big stories", "", "Other articles", "", "", "Older articles", ""
    ]  # fmt: skip
    assert found.side_notes == {1: "Desk"}
    articles = [
        (list(row.ids), row.text, row.view.scope.name, row.view.scope.label)
        for row in found.more_rows.values()
        if row.view is not None
    ]
    assert articles == [
        ([11, 12, 13, 14], "4 more from Petra", "other", "Petra"),
        ([97, 98, 99], "3 more", "all", "All articles of the briefing"),
    ]
    assert list(found.other_counts) == [1, 0, 4, 3]
    assert sorted(found.all_ids) == [1, 2, *range(10, 15), 97, 98, 99]
