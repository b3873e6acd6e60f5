"""Arabic letters in presentation forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.layout.bidi.shaping import shape


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("سلام", "\ufeb3\ufefc\ufee1"),  # seen initial, lam-alef final, meem isolated
        ("محمد", "\ufee3\ufea4\ufee4\ufeaa"),  # initial, medial, medial, final
        ("دار", "\ufea9\ufe8d\ufead"),  # letters that do not join the next one
        ("لا", "\ufefb"),
        ("الأردن", "\ufe8d\ufef7\ufead\ufea9\ufee5"),
        ("مَرْ", "\ufee3\u064e\ufeae\u0652"),  # marks stay after their letter
        ("لَا", "\ufefb\u064e"),
        ("می\u200cخواهم", "\ufee3\ufbfd\ufea7\ufeee\ufe8d\ufeeb\ufee2"),  # a non-joiner separates and is dropped
        ("ه\u200d", "\ufeeb"),  # a joiner joins and is dropped
        ("ـهـ", "\u0640\ufeec\u0640"),
        ("پاکستان", "\ufb58\ufe8e\ufb90\ufeb4\ufe98\ufe8e\ufee5"),
        ("شيء", "\ufeb7\ufef2\ufe80"),
        ("١٢٣، abc", "١٢٣، abc"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("ٱ", "\ufb50"),
        ("\u0770", "\u0770"),  # a letter without presentation forms
        ("پچژگک", "\ufb58\ufb7d\ufb8b\ufb94\ufb8f"),  # Persian: initial, medial, final, initial, final
        ("ٹڈڑ", "\ufb68\ufb89\ufb8c"),  # Urdu
        ("ےۀہ", "\ufbae\ufba4\ufba6"),
        ("لألإلآ", "\ufef7\ufef9\ufef5"),  # each alef with its lam
        ("بلا", "\ufe91\ufefc"),
        ("ﷲ", "ﷲ"),
    ],
)
def test_letters_get_their_forms(text: str, forms: str) -> None:
    assert shape(text).text == forms


def test_shape_returns_index_of_each_character() -> None:
    shaped = shape("ab سلام لا!")
    assert shaped.text == "ab \ufeb3\ufefc\ufee1 \ufefb!"
    assert list(shaped.source) == [0, 1, 2, 3, 4, 6, 7, 8, 10]


@given(st.text(alphabet="سلاممَدهـ\u200c\u200d ab1؟", max_size=40))
def test_source_indexes_increase(text: str) -> None:
    shaped = shape(text)
    source = list(shaped.source)
    assert len(source) == len(shaped.text)
    assert source == sorted(set(source))
    assert all(shaped.text[i] == text[at] for i, at in enumerate(source) if text[at] in " ab1؟")
