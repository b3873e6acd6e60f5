"""Decode bytes to text, also where header, XML declaration and bytes contradict each other."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from roya_tui.translation import gettext, gettext_noop, ngettext

BYTES, BOM, HEADER, PROLOG, GUESS = "its bytes", "its byte order mark", "the header", "its prolog", "a guess"
"""How an encoding was detected."""

_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, False, False, True): "utf_32_be", (True, False, False, False): "utf_32_le",
    (False, True, False, True): "utf_16_be", (True, False, True, False): "utf_16_le",
}  # fmt: skip
_EBCDIC = "<?xm".encode("cp037")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.I)
_DECLARED = re.compile(
    r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:+-]{1,40})"
    r"|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})",
    re.I,
)
# Codecs that a document may name. Python's others are not charsets, are slow, or hide markup (UTF-7).
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
# Documents with these labels often use characters of the superset.
_SUPERSETS = {
    "iso8859_1": "cp1252", "ascii": "cp1252", "iso8859_9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "tis_620": "cp874", "iso8859_11": "cp874", "big5": "big5hkscs",
}  # fmt: skip
_ESCAPING = ("iso2022", "hz")
_JAPANESE_ESCAPE = b"\x1b$B"
# Servers send these for everything, so a document's own declaration has precedence.
_WEAK_CHARSETS = ("cp1252", "iso8859_1", "ascii")
_ARABIC = ("cp1256", "iso8859_6")
_HIGH = re.compile(rb"[\x80-\xff]+")
_C1 = re.compile(rb"[\x80-\x9f]")
# A word in a script other than Latin; in East Asian encodings the second byte of a letter may be ASCII.
_FOREIGN = re.compile(rb"(?:[\x80-\xff][\x40-\xff]){3,5000}|[\x80-\xff]{3,5000}")
_LINE = re.compile(rb"[\x80-\xff][^<>\r\n]{0,400}")
_SAMPLE_BYTES = 10_000
"""Bytes from which an encoding is guessed."""
_CHUNK_BYTES = 2_000_000
"""Bytes that are decoded at once, and that are tested for an encoding."""
MAX_DAMAGED = 500_000
"""Damaged characters after which a document's text is cut: each takes as long to decode as a hundred others."""


class DecodedText(Struct, frozen=True):
    """A document's text and how it was decoded."""

    text: str
    encoding: str
    """The name for users: "windows-1256"."""
    detected_by: str
    warnings: tuple[str, ...] = ()


class _DeclaredCharset(Struct, frozen=True):
    """An encoding that the header or the document itself declares."""

    declared_by: str
    label: str
    codec: str
    """Python's name; "" if it is unknown or not allowed."""


def decode(data: bytes, content_type: str = "") -> DecodedText:
    """Decode `data`. Never fails: an invalid byte becomes U+FFFD.

    In order of precedence: the byte order mark, the bytes (UTF-16 and UTF-32 have zeros, UTF-8 a checkable structure),
    the charset of `content_type`, the document's own declaration (RFC 7303 §3), a guess.
    """
    labels = tuple(_declared_charsets(data, content_type))
    mark, encoding, detected_by = _detect_bom(data)
    data = data[len(mark) :]
    if not encoding:
        encoding, detected_by = _detect(data, labels)
    text, is_complete = _decode_text(data, _SUPERSETS.get(encoding, encoding))
    warnings = tuple(_label_warnings(labels, encoding, text))
    if not is_complete:
        warnings += (gettext("Only the beginning of the document was read: it has too many damaged characters."),)
    elif bad := text.count("\ufffd"):
        warnings += (
            ngettext(
                "The document has {count:,} damaged character.", "The document has {count:,} damaged characters.", bad
            ),
        )
    return DecodedText(text, _display_name(encoding, data), detected_by, warnings)


def _decode_text(data: bytes, encoding: str) -> tuple[str, bool]:
    """Return the text, and whether it is complete."""
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
    """Return Python's name for a charset label; "" if it is unknown or not allowed."""
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
    """Return the byte order mark and its encoding, which is "" if the bytes after it contradict it."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            is_right = _is_mostly_utf8(data) if encoding == "utf_8" else b"\0" in data[len(mark) : 200]
            return (mark, encoding, BOM) if is_right else (mark, "", "")
    return b"", "", ""


def _detect(data: bytes, labels: tuple[_DeclaredCharset, ...]) -> tuple[str, str]:
    """Return the encoding and how it was detected."""
    # UTF-16 and UTF-32 without a mark: documents begin with two ASCII characters (XML 1.0 appendix F).
    if encoding := _ZEROS.get(tuple(byte > 0 for byte in data[:4])):
        return encoding, BYTES
    if data.startswith(_EBCDIC):
        return next((label.codec for label in labels if label.codec.startswith("cp")), "cp037"), BYTES
    for label in labels:
        if label.codec.startswith(_ESCAPING):
            return label.codec, label.declared_by
    if _JAPANESE_ESCAPE in data:
        return "iso2022_jp", BYTES
    # Bytes without zeros cannot be UTF-16 or UTF-32.
    narrow = tuple(label for label in labels if label.codec and "<>".encode(label.codec) == b"<>")
    if data.isascii():
        first = narrow[0] if narrow else None
        return (first.codec, first.declared_by) if first and first.codec != "utf_8" else ("utf_8", BYTES)
    if _is_valid(data, "utf_8"):
        return "utf_8", BYTES
    return _detect_legacy(data, narrow)


def _detect_legacy(data: bytes, labels: tuple[_DeclaredCharset, ...]) -> tuple[str, str]:
    """Return the encoding of bytes that are not valid UTF-8, and how it was detected."""
    firm = [label for label in labels if label.codec not in ("utf_8", *_WEAK_CHARSETS)]
    if (not firm or any(label.codec == "utf_8" for label in labels)) and _is_mostly_utf8(data):
        return "utf_8", BYTES
    for fits in (_is_valid, _is_nearly_valid):
        if fitting := [label for label in firm if fits(data, _SUPERSETS.get(label.codec, label.codec))]:
            return _most_likely(data, fitting)
    guess = _guess_charset(data)
    weak = next((label for label in labels if label.codec in _WEAK_CHARSETS), None)
    return (weak.codec, weak.declared_by) if weak and guess == "cp1252" else (guess, GUESS)


def _most_likely(data: bytes, fitting: list[_DeclaredCharset]) -> tuple[str, str]:
    """Of several labels that fit the bytes, return the one that agrees with a guess, else the first."""
    first = fitting[0]
    if first.codec in _ARABIC and (arabic := _detect_arabic(data)):
        return next(((label.codec, label.declared_by) for label in fitting if label.codec == arabic), (arabic, GUESS))
    if any(not _is_compatible(label.codec, first.codec) for label in fitting):
        guess = _guess_charset(data)
        first = next((label for label in fitting if _is_compatible(label.codec, guess)), first)
    return first.codec, first.declared_by


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_valid(data: bytes, encoding: str) -> bool:
    """Whether at most one in fifty of the non-ASCII bytes is invalid."""
    data = data[:_CHUNK_BYTES]
    bad = data.decode(encoding, "replace").count("\ufffd")
    return bad * 50 <= sum(map(len, _HIGH.findall(data)))


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether most of the non-ASCII bytes are valid UTF-8."""
    data = data[:_CHUNK_BYTES]
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad * 4 <= sum(1 for _ in re.finditer("[^\x00-\x7f\ufffd]", text)) + 3 * (bad == 1)


