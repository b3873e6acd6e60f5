"""Sources, their folders, and the tags of the sidebar: adding, moving, renaming, removing."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from roya_tui.model import Source
from roya_tui.presentation.view import Scope, View
from roya_tui.store import connection
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import tags
from roya_tui.text import normalize_folder, one_line, sort_key
from roya_tui.translation import gettext, join_sentences, ngettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.rows.sidebar_model import SidebarRow, load_source_tree

if TYPE_CHECKING:
    from roya_tui.presentation.source_offer import AddResult

OFFERED = "offered to remove samples"


class Sources(Controller):
    """Adds and removes sources. `u` undoes each change."""

    def __init__(self, context: Context, article_list: ArticleList) -> None:
        super().__init__(context)
        self._sidebar = self._panes.sidebar
        self._list = article_list
        self._last_added = 0
        """The source that was added last, or that a page was added to."""

    # Adding.

    def add(self) -> None:
        """Add what the user types; in the article pane the focused link is proposed."""
        from roya_tui.ui.dialogs.add_source import AddSource

        known = self._database.read_now(subscriptions.list_all)
        folders = sorted({s.folder for s in known if s.folder and not s.sample}, key=sort_key)
        link = self._panes.article.links.focused if self._panes.active == "article" else None
        address = link.url if link is not None and link.url.startswith("http") else ""
        services = self._services
        command = services.command(offline=self._state.offline)
        dialog = AddSource(command, folders, services.clock, services.icons, self._rtl, address)
        self._shell.open(dialog, self._added)

    def _added(self, done: AddResult | None) -> None:
        if done is not None:
            sentence = done.sentence
            if done.source_id is not None:
                self._last_added = done.source_id
                sentence += " " + gettext("{key}: show it", key=self._services.key("go-to-added"))
            self._show_message(sentence, 15)
            self._list.load_new_articles()
            self.offer_to_remove_samples(sentence)

    def go_to_added(self) -> None:
        source = self._database.read_now(subscriptions.get, self._last_added)
        if source is None:
            self._show_message(gettext("No source was added in this session. a: add a source"))
        else:
            self._list.show_view(View(Scope("source", id=source.id, label=source.label)))
            self._sidebar.go_to_scope()
            self._shell.focus(self._headlines)

    # Removing.

    @property
    def target(self) -> Source | None:
        """The source under the cursor of the sidebar; elsewhere the one shown, or that of the article."""
        scope = self._state.view.scope
        if self._panes.active == "sidebar":
            row = self._sidebar.current
            id = row.id if row is not None and row.kind == "source" else None
        elif scope.kind == "source":
            id = scope.id
        else:
            id = None if self._headline is None else self._headline.source_id
        return None if id is None else self._database.read_now(subscriptions.get, id)

    def ask_to_remove(self) -> bool:
        """Ask whether to unsubscribe from a source; the last of what the key for removing is about."""
        from roya_tui.ui.dialogs.prompts import Confirm

        source = self.target
        if source is None:
            if self._panes.active == "sidebar":
                self._show_message(gettext("Go to a source, saved search or folder first."))
            else:
                self._show_message(gettext("Go to a source first. tab: go to the sidebar"))
            return True

        def decided(yes: bool | None) -> None:
            if yes:
                self.remove(source)

        question, detail = gettext("Remove “{source}”?", source=source.label), gettext("It has no articles.")
        if source.total:
            detail = ngettext(
                "Removes its {count:,} article, unless you starred, tagged or noted it.",
                "Removes its {count:,} articles, except those that you starred, tagged or noted.",
                source.total,
            )
        detail += " " + gettext("u: undo")
        self._shell.open(Confirm(question, detail, gettext("Remove (y)"), self._rtl), decided)
        return True

    @background("marks")
    async def remove(self, source: Source) -> None:
        await self._database.write(subscriptions.remove, source.id, self._now())
        self._sidebar.model.resets_tag_order = True
        place = self._state.view.scope
        shown = place.kind == "source" and place.id == source.id
        self._list.show_view(View(Scope()) if shown else self._state.view)
        self._show_message(gettext("Removed “{source}”. u: undo", source=source.label))

    # The samples.

    @background("offer")
    async def offer_to_remove_samples(self, first: str = "") -> None:
        """Offer it once, when there is real news, after the message `first`."""
        if not first and not self._shell.is_current:
            return  # The message would be covered by a dialog, and gone when that closes.
        known = await self._database.count(subscriptions.list_all)
        if not any(s.sample for s in known) or not any(s.total for s in known if not (s.sample or s.is_saved_pages)):
            return
        if not self._database.read_now(connection.get_value, OFFERED):
            await self._database.write(connection.set_value, OFFERED, "yes")
            offer = gettext("Your first articles are here. X: remove the samples")
            self._show_message(f"{first}   {offer}".strip(), 20)

    @background("marks")
    async def remove_samples(self) -> None:
        if not any(s.sample for s in await self._database.write(subscriptions.list_all)):
            self._show_message(gettext("The samples were already removed."))
            return
        await self._database.write(subscriptions.remove_samples, self._now())
        self._sidebar.model.resets_tag_order = True
        view = self._state.view
        self._list.show_view(View(Scope()) if view.scope.kind in ("source", "folder") else view)
        self._show_message(gettext("Removed the samples. u: undo"))


class SidebarEditor(Controller):
    """Renames and merges tags, moves sources, renames and removes folders. `u` undoes each change."""

    def __init__(self, context: Context, article_list: ArticleList) -> None:
        super().__init__(context)
        self._sidebar = self._panes.sidebar
        self._list = article_list

    def edit_row(self) -> bool:
        """Change the tag, folder or source under the cursor of the sidebar."""
        match self._row:
            case SidebarRow("tag", name=tag):
                self._ask_tag(tag)
            case SidebarRow("folder", name=folder):
                self._ask_folder(folder)
            case SidebarRow("source", id=id):
                self._ask_source(self._database.read_now(subscriptions.get, id))
            case _:
                self._show_message(gettext("Go to a tag, folder, source or saved search first."))
        return True

    def remove_row(self) -> bool:
        """Unmerge the tag or remove the folder under the cursor of the sidebar; return whether there is one."""
        match self._row:
            case SidebarRow("tag", name=tag):
                self._unmerge(tag)
            case SidebarRow("folder", name=folder):
                self._remove_folder(folder)
            case _:
                return False
        return True

    @property
    def _row(self) -> SidebarRow | None:
        return self._sidebar.current if self._panes.active == "sidebar" else None

    def _ask(
        self,
        title: str,
        hint: str,
        value: str,
        keep: Callable[[str], Coroutine[Any, Any, None]],
        known: Sequence[str],
        parse: Callable[[str], str] = normalize_folder,
    ) -> None:
        from roya_tui.ui.dialogs.prompts import TextPrompt

        async def save(answer: str) -> None:
            if answer != value:
                await keep(answer)

        self._shell.open(TextPrompt(title, hint, value, parse, save, self._rtl, suggestions=known))

    # Tags.

    def _ask_tag(self, tag: str) -> None:
        hint = gettext("The name of another tag merges the two, also for new articles.")
        known = [name for name in self._sidebar.model.tag_names if name != tag]
        self._ask(
            gettext("Rename tag “{tag}”", tag=tag), hint, tag, lambda name: self._merge(tag, name), known, one_line
        )

    async def _merge(self, tag: str, name: str) -> None:
        _, step = await self._database.write_step(tags.merge, tag, name, self._now())
        self._report(step)
        known = {other.casefold(): other for other in self._sidebar.model.tag_names}
        name = known.get(name.casefold(), name)
        view = self._state.view
        required, excluded = (
            tuple(dict.fromkeys(name if other == tag else other for other in names))
            for names in (view.required_tags, view.excluded_tags)
        )
        self._sidebar.go_to("tag", name)
        await self._reload(replace(view, required_tags=required, excluded_tags=excluded))

    @background("marks")
    async def _unmerge(self, tag: str) -> None:
        if await self._database.write(tags.unmerge, tag, self._now()):
            self._show_message(gettext("Unmerged all tags from “{tag}”. u: undo", tag=tag))
            await self._reload(self._state.view)
        else:
            self._show_message(gettext("No tags are merged into “{tag}”. c: merge or rename it", tag=tag))

    # Sources and folders.

    @property
    def _folders(self) -> list[str]:
        return sorted({source.folder for source in self._sidebar.model.sources if source.folder}, key=sort_key)

    def _ask_source(self, source: Source | None) -> None:
        if source is not None:
            hint = gettext("Type a folder or subfolder, such as News/Jordan. Empty: no folder")
            title = gettext("Move “{source}” to a folder", source=source.label)
            self._ask(title, hint, source.folder, lambda folder: self._move(source, folder), self._folders)

    async def _move(self, source: Source, folder: str) -> None:
        await self._database.write(subscriptions.change, source.id, folder=folder, now=self._now())
        done = gettext("Moved “{source}” out of its folder.", source=source.label)
        if folder:
            done = gettext("Moved “{source}” to folder “{folder}”.", source=source.label, folder=folder)
        self._report(done, await self.references("folder", source.folder))
        await self._reload(self._state.view)

    def _ask_folder(self, folder: str) -> None:
        hint = gettext("Example: News/Jordan. The name of another folder merges the two.")
        title = gettext("Rename folder “{folder}”", folder=folder)
        self._ask(title, hint, folder, lambda name: self._rename_folder(folder, name), self._folders)

    async def _rename_folder(self, folder: str, name: str) -> None:
        if not name:
            self._show_message(gettext("A folder needs a name. D: remove it and keep its sources"))
            return
        from roya_tui.store.sources import folders

        await self._database.write(folders.rename, folder, name, self._now())
        if self._sidebar.model.rename_collapsed(folder, name):
            self._services.preferences.set_collapsed_folders(self._sidebar.model.collapsed)
        self._show_message(gettext("Renamed folder “{old}” to “{new}”. u: undo", old=folder, new=name))
        await self._leave_folder(folder, name, Scope("folder", name))
        self._sidebar.go_to("folder", name)

    @background("marks")
    async def _remove_folder(self, folder: str) -> None:
        from roya_tui.store.sources import folders

        count = await self._database.write(folders.remove, folder, self._now())
        kept = ngettext("Its source is kept.", "Its {count:,} sources are kept.", count)
        references = await self.references("folder", folder)
        self._report(gettext("Removed folder “{folder}”.", folder=folder), references or kept)
        await self._leave_folder(folder, folder.rpartition("/")[0], Scope())

    def _report(self, *sentences: str) -> None:
        self._show_message(join_sentences(*sentences, gettext("u: undo")))

    async def references(self, field: str, name: str) -> str:
        """Return sentences about the saved searches and rules that refer to what was just removed, or ""."""
        from roya_tui.presentation.rules import describe_references
        from roya_tui.store.sources import query_references

        find = query_references.find_references
        return describe_references(await self._database.write(find, field, name, self._now()))

    async def _leave_folder(self, folder: str, name: str, scope: Scope) -> None:
        """Show `place` instead of a folder that was removed, and its subfolders where they are now, below `name`."""
        shown = self._state.view.scope
        if shown.kind == "folder" and shown.name.startswith(f"{folder}/"):
            folder, scope = shown.name, Scope("folder", f"{name}{shown.name[len(folder) :]}".strip("/"))
        await self._reload(View(scope) if shown == Scope("folder", folder) else self._state.view)

    async def _reload(self, view: View) -> None:
        """Show the sidebar and the list as they are now."""
        self._sidebar.show(source_tree=await self._database.write(load_source_tree))
        self._list.show_view(view, hold=True)
