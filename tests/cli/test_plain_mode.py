"""Plain mode, for screen readers: commands are lines, and results are sentences."""

import io
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.conftest import Cli, Result, configure, rss
from tests.servers import Server

from roya_tui.cli import run
from roya_tui.cli.plain.command_words import COMMANDS
from roya_tui.cli.plain.reader import HANDLERS
from roya_tui.query import VIEWS
from roya_tui.store import database

ITEM = """<item><guid>{0}</guid><title>{1}</title><link>https://town.example/{0}</link><category>{2}</category>
<pubDate>Fri, 04 Jul 2025 0{0}:16:00 +0300</pubDate><description><![CDATA[{3}]]></description></item>"""
LONG = "<h2>Digging</h2><p>By <a href='https://a.example/who'>hand</a>.</p><ul><li>one<li>two</ul>"

Enter = Callable[..., list[str]]


@pytest.fixture(scope="module")
def town_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three articles and no samples, created once."""
    folder = tmp_path_factory.mktemp("town")
    items = (
        ITEM.format(1, "Well dug", "water", LONG),
        ITEM.format(2, "Tram late", "transport", "<p>By a goat.</p>"),
        ITEM.format(3, "بئر جديدة", "water", "<p>حفر العمال (بئرا).</p>"),
    )
    feed = folder / "town.xml"
    feed.write_text(f"<rss version='2.0'><channel><title>Town</title>{''.join(items)}</channel></rss>", "utf-8")
    for argv in (("import", str(empty_list(folder))), ("add", str(feed))):
        assert run(argv, {"ROYA_TUI_HOME": str(folder)}) == 0
    return folder


@pytest.fixture
def town(home: Path, town_home: Path) -> None:
    home.mkdir()
    shutil.copyfile(town_home / "news.db", home / "news.db")


def empty_list(folder: Path) -> Path:
    """Return a list of one source: a database created with it has no samples."""
    file = folder / "list.opml"
    file.write_text("<opml><body><outline xmlUrl='https://empty.example/feed' text='Empty'/></body></opml>")
    return file


@pytest.fixture
def enter(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """`enter("1", "s")` enters these lines and returns the output without the greeting."""

    def run_lines(*lines: str, options: tuple[str, ...] = ()) -> list[str]:
        result = run_plain(cli, monkeypatch, *lines, options=options)
        assert result.code == 0
        assert result.err == ""
        return result.lines[1:]

    return run_lines


def run_plain(cli: Cli, monkeypatch: pytest.MonkeyPatch, *lines: str, options: tuple[str, ...] = ()) -> Result:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return cli("--plain", "--offline", *options)


LIST = [
    "Unread: 3 articles.",
    "1. بئر جديدة. Town. 4 July 2025, 00:16.",
    "2. Tram late. Town. 3 July 2025, 23:16.",
    "3. Well dug. Town. 3 July 2025, 22:16.",
    "End of the list.",
]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.usefixtures("town")
def test_number_prints_an_article_and_marks_it_read(enter: Enter, cli: Cli) -> None:
    lines = enter("3", "where", "q", "1")
    assert lines == [
        *LIST,
        "Title: Well dug",
        "Source: Town",
        "Tags: water",
        "Published: 3 July 2025, 22:16",
        "Length: 1 minute, excerpt",
        "",
        "Heading 2: Digging",
        "",
        "By hand [link 1].",
        "",
        "1 of 2: one",
        "2 of 2: two",
        "End of list.",
        "Article 3 of 3 in Unread: Well dug",
    ], "nothing is printed after q"
    assert [line["title"] for line in cli("list", "is:read", "--json").json] == ["Well dug"]


@pytest.mark.usefixtures("town")
def test_next_previous_and_enter_go_through_the_list(enter: Enter) -> None:
    lines = enter("n", "next", "p", "", "", "")
    titles = [line for line in lines if line.startswith(("Title", "This"))]
    assert titles == [
        "Title: بئر جديدة",
        "Title: Tram late",
        "Title: بئر جديدة",
        "Title: Tram late",
        "Title: Well dug",
        "This is the last article.",
    ]


@pytest.mark.usefixtures("town")
def test_marks_and_stars_are_undone(enter: Enter, cli: Cli) -> None:
    assert enter("s 2", "m 2", "mark 2", "starred", "mark all", "undo", "undo", "undo", "redo")[5:] == [
        "Starred.",
        "Marked read.",
        "Marked unread.",
        "Starred: 1 article.",
        "1. Tram late. Town. 3 July 2025, 23:16. Unread, starred.",
        "End of the list.",
        "Marked 1 article read. Type undo to undo it.",
        "Undone: Marked “Tram late” read.",
        "Undone: Marked “Tram late” unread.",
        "Undone: Marked “Tram late” read.",
        "Redone: Marked “Tram late” read.",
    ]
    assert cli("list", "is:starred is:read", "--tsv").out.count("\n") == 1
    assert enter("u", "undo", "undo")[-2:] == ["Undone: Marked “Tram late” read.", "Undone: Starred “Tram late”."]


@pytest.mark.usefixtures("town")
def test_words_tags_and_sources_narrow_and_a_slash_restores_the_list(enter: Enter) -> None:
    assert enter("/well")[5:7] == ["well: 1 article.", "1. Well dug. Town. 3 July 2025, 22:16. Unread."]
    assert enter("/water tag:transport")[5:] == ["water tag:transport: 0 articles.", "The list is empty."]
    assert enter("/trma")[5:] == [
        "trma: 0 articles.",
        "The list is empty.",
        "No article contains “trma”. Did you mean “tram”?",
    ]
    assert enter("/well", "/tram", "/")[-5:] == LIST, "a search begins in the list before the last search"
    assert enter("tags")[5:] == [
        "water: 2 articles, 2 unread.",
        "transport: 1 article, 1 unread.",
        "To show only articles with a tag, type tag and its name.",
    ]
    assert enter("tag water", "tag")[5:6] == ["Tag water: 2 articles."]
    assert enter("source town")[5:6] == ["Town: 3 articles."]
    assert enter("source nowhere")[-1] == "No source matches. Type sources to list their numbers."
    assert any(re.fullmatch(r"\d+\. Town: 3 of 3 unread\.", line) for line in enter("sources"))
    assert "Town: 3 articles." in enter(options=("--query", "source:town"))[0].replace("source:town", "Town")


@pytest.mark.usefixtures("town")
def test_links_are_numbered_and_articles_saved(enter: Enter, tmp_path: Path) -> None:
    file = tmp_path / "well.md"
    *_, saved, refused, link, count, url, missing, wrong = enter(
        "3", f"save {file}", f"save {file}", "links", "link 1", "link 2", "link x"
    )
    assert (link, count) == ("Link 1: hand", "1 link.")
    assert url == "hand: https://a.example/who"
    assert missing == "2 is not a number from 1 to 1."
    assert wrong == "x is not a number from 1 to 1."
    assert saved == f"Wrote {file}."
    assert refused == f"{file} already exists. Use another name.", "plain mode has no option --force"
    assert file.read_text("utf-8").startswith("# Well dug\n")


@pytest.mark.usefixtures("town")
def test_headings_are_numbered_and_read_from(enter: Enter) -> None:
    *_, heading = enter("3", "headings")
    assert heading == "1. Heading 2: Digging"
    *read, refused = enter("all", "3", "heading 1", "heading 2")
    assert read[-7:] == enter("all", "3")[-7:]
    assert refused == "2 is not a number from 1 to 1."
    assert enter("all", "2", "headings")[-1] == enter("all", "2", "heading 1")[-1] == "The article has no headings."


@pytest.mark.usefixtures("town")
def test_unknown_commands_and_numbers_are_reported(enter: Enter) -> None:
    assert enter("stra", "99", "0", "s", "link 1", "/tag:", "save", "n")[5:12] == [
        "There is no command stra. Did you mean star?",
        "99 is not a number from 1 to 3.",
        "0 is not a number from 1 to 3.",
        "No article is open. Type its number first.",
        "No article is open. Type its number first.",
        "“tag:” needs a value right after it.",
        "No article is open. Type its number first.",
    ]


@pytest.mark.usefixtures("town")
def test_long_list_is_printed_ten_at_a_time(cli: Cli, enter: Enter, tmp_path: Path) -> None:
    items = "".join(ITEM.format(number, f"Story {number}", "x", "<p>y") for number in range(1, 10))
    many = tmp_path / "many.xml"
    many.write_text(f"<rss version='2.0'><channel><title>Many</title>{items}</channel></rss>", "utf-8")
    cli("add", str(many))
    lines = enter("", "", "list")
    assert lines[11] == "2 more: press enter."
    assert lines[14:16] == ["End of the list.", "End of the list."]
    assert lines[16:26] == lines[1:11]


HARMLESS = [command.words[0] for command in COMMANDS if command.argument in ("", "NUMBER", "NAME")]
HARMLESS = [word for word in HARMLESS if word not in ("refresh", "full", "open", "quit")]
FOLLOWS = ["", "1", "2", "9", "water", "all", "-1"]
typed = st.one_of(
    st.tuples(st.sampled_from(HARMLESS), st.sampled_from(FOLLOWS)).map(" ".join),
    st.text("012 /:-+()\"'é\x1b٣ع", max_size=6),
    st.sampled_from(["", "1", "/", "/well", "/tag:x -y"]),
)


@pytest.mark.usefixtures("town")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(typed, max_size=12))
def test_no_lines_cause_an_error(lines: list[str], cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_plain(cli, monkeypatch, *lines)
    assert (result.code, result.err) == (0, "")


def test_help_lists_every_command(enter: Enter) -> None:
    lines = "\n".join(enter("h"))
    for command in COMMANDS:
        assert command.words[0] in lines
        assert command.words[0] in VIEWS or command.words[0] in HANDLERS
    words = [word for command in COMMANDS for word in command.words]
    assert len(words) == len(set(words))


@pytest.mark.usefixtures("town")
def test_output_has_no_drawings(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("3", "n", "h", "tags", "sources", "all", "refresh", "full", "open", "?")
    written = run_plain(cli, monkeypatch, *lines, options=("--ascii",))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2500-\u25ff]", written.out + written.err)
    ours = [line for line in written.lines if not re.search("[\u0600-\u06ff]", line)]
    assert all(line.isascii() for line in ours), [line for line in ours if not line.isascii()]


def test_refresh_is_reported_by_source(quiet: Cli, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet("add", server.serve("/feed", rss("Pier", "First")))
    quiet("add", server.serve("/other", rss("Quay", "Third")))
    server.serve("/feed", rss("Pier", "First", "Second"))
    server.serve("/other", "no feed", "text/plain")
    added = server.serve("/third", rss("Dock", "Fourth"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"refresh\nu\nadd {added}\nadd\nall\n"))
    lines = quiet("--home", str(home), "--plain").lines
    refreshed = lines[lines.index("Checking 2 sources.") :]
    assert "Pier: 1 new." in refreshed
    assert any(line.startswith("“Quay” is not a feed. It is plain text.") for line in refreshed)
    assert refreshed[3:6] == ["1 new, 0 edited.", "Type u to list the unread articles.", "Unread: 3 articles."]
    assert any("Second. Pier." in line for line in refreshed[6:])
    assert "Type an address after add, such as add https://example.com/feed" in refreshed
    assert any("Fourth. Dock." in line for line in refreshed)


def test_changes_are_printed_as_sentences(quiet, home, tmp_path, monkeypatch) -> None:
    file = tmp_path / "pier.xml"
    feed = "<rss version='2.0'><channel><title>Pier</title>{}</channel></rss>"
    file.write_text(feed.format(ITEM.format(1, "Boats", "x", "<p>There are 12 boats.</p>")))
    quiet("add", str(file))
    quiet("mark", "read", "boats")
    file.write_text(feed.format(ITEM.format(1, "Boats", "x", "<p>There are 14 boats.</p>")))
    quiet("refresh", "--all-now")
    monkeypatch.setattr(sys, "stdin", io.StringIO("updated\n1\nd\n"))
    lines = quiet("--home", str(home), "--plain").lines
    assert "1. Boats. Pier. 3 July 2025, 22:16. Edited since you read it." in lines
    assert lines[lines.index("There are 14 boats.") + 1 :] == [
        "Changes: 1 word changed since you read it",
        "Changed: There are [was: 12] [now: 14] boats.",
    ]


def test_show_plain_names_headings(cli: Cli, town: None) -> None:
    number = str(cli("list", "title:well", "--json").json[0]["id"])
    assert "Heading 2: Digging" in cli("show", number, "--plain").lines
    assert "Heading 2: Digging" not in cli("show", number).out
    assert "## Digging" in cli("show", number, "--plain", "--format", "markdown").out


def test_plain_mode_is_a_setting(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(home, "[look]\nplain = true\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert cli("--offline").lines[0] == "Roya TUI, plain mode. Type h to list the commands, q to quit."


def test_tags_notes_and_hiding_are_undone(enter: Enter, town: None) -> None:
    lines = enter("1", "# ماء, to read", "label", "#-to read", "undo", "label")[5:]
    assert [line for line in lines if "Your tags" in line or "tags of “" in line or "Undone" in line] == [
        "Edited the tags of “بئر جديدة”: added ماء, to read.",
        "Your tags: to read, ماء.",
        "Undone: Removed tag “to read” from “بئر جديدة”.",
        "Your tags: to read, ماء.",
    ]
    lines = enter("1", "note", "; Ask the goat.", "note", "note -", "note", "undo", "note")
    assert [line for line in lines if "note" in line or "Ask" in line] == [
        "There is no note.",
        "Saved the note on “Tram late”.",
        "Ask the goat.",
        "Removed the note on “Tram late”.",
        "There is no note.",
        "Undone: Removed the note on “Tram late”.",
        "Ask the goat.",
    ]
    lines = enter("hide 1", "a", "/is:hidden", "hide 1", "hide 9", "#x")
    assert lines[3:5] == ["Hidden. Type undo to undo it.", "All: 2 articles."]
    assert lines[-3:] == [
        "Unhidden.",
        "9 is not a number from 1 to 1.",
        "No article is open. Type its number first.",
    ]


def test_briefing_is_printed_by_section_with_numbers(cli: Cli, enter: Enter, tmp_path: Path) -> None:
    assert cli("import", str(empty_list(tmp_path))).code == 0
    items = "".join(ITEM.format(n, f"Wire {n}", "wire", "<p>Text.</p>") for n in range(1, 10))
    feed = tmp_path / "wire.xml"
    feed.write_text(f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>", "utf-8")
    assert cli("add", str(feed)).code == 0
    lines = enter("briefing 30y", "1", "b 1d", "b visit", "b soon")
    assert [line.partition(". Wire.")[0] for line in lines[lines.index("Briefing: 9 unread articles.") :][:7]] == [
        "Briefing: 9 unread articles.",
        "Sources that publish rarely:",
        "1. Wire 9",
        "Other articles:",
        "2. Wire 8",
        "7 more from Wire.",
        "Title: Wire 9",
    ]
    assert lines.count("Briefing: no unread articles.") == 1
    assert lines.count("Briefing: 8 unread articles.") == 1, "the feed came in today, before there was a visit"
    assert lines[-1] == "“soon” is not a time. Examples: today, 2d, 3w, 2025-07-04."


def test_episodes_lists_articles_with_audio_or_video(cli: Cli, enter: Enter, tmp_path: Path) -> None:
    assert cli("import", str(empty_list(tmp_path))).code == 0
    talk = "<item><title>Talk</title><enclosure url='https://a.example/1.mp3' type='audio/mpeg' length='9'/></item>"
    feed = tmp_path / "talks.xml"
    channel = f"<title>Talks</title>{talk}<item><title>Letter</title></item>"
    feed.write_text(f"<rss version='2.0'><channel>{channel}</channel></rss>", "utf-8")
    assert cli("add", str(feed)).code == 0
    _, listed, *_ = "\n".join(enter("episodes")).partition("Episodes: 1 article.\n1. Talk. Talks.")
    assert listed


def test_rules_are_listed_added_and_switched(enter: Enter, town: None) -> None:
    none, how, *rest = enter("rules", "mute", "mute tag:water", "rules", "rule 2")[5:]
    assert none.startswith("There are no rules. To add one, type mute and words,")
    assert how == "Type words or a query after mute, such as mute title:football"
    assert rest == [
        "Created rule “water”: 2 articles hidden. Type undo to undo it.",
        "1: water: mutes tag:water, forever. Matches: 2.",
        "To enable or disable a rule, type rule and its number. For more, run roya-tui rules.",
        "2 is not a number from 1 to 1.",
    ]
    lines = enter("rule 1", "all", "rule 1", "undo", "undo", "undo", "rules")
    assert lines[:1] == ["Unread: 1 article."]
    assert lines[3:5] == ["Disabled rule “water”.", "All: 3 articles."]
    assert lines[-5] == "Enabled rule “water”: forever."
    assert lines[-1] == none


class Locking(io.StringIO):
    """Standard input in which the lines LOCK and UNLOCK let another connection begin and end a write."""

    def __init__(self, store: Path, *lines: str) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self._db = sqlite3.connect(store, isolation_level=None)

    def readline(self, size: int | None = -1, /) -> str:
        line = super().readline(-1 if size is None else size)
        if line not in ("LOCK\n", "UNLOCK\n"):
            return line
        self._db.execute("BEGIN IMMEDIATE" if line == "LOCK\n" else "ROLLBACK")
        return self.readline()


@pytest.mark.parametrize(
    ("lines", "note", "last"),
    [
        (("UNLOCK", "note"), "Ask the goat.", "Saved the note on “Tram late”."),
        (("note - ", "UNLOCK", "note"), "", "There is no note."),
        (("UNLOCK", "q"), "", "This note was not saved: Ask the goat."),
    ],
)
def test_note_is_kept_until_it_can_be_saved(cli, town, home, monkeypatch, lines, note: str, last: str) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.3)
    store = home / "news.db"
    monkeypatch.setattr(sys, "stdin", Locking(store, "2", "LOCK", "; Ask the goat.", *lines))
    lines = cli("--plain", "--offline").lines
    assert (
        "Could not save the note: another program is using the database. "
        "Type note to try again, note and a hyphen to discard the text."
    ) in lines
    assert lines[-1] == last
    with closing(sqlite3.connect(store)) as db:
        assert [stored for (stored,) in db.execute("SELECT note FROM state WHERE note <> ''")] == (
            [note] if note else []
        )
