"""Mutated documents and random structures: read or refused, without harm.

`python -m tests.bench fuzz` tries twenty times as many.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench.fuzz import Original, Outcome, documents, mutant, try_one

PARTS = 10
EACH = 50
NAMES = (
    "rss channel item title link guid description pubDate category enclosure author source image url textInput "
    "content:encoded dc:date dc:creator media:content media:group itunes:image atom:link feed entry id updated summary "
    "content rdf:RDF p a div"
).split()
KEYS = (
    "version items id url title content_html content_text summary image date_published tags authors author name "
    "attachments mime_type size_in_bytes language articles data"
).split()
ODD = st.sampled_from(
    ("", " ", "\x1b[31m", "&#27;", "\u202e", "&amp;lt;b&amp;gt;", "]]>", "<b>", "javascript:x", "http://[", "//", "/x",
     "https://a.example/", "31 Feb 2020", "9" * 40, "text/html", "true", "xhtml", "\ud800", "\x85", "\ufeff")
) | st.text(max_size=12)  # fmt: skip


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_documents_do_no_harm(part: int) -> None:
    originals = documents()
    outcome = Outcome()
    for number in range(part * EACH, (part + 1) * EACH):
        try_one(mutant(originals, number), outcome)
    assert outcome.trouble == []
    assert outcome.read
    assert outcome.refused


def test_each_document_is_mutated() -> None:
    originals = documents()
    made = {mutant(originals, number).name.rpartition(" ")[0] for number in range(len(originals))}
    assert made == {original.name for original in originals}
    assert {name.rpartition(".")[2] for name in made} >= {"rss", "atom", "json", "html"}


def tree(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>"


ELEMENTS = st.recursive(
    ODD,
    lambda inside: st.builds(
        tree,
        st.sampled_from(NAMES),
        st.dictionaries(st.sampled_from(("href", "url", "rel", "type", "xml:base", "isPermaLink")), ODD, max_size=2),
        st.lists(inside, max_size=4),
    ),
    max_leaves=10,
)  # fmt: skip
VALUES = st.recursive(
    ODD | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inside, max_size=6),
    max_leaves=10,
)


@settings(max_examples=25, deadline=None)
@given(root=st.sampled_from(("rss", "feed", "rdf:RDF")), inside=st.lists(ELEMENTS, max_size=4))
def test_random_elements_do_no_harm(root: str, inside: list[str]) -> None:
    outcome = Outcome()
    try_one(Original("tree", tree(root, {}, inside).encode("utf-8", "surrogatepass")), outcome)
    assert outcome.trouble == []


@settings(max_examples=25, deadline=None)
@given(items=st.lists(VALUES, max_size=5), more=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_random_json_does_no_harm(items: list[object], more: dict[str, object]) -> None:
    document = {"version": "https://jsonfeed.org/version/1.1", **more, "items": items}
    outcome = Outcome()
    try_one(Original("values", json.dumps(document).encode()), outcome)
    assert outcome.trouble == []


ROOT = Path(__file__).parents[2]

PARSE_ALL = """
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
    "content.atom": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content src='@'/></entry></feed>",
    "feed.json": '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "@", "id": "x"}]}',
    "page.html": "<html><base href='@'><img src='@'><link rel=alternate type=application/rss+xml href='@'>",
}
for place in (str(canary), f"file://{canary}", "http://127.0.0.1:9/feed", "/proc/self/environ"):
    everything += [Original(name, text.replace("@", place).encode()) for name, text in LEADING_THERE.items()]

for one in everything[::10]:
    try_one(one, Outcome())

opened = []
# Modules and time zones are read the first time that they are needed.
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


def test_parsing_opens_no_files_or_sockets_and_starts_no_programs(tmp_path: Path) -> None:
    """Audit hooks of Python notice it (PEP 578)."""
    canary = tmp_path / "canary.txt"
    canary.write_text("CANARY")
    command = [sys.executable, "-c", PARSE_ALL, str(canary)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    first, second = result.stdout.splitlines()
    count, _, rest = first.partition(" ")
    assert int(count) > 200
    assert rest == "[]"
    assert second == f"[('open', '{canary}')]", "the hook must notice an open file"


HEAVY = {"lxml", "readability", "chardet", "httpx", "asyncio", "sqlite3", "textual", "email"}


def modules_after(code: str) -> set[str]:
    code += "; import sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("document", "unneeded"),
    [
        (b"", HEAVY),
        (b"<rss><channel><item/></channel></rss>", {"lxml", "readability"}),
        (b'{"version": "https://jsonfeed.org/version/1", "items": []}', {"lxml", "chardet"}),
        (b"<html>", {"lxml", "readability", "chardet"}),
    ],
    ids=["import", "xml", "json", "page"],
)
def test_document_loads_only_modules_that_it_needs(document: bytes, unneeded: set[str]) -> None:
    code = "import contextlib as c, roya_tui.sources.parser as p\n"
    if document:
        code += f"with c.suppress(p.NotAFeed): p.parse({document!r})\n"
    assert unneeded & modules_after(code + "pass") == set()
