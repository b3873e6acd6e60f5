"""Lines as SSML: each piece of text names its language."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.export.ssml import to_ssml
from roya_tui.text import one_line

Pieces = list[tuple[str, str]]


def pieces(line: str, *languages: str) -> Pieces:
    voices = ET.fromstring(to_ssml(line, *languages))
    return [(voice.attrib["{http://www.w3.org/XML/1998/namespace}lang"], voice.text or "") for voice in voices]


@pytest.mark.parametrize(
    ("line", "languages", "expected"),
    [
        ("2. بئر جديدة. Town. 4 July", "en", [("en", "2. "), ("ar", "بئر جديدة. "), ("en", "Town. 4 July")]),
        ("1. Tram late. Town. 4 تموز.", "ar", [("ar", "1. "), ("en", "Tram late. Town. "), ("ar", "4 تموز.")]),
        ("قال (نعم) Well Works، 4.", "ar", [("ar", "قال (نعم) "), ("en", "Well Works، 4.")]),
        ("Title: سلام", "en fa-IR", [("en", "Title: "), ("fa-IR", "سلام")]),
        ("Où est-il ?", "fr en", [("fr", "Où est-il ?")]),
        ("東京の港", "en", [("ja", "東京の港")]),
        ("東京", "en", [("zh", "東京")]),
        ("東京", "en ja", [("ja", "東京")]),
        ("पानी का बजट", "en", [("hi", "पानी का बजट")]),
        ("Привет και שלום", "en", [("ru", "Привет "), ("el", "και "), ("he", "שלום")]),
        ("1,410", "ar", [("ar", "1,410")]),
        ("العـــربية ـ ١٬٤١٠", "ar", [("ar", "العربية ١٤١٠")]),
        ("a < b & <voice>c</voice>", "en", [("en", "a < b & <voice>c</voice>")]),
    ],
)
def test_line_is_split_by_language(line: str, languages: str, expected: Pieces) -> None:
    assert pieces(line, *languages.split(" ")) == expected


@given(st.text(), st.sampled_from(["en", "ar", 'x" y="<&']))
def test_any_line_is_one_well_formed_line_with_all_its_letters(text: str, language: str) -> None:
    line = one_line(text).replace("\u0640", "")
    assert "\n" not in to_ssml(line, language)
    spoken = "".join(part for _, part in pieces(line, language))
    assert [letter for letter in spoken if letter.isalpha()] == [letter for letter in line if letter.isalpha()]
