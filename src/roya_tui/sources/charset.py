"""Bytes → text, whatever the header, the prolog and the bytes themselves say about each other."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.text import format_count

BYTES, BOM, HEADER, PROLOG, GUESS = "its bytes", "its byte order mark", "the header", "its prolog", "a guess"
"""How an encoding is found."""

_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, False, False, True): "utf_32_be",
    (True, False, False, False): "utf_32_le",
    (False, True, False, True): "utf_16_be",
    (True, False, True, False): "utf_16_le",
}
_EBCDIC = "<?xm".encode("cp037")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.I)
_DECLARED = re.compile(
    r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:+-]{1,40})"
    r"|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})",
    re.I,
)
# What documents may ask for. Other codecs of Python's are no charsets, or slow, or a way round our checks (UTF-7).
_CHARSETS = re.compile(
    r"utf_(8|16|32)(_[bl]e)?|ascii|iso(8859|2022)_.*|cp\d+|koi8_.|mac_.*|gb.*|big5.*|hz|euc_.*|shift_.*|johab|tis_620"
    r"|kz1048|ptcp154|hp_roman8"
)
# Names of the web (WHATWG Encoding §4.2) that Python does not know.
_OTHER_NAMES = {
    "mac": "mac_roman", "windows_31j": "cp932", "koi8": "koi8_r", "koi8_ru": "koi8_u", "dos_874": "cp874",
    "iso_8859_6_i": "iso8859_6", "iso_8859_6_e": "iso8859_6", "iso_8859_8_i": "iso8859_8", "logical": "iso8859_8",
    "ksc_5601": "euc_kr", "ks_c_5601_1989": "euc_kr", "gb_2312_80": "gb2312", "cn_big5": "big5",
    "ucs_2": "utf_16", "ucs2": "utf_16", "iso_10646_ucs_2": "utf_16", "unicode": "utf_16",
    "ucs_4": "utf_32", "ucs4": "utf_32", "iso_10646_ucs_4": "utf_32",
}  # fmt: skip
# A label says less than its superset.
_SUPERSETS = {
    "iso8859_1": "cp1252", "ascii": "cp1252", "iso8859_9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "tis_620": "cp874", "iso8859_11": "cp874", "big5": "big5hkscs",
}  # fmt: skip
_ESCAPING = ("iso2022", "hz")
_JAPANESE_ESCAPE = b"\x1b$B"
# Servers send these for everything, so a document's own word goes first.
_WEAK_CHARSETS = ("cp1252", "iso8859_1", "ascii")
_ARABIC = ("cp1256", "iso8859_6")
_HIGH = re.compile(rb"[\x80-\xff]+")
_C1 = re.compile(rb"[\x80-\x9f]")
# A word of a script other than Latin, whose letters stand alone or in pairs; in East Asia's encodings the second byte
# of a character may be one of ASCII's.
_FOREIGN = re.compile(rb"(?:[\x80-\xff][\x40-\xff]){3,5000}|[\x80-\xff]{3,5000}")
_LINE = re.compile(rb"[\x80-\xff][^<>\r\n]{0,400}")
_SAMPLE_BYTES = 10_000
"""Bytes that are looked at to guess."""
_CHUNK_BYTES = 2_000_000
"""Bytes that are decoded at once, and that say which encoding a document is in."""
MAX_DAMAGED = 500_000
"""Damaged characters of a document, each of which takes as long as a hundred others; there its text ends."""


class DecodedText(Struct, frozen=True):
    """A document's text, the encoding that it was in, how that was found, and what went wrong on the way, in words."""

    text: str
    encoding: str
    detected_by: str
    warnings: tuple[str, ...] = ()


class _DeclaredCharset(Struct, frozen=True):
    """What `who` says that a document's encoding is; `codec` is Python's name for it, "" if there is none."""

    declared_by: str
    label: str
    codec: str


def decode(data: bytes, content_type: str = "") -> DecodedText:
    """Return the text of `data`. Never fails: a byte that means nothing costs one character (U+FFFD).

    A byte order mark goes first, then whatever is proven by the bytes (UTF-16 and UTF-32 by their zeros, UTF-8 by its
    shape), then `content_type`'s charset, then the document's own word (RFC 7303 §3), then a guess.
    """
    data, warnings = gunzip_if_needed(data)
    labels = tuple(_declared_charsets(data, content_type))
    mark, encoding, found = _detect_bom(data)
    data = data[len(mark) :]
    if not encoding:
        encoding, found = _detect(data, labels)
    text, whole = _decode_text(data, _SUPERSETS.get(encoding, encoding))
    warnings += tuple(_label_warnings(labels, encoding, text))
    if not whole:
        warnings += ("Only the beginning of the document was read: it has too many damaged characters.",)
    elif bad := text.count("\ufffd"):
        warnings += (f"The document has {format_count(bad, 'damaged character')}.",)
    return DecodedText(text, _display_name(encoding, data), found, warnings)


