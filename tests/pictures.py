"""Screenshots of the app for the docs: `python -m tests.pictures` makes them all, offline, from the samples.

`docs/pictures/scripts` shows one article of each script at three sizes, `docs/pictures/with-pictures` one with
pictures and the gallery, `docs/pictures/organizing` tags, notes, rules and the briefing (of `invented_today`), and
`docs/pictures/reader.png` the app after its start. The screen of a pty is drawn as SVG, and that by rsvg-convert
(Debian: librsvg2-bin) with the fonts DejaVu Sans Mono and Noto.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from tests import invented_today
from tests.terminal.driver import Terminal
from tests.terminal.homes import noon
from tests.terminal.screen import Display, Screen
from tests.terminal.svg import HIGH, WIDE, emoji, svg

from roya_tui.ui.widgets.cells import measure

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SAMPLES = Path(__file__).parent / "data" / "scripts.rss"
BY_HAND = '[reading]\nmark_read = "never"\n'
SIZES = ((140, 40), (100, 30), (60, 20))
COLORS = 48
SCALE = 1.25
EMOJI = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
EMOJI_SIZE = 109
"""The only size of that font, in pixels."""

ARTICLES = {
    "english": '"Almond Line opens"',
    "arabic": '"أول قطار على خط اللوز"',
    "hebrew": "lang:he",
    "mixed": '"Tide OS"',
    "japanese": "lang:ja",
    "hindi": "lang:hi",
    "emoji": '"in emoji"',
}
"""The query for the article of each picture."""
WITH_PICTURES = {"article": ('"Almond Line opens"', ("j",) * 8), "gallery": ('"lantern boats"', ("i", "n", "n", "n"))}
"""Query and keys for an article with pictures among its lines, and for the gallery."""
ORGANIZING = {
    "selection": ("j", "v", "v", "j", "V", "#", "dams, سدود, wat"),
    "note": ("j", ";", "Ask Rana who pays for it", "enter", "موعد الاجتماع: الأحد (10:00)", "esc", "j", "H", "k"),
    "saved-search": (
        *"2 / tag:water enter F ctrl+u Water tab tab flag enter 2 / tag:city enter F ctrl+u".split(),
        "أخبار المدينة",
        "enter",
        "shift+tab",
        "G",
        "c",
        "ctrl+u",
        "Samples/Far away",
        "enter",
        "g",
    ),
    "mute": "j j M w tab enter j M s 7 j j j j M w".split(),
    "rules": "j j M w tab enter j M s 7 j M w enter j j M t 1 E j".split(),
    "search": ("2", "/", "water -tag:c", "down", "down"),
    "undo": "j j v j j V m u".split(),
}
"""The keys, pressed in the list, for each picture of tags, notes, saved searches, rules, a search and undo."""

OF_TODAY = {"briefing": ("b", "j"), "limit": ("j", "j", "j", "j", "j"), "story": (*"jjjjjj", "right", "j")}
"""The keys for the briefing, a source with a limit of three rows a day, and an expanded story."""


class Agreeing(Display):
    """A terminal with the widths of the app; some draw Indic vowel signs narrower."""

    def cells_of(self, grapheme: str) -> int:
        return measure(grapheme)


def main(wanted: Sequence[str]) -> None:
    """Make the named pictures, or all."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "config.toml").write_text(BY_HAND, encoding="utf-8")
        program = [sys.executable, "-m", "roya_tui", "--offline", "--home", str(home)]
        subprocess.run([*program, "list", "--limit", "1"], check=True, stdout=subprocess.DEVNULL)
        if not wanted or "reader" in wanted:
            save(seen(program, 140, 40, first="Almond Line opens"), FOLDER / "reader.png")
        for name, (query, keys) in WITH_PICTURES.items():
            for columns, rows in SIZES if not wanted or name in wanted else ():
                screen = seen([*program, "--query", query], columns, rows, keys=keys)
                save(screen, FOLDER / "with-pictures" / f"{name}-{columns}.png", 160)
        for name, keys in ORGANIZING.items():
            for columns, rows in SIZES if not wanted or name in wanted else ():
                with tempfile.TemporaryDirectory() as other:
                    (Path(other) / "config.toml").write_text(BY_HAND, encoding="utf-8")
                    screen = seen([*program[:-1], other], columns, rows, keys=keys, listed=True)
                save(screen, FOLDER / "organizing" / f"{name}-{columns}.png")
        for name, keys in OF_TODAY.items():
            for columns, rows in SIZES if not wanted or name in wanted else ():
                with tempfile.TemporaryDirectory() as other:
                    invented_today.fill(Path(other))
                    (Path(other) / "config.toml").write_text(BY_HAND, encoding="utf-8")
                    screen = seen([*program[:-1], other], columns, rows, keys=keys, listed=True, zone=noon())
                save(screen, FOLDER / "organizing" / f"{name}-{columns}.png")
        subprocess.run([*program, "add", str(SAMPLES)], check=True, stdout=subprocess.DEVNULL)
        for name, query in ARTICLES.items():
            if wanted and name not in wanted:
                continue
            for columns, rows in SIZES:
                screen = seen([*program, "--query", query], columns, rows)
                save(screen, FOLDER / "scripts" / f"{name}-{columns}.png")


def seen(
    command: Sequence[str],
    columns: int,
    rows: int,
    *,
    first: str = "",
    keys: Sequence[str] = (),
    listed: bool = False,
    zone: str = "Asia/Amman",
) -> Screen:
    """Return the screen after an article is opened: the first, or in a wide window the one with the title `first`.

    `keys` are pressed in it; with `listed` in the list, and no article is opened.
    """
    with Terminal(command, columns=columns, rows=rows, environment={"TZ": zone}, display=Agreeing) as terminal:
        terminal.wait_for("j/k move", 60)
        terminal.settled(1500, 60)
        while first and (terminal.screen.where(f" {first}") or (0, 0))[1] < columns // 2:
            terminal.press("j")
            terminal.settled(300, 60)
        if not first and not listed:
            terminal.press("enter")
            terminal.wait_for(lambda screen: "j/k scroll" in screen.text() and "Published:" in screen.text(), 60)
            terminal.settled(1500, 60)
        for key in keys:
            terminal.press(key)
            terminal.settled(300 if listed else 1000, 60)  # the cursor of an input blinks
        return terminal.screen


def save(screen: Screen, file: Path, colors: int = COLORS) -> None:
    """Save a screen as a PNG with few colors."""
    file.parent.mkdir(parents=True, exist_ok=True)
    drawing = svg(screen).encode()
    drawn = subprocess.run(["rsvg-convert", "--zoom", str(SCALE)], input=drawing, capture_output=True, check=True)
    picture = Image.open(io.BytesIO(drawn.stdout)).convert("RGB")
    for left, top, character in emoji(screen):
        wide, high = round(2 * WIDE * SCALE), round(HIGH * SCALE)
        small = drawn_emoji(character).resize((wide, wide), Image.Resampling.LANCZOS)
        picture.paste(small, (round(left * SCALE), round(top * SCALE) + (high - wide) // 2), small)
    picture.quantize(colors, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file.name, picture.size, file.stat().st_size)


def drawn_emoji(character: str) -> Image.Image:
    """Return a colored emoji on a transparent background."""
    font = ImageFont.truetype(EMOJI, EMOJI_SIZE)
    left, top, right, bottom = font.getbbox(character)
    picture = Image.new("RGBA", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), character, font=font, embedded_color=True)
    return picture


if __name__ == "__main__":
    main(sys.argv[1:])
