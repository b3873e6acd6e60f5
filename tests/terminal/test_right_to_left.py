"""Right-to-left text: what each kind of terminal gets, and names in several scripts on every screen.

Text that was not ordered and shaped shows letters as they are typed; otherwise it shows presentation forms.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.servers import Server
from tests.terminal.app import App, AppScreen
from tests.terminal.driver import Terminal
from tests.terminal.homes import BY_HAND, ON_REQUEST, Home

from roya_tui.layout.one_line import fit_line
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import checks
from roya_tui.store.user_data import article_state
from roya_tui.translation import find_languages
from roya_tui.ui.widgets.cells import measure

AS_SENT, AS_USUAL = b"\x1b[8l", b"\x1b[8h"
"""The sequences that switch the terminal's own ordering off and on."""
SCREEN_ON, SCREEN_OFF = b"\x1b[?1049h", b"\x1b[?1049l"

SHAPED = "\ufee2\ufecc\ufee7 (3) \ufedd\ufe8e\ufed7"  # قال (3) نعم as drawn from the left
LOGICAL = "قال (3) نعم"
WORDS = "نعم (3) قال"
MARKED = "نعم\u200e (3) قال\u200e"


@pytest.fixture
def arabic(home: Home) -> Home:
    """A home with one article whose title, text, author and tag are Arabic."""
    home.configure(BY_HAND)
    now, text = Moment(int(time.time())), f"<p>{LOGICAL}</p>"
    entry = Entry(
        "1", "https://news.example/1", LOGICAL, authors=(LOGICAL,), tags=(LOGICAL,), published=now, content=text
    )
    home.subscribe(NewSource("https://news.example/feed", title=LOGICAL), [entry])
    return home


def test_terminal_ordering_is_off_while_the_app_runs(arabic: Home) -> None:
    with App(arabic, "--offline", environment={"VTE_VERSION": "8001"}) as app:
        app.until(SHAPED)
        begun = app.raw
        assert begun.index(SCREEN_ON) < begun.index(AS_SENT) < begun.index(SHAPED.encode())
        assert AS_USUAL not in begun
        app.quit()
        ended = app.raw[len(begun) :]
        assert ended.index(SCREEN_OFF) < ended.index(AS_USUAL)
        assert AS_SENT not in ended


