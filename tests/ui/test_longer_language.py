"""All texts of the screens are translated, and translations that are 40 % longer break no screen."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from gettext import NullTranslations
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.pseudo_locale import PseudoCatalog, RtlCatalog, find_untranslated, pseudo_locale
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles
from textual.content import Content
from textual.screen import ModalScreen

from roya_tui.model import EFFECTS, SEARCH_ICONS, Entry, Failure, Moment, NewSource, Picture, Rule
from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.store import rules
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import checks
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.user_data import article_state
from roya_tui.ui.action_table import NAMES
from roya_tui.ui.dialogs.menu import Menu
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.status_bar import BottomLine, TopLine

TEXT = "<p>Это <a href='https://a.example/1'>первая</a> строка.</p><h2>Часть</h2><p>И ещё строка.</p>"
STEPS = (
    "menu",
    "v V * ; esc # esc e esc esc",
    "enter ] } / я enter esc v esc : x enter",
    "d . ,",
    "i n",
    "? G",
    "ctrl+p up",
    "S enter esc i x enter esc esc c esc n esc f esc z x enter esc d x enter esc p p D",
    "E c esc esc a enter esc a м и р enter enter D u",
    "M c",
    "F",
    "a x enter",
    "! esc ( ( (",
    "/ t a tab enter esc esc",
    "/ я я я enter esc esc",
    "t tab + - esc",
    "shift+tab ? esc G c esc D",
    "s u U u H u m A u u X = % _ _ O O O O O",
    "r R W W x @ ctrl+d",
    "3 4 5 2 1",
    "b B enter ? esc",
    "n n n n n n A n space",
)
"""Keys from the list on, and a click that opens a menu. The screen is read after each."""


_APP_NAME = frozenset("Roya TUI roya tui".split())
_NAMES = "|".join(sorted(NAMES, key=len, reverse=True))
_ACTION_NAME = re.compile(rf" (?:{_NAMES})(?=[ ▁-█▐]*│)|(?<=│  )(?:{_NAMES}) ")
"""A name for config.toml, at the end of a row of the help."""
_EXAMPLES = frozenset("NAME economy harbour jordan plan rail sport water".split())
_VALUES = {
    "?": _EXAMPLES | {*FIELDS, *STATES, *SORTS, "sort", "has", "image"},
    "/": frozenset((*FIELDS, *STATES, *SORTS, "sort", "session", "today")),
    "F": _EXAMPLES | {"tag", "unread", *SEARCH_ICONS},
    "c": _EXAMPLES | {"tag", "unread", "https", *EFFECTS},
    "a": frozenset(("https",)),
    "#": _EXAMPLES,
    "!": frozenset("share mail xdg email subject title body url".split()),
}
"""Words that users type, which are not translated, by the key that opens their dialog."""


@pytest.fixture
def database(tmp_path: Path, new_store: Callable[[Path], Path]) -> Path:
    """A database in which no title, name or tag has a Latin letter."""
    path = new_store(tmp_path / "news.db")
    articles = [
        Entry(
            guid=str(number),
            url=f"https://a.example/{number}",
            title=f"Новость {number} про реки и мосты города",
            authors=("Анна",),
            published=Moment(NOW - number * 40_000),
            tags=("вода", "мир"),
            content=TEXT,
            pictures=(Picture("https://a.example/1.png", "Река"),),
        )
        for number in range(8)
    ]
    river = NewSource("https://a.example/feed", title="Река", folder="Мир", language="ru")
    ids = add_articles(path, *articles, source=river)
    add_articles(path, *articles, source=NewSource("https://b.example/feed", title="Мост"))
    with closing(open_store(path)) as db:
        changed = replace(articles[0], content=f"{TEXT}<p>Новая строка.</p>", updated=Moment(NOW - 60))
        ingestion.save(db, 1, None, [ingestion.prepare(changed)], NOW)
        failed = Failure("status", "Мост.")
        checks.record(db, 1, CheckResult(NOW - 7_200, ok=True, next_check=NOW + 1_200, milliseconds=150, new=2))
        checks.record(db, 2, CheckResult(NOW - 60, ok=False, error="Мост.", failed=failed, next_check=NOW + 5_400))
        with pseudo_locale():  # the names of steps are stored
            article_state.mark(db, ids[:1], NOW, read=True)
            saved_searches.add(db, "Реки", "река", NOW)
            rules.add(db, Rule(0, "Игры", "игры", "mute", term=86_400), NOW)
    return path


def read_screen(app: RunningApp) -> list[str]:
    """Return the lines of the whole screen, with a dialog over it."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def find_layout_problems(app: RunningApp) -> Iterator[str]:
    """Yield what does not fit on the screen."""
    width, height = app.textual.size
    for strip in app.screen._compositor.render_strips():
        if strip.cell_length != width:
            yield f"a line has {strip.cell_length} cells: {strip.text}"
    for edge in app.screen.query("TopLine, BottomLine").results(TopLine | BottomLine):
        if edge.size.height != 1 or edge.render().cell_length > width:
            yield f"{type(edge).__name__} does not fit: {edge.render().plain}"
    if isinstance(app.screen, ModalScreen):
        for widget in app.screen.walk_children(with_self=False):
            box = widget.region
            if widget.display and not (box.x >= 0 and box.right <= width):
                yield f"{widget} is wider than the screen: {box}"
        (dialog, *_) = app.screen.children
        if dialog.region.y < 0 or dialog.region.bottom > height:
            yield f"{dialog} is higher than the screen: {dialog.region}"
        for label in (dialog.border_title, dialog.border_subtitle):
            if label and measure(Content.from_markup(label).plain) > dialog.region.width - 4:
                yield f"{dialog} has no room for “{label}”"


