"""Writes the hostile feeds beside this file: text that tries to steer the terminal, the eye or the screen's markup.

Run it after a change here (`python tests/data/hostile/make.py`) and commit what it writes. Every attack that would
show itself carries the word TAKEN, so that a test can look for it in the bytes that reach a terminal.
"""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path

HERE = Path(__file__).parent

TITLES: dict[str, str] = {
    # Console markup: literal text, to be seen as it is written.
    "markup-colour": "[red]TAKEN[/red] by colour",
    "markup-close": "[/x] closes what was never opened",
    "markup-open": "[bold opens and never closes",
    "markup-click": "[@click=app.quit]x[/] and [@click='app.bell']y[/]",
    "markup-link": "[link=file:///etc/passwd]TAKEN[/link]",
    "markup-escape": "\\[red] \\\\[red] [[red]]",
    "format": "%s %n {0} {title!r} $HOME `id` $(id)",
    # ECMA-48 and its relatives, introduced by ESC.
    "csi-colour": "\x1b[31mTAKEN\x1b[0m red",
    "csi-clear": "\x1b[2J\x1b[3J\x1b[HTAKEN clear",
    "csi-report": "\x1b[6n\x1b[c\x1b[>c\x1b[21tTAKEN report",
    "csi-mouse": "\x1b[?1003h\x1b[?2004h\x1b[?1049lTAKEN modes",
    "csi-scroll": "\x1b[1;1r\x1b[999S\x1b[8;1;1tTAKEN window",
    "reset-hard": "\x1bcTAKEN hard reset",
    "reset-soft": "\x1b[!pTAKEN soft reset",
    "charset": "\x1b(0\x0eTAKEN line drawing\x0f",
    "osc-title": "\x1b]0;TAKEN title\x07after",
    "osc-title-st": "\x1b]2;TAKEN title\x1b\\after",
    "osc-link": "\x1b]8;;https://example.org/TAKEN\x1b\\link\x1b]8;;\x1b\\",
    "osc-clipboard": "\x1b]52;c;VEFLRU4=\x07clipboard",
    "osc-colour": "\x1b]10;?\x07\x1b]4;0;?\x07\x1b]11;#TAKEN\x07ask",
    "osc-file": "\x1b]1337;File=name=VEFLRU4=;inline=1:AAAA\x07file",
    "osc-open": "\x1b]0;TAKEN with no end",
    "dcs": "\x1bP+q544e\x1b\\\x1bPqTAKEN\x1b\\dcs",
    "apc": "\x1b_GTAKEN\x1b\\\x1b^TAKEN\x1b\\\x1bXTAKEN\x1b\\apc",
    "esc-last": "ends in ESC \x1b",
    # The same without ESC: C1 controls (ECMA-48 §5.3).
    "c1-csi": "\x9b31mTAKEN\x9b2J",
    "c1-osc": "\x9d0;TAKEN\x9cafter",
    "c1-dcs": "\x90qTAKEN\x9c\x98TAKEN\x9c\x9eTAKEN\x9c\x9fTAKEN\x9c",
    "c1-lines": "one\x84two\x85three\x8dfour",
    # C0.
    "bell": "ring\x07 ring\x07 ring",
    "overwrite": "harmless words\rTAKEN",
    "backspace": "harmless\x08\x08\x08\x08\x08\x08\x08\x08TAKEN",
    "feeds": "down\x0bdown\x0cdown\x7f",
    "nul": "before\x00after",
    "lines": "a title\n\n\nof many\tlines",
    "nothing": "\x1b\x07\x00\u202e\u200b \u2066",
    # Bidi controls (UAX #9 §2) and things that cannot be seen.
    "bidi-override": "file\u202egpj.TAKEN.exe",
    "bidi-isolates": "\u2066\u2067\u2068never closed\u202a\u202b\u202d",
    "bidi-honest": "سعر 12\u200f (USD)\u200e: ارتفع",
    "zero-width": "\u200bz\u200be\u2060r\ufeffo\u200b" * 20,
    "tags": "flag \U000e0054\U000e0041\U000e004b\U000e0045\U000e004e\U000e007f end",
    "joiners": "\U0001f469\u200d\U0001f52c" * 30 + " می\u200cخواهم",
    "marks": "Z" + "\u0301\u0316\u0334" * 300 + "algo",
    "separators": "one\u2028two\u2029three\u00a0four\u3000five",
    "noncharacters": "\ufffe\uffff\ufffd\ufff9a\ufffab\ufffb",
    # Too much of something.
    "long-word": "w" * 5_000,
    "long-title": "A title of ten thousand characters. " * 278,
    "wide": "漢" * 3_000,
    "emoji": "\U0001f1ef\U0001f1f4" * 500,
    "rtl-long": "كلمة" * 1_500,
}  # fmt: skip

