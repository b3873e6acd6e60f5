"""The command inspect: show how a document is parsed, for authors of feeds."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from roya_tui.cli.candidates import explain_no_feed
from roya_tui.cli.location import resolve
from roya_tui.cli.output import Output, display_width
from roya_tui.cli.session import SUCCESS, CommandError, Session, standard_input
from roya_tui.export.json_values import iso_time
from roya_tui.model import Entry, Failure, Feed, Moment, UpdateSchedule, is_local
from roya_tui.refresh.results import FoundFeed, FoundPage
from roya_tui.store.articles.identity import find_repeated_guids
from roya_tui.text import one_line
from roya_tui.translation import gettext, ngettext, signs

if TYPE_CHECKING:
    from roya_tui.config import JsonMapping


def inspect(session: Session, args: Namespace) -> int:
    """`roya-tui inspect`: show every field of every entry; store nothing."""
    feed = _load_feed(session, args)
    facts = _to_json(feed)
    facts |= {"findings": list(_findings(feed)), "entries": facts.pop("entries")}
    if args.json:
        session.out.json(facts)
    else:
        _print_report(session.out, facts)
    return SUCCESS


_ARTICLE_FORMAT = "an article's page"
"""The format of a page that is not a feed, but can be saved."""


def _load_feed(session: Session, args: Namespace) -> Feed:
    mapping = find_mapping(session, args.mapping)
    if args.place == "-":
        from roya_tui.sources.parser import NotAFeed, parse

        try:
            return parse(standard_input(), zone=args.zone or "", mapping=mapping, now=session.now)
        except NotAFeed as error:
            raise CommandError(str(error)) from None
    from roya_tui.refresh.discovery import discover

    where = resolve(args.place)
    if session.offline and not is_local(where):
        raise CommandError(gettext("Offline: only files can be inspected. Remove --offline to fetch the address."))
    answer = discover(
        where, session.config, now=session.now, zone=args.zone, mapping=mapping, page_zone=args.zone, feeds=False
    )
    match answer:
        case FoundFeed():
            return answer.feed
        case FoundPage(article=Entry() as article, is_article=True):
            offered = tuple(_describe_offers(answer))
            return Feed(_ARTICLE_FORMAT, language=article.language, entries=(article,), warnings=offered)
        case FoundPage():
            raise CommandError(" ".join([explain_no_feed(answer), *_describe_offers(answer)]))
        case Failure():
            raise CommandError(answer.message)


def find_mapping(session: Session, name: str) -> JsonMapping | None:
    """Return the JSON mapping called `name`, None for ""; raises `CommandError` if it does not exist."""
    if not name:
        return None
    from roya_tui.sources.json import news_api

    try:
        return news_api.find_mapping(name, session.config.mappings)
    except KeyError as error:
        raise CommandError(str(error.args[0])) from None


def _describe_offers(page: FoundPage) -> Iterator[str]:
    from roya_tui.sources.pages.feed_links import find_candidates
    from roya_tui.sources.sniffer import sniff

    text = sniff(page.document.decompressed()).text
    offered = [candidate.url for candidate in find_candidates(text, page.url) if not candidate.is_guess]
    if offered:
        yield gettext("The page offers: {addresses}.", addresses=", ".join(offered[:10]))


_NAMES_WITH_UNITS = {"ttl": "ttl_minutes", "duration": "duration_seconds", "start": "start_seconds"}
_UNITS = {"length": "bytes", "duration_seconds": "seconds", "start_seconds": "seconds"}
_EXCERPT_LENGTH = 160
"""Characters of an entry's text in the report."""


def _to_json(struct: Struct) -> dict[str, Any]:
    """Return the fields of a struct; a `Moment` becomes two, parsed and as written."""
    fields: dict[str, Any] = {}
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        if isinstance(value, Moment):
            fields |= {name: iso_time(value.at), f"{name}_raw": value.raw}
            if value.form.precision:
                fields[f"{name}_precision"] = value.form.precision
        elif isinstance(value, UpdateSchedule):
            fields |= _to_json(value)
        elif isinstance(value, tuple):
            fields[name] = [_to_json(item) if isinstance(item, Struct) else item for item in value]
        else:
            fields[_NAMES_WITH_UNITS.get(name, name)] = value
    return fields


