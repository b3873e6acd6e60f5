"""The layout of Roya News' article pages, which show more than they tell machines."""

from __future__ import annotations

from lxml.html import HtmlElement
from msgspec import Struct

from roya_tui.sources.htmltree import finder, of_class, words


class Layout(Struct, frozen=True):
    """What the page shows: the text, the pictures of its numbered gallery, the line of times, the line of tags."""

    body: HtmlElement
    gallery: tuple[HtmlElement, ...]
    dates: str
    tags: tuple[str, ...]


_bodies = finder(f"//*[{of_class('Newsbody')}]")
_dates = finder(f"//*[{of_class('pup_date_news')}]")
_gallery = finder(f"//*[{of_class('news_image')}]//img")
# Cards lead to other articles; they stand all around the one that the page is about.
_cards = finder(
    f"//*[{of_class('news_card_small')}] | //*[{of_class('news_card_small_title')}][.//a[contains(@href, '/news/')]]"
)
_labels = finder(f"//h1/preceding::*[{of_class('news_card_small_title')}]")
_sections = finder(
    "//h1/preceding::a[contains(@href, '/section/') or contains(@href, '/tag/')]"
    "[not(ancestor::nav or ancestor::header or ancestor::footer or ancestor::ul)]"
)


def layout(tree: HtmlElement) -> Layout | None:
    """Return what a page of this layout shows, None for any other page. Takes other articles' cards out of the tree."""
    bodies, dates = _bodies(tree), _dates(tree)
    if not bodies or not dates:
        return None
    for card in _cards(tree):
        if card.getparent() is not None:
            card.drop_tree()
    return Layout(
        body=max(bodies, key=lambda body: len(body.text_content())),
        gallery=tuple(_gallery(tree)),
        dates=words(dates[0]),
        tags=_tags(tree),
    )


def _tags(tree: HtmlElement) -> tuple[str, ...]:
    """The line above the title: a link each, or one name, whose commas are its own."""
    names = [words(link) for label in _labels(tree) for link in label.iter("a")]
    names = names or [words(label) for label in _labels(tree)]
    names = names or [words(link) for link in _sections(tree)]
    return tuple(dict.fromkeys(filter(None, names)))
