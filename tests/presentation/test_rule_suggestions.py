"""Suggestions for a rule from an article: words of the title, source, authors, tags."""

import pytest

from roya_tui.model import Article, Headline
from roya_tui.presentation.rule_suggestions import put_searched_first, sort_words, suggest_rules, title_words


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The glacier that feeds the river is melting", ["glacier", "feeds", "river", "melting"]),
        ("Rates, rates & RATES of 2024: Q3", ["Rates"]),
        ("Don't_stop 24h", ["Don", "t_stop"]),
        ("ارتفاع أسعار القمح في الأسواق", ["ارتفاع", "أسعار", "القمح", "الأسواق"]),
        ("מחירי החיטה עלו", ["מחירי", "החיטה", "עלו"]),
        ("東京でロボット大会が開催される", ["東京", "ロボット", "大会", "開催"]),
        ("港口在大风暴后的周末", ["港口", "大风暴后", "周末"]),
        ("市议会通过预算", ["市议", "议会", "会通", "通过", "过预", "预算"]),
        ("हिमालय की नदी", ["हिमालय", "नदी"]),
        ("Ölpreis fällt", ["Ölpreis", "fällt"]),
        ("12 — 34 !", []),
        ("", []),
    ],
)
def test_title_words(title: str, expected: list[str]) -> None:
    assert title_words(title) == expected


@pytest.mark.parametrize(
    ("title", "text", "first"),
    [
        ("Ten keys you will use every day", "Learn these keys first. Other keys can wait.", "keys"),
        ("Every council will vote on Tuesday", "", "council"),
        ("Why nothing happened in the Almond Line tunnel tonight", "", "Almond"),
        ("Goat boards tram, declines to leave", "The goat sat down. The driver offered the goat a lettuce.", "Goat"),
        ("The mayor visits Petra without an umbrella", "The mayor arrived. The mayor left.", "Petra"),
        ("Mayor Visits Petra Without An Umbrella", "An umbrella was lost. The umbrella is blue.", "Umbrella"),
        ("The octopus isn’t in tank four", "The octopus is in tank five.", "octopus"),
        ("Three ferries, yesterday and on Wednesday", "", "ferries"),
        ("خمسة أسئلة عن الملح، أجاب عنها من يجمعه", "الملح أبيض. يجمعون الملح في الصيف.", "الملح"),
        ("كيف تقرأ الأخبار من دون شبكة", "لا تحتاج إلى شبكة. الشبكة بعيدة.", "شبكة"),
        ("ماذا قال البحارة عن العاصفة يوم الأربعاء", "العاصفة قوية", "العاصفة"),
        ("Le thermomètre qui mentait depuis janvier", "Le thermomètre est faux.", "thermomètre"),
        ("Кто и где видел чаек", "Чаек мало.", "чаек"),
        ("איך המצפן של הספינה אבד", "המצפן לא נמצא.", "המצפן"),
        ("तारों की छाँव में पानी नापना", "पानी कम है। पानी साफ़ है।", "पानी"),
        ("観測ドーム、今夜も猫のため休止", "ドームは猫の家だ。", "ドーム"),
    ],
)  # fmt: skip
def test_most_telling_word_of_a_title_comes_first(title: str, text: str, first: str) -> None:
    words = title_words(title)
    assert sort_words(words, [1] * len(words), 60, title, text)[0] == first


@pytest.mark.parametrize(
    ("words", "counts", "articles", "expected"),
    [
        (["minister", "visits", "Petra", "Wadi", "Jerash"], [900, 400, 3, 5, 10], 10_000,
         ["Jerash", "Petra", "Wadi", "visits", "minister"]),  # the longest of the rare ones first
        (["市议", "议会", "会通", "通过"], [1, 7, 1, 900], 10_000, ["议会", "通过", "市议", "会通"]),
        (["rain", "harbour"], [1, 1], 2, ["harbour", "rain"]),  # among few articles no word is common
        (["Amman", "rain"], [900, 2], 10_000, ["rain", "Amman"]),  # a name that many titles have
    ],
)  # fmt: skip
def test_words_of_many_titles_come_last(
    words: list[str], counts: list[int], articles: int, expected: list[str]
) -> None:
    assert sort_words(words, counts, articles, " ".join(words), "") == expected


def test_searched_words_come_first() -> None:
    found = put_searched_first(["reopens", "harbour", "storm"], ["harb"], "Harbour reopens after a storm")
    assert found[0] == "harbour"
    assert put_searched_first(["议会", "通过"], ["市议会"], "市议会通过预算") == ["市议会", "议会", "通过"]
    assert put_searched_first(["rain", "dam"], ["wells"], "Rain on the dam") == ["rain", "dam"]


def article(**facts: object) -> Article:
    return Article(Headline(7, 3, "City Desk", "Rain", 0), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "facts", "expected"),
    [
        ("word", {}, [("rain", "title:rain"), ("tea-time", "title:tea-time")]),
        ("source", {}, [("City Desk", 'source:"City Desk #3"')]),
        ("author", {"authors": ("Ada Example", "-", "B. or C.")},
         [("Ada Example", 'author:"Ada Example"'), ("B. or C.", 'author:"B. or C."')]),
        ("tag", {"tags": ("Wells", 'a "b" c')}, [("Wells", "tag:Wells"), ('a "b" c', 'tag:"a \\"b\\" c"')]),
        ("tag", {}, []),
    ],
)  # fmt: skip
def test_suggest_rules(what: str, facts: dict[str, object], expected: list[tuple[str, str]]) -> None:
    found = suggest_rules(article(**facts), what, ["rain", "tea-time"])
    assert [(one.name, str(one.query)) for one in found] == expected
