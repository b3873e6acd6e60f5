"""Texts and addresses that are equal for comparison, and addresses as they are shown."""

import pytest

from roya_tui.model import Source, display_address
from roya_tui.normalization import normalize_for_comparison, normalize_url
from roya_tui.text import strip_html_by_block

LONG = "The council of Almond Bay met until midnight and heard forty people speak about the harbour and its water"

TRIVIAL = [
    # Markup and blanks.
    ("<p>One.</p><p>Two.</p>", "<div>One.</div>\n\n<div>Two.</div>"),
    ("<p>One.</p>\n<p>Two.</p>", "One.<br><br>Two."),
    ("<p>A <b>bold</b> plan</p>", "<p>A bold plan</p>"),
    ("<p class='a'>Text</p>", '<p class="b" data-id="7">Text</p>'),
    ("<p>Ten\xa0boats  came.</p>", "<p>Ten boats came.</p>"),
    ("<p>Text</p><script>count(1)</script>", "<p>Text</p><script>count(2)</script>"),
    ("<p>Text</p><!-- built 10:01 -->", "<p>Text</p><!-- built 10:06 -->"),
    ("<p>AT&amp;T sells</p>", "<p>AT&#38;T sells</p>"),
    ("<p>Quoi ?</p>", "<p>Quoi\u202f?</p>"),
    ("<p>har\xadbour</p>", "<p>harbour</p>"),
    ("<p>年会 2026 开幕</p>", "<p>年会2026开幕</p>"),
    # Typography.
    ('<p>It\'s "fine"</p>', "<p>It’s “fine”</p>"),
    ("<p>„Gut“, sagte sie</p>", "<p>«Gut», sagte sie</p>"),
    ("<p>1999-2003</p>", "<p>1999–2003</p>"),
    ("<p>Late -- but here</p>", "<p>Late—but here</p>"),
    ("<p>And then...</p>", "<p>And then…</p>"),
    ("<p>Cafe\u0301</p>", "<p>Café</p>"),
    ("<p>ﬁrst ofﬁce</p>", "<p>first office</p>"),
    ("<p>سلام</p>", "<p>ســلام</p>"),
    ("<p>\u200fقال: نعم</p>", "<p>قال: نعم</p>"),
    # Where one came from, and which copy it is.
    ('<a href="https://a.example/x?utm_source=rss">More</a>', '<a href="https://a.example/x?utm_source=atom">More</a>'),
    ('<img src="https://a.example/p.jpg?v=1"><p>Text</p>', '<img src="https://a.example/p.jpg?v=2"><p>Text</p>'),
    ("<p>See https://a.example/x?utm_medium=feed</p>", "<p>See https://a.example/x</p>"),
    ("<p>See https://a.example/x?id=4&amp;fbclid=Ab1</p>", "<p>See https://www.a.example/x/?id=4</p>"),
    # Counters, ages and stamps that stand by themselves.
    ("<p>Text</p><p>12 comments</p>", "<p>Text</p><p>13 comments</p>"),
    ("<p>Text</p><p>No comments</p>", "<p>Text</p><p>1 comment</p>"),
    ("<p>Text</p><p>1,204 views · 3 min ago</p>", "<p>Text</p><p>1,377 views · 1 hour ago</p>"),
    ("<p>Text</p><span>Share</span><div>45 shares</div>", "<p>Text</p><span>Share</span><div>61 shares</div>"),
    ("<p>By K. Haddad | 3 min ago</p><p>Text</p>", "<p>By K. Haddad | 2 hours ago</p><p>Text</p>"),
    ("<p>Points: 12</p><p># Comments: 3</p>", "<p>Points: 181</p><p># Comments: 94</p>"),
    ("<p>Text</p><p>4 min read</p>", "<p>Text</p><p>5 min read</p>"),
    (
        "<p>Last updated: 3 July 2026 at 14:05 GMT</p><p>Text</p>",
        "<p>Last updated: 3 July 2026 at 15:40 GMT</p><p>Text</p>",
    ),
    ("<p>Updated just now</p><p>Text</p>", "<p>Updated 5 minutes ago</p><p>Text</p>"),
    (f"<p>{LONG}. [12 comments]</p>", f"<p>{LONG}. [40 comments]</p>"),
    ("<p>Text</p><p>12 commentaires</p>", "<p>Text</p><p>19 commentaires</p>"),
    ("<p>Text</p><p>vor 3 Minuten</p>", "<p>Text</p><p>vor 2 Stunden</p>"),
    ("<p>Testo</p><p>3 ore fa</p>", "<p>Testo</p><p>2 giorni fa</p>"),
    ("<p>Texte</p><p>il y a 3 heures</p>", "<p>Texte</p><p>il y a 2 jours</p>"),
    ("<p>نص</p><p>12 تعليقا</p>", "<p>نص</p><p>15 تعليقا</p>"),
    ("<p>نص</p><p>منذ 3 دقائق</p>", "<p>نص</p><p>منذ ساعتين</p>"),
    ("<p>正文</p><p>12条评论</p>", "<p>正文</p><p>30条评论</p>"),
    ("<p>本文</p><p>3分前</p>", "<p>本文</p><p>2時間前</p>"),
]

