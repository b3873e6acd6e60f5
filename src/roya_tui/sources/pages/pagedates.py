"""When a page says that its article was published and last changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from itertools import islice

from lxml.html import HtmlElement

from roya_tui.model import Moment
from roya_tui.sources import dates
from roya_tui.sources.pages.pagefacts import Facts
from roya_tui.text import one_line

_MOST_WORDS = 10
"""Words behind a label that may be its date."""
_MOST_LINES = 3000
"""Lines of a page that are looked at."""
_MOST_LABELS = 200
_LABEL = re.compile(
    r"(?P<updated>(?:last )?(?:updated?|modified|changed)|[آأا]خر تحديث|(?:تم )?(?:ال)?تحديث|[اآ]خر تعديل"
    r"|mise? à jour|modifiée?|(?:zuletzt )?(?:aktualisiert|geändert)|stand|actualizad[oa]"
    r"|обновлено|更新(?:时间|日時|日期)?)"
    r"|(?P<published>(?:first |date )?published|posted|(?:تاريخ |تم )?(?:ال)?نشر|publiée?|veröffentlicht|erschienen"
    r"|publicad[oa]|опубликовано|发布(?:时间|日期)?|發布(?:時間)?|公開日)"
    r"(?: (?:on|at|le|am|el|в|في))?",
    re.I,
)
_AROUND = " \t:：|-–—•·,،"


def moments(tree: HtmlElement, said: Facts, shown: str, clock: tzinfo, now: int | None) -> tuple[Moment, Moment]:
    """Return when the article was published and last changed.

    `shown` is the line of times of a page whose layout is known, and goes first; then what the page tells machines;
    then any line of the page that begins with a label; then what the page only calls a date. What is not understood
    stays as text.
    """
    published, updated = _labelled(shown, clock, now)
    if shown and not (published or updated):
        published = _read(shown, clock, now)
    published = published or _first(said.published, clock, now)
    updated = updated or _first(said.updated, clock, now)
    if not published:
        begun = (line for line in islice(_lines(tree), _MOST_LINES) if _LABEL.match(line))
        for line in islice(begun, _MOST_LABELS):
            shown_published, shown_updated = _labelled(line, clock, now)
            published, updated = published or shown_published, updated or shown_updated
    for text in () if published or updated else said.dated:
        shown_published, shown_updated = _labelled(text, clock, now)
        published = shown_published or (None if shown_updated else _read(text, clock, now))
        updated = shown_updated
        if published or updated:
            break
    return (
        published or Moment(raw=next(iter(said.published), "")),
        updated or Moment(raw=next(iter(said.updated), "")),
    )


def tells_when(line: str) -> bool:
    """Whether a line of a page says when its article was published or changed, and nothing else of weight."""
    if label := _LABEL.match(line.strip(_AROUND)):
        return any(character.isdigit() for character in line[label.end() :])
    return dates.read(line.strip(_AROUND)).at is not None


def _first(raws: Iterable[str], clock: tzinfo, now: int | None) -> Moment | None:
    return next((moment for raw in raws if (moment := dates.read(raw, clock, now)).at is not None), None)


def _lines(tree: HtmlElement) -> Iterable[str]:
    """Short runs of text, each also with the one before it: a label and its date are often two elements."""
    before = ""
    for text in tree.itertext():
        line = one_line(text).strip(_AROUND)
        if line and len(line) < 200:
            yield f"{before} {line}" if before else line
            before = line if len(line) < 40 else ""


def _labelled(line: str, clock: tzinfo, now: int | None) -> tuple[Moment | None, Moment | None]:
    """The published and the updated time that stand behind their labels in a line."""
    found: dict[str, Moment] = {}
    labels = list(islice(_LABEL.finditer(line), 4))
    for place, label in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else None
        if moment := _read(line[label.end() : end], clock, now):
            found.setdefault("updated" if label["updated"] else "published", moment)
    return found.get("published"), found.get("updated")


def _read(text: str, clock: tzinfo, now: int | None) -> Moment | None:
    """The time that a text begins with, whatever comes after it."""
    words = text.strip(_AROUND).split()[:_MOST_WORDS]
    for length in range(len(words), 0, -1):
        moment = dates.read(" ".join(words[:length]).strip(_AROUND), clock, now)
        if moment.at is not None:
            return moment
    return None
