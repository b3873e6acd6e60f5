"""Small helpers for looking things up in a parsed web page."""

from __future__ import annotations

import re
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


_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MODIFIER = re.compile(r"--[\w-]+")  # BEM: how a thing looks, not what it is


def named(element: HtmlElement) -> set[str]:
    """Return the words that an element's class and id are made of: what its makers call it."""
    said = _MODIFIER.sub(" ", f"{element.get('class') or ''} {element.get('id') or ''}")
    return {word.lower() for word in _NAME.findall(said)}
