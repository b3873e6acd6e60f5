"""What the layers of the main screen do for each other, each in one of them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from roya_tui.ui.status import Framed
from roya_tui.ui.view import View

if TYPE_CHECKING:
    from roya_tui.ui.listing import Listed


class Layer(Framed):
    """A layer may ask for any of this, wherever it is done; mypy minds that `News`, where all come together, has it."""

    view: View
    """What the list shows."""
    folding: bool
    """Whether stories have one row."""

    @abstractmethod
    def follow(self) -> None:
        """The cursor of the headlines came to another article."""

    @abstractmethod
    def set_view(self, view: View, *, stay: bool = True, hold: bool = False) -> None:
        """Show `view`, from its top; with `stay` at the article of the cursor, or the nearest that is in there.

        With `hold` that article stays even where the view would leave it out: it is being read.
        """

    @property
    @abstractmethod
    def reads_list(self) -> bool:
        """Whether something of what the list is to show is being read."""

    @property
    @abstractmethod
    def awaits_list(self) -> bool:
        """Whether the list is about to show another view, or all of what it shows the first of, and keys mean that."""

    @abstractmethod
    def list_is_there(self) -> None:
        """Let keys that waited for the list be heard."""

    @abstractmethod
    def show_listed(self, found: Listed, stay: bool) -> None:
        """Show these articles in the list; with `stay` the cursor stays on its article."""

    @abstractmethod
    def load_rest(self) -> None:
        """Read what belongs into the view beside its first headlines."""

    @abstractmethod
    def want_rest(self) -> None:
        """Let it be read at once, where it waits until nobody types."""

    @abstractmethod
    def frame(self) -> None:
        """Say around the list what it shows."""

    @abstractmethod
    def fold_anew(self) -> None:
        """Other articles tell a story now: show it."""

    @abstractmethod
    def action_fold_stories(self) -> None:
        """A row for each story, or for each article."""

    @abstractmethod
    def count_tellings(self) -> object:
        """Let rows of stories count what a refresh brought; the rows themselves stay as they are."""

    @abstractmethod
    async def tell_what_others_fetched(self) -> None:
        """Tell what a refresh brought that another program began."""

    @abstractmethod
    def taken_in(self) -> None:
        """All that came stands in the list now: nothing of it is told any more."""

    @abstractmethod
    def count_soon(self) -> None:
        """Count anew what the sidebar tells, after a moment of quiet."""

    @abstractmethod
    def count_now(self) -> None:
        """Count anew at once: the person did something."""

    @property
    @abstractmethod
    def shows_sources(self) -> bool:
        """Whether one looks at the screen of the sources' health."""
