"""show --changes: the changes of an article as text, Markdown and JSON."""

from pathlib import Path

import pytest
from tests.cli.conftest import Cli

FEED = """<rss version="2.0"><channel><title>Town</title><link>https://a.example/</link>
<item><title>{title}</title><guid isPermaLink="false">x-1</guid><link>/water</link>
<description><![CDATA[{text}]]></description></item>
<item><title>Other</title><guid isPermaLink="false">x-2</guid><description>Calm.</description></item></channel></rss>"""
FIRST = "<p>The plan has 12 wells.</p><p>It is <a href='/old'>here</a>.</p>"
SECOND = "<p>The plan has 14 wells.</p><p>It is <a href='/new'>here</a>.</p>"
THIRD = "<p>The plan has 14 wells.</p><p>It is <a href='/new'>here</a>.</p><p>Nobody digs yet.</p>"


@pytest.fixture
def id(cli: Cli, tmp_path: Path) -> str:
    """The number of an article with three versions, of which the first was read."""
    file = tmp_path / "feed.xml"
    for title, text in (("Wells", FIRST), ("Wells", SECOND), ("No wells", THIRD)):
        file.write_text(FEED.format(title=title, text=text))
        cli("add" if text == FIRST else "refresh", str(file), *(() if text == FIRST else ("--all-now",)))
        if text == FIRST:
            cli("mark", "read", "title:wells")
    (article,) = cli("list", "title:wells", "--json").json
    assert (article["revisions"], article["changed"]) == (2, True)
    return str(article["id"])


def test_changes_are_printed_as_text_markdown_and_json(cli: Cli, id: str, tmp_path: Path) -> None:
    lines = cli("show", id, "--changes").lines
    assert lines[0] == "[−Wells] [+No wells]"
    assert lines[1] == "+1 paragraph, 1 word changed, title changed since you read it"
    assert [line[:3] for line in lines[2:5]] == ["▌ 3", "  2", "▌ 1"]
    assert "~ The plan has [−12] [+14] wells." in lines
    assert "+ Nobody digs yet." in lines
    assert "  It is here[1]." in lines

    lines = cli("show", id, "--since", "2").lines
    assert lines[1] == "+1 paragraph, title changed since version 2"
    assert "  The plan has 14 wells." in lines

    file = tmp_path / "changes.md"
    assert cli("show", id, "--changes", "--output", str(file)).out == f"Wrote the changes to {file}.\n"
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# No wells\n\nChanges: +1 paragraph, 1 word changed, title changed since you read it\\\n")
    assert "The title was: Wells\\\n" in text
    assert "The plan has ~~12~~ **14** wells." in text
    assert "*(added)* **Nobody digs yet.**" in text
    assert cli("show", id, "--changes", "--output", str(file)).code != 0, "the file exists"

    data = cli("show", id, "--changes", "--format", "json").json
    assert (data["id"], data["title"], data["old_title"]) == (int(id), "No wells", "Wells")
    assert data["summary"] == "+1 paragraph, 1 word changed, title changed"
    assert (data["since"]["version"], data["now"]["version"]) == (1, 3)
    assert [version["read"] for version in data["versions"]] == [True, False, False]
    assert data["now"]["seen"].endswith("Z")
    assert data["changes"] == [
        {
            "kind": "changed",
            "block": "paragraph",
            "before": "The plan has 12 wells.",
            "after": "The plan has 14 wells.",
            "edits": [{"removed": "12", "added": "14"}],
        },
        {"kind": "added", "block": "paragraph", "text": "Nobody digs yet."},
    ]

    (other,) = cli("list", "title:other", "--json").json
    for argv, code, words in (
        ((str(other["id"]), "--changes"), 1, "has not been edited."),
        ((id, str(other["id"]), "--changes"), 2, "One article number is required."),
        ((id, "--changes", "--format", "html"), 2, "Changes cannot be shown as html. Use one of: text, markdown, json"),
        ((id, "--since", "3"), 2, "There is no earlier version 3, only versions 1 to 2."),
        (("999999", "--changes"), 1, "There is no article 999999."),
    ):
        result = cli("show", *argv)
        assert (result.code, result.out) == (code, "")
        assert words in result.err
