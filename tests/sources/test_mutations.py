"""Every document of the project with bytes changed, and documents of odd shapes: refused or read, they harm nobody.

`python -m tests.bench fuzz` does the same twenty times as often.
"""

from __future__ import annotations

import json

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
def test_no_mutant_does_harm(part: int) -> None:
    originals = documents()
    outcome = Outcome()
    for number in range(part * EACH, (part + 1) * EACH):
        try_one(mutant(originals, number), outcome)
    assert outcome.trouble == []
    assert outcome.read
    assert outcome.refused


def test_every_document_is_mutated() -> None:
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
def test_no_tree_of_elements_does_harm(root: str, inside: list[str]) -> None:
    outcome = Outcome()
    try_one(Original("tree", tree(root, {}, inside).encode("utf-8", "surrogatepass")), outcome)
    assert outcome.trouble == []


@settings(max_examples=25, deadline=None)
@given(items=st.lists(VALUES, max_size=5), more=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_no_json_does_harm(items: list[object], more: dict[str, object]) -> None:
    document = {"version": "https://jsonfeed.org/version/1.1", **more, "items": items}
    outcome = Outcome()
    try_one(Original("values", json.dumps(document).encode()), outcome)
    assert outcome.trouble == []
