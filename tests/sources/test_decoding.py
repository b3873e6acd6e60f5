"""Bytes decoded to text, whatever header, prolog and bytes say about the encoding."""

import gzip

import pytest

from roya_tui.sources.parser import parse
from roya_tui.sources.sniffer import sniff

ARABIC = "وزارة المياه تنشر خطة جديدة لمنطقة المفرق، ويبدأ العمل فيها بعد العيد"
FRENCH = "Une école a été rouverte à la façon d’hier : « très bien »"


def document(title: str, declared: str = "") -> str:
    encoding = f' encoding="{declared}"' if declared else ""
    return f'<?xml version="1.0"{encoding}?><rss version="2.0"><channel><title>{title}</title></channel></rss>'


def title(data: bytes, content_type: str = "") -> str:
    return parse(data, content_type=content_type).title


@pytest.mark.parametrize("declared", ["", "utf-16", "utf-8", "windows-1256"])
@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_unicode_is_recognized_by_its_bytes(encoding: str, mark: bool, declared: str) -> None:
    data = (("\ufeff" if mark else "") + document(ARABIC, declared)).encode(encoding)
    assert title(data) == ARABIC
    assert title(data, "text/xml; charset=iso-8859-1") == ARABIC


@pytest.mark.parametrize(
    ("encoding", "header", "prolog"),
    [
        ("windows-1256", "windows-1256", ""), ("windows-1256", "", "windows-1256"),
        ("windows-1256", "utf-8", "windows-1256"), ("windows-1256", "windows-1256", "utf-8"),
        ("windows-1256", "iso-8859-1", "windows-1256"),  # servers say Latin 1 about everything
        ("windows-1256", "windows-1256", "iso-8859-1"), ("windows-1256", "", "CP-1256"),
        ("windows-1256", "", "no-such-thing"), ("windows-1256", "utf-16", ""), ("windows-1256", "utf-8", ""),
        ("windows-1256", "", ""), ("iso-8859-6", "", "iso-8859-6"), ("iso-8859-6", "iso-8859-6", "windows-1256"),
        ("iso-8859-6", "", ""), ("windows-1256", "koi8-r", "windows-1256"),
        ("windows-1256", "windows-1256", "koi8-r"), ("iso-8859-6", "windows-1256", ""),
        ("iso-8859-6", "windows-1256", "iso-8859-6"), ("utf-8", "windows-1256", "windows-1256"),
        ("utf-8", "us-ascii", "iso-8859-6"),
    ],
)  # fmt: skip
def test_arabic_is_decoded_with_any_header_and_prolog(encoding: str, header: str, prolog: str) -> None:
    text = ARABIC.replace("،", "")
    assert title(document(text, prolog).encode(encoding), f'text/xml; charset="{header}"' if header else "") == text


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (FRENCH, "windows-1252", ""), (FRENCH, "windows-1252", "iso-8859-1"), (FRENCH, "windows-1252", "us-ascii"),
        (FRENCH, "windows-1252", "utf-8"),
        ("Новости о воде и земле", "windows-1251", "windows-1251"),
        ("Новости о воде и земле", "koi8-r", "koi8-r"), ("新しい水の計画", "shift_jis", "shift_jis"),
        ("新しい水の計画", "shift_jis", "x-sjis"), ("新しい水の計画", "euc-jp", "euc-jp"),
        ("新しい水の計画", "iso-2022-jp", "iso-2022-jp"), ("新的水计划与镕", "gb18030", "gb2312"),
        ("新的水計畫", "big5", "big5"),
        ("新しい水の計画", "iso-2022-jp", ""), ("新しい水の計画", "iso-2022-jp", "utf-8"),
        ("새로운 물 계획", "euc-kr", "euc-kr"),
        ("Νέα για το νερό", "iso-8859-7", "iso-8859-7"), ("Su için yeni plan: şığ", "iso-8859-9", "iso-8859-9"),
        ("חדשות על המים", "windows-1255", "windows-1255"),
    ],
)  # fmt: skip
def test_other_scripts_are_decoded(text: str, encoding: str, declared: str) -> None:
    assert title(document(text, declared).encode(encoding)) == text


