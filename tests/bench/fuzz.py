"""Fixtures with bytes changed, given to every door: what comes out is refused in words, or harmless and bounded.

The same seed makes the same mutants, so that one which is found can be made again: `mutant(documents, number)`.
"""

from __future__ import annotations

import argparse
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from roya_tui.sources import subscription_lists
from roya_tui.sources.pages import article_page, feed_links
from roya_tui.sources.parser import NotAFeed, parse
from roya_tui.sources.sniffer import sniff
from roya_tui.text import clean

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "tests" / "data", ROOT / "sample_feeds")
NO_DOCUMENTS = (".py", ".read.json", ".md", ".40.txt", ".72.txt", ".120.txt")
"""Ends of names of what lies beside the documents."""
NOW = 1_780_000_000
LONGEST_WAIT = 20
"""Seconds after which a mutant counts as one that hangs."""

_ADDRESSES = frozenset(("url", "homepage", "icon", "comments"))
_MOST = {"entries": 20_000, "tags": 200, "authors": 200, "pictures": 1_000, "enclosures": 1_000}
"""How many of each may come out, at most."""
_PIECES = (
    b"<", b">", b"&", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml", b"?>", b"<!DOCTYPE x [",
    b"]>", b'<!ENTITY a "b">', b"&a;", b"&#x1b;", b"&#27;", b"&#0;", b"&#xd800;", b"&amp;#27;", b"&nbsp;",
    b"\x00", b"\x1b[31m", b"\xc2\x9b", b"\xe2\x80\xae", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b":", b",", b"null",
    b"1e999", b"-1", b'"\\u001b"', b"\\ud83d", b"xmlns:a=''", b' xml:base="javascript:"',
    b"javascript:alert(1)", b"http://[", b"http://a:b@c/", b"file:///etc/passwd", b"//", b"<item>",
    b"</item>", b"<entry>", b"</entry>", b"<title>", b"</title>", b"<link>", b"<guid>", b"<pubDate>",
    b"<description>", b"<content:encoded>", b"</channel>", b"</rss>", b"\r", b"\n\n", b"\t", b"9" * 30,
    b"a" * 5_000, b"<a>" * 300, b"0000-00-00T99:99", b"31 Feb 99999", b"utf-16", b"utf-7", b"iso-2022-jp",
    b"idna", b"rot13",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Original:
    """A document as it lies in the project."""

    name: str
    data: bytes


@dataclass(slots=True)
class Outcome:
    """How a run of mutants went."""

    read: int = 0
    refused: int = 0
    trouble: list[str] = field(default_factory=list)
    """Exceptions that are not the doors' own, and what came out although it should not."""
    slowest: float = 0
    """Seconds of the processor that one mutant took."""
    slowest_name: str = ""


def documents() -> list[Original]:
    """Return every document that the project has, in any folder below its fixtures and samples."""
    paths = sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.is_file())
    return [
        Original(path.relative_to(ROOT).as_posix(), path.read_bytes())
        for path in paths
        if not path.name.endswith(NO_DOCUMENTS) and not path.name.startswith(".")
    ]


def mutant(originals: Sequence[Original], number: int) -> Original:
    """Return the mutant with this number: one of the documents, changed in one to eight places."""
    chance = random.Random(number)
    original = originals[number % len(originals)]
    data = original.data
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 8))):
        data = chance.choice(_CHANGES)(data, chance, originals)
    return Original(f"{original.name} #{number}", data)


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(data))


