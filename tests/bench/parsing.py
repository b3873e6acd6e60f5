"""The front door beside feedparser with its defaults, over the same invented documents: processor time, by format."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import formatdate
from html import escape
from json import dumps

import feedparser
from tests.bench import invented
from tests.bench.invented_rss import rss

from roya_tui.model import Entry
from roya_tui.sources.parser import parse

NOW = 1_780_000_000
TARGET = 0.5
"""Times feedparser's processor time, at most."""
TOTAL = 50_000
"""Invented articles of which documents take some."""
_IMPORT = "import time; a = time.process_time(); import roya_tui.sources.parser"


def _entries(count: int, tongue: int = 0) -> list[Entry]:
    """Articles in one language: sources 0 to 2 of ten are as in `invented`, English, Chinese and Arabic."""
    return [invented.entry(number * 10 + tongue, TOTAL, NOW) for number in range(count)]


def _short(count: int) -> bytes:
    items = "".join(
        f"<item><guid>{escape(one.guid)}</guid><link>{escape(one.url)}</link><title>{escape(one.title)}</title>"
        f"<pubDate>{formatdate(one.published.at)}</pubDate><category>{escape(one.tags[0])}</category>"
        f"<description>{escape(one.summary)}</description></item>\n"
        for one in _entries(count)
    )
    return f'<rss version="2.0"><channel><title>Short</title><link>http://a.example/</link>{items}</channel></rss>'.encode()


def _whole(count: int) -> bytes:
    return rss("Whole", "http://a.example/", _entries(count)).encode()


def _atom(count: int, kind: str) -> bytes:
    def content(one: Entry) -> str:
        if kind == "html":
            return escape(one.content)
        return f'<div xmlns="http://www.w3.org/1999/xhtml">{one.content}</div>'

    entries = "".join(
        f'<entry><id>{escape(one.guid)}</id><link href="{escape(one.url)}"/><title>{escape(one.title)}</title>'
        f"<published>{_iso(one.published.at)}</published><updated>{_iso(one.published.at)}</updated>"
        f'<author><name>{one.authors[0]}</name></author><category term="{escape(one.tags[0])}"/>'
        f'<summary type="html">{escape(one.summary)}</summary><content type="{kind}">{content(one)}</content></entry>\n'
        for one in _entries(count)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title><id>x</id>{entries}</feed>'.encode()


def _iso(at: int | None) -> str:
    return datetime.fromtimestamp(at or 0, UTC).isoformat()


def _rdf(count: int) -> bytes:
    items = "".join(
        f'<item rdf:about="{escape(one.url)}"><title>{escape(one.title)}</title><link>{escape(one.url)}</link>'
        f"<description>{escape(one.summary)}</description><dc:date>{_iso(one.published.at)}</dc:date>"
        f"<dc:creator>{one.authors[0]}</dc:creator><dc:subject>{escape(one.tags[0])}</dc:subject></item>\n"
        for one in _entries(count)
    )
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.example/"><title>RDF</title>'
        f"<link>http://a.example/</link></channel>{items}</rdf:RDF>"
    ).encode()


def _json(count: int) -> bytes:
    items = [
        {
            "id": one.guid, "url": one.url, "title": one.title, "summary": "", "content_html": one.content,
            "date_published": _iso(one.published.at), "tags": one.tags, "authors": [{"name": one.authors[0]}],
        }
        for one in _entries(count)
    ]  # fmt: skip
    return dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "JSON", "items": items}, ensure_ascii=False
    ).encode()


def _arabic(count: int) -> bytes:
    document = rss("أخبار", "http://a.example/", _entries(count, tongue=2)).replace("UTF-8", "windows-1256")
    return document.encode("cp1256", "xmlcharrefreplace")


def _broken(count: int) -> bytes:
    """An ampersand and an entity of HTML's in every item, and the end is missing."""
    return _whole(count).replace(b"</title>", b" & more&nbsp;of it</title>")[:-200]


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "RSS 2.0, short texts": lambda: _short(1_500),
    "RSS 2.0, whole articles": lambda: _whole(120),
    "Atom 1.0, HTML": lambda: _atom(120, "html"),
    "Atom 1.0, XHTML": lambda: _atom(120, "xhtml"),
    "RSS 1.0 (RDF)": lambda: _rdf(1_500),
    "RSS 2.0, Arabic, windows-1256": lambda: _arabic(120),
    "RSS 2.0, damaged": lambda: _broken(120),
    "RSS 2.0, 10 MB": lambda: _whole(1_200),
    "JSON Feed": lambda: _json(120),
}


def least(runs: int, work: Callable[[], object]) -> float:
    """The least processor time of some runs: what others do to the machine only ever adds to it."""

    def once() -> float:
        started = time.process_time()
        work()
        return time.process_time() - started

    return min(once() for _ in range(runs))


def imported() -> float:
    """Seconds of the processor to import the front door in a new process."""
    said = subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True).stdout
    return float(said)


def rows(runs: int) -> Iterable[tuple[str, float, float, float | None]]:
    """Name, megabytes, ours and feedparser's seconds of each document; feedparser reads no JSON."""
    for name, make in DOCUMENTS.items():
        data = make()
        assert parse(data).entries
        ours = least(runs, lambda data=data: parse(data, url="http://a.example/", now=NOW))
        theirs = None
        if not data.startswith(b"{"):
            assert feedparser.parse(io.BytesIO(data)).entries
            theirs = least(max(2, runs // 2), lambda data=data: feedparser.parse(io.BytesIO(data)))
        yield name, len(data) / 1e6, ours, theirs


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench parsing", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=7, help="how often each is read; the least time counts (%(default)s)"
    )
    chosen = parser.parse_args(words)
    print(f"{'Processor time, ms a MB':<34}{'MB':>7}{'roya-tui':>10}{'feedparser':>12}{'ratio':>8}")
    missed = []
    for name, megabytes, ours, theirs in rows(chosen.runs):
        print(f"{name:<34}{megabytes:>7.1f}{ours * 1000 / megabytes:>10.1f}", end="")
        if theirs is None:
            print()
            continue
        ratio = ours / theirs
        missed += [name] if ratio > TARGET else []
        print(f"{theirs * 1000 / megabytes:>12.1f}{ratio:>8.2f}", flush=True)
    seconds = min(imported() for _ in range(chosen.runs))
    print(f"\nImporting the front door: {seconds * 1000:.0f} ms of the processor (at most 100)")
    print(f"At most {TARGET} times feedparser: {'missed by ' + ', '.join(missed) if missed else 'met'}")
    return 0