def test_likelier_of_two_declared_encodings_is_used() -> None:
    text = "Сегодня в городе начали новый план снабжения водой"
    for header, prolog in (("windows-1251", "koi8-r"), ("koi8-r", "windows-1251")):
        assert title(document(text, prolog).encode("koi8-r"), f"text/xml; charset={header}") == text
    text = "新的水计划"  # in letters of ASCII, and so also good UTF-8
    assert title(document(text, "hz-gb-2312").encode("hz"), "text/xml; charset=utf-8") == text


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("text", [ARABIC, FRENCH, "日本語の新聞が水の計画を伝える"])
def test_invalid_byte_costs_one_character(text: str, declared: str) -> None:
    data = document(text + "BAD" + text, declared).encode().replace(b"BAD", b"\xff")
    feed = parse(data)
    assert feed.title == text + "\ufffd" + text
    assert (feed.encoding, feed.encoding_found) == ("utf-8", "its bytes")
    assert feed.warnings[-1] == "The document has 1 damaged character."


def test_damaged_or_wrongly_marked_text_is_decoded() -> None:
    data = document("é" * 20 + "٤" + "é" * 20).encode().replace("٤".encode(), "٤".encode()[:1])
    assert title(data) == "é" * 20 + "\ufffd" + "é" * 20
    assert title(b"\xef\xbb\xbf" + document(ARABIC, "windows-1256").encode("cp1256")) == ARABIC
    assert title(b"\xff\xfe" + document(ARABIC).encode()) == ARABIC


@pytest.mark.parametrize(
    ("text", "bytes_", "declared", "header", "expected"),
    [
        ("plain", "utf-8", "", "", ("utf-8", "its bytes")),
        ("plain", "utf-8", "ISO-8859-1", "", ("iso-8859-1", "its prolog")),
        ("plain", "utf-8", "ISO-8859-1", "us-ascii", ("us-ascii", "the header")),
        ("plain", "utf-8", "utf-16", "", ("utf-8", "its bytes")),
        (FRENCH, "utf-8", "", "", ("utf-8", "its bytes")),
        (FRENCH, "utf-8-sig", "", "", ("utf-8", "its byte order mark")),
        (FRENCH, "utf-16", "", "", ("utf-16le", "its byte order mark")),
        (FRENCH, "utf-16-be", "", "", ("utf-16be", "its bytes")),
        ("déjà", "latin-1", "iso-8859-1", "", ("iso-8859-1", "its prolog")),
        (FRENCH, "cp1252", "iso-8859-1", "", ("windows-1252", "its prolog")),
        (FRENCH, "cp1252", "", "", ("windows-1252", "a guess")),
        (ARABIC, "cp1256", "cp1256", "", ("windows-1256", "its prolog")),
        (ARABIC, "cp1256", "iso-8859-1", "", ("windows-1256", "a guess")),
        ("新的水计划与镕", "gb18030", "", "gb2312", ("gb18030", "the header")),
        ("새로운 물 계획", "euc-kr", "euc-kr", "", ("euc-kr", "its prolog")),
        ("Ø", "cp037", "ibm037", "", ("cp037", "its bytes")),
    ],
)  # fmt: skip
def test_feed_names_its_encoding_and_the_origin_of_it(text, bytes_, declared, header, expected) -> None:
    feed = parse(document(text, declared).encode(bytes_), content_type=f"text/xml; charset={header}" if header else "")
    assert (feed.encoding, feed.encoding_found) == expected
    assert feed.title == text


