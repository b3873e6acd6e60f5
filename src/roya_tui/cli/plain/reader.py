"""The commands of the plain reader."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from roya_tui import query as q
from roya_tui.cli.article_fetch import with_full_text
from roya_tui.cli.plain.article_list import ArticleList, ListedView
from roya_tui.cli.plain.command_words import help_lines, parse_command
from roya_tui.cli.session import CommandError, Session, index_pending
from roya_tui.export import speech
from roya_tui.model import Article, Rule
from roya_tui.presentation.rule_suggestions import suggest_name
from roya_tui.presentation.rules import describe_effect, describe_expiry
from roya_tui.presentation.tag_input import parse_tags
from roya_tui.processes import child_environment
from roya_tui.store import rules
from roya_tui.store.connection import StoreError
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal, stories
from roya_tui.text import format_count, one_line

if TYPE_CHECKING:
    from roya_tui.document.blocks import Link


MAX_TAGS = 20


class PlainReader(ArticleList):
    """Executes commands until `is_over`; each `_do_…` method is one, with its argument."""

    def __init__(self, session: Session, db: Connection, *, readonly: bool = False) -> None:
        super().__init__(session, db)
        self._readonly = readonly
        """Whether the database is read-only, so that opening an article does not mark it."""
        self._refresh: RefreshProcess | None = None
        self.is_over = False
        self._unsaved: dict[int, str] = {}
        """Notes that could not be saved, by article id."""

    def begin(self, query: str) -> None:
        """Print a greeting, and list the results of `query`, or the unread articles."""
        self._print("Roya TUI, plain. h tells the commands, q leaves.")
        for problem in self._session.problems:
            self._print(str(problem))
        self._open(ListedView(query, self._session.query(query)) if query else self._listed)

    def handle(self, line: str) -> None:
        """Execute one line; print errors."""
        try:
            method, rest = parse_command(one_line(line))
            if method in q.VIEWS:
                self._previous = None
                self._open(ListedView(method.capitalize(), q.view(method)))
            else:
                getattr(self, f"_do_{method}")(rest)
        except (ValueError, CommandError) as error:
            self._print(str(error))
        except StoreError as error:
            self._print(error.message)

    def end(self) -> None:
        """Stop a running refresh, and print the notes that were not saved."""
        self._stop_fetching()
        for note in self._unsaved.values():
            self._print(f"This note was not saved: {note}")

    def _stop_fetching(self) -> None:
        if self._refresh is not None:
            self._refresh.stop()

    def _do_more(self, rest: str) -> None:
        if self._print_more():
            return
        if self._index is not None:
            self._do_next("")
        elif self._next_headline < len(self._ids):
            self._print_headlines()
        else:
            self._print("That is all.")

    def _do_read(self, rest: str) -> None:
        self._index, article = self._article(rest)
        lines = speech.speak_article(article, self._document(article), self._clock)
        self._rest = (line for text in lines for line in self._wrapped(text))
        reading = self._session.config.reading
        row = article.headline
        marks = not self._readonly and (reading.mark_on_open or reading.mark_read is not None)
        if marks and (row.unread or row.changed):
            read = stories.expand_to_stories(self._db, [row.id]) if reading.story == "all" else [row.id]
            article_state.mark(self._db, read, self._now, read=True, noticed=True)
        self._print_more()

    def _step(self, by: int) -> None:
        index = (-1 if by > 0 else len(self._ids)) if self._index is None else self._index
        if not 0 <= index + by < len(self._ids):
            raise ValueError("This was the last article." if by > 0 else "This was the first article.")
        self._do_read(str(index + by + 1))

    def _do_next(self, rest: str) -> None:
        self._step(1)

    def _do_previous(self, rest: str) -> None:
        self._step(-1)

    def _do_list(self, rest: str) -> None:
        self._next_headline, self._index, self._rest = 0, None, iter(())
        self._print_headlines()

    def _do_where(self, rest: str) -> None:
        if self._index is None:
            self._print(f"{self._listed.name}: {format_count(len(self._ids), 'article')}.")
        else:
            title = self._headline("").title
            self._print(f"Article {self._index + 1:,} of {len(self._ids):,} in {self._listed.name}: {title}")

    def _do_briefing(self, rest: str) -> None:
        self._open_briefing(rest or "today")

    def _do_star(self, rest: str) -> None:
        row = self._headline(rest)
        article_state.mark(self._db, [row.id], self._now, starred=not row.starred)
        self._print("The star is taken away." if row.starred else "Starred.")

    def _do_mark(self, rest: str) -> None:
        if rest == "all":
            count = article_state.mark(self._db, self._ids, self._now, read=True)
            self._print(f"Marked {count:,} read. undo takes it back.")
            return
        row = self._headline(rest)
        read = row.unread or row.changed
        article_state.mark(self._db, [row.id], self._now, read=read)
        self._print("Marked read." if read else "Marked unread.")

    def _do_label(self, rest: str) -> None:
        _, article = self._article()
        if not rest:
            self._print(f"Yours: {', '.join(article.own_tags)}." if article.own_tags else "It has no tags of yours.")
            return
        on, off = parse_tags(rest, article.own_tags)
        if not article_state.edit_tags(self._db, [article.headline.id], self._now, add=on, remove=off):
            raise ValueError("That changes nothing.")
        self._print(journal.latest_sentence(self._db))

    def _do_note(self, rest: str) -> None:
        _, article = self._article()
        id = article.headline.id
        if rest == "-" and self._unsaved.pop(id, ""):
            self._print("Discarded the text that was not saved.")
            return
        rest = rest or self._unsaved.get(id, "")
        new = "" if rest == "-" else rest
        if not rest:
            self._print(article.note or "There is no note.")
        elif new == article.note:
            raise ValueError("That changes nothing.")
        else:
            self._save_note(id, new)

    def _save_note(self, id: int, note: str) -> None:
        try:
            article_state.set_note(self._db, id, note, self._now)
        except StoreError as error:
            if not note:
                raise
            self._unsaved[id] = note
            why = f": {error.reason}." if error.reason else f". {error.message}"
            self._print(f"Could not save the note{why} note tries again with the same text, note - discards it.")
        else:
            self._unsaved.pop(id, None)
            self._print(journal.latest_sentence(self._db))

    def _do_hide(self, rest: str) -> None:
        row = self._headline(rest)
        article_state.mark(self._db, [row.id], self._now, hidden=not row.hidden)
        self._print("It is shown again." if row.hidden else "Hidden. undo takes it back.")

    def _do_mute(self, rest: str) -> None:
        if not rest:
            raise ValueError("Mute what? mute and words, or a query, as in: mute title:football.")
        query = self._session.query(rest)
        index_pending(self._session, self._db)
        new = Rule(0, suggest_name(query), rest, "mute")
        rule = rules.add_or_enable(self._db, new, self._now, apply_to_existing=True)
        self._print(f"Muted for good: {rule.name}, {rule.match_count:,} already. undo takes it back.")

    def _do_rules(self, rest: str) -> None:
        found = rules.list_all(self._db, self._now)
        for number, rule in enumerate(found, start=1):
            effect = f"{describe_effect(rule)} {rule.display_query}, {describe_expiry(rule, self._now)}."
            self._print(f"{number}: {rule.name}: {rule.problem or f'{effect} {rule.match_count:,} so far.'}")
        if found:
            self._print("rule and a number switches one off, or on. On the command line, roya-tui rules does the rest.")
        else:
            others = "roya-tui rules on the command line makes others."
            self._print(f"There are no rules yet. mute and words makes one; {others}")

    def _do_rule(self, rest: str) -> None:
        found = rules.list_all(self._db, self._now)
        rule = found[self._number(rest, len(found), "rule") - 1]
        changed = rules.set_enabled(self._db, rule.id, rule.off, self._now)
        state = f"on, {describe_expiry(changed, self._now)}" if rule.off else "off"
        self._print(f"{rule.name} is {state}.")

    def _do_undo(self, rest: str) -> None:
        self._print(journal.undo(self._db, self._now, self._session.now) or "There is nothing to undo.")

    def _do_redo(self, rest: str) -> None:
        self._print(journal.redo(self._db, self._now, self._session.now) or "There is nothing to redo.")

    def _do_find(self, rest: str) -> None:
        if not rest:
            self._go_back()
            return
        try:
            query = q.parse(rest, self._now)
        except q.QueryError as error:
            raise ValueError(error.full_message) from None
        self._open_narrowed(rest, query)

    def _do_tags(self, rest: str) -> None:
        tags = results.count_tags(self._db, self._listed.query, self._now, zone=self._clock.zone)
        for tag in tags[:MAX_TAGS]:
            self._print(f"{tag.name}: {format_count(tag.total, 'article')}, {tag.unread:,} unread.")
        more = len(tags) - MAX_TAGS
        self._print(f"{more:,} rarer ones are not told." if more > 0 else "tag and a name keeps only those.")

    def _do_tag(self, rest: str) -> None:
        if not rest:
            self._go_back()
        else:
            self._open_narrowed(f"Tag {rest}", q.by_field("tag", rest))

    def _do_sources(self, rest: str) -> None:
        for source in subscriptions.list_all(self._db):
            trouble = " It did not answer well the last time." if source.error else ""
            self._print(f"{source.id}. {source.label}: {source.unread:,} unread of {source.total:,}.{trouble}")

    def _do_source(self, rest: str) -> None:
        found = subscriptions.find(self._db, rest) if rest else []
        if not found:
            raise ValueError("No source has that name.")
        if len(found) > 1:
            raise ValueError("Several sources have that name; sources tells numbers.")
        self._previous = None
        self._open(ListedView(found[0].label, q.by_field("source", found[0].id)))

    def _do_full(self, rest: str) -> None:
        index, article = self._article(rest)
        if not article.full_text:
            self._print("Fetching the page.")
            with_full_text(self._session, article)
        self._do_read(str(index + 1))

    def _do_changes(self, rest: str) -> None:
        from roya_tui.export import changes
        from roya_tui.store.articles.lookup import load_versions
        from roya_tui.versions.comparison import compare

        _, article = self._article(rest)
        comparison = compare(article, load_versions(self._db, article.headline.id))
        if comparison is None:
            raise ValueError("This article has not changed since it came.")
        for line in changes.diff_to_speech(comparison):
            self._print(line)

    def _links(self) -> tuple[Article, Sequence[Link]]:
        _, article = self._article()
        return article, self._document(article).links

    def _do_links(self, rest: str) -> None:
        _, links = self._links()
        for number, link in enumerate(links, start=1):
            self._print(f"Link {number}: {link.text}, {link.url}")
        self._print(f"{format_count(len(links), 'link')}.")

    def _do_link(self, rest: str) -> None:
        article, links = self._links()
        link = links[self._number(rest, len(links), "link") - 1]
        if link.target is None:
            self._print(f"{link.text}: {link.url}")
        else:  # a footnote
            self._print(f"{link.text}: {speech.speak_block_at(self._document(article), link.target)}")

    def _do_open(self, rest: str) -> None:
        import asyncio

        from roya_tui.ui.programs import open_in_browser

        article, links = self._links()
        url = links[self._number(rest, len(links), "link") - 1].url if rest else article.headline.url
        if not url:
            raise ValueError("This leads to no page.")
        opened = asyncio.run(open_in_browser(url))
        self._print(f"Opened {url}" if opened else f"No browser was found here. The address is {url}")

    def _do_save(self, rest: str) -> None:
        from roya_tui.cli.commands.article_export import ArticleExporter
        from roya_tui.cli.output_file import write_file
        from roya_tui.export.file_names import format_of

        _, article = self._article()
        if not rest:
            raise ValueError("Which file? save and its name.")
        exporter = ArticleExporter(self._session, format_of(rest) or "text")
        write_file(Path(rest), lambda file: exporter.write([article], file))
        self._print(f"Wrote {rest}.")

    def _do_add(self, rest: str) -> None:
        """Run the command `add`, which prints its own messages."""
        if not rest:
            raise ValueError("Which address? add and the address of a feed or page.")
        self._out.flush()
        offline = ("--offline",) if self._session.offline else ()
        command = [*self._session.program(), "--plain", *offline, "add", "-"]  # ps would show the address
        subprocess.run(command, input=os.fsencode(rest), env=child_environment(), check=False)

    def _do_refresh(self, rest: str) -> None:
        if self._session.offline:
            raise ValueError("Offline: nothing is fetched.")
        self._stop_fetching()
        self._refresh = RefreshProcess(self._session.program())
        try:
            for sentence in self._refresh.sentences():
                self._print(sentence)
        except KeyboardInterrupt:
            self._refresh.stop()
            self._print("Stopped. What was fetched is kept.")
        self._print("u tells what is unread now.")

    def _do_help(self, rest: str) -> None:
        for line in help_lines():
            self._print(line)

    def _do_quit(self, rest: str) -> None:
        self.is_over = True


class RefreshProcess:
    """A running refresh; it goes on to fetch pictures and pages after `sentences` ends."""

    def __init__(self, program: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [*program, "refresh", "--all-now", "--events"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,  # ^C goes to this process only, which stops the refresh
        )

    def sentences(self) -> Iterator[str]:
        """Yield the events as sentences, until all sources are checked."""
        for event in self._events():
            match event.get("event"):
                case "started":
                    yield format_count(event["total"], "source is", "sources are") + " asked."
                case "source" if event["state"] == "new":
                    yield f"{event['label']}: {event['new']:,} new."
                case "source" if event["state"] == "failed":
                    yield event["message"]
                case "busy" | "offline" | "warning":
                    yield event["message"]
                case "fetched":
                    yield f"{event['new']:,} new, {event['changed']:,} changed."
                    break
        # Further events are discarded, so that the process does not block on its output.
        threading.Thread(target=deque, args=(self._events(), 0), daemon=True).start()

    def _events(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    yield event

    def stop(self) -> None:
        """Terminate the process; fetched articles stay."""
        self._process.terminate()
        self._process.wait()
