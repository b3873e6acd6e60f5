"""A refresh applies rules, and groups articles into stories, whether they arrive together or one after another."""

from email.utils import formatdate
from pathlib import Path

from tests.refresh.conftest import NOW, App

from roya_tui.model import Rule
from roya_tui.store import rules

FIRST = "Tram derails in Ellwick, four hurt", "A tram derailed in Ellwick on Monday; four people were hurt."
AGAIN = "Four injured as tram jumps rails in Ellwick", "Four people were hurt in Ellwick when a tram derailed."
OTHER = "Bakers of Orbury raise the price of bread", "Bread costs more in Orbury from May, bakers say."


def feed(file: Path, *articles: tuple[str, str]) -> str:
    items = "".join(
        f"<item><title>{title}</title><description>{lead}</description><guid>{title}</guid>"
        f"<pubDate>{formatdate(NOW)}</pubDate></item>"
        for title, lead in articles
    )
    file.write_text(
        f"<rss version='2.0'><channel><title>{file.stem}</title><language>en</language>{items}</channel></rss>"
    )
    return str(file)


def story_sizes(app: App) -> dict[str, int]:
    return {headline.title: headline.story_size for headline in app.headlines()}


def test_refresh_groups_articles_into_stories(app: App, tmp_path: Path) -> None:
    app.add(feed(tmp_path / "one.xml", FIRST))
    app.refresh()
    assert story_sizes(app) == {FIRST[0]: 1}
    app.add(feed(tmp_path / "two.xml", OTHER, AGAIN))
    app.refresh()
    assert story_sizes(app) == {FIRST[0]: 2, AGAIN[0]: 2, OTHER[0]: 1}
    (story,) = {headline.story for headline in app.headlines() if headline.story}
    assert len(app.found(f"story:{story}")) == 2
    assert len(app.found(f"bread or story:{story}")) == 3


def add_rule(app: App, query: str, effect: str) -> None:
    rules.add(app.db, Rule(0, query, query, effect), NOW)


def test_refresh_applies_rules_to_new_and_changed_articles(app: App, tmp_path: Path) -> None:
    add_rule(app, "wells", "mute")
    add_rule(app, "bread", "star")
    file = tmp_path / "one.xml"
    app.add(feed(file, ("Tram derails", "Near the wells."), ("Bakers", "Bread is dear."), ("Rain", "It rained.")))
    summary = app.refresh()
    assert (summary.new, summary.muted) == (3, 1)
    assert (app.events[-1]["new"], app.events[-1]["muted"]) == (3, 1)
    assert {one.title: (one.hidden, one.starred) for one in app.headlines()} == {
        "Bakers": (False, True),
        "Rain": (False, False),
    }
    feed(file, ("Rain", "It rained into the wells."))
    app.refresh()
    assert [one.title for one in app.headlines()] == ["Bakers"]
    assert len(app.found("is:hidden")) == 2
