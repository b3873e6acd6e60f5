"""Articles with blocks of every kind, and as drawn: `tests/data/articles/NAME.html` and `NAME.WIDTH.txt`.

python -m tests.document.articles     # writes the lines as drawn now; check the diff before you commit it
"""

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
    return sorted(file.stem for file in FOLDER.glob("*.html"))


def article(name: str) -> Document:
    return parse_html((FOLDER / f"{name}.html").read_text(encoding="utf-8"), BASE)


def drawn(document: Document, width: int) -> str:
    """Return the lines of a document, and below them its links."""
    return "\n".join(
        (*(line.text.rstrip() for line in layout_document(document, width, measure)), "", *_links(document), "")
    )


def _links(document: Document) -> Iterator[str]:
    for number, link in enumerate(document.links, start=1):
        place = "" if link.target is None else " → " + document.text[link.target :].split("\n")[0][:30]
        yield f"[{number}] {link.url}{place}"


def expected(name: str, width: int) -> Path:
    """Return the file with an article's lines at a width."""
    return FOLDER / f"{name}.{width}.txt"


if __name__ == "__main__":
    for name in names():
        for width in WIDTHS:
            expected(name, width).write_text(drawn(article(name), width), encoding="utf-8")
