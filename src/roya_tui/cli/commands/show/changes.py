"""`roya-tui show NUMBER --changes`: what changed in an article since it was read, or since a version."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from roya_tui.cli.commands.articles import load_article
from roya_tui.cli.output import display_width
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session
from roya_tui.export import changes
from roya_tui.export.json_values import iso_time, json_text
from roya_tui.store.articles import lookup
from roya_tui.translation import gettext, ngettext
from roya_tui.versions.comparison import Comparison, compare

FORMS = ("text", "markdown", "json")


def show_changes(session: Session, args: Namespace, form: str, file: str) -> int:
    """Write a comparison of two versions to standard output, or to a file."""
    if len(args.ids) != 1 or hasattr(args, "query"):
        raise CommandError(gettext("One article number is required. Example: roya-tui show 17 --changes"), USAGE_ERROR)
    if form not in FORMS:
        message = gettext(
            "Changes cannot be shown as {format}. Use one of: {formats}", format=form, formats=", ".join(FORMS)
        )
        raise CommandError(message, USAGE_ERROR)
    comparison = _compare(session, args.ids[0], args.since)
    if file:
        from roya_tui.cli.output_file import write_file

        data = _format(session, comparison, form, None).encode()
        write_file(Path(file), lambda opened: opened.write(data), force=args.force)
        session.out.line(gettext("Wrote the changes to {file}.", file=file))
    else:
        columns = session.terminal.columns if form == "text" else None
        session.out.text(_format(session, comparison, form, columns), session.config.reading.rtl if columns else "off")
    return SUCCESS


def _compare(session: Session, id: int, since: int | None) -> Comparison:
    with session.store(reading=True) as db:
        article = load_article(db, id)
        earlier = lookup.load_versions(db, id)
    if not earlier:
        raise CommandError(gettext("Article {id} has not been edited.", id=id))
    if since is not None and not 1 <= since <= len(earlier):
        message = ngettext(
            "There is no earlier version {version}, only version {count}.",
            "There is no earlier version {version}, only versions 1 to {count}.",
            len(earlier),
            version=since,
        )
        raise CommandError(message, USAGE_ERROR)
    comparison = compare(article, earlier, None if since is None else since - 1)
    if comparison is None:
        raise CommandError(gettext("Article {id} is damaged. Press f in the app to fetch its text again.", id=id))
    return comparison


def _format(session: Session, comparison: Comparison, form: str, columns: int | None) -> str:
    config = session.config
    if form == "json":
        return json_text(_with_iso_times(changes.diff_to_data(comparison)), ascii=not session.terminal.utf8)
    if form == "markdown":
        return changes.diff_to_markdown(comparison, session.clock())
    if columns is None:  # a pipe gets text in logical order
        config = replace(config, reading=replace(config.reading, rtl="off"))
    width = min(config.reading.width, columns or config.reading.width)
    return changes.diff_to_text(comparison, session.clock(), width, display_width, config)


def _with_iso_times(value: Any) -> Any:
    """Return JSON values with each time as ISO 8601."""
    if isinstance(value, dict):
        return {name: iso_time(item) if name == "seen" else _with_iso_times(item) for name, item in value.items()}
    return [_with_iso_times(item) for item in value] if isinstance(value, list) else value