def _range(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = _place(data, chance)
    return start, min(len(data), start + int(chance.expovariate(1 / 60)) + 1)


def _flip(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes((data[place] ^ 1 << chance.randrange(8),)) + data[place + 1 :]


def _any_byte(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    place = _place(data, chance)
    return data[:place] + bytes((chance.randrange(256),)) + data[place + 1 :]


def _cut_out(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    start, end = _range(data, chance)
    return data[:start] + data[end:]


def _cut_off(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    return data[: _place(data, chance)]


def _twice(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    start, end = _range(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 50)) + data[end:]


def _insert(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    place = _place(data, chance)
    return data[:place] + chance.choice(_PIECES) + data[place:]


def _move(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    start, end = _range(data, chance)
    rest, place = data[:start] + data[end:], chance.randint(0, len(data) - (end - start))
    return rest[:place] + data[start:end] + rest[place:]


def _splice(data: bytes, chance: random.Random, originals: Sequence[Original]) -> bytes:
    other = chance.choice(originals).data
    return data[: _place(data, chance)] + other[_place(other, chance) :]


def _tag_lost(data: bytes, chance: random.Random, _: Sequence[Original]) -> bytes:
    """Take out what stands between a bracket and the next one."""
    start = data.find(b"<", _place(data, chance))
    end = data.find(b">", start)
    return data if start < 0 or end < 0 else data[:start] + data[end + 1 :]


Change = Callable[[bytes, random.Random, Sequence[Original]], bytes]
_CHANGES: tuple[Change, ...] = (
    _flip, _any_byte, _cut_out, _cut_off, _twice, _insert, _insert, _insert, _move, _splice, _tag_lost, _tag_lost,
)  # fmt: skip


def doors(name: str) -> tuple[tuple[type[Exception], Callable[[bytes], object]], ...]:
    """Return the doors that a document of that name is given to, each with the one exception that may leave it."""
    feed = (NotAFeed, lambda data: parse(data, url="https://feed.example/x/", zone="Asia/Amman", now=NOW))
    page = (
        article_page.NotAnArticle,
        lambda data: article_page.extract(sniff(data), url="https://page.example/x", now=NOW),
    )
    offers = (NotAFeed, lambda data: tuple(feed_links.find_candidates(sniff(data).text, "https://page.example/x")))
    subscriptions = (subscription_lists.NotASubscriptionList, subscription_lists.read)
    if ".html" in name or "/pages/" in name:
        return feed, page, offers
    return (feed, subscriptions) if ".opml" in name or "urls" in name else (feed,)


def harm(value: Any, name: str = "") -> Iterator[str]:
    """Yield in words what is wrong with what a door gave, however deep in it."""
    if isinstance(value, str):
        if clean(value) != value:
            yield f"{name} is not clean: {value[:80]!r}"
        if name in _ADDRESSES and value and not value.startswith(("http://", "https://")):
            yield f"{name} is no address of the web: {value[:80]!r}"
    elif isinstance(value, tuple):
        if len(value) > _MOST.get(name, 20_000):
            yield f"{len(value):,} {name}"
        for one in value:
            yield from harm(one, name)
    elif isinstance(value, Struct):
        for one in fields(value):
            yield from harm(getattr(value, one.name), one.name)


def try_one(one: Original, outcome: Outcome) -> None:
    """Give one document to its doors and note how it went."""
    started = time.process_time()
    for own, door in doors(one.name):
        try:
            with _at_most(LONGEST_WAIT):
                found = door(one.data)
                msgspec.msgpack.encode(found)  # workers send it
        except own as refusal:
            outcome.refused += 1
            if not str(refusal) or clean(str(refusal)) != str(refusal):
                outcome.trouble.append(f"{one.name}: a refusal in no words: {refusal!r}")
        except Exception as foreign:  # noqa: BLE001  # that none comes is what is measured
            outcome.trouble.append(f"{one.name}: {foreign!r}"[:300])
        else:
            outcome.read += 1
            outcome.trouble += [f"{one.name}: {what}" for what in harm(found)][:3]
    seconds = time.process_time() - started
    if seconds > outcome.slowest:
        outcome.slowest, outcome.slowest_name = seconds, one.name


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what takes longer, where the system has alarms."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"it took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--mutations", type=int, default=10_000, help="how many mutants (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one (%(default)s)")
    chosen = parser.parse_args(words)
    originals = documents()
    groups: dict[str, Outcome] = {}
    counts: Counter[str] = Counter()
    for number in range(chosen.first, chosen.first + chosen.mutations):
        one = mutant(originals, number)
        group = one.name.rpartition("/")[0]
        counts[group] += 1
        try_one(one, groups.setdefault(group, Outcome()))
    print(f"{len(originals)} documents, {chosen.mutations:,} mutations; a page goes through several doors\n")
    print(f"{'folder':<34}{'mutants':>9}{'read':>9}{'refused':>9}{'trouble':>9}{'slowest, ms':>13}")
    for group, outcome in sorted(groups.items()):
        print(
            f"{group:<34}{counts[group]:>9,}{outcome.read:>9,}{outcome.refused:>9,}{len(outcome.trouble):>9,}"
            f"{outcome.slowest * 1000:>13,.0f}  {outcome.slowest_name.rpartition('/')[2]}"
        )
    trouble = [line for outcome in groups.values() for line in outcome.trouble]
    print("\n" + "\n".join(trouble[:50]) if trouble else "\nNothing foreign came out, and nothing harmful.")
    return 1 if trouble else 0
