"""Articles extracted from web pages: text, title, times, authors, tags, language and pictures."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from roya_tui.model import Entry, Moment
from roya_tui.sources.pages.article_page import NotAnArticle, extract
from roya_tui.sources.sniffer import sniff
from roya_tui.text import strip_html

PAGES = Path(__file__).parents[2] / "data" / "pages"
ADDRESS = "https://paper.example/news/1"
SENTENCE = "The council of the town met on Monday, and agreed, after a long debate, on a plan that costs nothing."
TEXT = "".join(f"<p>Part {n}. {SENTENCE}</p>" for n in range(8))


def page(body: str = "", head: str = "", attributes: str = "") -> Entry:
    body = body or f"<article>{TEXT}</article>"
    html = f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>"
    return extract(sniff(html.encode()), url=ADDRESS)[0]


def linked_data(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


ROYA = (PAGES / "roya-ar.html").read_bytes().decode("cp1256")
SHOWN = "2020-04-10 20:37"


def roya(times: str, data: bytes = b"", content_type: str = "") -> Entry:
    """Read the Arabic sample page with another line of times, in its own encoding unless `data` is given."""
    assert SHOWN in ROYA
    html = re.sub(r'(<div class="pup_date_news">)[^<]*', rf"\g<1>{times}", ROYA)
    return extract(sniff(data or html.encode("cp1256"), content_type), url=ADDRESS, zone="Asia/Amman")[0]


@pytest.mark.parametrize(
    ("times", "published", "updated"),
    [
        ("Published: 04-07-2025 00:16 | Last Updated: 04-07-2025 00:17", "2025-07-03T21:16", "2025-07-03T21:17"),
        ("نشر : 04-07-2025 00:16 | آخر تحديث : 04-07-2025 00:17", "2025-07-03T21:16", "2025-07-03T21:17"),
        ("نشر : 2020-04-10 20:37 | آخر تحديث : 2020-12-10 20:37", "2020-04-10T17:37", "2020-12-10T18:37"),
        ("نشر : 4 تموز 2025 00:16 | آخر تحديث : 5 كانون الثاني 2026 00:17", "2025-07-03T21:16", "2026-01-04T21:17"),
        ("نشر : 4 يوليو 2025 00:16 | آخر تحديث : 5 يناير 2026 00:17", "2025-07-03T21:16", "2026-01-04T21:17"),
        ("04-07-2025 00:16", "2025-07-03T21:16", ""),
    ],
)
def test_times_of_roya_are_read_in_the_zone_of_amman(times: str, published: str, updated: str) -> None:
    found = roya(times)
    moments = (datetime.fromtimestamp(m.at, UTC) if m.at else None for m in (found.published, found.updated))
    assert [one.strftime("%Y-%m-%dT%H:%M") if one else "" for one in moments] == [published, updated]


@pytest.mark.parametrize("header", ["", "text/html", "text/html; charset=windows-1256"])
@pytest.mark.parametrize("encoding", ["cp1256", "utf-8"])
def test_arabic_of_roya_is_read_with_any_content_type(header: str, encoding: str) -> None:
    digits = ROYA.replace(SHOWN, "٠٤-٠٧-٢٠٢٥ ٠٠:١٦") if encoding == "utf-8" else ROYA
    found = roya("", digits.encode(encoding), header)
    assert found.title == "عينة: البلدة تتفق على خطة لآبارها"
    assert found.published.at == (PUBLISHED if encoding == "utf-8" else 1586540220)


def test_text_is_found_among_menus_comments_and_footer() -> None:
    found = page(
        f"""<nav><ul>{'<li><a href="/x">Menu item</a></li>' * 20}</ul></nav><div id="main"><h1>A plan</h1>
        <article>{TEXT}<aside>Read also</aside><form><input></form></article></div>
        <div class="comments"><p>First!</p></div><footer>All rights reserved</footer>"""
    )
    words = strip_html(found.content)
    assert [f"Part {n}." in words for n in range(8)] == [True] * 8
    for other in ("Menu item", "Read also", "First!", "All rights reserved", "A plan "):
        assert other not in words


def test_marked_article_body_is_the_text_in_one_or_several_parts() -> None:
    other = f"<p>{SENTENCE * 2}</p>" * 5
    marked = f"<div itemprop='articleBody'>{TEXT}</div>"
    assert strip_html(page(f"<div>{other}</div>{marked}").content) == strip_html(TEXT)
    found = page(f"{marked}<hr><div itemprop='articleBody'><p>The end. {SENTENCE}</p></div>")
    assert strip_html(found.content) == f"{strip_html(TEXT)} The end. {SENTENCE}"
    card = f"<div><div itemprop='articleBody'><p>Elsewhere. {SENTENCE}</p></div></div>"
    assert strip_html(page(f"<article>{TEXT}</article>{card}").content) == strip_html(TEXT), "a card of another article"


def _wrapped(text: str) -> str:
    return f"<div><div><article><header>By</header><div><div>{text}</div></div></article></div></div>"


def test_text_excludes_the_next_article_and_its_own_title() -> None:
    other = f"<p>Next. {SENTENCE * 2}</p>" * 8
    found = page(f"<main>{_wrapped(TEXT)}{_wrapped(other)}</main>")
    assert strip_html(found.content) in (strip_html(TEXT), strip_html(other))
    found = page(f"<article><h1>A plan</h1>{TEXT}<h2>A part</h2>{TEXT}</article>", "<title>A plan</title>")
    assert "A plan" not in strip_html(found.content)
    assert "A part" in strip_html(found.content)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A plan - The Paper</title>", "", "A plan"),
        ("<title>A plan | The Paper</title>", "<h1>A plan</h1>", "A plan"),
        ("<title>A plan</title><meta property='og:title' content='A plan &amp; more'>", "", "A plan & more"),
        ("<title>A well-known plan</title>", "", "A well-known plan"),
        (linked_data(headline="Told &amp; named"), "", "Told & named"),
        ("", "<h1> A <b>plan</b> </h1>", "A plan"),
        ("", "", ""),
    ],
)
def test_title_is_read_from_head_or_headline(head: str, body: str, title: str) -> None:
    assert page(f"{body}<article>{TEXT}</article>", head).title == title


LOGO = "<div class='logo'><h1>The Paper</h1></div>"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>A plan | The Paper</title><meta property='og:site_name' content='The Paper'>", ""),
        ("<title>The Paper | A plan</title><meta property='og:site_name' content='The Paper'>", "<h2>A plan</h2>"),
        ("<title>The Paper: A plan</title>", LOGO),
        ("<title>A plan | The Paper</title>", LOGO),
        ("<title>A plan | The Paper</title>", "<h1><a href='/'>The Paper</a></h1>"),
        ("<title>A plan - The Paper</title><meta property='og:title' content='The Paper'>", "<h2>A plan</h2>"),
        ("<title>A plan - The Paper</title><meta property='og:title' content='The Paper'>", LOGO),
    ],
)
def test_title_is_not_the_name_of_the_site_when_no_h1_has_it(head: str, body: str) -> None:
    assert page(f"{body}<article>{TEXT}</article>", head).title == "A plan"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Read more than one letter a day, the mayor said, and <a href='/2'>answer</a> the rest.</p>",
        "<p>See also the <a href='/map'>map of the wells</a>.</p>",
        "<h2>Related work</h2><p>Two of the wells were measured long before the third of them had been dug at all.</p>",
        "<h2><a href='#measure'>How we measured</a></h2><p>With a rope, twice, and once with a shorter rope.</p>",
        "<div><h3><a href='https://other.example/'>A rope</a></h3><p>It is long, and others have made it.</p></div>",
        "<p>Nobody came.</p><p>Nobody came.</p>",
        "<ul><li>Nobody came, and nobody went.</li><li>Nobody came, and nobody went.</li></ul>",
        "<p>Thank you.</p>",
        "<pre><code><span class='x'>return twice()</span><span class='x'>return twice()</span></code></pre>",
    ],
)  # fmt: skip
def test_lines_like_boilerplate_are_kept_when_they_are_text(line: str) -> None:
    found = page(f"<div><h1>A plan</h1>{TEXT}{line}<p>The end. {SENTENCE}</p></div>", "<title>A plan</title>")
    assert strip_html(line) in strip_html(found.content)


@pytest.mark.parametrize("label", ["<h3>Elsewhere</h3>", "<p>Elsewhere:</p>", "<p><b>Read also</b></p>"])
def test_label_of_links_is_removed_with_them(label: str) -> None:
    links = "".join(f"<li><a href='/{n}'>Another plan {n}</a></li>" for n in range(4))
    found = page(f"<article><h1>A plan</h1>{TEXT}{label}<ul>{links}</ul><p>The end. {SENTENCE}</p></article>")
    assert strip_html(found.content) == f"{strip_html(TEXT)} The end. {SENTENCE}"


def test_alternative_text_of_pictures_is_shown_once_and_stays_in_the_gallery() -> None:
    slides = "".join(f"<p><img src='/{n}.jpg' alt='The wells in spring'></p>" for n in range(3))
    found = page(f"<article>{TEXT}{slides}{TEXT}</article>")
    assert found.content.count("The wells in spring") == 1
    assert [picture.caption for picture in found.pictures] == ["The wells in spring"] * 3


def test_tag_and_gallery_above_the_heading_are_read_without_menus_and_other_articles() -> None:
    menu = "".join(f"<a href='/section/{n}'>Section {n}</a>" for n in range(5))
    other = "<div class='gallery'><a href='/other'><img src='/other.jpg'></a></div>"
    above = "<a href='/tag/wells'>Wells</a><div class='gallery'><img src='/1.jpg'><img src='/2.jpg'></div>"
    found = page(f"<div>{menu}</div>{other}<div>{above}<h1>A plan</h1></div><article>{TEXT}</article>")
    assert found.tags == ("Wells",)
    assert [picture.url for picture in found.pictures] == ["https://paper.example/1.jpg", "https://paper.example/2.jpg"]


PUBLISHED, UPDATED = 1751577360, 1751577420


@pytest.mark.parametrize(
    ("head", "body", "published", "updated"),
    [
        (linked_data(datePublished="2025-07-04T00:16+03:00"), "", PUBLISHED, None),
        (linked_data(dateModified="2025-07-04T00:17+03:00"), "", None, UPDATED),
        ('<meta property="article:published_time" content="2025-07-03T21:16:00Z">', "", PUBLISHED, None),
        ('<meta property="og:updated_time" content="2025-07-03T21:17:00Z">', "", None, UPDATED),
        ('<meta name="pubdate" content="2025-07-03 21:16">', "", PUBLISHED, None),
        ("", '<time itemprop="datePublished" datetime="2025-07-03T21:16Z">today</time>', PUBLISHED, None),
        ("", '<time itemprop="dateModified" datetime="2025-07-03T21:17Z">now</time>', None, UPDATED),
        ("", "<p>Published: July 3, 2025 9:16 pm by Ann Lee | Updated: July 3, 2025 9:17 pm</p>", PUBLISHED, UPDATED),
        ("", "<span>Publié le</span> <span>3 juillet 2025 à 21:16</span>", PUBLISHED, None),
        ("", "<p>تاريخ النشر : ٣ تموز ٢٠٢٥ ٢١:١٦</p><p>آخر تحديث : ٣ تموز ٢٠٢٥ ٢١:١٧</p>", PUBLISHED, UPDATED),
        ("", "<p>The report, published July 3, 2025, says much.</p>", None, None),
        ('<meta name="date" content="some day">', "", None, None),
    ],
)  # fmt: skip
def test_times_are_read_from_metadata_or_text(head: str, body: str, published: int | None, updated: int | None) -> None:
    found = page(f"{body}<article>{TEXT}</article>", head)
    assert (found.published.at, found.updated.at) == (published, updated)


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (linked_data(author={"name": "Ann"}), "", ("Ann",)),
        (linked_data(author=[{"name": "Ann"}, "Bo", {"name": ""}]), "", ("Ann", "Bo")),
        ('<meta name="author" content="Ann">', '<a rel="author">Bo</a>', ("Ann",)),
        ('<meta property="article:author" content="https://social.example/ann">', '<a rel="author">Ann</a>', ("Ann",)),
        ("", "", ()),
    ],
)
def test_authors_are_read_from_metadata_or_links(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert page(f"{body}<article>{TEXT}</article>", head).authors == authors


def test_tags_and_unknown_times_are_read() -> None:
    head = linked_data(articleSection="Arts, Culture") + '<meta property="article:tag" content="Water">' * 2
    found = page(f'<article>{TEXT}<a rel="tag" href="/t">Wells</a></article>', head)
    assert found.tags == ("Arts, Culture", "Water", "Wells")
    assert page(head='<meta name="date" content="some day">').published == Moment(None, "some day")


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ('lang="ar-JO"', "", "ar-JO"),
        ("", linked_data(inLanguage="fr"), "fr"),
        ("", '<meta property="og:locale" content="en_GB">', "en-GB"),
        ('lang="{{lang}}"', "", ""),
    ],
)
def test_language_is_read_from_metadata(attributes: str, head: str, language: str) -> None:
    assert page(head=head, attributes=attributes).language == language


def test_footnotes_and_languages_of_code_are_kept() -> None:
    note = '<p id="n1" class="x">A note.</p><pre class="big language-python wide">x = 1</pre><p id="other">Other.</p>'
    html = page(f'<article>{TEXT}<p>Said<sup><a href="#n1">1</a></sup>.</p>{note}</article>').content
    assert '<a href="#n1">1</a>' in html
    assert '<p id="n1">A note.</p><pre class="language-python">x = 1</pre><p>Other.</p>' in html


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "It is empty."), (b"plain words", "It is plain text."), (b"<rss version='2.0'/>", "It is a feed."),
        (b"%PDF-1.4", "It is a PDF document."), (b"<!doctype html><!-- x -->", "It is an empty page."),
        (b"<html><body><p>Short.</p></body></html>", "It is a page without the text of an article."),
        (b"<html><body><form><input type=password></form></body></html>", "It is a page that asks to log in."),
    ],
)  # fmt: skip
def test_page_without_an_article_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NotAnArticle) as raised:
        extract(sniff(data))
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 50_000, "<" * 100_000, "<p>a, b" * 20_000, "<a href=x>" * 20_000, "<!--", "<frameset>",
        '<script type="application/ld+json">' + "[" * 100_000,
        "<p " + " ".join(f"a{n}" for n in range(100_000)) + ">",
        TEXT + '<a href="/x"><img src="/x.jpg"></a>' * 3_000, TEXT + "<h3><a href=/x></a></h3>" * 3_000,
        TEXT + "<div class=s><h1>x</h1></div>" * 3_000, TEXT + "<b>Read also</b><i></i>" * 3_000,
        TEXT + "<div class=s><img src=/x.jpg alt=word><p>A caption</p></div>" * 3_000,
    ],
    ids=lambda body: body.removeprefix(TEXT)[:20],
)  # fmt: skip
def test_hostile_page_is_read_or_refused(body: str) -> None:
    with suppress(NotAnArticle):
        page(body)


def test_page_of_too_many_elements_is_refused() -> None:
    with pytest.raises(NotAnArticle, match="It is a page that is too complex"):
        page(TEXT + "a<br>" * 60_000)