def _guess_charset(data: bytes) -> str:
    """Guess the encoding of undeclared bytes: Arabic by its letters, else by chardet, else Western."""
    foreign = b" ".join(_first_matches(4000, _FOREIGN, data))[: 2 * _SAMPLE_BYTES]
    if len(b"".join(_HIGH.findall(foreign))) * 2 < len(_non_ascii_sample(data).replace(b" ", b"")):
        return "cp1252"
    if encoding := _detect_arabic(data):
        return encoding
    from chardet import detect  # slow to import, and rarely needed

    codec = _find_codec(detect(b"\n".join(_first_matches(200, _LINE, data))[:_SAMPLE_BYTES])["encoding"] or "")
    is_likely = codec and codec not in _WEAK_CHARSETS and _is_nearly_valid(data, _SUPERSETS.get(codec, codec))
    return codec if is_likely else "cp1252"


def _non_ascii_sample(data: bytes) -> bytes:
    return b" ".join(_first_matches(4000, _HIGH, data))[:_SAMPLE_BYTES]


def _first_matches(limit: int, pattern: re.Pattern[bytes], data: bytes) -> Iterator[bytes]:
    return (found[0][:_SAMPLE_BYTES] for found in islice(pattern.finditer(data), limit))


def _detect_arabic(data: bytes) -> str:
    """Return the encoding in which the bytes are Arabic text, or ""."""
    sample = _non_ascii_sample(data)
    ratio, encoding = max((_arabic_ratio(sample.decode(name, "replace")), name) for name in _ARABIC)
    return encoding if ratio > 0.6 else ""


def _arabic_ratio(text: str) -> float:
    """Return the share of `text` (0 to 1) that is one of the dozen most frequent Arabic letters."""
    letters = text.replace(" ", "")
    return sum(map(letters.count, "اليمنتربوةسدع")) / len(letters) if letters else 0.0


def _label_warnings(labels: tuple[_DeclaredCharset, ...], encoding: str, text: str) -> Iterator[str]:
    """Yield a warning for each wrong label. In pure ASCII hardly any label is wrong."""
    for label in labels:
        unknown, wrong = _LABEL_WARNINGS[label.declared_by]
        if not label.codec:
            yield gettext(unknown, name=label.label)
        elif not text.isascii() and not _is_compatible(label.codec, encoding):
            yield gettext(wrong, name=label.label)


_LABEL_WARNINGS = {
    HEADER: (
        gettext_noop("The HTTP header names an unknown encoding: {name}."),
        gettext_noop("The HTTP header names the encoding {name}, but the document has another."),
    ),
    PROLOG: (
        gettext_noop("The document names an unknown encoding: {name}."),
        gettext_noop("The document names the encoding {name}, but has another."),
    ),
}
"""By what declares the encoding: for an unknown one, and for a wrong one."""


def _is_compatible(label: str, encoding: str) -> bool:
    wide, narrow = (_SUPERSETS.get(codec, codec) for codec in (label, encoding))
    return wide == narrow or (label in ("utf_16", "utf_32") and encoding.startswith(label))


def _display_name(codec: str, data: bytes) -> str:
    """Return the usual name of an encoding: "windows-1256" instead of "cp1256"."""
    # Latin 1 with bytes 80 to 9F is windows-1252, whatever the label.
    if codec in ("gb2312", "gbk") or (codec in _WEAK_CHARSETS and not data.isascii() and _C1.search(data)):
        codec = _SUPERSETS.get(codec, codec)
    for pattern, replacement in (
        (r"cp(125\d)", r"windows-\1"),
        (r"utf_(\d+)_([bl]e)", r"utf-\1\2"),
        ("ascii", "us-ascii"),
    ):
        if re.fullmatch(pattern, codec):
            return re.sub(pattern, replacement, codec)
    name = re.sub(r"^iso8859_", "iso-8859-", codec).replace("iso2022_", "iso-2022-")
    return name if name == "shift_jis" else name.replace("_", "-")