@pytest.mark.parametrize(
    ("declared", "header", "warning"),
    [
        ("windows-1256", "", "The document names the encoding windows-1256, but has another."),
        ("", "iso-8859-1", "The HTTP header names the encoding iso-8859-1, but the document has another."),
        ("x-klingon", "", "The document names an unknown encoding: x-klingon."),
        ("", "none", "The HTTP header names an unknown encoding: none."),
    ],
)
def test_wrong_declared_encoding_is_a_warning(declared: str, header: str, warning: str) -> None:
    feed = parse(document(ARABIC, declared).encode(), content_type=f"text/xml; charset={header}" if header else "")
    assert (feed.title, feed.warnings) == (ARABIC, (warning,))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("ゲームとテレビのニュース、新しい町の話題をカタカナで伝える", "shift_jis"),
        ("ゲームとテレビのニュース、新しい町の話題をカタカナで伝える", "euc-jp"),
        ("今天的新聞說，城市的水計畫已經成功地開始了，大家都很高興", "big5"),
        ("今天的新闻说，城市的水计划已经成功地开始了，大家都很高兴", "gb18030"),
        ("오늘의 뉴스는 도시의 새로운 물 계획이 시작되었다고 전한다", "euc-kr"),
        ("Сегодня в городе начали новый план снабжения водой", "koi8-r"),
        ("Сегодня в городе начали новый план снабжения водой", "windows-1251"),
        ("Σήμερα η πόλη άρχισε ένα νέο σχέδιο για το νερό", "iso-8859-7"),
        ("חדשות היום על תוכנית המים החדשה של העיר הגדולה", "windows-1255"),
        ("วันนี้เมืองเริ่มแผนน้ำใหม่สำหรับทุกคน", "tis-620"), (ARABIC, "windows-1256"), (ARABIC, "iso-8859-6"),
        ("Où déjà là-bas ? Ça déçoit l’été, naïf « cœur »", "windows-1252"),
        ("Größe, Übermut, Äpfel: schöne Grüße aus Köln", "windows-1252"),
    ],
)  # fmt: skip
def test_undeclared_encoding_is_guessed(text: str, encoding: str) -> None:
    feed = parse(document(text.replace("،", "") if "8859" in encoding else text).encode(encoding))
    assert feed.title == (text.replace("،", "") if "8859" in encoding else text)
    assert feed.encoding_found == "a guess"


@pytest.mark.parametrize(
    "label", ["unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7", "rot13", "hex", "zip"]
)
def test_codecs_that_are_not_charsets_are_not_used(label: str) -> None:
    text = r"\u0041 +AGE- é"
    assert title(document(text, label).encode("latin-1"), f"text/xml; charset={label}") == text


@pytest.mark.parametrize(
    "before", ["\ufeff", "\n\n  \t", "\ufeff \n", "\x00\x00", "Notice: undefined index in a.php\n<br />\n"]
)
def test_text_before_the_prolog_is_ignored(before: str) -> None:
    assert title((before + document(ARABIC, "utf-8")).encode()) == ARABIC


def test_undeclared_gzip_is_decompressed_and_damage_is_a_warning() -> None:
    packed = gzip.compress(document(ARABIC).encode())
    assert title(packed) == title(gzip.compress(packed)) == ARABIC
    halves = document(ARABIC).encode()
    assert title(gzip.compress(halves[:40]) + gzip.compress(halves[40:])) == ARABIC
    damaged = sniff(b"\x1f\x8b\x08\x00damaged all over")
    assert damaged.warnings == ("The compressed document is damaged.",)


def test_truncated_gzip_keeps_its_whole_entries() -> None:
    items = "".join(f"<item><guid>{n}</guid><title>{n * 7919}</title></item>" for n in range(2000))
    whole = gzip.compress(document("x").replace("</channel>", items + "</channel>").encode())
    feed = parse(whole[: len(whole) // 2])
    assert 500 < len(feed.entries) < 1500
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(len(feed.entries))]
    assert feed.warnings[0] == "The compressed document ends early."
    assert feed.warnings[1].startswith(f"The document is cut off after {len(feed.entries)} entries")
