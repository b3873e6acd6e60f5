"""The pictures of the README and the guide: `python -m tests.pictures` draws those that are out of date.

    python -m tests.pictures              draw what the app shows differently now
    python -m tests.pictures main rules   draw these
    python -m tests.pictures --check      draw nothing; name what is out of date, and exit with 1

Each picture is the screen of the app on a pty, offline, with invented news and a clock that stands still. The screen
becomes SVG, and rsvg-convert (Debian: librsvg2-bin) makes a PNG of it with the fonts DejaVu Sans Mono and Noto. The PNG
also holds the text of the screen and a hash of its colors; they show whether it is out of date, without any font.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import zip_longest
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo
from tests import invented_today
from tests.terminal.driver import NotSeen, Terminal
from tests.terminal.homes import BY_HAND, rss_feed
from tests.terminal.screen import Display, Screen
from tests.terminal.svg import FONTS, HIGH, WIDE, emoji, svg

from roya_tui.presentation.tips import TIPS
from roya_tui.store.connection import set_value
from roya_tui.store.database import open_store
from roya_tui.translation import LANGUAGE_VARIABLE
from roya_tui.ui.preferences import META_KEY
from roya_tui.ui.widgets.cells import measure

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SCRIPTS = Path(__file__).parent / "data" / "scripts.rss"
NOW = 1_795_500_000
"""The time in all pictures: 24 November 2026, 09:00 in Amman."""
ZONE = "AMT-3"
"""The time zone of Amman, without a file for it."""
FROZEN = (
    "import runpy, time; time.time = lambda: {}.0; runpy.run_module('roya_tui', run_name='__main__', alter_sys=True)"
)
"""The program, with a clock that stands still."""
QUIET, LONGER, BETWEEN_KEYS = 300, 1500, 120
"""Milliseconds without output after which a screen is complete, is surely complete, and the next key is pressed."""
LATEST = 20.0
"""Seconds until a picture's text must be shown."""
REPEATED = 40
"""How often a key is repeated at most."""
COLORS, PICTURE_COLORS = 48, 160
"""Colors of a PNG; more if the screen has a picture."""
SCALE = 1.25
EMOJI = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
EMOJI_SIZE = 109
"""The only size of that font, in pixels."""
PACKAGES = "librsvg2-bin fontconfig fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
SCREEN, STYLE = "Screen", "Style"
"""Where a PNG holds the text and the hash."""

