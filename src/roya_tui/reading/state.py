"""What the reader of a page knows while elements are open."""

from __future__ import annotations

from typing import NamedTuple

from roya_tui.reading.blocks import Inside


class State(NamedTuple):
    """What the open elements make of the text at hand."""

    styles: tuple[str, ...] = ()
    href: str = ""
    kind: str = "paragraph"
    level: int = 0
    inside: tuple[Inside, ...] = ()
    pre: bool = False
    language: str = ""
    rtl: bool | None = None
    bare_list: bool = False
    """Whether a list is open around us, and no item of it."""
    hidden: bool = False


class Medium(NamedTuple):
    label: str
    url: str
    title: str
