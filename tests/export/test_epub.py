"""EPUB books: valid files and their contents, whatever the articles contain."""

import io
import re
import zlib
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.document.mutants import html_soup
from tests.epubcheck import complaints
from tests.graphics.sample_pictures import png

from roya_tui.document.parser import parse_html
from roya_tui.export.chapter import Chapter
from roya_tui.export.epub import BookInfo, strict_url, write

BASE = "https://news.example/"
MADE = 1_795_500_000
PICTURE = png(2, 1, zlib.compress(b"\0\x10\x80\xc0\x10\x80\xc0"), colour=2)

EVERYTHING = """<h2>The wall</h2><p>It is <b>done</b>, said <a href="/who">K. Haddad</a>.<br>Twice.</p>
<dd>no term<dt>no definition<ul><li>one<ol start="3"><li>three<ol type=a><li>x</ol></ol><li>two</ul>
<summary>lost</summary>
<blockquote><p>Good<p>work</blockquote><pre class="language-python">if 1 &lt; 2: # ]]></pre>
<table><tr><th>Town<th>Rain<tr><td>Ostra<td>3 <i>mm</i><br>wet</table>
<figure><a href=/big><img src="/a.png" alt="a pier"></a><figcaption>The <a href=/pier>pier</a></figcaption></figure><hr>
<img src="/not-available.png" alt="not here"><a href="/there"><img src="/nor-this.png"></a>
<dl><dt>Fog<dd>Low cloud<dt>Mist</dl><p><s>old</s> <code>a`b</code></p><audio src="/w.mp3" title="Waves"></audio>
<p>Noted<sup><a href="#n">1</a></sup><p id="n">The note
<table><tr><th colspan=2>A<tr><td rowspan=9>b<td>c<tr><td>d</table>
<details><summary>Short</summary>long</details><details>no summary</details>
<details>first<summary>late</summary></details>
"""
HOSTILE = """<p>&lt;script>alert(1)&lt;/script> ]]> &amp;nbsp; \x0b\x1b[31m\ufffe\x00 &#x1b; &#xFFFF; &#xD800;</p>
<img src="/b.png" alt='"><script>alert(1)</script>'><svg onload=alert(1)></svg>
<iframe src="javascript:alert(1)"></iframe>
<a href="javascript:alert(1)">script</a> <a href="data:text/html,x">data</a> <a href="http://[bad/">no host</a>
<a href="http://a.example:99999/">port</a> <a href="http://under_score.example/">host</a> <a href="http://a..b/">dots</a>
<a href="http://a.example/%zz?q=é#a#b">percent</a> <a href="http://a.example/a b|c^d`e{f}&quot;'<>">odd</a>
<a href="mailto:a b@c">mail</a> <a href="mailto:x@y.example?subject=a%20b">mail</a> <a href="http://ü.example/ß">letters</a>
<a href="https://user:word@a.example/">secret</a><pre class='language-"><b>'>x</pre>"""
ARABIC = "<p dir=rtl>قال السيد <b>حداد</b> (نعم)</p><ul><li>واحد<li>اثنان</ul>" * 3


def chapters() -> list[Chapter]:
    return [
        Chapter(parse_html(EVERYTHING, BASE), "The wall", ("Desk",), f"{BASE}x?a=1&b=2", "en", ("K. Haddad",), "Desk"),
        Chapter(parse_html(ARABIC), "جدار الميناء", ("مكتب",), f"{BASE}ar", "ar", ("حداد",), "الميناء"),
        Chapter(parse_html(HOSTILE, BASE), "<&\"'> \x1b[2J\x00", ("<b>",), "javascript:x", 'x"><y', ("<i>",), "<&>"),
        Chapter(parse_html("")),
    ]


def write_book(*parts: Chapter, book: BookInfo | None = None) -> ZipFile:
    file = io.BytesIO()
    available = {f"{BASE}a.png", f"{BASE}b.png"}
    count = write(
        file, book or BookInfo("A day", MADE), parts, lambda url: ("png", PICTURE) if url in available else None
    )
    assert count == len(parts)
    return ZipFile(file)


def test_book_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    book = BookInfo("A <day> \x00&", MADE, ("4 articles <&>",), 'https://news.example/"<')
    file.write_bytes(write_book(*chapters(), book=book).fp.getvalue())  # type: ignore[union-attr]
    assert complaints(file) == []