MILL = (
    "<p>At least {} people were hurt when a paper mill burned down in Almond Bay on Sunday night, the fire brigade"
    " said.</p>",
    "<p>The cause is not known. “We are looking at the boilers,” said the chief of the brigade.</p>",
    "<p>Two schools nearby stay closed until Thursday.</p>",
    "<p>The mill made the paper for half of the coast’s newspapers, and employed ninety people. Its owner promised to"
    " build it again, “with stairs on both sides”.</p>",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the keys to press in the list, and a text that is on the screen then.

    The key `j until TEXT` is pressed until that text is shown.
    """

    home: str
    shows: str
    keys: Sequence[str] = ()
    query: str = ""
    size: tuple[int, int] = (100, 30)
    language: str = "en"


LARGE, WIDE_WINDOW, NARROW = (140, 40), (140, 24), (60, 24)
PICTURES = {
    "main": Picture("samples", "▀▀▀", ["j until on the Seven Goats viaduct"], size=LARGE),
    "narrow": Picture("samples", "j/k move", size=NARROW),
    "changes": Picture("corrected", "[−12]", ["2", "j until edited once", "d", "n"]),
    "briefing": Picture("today", "Big stories", ["b", "j"]),
    "story": Picture("today", "Also in", ["j until Also in", "right", "j"]),
    "limit": Picture("today", "more from", ["j until v select all"]),
    "source-status": Picture("failures", "Source status", ["S"], size=WIDE_WINDOW),
    "gallery": Picture("samples", "4 of 6", ["enter", "i", "n", "n", "n"], query='"lantern boats"'),
    "arabic": Picture("samples", "▀▀▀", ["j until ▀▀▀"], query="lang:ar"),
    "arabic-interface": Picture("samples", "▀▀▀", ["j until ▀▀▀"], size=LARGE, language="ar_JO"),
    "arabic-narrow": Picture("samples", "j/k", size=NARROW, language="ar_JO"),
    "hebrew": Picture("scripts", "j/k scroll", ["enter"], query="lang:he"),
    "mixed": Picture("scripts", "j/k scroll", ["enter"], query='"Tide OS"'),
    "japanese": Picture("scripts", "j/k scroll", ["enter"], query="lang:ja"),
    "hindi": Picture("scripts", "j/k scroll", ["enter"], query="lang:hi"),
    "emoji": Picture("scripts", "j/k scroll", ["enter"], query='"in emoji"'),
    "selection": Picture("samples", "Tags of", ["j", "v", "v", "j", "V", "#", "dams, سدود, wat"]),
    "note": Picture(
        "samples",
        "Note",
        ["j", ";", "Ask Rana who pays for it", "enter", "موعد الاجتماع: الأحد (10:00)", "esc", "j", "H", "k"],
    ),
    "saved-search": Picture(
        "samples",
        "Far away",
        [
            *"2 / tag:water enter F ctrl+u Water tab tab flag enter 2 / tag:city enter F ctrl+u".split(),
            *("أخبار المدينة", "enter", "shift+tab", "G", "c", "ctrl+u", "Samples/Far away", "enter", "g"),
        ],
        size=LARGE,
    ),
    "mute": Picture("samples", "Matches now", "j j M w tab enter j M s 7 j j j j M w".split()),
    "rules": Picture("samples", "Rules", "j j M w tab enter j M s 7 j M w enter j j M t 1 E j".split()),
}


class Agreeing(Display):
    """A terminal with the widths of the app; some draw Indic vowel signs narrower."""

    def cells_of(self, grapheme: str) -> int:
        return measure(grapheme)


def main(arguments: Sequence[str]) -> int:
    """Draw the named pictures, or those that are out of date; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description="Draw the pictures of the docs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="draw these pictures, even if they are up to date")
    parser.add_argument("--check", action="store_true", help="draw nothing; exit with 1 if a picture is out of date")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(PICTURES):
        parser.error(f"no picture is called {', '.join(sorted(unknown))}; there are {', '.join(PICTURES)}")
    if not options.check and (missing := missing_tools()):
        parser.exit(2, f"Missing: {', '.join(missing)}. On Debian: apt-get install {PACKAGES}\n")
    names, stale, failed = options.names or list(PICTURES), False, False
    with tempfile.TemporaryDirectory() as folder:
        homes = {home: Path(folder) / home for home in dict.fromkeys(PICTURES[name].home for name in names)}
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(make_home, homes, homes.values()))
            taken = {
                name: pool.submit(take, name, homes[PICTURES[name].home], Path(folder) / "copies" / name)
                for name in names
            }
            for name, future in taken.items():
                file = FOLDER / f"{name}.png"
                try:
                    screen = future.result()
                except NotSeen as error:
                    print(f"{name}: {error}")
                    failed = True
                    continue
                difference = compare(screen, file)
                if not options.check and (difference or options.names):
                    draw(screen, file)
                elif difference:
                    print(f"{name}: {difference}")
                    stale = True
    for file in sorted(set(FOLDER.iterdir()) - {FOLDER / "browser.png"}):  # that is of tests/web/picture.py
        if file.stem not in PICTURES and options.check:
            print(f"{file.stem}: no longer made")
            stale = True
        elif file.stem not in PICTURES:
            file.unlink()
    if stale:
        print("Run: python -m tests.pictures")
    return int(stale or failed)


def missing_tools() -> list[str]:
    """Return the programs and fonts that a picture needs and this machine lacks."""
    programs = [name for name in ("rsvg-convert", "fc-match") if not shutil.which(name)]
    if programs:
        return programs
    fonts = [font for font in FONTS.split(", ") if font not in run(["fc-match", "--format=%{family}", font])]
    return [*fonts, *([] if Path(EMOJI).is_file() else ["Noto Color Emoji"])]


def run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


# Homes


def program(home: Path, *arguments: str, now: int = NOW) -> list[str]:
    """Return the command that runs the app or a command of it at `now`, without the network."""
    return [sys.executable, "-c", FROZEN.format(now), "--offline", "--home", str(home), *arguments]


def make_home(name: str, home: Path) -> None:
    """Make one of `HOMES`, in which no tip hides the hints."""
    home.mkdir()
    (home / "config.toml").write_text(BY_HAND, encoding="utf-8")
    HOMES[name](home)
    with closing(open_store(home / "news.db")) as db:
        set_value(db, META_KEY, json.dumps({"tips": list(TIPS)}))


def fill_samples(home: Path) -> None:
    """Add the samples, as at the first start."""
    run(program(home, "list", "--limit", "1"))


def fill_scripts(home: Path) -> None:
    """Add an article of each script."""
    fill_samples(home)
    run(program(home, "add", str(SCRIPTS)))


def fill_corrected(home: Path) -> None:
    """Add an article that you read two hours ago, and that was corrected meanwhile."""
    fill_samples(home)
    feed, earlier = home / "wire.rss", NOW - 7200
    feed.write_text(mill_feed("".join(MILL[:2]).format(12)), encoding="utf-8")
    run(program(home, "add", str(feed), "--title", "Almond Bay Wire", now=earlier))
    run(program(home, "mark", "read", "title:mill", now=earlier))
    feed.write_text(mill_feed("".join(MILL).format(14)), encoding="utf-8")
    run(program(home, "refresh"))