async def return_to_list(app: RunningApp) -> None:
    for _ in range(9):
        if app.screen is app.main and app.main.focused is app.headlines:
            return
        await app.press("escape")
    raise AssertionError("esc does not lead back to the list")


class UntranslatedError(AssertionError):
    """A screen shows plain words."""


@pytest.mark.parametrize(
    ("catalog", "width", "height", "every"),
    [
        (PseudoCatalog, 60, 40, 1), (PseudoCatalog, 80, 40, 3), (PseudoCatalog, 140, 40, 1),
        (RtlCatalog, 60, 20, 1), (RtlCatalog, 140, 40, 3),
    ],
)  # fmt: skip
async def test_screens_are_translated_and_have_room_for_longer_texts(
    run_app: RunApp, catalog: type[NullTranslations], width: int, height: int, every: int
) -> None:
    shown: dict[str, str] = {}
    problems: list[str] = []
    with pseudo_locale(catalog):
        async with run_app(width, height, program=("true",)) as app:
            for step in STEPS[::every]:
                keys = step.split()
                for number, key in enumerate(keys, start=1):
                    if key == "menu":
                        await app.click_at(app.headlines.region.x + 8, app.headlines.region.y + 2, button=3)
                        assert isinstance(app.screen, Menu)
                    else:
                        await app.press("escape" if key == "esc" else key)
                    pressed = " ".join(keys[:number])
                    shown = dict.fromkeys(read_screen(app), pressed) | shown
                    problems += [f"{pressed}: {problem}" for problem in find_layout_problems(app)]
                await return_to_list(app)
    assert not problems, "\n".join(problems)
    words: dict[str, str] = {}
    for line, pressed in shown.items():
        values = frozenset[str]().union(*(_VALUES.get(key, ()) for key in pressed.split()))
        for word in find_untranslated(_ACTION_NAME.sub("", line)):
            if word not in _APP_NAME | values:
                words.setdefault(word, f"{pressed}: “{word}” in “{' '.join(line.split())}”")
    if words:
        raise UntranslatedError("\n".join(words.values()))
