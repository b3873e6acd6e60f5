"""Small helpers for looking things up in a parsed web page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from roya_tui.text import one_line


def finder(expression: str) -> Callable[[HtmlElement], list[Any]]:
    """Return a function that finds the elements at an XPath expression in a page."""
    found = XPath(expression)
    return lambda tree: list(found(tree))  # type: ignore[arg-type]  # an expression for elements finds a list


def of_class(name: str) -> str:
    """Return the XPath condition that an element is of that class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def words(element: HtmlElement) -> str:
    """Return an element's text on one line."""
    return one_line(str(element.text_content()))