def mill_feed(content: str) -> str:
    title, date = "Paper mill burns down in Almond Bay", "Tue, 24 Nov 2026 06:50:00 +0300"
    return rss_feed(
        f"<item><guid>1</guid><title>{title}</title><pubDate>{date}</pubDate>"
        f"<description>{escape(content)}</description></item>"
    )


def fill_today(home: Path) -> None:
    """Add news of today from several sources."""
    invented_today.fill(home, NOW)


def fill_failures(home: Path) -> None:
    """Add checks to it, of which some failed."""
    fill_today(home)
    invented_today.check(home, NOW)


HOMES: dict[str, Callable[[Path], None]] = {
    "samples": fill_samples,
    "scripts": fill_scripts,
    "corrected": fill_corrected,
    "today": fill_today,
    "failures": fill_failures,
}


# Screens


def take(name: str, home: Path, copy: Path) -> Screen:
    """Return the screen of a picture, on copies of its home; if it is not the one in the PNG, after a longer wait."""
    screen = wait_for_screen(PICTURES[name], home, copy, QUIET)
    if compare(screen, FOLDER / f"{name}.png"):
        with suppress(NotSeen):  # a blinking cursor may draw more often
            return wait_for_screen(PICTURES[name], home, copy.with_suffix(".again"), LONGER)
    return screen


def wait_for_screen(picture: Picture, home: Path, copy: Path, quiet: int) -> Screen:
    """Return the screen after the keys of a picture and `quiet` milliseconds without output."""
    shutil.copytree(home, copy)
    query = ["--query", picture.query] if picture.query else []
    columns, rows = picture.size
    environment = {"TZ": ZONE, LANGUAGE_VARIABLE: picture.language}
    with Terminal(
        program(copy, *query), columns=columns, rows=rows, environment=environment, display=Agreeing
    ) as terminal:
        terminal.wait_for("j/k")
        terminal.settled(QUIET)
        for keys in picture.keys:
            key, _, text = keys.partition(" until ")
            for _ in range(REPEATED if text else 1):
                terminal.press(key)
                terminal.settled(BETWEEN_KEYS)
                if text and text in terminal.screen.text():
                    break
        terminal.wait_for(picture.shows, LATEST)
        terminal.settled(quiet)
        return terminal.screen


def compare(screen: Screen, file: Path) -> str:
    """Return how a screen differs from the one in a PNG, "" if it does not."""
    if not file.is_file():
        return "missing"
    with Image.open(file) as png:
        old, style = (png.info.get(name, "") for name in (SCREEN, STYLE))
    lines = zip_longest(old.splitlines(), text_of(screen).splitlines(), fillvalue="")
    different = next((number for number, (was, is_) in enumerate(lines, 1) if was != is_), 0)
    if different:
        return f"line {different} differs"
    return "" if style == style_of(screen) else "colors differ"


def text_of(screen: Screen) -> str:
    """Return the text of a screen, with pictures left empty: other versions of Pillow may scale them differently."""
    return screen.text().replace("▀", " ")


def style_of(screen: Screen) -> str:
    """Return a hash of the colors and styles of the text."""
    cells = [cell for row in screen.cells for cell in row if cell.data.strip() not in ("", "▀")]
    styles = [(cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse) for cell in cells]
    return sha256(repr(styles).encode()).hexdigest()[:16]


# Drawing


def draw(screen: Screen, file: Path) -> None:
    """Save a screen as a PNG with few colors, and what `compare` needs."""
    drawing = svg(screen).encode()
    drawn = subprocess.run(["rsvg-convert", "--zoom", str(SCALE)], input=drawing, capture_output=True, check=True)
    picture = Image.open(io.BytesIO(drawn.stdout)).convert("RGB")
    for left, top, character in emoji(screen):
        wide, high = round(2 * WIDE * SCALE), round(HIGH * SCALE)
        small = drawn_emoji(character).resize((wide, wide), Image.Resampling.LANCZOS)
        picture.paste(small, (round(left * SCALE), round(top * SCALE) + (high - wide) // 2), small)
    info = PngInfo()
    info.add_itxt(SCREEN, text_of(screen), zip=True)
    info.add_text(STYLE, style_of(screen))
    colors = PICTURE_COLORS if "▀" in screen.text() else COLORS
    picture.quantize(colors, dither=Image.Dither.NONE).save(file, optimize=True, pnginfo=info)
    print(f"{file.stem}: drawn, {picture.width}×{picture.height} pixels, {file.stat().st_size // 1000} kB")


def drawn_emoji(character: str) -> Image.Image:
    """Return a colored emoji on a transparent background."""
    font = ImageFont.truetype(EMOJI, EMOJI_SIZE)
    left, top, right, bottom = font.getbbox(character)
    picture = Image.new("RGBA", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), character, font=font, embedded_color=True)
    return picture


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
