"""The feeds that a page offers: what it declares first, what we only guess last."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources.discover import COMMENTS, DECLARED, GUESS, KNOWN_SITE, LINKED, candidates

PAGE = "https://news.example/world/"


def offered(html: str, url: str = PAGE) -> list[tuple[str, str, str, int]]:
    return [
        (found.url, found.title, found.kind, found.rank) for found in candidates(html.encode(), url) if not found.guess
    ]


@pytest.mark.parametrize(
    ("link", "url", "kind"),
    [
        ('<link rel="alternate" type="application/rss+xml" title="T" href="/rss">', "https://news.example/rss", "rss"),
        (
            '<LINK REL="Alternate" TYPE="Application/Atom+XML; charset=utf-8" TITLE="T" HREF="a.xml">',
            f"{PAGE}a.xml",
            "atom",
        ),
        (
            "<link rel=alternate type=application/feed+json title=T href=//cdn.example/f>",
            "https://cdn.example/f",
            "json",
        ),
        ('<link rel="alternate home" type="application/rdf+xml" title="T" href="?x=1&y=2">', f"{PAGE}?x=1&y=2", "rss"),
        ('<link rel="feed" title="T" href="/new.atom">', "https://news.example/new.atom", "atom"),
        (
            '<link rel="alternate" type="text/xml" title="T" href="/feeds/all">',
            "https://news.example/feeds/all",
            "feed",
        ),
        (
            '<link rel="alternate" type="application/json" title="T" href="/feed.json">',
            "https://news.example/feed.json",
            "json",
        ),
        (
            '<link rel="alternate" type="application/rss+xml" title="T" href="feed:https://b.example/f">',
            "https://b.example/f",
            "rss",
        ),
    ],
)
def test_what_a_page_declares(link: str, url: str, kind: str) -> None:
    assert offered(f"<html><head>{link}</head><body></body></html>") == [(url, "T", kind, DECLARED)]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="ar" href="/ar/">',
        '<link rel="stylesheet" type="text/css" href="/rss.css">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">',
        '<link rel="alternate" type="application/rss+xml" href="">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<link rel="alternate" type="application/rss+xml" href="https://[broken">',
        '<a href="/feedback">Feedback</a>',
        '<a href="/atomic-energy">Energy</a>',
        '<a href="/rss-explained.html">What is RSS?</a>',
    ],
)
def test_what_is_no_feed_is_not_offered(link: str) -> None:
    assert offered(f"<html><body>{link}</body></html>") == []


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        ("/rss", "rss"), ("/rss/", "rss"), ("/feed", "feed"), ("/feeds/", "feed"), ("/news.rss", "rss"),
        ("/x/atom.xml", "atom"), ("/index.xml", "feed"), ("/feed.json", "json"), ("/rss2.xml", "rss"),
        ("/?feed=rss2", "rss"), ("/all?format=atom", "atom"),
    ],
)  # fmt: skip
def test_links_that_look_like_feeds(href: str, kind: str) -> None:
    assert offered(f'<body><a href="{href}">All <b>news</b></a></body>') == [
        (f"https://news.example{href}", "All news", kind, LINKED)
    ]


def test_base_moves_relative_addresses() -> None:
    html = '<base href="https://other.example/deep/"><link rel=alternate type="application/rss+xml" href="rss.xml">'
    assert offered(html)[0][0] == "https://other.example/deep/rss.xml"


def test_the_main_feed_stands_before_the_comments_and_each_address_once() -> None:
    html = """
        <link rel="alternate" type="application/rss+xml" title="News » Comments" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" title="News" href="/feed/">
        <body><a href="https://news.example/feed">RSS</a><a href="/feed/#top">again</a></body>
    """
    assert offered(html) == [
        ("https://news.example/feed/", "News", "rss", DECLARED),
        ("https://news.example/comments/feed/", "News » Comments", "rss", COMMENTS),
    ]


def test_json_ld_names_a_feed() -> None:
    html = """<script type="application/ld+json">{"@graph": [{"@type": "PodcastSeries", "webFeed": "/pod"}]}</script>
        <script type="application/ld+json">{"webFeed": {"@type": "DataFeed", "url": "https://b.example/x"}}</script>
        <script type="application/ld+json">{broken</script>"""
    assert [url for url, *_ in offered(html)] == ["https://news.example/pod", "https://b.example/x"]


CHANNEL = "UC" + "x" * 22


@pytest.mark.parametrize(
    ("page", "html", "feed"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}", "", f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"),
        ("https://youtube.com/@someone", f'{{"externalId":"{CHANNEL}"}}', f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"),
        ("https://www.youtube.com/playlist?list=PL123", "", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL123"),
        ("https://www.reddit.com/r/jordan/", "", "https://www.reddit.com/r/jordan/.rss"),
        ("https://old.reddit.com/user/someone", "", "https://www.reddit.com/user/someone/.rss"),
        ("https://github.com/owner/project/issues", "", "https://github.com/owner/project/releases.atom"),
        ("https://github.com/owner", "", "https://github.com/owner.atom"),
        ("https://social.example/@someone", "<title>Mastodon</title>", "https://social.example/@someone.rss"),
        ("https://blog.example/a/b", '<meta name="generator" content="WordPress 6.5">', "https://blog.example/feed/"),
        ("https://medium.com/@someone/story", "", "https://medium.com/feed/@someone"),
        ("https://someone.substack.com/p/x", "", "https://someone.substack.com/feed"),
    ],
)  # fmt: skip
def test_sites_of_a_known_kind(page: str, html: str, feed: str) -> None:
    found = candidates(html.encode(), page)[0]
    assert (found.url, found.rank) == (feed, KNOWN_SITE)


def test_the_usual_places_come_last_and_are_marked_as_guesses() -> None:
    found = candidates(
        b'<link rel=alternate type="application/rss+xml" href="/rss">', "https://news.example/world/page"
    )
    assert found[0].rank == DECLARED
    guesses = [candidate.url for candidate in found if candidate.guess]
    assert guesses[:3] == [
        "https://news.example/world/feed",
        "https://news.example/world/rss",
        "https://news.example/feed",
    ]
    assert "https://news.example/rss" not in guesses
    assert {candidate.rank for candidate in found[1:]} == {GUESS}


def test_titles_are_harmless_and_on_one_line() -> None:
    html = '<link rel=alternate type="application/rss+xml" title="Red\x1b[31m\n news\u202e" href="/rss">'
    assert offered(html)[0][1] == "Red[31m news"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1256"])
def test_titles_in_other_encodings(encoding: str) -> None:
    html = f'<meta charset="{encoding}"><link rel=alternate type="application/rss+xml" title="أخبار" href="/rss">'
    assert candidates(html.encode(encoding), PAGE)[0].title == "أخبار"


def test_a_page_of_nothing_but_links_is_bounded() -> None:
    html = "".join(f'<a href="/{number}/rss">x</a>' for number in range(50_000))
    assert len(offered(html)) <= 100


@settings(max_examples=80, deadline=None)
@given(
    data=st.binary(max_size=300),
    url=st.sampled_from([PAGE, "https://a.example", "http://[::1]/x", "https://github.com/"]),
)
def test_no_page_stops_it(data: bytes, url: str) -> None:
    for found in candidates(data, url):
        assert found.url.startswith(("http://", "https://"))


@settings(max_examples=80, deadline=None)
@given(href=st.text(max_size=30))
def test_no_address_stops_it(href: str) -> None:
    page = f"<link rel=alternate type='application/rss+xml' href='{href}'><a href='{href}/rss'>x</a>"
    for found in candidates(page.encode("utf-8", "replace"), PAGE):
        assert found.url.startswith(("http://", "https://"))
        assert found.url.isascii()
