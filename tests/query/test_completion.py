"""Completions, corrections and warnings while a query is typed, and the history."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.query import FIELDS, QueryError, parse
from roya_tui.query.completion import MAX_HISTORY, Advice, QueryHistory, complete, finish_partial, make_advice
from roya_tui.query.vocabulary import MERGED_TAG, NameIndex

NOW = 1_790_000_000
KNOWN = {
    "tag": NameIndex(["Economy", "Civil defence", "Water", "اقتصاد", "Wide economy", "Café"]),
    "source": NameIndex(["Roya News", "رؤيا الإخبارية", "The Petra"]),
    "author": NameIndex(["Lina Odeh", 'K. "Bo" Haddad']),
    "lang": NameIndex(["en", "ar-JO"]),
    "folder": NameIndex(["News/Jordan", "Far away"]),
    MERGED_TAG: NameIndex(["Wells"]),
}


def advise(text: str) -> Advice:
    """Return the advice for a text with the cursor at `|`."""
    cursor = text.index("|")
    return make_advice(text.replace("|", ""), cursor, KNOWN, NOW)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("water |", ""),
        ("a|", "author:"),
        ("water -t|", "tag: title:"),
        ("(T|", "tag: title:"),
        ("S|", "source: since: story: search: sort:"),
        ("wa|", ""),
        ("tag:|", "Economy|Civil defence|Water|اقتصاد|Wide economy|Café"),
        ("tag:ec|", "Economy|Wide economy"),
        ("-tag:DEF|", "Civil defence"),
        ("tag:af|", "Café"),
        ("tag:CAFE|", "Café"),
        ("tag:إقت|", "اقتصاد"),
        ('tag:"civil d|', "Civil defence"),
        ('tag:"Civil defence"|', ""),
        ("tag:Water|", ""),
        ("tag:Wat| rail", "Water"),
        ("rail or (source:petra|", "The Petra"),
        ("source:رويا|", "رؤيا الإخبارية"),
        ("is:un|", "unread"),
        ("is:read|", ""),
        ("is:rea|", "read|unread"),
        ("sort:|", "newest|oldest|relevance|source|unread"),
        ("since:t|", "today|yesterday"),
        ("lang:|", "en|ar-JO"),
        ("title:wa|", ""),
        ("nothing:wa|", ""),
        ('"tag:ec|', ""),
    ],
)
def test_matching_completions_are_offered(typed: str, offered: str) -> None:
    parts = offered.split() if offered.endswith(":") else [part for part in offered.split("|") if part]
    assert [candidate.label for candidate in advise(typed).candidates] == parts


def test_empty_line_lists_all_fields_with_what_they_mean() -> None:
    listed = advise("|").candidates
    assert [candidate.label for candidate in listed[:4]] == ["tag:", "is:", "source:", "since:"]
    assert sorted(candidate.label for candidate in listed) == sorted(
        f"{name}:" for name in {*FIELDS, "sort"} - {"story"}
    )
    assert [candidate.note for candidate in listed[:4]] == ["topic", "unread, starred", "name", "today, 2d"]
    assert listed[3].apply("") == ("since:", 6)
    assert not advise(" |").candidates


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("a|", "author:|"),
        ("water -t|", "water -tag:|"),
        ("tag:ec|", "tag:Economy |"),
        ("tag:civ|", 'tag:"Civil defence" |'),
        ('tag:"civ|', 'tag:"Civil defence" |'),
        ("author:bo|", 'author:"K. \\"Bo\\" Haddad" |'),
        ("tag:e|conomi rail", "tag:Economy| rail"),
        ("(tag:ec|)", "(tag:Economy |)"),
        ("tga:water|", "tag|:water"),
        ("rail autor:x is:read|", "rail author|:x is:read"),
        ("is:unred|", "is:unread|"),
        ("water since:yesterdy tag:x|", "water since:yesterday| tag:x"),
        ("sort:newst|", "sort:newest|"),
        ("is:tag:x|", None),
    ],
)
def test_first_completion_or_correction_is_applied(typed: str, taken: str | None) -> None:
    advice = advise(typed)
    offered = next(iter(advice.candidates), advice.correction)
    if offered is None:
        assert taken is None
        return
    text, cursor = offered.apply(typed.replace("|", ""))
    assert f"{text[:cursor]}|{text[cursor:]}" == taken


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("water tga:x rail|", "tga:x"), ("is:unred|", "unred"), ('water "plan|', '"plan'), ("(water|", "("),
        ("water or |", "or"), ("tag: |", "tag:"), ("rail tag:|", ""), ("rail tag:ec|", ""), ("tag:nobody|", "nobody"),
        ("is:un|", ""),
    ],
)  # fmt: skip
def test_error_is_marked_unless_the_word_may_continue(typed: str, wrong: str) -> None:
    advice = advise(typed)
    assert typed[slice(*advice.faulty_span)] == wrong
    assert bool(advice.error or advice.warning) == bool(wrong)


@pytest.mark.parametrize(
    ("typed", "message", "corrected"),
    [
        ("tag:econmy|", "There is no tag “econmy”.", "tag:Economy"),
        ('rail -tag:"civil defense" x|', "There is no tag “civil defense”.",
         'rail -tag:"Civil defence" x'),
        ("tag:اقتصا water|", "There is no tag “اقتصا”.", "tag:اقتصاد water"),
        ("source:pera is:unread|", "There is no source “pera”.",
         'source:"The Petra" is:unread'),
        ("folder:nws|", "There is no folder “nws”.", None),
        ("folder:away x|", "There is no folder “away”.", 'folder:"Far away" x'),
        ("lang:fr|", "There is no language “fr”.", None),
    ],
)  # fmt: skip
def test_unknown_name_is_reported_with_the_nearest(typed: str, message: str, corrected: str | None) -> None:
    advice = advise(typed)
    assert advice.warning == message
    assert (advice.correction and advice.correction.apply(typed.replace("|", ""))[0]) == corrected


@pytest.mark.parametrize(
    "typed",
    [
        "tag:ECONOMY x|",
        "tag:wells x|",  # merged into another
        "tag:cafe x|",
        'source:"petra the" x|',
        "source:12 x|",
        'source:"Petra News #12" x|',
        "source:https://gone.example/feed x|",
        "folder:news x|",
        "lang:ar x|",
        "lang:AR-jo x|",
        "author:nobody x|",
        "search:unknown x|",  # no names of feeds are known here
        "tag:eco|",  # it may still become one
        '"tag:econmy"|',
    ],
)
def test_known_or_incomplete_name_is_not_reported(typed: str) -> None:
    assert advise(typed).warning == ""


@pytest.mark.parametrize(
    ("typed", "message", "corrected"),
    [
        ("tag:harbuor19777|", "There is no tag “harbuor19777”.", "tag:harbour19777"),
        ("tag:harbour19777 x|", "", None),
        ("tag:quay|", "There is no tag “quay”.", None),
    ],
)
def test_unknown_name_is_found_among_many(typed: str, message: str, corrected: str | None) -> None:
    many = {"tag": NameIndex(f"harbour{number}" for number in range(20_000))}
    advice = make_advice(typed.removesuffix("|"), len(typed) - 1, many, NOW)
    assert advice.warning == message
    assert (advice.correction and advice.correction.apply(typed.removesuffix("|"))[0]) == corrected


def test_names_are_completed_once_and_in_order() -> None:
    names = NameIndex(["Far water", "Water", "Underwater", "water under water", "Wátěr"])
    assert names.complete("water", 9) == ["Water", "water under water", "Wátěr", "Far water", "Underwater"]
    assert names.complete("water", 2) == ["Water", "water under water"]
    assert names.complete("", 2) == ["Far water", "Water"]
    assert names.complete("water\nunder", 9) == ["water under water"], "a line end is a blank"
    assert not names.contains("Far water\nWater")


@pytest.mark.parametrize(
    ("typed", "far"),
    [
        ("water or ", "water"), ("water or", "water"), ("water -", "water"), ('water "rain or', 'water "rain or"'),
        ('water -tag:"Home', 'water -tag:"Home"'), ('water "', "water"), ("water title:", "water"),
        ("(water or wind", "(water or wind)"), ("rail (", "rail"), ("rail ((a or ", "rail ((a))"),
        ("water plan", "water plan"), ("or", ""), ("tga:x water", None), ("water tga:", None), ("water or or x", None),
        ("water) or", None),
    ],
)  # fmt: skip
def test_partial_query_is_finished(typed: str, far: str | None) -> None:
    found = finish_partial(typed, NOW)
    assert (found is None) == (far is None)
    if found is not None and far is not None:
        assert parse(found, NOW) == parse(far, NOW)


@given(st.text(alphabet='tagis:"-() \\ecoé水\n', max_size=14))
@settings(max_examples=200)
def test_finished_query_is_valid_and_complete_ones_stay_equal(text: str) -> None:
    found = finish_partial(text, NOW)
    if found is not None:
        parse(found, NOW)
    try:
        whole = parse(text, NOW)
    except QueryError:
        return
    assert found is not None
    assert parse(found, NOW) == whole


@given(st.text(alphabet='tagis:"-() \\ecoé水\n', max_size=14), st.integers(0, 14))
@settings(max_examples=200)
def test_applied_completion_is_valid_again(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    advice = make_advice(text, cursor, KNOWN, NOW)
    assert 0 <= advice.faulty_span[0] <= advice.faulty_span[1] <= len(text)
    for candidate in complete(text, cursor, KNOWN):
        taken, at = candidate.apply(text)
        assert 0 <= at <= len(taken)
        if candidate.text.endswith(":"):
            continue
        try:
            parse(text[: candidate.start] + "x", NOW)
        except QueryError:
            continue
        parse(taken[:at], NOW)


def test_history_is_stepped_through_from_the_empty_line() -> None:
    recent = QueryHistory(
        QueryHistory(QueryHistory(QueryHistory().with_query("water")).with_query("rail")).with_query("water ")
    )
    assert recent.queries == ("water", "rail")
    assert [recent.step(shown, 1) for shown in ("", "water", "rail")] == ["water", "rail", None]
    assert [recent.step(shown, -1) for shown in ("rail", "water")] == ["water", ""]
    assert recent.step("", -1) is None
    assert recent.step("typed", 1) is None
    recent.step("", 1)
    assert recent.step("water tower", 1) is None, "an edited query is not in the history"
    many = QueryHistory(str(n) for n in range(80))
    assert len(many.with_query("new")) == MAX_HISTORY
    assert QueryHistory(["a"]).with_query("  ") == ("a",)