def _findings(feed: Feed) -> Iterator[str]:
    """Yield what is valid in the document, but makes it less useful."""
    entries = [entry for entry in feed.entries if not entry.incomplete]
    total = len(entries)
    if count := sum(not entry.guid for entry in entries):
        yield gettext("Entries without a guid: {count} of {total}.", count=count, total=total)
    if count := sum(not entry.link for entry in entries):
        yield gettext("Entries without an address: {count} of {total}.", count=count, total=total)
    if count := sum(not entry.published.raw and not entry.updated.raw for entry in entries):
        yield gettext("Entries without a date: {count} of {total}.", count=count, total=total)
    if count := sum(not entry.summary and not entry.content for entry in entries):
        yield gettext("Entries without a text: {count} of {total}.", count=count, total=total)
    moments = [moment for entry in entries for moment in (entry.published, entry.updated)]
    if invalid := [moment.raw for moment in moments if moment.raw and moment.at is None]:
        yield gettext("Invalid dates: {count}, such as {date}.", count=len(invalid), date=invalid[0])
    guids = Counter(entry.guid for entry in entries)
    if repeated := [guid for guid, count in guids.items() if guid and count > 1]:
        examples = ", ".join(repeated[:5]) + (signs(", …") if len(repeated) > 5 else "")
        yield gettext("Several entries have the same guid: {guids}.", guids=examples)
    if find_repeated_guids((entry.guid, entry.link) for entry in entries):
        yield gettext("Some of them have different links: each link becomes an article.")


def _print_report(out: Output, facts: dict[str, Any]) -> None:
    entries = facts.pop("entries")
    if found := facts.pop("encoding_found"):
        facts["encoding"] = gettext("{encoding} (from {origin})", encoding=facts["encoding"], origin=found)
    if facts["reader"] == "feedparser":
        facts["reader"] = gettext("{reader}, since the XML is not well-formed", reader=facts["reader"])
    sentences = [(name, facts.pop(name)) for name in ("warnings", "findings")]
    _print_fields(out, facts, indent=0)
    for name, several in sentences:
        for sentence in several:
            _print_wrapped(out, f"{name.removesuffix('s')}: {sentence}")
    out.line(f"entries: {len(entries)}")
    for count, entry in enumerate(entries, start=1):
        out.line()
        title = entry.pop("title") or gettext("(no title)")
        _print_wrapped(out, f"{count}. {title}")
        _print_fields(out, entry, indent=3)


def _print_fields(out: Output, facts: dict[str, Any], indent: int) -> None:
    """Print each non-empty field on a line, and each item of a list."""
    for name, value in facts.items():
        if name.endswith("_raw") or value is False:
            continue
        if value is True:
            value = gettext("yes")
        if raw := facts.get(f"{name}_raw"):
            value = gettext("{value} (written: {raw})", value=value or gettext("invalid"), raw=raw)
        elif name in ("summary", "content") and value:
            excerpt = value[:_EXCERPT_LENGTH] + (signs("…") if len(value) > _EXCERPT_LENGTH else "")
            value = ngettext("{count:,} character: {text}", "{count:,} characters: {text}", len(value), text=excerpt)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                item = " ".join(
                    f"{part} {_UNITS.get(key, '')}".rstrip() for key, part in item.items() if part or part == 0
                )
            if item not in ("", None):
                _print_wrapped(out, f"{name.replace('_', ' ')}: {item}", indent)


def _print_wrapped(out: Output, text: str, indent: int = 0) -> None:
    """Print a line, wrapped to the width of a terminal."""
    width = out.terminal.columns or sys.maxsize
    line, hanging = "", indent
    for word in one_line(text).split(" "):
        if line and display_width(line) + 1 + display_width(word) > width - hanging:
            out.line(line, hanging)
            line, hanging = "", indent + 4
        line = f"{line} {word}" if line else word
    out.line(line, hanging)