def _decode_text(data: bytes, encoding: str) -> tuple[str, bool]:
    """The text, and whether it is all of it."""
    if len(data) <= _CHUNK_BYTES:
        return data.decode(encoding, "replace"), True
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    pieces: list[str] = []
    damaged = 0
    for start in range(0, len(data), _CHUNK_BYTES):
        pieces.append(decoder.decode(data[start : start + _CHUNK_BYTES], final=start + _CHUNK_BYTES >= len(data)))
        damaged += pieces[-1].count("\ufffd")
        if damaged > MAX_DAMAGED:
            return "".join(pieces), False
    return "".join(pieces), True


def _declared_charsets(data: bytes, content_type: str) -> Iterator[_DeclaredCharset]:
    if found := _CHARSET.search(content_type):
        yield _DeclaredCharset(HEADER, found[1], _find_codec(found[1]))
    head = data[:4000].decode("cp037" if data.startswith(_EBCDIC) else "latin-1").replace("\0", "")
    if found := _DECLARED.search(head):
        label = found[1] or found[2]
        yield _DeclaredCharset(PROLOG, label, _find_codec(label))


def _find_codec(label: str) -> str:
    """Python's name for a charset's label, "" if there is none that a document may ask for."""
    name = re.sub(r"[\W_]+", "_", label.lower()).removeprefix("x_")
    numbered = re.sub(r"^(win(dows)?|cp)_?(?=\d)", "cp", name)
    for spelling in (name, numbered, name.removeprefix("cs")):
        try:
            codec = codecs.lookup(_OTHER_NAMES.get(spelling, spelling)).name.replace("-", "_")
        except (LookupError, ValueError):
            continue
        return codec if _CHARSETS.fullmatch(codec) else ""
    return ""


def _detect_bom(data: bytes) -> tuple[bytes, str, str]:
    """The byte order mark, and the encoding that it stands for, unless the bytes after it belie it."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            believed = _is_mostly_utf8(data) if encoding == "utf_8" else b"\0" in data[len(mark) : 200]
            return (mark, encoding, BOM) if believed else (mark, "", "")
    return b"", "", ""


def _detect(data: bytes, labels: tuple[_DeclaredCharset, ...]) -> tuple[str, str]:
    """The encoding and how it was found."""
    # UTF-16 and UTF-32 without a mark: documents begin with two ASCII characters (XML 1.0 appendix F).
    if encoding := _ZEROS.get(tuple(byte > 0 for byte in data[:4])):
        return encoding, BYTES
    if data.startswith(_EBCDIC):
        return next((one.codec for one in labels if one.codec.startswith("cp")), "cp037"), BYTES
    for one in labels:
        if one.codec.startswith(_ESCAPING):
            return one.codec, one.declared_by
    if _JAPANESE_ESCAPE in data:
        return "iso2022_jp", BYTES
    # A label of wider characters on bytes without zeros is wrong.
    narrow = tuple(one for one in labels if one.codec and "<>".encode(one.codec) == b"<>")
    if data.isascii():
        first = narrow[0] if narrow else None
        return (first.codec, first.declared_by) if first and first.codec != "utf_8" else ("utf_8", BYTES)
    if _is_valid(data, "utf_8"):
        return "utf_8", BYTES
    return _detect_legacy(data, narrow)


def _detect_legacy(data: bytes, labels: tuple[_DeclaredCharset, ...]) -> tuple[str, str]:
    """The encoding of what is not quite UTF-8."""
    firm = [one for one in labels if one.codec not in ("utf_8", *_WEAK_CHARSETS)]
    if (not firm or any(one.codec == "utf_8" for one in labels)) and _is_mostly_utf8(data):
        return "utf_8", BYTES
    for fits in (_is_valid, _is_nearly_valid):
        if fitting := [one for one in firm if fits(data, _SUPERSETS.get(one.codec, one.codec))]:
            return _most_likely(data, fitting)
    guess = _guess_charset(data)
    weak = next((one for one in labels if one.codec in _WEAK_CHARSETS), None)
    return (weak.codec, weak.declared_by) if weak and guess == "cp1252" else (guess, GUESS)


def _most_likely(data: bytes, fitting: list[_DeclaredCharset]) -> tuple[str, str]:
    """Of labels that all may be right, the one that the text reads like; else the first."""
    first = fitting[0]
    if first.codec in _ARABIC and (arabic := _detect_arabic(data)):
        return next(((one.codec, one.declared_by) for one in fitting if one.codec == arabic), (arabic, GUESS))
    if any(not _is_compatible(one.codec, first.codec) for one in fitting):
        guess = _guess_charset(data)
        first = next((one for one in fitting if _is_compatible(one.codec, guess)), first)
    return first.codec, first.declared_by


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_valid(data: bytes, encoding: str) -> bool:
    """Whether no more than one in fifty of the bytes beyond ASCII means nothing."""
    data = data[:_CHUNK_BYTES]
    bad = data.decode(encoding, "replace").count("\ufffd")
    return bad * 50 <= sum(map(len, _HIGH.findall(data)))


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether the bytes beyond ASCII are UTF-8 but for a few."""
    data = data[:_CHUNK_BYTES]
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad * 4 <= sum(1 for _ in re.finditer("[^\x00-\x7f\ufffd]", text)) + 3 * (bad == 1)


