"""A session of plain mode spoken by eSpeak NG: each text has the voice of its language, and signs are not named."""

import io
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from gettext import NullTranslations
from itertools import chain
from xml.etree import ElementTree as ET

import pytest
from tests.cli.conftest import Cli

from roya_tui import translation
from roya_tui.cli.plain.command_words import COMMANDS

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")

WELL = """<h2>Digging</h2><p>By <a href="https://a.example/who?x=1">hand</a> · <b>at last</b>…<ul><li>one<li>two</ul>
<table><caption>Costs<tr><th>Town<th>Rain<tr><td>Ostra<td>1,410,000</table>
<figure><img src="/a.jpg" alt="A pier"></figure><blockquote>Good</blockquote><pre>dig 2</pre>
<p>Area <math><msqrt><mi>y</mi></msqrt></math><sup><a href="#n">1</a></sup><dl><dt>Fog<dd>Low</dl><hr>
<p>It is <s>4</s> <mark>5</mark> &lt;voice&gt;.<ul><li><input type=checkbox>milk</ul><p id="n">Said: نعم يا سيدي."""
ARABIC = """<h2>الحفر</h2><p>حَفَرَ العمّال (بئرًا) في ٤ تموز، وقالت شركة Well Works ‏إن العمق 1٬200 متر ـ أو أكثر.
<ul><li>أول<li>ثان</ul>"""
ITEMS = (
    ("Tram late", "", "<p>By a goat.", "<p>By a goat and a dog."),
    ("東京の港", "ja", "<p>港は静かです。", "<p>港は静かです。"),
    ("पानी का बजट", "", "<p>पानी का बजट", "<p>पानी का बजट"),
    ("بئر جديدة", "ar", ARABIC, ARABIC),
    ("Le puits", "fr", "<p>Un puits neuf.", "<p>Un puits neuf."),
    ("Well dug", "en", WELL, WELL),
)
TYPED = """help|?|؟|1|1|list|2|3|previous|next|where|list|unread|all|6|headings|heading 1|links|link 1|link 2|open 9
list|5|4|3|2|1|d|label civic, long|label|label -long|label #|note Ask the goat.|note|note -|star|star|mark 2|mark
hide 2|undo|redo|undo|mute title:tram|rules|rule 1|undo|undo|tags|tag civic|tag|sources|source town|source x
briefing 2d|starred|updated|today|/well|/|/trma|/tag:|open|all|6|save well.md|save well.md|full|changes 6|refresh|foo|99
episodes|add|quit"""
Spoken = list[tuple[str, str]]


def espeak(text: str, *options: str) -> list[str]:
    """Return the phonemes that eSpeak NG says for each line, which may be several lines."""
    said = subprocess.run(["espeak-ng", "-q", "-x", *options], input=text.encode(), capture_output=True, check=True)
    return said.stdout.decode().split("\n")


def speak(texts: Iterable[str], voice: str) -> dict[str, str]:
    """Return the phonemes of each text, from one process."""
    texts, between = list(dict.fromkeys(texts)), "1234"
    (mark,) = filter(str.strip, espeak(between, "-v", voice))
    said = espeak("".join(f"{text}\n{between}\n" for text in texts), "-v", voice)
    return dict(zip(texts, (" ".join(part.split()) for part in "\n".join(said).split(mark)), strict=False))


@cache
def name_of(sign: str, voice: str) -> str:
    """Return what eSpeak NG says for a sign alone."""
    return " ".join(espeak(sign, "--stdin", "-v", voice)).strip()


def pieces(line: str) -> Spoken:
    """Return the texts of a line with their languages."""
    return [
        (voice.attrib["{http://www.w3.org/XML/1998/namespace}lang"], voice.text or "") for voice in ET.fromstring(line)
    ]