def test_book_begins_with_mimetype_and_lists_its_files() -> None:
    book = write_book(*chapters())
    first = book.infolist()[0]
    assert (first.filename, first.compress_type, book.read(first)) == ("mimetype", ZIP_STORED, b"application/epub+zip")
    package = book.read("book/book.opf").decode()
    listed = {f"book/{name}" for name in re.findall(r'href="([^"]+)"', package)}
    assert listed == {name for name in book.namelist() if name.startswith("book/")} - {"book/book.opf"}
    contents = book.read("book/contents.xhtml").decode()
    assert contents.index("The wall") < contents.index("جدار الميناء")
    assert "Untitled" in contents, "articles without title"


def test_articles_and_pages_have_language_and_direction() -> None:
    book = write_book(*chapters())
    english, arabic, hostile = (book.read(f"book/articles/000{number}.xhtml").decode() for number in (1, 2, 3))
    assert 'lang="en"' in english
    assert 'dir="rtl"' not in english.split("<body>")[0]
    assert 'lang="ar" xml:lang="ar" dir="rtl"' in arabic
    assert "lang" not in hostile.split("<head>")[0].replace("xml:lang", "lang"), "invalid languages are left out"
    assert 'page-progression-direction="rtl"' in write_book(chapters()[1]).read("book/book.opf").decode()
    assert "page-progression-direction" not in write_book(chapters()[0]).read("book/book.opf").decode()


def test_available_pictures_are_stored_once_and_others_are_links() -> None:
    book = write_book(chapters()[0], chapters()[0])
    assert [name for name in book.namelist() if "pictures/" in name] == ["book/pictures/0001.png"]
    assert book.read("book/pictures/0001.png") == PICTURE
    text = book.read("book/articles/0001.xhtml").decode()
    assert '<img src="../pictures/0001.png" alt="The pier"/>' in text
    assert '<a href="https://news.example/not-available.png">Picture 2</a>' in text
    assert '<a href="https://news.example/there">link</a>' in text, "the link of a missing picture is kept"
    assert 'properties="cover-image"' in book.read("book/book.opf").decode()


def test_hostile_articles_add_no_scripts_or_links() -> None:
    book = write_book(*chapters(), book=BookInfo("<script>", MADE, ("<script>",), "javascript:x"))
    for name in book.namelist():
        if name.endswith((".xhtml", ".opf")):
            data = book.read(name)
            root = etree.fromstring(data)
            assert not [e for e in root.iter() if etree.QName(e).localname in ("script", "svg", "iframe", "object")]
            assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data)
            hrefs = root.xpath("//@*[local-name()='href' or local-name()='src']")
            outside = [href for href in hrefs if ":" in href]
            assert all(href.startswith(("https://", "http://", "mailto:")) for href in outside)
            assert not [at for e in root.iter() for at in e.attrib if at.startswith("on")]
    assert "https://user:word@" not in book.read("book/articles/0003.xhtml").decode()


@pytest.mark.parametrize(
    ("url", "strict"),
    [
        ("https://a.example/b?c=d&e#f", "https://a.example/b?c=d&e#f"),
        ("http://A.example:80", "http://A.example:80"),
        ("http://a.example/%zz%41#x#y", "http://a.example/%25zz%41#x%23y"),
        ("http://a.example/é b", "http://a.example/%C3%A9%20b"),
        ("mailto:ann@a.example", "mailto:ann@a.example"),
        ("javascript:alert(1)", ""), ("http://[::1]/", ""), ("http://a.example:70000/", ""), ("http://a..b/", ""),
        ("http://ü.example/", ""), ("https://u:p@a.example/", ""), ("http://a.example\n/", ""), ("", ""),
    ],
)  # fmt: skip
def test_strict_url(url: str, strict: str) -> None:
    assert strict_url(url) == strict


MARKUP = html_soup(
    "p b ul ol li dl dt dd details summary table tr td blockquote pre h1 figure figcaption a img br hr",
    ("word ", "<img src=/a.png>", '<a href="/x?&lt;">', "&lt;b>", "عربي", "\x1b", "&#0;", "]]>"), text_size=3,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(MARKUP, st.text(max_size=10))
def test_any_article_gives_well_formed_documents(html: str, title: str) -> None:
    book = write_book(Chapter(parse_html(html, BASE), title, (title,), title, title, (title,), title))
    for name in book.namelist():
        if name.endswith((".xhtml", ".opf")):
            root = etree.fromstring(book.read(name))
            for terms in root.iter("{*}dl"):
                kinds = [etree.QName(child).localname for child in terms]
                assert (kinds[0], kinds[-1]) == ("dt", "dd")