def _guess_charset(data: bytes) -> str:
    """Nobody says and it is not UTF-8: Arabic if it reads as Arabic, else what chardet says, else Western."""
    foreign = b" ".join(_first_matches(4000, _FOREIGN, data))[: 2 * _SAMPLE_BYTES]
    if len(b"".join(_HIGH.findall(foreign))) * 2 < len(_non_ascii_sample(data).replace(b" ", b"")):
        return "cp1252"
    if encoding := _detect_arabic(data):
        return encoding
    from chardet import detect  # slow to import, and seldom needed

    codec = _find_codec(detect(b"\n".join(_first_matches(200, _LINE, data))[:_SAMPLE_BYTES])["encoding"] or "")
    return (
        codec
        if codec and codec not in _WEAK_CHARSETS and _is_nearly_valid(data, _SUPERSETS.get(codec, codec))
        else "cp1252"
    )


def _non_ascii_sample(data: bytes) -> bytes:
    return b" ".join(_first_matches(4000, _HIGH, data))[:_SAMPLE_BYTES]


def _first_matches(limit: int, pattern: re.Pattern[bytes], data: bytes) -> Iterator[bytes]:
    return (found[0][:_SAMPLE_BYTES] for found in islice(pattern.finditer(data), limit))


def _detect_arabic(data: bytes) -> str:
    """The encoding in which the bytes read as Arabic, "" if they do in none."""
    sample = _non_ascii_sample(data)
    likeness, encoding = max((_arabic_ratio(sample.decode(name, "replace")), name) for name in _ARABIC)
    return encoding if likeness > 0.6 else ""


def _arabic_ratio(text: str) -> float:
    """How much of `text` is the dozen letters that make up most of any Arabic."""
    letters = text.replace(" ", "")
    return sum(map(letters.count, "اليمنتربوةسدع")) / len(letters) if letters else 0.0


def _label_warnings(labels: tuple[_DeclaredCharset, ...], encoding: str, text: str) -> Iterator[str]:
    """Where header and prolog are wrong, in words. On a document of ASCII alone hardly any label is."""
    for one in labels:
        if not one.codec:
            yield f"{one.declared_by.capitalize()} names an encoding that there is not: {one.label}."
        elif not text.isascii() and not _is_compatible(one.codec, encoding):
            yield f"{one.declared_by.capitalize()} says {one.label}, which the document is not in."


def _is_compatible(label: str, encoding: str) -> bool:
    wide, narrow = (_SUPERSETS.get(codec, codec) for codec in (label, encoding))
    return wide == narrow or (label in ("utf_16", "utf_32") and encoding.startswith(label))


def _display_name(codec: str, data: bytes) -> str:
    """The name that people know: "windows-1256" rather than "cp1256"."""
    # Latin 1 with Microsoft's signs is windows-1252, whatever it calls itself.
    if codec in ("gb2312", "gbk") or (codec in _WEAK_CHARSETS and not data.isascii() and _C1.search(data)):
        codec = _SUPERSETS.get(codec, codec)
    for python, people in ((r"cp(125\d)", r"windows-\1"), (r"utf_(\d+)_([bl]e)", r"utf-\1\2"), (r"ascii", "us-ascii")):
        if re.fullmatch(python, codec):
            return re.sub(python, people, codec)
    name = re.sub(r"^iso8859_", "iso-8859-", codec).replace("iso2022_", "iso-2022-")
    return name if name == "shift_jis" else name.replace("_", "-")
