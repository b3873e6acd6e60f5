"""What the header says about audio and video."""

import pytest

from roya_tui.cli.output import display_width
from roya_tui.clock import Clock
from roya_tui.config import Config, Look
from roya_tui.document.parser import parse_html
from roya_tui.layout.article_page import article_document, article_html, layout_article
from roya_tui.layout.recordings import describe_duration, describe_recordings
from roya_tui.model import Article, Enclosure, Episode, Headline

TALK, SAME = (
    Enclosure("https://a.example/talk.mp3", "audio/mpeg", 34_000_000, duration=4350),
    "https://a.example/talk.ogg",
)
FILM = Enclosure("https://a.example/film.mp4", title="The film")


def article(*files: Enclosure, episodes: tuple[Episode, ...] = ()) -> Article:
    return Article(Headline(1, 1, "Harbour Radio", "Talk", 0), content="<p>Text.", enclosures=files, episodes=episodes)


def described(*files: Enclosure, episodes: tuple[Episode, ...] = ()) -> list[str]:
    rows = describe_recordings(article(*files, episodes=episodes), ("P", "Q"))
    return [" · ".join(row).replace("\N{NO-BREAK SPACE}", " ") for row in rows]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, ""), (20, "20 s"), (29.6, "30 s"), (60, "1 min"), (2700, "45 min"), (3599, "1 h 0 min"), (4350, "1 h 12 min"),
     (3_600_000, "1,000 h 0 min")],
)  # fmt: skip
def test_duration_is_in_words(seconds: float, words: str) -> None:
    assert describe_duration(seconds) == words


@pytest.mark.parametrize(
    ("episode", "row"),
    [
        ({}, "audio · 1 h 12 min · 34 MB · P: play · Q: download"),
        ({"position": 754.2, "played_at": 5}, "audio · 1 h 12 min · 34 MB · 12:34 of 1:12:30 · P: play · Q: download"),
        ({"position": 90.0, "duration": 2700.0, "played_at": 5},
         "audio · 45 min · 34 MB · 1:30 of 45:00 · P: play · Q: download"),
        ({"played_at": 5}, "audio · 1 h 12 min · 34 MB · finished · P: play · Q: download"),
        ({"file": "Talk.mp3", "size": 35_000_000}, "audio · 1 h 12 min · 35 MB · downloaded · P: play · Q: remove"),
    ],
)  # fmt: skip
def test_header_tells_length_size_download_and_position(episode: dict[str, float | str], row: str) -> None:
    assert described(TALK, episodes=(Episode(1, TALK.url, **episode),)) == [row]  # type: ignore[arg-type]


def test_header_has_a_position_without_a_length() -> None:
    played = Episode(1, FILM.url, position=754.0, played_at=5)
    assert described(FILM, episodes=(played,)) == ["video · stopped at 12:34 · P: play · Q: download"]


def test_other_formats_are_links_beside_the_first_one() -> None:
    shown = article(TALK, Enclosure(SAME), Enclosure("https://a.example/notes.pdf"))
    assert len(described(*shown.enclosures)) == 1
    text = parse_html(article_html(shown))
    assert text.text.splitlines()[1:] == ["talk.mp3 (audio, 1:12:30, 34 MB) · talk.ogg", "notes.pdf"]
    assert [link.url for link in text.links] == [file.url for file in shown.enclosures]


def test_several_recordings_are_named_and_many_are_counted() -> None:
    assert described(TALK, FILM) == [
        "talk.mp3 · audio · 1 h 12 min · 34 MB",
        "The film · video · P: play · Q: download",
    ]
    many = [Enclosure(f"https://a.example/{number}.mp3") for number in range(9)]
    assert described(*many)[3:] == ["6 more recordings · P: play · Q: download"]


@pytest.mark.parametrize("files", [(), (Enclosure("https://a.example/cover.jpg"),), (Enclosure("file:///x.mp3"),)])
def test_article_without_a_recording_has_no_row(files: tuple[Enclosure, ...]) -> None:
    assert described(*files) == []


@pytest.mark.parametrize(("ascii", "separator"), [(False, "·"), (True, "-")])
def test_header_is_laid_out_without_splitting_a_fact(ascii: bool, separator: str) -> None:
    shown, config = article(TALK), Config(look=Look(ascii=ascii))
    page = layout_article(shown, article_document(shown, config), Clock(), 30, display_width, config)
    lines = [line.text.replace("\N{NO-BREAK SPACE}", " ") for line in page.lines[: page.header_height]]
    assert f"audio {separator} 1 h 12 min {separator} 34 MB {separator}" in lines
    assert f"P: play {separator} Q: download" in lines
