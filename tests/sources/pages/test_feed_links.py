"""The feeds that a web page offers: declared ones first, guesses last."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources.pages.feed_links import COMMENTS, DECLARED, GUESS, KNOWN_SITE, LINKED, find_candidates
from roya_tui.sources.sniffer import sniff

PAGE = "https://news.example/world/"


def offered(html: str, url: str = PAGE) -> list[tuple[str, str, str, int]]:
    return [
        (found.url, found.title, found.kind, found.rank) for found in find_candidates(html, url) if not found.is_guess
    ]


@pytest.mark.parametrize(
    ("link", "url", "kind"),
    [
        ('rel="alternate" type="application/rss+xml" title="T" href="/rss"', "https://news.example/rss", "rss"),
        ('REL="Alternate" TYPE="Application/Atom+XML; charset=utf-8" TITLE="T" HREF="a.xml"', f"{PAGE}a.xml", "atom"),
        ("rel=alternate type=application/feed+json title=T href=//cdn.example/f", "https://cdn.example/f", "json"),
        ('rel="alternate home" type="application/rdf+xml" title="T" href="?x=1&y=2"', f"{PAGE}?x=1&y=2", "rss"),
        ('rel="feed" title="T" href="/new.atom"', "https://news.example/new.atom", "atom"),
        ('rel="alternate" type="text/xml" title="T" href="/feeds/all"', "https://news.example/feeds/all", "feed"),
        (
            'rel="alternate" type="application/json" title="T" href="/feed.json"',
            "https://news.example/feed.json",
            "json",
        ),
        ('rel="related" type="application/atom+xml" title="T" href="/x"', "https://news.example/x", "atom"),
        ('rel="alternate" type="text/rdf+xml" title="T" href="/x"', "https://news.example/x", "rss"),
        ('rel="alternate" type="application/x.atom+xml" title="T" href="/x"', "https://news.example/x", "atom"),
        ('rel="alternate" title="T" href="/rss.xml"', "https://news.example/rss.xml", "rss"),
        (
            'rel=alternate type="application/rss+xml" title=T href="feed:https://b.example/f"',
            "https://b.example/f",
            "rss",
        ),
    ],
)  # fmt: skip
def test_declared_feed_is_offered(link: str, url: str, kind: str) -> None:
    assert offered(f"<html><head><LINK {link}></head><body></body></html>") == [(url, "T", kind, DECLARED)]


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
def test_other_links_are_not_offered(link: str) -> None:
    assert offered(f"<html><body>{link}</body></html>") == []


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        ("/rss", "rss"), ("/rss/", "rss"), ("/feed", "feed"), ("/feeds/", "feed"), ("/news.rss", "rss"),
        ("/x/atom.xml", "atom"), ("/index.xml", "feed"), ("/feed.json", "json"), ("/rss2.xml", "rss"),
        ("/?feed=rss2", "rss"), ("/all?format=atom", "atom"), ("/rss/world", "rss"), ("/feeds/news/all.php", "feed"),
        ("/news-rss.xml", "rss"), ("/main.rss.xml", "rss"), ("/feed.php?id=7", "feed"), ("/index.php?type=rss", "rss"),
    ],
)  # fmt: skip
def test_link_that_looks_like_a_feed_is_offered(href: str, kind: str) -> None:
    assert offered(f'<body><a href="{href}">All <b>news</b></a></body>') == [
        (f"https://news.example{href}", "All news", kind, LINKED)
    ]


def test_offer_has_a_clean_title_and_an_address_relative_to_base() -> None:
    html = '<base href="https://other.example/deep/"><link rel=alternate type="application/rss+xml" href="rss.xml">'
    assert offered(html)[0][0] == "https://other.example/deep/rss.xml"
    html = '<link rel=alternate type="application/rss+xml" title="Red\x1b[31m\n news\u202e" href="/rss">'
    assert offered(html)[0][1] == "Red[31m news"
    for encoding in ("utf-8", "utf-16", "windows-1256"):
        html = f'<meta charset="{encoding}"><link rel=alternate type="application/rss+xml" title="أخبار" href="/rss">'
        assert find_candidates(sniff(html.encode(encoding)).text, PAGE)[0].title == "أخبار"


def test_offers_are_sorted_and_unique() -> None:
    html = """
        <link rel="alternate" type="application/rss+xml" title="News » Comments" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" title="News" href="/feed/">
        <body><a href="https://news.example/feed">RSS</a><a href="/feed/#top">again</a></body>
    """
    assert offered(html) == [
        ("https://news.example/feed/", "News", "rss", DECLARED),
        ("https://news.example/comments/feed/", "News » Comments", "rss", COMMENTS),
    ]

    found = offered("<link href=/wp-content/x.css>", "https://blog.example/category/water/")
    assert [(url, rank) for url, _, _, rank in found] == [
        ("https://blog.example/category/water/feed/", KNOWN_SITE),
        ("https://blog.example/feed/", KNOWN_SITE),
        ("https://blog.example/comments/feed/", COMMENTS),
    ]

    html = """<html lang="ar-JO"><head>
        <link rel="alternate" type="application/rss+xml" href="https://feeds.example/all">
        <link rel="alternate" type="application/rss+xml" hreflang="en" href="/en.xml">
        <link rel="alternate" type="application/rss+xml" hreflang="ar" href="https://www.news.example/ar.xml">"""
    assert [url for url, *_ in offered(html)] == [
        "https://www.news.example/ar.xml", "https://news.example/en.xml", "https://feeds.example/all",
    ]  # fmt: skip


def test_feed_is_read_from_json_ld() -> None:
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
        ("https://letters.example/p/x", "<img src=https://substackcdn.com/x>", "https://letters.example/feed"),
        ("https://www.youtube.com/user/someone/videos", "", "https://www.youtube.com/feeds/videos.xml?user=someone"),
        ("https://www.youtube.com/watch?v=abc&list=PL9&index=4", "", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL9"),
        ("https://www.youtube.com/watch?v=abc", f'"channelId":"{CHANNEL}"', f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"),
        ("https://www.reddit.com/", "", "https://www.reddit.com/.rss"),
        ("https://www.reddit.com/r/jordan/new/", "", "https://www.reddit.com/r/jordan/new/.rss"),
        ("https://www.reddit.com/domain/a.example/", "", "https://www.reddit.com/domain/a.example/.rss"),
        ("https://github.com/owner/project/commits/main/docs", "", "https://github.com/owner/project/commits/main/docs.atom"),
        ("https://gitlab.com/group/part/project/-/issues", "", "https://gitlab.com/group/part/project/-/releases.atom"),
        ("https://git.example/group/project", '<meta content="GitLab" property="og:site_name">', "https://git.example/group/project/-/releases.atom"),
        ("https://codeberg.org/owner/project", "", "https://codeberg.org/owner/project/releases.rss"),
        ("https://git.example/owner/project", "Powered by Forgejo", "https://git.example/owner/project/releases.rss"),
        ("https://social.example/tags/jordan", "mastodon", "https://social.example/tags/jordan.rss"),
        ("https://bsky.app/profile/someone.example", "", "https://bsky.app/profile/someone.example/rss"),
        ("https://blog.example/category/water/", "/wp-content/x.css", "https://blog.example/category/water/feed/"),
        ("https://someone.wordpress.com/2025/07/x", "", "https://someone.wordpress.com/feed/"),
        ("https://medium.com/tag/water", "", "https://medium.com/feed/tag/water"),
        ("https://someone.medium.com/story", "", "https://someone.medium.com/feed"),
        ("https://someone.tumblr.com/tagged/water", "", "https://someone.tumblr.com/tagged/water/rss"),
        ("https://www.tumblr.com/someone", "", "https://someone.tumblr.com/rss"),
        ("https://someone.blogspot.com/2025/07/x.html", "", "https://someone.blogspot.com/feeds/posts/default"),
        ("https://stackoverflow.com/questions/tagged/lxml", "", "https://stackoverflow.com/feeds/tag?tagnames=lxml&sort=newest"),
        ("https://cooking.stackexchange.com/questions/12/x", "", "https://cooking.stackexchange.com/feeds/question/12"),
        ("https://superuser.com/", "", "https://superuser.com/feeds"),
        ("https://vimeo.com/someone", "", "https://vimeo.com/someone/videos/rss"),
        ("https://vimeo.com/channels/water", "", "https://vimeo.com/channels/water/videos/rss"),
        ("https://www.dailymotion.com/someone", "", "https://www.dailymotion.com/rss/user/someone"),
        ("https://soundcloud.com/someone", "soundcloud://users:4711", "https://feeds.soundcloud.com/users/soundcloud:users:4711/sounds.rss"),
        ("https://podcasts.apple.com/jo/podcast/x/id1", r'{"feedUrl":"https:\/\/cast.example\/rss?a=1"}', "https://cast.example/rss?a=1"),
        ("https://dev.to/someone", "", "https://dev.to/feed/someone"),
        ("https://forum.example/c/water/7", '<meta name="generator" content="Discourse 3">', "https://forum.example/c/water/7.rss"),
        ("https://blog.example/tag/water/", '<meta name="generator" content="Ghost 5.2">', "https://blog.example/tag/water/rss/"),
        ("https://video.example/c/water/videos", "PeerTube", "https://video.example/feeds/videos.xml?videoChannelName=water"),
        ("https://shop.example/blogs/news", "cdn.shopify.com", "https://shop.example/blogs/news.atom"),
        ("https://site.example/posts/x", '<meta name=generator content="Hugo 0.147">', "https://site.example/index.xml"),
        ("https://site.example/posts/x", '<meta name=generator content="Jekyll v4">', "https://site.example/feed.xml"),
        ("https://site.example/journal", "static1.squarespace.com", "https://site.example/journal?format=rss"),
    ],
)  # fmt: skip
def test_feed_of_a_known_site_is_offered(page: str, html: str, feed: str) -> None:
    found = find_candidates(html, page)[0]
    assert (found.url, found.rank) == (feed, KNOWN_SITE)


@pytest.mark.parametrize(
    ("page", "html"),
    [
        ("https://www.youtube.com/watch?v=abc", "no channel is named"),
        ("https://www.youtube.example/channel/" + CHANNEL, ""),
        ("https://vimeo.com/123456", ""),
        ("https://www.dailymotion.com/video/x1", ""),
        ("https://notreddit.com/r/jordan", ""),
        ("https://news.example/@someone", "no such software"),
    ],
)
def test_page_of_a_known_site_without_feed_offers_nothing(page: str, html: str) -> None:
    assert offered(html, page) == []


def test_usual_addresses_are_last_and_marked_as_guesses() -> None:
    found = find_candidates(
        '<link rel=alternate type="application/rss+xml" href="/rss">', "https://news.example/world/page"
    )
    assert found[0].rank == DECLARED
    guesses = [candidate.url for candidate in found if candidate.is_guess]
    assert guesses[:3] == [
        "https://news.example/world/feed",
        "https://news.example/world/rss",
        "https://news.example/feed",
    ]
    assert "https://news.example/rss" not in guesses
    assert {candidate.rank for candidate in found[1:]} == {GUESS}


def test_number_of_offers_is_limited() -> None:
    html = "".join(f'<a href="/{number}/rss">x</a>' for number in range(50_000))
    assert len(offered(html)) <= 100


@settings(max_examples=80, deadline=None)
@given(
    data=st.binary(max_size=300),
    url=st.sampled_from([PAGE, "https://a.example", "http://[::1]/x", "https://github.com/"]),
)
def test_any_page_is_searched_without_an_error(data: bytes, url: str) -> None:
    for found in find_candidates(sniff(data).text, url):
        assert found.url.startswith(("http://", "https://"))


@settings(max_examples=80, deadline=None)
@given(href=st.text(max_size=30))
def test_any_address_is_offered_safely_or_not_at_all(href: str) -> None:
    page = f"<link rel=alternate type='application/rss+xml' href='{href}'><a href='{href}/rss'>x</a>"
    for found in find_candidates(page, PAGE):
        assert found.url.startswith(("http://", "https://"))
        assert found.url.isascii()
