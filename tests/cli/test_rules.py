"""rules: try, add, switch, apply, remove, and their export."""

import json
from pathlib import Path

import pytest
from tests import invented_today
from tests.cli.conftest import Cli

FACTS = ("name", "query", "effect", "tag", "seconds", "enabled", "matches")


def listed(cli: Cli) -> list[tuple[object, ...]]:
    return [tuple(rule[fact] for fact in FACTS) for rule in cli("rules", "--json").json]


def count(cli: Cli, query: str) -> int:
    return len(cli("list", query, "--limit", "0", "--json").json)


def test_rule_is_tried_added_applied_switched_and_removed(cli: Cli, home: Path) -> None:
    home.mkdir()
    invented_today.fill(home)  # a rule is tried on the last 30 days
    wet, every = count(cli, "tag:water"), count(cli, "sort:newest")
    assert cli("rules").out == ""
    cli("mark", "star", "tag:water")
    lines = cli("rules", "try", "tag:water", "--effect", "star").lines
    assert lines[1].strip().startswith("Already done: ")
    assert cli("rules", "try", "tag:water", "--effect", "shout").code == 2
    cli("undo")
    tried = cli("rules", "try", "tag:water", "--json").json
    assert tried["matches"] > 0
    assert tried["newest"][0]["title"] in cli("rules", "try", "tag:water").lines[1]
    assert cli("rules", "add", "Dry", "tag:water", "--for", "7d").lines == [
        "Created rule “Dry” for new articles (mutes, 7 days left)."
    ]
    assert count(cli, "tag:water") == wet
    assert cli("rules", "apply", "DRY").lines == [f"Applied rule “Dry” to {wet} articles."]
    assert (count(cli, "tag:water"), count(cli, "is:hidden"), count(cli, "sort:newest")) == (0, wet, every - wet)
    assert listed(cli) == [("Dry", "tag:water", "mute", "", 7 * 86_400, True, wet)]
    assert cli("rules", "disable", "dry").lines == ["Disabled rule “Dry”. The articles that it muted are shown again."]
    assert count(cli, "tag:water") == wet
    assert cli("rules", "enable", "dry").lines == ["Enabled rule “Dry” (7 days left)."]
    assert cli("rules", "remove", "dry").lines == ["Removed rule “Dry”. The articles that it muted are shown again."]
    assert (listed(cli), count(cli, "tag:water")) == ([], wet)


@pytest.mark.parametrize(
    ("effect", "found_by", "words"),
    [
        ("highlight", "is:highlighted", "highlights"),
        ("star", "is:starred", "stars"),
        ("read", "is:read", "marks read"),
        ("tag=Mine", "tag:mine", "tags Mine"),
    ],
)
def test_past_option_applies_a_rule_to_existing_articles(cli: Cli, effect: str, found_by: str, words: str) -> None:
    wet = count(cli, "tag:water")
    before = count(cli, f"{found_by} tag:water")
    made = cli("rules", "add", "Wet", "tag:water", "--effect", effect, "--past")
    assert made.lines == [f"Created rule “Wet” ({words}, forever). It matches {wet - before} existing articles."]
    assert count(cli, f"{found_by} tag:water") == wet


def test_notify_rule_counts_existing_articles_without_a_notification(cli: Cli) -> None:
    wet = count(cli, "tag:water")
    assert cli("rules", "try", "tag:water", "--effect", "notify").code == 0
    made = cli("rules", "add", "Wet", "tag:water", "--effect", "notify", "--past")
    assert made.lines == [
        f"Created rule “Wet” (notifies, forever). It matches {wet} existing articles. "
        "You are notified of new articles only."
    ]
    assert listed(cli) == [("Wet", "tag:water", "notify", "", None, True, wet)]
    assert cli("undo").code == 0
    assert listed(cli) == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("add",), 2, "roya-tui: NAME is required. Example: roya-tui rules add 'No football' title:football --for 7d"),
        (("add", "New", "tga:x"), 2, "roya-tui: There is no field “tga”. Did you mean “tag”?"),
        *(
            (("add", "New", "x", "--effect", effect), 2, f"--effect: “{effect}” is not an effect. Use mute, highlight,")
            for effect in ("shout", "tag", "tag=", "star=x")
        ),
        (("add", "New"), 2, "roya-tui: QUERY is required."),
        *(
            (("add", "x", "y", "--for", lasts), 2, f"--for: “{lasts}” is not a duration such as 12h, 1d or 7d.")
            for lasts in ("2025-01-01", "0d", "0h")
        ),
        (("remove", "old"), 1, "roya-tui: There is no rule “old”. Run roya-tui rules to list them."),
    ],
)
def test_invalid_rule_is_an_error(cli: Cli, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = cli("rules", *words)
    assert result.code == code
    assert sentence in result.err


def test_rules_are_exported_and_imported(cli: Cli, home: Path, tmp_path: Path) -> None:
    addresses = tmp_path / "list.opml"
    addresses.write_text('<opml><body><outline text="A" xmlUrl="https://a.example/feed"/></body></opml>')
    cli("import", str(addresses))
    number = next(one["id"] for one in cli("sources", "--json").json if one["url"] == "https://a.example/feed")
    cli("rules", "add", "No A", f"source:{number}", "--for", "7d")
    assert f'source:"A #{number}"' in cli("rules").out
    cli("rules", "add", "رياضة", "title:كرة", "--effect", "tag=رياضة")
    cli("rules", "disable", "رياضة")
    cli("rules", "add", "Water", "tag:water", "--effect", "notify")
    file = tmp_path / "everything.json"
    assert cli("export", "--everything", str(file)).code == 0
    before = cli("rules", "--json").json
    for rule in ("No A", "رياضة", "Water"):
        cli("rules", "remove", rule)
    lines = cli("import", str(file)).lines
    assert lines[-1].endswith("Added sources: 0, saved searches: 0, merged tags: 0, rules: 3.")
    again = cli("rules", "--json").json
    assert again == [before[0] | {"query": "source:https://a.example/feed"}, *before[1:]]
    assert cli("import", str(file)).code == 0
    assert len(cli("rules", "--json").json) == 3


def test_broken_rules_of_an_imported_document_are_left_out(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "everything.json"
    rules = [{"name": "x", "effect": "shout"}, {"name": "", "effect": "mute"}, 3, {"name": "y", "effect": "mute",
             "query": ["z"], "seconds": "long", "ends": -4, "off": "no"}]  # fmt: skip
    file.write_text(json.dumps({"roya_tui_everything": 1, "rules": rules}))
    assert cli("import", str(file)).code == 0
    assert listed(cli) == [("y", "", "mute", "", None, True, 0)]
