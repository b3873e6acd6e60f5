"""No document makes a door open a file or a socket, or start a program: Python itself would tell (PEP 578)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

GIVE_ALL = """
import sys
import zoneinfo
from pathlib import Path
from tests.bench import zoo
from tests.bench.fuzz import Original, Outcome, documents, doors, try_one

canary = Path(sys.argv[1])
everything = documents()
everything += [Original(name, make(2_000)) for name, make in zoo.FEEDS.items()]
everything += [Original(f"/pages/{name}", make(2_000)) for name, make in zoo.PAGES.items()]
everything += [Original(f"{name}.opml", make(2_000)) for name, make in zoo.LISTS.items()]
LEADING_THERE = {
    "place": "@",
    "place.opml": "@",
    "list.opml": "<opml><body><outline type='include' url='@' xmlUrl='@'/></body></opml>",
    "entity.opml": "<!DOCTYPE a SYSTEM '@' [<!ENTITY x SYSTEM '@'>]><opml><outline text='&x;' xmlUrl='http://a.example'/>",
    "entity.rss": "<!DOCTYPE a SYSTEM '@' [<!ENTITY x SYSTEM '@'><!ENTITY % y SYSTEM '@'>%y;]><rss><item><title>&x;",
    "link.rss": "<rss><channel><item><link>@</link><guid>@</guid></item>",
    "sheet.rss": "<?xml-stylesheet href='@'?><rss><channel><item/></channel></rss>",
    "include.rss": "<rss><item><i:include xmlns:i='http://www.w3.org/2001/XInclude' href='@'/></item></rss>",
    "page.html": "<html><base href='@'><img src='@'><link rel=alternate type=application/rss+xml href='@'>",
}
for place in (str(canary), f"file://{canary}", "http://127.0.0.1:9/feed", "/proc/self/environ"):
    everything += [Original(name, text.replace("@", place).encode()) for name, text in LEADING_THERE.items()]

for one in everything[::10]:
    try_one(one, Outcome())

opened = []
# Modules and the clocks of places are read the first time that they are needed.
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "urllib.", "http.")

def heed(event, arguments):
    fine = event == "open" and str(arguments[0]).endswith((".py", ".pyc"))
    fine |= event == "open" and str(arguments[0]).startswith(tuple(zoneinfo.TZPATH))
    if event.startswith(FORBIDDEN) or (event == "open" and not fine):
        opened.append((event, str(arguments[0])))

sys.addaudithook(heed)
for one in everything:
    for own, door in doors(one.name):
        try:
            said = repr(door(one.data))
        except own as refusal:
            said = str(refusal)
        if "CANARY" in said:
            opened.append(("read", one.name))
print(len(everything), opened)
open(canary).close()
print(opened)
"""


def test_no_document_opens_anything(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("CANARY")
    given = subprocess.run(
        [sys.executable, "-c", GIVE_ALL, str(canary)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, second = given.stdout.splitlines()
    count, _, rest = first.partition(" ")
    assert int(count) > 200
    assert rest == "[]"
    assert second == f"[('open', '{canary}')]", "that something is opened must be noticed"


HEAVY = {"lxml", "readability", "chardet", "httpx", "asyncio", "sqlite3", "textual", "email"}


def modules_after(code: str) -> set[str]:
    code += "; import sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_front_door_brings_in_nothing_heavy() -> None:
    assert HEAVY & modules_after("import roya_tui.sources.parser") == set()


@pytest.mark.parametrize(
    ("document", "unneeded"),
    [
        (b"<rss><channel><item/></channel></rss>", {"lxml", "readability"}),
        (b'{"version": "https://jsonfeed.org/version/1", "items": []}', {"lxml", "chardet"}),
        (b"<html>", {"lxml", "readability", "chardet"}),
    ],
    ids=["xml", "json", "page"],
)
def test_a_document_loads_its_own_reader_and_no_other(document: bytes, unneeded: set[str]) -> None:
    code = (
        "import contextlib as c, roya_tui.sources.parser as p\n"
        f"with c.suppress(p.NotAFeed): p.parse({document!r})\npass"
    )
    assert unneeded & modules_after(code) == set()
