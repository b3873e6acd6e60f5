"""A page of headlines: what many tell first, nobody drowned, nothing lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from roya_tui.model import BriefingCandidate
from roya_tui.presentation.briefing import Briefing, compose_briefing, pick_newest

NAMES = {1: "economy", 2: "sport", 3: "water"}


def pieces(*told: tuple[int, int, int | None, tuple[int, ...]]) -> list[BriefingCandidate]:
    """Articles by number, source, story and tags, the first of them the newest."""
    return [
        BriefingCandidate(id, source, 1_000 - place, 2, story, tags)
        for place, (id, source, story, tags) in enumerate(told)
    ]


def page(told: list[BriefingCandidate], **facts: object) -> list[tuple[str, str, list[int], int]]:
    """The sections: kind, tag, the articles that have lines, and how many more there are."""
    found = compose_briefing(told, names=lambda ids: NAMES, **facts)  # type: ignore[arg-type]
    return [(s.kind, NAMES.get(s.tag, ""), [line.id for line in s.lines], len(s.more)) for s in found.sections]


def ids_of(found: Briefing) -> list[int]:
    lines = [id for section in found.sections for line in section.lines for id in (line.id, *line.others)]
    return [*lines, *(id for section in found.sections for id in section.more), *found.skipped]


def test_what_most_sources_tell_comes_first_told_by_the_longest() -> None:
    told = pieces((1, 1, None, ()), (2, 1, 7, ()), (3, 2, 7, ()), (4, 3, 8, ()), (5, 4, 8, ()), (6, 5, 8, ()))
    told[4] = told[4]._replace(minutes=9)
    found = compose_briefing(told)
    first, second = found.sections[0].lines
    assert (first.id, set(first.others), first.sources) == (5, {4, 6}, (4, 3, 5))
    assert (second.id, second.others) == (2, (3,))
    assert [section.kind for section in found.sections] == ["stories", "else"]
    assert (found.article_count, found.sources) == (6, 5)


def test_one_source_that_tells_the_same_twice_makes_no_big_story() -> None:
    assert page(pieces((1, 1, 7, ()), (2, 1, 7, ()))) == [("else", "", [1], 0)]


def test_one_feed_that_is_there_twice_makes_no_big_story() -> None:
    told = pieces((1, 1, 7, ()), (2, 2, 7, ()), (3, 1, 8, ()), (4, 2, 8, ()), (5, 3, 8, ()))
    told = [one._replace(address=f"news.example/{one.story}" if one.id < 5 else "other.example/8") for one in told]
    found = compose_briefing(told)
    (line,) = found.sections[0].lines
    assert (line.id, set(line.others), line.sources, line.member_count) == (3, {4, 5}, (1, 3), 2)
    assert found.sections[1].lines[0].member_count == 1
    assert [(section.kind, len(section.lines)) for section in found.sections] == [("stories", 1), ("else", 1)]
    assert found.article_count == 5


def test_a_preferred_source_tells_the_story() -> None:
    told = pieces((1, 1, 7, ()), (2, 2, 7, ()))
    assert compose_briefing(told, preferred=[2]).sections[0].lines[0].id == 2


def test_what_is_highlighted_comes_before_what_is_not() -> None:
    told = pieces((1, 1, None, ()), (2, 2, None, ()), (3, 1, 7, ()), (4, 2, 7, ()), (5, 1, 8, ()), (6, 2, 8, ()))
    told = [one._replace(highlighted=one.id in (2, 6)) for one in told]
    assert page(told) == [("stories", "", [5, 3], 0), ("highlights", "", [2], 0), ("else", "", [1], 0)]


def test_a_firehose_drowns_nobody() -> None:
    firehose = [(id, 1, None, (1,)) for id in range(1, 501)]
    told = pieces(*firehose, (901, 2, None, (1,)), (902, 3, None, (1, 2)), (903, 4, None, (3,)), (904, 5, None, ()))
    found = page(told, seldom={4})
    assert found[0] == ("seldom", "", [903], 0)
    shown = Counter(told[id - 1 if id < 900 else id - 401].source_id for _, _, ids, _ in found for id in ids)
    assert {2, 3, 4, 5} <= set(shown)
    assert shown[1] <= 3


def test_sections_by_tag_are_those_of_the_most_sources_and_each_counts_what_the_others_leave() -> None:
    told = pieces(
        *((id, 1, None, (1,)) for id in range(1, 9)),
        *((id, id, None, (2, 1)) for id in range(11, 14)),
        *((id, 30, None, (3,)) for id in range(21, 31)),
    )
    assert page(told) == [
        ("tag", "economy", [1, 2, 11, 12], 7),
        ("tag", "water", [21, 22], 8),
    ]


def test_one_that_is_left_has_its_line_too() -> None:
    told = pieces(*((id, 1, None, (1,)) for id in range(1, 4)))
    assert page(told) == [("tag", "economy", [1, 2, 3], 0)]


def test_a_tag_that_nearly_all_have_sets_nothing_apart() -> None:
    told = pieces(*((id, id, None, (1, 2) if id < 5 else (1,)) for id in range(1, 21)))
    assert [tag for kind, tag, _, _ in page(told)] == ["sport", ""]


def test_nothing_new_is_an_empty_page() -> None:
    assert (compose_briefing([]).sections, compose_briefing([]).article_count) == ((), 0)


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
def test_nothing_is_lost_and_nothing_stands_twice(
    drawn: list[tuple[int, int | None, list[int], bool]], seldom: set[int]
) -> None:
    told = [
        BriefingCandidate(id, source, 5_000 - id, 1 + id % 3, story, tuple(tags), highlighted)
        for id, (source, story, tags, highlighted) in enumerate(drawn, 1)
    ]
    found = compose_briefing(told, seldom=seldom, skipped=[901, 902])
    assert sorted(ids_of(found)) == [*range(1, len(told) + 1), 901, 902]
    assert found.article_count == len(told) + 2
    assert len([line for section in found.sections for line in section.lines]) <= 59


@given(st.lists(st.integers(1, 5), max_size=60), st.integers(1, 30))
def test_where_there_is_too_much_each_source_has_its_share(sources: list[int], most: int) -> None:
    ids = list(range(100, 100 + len(sources)))
    looked, left = pick_newest(ids, sources, most)
    assert sorted(looked + left) == ids
    assert len(looked) <= max(most, len(set(sources)))
    first = {source: id for id, source in reversed(list(zip(ids, sources, strict=True)))}
    assert set(first.values()) <= set(looked), "the newest of each is looked at"
