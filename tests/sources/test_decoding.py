"""Bytes → text, whatever header, prolog and bytes say about each other."""

from __future__ import annotations

import gzip

import pytest

from roya_tui.sources.decoding import decode
from roya_tui.sources.parse import parse

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
def test_unicode_is_known_by_its_bytes(encoding: str, mark: bool, declared: str) -> None:
    data = (("\ufeff" if mark else "") + document(ARABIC, declared)).encode(encoding)
    assert title(data) == ARABIC
    assert title(data, "text/xml; charset=iso-8859-1") == ARABIC


@pytest.mark.parametrize(
    ("encoding", "header", "prolog"),
    [
        ("windows-1256", "windows-1256", ""),
        ("windows-1256", "", "windows-1256"),
        ("windows-1256", "utf-8", "windows-1256"),
        ("windows-1256", "windows-1256", "utf-8"),
        ("windows-1256", "iso-8859-1", "windows-1256"),  # servers say Latin 1 about everything
        ("windows-1256", "windows-1256", "iso-8859-1"),
        ("windows-1256", "", "CP-1256"),
        ("windows-1256", "", "no-such-thing"),
        ("windows-1256", "utf-16", ""),
        ("windows-1256", "utf-8", ""),
        ("windows-1256", "", ""),
        ("iso-8859-6", "", "iso-8859-6"),
        ("iso-8859-6", "iso-8859-6", "windows-1256"),
        ("iso-8859-6", "", ""),
        ("utf-8", "windows-1256", "windows-1256"),
        ("utf-8", "us-ascii", "iso-8859-6"),
    ],
)
def test_arabic(encoding: str, header: str, prolog: str) -> None:
    text = ARABIC.replace("،", "")
    assert title(document(text, prolog).encode(encoding), f'text/xml; charset="{header}"' if header else "") == text


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (FRENCH, "windows-1252", ""),
        (FRENCH, "windows-1252", "iso-8859-1"),
        (FRENCH, "windows-1252", "us-ascii"),
        (FRENCH, "windows-1252", "utf-8"),
        ("Новости о воде и земле", "windows-1251", "windows-1251"),
        ("Новости о воде и земле", "koi8-r", "koi8-r"),
        ("新しい水の計画", "shift_jis", "shift_jis"),
        ("新しい水の計画", "shift_jis", "x-sjis"),
        ("新しい水の計画", "euc-jp", "euc-jp"),
        ("新しい水の計画", "iso-2022-jp", "iso-2022-jp"),
        ("新的水计划与镕", "gb18030", "gb2312"),
        ("新的水計畫", "big5", "big5"),
        ("새로운 물 계획", "euc-kr", "euc-kr"),
        ("Νέα για το νερό", "iso-8859-7", "iso-8859-7"),
        ("Su için yeni plan: şığ", "iso-8859-9", "iso-8859-9"),
        ("חדשות על המים", "windows-1255", "windows-1255"),
    ],
)
def test_other_scripts(text: str, encoding: str, declared: str) -> None:
    assert title(document(text, declared).encode(encoding)) == text


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("text", [ARABIC, FRENCH, "日本語の新聞が水の計画を伝える"])
def test_one_bad_byte_costs_one_character(text: str, declared: str) -> None:
    data = document(text + "BAD" + text, declared).encode().replace(b"BAD", b"\xff")
    feed = parse(data)
    assert feed.title == text + "\ufffd" + text
    assert feed.encoding == "utf-8"
    assert feed.warnings == ("The document has 1 damaged character.",)


def test_a_cut_character_costs_one_character() -> None:
    data = document("é" * 20 + "٤" + "é" * 20).encode().replace("٤".encode(), "٤".encode()[:1])
    assert title(data) == "é" * 20 + "\ufffd" + "é" * 20


def test_the_encoding_is_told_by_its_usual_name() -> None:
    assert parse(document(ARABIC, "cp1256").replace("،", "").encode("cp1256")).encoding == "windows-1256"
    assert parse(document(ARABIC).encode("utf-16")).encoding == "utf-16"
    assert parse(document("plain").encode()).encoding == "utf-8"


@pytest.mark.parametrize(
    "label", ["unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7", "rot13", "hex", "zip"]
)
def test_codecs_that_are_no_charsets_are_not_used(label: str) -> None:
    text = r"\u0041 +AGE- é"
    assert title(document(text, label).encode("latin-1"), f"text/xml; charset={label}") == text


@pytest.mark.parametrize(
    "before", ["\ufeff", "\n\n  \t", "\ufeff \n", "\x00\x00", "Notice: undefined index in a.php\n<br />\n"]
)
def test_what_stands_before_the_prolog_is_passed_over(before: str) -> None:
    assert title((before + document(ARABIC, "utf-8")).encode()) == ARABIC


def test_a_feed_packed_without_a_word_is_unpacked() -> None:
    assert title(gzip.compress(document(ARABIC).encode())) == ARABIC


def test_a_packed_feed_that_breaks_off_keeps_what_there_is() -> None:
    items = "".join(f"<item><guid>{n}</guid><title>{n * 7919}</title></item>" for n in range(2000))
    whole = gzip.compress(document("x").replace("</channel>", items + "</channel>").encode())
    feed = parse(whole[: len(whole) // 2])
    assert 500 < len(feed.entries) < 1500
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(len(feed.entries))]
    assert "The document breaks off." in feed.warnings


def test_a_damaged_pack_is_said() -> None:
    assert decode(b"\x1f\x8b\x08\x00damaged all over").warnings == (
        "The document is damaged: it is compressed and does not unfold.",
    )
