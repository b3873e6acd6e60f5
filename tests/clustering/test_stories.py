"""Story clustering: a labeled set, pairs of headlines, the order of arrival; stories in lists."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.clustering.fingerprint import make_fingerprint
from roya_tui.clustering.index import SimilarArticle, StoryAssignment, StoryIndex, assign_story
from roya_tui.model import StoryMember
from roya_tui.presentation.timeline import collapse_stories, pick_representative

SET = Path(__file__).parent.parent / "data" / "stories"
HOUR = 3_600


def rows_of(part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / f"{part}.jsonl").read_text().splitlines()]


def assign_stories(rows: list[dict[str, Any]], order: list[int] | None = None) -> list[int]:
    """Add headlines one by one, as a refresh does, and return the story of each, a negative id if it has none."""
    sources = {name: number for number, name in enumerate(sorted({row["source"] for row in rows}))}
    index = StoryIndex()
    stories: dict[int, int] = {}
    for id in order or range(len(rows)):
        row = rows[id]
        packed = make_fingerprint(row["title"], row["lead"], row["language"])
        index.add(id, row["published"], sources[row["source"]], packed)
        if assignment := assign_story(index.find_similar(id), stories, set()):
            story = len(rows) + id if assignment.story is None else assignment.story
            stories.update((other, story) for other in (id, *assignment.unassigned))
            stories.update((other, story) for other, its in list(stories.items()) if its in assignment.merged_stories)
    return [stories.get(id, -id) for id in range(len(rows))]


@pytest.mark.parametrize("part", ["tune", "judge"])
def test_labeled_set_has_precision_and_recall(part: str) -> None:
    rows = rows_of(part)
    found = assign_stories(rows)
    pairs = list(combinations(range(len(rows)), 2))
    found_pairs = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    true_pairs = {(a, b) for a, b in pairs if rows[a]["story"] == rows[b]["story"] != ""}
    assert len(found_pairs & true_pairs) >= 0.98 * len(found_pairs)
    assert len(found_pairs & true_pairs) >= 0.85 * len(true_pairs)


def row(title: str, lead: str = "", hours: float = 0, source: str = "One", language: str = "en") -> dict[str, Any]:
    return {"title": title, "lead": lead, "source": source, "published": int(hours * HOUR), "language": language}


CRASH = row("Tram derails in Ellwick, four hurt", "A tram derailed in Ellwick on Monday; four people were hurt.")
CRASH_AGAIN = row("Four injured as tram jumps rails in Ellwick", "Four were hurt in Ellwick by a tram.", 2, "Two")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (CRASH, CRASH_AGAIN, True),  # other words
        (CRASH, CRASH | {"source": "Two", "published": 100 * HOUR}, False),  # days later
        (CRASH, CRASH_AGAIN | {"language": "de"}, True),  # a wrong language
        (CRASH, row("Tram entgleist in Ellwick, vier Verletzte", "In Ellwick ist eine Tram entgleist.", 1, "Two", "de"),
         False),  # a translation
        # the date alone
        (row("Council votes on trams", "The council of Ellwick votes on Monday.", 1),
         row("Storm over the lake", "Boats stayed in port on Monday.", 1, "Two"), False),
        (row("Wells dry"), row("Wells", "Water", 1, "Two"), False),  # one word in common
        (row("Eclipse"), row("Eclipse", "", 1, "Two"), False),  # one word in all
        (row("Bridge opens"), row("Bridge closed", "On Friday.", 1, "Two"), False),  # half of two words
        (row("Bridge opens", "Today"), row("Bridge opens", "", 1, "Two"), True),  # all of two words
        (row("Amman city council meets"), row("Amman city council votes", "", 1, "Two"), False),
        (row("مطر في عمان", language="ar"), row("ثلج في عمان", "", 1, "Two", "ar"), False),
        (row("Evening news 41"), row("Evening news 42", hours=24), False),  # a series
        (row("Evening news 41"), row("Evening news 42", hours=1, source="Two"), False),  # two series
        # a column
        (row("Ask Ada: can ivy harm a wall?", "Ada answers what readers of the garden page ask."),
         row("Ask Ada: can moles be friends?", "Ada answers what readers of the garden page ask.", 24), False),
        # another match
        (row("Ellwick 2-1 Marrow: Dane scores late", "Tom Dane scored as Ellwick beat Marrow 2-1."),
         row("Ellwick 0-3 Marrow: Dane sent off", "Tom Dane was sent off as Ellwick lost to Marrow 3-0.", 20, "Two"),
         False),
        # another sport
        (row("Hockey: Ellwick win 2-1 at home", "The hockey team of Ellwick won at home."),
         row("Handball: Ellwick win 2-1 at home to Tadley", "The handball team of Ellwick won at home.", 2, "Two"),
         False),
        # another company
        (row("Fenway profit rises 9% on cable orders", "Cable maker Fenway said net profit rose 9 percent."),
         row("Orlen profit rises 9% on cable orders", "Cable maker Orlen said net profit rose 9 percent.", 1, "Two"),
         False),
        # without spaces
        (row("港で貨物船が岸壁に衝突", "青葉港で貨物船が岸壁に衝突した。", language="ja"),
         row("貨物船、青葉港の岸壁に衝突", "青葉港の岸壁に貨物船が衝突する事故があった。", 1, "Two", "ja"), True),
        # without a language
        (row("海津市化工厂起火", "海津市一家化工厂周一起火。", language="zh-Hans"),
         row("化工厂起火 海津市消防扑救", "海津市化工厂周一起火，消防部门扑救。", 1, "Two", ""), True),
        # Arabic, with a vowel sign
        (row("حريق في سوق الأقمشة بمدينة نوار", "اندلع حريق في سوق الأقمشة في نوار.", language="ar"),
         row("سوق الأقمشة في نَوار يحترق", "احترقت متاجر في سوق الأقمشة بمدينة نوار.", 1, "Two", "ar"), True),
    ],
)  # fmt: skip
def test_pair_of_headlines(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    for pair in ([one, other], [other, one]):
        first, second = assign_stories(pair)
        assert (first == second) == same


@given(st.permutations(range(60)))
@settings(max_examples=15, deadline=None)
def test_order_of_arrival_changes_few_stories(order: list[int]) -> None:
    rows = rows_of("judge")[:60]
    usual, other = assign_stories(rows), assign_stories(rows, order)
    differ = sum((usual[a] == usual[b]) != (other[a] == other[b]) for a, b in combinations(range(60), 2))
    assert differ <= 2


@given(st.text(max_size=80), st.text(max_size=400), st.sampled_from(["", "en", "ar", "zh-Hant", "?"]))
def test_any_text_has_fingerprint(title: str, lead: str, language: str) -> None:
    packed = make_fingerprint(title, lead, language)
    assert packed == make_fingerprint(title, lead, language)
    assert len(packed) % 4 == 0
    assert len(packed) <= 4 * 43
    index = StoryIndex()
    for id in (1, 2):
        index.add(id, 0, id, packed)
    assert [one.id for one in index.find_similar(1)] in ([], [2])


@pytest.mark.parametrize("title", ["Aa " * 400_000, "A1-" * 400_000, "海" * 400_000, ":" * 400_000, "Ａ\u0300" * 9_000])
def test_fingerprint_ignores_text_beyond_limit(title: str) -> None:
    assert make_fingerprint(title, title, "en") == make_fingerprint(title[:5_000], title[:5_000], "en")


def test_title_without_words_has_no_fingerprint() -> None:
    assert make_fingerprint("…", "", "en") == b""
    assert StoryIndex().find_similar(1) == []


@pytest.mark.parametrize(
    ("similar", "stories", "fixed", "assignment"),
    [
        pytest.param([], {}, set(), None, id="alone"),
        pytest.param([7], {}, set(), StoryAssignment(None, (7,)), id="two alone"),
        pytest.param([7, 8], {8: 5}, set(), StoryAssignment(5, (7,)), id="one alone"),
        pytest.param([7, 8, 9], {7: 6, 8: 4, 9: 6}, set(), StoryAssignment(4, (), (6,)), id="two stories are one"),
        pytest.param([7, 8], {7: 6, 8: 4}, {4}, StoryAssignment(6), id="one of them by hand"),
        pytest.param([7, 8], {7: 6, 8: 4}, {6}, StoryAssignment(6), id="the nearest by hand"),
        pytest.param([7, 8], {8: 4}, {4}, StoryAssignment(None, (7,)), id="the nearest alone, another by hand"),
    ],
)
def test_assign_story(similar, stories: dict[int, int], fixed: set[int], assignment: StoryAssignment | None) -> None:
    assert assign_story([SimilarArticle(id, 2.0) for id in similar], stories, fixed) == assignment


def test_representative_is_preferred_then_longest_then_earliest() -> None:
    short, early, late = StoryMember(1, 9, 1, 2), StoryMember(2, 9, 2, 5), StoryMember(3, 9, 3, 5)
    assert pick_representative([short, late, early]) == early
    assert pick_representative([short, late, early], preferred=[3]) == late
    assert pick_representative([short, late, early], preferred=[1, 3]) == short


@pytest.mark.parametrize(
    ("sources", "others"),
    [
        ((7, 8), 0), ((7, 8, 1), 1), ((7, 7, 8, 8), 1), ((8, 1, 1, 7), 2), ((7, 5, 6), 1),
    ],
)  # fmt: skip
def test_copies_of_one_feed_count_once(sources: tuple[int, ...], others: int) -> None:
    index = [StoryMember(id, 50, source, 9) for id, source in enumerate(sources)]
    found = collapse_stories(range(len(sources)), index, feed_copies={7: 7, 8: 7, 9: 7, 5: 5, 6: 5})
    assert (list(found.rows), list(found.other_counts)) == ([0], [others])


@given(
    st.lists(st.integers(1, 40), unique=True),
    st.lists(st.builds(StoryMember, st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3))),
    st.lists(st.integers(1, 4), max_size=2),
)
def test_each_story_has_representative_and_count(ids, index: list[StoryMember], preferred: list[int]) -> None:
    index = list({one.id: one for one in index}.values())
    by_id = {one.id: one for one in index}
    in_order = sorted(index, key=lambda one: (one.story, -one.minutes, one.id))
    rows, others, _ = collapse_stories(ids, in_order, preferred)
    expected = []
    seen = set()
    for id in ids:
        telling = by_id.get(id)
        similar = [one for one in index if telling and one.story == telling.story and one.id in ids]
        if telling is None:
            expected.append((id, 0))
        elif telling.story not in seen:
            seen.add(telling.story)
            expected.append((pick_representative(similar, preferred).id, len(similar) - 1))
    assert list(zip(rows, others, strict=True)) == expected
