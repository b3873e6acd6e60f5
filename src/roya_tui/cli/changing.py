"""What changed in an article since it was read, or since a version of it: `roya-tui show ID --changes`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from roya_tui.cli.output import cells, iso, json_text
from roya_tui.cli.session import DONE, WRONG_USAGE, CannotDo, Session
from roya_tui.versions.comparison import Comparison, compare

FORMS = ("text", "markdown", "json")


def show_changes(session: Session, wanted: Namespace, form: str, file: str) -> int:
    """Write what changed to standard output, or to a file."""
    if len(wanted.ids) != 1 or hasattr(wanted, "query"):
        raise CannotDo("What changed is told of one article: name its number.", WRONG_USAGE)
    if form not in FORMS:
        raise CannotDo(f"What changed is told as {', '.join(FORMS[:-1])} or {FORMS[-1]}.", WRONG_USAGE)
    comparison = _compared(session, wanted.ids[0], wanted.since)
    if file:
        from roya_tui.cli.writing import write

        made = _told(session, comparison, form, None).encode()
        write(Path(file), lambda opened: opened.write(made), force=wanted.force)
        session.out.line(f"Wrote what changed to {file}.")
    else:
        columns = session.terminal.columns if form == "text" else None
        session.out.text(_told(session, comparison, form, columns), session.config.reading.rtl if columns else "off")
    return DONE


def _compared(session: Session, id: int, since: int | None) -> Comparison:
    from roya_tui.store.articles import lookup
    from roya_tui.store.articles.lookup import load_versions

    with session.store(reading=True) as db:
        article = lookup.load_article(db, id)
        if article is None:
            raise CannotDo(f"There is no article {id}. roya-tui list tells the numbers.")
        earlier = load_versions(db, id)
    if not earlier:
        raise CannotDo(f"Article {id} has not changed since it came: there is one version.")
    if since is not None and not 1 <= since <= len(earlier):
        known = "version 1 is" if len(earlier) == 1 else f"versions 1 to {len(earlier)} are"
        raise CannotDo(f"There is no version {since} to compare with; {known} kept.", WRONG_USAGE)
    comparison = compare(article, earlier, None if since is None else since - 1)
    if comparison is None:
        raise CannotDo(f"Article {id} is damaged: nobody knows what it says now. f in the reader may mend it.")
    return comparison


def _told(session: Session, comparison: Comparison, form: str, columns: int | None) -> str:
    from msgspec.structs import replace

    from roya_tui.export import changes as export

    config = session.config
    if form == "json":
        return json_text(_with_dates(export.diff_to_data(comparison)), ascii=not session.terminal.utf8)
    if form == "markdown":
        return export.diff_to_markdown(comparison, session.clock())
    if columns is None:  # in a pipe text keeps the order in which it is read
        config = replace(config, reading=replace(config.reading, rtl="off"))
    width = min(config.reading.width, columns or config.reading.width)
    return export.diff_to_text(comparison, session.clock(), width, cells, config)


def _with_dates(value: Any) -> Any:
    """Return values with each time as ISO 8601."""
    if isinstance(value, dict):
        return {name: iso(item) if name == "seen" else _with_dates(item) for name, item in value.items()}
    return [_with_dates(item) for item in value] if isinstance(value, list) else value
