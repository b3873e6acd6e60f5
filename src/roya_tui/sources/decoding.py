"""Bytes → text, whatever the header, the prolog and the bytes themselves say about each other."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass

MOST = 50_000_000
"""Bytes that a compressed document may unfold to."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, False, False, True): "utf-32-be",
    (True, False, False, False): "utf-32-le",
    (False, True, False, True): "utf-16-be",
    (True, False, True, False): "utf-16-le",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.I)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:+-]+)|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.I
)
# What documents may ask for. Other codecs of Python's are no charsets, or slow, or a way round our checks (UTF-7).
_CHARSETS = re.compile(
    r"(?!utf_?7)(utf|u8|iso|latin|l\d|windows|win|cp|ibm|us_ascii|ascii|koi8|mac|gb|big5|hz|euc|sjis|shift|ms|ks|tis|johab|uhc)"
)
# A label says less than its superset (WHATWG Encoding §4.2).
_SUPERSETS = {
    "iso8859_1": "cp1252", "ascii": "cp1252", "iso8859_9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "tis_620": "cp874", "iso8859_11": "cp874", "big5": "big5hkscs",
}  # fmt: skip
_ESCAPING = ("iso2022", "hz")
# Servers send these for everything, so a document's own word goes first.
_WEAK = ("cp1252",)
_ARABIC = ("cp1256", "iso8859_6")
_HIGH = re.compile(rb"[\x80-\xff]+")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text, the encoding that it was in, and what went wrong on the way, in words."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Return the text of `data`. Never fails: a byte that means nothing costs one character (U+FFFD).

    A byte order mark goes first, then whatever is proven by the bytes (UTF-16 and UTF-32 by their zeros, UTF-8 by its
    shape), then `content_type`'s charset, then the document's own word (RFC 7303 §3), then a guess.
    """
    warnings: tuple[str, ...] = ()
    if data[:2] == b"\x1f\x8b":
        data, warnings = _unfold(data)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, warnings)
    if encoding := _by_zeros(data[:4]):
        return _decoded(data, encoding, warnings)
    header, own = _named(content_type), _own(data[:4000])
    for encoding in (header, own):
        if encoding.startswith(_ESCAPING):
            return _decoded(data, encoding, warnings)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", warnings)
    except UnicodeDecodeError:
        return _decoded(data, _not_quite_utf8(data, header, own), warnings)


def _unfold(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    unfolder = zlib.decompressobj(31)
    try:
        whole = unfolder.decompress(data, MOST)
    except zlib.error:
        return b"", ("The document is damaged: it is compressed and does not unfold.",)
    if unfolder.unconsumed_tail:
        return whole, (f"Only the first {MOST // 1_000_000} MB of the document were read.",)
    return whole, () if unfolder.eof else ("The document breaks off.",)


def _by_zeros(head: bytes) -> str:
    """UTF-16 and UTF-32 without a mark: documents begin with two ASCII characters (XML 1.0 appendix F)."""
    return _ZEROS.get(tuple(byte > 0 for byte in head), "")


def _named(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return _codec(found[1]) if found else ""


def _own(head: bytes) -> str:
    found = _DECLARED.search(head)
    return _codec((found[1] or found[2]).decode("ascii", "replace")) if found else ""


def _codec(label: str) -> str:
    """Python's name for a charset's label, "" if there is none that a document may ask for."""
    name = re.sub(r"[\W_]+", "_", label.strip().lower()).removeprefix("x_").removeprefix("cs")
    if not _CHARSETS.match(name):
        return ""
    try:
        found = codecs.lookup(re.sub(r"^win(dows)?_?(?=\d)", "cp", name)).name.replace("-", "_")
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(found, found)


def _not_quite_utf8(data: bytes, header: str, own: str) -> str:
    named = [name for name in (header, own) if name]
    # UTF-16 was looked for above: a label that says so on bytes without zeros is wrong.
    others = [name for name in named if not name.startswith("utf")]
    others.sort(key=lambda name: name in _WEAK)
    if _mostly_utf8(data) and ("utf_8" in named or not others or all(name in _WEAK for name in others)):
        return "utf-8"
    for name in others:
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    for name in others:
        if name not in _WEAK and _bad(data, name) * 50 <= sum(map(len, _HIGH.findall(data))):
            return name
    return _guess(data)


def _bad(data: bytes, encoding: str) -> int:
    return data.decode(encoding, "replace").count("\ufffd")


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes beyond ASCII are UTF-8 but for a few."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad * 4 <= sum(1 for run in re.finditer("[^\x00-\x7f\ufffd]", text)) + 3 * (bad == 1)


def _guess(data: bytes) -> str:
    """Nobody says and it is not UTF-8: Arabic if long runs of high bytes read as Arabic, else what chardet says."""
    runs = b" ".join(_HIGH_RUN.findall(data)[:2000])[:20_000]
    if len(runs) * 2 >= len(b"".join(_HIGH.findall(data)[:4000])[:20_000]):
        likeness, encoding = max((_likeness(runs.decode(name, "replace")), name) for name in _ARABIC)
        if likeness > 0.6:
            return encoding
        from chardet import detect  # slow to import, and seldom needed

        found = detect(runs)["encoding"]
        if found and (codec := _codec(found)):
            return codec
    return "cp1252"


def _likeness(text: str) -> float:
    """How much of `text` is the dozen letters that make up most of any Arabic."""
    letters = text.replace(" ", "")
    return sum(map(letters.count, "اليمنتربوةسدع")) / len(letters) if letters else 0.0


def _decoded(data: bytes, encoding: str, warnings: tuple[str, ...]) -> Decoded:
    text = data.decode(encoding, "replace")
    if bad := text.count("\ufffd"):
        what = "1 damaged character" if bad == 1 else f"{bad} damaged characters"
        warnings += (f"The document has {what}.",)
    return Decoded(text, _said(encoding), warnings)


def _said(encoding: str) -> str:
    """The name that people know: "windows-1256" rather than "cp1256"."""
    if found := re.fullmatch(r"cp(125\d)", encoding):
        return f"windows-{found[1]}"
    return re.sub(r"^iso8859-?", "iso-8859-", encoding.replace("_", "-")).removesuffix("-le").removesuffix("-be")