ESC, C1_CSI = "\x1b", "\x9b"
BODY = f"""
<h2>[bold]Heading[/] {ESC}[2JTAKEN</h2>
<p>{ESC}]0;TAKEN\x07{ESC}]52;c;VEFLRU4=\x07{ESC}[31mred{C1_CSI}31m\x00 &#27;[31mTAKEN &#x9b;31m &#x202e;TAKEN &#0;</p>
<p><a href="javascript:alert('TAKEN')">script</a> <a href="data:text/html,TAKEN">data</a> <a href="file:///etc/passwd">file</a>
<a href="https://example.org/{ESC}]0;TAKEN\x07">escape in a link</a>
<a href="https://example.org/&#10;TAKEN">line in a link</a>
<a href="https://user:TAKEN@example.org/">name in a link</a> <a href="  https://example.org/blank  ">blanks</a></p>
<p><img src="file:///etc/passwd" alt="{ESC}cTAKEN">
<img src="https://pictures.example/{ESC}[2J.png" alt="[@click=app.quit]x[/]"></p>
<table><tr><th>{ESC}[2J</th><td>[/x]</td></tr><tr><td>{"w" * 2_000}</td></tr></table>
<pre><code class="language-{ESC}[31m">{ESC}[31mTAKEN\x1b[0m\ttab\rreturn</code></pre>
<script>TAKEN()</script><style>* {{ content: "TAKEN" }}</style><iframe src="https://example.org/TAKEN"></iframe>
<ul><li>{"<ul><li>" * 60}deep{"</li></ul>" * 60}</li></ul>{"<blockquote>" * 200}deeper{"</blockquote>" * 200}
<p>\u202eTAKEN\u2066\u200b\u200b{"m" * 3_000}</p><p>unclosed <b><i><a href="https://example.org/open">
""".strip()  # fmt: skip

DAY = "2026-11-20T10:{:02}:00Z"
DAY_822 = "Fri, 20 Nov 2026 10:{:02}:00 GMT"
MAY_NOT_STAND_IN_XML = {*range(0x20), 0xFFFE, 0xFFFF} - {0x09, 0x0A, 0x0D}
"""XML 1.0 §2.2: not even as a character reference."""


def raw(text: str) -> str:
    """Write text into XML with its control characters as they are, though XML forbids some."""
    return escape(text)


def references(text: str) -> str:
    """Write text into XML with its control characters as references, though XML forbids some."""
    return "".join(f"&#{ord(c)};" if ord(c) in MAY_NOT_STAND_IN_XML or c == "\r" else escape(c) for c in text)


def wellformed(text: str) -> str:
    """Write text into XML without what XML forbids."""
    allowed = "".join(c for c in text if ord(c) not in MAY_NOT_STAND_IN_XML)
    return escape(allowed).replace("\r", "&#13;")


def rss(write: Callable[[str], str]) -> str:
    """An RSS feed whose titles, bodies and small fields are all hostile."""
    items = "".join(
        f"""
<item><guid isPermaLink="false">{name}</guid><link>https://example.org/{name}</link><title>{write(title)}</title>
<pubDate>{DAY_822.format(count)}</pubDate><category>{write(title[:40])}</category><author>{write(title[:40])}</author>
<description>{write(f"<p>{escape(title)}</p>")}</description></item>"""
        for count, (name, title) in enumerate(TITLES.items())
    )
    body = f"""
<item><guid isPermaLink="false">body</guid><link>https://example.org/body</link><title>A hostile body</title>
<pubDate>{DAY_822.format(59)}</pubDate><description>{write(BODY)}</description></item>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{write("Hostile [red]RSS[/red] " + ESC + "]0;TAKEN" + chr(7))}</title>
<link>https://example.org/</link><description>{write(ESC + "[2JTAKEN")}</description>{items}{body}
</channel></rss>
"""


def atom() -> str:
    """A well-formed Atom feed: what is left to attack with when the XML is right."""
    entries = "".join(
        f"""
<entry><id>{name}</id><link href="https://example.org/{name}"/><title type="text">{wellformed(title)}</title>
<published>{DAY.format(count)}</published><updated>{DAY.format(count)}</updated>
<category term="{wellformed(title[:40])}"/>
<author><name>{wellformed(title[:40])}</name></author><summary type="text">{wellformed(title)}</summary></entry>"""
        for count, (name, title) in enumerate(TITLES.items())
    )
    body = f"""
<entry><id>body</id><link href="https://example.org/body"/><title type="html">A hostile &amp;#27;[31m body</title>
<published>{DAY.format(59)}</published><updated>{DAY.format(59)}</updated>
<content type="html">{wellformed(BODY)}</content></entry>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Hostile [red]Atom[/red] {wellformed(C1_CSI)}2J</title>
<id>urn:hostile:atom</id>
<updated>{DAY.format(59)}</updated>{entries}{body}
</feed>
"""


def json_feed() -> str:
    """A JSON Feed: JSON can carry every character, half a surrogate pair included."""
    items = [
        {
            "id": name,
            "url": f"https://example.org/{name}",
            "title": title,
            "content_html": f"<p>{escape(title)}</p>",
            "date_published": DAY.format(count),
            "tags": [title[:40]],
            "authors": [{"name": title[:40]}],
        }
        for count, (name, title) in enumerate({**TITLES, "surrogate": "half \ud83d a pair"}.items())
    ]
    body = {
        "id": "body",
        "url": "https://example.org/body",
        "title": "A hostile body",
        "content_html": BODY,
        "date_published": DAY.format(59),
        "image": "https://pictures.example/\x1b]0;TAKEN\x07.png",
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Hostile [red]JSON[/red] \x1b]0;TAKEN\x07",
        "description": "\x1b[2JTAKEN",
        "items": [*items, body],
    }
    return json.dumps(feed, indent=1) + "\n"  # ASCII: every control character as an escape


if __name__ == "__main__":
    for name, text in {
        "raw.rss": rss(raw),
        "references.rss": rss(references),
        "wellformed.atom": atom(),
        "escapes.json": json_feed(),
    }.items():
        (HERE / name).write_bytes(text.encode("utf-8"))