class Heard:
    """What is heard of a session."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = list(map(pieces, lines))
        texts = defaultdict(list)
        for voice, text in chain.from_iterable(self.lines):
            texts[voice].append(text)
        self._phonemes = {voice: speak(spoken, voice) for voice, spoken in texts.items()}

    def phonemes(self, text: str, voice: str) -> str:
        return self._phonemes[voice][text]

    def named_signs(self, text: str, voice: str) -> str:
        """Return the signs in a text whose names are spoken."""
        names = {sign: name_of(sign, voice) for sign in text if not sign.isalnum() and not sign.isspace()}
        return "".join(sorted(sign for sign, name in names.items() if name and name in self.phonemes(text, voice)))


@pytest.fixture
def spoken(cli: Cli, home, tmp_path, monkeypatch) -> Iterator[Callable[..., list[str]]]:
    """`spoken(LANGUAGE="ar")` returns the lines of the whole session, each an SSML document."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.chdir(tmp_path)
    feed, sources = tmp_path / "town.xml", tmp_path / "list.opml"
    sources.write_text("<opml><body><outline xmlUrl='https://empty.example/feed' text='Empty'/></body></opml>")

    def write(version: int) -> None:
        items = "".join(
            f"<item><guid>{title}</guid><title>{title}</title><language>{language}</language><link>https://town.example/{n}"
            f"</link><pubDate>Fri, 04 Jul 2025 0{9 - n}:16:00 GMT</pubDate><description><![CDATA[{texts[version]}]]>"
            "</description></item>"
            for n, (title, language, *texts) in enumerate(ITEMS)
        )
        feed.write_text(f"<rss version='2.0'><channel><title>Town</title>{items}</channel></rss>", "utf-8")

    def run(**environ: str) -> list[str]:
        write(0)
        cli("import", str(sources))
        cli("add", str(feed))
        cli("mark", "read", "tram")
        write(1)
        cli("refresh", "--all-now", "town")
        typed = TYPED.replace("|", "\n")
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        translation.use_environment()
        result = cli("--ssml", "--offline")
        assert (result.code, result.err) == (0, "")
        return result.lines

    yield run
    translation.use_catalog(NullTranslations())


ADDRESS = "https://a.example/who?x=1"
HEARD = {
    "To search, type / and words, such as /water tag:economy. / alone goes back.": "/:",
    "hide NUMBER: hide or unhide the article; /is:hidden finds it.": "/:",
    "Type an address after add, such as add https://example.com/feed": "/:",
    f"hand: {ADDRESS}": "/:=",  # after the command `link 1`
    "1: tram: mutes title:tram, forever. Matches: 1.": ":",
    "Area √y [link 2]": "√",
}
"""Lines in which names of signs are heard: those that are to be typed, addresses that were asked for, and math."""


def test_session_names_no_sign_and_speaks_each_text_with_the_voice_of_its_language(spoken) -> None:
    assert {command.words[0] for command in COMMANDS} <= {line.split(" ")[0] for line in re.split("[|\n]", TYPED)}
    lines = spoken()
    heard = Heard(lines)
    spoken_texts = list(chain.from_iterable(heard.lines))
    assert {text: signs for voice, text in spoken_texts if (signs := heard.named_signs(text, voice))} == HEARD
    for text in (
        [("en", "1. "), ("ja", "東京の港. "), ("en", "Town. 4 July 2025, 08:16. You have read it.")],
        [("en", "2. "), ("hi", "पानी का बजट. "), ("en", "Town. 4 July 2025, 07:16.")],
        [("ja", "港は静かです。")],
        [("fr", "Un puits neuf.")],
        [("en", "Title: "), ("ar", "بئر جديدة")],
        [("en", "Heading 2: "), ("ar", "الحفر")],
        [
            ("ar", "حَفَرَ العمّال (بئرًا) في ٤ تموز، وقالت شركة "),
            ("en", "Well Works \u200f"),
            ("ar", "إن العمق 1200 متر أو أكثر."),
        ],
        [("en", "It is [deleted: 4] [marked: 5] <voice>.")],
        [("en", "Changed: By a goat [now: and a dog].")],
        [("en", "End of list.")],
    ):
        assert text in heard.lines
    said = " ".join(" ".join(espeak("\n".join(lines), "-m")).split())
    for voice, text in spoken_texts:
        if voice != "en":
            before, phonemes, said = said.partition(heard.phonemes(text, voice))
            assert phonemes, f"{text} is not spoken in {voice} after {before[-100:]}"


NAMES = """Town Empty Roya TUI News English roya-tui enter a example https com who x feed tag economy water is hidden
title mutes tram python txt md html epub json session y voice"""
"""What stays in Latin letters in any language: names, keys, file formats, what is to be typed, and the user's texts."""


@pytest.mark.skipif("ar" not in translation.find_languages(), reason="the Arabic catalog is not compiled")
def test_session_in_arabic_has_no_english_words_but_commands_and_names(spoken) -> None:
    texts = (NAMES, TYPED, *chain.from_iterable(ITEMS), *(word for command in COMMANDS for word in command.words))
    allowed = {word.lower() for text in texts for word in re.findall("[A-Za-z]+", text)}
    heard = Heard(spoken(LANGUAGE="ar"))
    assert [("ar", translation.gettext("End of list."))] in heard.lines
    first = next(line for line in heard.lines if line[0][1] == "1. ")
    assert [voice for voice, _ in first] == ["ar", "ja", "en", "ar"], "number, title, source, and date"
    for voice, text in chain.from_iterable(heard.lines):
        assert {word.lower() for word in re.findall("[A-Za-z]+", text)} <= allowed, text
        assert set(heard.named_signs(text, voice)) <= set("/:=√"), text
        assert voice != "ar" or "(en)" not in heard.phonemes(text, voice).replace("(en)sl'aS(ar)", ""), text
