"""The command episodes: lists of recordings."""

import sqlite3
from pathlib import Path

from tests.cli.conftest import Cli, configure

from roya_tui.episodes import files
from roya_tui.model import Enclosure, Entry, NewSource
from roya_tui.store import episodes
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import subscriptions

TALK, FILM = "https://cast.example/talk.mp3", "https://cast.example/film.mp4"


def add(db: sqlite3.Connection, *entries: Entry) -> list[int]:
    source = subscriptions.add(db, NewSource("https://cast.example/rss", title="Harbour Radio"), 1_000)
    return list(ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], 2_000).new)


def test_recordings_are_listed_with_what_you_did(cli: Cli, db: sqlite3.Connection, home: Path) -> None:
    talk = Entry(guid="talk", title="Harbour talk", enclosures=(Enclosure(TALK, "audio/mpeg", 28_000_000, "", 3_725),))
    film = Entry(guid="film", title="Wells", enclosures=(Enclosure(FILM), Enclosure("https://cast.example/notes.pdf")))
    page = Entry(guid="page", title="Clip", url="https://www.youtube.com/watch?v=abcdefghijk")
    first, second, _ = sorted(add(db, talk, film, page), key=lambda id: episodes.list_recordings(db, [id]) == [])
    if episodes.list_recordings(db, [first])[0].enclosure.url != TALK:
        first, second = second, first
    (recording,) = episodes.list_recordings(db, [second])
    folder = home / "episodes"
    with files.open_partial(folder, recording.episode) as part:
        part.append(b"x" * 5_000)
    (folder / "talk.mp3").write_bytes(b"x")
    episodes.finish_download(db, first, TALK, "talk.mp3", 28_000_000, 3_000)
    episodes.save_position(db, first, TALK, 61.2, 0, 3_000)
    episodes.save_position(db, second, FILM, 0.0, 99.0, 3_000)
    lines = {line.split()[0]: line.split()[1:] for line in cli("episodes", "source:radio").lines}
    assert lines == {
        str(first): ["1:02:05", "yes", "Harbour", "Radio", "Harbour", "talk"],
        str(second): ["1:39", "-", "Harbour", "Radio", "Wells"],
    }
    (found,) = cli("episodes", "is:downloaded", "--json").json
    source = found.pop("source_id")
    assert source
    assert found == {
        "article": first, "title": "Harbour talk", "source": "Harbour Radio", "published": None, "url": TALK,
        "type": "audio/mpeg", "medium": "audio", "duration": 3_725, "size": 28_000_000, "downloaded": True,
        "file": str(folder / "talk.mp3"), "position": 61.2, "finished": False,
        "downloaded_at": "1970-01-01T00:50:00Z", "played_at": "1970-01-01T00:50:00Z",
    }  # fmt: skip
    assert len(cli("episodes", "source:radio", "-n1").lines) == 1
    (folder / "talk.mp3").unlink()
    assert not cli("episodes", "talk", "--json").json[0]["downloaded"]


def test_download_that_left_the_feed_is_still_listed(cli: Cli, db: sqlite3.Connection, home: Path) -> None:
    (id,) = add(db, Entry(guid="talk", title="Harbour talk", enclosures=(Enclosure(TALK),)))
    episodes.finish_download(db, id, TALK, "talk.mp3", 5, 3_000)
    add(db, Entry(guid="talk", title="Harbour talk", content="No recording any more."))
    assert [found["url"] for found in cli("episodes", "is:downloaded", "--json").json] == [TALK]


def test_first_recording_is_downloaded_unless_another_is_named(cli: Cli, db: sqlite3.Connection) -> None:
    (id,) = add(db, Entry(guid="both", title="Both", enclosures=(Enclosure(TALK), Enclosure(FILM))))
    subscriptions.remove(db, subscriptions.find(db, "Harbour Radio")[0].id, 3_000)  # so that nothing is fetched
    for options, url in (((), TALK), (("--url", FILM), FILM)):
        (event,) = cli("episodes", "download", str(id), "--events", *options).events
        assert (event["url"], event["kind"]) == (url, "removed")


def test_wrong_arguments_of_episodes_are_explained(cli: Cli, db: sqlite3.Connection) -> None:
    (plain,) = add(db, Entry(guid="plain", title="Plain"))
    assert "Did you mean download?" in cli("episodes", "donwload").err
    assert cli("episodes", "download", str(plain)).err == (
        "roya-tui: No recordings match. Run roya-tui episodes to list them.\n"
    )
    assert cli("episodes", "download", "99999").err.startswith("roya-tui: There is no article 99999.")
    assert cli("episodes", "remove").code == 2
    assert cli("episodes", "remove", str(plain)).out == "Nothing changed.\n"


def test_folder_is_configured(cli: Cli, db: sqlite3.Connection, home: Path, tmp_path: Path) -> None:
    (id,) = add(db, Entry(guid="talk", title="Harbour talk", enclosures=(Enclosure(TALK),)))
    episodes.finish_download(db, id, TALK, "talk.mp3", 5, 3_000)
    (tmp_path / "casts").mkdir()
    (tmp_path / "casts" / "talk.mp3").write_bytes(b"x")
    configure(home, f"[episodes]\nfolder = '{tmp_path / 'casts'}'\n")
    assert cli("episodes", "source:radio", "--json").json[0]["file"] == str(tmp_path / "casts" / "talk.mp3")
    configure(home, '[episodes]\nfolder = "casts"\nmax_bytes = "1TB"\n')
    problems = cli("episodes").err
    assert '[episodes] folder must be a folder such as "~/Podcasts".' in problems
    assert '[episodes] max_bytes must be from 1MB to 100GB, such as "2GB".' in problems


def test_file_of_no_article_is_kept(cli: Cli, db: sqlite3.Connection, home: Path) -> None:
    (home / "episodes").mkdir()
    (home / "episodes" / "Old-99-3f2a9c1b.mp3").write_bytes(b"x")
    cli("tidy")
    assert (home / "episodes" / "Old-99-3f2a9c1b.mp3").exists()
