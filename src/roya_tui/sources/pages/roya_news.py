"""The layout of Roya News' article pages, which show more than their metadata contains."""

from __future__ import annotations

from lxml.html import HtmlElement
from msgspec import Struct

from roya_tui.sources.pages.page_tree import class_condition, element_text, xpath


class RoyaLayout(Struct, frozen=True):
    """The parts of the page that hold the article."""

    body: HtmlElement
    gallery: tuple[HtmlElement, ...]
    """The images of the numbered gallery."""
    dates: str
    tags: tuple[str, ...]


_bodies = xpath(f"//*[{class_condition('Newsbody')}]")
_dates = xpath(f"//*[{class_condition('pup_date_news')}]")
_gallery = xpath(f"//*[{class_condition('news_image')}]//img")
# Cards link to other articles.
_cards = xpath(
    f"//*[{class_condition('news_card_small')}]"
    f" | //*[{class_condition('news_card_small_title')}][.//a[contains(@href, '/news/')]]"
)
_labels = xpath(f"//h1/preceding::*[{class_condition('news_card_small_title')}]")
_sections = xpath(
    "//h1/preceding::a[contains(@href, '/section/') or contains(@href, '/tag/')]"
    "[not(ancestor::nav or ancestor::header or ancestor::footer or ancestor::ul)]"
)


def find_layout(tree: HtmlElement) -> RoyaLayout | None:
    """Find the parts of a page with this layout, else return None. Removes other articles' cards from the tree."""
    bodies, dates = _bodies(tree), _dates(tree)
    if not bodies or not dates:
        return None
    for card in _cards(tree):
        if card.getparent() is not None:
            card.drop_tree()
    body = max(bodies, key=lambda body: len(body.text_content()))
    return RoyaLayout(body, tuple(_gallery(tree)), element_text(dates[0]), _tags(tree))


def _tags(tree: HtmlElement) -> tuple[str, ...]:
    """Return the tags above the title: one for each link, else the whole line, which may contain commas."""
    names = [element_text(link) for label in _labels(tree) for link in label.iter("a")]
    names = names or [element_text(label) for label in _labels(tree)]
    names = names or [element_text(link) for link in _sections(tree)]
    return tuple(dict.fromkeys(filter(None, names)))
