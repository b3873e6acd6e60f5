"""What HTML elements and attributes mean for the text of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from roya_tui.text import one_line
from roya_tui.translation import gettext_noop

HIDDEN = frozenset(
    "script style template noscript head title noembed noframes svg canvas select datalist textarea button map "
    "rp".split()
)
"""Elements whose content is not shown."""
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre listing xmp plaintext "
    "section summary table tbody td tfoot th thead tr ul".split()
)
"""Elements that end the line before and after them."""
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BLOCK_KINDS = {"dt": "term", "summary": "summary", "figcaption": "caption", "caption": "caption"}
STYLES = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("s", "strike", "del"), "strike"),
    **dict.fromkeys(("u", "ins"), "underline"),
    "mark": "mark",
    "small": "small",
}

_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_TINY = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[012](?:px)?\s*(?:;|$)", re.I)
_SIZED = frozenset(("img", "iframe", "embed", "video", "audio"))
_LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?|highlight-source|brush:?)[-:\s]\s*([\w+#.-]+)", re.I)
# Values of any length are anchored to the start of a declaration: otherwise a search takes quadratic time.
_CSS_STYLES = (
    ("strong", re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)),
    ("em", re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.I)),
    ("strike", re.compile(r"(?:^|;)\s*text-decoration[\w-]*\s*:[^;]*line-through", re.I)),
    ("underline", re.compile(r"(?:^|;)\s*text-decoration[\w-]*\s*:[^;]*underline", re.I)),
    ("caps", re.compile(r"(?:^|;)\s*font-variant[\w-]*\s*:[^;]*small-caps", re.I)),
)
_FORMULA = re.compile(r"\b(?:latex|tex|mwe-math[\w-]*|math|mathjax)\b", re.I)
_DUPLICATING = frozenset(("span", "a", "i", "b", "sup", "small"))
"""Elements that, with `aria-hidden`, repeat for the eye what is beside them."""
_LATE_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
_FILE_NAME = re.compile(r"[\w.%()-]+\.(?:jpe?g|png|gif|webp|avif|svg)\Z", re.I)
_AUDIO_HOSTS = ("open.spotify.com w.soundcloud.com bandcamp.com embed.podcasts.apple.com player.simplecast.com").split()
_VIDEO_HOSTS = ("youtube.com", "youtube-nocookie.com", "vimeo.com", "player.vimeo.com", "dailymotion.com")
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,6})")


def parse_integer(value: str | None, default: int) -> int:
    """Return the integer that an attribute starts with, as browsers do, or `default`."""
    found = _INTEGER.match(value or "")
    return int(found[1]) if found else default


def is_invisible(tag: str, attributes: Mapping[str, str]) -> bool:
    """Return whether an element is hidden, or as small as a tracking pixel."""
    style = attributes.get("style", "")
    if "hidden" in attributes or _INVISIBLE.search(style):
        return True
    if tag in _DUPLICATING and attributes.get("aria-hidden") == "true":
        return True
    if tag not in _SIZED:
        return False
    sizes = [attributes[name] for name in ("width", "height") if name in attributes]
    return bool(_TINY.search(style)) or any(0 <= parse_integer(size, 99) <= 2 for size in sizes)


def is_character_image(attributes: Mapping[str, str]) -> bool:
    """Return whether a picture is small enough to stand for a character, such as an emoji."""
    if re.search(r"\b(?:emoji|wp-smiley)\b", attributes.get("class", "")) or is_formula_image(attributes):
        return True
    return all(0 <= parse_integer(attributes.get(name), 999) <= 32 for name in ("width", "height"))


def is_formula_image(attributes: Mapping[str, str]) -> bool:
    """Return whether a picture shows a formula whose text is its `alt`."""
    return bool(attributes.get("alt")) and _FORMULA.search(attributes.get("class", "")) is not None


def styles_from_css(style: str) -> Iterator[str]:
    """Return the text styles that a `style` attribute sets."""
    return (name for name, pattern in _CSS_STYLES if pattern.search(style))


def image_source(attributes: Mapping[str, str]) -> str:
    """Return a picture's URL, the real one rather than a placeholder."""
    for name in _LATE_SOURCES:
        if attributes.get(name):
            return attributes[name]
    source = attributes.get("src", "")
    if source and not source.startswith("data:"):
        return source
    candidates = (attributes.get("srcset") or attributes.get("data-srcset") or "").split(",")
    return (candidates[0].split() or [""])[0]


def image_caption(attributes: Mapping[str, str]) -> str:
    """Return the `alt` or `title` of a picture; "" if it is a file name."""
    words = one_line(attributes.get("alt") or attributes.get("title") or "")
    return "" if _FILE_NAME.match(words) else words


def code_language(attributes: Mapping[str, str]) -> str:
    """Return the programming language that a <pre> or <code> names; "" if none."""
    found = _LANGUAGE.search(attributes.get("class", ""))
    return found[1].lower() if found else one_line(attributes.get("data-lang", ""))


_VIDEO, _AUDIO, _PAGE = gettext_noop("video"), gettext_noop("audio"), gettext_noop("page")


def frame_label(host: str) -> str:
    """Return the kind of medium in a frame: `video`, `audio` or `page`."""
    return _VIDEO if host in _VIDEO_HOSTS else _AUDIO if host in _AUDIO_HOSTS else _PAGE


def object_label(attributes: Mapping[str, str]) -> str:
    """Return the kind of medium in an <object>; "" for a picture or Flash."""
    kind = attributes.get("type", "").partition("/")[0].lower()
    if not attributes.get("data") or attributes.get("type", "").lower().startswith("application/x-shockwave"):
        return ""
    return kind if kind in (_VIDEO, _AUDIO) else _PAGE if kind in ("application", "text") else ""


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_TYPES = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
          "lower-roman": "i", "upper-roman": "I"}  # fmt: skip


class ListCounter:
    """An open list and the number of its next item."""

    def __init__(self, id: int, attributes: Mapping[str, str], ordered: bool) -> None:
        self.id = id
        self.ordered = ordered
        self.counts_down = ordered and "reversed" in attributes and "start" not in attributes
        """Whether it starts at its number of items, which is known only at its end."""
        self.items = 0
        style = attributes.get("style", "").lower()
        self._type = next((type for name, type in _TYPES.items() if name in style), attributes.get("type", "1"))
        self._step = -1 if "reversed" in attributes else 1
        self._next = parse_integer(attributes.get("start"), 1)

    def next_marker(self, value: str | None) -> str:
        """Return the marker of the next item, numbered `value` if given; "" in an unordered list."""
        self.items += 1
        if not self.ordered:
            return ""
        number = parse_integer(value, self._next)
        self._next = number + self._step
        return format_ordinal(number, self._type) + "."

    def countdown_marker(self, item: int) -> str:
        """Return the marker of an item, counted from 0, of an ended list that `counts_down`."""
        return format_ordinal(self.items - item, self._type) + "."


def format_ordinal(number: int, type: str) -> str:
    """Return a number as a list of the given type (`1 a A i I`) writes it."""
    if type in ("i", "I") and 0 < number < 4000:
        word = ""
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            word += letters * times
        return word if type == "i" else word.upper()
    if type in ("a", "A") and number > 0:
        word = ""
        while number:
            number, letter = divmod(number - 1, 26)
            word = chr(ord(type) + letter) + word
        return word
    return str(number)
