"""The pictures of an article, one after the other, each as large as the screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from roya_tui.config.settings import find_pictures_folder
from roya_tui.graphics import picture_files, protocols
from roya_tui.layout.one_line import fit_line
from roya_tui.model import Article, Picture, display_address
from roya_tui.ui import hints, keys
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.dialogs.ask import Ask
from roya_tui.ui.picture_view import PictureView
from roya_tui.ui.services import Services
from roya_tui.ui.state import ReaderState
from roya_tui.ui.status import BottomLine, Framed, TooSmall
from roya_tui.ui.telling import set_lines

if TYPE_CHECKING:
    from roya_tui.ui.app import Reader

CAPTION_LINES = 2
NOT_HERE = "This picture is not kept here."
ON_ITS_WAY = "It is on its way."
NO_COLOURS = "This terminal has too few colours for pictures. o opens it in the browser."


class Heading(Widget):
    """Which picture it is, and of what."""

    DEFAULT_CSS = "Heading { dock: top; height: 1; width: 1fr; background: $panel; }"

    def __init__(self, title: str, rtl: str) -> None:
        super().__init__()
        self._title = title
        self._rtl = rtl
        self._where = ""

    def show(self, where: str) -> None:
        self._where = where
        self.refresh()

    def render(self) -> Content:
        where = Content.styled(f" {self._where}  ", "bold $accent")
        title = fit_line(self._title, max(1, self.size.width - where.cell_length - 1), measure, self._rtl).text
        return Content.assemble(where, (shown(title), "$foreground 75%"))


class Gallery(Framed):
    """Stands over the news, which stay where they are."""

    BINDINGS: ClassVar = keys.bindings("gallery")
    DEFAULT_CSS = f"""
    Gallery {{ background: $background; color: $foreground; }}
    Gallery > #caption {{ dock: bottom; height: {CAPTION_LINES}; margin-bottom: 1; content-align: center top; }}
    Gallery.-tiny PictureView, Gallery.-tiny #caption {{ display: none; }}
    Gallery.-low PictureView, Gallery.-low #caption {{ display: none; }}
    """

    def __init__(
        self,
        services: Services,
        state: ReaderState,
        controllers: Controllers,
        quit: Callable[[], None],
        article: Article,
        pictures: Sequence[Picture],
        number: int,
    ) -> None:
        """`quit` ends the app; `number` is that of the picture to begin with, from 1."""
        super().__init__()
        config = services.config
        self._services = services
        self._state = state
        self._fetcher = controllers.pictures
        self._links = controllers.links
        self._quit = quit
        self._rtl = config.reading.rtl
        self._article = article
        self._pictures = pictures
        self._at = min(max(0, number - 1), len(pictures) - 1)
        self.heading = Heading(article.headline.title, self._rtl)
        language = protocols.detect_protocol(os.environ, config.reading.graphics)
        self.view = PictureView(services.album, language, blocks=services.album.draws and not config.look.ascii)
        self.caption = Static(id="caption")
        self.bottom = BottomLine(hints.of("gallery", services.actions), self._rtl)

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self.view
        yield self.caption
        yield self.bottom
        yield TooSmall()

    @property
    def commands(self) -> list[keys.Action]:
        """What the palette offers here."""
        return keys.there(self._services.actions, "gallery")

    @property
    def picture(self) -> Picture:
        """The one that is shown."""
        return self._pictures[self._at]

    def on_mount(self) -> None:
        self.app.app_suspend_signal.subscribe(self, lambda _: self.view.take_away())
        self.app.app_resume_signal.subscribe(self, lambda _: self.view.draw_anew())
        self._fetcher.on_fetched = self.arrived
        self._show()

    def on_resize(self) -> None:
        self._show_caption()

    def on_screen_resume(self) -> None:
        self._reader.after_frame = self.view.after_frame
        self.view.draw_anew()

    def on_screen_suspend(self) -> None:
        self._reader.after_frame = None
        self.view.take_away()

    def on_unmount(self) -> None:
        self._fetcher.on_fetched = None
        self._reader.after_frame = None
        self.view.take_away()

    @property
    def _reader(self) -> Reader:
        return cast("Reader", self.app)

    # What is shown.

    def _show(self) -> None:
        following = self._at + 1
        then = self._pictures[following].url if following < len(self._pictures) else ""
        self.heading.show(f"{self._at + 1} of {len(self._pictures)}")
        self.view.show(self.picture.url, self._words(), then)
        self._show_caption()

    def _words(self) -> str:
        """What stands where the picture is not."""
        if not self.view.can_draw:
            return NO_COLOURS
        album, url = self._services.album, self.picture.url
        if album.file(url) is not None:
            return ""
        if why := album.refused.get(url):
            return f"{why} o opens it in the browser."
        if self._state.offline:
            return f"{NOT_HERE} You work offline."
        return (
            ON_ITS_WAY
            if self._fetcher.fetches_automatically
            else f"{NOT_HERE} r fetches it, o opens it in the browser."
        )

    def arrived(self, url: str) -> None:
        """A picture came, or will not."""
        if url == self.picture.url:
            self._show()

    def _show_caption(self) -> None:
        words = self.picture.caption or display_address(self.picture.url)
        lines = set_lines(words, max(10, self.size.width - 4), self._rtl)[:CAPTION_LINES]
        self.caption.update(Content("\n".join(map(shown, lines))))

    def _turn(self, by: int) -> None:
        at = min(max(0, self._at + by), len(self._pictures) - 1)
        if at == self._at:
            self.bottom.say("This is the last picture." if by > 0 else "This is the first picture.", 3)
        else:
            self._at = at
            self._show()

    # Keys.

    def action_next_picture(self) -> None:
        self._turn(1)

    def action_previous_picture(self) -> None:
        self._turn(-1)

    def action_first_picture(self) -> None:
        self._turn(-len(self._pictures))

    def action_last_picture(self) -> None:
        self._turn(len(self._pictures))

    def on_mouse_scroll_down(self) -> None:
        self._turn(1)

    def on_mouse_scroll_up(self) -> None:
        self._turn(-1)

    def action_leave_pictures(self) -> None:
        if self.is_current:
            self.dismiss()

    def action_help(self) -> None:
        from roya_tui.ui.dialogs.help import Help

        self.app.push_screen(Help(self.commands, self._rtl, query=False))

    def action_quit(self) -> None:
        self._quit()

    def action_picture_browser(self) -> None:
        self._links.open(self.picture.url)
        self.bottom.say(f"Opening {display_address(self.picture.url)}")

    def action_fetch_picture(self) -> None:
        url = self.picture.url
        if self._services.album.file(url) is not None:
            self.bottom.say("This picture is here already.")
        elif self._state.offline:
            self.bottom.say("Offline: nothing is fetched.")
        else:
            self._fetcher.fetch(self._article, url)
            self.view.show(url, ON_ITS_WAY)

    def action_copy_picture(self) -> None:
        self.app.copy_to_clipboard(self.picture.url)
        self.bottom.say(f"Copied {display_address(self.picture.url)}")

    def action_save_picture(self) -> None:
        if (place := self._place()) is not None:
            self._save(place)

    def action_save_picture_as(self) -> None:
        async def save(path: Path) -> None:
            self._save(path)

        if (place := self._place()) is not None:
            hint = "A file of that name is not written over: a number is added."
            self.app.push_screen(Ask("Save the picture as", hint, str(place), _path, save, self._rtl))

    def _place(self) -> Path | None:
        """Where the picture would be saved; says so where there is none to save."""
        file = self._services.album.file(self.picture.url)
        if file is None:
            self.bottom.say("This picture is not kept here: there is nothing to save.")
            return None
        return find_pictures_folder() / picture_files.file_name(self.picture.url, self.picture.caption, file)

    @work(exit_on_error=False, group="pictures")
    async def _save(self, place: Path) -> None:
        file = self._services.album.file(self.picture.url)
        try:
            if file is None:
                raise FileNotFoundError(2, "the picture is gone", str(place))
            saved = await asyncio.to_thread(picture_files.save_copy, file, place)
        except OSError as error:
            self.bottom.say(f"Not saved: {display_address(str(place))}: {error.strerror or error}.")
        else:
            self.bottom.say(f"Saved {display_address(str(saved))}")


def _path(text: str) -> Path:
    """A path that a person wrote; a folder is none to write to. Raises ValueError."""
    path = Path(os.path.expanduser(text))
    if not text or os.path.isdir(path):
        raise ValueError("This is a folder: add a name for the picture.")
    if str(path).startswith("~"):
        raise ValueError("There is nobody of that name here: write the whole path.")
    return path.absolute()
