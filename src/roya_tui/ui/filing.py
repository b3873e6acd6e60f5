"""Putting tags and sources in order: tags are renamed and merged, sources moved, folders renamed and taken away."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from msgspec.structs import replace
from textual import work

from roya_tui.model import Source
from roya_tui.store import sources, tag_aliases
from roya_tui.text import folder_name, in_order, one_line
from roya_tui.ui.shelf import Row, shelved
from roya_tui.ui.sourcing import Sourcing
from roya_tui.ui.view import Place, View


class Filing(Sourcing):
    """What one does to the rows of the sidebar. `u` takes each of it back."""

    _aliases: Sequence[tuple[str, str]] = ()

    def action_change_row(self) -> None:
        """Change what stands under the cursor of the sidebar."""
        row = self.sidebar.current if self.pane == "sidebar" else None
        match row:
            case Row("tag"):
                self._ask_tag(row.name)
            case Row("folder"):
                self._ask_folder(row.name)
            case Row("source"):
                self._ask_source(self.library.now(sources.source, row.source))
            case _:
                self.bottom.say("Choose a feed, tag, folder or source in the sidebar first.")

    def action_remove(self) -> None:
        row = self.sidebar.current if self.pane == "sidebar" else None
        match row:
            case Row("tag"):
                self._part(row.name)
            case Row("folder"):
                self._dissolve(row.name)
            case _:
                super().action_remove()

    def _ask(
        self,
        title: str,
        hint: str,
        value: str,
        keep: Callable[[str], Coroutine[Any, Any, None]],
        known: Sequence[str],
    ) -> None:
        from roya_tui.ui.dialogs.ask import Ask

        async def save(answer: str) -> None:
            if answer != value:
                await keep(answer)

        read = one_line if title.startswith("Rename the tag") else folder_name
        self.app.push_screen(Ask(title, hint, value, read, save, self.config.reading.rtl, suggestions=known))

    # Tags.

    def _ask_tag(self, tag: str) -> None:
        hint = "The name of another tag merges it into that one. What is still to come goes there too."
        known = [name for name in self.sidebar.known_tags if name != tag]
        self._ask(f"Rename the tag “{tag}”", hint, tag, lambda name: self._merge(tag, name), known)

    async def _merge(self, tag: str, name: str) -> None:
        _, said = await self.library.do(tag_aliases.merge, tag, name, self.now())
        self.bottom.say(f"{said} u undoes.")
        known = {one.casefold(): one for one in self.sidebar.known_tags}
        name = known.get(name.casefold(), name)
        only, never = (
            tuple(dict.fromkeys(name if one == tag else one for one in names))
            for names in (self.view.only, self.view.never)
        )
        self.sidebar.go_to_tag(name)
        await self._refile(replace(self.view, only=only, never=never))

    @work(exit_on_error=False, group="marks")
    async def _part(self, tag: str) -> None:
        if await self.library.write(tag_aliases.part, tag, self.now()):
            self.bottom.say(f"What was merged into {tag} stands alone again. u undoes.")
            await self._refile(self.view)
        else:
            self.bottom.say(f"Nothing was merged into {tag}. - leaves it out, c merges it.")

    # Sources and folders.

    @property
    def _folders(self) -> list[str]:
        return sorted({source.folder for source in self.sidebar.sources if source.folder}, key=in_order)

    def _ask_source(self, source: Source | None) -> None:
        if source is not None:
            hint = "A new name makes a folder; News/Jordan is a folder in a folder; left empty, it stands in none."
            self._ask(f"Move {source.label} to the folder", hint, source.folder,
                      lambda folder: self._move(source, folder), self._folders)  # fmt: skip

    async def _move(self, source: Source, folder: str) -> None:
        await self.library.write(sources.change, source.id, folder=folder, now=self.now())
        where = f"Moved {source.label} to {folder}." if folder else f"Took {source.label} out of its folder."
        self.bottom.say(f"{where}{await self.still_named('folder', source.folder)} u undoes.")
        await self._refile(self.view)

    def _ask_folder(self, folder: str) -> None:
        hint = "With / in it, it is a folder in a folder. The name of another folder joins both."
        self._ask("Rename the folder", hint, folder, lambda name: self._rename(folder, name), self._folders)

    async def _rename(self, folder: str, name: str) -> None:
        if not name:
            self.bottom.say("A folder needs a name. D takes it away; its sources stay.")
            return
        from roya_tui.store import folders

        await self.library.write(folders.rename, folder, name, self.now())
        self.sidebar.carry_folds(folder, name)
        self.bottom.say(f"Renamed {folder} to {name}. u undoes.")
        await self._leave_folder(folder, name, Place("folder", name))
        self.sidebar.go_to_folder(name)

    @work(exit_on_error=False, group="marks")
    async def _dissolve(self, folder: str) -> None:
        from roya_tui.store import folders

        count = await self.library.write(folders.dissolve, folder, self.now())
        stay = "; its source stays." if count == 1 else f"; its {count:,} sources stay."
        named = await self.still_named("folder", folder)
        self.bottom.say(f"Took the folder {folder} away{f'.{named}' if named else stay} u undoes.")
        await self._leave_folder(folder, folder.rpartition("/")[0], Place())

    async def still_named(self, field: str, name: str) -> str:
        """Which saved feeds and rules name what may just have gone, as a sentence behind another one."""
        from roya_tui.reading.rule_words import still_named
        from roya_tui.store import named

        return still_named(await self.library.write(named.naming, field, name, self.now()))

    async def _leave_folder(self, folder: str, name: str, place: Place) -> None:
        """Go to `place` from a folder that is no more, and with what was in it to where that is now, below `name`."""
        shown = self.view.place
        if shown.kind == "folder" and shown.name.startswith(f"{folder}/"):
            folder, place = shown.name, Place("folder", f"{name}{shown.name[len(folder) :]}".strip("/"))
        await self._refile(View(place) if shown == Place("folder", folder) else self.view)

    async def follow_aliases(self) -> None:
        """Let go of tags that stand under others since they were last counted, or no longer: here or elsewhere."""
        before, self._aliases = self._aliases, await self.library.count(tag_aliases.aliases)
        if self._aliases != before:
            self.sidebar.forget_tags()

    async def _refile(self, view: View) -> None:
        """Show what the order of things has become."""
        self.sidebar.show(sources=await self.library.write(shelved))
        self.set_view(view, hold=True)
