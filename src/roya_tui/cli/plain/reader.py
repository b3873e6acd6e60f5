"""The commands of plain mode."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
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
from roya_tui.presentation.view import Scope
from roya_tui.processes import child_environment
from roya_tui.store import rules
from roya_tui.store.connection import StoreError
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal, stories
from roya_tui.text import one_line
from roya_tui.translation import format_number, gettext, gettext_noop, ngettext

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document


MAX_TAGS = 20
_UNDO = gettext_noop("Type undo to undo it.")
_NO_LINKS = gettext_noop("The article has no links.")
_NO_HEADINGS = gettext_noop("The article has no headings.")


class PlainReader(ArticleList):
    """Executes commands until `is_over`."""

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
        self._print(gettext("Roya TUI, plain mode. Type h to list the commands, q to quit."))
        for problem in self._session.problems:
            self._print(str(problem))
        self._open(ListedView(query, self._session.query(query)) if query else self._listed)

    def handle(self, line: str) -> None:
        """Execute one line; print errors."""
        try:
            method, rest = parse_command(one_line(line))
            if method in q.VIEWS:
                self._previous = None
                self._open(ListedView(Scope(name=method).title, q.view(method)))
            else:
                HANDLERS[method](self, rest)
        except (ValueError, CommandError) as error:
            self._print(str(error))
        except StoreError as error:
            self._print(error.message)

    def end(self) -> None:
        """Stop a running refresh, and print the notes that were not saved."""
        self._stop_fetching()
        for note in self._unsaved.values():
            self._print(gettext("This note was not saved: {note}", note=note))

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
            self._print(gettext("End of the list."))

    def _do_read(self, rest: str) -> None:
        self._index, article = self._article(rest)
        document, language = self._document(article), article.headline.language
        facts = speech.speak_facts(article, document, self._clock)
        text = speech.speak_document(document)
        self._rest = chain(self._wrap_lines(facts, "", language), self._wrap_lines(text, language, ""))
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
            last, first = gettext("This is the last article."), gettext("This is the first article.")
            raise ValueError(last if by > 0 else first)
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
            self._print(self._describe())
        else:
            values = {"number": self._index + 1, "count": len(self._ids), "list": self._listed.name}
            title = self._headline("").title
            self._print(gettext("Article {number:,} of {count:,} in {list}: {title}", **values, title=title))

    def _do_briefing(self, rest: str) -> None:
        self._open_briefing(rest or "today")

    def _do_star(self, rest: str) -> None:
        row = self._headline(rest)
        article_state.mark(self._db, [row.id], self._now, starred=not row.starred)
        self._print(gettext("Unstarred.") if row.starred else gettext("Starred."))

    def _do_mark(self, rest: str) -> None:
        if rest == "all":
            count = article_state.mark(self._db, self._ids, self._now, read=True)
            message = ngettext("Marked {count:,} article read.", "Marked {count:,} articles read.", count)
            self._print(f"{message} {gettext(_UNDO)}")
            return
        row = self._headline(rest)
        read = row.unread or row.changed
        article_state.mark(self._db, [row.id], self._now, read=read)
        self._print(gettext("Marked read.") if read else gettext("Marked unread."))

    def _do_label(self, rest: str) -> None:
        _, article = self._article()
        if not rest:
            tags = gettext("Your tags: {tags}.", tags=", ".join(article.own_tags))
            self._print(tags if article.own_tags else gettext("This article has none of your tags."))
            return
        on, off = parse_tags(rest, article.own_tags)
        if not article_state.edit_tags(self._db, [article.headline.id], self._now, add=on, remove=off):
            raise ValueError(gettext("Nothing changed."))
        self._print(journal.latest_sentence(self._db))

    def _do_note(self, rest: str) -> None:
        _, article = self._article()
        id = article.headline.id
        if rest == "-" and self._unsaved.pop(id, ""):
            self._print(gettext("Discarded the unsaved note."))
            return
        rest = rest or self._unsaved.get(id, "")
        new = "" if rest == "-" else rest
        if not rest:
            self._print(article.note or gettext("There is no note."))
        elif new == article.note:
            raise ValueError(gettext("Nothing changed."))
        else:
            self._save_note(id, new)

    def _save_note(self, id: int, note: str) -> None:
        try:
            article_state.set_note(self._db, id, note, self._now)
        except StoreError as error:
            if not note:
                raise
            self._unsaved[id] = note
            failed = gettext("Could not save the note.") + " " + error.message
            if error.reason:
                failed = gettext("Could not save the note: {reason}.", reason=error.reason)
            self._print(failed + " " + gettext("Type note to try again, note and a hyphen to discard the text."))
        else:
            self._unsaved.pop(id, None)
            self._print(journal.latest_sentence(self._db))

    def _do_hide(self, rest: str) -> None:
        row = self._headline(rest)
        article_state.mark(self._db, [row.id], self._now, hidden=not row.hidden)
        self._print(gettext("Unhidden.") if row.hidden else gettext("Hidden.") + " " + gettext(_UNDO))

    def _do_mute(self, rest: str) -> None:
        if not rest:
            raise ValueError(gettext("Type words or a query after mute, such as mute title:football"))
        query = self._session.query(rest)
        index_pending(self._session, self._db)
        new = Rule(0, suggest_name(query), rest, "mute")
        rule = rules.add_or_enable(self._db, new, self._now, apply_to_existing=True)
        message = ngettext(
            "Created rule “{name}”: {count:,} article hidden.",
            "Created rule “{name}”: {count:,} articles hidden.",
            rule.match_count,
            name=rule.name,
        )
        self._print(f"{message} {gettext(_UNDO)}")

    def _do_rules(self, rest: str) -> None:
        found = rules.list_all(self._db, self._now)
        for number, rule in enumerate(found, start=1):
            effect = f"{describe_effect(rule)} {rule.display_query}, {describe_expiry(rule, self._now)}."
            matches = gettext("Matches: {count:,}.", count=rule.match_count)
            self._print(f"{format_number(number)}: {rule.name}: {rule.problem or f'{effect} {matches}'}")
        if found:
            self._print(gettext("To enable or disable a rule, type rule and its number. For more, run roya-tui rules."))
        else:
            self._print(gettext("There are no rules. To add one, type mute and words, or run roya-tui rules."))

    def _do_rule(self, rest: str) -> None:
        found = rules.list_all(self._db, self._now)
        rule = found[self._number(rest, len(found), gettext("There are no rules.")) - 1]
        changed = rules.set_enabled(self._db, rule.id, rule.off, self._now)
        enabled = gettext("Enabled rule “{name}”: {time}.", name=rule.name, time=describe_expiry(changed, self._now))
        self._print(enabled if rule.off else gettext("Disabled rule “{name}”.", name=rule.name))

    def _do_undo(self, rest: str) -> None:
        self._print(journal.undo(self._db, self._now, self._session.now) or gettext("There is nothing to undo."))

    def _do_redo(self, rest: str) -> None:
        self._print(journal.redo(self._db, self._now, self._session.now) or gettext("There is nothing to redo."))

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
            articles = ngettext("{count:,} article", "{count:,} articles", tag.total)
            self._print(
                gettext("{tag}: {articles}, {unread:,} unread.", tag=tag.name, articles=articles, unread=tag.unread)
            )
        more = len(tags) - MAX_TAGS
        rarer = ngettext("{count:,} rarer tag is not listed.", "{count:,} rarer tags are not listed.", more)
        self._print(rarer if more > 0 else gettext("To show only articles with a tag, type tag and its name."))

    def _do_tag(self, rest: str) -> None:
        if not rest:
            self._go_back()
        else:
            self._open_narrowed(gettext("Tag {name}", name=rest), q.by_field("tag", rest))

    def _do_sources(self, rest: str) -> None:
        for source in subscriptions.list_all(self._db):
            values = {"source": source.label, "unread": source.unread, "total": source.total}
            line = gettext("{number}. {source}: {unread:,} of {total:,} unread.", number=source.id, **values)
            self._print(line + " " + gettext("The last check failed.") if source.error else line)

    def _do_source(self, rest: str) -> None:
        found = subscriptions.find(self._db, rest) if rest else []
        if len(found) != 1:
            several = gettext("Several sources match. Type sources to list their numbers.")
            raise ValueError(several if found else gettext("No source matches. Type sources to list their numbers."))
        self._previous = None
        self._open(ListedView(found[0].label, q.by_field("source", found[0].id)))

    def _do_full(self, rest: str) -> None:
        index, article = self._article(rest)
        if not article.full_text:
            self._print(gettext("Fetching the page."))
            with_full_text(self._session, article)
        self._do_read(str(index + 1))

    def _do_changes(self, rest: str) -> None:
        from roya_tui.export import changes
        from roya_tui.store.articles.lookup import load_versions
        from roya_tui.versions.comparison import compare

        _, article = self._article(rest)
        comparison = compare(article, load_versions(self._db, article.headline.id))
        if comparison is None:
            raise ValueError(gettext("This article has not been edited."))
        for line in changes.diff_to_speech(comparison):
            self._print(line, article.headline.language, "")

    def _open_article(self) -> tuple[Article, Document]:
        _, article = self._article()
        return article, self._document(article)

    def _do_headings(self, rest: str) -> None:
        article, document = self._open_article()
        headings = speech.heading_indexes(document)
        for number, index in enumerate(headings, start=1):
            heading = speech.speak_block(document.blocks[index], document)
            self._print(f"{format_number(number)}. {heading}", article.headline.language, "")
        if not headings:
            self._print(gettext(_NO_HEADINGS))

    def _do_heading(self, rest: str) -> None:
        article, document = self._open_article()
        headings = speech.heading_indexes(document)
        first = headings[self._number(rest, len(headings), gettext(_NO_HEADINGS)) - 1]
        text = islice(speech.speak_document(document, first), 1, None)  # without the blank line before it
        self._rest = self._wrap_lines(text, article.headline.language, "")
        self._print_more()

    def _do_links(self, rest: str) -> None:
        _, document = self._open_article()
        for number, link in enumerate(document.links, start=1):
            self._print(gettext("Link {number}: {text}", number=number, text=speech.name_link(document, link)))
        self._print(ngettext("{count:,} link.", "{count:,} links.", len(document.links)))

    def _do_link(self, rest: str) -> None:
        _, document = self._open_article()
        links = document.links
        link = links[self._number(rest, len(links), gettext(_NO_LINKS)) - 1]
        if link.target is None:
            self._print(f"{link.text}: {link.url}")
        else:  # a footnote
            self._print(f"{link.text}: {speech.speak_block_at(document, link.target)}")

    def _do_open(self, rest: str) -> None:
        import asyncio

        from roya_tui.ui.processes.programs import open_in_browser

        article, document = self._open_article()
        links = document.links
        url = links[self._number(rest, len(links), gettext(_NO_LINKS)) - 1].url if rest else article.headline.url
        if not url:
            raise ValueError(gettext("There is no address to open."))
        opened = asyncio.run(open_in_browser(url))
        failed = gettext("No browser found. The address is {url}", url=url)
        self._print(gettext("Opened in the browser.") if opened else failed)

    def _do_save(self, rest: str) -> None:
        from roya_tui.cli.article_export import ArticleExporter
        from roya_tui.cli.output_file import write_file
        from roya_tui.export.file_names import format_of

        _, article = self._article()
        if not rest:
            raise ValueError(gettext("Type a file name after save, such as save article.md"))
        if Path(rest).expanduser().is_file():
            raise ValueError(gettext("{file} already exists. Use another name.", file=rest))
        exporter = ArticleExporter(self._session, format_of(rest) or "text")
        write_file(Path(rest), lambda file: exporter.write([article], file))
        self._print(gettext("Wrote {file}.", file=rest))

    def _do_add(self, rest: str) -> None:
        """Run the command `add`, which prints its own messages."""
        if not rest:
            raise ValueError(gettext("Type an address after add, such as add https://example.com/feed"))
        self._out.flush()
        offline = ("--offline",) if self._session.offline else ()
        plain = "--ssml" if self._out.uses_ssml else "--plain"
        command = [*self._session.program(), plain, *offline, "add", "-"]  # ps would show the address
        subprocess.run(command, input=os.fsencode(rest), env=child_environment(), check=False)

    def _do_refresh(self, rest: str) -> None:
        if self._session.offline:
            raise ValueError(gettext("Offline: nothing was fetched."))
        self._stop_fetching()
        self._refresh = RefreshProcess(self._session.program())
        try:
            for sentence in self._refresh.sentences():
                self._print(sentence)
        except KeyboardInterrupt:
            self._refresh.stop()
            self._print(gettext("Stopped. Fetched articles are kept."))
        self._print(gettext("Type u to list the unread articles."))

    def _do_help(self, rest: str) -> None:
        for line in help_lines():
            self._print(line)

    def _do_quit(self, rest: str) -> None:
        self.is_over = True


HANDLERS: dict[str, Callable[[PlainReader, str], None]] = {
    "more": PlainReader._do_more, "read": PlainReader._do_read, "next": PlainReader._do_next,
    "previous": PlainReader._do_previous, "list": PlainReader._do_list, "where": PlainReader._do_where,
    "briefing": PlainReader._do_briefing, "star": PlainReader._do_star, "mark": PlainReader._do_mark,
    "label": PlainReader._do_label, "note": PlainReader._do_note, "hide": PlainReader._do_hide,
    "mute": PlainReader._do_mute, "rules": PlainReader._do_rules, "rule": PlainReader._do_rule,
    "undo": PlainReader._do_undo, "redo": PlainReader._do_redo, "find": PlainReader._do_find,
    "tags": PlainReader._do_tags, "tag": PlainReader._do_tag, "sources": PlainReader._do_sources,
    "source": PlainReader._do_source, "full": PlainReader._do_full, "changes": PlainReader._do_changes,
    "headings": PlainReader._do_headings, "heading": PlainReader._do_heading,
    "links": PlainReader._do_links, "link": PlainReader._do_link, "open": PlainReader._do_open,
    "save": PlainReader._do_save, "add": PlainReader._do_add, "refresh": PlainReader._do_refresh,
    "help": PlainReader._do_help, "quit": PlainReader._do_quit,
}  # fmt: skip
"""Commands by their first word. Each takes its argument, "" if it has none."""


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
                    yield ngettext("Checking {count:,} source.", "Checking {count:,} sources.", event["total"])
                case "source" if event["state"] == "new":
                    yield gettext("{source}: {count:,} new.", source=event["label"], count=event["new"])
                case "source" if event["state"] == "failed":
                    yield event["message"]
                case "source" if "held_until" in event:
                    yield f"{event['label']}: {event['message']}"
                case "busy" | "offline" | "warning":
                    yield event["message"]
                case "notify":
                    yield from filter(None, (event["title"], event["body"].replace(" · ", ". ")))
                case "fetched":
                    yield gettext("{new:,} new, {changed:,} edited.", **event)
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
