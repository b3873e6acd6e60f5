"""Saved searches: saving what is shown, editing, moving and removing them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from roya_tui.model import SavedSearch
from roya_tui.presentation.view import Scope, View
from roya_tui.query import QueryError, positive_terms
from roya_tui.store.search import saved_searches
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.controllers.sources import SidebarEditor
from roya_tui.ui.rows.sidebar_model import search_scope

if TYPE_CHECKING:
    from roya_tui.ui.dialogs.prompts import SavedSearchInput


class SavedSearches(Controller):
    """Edits saved searches. `u` undoes each change."""

    def __init__(
        self, context: Context, counts: Counts, article_list: ArticleList, sidebar_editor: SidebarEditor
    ) -> None:
        super().__init__(context)
        self._sidebar = self._panes.sidebar
        self._counts = counts
        self._list = article_list
        self._sidebar_editor = sidebar_editor

    def go_to(self, scope: Scope) -> None:
        """Show a place of the sidebar with the chosen tags."""
        if not self._is_broken(scope):
            self._list.show_view(self._state.view_of(scope))
            self._shell.focus(self._headlines)

    # Saving and editing.

    def save_view(self) -> None:
        """Save what the list shows: its place, tags, words and order."""
        view, bar, now = self._state.view, self._panes.search_bar, self._now()
        if bar.is_open:  # what was typed last may not be in the view yet: keys come faster than messages
            view = replace(view, search_text=bar.value)
        try:
            query = view.query(now)
        except QueryError as error:
            self._show_message(error.message)
            return
        place = view.scope
        if place.kind == "search" and view == View(place, order=view.order):
            self._show_message(gettext("“{name}” is already saved. c in the sidebar: edit it", name=place.label))
            return
        from roya_tui.store.sources import query_references

        words = [term.value for term in positive_terms(query) if term.field in ("", "tag", "title", "author")]
        text = self._database.read_now(query_references.to_display, str(query), now)
        self._edit(None, (" ".join(words) or place.title, text, ""))

    def edit_row(self) -> bool:
        """Edit the saved search under the cursor of the sidebar, or else the one shown; return whether there is one."""
        search = self._target
        if search is None:
            return False
        self._edit(search, (search.name, search.display_query, search.icon))
        return True

    @property
    def _target(self) -> SavedSearch | None:
        row = self._sidebar.current if self._panes.active == "sidebar" else None
        place = self._state.view.scope
        wanted = row.id if row and row.kind == "search" else place.id if not row and place.kind == "search" else 0
        return next((search for search in self._sidebar.model.saved_searches if search.id == wanted), None)

    def _edit(self, edited: SavedSearch | None, proposed: SavedSearchInput) -> None:
        from roya_tui.ui.dialogs.prompts import SavedSearchDialog

        def validate(answer: SavedSearchInput) -> str:
            name, query, _ = answer
            return self._database.read_now(
                saved_searches.validate, name, query, self._now(), exclude_id=edited.id if edited else 0
            )

        title = gettext("Edit saved search") if edited else gettext("New saved search")
        save, ascii = partial(self._store, edited), self._config.look.ascii
        self._shell.open(SavedSearchDialog(title, proposed, validate, save, self._rtl, ascii=ascii))

    async def _store(self, edited: SavedSearch | None, answer: SavedSearchInput) -> None:
        name, query, icon = answer
        now = self._now()
        if edited is None:
            stored = await self._database.write(saved_searches.add, name, query, now, icon=icon)
            self._show_message(gettext("Created saved search “{name}”. u: undo", name=stored.name))
        else:
            stored, step = await self._database.write_step(
                saved_searches.change, edited.id, now, name=name, query=query, icon=icon
            )
            same = (stored.name, stored.query, stored.icon) == (edited.name, edited.query, edited.icon)
            self._show_message(gettext("Nothing changed.") if same else step + " " + gettext("u: undo"))
        await self._reload()
        if edited is None or self._state.view.scope == search_scope(edited):
            self._list.show_view(View(search_scope(stored)), hold=True)

    @background("marks")
    async def move(self, id: int, step: int) -> None:
        """Move a saved search up or down in the sidebar."""
        if await self._database.write(saved_searches.move, id, step, self._now()):
            await self._reload()

    def remove_row(self) -> bool:
        """Remove the saved search under the cursor of the sidebar; return whether there is one."""
        search = self._target
        if search is None or self._panes.active != "sidebar":
            return False
        self._remove(search)
        return True

    @background("marks")
    async def _remove(self, search: SavedSearch) -> None:
        await self._database.write(saved_searches.remove, search.id, self._now())
        await self._reload()
        references = await self._sidebar_editor.references("search", search.name)
        removed = gettext("Removed saved search “{name}”.", name=search.name)
        kept = references or gettext("Its articles are kept.")
        self._show_message(" ".join((removed, kept, gettext("u: undo"))))
        if self._state.view.scope == search_scope(search):
            self._list.show_view(View(Scope()))

    # Showing.

    def _is_broken(self, scope: Scope) -> bool:
        """Return whether a place is a saved search with an invalid query; says why."""
        search = next((search for search in self._sidebar.model.saved_searches if search.id == scope.id), None)
        if search is None or scope.kind != "search":
            return False
        # All of them are checked some time after the start; this one must be checked now.
        problem = search.problem or self._database.read_now(
            saved_searches.validate, search.name, search.query, self._now(), exclude_id=search.id
        )
        if problem:
            self._show_message(problem + " " + gettext("c: edit"))
        return bool(problem)

    def follow(self, searches: Sequence[SavedSearch]) -> None:
        """Show the saved search in the list as it is now: it, or what it names, may have been renamed.

        One that is removed, as when saving it is undone, becomes its query.
        """
        view = self._state.view
        if view.scope.kind != "search":
            return
        query = Scope("query", view.scope.name, label=view.scope.name)
        place = next((search_scope(search) for search in searches if search.id == view.scope.id), query)
        if place != view.scope:
            self._list.show_view(replace(view, scope=place), hold=True)

    async def _reload(self) -> None:
        """Show the saved searches as they are in the database; their counts follow."""
        searches = await self._database.write(saved_searches.list_all, self._now())
        self._counts.update_now()  # a count that is running began before the change
        self._sidebar.show(saved_searches=searches)