def test_terminal_ordering_is_on_while_the_app_is_suspended(arabic: Home) -> None:
    with App(arabic, "--offline", around=["/bin/sh", "-mc", '"$0" "$@"; read answer; fg']) as app:
        app.until(SHAPED)
        child = int(Path(f"/proc/{app.pid}/task/{app.pid}/children").read_text().split()[0])
        os.kill(child, signal.SIGTSTP)
        app.wait_for_bytes(AS_USUAL)
        # Until it is stopped, a key would go to the app instead of the shell.
        app.wait_for(lambda _: Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        before = len(app.raw)
        app.press("enter")
        app.until(lambda _: app.raw.find(SHAPED.encode(), before) > 0)
        resumed = app.raw[before:]
        assert resumed.index(SCREEN_ON) < resumed.index(AS_SENT) < resumed.index(SHAPED.encode())


@pytest.mark.parametrize(
    ("environment", "sent"),
    [({"KONSOLE_VERSION": "250402"}, MARKED), ({"TERM": "xterm-kitty"}, WORDS)],
    ids=["Konsole", "Kitty"],
)
def test_each_terminal_gets_text_in_the_order_that_it_expects(
    arabic: Home, environment: Mapping[str, str], sent: str
) -> None:
    with App(arabic, "--offline", environment=environment) as app:
        app.until(lambda seen: seen.article.text.count(sent) >= 4 and sent in seen.list.text)
        app.until(lambda seen: seen.sidebar.text.count(sent) == 2)  # the tag and the source
        assert AS_SENT not in app.raw


def test_commands_switch_terminal_ordering_only_for_right_to_left_text(arabic: Home) -> None:
    def printed(*words: str) -> bytes:
        command = [sys.executable, "-m", "roya_tui", *words, "--home", str(arabic.folder)]
        with Terminal(command, columns=100, rows=20) as terminal:
            assert terminal.wait_exit() == 0
            return terminal.raw

    for words in (("list",), ("show", "1"), ("sources",), ("tags",)):
        lines = printed(*words)
        assert lines.count(AS_SENT) == lines.count(AS_USUAL) == 1, words
        assert re.search(rb"\x1b\[8l.*%b.*\x1b\[8h" % re.escape(SHAPED.encode()), lines, re.S), words
    assert AS_SENT not in printed("list", "nothing")
    arabic.configure('[reading]\nrtl = "terminal"\n')
    lines = printed("list")
    assert AS_SENT not in lines
    assert MARKED.encode() in lines


TITLE, SOURCE, FOLDER = "غصن (3) News", "صحيفة [2] Post", "الأردن 24"
TAG, AUTHOR = "اقتصاد (x)", "ليلى Reed"
PICTURE = f'<figure><img src="https://p.example/x.png"><figcaption>{AUTHOR}: {TAG}</figcaption></figure>'
UNSHAPED = re.compile("[\u0620-\u063f\u0641-\u064a\u0671-\u06d3]")


def drawn(name: str) -> str:
    """Return a name as it should be drawn."""
    return fit_line(name, 200, measure).text


def feed(title: str) -> str:
    item = f"<item><title>{TITLE}</title><guid>1</guid><description>{TITLE}</description></item>"
    return f'<rss version="2.0"><channel><title>{title}</title>{item}</channel></rss>'


@pytest.fixture
def mixed(home: Home) -> Home:
    """A home in which each name has Arabic and Latin letters, numbers and brackets."""
    home.configure(ON_REQUEST + f'[share]\n"{AUTHOR}" = ["true"]\n"{TAG}" = ["true"]\n')
    entry = Entry(
        guid="1",
        url="https://news.example/غصن/1",
        title=TITLE,
        authors=(AUTHOR, "Sam"),
        tags=(TAG, "שלום 7", "water"),
        published=Moment(int(time.time())),
        content=f"<h2>{TITLE}</h2><p>{TITLE} <a href='https://a.example/نعم'>{TAG}</a></p><table><tr><th>{TAG}<th>{AUTHOR}"
        f"<tr><td>12<td>{TITLE}</table><pre>{TITLE}</pre>",
    )
    first = home.subscribe(NewSource("https://news.example/غصن/feed", title=SOURCE, folder=FOLDER), [entry])
    now = int(time.time())
    earlier = replace(entry, guid="2", published=Moment(now - 120))
    failing = home.subscribe(NewSource("https://dead.example/feed", title=AUTHOR, folder=FOLDER), [earlier])
    with home.store() as db:
        article_state.mark(db, [1], now, read=True)
        later = replace(entry, title=f"{TITLE} {TAG}", content=f"<p>{AUTHOR} {TITLE}</p>{entry.content}{PICTURE}")
        ingestion.save(db, first, None, [ingestion.prepare(later)], now + 1)
        article_state.mark(db, [1], now, read=False)
        problem = f"{AUTHOR} cannot be reached: {SOURCE} is not known."
        checks.record(db, failing, checks.CheckResult(now, ok=False, error=problem))
    return home


def without(words: str) -> Callable[[AppScreen], bool]:
    return lambda seen: words not in seen.text


def test_names_are_ordered_and_shaped_on_every_screen(mixed: Home, server: Server) -> None:
    one = server.serve("/one", feed(SOURCE), type="application/rss+xml")
    server.serve("/two", feed(TITLE), type="application/rss+xml")
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{n}" title="{TAG}">' for n in ("one", "two")
    )
    page = server.serve("/page", f"<html><head><title>{TITLE}</title>{links}</head></html>", type="text/html")
    with App(mixed) as app:

        def walk(*keys: str, until: str | Callable[[AppScreen], object] = "") -> AppScreen:
            """Press keys, and check the whole screen."""
            app.press(*keys)
            seen = app.until(until) if until else app.still(60)
            wrong = [row for row in seen.screen.lines if UNSHAPED.search(row)]
            assert not wrong, f"after {keys}: {wrong}"
            return seen

        walk(until=drawn(TITLE))
        seen = walk(until=lambda seen: drawn(FOLDER) in seen.sidebar.text)
        for name in (SOURCE, TAG, AUTHOR):
            assert drawn(name) in seen.sidebar.text
        walk("enter", until="Published:")
        walk("d", until="changes")
        for key in "n,.":
            walk(key)
        walk("d", until="Published:")
        walk("i", until="1 of 1")
        walk("esc", until="Published:")
        for key in "vwyfLK":
            walk(key)
        walk("/", *TITLE[:3], "enter")
        for key in ("n", "esc", *"]yY>zz", "esc", *"smuUO"):
            walk(key)
        walk("t", until="↑/↓ move")
        walk(*TAG[:6], until=drawn(TAG))
        walk("enter", until=without("↑/↓ move"))
        walk("-")
        walk("/", until="enter done")
        walk(*TITLE[:3])
        walk("esc", until=without("enter done"))
        walk("1", until="Unread")
        for key, words in (("e", "Export to a file"), ("!", "Share with")):
            walk(key, until=words)
            walk("esc", until=without(words))
        walk("shift+tab", until="Browse")
        walk("G")
        walk("enter")
        walk("D", until="Remove ")
        walk("y", until="Removed ")
        walk("u", until="Undone:")

        walk("S", until="1 with a problem")
        walk("enter")
        walk("esc")
        for key in "nfci":
            walk(key, until="enter save")
            walk("esc", until=without("enter save"))
        walk("n", until="Rename source")
        walk("ctrl+u")
        walk(*"اسم (1)", until=drawn("اسم (1)"))
        walk("enter", until="Renamed ")
        walk("u", until="Undone:")
        walk("p", until="Paused")
        walk("ctrl+p", until="Search for")
        walk("esc", until=without("Search for"))
        walk("D", until="Removed ")
        walk("u", until="Undone:")
        walk("esc", until=without("1 with a problem"))

        walk("a", until="Type an address")
        walk(*page, "enter", until="[ ]")
        walk("down")
        walk("esc", until="Type an address")
        walk("ctrl+u", until="https://")
        walk(*one, until=one)
        walk("tab")
        walk(*FOLDER, until=drawn(FOLDER))
        walk("enter", until="This is a feed")
        walk("enter", until="Added")
        walk("u", until="Undone:")

        app.resize(60, 20)
        walk(until=lambda seen: len(seen.panes) == 1)
        walk("enter", until="Published:")
        for key in ("pagedown", "esc", "esc", "G"):
            walk(key)
        walk("S", until="Last OK")
        walk("enter")
        walk("esc")
        walk("n", until="Rename source")


@pytest.mark.skipif("ar" not in find_languages(), reason="catalogs are not compiled: python hatch_build.py")
def test_main_screen_in_arabic_is_mirrored_and_shaped(mixed: Home) -> None:
    with App(mixed, "--offline", environment={"LANGUAGE": "ar"}) as app:
        app.until(lambda seen: seen.screen.lines[-1].rstrip().endswith("enter"))
        wrong: dict[str, list[str]] = {}
        for keys in ("", "enter", "s", "esc", "right", "left", "| ", "/", "esc", "b", "3", "2", "\\"):
            app.press(*keys.split(" "))
            seen = app.still()
            wrong |= {keys: rows} if (rows := [row for row in seen.screen.lines if UNSHAPED.search(row)]) else {}
            assert seen.screen.lines[0].rstrip().endswith(("Roya TUI", "›", "≡"))
        assert not wrong
