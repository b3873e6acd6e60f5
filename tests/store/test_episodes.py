"""What you did with episodes stays: positions, downloads, and their undo."""

import sqlite3

import pytest
from tests.store.conftest import Put

from roya_tui.model import Enclosure, Entry, Episode
from roya_tui.store import cleanup, episodes
from roya_tui.store.articles.lookup import load_episodes
from roya_tui.store.user_data import journal

URL = "https://cast.example/harbour.mp3"
TALK = Entry(guid="talk", title="Harbour talk", enclosures=(Enclosure(URL, "audio/mpeg", 9, duration=60),))


@pytest.fixture
def talk(put: Put) -> int:
    """The id of an article with a recording."""
    (id,) = put(TALK).new
    return id


def test_position_replaces_the_last_one(db: sqlite3.Connection, talk: int) -> None:
    episodes.save_position(db, talk, URL, 12.5, 61.2, 3_000)
    episodes.save_position(db, talk, URL, 20.0, 0, 3_010)
    assert episodes.find(db, talk, URL) == Episode(talk, URL, position=20.0, duration=61.2, played_at=3_010)


def test_finished_episode_plays_from_the_beginning(db: sqlite3.Connection, talk: int) -> None:
    episodes.save_position(db, talk, URL, 12.5, 61.2, 3_000)
    episodes.save_position(db, talk, URL, 0.0, 0, 3_060)
    (recording,) = episodes.list_recordings(db, [talk])
    assert recording.is_finished
    assert (recording.episode.position, recording.duration) == (0, 61.2)


def test_position_of_a_deleted_article_is_not_saved(db: sqlite3.Connection) -> None:
    episodes.save_position(db, 99, URL, 12.5, 0, 3_000)
    assert load_episodes(db, [99]) == ()


def test_recordings_are_the_audio_and_video_of_articles(db: sqlite3.Connection, put: Put) -> None:
    film, notes = "https://cast.example/film", "https://cast.example/notes.pdf"
    files = (Enclosure(film, "video/mp4"), Enclosure(notes, "application/pdf"), Enclosure(URL))
    ids = put(Entry(guid="plain"), Entry(guid="both", enclosures=files), TALK).new
    found = episodes.list_recordings(db, reversed(ids))
    assert [(one.headline.id, one.enclosure.url) for one in found] == [(ids[2], URL), (ids[1], film), (ids[1], URL)]
    assert found[0].duration == 60


def test_undo_restores_a_removed_download(db: sqlite3.Connection, talk: int) -> None:
    episodes.start_download(db, talk, URL, '"v1"', 9)
    episodes.finish_download(db, talk, URL, "talk.mp3", 9, 3_000)
    episodes.save_position(db, talk, URL, 12.5, 0, 3_005)
    downloaded = episodes.find(db, talk, URL)
    assert episodes.list_all(db) == [downloaded]
    assert episodes.remove_files(db, [downloaded], 3_010) == 1
    assert episodes.find(db, talk, URL).file == ""
    episodes.save_position(db, talk, URL, 14.0, 0, 3_015)
    assert journal.undo(db, 3_020) == "Undone: Removed 1 downloaded episode."
    assert episodes.find(db, talk, URL).file == "talk.mp3"
    assert episodes.find(db, talk, URL).position == 14.0
    journal.redo(db, 3_030)
    assert episodes.find(db, talk, URL).file == ""


def test_cleanup_keeps_an_old_article_with_a_download(db: sqlite3.Connection, put: Put, talk: int) -> None:
    (other,) = put(Entry(guid="other", enclosures=(Enclosure(URL + "?2"),))).new
    episodes.finish_download(db, talk, URL, "talk.mp3", 9, 3_000)
    episodes.save_position(db, other, URL + "?2", 12.5, 0, 3_000)
    assert cleanup.count_old(db, 5_000) == cleanup.delete_old(db, 5_000) == 1
    assert [episode.article_id for episode in load_episodes(db, [talk, other])] == [talk]