REAL = [
    ("<p>At least 12 dead</p>", "<p>At least 14 dead</p>"),
    ("<p>12 dead</p>", "<p>14 dead</p>"),
    ("<h2>12 dead, 3 hurt</h2>", "<h2>14 dead, 3 hurt</h2>"),
    ("<p>The fund bought 300 shares of the mill.</p>", "<p>The fund bought 500 shares of the mill.</p>"),
    ("<p>It passed by 12 votes</p>", "<p>It passed by 2 votes</p>"),
    ("<p>Three hours ago the dam was closed for good.</p>", "<p>Five hours ago the dam was closed for good.</p>"),
    (
        "<p>The film drew 1,204 views in a week, its maker says.</p>",
        "<p>The film drew 9,204 views in a week, its maker says.</p>",
    ),
    ("<p>10²</p>", "<p>102</p>"),
    ("<table><tr><td>1</td><td>23</td></tr></table>", "<table><tr><td>12</td><td>3</td></tr></table>"),
    (
        "<table><tr><td>Simmer</td><td>90 min</td></tr></table>",
        "<table><tr><td>Simmer</td><td>60 min</td></tr></table>",
    ),
    ("<p>It costs 1.5 million</p>", "<p>It costs 15 million</p>"),
    ("<p>It rose by 5%</p>", "<p>It rose by -5%</p>"),
    ("<p>She was not there.</p>", "<p>She was there.</p>"),
    ("<p>any one</p>", "<p>anyone</p>"),
    ("<p>Mr Haddad</p>", "<p>Ms Haddad</p>"),
    ("<p>One.</p>", "<p>One.</p><p>Correction: two.</p>"),
    ("<p>One.</p><p>Two.</p>", "<p>One.</p>"),
    ("<p>The meeting is on 3 July</p>", "<p>The meeting is on 4 July</p>"),
    ("<h3>قبل الحرب</h3>", "<h3>بعد الحرب</h3>"),
    ("<p>مقتل 12 شخصا</p>", "<p>مقتل 14 شخصا</p>"),
    ("<p>死者12人</p>", "<p>死者14人</p>"),
    ("<li>Rossi fa 2 gol</li>", "<li>Rossi fa 3 gol</li>"),
    ("<li>fa 2 gol</li>", "<li>fa 3 gol</li>"),
    ("<h3>Vor Ort</h3>", "<h3>Vor Gericht</h3>"),
    ("<p>See https://a.example/x?id=4</p>", "<p>See https://a.example/x?id=5</p>"),
    ("<p>Comments are closed</p>", "<p>Comments are open</p>"),
    ("<p>I do</p>", "<p>I do?</p>"),
    ("<p>Updated: 12 dead</p>", "<p>Updated: 14 dead</p>"),
]


@pytest.mark.parametrize(("before", "after"), TRIVIAL)
def test_trivial_differences_are_not_changes(before: str, after: str) -> None:
    assert before != after
    assert normalize_for_comparison(strip_html_by_block(before)) == normalize_for_comparison(strip_html_by_block(after))


@pytest.mark.parametrize(("before", "after"), REAL)
def test_real_differences_are_changes(before: str, after: str) -> None:
    assert normalize_for_comparison(strip_html_by_block(before)) != normalize_for_comparison(strip_html_by_block(after))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://news.example/rss", "https://news.example/rss"),
        ("https://bob:s3cr3t@news.example/rss?a=b@c", "https://…@news.example/rss?a=b@c"),
        ("http://bob@[::1]:8080", "http://…@[::1]:8080"),
        ("/home/x/a@b.xml", "/home/x/a@b.xml"),
        ("/home/x/\x1b[31mred.xml", "/home/x/�[31mred.xml"),
        ("/home/x/أخبار.xml", "/home/x/أخبار.xml"),
    ],
)
def test_shown_address_has_no_password_or_control_character(address: str, shown: str) -> None:
    assert display_address(address) == shown
    assert Source(1, address).label == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/x", "https://a.example/x/", True),
        ("https://a.example/x?id=1&utm_campaign=y", "https://A.example/x?id=1", True),
        ("https://a.example/p.jpg?v=20261120", "https://a.example/p.jpg?v=20261121", True),
        ("https://a.example/x?id=1", "https://a.example/x", False),
        ("https://b.example/x", "https://a.example/x", False),
        ("https://a.example/y", "https://a.example/x", False),
        ("https://[x", "https://a.example/x", False),
    ],
)
def test_addresses_are_compared_without_what_does_not_matter(one: str, other: str, same: bool) -> None:
    assert (normalize_url(one) == normalize_url(other)) is same
