"""Choosing in the sidebar what the list shows: a place, and the tags that narrow it."""

from __future__ import annotations

from msgspec.structs import replace
from textual import on

from roya_tui.ui.article import ArticlePane
from roya_tui.ui.bars import Bar, TagBar
from roya_tui.ui.saving import Saving
from roya_tui.ui.sidebar import Sidebar
from roya_tui.ui.view import Place, View


class Narrowing(Saving):
    """Only what has a tag, or never; by the sidebar, the line to narrow tags, and the tags of the article."""

    _decided_here: frozenset[str] = frozenset()
    """The tags that + and - were for since one began to type."""

    @on(Sidebar.Chosen)
    def _chosen(self, message: Sidebar.Chosen) -> None:
        self.go_to(message.place)

    def go_to(self, place: Place) -> None:
        """Show what stands at a place of the sidebar."""
        if self.is_broken(place):
            return
        self.set_view(View(place, self.view.only, self.view.never, self.view.any_tag))
        self.set_focus(self.headlines)

    def places(self) -> list[Place]:
        """What one can go to by its name: the saved feeds, folders and sources, in the order of the sidebar."""
        return [stop.place for stop in self.sidebar.stops()]

    @on(Sidebar.TagToggled)
    def _tag_toggled(self, message: Sidebar.TagToggled) -> None:
        self._toggle_tag(message.tag, message.only)

    @on(Sidebar.AnyAllToggled)
    def action_any_or_all(self) -> None:
        self.set_view(replace(self.view, any_tag=not self.view.any_tag))

    def action_tags(self) -> None:
        self._decided_here = frozenset()
        self.bottom.hush()
        self.sidebar.show_all_tags(True)
        self.sidebar.narrow_tags("")
        self.add_class("-tagging")
        self.tag_bar.open()

    def action_only(self) -> None:
        self._toggle_tag(self.sidebar.current_tag, True)

    def action_never(self) -> None:
        self._toggle_tag(self.sidebar.current_tag, False)

    @on(TagBar.Decided)
    def _decided(self, message: TagBar.Decided) -> None:
        self._decided_here |= {self.sidebar.current_tag}
        self._toggle_tag(self.sidebar.current_tag, message.only)

    @on(ArticlePane.TagChosen)
    def _tag_of_article(self, message: ArticlePane.TagChosen) -> None:
        self._toggle_tag(message.tag, True)
        self._say_what_of(message.tag, True)

    def _toggle_tag(self, tag: str, only: bool) -> None:
        if not tag:
            self.bottom.say("Choose a tag first: t goes to the tags.")
            return
        self.bottom.hush()
        self.set_view(self.view.toggled(tag, only=only))
        if not self.sidebar.display:
            self._say_what_of(tag, only)

    def _say_what_of(self, tag: str, only: bool) -> None:
        """Tell what became of a tag that was chosen out of sight of the tags."""
        if tag in (*self.view.only, *self.view.never):
            words = "Only what" if only else "Nothing that"
        else:
            words = "Not only what" if only else "Also what"
        self.bottom.say(f"{words} has the tag “{tag}”.")

    @on(Bar.Changed, "#tag-bar")
    def _narrowed(self, event: Bar.Changed) -> None:
        if self.tag_bar.is_open:  # not what was typed just before it was left
            self.sidebar.narrow_tags(event.value)

    @on(Bar.Stepped, "#tag-bar")
    def _tag_stepped(self, message: Bar.Stepped) -> None:
        self.sidebar.step_tag(message.by)

    @on(Bar.Left, "#tag-bar")
    def _tags_left(self, message: Bar.Left) -> None:
        if self.tag_bar.value != self.sidebar.narrow:
            self.sidebar.narrow_tags(self.tag_bar.value)
        tag = self.sidebar.current_tag
        self.tag_bar.shut()
        self.remove_class("-tagging")
        self.sidebar.show_all_tags(False)
        self.sidebar.narrow_tags("")
        if message.kept and not tag and self.tag_bar.value.strip():
            self.bottom.say(f"No tag here has “{self.tag_bar.value.strip()}”.")
        elif message.kept:
            if tag not in self._decided_here or tag not in (*self.view.only, *self.view.never):
                self._toggle_tag(tag, True)
            self.sidebar.go_to_tag(tag)
