"""Articles with a block of every kind, and how they look: `tests/data/articles/NAME.html` and `NAME.WIDTH.txt`.

python -m tests.document.articles     # writes what they look like now; look at the difference before it is kept
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from roya_tui.document.blocks import Document
from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.ui.widgets.cells import measure

FOLDER = Path(__file__).parents[1] / "data/articles"
WIDTHS = (40, 72, 120)
BASE = "https://ostra.example/wall/finished"


def names() -> list[str]:
    """The names of all articles."""
    return sorted(file.stem for file in FOLDER.glob("*.html"))


def article(name: str) -> Document:
    """The document of that name."""
    return parse_html((FOLDER / f"{name}.html").read_text(encoding="utf-8"), BASE)


def looks(made: Document, width: int) -> str:
    """A document as lines, and below them where its links lead."""
    return "\n".join((*(line.text.rstrip() for line in layout_document(made, width, measure)), "", *_links(made), ""))


def _links(made: Document) -> Iterator[str]:
    for number, link in enumerate(made.links, start=1):
        place = "" if link.target is None else " → " + made.text[link.target :].split("\n")[0][:30]
        yield f"[{number}] {link.url}{place}"


def expected(name: str, width: int) -> Path:
    """The file that tells how an article looks at a width."""
    return FOLDER / f"{name}.{width}.txt"


if __name__ == "__main__":
    for name in names():
        for width in WIDTHS:
            expected(name, width).write_text(looks(article(name), width), encoding="utf-8")
